package javascript

import (
	"rind/code/ir"
	"rind/code/syntax"
)

// stmts lowers the statements of a block: functions first, for they are
// there before anything runs.
func (l *lowerer) stmts(nodes []syntax.Node) []ir.Stmt {
	var first, rest []ir.Stmt
	for _, n := range nodes {
		if isFunction(n) {
			first = append(first, l.stmt(n)...)
		}
	}
	for _, n := range nodes {
		if !isFunction(n) {
			rest = append(rest, l.stmt(n)...)
		}
	}
	return append(first, rest...)
}

func isFunction(n syntax.Node) bool {
	if n.Kind() == "export_statement" {
		if d := n.Get("declaration"); d.OK() {
			n = d
		} else {
			n = n.Get("value")
			return (n.Kind() == "function_expression" || n.Kind() == "generator_function") && n.Get("name").OK()
		}
	}
	return n.Kind() == "function_declaration" || n.Kind() == "generator_function_declaration"
}

// scoped lowers a block or single statement in a scope of its own.
func (l *lowerer) scoped(n syntax.Node) (out []ir.Stmt) {
	if !n.OK() {
		return nil
	}
	l.block(func() {
		switch n.Kind() {
		case "statement_block", "else_clause":
			l.hoist(n, false)
			out = l.stmts(children(n))
		default:
			l.hoistStmt(n)
			out = l.stmt(n)
		}
	})
	return out
}

// stmt lowers one statement.
func (l *lowerer) stmt(n syntax.Node) []ir.Stmt {
	l.depth++
	defer func() { l.depth-- }()
	p := pos(n)
	if l.depth > maxDepth {
		return []ir.Stmt{&ir.Do{Pos: p, X: &ir.Unknown{Pos: p}}}
	}
	switch n.Kind() {
	case "expression_statement":
		if m := n.First("internal_module"); m.OK() {
			return l.namespaceDecl(m)
		}
		if x := n.At(0); x.OK() {
			return []ir.Stmt{&ir.Do{Pos: p, X: l.expr(x)}}
		}
		return nil
	case "lexical_declaration", "variable_declaration":
		return l.declaration(n)
	case "function_declaration", "generator_function_declaration":
		return []ir.Stmt{assign(p, l.name(n.Get("name")), l.lambda(n, fnOpts{}))}
	case "class_declaration", "abstract_class_declaration":
		return l.classDecl(n)
	case "return_statement":
		r := &ir.Return{Pos: p}
		if x := n.At(0); x.OK() {
			r.X = l.expr(x)
		}
		return []ir.Stmt{r}
	case "throw_statement":
		return []ir.Stmt{&ir.Throw{Pos: p, X: l.expr(n.At(0))}}
	case "if_statement":
		return []ir.Stmt{&ir.If{Pos: p, Test: l.expr(n.Get("condition")), Then: l.scoped(n.Get("consequence")), Else: l.scoped(n.Get("alternative"))}}
	case "statement_block", "else_clause":
		return l.scoped(n)
	case "for_statement", "for_in_statement", "while_statement", "do_statement":
		return l.loop(n, "")
	case "switch_statement":
		return l.switchStmt(n, "")
	case "labeled_statement":
		return l.labeled(n)
	case "break_statement":
		return l.breakStmt(p, n.Get("label").Text())
	case "continue_statement":
		return l.continueStmt(p, n.Get("label").Text())
	case "try_statement":
		return l.try(n)
	case "with_statement":
		return append([]ir.Stmt{&ir.Do{Pos: p, X: l.expr(n.Get("object"))}}, l.scoped(n.Get("body"))...)
	}
	return l.otherStmt(n)
}

// otherStmt lowers what stands at the top of modules, and what is broken.
func (l *lowerer) otherStmt(n syntax.Node) []ir.Stmt {
	switch n.Kind() {
	case "import_statement":
		return l.importStmt(n)
	case "export_statement":
		return l.exportStmt(n)
	case "enum_declaration":
		return l.enumDecl(n)
	case "internal_module", "module":
		return l.namespaceDecl(n)
	case "import_alias":
		return []ir.Stmt{assign(pos(n), l.name(n.At(0)), l.expr(n.At(1)))}
	case "ERROR":
		// Whatever the parser made of the pieces is lowered piece by piece.
		var out []ir.Stmt
		l.hoist(n, false)
		for c := range n.Children() {
			out = append(out, l.stmt(c)...)
		}
		return out
	case "ambient_declaration", "interface_declaration", "type_alias_declaration", "function_signature",
		"empty_statement", "debugger_statement", "hash_bang_line", "statement_identifier", "comment", "decorator", "":
		return nil
	}
	if isExpr(n.Kind()) {
		return []ir.Stmt{&ir.Do{Pos: pos(n), X: l.expr(n)}}
	}
	return nil
}

// declaration lowers const, let and var.
func (l *lowerer) declaration(n syntax.Node) (out []ir.Stmt) {
	for d := range n.Children() {
		if d.Kind() != "variable_declarator" {
			continue
		}
		name, value := d.Get("name"), d.Get("value")
		if !value.OK() {
			if n.Kind() == "lexical_declaration" && name.Kind() == "identifier" {
				// A let in a loop is new in every turn.
				out = append(out, assign(pos(d), l.name(name), undefined(pos(d))))
			}
			continue
		}
		typ := d.Get("type")
		x := l.named(value, fnOpts{name: name.Text(), params: l.handlerParams(typ)})
		if t := l.typeName(typ); t != "" && !isLambda(x) {
			x = &ir.Typed{Pos: x.At(), X: x, Type: t}
		}
		out = append(out, l.bind(name, x)...)
	}
	return out
}

func isLambda(x ir.Expr) bool {
	_, ok := x.(*ir.Lambda)
	return ok
}

func (l *lowerer) try(n syntax.Node) []ir.Stmt {
	t := &ir.Try{Pos: pos(n), Body: l.scoped(n.Get("body"))}
	if h := n.Get("handler"); h.OK() {
		t.HasCatch = true
		l.block(func() {
			if param := h.Get("parameter"); param.OK() {
				l.patternNames(param, func(s string) { l.declare(s) })
				t.CatchVar, t.Catch = l.target(param)
			}
			t.Catch = append(t.Catch, l.scoped(h.Get("body"))...)
		})
	}
	if f := n.Get("finalizer"); f.OK() {
		t.Finally = l.scoped(f.Get("body"))
	}
	return []ir.Stmt{t}
}
