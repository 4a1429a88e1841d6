package sam

import (
	"sort"

	"rind/rind"
)

// event is one entry of Events.
type event struct {
	id    string // its name
	full  string // ID of what it makes: owner and name
	owner string
	typ   string
	props val
	raw   val
}

func (e *event) get(key string) val { return present(e.props.Get(key)) }

// pass copies properties of the event to a resource.
func (e *event) pass(r *res, keys ...string) {
	for _, k := range keys {
		if f := e.props.Field(k); f != nil && f.Value.Present() {
			setKeyed(r.props, k, f.Span, f.Value)
		}
	}
}

// events expands the Events of a function or state machine.
func (t *transform) events(d *decl, tgt *target, role *res, kinds map[string]string) []*res {
	all := d.get("Events")
	if !isMap(all) {
		return nil
	}
	fields := append([]rind.Field(nil), all.Fields...)
	if d.typ == "AWS::Serverless::Function" {
		sort.SliceStable(fields, func(i, j int) bool { return eventOrder(fields[i]) < eventOrder(fields[j]) })
	}
	key, here := t.key, t.here
	defer func() { t.key, t.here = key, here }()
	var out []*res
	for _, f := range fields {
		t.key, t.here = f.Span, at(f.Value.Span)
		ty := f.Value.Get("Type")
		spec, ok := kinds[ty.Str()]
		if !isStr(ty) || !ok {
			t.failAt(f.Span, "%s: the event %s has no known Type", d.id, f.Key)
			continue
		}
		e := &event{id: f.Key, full: d.id + f.Key, owner: d.id, typ: ty.Text, props: f.Value.Get("Properties"), raw: f.Value}
		if e.props != nil && !isMap(e.props) {
			t.failAt(f.Span, "%s: the properties of the event %s are not a map", d.id, f.Key)
			continue
		}
		if e.props == nil {
			e.props = t.here.obj()
		}
		if !validID.MatchString(e.full) {
			t.failAt(f.Span, "%s: the name of the event %s may hold letters and digits only", d.id, f.Key)
		}
		t.check(d.id+": event "+f.Key, spec, f.Value, e.props)
		if role == nil || d.typ != "AWS::Serverless::Function" {
			out = append(out, t.machineEvent(d, e, tgt)...)
		} else {
			out = append(out, t.functionEvent(e, tgt, role)...)
		}
	}
	return out
}

// eventOrder is what the events of a function are sorted by: the path, which
// decides the order of paths in the API.
func eventOrder(f rind.Field) string {
	if p := f.Value.Get("Properties", "Path"); isStr(p) {
		return p.Text
	}
	return f.Key
}

func (t *transform) functionEvent(e *event, tgt *target, role *res) []*res {
	switch e.typ {
	case "Schedule":
		return t.scheduleEvent(e, tgt, nil)
	case "ScheduleV2":
		return t.scheduleV2Event(e, tgt, "lambda")
	case "CloudWatchEvent", "EventBridgeRule":
		return t.ruleEvent(e, tgt, nil)
	case "S3":
		return t.bucketEvent(e, tgt)
	case "SNS":
		return t.topicEvent(e, tgt, role)
	case "Api":
		return t.restEvent(e, tgt)
	case "HttpApi":
		return t.httpEvent(e, tgt)
	case "AlexaSkill":
		p := t.permission(e.full, "", "alexa-appkit.amazon.com", tgt, nil)
		p.set("EventSourceToken", e.get("SkillId"))
		return []*res{p}
	case "IoTRule":
		return t.iotEvent(e, tgt)
	case "Cognito":
		return t.cognitoEvent(e, tgt)
	case "CloudWatchLogs":
		return t.logsEvent(e, tgt)
	}
	return t.pullEvent(e, tgt, role)
}

// permission lets a service invoke the target. The suffix tells several
// permissions of one event apart.
func (t *transform) permission(prefix, end, service string, tgt *target, source val) *res {
	id := prefix + "Permission" + end
	if !alnum(end) {
		id = prefix + "Permission" + suffix(t.here.str(end))
	}
	p := t.make(id, "AWS::Lambda::Permission", tgt.attrs, "Action", "lambda:InvokeFunction", "FunctionName", tgt.name, "Principal", service)
	p.set("SourceArn", source)
	return p
}

// bucketEvent has a bucket notify the function.
func (t *transform) bucketEvent(e *event, tgt *target) []*res {
	perm := t.permission(e.full, "", "s3.amazonaws.com", tgt, nil)
	perm.set("SourceAccount", t.here.ref("AWS::AccountId"))
	id := e.get("Bucket").Get("Ref").Str()
	bucket := t.src.get(id)
	if bucket == nil {
		t.fail(e.raw, "%s: the S3 event %s must refer to a bucket of this template", e.owner, e.id)
		return []*res{perm}
	}
	bucket = shallow(bucket)
	props := t.ownProperties(bucket)
	if tgt.cond != "" {
		t.dependByTag(props, perm, tgt)
	} else {
		deps := t.here.list()
		for d := range bucket.Get("DependsOn").Each() {
			if !isStr(d) {
				t.fail(d, "%s: DependsOn takes names only", id)
			}
			deps.Items = append(deps.Items, d)
		}
		if !contains(deps.Items, t.here.str(perm.id)) {
			deps.Items = append(deps.Items, t.here.str(perm.id))
		}
		set(bucket, "DependsOn", deps)
	}
	t.notify(e, props, tgt)
	t.replaceSource(id, bucket)
	return []*res{perm, {id: id, whole: bucket, key: t.sourceKey(id)}}
}

// ownProperties gives a resource properties of its own that may be changed.
func (t *transform) ownProperties(r val) val {
	props := r.Get("Properties")
	switch {
	case props.Absent():
		props = rind.NewMap(r.Span)
	case !isMap(props):
		t.fail(props, "the properties of a resource are not a map")
		props = rind.NewMap(r.Span)
	default:
		props = shallow(props)
	}
	set(r, "Properties", props)
	return props
}

func (t *transform) sourceKey(id string) rind.Span { return t.src.fields[t.src.index[id]].Span }

func (t *transform) replaceSource(id string, r val) {
	t.src.put(rind.Field{Key: id, Span: t.sourceKey(id), Value: r})
}

// dependByTag makes a bucket depend on a permission that may not exist, as
// DependsOn takes no condition.
func (t *transform) dependByTag(props val, perm *res, tgt *target) {
	tags := props.Get("Tags")
	l := t.here.list()
	if isList(tags) {
		l.Items = append(l.Items, tags.Items...)
	} else if tags.Present() {
		t.fail(tags, "the tags of a bucket are not a list")
	}
	l.Items = append(l.Items, t.here.obj("Key", "sam:ConditionalDependsOn:"+perm.id,
		"Value", t.here.ifElse(tgt.cond, t.here.ref(perm.id), t.here.str("no dependency"))))
	set(props, "Tags", l)
}

func (t *transform) notify(e *event, props val, tgt *target) {
	cfg := props.Get("NotificationConfiguration")
	if cfg.Present() && !isMap(cfg) {
		t.fail(cfg, "NotificationConfiguration is not a map")
	}
	if cfg = shallow(cfg); !isMap(cfg) {
		cfg = t.here.obj()
	}
	set(props, "NotificationConfiguration", cfg)
	old := cfg.Get("LambdaConfigurations")
	if old.Present() && !isList(old) {
		t.fail(old, "LambdaConfigurations is not a list")
	}
	if old = shallow(old); !isList(old) {
		old = t.here.list()
	}
	for ev := range e.get("Events").Each() {
		m := t.here.obj("Function", tgt.arn, "Filter", e.get("Filter"), "Event", ev)
		if tgt.cond != "" {
			m = t.here.ifElse(tgt.cond, m, nil)
		}
		if !contains(old.Items, m) {
			old.Items = append(old.Items, m)
		}
	}
	set(cfg, "LambdaConfigurations", old)
}

// cognitoEvent has a user pool call the function.
func (t *transform) cognitoEvent(e *event, tgt *target) []*res {
	id := e.get("UserPool").Get("Ref").Str()
	pool := t.src.get(id)
	if pool == nil {
		t.fail(e.raw, "%s: the Cognito event %s must refer to a user pool of this template", e.owner, e.id)
		return nil
	}
	perm := t.permission(tgt.id+"Cognito", "", "cognito-idp.amazonaws.com", tgt, t.here.getAtt(id, "Arn"))
	pool = shallow(pool)
	props := t.ownProperties(pool)
	cfg := shallow(props.Get("LambdaConfig"))
	if !isMap(cfg) {
		if cfg.Present() {
			t.fail(cfg, "LambdaConfig is not a map")
		}
		cfg = t.here.obj()
	}
	set(props, "LambdaConfig", cfg)
	for trigger := range e.get("Trigger").Each() {
		if cfg.Field(trigger.Str()) != nil {
			t.fail(trigger, "%s: the Cognito trigger %s is set twice", e.owner, trigger.Str())
			continue
		}
		set(cfg, trigger.Str(), tgt.arn)
	}
	t.replaceSource(id, pool)
	return []*res{perm, {id: id, whole: pool, key: t.sourceKey(id)}}
}

func (t *transform) iotEvent(e *event, tgt *target) []*res {
	perm := t.permission(e.full, "", "iot.amazonaws.com", tgt,
		t.here.sub("arn:aws:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}", "RuleName", t.here.ref(e.full)))
	perm.set("SourceAccount", t.here.sub("${AWS::AccountId}"))
	payload := t.here.obj("RuleDisabled", false, "Actions", t.here.list(t.here.obj("Lambda", t.here.obj("FunctionArn", tgt.arn))))
	for _, k := range []string{"Sql", "AwsIotSqlVersion"} {
		if f := e.props.Field(k); f != nil && (k == "Sql" || some(f.Value)) {
			setKeyed(payload, k, f.Span, f.Value)
		}
	}
	return []*res{perm, t.make(e.full, "AWS::IoT::TopicRule", tgt.attrs, "TopicRulePayload", payload)}
}

func (t *transform) logsEvent(e *event, tgt *target) []*res {
	perm := t.permission(e.full, "", "logs.amazonaws.com", tgt,
		t.here.sub("arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*",
			"__LogGroupName__", orNull(e.get("LogGroupName"))))
	f := t.make(e.full, "AWS::Logs::SubscriptionFilter", tgt.attrs, "DestinationArn", tgt.arn)
	e.pass(f, "LogGroupName", "FilterPattern")
	return []*res{perm, f.dependOn(perm.id)}
}

// topicEvent subscribes the function, or a queue before it, to a topic.
func (t *transform) topicEvent(e *event, tgt *target, role *res) []*res {
	subscribe := func(protocol string, endpoint val) *res {
		s := t.make(e.full, "AWS::SNS::Subscription", tgt.attrs, "Protocol", protocol, "Endpoint", endpoint)
		if f := e.props.Field("Topic"); f != nil {
			setKeyed(s.props, "TopicArn", f.Span, f.Value)
		}
		e.pass(s, "Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")
		return s
	}
	sqs := e.get("SqsSubscription")
	if !some(sqs) {
		return []*res{t.permission(e.full, "", "sns.amazonaws.com", tgt, e.get("Topic")), subscribe("lambda", tgt.arn)}
	}
	var out []*res
	arn, url := present(sqs.Get("QueueArn")), present(sqs.Get("QueueUrl"))
	policyID, batch := e.full+"QueuePolicy", t.here.of(10)
	if isBool(sqs) {
		q := t.make(e.full+"Queue", "AWS::SQS::Queue", tgt.attrs)
		if id := logicalID(e.get("Topic")); id != "" {
			if fifo := t.resolve(t.src.get(id).Get("Properties", "FifoTopic")); some(fifo) {
				q.set("FifoQueue", fifo)
			}
		}
		arn, url = t.here.getAtt(q.id, "Arn"), t.here.ref(q.id)
		out = append(out, q)
	} else {
		if !some(arn) || !some(url) {
			t.fail(sqs, "%s: SqsSubscription of the event %s needs QueueArn and QueueUrl", e.owner, e.id)
		}
		if p := sqs.Get("QueuePolicyLogicalId"); isStr(p) && p.Text != "" {
			policyID = p.Text
		}
		if b := sqs.Get("BatchSize"); some(b) {
			batch = b
		}
	}
	source := &event{
		id: e.id, full: e.full + "EventSourceMapping", owner: e.owner, typ: "SQS", raw: e.raw,
		props: t.here.obj("Queue", orNull(arn), "BatchSize", batch, "Enabled", true),
	}
	out = append(out, t.pullEvent(source, tgt, role)...)
	a := t.here
	policy := t.make(policyID, "AWS::SQS::QueuePolicy", tgt.attrs, "PolicyDocument", a.obj("Version", "2012-10-17",
		"Statement", a.list(a.obj("Action", "sqs:SendMessage", "Effect", "Allow", "Principal", "*", "Resource", orNull(arn),
			"Condition", a.obj("ArnEquals", a.obj("aws:SourceArn", orNull(e.get("Topic"))))))), "Queues", a.list(orNull(url)))
	return append(out, policy, subscribe("sqs", arn))
}
