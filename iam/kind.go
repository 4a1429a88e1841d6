package iam

import (
	"strings"

	"rind/rind"
)

// A Kind says how a CloudFormation type looks in IAM's eyes.
type Kind struct {
	Service string   // prefix of its actions
	Name    string   // property that holds its name; "" if AWS makes one up
	Types   []string // the catalogue's resource types it has, its own first
	// Variable is the placeholder for the name in the types' ARNs.
	Variable string
	RefIsARN bool // Ref returns the ARN
	Suffixed bool // AWS appends text to the name
}

// KindOf returns what IAM calls a CloudFormation type.
func KindOf(cfnType string) (Kind, bool) {
	e, ok := entities[cfnType]
	if !ok {
		return Kind{}, false
	}
	return Kind{e.service, e.prop, strings.Split(e.types, "|"), e.variable, e.arnRef, e.suffix}, true
}

// ARNForm returns the ARN pattern of a resource type of a service, with
// placeholders: ARNForm("s3", "object"). A type with several forms gives the
// first.
func ARNForm(service, resourceType string) string {
	s := unpacked(strings.ToLower(service))
	if s == nil {
		return ""
	}
	form, _, _ := strings.Cut(s.arns[resourceType], ",")
	return form
}

// Reaches answers whether a statement's resources include a resource, given
// as an ARN or pattern whose unknown parts are those of the same app: Yes if
// all that resource may be is included, Maybe if some of it may be.
func (s *Statement) Reaches(app *rind.App, resource *rind.Value) Answer {
	n := newNamer(app)
	t, _ := tokens(nil, resource, true, nil, n.ref)
	subject := splitARN(t)
	switch {
	case s.everywhere() && !s.NotResource:
		return Yes
	case s.reaches(subject, n, arn.covers):
		return Yes
	case s.reaches(subject, n, func(p, x arn) bool { return p.overlaps(x, true) }):
		return Maybe
	}
	return No
}

// MatchesAction reports whether the statement speaks of an action, whatever
// its resources: Maybe if its actions are not all known.
func (s *Statement) MatchesAction(action string) Answer { return s.matchesAction(action) }
