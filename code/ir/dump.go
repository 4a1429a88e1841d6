package ir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Dump prints a module in a compact form that looks like code, for tests and
// for people. Functions print where they stand, their variables after "vars"
// unless they are parameters. It is deterministic and makes no promise about
// its format.
func Dump(m *Module) string {
	var d dumper
	if m.Init != nil {
		d.vars(m.Init)
		d.stmts(m.Init.Body)
	}
	if m.Exports != nil {
		d.line("exports %s", d.expr(m.Exports))
	}
	return d.out.String()
}

// DumpExpr prints an expression like [Dump]; functions in it are left out.
func DumpExpr(x Expr) string {
	var d dumper
	return d.expr(x)
}

type dumper struct {
	out    strings.Builder
	indent int
	// pending are functions, classes and blocks of the statement at hand:
	// they print below it.
	pending []func()
	labels  int
}

func (d *dumper) line(format string, args ...any) {
	d.out.WriteString(strings.Repeat("  ", d.indent))
	fmt.Fprintf(&d.out, format, args...)
	d.out.WriteByte('\n')
	pending := d.pending
	d.pending = nil
	for _, f := range pending {
		d.indent++
		f()
		d.indent--
	}
}

func (d *dumper) later(f func()) string {
	d.labels++
	label := "#" + strconv.Itoa(d.labels)
	d.pending = append(d.pending, func() {
		d.out.WriteString(strings.Repeat("  ", d.indent) + label + " ")
		f()
	})
	return label
}

func (d *dumper) vars(f *Func) {
	var own []string
	for _, v := range f.Vars {
		if !slices.ContainsFunc(f.Params, func(p Param) bool { return p.Name == v }) {
			own = append(own, v)
		}
	}
	if len(own) > 0 {
		d.line("vars %s", strings.Join(own, " "))
	}
}

func (d *dumper) fn(f *Func) {
	var mods []string
	if f.Async {
		mods = append(mods, "async ")
	}
	if f.Generator {
		mods = append(mods, "generator ")
	}
	var params []string
	for _, p := range f.Params {
		s := p.Name
		if p.Rest {
			s = "*" + s
		}
		if p.KeyRest {
			s = "**" + s
		}
		for _, t := range p.Tags {
			s = "@" + t + " " + s
		}
		if p.Type != "" {
			s += ": " + p.Type
		}
		if p.Default != nil {
			s += " = " + d.expr(p.Default)
		}
		params = append(params, s)
	}
	name := f.Name
	if f.Class != "" {
		name = f.Class + "." + name
	}
	result := ""
	if f.Result != "" {
		result = " -> " + f.Result
	}
	if f.This != "" {
		result += " this=" + f.This
	}
	pending := d.pending // of defaults: they print first in the body
	d.pending = nil
	d.out.WriteString(strings.Join(mods, "") + "func " + name + "(" + strings.Join(params, ", ") + ")" + result + "\n")
	d.indent++
	for _, p := range pending {
		p()
	}
	d.vars(f)
	d.stmts(f.Body)
	d.indent--
}

func (d *dumper) class(c *Class) {
	head := "class " + c.Name
	if len(c.Bases) > 0 {
		head += "(" + d.list(c.Bases) + ")"
	}
	if len(c.Interfaces) > 0 {
		head += " implements " + strings.Join(c.Interfaces, ", ")
	}
	for _, t := range c.Tags {
		head += " @" + t
	}
	d.out.WriteString(head + "\n")
	d.indent++
	for _, m := range c.Members {
		s := m.Name
		for _, w := range []struct {
			on   bool
			word string
		}{{m.Static, "static "}, {m.Getter, "get "}, {m.Setter, "set "}} {
			if w.on {
				s = w.word + s
			}
		}
		for _, t := range m.Tags {
			s = "@" + t + " " + s
		}
		if m.Type != "" {
			s += ": " + m.Type
		}
		if m.Value != nil {
			s += " = " + d.expr(m.Value)
		}
		d.line("%s", s)
	}
	d.indent--
}

func (d *dumper) body(list []Stmt) {
	d.indent++
	d.stmts(list)
	d.indent--
}

func (d *dumper) stmts(list []Stmt) {
	for _, s := range list {
		d.stmt(s)
	}
}

func (d *dumper) stmt(s Stmt) {
	switch s := s.(type) {
	case *Do:
		d.line("%s", d.expr(s.X))
	case *If:
		d.line("if %s", d.expr(s.Test))
		d.body(s.Then)
		if len(s.Else) > 0 {
			d.line("else")
			d.body(s.Else)
		}
	case *While:
		word := "while"
		if s.DoFirst {
			word = "do while"
		}
		d.line("%s %s", word, d.expr(s.Test))
		d.body(s.Body)
		if len(s.Post) > 0 {
			d.line("post")
			d.body(s.Post)
		}
	case *ForEach:
		target := d.expr(s.Value)
		if s.Key != nil {
			target = d.expr(s.Key) + ": " + target
		}
		if s.Keys {
			target += " (or key)"
		}
		d.line("for %s in %s", target, d.expr(s.X))
		d.body(s.Body)
	case *Try:
		d.line("try")
		d.body(s.Body)
		if s.HasCatch {
			d.line("catch %s %s", d.expr(s.CatchVar), strings.Join(s.CatchTypes, ", "))
			d.body(s.Catch)
		}
		if len(s.Finally) > 0 {
			d.line("finally")
			d.body(s.Finally)
		}
	case *Return:
		d.line("return %s", d.expr(s.X))
	case *Throw:
		d.line("throw %s", d.expr(s.X))
	case *Break:
		d.line("break")
	case *Continue:
		d.line("continue")
	default:
		d.line("?%T", s)
	}
}

func (d *dumper) list(xs []Expr) string {
	parts := make([]string, len(xs))
	for i, x := range xs {
		parts[i] = d.expr(x)
	}
	return strings.Join(parts, ", ")
}

func (d *dumper) args(args []Arg) string {
	parts := make([]string, len(args))
	for i, a := range args {
		s := d.expr(a.Value)
		switch {
		case a.Spread && a.Named:
			s = "**" + s
		case a.Spread:
			s = "*" + s
		case a.Name != "":
			s = a.Name + "=" + s
		}
		parts[i] = s
	}
	return strings.Join(parts, ", ")
}

func (d *dumper) fields(fields []Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		if f.Spread {
			parts[i] = "**" + d.expr(f.Value)
		} else {
			parts[i] = d.expr(f.Key) + ": " + d.expr(f.Value)
		}
	}
	return strings.Join(parts, ", ")
}

func (d *dumper) expr(x Expr) string {
	switch x := x.(type) {
	case nil:
		return ""
	case *Const:
		return constant(x)
	case *Var:
		return x.Name
	case *Member:
		return d.expr(x.X) + "." + x.Name
	case *Index:
		return d.expr(x.X) + "[" + d.expr(x.Key) + "]"
	case *Slice:
		return d.expr(x.X) + "[" + d.expr(x.Lo) + ":" + d.expr(x.Hi) + "]"
	case *Call:
		word := ""
		if x.New {
			word = "new "
		}
		return word + d.expr(x.Fn) + "(" + d.args(x.Args) + ")"
	case *Binary:
		return "(" + d.expr(x.L) + " " + x.Op + " " + d.expr(x.R) + ")"
	case *Logic:
		return "(" + d.expr(x.L) + " " + x.Op + " " + d.expr(x.R) + ")"
	case *Unary:
		return "(" + x.Op + " " + d.expr(x.X) + ")"
	case *Concat:
		return "concat(" + d.list(x.Parts) + ")"
	case *Object:
		class := x.Type
		if x.Class != nil {
			class = d.expr(x.Class)
		}
		return class + "{" + d.fields(x.Fields) + "}"
	case *Array:
		if x.Set {
			return "set[" + d.args(x.Elems) + "]"
		}
		return "[" + d.args(x.Elems) + "]"
	case *Lambda:
		return d.later(func() { d.fn(x.Func) })
	case *Class:
		return d.later(func() { d.class(x) })
	case *Cond:
		return "(" + d.expr(x.Test) + " ? " + d.expr(x.Then) + " : " + d.expr(x.Else) + ")"
	case *Assign:
		return d.expr(x.Target) + " = " + d.expr(x.Value)
	case *Await:
		return "await " + d.expr(x.X)
	case *Yield:
		if x.From {
			return "yield* " + d.expr(x.X)
		}
		return "yield " + d.expr(x.X)
	case *Import:
		return "import " + strconv.Quote(x.Path)
	case *Typed:
		return d.expr(x.X) + "::" + x.Type
	case *Result:
		if x.Status {
			return fmt.Sprintf("status(%s, %d)", d.expr(x.X), x.I)
		}
		return fmt.Sprintf("result(%s, %d)", d.expr(x.X), x.I)
	case *Rest:
		return fmt.Sprintf("rest(%s, %d, %s)", d.expr(x.X), x.From, strings.Join(x.Omit, " "))
	case *Seq:
		return "(" + strings.ReplaceAll(d.list(x.X), ", ", "; ") + ")"
	case *Block:
		return d.later(func() {
			d.out.WriteString("block\n")
			d.body(x.Body)
			d.indent++
			d.line("=> %s", d.expr(x.X))
			d.indent--
		})
	case *Unknown:
		return "unknown(" + d.list(x.Parts) + ")"
	}
	return fmt.Sprintf("?%T", x)
}

func constant(c *Const) string {
	switch v := c.Value.(type) {
	case string:
		if c.Bytes {
			return "b" + strconv.Quote(v)
		}
		return strconv.Quote(v)
	case nil:
		return "nil"
	default:
		return fmt.Sprint(v)
	}
}
