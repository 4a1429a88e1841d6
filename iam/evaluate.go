package iam

import (
	"strings"

	"rind/rind"
)

// A Request is somebody's wish to do something, as IAM sees it. Resource may
// have unknown parts; empty Principal means it does not matter.
type Request struct {
	Principal Caller
	Action    string      // "s3:GetObject"
	Resource  *rind.Value // ARN, or "*" for actions without a resource
	// Account is the account that owns the resource; empty if it is the
	// caller's.
	Account string
	Context Context
}

// A Caller is who makes a request.
type Caller struct {
	Type    string // AWS, Service, Federated, or "" if anonymous
	ID      string // ARN, service name, provider
	Account string // 12 digits; taken from an ARN if empty
}

// A Decision is how IAM answers a request.
type Decision int8

// The decisions.
const (
	Undecided    Decision = iota // depends on something unknown
	ImplicitDeny                 // nothing allows it
	ExplicitDeny                 // a statement denies it
	Allowed
)

func (d Decision) String() string {
	return [...]string{"undecided", "implicit deny", "explicit deny", "allowed"}[d]
}

// A Result is a decision with its reasons.
type Result struct {
	Decision Decision
	// By lists the statements that decided: those that deny, or allow.
	By []*Statement
	// Left lists the conditions on which an undecided result depends.
	Left []*Condition
}

// Policies are all policies that apply to a request.
type Policies struct {
	Identity []*Document // of the caller: inline, managed, of its groups
	Resource []*Document // of the resource
	// Boundary is the caller's permissions boundary; nil if there is none.
	Boundary []*Document
	// Session holds session policies; nil if there are none.
	Session []*Document
	// Control holds service and resource control policies, one list for each
	// level of the organisation. Each level must allow.
	Control [][]*Document
	// ResourceDecides is set where the resource policy must allow, whatever
	// the identity may do: trust policies of roles and KMS key policies.
	ResourceDecides bool
}

// Evaluate decides a request as the IAM User Guide's "Policy evaluation
// logic" says: a denial anywhere wins; then every control policy, boundary
// and session policy must allow; then the identity or the resource policy
// must, or both if the resource is in another account.
//
// Two simplifications: a resource policy that names the caller is not held to
// its boundary (that is so for users and sessions named by ARN, not for
// roles), and a service-linked role's exemptions are not known.
func (p *Policies) Evaluate(req *Request) Result {
	var denied, maybeDenied verdict
	for _, docs := range p.all() {
		v := judge(docs, req, "Deny")
		denied.add(v, Yes)
		maybeDenied.add(v, Maybe)
	}
	if denied.answer == Yes {
		return Result{Decision: ExplicitDeny, By: denied.by}
	}
	allowed := p.allows(req)
	switch {
	case allowed.answer == No:
		return Result{Decision: ImplicitDeny}
	case allowed.answer == Maybe || maybeDenied.answer == Maybe:
		return Result{Decision: Undecided, By: append(allowed.by, maybeDenied.by...), Left: append(allowed.left, maybeDenied.left...)}
	}
	return Result{Decision: Allowed, By: allowed.by}
}

func (p *Policies) all() [][]*Document {
	all := [][]*Document{p.Identity, p.Resource, p.Boundary, p.Session}
	return append(all, p.Control...)
}

// allows answers whether everything that must allow the request does.
func (p *Policies) allows(req *Request) verdict {
	resource := judge(p.Resource, req, "Allow")
	identity := judge(p.Identity, req, "Allow")
	for _, limit := range [][]*Document{p.Boundary, p.Session} {
		if limit != nil {
			identity = identity.both(judge(limit, req, "Allow"))
		}
	}
	var out verdict
	switch {
	case p.ResourceDecides && (req.Principal.Type != "AWS" || names(p.Resource, req)):
		out = resource
	case p.ResourceDecides || crossAccount(req):
		out = identity.both(resource)
	case req.Principal.Type == "Service" || req.Principal.Type == "Federated" || req.Principal.Type == "" && req.Principal.ID == "" && len(p.Identity) == 0:
		out = resource
	default:
		out = identity.either(resource)
	}
	for _, level := range p.Control {
		out = out.both(judge(level, req, "Allow"))
	}
	return out
}

func crossAccount(req *Request) bool {
	return req.Account != "" && req.Principal.account() != "" && req.Account != req.Principal.account()
}

func (c Caller) account() string {
	if c.Account != "" {
		return c.Account
	}
	return Principal{Type: "AWS", ID: PatternOf(c.ID)}.Account()
}

// names reports whether a resource policy allows the very caller, not only
// the account, which would leave the decision to the account's own policies.
func names(docs []*Document, req *Request) bool {
	if crossAccount(req) {
		return false
	}
	for _, d := range docs {
		for _, s := range d.Statements {
			for _, p := range s.Principals {
				if s.Allow && !s.NotPrincipal && p.ID.Known && p.ID.Text == req.Principal.ID && s.Matches(req) != No {
					return true
				}
			}
		}
	}
	return false
}

// A verdict is an answer with the statements and conditions behind it.
type verdict struct {
	answer Answer
	by     []*Statement
	left   []*Condition
}

func (v *verdict) add(w verdict, level Answer) {
	if w.answer == level {
		v.answer = level
		v.by = append(v.by, w.by...)
		v.left = append(v.left, w.left...)
	}
}

func (v verdict) both(w verdict) verdict {
	if v.answer == No || w.answer == No {
		return verdict{}
	}
	return verdict{answer: v.answer.and(w.answer), by: append(v.by[:len(v.by):len(v.by)], w.by...), left: append(v.left[:len(v.left):len(v.left)], w.left...)}
}

func (v verdict) either(w verdict) verdict {
	switch {
	case v.answer == w.answer:
		return verdict{answer: v.answer, by: append(v.by[:len(v.by):len(v.by)], w.by...), left: append(v.left[:len(v.left):len(v.left)], w.left...)}
	case v.answer > w.answer:
		return v
	}
	return w
}

// judge finds the strongest answer among the statements with an effect.
func judge(docs []*Document, req *Request, effect string) verdict {
	var out verdict
	for _, d := range docs {
		if d.Partial {
			out = out.either(verdict{answer: Maybe})
		}
		for _, s := range d.Statements {
			if s.Effect != effect && s.Effect != "" {
				continue
			}
			a := s.Matches(req)
			if s.Effect == "" {
				a = a.and(Maybe)
			}
			v := verdict{answer: a}
			if a != No {
				v.by = []*Statement{s}
			}
			if a == Maybe {
				v.left = s.open(req)
			}
			out = out.either(v)
		}
	}
	return out
}

// Matches answers whether the statement applies to a request, whatever its
// effect.
func (s *Statement) Matches(req *Request) Answer {
	out := s.matchesAction(req.Action)
	if out == No {
		return No
	}
	if out = out.and(s.matchesResource(req)); out == No {
		return No
	}
	if out = out.and(s.matchesPrincipal(req.Principal)); out == No {
		return No
	}
	for i := range s.Conditions {
		if out = out.and(s.Conditions[i].holds(&req.Context, s.variables)); out == No {
			return No
		}
	}
	return out
}

// open lists the conditions that are undecided for a request.
func (s *Statement) open(req *Request) []*Condition {
	var out []*Condition
	for i := range s.Conditions {
		if s.Conditions[i].holds(&req.Context, s.variables) == Maybe {
			out = append(out, &s.Conditions[i])
		}
	}
	return out
}

func (s *Statement) matchesAction(action string) Answer {
	action = strings.ToLower(action)
	out := No
	for _, p := range s.Actions {
		switch {
		case p.Known:
			out = out.or(answer(matchesAction(p.Text, action)))
		case Glob(strings.ToLower(p.Text), action):
			out = out.or(Maybe)
		}
	}
	if s.NotAction {
		return out.not()
	}
	return out
}

// matchesAction compares an action in lower case with a pattern.
func matchesAction(pattern, action string) bool {
	if pattern == "*" {
		return true
	}
	return Glob(strings.ToLower(pattern), action)
}

func (s *Statement) matchesResource(req *Request) Answer {
	if len(s.Resources) == 0 && !s.NotResource {
		return Yes // trust policies have no Resource
	}
	var vars lookup
	if s.variables {
		vars = req.Context.variable
	}
	subject, _ := tokens(nil, req.Resource, true, nil, nil)
	out := No
	for _, p := range s.Resources {
		if p.Any() {
			out = Yes
			break
		}
		pattern, ok := tokens(nil, p.Value, true, vars, nil)
		if ok {
			out = out.or(matches(pattern, subject))
		}
	}
	if s.NotResource {
		return out.not()
	}
	return out
}

func (s *Statement) matchesPrincipal(c Caller) Answer {
	if len(s.Principals) == 0 && !s.NotPrincipal {
		return Yes // identity policies have no Principal
	}
	out := No
	for _, p := range s.Principals {
		out = out.or(p.matches(c))
	}
	if s.NotPrincipal {
		return out.not()
	}
	return out
}

func (p Principal) matches(c Caller) Answer {
	switch {
	case p.Type == "*" || p.Type == "AWS" && p.ID.Any():
		if c.Type == "Service" && p.Type == "AWS" {
			return No
		}
		return Yes
	case p.Type == "":
		return Maybe
	case c.Type == "" && c.ID == "":
		return No // anonymous
	case p.Type != c.Type:
		return No
	case p.Type == "AWS" && p.ID.Known && p.wholeAccount():
		if c.account() == "" {
			return Maybe
		}
		return answer(p.Account() == c.account())
	}
	pattern, _ := tokens(nil, p.ID.Value, false, nil, nil)
	return matches(pattern, text(nil, c.ID, false))
}

// wholeAccount reports whether an AWS principal is an account: its number or
// its root.
func (p Principal) wholeAccount() bool {
	id := p.ID.Text
	return p.Account() != "" && (!strings.HasPrefix(id, "arn:") || strings.HasSuffix(id, ":root"))
}
