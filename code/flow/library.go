package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/model"
	"rind/event"
	"rind/rind"
)

// A Call is a call that leaves the app's own code. Hooks and observers see
// it with its evaluated arguments.
type Call struct {
	// Name is the called function's name as package model has it.
	Name string
	New  bool

	recv *Value
	args []argument
	e    *engine
	fr   *frame
	pos  ir.Pos
}

// A Hook models calls that take code rather than data to understand, such as
// AWS SDKs. It returns the call's result, or false to leave it to the library.
type Hook interface {
	Call(c *Call) (*Value, bool)
}

// libraryCall is a call of an outside function.
func (e *engine) libraryCall(name string, recv *Value, args []argument, fr *frame, pos ir.Pos, isNew bool) *Value {
	if !e.tick() || e.st.end != alive {
		return none
	}
	c := &Call{Name: name, New: isNew, recv: recvOrNone(recv), args: args, e: e, fr: fr, pos: pos}
	for _, o := range e.opt.Observers {
		o.Called(c)
	}
	e.recorded = nil
	for _, h := range e.opt.Hooks {
		if v, ok := h.Call(c); ok {
			return e.yields(c, v, e.recorded)
		}
	}
	if e.answered(c) {
		return null
	}
	if v, ok := e.environmentCall(c); ok {
		return e.yields(c, v, nil)
	}
	if fr.fn.Module.Lang == ir.Python {
		if v, ok := e.pythonBuiltin(c); ok {
			return e.yields(c, v, nil)
		}
	}
	if v, ok := e.emitter(c); ok {
		return v
	}
	models := e.opt.Library.Calls(name)
	if isJava(fr) && strings.HasSuffix(name, ".StringUtils.replace") {
		if v, ok := e.javaBuiltin(c); ok {
			return e.yields(c, v, nil)
		}
	}
	if len(models) == 0 {
		if isJava(fr) {
			if v, ok := e.javaBuiltin(c); ok {
				return e.yields(c, v, nil)
			}
		}
		if v, ok := e.builtin(c); ok {
			return e.yields(c, e.packedBy(c, v), nil)
		}
	}
	return e.yields(c, e.packedBy(c, e.applyModels(models, c)), nil)
}

// applyModels applies every model that fits, and yields the result.
func (e *engine) applyModels(models []*model.Model, c *Call) *Value {
	var result *Value
	fits := false
	var facts []fact
	for _, m := range models {
		if !c.holds(m.When) {
			continue
		}
		fits = true
		for i := range m.Sinks {
			e.sink(&m.Sinks[i], c)
		}
		for i := range m.Weak {
			e.weak(&m.Weak[i], c)
		}
		for i := range m.Writes {
			e.write(&m.Writes[i], c)
		}
		for i := range m.Marks {
			e.mark(&m.Marks[i], c)
		}
		called := none
		for i := range m.Callbacks {
			called = join(called, e.callback(&m.Callbacks[i], c))
		}
		if m.Guard != nil {
			f := e.guardCall(m.Guard, c)
			if m.Guard.Throws && c.fr.fn.Module.Lang == ir.Go { // returns an error instead
				for _, x := range f {
					facts = append(facts, fact{x.key, x.clean, false})
				}
			} else if m.Guard.Throws {
				for _, x := range f {
					e.learn(fact{x.key, x.clean, true})
				}
			} else {
				facts = append(facts, f...)
			}
		}
		if m.Wraps {
			result = join(result, e.wrapped(c))
		}
		if m.Source != nil {
			result = e.sourceValue(m.Source, c.Name, c.fr, c.pos)
		}
		if m.Returns != nil {
			result = e.returns(m.Returns, c)
			if m.Returns.Some {
				result = result.with(func(w *Value) { w.some = true })
			}
		}
		if !called.empty() {
			result = join(result, called)
		}
		if m.Exits {
			e.st.end = byThrow
			return none
		}
	}
	if result == nil {
		if facts != nil {
			result = &Value{consts: []any{true, false}}
		} else if v, ok := e.textCall(c, models); ok {
			result = v // the models say where it goes, not what it yields
		} else {
			result = e.unmodelled(c, fits)
		}
	}
	if isJava(c.fr) {
		result = e.asClass(result, c)
	}
	if len(facts) > 0 && strings.HasSuffix(c.Name, ".indexOf") {
		return position(facts)
	}
	if len(facts) > 0 {
		result = result.with(func(w *Value) { w.facts = append(slices.Clip(w.facts), facts...) })
	}
	return result
}

// unmodelled is the result of a call that nothing is known of: an instance
// named after the call, with the taints of all that went in.
func (e *engine) unmodelled(c *Call, fits bool) *Value {
	if isJava(c.fr) && !fits {
		if v, ok := e.javaBean(c); ok {
			return v
		}
	}
	var ts []taint
	for _, a := range c.args {
		ts = joinTaints(ts, e.deep(a.value, deepLimit))
		if !fits {
			e.handMade(a.value, 0, c.short(), c.fr.fn.Module, c.pos)
		}
		fs := a.value
		if isJava(c.fr) {
			fs = e.listener(fs, c.fr, c.pos)
		}
		if len(fs.funcs) > 0 {
			e.pending = append(e.pending, fs)
			e.callOutsideBack(fs, c)
		}
		for _, id := range a.value.objs { // objects of functions: resolvers, options
			if o := e.objs[id]; o.kind == isDict && len(o.keys) < 40 {
				for _, k := range o.keys {
					if f := e.field(id, k); f != nil && len(f.funcs) > 0 {
						e.pending = append(e.pending, f)
					}
				}
			}
		}
	}
	ts = joinTaints(ts, e.deep(c.recv, deepLimit))
	name := c.Name
	class, constructed := strings.CutSuffix(name, ".new")
	switch {
	case strings.HasPrefix(name, "?") || name == "":
		name = "?"
	case constructed && isJava(c.fr):
		name = class // declared types name values in the same way
	case isJava(c.fr) && e.resultType(c) != "":
		name = e.resultType(c)
	default:
		name += "()"
	}
	v := unknown
	if name != "?" && len(name) < 160 && strings.Count(name, "()") < 6 {
		v = e.outsideObject(name, c.fr, c.pos)
		if len(c.args) > 0 && c.args[0].name == "" { // such as the pattern of a regular expression
			e.setProp(v.objs[0], "0", c.args[0].value)
		}
	}
	if len(ts) == 0 {
		return v
	}
	ts = through(ts, 0, e.station(c, "through "+c.short()))
	if !fits {
		for i := range ts {
			ts[i].weak = true
		}
	}
	return v.withTaints(ts)
}

// callOutsideBack calls a function that was given to an outside function of
// which nothing is known: its parameters are anything, made of what was given
// along with it.
func (e *engine) callOutsideBack(f *Value, c *Call) {
	ts := e.deep(c.recv, 2)
	for _, cl := range f.funcs {
		if e.calls[cl.fn] > 2 {
			continue
		}
		var args []argument
		for range cl.fn.Params {
			args = append(args, argument{value: unknown.withTaints(through(ts, 0, nil))})
		}
		if len(ts) > 0 {
			e.callClosure(cl, nil, args, c.fr, c.pos)
			if e.st.end == byThrow {
				e.st.end = alive
			}
		}
	}
}

// short is the call's name as a reader knows it.
func (c *Call) short() string {
	n := c.Name
	if rest, ok := strings.CutPrefix(n, "aws:"); ok { // aws:client:s3.put_object
		_, n, _ = strings.Cut(rest, ":")
		n = strings.ReplaceAll(n, ":", ".")
	}
	if i := strings.LastIndexByte(n, '/'); i >= 0 {
		n = n[i+1:]
	}
	parts := strings.Split(n, ".")
	if len(parts) > 2 {
		parts = parts[len(parts)-2:]
	}
	return strings.TrimPrefix(strings.Join(parts, "."), "?.")
}

func (e *engine) station(c *Call, note string) *step {
	return &step{mod: c.fr.fn.Module, pos: c.pos, note: note}
}

// returns is the result that a model gives a call.
func (e *engine) returns(r *model.Returns, c *Call) *Value {
	var v *Value
	switch {
	case r.Value != nil:
		v = constant(*r.Value)
	case r.Type != "":
		v = e.outsideObject(r.Type, c.fr, c.pos)
		// A model says what the instance carries; in Java builders are
		// modelled by what goes in.
		e.objs[v.objs[0]].opaque = c.Language() == ir.JavaScript || c.Language() == ir.Python
		for i, a := range c.args {
			// What an instance was made of stays readable for hooks and guards.
			id := v.objs[0]
			if len(r.From) == 0 && len(e.deep(a.value, deepLimit)) > 0 {
				continue // it carries nothing of it
			}
			if a.name != "" {
				e.setProp(id, a.name, a.value)
			} else {
				e.setProp(id, index(i), a.value)
			}
		}
		if p := e.objs[v.objs[0]].props["0"]; p != nil {
			e.setProp(v.objs[0], "pattern", p)
		}
	default:
		v = unknown
	}
	if r.Keeps {
		e.keepMarks(v, c)
	}
	if len(r.From) == 0 {
		return v
	}
	from := none
	for _, ref := range r.Args() {
		if w := c.arg(ref); w != nil {
			from = join(from, w)
		}
	}
	made := e.shaped(from, r.As, classSet(r.Clean), c)
	if r.As == "path" {
		made = e.pathOf(c, classSet(r.Clean))
	}
	if len(r.Undo) > 0 && len(made.taints) > 0 {
		made = made.with(func(w *Value) {
			w.taints = slices.Clone(w.taints)
			for i := range w.taints {
				w.taints[i].clean &^= classSet(r.Undo)
			}
		})
	}
	if r.Type != "" && r.As == "path" { // text of a kind
		return made.with(func(w *Value) { w.typ = r.Type })
	}
	if r.Type != "" {
		return v.withTaints(e.deep(made, deepLimit))
	}
	return made
}

// mark notes a word on objects, for conditions to ask for.
func (e *engine) mark(m *model.Mark, c *Call) {
	if !c.holds(m.When) {
		return
	}
	for _, ref := range m.Args() {
		if v := c.arg(ref); v != nil {
			for _, id := range v.objs {
				e.setProp(id, "mark:"+m.Name, yes)
			}
		}
	}
}

// keepMarks gives v the marks of the receiver and the arguments.
func (e *engine) keepMarks(v *Value, c *Call) {
	from := slices.Clone(c.recv.objs)
	for _, a := range c.args {
		from = append(from, a.value.objs...)
	}
	for _, id := range from {
		for name, p := range e.objs[id].props {
			if strings.HasPrefix(name, "mark:") {
				for _, to := range v.objs {
					e.setProp(to, name, p)
				}
			}
		}
	}
}

func (e *engine) setProp(id int32, name string, v *Value) {
	o := e.objs[id]
	if o.props == nil {
		o.props = map[string]*Value{}
	}
	o.props[name] = v
}

// shaped is the value that an operation makes of from.
func (e *engine) shaped(from *Value, as string, clean classes, c *Call) *Value {
	s := e.station(c, "through "+c.short())
	switch as {
	case "same":
		if clean == 0 {
			return from
		}
		return from.with(func(w *Value) { w.taints = through(from.taints, clean, s) })
	case "parsed":
		ts := make([]taint, 0, len(from.taints))
		for _, t := range e.deep(from, deepLimit) {
			t.whole, t.parsed = true, true
			t.clean |= clean
			t.via = s.after(t.via)
			ts = joinTaints(ts, []taint{t})
		}
		if len(ts) == 0 {
			return unknown
		}
		return &Value{any: true, taints: ts}
	case "element":
		return e.elements(from)
	case "match":
		return e.matched(from, c)
	case "schema":
		return e.schemed(from, c.recv, 0)
	case "checked":
		return e.schemaResult(from, c.recv, c)
	case "elements", "list":
		out := e.list(c.fr, c.pos)
		id := out.objs[0]
		el := e.elements(from)
		if as == "list" || el.empty() {
			el = &Value{any: true, taints: pieces(through(e.deep(from, deepLimit), clean, s), 0)}
		}
		e.scatter(id, el)
		return out
	case "keys":
		return e.listOf(c.fr, c.pos, e.keysOf(from))
	case "head-tail":
		ts := e.deep(from, deepLimit)
		tail := &Value{any: true, taints: through(ts, clean|classOf("path-traversal"), s)}
		return e.list(c.fr, c.pos, &Value{any: true, taints: through(ts, clean, s)}, tail)
	}
	ts := through(e.deep(from, deepLimit), clean, s)
	return &Value{any: true, taints: ts}
}

// write stores what the model says in an argument.
func (e *engine) write(w *model.Write, c *Call) {
	to := c.arg(w.Target())
	if to == nil {
		return
	}
	from := none
	if w.Source != nil {
		from = e.sourceValue(w.Source, c.Name, c.fr, c.pos)
	}
	for _, ref := range w.Args() {
		if v := c.arg(ref); v != nil {
			from = join(from, v)
		}
	}
	as := w.As
	if as == "append" {
		for _, id := range to.objs {
			e.push(id, from)
		}
		return
	}
	v := e.shaped(from, as, classSet(w.Clean), c)
	e.pour(v, to, c)
}

// pour makes v the content of what to refers to: the fields of objects that
// have any, and for a variable passed by reference the variable itself.
func (e *engine) pour(v, to *Value, c *Call) {
	for _, id := range to.objs {
		e.setField(id, elem, join(e.memberTaints(v, "[]", none), v), true)
		for _, k := range e.objs[id].keys {
			if k != elem && k != size && len(v.taints) > 0 {
				e.setField(id, k, e.memberTaints(v, k, none), true)
			}
		}
	}
	for i := range c.args {
		a := &c.args[i]
		if a.value != to || a.expr == nil || len(v.taints) == 0 {
			continue
		}
		x := a.expr
		if u, ok := x.(*ir.Unary); ok && u.Op == "&" {
			x = u.X
		}
		switch x.(type) {
		case *ir.Var, *ir.Member, *ir.Index:
			e.assign(x, to.withTaints(v.taints), c.fr)
		}
	}
	if to == c.recv && len(to.objs) > 0 {
		return
	}
}

// wrapped is the first function among the arguments of a wrapper, or what a
// decorator is applied to.
func (e *engine) wrapped(c *Call) *Value {
	out := none
	for _, a := range c.args {
		if len(a.value.funcs) > 0 || len(a.value.objs) > 0 && e.isClassValue(a.value) {
			out = join(out, a.value)
			break
		}
	}
	if out.empty() {
		return outside(c.Name)
	}
	return out
}

func (e *engine) isClassValue(v *Value) bool {
	return slices.ContainsFunc(v.objs, func(id int32) bool { return e.objs[id].kind == isClass })
}

// applyRead is what reading a modelled member yields; nil if the model says
// nothing of it.
func (e *engine) applyRead(m *model.Model, name string, recv *Value, fr *frame, pos ir.Pos) *Value {
	c := &Call{Name: name, recv: recvOrNone(recv), e: e, fr: fr, pos: pos}
	for i := range m.Weak {
		e.weak(&m.Weak[i], c)
	}
	switch {
	case m.Source != nil:
		return e.sourceValue(m.Source, name, fr, pos)
	case m.Returns != nil:
		return e.returns(m.Returns, c)
	}
	return nil
}

// sourceValue is the data of a modelled source.
func (e *engine) sourceValue(m *model.Source, name string, fr *frame, pos ir.Pos) *Value {
	v := unknown
	if m.Type != "" {
		v = e.outsideObject(m.Type, fr, pos)
	}
	if m.Field == "request" || m.Field == "" && m.Type != "" && m.Kind == "" {
		return v
	}
	if m.Kind == "event" {
		return v.withTaints(e.eventTaint())
	}
	src := e.sourceFor(m, name)
	t := taint{src: src, path: m.Field, whole: true, parsed: m.Kind == "parsed"}
	note := "the request's " + m.Field
	if m.Field == "" || !src.http {
		note = "from " + name
	}
	t.via = &step{mod: fr.fn.Module, pos: pos, note: note}
	return v.withTaints([]taint{t})
}

func (e *engine) sourceFor(m *model.Source, name string) *source {
	for _, s := range e.sources {
		if !s.event && s.called == name && s.store == nil {
			return s
		}
	}
	s := &source{id: len(e.sources), called: name}
	switch m.Kind {
	case "", "http", "parsed":
		s.http = true
		s.kinds = httpKinds(e.entry.Function)
	case "store":
		s.store = &rind.StoreRef{}
	default:
		s.other = m.Kind
	}
	e.sources = append(e.sources, s)
	return s
}

// httpKinds are the function's HTTP triggers; a framework's request comes
// through one of them.
func httpKinds(f *rind.Function) []rind.TriggerKind {
	var out []rind.TriggerKind
	for _, k := range kinds(f) {
		if event.Base(k).HTTP() {
			out = append(out, k)
		}
	}
	return out
}
