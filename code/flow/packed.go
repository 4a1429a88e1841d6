package flow

import (
	"strings"

	"rind/code/ir"
)

// This file remembers of which objects a text is the JSON, so that who stores
// or sends it can tell its fields apart. Only dictionaries of Python and
// JavaScript are remembered: there the names of fields are those of the text.

// packers write their first argument as JSON.
var packers = map[string]bool{
	"JSON.stringify": true, "json.dumps": true, "simplejson.dumps": true, "ujson.dumps": true, "orjson.dumps": true,
}

// carriers turn a text into bytes or back.
var carriers = map[string]bool{"Buffer.from": true, "bytes": true, "str": true}

// packedBy adds to the result of a call what it is the JSON of.
func (e *engine) packedBy(c *Call, v *Value) *Value {
	var from []int32
	switch {
	case packers[c.Name] && len(c.args) > 0:
		from = c.args[0].value.objs
		if len(c.args[0].value.taints) > 0 {
			from = nil // it may be something else too
		}
	case carriers[c.Name] && len(c.args) > 0:
		from = c.args[0].value.packed
	case strings.HasSuffix(c.Name, ".encode") || strings.HasSuffix(c.Name, ".decode") || strings.HasSuffix(c.Name, ".toString"):
		from = c.recv.packed
	}
	if len(from) == 0 {
		return v
	}
	return v.with(func(w *Value) { w.packed = from })
}

// Packed is the object that a text is the JSON of; nil if that is not known,
// or if not all of its fields are.
func (c *Call) Packed(v *Value) *Value {
	if v == nil || len(v.packed) == 0 || c.Language() != ir.Python && c.Language() != ir.JavaScript {
		return nil
	}
	for _, id := range v.packed {
		o := c.e.objs[id]
		if o.kind != isDict || c.e.field(id, elem) != nil || len(o.keys) == 0 {
			return nil
		}
	}
	return &Value{objs: v.packed}
}

// Rest is what the fields of v's objects may hold whose names are not known;
// nil if there are none.
func (c *Call) Rest(v *Value) *Value {
	if v == nil {
		return nil
	}
	var out *Value
	for _, id := range v.objs {
		if f := c.e.field(id, elem); f != nil && !f.empty() {
			out = join(out, f)
		}
	}
	if len(v.taints) > 0 {
		out = join(out, &Value{any: true, taints: v.taints})
	}
	return out
}
