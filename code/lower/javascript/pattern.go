package javascript

import (
	"strconv"

	"rind/code/ir"
	"rind/code/syntax"
)

// name is the variable that an identifier means.
func (l *lowerer) name(n syntax.Node) ir.Expr {
	as, _ := l.lookup(n.Text())
	return &ir.Var{Pos: pos(n), Name: as}
}

// target is what a loop, parameter or catch assigns to: a variable, member
// or, for a pattern, a temporary with the statements that take it apart.
func (l *lowerer) target(n syntax.Node) (ir.Expr, []ir.Stmt) {
	switch n.Kind() {
	case "identifier":
		return l.name(n), nil
	case "object_pattern", "array_pattern", "assignment_pattern":
		v := l.temp(pos(n))
		return v, l.bind(n, v)
	}
	return l.expr(n), nil
}

// bind assigns a value to a name, member or pattern.
func (l *lowerer) bind(n syntax.Node, value ir.Expr) (out []ir.Stmt) {
	l.depth++
	defer func() { l.depth-- }()
	p := pos(n)
	if l.depth > maxDepth || !n.OK() {
		return []ir.Stmt{&ir.Do{Pos: p, X: value}}
	}
	switch n.Kind() {
	case "identifier", "shorthand_property_identifier_pattern", "undefined":
		l.noteAssigned(n)
		return []ir.Stmt{assign(p, l.name(n), value)}
	case "assignment_pattern", "object_assignment_pattern":
		return l.bind(n.Get("left"), l.orDefault(n, value))
	case "object_pattern", "array_pattern", "object", "array":
		if _, ok := value.(*ir.Var); !ok {
			v := l.temp(p)
			out = append(out, assign(p, v, value))
			value = v
		}
		if n.Kind() == "object_pattern" {
			return append(out, l.bindObject(n, value)...)
		}
		return append(out, l.bindArray(n, value)...)
	case "rest_pattern", "non_null_expression", "parenthesized_expression", "as_expression", "satisfies_expression":
		return l.bind(n.At(0), value)
	}
	return []ir.Stmt{assign(p, l.expr(n), value)}
}

// orDefault is value, or the pattern's default if there is none.
func (l *lowerer) orDefault(n syntax.Node, value ir.Expr) ir.Expr {
	return &ir.Logic{Pos: pos(n), Op: "??", L: value, R: l.named(n.Get("right"), fnOpts{name: n.Get("left").Text()})}
}

func (l *lowerer) bindObject(n syntax.Node, value ir.Expr) (out []ir.Stmt) {
	var seen []string
	for c := range n.Children() {
		p := pos(c)
		switch c.Kind() {
		case "shorthand_property_identifier_pattern":
			seen = append(seen, c.Text())
			out = append(out, l.bind(c, &ir.Member{Pos: p, X: value, Name: c.Text()})...)
		case "object_assignment_pattern":
			left := c.Get("left")
			if left.Kind() == "shorthand_property_identifier_pattern" {
				seen = append(seen, left.Text())
				out = append(out, l.bind(c, &ir.Member{Pos: p, X: value, Name: left.Text()})...)
			}
		case "pair_pattern", "pair":
			field := l.property(p, value, c.Get("key"))
			if m, ok := field.(*ir.Member); ok {
				seen = append(seen, m.Name)
			}
			out = append(out, l.bind(c.Get("value"), field)...)
		case "rest_pattern", "spread_element":
			out = append(out, l.bind(c.At(0), &ir.Rest{Pos: p, X: value, Omit: seen})...)
		}
	}
	return out
}

func (l *lowerer) bindArray(n syntax.Node, value ir.Expr) (out []ir.Stmt) {
	i := int64(0)
	for c := range n.All() {
		switch {
		case c.Kind() == ",":
			i++ // holes count
		case !c.Named() || c.Extra():
		case c.Kind() == "rest_pattern" || c.Kind() == "spread_element":
			out = append(out, l.bind(c.At(0), &ir.Rest{Pos: pos(c), X: value, From: int(i)})...)
		default:
			out = append(out, l.bind(c, &ir.Index{Pos: pos(c), X: value, Key: &ir.Const{Pos: pos(c), Value: i}})...)
		}
	}
	return out
}

// property is x.key for a key as it stands in patterns, objects and classes.
func (l *lowerer) property(p ir.Pos, x ir.Expr, key syntax.Node) ir.Expr {
	if name, ok := plainKey(key); ok {
		return &ir.Member{Pos: p, X: x, Name: name}
	}
	return &ir.Index{Pos: p, X: x, Key: l.key(key)}
}

// plainKey is the name that a key spells out.
func plainKey(key syntax.Node) (string, bool) {
	switch key.Kind() {
	case "property_identifier", "private_property_identifier", "identifier", "shorthand_property_identifier", "type_identifier":
		return key.Text(), true
	case "string":
		return stringText(key), true
	case "computed_property_name":
		if k := key.At(0); k.Kind() == "string" {
			return stringText(k), true
		}
	}
	return "", false
}

// key is a key's value.
func (l *lowerer) key(key syntax.Node) ir.Expr {
	if name, ok := plainKey(key); ok {
		return str(pos(key), name)
	}
	if key.Kind() == "computed_property_name" {
		return l.expr(key.At(0))
	}
	return l.expr(key)
}

// assignExpr lowers an assignment; a pattern becomes a block that yields the
// value.
func (l *lowerer) assignExpr(n syntax.Node) ir.Expr {
	left, right := n.Get("left"), n.Get("right")
	for left.Kind() == "parenthesized_expression" || left.Kind() == "non_null_expression" {
		left = left.At(0)
	}
	p := pos(n)
	switch left.Kind() {
	case "object_pattern", "array_pattern", "object", "array":
		v := l.temp(pos(right))
		body := []ir.Stmt{assign(p, v, l.expr(right))}
		return &ir.Block{Pos: p, Body: append(body, l.bind(left, v)...), X: v}
	}
	target := l.expr(left)
	l.noteAssigned(left)
	return &ir.Assign{Pos: p, Target: target, Value: l.named(right, fnOpts{name: lastName(left)})}
}

// noteAssigned tells of names that come into being by assignment.
func (l *lowerer) noteAssigned(n syntax.Node) {
	if n.Kind() == "identifier" && !l.declared(n.Text()) && n.Text() != "exports" {
		l.assigned(n.Text())
	}
}

// lastName is what a function is called that is assigned to n.
func lastName(n syntax.Node) string {
	switch n.Kind() {
	case "identifier":
		return n.Text()
	case "member_expression":
		return n.Get("property").Text()
	}
	return ""
}

// augmented lowers x += y and the like.
func (l *lowerer) augmented(n syntax.Node) ir.Expr {
	p := pos(n)
	left, right := l.expr(n.Get("left")), l.expr(n.Get("right"))
	l.noteAssigned(n.Get("left"))
	op := n.Get("operator").Text()
	if len(op) > 0 {
		op = op[:len(op)-1]
	}
	var value ir.Expr
	switch op {
	case "||", "&&", "??":
		value = &ir.Logic{Pos: p, Op: logicOps[op], L: left, R: right}
	default:
		value = &ir.Binary{Pos: p, Op: binaryOp(op), L: left, R: right}
	}
	return &ir.Assign{Pos: p, Target: left, Value: value}
}

// update lowers x++ and x--.
func (l *lowerer) update(n syntax.Node) ir.Expr {
	p := pos(n)
	x := l.expr(n.Get("argument"))
	op := "+"
	if n.Get("operator").Text() == "--" {
		op = "-"
	}
	return &ir.Assign{Pos: p, Target: x, Value: &ir.Binary{Pos: p, Op: op, L: x, R: &ir.Const{Pos: p, Value: int64(1)}}}
}

var logicOps = map[string]string{"||": "or", "&&": "and", "??": "??"}

func binaryOp(op string) string {
	switch op {
	case "===":
		return "=="
	case "!==":
		return "!="
	case ">>>":
		return ">>"
	}
	return op
}

// paramName is the made-up name of a parameter that is a pattern.
func paramName(i int) string { return "·p" + strconv.Itoa(i) }
