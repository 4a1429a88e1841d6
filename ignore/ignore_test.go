package ignore

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rind/rind"
)

func TestComments(t *testing.T) {
	src := `Resources:
  # rind: ignore[RIND-A-001] two lines above, until=2027-01-31

  # another remark
  Table:
    Type: AWS::DynamoDB::Table # rind: ignore[RIND-A-002@3FA4c2d1, CKV_AWS_28] backups elsewhere
    X: "# not one: rind: ignore"
    Y: z // rind:ignore[RIND-A-003]: hcl
    Z: z /* rind: ignore[RIND-A-004] block (until=2027-02-01) */
    # rind: ignore[] nothing
    # rind: ignore[RIND-A-005 open
    # rind: ignore RIND-A-006 no bracket
    # rind: ignore[RIND-A-007] until=
    # rind: ignored things do not matter
`
	got, problems := Comments("t.yaml", []byte(src))
	type short struct {
		Rule, Fingerprint, Reason, Until string
		Line                             int32
	}
	var have []short
	for _, e := range got {
		have = append(have, short{e.Rule, e.Fingerprint, e.Reason, e.Until, e.line})
	}
	want := []short{
		{"RIND-A-001", "", "two lines above", "2027-01-31", 5},
		{"RIND-A-002", "3fa4c2d1", "backups elsewhere", "", 6},
		{"CKV_AWS_28", "", "backups elsewhere", "", 6},
		{"RIND-A-003", "", "hcl", "", 8},
		{"RIND-A-004", "", "block", "2027-02-01", 9},
	}
	if d := cmp.Diff(want, have); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
	if len(problems) != 4 {
		t.Errorf("problems = %v, want 4", problems)
	}
}

// table is an app with one resource on lines 3 to 6 of t.yaml.
func table(attributes *rind.Value) *rind.App {
	return &rind.App{Path: "t.yaml", Resources: []*rind.Resource{{
		ID: "Table", Type: "AWS::DynamoDB::Table", Attributes: attributes,
		Span: rind.Span{File: "t.yaml", Line: 3, EndLine: 6}, Key: rind.Span{File: "t.yaml", Line: 3},
	}}}
}

func finding(rule string, line int32, id string) *rind.Finding {
	return &rind.Finding{ID: id, Rule: rule, App: "t.yaml", Resource: "Table", Span: rind.Span{File: "t.yaml", Line: line}}
}

func TestApply(t *testing.T) {
	today := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	const id = "3fa4c2d1aaaaaaaa"
	body := "Resources:\n%s\n  Table:\n    Type: T\n    A: b%s\n"
	for _, c := range []struct {
		name       string
		above, end string
		entries    []Entry
		baseline   *Baseline
		by         string // "" for open
		notes      []string
	}{
		{name: "nothing"},
		{name: "on the line, bound", end: " # rind: ignore[RIND-A-001@3fa4c2d1] ok", by: ByComment},
		{name: "above the resource, bound", above: "# rind: ignore[RIND-A-001@3fa4c2d1] ok", by: ByComment},
		{name: "unbound", end: " # rind: ignore[RIND-A-001] ok", by: ByComment, notes: []string{"write [RIND-A-001@3fa4c2d1] at t.yaml:5"}},
		{name: "changed since", end: " # rind: ignore[RIND-A-001@ffffffff] ok", notes: []string{"is not what was ignored here any more (was @ffffffff, is @3fa4c2d1)"}},
		{name: "another rule", end: " # rind: ignore[RIND-A-002] ok", notes: []string{"RIND-A-002 is unused"}},
		{name: "no reason", end: " # rind: ignore[RIND-A-001]", notes: []string{"gives no reason"}},
		{name: "not yet expired", end: " # rind: ignore[RIND-A-001@3fa4c2d1] ok until=2026-06-01", by: ByComment},
		{name: "expired", end: " # rind: ignore[RIND-A-001@3fa4c2d1] ok until=2026-05-31", notes: []string{"expired on 2026-05-31"}},
		{name: "no date", end: " # rind: ignore[RIND-A-001] ok until=soon", notes: []string{"until=soon is not a date"}},
		{name: "short fingerprint", end: " # rind: ignore[RIND-A-001@3fa4] ok", notes: []string{"shorter than 8"}},
		{name: "unknown rule", end: " # rind: ignore[NOPE] ok", notes: []string{"nobody knows a rule NOPE"}},
		{name: "peer's name", end: " # rind: ignore[PEER-1@3fa4c2d1] ok", by: ByComment},
		{name: "config by path", entries: []Entry{{Rule: "RIND-A-001", Path: "*.yaml", Reason: "ok", By: ByConfig}}, by: ByConfig},
		{name: "config by resource", entries: []Entry{{Rule: "RIND-A-001", Resource: "Tab*", Reason: "ok", By: ByConfig}}, by: ByConfig},
		{name: "config by fingerprint", entries: []Entry{{Fingerprint: id, Reason: "ok", By: ByConfig}}, by: ByConfig},
		{name: "config elsewhere", entries: []Entry{{Rule: "RIND-A-001", Path: "infra/**", Reason: "ok", By: ByConfig}}, notes: []string{"unused"}},
		{name: "baseline", baseline: &Baseline{Findings: []BaselineEntry{{ID: id, Rule: "RIND-A-001"}}}, by: ByBaseline},
		{name: "stale baseline", baseline: &Baseline{Findings: []BaselineEntry{{ID: "0000", Rule: "RIND-A-001"}}}, notes: []string{"1 of the baseline's findings are gone"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := finding("RIND-A-001", 5, id)
			src := strings.Replace(strings.Replace(body, "%s", c.above, 1), "%s", c.end, 1)
			r := &rind.Report{
				Apps: []*rind.App{table(nil)}, Findings: []*rind.Finding{f},
				Source: func(string) []byte { return []byte(src) },
			}
			Apply(r, Options{Entries: c.entries, Baseline: c.baseline, Today: today, Resolve: func(n string) []string {
				switch n {
				case "NOPE":
					return nil
				case "PEER-1":
					return []string{"RIND-A-001"}
				}
				return []string{n}
			}})
			by := ""
			if f.Suppressed != nil {
				by = f.Suppressed.By
			}
			if by != c.by {
				t.Errorf("suppressed by %q, want %q", by, c.by)
			}
			if len(r.Notes) != len(c.notes) {
				t.Fatalf("notes = %v, want %d", r.Notes, len(c.notes))
			}
			for i, n := range c.notes {
				if !strings.Contains(r.Notes[i].Note, n) {
					t.Errorf("note = %q, want %q in it", r.Notes[i].Note, n)
				}
			}
		})
	}
}

func TestMetadata(t *testing.T) {
	at := func(line int32) rind.Span { return rind.Span{File: "t.json", Line: line} }
	str := func(s string) *rind.Value { return rind.NewString(s, at(9)) }
	meta := rind.NewMap(at(7), rind.Field{Key: "Metadata", Value: rind.NewMap(at(7), rind.Field{Key: "rind", Value: rind.NewMap(
		at(7), rind.Field{Key: "ignore", Value: rind.NewList(at(8),
			rind.NewString("RIND-A-001@3fa4c2d1 in JSON", at(8)),
			rind.NewMap(at(9), rind.Field{Key: "rule", Value: str("RIND-A-002")}, rind.Field{Key: "reason", Value: str("no")}, rind.Field{Key: "fingerprint", Value: str("aaaaaaaa")}),
			rind.NewString("!? nonsense", at(10)),
		)},
	)})})
	app := table(meta)
	app.Resources[0].Key.File, app.Resources[0].Span.File = "t.json", "t.json"
	a, b := finding("RIND-A-001", 4, "3fa4c2d1aaaaaaaa"), finding("RIND-A-002", 5, "aaaaaaaa00000000")
	r := &rind.Report{Apps: []*rind.App{app}, Findings: []*rind.Finding{a, b}}
	Apply(r, Options{})
	if a.Suppressed == nil || b.Suppressed == nil {
		t.Errorf("not suppressed: %v %v, notes %v", a.Suppressed, b.Suppressed, r.Notes)
	}
	if len(r.Notes) != 1 || r.Notes[0].Span.Line != 10 {
		t.Errorf("notes = %v, want one about line 10", r.Notes)
	}
}

func TestBaselineRoundTrip(t *testing.T) {
	silenced := finding("RIND-A-003", 1, "c")
	silenced.Suppressed = &rind.Suppression{By: ByComment}
	b := NewBaseline([]*rind.Finding{finding("RIND-A-002", 2, "b"), finding("RIND-A-001", 1, "a"), silenced})
	var out strings.Builder
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := ReadBaseline([]byte(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b, got); d != "" {
		t.Error(d)
	}
	if len(got.Findings) != 2 || got.Findings[0].ID != "a" {
		t.Errorf("findings = %v", got.Findings)
	}
	for _, bad := range []string{"", "[]", `{"schema":"rind.baseline/v9"}`} {
		if _, err := ReadBaseline([]byte(bad)); err == nil {
			t.Errorf("ReadBaseline(%q) succeeds", bad)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"a.yaml", "a.yaml", true},
		{"a.yaml", "x/a.yaml", true},
		{"x", "x/a.yaml", true},
		{"x/", "x/y/a.yaml", true},
		{"x/*.yaml", "x/a.yaml", true},
		{"x/*.yaml", "x/y/a.yaml", false},
		{"x/**/*.yaml", "x/a.yaml", true},
		{"x/**/*.yaml", "x/y/z/a.yaml", true},
		{"**/a.yaml", "a.yaml", true},
		{"x/y", "z/x/y", false},
		{"", "a", false},
		{"[", "a", false},
	} {
		if got := Glob(c.pattern, c.name); got != c.want {
			t.Errorf("Glob(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}

// FuzzSuppression holds the comment parser to: no panic, every entry names a
// rule and points into the file.
func FuzzSuppression(f *testing.F) {
	f.Add([]byte("# rind: ignore[RIND-A-001@3fa4c2d1, X] why until=2027-01-31\nA: b\n"))
	f.Add([]byte("a = 1 /* rind: ignore[A] b */ // rind: ignore[]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		entries, problems := Comments("f", src)
		n := int32(strings.Count(string(src), "\n") + 1)
		for _, e := range entries {
			if e.Rule == "" || e.line < 1 || e.line > n || e.Span.Line > n || strings.Contains(e.Reason, "\n") {
				t.Errorf("bad entry %+v", e)
			}
		}
		for _, p := range problems {
			if p.Span.Line < 1 || p.Span.Line > n || p.Note == "" {
				t.Errorf("bad note %+v", p)
			}
		}
	})
}
