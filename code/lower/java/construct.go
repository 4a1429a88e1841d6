package java

import (
	"rind/code/ir"
	"rind/code/syntax"
)

// constructor lowers a constructor: the outer instance, the superclass's
// constructor, the instance fields, then what is written.
func (l *lowerer) constructor(c *class, n syntax.Node) ir.ClassMember {
	p := pos(n)
	fn := &ir.Func{Name: "constructor", Class: c.simple, This: c.this, Pos: p}
	s := l.enter(fn, false)
	defer l.leave()
	s.typeParams = l.typeParams(n.Get("type_parameters"))
	if n.Kind() == "compact_constructor_declaration" {
		l.params(c.node.Get("parameters"))
		fn.Body = append(l.begin(c, p, true, nil), l.stmts(n.Get("body"))...)
		fn.Body = append(fn.Body, l.setFields(c, p)...)
	} else {
		l.params(n.Get("parameters"))
		body := n.Get("body")
		call := body.First("explicit_constructor_invocation")
		delegates := call.Get("constructor").Kind() == "this"
		fn.Body = append(l.begin(c, p, !delegates, call), l.stmts(body)...)
	}
	return ir.ClassMember{
		Name: "constructor", Value: &ir.Lambda{Pos: p, Func: fn}, Tags: l.tags(modifiers(n)), Pos: p,
	}
}

// begin is the head of a constructor. With fields the instance fields and
// blocks follow; a constructor that delegates to another leaves that to it.
func (l *lowerer) begin(c *class, p ir.Pos, fields bool, call any) []ir.Stmt {
	var out []ir.Stmt
	this := &ir.Var{Pos: p, Name: c.this}
	if c.inner() {
		fn := l.scope.fn
		fn.Params = append(fn.Params, ir.Param{Name: outerField, Pos: p})
		l.scope.declareName(outerField)
		out = append(out, l.set(&ir.Member{Pos: p, X: this, Name: outerField}, &ir.Var{Pos: p, Name: outerField}, "", p))
	}
	explicit, _ := call.(syntax.Node)
	switch {
	case explicit.OK():
		out = append(out, &ir.Do{Pos: pos(explicit), X: l.explicitCall(c, explicit)})
	case c.parent != "":
		out = append(out, &ir.Do{Pos: p, X: &ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "super"}, Args: l.outerArg(p, c)}})
	}
	if fields {
		out = append(out, l.fieldValues(c, c.body)...)
	}
	return out
}

// explicitCall lowers this(…) and super(…).
func (l *lowerer) explicitCall(c *class, n syntax.Node) ir.Expr {
	p := pos(n)
	args := l.args(n.Get("arguments"))
	if n.Get("constructor").Kind() == "this" {
		if c.inner() {
			args = append(args, ir.Arg{Name: outerField, Value: &ir.Var{Pos: p, Name: outerField}})
		}
		return &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: c.this}, Name: "constructor"}, Args: args}
	}
	return &ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "super"}, Args: append(args, l.outerArg(p, c)...)}
}

// outerArg passes the outer instance on to a superclass that is an inner
// class of this file too.
func (l *lowerer) outerArg(p ir.Pos, c *class) []ir.Arg {
	for _, b := range c.bases {
		if b.inner() && c.inner() {
			return []ir.Arg{{Name: outerField, Value: &ir.Var{Pos: p, Name: outerField}}}
		}
	}
	return nil
}

// fieldValues sets the instance fields that have a value and runs instance
// blocks, in the order of the text.
func (l *lowerer) fieldValues(c *class, body syntax.Node) []ir.Stmt {
	var out []ir.Stmt
	for n := range body.Children() {
		switch n.Kind() {
		case "field_declaration":
			if c.kind == "interface" || hasModifier(n, "static") {
				continue
			}
			for d := range n.Children() {
				if f := c.fields[d.Get("name").Text()]; d.Kind() == "variable_declarator" && f != nil && f.value.OK() {
					target := &ir.Member{Pos: pos(d.Get("name")), X: &ir.Var{Pos: pos(d), Name: c.this}, Name: f.name}
					out = append(out, l.set(target, l.initial(f.value, f.typ), f.typ, pos(d)))
				}
			}
		case "block":
			end := l.block()
			out = append(out, l.stmts(n)...)
			end()
		case "enum_body_declarations":
			out = append(out, l.fieldValues(c, n)...)
		}
	}
	return out
}

// setFields assigns a record's parameters to its fields.
func (l *lowerer) setFields(c *class, p ir.Pos) []ir.Stmt {
	var out []ir.Stmt
	for _, f := range c.order {
		if !f.static {
			target := &ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: c.this}, Name: f.name}
			out = append(out, l.set(target, &ir.Var{Pos: p, Name: f.name}, f.typ, p))
		}
	}
	return out
}

// defaultConstructor is the constructor of a class that writes none; a
// record's takes its components, an anonymous class's passes all on.
func (l *lowerer) defaultConstructor(c *class) ir.ClassMember {
	p := pos(c.node)
	fn := &ir.Func{Name: "constructor", Class: c.simple, This: c.this, Pos: p}
	l.enter(fn, false)
	defer l.leave()
	switch {
	case c.kind == "record":
		l.params(c.node.Get("parameters"))
		fn.Body = append(l.begin(c, p, true, nil), l.setFields(c, p)...)
	case c.local && c.simple == "" && c.parent != "":
		l.scope.declareName("args")
		fn.Params = []ir.Param{{Name: "args", Rest: true, Pos: p}}
		fn.Body = append(fn.Body, &ir.Do{Pos: p, X: &ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "super"}, Args: []ir.Arg{{Value: &ir.Var{Pos: p, Name: "args"}, Spread: true}}}})
		fn.Body = append(fn.Body, l.fieldValues(c, c.body)...)
	default:
		fn.Body = l.begin(c, p, true, nil)
	}
	return ir.ClassMember{Name: "constructor", Value: &ir.Lambda{Pos: p, Func: fn}, Pos: p}
}

// accessors gives a record the methods that read its components.
func (l *lowerer) accessors(c *class, out *ir.Class) {
	for _, f := range c.order {
		if !f.static && c.methods[f.name] == nil {
			out.Members = append(out.Members, l.getter(c, f, f.name))
		}
	}
}

// nameField keeps an enum constant's name.
const nameField = "$name"

// enumConstant makes one constant and sets the static field.
func (l *lowerer) enumConstant(c *class, n syntax.Node, ordinal int) []ir.Stmt {
	p := pos(n)
	name := n.Get("name").Text()
	var fn ir.Expr = c.expr(l, p)
	if body := n.Get("body"); body.OK() {
		fn = l.anonymous(n, body, c.name)
	}
	target := func() ir.Expr { return &ir.Member{Pos: p, X: c.expr(l, p), Name: name} }
	return []ir.Stmt{
		&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: target(), Value: &ir.Call{Pos: p, Fn: fn, Args: l.args(n.Get("arguments")), New: true}}},
		&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: &ir.Member{Pos: p, X: target(), Name: nameField}, Value: &ir.Const{Pos: p, Value: name}}},
		&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: &ir.Member{Pos: p, X: target(), Name: "$ordinal"}, Value: &ir.Const{Pos: p, Value: int64(ordinal)}}},
	}
}

// maxConstants is how many constants of an enum valueOf tells apart.
const maxConstants = 64

// enumMembers adds name, toString, ordinal, values and valueOf.
func (l *lowerer) enumMembers(c *class, out *ir.Class) {
	p := pos(c.node)
	for _, m := range []struct{ name, field string }{{"name", nameField}, {"toString", nameField}, {"ordinal", "$ordinal"}} {
		if c.methods[m.name] == nil {
			out.Members = append(out.Members, l.getter(c, &field{name: m.field, pos: p}, m.name))
		}
	}
	values := &ir.Array{Pos: p}
	valueOf := &ir.Func{Name: "valueOf", Class: c.simple, Params: []ir.Param{{Name: "name", Type: "java.lang.String", Pos: p}}, Vars: []string{"name"}, Pos: p, Module: l.mod}
	for _, f := range c.order {
		if f.typ != c.name || !f.static || len(values.Elems) >= maxConstants {
			continue
		}
		values.Elems = append(values.Elems, ir.Arg{Value: &ir.Member{Pos: p, X: c.expr(l, p), Name: f.name}})
		valueOf.Body = append(valueOf.Body, &ir.If{
			Pos: p, Test: &ir.Binary{Pos: p, Op: "==", L: &ir.Var{Pos: p, Name: "name"}, R: &ir.Const{Pos: p, Value: f.name}},
			Then: []ir.Stmt{&ir.Return{Pos: p, X: &ir.Member{Pos: p, X: c.expr(l, p), Name: f.name}}},
		})
	}
	valueOf.Body = append(valueOf.Body, &ir.Throw{Pos: p, X: &ir.Const{Pos: p, Value: "java.lang.IllegalArgumentException"}})
	all := &ir.Func{Name: "values", Class: c.simple, Body: []ir.Stmt{&ir.Return{Pos: p, X: values}}, Pos: p, Module: l.mod}
	for _, fn := range []*ir.Func{all, valueOf} {
		l.mod.Funcs = append(l.mod.Funcs, fn)
		out.Members = append(out.Members, ir.ClassMember{Name: fn.Name, Static: true, Value: &ir.Lambda{Pos: p, Func: fn}, Pos: p})
	}
}

// getter is a method that reads a field.
func (l *lowerer) getter(c *class, f *field, name string) ir.ClassMember {
	fn := &ir.Func{Name: name, Class: c.simple, This: c.this, Vars: []string{c.this}, Result: f.typ, Pos: f.pos, Module: l.mod}
	fn.Body = []ir.Stmt{&ir.Return{Pos: f.pos, X: typed(&ir.Member{Pos: f.pos, X: &ir.Var{Pos: f.pos, Name: c.this}, Name: f.name}, f.typ)}}
	l.mod.Funcs = append(l.mod.Funcs, fn)
	return ir.ClassMember{Name: name, Value: &ir.Lambda{Pos: f.pos, Func: fn}, Type: f.typ, Pos: f.pos}
}
