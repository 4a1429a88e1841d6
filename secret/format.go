package secret

import (
	"cmp"
	"regexp"
	"strings"

	"rind/rind"
)

// A format is how one kind of secret looks wherever it stands.
type format struct {
	id, kind, provider string
	// prefix lists what it begins with, in the right case.
	prefix []string
	// pattern matches from the prefix on. Its first group, if it has one, is
	// the secret.
	pattern *regexp.Regexp
	// check looks at structure and checksum: a reason to doubt, a note to
	// add, and whether it is of the format at all.
	check      func(token string) (doubt, note string, ok bool)
	class      Class           // ProviderKey if empty
	confidence rind.Confidence // high if empty
	// inside allows a letter or digit right before the prefix.
	inside bool
	// plain is set where the random part is no higher than words' would be:
	// the test for regularity is left out.
	plain bool
}

// maxToken is the longest token that is looked at; JSON web tokens with many
// claims reach some kilobytes.
const maxToken = 16 << 10

// tryFormat matches one format at the place where its prefix stands.
func (f *finder) tryFormat(x *format, start int) {
	if start > 0 && !x.inside && wordByte(f.text[start-1]) {
		return
	}
	rest := f.text[start:min(len(f.text), start+maxToken)]
	ok := false
	for _, p := range x.prefix {
		ok = ok || strings.HasPrefix(rest, p)
	}
	if !ok {
		return
	}
	m := x.pattern.FindStringSubmatchIndex(rest)
	if m == nil {
		return
	}
	from, to := m[0], m[1]
	if len(m) > 2 && m[2] >= 0 {
		from, to = m[2], m[3]
	}
	if to < len(rest) && wordByte(rest[to]) && wordByte(rest[to-1]) {
		return
	}
	token := rest[from:to]
	out := Match{
		ID: x.id, Kind: x.kind, Provider: x.provider, Class: cmp.Or(x.class, ProviderKey),
		Confidence: cmp.Or(x.confidence, rind.ConfidenceHigh), Start: start + from, End: start + to,
	}
	if x.check != nil {
		if out.Doubt, out.Note, ok = x.check(token); !ok {
			return
		}
	}
	if out.Doubt == "" && sampleToken(token) {
		out.Doubt = DoubtExample
	}
	if out.Doubt == "" && !x.plain && regular(token) {
		out.Doubt = DoubtRegular
	}
	f.add(out)
}

// wordByte reports whether a byte can be inside a word.
func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// sampleToken reports whether a token says of itself that it is for show.
func sampleToken(token string) bool {
	t := strings.ToLower(token)
	for _, w := range []string{"example", "xxxx", "....", "****", "00000000", "1234567890", "123456789a", "0123456789", "abcdefgh", "your_", "your-", "yourkey", "yourtoken", "placeholder", "redacted", "changeme", "fakefake", "deadbeef", "testtest", "dummy"} {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}

// regular reports whether a token repeats itself more than anything drawn at
// random would. A third of the entropy that its length allows is far below
// what chance gives; 16 characters and more are judged.
func regular(token string) bool {
	if len(token) < 16 {
		return false
	}
	e := Entropy(token)
	if len(token) >= 32 {
		return e < 2.9
	}
	return e < 2.5
}

func exact(p string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + p + `)`) }
