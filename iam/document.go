package iam

import (
	"strings"

	"rind/rind"
)

// A Document is a parsed policy document.
type Document struct {
	Version    string
	ID         string
	Statements []*Statement
	// Partial is set when some of the document is not known before
	// deployment: a whole statement, or the document itself. There may be
	// more statements than are listed.
	Partial bool
	// Problems are mistakes that did not keep the rest from being read.
	Problems []Problem
	Value    *rind.Value
	Span     rind.Span
}

// A Problem is a mistake in a document: an element AWS would not accept.
type Problem struct {
	Message string
	Span    rind.Span
}

// A Statement is one statement of a policy.
type Statement struct {
	Sid string
	// Effect is "Allow" or "Deny", or "" where it is unknown or invalid.
	Effect string
	Allow  bool // Effect is known to be Allow

	Principals   []Principal
	NotPrincipal bool // Principals lists who is excepted
	Actions      []Pattern
	NotAction    bool // Actions lists what is excepted
	Resources    []Pattern
	NotResource  bool // Resources lists what is excepted
	Conditions   []Condition

	Value *rind.Value
	Span  rind.Span

	variables bool // the document's version has policy variables
}

// A Principal is one entry of a Principal element.
type Principal struct {
	// Type is AWS, Service, Federated, CanonicalUser, or "*" for everyone
	// ("Principal": "*"). It is empty where the element is unknown.
	Type string
	ID   Pattern
}

// A Pattern is an action, resource or principal as written, where "*" stands
// for any text and "?" for any character.
type Pattern struct {
	// Text is the pattern with unknown parts replaced by "*", for matching
	// only: it matches whatever the pattern may turn out to match. Use
	// [Pattern.Any] and [Pattern.HasWildcard] to ask what was written.
	Text  string
	Value *rind.Value
	Known bool // no unknown parts
}

// A Condition is one key of one operator in a Condition element. All
// conditions of a statement must hold; one of the values suffices.
type Condition struct {
	Operator string // "StringEquals", without set prefix and IfExists
	IfExists bool
	Set      string // "ForAnyValue", "ForAllValues" or ""
	Key      string // as written; keys are compared without regard to case
	Values   []*rind.Value
	Span     rind.Span
}

// NewPattern returns the pattern that v is.
func NewPattern(v *rind.Value) Pattern {
	return Pattern{Text: v.Pattern(), Value: v, Known: v.Scalar()}
}

// PatternOf returns a known pattern.
func PatternOf(text string) Pattern {
	return Pattern{Text: text, Value: rind.NewString(text, rind.Span{}), Known: true}
}

// String is the pattern as a reader would write it: ${Bucket.Arn}/*.
func (p Pattern) String() string {
	if p.Value != nil && p.Value.Text != "" {
		return p.Value.Text
	}
	return p.Text
}

// Any reports whether the pattern was written to match everything: "*", or
// for actions "*:*". A wholly unknown pattern is not Any.
func (p Pattern) Any() bool {
	return p.Known && p.Text != "" && (strings.Trim(p.Text, "*") == "" || p.Text == "*:*")
}

// HasWildcard reports whether the written pattern holds "*" or "?".
func (p Pattern) HasWildcard() bool {
	if p.Known {
		return strings.ContainsAny(p.Text, "*?")
	}
	if p.Value == nil {
		return false
	}
	for _, part := range p.Value.Parts {
		if part.Ref == nil && strings.ContainsAny(part.Text, "*?") {
			return true
		}
	}
	return false
}

// Service is the part of an action before the colon, in lower case, or "" if
// there is none or it is not known.
func (p Pattern) Service() string {
	service, _, ok := strings.Cut(p.Text, ":")
	if !ok || strings.ContainsAny(service, "*?") {
		return ""
	}
	return strings.ToLower(service)
}

// Span is where the pattern was written.
func (p Pattern) Span() rind.Span {
	if p.Value == nil {
		return rind.Span{}
	}
	return p.Value.Span
}

// Deny reports whether the statement is known to deny.
func (s *Statement) Deny() bool { return s.Effect == "Deny" }

// WildcardActions returns the actions that are written as "*" or as all of a
// service ("s3:*", also "s3*:*"). Narrower ones such as "s3:Get*" are left
// out. With NotAction it returns nil.
func (s *Statement) WildcardActions() []Pattern {
	if s.NotAction {
		return nil
	}
	var out []Pattern
	for _, a := range s.Actions {
		_, name, ok := strings.Cut(a.Text, ":")
		if a.Any() || ok && a.Known && name != "" && strings.Trim(name, "*") == "" {
			out = append(out, a)
		}
	}
	return out
}

// WildcardResources returns the resources that are written as "*". With
// NotResource it returns nil.
func (s *Statement) WildcardResources() []Pattern {
	if s.NotResource {
		return nil
	}
	var out []Pattern
	for _, r := range s.Resources {
		if r.Any() {
			out = append(out, r)
		}
	}
	return out
}

// CrossAccount returns the principals that name an AWS account by its number
// or an ARN with one. The app's own account is rarely written as a number,
// so that a number is taken for somebody else's.
func (s *Statement) CrossAccount() []Principal {
	if s.NotPrincipal {
		return nil
	}
	var out []Principal
	for _, p := range s.Principals {
		if p.Account() != "" {
			out = append(out, p)
		}
	}
	return out
}

// Account is the 12-digit account number that an AWS principal names, or "".
func (p Principal) Account() string {
	if p.Type != "AWS" {
		return ""
	}
	id := p.ID.Text
	if strings.HasPrefix(id, "arn:") {
		if f := strings.SplitN(id, ":", 6); len(f) == 6 {
			id = f[4]
		}
	}
	if len(id) != 12 || strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return id
}

// Everyone reports whether the principal is written as everyone: "*" or
// {"AWS": "*"}.
func (p Principal) Everyone() bool {
	return p.ID.Any() && (p.Type == "*" || p.Type == "AWS" || p.Type == "CanonicalUser" || p.Type == "Federated")
}
