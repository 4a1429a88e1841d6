package python

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rind/code/ir"
	"rind/code/lower/golden"
	"rind/code/syntax"
)

// TestLower lowers the files of every archive and compares the dumps.
func TestLower(t *testing.T) {
	golden.Run(t, func(sources []txtar.File) (string, error) {
		var b strings.Builder
		for _, f := range sources {
			m, err := Lower(f.Name, f.Data)
			if err != nil {
				return "", err
			}
			b.WriteString(ir.Dump(m))
		}
		return b.String(), nil
	})
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
