package rind

import (
	"path"
	"time"
)

// A Report is everything one run found.
type Report struct {
	Tool    string // "rind"
	Version string
	Root    string // as the user named it
	// Prefix stands before every file name to make it relative to the
	// working directory: "infra" after "rind scan infra". What editors,
	// terminals and code hosts resolve is printed with it; the JSON document
	// names files from the scanned path.
	Prefix   string
	Apps     []*App
	Findings []*Finding // suppressed ones included
	Postures []*Posture
	Paths    []*AttackPath
	Skipped  []Skip
	// Notes are remarks about the run itself: expired or unused suppressions.
	Notes []Label
	// Rules describes the rules that Findings name, by ID, for the reports
	// that explain them.
	Rules map[string]RuleInfo
	// Today is the day that dated facts, such as the end of a runtime's
	// support, are told for. It is never printed.
	Today time.Time
	// Baseline tells that the findings were compared with a baseline: those
	// it holds are suppressed by "baseline", all others are new.
	Baseline bool
	// Source returns a file's bytes for code frames, or nil.
	Source func(file string) []byte
}

// Name is a file's name relative to the working directory.
func (r *Report) Name(file string) string {
	if r.Prefix == "" || file == "" {
		return file
	}
	return path.Join(r.Prefix, file)
}

// Place is a span whose file is relative to the working directory.
func (r *Report) Place(s Span) Span {
	s.File = r.Name(s.File)
	return s
}

// A RuleInfo is what a reader of a report may want to know about a rule.
type RuleInfo struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Why        string   `json:"why"`
	Fix        string   `json:"fix"`
	Risk       Risk     `json:"risk"`
	Layer      Layer    `json:"layer"`
	Severity   Severity `json:"severity"`
	CWE        string   `json:"cwe,omitempty"`
	Profile    string   `json:"profile,omitempty"`
	Sources    []string `json:"sources,omitempty"`
	Equivalent []string `json:"equivalent,omitempty"`
	Types      []string `json:"types,omitempty"`
}

// Open reports whether the finding counts: it is not suppressed and no
// attack has refuted it.
func (f *Finding) Open() bool { return f.Suppressed == nil && f.State != Refuted }
