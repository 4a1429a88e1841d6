package ignore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"rind/rind"
)

// BaselineSchema names the form of a baseline file.
const BaselineSchema = "rind.baseline/v1"

// A Baseline is what was found before and is accepted for now: only what is
// new counts. It holds fingerprints; the rest is for whoever reads it.
type Baseline struct {
	Schema   string          `json:"schema"`
	Findings []BaselineEntry `json:"findings"`
}

// A BaselineEntry is one finding of a [Baseline].
type BaselineEntry struct {
	ID       string `json:"id"`
	Rule     string `json:"rule"`
	App      string `json:"app"`
	Resource string `json:"resource,omitempty"`
}

// NewBaseline makes a baseline of the findings that are open or held by an
// earlier baseline. What comments and rind.yaml silence stays out.
func NewBaseline(findings []*rind.Finding) *Baseline {
	b := &Baseline{Schema: BaselineSchema, Findings: []BaselineEntry{}}
	for _, f := range findings {
		if f.Suppressed != nil && f.Suppressed.By != ByBaseline {
			continue
		}
		b.Findings = append(b.Findings, BaselineEntry{ID: f.ID, Rule: f.Rule, App: f.App, Resource: f.Resource})
	}
	slices.SortFunc(b.Findings, func(x, y BaselineEntry) int {
		return cmp.Or(cmp.Compare(x.App, y.App), cmp.Compare(x.Resource, y.Resource), cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.ID, y.ID))
	})
	b.Findings = slices.Compact(b.Findings)
	return b
}

// Write prints the baseline as JSON, one finding a line, so that changes are
// easy to review.
func (b *Baseline) Write(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "{\n  \"schema\": %q,\n  \"findings\": [", b.Schema); err != nil {
		return err
	}
	for i, e := range b.Findings {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		sep := ","
		if i == 0 {
			sep = ""
		}
		if _, err := fmt.Fprintf(w, "%s\n    %s", sep, line); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n  ]\n}\n")
	return err
}

// ReadBaseline parses a baseline file.
func ReadBaseline(data []byte) (*Baseline, error) {
	var b Baseline
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("not a baseline: %w", err)
	}
	if b.Schema != BaselineSchema {
		return nil, fmt.Errorf("schema is %q, want %q", b.Schema, BaselineSchema)
	}
	return &b, nil
}

func (a *applier) applyBaseline() {
	if a.opt.Baseline == nil {
		return
	}
	a.r.Baseline = true
	held := map[string]bool{}
	for _, e := range a.opt.Baseline.Findings {
		held[e.ID] = true
	}
	found := map[string]bool{}
	for _, f := range a.r.Findings {
		if !held[f.ID] {
			continue
		}
		found[f.ID] = true
		if f.Suppressed == nil {
			f.Suppressed = &rind.Suppression{By: ByBaseline, Reason: "held by the baseline"}
		}
	}
	gone := 0
	for _, e := range a.opt.Baseline.Findings {
		if !found[e.ID] && (a.opt.Ran == nil || a.opt.Ran(e.Rule)) {
			gone++
		}
	}
	if gone > 0 {
		a.note(rind.Span{}, "%d of the baseline's findings are gone: write it anew with --write-baseline", gone)
	}
}
