package javascript

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// isExpr reports whether a kind of node is an expression.
func isExpr(kind string) bool {
	switch kind {
	case "identifier", "this", "super", "number", "string", "template_string", "regex", "true", "false", "null", "undefined",
		"object", "array", "arrow_function", "generator_function", "class", "meta_property", "import",
		"function", "jsx_element", "jsx_self_closing_element", "jsx_fragment", "jsx_expression", "non_null_expression", "type_assertion",
		"spread_element", "shorthand_property_identifier":
		return true
	}
	return strings.HasSuffix(kind, "_expression")
}

// named lowers an expression; a function in it is called by opts.name.
func (l *lowerer) named(n syntax.Node, opts fnOpts) ir.Expr {
	switch n.Kind() {
	case "arrow_function", "function_expression", "generator_function":
		return l.lambda(n, opts)
	case "class":
		return l.class(n, opts.name)
	case "parenthesized_expression":
		if n.At(1).OK() {
			break
		}
		return l.named(n.At(0), opts)
	case "as_expression", "satisfies_expression":
		if p := l.handlerParams(n.At(1)); p != nil {
			opts.params = p
			return l.named(n.At(0), opts)
		}
	}
	return l.expr(n)
}

// expr lowers an expression.
func (l *lowerer) expr(n syntax.Node) ir.Expr {
	l.depth++
	defer func() { l.depth-- }()
	p := pos(n)
	if l.depth > maxDepth || !n.OK() {
		return &ir.Unknown{Pos: p}
	}
	switch n.Kind() {
	case "identifier", "shorthand_property_identifier":
		return l.identifier(n)
	case "member_expression", "nested_identifier":
		return l.member(n)
	case "call_expression":
		return l.call(n)
	case "string":
		return str(p, stringText(n))
	case "template_string":
		return l.template(n)
	case "number":
		return number(p, n.Text())
	case "true", "false":
		return &ir.Const{Pos: p, Value: n.Kind() == "true"}
	case "null", "undefined":
		return undefined(p)
	case "object":
		return l.object(n)
	case "array":
		return &ir.Array{Pos: p, Elems: l.elements(n)}
	case "arrow_function", "function_expression", "generator_function", "function":
		return l.lambda(n, fnOpts{})
	case "subscript_expression":
		return l.subscript(n)
	case "binary_expression":
		return l.binary(n)
	case "assignment_expression":
		return l.assignExpr(n)
	case "await_expression":
		return &ir.Await{Pos: p, X: l.expr(n.At(0))}
	case "ternary_expression":
		return &ir.Cond{Pos: p, Test: l.expr(n.Get("condition")), Then: l.expr(n.Get("consequence")), Else: l.expr(n.Get("alternative"))}
	case "parenthesized_expression":
		return l.expr(firstExpr(n))
	case "new_expression":
		if c := n.Get("constructor"); c.Kind() == "identifier" && c.Text() == "Promise" {
			if f := n.Get("arguments").At(0); f.OK() {
				return l.promise(p, f)
			}
		}
		return &ir.Call{Pos: p, Fn: l.expr(n.Get("constructor")), Args: l.elements(n.Get("arguments")), New: true}
	case "unary_expression":
		return l.unary(n)
	}
	return l.otherExpr(n)
}

func firstExpr(n syntax.Node) syntax.Node {
	for c := range n.Children() {
		if c.Kind() != "type_annotation" {
			return c
		}
	}
	return syntax.Node{}
}

// otherExpr lowers the rarer forms.
func (l *lowerer) otherExpr(n syntax.Node) ir.Expr {
	p := pos(n)
	switch n.Kind() {
	case "augmented_assignment_expression":
		return l.augmented(n)
	case "update_expression":
		return l.update(n)
	case "sequence_expression":
		s := &ir.Seq{Pos: p}
		for c := range n.Children() {
			s.X = append(s.X, l.expr(c))
		}
		return s
	case "yield_expression":
		y := &ir.Yield{Pos: p, From: n.First("*").OK()}
		if x := n.At(0); x.OK() {
			y.X = l.expr(x)
		}
		if l.fn.awaiter {
			return &ir.Await{Pos: p, X: orUndefined(p, y.X)}
		}
		return y
	case "regex":
		return regex(n)
	case "this":
		return l.this(p)
	case "super":
		return &ir.Var{Pos: p, Name: "super"}
	case "class":
		return l.class(n, "")
	case "as_expression", "satisfies_expression":
		return l.typed(n, n.At(0), n.At(1))
	case "type_assertion":
		return l.typed(n, n.At(1), n.At(0).At(0))
	case "non_null_expression", "instantiation_expression":
		return l.expr(n.At(0))
	case "meta_property":
		return &ir.Var{Pos: p, Name: n.Text()}
	case "import":
		return &ir.Var{Pos: p, Name: "import"}
	case "jsx_element", "jsx_self_closing_element", "jsx_fragment":
		return l.jsx(n)
	case "jsx_expression":
		if x := n.At(0); x.OK() {
			return l.expr(x)
		}
		return undefined(p)
	case "assignment_pattern", "object_pattern", "array_pattern":
		// A pattern where none is allowed: broken code.
		return l.unknown(n)
	}
	return l.unknown(n)
}

func orUndefined(p ir.Pos, x ir.Expr) ir.Expr {
	if x == nil {
		return undefined(p)
	}
	return x
}

// unknown keeps the expressions below a node that means nothing to us.
func (l *lowerer) unknown(n syntax.Node) ir.Expr {
	u := &ir.Unknown{Pos: pos(n)}
	for c := range n.Children() {
		if isExpr(c.Kind()) || c.Kind() == "ERROR" {
			u.Parts = append(u.Parts, l.expr(c))
		}
	}
	return u
}

// identifier lowers a name that is read.
func (l *lowerer) identifier(n syntax.Node) ir.Expr {
	p, name := pos(n), n.Text()
	if as, ok := l.lookup(name); ok {
		return &ir.Var{Pos: p, Name: as}
	}
	switch name {
	case "exports":
		return exports(p)
	case "undefined":
		return undefined(p)
	case "arguments":
		if f := l.ownFunction(); !f.module {
			f.arguments = true
			f.add("arguments")
		}
	}
	return &ir.Var{Pos: p, Name: name}
}

// ownFunction is the innermost function that has its own this and arguments,
// or the module.
func (l *lowerer) ownFunction() *function {
	f := l.fn
	for f.arrow && f.parent != nil {
		f = f.parent
	}
	return f
}

func (l *lowerer) this(p ir.Pos) ir.Expr {
	if l.ownFunction().module {
		return exports(p)
	}
	return &ir.Var{Pos: p, Name: "this"}
}

// globals are names of the global object.
var globals = []string{"globalThis", "global", "window", "self"}

func (l *lowerer) member(n syntax.Node) ir.Expr {
	object, property := n.Get("object"), n.Get("property")
	if object.Kind() == "identifier" && slices.Contains(globals, object.Text()) && !l.declared(object.Text()) {
		if name := property.Text(); !l.declared(name) {
			if name == "exports" || name == "module" {
				return &ir.Unknown{Pos: pos(n)}
			}
			return &ir.Var{Pos: pos(n), Name: name}
		}
	}
	return &ir.Member{Pos: pos(n), X: l.expr(object), Name: property.Text()}
}

func (l *lowerer) subscript(n syntax.Node) ir.Expr {
	x, index := l.expr(n.Get("object")), n.Get("index")
	if index.Kind() == "string" {
		return &ir.Member{Pos: pos(n), X: x, Name: stringText(index)}
	}
	return &ir.Index{Pos: pos(n), X: x, Key: l.expr(index)}
}

func (l *lowerer) binary(n syntax.Node) ir.Expr {
	p := pos(n)
	// Long sums are chains to the left: walk them without recursion.
	var rights []syntax.Node
	var ops []string
	left := n
	for left.Kind() == "binary_expression" {
		rights = append(rights, left)
		ops = append(ops, left.Get("operator").Text())
		left = left.Get("left")
	}
	x := l.expr(left)
	for i := len(rights) - 1; i >= 0; i-- {
		at := ir.Pos{Start: p.Start, End: rights[i].End()}
		y := l.expr(rights[i].Get("right"))
		if op, ok := logicOps[ops[i]]; ok {
			x = &ir.Logic{Pos: at, Op: op, L: x, R: y}
		} else {
			x = &ir.Binary{Pos: at, Op: binaryOp(ops[i]), L: x, R: y}
		}
	}
	return x
}

func (l *lowerer) unary(n syntax.Node) ir.Expr {
	op := n.Get("operator").Text()
	if op == "!" {
		op = "not"
	}
	x := l.expr(n.Get("argument"))
	if c, ok := x.(*ir.Const); ok && op == "-" {
		switch v := c.Value.(type) {
		case int64:
			return &ir.Const{Pos: pos(n), Value: -v}
		case float64:
			return &ir.Const{Pos: pos(n), Value: -v}
		}
	}
	if op == "void" && isConst(x) {
		return undefined(pos(n))
	}
	return &ir.Unary{Pos: pos(n), Op: op, X: x}
}

// elements lowers arguments and the elements of an array.
func (l *lowerer) elements(n syntax.Node) (out []ir.Arg) {
	hole := n.Kind() == "array"
	for c := range n.All() {
		switch {
		case c.Kind() == "," && n.Kind() == "array":
			if hole {
				out = append(out, ir.Arg{Value: undefined(pos(c))})
			}
			hole = true
		case !c.Named() || c.Extra():
		case c.Kind() == "spread_element":
			out = append(out, ir.Arg{Value: l.expr(c.At(0)), Spread: true})
			hole = false
		default:
			out = append(out, ir.Arg{Value: l.expr(c)})
			hole = false
		}
	}
	return out
}

// transparent are helpers of transpilers that return what they are given.
var transparent = []string{
	"__importDefault", "__importStar", "__toESM", "__toCommonJS", "_interopRequireDefault", "_interopRequireWildcard",
	"_interop_require_default", "_interop_require_wildcard",
}

// call lowers calls, require and import() among them.
func (l *lowerer) call(n syntax.Node) ir.Expr {
	p := pos(n)
	fn, list := n.Get("function"), n.Get("arguments")
	if list.Kind() == "template_string" {
		return l.tagged(n, list)
	}
	if fn.Kind() == "identifier" || fn.Kind() == "import" {
		name := fn.Text()
		first := list.At(0)
		switch {
		case name == "require" || name == "import":
			if path, ok := constText(first); ok {
				return l.importPath(p, path)
			}
		case slices.Contains(transparent, name) && first.OK():
			return l.expr(first)
		case name == "__awaiter" && list.At(3).OK():
			return &ir.Call{Pos: p, Fn: l.lambda(list.At(3), fnOpts{awaiter: true})}
		}
	}
	if o := l.objectAssign(p, fn, list); o != nil {
		return o
	}
	return &ir.Call{Pos: p, Fn: l.expr(fn), Args: l.elements(list)}
}

// objectAssign lowers Object.assign({…}, a, b) to the literal that it makes;
// nil if the first argument is none.
func (l *lowerer) objectAssign(p ir.Pos, fn, list syntax.Node) ir.Expr {
	if fn.Kind() != "member_expression" || fn.Text() != "Object.assign" || l.declared("Object") || list.At(0).Kind() != "object" {
		return nil
	}
	o := &ir.Object{Pos: p}
	for c := range list.Children() {
		if c.Kind() == "spread_element" {
			return nil
		}
		o.Fields = append(o.Fields, ir.Field{Value: l.expr(c), Spread: true})
	}
	return o
}

// constText is the text of a string without substitutions.
func constText(n syntax.Node) (string, bool) {
	if n.Kind() == "string" || n.Kind() == "template_string" && !n.First("template_substitution").OK() {
		return stringText(n), true
	}
	return "", false
}
