package cfn

import (
	"strings"

	"rind/rind"
)

// An intrinsic evaluates one function of CloudFormation. arg is raw. It
// returns nil for what AWS::NoValue removes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
type intrinsic func(s *stack, arg *rind.Value, span rind.Span, depth int) *rind.Value

var intrinsics map[string]intrinsic

func init() {
	intrinsics = map[string]intrinsic{
		"Ref":                (*stack).ref,
		"Fn::GetAtt":         (*stack).getAtt,
		"Fn::Sub":            (*stack).sub,
		"Fn::Join":           (*stack).join,
		"Fn::If":             (*stack).choose,
		"Fn::Select":         (*stack).selectItem,
		"Fn::Split":          (*stack).split,
		"Fn::FindInMap":      (*stack).findInMap,
		"Fn::ImportValue":    (*stack).importValue,
		"Fn::GetStackOutput": (*stack).importValue,
		"Fn::Base64":         (*stack).base64,
		"Fn::Cidr":           (*stack).cidr,
		"Fn::GetAZs":         (*stack).getAZs,
		"Fn::Transform":      (*stack).transform,
		"Fn::ToJsonString":   (*stack).toJSONString,
		"Fn::Length":         (*stack).length,
		"Fn::Equals":         beside("Fn::Equals"),
		"Fn::And":            beside("Fn::And"),
		"Fn::Or":             beside("Fn::Or"),
		"Fn::Not":            beside("Fn::Not"),
	}
}

// resolve evaluates the intrinsics inside v. It returns v itself if there are
// none, and nil if v is AWS::NoValue.
func (s *stack) resolve(v *rind.Value, depth int) *rind.Value {
	if v == nil {
		return nil
	}
	if depth > maxDepth {
		s.r.skip(v.Span, "values nest deeper than %d levels", maxDepth)
		return unknown("…", v.Span)
	}
	if !s.r.spend(v.Span) {
		return unknown("…", v.Span)
	}
	switch v.Kind {
	case rind.String:
		return s.r.dynamic(v)
	case rind.List:
		return s.list(v, depth)
	case rind.Map:
		if len(v.Fields) == 1 {
			f := &v.Fields[0]
			if fn := intrinsics[f.Key]; fn != nil {
				if out := fn(s, f.Value, v.Span, depth+1); out != nil {
					return s.r.dynamic(out)
				}
				return nil
			}
		}
		return s.mapping(v, depth)
	}
	return v
}

func (s *stack) list(v *rind.Value, depth int) *rind.Value {
	out := v
	for i, it := range v.Items {
		n := s.resolve(it, depth+1)
		if out == v && n == it {
			continue
		}
		if out == v {
			c := *v
			c.Items = append(make([]*rind.Value, 0, len(v.Items)), v.Items[:i]...)
			out = &c
		}
		if n != nil {
			out.Items = append(out.Items, n)
		}
	}
	return out
}

func (s *stack) mapping(v *rind.Value, depth int) *rind.Value {
	out := v
	for i, f := range v.Fields {
		n := s.resolve(f.Value, depth+1)
		if out == v && n == f.Value {
			continue
		}
		if out == v {
			c := *v
			c.Fields = append(make([]rind.Field, 0, len(v.Fields)), v.Fields[:i]...)
			out = &c
		}
		if n != nil {
			out.Fields = append(out.Fields, rind.Field{Key: f.Key, Span: f.Span, Value: n})
		}
	}
	return out
}

// unknown is a value of which only the expression is known, with what it
// refers to.
func unknown(expr string, span rind.Span, inner ...*rind.Value) *rind.Value {
	v := rind.NewRef(rind.Ref{Kind: rind.RefUnknown, Name: expr}, span)
	v.Via = refsOf(inner...)
	return v
}

// unknownCall is [unknown] for a function and its arguments.
func unknownCall(fn string, span rind.Span, args ...*rind.Value) *rind.Value {
	var b strings.Builder
	b.WriteString(fn + "(")
	for i, a := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		switch {
		case a == nil:
		case a.Kind == rind.List || a.Kind == rind.Map:
			b.WriteString("…")
		default:
			b.WriteString(clip(a.Text, 60))
		}
	}
	b.WriteString(")")
	return unknown(b.String(), span, args...)
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// placed is a copy of v that stands at span, reached through via.
func (r *run) placed(v *rind.Value, span rind.Span, via ...rind.Ref) *rind.Value {
	if v == nil {
		return nil
	}
	c := *v
	c.Span = span
	for _, ref := range via {
		c.Via = addRef(c.Via[:len(c.Via):len(c.Via)], ref)
	}
	if n := v.Len(); n == 0 || n > 256 || !r.spend(span) {
		return &c
	}
	r.work += v.Len()
	if len(v.Items) > 0 { // what is inside stands there as well
		c.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = r.placed(it, span)
		}
	}
	if len(v.Fields) > 0 {
		c.Fields = make([]rind.Field, len(v.Fields))
		for i, f := range v.Fields {
			c.Fields[i] = rind.Field{Key: f.Key, Span: span, Value: r.placed(f.Value, span)}
		}
	}
	return &c
}

func (s *stack) ref(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	name := s.resolve(arg, depth) // language extensions allow an intrinsic here
	if !name.Scalar() {
		return unknownCall("Ref", span, name)
	}
	return s.named(name.Text, span)
}

// named is what Ref of a name gives.
func (s *stack) named(name string, span rind.Span) *rind.Value {
	if name == "AWS::NoValue" {
		return nil
	}
	if p := s.param(name); p != nil {
		s.r.track.add(p.deps)
		return s.r.placed(p.value, span)
	}
	if _, ok := s.ids[name]; ok {
		return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: s.prefix + name}, span)
	}
	if strings.HasPrefix(name, "AWS::") {
		return rind.NewRef(rind.Ref{Kind: rind.RefPseudo, Name: name}, span)
	}
	return unknown(name, span)
}

func (s *stack) getAtt(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	var id, attr *rind.Value
	if arg != nil && arg.Kind == rind.List {
		id, attr = s.resolve(arg.At(0), depth), s.resolve(arg.At(1), depth)
		for _, more := range arg.Items[min(2, len(arg.Items)):] { // [Nested, Outputs, X]
			if m := s.resolve(more, depth); m.Scalar() && attr.Scalar() {
				attr = rind.NewString(attr.Text+"."+m.Text, attr.Span)
			}
		}
	} else if v := s.resolve(arg, depth); v.Scalar() {
		a, b, _ := strings.Cut(v.Text, ".")
		id, attr = rind.NewString(a, v.Span), rind.NewString(b, v.Span)
	}
	if !id.Scalar() {
		return unknownCall("Fn::GetAtt", span, id, attr)
	}
	name := attr.Str()
	if attr.Symbolic() {
		name = attr.Text
	}
	return s.attribute(id.Text, name, span)
}

// attribute is what GetAtt of a resource and an attribute gives.
func (s *stack) attribute(id, attr string, span rind.Span) *rind.Value {
	if _, ok := s.ids[id]; !ok {
		return unknown(id+"."+attr, span)
	}
	ref := rind.Ref{Kind: rind.RefResource, Name: s.prefix + id, Attr: attr}
	if name, ok := strings.CutPrefix(attr, "Outputs."); ok {
		if child := s.child(id); child != nil {
			if v := child.output(name); v != nil {
				return s.r.placed(v, span, ref)
			}
		}
	}
	return rind.NewRef(ref, span)
}

func (s *stack) choose(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	if arg == nil || arg.Kind != rind.List || len(arg.Items) < 2 {
		return unknown("Fn::If", span)
	}
	i := 2
	if s.holds(arg.Items[0]) {
		i = 1
	}
	return s.resolve(arg.At(i), depth)
}

func (s *stack) importValue(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	name := s.resolve(arg, depth)
	text := "Fn::ImportValue"
	if name != nil && name.Text != "" {
		text = name.Text
	} else if o := name.Get("OutputName"); o != nil && o.Text != "" {
		text = o.Text // Fn::GetStackOutput takes {StackName, OutputName…}
	}
	v := rind.NewRef(rind.Ref{Kind: rind.RefImport, Name: text}, span)
	v.Via = refsOf(name)
	return v
}

// base64 keeps the text readable: what matters here is what it says, and
// CloudFormation encodes it on the way only.
func (s *stack) base64(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	v := s.resolve(arg, depth)
	if v == nil {
		return nil
	}
	return s.r.placed(v, span)
}

func (s *stack) getAZs(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	return unknownCall("Fn::GetAZs", span, s.resolve(arg, depth))
}

// transform is a macro that [Expand] left: only CloudFormation can run it.
func (s *stack) transform(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	name := arg.Get("Name")
	return unknown("Fn::Transform "+name.Str(), span, s.resolve(arg.Get("Parameters"), depth))
}

// beside is a condition function that stands among properties, where
// CloudFormation does not evaluate it.
func beside(name string) intrinsic {
	return func(s *stack, arg *rind.Value, span rind.Span, depth int) *rind.Value {
		return unknownCall(name, span, s.resolve(arg, depth))
	}
}
