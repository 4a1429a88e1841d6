package golang

import (
	"go/ast"
	"go/types"

	"rind/code/ir"
)

// newFunc makes a function and its scope.
func (l *lowerer) newFunc(parent *scope, name string, pos ir.Pos) (*ir.Func, *scope) {
	f := &ir.Func{Name: name, Module: l.mod, Pos: pos}
	l.mod.Funcs = append(l.mod.Funcs, f)
	return f, &scope{fn: f, parent: parent, used: map[string]bool{}}
}

// funcDecl lowers a function or method of the package.
func (l *lowerer) funcDecl(d *ast.FuncDecl, class string) ir.Expr {
	f, s := l.newFunc(l.init, d.Name.Name, l.pos(d))
	f.Class = class
	if d.Recv != nil {
		l.params(s, d.Recv)
		if len(f.Params) == 0 {
			f.Params = []ir.Param{{Name: s.declare("self"), Pos: f.Pos}}
		}
		if f.Params[0].Type == "" && class != "" {
			f.Params[0].Type = l.mod.Name + "." + class
		}
	}
	l.function(s, d.Type, d.Body)
	return &ir.Lambda{Pos: f.Pos, Func: f}
}

func (l *lowerer) funcLit(parent *scope, e *ast.FuncLit) ir.Expr {
	f, s := l.newFunc(parent, "", l.pos(e))
	l.function(s, e.Type, e.Body)
	return &ir.Lambda{Pos: f.Pos, Func: f}
}

// function lowers parameters, results and body.
func (l *lowerer) function(s *scope, t *ast.FuncType, body *ast.BlockStmt) {
	l.params(s, t.Params)
	var first []ir.Stmt
	if t.Results != nil {
		for _, field := range t.Results.List {
			if s.fn.Result == "" {
				s.fn.Result = l.writtenType(field.Type)
			}
			for _, id := range field.Names {
				v, _ := l.info.Defs[id].(*types.Var)
				if v == nil {
					continue
				}
				s.results = append(s.results, v)
				name := l.nameOf(s, v)
				first = append(first, l.set(s, name, l.zero(s, v.Type(), l.pos(id)), l.pos(id)))
			}
		}
	}
	if body != nil {
		s.fn.Body = append(first, l.block(s, body.List, nothing)...)
	}
}

// params declares parameters. They keep their names: nothing else of that
// name is visible in the function before them.
func (l *lowerer) params(s *scope, list *ast.FieldList) {
	if list == nil {
		return
	}
	for _, field := range list.List {
		typ, rest := field.Type, false
		if e, ok := typ.(*ast.Ellipsis); ok {
			typ, rest = e.Elt, true
		}
		names := field.Names
		if len(names) == 0 {
			names = []*ast.Ident{ast.NewIdent("_")}
		}
		for _, id := range names {
			p := ir.Param{Name: id.Name, Type: l.writtenType(typ), Rest: rest, Pos: l.pos(field)}
			if id.Name == "_" || s.used[id.Name] {
				p.Name = s.declare("_")
			} else {
				s.used[id.Name] = true
				s.fn.Vars = append(s.fn.Vars, id.Name)
			}
			if obj := l.info.Defs[id]; obj != nil {
				l.names[obj] = p.Name
			}
			s.fn.Params = append(s.fn.Params, p)
		}
	}
}

func (l *lowerer) resultType(sig *types.Signature) string {
	if sig.Results().Len() == 0 {
		return ""
	}
	return l.typeName(sig.Results().At(0).Type())
}
