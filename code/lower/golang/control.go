package golang

import (
	"go/ast"
	"go/token"
	"go/types"

	"rind/code/ir"
)

// rangeStmt lowers for … range.
func (l *lowerer) rangeStmt(s *scope, st *ast.RangeStmt) []ir.Stmt {
	pos := l.pos(st)
	t := l.typeOf(st.X)
	x := l.expr(s, st.X)
	f := &ir.ForEach{Pos: pos, X: x}
	key, value := st.Key, st.Value
	switch {
	case t == nil:
		// An iterator function's single value stands where a key does.
		if value == nil && iterates(st.X) {
			key, value = nil, key
		}
	case isChan(t):
		key, value = nil, key
	case isFunc(t):
		if sig, ok := t.Underlying().(*types.Signature); ok && oneValue(sig) {
			key, value = nil, key
		}
		f.X = &ir.Call{Pos: x.At(), Fn: x, Args: nil}
	case isInteger(t):
		var out []ir.Stmt
		if key != nil && !isBlank(key) {
			out = l.assignOne(s, key, &ir.Typed{Pos: pos, X: &ir.Unknown{Pos: pos}, Type: "int"}, pos)
		}
		// The bound is looked at: it may be what the event says.
		test := &ir.Binary{Pos: x.At(), Op: "<", L: &ir.Unknown{Pos: pos}, R: x}
		return append(out, &ir.While{Pos: pos, Test: test, Body: l.block(s, st.Body.List, loop)})
	}
	if key != nil && !isBlank(key) {
		f.Key = l.target(s, key)
	}
	if value != nil && !isBlank(value) {
		f.Value = l.target(s, value)
	}
	f.Body = l.block(s, st.Body.List, loop)
	return []ir.Stmt{f}
}

// iterates reports whether an expression of unknown type calls a function
// that, by its name, yields an iterator of single values.
func iterates(e ast.Expr) bool {
	c, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	switch sel.Sel.Name {
	case "Keys", "Values", "Chunk":
		return ok && (x.Name == "maps" || x.Name == "slices")
	case "SplitSeq", "SplitAfterSeq", "FieldsSeq", "FieldsFuncSeq", "Lines":
		return ok && (x.Name == "strings" || x.Name == "bytes")
	}
	return false
}

func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// oneValue reports whether an iterator yields single values.
func oneValue(sig *types.Signature) bool {
	if sig.Params().Len() != 1 {
		return false
	}
	yield, ok := sig.Params().At(0).Type().Underlying().(*types.Signature)
	return ok && yield.Params().Len() == 1
}

// switchStmt lowers a switch to a chain of Ifs.
func (l *lowerer) switchStmt(s *scope, st *ast.SwitchStmt) []ir.Stmt {
	out := l.stmt(s, st.Init, nothing)
	pos := l.pos(st)
	var tag func() ir.Expr
	if st.Tag != nil {
		// A name may be tested as it stands, so that the test tells of it.
		if id, ok := ast.Unparen(st.Tag).(*ast.Ident); ok {
			tag = func() ir.Expr { return l.expr(s, id) }
		} else if pure(st.Tag) {
			tag = func() ir.Expr { return l.expr(s, st.Tag) }
		} else {
			v := l.expr(s, st.Tag)
			tmp := s.temp()
			out = append(out, l.set(s, tmp, v, v.At()))
			tag = func() ir.Expr { return &ir.Var{Pos: v.At(), Name: tmp} }
		}
	}
	clauses := st.Body.List
	var arms []arm
	for i, c := range clauses {
		c, ok := c.(*ast.CaseClause)
		if !ok {
			continue
		}
		a := arm{pos: l.pos(c)}
		for _, e := range c.List {
			test := l.expr(s, e)
			if tag != nil {
				test = &ir.Binary{Pos: l.pos(e), Op: "==", L: tag(), R: test}
			}
			a.or(test)
		}
		a.body = l.clause(s, clauses, i)
		arms = append(arms, a)
	}
	return append(out, chain(arms, pos)...)
}

// pure reports whether an expression may be evaluated again and again: names,
// fields and constant indices.
func pure(e ast.Expr) bool {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			return true
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			if _, ok := x.Index.(*ast.BasicLit); !ok {
				return false
			}
			e = x.X
		default:
			return false
		}
	}
}

// clause lowers the body of the i-th clause and of those it falls through to.
func (l *lowerer) clause(s *scope, clauses []ast.Stmt, i int) []ir.Stmt {
	var out []ir.Stmt
	for turns := 0; i < len(clauses) && turns < 8; turns, i = turns+1, i+1 {
		c, ok := clauses[i].(*ast.CaseClause)
		if !ok {
			break
		}
		out = append(out, l.block(s, c.Body, choice)...)
		if len(c.Body) == 0 {
			break
		}
		b, ok := c.Body[len(c.Body)-1].(*ast.BranchStmt)
		if !ok || b.Tok != token.FALLTHROUGH {
			break
		}
	}
	return cut(out)
}

// An arm is one way of a switch. Without a test it is the default.
type arm struct {
	pos  ir.Pos
	test ir.Expr
	body []ir.Stmt
}

func (a *arm) or(test ir.Expr) {
	if a.test == nil {
		a.test = test
		return
	}
	a.test = &ir.Logic{Pos: ir.Pos{Start: a.test.At().Start, End: test.At().End}, Op: "or", L: a.test, R: test}
}

// chain joins arms to Ifs, the default last.
func chain(arms []arm, pos ir.Pos) []ir.Stmt {
	var out []ir.Stmt
	for _, a := range arms {
		if a.test == nil {
			out = a.body
		}
	}
	for i := len(arms) - 1; i >= 0; i-- {
		if arms[i].test != nil {
			out = []ir.Stmt{&ir.If{Pos: arms[i].pos, Test: arms[i].test, Then: arms[i].body, Else: out}}
		}
	}
	return out
}

// typeSwitch lowers switch v := x.(type): which arm is taken is not known,
// but v has its type there.
func (l *lowerer) typeSwitch(s *scope, st *ast.TypeSwitchStmt) []ir.Stmt {
	out := l.stmt(s, st.Init, nothing)
	var x ast.Expr
	switch a := st.Assign.(type) {
	case *ast.AssignStmt:
		if len(a.Rhs) == 1 {
			x = a.Rhs[0]
		}
	case *ast.ExprStmt:
		x = a.X
	}
	if t, ok := ast.Unparen(x).(*ast.TypeAssertExpr); ok {
		x = t.X
	}
	if x == nil {
		return out
	}
	v := l.expr(s, x)
	tmp := s.temp()
	out = append(out, l.set(s, tmp, v, v.At()))
	var arms []arm
	for i, c := range st.Body.List {
		c, ok := c.(*ast.CaseClause)
		if !ok {
			continue
		}
		a := arm{pos: l.pos(c)}
		if c.List != nil {
			a.test = &ir.Unknown{Pos: a.pos}
		}
		if obj := l.info.Implicits[c]; obj != nil {
			val := ir.Expr(&ir.Var{Pos: a.pos, Name: tmp})
			if len(c.List) == 1 {
				val = l.typed(val, c.List[0], a.pos)
			}
			a.body = append(a.body, l.set(s, l.nameOf(s, obj), val, a.pos))
		}
		a.body = append(a.body, l.clause(s, st.Body.List, i)...)
		arms = append(arms, a)
	}
	return append(out, chain(arms, l.pos(st))...)
}

// selectStmt lowers select: any of its ways may be taken.
func (l *lowerer) selectStmt(s *scope, st *ast.SelectStmt) []ir.Stmt {
	var arms []arm
	for i, c := range st.Body.List {
		c, ok := c.(*ast.CommClause)
		if !ok {
			continue
		}
		a := arm{pos: l.pos(c)}
		if i < len(st.Body.List)-1 {
			a.test = &ir.Unknown{Pos: a.pos}
		}
		a.body = append(l.stmt(s, c.Comm, nothing), cut(l.block(s, c.Body, choice))...)
		arms = append(arms, a)
	}
	return chain(arms, l.pos(st))
}

// cut replaces breaks out of a switch: what follows one is dropped, and what
// follows an If that ends with one moves to its other branch.
func cut(list []ir.Stmt) []ir.Stmt {
	for i, st := range list {
		switch st := st.(type) {
		case *leave:
			return list[:i:i]
		case *ir.If:
			rest := list[i+1:]
			then, els := leaves(st.Then), leaves(st.Else)
			switch {
			case then && els:
				rest = nil
			case then:
				st.Else, rest = append(st.Else[:len(st.Else):len(st.Else)], rest...), nil
			case els:
				st.Then, rest = append(st.Then[:len(st.Then):len(st.Then)], rest...), nil
			}
			st.Then, st.Else = cut(st.Then), cut(st.Else)
			if rest == nil {
				return list[: i+1 : i+1]
			}
		}
	}
	return list
}

// leaves reports whether the statements end with a break out of the switch.
func leaves(list []ir.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch st := list[len(list)-1].(type) {
	case *leave:
		return true
	case *ir.If:
		return leaves(st.Then) && leaves(st.Else)
	}
	return false
}
