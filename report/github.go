package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"rind/rind"
)

// writeGitHub prints workflow commands that GitHub Actions shows as
// annotations on the changed lines.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
func writeGitHub(w io.Writer, r *rind.Report, _ Options) error {
	b := bufio.NewWriter(w)
	for _, f := range r.Findings {
		if !f.Open() {
			continue
		}
		level := map[string]string{"error": "error", "warning": "warning", "note": "notice"}[sarifLevel(f.Severity)]
		msg := f.Message
		if f.Fix != nil && f.Fix.Summary != "" {
			msg += "\nFix: " + f.Fix.Summary
		}
		annotate(b, level, r.Place(f.Span), fmt.Sprintf("%s %s (%s)", f.Rule, f.Title, f.Severity), msg)
	}
	for _, s := range r.Skipped {
		annotate(b, "warning", r.Place(rind.Span{File: s.File, Line: s.Line}), "rind could not read this", s.Reason)
	}
	for _, n := range r.Notes {
		annotate(b, "notice", r.Place(n.Span), "rind", n.Note)
	}
	s := Summarize(r)
	fmt.Fprintf(b, "rind: %s, %d ignored, %d not read\n", count(s.Open, "finding"), s.Suppressed, s.Skipped)
	return b.Flush()
}

// annotate prints one workflow command.
func annotate(w io.Writer, level string, at rind.Span, title, msg string) {
	var props []string
	add := func(key, value string) { props = append(props, key+"="+escapeProperty(value)) }
	if at.File != "" {
		add("file", at.File)
	}
	if at.Line > 0 {
		add("line", fmt.Sprint(at.Line))
		if at.EndLine > at.Line {
			add("endLine", fmt.Sprint(at.EndLine))
		} else if at.Column > 0 { // GitHub takes columns within one line only
			add("col", fmt.Sprint(at.Column))
			if at.EndLine == at.Line && at.EndColumn > at.Column {
				add("endColumn", fmt.Sprint(at.EndColumn))
			}
		}
	}
	add("title", title)
	fmt.Fprintf(w, "::%s %s::%s\n", level, strings.Join(props, ","), escapeData(msg))
}

// escapeData and escapeProperty follow @actions/core, so that no text from a
// template can start a command of its own.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
