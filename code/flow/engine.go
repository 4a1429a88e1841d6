package flow

import (
	"rind/code/ir"
	"rind/event"
	"rind/rind"
)

// engine is one analysis: one entry, one goroutine.
type engine struct {
	opt   Options
	entry Entry
	objs  []*object
	st    *state

	steps   int
	waits   int // awaits evaluated so far
	limits  map[string]bool
	modules map[*ir.Module]*loaded
	vars    map[*ir.Func]map[string]bool
	active  map[*ir.Func]int
	calls   map[*ir.Func]int
	entered map[*ir.Func]bool // functions that were interpreted at all
	sources []*source
	event   *source
	memo    map[string]*Value
	// exported are the objects that modules of JavaScript export.
	exported map[int32]bool
	requests map[string]*Value // of routes, by type

	opaque  bool // the handler is something outside that wraps functions of the app
	initing bool // module code is running, not a handler
	out     *rind.Code
	seen    map[string]bool
	marks   map[markedAt]*source
	// recorded is the AWS call that a hook recognised last.
	recorded *rind.Call
	flowAt   map[string]*rind.DataFlow
	conf     map[string]*Value // environment variables
	judged   map[*ir.Func]bool
	pending  []*Value // functions handed to outside code that nothing called
}

// loaded is a module whose top-level code has run or is running.
type loaded struct {
	scope int32
	frame *frame
	done  bool
}

// Limits of one analysis; see Code.Limits.
const (
	defaultSteps = 250_000
	maxDepth     = 48 // calls inside calls
	maxRecursion = 2  // of the same function
	maxCalls     = 400
	loopTurns    = 2
)

// Analyze follows the code from one entry. It never fails: what could not be
// followed is in Limits.
func Analyze(entry Entry, opt Options) *rind.Code {
	e := &engine{
		opt: opt, entry: entry, limits: map[string]bool{},
		modules: map[*ir.Module]*loaded{}, vars: map[*ir.Func]map[string]bool{},
		active: map[*ir.Func]int{}, calls: map[*ir.Func]int{}, entered: map[*ir.Func]bool{},
		memo: map[string]*Value{}, exported: map[int32]bool{}, requests: map[string]*Value{}, seen: map[string]bool{}, flowAt: map[string]*rind.DataFlow{},
		conf: map[string]*Value{}, judged: map[*ir.Func]bool{},
		objs: []*object{{}}, // 0 is no object
		out:  &rind.Code{Language: string(entry.Module.Lang)},
	}
	if e.opt.Steps == 0 {
		e.opt.Steps = defaultSteps
	}
	e.st = newState(nil)
	e.event = &source{event: true, kinds: event.KindsOf(entry.Function), called: "event"}
	e.sources = append(e.sources, e.event)
	if entry.Function != nil {
		e.out.Function = entry.Function.ID
	}
	e.run()
	for l := range e.limits {
		e.out.Limits = append(e.out.Limits, l)
	}
	sortCode(e.out)
	return e.out
}

// kinds are the triggers of a function, with their shapes.
func kinds(f *rind.Function) []rind.TriggerKind { return event.KindsOf(f) }

// run loads the entry's module, calls the handler and then, as if the outside
// world did, the functions that were handed out and the routes.
func (e *engine) run() {
	e.initing = true
	exports := e.load(e.entry.Module)
	e.initing = false
	e.st.end = alive
	if e.entry.Name != "" {
		h := e.handler(exports)
		if h.empty() {
			e.out.Missing = "the handler " + e.entry.Name + " was not found in " + e.entry.Module.File
		} else {
			e.callHandler(h)
		}
	} else {
		if e.entry.Module.Lang == ir.Java {
			e.javaRoutes()
		}
		e.callLoose()
	}
	if e.entry.Name != "" && e.entry.Module.Lang == ir.Java && frameworkApp(e.entry.Module) {
		e.javaRoutes()
	}
	e.drain()
	e.finished()
	e.out.Files = e.loadedFiles()
}

func (e *engine) loadedFiles() []string {
	var out []string
	for m := range e.modules {
		out = append(out, m.File)
	}
	return out
}

// handler finds the entry's function: a dotted name below the exports.
func (e *engine) handler(exports *Value) *Value {
	v := exports
	fr := e.modules[e.entry.Module].frame
	at := e.entry.Module.Init.Pos
	for i, name := range splitDots(e.entry.Name) {
		if i > 0 && isJava(fr) {
			if m := e.handlerMethod(v, name, fr, at); m != nil {
				v = m
				continue
			}
		}
		w := e.member(v, name, fr, at)
		if i == 0 && (w.empty() || w == unknown || len(w.funcs)+len(w.objs)+len(w.outs) == 0) {
			w = e.lookup(name, fr)
		}
		v = w
	}
	return e.instanceOf(v, fr, at)
}

// instanceOf turns the last class on the way to a handler into an instance,
// so that Java's Handler.handleRequest is a bound method.
func (e *engine) instanceOf(v *Value, fr *frame, at ir.Pos) *Value {
	if v == nil {
		return none
	}
	for _, id := range v.objs {
		if e.objs[id].kind == isClass {
			inst := e.instantiate(id, nil, fr, at)
			for _, m := range []string{"handleRequest", "apply", "accept", "handler", "handle"} {
				if f := e.member(inst, m, fr, at); len(f.funcs) > 0 {
					return f
				}
			}
		}
	}
	return v
}

// callHandler calls h with the function's event and a context, and judges
// what it returns.
func (e *engine) callHandler(h *Value) {
	if len(h.funcs) > 0 {
		fn := h.funcs[0].fn
		if fn.Module != nil && fn.Module.Place != nil {
			e.out.Entry = fn.Module.Place(fn.Pos)
		}
	}
	for _, c := range h.funcs {
		fr := c.frame
		args := e.handlerArgs(c)
		e.judged[c.fn] = true
		ret := e.callClosure(c, nil, args, fr, c.fn.Pos)
		e.judgeResult(ret, c.fn)
		e.st.end = alive
	}
	if len(h.funcs) == 0 {
		// A wrapper that is no function of the app: an object with a method,
		// an application handed to an adapter. What it was given was noted
		// when it was made; call what is callable with the event.
		fr := e.modules[e.entry.Module].frame
		e.opaque = true
		e.call(h, none, e.eventArgs(fr), fr, e.entry.Module.Init.Pos, false)
		e.st.end = alive
	}
}

// drain calls functions that were handed to outside code and never called:
// event emitters, routers of unknown frameworks.
func (e *engine) drain() {
	for i := 0; i < len(e.pending) && i < 200; i++ {
		for _, c := range e.pending[i].funcs {
			if e.entered[c.fn] {
				continue
			}
			if e.opaque && wrappedHandler(c.fn) {
				e.judged[c.fn] = true
				e.judgeResult(e.callClosure(c, nil, e.handlerArgs(c), c.frame, c.fn.Pos), c.fn)
			} else {
				e.handOut(e.callClosure(c, nil, e.looseArgs(c), c.frame, c.fn.Pos))
			}
			e.st.end = alive
		}
	}
}

// handOut notes functions that a function of nobody's returns.
func (e *engine) handOut(v *Value) {
	if v != nil && len(v.funcs) > 0 && len(e.pending) < 200 {
		e.pending = append(e.pending, v)
	}
}

// callLoose enters every function of the entry's module that nothing called
// yet. Functions that look like handlers get an event.
func (e *engine) callLoose() {
	fr := e.modules[e.entry.Module].frame
	for round := 0; round < 2; round++ {
		for _, fn := range e.entry.Module.Funcs {
			if e.entered[fn] || fn == e.entry.Module.Init {
				continue
			}
			c := e.closureOf(fn, fr)
			if c == nil {
				continue
			}
			if looksLikeHandler(fn) {
				e.judged[fn] = true
				e.judgeResult(e.callClosure(c, nil, e.handlerArgs(c), c.frame, fn.Pos), fn)
			} else if round == 1 {
				e.handOut(e.callClosure(c, nil, e.looseArgs(c), c.frame, fn.Pos))
			}
			e.st.end = alive
		}
	}
}

// limit notes that a limit was reached.
func (e *engine) limit(what string) { e.limits[what] = true }

// tired reports whether the work allowed is done. What loads at start may
// take half of it, so that the handler is always followed.
func (e *engine) tired() bool {
	if e.initing {
		return e.steps > e.opt.Steps/2
	}
	return e.steps > e.opt.Steps
}

// tick counts work; it reports whether to go on.
func (e *engine) tick() bool {
	e.steps++
	if e.tired() {
		e.limit("the code is larger than one analysis follows")
		return false
	}
	return true
}

// typeNames are the names of a language's own types, on which their methods
// hang.
type typeNames struct{ list, dict, text string }

var ownTypes = map[ir.Language]typeNames{
	ir.Python:     {"list", "dict", "str"},
	ir.JavaScript: {"Array", "Object", "String"},
	ir.Java:       {"java.util.List", "java.util.Map", "java.lang.String"},
	ir.Go:         {"slice", "map", "string"},
}

func (e *engine) listType(fr *frame) string {
	if fr == nil {
		return ownTypes[ir.Python].list
	}
	return ownTypes[fr.fn.Module.Lang].list
}

func (e *engine) dictType(fr *frame) string { return ownTypes[fr.fn.Module.Lang].dict }

// textType is the name of strings.
func (e *engine) textType() string { return ownTypes[e.entry.Module.Lang].text }
