package golang

import (
	"go/ast"
	"go/types"

	"rind/code/ir"
)

// call lowers a call. The value of one with several results is what the
// called function returns: take it apart with results.
func (l *lowerer) call(s *scope, e *ast.CallExpr) ir.Expr {
	pos := l.pos(e)
	fun := ast.Unparen(e.Fun)
	if tv, ok := l.info.Types[fun]; ok && tv.IsType() {
		return l.conversion(s, e, tv.Type)
	}
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := l.info.Uses[id].(*types.Builtin); ok {
			return l.builtin(s, e, b.Name())
		}
	}
	switch f := fun.(type) {
	case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType, *ast.StarExpr:
		if len(e.Args) == 1 { // a conversion whose type go/types does not know
			return l.expr(s, e.Args[0])
		}
	case *ast.IndexExpr:
		if l.instantiates(f.X) {
			fun = ast.Unparen(f.X)
		}
	case *ast.IndexListExpr:
		fun = ast.Unparen(f.X)
	}
	c := &ir.Call{Pos: pos}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		c.Fn, c.Args = l.method(s, sel)
	} else {
		c.Fn = l.expr(s, fun)
	}
	c.Args = append(c.Args, l.args(s, e)...)
	return l.calm(e, c)
}

// method lowers the function of a call x.f(…), with the receiver as first
// argument if the method is known.
func (l *lowerer) method(s *scope, e *ast.SelectorExpr) (ir.Expr, []ir.Arg) {
	sel := l.info.Selections[e]
	if sel == nil || sel.Kind() != types.MethodVal {
		return l.selector(s, e), nil
	}
	m, ok := sel.Obj().(*types.Func)
	if !ok || !l.static(m) {
		// Through an interface, embedded maybe.
		x := l.receiver(s, e.X, e.Sel.Name)
		if index := sel.Index(); len(index) > 1 {
			x = l.follow(l.expr(s, e.X), sel.Recv(), index[:len(index)-1], l.pos(e.X))
			if t := l.fieldType(sel.Recv(), index[:len(index)-1]); t != nil {
				if name := l.typeName(t); name != "" {
					x = &ir.Typed{Pos: x.At(), X: x, Type: name}
				}
			}
		}
		return &ir.Member{Pos: l.pos(e), X: x, Name: e.Sel.Name}, nil
	}
	index := sel.Index()
	recv := l.follow(l.expr(s, e.X), sel.Recv(), index[:len(index)-1], l.pos(e.X))
	return l.methodOf(s, m, l.pos(e)), []ir.Arg{{Value: recv}}
}

// fieldType is the type at the end of a path of fields.
func (l *lowerer) fieldType(t types.Type, index []int) types.Type {
	for _, i := range index {
		st := structOf(t)
		if st == nil || i >= st.NumFields() {
			return nil
		}
		t = st.Field(i).Type()
	}
	return t
}

// static reports whether the method is one of the app's, not an interface's.
func (l *lowerer) static(m *types.Func) bool {
	return m.Pkg() != nil && l.own(m.Pkg()) && l.receiverType(m) != nil
}

// receiverType is the named type that has the method, nil for an interface.
func (l *lowerer) receiverType(m *types.Func) *types.Named {
	sig, ok := m.Type().(*types.Signature)
	if !ok || sig.Recv() == nil || types.IsInterface(sig.Recv().Type()) {
		return nil
	}
	return l.named(sig.Recv().Type())
}

// methodOf reads a method from its type.
func (l *lowerer) methodOf(s *scope, m *types.Func, pos ir.Pos) ir.Expr {
	return &ir.Member{Pos: pos, X: l.object(s, l.receiverType(m).Obj(), pos), Name: m.Name()}
}

// methodValue lowers x.Method where it is not called at once: a function that
// knows its receiver.
func (l *lowerer) methodValue(s *scope, e *ast.SelectorExpr, m *types.Func, sel *types.Selection) ir.Expr {
	pos := l.pos(e)
	index := sel.Index()
	recv := l.follow(l.expr(s, e.X), sel.Recv(), index[:len(index)-1], pos)
	f, inner := l.newFunc(s, m.Name(), pos)
	call := &ir.Call{Pos: pos, Fn: l.methodOf(inner, m, pos), Args: []ir.Arg{{Value: recv}}}
	sig := m.Type().(*types.Signature)
	for i := range sig.Params().Len() {
		p := sig.Params().At(i)
		last := sig.Variadic() && i == sig.Params().Len()-1
		name := p.Name()
		if name == "" || name == "_" {
			name = "p"
		}
		name = inner.declare(name)
		f.Params = append(f.Params, ir.Param{Name: name, Type: l.typeName(p.Type()), Rest: last, Pos: pos})
		call.Args = append(call.Args, ir.Arg{Value: &ir.Var{Pos: pos, Name: name}, Spread: last})
	}
	f.Result = l.resultType(sig)
	f.Body = []ir.Stmt{&ir.Return{Pos: pos, X: call}}
	return &ir.Lambda{Pos: pos, Func: f}
}

// args lowers a call's arguments. A call with several results that is the
// only argument is spread.
func (l *lowerer) args(s *scope, e *ast.CallExpr) []ir.Arg {
	var out []ir.Arg
	for i, a := range e.Args {
		spread := e.Ellipsis.IsValid() && i == len(e.Args)-1
		if t, ok := l.info.TypeOf(a).(*types.Tuple); ok && t.Len() > 1 && len(e.Args) == 1 {
			call := l.expr(s, a)
			tmp := s.temp()
			first := ir.Expr(&ir.Assign{Pos: call.At(), Target: &ir.Var{Pos: call.At(), Name: tmp}, Value: call})
			for i := range t.Len() {
				out = append(out, ir.Arg{Value: &ir.Result{
					Pos: call.At(), X: first, I: i,
					Status: i > 0 && isStatus(t.At(i).Type(), t.At(i).Name()),
				}})
				first = &ir.Var{Pos: call.At(), Name: tmp}
			}
			return out
		}
		out = append(out, ir.Arg{Value: l.expr(s, a), Spread: spread})
	}
	return out
}

// conversion lowers T(x).
func (l *lowerer) conversion(s *scope, e *ast.CallExpr, t types.Type) ir.Expr {
	pos := l.pos(e)
	if len(e.Args) != 1 {
		return &ir.Unknown{Pos: pos, Parts: l.exprs(s, e.Args)}
	}
	x := l.expr(s, e.Args[0])
	if l.foreignType(t) != "" { // html/template.HTML(x): the library knows what it means
		return &ir.Call{Pos: pos, Fn: l.expr(s, e.Fun), Args: []ir.Arg{{Value: x}}}
	}
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsNumeric != 0 && b.Kind() != types.Uint8 && b.Kind() != types.Int32 {
		return &ir.Typed{Pos: pos, X: x, Type: b.Name()}
	}
	if n := l.named(t); n != nil && structOf(n) == nil {
		return &ir.Typed{Pos: pos, X: x, Type: l.typeName(n)}
	}
	return x
}

// builtin lowers a call of one of the language's own functions.
func (l *lowerer) builtin(s *scope, e *ast.CallExpr, name string) ir.Expr {
	pos := l.pos(e)
	switch name {
	case "new":
		if len(e.Args) == 1 {
			if tv := l.info.Types[e.Args[0]]; tv.IsType() {
				return l.zero(s, tv.Type, pos)
			}
			return l.expr(s, e.Args[0])
		}
	case "make":
		if len(e.Args) > 0 {
			if t := l.typeOf(e.Args[0]); t != nil {
				if name := l.foreignType(t); name != "" {
					return &ir.Object{Pos: pos, Type: name}
				}
				if _, ok := t.Underlying().(*types.Map); ok {
					return &ir.Object{Pos: pos}
				}
			}
			a := ir.Expr(&ir.Array{Pos: pos})
			if len(e.Args) > 1 { // sizes are looked at, as any argument
				return &ir.Seq{Pos: pos, X: []ir.Expr{&ir.Call{Pos: pos, Fn: &ir.Var{Pos: pos, Name: "make"}, Args: l.sizes(s, e)}, a}}
			}
			return a
		}
	case "append":
		return l.appended(s, e)
	case "copy":
		if len(e.Args) == 2 {
			dst, src := l.expr(s, e.Args[0]), l.expr(s, e.Args[1])
			if l.bytes(e.Args[0]) {
				if _, ok := dst.(*ir.Var); ok {
					return &ir.Assign{Pos: pos, Target: dst, Value: &ir.Binary{Pos: pos, Op: "+", L: dst, R: src}}
				}
			}
			any := func() ir.Expr { return &ir.Unknown{Pos: pos} }
			return &ir.Assign{
				Pos: pos, Target: &ir.Index{Pos: pos, X: dst, Key: any()},
				Value: &ir.Index{Pos: pos, X: src, Key: any()},
			}
		}
	case "delete":
		if len(e.Args) == 2 {
			return &ir.Unary{Pos: pos, Op: "delete", X: &ir.Index{Pos: pos, X: l.expr(s, e.Args[0]), Key: l.expr(s, e.Args[1])}}
		}
	}
	return &ir.Call{Pos: pos, Fn: &ir.Var{Pos: l.pos(e.Fun), Name: name}, Args: l.args(s, e)}
}

func (l *lowerer) sizes(s *scope, e *ast.CallExpr) []ir.Arg {
	var out []ir.Arg
	for _, a := range e.Args[1:] {
		out = append(out, ir.Arg{Value: l.expr(s, a)})
	}
	return out
}

// appended lowers append: a list of all, or a joined text for bytes.
func (l *lowerer) appended(s *scope, e *ast.CallExpr) ir.Expr {
	pos := l.pos(e)
	args := l.args(s, e)
	if len(args) == 0 {
		return &ir.Unknown{Pos: pos}
	}
	if l.bytes(e.Args[0]) {
		out := args[0].Value
		for _, a := range args[1:] {
			out = &ir.Binary{Pos: pos, Op: "+", L: out, R: a.Value}
		}
		return out
	}
	args[0].Spread = true
	return &ir.Array{Pos: pos, Elems: args}
}

// bytes reports whether e is a byte slice.
func (l *lowerer) bytes(e ast.Expr) bool {
	t := l.typeOf(e)
	if t == nil {
		return false
	}
	sl, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := sl.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uint8
}
