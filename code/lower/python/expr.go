package python

import (
	"strconv"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// expr lowers an expression; it never returns nil.
func (l *lowerer) expr(n syntax.Node) ir.Expr {
	defer l.shallower()
	p := pos(n)
	if !l.deeper() || !n.OK() {
		return &ir.Unknown{Pos: p}
	}
	switch n.Kind() {
	case "identifier":
		return l.variable(n, n.Text())
	case "attribute":
		return l.attribute(n)
	case "subscript":
		return l.subscript(n)
	case "call":
		return l.call(n)
	case "string", "concatenated_string":
		return l.stringLiteral(n)
	case "integer", "float":
		return number(n)
	case "true", "false":
		return &ir.Const{Pos: p, Value: n.Kind() == "true"}
	case "none":
		return &ir.Const{Pos: p}
	case "parenthesized_expression", "expression_statement", "as_pattern":
		if n.At(1).OK() && n.Kind() == "parenthesized_expression" {
			break
		}
		return l.expr(n.At(0))
	case "binary_operator":
		return l.binary(n)
	case "boolean_operator":
		return &ir.Logic{Pos: p, Op: n.Get("operator").Kind(), L: l.expr(n.Get("left")), R: l.expr(n.Get("right"))}
	case "comparison_operator":
		return l.comparison(n)
	case "not_operator":
		return &ir.Unary{Pos: p, Op: "not", X: l.expr(n.Get("argument"))}
	case "unary_operator":
		return l.unary(n)
	case "conditional_expression":
		return &ir.Cond{Pos: p, Then: l.expr(n.At(0)), Test: l.expr(n.At(1)), Else: l.expr(n.At(2))}
	case "named_expression":
		return &ir.Assign{Pos: p, Target: l.target(n.Get("name")), Value: l.expr(n.Get("value"))}
	case "assignment":
		return l.assignment(n)
	case "augmented_assignment":
		op := strings.TrimSuffix(n.Get("operator").Text(), "=")
		value := &ir.Binary{Pos: p, Op: op, L: l.expr(n.Get("left")), R: l.expr(n.Get("right"))}
		return &ir.Assign{Pos: p, Target: l.target(n.Get("left")), Value: value}
	case "tuple", "list", "expression_list", "pattern_list", "tuple_pattern", "list_pattern":
		return &ir.Array{Pos: p, Elems: l.args(n)}
	case "set":
		return &ir.Array{Pos: p, Elems: l.args(n), Set: true}
	case "dictionary":
		return l.dictionary(n)
	case "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression":
		return l.comprehension(n)
	case "lambda":
		return &ir.Lambda{Pos: p, Func: l.function(n, "", "")}
	case "await":
		return &ir.Await{Pos: p, X: l.expr(n.At(0))}
	case "yield":
		y := &ir.Yield{Pos: p, From: n.First("from").OK()}
		if v := n.At(0); v.OK() {
			y.X = l.expr(v)
		}
		return y
	case "slice":
		return l.unknown(n)
	case "ellipsis":
		return &ir.Unknown{Pos: p}
	case "list_splat", "dictionary_splat", "list_splat_pattern", "parenthesized_list_splat":
		return l.expr(n.At(0))
	case "type", "generic_type", "union_type":
		return &ir.Unknown{Pos: p}
	}
	return l.unknown(n)
}

// unknown keeps the parts of what is not understood.
func (l *lowerer) unknown(n syntax.Node) ir.Expr {
	u := &ir.Unknown{Pos: pos(n)}
	for c := range n.Children() {
		u.Parts = append(u.Parts, l.expr(c))
	}
	return u
}

func number(n syntax.Node) ir.Expr {
	text := strings.ReplaceAll(n.Text(), "_", "")
	if v, err := strconv.ParseInt(text, 0, 64); err == nil {
		return &ir.Const{Pos: pos(n), Value: v}
	}
	text = strings.TrimRight(text, "lLjJ")
	if v, err := strconv.ParseInt(strings.TrimLeft(text, "0"), 10, 64); err == nil {
		return &ir.Const{Pos: pos(n), Value: v} // 007 of Python 2, 5L
	}
	v, _ := strconv.ParseFloat(text, 64) // too large is infinite, which will do
	return &ir.Const{Pos: pos(n), Value: v}
}

func (l *lowerer) attribute(n syntax.Node) ir.Expr {
	p, object, name := pos(n), n.Get("object"), n.Get("attribute").Text()
	if len(l.dotted) > 0 {
		if full := dotted(n); full != "" && l.dotted[full] {
			head, _, _ := strings.Cut(full, ".")
			if v, ok := l.resolve(head); ok && v == head {
				return &ir.Import{Pos: p, Path: full}
			}
		}
	}
	if isSuper(object) && len(l.scope.bases) > 0 {
		return l.superMember(p, member(name))
	}
	return &ir.Member{Pos: p, X: l.expr(object), Name: member(name)}
}

// member is the name of an attribute in ir.
func member(name string) string {
	if name == "__init__" {
		return "constructor"
	}
	return name
}

// dotted is the text of a chain of names, or "".
func dotted(n syntax.Node) string {
	text := n.Text()
	if len(text) > 200 || strings.ContainsAny(text, "()[]{}'\" \n\\") {
		return ""
	}
	return text
}

// isSuper reports whether a node is super() in either form.
func isSuper(n syntax.Node) bool {
	return n.Kind() == "call" && n.Get("function").Text() == "super"
}

// superMember is a member of the base classes, the first that has it.
func (l *lowerer) superMember(p ir.Pos, name string) ir.Expr {
	var x ir.Expr
	for i := len(l.scope.bases) - 1; i >= 0; i-- {
		m := ir.Expr(&ir.Member{Pos: p, X: l.scope.bases[i], Name: name})
		if x != nil {
			m = &ir.Logic{Pos: p, Op: "??", L: m, R: x}
		}
		x = m
	}
	return x
}

func (l *lowerer) subscript(n syntax.Node) ir.Expr {
	p, x := pos(n), l.expr(n.Get("value"))
	var keys []syntax.Node
	for c := range n.All() {
		if c.Field() == "subscript" {
			keys = append(keys, c)
		}
	}
	switch {
	case len(keys) == 1 && keys[0].Kind() == "slice":
		s := &ir.Slice{Pos: p, X: x}
		part := 0
		for c := range keys[0].All() {
			switch {
			case c.Kind() == ":":
				part++
			case c.Named() && !c.Extra() && part == 0:
				s.Lo = l.expr(c)
			case c.Named() && !c.Extra() && part == 1:
				s.Hi = l.expr(c)
			}
		}
		return s
	case len(keys) == 1:
		return &ir.Index{Pos: p, X: x, Key: l.expr(keys[0])}
	}
	all := &ir.Array{Pos: p}
	for _, k := range keys {
		all.Elems = append(all.Elems, ir.Arg{Value: l.expr(k)})
	}
	return &ir.Index{Pos: p, X: x, Key: all}
}

// args lowers arguments and the elements of literals.
func (l *lowerer) args(n syntax.Node) []ir.Arg {
	var out []ir.Arg
	for c := range n.Children() {
		switch c.Kind() {
		case "keyword_argument":
			out = append(out, ir.Arg{Name: c.Get("name").Text(), Value: l.expr(c.Get("value"))})
		case "list_splat", "list_splat_pattern":
			out = append(out, ir.Arg{Spread: true, Value: l.expr(c.At(0))})
		case "dictionary_splat":
			out = append(out, ir.Arg{Spread: true, Named: true, Value: l.expr(c.At(0))})
		case "parenthesized_expression":
			if s := c.First("list_splat"); s.OK() {
				out = append(out, ir.Arg{Spread: true, Value: l.expr(s.At(0))})
				continue
			}
			out = append(out, ir.Arg{Value: l.expr(c)})
		default:
			out = append(out, ir.Arg{Value: l.expr(c)})
		}
	}
	return out
}

func (l *lowerer) call(n syntax.Node) ir.Expr {
	p, fn, list := pos(n), n.Get("function"), n.Get("arguments")
	if list.Kind() == "generator_expression" {
		return &ir.Call{Pos: p, Fn: l.expr(fn), Args: []ir.Arg{{Value: l.expr(list)}}}
	}
	switch fn.Kind() {
	case "identifier":
		if x := l.accessor(p, fn.Text(), list); x != nil {
			return x
		}
	case "attribute":
		object, name := fn.Get("object"), fn.Get("attribute").Text()
		if name == "format" && (object.Kind() == "string" || object.Kind() == "concatenated_string" ||
			object.Kind() == "parenthesized_expression" && object.At(0).Kind() == "concatenated_string") {
			if x := l.formatCall(p, object, list); x != nil {
				return x
			}
		}
		if isSuper(object) && len(l.scope.bases) > 0 {
			args := l.args(list)
			if !l.scope.ofClass && l.scope.self != "" {
				args = append([]ir.Arg{{Value: &ir.Var{Pos: p, Name: l.scope.self}}}, args...)
			}
			return &ir.Call{Pos: p, Fn: l.superMember(p, member(name)), Args: args}
		}
	}
	return &ir.Call{Pos: p, Fn: l.expr(fn), Args: l.args(list)}
}

// accessor lowers getattr, setattr, hasattr and print-like built-ins that are
// a form of their own with literal names; nil for all others.
func (l *lowerer) accessor(p ir.Pos, name string, list syntax.Node) ir.Expr {
	if name != "getattr" && name != "setattr" {
		return nil
	}
	if _, declared := l.resolve(name); declared || !list.At(1).OK() || list.At(0).Kind() == "list_splat" {
		return nil
	}
	field, ok := l.expr(list.At(1)).(*ir.Const)
	if !ok {
		return nil
	}
	text, ok := field.Value.(string)
	if !ok || text == "" {
		return nil
	}
	m := &ir.Member{Pos: p, X: l.expr(list.At(0)), Name: member(text)}
	switch other := list.At(2); {
	case name == "setattr" && other.OK():
		return &ir.Assign{Pos: p, Target: m, Value: l.expr(other)}
	case name == "getattr" && other.OK():
		return &ir.Logic{Pos: p, Op: "??", L: m, R: l.expr(other)}
	case name == "getattr":
		return m
	}
	return nil
}

func (l *lowerer) binary(n syntax.Node) ir.Expr {
	p, op, left := pos(n), n.Get("operator").Text(), n.Get("left")
	if op == "%" {
		if k := left.Kind(); k == "string" || k == "concatenated_string" || k == "parenthesized_expression" {
			if x := l.percent(p, left, n.Get("right")); x != nil {
				return x
			}
		}
	}
	return &ir.Binary{Pos: p, Op: op, L: l.expr(left), R: l.expr(n.Get("right"))}
}

func (l *lowerer) unary(n syntax.Node) ir.Expr {
	p, op, x := pos(n), n.Get("operator").Text(), l.expr(n.Get("argument"))
	if c, ok := x.(*ir.Const); ok && op == "-" {
		switch v := c.Value.(type) {
		case int64:
			return &ir.Const{Pos: p, Value: -v}
		case float64:
			return &ir.Const{Pos: p, Value: -v}
		}
	}
	return &ir.Unary{Pos: p, Op: op, X: x}
}

// comparison lowers a < b < c to a < b and b < c.
func (l *lowerer) comparison(n syntax.Node) ir.Expr {
	var operands []ir.Expr
	var at []syntax.Node
	var ops []string
	for c := range n.All() {
		switch {
		case c.Field() == "operators":
			ops = append(ops, strings.Join(strings.Fields(c.Text()), ""))
		case c.Named() && !c.Extra():
			operands, at = append(operands, l.expr(c)), append(at, c)
		}
	}
	var x ir.Expr
	for i, op := range ops {
		if i+1 >= len(operands) {
			break
		}
		if op == "<>" {
			op = "!="
		}
		p := ir.Pos{Start: at[i].Start(), End: at[i+1].End()}
		b := ir.Expr(&ir.Binary{Pos: p, Op: op, L: operands[i], R: operands[i+1]})
		if x != nil {
			b = &ir.Logic{Pos: pos(n), Op: "and", L: x, R: b}
		}
		x = b
	}
	if x == nil {
		return &ir.Unknown{Pos: pos(n), Parts: operands}
	}
	return x
}

// assignment lowers a = b = c and unpacking. The value of what it returns is
// only used by an assignment around it.
func (l *lowerer) assignment(n syntax.Node) ir.Expr {
	p, left, right := pos(n), n.Get("left"), n.Get("right")
	var value ir.Expr
	if right.OK() {
		value = l.expr(right)
	} else {
		value = &ir.Unknown{Pos: p}
	}
	if t := n.Get("type"); t.OK() {
		if name := l.typeName(t); strings.Contains(name, ".") {
			value = &ir.Typed{Pos: p, X: value, Type: name}
		}
	}
	stmts := l.assign(p, left, value)
	if len(stmts) == 1 {
		return stmts[0].(*ir.Do).X
	}
	tmp := stmts[0].(*ir.Do).X.(*ir.Assign).Target
	return &ir.Block{Pos: p, Body: stmts, X: tmp}
}

func (l *lowerer) dictionary(n syntax.Node) ir.Expr {
	o := &ir.Object{Pos: pos(n)}
	for c := range n.Children() {
		switch c.Kind() {
		case "pair":
			o.Fields = append(o.Fields, ir.Field{Key: l.expr(c.Get("key")), Value: l.expr(c.Get("value"))})
		case "dictionary_splat":
			o.Fields = append(o.Fields, ir.Field{Value: l.expr(c.At(0)), Spread: true})
		}
	}
	return o
}

// comprehension lowers a comprehension to loops that fill a new value. Its
// variables are renamed, as they are its own.
func (l *lowerer) comprehension(n syntax.Node) ir.Expr {
	p := pos(n)
	result := l.temp(p)
	var empty ir.Expr
	switch n.Kind() {
	case "dictionary_comprehension":
		empty = &ir.Object{Pos: p}
	default:
		empty = &ir.Array{Pos: p, Set: n.Kind() == "set_comprehension"}
	}
	names := map[string]string{}
	s := l.scope
	s.inner = append(s.inner, names)
	out := &ir.Block{Pos: p, X: result}
	out.Body = []ir.Stmt{&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: result, Value: empty}}}
	into := &out.Body
	for c := range n.Children() {
		switch c.Kind() {
		case "for_in_clause":
			// The variables are visible from here on, but not in what is
			// iterated over: [x for x in x].
			loop, pre := l.loop(pos(c), c.Get("left"), c.Get("right"), func() {
				targets(c.Get("left"), func(id syntax.Node) {
					names[id.Text()] = l.fresh(id.Text())
					s.fn.Vars = append(s.fn.Vars, names[id.Text()])
				})
			})
			loop.Body = pre
			*into = append(*into, loop)
			into = &loop.Body
		case "if_clause":
			test := &ir.If{Pos: pos(c), Test: l.expr(c.At(0))}
			*into = append(*into, test)
			into = &test.Then
		}
	}
	body := n.Get("body")
	bp := pos(body)
	var add ir.Expr
	switch n.Kind() {
	case "dictionary_comprehension":
		key := &ir.Index{Pos: bp, X: result, Key: l.expr(body.Get("key"))}
		add = &ir.Assign{Pos: bp, Target: key, Value: l.expr(body.Get("value"))}
	case "set_comprehension":
		add = &ir.Call{Pos: bp, Fn: &ir.Member{Pos: bp, X: result, Name: "add"}, Args: []ir.Arg{{Value: l.expr(body)}}}
	default:
		add = &ir.Call{Pos: bp, Fn: &ir.Member{Pos: bp, X: result, Name: "append"}, Args: []ir.Arg{{Value: l.expr(body)}}}
	}
	*into = append(*into, &ir.Do{Pos: bp, X: add})
	s.inner = s.inner[:len(s.inner)-1]
	return out
}
