package iam

import "testing"

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "s3:putobject", true},
		{"s3:*", "s3:putobject", true},
		{"s3:put*", "s3:putobject", true},
		{"s3:put??ject", "s3:putobject", true},
		{"s3:get*", "s3:putobject", false},
		{"s3:putobject", "s3:putobjectacl", false},
		{"*:*object", "s3:putobject", true},
		{"", "", true},
		{"", "x", false},
		{"?", "", false},
	} {
		if got := Glob(c.pattern, c.text); got != c.want {
			t.Errorf("Glob(%q, %q) = %v, want %v", c.pattern, c.text, got, c.want)
		}
	}
}
