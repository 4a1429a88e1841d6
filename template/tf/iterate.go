package tf

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"rind/rind"
)

// evalFor makes the list or map of a for expression.
func (r *reader) evalFor(e *hclsyntax.ForExpr, s *scope) (*rind.Value, error) {
	span := r.span(e.SrcRange)
	coll, err := r.eval(e.CollExpr, s)
	if err != nil {
		return nil, err
	}
	coll = r.materialise(coll)
	if coll.Absent() {
		return nil, errors.New("cannot iterate over a null value")
	}
	if coll.Kind == rind.Symbol {
		return derived(unknown(r.text(e), span), coll), nil
	}
	if coll.Kind != rind.List && coll.Kind != rind.Map {
		return nil, fmt.Errorf("cannot iterate over a %s", coll.Kind)
	}
	f := forLoop{r: r, e: e, out: rind.NewList(span), index: map[string]int{}}
	if e.KeyExpr != nil {
		f.out = rind.NewMap(span)
	}
	for k, v := range elements(coll) {
		if err := f.step(k, v, s); err != nil {
			return nil, err
		}
	}
	if f.undecided && f.out.Len() == 0 {
		return unknown(r.text(e), span), nil
	}
	return r.bounded(f.out, nil)
}

// forLoop is a for expression while it runs.
type forLoop struct {
	r         *reader
	e         *hclsyntax.ForExpr
	out       *rind.Value
	index     map[string]int
	undecided bool // a condition could not be decided
}

func (f *forLoop) step(k, v *rind.Value, s *scope) error {
	inner := s.bind(f.e.ValVar, v)
	if f.e.KeyVar != "" {
		inner = inner.bind(f.e.KeyVar, k)
	}
	if f.e.CondExpr != nil {
		c, err := f.r.eval(f.e.CondExpr, inner)
		if err != nil {
			return err
		}
		f.r.decides(c)
		yes, sure := truth(c)
		if sure && !yes {
			return nil
		}
		if !sure {
			// Whether the element is there cannot be known. It is left out:
			// leaving it in would claim what may not be.
			f.undecided = true
			return nil
		}
	}
	val, err := f.r.eval(f.e.ValExpr, inner)
	if err != nil {
		return err
	}
	if f.e.KeyExpr == nil {
		f.out.Items = append(f.out.Items, val)
		return nil
	}
	key, err := f.r.eval(f.e.KeyExpr, inner)
	if err != nil {
		return err
	}
	i, dup := f.index[key.Text]
	switch {
	case f.e.Group && dup:
		list := f.out.Fields[i].Value
		list.Items = append(list.Items, val)
	case f.e.Group:
		val = rind.NewList(val.Span, val)
		fallthrough
	case !dup:
		f.index[key.Text] = len(f.out.Fields)
		f.out.Fields = append(f.out.Fields, rind.Field{Key: key.Text, Span: key.Span, Value: val})
	default:
		f.out.Fields[i].Value = val
	}
	return nil
}

// elements yields key and value of a list, set or map, maps by sorted key.
func elements(c *rind.Value) func(yield func(k, v *rind.Value) bool) {
	return func(yield func(k, v *rind.Value) bool) {
		if c.Kind == rind.Map {
			for _, f := range sortedFields(c) {
				if !yield(rind.NewString(f.Key, f.Span), f.Value) {
					return
				}
			}
			return
		}
		for i, it := range c.Items {
			k := it
			if !isSet(c) {
				k = rind.NewInt(int64(i), it.Span)
			}
			if !yield(k, it) {
				return
			}
		}
	}
}

func (r *reader) evalSplat(e *hclsyntax.SplatExpr, s *scope) (*rind.Value, error) {
	span := r.span(e.SrcRange)
	src, err := r.eval(e.Source, s)
	if err != nil {
		return nil, err
	}
	out := rind.NewList(span)
	switch {
	case src.Absent():
		return out, nil
	case src.Kind == rind.Symbol && structure(src) == nil && r.maybeList(src):
		// How many there are is unknown: the attribute of all of them.
		v, err := r.eval(e.Each, s.bind(splatName, src))
		if err != nil {
			return nil, err
		}
		return at(v, span), nil
	case src.Kind == rind.List:
		out.Items = make([]*rind.Value, 0, len(src.Items))
		for _, it := range src.Items {
			v, err := r.eval(e.Each, s.bind(splatName, it))
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, v)
		}
		return out, nil
	}
	v, err := r.eval(e.Each, s.bind(splatName, src))
	if err != nil {
		return nil, err
	}
	out.Items = append(out.Items, v)
	return out, nil
}

// maybeList reports whether a Symbol may stand for a list. A reference to a
// resource or module as a whole is one object.
func (r *reader) maybeList(v *rind.Value) bool {
	ref := soleRef(v)
	return ref == nil || ref.Attr != "" || ref.Kind != rind.RefResource && r.byAddress[ref.Name] == nil
}
