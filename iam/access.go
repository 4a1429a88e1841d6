package iam

import (
	"slices"
	"strings"

	"rind/rind"
)

// A Grant says what somebody may do to a resource, and under what condition.
type Grant struct {
	// Principal is the ID of a role, user or group of the app, or who a
	// resource policy names: "*" for everyone, "Service:sns.amazonaws.com",
	// "AWS:111122223333".
	Principal string
	// Resource is the ID of a resource of the app, or "*:service" for
	// whatever else the account holds of that service ("*:*" for all).
	Resource string
	Service  string
	Actions  []*Action // by name; nil in "*:*"
	// Conditions must hold for the grant; none means it always holds.
	Conditions []Condition
	Rule       Attached
}

// Access tells who can do what to which resource under what condition: every
// role, user and group of the app, its policies evaluated against every
// resource of the app and against what lies beyond, and everyone whom a
// resource policy of the app lets in. Denials without conditions and
// boundaries are subtracted; a denial in a resource policy is subtracted from
// what that policy allows.
func Access(app *rind.App) []Grant {
	a := newAccess(app)
	var out []Grant
	for _, role := range app.Roles {
		out = append(out, a.role(role)...)
	}
	for _, holder := range others(app) {
		out = append(out, a.role(holder)...)
	}
	return append(out, a.resourcePolicies()...)
}

// GrantsBy returns a function that is [Access] of one role. It works each
// role out once; it is not for several goroutines.
func GrantsBy(app *rind.App) func(*rind.Role) []Grant {
	var a *access
	known := map[*rind.Role][]Grant{}
	return func(role *rind.Role) []Grant {
		g, ok := known[role]
		if !ok {
			if a == nil {
				a = newAccess(app)
			}
			g = a.role(role)
			known[role] = g
		}
		return g
	}
}

// Wildcards of many roles over many resources make grants by their product.
// So many grants an app may have, about, and so many resources of a service a
// statement reaches at least before the rest stands as "*:service" only.
const (
	maxGrants  = 100_000
	minTargets = 50
)

// A target is a resource of the app with the ARNs it has.
type target struct {
	resource *rind.Resource
	entity   entity
	forms    []form
}

// A form is one of a resource's ARNs, by its type in the catalogue.
type form struct {
	kind string // lower case
	arn  arn
}

type access struct {
	app      *rind.App
	names    *namer
	targets  map[string][]target // by service
	expanded map[string][]*Action
	most     int // resources of a service listed for one statement
	// worked remembers actions of a statement that nothing narrows.
	worked map[workedKey][]*Action
}

type workedKey struct {
	s       *Statement
	service string
	kinds   string
}

func newAccess(app *rind.App) *access {
	a := &access{app: app, names: newNamer(app), targets: map[string][]target{}, expanded: map[string][]*Action{}, worked: map[workedKey][]*Action{}}
	holders := 1
	for _, role := range app.Roles {
		holders += 1 + len(role.Functions) // who gets edges of their own
	}
	a.most = max(minTargets, maxGrants/holders)
	for _, r := range app.Resources {
		e, ok := entities[r.Type]
		if !ok {
			continue
		}
		t := target{resource: r, entity: e}
		name := a.names.inARN(e, r)
		if e.service == "iam" && r.Get("Path").Present() {
			name = append([]token{star}, name...)
		}
		for kind := range strings.SplitSeq(e.types, "|") {
			t.forms = append(t.forms, form{strings.ToLower(kind), splitARN(a.names.expand(a.names.form(e, kind), e, name, true))})
		}
		if e.service == "ssm" && len(name) > 0 && name[0].hole() {
			// A name that may begin with a slash: "parameter${Name}".
			t.forms = append(t.forms, form{"parameter", splitARN(append(text(nil, "arn:aws:ssm:*:*:parameter", true), name...))})
		}
		a.targets[e.service] = append(a.targets[e.service], t)
	}
	return a
}

func (a *access) role(role *rind.Role) []Grant {
	p := PermissionsOf(a.app, role)
	var out []Grant
	for _, r := range p.Allow {
		out = append(out, a.statement(role.ID, p, r)...)
	}
	return out
}

func (a *access) statement(role string, p *Permissions, r Attached) []Grant {
	patterns := r.patterns(a.names)
	hit := func(x arn) bool {
		if r.NotResource {
			return !slices.ContainsFunc(patterns, func(p arn) bool { return p.covers(x) })
		}
		return slices.ContainsFunc(patterns, func(p arn) bool { return p.overlaps(x, false) })
	}
	var out []Grant
	add := func(resource, service string, actions []*Action) {
		out = append(out, Grant{Principal: role, Resource: resource, Service: service, Actions: actions, Conditions: r.Conditions, Rule: r})
	}
	services := a.services(r.Statement)
	for _, service := range services {
		listed := 0
		for _, t := range a.targets[service] {
			if listed >= a.most {
				break
			}
			var kinds []form
			for _, f := range t.forms {
				if hit(f.arn) {
					kinds = append(kinds, f)
				}
			}
			if len(kinds) == 0 {
				continue
			}
			if actions := a.actions(p, r.Statement, service, kinds); len(actions) > 0 {
				add(t.resource.ID, service, actions)
				listed++
			}
		}
	}
	if len(services) > 40 { // "*": not worth a list
		if r.everywhere() {
			add("*:*", "*", nil)
		}
		return out
	}
	for _, service := range services {
		var kinds []form
		if u := unpacked(service); u != nil {
			for _, f := range u.others {
				if hit(f.arn) {
					kinds = append(kinds, f)
				}
			}
		}
		if len(kinds) == 0 {
			continue
		}
		if actions := a.actions(p, r.Statement, service, kinds); len(actions) > 0 && !onlyLogs(actions) {
			add("*:"+service, service, actions)
		}
	}
	return out
}

// services lists the services a statement's actions belong to.
func (a *access) services(s *Statement) []string {
	var out []string
	for _, p := range s.Actions {
		service := p.Service()
		if s.NotAction || service == "" {
			if !p.Known {
				continue
			}
			prefix, _, _ := strings.Cut(strings.ToLower(p.Text), ":")
			if s.NotAction {
				prefix = "*"
			}
			for _, name := range Services() {
				if Glob(prefix, name) {
					out = append(out, name)
				}
			}
			break
		}
		if !slices.Contains(out, service) {
			out = append(out, service)
		}
	}
	return out
}

// actions returns the statement's actions of a service that work on one of
// the kinds of resource and that nothing denies.
func (a *access) actions(p *Permissions, s *Statement, service string, kinds []form) []*Action {
	if len(p.Deny) > 0 || p.Boundary != nil {
		return a.narrowed(p, s, service, kinds)
	}
	key := workedKey{s: s, service: service}
	for _, k := range kinds {
		key.kinds += k.kind + "|"
	}
	out, ok := a.worked[key]
	if !ok {
		out = a.narrowed(p, s, service, kinds)
		a.worked[key] = out
	}
	return out
}

// narrowed is actions worked out anew.
func (a *access) narrowed(p *Permissions, s *Statement, service string, kinds []form) []*Action {
	var out []*Action
	for _, action := range a.candidates(s, service) {
		for _, t := range action.Resources {
			i := slices.IndexFunc(kinds, func(f form) bool { return strings.EqualFold(f.kind, t.Name) })
			if i < 0 {
				continue
			}
			if len(p.Deny) > 0 && p.denied(action.lower, kinds[i].arn, a.names) {
				continue
			}
			if p.Boundary != nil && !p.Boundary.permits(action.lower, kinds[i].arn, a.names) {
				continue
			}
			out = append(out, action)
			break
		}
	}
	return out
}

// permits reports whether, as a boundary, p may allow an action on a resource.
func (p *Permissions) permits(action string, resource arn, n *namer) bool {
	if p.denied(action, resource, n) {
		return false
	}
	for _, r := range p.Allow {
		if r.matchesAction(action) != No && r.reaches(resource, n, func(p, x arn) bool { return p.overlaps(x, true) }) {
			return true
		}
	}
	return false
}

// candidates returns the actions of a service that a statement matches.
func (a *access) candidates(s *Statement, service string) []*Action {
	if s.NotAction {
		var out []*Action
		for _, action := range a.expand(service + ":*") {
			if s.matchesAction(action.lower) == Yes {
				out = append(out, action)
			}
		}
		return out
	}
	var out []*Action
	for _, p := range s.Actions {
		if !p.Known {
			continue
		}
		prefix, name, ok := strings.Cut(p.Text, ":")
		if !ok {
			name = "*"
			if !p.Any() {
				continue
			}
		} else if !Glob(strings.ToLower(prefix), service) {
			continue
		}
		for _, action := range a.expand(service + ":" + name) {
			if len(s.Actions) == 1 || !slices.Contains(out, action) {
				out = append(out, action)
			}
		}
	}
	return out
}

func (a *access) expand(pattern string) []*Action {
	out, ok := a.expanded[pattern]
	if !ok {
		out = Expand(pattern)
		a.expanded[pattern] = out
	}
	return out
}

// elsewhere returns ARNs of a service's resources that the app does not hold:
// their names are unlike any other.
func elsewhere(arns map[string]string) []form {
	var forms []form
	unknown := holeOf("elsewhere")
	for kind, arn := range arns {
		if kind != strings.ToLower(kind) {
			continue // there under its name in lower case, too
		}
		var t []token
		for {
			before, rest, ok := strings.Cut(arn, "${")
			t = text(t, before, false)
			if !ok {
				break
			}
			variable, after, _ := strings.Cut(rest, "}")
			arn = after
			switch variable {
			case "Partition":
				t = text(t, "aws", false)
			case "Region", "Account":
				t = append(t, star)
			default:
				t = append(t, unknown)
			}
		}
		forms = append(forms, form{kind, splitARN(t)})
	}
	return forms
}

// onlyLogs reports whether the actions do no more than write a log, which
// every function does and whose group is rarely in the template.
func onlyLogs(actions []*Action) bool {
	for _, a := range actions {
		switch a.String() {
		case "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents":
		default:
			return false
		}
	}
	return true
}
