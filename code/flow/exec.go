package flow

import (
	"slices"

	"rind/code/ir"
	"rind/rind"
)

// exec interprets statements until one of them ends the way.
func (e *engine) exec(list []ir.Stmt, fr *frame) {
	for _, s := range list {
		if e.st.end != alive || e.tired() {
			return
		}
		e.stmt(s, fr)
	}
}

func (e *engine) stmt(s ir.Stmt, fr *frame) {
	switch s := s.(type) {
	case *ir.Do:
		e.eval(s.X, fr)
	case *ir.If:
		e.ifElse(s, fr)
	case *ir.While:
		e.while(s, fr)
	case *ir.ForEach:
		e.forEach(s, fr)
	case *ir.Try:
		e.try(s, fr)
	case *ir.Return:
		v := null
		if s.X != nil {
			v = e.eval(s.X, fr)
		}
		if e.st.end != alive {
			return
		}
		fr.ret = join(fr.ret, e.leaving(v, fr))
		e.st.end = byReturn
	case *ir.Throw:
		if s.X != nil {
			v := e.eval(s.X, fr)
			fr.thrown = join(fr.thrown, v)
		}
		if e.st.end == alive {
			e.st.end = byThrow
		}
	case *ir.Break, *ir.Continue:
		e.st.end = byBreak
	}
}

// settled writes into the taints of a returned value what checks on this way
// have shown of them: the caller does not know the way.
func (e *engine) settled(v *Value) *Value {
	if len(v.taints) == 0 {
		return v
	}
	if e.st.checks() {
		return e.cleanBy(v, e.st)
	}
	return v
}

// leaving is a value that is returned, with what checks on this way have
// shown: of its own taints, and of the data that the caller still has. A
// function that returns an error unless a check passes tells by its result
// that the check passed.
func (e *engine) leaving(v *Value, fr *frame) *Value {
	held := e.st.since(fr.entry)
	fr.leave(held)
	if len(held) == 0 {
		return v
	}
	var facts []fact
	for k, c := range held {
		facts = append(facts, fact{k, c, true}, fact{k, c, false})
	}
	tell := func(v *Value) *Value {
		return v.with(func(w *Value) { w.facts = append(slices.Clip(w.facts), facts...) })
	}
	if fr.fn.Module.Lang == ir.Go && e.isArray(v) && len(v.objs) == 1 {
		if n, ok := e.length(v.objs[0]); ok && n > 0 {
			for i := range n {
				if f := e.field(v.objs[0], index(i)); f != nil {
					f = e.settled(f)
					if i == n-1 {
						f = tell(f)
					}
					e.setField(v.objs[0], index(i), f, false)
				}
			}
		}
		return v
	}
	return tell(e.settled(v))
}

// leave notes what checks have shown on one way out of the function. Only
// what holds on all of them holds after the call.
func (fr *frame) leave(held map[taintKey]classes) {
	if !fr.left {
		fr.left, fr.held = true, held
		return
	}
	both := map[taintKey]classes{}
	for k, c := range fr.held {
		if c &= held[k]; c != 0 {
			both[k] = c
		}
	}
	fr.held = both
}

func (e *engine) ifElse(s *ir.If, fr *frame) {
	t := e.eval(s.Test, fr)
	if e.st.end != alive {
		return
	}
	canTrue, canFalse := truth(t)
	base := e.st
	if !canTrue || !canFalse {
		e.assume(s.Test, canTrue, t, fr)
		if canTrue {
			e.exec(s.Then, fr)
		} else {
			e.exec(s.Else, fr)
		}
		return
	}
	a, b := newState(base), newState(base)
	e.st = a
	e.assume(s.Test, true, t, fr)
	e.exec(s.Then, fr)
	a.undo()
	e.st = b
	e.assume(s.Test, false, t, fr)
	e.exec(s.Else, fr)
	b.undo()
	e.st = base
	base.merge(a, b, fr.scope)
}

// turn runs a loop's body once in a fork, as one that may not happen.
func (e *engine) turn(fr *frame, body func()) {
	base := e.st
	a, b := newState(base), newState(base)
	e.st = a
	body()
	if a.end == byBreak {
		a.end = alive
	}
	a.undo()
	e.st = base
	base.merge(a, b, fr.scope)
	if base.end == byBreak {
		base.end = alive
	}
}

func (e *engine) while(s *ir.While, fr *frame) {
	if s.DoFirst {
		e.exec(s.Body, fr)
		e.loopEnd()
	}
	before := e.waits + len(e.out.Calls)
	for i := range loopTurns {
		if i == 1 {
			e.bounded(s, fr, before)
		}
		if e.st.end != alive || e.tired() {
			break
		}
		var t *Value
		if s.Test != nil {
			t = e.eval(s.Test, fr)
			if canTrue, _ := truth(t); !canTrue {
				return
			}
		}
		e.turn(fr, func() {
			if s.Test != nil {
				e.assume(s.Test, true, t, fr)
			}
			e.exec(s.Body, fr)
			if e.st.end == alive || e.st.end == byBreak {
				e.st.end = alive
				e.exec(s.Post, fr)
			}
		})
	}
	if s.Test != nil && e.st.end == alive {
		e.assume(s.Test, false, e.eval(s.Test, fr), fr)
	}
}

func (e *engine) loopEnd() {
	if e.st.end == byBreak {
		e.st.end = alive
	}
}

func (e *engine) forEach(s *ir.ForEach, fr *frame) {
	x := e.eval(s.X, fr)
	if e.st.end != alive {
		return
	}
	// A short list of known elements is gone through one by one.
	if ok, vs := e.known(x); ok && e.isArray(x) && len(vs) <= 8 {
		for i, v := range vs {
			if s.Key != nil {
				e.assign(s.Key, constant(int64(i)), fr)
			}
			if s.Value != nil {
				e.assign(s.Value, v, fr)
			}
			e.turn(fr, func() { e.exec(s.Body, fr) })
		}
		return
	}
	key, val := e.eachOf(x, s, fr)
	for range loopTurns {
		if e.st.end != alive || e.tired() {
			return
		}
		e.turn(fr, func() {
			if s.Key != nil {
				e.assign(s.Key, key, fr)
			}
			if s.Value != nil {
				e.assign(s.Value, val, fr)
			}
			e.exec(s.Body, fr)
		})
	}
}

// eachOf is what the loop's variables hold in any turn.
func (e *engine) eachOf(x *Value, s *ir.ForEach, fr *frame) (key, val *Value) {
	val = e.elements(x)
	key = e.keysOf(x)
	if s.Keys {
		// A mapping yields its keys, a list its elements.
		onlyMaps := len(x.objs) > 0
		for _, id := range x.objs {
			if e.objs[id].kind == isList || e.objs[id].kind == isSet || e.objs[id].kind == isInstance {
				onlyMaps = false
			}
		}
		if onlyMaps {
			val = key
		}
	}
	if val.empty() {
		val = unknown
	}
	return key, val
}

// keysOf is what the keys of v may be.
func (e *engine) keysOf(v *Value) *Value {
	out := none
	for _, id := range v.objs {
		o := e.objs[id]
		if o.kind == isList {
			out = join(out, number)
			continue
		}
		for _, k := range o.keys {
			switch k {
			case size:
			case elem:
				out = join(out, unknown)
			case keyTaints:
				out = join(out, e.field(id, k))
			default:
				out = join(out, constant(k))
			}
		}
	}
	if len(v.taints) > 0 {
		// The keys of data are as free as the data; those of a known event
		// itself are AWS's words.
		ts := slices.DeleteFunc(slices.Clone(v.taints), func(t taint) bool {
			return t.isMark() || t.src.event && t.whole && t.path == "" && len(t.src.kinds) > 0 && !slices.Contains(t.src.kinds, rind.Direct)
		})
		out = join(out, &Value{any: true, taints: through(ts, 0, nil)})
	}
	if out.empty() {
		return unknown
	}
	return out
}

func (e *engine) try(s *ir.Try, fr *frame) {
	base := e.st
	body, rest := newState(base), newState(base)
	outer := fr.thrown
	fr.thrown = nil
	e.st = body
	e.exec(s.Body, fr)
	thrown := fr.thrown
	fr.thrown = outer
	body.undo()
	e.st = base
	if !s.HasCatch && len(s.Catch) == 0 {
		if thrown != nil {
			fr.thrown = join(fr.thrown, thrown)
		}
		base.merge(body, twin(base, body), fr.scope)
		e.finally(s, fr)
		return
	}
	// The catch may begin after any part of the body: it sees what the body
	// may have written.
	e.st = rest
	for l, c := range body.vals {
		rest.set(l, join(rest.get(l), c.now))
	}
	if s.CatchVar != nil {
		x := e.outsideObject("exception", fr, s.Pos)
		if unexpected(s.CatchTypes) {
			x = e.marked(x, MarkError, "an exception is caught", fr, s.CatchVar.At())
		}
		if thrown != nil {
			x = join(x, thrown)
			x = x.withTaints(through(e.deep(thrown, deepLimit), 0, nil))
		}
		e.assign(s.CatchVar, x, fr)
	}
	e.exec(s.Catch, fr)
	rest.undo()
	e.st = base
	base.merge(body, rest, fr.scope)
	e.finally(s, fr)
}

// twin is a fork that ended as body did, so that a merge takes body alone.
func twin(base, body *state) *state {
	s := newState(base)
	s.end = body.end
	if s.end == alive {
		s.end = byThrow
	}
	return s
}

// finally runs in every case, and what ended before it stays ended.
func (e *engine) finally(s *ir.Try, fr *frame) {
	if len(s.Finally) == 0 {
		return
	}
	end := e.st.end
	e.st.end = alive
	e.exec(s.Finally, fr)
	if e.st.end == alive {
		e.st.end = end
	}
}
