package cfn

import (
	"path"
	"slices"
	"strings"

	"rind/rind"
)

// condition is the outcome of a named condition in one run.
type condition struct {
	holds bool
	// sure is false where the outcome rests on a parameter without a
	// default; holds is then the likelier one.
	sure bool
	refs []string // parameters it depends on, as named in the App
	deps deps
	busy bool
}

// ask is a condition that decided what a resource looks like.
type ask struct {
	stack *stack
	name  string
}

// holds evaluates what stands as a resource's Condition or in Fn::If.
func (s *stack) holds(v *rind.Value) bool {
	if v != nil && v.Kind == rind.Map {
		if name := v.Get("Condition"); name != nil && len(v.Fields) == 1 {
			v = name
		} else {
			return s.evaluate(v, &condition{}, 0).holds
		}
	}
	if !v.Scalar() {
		return true
	}
	c := s.condition(v.Text)
	if c == nil {
		return true // CloudFormation refuses the template; show what it would hold
	}
	s.r.track.add(c.deps)
	if key := s.prefix + v.Text; !s.r.seen[key] {
		s.r.seen[key] = true
		s.r.asked = append(s.r.asked, ask{s, v.Text})
	}
	return c.holds
}

// condition evaluates a condition by name, nil if there is none.
func (s *stack) condition(name string) *condition {
	if c, ok := s.conds[name]; ok {
		return c
	}
	raw := s.rules[name]
	if raw == nil {
		s.conds[name] = nil
		return nil
	}
	c := &condition{busy: true, sure: true}
	s.conds[name] = c
	outer := s.r.track
	s.r.track = dep("condition", s.prefix+name)
	v := s.evaluate(raw, c, 0)
	c.holds, c.sure, c.deps, c.busy = v.holds, v.sure, s.r.track, false
	if forced, ok := s.r.out.force[s.prefix+name]; ok {
		c.holds = forced
	}
	s.r.track = outer
	return c
}

// verdict is the outcome of a part of a condition.
type verdict struct{ holds, sure bool }

// evaluate computes a condition function. What it depends on goes to c.
func (s *stack) evaluate(v *rind.Value, c *condition, depth int) verdict {
	if depth > maxDepth || !s.r.spend(rind.Span{File: s.t.File}) {
		return verdict{}
	}
	if v == nil || v.Kind != rind.Map || len(v.Fields) != 1 {
		return verdict{v.True(), v.Scalar()}
	}
	arg := v.Fields[0].Value
	switch v.Fields[0].Key {
	case "Condition":
		return s.refer(arg, c)
	case "Fn::Not":
		w := s.evaluate(first(arg), c, depth+1)
		return verdict{!w.holds, w.sure}
	case "Fn::And", "Fn::Or":
		// stop is the outcome that decides: false for And, true for Or.
		stop := v.Fields[0].Key == "Fn::Or"
		out := verdict{!stop, true}
		for it := range arg.Each() {
			w := s.evaluate(it, c, depth+1)
			switch {
			case w.holds == stop && (w.sure || out.holds != stop):
				out = w
			case w.holds != stop && !w.sure && out.holds != stop:
				out.sure = false
			}
			if out.holds == stop && out.sure {
				break
			}
		}
		return out
	case "Fn::Equals":
		return s.equals(arg.At(0), arg.At(1), c)
	case "Fn::Contains": // [list, value]
		return s.within(arg.At(1), arg.At(0), c)
	case "Fn::EachMemberIn", "Fn::EachMemberEquals": // [members, list or value]
		return s.within(arg.At(0), arg.At(1), c)
	}
	w := s.operand(v, c)
	return verdict{w.True(), w.Scalar()}
}

func first(v *rind.Value) *rind.Value {
	if v != nil && v.Kind == rind.List {
		return v.At(0)
	}
	return v
}

func (s *stack) refer(name *rind.Value, c *condition) verdict {
	other := s.condition(name.Str())
	if other == nil || other.busy {
		return verdict{} // undefined, or defined by itself
	}
	s.r.track.add(other.deps)
	for _, r := range other.refs {
		c.refer(r)
	}
	return verdict{other.holds, other.sure}
}

func (c *condition) refer(name string) {
	if !slices.Contains(c.refs, name) && len(c.refs) < 256 {
		c.refs = append(c.refs, name)
	}
}

// operand resolves one side of a comparison. A NoEcho parameter with a
// default is compared by it, though its value is secret everywhere else.
func (s *stack) operand(raw *rind.Value, c *condition) *rind.Value {
	v := s.resolve(raw, 0)
	for r := range v.Refs() {
		if r.Kind == rind.RefParameter || r.Kind == rind.RefSecret {
			c.refer(r.Name)
		}
	}
	if name := raw.Get("Ref").Str(); name != "" && s.parent == nil {
		decl := s.inputs[name]
		if secret(decl) {
			if w := s.r.out.assign[name]; w != nil {
				return w
			}
			if text, ok := s.r.opt.Parameters[name]; ok {
				return rind.NewString(text, raw.Span)
			}
			if def := decl.Get("Default"); def.Scalar() {
				return def
			}
		}
	}
	if v.Symbolic() && len(v.Parts) == 1 && v.Parts[0].Ref != nil {
		switch v.Parts[0].Ref.Name {
		case "AWS::Partition":
			return rind.NewString("aws", v.Span)
		case "AWS::URLSuffix":
			return rind.NewString("amazonaws.com", v.Span)
		}
	}
	return v
}

func (s *stack) equals(rawA, rawB *rind.Value, c *condition) verdict {
	a, b := s.operand(rawA, c), s.operand(rawB, c)
	if a.Known() && b.Known() {
		return verdict{same(a, b), true}
	}
	if equal(a, b) {
		return verdict{true, true}
	}
	if b.Symbolic() {
		a, b, rawA = b, a, rawB
	}
	if !deployTime(a) && !deployTime(b) {
		return verdict{false, true} // AWS::Region and the like: assume it is elsewhere
	}
	if b.Scalar() {
		if !matches(a, b.Text) {
			return verdict{false, true}
		}
		allowed := s.inputs[rawA.Get("Ref").Str()].Get("AllowedValues")
		if allowed.Len() > 0 && allowed.Known() && !slices.ContainsFunc(allowed.Items, func(v *rind.Value) bool { return v.Str() == b.Text }) {
			return verdict{false, true}
		}
	}
	return verdict{false, false}
}

// same compares two known values as CloudFormation does, by their text.
func same(a, b *rind.Value) bool {
	if a.Scalar() && b.Scalar() {
		return a.Text == b.Text
	}
	return equal(a, b)
}

// deployTime reports whether v rests on something that whoever deploys the
// template decides, rather than on where it is deployed.
func deployTime(v *rind.Value) bool {
	for r := range v.Refs() {
		if r.Kind != rind.RefPseudo {
			return true
		}
	}
	return false
}

// matches reports whether the symbol v may turn out to be text.
func matches(v *rind.Value, text string) bool {
	escape := strings.NewReplacer(`\`, `\\`, `[`, `\[`, `*`, `\*`, `?`, `\?`)
	var pattern strings.Builder
	for _, p := range v.Parts {
		if p.Ref != nil {
			pattern.WriteByte('*')
		} else {
			pattern.WriteString(escape.Replace(strings.ReplaceAll(p.Text, "/", "\x01")))
		}
	}
	if pattern.Len() > 1000 {
		return true
	}
	ok, err := path.Match(pattern.String(), strings.ReplaceAll(text, "/", "\x01"))
	return ok || err != nil
}

// within evaluates the list functions of the Rules section: whether every
// member is in the list.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html
func (s *stack) within(rawMembers, rawList *rind.Value, c *condition) verdict {
	members, list := s.operand(rawMembers, c), s.operand(rawList, c)
	if !members.Known() || !list.Known() {
		return verdict{false, false}
	}
	for m := range members.Each() {
		found := false
		for v := range list.Each() {
			found = found || same(v, m)
		}
		if !found {
			return verdict{false, true}
		}
	}
	return verdict{true, true}
}
