package rule

import (
	"math"
	"regexp"
	"strings"
	"unicode"

	"rind/rind"
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
	text := strings.TrimSpace(v.Text)
	if s, ok := shapedSecret(text); ok {
		return s, true
	}
	return namedSecret(name, text)
}

// A secretShape is a format that is a secret wherever it stands.
type secretShape struct {
	kind    string
	hint    string // a text that must occur, to keep the common case cheap
	pattern *regexp.Regexp
}

// The formats are those the issuers document, as far as they do; see
// https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
var secretShapes = []secretShape{
	{"AWS access key", "A", regexp.MustCompile(`\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b`)},
	{"private key", "PRIVATE KEY", regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----`)},
	{"GitHub token", "gh", regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{30,}`)},
	{"GitLab token", "glpat-", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`)},
	{"Slack token", "xox", regexp.MustCompile(`\bxox[abeprs]-[A-Za-z0-9-]{10,}`)},
	{"Slack webhook", "hooks.slack.com", regexp.MustCompile(`hooks\.slack\.com/services/T[A-Za-z0-9]{6,}/B[A-Za-z0-9]{6,}/[A-Za-z0-9]{16,}`)},
	{"Stripe key", "_", regexp.MustCompile(`\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}`)},
	{"Google API key", "AIza", regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}`)},
	{"SendGrid key", "SG.", regexp.MustCompile(`\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}`)},
	{"OpenAI key", "sk-", regexp.MustCompile(`\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}`)},
	{"npm token", "npm_", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}`)},
	{"Mailgun key", "key-", regexp.MustCompile(`\bkey-[0-9a-f]{32}\b`)},
	{"JSON web token", "eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}`)},
	{"Azure storage key", "AccountKey=", regexp.MustCompile(`AccountKey=[A-Za-z0-9+/]{60,}={0,2}`)},
}

var (
	credentialURL    = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^/\s:@]*:([^/\s@]{3,})@[^/\s]+`)
	connectionString = regexp.MustCompile(`(?i)(?:^|;)\s*(?:password|pwd)\s*=\s*([^;\s]{3,})`)
)

// shapedSecret looks for a secret that gives itself away by its format.
func shapedSecret(text string) (secret, bool) {
	for _, s := range secretShapes {
		if !strings.Contains(text, s.hint) {
			continue
		}
		if s.pattern.MatchString(text) {
			return secret{s.kind, rind.ConfidenceHigh}, true
		}
	}
	if m := credentialURL.FindStringSubmatch(text); m != nil && !placeholder(m[1]) {
		return secret{"password in a URL", rind.ConfidenceHigh}, true
	}
	if m := connectionString.FindStringSubmatch(text); m != nil && !placeholder(m[1]) {
		return secret{"password in a connection string", rind.ConfidenceHigh}, true
	}
	return secret{}, false
}

// secretNames maps the words that announce a secret to what it is. A name of
// several words is matched where they follow each other.
var secretNames = []struct {
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

// tellingWords end names that describe a secret and do not hold it:
// DB_PASSWORD_PARAMETER, TOKEN_URL, SECRET_NAME.
var tellingWords = words(`name names arn arns id ids path url uri urls endpoint file filename table bucket
	queue topic ttl expiry expiration expires expire length header type region prefix suffix param parameter
	parameters enabled enable disabled required version alias policy rotation days hours minutes seconds algorithm alg
	host hostname issuer audience aud user username email store manager provider field reference ref location
	min max size count timeout validity duration period mode format source scope scopes stage env label index
	kind status lifetime age interval cache function lambda service public domain port ssm key_id use allowed limit limits budget iterations rounds strength complexity attempts retries template subject prompt hint regex pattern link page title text field column`)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// namedSecret judges a value by the name it is written under.
func namedSecret(name, text string) (secret, bool) {
	w := nameWords(name)
	if len(w) == 0 || tellingWords[w[len(w)-1]] || text == "" || len(text) > 4096 {
		return secret{}, false
	}
	joined := " " + strings.Join(w, " ") + " "
	if strings.Contains(joined, " public key ") || strings.Contains(joined, " max token") || strings.Contains(joined, " pass through") || strings.Contains(joined, " tokens ") {
		return secret{}, false
	}
	for _, n := range secretNames {
		if !strings.Contains(joined, " "+n.words+" ") {
			continue
		}
		if notASecret(text) {
			return secret{}, false
		}
		if n.password {
			return passwordSecret(n.kind, text)
		}
		if random(text) {
			return secret{n.kind, rind.ConfidenceHigh}, true
		}
		return secret{}, false
	}
	return secret{}, false
}

func passwordSecret(kind, text string) (secret, bool) {
	switch {
	case len(text) < 3 || strings.ContainsAny(text, "\n"):
		return secret{}, false
	case placeholder(text):
		// A default password such as "changeme" tends to stay.
		if weakPasswords[strings.ToLower(text)] {
			return secret{kind, rind.ConfidenceMedium}, true
		}
		return secret{}, false
	case random(text) || strings.IndexFunc(text, unicode.IsDigit) >= 0 || strings.ContainsAny(text, "!@#$%^&*"):
		return secret{kind, rind.ConfidenceHigh}, true
	case strings.ContainsAny(text, "/ ."):
		return secret{}, false
	}
	return secret{kind, rind.ConfidenceMedium}, true
}

var weakPasswords = words("changeme change_me change-me password passw0rd admin root secret default letmein postgres mysql guest test")

// nameWords splits DB_PASSWORD, dbPassword and db-password into lower-case
// words.
func nameWords(name string) []string {
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

// notASecret tells literals that point at a secret or are none: ARNs, URLs
// without credentials, paths, flags, small numbers, templating left over.
func notASecret(text string) bool {
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

// placeholder reports whether text stands for a value to be filled in.
func placeholder(text string) bool {
	t := strings.ToLower(text)
	if weakPasswords[t] || strings.ContainsAny(t, "<>") && strings.HasPrefix(t, "<") || strings.Contains(t, "${") || strings.Contains(t, "{{") || strings.HasPrefix(t, "$") || strings.HasPrefix(t, "%") {
		return true
	}
	if strings.Trim(t, "x*.-_?0") == "" {
		return true
	}
	if len(t) >= 32 && !readable(text) {
		return false // a long key with such a word in it, by chance or from a manual
	}
	for _, w := range []string{"your", "replace", "todo", "fixme", "placeholder", "insert", "dummy", "redacted", "example", "change_me", "changeme", "change-me", "fill_me", "set_me"} {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}

// random reports whether text looks like a generated secret and not like a
// word, an identifier or a name: long enough, of mixed characters, and with
// enough entropy per character for its length.
func random(text string) bool {
	if len(text) < 8 || strings.ContainsAny(text, " \t\n") || placeholder(text) {
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
	if letters == 0 && digits < 12 || readable(text) {
		return false
	}
	mixed := digits > 0 && letters > 0 || upper > 1 && lower > 1 && len(text) >= 16
	switch e := entropy(text); {
	case !mixed:
		return false
	case len(text) >= 20:
		return e >= 3.0
	default:
		return e >= 2.5
	}
}

// readable reports whether text is a name of words with at most a trailing
// number in each: my-secret-v2, OrdersTable, prod.api.token.
func readable(text string) bool {
	ws := nameWords(text)
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

// entropy is Shannon's, in bits per character.
func entropy(text string) float64 {
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

// assignment is a name and a quoted value in the code of most languages.
var assignment = regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_.-]{2,60})["']?\s*(?::|=>?|:=)\s*["']([^"'\s]{3,200})["']`)

// withArticle puts "a" or "an" before a kind of secret.
func withArticle(kind string) string {
	if strings.HasPrefix(kind, "npm") || kind != "" && strings.ContainsRune("AEIOaeio", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}
