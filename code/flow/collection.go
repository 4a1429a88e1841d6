package flow

import (
	"slices"

	"rind/code/ir"
)

// container reports whether v is a collection, or data that may be one.
func (e *engine) container(v *Value) bool {
	for _, id := range v.objs {
		o := e.objs[id]
		if o.kind == isList || o.kind == isSet || o.kind == isDict || collectionTypes[o.typ] {
			return true
		}
	}
	return slices.ContainsFunc(v.taints, func(t taint) bool { return t.whole })
}

// collectionTypes are outside types that hold what is put into them.
var collectionTypes = set("java.util.ArrayList.new()", "java.util.LinkedList.new()", "java.util.HashMap.new()", "java.util.LinkedHashMap.new()",
	"java.util.TreeMap.new()", "java.util.HashSet.new()", "java.util.Vector.new()", "java.util.concurrent.ConcurrentHashMap.new()",
	"java.util.ArrayDeque.new()", "java.util.Stack.new()", "java.util.List", "java.util.Map", "java.util.Set", "java.util.ArrayList",
	"java.util.HashMap", "java.util.LinkedHashMap", "java.util.Collection", "java.util.stream.Stream", "java.util.Optional", "java.util.Iterator",
	"Map.new()", "Set.new()", "WeakMap.new()", "configparser.Parser", "collections.defaultdict()", "collections.OrderedDict()", "collections.deque()", "dict()", "list()", "set()",
	"URLSearchParams.new()", "Headers.new()", "FormData.new()", "Array.new()", "java.util.StringJoiner.new()")

// collectionCall is a method of a collection, by the names that the languages'
// standard collections share. False if the method is none of them.
func (e *engine) collectionCall(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	arg := func(i int) *Value {
		if i < len(args) {
			return args[i].value
		}
		return none
	}
	if len(recv.objs) == 1 && e.objs[recv.objs[0]].typ == "configparser.Parser" {
		args = section(method, args)
	}
	switch method {
	case "append", "push", "add", "addLast", "offer", "appendleft", "unshift", "addFirst", "insert", "addElement", "enqueue":
		for _, id := range recv.objs {
			if e.objs[id].early && len(args) > 0 {
				e.kept(method, args[len(args)-1].value, fr, pos)
			}
		}
		return e.addTo(recv, method, args)
	case "extend", "addAll", "concat", "putAll", "update":
		return e.addAllTo(recv, method, args, fr, pos)
	case "put", "set", "setdefault", "putIfAbsent", "__setitem__", "setProperty":
		if len(args) < 2 {
			return nil, false
		}
		return e.putInto(recv, method, args, fr, pos)
	case "get", "getOrDefault", "pop", "popitem", "popleft", "shift", "remove", "at", "elementAt", "first", "last", "getFirst", "getLast",
		"poll", "peek", "next", "orElse", "orElseThrow", "orElseGet", "element", "pollFirst", "removeFirst", "__getitem__", "findFirst", "findAny", "item":
		return e.takeFrom(recv, method, args, fr, pos)
	case "values", "toList", "toArray", "list", "copy", "clone", "slice", "reverse", "reversed", "sorted", "stream", "iterator", "flat",
		"parallelStream", "distinct", "limit", "skip", "deepcopy", "collect", "toSorted", "toReversed", "asList", "elements":
		return e.reshape(recv, method, args, fr, pos)
	case "sort":
		return recv, true
	case "keys", "keySet":
		return e.listOf(fr, pos, e.keysOf(recv)), true
	case "items", "entries", "entrySet", "iteritems":
		pair := e.list(fr, pos, e.keysOf(recv), e.valuesOf(recv))
		e.setField(pair.objs[0], "key", e.keysOf(recv), false)
		e.setField(pair.objs[0], "value", e.valuesOf(recv), false)
		return e.listOf(fr, pos, pair), true
	case "getKey":
		return e.index(recv, constant("key"), fr, pos), len(recv.objs) > 0
	case "getValue":
		return e.index(recv, constant("value"), fr, pos), len(recv.objs) > 0
	case "forEach", "map", "filter", "find", "findLast", "some", "every", "flatMap", "reduce", "reduceRight", "anyMatch", "allMatch", "noneMatch",
		"ifPresent", "removeIf", "mapToObj", "computeIfAbsent", "peekEach":
		if len(args) == 0 || len(arg(0).funcs)+len(arg(0).outs) == 0 && method != "computeIfAbsent" {
			return nil, false
		}
		return e.iterate(recv, method, args, fr, pos)
	case "join":
		return e.joinElements(recv, arg(0), fr, pos), true
	case "toString", "toLocaleString":
		return e.printedValue(recv).withTaints(through(recv.taints, 0, nil)), true
	case "includes", "contains", "has", "containsKey", "containsValue", "indexOf", "hasOwnProperty":
		if len(args) == 0 || len(recv.objs) == 0 && len(recv.taints) > 0 {
			return nil, false
		}
		v := &Value{consts: []any{true, false}}
		if len(arg(0).taints) > 0 && len(e.deep(recv, 2)) == 0 {
			v.facts = cleanFacts(arg(0), allClasses, true)
			if ok, vs := e.known(recv); ok && method != "hasOwnProperty" {
				if denied := deniedKeys(vs, arg(0)); denied != nil {
					v.facts = append(v.facts, denied...)
				}
			}
			if method == "hasOwnProperty" {
				v.facts = cleanFacts(arg(0), classOf("prototype-pollution"), true)
			}
		}
		if method == "indexOf" {
			return position(v.facts), true
		}
		return v, true
	case "size", "length", "isEmpty", "hasNext", "clear", "delete", "count", "index", "isPresent":
		if len(recv.objs) == 0 {
			return nil, false
		}
		return unknown, true
	}
	return nil, false
}

// section joins the section and the option of a configuration to one key.
func section(method string, args []argument) []argument {
	if len(args) < 2 || method != "set" && method != "get" || method == "set" && len(args) < 3 {
		return args
	}
	a, okA := args[0].value.text()
	b, okB := args[1].value.text()
	if !okA || !okB {
		return args[1:]
	}
	return append([]argument{{value: constant(a + "." + b)}}, args[2:]...)
}

// valuesOf is what the values of a mapping, or the elements of a list, are.
func (e *engine) valuesOf(v *Value) *Value {
	if w := e.elements(v); !w.empty() {
		return w
	}
	return unknown
}

func (e *engine) addTo(recv *Value, method string, args []argument) (*Value, bool) {
	if len(args) == 0 || len(recv.objs) == 0 {
		return nil, false
	}
	v := args[len(args)-1].value
	for _, id := range recv.objs {
		switch {
		case len(recv.objs) > 1 || method == "insert" || method == "appendleft" || method == "unshift" || method == "addFirst":
			e.scatter(id, v)
		case method == "push":
			for _, a := range args {
				if a.spread {
					e.scatter(id, e.elements(a.value))
					continue
				}
				e.push(id, a.value)
			}
		default:
			e.push(id, v)
		}
	}
	return null, true
}

func (e *engine) addAllTo(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if len(recv.objs) == 0 {
		return nil, false
	}
	if method == "concat" {
		out := e.joinLists(recv, none, fr, pos)
		for _, a := range args {
			if e.isArray(a.value) || len(a.value.taints) > 0 {
				out = e.joinLists(out, a.value, fr, pos)
			} else {
				e.push(out.objs[0], a.value)
			}
		}
		return out, true
	}
	for _, id := range recv.objs {
		for _, a := range args {
			switch {
			case a.name != "":
				e.setField(id, a.name, a.value, len(recv.objs) > 1)
			case e.objs[id].kind == isList:
				if ok, vs := e.known(a.value); ok && len(recv.objs) == 1 {
					for _, v := range vs {
						e.push(id, v)
					}
					continue
				}
				e.scatter(id, e.elements(a.value))
			default:
				e.copyFields(id, a.value, nil)
			}
		}
	}
	return null, true
}

func (e *engine) putInto(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if len(recv.objs) == 0 {
		return nil, false
	}
	key, v := args[0].value, args[1].value
	if method == "setdefault" || method == "putIfAbsent" {
		v = join(e.index(recv, key, fr, pos), v)
	}
	for _, id := range recv.objs {
		e.setIndexOf(id, key, v, len(recv.objs) > 1)
	}
	if method == "set" {
		return recv, true
	}
	return v, true
}

func (e *engine) takeFrom(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if fr.fn.Module.Lang == ir.Python && converted(args) {
		return number, true
	}
	switch method {
	case "get", "getOrDefault", "at", "elementAt", "__getitem__", "element", "item":
		if len(args) == 0 {
			if len(recv.objs) == 0 {
				return nil, false
			}
			return e.valuesOf(recv), true
		}
		v := e.index(recv, args[0].value, fr, pos)
		if len(args) > 1 && (len(v.taints) > 0 || v.any || v == null || v.empty()) {
			if v == unknown && len(recv.objs) > 0 && len(recv.taints) == 0 {
				v = none
			}
			return join(v, args[1].value), true
		}
		return v, true
	case "remove", "pop":
		if len(recv.objs) == 1 {
			if v, ok := e.removeFrom(recv.objs[0], args); ok {
				return v, true
			}
		}
		if len(args) > 0 {
			v := e.index(recv, args[0].value, fr, pos)
			if len(args) > 1 {
				v = join(v, args[1].value)
			}
			return v, true
		}
	case "shift", "popleft", "removeFirst", "poll", "pollFirst":
		if len(recv.objs) == 1 {
			if v, ok := e.removeFrom(recv.objs[0], []argument{{value: constant(int64(0))}}); ok {
				return v, true
			}
		}
	case "orElse", "orElseGet":
		v := e.valuesOf(recv)
		if len(args) > 0 && len(args[0].value.funcs) == 0 {
			v = join(v, args[0].value)
		}
		return v, true
	}
	return e.valuesOf(recv), true
}

// removeFrom takes an element out of a list of known length: the last one, or
// the one at a known position.
func (e *engine) removeFrom(id int32, args []argument) (*Value, bool) {
	n, ok := e.length(id)
	if !ok || e.objs[id].kind == isDict || n == 0 {
		return nil, false
	}
	at := n - 1
	if len(args) > 0 {
		c, ok := args[0].value.only()
		i, isInt := c.(int64)
		if !ok || !isInt || i < 0 || int(i) >= n {
			return nil, false
		}
		at = int(i)
	}
	v := e.field(id, index(at))
	for i := at; i+1 < n; i++ {
		e.setField(id, index(i), recvOrNone(e.field(id, index(i+1))), false)
	}
	e.setField(id, index(n-1), none, false)
	e.setField(id, size, constant(int64(n-1)), false)
	return join(recvOrNone(v), e.field(id, elem)), true
}

// reshape is a new collection of the same elements.
func (e *engine) reshape(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	if len(recv.objs) == 0 {
		if method == "slice" {
			return &Value{any: true, taints: recv.taints}, true
		}
		return recv, true
	}
	if method == "copy" || method == "clone" || method == "deepcopy" {
		o := e.objs[recv.objs[0]]
		id, v := e.newObject(o.kind, o.typ, fr, pos)
		for _, k := range o.keys {
			e.setField(id, k, recvOrNone(e.field(recv.objs[0], k)), false)
		}
		return v.withTaints(recv.taints), true
	}
	if ok, vs := e.known(recv); ok && method != "reverse" && method != "reversed" && e.isArray(recv) {
		if method == "slice" && len(args) > 0 {
			hi := null
			if len(args) > 1 {
				hi = args[1].value
			}
			if from, to := bounds(args[0].value, hi, len(vs)); from >= 0 {
				return e.list(fr, pos, vs[from:to]...), true
			}
		} else {
			return e.list(fr, pos, vs...), true
		}
	}
	return e.listOf(fr, pos, e.valuesOf(recv)), true
}

// iterate calls a function with the elements.
func (e *engine) iterate(recv *Value, method string, args []argument, fr *frame, pos ir.Pos) (*Value, bool) {
	el, key := e.valuesOf(recv), e.keysOf(recv)
	if fr.fn.Module.Lang == ir.JavaScript && !slices.ContainsFunc(recv.objs, func(id int32) bool { return e.objs[id].kind != isList }) {
		key = number // arrays have positions; what has keys has no such methods
	}
	fn := args[0].value
	params := []argument{{value: el}, {value: key}, {value: recv}}
	if isJava(fr) {
		params = params[:1]
		if method == "forEach" && len(fn.funcs) > 0 && len(fn.funcs[0].fn.Params) == 2 && !fn.funcs[0].fn.Params[1].Rest {
			params = []argument{{value: key}, {value: el}} // of a map
		}
	}
	acc := none
	switch method {
	case "reduce", "reduceRight":
		if len(args) > 1 {
			acc = args[1].value
		} else {
			acc = el
		}
		if fr.fn.Module.Lang == ir.Java && len(args) > 1 {
			acc, fn = args[0].value, args[1].value
		}
	case "forEach":
		// Java's Map.forEach passes the key first.
		for _, id := range recv.objs {
			if fr.fn.Module.Lang == ir.Java && e.objs[id].kind != isList && len(fn.funcs) > 0 && len(fn.funcs[0].fn.Params) == 2 {
				params = []argument{{value: key}, {value: el}}
			}
		}
	case "computeIfAbsent":
		if len(args) > 1 {
			fn = args[1].value
			params = []argument{{value: args[0].value}}
		}
	}
	out := none
	elems := []*Value{el}
	if ok, vs := e.known(recv); ok && e.isArray(recv) && len(vs) <= 6 && len(vs) > 0 {
		elems = vs
	}
	kept := none
	for i, x := range elems {
		p := slices.Clone(params)
		if len(elems) > 1 {
			p[0].value = x
			if len(p) > 1 {
				p[1].value = constant(int64(i))
			}
		}
		if method == "reduce" || method == "reduceRight" {
			p = append([]argument{{value: acc}}, p...)
		}
		v := e.branch(fr, func() *Value {
			r := e.call(fn, none, p, fr, pos, false)
			if e.st.end == byThrow {
				e.st.end = alive
			}
			return r
		})
		if method == "filter" || method == "find" || method == "findLast" {
			x = e.passing(x, v)
			kept = join(kept, x)
		}
		acc = join(acc, v)
		out = join(out, v)
	}
	return e.iterated(method, &turns{out: out, kept: kept, acc: acc}, recv, args, fr, pos), true
}

// turns is what the calls of an iteration gave.
type turns struct {
	out  *Value // what the function returned
	kept *Value // elements that passed a test
	acc  *Value // what a reduction accumulated
}

// iterated is the result of an iteration.
func (e *engine) iterated(method string, t *turns, recv *Value, args []argument, fr *frame, pos ir.Pos) *Value {
	list := func(v *Value) *Value {
		return e.listOf(fr, pos, v)
	}
	switch method {
	case "map", "mapToObj":
		return list(t.out)
	case "flatMap":
		if w := e.elements(t.out); !w.empty() {
			return list(w)
		}
		return list(t.out)
	case "filter":
		return list(t.kept)
	case "find", "findLast":
		return join(t.kept, null)
	case "reduce", "reduceRight":
		return t.acc
	case "computeIfAbsent":
		v := join(e.index(recv, args[0].value, fr, pos), t.out)
		for _, id := range recv.objs {
			e.setIndexOf(id, args[0].value, v, true)
		}
		return v
	case "some", "every", "anyMatch", "allMatch", "noneMatch":
		return boolean
	}
	return null
}

// passing is x where the test v holds: what a filter lets through.
func (e *engine) passing(x, v *Value) *Value {
	facts := whenTrue(v)
	if len(facts) == 0 || len(x.taints) == 0 {
		return x
	}
	return x.with(func(w *Value) {
		w.taints = slices.Clone(x.taints)
		for i, t := range w.taints {
			for _, f := range facts {
				if f.key.about(t) {
					w.taints[i].clean |= f.clean
				}
			}
		}
	})
}

// joinElements is list.join(sep).
func (e *engine) joinElements(recv, sep *Value, fr *frame, pos ir.Pos) *Value {
	s, ok := sep.text()
	if !ok {
		s = ","
	}
	if ok, vs := e.known(recv); ok {
		var parts []*Value
		for i, v := range vs {
			if i > 0 {
				parts = append(parts, constant(s))
			}
			parts = append(parts, e.printedValue(v))
		}
		if len(parts) == 0 {
			return constant("")
		}
		return e.made(concat(parts...), fr, pos, "")
	}
	ts := joinTaints(e.deep(recv, deepLimit), e.deep(sep, 1))
	return e.made(&Value{any: true, taints: through(ts, 0, nil)}, fr, pos, "")
}
