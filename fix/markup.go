package fix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// setMarkup sets the value at keys below the properties at place, in YAML or
// JSON.
func setMarkup(file string, src []byte, place, keys []string, value any) (rind.Edit, error) {
	root, err := source.Parse(file, src)
	if err != nil {
		return rind.Edit{}, err
	}
	d := document{file: file, src: src, lines: source.NewLines(src), json: bytes.HasPrefix(bytes.TrimSpace(src), []byte("{"))}
	at := root.Get(place[:len(place)-1]...)
	if at == nil || at.Span.File != file {
		return rind.Edit{}, errNoPlace
	}
	return d.set(at, append([]string{place[len(place)-1]}, keys...), value)
}

type document struct {
	file  string
	src   []byte
	lines *source.Lines
	json  bool
}

// set descends as far as the keys exist and replaces or inserts there.
func (d *document) set(at *rind.Value, keys []string, value any) (rind.Edit, error) {
	for i, key := range keys {
		if at.Kind != rind.Map || intrinsic(at) {
			return rind.Edit{}, errNoPlace
		}
		next := at.Get(key)
		switch {
		case next == nil:
			return d.insert(at, keys[i], nest(keys[i+1:], value))
		case i == len(keys)-1:
			return d.replace(next, value)
		case next.Kind == rind.Null:
			return rind.Edit{}, errNoPlace
		}
		at = next
	}
	return rind.Edit{}, errNoPlace
}

// intrinsic reports whether v is a call of a CloudFormation function.
func intrinsic(v *rind.Value) bool {
	return len(v.Fields) == 1 && (v.Fields[0].Key == "Ref" || strings.HasPrefix(v.Fields[0].Key, "Fn::") || strings.HasPrefix(v.Fields[0].Key, "!"))
}

// nest wraps value into maps of one key each.
func nest(keys []string, value any) any {
	for _, key := range slices.Backward(keys) {
		value = map[string]any{key: value}
	}
	return value
}

// replace overwrites a literal scalar.
func (d *document) replace(v *rind.Value, value any) (rind.Edit, error) {
	if !v.Scalar() {
		return rind.Edit{}, errNoPlace
	}
	start := d.lines.Offset(v.Span.Line, v.Span.Column)
	end := d.lines.Offset(v.Span.EndLine, v.Span.EndColumn)
	old := string(d.src[start:end])
	if v.Span.Line != v.Span.EndLine || strings.Contains(old, "\n") || strings.Trim(old, `"'`) != v.Text {
		return rind.Edit{}, errNoPlace // an anchor, a tag or a block: not plain
	}
	return rind.Edit{File: d.file, Start: start, End: end, Text: d.flow(value)}, nil
}

// insert adds a key at the head of a map.
func (d *document) insert(m *rind.Value, key string, value any) (rind.Edit, error) {
	start := d.lines.Offset(m.Span.Line, m.Span.Column)
	edit := rind.Edit{File: d.file}
	if start < len(d.src) && d.src[start] == '{' {
		entry := d.key(key) + ": " + d.flow(value)
		if len(m.Fields) == 0 {
			edit.Start, edit.Text = start+1, entry
		} else {
			first := m.Fields[0].Span
			edit.Start = d.lines.Offset(first.Line, first.Column)
			edit.Text = entry + ", "
			if first.Line != m.Span.Line {
				edit.Text = entry + ",\n" + d.blank(first)
			}
		}
		edit.End = edit.Start
		return edit, nil
	}
	if len(m.Fields) == 0 || d.json {
		return rind.Edit{}, errNoPlace
	}
	first := m.Fields[0].Span
	indent := d.blank(first)
	if kind := m.Field("Type"); key == "Properties" && kind != nil && kind.Value.Scalar() {
		// Where everybody looks for it: below the type.
		line := kind.Value.Span.EndLine
		edit.Start = d.lines.Offset(line, int32(len(d.lines.Line(int(line)))+1))
		edit.End = edit.Start
		edit.Text = "\n" + indent + d.block(key, value, indent)
		return edit, nil
	}
	edit.Start = d.lines.Offset(first.Line, first.Column)
	edit.End = edit.Start
	edit.Text = d.block(key, value, indent) + "\n" + indent
	return edit, nil
}

// blank is the white space that brings a line to the column of span.
func (d *document) blank(span rind.Span) string {
	line := d.lines.Line(int(span.Line))
	lead := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	if n := int(span.Column) - 1; n > len(lead) { // after "- "
		return lead + strings.Repeat(" ", n-len(lead))
	}
	return lead
}

var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_/.-]*$`)

func (d *document) key(s string) string {
	if d.json {
		return strconv.Quote(s)
	}
	return s
}

func (d *document) scalar(x any) string {
	s, ok := x.(string)
	if !ok {
		return fmt.Sprint(x)
	}
	if !d.json && plain.MatchString(s) && !slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}, strings.ToLower(s)) {
		return s
	}
	quoted, _ := json.Marshal(s) // a string always marshals
	return string(quoted)
}

// flow renders a value on one line.
func (d *document) flow(x any) string {
	switch x := x.(type) {
	case map[string]any:
		var parts []string
		for _, k := range keysOf(x) {
			parts = append(parts, d.key(k)+": "+d.flow(x[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, it := range x {
			parts = append(parts, d.flow(it))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return d.scalar(x)
}

// block renders key and value in block style; lines after the first begin
// with indent.
func (d *document) block(key string, x any, indent string) string {
	switch x := x.(type) {
	case map[string]any:
		out := key + ":"
		for _, k := range keysOf(x) {
			out += "\n" + indent + "  " + d.block(k, x[k], indent+"  ")
		}
		return out
	case []any:
		out := key + ":"
		for _, it := range x {
			out += "\n" + indent + "  - "
			if m, ok := it.(map[string]any); ok {
				for i, k := range keysOf(m) {
					if i > 0 {
						out += "\n" + indent + "    "
					}
					out += d.block(k, m[k], indent+"    ")
				}
				continue
			}
			out += d.flow(it)
		}
		return out
	}
	return key + ": " + d.scalar(x)
}

func keysOf(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
