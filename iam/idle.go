package iam

import "rind/rind"

// An Idle is an action that a statement allows in vain: none of its resources
// is of a kind the action works on.
type Idle struct {
	Pattern Pattern
	Action  *Action
}

// IdleActions returns the actions of a statement, among those written by
// their full name, that no resource of it fits: s3:GetObject on a bucket
// without "/*", or an action that knows no resources on an ARN. Resources
// with unknown parts fit everything they may turn out to be.
func IdleActions(app *rind.App, s *Statement) []Idle {
	if s.NotAction || s.NotResource || len(s.Resources) == 0 {
		return nil
	}
	for _, r := range s.Resources {
		if r.Any() {
			return nil
		}
	}
	names := newNamer(app)
	patterns := s.patterns(names)
	var out []Idle
	for _, p := range s.Actions {
		if !p.Known || p.HasWildcard() {
			continue
		}
		a, ok := LookupAction(p.Text)
		if !ok || len(a.Resources) > 0 && !a.ResourceLevel() {
			continue
		}
		if !a.fits(patterns) {
			out = append(out, Idle{p, a})
		}
	}
	return out
}

// fits reports whether one of the patterns can be a resource of the action.
func (a *Action) fits(patterns []arn) bool {
	for _, p := range patterns {
		if len(p.whole) > 0 && (p.whole[0] == star || p.whole[0].hole()) {
			return true
		}
		for _, r := range a.Resources {
			form := splitARN((&namer{}).expand(r.ARN, entity{}, nil, true))
			if p.overlaps(form, true) {
				return true
			}
		}
	}
	return false
}

// Accepts reports whether a resource pattern can be of a kind that the action
// works on.
func (a *Action) Accepts(p Pattern) bool {
	t, _ := tokens(nil, p.Value, true, nil, nil)
	return a.fits([]arn{splitARN(t)})
}
