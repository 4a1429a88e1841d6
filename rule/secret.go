package rule

import (
	"strings"

	"rind/rind"
	found "rind/secret"
)

// A secret is what a value gives away. The value itself is never printed.
type secret struct {
	Kind       string // "AWS access key", "password"
	Confidence rind.Confidence
}

// findSecret reports whether a value written under a name is a secret: by the
// shape of the value, or because the name says so and the value looks like
// one. References, ARNs, paths and names of secrets are none. Symbols are
// never secrets: their text is not the value.
//
// Limits: passwords under names that say nothing, and secrets split over
// several values, are not found.
func findSecret(name string, v *rind.Value) (secret, bool) {
	if !v.Scalar() || v.Kind == rind.Bool {
		return secret{}, false
	}
	m, ok := found.Value(name, v.Text)
	return secret{m.Kind, m.Confidence}, ok
}

// shapedSecret looks for a secret that gives itself away by its format.
func shapedSecret(text string) (secret, bool) {
	m, ok := found.Shaped(text)
	return secret{m.Kind, m.Confidence}, ok
}

// withArticle puts "a" or "an" before a kind of secret.
func withArticle(kind string) string {
	if strings.HasPrefix(kind, "npm") || kind != "" && strings.ContainsRune("AEIOaeio", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// The words for what a text is, as package secret judges it.
func nameWords(name string) []string   { return found.Words(name) }
func placeholder(text string) bool     { return found.Placeholder(text) }
func random(text string) bool          { return found.Random(text) }
func readable(text string) bool        { return found.Readable(text) }
func notASecret(text string) bool      { return found.Pointer(text) }
func entropy(text string) float64      { return found.Entropy(text) }
func announcesSecret(name string) bool { return found.Announces(name) }
