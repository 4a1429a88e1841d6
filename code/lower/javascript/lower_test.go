package javascript

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rind/code/ir"
	"rind/code/lower/golden"
)

// TestLower lowers the first file of every archive and compares the dump.
func TestLower(t *testing.T) {
	golden.Run(t, func(sources []txtar.File) (string, error) {
		m, err := Lower(sources[0].Name, sources[0].Data)
		if err != nil {
			return "", err
		}
		return ir.Dump(m), nil
	})
}

// TestGrammars: the ending tells the grammar; Flow's types in .js are read.
func TestGrammars(t *testing.T) {
	for name, c := range map[string]struct {
		src    string
		broken bool
	}{
		"a.js":   {"const a = <b>{c}</b>;", false},
		"b.js":   {"function f(x: string): number { return 1 }", false},
		"c.mjs":  {"export default 1", false},
		"d.ts":   {"const a = <T>b; export type C = D", false},
		"e.tsx":  {"const a = <T,>(b: T) => <i>{b}</i>", false},
		"f.d.ts": {"export declare function f(): void;", false},
		"g.cts":  {"enum", true},
	} {
		m, err := Lower(name, []byte(c.src))
		if err != nil {
			t.Fatal(name, err)
		}
		if (m.Broken > 0) != c.broken {
			t.Errorf("%s: %d broken places, want some: %t", name, m.Broken, c.broken)
		}
	}
	if _, err := Lower("x.py", nil); err == nil {
		t.Error("Python was taken for JavaScript")
	}
}

// TestDeep: nesting ends in an error or in Unknown, long sums go on.
func TestDeep(t *testing.T) {
	for name, src := range map[string]string{
		"parentheses": strings.Repeat("(", 200_000) + "1" + strings.Repeat(")", 200_000),
		"calls":       "f(" + strings.Repeat("g(", 900) + "1" + strings.Repeat(")", 900) + ")",
		"blocks":      strings.Repeat("{", 900) + strings.Repeat("}", 900),
		"sum":         "x = " + strings.Repeat("a + ", 900) + "b",
		"chain":       "x" + strings.Repeat(".a()", 450),
		"ifs":         strings.Repeat("if (a) b; else ", 450) + "c",
		"patterns":    "const " + strings.Repeat("[", 900) + "a" + strings.Repeat("]", 900) + " = b",
	} {
		if m, err := Lower("in.js", []byte(src)); err == nil && m.Init == nil {
			t.Error(name, "no module")
		}
	}
}

func FuzzLower(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		if ar, err := txtar.ParseFile(file); err == nil {
			f.Add(ar.Files[0].Name, string(ar.Files[0].Data))
		}
	}
	for _, src := range []string{"class {", "export", "export default", "import", "import {a as} from", "switch(a){case}", "for(;;", "enum A", "@d", "`${", "({a=1})", "x => {", "label:", "break a", "namespace A.B {", "const {[", "super", "yield", "<a", "export {", "import x = "} {
		f.Add("a.ts", src)
		f.Add("a.js", src)
	}
	f.Fuzz(func(t *testing.T, name, src string) {
		m, err := Lower(name, []byte(src))
		if err != nil {
			return
		}
		ir.Dump(m)
		for _, fn := range m.Funcs {
			m.Place(fn.Pos)
		}
	})
}

func BenchmarkLower(b *testing.B) {
	ar, err := txtar.ParseFile("testdata/statements.txtar")
	if err != nil {
		b.Fatal(err)
	}
	src := []byte(strings.Repeat(string(ar.Files[0].Data), 50))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Lower("in.js", src); err != nil {
			b.Fatal(err)
		}
	}
}
