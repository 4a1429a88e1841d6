package secret

import (
	"regexp"
	"strings"
	"unicode"

	"rind/rind"
)

// describing are last words of names in code, besides [telling], that talk
// about a secret.
var describing = set(`error errors message msg label placeholder invalid class schema attr attribute prop selector input
	form validator validation missing changed reset forgot verify verified check checker checks valid match matches confirm
	test tests example sample view component screen dialog route action handler event key_name keyname reader writer parser
	generator factory util utils helper client server error_message description tooltip info note comment sort order
	pair pairs set map list dict store storage vault provider lookup getter loader used uses usage permission permissions
	bytes len hash hashed digest salt charset encoding char chars character characters alphabet types hook states statuses
	next previous start end continuation pagination cursor mint symbol address balance amount code_name`)

// strong names hold a secret even where the value is made of words.
var strong = []string{" secret key ", " jwt secret ", " signing key ", " signing secret ", " client secret ", " encryption key ", " session secret ", " token secret ", " cookie secret ", " hmac key ", " hmac secret ", " app secret "}

// judge decides whether an assigned value is a secret. In code most values
// under such names are not: names of secrets, keys of objects, messages.
func (f *finder) judge(a assignment) {
	value := f.text[a.start:a.end]
	w := Words(strings.TrimLeft(a.name, "-.$"))
	if len(w) == 0 || len(value) < 4 {
		return
	}
	last := w[len(w)-1]
	if telling[last] || describing[last] {
		return
	}
	joined := " " + strings.Join(w, " ") + " "
	for _, not := range []string{" public key ", " max token", " pass through", " tokens ", " partition key ", " primary key ", " sort key ", " foreign key ", " key word", " csrf token ", " token type ", " hash ", " sha ", " sha256 ", " digest ", " etag ", " checksum ", " nonce ", " integrity ", " commit ", " cache key ", " object key ", " idempotency ", " next token ", " page token ", " continuation token ", " start key "} {
		if strings.Contains(joined, not) {
			return
		}
	}
	for _, n := range names {
		if !strings.Contains(joined, " "+n.words+" ") {
			continue
		}
		c := f.weigh(a, n.password, joined, value)
		if c == "" {
			return
		}
		m := Match{
			ID: strings.ReplaceAll(strings.ToLower(n.kind), " ", "-"), Class: Named, Kind: n.kind, Name: a.name,
			Start: a.start, End: a.end, Confidence: c, value: value,
		}
		if a.op == ';' {
			m.ID, m.Class, m.Kind = "connection-string", Connection, n.kind+" in a connection string"
		}
		m = refine(m)
		for _, word := range []string{" test ", " dummy ", " mock ", " fake ", " sample ", " demo ", " example "} {
			if strings.Contains(joined, word) {
				m.Confidence = rind.ConfidenceLow
			}
		}
		if sampleToken(value) && !weakPasswords[strings.ToLower(value)] {
			m.Doubt = DoubtExample
		}
		f.add(m)
		return
	}
}

// weigh returns how likely a value under a secret's name is the secret: ""
// if it is not.
func (f *finder) weigh(a assignment, password bool, joined, value string) rind.Confidence {
	if strings.ContainsAny(value, " \t\n") || Pointer(value) || filledIn(value) || reference(value) || repeats(joined, value) {
		return ""
	}
	if !printable(value) {
		return ""
	}
	random := Random(value) && !uuidText.MatchString(value) && !hexDigest.MatchString(value)
	switch {
	case a.op == ',' || a.op == '?':
		// Pairs of arguments and comparisons: only what nobody would type.
		if random && len(value) >= 12 {
			return rind.ConfidenceMedium
		}
		return ""
	case password:
		return f.weighPassword(a, value)
	case random && len(value) >= 16:
		return rind.ConfidenceHigh
	case hexDigest.MatchString(value) && !strings.Contains(joined, " token "):
		return rind.ConfidenceHigh
	case random && len(value) >= 10, hexDigest.MatchString(value), uuidText.MatchString(value) && !strings.Contains(joined, " token "):
		return rind.ConfidenceMedium
	}
	for _, s := range strong {
		if strings.Contains(joined, s) && len(value) >= 12 && !Placeholder(value) && !strings.ContainsAny(value, "/.:") && !vocabulary(value) && mixedCase(value) {
			return rind.ConfidenceMedium
		}
	}
	return ""
}

// weighPassword is weigh for what may be chosen by people.
func (f *finder) weighPassword(a assignment, value string) rind.Confidence {
	lower := strings.ToLower(value)
	if weakPasswords[lower] {
		// A default such as "changeme" tends to stay where it is settings;
		// in code the word is mostly a field's type.
		if f.form == Plain && a.op != ';' && lower != "password" && lower != "secret" && lower != "default" && lower != "test" {
			return rind.ConfidenceLow
		}
		return ""
	}
	if Placeholder(value) || vocabulary(value) && !strings.ContainsAny(value, "0123456789!@#%^&*") || typeWord[lower] {
		return ""
	}
	digit, special, upper, lowerCase := false, false, false, false
	for _, r := range value {
		switch {
		case unicode.IsDigit(r):
			digit = true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsLower(r):
			lowerCase = true
		default:
			special = true
		}
	}
	switch {
	case strings.ContainsAny(value, "()"), strings.Count(value, ".") > 1, strings.Contains(value, "::"):
		return "" // code, or a path of members
	case strings.Contains(value, "/") && !digit:
		return ""
	case Random(value), digit && special && (upper || lowerCase), digit && upper && lowerCase:
		return rind.ConfidenceHigh
	case digit && lowerCase && len(value) >= 6, digit && upper && len(value) >= 6:
		return rind.ConfidenceMedium
	case special && strings.ContainsAny(value, "!@#%^&*") && len(value) >= 6:
		return rind.ConfidenceMedium
	}
	return ""
}

var (
	hexDigest = regexp.MustCompile(`^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9A-F]{32})$`)
	dotted    = regexp.MustCompile(`^[A-Za-z_$][\w$]*(?:(?:\.|::|\[|->)[\w$'"\]]+)+(?:\(.*)?$`)
	typeWord  = set(`string text hidden required optional bool boolean number int varchar str object any bytes none null undefined true false password1 input number encrypted plaintext bcrypt sha256 md5 pbkdf2 argon2 scrypt base64 utf8 utf-8 oauth oauth2 basic bearer`)
)

// reference reports whether a value names a place to get the secret from: a
// variable, a member, a resource, a path.
func reference(value string) bool {
	switch {
	case dotted.MatchString(value) && !strings.ContainsAny(value, "!@#%^&*"):
		// process.env.X, var.db_password, aws_secretsmanager_secret.x.arn;
		// but tokens have dots too: their parts are random.
		for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == '.' || r == ':' || r == '[' || r == '-' || r == '>' }) {
			if len(part) >= 20 && Random(part) {
				return false
			}
		}
		return true
	case strings.Contains(value, "secretsmanager"), strings.Contains(value, "process.env"), strings.Contains(value, "os.environ"), strings.Contains(value, "!Ref"), strings.Contains(value, "{{"), strings.Contains(value, "env("):
		return true
	}
	return false
}

// repeats reports whether a value only says its name again: token: "token".
func repeats(joined, value string) bool {
	for _, w := range Words(value) {
		if w = strings.TrimRight(w, "0123456789"); len(w) > 2 && !strings.Contains(joined, " "+w+" ") {
			return false
		}
	}
	return !strings.ContainsAny(value, "!@#%^&*") && len(Words(value)) > 1 || !strings.ContainsAny(value, "0123456789!@#%^&*")
}

// vocabulary reports whether a value speaks of secrets itself: it is a name.
func vocabulary(value string) bool {
	for _, w := range Words(value) {
		switch w {
		case "key", "secret", "token", "password", "passwd", "credential", "credentials", "api", "auth", "arn", "name", "id", "param", "parameter", "env":
			return true
		}
	}
	return false
}

func mixedCase(value string) bool {
	return strings.ToLower(value) != value && strings.ToUpper(value) != value || strings.ContainsAny(value, "0123456789")
}

// byName are secrets without a format of their own that a name and a shape
// tell together.
var byName = []struct {
	word, id, kind, provider string
	class                    Class
	shape                    *regexp.Regexp
}{
	{"secret access key", "aws-secret-key", "AWS secret key", "AWS", AWSKey, regexp.MustCompile(`^[A-Za-z0-9/+]{40}$`)},
	{"aws secret", "aws-secret-key", "AWS secret key", "AWS", AWSKey, regexp.MustCompile(`^[A-Za-z0-9/+]{40}$`)},
	{"datadog", "datadog-key", "Datadog key", "Datadog", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}$|^[0-9a-f]{40}$`)},
	{"dd api", "datadog-key", "Datadog key", "Datadog", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}$|^[0-9a-f]{40}$`)},
	{"twilio", "twilio-token", "Twilio token", "Twilio", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}$`)},
	{"heroku", "heroku-key", "Heroku key", "Heroku", ProviderKey, regexp.MustCompile(`^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$`)},
	{"facebook", "facebook-secret", "Facebook app secret", "Facebook", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}$`)},
	{"fb app", "facebook-secret", "Facebook app secret", "Facebook", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}$`)},
	{"twitter", "twitter-secret", "Twitter secret", "Twitter", ProviderKey, regexp.MustCompile(`^[A-Za-z0-9]{35,50}$`)},
	{"paypal", "paypal-secret", "PayPal secret", "PayPal", ProviderKey, regexp.MustCompile(`^E[A-Za-z0-9_-]{79}$`)},
	{"cloudflare", "cloudflare-token", "Cloudflare token", "Cloudflare", ProviderKey, regexp.MustCompile(`^[A-Za-z0-9_-]{37,40}$`)},
	{"okta", "okta-token", "Okta token", "Okta", ProviderKey, regexp.MustCompile(`^00[A-Za-z0-9_-]{40}$`)},
	{"mailchimp", "mailchimp-key", "Mailchimp key", "Mailchimp", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}-us\d{1,2}$`)},
	{"mailgun", "mailgun-key", "Mailgun key", "Mailgun", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}$`)},
	{"new relic", "new-relic-key", "New Relic key", "New Relic", ProviderKey, regexp.MustCompile(`^[0-9a-f]{36}(?:NRAL|[0-9a-f]{4})$`)},
	{"discord", "discord-token", "Discord bot token", "Discord", ProviderKey, regexp.MustCompile(`^[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}$`)},
	{"bot token", "discord-token", "Discord bot token", "Discord", ProviderKey, regexp.MustCompile(`^[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}$`)},
	{"algolia", "algolia-key", "Algolia key", "Algolia", ProviderKey, regexp.MustCompile(`^[0-9a-f]{32}$`)},
	{"snyk", "snyk-token", "Snyk token", "Snyk", ProviderKey, regexp.MustCompile(`^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$`)},
	{"sentry", "sentry-token", "Sentry token", "Sentry", ProviderKey, regexp.MustCompile(`^[0-9a-f]{64}$`)},
}

// refine names the provider of a value whose name tells it.
func refine(m Match) Match {
	joined := " " + strings.Join(Words(m.Name), " ") + " "
	for _, b := range byName {
		if strings.Contains(joined, " "+b.word+" ") && b.shape.MatchString(m.value) {
			if m.Class == Named {
				m.ID, m.Class, m.Provider, m.Confidence = b.id, b.class, b.provider, rind.ConfidenceHigh
				m.Kind = b.kind
			}
			return m
		}
	}
	return m
}

// pairKeys notes AWS access keys whose secret stands beside them, and drops
// session keys without one: their name alone opens nothing and expires.
func pairKeys(found []Match) []Match {
	for i := range found {
		if found[i].ID != "aws-access-key" {
			continue
		}
		for j := max(0, i-2); j < min(len(found), i+3); j++ {
			if found[j].ID == "aws-secret-key" && found[j].Start-found[i].End < 400 && found[i].Start-found[j].End < 400 {
				found[i].Note = strings.TrimSpace(found[i].Note + ", with its secret beside it")
			}
		}
	}
	return found
}
