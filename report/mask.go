package report

import (
	"regexp"
	"strings"

	"rind/rind"
)

// Masking keeps secrets out of code frames. It is deliberately generous: a
// masked word costs a reader a look at the file, a printed one may cost the
// account.
//
//   - In a finding about secrets (SAS-7) every literal value of a shown line
//     is masked: quoted strings, and what follows "key:" or "key =".
//   - In any other finding, values whose key sounds like a secret and strings
//     that have the form of a credential are masked.
//
// References (!Ref, var.x, {{resolve:…}}) name no secret and stay.

const mask = "••••••"

var (
	quoted     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'`)
	keyed      = regexp.MustCompile(`^(\s*(?:- )?["']?[\w.${}/-]+["']?\s*(?::\s|=>?)\s*)(\S.*)$`)
	secretKey  = regexp.MustCompile(`(?i)(["']?[\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth[_-]?key|connection[_-]?string)[\w.-]*(?:["']\s*:\s*|:\s+|["']?\s*=>?\s*))("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,}\]]+)`)
	credential = regexp.MustCompile(`\b(?:A[KS]IA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|[sr]k_(?:live|test)_\w{10,}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)?|-----BEGIN [A-Z ]*PRIVATE KEY-----\S*)|://[^/\s:@]+:[^/\s:@]+@`)
	reference  = regexp.MustCompile(`^(?:!(?:Ref|GetAtt|ImportValue|FindInMap|Select|If)\b|(?:var|local|data|module|each|aws_\w+)\.|["']?\{\{resolve:[^}]*\}\}["']?\s*,?$|["']?\$\{[^}]*\}["']?\s*,?$|[{\[]\s*$|[|>][-+]?\s*$|#|\w+\()`)
)

// maskLine hides what may be a secret in one line of source. The result may
// be of another length; positions in it are only good up to the mask.
func maskLine(line string, risk rind.Risk) string {
	line = credential.ReplaceAllString(line, mask)
	line = secretKey.ReplaceAllStringFunc(line, func(s string) string {
		m := secretKey.FindStringSubmatch(s)
		if plain(m[2]) {
			return s
		}
		return m[1] + mask
	})
	if risk != rind.SAS7 {
		return line
	}
	if m := keyed.FindStringSubmatch(line); m != nil && !plain(m[2]) {
		return m[1] + maskTail(m[2])
	}
	return maskQuoted(line)
}

// plain reports whether a value cannot be a secret.
func plain(v string) bool {
	v = strings.TrimSpace(v)
	switch strings.ToLower(strings.Trim(v, `"',`)) {
	case "", "true", "false", "null", "none", "~":
		return true
	}
	return reference.MatchString(v)
}

// maskTail masks a value but keeps the comma or comment behind it.
func maskTail(v string) string {
	if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[") {
		return maskQuoted(v)
	}
	tail := ""
	if strings.HasSuffix(v, ",") {
		tail = ","
	}
	return mask + tail
}

// maskQuoted masks quoted strings except keys and references. A string whose
// end is on another line is masked to the end.
func maskQuoted(line string) string {
	var b strings.Builder
	last := 0
	for _, loc := range quoted.FindAllStringIndex(line, -1) {
		b.WriteString(line[last:loc[0]])
		s := line[loc[0]:loc[1]]
		after := strings.TrimLeft(line[loc[1]:], " ")
		if strings.HasPrefix(after, ":") || plain(s) {
			b.WriteString(s)
		} else {
			b.WriteString(s[:1] + mask + s[:1])
		}
		last = loc[1]
	}
	rest := line[last:]
	if i := strings.IndexAny(rest, `"`); i >= 0 {
		rest = rest[:i+1] + mask
	}
	return b.String() + rest
}
