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
	patterns := s.patterns(newNamer(app))
	for i := range patterns {
		patterns[i].open = !ownNames(s.Resources[i].Value)
	}
	var out []Idle
	for _, p := range s.Actions {
		if !p.Known || p.HasWildcard() {
			continue
		}
		a, ok := LookupAction(p.Text)
		if !ok || len(a.Resources) > 0 && !a.ResourceLevel() {
			continue
		}
		if a.Service == "ssm" {
			continue // names of parameters hold slashes of their own
		}
		if !a.fits(patterns) {
			out = append(out, Idle{p, a})
		}
	}
	return out
}

// ownNames reports whether all that is unknown of a value are the names of the
// app's resources and the place it is deployed to, none of which holds a
// separator; a parameter may hold anything.
func ownNames(v *rind.Value) bool {
	if v == nil {
		return true
	}
	for _, p := range v.Parts {
		if p.Ref != nil && p.Ref.Kind != rind.RefResource && p.Ref.Kind != rind.RefPseudo {
			return false
		}
	}
	return true
}

// fits reports whether one of the patterns can be a resource of the action.
func (a *Action) fits(patterns []arn) bool {
	for _, p := range patterns {
		if len(p.whole) > 0 && (p.whole[0] == star || p.whole[0].hole()) {
			return true
		}
		for _, r := range a.Resources {
			if a.Service == "s3" && r.Name == "bucket" && insideBucket(p.resource) {
				continue
			}
			form := splitARN((&namer{}).expand(r.ARN, entity{}, nil, true))
			if p.overlaps(form, p.open) {
				return true
			}
		}
	}
	return false
}

// insideBucket reports whether the resource of an S3 ARN is an object: it has a
// slash, which no bucket's name has.
func insideBucket(resource []token) bool {
	for _, t := range resource {
		if t == star || t.hole() && t != resource[0] {
			return false
		}
		if t == '/' {
			return true
		}
	}
	return false
}

// Accepts reports whether a resource pattern can be of a kind that the action
// works on.
func (a *Action) Accepts(p Pattern) bool {
	t, _ := tokens(nil, p.Value, true, nil, nil)
	x := splitARN(t)
	x.open = true
	return a.fits([]arn{x})
}
