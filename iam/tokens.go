package iam

import (
	"hash/fnv"
	"slices"
	"strings"

	"rind/rind"
)

// A token is one element of a text that may hold wildcards and unknown parts:
// a byte, a wildcard, or a hole. Two holes are the same token exactly if they
// stand for the same unknown, so that "${Bucket}/*" covers "${Bucket}/a"
// although nobody knows the bucket's name.
type token int32

const (
	star token = -1 // any text
	one  token = -2 // any byte
	// everything below is a hole
)

func (t token) hole() bool { return t < one }

// holeOf returns the token of an unknown with the given identity.
func holeOf(id string) token {
	h := fnv.New32a()
	h.Write([]byte(id))
	return token(-3 - int32(h.Sum32()&0x3fffffff))
}

// text appends the tokens of literal text. Wildcards count only if wild.
func text(dst []token, s string, wild bool) []token {
	for i := range len(s) {
		switch {
		case wild && s[i] == '*':
			if n := len(dst); n == 0 || dst[n-1] != star {
				dst = append(dst, star)
			}
		case wild && s[i] == '?':
			dst = append(dst, one)
		default:
			dst = append(dst, token(s[i]))
		}
	}
	return dst
}

// A lookup finds the value of a policy variable such as aws:username. It
// returns the value, or present No if the request has none, or Maybe.
type lookup func(key string) (value string, present Answer)

// tokens appends the tokens of v. Policy variables are replaced if vars is
// set; ok is false if one is known to be missing, which keeps the statement
// from matching (IAM User Guide, "IAM policy elements: Variables and tags").
func tokens(dst []token, v *rind.Value, wild bool, vars lookup, name func(rind.Ref) []token) (out []token, ok bool) {
	if v == nil {
		return dst, true
	}
	if v.Kind != rind.Symbol {
		return expandVars(dst, v.Str(), wild, vars)
	}
	ok = true
	for _, p := range v.Parts {
		if p.Ref == nil {
			var fine bool
			dst, fine = expandVars(dst, p.Text, wild, vars)
			ok = ok && fine
			continue
		}
		if name != nil {
			if t := name(*p.Ref); t != nil {
				if len(t) > 0 && t[0] > 0 && t[0] != '/' && endsIn(dst, ":parameter") {
					dst = append(dst, '/') // a parameter's name without a slash gets one in its ARN
				}
				dst = append(dst, t...)
				continue
			}
		}
		if p.Ref.Kind == rind.RefPseudo && p.Ref.Name == "AWS::Partition" {
			dst = text(dst, "aws", false)
			continue
		}
		dst = append(dst, holeOf(p.Ref.String()))
	}
	return dst, ok
}

// endsIn reports whether tokens end in literal text.
func endsIn(t []token, end string) bool {
	e := text(nil, end, false)
	return len(t) >= len(e) && slices.Equal(t[len(t)-len(e):], e)
}

// expandVars appends text with its policy variables replaced.
func expandVars(dst []token, s string, wild bool, vars lookup) (out []token, ok bool) {
	ok = true
	for vars != nil {
		before, rest, found := strings.Cut(s, "${")
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			break
		}
		dst = text(dst, before, wild)
		s = after
		if name == "*" || name == "?" || name == "$" {
			dst = text(dst, name, false)
			continue
		}
		name, fallback, hasDefault := strings.Cut(name, ",")
		name = strings.TrimSpace(name)
		value, present := vars(name)
		switch {
		case present == Yes:
			dst = text(dst, value, false)
		case present == Maybe:
			dst = append(dst, holeOf("$"+strings.ToLower(name)))
		case hasDefault:
			dst = text(dst, strings.Trim(strings.TrimSpace(fallback), "'"), false)
		default:
			ok = false
		}
	}
	return text(dst, s, wild), ok
}

// covers reports whether pattern matches everything subject may stand for,
// whatever the unknowns turn out to be.
func covers(pattern, subject []token) bool {
	p, s := 0, 0
	mark, from := -1, 0
	for s < len(subject) {
		switch {
		case p < len(pattern) && pattern[p] == star:
			mark, from = p, s
			p++
		case p < len(pattern) && (pattern[p] == subject[s] && subject[s] != star || pattern[p] == one && subject[s] >= one && subject[s] != star):
			p++
			s++
		case mark >= 0:
			from++
			p, s = mark+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == star {
		p++
	}
	return p == len(pattern)
}

// overlaps reports whether some text matches both a and b. With open, a hole
// may turn out to be any text; otherwise it equals only itself.
func overlaps(a, b []token, open bool) bool {
	wide := func(t token) bool { return t == star || open && t.hole() }
	// Literal beginnings decide most cases.
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] < one || b[i] < one {
			if a[i] == b[i] {
				continue
			}
			if wide(a[i]) || wide(b[i]) {
				break
			}
			return false
		}
		if a[i] == star || b[i] == star {
			break
		}
		if a[i] != b[i] && a[i] != one && b[i] != one {
			return false
		}
	}
	// row[j]: a[:i] and b[:j] can be the same text.
	row := make([]bool, len(b)+1)
	row[0] = true
	for j := 0; j < len(b) && wide(b[j]); j++ {
		row[j+1] = true
	}
	next := make([]bool, len(b)+1)
	for i := range a {
		any := false
		next[0] = row[0] && wide(a[i])
		any = next[0]
		for j := range b {
			wa, wb := wide(a[i]), wide(b[j])
			switch {
			case wa && wb:
				next[j+1] = row[j+1] || next[j] || row[j]
			case wa:
				next[j+1] = row[j+1] || next[j]
			case wb:
				next[j+1] = next[j] || row[j+1]
			default:
				next[j+1] = row[j] && (a[i] == b[j] || a[i] == one && b[j] >= 0 || b[j] == one && a[i] >= 0)
			}
			any = any || next[j+1]
		}
		if !any {
			return false
		}
		row, next = next, row
	}
	return row[len(b)]
}

// matches answers whether pattern matches subject.
func matches(pattern, subject []token) Answer {
	switch {
	case covers(pattern, subject):
		return Yes
	case overlaps(pattern, subject, true):
		return Maybe
	}
	return No
}

// An arn is an ARN or a pattern of one, taken apart. Partition, region and
// account are left out: an app's policies mean its own.
type arn struct {
	whole    []token
	service  []token
	resource []token
	split    bool // it has all six parts
	open     bool // its holes may be any text
}

func splitARN(t []token) arn {
	a := arn{whole: t}
	start, field := 0, 0
	for i, x := range t {
		if x != ':' {
			continue
		}
		switch field {
		case 0:
			if i != 3 || t[0] != 'a' || t[1] != 'r' || t[2] != 'n' {
				return a
			}
		case 2:
			a.service = t[start:i]
		case 4:
			a.resource, a.split = t[i+1:], true
			return a
		}
		start, field = i+1, field+1
	}
	return a
}

// covers reports whether the pattern a matches everything b may be.
func (a arn) covers(b arn) bool {
	if a.split && b.split {
		return covers(a.service, b.service) && covers(a.resource, b.resource)
	}
	return covers(a.whole, b.whole)
}

// overlaps reports whether something matches both; see [overlaps].
func (a arn) overlaps(b arn, open bool) bool {
	if a.split && b.split {
		return overlaps(a.service, b.service, open) && overlaps(a.resource, b.resource, open)
	}
	return overlaps(a.whole, b.whole, open)
}
