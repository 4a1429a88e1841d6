package java

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"rind/code/ir"
	"rind/code/syntax"
)

// literal lowers a literal.
func (l *lowerer) literal(n syntax.Node) (ir.Expr, bool) {
	p := pos(n)
	text := n.Text()
	switch n.Kind() {
	case "string_literal":
		if n.First("string_interpolation").OK() {
			return &ir.Concat{Pos: p, Parts: l.parts(n)}, true
		}
		return &ir.Const{Pos: p, Value: stringValue(text)}, true
	case "character_literal":
		return &ir.Const{Pos: p, Value: unescape(strings.Trim(text, "'"))}, true
	case "true", "false":
		return &ir.Const{Pos: p, Value: text == "true"}, true
	case "null_literal":
		return &ir.Const{Pos: p, Value: nil}, true
	case "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal":
		text = strings.TrimRight(strings.ReplaceAll(text, "_", ""), "lL")
		v, err := strconv.ParseUint(text, 0, 64)
		if err != nil {
			return &ir.Unknown{Pos: p}, true
		}
		if v <= math.MaxUint32 && v > math.MaxInt32 && n.Kind() != "decimal_integer_literal" && !strings.HasSuffix(n.Text(), "L") {
			return &ir.Const{Pos: p, Value: int64(int32(v))}, true
		}
		return &ir.Const{Pos: p, Value: int64(v)}, true
	case "decimal_floating_point_literal", "hex_floating_point_literal":
		text = strings.ReplaceAll(text, "_", "")
		if n.Kind() == "decimal_floating_point_literal" {
			text = strings.TrimRight(text, "fFdD")
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return &ir.Unknown{Pos: p}, true
		}
		return &ir.Const{Pos: p, Value: v}, true
	}
	return nil, false
}

// parts is a string template's text and embedded values.
func (l *lowerer) parts(n syntax.Node) []ir.Expr {
	var out []ir.Expr
	for c := range n.Children() {
		switch c.Kind() {
		case "string_interpolation":
			out = append(out, l.expr(c.At(0)))
		case "escape_sequence":
			out = append(out, &ir.Const{Pos: pos(c), Value: unescape(c.Text())})
		default:
			out = append(out, &ir.Const{Pos: pos(c), Value: c.Text()})
		}
	}
	return out
}

// stringValue is the value of a string literal or text block.
func stringValue(text string) string {
	if body, ok := strings.CutPrefix(text, `"""`); ok {
		return textBlock(strings.TrimSuffix(body, `"""`))
	}
	return unescape(strings.TrimSuffix(strings.TrimPrefix(text, `"`), `"`))
}

// textBlock strips a text block's common indentation, as JLS 3.10.6 says.
func textBlock(body string) string {
	_, body, _ = strings.Cut(body, "\n")
	lines := strings.Split(body, "\n")
	indent := -1
	for i, line := range lines {
		blank := strings.TrimSpace(line) == ""
		if blank && i < len(lines)-1 {
			continue
		}
		if n := len(line) - len(strings.TrimLeft(line, " \t")); indent < 0 || n < indent {
			indent = n
		}
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[min(max(indent, 0), len(line)):], " \t\r")
	}
	return unescape(strings.Join(lines, "\n"))
}

var escapes = map[byte]string{
	'b': "\b", 't': "\t", 'n': "\n", 'f': "\f", 'r': "\r", 's': " ", '"': `"`, '\'': "'", '\\': `\`, '\n': "",
}

// unescape replaces escape sequences.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c == 'u':
			for i+1 < len(s) && s[i+1] == 'u' {
				i++
			}
			r, n := hex4(s[i+1:])
			i += n
			if utf16.IsSurrogate(r) && strings.HasPrefix(s[i+1:], `\u`) {
				low, k := hex4(s[i+3:])
				r, i = utf16.DecodeRune(r, low), i+2+k
			}
			b.WriteRune(r)
		case c >= '0' && c <= '7':
			v := 0
			for k := 0; k < 3 && i < len(s) && s[i] >= '0' && s[i] <= '7' && v*8 < 256; k++ {
				v = v*8 + int(s[i]-'0')
				i++
			}
			i--
			b.WriteRune(rune(v))
		default:
			if e, ok := escapes[c]; ok {
				b.WriteString(e)
			} else {
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}

func hex4(s string) (r rune, n int) {
	for n < 4 && n < len(s) {
		v, err := strconv.ParseUint(s[n:n+1], 16, 8)
		if err != nil {
			break
		}
		r = r<<4 | rune(v)
		n++
	}
	return r, n
}
