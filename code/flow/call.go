package flow

import (
	"cmp"
	"slices"
	"strings"

	"rind/code/ir"
)

// An argument is an evaluated argument of a call.
type argument struct {
	name    string
	value   *Value
	spread  bool // *args of unknown length
	keyword bool // **kwargs
	expr    ir.Expr
}

// evalCall interprets a call expression.
func (e *engine) evalCall(x *ir.Call, fr *frame) *Value {
	var recv, fn *Value
	method := ""
	java := isJava(fr)
	switch f := x.Fn.(type) {
	case *ir.Member:
		if v, ok := f.X.(*ir.Var); ok && v.Name == "super" {
			return e.superCall(f.Name, x, fr)
		}
		recv, method = e.eval(f.X, fr), f.Name
		if e.st.end != alive {
			return none
		}
		if java && !x.New {
			fn = e.javaMethod(recv, method, fr, x.Pos)
			break
		}
		fn = e.method(recv, method, fr, x.Pos)
	case *ir.Index:
		recv = e.eval(f.X, fr)
		key := e.eval(f.Key, fr)
		if s, ok := key.text(); ok {
			method = s
			fn = e.method(recv, method, fr, x.Pos)
		} else {
			fn = e.index(recv, key, fr, x.Pos)
		}
	case *ir.Var:
		if f.Name == "super" {
			return e.superCall("constructor", x, fr)
		}
		fn = e.lookup(f.Name, fr)
		if fn.empty() {
			fn = unknown
		}
	default:
		fn = e.eval(x.Fn, fr)
	}
	args := e.arguments(x.Args, fr)
	if e.st.end != alive {
		return none
	}
	v := e.callNamed(fn, recv, method, args, fr, x.Pos, x.New)
	if x.Decorator && len(args) > 0 && len(v.funcs) == 0 && !e.isClassValue(v) {
		return args[0].value // nothing is known of the decorator: it stays what it was
	}
	return v
}

// arguments evaluates arguments; spread lists of known length are laid out.
func (e *engine) arguments(list []ir.Arg, fr *frame) []argument {
	args := make([]argument, 0, len(list))
	for _, a := range list {
		v := e.eval(a.Value, fr)
		switch {
		case a.Spread && a.Named:
			if len(v.objs) == 1 && len(v.taints) == 0 && e.field(v.objs[0], elem) == nil {
				for _, k := range e.objs[v.objs[0]].keys {
					args = append(args, argument{name: k, value: e.field(v.objs[0], k), expr: a.Value})
				}
				continue
			}
			args = append(args, argument{value: v, keyword: true, spread: true, expr: a.Value})
		case a.Spread:
			if ok, vs := e.known(v); ok {
				for _, x := range vs {
					args = append(args, argument{value: x, expr: a.Value})
				}
				continue
			}
			args = append(args, argument{value: v, spread: true, expr: a.Value})
		default:
			args = append(args, argument{name: a.Name, value: v, expr: a.Value})
		}
	}
	return args
}

// method is recv.name for a call: the app's own method if there is one, else
// nothing, which makes callNamed ask the library.
func (e *engine) method(recv *Value, name string, fr *frame, pos ir.Pos) *Value {
	out := none
	for _, id := range recv.objs {
		o := e.objs[id]
		switch {
		case o.kind == isInstance && o.class == 0, o.kind == isList, o.kind == isSet:
			if v := e.field(id, name); v != nil && o.kind == isInstance {
				out = join(out, v)
			}
		case o.kind == isDict:
			if v := e.field(id, name); v != nil && len(v.funcs)+len(v.outs)+len(v.objs) > 0 {
				out = join(out, v.withoutTaints())
			}
		default:
			if v := e.memberOf(id, name, &Value{objs: []int32{id}, taints: recv.taints}, fr, pos); v != unknown {
				if len(v.funcs) > 0 {
					v = v.withoutTaints()
				}
				out = join(out, v)
			}
		}
	}
	for _, c := range recv.funcs {
		if v := e.memberOfFunc(c, name); !v.empty() {
			out = join(out, v)
		}
	}
	return out
}

func (v *Value) withoutTaints() *Value {
	if len(v.taints) == 0 {
		return v
	}
	return v.with(func(w *Value) { w.taints = nil })
}

// callNamed calls what fn is; where the app has nothing, the library is asked
// for the method of the receiver, or for the outside function by its name.
func (e *engine) callNamed(fn, recv *Value, method string, args []argument, fr *frame, pos ir.Pos, isNew bool) *Value {
	if method != "" && recv != nil && isJava(fr) {
		if v, ok := e.javaCall(fn, recv, method, args, fr, pos); ok {
			return v
		}
	}
	if method != "" && recv != nil {
		if v, ok := e.functionMethod(recv, method, args, fr, pos); ok {
			return v
		}
	}
	out := none
	if fn.callable(e) {
		out = e.call(fn, recvOrNone(recv), args, fr, pos, isNew)
	}
	if len(fn.funcs) > 0 && isJava(fr) {
		return out // the type is known: it has the method
	}
	if method == "" || recv == nil {
		if out.empty() && !fn.callable(e) {
			out = e.libraryCall("?", none, args, fr, pos, isNew)
		}
		return out
	}
	if !fn.callable(e) {
		if v, ok := e.accessor(recv, method, args, fr, pos); ok {
			return v
		}
	}
	names := e.methodNames(recv, method, fn.callable(e))
	if e.container(recv) {
		if v, ok := e.collectionCall(recv, method, args, fr, pos); ok {
			return join(out, v)
		}
	}
	for _, n := range names {
		if isNew { // new vm.Script(…)
			n = named{n.name + ".new", none}
		}
		out = join(out, e.libraryCall(n.name, n.recv, args, fr, pos, isNew))
	}
	return out
}

func recvOrNone(v *Value) *Value {
	if v == nil {
		return none
	}
	return v
}

// callable reports whether v holds functions or classes of the app, or outside
// things that are called by their own names.
func (v *Value) callable(e *engine) bool {
	if len(v.funcs) > 0 || len(v.outs) > 0 {
		return true
	}
	for _, id := range v.objs {
		if k := e.objs[id].kind; k == isClass || k == isInstance {
			return true
		}
	}
	return false
}

type named struct {
	name string
	recv *Value
}

// methodNames are the names under which the library may know a method of the
// receiver.
func (e *engine) methodNames(recv *Value, method string, served bool) []named {
	var out []named
	add := func(typ string, r *Value) {
		n := typ + "." + method
		if !slices.ContainsFunc(out, func(x named) bool { return x.name == n }) && len(out) < 6 {
			out = append(out, named{n, r})
		}
	}
	for _, o := range recv.outs {
		if o == "globalThis" {
			out = append(out, named{method, recv})
			continue
		}
		add(o, recv)
	}
	for _, id := range recv.objs {
		o := e.objs[id]
		switch {
		case o.kind == isInstance && o.class == 0:
			add(o.typ, &Value{objs: []int32{id}, taints: recv.taints})
		case o.kind == isInstance && e.classMember(o.class, method, nil, nil, ir.Pos{}, 0) == nil && e.field(id, method) == nil:
			if b := e.outsideBase(o.class, 0); b != "" {
				add(b, &Value{objs: []int32{id}, taints: recv.taints})
			} else {
				add("?", recv)
			}
		case o.kind == isDict && e.field(id, method) == nil || o.kind == isList || o.kind == isSet:
			add(o.typ, &Value{objs: []int32{id}, taints: recv.taints})
		}
	}
	if len(recv.funcs) > 0 && !served {
		add("function", recv)
	}
	if len(out) == 0 && !served || len(out) == 0 && len(recv.taints) > 0 {
		typ := cmp.Or(recv.typ, "?")
		if recv.known() || len(recv.parts) > 0 {
			typ = e.textType()
		}
		add(typ, recv)
	}
	return out
}

// call calls functions and classes of the app, and outside functions that
// fn names.
func (e *engine) call(fn, recv *Value, args []argument, fr *frame, pos ir.Pos, isNew bool) *Value {
	out := none
	if len(fn.funcs) > 1 && isJava(fr) {
		fn = e.overload(fn, args)
	}
	for _, c := range fn.funcs {
		if isNew && c.fn.This != "" { // a JavaScript constructor function
			_, this := e.newObject(isInstance, "", fr, pos)
			e.protoMethods(c, this)
			r := e.callClosure(c, this, args, fr, pos)
			if len(r.objs) > 0 {
				out = join(out, r)
			}
			out = join(out, this)
			continue
		}
		this := c.this
		if this == nil && c.fn.This != "" {
			this = recv
		}
		out = join(out, e.callClosure(c, this, args, fr, pos))
	}
	for _, id := range fn.objs {
		o := e.objs[id]
		switch {
		case o.kind == isClass:
			out = join(out, e.instantiate(id, args, fr, pos))
		case o.kind == isInstance && o.class != 0:
			if m := e.classMember(o.class, "__call__", &Value{objs: []int32{id}}, fr, pos, 0); m != nil {
				out = join(out, e.call(m, none, args, fr, pos, false))
			}
		case o.kind == isInstance:
			out = join(out, e.libraryCall(o.typ, &Value{objs: []int32{id}, taints: fn.taints}, args, fr, pos, isNew))
		}
	}
	for _, n := range fn.outs {
		if isNew {
			n += ".new"
		}
		out = join(out, e.libraryCall(n, recvOrNone(recv), args, fr, pos, isNew))
	}
	return out
}

// protoMethods gives an instance the methods set on the function's prototype.
func (e *engine) protoMethods(c *closure, this *Value) {
	p := e.st.get(loc{c.frame.scope, "func:" + c.fn.Name + ".prototype"})
	if p == nil {
		return
	}
	for _, id := range this.objs {
		e.copyFields(id, p, nil)
	}
}

// functionMethod is call, apply and bind of functions.
func (e *engine) functionMethod(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if len(recv.funcs) == 0 && len(recv.outs) == 0 || fr.fn.Module.Lang != ir.JavaScript {
		return nil, false
	}
	if method != "call" && method != "apply" && method != "bind" {
		return nil, false
	}
	if len(recv.funcs) == 0 && !strings.Contains(recv.outs[0], ".") {
		return nil, false
	}
	var this *Value
	var rest []argument
	if len(args) > 0 {
		this, rest = args[0].value, args[1:]
	}
	if method == "apply" && len(rest) > 0 {
		ok, vs := e.known(rest[0].value)
		if ok {
			rest = nil
			for _, v := range vs {
				rest = append(rest, argument{value: v})
			}
		} else {
			rest = []argument{{value: rest[0].value, spread: true}}
		}
	}
	bound := recv.with(func(w *Value) {
		w.funcs = nil
		for _, c := range recv.funcs {
			n := &closure{fn: c.fn, frame: c.frame, this: c.this, bound: c.bound, class: c.class, binds: c.binds}
			if n.this == nil {
				n.this = this
			}
			if method == "bind" {
				for _, a := range rest {
					n.bound = append(slices.Clip(n.bound), a.value)
				}
			}
			w.funcs = append(w.funcs, n)
		}
	})
	if method == "bind" {
		return bound, true
	}
	if recv := recvOrNone(this); len(bound.outs) > 0 {
		return e.call(bound, recv, rest, fr, pos, false), true
	}
	return e.call(bound, none, rest, fr, pos, false), true
}

// superCall calls the method of the base class with the current receiver.
func (e *engine) superCall(name string, x *ir.Call, fr *frame) *Value {
	args := e.arguments(x.Args, fr)
	class, this := e.receiver(fr)
	if class == 0 {
		return unknown
	}
	out := none
	for _, b := range e.objs[class].bases {
		for _, id := range b.objs {
			m := e.classMember(id, name, this, fr, x.Pos, 0)
			if m == nil && name == "constructor" {
				m = e.classMember(id, "__init__", this, fr, x.Pos, 0)
			}
			if m != nil {
				out = join(out, e.call(m, this, args, fr, x.Pos, false))
			}
		}
		for _, o := range b.outs {
			out = join(out, e.libraryCall(o+"."+name, this, args, fr, x.Pos, false))
		}
	}
	return out
}

// enter makes the frame of a call.
func (e *engine) enter(fn *ir.Func, lexical, caller *frame, this *Value, class int32) *frame {
	id := e.alloc(&object{kind: isScope})
	fr := &frame{fn: fn, scope: id, parent: lexical, caller: caller, class: class}
	if caller != nil {
		fr.depth = caller.depth + 1
	}
	if fn.This != "" && this != nil {
		e.st.set(loc{id, fn.This}, this)
	}
	return fr
}

// callClosure interprets a function of the app with the given arguments.
func (e *engine) callClosure(c *closure, this *Value, args []argument, caller *frame, pos ir.Pos) *Value {
	fn := c.fn
	if this == nil {
		this = c.this
	}
	if len(c.bound) > 0 {
		front := make([]argument, 0, len(c.bound)+len(args))
		for _, v := range c.bound {
			front = append(front, argument{value: v})
		}
		args = append(front, args...)
	}
	// In Python and Go the receiver is the first parameter.
	if this != nil && fn.This == "" && fn.Class != "" {
		args = append([]argument{{value: this}}, args...)
	}
	if !e.tick() {
		return e.unfollowed(args)
	}
	if e.active[fn] >= maxRecursion || caller != nil && caller.depth > maxDepth {
		return e.unfollowed(args)
	}
	e.calls[fn]++
	var key string
	if e.calls[fn] > 6 {
		key = e.callKey(c, this, args)
		if v, ok := e.memo[key]; ok {
			return v
		}
		if e.calls[fn] > maxCalls {
			e.limit("a function is called in more ways than one analysis follows")
			return e.unfollowed(args)
		}
	}
	e.active[fn]++
	e.entered[fn] = true
	fr := e.enter(fn, c.frame, caller, this, c.class)
	base := e.st
	e.st = newState(base)
	fr.entry = base
	e.passParams(fn, fr, args, caller, pos)
	e.exec(fn.Body, fr)
	e.comeBack(base, fr)
	e.active[fn]--
	if e.st.end == byReturn || e.st.end == byBreak {
		e.st.end = alive
	}
	if e.st.end == byThrow {
		if fr.thrown != nil && caller != nil {
			caller.thrown = join(caller.thrown, fr.thrown)
		}
		if fr.ret != nil { // one of several ways threw
			e.st.end = alive
		}
	}
	ret := fr.ret
	if fn.Generator {
		gid, g := e.newObject(isList, e.listType(fr), fr, fn.Pos)
		if fr.yields != nil {
			e.setField(gid, elem, fr.yields, true)
		}
		ret = g
	}
	if ret == nil {
		ret = null
	}
	if key != "" {
		e.memo[key] = ret
	}
	return ret
}

// comeBack takes over what the function has done to the caller's state.
func (e *engine) comeBack(base *state, fr *frame) {
	if e.st.end == alive {
		fr.leave(e.st.since(base))
	}
	if !fr.captured {
		for name := range e.vars[fr.fn] {
			e.st.forget(loc{fr.scope, name})
		}
	}
	e.st.commit()
	base.end = e.st.end
	if fr.left {
		base.learn(fr.held)
	}
	e.st = base
}

// unfollowed is the result of a call that is not followed: anything made of
// the arguments.
func (e *engine) unfollowed(args []argument) *Value {
	v := unknown
	for _, a := range args {
		v = v.withTaints(through(e.deep(a.value, deepLimit), 0, nil))
	}
	return v
}

// callKey tells calls apart for the memory of results. What the heap holds is
// left out: a function that is called so often is a helper.
func (e *engine) callKey(c *closure, this *Value, args []argument) string {
	var b strings.Builder
	b.WriteString(index(int(c.frame.scope)))
	b.WriteByte('/')
	b.WriteString(index(int(c.fn.Pos.Start)))
	b.WriteString(c.fn.Name)
	if c.fn.Module != nil {
		b.WriteString(c.fn.Module.File)
	}
	e.writeKey(&b, this)
	for _, a := range args {
		b.WriteByte(',')
		b.WriteString(a.name)
		e.writeKey(&b, a.value)
	}
	return b.String()
}

func (e *engine) writeKey(b *strings.Builder, v *Value) {
	if v == nil {
		return
	}
	if v.any {
		b.WriteByte('?')
	}
	for _, c := range v.consts {
		b.WriteByte('=')
		b.WriteString(printed(c))
	}
	for _, id := range v.objs {
		b.WriteByte('@')
		b.WriteString(index(int(id)))
	}
	for _, f := range v.funcs {
		b.WriteByte('&')
		b.WriteString(f.fn.Name)
		b.WriteString(index(int(f.fn.Pos.Start)))
	}
	for _, o := range v.outs {
		b.WriteByte('^')
		b.WriteString(o)
	}
	for _, t := range v.taints {
		b.WriteByte('!')
		b.WriteString(index(t.src.id))
		b.WriteString(t.path)
		b.WriteString(index(int(t.clean & 0xffffffff)))
	}
}
