package python

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"rind/code/ir"
	"rind/code/syntax"
)

// stringLiteral lowers a string, an f-string or several beside each other.
func (l *lowerer) stringLiteral(n syntax.Node) ir.Expr {
	var parts []ir.Expr
	bytes := false
	if n.Kind() == "concatenated_string" {
		for c := range n.Children() {
			parts = l.stringParts(parts, c, &bytes)
		}
	} else {
		parts = l.stringParts(parts, n, &bytes)
	}
	return concat(pos(n), parts, bytes)
}

// concat joins parts to one expression: a Const if nothing else is among them.
func concat(p ir.Pos, parts []ir.Expr, bytes bool) ir.Expr {
	var out []ir.Expr
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, &ir.Const{Pos: p, Value: text.String(), Bytes: bytes})
			text.Reset()
		}
	}
	for _, x := range parts {
		if c, ok := x.(*ir.Const); ok {
			if s, ok := c.Value.(string); ok {
				text.WriteString(s)
				continue
			}
		}
		flush()
		out = append(out, x)
	}
	if len(out) == 0 {
		return &ir.Const{Pos: p, Value: text.String(), Bytes: bytes}
	}
	flush()
	return &ir.Concat{Pos: p, Parts: out}
}

func (l *lowerer) stringParts(parts []ir.Expr, n syntax.Node, bytes *bool) []ir.Expr {
	if n.Kind() != "string" {
		return append(parts, l.expr(n))
	}
	prefix := strings.ToLower(strings.TrimRight(n.First("string_start").Text(), "\"'"))
	raw, isF := strings.Contains(prefix, "r"), strings.Contains(prefix, "f")
	if strings.Contains(prefix, "b") {
		*bytes = true
	}
	for c := range n.Children() {
		switch c.Kind() {
		case "string_content":
			parts = append(parts, &ir.Const{Pos: pos(c), Value: unescape(c.Text(), raw, isF)})
		case "interpolation":
			parts = append(parts, l.interpolation(c))
		}
	}
	return parts
}

// interpolation lowers {x!r:spec} of an f-string.
func (l *lowerer) interpolation(n syntax.Node) ir.Expr {
	x := l.expr(n.Get("expression"))
	conversion := strings.TrimPrefix(n.Get("type_conversion").Text(), "!")
	spec := n.Get("format_specifier")
	var inner []ir.Expr
	for c := range spec.Children() {
		if c.Kind() == "format_expression" {
			inner = append(inner, l.expr(c.Get("expression")))
		}
	}
	x = formatted(x, conversion, strings.TrimPrefix(spec.Text(), ":"))
	if len(inner) > 0 {
		return &ir.Unknown{Pos: pos(n), Parts: append([]ir.Expr{x}, inner...)}
	}
	return x
}

// formatted applies a conversion and a format: number formats only accept
// numbers, and repr quotes.
func formatted(x ir.Expr, conversion, spec string) ir.Expr {
	fn := ""
	switch {
	case conversion == "r" || conversion == "a":
		fn = "repr"
	case spec == "":
	case strings.Contains("bcdoxXn", spec[len(spec)-1:]):
		fn = "int"
	case strings.Contains("eEfFgG%", spec[len(spec)-1:]) && !strings.Contains(spec, "%Y") && !strings.Contains(spec[:len(spec)-1], "%"):
		fn = "float"
	}
	if fn == "" {
		return x
	}
	p := x.At()
	return &ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: fn}, Args: []ir.Arg{{Value: x}}}
}

// unescape replaces escape sequences, and doubled braces in f-strings.
func unescape(s string, raw, braces bool) string {
	if braces && strings.ContainsAny(s, "{}") {
		s = strings.NewReplacer("{{", "{", "}}", "}").Replace(s)
	}
	if raw || !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		hex := func(n int) {
			if i+n < len(s) {
				if v, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32); err == nil {
					if v > utf8.MaxRune {
						v = utf8.RuneError
					}
					b.WriteRune(rune(v))
					i += n
					return
				}
			}
			b.WriteString(s[i-1 : i+1])
		}
		switch c := s[i]; c {
		case '\n':
		case '\\', '\'', '"':
			b.WriteByte(c)
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'a', 'b', 'f', 'v':
			b.WriteByte(map[byte]byte{'a': 7, 'b': 8, 'f': 12, 'v': 11}[c])
		case 'x':
			hex(2)
		case 'u':
			hex(4)
		case 'U':
			hex(8)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			n, v := 0, rune(0)
			for n < 3 && i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '7' {
				v = v*8 + rune(s[i+n]-'0')
				n++
			}
			b.WriteRune(v)
			i += n - 1
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}

// text is the value of a literal string node without any values in it.
func (l *lowerer) text(n syntax.Node) (string, bool) {
	c, ok := l.expr(n).(*ir.Const)
	if !ok || c.Bytes {
		return "", false
	}
	s, ok := c.Value.(string)
	return s, ok
}

// formatCall lowers "literal".format(args); nil if it is not so simple.
func (l *lowerer) formatCall(p ir.Pos, object, list syntax.Node) ir.Expr {
	format, ok := l.text(object)
	if !ok {
		return nil
	}
	var args []ir.Expr
	named := map[string]ir.Expr{}
	for _, a := range l.args(list) {
		switch {
		case a.Spread:
			return nil
		case a.Name != "":
			named[a.Name] = a.Value
		default:
			args = append(args, a.Value)
		}
	}
	var parts []ir.Expr
	next := 0
	for format != "" {
		i := strings.IndexAny(format, "{}")
		if i < 0 {
			i = len(format)
		}
		if i > 0 {
			parts = append(parts, &ir.Const{Pos: p, Value: format[:i]})
			format = format[i:]
			continue
		}
		if len(format) > 1 && format[1] == format[0] {
			parts = append(parts, &ir.Const{Pos: p, Value: format[:1]})
			format = format[2:]
			continue
		}
		end := strings.IndexByte(format, '}')
		if end < 1 || strings.Contains(format[1:end], "{") {
			return nil
		}
		x := replacement(p, format[1:end], &next, args, named)
		if x == nil {
			return nil
		}
		parts = append(parts, x)
		format = format[end+1:]
	}
	return concat(p, parts, false)
}

// replacement is what a replacement field of str.format means: 0.name[key]!r:spec.
func replacement(p ir.Pos, field string, next *int, args []ir.Expr, named map[string]ir.Expr) ir.Expr {
	field, spec, _ := strings.Cut(field, ":")
	field, conversion, _ := strings.Cut(field, "!")
	end := strings.IndexAny(field, ".[")
	if end < 0 {
		end = len(field)
	}
	head, path := field[:end], field[end:]
	x := named[head]
	if x == nil {
		i := *next
		if head != "" {
			n, err := strconv.Atoi(head)
			if err != nil {
				return nil
			}
			i = n
		} else {
			*next++
		}
		if i < 0 || i >= len(args) {
			return nil
		}
		x = args[i]
	}
	for path != "" {
		if name, ok := strings.CutPrefix(path, "."); ok {
			end := strings.IndexAny(name, ".[")
			if end < 0 {
				end = len(name)
			}
			x, path = &ir.Member{Pos: p, X: x, Name: name[:end]}, name[end:]
			continue
		}
		key, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
		if !ok {
			return nil
		}
		x, path = &ir.Index{Pos: p, X: x, Key: &ir.Const{Pos: p, Value: key}}, rest
	}
	return formatted(x, conversion, spec)
}

// percent lowers "literal" % x; nil if what is filled in is not written out.
func (l *lowerer) percent(p ir.Pos, left, right syntax.Node) ir.Expr {
	format, ok := l.text(left)
	if !ok {
		return nil
	}
	args, whole, ok := l.percentArgs(format, right)
	if !ok {
		return nil
	}
	var parts []ir.Expr
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			i = len(format)
		}
		if i > 0 {
			parts = append(parts, &ir.Const{Pos: p, Value: format[:i]})
			format = format[i:]
			continue
		}
		format = format[1:]
		if strings.HasPrefix(format, "%") {
			parts = append(parts, &ir.Const{Pos: p, Value: "%"})
			format = format[1:]
			continue
		}
		var x ir.Expr
		if name, ok := strings.CutPrefix(format, "("); ok {
			key, rest, ok := strings.Cut(name, ")")
			if !ok || whole == nil {
				return nil
			}
			x, format = mapped(p, whole, key), rest
		}
		format = strings.TrimLeft(format, "#0123456789- +.lhL")
		if format == "" || format[0] == '*' {
			return nil
		}
		if x == nil {
			if len(args) == 0 {
				return nil
			}
			x, args = args[0], args[1:]
		}
		switch format[0] {
		case 'd', 'i', 'u', 'o', 'x', 'X', 'c':
			x = formatted(x, "", "d")
		case 'e', 'E', 'f', 'F', 'g', 'G':
			x = formatted(x, "", "f")
		case 'r', 'a':
			x = formatted(x, "r", "")
		case 's':
		default:
			return nil
		}
		parts = append(parts, x)
		format = format[1:]
	}
	return concat(p, parts, false)
}

// percentArgs are the values that a format is filled with: those of a tuple,
// the only one, or a whole mapping.
func (l *lowerer) percentArgs(format string, right syntax.Node) (args []ir.Expr, whole ir.Expr, ok bool) {
	for right.Kind() == "parenthesized_expression" {
		right = right.At(0)
	}
	switch plain := strings.ReplaceAll(format, "%%", ""); {
	case right.Kind() == "tuple":
		for _, a := range l.args(right) {
			if a.Spread {
				return nil, nil, false
			}
			args = append(args, a.Value)
		}
	case strings.Contains(plain, "%("):
		whole = l.expr(right)
	case strings.Count(plain, "%") == 1:
		args = []ir.Expr{l.expr(right)}
	default:
		return nil, nil, false
	}
	return args, whole, true
}

// mapped is x[key], or the value itself where x is a literal with the key.
func mapped(p ir.Pos, x ir.Expr, key string) ir.Expr {
	if o, ok := x.(*ir.Object); ok {
		for _, f := range o.Fields {
			if c, ok := f.Key.(*ir.Const); ok && c.Value == key {
				return f.Value
			}
		}
	}
	return &ir.Index{Pos: p, X: x, Key: &ir.Const{Pos: p, Value: key}}
}
