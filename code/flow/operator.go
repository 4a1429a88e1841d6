package flow

import (
	"slices"

	"rind/code/ir"
)

// This file interprets operators, and what runs only under a condition.

func (e *engine) binary(x *ir.Binary, fr *frame) *Value {
	l, r := e.eval(x.L, fr), e.eval(x.R, fr)
	switch x.Op {
	case "+":
		if a, ok := arithmetic("+", l, r); ok {
			return a
		}
		if e.isArray(l) && e.isArray(r) {
			return e.joinLists(l, r, fr, x.Pos)
		}
		return e.made(concat(e.printedValue(l), e.printedValue(r)), fr, x.Pos, "")
	case "%":
		if c, ok := l.only(); ok {
			if s, isText := c.(string); isText {
				return e.made(e.formatted(s, e.formatArgs(r)), fr, x.Pos, "")
			}
		}
		if len(l.parts) > 0 || len(l.taints) > 0 && fr.fn.Module.Lang == ir.Python {
			return e.made(concat(l, e.printedValue(r)), fr, x.Pos, "")
		}
		if a, ok := arithmetic("%", l, r); ok {
			return a
		}
		return number
	case "-", "*", "/", "//", "**", "&", "|", "^", "<<", ">>", ">>>":
		if a, ok := arithmetic(x.Op, l, r); ok {
			return a
		}
		if fr.fn.Module.Lang == ir.JavaScript {
			return number // whatever is calculated with becomes one
		}
		if x.Op == "*" { // repetition of text
			return &Value{any: true, taints: through(joinTaints(l.taints, r.taints), 0, nil)}
		}
		if len(l.objs)+len(r.objs) > 0 { // sets, paths: "/" joins paths in Python
			if x.Op == "/" {
				return e.libraryCall("operator./", l, []argument{{value: l}, {value: r}}, fr, x.Pos, false)
			}
			return join(l, r)
		}
		if x.Op == "/" && fr.fn.Module.Lang == ir.Python && len(l.taints)+len(r.taints) > 0 && (len(l.outs) > 0 || l.any) {
			return e.made(concat(e.printedValue(l), constant("/"), e.printedValue(r)), fr, x.Pos, "")
		}
		return number
	}
	v := e.compare(x, l, r)
	if same := x.Op == "is" || x.Op == "=="; same || x.Op == "isnot" || x.Op == "!=" {
		if facts := e.typeFacts(x, r, same, fr); facts != nil {
			return v.with(func(w *Value) { w.facts = facts })
		}
		if facts := e.typeofFacts(x, l, r, fr); facts != nil {
			return v.with(func(w *Value) { w.facts = append(slices.Clip(w.facts), facts...) })
		}
	}
	return v
}

// logic is and, or, ??: the right side runs only if the left lets it.
func (e *engine) logic(x *ir.Logic, fr *frame) *Value {
	l := e.eval(x.L, fr)
	canTrue, canFalse := truth(l)
	switch x.Op {
	case "and":
		if !canTrue {
			return l
		}
		r := e.under(x.L, true, l, fr, func() *Value { return e.eval(x.R, fr) })
		if !canFalse {
			return r
		}
		w := join(r, falsy(l))
		return w.with(func(w *Value) {
			w.facts = append(append(whenTrue(l), whenTrue(r)...), common(whenFalse(l), whenFalse(r), false)...)
		})
	case "??":
		if _, ok := l.only(); ok && l != null {
			return l
		}
		return join(dropNull(l), e.branch(fr, func() *Value { return e.eval(x.R, fr) }))
	}
	if !canFalse {
		return l
	}
	r := e.under(x.L, false, l, fr, func() *Value { return e.eval(x.R, fr) })
	if !canTrue {
		return r
	}
	w := join(dropFalsy(l), r)
	return w.with(func(w *Value) {
		w.facts = append(append(whenFalse(l), whenFalse(r)...), common(whenTrue(l), whenTrue(r), true)...)
	})
}

// common is what both lists of facts say, for the outcome.
func common(a, b []fact, outcome bool) (out []fact) {
	for _, f := range a {
		for _, g := range b {
			if f.key == g.key && f.clean&g.clean != 0 {
				out = append(out, fact{f.key, f.clean & g.clean, outcome})
			}
		}
	}
	return out
}

// falsy is what of v is left if it is false: not its objects and functions.
func falsy(v *Value) *Value {
	if !v.any && len(v.taints) == 0 {
		w := &Value{}
		for _, c := range v.consts {
			if !truthy(c) {
				w.consts = append(w.consts, c)
			}
		}
		return w
	}
	// Unknown text that is false is empty text: nothing of it flows on.
	return &Value{consts: []any{""}}
}

func dropFalsy(v *Value) *Value {
	return v.with(func(w *Value) {
		w.consts = nil
		for _, c := range v.consts {
			if truthy(c) {
				w.consts = append(w.consts, c)
			}
		}
	})
}

func dropNull(v *Value) *Value {
	return v.with(func(w *Value) {
		w.consts = nil
		for _, c := range v.consts {
			if c != nil {
				w.consts = append(w.consts, c)
			}
		}
	})
}

func (e *engine) unary(x *ir.Unary, fr *frame) *Value {
	v := e.eval(x.X, fr)
	switch x.Op {
	case "not":
		w := &Value{}
		canTrue, canFalse := truth(v)
		if canFalse {
			w.consts = append(w.consts, true)
		}
		if canTrue {
			w.consts = append(w.consts, false)
		}
		w.facts = flip(v.facts)
		return w
	case "-", "+":
		if c, ok := v.only(); ok {
			switch n := c.(type) {
			case int64:
				if x.Op == "-" {
					n = -n
				}
				return constant(n)
			case float64:
				if x.Op == "-" {
					n = -n
				}
				return constant(n)
			}
		}
		return number
	case "typeof":
		return unknown
	case "void":
		return null
	}
	return unknown
}

func (e *engine) cond(x *ir.Cond, fr *frame) *Value {
	t := e.eval(x.Test, fr)
	canTrue, canFalse := truth(t)
	switch {
	case !canFalse:
		return e.eval(x.Then, fr)
	case !canTrue:
		return e.eval(x.Else, fr)
	}
	a := e.under(x.Test, true, t, fr, func() *Value { return e.eval(x.Then, fr) })
	b := e.under(x.Test, false, t, fr, func() *Value { return e.eval(x.Else, fr) })
	return join(a, b)
}

// under evaluates in a fork in which the test has the given outcome.
func (e *engine) under(test ir.Expr, outcome bool, t *Value, fr *frame, f func() *Value) *Value {
	base := e.st
	fork, rest := newState(base), newState(base)
	e.st = fork
	e.assume(test, outcome, t, fr)
	v := f()
	// What the test says of a taint holds for the value made under it, which
	// outlives the fork.
	if len(fork.clean) > 0 && len(v.taints) > 0 {
		v = e.cleanBy(v, fork)
	}
	fork.undo()
	e.st = base
	base.merge(fork, rest, fr.scope)
	return v
}

// cleanBy writes into v's taints what a fork knows of them.
func (e *engine) cleanBy(v *Value, fork *state) *Value {
	return v.with(func(w *Value) {
		w.taints = nil
		for _, t := range v.taints {
			t.clean |= fork.cleaned(t)
			w.taints = append(w.taints, t)
		}
	})
}

func (e *engine) branch(fr *frame, f func() *Value) *Value {
	base := e.st
	fork, rest := newState(base), newState(base)
	e.st = fork
	v := f()
	fork.undo()
	e.st = base
	base.merge(fork, rest, fr.scope)
	return v
}
