package flow

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rind/code/ir"
)

// accessor reads or writes a field through a method that has no body in the
// app: getters of event classes, Lombok's accessors, setters and builders of
// responses. getX, isX and a record's x() read the field x; setX, withX write
// it. False if the method is none, or if the library knows it.
func (e *engine) accessor(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if fr.fn.Module.Lang != ir.Java {
		return nil, false
	}
	data := slices.ContainsFunc(recv.taints, func(t taint) bool { return t.whole })
	var own []int32 // instances whose class has no such method
	for _, id := range recv.objs {
		o := e.objs[id]
		if o.kind != isInstance || collectionTypes[o.typ] {
			continue
		}
		if o.class == 0 && len(e.opt.Library.Calls(o.typ+"."+method)) > 0 {
			return nil, false
		}
		own = append(own, id)
	}
	if len(own) == 0 && !data {
		return nil, false
	}
	switch {
	case len(args) == 0:
		name, ok := property(method, "get", "is")
		if !ok {
			if textMethods[method] || flagMethods[method] || pieceMethods[method] || !plainName(method) {
				return nil, false
			}
			name = method // a record's accessor
		}
		return e.readProperty(recv, own, name, ok, data, fr, pos)
	case len(args) == 1 && len(own) > 0:
		name, ok := property(method, "set", "with")
		if !ok {
			return nil, false
		}
		for _, id := range own {
			e.setField(id, name, args[0].value, len(own) > 1)
		}
		if fs := e.listener(args[0].value, fr, pos); len(fs.funcs) > 0 {
			e.pending = append(e.pending, fs)
		}
		return recv, true
	}
	return nil, false
}

// readProperty is the value of a property of data or of instances. sure tells
// that the method is a getter by its name.
func (e *engine) readProperty(recv *Value, own []int32, name string, sure, data bool, fr *frame, pos ir.Pos) (*Value, bool) {
	out := none
	for _, id := range own {
		if v := e.field(id, name); v != nil {
			out = join(out, v)
		}
	}
	if data {
		v := e.taintedMember(&Value{taints: recv.taints}, name, none, fr, pos)
		return join(out, v), true
	}
	if !out.empty() {
		return out, true
	}
	// A getter of an instance of the app: a field nobody set.
	for _, id := range own {
		if sure && e.objs[id].class != 0 && e.outsideBase(e.objs[id].class, 0) == "" {
			return unknown, true
		}
	}
	return nil, false
}

// property is the name behind a prefix, in lower case: getBody gives body.
func property(method string, prefixes ...string) (string, bool) {
	for _, p := range prefixes {
		rest, ok := strings.CutPrefix(method, p)
		if !ok || rest == "" {
			continue
		}
		r, n := utf8.DecodeRuneInString(rest)
		if unicode.IsUpper(r) {
			return string(unicode.ToLower(r)) + rest[n:], true
		}
	}
	return "", false
}

// plainName reports whether a method's name may be that of a field.
func plainName(s string) bool {
	switch s {
	case "iterator", "stream", "clone", "notify", "wait", "build", "builder", "keySet", "entrySet", "values", "keys", "next", "hasNext", "get":
		return false
	}
	return true
}
