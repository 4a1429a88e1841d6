package flow

import (
	"slices"
	"strconv"

	"rind/code/ir"
)

// objKind is what an object is.
type objKind uint8

const (
	isDict     objKind = iota // dict, object literal, map
	isList                    // list, tuple, array
	isSet                     // set
	isInstance                // of a class of the app, or of an outside one
	isClass
	isModule
	isScope
)

// An object is something on the heap; its fields are in the state.
type object struct {
	kind objKind
	// typ is the name methods hang on where the app has none of its own:
	// "java.sql.Statement", "aws.s3", "boto3.client()".
	typ   string
	class int32 // of an instance: the object of its class; 0 if outside
	decl  *ir.Class
	frame *frame // where a class was declared
	mod   *ir.Module
	keys  []string // every field ever written, in order
	has   map[string]bool
	bases []*Value
	pos   ir.Pos
	site  *ir.Module
	early bool // made while modules were loading: it lives on between invocations
	// props is what a hook hung on it: see [Call.Outside].
	props map[string]*Value
	// opaque: what it was made of stays inside; see [engine.returns].
	opaque bool
	// fixed are the fields of a JavaScript literal that stand behind all that
	// was spread into it: they are what is written there.
	fixed map[string]bool
}

// elem is the field that stands for elements of unknown position or key.
const elem = "[]"

// size is the field that holds a list's length, if it is known.
const size = "#"

// keyTaints is the field that holds what the keys of an object were made of.
const keyTaints = "key:"

// closure is a function of the app with the scope it was made in.
type closure struct {
	fn    *ir.Func
	frame *frame
	this  *Value // bound receiver; nil if none
	bound []*Value
	class int32 // of a method: where "super" looks
	binds binding
}

// A binding is what a method's first parameter gets in Python.
type binding uint8

const (
	toInstance binding = iota
	toNothing          // @staticmethod
	toClass            // @classmethod
)

// A frame is one running function.
type frame struct {
	fn     *ir.Func
	scope  int32
	parent *frame // lexical
	caller *frame
	ret    *Value
	yields *Value
	args   *Value // JavaScript's arguments
	class  int32
	depth  int
	// captured tells that a function or class was made in it, which may use
	// its variables after it has ended.
	captured bool
	thrown   *Value
	entry    *state               // before the call
	left     bool                 // a way out was found
	held     map[taintKey]classes // what checks have shown on every way out
}

// capture notes that what is made in the frame may outlive it.
func (fr *frame) capture() {
	for f := fr; f != nil && !f.captured; f = f.parent {
		f.captured = true
	}
}

func (e *engine) alloc(o *object) int32 {
	e.objs = append(e.objs, o)
	return int32(len(e.objs) - 1)
}

func (e *engine) newObject(kind objKind, typ string, fr *frame, pos ir.Pos) (int32, *Value) {
	o := &object{kind: kind, typ: typ, pos: pos, early: e.initing}
	if fr != nil {
		o.site = fr.fn.Module
	}
	id := e.alloc(o)
	return id, &Value{objs: []int32{id}}
}

// outsideObject is an instance of an outside type.
func (e *engine) outsideObject(typ string, fr *frame, pos ir.Pos) *Value {
	_, v := e.newObject(isInstance, typ, fr, pos)
	return v
}

// field reads a field of one object; nil if it was never written.
func (e *engine) field(id int32, key string) *Value { return e.st.get(loc{id, key}) }

// setField writes a field of one object; weak keeps what it may have held.
func (e *engine) setField(id int32, key string, v *Value, weak bool) {
	o := e.objs[id]
	if key == elem {
		o.fixed = nil
	}
	if !o.has[key] {
		if o.has == nil {
			o.has = map[string]bool{}
		}
		if len(o.keys) >= maxFields && key != elem {
			key, weak = elem, true
		}
		if !o.has[key] {
			o.has[key] = true
			o.keys = append(o.keys, key)
		}
	}
	l := loc{id, key}
	if weak {
		v = join(e.st.get(l), v)
	}
	e.st.set(l, v)
}

func (o *object) fix(name string) {
	if o.fixed == nil {
		o.fixed = map[string]bool{}
	}
	o.fixed[name] = true
}

// maxFields is how many fields of one object are told apart.
const maxFields = 512

// length is the known length of a list.
func (e *engine) length(id int32) (int, bool) {
	n, ok := e.field(id, size).only()
	i, isInt := n.(int64)
	return int(i), ok && isInt
}

func index(i int) string { return strconv.Itoa(i) }

// push adds an element to the end of a list.
func (e *engine) push(id int32, v *Value) {
	if n, ok := e.length(id); ok && n < 64 {
		e.setField(id, index(n), v, false)
		e.setField(id, size, constant(int64(n+1)), false)
		return
	}
	e.scatter(id, v)
}

// scatter adds an element at a position that is not known, after which no
// position and no length is.
func (e *engine) scatter(id int32, v *Value) {
	e.setField(id, size, unknown, false)
	e.setField(id, elem, v, true)
}

// listOf makes a list of unknown length whose elements all may be v.
func (e *engine) listOf(fr *frame, pos ir.Pos, v *Value) *Value {
	l := e.list(fr, pos)
	e.scatter(l.objs[0], v)
	return l
}

// list makes a list of the values.
func (e *engine) list(fr *frame, pos ir.Pos, vs ...*Value) *Value {
	id, v := e.newObject(isList, e.listType(fr), fr, pos)
	e.setField(id, size, constant(int64(0)), false)
	for _, x := range vs {
		e.push(id, x)
	}
	return v
}

// elements is what any element or field value of the objects of v may be.
func (e *engine) elements(v *Value) *Value {
	out := none
	for _, id := range v.objs {
		o := e.objs[id]
		for _, k := range o.keys {
			if k != size && k != keyTaints {
				out = join(out, e.field(id, k))
			}
		}
	}
	return e.memberTaints(v, "[]", out)
}

// memberTaints adds to out what reading a member of a tainted v yields.
func (e *engine) memberTaints(v *Value, name string, out *Value) *Value {
	if len(v.taints) == 0 {
		return out
	}
	ts := make([]taint, 0, len(v.taints))
	for _, t := range v.taints {
		ts = joinTaints(ts, []taint{t.deeper(name)})
	}
	w := &Value{any: true, taints: ts}
	return join(out, w)
}

// isArray reports whether all objects of v are lists.
func (e *engine) isArray(v *Value) bool {
	for _, id := range v.objs {
		if e.objs[id].kind != isList {
			return false
		}
	}
	return len(v.objs) > 0
}

// deep gathers the taints of v and of all that its objects hold, to the
// given depth: what flows when the whole of v does.
func (e *engine) deep(v *Value, depth int) []taint {
	if v == nil {
		return nil
	}
	if depth <= 0 || len(v.objs) == 0 {
		return v.taints
	}
	return e.gather(v, depth, nil, map[int32]bool{})
}

func (e *engine) gather(v *Value, depth int, ts []taint, seen map[int32]bool) []taint {
	if v == nil {
		return ts
	}
	ts = joinTaints(ts, v.taints)
	if depth <= 0 {
		return ts
	}
	for _, id := range v.objs {
		o := e.objs[id]
		if seen[id] || o.kind == isClass || o.kind == isModule || o.kind == isScope || len(seen) > maxGather {
			continue
		}
		seen[id] = true
		for _, k := range o.keys {
			if k != size {
				ts = e.gather(e.field(id, k), depth-1, ts, seen)
			}
		}
		if o.opaque {
			continue
		}
		for _, p := range o.props {
			ts = e.gather(p, depth-1, ts, seen)
		}
	}
	return ts
}

// maxGather is how many objects one value is searched through.
const maxGather = 200

// deepLimit is how far deep looks into objects.
const deepLimit = 5

// copyFields copies all fields of the objects of from into id.
func (e *engine) copyFields(id int32, from *Value, omit []string) {
	for _, f := range from.objs {
		for _, k := range e.objs[f].keys {
			if k == size || slices.Contains(omit, k) {
				continue
			}
			if v := e.field(f, k); v != nil {
				e.setField(id, k, v, len(from.objs) > 1)
			}
		}
	}
	if len(from.taints) > 0 {
		e.setField(id, elem, e.memberTaints(from, "[]", none), true)
	}
}
