package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/model"
)

// member is x.name.
func (e *engine) member(x *Value, name string, fr *frame, pos ir.Pos) *Value {
	if x.empty() {
		return unknown
	}
	out := none
	for _, id := range x.objs {
		if name == "default" && e.exported[id] && e.field(id, name) == nil {
			out = join(out, &Value{objs: []int32{id}}) // import of a CommonJS module
			continue
		}
		out = join(out, e.memberOf(id, name, x, fr, pos))
	}
	for _, o := range x.outs {
		out = join(out, e.memberOutside(o, name, fr, pos))
	}
	for _, c := range x.funcs {
		v := e.memberOfFunc(c, name)
		if name == "default" && v.empty() && fr.fn.Module.Lang == ir.JavaScript {
			v = &Value{funcs: []*closure{c}} // module.exports = function …
		}
		out = join(out, v)
	}
	for _, c := range x.consts {
		if s, ok := c.(string); ok && (name == "length") {
			out = join(out, constant(int64(len(s))))
		}
	}
	if !e.settledField(x, name, fr) && !e.readModelled(x, name) {
		out = e.taintedMember(x, name, out, fr, pos)
	}
	if len(x.taints) > 0 && len(x.objs) > 0 && isJava(fr) {
		out = e.fieldTyped(x, name, out, fr, pos)
	}
	if out.empty() {
		return unknown
	}
	return out
}

// settledField reports whether the field is set in every object that x may
// be: then the data that x was filled with is no more in it. In Go what fills
// an object fills its fields.
func (e *engine) settledField(x *Value, name string, fr *frame) bool {
	lang := fr.fn.Module.Lang
	if lang == ir.JavaScript {
		return e.fixedField(x, name)
	}
	if lang != ir.Go || x.any || len(x.objs) == 0 {
		return false
	}
	for _, id := range x.objs {
		if e.objs[id].kind != isInstance || e.field(id, name) == nil {
			return false
		}
	}
	return true
}

// fixedField reports whether x is JavaScript literals that say what the field
// is, whatever was spread into them.
func (e *engine) fixedField(x *Value, name string) bool {
	for _, id := range x.objs {
		if !e.objs[id].fixed[name] {
			return false
		}
	}
	return len(x.objs) > 0
}

// taintedMember adds the taints of x's member. Lengths and the like are no
// data.
func (e *engine) taintedMember(x *Value, name string, out *Value, fr *frame, pos ir.Pos) *Value {
	if len(x.taints) == 0 || isLength(x, name, fr) {
		return out
	}
	v := e.memberTaints(x, name, out)
	if len(x.taints) == 1 && x.taints[0].whole && x.taints[0].path == "" {
		// The first step into an event: where the data enters.
		v = v.with(func(w *Value) {
			ts := make([]taint, len(w.taints))
			copy(ts, w.taints)
			for i := range ts {
				if ts[i].whole && ts[i].via == nil {
					ts[i].via = &step{mod: fr.fn.Module, pos: pos, note: ts[i].src.called + "." + ts[i].path}
				}
			}
			w.taints = ts
		})
	}
	return v
}

// isLength tells lengths from fields of data that bear such a name.
func isLength(x *Value, name string, fr *frame) bool {
	switch name {
	case "length":
		return fr.fn.Module.Lang != ir.Python
	case "size":
		return !slices.ContainsFunc(x.taints, func(t taint) bool { return t.whole })
	}
	return false
}

// memberOf is a member of one object.
func (e *engine) memberOf(id int32, name string, this *Value, fr *frame, pos ir.Pos) *Value {
	o := e.objs[id]
	if v := e.field(id, name); v != nil {
		if el := e.field(id, elem); el != nil && o.kind == isDict && !o.fixed[name] {
			v = join(v, el)
		}
		if o.kind == isClass {
			return e.ofClass(v, id)
		}
		return v
	}
	self := &Value{objs: []int32{id}, taints: this.taints}
	switch o.kind {
	case isInstance:
		if o.class != 0 {
			if v := e.classMember(o.class, name, self, fr, pos, 0); v != nil {
				return v
			}
			if isJava(fr) {
				if v := e.javaField(id, name, this, fr, pos); v != nil {
					return v
				}
				if len(this.taints) > 0 {
					return none
				}
			}
		}
		if el := e.field(id, elem); el != nil {
			return el
		}
		if o.typ != "" {
			v := e.readOutside(o.typ+"."+name, self, fr, pos)
			return v
		}
		if o.class != 0 {
			if b := e.outsideBase(o.class, 0); b != "" {
				return e.readOutside(b+"."+name, self, fr, pos)
			}
		}
		return unknown
	case isClass:
		if v := e.classMember(id, name, nil, fr, pos, 0); v != nil {
			return e.ofClass(v, id)
		}
		if isJava(fr) {
			if v := e.javaStatic(id, name, fr, pos); v != nil {
				return v
			}
		}
		if b := e.outsideBase(id, 0); b != "" {
			return outside(b + "." + name)
		}
		return unknown
	case isModule:
		return e.moduleMember(o, id, name, fr)
	case isList:
		if name == "length" {
			if n, ok := e.length(id); ok {
				return constant(int64(n))
			}
			return number
		}
		return none
	}
	if el := e.field(id, elem); el != nil {
		return el
	}
	if fr.fn.Module.Lang == ir.Python || name == "" {
		return none
	}
	return null
}

// moduleMember is an export of a module of the app; of JavaScript's default
// import of a CommonJS module that is the export object itself.
func (e *engine) moduleMember(o *object, id int32, name string, fr *frame) *Value {
	if o.mod != nil {
		l := e.modules[o.mod]
		if l != nil {
			if v := e.st.get(loc{l.scope, name}); v != nil {
				return v
			}
		}
		if o.mod.Lang == ir.Python { // a submodule
			if m := e.resolve(fr.fn.Module, o.typ+"."+name); m != nil {
				return e.moduleValue(m, o.typ+"."+name)
			}
		}
	}
	return unknown
}

// classMember finds a member of a class or its bases. With this it is bound.
func (e *engine) classMember(id int32, name string, this *Value, fr *frame, pos ir.Pos, depth int) *Value {
	o := e.objs[id]
	if v := e.field(id, name); v != nil {
		if this == nil {
			return v
		}
		return e.bind(v, this, id)
	}
	if depth > 16 {
		return nil
	}
	if v := e.field(id, "get:"+name); v != nil && this != nil {
		return e.call(e.bind(v, this, id), this, nil, fr, pos, false)
	}
	for _, b := range o.bases {
		for _, bid := range b.objs {
			if e.objs[bid].kind != isClass {
				continue
			}
			if v := e.classMember(bid, name, this, fr, pos, depth+1); v != nil {
				return v
			}
		}
	}
	return nil
}

// outsideBase is the name of the outside class that a class extends, or "".
func (e *engine) outsideBase(id int32, depth int) string {
	if depth > 16 {
		return ""
	}
	for _, b := range e.objs[id].bases {
		if len(b.outs) > 0 {
			return b.outs[0]
		}
		for _, bid := range b.objs {
			if e.objs[bid].kind == isClass {
				if n := e.outsideBase(bid, depth+1); n != "" {
					return n
				}
			}
		}
	}
	return ""
}

// bind makes functions methods of this.
func (e *engine) bind(v, this *Value, class int32) *Value {
	if len(v.funcs) == 0 {
		return v
	}
	return v.with(func(w *Value) {
		w.funcs = nil
		for _, c := range v.funcs {
			if c.this == nil && (c.fn.This != "" || c.fn.Module.Lang != ir.Java) { // Java's static methods have none
				c = &closure{fn: c.fn, frame: c.frame, this: this, bound: c.bound, class: class}
			}
			w.funcs = append(w.funcs, c)
		}
	})
}

// ofClass binds the class methods of v to the class they were read from.
func (e *engine) ofClass(v *Value, class int32) *Value {
	if !slices.ContainsFunc(v.funcs, func(c *closure) bool { return c.binds == toClass && c.this == nil }) {
		return v
	}
	return v.with(func(w *Value) {
		w.funcs = slices.Clone(v.funcs)
		for i, c := range w.funcs {
			if c.binds == toClass && c.this == nil {
				w.funcs[i] = &closure{fn: c.fn, frame: c.frame, this: &Value{objs: []int32{class}}, bound: c.bound, class: c.class, binds: c.binds}
			}
		}
	})
}

// memberOutside is a member of an outside thing that is known by name.
func (e *engine) memberOutside(o, name string, fr *frame, pos ir.Pos) *Value {
	switch o {
	case "globalThis":
		return outside(name)
	case "process.env", "os.environ":
		return e.environment(name)
	}
	if name == "default" { // interop: the default export of an outside module is the module
		return outside(o)
	}
	if name == "prototype" {
		return outside(o)
	}
	return e.readOutside(o+"."+name, nil, fr, pos)
}

// readOutside looks the name up among the reads that matter.
func (e *engine) readOutside(name string, recv *Value, fr *frame, pos ir.Pos) *Value {
	if v, ok := e.readHooked(name, recv, fr, pos); ok {
		return v
	}
	for _, m := range e.opt.Library.Reads(name) {
		if v := e.applyRead(m, name, recv, fr, pos); v != nil {
			return v
		}
	}
	if recv != nil {
		// A field of an outside instance: what the instance was made of.
		ts := slices.DeleteFunc(slices.Clone(recv.taints), func(t taint) bool { return t.isMark() && t.whole })
		return &Value{outs: []string{name}, taints: through(ts, 0, nil)}
	}
	return outside(name)
}

// memberOfFunc is what functions themselves have: call, apply, bind are dealt
// with by calls; names of attributes set on functions are looked up.
func (e *engine) memberOfFunc(c *closure, name string) *Value {
	l := loc{c.frame.scope, "func:" + c.fn.Name + "." + name}
	if v := e.st.get(l); v != nil {
		return v
	}
	if name == "prototype" && c.fn.This != "" {
		_, v := e.newObject(isDict, "Object", c.frame, c.fn.Pos)
		e.st.set(l, v)
		return v
	}
	return none
}

// setMember is x.name = v.
func (e *engine) setMember(x *Value, name string, v *Value, fr *frame, pos ir.Pos) {
	e.notePrototype(x, nil, v, fr, pos)
	for _, id := range x.objs {
		o := e.objs[id]
		if o.kind == isInstance && o.class != 0 {
			if s := e.setter(o.class, name, 0); s != nil {
				e.call(e.bind(s, &Value{objs: []int32{id}}, o.class), none, []argument{{value: v}}, fr, pos, false)
				continue
			}
		}
		if o.kind == isModule && o.mod != nil {
			if l := e.modules[o.mod]; l != nil {
				e.st.set(loc{l.scope, name}, v)
				continue
			}
		}
		if o.kind == isInstance && o.typ != "" && o.class == 0 {
			e.writeOutside(o.typ+"."+name, v, fr, pos)
		}
		e.setField(id, name, v, len(x.objs) > 1)
		if o.early && o.kind != isClass {
			e.kept(name, v, fr, pos)
		}
	}
	for _, c := range x.funcs {
		e.st.set(loc{c.frame.scope, "func:" + c.fn.Name + "." + name}, v)
	}
	for _, o := range x.outs {
		e.writeOutside(o+"."+name, v, fr, pos)
	}
}

func (e *engine) setter(class int32, name string, depth int) *Value {
	if v := e.field(class, "set:"+name); v != nil {
		return v
	}
	if depth < 16 {
		for _, b := range e.objs[class].bases {
			for _, bid := range b.objs {
				if v := e.setter(bid, name, depth+1); v != nil {
					return v
				}
			}
		}
	}
	return nil
}

// index is x[key].
func (e *engine) index(x, key *Value, fr *frame, pos ir.Pos) *Value {
	if x.empty() {
		return unknown
	}
	if c, ok := key.only(); ok && c != nil {
		name := printed(c)
		if i, isInt := c.(int64); isInt {
			return e.at(x, int(i), fr, pos)
		}
		if len(x.outs) == 0 || len(x.objs) > 0 {
			v := e.indexed(x, name, fr, pos)
			return v
		}
		return e.member(x, name, fr, pos)
	}
	if len(key.consts) > 1 && !key.any && len(key.taints) == 0 {
		out := none
		for _, c := range key.consts {
			out = join(out, e.index(x, constant(c), fr, pos))
		}
		return out
	}
	out := e.elements(x)
	for _, id := range x.objs {
		if o := e.objs[id]; o.kind == isInstance && o.class == 0 {
			if v, ok := e.readHooked(o.typ+".[]", &Value{objs: []int32{id}}, fr, pos); ok {
				out = join(out, v)
			}
		}
	}
	for _, o := range x.outs {
		if v := e.readOutside(o+".[]", nil, fr, pos); len(v.taints) > 0 {
			out = join(out, v)
		}
	}
	if len(key.taints) > 0 && fr.fn.Module.Lang == ir.JavaScript {
		out = join(out, unknown).with(func(w *Value) { w.keyed = joinTaints(w.keyed, key.taints) })
	}
	if out.empty() {
		return unknown
	}
	return join(out, &Value{any: len(x.objs) == 0})
}

// indexed is x["name"]: an item, not an attribute, where that differs.
func (e *engine) indexed(x *Value, name string, fr *frame, pos ir.Pos) *Value {
	if fr.fn.Module.Lang != ir.Python {
		return e.member(x, name, fr, pos)
	}
	out := none
	for _, id := range x.objs {
		switch o := e.objs[id]; {
		case o.kind == isInstance && o.class == 0 || o.kind == isModule || o.kind == isClass:
			out = join(out, e.memberOf(id, name, x, fr, pos))
		default:
			if v := e.field(id, name); v != nil {
				out = join(out, v)
				if el := e.field(id, elem); el != nil {
					out = join(out, el)
				}
			} else if el := e.field(id, elem); el != nil {
				out = join(out, specific(el, name))
			}
		}
	}
	for _, o := range x.outs {
		out = join(out, e.memberOutside(o, name, fr, pos))
	}
	if !e.readModelled(x, name) {
		out = e.taintedMember(x, name, out, fr, pos)
	}
	if out.empty() {
		return unknown
	}
	return out
}

// specific is an element of unknown key, read under a known one: the copy of
// a mapping keeps the keys, so that data["[]"] read as "a" is data.a.
func specific(v *Value, name string) *Value {
	if !slices.ContainsFunc(v.taints, func(t taint) bool { return t.whole && strings.HasSuffix(t.path, "[]") }) {
		return v
	}
	return v.with(func(w *Value) {
		w.taints = slices.Clone(v.taints)
		for i, t := range w.taints {
			if path, ok := strings.CutSuffix(t.path, "[]"); ok && t.whole {
				w.taints[i].path = strings.TrimPrefix(path+"."+name, ".")
			}
		}
	})
}

// readModelled reports whether a model says what reading the member of an
// outside instance yields, so that the instance's taints count as it says.
func (e *engine) readModelled(x *Value, name string) bool {
	if len(x.taints) == 0 || len(x.objs) != 1 || len(x.outs) > 0 {
		return false
	}
	o := e.objs[x.objs[0]]
	if o.kind != isInstance || o.class != 0 || o.typ == "" {
		return false
	}
	return slices.ContainsFunc(e.opt.Library.Reads(o.typ+"."+name), func(m *model.Model) bool { return m.Returns != nil })
}

// at is x[i] with a known position.
func (e *engine) at(x *Value, i int, fr *frame, pos ir.Pos) *Value {
	out := none
	for _, id := range x.objs {
		k := i
		if n, ok := e.length(id); ok && k < 0 {
			k += n
		}
		if v := e.field(id, index(k)); v != nil && k >= 0 {
			out = join(out, v)
		}
		if v := e.field(id, elem); v != nil {
			out = join(out, v)
		} else if e.objs[id].kind == isInstance && e.objs[id].class == 0 {
			out = join(out, e.memberOf(id, index(i), x, fr, pos))
		}
		if i < 0 {
			if _, ok := e.length(id); !ok {
				out = join(out, e.elements(&Value{objs: []int32{id}}))
			}
		}
	}
	if len(x.outs) > 0 {
		for _, o := range x.outs {
			out = join(out, e.readOutside(o+"."+index(i), nil, fr, pos))
		}
	}
	for _, c := range x.consts {
		if s, ok := c.(string); ok && i >= 0 && i < len(s) {
			out = join(out, constant(s[i:i+1]))
		}
	}
	out = e.memberTaints(x, "[]", out)
	if out.empty() {
		return unknown
	}
	return out
}

// setIndex is x[key] = v.
func (e *engine) setIndex(x, key, v *Value, fr *frame, pos ir.Pos) {
	e.notePrototype(x, key, v, fr, pos)
	if len(x.outs) > 0 {
		c, ok := key.text()
		written := v
		if !ok { // the key is written as much as the value
			c, written = "[]", join(key, v)
		}
		for _, o := range x.outs {
			if ok && (o == "os.environ" || o == "process.env") && len(v.taints) > 0 {
				e.conf[c] = join(e.environment(c), v)
			}
			e.writeOutside(o+"."+c, written, fr, pos)
		}
	}
	for _, id := range x.objs {
		e.setIndexOf(id, key, v, len(x.objs) > 1)
	}
}

func (e *engine) setIndexOf(id int32, key, v *Value, weak bool) {
	if c, ok := key.only(); ok && c != nil {
		k := printed(c)
		if i, isInt := c.(int64); isInt && e.objs[id].kind == isList {
			n, known := e.length(id)
			if i < 0 && known {
				k = index(n + int(i))
			}
			if known && int(i) >= n && i < 64 {
				e.setField(id, size, constant(i+1), weak)
			}
		}
		e.setField(id, k, v, weak)
		return
	}
	if len(key.consts) > 0 && !key.any && len(key.taints) == 0 {
		for _, c := range key.consts {
			e.setField(id, printed(c), v, true)
		}
		return
	}
	e.setField(id, elem, v, true)
	if ts := key.taints; len(ts) > 0 || key.config != "" {
		e.setField(id, keyTaints, &Value{any: true, taints: ts, config: key.config}, true)
	}
}
