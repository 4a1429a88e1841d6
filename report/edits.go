package report

import (
	"bytes"
	"strings"

	"rind/rind"
)

// safeFix returns what a report may say of a fix: its edits cut down to what
// they change. An edit may replace a whole block to add one line to it, and
// the block may hold a secret; where one is still in the text after cutting,
// the edits are left out ("rind fix" knows them).
func safeFix(f *rind.Finding, source func(string) []byte) *rind.Fix {
	if f.Fix == nil || len(f.Fix.Edits) == 0 {
		return f.Fix
	}
	out := &rind.Fix{Summary: f.Fix.Summary}
	for _, e := range f.Fix.Edits {
		if source != nil {
			e = cutEdit(e, source(e.File))
		}
		for line := range strings.Lines(e.Text) {
			line = strings.TrimRight(line, "\r\n")
			if maskLine(line, rind.SAS2) != line {
				return &rind.Fix{Summary: f.Fix.Summary}
			}
		}
		out.Edits = append(out.Edits, e)
	}
	return out
}

// cutEdit drops what an edit's text has in common with what it replaces, at
// both ends. src may be nil.
func cutEdit(e rind.Edit, src []byte) rind.Edit {
	if e.Start < 0 || e.End < e.Start || e.End > len(src) {
		return e
	}
	old, text := src[e.Start:e.End], []byte(e.Text)
	n := 0
	for n < len(old) && n < len(text) && old[n] == text[n] {
		n++
	}
	// Whole lines and runes: back to the last line's start.
	n = bytes.LastIndexByte(old[:n], '\n') + 1
	e.Start += n
	old, text = old[n:], text[n:]
	m := 0
	for m < len(old) && m < len(text) && old[len(old)-1-m] == text[len(text)-1-m] {
		m++
	}
	atStart := func(b []byte) bool { return m == len(b) || b[len(b)-m-1] == '\n' }
	if !atStart(old) || !atStart(text) {
		if i := bytes.IndexByte(old[len(old)-m:], '\n'); i >= 0 {
			m -= i + 1
		} else {
			m = 0
		}
	}
	e.End -= m
	e.Text = string(text[:len(text)-m])
	return e
}

// safeFindings is the findings with safe fixes.
func safeFindings(r *rind.Report) []*rind.Finding {
	out := make([]*rind.Finding, len(r.Findings))
	for i, f := range r.Findings {
		out[i] = f
		if f.Fix != nil && len(f.Fix.Edits) > 0 {
			c := *f
			c.Fix = safeFix(f, r.Source)
			out[i] = &c
		}
	}
	return out
}
