package cfn

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"strconv"
	"strings"

	"rind/rind"
)

func (s *stack) selectItem(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	index, list := s.resolve(arg.At(0), depth), s.resolve(arg.At(1), depth)
	n, ok := index.Int()
	if ok && list != nil && list.Kind == rind.List && n >= 0 && n < int64(len(list.Items)) {
		return s.r.placed(list.Items[n], span, list.Via...)
	}
	return unknownCall("Fn::Select", span, index, list)
}

func (s *stack) split(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	sep, text := s.resolve(arg.At(0), depth), s.resolve(arg.At(1), depth)
	if !sep.Scalar() || sep.Text == "" || !text.Scalar() {
		return unknownCall("Fn::Split", span, sep, text)
	}
	out := rind.NewList(span)
	out.Via = text.Via
	for piece := range strings.SplitSeq(text.Text, sep.Text) {
		if !s.r.spend(span) {
			break
		}
		it := rind.NewString(piece, span)
		it.Via = text.Via
		out.Items = append(out.Items, it)
	}
	return out
}

// findInMap evaluates [map, key, key, {DefaultValue}]. Where a key is not
// known, all candidates may still agree.
func (s *stack) findInMap(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	name, k1, k2 := s.resolve(arg.At(0), depth), s.resolve(arg.At(1), depth), s.resolve(arg.At(2), depth)
	via := refsOf(name, k1, k2)
	fallback := arg.At(3).Get("DefaultValue")
	if name.Scalar() && (k1.Scalar() || k2.Scalar()) {
		m := s.t.Root.Get("Mappings", name.Text)
		var found []*rind.Value
		s.r.work += m.Len()
		for _, f := range fields(m) {
			if k1.Scalar() && f.Key != k1.Text {
				continue
			}
			for _, g := range fields(f.Value) {
				if !k2.Scalar() || g.Key == k2.Text {
					found = append(found, g.Value)
				}
			}
		}
		if agree(found) {
			return s.r.placed(s.resolve(found[0], depth), span, via...)
		}
	}
	if fallback != nil && name.Scalar() && k1.Scalar() && k2.Scalar() {
		return s.r.placed(s.resolve(fallback, depth), span, via...)
	}
	return unknownCall("Fn::FindInMap", span, name, k1, k2)
}

// agree reports whether there are values and all are the same.
func agree(values []*rind.Value) bool {
	for _, v := range values {
		if !equal(v, values[0]) {
			return false
		}
	}
	return len(values) > 0
}

// equal compares values but not the places where they were written.
func equal(a, b *rind.Value) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Fields) != len(b.Fields) || len(a.Parts) != len(b.Parts) {
		return false
	}
	for i := range a.Items {
		if !equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i := range a.Fields {
		if a.Fields[i].Key != b.Fields[i].Key || !equal(a.Fields[i].Value, b.Fields[i].Value) {
			return false
		}
	}
	for i, p := range a.Parts {
		q := b.Parts[i]
		if p.Text != q.Text || (p.Ref == nil) != (q.Ref == nil) || p.Ref != nil && *p.Ref != *q.Ref {
			return false
		}
	}
	return true
}

func (s *stack) length(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	list := s.resolve(arg, depth)
	if list == nil || list.Kind != rind.List {
		return unknownCall("Fn::Length", span, list)
	}
	n := rind.NewInt(int64(len(list.Items)), span)
	n.Via = list.Via
	return n
}

// cidr evaluates [block, count, host bits]. count is at most 256.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html
func (s *stack) cidr(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	block, count, bits := s.resolve(arg.At(0), depth), s.resolve(arg.At(1), depth), s.resolve(arg.At(2), depth)
	n, ok := count.Int()
	if !ok || n < 1 || n > 256 {
		return unknownCall("Fn::Cidr", span, block, count, bits)
	}
	out := rind.NewList(span)
	out.Via = refsOf(block, count, bits)
	prefix, err := netip.ParsePrefix(block.Str())
	host, okBits := bits.Int()
	if bits == nil {
		host, okBits = 8, true // not in the documentation, but what AWS does for IPv4
	}
	if err != nil || !okBits || host < 1 || int(host) > prefix.Addr().BitLen()-prefix.Bits() {
		for range n {
			out.Items = append(out.Items, unknownCall("Fn::Cidr", span, block, count, bits))
		}
		return out
	}
	addr := prefix.Masked().Addr()
	next := new(big.Int).SetBytes(addr.AsSlice())
	step := new(big.Int).Lsh(big.NewInt(1), uint(host))
	raw := make([]byte, addr.BitLen()/8)
	for range n {
		if next.BitLen() > addr.BitLen() {
			break
		}
		a, _ := netip.AddrFromSlice(next.FillBytes(raw))
		if !prefix.Contains(a) {
			break
		}
		out.Items = append(out.Items, rind.NewString(netip.PrefixFrom(a, addr.BitLen()-int(host)).String(), span))
		next.Add(next, step)
	}
	return out
}

// toJSONString prints a value as JSON text, with references as parts of it.
func (s *stack) toJSONString(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	v := s.resolve(arg, depth)
	var b builder
	s.json(&b, v, span)
	return b.done(s.r, span)
}

func (s *stack) json(b *builder, v *rind.Value, span rind.Span) {
	if b.size > maxText || !s.r.spend(span) {
		return
	}
	switch {
	case v.Absent():
		b.text("null")
	case v.Kind == rind.List:
		b.text("[")
		for i, it := range v.Items {
			if i > 0 {
				b.text(",")
			}
			s.json(b, it, span)
		}
		b.text("]")
	case v.Kind == rind.Map:
		b.text("{")
		for i, f := range v.Fields {
			if i > 0 {
				b.text(",")
			}
			b.text(quoted(f.Key) + ":")
			s.json(b, f.Value, span)
		}
		b.text("}")
	case v.Kind == rind.Symbol:
		b.text(`"`)
		for _, p := range v.Parts {
			if p.Ref == nil {
				q := quoted(p.Text)
				b.text(q[1 : len(q)-1])
				continue
			}
			b.parts = append(b.parts, p)
		}
		for _, r := range v.Via {
			b.via = addRef(b.via, r)
		}
		b.text(`"`)
	case v.Kind == rind.String:
		for _, r := range v.Via {
			b.via = addRef(b.via, r)
		}
		b.text(quoted(v.Text))
	case v.Kind == rind.Number:
		if _, err := strconv.ParseFloat(v.Text, 64); err != nil {
			b.text(quoted(v.Text))
			break
		}
		b.text(v.Text)
	default:
		b.text(v.Text)
	}
}

func quoted(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
