package iam

import (
	"strings"

	"rind/rind"
)

// An Attached is a statement together with where it is attached.
type Attached struct {
	*Statement
	// Policy names the policy: its name in the template, or the AWS-managed
	// policy's.
	Policy string
	// Source is the ID of the resource that holds it; "" for AWS-managed
	// policies.
	Source string
	// Managed marks the summary of an AWS-managed policy.
	Managed bool
}

// Permissions are what a role, user or group may do.
type Permissions struct {
	Allow []Attached
	Deny  []Attached
	// Boundary limits Allow; nil if there is none.
	Boundary *Permissions
	// Partial is set when some policy is not known: there may be more.
	Partial bool
	// Unknown names the AWS-managed policies that the table does not hold.
	Unknown []string
	// Errors are policies that could not be read.
	Errors []error
}

// PermissionsOf collects the permissions of a role of the app. The boundary
// is used if the app holds it or it is an AWS-managed policy.
func PermissionsOf(app *rind.App, role *rind.Role) *Permissions {
	p := &Permissions{}
	for _, policy := range role.Policies {
		p.Add(policy.Document, policy.Name, policy.Source)
	}
	for _, arn := range role.Managed {
		p.AddManaged(arn)
	}
	if role.Boundary.Present() {
		b := &Permissions{}
		if r := app.Target(role.Boundary); r != nil && r.Type == "AWS::IAM::ManagedPolicy" {
			b.Add(r.Get("PolicyDocument"), r.ID, r.ID)
		} else {
			b.AddManaged(role.Boundary)
		}
		if len(b.Allow) > 0 && !b.Partial && len(b.Unknown) == 0 {
			p.Boundary = b
		}
	}
	return p
}

// Add adds the statements of a document.
func (p *Permissions) Add(document *rind.Value, name, source string) {
	d, err := Parse(document)
	if err != nil {
		p.Errors = append(p.Errors, err)
		return
	}
	p.addDocument(d, Attached{Policy: name, Source: source})
}

// AddDocument adds the statements of a parsed document.
func (p *Permissions) AddDocument(d *Document, name, source string) {
	p.addDocument(d, Attached{Policy: name, Source: source})
}

// AddManaged adds what a managed policy grants, if it is AWS's and known.
func (p *Permissions) AddManaged(arn *rind.Value) {
	name := ManagedName(arn)
	d, ok := Managed(name)
	if !ok {
		if name == "" {
			p.Partial = true
		} else {
			p.Unknown = append(p.Unknown, name)
		}
		return
	}
	for _, s := range d.Statements {
		s.Value, s.Span = arn, arn.Span
	}
	p.addDocument(d, Attached{Policy: name, Managed: true})
}

func (p *Permissions) addDocument(d *Document, r Attached) {
	p.Partial = p.Partial || d.Partial
	for _, s := range d.Statements {
		r.Statement = s
		switch {
		case s.Allow:
			p.Allow = append(p.Allow, r)
		case s.Deny():
			p.Deny = append(p.Deny, r)
		default:
			p.Partial = true
		}
	}
}

// Full reports whether the statement allows everything on everything without
// a condition: the administrator's statement.
func (s *Statement) Full() bool {
	if !s.Allow || len(s.Conditions) > 0 || len(s.WildcardResources()) == 0 && !(s.NotResource && len(s.Resources) == 0) {
		return false
	}
	for _, a := range s.Actions {
		if a.Any() && !s.NotAction {
			return true
		}
	}
	return false
}

// Admin returns the statement that gives full administrative access, or nil.
func (p *Permissions) Admin() *Attached {
	if p.Boundary != nil && p.Boundary.Admin() == nil {
		return nil
	}
	for i := range p.Allow {
		if p.Allow[i].Full() {
			return &p.Allow[i]
		}
	}
	return nil
}

// A Scope is where an action is allowed.
type Scope struct {
	Rule Attached
	// Resources are the patterns of the statement, as written. With
	// NotResource they are what is excepted.
	Resources []Pattern
	// Everywhere is set when the statement reaches every resource.
	Everywhere bool
}

// Scopes returns where an action ("iam:PassRole") is allowed, disregarding
// conditions. Denials of the action without conditions on every resource and
// boundaries that do not allow it are respected; narrower denials are not
// subtracted here.
func (p *Permissions) Scopes(action string) []Scope {
	lower := strings.ToLower(action)
	for _, d := range p.Deny {
		if len(d.Conditions) == 0 && d.matchesAction(lower) == Yes && d.everywhere() {
			return nil
		}
	}
	if p.Boundary != nil && len(p.Boundary.Scopes(action)) == 0 {
		return nil
	}
	var out []Scope
	for _, r := range p.Allow {
		if r.matchesAction(lower) == Yes {
			out = append(out, Scope{Rule: r, Resources: r.Resources, Everywhere: r.everywhere()})
		}
	}
	return out
}

// Can reports whether an action is allowed anywhere at all.
func (p *Permissions) Can(action string) bool { return len(p.Scopes(action)) > 0 }

// everywhere reports whether the statement applies to every resource: "*",
// or every resource but some.
func (s *Statement) everywhere() bool {
	if s.NotResource {
		return true
	}
	for _, r := range s.Resources {
		if r.Any() {
			return true
		}
	}
	return false
}

// denied reports whether a statement without conditions denies the action on
// everything that the resource can be.
func (p *Permissions) denied(action string, resource arn, n *namer) bool {
	for _, d := range p.Deny {
		if len(d.Conditions) == 0 && d.matchesAction(action) == Yes && d.reaches(resource, n, arn.covers) {
			return true
		}
	}
	return false
}

// patterns returns the statement's resource patterns, taken apart.
func (s *Statement) patterns(n *namer) []arn {
	out := make([]arn, 0, len(s.Resources))
	for _, r := range s.Resources {
		if r.Any() {
			out = append(out, arn{whole: []token{star}})
			continue
		}
		t, _ := tokens(nil, r.Value, true, nil, n.ref)
		out = append(out, splitARN(t))
	}
	return out
}

// reaches applies the statement's resource patterns to a resource by test,
// which is [arn.covers] or an overlap.
func (s *Statement) reaches(resource arn, n *namer, test func(pattern, subject arn) bool) bool {
	for _, p := range s.patterns(n) {
		if s.NotResource && p.overlaps(resource, true) {
			return false
		}
		if !s.NotResource && test(p, resource) {
			return true
		}
	}
	return s.NotResource
}
