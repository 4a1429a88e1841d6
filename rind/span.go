package rind

import "fmt"

// A Span is a place in a source file. Lines and columns start at 1, columns
// count bytes, the end is exclusive. A zero Line means the place is unknown.
type Span struct {
	File      string `json:"file"` // relative to the scanned path, with "/"
	Line      int32  `json:"line"`
	Column    int32  `json:"column"`
	EndLine   int32  `json:"endLine"`
	EndColumn int32  `json:"endColumn"`
}

// IsZero reports whether the span names no place at all.
func (s Span) IsZero() bool { return s.File == "" && s.Line == 0 }

// Contains reports whether line (1-based) of s.File lies inside s.
func (s Span) Contains(line int32) bool { return s.Line <= line && line <= max(s.EndLine, s.Line) }

// String prints file:line:column, the form editors and terminals link.
func (s Span) String() string {
	if s.Line == 0 {
		return s.File
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}
