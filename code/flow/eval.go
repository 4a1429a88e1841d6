package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
)

// eval interprets one expression.
func (e *engine) eval(x ir.Expr, fr *frame) *Value {
	if x == nil {
		return null
	}
	if !e.tick() || e.st.end != alive {
		return none
	}
	switch x := x.(type) {
	case *ir.Const:
		return constant(x.Value)
	case *ir.Var:
		return e.checked(e.lookup(x.Name, fr))
	case *ir.Member:
		if v, ok := x.X.(*ir.Var); ok && v.Name == "super" && fr.fn.Module.Lang == ir.JavaScript {
			return e.superMember(x.Name, fr, x.Pos)
		}
		return e.checked(e.member(e.eval(x.X, fr), x.Name, fr, x.Pos))
	case *ir.Index:
		return e.checked(e.index(e.eval(x.X, fr), e.eval(x.Key, fr), fr, x.Pos))
	case *ir.Slice:
		return e.slice(x, fr)
	case *ir.Call:
		return e.evalCall(x, fr)
	case *ir.Binary:
		return e.binary(x, fr)
	case *ir.Logic:
		return e.logic(x, fr)
	case *ir.Unary:
		return e.unary(x, fr)
	case *ir.Concat:
		vs := make([]*Value, len(x.Parts))
		for i, p := range x.Parts {
			vs[i] = e.printedValue(e.eval(p, fr))
		}
		return e.made(concat(vs...), fr, x.Pos, "")
	case *ir.Object:
		return e.object(x, fr)
	case *ir.Array:
		return e.array(x, fr)
	case *ir.Lambda:
		fr.capture()
		c := &closure{fn: x.Func, frame: fr, class: fr.class}
		return &Value{funcs: []*closure{c}}
	case *ir.Class:
		fr.capture()
		return e.class(x, fr)
	case *ir.Cond:
		return e.cond(x, fr)
	case *ir.Assign:
		v := e.eval(x.Value, fr)
		e.assign(x.Target, v, fr)
		return v
	case *ir.Await:
		e.waits++
		return e.eval(x.X, fr)
	case *ir.Yield:
		v := e.eval(x.X, fr)
		if x.From {
			v = e.elements(v)
		}
		fr.yields = join(fr.yields, v)
		return unknown
	case *ir.Import:
		return e.importPath(x.Path, fr)
	case *ir.Typed:
		return caughtAs(e.typed(e.eval(x.X, fr), x.Type, fr, x.Pos), x.Type)
	case *ir.Rest:
		return e.rest(x, fr)
	case *ir.Result:
		return e.resultOf(x, fr)
	case *ir.Seq:
		v := none
		for _, y := range x.X {
			v = e.eval(y, fr)
		}
		return v
	case *ir.Block:
		e.exec(x.Body, fr)
		return e.eval(x.X, fr)
	case *ir.Unknown:
		v := unknown
		for _, y := range x.Parts {
			v = v.withTaints(through(e.deep(e.eval(y, fr), deepLimit), 0, nil))
		}
		return v
	}
	return unknown
}

// checked is v as it is read here: what the checks on the way have shown of
// its taints stays with it, also where they do not hold any more.
func (e *engine) checked(v *Value) *Value {
	if len(v.taints) == 0 || !e.st.checks() {
		return v
	}
	for i, t := range v.taints {
		c := e.st.cleaned(t)
		if c&^t.clean == 0 {
			continue
		}
		w := *v
		w.taints = slices.Clone(v.taints)
		for j := i; j < len(w.taints); j++ {
			w.taints[j].clean |= e.st.cleaned(w.taints[j])
		}
		return &w
	}
	return v
}

// declares reports whether the function declares the name.
func (e *engine) declares(fn *ir.Func, name string) bool {
	m := e.vars[fn]
	if m == nil {
		m = make(map[string]bool, len(fn.Vars)+1)
		for _, v := range fn.Vars {
			m[v] = true
		}
		for _, p := range fn.Params {
			m[p.Name] = true
		}
		if fn.This != "" {
			m[fn.This] = true
		}
		e.vars[fn] = m
	}
	return m[name]
}

// lookup is the value of a name.
func (e *engine) lookup(name string, fr *frame) *Value {
	for f := fr; f != nil; f = f.parent {
		if e.declares(f.fn, name) {
			if v := e.st.get(loc{f.scope, name}); v != nil {
				return v
			}
			if name == "arguments" && f.args != nil {
				return f.args
			}
			return none
		}
		if name == "arguments" && f.args != nil {
			return f.args
		}
	}
	if v := e.starred(name, fr.fn.Module); v != nil {
		return v
	}
	return e.native(name, fr)
}

// starred finds a name among those that a module takes over from others:
// from a import *. Nil if none has it.
func (e *engine) starred(name string, m *ir.Module) *Value {
	if m.Lang != ir.Python {
		return nil
	}
	for _, path := range m.Stars {
		other := e.resolve(m, path)
		if other == nil || other == m {
			continue
		}
		e.load(other)
		if v := e.st.get(loc{e.modules[other].scope, name}); v != nil {
			return v
		}
	}
	return nil
}

// resultOf is one of several results of a call.
func (e *engine) resultOf(x *ir.Result, fr *frame) *Value {
	v := e.eval(x.X, fr)
	if e.isArray(v) && len(v.taints) == 0 && !v.any {
		w := e.resultAt(v, x.I)
		if x.Status && len(v.facts) > 0 {
			w = w.with(func(w *Value) { w.facts = append(slices.Clip(w.facts), v.facts...) })
		}
		return w
	}
	if !x.Status {
		return v
	}
	w := &Value{any: true, facts: v.facts}
	if fr.fn.Module.Lang == ir.Go && len(v.funcs) == 0 {
		w = e.marked(w, MarkError, "an error is returned", fr, x.Pos)
	}
	return w
}

// resultAt is the i-th of several results of a function of the app.
func (e *engine) resultAt(v *Value, i int) *Value {
	out := none
	for _, id := range v.objs {
		if f := e.field(id, index(i)); f != nil {
			out = join(out, f)
		} else if f := e.field(id, elem); f != nil {
			out = join(out, f)
		}
	}
	if out.empty() {
		return unknown
	}
	return out
}

// native is a name that nothing declares: the language's own.
func (e *engine) native(name string, fr *frame) *Value {
	switch name {
	case "undefined", "NaN":
		return null
	case "__file__", "__dirname", "__filename", "__name__":
		return unknown
	}
	if fr.fn.Module.Lang == ir.JavaScript {
		switch name {
		case "globalThis", "global", "window", "self":
			return outside("globalThis")
		case "Infinity":
			return number
		}
	}
	return outside(name)
}

// assign stores v in a variable, member or element.
func (e *engine) assign(target ir.Expr, v *Value, fr *frame) {
	switch t := target.(type) {
	case *ir.Var:
		for f := fr; f != nil; f = f.parent {
			if e.declares(f.fn, t.Name) {
				e.st.set(loc{f.scope, t.Name}, v)
				if f != fr && f.fn == f.fn.Module.Init {
					e.kept(t.Name, v, fr, t.Pos)
				}
				return
			}
		}
		e.st.set(loc{fr.scope, t.Name}, v)
	case *ir.Member:
		e.setMember(e.eval(t.X, fr), t.Name, v, fr, t.Pos)
	case *ir.Index:
		base := e.eval(t.X, fr)
		e.setIndex(base, e.eval(t.Key, fr), v, fr, t.Pos)
	case *ir.Typed:
		e.assign(t.X, e.typed(v, t.Type, fr, t.Pos), fr)
	case *ir.Array: // a lowering should have taken it apart
		for i, el := range t.Elems {
			e.assign(el.Value, e.index(v, constant(int64(i)), fr, t.Pos), fr)
		}
	}
}

func splitDots(s string) []string { return strings.Split(s, ".") }
