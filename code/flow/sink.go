package flow

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/model"
	"rind/event"
	"rind/rind"
)

// sink checks one sink of a model against a call.
func (e *engine) sink(s *model.Sink, c *Call) {
	if !c.holds(s.When) {
		return
	}
	v := c.first(s.Args())
	if len(s.Args()) > 0 && s.Args()[0].All {
		v = c.all(s.Args())
	}
	if v == nil {
		return
	}
	e.reach(v, &reached{
		class: s.Class, rule: s.Rule, note: s.Note, part: s.Part, sink: c.short(),
		confidence: rind.Confidence(s.Confidence), mod: c.fr.fn.Module, pos: c.pos, loose: strings.HasPrefix(c.Name, "?"),
	})
}

// reached describes a sink that data may have reached.
type reached struct {
	class, rule, note, part, sink string
	confidence                    rind.Confidence
	mod                           *ir.Module
	pos                           ir.Pos
	loose                         bool // the sink was told by its method's name only
	into                          *rind.StoreRef
}

// reach records a flow for each taint of v that the sink must not get.
func (e *engine) reach(v *Value, r *reached) {
	class := classOf(r.class)
	ts := e.deep(v, deepLimit)
	if r.part == "structure" {
		ts = e.structure(v, deepLimit)
	}
	switch r.part {
	case "prefix":
		ts = prefixTaints(e.unwrapped(v), ts)
	case "first":
		if p := v.pieces(); len(p) > 0 && p[0].value == nil && p[0].text != "" || len(p) > 1 && p[0].value != nil && len(p[0].value.taints) == 0 {
			return // it begins with something else, below which it stays
		}
	case "text":
		ts = slices.DeleteFunc(slices.Clone(ts), func(t taint) bool {
			return t.whole && t.parsed && !strings.Contains(t.path, ".")
		})
	}
	for _, t := range ts {
		if (t.clean|e.st.cleaned(t))&class != 0 {
			continue
		}
		if t.weak && r.part == "prefix" && len(v.objs)+len(v.outs) > 0 && r.mod.Lang == ir.JavaScript {
			continue // an object that was made of it, such as a signed request
		}
		if t.weak && r.loose {
			continue // nothing is known of the way, nothing of the end
		}
		if r.class == "bomb" && e.packed(t) {
			continue
		}
		e.record(t, r)
	}
}

// unwrapped is the text that an outside object such as a URL was made of.
func (e *engine) unwrapped(v *Value) *Value {
	for range 3 {
		if len(v.objs) != 1 || e.objs[v.objs[0]].props["0"] == nil {
			break
		}
		v = e.objs[v.objs[0]].props["0"]
	}
	return v
}

// packed reports whether a taint comes from a field that the service itself
// compressed, within the limits of an event.
func (e *engine) packed(t taint) bool {
	if !t.src.event {
		return false
	}
	f, ok := event.Lookup(t.src.kinds, t.path)
	return ok && f.Encoded(event.Gzip)
}

// structure is what of v can be more than text: what was parsed from text and
// not made into text again.
func (e *engine) structure(v *Value, depth int) []taint {
	var out []taint
	for _, t := range e.deep(v, depth) {
		if t.whole && (t.parsed || !e.isText(t)) {
			out = append(out, t)
		}
	}
	return out
}

var fixedHost = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\x00]+[/?#]`)

// prefixTaints is what of the taints can decide about the beginning of a
// string, such as the host of a URL.
func prefixTaints(v *Value, ts []taint) []taint {
	parts := v.pieces()
	var out []taint
	head := ""
	for _, p := range parts {
		if p.value == nil {
			head += p.text
			if fixedHost.MatchString(head) || head != "" && !strings.Contains(head, ":") && strings.HasPrefix(head, "/") && !strings.HasPrefix(head, "//") {
				return out
			}
			continue
		}
		if len(p.value.taints) == 0 {
			// A setting decides about the beginning; what follows is the path,
			// unless nothing separates the two.
			if p.value.config != "" || p.value.any || len(p.value.outs) > 0 {
				if len(out) == 0 && head == "" {
					return out
				}
			}
			head += "x"
			continue
		}
		for _, t := range p.value.taints {
			for _, x := range ts {
				if x.src == t.src && x.path == t.path {
					out = joinTaints(out, []taint{x})
				}
			}
		}
		head += "x"
	}
	if len(parts) == 0 || len(v.parts) == 0 && len(v.taints) == 0 {
		return ts
	}
	return out
}

// record notes a flow, once for each place, class and origin.
func (e *engine) record(t taint, r *reached) {
	origin, certain := e.origin(t)
	if origin == nil || r.class != "unbounded" && e.isNumber(t) {
		return
	}
	span := r.mod.Place(r.pos)
	key := strings.Join([]string{r.class, r.rule, span.String(), origin.Path, storeKey(origin.Store), storeKey(r.into)}, "|")
	if f := e.flowAt[key]; f != nil {
		return
	}
	f := &rind.DataFlow{
		Class: r.class, Rule: r.rule, Origin: *origin, Sink: r.sink, Span: span, Note: r.note,
		Confidence: rind.ConfidenceHigh, Collapsed: t.cut, Into: r.into,
	}
	if t.weak || r.loose || !certain {
		f.Confidence = rind.ConfidenceMedium
	}
	if r.confidence != "" && r.confidence.Rank() < f.Confidence.Rank() {
		f.Confidence = r.confidence
	}
	f.Flow = t.via.steps()
	end := rind.Label{Span: span, Note: r.sink}
	if r.note != "" {
		end.Note += ", which " + r.note
	}
	f.Flow = append(f.Flow, end)
	if f.Origin.Span.IsZero() && len(f.Flow) > 0 {
		f.Origin.Span = f.Flow[0].Span
	}
	e.flowAt[key] = f
	e.out.Flows = append(e.out.Flows, f)
}

func storeKey(s *rind.StoreRef) string {
	if s == nil {
		return ""
	}
	return strings.Join([]string{s.Service, s.ID, s.Name, s.Key, s.Part}, ":")
}

// sortCode puts everything in source order.
func sortCode(c *rind.Code) {
	bySpan := func(a, b rind.Span) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	}
	slices.SortStableFunc(c.Flows, func(a, b *rind.DataFlow) int {
		return cmp.Or(bySpan(a.Span, b.Span), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Origin.Path, b.Origin.Path))
	})
	slices.SortStableFunc(c.Calls, func(a, b *rind.Call) int { return bySpan(a.Span, b.Span) })
	slices.SortStableFunc(c.Weaknesses, func(a, b *rind.Weakness) int {
		return cmp.Or(bySpan(a.Span, b.Span), cmp.Compare(a.Rule, b.Rule))
	})
	slices.Sort(c.Files)
	slices.Sort(c.Limits)
}

// weak records a weakness that a model sees in a call.
func (e *engine) weak(w *model.Weak, c *Call) {
	if !c.holds(w.When) {
		return
	}
	c.Weakness(w.Rule, w.Message, rind.Confidence(w.Confidence), nil)
}

// notePrototype reports obj[a][b] = v with keys from outside, which writes to
// what all objects share: obj["__proto__"]["x"].
func (e *engine) notePrototype(base, key, v *Value, fr *frame, pos ir.Pos) {
	if len(base.keyed) == 0 || key == nil || len(key.taints) == 0 || fr.fn.Module.Lang != ir.JavaScript {
		return
	}
	e.reach(&Value{any: true, taints: base.keyed}, &reached{
		class: "prototype-pollution", sink: "assignment", note: "sets a field of an object that the sender's key chooses",
		mod: fr.fn.Module, pos: pos,
	})
}

// writeOutside is an assignment to a member of an outside thing, looked up
// among the calls as "name=".
func (e *engine) writeOutside(name string, v *Value, fr *frame, pos ir.Pos) {
	c := &Call{Name: name + "=", recv: none, args: []argument{{value: v}}, e: e, fr: fr, pos: pos}
	for _, o := range e.opt.Observers {
		o.Called(c)
	}
	if models := e.opt.Library.Calls(name + "="); len(models) > 0 {
		e.applyModels(models, &Call{Name: name + "=", recv: none, args: []argument{{value: v}}, e: e, fr: fr, pos: pos})
	}
}
