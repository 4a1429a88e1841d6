package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
)

// javaTyped is v as a value of a declared type, which Java's runtime enforces:
// a number is a number.
func (e *engine) javaTyped(v *Value, typ string, fr *frame, pos ir.Pos) *Value {
	base, _, _ := strings.Cut(typ, "<")
	switch {
	case base == "boolean" || base == "java.lang.Boolean":
		return v.withoutTaints()
	case numericTypes[base] || safeTypes[base]:
		if v.known() {
			return v
		}
		if len(v.taints) > 0 || len(v.objs)+len(v.outs)+len(v.funcs) == 0 {
			return number
		}
		return v
	case plainTypes[base] || strings.HasSuffix(base, "[]"), v.known(), len(v.funcs) > 0, v.empty():
		return v
	}
	if len(v.objs) > 0 {
		for _, id := range v.objs {
			// What a call yielded that nothing else is known of.
			if o := e.objs[id]; o.kind == isInstance && o.class == 0 && strings.HasSuffix(o.typ, "()") {
				o.typ = base
			}
		}
		return v
	}
	if len(v.outs) > 0 {
		return v
	}
	if c := e.appClass(base, fr); c != 0 {
		if len(v.taints) > 0 && e.isEnum(c) {
			return unknown // one of the constants, or nothing at all
		}
		out := none
		for _, k := range e.concrete(c, base, fr, len(v.taints) > 0) {
			id, w := e.newObject(isInstance, "", fr, pos)
			e.objs[id].class = k
			out = join(out, w)
		}
		if out.empty() {
			return v
		}
		return out.withTaints(v.taints)
	}
	if len(v.taints) > 0 {
		return v // data keeps being data: its members are looked up by path
	}
	return e.outsideObject(base, fr, pos)
}

// safeTypes are types whose values cannot carry text.
var safeTypes = set("java.time.LocalDate", "java.time.LocalDateTime", "java.time.Instant", "java.time.ZonedDateTime", "java.time.OffsetDateTime", "java.time.LocalTime", "java.time.Duration",
	"java.util.Date", "java.sql.Date", "java.sql.Timestamp", "java.util.concurrent.atomic.AtomicInteger", "java.util.concurrent.atomic.AtomicLong", "org.joda.time.DateTime", "java.lang.Number")

// isEnum reports whether a class of the app was lowered from an enum.
func (e *engine) isEnum(class int32) bool {
	o := e.objs[class]
	if o.decl == nil {
		return false
	}
	n := 0
	for _, m := range o.decl.Members {
		if m.Name == "ordinal" || m.Static && (m.Name == "values" || m.Name == "valueOf") {
			n++
		}
	}
	return n >= 3
}

// A Subtyper is a Resolver that also knows which types of the app extend or
// implement another. Java's values of an interface are instances of those.
type Subtyper interface {
	// Subtypes lists the full names of the direct subtypes.
	Subtypes(from *ir.Module, name string) []string
}

// maxSubtypes is how many classes one declared type stands for.
const maxSubtypes = 4

// concrete lists the classes that a value declared to be of class may have.
// Data is of the declared class itself.
func (e *engine) concrete(class int32, name string, fr *frame, data bool) []int32 {
	sub, ok := e.opt.Resolver.(Subtyper)
	if data || !ok {
		return []int32{class}
	}
	var out []int32
	if !e.abstract(class) {
		out = append(out, class)
	}
	queue := sub.Subtypes(fr.fn.Module, name)
	for i := 0; i < len(queue) && i < 16 && len(out) < maxSubtypes; i++ {
		c := e.appClass(queue[i], fr)
		if c == 0 {
			continue
		}
		if !e.abstract(c) {
			out = append(out, c)
		}
		queue = append(queue, sub.Subtypes(fr.fn.Module, queue[i])...)
	}
	if len(out) == 0 {
		return []int32{class}
	}
	return out
}

// abstract reports whether a class has no instances of its own.
func (e *engine) abstract(class int32) bool {
	d := e.objs[class].decl
	return e.field(class, "constructor") == nil || d != nil && slices.Contains(d.Tags, "abstract")
}

// declaredType is the type of a field by its declaration, or "".
func (e *engine) declaredType(class int32, name string, depth int) string {
	o := e.objs[class]
	if o.decl == nil || depth > 16 {
		return ""
	}
	for i := range o.decl.Members {
		if m := &o.decl.Members[i]; m.Name == name && !m.Static && m.Value == nil {
			return m.Type
		}
	}
	for _, b := range o.bases {
		for _, id := range b.objs {
			if e.objs[id].kind == isClass {
				if t := e.declaredType(id, name, depth+1); t != "" {
					return t
				}
			}
		}
	}
	return ""
}

// javaField is a field of an instance of the app that nothing was assigned
// to: by injection, or by whoever made the object.
func (e *engine) javaField(id int32, name string, this *Value, fr *frame, pos ir.Pos) *Value {
	typ := e.declaredType(e.objs[id].class, name, 0)
	if typ == "" || len(this.taints) > 0 {
		return nil
	}
	v := e.javaTyped(unknown, typ, fr, pos)
	if len(v.objs) > 0 {
		e.setField(id, name, v, false)
	}
	return v
}

// javaStatic is a static field that nothing was assigned to yet.
func (e *engine) javaStatic(class int32, name string, fr *frame, pos ir.Pos) *Value {
	o := e.objs[class]
	if o.decl == nil {
		return nil
	}
	for i := range o.decl.Members {
		if m := &o.decl.Members[i]; m.Name == name && m.Static && m.Value == nil && m.Type != "" {
			return e.javaTyped(unknown, m.Type, fr, pos)
		}
	}
	return nil
}

// fieldTyped gives a field's value that was read from data its declared type.
func (e *engine) fieldTyped(x *Value, name string, out *Value, fr *frame, pos ir.Pos) *Value {
	for _, id := range x.objs {
		if o := e.objs[id]; o.kind == isInstance && o.class != 0 {
			if typ := e.declaredType(o.class, name, 0); typ != "" {
				return e.javaTyped(out, typ, fr, pos)
			}
		}
	}
	return out
}

// asClass is what was decoded from data into a class that is an argument:
// readValue(text, Order.class).
func (e *engine) asClass(v *Value, c *Call) *Value {
	if len(v.taints) == 0 || len(c.args) < 2 {
		return v
	}
	method := c.Name[strings.LastIndexByte(c.Name, '.')+1:]
	switch method {
	case "readValue", "fromJson", "treeToValue", "convertValue", "loadAs", "parseObject", "deserialize", "fromJsonString":
	default:
		return v
	}
	for _, a := range c.args[1:] {
		for _, id := range a.value.objs {
			o := e.objs[id]
			if o.kind != isClass {
				continue
			}
			if o.decl != nil && len(o.decl.Interfaces) > 0 { // new TypeReference<Order>() {}
				if _, arg, ok := strings.Cut(o.decl.Interfaces[0], "<"); ok && !strings.Contains(arg, "<") {
					return e.javaTyped(v, strings.TrimSuffix(arg, ">"), c.fr, c.pos)
				}
			}
			return e.javaTyped(v, o.typ, c.fr, c.pos)
		}
		for _, name := range a.value.outs {
			if numericTypes[name] || safeTypes[name] {
				return number
			}
		}
	}
	return v
}

// factories are static methods that yield an instance of their class, by the
// customs of Java.
var factories = set("newInstance", "getInstance", "create", "of", "getDefault", "instance", "newFactory", "newDefaultInstance", "defaultInstance", "standard")

// resultType is the type of what an outside method yields, or "".
func (e *engine) resultType(c *Call) string {
	if t := e.opt.Library.Result(c.Name); t != "" {
		return t
	}
	i := strings.LastIndexByte(c.Name, '.')
	if i > 0 && factories[c.Name[i+1:]] && len(c.recv.outs) == 1 && c.recv.outs[0] == c.Name[:i] {
		return c.Name[:i]
	}
	return ""
}
