package weak

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// Words for what a fast hash must not protect, what a guessable number must not
// become, and what neither harms.
var (
	hashed   = regexp.MustCompile(`(?i)(?:passw(?:or)?d|passphrase|pwd|pass_hash|passHash|credential|signature|hmac|sign(?:ed|ing)|secret|auth_?token|api_?key)`)
	guessed  = regexp.MustCompile(`(?i)(?:passw(?:or)?d|passphrase|(?:^|_|[a-z])otp(?:$|_|[A-Z])|^otp|one_?time|(?:access|auth|reset|session|csrf|verification|confirm\w*|api|refresh|login|invite|security|bearer)_?(?:token|code|id|key)|^token$|_token$|Token$|secret|salt$|nonce$|^pin$|_pin$|pin_?code|magic_?link|private_?key|^iv$|credential|remember_?me)`)
	kept     = regexp.MustCompile(`(?i)(?:session|cookie|token)`)
	harmless = regexp.MustCompile(`(?i)(?:etag|cache|checksum|dedup|filename|file_name|colou?r|sample|mock|fake|test|demo|jitter|backoff|delay|sleep|client_?request_?token|idempotency|next_?token|page_?token|continuation)`)
)

// harmlessMaker matches functions that make what need not be hard to guess.
var harmlessMaker = regexp.MustCompile(`(?i)(?:etag|cache_?key|checksum|dedup|file_?name|colou?r|jitter|backoff|shuffle)`)

// A doubt is a call of a fast hash or of a guessable generator, until it is
// known what for.
type doubt struct {
	at   place
	name string // "MD5", "random.choice"
	hash bool
}

// purposes looks at the statements of a function for what is made of weak
// hashes and guessable numbers, also by way of variables.
func (o *Observer) purposes(p *flow.Program, m *ir.Module, f *ir.Func) {
	if len(o.weakHash)+len(o.guessable) == 0 {
		return
	}
	vars := map[string]doubt{}
	eachStmt(f.Body, func(s ir.Stmt) {
		for _, x := range exprsOf(s) {
			if size(x) > maxExpr {
				continue // generated code
			}
			for _, d := range o.doubtsIn(m, x, vars) {
				o.purpose(p, m, f, s, x, d, vars)
			}
		}
	})
}

// maxExpr bounds the expressions that are looked into: beyond it somebody's
// program wrote them.
const maxExpr = 5000

// size is how many parts an expression has, as far as that matters.
func size(x ir.Expr) int {
	n := 0
	var count func(ir.Expr)
	count = func(x ir.Expr) {
		if n++; x == nil || n > maxExpr {
			return
		}
		for _, y := range partsOf(x) {
			count(y)
		}
	}
	count(x)
	return n
}

// doubtsIn lists what of an expression is in doubt: calls, and variables that
// hold their results.
func (o *Observer) doubtsIn(m *ir.Module, x ir.Expr, vars map[string]doubt) []doubt {
	var out []doubt
	add := func(d doubt) {
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	walk(x, func(y ir.Expr) {
		switch y := y.(type) {
		case *ir.Call:
			at := place{m, y.Pos}
			if h := o.weakHash[at]; h != "" {
				add(doubt{at, h, true})
			}
			if g := o.guessable[at]; g != "" {
				add(doubt{at, g, false})
			}
		case *ir.Var:
			if d, ok := vars[y.Name]; ok {
				add(d)
			}
		}
	})
	return out
}

// purpose judges one doubt by an expression that it is part of.
func (o *Observer) purpose(p *flow.Program, m *ir.Module, f *ir.Func, s ir.Stmt, x ir.Expr, d doubt, vars map[string]doubt) {
	holds := func(y ir.Expr) bool { return slices.Contains(o.doubtsIn(m, y, vars), d) }
	targets, variables := targetsOf(x, holds)
	names := targets
	words := guessed
	rule, verb := ruleGuessable, " makes "
	if d.hash {
		names, words, rule, verb = append(namesIn(x), f.Name), hashed, ruleWeakHash, " protects "
	} else if _, ok := s.(*ir.Return); ok && f.Name != "" {
		names = append(names, f.Name)
	}
	for _, v := range variables {
		if _, known := vars[v]; !known {
			vars[v] = d
		}
	}
	plain := append(slices.Clone(targets), variables...)
	if d.hash {
		plain = append(plain, namesIn(x)...)
	}
	switch n := match(words, names); {
	case match(harmless, plain) != "", harmlessMaker.MatchString(f.Name):
		o.told[d.at] = true
	case n != "":
		o.told[d.at] = true
		p.Weakness(&rind.Weakness{
			Rule: rule, Message: d.name + verb + n, Span: d.at.module.Place(d.at.pos), Confidence: rind.ConfidenceMedium, Key: at(f, d.name+"|"+n),
		})
	}
}

// doubts reports the calls whose purpose nothing tells.
func (o *Observer) doubts(p *flow.Program) {
	for at, name := range o.weakHash {
		if !o.told[at] {
			p.Weakness(&rind.Weakness{Rule: ruleAnyHash, Message: name + " is used", Span: at.module.Place(at.pos), Confidence: rind.ConfidenceMedium, Key: "hash|" + name})
		}
	}
	for at, name := range o.guessable {
		if !o.told[at] {
			p.Weakness(&rind.Weakness{Rule: ruleAnyRandom, Message: name + " can be foretold", Span: at.module.Place(at.pos), Confidence: rind.ConfidenceLow, Key: "random|" + name})
		}
	}
}

// match is the first of the names that the pattern matches, or "".
func match(re *regexp.Regexp, names []string) string {
	for _, n := range names {
		if re.MatchString(n) {
			return n
		}
	}
	return ""
}

// namesIn lists the names of variables and members in an expression.
func namesIn(x ir.Expr) []string {
	var out []string
	walk(x, func(y ir.Expr) {
		switch y := y.(type) {
		case *ir.Var:
			out = append(out, y.Name)
		case *ir.Member:
			out = append(out, y.Name)
		}
	})
	return out
}

// targetsOf are the names that an expression gives to values that hold
// something: of variables and members it assigns, of fields, of sessions and
// cookies that it writes to. variables are the plain variables among them.
func targetsOf(x ir.Expr, holds func(ir.Expr) bool) (targets, variables []string) {
	walk(x, func(y ir.Expr) {
		switch y := y.(type) {
		case *ir.Assign:
			if !holds(y.Value) {
				return
			}
			t := y.Target
			if typed, ok := t.(*ir.Typed); ok {
				t = typed.X
			}
			switch t := t.(type) {
			case *ir.Var:
				targets, variables = append(targets, t.Name), append(variables, t.Name)
			case *ir.Member:
				targets = append(targets, t.Name)
			case *ir.Index:
				if base := lastName(t.X); kept.MatchString(base) {
					targets = append(targets, base+"Key") // what a session or cookie keeps is a key to it
				}
				if k, ok := t.Key.(*ir.Const); ok {
					if s, ok := k.Value.(string); ok {
						targets = append(targets, s)
					}
				}
			}
		case *ir.Object:
			for _, f := range y.Fields {
				if k, ok := f.Key.(*ir.Const); ok && holds(f.Value) {
					if s, ok := k.Value.(string); ok {
						targets = append(targets, s)
					}
				}
			}
		case *ir.Call:
			if n := strings.ToLower(lastName(y.Fn)); strings.Contains(n, "cookie") {
				for _, a := range y.Args {
					if holds(a.Value) {
						targets = append(targets, "sessionKey")
					}
				}
			}
		}
	})
	return targets, variables
}

// lastName is the last name of a variable or member: "session" of
// request.session.
func lastName(x ir.Expr) string {
	switch x := x.(type) {
	case *ir.Var:
		return x.Name
	case *ir.Member:
		return x.Name
	}
	return ""
}
