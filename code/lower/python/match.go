package python

import (
	"rind/code/ir"
	"rind/code/syntax"
)

// matchStatement lowers a match to a chain of Ifs. The captures of a pattern
// are assignments in its test.
func (l *lowerer) matchStatement(n syntax.Node) []ir.Stmt {
	p := pos(n)
	var subjects []syntax.Node
	for c := range n.All() {
		if c.Field() == "subject" {
			subjects = append(subjects, c)
		}
	}
	if len(subjects) == 0 {
		return nil
	}
	subject := l.temp(p)
	value := l.expr(subjects[0])
	if len(subjects) > 1 {
		all := &ir.Array{Pos: p, Elems: []ir.Arg{{Value: value}}}
		for _, s := range subjects[1:] {
			all.Elems = append(all.Elems, ir.Arg{Value: l.expr(s)})
		}
		value = all
	}
	out := []ir.Stmt{&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: subject, Value: value}}}
	var last *ir.If
	for c := range n.Get("body").Children() {
		if c.Kind() != "case_clause" {
			continue
		}
		test := l.caseTest(c, subject)
		then := l.block(c.Get("consequence"))
		next := &ir.If{Pos: pos(c), Test: test, Then: then}
		switch {
		case last == nil:
			out = append(out, next)
		default:
			last.Else = []ir.Stmt{next}
		}
		last = next
	}
	return out
}

// caseTest is the test of a case: its patterns, then its guard.
func (l *lowerer) caseTest(c syntax.Node, subject ir.Expr) ir.Expr {
	var patterns []syntax.Node
	for x := range c.Children() {
		if x.Kind() == "case_pattern" {
			patterns = append(patterns, x)
		}
	}
	var test ir.Expr
	if len(patterns) == 1 {
		test = l.pattern(patterns[0], subject)
	} else {
		test = l.sequence(pos(c), patterns, subject)
	}
	if g := c.Get("guard"); g.OK() {
		test = both(pos(c), test, l.expr(g.At(0)))
	}
	if test == nil {
		return &ir.Const{Pos: pos(c), Value: true}
	}
	return test
}

// both is the test that a and b hold; nil is a test that always holds.
func both(p ir.Pos, a, b ir.Expr) ir.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return &ir.Logic{Pos: p, Op: "and", L: a, R: b}
}

// capture assigns and holds always.
func (l *lowerer) capture(id syntax.Node, x ir.Expr) ir.Expr {
	p := pos(id)
	set := &ir.Assign{Pos: p, Target: l.target(id), Value: x}
	return &ir.Seq{Pos: p, X: []ir.Expr{set, &ir.Const{Pos: p, Value: true}}}
}

// pattern is the test whether x fits a pattern; nil if everything fits.
func (l *lowerer) pattern(n syntax.Node, x ir.Expr) ir.Expr {
	defer l.shallower()
	p := pos(n)
	if !l.deeper() {
		return &ir.Unknown{Pos: p}
	}
	switch n.Kind() {
	case "case_pattern":
		if c := n.At(0); c.OK() {
			return l.pattern(c, x)
		}
		if n.Text() == "_" {
			return nil
		}
		return &ir.Unknown{Pos: p}
	case "_":
		return nil
	case "dotted_name":
		if !n.At(1).OK() {
			if n.Text() == "_" {
				return nil
			}
			return l.capture(n.At(0), x)
		}
		return equal(p, x, l.dottedValue(n))
	case "as_pattern":
		var last syntax.Node
		for c := range n.Children() {
			last = c
		}
		return both(p, l.pattern(n.At(0), x), l.capture(last, x))
	case "union_pattern":
		var out ir.Expr
		for c := range n.Children() {
			test := l.pattern(c, x)
			if test == nil {
				return nil
			}
			if out != nil {
				test = &ir.Logic{Pos: p, Op: "or", L: out, R: test}
			}
			out = test
		}
		return out
	case "list_pattern", "tuple_pattern":
		var parts []syntax.Node
		for c := range n.Children() {
			parts = append(parts, c)
		}
		return l.sequence(p, parts, x)
	case "dict_pattern":
		return l.dictPattern(n, x)
	case "class_pattern":
		return l.classPattern(n, x)
	case "string", "concatenated_string", "integer", "float", "true", "false", "none", "unary_operator":
		return equal(p, x, l.expr(n))
	case "splat_pattern":
		return l.capture(n.At(0), x)
	}
	return &ir.Unknown{Pos: p, Parts: []ir.Expr{x}}
}

func equal(p ir.Pos, a, b ir.Expr) ir.Expr { return &ir.Binary{Pos: p, Op: "==", L: a, R: b} }

func (l *lowerer) dottedValue(n syntax.Node) ir.Expr {
	x := l.variable(n, n.At(0).Text())
	for i := 1; n.At(i).OK(); i++ {
		x = &ir.Member{Pos: pos(n), X: x, Name: n.At(i).Text()}
	}
	return x
}

func (l *lowerer) sequence(p ir.Pos, parts []syntax.Node, x ir.Expr) ir.Expr {
	test := ir.Expr(&ir.Unknown{Pos: p})
	starred := false
	for i, c := range parts {
		inner := c
		if c.Kind() == "case_pattern" && c.At(0).OK() {
			inner = c.At(0)
		}
		if inner.Kind() == "splat_pattern" {
			starred = true
			if id := inner.At(0); id.Kind() == "identifier" {
				test = both(p, test, l.capture(id, &ir.Rest{Pos: p, X: x, From: i}))
			}
			continue
		}
		at := int64(i)
		if starred {
			at = int64(i - len(parts))
		}
		element := &ir.Index{Pos: p, X: x, Key: &ir.Const{Pos: p, Value: at}}
		test = both(p, test, l.pattern(c, element))
	}
	return test
}

func (l *lowerer) dictPattern(n syntax.Node, x ir.Expr) ir.Expr {
	p := pos(n)
	test := ir.Expr(&ir.Unknown{Pos: p})
	var key ir.Expr
	var seen []string
	for c := range n.Children() {
		switch {
		case c.Field() == "key":
			key = l.expr(c)
			if k, ok := key.(*ir.Const); ok {
				if s, ok := k.Value.(string); ok {
					seen = append(seen, s)
				}
			}
		case c.Kind() == "splat_pattern":
			if id := c.At(0); id.Kind() == "identifier" {
				test = both(p, test, l.capture(id, &ir.Rest{Pos: p, X: x, Omit: seen}))
			}
		case key != nil:
			test = both(p, test, l.pattern(c, &ir.Index{Pos: p, X: x, Key: key}))
			key = nil
		}
	}
	return test
}

// classPattern tests the class as isinstance does. A positional part of a
// built-in type is the value itself.
func (l *lowerer) classPattern(n syntax.Node, x ir.Expr) ir.Expr {
	p := pos(n)
	class := n.At(0)
	test := ir.Expr(&ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "isinstance"}, Args: []ir.Arg{{Value: x}, {Value: l.dottedValue(class)}}})
	first := true
	for c := range n.Children() {
		if first {
			first = false
			continue
		}
		k := c
		if c.Kind() == "case_pattern" {
			k = c.At(0)
		}
		if k.Kind() == "keyword_pattern" {
			test = both(p, test, l.pattern(k.At(1), &ir.Member{Pos: p, X: x, Name: k.At(0).Text()}))
			continue
		}
		part := x
		if !builtins[class.Text()] {
			part = &ir.Unknown{Pos: p, Parts: []ir.Expr{x}}
		}
		test = both(p, test, l.pattern(c, part))
	}
	return test
}
