package flow

import (
	"regexp/syntax"
	"strings"

	"rind/code/ir"
	"rind/code/model"
)

// A fact says of a taint that it is harmless for some classes if the value
// that bears the fact turns out true (or false).
type fact struct {
	key     taintKey
	clean   classes
	outcome bool
}

func whenTrue(v *Value) []fact  { return factsOf(v, true) }
func whenFalse(v *Value) []fact { return factsOf(v, false) }

func factsOf(v *Value, outcome bool) []fact {
	var out []fact
	for _, f := range v.facts {
		if f.outcome == outcome {
			out = append(out, f)
		}
	}
	return out
}

func flip(fs []fact) []fact {
	out := make([]fact, len(fs))
	for i, f := range fs {
		f.outcome = !f.outcome
		out[i] = f
	}
	return out
}

// joinFacts keeps what holds whichever of the two values it is. A constant
// that cannot have the outcome does not contradict.
func joinFacts(a, b *Value) []fact {
	if len(a.facts) == 0 && len(b.facts) == 0 {
		return nil
	}
	var out []fact
	keep := func(x, y *Value) {
		canTrue, canFalse := truth(y)
		for _, f := range x.facts {
			if f.outcome && !canTrue || !f.outcome && !canFalse {
				out = append(out, f)
				continue
			}
			for _, g := range y.facts {
				if g.key == f.key && g.outcome == f.outcome && f.clean&g.clean != 0 {
					out = append(out, fact{f.key, f.clean & g.clean, f.outcome})
				}
			}
		}
	}
	keep(a, b)
	keep(b, a)
	return out
}

// cleanFacts says that all taints of v are clean on the given outcome.
func cleanFacts(v *Value, c classes, outcome bool) []fact {
	if c == 0 {
		return nil
	}
	var out []fact
	for _, t := range v.taints {
		out = append(out, fact{t.key(), c, outcome})
	}
	return out
}

// assume takes over into the state what the outcome of a test says. t is the
// test's value.
func (e *engine) assume(test ir.Expr, outcome bool, t *Value, fr *frame) {
	for _, f := range t.facts {
		if f.outcome != outcome {
			continue
		}
		e.learn(f)
	}
	switch x := test.(type) {
	case *ir.Unary:
		if x.Op == "not" {
			e.narrow(x.X, !outcome, fr)
		}
	case *ir.Logic:
		if x.Op == "and" && outcome || x.Op == "or" && !outcome {
			e.narrow(x.L, outcome, fr)
			e.narrow(x.R, outcome, fr)
		}
	default:
		e.narrow(test, outcome, fr)
	}
}

func (e *engine) learn(f fact) {
	// What is known of data read at a path holds for text made of it, too.
	for _, whole := range []bool{true, false} {
		for _, parsed := range []bool{true, false} {
			k := f.key
			k.whole, k.parsed = whole, parsed
			if e.st.clean == nil {
				e.st.clean = map[taintKey]classes{}
			}
			e.st.clean[k] |= f.clean
		}
	}
}

// narrow writes into the variable that a comparison is about what it must be.
func (e *engine) narrow(test ir.Expr, outcome bool, fr *frame) {
	if outcome {
		e.expected(test, fr)
	}
	b, ok := test.(*ir.Binary)
	if !ok || !(b.Op == "==" && outcome || b.Op == "!=" && !outcome) {
		return
	}
	for _, p := range [][2]ir.Expr{{b.L, b.R}, {b.R, b.L}} {
		c, isConst := p[1].(*ir.Const)
		v, isVar := p[0].(*ir.Var)
		if !isConst || !isVar || c.Value == nil {
			continue
		}
		old := e.lookup(v.Name, fr)
		if len(old.taints) > 0 || old.any {
			e.assign(v, constant(c.Value), fr)
		}
	}
}

// compare is a comparison: its outcome if it is known, and what it says of
// the taints compared.
func (e *engine) compare(x *ir.Binary, l, r *Value) *Value {
	if v, ok := compareConsts(x.Op, l, r); ok {
		return v
	}
	w := &Value{consts: []any{true, false}}
	switch x.Op {
	case "==", "is":
		if isNil(r) && (l.some || len(l.facts) > 0) {
			return nilTest(l, false)
		}
		w.facts = append(e.equalFacts(l, r, true), e.equalFacts(r, l, true)...)
	case "!=", "isnot":
		if isNil(r) && (l.some || len(l.facts) > 0) {
			return nilTest(l, true)
		}
		w.facts = append(e.equalFacts(l, r, false), e.equalFacts(r, l, false)...)
	case "in":
		w.facts = append(e.memberFacts(l, r, true), literalFacts(x, l, r, false)...)
	case "notin":
		w.facts = append(e.memberFacts(l, r, false), literalFacts(x, l, r, true)...)
	case "<", "<=", ">", ">=":
		// A bound on a number; text compared with a number is one.
		for _, pair := range [][2]*Value{{l, r}, {r, l}} {
			if _, ok := pair[1].only(); ok && isNumber(pair[1]) {
				w.facts = append(w.facts, append(cleanFacts(pair[0], classOf("unbounded"), true), cleanFacts(pair[0], classOf("unbounded"), false)...)...)
			}
		}
	}
	w.facts = append(w.facts, foundFacts(x.Op, l, r)...)
	if x.Op == "==" || x.Op == "!=" {
		w.facts = append(w.facts, protoFacts(x.Op, l, r)...)
	}
	return w
}

func isNil(v *Value) bool {
	c, ok := v.only()
	return ok && c == nil
}

// nilTest is v != nil, or with set false v == nil: what v's truth tells, the
// test tells.
func nilTest(v *Value, set bool) *Value {
	if v.some {
		return constant(set)
	}
	w := &Value{consts: []any{true, false}, facts: v.facts}
	if !set {
		w.facts = flip(v.facts)
	}
	return w
}

func isNumber(v *Value) bool {
	for _, c := range v.consts {
		switch c.(type) {
		case int64, float64:
		default:
			return false
		}
	}
	return len(v.consts) > 0
}

// equalFacts: data that equals something that is not data is no attack.
// "typeof x" and the like compare no data and have none.
func (e *engine) equalFacts(a, b *Value, outcome bool) []fact {
	if len(a.taints) == 0 || len(b.taints) > 0 || len(b.outs) > 0 && len(b.consts) == 0 {
		return nil
	}
	for _, c := range b.consts {
		if c == nil || c == "" {
			return nil // "is not given" says nothing of what is
		}
	}
	if len(b.consts) == 0 && b.config == "" && len(b.objs) > 0 && !e.isKind(b, "type:pathlib.Path") {
		return nil
	}
	return cleanFacts(a, allClasses, outcome)
}

// memberFacts: "x in allowed" makes x harmless where allowed is not data;
// "'..' in x" says that x is not clean, so that the other outcome is.
func (e *engine) memberFacts(l, r *Value, outcome bool) []fact {
	if len(l.taints) > 0 && len(r.taints) == 0 && len(e.deep(r, 2)) == 0 && !r.empty() {
		return cleanFacts(l, allClasses, outcome)
	}
	if s, ok := l.text(); ok && len(r.taints) > 0 {
		return cleanFacts(r, deniedBy(s), !outcome)
	}
	if e.isKind(r, "type:pathlib.Parents") && len(e.deep(l, 2)) == 0 {
		return cleanFacts(r, classOf("path-traversal"), outcome) // a folder is above the path
	}
	return nil
}

// literalFacts: text between its first and last character that has no quote in
// it is the inside of a string literal, which is no code.
func literalFacts(x *ir.Binary, l, r *Value, outcome bool) []fact {
	inside, ok := x.R.(*ir.Slice)
	if q, isText := l.text(); !ok || !isText || q != "'" && q != `"` {
		return nil
	}
	lo, okLo := inside.Lo.(*ir.Const)
	hi, okHi := inside.Hi.(*ir.Const)
	if !okLo || !okHi || lo.Value != int64(1) || hi.Value != int64(-1) {
		return nil
	}
	facts := cleanFacts(r, classOf("codei"), outcome)
	for i := range facts {
		facts[i].key.piece = false // the inside and the quotes are all there is
	}
	return facts
}

// deniedBy tells which classes are impossible for text without s.
func deniedBy(s string) classes {
	switch {
	case s == "..", s == "../", s == "/":
		return classOf("path-traversal")
	case s == "'":
		return classOf("xpathi") | classOf("ldapi")
	case s == "<":
		return classOf("xss")
	case s == "\n" || s == "\r":
		return classOf("crlf") | classOf("log")
	}
	return 0
}

// guardCall is what a guard's model says of its argument.
func (e *engine) guardCall(g *model.Guard, c *Call) []fact {
	v := none
	for _, ref := range g.Args() {
		if w := c.arg(ref); w != nil {
			v = w
			break
		}
	}
	if len(v.taints) == 0 {
		return nil
	}
	if p := g.SchemaArg(); p != nil {
		if sv := c.arg(*p); sv != nil {
			return e.jsonSchemaFacts(v, e.unwrapped(sv), 0)
		}
		return nil
	}
	clean := classSet(g.Clean)
	if p := g.PatternArg(); p != nil {
		pv := c.arg(*p)
		if pv == nil {
			return nil
		}
		s, ok := e.patternText(pv)
		if !ok || strings.Contains(e.flags(pv), "m") { // ^ and $ of a line
			return nil
		}
		clean = allowedBy(s, g.Anchored)
	}
	return cleanFacts(v, clean, !g.Inverse)
}

// patternText is the text of a regular expression: a constant, or an object
// that was compiled of one.
func (e *engine) patternText(v *Value) (string, bool) {
	if s, ok := v.text(); ok {
		return s, true
	}
	for _, id := range v.objs {
		if p := e.objs[id].props["pattern"]; p != nil {
			return e.patternText(p)
		}
		if p := e.field(id, "0"); p != nil && e.objs[id].kind == isInstance {
			return e.patternText(p)
		}
	}
	return "", false
}

// allowedBy tells for which classes text that matches the pattern is
// harmless: those whose characters the pattern leaves out. A pattern that is
// not anchored at both ends promises nothing.
func allowedBy(pattern string, anchored bool) classes {
	p := strings.TrimSpace(pattern)
	if len(p) > 1 && p[0] == '/' { // JavaScript's /…/flags
		if i := strings.LastIndexByte(p, '/'); i > 0 {
			p = p[1:i]
		}
	}
	if !anchored {
		start := strings.HasPrefix(p, "^") || strings.HasPrefix(p, `\A`)
		end := strings.HasSuffix(p, "$") && !strings.HasSuffix(p, `\$`) || strings.HasSuffix(p, `\z`) || strings.HasSuffix(p, `\Z`)
		if !start || !end {
			return 0
		}
	}
	p = strings.ReplaceAll(p, `\Z`, `\z`)
	re, err := syntax.Parse(p, syntax.Perl)
	if err != nil || re.Op == syntax.OpAlternate && !anchored {
		return 0
	}
	return fitting(re)
}

// attackChars are characters of which an attack of the class needs one.
var attackChars = []struct{ class, chars string }{
	{"sqli", `'"; -`},
	{"nosqli", `'"{$ `},
	{"xss", `<>"'&`},
	{"cmdi", ";|&$`\n<>( \\"},
	{"codei", `(;'"[.=`},
	{"path-traversal", `./\`},
	{"rfi", `:/`},
	{"ssrf", `:/.@`},
	{"ssti", `{<$#%`},
	{"ldapi", `()*\`},
	{"xpathi", `'"[]/`},
	{"crlf", "\r\n"},
	{"log", "\r\n"},
	{"jndi", `${:`},
	{"open-redirect", `:/\`},
	{"redos", `(+*`},
	{"deserialization", `{:"`},
	{"store-key", `/.`},
	{"target", `:/`},
	{"xxe", `<&`},
}

// removedBy tells for which classes text is harmless once everything that the
// pattern matches was taken out of it. Only patterns that match single
// characters promise anything: what is left may not match anew.
func removedBy(pattern string) classes {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0
	}
	for re.Op == syntax.OpPlus || re.Op == syntax.OpStar || re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	if re.Op == syntax.OpAlternate && len(re.Sub) > 0 {
		var clean classes
		for _, s := range re.Sub {
			clean |= removedBy(s.String())
		}
		return clean
	}
	if re.Op == syntax.OpLiteral && len(re.Rune) == 1 {
		return deniedBy(string(re.Rune))
	}
	if re.Op != syntax.OpCharClass {
		return 0
	}
	var clean classes
	for _, c := range attackChars {
		if all(c.chars, func(r rune) bool { return matchesAny(re, string(r)) }) {
			clean |= classOf(c.class)
		}
	}
	for _, r := range "<'/\n\r" {
		if matchesAny(re, string(r)) {
			clean |= deniedBy(string(r))
		}
	}
	return clean
}

func all(s string, test func(rune) bool) bool {
	for _, r := range s {
		if !test(r) {
			return false
		}
	}
	return true
}

// matchesAny reports whether the expression can match one of the characters
// anywhere. "." and negated classes can match nearly everything.
func matchesAny(re *syntax.Regexp, chars string) bool {
	switch re.Op {
	case syntax.OpAnyChar:
		return true
	case syntax.OpAnyCharNotNL:
		return strings.Trim(chars, "\r\n") != ""
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if strings.ContainsRune(chars, r) {
				// A fixed character is the author's choice, such as the dots
				// of a domain; only runs of them let an attacker in.
				return false
			}
		}
		return false
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			for _, r := range chars {
				if re.Rune[i] <= r && r <= re.Rune[i+1] {
					return true
				}
			}
		}
		return false
	}
	for _, s := range re.Sub {
		if matchesAny(s, chars) {
			return true
		}
	}
	return false
}
