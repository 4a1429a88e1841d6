package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/model"
)

// This file is what Java does differently: fields and methods have names of
// their own, methods are overloaded, lambdas are called by the method of their
// interface, data is read through getters, and declared types can be relied on.

func isJava(fr *frame) bool {
	return fr != nil && fr.fn.Module != nil && fr.fn.Module.Lang == ir.Java
}

// javaMethod finds the app's methods of a name: never a field.
func (e *engine) javaMethod(recv *Value, name string, fr *frame, pos ir.Pos) *Value {
	out := none
	for _, id := range recv.objs {
		o := e.objs[id]
		var v *Value
		switch {
		case o.kind == isInstance && o.class != 0:
			v = e.classMember(o.class, name, &Value{objs: []int32{id}, taints: recv.taints}, fr, pos, 0)
		case o.kind == isClass:
			v = e.classMember(id, name, nil, fr, pos, 0)
			if v == nil && e.objs[id].decl != nil {
				if b := e.outsideBase(id, 0); b != "" {
					out = join(out, outside(b+"."+name))
				}
			}
		}
		if v != nil && len(v.funcs) > 0 {
			out = join(out, &Value{funcs: v.funcs})
		}
	}
	return out
}

// handlerMethod is the method of an instance of the class v, or nil. Of
// overloads the ones that the runtime would not choose are dropped: it takes
// the one with a context, and never a bridge that only calls it.
// https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html
func (e *engine) handlerMethod(v *Value, name string, fr *frame, pos ir.Pos) *Value {
	for _, id := range v.objs {
		if e.objs[id].kind != isClass {
			continue
		}
		this := none
		for _, k := range e.concrete(id, e.objs[id].typ, fr, !e.abstract(id)) {
			this = join(this, e.instance(k, fr))
		}
		m := e.javaMethod(this, name, fr, pos)
		if m.empty() {
			m = e.javaMethod(v, name, fr, pos)
		}
		if m.empty() {
			continue
		}
		most := 0
		for _, c := range m.funcs {
			most = max(most, len(c.fn.Params))
		}
		return m.with(func(w *Value) {
			w.funcs = slices.DeleteFunc(slices.Clone(m.funcs), func(c *closure) bool { return len(c.fn.Params) < most })
		})
	}
	return nil
}

// overload leaves of several methods of one name those that the arguments
// fit.
func (e *engine) overload(fn *Value, args []argument) *Value {
	n := 0
	for _, a := range args {
		if a.spread {
			return fn
		}
		if a.name == "" {
			n++
		}
	}
	var exact, open, typed []*closure
	for _, c := range fn.funcs {
		ps := c.fn.Params
		if k := len(ps); k > 0 && ps[k-1].Name == "this$0" {
			ps = ps[:k-1]
		}
		switch k := len(ps); {
		case k > 0 && ps[k-1].Rest:
			if n >= k-1 {
				open = append(open, c)
			}
		case k == n:
			exact = append(exact, c)
		}
	}
	if len(exact) == 0 {
		exact = open
	}
	for _, c := range exact {
		if e.fitsTypes(c.fn.Params, args) {
			typed = append(typed, c)
		}
	}
	if len(typed) > 0 {
		exact = typed
	}
	if len(exact) == 0 {
		return fn
	}
	return fn.with(func(w *Value) { w.funcs = exact })
}

// fitsTypes reports whether nothing that is known of the arguments speaks
// against the parameters' types.
func (e *engine) fitsTypes(params []ir.Param, args []argument) bool {
	i := 0
	for _, a := range args {
		if a.name != "" || i >= len(params) {
			continue
		}
		p := params[i]
		i++
		typ, _, _ := strings.Cut(p.Type, "<")
		if p.Rest || typ == "" {
			continue
		}
		text := typ == "java.lang.String" || typ == "java.lang.CharSequence"
		for _, c := range a.value.consts {
			switch c.(type) {
			case string:
				if numericTypes[typ] || strings.HasPrefix(typ, "java.util.") {
					return false
				}
			case int64, float64, bool:
				if text {
					return false
				}
			}
		}
		for _, id := range a.value.objs {
			o := e.objs[id]
			switch {
			case text || numericTypes[typ]:
				if o.kind != isInstance || o.class != 0 {
					return false
				}
			case o.kind == isInstance && o.class != 0:
				if !e.isSubclass(o.class, typ, 0) {
					return false
				}
			}
		}
		if len(a.value.funcs) > 0 && (text || numericTypes[typ]) {
			return false
		}
	}
	return true
}

// isSubclass reports whether a class of the app is, extends or implements the
// named type. What is not known counts as yes.
func (e *engine) isSubclass(class int32, typ string, depth int) bool {
	o := e.objs[class]
	if o.decl == nil || o.typ == typ || depth > 16 {
		return true
	}
	for _, b := range o.bases {
		if slices.Contains(b.outs, typ) {
			return true
		}
		for _, id := range b.objs {
			if e.isSubclass(id, typ, depth+1) {
				return true
			}
		}
	}
	return false
}

// javaCall is a method call whose meaning lies in the language or in the data
// at hand. False if it is an ordinary call.
func (e *engine) javaCall(fn, recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if len(recv.funcs) > 0 {
		return e.callLambda(recv, method, args, fr, pos), true
	}
	if fn.callable(e) {
		return nil, false
	}
	if v, ok := e.textBuilder(recv, method, args, fr, pos); ok {
		return v, true
	}
	if v, ok := e.javaCollection(recv, method, args, fr, pos); ok {
		return v, true
	}
	if len(recv.taints) > 0 {
		return e.dataCall(recv, method, args, fr, pos)
	}
	if name, ok := getterField(method); ok && len(args) == 0 {
		for _, id := range recv.objs {
			if o := e.objs[id]; o.kind == isInstance && e.field(id, name) != nil {
				return e.member(recv, name, fr, pos), true
			}
		}
	}
	return nil, false
}

// callLambda calls functions through their interface. Functions made of two
// are taken for either.
func (e *engine) callLambda(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) *Value {
	switch method {
	case "andThen", "compose", "and", "or", "thenComparing":
		if len(args) > 0 && len(args[0].value.funcs) > 0 {
			return join(recv, args[0].value)
		}
		return recv
	case "negate", "reversed", "getClass":
		return recv
	case "equals", "hashCode", "toString":
		return unknown
	}
	return e.call(&Value{funcs: recv.funcs}, none, args, fr, pos, false)
}

// getterField is the name of the property that a getter reads.
func getterField(method string) (string, bool) {
	for _, prefix := range []string{"get", "is"} {
		if rest, ok := strings.CutPrefix(method, prefix); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' && rest != "Class" {
			return lowerFirst(rest), true
		}
	}
	return "", false
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' { // getURL, but getSNS is read as the event has it
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

var (
	// readsKey are methods that read a field named by the first argument:
	// of maps and of JSON trees.
	readsKey = set("get", "path", "opt", "required", "findValue", "findPath", "getString", "optString", "getJSONObject", "optJSONObject", "getJSONArray", "optJSONArray",
		"getAsJsonObject", "getAsJsonArray", "getAsJsonPrimitive", "getJsonObject", "getJsonArray", "getJsonString", "getObject", "getMap", "getList", "getParameter", "withObject", "field")
	// readsNumber are such methods whose result is no text.
	readsNumber = set("getInt", "optInt", "getLong", "optLong", "getDouble", "optDouble", "getBoolean", "optBoolean", "getInteger", "getFloat", "getBigDecimal", "getBigInteger", "getNumber",
		"asInt", "asLong", "asDouble", "asBoolean", "intValue", "longValue", "doubleValue", "booleanValue", "floatValue", "getAsInt", "getAsLong", "getAsDouble", "getAsBoolean", "getAsBigDecimal", "getAsNumber",
		"decimalValue", "bigIntegerValue", "toEpochMilli", "getMillis", "ordinal")
	// readsText are methods of a leaf that yield it as text.
	readsText = set("asText", "textValue", "getAsString", "toString", "toPrettyString", "asString", "stringValue", "toJson", "toJSONString", "getString", "getAsJsonObject", "getAsJsonArray", "getAsJsonPrimitive",
		"readAllBytes", "readNBytes", "readLine", "lines", "readUtf8", "utf8", "array", "asUtf8String", "asByteArray", "duplicate", "asReadOnlyBuffer", "rewind", "slice", "asInputStream", "getInputStream", "getReader",
		"asObject", "asArray", "asJsonObject", "asJsonArray", "deepCopy", "text", "toMap", "toList", "iterator", "elements", "getValueAsString")
	// tells are methods that answer a question about data.
	tells = set("has", "hasNonNull", "isNull", "containsKey", "containsValue", "isEmpty", "isBlank", "isPresent", "isObject", "isArray", "isTextual", "isNumber", "isMissingNode", "isJsonNull", "isJsonObject", "isJsonArray",
		"isJsonPrimitive", "isString", "hasNext", "size", "length", "isInt", "canConvertToInt", "isBoolean", "isValid")
)

// dataCall is a method of data from outside: maps, JSON trees, events and
// their parts, text.
func (e *engine) dataCall(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	whole := slices.ContainsFunc(recv.taints, func(t taint) bool { return t.whole })
	for _, id := range recv.objs {
		if o := e.objs[id]; o.kind != isInstance || o.class == 0 {
			return nil, false // an outside instance made of data: the library knows
		}
	}
	switch {
	case method == "contains" && len(args) == 1:
		v := boolean
		return v.with(func(w *Value) { w.facts = e.memberFacts(args[0].value, recv, true) }), true
	case readsNumber[method] && whole:
		return number, true
	case tells[method]:
		return boolean, true
	case !whole:
		return nil, false
	case readsKey[method] && len(args) >= 1:
		v := e.index(recv, args[0].value, fr, pos)
		if len(args) > 1 {
			v = join(v, args[1].value)
		}
		return v, true
	case method == "at" && len(args) == 1: // a JSON pointer
		if s, ok := args[0].value.text(); ok {
			v := recv
			for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '/' }) {
				v = e.member(v, part, fr, pos)
			}
			return v, true
		}
	case (method == "as" || method == "asListOf") && len(args) == 1 && len(args[0].value.objs) == 1:
		if o := e.objs[args[0].value.objs[0]]; o.kind == isClass { // Powertools
			v := recv
			if method == "asListOf" {
				v = e.elements(recv)
			}
			v = e.javaTyped(v, o.typ, fr, pos)
			if method == "asListOf" {
				v = e.list(fr, pos, v)
			}
			return v, true
		}
	case method == "nextElement" && len(args) == 0:
		return e.elements(recv), true
	case method == "getUrlDecodedKey" && len(args) == 0:
		return e.member(recv, "key", fr, pos), true
	case readsText[method]:
		return recv, true
	case len(args) == 0:
		if name, ok := getterField(method); ok {
			return e.member(recv, name, fr, pos), true
		}
		if len(recv.objs) == 0 && !textMethods[method] && !pieceMethods[method] && !flagMethods[method] && slices.ContainsFunc(recv.taints, func(t taint) bool { return !e.isText(t) }) {
			if _, ok := e.collectionName(method); !ok {
				return nil, false
			}
		}
	}
	return nil, false
}

// collectionName reports whether the method is one of collections.
func (e *engine) collectionName(method string) (string, bool) {
	switch method {
	case "stream", "iterator", "values", "keySet", "entrySet", "next", "get", "remove", "poll", "peek", "forEach":
		return method, true
	}
	return "", false
}

// builderText is the field that holds what was written so far.
const builderText = "text:"

// builderTypes are types that gather text.
var builderTypes = set("java.lang.StringBuilder", "java.lang.StringBuffer", "java.io.StringWriter", "java.io.ByteArrayOutputStream", "java.io.CharArrayWriter")

// textBuilder is a method of StringBuilder and its like: their text is kept
// as it is known, so that a query's parts stay apart.
func (e *engine) textBuilder(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if len(recv.objs) == 0 {
		return nil, false
	}
	for _, id := range recv.objs {
		if o := e.objs[id]; o.kind != isInstance || !builderTypes[o.typ] {
			return nil, false
		}
	}
	text := none
	for _, id := range recv.objs {
		if v := e.field(id, builderText); v != nil {
			text = join(text, v)
		} else if v := e.objs[id].props["0"]; v != nil && !isNumber(v) {
			text = join(text, v)
		} else {
			text = join(text, constant(""))
		}
	}
	set := func(v *Value) *Value {
		for _, id := range recv.objs {
			e.setField(id, builderText, v, len(recv.objs) > 1)
		}
		return recv
	}
	var made []*Value
	for _, a := range args {
		made = append(made, e.printedValue(a.value))
	}
	switch method {
	case "append", "write", "appendCodePoint", "writeBytes", "println", "print":
		if len(made) == 0 {
			return recv, true
		}
		return set(e.made(concat(text, made[0]), fr, pos, "")), true
	case "insert":
		if len(made) < 2 {
			return recv, true
		}
		if n, ok := args[0].value.only(); ok && n == int64(0) {
			return set(e.made(concat(made[1], text), fr, pos, "")), true
		}
		return set(&Value{any: true, taints: joinTaints(text.taints, through(e.deep(args[1].value, deepLimit), 0, nil))}), true
	case "replace", "delete", "deleteCharAt", "reverse", "setCharAt":
		v := &Value{any: true, taints: text.taints}
		if method == "replace" && len(made) == 3 {
			v = v.withTaints(through(made[2].taints, 0, nil))
		}
		if method == "delete" && len(args) == 2 {
			if n, ok := args[0].value.only(); ok && n == int64(0) { // sb.delete(0, sb.length())
				v = constant("")
			}
		}
		return set(v), true
	case "setLength", "reset":
		if len(args) == 0 || isNumber(args[0].value) {
			return set(constant("")), true
		}
		return recv, true
	case "toString", "substring", "subSequence", "toByteArray", "getBuffer", "charAt", "toCharArray", "chars":
		if method == "substring" || method == "charAt" || method == "subSequence" {
			if _, known := text.text(); !known {
				return &Value{any: true, taints: text.taints}, true
			}
			c := &Call{Name: "java.lang.String." + method, recv: text, args: args, e: e, fr: fr, pos: pos}
			if v, ok := e.builtin(c); ok {
				return v, true
			}
		}
		return text, true
	case "length", "indexOf", "lastIndexOf", "size", "isEmpty", "capacity":
		return number, true
	case "flush", "close", "ensureCapacity", "trimToSize":
		return null, true
	}
	return nil, false
}

// textCall is a method of Java's text whose models only name sinks.
func (e *engine) textCall(c *Call, models []*model.Model) (*Value, bool) {
	if !isJava(c.fr) || len(models) == 0 {
		return nil, false
	}
	typ := c.Name[:max(0, strings.LastIndexByte(c.Name, '.'))]
	if typ != "?" && typ != "java.lang.String" {
		return nil, false
	}
	return e.builtin(c)
}

// listener is v with the methods of its anonymous classes: what gets such an
// object calls them.
func (e *engine) listener(v *Value, fr *frame, pos ir.Pos) *Value {
	for _, id := range v.objs {
		class := e.objs[id].class
		if e.objs[id].kind != isInstance || class == 0 || e.objs[class].decl == nil || !strings.Contains(e.objs[class].decl.Name, "$") {
			continue
		}
		for i := range e.objs[class].decl.Members {
			m := &e.objs[class].decl.Members[i]
			if isLambda(m.Value) && !m.Static && m.Name != "constructor" {
				fs := e.javaMethod(&Value{objs: []int32{id}}, m.Name, fr, pos)
				v = v.with(func(w *Value) { w.funcs = union(w.funcs, fs.funcs) })
			}
		}
	}
	return v
}
