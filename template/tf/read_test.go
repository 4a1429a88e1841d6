package tf

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rind/rind"
	"rind/template/source"
)

// TestRead reads every archive in testdata/read. Its file "want" lists, line
// by line, what must come out: "ADDRESS PATH = VALUE", "ADDRESS PATH @ LINE",
// "no ADDRESS", "skip FILE:LINE TEXT", "code ADDRESS = PATH", "output NAME =
// VALUE", "parameter NAME = DEFAULT",
// "variant WHEN". Skips that are not listed are errors.
func TestRead(t *testing.T) {
	archives, err := filepath.Glob("testdata/read/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var files []string
			want, dir := "", "."
			for _, f := range ar.Files {
				switch f.Name {
				case "want":
					want = string(f.Data)
				default:
					files = append(files, f.Name, string(f.Data))
				}
			}
			opt := Options{Parameters: map[string]string{}}
			for _, line := range strings.Split(string(ar.Comment), "\n") {
				if d, ok := strings.CutPrefix(line, "dir: "); ok {
					dir = d
				}
				if p, ok := strings.CutPrefix(line, "set: "); ok {
					k, v, _ := strings.Cut(p, "=")
					opt.Parameters[k] = v
				}
			}
			apps := readAny(t, tree(t, files...), dir, opt)
			checkApp(t, apps, want)
		})
	}
}

func readAny(t *testing.T, tr *source.Tree, dir string, opt Options) *rind.App {
	t.Helper()
	if strings.HasSuffix(dir, ".json") {
		app, _, err := ReadPlan(tr, dir, opt)
		if err != nil {
			t.Fatal(err)
		}
		return app
	}
	apps, _, err := Read(tr, dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(apps) != 1 {
		t.Fatalf("%d apps", len(apps))
	}
	return apps[0]
}

func checkApp(t *testing.T, app *rind.App, want string) {
	t.Helper()
	declared := map[string]*rind.Resource{}
	for _, d := range app.Declared {
		declared[d.ID] = d
	}
	seen := map[string]bool{}
	var variants []string
	for _, v := range app.Variants {
		when := "variant " + v.When
		if v.Undecided {
			when += " (undecided)"
		}
		variants = append(variants, when)
	}
	listed := 0
	for _, line := range strings.Split(strings.TrimSpace(want), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "skip "); ok {
			place, text, _ := strings.Cut(rest, " ")
			found := false
			for _, s := range app.Skipped {
				if at := fmt.Sprintf("%s:%d", s.File, s.Line); at == place && strings.Contains(s.Reason, text) {
					found, seen[at] = true, true
				}
			}
			if !found {
				t.Errorf("want %s; got %v", line, app.Skipped)
			}
			continue
		}
		if strings.HasPrefix(line, "variant ") {
			listed++
			if !slices.Contains(variants, line) {
				t.Errorf("no %s; got %q", line, variants)
			}
			continue
		}
		if addr, ok := strings.CutPrefix(line, "no "); ok {
			if declared[addr] != nil {
				t.Errorf("%s is there", addr)
			}
			continue
		}
		checkLine(t, app, declared, line)
	}
	if listed > 0 && listed != len(variants) {
		t.Errorf("got variants %q", variants)
	}
	for _, s := range app.Skipped {
		if at := fmt.Sprintf("%s:%d", s.File, s.Line); !seen[at] {
			t.Errorf("skip %s %s", at, s.Reason)
		}
	}
}

func checkLine(t *testing.T, app *rind.App, declared map[string]*rind.Resource, line string) {
	t.Helper()
	left, wantValue, isValue := strings.Cut(line, " = ")
	left, wantLine, _ := strings.Cut(left, " @ ")
	addr, p := left, ""
	if i := strings.LastIndex(left, " "); i >= 0 {
		addr, p = left[:i], left[i+1:]
	}
	var v *rind.Value
	switch addr {
	case "code":
		got := ""
		for _, r := range app.Resources {
			if r.ID == p {
				got = r.Code
			}
		}
		v = rind.NewString(got, rind.Span{})
	case "output":
		for _, o := range app.Outputs {
			if o.Name == p {
				v = o.Value
			}
		}
	case "parameter":
		for _, o := range app.Parameters {
			if o.Name == p {
				v = o.Default
			}
		}
	default:
		d := declared[addr]
		if d == nil {
			t.Errorf("no %s", addr)
			return
		}
		v = d.Properties
		if rest, ok := strings.CutPrefix(p, "meta."); ok {
			v, p = d.Attributes, rest
		}
		v = dig(v, p)
	}
	if isValue && render(v) != wantValue {
		t.Errorf("%s\n got %s\nwant %s", left, render(v), wantValue)
	}
	if wantLine != "" && (v == nil || strconv.Itoa(int(v.Span.Line)) != wantLine) {
		t.Errorf("%s is at %v, want line %s", left, v, wantLine)
	}
}

// dig follows a dotted path with numbers for list elements.
func dig(v *rind.Value, p string) *rind.Value {
	if p == "" || p == "." {
		return v
	}
	for _, k := range strings.Split(p, ".") {
		if n, err := strconv.Atoi(k); err == nil && v != nil && v.Kind == rind.List {
			v = v.At(n)
		} else {
			v = v.Get(k)
		}
	}
	return v
}

func TestReadNothing(t *testing.T) {
	apps, skips, err := Read(tree(t, "x.txt", ""), ".", Options{})
	if len(apps) != 0 || len(skips) != 0 || err != nil {
		t.Errorf("got %v %v %v", apps, skips, err)
	}
	if _, _, err := Read(tree(t, "x.txt", ""), "gone", Options{}); err == nil {
		t.Error("no error for a folder that is not there")
	}
}

func TestRegistryModulesParse(t *testing.T) {
	entries, err := registry.ReadDir("modules")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".tf")
		src := "terraform-aws-modules/" + name + "/aws"
		tr := tree(t, "main.tf", "module \"m\" {\n source = \""+src+"\"\n name = \"n\"\n function_name = \"n\"\n bucket = \"b\"\n}\n")
		for _, f := range registryFiles(registryPrefix + name) {
			if f.skip != nil {
				t.Errorf("%s: %s", name, f.skip.Reason)
			}
		}
		apps, skips, err := Read(tr, ".", Options{})
		if err != nil || len(skips) > 0 || len(apps) != 1 {
			t.Errorf("%s: %v %v", name, err, skips)
		}
	}
}
