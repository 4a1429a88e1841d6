package flow

import (
	"strings"

	"rind/code/ir"
)

// This file takes declared types into account.

// typed gives v the declared type where nothing better is known.
func (e *engine) typed(v *Value, typ string, fr *frame, pos ir.Pos) *Value {
	if typ != "" && isJava(fr) {
		return e.javaTyped(v, typ, fr, pos)
	}
	if typ == "" || len(v.objs) > 0 || len(v.funcs) > 0 || len(v.outs) > 0 || v.known() {
		return v
	}
	base, _, _ := strings.Cut(typ, "<")
	if plainTypes[base] {
		// Python's and TypeScript's annotations promise nothing at run time.
		if l := fr.fn.Module.Lang; numericTypes[base] && (l == ir.Java || l == ir.Go) {
			return number
		}
		return v
	}
	if c := e.appClass(base, fr); c != 0 {
		if len(v.taints) > 0 && fr.fn.Module.Lang == ir.Python && strings.HasSuffix(e.outsideBase(c, 0), "BaseModel") {
			// Only a validated model gets there: its numbers are numbers.
			return e.instantiate(c, []argument{{value: v, spread: true, keyword: true}}, fr, pos)
		}
		id, w := e.newObject(isInstance, "", fr, pos)
		e.objs[id].class = c
		if len(v.taints) == 0 {
			e.instanceFields(c, w, 0)
		}
		return w.withTaints(v.taints)
	}
	if len(v.taints) > 0 { // data keeps being data: its members are looked up by path
		if fr.fn.Module.Lang == ir.Go {
			return v.with(func(w *Value) { w.typ = base })
		}
		return v
	}
	w := e.outsideObject(base, fr, pos)
	return w
}

// appClass finds a class of the app by its full name; 0 if there is none.
func (e *engine) appClass(name string, fr *frame) int32 {
	if e.opt.Resolver == nil {
		return 0
	}
	var v *Value
	switch fr.fn.Module.Lang {
	case ir.Java:
		m := e.resolve(fr.fn.Module, name)
		if m == nil {
			return 0
		}
		e.load(m)
		v = e.classIn(m, name)
	case ir.Go:
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			return 0
		}
		m := e.resolve(fr.fn.Module, name[:i])
		if m == nil {
			return 0
		}
		e.load(m)
		v = e.st.get(loc{e.modules[m].scope, name[i+1:]})
	default:
		i := strings.LastIndexByte(name, '.')
		if i < 0 {
			v = e.lookup(name, fr)
		} else if m := e.resolve(fr.fn.Module, name[:i]); m != nil {
			v = e.member(e.load(m), name[i+1:], fr, ir.Pos{})
		}
	}
	if v == nil {
		return 0
	}
	for _, id := range v.objs {
		if e.objs[id].kind == isClass {
			return id
		}
	}
	return 0
}

// classIn finds the class that a Java module declares under a full name,
// nested ones included.
func (e *engine) classIn(m *ir.Module, name string) *Value {
	l := e.modules[m]
	if l == nil {
		return nil
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(name, m.Name), ".")
	var v *Value
	for i, part := range strings.FieldsFunc(rest, func(r rune) bool { return r == '.' || r == '$' }) {
		if i == 0 {
			v = e.st.get(loc{l.scope, part})
		} else if v != nil && len(v.objs) > 0 {
			v = e.field(v.objs[0], part)
		}
	}
	return v
}

// plainTypes are declared types that name no methods of interest, so that a
// value keeps what is known of it. Numbers and the like cannot carry an
// attack.
var plainTypes = set("string", "str", "String", "java.lang.String", "any", "unknown", "object", "Object", "java.lang.Object",
	"interface{}", "error", "bytes", "[]byte", "dict", "list", "Array", "Record", "Map", "java.util.Map", "java.util.List",
	"java.util.HashMap", "typing.Any", "typing.Dict", "typing.List", "map", "Promise", "java.lang.CharSequence",
	"int", "long", "short", "byte", "double", "float", "boolean", "bool", "number", "char", "int64", "int32", "uint64", "uint32",
	"float64", "float32", "uint", "int8", "uint8", "int16", "uint16", "rune",
	"java.lang.Integer", "java.lang.Long", "java.lang.Double", "java.lang.Float", "java.lang.Boolean", "java.lang.Short",
	"java.math.BigDecimal", "java.math.BigInteger", "decimal.Decimal", "java.util.UUID", "uuid.UUID")

var numericTypes = set("int", "long", "short", "double", "float", "boolean", "bool", "number", "int64", "int32", "uint64", "uint32",
	"float64", "float32", "uint", "int8", "int16", "uint16", "java.lang.Integer", "java.lang.Long", "java.lang.Double",
	"java.lang.Float", "java.lang.Boolean", "java.lang.Short", "java.math.BigDecimal", "java.math.BigInteger", "decimal.Decimal",
	"java.util.UUID", "uuid.UUID")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
