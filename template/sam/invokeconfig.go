package sam

// invokeConfig makes what EventInvokeConfig asks for: where the results of
// asynchronous invocations go, with the queue or topic if none is named, and
// the policies that sending there needs.
func (t *transform) invokeConfig(d *decl, fn, alias *res) (out []*res, policies []val) {
	f := d.props.Field("EventInvokeConfig")
	if f == nil || !some(f.Value) {
		return nil, nil
	}
	key, here := t.key, t.here
	t.key, t.here = f.Span, at(f.Value.Span)
	defer func() { t.key, t.here = key, here }()
	c := t.resolve(f.Value)
	cfg := t.make(fn.id+"EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", fn.attrs)
	dest := t.here.obj()
	if dc := c.Get("DestinationConfig"); some(dc) {
		if !isMap(dc) {
			t.fail(dc, "%s: EventInvokeConfig.DestinationConfig is not a map", d.id)
		}
		for _, on := range []string{"OnSuccess", "OnFailure"} {
			v := present(dc.Get(on))
			if v == nil {
				continue
			}
			if !isMap(v) {
				t.fail(v, "%s: EventInvokeConfig.DestinationConfig.%s is not a map", d.id, on)
				continue
			}
			r, destination, policy := t.invokeDestination(d, v, cfg.id+on, fn)
			set(dest, on, at(v.Span).obj("Destination", orNull(destination)))
			if r != nil {
				out = append(out, r)
			}
			if policy != nil {
				policies = append(policies, policy)
			}
		}
	}
	cfg.set("FunctionName", t.here.ref(fn.id))
	cfg.set("Qualifier", t.here.str("$LATEST"))
	if alias != nil {
		cfg.set("Qualifier", alias.get("Name"))
		cfg.dependOn(alias.id)
	}
	cfg.set("DestinationConfig", dest)
	cfg.set("MaximumEventAgeInSeconds", c.Get("MaximumEventAgeInSeconds"))
	cfg.set("MaximumRetryAttempts", c.Get("MaximumRetryAttempts"))
	return append(out, cfg), policies
}

func (t *transform) invokeDestination(d *decl, v val, id string, fn *res) (r *res, destination, policy val) {
	ty := v.Get("Type")
	if !isStr(ty) || !ty.Is("SQS", "SNS", "EventBridge", "Lambda", "S3Bucket") {
		t.fail(v, "%s: the Type of a destination is one of SQS, SNS, EventBridge, Lambda, S3Bucket", d.id)
	}
	destination = present(v.Get("Destination"))
	cond, arn := t.missingIf(destination, id[:len(id)-len("OnSuccess")])
	if destination != nil && cond == nil {
		return nil, destination, t.invokePolicy(ty.Str(), id, destination)
	}
	attrs := passed(fn.attrs)
	if c := t.bothConditions(attrs.Get("Condition"), cond, d.id); c != nil {
		set(attrs, "Condition", c)
	}
	switch ty.Str() {
	case "SQS":
		r = t.make(id+"Queue", "AWS::SQS::Queue", attrs)
		destination = t.here.getAtt(r.id, "Arn")
	case "SNS":
		r = t.make(id+"Topic", "AWS::SNS::Topic", attrs)
		destination = t.here.ref(r.id)
	default:
		t.fail(v, "%s: a destination of type %s must be named", d.id, ty.Str())
		return nil, destination, nil
	}
	if cond != nil {
		destination = t.here.ifElse(cond, destination, arn)
	}
	return r, destination, t.invokePolicy(ty.Str(), id, destination)
}

// missingIf tells under which condition a destination is left out, and what
// it is otherwise.
func (t *transform) missingIf(destination val, id string) (condition, otherwise val) {
	if destination == nil || !isIf(destination) {
		return nil, nil
	}
	c, then, els, ok := ifParts(destination)
	switch {
	case !ok:
		t.fail(destination, "Fn::If takes three arguments")
		return nil, nil
	case isNoValue(then) && isNoValue(els):
		return nil, nil
	case isNoValue(then):
		return c, els
	case isNoValue(els):
		name := "NOT" + c.Str() + hash(id, 10)
		set(t.conditions, name, t.here.obj("Fn::Not", t.here.list(t.here.obj("Condition", c))))
		return t.here.str(name), then
	}
	return nil, nil
}

// bothConditions names the condition that both of two conditions hold.
func (t *transform) bothConditions(a, b val, id string) val {
	if a.Absent() {
		return b
	}
	if b.Absent() {
		return a
	}
	name := a.Str() + "AND" + b.Str() + hash(id, 10)
	set(t.conditions, name, t.here.obj("Fn::And", t.here.list(t.here.obj("Condition", a), t.here.obj("Condition", b))))
	return t.here.str(name)
}

func (t *transform) invokePolicy(ty, id string, arn val) val {
	switch ty {
	case "SQS":
		return t.policy(id+"SQSPolicy", t.allow("sqs:SendMessage", arn))
	case "SNS":
		return t.policy(id+"SNSPolicy", t.allow("sns:publish", arn))
	case "EventBridge":
		return t.policy(id+"EventBridgePolicy", t.allow("events:PutEvents", arn))
	case "Lambda":
		return t.policy(id+"LambdaPolicy", t.allow("lambda:InvokeFunction", arn))
	case "S3Bucket":
		return t.bucketPolicy(id, arn)
	}
	return nil
}

func (t *transform) bucketPolicy(id string, arn val) val {
	return t.policy(id+"S3Policy",
		t.allow("s3:PutObject", t.here.obj("Fn::Join", t.here.list("/", t.here.list(orNull(arn), "*")))),
		t.allow("s3:ListBucket", orNull(arn)))
}

// allow is a statement that allows one action.
func (t *transform) allow(action string, resource val) val {
	return t.here.obj("Action", action, "Effect", "Allow", "Resource", orNull(resource))
}

// policy is an inline policy of a role.
func (t *transform) policy(name string, statements ...val) val {
	l := t.here.list()
	l.Items = statements
	return t.here.obj("PolicyName", name, "PolicyDocument", t.here.obj("Statement", l))
}
