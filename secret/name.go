package secret

import (
	"math"
	"regexp"
	"strings"
	"unicode"

	"rind/rind"
)

// names maps the words that announce a secret to what it is. A name of
// several words is matched where they follow each other.
var names = []struct {
	words    string
	kind     string
	password bool // any literal counts, not only what looks random
}{
	{"password", "password", true},
	{"passwd", "password", true},
	{"passphrase", "password", true},
	{"pwd", "password", true},
	{"pass", "password", true},
	{"secret access key", "AWS secret key", false},
	{"access key", "access key", false},
	{"api key", "API key", false},
	{"apikey", "API key", false},
	{"private key", "private key", false},
	{"signing key", "signing key", false},
	{"encryption key", "encryption key", false},
	{"auth key", "key", false},
	{"client secret", "client secret", false},
	{"secret", "secret", false},
	{"token", "token", false},
	{"credential", "credential", false},
	{"credentials", "credential", false},
	{"webhook key", "key", false},
}

// telling end names that describe a secret and do not hold it:
// DB_PASSWORD_PARAMETER, TOKEN_URL, SECRET_NAME.
var telling = set(`name names arn arns id ids path url uri urls endpoint file filename table bucket
	queue topic ttl expiry expiration expires expire length header type region prefix suffix param parameter
	parameters enabled enable disabled required version alias policy rotation days hours minutes seconds algorithm alg
	host hostname issuer audience aud user username email store manager provider field reference ref location
	min max size count timeout validity duration period mode format source scope scopes stage env label index
	kind status lifetime age interval cache function lambda service public domain port ssm key_id use allowed limit limits budget iterations rounds strength complexity attempts retries template subject prompt hint regex pattern link page title text field column`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// Describes reports whether a name tells about a secret and does not hold it,
// by its last word.
func Describes(name string) bool {
	w := Words(name)
	return len(w) == 0 || telling[w[len(w)-1]]
}

// Announces reports whether a name says that its value is a secret.
func Announces(name string) bool {
	w := Words(name)
	if len(w) == 0 || telling[w[len(w)-1]] {
		return false
	}
	joined := " " + strings.Join(w, " ") + " "
	for _, n := range names {
		if strings.Contains(joined, " "+n.words+" ") {
			return !strings.Contains(joined, " public key ")
		}
	}
	return false
}

// namedSecret judges a value by the name it is written under.
func namedSecret(name, text string) (kind string, c rind.Confidence, ok bool) {
	w := Words(name)
	if len(w) == 0 || telling[w[len(w)-1]] || text == "" || len(text) > 4096 {
		return "", "", false
	}
	joined := " " + strings.Join(w, " ") + " "
	if strings.Contains(joined, " public key ") || strings.Contains(joined, " max token") || strings.Contains(joined, " pass through") || strings.Contains(joined, " tokens ") {
		return "", "", false
	}
	for _, n := range names {
		if !strings.Contains(joined, " "+n.words+" ") {
			continue
		}
		if Pointer(text) {
			return "", "", false
		}
		if n.password {
			return passwordSecret(n.kind, text)
		}
		if Random(text) {
			return n.kind, rind.ConfidenceHigh, true
		}
		return "", "", false
	}
	return "", "", false
}

func passwordSecret(what, text string) (kind string, c rind.Confidence, ok bool) {
	switch {
	case len(text) < 3 || strings.ContainsAny(text, "\n"):
		return "", "", false
	case Placeholder(text):
		// A default password such as "changeme" tends to stay.
		if weakPasswords[strings.ToLower(text)] {
			return what, rind.ConfidenceMedium, true
		}
		return "", "", false
	case Random(text) || strings.IndexFunc(text, unicode.IsDigit) >= 0 || strings.ContainsAny(text, "!@#$%^&*"):
		return what, rind.ConfidenceHigh, true
	case strings.ContainsAny(text, "/ ."):
		return "", "", false
	}
	return what, rind.ConfidenceMedium, true
}

var weakPasswords = set("changeme change_me change-me password passw0rd admin root secret default letmein postgres mysql guest test")

// Words splits DB_PASSWORD, dbPassword and db-password into lower-case
// words.
func Words(name string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, strings.ToLower(b.String()))
			b.Reset()
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsUpper(runes[i-1]) && unicode.IsLower(runes[i+1])):
			flush()
		}
		b.WriteRune(r)
	}
	flush()
	return out
}

var (
	arnText     = regexp.MustCompile(`^arn:[a-z-]+:`)
	urlText     = regexp.MustCompile(`(?i)^[a-z][a-z0-9+.-]*://`)
	commitText  = regexp.MustCompile(`\b(?:sha|commit)[.:\w]*:[0-9a-f]{40}`)
	uuidText    = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	plainNumber = regexp.MustCompile(`^-?\d{1,3}$`)
)

// Pointer tells literals that point at a secret or are none: ARNs, URLs
// without credentials, paths, flags, small numbers, templating left over.
func Pointer(text string) bool {
	switch {
	case arnText.MatchString(text), urlText.MatchString(text), commitText.MatchString(text), plainNumber.MatchString(text):
		return true
	case strings.HasPrefix(text, "/"), strings.HasPrefix(text, "./"), strings.HasPrefix(text, "~"):
		return true
	case strings.Contains(text, "${"), strings.Contains(text, "{{"), strings.HasPrefix(text, "$"), strings.HasPrefix(text, "ssm:"), strings.HasPrefix(text, "<"):
		return true
	}
	switch strings.ToLower(text) {
	case "true", "false", "none", "null", "nil", "yes", "no", "on", "off", "enabled", "disabled", "required", "undefined", "n/a", "na", "-":
		return true
	}
	return false
}

// Placeholder reports whether text stands for a value to be filled in.
func Placeholder(text string) bool {
	t := strings.ToLower(text)
	if weakPasswords[t] || strings.ContainsAny(t, "<>") && strings.HasPrefix(t, "<") || strings.Contains(t, "${") || strings.Contains(t, "{{") || strings.HasPrefix(t, "$") || strings.HasPrefix(t, "%") {
		return true
	}
	if strings.Trim(t, "x*.-_?0") == "" {
		return true
	}
	if len(t) >= 32 && !Readable(text) {
		return false // a long key with such a word in it, by chance or from a manual
	}
	for _, w := range []string{"your", "replace", "todo", "fixme", "Placeholder", "insert", "dummy", "redacted", "example", "change_me", "changeme", "change-me", "fill_me", "set_me"} {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}

// Random reports whether text looks like a generated secret and not like a
// word, an identifier or a name: long enough, of mixed characters, and with
// enough Entropy per character for its length.
func Random(text string) bool {
	if len(text) < 8 || strings.ContainsAny(text, " \t\n") || Placeholder(text) {
		return false
	}
	if uuidText.MatchString(text) {
		return true
	}
	digits, letters, upper, lower := 0, 0, 0, 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
			if unicode.IsUpper(r) {
				upper++
			} else {
				lower++
			}
		}
	}
	if letters == 0 && digits < 12 || Readable(text) {
		return false
	}
	mixed := digits > 0 && letters > 0 || upper > 1 && lower > 1 && len(text) >= 16
	switch e := Entropy(text); {
	case !mixed:
		return false
	case len(text) >= 20:
		return e >= 3.0
	default:
		return e >= 2.5
	}
}

// Readable reports whether text is a name of words with at most a trailing
// number in each: my-secret-v2, OrdersTable, prod.api.token.
func Readable(text string) bool {
	ws := Words(text)
	if len(ws) == 0 {
		return true
	}
	short := 0
	for _, w := range ws {
		trimmed := strings.TrimRight(w, "0123456789")
		if trimmed == "" {
			short++
			continue
		}
		if strings.IndexFunc(trimmed, unicode.IsDigit) >= 0 || len(w)-len(trimmed) > 4 || !pronounceable(trimmed) {
			return false
		}
		if len(trimmed) < 3 {
			short++
		}
	}
	return short*2 <= len(ws) && (len(ws) > 1 || len(text) < 20)
}

// pronounceable reports whether a lower-case word has vowels as words do.
func pronounceable(w string) bool {
	if len(w) <= 4 {
		return true
	}
	run := 0
	for _, r := range w {
		if strings.ContainsRune("aeiouy", r) {
			run = 0
		} else if run++; run > 4 {
			return false
		}
	}
	return strings.ContainsAny(w, "aeiouy")
}

// Entropy is Shannon's, in bits per character.
func Entropy(text string) float64 {
	count := map[rune]int{}
	n := 0
	for _, r := range text {
		count[r]++
		n++
	}
	e := 0.0
	for _, c := range count {
		p := float64(c) / float64(n)
		e -= p * math.Log2(p)
	}
	return e
}
