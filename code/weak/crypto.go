package weak

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// fastHashes are hash functions that are broken, or made to be fast.
var fastHashes = regexp.MustCompile(`^(?:hashlib\.(?:md5|sha1)|Crypto\.Hash\.(?:MD5|SHA1?)\.new|crypto/(?:md5|sha1)\.(?:Sum|New)|(?:crypto-js|CryptoJS)(?:\.default)?\.(?:MD5|SHA1)|md5(?:\.default)?|sha1(?:\.default)?|org\.apache\.commons\.codec\.digest\.DigestUtils\.(?:md5|sha1|sha)\w*)$`)

// choosers take the hash by its name.
var choosers = regexp.MustCompile(`^(?:crypto\.createHash|hashlib\.new|java\.security\.MessageDigest\.getInstance)$`)

// generators are random numbers that can be foretold from a few of them.
var generators = regexp.MustCompile(`^(?:random\.(?:random|randint|randrange|choice|choices|sample|getrandbits|shuffle|uniform|randbytes)|random\.Random\(\)\.\w+|numpy\.random\.\w+|Math\.random|java\.lang\.Math\.random|java\.util\.Random\.new|java\.util\.concurrent\.ThreadLocalRandom\.current|org\.apache\.commons\.lang3?\.RandomStringUtils\.random\w*|math/rand(?:/v2)?\.\w+|uuid\.uuid1|uuid\.v1)$`)

// crypto notes where weak hashes and guessable numbers are made; what they are
// for, the statements tell.
func (o *Observer) crypto(c *flow.Call) {
	here := place{c.Module(), c.Pos()}
	kind := kindOf(c.Name)
	switch {
	case kind == 0:
	case kind&isFastHash != 0:
		if consts, _ := c.Constants(c.Named("usedforsecurity")); slices.Contains(consts, any(false)) {
			return
		}
		o.weakHash[here] = hashName(c.Name)
	case kind&isChooser != 0:
		for _, s := range c.Texts(c.Arg(0)) {
			switch strings.ToLower(strings.ReplaceAll(s, "-", "")) {
			case "md5", "sha1", "sha", "md4", "ripemd160":
				o.weakHash[here] = strings.ToUpper(s)
			}
		}
	case kind&isGenerator != 0:
		o.guessable[here] = segmentPair(c.Name)
	case kind&isMAC != 0:
		o.signature = true
	}
}

func hashName(name string) string {
	if strings.Contains(strings.ToLower(name), "md5") {
		return "MD5"
	}
	return "SHA-1"
}

// macs are functions that check or make a message authentication code.
var macs = regexp.MustCompile(`(?i)(?:hmac\.|createHmac|compare_digest|timingSafeEqual|constructEvent|construct_event|verify_signature|verifySignature|validateRequest|RequestValidator|verifyHeader|verify_header|SignatureVerifier|Webhook\(|webhook\.verify|@octokit/webhooks|crypto/hmac|javax\.crypto\.Mac|verify_key|nacl\.|discord-interactions|ask_sdk_webservice|alexa-verifier|svix|createVerify|public_key\.verify)`)

// purpose words: what a fast hash must not be used for, and what a guessable
// number must not become.
var (
	hashed   = regexp.MustCompile(`(?i)(?:passw(?:or)?d|passphrase|pwd|pass_hash|passHash|credential|signature|hmac|sign(?:ed|ing)|secret|auth_?token|api_?key)`)
	guessed  = regexp.MustCompile(`(?i)(?:passw(?:or)?d|passphrase|(?:^|_|[a-z])otp(?:$|_|[A-Z])|^otp|one_?time|(?:access|auth|reset|session|csrf|verification|confirm\w*|api|refresh|login|invite|security|bearer)_?(?:token|code|id|key)|^token$|_token$|Token$|secret|salt$|nonce$|^pin$|_pin$|pin_?code|magic_?link|private_?key|^iv$|credential)`)
	harmless = regexp.MustCompile(`(?i)(?:etag|cache|checksum|dedup|filename|file_name|color|sample|mock|fake|test|demo|jitter|backoff|delay|sleep|client_?request_?token|idempotency|next_?token|page_?token|continuation)`)
)

// purposes looks at the statements of a function for what is made of weak
// hashes and guessable numbers.
func (o *Observer) purposes(p *flow.Program, m *ir.Module, f *ir.Func) {
	if len(o.weakHash)+len(o.guessable) == 0 {
		return
	}
	hashes := map[string]ir.Pos{} // variables that hold a weak hash
	eachStmt(f.Body, func(s ir.Stmt) {
		for _, x := range exprsOf(s) {
			o.purpose(p, m, f, s, x, hashes)
		}
	})
}

// purpose looks at one expression. A hash whose statement does not tell what
// it is for may be kept in a variable, and a later statement tells.
func (o *Observer) purpose(p *flow.Program, m *ir.Module, f *ir.Func, s ir.Stmt, x ir.Expr, hashes map[string]ir.Pos) {
	hash, random := "", ""
	var hashAt, randomAt ir.Pos
	var names []string
	walk(x, func(y ir.Expr) {
		switch y := y.(type) {
		case *ir.Call:
			if h := o.weakHash[place{m, y.Pos}]; h != "" {
				hash, hashAt = h, y.Pos
			}
			if g := o.guessable[place{m, y.Pos}]; g != "" {
				random, randomAt = g, y.Pos
			}
		case *ir.Var:
			names = append(names, y.Name)
		case *ir.Member:
			names = append(names, y.Name)
		}
	})
	if hash == "" {
		for _, n := range names {
			if pos, ok := hashes[n]; ok {
				hash, hashAt = o.weakHash[place{m, pos}], pos
			}
		}
		if hash != "" && match(hashed, append(names, f.Name)) == "" {
			for _, n := range targetsOf(x) {
				hashes[n] = hashAt
			}
		}
	}
	if hash == "" && random == "" {
		return
	}
	// What is hashed is named in the statement, or by the function's name.
	if hash != "" {
		if n := match(hashed, append(names, f.Name)); n != "" && match(harmless, append(names, f.Name)) == "" {
			p.Weakness(&rind.Weakness{
				Rule: ruleWeakHash, Message: hash + " protects " + n, Span: m.Place(hashAt), Confidence: rind.ConfidenceMedium, Key: at(f, hash),
			})
		} else {
			for _, n := range targetsOf(x) {
				hashes[n] = hashAt
			}
		}
	}
	if random != "" {
		targets := append(targetsOf(x), returnName(s, f)...)
		if n := match(guessed, targets); n != "" && match(harmless, targets) == "" {
			p.Weakness(&rind.Weakness{
				Rule: ruleGuessable, Message: random + " makes " + n, Span: m.Place(randomAt), Confidence: rind.ConfidenceMedium, Key: at(f, n),
			})
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

// targetsOf are the names that an expression gives to values: of variables it
// assigns and of fields.
func targetsOf(x ir.Expr) []string {
	var out []string
	walk(x, func(y ir.Expr) {
		switch y := y.(type) {
		case *ir.Assign:
			switch t := y.Target.(type) {
			case *ir.Var:
				out = append(out, t.Name)
			case *ir.Member:
				out = append(out, t.Name)
			case *ir.Typed:
				if v, ok := t.X.(*ir.Var); ok {
					out = append(out, v.Name)
				}
			}
		case *ir.Object:
			for _, f := range y.Fields {
				if k, ok := f.Key.(*ir.Const); ok {
					if s, ok := k.Value.(string); ok && mentions(f.Value) {
						out = append(out, s)
					}
				}
			}
		}
	})
	return out
}

// mentions reports whether a field's value can be what was just made: not a
// constant.
func mentions(x ir.Expr) bool {
	_, constant := x.(*ir.Const)
	return !constant
}

// returnName is the function's name for what it returns.
func returnName(s ir.Stmt, f *ir.Func) []string {
	if _, ok := s.(*ir.Return); ok && f.Name != "" {
		return []string{f.Name}
	}
	return nil
}

// comparisons looks for codes of authentication that are compared byte by
// byte, so that the time it takes tells how much of a guess is right.
func (o *Observer) comparisons(p *flow.Program, m *ir.Module, f *ir.Func) {
	made := map[string]bool{} // variables that hold a computed code
	eachExpr(f, func(x ir.Expr) {
		switch x := x.(type) {
		case *ir.Assign:
			if v, ok := x.Target.(*ir.Var); ok && computesMAC(x.Value) {
				made[v.Name] = true
			}
		case *ir.Binary:
			if x.Op != "==" && x.Op != "!=" {
				return
			}
			for _, pair := range [][2]ir.Expr{{x.L, x.R}, {x.R, x.L}} {
				v, isVar := pair[0].(*ir.Var)
				if !(isVar && made[v.Name]) && !computesMAC(pair[0]) {
					continue
				}
				if _, constant := pair[1].(*ir.Const); constant {
					continue
				}
				p.Weakness(&rind.Weakness{
					Rule: ruleTiming, Message: "a signature is compared with " + x.Op, Span: m.Place(x.Pos), Confidence: rind.ConfidenceMedium, Key: at(f, "compare"),
				})
				return
			}
		}
	})
}

var macFunctions = regexp.MustCompile(`^(?:hexdigest|digest|createHmac|HmacSHA256|HmacSHA1|doFinal)$`)

// computesMAC reports whether an expression makes a message authentication
// code: a chain of calls with an HMAC in it.
func computesMAC(x ir.Expr) bool {
	digest, keyed := false, false
	walk(x, func(y ir.Expr) {
		switch y := y.(type) {
		case *ir.Member:
			digest = digest || macFunctions.MatchString(y.Name)
			keyed = keyed || strings.Contains(strings.ToLower(y.Name), "hmac")
		case *ir.Var:
			keyed = keyed || strings.Contains(strings.ToLower(y.Name), "hmac")
		}
	})
	return digest && keyed
}
