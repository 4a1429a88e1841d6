package iam

import (
	"net/netip"
	"slices"
	"strings"

	"rind/rind"
)

// An operator compares a context value with the values of a condition.
type operator struct {
	kind     byte // 's'tring, 'n'umber, 'd'ate, 'b'ool, 'x' binary, 'i'p, 'a'rn, '0' null
	negated  bool
	wildcard bool // values are globs
	fold     bool // ignores case
	compare  string
}

// operators are the condition operators of IAM, in lower case and without
// set prefix and IfExists.
var operators = map[string]operator{
	"stringequals":              {kind: 's'},
	"stringnotequals":           {kind: 's', negated: true},
	"stringequalsignorecase":    {kind: 's', fold: true},
	"stringnotequalsignorecase": {kind: 's', fold: true, negated: true},
	"stringlike":                {kind: 's', wildcard: true},
	"stringnotlike":             {kind: 's', wildcard: true, negated: true},
	"numericequals":             {kind: 'n', compare: "="},
	"numericnotequals":          {kind: 'n', compare: "=", negated: true},
	"numericlessthan":           {kind: 'n', compare: "<"},
	"numericlessthanequals":     {kind: 'n', compare: "<="},
	"numericgreaterthan":        {kind: 'n', compare: ">"},
	"numericgreaterthanequals":  {kind: 'n', compare: ">="},
	"dateequals":                {kind: 'd', compare: "="},
	"datenotequals":             {kind: 'd', compare: "=", negated: true},
	"datelessthan":              {kind: 'd', compare: "<"},
	"datelessthanequals":        {kind: 'd', compare: "<="},
	"dategreaterthan":           {kind: 'd', compare: ">"},
	"dategreaterthanequals":     {kind: 'd', compare: ">="},
	"bool":                      {kind: 'b'},
	"binaryequals":              {kind: 'x'},
	"ipaddress":                 {kind: 'i'},
	"notipaddress":              {kind: 'i', negated: true},
	"arnequals":                 {kind: 'a', wildcard: true},
	"arnlike":                   {kind: 'a', wildcard: true},
	"arnnotequals":              {kind: 'a', wildcard: true, negated: true},
	"arnnotlike":                {kind: 'a', wildcard: true, negated: true},
	"null":                      {kind: '0'},
}

// limitingKeys are the condition keys that tie a statement to an account,
// organisation, network or resource that an outsider does not have. The list
// follows what IAM Access Analyzer takes into account when it decides whether
// a policy is public (IAM User Guide, "Access Analyzer filter keys"), and the
// services' own keys. Keys that a caller chooses freely (aws:Referer,
// aws:UserAgent, aws:PrincipalTag, aws:username) are left out, as are those
// that say how a request travels (aws:SecureTransport) or what it is about.
var limitingKeys = map[string]string{
	"aws:sourcearn":                            "arn",
	"aws:sourceaccount":                        "text",
	"aws:sourceowner":                          "text",
	"aws:sourceorgid":                          "text",
	"aws:sourceorgpaths":                       "text",
	"aws:principalarn":                         "arn",
	"aws:principalaccount":                     "text",
	"aws:principalorgid":                       "text",
	"aws:principalorgpaths":                    "text",
	"aws:principalservicename":                 "text",
	"aws:principalisawsservice":                "true",
	"aws:sourcevpc":                            "text",
	"aws:sourcevpce":                           "text",
	"aws:sourcevpcarn":                         "arn",
	"aws:vpcesourceaccount":                    "text",
	"aws:vpceaccount":                          "text",
	"aws:vpceorgid":                            "text",
	"aws:vpceorgpaths":                         "text",
	"aws:sourceip":                             "ip",
	"aws:userid":                               "text",
	"kms:calleraccount":                        "text",
	"lambda:eventsourcetoken":                  "text",
	"lambda:sourcefunctionarn":                 "arn",
	"s3:dataaccesspointaccount":                "text",
	"s3:dataaccesspointarn":                    "arn",
	"sns:endpoint":                             "text",
	"elasticfilesystem:accessedviamounttarget": "true",
	"elasticfilesystem:accesspointarn":         "arn",
}

// Public reports whether the statement lets anyone act: everyone as
// principal, everyone but a few, or a public identity provider, with no
// condition that limits who that is (see [Statement.Limited]). known is false
// where that depends on values unknown before deployment.
func (s *Statement) Public() (yes, known bool) {
	if !s.Allow {
		return false, s.Effect != ""
	}
	open, unsure := s.NotPrincipal, false
	if !s.NotPrincipal {
		for _, p := range s.Principals {
			switch {
			case p.Everyone():
				open = true
			case p.Type == "Federated" && publicProvider(p.ID.Text):
				open = true
			case !p.ID.Known && strings.Trim(p.ID.Text, "*") == "" && (p.Type == "" || p.Type == "AWS") && !fromResource(p.ID.Value):
				unsure = true
			}
		}
	}
	if !open {
		return false, !unsure
	}
	limited, known := s.Limited()
	if limited {
		return false, known
	}
	return known, known
}

// publicProvider reports whether an identity provider has the whole world as
// its users, so that only a condition on audience or subject narrows it.
func publicProvider(id string) bool {
	if i := strings.Index(id, "oidc-provider/"); i >= 0 {
		id = id[i+len("oidc-provider/"):]
	}
	switch strings.ToLower(id) {
	case "accounts.google.com", "graph.facebook.com", "www.amazon.com", "api.twitter.com",
		"cognito-identity.amazonaws.com", "appleid.apple.com",
		"token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io":
		return true
	}
	return false
}

// fromResource reports whether a value is built from a resource of the app or
// from the account it is deployed to, and so names something of its own.
func fromResource(v *rind.Value) bool {
	for r := range v.Refs() {
		switch {
		case r.Kind == rind.RefResource:
			return true
		case r.Kind == rind.RefPseudo && (r.Name == "AWS::AccountId" || r.Name == "AWS::StackId"):
			return true
		}
	}
	return false
}

// Limited reports whether a condition of the statement ties it to an account,
// organisation, network or resource. A condition that does not restrict is
// disregarded: a negated operator, values such as "*", an operator with
// IfExists or ForAllValues, which lets requests without the key pass, unless
// a Null condition requires the key. known is false where only unknown values
// decide.
func (s *Statement) Limited() (yes, known bool) {
	known = true
	for i := range s.Conditions {
		c := &s.Conditions[i]
		if c.Key == "" {
			known = false // the whole element is unknown
			continue
		}
		limits, sure := s.limits(c)
		if limits {
			return true, true
		}
		known = known && sure
	}
	return false, known
}

// Limits reports whether one condition by itself limits who may use the
// statement.
func (s *Statement) limits(c *Condition) (yes, known bool) {
	op, ok := operators[strings.ToLower(c.Operator)]
	if !ok || op.negated || op.kind == '0' {
		return false, true
	}
	if (c.IfExists || c.Set == "ForAllValues") && !s.requires(c.Key) {
		return false, true
	}
	key := strings.ToLower(c.Key)
	kind, ok := limitingKeys[key]
	if !ok {
		if !identityKey(key) {
			return false, true
		}
		kind = "text"
	}
	if len(c.Values) == 0 {
		return true, true // nothing matches
	}
	known = true
	for _, v := range c.Values {
		narrow, sure := narrows(kind, v, op)
		if !narrow && sure {
			return false, true
		}
		known = known && sure
	}
	return known, known
}

// requires reports whether a Null condition demands that key be present.
func (s *Statement) requires(key string) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return strings.EqualFold(c.Operator, "Null") && strings.EqualFold(c.Key, key) &&
			len(c.Values) == 1 && c.Values[0].False()
	})
}

// identityKey reports whether key is the audience, subject or application of
// an identity provider, such as accounts.google.com:aud.
func identityKey(key string) bool {
	i := strings.LastIndexByte(key, ':')
	if i < 0 || !strings.Contains(key[:i], ".") && key[:i] != "saml" {
		return false
	}
	switch key[i+1:] {
	case "sub", "app_id", "appid", "oaud", "azp", "email", "job_workflow_ref", "repository", "repository_owner", "repository_id", "repository_owner_id":
		return true
	case "aud":
		// GitHub's audience is sts.amazonaws.com for the whole world.
		return !strings.HasPrefix(key, "token.actions.githubusercontent.com") && !strings.HasPrefix(key, "gitlab.com") && !strings.HasPrefix(key, "app.terraform.io") && key[:i] != "saml"
	}
	return false
}

// narrows reports whether a single condition value leaves anyone out.
func narrows(kind string, v *rind.Value, op operator) (yes, known bool) {
	if v.Symbolic() && !fromResource(v) && strings.Trim(v.Pattern(), "*?:/") == "" {
		return false, false
	}
	text := v.Pattern()
	if v.Symbolic() && fromResource(v) {
		return true, true
	}
	switch kind {
	case "true":
		return v.True(), v.Scalar()
	case "ip":
		return narrowIP(text), true
	case "arn":
		return narrowARN(marked(v), op.wildcard), true
	}
	if !op.wildcard {
		return true, true // StringEquals takes "*" literally
	}
	return strings.Trim(text, "*?") != "" && text != "o-*", true
}

// marked is the text of a value with a letter for what is not known: a
// variable holds a name or an account, not a wildcard.
func marked(v *rind.Value) string {
	if !v.Symbolic() {
		return v.Str()
	}
	var b strings.Builder
	for _, p := range v.Parts {
		if p.Ref != nil {
			b.WriteByte('x')
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// narrowIP reports whether a network is smaller than what an outsider can
// choose from: at most a /8 (or an IPv6 /16).
func narrowIP(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return true
	}
	if p.Addr().Is4() {
		return p.Bits() >= 8
	}
	return p.Bits() >= 16
}

// narrowARN reports whether an ARN names an account or, where the kind of
// resource has none (S3), the beginning of a resource name.
func narrowARN(text string, wildcard bool) bool {
	if !wildcard {
		return strings.Trim(text, "*?") != ""
	}
	f := strings.SplitN(text, ":", 6)
	if len(f) < 6 {
		return strings.Trim(text, "*?") != "" && !strings.HasSuffix(text, ":*")
	}
	if f[4] != "" && f[2] != "s3" {
		return strings.Trim(f[4], "*?") != ""
	}
	return f[5] != "" && !strings.ContainsAny(f[5][:1], "*?")
}
