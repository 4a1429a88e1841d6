package iam

import (
	"slices"
	"strings"

	"rind/rind"
)

// Guarded reports whether the resource policy of a REST API lets only a few
// call one of its routes: it allows nobody else, or refuses everyone who does
// not meet a condition. sure is false where the policy is not known.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
func Guarded(policy *rind.Value, method, route string) (yes, sure bool) {
	if policy.Symbolic() {
		return false, false
	}
	doc, err := Parse(policy)
	if err != nil || len(doc.Statements) == 0 {
		return false, false
	}
	allowed := false
	for _, s := range doc.Statements {
		if !s.invokes() || !s.covers(strings.ToUpper(method)+"/"+strings.TrimPrefix(route, "/")) {
			continue
		}
		if s.Deny() && s.refusesMost() {
			return true, true
		}
		allowed = allowed || openToAny(s)
	}
	return !allowed, true
}

// openToAny is [Statement.Public] and, besides, principals of any account.
func openToAny(s *Statement) bool {
	if yes, known := s.Public(); yes {
		return known
	}
	if !s.Allow || s.NotPrincipal {
		return false
	}
	if limited, known := s.Limited(); limited || !known {
		return false
	}
	return slices.ContainsFunc(s.Principals, func(p Principal) bool {
		f := strings.SplitN(p.ID.Text, ":", 6)
		return p.Type == "AWS" && p.ID.Known && len(f) == 6 && f[0] == "arn" && f[4] == "*"
	})
}

func (s *Statement) invokes() bool {
	hit := slices.ContainsFunc(s.Actions, func(a Pattern) bool { return Glob(strings.ToLower(a.Text), "execute-api:invoke") })
	return hit != s.NotAction
}

// covers reports whether the statement is about a route, written as
// "GET/orders/{id}". The stage does not matter. The resource is
// "execute-api:/stage/METHOD/path", or an ARN that ends so after the API's ID.
func (s *Statement) covers(route string) bool {
	hit := len(s.Resources) == 0
	for _, r := range s.Resources {
		_, rest, ok := strings.Cut(r.Text, "/")
		if !ok {
			hit = hit || strings.HasSuffix(r.Text, "*") || !r.Known
			continue
		}
		stage, path, ok := strings.Cut(rest, "/")
		hit = hit || !ok && strings.HasSuffix(stage, "*") || ok && (Glob(path, route) || stage == "*" && Glob(rest, route))
	}
	return hit != s.NotResource
}

// refusesMost reports whether a Deny leaves only those who meet a condition.
// One that refuses those who meet it, such as certain addresses or plain HTTP,
// leaves everyone else.
func (s *Statement) refusesMost() bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		op := operators[strings.ToLower(c.Operator)]
		return op.negated || op.kind == '0' || c.Key == "" ||
			strings.EqualFold(c.Operator, "Bool") && !strings.EqualFold(c.Key, "aws:SecureTransport")
	})
}
