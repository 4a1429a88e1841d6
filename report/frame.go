package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"rind/rind"
)

// A frame is the piece of a file that a finding shows: its lines and what is
// marked in them.
type frame struct {
	file  string
	at    rind.Span // what the heading points at
	lines []frameLine
}

// A frameLine is one line of a frame. Number 0 stands for left-out lines.
type frameLine struct {
	number int32
	text   string
	marks  []frameMark
}

// A frameMark underlines the runes [from, to) of a line.
type frameMark struct {
	from, to int
	primary  bool
	note     string
	step     int // of a flow, from 1; else 0
}

// maxRelated is how many related places a frame shows; more hide the point.
const maxRelated = 6

// maxSteps is how many steps of a flow a frame shows: the first few tell where
// it comes from, the others what happens at the end.
const (
	maxSteps  = 10
	headSteps = 3
)

// frames cuts what f points at out of the sources, the file of the finding
// itself first. Without the source a frame has no lines.
func frames(f *rind.Finding, source func(string) []byte, width int) []frame {
	type label struct {
		span    rind.Span
		note    string
		primary bool
		step    int
	}
	labels := []label{{span: f.Span, primary: true}}
	for _, l := range f.Related[:min(len(f.Related), maxRelated)] {
		if !l.Span.IsZero() && len(f.Flow) == 0 {
			labels = append(labels, label{span: l.Span, note: l.Note})
		}
	}
	if len(f.Flow) > 0 {
		// In the order of the steps, so that it reads from the source on.
		labels = nil
		last := len(f.Flow) - 1
		for i, l := range f.Flow {
			if l.Span.IsZero() || i >= headSteps && last-i >= maxSteps-headSteps {
				continue
			}
			note := l.Note
			if last > 0 {
				note = strings.TrimRight(fmt.Sprintf("%d. %s", i+1, l.Note), " ")
			}
			labels = append(labels, label{span: l.Span, note: note, step: i + 1, primary: i == last && l.Span.File == f.Span.File && l.Span.Line == f.Span.Line})
		}
		if !slices.ContainsFunc(labels, func(l label) bool { return l.primary }) {
			labels = append(labels, label{span: f.Span, primary: true})
		}
	}
	var out []frame
	for _, l := range labels {
		i := slices.IndexFunc(out, func(fr frame) bool { return fr.file == l.span.File })
		if i < 0 {
			out = append(out, frame{file: l.span.File, at: l.span})
			i = len(out) - 1
		}
		if l.primary {
			out[i].at = l.span
		}
		if l.span.Line < 1 {
			continue
		}
		fr := &out[i]
		j := slices.IndexFunc(fr.lines, func(x frameLine) bool { return x.number == l.span.Line })
		if j < 0 {
			fr.lines = append(fr.lines, frameLine{number: l.span.Line})
			j = len(fr.lines) - 1
		}
		fr.lines[j].add(frameMark{from: int(l.span.Column), to: endOn(l.span), primary: l.primary, note: l.note, step: l.step})
	}
	for i := range out {
		var src []byte
		if source != nil {
			src = source(out[i].file)
		}
		out[i].fill(src, f.Risk, width)
	}
	return out
}

// add marks a piece of the line. Two marks of the same piece become one.
func (l *frameLine) add(m frameMark) {
	for i := range l.marks {
		old := &l.marks[i]
		if old.from != m.from || old.to != m.to {
			continue
		}
		old.primary = old.primary || m.primary
		if old.note != "" && m.note != "" {
			old.note += "; "
		}
		old.note += m.note
		return
	}
	l.marks = append(l.marks, m)
}

// endOn is the end column of a span on its first line; 0 for the line's end.
func endOn(s rind.Span) int {
	if s.EndLine > s.Line || s.EndColumn <= s.Column {
		return 0
	}
	return int(s.EndColumn)
}

// fill puts the text into the lines, with the lines between that are needed
// to understand them.
func (fr *frame) fill(src []byte, risk rind.Risk, width int) {
	if src == nil {
		fr.lines = nil
		return
	}
	slices.SortFunc(fr.lines, func(a, b frameLine) int { return cmp.Compare(a.number, b.number) })
	var out []frameLine
	for _, l := range fr.lines {
		raw, ok := lineOf(src, l.number)
		if !ok {
			continue
		}
		l.cut(raw, risk, width)
		if n := len(out); n > 0 {
			switch gap := l.number - out[n-1].number; {
			case gap == 2: // one line between says more than dots
				between := frameLine{number: l.number - 1}
				if text, ok := lineOf(src, between.number); ok {
					between.cut(text, risk, width)
					out = append(out, between)
				}
			case gap > 2:
				out = append(out, frameLine{})
			}
		}
		out = append(out, l)
	}
	fr.lines = out
}

// lineOf returns the n-th line (from 1) without its end.
func lineOf(src []byte, n int32) (string, bool) {
	for i := int32(1); ; i++ {
		line, rest, more := bytes.Cut(src, []byte("\n"))
		if i == n {
			return strings.TrimRight(string(line), "\r"), true
		}
		if !more {
			return "", false
		}
		src = rest
	}
}

// cut turns a raw line and marks in byte columns into what is shown: masked,
// without control characters, cut to width around the first mark, and marks
// in runes.
func (l *frameLine) cut(raw string, risk rind.Risk, width int) {
	masked := maskLine(raw, risk)
	same := commonPrefix(raw, masked)
	for i := range l.marks {
		m := &l.marks[i]
		from, to := clamp(m.from-1, len(raw)), len(strings.TrimRight(raw, " \t"))
		if m.to > 0 {
			to = clamp(m.to-1, len(raw))
		}
		// Where the mark lies in what was masked, it covers the mask.
		if from > same {
			from = min(same, len(masked))
		}
		if to > same {
			to = len(masked)
		}
		m.from, m.to = runes(masked[:from]), runes(masked[:max(from, to)])
		if m.to <= m.from {
			m.to = m.from + 1
		}
	}
	slices.SortFunc(l.marks, func(a, b frameMark) int {
		if a.step > 0 && b.step > 0 {
			return cmp.Compare(a.step, b.step)
		}
		if a.primary != b.primary {
			if a.primary {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.from, b.from)
	})
	text := []rune(clean(strings.ReplaceAll(masked, "\t", " ")))
	start := 0
	if len(text) > width && len(l.marks) > 0 {
		start = max(0, min(l.marks[0].from-width/3, len(text)-width))
	}
	end := min(len(text), start+width)
	for i := range l.marks {
		l.marks[i].from = max(0, min(l.marks[i].from, end-1)-start)
		l.marks[i].to = max(l.marks[i].from+1, min(l.marks[i].to, end)-start)
	}
	shown := slices.Clone(text[start:end])
	if start > 0 && len(shown) > 0 {
		shown[0] = '…'
	}
	if end < len(text) && len(shown) > 0 {
		shown[len(shown)-1] = '…'
	}
	l.text = string(shown)
}

func clamp(n, limit int) int { return max(0, min(n, limit)) }

// runes counts the columns that s takes.
func runes(s string) int { return utf8.RuneCountInString(s) }

// commonPrefix is the length of what a and b begin with alike, not within a
// rune.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(b) && !utf8.RuneStart(b[n]) {
		n--
	}
	return n
}

// clean replaces what could steer a terminal: control characters and
// invisible direction marks from the scanned files.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError,
			r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return '·'
		}
		return r
	}, s)
}
