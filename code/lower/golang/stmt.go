package golang

import (
	"go/ast"
	"go/token"
	"go/types"

	"rind/code/ir"
)

// A leave is a break that ends a switch or select. It is replaced before the
// statements are given out; see cut.
type leave struct{ ir.Pos }

func (l *lowerer) block(s *scope, list []ast.Stmt, in target) []ir.Stmt {
	var out []ir.Stmt
	for _, st := range list {
		out = append(out, l.stmt(s, st, in)...)
	}
	return out
}

// A target is what a break without a label ends.
type target int

const (
	nothing target = iota
	loop
	choice // switch, select
)

// stmt lowers a statement.
func (l *lowerer) stmt(s *scope, st ast.Stmt, in target) []ir.Stmt {
	if st == nil {
		return nil
	}
	pos := l.pos(st)
	do := func(x ir.Expr) []ir.Stmt { return []ir.Stmt{&ir.Do{Pos: pos, X: x}} }
	switch st := st.(type) {
	case *ast.ExprStmt:
		return l.exprStmt(s, st, do)
	case *ast.AssignStmt:
		return l.assign(s, st)
	case *ast.DeclStmt:
		return l.localDecl(s, st)
	case *ast.ReturnStmt:
		return []ir.Stmt{l.returned(s, st)}
	case *ast.BlockStmt:
		return l.block(s, st.List, in)
	case *ast.IfStmt:
		out := l.stmt(s, st.Init, in)
		return append(out, &ir.If{Pos: pos, Test: l.expr(s, st.Cond), Then: l.stmt(s, st.Body, in), Else: l.stmt(s, st.Else, in)})
	case *ast.ForStmt:
		out := l.stmt(s, st.Init, nothing)
		return append(out, &ir.While{Pos: pos, Test: l.optional(s, st.Cond), Body: l.block(s, st.Body.List, loop), Post: l.stmt(s, st.Post, nothing)})
	case *ast.RangeStmt:
		return l.rangeStmt(s, st)
	case *ast.SwitchStmt:
		return l.switchStmt(s, st)
	case *ast.TypeSwitchStmt:
		return l.typeSwitch(s, st)
	case *ast.SelectStmt:
		return l.selectStmt(s, st)
	case *ast.IncDecStmt:
		return do(&ir.Assign{Pos: pos, Target: l.target(s, st.X), Value: &ir.Binary{Pos: pos, Op: st.Tok.String()[:1], L: l.expr(s, st.X), R: &ir.Const{Pos: pos, Value: int64(1)}}})
	case *ast.SendStmt:
		return do(&ir.Assign{Pos: pos, Target: &ir.Index{Pos: pos, X: l.expr(s, st.Chan), Key: &ir.Unknown{Pos: pos}}, Value: l.expr(s, st.Value)})
	case *ast.DeferStmt:
		return do(l.call(s, st.Call))
	case *ast.GoStmt:
		return do(l.call(s, st.Call))
	case *ast.LabeledStmt:
		return l.stmt(s, st.Stmt, in)
	case *ast.BranchStmt:
		return l.branch(st, in)
	}
	return nil
}

func (l *lowerer) exprStmt(s *scope, st *ast.ExprStmt, do func(ir.Expr) []ir.Stmt) []ir.Stmt {
	if c, ok := ast.Unparen(st.X).(*ast.CallExpr); ok {
		if id, ok := ast.Unparen(c.Fun).(*ast.Ident); ok && len(c.Args) == 1 {
			if b, ok := l.info.Uses[id].(*types.Builtin); ok && b.Name() == "panic" {
				return []ir.Stmt{&ir.Throw{Pos: l.pos(st), X: l.expr(s, c.Args[0])}}
			}
		}
	}
	return do(l.expr(s, st.X))
}

// branch lowers break, continue, goto and fallthrough. A label is not looked
// at: leaving an outer loop is leaving the inner one, which an analysis of
// all turns cannot tell apart.
func (l *lowerer) branch(st *ast.BranchStmt, in target) []ir.Stmt {
	pos := l.pos(st)
	switch {
	case st.Tok == token.BREAK && st.Label == nil && in == choice:
		return []ir.Stmt{&leave{pos}}
	case st.Tok == token.BREAK:
		return []ir.Stmt{&ir.Break{Pos: pos}}
	case st.Tok == token.CONTINUE && st.Label != nil && in == loop:
		return []ir.Stmt{&ir.Continue{Pos: pos}}
	case st.Tok == token.CONTINUE:
		return []ir.Stmt{&ir.Continue{Pos: pos}}
	}
	return nil
}

func (l *lowerer) returned(s *scope, st *ast.ReturnStmt) ir.Stmt {
	pos := l.pos(st)
	switch {
	case len(st.Results) == 0 && len(s.results) == 0:
		return &ir.Return{Pos: pos}
	case len(st.Results) == 0:
		var elems []ir.Arg
		for _, v := range s.results {
			elems = append(elems, ir.Arg{Value: &ir.Var{Pos: pos, Name: l.nameOf(s, v)}})
		}
		if len(elems) == 1 {
			return &ir.Return{Pos: pos, X: elems[0].Value}
		}
		return &ir.Return{Pos: pos, X: &ir.Array{Pos: pos, Elems: elems}}
	case len(st.Results) == 1:
		return &ir.Return{Pos: pos, X: l.expr(s, st.Results[0])}
	}
	a := &ir.Array{Pos: pos}
	for _, r := range st.Results {
		a.Elems = append(a.Elems, ir.Arg{Value: l.expr(s, r)})
	}
	return &ir.Return{Pos: pos, X: a}
}

// localDecl lowers var, const and type within a function.
func (l *lowerer) localDecl(s *scope, st *ast.DeclStmt) []ir.Stmt {
	d, ok := st.Decl.(*ast.GenDecl)
	if !ok {
		return nil
	}
	var out []ir.Stmt
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			if d.Tok == token.VAR {
				out = append(out, l.varSpec(s, spec)...)
			} else {
				out = append(out, l.constSpec(s, spec)...)
			}
		case *ast.TypeSpec:
			name := l.define(s, spec.Name)
			out = append(out, l.set(s, name, l.class(s, spec), l.pos(spec)))
		}
	}
	return out
}

// constSpec lowers constants that go/types could not work out; the others are
// written where they are used.
func (l *lowerer) constSpec(s *scope, spec *ast.ValueSpec) []ir.Stmt {
	var out []ir.Stmt
	for i, id := range spec.Names {
		if c, ok := l.info.Defs[id].(*types.Const); ok && i < len(spec.Values) && id.Name != "_" && !known(c) {
			v := l.expr(s, spec.Values[i])
			out = append(out, l.set(s, l.define(s, id), v, l.pos(id)))
		}
	}
	return out
}

func (l *lowerer) varSpec(s *scope, spec *ast.ValueSpec) []ir.Stmt {
	var targets []ast.Expr
	for _, id := range spec.Names {
		targets = append(targets, id)
	}
	if len(spec.Values) > 0 {
		return l.assignAll(s, targets, spec.Values, spec.Type, l.pos(spec))
	}
	var out []ir.Stmt
	for _, id := range spec.Names {
		if id.Name != "_" {
			out = append(out, l.set(s, l.define(s, id), l.zero(s, l.typeOf(spec.Type), l.pos(id)), l.pos(id)))
		}
	}
	return out
}

// set assigns to a variable.
func (l *lowerer) set(s *scope, name string, v ir.Expr, pos ir.Pos) ir.Stmt {
	return &ir.Do{Pos: pos, X: &ir.Assign{Pos: pos, Target: &ir.Var{Pos: pos, Name: name}, Value: v}}
}

func (l *lowerer) assign(s *scope, st *ast.AssignStmt) []ir.Stmt {
	if st.Tok == token.ASSIGN || st.Tok == token.DEFINE {
		return l.assignAll(s, st.Lhs, st.Rhs, nil, l.pos(st))
	}
	// x += y
	pos := l.pos(st)
	op := st.Tok.String()
	op = op[:len(op)-1]
	if op == "&^" {
		op = "&"
	}
	v := &ir.Binary{Pos: pos, Op: op, L: l.expr(s, st.Lhs[0]), R: l.expr(s, st.Rhs[0])}
	return []ir.Stmt{&ir.Do{Pos: pos, X: &ir.Assign{Pos: pos, Target: l.target(s, st.Lhs[0]), Value: v}}}
}

// assignAll lowers an assignment or declaration of several targets.
func (l *lowerer) assignAll(s *scope, lhs, rhs []ast.Expr, declared ast.Expr, pos ir.Pos) []ir.Stmt {
	if len(lhs) == 1 && len(rhs) == 1 {
		v := l.typed(l.expr(s, rhs[0]), declared, l.pos(rhs[0]))
		if l.foreignStatus(lhs[0], rhs[0]) {
			v = &ir.Result{Pos: v.At(), X: v, Status: true}
		}
		return l.assignOne(s, lhs[0], v, pos)
	}
	if len(rhs) == 1 {
		return l.takeApart(s, lhs, rhs[0], pos)
	}
	if len(lhs) != len(rhs) {
		return []ir.Stmt{&ir.Do{Pos: pos, X: &ir.Unknown{Pos: pos, Parts: l.exprs(s, rhs)}}}
	}
	// All values are worked out before any is assigned.
	var out, sets []ir.Stmt
	for i := range rhs {
		v := l.typed(l.expr(s, rhs[i]), declared, l.pos(rhs[i]))
		if _, plain := v.(*ir.Const); !plain && len(rhs) > 1 && !isBlank(lhs[i]) {
			tmp := s.temp()
			out = append(out, l.set(s, tmp, v, v.At()))
			v = &ir.Var{Pos: v.At(), Name: tmp}
		}
		sets = append(sets, l.assignOne(s, lhs[i], v, pos)...)
	}
	return append(out, sets...)
}

// foreignStatus reports whether a call that leaves the app yields nothing but
// an error: err := f(x).
func (l *lowerer) foreignStatus(lhs, rhs ast.Expr) bool {
	id, ok := lhs.(*ast.Ident)
	if _, call := ast.Unparen(rhs).(*ast.CallExpr); !ok || !call || id.Name == "_" {
		return false
	}
	return l.typeOf(rhs) == nil && isStatus(nil, id.Name)
}

func isBlank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// assignOne assigns a value to a target.
func (l *lowerer) assignOne(s *scope, lhs ast.Expr, v ir.Expr, pos ir.Pos) []ir.Stmt {
	if isBlank(lhs) {
		return []ir.Stmt{&ir.Do{Pos: pos, X: v}}
	}
	// *p = T{…} and x.Embedded = y set the fields of what is there.
	if e, ok := ast.Unparen(lhs).(*ast.StarExpr); ok {
		if o, ok := v.(*ir.Object); ok && len(o.Fields) > 0 && structOf(l.typeOf(e)) != nil {
			return l.setFields(l.expr(s, e.X), o, pos)
		}
	}
	t := l.target(s, lhs)
	switch t.(type) {
	case *ir.Var, *ir.Member, *ir.Index:
	default:
		return []ir.Stmt{&ir.Do{Pos: pos, X: &ir.Unknown{Pos: pos, Parts: []ir.Expr{t, v}}}}
	}
	if _, variable := t.(*ir.Var); variable {
		if sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr); ok && l.info.Selections[sel] != nil {
			return l.spread(t, v, l.typeOf(lhs), pos)
		}
	}
	return []ir.Stmt{&ir.Do{Pos: pos, X: &ir.Assign{Pos: pos, Target: t, Value: v}}}
}

// setFields assigns an object's fields to those of another.
func (l *lowerer) setFields(x ir.Expr, o *ir.Object, pos ir.Pos) []ir.Stmt {
	var out []ir.Stmt
	for _, f := range o.Fields {
		if k, ok := f.Key.(*ir.Const); ok {
			if name, ok := k.Value.(string); ok {
				out = append(out, &ir.Do{Pos: pos, X: &ir.Assign{Pos: pos, Target: &ir.Member{Pos: pos, X: x, Name: name}, Value: f.Value}})
			}
		}
	}
	return out
}

// spread assigns all fields of an embedded struct.
func (l *lowerer) spread(x, v ir.Expr, t types.Type, pos ir.Pos) []ir.Stmt {
	st := structOf(t)
	if st == nil {
		return []ir.Stmt{&ir.Do{Pos: pos, X: v}}
	}
	var out []ir.Stmt
	for i := range st.NumFields() {
		if name := fieldName(st, i); !flat(st, i) {
			out = append(out, &ir.Do{Pos: pos, X: &ir.Assign{
				Pos: pos, Target: &ir.Member{Pos: pos, X: x, Name: name},
				Value: &ir.Member{Pos: pos, X: v, Name: name},
			}})
		}
	}
	return out
}

// target lowers what is assigned to; a new variable is declared.
func (l *lowerer) target(s *scope, e ast.Expr) ir.Expr {
	e = ast.Unparen(e)
	if id, ok := e.(*ast.Ident); ok {
		if l.info.Defs[id] != nil {
			return &ir.Var{Pos: l.pos(id), Name: l.define(s, id)}
		}
		return l.ident(s, id)
	}
	x := l.expr(s, e)
	if t, ok := x.(*ir.Typed); ok {
		return t.X
	}
	return x
}

// takeApart lowers v, err := x: a call with several results, or one of the
// forms that tell "ok".
func (l *lowerer) takeApart(s *scope, lhs []ast.Expr, rhs ast.Expr, pos ir.Pos) []ir.Stmt {
	switch e := ast.Unparen(rhs).(type) {
	case *ast.CallExpr:
		call := l.call(s, e)
		tuple, _ := l.info.TypeOf(e).(*types.Tuple)
		tmp := s.temp()
		out := []ir.Stmt{l.set(s, tmp, call, call.At())}
		for i, t := range lhs {
			if isBlank(t) {
				continue
			}
			r := &ir.Result{Pos: call.At(), X: &ir.Var{Pos: call.At(), Name: tmp}, I: i}
			var typ types.Type
			if tuple != nil && i < tuple.Len() {
				typ = tuple.At(i).Type()
			}
			name := ""
			if id, ok := t.(*ast.Ident); ok {
				name = id.Name
			}
			r.Status = i > 0 && isStatus(typ, name)
			v := ir.Expr(r)
			if !r.Status && harmless(typ) {
				v = &ir.Typed{Pos: r.Pos, X: r, Type: deref(typ).Underlying().String()}
			}
			out = append(out, l.assignOne(s, t, v, pos)...)
		}
		return out
	case *ast.IndexExpr: // v, ok := m[k]
		x, k := l.expr(s, e.X), l.expr(s, e.Index)
		v := l.calm(e.X, &ir.Index{Pos: l.pos(e), X: x, Key: k})
		ok := &ir.Binary{Pos: l.pos(e), Op: "in", L: k, R: x}
		return l.both(s, lhs, v, ok, pos)
	case *ast.TypeAssertExpr:
		return l.both(s, lhs, l.expr(s, e), &ir.Unknown{Pos: pos}, pos)
	case *ast.UnaryExpr: // v, ok := <-c
		return l.both(s, lhs, l.expr(s, e), &ir.Unknown{Pos: pos}, pos)
	}
	v := l.expr(s, rhs)
	return l.both(s, lhs, v, &ir.Unknown{Pos: pos}, pos)
}

func (l *lowerer) both(s *scope, lhs []ast.Expr, v, ok ir.Expr, pos ir.Pos) []ir.Stmt {
	out := l.assignOne(s, lhs[0], v, pos)
	for _, t := range lhs[1:] {
		if !isBlank(t) {
			out = append(out, l.assignOne(s, t, ok, pos)...)
		}
	}
	return out
}
