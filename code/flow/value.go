package flow

import (
	"slices"
	"strconv"
	"strings"
)

// A Value is what an expression may be at run time: any of the constants,
// objects, functions and outside things it lists, or anything at all. It
// carries the taints of what it was made from. Values are immutable.
type Value struct {
	consts []any // string, int64, float64, bool, nil
	any    bool  // may also be something that is not listed
	objs   []int32
	funcs  []*closure
	outs   []string // outside functions, modules and classes, by name
	taints []taint
	parts  []part  // of a string that was joined, where it is one
	facts  []fact  // what is known of other values if this one is true, or false
	found  []fact  // of a position: what holds if something was found
	keyed  []taint // taints of the keys through which an object was reached
	typ    string  // declared type of data, or kind of text
	some   bool    // is never nil, false or empty
	config string  // name of the environment variable it is the value of
	packed []int32 // of a text: the objects that it is the JSON of
}

// A part is a piece of a joined string: known text, or a value.
type part struct {
	text  string
	value *Value // nil for text
}

// Limits of a value. Beyond them it is "anything" with all taints.
const (
	maxConsts = 8
	maxAlts   = 12 // objects, functions, outside things
	maxTaints = 24
	maxParts  = 24
	maxText   = 4096
)

var (
	none    = &Value{}          // no value: dead code, or nothing yet
	unknown = &Value{any: true} // anything, of no interest
	null    = &Value{consts: []any{nil}}
	yes     = &Value{consts: []any{true}}
	no      = &Value{consts: []any{false}}
	boolean = &Value{consts: []any{true, false}}
	number  = &Value{any: true}
)

func constant(c any) *Value {
	switch c {
	case nil:
		return null
	case true:
		return yes
	case false:
		return no
	}
	if s, ok := c.(string); ok && len(s) > maxText {
		return &Value{consts: []any{s[:maxText]}, any: true}
	}
	return &Value{consts: []any{c}}
}

func outside(name string) *Value { return &Value{outs: []string{name}} }

// empty reports whether v is nothing at all: a value not yet assigned.
func (v *Value) empty() bool {
	return v == nil || !v.any && len(v.consts)+len(v.objs)+len(v.funcs)+len(v.outs)+len(v.taints) == 0
}

// only returns the value's single constant.
func (v *Value) only() (any, bool) {
	if v == nil || v.any || len(v.consts) != 1 || len(v.objs)+len(v.funcs)+len(v.outs)+len(v.taints) > 0 {
		return nil, false
	}
	return v.consts[0], true
}

// text returns the value's single constant if it is a string.
func (v *Value) text() (string, bool) {
	c, ok := v.only()
	s, isText := c.(string)
	return s, ok && isText
}

// known reports whether the constants are all that v can be.
func (v *Value) known() bool {
	return !v.any && len(v.consts) > 0 && len(v.objs)+len(v.funcs)+len(v.outs)+len(v.taints) == 0
}

// plain returns v without what is known of it as a string or a condition.
func (v *Value) with(f func(w *Value)) *Value {
	w := *v
	f(&w)
	return &w
}

// withTaints adds taints to v.
func (v *Value) withTaints(t []taint) *Value {
	if len(t) == 0 {
		return v
	}
	return v.with(func(w *Value) { w.taints = joinTaints(w.taints, t); w.parts = nil })
}

// join is what may be either a or b.
func join(a, b *Value) *Value {
	switch {
	case a == b || b == nil || b.empty():
		if a == nil {
			return none
		}
		return a
	case a == nil || a.empty():
		return b
	}
	w := &Value{any: a.any || b.any, some: a.some && b.some}
	w.consts = a.consts
	for _, c := range b.consts {
		if !slices.Contains(w.consts, c) {
			w.consts = append(slices.Clip(w.consts), c)
		}
	}
	if len(w.consts) > maxConsts {
		w.consts, w.any = w.consts[:maxConsts], true
	}
	w.objs = union(a.objs, b.objs)
	w.funcs = union(a.funcs, b.funcs)
	w.outs = union(a.outs, b.outs)
	w.taints = joinTaints(a.taints, b.taints)
	w.keyed = joinTaints(a.keyed, b.keyed)
	switch {
	case len(a.parts) == 0 && a.pureText():
		w.parts = b.parts
	case len(b.parts) == 0 && b.pureText():
		w.parts = a.parts
	case sameParts(a.parts, b.parts):
		w.parts = a.parts
	}
	w.facts = joinFacts(a, b)
	if a.typ == b.typ {
		w.typ = a.typ
	}
	if len(a.packed) > 0 && len(b.packed) > 0 {
		w.packed = union(a.packed, b.packed)
	}
	if a.config == b.config {
		w.config = a.config
	}
	return w
}

// pureText reports whether v is constants only, so that the parts of another
// value may stand for both.
func (v *Value) pureText() bool { return v.known() }

func sameParts(a, b []part) bool {
	return slices.EqualFunc(a, b, func(x, y part) bool { return x.text == y.text && x.value == y.value })
}

func union[T comparable](a, b []T) []T {
	out := a
	for _, x := range b {
		if !slices.Contains(out, x) {
			if len(out) >= maxAlts {
				return out
			}
			out = append(slices.Clip(out), x)
		}
	}
	return out
}

// truth says whether v can be true and whether it can be false. Emptiness of
// objects is left open.
func truth(v *Value) (canTrue, canFalse bool) {
	if v != nil && v.some {
		return true, false
	}
	if v == nil || v.any || len(v.taints) > 0 || len(v.objs) > 0 || v.empty() {
		return true, true
	}
	if len(v.funcs)+len(v.outs) > 0 {
		canTrue = true
		if len(v.outs) > 0 {
			canFalse = true
		}
	}
	for _, c := range v.consts {
		if truthy(c) {
			canTrue = true
		} else {
			canFalse = true
		}
	}
	return canTrue, canFalse
}

func truthy(c any) bool {
	switch c := c.(type) {
	case nil:
		return false
	case bool:
		return c
	case string:
		return c != ""
	case int64:
		return c != 0
	case float64:
		return c != 0
	}
	return true
}

// printed is a constant as a string would show it.
func printed(c any) string {
	switch c := c.(type) {
	case string:
		return c
	case int64:
		return strconv.FormatInt(c, 10)
	case float64:
		return strconv.FormatFloat(c, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(c)
	}
	return "null"
}

// concat joins strings. Known text folds; what is not known stays a part.
func concat(vs ...*Value) *Value {
	known := []string{""}
	exact := true
	w := &Value{}
	for _, v := range vs {
		w.taints = joinTaints(w.taints, v.taints)
		w.parts = appendParts(w.parts, v)
		if !v.known() {
			exact = false
			continue
		}
		if !exact {
			continue
		}
		if len(known)*len(v.consts) > maxConsts {
			exact = false
			continue
		}
		var next []string
		for _, a := range known {
			for _, c := range v.consts {
				next = append(next, a+printed(c))
			}
		}
		known = next
	}
	if exact {
		for _, s := range known {
			if len(s) > maxText {
				s, w.any = s[:maxText], true
			}
			w.consts = append(w.consts, s)
		}
		w.parts = nil
		return w
	}
	w.any = true
	return w
}

func appendParts(parts []part, v *Value) []part {
	if len(parts) > maxParts {
		return parts
	}
	add := func(p part) {
		if n := len(parts); p.value == nil && n > 0 && parts[n-1].value == nil {
			if len(parts[n-1].text)+len(p.text) <= maxText {
				parts = append(slices.Clone(parts[:n-1]), part{text: parts[n-1].text + p.text})
			}
			return
		}
		parts = append(slices.Clip(parts), p)
	}
	if c, ok := v.only(); ok {
		add(part{text: printed(c)})
		return parts
	}
	if len(v.parts) > 0 {
		for _, p := range v.parts {
			add(p)
		}
		return parts
	}
	add(part{value: v})
	return parts
}

// pieces is v as a joined string: its parts, or itself.
func (v *Value) pieces() []part {
	if len(v.parts) > 0 {
		return v.parts
	}
	return appendParts(nil, v)
}

// literal is the known text of v with "\x00" for each unknown piece.
func (v *Value) literal() string {
	var b strings.Builder
	for _, p := range v.pieces() {
		if p.value == nil {
			b.WriteString(p.text)
		} else {
			b.WriteByte(0)
		}
	}
	return b.String()
}
