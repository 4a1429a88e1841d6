package files

import "testing"

func TestMeet(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"/tmp/a", "/tmp/a", true},
		{"/tmp/a", "/tmp/b", false},
		{"/tmp/*", "/tmp/b", true},
		{"/tmp/*.txt", "/tmp/b.csv", false},
		{"/tmp/*.txt", "/tmp/in-*", true},
		{"/etc/*", "/tmp/*", false},
		{"*", "/tmp/a", true},
		{"*", "*", true},
	} {
		if got := meet(tt.a, tt.b); got != tt.want {
			t.Errorf("meet(%q, %q) = %v", tt.a, tt.b, got)
		}
		if got := meet(tt.b, tt.a); got != tt.want {
			t.Errorf("meet(%q, %q) = %v", tt.b, tt.a, got)
		}
	}
}
