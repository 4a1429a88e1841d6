package iam

import (
	"slices"
	"strings"

	"rind/rind"
)

// An Escalation is a path that somebody's permissions open.
type Escalation struct {
	*Path
	// By are the statements that give the needed actions, in order of Needs.
	By []Attached
	// Target is the resource of the app that gives the rights, if the path
	// is limited to one: the passed role, the rewritten function.
	Target string
}

// Escalations returns the ways in which permissions can be widened by their
// holder. The holder's own role may be nil.
//
// Resources count: a PassRole limited to one role is judged by what that role
// may do, code updates limited to a function by what that function's role may
// do. A target elsewhere, about which the app says nothing, does not count,
// nor does one that is no stronger than the holder. Denials, boundaries and
// the conditions that tame these actions (iam:PermissionsBoundary,
// iam:PolicyARN, iam:PassedToService…) are respected. An administrator has
// nothing to gain and yields none.
func Escalations(app *rind.App, holder *rind.Role, p *Permissions) []Escalation {
	if p.Admin() != nil {
		return nil
	}
	e := &escalator{app: app, holder: holder, p: p, scopes: map[string][]Scope{}, strength: map[string]int{}}
	var out []Escalation
	for _, path := range paths {
		if x, ok := e.try(path); ok {
			out = append(out, x)
		}
	}
	return out
}

type escalator struct {
	app      *rind.App
	holder   *rind.Role
	p        *Permissions
	scopes   map[string][]Scope // by action
	strength map[string]int     // by role ID
	names    *namer
}

func (e *escalator) try(path *Path) (Escalation, bool) {
	out := Escalation{Path: path}
	for _, n := range path.needs {
		found := false
		for _, s := range e.allowed(n.action) {
			target, ok := e.serves(s, n, path)
			if !ok {
				continue
			}
			found = true
			out.By = append(out.By, s.Rule)
			if target != "" && out.Target == "" {
				out.Target = target
			}
			break
		}
		if !found {
			return Escalation{}, false
		}
	}
	return out, true
}

func (e *escalator) allowed(action string) []Scope {
	s, ok := e.scopes[action]
	if !ok {
		s = e.p.Scopes(action)
		e.scopes[action] = s
	}
	return s
}

// serves reports whether a scope gives what a path needs, and by which
// resource of the app if it is limited to one.
func (e *escalator) serves(s Scope, n need, path *Path) (target string, ok bool) {
	if tamed(s.Rule.Statement, n, path) {
		return "", false
	}
	switch n.aim {
	case anything:
		return "", true
	case project:
		return "", e.broad(s)
	}
	if e.broad(s) {
		return "", true
	}
	if s.Rule.NotResource {
		return "", false
	}
	for _, pattern := range s.Resources {
		for _, r := range e.app.Resources {
			if !n.aim.fits(r.Type) || !e.means(pattern, r) {
				continue
			}
			if e.worth(r, n) {
				return r.ID, true
			}
		}
	}
	return "", false
}

func (a aim) fits(resourceType string) bool {
	switch a {
	case anyRole:
		return resourceType == "AWS::IAM::Role"
	case principal:
		return resourceType == "AWS::IAM::Role" || resourceType == "AWS::IAM::User" || resourceType == "AWS::IAM::Group"
	case policy:
		return resourceType == "AWS::IAM::ManagedPolicy"
	case function:
		return resourceType == "AWS::Lambda::Function"
	}
	return false
}

// means reports whether a pattern means a resource of the app.
func (e *escalator) means(pattern Pattern, r *rind.Resource) bool {
	if e.names == nil {
		e.names = newNamer(e.app)
	}
	ent := entities[r.Type]
	kind, _, _ := strings.Cut(ent.types, "|")
	name := e.names.name(r)
	if r.Get("Path").Present() {
		name = append([]token{star}, name...)
	}
	t, _ := tokens(nil, pattern.Value, true, nil, e.names.ref)
	return splitARN(t).overlaps(splitARN(e.names.expand(e.names.form(ent, kind), ent, name, true)), false)
}

// worth reports whether having or changing a resource gains anything.
func (e *escalator) worth(r *rind.Resource, n need) bool {
	own := ""
	if e.holder != nil {
		own = e.holder.ID
	}
	switch n.aim {
	case anyRole:
		return r.ID != own && e.stronger(r.ID)
	case principal:
		// Widening its own role is the gain itself; widening another gains
		// if that one can be used, which is not known: a role that a
		// function of the app has is used.
		return r.ID == own || e.stronger(r.ID)
	case policy:
		return own != "" && slices.ContainsFunc(e.holder.Policies, func(p rind.Policy) bool { return p.Source == r.ID })
	case function:
		f := e.app.Function(r.ID)
		return f != nil && f.Role != "" && f.Role != own && e.stronger(f.Role)
	}
	return false
}

// stronger reports whether a role of the app may do more than the holder in
// the sense that counts: it is an administrator, or manages permissions.
func (e *escalator) stronger(id string) bool {
	s, ok := e.strength[id]
	if !ok {
		if role := e.app.Role(id); role != nil {
			s = strength(PermissionsOf(e.app, role))
		}
		e.strength[id] = s
	}
	return s > strength(e.p)
}

// strength ranks permissions: 0 ordinary, 1 all of some service, 2 manages
// permissions, 3 administrator.
func strength(p *Permissions) int {
	if p.Admin() != nil {
		return 3
	}
	out := 0
	for _, r := range p.Allow {
		if !r.everywhere() {
			continue
		}
		if r.NotAction && len(r.Actions) > 0 {
			out = max(out, 1)
			continue
		}
		for _, a := range r.WildcardActions() {
			out = max(out, 1)
			if a.Any() || a.Service() == "iam" || a.Service() == "organizations" {
				return 2
			}
		}
	}
	for _, path := range paths[:13] { // those that change IAM itself
		for _, s := range p.Scopes(path.Needs[0]) {
			if s.Everywhere {
				return 2
			}
		}
	}
	return out
}

// broad reports whether a scope reaches resources at will: everything, or an
// ARN whose name begins with a wildcard.
func (e *escalator) broad(s Scope) bool {
	if s.Everywhere {
		return !s.Rule.NotResource || len(s.Resources) > 0
	}
	return slices.ContainsFunc(s.Resources, Pattern.Broad)
}

// Broad reports whether the pattern was written to match everything of a
// kind: "*", "arn:aws:iam::*:role/*", "arn:aws:s3:::*", "${Parameter}*" not.
func (p Pattern) Broad() bool {
	if p.Any() {
		return true
	}
	t, _ := tokens(nil, p.Value, true, nil, nil)
	if len(t) > 0 && t[0] == star {
		return true
	}
	a := splitARN(t)
	if !a.split {
		// "arn:aws:iam::*" and the like: the rest is open.
		return len(t) > 0 && t[len(t)-1] == star && !slices.ContainsFunc(t, token.hole) && strings.HasPrefix(p.Text, "arn:")
	}
	name := a.resource
	for i, x := range name {
		named := nameFirst[a.serviceName()]
		if x == star {
			// "table*" is every table, "queue-*" is not every queue.
			return (i == 0 || !named) && ends(name[i+1:])
		}
		if x == '/' || x == ':' {
			return !named && i+1 < len(name) && name[i+1] == star && ends(name[i+2:])
		}
		if x.hole() {
			return false
		}
	}
	return false
}

// ends reports whether a name is over before rest: in "table/*-orders" the
// wildcard is but the beginning of a name.
func ends(rest []token) bool {
	return len(rest) == 0 || rest[0] == '/' || rest[0] == ':' || rest[0] == star
}

// nameFirst are the services whose ARNs begin with the name instead of a
// resource type.
var nameFirst = map[string]bool{"s3": true, "sqs": true, "sns": true, "execute-api": true, "codepipeline": true, "codecommit": true}

// serviceName is the service of an ARN where it is literal.
func (a arn) serviceName() string {
	var b strings.Builder
	for _, t := range a.service {
		if t < 0 {
			return ""
		}
		b.WriteByte(byte(t))
	}
	return b.String()
}

// tamed reports whether a condition of the statement takes the danger out of
// an action on a path (IAM User Guide, "Permissions boundaries for IAM
// entities" and "Granting a user permissions to pass a role").
func tamed(s *Statement, n need, path *Path) bool {
	for i := range s.Conditions {
		c := &s.Conditions[i]
		op := operators[strings.ToLower(c.Operator)]
		if op.negated || op.kind == '0' || c.IfExists {
			continue
		}
		switch strings.ToLower(c.Key) {
		case "iam:permissionsboundary":
			return true
		case "iam:policyarn":
			if !slices.ContainsFunc(c.Values, func(v *rind.Value) bool {
				return Glob(v.Pattern(), "arn:aws:iam::aws:policy/AdministratorAccess")
			}) {
				return true
			}
		case "iam:passedtoservice":
			if n.action == "iam:PassRole" && path.Service != "" && c.holds(&Context{Values: map[string][]string{"iam:passedtoservice": {path.Service}}}, s.variables) == No {
				return true
			}
		case "lambda:functionurlauthtype":
			if slices.ContainsFunc(c.Values, func(v *rind.Value) bool { return v.Is("AWS_IAM") }) {
				return true
			}
		case "lambda:layer":
			if strings.HasSuffix(path.Name, "layers") || path.Name == "publish-layer-version" {
				return true
			}
		}
	}
	return false
}
