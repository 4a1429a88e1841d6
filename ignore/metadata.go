package ignore

import (
	"slices"
	"strings"

	"rind/rind"
)

// collectMetadata reads what stands in for comments where a language has
// none (JSON): the resource's metadata,
//
//	"Metadata": {"rind": {"ignore": [
//	  "RIND-X-001@3fa4c2d1 reason",
//	  {"rule": "RIND-X-001", "reason": "…", "until": "2027-01-31", "fingerprint": "3fa4c2d1"}
//	]}}
//
// It holds for the resource that bears it.
func (a *applier) collectMetadata() {
	seen := map[rind.Span]bool{}
	for _, app := range a.r.Apps {
		for _, r := range slices.Concat(app.Declared, app.Resources) {
			for v := range r.Attributes.Get("Metadata", "rind", "ignore").Each() {
				if seen[v.Span] {
					continue
				}
				seen[v.Span] = true
				a.addMetadata(r, v)
			}
		}
	}
}

func (a *applier) addMetadata(r *rind.Resource, v *rind.Value) {
	line := r.Key.Line
	if line == 0 {
		line = r.Span.Line
	}
	add := func(e Entry) {
		e.Span, e.By, e.line = v.Span, ByComment, line
		if e.Span.File == "" {
			e.Span.File = r.Span.File
		}
		a.entries = append(a.entries, e)
	}
	if v.Kind == rind.Map {
		add(Entry{
			Rule:        v.Get("rule").Str(),
			Fingerprint: strings.ToLower(v.Get("fingerprint").Str()),
			Reason:      v.Get("reason").Str(),
			Until:       v.Get("until").Str(),
		})
		return
	}
	text := strings.TrimSpace(v.Str())
	if !strings.HasPrefix(text, "[") { // the brackets may be left out here
		rule, reason, _ := strings.Cut(text, " ")
		text = "[" + rule + "]" + reason
	}
	found, err := parseRules(text)
	if err != nil {
		a.note(v.Span, "this ignore has no effect: %v", err)
		return
	}
	for _, e := range found {
		add(e)
	}
}
