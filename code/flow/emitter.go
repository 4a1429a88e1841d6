package flow

import (
	"strings"

	"rind/code/ir"
)

// superMember is super.name outside of a call: a getter or field of the base.
func (e *engine) superMember(name string, fr *frame, pos ir.Pos) *Value {
	class, this := e.receiver(fr)
	out := none
	if class == 0 {
		return unknown
	}
	for _, b := range e.objs[class].bases {
		for _, id := range b.objs {
			if v := e.classMember(id, name, this, fr, pos, 0); v != nil {
				out = join(out, v)
			}
		}
	}
	if out.empty() {
		return unknown
	}
	return out
}

// receiver is the class whose method runs, and what it runs on.
func (e *engine) receiver(fr *frame) (class int32, this *Value) {
	for f := fr; f != nil && class == 0; f = f.parent {
		class = f.class
	}
	for f := fr; f != nil && this == nil; f = f.parent {
		switch {
		case f.fn.This != "":
			this = e.st.get(loc{f.scope, f.fn.This})
		case f.fn.Class != "" && len(f.fn.Params) > 0:
			this = e.st.get(loc{f.scope, f.fn.Params[0].Name})
		}
	}
	if this == nil {
		this = none
	}
	return class, this
}

// emitter follows Node's event emitters: what is emitted goes to the functions
// that listen. https://nodejs.org/api/events.html
func (e *engine) emitter(c *Call) (*Value, bool) {
	if !strings.HasPrefix(c.Name, "events.") && !strings.HasPrefix(c.Name, "eventemitter") || len(c.args) == 0 || c.Language() != ir.JavaScript {
		return nil, false
	}
	event, ok := c.args[0].value.text()
	if !ok {
		return nil, false
	}
	key := "on:" + event
	switch c.Name[strings.LastIndexByte(c.Name, '.')+1:] {
	case "on", "once", "addListener", "prependListener":
		if len(c.args) < 2 {
			return nil, false
		}
		for _, id := range c.recv.objs {
			e.setField(id, key, c.args[1].value, true)
		}
		e.pending = append(e.pending, c.args[1].value)
		return c.recv, true
	case "emit":
		for _, id := range c.recv.objs {
			f := e.field(id, key)
			if f == nil {
				continue
			}
			e.call(f, c.recv, c.args[1:], c.fr, c.pos, false)
			if e.st.end == byThrow {
				e.st.end = alive
			}
		}
		return boolean, true
	}
	return nil, false
}
