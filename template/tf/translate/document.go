package translate

import (
	"strconv"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// References inside a text that is to be parsed are replaced by marks in the
// Unicode private use area, which no policy contains.
const (
	markStart = '\uE000'
	markEnd   = '\uE001'
)

// decode parses a JSON or YAML document given as text, as policies, API
// definitions and state machines are in Terraform. References inside it
// survive as Symbols. What is not a document comes back unchanged.
func decode(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.String && v.Kind != rind.Symbol {
		return v
	}
	text, refs := v.Text, []rind.Ref(nil)
	if v.Kind == rind.Symbol {
		text, refs = marked(v.Parts)
	}
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' && !strings.Contains(trimmed, "\n") {
		return v
	}
	doc, err := source.Parse(v.Span.File, []byte(text))
	if err != nil || doc == nil || doc.Kind != rind.Map && doc.Kind != rind.List {
		return v
	}
	return restore(doc, refs, placer(v.Span, text))
}

// marked joins the parts of a Symbol. A reference outside a JSON string gets
// quotes, so that {"Resource": ${arn}} can be parsed as well.
func marked(parts []rind.Part) (string, []rind.Ref) {
	var b strings.Builder
	var refs []rind.Ref
	quoted, escaped := false, false
	for _, p := range parts {
		if p.Ref == nil {
			for _, c := range p.Text {
				switch {
				case escaped:
					escaped = false
				case c == '\\' && quoted:
					escaped = true
				case c == '"':
					quoted = !quoted
				}
			}
			b.WriteString(p.Text)
			continue
		}
		mark := string(markStart) + strconv.Itoa(len(refs)) + string(markEnd)
		if !quoted {
			mark = `"` + mark + `"`
		}
		b.WriteString(mark)
		refs = append(refs, *p.Ref)
	}
	return b.String(), refs
}

// placer maps spans inside a document to the file it was written in. For a
// heredoc, whose lines are known, it finds the line; otherwise it is the
// place of the whole text.
func placer(outer rind.Span, text string) func(rind.Span) rind.Span {
	lines := int32(strings.Count(strings.TrimSuffix(text, "\n"), "\n"))
	if lines == 0 || outer.EndLine-outer.Line < lines+1 {
		return func(rind.Span) rind.Span { return outer }
	}
	return func(s rind.Span) rind.Span {
		s.File = outer.File
		s.Line += outer.Line
		s.EndLine = min(s.EndLine+outer.Line, outer.EndLine)
		return s
	}
}

// restore puts references back in place of their marks.
func restore(v *rind.Value, refs []rind.Ref, place func(rind.Span) rind.Span) *rind.Value {
	if v == nil {
		return nil
	}
	out := *v
	out.Span = place(v.Span)
	switch v.Kind {
	case rind.String:
		if strings.ContainsRune(v.Text, markStart) {
			return rind.Join(unmark(v.Text, refs), nil, out.Span)
		}
	case rind.List:
		out.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			out.Items[i] = restore(it, refs, place)
		}
	case rind.Map:
		out.Fields = make([]rind.Field, len(v.Fields))
		for i, f := range v.Fields {
			f.Span = place(f.Span)
			f.Value = restore(f.Value, refs, place)
			if strings.ContainsRune(f.Key, markStart) {
				f.Key = rind.Join(unmark(f.Key, refs), nil, f.Span).Text
			}
			out.Fields[i] = f
		}
	}
	return &out
}

func unmark(text string, refs []rind.Ref) []rind.Part {
	var parts []rind.Part
	for {
		before, rest, ok := strings.Cut(text, string(markStart))
		parts = append(parts, rind.Part{Text: before})
		if !ok {
			return parts
		}
		number, after, ok := strings.Cut(rest, string(markEnd))
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 0 || n >= len(refs) {
			return append(parts, rind.Part{Text: rest})
		}
		ref := refs[n]
		parts = append(parts, rind.Part{Ref: &ref})
		text = after
	}
}
