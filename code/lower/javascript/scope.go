package javascript

import (
	"slices"
	"strconv"

	"rind/code/ir"
	"rind/code/syntax"
)

// A function is the function being lowered.
type function struct {
	ir     *ir.Func
	parent *function
	vars   map[string]bool
	// arrow: "this" and "arguments" are the surrounding function's. The
	// module counts as a function whose this is its exports.
	arrow, module bool
	arguments     bool // the body speaks of arguments
	awaiter       bool // a generator whose yields are awaits
	temps         int
}

func (f *function) add(name string) {
	if !f.vars[name] {
		f.vars[name] = true
		f.ir.Vars = append(f.ir.Vars, name)
	}
}

// temp declares a variable that no source text can name.
func (l *lowerer) temp(p ir.Pos) *ir.Var {
	l.fn.temps++
	name := "·" + strconv.Itoa(l.fn.temps)
	l.fn.add(name)
	return &ir.Var{Pos: p, Name: name}
}

// A scope maps names as written to names of the IR.
type scope struct {
	parent *scope
	fn     *function
	names  map[string]string
	top    bool // the function's own scope
}

// enter begins a function.
func (l *lowerer) enter(f *ir.Func, module bool) {
	l.fn = &function{ir: f, parent: l.fn, vars: map[string]bool{}, module: module}
	l.scope = &scope{parent: l.scope, fn: l.fn, names: map[string]string{}, top: true}
}

func (l *lowerer) leave() {
	for !l.scope.top {
		l.scope = l.scope.parent
	}
	l.scope = l.scope.parent
	l.fn = l.fn.parent
}

// block runs f in a block scope of its own.
func (l *lowerer) block(f func()) {
	saved := l.scope
	l.scope = &scope{parent: saved, fn: l.fn, names: map[string]string{}}
	f()
	l.scope = saved
}

// declare makes name one of the scope at hand and returns its name in the IR.
func (l *lowerer) declare(name string) string {
	s := l.scope
	if n, ok := s.names[name]; ok {
		return n
	}
	as := name
	if !s.top {
		if _, taken := l.lookup(name); taken || l.fn.vars[name] {
			for i := 2; ; i++ {
				as = name + "·" + strconv.Itoa(i)
				if !l.fn.vars[as] && !l.outer(as) {
					break
				}
			}
		}
	}
	s.names[name] = as
	l.fn.add(as)
	return as
}

// declareVar makes name one of the function at hand.
func (l *lowerer) declareVar(name string) {
	s := l.scope
	for !s.top {
		s = s.parent
	}
	if _, ok := s.names[name]; !ok {
		s.names[name] = name
		l.fn.add(name)
	}
}

// outer reports whether a function around this one has a variable that is
// called so in the IR.
func (l *lowerer) outer(as string) bool {
	for f := l.fn.parent; f != nil; f = f.parent {
		if f.vars[as] {
			return true
		}
	}
	return false
}

// lookup finds what a name means here.
func (l *lowerer) lookup(name string) (string, bool) {
	for s := l.scope; s != nil; s = s.parent {
		if n, ok := s.names[name]; ok {
			return n, true
		}
	}
	return name, false
}

// declared reports whether the code itself declares the name.
func (l *lowerer) declared(name string) bool {
	_, ok := l.lookup(name)
	return ok
}

// hoist declares what a block declares: let, const, classes and functions,
// and with function set also every var below it.
func (l *lowerer) hoist(block syntax.Node, function bool) {
	for c := range block.Children() {
		l.hoistStmt(c)
	}
	if function {
		l.hoistVars(block)
	}
}

func (l *lowerer) hoistStmt(c syntax.Node) {
	switch c.Kind() {
	case "export_statement":
		if d := c.Get("declaration"); d.OK() {
			l.hoistStmt(d)
		} else if d := c.Get("value"); d.OK() && d.Get("name").OK() {
			l.hoistStmt(d) // export default class A
		}
	case "expression_statement":
		if m := c.First("internal_module"); m.OK() {
			l.hoistStmt(m)
		}
	case "labeled_statement":
		l.hoistStmt(c.Get("body"))
	case "lexical_declaration":
		for d := range c.Children() {
			l.patternNames(d.Get("name"), func(n string) { l.declare(n) })
		}
	case "function_declaration", "generator_function_declaration", "class_declaration",
		"abstract_class_declaration", "enum_declaration":
		if n := c.Get("name"); n.OK() {
			l.declare(n.Text())
		}
	case "internal_module", "module":
		if n := c.Get("name"); n.OK() && n.Kind() != "string" {
			for n.Kind() == "nested_identifier" {
				n = n.Get("object")
			}
			l.declare(n.Text())
		}
	case "import_alias":
		l.declare(c.At(0).Text())
	case "import_statement":
		for name := range importNames(c) {
			l.declare(name)
		}
	}
}

// hoistVars declares the vars of a function's statements.
func (l *lowerer) hoistVars(n syntax.Node) {
	for c := range n.Children() {
		switch c.Kind() {
		case "variable_declaration":
			for d := range c.Children() {
				l.patternNames(d.Get("name"), l.declareVar)
			}
		case "for_in_statement":
			if c.First("var").OK() {
				l.patternNames(c.Get("left"), l.declareVar)
			}
			l.hoistVars(c)
		case "statement_block", "if_statement", "else_clause", "for_statement", "while_statement", "do_statement",
			"try_statement", "catch_clause", "finally_clause", "switch_statement", "switch_body", "switch_case",
			"switch_default", "labeled_statement", "with_statement", "export_statement", "ERROR":
			l.hoistVars(c)
		}
	}
}

// patternNames calls f for every name that a pattern binds.
func (l *lowerer) patternNames(n syntax.Node, f func(string)) {
	switch n.Kind() {
	case "identifier", "shorthand_property_identifier_pattern":
		f(n.Text())
	case "assignment_pattern", "object_assignment_pattern":
		l.patternNames(n.Get("left"), f)
	case "pair_pattern":
		l.patternNames(n.Get("value"), f)
	case "object_pattern", "array_pattern", "rest_pattern":
		for c := range n.Children() {
			l.patternNames(c, f)
		}
	}
}

// assigned makes a name that nothing declares one of the module: sloppy code
// makes globals by assigning to them.
func (l *lowerer) assigned(name string) {
	init := l.mod.Init
	if !slices.Contains(init.Vars, name) && !slices.Contains(wellKnown, name) {
		init.Vars = append(init.Vars, name)
	}
}

// wellKnown are globals that code assigns to without making them its own.
var wellKnown = []string{"fetch", "console", "process", "Promise", "crypto", "require", "Buffer", "URL", "JSON", "Object", "Array", "String"}
