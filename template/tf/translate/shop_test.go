package translate_test

import (
	"os"
	"strings"
	"testing"

	"rind/rind"
	"rind/template/source"
	"rind/template/tf"
	"rind/template/tf/translate"
)

// TestShop translates a configuration as the reader evaluates it, with
// modules, count and for_each. -update writes shop.out anew.
func TestShop(t *testing.T) {
	tree, err := source.Open("testdata/shop")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	apps, skips, err := tf.Read(tree, ".", tf.Options{})
	if err != nil || len(apps) != 1 || len(skips) > 0 {
		t.Fatal(apps, skips, err)
	}
	var b strings.Builder
	for _, r := range apps[0].Resources {
		b.WriteString(r.ID + " " + r.Type + "\n")
		r.Properties.Walk(func(path string, v *rind.Value) bool {
			if v.Scalar() || v.Kind == rind.Symbol || path != "" && v.Len() == 0 {
				b.WriteString("  " + path + " = " + v.Text + " @" + v.Span.String() + "\n")
			}
			if v.Span.IsZero() {
				t.Errorf("%s of %s has no place", path, r.ID)
			}
			return true
		})
	}
	const golden = "testdata/shop.out"
	if *translate.Update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
