// Package java lowers Java source to package ir.
//
// In goes one file's text, out comes an [ir.Module]. Java is nominally typed
// and so is its library of models: the lowering resolves every name itself,
// by the rules of the language as far as one file and an [Index] of the app's
// types allow, and writes full names ("java.util.List<com.acme.Order>") into
// types, imports and annotations. What it lowers to:
//
//   - A top-level class is a variable of the module under its simple name,
//     nested classes are its static members. A type that the file does not
//     declare is an Import of its full name where it is used; the engine asks
//     the resolver for it, and names it so if the app does not have it.
//   - Fields have no values in Class: instance fields are set at the head of
//     every constructor, static ones by statements behind the class.
//   - Overloaded methods are several members of one name. Methods and fields
//     have names of their own: both may be there under one.
//   - Inner classes reach the outer instance through the field "this$0",
//     which is passed as a named argument; anonymous and local classes, and
//     lambdas, capture it as a name ("this·2").
//   - An anonymous class that only implements one functional interface of the
//     JDK is a Lambda: calling any method of a function means calling it.
//   - Lombok's annotations become the members that Lombok would make.
//   - Two tags are no annotations: "abstract" on a class, and "produces=…" on
//     a route, the media type of what it yields as it is written.
//   - T.class is the class itself; "new T(x)" is Call{New: true}.
//   - Labels are dropped: a break of an outer loop leaves the inner one, and
//     the code behind it counts as reachable.
//
// The lowering never fails on broken code: what does not fit is left out and
// counted in Module.Broken.
package java

import (
	"fmt"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
	"rind/rind"
)

// Lower lowers one file, knowing no other files of the app: types of the same
// package and of wildcard imports are guessed.
func Lower(file string, src []byte) (*ir.Module, error) { return LowerIn(file, src, nil) }

// LowerIn lowers one file of an app whose types are known by index; nil is an
// index of nothing. Errors are those of the parser: the text is too large or
// nested too deeply.
func LowerIn(file string, src []byte, index *Index) (*ir.Module, error) {
	tree, err := syntax.Parse(syntax.Java, src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	l := &lowerer{
		file: file, index: index, single: map[string]string{}, static: map[string]string{},
		classes: map[string]*class{}, imported: map[string]bool{},
	}
	l.mod = &ir.Module{
		File: file, Lang: ir.Java, Broken: tree.Errors,
		Place: func(p ir.Pos) rind.Span {
			s := rind.Span{File: file}
			s.Line, s.Column = tree.Line(p.Start)
			s.EndLine, s.EndColumn = tree.Line(p.End)
			return s
		},
	}
	l.file_(tree.Root())
	return l.mod, nil
}

// A lowerer holds what is known while one file is lowered.
type lowerer struct {
	file  string
	index *Index
	mod   *ir.Module

	single     map[string]string // imported types: simple name to full name
	wild       []string          // packages and types imported with ".*"
	static     map[string]string // statically imported members: name to the type's full name
	staticWild []string
	classes    map[string]*class // of this file, by full name
	top        []*class
	imported   map[string]bool

	cls   *class // the class whose body is being lowered
	scope *scope
	temps int
}

// file_ lowers the whole file.
func (l *lowerer) file_(root syntax.Node) {
	init := &ir.Func{Module: l.mod, Pos: pos(root)}
	l.mod.Init = init
	l.mod.Funcs = append(l.mod.Funcs, init)
	l.scope = &scope{fn: init, static: true}
	var decls []*class
	var loose []syntax.Node
	for n := range root.Children() {
		switch n.Kind() {
		case "package_declaration":
			for c := range n.Children() {
				if k := c.Kind(); k == "scoped_identifier" || k == "identifier" {
					l.mod.Name = dotted(c)
				}
			}
		case "import_declaration":
			l.importDecl(n)
		case "class_declaration", "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration":
			decls = append(decls, l.declare(n, nil))
		case "module_declaration":
		default:
			loose = append(loose, n)
		}
	}
	// Files that are fragments (a method without its class) are read as the
	// body of one class.
	for _, n := range loose {
		if n.Kind() == "method_declaration" {
			decls = append(decls, l.declareLoose(root))
			loose = nil
			break
		}
	}
	l.top = decls
	for _, c := range decls {
		l.inherit(c)
	}
	for _, c := range decls {
		init.Body = append(init.Body, l.classDecl(c)...)
	}
	for _, n := range loose {
		init.Body = append(init.Body, l.stmt(n)...)
	}
}

func (l *lowerer) importDecl(n syntax.Node) {
	var name string
	var static, wild bool
	for c := range n.All() {
		switch c.Kind() {
		case "static":
			static = true
		case "asterisk":
			wild = true
		case "scoped_identifier", "identifier":
			name = dotted(c)
		}
	}
	at := strings.LastIndexByte(name, '.')
	switch {
	case name == "":
	case static && wild:
		l.staticWild = append(l.staticWild, name)
	case static && at > 0:
		l.static[name[at+1:]] = name[:at]
		// A static import may also mean a nested type.
		if _, ok := l.single[name[at+1:]]; !ok && isUpper(name[at+1:]) {
			l.single[name[at+1:]] = name
		}
	case wild:
		l.wild = append(l.wild, name)
	default:
		l.single[name[at+1:]] = name
	}
	if !wild {
		if static && at > 0 {
			name = name[:at]
		}
		l.note(name)
	}
}

// note adds an import path to the module's list.
func (l *lowerer) note(path string) {
	if !l.imported[path] {
		l.imported[path] = true
		l.mod.Imports = append(l.mod.Imports, path)
	}
}

// importOf is the expression for a type that the file does not declare.
func (l *lowerer) importOf(p ir.Pos, full string) ir.Expr {
	l.note(full)
	return &ir.Import{Pos: p, Path: full}
}

func pos(n syntax.Node) ir.Pos { return ir.Pos{Start: n.Start(), End: n.End()} }

// dotted is the text of a name without the blanks and comments it may hold.
func dotted(n syntax.Node) string {
	if n.Kind() == "identifier" || n.Kind() == "type_identifier" {
		return n.Text()
	}
	var parts []string
	for c := range n.Children() {
		switch c.Kind() {
		case "identifier", "type_identifier", "scoped_identifier", "scoped_type_identifier":
			parts = append(parts, dotted(c))
		case "generic_type":
			parts = append(parts, dotted(c.At(0)))
		}
	}
	return strings.Join(parts, ".")
}

// isUpper reports whether a name is written like a type's or a constant's.
func isUpper(name string) bool {
	return name != "" && name[0] >= 'A' && name[0] <= 'Z'
}

// isConstant reports whether a name is written like a constant's: MAX_SIZE.
func isConstant(name string) bool {
	return isUpper(name) && len(name) > 1 && strings.ToUpper(name) == name
}
