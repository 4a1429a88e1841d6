package flow

import (
	"slices"

	"rind/code/ir"
)

// This file passes arguments to parameters.

// passParams assigns the arguments to the parameters.
func (e *engine) passParams(fn *ir.Func, fr *frame, args []argument, caller *frame, pos ir.Pos) {
	var positional []argument
	byName := map[string]*Value{}
	var spread, keyword *Value
	for _, a := range args {
		a.value = e.passed(a.value, fn, caller, pos)
		switch {
		case a.keyword:
			keyword = join(keyword, e.elements(a.value))
		case a.spread:
			spread = join(spread, e.elements(a.value))
		case a.name != "":
			byName[a.name] = a.value
		default:
			positional = append(positional, a)
		}
	}
	if fn.This != "" { // JavaScript's arguments
		vs := make([]*Value, 0, len(positional))
		for _, a := range positional {
			vs = append(vs, a.value)
		}
		if usesArguments(fn) {
			fr.args = e.list(fr, fn.Pos, vs...)
		}
	}
	for i, p := range fn.Params {
		var v *Value
		switch {
		case p.Rest:
			var vs []*Value
			for j := i; j < len(positional); j++ {
				vs = append(vs, positional[j].value)
			}
			v = e.list(fr, p.Pos, vs...)
			if spread != nil {
				e.scatter(v.objs[0], spread)
			}
		case p.KeyRest:
			id, d := e.newObject(isDict, e.dictType(fr), fr, p.Pos)
			for k, x := range byName {
				if !slices.ContainsFunc(fn.Params, func(q ir.Param) bool { return q.Name == k }) {
					e.setField(id, k, x, false)
				}
			}
			if keyword != nil {
				e.setField(id, elem, keyword, true)
			}
			v = d
		case byName[p.Name] != nil:
			v = byName[p.Name]
		case i < len(positional):
			v = positional[i].value
		case spread != nil:
			v = spread
		case keyword != nil:
			v = keyword
		case p.Default != nil:
			v = e.eval(p.Default, fr)
		case fn.Module.Lang == ir.Java, fn.Module.Lang == ir.JavaScript && p.Type != "":
			v = unknown // injected
		default:
			v = null
		}
		if v == null && p.Default != nil && i < len(positional) && fn.Module.Lang == ir.JavaScript {
			v = e.eval(p.Default, fr)
		}
		if p.Type != "" {
			v = e.typed(v, p.Type, fr, p.Pos)
		}
		if i == 0 && fn.Module.Lang == ir.JavaScript && (errorName(p.Name) && e.nothingKnown(v) || e.isKind(v, "type:Error")) {
			v = e.marked(v, MarkError, "an error is passed", fr, p.Pos)
		}
		e.st.set(loc{fr.scope, p.Name}, v)
	}
}

// passed notes in the taints that they go into a function of the app.
func (e *engine) passed(v *Value, fn *ir.Func, caller *frame, pos ir.Pos) *Value {
	if len(v.taints) == 0 || caller == nil || fn.Name == "" {
		return v
	}
	s := &step{mod: caller.fn.Module, pos: pos, note: "passed to " + fn.Name}
	return v.with(func(w *Value) {
		w.taints = slices.Clone(v.taints)
		for i := range w.taints {
			if w.taints[i].via != nil {
				w.taints[i].via = s.after(w.taints[i].via)
			}
		}
	})
}

func usesArguments(fn *ir.Func) bool { return fn.This == "this" && fn.Module.Lang == ir.JavaScript }
