package sam

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"rind/rind"
)

// val is a node of the tree that is being rewritten. The tree is a private
// copy of what was parsed; only nodes that a step has made or owns are
// changed in place, because properties taken from Globals are shared.
type val = *rind.Value

// at makes values that stand for what was written at a place.
type at rind.Span

func (a at) str(s string) val { return rind.NewString(s, rind.Span(a)) }

func (a at) list(items ...any) val {
	v := rind.NewList(rind.Span(a))
	for _, it := range items {
		if x := a.of(it); x != nil {
			v.Items = append(v.Items, x)
		}
	}
	return v
}

// of turns a Go value into a node: strings, booleans and whole numbers become
// scalars, nodes stay.
func (a at) of(x any) val {
	switch x := x.(type) {
	case val:
		return x
	case string:
		return a.str(x)
	case bool:
		return rind.NewBool(x, rind.Span(a))
	case int:
		return rind.NewInt(int64(x), rind.Span(a))
	}
	return nil
}

// obj makes a map from keys and values in turn. Absent values are left out.
func (a at) obj(pairs ...any) val {
	m := rind.NewMap(rind.Span(a))
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := a.of(pairs[i+1]); v != nil {
			m.Fields = append(m.Fields, rind.Field{Key: pairs[i].(string), Span: rind.Span(a), Value: v})
		}
	}
	return m
}

func (a at) ref(id string) val { return a.obj("Ref", id) }

func (a at) getAtt(id, attr string) val { return a.obj("Fn::GetAtt", a.list(id, attr)) }

// sub makes Fn::Sub; vars are names and values in turn.
func (a at) sub(text string, vars ...any) val {
	if len(vars) == 0 {
		return a.obj("Fn::Sub", text)
	}
	return a.obj("Fn::Sub", a.list(text, a.obj(vars...)))
}

func (a at) ifElse(condition any, then, otherwise val) val {
	if otherwise == nil {
		otherwise = a.ref("AWS::NoValue")
	}
	return a.obj("Fn::If", a.list(condition, then, otherwise))
}

// clone copies v and everything inside it.
func clone(v val) val {
	if v == nil {
		return nil
	}
	c := *v
	if v.Items != nil {
		c.Items = make([]val, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = clone(it)
		}
	}
	if v.Fields != nil {
		c.Fields = make([]rind.Field, len(v.Fields))
		for i, f := range v.Fields {
			f.Value = clone(f.Value)
			c.Fields[i] = f
		}
	}
	return &c
}

// shallow copies v itself and shares what is inside.
func shallow(v val) val {
	if v == nil {
		return nil
	}
	c := *v
	c.Items = append([]val(nil), v.Items...)
	c.Fields = append([]rind.Field(nil), v.Fields...)
	return &c
}

// set puts key into map m, which the caller owns.
func set(m val, key string, v val) {
	if m == nil || m.Kind != rind.Map || v == nil {
		return
	}
	if f := m.Field(key); f != nil {
		f.Value = v
		return
	}
	m.Fields = append(m.Fields, rind.Field{Key: key, Span: v.Span, Value: v})
}

// setKeyed is set with the place of the key.
func setKeyed(m val, key string, span rind.Span, v val) {
	set(m, key, v)
	if f := m.Field(key); f != nil && span.Line > 0 {
		f.Span = span
	}
}

// del takes key out of map m, which the caller owns.
func del(m val, key string) {
	if m == nil {
		return
	}
	for i := range m.Fields {
		if m.Fields[i].Key == key {
			m.Fields = append(m.Fields[:i], m.Fields[i+1:]...)
			return
		}
	}
}

func isMap(v val) bool  { return v != nil && v.Kind == rind.Map }
func isList(v val) bool { return v != nil && v.Kind == rind.List }
func isStr(v val) bool  { return v != nil && v.Kind == rind.String }
func isBool(v val) bool { return v != nil && v.Kind == rind.Bool }

// some reports whether v counts as given: not null, false, zero or empty.
// The transform treats all of these alike in most places.
func some(v val) bool {
	if v.Absent() {
		return false
	}
	switch v.Kind {
	case rind.Bool:
		return v.Text == "true"
	case rind.Number:
		f, err := strconv.ParseFloat(v.Text, 64)
		return err != nil || f != 0
	case rind.String:
		return v.Text != ""
	}
	return v.Len() > 0
}

// given returns v if it counts as given, else nil.
func given(v val) val {
	if some(v) {
		return v
	}
	return nil
}

// present returns v unless it is null.
func present(v val) val {
	if v.Present() {
		return v
	}
	return nil
}

func isTrue(v val) bool { return isBool(v) && v.Text == "true" }

// equal compares two trees, without places and order of keys.
func equal(a, b val) bool {
	if a.Absent() || b.Absent() {
		return a.Absent() && b.Absent()
	}
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Items {
		if !equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i, f := range a.Fields {
		other := b.Fields[i]
		if other.Key != f.Key {
			o := b.Field(f.Key)
			if o == nil {
				return false
			}
			other = *o
		}
		if !equal(f.Value, other.Value) {
			return false
		}
	}
	return true
}

// maxDedupe bounds how long a list is searched for an equal element, since
// comparing every element with every other is quadratic.
const maxDedupe = 500

func contains(list []val, v val) bool {
	if len(list) > maxDedupe {
		return false
	}
	for _, it := range list {
		if equal(it, v) {
			return true
		}
	}
	return false
}

// text prints v as JSON with sorted keys and no blanks, the text that hashes
// in logical IDs are made of.
func text(v val) string {
	var b strings.Builder
	writeJSON(&b, v, "", "")
	return b.String()
}

// indented is text on lines, four blanks for each level.
func indented(v val) string {
	var b strings.Builder
	writeJSON(&b, v, "\n", "    ")
	return b.String()
}

func writeJSON(b *strings.Builder, v val, line, indent string) {
	inner := line
	if line != "" {
		inner = line + indent
	}
	switch {
	case v == nil || v.Kind == rind.Null:
		b.WriteString("null")
	case v.Kind == rind.Number || v.Kind == rind.Bool:
		b.WriteString(v.Text)
	case v.Kind == rind.List && len(v.Items) == 0:
		b.WriteString("[]")
	case v.Kind == rind.Map && len(v.Fields) == 0:
		b.WriteString("{}")
	case v.Kind == rind.List:
		b.WriteByte('[')
		for i, it := range v.Items {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(inner)
			writeJSON(b, it, inner, indent)
		}
		b.WriteString(line + "]")
	case v.Kind == rind.Map:
		fields := append([]rind.Field(nil), v.Fields...)
		sort.SliceStable(fields, func(i, j int) bool { return fields[i].Key < fields[j].Key })
		b.WriteByte('{')
		for i, f := range fields {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(inner)
			quote(b, f.Key)
			b.WriteByte(':')
			if line != "" {
				b.WriteByte(' ')
			}
			writeJSON(b, f.Value, inner, indent)
		}
		b.WriteString(line + "}")
	default:
		quote(b, v.Text)
	}
}

// quote writes a JSON string with every character outside ASCII escaped.
func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r < 0x20 || r > 0x7e && r < 0x10000:
			fmt.Fprintf(b, `\u%04x`, r)
		case r >= 0x10000:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, hi, lo)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// hash is the first n hexadecimal digits of the SHA-1 of a text.
func hash(s string, n int) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])[:n]
}

// suffix is what a logical ID that depends on v ends with: ten digits, or
// nothing if there is no value.
func suffix(v val) string {
	switch {
	case !some(v):
		return ""
	case isStr(v):
		return hash(v.Text, 10)
	}
	return hash(text(v), 10)
}

// alnum reports whether s is made of letters and digits, at least one.
func alnum(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

// onlyAlnum drops everything else from s.
func onlyAlnum(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// fieldsOf are the entries of a map, none of anything else.
func fieldsOf(v val) []rind.Field {
	if v == nil {
		return nil
	}
	return v.Fields
}

func itoa(n int) string { return strconv.Itoa(n) }
