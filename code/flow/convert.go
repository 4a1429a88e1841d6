package flow

import (
	"strings"

	"rind/rind"
)

// environment is the value of an environment variable: what the template
// gives it, as far as it is known.
func (e *engine) environment(name string) *Value {
	if v := e.conf[name]; v != nil {
		return v
	}
	v := &Value{any: true, config: name}
	if f := e.entry.Function; f != nil {
		for _, x := range f.Environment {
			if x.Name == name && x.Value.Known() && x.Value.Scalar() {
				v = &Value{consts: []any{x.Value.Str()}, config: name}
			}
		}
	}
	e.conf[name] = v
	return v
}

// reading are the calls that read an environment variable, whose name is the
// first argument and whose value where it is not set the second.
var reading = map[string]bool{
	"os.getenv": true, "os.environ.get": true, "os.environ.setdefault": true, "os.environ.pop": true, "os.environ.__getitem__": true,
	"os.Getenv": true, "os.LookupEnv": true, "syscall.Getenv": true,
}

// environmentCall is a call that reads an environment variable. What the
// template sets is not joined with the default.
func (e *engine) environmentCall(c *Call) (*Value, bool) {
	if !reading[c.Name] {
		return nil, false
	}
	name, ok := c.first0().text()
	if !ok {
		return nil, false
	}
	v := e.environment(name)
	if other := c.position(1); other != nil && e.setting(name) == nil {
		v = join(v, other)
	}
	if strings.HasSuffix(c.Name, "LookupEnv") || c.Name == "syscall.Getenv" {
		return e.list(c.fr, c.pos, v, boolean), true
	}
	return v, true
}

// first0 is the first positional argument; a value that is nothing if there
// is none.
func (c *Call) first0() *Value { return recvOrNone(c.position(0)) }

// setting is what the template gives an environment variable; nil if nothing.
func (e *engine) setting(name string) *rind.Value {
	if f := e.entry.Function; f != nil {
		for _, x := range f.Environment {
			if x.Name == name {
				return x.Value
			}
		}
	}
	return nil
}

// maxConvert is how deep a structure is turned into a rind.Value.
const maxConvert = 6

// convert turns an abstract value into the vocabulary's: a constant, a Symbol
// with what is known of a joined string, a map or list; an unknown value is a
// Symbol that refers to nothing known.
func (e *engine) convert(v *Value, depth int) *rind.Value {
	var at rind.Span
	switch {
	case v == nil:
		return nil
	case v.config != "":
		if s := e.setting(v.config); s != nil {
			return s
		}
		return rind.NewRef(rind.Ref{Kind: rind.RefUnknown, Name: "environment variable " + v.config}, at)
	}
	if c, ok := v.only(); ok {
		return scalar(c)
	}
	if len(v.parts) > 0 {
		return e.convertParts(v.parts, depth)
	}
	if len(v.objs) == 1 && depth > 0 {
		return e.convertObject(v.objs[0], depth)
	}
	if v.known() { // one of several constants
		l := &rind.Value{Kind: rind.Symbol, Text: "?"}
		for _, c := range v.consts {
			l.Items = append(l.Items, scalar(c))
		}
		l.Parts = []rind.Part{{Ref: &rind.Ref{Kind: rind.RefUnknown, Name: "one of several"}}}
		return l
	}
	return rind.NewRef(rind.Ref{Kind: rind.RefUnknown, Name: "?"}, at)
}

func (e *engine) convertParts(parts []part, depth int) *rind.Value {
	var out []rind.Part
	for _, p := range parts {
		if p.value == nil {
			out = append(out, rind.Part{Text: p.text})
			continue
		}
		w := e.convert(p.value, depth-1)
		switch {
		case w != nil && w.Kind == rind.Symbol && len(w.Parts) > 0:
			out = append(out, w.Parts...)
		case w.Scalar():
			out = append(out, rind.Part{Text: w.Text})
		default:
			out = append(out, rind.Part{Ref: &rind.Ref{Kind: rind.RefUnknown, Name: "?"}})
		}
	}
	return rind.Join(out, nil, rind.Span{})
}

func (e *engine) convertObject(id int32, depth int) *rind.Value {
	o := e.objs[id]
	switch o.kind {
	case isList, isSet:
		l := rind.NewList(rind.Span{})
		for _, k := range o.keys {
			if k != size {
				if f := e.field(id, k); !f.empty() {
					l.Items = append(l.Items, e.convert(f, depth-1))
				}
			}
		}
		return l
	case isDict, isInstance:
		m := rind.NewMap(rind.Span{})
		for _, k := range o.keys {
			if f := e.field(id, k); k != elem && k != size && k != keyTaints && !f.empty() {
				m.Fields = append(m.Fields, rind.Field{Key: k, Value: e.convert(f, depth-1)})
			}
		}
		if len(m.Fields) > 0 || o.kind == isDict {
			return m
		}
	}
	return rind.NewRef(rind.Ref{Kind: rind.RefUnknown, Name: "?"}, rind.Span{})
}

func scalar(c any) *rind.Value {
	switch c := c.(type) {
	case string:
		return rind.NewString(c, rind.Span{})
	case bool:
		return rind.NewBool(c, rind.Span{})
	case int64:
		return rind.NewInt(c, rind.Span{})
	case float64:
		return &rind.Value{Kind: rind.Number, Text: printed(c)}
	}
	return &rind.Value{Kind: rind.Null}
}
