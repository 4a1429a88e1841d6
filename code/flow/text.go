package flow

import (
	"strings"

	"rind/code/ir"
)

// printedValue is v as text: objects lose their shape, not their taints.
func (e *engine) printedValue(v *Value) *Value {
	if len(v.objs) == 0 {
		return v
	}
	ts := e.deep(v, deepLimit)
	if len(ts) == 0 {
		return unknown
	}
	return &Value{any: true, taints: through(ts, 0, nil)}
}

// made is a text that was built: its taints are no longer the thing itself,
// and the place is a station of their way.
func (e *engine) made(v *Value, fr *frame, pos ir.Pos, note string) *Value {
	if len(v.taints) == 0 {
		return v
	}
	if note == "" {
		note = "becomes part of a text"
	}
	s := &step{mod: fr.fn.Module, pos: pos, note: note}
	return v.with(func(w *Value) { w.taints = through(v.taints, 0, s) })
}

// formatArgs is the right side of Python's % as a list of values.
func (e *engine) formatArgs(v *Value) []*Value {
	if ok, vs := e.known(v); ok && e.isArray(v) {
		return vs
	}
	return []*Value{v}
}

// formatted fills a %-format with values, so that the parts around them stay
// known.
func (e *engine) formatted(format string, args []*Value) *Value {
	var vs []*Value
	next := 0
	rest := format
	for {
		i := strings.IndexByte(rest, '%')
		if i < 0 || i+1 >= len(rest) {
			break
		}
		if i > 0 {
			vs = append(vs, constant(rest[:i]))
		}
		if rest[i+1] == '%' {
			vs = append(vs, constant("%"))
			rest = rest[i+2:]
			continue
		}
		j := i + 1
		name := ""
		if rest[j] == '(' {
			if k := strings.IndexByte(rest[j:], ')'); k > 0 {
				name, j = rest[j+1:j+k], j+k+1
			}
		}
		for j < len(rest) && strings.IndexByte("#0- +.*123456789lhLqv[]", rest[j]) >= 0 && !(rest[j] == 'v') {
			j++
		}
		verb := byte('s')
		if j < len(rest) {
			verb = rest[j]
			j++
		}
		v := unknown
		switch {
		case name != "" && len(args) > 0:
			v = none
			for _, id := range args[0].objs {
				v = join(v, e.field(id, name))
			}
			v = e.memberTaints(args[0], name, v)
		case next < len(args):
			v = args[next]
		}
		next++
		if strings.IndexByte("dioxXbeEfFgGtTp", verb) >= 0 {
			v = number
		}
		vs = append(vs, e.printedValue(v))
		rest = rest[min(j, len(rest)):]
	}
	vs = append(vs, constant(rest))
	for ; next < len(args); next++ { // more values than verbs
		vs = append(vs, &Value{any: true, taints: through(e.deep(args[next], 2), 0, nil)})
	}
	return concat(vs...)
}

// braces fills a format with {} or {name} fields.
func (e *engine) braces(format string, c *Call) *Value {
	var vs []*Value
	next := 0
	rest := format
	for {
		i := strings.IndexByte(rest, '{')
		if i < 0 {
			break
		}
		if i > 0 {
			vs = append(vs, constant(strings.ReplaceAll(rest[:i], "}}", "}")))
		}
		rest = rest[i+1:]
		if strings.HasPrefix(rest, "{") {
			vs = append(vs, constant("{"))
			rest = rest[1:]
			continue
		}
		j := strings.IndexByte(rest, '}')
		if j < 0 {
			break
		}
		field := rest[:j]
		rest = rest[j+1:]
		name := strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune(".[:!", r) })
		var v *Value
		if len(name) == 0 || field[0] == ':' || field[0] == '!' {
			v = c.position(next)
			next++
		} else if n := name[0]; n[0] >= '0' && n[0] <= '9' {
			v = c.position(int(n[0] - '0'))
		} else {
			v = c.named(n)
		}
		if v == nil {
			v = unknown
			for _, a := range c.args {
				if a.spread {
					v = v.withTaints(through(e.deep(a.value, 3), 0, nil))
				}
			}
		}
		vs = append(vs, e.printedValue(v))
	}
	vs = append(vs, constant(strings.ReplaceAll(rest, "}}", "}")))
	return concat(vs...)
}

// position is the i-th positional argument; nil if it is not given.
func (c *Call) position(i int) *Value {
	n := 0
	for _, a := range c.args {
		if a.name != "" || a.keyword {
			continue
		}
		if a.spread {
			return c.e.elements(a.value)
		}
		if n == i {
			return a.value
		}
		n++
	}
	return nil
}

// named is the argument of that name; nil if it is not given.
func (c *Call) named(name string) *Value {
	for _, a := range c.args {
		if a.name == name {
			return a.value
		}
		if a.keyword {
			if v := c.keywordField(a.value, name); v != nil {
				return v
			}
		}
	}
	return nil
}

// textMethods are methods of text, in all languages, whose result is made of
// the receiver and the arguments.
var textMethods = set("strip", "lstrip", "rstrip", "trim", "trimStart", "trimEnd", "lower", "upper", "toLowerCase", "toUpperCase", "title",
	"capitalize", "casefold", "swapcase", "encode", "decode", "replace", "replaceAll", "replaceFirst", "substring", "substr", "slice",
	"concat", "repeat", "padStart", "padEnd", "zfill", "ljust", "rjust", "center", "expandtabs", "translate", "removeprefix", "removesuffix",
	"toString", "valueOf", "normalize", "charAt", "at", "getBytes", "toCharArray", "strip", "stripLeading", "stripTrailing",
	"intern", "formatted", "format", "join", "toLocaleLowerCase", "toLocaleUpperCase", "String", "str", "subSequence", "stripIndent", "text", "utf8")

// pieceMethods split text.
var pieceMethods = set("split", "rsplit", "splitlines", "partition", "rpartition", "lines", "match", "matchAll", "chars", "Split", "Fields")

// flagMethods tell something of text that is no text.
var flagMethods = set("startswith", "endswith", "startsWith", "endsWith", "find", "index", "rfind", "indexOf", "lastIndexOf", "count",
	"isEmpty", "isBlank", "equals", "equalsIgnoreCase", "compareTo", "length", "size", "len", "hashCode", "isdigit", "isalpha", "isspace",
	"charCodeAt", "codePointAt", "localeCompare", "search")

// builtin knows methods of text and of promises that every language has, for
// names that the library says nothing of.
func (e *engine) builtin(c *Call) (*Value, bool) {
	i := strings.LastIndexByte(c.Name, '.')
	if i < 0 {
		return nil, false
	}
	typ, method := c.Name[:i], c.Name[i+1:]
	switch c.Name {
	case "fmt.Sprintf", "java.lang.String.format", "util.format":
		if v, ok := e.printf(c); ok {
			return v, true
		}
	}
	switch method {
	case "then", "catch", "finally", "addCallback", "thenApply", "thenAccept", "thenCompose":
		if v, ok := e.promise(method, c); ok {
			return v, true
		}
	case "promise":
		if len(c.args) == 0 {
			return c.recv, true
		}
	case "format", "formatted":
		if s, ok := c.recv.text(); ok && typ == "str" {
			return e.made(e.braces(s, c), c.fr, c.pos, ""), true
		}
	}
	switch typ {
	case "?", "str", "String", "java.lang.String", "string":
	default:
		return nil, false
	}
	if v, ok := foldText(method, c); ok {
		return v, true
	}
	switch {
	case flagMethods[method]:
		v := boolean
		if method == "isdigit" || method == "isalpha" {
			v = v.with(func(w *Value) { w.facts = cleanFacts(c.recv, allClasses, true) })
		}
		if (method == "equals" || method == "equalsIgnoreCase") && len(c.args) == 1 {
			v = e.compareEquals(c.recv, c.args[0].value)
		}
		if (method == "startswith" || method == "startsWith") && len(c.args) == 1 {
			v = v.with(func(w *Value) { w.facts = e.prefixFacts(c.recv, c.args[0].value) })
		}
		return v, true
	case textMethods[method]:
		ts := c.recv.taints
		if len(c.recv.objs) > 0 {
			ts = e.deep(c.recv, deepLimit)
		}
		for _, a := range c.args {
			ts = joinTaints(ts, e.deep(a.value, deepLimit))
		}
		return &Value{any: true, taints: through(ts, c.replaced(method), nil)}, true
	case pieceMethods[method]:
		return e.listOf(c.fr, c.pos, &Value{any: true, taints: pieces(e.deep(c.recv, 2), c.cut(method))}), true
	}
	return nil, false
}

// printf is a call whose first argument is a format with % verbs.
func (e *engine) printf(c *Call) (*Value, bool) {
	format := c.position(0)
	if format == nil {
		return nil, false
	}
	var rest []*Value
	for i, a := range c.args {
		switch {
		case i == 0:
		case a.spread:
			rest = append(rest, e.elements(a.value))
		default:
			rest = append(rest, a.value)
		}
	}
	s, ok := format.text()
	if !ok {
		var ts []taint
		for _, v := range append(rest, format) {
			ts = joinTaints(ts, e.deep(v, deepLimit))
		}
		return e.made(&Value{any: true, taints: through(ts, 0, nil)}, c.fr, c.pos, ""), true
	}
	return e.made(e.formatted(s, rest), c.fr, c.pos, ""), true
}

// cut is what the pieces of a split text are safe for: there is no separator
// in any, unless the number of pieces is limited and the last holds the rest.
func (c *Call) cut(method string) classes {
	sep, ok := c.Text(c.position(0))
	switch {
	case !ok || len(sep) != 1 || method != "split" && method != "rsplit" && method != "Split":
		return 0
	case len(c.args) > 1 && c.Language() != ir.JavaScript:
		return 0
	}
	return deniedBy(sep)
}

// replaced is what the text is safe for after a replacement of all that is
// found. JavaScript's replace stops at the first, Java's replaceAll takes a
// regular expression.
func (c *Call) replaced(method string) classes {
	if clean, ok := c.replacedPattern(method); ok {
		return clean
	}
	switch lang := c.Language(); {
	case method == "replace" && lang != ir.JavaScript, method == "replaceAll" && lang == ir.JavaScript:
	default:
		return 0
	}
	from, ok := c.Text(c.position(0))
	to, known := c.Text(c.position(1))
	if !ok || !known || strings.Contains(to, from) || len(from) > 1 && from != ".." {
		return 0 // taking "../" out of "....//" leaves one
	}
	return deniedBy(from)
}

// replacedPattern is replaced for regular expressions: Java's replaceAll,
// JavaScript's replace with /…/g. False if there is none.
func (c *Call) replacedPattern(method string) (classes, bool) {
	from, to := c.position(0), c.position(1)
	if from == nil || to == nil {
		return 0, false
	}
	pattern, ok := c.e.patternText(from)
	with, known := c.Text(to)
	switch c.Language() {
	case ir.Java:
		if method != "replaceAll" {
			return 0, false
		}
	case ir.JavaScript:
		if !strings.HasPrefix(pattern, "/") {
			return 0, false
		}
		i := strings.LastIndexByte(pattern, '/')
		if i < 1 || !strings.Contains(pattern[i:], "g") {
			return 0, true
		}
		pattern = pattern[1:i]
	default:
		return 0, false
	}
	if !ok || !known {
		return 0, true
	}
	clean := removedBy(pattern)
	for _, a := range attackChars {
		if strings.ContainsAny(with, a.chars) && !strings.HasPrefix(with, "&") {
			clean &^= classOf(a.class)
		}
	}
	return clean, true
}

// prefixFacts: a path without ".." that begins with a folder is in it, and a
// URL that begins with a host goes there.
func (e *engine) prefixFacts(x, prefix *Value) []fact {
	if len(e.deep(prefix, 2)) > 0 || prefix.empty() {
		return nil
	}
	var out []fact
	for _, t := range x.taints {
		clean := classes(0)
		if t.clean&classOf("dots") != 0 {
			clean |= classOf("path-traversal")
		}
		if s, ok := prefix.text(); ok && fixedHost.MatchString(s) {
			clean |= classOf("ssrf") | classOf("open-redirect")
		}
		if clean != 0 {
			out = append(out, fact{t.key(), clean, true})
		}
	}
	return out
}

func (e *engine) compareEquals(a, b *Value) *Value {
	if v, ok := compareConsts("==", a, b); ok {
		return v
	}
	return &Value{consts: []any{true, false}, facts: append(e.equalFacts(a, b, true), e.equalFacts(b, a, true)...)}
}

// promise runs the callbacks of a promise with the value it stands for.
func (e *engine) promise(method string, c *Call) (*Value, bool) {
	if len(c.args) == 0 || len(c.args[0].value.funcs) == 0 && len(c.args[0].value.outs) == 0 {
		return nil, false
	}
	out := none
	for i, a := range c.args {
		var args []argument
		switch {
		case method == "finally":
		case method == "catch" || i == 1:
			args = []argument{{value: e.outsideObject("exception", c.fr, c.pos)}}
		default:
			args = []argument{{value: c.recv}}
		}
		v := e.branch(c.fr, func() *Value {
			r := e.call(a.value, none, args, c.fr, c.pos, false)
			if e.st.end == byThrow {
				e.st.end = alive
			}
			return r
		})
		if method == "then" && i == 0 || method != "then" && method != "catch" && method != "finally" {
			out = v
		} else if method != "finally" {
			out = join(out, v)
		}
	}
	if method == "catch" || method == "finally" {
		out = join(out, c.recv)
	}
	return out, true
}

// foldText computes methods of known text.
func foldText(method string, c *Call) (*Value, bool) {
	s, ok := c.recv.text()
	if !ok {
		return nil, false
	}
	arg := func(i int) (string, bool) {
		v := c.position(i)
		if v == nil {
			return "", false
		}
		return v.text()
	}
	switch method {
	case "lower", "toLowerCase":
		return constant(strings.ToLower(s)), true
	case "upper", "toUpperCase":
		return constant(strings.ToUpper(s)), true
	case "strip", "trim":
		if len(c.args) == 0 {
			return constant(strings.TrimSpace(s)), true
		}
	case "toString", "valueOf", "intern", "encode", "decode":
		return c.recv, true
	case "startswith", "startsWith":
		if a, ok := arg(0); ok {
			return constant(strings.HasPrefix(s, a)), true
		}
	case "endswith", "endsWith":
		if a, ok := arg(0); ok {
			return constant(strings.HasSuffix(s, a)), true
		}
	case "replace":
		a, okA := arg(0)
		b, okB := arg(1)
		if okA && okB {
			return constant(strings.ReplaceAll(s, a, b)), true
		}
	case "charAt":
		if v := c.position(0); v != nil {
			if n, ok := v.only(); ok {
				if i, ok := n.(int64); ok && i >= 0 && int(i) < len(s) {
					return constant(s[i : i+1]), true
				}
			}
		}
	case "concat":
		vs := []*Value{c.recv}
		for _, a := range c.args {
			vs = append(vs, c.e.printedValue(a.value))
		}
		return c.e.made(concat(vs...), c.fr, c.pos, ""), true
	case "length", "len":
		return constant(int64(len(s))), true
	case "equals":
		if a, ok := arg(0); ok {
			return constant(s == a), true
		}
	case "split":
		if a, ok := arg(0); ok && a != "" && len(c.args) == 1 {
			var vs []*Value
			for _, p := range strings.Split(s, a) {
				if len(vs) < 32 {
					vs = append(vs, constant(p))
				}
			}
			return c.e.list(c.fr, c.pos, vs...), true
		}
	case "join":
		return c.e.joined(s, c)
	}
	return nil, false
}

// joined is Python's "sep".join(list).
func (e *engine) joined(sep string, c *Call) (*Value, bool) {
	if len(c.args) != 1 {
		return nil, false
	}
	l := c.args[0].value
	if ok, vs := e.known(l); ok {
		var parts []*Value
		for i, v := range vs {
			if i > 0 {
				parts = append(parts, constant(sep))
			}
			parts = append(parts, e.printedValue(v))
		}
		if len(parts) == 0 {
			return constant(""), true
		}
		return e.made(concat(parts...), c.fr, c.pos, ""), true
	}
	return e.made(&Value{any: true, taints: through(joinTaints(e.deep(l, deepLimit), l.taints), 0, nil)}, c.fr, c.pos, ""), true
}

// pathOf is the positional arguments of a call joined by slashes: what is
// known of them stays known. That a later part may be absolute and undo the
// earlier ones is for sinks to mind, which look at the taints.
func (e *engine) pathOf(c *Call, clean classes) *Value {
	var parts []*Value
	for _, a := range c.args {
		if a.name != "" || a.spread || a.keyword {
			continue
		}
		if n := len(parts); n > 0 {
			if s, ok := parts[n-1].text(); !ok || s != "" && !strings.HasSuffix(s, "/") {
				parts = append(parts, constant("/"))
			}
		}
		parts = append(parts, e.printedValue(a.value))
	}
	if len(parts) == 0 {
		return unknown
	}
	v := concat(parts...)
	if len(v.taints) == 0 {
		return v
	}
	s := e.station(c, "through "+c.short())
	return v.with(func(w *Value) { w.taints = through(v.taints, clean, s) })
}
