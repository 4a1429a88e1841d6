package sam

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed managedpolicies.txt
var managedPolicyNames string

// managedPolicies maps names of AWS managed policies to their ARNs.
var managedPolicies = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(managedPolicyNames) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out[line[strings.LastIndexByte(line, '/')+1:]] = awsPolicy(line)
		}
	}
	return out
})

// awsPolicy is the ARN of an AWS managed policy.
func awsPolicy(path string) string { return "arn:" + partition + ":iam::aws:policy/" + path }

func (t *transform) trust(service string) val {
	a := t.here
	return a.obj("Version", "2012-10-17", "Statement", a.list(a.obj(
		"Action", a.list("sts:AssumeRole"), "Effect", "Allow", "Principal", a.obj("Service", a.list(service)))))
}

// functionRole makes the role a function gets unless it names one.
func (t *transform) functionRole(d *decl, extra []val) *res {
	managed := t.here.list(awsPolicy("service-role/AWSLambdaBasicExecutionRole"))
	if some(d.get("DurableConfig")) {
		managed = t.here.list(awsPolicy("service-role/AWSLambdaBasicDurableExecutionRolePolicy"))
	}
	if tr := d.get("Tracing"); some(tr) && !t.resolve(tr).Is("Disabled") {
		managed.Items = append(managed.Items, at(tr.Span).str(awsPolicy("AWSXrayWriteOnlyAccess")))
	}
	if vpc := d.get("VpcConfig"); some(vpc) {
		managed.Items = append(managed.Items, at(vpc.Span).str(awsPolicy("service-role/AWSLambdaVPCAccessExecutionRole")))
	}
	var inline []val
	if dlq := d.get("DeadLetterQueue"); some(dlq) {
		action := "sqs:SendMessage"
		if dlq.Get("Type").Is("SNS") {
			action = "sns:Publish"
		}
		a := at(dlq.Span)
		inline = append(inline, a.obj("PolicyName", "DeadLetterQueuePolicy", "PolicyDocument", a.obj("Version", "2012-10-17",
			"Statement", a.list(a.obj("Action", action, "Resource", orNull(dlq.Get("TargetArn")), "Effect", "Allow")))))
	}
	inline = append(inline, extra...)
	trust := d.get("AssumeRolePolicyDocument")
	if trust == nil {
		trust = t.trust("lambda.amazonaws.com")
	}
	role := t.role(d.id+"Role", passed(d.attrs()), trust, d.get("Policies"), managed, inline, d)
	role.set("Tags", t.createdBy("lambda:createdBy", d.get("Tags")))
	return role
}

// role makes a role with the policies of a function or state machine.
func (t *transform) role(id string, attrs, trust, policies, managed val, inline []val, d *decl) *res {
	r := t.make(id, "AWS::IAM::Role", attrs, "AssumeRolePolicyDocument", trust)
	for i, p := range t.policies(d.id, policies) {
		switch p.kind {
		case statementPolicy:
			inline = append(inline, t.inlinePolicy(id+"Policy"+strconv.Itoa(i), p.v))
			r.written = true
		case managedPolicy:
			v := t.policyARN(p.v)
			if !contains(managed.Items, v) {
				managed.Items = append(managed.Items, v)
			}
			r.written = true
		default:
			t.fail(p.v, "%s: policy %d is neither a name or ARN, a statement nor a known policy template", d.id, i+1)
		}
	}
	r.set("ManagedPolicyArns", managed)
	if len(inline) > 0 {
		l := t.here.list()
		l.Items = inline
		r.set("Policies", l)
	}
	r.set("Path", d.get("RolePath"))
	d.pass(r, "PermissionsBoundary")
	return r
}

func (t *transform) inlinePolicy(name string, v val) val {
	wrap := func(v val) val {
		return at(v.Span).obj("PolicyName", name, "PolicyDocument", v)
	}
	if c, then, els, ok := ifParts(v); ok {
		arm := func(v val) val {
			if isNoValue(v) {
				return v
			}
			return wrap(v)
		}
		return at(v.Span).ifElse(c, arm(then), arm(els))
	}
	return wrap(v)
}

// policyARN turns the name of an AWS managed policy into its ARN.
func (t *transform) policyARN(v val) val {
	if isStr(v) {
		if arn := managedPolicies()[v.Text]; arn != "" {
			return at(v.Span).str(arn)
		}
		return v
	}
	if c, then, els, ok := ifParts(v); ok {
		return at(v.Span).ifElse(c, t.policyARN(then), t.policyARN(els))
	}
	return v
}

// roleUnlessGiven handles a Role that may be AWS::NoValue: the default role
// takes its place then. It reports whether the default role is needed.
func (t *transform) roleUnlessGiven(fn, role *res) bool {
	c, then, els, ok := ifParts(t.resolve(fn.get("Role")))
	arn := t.here.getAtt(role.id, "Arn")
	switch {
	case !ok:
		t.fail(fn.get("Role"), "%s: Role: Fn::If takes three arguments", fn.id)
	case isNoValue(then) && isNoValue(els):
		set(fn.props, "Role", arn)
		return true
	case isNoValue(then):
		set(fn.props, "Role", t.here.ifElse(c, arn, els))
		set(role.attrs, "Condition", c)
		return true
	case isNoValue(els):
		set(fn.props, "Role", t.here.ifElse(c, then, arn))
		set(role.attrs, "Condition", t.here.str("NOT"+c.Str()))
		set(t.conditions, "NOT"+c.Str(), t.here.obj("Fn::Not", t.here.list(t.here.obj("Condition", c))))
		return true
	}
	return false
}

// policyKind is what an entry of Policies is.
type policyKind int

const (
	unknownPolicy policyKind = iota
	managedPolicy
	statementPolicy
	templatePolicy
)

type policyEntry struct {
	v    val
	kind policyKind
}

// policies lists the entries of Policies with templates expanded.
func (t *transform) policies(id string, v val) []policyEntry {
	var out []policyEntry
	if !some(v) {
		return nil
	}
	list := []val{v}
	if isList(v) {
		list = v.Items
	}
	for _, p := range list {
		e := policyEntry{p, t.policyKind(p)}
		if e.kind == templatePolicy {
			e.kind = statementPolicy
			if c, then, els, ok := ifParts(p); ok {
				e.v = at(p.Span).ifElse(c, t.expandPolicy(id, then), t.expandPolicy(id, els))
			} else {
				e.v = t.expandPolicy(id, p)
			}
		}
		out = append(out, e)
	}
	return out
}

func (t *transform) policyKind(p val) policyKind {
	switch {
	case isStr(p):
		return managedPolicy
	case isIf(p):
		_, then, els, ok := ifParts(p)
		if !ok {
			t.fail(p, "Fn::If takes three arguments")
			return unknownPolicy
		}
		a, b := t.policyKind(then), t.policyKind(els)
		switch {
		case isNoValue(then):
			return b
		case a == b || isNoValue(els):
			return a
		}
		t.fail(p, "the arms of an Fn::If in Policies must be of one kind; part them in two Fn::If")
		return a
	case isIntrinsic(p):
		return managedPolicy
	case isMap(p) && p.Field("Statement") != nil:
		return statementPolicy
	case isMap(p) && len(p.Fields) == 1 && policyTemplates()[p.Fields[0].Key] != nil:
		return templatePolicy
	}
	return unknownPolicy
}

// expandPolicy replaces a policy template by its statements.
func (t *transform) expandPolicy(id string, p val) val {
	if isNoValue(p) {
		return p
	}
	f := p.Fields[0]
	tmpl := policyTemplates()[f.Key]
	if !isMap(f.Value) {
		t.failAt(f.Span, "%s: the policy template %s needs its parameters as a map, at least {}", id, f.Key)
	}
	for _, name := range tmpl.params {
		if f.Value.Field(name) == nil {
			t.failAt(f.Span, "%s: the policy template %s needs the parameter %s", id, f.Key, name)
		}
	}
	return tmpl.statements(at(p.Span), f.Value)
}
