package flow

import (
	"maps"

	"rind/code/ir"
)

// This file makes objects and lists, and takes parts of them.

func (e *engine) object(x *ir.Object, fr *frame) *Value {
	kind, typ := isDict, e.dictType(fr)
	if x.Type != "" {
		kind, typ = isInstance, x.Type
	}
	id, v := e.newObject(kind, typ, fr, x.Pos)
	if x.Class != nil {
		for _, c := range e.eval(x.Class, fr).objs {
			if e.objs[c].kind == isClass {
				e.objs[id].kind, e.objs[id].class, e.objs[id].typ = isInstance, c, ""
				e.instanceFields(c, v, 0)
			}
		}
	}
	var fields []argument
	var spread []taint
	for _, f := range x.Fields {
		val := e.eval(f.Value, fr)
		switch {
		case (f.Spread || f.Key == nil) && fr.fn.Module.Lang == ir.JavaScript:
			// What is spread keeps its paths; fields written behind it are
			// certain.
			spread = joinTaints(spread, val.taints)
			e.copyFields(id, val.withoutTaints(), nil)
			e.objs[id].fixed = e.literalFields(val)
		case f.Spread || f.Key == nil:
			e.copyFields(id, val, nil)
		default:
			key := e.eval(f.Key, fr)
			e.setIndexOf(id, key, val, false)
			if name, ok := key.text(); ok && fr.fn.Module.Lang == ir.JavaScript {
				e.objs[id].fix(name)
			}
			if name, ok := key.text(); ok && x.Type != "" {
				fields = append(fields, argument{name: name, value: val, expr: f.Value})
			}
		}
	}
	if x.Type != "" {
		e.madeInstance(x.Type, fields, v, fr, x.Pos)
	}
	return v.withTaints(spread)
}

// literalFields are the fields of v that are certain, if it is one literal.
func (e *engine) literalFields(v *Value) map[string]bool {
	if len(v.objs) != 1 || v.any || len(v.taints) > 0 {
		return nil
	}
	return maps.Clone(e.objs[v.objs[0]].fixed)
}

func (e *engine) array(x *ir.Array, fr *frame) *Value {
	kind := isList
	if x.Set {
		kind = isSet
	}
	id, v := e.newObject(kind, e.listType(fr), fr, x.Pos)
	e.setField(id, size, constant(int64(0)), false)
	for _, el := range x.Elems {
		val := e.eval(el.Value, fr)
		if !el.Spread {
			e.push(id, val)
			continue
		}
		if n, vs := e.known(val); n {
			for _, y := range vs {
				e.push(id, y)
			}
			continue
		}
		e.scatter(id, e.elements(val))
	}
	return v
}

// known lists the elements of v if it is one list of known length.
func (e *engine) known(v *Value) (bool, []*Value) {
	if len(v.objs) != 1 || len(v.taints) > 0 || v.any {
		return false, nil
	}
	n, ok := e.length(v.objs[0])
	if !ok {
		return false, nil
	}
	var out []*Value
	for i := range n {
		f := e.field(v.objs[0], index(i))
		if f == nil {
			f = none
		}
		out = append(out, join(f, e.field(v.objs[0], elem)))
	}
	return true, out
}

func (e *engine) joinLists(l, r *Value, fr *frame, pos ir.Pos) *Value {
	out := e.list(fr, pos)
	for _, v := range []*Value{l, r} {
		if ok, vs := e.known(v); ok {
			for _, x := range vs {
				e.push(out.objs[0], x)
			}
			continue
		}
		e.scatter(out.objs[0], e.elements(v))
	}
	return out
}

func (e *engine) slice(x *ir.Slice, fr *frame) *Value {
	v := e.eval(x.X, fr)
	lo, hi := e.eval(x.Lo, fr), e.eval(x.Hi, fr)
	if ok, vs := e.known(v); ok && e.isArray(v) {
		from, to := bounds(lo, hi, len(vs))
		if from >= 0 {
			return e.list(fr, x.Pos, vs[from:to]...)
		}
	}
	if s, ok := v.text(); ok {
		if from, to := bounds(lo, hi, len(s)); from >= 0 {
			return constant(s[from:to])
		}
		return unknown
	}
	if len(v.objs) > 0 {
		out := e.listOf(fr, x.Pos, e.elements(&Value{objs: v.objs}))
		return out.withTaints(v.taints)
	}
	return &Value{any: true, taints: pieces(v.taints, 0)}
}

// bounds are a slice's limits, or -1 if they are not known.
func bounds(lo, hi *Value, n int) (from, to int) {
	to = n
	for i, v := range []*Value{lo, hi} {
		c, ok := v.only()
		if !ok {
			return -1, 0
		}
		if c == nil {
			continue
		}
		k, ok := c.(int64)
		if !ok {
			return -1, 0
		}
		if k < 0 {
			k += int64(n)
		}
		k = min(max(k, 0), int64(n))
		if i == 0 {
			from = int(k)
		} else {
			to = int(k)
		}
	}
	return from, max(from, to)
}

func (e *engine) rest(x *ir.Rest, fr *frame) *Value {
	v := e.eval(x.X, fr)
	if len(x.Omit) == 0 && (e.isArray(v) || x.From > 0) {
		if ok, vs := e.known(v); ok && x.From <= len(vs) {
			return e.list(fr, x.Pos, vs[x.From:]...)
		}
		return e.listOf(fr, x.Pos, e.elements(v))
	}
	if len(v.objs) == 0 {
		return v
	}
	id, out := e.newObject(isDict, e.dictType(fr), fr, x.Pos)
	e.copyFields(id, v, x.Omit)
	return out.withTaints(v.taints)
}
