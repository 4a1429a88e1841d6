package javascript

import (
	"rind/code/ir"
	"rind/code/syntax"
)

// A target is a statement that break or continue may mean. The IR's Break
// leaves the innermost loop and nothing else: breaks of a switch or of a
// labelled block are marked and rewritten to nested ifs afterwards, jumps to
// outer loops leave the inner one only (which keeps more paths than there are).
type target struct {
	label string
	kind  targetKind
	marks map[*ir.Break]bool
}

type targetKind uint8

const (
	loopTarget targetKind = iota
	switchTarget
	blockTarget
)

func (l *lowerer) within(t *target, f func()) {
	l.targets = append(l.targets, t)
	f()
	l.targets = l.targets[:len(l.targets)-1]
}

// innermost reports whether no loop stands between here and targets[i].
func (l *lowerer) innermost(i int) bool {
	for _, t := range l.targets[i+1:] {
		if t.kind == loopTarget {
			return false
		}
	}
	return true
}

func (l *lowerer) breakStmt(p ir.Pos, label string) []ir.Stmt {
	b := &ir.Break{Pos: p}
	for i := len(l.targets) - 1; i >= 0; i-- {
		t := l.targets[i]
		if label == "" && t.kind == blockTarget || label != "" && label != t.label {
			continue
		}
		if t.kind != loopTarget && l.innermost(i) {
			t.marks[b] = true
		}
		return []ir.Stmt{b}
	}
	return nil // broken code: nothing to leave
}

func (l *lowerer) continueStmt(p ir.Pos, label string) []ir.Stmt {
	for i := len(l.targets) - 1; i >= 0; i-- {
		t := l.targets[i]
		if t.kind != loopTarget || label != "" && label != t.label {
			continue
		}
		if l.innermost(i) {
			return []ir.Stmt{&ir.Continue{Pos: p}}
		}
		return []ir.Stmt{&ir.Break{Pos: p}}
	}
	return nil
}

func (l *lowerer) labeled(n syntax.Node) (out []ir.Stmt) {
	label, body := n.Get("label").Text(), n.Get("body")
	switch body.Kind() {
	case "for_statement", "for_in_statement", "while_statement", "do_statement":
		return l.loop(body, label)
	case "statement_block":
		t := &target{label: label, kind: blockTarget, marks: map[*ir.Break]bool{}}
		l.within(t, func() { out = l.scoped(body) })
		return t.rewrite(out)
	case "switch_statement":
		return l.switchStmt(body, label)
	}
	return l.stmt(body)
}

func (l *lowerer) loop(n syntax.Node, label string) (out []ir.Stmt) {
	t := &target{label: label}
	p := pos(n)
	l.block(func() {
		switch n.Kind() {
		case "for_statement":
			w := &ir.While{Pos: p}
			if init := n.Get("initializer"); init.OK() {
				l.hoistStmt(init)
				out = l.stmtOrExpr(init)
			}
			if c := n.Get("condition"); c.OK() && c.Kind() != "empty_statement" {
				w.Test = l.expr(unwrapStmt(c))
			}
			l.within(t, func() { w.Body = l.scoped(n.Get("body")) })
			if inc := n.Get("increment"); inc.OK() {
				w.Post = []ir.Stmt{&ir.Do{Pos: pos(inc), X: l.expr(inc)}}
			}
			out = append(out, w)
		case "while_statement":
			w := &ir.While{Pos: p, Test: l.expr(n.Get("condition"))}
			l.within(t, func() { w.Body = l.scoped(n.Get("body")) })
			out = append(out, w)
		case "do_statement":
			w := &ir.While{Pos: p, DoFirst: true}
			l.within(t, func() { w.Body = l.scoped(n.Get("body")) })
			w.Test = l.expr(n.Get("condition"))
			out = append(out, w)
		case "for_in_statement":
			out = append(out, l.forIn(n, t))
		}
	})
	return out
}

func unwrapStmt(n syntax.Node) syntax.Node {
	if n.Kind() == "expression_statement" {
		return n.At(0)
	}
	return n
}

func (l *lowerer) stmtOrExpr(n syntax.Node) []ir.Stmt {
	if isExpr(n.Kind()) {
		return []ir.Stmt{&ir.Do{Pos: pos(n), X: l.expr(n)}}
	}
	return l.stmt(n)
}

// forIn lowers for…of, for await…of and for…in.
func (l *lowerer) forIn(n syntax.Node, t *target) ir.Stmt {
	f := &ir.ForEach{Pos: pos(n), X: l.expr(n.Get("right"))}
	left := n.Get("left")
	if n.First("const").OK() || n.First("let").OK() {
		l.patternNames(left, func(s string) { l.declare(s) })
	}
	v, pre := l.target(left)
	if n.First("in").OK() {
		f.Key = v
	} else {
		f.Value = v
	}
	l.within(t, func() { f.Body = append(pre, l.scoped(n.Get("body"))...) })
	return f
}

// switchStmt lowers a switch to nested ifs. A case that falls through gets
// the statements of the cases behind it.
func (l *lowerer) switchStmt(n syntax.Node, label string) (out []ir.Stmt) {
	p := pos(n)
	value := l.expr(n.Get("value"))
	subject := value
	if _, ok := value.(*ir.Var); !ok && !isConst(value) {
		v := l.temp(value.At())
		out = append(out, assign(value.At(), v, value))
		subject = v
	}
	t := &target{label: label, kind: switchTarget, marks: map[*ir.Break]bool{}}
	var tests []ir.Expr // nil for default
	var bodies [][]ir.Stmt
	l.block(func() {
		body := n.Get("body")
		for c := range body.Children() {
			l.hoist(c, false)
		}
		l.within(t, func() {
			for c := range body.Children() {
				var test ir.Expr
				var nodes []syntax.Node
				for s := range c.Children() {
					if s.Field() != "value" {
						nodes = append(nodes, s)
					}
				}
				if v := c.Get("value"); v.OK() {
					test = caseTest(pos(v), subject, l.expr(v))
				} else if c.Kind() != "switch_default" {
					continue
				}
				tests = append(tests, test)
				bodies = append(bodies, l.stmts(nodes))
			}
		})
	})
	return append(out, t.chain(p, tests, bodies)...)
}

// caseTest compares; switch (true) has the tests in its cases.
func caseTest(p ir.Pos, subject, value ir.Expr) ir.Expr {
	if c, ok := subject.(*ir.Const); ok && c.Value == true {
		return value
	}
	return &ir.Binary{Pos: p, Op: "==", L: subject, R: value}
}

func isConst(x ir.Expr) bool {
	_, ok := x.(*ir.Const)
	return ok
}

// maxFallthrough limits how many statements a case takes over.
const maxFallthrough = 200

// chain makes the ifs, last case first.
func (t *target) chain(p ir.Pos, tests []ir.Expr, bodies [][]ir.Stmt) []ir.Stmt {
	whole := func(i int) []ir.Stmt {
		var out []ir.Stmt
		for ; i < len(bodies) && len(out) < maxFallthrough; i++ {
			out = append(out, bodies[i]...)
			if ends(out) {
				break
			}
		}
		return t.rewrite(out)
	}
	var rest []ir.Stmt
	for i, test := range tests {
		if test == nil {
			rest = whole(i)
		}
	}
	var test ir.Expr
	for i := len(tests) - 1; i >= 0; i-- {
		switch {
		case tests[i] == nil:
			// Labels that share the default's body end up in the else anyway,
			// but a test behind it keeps its own.
			test = nil
			continue
		case test == nil:
			test = tests[i]
		default:
			test = &ir.Logic{Pos: tests[i].At(), Op: "or", L: tests[i], R: test}
		}
		if i > 0 && len(bodies[i-1]) == 0 && tests[i-1] != nil {
			continue // case 1: case 2: …
		}
		// whole of the first label with a body: the labels before are empty.
		rest = []ir.Stmt{&ir.If{Pos: p, Test: test, Then: whole(i), Else: rest}}
		test = nil
	}
	return rest
}

// ends reports whether control never reaches the end of a list.
func ends(list []ir.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch s := list[len(list)-1].(type) {
	case *ir.Break, *ir.Continue, *ir.Return, *ir.Throw:
		return true
	case *ir.If:
		return ends(s.Then) && ends(s.Else)
	case *ir.Try:
		return ends(s.Finally) || ends(s.Body) && (!s.HasCatch || ends(s.Catch))
	}
	return false
}

// rewrite removes the marked breaks: what stands behind "if (c) break;"
// moves into the else. Breaks deeper in (within try) just disappear.
func (t *target) rewrite(list []ir.Stmt) []ir.Stmt {
	if len(t.marks) == 0 {
		return list
	}
	var out []ir.Stmt
	for i, s := range list {
		switch s := s.(type) {
		case *ir.Break:
			if t.marks[s] {
				return out
			}
		case *ir.If:
			thenEnds, elseEnds := t.broken(s.Then), t.broken(s.Else)
			c := *s
			rest := list[i+1:]
			switch {
			case thenEnds && elseEnds:
				c.Then, c.Else = t.rewrite(s.Then), t.rewrite(s.Else)
				return append(out, &c)
			case thenEnds:
				c.Then, c.Else = t.rewrite(s.Then), t.rewrite(join(s.Else, rest))
				return append(out, &c)
			case elseEnds:
				c.Then, c.Else = t.rewrite(join(s.Then, rest)), t.rewrite(s.Else)
				return append(out, &c)
			}
			c.Then, c.Else = t.rewrite(s.Then), t.rewrite(s.Else)
			out = append(out, &c)
			continue
		case *ir.Try:
			c := *s
			c.Body, c.Catch, c.Finally = t.rewrite(s.Body), t.rewrite(s.Catch), t.rewrite(s.Finally)
			out = append(out, &c)
			continue
		}
		out = append(out, s)
	}
	return out
}

// broken reports whether a list ends in a marked break.
func (t *target) broken(list []ir.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	b, ok := list[len(list)-1].(*ir.Break)
	return ok && t.marks[b]
}

func join(a, b []ir.Stmt) []ir.Stmt {
	return append(append([]ir.Stmt(nil), a...), b...)
}
