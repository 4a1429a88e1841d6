package main

import (
	"strings"
	"testing"

	"rind/rind"
)

// TestPanicBecomesSkip holds one app's fault apart from the others' results.
func TestPanicBecomesSkip(t *testing.T) {
	r := &rind.Report{Apps: []*rind.App{{Path: "a"}, {Path: "b"}, {Path: "c"}}}
	worked := make([]bool, 3)
	eachApp(r, &progress{}, "testing", func(i int, app *rind.App) {
		if app.Path == "b" {
			panic("boom")
		}
		worked[i] = true
	})
	if !worked[0] || !worked[2] {
		t.Errorf("worked = %v", worked)
	}
	if len(r.Skipped) != 1 || r.Skipped[0].File != "b" || !strings.Contains(r.Skipped[0].Reason, "boom at rind/stages_test.go:") {
		t.Errorf("skipped = %v", r.Skipped)
	}
	if err := verdict(r, rind.High); err != errIncomplete {
		t.Errorf("verdict = %v", err)
	}
}
