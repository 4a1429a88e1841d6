package golang

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

func lowerOne(src string) error {
	_, err := LowerPackage("x", "x", map[string][]byte{"x/x.go": []byte(src)})
	return err
}

// TestHostile: source that is made to exhaust a parser ends in an error, soon.
func TestHostile(t *testing.T) {
	for _, n := range []int{20_000, 200_000} {
		t.Run(strconv.Itoa(n), func(t *testing.T) { testHostile(t, n) })
	}
}

func testHostile(t *testing.T, n int) {
	rep := strings.Repeat
	in := func(s string) string { return "package p\nfunc f() {\n" + s + "\n}\n" }
	doubling := "package p\nconst c0 = \"0123456789\"\n"
	for i := range 40 {
		doubling += "const c" + string(rune('A'+i)) + " = " + map[bool]string{true: "c0+c0", false: "c" + string(rune('A'+i-1)) + "+c" + string(rune('A'+i-1))}[i == 0] + "\n"
	}
	doubling += "const l = len(ch)\nvar x = l"
	for name, c := range map[string]struct {
		src  string
		want error
	}{
		"parens":         {in("x := " + rep("(", n) + "1" + rep(")", n)), ErrTooDeep},
		"open parens":    {in("x := " + rep("(", n)), ErrTooDeep},
		"brackets":       {in("x := " + rep("[", n)), ErrTooDeep},
		"braces":         {in(rep("{", n) + rep("}", n)), ErrTooDeep},
		"minus":          {in("x := " + rep("- ", n) + "1"), ErrTooDeep},
		"not":            {in("x := " + rep("!", n) + "y"), ErrTooDeep},
		"stars":          {in("var x " + rep("*", n) + "int"), ErrTooDeep},
		"slices":         {in("var x " + rep("[]", n) + "int"), ErrTooDeep},
		"maps":           {in("var x " + rep("map[int]", n) + "int"), ErrTooDeep},
		"chans":          {in("var x " + rep("chan ", n) + "int"), ErrTooDeep},
		"funcs":          {in("x := " + rep("func(){", n) + rep("}", n)), ErrTooDeep},
		"func types":     {in("var x " + rep("func() ", n)), ErrTooDeep},
		"sum":            {in("x := 1" + rep("+y", n)), ErrTooDeep},
		"fields":         {in("x := y" + rep(".y", n)), ErrTooDeep},
		"calls":          {in("x := y" + rep("()", n)), ErrTooDeep},
		"indices":        {in("x := y" + rep("[0]", n)), ErrTooDeep},
		"else if":        {in("if x {}" + rep(" else if x {}", n)), ErrTooDeep},
		"labels":         {in(rep("a:\n", n) + "x()"), ErrTooDeep},
		"doubling const": {doubling, ErrTooLarge},
		"large":          {"package p\n" + rep("// x\n", 11_000_000), ErrTooLarge},
		"not Go":         {rep("\x00", n), nil},
		"UTF-16":         {"\xff\xfep\x00a\x00c\x00k\x00", nil},
		"merge markers":  {"package p\n<<<<<<< a\nfunc f() {}\n=======\nfunc g() {}\n>>>>>>> b\n", nil},
		"cut off":        {"package p\nfunc f() { if x", nil},
		"cycle":          {"package p\ntype T struct{ T }\ntype U = U\ntype I interface{ I }\nfunc (t T) M() { t.M() }\nvar a = b\nvar b = a", nil},
		"self pointer":   {"package p\ntype T struct{ *T; X int }\nfunc f(t T) { t.X = 1; t.T.T.T = &t }", nil},
		"type cycle":     {"package p\ntype T[P any] struct{ f *T[T[P]] }\nvar x T[int]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			err := lowerOne(c.src)
			if c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if c.want == nil && err != nil && !errors.Is(err, ErrNoGo) {
				t.Errorf("got %v", err)
			}
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %s", d)
			}
		})
	}
}

// TestBuilds: tests and files for other systems are left out.
func TestBuilds(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		want bool
	}{
		"a/main.go":       {"package main", true},
		"a/main_test.go":  {"package main", false},
		"a/x_linux.go":    {"package main", true},
		"a/x_windows.go":  {"package main", false},
		"a/x_arm64.go":    {"package main", true},
		"a/x_s390x.go":    {"package main", false},
		"a/tool.go":       {"//go:build ignore\n\npackage main", false},
		"a/norpc.go":      {"//go:build lambda.norpc\n\npackage main", true},
		"a/not_darwin.go": {"//go:build !darwin\n\npackage main", false},
		"a/nodarwin.go":   {"//go:build !darwin\n\npackage main", true},
		"a/c.go":          {"package main\nimport \"C\"", true},
		"a/x.txt":         {"package main", false},
	} {
		if got := builds(name, []byte(c.src)); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func TestCandidates(t *testing.T) {
	for _, c := range []struct {
		module, path, want string
		ok                 bool
	}{
		{"example.com/app", "example.com/app", ".", true},
		{"example.com/app", "example.com/app/a/b", "a/b", true},
		{"example.com/app", "example.com/apple", "", false},
		{"", "fmt", "", false},
	} {
		if got, ok := Candidates(c.module, c.path); got != c.want || ok != c.ok {
			t.Errorf("Candidates(%q, %q) = %q, %t", c.module, c.path, got, ok)
		}
	}
}

// FuzzLower: nothing panics, whatever the source.
func FuzzLower(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range txtar.Parse(data).Files {
			if filepath.Ext(file.Name) == ".go" {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		p := NewProgram(func(path string) (string, map[string][]byte) {
			if path != "x" {
				return "", nil
			}
			return "x", map[string][]byte{"x/x.go": []byte(src)}
		})
		k, err := p.load("x")
		if err == nil {
			lower(p, k)
		}
	})
}

func BenchmarkLower(b *testing.B) {
	a, err := txtar.ParseFile("testdata/handler.txtar")
	if err != nil {
		b.Fatal(err)
	}
	src := a.Files[0].Data
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := LowerPackage("x", "x", map[string][]byte{"x/x.go": src}); err != nil {
			b.Fatal(err)
		}
	}
}
