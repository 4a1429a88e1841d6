package posture

import (
	"fmt"
	"slices"
	"strings"

	"rind/rind"
)

// codeOf is what the code stage found out about a function, or nil where it
// did not run.
func (g *graph) codeOf(f *rind.Function) *rind.Code {
	for _, c := range g.app.Code {
		if c.Function == f.ID {
			return c
		}
	}
	return nil
}

// probeFlows judges whether the code lets data of its events do harm. It is
// solid only where all of the code was followed and nothing was found.
func probeFlows(g *graph, f *rind.Function) (rind.SliceState, []string) {
	c := g.codeOf(f)
	switch {
	case c == nil:
		return rind.Unknown, []string{"the function's code has not been followed: a scan without --no-code would tell"}
	case c.Missing != "":
		return rind.Unknown, []string{"the function's code was not followed: " + c.Missing}
	case len(c.Limits) > 0:
		return rind.Unknown, []string{"the function's code was followed in part: " + strings.Join(c.Limits, ", ")}
	case slices.ContainsFunc(g.flows[f.ID], func(x *rind.Finding) bool { return x.Risk == rind.SAS1 }):
		return rind.Unknown, []string{"a flow to a sink is not sure enough to count as a hole, nor is its absence"}
	}
	return rind.Solid, []string{fmt.Sprintf("%s of code followed from %s: no field of its events was found to reach what it could harm", files(len(c.Files)), place(c, f))}
}

func place(c *rind.Code, f *rind.Function) string {
	if c.Entry.File != "" {
		return c.Entry.String()
	}
	return f.Handler
}

func files(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}

// probeCode is for the other risks that code can cover: nothing found is not
// yet evidence.
func probeCode(g *graph, f *rind.Function) (rind.SliceState, []string) {
	c := g.codeOf(f)
	switch {
	case c == nil:
		return "", nil
	case c.Missing != "":
		return rind.Unknown, []string{"the function's code was not followed: " + c.Missing}
	}
	return rind.Unknown, []string{"the function's code was followed and nothing was found against it, which is no proof: rind test would tell"}
}

// harmWords name what a class of flow lets an attacker do, for the classes
// that hand over the function or its data. The first ones hand over most.
var harmWords = []struct{ class, word string }{
	{"cmdi", "command injection"},
	{"codei", "code injection"},
	{"deserialization", "deserialization"},
	{"ssti", "template injection"},
	{"rfi", "loading of foreign code"},
	{"jndi", "JNDI injection"},
	{"sqli", "SQL injection"},
	{"nosqli", "NoSQL injection"},
	{"path-traversal", "path traversal"},
	{"xxe", "XML external entities"},
	{"ssrf", "server-side request forgery"},
	{"prototype-pollution", "prototype pollution"},
}

// wayIn is the open flow that lets the sender of an event mislead a function
// most, and its name; nil if none is known.
func (g *graph) wayIn(f *rind.Function) (*rind.Finding, string) {
	for _, h := range harmWords {
		for _, x := range g.flows[f.ID] {
			if x.Class == h.class && x.Confidence != rind.ConfidenceLow && x.Severity.Rank() >= rind.Medium.Rank() {
				return x, h.word
			}
		}
	}
	return nil, ""
}

// flowsOf gathers the open findings of flows by function.
func flowsOf(findings []*rind.Finding) map[string][]*rind.Finding {
	out := map[string][]*rind.Finding{}
	for _, x := range findings {
		if x.Class != "" && x.Layer == rind.SecureCode && x.Open() {
			out[x.Function] = append(out[x.Function], x)
		}
	}
	return out
}

// misled is the step of a path by which the function on it is misled.
func misled(x *rind.Finding, word string) rind.PathStep {
	return rind.PathStep{
		Node: fmt.Sprintf("%s at %s:%d", word, x.Span.File, x.Span.Line), Edge: flowEdge,
		Why: x.Message, Span: x.Span,
	}
}

// flowEdge is the edge of a path that runs inside a function.
const flowEdge = "flows"
