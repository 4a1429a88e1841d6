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

// invocation is a function call while it is evaluated.
type invocation struct {
	r    *reader
	e    *hclsyntax.FunctionCallExpr
	s    *scope
	span rind.Span
	args []*rind.Value
}

// unknown is the result where it cannot be known. What it was made from is
// noted as followed.
func (c *invocation) unknown() *rind.Value {
	return derived(unknown(c.r.text(c.e), c.span), c.args...)
}

// arg returns the i-th argument, or nil.
func (c *invocation) arg(i int) *rind.Value {
	if i < len(c.args) {
		return c.args[i]
	}
	return nil
}

// anySymbol reports whether an argument itself is symbolic.
func (c *invocation) anySymbol() bool {
	for _, a := range c.args {
		if a.Kind == rind.Symbol {
			return true
		}
	}
	return false
}

// native is a function written here, because it must keep references or
// structure, or because cty has none.
type native struct {
	run  func(c *invocation) (*rind.Value, error)
	min  int
	max  int  // -1 for any number
	lazy bool // gets no evaluated arguments
}

// call evaluates a function call: functions that can keep what is symbolic
// are our own; the others are computed by cty where all arguments are known.
func (r *reader) call(e *hclsyntax.FunctionCallExpr, s *scope) (*rind.Value, error) {
	c := &invocation{r: r, e: e, s: s, span: r.span(e.Range())}
	name := strings.TrimPrefix(e.Name, "core::")
	f, own := natives[name]
	if own && f.lazy {
		return f.run(c)
	}
	if err := c.evalArgs(); err != nil {
		return nil, err
	}
	if own {
		if len(c.args) < f.min || f.max >= 0 && len(c.args) > f.max {
			return nil, fmt.Errorf("%s takes other arguments", name)
		}
		v, err := f.run(c)
		if err != nil {
			if strings.HasPrefix(err.Error(), name+": ") {
				return nil, err // a template that renders itself says so once
			}
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return v, nil
	}
	f2, ok := library[name]
	if !ok {
		return c.unknown(), nil
	}
	for _, a := range c.args {
		if !plain(a) {
			return c.unknown(), nil
		}
	}
	in := make([]cty.Value, len(c.args))
	params := f2.Params()
	for i, a := range c.args {
		in[i] = toCty(a)
		var want cty.Type
		switch vp := f2.VarParam(); {
		case i < len(params):
			want = params[i].Type
		case vp != nil:
			want = vp.Type
		default:
			return nil, fmt.Errorf("%s takes %d arguments", name, len(params))
		}
		conv, err := convert.Convert(in[i], want)
		if err != nil {
			return nil, fmt.Errorf("%s: argument %d: %w", name, i+1, err)
		}
		in[i] = conv
	}
	out, err := f2.Call(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return fromCty(out, r.text(e), c.span), nil
}

func (c *invocation) evalArgs() error {
	for i, x := range c.e.Args {
		v, err := c.r.eval(x, c.s)
		if err != nil {
			return err
		}
		v = c.r.materialise(v)
		if c.e.ExpandFinal && i == len(c.e.Args)-1 {
			if v.Kind != rind.List {
				// How many arguments there are is unknown; pass it as one.
				c.args = append(c.args, v)
				continue
			}
			c.args = append(c.args, v.Items...)
			continue
		}
		c.args = append(c.args, v)
	}
	n := 0
	for _, a := range c.args {
		n += a.Len() + len(a.Text)>>6
	}
	return c.r.spend(n)
}

// fnTry is try(): the first argument that evaluates without an error.
func fnTry(c *invocation) (*rind.Value, error) {
	var last error
	for _, x := range c.e.Args {
		v, err := c.r.eval(x, c.s)
		if err == nil {
			return v, nil
		}
		if errors.Is(err, errBudget) {
			return nil, err
		}
		last = err
	}
	if last == nil {
		last = errors.New("try without arguments")
	}
	return nil, last
}

func fnCan(c *invocation) (*rind.Value, error) {
	if len(c.e.Args) != 1 {
		return nil, errors.New("can takes one argument")
	}
	_, err := c.r.eval(c.e.Args[0], c.s)
	if errors.Is(err, errBudget) {
		return nil, err
	}
	return rind.NewBool(err == nil, c.span), nil
}
