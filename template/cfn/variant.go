package cfn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rind/rind"
)

// variants makes the App once more for every condition that decided
// something and that another choice of parameters would turn.
func (sh *shared) variants(t *Template, base *run) []*rind.App {
	var out []*rind.App
	seen := map[string]bool{}
	for _, a := range base.asked {
		c := a.stack.conds[a.name]
		if len(out) >= maxVariants || len(seen) >= maxAttempts || sh.work > maxWork {
			break
		}
		if c == nil || !sh.open(t, c) {
			continue
		}
		name := a.stack.prefix + a.name
		plan := outcome{assign: map[string]*rind.Value{}, base: base}
		way := a.stack.flip(rind.NewMap(rind.Span{}, rind.Field{Key: "Condition", Value: rind.NewString(a.name, rind.Span{})}), !c.holds, plan.assign, 0)
		if way == cannot {
			continue
		}
		if way == noWay {
			plan.assign, plan.force = nil, map[string]bool{name: !c.holds}
		}
		key := plan.key()
		if seen[key] {
			continue
		}
		seen[key] = true
		r := sh.attempt(t, plan, base)
		if way == found && r.turned(a, c) {
			// The parameters alone do not turn it; say that it is turned.
			plan.assign, plan.force = nil, map[string]bool{name: !c.holds}
			r = sh.attempt(t, plan, base)
		}
		if r.same == len(base.app.Resources)+len(base.app.Declared) && r.same == len(r.app.Resources)+len(r.app.Declared) {
			continue // it changes nothing
		}
		r.app.When = fmt.Sprintf("when %s is %t", name, !c.holds)
		r.app.Undecided = !c.sure
		out = append(out, r.app)
	}
	return out
}

func (sh *shared) attempt(t *Template, plan outcome, base *run) *run {
	for name := range plan.assign {
		plan.changed.add(dep("parameter", name))
	}
	for name := range plan.force {
		plan.changed.add(dep("condition", name))
	}
	r := sh.run(t, plan)
	r.app.Parameters = base.app.Parameters
	return r
}

// turned reports whether condition a came out in r as it had in the default
// outcome, though it was meant to turn. It is looked up by name, since r has
// stacks of its own.
func (r *run) turned(a ask, old *condition) bool {
	for _, b := range r.asked {
		if b.name == a.name && b.stack.prefix == a.stack.prefix {
			return b.stack.conds[b.name].holds == old.holds
		}
	}
	return false
}

func (o outcome) key() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(o.assign)) {
		fmt.Fprintf(&b, "%s=%s\x00", name, o.assign[name].Text)
	}
	for name, v := range o.force {
		fmt.Fprintf(&b, "!%s=%t\x00", name, v)
	}
	return b.String()
}

// open reports whether a condition depends on a parameter of the root
// template that the user has not set.
func (sh *shared) open(t *Template, c *condition) bool {
	for _, name := range c.refs {
		if t.Root.Get("Parameters", name) == nil {
			continue
		}
		if _, fixed := sh.opt.Parameters[name]; !fixed {
			return true
		}
	}
	return false
}

// way is how a condition can be turned.
type way int

const (
	found  way = iota // by the parameters assigned
	noWay             // none was found; it may still be possible
	cannot            // what decides it is fixed
)

// flip assigns parameters of the root template so that v comes out as want.
func (s *stack) flip(v *rind.Value, want bool, assign map[string]*rind.Value, depth int) way {
	// Conditions that refer to others twice make the search double at each
	// level; nobody writes one that takes many steps.
	if s.r.flips++; s.r.flips > maxFlips || depth > 50 || v == nil || v.Kind != rind.Map || len(v.Fields) != 1 {
		return noWay
	}
	arg := v.Fields[0].Value
	switch v.Fields[0].Key {
	case "Condition":
		raw := s.rules[arg.Str()]
		if raw == nil {
			return cannot
		}
		return s.flip(raw, want, assign, depth+1)
	case "Fn::Not":
		return s.flip(first(arg), !want, assign, depth+1)
	case "Fn::And", "Fn::Or":
		if all := v.Fields[0].Key == "Fn::And"; all == want {
			return s.flipAll(arg, want, assign, depth)
		}
		return s.flipAny(arg, want, assign, depth)
	case "Fn::Equals":
		return s.flipEquals(arg.At(0), arg.At(1), want, assign)
	}
	return noWay
}

// flipAll makes every operand want.
func (s *stack) flipAll(arg *rind.Value, want bool, assign map[string]*rind.Value, depth int) way {
	worst := found
	for it := range arg.Each() {
		if s.evaluate(it, &condition{}, 0) == (verdict{want, true}) {
			continue
		}
		worst = max(worst, s.flip(it, want, assign, depth+1))
	}
	return worst
}

// flipAny makes one operand want.
func (s *stack) flipAny(arg *rind.Value, want bool, assign map[string]*rind.Value, depth int) way {
	best := cannot
	for it := range arg.Each() {
		try := maps.Clone(assign)
		w := s.flip(it, want, try, depth+1)
		if w == found {
			maps.Copy(assign, try)
			return found
		}
		best = min(best, w)
	}
	return best
}

func (s *stack) flipEquals(a, b *rind.Value, want bool, assign map[string]*rind.Value) way {
	if a.Get("Ref") == nil {
		a, b = b, a
	}
	c := &condition{}
	other := s.operand(b, c)
	s.operand(a, c)
	if !s.r.open(s.root().t, c) {
		return cannot
	}
	st, name := s.origin(a.Get("Ref").Str())
	if st == nil || st.parent != nil || !other.Scalar() {
		if s.settled(a, b, c) {
			return cannot
		}
		return noWay
	}
	if _, fixed := s.r.opt.Parameters[name]; fixed {
		return cannot
	}
	decl := st.inputs[name]
	if old := assign[name]; old != nil {
		if (old.Str() == other.Text) == want {
			return found
		}
		return noWay
	}
	v := choice(decl, name, other.Text, want)
	if v == nil {
		return cannot
	}
	assign[name] = v
	return found
}

// settled reports whether a comparison comes out the same whatever the
// parameters in it are: "x-${Stage}" is never "public".
func (s *stack) settled(a, b *rind.Value, c *condition) bool {
	if s.parent != nil {
		return false
	}
	free := outcome{assign: map[string]*rind.Value{}}
	for _, name := range c.refs {
		if _, fixed := s.r.opt.Parameters[name]; !fixed {
			free.assign[name] = rind.NewRef(rind.Ref{Kind: rind.RefParameter, Name: name}, rind.Span{})
		}
	}
	r := &run{shared: s.r.shared, out: free, seen: map[string]bool{}, done: map[string]resolved{}, app: &rind.App{}}
	return newStack(r, s.t, nil, "", nil).equals(a, b, &condition{}).sure
}

func (s *stack) root() *stack {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// origin follows a parameter through the parents that pass it on unchanged.
func (s *stack) origin(name string) (*stack, string) {
	for name != "" {
		if s.inputs[name] == nil {
			return nil, ""
		}
		if s.parent == nil {
			return s, name
		}
		name = s.passed.Get(name, "Ref").Str()
		s = s.parent
	}
	return nil, ""
}

// opposites are values that switches are usually turned to.
var opposites = map[string]string{
	"true": "false", "false": "true", "True": "False", "False": "True",
	"yes": "no", "no": "yes", "Yes": "No", "No": "Yes", "TRUE": "FALSE", "FALSE": "TRUE",
	"on": "off", "off": "on", "enabled": "disabled", "disabled": "enabled",
	"Enabled": "Disabled", "Disabled": "Enabled", "ENABLED": "DISABLED", "DISABLED": "ENABLED",
	"0": "1", "1": "0",
}

// choice is a value for a parameter that equals text, or one that does not;
// nil if its AllowedValues admit none.
func choice(decl *rind.Value, name, text string, want bool) *rind.Value {
	allowed := decl.Get("AllowedValues")
	for v := range allowed.Each() {
		if (v.Str() == text) == want {
			return v
		}
	}
	switch {
	case allowed.Len() > 0:
		return nil
	case want:
		return rind.NewString(text, decl.Span)
	}
	if o := opposites[text]; o != "" {
		return rind.NewString(o, decl.Span)
	}
	// Some other value: nothing else is known of it.
	return rind.NewRef(rind.Ref{Kind: rind.RefParameter, Name: name}, decl.Span)
}
