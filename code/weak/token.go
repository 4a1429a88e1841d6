package weak

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// decoders read a token's claims without looking at its signature.
var decoders = regexp.MustCompile(`^(?:jsonwebtoken\.decode|(?:jwt-decode|jwt_decode)(?:\.(?:default|jwtDecode|jwt_decode))?|jose\.decodeJwt|jwt-simple\.decode|jose\.jwt\.get_unverified_claims|com\.auth0\.jwt\.JWT\.decode|com\.nimbusds\.jwt\.(?:SignedJWT|JWTParser|PlainJWT)\.parse|.*golang-jwt/jwt.*\.ParseUnverified|.*dgrijalva/jwt-go.*\.ParseUnverified)$`)

// verifiers look at it.
var verifiers = regexp.MustCompile(`(?i)(?:jsonwebtoken\.verify|jwtVerify|compactVerify|CognitoJwtVerifier|JwtRsaVerifier|JWTVerifier|\.require\(\)\.build|JWSVerifier|RSASSAVerifier|SignedJWT\.verify|Jwts\.parser|parseClaimsJws|parseSignedClaims|ParseWithClaims|jwt\.Parse$|PyJWKClient|jwk\.construct|express-jwt|jwks-rsa|verify_oauth2_token|verifyIdToken|verify_id_token)`)

// base64Decoders turn base64 into text.
var base64Decoders = regexp.MustCompile(`^(?:base64\.(?:b64decode|urlsafe_b64decode|standard_b64decode|decodebytes)|Buffer\.from|buffer\.Buffer\.from|atob|.*base64url\.(?:default\.)?(?:decode|toBuffer)|jwt\.utils\.base64url_decode|java\.util\.Base64.*\.decode|encoding/base64\..*DecodeString)$`)

// token looks for tokens that are read without being verified.
func (o *Observer) token(c *flow.Call) {
	kind := kindOf(c.Name)
	switch {
	case kind&isVerifier != 0:
		o.verifiesIn(c)
	case c.Name == "jwt.decode" || c.Name == "jose.jwt.decode" || c.Name == "jwt.decode_complete":
		o.pythonDecode(c)
	case kind&isDecoder != 0:
		if v := c.Field(c.Arg(1), "complete"); v != nil && c.Name == "jsonwebtoken.decode" {
			return // for the header, to find the key
		}
		if c.Name == "jwt-simple.decode" {
			if consts, _ := c.Constants(c.Arg(2)); !slices.Contains(consts, any(true)) {
				return
			}
		}
		o.unverified(c, segmentPair(c.Name)+" reads the token's claims without looking at its signature", false)
	case kind&isBase64 != 0 && fromToken(c, c.Arg(0)) && splitsAtDots(c.In()):
		o.unverified(c, "the token's claims are decoded by hand, and nothing looks at its signature", false)
	}
}

func segmentPair(name string) string {
	parts := strings.Split(name[strings.LastIndexByte(name, '/')+1:], ".")
	return strings.Join(parts[max(0, len(parts)-2):], ".")
}

// pythonDecode looks at PyJWT's and python-jose's decode, which verify unless
// they are told otherwise.
func (o *Observer) pythonDecode(c *flow.Call) {
	is := func(v *flow.Value, want any) bool {
		consts, _ := c.Constants(v)
		return slices.Contains(consts, want)
	}
	off := is(c.Named("verify"), false) || is(c.Arg(2), false) && c.Name == "jwt.decode" ||
		is(c.Field(c.Named("options"), "verify_signature"), false)
	if off {
		o.unverified(c, "the token's signature is not verified", true)
		return
	}
	algorithms := c.Named("algorithms")
	if algorithms == nil {
		algorithms = c.Arg(2)
	}
	for _, s := range append(c.Texts(algorithms), c.Texts(c.Elements(algorithms))...) {
		if strings.EqualFold(s, "none") {
			o.unverified(c, "tokens without a signature are accepted", true)
			return
		}
	}
	o.verifiesIn(c)
}

func (o *Observer) verifiesIn(c *flow.Call) {
	o.verifies[nil] = true
	if c.In() != nil {
		o.verifies[c.In()] = true
	}
}

// unverified keeps a decoding until it is known whether something else
// verifies the token. Where verification was switched off, only the same function can make up for
// it.
func (o *Observer) unverified(c *flow.Call, message string, off bool) {
	confidence := rind.ConfidenceHigh
	if f := c.Function(); f != nil {
		guarded := len(f.Triggers) > 0
		for _, t := range f.Triggers {
			switch t.Auth.Type {
			case "cognito", "jwt", "lambda":
			default:
				guarded = false
			}
		}
		if guarded { // the gateway has looked at the token already
			confidence = rind.ConfidenceLow
		}
	}
	o.tokens = append(o.tokens, pending{in: c.In(), off: off, w: &rind.Weakness{
		Rule: ruleTokenUnverified, Message: message, Span: c.Span(), Confidence: confidence, Key: at(c.In(), c.Name),
	}})
}

func (o *Observer) reportTokens(p *flow.Program) {
	for _, t := range o.tokens {
		if !o.verifies[t.in] && (t.off || !o.verifies[nil]) {
			p.Weakness(t.w)
		}
	}
}

// fromToken reports whether data was taken out of a header or cookie that
// carries a token.
func fromToken(c *flow.Call, v *flow.Value) bool {
	for _, o := range c.Origins(v) {
		p := strings.ToLower(o.Path)
		if strings.Contains(p, "authorization") || strings.Contains(p, "token") || strings.Contains(p, "jwt") || strings.HasSuffix(p, "cookies") || strings.HasPrefix(p, "headers") {
			return true
		}
	}
	return false
}

// splitsAtDots reports whether a function takes a text apart at its dots, as
// one takes apart a token. One that looks for "Basic" reads passwords.
func splitsAtDots(f *ir.Func) bool {
	splits := false
	eachExpr(f, func(x ir.Expr) {
		call, ok := x.(*ir.Call)
		if !ok || len(call.Args) == 0 {
			return
		}
		m, ok := call.Fn.(*ir.Member)
		if !ok || !strings.EqualFold(m.Name, "split") {
			return
		}
		for _, a := range call.Args {
			if k, ok := a.Value.(*ir.Const); ok && (k.Value == "." || k.Value == `\.` || k.Value == `[.]`) {
				splits = true
			}
		}
	})
	return splits
}
