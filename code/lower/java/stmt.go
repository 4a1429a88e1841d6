package java

import (
	"rind/code/ir"
	"rind/code/syntax"
)

// stmts lowers the statements of a block.
func (l *lowerer) stmts(n syntax.Node) []ir.Stmt {
	end := l.block()
	defer end()
	var out []ir.Stmt
	for c := range n.Children() {
		out = append(out, l.stmt(c)...)
	}
	return out
}

// stmt lowers one statement.
func (l *lowerer) stmt(n syntax.Node) []ir.Stmt {
	p := pos(n)
	one := func(s ir.Stmt) []ir.Stmt { return []ir.Stmt{s} }
	switch n.Kind() {
	case "expression_statement":
		return l.expressionStmt(n.At(0))
	case "local_variable_declaration":
		return l.localVars(n)
	case "block", "constructor_body":
		return l.stmts(n)
	case "if_statement":
		end := l.block()
		defer end()
		s := &ir.If{Pos: p, Test: l.expr(n.Get("condition"))}
		s.Then = l.body(n.Get("consequence"))
		s.Else = l.body(n.Get("alternative"))
		// A pattern of "if (!(x instanceof Foo f)) return;" is known behind
		// it. Names are only forgotten at the end of the block around.
		return one(s)
	case "while_statement":
		end := l.block()
		defer end()
		return one(&ir.While{Pos: p, Test: l.expr(n.Get("condition")), Body: l.body(n.Get("body"))})
	case "do_statement":
		body := l.body(n.Get("body"))
		return one(&ir.While{Pos: p, Test: l.expr(n.Get("condition")), Body: body, DoFirst: true})
	case "for_statement":
		return l.forStmt(n)
	case "enhanced_for_statement":
		end := l.block()
		defer end()
		x := l.expr(n.Get("value"))
		typ := withDims(l.typeName(n.Get("type")), n)
		v := l.declareVar(n.Get("name").Text(), typ)
		s := &ir.ForEach{Pos: p, Value: &ir.Var{Pos: pos(n.Get("name")), Name: v}, X: x}
		if typ != "" && typ != object {
			target := &ir.Var{Pos: pos(n.Get("name")), Name: v}
			s.Body = append(s.Body, l.set(target, target, typ, target.Pos))
		}
		s.Body = append(s.Body, l.body(n.Get("body"))...)
		return one(s)
	case "labeled_statement":
		var last syntax.Node
		for c := range n.Children() {
			last = c
		}
		return l.stmt(last)
	case "return_statement":
		s := &ir.Return{Pos: p}
		if x := n.At(0); x.OK() {
			s.X = l.expr(x)
			if typ := l.scope.result(); typ != "" {
				s.X = typed(s.X, typ)
			}
		}
		return one(s)
	case "throw_statement":
		return one(&ir.Throw{Pos: p, X: l.expr(n.At(0))})
	case "break_statement":
		return one(&ir.Break{Pos: p})
	case "continue_statement":
		return one(&ir.Continue{Pos: p})
	case "yield_statement":
		return one(&ir.Return{Pos: p, X: l.expr(n.At(0))})
	case "try_statement", "try_with_resources_statement":
		return l.try(n)
	case "switch_expression":
		return l.switchStmt(n)
	case "synchronized_statement":
		x := l.expr(n.At(0))
		return append(one(&ir.Do{Pos: p, X: x}), l.stmts(n.Get("body"))...)
	case "class_declaration", "interface_declaration", "enum_declaration", "record_declaration":
		return l.localClass(n)
	case "assert_statement", "import_declaration", "package_declaration", "annotation_type_declaration", "explicit_constructor_invocation":
		return nil // assertions are off unless asked for
	case "method_declaration", "field_declaration":
		return nil // misplaced
	}
	if n.IsError() {
		return l.salvage(n)
	}
	return one(&ir.Do{Pos: p, X: l.expr(n)})
}

// result is the declared result type of a method, "" in lambdas.
func (s *scope) result() string { return s.fn.Result }

// salvage lowers what stands in text that did not fit the grammar.
func (l *lowerer) salvage(n syntax.Node) []ir.Stmt {
	var out []ir.Stmt
	for c := range n.Children() {
		switch c.Kind() {
		case "method_invocation", "assignment_expression", "object_creation_expression":
			out = append(out, &ir.Do{Pos: pos(c), X: l.expr(c)})
		case "local_variable_declaration", "expression_statement", "if_statement", "return_statement", "try_statement", "block":
			out = append(out, l.stmt(c)...)
		}
	}
	return out
}

// body lowers a statement that stands where a block may stand.
func (l *lowerer) body(n syntax.Node) []ir.Stmt {
	switch n.Kind() {
	case "":
		return nil
	case "block":
		return l.stmts(n)
	}
	end := l.block()
	defer end()
	return l.stmt(n)
}

func (l *lowerer) expressionStmt(x syntax.Node) []ir.Stmt {
	if x.Kind() == "switch_expression" {
		return l.switchStmt(x)
	}
	if x.Kind() == "update_expression" {
		return []ir.Stmt{&ir.Do{Pos: pos(x), X: l.update(x, false)}}
	}
	return []ir.Stmt{&ir.Do{Pos: pos(x), X: l.expr(x)}}
}

func (l *lowerer) localVars(n syntax.Node) []ir.Stmt {
	var out []ir.Stmt
	base := l.typeName(n.Get("type"))
	for d := range n.Children() {
		if d.Kind() != "variable_declarator" {
			continue
		}
		name, value := d.Get("name"), d.Get("value")
		typ := withDims(base, d)
		var x ir.Expr
		if value.OK() {
			x = l.initial(value, typ)
			if typ == "" {
				typ = l.typeOf(value)
			}
		}
		v := l.declareVar(name.Text(), typ)
		if x != nil {
			out = append(out, l.set(&ir.Var{Pos: pos(name), Name: v}, x, typ, pos(d)))
		}
	}
	return out
}

// initial lowers the value of a declaration, which may be {a, b}.
func (l *lowerer) initial(n syntax.Node, typ string) ir.Expr {
	if n.Kind() == "array_initializer" {
		return l.arrayOf(n)
	}
	return l.expr(n)
}

func (l *lowerer) arrayOf(n syntax.Node) ir.Expr {
	out := &ir.Array{Pos: pos(n)}
	for c := range n.Children() {
		out.Elems = append(out.Elems, ir.Arg{Value: l.initial(c, "")})
	}
	return out
}

func (l *lowerer) forStmt(n syntax.Node) []ir.Stmt {
	end := l.block()
	defer end()
	var out []ir.Stmt
	s := &ir.While{Pos: pos(n)}
	for c := range n.All() {
		switch c.Field() {
		case "init":
			if c.Kind() == "local_variable_declaration" {
				out = append(out, l.localVars(c)...)
			} else {
				out = append(out, l.expressionStmt(c)...)
			}
		case "condition":
			s.Test = l.expr(c)
		case "update":
			s.Post = append(s.Post, l.expressionStmt(c)...)
		}
	}
	s.Body = l.body(n.Get("body"))
	return append(out, s)
}

// try lowers try statements; resources are closed by nobody, which moves no
// data.
func (l *lowerer) try(n syntax.Node) []ir.Stmt {
	end := l.block()
	defer end()
	s := &ir.Try{Pos: pos(n)}
	for r := range n.Get("resources").Children() {
		if r.Kind() != "resource" {
			continue
		}
		name, value := r.Get("name"), r.Get("value")
		if !value.OK() {
			if x := r.At(0); x.OK() {
				s.Body = append(s.Body, &ir.Do{Pos: pos(x), X: l.expr(x)})
			}
			continue
		}
		typ := l.typeName(r.Get("type"))
		x := l.expr(value)
		v := l.declareVar(name.Text(), typ)
		s.Body = append(s.Body, l.set(&ir.Var{Pos: pos(name), Name: v}, x, typ, pos(r)))
	}
	s.Body = append(s.Body, l.stmts(n.Get("body"))...)
	var clauses []syntax.Node
	for c := range n.Children() {
		switch c.Kind() {
		case "catch_clause":
			clauses = append(clauses, c)
		case "finally_clause":
			s.Finally = l.stmts(c.First("block"))
		}
	}
	l.catches(s, clauses)
	return []ir.Stmt{s}
}

// catches makes one catch of several: all of them get the exception under
// their own name.
func (l *lowerer) catches(s *ir.Try, clauses []syntax.Node) {
	if len(clauses) == 0 {
		return
	}
	s.HasCatch = true
	var caught ir.Expr
	if len(clauses) > 1 {
		caught = &ir.Var{Pos: s.Pos, Name: l.temp()}
		s.CatchVar = caught
	}
	var chain *[]ir.Stmt = &s.Catch
	for i, c := range clauses {
		end := l.block()
		param := c.First("catch_formal_parameter")
		var types []string
		for t := range param.First("catch_type").Children() {
			types = append(types, l.typeName(t))
		}
		s.CatchTypes = append(s.CatchTypes, types...)
		typ := ""
		if len(types) > 0 {
			typ = types[0]
		}
		v := &ir.Var{Pos: pos(param), Name: l.declareVar(param.Get("name").Text(), typ)}
		var body []ir.Stmt
		if caught == nil {
			s.CatchVar = v
			body = append(body, l.set(v, v, typ, v.Pos))
		} else {
			body = append(body, l.set(v, caught, typ, v.Pos))
		}
		body = append(body, l.stmts(c.Get("body"))...)
		end()
		if i == len(clauses)-1 {
			*chain = append(*chain, body...)
			break
		}
		branch := &ir.If{Pos: pos(c), Test: &ir.Unknown{Pos: pos(c)}, Then: body}
		*chain = append(*chain, branch)
		chain = &branch.Else
	}
}

// localClass lowers a class that stands in a function.
func (l *lowerer) localClass(n syntax.Node) []ir.Stmt {
	c := &class{outer: l.cls, node: n, body: n.Get("body"), local: true}
	c.simple = n.Get("name").Text()
	c.kind = kindOf(n)
	c.static = c.kind != "class"
	l.temps++
	l.number(c)
	c.variable = c.simple
	l.members(c)
	l.inherit(c)
	l.scope.names = append(l.scope.names, local{name: c.simple, ir: c.variable, cls: c})
	if c.outer != nil {
		c.outer.types = append(c.outer.types, c)
		out := l.classDecl(c)
		c.outer.types = c.outer.types[:len(c.outer.types)-1]
		return out
	}
	return l.classDecl(c)
}
