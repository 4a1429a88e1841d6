package iam

import (
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"rind/rind"
)

// A Context holds the condition keys of a request. Keys are in lower case.
type Context struct {
	// Values holds the known keys. An empty list means the key is present
	// without a value.
	Values map[string][]string
	// Complete means that every other key is absent. Otherwise the other
	// keys are unknown.
	Complete bool
}

// value looks a key up, ignoring case.
func (c *Context) value(key string) (values []string, present Answer) {
	if values, ok := c.Values[strings.ToLower(key)]; ok {
		return values, Yes
	}
	if c.Complete {
		return nil, No
	}
	return nil, Maybe
}

// variable is the [lookup] of a context.
func (c *Context) variable(key string) (string, Answer) {
	values, present := c.value(key)
	if present == Yes && len(values) == 1 {
		return values[0], Yes
	}
	if present == Yes {
		return "", No // a variable must be single-valued
	}
	return "", present
}

// holds evaluates one condition. All of IAM's operators are known; an
// unknown one makes the answer Maybe.
func (c *Condition) holds(ctx *Context, vars bool) Answer {
	if c.Key == "" {
		return Maybe
	}
	op, ok := operators[strings.ToLower(c.Operator)]
	if !ok {
		return Maybe
	}
	values, present := ctx.value(c.Key)
	if op.kind == '0' {
		return c.null(present)
	}
	switch present {
	case Maybe:
		return Maybe
	case No:
		if c.IfExists || c.Set == "ForAllValues" {
			return Yes
		}
		if c.Set == "ForAnyValue" {
			return No
		}
		return answer(op.negated)
	}
	find := ctx.variable
	if !vars {
		find = nil
	}
	switch c.Set {
	case "ForAllValues":
		all := Yes
		for _, v := range values {
			all = all.and(c.one(op, v, find))
		}
		return all
	case "ForAnyValue":
		anyOf := No
		for _, v := range values {
			anyOf = anyOf.or(c.one(op, v, find))
		}
		return anyOf
	}
	if len(values) == 0 {
		return answer(op.negated)
	}
	if op.negated {
		all := Yes
		for _, v := range values {
			all = all.and(c.one(op, v, find))
		}
		return all
	}
	anyOf := No
	for _, v := range values {
		anyOf = anyOf.or(c.one(op, v, find))
	}
	return anyOf
}

// null evaluates Null: "true" demands that the key be absent.
func (c *Condition) null(present Answer) Answer {
	out := No
	for _, v := range c.Values {
		switch {
		case v.True():
			out = out.or(present.not())
		case v.False():
			out = out.or(present)
		case v.Symbolic():
			out = out.or(Maybe)
		}
	}
	return out
}

// one compares one context value with all values of the condition.
func (c *Condition) one(op operator, actual string, vars lookup) Answer {
	out := No
	for _, want := range c.Values {
		out = out.or(op.test(want, actual, vars))
	}
	if op.negated {
		return out.not()
	}
	return out
}

// test compares without regard to negation.
func (op operator) test(want *rind.Value, actual string, vars lookup) Answer {
	if op.kind == 's' || op.kind == 'a' {
		return op.testText(want, actual, vars)
	}
	pattern, ok := tokens(nil, want, false, vars, nil)
	if !ok {
		return No
	}
	var b strings.Builder
	for _, t := range pattern {
		if t.hole() {
			return Maybe
		}
		b.WriteByte(byte(t))
	}
	return answer(op.testKnown(b.String(), actual))
}

func (op operator) testText(want *rind.Value, actual string, vars lookup) Answer {
	pattern, ok := tokens(nil, want, op.wildcard, vars, nil)
	if !ok {
		return No
	}
	if op.fold {
		for i, t := range pattern {
			if t >= 'A' && t <= 'Z' {
				pattern[i] = t + 'a' - 'A'
			}
		}
		actual = strings.ToLower(actual)
	}
	if op.kind == 'a' {
		return matchARN(pattern, actual)
	}
	return matches(pattern, text(nil, actual, false))
}

// matchARN compares ARNs part by part, as the Arn operators do: a wildcard
// does not reach over a colon, except in the last part.
func matchARN(pattern []token, actual string) Answer {
	parts := strings.SplitN(actual, ":", 6)
	var fields [][]token
	start := 0
	for i, t := range pattern {
		if t == ':' && len(fields) < 5 {
			fields = append(fields, pattern[start:i])
			start = i + 1
		}
	}
	fields = append(fields, pattern[start:])
	if len(fields) != len(parts) || len(parts) < 6 {
		// "*" alone, or parts hidden in an unknown.
		return matches(pattern, text(nil, actual, false))
	}
	out := Yes
	for i := range parts {
		out = out.and(matches(fields[i], text(nil, parts[i], false)))
	}
	return out
}

func (op operator) testKnown(want, actual string) bool {
	switch op.kind {
	case 'b':
		return strings.EqualFold(want, actual)
	case 'x':
		w, err := base64.StdEncoding.DecodeString(want)
		a, err2 := base64.StdEncoding.DecodeString(actual)
		return err == nil && err2 == nil && string(w) == string(a)
	case 'n':
		w, err := strconv.ParseFloat(want, 64)
		a, err2 := strconv.ParseFloat(actual, 64)
		return err == nil && err2 == nil && ordered(op.compare, a, w)
	case 'd':
		w, ok := date(want)
		a, ok2 := date(actual)
		return ok && ok2 && ordered(op.compare, a, w)
	case 'i':
		return inNetwork(want, actual)
	}
	return false
}

func ordered(compare string, a, b float64) bool {
	switch compare {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return a == b
}

// date reads a date as IAM does: ISO 8601 or seconds since 1970.
func date(s string) (float64, bool) {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return n, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return float64(t.UnixNano()) / 1e9, true
		}
	}
	return 0, false
}

func inNetwork(network, addr string) bool {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return false
	}
	if !strings.Contains(network, "/") {
		n, err := netip.ParseAddr(network)
		return err == nil && n == a
	}
	p, err := netip.ParsePrefix(network)
	return err == nil && p.Contains(a)
}
