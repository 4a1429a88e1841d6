package sam

import (
	"regexp"
	"strings"

	"rind/rind"
)

const policyKey = "x-amazon-apigateway-policy"

var pathParameter = regexp.MustCompile(`\{([a-zA-Z0-9._-]+|[a-zA-Z0-9._-]+\+|proxy\+)\}`)

// starPath replaces the parameters of a path by stars, as execute-api ARNs
// want it.
func starPath(p string) string { return pathParameter.ReplaceAllString(p, "*") }

// httpPathParameter leaves greedy parameters other than proxy alone.
var httpPathParameter = regexp.MustCompile(`\{([a-zA-Z0-9._-]+|proxy\+)\}`)

// resourcePolicy adds to the policy of the API what rp says about a path.
func (e editor) resourcePolicy(rp val, path string, stage val) {
	if !isMap(rp) {
		e.t.fail(rp, "ResourcePolicy is not a map")
		return
	}
	resources := e.methodResources(path, stage)
	for _, k := range [][2]string{{"AwsAccountWhitelist", "Allow"}, {"AwsAccountBlacklist", "Deny"}} {
		if v := given(rp.Get(k[0])); v != nil {
			if !isList(v) {
				if !isMap(v) {
					e.t.fail(v, "%s is neither a list nor an intrinsic function", k[0])
				}
				v = e.t.here.list(v)
			}
			e.statement(e.t.here.obj("Effect", k[1], "Action", "execute-api:Invoke", "Resource", resources,
				"Principal", e.t.here.obj("AWS", v)), false)
		}
	}
	for _, k := range [][2]string{{"IpRangeWhitelist", "NotIpAddress"}, {"IpRangeBlacklist", "IpAddress"}} {
		if v := given(rp.Get(k[0])); v != nil {
			if !isList(v) {
				v = e.t.here.list(v)
			}
			e.allowExcept(resources, e.t.here.obj(k[1], e.t.here.obj("aws:SourceIp", v)))
		}
	}
	for _, k := range [][2]string{{"Blacklist", "StringEquals"}, {"Whitelist", "StringNotEquals"}} {
		if c := e.networkCondition(rp, k[0]); len(c.Fields) > 0 {
			e.allowExcept(resources, e.t.here.obj(k[1], c))
		}
	}
	if e.doc.Get(policyKey) == nil {
		set(e.doc, policyKey, e.t.here.obj())
	}
}

// networkCondition collects VPCs and endpoints of a white or black list.
func (e editor) networkCondition(rp val, list string) val {
	vpc, vpce := e.t.here.list(), e.t.here.list()
	for v := range rp.Get("SourceVpc" + list).Each() {
		switch {
		case !isStr(v):
			e.t.fail(v, "SourceVpc%s takes texts only; use IntrinsicVpc%s", list, list)
		case strings.HasPrefix(v.Text, "vpce-"):
			vpce.Items = append(vpce.Items, v)
		case strings.HasPrefix(v.Text, "vpc-"):
			vpc.Items = append(vpc.Items, v)
		}
	}
	for v := range rp.Get("IntrinsicVpc" + list).Each() {
		vpc.Items = append(vpc.Items, v)
	}
	for v := range rp.Get("IntrinsicVpce" + list).Each() {
		vpce.Items = append(vpce.Items, v)
	}
	return e.t.here.obj("aws:SourceVpc", given(vpc), "aws:SourceVpce", given(vpce))
}

// allowExcept lets everyone in and denies where the condition holds.
func (e editor) allowExcept(resources, condition val) {
	a := e.t.here
	e.statement(a.obj("Effect", "Allow", "Action", "execute-api:Invoke", "Resource", resources, "Principal", "*"), true)
	e.statement(a.obj("Effect", "Deny", "Action", "execute-api:Invoke", "Resource", resources, "Principal", "*",
		"Condition", condition), true)
}

// customStatements adds statements the user wrote.
func (e editor) customStatements(v val) {
	if v.Absent() {
		return
	}
	p := e.policy()
	if p.Get("Statement").Absent() {
		set(p, "Statement", v)
		return
	}
	for s := range v.Each() {
		e.statement(s, true)
	}
}

func (e editor) policy() val {
	p := e.doc.Get(policyKey)
	if !isMap(p) {
		p = e.t.here.obj()
		set(e.doc, policyKey, p)
	}
	set(p, "Version", e.t.here.str("2012-10-17"))
	return p
}

// statement adds one statement to the policy of the API; the first one of an
// account list stands alone, not in a list.
func (e editor) statement(s val, listed bool) {
	p := e.policy()
	old := p.Get("Statement")
	switch {
	case old.Absent() && !listed:
		set(p, "Statement", s)
	case old.Absent():
		set(p, "Statement", e.t.here.list(s))
	default:
		l := e.t.here.list()
		if isList(old) {
			l.Items = append(l.Items, old.Items...)
		} else {
			l.Items = append(l.Items, old)
		}
		if !listed || !contains(l.Items, s) {
			l.Items = append(l.Items, s)
		}
		set(p, "Statement", l)
	}
}

// methodResources are the execute-api resources of every method of a path.
func (e editor) methodResources(path string, stage val) val {
	l := e.t.here.list()
	for _, it := range e.items(path) {
		for _, f := range it.Fields {
			m := strings.ToUpper(f.Key)
			if methodName(f.Key) == anyMethod {
				m = "*"
			}
			l.Items = append(l.Items, e.t.here.sub("execute-api:/${__Stage__}/"+m+starPath(path), "__Stage__", orNull(stage)))
		}
	}
	return l
}

func orNull(v val) val {
	if v == nil {
		return &rind.Value{Kind: rind.Null}
	}
	return v
}
