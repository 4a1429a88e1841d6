package link

import (
	"strings"

	"rind/rind"
)

// permits knows what functions may write to, from the edges that policies
// make.
type permits struct {
	app     *rind.App
	writes  map[[2]string]bool // function, resource
	some    map[string]bool    // functions whose permissions are known at all
	all     map[string]bool    // functions that may do everything
	unclear map[[2]string]bool // function, service: a policy names what the app does not resolve
}

func newPermits(app *rind.App) permits {
	p := permits{app: app, writes: map[[2]string]bool{}, some: map[string]bool{}, all: map[string]bool{}, unclear: map[[2]string]bool{}}
	for _, e := range app.Edges {
		switch e.Kind {
		case rind.Writes, rind.Invokes:
			p.writes[[2]string{e.From, e.To}] = true
			p.some[e.From] = true
		case rind.Reads:
			p.some[e.From] = true
		}
	}
	for _, role := range app.Roles {
		all := len(role.Managed) > 0 && wide(role)
		for _, e := range app.Edges {
			if e.Kind == rind.Grants && e.From == role.ID && e.To == "*:*" {
				all = true
			}
		}
		for _, f := range role.Functions {
			p.all[f] = p.all[f] || all
			for _, doc := range role.Policies {
				p.note(f, doc.Document)
			}
		}
	}
	return p
}

// wide reports whether a role has managed policies whose reach is not known:
// all but those that only let a function run.
func wide(role *rind.Role) bool {
	for _, m := range role.Managed {
		name := m.Pattern()
		if !strings.Contains(name, "/service-role/AWSLambda") && !strings.Contains(name, "AWSXRay") && !strings.Contains(name, "CloudWatchLambdaInsights") {
			return true
		}
	}
	return false
}

// note remembers the services for which a policy names resources that are not
// of the app or not known, so that silence about a resource says nothing.
func (p *permits) note(fn string, doc *rind.Value) {
	statements := doc.Get("Statement")
	one := func(s *rind.Value) {
		if s.Get("Effect").Is("Deny") {
			return
		}
		p.some[fn] = true
		unknown := false
		each(s.Get("Resource"), func(v *rind.Value) {
			if v.Is("*") || p.unresolved(v) {
				unknown = true
			}
		})
		if s.Get("NotResource").Present() || s.Get("NotAction").Present() {
			unknown = true
		}
		if !unknown {
			return
		}
		each(s.Get("Action"), func(v *rind.Value) {
			service, _, _ := strings.Cut(v.Pattern(), ":")
			if service == "states" {
				service = "stepfunctions"
			}
			p.unclear[[2]string{fn, service}] = true
		})
	}
	if statements != nil && statements.Kind == rind.Map {
		one(statements)
	}
	for s := range statements.Each() {
		one(s)
	}
}

// unresolved reports whether a resource of a policy refers to something that
// is not known: a parameter without default, an import.
func (p *permits) unresolved(v *rind.Value) bool {
	if v == nil || v.Kind != rind.Symbol {
		return false
	}
	for r := range v.Refs() {
		switch r.Kind {
		case rind.RefResource:
			return false
		case rind.RefPseudo:
		default:
			return true
		}
	}
	return false
}

func each(v *rind.Value, yield func(*rind.Value)) {
	if v == nil {
		return
	}
	if v.Kind != rind.List {
		yield(v)
		return
	}
	for e := range v.Each() {
		yield(e)
	}
}

// write reports whether a function may write to a place. What is not known
// is allowed.
func (p *permits) write(f *rind.Function, at place) bool {
	if f == nil || strings.HasPrefix(at.id, "name:") || at.id == "?" {
		return true
	}
	role := p.app.Role(f.Role)
	if role == nil || !p.some[f.ID] || p.all[f.ID] {
		return true
	}
	if p.writes[[2]string{f.ID, at.id}] || p.unclear[[2]string{f.ID, at.service}] || p.unclear[[2]string{f.ID, "*"}] {
		return true
	}
	// A resource policy may let the role in.
	for _, e := range p.app.Edges {
		if e.Kind == rind.Grants && e.To == at.id && (e.From == role.ID || e.From == f.ID) && !strings.Contains(e.Why, ":Get") {
			return true
		}
	}
	return false
}
