package translate

import "rind/rind"

// find returns the resource of one of the given CloudFormation types that v
// stands for: a reference, a known value that came from one, or the literal
// name of exactly one resource. An instance with a key prefers the instance
// with the same key, since count and for_each pairs usually go together.
func (t *translation) find(from *unit, v *rind.Value, types ...string) *unit {
	if v == nil {
		return nil
	}
	for ref := range ownRefs(v) {
		if ref.Kind != rind.RefResource {
			continue
		}
		if u := t.instance(from, ref.Name); u != nil && u.is(types) {
			return u
		}
	}
	if v.Kind != rind.String && v.Kind != rind.Symbol || v.Text == "" {
		return nil
	}
	var found *unit
	for _, u := range t.named(v) {
		if u.is(types) && !u.merged {
			if found != nil {
				return nil
			}
			found = u
		}
	}
	return found
}

// named returns the units whose resource bears the name v.
func (t *translation) named(v *rind.Value) []*unit {
	if t.byName == nil {
		t.byName = map[string][]*unit{}
		for _, u := range t.units {
			if n := u.get(u.shape.name); u.shape.name != "" && n != nil {
				key := n.Kind.String() + n.Text
				t.byName[key] = append(t.byName[key], u)
			}
		}
	}
	return t.byName[v.Kind.String()+v.Text]
}

// ownRefs yields the references of v itself: what a Symbol is made of, then
// what a value came from.
func ownRefs(v *rind.Value) func(yield func(rind.Ref) bool) {
	return func(yield func(rind.Ref) bool) {
		for _, p := range v.Parts {
			if p.Ref != nil && !yield(*p.Ref) {
				return
			}
		}
		for _, r := range v.Via {
			if !yield(r) {
				return
			}
		}
	}
}

func (u *unit) is(types []string) bool {
	for _, typ := range types {
		if u.res.Type == typ {
			return true
		}
	}
	return false
}

// instance is [translation.resolve], preferring the instance of a repeated
// resource that has the key of from.
func (t *translation) instance(from *unit, address string) *unit {
	if u := t.resolve(address); u != nil {
		return u
	}
	key := from.block.Address[len(baseAddress(from.block.Address)):]
	if key != "" {
		if u := t.byAddress[address+key]; u != nil {
			return u
		}
	}
	// Without a key in common any instance tells what they all are.
	if us := t.byBase[address]; len(us) > 0 {
		return us[0]
	}
	return nil
}

// mergeInto moves the properties of u into the resource of one of the target
// types that the property by refers to. The properties keep their spans, so a finding points at the split resource. Where the other half is
// not in the configuration, u stays as it is.
func mergeInto(by string, target ...string) func(*translation, *unit) {
	return func(t *translation, u *unit) {
		to := t.find(u, u.get(by), target...)
		if to == nil {
			return
		}
		for _, f := range u.res.Properties.Fields {
			if f.Key != by {
				to.override(f)
			}
		}
		u.merged = true
	}
}

// override sets a property from a split resource. It replaces what stands
// there inline: the provider keeps only one of the two.
func (u *unit) override(f rind.Field) {
	m := rind.NewMap(u.res.Properties.Span)
	for _, old := range u.res.Properties.Fields {
		if old.Key != f.Key {
			m.Fields = append(m.Fields, old)
		}
	}
	m.Fields = append(m.Fields, f)
	u.res.Properties = m
}

// appendTo adds items to a list property of u.
func (u *unit) appendTo(key string, items ...*rind.Value) {
	for _, it := range items {
		if it.Present() {
			u.res.Properties = with(u.res.Properties, []string{key}, it.Span, rind.NewList(it.Span, it))
		}
	}
}

// refTo is a reference to u's resource, written at span.
func refTo(u *unit, attr string, span rind.Span) *rind.Value {
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: u.block.Address, Attr: attr}, span)
}
