package flow

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/model"
)

// This file calls back into the app: routes, handlers, functions given to
// libraries.

// callback calls the functions that the call was given.
func (e *engine) callback(m *model.Callback, c *Call) *Value {
	var fs *Value
	for _, ref := range m.Args() {
		if v := c.arg(ref); v != nil {
			fs = join(fs, v)
			if !ref.All {
				break
			}
		}
	}
	if fs == nil {
		return none
	}
	out := none
	for _, cl := range e.functionsIn(fs) {
		args := make([]argument, 0, len(m.Params))
		for i := range m.Params {
			args = append(args, argument{value: e.byName(e.shared(&m.Params[i], cl, i, m, c), m, i, cl, c)})
		}
		if len(cl.fn.Params) == 4 && cl.fn.Module.Lang == ir.JavaScript && m.Entry != "" && errorName(cl.fn.Params[0].Name) {
			// Express tells a handler of errors by its four parameters.
			args = append([]argument{{value: e.marked(unknown, MarkError, "an error is passed", c.fr, cl.fn.Params[0].Pos)}}, args...)
		}
		if m.Entry == "event" {
			args = e.handlerArgs(cl)
		}
		if m.Entry != "" {
			args = e.routeArgs(args, cl, c)
			e.judged[cl.fn] = true
		}
		saved := e.initing
		if m.Entry != "" {
			e.initing = false
		}
		ret := e.callClosure(cl, nil, args, c.fr, c.pos)
		if e.st.end == byThrow {
			e.st.end = alive
		}
		switch {
		case m.Entry == "event":
			e.judgeResult(ret, cl.fn)
		case m.Result == "html":
			e.judgePage(ret, cl.fn)
		}
		e.initing = saved
		out = join(out, ret)
	}
	switch m.Returns {
	case "value":
		return out
	case "elements":
		return e.listOf(c.fr, c.pos, out)
	case "receiver":
		return c.recv
	}
	return none
}

// functionsIn lists the functions of v, those of lists and of objects with a
// method that handles, too.
func (e *engine) functionsIn(v *Value) []*closure {
	fs := slices.Clone(v.funcs)
	for _, id := range v.objs {
		o := e.objs[id]
		switch o.kind {
		case isList:
			fs = append(fs, e.elements(&Value{objs: []int32{id}}).funcs...)
		case isInstance:
			if o.class != 0 {
				for _, m := range []string{"handleRequest", "apply", "accept", "call", "run", "__call__", "ServeHTTP", "Invoke"} {
					if f := e.classMember(o.class, m, &Value{objs: []int32{id}}, nil, ir.Pos{}, 0); f != nil {
						fs = append(fs, f.funcs...)
						break
					}
				}
			}
		}
	}
	return fs
}

// shared is the parameter of a route. JavaScript's middleware hangs things on
// the request that later handlers read: all routes of an app get the same one.
// Responses are each route's own, for what is set on them counts there.
func (e *engine) shared(p *model.Param, cl *closure, i int, m *model.Callback, c *Call) *Value {
	if m.Entry != "http" || p.Type == "" || i > 0 || p.Source != nil || c.Language() != ir.JavaScript {
		return e.param(p, cl, i, c)
	}
	if v := e.requests[p.Type]; v != nil {
		return v
	}
	v := e.param(p, cl, i, c)
	e.requests[p.Type] = v
	return v
}

// param is what a callback's parameter gets.
func (e *engine) param(p *model.Param, cl *closure, i int, c *Call) *Value {
	switch {
	case p.Source != nil:
		return e.sourceValue(p.Source, c.Name, c.fr, c.pos)
	case p.Event:
		return e.eventValue(cl, i)
	case p.Context:
		return e.contextValue(c.fr)
	case len(p.From) > 0:
		from := none
		for _, ref := range p.Args() {
			if v := c.arg(ref); v != nil {
				from = join(from, v)
			}
		}
		return e.shaped(from, p.As, 0, c)
	case p.Type != "":
		return e.outsideObject(p.Type, c.fr, c.pos)
	}
	return unknown
}

// byName narrows the parameters of a request to the one that a route's
// parameter is named after: Flask, Powertools and Chalice pass them by name.
func (e *engine) byName(v *Value, m *model.Callback, i int, cl *closure, c *Call) *Value {
	p := m.Params[i]
	if m.Entry == "" || p.Source == nil || p.Source.Type != "" || cl.fn.Module.Lang != ir.Python {
		return v
	}
	params := plainParams(cl)
	if f := p.Source.Field; i >= len(params) || f != "pathParameters" && f != "queryStringParameters" && f != "arguments" {
		return v
	}
	for _, m := range convertedParam.FindAllStringSubmatch(e.routeTemplate(c), -1) {
		if m[1] == params[i].Name {
			return number
		}
	}
	return e.memberTaints(v, params[i].Name, none)
}

// convertedParam is a part of a route that Flask and its like parse as a
// number or the like: <int:id>.
var convertedParam = regexp.MustCompile(`<(?:int|float|uuid)(?:\([^)]*\))?:(\w+)>`)

// routeTemplate is the path of the route that a callback was declared with.
func (e *engine) routeTemplate(c *Call) string {
	for _, id := range c.recv.objs {
		if t, ok := recvOrNone(e.objs[id].props["0"]).text(); ok {
			return t
		}
	}
	return ""
}

// plainParams are a function's parameters without a bound receiver.
func plainParams(c *closure) []ir.Param {
	params := c.fn.Params
	if c.this != nil && c.fn.This == "" && c.fn.Class != "" && len(params) > 0 {
		params = params[1:]
	}
	return params
}

// routeArgs completes the arguments of a framework's route. Where the model
// lists no parameters, they are taken from the request by their declaration,
// as FastAPI does: the path's by name, classes from the body, the rest from
// the query string. Declared numbers and the like are checked by the
// framework.
func (e *engine) routeArgs(args []argument, c *closure, call *Call) []argument {
	params := plainParams(c)
	if len(args) > 0 || c.fn.Module.Lang != ir.Python {
		return slices.Clone(args[:min(len(args), len(params))])
	}
	template := e.routeTemplate(call)
	for _, p := range params {
		if v := e.declaredArg(p, template, c, call); v != nil {
			args = append(args, argument{name: p.Name, value: v})
		}
	}
	return args
}

// declaredArg is what a framework passes for a parameter; nil leaves it to
// its default.
func (e *engine) declaredArg(p ir.Param, template string, c *closure, call *Call) *Value {
	base, _, _ := strings.Cut(p.Type, "<")
	depends := slices.ContainsFunc(p.Tags, func(t string) bool { return strings.HasSuffix(t, ".Depends") || strings.HasSuffix(t, ".Security") })
	if _, isCall := p.Default.(*ir.Call); isCall && (depends || !numericTypes[base]) {
		return nil // Query(…), Depends(…) say themselves what they are
	}
	from := func(field string) *Value {
		return e.sourceValue(&model.Source{Field: field, Kind: "http"}, call.Name+" "+field, c.frame, p.Pos)
	}
	switch {
	case numericTypes[base] || strings.HasPrefix(base, "datetime."):
		return number
	case strings.Contains(template, "{"+p.Name+"}") || strings.Contains(template, "{"+p.Name+":"):
		return e.memberTaints(from("pathParameters"), p.Name, none)
	}
	if class := e.appClass(base, c.frame); class != 0 {
		body := from("body")
		return e.instantiate(class, []argument{{value: body, spread: true, keyword: true}}, c.frame, p.Pos)
	}
	if !plainTypes[base] && strings.Contains(base, ".") {
		return e.outsideObject(base, c.frame, p.Pos)
	}
	return e.memberTaints(from("queryStringParameters"), p.Name, none)
}
