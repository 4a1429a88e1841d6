package posture

import (
	"fmt"

	"rind/rind"
	"rind/rule"
)

// matrix builds the posture of one function.
func matrix(g *graph, f *rind.Function, findings []*rind.Finding) *rind.Posture {
	p := &rind.Posture{App: g.app.Path, Function: f.ID}
	related := g.related(f)
	holes := map[rind.Risk]map[rind.Layer][]string{}
	for _, x := range findings {
		if x.Suppressed != nil || x.Severity == rind.Info || x.Confidence == rind.ConfidenceLow || !related[x.Resource] && x.Function != f.ID {
			continue
		}
		if holes[x.Risk] == nil {
			holes[x.Risk] = map[rind.Layer][]string{}
		}
		holes[x.Risk][x.Layer] = append(holes[x.Risk][x.Layer], x.Rule+" "+x.Title)
	}
	for _, risk := range rind.Risks {
		for _, layer := range rind.Layers {
			r := covers(risk, layer)
			if r == none {
				continue
			}
			c := rind.Cell{Risk: risk, Layer: layer, Primary: r == primary}
			if found := holes[risk][layer]; len(found) > 0 {
				c.State, c.Evidence = rind.Hole, shorten(found)
			} else {
				c.State, c.Evidence = probe(g, f, risk, layer)
			}
			p.Cells = append(p.Cells, c)
		}
	}
	return p
}

// shorten keeps the first few findings of a cell and counts the rest.
func shorten(found []string) []string {
	const few = 3
	seen := map[string]bool{}
	var out []string
	for _, s := range found {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	if len(out) > few {
		out = append(out[:few], fmt.Sprintf("and %d more", len(out)-few))
	}
	return out
}

// related are the IDs of the resources whose faults are the function's own:
// its role and policies, what triggers it, its log group and what belongs to
// those. Both the expanded and the declared IDs count.
func (g *graph) related(f *rind.Function) map[string]bool {
	if ids, ok := g.known[f.ID]; ok {
		return ids
	}
	ids := g.relatedTo(f)
	g.known[f.ID] = ids
	return ids
}

// A link is a resource and those on which it hangs.
type link struct {
	id string
	on []string
}

// links lists, in order, the stages, methods, permissions and policies that
// hang on something else.
func links(app *rind.App) []link {
	var out []link
	for _, r := range app.Resources {
		l := link{id: r.ID}
		for _, property := range []string{"FunctionName", "TargetFunctionArn", "RestApiId", "ApiId", "Bucket", "Queues", "Topics", "Role", "Roles", "RoleName"} {
			for v := range r.Get(property).Each() {
				if id, ok := v.Target(); ok {
					l.on = append(l.on, id)
				}
			}
		}
		if len(l.on) > 0 {
			out = append(out, l)
		}
	}
	return out
}

func (g *graph) relatedTo(f *rind.Function) map[string]bool {
	ids := map[string]bool{f.ID: true}
	add := func(id string) {
		if id == "" {
			return
		}
		ids[id] = true
		if r := g.app.Resource(id); r != nil && r.Origin != "" {
			ids[r.Origin] = true
		}
	}
	add(f.ID)
	add(f.Role)
	if role := g.app.Role(f.Role); role != nil {
		for _, p := range role.Policies {
			add(p.Source)
		}
	}
	for _, t := range f.Triggers {
		add(t.Source)
		add(t.Auth.Authorizer)
	}
	// Stages, methods, permissions and policies hang on one of those.
	for _, l := range g.links {
		for _, id := range l.on {
			if ids[id] {
				add(l.id)
			}
		}
	}
	for _, e := range g.from[f.ID] {
		if e.Kind == rind.Uses {
			add(e.To)
		}
	}
	return ids
}

// aligned lists the risks against which no slice is solid on a path that
// reaches f.
func aligned(p *rind.Posture, f *rind.Function, all []*candidate) []rind.Aligned {
	var path string
	out := []rind.Aligned{}
	for _, c := range all {
		if len(c.path.Steps) == 0 || c.path.Steps[0].Node != rind.Internet {
			continue
		}
		for _, s := range c.path.Steps {
			if s.Node == f.ID && path == "" {
				path = c.path.ID
			}
		}
	}
	if path == "" {
		return out
	}
	solid, could := map[rind.Risk]bool{}, map[rind.Risk]bool{}
	for _, c := range p.Cells {
		switch c.State {
		case rind.Solid:
			solid[c.Risk] = true
		case rind.Hole, rind.Unknown:
			could[c.Risk] = true
		}
	}
	for _, r := range rind.Risks {
		if could[r] && !solid[r] {
			out = append(out, rind.Aligned{Risk: r, Path: path})
		}
	}
	return out
}

// checks counts the rules that look at this risk and layer on resources like
// those the function has, for the evidence of a solid cell.
func checks(g *graph, related map[string]bool, risk rind.Risk, layer rind.Layer) int {
	types := map[string]bool{}
	for _, r := range g.app.Resources {
		if related[r.ID] {
			types[r.Type] = true
		}
	}
	n := 0
	for _, r := range rule.Rules() {
		if r.Risk != risk || r.Layer != layer || r.Profile != rule.Default {
			continue
		}
		for _, t := range r.Types {
			if types[t] {
				n++
				break
			}
		}
	}
	return n
}
