package java

import (
	"rind/code/ir"
	"rind/code/syntax"
)

// An arm is one branch of a switch: what it tests and what it does.
type arm struct {
	test  ir.Expr // nil for default
	binds []ir.Stmt
	nodes []syntax.Node // statements, in the old form those that follow too
	value syntax.Node   // of "case X -> value"
	rule  bool
	pos   ir.Pos
}

// maxFall is how many groups of statements a case without break runs into.
const maxFall = 16

// arms reads the branches of a switch over the variable x.
func (l *lowerer) arms(n syntax.Node, x *ir.Var) []arm {
	var out []arm
	var groups [][]syntax.Node
	for g := range n.Get("body").Children() {
		switch g.Kind() {
		case "switch_rule":
			a := arm{rule: true, pos: pos(g)}
			for c := range g.Children() {
				switch c.Kind() {
				case "switch_label":
					l.label(&a, c, x)
				case "expression_statement":
					a.value = c.At(0)
				default:
					a.nodes = append(a.nodes, c)
				}
			}
			out, groups = append(out, a), append(groups, nil)
		case "switch_block_statement_group":
			a := arm{pos: pos(g)}
			first, isDefault := true, false
			var body []syntax.Node
			for c := range g.Children() {
				if c.Kind() != "switch_label" {
					body = append(body, c)
					continue
				}
				one := arm{pos: pos(c)}
				l.label(&one, c, x)
				a.binds = append(a.binds, one.binds...)
				isDefault = isDefault || one.test == nil
				if first {
					a.test, first = one.test, false
				} else if one.test != nil && a.test != nil {
					a.test = &ir.Logic{Pos: a.pos, Op: "or", L: a.test, R: one.test}
				}
			}
			if isDefault {
				a.test = nil
			}
			out, groups = append(out, a), append(groups, body)
		}
	}
	// A group that does not end runs into the next one.
	for i := range out {
		for j := i; j < len(groups) && j < i+maxFall && !out[i].rule; j++ {
			out[i].nodes = append(out[i].nodes, groups[j]...)
			if n := len(groups[j]); n > 0 && leaves(groups[j][n-1]) {
				break
			}
		}
	}
	return out
}

// leaves reports whether the code behind the statement is not reached.
func leaves(n syntax.Node) bool {
	switch n.Kind() {
	case "break_statement", "return_statement", "throw_statement", "continue_statement", "yield_statement":
		return true
	case "block":
		var last syntax.Node
		for c := range n.Children() {
			last = c
		}
		return leaves(last)
	}
	return false
}

// label reads "case A, B when g" or "default" into the arm's test.
func (l *lowerer) label(a *arm, n syntax.Node, x *ir.Var) {
	p := pos(n)
	or := func(t ir.Expr) {
		if a.test == nil {
			a.test = t
		} else {
			a.test = &ir.Logic{Pos: p, Op: "or", L: a.test, R: t}
		}
	}
	for c := range n.Children() {
		switch c.Kind() {
		case "pattern":
			or(l.pattern(c.At(0), x))
		case "guard":
			if a.test != nil {
				a.test = &ir.Logic{Pos: p, Op: "and", L: a.test, R: l.expr(c.At(0))}
			}
		case "identifier":
			// An enum's constant, known by its name, or a constant variable.
			if _, owner := l.lookup(c.Text()); owner != nil && owner.kind != "enum" {
				or(&ir.Binary{Pos: pos(c), Op: "==", L: x, R: l.expr(c)})
			} else {
				or(l.enumTest(c, x))
			}
		default:
			or(&ir.Binary{Pos: pos(c), Op: "==", L: x, R: l.expr(c)})
		}
	}
	if a.test == nil && n.First("case").OK() {
		a.test = &ir.Unknown{Pos: p} // case with a broken pattern
	}
}

// enumTest compares with a constant of an enum whose type only the variable
// tells.
func (l *lowerer) enumTest(n syntax.Node, x *ir.Var) ir.Expr {
	for _, c := range l.classes {
		if f := c.fields[n.Text()]; c.kind == "enum" && f != nil && f.typ == c.name {
			name := &ir.Call{Pos: pos(n), Fn: &ir.Member{Pos: pos(n), X: x, Name: "name"}}
			return &ir.Binary{Pos: pos(n), Op: "==", L: name, R: &ir.Const{Pos: pos(n), Value: n.Text()}}
		}
	}
	return &ir.Unknown{Pos: pos(n), Parts: []ir.Expr{x}}
}

// pattern tests x against a type or record pattern and binds its names.
func (l *lowerer) pattern(n syntax.Node, x ir.Expr) ir.Expr {
	p := pos(n)
	switch n.Kind() {
	case "type_pattern":
		typ := l.typeName(n.At(0))
		v := l.declareVar(n.At(1).Text(), typ)
		return l.bind(p, x, typ, v)
	case "record_pattern":
		typ := l.typeName(n.At(0))
		test := ir.Expr(&ir.Binary{Pos: p, Op: "instanceof", L: x, R: l.typeExpr(p, typ)})
		rec := l.classes[base(typ)]
		i := 0
		for c := range n.First("record_pattern_body").Children() {
			var part ir.Expr = &ir.Unknown{Pos: pos(c), Parts: []ir.Expr{x}}
			if rec != nil && rec.kind == "record" && i < len(rec.order) {
				part = &ir.Member{Pos: pos(c), X: x, Name: rec.order[i].name}
			}
			i++
			switch c.Kind() {
			case "record_pattern":
				test = &ir.Logic{Pos: p, Op: "and", L: test, R: l.pattern(c, part)}
			case "record_pattern_component":
				if name := c.At(1); name.OK() {
					t := l.typeName(c.At(0))
					v := l.declareVar(name.Text(), t)
					set := &ir.Assign{Pos: pos(c), Target: &ir.Var{Pos: pos(name), Name: v}, Value: typed(part, t)}
					test = &ir.Seq{Pos: p, X: []ir.Expr{set, test}}
				}
			}
		}
		return test
	}
	return &ir.Unknown{Pos: p, Parts: []ir.Expr{x}}
}

// bind is "x instanceof T v": the variable is set in any case, since it is
// only read where the test holds.
func (l *lowerer) bind(p ir.Pos, x ir.Expr, typ, v string) ir.Expr {
	set := &ir.Assign{Pos: p, Target: &ir.Var{Pos: p, Name: v}, Value: typed(x, typ)}
	return &ir.Seq{Pos: p, X: []ir.Expr{set, &ir.Binary{Pos: p, Op: "instanceof", L: x, R: l.typeExpr(p, typ)}}}
}

// scrutinee puts the value of a switch into a variable.
func (l *lowerer) scrutinee(n syntax.Node) (*ir.Var, ir.Stmt) {
	p := pos(n)
	x := &ir.Var{Pos: p, Name: l.temp()}
	cond := n.Get("condition")
	return x, &ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: x, Value: l.expr(cond)}}
}

// switchStmt lowers a switch whose value nobody wants.
func (l *lowerer) switchStmt(n syntax.Node) []ir.Stmt {
	end := l.block()
	defer end()
	x, first := l.scrutinee(n)
	arms := l.arms(n, x)
	inner := false
	body := l.chain(arms, func(a arm) []ir.Stmt {
		if a.value.OK() {
			return l.expressionStmt(a.value)
		}
		nodes := a.nodes
		if k := len(nodes); k > 0 && nodes[k-1].Kind() == "break_statement" {
			nodes = nodes[:k-1]
		}
		endArm := l.block()
		defer endArm()
		var out []ir.Stmt
		for _, s := range nodes {
			inner = inner || breaks(s)
			out = append(out, l.stmt(s)...)
		}
		return out
	})
	if inner {
		// A loop of one turn gives the breaks within a place to leave.
		p := pos(n)
		body = []ir.Stmt{&ir.While{Pos: p, Body: append(body, &ir.Break{Pos: p})}}
	}
	return append([]ir.Stmt{first}, body...)
}

// chain makes ifs of arms. The default comes last wherever it is written.
func (l *lowerer) chain(arms []arm, body func(arm) []ir.Stmt) []ir.Stmt {
	var out []ir.Stmt
	at := &out
	for _, a := range arms {
		if a.test == nil {
			continue
		}
		s := &ir.If{Pos: a.pos, Test: a.test, Then: append(a.binds, body(a)...)}
		*at = append(*at, s)
		at = &s.Else
	}
	for _, a := range arms {
		if a.test == nil {
			*at = append(*at, body(a)...)
			break
		}
	}
	return out
}

// breaks reports whether a break of the switch stands within the statement.
func breaks(n syntax.Node) bool {
	switch n.Kind() {
	case "break_statement":
		return true
	case "while_statement", "for_statement", "do_statement", "enhanced_for_statement", "switch_expression",
		"lambda_expression", "class_body", "expression_statement", "local_variable_declaration", "return_statement":
		return false
	}
	for c := range n.Children() {
		if breaks(c) {
			return true
		}
	}
	return false
}

// switchExpr lowers a switch that yields a value: a function called in place,
// so that yield is its return.
func (l *lowerer) switchExpr(n syntax.Node) ir.Expr {
	p := pos(n)
	fn := &ir.Func{Pos: p}
	l.enter(fn, l.scope.static)
	defer l.leave()
	x, first := l.scrutinee(n)
	body := l.chain(l.arms(n, x), func(a arm) []ir.Stmt {
		if a.value.OK() {
			return []ir.Stmt{&ir.Return{Pos: pos(a.value), X: l.expr(a.value)}}
		}
		end := l.block()
		defer end()
		var out []ir.Stmt
		for _, s := range a.nodes {
			out = append(out, l.stmt(s)...)
		}
		return out
	})
	fn.Body = append([]ir.Stmt{first}, body...)
	return &ir.Call{Pos: p, Fn: &ir.Lambda{Pos: p, Func: fn}}
}
