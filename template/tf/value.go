package tf

import (
	"encoding/json"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"rind/rind"
)

// While evaluating, two things must be known that a finished rind.Value has
// no word for. Both use fields that are otherwise empty for the kind and are
// removed by finish:
//
//   - A String or Symbol that is the JSON or YAML text of something known in
//     structure (jsonencode, a policy document) has that structure as its
//     only item.
//   - A List that is a set has the text "set".

const setMark = "set"

// encoded returns a string value that stands for the JSON text of inner.
func encoded(inner *rind.Value, span rind.Span) *rind.Value {
	v := rind.Join(jsonParts(nil, inner), nil, span)
	v.Items = []*rind.Value{inner}
	return v
}

// structure returns what a string encodes, or nil.
func structure(v *rind.Value) *rind.Value {
	if v != nil && (v.Kind == rind.String || v.Kind == rind.Symbol) && len(v.Items) == 1 {
		return v.Items[0]
	}
	return nil
}

func isSet(v *rind.Value) bool { return v.Kind == rind.List && v.Text == setMark }

// at returns v as written at span; what is inside keeps its own places.
func at(v *rind.Value, span rind.Span) *rind.Value {
	if v.Span == span || span.Line == 0 {
		return v
	}
	c := *v
	c.Span = span
	return &c
}

// via returns v with a reference added to what was followed to get it.
func via(v *rind.Value, ref rind.Ref) *rind.Value {
	c := *v
	c.Via = append(v.Via[:len(v.Via):len(v.Via)], ref)
	return &c
}

func null(span rind.Span) *rind.Value { return &rind.Value{Kind: rind.Null, Span: span} }

// unknown is an expression of which nothing is known but its text.
func unknown(text string, span rind.Span) *rind.Value {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 120 {
		text = text[:117] + "..."
	}
	return rind.NewRef(rind.Ref{Kind: rind.RefUnknown, Name: text}, span)
}

// derived notes on an unknown value which references it was made from.
func derived(v *rind.Value, from ...*rind.Value) *rind.Value {
	for _, f := range from {
		for ref := range f.Refs() {
			if len(v.Via) >= 20 {
				return v
			}
			if ref.Kind != rind.RefUnknown && !slices.Contains(v.Via, ref) {
				v.Via = append(v.Via, ref)
			}
		}
	}
	return v
}

// soleRef returns the reference that v is, if it is exactly one.
func soleRef(v *rind.Value) *rind.Ref {
	if v != nil && v.Kind == rind.Symbol && len(v.Parts) == 1 {
		return v.Parts[0].Ref
	}
	return nil
}

// parts returns what a scalar or Symbol contributes to a longer text.
func parts(v *rind.Value) []rind.Part {
	if v.Kind == rind.Symbol {
		return v.Parts
	}
	return []rind.Part{{Text: v.Text}}
}

// finish turns an evaluated value into a plain one: encoded structures take
// the place of their text unless keepText is set, marks are removed, and
// nulls inside maps are dropped as Terraform drops them.
func finish(v *rind.Value, keepText bool) *rind.Value {
	if v == nil {
		return nil
	}
	if s := structure(v); s != nil {
		if !keepText && (s.Kind == rind.Map || s.Kind == rind.List) {
			f := finish(s, false)
			if f.Span.Line == 0 {
				f = at(f, v.Span)
			}
			return f
		}
		c := *v
		c.Items = nil
		return &c
	}
	switch v.Kind {
	case rind.List:
		c := *v
		c.Text = ""
		c.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = finish(it, keepText)
		}
		return &c
	case rind.Map:
		c := *v
		c.Fields = make([]rind.Field, 0, len(v.Fields))
		for _, f := range v.Fields {
			if f.Value.Absent() {
				continue
			}
			f.Value = finish(f.Value, keepText || textOnly[f.Key])
			c.Fields = append(c.Fields, f)
		}
		return &c
	}
	return v
}

// textOnly names arguments whose JSON is data for someone else, and so stays
// text: environment variables, stored contents, secrets.
var textOnly = map[string]bool{
	"variables": true, "content": true, "secret_string": true, "value": true, "user_data": true,
	"description": true, "secret_string_wo": true, "value_wo": true, "command": true,
}

// jsonParts appends the JSON text of v, with references in place.
func jsonParts(out []rind.Part, v *rind.Value) []rind.Part {
	lit := func(s string) { out = append(out, rind.Part{Text: s}) }
	switch v.Kind {
	case rind.Null:
		lit("null")
	case rind.Bool, rind.Number:
		lit(v.Text)
	case rind.String:
		lit(quoteJSON(v.Text))
	case rind.Symbol:
		lit(`"`)
		for _, p := range v.Parts {
			if p.Ref != nil {
				out = append(out, p)
			} else {
				q := quoteJSON(p.Text)
				lit(q[1 : len(q)-1])
			}
		}
		lit(`"`)
	case rind.List:
		lit("[")
		for i, it := range v.Items {
			if i > 0 {
				lit(",")
			}
			out = jsonParts(out, it)
		}
		lit("]")
	case rind.Map:
		lit("{")
		for i, f := range sortedFields(v) {
			if i > 0 {
				lit(",")
			}
			lit(quoteJSON(f.Key) + ":")
			out = jsonParts(out, f.Value)
		}
		lit("}")
	}
	return out
}

func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

func sortedFields(v *rind.Value) []rind.Field {
	out := append([]rind.Field(nil), v.Fields...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	return out
}

// plain reports whether v is known all through, encoded structures included.
func plain(v *rind.Value) bool { return v.Kind != rind.Symbol && v.Known() }

// toCty converts a value; Symbols become unknown.
func toCty(v *rind.Value) cty.Value {
	if v == nil {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	switch v.Kind {
	case rind.Bool:
		return cty.BoolVal(v.Text == "true")
	case rind.Number:
		if n, err := cty.ParseNumberVal(v.Text); err == nil {
			return n
		}
		return cty.StringVal(v.Text)
	case rind.String:
		return cty.StringVal(v.Text)
	case rind.List:
		items := make([]cty.Value, len(v.Items))
		for i, it := range v.Items {
			items[i] = toCty(it)
		}
		if isSet(v) && len(items) > 0 && cty.CanSetVal(items) {
			return cty.SetVal(items)
		}
		return cty.TupleVal(items)
	case rind.Map:
		m := make(map[string]cty.Value, len(v.Fields))
		for _, f := range v.Fields {
			m[f.Key] = toCty(f.Value)
		}
		return cty.ObjectVal(m)
	case rind.Symbol:
		return cty.DynamicVal
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// fromCty converts back. What cty does not know becomes unknown(text).
func fromCty(c cty.Value, text string, span rind.Span) *rind.Value {
	c, _ = c.Unmark()
	if !c.IsKnown() {
		return unknown(text, span)
	}
	if c.IsNull() {
		return null(span)
	}
	t := c.Type()
	switch {
	case t == cty.Bool:
		return rind.NewBool(c.True(), span)
	case t == cty.Number:
		return &rind.Value{Kind: rind.Number, Text: numberText(c.AsBigFloat()), Span: span}
	case t == cty.String:
		return rind.NewString(c.AsString(), span)
	case t.IsListType(), t.IsSetType(), t.IsTupleType():
		l := rind.NewList(span)
		if t.IsSetType() {
			l.Text = setMark
		}
		for it := c.ElementIterator(); it.Next(); {
			_, e := it.Element()
			l.Items = append(l.Items, fromCty(e, text, span))
		}
		return l
	case t.IsMapType(), t.IsObjectType():
		m := rind.NewMap(span)
		for it := c.ElementIterator(); it.Next(); {
			k, e := it.Element()
			m.Fields = append(m.Fields, rind.Field{Key: k.AsString(), Span: span, Value: fromCty(e, text, span)})
		}
		return m
	}
	return unknown(text, span)
}

// numberText prints a number as Terraform would. Numbers too large to write
// out digit by digit are printed with an exponent.
func numberText(f *big.Float) string {
	if n, acc := f.Int64(); acc == big.Exact {
		return strconv.FormatInt(n, 10)
	}
	if exp := f.MantExp(nil); exp > 2048 || exp < -2048 {
		return f.Text('g', 20)
	}
	return f.Text('f', -1)
}

// same reports whether two values are equal, and whether that is certain.
func same(a, b *rind.Value) (equal, certain bool) {
	if a.Kind == rind.Symbol || b.Kind == rind.Symbol {
		return sameSymbol(a, b)
	}
	if a.Kind != b.Kind {
		// Terraform compares 1 and "1" as different.
		return false, true
	}
	if a.Kind == rind.List || a.Kind == rind.Map {
		if a.Len() != b.Len() {
			return false, true
		}
		certain = true
		for i := range a.Items {
			eq, sure := same(a.Items[i], b.Items[i])
			if !eq && sure {
				return false, true
			}
			certain = certain && sure
		}
		for _, f := range a.Fields {
			o := b.Field(f.Key)
			if o == nil {
				return false, true
			}
			eq, sure := same(f.Value, o.Value)
			if !eq && sure {
				return false, true
			}
			certain = certain && sure
		}
		return certain, certain
	}
	if a.Kind == rind.Number {
		x, y := toCty(a), toCty(b)
		if x.Type() == cty.Number && y.Type() == cty.Number {
			return x.Equals(y).True(), true
		}
	}
	return a.Text == b.Text, true
}

// sameSymbol compares where at least one side is symbolic. A reference to a
// resource, a data source or a required variable is taken to be neither null
// nor empty.
func sameSymbol(a, b *rind.Value) (equal, certain bool) {
	if a.Kind != rind.Symbol {
		a, b = b, a
	}
	if b.Kind == rind.Symbol {
		if a.Text != b.Text || len(a.Parts) != len(b.Parts) {
			return false, false
		}
		for _, p := range a.Parts {
			if p.Ref != nil && p.Ref.Kind == rind.RefUnknown {
				return false, false
			}
		}
		return true, true
	}
	firm := false
	for _, p := range a.Parts {
		if p.Ref == nil || p.Ref.Kind != rind.RefUnknown {
			firm = true
		}
	}
	switch b.Kind {
	case rind.Null:
		return false, firm
	case rind.List, rind.Map:
		return false, false
	case rind.Bool:
		ref := soleRef(a)
		return false, ref == nil || ref.Attr == "arn" || ref.Attr == "id"
	}
	if b.Text == "" {
		return false, firm
	}
	// Literal beginnings and ends that differ decide it.
	if t := a.Parts[0].Text; t != "" && !strings.HasPrefix(b.Text, t) {
		return false, true
	}
	if t := a.Parts[len(a.Parts)-1].Text; t != "" && !strings.HasSuffix(b.Text, t) {
		return false, true
	}
	return false, false
}

// setOf returns items without repetition, in Terraform's order for strings.
func setOf(span rind.Span, items []*rind.Value) *rind.Value {
	out := &rind.Value{Kind: rind.List, Text: setMark, Span: span}
	out.Items = distinct(items)
	allStrings := true
	for _, it := range out.Items {
		allStrings = allStrings && it.Kind == rind.String
	}
	if allStrings {
		sort.SliceStable(out.Items, func(i, j int) bool { return out.Items[i].Text < out.Items[j].Text })
	}
	return out
}

func distinct(items []*rind.Value) []*rind.Value {
	var out []*rind.Value
	seen := map[string]bool{}
	for _, it := range items {
		if it.Scalar() || it.Kind == rind.Symbol {
			key := it.Kind.String() + it.Text
			if seen[key] {
				continue
			}
			seen[key] = true
			out = append(out, it)
			continue
		}
		dup := false
		if len(out) < 200 {
			for _, o := range out {
				if eq, sure := same(o, it); eq && sure {
					dup = true
					break
				}
			}
		}
		if !dup {
			out = append(out, it)
		}
	}
	return out
}

// with returns a map with one field set.
func with(m *rind.Value, f rind.Field) *rind.Value {
	c := *m
	c.Fields = append([]rind.Field(nil), m.Fields...)
	if old := c.Field(f.Key); old != nil {
		*old = f
	} else {
		c.Fields = append(c.Fields, f)
	}
	return &c
}
