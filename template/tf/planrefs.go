package tf

import (
	"slices"
	"strings"

	"rind/rind"
)

// splitAddress cuts "module.a[0].module.b.aws_x.y[1]" into the module's
// address and the rest.
func splitAddress(addr string) (mod, rest string) {
	rest = addr
	for strings.HasPrefix(rest, "module.") {
		end := segmentEnd(rest, len("module."))
		if end >= len(rest) {
			break
		}
		mod = join(mod, rest[:end])
		rest = rest[end+1:]
	}
	return mod, rest
}

// segmentEnd is where the segment of an address that starts at from ends: at
// a dot outside brackets.
func segmentEnd(s string, from int) int {
	depth := 0
	quoted := false
	for i := from; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth == 0:
			return i
		}
	}
	return len(s)
}

// segments splits an address or reference at its dots.
func segments(s string) []string {
	var out []string
	for s != "" {
		end := segmentEnd(s, 0)
		out = append(out, s[:end])
		if end >= len(s) {
			break
		}
		s = s[end+1:]
	}
	return out
}

// unindexed drops all instance keys of an address.
func unindexed(addr string) string {
	segs := segments(addr)
	for i, s := range segs {
		segs[i], _, _ = strings.Cut(s, "[")
	}
	return strings.Join(segs, ".")
}

// moduleConfig is the configuration of the module at an address.
func (p *plan) moduleConfig(mod string) *rind.Value {
	m := p.doc.Get("configuration", "root_module")
	segs := segments(mod)
	for i := 1; i < len(segs); i += 2 {
		name, _, _ := strings.Cut(segs[i], "[")
		m = m.Get("module_calls", name, "module")
	}
	return m
}

// configured is the configuration of a resource.
func (p *plan) configured(mod, rest string) *rind.Value {
	want := unindexed(rest)
	for res := range p.moduleConfig(mod).Get("resources").Each() {
		if res.Get("address").Is(want) {
			return res
		}
	}
	return nil
}

// expression is the value of a configuration expression: a constant or a
// Symbol of what it refers to. Nested blocks give maps.
func (p *plan) expression(e *rind.Value, mod string) *rind.Value {
	if e == nil {
		return nil
	}
	if f := e.Field("constant_value"); f != nil {
		return f.Value
	}
	if isExpression(e) {
		return p.symbol(e, mod, e.Span)
	}
	switch e.Kind {
	case rind.Map:
		out := rind.NewMap(e.Span)
		for _, f := range e.Fields {
			out.Fields = append(out.Fields, rind.Field{Key: f.Key, Span: f.Span, Value: p.expression(f.Value, mod)})
		}
		return out
	case rind.List:
		out := rind.NewList(e.Span)
		for _, it := range e.Items {
			out.Items = append(out.Items, p.expression(it, mod))
		}
		return out
	}
	return e
}

// symbol is an unknown value with the references it was made from.
func (p *plan) symbol(e *rind.Value, mod string, span rind.Span) *rind.Value {
	if e == nil {
		return nil
	}
	if f := e.Field("constant_value"); f != nil {
		return f.Value
	}
	var ps []rind.Part
	for _, ref := range p.references(e, mod) {
		ps = append(ps, rind.Part{Ref: &ref})
	}
	if len(ps) == 0 {
		return unknown("known after apply", span)
	}
	return rind.Join(ps, nil, span)
}

// references resolves what an expression names. The list in the plan holds
// every reference and then each of its beginnings: "a.b.arn", "a.b".
func (p *plan) references(e *rind.Value, mod string) []rind.Ref {
	var out []rind.Ref
	last := ""
	for r := range e.Get("references").Each() {
		text := r.Str()
		if last != "" && (strings.HasPrefix(last, text+".") || strings.HasPrefix(last, text+"[")) {
			continue
		}
		last = text
		v := p.reference(text, mod, r.Span)
		for ref := range v.Refs() {
			if !slices.Contains(out, ref) {
				out = append(out, ref)
			}
		}
		if len(out) > 20 {
			break
		}
	}
	return out
}

// reference resolves one reference written in the module at mod; nil if it
// says nothing.
func (p *plan) reference(text, mod string, span rind.Span) *rind.Value {
	segs := segments(text)
	if p.depth > MaxModuleDepth || len(segs) < 2 {
		return nil
	}
	p.depth++
	defer func() { p.depth-- }()
	name, _, _ := strings.Cut(segs[1], "[")
	switch segs[0] {
	case "path", "terraform", "count":
		return nil
	case "local", "each", "self":
		return unknown(text, span)
	case "var":
		return p.variable(name, mod, span)
	case "module":
		return p.moduleOutput(segs, mod, span)
	case "data":
		if len(segs) < 3 {
			return nil
		}
		addr := p.instance(join(mod, strings.Join(segs[:3], ".")))
		if len(segs) == 3 {
			return rind.NewRef(rind.Ref{Kind: rind.RefData, Name: addr}, span)
		}
		return rind.NewRef(dataRef(rind.Ref{Kind: rind.RefData, Name: addr, Attr: attrPath(segs[3:])}), span)
	}
	addr := p.instance(join(mod, strings.Join(segs[:2], ".")))
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: addr, Attr: attrPath(segs[2:])}, span)
}

// attrPath writes a[0].b as a.0.b.
func attrPath(segs []string) string {
	return strings.NewReplacer("[", ".", "]", "", `"`, "").Replace(strings.Join(segs, "."))
}

// instance is the address of the only instance of a resource, or addr.
func (p *plan) instance(addr string) string {
	if p.values[addr] != nil {
		return addr
	}
	if all := p.byBase[unindexed(addr)]; len(all) == 1 {
		return all[0]
	}
	mod, _ := splitAddress(addr)
	var inside []string
	for _, a := range p.byBase[unindexed(addr)] {
		if m, _ := splitAddress(a); m == mod {
			inside = append(inside, a)
		}
	}
	if len(inside) == 1 {
		return inside[0]
	}
	return addr
}

// variable follows a variable to what the calling module passes.
func (p *plan) variable(name, mod string, span rind.Span) *rind.Value {
	kind := rind.RefParameter
	if p.moduleConfig(mod).Get("variables", name, "sensitive").True() {
		kind = rind.RefSecret
	}
	if mod == "" || kind == rind.RefSecret {
		return rind.NewRef(rind.Ref{Kind: kind, Name: join(mod, name)}, span)
	}
	segs := segments(mod)
	up := strings.Join(segs[:len(segs)-2], ".")
	call, _, _ := strings.Cut(segs[len(segs)-1], "[")
	e := p.moduleConfig(up).Get("module_calls", call, "expressions", name)
	if e == nil {
		return rind.NewRef(rind.Ref{Kind: kind, Name: join(mod, name)}, span)
	}
	return p.expression(e, up)
}

// moduleOutput follows module.NAME.OUTPUT into the module.
func (p *plan) moduleOutput(segs []string, mod string, span rind.Span) *rind.Value {
	addr := join(mod, strings.Join(segs[:2], "."))
	if len(segs) < 3 {
		return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: addr}, span)
	}
	out, _, _ := strings.Cut(segs[2], "[")
	e := p.moduleConfig(addr).Get("outputs", out, "expression")
	if e == nil {
		return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: addr, Attr: out}, span)
	}
	return p.expression(e, addr)
}

// relate puts references back into a known text: an ARN that is the value of
// a referenced resource's attribute becomes a reference to it.
func (p *plan) relate(v, e *rind.Value, mod string) *rind.Value {
	if !isExpression(e) || !e.Has("references") || v.Text == "" {
		return v
	}
	ps := []rind.Part{{Text: v.Text}}
	out := *v
	for _, ref := range p.references(e, mod) {
		switch ref.Kind {
		case rind.RefParameter, rind.RefSecret:
			out.Via = append(out.Via, ref)
		case rind.RefResource:
			val := p.values[ref.Name].Get(strings.Split(ref.Attr, ".")...)
			if val != nil && val.Kind == rind.String && len(val.Text) >= 3 {
				ps = substitute(ps, val.Text, ref)
			}
		}
	}
	j := rind.Join(ps, out.Via, v.Span)
	return j
}

// substitute replaces a text in literal parts by a reference.
func substitute(ps []rind.Part, text string, ref rind.Ref) []rind.Part {
	var out []rind.Part
	for _, p := range ps {
		if p.Ref != nil {
			out = append(out, p)
			continue
		}
		for i, piece := range strings.Split(p.Text, text) {
			if i > 0 {
				out = append(out, rind.Part{Ref: &ref})
			}
			out = append(out, rind.Part{Text: piece})
		}
	}
	return out
}

func (p *plan) spanOf(v *rind.Value) rind.Span {
	if v == nil {
		return rind.Span{File: p.file}
	}
	return v.Span
}
