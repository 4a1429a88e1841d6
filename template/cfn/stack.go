package cfn

import (
	"rind/rind"
)

// deps is a set of parameters of the root template and of conditions, as
// bits. Two names may share a bit: then a variant resolves something anew
// that it could have shared, which costs time and nothing else.
type deps [4]uint64

func (d *deps) add(o deps) {
	for i := range d {
		d[i] |= o[i]
	}
}

func (d deps) meet(o deps) bool {
	return d[0]&o[0]|d[1]&o[1]|d[2]&o[2]|d[3]&o[3] != 0
}

// dep is the set of one name.
func dep(kind, name string) (d deps) {
	h := uint32(2166136261) // FNV-1a
	for _, s := range [2]string{kind, name} {
		for i := 0; i < len(s); i++ {
			h = (h ^ uint32(s[i])) * 16777619
		}
	}
	d[h>>6&3] = 1 << (h & 63)
	return d
}

// stack is one template in a run: the root, or one nested in it.
type stack struct {
	r      *run
	t      *Template
	parent *stack
	id     string // logical ID in the parent
	prefix string // "Nested/", of the IDs of its resources in the App
	depth  int
	deps   deps // what decides that this stack is there at all

	// Sections by name; looking names up in the lists would be quadratic.
	ids     map[string]*rind.Value // resources
	inputs  map[string]*rind.Value // parameters
	rules   map[string]*rind.Value // conditions
	results map[string]*rind.Value // outputs

	passed   *rind.Value // raw parameters from the parent
	params   map[string]*parameter
	conds    map[string]*condition
	children map[string]*stack
	outputs  map[string]*output
}

type output struct {
	value *rind.Value
	deps  deps
	busy  bool
}

func newStack(r *run, t *Template, parent *stack, id string, passed *rind.Value) *stack {
	s := &stack{r: r, t: t, parent: parent, id: id, passed: passed, conds: map[string]*condition{}, params: map[string]*parameter{}}
	if parent != nil {
		s.prefix, s.depth = parent.prefix+id+"/", parent.depth+1
	}
	s.ids = index(t.Root.Get("Resources"))
	s.inputs = index(t.Root.Get("Parameters"))
	s.rules = index(t.Root.Get("Conditions"))
	s.results = index(t.Root.Get("Outputs"))
	return s
}

func index(v *rind.Value) map[string]*rind.Value {
	list := fields(v)
	m := make(map[string]*rind.Value, len(list))
	for _, f := range list {
		m[f.Key] = f.Value
	}
	return m
}

// fields are the entries of a map, or none.
func fields(v *rind.Value) []rind.Field {
	if v == nil || v.Kind != rind.Map {
		return nil
	}
	return v.Fields
}

// output is the value of an output of the stack, nil if it has none of that
// name or its condition leaves it out.
func (s *stack) output(name string) *rind.Value {
	if o := s.outputs[name]; o != nil {
		if !o.busy {
			s.r.track.add(o.deps)
		}
		return o.value
	}
	raw := s.results[name]
	if raw == nil {
		return nil
	}
	o := &output{busy: true}
	if s.outputs == nil {
		s.outputs = map[string]*output{}
	}
	s.outputs[name] = o
	outer := s.r.track
	s.r.track = deps{}
	if c := raw.Get("Condition"); c == nil || s.holds(c) {
		o.value = s.resolve(raw.Get("Value"), 0)
	}
	o.busy, o.deps = false, s.r.track
	s.r.track.add(outer)
	return o.value
}
