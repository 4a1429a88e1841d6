package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/rind"
)

// A source is where taints come from: the event of the function, a request of
// a web framework, content of a store.
type source struct {
	id     int
	kinds  []rind.TriggerKind // of the event; empty for an unknown trigger
	event  bool               // Path is a path of the function's event
	http   bool               // a framework's request: Path is in words of package event
	store  *rind.StoreRef     // content of a store
	other  string             // another kind of source: "file", "external"
	called string             // how the code names it
}

// A taint says that a value was made of what a source holds at a path.
type taint struct {
	src  *source
	path string
	// whole marks the very thing at the path (event.body), as opposed to
	// something made of it; its members are deeper paths.
	whole bool
	// parsed marks what was decoded from text that the source holds: its
	// type is then for the sender to choose.
	parsed bool
	// weak marks what passed a library function that nothing is known of.
	weak bool
	// piece marks a part of a text: what is shown of it says nothing of the
	// rest.
	piece bool
	// cut marks a path that was cut at the depth limit.
	cut bool
	// clean holds the attack classes for which it was made harmless.
	clean classes
	via   *step
}

// A step is one station of a taint, linked backwards.
type step struct {
	prev *step
	mod  *ir.Module
	pos  ir.Pos
	note string
	n    int
}

// maxSteps is how many stations a taint remembers. Longer ways are cut in
// the middle: the beginning tells where it came from.
const maxSteps = 24

// maxPath is how many segments below an event's own fields are told apart.
const maxPath = 10

type taintKey struct {
	src    *source
	path   string
	whole  bool
	parsed bool
	piece  bool
}

func (t taint) key() taintKey { return taintKey{t.src, t.path, t.whole, t.parsed, t.piece} }

// about reports whether what is known of k holds for t: for the same data, for
// what lies below it, but not for the whole of what only a piece was looked at.
func (k taintKey) about(t taint) bool {
	return k.src == t.src && (!k.piece || t.piece) && (k.path == t.path || below(t.path, k.path))
}

// pieces are the taints of parts of a text.
func pieces(ts []taint, clean classes) []taint {
	out := through(ts, clean, nil)
	for i := range out {
		out[i].piece = true
	}
	return out
}

// joinTaints is the union. Of two ways of the same data the dirtier counts.
func joinTaints(a, b []taint) []taint {
	if len(b) == 0 {
		return a
	}
	if len(a) == 0 {
		return b
	}
	out := a
	copied := false
	for _, t := range b {
		i := slices.IndexFunc(out, func(x taint) bool { return x.key() == t.key() })
		switch {
		case i < 0 && len(out) < maxTaints:
			if !copied {
				out, copied = slices.Clone(out), true
			}
			out = append(out, t)
		case i < 0 && t.isMark(): // marks never crowd out data
		case i < 0:
			if m := slices.IndexFunc(out, taint.isMark); m >= 0 {
				if !copied {
					out, copied = slices.Clone(out), true
				}
				out[m] = t
				continue
			}
			if !copied {
				out, copied = slices.Clone(out), true
			}
			out[maxTaints-1].cut = true
		case out[i].clean != t.clean || out[i].weak && !t.weak:
			if !copied {
				out, copied = slices.Clone(out), true
			}
			if t.clean&^out[i].clean == 0 && t.clean != out[i].clean {
				out[i].via = t.via
			}
			out[i].clean &= t.clean
			out[i].weak = out[i].weak && t.weak
		}
	}
	return out
}

// through is what the taints are after an operation: no longer the thing
// itself, with the given classes cleaned.
func through(ts []taint, clean classes, s *step) []taint {
	if len(ts) == 0 || clean == allClasses {
		return nil
	}
	out := make([]taint, 0, len(ts))
	for _, t := range ts {
		t.whole, t.parsed = false, false
		t.clean |= clean
		if s != nil {
			t.via = s.after(t.via)
		}
		out = joinTaints(out, []taint{t})
	}
	return out
}

// after links s behind prev. A step on the same line as the one before says
// nothing new.
func (s *step) after(prev *step) *step {
	if s == nil {
		return prev
	}
	if prev != nil && (prev.n >= maxSteps || prev.mod == s.mod && prev.pos == s.pos && prev.note == s.note) {
		return prev
	}
	n := 0
	if prev != nil {
		n = prev.n + 1
	}
	return &step{prev: prev, mod: s.mod, pos: s.pos, note: s.note, n: n}
}

// steps are the stations in order.
func (s *step) steps() []rind.Step {
	var out []rind.Step
	for ; s != nil; s = s.prev {
		l := rind.Label{Note: s.note}
		if s.mod != nil && s.mod.Place != nil {
			l.Span = s.mod.Place(s.pos)
		}
		out = append(out, l)
	}
	slices.Reverse(out)
	unique := out[:0]
	for _, l := range out {
		if n := len(unique); n > 0 && unique[n-1].Span.File == l.Span.File && unique[n-1].Span.Line == l.Span.Line && n > 1 {
			unique[n-1] = l
			continue
		}
		unique = append(unique, l)
	}
	return unique
}

// deeper is the taint of a member of what t is.
func (t taint) deeper(name string) taint {
	if !t.whole {
		return t
	}
	if strings.Count(t.path, ".")+strings.Count(t.path, "[]") >= maxPath {
		t.cut = true
		return t
	}
	switch {
	case name == "[]":
		t.path += "[]"
	case t.path == "":
		t.path = name
	default:
		t.path += "." + name
	}
	return t
}

// classes is a set of attack classes.
type classes uint64

// classNames are the attack classes in the order of their bits. The first
// ones are ARCHITECTURE's; the others are sinks of code only.
var classNames = []string{
	"sqli", "nosqli", "xss", "cmdi", "codei", "path-traversal", "rfi", "ssrf", "xxe", "ssti",
	"prototype-pollution", "deserialization", "ldapi", "xpathi", "jndi", "crlf", "graphql",
	"open-redirect", "bomb", "redos", "log", "trust-boundary", "unbounded", "store-key", "target", "store",
	"dots", // no class: a path from which ".." was taken out
}

const allClasses = ^classes(0)

func classOf(name string) classes {
	if name == "all" {
		return allClasses
	}
	if name == "number" { // it says how much, and nothing else
		return allClasses &^ classOf("unbounded")
	}
	if i := slices.Index(classNames, name); i >= 0 {
		return 1 << i
	}
	return 0
}

func classSet(names []string) classes {
	var c classes
	for _, n := range names {
		c |= classOf(n)
	}
	return c
}
