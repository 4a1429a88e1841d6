// Package secret finds credentials in texts: in code, templates, settings,
// .env files and whatever else is deployed with a function.
//
// In come a text and the form it is written in, or a folder; out go
// [Match]es: what it is, where it stands, how sure that is. A format that has
// a structure or a checksum is held to it; where only a name says that a value
// is secret, the value must look like one. A match never shows the value: it
// is masked, and its mark is too short to confirm a guess. Nothing is sent
// anywhere, so whether a credential still works stays unknown.
//
// An automaton goes over each text once and looks for the words and prefixes
// of all formats at a time; only where it stops, a format is tried.
package secret

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"rind/rind"
)

// A Class is a family of secrets, as far as who holds one is concerned.
type Class string

// The classes.
const (
	AWSKey      Class = "aws-key"      // a long-lived or session key of an AWS principal
	ProviderKey Class = "provider-key" // a key or token of another service
	PrivateKey  Class = "private-key"
	Connection  Class = "connection" // a password in a URL or connection string
	Named       Class = "named"      // a value under a name that says it is secret
	SignedToken Class = "signed-token"
)

// A Match is a secret in a text.
type Match struct {
	// ID names the format: "github-token", "password".
	ID    string
	Class Class
	// Kind is what it is in words: "GitHub token".
	Kind string
	// Provider issued it; "" if nothing tells.
	Provider string
	// Name is the name that it is written under, if it is assigned to one.
	Name string
	// Start and End are the bytes of the secret in the text.
	Start, End int
	Confidence rind.Confidence
	// Doubt says why it is probably no real one: "an example from a manual".
	Doubt string
	// Note adds what the secret tells about itself: "of the account 1234…".
	Note string

	value string
}

// Reasons to doubt a match.
const (
	DoubtExample  = "an example"
	DoubtChecksum = "its checksum does not fit"
	DoubtRegular  = "too regular to be issued by anybody"
)

// Masked is the secret's first characters, at most four, and its length.
func (m Match) Masked() string {
	show := min(4, len(m.value)/4)
	return fmt.Sprintf("%s… (%d characters)", m.value[:show], len(m.value))
}

// Mark tells two secrets apart without giving either away: 16 bits of a hash.
// Of all guesses one in 65,536 fits, so a mark confirms none.
func (m Match) Mark() string {
	h := sha256.Sum256([]byte("rind secret\x00" + m.value))
	return hex.EncodeToString(h[:2])
}

// A Form is how values are written in a text.
type Form uint8

// The forms.
const (
	Code  Form = iota // values stand in quotes
	Plain             // NAME=value or name: value, quotes or none: .env, properties, YAML
	Bare              // formats only: the names around it mean nothing
)

// maxMatches bounds what one text yields: a file with more is a list of
// samples.
const maxMatches = 200

// Find returns the secrets in a text in the order they stand. It understands
// formats by themselves and, unless form is Bare, values by their names.
func Find(text string, form Form) []Match {
	f := finder{text: text, form: form}
	finders().scan(text, func(word, end int) bool {
		f.hit(word, end)
		return len(f.out) < maxMatches
	})
	return f.finish()
}

// Value judges one value that is written under a name, as in a template. The
// name may be empty.
func Value(name, text string) (Match, bool) {
	text = strings.TrimSpace(text)
	if m, ok := Shaped(text); ok {
		return m, true
	}
	kind, c, ok := namedSecret(name, text)
	if !ok {
		return Match{}, false
	}
	m := Match{ID: strings.ReplaceAll(strings.ToLower(kind), " ", "-"), Class: Named, Kind: kind, Name: name, End: len(text), Confidence: c, value: text}
	return refine(m), true
}

// Shaped looks for a secret that gives itself away by its format. Doubtful
// ones count: in a template they are deployed.
func Shaped(text string) (Match, bool) {
	best := -1
	found := Find(text, Bare)
	for i, m := range found {
		if m.Confidence != rind.ConfidenceLow && (best < 0 || m.Doubt == "" && found[best].Doubt != "") {
			best = i
		}
	}
	if best >= 0 {
		m := found[best]
		m.Confidence = rind.ConfidenceHigh
		return m, true
	}
	return connectionPassword(text)
}

// A finder collects the matches in one text.
type finder struct {
	text string
	form Form
	out  []Match
	// judged is the end of the last name that was looked at.
	judged int
}

// hit tries what a word that ends at end announces.
func (f *finder) hit(word, end int) {
	for _, t := range finders().triggers[word] {
		switch {
		case t.format != nil:
			f.tryFormat(t.format, end-len(finders().words[word]))
		case t.name:
			if f.form != Bare {
				f.tryName(end)
			}
		default:
			t.special(f, end)
		}
	}
}

// add keeps a match unless the same bytes were matched before: the more
// telling one stays, and formats come before names.
func (f *finder) add(m Match) {
	m.value = f.text[m.Start:m.End]
	f.out = append(f.out, m)
}

// finish orders the matches and drops those inside others.
func (f *finder) finish() []Match {
	if len(f.out) < 2 {
		return f.out
	}
	slices.SortStableFunc(f.out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	var kept []Match
	for _, m := range f.out {
		if !slices.ContainsFunc(kept, func(k Match) bool { return m.Start < k.End && k.Start < m.End }) {
			kept = append(kept, m)
		} else if m.Name != "" {
			for i := range kept {
				if kept[i].Start >= m.Start && kept[i].End <= m.End {
					kept[i].Name = m.Name
				}
			}
		}
	}
	slices.SortFunc(kept, func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
	return pairKeys(kept)
}

// rank orders classes by how much they tell.
func rank(m Match) int {
	switch m.Class {
	case Named:
		return 2
	case Connection:
		return 1
	}
	return 0
}
