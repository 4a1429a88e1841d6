package golang

import (
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"strings"

	"rind/code/ir"
)

// typeName is the full name of a type with pointers dropped:
// "database/sql.DB", "string"; "" if it has none.
func (l *lowerer) typeName(t types.Type) string {
	return l.typeNameAt(t, 0)
}

func (l *lowerer) typeNameAt(t types.Type, depth int) string {
	if t == nil || depth > 8 {
		return ""
	}
	switch t := deref(t).(type) {
	case *types.Basic:
		if t.Kind() == types.Invalid || t.Info()&types.IsUntyped != 0 {
			return ""
		}
		return t.Name()
	case *types.Named:
		obj := t.Obj()
		if obj.Pkg() == nil {
			return obj.Name()
		}
		name := l.foreignPath(obj.Pkg().Path()) + "." + obj.Name()
		var args []string
		for a := range t.TypeArgs().Types() {
			args = append(args, l.typeNameAt(a, depth+1))
		}
		if strings.Join(args, "") != "" {
			name += "<" + strings.Join(args, ",") + ">"
		}
		return name
	}
	return ""
}

// deref drops aliases and pointers.
func deref(t types.Type) types.Type {
	for range 8 {
		t = types.Unalias(t)
		p, ok := t.(*types.Pointer)
		if !ok {
			return t
		}
		t = p.Elem()
	}
	return t
}

// typeOf is the static type of an expression, nil if unknown.
func (l *lowerer) typeOf(e ast.Expr) types.Type {
	t := l.info.TypeOf(e)
	if t == nil || t == types.Typ[types.Invalid] {
		return nil
	}
	return t
}

// named is the app's own named type behind pointers, or nil.
func (l *lowerer) named(t types.Type) *types.Named {
	if t == nil {
		return nil
	}
	n, _ := deref(t).(*types.Named)
	if n == nil || n.Obj().Pkg() == nil || !l.own(n.Obj().Pkg()) {
		return nil
	}
	return n.Origin()
}

// own reports whether the package is of the app and its source is known.
func (l *lowerer) own(k *types.Package) bool {
	return k == l.types || l.program.packages[k.Path()] != nil
}

// foreignType is the name of a type of which only its name, or its fields,
// are known; "" for others.
func (l *lowerer) foreignType(t types.Type) string {
	if t == nil {
		return ""
	}
	n, _ := deref(t).(*types.Named)
	if n == nil || n.Obj().Pkg() == nil || l.own(n.Obj().Pkg()) {
		return ""
	}
	return l.typeName(n)
}

// structOf is the struct that a type is, nil if none or unknown.
func structOf(t types.Type) *types.Struct {
	if t == nil {
		return nil
	}
	s, _ := deref(t).Underlying().(*types.Struct)
	return s
}

// fieldName is the name that a struct's field has in package ir: that of its
// JSON form where a tag gives one, else of another text form.
func fieldName(s *types.Struct, i int) string {
	tag := reflect.StructTag(s.Tag(i))
	for _, key := range []string{"json", "dynamodbav", "form", "query", "param", "uri", "schema", "yaml", "bson", "db", "xml"} {
		name, _, _ := strings.Cut(tag.Get(key), ",")
		if key == "xml" {
			name = strings.TrimSuffix(name[strings.LastIndexAny(name, " >")+1:], ">")
		}
		if name != "" && name != "-" {
			return name
		}
	}
	return s.Field(i).Name()
}

// flat reports whether a field is an embedded struct whose fields belong to
// the outer one.
func flat(s *types.Struct, i int) bool {
	f := s.Field(i)
	if !f.Embedded() || fieldName(s, i) != f.Name() {
		return false
	}
	n, ok := deref(f.Type()).(*types.Named)
	return ok && structOf(n) != nil
}

// constValue lowers a constant of go/types.
func constValue(v constant.Value, pos ir.Pos) ir.Expr {
	switch v.Kind() {
	case constant.Bool:
		return &ir.Const{Pos: pos, Value: constant.BoolVal(v)}
	case constant.String:
		return &ir.Const{Pos: pos, Value: constant.StringVal(v)}
	case constant.Int:
		if n, exact := constant.Int64Val(v); exact {
			return &ir.Const{Pos: pos, Value: n}
		}
	case constant.Float:
		f, _ := constant.Float64Val(v)
		return &ir.Const{Pos: pos, Value: f}
	}
	return &ir.Unknown{Pos: pos}
}

// harmless reports whether values of the type can hold no attack: numbers
// and booleans, but not bytes and runes, of which strings are made.
func harmless(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := deref(t).Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsNumeric|types.IsBoolean) != 0 && b.Kind() != types.Uint8 && b.Kind() != types.Int32
}

// isStatus reports whether a result of this type and variable name tells only
// how a call went: an error, or a flag.
func isStatus(t types.Type, name string) bool {
	if t != nil {
		if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() == nil && n.Obj().Name() == "error" {
			return true
		}
		b, ok := t.Underlying().(*types.Basic)
		return ok && b.Info()&types.IsBoolean != 0
	}
	name = strings.ToLower(name)
	return name == "ok" || name == "found" || name == "exists" || name == "_" ||
		strings.HasPrefix(name, "err") || strings.HasSuffix(name, "err") || strings.HasSuffix(name, "error")
}

// zero is the value of a variable that is declared without one.
func (l *lowerer) zero(s *scope, t types.Type, pos ir.Pos) ir.Expr {
	if t == nil {
		return &ir.Const{Pos: pos}
	}
	if name := l.foreignType(t); name != "" {
		if _, pointer := types.Unalias(t).(*types.Pointer); pointer {
			return &ir.Typed{Pos: pos, X: &ir.Unknown{Pos: pos}, Type: name}
		}
		return &ir.Object{Pos: pos, Type: name}
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return &ir.Const{Pos: pos, Value: ""}
		case u.Info()&types.IsBoolean != 0:
			return &ir.Const{Pos: pos, Value: false}
		case u.Info()&types.IsNumeric != 0:
			return &ir.Const{Pos: pos, Value: int64(0)}
		}
	case *types.Struct:
		return l.instance(s, t, pos)
	case *types.Array:
		return &ir.Array{Pos: pos}
	}
	return &ir.Const{Pos: pos}
}

// instance is an object of a struct type without fields set.
func (l *lowerer) instance(s *scope, t types.Type, pos ir.Pos) *ir.Object {
	o := &ir.Object{Pos: pos}
	if n, ok := deref(t).(*types.Named); ok && n.Obj().Pkg() != nil {
		if l.own(n.Obj().Pkg()) {
			o.Class = l.object(s, n.Obj(), pos)
		} else {
			o.Type = l.typeName(n)
		}
	}
	return o
}
