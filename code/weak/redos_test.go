package weak

import "testing"

// TestEffort holds the analysis to patterns known to be slow, and to those in
// daily use that only look so.
func TestEffort(t *testing.T) {
	for _, c := range []struct {
		pattern string
		whole   bool
		want    effort
	}{
		{`^(a+)+$`, false, exponential},
		{`^(a+)+b$`, false, exponential},
		{`^(a|a)*$`, false, exponential},
		{`^(a|ab|b)*c`, false, exponential},
		{`(.*,)*x`, false, exponential},
		{`^(\w+\s?)*$`, false, exponential},
		{`^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$`, false, exponential},
		{`(x+x+)+y`, false, exponential},
		{`(?:a*b*)*c`, false, exponential},
		{`(a+)+`, true, exponential},
		{`^(([a-z])+.)+[A-Z]([a-z])+$`, false, exponential},
		{`(?i)^(?:(?:[a-z]+)*)+$`, false, exponential},
		{`(?=(a+)+b)c`, false, exponential},
		{`^(\d{1,63})*x`, false, exponential},

		{`(a+)+`, false, linear}, // nothing behind it can fail
		{`^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$`, false, linear},
		{`^\d{4}-\d{2}-\d{2}$`, false, linear},
		{`^([a-z]+-)*[a-z]+$`, false, linear},
		{`^(\d{1,3}\.){3}\d{1,3}$`, false, linear},
		{`^(?:[^"\\]|\\.)*"`, false, linear},
		{`^"(?:[^"]|"")*"$`, false, linear},
		{`^(?:a++)+b`, false, linear},
		{`^(?>a+)+b`, false, linear},
		{`<[^>]+>`, false, linear},
		{`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, true, linear},
		{`^(foo|bar|baz)+$`, false, linear},
		{`^s3://([^/]+)/(.*)$`, false, linear},
		{`^(?P<year>\d+)/(?P<rest>.+)$`, false, linear},
		{`(\w)\1`, false, linear},
		{`^.*.*.*=.*x$`, false, cubic},
		{``, false, linear},
		{`(`, false, linear},
		{`[`, false, linear},
		{`*`, false, linear},
		{`a{`, false, linear},
		{`\`, false, linear},
	} {
		if got := effortOf(c.pattern, c.whole); got != c.want {
			t.Errorf("%s (whole %v): %d, want %d", c.pattern, c.whole, got, c.want)
		}
	}
}

func FuzzEffort(f *testing.F) {
	for _, s := range []string{`^(a+)+$`, `(?i:[^\]a-z]{2,5}|\p{L}+?)*`, `(?<n>x)\k<n>`, `[\d-z]`, `\u{1F600}|\x41`} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, pattern string, whole bool) {
		effortOf(pattern, whole)
	})
}
