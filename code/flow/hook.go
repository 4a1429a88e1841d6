package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/rind"
)

// This file is what hooks and observers may ask of a call, and do.

// Language is the language of the calling code.
func (c *Call) Language() ir.Language { return c.fr.fn.Module.Lang }

// Span is where the call stands.
func (c *Call) Span() rind.Span { return c.fr.fn.Module.Place(c.pos) }

// Init tells that the call is made while a module loads.
func (c *Call) Init() bool { return c.e.initing }

// In is the function that calls, as written; "" at the top of a module.
func (c *Call) In() *ir.Func { return c.fr.fn }

// Function is the Lambda function that is analysed, or nil; App its app.
func (c *Call) Function() *rind.Function { return c.e.entry.Function }

// App is the app of the function that is analysed, or nil.
func (c *Call) App() *rind.App { return c.e.entry.App }

// Recv is the receiver of a method; a value that is nothing if there is none.
func (c *Call) Recv() *Value { return c.recv }

// Len is the number of arguments, named ones included.
func (c *Call) Len() int { return len(c.args) }

// Arg is the i-th positional argument; nil if it is not given.
func (c *Call) Arg(i int) *Value { return c.position(i) }

// Named is the argument of that name; nil if it is not given.
func (c *Call) Named(name string) *Value { return c.named(name) }

// Names lists the names of named arguments in order, those of a known
// **mapping included.
func (c *Call) Names() []string {
	var out []string
	for _, a := range c.args {
		switch {
		case a.name != "":
			out = append(out, a.name)
		case a.keyword:
			out = append(out, c.Fields(a.value)...)
		}
	}
	return out
}

// Text is the value's single constant string.
func (c *Call) Text(v *Value) (string, bool) {
	if v == nil {
		return "", false
	}
	return v.text()
}

// Texts lists all constant strings the value may be.
func (c *Call) Texts(v *Value) []string {
	var out []string
	if v != nil {
		for _, x := range v.consts {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// Literal is the known text of a joined string with "\x00" for unknown pieces.
func (c *Call) Literal(v *Value) string {
	if v == nil {
		return ""
	}
	return c.e.literalOf(v)
}

// Convert turns v into the vocabulary's value: environment variables become
// what the template gives them. Nil stays nil.
func (c *Call) Convert(v *Value) *rind.Value { return c.e.convert(v, maxConvert) }

// Field is a field of v's objects, or the member of data; nil if there is
// none.
func (c *Call) Field(v *Value, name string) *Value {
	if v == nil {
		return nil
	}
	var out *Value
	for _, id := range v.objs {
		f := c.e.field(id, name)
		if f == nil {
			f = c.e.objs[id].props[name]
		}
		if f == nil {
			f = c.e.field(id, elem)
		}
		if f != nil {
			out = join(out, f)
		}
	}
	if out == nil && slices.ContainsFunc(v.taints, func(t taint) bool { return t.whole }) {
		out = c.e.memberTaints(v, name, none)
	}
	return out
}

// Fields lists the names of the fields that v's objects have.
func (c *Call) Fields(v *Value) []string {
	var out []string
	if v == nil {
		return nil
	}
	for _, id := range v.objs {
		for _, k := range c.e.objs[id].keys {
			if k != elem && k != size && k != keyTaints && !slices.Contains(out, k) && !c.e.field(id, k).empty() {
				out = append(out, k)
			}
		}
	}
	return out
}

// Elements is what any element of v may be.
func (c *Call) Elements(v *Value) *Value {
	if v == nil {
		return none
	}
	return c.e.elements(v)
}

// List lists the elements of a list of known length; false if it is not
// known.
func (c *Call) List(v *Value) ([]*Value, bool) {
	if v == nil {
		return nil, false
	}
	ok, vs := c.e.known(v)
	return vs, ok
}

// Types lists the names of the outside types and things that v may be.
func (c *Call) Types(v *Value) []string {
	if v == nil {
		return nil
	}
	out := slices.Clone(v.outs)
	for _, id := range v.objs {
		if o := c.e.objs[id]; o.typ != "" && (o.kind == isInstance || o.kind == isClass) && o.class == 0 {
			out = append(out, o.typ)
		}
	}
	return out
}

// Outside makes an instance of an outside type. Props are what it was made
// of; Prop reads them.
func (c *Call) Outside(typ string, props map[string]*Value) *Value {
	v := c.e.outsideObject(typ, c.fr, c.pos)
	for k, p := range props {
		if p != nil {
			c.e.setProp(v.objs[0], k, p)
		}
	}
	return v
}

// Prop is what v was made of under a name, by Outside or as the constructor's
// argument (positions are "0", "1"…); nil if it was not.
func (c *Call) Prop(v *Value, name string) *Value {
	var out *Value
	if v != nil {
		for _, id := range v.objs {
			if p := c.e.objs[id].props[name]; p != nil {
				out = join(out, p)
			}
		}
	}
	return out
}

// SetProp sets what instances were made of: builders that collect parameters.
func (c *Call) SetProp(v *Value, name string, p *Value) {
	for _, id := range v.objs {
		if len(v.objs) > 1 {
			p = join(c.e.objs[id].props[name], p)
		}
		c.e.setProp(id, name, p)
	}
}

// Props lists the names of what v's instances were made of.
func (c *Call) Props(v *Value) []string {
	var out []string
	if v != nil {
		for _, id := range v.objs {
			for k := range c.e.objs[id].props {
				if !slices.Contains(out, k) {
					out = append(out, k)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// Object makes an object with the fields.
func (c *Call) Object(fields map[string]*Value) *Value {
	id, v := c.e.newObject(isDict, c.e.dictType(c.fr), c.fr, c.pos)
	names := make([]string, 0, len(fields))
	for k := range fields {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		if fields[k] != nil {
			c.e.setField(id, k, fields[k], false)
		}
	}
	return v
}

// ListOf makes a list whose elements all may be v.
func (c *Call) ListOf(v *Value) *Value {
	return c.e.listOf(c.fr, c.pos, recvOrNone(v))
}

// Unknown is a value of which nothing is known.
func (c *Call) Unknown() *Value { return unknown }

// Constant is a known value: string, int64, float64, bool or nil.
func (c *Call) Constant(x any) *Value { return constant(x) }

// Join is what may be either.
func (c *Call) Join(a, b *Value) *Value { return join(recvOrNone(a), b) }

// From is a value made of vs: it carries their taints.
func (c *Call) From(vs ...*Value) *Value {
	var ts []taint
	for _, v := range vs {
		if v != nil {
			ts = joinTaints(ts, c.e.deep(v, deepLimit))
		}
	}
	return unknown.withTaints(through(ts, 0, c.e.station(c, "through "+c.short())))
}

// Invoke calls the functions of v with arguments and yields what they return.
func (c *Call) Invoke(v *Value, args ...*Value) *Value {
	list := make([]argument, len(args))
	for i, a := range args {
		list[i] = argument{value: recvOrNone(a)}
	}
	if v == nil || !v.callable(c.e) {
		return none
	}
	r := c.e.call(v, none, list, c.fr, c.pos, false)
	if c.e.st.end == byThrow {
		c.e.st.end = alive
	}
	return r
}

// HasFunction reports whether v may be a function of the app.
func (c *Call) HasFunction(v *Value) bool { return v != nil && len(v.funcs) > 0 }

// Tainted reports whether v carries data from outside.
func (c *Call) Tainted(v *Value) bool {
	return v != nil && slices.ContainsFunc(c.e.deep(v, deepLimit), func(t taint) bool { return !t.isMark() })
}

// Origins lists where the data in v comes from, as far as somebody outside
// decides about it.
func (c *Call) Origins(v *Value) []rind.Origin {
	return c.e.origins(v)
}

func (e *engine) origins(v *Value) []rind.Origin {
	var out []rind.Origin
	for _, t := range e.deep(recvOrNone(v), deepLimit) {
		if o, _ := e.origin(t); o != nil {
			out = append(out, *o)
		}
	}
	return out
}

// WholeEvent reports whether v is the event itself, or text made of all of it.
func (c *Call) WholeEvent(v *Value) bool {
	return slices.ContainsFunc(c.e.deep(recvOrNone(v), 2), func(t taint) bool { return t.src.event && t.path == "" && !t.weak })
}

// Setting is the name of the environment variable that v is the value of, or
// "".
func (c *Call) Setting(v *Value) string {
	if v == nil {
		return ""
	}
	return v.config
}

// Record adds a call of an AWS API. Repetitions at the same place are joined.
func (c *Call) Record(call *rind.Call) {
	if call.Span.IsZero() {
		call.Span = c.Span()
	}
	c.e.recorded = call
	call.Init = c.e.initing
	var b strings.Builder
	b.WriteString(call.Service + "." + call.Operation + "@" + call.Span.String())
	names := make([]string, 0, len(call.Params))
	for k := range call.Params {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		v := call.Params[k]
		b.WriteString("|" + k + "=")
		if v != nil {
			b.WriteString(v.Text)
		}
	}
	key := b.String()
	if c.e.seen[key] {
		return
	}
	c.e.seen[key] = true
	c.e.out.Calls = append(c.e.out.Calls, call)
}

// Dynamic notes an AWS call whose operation is not known.
func (c *Call) Dynamic(note string) {
	key := "dynamic@" + c.Span().String()
	if !c.e.seen[key] {
		c.e.seen[key] = true
		c.e.out.Dynamic = append(c.e.out.Dynamic, rind.Label{Span: c.Span(), Note: note})
	}
}

// Sink reports the flows that end in v: class is an attack class, note says
// what happens to the data, part limits it (see model.Sink).
func (c *Call) Sink(class string, v *Value, note, part string) {
	if v == nil {
		return
	}
	c.e.reach(v, &reached{class: class, note: note, part: part, sink: c.short(), mod: c.fr.fn.Module, pos: c.pos})
}

// Store reports that v is written to the place: flows of class "store".
func (c *Call) Store(into *rind.StoreRef, v *Value) {
	if v == nil || into == nil {
		return
	}
	c.e.reach(v, &reached{class: "store", note: "writes it to " + into.Service, sink: c.short(), into: into, mod: c.fr.fn.Module, pos: c.pos})
}

// FromStore is data that was read from the place. It has the structure that
// was written if parsed.
func (c *Call) FromStore(ref *rind.StoreRef, parsed bool) *Value {
	var src *source
	for _, s := range c.e.sources {
		if s.store != nil && *s.store == *ref {
			src = s
		}
	}
	if src == nil {
		src = &source{id: len(c.e.sources), store: ref, called: ref.Service}
		c.e.sources = append(c.e.sources, src)
	}
	name := ref.ID
	if name == "" {
		name = ref.Name
	}
	note := "read from " + ref.Service
	if name != "" {
		note += " " + name
	}
	return &Value{any: true, taints: []taint{{
		src: src, whole: true, parsed: parsed,
		via: &step{mod: c.fr.fn.Module, pos: c.pos, note: note},
	}}}
}

// Weakness reports a weakness at the call. Related may be nil.
func (c *Call) Weakness(rule, message string, confidence rind.Confidence, related []rind.Label) {
	c.e.weakness(&rind.Weakness{
		Rule: rule, Message: message, Span: c.Span(), Confidence: confidence, Related: related,
		Key: c.short() + "|" + c.fr.fn.Name,
	})
}

func (e *engine) weakness(w *rind.Weakness) {
	if w.Confidence == "" {
		w.Confidence = rind.ConfidenceHigh
	}
	key := w.Rule + "@" + w.Span.String()
	if e.seen[key] {
		return
	}
	e.seen[key] = true
	e.out.Weaknesses = append(e.out.Weaknesses, w)
}

// Weakness reports a weakness of what was returned, at the given place or at
// the function.
func (r *Result) Weakness(w *rind.Weakness) {
	if w.Span.IsZero() {
		w.Span = r.Func.Module.Place(r.Func.Pos)
	}
	r.e.weakness(w)
}

// Call gives access to the returned value by the methods of Call.
func (r *Result) Call() *Call {
	return &Call{Name: "return", recv: r.value, e: r.e, fr: &frame{fn: r.Func}, pos: r.Func.Pos}
}

// Value is what was returned.
func (r *Result) Value() *Value { return r.value }

// SetField sets a field of v's objects: what a builder collects, what an
// answer holds.
func (c *Call) SetField(v *Value, name string, f *Value) {
	if v == nil || f == nil {
		return
	}
	for _, id := range v.objs {
		c.e.setField(id, name, f, len(v.objs) > 1)
	}
}

// Keys is what the keys of v's objects may be.
func (c *Call) Keys(v *Value) *Value {
	if v == nil {
		return nil
	}
	return c.e.keysOf(v)
}

// A Reader is a hook that also models the reading of members of outside
// instances: Name is the member's name, Recv the instance. It returns false
// to leave the member to the library.
type Reader interface {
	Read(c *Call) (*Value, bool)
}

// readHooked asks the hooks for a member of an outside instance.
func (e *engine) readHooked(name string, recv *Value, fr *frame, pos ir.Pos) (*Value, bool) {
	if recv == nil {
		return nil, false
	}
	for _, h := range e.opt.Hooks {
		if r, ok := h.(Reader); ok {
			if v, ok := r.Read(&Call{Name: name, recv: recv, e: e, fr: fr, pos: pos}); ok {
				return v, true
			}
		}
	}
	return nil, false
}

// Thing is an outside function or class by its name.
func (c *Call) Thing(name string) *Value { return outside(name) }

// KeyName is what the keys of v's objects are that are no constants, where
// they are a setting or data; nil if there is none.
func (c *Call) KeyName(v *Value) *Value {
	var out *Value
	if v != nil {
		for _, id := range v.objs {
			if k := c.e.field(id, keyTaints); k != nil {
				out = join(recvOrNone(out), k)
			}
		}
	}
	return out
}
