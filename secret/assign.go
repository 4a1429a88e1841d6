package secret

import (
	"regexp"
	"strings"
)

// nameHints are the words by which the automaton finds names that may
// announce a secret; [names] then judges the whole name.
var nameHints = []string{"key", "secret", "token", "credential", "passw", "passphrase", "pwd", "pass"}

const (
	maxName  = 80   // bytes of a name, with what it is a member of
	maxValue = 1024 // bytes of a value; keys in PEM have a format of their own
)

// An assignment is a name and the value that is written for it.
type assignment struct {
	name       string
	start, end int // of the value
	// how it is written: '=' or ':' as usual, ',' as the default of a
	// look-up or as a pair of arguments, '|' as what else is taken, '?' as a
	// comparison, ';' as part of a connection string or query.
	op     byte
	quoted bool
}

// tryName looks at the name around a hint that ends at end, and at what is
// assigned to it.
func (f *finder) tryName(end int) {
	if end <= f.judged {
		return
	}
	from, to := end, end
	for from > 0 && end-from < maxName && nameByte(f.text[from-1]) {
		from--
	}
	for to < len(f.text) && to-end < maxName && nameByte(f.text[to]) {
		to++
	}
	f.judged = to
	a, ok := f.assigned(from, to)
	if !ok {
		return
	}
	f.judge(a)
}

// nameByte reports whether a byte can be in a name: of a variable, a member,
// a key of JSON or a header.
func nameByte(c byte) bool { return wordByte(c) || c == '-' || c == '.' || c == '$' }

// assigned reads what follows a name.
func (f *finder) assigned(from, to int) (assignment, bool) {
	a := assignment{name: f.text[from:to]}
	t := f.text
	i := to
	quotedName := false
	if i < len(t) && from > 0 && (t[i] == '"' || t[i] == '\'' || t[i] == '`') && t[from-1] == t[i] {
		quotedName = true
		i++
	}
	for i < len(t) && (t[i] == ']' || t[i] == ')' && quotedName || t[i] == '?' || t[i] == '!') {
		i++
	}
	i = blanks(t, i)
	if i >= len(t) {
		return a, false
	}
	if t[i] == ':' && from > 0 && (t[from-1] == ':' || t[from-1] == '/') {
		return a, false // a piece of an ARN or a URL
	}
	switch rest := t[i:]; {
	case strings.HasPrefix(rest, "==="), strings.HasPrefix(rest, "!=="):
		a.op, i = '?', i+3
	case strings.HasPrefix(rest, "=="), strings.HasPrefix(rest, "!="):
		a.op, i = '?', i+2
	case strings.HasPrefix(rest, ":="), strings.HasPrefix(rest, "=>"), strings.HasPrefix(rest, "?="):
		a.op, i = '=', i+2
	case strings.HasPrefix(rest, "||"), strings.HasPrefix(rest, "??"):
		a.op, i = '|', i+2
	case strings.HasPrefix(rest, "or "):
		a.op, i = '|', i+3
	case rest[0] == ',' && quotedName:
		a.op, i = ',', i+1
	case rest[0] == '=', rest[0] == ':':
		a.op, i = rest[0], i+1
	case rest[0] == '>' && from > 0 && t[from-1] == '<': // <password>…</password>
		return f.element(a, i+1)
	default:
		return a, false
	}
	if a.op == '=' && from > 0 && strings.IndexByte(";&?", t[from-1]) >= 0 && i < len(t) && t[i] != ' ' {
		return f.inString(a, i)
	}
	i = blanks(t, i)
	if a.op == ':' {
		i = skipType(t, i)
	}
	i = skipWrapper(t, i)
	if i >= len(t) {
		return a, false
	}
	if q := t[i]; q == '"' || q == '\'' || q == '`' {
		return f.quoted(a, i, q)
	}
	if f.form != Plain || a.op != '=' && a.op != ':' || quotedName && a.op == ':' && t[i] == '{' {
		return a, false
	}
	return f.unquoted(a, i)
}

func blanks(t string, i int) int {
	for i < len(t) && (t[i] == ' ' || t[i] == '\t') {
		i++
	}
	return i
}

// typeAnnotation is what stands between ":" and "=" in typed languages:
// "str =", "string | undefined =", "Final[str] =".
var typeAnnotation = regexp.MustCompile(`^[A-Za-z_][\w.|<>\[\], ]{0,40}?\s*=\s*`)

func skipType(t string, i int) int {
	rest := t[i:min(len(t), i+64)]
	if m := typeAnnotation.FindString(rest); m != "" && i+len(m) < len(t) && strings.IndexByte("=>", t[i+len(m)]) < 0 {
		return i + len(m)
	}
	return i
}

// wrapper is a call or prefix that leaves a literal what it is.
var wrapper = regexp.MustCompile(`^(?:[bBrRuUfF]{1,2}|@|\[\]byte\(|(?:aws|pulumi)\.String\(|(?:cdk\.|core\.)?SecretValue\.(?:unsafeP|p)lainText\(|Buffer\.from\(|new String\(|String\(|SecureString\()["'` + "`" + `]`)

func skipWrapper(t string, i int) int {
	if i < len(t) && (t[i] == '"' || t[i] == '\'') {
		return i
	}
	if m := wrapper.FindString(t[i:min(len(t), i+48)]); m != "" {
		return i + len(m) - 1
	}
	return i
}

// quoted reads a value in quotes of one line.
func (f *finder) quoted(a assignment, i int, q byte) (assignment, bool) {
	t := f.text
	if strings.HasPrefix(t[i:], strings.Repeat(string(q), 3)) {
		i += 2
	}
	a.start, a.quoted = i+1, true
	for j := a.start; j < len(t) && j-a.start <= maxValue; j++ {
		switch t[j] {
		case '\\':
			j++
		case '\n':
			return a, false
		case q:
			a.end = j
			rest := t[blanks(t, j+1):]
			// "…" + x, "…" % x, "…".format(x): the literal is only a part.
			if rest != "" && (rest[0] == '+' || rest[0] == '%' || rest[0] == '.' && !strings.HasPrefix(rest, ".encode") && !strings.HasPrefix(rest, ".getBytes") && !strings.HasPrefix(rest, ".to")) {
				return a, false
			}
			return a, a.end > a.start
		}
	}
	return a, false
}

// unquoted reads the rest of a line, without a comment.
func (f *finder) unquoted(a assignment, i int) (assignment, bool) {
	t := f.text
	if strings.IndexByte("!&*|>[{(<$%@\n\r", t[i]) >= 0 {
		return a, false
	}
	end := strings.IndexAny(t[i:min(len(t), i+maxValue)], "\r\n")
	if end < 0 {
		if len(t)-i > maxValue {
			return a, false
		}
		end = len(t) - i
	}
	value := t[i : i+end]
	if at := strings.Index(value, " #"); at >= 0 {
		value = value[:at]
	}
	value = strings.TrimRight(value, " \t,;")
	a.start, a.end = i, i+len(value)
	return a, value != "" && !strings.ContainsAny(value, " \t(){}")
}

// element reads the text of an XML element.
func (f *finder) element(a assignment, i int) (assignment, bool) {
	end := strings.IndexByte(f.text[i:min(len(f.text), i+maxValue)], '<')
	if end <= 0 || !strings.HasPrefix(f.text[i+end:], "</") {
		return a, false
	}
	a.op, a.start, a.end = ':', i, i+end
	return a, !strings.ContainsAny(f.text[i:i+end], " \n\t")
}

// inString reads a value inside a connection string or query.
func (f *finder) inString(a assignment, i int) (assignment, bool) {
	end := strings.IndexAny(f.text[i:min(len(f.text), i+maxValue)], ";& \t\r\n\"'`<>\\,)")
	if end < 0 {
		end = min(len(f.text), i+maxValue) - i
	}
	a.op, a.start, a.end = ';', i, i+end
	return a, end > 0
}
