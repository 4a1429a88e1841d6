package tf

import (
	"fmt"
	"strconv"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// Placeholders for references while a text is read as JSON, from Unicode's
// private use area, where no policy has business.
const (
	holdOpen  = '\uE0F0'
	holdClose = '\uE0F1'
)

// readJSON parses a text with references as JSON, keeping the references. It
// returns nil if the text is not a JSON object or array. place turns a line
// and column of the text into a place in the source, and may be nil: then
// everything is at span.
func readJSON(ps []rind.Part, span rind.Span, place func(rind.Span) rind.Span) *rind.Value {
	first := ""
	for _, p := range ps {
		if p.Ref != nil {
			break
		}
		if first = strings.TrimLeft(p.Text, " \t\r\n"); first != "" {
			break
		}
	}
	if first == "" || first[0] != '{' && first[0] != '[' {
		return nil
	}
	text, refs := holdRefs(ps)
	v, err := source.ParseJSON("", []byte(text))
	if err != nil {
		return nil
	}
	move := func(s rind.Span) rind.Span {
		if place == nil {
			return span
		}
		return place(s)
	}
	return putRefs(v, refs, move)
}

// holdRefs replaces every reference by a placeholder, quoted where it stands
// outside a JSON string.
func holdRefs(ps []rind.Part) (string, []rind.Part) {
	var b strings.Builder
	var refs []rind.Part
	inString, escaped := false, false
	for _, p := range ps {
		if p.Ref != nil {
			hold := fmt.Sprintf("%c%d%c", holdOpen, len(refs), holdClose)
			if !inString {
				hold = `"` + hold + `"`
			}
			b.WriteString(hold)
			refs = append(refs, p)
			continue
		}
		for i := 0; i < len(p.Text); i++ {
			switch c := p.Text[i]; {
			case escaped:
				escaped = false
			case c == '\\' && inString:
				escaped = true
			case c == '"':
				inString = !inString
			}
		}
		b.WriteString(p.Text)
	}
	return b.String(), refs
}

func putRefs(v *rind.Value, refs []rind.Part, move func(rind.Span) rind.Span) *rind.Value {
	v.Span = move(v.Span)
	if v.Kind == rind.String && strings.ContainsRune(v.Text, holdOpen) {
		return rind.Join(splitHeld(v.Text, refs), nil, v.Span)
	}
	for i, it := range v.Items {
		v.Items[i] = putRefs(it, refs, move)
	}
	for i := range v.Fields {
		f := &v.Fields[i]
		f.Span = move(f.Span)
		if strings.ContainsRune(f.Key, holdOpen) {
			f.Key = rind.Join(splitHeld(f.Key, refs), nil, f.Span).Text
		}
		f.Value = putRefs(f.Value, refs, move)
	}
	return v
}

func splitHeld(s string, refs []rind.Part) []rind.Part {
	var out []rind.Part
	for {
		i := strings.IndexRune(s, holdOpen)
		if i < 0 {
			return append(out, rind.Part{Text: s})
		}
		out = append(out, rind.Part{Text: s[:i]})
		s = s[i+len(string(holdOpen)):]
		j := strings.IndexRune(s, holdClose)
		if j < 0 {
			return append(out, rind.Part{Text: s})
		}
		if n, err := strconv.Atoi(s[:j]); err == nil && n >= 0 && n < len(refs) {
			out = append(out, refs[n])
		}
		s = s[j+len(string(holdClose)):]
	}
}
