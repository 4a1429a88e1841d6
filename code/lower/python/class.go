package python

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// A classBody is what is known of a class while its body is lowered.
type classBody struct {
	name   string
	bases  []ir.Expr
	needed bool // code of the body uses names of the body
	fields []field
	kind   recordKind
	has    map[string]bool // methods written out
	// ofClass: the method at hand is a class method.
	ofClass bool
}

// definition lowers a function or class, with its decorators, to an
// assignment.
func (l *lowerer) definition(n syntax.Node) []ir.Stmt {
	def, decorators := undecorate(n)
	id := def.Get("name")
	if id.Text() == "" {
		return nil
	}
	var value ir.Expr
	if def.Kind() == "class_definition" {
		value = l.class(def, decorators)
	} else {
		value = &ir.Lambda{Pos: pos(def), Func: l.function(def, id.Text(), "")}
	}
	value = l.decorate(value, decorators, def.Kind() == "class_definition")
	p := pos(n)
	return []ir.Stmt{&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: l.target(id), Value: value}}}
}

func undecorate(n syntax.Node) (def syntax.Node, decorators []syntax.Node) {
	if n.Kind() != "decorated_definition" {
		return n, nil
	}
	for c := range n.Children() {
		if c.Kind() == "decorator" {
			decorators = append(decorators, c.At(0))
		}
	}
	return n.Get("definition"), decorators
}

// decorate applies decorators, the last one first. Those that only mark or
// complete a class stay tags.
func (l *lowerer) decorate(x ir.Expr, decorators []syntax.Node, class bool) ir.Expr {
	for i := len(decorators) - 1; i >= 0; i-- {
		d := decorators[i]
		if class && isRecordDecorator(l.decoratorName(d)) {
			continue
		}
		x = &ir.Call{Pos: pos(d), Fn: l.expr(d), Args: []ir.Arg{{Value: x}}, Decorator: true}
	}
	return x
}

// decoratorName is the full name of a decorator, without its arguments.
func (l *lowerer) decoratorName(d syntax.Node) string {
	if d.Kind() == "call" {
		d = d.Get("function")
	}
	return l.fullName(d)
}

// class lowers a class. If its body has more than methods and plain fields,
// the body runs in a Block before it, on variables of its own.
func (l *lowerer) class(n syntax.Node, decorators []syntax.Node) ir.Expr {
	p := pos(n)
	c := &ir.Class{Pos: p, Name: n.Get("name").Text()}
	cb := &classBody{name: c.Name, has: map[string]bool{}}
	for _, a := range l.args(n.Get("superclasses")) {
		if a.Name == "" && !a.Spread {
			c.Bases = append(c.Bases, a.Value)
		}
	}
	cb.bases = c.Bases
	cb.kind = l.recordKindOf(n, decorators)
	for _, d := range decorators {
		c.Tags = append(c.Tags, l.decoratorName(d))
	}
	if cb.kind != notRecord {
		for _, b := range baseNames(n) {
			cb.fields = append(cb.fields, l.records[b]...)
		}
	}
	outer := l.scope
	s := &scope{fn: outer.fn, parent: outer, class: cb, names: map[string]string{}, self: outer.self}
	l.scope = s
	b := &body{class: c}
	for st := range n.Get("body").Children() {
		l.classStatement(b, st)
	}
	l.scope = outer
	c.Members = append(c.Members, l.recordMembers(p, cb)...)
	if !b.runs && !cb.needed {
		return c
	}
	for i := range b.values {
		v := &b.values[i]
		if v.stmt == nil {
			name := c.Members[v.member].Name
			x := &ir.Var{Pos: p, Name: s.names[v.name]}
			v.stmt = []ir.Stmt{&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: x, Value: c.Members[v.member].Value}}}
			if _, isFunc := c.Members[v.member].Value.(*ir.Lambda); !isFunc || name == "" {
				c.Members[v.member].Value = x
			}
		}
	}
	block := &ir.Block{Pos: p, X: c}
	known := map[string]bool{}
	for _, m := range c.Members {
		known[m.Name] = true
	}
	for _, v := range b.values {
		block.Body = append(block.Body, v.stmt...)
		for _, name := range v.binds {
			if !known[name] {
				known[name] = true
				c.Members = append(c.Members, ir.ClassMember{Name: member(name), Value: &ir.Var{Pos: p, Name: s.names[name]}, Static: true, Pos: p})
			}
		}
	}
	for _, name := range sortedKeys(s.names) {
		outer.fn.Vars = append(outer.fn.Vars, s.names[name])
	}
	return block
}

// A body collects what a class body does, in order.
type body struct {
	class  *ir.Class
	runs   bool // it has statements that are not members
	values []bodyValue
}

// A bodyValue is a member with a value, or statements and what they bind.
type bodyValue struct {
	name   string
	member int
	stmt   []ir.Stmt
	binds  []string
}

// add adds a member whose value is bound to a name of the body.
func (l *lowerer) add(b *body, name string, m ir.ClassMember) {
	b.class.Members = append(b.class.Members, m)
	if m.Value == nil {
		return
	}
	if _, ok := l.scope.names[name]; !ok {
		l.scope.names[name] = l.fresh(name)
	}
	b.values = append(b.values, bodyValue{name: name, member: len(b.class.Members) - 1})
}

func (l *lowerer) classStatement(b *body, n syntax.Node) {
	switch n.Kind() {
	case "function_definition", "decorated_definition", "class_definition":
		l.method(b, n)
		return
	case "pass_statement", "global_statement", "comment":
		return
	case "expression_statement":
		a := n.At(0)
		switch {
		case a.Kind() == "string", a.Kind() == "ellipsis":
			return
		case a.Kind() == "assignment" && a.Get("left").Kind() == "identifier" && a.Get("right").Kind() != "assignment":
			l.classField(b, a)
			return
		}
	}
	names := bindings(n)
	for _, name := range names {
		if _, ok := l.scope.names[name]; !ok {
			l.scope.names[name] = l.fresh(name)
		}
	}
	b.runs = true
	b.values = append(b.values, bodyValue{stmt: l.stmt(n), binds: names})
}

func (l *lowerer) classField(b *body, a syntax.Node) {
	cb := l.scope.class
	name := a.Get("left").Text()
	m := ir.ClassMember{Name: name, Static: true, Pos: pos(a)}
	f := field{name: name, alias: name, pos: pos(a)}
	if t := a.Get("type"); t.OK() {
		f.typ = l.typeName(t)
		m.Type = f.typ
	}
	right := a.Get("right")
	if right.OK() {
		m.Value = l.expr(right)
		f.value = l.fieldDefault(right, &f)
	}
	if cb.kind != notRecord && a.Get("type").OK() && !strings.Contains(a.Get("type").Text(), "ClassVar") {
		cb.setField(f)
		if cb.kind != enumeration {
			m.Static, m.Value = false, nil // the constructor sets it
		}
	}
	l.add(b, name, m)
}

func (l *lowerer) method(b *body, n syntax.Node) {
	cb := l.scope.class
	def, decorators := undecorate(n)
	name := def.Get("name").Text()
	if name == "" {
		return
	}
	m := ir.ClassMember{Name: member(name), Pos: pos(n)}
	if def.Kind() == "class_definition" {
		m.Static = true
		m.Value = l.decorate(l.class(def, decorators), decorators, true)
		l.add(b, name, m)
		return
	}
	cb.has[name] = true
	var rest []syntax.Node
	for _, d := range decorators {
		full := l.decoratorName(d)
		m.Tags = append(m.Tags, full)
		switch last := full[strings.LastIndexByte(full, '.')+1:]; {
		case last == "staticmethod":
			m.Static = true
		case last == "property", last == "cached_property", last == "computed_field", last == "hybrid_property", full == "functools.cached_property":
			m.Getter = true
		case last == "setter" && d.Kind() == "attribute":
			m.Setter = true
		case last == "getter" && d.Kind() == "attribute":
			m.Getter = true
		case last == "deleter" && d.Kind() == "attribute":
			return
		case last == "classmethod", last == "abstractmethod", last == "overload", last == "override", last == "final":
		default:
			rest = append(rest, d)
		}
	}
	cb.ofClass = slices.Contains(m.Tags, "classmethod")
	m.Value = &ir.Lambda{Pos: pos(def), Func: l.function(def, name, cb.name)}
	m.Value = l.decorate(m.Value, rest, false)
	if m.Setter {
		b.class.Members = append(b.class.Members, m)
		return
	}
	l.add(b, name, m)
}
