package rind

import (
	"testing"
	"time"
)

func TestRuntimeStatus(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		name, today string
		want        RuntimeState
	}{
		{"python3.13", "2026-01-01", RuntimeSupported},
		{"Python3.13", "2026-01-01", RuntimeSupported},
		{"python3.13", "2029-03-10", RuntimeEnding},
		{"python3.13", "2029-06-30", RuntimeDeprecated},
		{"python3.13", "2029-07-31", RuntimeBlocked},
		{"python2.7", "2026-01-01", RuntimeBlocked},
		{"nodejs18.x", "2025-08-31", RuntimeEnding},
		{"nodejs18.x", "2025-09-01", RuntimeDeprecated},
		{"dotnet9", "2030-01-01", RuntimeDeprecated},
		{"java17.al2023", "2030-01-01", RuntimeSupported},
		{"python9.9", "2026-01-01", RuntimeUnknown},
		{"", "2026-01-01", RuntimeUnknown},
	} {
		if got, _ := RuntimeStatus(c.name, day(c.today)); got != c.want {
			t.Errorf("RuntimeStatus(%q, %s) = %s, want %s", c.name, c.today, got, c.want)
		}
	}
}

func TestRuntimesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Runtimes() {
		if seen[r.Name] {
			t.Errorf("%s is listed twice", r.Name)
		}
		seen[r.Name] = true
		for _, d := range []string{r.Deprecated, r.BlockCreate, r.BlockUpdate} {
			if _, ok := runtimeDate(d); d != "" && !ok {
				t.Errorf("%s: %q is not a date", r.Name, d)
			}
		}
	}
	for _, r := range Runtimes() {
		if r.Successor != "" && !seen[r.Successor] {
			t.Errorf("%s: the successor %s is not listed", r.Name, r.Successor)
		}
	}
}
