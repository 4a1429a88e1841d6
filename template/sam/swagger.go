package sam

import (
	"slices"
	"sort"
	"strings"

	"rind/rind"
)

// schemes is where the document of a REST API keeps its authorizers.
func (e editor) schemes() val {
	s := e.doc.Get("securityDefinitions")
	if !some(s) {
		s = e.t.here.obj()
		set(e.doc, "securityDefinitions", s)
	}
	if !isMap(s) {
		e.t.fail(s, "securityDefinitions is not a map")
		return e.t.here.obj()
	}
	return s
}

func (e editor) addIAMScheme() {
	if s := e.schemes(); s.Field(iamAuth) == nil {
		set(s, iamAuth, e.t.here.obj("x-amazon-apigateway-authtype", "awsSigv4", "type", "apiKey", "name", "Authorization", "in", "header"))
	}
}

func (e editor) addKeyScheme() {
	if s := e.schemes(); s.Field("api_key") == nil {
		set(s, "api_key", e.t.here.obj("type", "apiKey", "name", "x-api-key", "in", "header"))
	}
}

// methodAuthorizer sets the authorizer of one method.
func (e editor) methodAuthorizer(path, method, name string, authorizers, scopes val) {
	for _, d := range e.definitions(path, method) {
		var s val
		if a := authorizers.Get(name); name != noneAuth && a.Present() {
			if s = present(a.Get("AuthorizationScopes")); scopes.Present() {
				s = scopes
			}
		}
		if l := e.security(d, name, s); len(l.Items) > 0 && l.Items[0].Field(iamAuth) != nil {
			e.addIAMScheme()
		}
	}
}

// methodKey says whether one method wants an API key.
func (e editor) methodKey(path, method string, required bool) {
	for _, d := range e.definitions(path, method) {
		name := "api_key_false"
		if required {
			name = "api_key"
			e.addKeyScheme()
		}
		e.security(d, name, nil)
	}
}

// requirements are the security requirements of a method, parted in those
// that name one of names and the rest.
func (e editor) requirements(d val, names func(string) bool) (rest, named []val) {
	s := d.Get("security")
	if s == nil {
		return nil, nil
	}
	if !isList(s) {
		e.t.fail(s, "security in the API definition is not a list")
		return nil, nil
	}
	for _, r := range s.Items {
		if !isMap(r) {
			e.t.fail(r, "a security requirement in the API definition is not a map")
			continue
		}
		if slices.ContainsFunc(r.Fields, func(f rind.Field) bool { return names(f.Key) }) {
			named = append(named, r)
		} else {
			rest = append(rest, r)
		}
	}
	return rest, named
}

func hasKey(list []val, key string) int {
	return slices.IndexFunc(list, func(r val) bool { return r.Field(key) != nil })
}

// defaultAuthorizer gives methods without an authorizer the default one.
func (e editor) defaultAuthorizer(path, name string, authorizers map[string]*authorizer, preflight bool) {
	e.each(path, func(method string, d val) {
		if method == "options" && !preflight {
			return
		}
		rest, named := e.requirements(d, func(k string) bool { return k == iamAuth || authorizers[k] != nil })
		if i := hasKey(rest, noneAuth); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			named = nil
		} else if len(named) == 0 {
			var scopes val
			if a := authorizers[name]; a != nil {
				scopes = a.scopes()
			}
			if scopes == nil {
				scopes = e.t.here.list()
			}
			named = []val{e.t.here.obj(name, scopes)}
		}
		all := e.t.here.list()
		all.Items = append(rest, named...)
		if len(all.Items) > 0 {
			set(d, "security", all)
			if all.Items[0].Field(iamAuth) != nil {
				e.addIAMScheme()
			}
		}
	})
}

// defaultKey makes methods want an API key unless they say otherwise.
func (e editor) defaultKey(path string, preflight bool) {
	e.each(path, func(method string, d val) {
		rest, named := e.requirements(d, func(k string) bool { return k == "api_key" || k == "api_key_false" })
		before := d.Get("security")
		all := e.t.here.list()
		all.Items = append(all.Items, rest...)
		if hasKey(named, "api_key_false") < 0 && (method != "options" || preflight) {
			all.Items = append(all.Items, e.t.here.obj("api_key", e.t.here.list()))
		}
		if before == nil && len(all.Items) == 0 || before != nil && equal(before, all) {
			return
		}
		set(d, "security", all)
	})
}

// cors adds an OPTIONS method that answers preflight requests.
func (e editor) cors(path string, c corsConfig) {
	methods := c.methods
	for _, it := range e.items(path) {
		if it.Field("options") != nil {
			continue
		}
		if !some(methods) { // the arms of a condition share those of the first
			methods = e.t.here.str("'" + allowedMethods(it) + "'")
		}
		set(it, "options", e.preflight(c, methods))
	}
}

type corsConfig struct {
	origin, headers, methods, maxAge, credentials val
}

func allowedMethods(item val) string {
	if item.Field(anyMethod) != nil {
		return "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
	}
	var out []string
	for _, f := range item.Fields {
		out = append(out, strings.ToUpper(f.Key))
	}
	out = append(out, "OPTIONS")
	sort.Strings(out)
	return strings.Join(slices.Compact(out), ",")
}

func (e editor) preflight(c corsConfig, methods val) val {
	a := e.t.here
	params, headers := a.obj(), a.obj()
	add := func(name, kind string, v val) {
		set(params, "method.response.header.Access-Control-"+name, v)
		set(headers, "Access-Control-"+name, a.obj("type", kind))
	}
	add("Allow-Origin", "string", c.origin)
	if some(c.headers) {
		add("Allow-Headers", "string", c.headers)
	}
	if some(methods) {
		add("Allow-Methods", "string", methods)
	}
	if c.maxAge.Present() {
		add("Max-Age", "integer", c.maxAge)
	}
	if isTrue(c.credentials) {
		add("Allow-Credentials", "string", a.str("'true'"))
	}
	return a.obj("summary", "CORS support", "consumes", a.list("application/json"), "produces", a.list("application/json"),
		integration, a.obj("type", "mock",
			"requestTemplates", a.obj("application/json", "{\n  \"statusCode\" : 200\n}\n"),
			"responses", a.obj("default", a.obj("statusCode", "200", "responseParameters", params,
				"responseTemplates", a.obj("application/json", "{}\n")))),
		"responses", a.obj("200", a.obj("description", "Default response for CORS method", "headers", headers)))
}

// requestModel sets the model of the body of one method and its validator.
func (e editor) requestModel(path, method string, model val) {
	a := e.t.here
	name := strings.ToLower(model.Get("Model").Str())
	required := present(model.Get("Required"))
	for _, d := range e.definitions(path, method) {
		if e.doc.Get("swagger").Present() {
			p := d.Get("parameters")
			if !isList(p) {
				p = a.list()
				set(d, "parameters", p)
			}
			p.Items = append(p.Items, a.obj("in", "body", "name", name, "schema", a.obj("$ref", "#/definitions/"+name), "required", required))
		} else {
			set(d, "requestBody", a.obj("content", a.obj("application/json", a.obj("schema", a.obj("$ref", "#/components/schemas/"+name))), "required", required))
		}
	}
	body, params := present(model.Get("ValidateBody")), present(model.Get("ValidateParameters"))
	if body == nil && params == nil {
		return
	}
	if body != nil && !isBool(body) || params != nil && !isBool(params) {
		e.t.fail(model, "ValidateBody and ValidateParameters must be true or false")
		return
	}
	validator := "no-validation"
	switch {
	case isTrue(body) && isTrue(params):
		validator = "body-and-params"
	case isTrue(body):
		validator = "body-only"
	case isTrue(params):
		validator = "params-only"
	}
	const key = "x-amazon-apigateway-request-validators"
	all := e.doc.Get(key)
	if !some(all) {
		all = a.obj()
		set(e.doc, key, all)
	}
	if !some(all.Get(validator)) {
		set(all, validator, a.obj("validateRequestBody", isTrue(body), "validateRequestParameters", isTrue(params)))
	}
	for _, d := range e.definitions(path, method) {
		set(d, "x-amazon-apigateway-request-validator", a.str(validator))
	}
}

// requestParameters declares parameters of one method.
func (e editor) requestParameters(path, method string, list val) {
	a := e.t.here
	for _, d := range e.definitions(path, method) {
		all := d.Get("parameters")
		if !isList(all) {
			all = a.list()
			set(d, "parameters", all)
		}
		for p := range list.Each() {
			name, settings := p, val(nil)
			if isMap(p) && len(p.Fields) > 0 {
				name, settings = rind.NewString(p.Fields[0].Key, p.Fields[0].Span), p.Fields[0].Value
			}
			rest, ok := strings.CutPrefix(name.Str(), "method.request.")
			where, key, dotted := strings.Cut(rest, ".")
			if !ok || !dotted || !slices.Contains([]string{"querystring", "path", "header"}, where) {
				e.t.fail(p, "RequestParameters: a key must read method.request.querystring|path|header.NAME")
				continue
			}
			for _, f := range fieldsOf(settings) {
				if f.Key != "Required" && f.Key != "Caching" {
					e.t.failAt(f.Span, "RequestParameters: there is no property %s", f.Key)
				}
			}
			if where == "querystring" {
				where = "query"
			}
			required := present(settings.Get("Required"))
			if required == nil {
				required = a.of(false)
			}
			all.Items = append(all.Items, a.obj("in", where, "name", key, "required", required, "type", "string"))
			if some(settings.Get("Caching")) {
				in := d.Get(integration)
				keys := in.Get("cacheKeyParameters")
				if !isList(keys) {
					keys = a.list()
					set(in, "cacheKeyParameters", keys)
				}
				keys.Items = append(keys.Items, name)
			}
		}
	}
}
