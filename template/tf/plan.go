package tf

import (
	"errors"
	"fmt"

	"rind/rind"
	"rind/template/source"
	"rind/template/tf/translate"
)

// A plan in JSON holds three views of the same resources: planned_values has
// what is known, resource_changes says what is not, and configuration says
// which references an argument was made from. They are put together here.
// https://developer.hashicorp.com/terraform/internals/json-format
type plan struct {
	file   string
	doc    *rind.Value
	blocks []translate.Block
	values map[string]*rind.Value // address to what is known of it
	byBase map[string][]string    // address without instance keys to addresses
	after  map[string]*rind.Value // address to after_unknown
	skips  []rind.Skip
	depth  int
}

// ReadPlan reads the output of `terraform show -json` for a plan, or for a
// state.
func ReadPlan(tree *source.Tree, file string, opt Options) (*rind.App, []rind.Skip, error) {
	data, err := tree.Read(file)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: cannot read: %w", file, err)
	}
	doc, err := source.ParseJSON(file, data)
	if err != nil {
		return nil, nil, err
	}
	p := &plan{file: file, doc: doc, values: map[string]*rind.Value{}, byBase: map[string][]string{}, after: map[string]*rind.Value{}}
	root := doc.Get("planned_values", "root_module")
	if root == nil {
		root = doc.Get("values", "root_module")
	}
	if root == nil {
		if doc.Has("planned_values") || doc.Has("values") {
			root = rind.NewMap(doc.Span)
		} else {
			return nil, nil, fmt.Errorf("%s: %w", file, errNotPlan)
		}
	}
	for c := range doc.Get("resource_changes").Each() {
		p.after[c.Get("address").Str()] = c.Get("change", "after_unknown")
	}
	found := p.gather(nil, root, 0)
	for _, res := range p.gather(nil, doc.Get("prior_state", "values", "root_module"), 0) {
		// Data sources that could be read while planning are in the state only.
		if res.Get("mode").Is("data") && p.values[res.Get("address").Str()] == nil {
			found = append(found, res)
		}
	}
	for _, res := range found {
		addr := res.Get("address").Str()
		if p.values[addr] == nil {
			p.byBase[unindexed(addr)] = append(p.byBase[unindexed(addr)], addr)
		}
		p.values[addr] = res.Get("values")
	}
	for _, res := range found {
		p.block(res)
	}
	app := &rind.App{Path: file, Kind: rind.Terraform}
	app.Resources, app.Declared = translate.Resources(p.blocks)
	p.describe(app)
	app.Skipped = p.skips
	return app, p.skips, nil
}

var errNotPlan = errors.New("neither planned_values nor values in it; make it with `terraform show -json PLAN`")

// gather lists the resources of a module and of its children.
func (p *plan) gather(out []*rind.Value, module *rind.Value, depth int) []*rind.Value {
	if depth > MaxModuleDepth {
		p.skips = append(p.skips, rind.Skip{File: p.file, Line: module.Span.Line, Reason: fmt.Sprintf("modules nested deeper than %d levels", MaxModuleDepth)})
		return out
	}
	for res := range module.Get("resources").Each() {
		if res.Get("address").Str() == "" || res.Get("type").Str() == "" {
			continue
		}
		out = append(out, res)
	}
	for child := range module.Get("child_modules").Each() {
		out = p.gather(out, child, depth+1)
	}
	return out
}

// block puts the three views of a resource together.
func (p *plan) block(res *rind.Value) {
	addr := res.Get("address").Str()
	mode := "resource"
	if res.Get("mode").Is("data") {
		mode = "data"
	}
	modPath, rest := splitAddress(addr)
	conf := p.configured(modPath, rest)
	attrs := p.attributes(res.Get("values"), p.after[addr], conf.Get("expressions"), modPath, res.Span, 0)
	b := translate.Block{Address: addr, Mode: mode, Type: res.Get("type").Str(), Attrs: attrs, Span: res.Span, Key: res.Field("address").Value.Span}
	if mode == "data" && b.Type == "aws_iam_policy_document" && !attrs.Get("json").Scalar() {
		p.policy(&b)
	}
	b.Meta = p.meta(conf, modPath)
	p.blocks = append(p.blocks, b)
}

// policy renders a policy document that could not be read while planning.
func (p *plan) policy(b *translate.Block) {
	doc := renderPolicy(b.Attrs, b.Span)
	v := doc.value
	if doc.unread != nil {
		v = rind.NewRef(*doc.unread, b.Span)
	}
	b.Attrs = with(b.Attrs, rind.Field{Key: "json", Span: b.Span, Value: v})
}

// attributes merges known values, unknown ones and their references.
func (p *plan) attributes(values, unknown, exprs *rind.Value, mod string, span rind.Span, depth int) *rind.Value {
	out := rind.NewMap(span)
	if depth > MaxModuleDepth {
		return out
	}
	for _, f := range fieldsOf(values) {
		if f.Value.Kind == rind.List && len(f.Value.Items) == 0 && exprs.Get(f.Key) == nil && unknown.Get(f.Key) == nil {
			continue // a plan lists every kind of block there could be
		}
		v := p.attribute(f.Value, unknown.Get(f.Key), inside(exprs, f.Key, depth), mod, f.Value.Span, depth)
		if v.Present() {
			out.Fields = append(out.Fields, rind.Field{Key: f.Key, Span: f.Span, Value: v})
		}
	}
	for key, u := range unknown.Entries() {
		if values.Field(key) != nil || !anyTrue(u) {
			continue
		}
		e := inside(exprs, key, depth)
		if e == nil {
			continue // computed by the provider, not an argument
		}
		if v := p.attribute(nil, u, e, mod, span, depth); v.Present() {
			out.Fields = append(out.Fields, rind.Field{Key: key, Span: span, Value: v})
		}
	}
	return out
}

// inside is the expression of an entry: its own in a block, that of the whole
// map in a map that one expression made.
func inside(exprs *rind.Value, key string, depth int) *rind.Value {
	if depth > 0 && isExpression(exprs) {
		return exprs
	}
	return exprs.Get(key)
}

// anyTrue reports whether anything in an after_unknown tree is unknown.
func anyTrue(u *rind.Value) bool {
	found := false
	u.Walk(func(_ string, v *rind.Value) bool {
		found = found || v.True()
		return !found
	})
	return found
}

func (p *plan) attribute(v, unknown, e *rind.Value, mod string, span rind.Span, depth int) *rind.Value {
	switch {
	case unknown.True():
		return p.symbol(e, mod, span)
	case v == nil && unknown != nil && (unknown.Kind == rind.Map || unknown.Kind == rind.List) && isExpression(e):
		return p.symbol(e, mod, span)
	case v == nil:
		v = &rind.Value{Kind: rind.Null, Span: span}
		if unknown != nil {
			v.Kind = unknown.Kind
		}
	}
	switch v.Kind {
	case rind.Map:
		return p.attributes(v, unknown, e, mod, span, depth+1)
	case rind.List:
		out := rind.NewList(span)
		n := max(len(v.Items), unknown.Len())
		for i := range n {
			inner := e
			if !isExpression(e) && e.Len() > 0 {
				// One block may have been made by a dynamic block, for which
				// the configuration has one entry.
				if inner = e; e.Kind == rind.List {
					inner = e.At(min(i, e.Len()-1))
				}
			}
			item := p.attribute(v.At(i), unknown.At(i), inner, mod, span, depth+1)
			if v.At(i) != nil && item.Present() {
				item = at(item, v.At(i).Span)
			}
			if item.Present() {
				out.Items = append(out.Items, item)
			}
		}
		return out
	case rind.String:
		return p.relate(v, e, mod)
	}
	return v
}

// isExpression reports whether e is an expression of the configuration and
// not a nested block.
func isExpression(e *rind.Value) bool {
	return e != nil && e.Kind == rind.Map && (e.Has("references") || e.Field("constant_value") != nil)
}

// meta is what the configuration has beside arguments.
func (p *plan) meta(conf *rind.Value, mod string) *rind.Value {
	out := rind.NewMap(p.spanOf(conf))
	if d := conf.Get("depends_on"); d.Len() > 0 {
		list := rind.NewList(d.Span)
		for ref := range d.Each() {
			if v := p.reference(ref.Str(), mod, ref.Span); v != nil {
				list.Items = append(list.Items, v)
			}
		}
		out.Fields = append(out.Fields, rind.Field{Key: "depends_on", Span: d.Span, Value: list})
	}
	if ps := conf.Get("provisioners"); ps.Len() > 0 {
		list := rind.NewList(ps.Span)
		for pr := range ps.Each() {
			m := rind.NewMap(pr.Span, rind.Field{Key: "type", Span: pr.Span, Value: pr.Get("type")})
			for key, e := range pr.Get("expressions").Entries() {
				m.Fields = append(m.Fields, rind.Field{Key: key, Span: e.Span, Value: p.expression(e, mod)})
			}
			list.Items = append(list.Items, m)
		}
		out.Fields = append(out.Fields, rind.Field{Key: "provisioner", Span: ps.Span, Value: list})
	}
	if len(out.Fields) == 0 {
		return nil
	}
	return out
}

// describe adds providers, modules, variables and outputs.
func (p *plan) describe(app *rind.App) {
	declare := func(typ, id string, v *rind.Value, props *rind.Value) {
		app.Declared = append(app.Declared, &rind.Resource{
			ID: id, Type: "Terraform::" + typ, Native: typ, Origin: id, Properties: props, Span: v.Span, Key: v.Span,
		})
	}
	conf := p.doc.Get("configuration")
	for name, pr := range conf.Get("provider_config").Entries() {
		props := rind.NewMap(pr.Span)
		for key, e := range pr.Get("expressions").Entries() {
			props.Fields = append(props.Fields, rind.Field{Key: key, Span: e.Span, Value: p.expression(e, "")})
		}
		declare("provider", "provider."+name, pr, props)
	}
	for name, call := range conf.Get("root_module", "module_calls").Entries() {
		props := rind.NewMap(call.Span)
		for _, k := range [][2]string{{"source", "source"}, {"version_constraint", "version"}} {
			if f := call.Field(k[0]); f != nil {
				props.Fields = append(props.Fields, rind.Field{Key: k[1], Span: f.Span, Value: f.Value})
			}
		}
		declare("module", "module."+name, call, props)
	}
	for name, v := range conf.Get("root_module", "variables").Entries() {
		app.Parameters = append(app.Parameters, &rind.Parameter{
			Name: name, Default: v.Get("default"), Secret: v.Get("sensitive").True(), Value: v, Span: v.Span,
		})
	}
	for name, o := range p.doc.Get("planned_values", "outputs").Entries() {
		val := o.Get("value")
		if val == nil {
			val = p.expression(conf.Get("root_module", "outputs", name, "expression"), "")
		}
		app.Outputs = append(app.Outputs, &rind.Output{Name: name, Value: val, Secret: o.Get("sensitive").True(), Span: o.Span})
	}
}

func fieldsOf(v *rind.Value) []rind.Field {
	if v == nil {
		return nil
	}
	return v.Fields
}
