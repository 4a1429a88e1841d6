package aws_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rind/code/project"
	"rind/rind"
)

// TestCalls holds the recognition of SDK calls to small programs: testdata has
// a file a language, each with programs under a comment of one line, and
// behind "---" the calls that are to be found, in the order of the source.
func TestCalls(t *testing.T) {
	for lang, name := range map[string]string{"python": "app.py", "javascript": "app.ts", "go": "main.go", "java": "Handler.java"} {
		text, err := os.ReadFile(filepath.Join("testdata", lang+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for c := range strings.SplitSeq("\n"+string(text), "\n# ") {
			title, rest, ok := strings.Cut(c, "\n")
			if !ok || strings.TrimSpace(rest) == "" {
				continue
			}
			code, want, ok := strings.Cut(rest, "\n---\n")
			if !ok {
				code, want = strings.TrimSuffix(rest, "\n---"), ""
			}
			t.Run(lang+"/"+title, func(t *testing.T) {
				got := calls(t, name, code)
				if want := strings.TrimSpace(want); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

func calls(t *testing.T, name, code string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := project.Analyze(dir, nil, project.Options{Within: []string{name}, Programs: true})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range r.Loose {
		for _, c := range a.Code {
			if c.Missing != "" {
				t.Fatalf("missing: %s (skipped %v)", c.Missing, r.Skipped)
			}
			slices.SortStableFunc(c.Calls, func(a, b *rind.Call) int { // those of one place by name
				if a.Span != b.Span {
					return 0
				}
				return strings.Compare(a.Operation, b.Operation)
			})
			for _, call := range c.Calls {
				out = append(out, printed(call))
			}
			for _, l := range c.Dynamic {
				out = append(out, "dynamic: "+l.Note)
			}
		}
	}
	return strings.Join(out, "\n")
}

func printed(c *rind.Call) string {
	out := c.Service + "." + c.Operation
	for _, name := range slices.Sorted(maps.Keys(c.Params)) {
		out += " " + name + "=" + brief(c.Params[name])
	}
	if c.Assumed {
		out += " (assumed)"
	}
	return out
}

func brief(v *rind.Value) string {
	switch {
	case v == nil:
		return "nil"
	case v.Kind == rind.List:
		var out []string
		for _, it := range v.Items {
			out = append(out, brief(it))
		}
		return fmt.Sprint(out)
	case v.Kind == rind.Map:
		var out []string
		for _, f := range v.Fields {
			out = append(out, f.Key)
		}
		return "{" + strings.Join(out, " ") + "}"
	case v.Symbolic():
		return "?"
	}
	return v.Text
}
