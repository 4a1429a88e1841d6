package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"rind/rind"
	"rind/rule"
)

// A selection is which rules run and which of their findings count: what the
// flags and rind.yaml come to together. Flags win.
type selection struct {
	profile       rule.Profile
	failOn        rind.Severity // "" for never
	minConfidence rind.Confidence
	disabled      map[string]bool
	severity      map[string]rind.Severity
}

func newSelection(f *scanFlags, c *Config) (*selection, error) {
	s := &selection{
		profile:       rule.Profile(cmp.Or(f.profile, c.Profile, string(rule.Default))),
		failOn:        rind.Severity(cmp.Or(f.failOn, c.FailOn, string(rind.High))),
		minConfidence: rind.Confidence(cmp.Or(f.minConfidence, c.MinConfidence, string(rind.ConfidenceLow))),
		disabled:      map[string]bool{},
		severity:      map[string]rind.Severity{},
	}
	if s.failOn == "never" {
		s.failOn = ""
	}
	for _, name := range slices.Concat(c.Disable, f.skipRules) {
		ids, err := knownRules(name)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			s.disabled[id] = true
		}
	}
	for name, severity := range c.Severity {
		for _, id := range ruleIDs(name) {
			s.severity[id] = rind.Severity(severity)
		}
	}
	if len(f.rules) == 0 {
		return s, nil
	}
	wanted := map[string]bool{}
	for _, name := range f.rules {
		ids, err := knownRules(name)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			wanted[id] = true
		}
	}
	// Who names a rule wants it, whatever its profile.
	s.profile = rule.All
	for _, r := range rule.Rules() {
		s.disabled[r.ID] = !wanted[r.ID]
	}
	return s, nil
}

func (s *selection) options(today time.Time) rule.Options {
	return rule.Options{Profile: s.profile, Disabled: s.disabled, Severity: s.severity, Today: today}
}

// skipCode disables the rules about code, where none is followed.
func (s *selection) skipCode() {
	for _, r := range rule.Rules() {
		if r.Layer == rind.SecureCode {
			s.disabled[r.ID] = true
		}
	}
}

// runs reports whether the rule with the given ID is run.
func (s *selection) runs(id string) bool {
	found := rule.Find(id)
	return len(found) > 0 && !s.disabled[id] && (s.profile == rule.All || found[0].Profile != rule.All)
}

// ruleIDs returns the IDs of the rules that a name stands for: an ID of
// rind's, or another scanner's name for a check.
func ruleIDs(name string) []string {
	var ids []string
	for _, r := range rule.Find(name) {
		ids = append(ids, r.ID)
	}
	return ids
}

// knownRules is ruleIDs for names that the user typed: none is an error.
func knownRules(name string) ([]string, error) {
	ids := ruleIDs(name)
	if len(ids) > 0 {
		return ids, nil
	}
	hint := "\"rind rules\" lists them"
	if near := nearestRule(name); near != "" {
		hint = fmt.Sprintf("did you mean %s? %s", near, hint)
	}
	return nil, usageError(hint, "nobody knows a rule %s", name)
}

// nearestRule returns the rule ID closest to name, or "" if none is close.
func nearestRule(name string) string {
	best, bestDistance := "", 4
	for _, r := range rule.Rules() {
		if d := distance(strings.ToUpper(name), r.ID); d < bestDistance {
			best, bestDistance = r.ID, d
		}
	}
	return best
}

// distance is the Levenshtein distance, for names of at most 64 bytes.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d++
			}
			diagonal = row[j+1]
			row[j+1] = min(d, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// count is "1 finding" or "3 findings".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
