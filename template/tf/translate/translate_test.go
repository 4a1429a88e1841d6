package translate

import (
	"flag"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"rind/rind"
	"rind/template/source"

	"github.com/rogpeppe/go-internal/txtar"
)

// Update is shared with the tests outside the package.
var Update = flag.Bool("update", false, "write the golden files")

// blocks reads {"aws_x.name": {arguments}}; "${aws_y.z.arn}" inside a string
// is a reference, "${var.x}" a variable, and "$known" gives a known value
// with the reference it came from.
func blocks(t *testing.T, file, text string) []Block {
	t.Helper()
	v, err := source.Parse(file, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []Block
	for _, f := range v.Fields {
		b := Block{Address: f.Key, Mode: "resource", Attrs: symbols(f.Value), Span: f.Value.Span, Key: f.Span}
		rest := f.Key
		for strings.HasPrefix(rest, "module.") {
			_, rest = cutSegment(rest[len("module."):])
		}
		if data, ok := strings.CutPrefix(rest, "data."); ok {
			b.Mode, rest = "data", data
		}
		b.Type, _, _ = strings.Cut(rest, ".")
		out = append(out, b)
	}
	return out
}

func symbols(v *rind.Value) *rind.Value {
	if v == nil {
		return nil
	}
	out := *v
	switch v.Kind {
	case rind.String:
		return symbol(v)
	case rind.List:
		out.Items = nil
		for _, it := range v.Items {
			out.Items = append(out.Items, symbols(it))
		}
	case rind.Map:
		if known := v.Get("$known"); known != nil {
			via := symbol(v.Get("$via"))
			return &rind.Value{Kind: known.Kind, Text: known.Text, Span: v.Span, Via: []rind.Ref{*via.Parts[0].Ref}}
		}
		out.Fields = nil
		for _, f := range v.Fields {
			f.Value = symbols(f.Value)
			out.Fields = append(out.Fields, f)
		}
	}
	return &out
}

func symbol(v *rind.Value) *rind.Value {
	var parts []rind.Part
	text := v.Text
	for {
		before, rest, ok := strings.Cut(text, "${")
		parts = append(parts, rind.Part{Text: before})
		if !ok {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		ref := rind.Ref{Kind: rind.RefParameter, Name: strings.TrimPrefix(name, "var.")}
		if !strings.HasPrefix(name, "var.") {
			i := max(strings.LastIndex(name, "."), 0)
			ref = rind.Ref{Kind: rind.RefResource, Name: name[:i], Attr: strings.TrimPrefix(name[i:], ".")}
			if strings.HasPrefix(name, "data.") {
				ref.Kind = rind.RefData
			}
		}
		parts = append(parts, rind.Part{Ref: &ref})
		text = after
	}
	return rind.Join(parts, nil, v.Span)
}

// render prints resources with their properties, one value a line.
func render(rs []*rind.Resource) string {
	var b strings.Builder
	for _, r := range rs {
		b.WriteString(r.ID + " " + r.Type + "\n")
		r.Properties.Walk(func(path string, v *rind.Value) bool {
			switch {
			case path == "":
			case v.Scalar() || v.Kind == rind.Symbol:
				b.WriteString("  " + path + " = " + strings.ReplaceAll(v.Text, "\n", `\n`) + "\n")
			case v.Len() == 0:
				b.WriteString("  " + path + " = " + v.Kind.String() + "\n")
			}
			return true
		})
	}
	return b.String()
}

// TestTables translates each pair of files in testdata: the blocks of x.yaml
// and the resources of x.out. -update writes the latter anew.
func TestTables(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no tables", err)
	}
	for _, name := range files {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		changed := false
		for i := 0; i+1 < len(ar.Files); i += 2 {
			in, want := ar.Files[i], &ar.Files[i+1]
			t.Run(filepath.Base(name)+"/"+in.Name, func(t *testing.T) {
				rs, declared := Resources(blocks(t, in.Name, string(in.Data)))
				if got := render(rs); got != string(want.Data) {
					if *Update {
						want.Data, changed = []byte(got), true
						return
					}
					t.Errorf("got\n%s\nwant\n%s", got, want.Data)
				}
				for _, d := range declared {
					if !strings.HasPrefix(d.Type, "Terraform::") || d.Properties == nil {
						t.Errorf("declared %s has type %s", d.ID, d.Type)
					}
				}
			})
		}
		if changed {
			if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Every value must know where it was written.
func TestSpansSurvive(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range files {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(ar.Files); i += 2 {
			rs, _ := Resources(blocks(t, ar.Files[i].Name, string(ar.Files[i].Data)))
			for _, r := range rs {
				r.Properties.Walk(func(path string, v *rind.Value) bool {
					if v.Span.IsZero() {
						t.Errorf("%s: %s of %s has no place", ar.Files[i].Name, path, r.ID)
					}
					return true
				})
			}
		}
	}
}

func TestPascal(t *testing.T) {
	for in, want := range map[string]string{"memory_size": "MemorySize", "s3_key": "S3Key", "": "", "_x": "X"} {
		if got := pascal(in); got != want {
			t.Errorf("pascal(%q) = %q, want %q", in, got, want)
		}
	}
}

// Random blocks of every known type must not panic.
func FuzzResources(f *testing.F) {
	var types []string
	for name := range shapes() {
		types = append(types, strings.TrimPrefix(name, "data."))
	}
	sort.Strings(types)
	f.Add(uint16(0), uint16(1), []byte(`{"name": "x", "policy": "{\"Statement\": []}", "bucket": "x"}`))
	f.Add(uint16(3), uint16(4), []byte(`{"rule": [{"filter": [1, null]}], "role": ["a"], "policy": 3, "target": {"a": [{}]}}`))
	f.Fuzz(func(t *testing.T, a, b uint16, data []byte) {
		v, err := source.Parse("f", data)
		if err != nil || v == nil {
			return
		}
		var bs []Block
		for i, n := range []uint16{a, b} {
			typ := types[int(n)%len(types)]
			attrs := symbols(&rind.Value{Kind: rind.List, Items: []*rind.Value{stripKnown(v)}}).Items[0]
			for _, mode := range []string{"resource", "data"} {
				bs = append(bs, Block{Address: mode + typ + string(rune('a'+i)), Mode: mode, Type: typ, Attrs: attrs})
			}
		}
		rs, declared := Resources(bs)
		if len(declared) != len(bs) || len(rs) == 0 {
			t.Errorf("%d blocks gave %d resources and %d declared", len(bs), len(rs), len(declared))
		}
	})
}

// stripKnown takes the test's own notation out of fuzzed input.
func stripKnown(v *rind.Value) *rind.Value {
	return rename(v, func(k string) string { return strings.ReplaceAll(k, "$", "_") })
}
