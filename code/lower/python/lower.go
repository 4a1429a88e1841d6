// Package python lowers Python source to package ir. In goes the text of a
// file, out comes an [ir.Module].
//
// Everything of Python 3 is understood, and Python 2's print and exec. What
// the parser could not make sense of is counted and its parts are lowered all
// the same. The package reads no files and never runs what it reads.
//
// What the lowering does beyond a plain translation, so that the engine finds
// fewer forms:
//
//   - f-strings, "…" % x and "…".format(x) with a literal format become
//     [ir.Concat]; number formats become calls of int or float.
//   - with x as y assigns the call of x.__enter__ to y.
//   - for k, v in d.items(), enumerate, keys and values set Key and Value.
//   - getattr and setattr with a literal name are members.
//   - super().m(x) calls the base class's member with self.
//   - Data classes, pydantic models, named tuples and enums get the
//     constructor that Python makes for them.
package python

import (
	"maps"
	"path"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
	"rind/rind"
)

// maxDepth is how deeply expressions and statements are followed; what is
// deeper becomes Unknown. syntax.MaxDepth nodes are about half as many levels
// of the language.
const maxDepth = 900

// Lower lowers a file. Its errors are those of syntax.Parse: broken text is
// no error but counted in Module.Broken.
func Lower(file string, src []byte) (*ir.Module, error) {
	tree, err := syntax.Parse(syntax.Python, src)
	if err != nil {
		return nil, err
	}
	return lowerTree(file, tree), nil
}

func lowerTree(file string, tree *syntax.Tree) *ir.Module {
	// The tree for places has no nodes, so that the nodes can be freed.
	places := &syntax.Tree{Source: tree.Source}
	m := &ir.Module{File: file, Lang: ir.Python, Broken: tree.Errors}
	m.Place = func(p ir.Pos) rind.Span {
		s := rind.Span{File: file}
		end := uint32(len(places.Source))
		s.Line, s.Column = places.Line(min(p.Start, end))
		s.EndLine, s.EndColumn = places.Line(min(p.End, end))
		return s
	}
	l := &lowerer{
		mod: m, imports: map[string]string{}, dotted: map[string]bool{},
		shared: map[string]bool{}, records: map[string][]field{}, kinds: map[string]recordKind{},
		seenImports: map[string]bool{},
	}
	root := tree.Root()
	l.scan(root)
	m.Init = &ir.Func{Module: m, Pos: pos(root)}
	m.Funcs = append(m.Funcs, m.Init)
	l.scope = &scope{fn: m.Init, names: map[string]string{}}
	for _, name := range bindings(root) {
		l.declare(name)
	}
	for _, name := range slices.Sorted(maps.Keys(l.shared)) {
		l.declare(name)
	}
	m.Init.Body = l.block(root)
	return m
}

// A lowerer holds what is known while a file is lowered.
type lowerer struct {
	mod   *ir.Module
	scope *scope
	depth int
	temps int // names made up so far

	// imports maps names that the module's import statements bind to the
	// full name of what they are: "Request" to "flask.Request". It serves
	// annotations and decorators; values go through ir.Import.
	imports map[string]string
	// dotted are the paths of plain imports with dots: import os.path.
	dotted map[string]bool
	// shared are the names of global statements.
	shared map[string]bool
	// records are the data classes of the module, with all their fields.
	records     map[string][]field
	kinds       map[string]recordKind
	seenImports map[string]bool
}

// A scope is a function's or class body's names while it is lowered.
type scope struct {
	fn      *ir.Func // the function that declares the names
	parent  *scope
	class   *classBody // set for a class body
	names   map[string]string
	globals map[string]bool
	// inner are the renamed variables of open comprehensions, innermost last.
	inner []map[string]string
	// self and bases serve super() in a method.
	self    string
	ofClass bool // it is a class method: super() is bound already
	bases   []ir.Expr
}

func pos(n syntax.Node) ir.Pos { return ir.Pos{Start: n.Start(), End: n.End()} }

// declare gives a name of the current scope its variable.
func (l *lowerer) declare(name string) string {
	s := l.scope
	if v, ok := s.names[name]; ok {
		return v
	}
	v := name
	if s.parent != nil && l.shared[name] && !isParam(s.fn, name) {
		v = l.fresh(name)
	}
	s.names[name] = v
	s.fn.Vars = append(s.fn.Vars, v)
	return v
}

func isParam(f *ir.Func, name string) bool {
	for _, p := range f.Params {
		if p.Name == name {
			return true
		}
	}
	return false
}

// fresh makes up a name that cannot be written.
func (l *lowerer) fresh(name string) string {
	l.temps++
	return name + "·" + itoa(l.temps)
}

// temp declares a variable of the current function for a value in between.
func (l *lowerer) temp(p ir.Pos) *ir.Var {
	v := l.fresh("")
	l.scope.fn.Vars = append(l.scope.fn.Vars, v)
	return &ir.Var{Pos: p, Name: v}
}

// resolve finds the variable that a name means, and whether anything of the
// module declares it.
func (l *lowerer) resolve(name string) (string, bool) {
	for s := l.scope; s != nil; s = s.parent {
		for i := len(s.inner) - 1; i >= 0; i-- {
			if v, ok := s.inner[i][name]; ok {
				return v, true
			}
		}
		if s.globals[name] {
			return name, true
		}
		if s.class != nil && s != l.scope {
			continue // methods do not see the names of the class body
		}
		if v, ok := s.names[name]; ok {
			if s.class != nil {
				s.class.needed = true
			}
			return v, true
		}
	}
	return name, false
}

// variable is the expression that a name means.
func (l *lowerer) variable(n syntax.Node, name string) ir.Expr {
	p := pos(n)
	v, ok := l.resolve(name)
	if ok {
		return &ir.Var{Pos: p, Name: v}
	}
	switch name {
	case "__name__":
		return &ir.Const{Pos: p, Value: strings.TrimSuffix(path.Base(l.mod.File), ".py")}
	case "__file__":
		return &ir.Const{Pos: p, Value: "/var/task/" + l.mod.File}
	}
	if len(l.mod.Stars) == 0 || builtins[name] {
		return &ir.Var{Pos: p, Name: name}
	}
	// It may come from any of the star imports, the last one first.
	var x ir.Expr
	for _, star := range l.mod.Stars {
		m := ir.Expr(&ir.Member{Pos: p, X: &ir.Import{Pos: p, Path: star}, Name: name})
		if x != nil {
			m = &ir.Logic{Pos: p, Op: "??", L: m, R: x}
		}
		x = m
	}
	return x
}

// deeper counts a level down and reports whether it may be followed; the
// caller calls l.shallower afterwards in any case.
func (l *lowerer) deeper() bool { l.depth++; return l.depth < maxDepth }
func (l *lowerer) shallower()   { l.depth-- }

// function lowers a def or lambda. The body is a block or an expression.
func (l *lowerer) function(n syntax.Node, name, class string) *ir.Func {
	f := &ir.Func{Name: name, Class: class, Module: l.mod, Pos: pos(n)}
	l.mod.Funcs = append(l.mod.Funcs, f)
	f.Async = n.First("async").OK()
	if r := n.Get("return_type"); r.OK() {
		f.Result = l.typeName(r)
	}
	outer := l.scope
	s := &scope{fn: f, parent: outer, names: map[string]string{}, globals: map[string]bool{}}
	if outer.class != nil {
		s.bases = outer.class.bases
	} else {
		s.self, s.bases, s.ofClass = outer.self, outer.bases, outer.ofClass
	}
	l.params(n.Get("parameters"), f)
	if outer.class != nil && len(f.Params) > 0 {
		s.self, s.ofClass = f.Params[0].Name, outer.class.ofClass
	}
	l.scope = s
	for _, p := range f.Params {
		l.declare(p.Name)
	}
	body := n.Get("body")
	free := map[string]bool{} // names of global and nonlocal statements
	each(body, func(c syntax.Node) bool {
		switch c.Kind() {
		case "global_statement", "nonlocal_statement":
			for id := range c.Children() {
				free[id.Text()] = true
				if c.Kind() == "global_statement" {
					s.globals[id.Text()] = true
				}
			}
		case "yield":
			f.Generator = true
		}
		return !opensScope(c)
	})
	for _, name := range bindings(body) {
		if !free[name] {
			l.declare(name)
		}
	}
	if n.Kind() == "lambda" {
		f.Body = []ir.Stmt{&ir.Return{Pos: pos(body), X: l.expr(body)}}
	} else {
		f.Body = l.block(body)
	}
	l.scope = outer
	return f
}

// params lowers the parameters. Defaults and types are evaluated outside of
// the function.
func (l *lowerer) params(list syntax.Node, f *ir.Func) {
	for n := range list.Children() {
		p := ir.Param{Pos: pos(n)}
		name := n
		switch n.Kind() {
		case "identifier":
		case "typed_parameter":
			name = n.At(0)
		case "default_parameter", "typed_default_parameter":
			name = n.Get("name")
			p.Default = l.expr(n.Get("value"))
			p.Tags = l.callee(n.Get("value"))
		case "list_splat_pattern", "dictionary_splat_pattern":
		default: // separators, errors, tuples of Python 2
			continue
		}
		switch name.Kind() {
		case "list_splat_pattern":
			p.Rest, name = true, name.At(0)
		case "dictionary_splat_pattern":
			p.KeyRest, name = true, name.At(0)
		}
		if t := n.Get("type"); t.OK() {
			p.Type = l.typeName(t)
			l.annotate(&p, t)
		}
		if p.Name = name.Text(); p.Name == "" {
			continue
		}
		f.Params = append(f.Params, p)
	}
}
