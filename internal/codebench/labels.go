package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rind/code/project"
	"rind/rind"
	"rind/rule"
)

// A label says whether a finding of a class is expected at a line.
type label struct {
	Lang, File, Cls, Note string
	Line                  int32
	Expected              bool
	repo, path            string
}

// flowClass maps the labels' words to classes of flows; those that are not in
// it are found by rules without flows, by their CWE.
var flowClass = map[string]string{
	"deserialisation": "deserialization", "code-injection": "codei", "path": "path-traversal", "redirect": "open-redirect",
	"cmdi": "cmdi", "sqli": "sqli", "nosqli": "nosqli", "xss": "xss", "ssrf": "ssrf", "xxe": "xxe", "ssti": "ssti",
	"path-traversal": "path-traversal", "open-redirect": "open-redirect", "redos": "redos", "ldapi": "ldapi", "xpathi": "xpathi",
	"prototype-pollution": "prototype-pollution", "crlf": "crlf", "rfi": "rfi", "bomb": "bomb", "zip-slip": "path-traversal",
}

var weakCWE = map[string][]string{
	"cors": {"CWE-942", "CWE-346"}, "error-disclosure": {"CWE-209", "CWE-210", "CWE-497"}, "jwt": {"CWE-347", "CWE-345", "CWE-287", "CWE-290"},
	"log": {"CWE-532", "CWE-117"}, "secret": {"CWE-798", "CWE-321", "CWE-259"}, "s3-public-acl": {"CWE-732", "CWE-276", "CWE-284"},
	"weak-crypto": {"CWE-327", "CWE-328"}, "weak-hash": {"CWE-328", "CWE-327"}, "weak-random": {"CWE-330", "CWE-338"}, "tls": {"CWE-295"},
}

// fits reports whether a finding is of the label's class.
func (l *label) fits(f *rind.Finding) bool {
	if class := flowClass[l.Cls]; class != "" {
		// Some label sets call every execution a command injection.
		return f.Class == class || l.Cls == "cmdi" && f.Class == "codei"
	}
	if l.Cls == "log" && f.Class == "log" {
		return true
	}
	return f.Class == "" && slices.Contains(weakCWE[l.Cls], f.CWE)
}

type tally struct{ found, wanted, flagged, traps int }

func (t *tally) add(l *label, hit bool) {
	switch {
	case l.Expected:
		t.wanted++
		if hit {
			t.found++
		}
	default:
		t.traps++
		if hit {
			t.flagged++
		}
	}
}

func (t tally) String() string {
	return fmt.Sprintf("recall %3d/%-3d %s   traps flagged %3d/%-3d   precision %s",
		t.found, t.wanted, ratio(t.found, t.wanted), t.flagged, t.traps, ratio(t.found, t.found+t.flagged))
}

func ratio(a, b int) string {
	if b == 0 {
		return "   -"
	}
	return fmt.Sprintf("%.2f", float64(a)/float64(b))
}

func scoreLabels(file, src, class, lang string, verbose bool) error {
	all, err := readLabels(file)
	if err != nil {
		return err
	}
	byRepo := map[string][]*label{}
	for _, l := range all {
		if (class == "" || class == l.Cls) && (lang == "" || lang == l.Lang) {
			byRepo[l.repo] = append(byRepo[l.repo], l)
		}
	}
	byClass := map[string]*tally{}
	var taint, total, extra tally
	for _, repo := range slices.Sorted(maps.Keys(byRepo)) {
		dir := filepath.Join(src, strings.Replace(repo, "/", "+", 1))
		var within []string
		for _, l := range byRepo[repo] {
			if d := path.Dir(l.path); !slices.Contains(within, d) {
				within = append(within, d)
			}
		}
		findings, apps, err := scan(dir, within, rule.All)
		if err != nil {
			return err
		}
		m := &matcher{findings: findings, dir: dir, apps: apps}
		hits := m.match(byRepo[repo])
		for i, l := range byRepo[repo] {
			hit := hits[i] != nil
			if byClass[l.Cls] == nil {
				byClass[l.Cls] = &tally{}
			}
			byClass[l.Cls].add(l, hit)
			total.add(l, hit)
			if flowClass[l.Cls] != "" {
				taint.add(l, hit)
			}
			if verbose && hit != l.Expected {
				word := "MISS "
				if hit {
					word = "FALSE"
				}
				fmt.Printf("%s %-16s %s/%s:%d %s %s\n", word, l.Cls, dir, l.path, l.Line, l.Note, m.why(l))
				if hit {
					fmt.Println("      " + hits[i].String())
				}
			}
		}
		for _, f := range m.unlabelled(byRepo[repo]) {
			extra.flagged++
			if verbose {
				fmt.Printf("EXTRA %-16s %s/%s\n", f.Class, dir, f.String())
			}
		}
	}
	for _, c := range slices.SortedFunc(maps.Keys(byClass), func(a, b string) int { return cmp.Compare(a, b) }) {
		fmt.Printf("%-20s %s\n", c, byClass[c])
	}
	fmt.Printf("%-20s %s\n", "flows", taint)
	fmt.Printf("%-20s %s\n", "all", total)
	fmt.Printf("findings of flow classes in labelled files that fit no label: %d\n", extra.flagged)
	return nil
}

func readLabels(file string) ([]*label, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []*label
	sc := bufio.NewScanner(f)
	for n := 1; sc.Scan(); n++ {
		l := &label{}
		if err := json.Unmarshal(sc.Bytes(), l); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, n, err)
		}
		l.repo, l.path, _ = strings.Cut(l.File, ":")
		out = append(out, l)
	}
	return out, sc.Err()
}

// A matcher fits the findings of one repository to its labels.
type matcher struct {
	findings []*rind.Finding
	apps     []*rind.App
	dir      string
	outlines map[string][]rind.Span
	used     map[*rind.Finding]bool
}

// tolerance is how many lines a label may lie beside a finding.
const tolerance = 2

// match gives each label a finding, or nil. A finding goes to the nearest
// label of its class; what is left goes to labels in the same function, and to
// those on the way of the flow, if they expect one.
func (m *matcher) match(labels []*label) []*rind.Finding {
	hits := make([]*rind.Finding, len(labels))
	m.used = map[*rind.Finding]bool{}
	for _, f := range m.findings {
		best, bestDistance := -1, int32(tolerance+1)
		for i, l := range labels {
			if l.path != f.Span.File || !l.fits(f) {
				continue
			}
			d := distance(f.Span, l.Line)
			if l.Expected && m.onTheWay(f, l) {
				d = 0
			}
			if d < bestDistance || d == bestDistance && best >= 0 && hits[best] != nil && hits[i] == nil {
				best, bestDistance = i, d
			}
		}
		if best >= 0 {
			m.used[f] = true
			hits[best] = f
		}
	}
	for i, l := range labels {
		if hits[i] != nil || !l.Expected {
			continue
		}
		for _, f := range m.findings {
			if l.fits(f) && !m.isTrap(f, labels) && (m.onTheWay(f, l) || f.Span.File == l.path && m.sameFunction(f.Span, l)) {
				hits[i] = f
				m.used[f] = true
				break
			}
		}
	}
	return hits
}

// isTrap reports whether a finding lies on a line where none is expected.
func (m *matcher) isTrap(f *rind.Finding, labels []*label) bool {
	return slices.ContainsFunc(labels, func(l *label) bool {
		return !l.Expected && l.path == f.Span.File && l.fits(f) && distance(f.Span, l.Line) == 0
	})
}

func distance(s rind.Span, line int32) int32 {
	switch end := max(s.EndLine, s.Line); {
	case line < s.Line:
		return s.Line - line
	case line > end:
		return line - end
	}
	return 0
}

func (m *matcher) onTheWay(f *rind.Finding, l *label) bool {
	return slices.ContainsFunc(f.Flow, func(s rind.Step) bool {
		return s.Span.File == l.path && distance(s.Span, l.Line) == 0
	})
}

// sameFunction reports whether a label lies in the innermost function around
// a finding.
func (m *matcher) sameFunction(s rind.Span, l *label) bool {
	if m.outlines == nil {
		m.outlines = map[string][]rind.Span{}
	}
	spans, ok := m.outlines[s.File]
	if !ok {
		spans, _ = project.Outline(m.dir, s.File)
		m.outlines[s.File] = spans
	}
	inner := func(line int32) (in rind.Span) {
		for _, f := range spans {
			if f.Contains(line) && (in.IsZero() || f.EndLine-f.Line < in.EndLine-in.Line) {
				in = f
			}
		}
		return in
	}
	a, b := inner(s.Line), inner(l.Line)
	return !a.IsZero() && a == b
}

// unlabelled lists the findings of flows in labelled files that fit no label.
func (m *matcher) unlabelled(labels []*label) []*rind.Finding {
	files := map[string]bool{}
	for _, l := range labels {
		files[l.path] = true
	}
	var out []*rind.Finding
	for _, f := range m.findings {
		if files[f.Span.File] && f.Class != "" && f.Class != "log" && !m.used[f] {
			out = append(out, f)
		}
	}
	return out
}

// why says what is known about the code of a label's file.
func (m *matcher) why(l *label) string {
	for _, app := range m.apps {
		for _, c := range app.Code {
			if slices.Contains(c.Files, l.path) {
				return fmt.Sprintf("(followed from %s%s)", c.Function, strings.Join(append([]string{""}, c.Limits...), "; "))
			}
		}
	}
	return "(the file was not followed)"
}
