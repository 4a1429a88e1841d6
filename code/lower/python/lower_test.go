package python

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"rind/code/ir"
	"rind/code/syntax"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestLower compares the lowered form of the Python in testdata with what
// stands beside it. The files are named for what they show.
func TestLower(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data (%v)", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var out []txtar.File
			for _, f := range a.Files {
				if !strings.HasSuffix(f.Name, ".py") {
					continue
				}
				m, err := Lower(f.Name, f.Data)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, f, txtar.File{Name: f.Name + ".ir", Data: []byte(ir.Dump(m))})
			}
			got := txtar.Format(&txtar.Archive{Comment: a.Comment, Files: out})
			if *update {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(txtar.Format(a)), string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBroken(t *testing.T) {
	m, err := Lower("x.py", []byte("def f(a:\n  x = (\nimport os\ndef g(b):\n  return os.system(b)\n"))
	if err != nil || m.Broken == 0 {
		t.Fatalf("%v, %+v: want a module with broken places", err, m)
	}
	if _, err := Lower("x.py", []byte(strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000))); !errors.Is(err, syntax.ErrTooDeep) && !errors.Is(err, syntax.ErrTooHard) {
		t.Errorf("deep nesting: %v, want a limit", err)
	}
}

func TestPlace(t *testing.T) {
	m, err := Lower("x.py", []byte("a = 1\nbc = 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := m.Place(m.Init.Body[1].At())
	if got.File != "x.py" || got.Line != 2 || got.Column != 1 || got.EndLine != 2 || got.EndColumn != 7 {
		t.Errorf("%+v", got)
	}
	m.Place(ir.Pos{Start: 1 << 30, End: 1 << 31}) // must not panic
}

func FuzzLower(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		if a, err := txtar.ParseFile(name); err == nil {
			for _, file := range a.Files {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m, err := Lower("x.py", src)
		if err != nil {
			return
		}
		ir.Dump(m)
		for _, fn := range m.Funcs {
			m.Place(fn.Pos)
		}
	})
}
