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
	if c.Name == "isinstance" && len(c.args) == 2 {
		w := *boolean
		w.facts = cleanFacts(c.args[0].value, e.instancesClean(c.args[1].value), true)
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

// instancesClean tells what instances of a class, or of any class of a tuple,
// cannot be: numbers are no attack, text is no structure.
func (e *engine) instancesClean(class *Value) classes {
	if len(class.objs) > 0 {
		class = e.elements(class)
	}
	if len(class.outs) == 0 || len(class.objs) > 0 || class.any {
		return 0
	}
	clean := allClasses
	for _, o := range class.outs {
		switch {
		case numericTypes[o] || o == "datetime.date" || o == "datetime.datetime":
		case o == "str":
			clean &= classOf("nosqli") | classOf("deserialization")
		default:
			return 0
		}
	}
	return clean
}

// typeFacts is what "type(x) is int" says of x.
func (e *engine) typeFacts(x *ir.Binary, class *Value, outcome bool, fr *frame) []fact {
	call, ok := x.L.(*ir.Call)
	if !ok || len(call.Args) != 1 || fr.fn.Module.Lang != ir.Python {
		return nil
	}
	if f, ok := call.Fn.(*ir.Var); !ok || f.Name != "type" {
		return nil
	}
	switch arg := call.Args[0].Value.(type) {
	case *ir.Var, *ir.Member, *ir.Index:
		return cleanFacts(e.eval(arg, fr), e.instancesClean(class), outcome)
	}
	return nil
}

// converted is data that a framework parses as it is asked for: Werkzeug's
// args.get("page", type=int). False if it is not.
func converted(args []argument) bool {
	for _, a := range args {
		if a.name == "type" && len(a.value.outs) == 1 && numericTypes[a.value.outs[0]] {
			return true
		}
	}
	return false
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
