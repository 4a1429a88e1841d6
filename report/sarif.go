package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"rind/rind"
)

// writeSARIF prints SARIF 2.1.0 as OASIS defines it, with what GitHub code
// scanning looks at: rule tags, security-severity, partialFingerprints.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
func writeSARIF(w io.Writer, r *rind.Report, _ Options) error {
	rules := sortedRules(r)
	index := map[string]int{}
	for i, x := range rules {
		index[x.ID] = i
	}
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{
			Name: cmp.Or(r.Tool, "rind"), SemanticVersion: semantic(r.Version), Version: r.Version,
			Rules: []sarifRule{},
		}},
		ColumnKind:         "unicodeCodePoints",
		OriginalURIBaseIDs: map[string]sarifBase{"SRCROOT": {Description: sarifText{Text: "the folder in which rind was run"}}},
		Results:            []sarifResult{},
		Invocations:        []sarifInvocation{{ExecutionSuccessful: true}},
		AutomationDetails:  sarifAutomation{ID: "rind/"},
	}
	for _, x := range rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSARIFRule(x))
	}
	s := &sarifWriter{r: r, index: index, files: map[string][]byte{}}
	for _, f := range safeFindings(r) {
		run.Results = append(run.Results, s.result(f))
	}
	for _, sk := range r.Skipped {
		n := sarifNotification{Level: "warning", Message: sarifText{Text: "not read: " + sk.Reason}}
		if sk.File != "" {
			n.Locations = []sarifLocation{s.location(rind.Span{File: sk.File, Line: sk.Line})}
		}
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, n)
	}
	for _, note := range r.Notes {
		n := sarifNotification{Level: "note", Message: sarifText{Text: note.Note}}
		if note.Span.File != "" {
			n.Locations = []sarifLocation{s.location(note.Span)}
		}
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, n)
	}
	return writeIndented(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	}, 4)
}

// semantic keeps only what SARIF's semanticVersion may hold.
func semantic(v string) string {
	if strings.Count(strings.SplitN(v, "-", 2)[0], ".") != 2 {
		return ""
	}
	return v
}

// sarifLevel maps a severity to SARIF's three levels.
func sarifLevel(s rind.Severity) string {
	switch s {
	case rind.Critical, rind.High:
		return "error"
	case rind.Medium:
		return "warning"
	}
	return "note"
}

// securitySeverity is the CVSS-like figure by which GitHub ranks alerts:
// over 9 critical, 7 high, 4 medium.
var securitySeverity = map[rind.Severity]string{
	rind.Critical: "9.5", rind.High: "8.0", rind.Medium: "5.5", rind.Low: "2.5", rind.Info: "0.5",
}

func newSARIFRule(x rind.RuleInfo) sarifRule {
	tags := []string{"security", "serverless", string(x.Risk), "layer:" + string(x.Layer)}
	if n, ok := strings.CutPrefix(x.CWE, "CWE-"); ok {
		tags = append(tags, "external/cwe/cwe-"+fmt.Sprintf("%03s", n))
	}
	tags = slices.DeleteFunc(tags, func(s string) bool { return s == "" || s == "layer:" })
	var md strings.Builder
	fmt.Fprintf(&md, "%s\n\n**Fix:** %s\n", x.Why, x.Fix)
	for _, s := range x.Sources {
		fmt.Fprintf(&md, "\n- %s", s)
	}
	out := sarifRule{
		ID: x.ID, Name: pascal(x.Title),
		ShortDescription: sarifText{Text: cmp.Or(x.Title, x.ID)},
		FullDescription:  sarifText{Text: cmp.Or(x.Why, x.Title, x.ID)},
		Help:             sarifText{Text: strings.TrimSpace(x.Why + "\n\nFix: " + x.Fix), Markdown: md.String()},
		Default:          sarifConfiguration{Level: sarifLevel(x.Severity)},
		Properties:       sarifRuleProperties{Tags: tags, SecuritySeverity: securitySeverity[x.Severity], Precision: "high"},
	}
	for _, s := range x.Sources {
		if strings.HasPrefix(s, "https://") {
			out.HelpURI = s
			break
		}
	}
	return out
}

// pascal makes SARIF's rule name, "FunctionUrlOpenToEveryone".
func pascal(title string) string {
	var b strings.Builder
	for _, w := range strings.FieldsFunc(title, func(r rune) bool { return r < '0' || r > 'z' || r > '9' && r < 'A' || r > 'Z' && r < 'a' }) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

// sarifWriter makes results; it remembers the sources it looked at.
type sarifWriter struct {
	r     *rind.Report
	index map[string]int
	files map[string][]byte
}

func (s *sarifWriter) source(file string) []byte {
	if s.r.Source == nil {
		return nil
	}
	b, ok := s.files[file]
	if !ok {
		b = s.r.Source(file)
		s.files[file] = b
	}
	return b
}

func (s *sarifWriter) result(f *rind.Finding) sarifResult {
	out := sarifResult{
		RuleID: f.Rule, Level: sarifLevel(f.Severity), Kind: "fail",
		Message:             sarifText{Text: cmp.Or(f.Message, f.Title, f.Rule, "finding")},
		PartialFingerprints: map[string]string{"rind/v1": f.ID},
		Properties: map[string]any{
			"severity": f.Severity, "confidence": f.Confidence, "risk": f.Risk, "layer": f.Layer,
			"state": f.State, "function": f.Function, "resource": f.Resource, "security-severity": securitySeverity[f.Severity],
		},
	}
	if i, ok := s.index[f.Rule]; ok {
		out.RuleIndex = &i
	}
	loc := s.location(f.Span)
	name := cmp.Or(f.Resource, f.Function)
	if name != "" {
		loc.Logical = []sarifLogical{{Name: name, FullyQualifiedName: f.App + "/" + name, Kind: "resource"}}
	}
	out.Locations = []sarifLocation{loc}
	for i, l := range f.Related {
		x := s.location(l.Span)
		x.ID = i + 1
		if l.Note != "" {
			x.Message = &sarifText{Text: l.Note}
		}
		out.Related = append(out.Related, x)
	}
	if len(f.Flow) > 0 {
		var steps []sarifFlowLocation
		for _, st := range f.Flow {
			if st.Span.IsZero() {
				continue
			}
			x := s.location(st.Span)
			x.Message = &sarifText{Text: cmp.Or(st.Note, "then")}
			steps = append(steps, sarifFlowLocation{Location: x})
		}
		out.CodeFlows = []sarifCodeFlow{{ThreadFlows: []sarifThreadFlow{{Locations: steps}}}}
	}
	if fix := s.fix(f); fix != nil {
		out.Fixes = []sarifFix{*fix}
	}
	out.Suppressions = []sarifSuppression{}
	if sup := f.Suppressed; sup != nil {
		kind := "external"
		if sup.By == "comment" {
			kind = "inSource"
		}
		out.Suppressions = append(out.Suppressions, sarifSuppression{Kind: kind, Status: "accepted", Justification: sup.Reason})
	}
	if s.r.Baseline {
		out.BaselineState = "new"
		if f.Suppressed != nil && f.Suppressed.By == "baseline" {
			out.BaselineState = "unchanged"
		}
	}
	return out
}

// location turns a span into a physical location. SARIF counts columns in
// characters here, spans count bytes.
func (s *sarifWriter) location(sp rind.Span) sarifLocation {
	l := sarifLocation{Physical: &sarifPhysical{Artifact: s.artifact(sp.File)}}
	if sp.Line < 1 {
		return l
	}
	src := s.source(sp.File)
	region := &sarifRegion{StartLine: sp.Line}
	if sp.Column > 0 {
		region.StartColumn = s.column(src, sp.Line, sp.Column)
		if sp.EndLine > sp.Line || sp.EndLine == sp.Line && sp.EndColumn >= sp.Column {
			region.EndLine = sp.EndLine
			if sp.EndColumn > 0 {
				region.EndColumn = s.column(src, sp.EndLine, sp.EndColumn)
			}
		}
	}
	l.Physical.Region = region
	return l
}

// column turns a byte column into a character column.
func (s *sarifWriter) column(src []byte, line, col int32) int32 {
	text, ok := "", false
	if src != nil {
		text, ok = lineOf(src, line)
	}
	if !ok || int(col-1) > len(text) {
		return col
	}
	return int32(runes(text[:col-1])) + 1
}

// fix turns byte edits into SARIF's replacements. An edit that does not fit
// its file any more makes no fix.
func (s *sarifWriter) fix(f *rind.Finding) *sarifFix {
	if f.Fix == nil || len(f.Fix.Edits) == 0 {
		return nil
	}
	out := sarifFix{Description: sarifText{Text: cmp.Or(f.Fix.Summary, "fix")}}
	for _, e := range f.Fix.Edits {
		src := s.source(e.File)
		if e.Start < 0 || e.End < e.Start || src != nil && e.End > len(src) {
			return nil
		}
		rep := sarifReplacement{
			Deleted:  sarifByteRegion{Offset: e.Start, Length: e.End - e.Start},
			Inserted: &sarifText{Text: e.Text},
		}
		i := slices.IndexFunc(out.Changes, func(c sarifChange) bool { return c.Artifact == s.artifact(e.File) })
		if i < 0 {
			out.Changes = append(out.Changes, sarifChange{Artifact: s.artifact(e.File)})
			i = len(out.Changes) - 1
		}
		out.Changes[i].Replacements = append(out.Changes[i].Replacements, rep)
	}
	return &out
}

// artifact names a file: relative to where rind was run, or absolute where
// what was scanned lies elsewhere.
func (s *sarifWriter) artifact(file string) sarifArtifact {
	name := cmp.Or(s.r.Name(file), ".")
	if strings.HasPrefix(name, "/") {
		return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: name}).String()}
	}
	return sarifArtifact{URI: (&url.URL{Path: name}).String(), BaseID: "SRCROOT"}
}
