package java

import (
	"strconv"

	"rind/code/ir"
	"rind/code/syntax"
)

// args lowers the arguments of a call.
func (l *lowerer) args(n syntax.Node) []ir.Arg {
	var out []ir.Arg
	for a := range n.Children() {
		out = append(out, ir.Arg{Value: l.expr(a)})
	}
	return out
}

// call lowers a method call.
func (l *lowerer) call(n syntax.Node) ir.Expr {
	p := pos(n)
	name := n.Get("name").Text()
	at := pos(n.Get("name"))
	object := n.Get("object")
	if !object.OK() {
		return &ir.Call{Pos: p, Fn: l.unqualified(at, name), Args: l.args(n.Get("arguments"))}
	}
	// Outer.super.f() and Interface.super.f() mean a base's method.
	superior := object.Kind() == "super"
	for c := range n.All() {
		superior = superior || c.Kind() == "super" && c.Field() == ""
	}
	if superior {
		return &ir.Call{Pos: p, Fn: &ir.Member{Pos: at, X: &ir.Var{Pos: at, Name: "super"}, Name: name}, Args: l.args(n.Get("arguments"))}
	}
	var fn ir.Expr = &ir.Member{Pos: ir.Pos{Start: object.Start(), End: at.End}, X: l.expr(object), Name: name}
	if object.Kind() == "this" && l.cls != nil {
		if m := l.cls.method(name); m != nil && m.static && !m.instance {
			fn = l.memberOf(at, l.cls, name, true)
		}
	}
	return &ir.Call{Pos: p, Fn: fn, Args: l.args(n.Get("arguments"))}
}

// unqualified finds the method that f() means: of the class around, of its
// bases, of a class further out, or imported statically.
func (l *lowerer) unqualified(p ir.Pos, name string) ir.Expr {
	for c := l.cls; c != nil; c = c.outer {
		if m := c.method(name); m != nil {
			return l.memberOf(p, c, name, m.static && !(m.instance && l.hasThis(c)))
		}
	}
	if owner, ok := l.static[name]; ok {
		return &ir.Member{Pos: p, X: l.typeExpr(p, owner), Name: name}
	}
	if c := l.inheriting(); c != nil {
		return l.memberOf(p, c, name, !l.hasThis(c))
	}
	for _, owner := range l.staticWild {
		return &ir.Member{Pos: p, X: l.typeExpr(p, owner), Name: name}
	}
	if l.cls != nil {
		return l.memberOf(p, l.cls, name, !l.hasThis(l.cls))
	}
	return &ir.Var{Pos: p, Name: name}
}

// creation lowers new T(…), with or without a body.
func (l *lowerer) creation(n syntax.Node) ir.Expr {
	p := pos(n)
	typ := l.typeName(n.Get("type"))
	args := l.args(n.Get("arguments"))
	body := n.First("class_body")
	known := l.classes[base(typ)]
	if v, _ := l.lookup(n.Get("type").Text()); v.cls != nil {
		known = v.cls
	}
	if known != nil && known.inner() {
		outer := l.thisOf(p, known.outer)
		if first := n.At(0); first.Field() == "" && first.OK() && first.Kind() != "type_arguments" && first.End() < n.Get("type").Start() && !isAnnotation(first) {
			outer = l.expr(first) // outer.new Inner()
		}
		args = append(args, ir.Arg{Name: outerField, Value: outer})
	}
	if body.OK() {
		if fn := l.functionBody(body, typ); fn != nil {
			return fn
		}
		return &ir.Call{Pos: p, Fn: l.anonymous(n, body, typ), Args: args, New: true}
	}
	var fn ir.Expr
	if known != nil {
		fn = known.expr(l, p)
	} else if typ == "" {
		fn = &ir.Unknown{Pos: p}
	} else {
		fn = l.typeExpr(pos(n.Get("type")), typ)
	}
	return &ir.Call{Pos: p, Fn: fn, Args: args, New: true}
}

func isAnnotation(n syntax.Node) bool {
	return n.Kind() == "annotation" || n.Kind() == "marker_annotation"
}

// anonymous is the class of new T(…){…} or of an enum constant with a body.
func (l *lowerer) anonymous(n, body syntax.Node, typ string) ir.Expr {
	c := &class{outer: l.cls, node: n, body: body, kind: "class", local: true}
	l.number(c)
	l.members(c)
	if typ != "" {
		l.addBase(c, typ)
		if b := l.classes[base(typ)]; b == nil || b.kind != "interface" {
			c.parent = typ
		}
	}
	saved := l.cls
	l.cls = c
	l.fieldTypes(c, body)
	l.cls = saved
	for _, t := range c.types {
		l.inherit(t)
	}
	return l.classExpr(c)
}

// number names a local or anonymous class: Outer$1, or Outer$1Name, and its
// receiver.
func (l *lowerer) number(c *class) {
	l.temps++
	k := strconv.Itoa(l.temps)
	c.this = "this·" + k
	outer := l.mod.Name
	if l.cls != nil {
		outer = l.cls.name
	}
	c.name = outer + "$" + k + c.simple
}

// functionBody makes a Lambda of an anonymous class that only implements one
// functional interface of the JDK, else nil.
func (l *lowerer) functionBody(body syntax.Node, typ string) ir.Expr {
	if !functional(typ) {
		return nil
	}
	var method syntax.Node
	for m := range body.Children() {
		if m.Kind() != "method_declaration" || method.OK() {
			return nil
		}
		method = m
	}
	if !method.Get("body").OK() {
		return nil
	}
	fn := &ir.Func{Name: method.Get("name").Text(), Pos: pos(method)}
	l.enter(fn, l.scope.static)
	defer l.leave()
	l.params(method.Get("parameters"))
	fn.Body = l.stmts(method.Get("body"))
	return &ir.Lambda{Pos: pos(body), Func: fn}
}

func (l *lowerer) arrayCreation(n syntax.Node) ir.Expr {
	if v := n.Get("value"); v.OK() {
		return l.arrayOf(v)
	}
	out := &ir.Array{Pos: pos(n)}
	var seq []ir.Expr
	for c := range n.Children() {
		if c.Kind() == "dimensions_expr" {
			for x := range c.Children() {
				if !isAnnotation(x) {
					seq = append(seq, l.expr(x))
				}
			}
		}
	}
	return &ir.Seq{Pos: pos(n), X: append(seq, out)}
}
