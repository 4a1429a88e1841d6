package python

import (
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// block lowers the statements below a node.
func (l *lowerer) block(n syntax.Node) []ir.Stmt {
	defer l.shallower()
	if !l.deeper() {
		return nil
	}
	var out []ir.Stmt
	for c := range n.Children() {
		out = append(out, l.stmt(c)...)
	}
	return out
}

func (l *lowerer) stmt(n syntax.Node) []ir.Stmt {
	p := pos(n)
	one := func(s ir.Stmt) []ir.Stmt { return []ir.Stmt{s} }
	do := func(x ir.Expr) []ir.Stmt { return one(&ir.Do{Pos: p, X: x}) }
	switch n.Kind() {
	case "expression_statement":
		return l.expressionStatement(n)
	case "return_statement":
		var x ir.Expr
		if v := n.At(0); v.OK() {
			x = l.expr(v)
		}
		return one(&ir.Return{Pos: p, X: x})
	case "if_statement":
		return l.ifStatement(n)
	case "for_statement":
		return l.forStatement(n)
	case "while_statement":
		loop := &ir.While{Pos: p, Test: l.expr(n.Get("condition")), Body: l.block(n.Get("body"))}
		return append(one(loop), l.block(n.Get("alternative").Get("body"))...)
	case "try_statement":
		return l.tryStatement(n)
	case "with_statement":
		return l.withStatement(n)
	case "match_statement":
		return l.matchStatement(n)
	case "function_definition", "class_definition", "decorated_definition":
		return l.definition(n)
	case "import_statement", "import_from_statement":
		return l.importStatement(n)
	case "raise_statement":
		var x ir.Expr
		if v := n.At(0); v.OK() && v.Field() != "cause" {
			x = l.expr(v)
		}
		return one(&ir.Throw{Pos: p, X: x})
	case "assert_statement":
		test := &ir.Unary{Pos: p, Op: "not", X: l.expr(n.At(0))}
		var args []ir.Arg
		if msg := n.At(1); msg.OK() {
			args = append(args, ir.Arg{Value: l.expr(msg)})
		}
		fail := &ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "AssertionError"}, Args: args}
		return one(&ir.If{Pos: p, Test: test, Then: []ir.Stmt{&ir.Throw{Pos: p, X: fail}}})
	case "delete_statement":
		return l.deleteStatement(n)
	case "break_statement":
		return one(&ir.Break{Pos: p})
	case "continue_statement":
		return one(&ir.Continue{Pos: p})
	case "pass_statement", "global_statement", "nonlocal_statement", "future_import_statement", "comment":
		return nil
	case "print_statement":
		var args []ir.Arg
		for c := range n.Children() {
			if c.Kind() != "chevron" {
				args = append(args, ir.Arg{Value: l.expr(c)})
			}
		}
		return do(&ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "print"}, Args: args})
	case "exec_statement":
		return do(&ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "exec"}, Args: []ir.Arg{{Value: l.expr(n.Get("code"))}}})
	case "type_alias_statement":
		return nil
	case "block", "ERROR":
		return l.block(n)
	}
	return do(l.expr(n))
}

func (l *lowerer) expressionStatement(n syntax.Node) []ir.Stmt {
	var out []ir.Stmt
	x := n.At(0)
	switch {
	case n.At(1).OK(): // a, b
		for c := range n.Children() {
			out = append(out, &ir.Do{Pos: pos(c), X: l.expr(c)})
		}
		return out
	case x.Kind() == "string", x.Kind() == "ellipsis": // documentation
		return nil
	case x.Kind() == "assignment" && !x.Get("right").OK():
		return nil // x: int
	}
	return []ir.Stmt{&ir.Do{Pos: pos(n), X: l.expr(x)}}
}

func (l *lowerer) ifStatement(n syntax.Node) []ir.Stmt {
	first := &ir.If{Pos: pos(n), Test: l.expr(n.Get("condition")), Then: l.block(n.Get("consequence"))}
	last := first
	for c := range n.Children() {
		if c.Field() != "alternative" {
			continue
		}
		if c.Kind() == "elif_clause" {
			next := &ir.If{Pos: pos(c), Test: l.expr(c.Get("condition")), Then: l.block(c.Get("consequence"))}
			last.Else = []ir.Stmt{next}
			last = next
			continue
		}
		last.Else = l.block(c.Get("body"))
	}
	return []ir.Stmt{first}
}

func (l *lowerer) forStatement(n syntax.Node) []ir.Stmt {
	loop, pre := l.loop(pos(n), n.Get("left"), n.Get("right"), nil)
	loop.Body = append(pre, l.block(n.Get("body"))...)
	return append([]ir.Stmt{loop}, l.block(n.Get("alternative").Get("body"))...)
}

// loop lowers the head of a for; pre are statements that its body begins
// with. Declare is called between lowering what is iterated over and the
// targets, if it is not nil.
func (l *lowerer) loop(p ir.Pos, left, right syntax.Node, declare func()) (loop *ir.ForEach, pre []ir.Stmt) {
	loop = &ir.ForEach{Pos: p}
	key, value, over := l.iteration(left, right)
	loop.Keys = over == right && !key.OK()
	loop.X = l.expr(over)
	if declare != nil {
		declare()
	}
	set := func(dst *ir.Expr, target syntax.Node) {
		for target.Kind() == "parenthesized_expression" {
			target = target.At(0)
		}
		switch target.Kind() {
		case "":
		case "identifier", "attribute", "subscript":
			*dst = l.target(target)
		default:
			t := l.temp(pos(target))
			*dst = t
			pre = append(pre, l.unpack(target, t)...)
		}
	}
	if key.OK() && over == right.Get("arguments").At(0) {
		// enumerate counts: its number is no key of what is iterated over.
		pre = append(pre, l.assign(pos(key), key, &ir.Unknown{Pos: pos(key)})...)
		key = syntax.Node{}
	}
	set(&loop.Key, key)
	set(&loop.Value, value)
	return loop, pre
}

// iteration finds the targets for keys and values and what is really iterated
// over, behind items(), keys(), values() and enumerate().
func (l *lowerer) iteration(left, right syntax.Node) (key, value, over syntax.Node) {
	if right.Kind() != "call" {
		return key, left, right
	}
	first, second := pair(left)
	fn, args := right.Get("function"), right.Get("arguments")
	if fn.Kind() == "attribute" && !args.At(0).OK() {
		object := fn.Get("object")
		switch name := fn.Get("attribute").Text(); name {
		case "items", "iteritems":
			if second.OK() {
				return first, second, object
			}
		case "keys", "iterkeys":
			return left, value, object
		case "values", "itervalues":
			return key, left, object
		}
	}
	if fn.Text() == "enumerate" && second.OK() && args.At(0).OK() {
		if _, declared := l.resolve("enumerate"); !declared {
			return first, second, args.At(0)
		}
	}
	return key, left, right
}

// pair gives the two parts of a pattern that has exactly two.
func pair(n syntax.Node) (a, b syntax.Node) {
	for n.Kind() == "parenthesized_expression" {
		n = n.At(0)
	}
	switch n.Kind() {
	case "pattern_list", "tuple_pattern", "list_pattern":
		if !n.At(2).OK() && n.At(0).Kind() != "list_splat_pattern" && n.At(1).Kind() != "list_splat_pattern" {
			return n.At(0), n.At(1)
		}
	}
	return
}

func (l *lowerer) tryStatement(n syntax.Node) []ir.Stmt {
	t := &ir.Try{Pos: pos(n), Body: l.block(n.Get("body"))}
	var clauses []*ir.If
	var caught ir.Expr
	for c := range n.Children() {
		switch c.Kind() {
		case "except_clause", "except_group_clause":
			t.HasCatch = true
			test := ir.Expr(&ir.Unknown{Pos: pos(c)})
			what, alias := c.Get("value"), c.Get("alias")
			if what.Kind() == "as_pattern" {
				what, alias = what.At(0), what.Get("alias").At(0)
			} else if second := c.At(1); !alias.OK() && second.OK() && second.Kind() == "identifier" && what.OK() {
				alias = second // except E, e: of Python 2
			}
			names := l.exceptionNames(what)
			t.CatchTypes = append(t.CatchTypes, names...)
			body := l.block(c.First("block"))
			if alias.Kind() == "identifier" {
				if caught == nil {
					caught = l.temp(pos(alias))
				}
				bind := &ir.Assign{Pos: pos(alias), Target: l.target(alias), Value: &ir.Typed{Pos: pos(alias), X: caught, Type: strings.Join(names, "|")}}
				body = append([]ir.Stmt{&ir.Do{Pos: pos(alias), X: bind}}, body...)
			}
			clauses = append(clauses, &ir.If{Pos: pos(c), Test: test, Then: body})
		case "else_clause":
			t.Body = append(t.Body, l.block(c.Get("body"))...)
		case "finally_clause":
			t.Finally = l.block(c.First("block"))
		}
	}
	t.CatchVar = caught
	switch len(clauses) {
	case 0:
	case 1:
		t.Catch = clauses[0].Then
	default:
		for i := len(clauses) - 2; i >= 0; i-- {
			if i == len(clauses)-2 {
				clauses[i].Else = clauses[i+1].Then
			} else {
				clauses[i].Else = []ir.Stmt{clauses[i+1]}
			}
		}
		t.Catch = []ir.Stmt{clauses[0]}
	}
	return []ir.Stmt{t}
}

func (l *lowerer) exceptionNames(n syntax.Node) []string {
	switch n.Kind() {
	case "":
		return []string{"BaseException"}
	case "tuple":
		var out []string
		for c := range n.Children() {
			out = append(out, l.exceptionNames(c)...)
		}
		return out
	case "identifier", "attribute":
		return []string{l.fullName(n)}
	}
	return []string{"?"}
}

func (l *lowerer) withStatement(n syntax.Node) []ir.Stmt {
	var out []ir.Stmt
	enter := "__enter__"
	if n.First("async").OK() {
		enter = "__aenter__"
	}
	var items []syntax.Node
	each(n.First("with_clause"), func(c syntax.Node) bool {
		if c.Kind() != "with_item" {
			return true
		}
		// with (a as b, c as d): is parsed as one item with a tuple.
		if v := c.Get("value"); v.Kind() == "tuple" && v.First("as_pattern").OK() {
			for x := range v.Children() {
				items = append(items, x)
			}
		} else {
			items = append(items, v)
		}
		return false
	})
	for _, c := range items {
		p := pos(c)
		for c.Kind() == "parenthesized_expression" && c.At(0).Kind() == "as_pattern" {
			c = c.At(0)
		}
		value, alias := c, syntax.Node{}
		if c.Kind() == "as_pattern" {
			value, alias = c.At(0), c.Get("alias").At(0)
		}
		call := &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: l.expr(value), Name: enter}}
		if alias.OK() {
			out = append(out, l.assign(p, alias, call)...)
		} else {
			out = append(out, &ir.Do{Pos: p, X: call})
		}
	}
	return append(out, l.block(n.Get("body"))...)
}

func (l *lowerer) deleteStatement(n syntax.Node) (out []ir.Stmt) {
	var list []syntax.Node
	for c := range n.Children() {
		if c.Kind() == "expression_list" || c.Kind() == "tuple" {
			for x := range c.Children() {
				list = append(list, x)
			}
		} else {
			list = append(list, c)
		}
	}
	for _, c := range list {
		if k := c.Kind(); k == "subscript" || k == "attribute" {
			out = append(out, &ir.Do{Pos: pos(c), X: &ir.Unary{Pos: pos(c), Op: "delete", X: l.expr(c)}})
		}
	}
	return out
}

// assign assigns a value to a target of any form.
func (l *lowerer) assign(p ir.Pos, target syntax.Node, value ir.Expr) []ir.Stmt {
	for target.Kind() == "parenthesized_expression" {
		target = target.At(0)
	}
	switch target.Kind() {
	case "identifier", "attribute", "subscript":
		return []ir.Stmt{&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: l.target(target), Value: value}}}
	}
	t := l.temp(p)
	first := &ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: t, Value: value}}
	return append([]ir.Stmt{first}, l.unpack(target, t)...)
}

// unpack assigns the elements of a value to the parts of a pattern.
func (l *lowerer) unpack(target syntax.Node, value *ir.Var) []ir.Stmt {
	defer l.shallower()
	if !l.deeper() {
		return nil
	}
	switch target.Kind() {
	case "identifier", "attribute", "subscript", "parenthesized_expression":
		return l.assign(pos(target), target, value)
	}
	var parts []syntax.Node
	for c := range target.Children() {
		parts = append(parts, c)
	}
	var out []ir.Stmt
	starred := false
	for i, c := range parts {
		p := pos(c)
		if k := c.Kind(); k == "list_splat_pattern" || k == "list_splat" {
			starred = true
			out = append(out, l.assign(p, c.At(0), &ir.Rest{Pos: p, X: value, From: i})...)
			continue
		}
		at := int64(i)
		if starred {
			at = int64(i - len(parts))
		}
		out = append(out, l.assign(p, c, &ir.Index{Pos: p, X: value, Key: &ir.Const{Pos: p, Value: at}})...)
	}
	return out
}

// target lowers what is assigned to.
func (l *lowerer) target(n syntax.Node) ir.Expr {
	if n.Kind() == "identifier" {
		v, ok := l.resolve(n.Text())
		if !ok {
			v = l.declare(n.Text())
		}
		return &ir.Var{Pos: pos(n), Name: v}
	}
	switch x := l.expr(n).(type) {
	case *ir.Var, *ir.Member, *ir.Index:
		return x
	case *ir.Slice: // x[a:b] = y puts elements of y somewhere in x
		return &ir.Index{Pos: x.Pos, X: x.X, Key: &ir.Unknown{Pos: x.Pos}}
	}
	return l.temp(pos(n)) // nothing that can be assigned to: broken text
}

// fullName is the full name of an identifier or attribute that stands for an
// imported thing; of others, what is written.
func (l *lowerer) fullName(n syntax.Node) string {
	text := n.Text()
	if len(text) > 256 || strings.ContainsAny(text, "([{\n\"' ") {
		return "?"
	}
	head, rest, dots := strings.Cut(text, ".")
	if full, ok := l.imports[head]; ok {
		head = full
	}
	if dots {
		return head + "." + rest
	}
	return head
}
