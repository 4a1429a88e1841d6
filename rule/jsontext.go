package rule

import (
	"rind/rind"
	"rind/template/source"
)

// maxJSONText bounds documents given as text inside a property. State machine
// definitions, the largest of them, may have 1 MB.
const maxJSONText = 1 << 20

// jsonValue parses JSON that a property holds as text: an event pattern, a
// state machine. Unknown parts become the name of what they refer to. Spans
// are those of the property. It returns nil if the text is no JSON.
func jsonValue(v *rind.Value) *rind.Value {
	if v == nil || len(v.Text) > maxJSONText || v.Kind != rind.String && v.Kind != rind.Symbol {
		return nil
	}
	parsed, err := source.Parse("", []byte(v.Text))
	if err != nil || parsed == nil || parsed.Kind != rind.Map && parsed.Kind != rind.List {
		return nil
	}
	return placed(parsed, v.Span, 0)
}

// placed copies a value with every span set to span.
func placed(v *rind.Value, span rind.Span, depth int) *rind.Value {
	if v == nil || depth > 200 {
		return nil
	}
	c := &rind.Value{Kind: v.Kind, Text: v.Text, Parts: v.Parts, Via: v.Via, Span: span}
	for _, it := range v.Items {
		c.Items = append(c.Items, placed(it, span, depth+1))
	}
	for _, f := range v.Fields {
		c.Fields = append(c.Fields, rind.Field{Key: f.Key, Span: span, Value: placed(f.Value, span, depth+1)})
	}
	return c
}
