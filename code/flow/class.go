package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
)

// This file makes classes and their instances.

// class makes a class of its declaration.
func (e *engine) class(x *ir.Class, fr *frame) *Value {
	id, v := e.newObject(isClass, x.Name, fr, x.Pos)
	o := e.objs[id]
	o.decl, o.frame = x, fr
	for _, b := range x.Bases {
		o.bases = append(o.bases, e.eval(b, fr))
	}
	for _, n := range x.Interfaces {
		name, _, _ := strings.Cut(n, "<")
		o.bases = append(o.bases, outside(name))
	}
	for _, m := range x.Members {
		var val *Value
		switch {
		case m.Value == nil:
			continue
		case m.Static || isLambda(m.Value) || fr.fn.Module.Lang == ir.Python:
			val = e.eval(m.Value, fr)
		default:
			continue // an instance field: evaluated for each instance
		}
		if len(val.funcs) > 0 {
			val = val.with(func(w *Value) {
				w.funcs = nil
				for _, c := range val.funcs {
					w.funcs = append(w.funcs, &closure{fn: c.fn, frame: c.frame, this: c.this, bound: c.bound, class: id, binds: bindingOf(&m, fr)})
				}
			})
		}
		name := m.Name
		if m.Getter {
			name = "get:" + name
		} else if m.Setter {
			name = "set:" + name
		}
		if old := e.field(id, name); old != nil && len(old.funcs) > 0 && fr.fn.Module.Lang == ir.Java {
			val = join(old, val) // overloads
		}
		e.setField(id, name, val, false)
	}
	return v
}

// bindingOf tells what a member that is a function is bound to when it is
// read.
func bindingOf(m *ir.ClassMember, fr *frame) binding {
	switch {
	case fr.fn.Module.Lang != ir.Python:
		return toInstance
	case m.Static:
		return toNothing
	case slices.Contains(m.Tags, "classmethod"):
		return toClass
	}
	return toInstance
}

func isLambda(x ir.Expr) bool { _, ok := x.(*ir.Lambda); return ok }

// instantiate makes an instance of a class of the app and runs its
// constructor.
func (e *engine) instantiate(class int32, args []argument, fr *frame, pos ir.Pos) *Value {
	o := e.objs[class]
	id, v := e.newObject(isInstance, "", fr, pos)
	e.objs[id].class = class
	e.instanceFields(class, v, 0)
	ctor := e.classMember(class, "constructor", v, fr, pos, 0)
	if ctor == nil {
		ctor = e.classMember(class, "__init__", v, fr, pos, 0)
	}
	switch {
	case ctor != nil && len(ctor.funcs) > 0:
		e.call(ctor, v, args, fr, pos, false)
	default:
		e.defaultConstructor(o, id, args)
	}
	return v
}

// instanceFields evaluates the field initialisers of a class and its bases.
func (e *engine) instanceFields(class int32, this *Value, depth int) {
	o := e.objs[class]
	if depth > 16 || o.decl == nil {
		return
	}
	for _, b := range o.bases {
		for _, bid := range b.objs {
			if e.objs[bid].kind == isClass {
				e.instanceFields(bid, this, depth+1)
			}
		}
	}
	if l := o.frame.fn.Module.Lang; l == ir.Python || l == ir.Java {
		return // fields are set in constructors
	}
	fr := e.enter(&ir.Func{Module: o.frame.fn.Module, This: "this", Vars: []string{"this"}}, o.frame, o.frame, this, class)
	for _, m := range o.decl.Members {
		if m.Static || isLambda(m.Value) || m.Getter || m.Setter {
			continue
		}
		var v *Value
		switch {
		case m.Value != nil:
			v = e.typed(e.eval(m.Value, fr), m.Type, fr, m.Pos)
		case m.Type != "" && m.Name != "":
			v = e.typed(unknown, m.Type, fr, m.Pos)
		default:
			continue
		}
		for _, id := range this.objs {
			e.setField(id, m.Name, v, false)
		}
	}
}

// defaultConstructor fills the declared fields in order: dataclasses, records,
// Lombok's constructors, named tuples.
func (e *engine) defaultConstructor(o *object, id int32, args []argument) {
	var fields []string
	if o.decl != nil {
		for _, m := range o.decl.Members {
			if !isLambda(m.Value) && !m.Static {
				fields = append(fields, m.Name)
			}
		}
	}
	for i, a := range args {
		switch {
		case a.name != "":
			e.setField(id, a.name, a.value, false)
		case a.spread:
			e.setField(id, elem, e.elements(a.value), true)
		case i < len(fields):
			e.setField(id, fields[i], a.value, false)
		default:
			e.setField(id, elem, a.value, true)
		}
	}
}
