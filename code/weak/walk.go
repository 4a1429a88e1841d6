package weak

import "rind/code/ir"

// eachExpr calls visit for every expression of a function, those of nested
// functions left out: they are functions of the module themselves.
func eachExpr(f *ir.Func, visit func(ir.Expr)) {
	if f == nil {
		return
	}
	eachStmt(f.Body, func(s ir.Stmt) {
		for _, x := range exprsOf(s) {
			walk(x, visit)
		}
	})
}

// eachStmt calls visit for every statement, outer ones first.
func eachStmt(list []ir.Stmt, visit func(ir.Stmt)) {
	for _, s := range list {
		visit(s)
		switch s := s.(type) {
		case *ir.If:
			eachStmt(s.Then, visit)
			eachStmt(s.Else, visit)
		case *ir.While:
			eachStmt(s.Body, visit)
			eachStmt(s.Post, visit)
		case *ir.ForEach:
			eachStmt(s.Body, visit)
		case *ir.Try:
			eachStmt(s.Body, visit)
			eachStmt(s.Catch, visit)
			eachStmt(s.Finally, visit)
		}
	}
}

// exprsOf lists the expressions that stand in a statement itself.
func exprsOf(s ir.Stmt) []ir.Expr {
	switch s := s.(type) {
	case *ir.Do:
		return []ir.Expr{s.X}
	case *ir.If:
		return []ir.Expr{s.Test}
	case *ir.While:
		return []ir.Expr{s.Test}
	case *ir.ForEach:
		return []ir.Expr{s.X}
	case *ir.Return:
		return []ir.Expr{s.X}
	case *ir.Throw:
		return []ir.Expr{s.X}
	}
	return nil
}

// walk calls visit for an expression and everything in it, without entering
// functions.
func walk(x ir.Expr, visit func(ir.Expr)) {
	if x == nil {
		return
	}
	visit(x)
	for _, y := range partsOf(x) {
		walk(y, visit)
	}
}

// partsOf lists the expressions directly inside an expression.
func partsOf(x ir.Expr) []ir.Expr {
	switch x := x.(type) {
	case *ir.Member:
		return []ir.Expr{x.X}
	case *ir.Index:
		return []ir.Expr{x.X, x.Key}
	case *ir.Slice:
		return []ir.Expr{x.X, x.Lo, x.Hi}
	case *ir.Call:
		out := []ir.Expr{x.Fn}
		for _, a := range x.Args {
			out = append(out, a.Value)
		}
		return out
	case *ir.Binary:
		return []ir.Expr{x.L, x.R}
	case *ir.Logic:
		return []ir.Expr{x.L, x.R}
	case *ir.Unary:
		return []ir.Expr{x.X}
	case *ir.Concat:
		return x.Parts
	case *ir.Object:
		out := []ir.Expr{}
		for _, f := range x.Fields {
			out = append(out, f.Key, f.Value)
		}
		return out
	case *ir.Array:
		out := []ir.Expr{}
		for _, e := range x.Elems {
			out = append(out, e.Value)
		}
		return out
	case *ir.Class:
		var out []ir.Expr
		for _, m := range x.Members {
			out = append(out, m.Value)
		}
		return out
	case *ir.Cond:
		return []ir.Expr{x.Test, x.Then, x.Else}
	case *ir.Assign:
		return []ir.Expr{x.Target, x.Value}
	case *ir.Await:
		return []ir.Expr{x.X}
	case *ir.Yield:
		return []ir.Expr{x.X}
	case *ir.Typed:
		return []ir.Expr{x.X}
	case *ir.Rest:
		return []ir.Expr{x.X}
	case *ir.Result:
		return []ir.Expr{x.X}
	case *ir.Seq:
		return x.X
	case *ir.Block:
		out := []ir.Expr{x.X}
		eachStmt(x.Body, func(s ir.Stmt) { out = append(out, exprsOf(s)...) })
		return out
	case *ir.Unknown:
		return x.Parts
	}
	return nil
}

// constants calls visit with every string constant of the modules.
func constants(modules []*ir.Module, visit func(m *ir.Module, s string, pos ir.Pos)) {
	for _, m := range modules {
		look := func(x ir.Expr) {
			if k, ok := x.(*ir.Const); ok {
				if s, ok := k.Value.(string); ok {
					visit(m, s, k.Pos)
				}
			}
			if k, ok := x.(*ir.Member); ok {
				visit(m, k.Name, k.Pos)
			}
		}
		for _, f := range m.Funcs {
			eachExpr(f, look)
		}
		if m.Init != nil && (len(m.Funcs) == 0 || m.Funcs[0] != m.Init) {
			eachExpr(m.Init, look)
		}
	}
}
