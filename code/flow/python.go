package flow

import (
	"strings"

	"rind/code/ir"
)

// This file is what Python's own functions do that no model can say.

// pythonBuiltin calls a function of Python's own; false if it is none that is
// dealt with here.
func (e *engine) pythonBuiltin(c *Call) (*Value, bool) {
	if c.Name == "bool" && len(c.args) == 1 {
		w := *boolean
		w.facts = c.args[0].value.facts
		return &w, true
	}
	if c.Name != "getattr" || len(c.args) < 2 {
		return nil, false
	}
	x, name := c.position(0), c.position(1)
	if x == nil || name == nil {
		return nil, false
	}
	out := none
	for _, id := range x.objs {
		for _, n := range e.attributes(id, 0) {
			if mayBe(name, n) {
				out = join(out, e.member(&Value{objs: []int32{id}, taints: x.taints}, n, c.fr, c.pos))
			}
		}
	}
	if fallback := c.position(2); fallback != nil {
		out = join(out, fallback)
	}
	return out, !out.empty()
}

// attributes lists the names of what an instance, class or module of the app
// has, without those of Python's own protocols.
func (e *engine) attributes(id int32, depth int) []string {
	o := e.objs[id]
	var names []string
	switch {
	case depth > 8:
	case o.kind == isInstance && o.class != 0:
		names = append(e.attributes(o.class, depth+1), o.keys...)
	case o.kind == isClass && o.decl != nil:
		for _, m := range o.decl.Members {
			names = append(names, m.Name)
		}
		for _, b := range o.bases {
			for _, bid := range b.objs {
				if e.objs[bid].kind == isClass {
					names = append(names, e.attributes(bid, depth+1)...)
				}
			}
		}
	case o.kind == isModule && o.mod != nil && o.mod.Lang == ir.Python:
		names = o.mod.Init.Vars
	}
	var out []string
	for _, n := range names {
		if n != "constructor" && !strings.HasPrefix(n, "__") && !strings.Contains(n, "·") && len(out) < 100 {
			out = append(out, n)
		}
	}
	return out
}

// mayBe reports whether a value can be the text: one of its constants, or a
// joined text that begins and ends like it.
func mayBe(v *Value, text string) bool {
	for _, c := range v.consts {
		if c == text {
			return true
		}
	}
	if len(v.parts) > 0 {
		first, last := v.parts[0], v.parts[len(v.parts)-1]
		return strings.HasPrefix(text, first.text) && strings.HasSuffix(text, last.text)
	}
	return v.any || len(v.taints) > 0
}
