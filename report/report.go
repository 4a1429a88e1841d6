// Package report prints a [rind.Report] in the form somebody needs.
//
// In comes everything one run found; out goes one document per format: text
// for people at a terminal, html for people who are shown it, json, sarif,
// junit, github, markdown and asff for machines. One file per format.
//
// A renderer never reads a file by itself, never prints the time or a path
// outside the scanned folder, and never prints a value that may be a secret.
// The same report gives the same bytes.
package report

import (
	"fmt"
	"io"
	"slices"

	"rind/rind"
)

// Options tune a renderer.
type Options struct {
	Color bool // text: ANSI colours
	Quiet bool // text: open findings and the last line only
	Width int  // text: columns, 100 if zero
}

// A renderer prints a report in one format.
type renderer func(w io.Writer, r *rind.Report, opt Options) error

var renderers = map[string]renderer{
	"text":     writeText,
	"json":     writeJSON,
	"sarif":    writeSARIF,
	"markdown": writeMarkdown,
	"junit":    writeJUnit,
	"github":   writeGitHub,
	"asff":     writeASFF,
	"html":     writeHTML,
}

// order is how the formats are listed: for people first.
var order = []string{"text", "json", "sarif", "html", "markdown", "junit", "github", "asff"}

// Formats lists the names of the formats.
func Formats() []string {
	return slices.DeleteFunc(slices.Clone(order), func(f string) bool { return !Known(f) })
}

// Known reports whether format names a renderer.
func Known(format string) bool { return renderers[format] != nil }

// Write prints r to w in the named format.
func Write(format string, w io.Writer, r *rind.Report, opt Options) error {
	render := renderers[format]
	if render == nil {
		return fmt.Errorf("unknown format %q", format)
	}
	if opt.Width <= 0 {
		opt.Width = 100
	}
	return render(w, r, opt)
}
