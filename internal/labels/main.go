// Command labels scores rind's rules against a labelled set of templates.
//
//	go run ./internal/labels -labels labelled.csv -files DIR [-checks checks.csv] [-v]
//
// The labels name, per row, the check of another scanner (tool_check), whether
// it should fail or pass, the file, and where known the resource and its line.
// A "fail" is found when a rule that lists the check as its equivalent reports
// in that file inside the labelled resource. A "pass" is flagged when such a
// rule reports there. With -checks the looser score is printed as well, in
// which any rule of the merged check counts.
package main

import (
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"rind/rind"
	"rind/rule"
	"rind/template"
)

type label struct {
	source, check, merged, platform, file, resource string
	fail                                            bool
	line                                            int32
}

type score struct{ found, fails, flagged, passes, inSpan, withSpan int }

func main() {
	labels := flag.String("labels", "", "CSV of labels")
	checks := flag.String("checks", "", "CSV that maps merged checks to tools' IDs")
	files := flag.String("files", "", "folder that holds the labelled files")
	verbose := flag.Bool("v", false, "list every miss and every flagged pass")
	topics := flag.String("topic", "", "only these topics, separated by commas")
	flag.Parse()
	if err := run(*labels, *checks, *files, *topics, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "labels:", err)
		os.Exit(2)
	}
}

func run(labelFile, checkFile, dir, topics string, verbose bool) error {
	rows, err := readLabels(labelFile, topics)
	if err != nil {
		return err
	}
	merged, err := readChecks(checkFile)
	if err != nil {
		return err
	}
	found, err := scan(dir)
	if err != nil {
		return err
	}
	rulesOf := map[string]map[string]bool{}
	for _, r := range rule.Rules() {
		for _, e := range r.Equivalent {
			if rulesOf[e] == nil {
				rulesOf[e] = map[string]bool{}
			}
			rulesOf[e][r.ID] = true
		}
	}
	strict, loose := map[string]*score{}, map[string]*score{}
	bySource := map[string]*score{}
	for _, l := range rows {
		hit := found.match(l, rulesOf[l.check], true)
		tally(strict, l.merged, l, hit != nil)
		tally(bySource, l.source, l, hit != nil)
		if l.fail && l.line > 0 {
			if any := found.match(l, rulesOf[l.check], false); any != nil {
				strict[l.merged].withSpan++
				if hit != nil {
					strict[l.merged].inSpan++
				}
			}
		}
		if verbose && l.fail != (hit != nil) {
			what := "MISS   "
			if !l.fail {
				what = "FLAGGED"
			}
			extra := ""
			if hit != nil {
				extra = hit.String()
			}
			if len(rulesOf[l.check]) == 0 {
				extra = "(no rule lists this check)"
			}
			fmt.Printf("%s %s [%s] %s:%d %s %s\n", what, l.check, l.merged, l.file, l.line, l.resource, extra)
		}
		if ids := merged[l.merged]; ids != nil {
			all := map[string]bool{}
			for id := range ids {
				for r := range rulesOf[id] {
					all[r] = true
				}
			}
			tally(loose, l.merged, l, found.match(l, all, true) != nil)
		}
	}
	print("merged check", strict)
	print("source", bySource)
	if len(loose) > 0 {
		total(loose, "any rule of the merged check")
	}
	return nil
}

func tally(m map[string]*score, key string, l label, hit bool) {
	s := m[key]
	if s == nil {
		s = &score{}
		m[key] = s
	}
	switch {
	case l.fail:
		s.fails++
		if hit {
			s.found++
		}
	default:
		s.passes++
		if hit {
			s.flagged++
		}
	}
}

func print(title string, m map[string]*score) {
	fmt.Printf("\n%-72s %11s %11s\n", title, "recall", "flagged")
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(ratio(m[a].found, m[a].fails), ratio(m[b].found, m[b].fails)), cmp.Compare(a, b))
	})
	for _, k := range keys {
		s := m[k]
		fmt.Printf("%-72.72s %4d/%-4d %s %4d/%-4d %s\n", k, s.found, s.fails, percent(s.found, s.fails), s.flagged, s.passes, percent(s.flagged, s.passes))
	}
	total(m, "total")
}

func total(m map[string]*score, title string) {
	var t score
	var sum float64
	n := 0
	for _, s := range m {
		t.found, t.fails = t.found+s.found, t.fails+s.fails
		t.flagged, t.passes = t.flagged+s.flagged, t.passes+s.passes
		t.inSpan, t.withSpan = t.inSpan+s.inSpan, t.withSpan+s.withSpan
		if s.fails > 0 {
			sum += float64(s.found) / float64(s.fails)
			n++
		}
	}
	fmt.Printf("%-72s %4d/%-4d %s %4d/%-4d %s   mean recall %.3f", title, t.found, t.fails, percent(t.found, t.fails), t.flagged, t.passes, percent(t.flagged, t.passes), sum/float64(max(n, 1)))
	if t.withSpan > 0 {
		fmt.Printf("   line inside the resource %d/%d", t.inSpan, t.withSpan)
	}
	fmt.Println()
}

func ratio(a, b int) float64 { return float64(a) / float64(max(b, 1)) }

func percent(a, b int) string {
	if b == 0 {
		return "   -"
	}
	return fmt.Sprintf("%.2f", ratio(a, b))
}

func readLabels(file, topics string) ([]label, error) {
	rows, err := readCSV(file)
	if err != nil {
		return nil, err
	}
	var out []label
	for _, r := range rows {
		if topics != "" && !slices.Contains(strings.Split(topics, ","), r["topic"]) {
			continue
		}
		line, _ := strconv.Atoi(r["line"])
		out = append(out, label{
			source: r["source"], check: r["tool_check"], merged: r["topic"] + ": " + r["check"], platform: r["platform"],
			file: r["file"], resource: r["resource"], fail: r["label"] == "fail", line: int32(line),
		})
	}
	return out, nil
}

// readChecks maps each merged check to the IDs of all tools that have it.
func readChecks(file string) (map[string]map[string]bool, error) {
	if file == "" {
		return nil, nil
	}
	rows, err := readCSV(file)
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]bool{}
	for _, r := range rows {
		ids := map[string]bool{}
		for _, v := range r {
			for id := range strings.FieldsSeq(v) {
				if _, rest, ok := strings.Cut(id, ":"); ok {
					ids[rest] = true
				}
				ids[id] = true
			}
		}
		out[r["topic"]+": "+r["check"]] = ids
	}
	return out, nil
}

func readCSV(file string) ([]map[string]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var out []map[string]string
	for _, rec := range records[1:] {
		m := map[string]string{}
		for i, name := range records[0] {
			m[name] = rec[i]
		}
		out = append(out, m)
	}
	return out, nil
}

// findings by file, and the spans of resources by file.
type scanned struct {
	findings map[string][]*rind.Finding
	spans    map[string][]rind.Span
}

func scan(dir string) (*scanned, error) {
	res, err := template.Read(dir, template.Options{})
	if err != nil {
		return nil, err
	}
	s := &scanned{findings: map[string][]*rind.Finding{}, spans: map[string][]rind.Span{}}
	for _, app := range res.Apps {
		for _, f := range rule.Check(app, rule.Options{Profile: rule.All}) {
			s.findings[f.Span.File] = append(s.findings[f.Span.File], f)
		}
		for _, r := range append(slices.Clone(app.Resources), app.Declared...) {
			s.spans[r.Span.File] = append(s.spans[r.Span.File], r.Span)
		}
	}
	for _, sk := range res.Skipped {
		fmt.Fprintf(os.Stderr, "skipped %s:%d %s\n", sk.File, sk.Line, sk.Reason)
	}
	return s, nil
}

// match returns a finding of one of the rules that fits the label. With
// within it must lie in the smallest resource around the label's line.
func (s *scanned) match(l label, rules map[string]bool, within bool) *rind.Finding {
	var span rind.Span
	if within && l.line > 0 {
		for _, r := range s.spans[l.file] {
			if r.Contains(l.line) && (span.IsZero() || r.EndLine-r.Line < span.EndLine-span.Line) {
				span = r
			}
		}
	}
	for _, f := range s.findings[l.file] {
		if rules[f.Rule] && (span.IsZero() || span.Contains(f.Span.Line)) {
			return f
		}
	}
	return nil
}
