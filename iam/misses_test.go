package iam

import "testing"

func TestApart(t *testing.T) {
	for _, tt := range []struct {
		pattern, prefix, suffix string
		want                    bool
	}{
		{"*", "in/", "", false},
		{"*", "", ".jpg", false},
		{"out/*", "in/", "", true},
		{"in/*", "in/", "", false},
		{"i*", "in/", "", false},
		{"in/new/*", "in/", "", false},
		{"in/?", "in/new/", "", false},
		{"in", "in/", "", true},
		{"app.tar.gz", "triggers/", ".json", true},
		{"*/thumb.png", "", ".jpg", true},
		{"*.png", "", ".jpg", true},
		{"*g", "", ".jpg", false},
		{"*/a.jpg", "", ".jpg", false},
	} {
		if got := apart(tt.pattern, tt.prefix, tt.suffix); got != tt.want {
			t.Errorf("apart(%q, %q, %q) is %v", tt.pattern, tt.prefix, tt.suffix, got)
		}
	}
}
