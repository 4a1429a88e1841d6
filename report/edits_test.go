package report

import (
	"strings"
	"testing"

	"rind/rind"
)

func TestSafeFix(t *testing.T) {
	const src = "a:\n  password: hunter2\n  x: 1\n  y: 2\nb: 3\n"
	source := func(string) []byte { return []byte(src) }
	apply := func(e rind.Edit) string { return src[:e.Start] + e.Text + src[e.End:] }
	for _, c := range []struct {
		name, old, text, want string
		dropped               bool
	}{
		{"a line added behind", "  password: hunter2\n  x: 1\n", "  password: hunter2\n  x: 1\n  z: 9\n", "  z: 9\n", false},
		{"a value changed", "  password: hunter2\n  x: 1\n  y: 2\n", "  password: hunter2\n  x: 9\n  y: 2\n", "  x: 9\n", false},
		{"a line added before", "  x: 1\n", "  z: 9\n  x: 1\n", "  z: 9\n", false},
		{"the secret between", "a:\n  password: hunter2\n  x: 1\n", "a: &a\n  password: hunter2\n  x: 9\n", "", true},
	} {
		start := strings.Index(src, c.old)
		e := rind.Edit{File: "f", Start: start, End: start + len(c.old), Text: c.text}
		got := safeFix(&rind.Finding{Fix: &rind.Fix{Summary: "s", Edits: []rind.Edit{e}}}, source)
		if c.dropped {
			if len(got.Edits) != 0 || got.Summary != "s" {
				t.Errorf("%s: %+v", c.name, got)
			}
			continue
		}
		if len(got.Edits) != 1 || got.Edits[0].Text != c.want || apply(got.Edits[0]) != apply(e) {
			t.Errorf("%s: %+v, which gives %q", c.name, got.Edits, apply(got.Edits[0]))
		}
	}
}

// FuzzCutEdit holds cutting to: the result of the edit stays the same.
func FuzzCutEdit(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nx\nc\n", 0, 6)
	f.Fuzz(func(t *testing.T, src, text string, start, end int) {
		if start < 0 || end < start || end > len(src) {
			return
		}
		e := cutEdit(rind.Edit{Start: start, End: end, Text: text}, []byte(src))
		if got, want := src[:e.Start]+e.Text+src[e.End:], src[:start]+text+src[end:]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
