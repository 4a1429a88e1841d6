package golang

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"rind/code/ir"
)

// expr lowers an expression to one value.
func (l *lowerer) expr(s *scope, e ast.Expr) ir.Expr {
	if e == nil {
		return &ir.Const{}
	}
	pos := l.pos(e)
	if tv, ok := l.info.Types[e]; ok && tv.Value != nil {
		return constValue(tv.Value, pos)
	}
	switch e := e.(type) {
	case *ast.Ident:
		return l.ident(s, e)
	case *ast.BasicLit:
		return literal(e, pos)
	case *ast.ParenExpr:
		return l.expr(s, e.X)
	case *ast.FuncLit:
		return l.funcLit(s, e)
	case *ast.CompositeLit:
		return l.composite(s, e, l.typeOf(e))
	case *ast.SelectorExpr:
		return l.calm(e, l.selector(s, e))
	case *ast.IndexExpr:
		if l.instantiates(e.X) {
			return l.expr(s, e.X)
		}
		return l.calm(e, &ir.Index{Pos: pos, X: l.expr(s, e.X), Key: l.expr(s, e.Index)})
	case *ast.IndexListExpr:
		return l.expr(s, e.X)
	case *ast.SliceExpr:
		return &ir.Slice{Pos: pos, X: l.expr(s, e.X), Lo: l.optional(s, e.Low), Hi: l.optional(s, e.High)}
	case *ast.StarExpr:
		return l.expr(s, e.X)
	case *ast.TypeAssertExpr:
		return l.typed(l.expr(s, e.X), e.Type, pos)
	case *ast.UnaryExpr:
		return l.unary(s, e)
	case *ast.BinaryExpr:
		return l.binary(s, e)
	case *ast.CallExpr:
		if t, ok := l.typeOf(e).(*types.Tuple); ok && t.Len() > 1 {
			return l.call(s, e) // passed on whole
		}
		return l.call(s, e)
	case *ast.KeyValueExpr:
		return l.expr(s, e.Value)
	case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.StructType, *ast.InterfaceType:
		return &ir.Const{Pos: pos}
	}
	return &ir.Unknown{Pos: pos}
}

func (l *lowerer) optional(s *scope, e ast.Expr) ir.Expr {
	if e == nil {
		return nil
	}
	return l.expr(s, e)
}

func (l *lowerer) exprs(s *scope, list []ast.Expr) []ir.Expr {
	var out []ir.Expr
	for _, e := range list {
		out = append(out, l.expr(s, e))
	}
	return out
}

// literal lowers a literal that go/types left out.
func literal(e *ast.BasicLit, pos ir.Pos) ir.Expr {
	if v := constant.MakeFromLiteral(e.Value, e.Kind, 0); v.Kind() != constant.Unknown {
		return constValue(v, pos)
	}
	if text, err := strconv.Unquote(e.Value); err == nil {
		return &ir.Const{Pos: pos, Value: text}
	}
	return &ir.Unknown{Pos: pos}
}

// calm marks what is read from a structure and is a number or boolean, so
// that it carries no attack though the structure does.
func (l *lowerer) calm(e ast.Expr, x ir.Expr) ir.Expr {
	if t := l.typeOf(e); harmless(t) {
		if _, constant := x.(*ir.Const); !constant {
			return &ir.Typed{Pos: x.At(), X: x, Type: deref(t).Underlying().String()}
		}
	}
	return x
}

// typed marks a value as being of a type that is written out.
func (l *lowerer) typed(x ir.Expr, t ast.Expr, pos ir.Pos) ir.Expr {
	if name := l.writtenType(t); name != "" {
		return &ir.Typed{Pos: pos, X: x, Type: name}
	}
	return x
}

// writtenType is the full name of a type expression, "" if it has none.
func (l *lowerer) writtenType(t ast.Expr) string {
	if t == nil {
		return ""
	}
	return l.typeName(l.typeOf(t))
}

// instantiates reports whether e is a generic function or type, so that an
// index is its type argument.
func (l *lowerer) instantiates(e ast.Expr) bool {
	if tv, ok := l.info.Types[e]; ok && tv.IsType() {
		return true
	}
	var id *ast.Ident
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	}
	if id == nil {
		return false
	}
	_, ok := l.info.Uses[id].(*types.Func)
	return ok
}

// selector lowers x.f where it is no call.
func (l *lowerer) selector(s *scope, e *ast.SelectorExpr) ir.Expr {
	pos := l.pos(e)
	sel := l.info.Selections[e]
	if sel == nil {
		return &ir.Member{Pos: pos, X: l.receiver(s, e.X, e.Sel.Name), Name: e.Sel.Name}
	}
	switch sel.Kind() {
	case types.FieldVal:
		return l.follow(l.expr(s, e.X), sel.Recv(), sel.Index(), pos)
	case types.MethodExpr:
		return &ir.Member{Pos: pos, X: l.expr(s, e.X), Name: e.Sel.Name}
	}
	m, ok := sel.Obj().(*types.Func)
	if ok && l.static(m) {
		return l.methodValue(s, e, m, sel)
	}
	return &ir.Member{Pos: pos, X: l.receiver(s, e.X, e.Sel.Name), Name: e.Sel.Name}
}

// receiver lowers what stands before a dot whose meaning go/types does not
// know, or that is an interface, with the name of its type.
func (l *lowerer) receiver(s *scope, e ast.Expr, member string) ir.Expr {
	x := l.expr(s, e)
	t := l.typeOf(e)
	if t == nil {
		return x
	}
	if name := l.foreignType(t); name != "" {
		return &ir.Typed{Pos: x.At(), X: x, Type: name}
	}
	n := l.named(t)
	if n == nil {
		return x
	}
	if types.IsInterface(n) {
		return &ir.Typed{Pos: x.At(), X: x, Type: l.typeName(n)}
	}
	// The member may be that of a foreign type that is embedded.
	if st := structOf(n); st != nil {
		for i := range st.NumFields() {
			if name := l.foreignType(st.Field(i).Type()); name != "" && st.Field(i).Embedded() {
				return &ir.Typed{Pos: x.At(), X: &ir.Member{Pos: x.At(), X: x, Name: fieldName(st, i)}, Type: name}
			}
		}
	}
	return x
}

// follow reads along the indices of fields, embedded ones first, from x.
func (l *lowerer) follow(x ir.Expr, t types.Type, index []int, pos ir.Pos) ir.Expr {
	for _, i := range index {
		st := structOf(t)
		if st == nil || i >= st.NumFields() {
			return &ir.Unknown{Pos: pos, Parts: []ir.Expr{x}}
		}
		if !flat(st, i) {
			x = &ir.Member{Pos: pos, X: x, Name: fieldName(st, i)}
		}
		t = st.Field(i).Type()
	}
	return x
}

func (l *lowerer) unary(s *scope, e *ast.UnaryExpr) ir.Expr {
	pos := l.pos(e)
	x := l.expr(s, e.X)
	switch e.Op {
	case token.AND:
		return x
	case token.ARROW: // any element of the channel
		return l.calm(e, &ir.Index{Pos: pos, X: x, Key: &ir.Unknown{Pos: pos}})
	case token.NOT:
		return &ir.Unary{Pos: pos, Op: "not", X: x}
	case token.XOR:
		return &ir.Unary{Pos: pos, Op: "~", X: x}
	}
	return &ir.Unary{Pos: pos, Op: e.Op.String(), X: x}
}

func (l *lowerer) binary(s *scope, e *ast.BinaryExpr) ir.Expr {
	pos := l.pos(e)
	// Chains of one operator are long and lean to the left: no recursion.
	if e.Op == token.ADD {
		var parts []ast.Expr
		x := ast.Expr(e)
		for {
			b, ok := x.(*ast.BinaryExpr)
			if !ok || b.Op != token.ADD || l.info.Types[x].Value != nil {
				break
			}
			parts = append(parts, b.Y)
			x = b.X
		}
		out := l.expr(s, x)
		for i := len(parts) - 1; i >= 0; i-- {
			r := l.expr(s, parts[i])
			out = &ir.Binary{Pos: ir.Pos{Start: out.At().Start, End: r.At().End}, Op: "+", L: out, R: r}
		}
		return out
	}
	left, right := l.expr(s, e.X), l.expr(s, e.Y)
	switch e.Op {
	case token.LAND:
		return &ir.Logic{Pos: pos, Op: "and", L: left, R: right}
	case token.LOR:
		return &ir.Logic{Pos: pos, Op: "or", L: left, R: right}
	case token.AND_NOT:
		return &ir.Binary{Pos: pos, Op: "&", L: left, R: right}
	}
	return &ir.Binary{Pos: pos, Op: e.Op.String(), L: left, R: right}
}

// composite lowers T{…}; t is its type, nil if unknown.
func (l *lowerer) composite(s *scope, e *ast.CompositeLit, t types.Type) ir.Expr {
	pos := l.pos(e)
	name := l.foreignType(t)
	if st := structOf(t); st != nil {
		return l.structLit(s, e, t, st)
	}
	keyed := false
	for _, x := range e.Elts {
		if _, ok := x.(*ast.KeyValueExpr); ok {
			keyed = true
		}
	}
	isMap, isList := false, false
	if t != nil && name == "" {
		switch deref(t).Underlying().(type) {
		case *types.Map:
			isMap = true
		case *types.Slice, *types.Array:
			isList = true
		}
	}
	if isMap || (keyed || len(e.Elts) == 0) && !isList {
		o := &ir.Object{Pos: pos, Type: name}
		if name == "" && !isMap && e.Type != nil {
			o.Class = l.expr(s, e.Type) // a type only a package that is not known declares
		}
		for _, x := range e.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				o.Fields = append(o.Fields, ir.Field{Key: l.key(s, kv.Key, isMap), Value: l.element(s, kv.Value)})
			} else {
				o.Fields = append(o.Fields, ir.Field{Key: &ir.Unknown{Pos: pos}, Value: l.element(s, x)})
			}
		}
		return o
	}
	a := &ir.Array{Pos: pos}
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			x = kv.Value
		}
		a.Elems = append(a.Elems, ir.Arg{Value: l.element(s, x)})
	}
	if name != "" {
		return &ir.Typed{Pos: pos, X: a, Type: name}
	}
	return a
}

// element lowers a value within a literal, whose own type may be left out.
func (l *lowerer) element(s *scope, e ast.Expr) ir.Expr {
	if c, ok := e.(*ast.CompositeLit); ok {
		return l.composite(s, c, l.typeOf(c))
	}
	return l.expr(s, e)
}

// key lowers a key of a literal: a name is a field of a struct that is not
// known, unless it is no exported one.
func (l *lowerer) key(s *scope, e ast.Expr, isMap bool) ir.Expr {
	if id, ok := e.(*ast.Ident); ok && !isMap && l.info.Uses[id] == nil && id.IsExported() {
		return &ir.Const{Pos: l.pos(e), Value: id.Name}
	}
	return l.element(s, e)
}

func (l *lowerer) structLit(s *scope, e *ast.CompositeLit, t types.Type, st *types.Struct) ir.Expr {
	o := l.instance(s, t, l.pos(e))
	for n, x := range e.Elts {
		i := n
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			i, x = -1, kv.Value
			if id, ok := kv.Key.(*ast.Ident); ok {
				i = fieldIndex(st, id.Name)
			}
		}
		v := l.element(s, x)
		switch {
		case i < 0 || i >= st.NumFields():
			o.Fields = append(o.Fields, ir.Field{Key: &ir.Unknown{Pos: v.At()}, Value: v})
		case flat(st, i):
			o.Fields = append(o.Fields, ir.Field{Value: v, Spread: true})
		default:
			o.Fields = append(o.Fields, ir.Field{Key: &ir.Const{Pos: v.At(), Value: fieldName(st, i)}, Value: v})
		}
	}
	return o
}

func fieldIndex(st *types.Struct, name string) int {
	for i := range st.NumFields() {
		if st.Field(i).Name() == name {
			return i
		}
	}
	return -1
}
