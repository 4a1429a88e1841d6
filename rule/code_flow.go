package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rind/rind"
)

// A flowRule is a rule about data that reaches a place where it does harm.
// What is found comes from the code stage; a rule gives it its words and its
// weight.
type flowRule struct {
	Rule
	class string
	// harm completes "…, which": what happens to the data where the model
	// does not say it better.
	harm string
	// fixes are more precise than Fix, by language.
	fixes map[string]string
}

// flowClasses maps each class of flow to its rule.
var flowClasses = map[string]*flowRule{}

// registerFlow registers a rule of a class of flows.
func registerFlow(f flowRule) *Rule {
	f.Layer = rind.SecureCode
	if f.Risk == "" {
		f.Risk = rind.SAS1
	}
	rule := &f
	flowClasses[f.class] = rule
	r := f.Rule
	r.CheckApp = func(p *Pass) { rule.check(p) }
	return register(&r)
}

// check reports the flows of one class in an app.
func (x *flowRule) check(p *Pass) {
	// Where no template tells the functions of a file apart, the same place
	// reached from several of its entries is one finding.
	loose := p.App.Kind == rind.SourceCode
	seen := map[string]bool{}
	for _, c := range p.App.Code {
		for _, fl := range x.worst(p, c) {
			at := fl.Span.String() + fl.Sink
			if loose && seen[at] {
				continue
			}
			seen[at] = true
			x.report(p, c, fl)
		}
	}
}

// A weighed flow is a flow with how bad it is, and the others that end at the
// same place.
type weighed struct {
	*rind.DataFlow
	trigger  *rind.Trigger
	severity rind.Severity
	others   []*rind.DataFlow
}

// worst picks, for each place that flows of the rule reach, the flow that
// weighs most.
func (x *flowRule) worst(p *Pass, c *rind.Code) []*weighed {
	type place struct {
		sink string
		span rind.Span
	}
	at := map[place]*weighed{}
	var out []*weighed
	f := p.App.Function(c.Function)
	for _, fl := range c.Flows {
		if fl.Rule != "" && fl.Rule != x.ID || fl.Rule == "" && fl.Class != x.class {
			continue
		}
		if fl.Origin.Control == "aws" {
			continue // nobody but AWS decides about it
		}
		if fl.Class == "store-key" && (!asked(fl.Origin.Trigger) || len(fl.Linked) > 0) {
			continue // what an object's own event names is meant to be read
		}
		if fl.Class == "bomb" && fl.Origin.Trigger == rind.CloudWatchLogs {
			continue // AWS packed it, within its own limits
		}
		first := f
		if len(fl.Linked) > 0 { // the trigger is that of the function it begins in
			first = p.App.Function(fl.Linked[0])
		}
		t := triggerOf(first, fl.Origin)
		w := &weighed{DataFlow: fl, trigger: t, severity: weigh(x.Severity, fl, t)}
		key := place{fl.Sink, fl.Span}
		old := at[key]
		switch {
		case old == nil:
			at[key] = w
			out = append(out, w)
		case cmp.Or(cmp.Compare(w.severity.Rank(), old.severity.Rank()), cmp.Compare(w.Confidence.Rank(), old.Confidence.Rank())) > 0:
			w.others = append(old.others, old.DataFlow)
			*old = *w
		default:
			old.others = append(old.others, fl)
		}
	}
	return out
}

// asked reports whether a trigger is a request of somebody for something of
// theirs, rather than news of what has happened.
func asked(k rind.TriggerKind) bool {
	return k.HTTP() || k == rind.AppSync || k == rind.Lex || k == rind.Alexa || k == rind.BedrockAgent
}

// weigh is the severity of a flow: that of the class where a stranger can
// start it, less the more one must be let in for it, and the less sure it is.
func weigh(class rind.Severity, fl *rind.DataFlow, t *rind.Trigger) rind.Severity {
	s := class
	switch fl.Origin.Control {
	case "caller":
		s = lower(s)
	case "tenant":
		s = lower(lower(s))
		if s.Rank() > rind.Low.Rank() {
			s = rind.Low
		}
	default:
		// Who can start code that no template deploys is not known.
		if t == nil || !openTo(t) {
			s = lower(s)
		}
	}
	if fl.Confidence == rind.ConfidenceLow {
		s = lower(s)
	}
	return s
}

// openTo reports whether anyone on the internet may start the trigger.
func openTo(t *rind.Trigger) bool {
	if !t.Kind.HTTP() {
		return t.Public && t.Enabled
	}
	return t.Public && t.Enabled && (t.Auth.Type == "none" || t.Auth.Type == "" || t.Auth.Type == "api-key")
}

// lower is the next milder severity; low stays low.
func lower(s rind.Severity) rind.Severity {
	i := slices.Index(rind.Severities, s)
	if i < 0 || s.Rank() <= rind.Low.Rank() {
		return s
	}
	return rind.Severities[i+1]
}

// triggerOf is the trigger that a flow comes through: of those of its kind the
// one that is open to most.
func triggerOf(f *rind.Function, o rind.Origin) *rind.Trigger {
	if f == nil || o.Store != nil {
		return nil
	}
	var best *rind.Trigger
	rank := func(t *rind.Trigger) int {
		switch {
		case !t.Enabled:
			return 0
		case openTo(t):
			return 3
		case t.Public:
			return 2
		}
		return 1
	}
	for _, t := range f.Triggers {
		if o.Trigger != "" && t.Kind != o.Trigger {
			continue
		}
		if best == nil || rank(t) > rank(best) {
			best = t
		}
	}
	return best
}

// report records one flow.
func (x *flowRule) report(p *Pass, c *rind.Code, w *weighed) {
	f := p.App.Function(c.Function)
	var r *rind.Resource
	if f != nil {
		r = f.Resource
	}
	out := p.Report(r, nil, "%s", x.message(w))
	out.Function = c.Function
	out.Class = w.Class
	out.Span = w.Span
	out.Severity = w.severity
	out.Confidence = cmp.Or(w.Confidence, rind.ConfidenceHigh)
	out.Flow = w.Flow
	out.Generated = false
	if fix := x.fixes[c.Language]; fix != "" {
		out.Fix = &rind.Fix{Summary: fix}
	}
	// The line is left out, so that the fingerprint survives moves; the
	// number tells apart what is otherwise the same.
	key := strings.Join([]string{w.Span.File, w.Sink, string(w.Origin.Trigger), w.Origin.Path, storeKey(w.Origin.Store)}, "|")
	out.Key = p.numbered(c.Function, key)
}

func storeKey(s *rind.StoreRef) string {
	if s == nil {
		return ""
	}
	return s.Service + ":" + cmp.Or(s.ID, s.Name)
}

// message says what reaches what: "the query string parameter `id` (GET
// /orders/{id}, public) reaches sqlite3 execute, which runs it as SQL".
func (x *flowRule) message(w *weighed) string {
	var b strings.Builder
	b.WriteString(originWords(w.Origin))
	if t := triggerWords(w.trigger); t != "" {
		b.WriteString(" (" + t + ")")
	}
	if len(w.Linked) > 0 {
		b.WriteString(", by way of " + strings.Join(w.Linked, " and "))
	}
	b.WriteString(" reaches " + sinkWords(w.Sink) + ", which " + cmp.Or(w.Note, x.harm))
	if n := len(w.others); n > 0 {
		var names []string
		for _, o := range w.others {
			if s := originWords(o.Origin); !slices.Contains(names, s) && s != originWords(w.Origin) {
				names = append(names, s)
			}
		}
		switch {
		case len(names) == 1:
			b.WriteString("; so does " + names[0])
		case len(names) > 1:
			fmt.Fprintf(&b, "; so do %s and %d more", names[0], len(names)-1)
		}
	}
	if w.Collapsed {
		b.WriteString(" (the field is named as deep as fields are told apart)")
	}
	return b.String()
}

// sinkWords writes a sink's name for people: "sqlite3.connect().cursor().execute"
// as "sqlite3 execute".
func sinkWords(sink string) string {
	if !strings.Contains(sink, "()") {
		return strings.TrimPrefix(sink, "?.")
	}
	first, last := sink, sink
	if i := strings.IndexAny(first, ".("); i > 0 {
		first = first[:i]
	}
	if i := strings.LastIndexByte(last, '.'); i >= 0 {
		last = last[i+1:]
	}
	if first == last || first == "?" || first == "" {
		return last
	}
	return first + " " + last
}

// triggerWords says where an event comes from and who may send it.
func triggerWords(t *rind.Trigger) string {
	if t == nil {
		return ""
	}
	name := cmp.Or(t.Detail, t.Source, string(t.Kind))
	if !t.Kind.HTTP() {
		if t.Source != "" && t.Detail != t.Source {
			name = string(t.Kind) + " " + t.Source
		}
		return name
	}
	switch {
	case !t.Public:
		return name + ", not public"
	case t.Auth.Type == "none":
		return name + ", public"
	case t.Auth.Type == "":
		return name
	case t.Auth.Type == "api-key":
		return name + ", public with an API key"
	}
	return name + ", authorized by " + t.Auth.Type
}
