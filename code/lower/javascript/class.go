package javascript

import (
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// classDecl lowers a class declaration and what its decorators do.
func (l *lowerer) classDecl(n syntax.Node) []ir.Stmt {
	name := n.Get("name")
	if !name.OK() {
		return []ir.Stmt{&ir.Do{Pos: pos(n), X: l.class(n, "")}}
	}
	self := l.name(name)
	out := []ir.Stmt{assign(pos(n), self, l.class(n, name.Text()))}
	return append(out, l.decorations(n, self)...)
}

// class lowers a class of any form.
func (l *lowerer) class(n syntax.Node, name string) ir.Expr {
	p := pos(n)
	own := n.Get("name")
	if own.OK() {
		name = own.Text()
	}
	self := ""
	if own.OK() && n.Kind() == "class" { // a class expression's name is its own
		saved := l.scope
		defer func() { l.scope = saved }()
		l.scope = &scope{parent: saved, fn: l.fn, names: map[string]string{}}
		self = l.declare(name)
	}
	c := &ir.Class{Pos: p, Name: name}
	for d := range n.Children() {
		switch d.Kind() {
		case "class_heritage":
			l.heritage(c, d)
		case "decorator":
			if t := l.decoratorName(d); t != "" {
				c.Tags = append(c.Tags, t)
			}
		}
	}
	l.members(c, n.Get("body"))
	if self != "" {
		return &ir.Assign{Pos: p, Target: &ir.Var{Pos: p, Name: self}, Value: c}
	}
	return c
}

func (l *lowerer) heritage(c *ir.Class, n syntax.Node) {
	for h := range n.Children() {
		switch h.Kind() {
		case "extends_clause":
			if v := h.Get("value"); v.OK() {
				c.Bases = append(c.Bases, l.expr(v))
			}
		case "implements_clause":
			for t := range h.Children() {
				if name := l.typeName(t); name != "" {
					c.Interfaces = append(c.Interfaces, name)
				}
			}
		default:
			if isExpr(h.Kind()) {
				c.Bases = append(c.Bases, l.expr(h))
			}
		}
	}
}

// members lowers a class's body.
func (l *lowerer) members(c *ir.Class, body syntax.Node) {
	var fields []syntax.Node
	var constructor syntax.Node
	var tags []string
	for m := range body.Children() {
		switch m.Kind() {
		case "decorator": // TypeScript: in front of its method
			if t := l.decoratorName(m); t != "" {
				tags = append(tags, t)
			}
			continue
		case "method_definition":
			if m.Get("name").Text() == "constructor" {
				constructor = m
			} else {
				l.method(c, m, tags)
			}
		case "public_field_definition", "field_definition":
			l.field(c, m, &fields, tags)
		case "class_static_block":
			f := &ir.Func{Name: "static", Class: c.Name, Module: l.mod, Pos: pos(m)}
			l.mod.Funcs = append(l.mod.Funcs, f)
			l.inFunction(f, true, func() { l.body(m.Get("body"), f, nil, fnOpts{}) })
			c.Members = append(c.Members, ir.ClassMember{
				Name: "·static", Static: true, Pos: pos(m),
				Value: &ir.Call{Pos: pos(m), Fn: &ir.Lambda{Pos: pos(m), Func: f}},
			})
		}
		tags = nil
	}
	l.constructor(c, constructor, fields)
}

func (l *lowerer) method(c *ir.Class, m syntax.Node, tags []string) {
	key := m.Get("name")
	name, ok := plainKey(key)
	if !ok {
		name = key.Text()
	}
	c.Members = append(c.Members, ir.ClassMember{
		Name: name, Value: l.lambda(m, fnOpts{name: name, class: c.Name}), Static: m.First("static").OK(),
		Getter: m.First("get").OK(), Setter: m.First("set").OK(), Tags: tags, Pos: pos(m),
	})
}

// field lowers a static field; an instance's waits for the constructor.
func (l *lowerer) field(c *ir.Class, m syntax.Node, fields *[]syntax.Node, tags []string) {
	key := m.Get("name")
	if !key.OK() {
		key = m.Get("property")
	}
	name, ok := plainKey(key)
	if !ok {
		name = key.Text()
	}
	member := ir.ClassMember{Name: name, Pos: pos(m), Type: l.typeName(m.Get("type")), Tags: tags}
	switch {
	case m.First("static").OK():
		member.Static = true
		if v := m.Get("value"); v.OK() {
			member.Value = l.named(v, fnOpts{name: name, class: c.Name, params: l.handlerParams(m.Get("type"))})
		}
	case m.Get("value").OK():
		*fields = append(*fields, m)
		if member.Type == "" {
			return
		}
	case member.Type == "" && len(tags) == 0:
		return
	}
	c.Members = append(c.Members, member)
}

// fieldInits are the assignments of a class's instance fields.
func (l *lowerer) fieldInits(fields []syntax.Node) (out []ir.Stmt) {
	for _, m := range fields {
		key := m.Get("name")
		if !key.OK() {
			key = m.Get("property")
		}
		p := pos(m)
		name, _ := plainKey(key)
		value := l.named(m.Get("value"), fnOpts{name: name, params: l.handlerParams(m.Get("type"))})
		if t := l.typeName(m.Get("type")); t != "" && !isLambda(value) {
			value = &ir.Typed{Pos: value.At(), X: value, Type: t}
		}
		out = append(out, assign(p, l.property(p, &ir.Var{Pos: p, Name: "this"}, key), value))
	}
	return out
}

// constructor lowers a class's constructor, or makes one for its fields.
func (l *lowerer) constructor(c *ir.Class, n syntax.Node, fields []syntax.Node) {
	switch {
	case n.OK():
		l.fieldTypes(c, n)
		c.Members = append(c.Members, ir.ClassMember{
			Name: "constructor", Pos: pos(n),
			Value: l.lambda(n, fnOpts{name: "constructor", class: c.Name, fields: fields}),
		})
	case len(fields) > 0:
		p := ir.Pos{Start: c.Start, End: c.Start}
		f := &ir.Func{Name: "constructor", Class: c.Name, Module: l.mod, Pos: p, This: "this"}
		l.mod.Funcs = append(l.mod.Funcs, f)
		l.inFunction(f, false, func() {
			l.fn.add("this")
			if len(c.Bases) > 0 {
				l.fn.add("·rest")
				f.Params = []ir.Param{{Name: "·rest", Rest: true, Pos: p}}
				f.Body = []ir.Stmt{&ir.Do{Pos: p, X: &ir.Call{
					Pos: p, Fn: &ir.Var{Pos: p, Name: "super"},
					Args: []ir.Arg{{Value: &ir.Var{Pos: p, Name: "·rest"}, Spread: true}},
				}}}
			}
			f.Body = append(f.Body, l.fieldInits(fields)...)
		})
		c.Members = append(c.Members, ir.ClassMember{Name: "constructor", Value: &ir.Lambda{Pos: p, Func: f}, Pos: p})
	}
}

// fieldTypes lists the fields that a constructor's parameters declare:
// constructor(private db: Db).
func (l *lowerer) fieldTypes(c *ir.Class, n syntax.Node) {
	params := n.Get("parameters")
	for p := range params.Children() {
		if t := l.typeName(p.Get("type")); t != "" && isField(p) {
			c.Members = append(c.Members, ir.ClassMember{Name: p.Get("pattern").Text(), Type: t, Pos: pos(p)})
		}
	}
}

// decorations are the calls of a class's decorators and its methods'.
func (l *lowerer) decorations(n syntax.Node, self ir.Expr) (out []ir.Stmt) {
	body := n.Get("body")
	var pending []syntax.Node
	for m := range body.Children() {
		if m.Kind() == "decorator" {
			pending = append(pending, m)
			continue
		}
		list := pending
		pending = nil
		for d := range m.Children() {
			if d.Kind() == "decorator" { // JavaScript: within its method
				list = append(list, d)
			}
		}
		name, ok := plainKey(m.Get("name"))
		if !ok || m.Kind() != "method_definition" || name == "constructor" {
			continue
		}
		for _, d := range list {
			p := pos(d)
			var owner ir.Expr = &ir.Call{Pos: p, Fn: self, New: true}
			if m.First("static").OK() {
				owner = self
			}
			method := &ir.Object{Pos: p, Fields: []ir.Field{{Key: str(p, "value"), Value: &ir.Member{Pos: p, X: owner, Name: name}}}}
			out = append(out, &ir.Do{Pos: p, X: &ir.Call{Pos: p, Fn: l.decoration(d), Args: args(self, str(p, name), method), Decorator: true}})
		}
	}
	for d := range n.Children() {
		if d.Kind() == "decorator" {
			out = append(out, &ir.Do{Pos: pos(d), X: &ir.Call{Pos: pos(d), Fn: l.decoration(d), Args: args(self), Decorator: true}})
		}
	}
	return out
}

// decoration is the expression behind the @.
func (l *lowerer) decoration(d syntax.Node) ir.Expr { return l.expr(d.At(0)) }

// decoratorName is the full name of a decorator: "@nestjs/common.Get".
func (l *lowerer) decoratorName(d syntax.Node) string {
	x := d.At(0)
	if x.Kind() == "call_expression" {
		x = x.Get("function")
	}
	if x.Kind() == "member_expression" {
		if t, ok := l.types[x.Get("object").Text()]; ok {
			return t + "." + x.Get("property").Text()
		}
		return x.Text()
	}
	if t, ok := l.types[x.Text()]; ok {
		return t
	}
	return x.Text()
}

// isInjection tells the decorators that name what a container puts in.
func isInjection(d syntax.Node) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimPrefix(d.Text(), "@")), "inject")
}
