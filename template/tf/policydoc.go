package tf

import (
	"strings"

	"rind/rind"
	"rind/template/source"
)

// policyDocument evaluates data.aws_iam_policy_document to the JSON text it
// renders, with its structure on the side.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (r *reader) policyDocument(in *instance) (*rind.Value, error) {
	return in.policy.once(func() (*rind.Value, error) {
		b := in.decl.block
		span := r.placeOf(b, in.decl.mod)
		attrs := r.body(b.Body, in.scope, span, in)
		doc := renderPolicy(attrs, span)
		if ref := doc.unread; ref != nil {
			return rind.NewRef(*ref, span), nil
		}
		return encoded(doc.value, span), nil
	})
}

type rendered struct {
	value  *rind.Value
	unread *rind.Ref // a source document that is not known, where nothing else is
}

// renderPolicy merges the source documents, the statements and the
// overrides. Statements with the same Sid replace each other.
func renderPolicy(attrs *rind.Value, span rind.Span) rendered {
	var out statements
	out.addAll(attrs.Get("source_json"))
	out.addAll(attrs.Get("source_policy_documents"))
	for st := range attrs.Get("statement").Each() {
		out.add(statement(st))
	}
	out.addAll(attrs.Get("override_json"))
	out.addAll(attrs.Get("override_policy_documents"))
	version := rind.NewString("2012-10-17", span)
	if v := attrs.Get("version"); v.Present() {
		version = v
	}
	if len(out.list) == 0 && out.unread != nil {
		return rendered{unread: out.unread}
	}
	doc := rind.NewMap(span, rind.Field{Key: "Version", Span: span, Value: version})
	if id := attrs.Get("policy_id"); id.Present() {
		doc.Fields = append(doc.Fields, rind.Field{Key: "Id", Span: id.Span, Value: id})
	}
	doc.Fields = append(doc.Fields, rind.Field{Key: "Statement", Span: span, Value: rind.NewList(span, out.list...)})
	return rendered{value: doc}
}

type statements struct {
	list   []*rind.Value
	unread *rind.Ref
}

func (s *statements) add(st *rind.Value) {
	if sid := st.Get("Sid").Str(); sid != "" {
		for i, old := range s.list {
			if old.Get("Sid").Str() == sid {
				s.list[i] = st
				return
			}
		}
	}
	s.list = append(s.list, st)
}

// addAll adds the statements of documents given as JSON text.
func (s *statements) addAll(docs *rind.Value) {
	for d := range docs.Each() {
		doc := structure(d)
		if doc == nil && d.Kind == rind.String {
			doc, _ = source.ParseJSON("", []byte(d.Text))
			if doc != nil {
				doc = putRefs(doc, nil, func(rind.Span) rind.Span { return d.Span })
			}
		}
		if doc == nil {
			if d.Kind == rind.Symbol && s.unread == nil {
				for ref := range d.Refs() {
					s.unread = &ref
					break
				}
			}
			continue
		}
		for st := range doc.Get("Statement").Each() {
			s.add(st)
		}
	}
}

// statement turns a statement block into an IAM statement.
func statement(b *rind.Value) *rind.Value {
	out := rind.NewMap(b.Span)
	set := func(key string, v *rind.Value, span rind.Span) {
		out.Fields = append(out.Fields, rind.Field{Key: key, Span: span, Value: v})
	}
	copyField := func(from, to string) {
		f := b.Field(from)
		if f == nil || f.Value.Absent() || f.Value.Kind == rind.List && len(f.Value.Items) == 0 {
			return
		}
		set(to, variables(f.Value), f.Span)
	}
	copyField("sid", "Sid")
	if b.Has("effect") {
		copyField("effect", "Effect")
	} else {
		set("Effect", rind.NewString("Allow", b.Span), b.Span)
	}
	copyField("actions", "Action")
	copyField("not_actions", "NotAction")
	copyField("resources", "Resource")
	copyField("not_resources", "NotResource")
	for _, p := range [][2]string{{"principals", "Principal"}, {"not_principals", "NotPrincipal"}} {
		if f := b.Field(p[0]); f != nil && f.Value.Len() > 0 {
			set(p[1], principals(f.Value), f.Span)
		}
	}
	if f := b.Field("condition"); f != nil && f.Value.Len() > 0 {
		set("Condition", conditions(f.Value), f.Span)
	}
	return out
}

// variables turns &{aws:username}, the provider's spelling of IAM policy
// variables, into ${aws:username}.
func variables(v *rind.Value) *rind.Value {
	switch {
	case v.Kind == rind.List:
		c := *v
		c.Text = ""
		c.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = variables(it)
		}
		return &c
	case v.Kind == rind.String && strings.Contains(v.Text, "&{"):
		c := *v
		c.Text = strings.ReplaceAll(v.Text, "&{", "${")
		return &c
	case v.Kind == rind.Symbol && strings.Contains(v.Text, "&{"):
		ps := make([]rind.Part, len(v.Parts))
		for i, p := range v.Parts {
			if p.Ref == nil {
				p.Text = strings.ReplaceAll(p.Text, "&{", "${")
			}
			ps[i] = p
		}
		return rind.Join(ps, v.Via, v.Span)
	}
	return v
}

// principals merges principals blocks by type. As the provider does, {"*":
// ["*"]} becomes "*".
func principals(blocks *rind.Value) *rind.Value {
	out := rind.NewMap(blocks.Span)
	for p := range blocks.Each() {
		typ, ids := p.Get("type"), variables(orEmpty(p.Get("identifiers"), p.Span))
		if typ.Is("*") && ids.Len() == 1 && ids.At(0).Is("*") {
			return rind.NewString("*", p.Span)
		}
		key := typ.Str()
		if key == "" {
			key = "AWS"
		}
		merge(out, key, p.Span, ids)
	}
	return out
}

// conditions merges condition blocks by test and variable.
func conditions(blocks *rind.Value) *rind.Value {
	out := rind.NewMap(blocks.Span)
	for c := range blocks.Each() {
		test, key := c.Get("test").Str(), c.Get("variable").Str()
		if test == "" {
			test = "StringEquals"
		}
		if key == "" && c.Get("variable").Symbolic() {
			key = c.Get("variable").Text
		}
		f := out.Field(test)
		if f == nil {
			out.Fields = append(out.Fields, rind.Field{Key: test, Span: c.Span, Value: rind.NewMap(c.Span)})
			f = &out.Fields[len(out.Fields)-1]
		}
		merge(f.Value, key, c.Span, variables(orEmpty(c.Get("values"), c.Span)))
	}
	return out
}

func orEmpty(v *rind.Value, span rind.Span) *rind.Value {
	if v.Absent() {
		return rind.NewList(span)
	}
	return v
}

// merge adds ids to the list at key.
func merge(m *rind.Value, key string, span rind.Span, ids *rind.Value) {
	f := m.Field(key)
	if f == nil {
		m.Fields = append(m.Fields, rind.Field{Key: key, Span: span, Value: ids})
		return
	}
	list := rind.NewList(f.Value.Span)
	for v := range f.Value.Each() {
		list.Items = append(list.Items, v)
	}
	for v := range ids.Each() {
		list.Items = append(list.Items, v)
	}
	f.Value = list
}
