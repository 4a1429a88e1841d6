package rule_test

import (
	"testing"

	"rind/rind"
	"rind/rule"
	"rind/template"
)

// TestRulesSurviveOddValues replaces every value of every example, one at a
// time, by something of another kind: no rule may panic, whatever a template
// holds.
func TestRulesSurviveOddValues(t *testing.T) {
	odd := []*rind.Value{
		{Kind: rind.Null},
		rind.NewString("", rind.Span{}),
		rind.NewString("*", rind.Span{}),
		rind.NewInt(-1, rind.Span{}),
		rind.NewList(rind.Span{}, rind.NewString("x", rind.Span{})),
		rind.NewMap(rind.Span{}),
		rind.NewRef(rind.Ref{Kind: rind.RefParameter, Name: "P"}, rind.Span{}),
	}
	if testing.Short() {
		odd = odd[:1]
	}
	for _, r := range rule.Rules() {
		for _, e := range rule.Examples(r.ID) {
			if !e.Bad || unread[e.Kind] {
				continue
			}
			for _, app := range appsOf(t, e) {
				for _, res := range app.Resources {
					mutate(app, res, odd)
				}
			}
			break // one app of each rule shows the shapes it looks at
		}
	}
}

func appsOf(t *testing.T, e rule.Example) []*rind.App {
	t.Helper()
	dir := layOut(t, e.Files)
	found, err := template.Read(dir, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return found.Apps
}

// mutate runs all rules over the app once for every value below the
// properties of r and every odd value in its place.
func mutate(app *rind.App, r *rind.Resource, odd []*rind.Value) {
	whole := r.Properties
	defer func() { r.Properties = whole }()
	for _, o := range odd {
		r.Properties = o
		rule.Check(app, rule.Options{Profile: rule.All, Today: exampleDay})
	}
	r.Properties = whole
	var visit func(v *rind.Value, depth int)
	visit = func(v *rind.Value, depth int) {
		if v == nil || depth > 2 {
			return
		}
		for i := range v.Items {
			swap(app, &v.Items[i], odd)
			visit(v.Items[i], depth+1)
		}
		for i := range v.Fields {
			swap(app, &v.Fields[i].Value, odd)
			visit(v.Fields[i].Value, depth+1)
		}
	}
	visit(whole, 0)
}

func swap(app *rind.App, place **rind.Value, odd []*rind.Value) {
	old := *place
	for _, o := range odd {
		*place = o
		rule.Check(app, rule.Options{Profile: rule.All, Today: exampleDay})
	}
	*place = old
}
