package tf

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty/function/stdlib"

	"rind/rind"
)

var base64Std = base64.StdEncoding

// fnFormat formats like printf. Each verb is applied by itself, so that known
// text stays known beside references.
func fnFormat(c *invocation) (*rind.Value, error) {
	if !c.args[0].Scalar() {
		return c.unknown(), nil
	}
	ps, err := formatParts(c.args[0].Text, c.args[1:])
	if err != nil {
		return nil, err
	}
	v := rind.Join(ps, nil, c.span)
	if inner := readJSON(ps, c.span, nil); inner != nil {
		v.Items = []*rind.Value{inner}
	}
	return v, nil
}

func formatParts(f string, args []*rind.Value) ([]rind.Part, error) {
	var out []rind.Part
	next := 0
	for f != "" {
		i := strings.IndexByte(f, '%')
		if i < 0 {
			break
		}
		out = append(out, rind.Part{Text: f[:i]})
		f = f[i:]
		if strings.HasPrefix(f, "%%") {
			out = append(out, rind.Part{Text: "%"})
			f = f[2:]
			continue
		}
		verb := verbOf(f)
		if verb == "" {
			return nil, errors.New("incomplete verb in the format")
		}
		f = f[len(verb):]
		spec := verb
		if a := strings.IndexByte(spec, '['); a >= 0 {
			b := strings.IndexByte(spec, ']')
			n := 0
			if _, err := fmt.Sscanf(spec[a:], "[%d]", &n); err != nil || b < a || n < 1 {
				return nil, errors.New("bad argument index in the format")
			}
			next = n - 1
			spec = spec[:a] + spec[b+1:]
		}
		if next >= len(args) {
			return nil, errors.New("too few arguments for the format")
		}
		arg := args[next]
		next++
		ps, err := formatOne(spec, arg)
		if err != nil {
			return nil, err
		}
		out = append(out, ps...)
	}
	return append(out, rind.Part{Text: f}), nil
}

// verbOf is the verb at the start of f: "%s", "%-10d", "%[1]q".
func verbOf(f string) string {
	for i := 1; i < len(f); i++ {
		switch ch := f[i]; {
		case ch >= '0' && ch <= '9', strings.IndexByte("+-# .[]", ch) >= 0:
			if i > 24 {
				return ""
			}
		default:
			return f[:i+1]
		}
	}
	return ""
}

func formatOne(spec string, arg *rind.Value) ([]rind.Part, error) {
	verb := spec[len(spec)-1]
	if verb == 'v' && (arg.Kind == rind.List || arg.Kind == rind.Map) || spec == "%#v" {
		return jsonParts(nil, arg), nil
	}
	if arg.Kind == rind.Symbol {
		if verb == 'q' {
			return append(append([]rind.Part{{Text: `"`}}, arg.Parts...), rind.Part{Text: `"`}), nil
		}
		return arg.Parts, nil
	}
	width := 0
	for _, ch := range spec {
		if ch >= '0' && ch <= '9' {
			width = width*10 + int(ch-'0')
		} else {
			width = 0
		}
		if width > 1000 {
			return nil, errors.New("a width above 1000 in the format")
		}
	}
	s, err := stdlib.Format(toCty(rind.NewString(spec, rind.Span{})), toCty(arg))
	if err != nil {
		return nil, err
	}
	if !s.IsKnown() || s.IsNull() {
		return nil, errors.New("the format gives no text")
	}
	return []rind.Part{{Text: s.AsString()}}, nil
}

// fnFormatList formats every element of its lists.
func fnFormatList(c *invocation) (*rind.Value, error) {
	n := -1
	for _, a := range c.args[1:] {
		if a.Kind == rind.List {
			if n >= 0 && n != len(a.Items) {
				return nil, errors.New("lists of different length")
			}
			n = len(a.Items)
		}
	}
	if n < 0 {
		v, err := fnFormat(c)
		if err != nil || v.Kind == rind.Symbol && c.anySymbol() {
			return v, err
		}
		return rind.NewList(c.span, v), nil
	}
	out := rind.NewList(c.span)
	for i := range n {
		one := &invocation{r: c.r, e: c.e, s: c.s, span: c.span, args: []*rind.Value{c.args[0]}}
		for _, a := range c.args[1:] {
			if a.Kind == rind.List {
				a = a.Items[i]
			}
			one.args = append(one.args, a)
		}
		v, err := fnFormat(one)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, v)
	}
	return out, nil
}
