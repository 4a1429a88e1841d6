package sam

import (
	"regexp"
	"slices"
	"strings"

	"rind/rind"
)

const (
	anyMethod   = "x-amazon-apigateway-any-method"
	integration = "x-amazon-apigateway-integration"
	noneAuth    = "NONE"
	iamAuth     = "AWS_IAM"
)

var version3 = regexp.MustCompile(`^3(\.\d)(\.\d)?$`)

// validDefinition reports whether v is an OpenAPI or Swagger document that
// the transform can change.
func validDefinition(v val) bool {
	if !some(v) || !isMap(v) || !isMap(v.Get("paths")) {
		return false
	}
	if some(v.Get("swagger")) {
		return true
	}
	return v.Get("openapi").Scalar() && version3.MatchString(v.Get("openapi").Text)
}

// editor changes the OpenAPI document of an API in place.
type editor struct {
	t     *transform
	doc   val
	paths val
}

func editDefinition(t *transform, doc val) editor {
	return editor{t: t, doc: doc, paths: doc.Get("paths")}
}

// methodName is the key a method stands under in the document.
func methodName(m string) string {
	m = strings.ToLower(m)
	if m == "any" {
		return anyMethod
	}
	return m
}

// items are the path items under a path, both arms of a condition.
func (e editor) items(path string) []val {
	p := e.paths.Get(path)
	if p == nil {
		return nil
	}
	var out []val
	for _, it := range branches(p) {
		if !isMap(it) {
			e.t.fail(it, "the path %s of the API definition is not a map", path)
			continue
		}
		out = append(out, it)
	}
	return out
}

// definitions are the definitions of one method of a path that have an
// integration.
func (e editor) definitions(path, method string) []val {
	var out []val
	for _, it := range e.items(path) {
		m := it.Get(methodName(method))
		if m == nil {
			continue
		}
		for _, d := range branches(m) {
			if !isMap(d) {
				e.t.fail(d, "the method %s of the path %s in the API definition is not a map", method, path)
			} else if some(d.Get(integration)) {
				out = append(out, d)
			}
		}
	}
	return out
}

// each calls do for every method with an integration, "parameters" and the
// like left out.
func (e editor) each(path string, do func(method string, definition val)) {
	for _, it := range e.items(path) {
		for _, f := range append([]rind.Field(nil), it.Fields...) {
			if slices.Contains([]string{"summary", "description", "parameters"}, f.Key) {
				continue
			}
			for _, d := range branches(f.Value) {
				if !isMap(d) {
					e.t.fail(d, "the method %s of the path %s in the API definition is not a map", f.Key, path)
				} else if some(d.Get(integration)) {
					do(methodName(f.Key), d)
				}
			}
		}
	}
}

// has reports whether the path has the method with an integration.
func (e editor) has(path, method string) bool {
	items := e.items(path)
	if len(items) == 0 {
		return false
	}
	for _, it := range items {
		found := false
		for _, d := range branches(it.Get(methodName(method))) {
			found = found || isMap(d) && some(d.Get(integration))
		}
		if !found {
			return false
		}
	}
	return true
}

// addPath makes room for a method of a path.
func (e editor) addPath(path val, method string) {
	if e.paths.Field(path.Text) == nil {
		setKeyed(e.paths, path.Text, path.Span, rind.NewMap(path.Span))
	}
	for _, it := range e.items(path.Text) {
		if it.Field(methodName(method)) == nil {
			set(it, methodName(method), rind.NewMap(path.Span))
		}
	}
}

// integrate sets the integration of a method, once for every path item.
func (e editor) integrate(path val, method, condition string, build func() val, responses val) {
	e.addPath(path, method)
	for _, it := range e.items(path.Text) {
		key := methodName(method)
		d := it.Get(key)
		if !isMap(d) {
			d = rind.NewMap(path.Span)
			set(it, key, d)
		}
		set(d, integration, build())
		if e.t.isHTTP(e.doc) && path.Text == "$default" && key == anyMethod {
			set(d, "isDefaultRoute", e.t.here.of(true))
		}
		if d.Field("responses") == nil {
			set(d, "responses", clone(responses))
		}
		if condition != "" {
			set(it, key, e.t.here.ifElse(condition, d, nil))
		}
	}
}

// isHTTP tells HTTP APIs' documents by what addPath and the skeleton make of
// them; only the default route asks.
func (t *transform) isHTTP(doc val) bool { return doc.Get("swagger") == nil }

// security appends a requirement to a method.
func (e editor) security(d val, name string, scopes val) val {
	if scopes == nil {
		scopes = e.t.here.list()
	}
	old := d.Get("security")
	if old != nil && !isList(old) {
		e.t.fail(old, "security in the API definition is not a list")
		old = nil
	}
	l := e.t.here.list()
	if old != nil {
		l.Items = append(l.Items, old.Items...)
	}
	l.Items = append(l.Items, e.t.here.obj(name, scopes))
	set(d, "security", l)
	return l
}

// timeout sets how long a method may take.
func (e editor) timeout(path, method string, ms val) {
	for _, d := range e.definitions(path, method) {
		set(d.Get(integration), "timeoutInMillis", ms)
	}
}
