package tf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"rind/rind"
	"rind/template/source"
)

// seeds are the files of the archives in testdata/read.
func seeds(f *testing.F, ext string) {
	archives, _ := filepath.Glob("testdata/read/*.txtar")
	for _, name := range archives {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range ar.Files {
			if strings.HasSuffix(file.Name, ext) {
				f.Add(string(file.Data))
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	seeds(f, ".tf")
	f.Add(preamble)
	f.Add("module \"m\" {\n source = \"./m\"\n x = module.m.y\n}\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		fuzzOne(t, dir, "main.tf", text)
	})
}

func FuzzReadJSON(f *testing.F) {
	seeds(f, ".tf.json")
	f.Add(`{"resource":{"a":{"b":{"c":"${d.e.f}"}}}}`)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		fuzzOne(t, dir, "main.tf.json", text)
	})
}

func FuzzPlan(f *testing.F) {
	seeds(f, "plan.json")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		fuzzOne(t, dir, "plan.json", text)
	})
}

func fuzzOne(t *testing.T, dir, name, text string) {
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	tr, err := source.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var apps []*rind.App
	if name == "plan.json" {
		app, _, err := ReadPlan(tr, name, Options{})
		if err != nil {
			if !strings.HasPrefix(err.Error(), name) {
				t.Errorf("error does not name the file: %v", err)
			}
			return
		}
		apps = append(apps, app)
	} else if apps, _, err = Read(tr, ".", Options{}); err != nil {
		t.Fatal(err)
	}
	for _, app := range apps {
		for _, r := range app.Resources {
			r.Properties.Walk(func(p string, v *rind.Value) bool {
				if (v.Kind == rind.String || v.Kind == rind.Symbol) && len(v.Items) > 0 {
					t.Errorf("%s %s: an evaluation mark is left", r.ID, p)
				}
				return true
			})
		}
	}
}

func BenchmarkRead(b *testing.B) {
	ar, err := txtar.ParseFile("testdata/read/registry.txtar")
	if err != nil {
		b.Fatal(err)
	}
	tr := tree(b, "main.tf", string(ar.Files[0].Data))
	for b.Loop() {
		if _, _, err := Read(tr, ".", Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestHostile holds what must not cost more than it should.
func TestHostile(t *testing.T) {
	doubling := "locals {\n l0 = [1, 2]\n s0 = \"ab\"\n"
	for i := 1; i < 60; i++ {
		p, c := string(rune('0'+(i-1)/10))+string(rune('0'+(i-1)%10)), string(rune('0'+i/10))+string(rune('0'+i%10))
		if i == 1 {
			p = "0"
		}
		doubling += " l" + c + " = concat(local.l" + p + ", local.l" + p + ")\n s" + c + " = \"${local.s" + p + "}${local.s" + p + "}\"\n"
	}
	doubling += "}\nresource \"a\" \"b\" {\n l = local.l59\n s = local.s59\n}\n"
	sharing := "locals {\n d0 = { a = 1 }\n"
	for i := 1; i < 60; i++ {
		sharing += fmt.Sprintf(" d%d = { x = local.d%d, y = merge(local.d%d, { z = local.d%d }) }\n", i, i-1, i-1, i-1)
	}
	sharing += "}\nresource \"a\" \"b\" {\n p = jsonencode(local.d59)\n}\n"
	for name, tt := range map[string]struct{ text, want string }{
		"sharing":      {sharing, "grows beyond"},
		"brackets":     {"x = " + strings.Repeat("[", 1e5), "nested deeper"},
		"parentheses":  {"locals {\n x = " + strings.Repeat("(", 5000) + strings.Repeat(")", 5000) + "\n}", "nested deeper"},
		"conditionals": {"locals {\n x = " + strings.Repeat("a ? b : ", 5000) + "c\n}", "nested deeper"},
		"negations":    {"locals {\n x = " + strings.Repeat("!", 5000) + "true\n}", "nested deeper"},
		"templates":    {"locals {\n x = \"" + strings.Repeat("%{ if true }", 5000) + "\"\n}", "nested deeper"},
		"doubling":     {doubling, "cannot evaluate"},
		"sums":         {"resource \"a\" \"b\" {\n x = 1" + strings.Repeat("+1", 5000) + "\n}", "nested deeper"},
		"loops": {
			"locals {\n r = range(1000)\n}\nresource \"a\" \"b\" {\n x = [for a in local.r : [for b in local.r : [for c in local.r : [for d in local.r : d]]]]\n}",
			"grows beyond",
		},
		"instances": {strings.Repeat("resource \"a\" \"b\" {\n count = 1000\n}\n", 200), "steps"},
		"dynamic":   {"resource \"a\" \"b\" {\n" + strings.Repeat("dynamic \"x\" {\n for_each = range(1000)\n content {\n", 6) + strings.Repeat("}\n}\n", 6) + "}\n", "blocks"},
		"width":     {"resource \"a\" \"b\" {\n x = format(\"%999999999d\", 1)\n}", "width"},
		"large":     {strings.Repeat("# comment\n", 1<<19), "larger than"},
	} {
		start := time.Now()
		apps, skips, err := Read(tree(t, "main.tf", tt.text), ".", Options{})
		t.Logf("%s: %v", name, time.Since(start).Round(time.Millisecond))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, a := range apps {
			skips = append(skips, a.Skipped...)
		}
		found := false
		for _, s := range skips {
			found = found || strings.Contains(s.Reason, tt.want)
		}
		if !found {
			t.Errorf("%s: skips %.300v, want one with %q", name, skips, tt.want)
		}
	}
}
