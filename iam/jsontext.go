package iam

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"rind/rind"
)

// maxDepth bounds the nesting of JSON text; a policy needs five levels.
const maxDepth = 64

// maxText bounds JSON text in bytes. AWS takes 20,480 characters at most;
// the rest leaves room for white space and generated documents.
const maxText = 1 << 20

// parseJSONText reads JSON out of a string or a Symbol with JSON text around
// its references. References inside strings become Symbols; one in the place
// of a value becomes that value.
func parseJSONText(v *rind.Value) (*rind.Value, error) {
	p := &textParser{origin: v.Span, via: v.Via}
	if v.Kind == rind.Symbol {
		p.parts = v.Parts
	} else {
		p.parts = []rind.Part{{Text: v.Text}}
	}
	size, newlines := 0, int32(0)
	for _, part := range p.parts {
		size += len(part.Text)
		newlines += int32(strings.Count(part.Text, "\n"))
	}
	if size > maxText {
		return nil, fmt.Errorf("%s: policy text is larger than 1 MB", v.Span)
	}
	// A heredoc or block scalar keeps its lines; its text starts on the line
	// after the marker. Anything else is one place.
	if rows := v.Span.EndLine - v.Span.Line; newlines > 0 && rows >= newlines {
		p.lines = true
		p.firstLine = v.Span.Line + 1
		if rows == newlines-1 {
			p.firstLine = v.Span.Line
		}
	}
	out, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if !p.end() {
		return nil, p.errorf("text after the end of the policy")
	}
	return out, nil
}

// A textParser reads JSON from a sequence of literal texts and references.
type textParser struct {
	parts     []rind.Part
	part, pos int   // where it stands
	line      int32 // newlines seen
	column    int32 // bytes since the last one
	origin    rind.Span
	via       []rind.Ref
	lines     bool
	firstLine int32
}

func (p *textParser) here() rind.Span {
	if !p.lines {
		return p.origin
	}
	line := p.firstLine + p.line
	return rind.Span{File: p.origin.File, Line: line, Column: p.column + 1, EndLine: line, EndColumn: p.column + 1}
}

func (p *textParser) since(start rind.Span) rind.Span {
	if p.lines {
		end := p.here()
		start.EndLine, start.EndColumn = end.Line, end.Column
	}
	return start
}

func (p *textParser) errorf(format string, args ...any) error {
	at := p.here()
	if !p.lines {
		return fmt.Errorf("%s: policy text, line %d: %s", at, p.line+1, fmt.Sprintf(format, args...))
	}
	return fmt.Errorf("%s: policy text: %s", at, fmt.Sprintf(format, args...))
}

// settle moves over exhausted literals.
func (p *textParser) settle() {
	for p.part < len(p.parts) && p.parts[p.part].Ref == nil && p.pos >= len(p.parts[p.part].Text) {
		p.part, p.pos = p.part+1, 0
	}
}

func (p *textParser) end() bool { p.settle(); return p.part >= len(p.parts) }

// ref returns the reference the parser stands at, or nil.
func (p *textParser) ref() *rind.Ref {
	if p.end() {
		return nil
	}
	return p.parts[p.part].Ref
}

// peek returns the next byte, or 0 at a reference or the end.
func (p *textParser) peek() byte {
	if p.end() || p.parts[p.part].Ref != nil {
		return 0
	}
	return p.parts[p.part].Text[p.pos]
}

func (p *textParser) next() {
	if p.end() {
		return
	}
	if p.parts[p.part].Ref != nil {
		p.part, p.pos = p.part+1, 0
		return
	}
	if p.parts[p.part].Text[p.pos] == '\n' {
		p.line++
		p.column = 0
	} else {
		p.column++
	}
	p.pos++
}

func (p *textParser) space() {
	for {
		switch p.peek() {
		case ' ', '\t', '\r', '\n':
			p.next()
		case 0xEF, 0xBB, 0xBF: // a byte order mark
			p.next()
		default:
			return
		}
	}
}

func (p *textParser) value(depth int) (*rind.Value, error) {
	if depth > maxDepth {
		return nil, p.errorf("nested more than %d levels deep", maxDepth)
	}
	p.space()
	start := p.here()
	if r := p.ref(); r != nil {
		p.next()
		v := rind.NewRef(*r, start)
		p.bare()
		return v, nil
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth, start)
	case c == '[':
		return p.array(depth, start)
	case c == '"':
		parts, err := p.text()
		if err != nil {
			return nil, err
		}
		return rind.Join(parts, p.via, p.since(start)), nil
	case c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z':
		word := p.bare()
		switch {
		case word == "true" || word == "false":
			return rind.NewBool(word == "true", p.since(start)), nil
		case word == "null":
			return &rind.Value{Kind: rind.Null, Span: p.since(start)}, nil
		}
		if _, err := strconv.ParseFloat(word, 64); err == nil {
			return &rind.Value{Kind: rind.Number, Text: word, Span: p.since(start)}, nil
		}
		return nil, p.errorf("%q is no JSON value", word)
	case p.end():
		return nil, p.errorf("ends too early")
	default:
		return nil, p.errorf("unexpected %q", string(rune(c)))
	}
}

// bare reads an unquoted word.
func (p *textParser) bare() string {
	var b strings.Builder
	for {
		c := p.peek()
		if c == 0 || strings.IndexByte(" \t\r\n,:]}[{\"", c) >= 0 {
			return b.String()
		}
		b.WriteByte(c)
		p.next()
	}
}

func (p *textParser) array(depth int, start rind.Span) (*rind.Value, error) {
	p.next()
	v := &rind.Value{Kind: rind.List}
	for {
		p.space()
		if p.peek() == ']' {
			p.next()
			v.Span = p.since(start)
			return v, nil
		}
		if len(v.Items) > 0 {
			if p.peek() != ',' {
				return nil, p.errorf("expected , or ] in a list")
			}
			p.next()
			p.space()
			if p.peek() == ']' { // AWS refuses a trailing comma, but what is meant is plain
				continue
			}
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.Items = append(v.Items, item)
	}
}

func (p *textParser) object(depth int, start rind.Span) (*rind.Value, error) {
	p.next()
	v := &rind.Value{Kind: rind.Map}
	for {
		p.space()
		if p.peek() == '}' {
			p.next()
			v.Span = p.since(start)
			return v, nil
		}
		if len(v.Fields) > 0 {
			if p.peek() != ',' {
				return nil, p.errorf("expected , or } after %q", v.Fields[len(v.Fields)-1].Key)
			}
			p.next()
			p.space()
			if p.peek() == '}' {
				continue
			}
		}
		at := p.here()
		if p.peek() != '"' {
			return nil, p.errorf("expected a quoted name")
		}
		key, err := p.text()
		if err != nil {
			return nil, err
		}
		at = p.since(at)
		p.space()
		if p.peek() != ':' {
			return nil, p.errorf("expected : after a name")
		}
		p.next()
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.Fields = append(v.Fields, rind.Field{Key: rind.Join(key, nil, at).Text, Span: at, Value: value})
	}
}

// text reads a quoted string, which may hold references.
func (p *textParser) text() ([]rind.Part, error) {
	p.next()
	var parts []rind.Part
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			parts = append(parts, rind.Part{Text: b.String()})
			b.Reset()
		}
	}
	for {
		if r := p.ref(); r != nil {
			flush()
			parts = append(parts, rind.Part{Ref: r})
			p.next()
			continue
		}
		if p.end() {
			return nil, p.errorf("a string does not end")
		}
		c := p.peek()
		p.next()
		switch c {
		case '"':
			flush()
			return parts, nil
		case '\\':
			r, err := p.escape()
			if err != nil {
				return nil, err
			}
			b.WriteRune(r)
		default:
			b.WriteByte(c)
		}
	}
}

func (p *textParser) escape() (rune, error) {
	c := p.peek()
	p.next()
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r := p.hex()
		if utf16.IsSurrogate(r) && p.peek() == '\\' {
			p.next()
			if p.peek() == 'u' {
				p.next()
				r = utf16.DecodeRune(r, p.hex())
			}
		}
		if r < 0 || !utf8.ValidRune(r) {
			r = utf8.RuneError
		}
		return r, nil
	}
	return 0, p.errorf("unknown escape in a string")
}

func (p *textParser) hex() rune {
	var b strings.Builder
	for range 4 {
		b.WriteByte(p.peek())
		p.next()
	}
	n, err := strconv.ParseUint(b.String(), 16, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}
