package java

import (
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// expr lowers an expression; never nil.
func (l *lowerer) expr(n syntax.Node) ir.Expr {
	p := pos(n)
	switch n.Kind() {
	case "parenthesized_expression":
		return l.expr(n.At(0))
	case "identifier":
		x, _ := l.name(p, n.Text())
		return x
	case "this":
		if l.cls == nil || l.scope.static && !l.hasThis(l.cls) {
			return &ir.Unknown{Pos: p}
		}
		return &ir.Var{Pos: p, Name: l.cls.this}
	case "super":
		return &ir.Var{Pos: p, Name: "super"}
	case "field_access":
		return l.fieldAccess(n)
	case "array_access":
		return &ir.Index{Pos: p, X: l.expr(n.Get("array")), Key: l.expr(n.Get("index"))}
	case "method_invocation":
		return l.call(n)
	case "object_creation_expression":
		return l.creation(n)
	case "array_creation_expression":
		return l.arrayCreation(n)
	case "array_initializer":
		return l.arrayOf(n)
	case "assignment_expression":
		return l.assign(n)
	case "update_expression":
		return l.update(n, true)
	case "binary_expression":
		return l.binary(n)
	case "unary_expression":
		op := n.Get("operator").Text()
		if op == "!" {
			op = "not"
		}
		x := l.expr(n.Get("operand"))
		if c, ok := x.(*ir.Const); ok && op == "-" {
			switch v := c.Value.(type) {
			case int64:
				return &ir.Const{Pos: p, Value: -v}
			case float64:
				return &ir.Const{Pos: p, Value: -v}
			}
		}
		return &ir.Unary{Pos: p, Op: op, X: x}
	case "ternary_expression":
		return &ir.Cond{Pos: p, Test: l.expr(n.Get("condition")), Then: l.expr(n.Get("consequence")), Else: l.expr(n.Get("alternative"))}
	case "instanceof_expression":
		return l.instanceOf(n)
	case "cast_expression":
		return typed(l.expr(n.Get("value")), l.typeName(n.Get("type")))
	case "lambda_expression":
		return l.lambda(n)
	case "method_reference":
		return l.methodReference(n)
	case "switch_expression":
		return l.switchExpr(n)
	case "class_literal":
		t := l.typeName(n.At(0))
		if t == "" || !strings.Contains(t, ".") {
			if c := l.classes[t]; c == nil {
				return &ir.Unknown{Pos: p}
			}
		}
		return l.typeExpr(p, t)
	case "template_expression":
		return &ir.Concat{Pos: p, Parts: l.parts(n.Get("template_argument"))}
	case "switch_label", "":
		return &ir.Unknown{Pos: p}
	}
	if x, ok := l.literal(n); ok {
		return x
	}
	// What did not fit the grammar: evaluate its parts.
	out := &ir.Unknown{Pos: p}
	for c := range n.Children() {
		if strings.HasSuffix(c.Kind(), "type") || c.Kind() == "type_identifier" {
			continue
		}
		out.Parts = append(out.Parts, l.expr(c))
	}
	return out
}

// fieldAccess lowers a.b, where a may be a value, a type or a package.
func (l *lowerer) fieldAccess(n syntax.Node) ir.Expr {
	p := pos(n)
	name := n.Get("field").Text()
	object := n.Get("object")
	if n.Get("field").Kind() == "this" { // Outer.this
		full := l.typeName(object)
		if full == "" {
			full, _ = l.resolve(object.Text())
		}
		for c := l.cls; c != nil; c = c.outer {
			if c.name == full {
				return l.thisOf(p, c)
			}
		}
		return &ir.Unknown{Pos: p}
	}
	if full := l.packageName(n); full != "" {
		return l.typeExpr(p, full)
	}
	if object.Kind() == "this" && l.cls != nil {
		if f := l.cls.field(name); f != nil && f.static {
			return l.memberOf(p, l.cls, name, true)
		}
	}
	return &ir.Member{Pos: p, X: l.expr(object), Name: name}
}

// packageName reads a.b.C as the full name of a type, if nothing else is
// known as "a" and the name is written like one; "" otherwise.
func (l *lowerer) packageName(n syntax.Node) string {
	text := n.Text()
	if n.Kind() != "field_access" || len(text) > 200 || !isUpper(n.Get("field").Text()) {
		return ""
	}
	var parts []string
	for c := n; ; c = c.Get("object") {
		if c.Kind() == "identifier" {
			parts = append(parts, c.Text())
			break
		}
		if c.Kind() != "field_access" {
			return ""
		}
		parts = append(parts, c.Get("field").Text())
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	for _, part := range parts[:len(parts)-1] {
		if isUpper(part) {
			return ""
		}
	}
	if v, c := l.lookup(parts[0]); v.name != "" || v.cls != nil || c != nil || len(parts) < 2 {
		return ""
	}
	if len(parts) == 2 && l.inheriting() != nil && isConstant(parts[1]) {
		return ""
	}
	return strings.Join(parts, ".")
}

// assign lowers = and the operators that assign.
func (l *lowerer) assign(n syntax.Node) ir.Expr {
	p := pos(n)
	target := l.expr(n.Get("left"))
	typ := l.typeOf(n.Get("left"))
	value := l.expr(n.Get("right"))
	if op := strings.TrimSuffix(n.Get("operator").Text(), "="); op != "" {
		value = &ir.Binary{Pos: p, Op: operator(op), L: l.expr(n.Get("left")), R: value}
	}
	switch target.(type) {
	case *ir.Var, *ir.Member, *ir.Index:
		return &ir.Assign{Pos: p, Target: target, Value: typed(value, typ)}
	}
	return &ir.Unknown{Pos: p, Parts: []ir.Expr{target, value}}
}

// update lowers ++ and --. The value of x++ is the one before, where wanted.
func (l *lowerer) update(n syntax.Node, wanted bool) ir.Expr {
	p := pos(n)
	op, prefix := "+", false
	for c := range n.All() {
		switch c.Kind() {
		case "++", "--":
			op = c.Kind()[:1]
			prefix = c.Start() == n.Start()
		}
	}
	x := n.At(0)
	one := func() ir.Expr { return &ir.Const{Pos: p, Value: int64(1)} }
	target := l.expr(x)
	switch target.(type) {
	case *ir.Var, *ir.Member, *ir.Index:
	default:
		return target
	}
	var out ir.Expr = &ir.Assign{Pos: p, Target: target, Value: &ir.Binary{Pos: p, Op: op, L: l.expr(x), R: one()}}
	if wanted && !prefix {
		back := map[string]string{"+": "-", "-": "+"}[op]
		out = &ir.Binary{Pos: p, Op: back, L: out, R: one()}
	}
	return out
}

func operator(op string) string {
	if op == ">>>" {
		return ">>"
	}
	return op
}

// binary lowers operators on two values. Long chains lean to the left and are
// walked without recursion.
func (l *lowerer) binary(n syntax.Node) ir.Expr {
	var chain []syntax.Node
	for n.Kind() == "binary_expression" {
		chain = append(chain, n)
		n = n.Get("left")
	}
	x := l.expr(n)
	integer := isInteger(l.typeOf(n))
	for i := len(chain) - 1; i >= 0; i-- {
		b := chain[i]
		op := operator(b.Get("operator").Text())
		right := b.Get("right")
		r := l.expr(right)
		integer = integer && isInteger(l.typeOf(right))
		switch op {
		case "&&":
			x = &ir.Logic{Pos: pos(b), Op: "and", L: x, R: r}
		case "||":
			x = &ir.Logic{Pos: pos(b), Op: "or", L: x, R: r}
		case "/":
			if integer {
				op = "//"
			}
			fallthrough
		default:
			x = &ir.Binary{Pos: pos(b), Op: op, L: x, R: r}
		}
	}
	return x
}

func (l *lowerer) instanceOf(n syntax.Node) ir.Expr {
	p := pos(n)
	x := l.expr(n.Get("left"))
	if pat := n.Get("pattern"); pat.OK() {
		return l.pattern(pat, x)
	}
	typ := l.typeName(n.Get("right"))
	if name := n.Get("name"); name.OK() {
		return l.bind(p, x, typ, l.declareVar(name.Text(), typ))
	}
	return &ir.Binary{Pos: p, Op: "instanceof", L: x, R: l.typeExpr(p, typ)}
}

// typeOf is the static type of an expression where the file tells without
// effort, or "".
func (l *lowerer) typeOf(n syntax.Node) string {
	switch n.Kind() {
	case "decimal_integer_literal", "hex_integer_literal", "octal_integer_literal", "binary_integer_literal":
		return "int"
	case "decimal_floating_point_literal", "hex_floating_point_literal":
		return "double"
	case "string_literal":
		return "java.lang.String"
	case "parenthesized_expression":
		return l.typeOf(n.At(0))
	case "cast_expression":
		return l.typeName(n.Get("type"))
	case "object_creation_expression":
		return l.typeName(n.Get("type"))
	case "identifier":
		v, c := l.lookup(n.Text())
		switch {
		case v.name != "":
			return v.typ
		case c != nil:
			return c.field(n.Text()).typ
		}
	case "field_access":
		if n.Get("object").Kind() == "this" && l.cls != nil {
			if f := l.cls.field(n.Get("field").Text()); f != nil {
				return f.typ
			}
		}
	case "array_access":
		if t, ok := strings.CutSuffix(l.typeOf(n.Get("array")), "[]"); ok {
			return t
		}
	case "method_invocation":
		if n.Get("name").Text() == "length" || n.Get("name").Text() == "size" {
			return "int"
		}
	}
	return ""
}

func isInteger(typ string) bool {
	switch typ {
	case "int", "long", "short", "byte", "java.lang.Integer", "java.lang.Long":
		return true
	}
	return false
}

// base is a type's name without its arguments.
func base(typ string) string {
	typ, _, _ = strings.Cut(typ, "<")
	return typ
}

func kindOf(n syntax.Node) string {
	k, _, _ := strings.Cut(n.Kind(), "_")
	return k
}
