// Package link follows data from one function into the next: what one writes
// to a queue, table, bucket, topic, stream, bus or state machine, or hands to
// a function, comes out again in another.
//
// In comes an app whose Code is filled in, function by function; [Link]
// completes the flows in place. A flow that begins with what was kept or sent
// somewhere gets the origin, the steps and the functions of the flow that put
// it there; one that nobody can put anything into is taken out. The places are
// the app's resources: the wrong table, a filter that does not let the message
// pass, and a role that may not write give no flow.
//
// The package reads no code and no files. Where it cannot tell (a name that is
// not known, a condition on content) it assumes that data passes, and lowers
// the confidence of what follows from it.
package link

import (
	"slices"
	"strings"

	"rind/rind"
)

// Limits of the search: each is far above what real apps have, and bounds the
// work on hostile ones.
const (
	maxRounds = 16   // how many functions a flow passes through
	maxFacts  = 48   // ways that are kept for one place
	maxSteps  = 64   // steps of one flow
	maxTotal  = 4096 // ways in one app
)

// Link completes the flows of app.Code.
func Link(app *rind.App) {
	if app == nil || len(app.Code) == 0 {
		return
	}
	l := newLinker(app)
	l.seed()
	l.spread()
	for at := range l.facts {
		l.filled = append(l.filled, at)
	}
	// What comes from places that outsiders may fill goes on from there too.
	l.seedOutside()
	l.spread()
	l.finish()
}

// A linker joins the flows of one app.
type linker struct {
	app      *rind.App
	names    *names
	flows    []*flowIn
	forwards map[place][]forward
	facts    map[place][]*fact
	total    int
	fresh    []*fact // not yet spread
	writers  map[place]*writers
	called   map[place]bool // functions that code calls directly
	filled   []place        // what requests from outside reach
	tasks    map[string]int // functions that a state machine calls
	may      permits
}

// A flowIn is a flow with the function it lies in.
type flowIn struct {
	*rind.DataFlow
	code  *rind.Code
	fn    *rind.Function // nil if the app does not list it
	needs []need         // the places its origin may be filled from; nil if it begins outside
	into  []*put         // for flows of class store
}

// A fact is a way for data to get into a place.
type fact struct {
	at     place
	part   string
	key    string // object key with "*", item attribute, source/detail-type
	field  string // first name within a message; "" for all of it
	origin rind.Origin
	steps  []rind.Step
	passed []string // IDs of the functions passed
	sure   rind.Confidence
	write  *rind.Call // the call that wrote it, where known
	bucket string     // ID of the bucket for events about objects
	alike  int        // how often a field kept its name from one function to the next
}

func newLinker(app *rind.App) *linker {
	l := &linker{app: app, names: newNames(app), facts: map[place][]*fact{}, writers: map[place]*writers{}, called: map[place]bool{}, tasks: map[string]int{}}
	l.may = newPermits(app)
	for _, f := range app.Functions {
		for _, t := range f.Triggers {
			if t.Kind == rind.StepFunctions {
				l.tasks[t.Source]++
			}
		}
	}
	for _, c := range app.Code {
		fn := app.Function(c.Function)
		for _, f := range c.Flows {
			in := &flowIn{DataFlow: f, code: c, fn: fn}
			if f.Class == "store" && f.Into != nil {
				in.into = l.puts(in)
			}
			for _, p := range in.into {
				l.called[p.at] = l.called[p.at] || p.at.service == "lambda"
			}
			l.flows = append(l.flows, in)
		}
		l.noteWriters(c, fn)
	}
	for _, f := range l.flows {
		f.needs = l.needs(f)
	}
	l.forwards = l.findForwards()
	return l
}

// seed begins with the flows that come from outside, and with what the
// template lets in without a function.
func (l *linker) seed() {
	for _, f := range l.flows {
		if len(f.into) == 0 || len(f.needs) > 0 || f.Origin.Store != nil {
			continue
		}
		if f.Origin.Control == "attacker" || f.Origin.Control == "caller" {
			l.addAll(f, f.Origin, nil, nil, 0, f.Confidence)
		}
	}
	for _, x := range append(l.templateFacts(), l.signed()...) {
		l.add(x)
	}
}

// seedOutside begins with flows from places that nobody in the app writes to
// and that are made for others to send to.
func (l *linker) seedOutside() {
	for _, f := range l.flows {
		if len(f.into) == 0 || len(f.needs) == 0 || l.best(f) != nil || l.verdict(f) != keep {
			continue
		}
		l.addAll(f, f.Origin, nil, nil, 0, lowest(f.Confidence, rind.ConfidenceMedium))
	}
}

// addAll keeps what the store flow f puts into its places, which came to it
// by way of other functions.
func (l *linker) addAll(f *flowIn, origin rind.Origin, before []rind.Step, passed []string, alike int, sure rind.Confidence) {
	for _, p := range f.into {
		l.add(&fact{
			at: p.at, part: p.part, key: p.key, field: p.field, write: p.call, origin: origin, alike: alike,
			steps:  clip(append(slices.Clip(before), f.Flow...)),
			passed: append(slices.Clip(passed), f.code.Function),
			sure:   lowest(sure, f.Confidence, p.sure),
		})
	}
}

// add keeps a way if it says something new.
func (l *linker) add(x *fact) {
	if x == nil || len(x.passed) > maxRounds || l.total >= maxTotal {
		return
	}
	have := l.facts[x.at]
	for i, old := range have {
		if old.part == x.part && old.key == x.key && old.field == x.field && old.bucket == x.bucket && old.origin.Control == x.origin.Control && old.origin.Path == x.origin.Path {
			if x.sure.Rank() > old.sure.Rank() && len(x.passed) <= len(old.passed) {
				have[i] = x
				l.fresh = append(l.fresh, x)
				l.total++
			}
			return
		}
	}
	if len(have) >= maxFacts {
		return
	}
	l.facts[x.at] = append(have, x)
	l.fresh = append(l.fresh, x)
	l.total++
}

// spread follows new ways until there are none.
func (l *linker) spread() {
	byPlace := map[place][]*flowIn{}
	for _, f := range l.flows {
		if len(f.into) == 0 {
			continue
		}
		for _, n := range f.needs {
			byPlace[n.at] = append(byPlace[n.at], f)
		}
	}
	for len(l.fresh) > 0 {
		x := l.fresh[0]
		l.fresh = l.fresh[1:]
		for _, fw := range l.forwards[x.at] {
			l.add(fw.pass(x))
		}
		for _, f := range byPlace[x.at] {
			if slices.Contains(x.passed, f.code.Function) {
				continue // a loop through the function's own queue
			}
			for _, n := range f.needs {
				if sure, ok := n.takes(l, x); ok {
					l.addAll(f, x.origin, append(slices.Clip(x.steps), n.step(f)), x.passed, x.alikeTo(f), lowest(x.sure, sure))
				}
			}
		}
	}
}

// A match is a way into the place where a flow begins.
type match struct {
	fact *fact
	need *need
	sure rind.Confidence
	// alike tells that the fields at both ends bear the same name. Inside a
	// message fields are not told apart, but their names are seldom changed.
	alike int
}

// alikeTo adds to the names that were kept up to x whether f's field has the
// name of the one that x began with.
func (x *fact) alikeTo(f *flowIn) int {
	from, to := plain(lastName(x.origin.Path)), f.Origin.Path
	if from == plain(firstName(to)) || from == plain(lastName(to)) {
		return x.alike + 1
	}
	return x.alike
}

func lastName(path string) string { return path[strings.LastIndexAny(path, ".]")+1:] }

func plain(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

// best is the way that weighs most for a flow: what an attacker controls, the
// surest, the shortest.
func (l *linker) best(f *flowIn) *match {
	var out *match
	for i := range f.needs {
		n := &f.needs[i]
		for _, x := range l.facts[n.at] {
			sure, ok := n.takes(l, x)
			if !ok || slices.Contains(x.passed, f.code.Function) && len(x.passed) == 1 && x.origin.Trigger == f.Origin.Trigger {
				continue
			}
			m := &match{fact: x, need: n, sure: lowest(x.sure, sure), alike: x.alikeTo(f)}
			if x.key != "" && x.key == n.key || x.field != "" && x.field == n.field {
				m.alike++
			}
			if out == nil || m.weighsMore(out) {
				out = m
			}
		}
	}
	return out
}

func (m *match) weighsMore(o *match) bool {
	switch a, b := controlRank(m.fact.origin.Control), controlRank(o.fact.origin.Control); {
	case a != b:
		return a > b
	case m.sure.Rank() != o.sure.Rank():
		return m.sure.Rank() > o.sure.Rank()
	case m.alike != o.alike:
		return m.alike > o.alike
	}
	return len(m.fact.passed) < len(o.fact.passed)
}

func controlRank(control string) int {
	return slices.Index([]string{"aws", "tenant", "caller", "attacker"}, control)
}

// finish writes what was found into the flows.
func (l *linker) finish() {
	drop := map[*rind.DataFlow]bool{}
	for _, f := range l.flows {
		switch {
		case len(f.needs) == 0, f.Class == "store-key":
			continue // to read the object that an event names is what it is for
		case l.tells(f):
			drop[f.DataFlow] = true
			continue
		}
		if m := l.best(f); m != nil {
			f.link(m)
			continue
		}
		switch l.verdict(f) {
		case gone:
			drop[f.DataFlow] = true
		case doubtful:
			f.Confidence = rind.ConfidenceLow
		case keep:
			f.Confidence = lowest(f.Confidence, rind.ConfidenceMedium)
		}
	}
	for _, c := range l.app.Code {
		c.Flows = slices.DeleteFunc(c.Flows, func(f *rind.DataFlow) bool { return drop[f] })
	}
}

// link makes f the end of a flow that begins in another function.
func (f *flowIn) link(m *match) {
	x := m.fact
	f.Flow = clip(append(append(slices.Clip(x.steps), m.need.step(f)), f.Flow...))
	f.Origin = x.origin
	f.Linked = slices.Clone(x.passed)
	f.Confidence = lowest(f.Confidence, m.sure)
}

// clip keeps the beginning and the end of a very long way.
func clip(steps []rind.Step) []rind.Step {
	if len(steps) <= maxSteps {
		return steps
	}
	return append(slices.Clone(steps[:maxSteps/2]), steps[len(steps)-maxSteps/2:]...)
}

func lowest(cs ...rind.Confidence) rind.Confidence {
	out := rind.ConfidenceHigh
	for _, c := range cs {
		if c != "" && c.Rank() < out.Rank() {
			out = c
		}
	}
	return out
}
