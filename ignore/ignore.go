// Package ignore takes out of a report what somebody answers for.
//
// In come findings, the sources they were found in, the entries of rind.yaml
// and a baseline; out go the same findings, some of them marked as
// suppressed, and notes about suppressions that are malformed, expired,
// unused, or no longer fit what they once silenced. A finding is never
// removed, and nothing is suppressed without a reason.
//
// A suppression names the fingerprint of what it silenced, or only a rule
// and a place. The fingerprint holds the evidence, so a bound suppression
// does not silence a later, worse change at the same place. An unbound one is
// honoured, and one note tells what to add to bind it.
package ignore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"rind/rind"
)

// Who silenced a finding, in [rind.Suppression.By].
const (
	ByComment  = "comment"
	ByConfig   = "config"
	ByBaseline = "baseline"
)

// An Entry silences findings. Every field that is set must match; Rule or
// Fingerprint must be set, and Reason always.
type Entry struct {
	Rule        string // ID, or another scanner's name for it
	Path        string // glob over the finding's file, with ** for any folders
	Resource    string // glob over the resource or function
	Fingerprint string // at least its first 8 digits
	Reason      string
	Until       string    // YYYY-MM-DD, the last day it holds; empty for ever
	Span        rind.Span // where the entry itself is written
	By          string

	line int32 // comments: the line they are about; 0 for any
}

// Options tell what to apply.
type Options struct {
	Entries  []Entry // from rind.yaml
	Baseline *Baseline
	Today    time.Time
	// Resolve returns the rule IDs that a name in a suppression stands for,
	// none if nobody knows it. Nil takes every name as an ID.
	Resolve func(name string) []string
	// Ran reports whether a rule was run at all. A suppression of one that
	// was not is not called unused. Nil means all were.
	Ran func(rule string) bool
}

// minFingerprint is the shortest prefix of a fingerprint that binds: 32 bits
// keep an accidental match among a few thousand findings improbable.
const minFingerprint = 8

// Apply marks suppressed findings in r and adds its notes.
func Apply(r *rind.Report, opt Options) {
	a := &applier{r: r, opt: opt, used: map[int]bool{}, changed: map[int]*rind.Finding{}}
	a.entries = slices.Clone(opt.Entries)
	a.collectComments()
	a.collectMetadata()
	a.check()
	places := newPlaces(r.Apps)
	for _, f := range r.Findings {
		a.silence(f, places)
	}
	a.applyBaseline()
	a.report()
	slices.SortStableFunc(r.Notes, func(x, y rind.Label) int {
		return cmp.Or(strings.Compare(x.Span.File, y.Span.File), cmp.Compare(x.Span.Line, y.Span.Line), strings.Compare(x.Note, y.Note))
	})
}

type applier struct {
	r       *rind.Report
	opt     Options
	entries []Entry
	used    map[int]bool          // entries that matched
	changed map[int]*rind.Finding // bound entries whose place matches another fingerprint
	unbound []binding
}

// A binding is what to write to bind an unbound comment.
type binding struct {
	at   rind.Span
	rule string
	id   string
}

func (a *applier) note(at rind.Span, format string, args ...any) {
	a.r.Notes = append(a.r.Notes, rind.Label{Span: at, Note: fmt.Sprintf(format, args...)})
}

// check drops entries that cannot be honoured and says why.
func (a *applier) check() {
	kept := a.entries[:0]
	for _, e := range a.entries {
		switch problem := e.problem(); {
		case problem != "":
			a.note(e.Span, "this ignore has no effect: %s", problem)
		case e.Rule != "" && len(a.resolve(e.Rule)) == 0:
			a.note(e.Span, "this ignore has no effect: nobody knows a rule %s", e.Rule)
		default:
			kept = append(kept, e)
		}
	}
	a.entries = kept
}

// problem says what is wrong with an entry, or "".
func (e Entry) problem() string {
	switch {
	case e.Rule == "" && e.Fingerprint == "":
		return "it names neither a rule nor a fingerprint"
	case strings.TrimSpace(e.Reason) == "":
		return "it gives no reason; say why after the bracket"
	case e.Fingerprint != "" && !hexadecimal(e.Fingerprint):
		return fmt.Sprintf("%q is not a fingerprint", e.Fingerprint)
	case e.Fingerprint != "" && len(e.Fingerprint) < minFingerprint:
		return fmt.Sprintf("fingerprint %s is shorter than %d digits", e.Fingerprint, minFingerprint)
	case e.Until != "":
		if _, err := time.Parse(time.DateOnly, e.Until); err != nil {
			return fmt.Sprintf("until=%s is not a date such as 2027-01-31", e.Until)
		}
	}
	return ""
}

func hexadecimal(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}

func (a *applier) resolve(name string) []string {
	if a.opt.Resolve == nil {
		return []string{name}
	}
	return a.opt.Resolve(name)
}

// expired reports whether the entry's last day has passed.
func (a *applier) expired(e Entry) bool {
	if e.Until == "" || a.opt.Today.IsZero() {
		return false
	}
	last, err := time.Parse(time.DateOnly, e.Until)
	return err == nil && !a.opt.Today.Before(last.AddDate(0, 0, 1))
}

// silence marks f if an entry covers it.
func (a *applier) silence(f *rind.Finding, places places) {
	for i, e := range a.entries {
		if !a.matchesPlace(e, f, places) {
			continue
		}
		if !strings.HasPrefix(f.ID, e.Fingerprint) {
			if a.changed[i] == nil {
				a.changed[i] = f
			}
			continue
		}
		a.used[i] = true
		if a.expired(e) || f.Suppressed != nil {
			continue
		}
		f.Suppressed = &rind.Suppression{By: e.By, Reason: e.Reason, Until: e.Until}
		if e.Fingerprint == "" && e.By == ByComment {
			a.unbound = append(a.unbound, binding{e.Span, f.Rule, f.ID})
		}
	}
}

// matchesPlace reports whether e is about f's rule and place, whatever the
// fingerprint.
func (a *applier) matchesPlace(e Entry, f *rind.Finding, places places) bool {
	if e.Rule != "" && !slices.Contains(a.resolve(e.Rule), f.Rule) {
		return false
	}
	if e.Path != "" && !Glob(e.Path, f.Span.File) {
		return false
	}
	if e.Resource != "" && !Glob(e.Resource, f.Resource) && !Glob(e.Resource, f.Function) {
		return false
	}
	if e.line == 0 {
		return true
	}
	return e.Span.File == f.Span.File && e.line == f.Span.Line ||
		places.startsAt(f.App, f.Resource, e.Span.File, e.line) ||
		f.Function != f.Resource && places.startsAt(f.App, f.Function, e.Span.File, e.line)
}

// report writes the notes about entries that did not do what their author
// thought.
func (a *applier) report() {
	for i, e := range a.entries {
		what := e.Rule
		if what == "" {
			what = e.Fingerprint
		}
		switch {
		case a.used[i] && a.expired(e):
			a.note(e.Span, "the ignore of %s expired on %s: its finding is open again", what, e.Until)
		case a.used[i]:
		case a.changed[i] != nil:
			f := a.changed[i]
			a.note(e.Span, "%s is not what was ignored here any more (was @%.8s, is @%.8s): look at it again", f.Rule, e.Fingerprint, f.ID)
		case a.ran(e.Rule):
			a.note(e.Span, "the ignore of %s is unused: remove it", what)
		}
	}
	if len(a.unbound) == 0 {
		return
	}
	var list []string
	for _, b := range a.unbound[:min(3, len(a.unbound))] {
		list = append(list, fmt.Sprintf("[%s@%.8s] at %s:%d", b.rule, b.id, a.r.Name(b.at.File), b.at.Line))
	}
	more := ""
	if n := len(a.unbound) - len(list); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	a.note(rind.Span{}, "%d ignored by comments that are not bound and would hide a later change for the worse; write %s%s", len(a.unbound), strings.Join(list, ", "), more)
}

func (a *applier) ran(rule string) bool {
	if a.opt.Ran == nil || rule == "" {
		return a.opt.Ran == nil
	}
	for _, id := range a.resolve(rule) {
		if a.opt.Ran(id) {
			return true
		}
	}
	return false
}

// places knows on which lines resources begin.
type places map[place]bool

type place struct {
	app, id, file string
	line          int32
}

func newPlaces(apps []*rind.App) places {
	p := places{}
	add := func(app *rind.App, id string, s rind.Span) {
		if s.Line > 0 {
			p[place{app.Path, id, s.File, s.Line}] = true
		}
	}
	for _, app := range apps {
		for _, r := range slices.Concat(app.Resources, app.Declared) {
			add(app, r.ID, r.Span)
			add(app, r.ID, r.Key)
			if r.Origin != "" && r.Origin != r.ID {
				add(app, r.Origin, r.Key)
			}
		}
	}
	return p
}

func (p places) startsAt(app, id, file string, line int32) bool {
	return id != "" && p[place{app, id, file, line}]
}
