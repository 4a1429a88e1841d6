package report

import (
	"io"

	"rind/rind"
)

// writeJSON prints the rind.report/v1 document.
func writeJSON(w io.Writer, r *rind.Report, _ Options) error {
	return writeIndented(w, NewDocument(r), 2)
}
