package tf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"rind/rind"
	"rind/template/tf/translate"
)

// metaArguments stand beside the arguments of a resource.
// https://developer.hashicorp.com/terraform/language/meta-arguments
var metaArguments = map[string]bool{
	"count": true, "for_each": true, "provider": true, "depends_on": true, "lifecycle": true, "provisioner": true, "connection": true,
}

// block evaluates one instance of a resource.
func (r *reader) block(in *instance) translate.Block {
	b := in.decl.block
	out := translate.Block{
		Address: in.address, Mode: in.decl.mode, Type: in.decl.typ,
		Span: r.placeOf(b, in.decl.mod), Key: r.keyOf(b, in.decl.mod),
	}
	attrs := r.body(b.Body, in.scope, out.Span, in)
	out.Attrs = r.stamp(finish(attrs, false), out.Span)
	if p := r.codePath(in, out.Attrs); p != "" {
		r.code[in.address] = p
	}
	out.Attrs.Fields = slices.DeleteFunc(out.Attrs.Fields, func(f rind.Field) bool { return f.Key == sourcePath })
	if in.decl.mode == "data" && in.decl.typ == "aws_iam_policy_document" {
		if doc, err := r.policyDocument(in); err == nil {
			out.Attrs.Fields = append(out.Attrs.Fields, rind.Field{Key: "json", Span: out.Key, Value: r.stamp(finish(doc, false), out.Span)})
		}
	}
	out.Meta = r.stamp(r.meta(b, in), out.Span)
	return out
}

// placeOf is where a block stands in the scanned tree: for what a recognised
// registry module makes, where it is called.
func (r *reader) placeOf(b *hclsyntax.Block, m *module) rind.Span {
	for ; m != nil; m = m.up {
		if s := r.blockSpan(b); s.Line > 0 {
			return s
		}
		if m.call == nil {
			break
		}
		b = m.call.block
	}
	return rind.Span{File: r.rootDir}
}

func (r *reader) keyOf(b *hclsyntax.Block, m *module) rind.Span {
	for ; m != nil; m = m.up {
		if s := r.keySpan(b); s.Line > 0 {
			return s
		}
		if m.call == nil {
			break
		}
		b = m.call.block
	}
	return rind.Span{File: r.rootDir}
}

// stamp gives every value without a place the given one.
func (r *reader) stamp(v *rind.Value, span rind.Span) *rind.Value {
	if v == nil {
		return nil
	}
	c := *v
	if c.Span.Line == 0 {
		c.Span = span
	}
	if len(v.Items) > 0 {
		c.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = r.stamp(it, c.Span)
		}
	}
	if len(v.Fields) > 0 {
		c.Fields = make([]rind.Field, len(v.Fields))
		for i, f := range v.Fields {
			if f.Span.Line == 0 {
				f.Span = c.Span
			}
			f.Value = r.stamp(f.Value, c.Span)
			c.Fields[i] = f
		}
	}
	return &c
}

// body evaluates arguments and nested blocks. Nested blocks of one type make
// a list of maps. in is set for the body of a resource itself.
func (r *reader) body(b *hclsyntax.Body, s *scope, span rind.Span, in *instance) *rind.Value {
	out := rind.NewMap(span)
	for _, it := range items(b) {
		switch {
		case it.attr != nil:
			if in != nil && metaArguments[it.attr.Name] {
				continue
			}
			r.setArgument(out, it.attr, s, in)
		case in != nil && metaArguments[it.block.Type]:
		case it.block.Type == "dynamic":
			r.dynamic(out, it.block, s)
		default:
			r.appendBlock(out, it.block.Type, r.span(it.block.TypeRange), r.body(it.block.Body, s, r.blockSpan(it.block), nil))
		}
	}
	return out
}

func (r *reader) setArgument(out *rind.Value, a *hclsyntax.Attribute, s *scope, in *instance) {
	var v *rind.Value
	var err error
	if in != nil {
		v, err = r.argument(in, a.Name)
	} else {
		v, err = r.eval(a.Expr, s)
	}
	span := r.exprSpan(a.Expr, out.Span)
	if err != nil {
		if r.span(a.SrcRange).Line > 0 || len(r.lines) == 0 {
			r.skipError(span, a.Name, err)
		}
		v = unknown(r.text(a.Expr), span)
	}
	if own := r.exprSpan(a.Expr, rind.Span{}); v.Kind != rind.Map && v.Kind != rind.List {
		v = at(v, own)
	}
	out.Fields = append(out.Fields, rind.Field{Key: a.Name, Span: r.span(a.NameRange), Value: r.materialise(v)})
}

func (r *reader) appendBlock(out *rind.Value, typ string, key rind.Span, v *rind.Value) {
	if f := out.Field(typ); f != nil && f.Value.Kind == rind.List {
		f.Value.Items = append(f.Value.Items, v)
		return
	}
	out.Fields = append(out.Fields, rind.Field{Key: typ, Span: key, Value: rind.NewList(v.Span, v)})
}

// dynamic expands a dynamic block.
// https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
func (r *reader) dynamic(out *rind.Value, b *hclsyntax.Block, s *scope) {
	span := r.blockSpan(b)
	if len(b.Labels) != 1 {
		return
	}
	typ := b.Labels[0]
	iterator := typ
	if a := b.Body.Attributes["iterator"]; a != nil {
		iterator = strings.Trim(r.text(a.Expr), `"`)
	}
	var content *hclsyntax.Block
	for _, c := range b.Body.Blocks {
		if c.Type == "content" {
			content = c
		}
	}
	a := b.Body.Attributes["for_each"]
	if content == nil || a == nil {
		r.skip(span, "dynamic "+typ+" block needs for_each and content")
		return
	}
	v, err := r.evalForEach(a.Expr, s)
	if err != nil {
		r.skipError(r.exprSpan(a.Expr, span), "for_each", err)
		v = unknown("for_each", span)
	}
	key := span
	if len(b.LabelRanges) > 0 {
		key = r.span(b.LabelRanges[0])
	}
	add := func(k, el *rind.Value) {
		it := rind.NewMap(el.Span, rind.Field{Key: "key", Value: k}, rind.Field{Key: "value", Value: el})
		r.appendBlock(out, typ, key, r.body(content.Body, s.bind(iterator, it), r.blockSpan(content), nil))
	}
	switch v.Kind {
	case rind.Null:
	case rind.List, rind.Map:
		n := 0
		for k, el := range elements(v) {
			if n++; n > MaxInstances || r.spend(20) != nil {
				r.skip(span, fmt.Sprintf("dynamic %s makes more than %d blocks; the rest is left out", typ, MaxInstances))
				break
			}
			add(k, el)
		}
	default:
		add(unknown(iterator+".key", span), unknown(iterator+".value", span))
	}
}

// meta evaluates what stands beside the arguments.
func (r *reader) meta(b *hclsyntax.Block, in *instance) *rind.Value {
	out := rind.NewMap(r.blockSpan(b))
	set := func(key string, span rind.Span, v *rind.Value) {
		out.Fields = append(out.Fields, rind.Field{Key: key, Span: span, Value: finish(v, true)})
	}
	for _, it := range items(b.Body) {
		switch {
		case it.attr != nil && metaArguments[it.attr.Name]:
			a := it.attr
			switch a.Name {
			case "depends_on":
				set(a.Name, r.span(a.NameRange), r.dependsOn(a.Expr, in))
			case "provider":
				name := r.refText(a.Expr)
				set(a.Name, r.span(a.NameRange), rind.NewString(name, r.exprSpan(a.Expr, out.Span)))
				if region := r.region(in.decl.mod, name); region != nil {
					set("region", r.span(a.NameRange), region)
				}
			default:
				if v, err := r.eval(a.Expr, &scope{mod: in.decl.mod}); err == nil {
					set(a.Name, r.span(a.NameRange), at(v, r.exprSpan(a.Expr, out.Span)))
				}
			}
		case it.block != nil && it.block.Type == "lifecycle":
			set("lifecycle", r.span(it.block.TypeRange), r.lifecycle(it.block, in))
		case it.block != nil && metaArguments[it.block.Type]:
			v := r.body(it.block.Body, in.scope.bind("self", in.self()), r.blockSpan(it.block), nil)
			if len(it.block.Labels) > 0 {
				v.Fields = append(v.Fields, rind.Field{Key: "type", Span: v.Span, Value: rind.NewString(it.block.Labels[0], v.Span)})
			}
			r.appendBlock(out, it.block.Type, r.span(it.block.TypeRange), finish(v, true))
		}
	}
	if out.Len() == 0 {
		return nil
	}
	return out
}

// region is the region of the provider configuration with a name such as
// aws.east, in the module or in one above it; nil if none is written.
func (r *reader) region(m *module, name string) *rind.Value {
	typ, alias, _ := strings.Cut(name, ".")
	for ; m != nil; m = m.up {
		for _, b := range m.providers {
			if len(b.Labels) == 0 || b.Labels[0] != typ || r.constantAttr(b, "alias") != alias {
				continue
			}
			if a := b.Body.Attributes["region"]; a != nil {
				if v, err := r.eval(a.Expr, &scope{mod: m}); err == nil {
					return v
				}
			}
			return nil
		}
	}
	return nil
}

func (in *instance) self() *rind.Value {
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: in.address}, rind.Span{})
}

func (r *reader) lifecycle(b *hclsyntax.Block, in *instance) *rind.Value {
	out := rind.NewMap(r.blockSpan(b))
	for _, it := range items(b.Body) {
		a := it.attr
		if a == nil {
			continue
		}
		span := r.exprSpan(a.Expr, out.Span)
		var v *rind.Value
		switch t := a.Expr.(type) {
		case *hclsyntax.TupleConsExpr:
			v = rind.NewList(span)
			for _, x := range t.Exprs {
				v.Items = append(v.Items, rind.NewString(r.refText(x), r.exprSpan(x, span)))
			}
		case *hclsyntax.ScopeTraversalExpr:
			v = rind.NewString(r.refText(t), span)
		default:
			var err error
			if v, err = r.eval(a.Expr, in.scope); err != nil {
				continue
			}
		}
		out.Fields = append(out.Fields, rind.Field{Key: a.Name, Span: r.span(a.NameRange), Value: v})
	}
	return out
}

// dependsOn lists the resources and modules that are named.
func (r *reader) dependsOn(e hclsyntax.Expression, in *instance) *rind.Value {
	out := rind.NewList(r.exprSpan(e, rind.Span{}))
	t, ok := e.(*hclsyntax.TupleConsExpr)
	if !ok {
		return out
	}
	for _, x := range t.Exprs {
		name := r.refText(x)
		kind := rind.RefResource
		if strings.HasPrefix(name, "data.") {
			kind = rind.RefData
		}
		if d := in.decl.mod.byName["resource."+name]; d != nil {
			if insts, err := r.instances(d); err == nil && len(insts) > 0 {
				for _, i := range insts {
					out.Items = append(out.Items, rind.NewRef(rind.Ref{Kind: kind, Name: i.address}, r.exprSpan(x, out.Span)))
				}
				continue
			}
		}
		out.Items = append(out.Items, rind.NewRef(rind.Ref{Kind: kind, Name: join(in.decl.mod.path, name)}, r.exprSpan(x, out.Span)))
	}
	return out
}

// refText is a reference as written, or the string that spells it in JSON.
func (r *reader) refText(e hclsyntax.Expression) string {
	if p, ok := e.(*placed); ok {
		return p.source
	}
	if t, ok := e.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
		if v := r.constant(t); v != nil {
			return v.Text // ignore_changes = ["tags"], as Terraform 0.11 wrote it
		}
	}
	return r.text(e)
}

// declare adds what is not a resource but has settings that rules look at:
// providers, backends, module calls.
func (r *reader) declare(m *module, app *rind.App) {
	add := func(typ, id string, b *hclsyntax.Block, s *scope) {
		span := r.placeOf(b, m)
		app.Declared = append(app.Declared, &rind.Resource{
			ID: join(m.path, id), Type: "Terraform::" + typ, Native: typ, Origin: join(m.path, id),
			Properties: r.stamp(finish(r.body(b.Body, s, span, nil), false), span), Span: span, Key: r.keyOf(b, m),
		})
	}
	if strings.HasPrefix(m.dir, registryPrefix) {
		return
	}
	s := &scope{mod: m}
	for _, b := range m.providers {
		id := "provider"
		if len(b.Labels) > 0 {
			id += "." + b.Labels[0]
		}
		if v := r.constantAttr(b, "alias"); v != "" {
			id += "." + v
		}
		add("provider", id, b, s)
	}
	for _, t := range m.terraform {
		for _, b := range t.Body.Blocks {
			if b.Type == "backend" || b.Type == "cloud" {
				id := b.Type
				if len(b.Labels) > 0 {
					id += "." + b.Labels[0]
				}
				add(b.Type, id, b, s)
			}
		}
	}
	for _, c := range m.calls {
		add("module", "module."+c.name, c.block, s.bind("each", unknown("each", r.blockSpan(c.block))))
		seen := map[string]bool{}
		for _, child := range c.children {
			if !seen[child.dir] {
				seen[child.dir] = true
				r.declare(child, app)
			}
		}
	}
}

func (r *reader) constantAttr(b *hclsyntax.Block, name string) string {
	a := b.Body.Attributes[name]
	if a == nil {
		return ""
	}
	return r.constant(a.Expr).Str()
}
