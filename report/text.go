package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"rind/rind"
)

// writeText prints for people at a terminal: by app, then by function or
// resource, worst first, and a last line that counts.
func writeText(w io.Writer, r *rind.Report, opt Options) error {
	t := &text{Writer: bufio.NewWriter(w), r: r, opt: opt}
	all := sections(r)
	for _, s := range all {
		// Of many apps, those in order are only counted.
		if len(s.groups) > 0 || len(all) == 1 {
			t.section(s)
		} else {
			t.clean++
		}
	}
	t.paths()
	t.skipped()
	t.notes()
	t.last()
	return t.Flush()
}

type text struct {
	*bufio.Writer
	r     *rind.Report
	opt   Options
	clean int // apps without findings that were not printed
}

// The colours, as SGR parameters. Colour only repeats what the words say.
const (
	bold    = "1"
	dim     = "2"
	red     = "1;31"
	yellow  = "1;33"
	blue    = "1;34"
	cyan    = "36"
	magenta = "1;35"
	green   = "32"
)

var severityColor = map[rind.Severity]string{
	rind.Critical: magenta, rind.High: red, rind.Medium: yellow, rind.Low: blue, rind.Info: cyan,
}

func (t *text) paint(sgr, s string) string {
	if !t.opt.Color || s == "" {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

func (t *text) linef(format string, args ...any) {
	fmt.Fprintf(t, format, args...)
	t.WriteByte('\n')
}

// section prints one app.
func (t *text) section(s section) {
	if len(s.groups) == 0 && t.opt.Quiet {
		return
	}
	what := ""
	if s.app != nil {
		what = fmt.Sprintf("%s · %s · %s", s.app.Kind, count(len(s.app.Functions), "function"), count(len(s.app.Resources), "resource"))
	}
	path := clean(cmp.Or(t.r.Name(s.path), "(no app)"))
	gap := max(2, t.opt.Width-runes(path)-runes(what))
	t.linef("%s%s%s", t.paint(bold, path), strings.Repeat(" ", gap), t.paint(dim, what))
	t.linef("%s", t.paint(dim, strings.Repeat("─", t.opt.Width)))
	if s.app != nil && !t.opt.Quiet {
		t.slices(s.app)
	}
	if len(s.groups) == 0 {
		t.linef("  %s\n", t.paint(green, "nothing found"))
		return
	}
	t.WriteByte('\n')
	for _, g := range s.groups {
		t.group(g)
	}
}

// slices prints the state of the seven layers in one line.
func (t *text) slices(app *rind.App) {
	tallies, aligned := tally(t.r.Postures, app.Path)
	if tallies == nil {
		return
	}
	var parts []string
	for _, l := range rind.Layers {
		parts = append(parts, shortLayer[l]+" "+t.paint(tallies[l].color(), tallies[l].symbol()))
	}
	t.linef("  %s", strings.Join(parts, "  "))
	t.linef("  %s", t.paint(dim, "○ holes  ● solid  ? no evidence yet"))
	if aligned > 0 {
		t.linef("  %s", t.paint(red, fmt.Sprintf("%s aligned: no slice is known to stop it on a way from the internet", count(aligned, "risk"))))
	}
}

// group prints a function or resource and its findings.
func (t *text) group(g group) {
	t.linef("%s", t.heading(g))
	for _, x := range g.findings {
		t.finding(x)
	}
	t.WriteByte('\n')
}

// heading says what a group is about.
func (t *text) heading(g group) string {
	if g.id == "" {
		return t.paint(bold, "▌ the app as a whole")
	}
	s := t.paint(bold, "▌ "+clean(g.id))
	switch {
	case g.function != nil:
		f := g.function
		if f.Runtime != "" {
			s += "  " + t.paint(dim, clean(f.Runtime))
			if note := runtimeNote(f.Runtime, t.r.Today); note != "" {
				s += t.paint(yellow, " ("+note+")")
			}
		}
		if from := triggerList(f); from != "" {
			sep := "  "
			if visible(s)+4+runes(from) > t.opt.Width {
				sep = "\n  "
			}
			s += sep + t.paint(dim, "← "+clean(from))
		}
	case g.resource != nil:
		s += "  " + t.paint(dim, clean(cmp.Or(g.resource.Native, g.resource.Type)))
		if g.resource.Path != "" {
			s += "  " + t.paint(dim, clean(g.resource.Path))
		}
	}
	return s
}

// runtimeNote tells when a runtime's support ended or ends soon.
func runtimeNote(runtime string, today time.Time) string {
	if today.IsZero() {
		return ""
	}
	switch state, info := rind.RuntimeStatus(runtime, today); {
	case state.Old():
		return "no security updates since " + info.Deprecated
	case state == rind.RuntimeEnding:
		return "security updates end on " + info.Deprecated
	}
	return ""
}

// triggerList names what starts a function, what the internet can start
// first, at most three.
func triggerList(f *rind.Function) string {
	var open, inner []string
	for _, t := range f.Triggers {
		name := cmp.Or(t.Detail, strings.TrimSpace(t.Method+" "+t.Path), string(t.Kind))
		if t.Public {
			switch t.Auth.Type {
			case "none":
				name += " (public, no auth)"
			case "":
				name += " (public)"
			default:
				name += " (public, " + t.Auth.Type + ")"
			}
			open = append(open, name)
		} else {
			inner = append(inner, string(t.Kind))
		}
	}
	all := append(open, inner...)
	if len(all) > 3 {
		all = append(all[:3], fmt.Sprintf("%d more", len(all)-3))
	}
	return strings.Join(all, ", ")
}

// finding prints one finding with its frames.
func (t *text) finding(x shown) {
	f := x.Finding
	color := severityColor[f.Severity]
	extra := ""
	if f.Confidence != rind.ConfidenceHigh && f.Confidence != "" {
		extra = " " + t.paint(dim, "("+string(f.Confidence)+" confidence)")
	}
	if f.Generated {
		extra += " " + t.paint(dim, "(in something generated)")
	}
	if f.State == rind.Proven || f.State == rind.Blocked {
		extra += " " + t.paint(red, string(f.State))
	}
	t.linef("\n  %s%s%s", t.paint(color, fmt.Sprintf("%s[%s]", f.Severity, f.Rule)), t.paint(bold, ": "+clean(f.Title)), extra)
	if f.Message != "" && f.Message != f.Title {
		t.para("    ", "    ", f.Message)
	}
	fs := frames(f, t.r.Source, t.opt.Width-12)
	pad := 1
	for _, fr := range fs {
		for _, l := range fr.lines {
			pad = max(pad, len(fmt.Sprint(l.number)))
		}
	}
	gutter := "    " + strings.Repeat(" ", pad)
	for i, fr := range fs {
		corner := "╭▸"
		if i > 0 {
			corner = "├▸"
		}
		t.linef("%s %s %s", gutter, t.paint(blue, corner), clean(t.r.Place(fr.at).String()))
		t.frame(fr, pad, color)
	}
	t.hints(x, gutter)
}

// frame prints the lines of one file.
func (t *text) frame(fr frame, pad int, color string) {
	gutter := "    " + strings.Repeat(" ", pad)
	for _, l := range fr.lines {
		if l.number == 0 {
			t.linef("%s %s", gutter, t.paint(blue, "⋮"))
			continue
		}
		t.linef("    %s %s %s", t.paint(blue, fmt.Sprintf("%*d", pad, l.number)), t.paint(blue, "│"), l.text)
		for _, m := range l.marks {
			line, c := "^", color
			if !m.primary {
				line, c = "-", blue
			}
			under := strings.Repeat(line, m.to-m.from)
			room := t.opt.Width - pad - 7 - m.to - 1
			note := clean(m.note)
			if note != "" && room < min(runes(note), 20) { // no room behind: below
				t.linef("%s %s %s%s", gutter, t.paint(blue, "│"), strings.Repeat(" ", m.from), t.paint(c, under))
				t.para(gutter+" "+t.paint(blue, "│")+"  ", gutter+" "+t.paint(blue, "│")+"  ", note)
				continue
			}
			t.linef("%s %s %s%s", gutter, t.paint(blue, "│"), strings.Repeat(" ", m.from), t.paint(c, strings.TrimRight(under+" "+note, " ")))
		}
	}
}

// hints prints what to do and where to read on, and what else is alike.
func (t *text) hints(x shown, gutter string) {
	f := x.Finding
	bar := gutter + " " + t.paint(blue, "│") + " "
	end := gutter + " " + t.paint(blue, "╰") + " "
	if f.When != "" {
		t.para(bar+t.paint(dim, "when: "), bar+"      ", f.When)
	}
	if f.Fix != nil && f.Fix.Summary != "" {
		auto := ""
		if len(f.Fix.Edits) > 0 {
			auto = " [fixable]"
		}
		t.para(bar+t.paint(green, "fix: "), bar+"     ", f.Fix.Summary+auto)
	}
	if len(x.same) > 0 {
		t.para(bar+t.paint(dim, "also holds for: "), bar+"  ", strings.Join(names(x.same, 8), ", "))
	}
	if n := len(x.more); n > 0 {
		var where []string
		for _, o := range x.more[:min(n, 4)] {
			where = append(where, fmt.Sprintf("%s (%s:%d)", cmp.Or(o.Function, o.Resource, "the app"), t.r.Name(o.Span.File), o.Span.Line))
		}
		if n > 4 {
			where = append(where, "…")
		}
		t.para(bar+t.paint(dim, fmt.Sprintf("and %d more like this: ", n)), bar+"  ", strings.Join(where, ", "))
	}
	t.linef("%s%s", end, t.paint(dim, "more: rind explain "+f.Rule))
}

// names lists what findings are about, at most n of them.
func names(findings []*rind.Finding, n int) []string {
	var out []string
	for i, f := range findings {
		if i == n {
			return append(out, fmt.Sprintf("%d more", len(findings)-n))
		}
		out = append(out, cmp.Or(f.Function, f.Resource, "the app"))
	}
	return out
}

// para prints wrapped text; first and rest are what stands before its lines.
func (t *text) para(first, rest, s string) {
	width := t.opt.Width - visible(rest)
	line, prefix := "", first
	room := t.opt.Width - visible(first)
	for _, word := range strings.Fields(clean(s)) {
		if line != "" && runes(line)+1+runes(word) > room {
			t.linef("%s%s", prefix, line)
			line, prefix, room = "", rest, width
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	t.linef("%s%s", prefix, line)
}

// visible counts the columns of s without its colours.
func visible(s string) int {
	n, esc := 0, false
	for _, r := range s {
		switch {
		case r == '\x1b':
			esc = true
		case esc:
			esc = r != 'm'
		default:
			n++
		}
	}
	return n
}

// paths prints the ways an outsider can take, by the change that closes them:
// the change that closes the worst first.
func (t *text) paths() {
	if t.opt.Quiet || len(t.r.Paths) == 0 {
		return
	}
	const mostCuts, mostPaths = 6, 3
	cuts := cutsOf(t.r.Paths)
	t.linef("%s  %s", t.paint(bold, count(len(t.r.Paths), "attack path")), t.paint(dim, "by the change that closes them"))
	t.linef("%s", t.paint(dim, strings.Repeat("─", t.opt.Width)))
	for _, c := range cuts[:min(mostCuts, len(cuts))] {
		action := cmp.Or(c.Action, "no single change is known")
		t.para("  "+t.paint(green, "cut "), "      ", fmt.Sprintf("%s (%s)", action, strings.Join(nonEmpty(shortLayer[c.Layer], costWords(c.Cost), wholeRule(c.Rule)), " · ")))
		for _, p := range c.paths[:min(mostPaths, len(c.paths))] {
			var nodes []string
			for _, s := range p.Steps {
				nodes = append(nodes, s.Node)
			}
			t.para("      "+t.paint(severityColor[p.Severity], string(p.Severity))+" ", "        ", strings.Join(nodes, " → "))
			if p.Impact != "" {
				t.para("        "+t.paint(dim, "harm: "), "        ", p.Impact)
			}
		}
		if n := len(c.paths) - mostPaths; n > 0 {
			t.linef("      %s", t.paint(dim, fmt.Sprintf("and %d more", n)))
		}
	}
	if n := len(cuts) - mostCuts; n > 0 {
		t.linef("  and %d more changes; --format html shows all", n)
	}
	t.WriteByte('\n')
}

// skipped lists what could not be read.
func (t *text) skipped() {
	if len(t.r.Skipped) == 0 {
		return
	}
	const most = 20
	t.linef("%s", t.paint(bold, "Not read"))
	for i, s := range t.r.Skipped {
		if i == most {
			t.linef("  and %d more; --format json lists all", len(t.r.Skipped)-most)
			break
		}
		at := t.r.Name(s.File)
		if s.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, s.Line)
		}
		t.para("  "+clean(at)+": ", "    ", s.Reason)
	}
	t.WriteByte('\n')
}

func (t *text) notes() {
	if t.opt.Quiet || len(t.r.Notes) == 0 {
		return
	}
	t.linef("%s", t.paint(bold, "Notes"))
	for _, n := range t.r.Notes {
		at := ""
		if !n.Span.IsZero() {
			at = clean(t.r.Place(n.Span).String()) + ": "
		}
		t.para("  "+at, "    ", n.Note)
	}
	t.WriteByte('\n')
}

// last prints the line that counts.
func (t *text) last() {
	s := Summarize(t.r)
	var parts []string
	if s.Open == 0 {
		parts = append(parts, t.paint(green, "no findings"))
	} else {
		var by []string
		for _, sev := range rind.Severities {
			if n := s.BySeverity[string(sev)]; n > 0 {
				by = append(by, t.paint(severityColor[sev], fmt.Sprintf("%d %s", n, sev)))
			}
		}
		word := "finding"
		if t.r.Baseline {
			word = "new finding"
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", t.paint(bold, count(s.Open, word)), strings.Join(by, ", ")))
	}
	if s.Suppressed > 0 {
		var by []string
		for _, k := range []string{"comment", "config", "baseline"} {
			if n := s.BySuppression[k]; n > 0 {
				by = append(by, fmt.Sprintf("%d by %s", n, k))
			}
		}
		parts = append(parts, fmt.Sprintf("%d ignored (%s)", s.Suppressed, strings.Join(by, ", ")))
	}
	if s.Fixable > 0 {
		parts = append(parts, fmt.Sprintf("%d fixable", s.Fixable))
	}
	if s.Skipped > 0 {
		parts = append(parts, t.paint(yellow, fmt.Sprintf("%d not read", s.Skipped)))
	}
	t.linef("%s", strings.Join(parts, " · "))
	without := ""
	if t.clean > 0 {
		without = fmt.Sprintf(", %d of them without findings", t.clean)
	}
	t.linef("%s", t.paint(dim, fmt.Sprintf("in %s and %s of %s%s", count(s.Functions, "function"), count(s.Resources, "resource"), count(s.Apps, "app"), without)))
}

// count is "1 finding" or "3 findings".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
