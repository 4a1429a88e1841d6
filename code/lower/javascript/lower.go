// Package javascript lowers JavaScript and TypeScript to package ir. In goes
// one file's text, out comes an [ir.Module]. It never runs or resolves
// anything, never fails on broken text, and drops types but for the names
// that tell what an outside value is.
//
// # Modules
//
// ES modules and CommonJS share one form. Every module declares a variable
// "module", an object with the field "exports", and an import of the module
// yields that field:
//
//	exports.x = f, export const x = f        module.exports.x = f
//	module.exports = f, export = f           module.exports = f
//	export default f                         module.exports.default = f
//	export * from "./y"                      module.exports = {...module.exports, ...import "./y"}
//	const x = require("y"), import * as x    x = import "y"
//	import {a as b} from "y"                 b = (import "y").a
//	import x from "y"                        x = (import "y").default
//
// A default import of a CommonJS module yields all of module.exports, so
// whoever reads Member{X: a module's exports, Name: "default"} and finds no
// such field takes X itself. The same holds outside of the app: the name of
// (import "axios").default is "axios". The prefix "node:" is dropped from
// paths. Imports run before the rest of the module, as ES modules do it.
//
// # Conventions
//
//   - "super" is a free variable: super(…) calls the constructor of the base,
//     super.m(…) its method, both with the receiver at hand.
//   - Instance fields are assigned at the beginning of the constructor, which
//     is made up if there is none. Members hold only methods, static fields
//     and, without a value, fields that have a declared type.
//   - Private names keep their "#".
//   - Regular expressions are calls: /a/i is new RegExp("a", "i").
//   - JSX is a call of (import "react").createElement.
//   - A tagged template is a call with an array of the strings and the values.
//   - new Promise(f) calls f with a function that keeps the value.
//   - "arguments" is an array of the parameters and of a rest parameter.
//   - Decorators are called behind their class: a class's with the class, a
//     method's with the class, the name and {value: the method of a new
//     instance}. A parameter's gives the default: @Body() x becomes
//     x = x ?? Body().
//   - globalThis.x and global.x are x; undefined is nil.
//   - The helpers of transpilers (__importDefault, __awaiter …) disappear.
//
// Types name what is imported: APIGatewayProxyEvent of "aws-lambda" is
// "aws-lambda.APIGatewayProxyEvent", Db of "./db" is "./db.Db", a class of the
// same file its bare name. Type arguments are kept. Unions stand for their
// first named member.
package javascript

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
	"rind/rind"
)

// Extensions are the file names' endings that Lower takes.
var Extensions = []string{".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"}

// maxDepth limits how deep expressions are followed; below it they are
// Unknown. Written code stays under a hundred, long chains of "+" do not.
const maxDepth = 800

// Lower lowers a file; its name tells the grammar. Errors are those of
// [syntax.Parse] and of the endings of other languages.
func Lower(file string, src []byte) (*ir.Module, error) {
	tree, err := parse(file, src)
	if err != nil {
		return nil, err
	}
	mod := &ir.Module{File: file, Lang: ir.JavaScript, Broken: tree.Errors, Place: placer(file, src)}
	l := &lowerer{mod: mod, types: map[string]string{}, aliases: map[string]syntax.Node{}, classes: map[string]bool{}}
	l.module(tree.Root())
	return mod, nil
}

// parse picks the grammar. Plain .js may hold Flow's types or JSX with types:
// where the JavaScript grammar stumbles, TSX may read on.
func parse(file string, src []byte) (*syntax.Tree, error) {
	if strings.HasSuffix(file, ".d.ts") {
		src = nil // declarations only: nothing runs
	}
	switch path.Ext(file) {
	case ".ts", ".mts", ".cts":
		return syntax.Parse(syntax.TypeScript, src)
	case ".tsx":
		return syntax.Parse(syntax.TSX, src)
	case ".js", ".mjs", ".cjs", ".jsx":
		tree, err := syntax.Parse(syntax.JavaScript, src)
		if err != nil || tree.Errors == 0 {
			return tree, err
		}
		if other, err := syntax.Parse(syntax.TSX, src); err == nil && other.Errors < tree.Errors {
			return other, nil
		}
		return tree, nil
	}
	return nil, fmt.Errorf("%s is not JavaScript or TypeScript", file)
}

// placer turns offsets into spans without keeping the tree.
func placer(file string, src []byte) func(ir.Pos) rind.Span {
	lines := []uint32{0}
	for i, c := range src {
		if c == '\n' {
			lines = append(lines, uint32(i+1))
		}
	}
	at := func(offset uint32) (int32, int32) {
		i := sort.Search(len(lines), func(i int) bool { return lines[i] > offset }) - 1
		return int32(i + 1), int32(offset-lines[i]) + 1
	}
	return func(p ir.Pos) rind.Span {
		s := rind.Span{File: file}
		s.Line, s.Column = at(p.Start)
		s.EndLine, s.EndColumn = at(p.End)
		return s
	}
}

// A lowerer is the state of one file.
type lowerer struct {
	mod   *ir.Module
	fn    *function
	scope *scope
	depth int
	// types maps the local names of imports to what they name; aliases hold
	// the types that the file itself gives a name, classes its classes.
	types   map[string]string
	aliases map[string]syntax.Node
	classes map[string]bool
	// tail are the exports that wait for the end of the module.
	tail []ir.Stmt
	// targets are the statements that a break may leave, innermost last.
	targets []*target
	// namespace is what "export" assigns to inside of a TypeScript
	// namespace; nil for the module's exports.
	namespace ir.Expr
}

// module lowers the whole file.
func (l *lowerer) module(root syntax.Node) {
	init := &ir.Func{Module: l.mod, Pos: pos(root)}
	l.mod.Init = init
	l.enter(init, true)
	defer l.leave()
	p := ir.Pos{Start: root.Start(), End: root.Start()}
	l.scope.names["module"] = "module"
	l.fn.add("module")
	for c := range root.Children() {
		l.collectTypes(c)
	}
	l.hoist(root, true)
	init.Body = []ir.Stmt{assign(p, &ir.Var{Pos: p, Name: "module"}, &ir.Object{Pos: p, Fields: []ir.Field{{Key: str(p, "exports"), Value: &ir.Object{Pos: p}}}})}
	var imports, rest []syntax.Node
	for c := range root.Children() {
		if c.Kind() == "import_statement" {
			imports = append(imports, c)
		} else {
			rest = append(rest, c)
		}
	}
	for _, c := range imports {
		init.Body = append(init.Body, l.stmt(c)...)
	}
	init.Body = append(init.Body, l.stmts(rest)...)
	init.Body = append(init.Body, l.tail...)
	l.mod.Exports = exports(p)
}

// exports is the expression that every export hangs on.
func exports(p ir.Pos) ir.Expr {
	return &ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: "module"}, Name: "exports"}
}

// pos is a node's place.
func pos(n syntax.Node) ir.Pos { return ir.Pos{Start: n.Start(), End: n.End()} }

func str(p ir.Pos, s string) ir.Expr { return &ir.Const{Pos: p, Value: s} }

func undefined(p ir.Pos) ir.Expr { return &ir.Const{Pos: p} }

func assign(p ir.Pos, to, value ir.Expr) ir.Stmt {
	return &ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: to, Value: value}}
}

func args(values ...ir.Expr) []ir.Arg {
	out := make([]ir.Arg, len(values))
	for i, v := range values {
		out[i].Value = v
	}
	return out
}

// children are a node's named children without comments.
func children(n syntax.Node) (out []syntax.Node) {
	for c := range n.Children() {
		out = append(out, c)
	}
	return out
}
