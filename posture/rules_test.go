package posture

import (
	"testing"

	"rind/rule"
)

// TestRulesFitTheTable holds every rule to a layer that can cover its risk:
// a finding elsewhere would have no cell.
func TestRulesFitTheTable(t *testing.T) {
	for _, r := range rule.Rules() {
		if covers(r.Risk, r.Layer) == none {
			t.Errorf("%s: no layer %s against %s", r.ID, r.Layer, r.Risk)
		}
	}
}
