package java

import (
	"fmt"
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

// TestBroken: a lowering never fails on text, however broken.
func TestBroken(t *testing.T) {
	for _, src := range []string{
		"", "class", "class {", "class A extends A { int f() { return f; } }", "class A { class A {} A a; }",
		"enum E { A(1), B; abstract int f(); }", "class A { void f() { switch (x) { case } } }",
		"class A { void f() { x -> ; ::new; new; try { } } }", "record R(int", "interface I { default void f() { super.f(); } }",
		"void f() { g(); }", "import a.b.*; import static c.d; package x.y;", "class A { static { this.x = 1; } }",
		"class A extends B {} class B extends A { int g() { return q; } }", "class A { void f() { int x = 'a; \" } }",
	} {
		mod, err := Lower("A.java", []byte(src))
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		_ = ir.Dump(mod)
	}
	deep := "class A { int x = " + strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000) + "; }"
	if _, err := Lower("A.java", []byte(deep)); err == nil {
		t.Error("deep nesting: no error")
	}
}

// TestWithIndex: types of other files are told apart by the index.
func TestWithIndex(t *testing.T) {
	x := NewIndex()
	x.Add("src/main/java/com/acme/a/Near.java", []byte("package com.acme.a; class Near { static class In {} }"))
	x.Add("src/main/java/com/acme/b/Wide.java", []byte("package com.acme.b; public class Wide {}"))
	const src = `package com.acme.a;
import com.acme.b.*; import org.lib.*; import java.util.*;
class Main { Near n; Near.In i; Wide w; List<Wide> l; Strange s; }`
	mod, err := LowerIn("src/main/java/com/acme/a/Main.java", []byte(src), x)
	if err != nil {
		t.Fatal(err)
	}
	got := ir.Dump(mod)
	for _, want := range []string{"n: com.acme.a.Near\n", "i: com.acme.a.Near.In\n", "w: com.acme.b.Wide\n", "l: java.util.List<com.acme.b.Wide>\n", "s: com.acme.b.Strange\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestIndex(t *testing.T) {
	x := NewIndex()
	x.Add("A.java", []byte(`package com.acme; // class No {
import com.lib.Api;
import com.lib.more.*;
/* class No {} */
@Tag(name = "class No {")
public final class A<T extends Comparable<T>> extends Base<T> implements Api, com.far.Face<A<T>> {
  String s = "class No {"; char c = '"'; String t = """
    class No { " """;
  Class<?> k = A.class;
  record Inner(int a, String b) implements Runnable { }
  void f() { class Local {} var record = 1; record = 2; }
  interface Deep { enum Er { X } }
}
enum B { }`))
	for name, want := range map[string]bool{
		"com.acme.A": true, "com.acme.B": true, "com.acme.A.Inner": true, "com.acme.A.Deep.Er": true,
		"com.acme.No": false, "com.acme.A.Local": false, "A": false,
	} {
		if got := x.Has(name); got != want {
			t.Errorf("Has(%q) = %v", name, got)
		}
	}
	for base, want := range map[string]string{
		"com.lib.Api": "[com.acme.A]", "com.far.Face": "[com.acme.A]", "com.acme.Base": "[com.acme.A]",
		"com.lib.more.Base": "[com.acme.A]", "com.acme.Runnable": "[com.acme.A.Inner]", "com.acme.A": "[]",
	} {
		if got := fmt.Sprint(x.Subtypes(base)); got != want {
			t.Errorf("Subtypes(%q) = %s, want %s", base, got, want)
		}
	}
}

func FuzzLower(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		if ar, err := txtar.ParseFile(file); err == nil {
			f.Add(ar.Files[0].Data)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		x := NewIndex()
		x.Add("F.java", src)
		mod, err := LowerIn("F.java", src, x)
		if err != nil {
			return
		}
		for _, fn := range mod.Funcs {
			if fn.Module != mod {
				t.Error("a function without its module")
			}
			mod.Place(fn.Pos)
		}
		_ = ir.Dump(mod)
	})
}

func BenchmarkLower(b *testing.B) {
	ar, err := txtar.ParseFile("testdata/statements.txtar")
	if err != nil {
		b.Fatal(err)
	}
	src := ar.Files[0].Data
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Lower("Work.java", src); err != nil {
			b.Fatal(err)
		}
	}
}
