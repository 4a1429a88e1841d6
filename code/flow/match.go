package flow

import (
	"slices"
	"strings"

	"rind/code/model"
)

// This file finds arguments and tests the conditions of models.

// arg is what an ArgRef names; nil if it is not given.
func (c *Call) arg(ref model.ArgRef) *Value {
	var v *Value
	switch {
	case ref.Recv:
		v = c.recv
	case ref.All:
		for _, a := range c.args {
			v = join(v, c.spreadOut(a))
		}
	case ref.Name != "":
		for _, a := range c.args {
			if a.name == ref.Name {
				v = a.value
			}
		}
		if v == nil {
			for _, a := range c.args {
				if a.keyword {
					v = c.keywordField(a.value, ref.Name)
				}
			}
		}
	default:
		n := 0
		for _, a := range c.args {
			if a.name != "" || a.keyword {
				continue
			}
			switch {
			case a.spread:
				if ref.Pos >= n || ref.Rest {
					v = join(v, c.e.elements(a.value))
				}
			case n == ref.Pos || ref.Rest && n >= ref.Pos:
				v = join(v, a.value)
			}
			n++
		}
	}
	if v == nil || len(ref.Path) == 0 {
		return v
	}
	for _, p := range ref.Path {
		v = c.step(v, p)
		if v == nil {
			return nil
		}
	}
	return v
}

func (c *Call) spreadOut(a argument) *Value {
	if a.spread {
		return c.e.elements(a.value)
	}
	return a.value
}

func (c *Call) keywordField(v *Value, name string) *Value {
	for _, id := range v.objs {
		if f := c.e.field(id, name); f != nil {
			return f
		}
		if f := c.e.field(id, elem); f != nil {
			return f
		}
	}
	if len(v.taints) > 0 {
		return c.e.memberTaints(v, name, none)
	}
	return nil
}

// step is one element of an ArgRef's path; nil if there is none.
func (c *Call) step(v *Value, p model.PathElem) *Value {
	e := c.e
	switch {
	case p.Any || p.Elem:
		if w := e.elements(v); !w.empty() {
			return w
		}
		return nil
	case p.Field != "":
		if isTextOnly(v) {
			return nil
		}
		var out *Value
		for _, id := range v.objs {
			if f := e.field(id, p.Field); f != nil {
				out = join(out, f)
			} else if f := e.objs[id].props[p.Field]; f != nil {
				out = join(out, f)
			} else if f := e.field(id, elem); f != nil {
				out = join(out, f)
			}
		}
		if len(v.taints) > 0 && !e.fixedField(v, p.Field) {
			out = e.memberTaints(v, p.Field, recvOrNone(out))
		}
		return out
	}
	var out *Value
	for _, id := range v.objs {
		if f := e.field(id, index(p.Index)); f != nil {
			out = join(out, f)
		} else if f := e.field(id, elem); f != nil {
			out = join(out, f)
		}
	}
	if len(v.taints) > 0 && !e.isArray(v) {
		out = e.memberTaints(v, "[]", recvOrNone(out))
	}
	return out
}

// isTextOnly reports whether v is text that was put together: it has no
// fields.
func isTextOnly(v *Value) bool {
	return len(v.parts) > 0 && len(v.objs)+len(v.outs) == 0 && !slices.ContainsFunc(v.taints, func(t taint) bool { return t.whole })
}

// first is the first of the arguments that is given.
func (c *Call) first(refs []model.ArgRef) *Value {
	for _, r := range refs {
		if v := c.arg(r); v != nil {
			return v
		}
	}
	return nil
}

// all joins the arguments; nil if none is given.
func (c *Call) all(refs []model.ArgRef) *Value {
	var out *Value
	for _, r := range refs {
		if v := c.arg(r); v != nil {
			out = join(out, v)
		}
	}
	return out
}

// holds reports whether the call fits all conditions.
func (c *Call) holds(conds []model.Cond) bool {
	for i := range conds {
		if !c.fits(&conds[i]) {
			return false
		}
	}
	return true
}

func (c *Call) fits(k *model.Cond) bool {
	if k.ArgCount != "" {
		n := 0
		for _, a := range c.args {
			if a.name == "" && !a.keyword {
				n++
			}
		}
		return k.CountFits(n)
	}
	v := c.first(k.Args())
	switch {
	case k.Marked != "":
		return c.Prop(v, "mark:"+k.Marked) != nil
	case k.Unmarked != "":
		return c.Prop(v, "mark:"+k.Unmarked) == nil
	case k.Absent:
		return v == nil && !slices.ContainsFunc(c.args, func(a argument) bool { return a.keyword })
	case k.Present:
		return v != nil
	case len(k.Is) > 0:
		if v == nil {
			return slices.Contains(k.Is, "absent")
		}
		return slices.ContainsFunc(v.consts, func(x any) bool {
			return slices.ContainsFunc(k.Is, func(s string) bool { return strings.EqualFold(s, printed(x)) })
		}) || slices.ContainsFunc(v.outs, func(x string) bool { return slices.Contains(k.Is, x) })
	case len(k.Not) > 0:
		if v == nil {
			return !slices.Contains(k.Not, "absent")
		}
		for _, x := range v.consts {
			if slices.ContainsFunc(k.Not, func(s string) bool { return strings.EqualFold(s, printed(x)) }) {
				return false
			}
		}
		return !slices.ContainsFunc(v.outs, func(x string) bool { return slices.Contains(k.Not, x) })
	case k.Matches != "":
		return v != nil && (len(v.consts) > 0 || len(v.parts) > 0) && k.Regexp().MatchString(c.e.literalOf(v))
	case k.Kind != "":
		return v != nil && c.e.isKind(v, k.Kind)
	}
	return true
}

// literalOf is the known text of v, or of all its constants.
func (e *engine) literalOf(v *Value) string {
	if len(v.parts) > 0 {
		return v.literal()
	}
	var b strings.Builder
	for i, c := range v.consts {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(printed(c))
	}
	return b.String()
}

func (e *engine) isKind(v *Value, kind string) bool {
	if typ, ok := strings.CutPrefix(kind, "type:"); ok {
		return slices.ContainsFunc(v.objs, func(id int32) bool { return e.objs[id].typ == typ }) || slices.Contains(v.outs, typ) || v.typ == typ
	}
	switch kind {
	case "function":
		return len(v.funcs) > 0
	case "tainted":
		return len(e.deep(v, deepLimit)) > 0
	case "constant": // of the code: a setting is none
		return v.known() && v.config == ""
	case "number":
		return isNumber(v)
	case "string":
		if len(v.parts) > 0 {
			return true
		}
		for _, c := range v.consts {
			if _, ok := c.(string); ok {
				return true
			}
		}
		return len(v.taints) > 0 && len(v.objs) == 0
	case "array":
		return slices.ContainsFunc(v.objs, func(id int32) bool { return e.objs[id].kind == isList || e.objs[id].kind == isSet })
	case "object":
		return slices.ContainsFunc(v.objs, func(id int32) bool { return e.objs[id].kind == isDict || e.objs[id].kind == isInstance })
	}
	return false
}
