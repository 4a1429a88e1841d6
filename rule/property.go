package rule

import (
	"strings"

	"rind/rind"
)

// What rules ask of properties. A Symbol never counts as off, missing or
// wrong: the rules stay silent about what they cannot know.

// off reports whether a switch is known to be off: not written at all, or
// written as something other than true.
func off(v *rind.Value) bool { return v.Absent() || v.Scalar() && !v.True() }

// blank reports whether a property is known to hold nothing: not written, an
// empty text, an empty list or an empty map.
func blank(v *rind.Value) bool {
	if v.Absent() {
		return true
	}
	switch v.Kind {
	case rind.String:
		return strings.TrimSpace(v.Text) == ""
	case rind.List, rind.Map:
		return v.Len() == 0
	}
	return false
}

// same reports whether two values name the same thing: the same resource of
// the app, or the same text. Unknown texts are compared as written, so that
// two uses of one parameter match.
func same(a, b *rind.Value) bool {
	if a.Absent() || b.Absent() {
		return false
	}
	ta, oka := a.Target()
	tb, okb := b.Target()
	if oka && okb {
		return ta == tb
	}
	return a.Text != "" && a.Text == b.Text
}

// names reports whether v stands for resource r: a reference to it, or the
// name that r bears in one of the given properties.
func names(v *rind.Value, r *rind.Resource, nameProperties ...string) bool {
	if v.Absent() || r == nil {
		return false
	}
	if id, ok := v.Target(); ok {
		return id == r.ID
	}
	for _, p := range nameProperties {
		if same(v, r.Get(p)) {
			return true
		}
	}
	return false
}

// companion returns the first resource of the given type that names r in the
// property at path, or nil.
func companion(app *rind.App, r *rind.Resource, nameProperty, typ string, path ...string) *rind.Resource {
	for _, c := range app.OfType(typ) {
		for v := range c.Get(path...).Each() {
			if names(v, r, nameProperty) {
				return c
			}
		}
	}
	return nil
}

// home reports about resource r as a whole, with the evidence at at shown
// beside it: for what is wrong with r but written in a resource of its own,
// as Terraform splits a bucket.
func home(p *Pass, r *rind.Resource, at *rind.Value, format string, args ...any) *rind.Finding {
	if at == nil || at.Span.File == r.Span.File && r.Span.Contains(at.Span.Line) {
		return p.Report(r, at, format, args...)
	}
	f := p.Report(r, nil, format, args...)
	f.Key += "|" + at.Text
	if !at.Span.IsZero() {
		f.Related = append(f.Related, rind.Label{Span: at.Span, Note: "written here"})
	}
	if at.Kind == rind.Symbol {
		f.Confidence = rind.ConfidenceLow
	}
	return f
}

// awsManagedKey reports whether a key is one that AWS manages for a service
// ("alias/aws/sqs"), of which the key policy cannot be changed.
func awsManagedKey(v *rind.Value) bool {
	return v.Present() && strings.Contains(v.Text, "alias/aws/")
}
