package javascript

import (
	"rind/code/ir"
	"rind/code/syntax"
)

// fnOpts tells of a function what its place in the code says.
type fnOpts struct {
	name   string
	class  string
	params []string // declared types of the parameters, from outside
	// awaiter: the function is what __awaiter runs, its yields are awaits.
	awaiter bool
	// fields are a class's instance fields, for its constructor.
	fields []syntax.Node
}

// lambda lowers a function of any form.
func (l *lowerer) lambda(n syntax.Node, opts fnOpts) ir.Expr {
	p := pos(n)
	f := &ir.Func{Name: opts.name, Class: opts.class, Module: l.mod, Pos: p, Async: n.First("async").OK()}
	own := n.Get("name")
	if own.OK() && n.Kind() != "method_definition" {
		f.Name = own.Text()
	}
	f.Generator = (n.First("*").OK() || n.Kind() == "generator_function" || n.Kind() == "generator_function_declaration") && !opts.awaiter
	l.mod.Funcs = append(l.mod.Funcs, f)

	// A named function expression is a variable around itself.
	self := ""
	if own.OK() && (n.Kind() == "function_expression" || n.Kind() == "generator_function") {
		saved := l.scope
		defer func() { l.scope = saved }()
		l.scope = &scope{parent: saved, fn: l.fn, names: map[string]string{}}
		self = l.declare(own.Text())
	}
	arrow := n.Kind() == "arrow_function" || opts.awaiter
	if !arrow {
		f.This = "this"
	}
	l.inFunction(f, arrow, func() {
		l.fn.awaiter = opts.awaiter
		if f.This != "" {
			l.fn.add("this")
		}
		prologue := l.params(n, f, opts)
		l.body(n.Get("body"), f, prologue, opts)
	})
	f.Result = l.typeName(n.Get("return_type"))
	var x ir.Expr = &ir.Lambda{Pos: p, Func: f}
	if self != "" {
		x = &ir.Assign{Pos: p, Target: &ir.Var{Pos: p, Name: self}, Value: x}
	}
	return x
}

// inFunction runs body as part of a new function.
func (l *lowerer) inFunction(f *ir.Func, arrow bool, body func()) {
	targets, ns := l.targets, l.namespace
	l.targets, l.namespace = nil, nil
	l.enter(f, false)
	l.fn.arrow = arrow
	body()
	if l.fn.arguments {
		l.addArguments(f)
	}
	l.leave()
	l.targets, l.namespace = targets, ns
}

// addArguments makes arguments an array of all that was passed.
func (l *lowerer) addArguments(f *ir.Func) {
	p := f.Pos
	all := &ir.Array{Pos: p}
	rest := ""
	for _, param := range f.Params {
		if param.Rest {
			rest = param.Name
			continue
		}
		all.Elems = append(all.Elems, ir.Arg{Value: &ir.Var{Pos: p, Name: param.Name}})
	}
	if rest == "" {
		rest = "·arguments"
		l.fn.add(rest)
		f.Params = append(f.Params, ir.Param{Name: rest, Rest: true, Pos: p})
	}
	all.Elems = append(all.Elems, ir.Arg{Value: &ir.Var{Pos: p, Name: rest}, Spread: true})
	f.Body = append([]ir.Stmt{assign(p, &ir.Var{Pos: p, Name: "arguments"}, all)}, f.Body...)
}

// body lowers a block or an arrow's expression.
func (l *lowerer) body(n syntax.Node, f *ir.Func, prologue []ir.Stmt, opts fnOpts) {
	if n.Kind() != "statement_block" {
		f.Body = prologue
		if n.OK() {
			f.Body = append(f.Body, &ir.Return{Pos: pos(n), X: l.expr(n)})
		}
		return
	}
	l.hoist(n, true)
	body := l.stmts(children(n))
	if len(opts.fields) > 0 {
		body = insertFields(body, l.fieldInits(opts.fields))
	}
	f.Body = append(prologue, body...)
}

// insertFields puts the assignments of fields behind super(…), where the
// receiver comes into being.
func insertFields(body, fields []ir.Stmt) []ir.Stmt {
	at := 0
	for i, s := range body {
		if do, ok := s.(*ir.Do); ok {
			if call, ok := do.X.(*ir.Call); ok {
				if v, ok := call.Fn.(*ir.Var); ok && v.Name == "super" {
					at = i + 1
					break
				}
			}
		}
	}
	return join(body[:at], join(fields, body[at:]))
}

// params lowers a function's parameters. It returns what the body must begin
// with: patterns taken apart, fields set, decorators asked.
func (l *lowerer) params(n syntax.Node, f *ir.Func, opts fnOpts) (prologue []ir.Stmt) {
	if single := n.Get("parameter"); single.OK() { // x => …
		l.param(f, single, single, opts)
		return nil
	}
	list := n.Get("parameters")
	for c := range list.Children() {
		pattern := c
		switch c.Kind() {
		case "required_parameter", "optional_parameter":
			pattern = c.Get("pattern")
		case "ERROR", "decorator":
			continue
		}
		if pattern.Kind() == "this" {
			continue // TypeScript's declaration of the receiver's type
		}
		prologue = append(prologue, l.param(f, c, pattern, opts)...)
	}
	return prologue
}

func (l *lowerer) param(f *ir.Func, c, pattern syntax.Node, opts fnOpts) (prologue []ir.Stmt) {
	p := pos(c)
	param := ir.Param{Pos: p}
	value := c.Get("value")
	switch pattern.Kind() {
	case "rest_pattern":
		param.Rest = true
		pattern = pattern.At(0)
	case "assignment_pattern":
		value = pattern.Get("right")
		pattern = pattern.Get("left")
	}
	l.patternNames(pattern, func(s string) { l.declare(s) })
	param.Type = l.typeName(c.Get("type"))
	if i := len(f.Params); param.Type == "" && i < len(opts.params) {
		param.Type = opts.params[i]
	}
	if value.OK() {
		param.Default = l.named(value, fnOpts{name: pattern.Text()})
	}
	if pattern.Kind() == "identifier" {
		param.Name = pattern.Text()
	} else {
		param.Name = paramName(len(f.Params))
		l.fn.add(param.Name)
		prologue = l.bind(pattern, &ir.Var{Pos: p, Name: param.Name})
	}
	self := &ir.Var{Pos: p, Name: param.Name}
	var decorated []ir.Stmt
	for d := range c.Children() {
		if d.Kind() != "decorator" {
			continue
		}
		if name := l.decoratorName(d); name != "" {
			param.Tags = append(param.Tags, name)
		}
		if !isInjection(d) {
			decorated = append(decorated, assign(p, self, &ir.Logic{Pos: p, Op: "??", L: self, R: l.decoration(d)}))
		}
	}
	if isField(c) && pattern.Kind() == "identifier" && f.Name == "constructor" {
		prologue = append(prologue, assign(p, &ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: "this"}, Name: param.Name}, self))
	}
	f.Params = append(f.Params, param)
	return append(decorated, prologue...)
}

// isField reports whether a constructor's parameter declares a field:
// constructor(private db: Db).
func isField(param syntax.Node) bool {
	return param.First("accessibility_modifier").OK() || param.First("readonly").OK() || param.First("override_modifier").OK()
}

// promise lowers new Promise(executor): the executor is called with a function
// that keeps the value; what is never resolved here may be anything.
func (l *lowerer) promise(p ir.Pos, executor syntax.Node) ir.Expr {
	cell := l.temp(p)
	value := &ir.Member{Pos: p, X: cell, Name: "value"}
	keep := func(name string, body ...ir.Stmt) ir.Expr {
		return &ir.Lambda{Pos: p, Func: &ir.Func{Name: name, Module: l.mod, Pos: p, Params: []ir.Param{{Name: "·v", Pos: p}}, Vars: []string{"·v"}, Body: body}}
	}
	resolve := keep("resolve", assign(p, value, &ir.Var{Pos: p, Name: "·v"}))
	return &ir.Block{
		Pos: p,
		Body: []ir.Stmt{
			assign(p, cell, &ir.Object{Pos: p}),
			&ir.Do{Pos: p, X: &ir.Call{Pos: p, Fn: l.expr(executor), Args: args(resolve, keep("reject"))}},
		},
		X: &ir.Cond{Pos: p, Test: &ir.Unknown{Pos: p}, Then: value, Else: &ir.Unknown{Pos: p}},
	}
}
