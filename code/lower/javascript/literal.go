package javascript

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"rind/code/ir"
	"rind/code/syntax"
)

// stringText is the value of a string literal.
func stringText(n syntax.Node) string {
	var b strings.Builder
	for c := range n.All() {
		switch c.Kind() {
		case "string_fragment":
			b.WriteString(c.Text())
		case "escape_sequence":
			b.WriteString(unescape(c.Text()))
		}
	}
	return b.String()
}

// unescape is the text that an escape sequence stands for.
func unescape(s string) string {
	if len(s) < 2 || s[0] != '\\' {
		return s
	}
	switch s[1] {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case 'b':
		return "\b"
	case 'f':
		return "\f"
	case 'v':
		return "\v"
	case '\n', '\r':
		return ""
	case 'x', 'u':
		hex := strings.Trim(s[2:], "{}")
		if r, err := strconv.ParseUint(hex, 16, 32); err == nil && r <= utf8.MaxRune {
			return string(rune(r))
		}
	case '0', '1', '2', '3', '4', '5', '6', '7':
		if r, err := strconv.ParseUint(s[1:], 8, 16); err == nil {
			return string(rune(r))
		}
	}
	return s[1:]
}

// number is the value of a number literal.
func number(p ir.Pos, text string) ir.Expr {
	text = strings.TrimSuffix(strings.ReplaceAll(text, "_", ""), "n")
	if i, err := strconv.ParseInt(text, 0, 64); err == nil {
		return &ir.Const{Pos: p, Value: i}
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		if f == float64(int64(f)) && strings.ContainsAny(text, ".eE") && f < 1<<53 && f > -1<<53 {
			return &ir.Const{Pos: p, Value: int64(f)}
		}
		return &ir.Const{Pos: p, Value: f}
	}
	return &ir.Unknown{Pos: p}
}

// template lowers a template literal; without substitutions it is a constant.
func (l *lowerer) template(n syntax.Node) ir.Expr {
	strs, values := l.templateParts(n)
	if len(values) == 0 {
		return str(pos(n), strs[0])
	}
	c := &ir.Concat{Pos: pos(n)}
	for i, s := range strs {
		if s != "" {
			c.Parts = append(c.Parts, str(pos(n), s))
		}
		if i < len(values) {
			c.Parts = append(c.Parts, values[i])
		}
	}
	return c
}

// tagged lowers tag`a${x}b` to tag(["a", "b"], x).
func (l *lowerer) tagged(n, tmpl syntax.Node) ir.Expr {
	p := pos(n)
	fn := l.expr(n.Get("function"))
	strs, values := l.templateParts(tmpl)
	array := &ir.Array{Pos: pos(tmpl)}
	for _, s := range strs {
		array.Elems = append(array.Elems, ir.Arg{Value: str(pos(tmpl), s)})
	}
	return &ir.Call{Pos: p, Fn: fn, Args: append(args(array), args(values...)...)}
}

// templateParts are the strings between the substitutions (one more than
// there are of them), and the substitutions.
func (l *lowerer) templateParts(n syntax.Node) (strs []string, values []ir.Expr) {
	var b strings.Builder
	for c := range n.Children() {
		switch c.Kind() {
		case "string_fragment":
			b.WriteString(c.Text())
		case "escape_sequence":
			b.WriteString(unescape(c.Text()))
		case "template_substitution":
			strs = append(strs, b.String())
			b.Reset()
			values = append(values, l.expr(c.At(0)))
		}
	}
	return append(strs, b.String()), values
}

// object lowers an object literal.
func (l *lowerer) object(n syntax.Node) ir.Expr {
	o := &ir.Object{Pos: pos(n)}
	for c := range n.Children() {
		switch c.Kind() {
		case "pair":
			key := c.Get("key")
			name, _ := plainKey(key)
			o.Fields = append(o.Fields, ir.Field{Key: l.key(key), Value: l.named(c.Get("value"), fnOpts{name: name})})
		case "shorthand_property_identifier":
			o.Fields = append(o.Fields, ir.Field{Key: str(pos(c), c.Text()), Value: l.identifier(c)})
		case "spread_element":
			o.Fields = append(o.Fields, ir.Field{Value: l.expr(c.At(0)), Spread: true})
		case "method_definition":
			if c.First("set").OK() {
				continue
			}
			key := c.Get("name")
			name, _ := plainKey(key)
			value := l.lambda(c, fnOpts{name: name})
			if c.First("get").OK() {
				value = &ir.Call{Pos: pos(c), Fn: value}
			}
			o.Fields = append(o.Fields, ir.Field{Key: l.key(key), Value: value})
		case "object_assignment_pattern", "assignment_pattern": // {a = 1} of a pattern in the making
			o.Fields = append(o.Fields, ir.Field{Key: str(pos(c), c.Get("left").Text()), Value: l.expr(c.Get("right"))})
		default:
			if isExpr(c.Kind()) {
				o.Fields = append(o.Fields, ir.Field{Value: l.expr(c), Spread: true})
			}
		}
	}
	return o
}

// regex lowers /pattern/flags to new RegExp("pattern", "flags").
func regex(n syntax.Node) ir.Expr {
	p := pos(n)
	call := &ir.Call{Pos: p, Fn: &ir.Var{Pos: p, Name: "RegExp"}, New: true, Args: args(str(p, n.Get("pattern").Text()))}
	if f := n.Get("flags"); f.OK() {
		call.Args = append(call.Args, ir.Arg{Value: str(p, f.Text())})
	}
	return call
}

// jsx lowers <Tag a={x}>…</Tag> to createElement(Tag, {a: x}, …).
func (l *lowerer) jsx(n syntax.Node) ir.Expr {
	p := pos(n)
	open := n
	if n.Kind() == "jsx_element" {
		open = n.Get("open_tag")
	}
	call := &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: &ir.Import{Pos: p, Path: "react"}, Name: "createElement"}}
	props := &ir.Object{Pos: pos(open)}
	var tag ir.Expr = str(p, "")
	if name := open.Get("name"); name.OK() {
		tag = l.jsxName(name)
	}
	for c := range open.Children() {
		switch c.Kind() {
		case "jsx_attribute":
			var value ir.Expr = &ir.Const{Pos: pos(c), Value: true}
			if v := c.At(1); v.OK() {
				value = l.expr(v)
			}
			props.Fields = append(props.Fields, ir.Field{Key: str(pos(c), c.At(0).Text()), Value: value})
		case "jsx_expression":
			if s := c.First("spread_element"); s.OK() {
				props.Fields = append(props.Fields, ir.Field{Value: l.expr(s.At(0)), Spread: true})
			}
		}
	}
	call.Args = args(tag, props)
	if n.Kind() == "jsx_element" {
		for c := range n.Children() {
			switch c.Kind() {
			case "jsx_opening_element", "jsx_closing_element":
			case "jsx_text":
				if t := strings.TrimSpace(c.Text()); t != "" {
					call.Args = append(call.Args, ir.Arg{Value: str(pos(c), t)})
				}
			default:
				call.Args = append(call.Args, ir.Arg{Value: l.expr(c)})
			}
		}
	}
	return call
}

func (l *lowerer) jsxName(n syntax.Node) ir.Expr {
	text := n.Text()
	if n.Kind() == "identifier" && text != "" && (text[0] >= 'a' && text[0] <= 'z') || n.Kind() == "jsx_namespace_name" {
		return str(pos(n), text)
	}
	return l.expr(n)
}
