package javascript

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// collectTypes notes what a top-level statement says about types: imported
// names, aliases and classes.
func (l *lowerer) collectTypes(n syntax.Node) {
	switch n.Kind() {
	case "export_statement":
		if d := n.Get("declaration"); d.OK() {
			l.collectTypes(d)
		}
	case "type_alias_declaration":
		l.aliases[n.Get("name").Text()] = n.Get("value")
	case "class_declaration", "abstract_class_declaration":
		l.classes[n.Get("name").Text()] = true
	case "import_statement":
		source := n.Get("source")
		if !source.OK() {
			source = n.First("import_require_clause").Get("source")
		}
		path := strings.TrimPrefix(stringText(source), "node:")
		l.importTypes(n, path)
	case "lexical_declaration", "variable_declaration":
		l.requireTypes(n)
	}
}

func (l *lowerer) importTypes(n syntax.Node, path string) {
	for c := range n.Children() {
		switch c.Kind() {
		case "import_require_clause":
			l.types[c.At(0).Text()] = path
		case "import_clause":
			for s := range c.Children() {
				switch s.Kind() {
				case "identifier", "namespace_import":
					l.types[strings.TrimSpace(strings.TrimPrefix(s.Text(), "* as "))] = path
				case "named_imports":
					for i := range s.Children() {
						name := moduleName(i.Get("name"))
						local := name
						if a := i.Get("alias"); a.OK() {
							local = a.Text()
						}
						l.types[local] = path + "." + name
					}
				}
			}
		}
	}
}

// requireTypes does the same for const {A} = require("x"), which decorators
// and JSDoc of CommonJS modules name.
func (l *lowerer) requireTypes(n syntax.Node) {
	for d := range n.Children() {
		v := d.Get("value")
		if v.Kind() != "call_expression" || v.Get("function").Text() != "require" {
			continue
		}
		path, ok := constText(v.Get("arguments").At(0))
		if !ok {
			continue
		}
		path = strings.TrimPrefix(path, "node:")
		switch name := d.Get("name"); name.Kind() {
		case "identifier":
			l.types[name.Text()] = path
		case "object_pattern":
			for c := range name.Children() {
				if c.Kind() == "shorthand_property_identifier_pattern" {
					l.types[c.Text()] = path + "." + c.Text()
				}
			}
		}
	}
}

// typeName is the full name of a type, "" if it is not nominal.
func (l *lowerer) typeName(n syntax.Node) string { return l.typeNameAt(n, 0) }

// maxTypeDepth ends what recursive aliases begin.
const maxTypeDepth = 12

func (l *lowerer) typeNameAt(n syntax.Node, depth int) string {
	if !n.OK() || depth > maxTypeDepth {
		return ""
	}
	switch n.Kind() {
	case "type_annotation", "parenthesized_type", "readonly_type", "optional_type":
		return l.typeNameAt(n.At(0), depth+1)
	case "type_identifier", "identifier":
		name := n.Text()
		if t, ok := l.types[name]; ok {
			return t
		}
		if a, ok := l.aliases[name]; ok {
			return l.typeNameAt(a, depth+1)
		}
		if l.classes[name] {
			return name
		}
		return globalType(name)
	case "nested_type_identifier", "nested_identifier":
		return l.nestedType(n)
	case "generic_type":
		return l.genericType(n, depth)
	case "array_type":
		if e := l.typeNameAt(n.At(0), depth+1); e != "" {
			return "Array<" + e + ">"
		}
	case "union_type", "intersection_type":
		for c := range n.Children() {
			if t := l.typeNameAt(c, depth+1); t != "" {
				return t
			}
		}
	}
	return ""
}

// globalTypes are types of the language that values are modelled by.
var globalTypes = []string{"Request", "Response", "Headers", "URL", "URLSearchParams", "Buffer", "RegExp", "Map", "Set", "Date", "FormData"}

func globalType(name string) string {
	if slices.Contains(globalTypes, name) {
		return name
	}
	return ""
}

// nestedType is the name of NS.Type.
func (l *lowerer) nestedType(n syntax.Node) string {
	object, name := n.Get("module"), n.Get("name")
	if !object.OK() {
		object, name = n.Get("object"), n.Get("property")
	}
	if object.Kind() == "nested_identifier" || object.Kind() == "nested_type_identifier" {
		if t := l.nestedType(object); t != "" {
			return t + "." + name.Text()
		}
		return ""
	}
	if t, ok := l.types[object.Text()]; ok {
		return t + "." + name.Text()
	}
	switch object.Text() {
	case "Express", "AWSLambda": // namespaces that type packages declare globally
		return map[string]string{"Express": "express", "AWSLambda": "aws-lambda"}[object.Text()] + "." + name.Text()
	}
	return ""
}

func (l *lowerer) genericType(n syntax.Node, depth int) string {
	name, list := n.Get("name"), n.Get("type_arguments")
	var typeArgs []string
	any := false
	for a := range list.Children() {
		t := l.typeNameAt(a, depth+1)
		any = any || t != ""
		typeArgs = append(typeArgs, t)
	}
	switch name.Text() {
	case "Promise", "Readonly", "Partial", "Required", "NonNullable", "Awaited", "Omit", "Pick":
		if len(typeArgs) > 0 && !l.declared(name.Text()) {
			return typeArgs[0]
		}
		return ""
	case "Array", "ReadonlyArray":
		if any {
			return "Array<" + typeArgs[0] + ">"
		}
		return ""
	}
	base := l.typeNameAt(name, depth+1)
	if base == "" || !any {
		return base
	}
	return base + "<" + strings.Join(typeArgs, ",") + ">"
}

// handlerParams are the types of a function's parameters that its declared
// type tells: Handler<SQSEvent>, APIGatewayProxyHandler, (e: S3Event) => void.
func (l *lowerer) handlerParams(n syntax.Node) []string { return l.handlerParamsAt(n, 0) }

func (l *lowerer) handlerParamsAt(n syntax.Node, depth int) []string {
	if !n.OK() || depth > maxTypeDepth {
		return nil
	}
	switch n.Kind() {
	case "type_annotation", "parenthesized_type", "readonly_type":
		return l.handlerParamsAt(n.At(0), depth+1)
	case "union_type", "intersection_type":
		for c := range n.Children() {
			if p := l.handlerParamsAt(c, depth+1); p != nil {
				return p
			}
		}
		return nil
	case "function_type":
		return l.functionTypeParams(n)
	case "type_identifier":
		if a, ok := l.aliases[n.Text()]; ok {
			return l.handlerParamsAt(a, depth+1)
		}
	}
	name := l.typeName(n)
	base, typeArgs := splitType(name)
	switch {
	case base == "aws-lambda.Handler":
		if len(typeArgs) == 0 {
			return []string{"", "aws-lambda.Context"}
		}
		return []string{typeArgs[0], "aws-lambda.Context"}
	case strings.HasPrefix(base, "aws-lambda.") && strings.Contains(base, "Handler"):
		return []string{strings.Replace(base, "Handler", "Event", 1), "aws-lambda.Context"}
	case base == "express.RequestHandler":
		return []string{"express.Request", "express.Response", "express.NextFunction"}
	case base == "fastify.FastifyPluginAsync", base == "fastify.FastifyPluginCallback", base == "fastify.FastifyPlugin":
		return []string{"fastify.FastifyInstance"}
	case base == "koa.Middleware":
		return []string{"koa.Context"}
	case base == "hono.Handler", base == "hono.MiddlewareHandler":
		return []string{"hono.Context"}
	case base == "express.ErrorRequestHandler":
		return []string{"", "express.Request", "express.Response", "express.NextFunction"}
	}
	return nil
}

func (l *lowerer) functionTypeParams(n syntax.Node) (out []string) {
	params := n.Get("parameters")
	any := false
	for c := range params.Children() {
		t := l.typeName(c.Get("type"))
		any = any || t != ""
		out = append(out, t)
	}
	if !any {
		return nil
	}
	return out
}

// splitType takes "a.B<c.D,e.F>" apart; commas in nested arguments stay.
func splitType(name string) (base string, typeArgs []string) {
	base, rest, ok := strings.Cut(name, "<")
	if !ok {
		return name, nil
	}
	rest = strings.TrimSuffix(rest, ">")
	depth, start := 0, 0
	for i, c := range rest {
		switch c {
		case '<':
			depth++
		case '>':
			depth--
		case ',':
			if depth == 0 {
				typeArgs = append(typeArgs, rest[start:i])
				start = i + 1
			}
		}
	}
	return base, append(typeArgs, rest[start:])
}

// typed lowers x as T: the value, with its type where it is nominal.
func (l *lowerer) typed(n, x, typ syntax.Node) ir.Expr {
	v := l.expr(x)
	if t := l.typeName(typ); t != "" && !isConst(v) {
		return &ir.Typed{Pos: pos(n), X: v, Type: t}
	}
	return v
}
