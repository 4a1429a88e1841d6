package main

import (
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"rind/rind"
	"rind/rule"
)

// owaspClass maps the benchmark's categories to classes; those of rules
// without flows are found by their CWE.
var owaspClass = map[string]string{
	"cmdi": "cmdi", "codeinj": "codei", "deserialization": "deserialization", "ldapi": "ldapi", "pathtraver": "path-traversal",
	"redirect": "open-redirect", "sqli": "sqli", "trustbound": "trust-boundary", "xpathi": "xpathi", "xss": "xss", "xxe": "xxe",
}

var owaspCWE = map[string][]string{
	"hash": {"CWE-328", "CWE-327"}, "weakrand": {"CWE-330", "CWE-338"}, "securecookie": {"CWE-614", "CWE-1004"},
}

func scoreOWASP(file, src, only string, verbose bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment, r.FieldsPerRecord = '#', -1
	rows, err := r.ReadAll()
	if err != nil {
		return err
	}
	findings, _, err := scan(src, nil, rule.All)
	if err != nil {
		return err
	}
	byTest := map[string][]*rind.Finding{}
	for _, f := range findings {
		name := strings.TrimSuffix(path.Base(f.Span.File), path.Ext(f.Span.File))
		byTest[name] = append(byTest[name], f)
	}
	byCategory := map[string]*tally{}
	for _, row := range rows {
		if len(row) < 3 || only != "" && row[1] != only {
			continue
		}
		test, category, real := row[0], row[1], row[2] == "true"
		i := slices.IndexFunc(byTest[test], func(f *rind.Finding) bool {
			if c := owaspClass[category]; c != "" {
				return f.Class == c
			}
			return f.Class == "" && slices.Contains(owaspCWE[category], f.CWE)
		})
		if byCategory[category] == nil {
			byCategory[category] = &tally{}
		}
		byCategory[category].add(&label{Expected: real}, i >= 0)
		if verbose && (i >= 0) != real {
			if real {
				fmt.Printf("MISS  %-16s %s\n", category, test)
			} else {
				fmt.Printf("FALSE %-16s %s\n", category, byTest[test][i])
			}
		}
	}
	var sum float64
	for _, c := range slices.Sorted(maps.Keys(byCategory)) {
		t := byCategory[c]
		tpr, fpr := float64(t.found)/float64(max(t.wanted, 1)), float64(t.flagged)/float64(max(t.traps, 1))
		sum += tpr - fpr
		fmt.Printf("%-16s TPR %.2f (%d/%d)  FPR %.2f (%d/%d)  score %+.2f\n", c, tpr, t.found, t.wanted, fpr, t.flagged, t.traps, tpr-fpr)
	}
	fmt.Printf("%-16s %+.3f\n", "macro score", sum/float64(max(len(byCategory), 1)))
	return nil
}
