package syntax

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		lang      Language
		src, want string
	}{
		{Python, "def f(x):\n  return x\n", "function_definition"},
		{JavaScript, "const f = x => x + 1", "lexical_declaration"},
		{TypeScript, "const f = (x: number): string => `${x}`", "lexical_declaration"},
		{TSX, "const f = <a href={x}/>", "lexical_declaration"},
		{Java, "class A { int f() { return 1; } }", "class_declaration"},
	} {
		tree, err := Parse(c.lang, []byte(c.src))
		if err != nil {
			t.Fatal(err)
		}
		if got := tree.Root().At(0).Kind(); got != c.want || tree.Errors != 0 {
			t.Errorf("%s: first node %q, %d errors; want %q, none", c.lang, got, tree.Errors, c.want)
		}
	}
}

func TestDeepNesting(t *testing.T) {
	for lang := Python; lang <= Java; lang++ {
		src := strings.Repeat("(", 200_000) + "1" + strings.Repeat(")", 200_000)
		if _, err := Parse(lang, []byte(src)); err == nil {
			t.Errorf("%s: no error", lang)
		}
	}
}
