package source

import (
	"os"
	"strings"
	"testing"

	"rind/rind"
)

func TestParseKeepsPlaces(t *testing.T) {
	v, err := Parse("t.yaml", []byte("A:\n  B: !Sub 'x-${Y}'\n  C: |\n    one\n    two\n  D: [1, \"a\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		v    *rind.Value
		want rind.Span
	}{
		{v.Get("A", "B", "Fn::Sub"), rind.Span{File: "t.yaml", Line: 2, Column: 6, EndLine: 2, EndColumn: 19}},
		{v.Get("A", "C"), rind.Span{File: "t.yaml", Line: 3, Column: 6, EndLine: 5, EndColumn: 8}},
		{v.Get("A", "D").At(1), rind.Span{File: "t.yaml", Line: 6, Column: 10, EndLine: 6, EndColumn: 13}},
	} {
		if tt.v == nil || tt.v.Span != tt.want {
			t.Errorf("%+v: want %+v", tt.v, tt.want)
		}
	}
}

func TestParseJSONAndYAMLAgree(t *testing.T) {
	y, err := Parse("t", []byte("R:\n  X: !GetAtt A.B.C\n  N: 3\n  T: true\n  Z: null\n"))
	if err != nil {
		t.Fatal(err)
	}
	j, err := Parse("t", []byte(`{"R":{"X":{"Fn::GetAtt":"A.B.C"},"N":3,"T":true,"Z":null}}`))
	if err != nil {
		t.Fatal(err)
	}
	render := func(v *rind.Value) string {
		var b strings.Builder
		v.Walk(func(path string, v *rind.Value) bool {
			b.WriteString(path + "=" + v.Kind.String() + ":" + v.Text + "\n")
			return true
		})
		return b.String()
	}
	if render(y) != render(j) {
		t.Errorf("YAML gives\n%s\nJSON gives\n%s", render(y), render(j))
	}
}

func TestParseErrorsNameTheLine(t *testing.T) {
	deep := strings.Repeat("[", 300) + strings.Repeat("]", 300)
	bomb := "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
	for c := 'b'; c < 'k'; c++ {
		p := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [*" + strings.Repeat(p+",*", 9) + p + "]\n"
	}
	for name, tt := range map[string]struct{ in, want string }{
		"bad yaml":   {"a: b\n c: d\n", "f:2:"},
		"bad json":   {"{\"a\": 1,\n \"b\" 2}", "f:2:"},
		"deep":       {deep, "nested deeper"},
		"alias bomb": {bomb, "aliases expand"},
		"wide yaml":  {"a: [" + strings.Repeat("1,", 2*MaxNodes) + "1]", "nodes"},
		"not text":   {"a: \xff\xfe", "not UTF-8"},
	} {
		_, err := Parse("f", []byte(tt.in))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("A: !Sub x\nB: &b [1]\nC: *b\n"))
	f.Add([]byte(`{"a":[1,{"b":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse("f", data)
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("error does not name the file: %v", err)
		}
		v.Walk(func(string, *rind.Value) bool { return true })
	})
}

// BenchmarkParse reads the template of the example shop, in bytes a second.
func BenchmarkParse(b *testing.B) {
	data, err := os.ReadFile("../../examples/orders/template.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("template.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}
