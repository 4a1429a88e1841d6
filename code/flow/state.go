package flow

import "slices"

// A loc is a place that holds a value: a variable of a scope, a field of an
// object.
type loc struct {
	obj int32
	key string
}

// A state is a point of the program: what all places hold there. Branches
// work on a fork; merge brings the forks together again.
//
// What the places hold right now is in one map, the memory, so that reading
// takes one look. A fork notes what it changes, so that leaving it can put
// things back: only the newest state may be written to.
type state struct {
	parent *state
	mem    map[loc]*Value
	vals   map[loc]change       // what was written since the fork; nil in the first state
	clean  map[taintKey]classes // what checks have shown of taints since the fork
	above  bool                 // a state before this one has clean
	end    ending
}

// A change is what a place held before a fork, and what it holds in it. Nil is
// nothing.
type change struct{ old, now *Value }

// An ending says why the code after it is not reached.
type ending uint8

const (
	alive ending = iota
	byReturn
	byThrow
	byBreak // or continue
)

// newState forks parent, or begins anew if it is nil.
func newState(parent *state) *state {
	if parent == nil {
		return &state{mem: map[loc]*Value{}}
	}
	return &state{parent: parent, mem: parent.mem, vals: map[loc]change{}, above: parent.above || len(parent.clean) > 0}
}

// get is what a place holds now.
func (s *state) get(l loc) *Value { return s.mem[l] }

// set makes a place hold v from now on. s must be the newest state.
func (s *state) set(l loc, v *Value) {
	if s.vals != nil {
		c, ok := s.vals[l]
		if !ok {
			c.old = s.mem[l]
		}
		c.now = v
		s.vals[l] = c
	}
	s.mem[l] = v
}

// undo leaves the fork: all places hold again what they held before it. Its
// changes stay noted for a merge.
func (s *state) undo() {
	for l, c := range s.vals {
		if c.old == nil {
			delete(s.mem, l)
		} else {
			s.mem[l] = c.old
		}
	}
}

// commit leaves the fork and keeps its changes as changes of its parent.
func (s *state) commit() {
	p := s.parent
	if p.vals == nil {
		return
	}
	for l, c := range s.vals {
		if before, ok := p.vals[l]; ok {
			c.old = before.old
		}
		p.vals[l] = c
	}
}

// forget drops a place that nobody can reach any more.
func (s *state) forget(l loc) {
	if c, ok := s.vals[l]; ok && c.old == nil {
		delete(s.vals, l)
		delete(s.mem, l)
	}
}

// cleaned tells for which classes checks have shown the taint to be harmless.
func (s *state) cleaned(t taint) classes {
	var c classes
	for x := s; x != nil; x = x.parent {
		if !x.checks() {
			break
		}
		for k, m := range x.clean {
			if k.about(t) {
				c |= m
			}
		}
	}
	return c
}

// since is what checks have shown after the state of an earlier point.
func (s *state) since(entry *state) map[taintKey]classes {
	var out map[taintKey]classes
	for x := s; x != nil && x != entry; x = x.parent {
		for k, c := range x.clean {
			if out == nil {
				out = map[taintKey]classes{}
			}
			out[k] |= c
		}
	}
	return out
}

// settle writes into a value that one of two ways assigned, or left, what
// checks on this way alone have shown of it.
func settle(v *Value, clean map[taintKey]classes) *Value {
	if v == nil || len(clean) == 0 || len(v.taints) == 0 {
		return v
	}
	s := &state{clean: clean}
	return v.with(func(w *Value) {
		w.taints = slices.Clone(v.taints)
		for i := range w.taints {
			w.taints[i].clean |= s.cleaned(w.taints[i])
		}
	})
}

// checks reports whether any check holds.
func (s *state) checks() bool {
	return s.above || len(s.clean) > 0
}

// below reports whether path lies below prefix.
func below(path, prefix string) bool {
	if prefix == "" || len(path) <= len(prefix) || path[:len(prefix)] != prefix {
		return false
	}
	return path[len(prefix)] == '.' || path[len(prefix)] == '['
}

// merge makes s what holds after its forks a and b: what either of them says
// if both go on, or what the living one says. Writes of a fork that ended are
// kept as possible, because others may see them: finally, callers, the code
// behind a loop. skip is a scope that nobody sees after a return.
func (s *state) merge(a, b *state, skip int32) {
	live := make([]*state, 0, 2)
	for _, f := range []*state{a, b} {
		if f.end == alive {
			live = append(live, f)
			continue
		}
		for l, c := range f.vals {
			if f.end == byReturn && l.obj == skip {
				continue
			}
			s.set(l, join(s.get(l), c.now))
		}
	}
	switch len(live) {
	case 0:
		s.end = max(a.end, b.end)
		if a.end == byBreak || b.end == byBreak {
			s.end = byBreak
		}
	case 1:
		// A dead fork's possible writes were joined in above; the living one
		// overwrites them on its own way.
		for l, c := range live[0].vals {
			s.set(l, c.now)
		}
		s.learn(live[0].clean)
	case 2:
		for l, x := range a.vals {
			y, ok := b.vals[l]
			if !ok {
				y.now = s.get(l)
			}
			s.set(l, join(settle(x.now, a.clean), settle(y.now, b.clean)))
		}
		for l, y := range b.vals {
			if _, ok := a.vals[l]; !ok {
				s.set(l, join(settle(s.get(l), a.clean), settle(y.now, b.clean)))
			}
		}
		both := map[taintKey]classes{}
		for k, m := range a.clean {
			if c := m & b.clean[k]; c != 0 {
				both[k] = c
			}
		}
		s.learn(both)
	}
}

func (s *state) learn(facts map[taintKey]classes) {
	for k, m := range facts {
		if s.clean == nil {
			s.clean = map[taintKey]classes{}
		}
		s.clean[k] |= m
	}
}
