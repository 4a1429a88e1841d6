package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/rind"
)

// A mark is a taint of data that nobody outside decides about, but that must
// not get everywhere: what an exception says, a secret that was read. Marks
// make no flows; observers ask for them.
const (
	MarkError  = "error"  // an exception, or text made of it
	MarkStack  = "stack"  // a stack trace
	MarkSecret = "secret" // what a store of secrets gave out
	MarkEnv    = "env"    // the whole environment of the process
)

var markKinds = []string{MarkError, MarkStack, MarkSecret, MarkEnv}

// A Mark tells what of a value is marked.
type Mark struct {
	Kind string
	// Path is the member of the marked thing: "stack", "message".
	Path string
	Flow []rind.Step
	Span rind.Span // where it was last touched, in the function where it begins
}

// isMark reports whether a taint is a mark.
func (t taint) isMark() bool { return t.src.other != "" && slices.Contains(markKinds, t.src.other) }

// markedAt is where a mark was put on: each place is a source of its own.
type markedAt struct {
	kind string
	mod  *ir.Module
	pos  ir.Pos
}

// marked adds a mark to v.
func (e *engine) marked(v *Value, kind, note string, fr *frame, pos ir.Pos) *Value {
	at := markedAt{kind, fr.fn.Module, pos}
	src := e.marks[at]
	if src == nil {
		src = &source{id: len(e.sources), other: kind, called: kind}
		e.sources = append(e.sources, src)
		if e.marks == nil {
			e.marks = map[markedAt]*source{}
		}
		e.marks[at] = src
	}
	return v.withTaints([]taint{{src: src, whole: true, via: &step{mod: fr.fn.Module, pos: pos, note: note}}})
}

// generalErrors are names of exceptions that may be about anything: what they
// say was not meant for the caller.
var generalErrors = []string{"Exception", "BaseException", "Throwable", "Error", "RuntimeException", "StandardError", "ClientError", "BotoCoreError", "SQLException", "IOException", "OSError", "SdkException", "AwsServiceException", "AmazonServiceException", "DatabaseError", "OperationalError", "MySQLError", "RequestException", "HTTPError"}

// unexpected reports whether a catch clause takes exceptions that the code
// did not throw to tell the caller something.
func unexpected(types []string) bool {
	if len(types) == 0 {
		return true
	}
	for _, t := range types {
		t, _, _ = strings.Cut(t, "<")
		if slices.Contains(generalErrors, t[strings.LastIndexByte(t, '.')+1:]) {
			return true
		}
	}
	return false
}

// nothingKnown reports whether nothing is known of v but perhaps a type that
// somebody wrote.
func (e *engine) nothingKnown(v *Value) bool {
	if len(v.taints)+len(v.consts)+len(v.funcs)+len(v.outs) > 0 {
		return false
	}
	for _, id := range v.objs {
		o := e.objs[id]
		if o.kind != isInstance || o.class != 0 || o.typ != "any" && o.typ != "unknown" && !strings.Contains(o.typ, "Error") && !strings.Contains(o.typ, "Exception") {
			return false
		}
	}
	return v.any || len(v.objs) > 0
}

// caughtAs is an exception in the clause that catches it: of several clauses
// each has its own types, written "A|B".
func caughtAs(v *Value, typ string) *Value {
	if typ == "" || len(v.taints) == 0 || unexpected(strings.Split(typ, "|")) {
		return v
	}
	return withoutErrors(v)
}

// errorKinds are members of an exception that tell what kind it is; a test of
// one means that the code knows what it tells the caller.
var errorKinds = []string{"name", "code", "__type", "type", "Code", "statusCode", "status", "expose", "isOperational", "isJoi", "isBoom", "isAxiosError", "sqlState"}

// expected takes the mark off an exception that a test, which holds, has told
// to be of a certain kind.
func (e *engine) expected(test ir.Expr, fr *frame) {
	var about ir.Expr
	switch x := test.(type) {
	case *ir.Binary:
		switch x.Op {
		case "instanceof":
			if r, ok := x.R.(*ir.Var); ok && slices.Contains(generalErrors, r.Name) {
				return
			}
			about = x.L
		case "==":
			for _, side := range []ir.Expr{x.L, x.R} {
				if m, ok := side.(*ir.Member); ok && slices.Contains(errorKinds, m.Name) {
					about = m.X
				}
			}
		}
	case *ir.Member:
		if slices.Contains(errorKinds, x.Name) {
			about = x.X
		}
	case *ir.Call:
		if f, ok := x.Fn.(*ir.Var); ok && f.Name == "isinstance" && len(x.Args) == 2 {
			if r, ok := x.Args[1].Value.(*ir.Var); ok && slices.Contains(generalErrors, r.Name) {
				return
			}
			about = x.Args[0].Value
		}
	}
	v, ok := about.(*ir.Var)
	if !ok {
		return
	}
	if old := e.lookup(v.Name, fr); len(old.taints) > 0 {
		if w := withoutErrors(old); w != old {
			e.assign(v, w, fr)
		}
	}
}

// withoutErrors is v without the marks of exceptions as such.
func withoutErrors(v *Value) *Value {
	isError := func(t taint) bool { return t.src.other == MarkError && t.whole }
	if !slices.ContainsFunc(v.taints, isError) {
		return v
	}
	return v.with(func(w *Value) { w.taints = slices.DeleteFunc(slices.Clone(v.taints), isError) })
}

// MarkAs is v with a mark.
func (c *Call) MarkAs(v *Value, kind, note string) *Value {
	return c.e.marked(recvOrNone(v), kind, note, c.fr, c.pos)
}

// Marks lists the marks of a kind in v, at any depth.
func (c *Call) Marks(v *Value, kind string) []Mark {
	var out []Mark
	for _, t := range c.e.deep(recvOrNone(v), deepLimit) {
		if t.src.other == kind && t.isMark() {
			m := Mark{Kind: kind, Path: t.path, Flow: t.via.steps()}
			if s := t.via.atHome(); s != nil {
				m.Span = s.mod.Place(s.pos)
			}
			out = append(out, m)
		}
	}
	return out
}

// atHome is the last station in the function where the way begins: what
// happens behind it, in functions that answer for many, is not to blame.
func (s *step) atHome() *step {
	first := s.first()
	if first == nil || first.mod == nil {
		return nil
	}
	var home *ir.Func
	for _, f := range first.mod.Funcs {
		if f.Pos.Start <= first.pos.Start && first.pos.End <= f.Pos.End && (home == nil || f.Pos.Start >= home.Pos.Start) {
			home = f
		}
	}
	if home == nil {
		return first
	}
	for ; s != nil; s = s.prev {
		if s.mod == first.mod && home.Pos.Start <= s.pos.Start && s.pos.End <= home.Pos.End {
			return s
		}
	}
	return first
}

// Exprs are the expressions that the arguments were written as, in order.
func (c *Call) Exprs() []ir.Expr {
	out := make([]ir.Expr, len(c.args))
	for i, a := range c.args {
		out[i] = a.expr
	}
	return out
}

// Args are all arguments in the order written, named ones included.
func (c *Call) Args() []*Value {
	out := make([]*Value, len(c.args))
	for i, a := range c.args {
		out[i] = a.value
	}
	return out
}

// Outs lists the names of the outside things that v may be, without objects.
func (c *Call) Outs(v *Value) []string {
	if v == nil {
		return nil
	}
	return slices.Clone(v.outs)
}

// Constants lists the known values that v may be; all tells whether it can be
// nothing else.
func (c *Call) Constants(v *Value) (consts []any, all bool) {
	if v == nil {
		return nil, false
	}
	return slices.Clone(v.consts), v.known()
}

// Each takes a value apart: one value for each object that it may be.
func (c *Call) Each(v *Value) []*Value {
	var out []*Value
	if v != nil {
		for _, id := range v.objs {
			out = append(out, &Value{objs: []int32{id}})
		}
	}
	return out
}

// Functions are the functions of the app that v may be.
func (c *Call) Functions(v *Value) []*ir.Func {
	var out []*ir.Func
	if v != nil {
		for _, f := range v.funcs {
			out = append(out, f.fn)
		}
	}
	return out
}

// HTTP reports whether what the analysed function returns may be an HTTP
// response; certain tells that its triggers are known to be of that kind.
func (c *Call) HTTP() (may, certain bool) {
	return c.e.answersHTTP(), len(kinds(c.e.entry.Function)) > 0
}

// A Changer is an observer that replaces what calls yield, to mark it. record
// is the AWS call that a hook recognised, or nil.
type Changer interface {
	Yields(c *Call, v *Value, record *rind.Call) *Value
}

// A Keeper is an observer that is told of data of the event that is put where
// later invocations find it: under a name at the top of a module, or in an
// object that was made while modules were loading. The call's only argument is
// the data; its name is that of the place.
type Keeper interface {
	Kept(c *Call)
}

// kept tells observers that v outlives the invocation.
func (e *engine) kept(name string, v *Value, fr *frame, pos ir.Pos) {
	if e.initing || len(v.taints) == 0 || len(v.funcs) > 0 {
		return
	}
	c := &Call{Name: name, recv: none, args: []argument{{value: v}}, e: e, fr: fr, pos: pos}
	for _, o := range e.opt.Observers {
		if x, ok := o.(Keeper); ok {
			x.Kept(c)
		}
	}
}

// Pos is where the call stands, in its module.
func (c *Call) Pos() ir.Pos { return c.pos }

// Module is the module that the call stands in.
func (c *Call) Module() *ir.Module { return c.fr.fn.Module }

// MadeAt is where the first of v's objects was made; the place of the call if
// it has none.
func (c *Call) MadeAt(v *Value) rind.Span {
	if v != nil {
		for _, id := range v.objs {
			if o := c.e.objs[id]; o.site != nil && o.pos != (ir.Pos{}) {
				return o.site.Place(o.pos)
			}
		}
	}
	return c.Span()
}

// Certain reports whether v surely carries data of the event: nothing that the
// library does not know lies on the way.
func (c *Call) Certain(v *Value) bool {
	return slices.ContainsFunc(c.e.deep(recvOrNone(v), deepLimit), func(t taint) bool {
		if t.isMark() || t.weak || t.src.store != nil {
			return false
		}
		o, _ := c.e.origin(t)
		return o != nil
	})
}

// SinkOf is [Call.Sink] with a confidence.
func (c *Call) SinkOf(class string, v *Value, note string, confidence rind.Confidence) {
	if v != nil {
		c.e.reach(v, &reached{class: class, note: note, confidence: confidence, sink: c.short(), mod: c.fr.fn.Module, pos: c.pos})
	}
}

// Report reports a weakness at another place than the call.
func (c *Call) Report(w *rind.Weakness) { c.e.weakness(w) }

// A Finisher is an observer that looks at the code itself once all of it that
// the entry reaches is loaded.
type Finisher interface {
	Finished(p *Program)
}

// A Program is the code that was reached from one entry.
type Program struct {
	Entry   Entry
	Modules []*ir.Module // in the order of their files
	Code    *rind.Code
	e       *engine
}

// Reached reports whether the analysis went through a function.
func (p *Program) Reached(f *ir.Func) bool { return p.e.entered[f] }

// Weakness reports a weakness; its span must be set.
func (p *Program) Weakness(w *rind.Weakness) { p.e.weakness(w) }

// yields lets observers change what a call yields.
func (e *engine) yields(c *Call, v *Value, record *rind.Call) *Value {
	for _, o := range e.opt.Observers {
		if x, ok := o.(Changer); ok {
			v = x.Yields(c, v, record)
		}
	}
	return v
}

// finished tells observers that the analysis is done.
func (e *engine) finished() {
	p := &Program{Entry: e.entry, Code: e.out, e: e}
	for m := range e.modules {
		p.Modules = append(p.Modules, m)
	}
	slices.SortFunc(p.Modules, func(a, b *ir.Module) int { return strings.Compare(a.File, b.File) })
	for _, o := range e.opt.Observers {
		if x, ok := o.(Finisher); ok {
			x.Finished(p)
		}
	}
}

// madeInstance tells observers and the library of an instance that a literal
// makes, Go's T{A: 1}, under the name "T{}" with the fields as arguments.
func (e *engine) madeInstance(typ string, fields []argument, v *Value, fr *frame, pos ir.Pos) {
	c := &Call{Name: typ + "{}", recv: v, args: fields, e: e, fr: fr, pos: pos}
	for _, o := range e.opt.Observers {
		o.Called(c)
	}
	for _, m := range e.opt.Library.Calls(c.Name) {
		if c.holds(m.When) {
			for i := range m.Weak {
				e.weak(&m.Weak[i], c)
			}
			for i := range m.Sinks {
				e.sink(&m.Sinks[i], c)
			}
		}
	}
}

// errorName reports whether a function's first parameter is the error that
// Node's convention puts there, by its name.
func errorName(name string) bool { return name == "err" || name == "error" }
