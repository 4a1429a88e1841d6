package report

import (
	"encoding/json"
	"io"

	"rind/rind"
)

// writeJSON prints the rind.report/v1 document.
func writeJSON(w io.Writer, r *rind.Report, _ Options) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(NewDocument(r))
}
