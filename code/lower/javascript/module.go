package javascript

import (
	"iter"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// importPath is an import expression; the path is noted for loaders.
func (l *lowerer) importPath(p ir.Pos, path string) *ir.Import {
	path = knownAs(strings.TrimPrefix(path, "node:"))
	if !slices.Contains(l.mod.Imports, path) {
		l.mod.Imports = append(l.mod.Imports, path)
	}
	return &ir.Import{Pos: p, Path: path}
}

// knownAs is the one name under which a package is known that comes in several
// forms: lodash-es, lodash/merge and the packages of single methods are parts
// of lodash.
func knownAs(path string) string {
	path = strings.Replace(path, "lodash-es", "lodash", 1)
	if method, ok := strings.CutPrefix(path, "lodash/"); ok {
		return "lodash." + strings.TrimSuffix(method, ".js")
	}
	if name, ok := lodashPackages[path]; ok {
		return name
	}
	return path
}

// lodashPackages are packages of single methods whose names are not the
// methods' own.
var lodashPackages = map[string]string{
	"lodash.clonedeep": "lodash.cloneDeep", "lodash.defaultsdeep": "lodash.defaultsDeep", "lodash.mergewith": "lodash.mergeWith",
	"lodash.escaperegexp": "lodash.escapeRegExp", "lodash.camelcase": "lodash.camelCase", "lodash.kebabcase": "lodash.kebabCase",
	"lodash.snakecase": "lodash.snakeCase", "lodash.isempty": "lodash.isEmpty", "lodash.groupby": "lodash.groupBy",
	"lodash.sortby": "lodash.sortBy", "lodash.uniqby": "lodash.uniqBy", "lodash.flatmap": "lodash.flatMap", "lodash.foreach": "lodash.forEach",
	"lodash.setwith": "lodash.setWith", "lodash.topairs": "lodash.toPairs", "lodash.isequal": "lodash.isEqual",
}

// importNames yields the local names of an import statement with the name
// that each has in the other module: "" for all of it.
func importNames(n syntax.Node) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if typeOnly(n) {
			return
		}
		for c := range n.Children() {
			switch c.Kind() {
			case "import_require_clause":
				yield(c.At(0).Text(), "")
				return
			case "import_clause":
				for name, of := range clauseNames(c) {
					if !yield(name, of) {
						return
					}
				}
			}
		}
	}
}

func clauseNames(clause syntax.Node) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for c := range clause.Children() {
			switch c.Kind() {
			case "identifier":
				if !yield(c.Text(), "default") {
					return
				}
			case "namespace_import":
				if !yield(c.At(0).Text(), "") {
					return
				}
			case "named_imports":
				for s := range c.Children() {
					name, alias := moduleName(s.Get("name")), s.Get("alias")
					local := name
					if alias.OK() {
						local = alias.Text()
					}
					if s.Kind() == "import_specifier" && !typeOnly(s) && !yield(local, name) {
						return
					}
				}
			}
		}
	}
}

// moduleName is a name in an import or export list, which may be a string.
func moduleName(n syntax.Node) string {
	if n.Kind() == "string" {
		return stringText(n)
	}
	return n.Text()
}

// typeOnly: import type …, export type …, {type X}.
func typeOnly(n syntax.Node) bool { return n.First("type").OK() || n.First("typeof").OK() }

func (l *lowerer) importStmt(n syntax.Node) (out []ir.Stmt) {
	if typeOnly(n) {
		return nil
	}
	p := pos(n)
	source := n.Get("source")
	if !source.OK() {
		source = n.First("import_require_clause").Get("source")
	}
	path := stringText(source)
	for name, of := range importNames(n) {
		var x ir.Expr = l.importPath(p, path)
		if of != "" {
			x = &ir.Member{Pos: p, X: x, Name: of}
		}
		as, _ := l.lookup(name)
		out = append(out, assign(p, &ir.Var{Pos: p, Name: as}, x))
	}
	if len(out) == 0 && !n.First("import_clause").OK() {
		out = append(out, &ir.Do{Pos: p, X: l.importPath(p, path)}) // import "./x"
	}
	return out
}

// exportTo is the assignment that exports a value.
func (l *lowerer) exportTo(p ir.Pos, name string, value ir.Expr) ir.Stmt {
	to := exports(p)
	if l.namespace != nil {
		to = l.namespace
	}
	return assign(p, &ir.Member{Pos: p, X: to, Name: name}, value)
}

func (l *lowerer) exportStmt(n syntax.Node) (out []ir.Stmt) {
	if typeOnly(n) {
		return nil
	}
	p := pos(n)
	isDefault := n.First("default").OK()
	if d := n.Get("declaration"); d.OK() {
		out = l.exportDeclaration(n, d)
		if isDefault {
			if name := d.Get("name"); name.OK() {
				return append(out, l.exportTo(p, "default", l.name(name)))
			}
			return append(out, l.exportTo(p, "default", l.lambdaOrClass(d)))
		}
		for _, name := range l.declaredNames(d) {
			as, _ := l.lookup(name)
			out = append(out, l.exportTo(p, name, &ir.Var{Pos: p, Name: as}))
		}
		return out
	}
	if v := n.Get("value"); v.OK() { // export default x
		if name := v.Get("name"); name.OK() && (v.Kind() == "class" || strings.HasPrefix(v.Kind(), "function") || strings.HasPrefix(v.Kind(), "generator")) {
			out = append(out, assign(p, l.name(name), l.named(v, fnOpts{name: name.Text()})))
			return append(out, l.exportTo(p, "default", l.name(name)))
		}
		return append(out, l.exportTo(p, "default", l.named(v, fnOpts{name: "default"})))
	}
	if n.First("=").OK() { // export = x
		return []ir.Stmt{assign(p, exports(p), l.expr(n.At(0)))}
	}
	var from *ir.Import
	if s := n.Get("source"); s.OK() {
		from = l.importPath(p, stringText(s))
	}
	return l.exportList(n, p, from)
}

// exportList lowers export {…}, export * and export * as ns.
func (l *lowerer) exportList(n syntax.Node, p ir.Pos, from *ir.Import) (out []ir.Stmt) {
	switch {
	case n.First("namespace_export").OK():
		if from == nil {
			return nil
		}
		return []ir.Stmt{l.exportTo(p, n.First("namespace_export").At(0).Text(), from)}
	case n.First("*").OK() && from != nil:
		l.mod.Stars = append(l.mod.Stars, from.Path)
		all := &ir.Object{Pos: p, Fields: []ir.Field{{Value: from, Spread: true}, {Value: exports(p), Spread: true}}}
		return []ir.Stmt{assign(p, exports(p), all)}
	}
	clause := n.First("export_clause")
	for s := range clause.Children() {
		if s.Kind() != "export_specifier" || typeOnly(s) {
			continue
		}
		name := moduleName(s.Get("name"))
		as := name
		if a := s.Get("alias"); a.OK() {
			as = moduleName(a)
		}
		if from != nil {
			out = append(out, l.exportTo(p, as, &ir.Member{Pos: pos(s), X: from, Name: name}))
			continue
		}
		if _, isType := l.aliases[name]; isType || !l.declared(name) {
			continue // a type
		}
		stmt := l.exportTo(p, as, l.identifier(s.Get("name")))
		// The list may stand before what it names.
		l.tail = append(l.tail, stmt)
	}
	return out
}

// exportDeclaration lowers the declaration; decorators of a class may stand
// before the export.
func (l *lowerer) exportDeclaration(n, d syntax.Node) []ir.Stmt {
	if (d.Kind() == "function_declaration" || d.Kind() == "generator_function_declaration" || strings.HasSuffix(d.Kind(), "class_declaration")) && !d.Get("name").OK() {
		return nil
	}
	out := l.stmt(d)
	for c := range n.Children() {
		if c.Kind() == "decorator" && d.Get("name").OK() {
			out = append(out, &ir.Do{Pos: pos(c), X: &ir.Call{Pos: pos(c), Fn: l.decoration(c), Args: args(l.name(d.Get("name"))), Decorator: true}})
		}
	}
	return out
}

func (l *lowerer) lambdaOrClass(d syntax.Node) ir.Expr {
	if strings.Contains(d.Kind(), "class") {
		return l.class(d, "default")
	}
	return l.lambda(d, fnOpts{name: "default"})
}

// declaredNames are the names that an exported declaration makes.
func (l *lowerer) declaredNames(d syntax.Node) (names []string) {
	switch d.Kind() {
	case "lexical_declaration", "variable_declaration":
		for v := range d.Children() {
			l.patternNames(v.Get("name"), func(s string) { names = append(names, s) })
		}
	case "function_declaration", "generator_function_declaration", "class_declaration", "abstract_class_declaration", "enum_declaration", "internal_module", "module":
		if n := d.Get("name"); n.OK() && n.Kind() != "string" {
			for n.Kind() == "nested_identifier" {
				n = n.Get("object")
			}
			names = append(names, n.Text())
		}
	case "import_alias":
		names = append(names, d.At(0).Text())
	}
	return names
}

// enumDecl lowers an enum to an object.
func (l *lowerer) enumDecl(n syntax.Node) []ir.Stmt {
	if !n.Get("name").OK() {
		return nil
	}
	o := &ir.Object{Pos: pos(n)}
	next := int64(0)
	counting := true
	body := n.Get("body")
	for c := range body.Children() {
		key := c
		var value ir.Expr = &ir.Unknown{Pos: pos(c)}
		if c.Kind() == "enum_assignment" {
			key = c.Get("name")
			value = l.expr(c.Get("value"))
			counting = false
			if k, ok := value.(*ir.Const); ok {
				if i, ok := k.Value.(int64); ok {
					next, counting = i+1, true
				}
			}
		} else if counting {
			value = &ir.Const{Pos: pos(c), Value: next}
			next++
		}
		o.Fields = append(o.Fields, ir.Field{Key: l.key(key), Value: value})
	}
	return []ir.Stmt{assign(pos(n), l.name(n.Get("name")), o)}
}

// namespaceDecl lowers namespace A.B { export … } to objects with fields.
func (l *lowerer) namespaceDecl(n syntax.Node) (out []ir.Stmt) {
	name, body := n.Get("name"), n.Get("body")
	if !body.OK() || name.Kind() == "string" {
		return nil
	}
	var path []syntax.Node
	for name.Kind() == "nested_identifier" {
		path = append([]syntax.Node{name.Get("property")}, path...)
		name = name.Get("object")
	}
	p := pos(n)
	to := l.name(name)
	fresh := func(x ir.Expr) ir.Stmt { // namespaces may be opened again
		return assign(p, x, &ir.Logic{Pos: p, Op: "??", L: x, R: &ir.Object{Pos: p}})
	}
	out = append(out, fresh(to))
	for _, part := range path {
		to = &ir.Member{Pos: p, X: to, Name: part.Text()}
		out = append(out, fresh(to))
	}
	saved := l.namespace
	l.namespace = to
	l.block(func() {
		l.hoist(body, false)
		out = append(out, l.stmts(children(body))...)
	})
	l.namespace = saved
	return out
}
