package flow

import (
	"maps"
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
		return e.checked(e.noteRead(e.member(e.eval(x.X, fr), x.Name, fr, x.Pos), fr, x.Pos))
	case *ir.Index:
		return e.checked(e.noteRead(e.index(e.eval(x.X, fr), e.eval(x.Key, fr), fr, x.Pos), fr, x.Pos))
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

func (e *engine) object(x *ir.Object, fr *frame) *Value {
	kind, typ := isDict, e.dictType(fr)
	if x.Type != "" {
		kind, typ = isInstance, x.Type
	}
	id, v := e.newObject(kind, typ, fr, x.Pos)
	if x.Class != nil {
		for _, c := range e.eval(x.Class, fr).objs {
			if e.objs[c].kind == isClass {
				e.objs[id].kind, e.objs[id].class, e.objs[id].typ = isInstance, c, ""
				e.instanceFields(c, v, 0)
			}
		}
	}
	var fields []argument
	var spread []taint
	for _, f := range x.Fields {
		val := e.eval(f.Value, fr)
		switch {
		case (f.Spread || f.Key == nil) && fr.fn.Module.Lang == ir.JavaScript:
			// What is spread keeps its paths; fields written behind it are
			// certain.
			spread = joinTaints(spread, val.taints)
			e.copyFields(id, val.withoutTaints(), nil)
			e.objs[id].fixed = e.literalFields(val)
		case f.Spread || f.Key == nil:
			e.copyFields(id, val, nil)
		default:
			key := e.eval(f.Key, fr)
			e.setIndexOf(id, key, val, false)
			if name, ok := key.text(); ok && fr.fn.Module.Lang == ir.JavaScript {
				e.objs[id].fix(name)
			}
			if name, ok := key.text(); ok && x.Type != "" {
				fields = append(fields, argument{name: name, value: val, expr: f.Value})
			}
		}
	}
	if x.Type != "" {
		e.madeInstance(x.Type, fields, v, fr, x.Pos)
	}
	return v.withTaints(spread)
}

// literalFields are the fields of v that are certain, if it is one literal.
func (e *engine) literalFields(v *Value) map[string]bool {
	if len(v.objs) != 1 || v.any || len(v.taints) > 0 {
		return nil
	}
	return maps.Clone(e.objs[v.objs[0]].fixed)
}

func (e *engine) array(x *ir.Array, fr *frame) *Value {
	kind := isList
	if x.Set {
		kind = isSet
	}
	id, v := e.newObject(kind, e.listType(fr), fr, x.Pos)
	e.setField(id, size, constant(int64(0)), false)
	for _, el := range x.Elems {
		val := e.eval(el.Value, fr)
		if !el.Spread {
			e.push(id, val)
			continue
		}
		if n, vs := e.known(val); n {
			for _, y := range vs {
				e.push(id, y)
			}
			continue
		}
		e.setField(id, size, unknown, false)
		e.setField(id, elem, e.elements(val), true)
	}
	return v
}

// known lists the elements of v if it is one list of known length.
func (e *engine) known(v *Value) (bool, []*Value) {
	if len(v.objs) != 1 || len(v.taints) > 0 || v.any {
		return false, nil
	}
	n, ok := e.length(v.objs[0])
	if !ok {
		return false, nil
	}
	var out []*Value
	for i := range n {
		f := e.field(v.objs[0], index(i))
		if f == nil {
			f = none
		}
		out = append(out, join(f, e.field(v.objs[0], elem)))
	}
	return true, out
}

func (e *engine) joinLists(l, r *Value, fr *frame, pos ir.Pos) *Value {
	out := e.list(fr, pos)
	for _, v := range []*Value{l, r} {
		if ok, vs := e.known(v); ok {
			for _, x := range vs {
				e.push(out.objs[0], x)
			}
			continue
		}
		e.setField(out.objs[0], size, unknown, false)
		e.setField(out.objs[0], elem, e.elements(v), true)
	}
	return out
}

func (e *engine) slice(x *ir.Slice, fr *frame) *Value {
	v := e.eval(x.X, fr)
	lo, hi := e.eval(x.Lo, fr), e.eval(x.Hi, fr)
	if ok, vs := e.known(v); ok && e.isArray(v) {
		from, to := bounds(lo, hi, len(vs))
		if from >= 0 {
			return e.list(fr, x.Pos, vs[from:to]...)
		}
	}
	if s, ok := v.text(); ok {
		if from, to := bounds(lo, hi, len(s)); from >= 0 {
			return constant(s[from:to])
		}
		return unknown
	}
	if len(v.objs) > 0 {
		out := e.list(fr, x.Pos)
		e.setField(out.objs[0], size, unknown, false)
		e.setField(out.objs[0], elem, e.elements(&Value{objs: v.objs}), true)
		return out.withTaints(v.taints)
	}
	return &Value{any: true, taints: pieces(v.taints, 0)}
}

// bounds are a slice's limits, or -1 if they are not known.
func bounds(lo, hi *Value, n int) (from, to int) {
	to = n
	for i, v := range []*Value{lo, hi} {
		c, ok := v.only()
		if !ok {
			return -1, 0
		}
		if c == nil {
			continue
		}
		k, ok := c.(int64)
		if !ok {
			return -1, 0
		}
		if k < 0 {
			k += int64(n)
		}
		k = min(max(k, 0), int64(n))
		if i == 0 {
			from = int(k)
		} else {
			to = int(k)
		}
	}
	return from, max(from, to)
}

func (e *engine) rest(x *ir.Rest, fr *frame) *Value {
	v := e.eval(x.X, fr)
	if len(x.Omit) == 0 && (e.isArray(v) || x.From > 0) {
		if ok, vs := e.known(v); ok && x.From <= len(vs) {
			return e.list(fr, x.Pos, vs[x.From:]...)
		}
		out := e.list(fr, x.Pos)
		e.setField(out.objs[0], size, unknown, false)
		e.setField(out.objs[0], elem, e.elements(v), true)
		return out
	}
	if len(v.objs) == 0 {
		return v
	}
	id, out := e.newObject(isDict, e.dictType(fr), fr, x.Pos)
	e.copyFields(id, v, x.Omit)
	return out.withTaints(v.taints)
}

func splitDots(s string) []string { return strings.Split(s, ".") }
