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
var generators = regexp.MustCompile(`^(?:random\.(?:random|randint|randrange|choice|choices|sample|getrandbits|shuffle|uniform|randbytes|triangular|gauss|\w+variate)|random\.Random\(\)\.\w+|numpy\.random\.\w+|Math\.random|java\.lang\.Math\.random|java\.util\.Random\.new|java\.util\.concurrent\.ThreadLocalRandom\.current|org\.apache\.commons\.lang3?\.RandomStringUtils\.random\w*|math/rand(?:/v2)?\.\w+|uuid\.uuid1|uuid\.v1)$`)

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
