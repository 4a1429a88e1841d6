package java

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// Lombok makes members at compile time. The ones that move data are made here
// too, as its documentation describes them: https://projectlombok.org/features/

// lombokLoggers are the types of the field "log" by annotation.
var lombokLoggers = map[string]string{
	"lombok.extern.slf4j.Slf4j":              "org.slf4j.Logger",
	"lombok.extern.slf4j.XSlf4j":             "org.slf4j.ext.XLogger",
	"lombok.extern.log4j.Log4j2":             "org.apache.logging.log4j.Logger",
	"lombok.extern.log4j.Log4j":              "org.apache.log4j.Logger",
	"lombok.extern.java.Log":                 "java.util.logging.Logger",
	"lombok.extern.apachecommons.CommonsLog": "org.apache.commons.logging.Log",
	"lombok.extern.jbosslog.JBossLog":        "org.jboss.logging.Logger",
	"lombok.extern.flogger.Flogger":          "com.google.common.flogger.FluentLogger",
	"lombok.CustomLog":                       "org.slf4j.Logger",
}

// lombokFields registers the logger field.
func (l *lowerer) lombokFields(c *class) {
	for _, t := range c.tags {
		if typ, ok := lombokLoggers[t]; ok && c.fields["log"] == nil {
			c.addField(&field{name: "log", typ: typ, static: true, final: true, pos: pos(c.node)})
		}
	}
}

// lombokStatics sets the logger field.
func (l *lowerer) lombokStatics(c *class) []ir.Stmt {
	for _, t := range c.tags {
		if typ, ok := lombokLoggers[t]; ok {
			p := pos(c.node)
			return []ir.Stmt{l.set(&ir.Member{Pos: p, X: c.expr(l, p), Name: "log"}, &ir.Unknown{Pos: p}, typ, p)}
		}
	}
	return nil
}

// lombokMembers adds getters, setters, constructors and the builder.
func (l *lowerer) lombokMembers(c *class, out *ir.Class, constructed bool) {
	has := func(tags []string, names ...string) bool {
		return slices.ContainsFunc(tags, func(t string) bool {
			rest, ok := strings.CutPrefix(t, "lombok.")
			return ok && slices.Contains(names, strings.TrimPrefix(rest, "experimental."))
		})
	}
	var fields []*field
	for _, f := range c.order {
		if !f.static {
			fields = append(fields, f)
		}
	}
	add := func(m ir.ClassMember) {
		if c.methods[m.Name] == nil {
			out.Members = append(out.Members, m)
		}
	}
	for _, f := range fields {
		if has(c.tags, "Data", "Value", "Getter") || has(f.tags, "Getter") {
			add(l.getter(c, f, accessor("get", f)))
			if has(c.tags, "Accessors") {
				add(l.getter(c, f, f.name))
			}
		}
		if has(c.tags, "Data", "Setter") || has(f.tags, "Setter") {
			add(l.setter(c, f, accessor("set", f)))
		}
		if has(c.tags, "With", "Wither") || has(f.tags, "With", "Wither") {
			add(l.setter(c, f, accessor("with", f)))
		}
	}
	required := func(f *field) bool {
		return !f.value.OK() && (f.final || has(c.tags, "Value") || has(f.tags, "NonNull"))
	}
	all := func(f *field) bool { return !f.value.OK() || !f.final }
	plain := !constructed && !has(c.tags, "NoArgsConstructor", "AllArgsConstructor", "RequiredArgsConstructor")
	if has(c.tags, "AllArgsConstructor") || plain && has(c.tags, "Value", "Builder", "SuperBuilder") && !has(c.tags, "Data") {
		out.Members = append(out.Members, l.fieldConstructor(c, fields, all))
	}
	if has(c.tags, "RequiredArgsConstructor") || plain && has(c.tags, "Data") {
		out.Members = append(out.Members, l.fieldConstructor(c, fields, required))
	}
	if has(c.tags, "NoArgsConstructor") {
		out.Members = append(out.Members, l.fieldConstructor(c, fields, func(*field) bool { return false }))
	}
	if has(c.tags, "Builder", "SuperBuilder") {
		l.builder(c, fields, out)
	}
}

func accessor(prefix string, f *field) string {
	name := f.name
	if f.typ == "boolean" {
		// isActive has the getter isActive and the setter setActive.
		if rest, ok := strings.CutPrefix(name, "is"); ok && isUpper(rest) {
			name = rest
		}
		if prefix == "get" {
			prefix = "is"
		}
	}
	return prefix + strings.ToUpper(name[:1]) + name[1:]
}

// setter sets a field and returns the receiver: Lombok's chained form, which
// does no harm where it is not chained.
func (l *lowerer) setter(c *class, f *field, name string) ir.ClassMember {
	return l.setterOf(c.simple, c.this, f, name)
}

func (l *lowerer) setterOf(class, this string, f *field, name string) ir.ClassMember {
	p := f.pos
	fn := &ir.Func{
		Name: name, Class: class, This: this, Params: []ir.Param{{Name: f.name, Type: f.typ, Pos: p}},
		Vars: []string{this, f.name}, Pos: p, Module: l.mod,
	}
	self := func() ir.Expr { return &ir.Var{Pos: p, Name: this} }
	fn.Body = []ir.Stmt{
		l.set(&ir.Member{Pos: p, X: self(), Name: f.name}, &ir.Var{Pos: p, Name: f.name}, f.typ, p),
		&ir.Return{Pos: p, X: self()},
	}
	l.mod.Funcs = append(l.mod.Funcs, fn)
	return ir.ClassMember{Name: name, Value: &ir.Lambda{Pos: p, Func: fn}, Pos: p}
}

// fieldConstructor takes the fields that pick chooses.
func (l *lowerer) fieldConstructor(c *class, fields []*field, pick func(*field) bool) ir.ClassMember {
	p := pos(c.node)
	fn := &ir.Func{Name: "constructor", Class: c.simple, This: c.this, Pos: p}
	l.enter(fn, false)
	defer l.leave()
	var set []ir.Stmt
	for _, f := range fields {
		if pick(f) {
			fn.Params = append(fn.Params, ir.Param{Name: f.name, Type: f.typ, Pos: f.pos})
			l.scope.declareName(f.name)
			set = append(set, l.set(&ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: c.this}, Name: f.name}, &ir.Var{Pos: p, Name: f.name}, f.typ, p))
		}
	}
	fn.Body = append(l.begin(c, p, true, nil), set...)
	return ir.ClassMember{Name: "constructor", Value: &ir.Lambda{Pos: p, Func: fn}, Pos: p}
}

// builder adds the static method builder, the builder's class and toBuilder.
func (l *lowerer) builder(c *class, fields []*field, out *ir.Class) {
	p := pos(c.node)
	name := c.simple + "Builder"
	b := &ir.Class{Pos: p, Name: c.name + "." + name}
	build := &ir.Func{Name: "build", Class: name, This: "this·b", Vars: []string{"this·b"}, Result: c.name, Pos: p, Module: l.mod}
	made := &ir.Object{Pos: p, Class: c.expr(l, p)}
	for _, f := range fields {
		b.Members = append(b.Members, ir.ClassMember{Name: f.name, Type: f.typ, Pos: f.pos}, l.setterOf(name, "this·b", f, f.name))
		made.Fields = append(made.Fields, ir.Field{
			Key:   &ir.Const{Pos: p, Value: f.name},
			Value: &ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: "this·b"}, Name: f.name},
		})
	}
	build.Body = []ir.Stmt{&ir.Return{Pos: p, X: made}}
	// Fields keep their defaults (@Builder.Default) unless set.
	start := &ir.Func{Name: "constructor", Class: name, This: "this·b", Vars: []string{"this·b"}, Pos: p, Module: l.mod}
	for _, f := range fields {
		if f.value.OK() && simpleLiteral(f.value) {
			start.Body = append(start.Body, l.set(&ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: "this·b"}, Name: f.name}, l.expr(f.value), f.typ, p))
		}
	}
	make := &ir.Func{Name: "builder", Class: c.simple, Pos: p, Module: l.mod}
	make.Body = []ir.Stmt{&ir.Return{Pos: p, X: &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: c.expr(l, p), Name: name}, New: true}}}
	l.mod.Funcs = append(l.mod.Funcs, build, start, make)
	b.Members = append(b.Members,
		ir.ClassMember{Name: "constructor", Value: &ir.Lambda{Pos: p, Func: start}, Pos: p},
		ir.ClassMember{Name: "build", Value: &ir.Lambda{Pos: p, Func: build}, Pos: p})
	out.Members = append(out.Members, ir.ClassMember{Name: name, Static: true, Value: b, Pos: p})
	if c.methods["builder"] == nil {
		out.Members = append(out.Members, ir.ClassMember{Name: "builder", Static: true, Value: &ir.Lambda{Pos: p, Func: make}, Pos: p})
	}
	l.toBuilder(c, fields, name, out)
}

// toBuilder copies an instance into a new builder.
func (l *lowerer) toBuilder(c *class, fields []*field, name string, out *ir.Class) {
	p := pos(c.node)
	copied := &ir.Object{Pos: p, Class: &ir.Member{Pos: p, X: c.expr(l, p), Name: name}}
	for _, f := range fields {
		copied.Fields = append(copied.Fields, ir.Field{
			Key: &ir.Const{Pos: p, Value: f.name}, Value: &ir.Member{Pos: p, X: &ir.Var{Pos: p, Name: c.this}, Name: f.name},
		})
	}
	fn := &ir.Func{Name: "toBuilder", Class: c.simple, This: c.this, Vars: []string{c.this}, Pos: p, Module: l.mod}
	fn.Body = []ir.Stmt{&ir.Return{Pos: p, X: copied}}
	l.mod.Funcs = append(l.mod.Funcs, fn)
	out.Members = append(out.Members, ir.ClassMember{Name: fn.Name, Value: &ir.Lambda{Pos: p, Func: fn}, Pos: p})
}

func simpleLiteral(n syntax.Node) bool {
	k := n.Kind()
	return k == "true" || k == "false" || strings.HasSuffix(k, "_literal") && k != "class_literal"
}
