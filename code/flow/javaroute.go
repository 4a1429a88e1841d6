package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/model"
	"rind/rind"
)

// This file enters what Java's frameworks call by annotation: methods of
// controllers and resources, and beans that are functions.

// Annotations of methods that answer requests. The value tells whether text
// that they return is sent to browsers as a page.
var routeTags = map[string]bool{
	"org.springframework.web.bind.annotation.RequestMapping":             true,
	"org.springframework.web.bind.annotation.GetMapping":                 true,
	"org.springframework.web.bind.annotation.PostMapping":                true,
	"org.springframework.web.bind.annotation.PutMapping":                 true,
	"org.springframework.web.bind.annotation.DeleteMapping":              true,
	"org.springframework.web.bind.annotation.PatchMapping":               true,
	"org.springframework.graphql.data.method.annotation.QueryMapping":    false,
	"org.springframework.graphql.data.method.annotation.MutationMapping": false,
	"javax.ws.rs.GET":                        false,
	"javax.ws.rs.POST":                       false,
	"javax.ws.rs.PUT":                        false,
	"javax.ws.rs.DELETE":                     false,
	"javax.ws.rs.PATCH":                      false,
	"jakarta.ws.rs.GET":                      false,
	"jakarta.ws.rs.POST":                     false,
	"jakarta.ws.rs.PUT":                      false,
	"jakarta.ws.rs.DELETE":                   false,
	"jakarta.ws.rs.PATCH":                    false,
	"io.micronaut.http.annotation.Get":       false,
	"io.micronaut.http.annotation.Post":      false,
	"io.micronaut.http.annotation.Put":       false,
	"io.micronaut.http.annotation.Delete":    false,
	"io.micronaut.http.annotation.Patch":     false,
	"io.quarkus.vertx.web.Route":             false,
	"org.eclipse.microprofile.graphql.Query": false,
}

// paramTags are annotations of parameters and the part of the request that
// they bind; the parameter's name is a field of it, except of bodies.
var paramTags = map[string]string{
	"RequestParam": "queryStringParameters", "QueryParam": "queryStringParameters", "QueryValue": "queryStringParameters", "RestQuery": "queryStringParameters",
	"PathVariable": "pathParameters", "PathParam": "pathParameters", "RestPath": "pathParameters", "MatrixVariable": "pathParameters", "MatrixParam": "pathParameters",
	"RequestHeader": "headers", "HeaderParam": "headers", "Header": "headers", "RestHeader": "headers",
	"CookieValue": "cookies", "CookieParam": "cookies", "RestCookie": "cookies",
	"RequestBody": "body", "Body": "body", "ModelAttribute": "body", "RequestPart": "body", "FormParam": "body.", "BeanParam": "body", "Part": "body", "RestForm": "body.", "Argument": "body.variables",
}

// paramPackages begin the names of such annotations.
var paramPackages = []string{"org.springframework.", "javax.ws.rs.", "jakarta.ws.rs.", "io.micronaut.", "org.jboss.resteasy."}

// A Companions is a Resolver that knows the modules of an app that a
// framework finds by itself: controllers, beans.
type Companions interface {
	Companions(of *ir.Module) []*ir.Module
}

// frameworkApp reports whether the module hands events to a framework that
// finds the app's classes by their annotations.
func frameworkApp(m *ir.Module) bool {
	return slices.ContainsFunc(m.Imports, func(p string) bool {
		return strings.HasPrefix(p, "com.amazonaws.serverless.proxy.") || strings.HasPrefix(p, "io.micronaut.function.aws.proxy.") ||
			strings.HasPrefix(p, "org.springframework.boot.") || strings.HasPrefix(p, "org.springframework.cloud.function.adapter.")
	})
}

// javaRoutes enters the routes and function beans of the entry's module, and
// those of the modules that its framework finds.
func (e *engine) javaRoutes() {
	m := e.entry.Module
	mods := []*ir.Module{m}
	// Code that nothing deploys is entered file by file.
	deployed := e.entry.App == nil || e.entry.App.Kind != rind.SourceCode
	if c, ok := e.opt.Resolver.(Companions); ok && deployed && (e.entry.Name == "" || frameworkApp(m)) {
		for _, other := range c.Companions(m) {
			if !slices.Contains(mods, other) {
				mods = append(mods, other)
			}
		}
	}
	for _, m := range mods {
		e.initing = true
		e.load(m)
		e.initing = false
		e.st.end = alive
		l := e.modules[m]
		for _, name := range m.Init.Vars {
			if v := e.st.get(loc{l.scope, name}); v != nil {
				for _, id := range v.objs {
					e.classRoutes(id, l.frame, 0)
				}
			}
		}
	}
}

// classRoutes enters the routes of a class and of its nested classes.
func (e *engine) classRoutes(class int32, fr *frame, depth int) {
	o := e.objs[class]
	if o.kind != isClass || o.decl == nil || depth > 4 {
		return
	}
	wanted := e.functionDefinition()
	for i := range o.decl.Members {
		m := &o.decl.Members[i]
		fn, ok := m.Value.(*ir.Lambda)
		if !ok {
			if _, nested := m.Value.(*ir.Class); nested {
				if v := e.field(class, m.Name); v != nil && len(v.objs) == 1 {
					e.classRoutes(v.objs[0], fr, depth+1)
				}
			}
			continue
		}
		switch {
		case slices.ContainsFunc(m.Tags, isRoute), slices.ContainsFunc(fn.Func.Params, isBound):
			e.enterRoute(class, m, fn.Func, fr)
		case slices.Contains(m.Tags, "io.quarkus.funqy.Funq"):
			e.callHandler(e.javaMethod(e.instance(class, fr), m.Name, fr, m.Pos))
		case slices.Contains(m.Tags, "org.springframework.context.annotation.Bean") && isFunctionType(m.Type):
			if wanted != "" && wanted != m.Name {
				continue
			}
			e.enterBean(class, fn.Func, fr)
		}
	}
	if wanted != "" && !strings.EqualFold(wanted, o.decl.Name[strings.LastIndexByte(o.decl.Name, '.')+1:]) {
		return
	}
	if slices.ContainsFunc(o.decl.Interfaces, isFunctionType) && slices.ContainsFunc(o.decl.Members, func(m ir.ClassMember) bool { return m.Name == "apply" || m.Name == "accept" }) {
		for _, name := range []string{"apply", "accept"} {
			if f := e.javaMethod(e.instance(class, fr), name, fr, o.pos); len(f.funcs) > 0 && !e.entered[f.funcs[0].fn] {
				e.callHandler(f)
			}
		}
	}
}

// functionDefinition is the name of the bean that Spring Cloud Function hands
// the function's events to, where the template sets it; "" for any.
// https://docs.spring.io/spring-cloud-function/reference/adapters/aws-intro.html
func (e *engine) functionDefinition() string {
	for _, name := range []string{"SPRING_CLOUD_FUNCTION_DEFINITION", "spring_cloud_function_definition", "FUNCTION_NAME"} {
		if v := e.setting(name); v.Scalar() && v.Text != "" && !strings.ContainsAny(v.Text, "|,;") {
			return v.Text
		}
	}
	return ""
}

// isBound reports whether a parameter takes a part of a request: its method is
// a route even if an annotation of the app's own says so.
func isBound(p ir.Param) bool {
	return slices.ContainsFunc(p.Tags, func(t string) bool { return partOf(t) != "" })
}

// partOf is the part of the request that a parameter with the tag gets.
func partOf(tag string) string {
	f, ok := paramTags[tag[strings.LastIndexByte(tag, '.')+1:]]
	if ok && slices.ContainsFunc(paramPackages, func(pre string) bool { return strings.HasPrefix(tag, pre) }) {
		return f
	}
	return ""
}

func isRoute(tag string) bool { _, ok := routeTags[tag]; return ok }

func isFunctionType(typ string) bool {
	base, _, _ := strings.Cut(typ, "<")
	switch base {
	case "java.util.function.Function", "java.util.function.Consumer", "io.micronaut.function.FunctionBean":
		return true
	}
	return false
}

// enterBean calls a bean's method and then the function it makes with the
// event.
func (e *engine) enterBean(class int32, fn *ir.Func, fr *frame) {
	this := e.instance(class, fr)
	f := e.call(e.javaMethod(this, fn.Name, fr, fn.Pos), this, nil, fr, fn.Pos, false)
	e.st.end = alive
	for _, id := range f.objs {
		for _, name := range []string{"apply", "accept"} {
			f = join(f, e.javaMethod(&Value{objs: []int32{id}}, name, fr, fn.Pos))
		}
	}
	e.callHandler(&Value{funcs: f.funcs})
}

// enterRoute calls a method that answers requests: its parameters are parts
// of the request as their annotations say.
func (e *engine) enterRoute(class int32, m *ir.ClassMember, fn *ir.Func, fr *frame) {
	if e.judged[fn] {
		return
	}
	e.judged[fn] = true
	this := e.instance(class, fr)
	var c *closure
	for _, f := range e.javaMethod(this, m.Name, fr, m.Pos).funcs {
		if f.fn == fn {
			c = f
		}
	}
	if c == nil {
		return
	}
	var args []argument
	for i := range fn.Params {
		args = append(args, argument{value: e.requestPart(&fn.Params[i], m.Tags, fr)})
	}
	ret := e.callClosure(c, nil, args, c.frame, fn.Pos)
	e.st.end = alive
	switch {
	case e.isPage(class, m, fn):
		for _, id := range ret.objs {
			if e.objs[id].props["mark:no-page"] != nil {
				return
			}
		}
		e.judgePage(e.unwrapped(ret), fn)
	case fn.Result == "java.lang.String" && slices.Contains(e.objs[class].decl.Tags, controllerTag):
		e.judgeView(ret, fn)
	default:
		e.judgeResult(ret, fn)
	}
}

const controllerTag = "org.springframework.stereotype.Controller"

// judgeView looks at the name of the view that a controller of Spring returns:
// "redirect:" in front makes it an address.
func (e *engine) judgeView(v *Value, fn *ir.Func) {
	parts := v.pieces()
	if len(parts) == 0 || parts[0].value != nil {
		return
	}
	rest, ok := strings.CutPrefix(parts[0].text, "redirect:")
	if !ok {
		return
	}
	w := *v
	w.parts = slices.Clone(parts[1:])
	if rest != "" {
		w.parts = append([]part{{text: rest}}, w.parts...)
	}
	e.reach(&w, &reached{class: "open-redirect", part: "prefix", sink: "redirect", note: "sends the browser there", mod: fn.Module, pos: e.lastPos(v, fn)})
}

// isPage reports whether text that a route returns is shown by browsers.
func (e *engine) isPage(class int32, m *ir.ClassMember, fn *ir.Func) bool {
	if fn.Result != "java.lang.String" && fn.Result != "org.springframework.http.ResponseEntity<java.lang.String>" {
		return false
	}
	classTags := e.objs[class].decl.Tags
	for _, t := range slices.Concat(m.Tags, classTags) {
		if typ, ok := strings.CutPrefix(t, "produces="); ok {
			return strings.Contains(strings.ToLower(typ), "html")
		}
	}
	page := slices.ContainsFunc(m.Tags, func(t string) bool { return routeTags[t] }) || strings.HasPrefix(fn.Result, "org.springframework.")
	if slices.Contains(classTags, controllerTag) {
		return page && slices.Contains(m.Tags, "org.springframework.web.bind.annotation.ResponseBody")
	}
	return page
}

// describes reports whether an annotation says something about a parameter
// without saying where it comes from.
func describes(tag string) bool {
	for _, p := range []string{"javax.validation.", "jakarta.validation.", "org.springframework.lang.", "org.springframework.validation.", "org.springframework.format.", "io.swagger.", "org.hibernate.validator.", "javax.annotation.", "jakarta.annotation.", "org.jetbrains.", "lombok.", "java.lang.", "javax.ws.rs.DefaultValue", "jakarta.ws.rs.DefaultValue", "org.eclipse.microprofile.openapi.", "io.micronaut.core.annotation."} {
		if strings.HasPrefix(tag, p) {
			return true
		}
	}
	return false
}

// requestPart is the value of a route's parameter.
func (e *engine) requestPart(p *ir.Param, route []string, fr *frame) *Value {
	part := ""
	for _, t := range p.Tags {
		if f := partOf(t); f != "" {
			part = f
		}
		if part == "" && !describes(t) {
			return unknown // something else of the framework gives it: the user, a resource
		}
	}
	base, _, _ := strings.Cut(p.Type, "<")
	if part == "" {
		switch {
		case strings.Contains(base, "Servlet") || strings.HasPrefix(base, "org.springframework.") || strings.HasPrefix(base, "java.security.") || strings.HasSuffix(base, "Context"):
			return unknown // given by the framework: its type tells
		case plainTypes[base] || p.Type == "":
			part = "queryStringParameters"
		default:
			part = "body"
		}
		if slices.ContainsFunc(route, func(t string) bool { return strings.Contains(t, ".ws.rs.") }) {
			part = "body"
		}
	}
	kind := "http"
	if part == "body" && !plainTypes[base] {
		kind = "parsed"
	}
	source := &model.Source{Field: strings.TrimSuffix(part, "."), Kind: kind}
	v := e.sourceValue(source, "request", fr, p.Pos)
	if part != "body" && base != "java.util.Map" && !strings.HasPrefix(base, "java.util.Map") {
		v = e.member(v, p.Name, fr, p.Pos)
	}
	return v
}
