package python

import (
	"maps"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// A recordKind is how a class gets its constructor.
type recordKind uint8

const (
	notRecord   recordKind = iota
	plain                  // data classes, attrs, named tuples: fields are set
	validated              // pydantic: fields are checked against their types
	enumeration            // enums: calling one looks a constant up
)

// A field is a field of a data class.
type field struct {
	name, alias, typ string
	value            ir.Expr // default, or nil
	pos              ir.Pos
}

func (c *classBody) setField(f field) {
	for i := range c.fields {
		if c.fields[i].name == f.name {
			c.fields[i] = f
			return
		}
	}
	c.fields = append(c.fields, f)
}

func isRecordDecorator(full string) bool {
	switch full[strings.LastIndexByte(full, '.')+1:] {
	case "dataclass", "define", "frozen", "attrs", "mutable", "dataclass_json", "total_ordering", "final":
		return true
	}
	return full == "attr.s" || full == "enum.unique"
}

func baseNames(n syntax.Node) (names []string) {
	for c := range n.Get("superclasses").Children() {
		if k := c.Kind(); k == "identifier" || k == "attribute" || k == "subscript" {
			if k == "subscript" {
				c = c.Get("value")
			}
			names = append(names, c.Text())
		}
	}
	return names
}

func (l *lowerer) recordKindOf(n syntax.Node, decorators []syntax.Node) recordKind {
	kind := notRecord
	for _, b := range baseNames(n) {
		full := l.nameOf(b)
		switch full[strings.LastIndexByte(full, '.')+1:] {
		case "BaseModel", "SQLModel", "BaseSettings", "GenericModel", "RootModel":
			kind = validated
		case "NamedTuple", "TypedDict", "Struct":
			kind = plain
		case "Enum", "IntEnum", "StrEnum":
			kind = enumeration
		default:
			kind = max(kind, l.kinds[b])
		}
	}
	for _, d := range decorators {
		full := l.decoratorName(d)
		switch {
		case !isRecordDecorator(full) || strings.HasSuffix(full, "total_ordering") || strings.HasSuffix(full, "final"):
		case strings.HasPrefix(full, "pydantic"):
			kind = validated
		case kind == notRecord && full != "enum.unique":
			kind = plain
		}
	}
	return kind
}

// fieldDefault is the default that a field's value means: field(default=x),
// Field(default_factory=list), Field(...).
func (l *lowerer) fieldDefault(n syntax.Node, f *field) ir.Expr {
	if n.Kind() != "call" {
		return l.expr(n)
	}
	switch name := l.fullName(n.Get("function")); name[strings.LastIndexByte(name, '.')+1:] {
	case "field", "Field", "ib", "attrib", "mapped_column":
	default:
		return l.expr(n)
	}
	var value ir.Expr
	p := pos(n)
	for i, a := range l.args(n.Get("arguments")) {
		switch a.Name {
		case "":
			if _, dots := a.Value.(*ir.Unknown); i == 0 && !dots {
				value = a.Value
			}
		case "default":
			value = a.Value
		case "default_factory", "factory":
			value = &ir.Call{Pos: p, Fn: a.Value}
		case "alias", "validation_alias":
			if c, ok := a.Value.(*ir.Const); ok {
				if s, ok := c.Value.(string); ok && s != "" {
					f.alias = s
				}
			}
		}
	}
	return value
}

// recordMembers are the constructor and other members that Python or a
// library gives a data class.
func (l *lowerer) recordMembers(p ir.Pos, cb *classBody) []ir.ClassMember {
	if cb.kind == notRecord {
		return nil
	}
	l.records[cb.name], l.kinds[cb.name] = cb.fields, cb.kind
	m := &maker{l: l, p: p, class: cb.name}
	var out []ir.ClassMember
	if !cb.has["__init__"] {
		out = append(out, m.constructor(cb))
	}
	if cb.kind == validated {
		for _, name := range []string{"model_validate", "parse_obj", "model_construct", "construct"} {
			out = append(out, m.fromDict(name, false))
		}
		for _, name := range []string{"model_validate_json", "parse_raw"} {
			out = append(out, m.fromDict(name, true))
		}
		for _, name := range []string{"model_dump", "dict", "copy", "model_copy"} {
			out = append(out, m.method(name, nil, m.self()))
		}
		dumps := &ir.Member{Pos: p, X: &ir.Import{Pos: p, Path: "json"}, Name: "dumps"}
		for _, name := range []string{"model_dump_json", "json"} {
			out = append(out, m.method(name, nil, m.call(dumps, m.self())))
		}
	}
	return slices.DeleteFunc(out, func(x ir.ClassMember) bool { return x.Name != "constructor" && cb.has[x.Name] })
}

// A maker makes the methods that are not written out.
type maker struct {
	l     *lowerer
	p     ir.Pos
	class string
}

func (m *maker) self() ir.Expr           { return &ir.Var{Pos: m.p, Name: "self"} }
func (m *maker) name(n string) *ir.Var   { return &ir.Var{Pos: m.p, Name: n} }
func (m *maker) do(x ir.Expr) *ir.Do     { return &ir.Do{Pos: m.p, X: x} }
func (m *maker) ret(x ir.Expr) []ir.Stmt { return []ir.Stmt{&ir.Return{Pos: m.p, X: x}} }

func (m *maker) call(fn ir.Expr, args ...ir.Expr) ir.Expr {
	c := &ir.Call{Pos: m.p, Fn: fn}
	for _, a := range args {
		c.Args = append(c.Args, ir.Arg{Value: a})
	}
	return c
}

func (m *maker) set(field string, x ir.Expr) ir.Stmt {
	return m.do(&ir.Assign{Pos: m.p, Target: &ir.Member{Pos: m.p, X: m.self(), Name: field}, Value: x})
}

func (m *maker) fn(name string, params []ir.Param, body []ir.Stmt) *ir.Lambda {
	f := &ir.Func{Name: name, Class: m.class, Params: params, Body: body, Module: m.l.mod, Pos: m.p}
	for _, p := range params {
		f.Vars = append(f.Vars, p.Name)
	}
	m.l.mod.Funcs = append(m.l.mod.Funcs, f)
	return &ir.Lambda{Pos: m.p, Func: f}
}

func (m *maker) method(name string, params []ir.Param, x ir.Expr) ir.ClassMember {
	params = append([]ir.Param{{Name: "self", Pos: m.p}}, params...)
	return ir.ClassMember{Name: name, Value: m.fn(name, params, m.ret(x)), Pos: m.p}
}

// fromDict is a class method that makes an instance of a dict or JSON text.
func (m *maker) fromDict(name string, json bool) ir.ClassMember {
	x := ir.Expr(m.name("obj"))
	if json {
		x = m.call(&ir.Member{Pos: m.p, X: &ir.Import{Pos: m.p, Path: "json"}, Name: "loads"}, x)
	}
	make := &ir.Call{Pos: m.p, Fn: m.name("cls"), Args: []ir.Arg{{Value: x, Spread: true, Named: true}}}
	fn := m.fn(name, []ir.Param{{Name: "cls", Pos: m.p}, {Name: "obj", Pos: m.p}}, m.ret(make))
	return ir.ClassMember{Name: name, Value: fn, Tags: []string{"classmethod"}, Pos: m.p}
}

func (m *maker) constructor(cb *classBody) ir.ClassMember {
	params := []ir.Param{{Name: "self", Pos: m.p}}
	var body []ir.Stmt
	if cb.kind == enumeration {
		params = append(params, ir.Param{Name: "value", Pos: m.p})
		body = append(body, m.set("value", &ir.Unknown{Pos: m.p}), m.set("name", &ir.Unknown{Pos: m.p}))
		return ir.ClassMember{Name: "constructor", Value: m.fn("__init__", params, body), Pos: m.p}
	}
	seen := map[string]bool{"self": true}
	for _, f := range cb.fields {
		if seen[f.alias] {
			continue
		}
		seen[f.alias] = true
		params = append(params, ir.Param{Name: f.alias, Type: f.typ, Default: f.value, Pos: f.pos})
		x := ir.Expr(m.name(f.alias))
		switch {
		case cb.kind != validated:
		case isNumeric(f.typ):
			x = m.call(m.name("int"), x)
		case m.l.kinds[f.typ] == enumeration:
			x = m.call(m.name(f.typ), x)
		case m.l.kinds[f.typ] == validated && f.typ != cb.name:
			x = &ir.Call{Pos: f.pos, Fn: m.name(f.typ), Args: []ir.Arg{{Value: x, Spread: true, Named: true}}}
		}
		body = append(body, m.set(f.name, x))
	}
	if cb.has["__post_init__"] {
		body = append(body, m.do(m.call(&ir.Member{Pos: m.p, X: m.self(), Name: "__post_init__"})))
	}
	return ir.ClassMember{Name: "constructor", Value: m.fn("__init__", params, body), Pos: m.p}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
