package golang

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"reflect"
	"slices"
	"strconv"

	"rind/code/ir"
	"rind/rind"
)

// lower makes the module of a checked package.
func lower(p *Program, k *pkg) *ir.Module {
	l := &lowerer{program: p, pkg: k, names: map[types.Object]string{}, imports: map[string]string{}, methods: map[*types.TypeName][]*ast.FuncDecl{}}
	l.mod = &ir.Module{File: k.dir, Lang: ir.Go, Name: k.path, Broken: k.broken}
	fset := k.fset
	l.mod.Place = func(p ir.Pos) rind.Span {
		start, end := fset.Position(token.Pos(p.Start)), fset.Position(token.Pos(p.End))
		return rind.Span{
			File: start.Filename, Line: int32(start.Line), Column: int32(start.Column),
			EndLine: int32(end.Line), EndColumn: int32(end.Column),
		}
	}
	l.init = &scope{fn: &ir.Func{Module: l.mod}, used: map[string]bool{}}
	l.mod.Init = l.init.fn
	if k.types == nil {
		return l.mod
	}
	// Names of the package go first, so that nothing else takes them.
	for _, name := range k.types.Scope().Names() {
		l.nameOf(l.init, k.types.Scope().Lookup(name))
	}
	funcs := l.funcs()
	// Functions go first: they need nothing to be there before, and they are
	// known even if what follows cannot be followed to its end.
	var first, body []ir.Stmt
	first = append(first, l.classes()...)
	for _, d := range funcs {
		if d.Recv == nil && d.Name.Name != "init" && d.Name.Name != "_" {
			first = append(first, l.set(l.init, l.define(l.init, d.Name), l.funcDecl(d, ""), l.pos(d)))
		}
	}
	body = append(body, l.variables()...)
	for _, d := range funcs {
		if d.Recv == nil && d.Name.Name == "init" {
			pos := l.pos(d)
			body = append(body, &ir.Do{Pos: pos, X: &ir.Call{Pos: pos, Fn: l.funcDecl(d, "")}})
		}
	}
	l.mod.Init.Body = slices.Concat(first, l.importStmts(), body)
	slices.SortStableFunc(l.mod.Funcs, func(a, b *ir.Func) int { return int(a.Pos.Start) - int(b.Pos.Start) })
	return l.mod
}

// funcs lists all functions and methods in source order, and sorts the
// methods by type.
func (l *lowerer) funcs() []*ast.FuncDecl {
	var out []*ast.FuncDecl
	for _, f := range l.files {
		for _, d := range f.Decls {
			d, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			out = append(out, d)
			if m, ok := l.info.Defs[d.Name].(*types.Func); ok && d.Recv != nil {
				if n := l.receiverType(m); n != nil {
					l.methods[n.Obj()] = append(l.methods[n.Obj()], d)
				}
			}
		}
	}
	return out
}

// importStmts assigns every import to its variable, also those that are only
// imported for what their loading does.
func (l *lowerer) importStmts() []ir.Stmt {
	all := map[string]ir.Pos{}
	for _, f := range l.files {
		for _, s := range f.Imports {
			if p, err := strconv.Unquote(s.Path.Value); err == nil {
				if _, ok := all[p]; !ok {
					all[p] = l.pos(s)
				}
			}
		}
	}
	for _, p := range l.order {
		if _, ok := all[p]; !ok {
			all[p] = ir.Pos{}
		}
	}
	var out []ir.Stmt
	for _, p := range slices.Sorted(maps.Keys(all)) {
		pos := all[p]
		named := l.foreignPath(p)
		l.mod.Imports = append(l.mod.Imports, named)
		x := &ir.Import{Pos: pos, Path: named}
		if name, ok := l.imports[p]; ok {
			out = append(out, l.set(l.init, name, x, pos))
		} else {
			out = append(out, &ir.Do{Pos: pos, X: x})
		}
	}
	return out
}

// classes assigns the package's named types.
func (l *lowerer) classes() []ir.Stmt {
	var out []ir.Stmt
	for _, f := range l.files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				if s, ok := s.(*ast.TypeSpec); ok && s.Name.Name != "_" {
					name := l.define(l.init, s.Name)
					out = append(out, l.set(l.init, name, l.class(l.init, s), l.pos(s)))
				}
			}
		}
	}
	return out
}

// class lowers a type declaration.
func (l *lowerer) class(s *scope, spec *ast.TypeSpec) ir.Expr {
	pos := l.pos(spec)
	obj, _ := l.info.Defs[spec.Name].(*types.TypeName)
	if spec.Assign.IsValid() { // an alias
		return l.expr(s, spec.Type)
	}
	c := &ir.Class{Pos: pos, Name: l.mod.Name + "." + spec.Name.Name}
	if obj == nil {
		return c
	}
	if st := structOf(obj.Type()); st != nil {
		l.fields(c, st, pos)
	}
	for _, d := range l.methods[obj] {
		c.Members = append(c.Members, ir.ClassMember{Name: d.Name.Name, Value: l.funcDecl(d, spec.Name.Name), Pos: l.pos(d)})
	}
	l.promoted(s, c, obj, pos)
	c.Interfaces = append(c.Interfaces, l.interfaces(obj)...)
	return c
}

// fields lists a struct's fields; those of embedded structs belong to it.
func (l *lowerer) fields(c *ir.Class, st *types.Struct, pos ir.Pos) {
	for i := range st.NumFields() {
		f := st.Field(i)
		if f.Embedded() {
			if name := l.foreignType(f.Type()); name != "" {
				c.Interfaces = append(c.Interfaces, name)
			}
		}
		if flat(st, i) {
			if inner := structOf(f.Type()); inner != nil && len(c.Members) < 1000 && !recursive(f, c) {
				l.fields(c, inner, pos)
			}
			continue
		}
		m := ir.ClassMember{Name: fieldName(st, i), Type: l.typeName(f.Type()), Pos: pos}
		m.Tags = tags(st.Tag(i))
		c.Members = append(c.Members, m)
	}
}

// recursive reports whether the embedded type is the class itself: *T in T.
func recursive(f *types.Var, c *ir.Class) bool {
	n, ok := deref(f.Type()).(*types.Named)
	return !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path()+"."+n.Obj().Name() == c.Name
}

// tags splits a struct tag into its entries: `json:"name,omitempty"`.
func tags(tag string) []string {
	var out []string
	for _, key := range []string{"json", "dynamodbav", "form", "query", "uri", "param", "validate", "binding", "xml", "yaml", "bson", "db"} {
		if v, ok := reflect.StructTag(tag).Lookup(key); ok {
			out = append(out, key+":"+strconv.Quote(v))
		}
	}
	return out
}

// promoted adds the methods that a type has from those embedded in it.
func (l *lowerer) promoted(s *scope, c *ir.Class, obj *types.TypeName, pos ir.Pos) {
	if types.IsInterface(obj.Type()) {
		return
	}
	set := types.NewMethodSet(types.NewPointer(obj.Type()))
	for i := range set.Len() {
		sel := set.At(i)
		m, ok := sel.Obj().(*types.Func)
		index := sel.Index()
		if !ok || len(index) < 2 || i > 500 {
			continue
		}
		f, inner := l.newFunc(s, m.Name(), pos)
		f.Class = obj.Name()
		self := inner.declare("self")
		args := inner.declare("args")
		f.Params = []ir.Param{{Name: self, Type: c.Name, Pos: pos}, {Name: args, Rest: true, Pos: pos}}
		recv := l.follow(&ir.Var{Pos: pos, Name: self}, obj.Type(), index[:len(index)-1], pos)
		call := &ir.Call{Pos: pos, Args: []ir.Arg{{Value: &ir.Var{Pos: pos, Name: args}, Spread: true}}}
		if l.static(m) {
			call.Fn = l.methodOf(inner, m, pos)
			call.Args = append([]ir.Arg{{Value: recv}}, call.Args...)
		} else {
			call.Fn = &ir.Member{Pos: pos, X: recv, Name: m.Name()}
		}
		f.Body = []ir.Stmt{&ir.Return{Pos: pos, X: call}}
		c.Members = append(c.Members, ir.ClassMember{Name: m.Name(), Value: &ir.Lambda{Pos: pos, Func: f}, Pos: pos})
	}
}

// interfaces are the names of the app's interfaces that a type implements, as
// far as its package knows them.
func (l *lowerer) interfaces(obj *types.TypeName) []string {
	if types.IsInterface(obj.Type()) || isGeneric(obj) {
		return nil
	}
	var out []string
	ptr := types.NewPointer(obj.Type())
	if types.NewMethodSet(ptr).Len() == 0 {
		return nil
	}
	for _, k := range append([]*types.Package{l.types}, l.types.Imports()...) {
		if !l.own(k) {
			continue
		}
		for _, name := range k.Scope().Names() {
			t, ok := k.Scope().Lookup(name).(*types.TypeName)
			if !ok || isGeneric(t) {
				continue
			}
			i, ok := t.Type().Underlying().(*types.Interface)
			if ok && i.NumMethods() > 0 && types.Implements(ptr, i) {
				out = append(out, k.Path()+"."+name)
			}
		}
	}
	return out
}

func isGeneric(obj *types.TypeName) bool {
	n, ok := obj.Type().(*types.Named)
	return ok && n.TypeParams().Len() > 0
}

// variables assigns the package's variables and the constants that go/types
// could not work out, in the order in which Go does.
func (l *lowerer) variables() []ir.Stmt {
	var out []ir.Stmt
	type decl struct {
		spec *ast.ValueSpec
		tok  token.Token
	}
	specs := map[types.Object]decl{}
	var all []decl
	for _, f := range l.files {
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && (g.Tok == token.VAR || g.Tok == token.CONST) {
				for _, s := range g.Specs {
					if s, ok := s.(*ast.ValueSpec); ok {
						all = append(all, decl{s, g.Tok})
						for _, id := range s.Names {
							specs[l.info.Defs[id]] = decl{s, g.Tok}
						}
					}
				}
			}
		}
	}
	done := map[*ast.ValueSpec]bool{}
	add := func(d decl) {
		if d.spec == nil || done[d.spec] {
			return
		}
		done[d.spec] = true
		if d.tok == token.CONST {
			out = append(out, l.constSpec(l.init, d.spec)...)
		} else {
			out = append(out, l.varSpec(l.init, d.spec)...)
		}
	}
	for _, d := range all { // constants, and variables without a value
		if d.tok == token.CONST || len(d.spec.Values) == 0 {
			add(d)
		}
	}
	for _, i := range l.info.InitOrder {
		for _, v := range i.Lhs {
			add(specs[v])
		}
	}
	for _, d := range all {
		add(d)
	}
	return out
}

// known reports whether go/types knows the constant's value.
func known(c *types.Const) bool { return c.Val() != nil && c.Val().Kind() != 0 }

// Candidates lists the folders, below that of a go.mod file that declares the
// module, in which a package of the app may lie. It is empty if the import is
// of another module.
func Candidates(modulePath, importPath string) (folder string, ok bool) {
	if modulePath == "" {
		return "", false
	}
	if importPath == modulePath {
		return ".", true
	}
	rest, ok := cutPrefix(importPath, modulePath+"/")
	if !ok {
		return "", false
	}
	return path.Clean(rest), true
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return "", false
}
