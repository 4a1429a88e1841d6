package tf

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"rind/rind"
)

// Limits on evaluation. A configuration is a program; these keep a hostile
// one from costing more than a large honest one.
const (
	// MaxDepth is how deep expressions, locals and modules may call each
	// other.
	MaxDepth = 600
	// MaxSteps is how many expressions one root module may evaluate. The
	// largest honest ones seen here stay under 200,000.
	MaxSteps = 2_000_000
	// MaxText is the longest string that is built.
	MaxText = 4 << 20
	// MaxParts is how many values one value may hold. A local that names
	// another one twice doubles it without writing more; forty such lines
	// would be a value that no walk over it ever leaves.
	MaxParts = 50_000
)

var errParts = fmt.Errorf("a value grows beyond %d parts", MaxParts)

var errBudget = fmt.Errorf("evaluation stopped after %d steps", MaxSteps)

var errDepth = fmt.Errorf("expressions nested deeper than %d levels", MaxDepth)

// errCycle is wrapped by errors about values defined by themselves.
var errCycle = errors.New("defined by itself")

// scope is where an expression is evaluated: a module, and the names that a
// for expression, a dynamic block, each, count or self add.
type scope struct {
	mod   *module
	up    *scope
	name  string
	value *rind.Value
}

func (s *scope) bind(name string, v *rind.Value) *scope {
	return &scope{mod: s.mod, up: s, name: name, value: v}
}

func (s *scope) lookup(name string) *rind.Value {
	for ; s != nil; s = s.up {
		if s.name == name && s.value != nil {
			return s.value
		}
	}
	return nil
}

// splatName is bound to the element while the body of a splat is evaluated.
const splatName = "*"

// spend uses up n steps of the budget.
func (r *reader) spend(n int) error {
	if r.steps += n; r.steps > MaxSteps {
		return errBudget
	}
	return nil
}

// bounded passes v on unless it has grown too large, and counts what walking
// over it will cost.
func (r *reader) bounded(v *rind.Value, err error) (*rind.Value, error) {
	if err != nil || v == nil {
		return v, err
	}
	n := count(v, MaxParts+1)
	if n > MaxParts {
		return nil, errParts
	}
	return v, r.spend(n >> 1)
}

// count counts the values in v, long text as several, and stops at most.
func count(v *rind.Value, most int) int {
	if v == nil {
		return 1
	}
	n := 1 + len(v.Parts) + len(v.Text)>>8
	for _, it := range v.Items {
		if n >= most {
			return n
		}
		n += count(it, most-n)
	}
	for _, f := range v.Fields {
		if n >= most {
			return n
		}
		n += count(f.Value, most-n)
	}
	return n
}

// eval evaluates an expression. What cannot be known is a Symbol, not an
// error; an error means that Terraform would refuse as well, or a limit.
func (r *reader) eval(e hclsyntax.Expression, s *scope) (*rind.Value, error) {
	if err := r.spend(1); err != nil {
		return nil, err
	}
	if r.depth++; r.depth > MaxDepth {
		r.depth--
		return nil, errDepth
	}
	defer func() { r.depth-- }()
	switch e := e.(type) {
	case *placed:
		v, err := r.eval(e.Expression, s)
		if err != nil {
			return nil, err
		}
		if v.Kind == rind.Symbol || v.Scalar() {
			v = at(v, e.span)
		}
		return v, nil
	case *hclsyntax.ParenthesesExpr:
		return r.eval(e.Expression, s)
	case *hclsyntax.LiteralValueExpr:
		return fromCty(e.Val, "", r.span(e.SrcRange)), nil
	case *hclsyntax.TemplateExpr:
		return r.evalTemplate(e, s)
	case *hclsyntax.TemplateWrapExpr:
		v, err := r.eval(e.Wrapped, s)
		if err != nil {
			return nil, err
		}
		return at(v, r.span(e.SrcRange)), nil
	case *hclsyntax.TemplateJoinExpr:
		return r.evalTemplateJoin(e, s)
	case *hclsyntax.ScopeTraversalExpr:
		v, err := r.traverse(e.Traversal, s, e)
		if err != nil {
			return nil, err
		}
		return at(v, r.span(e.SrcRange)), nil
	case *hclsyntax.RelativeTraversalExpr:
		v, err := r.eval(e.Source, s)
		if err != nil {
			return nil, err
		}
		return r.follow(v, e.Traversal, e)
	case *hclsyntax.FunctionCallExpr:
		return r.call(e, s)
	case *hclsyntax.ConditionalExpr:
		return r.evalConditional(e, s)
	case *hclsyntax.BinaryOpExpr:
		return r.evalBinary(e, s)
	case *hclsyntax.UnaryOpExpr:
		return r.evalUnary(e, s)
	case *hclsyntax.IndexExpr:
		return r.evalIndex(e, s)
	case *hclsyntax.TupleConsExpr:
		return r.evalTuple(e, s)
	case *hclsyntax.ObjectConsExpr:
		return r.evalObject(e, s)
	case *hclsyntax.ObjectConsKeyExpr:
		return r.evalKey(e, s)
	case *hclsyntax.ForExpr:
		return r.evalFor(e, s)
	case *hclsyntax.SplatExpr:
		return r.evalSplat(e, s)
	case *hclsyntax.AnonSymbolExpr:
		if v := s.lookup(splatName); v != nil {
			return v, nil
		}
	}
	return unknown(r.text(e), r.span(e.Range())), nil
}

func (r *reader) evalTuple(e *hclsyntax.TupleConsExpr, s *scope) (*rind.Value, error) {
	v := rind.NewList(r.span(e.SrcRange))
	for _, x := range e.Exprs {
		it, err := r.eval(x, s)
		if err != nil {
			return nil, err
		}
		v.Items = append(v.Items, it)
	}
	return r.bounded(v, nil)
}

func (r *reader) evalObject(e *hclsyntax.ObjectConsExpr, s *scope) (*rind.Value, error) {
	v := rind.NewMap(r.span(e.SrcRange))
	index := make(map[string]int, len(e.Items))
	for _, it := range e.Items {
		k, err := r.eval(it.KeyExpr, s)
		if err != nil {
			return nil, err
		}
		val, err := r.eval(it.ValueExpr, s)
		if err != nil {
			return nil, err
		}
		f := rind.Field{Key: k.Text, Span: k.Span, Value: val}
		if i, dup := index[f.Key]; dup {
			v.Fields[i] = f
			continue
		}
		index[f.Key] = len(v.Fields)
		v.Fields = append(v.Fields, f)
	}
	return r.bounded(v, nil)
}

// evalKey evaluates an object key, where a bare word is its own text.
func (r *reader) evalKey(e *hclsyntax.ObjectConsKeyExpr, s *scope) (*rind.Value, error) {
	if !e.ForceNonLiteral {
		if t, ok := e.Wrapped.(*hclsyntax.ScopeTraversalExpr); ok && len(t.Traversal) == 1 {
			return rind.NewString(t.Traversal.RootName(), r.span(t.SrcRange)), nil
		}
	}
	return r.eval(e.Wrapped, s)
}

func (r *reader) evalConditional(e *hclsyntax.ConditionalExpr, s *scope) (*rind.Value, error) {
	c, err := r.eval(e.Condition, s)
	if err != nil {
		return nil, err
	}
	r.decides(c)
	switch yes, sure := truth(c); {
	case sure && yes:
		return r.eval(e.TrueResult, s)
	case sure:
		return r.eval(e.FalseResult, s)
	case c.Kind != rind.Symbol:
		return nil, errors.New("the condition is neither true nor false")
	}
	a, errA := r.eval(e.TrueResult, s)
	b, errB := r.eval(e.FalseResult, s)
	switch {
	case errors.Is(errA, errBudget) || errors.Is(errB, errBudget):
		return nil, errBudget
	case errA != nil && errB != nil:
		return nil, errA
	case errA != nil:
		return b, nil
	case errB != nil:
		return a, nil
	}
	if eq, sure := same(a, b); eq && sure {
		return a, nil
	}
	return derived(unknown(r.text(e), r.span(e.SrcRange)), c, a, b), nil
}

// truth reads a condition. As Terraform does, it takes "true" and "1" for
// true, but not the number 1.
func truth(v *rind.Value) (yes, sure bool) {
	if v.Kind != rind.Bool && v.Kind != rind.String {
		return false, false
	}
	switch v.Text {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

func (r *reader) evalBinary(e *hclsyntax.BinaryOpExpr, s *scope) (*rind.Value, error) {
	span := r.span(e.SrcRange)
	if e.Op == hclsyntax.OpLogicalAnd || e.Op == hclsyntax.OpLogicalOr {
		return r.evalLogical(e, s, span)
	}
	a, err := r.eval(e.LHS, s)
	if err != nil {
		return nil, err
	}
	b, err := r.eval(e.RHS, s)
	if err != nil {
		return nil, err
	}
	if e.Op == hclsyntax.OpEqual || e.Op == hclsyntax.OpNotEqual {
		r.compares(a, b)
		eq, sure := same(a, b)
		if !sure {
			return derived(unknown(r.text(e), span), a, b), nil
		}
		return derived(rind.NewBool(eq == (e.Op == hclsyntax.OpEqual), span), a, b), nil
	}
	if a.Kind == rind.Symbol || b.Kind == rind.Symbol {
		return derived(unknown(r.text(e), span), a, b), nil
	}
	return r.applyOp(e.Op, span, a, b)
}

// evalLogical evaluates && and ||. One side that decides is enough, whatever
// the other is, as since HCL 2.23.
func (r *reader) evalLogical(e *hclsyntax.BinaryOpExpr, s *scope, span rind.Span) (*rind.Value, error) {
	decisive := e.Op == hclsyntax.OpLogicalOr // true decides ||, false decides &&
	a, errA := r.eval(e.LHS, s)
	if errA == nil {
		if yes, sure := truth(a); sure && yes == decisive {
			return derived(rind.NewBool(decisive, span), a), nil
		}
	} else if errors.Is(errA, errBudget) {
		return nil, errA
	}
	b, errB := r.eval(e.RHS, s)
	if errB == nil {
		if yes, sure := truth(b); sure && yes == decisive {
			return derived(rind.NewBool(decisive, span), a, b), nil
		}
	}
	switch {
	case errA != nil:
		return nil, errA
	case errB != nil:
		return nil, errB
	case a.Kind == rind.Symbol || b.Kind == rind.Symbol:
		return derived(unknown(r.text(e), span), a, b), nil
	}
	return r.applyOp(e.Op, span, a, b)
}

func (r *reader) evalUnary(e *hclsyntax.UnaryOpExpr, s *scope) (*rind.Value, error) {
	v, err := r.eval(e.Val, s)
	if err != nil {
		return nil, err
	}
	if v.Kind == rind.Symbol {
		return unknown(r.text(e), r.span(e.SrcRange)), nil
	}
	return r.applyOp(e.Op, r.span(e.SrcRange), v)
}

// applyOp lets cty compute an operator on known scalars.
func (r *reader) applyOp(op *hclsyntax.Operation, span rind.Span, args ...*rind.Value) (*rind.Value, error) {
	params := op.Impl.Params()
	in := make([]cty.Value, len(args))
	for i, a := range args {
		if a.Absent() {
			return nil, errors.New("operation on a null value")
		}
		c, err := convert.Convert(toCty(a), params[i].Type)
		if err != nil {
			return nil, fmt.Errorf("operand: %w", err)
		}
		in[i] = c
	}
	out, err := op.Impl.Call(in)
	if err != nil {
		return nil, err
	}
	return derived(fromCty(out, "", span), args...), nil
}

func (r *reader) evalIndex(e *hclsyntax.IndexExpr, s *scope) (*rind.Value, error) {
	c, err := r.eval(e.Collection, s)
	if err != nil {
		return nil, err
	}
	k, err := r.eval(e.Key, s)
	if err != nil {
		return nil, err
	}
	v, err := r.index(c, k, e)
	if err != nil {
		return nil, err
	}
	return at(v, r.span(e.SrcRange)), nil
}

// index returns c[k].
func (r *reader) index(c, k *rind.Value, e hclsyntax.Expression) (*rind.Value, error) {
	if k.Kind == rind.Symbol {
		// An unknown key into instances of which there is only one.
		if c.Len() == 1 && (c.Kind == rind.Map || c.Kind == rind.List) && structure(c) == nil {
			if c.Kind == rind.Map {
				return c.Fields[0].Value, nil
			}
			return c.Items[0], nil
		}
		return unknown(r.text(e), r.span(e.Range())), nil
	}
	if c.Kind == rind.List && !isSet(c) {
		n, ok := k.Int()
		if !ok {
			return nil, fmt.Errorf("list index %q is not a whole number", k.Text)
		}
		if n < 0 || n >= int64(len(c.Items)) {
			return nil, fmt.Errorf("index %d is beyond a list of %d elements", n, len(c.Items))
		}
		return c.Items[n], nil
	}
	return r.access(c, k.Text, e)
}

// evalTemplate joins the parts of a string template. Known and referenced
// parts are kept apart; text that is JSON keeps its structure on the side.
func (r *reader) evalTemplate(e *hclsyntax.TemplateExpr, s *scope) (*rind.Value, error) {
	span := r.span(e.SrcRange)
	var ps []rind.Part
	var followed []rind.Ref
	size := 0
	for _, x := range e.Parts {
		v, err := r.eval(x, s)
		if err != nil {
			return nil, err
		}
		v = r.materialise(v)
		switch v.Kind {
		case rind.Null:
			return nil, errors.New("a template includes a null value")
		case rind.List, rind.Map:
			return nil, errors.New("a template includes a list or map; jsonencode would make text of it")
		}
		followed = append(followed, v.Via...)
		ps = append(ps, parts(v)...)
		if size += len(v.Text); size > MaxText {
			return nil, fmt.Errorf("a text longer than %d MB", MaxText>>20)
		}
	}
	if err := r.spend(size >> 6); err != nil {
		return nil, err
	}
	v := rind.Join(ps, followed, span)
	if len(v.Text) > 1 {
		if inner := readJSON(ps, span, r.heredocPlace(e)); inner != nil {
			v.Items = []*rind.Value{inner}
		}
	}
	return v, nil
}

// heredocPlace maps places in the text of a heredoc to the file, line by
// line. For other templates it returns nil.
func (r *reader) heredocPlace(e *hclsyntax.TemplateExpr) func(rind.Span) rind.Span {
	rng := e.SrcRange
	l := r.lines[rng.Filename]
	if l == nil || !strings.HasPrefix(l.Text(rng.Start.Byte, rng.Start.Byte+2), "<<") {
		return nil
	}
	whole := r.span(rng)
	return func(s rind.Span) rind.Span {
		if whole.Line+s.EndLine >= whole.EndLine {
			return whole
		}
		return rind.Span{File: whole.File, Line: whole.Line + s.Line, Column: s.Column, EndLine: whole.Line + s.EndLine, EndColumn: s.EndColumn}
	}
}

func (r *reader) evalTemplateJoin(e *hclsyntax.TemplateJoinExpr, s *scope) (*rind.Value, error) {
	v, err := r.eval(e.Tuple, s)
	if err != nil {
		return nil, err
	}
	if v.Kind != rind.List {
		return unknown("template for", r.span(e.Range())), nil
	}
	var ps []rind.Part
	size := 0
	for _, it := range v.Items {
		if size += len(it.Text); size > MaxText {
			return nil, fmt.Errorf("a text longer than %d MB", MaxText>>20)
		}
		ps = append(ps, parts(it)...)
	}
	return rind.Join(ps, nil, r.span(e.Range())), nil
}
