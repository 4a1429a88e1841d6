package sam

import (
	"regexp"
	"strings"

	"rind/rind"
)

// restEvent has a path of a REST API call the function.
func (t *transform) restEvent(e *event, tgt *target) []*res {
	path, method := e.get("Path"), e.get("Method")
	if !isStr(path) || !isStr(method) {
		return nil
	}
	api, stage := t.restTarget(e)
	p := strings.TrimSuffix(path.Text, "/")
	if p == "" {
		p = path.Text
	}
	verb := strings.ToUpper(method.Text)
	if verb == "ANY" {
		verb = "*"
	}
	perm := t.permission(e.full, stage, "apigateway.amazonaws.com", tgt, t.here.sub(
		"arn:"+partition+":execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/"+verb+starPath(p),
		"__ApiId__", orNull(e.get("RestApiId")), "__Stage__", "*"))
	if api == nil {
		return []*res{perm}
	}
	if some(api.Get(managed)) {
		t.restIntegration(e, tgt, api, api.Get("DefinitionBody"), stage)
	} else if some(api.Get("MergeDefinitions")) && api.Get("DefinitionBody") != nil {
		t.mergeDefinition(e, tgt, api, stage)
	}
	auth, body := e.get("Auth"), api.Get("DefinitionBody")
	if some(body) && some(auth.Get("OverrideApiAuth")) {
		if !some(auth.Get("Authorizer")) && !some(auth.Get("ApiKeyRequired")) && !some(auth.Get("ResourcePolicy")) {
			t.fail(auth, "%s: OverrideApiAuth needs Authorizer, ApiKeyRequired or ResourcePolicy", e.owner)
		}
		if validDefinition(body) {
			t.restAuth(e, api, editDefinition(t, body), stage)
		}
	}
	return []*res{perm}
}

// restTarget finds the properties of the API of an event and the name of the
// stage that permissions are named after.
func (t *transform) restTarget(e *event) (api val, stage string) {
	id := apiRef(e.get("RestApiId"))
	if !isStr(id) {
		return nil, "AllStages"
	}
	r := t.src.get(id.Text)
	if r == nil {
		t.fail(e.raw, "%s: RestApiId of the event %s must refer to an API of this template", e.owner, e.id)
		return nil, "Stage"
	}
	api = r.Get("Properties")
	s := api.Get("StageName")
	if isStr(s) {
		if s.Text == "" {
			t.fail(s, "%s: StageName is empty", id.Text)
		}
		return api, s.Text
	}
	return api, "Stage"
}

// restIntegration writes the integration of an event into the definition.
func (t *transform) restIntegration(e *event, tgt *target, api, body val, stage string) {
	if !validDefinition(body) {
		return
	}
	path, method := e.get("Path"), strings.ToLower(e.get("Method").Text)
	ed := editDefinition(t, body)
	if ed.has(path.Text, method) {
		t.fail(e.raw, "%s: the method %s of the path %s is defined more than once", e.owner, method, path.Text)
		return
	}
	stream := e.get("ResponseTransferMode").Is("RESPONSE_STREAM")
	auth, apiAuth := e.get("Auth"), api.Get("Auth")
	for _, a := range []val{auth, apiAuth} {
		if some(a) && !isMap(a) {
			t.fail(a, "%s: Auth is not a map", e.owner)
		}
	}
	credentials := t.invokeRole(auth, apiAuth)
	ed.integrate(path, method, tgt.cond, func() val {
		in := t.here.obj("type", "aws_proxy", "httpMethod", "POST", "uri", t.integrationURI(tgt, partition, stream))
		if stream {
			set(in, "responseTransferMode", t.here.str("STREAM"))
		}
		if credentials != nil {
			set(in, "credentials", credentials)
		}
		return in
	}, t.here.obj())
	if some(auth) {
		t.restAuth(e, api, ed, stage)
	}
	if ms := e.get("TimeoutInMillis"); some(ms) {
		ed.timeout(path.Text, method, ms)
	}
	if m := e.get("RequestModel"); some(m) {
		t.requestModel(e, ed, api, m, method)
	}
	if p := e.get("RequestParameters"); some(p) {
		ed.requestParameters(path.Text, method, p)
	}
}

func (t *transform) requestModel(e *event, ed editor, api, m val, method string) {
	if !isMap(m) {
		t.fail(m, "%s: RequestModel is not a map", e.owner)
		return
	}
	name := m.Get("Model")
	if !some(name) {
		return
	}
	if models := api.Get("Models"); !isMap(models) || !isStr(name) || !some(models.Get(name.Text)) {
		t.fail(m, "%s: the API of the event %s defines no model %s", e.owner, e.id, name.Str())
		return
	}
	ed.requestModel(e.get("Path").Text, method, m)
}

// integrationURI is the URI with which API Gateway calls the function.
func (t *transform) integrationURI(tgt *target, partition string, stream bool) val {
	uri := ":lambda:path/2015-03-31/functions/${" + tgt.shorthand() + "}/invocations"
	if stream {
		uri = ":lambda:path/2021-11-15/functions/${" + tgt.shorthand() + "}/response-streaming-invocations"
	}
	v := t.here.sub("arn:" + partition + ":apigateway:${AWS::Region}" + uri)
	if tgt.cond != "" {
		return t.here.ifElse(tgt.cond, v, nil)
	}
	return v
}

// shorthand is the ARN as Fn::Sub names it.
func (g *target) shorthand() string {
	if l := g.arn.Get("Fn::GetAtt"); l != nil {
		return l.At(0).Str() + "." + l.At(1).Str()
	}
	return g.arn.Get("Ref").Str()
}

// invokeRole is the role API Gateway calls the function with, where the
// caller is authorised by IAM.
func (t *transform) invokeRole(auth, apiAuth val) val {
	if !auth.Get("Authorizer").Is(iamAuth) && (!apiAuth.Get("DefaultAuthorizer").Is(iamAuth) || some(auth)) {
		return nil
	}
	role := given(auth.Get("InvokeRole"))
	if role == nil && auth.Get("InvokeRole") != nil {
		return nil // null: no role
	}
	if role == nil {
		if role = given(apiAuth.Get("InvokeRole")); role == nil && apiAuth.Get("InvokeRole") != nil {
			return nil
		}
	}
	switch {
	case role == nil || isStr(role) && role.Text == "CALLER_CREDENTIALS":
		return t.here.str("arn:" + partition + ":iam::*:user/*")
	case isStr(role) && role.Text == noneAuth:
		return nil
	}
	return role
}

// mergeDefinition lays what the event asks for over the method that the user
// wrote.
func (t *transform) mergeDefinition(e *event, tgt *target, api val, stage string) {
	path, method := e.get("Path"), strings.ToLower(e.get("Method").Text)
	own := restSkeleton(t.here)
	t.restIntegration(e, tgt, api, own, stage)
	made := own.Get("paths", path.Text, methodName(method))
	body := api.Get("DefinitionBody")
	paths := body.Get("paths")
	if !some(paths) {
		return // the transform merges into paths that are there only
	}
	if !isMap(paths) {
		t.fail(paths, "paths of DefinitionBody is not a map")
		return
	}
	if !isMap(paths.Get(path.Text)) {
		setKeyed(paths, path.Text, path.Span, t.here.obj())
	}
	there := paths.Get(path.Text, method)
	if there.Present() && !isMap(there) {
		t.fail(there, "the method %s of the path %s in DefinitionBody is not a map", method, path.Text)
	}
	merged := shallow(there)
	if !isMap(merged) {
		merged = t.here.obj()
	}
	for _, f := range fieldsOf(made) {
		setKeyed(merged, f.Key, f.Span, f.Value)
	}
	set(paths.Get(path.Text), method, merged)
}

// restAuth writes who may call the path of an event.
func (t *transform) restAuth(e *event, api val, ed editor, stage string) {
	auth, path, method := e.get("Auth"), e.get("Path").Text, strings.ToLower(e.get("Method").Text)
	apiAuth := t.resolve(api.Get("Auth"))
	name, known := auth.Get("Authorizer"), apiAuth.Get("Authorizers")
	if some(known) && !isMap(known) {
		t.fail(known, "Auth.Authorizers is not a map")
	}
	switch {
	case !some(name) || name.Is(iamAuth):
	case !isStr(name):
		t.fail(name, "%s: the Authorizer of the event %s must be a text", e.owner, e.id)
	case name.Text == noneAuth:
		if !some(apiAuth.Get("DefaultAuthorizer")) {
			t.fail(name, "%s: the Authorizer NONE needs a DefaultAuthorizer at the API", e.owner)
		}
	case !some(known.Get(name.Text)):
		t.fail(name, "%s: the API of the event %s defines no authorizer %s", e.owner, e.id, name.Text)
	}
	scopes := auth.Get("AuthorizationScopes")
	if some(scopes) && (!isList(scopes) || !some(name)) {
		t.fail(scopes, "%s: AuthorizationScopes is a list and needs an Authorizer", e.owner)
	}
	key := present(auth.Get("ApiKeyRequired"))
	if key != nil && !some(key) && !some(apiAuth.Get("ApiKeyRequired")) {
		t.fail(key, "%s: ApiKeyRequired false needs ApiKeyRequired at the API", e.owner)
	}
	if isStr(name) && name.Text != "" {
		ed.methodAuthorizer(path, method, name.Text, api.Get("Auth", "Authorizers"), scopes)
	}
	if key != nil {
		ed.methodKey(path, method, some(key))
	}
	if rp := auth.Get("ResourcePolicy"); some(rp) {
		ed.resourcePolicy(rp, path, t.here.str(stage))
		if isMap(rp) && some(rp.Get("CustomStatements")) {
			ed.customStatements(rp.Get("CustomStatements"))
		}
	}
}

var pathNames = regexp.MustCompile(`\{(.*?)\}`)

// httpEvent has a route of an HTTP API call the function.
func (t *transform) httpEvent(e *event, tgt *target) []*res {
	path, method := e.get("Path"), e.get("Method")
	if !isStr(path) || !isStr(method) {
		return nil
	}
	api := t.src.get(apiRef(e.get("ApiId")).Str()).Get("Properties")
	var out []*res
	if p := t.httpPermission(e, tgt, api); p != nil {
		out = append(out, p)
	}
	body := api.Get("DefinitionBody")
	if body == nil {
		return out
	}
	if !validDefinition(body) {
		t.fail(body, "the DefinitionBody of the API of %s is no OpenAPI 3 document with paths", e.owner)
		return out
	}
	verb := strings.ToLower(method.Text)
	ed := editDefinition(t, body)
	if ed.has(path.Text, verb) {
		if some(api.Get(managed)) {
			t.fail(e.raw, "%s: the method %s of the path %s is defined more than once", e.owner, verb, path.Text)
		}
	} else {
		ed.integrate(path, verb, tgt.cond, func() val {
			return t.here.obj("type", "aws_proxy", "httpMethod", "POST", "payloadFormatVersion", "2.0",
				"uri", t.integrationURI(tgt, "${AWS::Partition}", false))
		}, t.here.obj())
	}
	if a := e.get("Auth"); some(a) {
		t.httpAuth(e, api, ed)
	}
	if ms := e.get("TimeoutInMillis"); some(ms) {
		ed.timeout(path.Text, verb, ms)
	}
	if names := pathNames.FindAllStringSubmatch(path.Text, -1); len(names) > 0 {
		ed.pathParameters(path.Text, verb, names)
	}
	if v := e.get("PayloadFormatVersion"); some(v) {
		for _, d := range ed.definitions(path.Text, verb) {
			set(d.Get(integration), "payloadFormatVersion", v)
		}
	}
	return out
}

// pathParameters declares the parameters that stand in a path.
func (e editor) pathParameters(path, method string, names [][]string) {
	for _, d := range e.definitions(path, method) {
		l := d.Get("parameters")
		if !isList(l) {
			l = e.t.here.list()
			set(d, "parameters", l)
		}
		for _, n := range names {
			var p val
			for _, have := range l.Items {
				if isMap(have) && have.Get("name").Str() == n[1] {
					p = have
					break
				}
			}
			if p == nil {
				p = e.t.here.obj("name", n[1])
				l.Items = append(l.Items, p)
			}
			set(p, "in", e.t.here.str("path"))
			set(p, "required", e.t.here.of(true))
		}
	}
}

// httpPermission lets the HTTP API invoke the function. A function that
// serves the default route needs no further permission.
func (t *transform) httpPermission(e *event, tgt *target, api val) *res {
	path, method := strings.TrimSuffix(e.get("Path").Text, "/"), e.get("Method").Text
	if path == "" {
		path = e.get("Path").Text
	}
	if path == "$default" {
		path = ""
	} else if body := api.Get("DefinitionBody"); validDefinition(body) && editDefinition(t, body).servedBy("$default", anyMethod, tgt.id) {
		return nil
	}
	verb := strings.ToUpper(method)
	if methodName(method) == anyMethod {
		verb = "*"
	}
	resource := "/" + verb + httpPathParameter.ReplaceAllString(path, "*")
	if strings.EqualFold(method, "any") && path == "/$default" {
		resource = path
	}
	return t.permission(e.full, "", "apigateway.amazonaws.com", tgt, t.here.sub(
		"arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}"+resource,
		"__ApiId__", orNull(e.get("ApiId")), "__Stage__", "*"))
}

var arnOf = regexp.MustCompile(`([A-Za-z0-9]+)\.Arn`)

// servedBy reports whether a function is the integration of a method.
func (e editor) servedBy(path, method, id string) bool {
	if !e.has(path, method) {
		return false
	}
	for _, d := range e.definitions(path, method) {
		uri := d.Get(integration, "uri")
		if !isMap(uri) {
			return false
		}
		for _, u := range branches(uri) {
			m := arnOf.FindStringSubmatch(u.Get("Fn::Sub").Str())
			if m == nil || m[1] != id {
				return false
			}
		}
	}
	return true
}

// httpAuth writes who may call the route of an event.
func (t *transform) httpAuth(e *event, api val, ed editor) {
	auth, apiAuth := e.get("Auth"), api.Get("Auth")
	path, method := e.get("Path").Text, strings.ToLower(e.get("Method").Text)
	if some(apiAuth) && !isMap(apiAuth) {
		t.fail(apiAuth, "Auth of an API is not a map")
	}
	name := given(auth.Get("Authorizer"))
	if name == nil {
		if name = given(apiAuth.Get("DefaultAuthorizer")); name == nil {
			t.fail(auth, "%s: Auth of the event %s needs an Authorizer, or the API a DefaultAuthorizer", e.owner, e.id)
			return
		}
	}
	known := apiAuth.Get("Authorizers")
	switch iam := isTrue(apiAuth.Get("EnableIamAuthorizer")); {
	case !isStr(name):
		t.fail(name, "%s: the Authorizer of the event %s must be a text", e.owner, e.id)
		return
	case name.Text == noneAuth:
		if !some(apiAuth.Get("DefaultAuthorizer")) {
			t.fail(name, "%s: the Authorizer NONE needs a DefaultAuthorizer at the API", e.owner)
		}
	case name.Text == iamAuth && iam:
	case !isMap(known) || !some(known.Get(name.Text)):
		t.fail(name, "%s: the API of the event %s defines no authorizer %s", e.owner, e.id, name.Text)
	}
	scopes := given(auth.Get("AuthorizationScopes"))
	if scopes != nil && !isList(scopes) {
		t.fail(scopes, "%s: AuthorizationScopes is not a list", e.owner)
	}
	if name.Text == noneAuth || name.Text == iamAuth {
		scopes = nil
	} else if scopes == nil {
		scopes = given(known.Get(name.Text).Get("AuthorizationScopes"))
	}
	for _, d := range ed.definitions(path, method) {
		ed.security(d, name.Text, scopes)
	}
}

// stageKey is the end of the ID of a stage, from its name.
func stageKey(api, middle string, name val, fixed map[string]string) string {
	s := ""
	if isStr(name) {
		s = name.Text
	}
	if end, ok := fixed[s]; ok {
		return api + end
	}
	if alnum(s) {
		return api + s + "Stage"
	}
	return api + middle + suffix(rind.NewString(s, rind.Span{}))
}
