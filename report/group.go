package report

import (
	"cmp"
	"slices"
	"strings"

	"rind/rind"
)

// A section is one app with its open findings grouped by what they are about.
type section struct {
	app    *rind.App // nil for findings of no known app
	path   string
	groups []group
}

// A group is a function or resource with its findings, worst first.
type group struct {
	id       string
	function *rind.Function
	resource *rind.Resource
	findings []shown
}

// A shown finding, with the others of its rule that it stands for.
type shown struct {
	*rind.Finding
	more []*rind.Finding // elsewhere
	same []*rind.Finding // at the same place: one line that holds for several functions
}

// collapseFrom is how many findings of one rule in one app are shown in full;
// with more, one stands for all. Flows are always shown: each is another way.
const collapseFrom = 4

// sections orders the open findings for people: apps in the order they were
// read, the worst group of each first, the worst finding of each first.
func sections(r *rind.Report) []section {
	byApp := map[string][]*rind.Finding{}
	var paths []string
	for _, a := range r.Apps {
		if !slices.Contains(paths, a.Path) {
			paths = append(paths, a.Path)
		}
	}
	for _, f := range r.Findings {
		if !f.Open() {
			continue
		}
		if _, known := byApp[f.App]; !known && !slices.Contains(paths, f.App) {
			paths = append(paths, f.App)
		}
		byApp[f.App] = append(byApp[f.App], f)
	}
	var out []section
	for _, p := range paths {
		s := section{path: p}
		if i := slices.IndexFunc(r.Apps, func(a *rind.App) bool { return a.Path == p }); i >= 0 {
			s.app = r.Apps[i]
		}
		if s.app == nil && len(byApp[p]) == 0 {
			continue
		}
		s.groups = groups(s.app, byApp[p])
		out = append(out, s)
	}
	return out
}

// groups sorts one app's findings into groups.
func groups(app *rind.App, findings []*rind.Finding) []group {
	findings = slices.Clone(findings)
	slices.SortStableFunc(findings, worstFirst)
	first := map[string]*shown{}
	type place struct {
		rule string
		span rind.Span
	}
	at := map[place]*shown{}
	total := map[string]int{} // places, by rule
	for _, f := range findings {
		if p := (place{f.Rule, f.Span}); at[p] == nil || f.Span.IsZero() {
			at[p] = &shown{Finding: f}
			total[f.Rule]++
		} else {
			at[p].same = append(at[p].same, f)
		}
	}
	byID := map[string][]*shown{}
	var order []string
	for _, f := range findings {
		x := at[place{f.Rule, f.Span}]
		if f.Span.IsZero() {
			x = &shown{Finding: f}
		} else if x.Finding != f {
			continue
		}
		if total[f.Rule] >= collapseFrom && first[f.Rule] != nil && len(f.Flow) == 0 {
			first[f.Rule].more = append(append(first[f.Rule].more, f), x.same...)
			continue
		}
		id := cmp.Or(f.Function, f.Resource)
		if byID[id] == nil {
			order = append(order, id)
		}
		if first[f.Rule] == nil {
			first[f.Rule] = x
		}
		byID[id] = append(byID[id], x)
	}
	// The order of first appearance is the order of the worst finding.
	var out []group
	for _, id := range order {
		g := group{id: id}
		if app != nil && id != "" {
			g.function, g.resource = functionOf(app, id), app.Resource(id)
			if i := slices.IndexFunc(app.Declared, func(r *rind.Resource) bool { return r.ID == id }); g.resource == nil && i >= 0 {
				g.resource = app.Declared[i]
			}
		}
		for _, x := range byID[id] {
			g.findings = append(g.findings, *x)
		}
		out = append(out, g)
	}
	return out
}

// functionOf finds the function with an ID, be it of the declared or of the
// expanded resource.
func functionOf(app *rind.App, id string) *rind.Function {
	for _, f := range app.Functions {
		if f.ID == id || f.Resource != nil && f.Resource.Origin == id {
			return f
		}
	}
	return nil
}

func worstFirst(a, b *rind.Finding) int {
	return cmp.Or(
		cmp.Compare(b.Severity.Rank(), a.Severity.Rank()),
		cmp.Compare(b.Confidence.Rank(), a.Confidence.Rank()),
		strings.Compare(a.Span.File, b.Span.File),
		cmp.Compare(a.Span.Line, b.Span.Line),
		strings.Compare(a.Rule, b.Rule),
		strings.Compare(a.ID, b.ID),
	)
}
