package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"

	"rind/code/ir"
)

// A lowerer lowers one package.
type lowerer struct {
	program *Program
	*pkg
	mod     *ir.Module
	init    *scope
	names   map[types.Object]string // of variables, functions and types, once used or declared
	imports map[string]string       // variable of every imported path
	order   []string                // imported paths in order of use
	methods map[*types.TypeName][]*ast.FuncDecl
}

// A scope is a function that is being lowered.
type scope struct {
	fn      *ir.Func
	parent  *scope
	used    map[string]bool
	results []*types.Var // named results, for a bare return
	temps   int
}

// taken reports whether a name means something in the function or around it.
func (s *scope) taken(name string) bool {
	for ; s != nil; s = s.parent {
		if s.used[name] {
			return true
		}
	}
	return false
}

// declare makes a variable of the function, renamed if the name is taken.
func (s *scope) declare(name string) string {
	unique := name
	for i := 2; s.taken(unique); i++ {
		unique = name + "·" + strconv.Itoa(i)
	}
	s.used[unique] = true
	s.fn.Vars = append(s.fn.Vars, unique)
	return unique
}

// temp makes a variable that the source does not have.
func (s *scope) temp() string {
	s.temps++
	return s.declare("·" + strconv.Itoa(s.temps))
}

// define declares the variable, function or type that an identifier defines.
func (l *lowerer) define(s *scope, id *ast.Ident) string {
	obj := l.info.Defs[id]
	if obj == nil {
		if obj = l.info.Uses[id]; obj == nil {
			return s.declare(id.Name)
		}
	}
	return l.nameOf(s, obj)
}

// nameOf is the variable of an object of this package, declared on first use.
func (l *lowerer) nameOf(s *scope, obj types.Object) string {
	if n, ok := l.names[obj]; ok {
		return n
	}
	if obj.Parent() == l.types.Scope() {
		s = l.init
	}
	n := s.declare(obj.Name())
	l.names[obj] = n
	return n
}

// ident lowers a name that is read.
func (l *lowerer) ident(s *scope, id *ast.Ident) ir.Expr {
	pos := l.pos(id)
	if id.Name == "_" {
		return &ir.Unknown{Pos: pos}
	}
	obj := l.info.Uses[id]
	if obj == nil {
		obj = l.info.Defs[id]
	}
	if obj == nil { // in a place that go/types gave up on
		if in := l.types.Scope().Innermost(id.Pos()); in != nil {
			_, obj = in.LookupParent(id.Name, id.Pos())
		}
	}
	switch obj := obj.(type) {
	case nil:
		if p := l.importNamed(id); p != "" {
			return l.imported(p, pos)
		}
		return l.fromDotImport(id)
	case *types.Nil:
		return &ir.Const{Pos: pos}
	case *types.Builtin:
		return &ir.Var{Pos: pos, Name: id.Name}
	case *types.PkgName:
		return l.imported(obj.Imported().Path(), pos)
	default:
		return l.object(s, obj, pos)
	}
}

// object lowers a reference to a variable, constant, function or type.
func (l *lowerer) object(s *scope, obj types.Object, pos ir.Pos) ir.Expr {
	switch {
	case obj.Pkg() == nil: // error, string, true
		return &ir.Var{Pos: pos, Name: obj.Name()}
	case obj.Pkg() == l.types:
		if v, ok := obj.(*types.Var); ok && v.IsField() {
			return &ir.Const{Pos: pos, Value: obj.Name()} // key of a struct literal
		}
		return &ir.Var{Pos: pos, Name: l.nameOf(s, obj)}
	default:
		return &ir.Member{Pos: pos, X: l.imported(obj.Pkg().Path(), pos), Name: obj.Name()}
	}
}

// imported reads the variable of an imported package.
func (l *lowerer) imported(importPath string, pos ir.Pos) ir.Expr {
	name, ok := l.imports[importPath]
	if !ok {
		name = l.init.declare(packageName(importPath))
		l.imports[importPath] = name
		l.order = append(l.order, importPath)
	}
	return &ir.Var{Pos: pos, Name: name}
}

// foreignPath is how the engine is to name a path that is not the app's.
func (l *lowerer) foreignPath(importPath string) string {
	if l.program.packages[importPath] != nil || sameModule(importPath, l.path) {
		return importPath
	}
	return unversioned(importPath)
}

// sameModule reports whether two paths begin with the same host, owner and
// repository, or with the same word where that is no host.
func sameModule(a, b string) bool {
	first := func(p string) string {
		parts := strings.SplitN(p, "/", 4)
		if !strings.Contains(parts[0], ".") {
			return parts[0]
		}
		return strings.Join(parts[:min(3, len(parts))], "/")
	}
	return first(a) == first(b)
}

// importNamed finds the import that an unknown name before a dot means, whose
// package has another name than its path tells: "aws-lambda-go-api-proxy/gin"
// is package ginadapter.
func (l *lowerer) importNamed(id *ast.Ident) string {
	f := l.fileOf(id.Pos())
	if f == nil {
		return ""
	}
	for _, s := range f.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil || s.Name != nil {
			continue
		}
		for dir := p; dir != "." && dir != "/"; dir = path.Dir(dir) {
			last := strings.Map(letters, path.Base(dir))
			if last != "" && (strings.Contains(last, id.Name) || len(last) > 2 && strings.Contains(id.Name, last)) {
				return p
			}
		}
	}
	return ""
}

func letters(r rune) rune {
	if r == '-' || r == '.' || r == '_' {
		return -1
	}
	return r
}

// fromDotImport lowers a name that nothing declares.
func (l *lowerer) fromDotImport(id *ast.Ident) ir.Expr {
	pos := l.pos(id)
	if f := l.fileOf(id.Pos()); f != nil && ast.IsExported(id.Name) {
		for _, s := range f.Imports {
			if p, err := strconv.Unquote(s.Path.Value); err == nil && s.Name != nil && s.Name.Name == "." {
				return &ir.Member{Pos: pos, X: l.imported(p, pos), Name: id.Name}
			}
		}
	}
	return &ir.Var{Pos: pos, Name: id.Name}
}

func (l *lowerer) fileOf(p token.Pos) *ast.File {
	for _, f := range l.files {
		if f.FileStart <= p && p <= f.FileEnd {
			return f
		}
	}
	return nil
}

// pos is the place of a node.
func (l *lowerer) pos(n ast.Node) ir.Pos {
	start, end := n.Pos(), n.End()
	if end < start {
		end = start
	}
	return ir.Pos{Start: uint32(start), End: uint32(end)}
}
