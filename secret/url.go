package secret

import (
	"encoding/base64"
	"regexp"
	"strings"

	"rind/rind"
)

// maxAuthority is how far a URL is read for its "@".
const maxAuthority = 512

// tryURL looks for a password in a URL whose "://" ends at end.
func (f *finder) tryURL(end int) {
	rest := f.text[end:min(len(f.text), end+maxAuthority)]
	stop := strings.IndexAny(rest, " \t\r\n\"'`<>/?#\\,)")
	if stop < 0 {
		stop = len(rest)
	}
	authority := rest[:stop]
	at := strings.LastIndexByte(authority, '@')
	colon := strings.IndexByte(authority, ':')
	if at < 0 || colon < 0 || colon > at || at+1 >= len(authority) {
		return
	}
	user, password, host := authority[:colon], authority[colon+1:at], authority[at+1:]
	start := end - 3
	for start > 0 && end-start < 40 && (wordByte(f.text[start-1]) || strings.IndexByte("+.-", f.text[start-1]) >= 0) {
		start--
	}
	scheme := f.text[start : end-3]
	if scheme == "" || len(password) < 3 || Placeholder(password) && !weakPasswords[strings.ToLower(password)] || filledIn(password) || strings.Contains(password, "://") {
		return
	}
	m := Match{
		ID: "url-password", Class: Connection, Kind: "password in a URL", Confidence: rind.ConfidenceHigh,
		Start: end + colon + 1, End: end + at, Note: "for " + cleanHost(host),
	}
	switch {
	case sampleHost(host) || sampleUser(user, password):
		m.Doubt = DoubtExample
	case weakPasswords[strings.ToLower(password)] || strings.EqualFold(user, password) || localHost(host):
		if f.form == Bare && Placeholder(password) {
			return
		}
		m.Confidence = rind.ConfidenceLow
		if f.form == Bare {
			m.Confidence = rind.ConfidenceMedium
		}
	}
	f.add(m)
}

// filledIn reports whether a text takes its value from elsewhere at run time.
func filledIn(text string) bool {
	return strings.ContainsAny(text, "{}$<>[]*") && (strings.ContainsAny(text, "{<[*") || strings.HasPrefix(text, "$")) ||
		strings.HasPrefix(text, "%") || text == "..." || strings.HasPrefix(text, "#{") || strings.HasPrefix(text, ":")
}

func cleanHost(host string) string {
	end := strings.IndexFunc(host, func(r rune) bool {
		return r > 127 || !wordByte(byte(r)) && r != '.' && r != '-' && r != ':'
	})
	if end >= 0 {
		host = host[:end]
	}
	if len(host) > 60 {
		host = host[:60]
	}
	if host == "" {
		return "a host"
	}
	return host
}

// localHost reports whether a host is this machine, or one that only a
// developer's composition of containers knows.
func localHost(host string) bool {
	h, _, _ := strings.Cut(strings.ToLower(host), ":")
	switch h {
	case "localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal", "db", "postgres", "mysql", "mongo", "mongodb", "redis", "rabbitmq", "localstack", "[":
		return true
	}
	return strings.HasSuffix(h, ".local") || strings.HasSuffix(h, ".test")
}

func sampleHost(host string) bool {
	h := strings.ToLower(host)
	return strings.Contains(h, "example.") || strings.HasPrefix(h, "host") && !strings.Contains(h, "host.docker") && !strings.Contains(h, ".") || strings.HasPrefix(h, "your") || strings.HasPrefix(h, "server:") || h == "server" || strings.ContainsAny(h, "{$<[%*")
}

func sampleUser(user, password string) bool {
	u, p := strings.ToLower(user), strings.ToLower(password)
	switch u {
	case "user", "username", "usr", "usuario", "myuser", "u":
		switch p {
		case "pass", "password", "passwd", "pwd", "pw", "mypassword", "pass123", "secret", "token":
			return true
		}
	}
	return p == "p@ssword" || p == "p@ssw0rd" || p == "passw0rd" || p == "password" || p == "pass" || p == "passwd" || p == "secret" && u != "root" || p == "mypassword" || p == "x-oauth-basic"
}

var connectionString = regexp.MustCompile(`(?i)(?:^|;)\s*(?:password|pwd)\s*=\s*([^;\s]{3,})`)

// connectionPassword looks for a password in a whole value that is a
// connection string: "Server=…;Password=…".
func connectionPassword(text string) (Match, bool) {
	m := connectionString.FindStringSubmatchIndex(text)
	if m == nil || Placeholder(text[m[2]:m[3]]) {
		return Match{}, false
	}
	return Match{
		ID: "connection-string", Class: Connection, Kind: "password in a connection string", Confidence: rind.ConfidenceHigh,
		Start: m[2], End: m[3], value: text[m[2]:m[3]],
	}, true
}

// tryBasic looks at the base64 text of an HTTP Basic header behind "Basic ",
// which ends at end.
func (f *finder) tryBasic(end int) {
	rest := f.text[end:min(len(f.text), end+256)]
	n := 0
	for n < len(rest) && (wordByte(rest[n]) || strings.IndexByte("+/=", rest[n]) >= 0) {
		n++
	}
	if n < 12 || n%4 != 0 || end > 6 && wordByte(f.text[end-7]) {
		return
	}
	raw, err := base64.StdEncoding.DecodeString(rest[:n])
	if err != nil {
		return
	}
	user, password, ok := strings.Cut(string(raw), ":")
	if !ok || len(password) < 3 || !printable(string(raw)) || Placeholder(password) {
		return
	}
	m := Match{ID: "basic-auth", Class: Connection, Kind: "HTTP Basic credentials", Confidence: rind.ConfidenceHigh, Start: end, End: end + n}
	if sampleUser(user, password) || strings.EqualFold(user, "aladdin") || len(user) > 64 {
		m.Doubt = DoubtExample
	}
	f.add(m)
}

func printable(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == '�' {
			return false
		}
	}
	return true
}
