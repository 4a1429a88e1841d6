package java

import (
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

func (l *lowerer) lambda(n syntax.Node) ir.Expr {
	p := pos(n)
	fn := &ir.Func{Pos: p}
	l.enter(fn, l.scope.static)
	defer l.leave()
	l.params(n.Get("parameters"))
	if body := n.Get("body"); body.Kind() == "block" {
		fn.Body = l.stmts(body)
	} else {
		fn.Body = []ir.Stmt{&ir.Return{Pos: pos(body), X: l.expr(body)}}
	}
	return &ir.Lambda{Pos: p, Func: fn}
}

// methodReference lowers x::f, T::f and T::new to functions that pass their
// arguments on.
func (l *lowerer) methodReference(n syntax.Node) ir.Expr {
	p := pos(n)
	left := n.At(0)
	name, isNew := "", n.First("new").OK()
	for c := range n.All() {
		if c.Kind() == "identifier" {
			name = c.Text()
		}
	}
	typ := l.referredType(left)
	if !isNew && typ == "" {
		// The receiver is evaluated now, not when the function is called.
		x := l.expr(left)
		if _, simple := x.(*ir.Var); simple {
			return l.forward(p, func(args []ir.Arg) ir.Expr {
				return &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: x, Name: name}, Args: args}
			})
		}
		held := &ir.Var{Pos: p, Name: l.temp()}
		set := &ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: held, Value: x}}
		return &ir.Block{Pos: p, Body: []ir.Stmt{set}, X: l.forward(p, func(args []ir.Arg) ir.Expr {
			return &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: held, Name: name}, Args: args}
		})}
	}
	if strings.HasSuffix(typ, "[]") {
		return l.forward(p, func([]ir.Arg) ir.Expr { return &ir.Array{Pos: p} })
	}
	if isNew {
		known := l.classes[base(typ)]
		return l.forward(p, func(args []ir.Arg) ir.Expr {
			if known != nil && known.inner() {
				args = append(args, ir.Arg{Name: outerField, Value: l.thisOf(p, known.outer)})
			}
			return &ir.Call{Pos: p, Fn: l.typeExpr(p, typ), Args: args, New: true}
		})
	}
	static := func(args []ir.Arg) ir.Expr {
		return &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: l.typeExpr(p, typ), Name: name}, Args: args}
	}
	isStatic, sure := l.isStatic(typ, name)
	if isStatic && sure {
		return l.forward(p, static)
	}
	if sure {
		return l.onFirst(p, typ, name, nil)
	}
	return l.onFirst(p, typ, name, static)
}

// referredType is the type that stands left of "::", or "" for a value.
func (l *lowerer) referredType(n syntax.Node) string {
	switch n.Kind() {
	case "generic_type", "array_type", "scoped_type_identifier", "type_identifier", "integral_type", "floating_point_type", "boolean_type":
		return l.typeName(n)
	case "identifier":
		name := n.Text()
		if v, c := l.lookup(name); v.cls == nil && (v.name != "" || c != nil) {
			return ""
		} else if v.cls != nil {
			return v.cls.name
		}
		if full, sure := l.resolve(name); sure || isUpper(name) {
			return full
		}
	case "field_access":
		if full := l.packageName(n); full != "" {
			return full
		}
		if o := n.Get("object"); isUpper(n.Get("field").Text()) && l.referredType(o) != "" {
			return l.referredType(o) + "." + n.Get("field").Text()
		}
	}
	return ""
}

// forward makes a function that hands all its arguments to call.
func (l *lowerer) forward(p ir.Pos, call func([]ir.Arg) ir.Expr) ir.Expr {
	fn := &ir.Func{Pos: p, Params: []ir.Param{{Name: "args", Rest: true, Pos: p}}}
	s := l.enter(fn, l.scope.static)
	defer l.leave()
	s.declareName("args")
	x := call([]ir.Arg{{Value: &ir.Var{Pos: p, Name: "args"}, Spread: true}})
	fn.Body = []ir.Stmt{&ir.Return{Pos: p, X: x}}
	return &ir.Lambda{Pos: p, Func: fn}
}

// onFirst makes a function that calls the method on its first argument; or,
// where the file does not tell whether it is static, perhaps with it.
func (l *lowerer) onFirst(p ir.Pos, typ, name string, static func([]ir.Arg) ir.Expr) ir.Expr {
	fn := &ir.Func{Pos: p, Params: []ir.Param{{Name: "x", Type: typ, Pos: p}, {Name: "args", Rest: true, Pos: p}}}
	s := l.enter(fn, l.scope.static)
	defer l.leave()
	s.declareName("x")
	s.declareName("args")
	x := &ir.Var{Pos: p, Name: "x"}
	rest := ir.Arg{Value: &ir.Var{Pos: p, Name: "args"}, Spread: true}
	var out ir.Expr = &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: x, Name: name}, Args: []ir.Arg{rest}}
	if static != nil {
		out = &ir.Cond{Pos: p, Test: &ir.Unknown{Pos: p}, Then: static([]ir.Arg{{Value: x}, rest}), Else: out}
	}
	fn.Body = []ir.Stmt{&ir.Return{Pos: p, X: out}}
	return &ir.Lambda{Pos: p, Func: fn}
}

// staticHolders are classes of the JDK and of common libraries whose methods
// are static, as far as they are referred to.
var staticHolders = map[string]bool{
	"java.lang.Math": true, "java.util.Objects": true, "java.util.Arrays": true, "java.util.Collections": true,
	"java.nio.file.Paths": true, "java.nio.file.Files": true, "java.lang.Character": true, "java.util.Map.Entry": false,
	"java.util.stream.Stream": true, "java.util.stream.Collectors": true, "java.util.concurrent.CompletableFuture": false,
}

// isStatic tells whether T::name means a static method, and whether that is
// known for sure.
func (l *lowerer) isStatic(typ, name string) (static, sure bool) {
	full := base(typ)
	if c := l.classes[full]; c != nil {
		if m := c.method(name); m != nil {
			return m.static, m.static != m.instance
		}
		return false, !c.opaque()
	}
	if s, ok := staticHolders[full]; ok {
		return s, true
	}
	for _, prefix := range []string{"valueOf", "parse", "of", "from", "decode", "encode", "format", "copyOf", "fromString", "create", "max", "min", "sum", "compare"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && (rest == "" || isUpper(rest)) {
			return true, name != "compare" && !l.index.Has(full)
		}
	}
	if strings.HasSuffix(full, "Utils") || strings.HasSuffix(full, "Util") {
		return true, true
	}
	return false, !l.index.Has(full)
}
