package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStream holds streaming to print what encoding/json prints.
func TestStream(t *testing.T) {
	type inner struct {
		A string   `json:"a"`
		B []string `json:"b,omitempty"`
	}
	one := 1
	for _, v := range []any{
		NewDocument(sample()), nil,
		[]inner{},
		[]inner(nil),
		[]*inner{nil, {A: "<&>"}},
		inner{},
		struct {
			P *int   `json:"p,omitempty"`
			Q *int   `json:"q,omitempty"`
			S inner  `json:"s"`
			H string `json:"-"`
			E []int  `json:"e"`
		}{P: &one, E: []int{1, 2}},
	} {
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
		for depth := range 6 {
			var got bytes.Buffer
			if err := writeIndented(&got, v, depth); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want.String(), got.String()); d != "" {
				t.Errorf("%T at depth %d (-want +got):\n%s", v, depth, d)
			}
		}
	}
}
