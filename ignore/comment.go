package ignore

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rind/rind"
)

// marker finds the start of an ignore comment: directly behind what opens a
// comment in YAML (#), HCL, JavaScript and Java (#, //, /*).
var marker = regexp.MustCompile(`(#|//|/\*)[#/* \t]*rind:[ \t]*ignore\b`)

// maxComment is the longest comment that is looked at; a reason needs less.
const maxComment = 2000

// Comments returns the ignore comments in a file, one entry for each rule
// they name, and notes on those that cannot be understood.
//
// A comment is
//
//	rind: ignore[RULE, RULE@fingerprint] reason, until=2027-01-31
//
// behind the line it is about or alone on a line above it. Text in a block
// scalar that looks like a comment is taken for one; that is harmless, as it
// is reported as unused.
func Comments(file string, src []byte) (entries []Entry, problems []rind.Label) {
	if !bytes.Contains(src, []byte("rind:")) {
		return nil, nil
	}
	lines := strings.Split(string(src), "\n")
	for i, line := range lines {
		loc := marker.FindStringIndex(line)
		if loc == nil {
			continue
		}
		n := int32(i + 1)
		span := rind.Span{File: file, Line: n, Column: int32(loc[0] + 1), EndLine: n, EndColumn: int32(len(strings.TrimRight(line, "\r")) + 1)}
		text := line[loc[1]:]
		if len(text) > maxComment {
			text = text[:maxComment]
		}
		found, err := parseRules(text)
		if err != nil {
			problems = append(problems, rind.Label{Span: span, Note: "this ignore has no effect: " + err.Error()})
			continue
		}
		target := n
		if strings.TrimSpace(line[:loc[0]]) == "" {
			target = nextCode(lines, i)
		}
		for _, e := range found {
			e.Span, e.By, e.line = span, ByComment, target
			entries = append(entries, e)
		}
	}
	return entries, problems
}

// nextCode returns the number of the first line behind lines[i] that is
// neither blank nor only a comment.
func nextCode(lines []string, i int) int32 {
	for j := i + 1; j < len(lines); j++ {
		s := strings.TrimSpace(lines[j])
		if s != "" && !strings.HasPrefix(s, "#") && !strings.HasPrefix(s, "//") && !strings.HasPrefix(s, "/*") && !strings.HasPrefix(s, "*") {
			return int32(j + 1)
		}
	}
	return int32(i + 1)
}

// until finds the date in a comment, wherever its author put it.
var until = regexp.MustCompile(`[,;(]?\s*\buntil=([^\s,;)]*)[,;)]?`)

// parseRules reads what follows "ignore": [RULE@fingerprint, …] reason.
func parseRules(text string) ([]Entry, error) {
	const form = "write rind: ignore[RULE] reason"
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "[") {
		return nil, fmt.Errorf("it names no rule; %s", form)
	}
	list, reason, ok := strings.Cut(text[1:], "]")
	if !ok {
		return nil, fmt.Errorf("the bracket is not closed; %s", form)
	}
	reason = strings.TrimSpace(reason)
	reason = strings.TrimSpace(strings.TrimSuffix(reason, "*/"))
	var date string
	if m := until.FindStringSubmatch(reason); m != nil {
		date = m[1]
		if date == "" {
			return nil, fmt.Errorf("until= has no date; write until=2027-01-31")
		}
		reason = strings.Replace(reason, m[0], " ", 1)
	}
	reason = strings.Join(strings.Fields(strings.TrimLeft(reason, ":-– \t")), " ")
	var out []Entry
	for item := range strings.SplitSeq(list, ",") {
		rule, fp, bound := strings.Cut(strings.TrimSpace(item), "@")
		if !ruleName.MatchString(rule) || bound && fp == "" {
			return nil, fmt.Errorf("%q is not a rule; %s", strings.TrimSpace(item), form)
		}
		out = append(out, Entry{Rule: rule, Fingerprint: strings.ToLower(fp), Reason: reason, Until: date})
	}
	return out, nil
}

// ruleName covers the IDs of other scanners too (CKV_AWS_115, AwsSolutions-L1).
var ruleName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./:-]{0,79}$`)

// collectComments reads the comments of every file that an app consists of.
func (a *applier) collectComments() {
	if a.r.Source == nil {
		return
	}
	for _, file := range files(a.r) {
		entries, problems := Comments(file, a.r.Source(file))
		a.entries = append(a.entries, entries...)
		a.r.Notes = append(a.r.Notes, problems...)
	}
}

// files lists the files that hold resources, code or findings, sorted.
func files(r *rind.Report) []string {
	set := map[string]bool{}
	for _, app := range r.Apps {
		for _, x := range slices.Concat(app.Resources, app.Declared) {
			set[x.Span.File] = true
		}
		for _, c := range app.Code {
			for _, f := range c.Files {
				set[f] = true
			}
		}
	}
	for _, f := range r.Findings {
		set[f.Span.File] = true
	}
	delete(set, "")
	out := make([]string, 0, len(set))
	for f := range set {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}
