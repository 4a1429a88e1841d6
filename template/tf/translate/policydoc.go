package translate

import (
	"strings"

	"rind/rind"
)

// documentResource makes the properties of a data.aws_iam_policy_document:
// PolicyDocument in IAM's JSON shape.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func documentResource(t *translation, b *Block) *rind.Value {
	return object(b.Span, "PolicyDocument", t.document(b))
}

// document is the policy a data source stands for: its source documents,
// then its own statements, then the overriding ones; a statement replaces an
// earlier one with the same Sid.
func (t *translation) document(b *Block) *rind.Value {
	doc, done := t.documents[b]
	if !done {
		t.documents[b] = nil // what leads back here is a cycle, which Terraform refuses
		doc = t.assemble(b)
		t.documents[b] = doc
	}
	return doc
}

func (t *translation) assemble(b *Block) *rind.Value {
	if doc := decode(b.Attrs.Get("json")); doc != nil && doc.Kind == rind.Map {
		return doc
	}
	out := []*rind.Value{}
	add := func(statements *rind.Value) {
		for s := range statements.Each() {
			out = bySid(out, s)
		}
	}
	for _, key := range []string{"source_json", "source_policy_documents"} {
		for d := range b.Attrs.Get(key).Each() {
			add(t.inner(d).Get("Statement"))
		}
	}
	for s := range b.Attrs.Get("statement").Each() {
		out = bySid(out, statement(s))
	}
	for _, key := range []string{"override_json", "override_policy_documents"} {
		for d := range b.Attrs.Get(key).Each() {
			add(t.inner(d).Get("Statement"))
		}
	}
	version := b.Attrs.Get("version")
	if version.Absent() {
		version = rind.NewString("2012-10-17", b.Span)
	}
	return object(b.Span, "Version", version, "Id", b.Attrs.Get("policy_id"),
		"Statement", rind.NewList(b.Span, out...))
}

// inner is a document that another one is made from: a text, a value or a
// reference to a data source.
func (t *translation) inner(v *rind.Value) *rind.Value {
	if d := decode(v); d != nil && d.Kind == rind.Map {
		return d
	}
	for r := range ownRefs(v) {
		if u := t.resolve(r.Name); u != nil && u.block.Type == "aws_iam_policy_document" {
			return t.document(u.block)
		}
	}
	return nil
}

func bySid(list []*rind.Value, s *rind.Value) []*rind.Value {
	if sid := s.Get("Sid").Str(); sid != "" {
		for i, old := range list {
			if old.Get("Sid").Str() == sid {
				list[i] = s
				return list
			}
		}
	}
	return append(list, s)
}

// statement turns a statement block into IAM's shape.
func statement(s *rind.Value) *rind.Value {
	if s == nil || s.Kind != rind.Map || s.Has("Action") || s.Has("Effect") {
		return s
	}
	effect := s.Get("effect")
	if effect.Absent() {
		effect = rind.NewString("Allow", s.Span)
	}
	out := object(s.Span, "Sid", nonempty(s.Get("sid")), "Effect", effect)
	for _, p := range [][2]string{
		{"actions", "Action"},
		{"not_actions", "NotAction"},
		{"resources", "Resource"},
		{"not_resources", "NotResource"},
	} {
		if f := s.Field(p[0]); f != nil && written(f.Value) {
			out.Fields = append(out.Fields, rind.Field{Key: p[1], Span: f.Span, Value: unescape(f.Value)})
		}
	}
	for _, p := range [][2]string{{"principals", "Principal"}, {"not_principals", "NotPrincipal"}} {
		if f := s.Field(p[0]); f != nil && written(f.Value) {
			out.Fields = append(out.Fields, rind.Field{Key: p[1], Span: f.Span, Value: principals(f.Value)})
		}
	}
	if f := s.Field("condition"); f != nil && written(f.Value) {
		out.Fields = append(out.Fields, rind.Field{Key: "Condition", Span: f.Span, Value: conditions(f.Value)})
	}
	return out
}

// principals turns [{type, identifiers}] into {type: identifiers}, or "*".
func principals(v *rind.Value) *rind.Value {
	if v.Kind == rind.Symbol {
		return v
	}
	out := rind.NewMap(v.Span)
	for p := range v.Each() {
		typ, ids := p.Get("type"), unescape(p.Get("identifiers"))
		if typ.Is("*") {
			return rind.NewString("*", typ.Span)
		}
		if typ.Str() == "" || ids.Absent() {
			continue
		}
		out = with(out, []string{typ.Str()}, typ.Span, list(ids))
	}
	return out
}

// conditions turns [{test, variable, values}] into {test: {variable: values}}.
func conditions(v *rind.Value) *rind.Value {
	if v.Kind == rind.Symbol {
		return v
	}
	out := rind.NewMap(v.Span)
	for c := range v.Each() {
		test, variable, values := c.Get("test"), c.Get("variable"), unescape(c.Get("values"))
		if test.Str() == "" || variable.Pattern() == "" || values.Absent() {
			continue
		}
		out = with(out, []string{test.Str(), variable.Text}, variable.Span, list(values))
	}
	return out
}

// unescape writes IAM's policy variables as IAM does: a document block spells
// ${aws:username} as &{aws:username}.
func unescape(v *rind.Value) *rind.Value {
	if v == nil {
		return nil
	}
	out := *v
	switch v.Kind {
	case rind.String:
		out.Text = strings.ReplaceAll(v.Text, "&{", "${")
	case rind.Symbol:
		out.Text = strings.ReplaceAll(v.Text, "&{", "${")
		out.Parts = make([]rind.Part, len(v.Parts))
		for i, p := range v.Parts {
			p.Text = strings.ReplaceAll(p.Text, "&{", "${")
			out.Parts[i] = p
		}
	case rind.List:
		out.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			out.Items[i] = unescape(it)
		}
	}
	return &out
}
