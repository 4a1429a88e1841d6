package rule_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rind/iam"
	"rind/internal/testdir"
	"rind/rind"
	"rind/rule"
	"rind/template"
)

// TestTricky runs pairs of applications that differ in one thing: a
// vulnerable one and its safe twin, each built on a construct of its language
// that is easy to misread. An archive's comment has a line "rule: ID…"; its
// files are below bad/ and good/. Every rule named must fire on the bad one,
// and the default profile must find nothing at all on the good one.
func TestTricky(t *testing.T) {
	files, err := filepath.Glob("testdata/tricky/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "testdata/tricky/"), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := rulesNamed(string(archive.Comment))
			if len(want) == 0 {
				t.Fatal(`the comment has no line "rule: ID"`)
			}
			bad := findingsIn(t, archive, "bad/", rule.All)
			for _, id := range want {
				if !fired(bad, id) {
					t.Errorf("%s does not fire on the vulnerable one; found %v", id, bad)
				}
			}
			for _, f := range findingsIn(t, archive, "good/", rule.Default) {
				t.Errorf("on the safe twin: %s", f)
			}
			good := findingsIn(t, archive, "good/", rule.All)
			for _, id := range want {
				if fired(good, id) {
					t.Errorf("%s fires on the safe twin as well", id)
				}
			}
		})
	}
}

func rulesNamed(comment string) []string {
	for line := range strings.SplitSeq(comment, "\n") {
		if ids, ok := strings.CutPrefix(line, "rule:"); ok {
			return strings.FieldsFunc(ids, func(r rune) bool { return r == ' ' || r == ',' })
		}
	}
	return nil
}

func fired(findings []*rind.Finding, id string) bool {
	for _, f := range findings {
		if f.Rule == id {
			return true
		}
	}
	return false
}

// findingsIn writes the files below prefix to a folder, scans it and returns
// what was found.
func findingsIn(t *testing.T, archive *txtar.Archive, prefix string, profile rule.Profile) []*rind.Finding {
	t.Helper()
	files := map[string]string{}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, prefix); ok {
			files[name] = string(f.Data)
		}
	}
	if len(files) == 0 {
		t.Fatalf("the archive has no files below %s", prefix)
	}
	res, err := template.Read(testdir.New(t, files), template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Apps) == 0 {
		t.Fatalf("%s: no app was read: %v", prefix, res.Skipped)
	}
	var out []*rind.Finding
	for _, app := range res.Apps {
		iam.Connect(app)
		out = append(out, rule.Check(app, rule.Options{Profile: profile, Today: exampleDay})...)
	}
	return out
}
