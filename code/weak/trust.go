package weak

import (
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// tls looks for callbacks that let every host name pass; plain switches are in
// the models.
func (o *Observer) tls(c *flow.Call) {
	switch segment(c.Name) {
	case "setHostnameVerifier", "setDefaultHostnameVerifier", "setSSLHostnameVerifier", "hostnameVerifier":
		for _, v := range c.Args() {
			for _, f := range c.Functions(v) {
				if alwaysTrue(f) {
					c.Weakness(ruleTLSOff, "every host name passes", rind.ConfidenceHigh, nil)
				}
			}
		}
	}
}

func alwaysTrue(f *ir.Func) bool {
	if len(f.Body) != 1 {
		return false
	}
	r, ok := f.Body[0].(*ir.Return)
	if !ok {
		return false
	}
	k, ok := r.X.(*ir.Const)
	return ok && k.Value == true
}

// trustAll looks for Java classes that stand in for the check of certificates
// and check nothing.
func (o *Observer) trustAll(p *flow.Program, m *ir.Module) {
	if m.Lang != ir.Java {
		return
	}
	look := func(x ir.Expr) {
		c, ok := x.(*ir.Class)
		if ok && slices.ContainsFunc(c.Interfaces, func(s string) bool { return strings.HasSuffix(s, "HostnameVerifier") }) {
			for _, member := range c.Members {
				if l, is := member.Value.(*ir.Lambda); is && member.Name == "verify" && alwaysTrue(l.Func) {
					p.Weakness(&rind.Weakness{
						Rule: ruleTLSOff, Message: "every host name passes", Span: m.Place(l.Func.Pos), Confidence: rind.ConfidenceHigh, Key: at(l.Func, "host"),
					})
				}
			}
		}
		if !ok || !slices.ContainsFunc(c.Interfaces, func(s string) bool {
			return strings.HasSuffix(s, "X509TrustManager") || strings.HasSuffix(s, "X509ExtendedTrustManager")
		}) {
			return
		}
		for _, member := range c.Members {
			l, ok := member.Value.(*ir.Lambda)
			if !ok || member.Name != "checkServerTrusted" || throwsOrCalls(l.Func) {
				continue
			}
			p.Weakness(&rind.Weakness{
				Rule: ruleTLSOff, Message: "the trust manager accepts every certificate", Span: m.Place(l.Func.Pos), Confidence: rind.ConfidenceHigh, Key: at(l.Func, "trust"),
			})
		}
	}
	for _, f := range m.Funcs {
		eachExpr(f, look)
	}
	eachExpr(m.Init, look)
}

func throwsOrCalls(f *ir.Func) bool {
	found := false
	eachStmt(f.Body, func(s ir.Stmt) {
		if _, ok := s.(*ir.Throw); ok {
			found = true
		}
	})
	eachExpr(f, func(x ir.Expr) {
		if _, ok := x.(*ir.Call); ok {
			found = true
		}
	})
	return found
}

// Kept implements [flow.Keeper]: data of one caller that the next one's
// invocation finds.
func (o *Observer) Kept(c *flow.Call) {
	v := c.Arg(0)
	if !c.Certain(v) {
		return
	}
	for _, x := range c.Origins(v) {
		if x.Control == "aws" || x.Store != nil {
			return
		}
	}
	message := c.Name + " keeps data of the event beyond the invocation"
	switch c.Name {
	case "append", "push", "add", "unshift", "insert", "addFirst", "addLast", "appendleft", "offer":
		message = "data of the event is added to a collection that lives on after the invocation"
	}
	c.Weakness(ruleKept, message, rind.ConfidenceMedium, nil)
}

// authorizer looks at what an authorizer answers.
func (o *Observer) authorizer(r *flow.Result) {
	c := r.Call()
	v := r.Value()
	if yes := c.Field(v, "isAuthorized"); yes != nil {
		consts, all := c.Constants(yes)
		if all && len(consts) == 1 && consts[0] == true && !refuses(r.Func) {
			r.Weakness(&rind.Weakness{
				Rule: ruleAllowAll, Message: "isAuthorized is true whatever the caller sends", Span: c.MadeAt(v), Confidence: rind.ConfidenceHigh, Key: at(r.Func, "authorizer"),
			})
		}
		return
	}
	doc := c.Field(v, "policyDocument")
	if doc == nil {
		doc = c.Field(v, "PolicyDocument")
	}
	if doc == nil {
		return
	}
	o.policy(r, c, doc)
}

// policy looks at the policies that an authorizer may answer with.
func (o *Observer) policy(r *flow.Result, c *flow.Call, doc *flow.Value) {
	allows, other := false, false
	for _, d := range c.Each(doc) {
		for _, list := range c.Each(c.Field(d, "Statement")) {
			statements := []*flow.Value{list}
			if c.Field(list, "Effect") == nil {
				statements = c.Each(c.Elements(list))
			}
			for _, s := range statements {
				effects, known := c.Constants(c.Field(s, "Effect"))
				allow := slices.Contains(effects, any("Allow"))
				allows = allows || allow
				other = other || !known || len(effects) != 1 || !allow
				resource := c.Field(s, "Resource")
				if texts := append(c.Texts(resource), c.Texts(c.Elements(resource))...); allow && slices.Contains(texts, "*") {
					r.Weakness(&rind.Weakness{
						Rule: ruleAllowAny, Message: "the policy allows every route of every API", Span: c.MadeAt(s), Confidence: rind.ConfidenceHigh, Key: at(r.Func, "resource"),
					})
				}
			}
		}
	}
	if allows && !other && !refuses(r.Func) {
		r.Weakness(&rind.Weakness{
			Rule: ruleAllowAll, Message: "the policy says Allow whatever the caller sends", Span: c.MadeAt(r.Value()), Confidence: rind.ConfidenceHigh, Key: at(r.Func, "authorizer"),
		})
	}
}

// refuses reports whether a function or one nested in it can end otherwise
// than with what it returns: by throwing, or by the callback with an error.
func refuses(f *ir.Func) bool {
	found := false
	for _, g := range f.Module.Funcs {
		eachStmt(g.Body, func(s ir.Stmt) {
			if _, ok := s.(*ir.Throw); ok {
				found = true
			}
		})
		eachExpr(g, func(x ir.Expr) {
			if k, ok := x.(*ir.Const); ok && (k.Value == "Unauthorized" || k.Value == "Deny") {
				found = true
			}
		})
	}
	return found
}
