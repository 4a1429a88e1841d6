package rule_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rind/code/project"
	"rind/iam"
	"rind/internal/testdir"
	"rind/rind"
	"rind/rule"
	"rind/secret"
	"rind/template"
)

// readApps reads every app below a folder as "rind scan" does.
func readApps(dir string) ([]*rind.App, []rind.Skip, error) {
	found, err := template.Read(dir, template.Options{})
	if err != nil {
		return nil, nil, err
	}
	for _, a := range found.Apps {
		iam.Connect(a)
	}
	code, err := project.Analyze(dir, found.Apps, project.Options{})
	if err != nil {
		return nil, nil, err
	}
	apps := append(found.Apps, code.Loose...)
	secrets, _ := secret.Scan(os.DirFS(dir), []string{"."}, secret.Archives(apps))
	secret.Attach(apps, secrets)
	return apps, append(found.Skipped, code.Skipped...), nil
}

// codeLanguages are the languages of examples that show code; what their
// template is written in does not matter.
var codeLanguages = []rind.AppKind{"python", "javascript", "java", "go"}

// unread lists the languages that have no reader yet. Their examples are
// skipped, visibly.
var unread = map[rind.AppKind]bool{}

// exampleDay is the day on which the examples are judged.
var exampleDay = time.Date(2026, time.September, 1, 0, 0, 0, 0, time.UTC)

// TestRulesAreComplete holds every rule to the form that "rind explain" and
// the documents are made from.
func TestRulesAreComplete(t *testing.T) {
	for _, r := range rule.Rules() {
		missing := func(what string) { t.Errorf("%s has no %s", r.ID, what) }
		if r.Title == "" {
			missing("Title")
		}
		if len(r.Title) > 70 {
			t.Errorf("%s: the title is longer than 70 characters: %q", r.ID, r.Title)
		}
		if r.Why == "" {
			missing("Why")
		}
		if r.Fix == "" {
			missing("Fix")
		}
		if len(r.Sources) == 0 {
			missing("Sources")
		}
		if r.Risk.Title() == "" {
			missing("Risk")
		}
		if r.Severity.Rank() == 0 {
			missing("Severity")
		}
		if r.CWE != "" && !strings.HasPrefix(r.CWE, "CWE-") {
			t.Errorf("%s: CWE is %q, want CWE-<number>", r.ID, r.CWE)
		}
		if (r.Check == nil) == (r.CheckApp == nil) {
			t.Errorf("%s must have one of Check and CheckApp", r.ID)
		}
		if (r.Check == nil) != (len(r.Types) == 0) {
			t.Errorf("%s: Types go with Check", r.ID)
		}
	}
}

// TestEveryRuleHasExamples wants bad and good ones in two languages or more,
// or in one where the comment of the archive begins with "Only" since there
// is nothing like it in another.
func TestEveryRuleHasExamples(t *testing.T) {
	for _, r := range rule.Rules() {
		bad, good := map[rind.AppKind]bool{}, map[rind.AppKind]bool{}
		for _, e := range rule.Examples(r.ID) {
			if e.Bad {
				bad[e.Kind] = true
			} else {
				good[e.Kind] = true
			}
		}
		want := 2
		if ex := rule.Examples(r.ID); len(ex) > 0 && strings.HasPrefix(ex[0].Note, "Only ") {
			want = 1
		}
		if len(bad) < want || len(good) < want {
			t.Errorf("%s has bad examples in %d languages and good ones in %d, want %d of each", r.ID, len(bad), len(good), want)
		}
	}
}

// TestEveryExampleHasARule finds archives that no rule owns.
func TestEveryExampleHasARule(t *testing.T) {
	files, err := filepath.Glob("examples/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range rule.Rules() {
		known[r.ID] = true
	}
	for _, f := range files {
		if id := strings.TrimSuffix(filepath.Base(f), ".txtar"); !known[id] {
			t.Errorf("%s belongs to no rule", f)
		}
	}
}

// TestExamples reads each example as an app of its own: the rule must fire in
// every bad one, at a line of it, and in no good one.
func TestExamples(t *testing.T) {
	for _, r := range rule.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			for _, e := range rule.Examples(r.ID) {
				t.Run(e.String(), func(t *testing.T) { runExample(t, e) })
			}
		})
	}
}

// layOut writes an example's files to a folder.
func layOut(t *testing.T, files []rule.ExampleFile) string {
	t.Helper()
	byName := map[string]string{}
	for _, f := range files {
		byName[f.Name] = f.Text
	}
	return testdir.New(t, byName)
}

func runExample(t *testing.T, e rule.Example) {
	if unread[e.Kind] {
		t.Skipf("there is no reader for %s yet", e.Kind)
	}
	dir := layOut(t, e.Files)
	apps, skipped, err := readApps(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range skipped {
		t.Logf("skipped %s:%d: %s", s.File, s.Line, s.Reason)
	}
	if !slices.ContainsFunc(apps, func(a *rind.App) bool { return a.Kind == e.Kind || slices.Contains(codeLanguages, e.Kind) }) {
		t.Fatalf("no %s app was read, of %d", e.Kind, len(apps))
	}
	var found []*rind.Finding
	for _, a := range apps {
		for _, f := range rule.Check(a, rule.Options{Profile: rule.All, Today: exampleDay}) {
			if f.Rule == e.Rule {
				found = append(found, f)
			}
		}
	}
	if e.Bad && len(found) == 0 {
		t.Errorf("the rule does not fire")
	}
	for _, f := range found {
		if !e.Bad {
			t.Errorf("the rule fires: %s", f)
			continue
		}
		ours := slices.ContainsFunc(e.Files, func(x rule.ExampleFile) bool { return x.Name == f.Span.File })
		if !ours || f.Span.Line < 1 {
			t.Errorf("the finding is at no line of the example: %s", f)
		}
	}
}
