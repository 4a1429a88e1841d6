package report

import "rind/rind"

// A Summary counts what a report holds.
type Summary struct {
	Apps      int `json:"apps"`
	Functions int `json:"functions"`
	Resources int `json:"resources"`
	Skipped   int `json:"skipped"`
	// Open counts the findings that are not suppressed, Suppressed the others.
	Open       int `json:"open"`
	Suppressed int `json:"suppressed"`
	// Fixable counts open findings that "rind fix" can edit away.
	Fixable    int            `json:"fixable"`
	Aligned    int            `json:"aligned"`          // risks of a function for which no slice is solid
	Exposed    int            `json:"alignedFunctions"` // functions with such a risk
	Paths      int            `json:"paths"`
	BySeverity map[string]int `json:"bySeverity"` // open findings
	ByRisk     map[string]int `json:"byRisk"`
	ByLayer    map[string]int `json:"byLayer"`
	// BySuppression counts suppressed findings by what silenced them.
	BySuppression map[string]int `json:"bySuppression"`
}

// Summarize counts what r holds.
func Summarize(r *rind.Report) Summary {
	s := Summary{
		Apps: len(r.Apps), Skipped: len(r.Skipped), Paths: len(r.Paths),
		BySeverity: map[string]int{}, ByRisk: map[string]int{}, ByLayer: map[string]int{}, BySuppression: map[string]int{},
	}
	for _, x := range rind.Severities {
		s.BySeverity[string(x)] = 0
	}
	for _, a := range r.Apps {
		s.Functions += len(a.Functions)
		s.Resources += len(a.Resources)
	}
	for _, f := range r.Findings {
		if f.Suppressed != nil {
			s.Suppressed++
			s.BySuppression[f.Suppressed.By]++
			continue
		}
		if !f.Open() {
			continue
		}
		s.Open++
		s.BySeverity[string(f.Severity)]++
		s.ByRisk[string(f.Risk)]++
		s.ByLayer[string(f.Layer)]++
		if f.Fix != nil && len(f.Fix.Edits) > 0 {
			s.Fixable++
		}
	}
	for _, p := range r.Postures {
		s.Aligned += len(p.Aligned)
		if len(p.Aligned) > 0 {
			s.Exposed++
		}
	}
	return s
}
