package flow

import "slices"

// A loc is a place that holds a value: a variable of a scope, a field of an
// object.
type loc struct {
	obj int32
	key string
}

// A state is what all places hold at a point of the program. Branches work on
// a fork; join brings the forks together again.
type state struct {
	parent *state
	vals   map[loc]*Value
	clean  map[taintKey]classes // what checks have shown of taints since the fork
	end    ending
}

// An ending says why the code after it is not reached.
type ending uint8

const (
	alive ending = iota
	byReturn
	byThrow
	byBreak // or continue
)

func newState(parent *state) *state { return &state{parent: parent, vals: map[loc]*Value{}} }

func (s *state) get(l loc) *Value {
	for ; s != nil; s = s.parent {
		if v, ok := s.vals[l]; ok {
			return v
		}
	}
	return nil
}

func (s *state) set(l loc, v *Value) { s.vals[l] = v }

// cleaned tells for which classes checks have shown the taint to be harmless.
func (s *state) cleaned(t taint) classes {
	var c classes
	for x := s; x != nil; x = x.parent {
		for k, m := range x.clean {
			if k.src == t.src && (k.path == t.path || below(t.path, k.path)) {
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
	for x := s; x != nil; x = x.parent {
		if len(x.clean) > 0 {
			return true
		}
	}
	return false
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
		for l, v := range f.vals {
			if f.end == byReturn && l.obj == skip {
				continue
			}
			s.set(l, join(s.get(l), v))
		}
	}
	switch len(live) {
	case 0:
		s.end = max(a.end, b.end)
		if a.end == byBreak || b.end == byBreak {
			s.end = byBreak
		}
	case 1:
		for l, v := range live[0].vals {
			other := a
			if live[0] == a {
				other = b
			}
			// The dead fork's possible write was joined in above; the living
			// one overwrites it on its own way.
			_ = other
			s.set(l, v)
		}
		s.learn(live[0].clean)
	case 2:
		for l, v := range a.vals {
			w, ok := b.vals[l]
			if !ok {
				w = s.get(l)
			}
			s.set(l, join(settle(v, a.clean), settle(w, b.clean)))
		}
		for l, w := range b.vals {
			if _, ok := a.vals[l]; !ok {
				s.set(l, join(settle(s.get(l), a.clean), settle(w, b.clean)))
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
