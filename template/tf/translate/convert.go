package translate

import (
	"strings"

	"rind/rind"
)

// maxDepth bounds the nesting of blocks that are converted. Providers nest at
// most a dozen levels (WAF statements); deeper input is not from one.
const maxDepth = 60

// apply converts the arguments of a block.
func (s *shape) apply(attrs *rind.Value) *rind.Value {
	if attrs == nil || attrs.Kind != rind.Map {
		return attrs
	}
	out := rind.NewMap(attrs.Span)
	if s.always != "" {
		out = with(out, []string{s.always}, attrs.Span, rind.NewMap(attrs.Span))
	}
	s.into(&out, attrs, "", nil, 0)
	return out
}

// block converts a map of arguments into a new map with its own root.
func (s *shape) block(v *rind.Value, path string, depth int) *rind.Value {
	out := rind.NewMap(v.Span)
	s.into(&out, v, path, nil, depth)
	return out
}

// into converts the arguments in v and puts them into root below base.
func (s *shape) into(root **rind.Value, v *rind.Value, path string, base []string, depth int) {
	if depth > maxDepth {
		return
	}
	for _, f := range v.Fields {
		p := f.Key
		if path != "" {
			p = path + "." + f.Key
		}
		r := s.ruleFor(p)
		if r.drop || !written(f.Value) {
			continue
		}
		dest := r.to
		switch {
		case r.dissolve:
			dest = base
		case r.name != "":
			dest = append(base[:len(base):len(base)], r.name)
		case dest == nil:
			dest = append(base[:len(base):len(base)], pascal(f.Key))
		}
		s.place(root, f, r, p, dest, depth)
	}
}

// ruleFor is the rule for an argument: its own, that for its last two words,
// or that for its name.
func (s *shape) ruleFor(path string) rule {
	if r, ok := s.rules[path]; ok {
		return r
	}
	if r, ok := common[path]; ok {
		return r
	}
	i := strings.LastIndexByte(path, '.')
	if i > 0 {
		if r, ok := s.rules["*."+path[strings.LastIndexByte(path[:i], '.')+1:]]; ok {
			return r
		}
	}
	return s.rules["*."+path[i+1:]]
}

func (s *shape) place(root **rind.Value, f rind.Field, r rule, path string, dest []string, depth int) {
	v := f.Value
	if v.Kind == rind.Map && (r.list || r.dissolve || s.parents[path]) {
		v = rind.NewList(v.Span, v)
	}
	switch {
	case isBlocks(v) && (r.list || len(v.Items) > 1):
		items := make([]*rind.Value, 0, len(v.Items))
		for _, it := range v.Items {
			if it != nil && it.Kind == rind.Map {
				it = s.block(it, path, depth+1)
			}
			items = append(items, it)
		}
		v = rind.NewList(v.Span, items...)
	case isBlocks(v) && len(r.convs) == 0:
		inner := v.Items[0]
		if !r.dissolve {
			*root = with(*root, dest, f.Span, rind.NewMap(inner.Span))
		}
		s.into(root, inner, path, dest, depth+1)
		if s.parents[path] && inner.Len() > 0 && (*root).Get(dest...).Len() == 0 {
			*root = without(*root, dest) // its arguments went elsewhere
		}
		return
	case isBlocks(v):
		v = s.block(v.Items[0], path, depth+1)
	case r.dissolve:
		return
	}
	for _, c := range r.convs {
		v = c(v)
	}
	if written(v) {
		*root = with(*root, dest, f.Span, v)
	}
}

// isBlocks reports whether v is a list of nested blocks.
func isBlocks(v *rind.Value) bool {
	return v != nil && v.Kind == rind.List && len(v.Items) > 0 && v.Items[0] != nil && v.Items[0].Kind == rind.Map
}

// written reports whether there is something to convert: not null and not [].
func written(v *rind.Value) bool {
	return v.Present() && (v.Kind != rind.List || len(v.Items) > 0)
}

// pascal turns memory_size into MemorySize.
func pascal(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, "_") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// with returns m with v at path; maps on the way are copied, not changed.
// A map that is already there is merged with a new one, a list extended;
// anything else is replaced.
func with(m *rind.Value, path []string, key rind.Span, v *rind.Value) *rind.Value {
	if len(path) == 0 {
		if m != nil && v != nil && m.Kind == v.Kind {
			switch m.Kind {
			case rind.Map:
				for _, f := range v.Fields {
					m = with(m, []string{f.Key}, f.Span, f.Value)
				}
				return m
			case rind.List:
				return rind.NewList(m.Span, append(m.Items[:len(m.Items):len(m.Items)], v.Items...)...)
			}
		}
		return v
	}
	out := rind.NewMap(key)
	if m != nil && m.Kind == rind.Map {
		out.Span = m.Span
		out.Fields = append(make([]rind.Field, 0, len(m.Fields)+1), m.Fields...)
	} else if v != nil {
		out.Span = v.Span
	}
	if f := out.Field(path[0]); f != nil {
		f.Value = with(f.Value, path[1:], key, v)
		return out
	}
	out.Fields = append(out.Fields, rind.Field{Key: path[0], Span: key, Value: with(nil, path[1:], key, v)})
	return out
}

// without returns m without what is at path.
func without(m *rind.Value, path []string) *rind.Value {
	f := (*rind.Field)(nil)
	if len(path) > 0 {
		f = m.Field(path[0])
	}
	if f == nil {
		return m
	}
	out := rind.NewMap(m.Span)
	for _, old := range m.Fields {
		if old.Key == path[0] {
			if len(path) == 1 {
				continue
			}
			old.Value = without(old.Value, path[1:])
		}
		out.Fields = append(out.Fields, old)
	}
	return out
}

// object makes a map of keys and values given in turn; absent values are left
// out.
func object(span rind.Span, pairs ...any) *rind.Value {
	m := rind.NewMap(span)
	for i := 0; i+1 < len(pairs); i += 2 {
		if v, _ := pairs[i+1].(*rind.Value); v.Present() {
			m.Fields = append(m.Fields, rind.Field{Key: pairs[i].(string), Span: v.Span, Value: v})
		}
	}
	return m
}

// one is the only block of a nested single block, or v itself.
func one(v *rind.Value) *rind.Value {
	if v != nil && v.Kind == rind.List && len(v.Items) == 1 {
		return v.Items[0]
	}
	return v
}

// list wraps what is not a list in one.
func list(v *rind.Value) *rind.Value {
	if v.Absent() || v.Kind == rind.List {
		return v
	}
	return rind.NewList(v.Span, v)
}
