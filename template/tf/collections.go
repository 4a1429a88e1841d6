package tf

import (
	"errors"
	"fmt"

	"rind/rind"
)

var errNotCollection = errors.New("needs a list, set or map")

func fnLength(c *invocation) (*rind.Value, error) {
	switch v := c.args[0]; v.Kind {
	case rind.List, rind.Map:
		return rind.NewInt(int64(v.Len()), c.span), nil
	case rind.String:
		return rind.NewInt(int64(len([]rune(v.Text))), c.span), nil
	case rind.Symbol:
		return c.unknown(), nil
	}
	return nil, errNotCollection
}

func fnKeys(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.unknown(), nil
	}
	if c.args[0].Kind != rind.Map {
		return nil, errNotCollection
	}
	out := rind.NewList(c.span)
	for _, f := range sortedFields(c.args[0]) {
		out.Items = append(out.Items, rind.NewString(f.Key, f.Span))
	}
	return out, nil
}

func fnValues(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.unknown(), nil
	}
	if c.args[0].Kind != rind.Map {
		return nil, errNotCollection
	}
	out := rind.NewList(c.span)
	for _, f := range sortedFields(c.args[0]) {
		out.Items = append(out.Items, f.Value)
	}
	return out, nil
}

func fnLookup(c *invocation) (*rind.Value, error) {
	m, k := c.args[0], c.args[1]
	if m.Kind == rind.Symbol || k.Kind == rind.Symbol {
		return c.unknown(), nil
	}
	if m.Kind != rind.Map {
		return nil, errNotCollection
	}
	if f := m.Field(k.Text); f != nil {
		return f.Value, nil
	}
	if d := c.arg(2); d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("no element %q", k.Text)
}

func fnElement(c *invocation) (*rind.Value, error) {
	l, k := c.args[0], c.args[1]
	if l.Kind == rind.Symbol {
		if ref := soleRef(l); ref != nil && k.Scalar() && ref.Attr != "" {
			return c.r.access(l, k.Text, c.e)
		}
		return c.unknown(), nil
	}
	n, ok := k.Int()
	if l.Kind != rind.List || k.Kind == rind.Symbol {
		return c.unknown(), nil
	}
	if !ok || len(l.Items) == 0 {
		return nil, errors.New("no such element")
	}
	size := int64(len(l.Items))
	return l.Items[((n%size)+size)%size], nil
}

func fnIndex(c *invocation) (*rind.Value, error) {
	sure := true
	for i, it := range c.args[0].Items {
		eq, certain := same(it, c.args[1])
		if eq && certain {
			return rind.NewInt(int64(i), c.span), nil
		}
		sure = sure && certain
	}
	if !sure || c.anySymbol() {
		return c.unknown(), nil
	}
	return nil, errors.New("item not found")
}

func fnContains(c *invocation) (*rind.Value, error) {
	l := c.args[0]
	if l.Kind == rind.Symbol {
		return c.unknown(), nil
	}
	sure := true
	for _, it := range l.Items {
		eq, certain := same(it, c.args[1])
		if eq && certain {
			return rind.NewBool(true, c.span), nil
		}
		sure = sure && certain
	}
	if !sure {
		return c.unknown(), nil
	}
	return rind.NewBool(false, c.span), nil
}

func fnConcat(c *invocation) (*rind.Value, error) {
	out := rind.NewList(c.span)
	for _, a := range c.args {
		switch a.Kind {
		case rind.List:
			out.Items = append(out.Items, a.Items...)
		case rind.Symbol:
			// A list of unknown length: one element stands for all of it.
			out.Items = append(out.Items, a)
		default:
			return nil, errNotCollection
		}
	}
	return out, nil
}

func fnFlatten(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.args[0], nil
	}
	if c.args[0].Kind != rind.List {
		return nil, errNotCollection
	}
	out := rind.NewList(c.span)
	out.Items = flat(nil, c.args[0], 0)
	return out, c.r.spend(len(out.Items))
}

func flat(out []*rind.Value, v *rind.Value, depth int) []*rind.Value {
	for _, it := range v.Items {
		if it.Kind == rind.List && depth < MaxNesting {
			out = flat(out, it, depth+1)
		} else {
			out = append(out, it)
		}
	}
	return out
}

func fnMerge(c *invocation) (*rind.Value, error) {
	out := rind.NewMap(c.span)
	index := map[string]int{}
	symbols := 0
	for _, a := range c.args {
		switch a.Kind {
		case rind.Null:
		case rind.Map:
			for _, f := range a.Fields {
				if i, ok := index[f.Key]; ok {
					out.Fields[i] = f
					continue
				}
				index[f.Key] = len(out.Fields)
				out.Fields = append(out.Fields, f)
			}
		case rind.Symbol:
			symbols++
		default:
			return nil, errNotCollection
		}
	}
	if symbols > 0 && len(out.Fields) == 0 {
		return c.unknown(), nil
	}
	return out, nil
}

func fnCoalesce(c *invocation) (*rind.Value, error) {
	for _, a := range c.args {
		if a.Absent() || a.Kind == rind.String && a.Text == "" {
			continue
		}
		return a, nil
	}
	return nil, errors.New("no argument is set")
}

func fnCoalesceList(c *invocation) (*rind.Value, error) {
	for _, a := range c.args {
		if a.Kind == rind.Symbol || a.Len() > 0 {
			return a, nil
		}
	}
	return nil, errors.New("no list has elements")
}

func fnCompact(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.args[0], nil
	}
	out := rind.NewList(c.span)
	for _, it := range c.args[0].Items {
		if it.Present() && !(it.Kind == rind.String && it.Text == "") {
			out.Items = append(out.Items, it)
		}
	}
	return out, nil
}

func fnDistinct(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.args[0], nil
	}
	return rind.NewList(c.span, distinct(c.args[0].Items)...), nil
}

func fnToSet(c *invocation) (*rind.Value, error) {
	switch c.args[0].Kind {
	case rind.List:
		return setOf(c.span, c.args[0].Items), nil
	case rind.Symbol, rind.Null:
		return c.args[0], nil
	}
	return nil, errNotCollection
}

func fnToList(c *invocation) (*rind.Value, error) {
	v := *c.args[0]
	if v.Kind == rind.List {
		v.Text = ""
	}
	return &v, nil
}

func fnList(c *invocation) (*rind.Value, error) { return rind.NewList(c.span, c.args...), nil }

func fnMap(c *invocation) (*rind.Value, error) {
	out := rind.NewMap(c.span)
	for i := 0; i+1 < len(c.args); i += 2 {
		out.Fields = append(out.Fields, rind.Field{Key: c.args[i].Text, Span: c.args[i].Span, Value: c.args[i+1]})
	}
	return out, nil
}

func fnZipmap(c *invocation) (*rind.Value, error) {
	if c.anySymbol() {
		return c.unknown(), nil
	}
	ks, vs := c.args[0], c.args[1]
	if len(ks.Items) != len(vs.Items) {
		return nil, errors.New("lists of different length")
	}
	out := rind.NewMap(c.span)
	for i, k := range ks.Items {
		out.Fields = append(out.Fields, rind.Field{Key: k.Text, Span: k.Span, Value: vs.Items[i]})
	}
	return out, nil
}

func fnSetProduct(c *invocation) (*rind.Value, error) {
	if c.anySymbol() {
		return c.unknown(), nil
	}
	rows := [][]*rind.Value{nil}
	allSets := true
	for _, a := range c.args {
		allSets = allSets && isSet(a)
		if err := c.r.spend(len(rows) * (len(a.Items) + 1)); err != nil {
			return nil, err
		}
		var next [][]*rind.Value
		for _, row := range rows {
			for _, it := range a.Items {
				next = append(next, append(row[:len(row):len(row)], it))
			}
		}
		rows = next
	}
	out := rind.NewList(c.span)
	for _, row := range rows {
		out.Items = append(out.Items, rind.NewList(c.span, row...))
	}
	if allSets {
		out.Text = setMark
	}
	return out, nil
}

func fnSetUnion(c *invocation) (*rind.Value, error) {
	v, err := fnConcat(c)
	if err != nil {
		return nil, err
	}
	return setOf(c.span, v.Items), nil
}

func fnSetIntersection(c *invocation) (*rind.Value, error) {
	if c.anySymbol() {
		return c.unknown(), nil
	}
	return c.setFilter(true)
}

func fnSetSubtract(c *invocation) (*rind.Value, error) {
	if c.anySymbol() {
		return c.unknown(), nil
	}
	return c.setFilter(false)
}

// setFilter keeps the elements of the first set that are, or are not, in all
// the others.
func (c *invocation) setFilter(keep bool) (*rind.Value, error) {
	var out []*rind.Value
	for _, it := range c.args[0].Items {
		in := true
		for _, other := range c.args[1:] {
			if err := c.r.spend(len(other.Items)); err != nil {
				return nil, err
			}
			found := false
			for _, o := range other.Items {
				if eq, sure := same(it, o); eq && sure {
					found = true
					break
				}
			}
			in = in && found
		}
		if in == keep {
			out = append(out, it)
		}
	}
	return setOf(c.span, out), nil
}

func fnSlice(c *invocation) (*rind.Value, error) {
	from, ok1 := c.args[1].Int()
	to, ok2 := c.args[2].Int()
	l := c.args[0]
	if c.anySymbol() {
		return c.unknown(), nil
	}
	if !ok1 || !ok2 || from < 0 || to < from || to > int64(len(l.Items)) {
		return nil, errors.New("beyond the list")
	}
	return rind.NewList(c.span, l.Items[from:to:to]...), nil
}

func fnReverse(c *invocation) (*rind.Value, error) {
	if c.anySymbol() {
		return c.unknown(), nil
	}
	out := rind.NewList(c.span)
	for i := len(c.args[0].Items) - 1; i >= 0; i-- {
		out.Items = append(out.Items, c.args[0].Items[i])
	}
	return out, nil
}

func fnSort(c *invocation) (*rind.Value, error) {
	if c.anySymbol() {
		return c.unknown(), nil
	}
	out := rind.NewList(c.span, append([]*rind.Value(nil), c.args[0].Items...)...)
	sortStrings(out.Items)
	return out, nil
}

func fnOne(c *invocation) (*rind.Value, error) {
	l := c.args[0]
	switch {
	case l.Kind == rind.Symbol:
		return l, nil
	case l.Kind == rind.List && len(l.Items) == 0:
		return null(c.span), nil
	case l.Kind == rind.List && len(l.Items) == 1:
		return l.Items[0], nil
	}
	return nil, errors.New("needs a list of no or one element")
}

func fnChunk(c *invocation) (*rind.Value, error) {
	n, ok := c.args[1].Int()
	if c.anySymbol() {
		return c.unknown(), nil
	}
	if !ok || n < 1 {
		return nil, errors.New("needs a size above 0")
	}
	out := rind.NewList(c.span)
	for rest := c.args[0].Items; len(rest) > 0; {
		k := min(int(n), len(rest))
		out.Items = append(out.Items, rind.NewList(c.span, rest[:k:k]...))
		rest = rest[k:]
	}
	return out, nil
}

func fnMatchKeys(c *invocation) (*rind.Value, error) {
	vals, keys, want := c.args[0], c.args[1], c.args[2]
	if c.anySymbol() || len(vals.Items) != len(keys.Items) {
		return c.unknown(), nil
	}
	out := rind.NewList(c.span)
	for i, k := range keys.Items {
		for _, w := range want.Items {
			if eq, sure := same(k, w); eq && sure {
				out.Items = append(out.Items, vals.Items[i])
				break
			}
		}
	}
	return out, nil
}

func fnTranspose(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind != rind.Map {
		return c.unknown(), nil
	}
	out := rind.NewMap(c.span)
	for _, f := range sortedFields(c.args[0]) {
		for it := range f.Value.Each() {
			merge(out, it.Text, it.Span, rind.NewList(f.Span, rind.NewString(f.Key, f.Span)))
		}
	}
	return out, nil
}

func fnAllTrue(c *invocation) (*rind.Value, error) {
	sure := c.args[0].Kind == rind.List
	for _, it := range c.args[0].Items {
		if it.False() || it.Absent() {
			return rind.NewBool(false, c.span), nil
		}
		sure = sure && it.True()
	}
	if !sure {
		return c.unknown(), nil
	}
	return rind.NewBool(true, c.span), nil
}

func fnAnyTrue(c *invocation) (*rind.Value, error) {
	sure := c.args[0].Kind == rind.List
	for _, it := range c.args[0].Items {
		if it.True() {
			return rind.NewBool(true, c.span), nil
		}
		sure = sure && (it.False() || it.Absent())
	}
	if !sure {
		return c.unknown(), nil
	}
	return rind.NewBool(false, c.span), nil
}

func fnRange(c *invocation) (*rind.Value, error) {
	n := make([]int64, len(c.args))
	for i, a := range c.args {
		var ok bool
		if n[i], ok = a.Int(); !ok {
			return c.unknown(), nil
		}
	}
	start, limit, step := int64(0), n[0], int64(1)
	if len(n) > 1 {
		start, limit = n[0], n[1]
	}
	if limit < start {
		step = -1
	}
	if len(n) > 2 {
		step = n[2]
	}
	if step == 0 {
		return nil, errors.New("step is 0")
	}
	out := rind.NewList(c.span)
	for i := start; step > 0 && i < limit || step < 0 && i > limit; i += step {
		if len(out.Items) >= 1024 {
			return nil, errors.New("more than 1024 values")
		}
		out.Items = append(out.Items, rind.NewInt(i, c.span))
	}
	return out, nil
}
