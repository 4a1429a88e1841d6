package cfn

import (
	"strings"

	"rind/rind"
)

// parameter is an input of a stack with the value it has in this run.
type parameter struct {
	value *rind.Value
	deps  deps
}

// param returns the value of a parameter, nil if there is none of that name.
func (s *stack) param(name string) *parameter {
	if p, ok := s.params[name]; ok {
		return p
	}
	decl := s.inputs[name]
	if decl == nil {
		s.params[name] = nil
		return nil
	}
	p := &parameter{}
	s.params[name] = p
	if s.parent == nil {
		p.deps = dep("parameter", name)
		p.value = s.r.rootParameter(name, decl)
		return p
	}
	outer := s.r.track
	s.r.track = deps{}
	p.value = s.passedParameter(name, decl)
	p.deps = s.r.track
	s.r.track = outer
	return p
}

// secret reports whether a parameter is declared with NoEcho.
func secret(decl *rind.Value) bool { return decl.Get("NoEcho").True() }

func (r *run) rootParameter(name string, decl *rind.Value) *rind.Value {
	ref := rind.Ref{Kind: rind.RefParameter, Name: name}
	if secret(decl) {
		ref.Kind = rind.RefSecret
		return rind.NewRef(ref, decl.Span)
	}
	if v := r.out.assign[name]; v != nil {
		return typed(v, decl, ref)
	}
	if text, ok := r.opt.Parameters[name]; ok {
		return typed(rind.NewString(text, decl.Span), decl, ref)
	}
	return typed(decl.Get("Default"), decl, ref)
}

// passedParameter is what the parent passes, or else the default: nobody
// but the parent sets a parameter of a nested stack.
func (s *stack) passedParameter(name string, decl *rind.Value) *rind.Value {
	ref := rind.Ref{Kind: rind.RefParameter, Name: s.prefix + name}
	var v *rind.Value
	if raw := s.passed.Get(name); raw != nil {
		v = s.parent.resolve(raw, 0)
	}
	if secret(decl) {
		ref.Kind = rind.RefSecret
		out := rind.NewRef(ref, decl.Span)
		out.Via = refsOf(v)
		return out
	}
	if v == nil {
		v = decl.Get("Default")
	}
	return typed(v, decl, ref)
}

// typed gives a parameter's value the form its type demands, and remembers
// that it came through the parameter. v is nil if nothing is known.
func typed(v, decl *rind.Value, ref rind.Ref) *rind.Value {
	typ := decl.Get("Type").Str()
	if strings.HasPrefix(typ, "AWS::SSM::Parameter::Value<") {
		// The value names a parameter in Systems Manager, read at deployment.
		if v.Scalar() && v.Text != "" {
			out := rind.NewRef(rind.Ref{Kind: rind.RefSSM, Name: v.Text}, decl.Span)
			out.Via = append(cloneRefs(v.Via), ref)
			return out
		}
		out := rind.NewRef(rind.Ref{Kind: rind.RefSSM, Name: ref.Name}, decl.Span)
		out.Via = append(refsOf(v), ref)
		return out
	}
	if v.Absent() {
		return rind.NewRef(ref, decl.Span)
	}
	c := *v
	c.Via = append(cloneRefs(v.Via), ref)
	if v.Scalar() && (typ == "CommaDelimitedList" || strings.HasPrefix(typ, "List<")) {
		c.Kind, c.Text = rind.List, ""
		if v.Text != "" {
			for item := range strings.SplitSeq(v.Text, ",") {
				it := rind.NewString(strings.TrimSpace(item), v.Span)
				it.Via = c.Via
				c.Items = append(c.Items, it)
			}
		}
	}
	return &c
}

func cloneRefs(refs []rind.Ref) []rind.Ref { return append([]rind.Ref(nil), refs...) }

// refsOf collects the references inside v, each once.
func refsOf(values ...*rind.Value) []rind.Ref {
	var out []rind.Ref
	for _, v := range values {
		for r := range v.Refs() {
			out = addRef(out, r)
			if len(out) >= 64 {
				return out // enough to know where a value came from
			}
		}
	}
	return out
}

func addRef(refs []rind.Ref, r rind.Ref) []rind.Ref {
	for _, x := range refs {
		if x == r {
			return refs
		}
	}
	return append(refs, r)
}

// parameters lists the stack's parameters in the App.
func (s *stack) parameters() {
	for _, f := range fields(s.t.Root.Get("Parameters")) {
		if f.Value == nil || f.Value.Kind != rind.Map {
			continue
		}
		s.r.app.Parameters = append(s.r.app.Parameters, &rind.Parameter{
			Name: s.prefix + f.Key, Type: f.Value.Get("Type").Str(), Default: f.Value.Get("Default"),
			Secret: secret(f.Value), Value: f.Value, Span: declaration(f),
		})
	}
}
