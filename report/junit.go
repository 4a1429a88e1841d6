package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"rind/rind"
)

// writeJUnit prints JUnit XML as CI servers read it: one test suite for each
// app, one failed test case for each open finding, one skipped one for each
// suppressed finding, one error for each file that could not be read.
func writeJUnit(w io.Writer, r *rind.Report, _ Options) error {
	all := junitSuites{Name: cmp.Or(r.Tool, "rind")}
	byApp := map[string]*junitSuite{}
	suite := func(path string) *junitSuite {
		if s := byApp[path]; s != nil {
			return s
		}
		s := &junitSuite{Name: cmp.Or(path, "app"), Cases: []junitCase{}}
		byApp[path] = s
		all.Suites = append(all.Suites, s)
		return s
	}
	for _, a := range r.Apps {
		suite(a.Path)
	}
	for _, f := range r.Findings {
		c := junitCase{
			Class: cmp.Or(f.App, "app") + "." + cmp.Or(f.Function, f.Resource, "app"),
			Name:  xmlText(fmt.Sprintf("%s %s", f.Rule, f.Title)), File: r.Name(f.Span.File), Line: f.Span.Line,
		}
		s := suite(f.App)
		s.Tests++
		switch {
		case f.Open():
			s.Failures++
			c.Failure = &junitProblem{Type: string(f.Severity), Message: xmlText(f.Message), Text: xmlText(junitDetail(r, f))}
		case f.Suppressed != nil:
			s.Skipped++
			c.Skipped = &junitProblem{Message: xmlText(fmt.Sprintf("ignored by %s: %s", f.Suppressed.By, f.Suppressed.Reason))}
		}
		s.Cases = append(s.Cases, c)
	}
	for _, s := range all.Suites {
		if len(s.Cases) == 0 { // a suite without cases shows as missing
			s.Tests++
			s.Cases = append(s.Cases, junitCase{Class: s.Name, Name: "no findings"})
		}
	}
	if len(r.Skipped) > 0 {
		s := suite("not read")
		for _, sk := range r.Skipped {
			s.Tests++
			s.Errors++
			s.Cases = append(s.Cases, junitCase{
				Class: "not read", Name: xmlText(sk.File), File: r.Name(sk.File), Line: sk.Line,
				Error: &junitProblem{Type: "not read", Message: xmlText(sk.Reason)},
			})
		}
	}
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitDetail(r *rind.Report, f *rind.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s, %s)\n", r.Place(f.Span), f.Message, f.Severity, f.Risk)
	if f.Fix != nil && f.Fix.Summary != "" {
		fmt.Fprintf(&b, "fix: %s\n", f.Fix.Summary)
	}
	fmt.Fprintf(&b, "more: rind explain %s\n", f.Rule)
	return b.String()
}

// xmlText replaces what XML cannot hold.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		return []rune(clean(string(r)))[0]
	}, s)
}

type junitSuites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []*junitSuite
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int32         `xml:"line,attr,omitempty"`
	Failure *junitProblem `xml:"failure,omitempty"`
	Error   *junitProblem `xml:"error,omitempty"`
	Skipped *junitProblem `xml:"skipped,omitempty"`
}

type junitProblem struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}
