package java

import (
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// A class is what is known of a type that the file declares.
type class struct {
	outer      *class
	node, body syntax.Node
	kind       string // "class", "interface", "enum", "record", "annotation"
	name       string // full
	simple     string
	variable   string // that holds a local class
	this       string // name of the receiver in its methods
	static     bool   // it has no outer instance
	local      bool   // it stands in a function, whose names it captures

	fields     map[string]*field
	order      []*field
	methods    map[string]*methods
	types      []*class
	typeParams map[string]string
	tags       []string
	bases      []*class // of this file
	supers     []string // full names of all bases with their type arguments
	parent     string   // full name of the superclass; "" if none is written
}

type field struct {
	name, typ string
	static    bool
	final     bool
	value     syntax.Node
	tags      []string
	pos       ir.Pos
}

// methods is all methods of one name.
type methods struct{ static, instance bool }

// declare registers a type with its members' names before anything is lowered.
func (l *lowerer) declare(n syntax.Node, outer *class) *class {
	c := &class{outer: outer, node: n, body: n.Get("body"), this: "this"}
	c.kind, _, _ = strings.Cut(n.Kind(), "_")
	c.simple = n.Get("name").Text()
	c.name = qualify(l.mod.Name, c.simple)
	c.static = true
	if outer != nil {
		c.name = outer.name + "." + c.simple
		c.this = "this·" + c.simple
		c.static = c.kind != "class" || outer.kind == "interface" || outer.kind == "annotation" || hasModifier(n, "static")
	}
	l.members(c)
	return c
}

// declareLoose makes a class of methods that stand alone in a file.
func (l *lowerer) declareLoose(root syntax.Node) *class {
	c := &class{node: root, body: root, kind: "class", simple: "$File", name: qualify(l.mod.Name, "$File"), this: "this", static: true}
	l.members(c)
	return c
}

// members registers the members of c.
func (l *lowerer) members(c *class) {
	c.fields, c.methods = map[string]*field{}, map[string]*methods{}
	if _, taken := l.classes[c.name]; !taken {
		l.classes[c.name] = c
	}
	if c.kind == "record" {
		for p := range c.node.Get("parameters").Children() {
			if name := p.Get("name").Text(); name != "" {
				c.addField(&field{name: name, final: true, pos: pos(p)})
			}
		}
	}
	l.bodyMembers(c, c.body)
}

func (l *lowerer) bodyMembers(c *class, body syntax.Node) {
	for n := range body.Children() {
		switch n.Kind() {
		case "field_declaration", "constant_declaration":
			static := n.Kind() == "constant_declaration" || c.kind == "interface" || hasModifier(n, "static")
			for d := range n.Children() {
				if d.Kind() == "variable_declarator" {
					c.addField(&field{
						name: d.Get("name").Text(), static: static, final: hasModifier(n, "final"),
						value: d.Get("value"), pos: pos(d),
					})
				}
			}
		case "method_declaration":
			name := n.Get("name").Text()
			m := c.methods[name]
			if m == nil {
				m = &methods{}
				c.methods[name] = m
			}
			if hasModifier(n, "static") {
				m.static = true
			} else {
				m.instance = true
			}
		case "class_declaration", "interface_declaration", "enum_declaration", "record_declaration", "annotation_type_declaration":
			if c.node != body { // declareLoose reads the file's classes as what they are
				c.types = append(c.types, l.declare(n, c))
			}
		case "enum_constant":
			c.addField(&field{name: n.Get("name").Text(), typ: c.name, static: true, final: true, pos: pos(n)})
		case "enum_body_declarations":
			l.bodyMembers(c, n)
		}
	}
}

func (c *class) addField(f *field) {
	if f.name == "" {
		return
	}
	if _, dup := c.fields[f.name]; !dup {
		c.order = append(c.order, f)
	}
	c.fields[f.name] = f
}

// inherit resolves what the headers and fields of c and its nested types name.
func (l *lowerer) inherit(c *class) {
	saved := l.cls
	defer func() { l.cls = saved }()
	l.cls = c.outer
	c.tags = l.tags(modifiers(c.node))
	if hasModifier(c.node, "abstract") {
		c.tags = append(c.tags, "abstract")
	}
	c.typeParams = map[string]string{}
	l.cls = c
	c.typeParams = l.typeParams(c.node.Get("type_parameters"))
	l.cls = c.outer
	if c.outer != nil || c.typeParams != nil {
		// Bounds and type variables may stand in the header's types.
		l.cls = &class{outer: c.outer, simple: "", typeParams: c.typeParams}
	}
	if s := c.node.Get("superclass"); s.OK() {
		c.parent = l.typeName(s.At(0))
		l.addBase(c, c.parent)
	}
	for _, list := range []syntax.Node{c.node.Get("interfaces"), c.node.First("extends_interfaces")} {
		for t := range list.First("type_list").Children() {
			l.addBase(c, l.typeName(t))
		}
	}
	l.cls = c
	l.fieldTypes(c, c.body)
	if c.kind == "record" {
		for p := range c.node.Get("parameters").Children() {
			if f := c.fields[p.Get("name").Text()]; f != nil {
				f.typ, f.tags = l.typeName(p.Get("type")), l.tags(modifiers(p))
			}
		}
	}
	for _, t := range c.types {
		l.inherit(t)
	}
	l.lombokFields(c)
}

func (l *lowerer) addBase(c *class, full string) {
	if full == "" {
		return
	}
	c.supers = append(c.supers, full)
	base, _, _ := strings.Cut(full, "<")
	if b := l.classes[base]; b != nil && b != c {
		c.bases = append(c.bases, b)
	}
}

// fieldTypes resolves the types of declared fields.
func (l *lowerer) fieldTypes(c *class, body syntax.Node) {
	for n := range body.Children() {
		switch n.Kind() {
		case "field_declaration", "constant_declaration":
			typ, tags := l.typeName(n.Get("type")), l.tags(modifiers(n))
			for d := range n.Children() {
				if f := c.fields[d.Get("name").Text()]; d.Kind() == "variable_declarator" && f != nil {
					f.tags, f.typ = tags, withDims(typ, d)
				}
			}
		case "enum_body_declarations":
			l.fieldTypes(c, n)
		}
	}
}

// withDims adds the brackets behind a name: String a[].
func withDims(typ string, declarator syntax.Node) string {
	if d := declarator.Get("dimensions"); d.OK() && typ != "" {
		return typ + strings.Repeat("[]", strings.Count(d.Text(), "["))
	}
	return typ
}

// maxBases bounds the walk up a class's bases, which broken code can make a
// circle of.
const maxBases = 24

func (c *class) walk(visit func(*class) bool) { c.walkDepth(visit, maxBases) }

func (c *class) walkDepth(visit func(*class) bool, left int) bool {
	if left == 0 {
		return false
	}
	if visit(c) {
		return true
	}
	for _, b := range c.bases {
		if b.walkDepth(visit, left/2) {
			return true
		}
	}
	return false
}

// field finds a field of c or of its bases in this file.
func (c *class) field(name string) (f *field) {
	c.walk(func(k *class) bool { f = k.fields[name]; return f != nil })
	return f
}

func (c *class) method(name string) (m *methods) {
	c.walk(func(k *class) bool { m = k.methods[name]; return m != nil })
	return m
}

func (c *class) nested(name string) (t *class) {
	c.walk(func(k *class) bool {
		for _, n := range k.types {
			if n.simple == name {
				t = n
			}
		}
		return t != nil
	})
	return t
}

// opaque reports whether c has a base that another file declares.
func (c *class) opaque() bool {
	return c.walk2(func(k *class) bool { return len(k.supers) > len(k.bases) })
}

func (c *class) walk2(visit func(*class) bool) bool { return c.walkDepth(visit, maxBases) }

// inner reports whether instances of c keep their outer instance in a field.
func (c *class) inner() bool { return !c.static && !c.local && c.outer != nil }

// expr is the class as a value.
func (c *class) expr(l *lowerer, p ir.Pos) ir.Expr {
	switch {
	case c.local && c.variable == "":
		return &ir.Unknown{Pos: p}
	case c.local:
		return &ir.Var{Pos: p, Name: c.variable}
	case c.outer != nil:
		return &ir.Member{Pos: p, X: c.outer.expr(l, p), Name: c.simple}
	}
	return &ir.Var{Pos: p, Name: c.simple}
}

// classDecl assigns a class to its variable and sets its static fields.
func (l *lowerer) classDecl(c *class) []ir.Stmt {
	name := c.simple
	if c.local {
		name = c.variable
	}
	if name == "" {
		return nil
	}
	l.scope.declareName(name)
	p := pos(c.node)
	out := []ir.Stmt{&ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: &ir.Var{Pos: p, Name: name}, Value: l.classExpr(c)}}}
	return append(out, l.statics(c)...)
}

// classExpr lowers the class with all its members.
func (l *lowerer) classExpr(c *class) *ir.Class {
	defer l.in(c, true)()
	p := pos(c.node)
	out := &ir.Class{Pos: p, Name: c.name, Tags: c.tags}
	for _, s := range c.supers {
		base, _, _ := strings.Cut(s, "<")
		if l.classes[base] == nil && !l.index.Has(base) {
			out.Interfaces = append(out.Interfaces, s)
		}
		if !functional(s) {
			out.Bases = append(out.Bases, l.typeExpr(p, s))
		}
	}
	for _, f := range c.order {
		out.Members = append(out.Members, ir.ClassMember{Name: f.name, Static: f.static, Type: f.typ, Tags: f.tags, Pos: f.pos})
	}
	constructed := false
	l.lowerMembers(c, c.body, out, &constructed)
	for _, t := range c.types {
		out.Members = append(out.Members, ir.ClassMember{Name: t.simple, Static: true, Value: l.classExpr(t), Tags: t.tags, Pos: pos(t.node)})
	}
	l.lombokMembers(c, out, constructed)
	if !constructed && c.kind != "interface" && c.kind != "annotation" && !hasMember(out, "constructor") {
		out.Members = append(out.Members, l.defaultConstructor(c))
	}
	switch c.kind {
	case "record":
		l.accessors(c, out)
	case "enum":
		l.enumMembers(c, out)
	}
	return out
}

func hasMember(c *ir.Class, name string) bool {
	for i := range c.Members {
		if c.Members[i].Name == name && c.Members[i].Value != nil {
			return true
		}
	}
	return false
}

// in enters the body of c; the result leaves it again.
func (l *lowerer) in(c *class, static bool) func() {
	cls, s := l.cls, l.scope
	l.cls = c
	inner := &scope{fn: s.fn, parent: s, cls: c, static: static, body: true}
	if s.declared == nil {
		s.declared = map[string]bool{}
	}
	inner.declared = s.declared
	l.scope = inner
	return func() { l.cls, l.scope = cls, s }
}

func (l *lowerer) lowerMembers(c *class, body syntax.Node, out *ir.Class, constructed *bool) {
	for n := range body.Children() {
		switch n.Kind() {
		case "method_declaration":
			if m, ok := l.method(c, n); ok {
				out.Members = append(out.Members, m)
			}
		case "constructor_declaration", "compact_constructor_declaration":
			*constructed = true
			out.Members = append(out.Members, l.constructor(c, n))
		case "enum_body_declarations":
			l.lowerMembers(c, n, out, constructed)
		}
	}
}

// method lowers a method; those without a body are left out.
func (l *lowerer) method(c *class, n syntax.Node) (ir.ClassMember, bool) {
	body := n.Get("body")
	if !body.OK() && !modifiers(n).First("annotation").OK() {
		return ir.ClassMember{}, false
	}
	static := hasModifier(n, "static")
	fn := &ir.Func{Name: n.Get("name").Text(), Class: c.simple, Pos: pos(n)}
	if !static {
		fn.This = c.this
	}
	s := l.enter(fn, static)
	defer l.leave()
	s.typeParams = l.typeParams(n.Get("type_parameters"))
	fn.Result = withDims(l.typeName(n.Get("type")), n)
	if fn.Result == "void" {
		fn.Result = ""
	}
	l.params(n.Get("parameters"))
	if body.OK() {
		fn.Body = l.stmts(body)
	} else if fn.Body = l.mapperCall(n); fn.Body == nil {
		l.mod.Funcs = l.mod.Funcs[:len(l.mod.Funcs)-1]
		return ir.ClassMember{}, false
	}
	return ir.ClassMember{
		Name: fn.Name, Value: &ir.Lambda{Pos: fn.Pos, Func: fn}, Static: static, Type: fn.Result,
		Tags: l.tags(modifiers(n)), Pos: fn.Pos,
	}, true
}

// params declares the parameters of the function being lowered.
func (l *lowerer) params(n syntax.Node) {
	fn := l.scope.fn
	switch n.Kind() {
	case "identifier":
		fn.Params = append(fn.Params, ir.Param{Name: l.declareVar(n.Text(), ""), Pos: pos(n)})
		return
	case "inferred_parameters":
		for c := range n.Children() {
			l.params(c)
		}
		return
	}
	for c := range n.Children() {
		p := ir.Param{Pos: pos(c), Tags: l.tags(modifiers(c))}
		name := c.Get("name")
		switch c.Kind() {
		case "formal_parameter":
			p.Type = withDims(l.typeName(c.Get("type")), c)
		case "spread_parameter":
			p.Rest = true
			for t := range c.Children() {
				if k := t.Kind(); k == "variable_declarator" {
					name = t.Get("name")
				} else if k != "modifiers" && p.Type == "" {
					p.Type = l.typeName(t)
				}
			}
		default:
			continue
		}
		if p.Type == object {
			p.Type = ""
		}
		typ := p.Type
		if p.Rest && typ != "" {
			typ += "[]"
		}
		p.Name = l.declareVar(name.Text(), typ)
		fn.Params = append(fn.Params, p)
	}
}

// statics sets the static fields and runs the static blocks of c and its
// nested types, those first.
func (l *lowerer) statics(c *class) []ir.Stmt {
	defer l.in(c, true)()
	var out []ir.Stmt
	for _, t := range c.types {
		out = append(out, l.statics(t)...)
	}
	return append(append(out, l.lombokStatics(c)...), l.staticsOf(c, c.body, 0)...)
}

func (l *lowerer) staticsOf(c *class, body syntax.Node, ordinal int) []ir.Stmt {
	var out []ir.Stmt
	for n := range body.Children() {
		switch n.Kind() {
		case "field_declaration", "constant_declaration":
			if n.Kind() == "field_declaration" && c.kind != "interface" && !hasModifier(n, "static") {
				continue
			}
			for d := range n.Children() {
				if f := c.fields[d.Get("name").Text()]; d.Kind() == "variable_declarator" && f != nil && f.value.OK() {
					out = append(out, l.set(&ir.Member{Pos: pos(d.Get("name")), X: c.expr(l, pos(d)), Name: f.name}, l.initial(f.value, f.typ), f.typ, pos(d)))
				}
			}
		case "static_initializer":
			end := l.block()
			out = append(out, l.stmts(n.First("block"))...)
			end()
		case "enum_constant":
			out = append(out, l.enumConstant(c, n, ordinal)...)
			ordinal++
		case "enum_body_declarations":
			out = append(out, l.staticsOf(c, n, ordinal)...)
		}
	}
	return out
}

func (l *lowerer) set(target, value ir.Expr, typ string, p ir.Pos) ir.Stmt {
	return &ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: target, Value: typed(value, typ)}}
}
