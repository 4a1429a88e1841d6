package java

import (
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// mapperCall is what MyBatis does for a method of a mapper: it runs the text
// of the annotation. ${name} becomes part of the statement, #{name} a bound
// value. The body is written out as a call of SqlRunner, which models know.
// https://mybatis.org/mybatis-3/java-api.html#Mapper_Annotations
func (l *lowerer) mapperCall(n syntax.Node) []ir.Stmt {
	p := pos(n)
	text := ""
	for a := range modifiers(n).Children() {
		switch l.scopedOrResolved(dotted(a.Get("name"))) {
		case "org.apache.ibatis.annotations.Select", "org.apache.ibatis.annotations.Update",
			"org.apache.ibatis.annotations.Insert", "org.apache.ibatis.annotations.Delete":
			for s := range literals(a.Get("arguments")) {
				text += s
			}
		}
	}
	if text == "" {
		return nil
	}
	names := map[string]string{} // as the text has them
	for c := range n.Get("parameters").Children() {
		name := c.Get("name").Text()
		names[name] = name
		for a := range modifiers(c).Children() {
			for s := range literals(a.Get("arguments")) {
				names[s] = name
			}
		}
	}
	sql := &ir.Concat{Pos: p}
	for {
		before, rest, ok := strings.Cut(text, "${")
		if before != "" {
			sql.Parts = append(sql.Parts, &ir.Const{Pos: p, Value: before})
		}
		if !ok {
			break
		}
		path, after, _ := strings.Cut(rest, "}")
		text = after
		head, field, nested := strings.Cut(strings.TrimSpace(path), ".")
		name := names[head]
		if name == "" && len(l.scope.fn.Params) == 1 { // a field of the only parameter
			name, field, nested = l.scope.fn.Params[0].Name, head, true
		}
		if name == "" {
			continue
		}
		var x ir.Expr = &ir.Var{Pos: p, Name: name}
		if nested {
			x = &ir.Member{Pos: p, X: x, Name: field}
		}
		sql.Parts = append(sql.Parts, x)
	}
	runner := l.importOf(p, "org.apache.ibatis.jdbc.SqlRunner")
	return []ir.Stmt{&ir.Return{Pos: p, X: &ir.Call{Pos: p, Fn: &ir.Member{Pos: p, X: runner, Name: "run"}, Args: []ir.Arg{{Value: sql}}}}}
}

// literals yields the string literals in an annotation's arguments.
func literals(n syntax.Node) func(func(string) bool) {
	return func(yield func(string) bool) {
		var walk func(syntax.Node) bool
		walk = func(n syntax.Node) bool {
			if n.Kind() == "string_literal" {
				return yield(stringValue(n.Text()))
			}
			for c := range n.Children() {
				if !walk(c) {
					return false
				}
			}
			return true
		}
		walk(n)
	}
}
