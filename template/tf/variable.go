package tf

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"rind/rind"
)

// variable returns the value of an input variable: what the caller passes,
// or for the root an override, a tfvars file, the default; otherwise a
// Symbol.
func (r *reader) variable(m *module, name string, span rind.Span) (*rind.Value, error) {
	v := m.vars[name]
	if v == nil && strings.HasPrefix(m.dir, registryPrefix) {
		// Ours declare only the inputs that have a default.
		v = &variable{name: name, mod: m, block: &hclsyntax.Block{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}}}
		m.vars[name] = v
	}
	if v == nil {
		return rind.NewRef(rind.Ref{Kind: rind.RefParameter, Name: join(m.path, name)}, span), nil
	}
	out, err := v.once(func() (*rind.Value, error) { return r.bounded(r.variableValue(v)) })
	if err != nil {
		return nil, fmt.Errorf("var.%s: %w", name, err)
	}
	return out, nil
}

func (v *variable) attr(name string) hclsyntax.Expression {
	if a := v.block.Body.Attributes[name]; a != nil {
		return a.Expr
	}
	return nil
}

func (r *reader) variableValue(v *variable) (*rind.Value, error) {
	val, err := r.given(v)
	if err != nil {
		return nil, err
	}
	def := v.attr("default")
	if val != nil && val.Absent() && def != nil && r.constant(v.attr("nullable")).False() {
		val = nil
	}
	if val == nil && def != nil {
		if val, err = r.eval(def, &scope{mod: v.mod}); err != nil {
			return nil, err
		}
	}
	ref := rind.Ref{Kind: rind.RefParameter, Name: join(v.mod.path, v.name)}
	if r.constant(v.attr("sensitive")).True() {
		ref.Kind = rind.RefSecret
	}
	if val == nil && strings.HasPrefix(v.mod.dir, registryPrefix) {
		return null(rind.Span{}), nil
	}
	if val == nil {
		return rind.NewRef(ref, r.blockSpan(v.block)), nil
	}
	if t := v.attr("type"); t != nil {
		val = r.conform(t, val, 0)
	}
	if v.mod.call == nil || ref.Kind == rind.RefSecret {
		val = via(val, ref)
	}
	return val, nil
}

// given is the value that a variable is given from outside, or nil.
func (r *reader) given(v *variable) (*rind.Value, error) {
	m := v.mod
	if m.call != nil {
		a := m.call.block.Body.Attributes[v.name]
		if a == nil {
			return nil, nil
		}
		return r.eval(a.Expr, m.scope)
	}
	if text, ok := r.opt.Parameters[v.name]; ok {
		return r.override(v, text), nil
	}
	return r.fromVarFiles(v)
}

// override reads a value given by the user: text for strings, otherwise HCL.
func (r *reader) override(v *variable, text string) *rind.Value {
	span := r.blockSpan(v.block)
	if t := v.attr("type"); t == nil || r.text(t) == "string" {
		return rind.NewString(text, span)
	}
	body, _, reason := parseHCL("", []byte("v = "+text+"\n"))
	if body == nil || reason != "" || body.Attributes["v"] == nil {
		return rind.NewString(text, span)
	}
	val, err := r.eval(body.Attributes["v"].Expr, &scope{mod: &module{}})
	if err != nil {
		return rind.NewString(text, span)
	}
	return val
}

// fromVarFiles looks a variable up in terraform.tfvars and *.auto.tfvars; the
// last file wins.
// https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
func (r *reader) fromVarFiles(v *variable) (*rind.Value, error) {
	f := r.folder(v.mod.dir)
	if !f.listed {
		f.listed = true
		var read []string
		for _, name := range f.vars {
			p := r.parseVars(name)
			if p.skip != nil {
				r.skip(rind.Span{File: name, Line: p.skip.Line}, p.skip.Reason)
			}
			if p.body != nil {
				r.varFiles = append(r.varFiles, p.body)
				read = append(read, name)
			}
		}
		f.vars = read
	}
	for i := len(r.varFiles) - 1; i >= 0; i-- {
		if a := r.varFiles[i].Attributes[v.name]; a != nil {
			return r.eval(a.Expr, &scope{mod: &module{}})
		}
	}
	return nil, nil
}

// constant evaluates an expression that must be a literal; nil if it is not.
func (r *reader) constant(e hclsyntax.Expression) *rind.Value {
	if e == nil {
		return nil
	}
	v, err := r.eval(e, &scope{mod: &module{}})
	if err != nil {
		return nil
	}
	return v
}

// conform converts a value to a type constraint as far as that matters here:
// scalars to their kind, lists to sets, defaults of optional attributes.
// https://developer.hashicorp.com/terraform/language/expressions/type-constraints
func (r *reader) conform(t hclsyntax.Expression, v *rind.Value, depth int) *rind.Value {
	if v.Absent() || v.Kind == rind.Symbol || depth > 50 {
		return v
	}
	switch t := t.(type) {
	case *placed:
		// In JSON syntax a type is a string holding the expression.
		body, _, reason := parseHCL("", []byte("t = "+t.source+"\n"))
		if body != nil && reason == "" && body.Attributes["t"] != nil {
			return r.conform(body.Attributes["t"].Expr, v, depth+1)
		}
	case *hclsyntax.ScopeTraversalExpr:
		return conformScalar(t.Traversal.RootName(), v)
	case *hclsyntax.FunctionCallExpr:
		if len(t.Args) == 0 {
			return v
		}
		switch t.Name {
		case "list", "set", "map":
			return r.conformEach(t, v, depth)
		case "object":
			if o, ok := t.Args[0].(*hclsyntax.ObjectConsExpr); ok && v.Kind == rind.Map {
				return r.conformObject(o, v, depth)
			}
		case "optional":
			return r.conform(t.Args[0], v, depth+1)
		}
	}
	return v
}

func conformScalar(name string, v *rind.Value) *rind.Value {
	want := map[string]cty.Type{"string": cty.String, "number": cty.Number, "bool": cty.Bool}[name]
	if want == cty.NilType || !v.Scalar() {
		return v
	}
	c, err := convert.Convert(toCty(v), want)
	if err != nil {
		return v
	}
	out := fromCty(c, "", v.Span)
	out.Via, out.Items = v.Via, v.Items
	return out
}

func (r *reader) conformEach(t *hclsyntax.FunctionCallExpr, v *rind.Value, depth int) *rind.Value {
	c := *v
	switch {
	case v.Kind == rind.List && t.Name != "map":
		c.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = r.conform(t.Args[0], it, depth+1)
		}
		if t.Name == "set" {
			out := setOf(v.Span, c.Items)
			out.Via = v.Via
			return out
		}
		c.Text = ""
	case v.Kind == rind.Map && t.Name == "map":
		c.Fields = append([]rind.Field(nil), v.Fields...)
		for i := range c.Fields {
			c.Fields[i].Value = r.conform(t.Args[0], c.Fields[i].Value, depth+1)
		}
	}
	return &c
}

func (r *reader) conformObject(o *hclsyntax.ObjectConsExpr, v *rind.Value, depth int) *rind.Value {
	c := rind.Value{Kind: rind.Map, Span: v.Span, Via: v.Via}
	for _, it := range o.Items {
		key := strings.Trim(hclKey(it.KeyExpr), `"`)
		if key == "" {
			return v
		}
		f := v.Field(key)
		opt, isOpt := it.ValueExpr.(*hclsyntax.FunctionCallExpr)
		isOpt = isOpt && opt.Name == "optional" && len(opt.Args) > 0
		if f != nil && (f.Value.Present() || !isOpt || len(opt.Args) < 2) {
			c.Fields = append(c.Fields, rind.Field{Key: key, Span: f.Span, Value: r.conform(it.ValueExpr, f.Value, depth+1)})
			continue
		}
		if !isOpt {
			continue
		}
		def := null(v.Span)
		if len(opt.Args) > 1 {
			if d := r.constant(opt.Args[1]); d != nil {
				def = r.conform(opt.Args[0], d, depth+1)
			}
		}
		c.Fields = append(c.Fields, rind.Field{Key: key, Span: v.Span, Value: def})
	}
	return &c
}

// hclKey is the literal key of an object item.
func hclKey(e hclsyntax.Expression) string {
	switch e := e.(type) {
	case *hclsyntax.ObjectConsKeyExpr:
		if t, ok := e.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok {
			return t.Traversal.RootName()
		}
		return hclKey(e.Wrapped)
	case *hclsyntax.TemplateExpr:
		if len(e.Parts) == 1 {
			return hclKey(e.Parts[0])
		}
	case *hclsyntax.LiteralValueExpr:
		if e.Val.Type() == cty.String {
			return e.Val.AsString()
		}
	case *placed:
		return e.source
	}
	return ""
}

// parameter describes a root variable.
func (r *reader) parameter(v *variable) *rind.Parameter {
	span := r.blockSpan(v.block)
	p := &rind.Parameter{Name: v.name, Span: span, Value: rind.NewMap(span)}
	for _, it := range items(v.block.Body) {
		if it.attr == nil {
			continue
		}
		a := it.attr
		s := r.exprSpan(a.Expr, span)
		var val *rind.Value
		if a.Name == "type" {
			p.Type = strings.Join(strings.Fields(r.text(a.Expr)), " ")
			val = rind.NewString(p.Type, s)
		} else if val = finish(r.constant(a.Expr), true); val == nil {
			continue
		}
		switch a.Name {
		case "default":
			p.Default = val
		case "sensitive":
			p.Secret = val.True()
		}
		p.Value.Fields = append(p.Value.Fields, rind.Field{Key: a.Name, Span: r.span(a.NameRange), Value: val})
	}
	return p
}

func (r *reader) exprSpan(e hclsyntax.Expression, fallback rind.Span) rind.Span {
	if p, ok := e.(*placed); ok {
		return p.span
	}
	if s := r.span(e.Range()); s.Line > 0 {
		return s
	}
	return fallback
}
