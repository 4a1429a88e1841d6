package report

import (
	"bufio"
	"fmt"
	"io"

	"rind/rind"
)

func writeText(w io.Writer, r *rind.Report, opt Options) error {
	b := bufio.NewWriter(w)
	for _, f := range r.Findings {
		fmt.Fprintf(b, "%s: %s %s: %s\n", f.Span, f.Severity, f.Rule, f.Message)
	}
	s := Summarize(r)
	fmt.Fprintf(b, "%d findings, %d ignored, %d fixable, %d skipped in %d functions of %d apps\n", s.Open, s.Suppressed, s.Fixable, s.Skipped, s.Functions, s.Apps)
	return b.Flush()
}
