package sam

// ruleState sets whether a rule is on.
func (t *transform) ruleState(e *event, rule *res) {
	state, enabled := e.get("State"), e.get("Enabled")
	if some(state) && enabled != nil {
		t.fail(state, "%s: the event %s sets both State and Enabled", e.owner, e.id)
	}
	if some(state) {
		e.pass(rule, "State")
	}
	if enabled != nil {
		s := "DISABLED"
		if some(enabled) {
			s = "ENABLED"
		}
		rule.set("State", at(enabled.Span).str(s))
	}
}

// scheduleEvent makes a rule that starts the target at times. role is the
// role EventBridge starts a state machine with, nil for functions.
func (t *transform) scheduleEvent(e *event, tgt *target, role val) []*res {
	rule := t.make(e.full, "AWS::Events::Rule", tgt.attrs)
	if f := e.props.Field("Schedule"); f != nil {
		setKeyed(rule.props, "ScheduleExpression", f.Span, f.Value)
	}
	t.ruleState(e, rule)
	e.pass(rule, "Name", "Description")
	return t.ruleTarget(e, tgt, rule, role)
}

// ruleEvent makes a rule that starts the target on matching events.
func (t *transform) ruleEvent(e *event, tgt *target, role val) []*res {
	rule := t.make(e.full, "AWS::Events::Rule", tgt.attrs)
	e.pass(rule, "EventBusName")
	for _, k := range [][2]string{{"Pattern", "EventPattern"}, {"RuleName", "Name"}} {
		if f := e.props.Field(k[0]); f != nil && f.Value.Present() {
			setKeyed(rule.props, k[1], f.Span, f.Value)
		}
	}
	t.ruleState(e, rule)
	return t.ruleTarget(e, tgt, rule, role)
}

// ruleTarget gives a rule its target, with a dead-letter queue if asked for.
func (t *transform) ruleTarget(e *event, tgt *target, rule *res, role val) []*res {
	out := []*res{rule}
	end := "LambdaTarget"
	if role != nil {
		end = "StepFunctionsTarget"
	}
	id := t.here.str(targetID(e.full, end))
	if v := e.get("Target").Get("Id"); v != nil && !(e.typ == "Schedule" && role == nil) {
		id = v
	}
	to := t.here.obj("Arn", tgt.arn, "Id", id, "RoleArn", role)
	for _, k := range []string{"Input", "InputPath", "RetryPolicy", "InputTransformer"} {
		if f := e.props.Field(k); f != nil && f.Value.Present() && !(e.typ == "Schedule" && (k == "InputPath" || k == "InputTransformer")) {
			setKeyed(to, k, f.Span, f.Value)
		}
	}
	if e.get("DeadLetterConfig") != nil {
		arn, more := t.ruleQueue(e, t.here.getAtt(rule.id, "Arn"), tgt)
		set(to, "DeadLetterConfig", t.here.obj("Arn", orNull(arn)))
		out = append(out, more...)
	}
	rule.set("Targets", t.here.list(to))
	if role == nil {
		out = append(out, t.permission(e.full, "", "events.amazonaws.com", tgt, t.here.getAtt(rule.id, "Arn")))
	}
	return out
}

// targetID is an ID of a rule's target; AWS allows 64 characters.
func targetID(id, end string) string {
	const most = 64
	if len(id)+len(end) > most {
		id = id[:most-len(end)]
	}
	return id + end
}

// queueConfig checks a DeadLetterConfig and returns the ARN it names and the
// ID that a new queue gets.
func (t *transform) queueConfig(e *event) (arn val, id string) {
	c := e.get("DeadLetterConfig")
	hasArn, hasType := c.Field("Arn") != nil, c.Field("Type") != nil
	switch {
	case hasArn && hasType:
		t.fail(c, "%s: DeadLetterConfig of the event %s takes Arn or Type, not both", e.owner, e.id)
	case !hasArn && !hasType:
		t.fail(c, "%s: DeadLetterConfig of the event %s needs Arn or Type", e.owner, e.id)
	case hasType && !c.Get("Type").Is("SQS"):
		t.fail(c, "%s: the only Type of a DeadLetterConfig is SQS", e.owner)
	}
	id = e.full + "Queue"
	if q := c.Get("QueueLogicalId"); isStr(q) && q.Text != "" {
		id = q.Text
	} else if q.Present() && !isStr(q) {
		t.fail(q, "%s: QueueLogicalId must be a text", e.owner)
	}
	return present(c.Get("Arn")), id
}

func (t *transform) ruleQueue(e *event, source val, tgt *target) (val, []*res) {
	arn, id := t.queueConfig(e)
	if arn != nil {
		return arn, nil
	}
	a := t.here
	q := t.make(id, "AWS::SQS::Queue", tgt.attrs)
	arn = a.getAtt(q.id, "Arn")
	policy := t.make(e.full+"QueuePolicy", "AWS::SQS::QueuePolicy", tgt.attrs, "PolicyDocument", a.obj("Version", "2012-10-17",
		"Statement", a.list(a.obj("Action", "sqs:SendMessage", "Effect", "Allow", "Principal", a.obj("Service", "events.amazonaws.com"),
			"Resource", arn, "Condition", a.obj("ArnEquals", a.obj("aws:SourceArn", source))))), "Queues", a.list(a.ref(q.id)))
	return arn, []*res{q, policy}
}

// scheduleV2Event makes an EventBridge Scheduler schedule and its role.
func (t *transform) scheduleV2Event(e *event, tgt *target, kind string) []*res {
	s := t.make(e.full, "AWS::Scheduler::Schedule", tgt.attrs)
	e.pass(s, "ScheduleExpression", "Description", "StartDate", "EndDate", "ScheduleExpressionTimezone", "GroupName", "KmsKeyArn")
	if some(e.get("State")) {
		e.pass(s, "State")
	}
	if isTrue(e.get("OmitName")) {
		if n := e.get("Name"); some(n) {
			t.fail(n, "%s: the event %s sets both Name and OmitName", e.owner, e.id)
		}
	} else if n := e.get("Name"); some(n) {
		e.pass(s, "Name")
	} else {
		s.set("Name", t.here.str(e.full))
	}
	s.set("FlexibleTimeWindow", t.here.obj("Mode", "OFF"))
	if some(e.get("FlexibleTimeWindow")) {
		e.pass(s, "FlexibleTimeWindow")
	}
	out := []*res{s}
	var dlq val
	if e.get("DeadLetterConfig") != nil {
		arn, id := t.queueConfig(e)
		if dlq = arn; dlq == nil {
			q := t.make(id, "AWS::SQS::Queue", tgt.attrs)
			out, dlq = append(out, q), t.here.getAtt(q.id, "Arn")
		}
	}
	roleArn := given(e.get("RoleArn"))
	if roleArn == nil {
		role := t.make(e.full+"Role", "AWS::IAM::Role", tgt.attrs, "AssumeRolePolicyDocument", t.trust("scheduler.amazonaws.com"))
		policies := t.here.list(t.policy(e.full+"LambdaPolicy", t.allow("lambda:InvokeFunction", tgt.arn)))
		if kind == "states" {
			policies = t.here.list(t.policy(e.full+"StartExecutionPolicy", t.allow("states:StartExecution", tgt.arn)))
		}
		if some(dlq) {
			policies.Items = append(policies.Items, t.policy(e.full+"SQSPolicy", t.allow("sqs:SendMessage", dlq)))
		}
		role.set("Policies", policies)
		if some(e.get("PermissionsBoundary")) {
			e.pass(role, "PermissionsBoundary")
		}
		out, roleArn = append(out, role), t.here.getAtt(role.id, "Arn")
	}
	to := t.here.obj("Arn", tgt.arn, "RoleArn", roleArn, "Input", e.get("Input"), "RetryPolicy", e.get("RetryPolicy"))
	if e.get("DeadLetterConfig") != nil {
		set(to, "DeadLetterConfig", t.here.obj("Arn", orNull(dlq)))
	}
	s.set("Target", to)
	return out
}
