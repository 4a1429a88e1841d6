package flows

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rind/internal/testdir"
	"rind/rind"
	"rind/rule"
)

const folder = "../../testdata/flows"

// TestFlows runs every case: what it wants must be found, and nothing else.
func TestFlows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Parse(name, data)
			if err != nil {
				t.Fatal(err)
			}
			faults := runCase(t, c)
			switch {
			case c.Todo == "":
				for _, f := range faults {
					t.Error(f)
				}
			case len(faults) == 0:
				t.Errorf("passes: take out its line \"todo: %s\"", c.Todo)
			default:
				t.Skipf("todo: %s: %s", c.Todo, strings.Join(faults, "; "))
			}
		})
	}
}

// runCase scans both halves and lists what is wrong.
func runCase(t *testing.T, c *Case) []string {
	var faults []string
	named := map[string]bool{}
	for _, w := range c.Wants {
		named[w.Class] = true
	}
	if len(c.Bad) > 0 {
		found := scan(t, c.Bad, named)
		for _, w := range c.Wants {
			i := slices.IndexFunc(found, func(f *rind.Finding) bool { return meets(f, w) })
			if i < 0 {
				faults = append(faults, "missed "+w.String())
			}
		}
		for _, f := range found {
			if !slices.ContainsFunc(c.Wants, func(w Want) bool { return meets(f, w) }) {
				faults = append(faults, "in bad/, not wanted: "+describe(f))
			}
		}
	}
	for _, f := range scan(t, c.Good, named) {
		faults = append(faults, "in good/: "+describe(f))
	}
	return faults
}

// meets reports whether a finding is what a want asks for.
func meets(f *rind.Finding, w Want) bool {
	return (f.Class == w.Class || f.Rule == w.Class) && f.Span.File == w.File && f.Span.Contains(int32(w.Line))
}

func describe(f *rind.Finding) string {
	s := f.String() + " [" + f.Class + "]"
	for _, step := range f.Flow {
		s += "\n\t" + step.Span.String() + " " + step.Note
	}
	return s
}

// scan lays files out and returns what code analysis reports in them: flows,
// and the weaknesses that the case names.
func scan(t *testing.T, files map[string]string, named map[string]bool) []*rind.Finding {
	t.Helper()
	profile := rule.Default
	for class := range named { // a few classes, and rules, run only with --profile all
		if strings.HasPrefix(class, "RIND-") || class == "log" || class == "trust-boundary" {
			profile = rule.All
		}
	}
	all, skipped, err := Scan(testdir.New(t, files), profile)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range skipped {
		if isCode(s.File) {
			t.Logf("skipped %s: %s", s.File, s.Reason)
		}
	}
	return slices.DeleteFunc(all, func(f *rind.Finding) bool {
		return f.Layer != rind.SecureCode || f.Class == "" && !named[f.Rule]
	})
}

func isCode(name string) bool {
	return slices.Contains([]string{".py", ".js", ".ts", ".java", ".go", ".mjs", ".cjs", ".tsx", ".jsx"}, filepath.Ext(name))
}
