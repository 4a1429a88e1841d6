package iam

import (
	"slices"
	"strings"

	"rind/rind"
)

// others gives users and groups the form of roles, with the policies that the
// app attaches to them. A user has its groups' rights as well.
func others(app *rind.App) []*rind.Role {
	var out []*rind.Role
	groups := map[string]*rind.Role{}
	for _, r := range app.OfType("AWS::IAM::Group", "AWS::IAM::User") {
		h := &rind.Role{ID: r.ID, Resource: r, Boundary: r.Get("PermissionsBoundary"), Span: r.Span}
		for p := range r.Get("Policies").Each() {
			h.Policies = append(h.Policies, rind.Policy{Name: p.Get("PolicyName").Pattern(), Document: p.Get("PolicyDocument"), Source: r.ID, Span: p.Span})
		}
		for arn := range r.Get("ManagedPolicyArns").Each() {
			if m := app.Target(arn); m != nil && m.Type == "AWS::IAM::ManagedPolicy" {
				h.Policies = append(h.Policies, attachedPolicy(m))
			} else {
				h.Managed = append(h.Managed, arn)
			}
		}
		attach(app, r, h)
		if r.Type == "AWS::IAM::Group" {
			groups[r.ID] = h
		}
		out = append(out, h)
	}
	for _, h := range out {
		if h.Resource.Type != "AWS::IAM::User" {
			continue
		}
		for g := range h.Resource.Get("Groups").Each() {
			if id, ok := g.Target(); ok && groups[id] != nil {
				h.Policies = append(h.Policies, groups[id].Policies...)
				h.Managed = append(h.Managed, groups[id].Managed...)
			}
		}
	}
	return out
}

// attach adds the policies that name a user or group.
func attach(app *rind.App, r *rind.Resource, h *rind.Role) {
	list := strings.TrimPrefix(r.Type, "AWS::IAM::") + "s" // Users, Groups
	single := strings.TrimSuffix(list, "s") + "Name"
	for _, p := range app.OfType("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy") {
		for _, property := range []string{list, single} {
			for v := range p.Get(property).Each() {
				id, ok := v.Target()
				if name := r.Get(single); ok && id == r.ID || !ok && v.Scalar() && name.Scalar() && name.Str() == v.Str() {
					h.Policies = append(h.Policies, attachedPolicy(p))
				}
			}
		}
	}
}

func attachedPolicy(r *rind.Resource) rind.Policy {
	return rind.Policy{Name: r.ID, Document: r.Get("PolicyDocument"), Source: r.ID, Span: r.Span}
}

// resourcePolicies returns whom the app's resource policies let in.
func (a *access) resourcePolicies() []Grant {
	var out []Grant
	for _, r := range a.app.Resources {
		if r.Type == "AWS::Lambda::Permission" {
			out = append(out, a.permission(r)...)
			continue
		}
		d, targets := resourceDocument(a.app, r)
		if d == nil {
			continue
		}
		for _, s := range d.Statements {
			if !s.Allow || s.NotAction {
				continue
			}
			for _, t := range targets {
				actions := a.allowedBy(d, s, t)
				if len(actions) == 0 {
					continue
				}
				for _, who := range a.principals(s) {
					out = append(out, Grant{
						Principal: who, Resource: t.ID, Service: actions[0].Service, Actions: actions,
						Conditions: s.Conditions, Rule: Attached{Statement: s, Policy: r.ID, Source: r.ID},
					})
				}
			}
		}
	}
	return out
}

// resourceDocument returns the policy that r holds and the resources it is
// about, or nil.
func resourceDocument(app *rind.App, r *rind.Resource) (*Document, []*rind.Resource) {
	holder, ok := policyHolders[r.Type]
	if !ok {
		return nil, nil
	}
	document := r.Get(holder.document)
	if inner := document.Get("PolicyDocument"); inner != nil {
		document = inner
	}
	d, err := Parse(document)
	if err != nil {
		return nil, nil
	}
	if holder.target == "" {
		return d, []*rind.Resource{r}
	}
	var targets []*rind.Resource
	for v := range r.Get(holder.target).Each() {
		if t := app.Target(v); t != nil {
			targets = append(targets, t)
		}
	}
	return d, targets
}

// allowedBy returns the actions of a resource's service that a statement of
// its policy allows and none of it denies to everyone.
func (a *access) allowedBy(d *Document, s *Statement, r *rind.Resource) []*Action {
	service := entities[r.Type].service
	if service == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a.candidates(s, service)), func(x *Action) bool {
		return slices.ContainsFunc(d.Statements, func(deny *Statement) bool {
			return deny.Deny() && len(deny.Conditions) == 0 && !deny.NotPrincipal &&
				slices.ContainsFunc(deny.Principals, Principal.Everyone) && deny.matchesAction(x.lower) == Yes
		})
	})
}

// principals names whom a statement lets in. Everyone but a few is everyone.
func (a *access) principals(s *Statement) []string {
	if s.NotPrincipal {
		return []string{"*"}
	}
	var out []string
	for _, p := range s.Principals {
		if id, ok := p.ID.Value.Target(); ok && a.app.Resource(id) != nil {
			out = append(out, id)
			continue
		}
		if p.Everyone() {
			out = append(out, "*")
			continue
		}
		out = append(out, p.Type+":"+p.ID.String())
	}
	return out
}

// permission reads an AWS::Lambda::Permission as the statement it makes.
// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
func (a *access) permission(r *rind.Resource) []Grant {
	t := a.app.Target(r.Get("FunctionName"))
	if t == nil {
		return nil
	}
	s := &Statement{Effect: "Allow", Allow: true, Value: r.Properties, Span: r.Span, Actions: []Pattern{NewPattern(r.Get("Action"))}}
	who := r.Get("Principal")
	kind := "AWS"
	switch {
	case who.Str() == "*":
		kind = "*"
	case strings.HasSuffix(who.Pattern(), ".amazonaws.com") || strings.Contains(who.Pattern(), ".alexa-"):
		kind = "Service"
	}
	s.Principals = []Principal{{Type: kind, ID: NewPattern(who)}}
	for property, key := range map[string]string{
		"SourceArn": "aws:SourceArn", "SourceAccount": "aws:SourceAccount", "PrincipalOrgID": "aws:PrincipalOrgID",
		"EventSourceToken": "lambda:EventSourceToken", "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
	} {
		if v := r.Get(property); v.Present() {
			op := "StringEquals"
			if property == "SourceArn" {
				op = "ArnLike"
			}
			s.Conditions = append(s.Conditions, Condition{Operator: op, Key: key, Values: []*rind.Value{v}, Span: v.Span})
		}
	}
	slices.SortFunc(s.Conditions, func(x, y Condition) int { return strings.Compare(x.Key, y.Key) })
	actions := a.candidates(s, "lambda")
	if len(actions) == 0 {
		return nil
	}
	var out []Grant
	for _, p := range a.principals(s) {
		out = append(out, Grant{
			Principal: p, Resource: t.ID, Service: "lambda", Actions: actions,
			Conditions: s.Conditions, Rule: Attached{Statement: s, Policy: r.ID, Source: r.ID},
		})
	}
	return out
}
