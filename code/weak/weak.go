// Package weak finds what is wrong in a function's code without data having
// to reach anything: error details in answers, secrets in logs, tokens that
// nobody verifies, passwords under a fast hash, patterns that take exponential
// time.
//
// In come the calls and results that package flow sees while it follows the
// code, and the lowered code itself; out go rind.Weaknesses, each under the
// rule that reports it. What is one call with constant arguments is data in
// package model (weak.yaml) and not here. Nothing is executed.
package weak

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// The rules that report what is found here; package rule has their words.
const (
	ruleStackReturned   = "RIND-CODE-101"
	ruleErrorReturned   = "RIND-CODE-102"
	ruleSecretLogged    = "RIND-CODE-103"
	ruleEnvLogged       = "RIND-CODE-104"
	ruleRequestLogged   = "RIND-CODE-105"
	ruleEventLogged     = "RIND-CODE-106"
	ruleSettingLogged   = "RIND-CODE-107"
	ruleCORSKnown       = "RIND-CODE-108"
	ruleCORSOpen        = "RIND-CODE-109"
	ruleCORSCredentials = "RIND-CODE-110"
	ruleTokenUnverified = "RIND-CODE-111"
	ruleWeakHash        = "RIND-CODE-113"
	ruleGuessable       = "RIND-CODE-116"
	ruleTLSOff          = "RIND-CODE-119"
	ruleKept            = "RIND-CODE-120"
	ruleAllowAll        = "RIND-CODE-121"
	ruleAllowAny        = "RIND-CODE-122"
	ruleWebhook         = "RIND-CODE-123"
	ruleTiming          = "RIND-CODE-124"
	ruleAnyHash         = "RIND-CODE-134"
	ruleAnyRandom       = "RIND-CODE-135"
)

// An Observer watches one analysis. It is not for use by several at a time.
type Observer struct {
	// tokens are decodings of tokens without verification, reported at the
	// end unless something else verifies them.
	tokens []pending
	// verifies tells in which functions a token is verified; nil is anywhere.
	verifies map[*ir.Func]bool
	// weakHash and guessable are the calls of fast hashes and of generators
	// whose numbers can be foretold, by place: what they are for is told by
	// the statement around them.
	weakHash, guessable map[place]string
	told                map[place]bool // those that were judged
	// signature tells that a signature or MAC is checked somewhere.
	signature bool
	authed    *bool
}

type pending struct {
	w   *rind.Weakness
	in  *ir.Func
	off bool // verification is switched off on purpose
}

type place struct {
	module *ir.Module
	pos    ir.Pos
}

// New returns an observer for one analysis.
func New() *Observer {
	return &Observer{weakHash: map[place]string{}, guessable: map[place]string{}, told: map[place]bool{}, verifies: map[*ir.Func]bool{}}
}

// Called implements [flow.Observer].
func (o *Observer) Called(c *flow.Call) {
	o.logged(c)
	o.answered(c)
	o.token(c)
	o.crypto(c)
	o.tls(c)
	o.pattern(c)
	o.corsHeader(c)
	stackPrinted(c)
}

// stackPrinted marks what Java's printStackTrace writes to.
func stackPrinted(c *flow.Call) {
	if segment(c.Name) != "printStackTrace" || c.Arg(0) == nil {
		return
	}
	trace := c.MarkAs(c.Unknown(), flow.MarkStack, "a stack trace is printed")
	c.SetProp(c.Arg(0), "trace", trace)
	if to := c.Prop(c.Arg(0), "0"); to != nil {
		c.SetProp(to, "0", trace)
	}
}

// Returned implements [flow.Observer].
func (o *Observer) Returned(r *flow.Result) {
	o.errorReturned(r)
	o.cors(r)
	o.authorizer(r)
}

// Yields implements [flow.Changer]: it marks what must not get everywhere.
func (o *Observer) Yields(c *flow.Call, v *flow.Value, record *rind.Call) *flow.Value {
	switch {
	case record != nil && givesSecret(record):
		return c.MarkAs(v, flow.MarkSecret, "a secret is read")
	case stackText.MatchString(c.Name):
		return c.MarkAs(v, flow.MarkStack, "a stack trace is taken")
	case c.Name == "sys.exc_info":
		return c.MarkAs(v, flow.MarkError, "the exception is taken")
	case len(c.Args()) > 0 && slices.ContainsFunc(c.Outs(c.Arg(0)), isEnvironment):
		return c.MarkAs(v, flow.MarkEnv, "the whole environment is taken")
	}
	return v
}

// Finished implements [flow.Finisher].
func (o *Observer) Finished(p *flow.Program) {
	o.reportTokens(p)
	for _, m := range p.Modules {
		for _, f := range m.Funcs {
			o.purposes(p, m, f)
			o.comparisons(p, m, f)
		}
		o.trustAll(p, m)
	}
	o.doubts(p)
	o.webhooks(p)
}

var stackText = regexp.MustCompile(`(?:^|\.)(?:traceback\.format_exc|traceback\.format_exception|traceback\.format_tb|debug\.Stack|getStackTraceAsString|ExceptionUtils\.getStackTrace|getStackTrace|Throwables\.getStackTraceAsString)$`)

func isEnvironment(name string) bool { return name == "os.environ" || name == "process.env" }

// givesSecret reports whether an AWS call answers with a secret.
func givesSecret(r *rind.Call) bool {
	switch r.Service + "." + r.Operation {
	case "secretsmanager.GetSecretValue", "secretsmanager.BatchGetSecretValue", "secretsmanager.GetRandomPassword",
		"kms.Decrypt", "kms.GenerateDataKey", "sts.AssumeRole", "sts.AssumeRoleWithWebIdentity", "sts.GetSessionToken",
		"cognito-identity.GetCredentialsForIdentity", "ecr.GetAuthorizationToken", "apigateway.GetApiKey":
		return true
	case "ssm.GetParameter", "ssm.GetParameters", "ssm.GetParametersByPath":
		return r.Params["WithDecryption"].True()
	}
	return false
}

// segment is the last segment of a name.
func segment(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// at is a key that tells findings of one rule in one function apart.
func at(f *ir.Func, what string) string {
	if f == nil {
		return what
	}
	return f.Class + "." + f.Name + "|" + what
}
