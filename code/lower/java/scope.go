package java

import (
	"strconv"

	"rind/code/ir"
)

// A scope is the names of one function while it is lowered.
type scope struct {
	fn     *ir.Func
	parent *scope
	cls    *class // the class whose body the function stands in
	static bool   // the function has no receiver
	body   bool   // no function of its own: the code that sets up the class
	names  []local
	// typeParams are the function's own type variables with their bounds.
	typeParams map[string]string
	declared   map[string]bool
}

// A local is a variable or parameter, or a local class.
type local struct {
	name, ir string
	typ      string
	cls      *class
}

// enter begins a function.
func (l *lowerer) enter(fn *ir.Func, static bool) *scope {
	fn.Module = l.mod
	l.mod.Funcs = append(l.mod.Funcs, fn)
	l.scope = &scope{fn: fn, parent: l.scope, cls: l.cls, static: static}
	if fn.This != "" {
		l.scope.declareName(fn.This)
	}
	return l.scope
}

func (l *lowerer) leave() { l.scope = l.scope.parent }

func (s *scope) declareName(name string) {
	if s.declared == nil {
		s.declared = map[string]bool{}
	}
	if !s.declared[name] {
		s.declared[name] = true
		s.fn.Vars = append(s.fn.Vars, name)
	}
}

// block remembers where the names of a block begin; the result ends it.
func (l *lowerer) block() func() {
	s, n := l.scope, len(l.scope.names)
	return func() { s.names = s.names[:n] }
}

// declareVar makes a name of the function known and returns the variable's
// name. Java forbids that one local hides another of the same function, but
// blocks side by side may use a name again: they share the variable.
func (l *lowerer) declareVar(name, typ string) string {
	s := l.scope
	s.declareName(name)
	s.names = append(s.names, local{name: name, ir: name, typ: typ})
	return name
}

// temp makes a variable of the lowering's own.
func (l *lowerer) temp() string {
	l.temps++
	name := "·" + strconv.Itoa(l.temps)
	l.scope.declareName(name)
	return name
}

func (s *scope) find(name string) (local, bool) {
	for i := len(s.names) - 1; i >= 0; i-- {
		if s.names[i].name == name {
			return s.names[i], true
		}
	}
	return local{}, false
}

// lookup finds a local variable, or the class that has the field. Both are
// zero if the file does not tell.
func (l *lowerer) lookup(name string) (local, *class) {
	s := l.scope
	for c := l.cls; ; c = c.outer {
		for ; s != nil && s.cls == c; s = s.parent {
			if v, ok := s.find(name); ok {
				return v, nil
			}
		}
		if c == nil {
			return local{}, nil
		}
		if c.field(name) != nil {
			return local{}, c
		}
	}
}

// hasThis reports whether the code stands in a method or constructor of an
// instance of c, or in a class within one.
func (l *lowerer) hasThis(c *class) bool {
	s := l.scope
	held := false // by the outer field of an instance further in
	for k := l.cls; k != nil; k = k.outer {
		// The outermost function that stands in k's body directly decides.
		static, seen := false, false
		for ; s != nil && s.cls == k; s = s.parent {
			if !s.body || !seen {
				static, seen = s.static, true
			}
		}
		static = static && !held
		switch {
		case k == c:
			return !static
		case k.static, static && !k.local:
			return false
		}
		held = !k.local
	}
	return false
}

// thisOf is the instance of c that the code at hand works for.
func (l *lowerer) thisOf(p ir.Pos, c *class) ir.Expr {
	if !l.hasThis(c) {
		return &ir.Unknown{Pos: p}
	}
	k := l.cls
	var x ir.Expr = &ir.Var{Pos: p, Name: k.this}
	for k != c {
		if k.local {
			x = &ir.Var{Pos: p, Name: k.outer.this}
		} else {
			x = &ir.Member{Pos: p, X: x, Name: outerField}
		}
		k = k.outer
	}
	return x
}

// outerField is where inner classes keep the outer instance, as javac does.
const outerField = "this$0"

// name lowers an unqualified name that stands for a value. typ is its declared
// type where the file tells.
func (l *lowerer) name(p ir.Pos, name string) (x ir.Expr, typ string) {
	v, c := l.lookup(name)
	switch {
	case v.cls != nil:
		return v.cls.expr(l, p), ""
	case v.name != "":
		return &ir.Var{Pos: p, Name: v.ir}, v.typ
	case c != nil:
		f := c.field(name)
		return l.memberOf(p, c, name, f.static), f.typ
	}
	if owner, ok := l.static[name]; ok {
		return &ir.Member{Pos: p, X: l.typeExpr(p, owner), Name: name}, ""
	}
	if full, sure := l.resolve(name); sure || isUpper(name) && !isConstant(name) {
		return l.typeExpr(p, full), ""
	}
	if c := l.inheriting(); c != nil {
		return l.memberOf(p, c, name, !l.hasThis(c)), ""
	}
	for _, owner := range l.staticWild {
		return &ir.Member{Pos: p, X: l.typeExpr(p, owner), Name: name}, ""
	}
	if isUpper(name) {
		full, _ := l.resolve(name)
		return l.typeExpr(p, full), ""
	}
	return &ir.Var{Pos: p, Name: name}, ""
}

func (l *lowerer) memberOf(p ir.Pos, c *class, name string, static bool) ir.Expr {
	if static {
		return &ir.Member{Pos: p, X: c.expr(l, p), Name: name}
	}
	return &ir.Member{Pos: p, X: l.thisOf(p, c), Name: name}
}

// inheriting is the innermost class around that may have members which the
// file does not show.
func (l *lowerer) inheriting() *class {
	for c := l.cls; c != nil; c = c.outer {
		if c.opaque() {
			return c
		}
	}
	return nil
}
