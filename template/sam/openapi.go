package sam

import (
	"regexp"

	"rind/rind"
)

var openAPIVersion = regexp.MustCompile(`^[2-3](\.\d)(\.\d)?$`)

// disableEndpoint turns the default endpoint of an API off.
func (e editor) disableEndpoint(v val) {
	const key = "x-amazon-apigateway-endpoint-configuration"
	put := func(m val) {
		if !isMap(m) {
			e.t.fail(m, "an entry of servers in the API definition is not a map")
			return
		}
		c := m.Get(key)
		if c.Present() && !isMap(c) {
			e.t.fail(c, "%s in the API definition is not a map", key)
		}
		if !isMap(c) {
			c = e.t.here.obj()
			set(m, key, c)
		}
		set(c, "disableExecuteApiEndpoint", v)
	}
	if o := e.doc.Get("openapi"); !o.Scalar() || !version3.MatchString(o.Text) {
		put(e.doc)
		return
	}
	servers := e.doc.Get("servers")
	if servers == nil {
		servers = e.t.here.list(e.t.here.obj())
		set(e.doc, "servers", servers)
	}
	for s := range servers.Each() {
		put(s)
	}
}

// modernise moves what OpenAPI 3 keeps elsewhere than Swagger 2.
func (e editor) modernise(asked val) {
	doc := e.doc
	if doc.Get("swagger").Present() {
		return
	}
	version := asked
	if o := doc.Get("openapi"); o.Present() && asked == nil {
		version = o
	}
	if !version.Scalar() || !version3.MatchString(version.Text) {
		return
	}
	for _, k := range [][2]string{{"securityDefinitions", "securitySchemes"}, {"definitions", "schemas"}} {
		v := doc.Get(k[0])
		if !some(v) {
			continue
		}
		c := doc.Get("components")
		if !isMap(c) {
			c = e.t.here.obj()
			set(doc, "components", c)
		}
		set(c, k[1], v)
		del(doc, k[0])
	}
	for _, p := range e.paths.Fields {
		opt := p.Value.Get("options")
		if !isMap(opt) {
			continue
		}
		del(opt, "produces")
		del(opt, "consumes")
		headers := opt.Get("responses", "200", "headers")
		for _, v := range []val{opt.Get("responses"), opt.Get("responses", "200"), headers} {
			if some(v) && !isMap(v) {
				e.t.fail(v, "the responses of the method options of the path %s in the API definition are not maps", p.Key)
			}
		}
		for i := range fieldsOf(headers) {
			h := &headers.Fields[i]
			h.Value = rind.NewMap(h.Value.Span, rind.Field{Key: "schema", Span: h.Span, Value: h.Value})
		}
	}
}
