package sam

import (
	"sort"
	"strconv"
	"strings"
)

// stateMachine expands AWS::Serverless::StateMachine.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
func (t *transform) stateMachine(d *decl) []*res {
	const mark = "stateMachine:createdBy"
	m := t.make(d.id, "AWS::StepFunctions::StateMachine", d.attrs())
	m.depends = d.raw.Get("DependsOn")
	out := []*res{m}
	subs := d.get("DefinitionSubstitutions")
	def, uri := given(d.get("Definition")), given(d.get("DefinitionUri"))
	if def != nil && uri != nil {
		t.fail(uri, "%s: Definition and DefinitionUri exclude each other", d.id)
	}
	switch {
	case def != nil:
		more := t.here.obj()
		def = t.substitute(def, more)
		if some(subs) || len(more.Fields) > 0 {
			all := shallow(subs)
			if !isMap(all) {
				all = t.here.obj()
			}
			for _, f := range more.Fields {
				set(all, f.Key, f.Value)
			}
			subs = all
		}
		lines := t.here.list()
		for line := range strings.SplitSeq(indented(def), "\n") {
			lines.Items = append(lines.Items, at(def.Span).str(line))
		}
		f := d.props.Field("Definition")
		setKeyed(m.props, "DefinitionString", f.Span, at(def.Span).obj("Fn::Join", t.here.list("\n", lines)))
	case uri != nil:
		v := t.s3Location(d.id, "DefinitionUri", uri, "Bucket", "Key", "Version")
		setKeyed(m.props, "DefinitionS3Location", d.props.Field("DefinitionUri").Span, v)
	default:
		t.failAt(t.key, "%s: Definition or DefinitionUri is missing", d.id)
	}
	if some(subs) {
		m.set("DefinitionSubstitutions", subs)
	}
	if r := d.props.Field("Role"); r != nil && some(r.Value) {
		setKeyed(m.props, "RoleArn", r.Span, r.Value)
		if some(d.get("Policies")) {
			t.failAt(r.Span, "%s: Role and Policies exclude each other", d.id)
		}
	} else {
		role := t.machineRole(d)
		role.set("Tags", t.createdBy(mark, d.get("Tags")))
		m.set("RoleArn", t.here.getAtt(role.id, "Arn"))
		out = append(out, role)
	}
	for _, k := range [][2]string{{"Name", "StateMachineName"}, {"Type", "StateMachineType"}, {"Logging", "LoggingConfiguration"}, {"Tracing", "TracingConfiguration"}} {
		if f := d.props.Field(k[0]); f != nil && f.Value.Present() {
			setKeyed(m.props, k[1], f.Span, f.Value)
		}
	}
	m.set("Tags", t.createdBy(mark, d.get("Tags")))
	tgt := newTarget(m.id, t.here.ref(m.id), t.here.ref(m.id), m.attrs)
	more, alias := t.machineAlias(d, m)
	out = append(out, more...)
	if alias != nil && some(d.get("UseAliasAsEventTarget")) {
		tgt = newTarget(alias.id, t.here.ref(alias.id), t.here.ref(alias.id), alias.attrs)
	}
	out = append(out, t.events(d, tgt, nil, machineEvents)...)
	t.propagate(out, d.get("Tags"), d.get("PropagateTags"))
	return out
}

func (t *transform) machineRole(d *decl) *res {
	policies := t.here.list()
	if p := d.get("Policies"); isList(p) {
		policies.Items = append(policies.Items, p.Items...)
	} else if some(p) {
		policies.Items = append(policies.Items, p)
	}
	if isTrue(d.get("Tracing").Get("Enabled")) {
		policies.Items = append(policies.Items, t.here.str("AWSXrayWriteOnlyAccess"))
	}
	return t.role(d.id+"Role", passed(d.attrs()), t.trust("states.amazonaws.com"), policies, t.here.list(), nil, d)
}

// machineAlias makes the version and alias of a state machine.
func (t *transform) machineAlias(d *decl, m *res) ([]*res, *res) {
	name, pref := d.get("AutoPublishAlias"), d.get("DeploymentPreference")
	if !some(name) {
		for _, k := range []string{"UseAliasAsEventTarget", "DeploymentPreference"} {
			if v := d.get(k); some(v) {
				t.fail(v, "%s: %s needs AutoPublishAlias", d.id, k)
			}
		}
		return nil, nil
	}
	attrs := passed(m.attrs)
	for _, k := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
		if attrs.Field(k) == nil {
			set(attrs, k, t.here.str("Retain"))
		}
	}
	v := t.make(d.id+"Version", "AWS::StepFunctions::StateMachineVersion", attrs,
		"StateMachineArn", t.here.ref(m.id), "StateMachineRevisionId", t.here.getAtt(m.id, "StateMachineRevisionId"))
	how := shallow(pref)
	if !some(how) {
		how = t.here.obj("Type", "ALL_AT_ONCE")
	}
	set(how, "StateMachineVersionArn", t.here.ref(v.id))
	a := t.make(d.id+"Alias"+name.Str(), "AWS::StepFunctions::StateMachineAlias", passed(m.attrs), "Name", name, "DeploymentPreference", how)
	return []*res{v, a}, a
}

// substitute replaces intrinsic functions and dynamic references inside a
// definition by placeholders, because the definition becomes text.
func (t *transform) substitute(v val, found val) val {
	put := func(x val) val {
		name := "definition_substitution_" + strconv.Itoa(len(found.Fields)+1)
		set(found, name, x)
		return at(x.Span).str("${" + name + "}")
	}
	dynamic := func(x val) bool {
		return isIntrinsic(x) || isStr(x) && strings.Contains(x.Text, "{{resolve:") && strings.HasSuffix(strings.TrimSpace(x.Text), "}}")
	}
	switch {
	case isMap(v):
		out := shallow(v)
		order := make([]int, len(out.Fields))
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(i, j int) bool { return out.Fields[order[i]].Key < out.Fields[order[j]].Key })
		for _, i := range order {
			if f := &out.Fields[i]; dynamic(f.Value) {
				f.Value = put(f.Value)
			} else {
				f.Value = t.substitute(f.Value, found)
			}
		}
		return out
	case isList(v):
		out := shallow(v)
		for i, it := range out.Items {
			if dynamic(it) {
				out.Items[i] = put(it)
			} else {
				out.Items[i] = t.substitute(it, found)
			}
		}
		return out
	}
	return v
}

// machineEvent expands an event that starts a state machine.
func (t *transform) machineEvent(d *decl, e *event, tgt *target) []*res {
	switch e.typ {
	case "ScheduleV2":
		return t.scheduleV2Event(e, tgt, "states")
	case "Schedule":
		if r := e.get("RoleArn"); r != nil {
			return t.scheduleEvent(e, tgt, r)
		}
		role := t.startRole(d, e, tgt, "events.amazonaws.com")
		return append(t.scheduleEvent(e, tgt, t.here.getAtt(role.id, "Arn")), role)
	case "CloudWatchEvent", "EventBridgeRule":
		role := t.startRole(d, e, tgt, "events.amazonaws.com")
		return append(t.ruleEvent(e, tgt, t.here.getAtt(role.id, "Arn")), role)
	}
	return t.machineRestEvent(d, e, tgt)
}

// startRole is the role with which a service starts a state machine.
func (t *transform) startRole(d *decl, e *event, tgt *target, service string) *res {
	r := t.make(e.full+"Role", "AWS::IAM::Role", tgt.attrs, "AssumeRolePolicyDocument", t.trust(service),
		"Policies", t.here.list(t.policy(e.full+"RoleStartExecutionPolicy", t.allow("states:StartExecution", tgt.arn))))
	if some(d.get("PermissionsBoundary")) {
		d.pass(r, "PermissionsBoundary")
	}
	return r
}

// machineRestEvent has a path of a REST API start the state machine.
func (t *transform) machineRestEvent(d *decl, e *event, tgt *target) []*res {
	path, method := e.get("Path"), e.get("Method")
	if !isStr(path) || !isStr(method) {
		return nil
	}
	role := t.startRole(d, e, tgt, "apigateway.amazonaws.com")
	api, stage := t.restTarget(e)
	body := api.Get("DefinitionBody")
	if !some(api.Get(managed)) || !validDefinition(body) {
		return []*res{role}
	}
	ed := editDefinition(t, body)
	if ed.has(path.Text, method.Text) {
		t.fail(e.raw, "%s: the method %s of the path %s is defined more than once", e.owner, method.Text, path.Text)
		return []*res{role}
	}
	a := t.here
	request := `{"input": "$util.escapeJavaScript($input.json('$'))", "stateMachineArn": "${` + tgt.id + `}"}`
	if isTrue(e.get("UnescapeMappingTemplate")) {
		request = `{"input": "$util.escapeJavaScript($input.json('$')).replaceAll("\\'","'")", "stateMachineArn": "${` + tgt.id + `}"}`
	}
	uri := a.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution")
	if tgt.cond != "" {
		uri = a.ifElse(tgt.cond, uri, nil)
	}
	ed.integrate(path, method.Text, tgt.cond, func() val {
		return a.obj("type", "aws", "httpMethod", "POST", "uri", uri, "credentials", a.getAtt(role.id, "Arn"),
			"responses", a.obj("200", a.obj("statusCode", "200"), "400", a.obj("statusCode", "400")),
			"requestTemplates", a.obj("application/json", a.sub(request)))
	}, a.obj("200", a.obj("description", "OK"), "400", a.obj("description", "Bad Request")))
	if some(e.get("Auth")) {
		t.restAuth(e, api, ed, stage)
	}
	return []*res{role}
}
