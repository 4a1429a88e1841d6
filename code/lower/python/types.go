package python

import (
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// typeName is the full name of an annotation, as ir.Param.Type wants it:
// "flask.Request", "list<models.Order>"; "" if it says nothing. What is
// optional counts as what it is when it is there.
func (l *lowerer) typeName(n syntax.Node) string { return l.typeText(n.Text(), 0) }

// typeText parses an annotation from its text: strings may hold annotations.
func (l *lowerer) typeText(s string, depth int) string {
	s = strings.TrimSpace(s)
	if depth > 20 || s == "" || s == "None" || len(s) > 1000 {
		return ""
	}
	if q := s[0]; (q == '"' || q == '\'') && len(s) > 1 && s[len(s)-1] == q {
		return l.typeText(s[1:len(s)-1], depth+1)
	}
	if parts := splitTop(s, '|'); len(parts) > 1 {
		return l.firstType(parts, depth)
	}
	open := strings.IndexByte(s, '[')
	if open < 0 {
		if strings.ContainsAny(s, "()]{}'\" \n=,") {
			return ""
		}
		return l.nameOf(s)
	}
	if !strings.HasSuffix(s, "]") {
		return ""
	}
	outer, args := l.nameOf(strings.TrimSpace(s[:open])), splitTop(s[open+1:len(s)-1], ',')
	switch last := outer[strings.LastIndexByte(outer, '.')+1:]; last {
	case "Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "InitVar", "Awaitable":
		return l.typeText(args[0], depth+1)
	case "Union":
		return l.firstType(args, depth)
	case "Literal":
		return "typing.Literal"
	case "List", "Sequence", "Iterable", "Set", "FrozenSet", "Tuple", "Iterator", "Collection", "list", "set", "tuple":
		outer = "list"
	case "Dict", "Mapping", "MutableMapping", "dict", "defaultdict":
		outer = "dict"
	}
	var names []string
	for _, a := range args {
		names = append(names, l.typeText(a, depth+1))
	}
	return outer + "<" + strings.Join(names, ",") + ">"
}

// firstType is the first of several types that says anything.
func (l *lowerer) firstType(parts []string, depth int) string {
	for _, a := range parts {
		if t := l.typeText(a, depth+1); t != "" {
			return t
		}
	}
	return ""
}

// nameOf completes a dotted name by what its head is imported as.
func (l *lowerer) nameOf(s string) string {
	head, rest, dots := strings.Cut(s, ".")
	if full, ok := l.imports[head]; ok {
		head = full
	}
	if dots {
		head += "." + rest
	}
	if head == "typing.Any" || head == "object" {
		return ""
	}
	return head
}

// splitTop splits at a separator outside of brackets and quotes.
func splitTop(s string, sep byte) []string {
	var parts []string
	depth, start, quote := 0, 0, byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '(' || c == '{':
			depth++
		case c == ']' || c == ')' || c == '}':
			depth--
		case c == sep && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// annotate takes over what Annotated[T, f(...)] says beside the type: the
// names of what is called as tags, and the call as the default, as frameworks
// compute the argument by it.
func (l *lowerer) annotate(p *ir.Param, t syntax.Node) {
	outer := t.At(0)
	if outer.Kind() != "generic_type" || !strings.HasSuffix(l.nameOf(outer.At(0).Text()), "Annotated") {
		if outer.Kind() != "subscript" || !strings.HasSuffix(l.nameOf(outer.Get("value").Text()), "Annotated") {
			return
		}
	}
	each(outer, func(c syntax.Node) bool {
		if c.Kind() != "call" {
			return true
		}
		p.Tags = append(p.Tags, l.callee(c)...)
		if p.Default == nil {
			p.Default = l.expr(c)
		}
		return false
	})
}

// callee is the full name of what an expression calls, if that is imported.
func (l *lowerer) callee(n syntax.Node) []string {
	if n.Kind() != "call" {
		return nil
	}
	head, _, _ := strings.Cut(n.Get("function").Text(), ".")
	if _, ok := l.imports[head]; !ok {
		return nil
	}
	return []string{l.fullName(n.Get("function"))}
}

// isNumeric tells types whose values are parsed from text and cannot carry
// any other: validation makes them safe.
func isNumeric(typ string) bool {
	switch typ {
	case "int", "float", "bool", "complex", "decimal.Decimal", "uuid.UUID", "typing.Literal", "fractions.Fraction",
		"datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta",
		"ipaddress.IPv4Address", "ipaddress.IPv6Address":
		return true
	}
	last := typ[strings.LastIndexByte(typ, '.')+1:]
	switch {
	case !strings.HasPrefix(typ, "pydantic"):
		return false
	case strings.HasSuffix(last, "Int"), strings.HasSuffix(last, "Float"), strings.HasPrefix(last, "UUID"):
		return true
	}
	switch last {
	case "conint", "confloat", "condecimal", "StrictBool", "PastDate", "FutureDate", "AwareDatetime", "NaiveDatetime", "IPvAnyAddress":
		return true
	}
	return false
}
