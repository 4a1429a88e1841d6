package sam

import (
	"slices"
	"strings"

	"rind/rind"
)

// httpAPI expands AWS::Serverless::HttpApi.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
func (t *transform) httpAPI(d *decl) []*res {
	t.resolveProperties(d, "CorsConfiguration", "Domain")
	t.localDefinition(d)
	hadBody := d.get("DefinitionBody") != nil
	tags := d.get("Tags")
	api := t.make(d.id, "AWS::ApiGatewayV2::Api", d.attrs())
	api.depends = d.raw.Get("DependsOn")
	body, uri := given(d.get("DefinitionBody")), given(d.get("DefinitionUri"))
	if body != nil && uri != nil {
		t.fail(uri, "%s: DefinitionUri and DefinitionBody exclude each other", d.id)
	}
	if body == nil {
		for _, k := range []string{"CorsConfiguration", "Auth", "Tags", "Name", "Description"} {
			if v := d.get(k); some(v) {
				t.fail(v, "%s: %s works with DefinitionBody only", d.id, k)
			}
		}
		if v := d.get("DisableExecuteApiEndpoint"); v != nil {
			t.fail(v, "%s: DisableExecuteApiEndpoint works with DefinitionBody only", d.id)
		}
		if uri == nil {
			t.failAt(t.key, "%s: DefinitionBody or DefinitionUri is missing", d.id)
		}
	} else {
		body = clone(body)
		tags = t.httpBody(d, body, tags)
	}
	switch f := d.props.Field("DefinitionBody"); {
	case uri != nil:
		api.set("BodyS3Location", t.s3Location(d.id, "DefinitionUri", uri, "Bucket", "Key", "Version"))
	case body != nil:
		setKeyed(api.props, "Body", f.Span, body)
	}
	if some(d.get("FailOnWarnings")) {
		d.pass(api, "FailOnWarnings")
	}
	domain := t.v2Domain(d, "httpapi:createdBy")
	stageName := given(d.get("StageName"))
	if stageName == nil {
		stageName = t.here.str("$default")
	}
	stage := t.make(stageKey(d.id, "Stage", stageName, map[string]string{"$default": "ApiGatewayDefaultStage"}),
		"AWS::ApiGatewayV2::Stage", passed(api.attrs), "ApiId", t.here.ref(d.id), "StageName", stageName, "AutoDeploy", true)
	d.pass(stage, "StageName", "StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings")
	stage.set("StageName", stageName)
	stage.set("Tags", tags)
	out := append([]*res{api}, t.authorizerPermissions(d, api)...)
	out = append(out, domain...)
	out = append(out, stage)
	t.propagate(out, tags, t.here.of(hadBody))
	return out
}

// httpBody lays what the properties say over the definition and returns the
// tags with the mark of the transform.
func (t *transform) httpBody(d *decl, body, tags val) val {
	if o := body.Get("openapi"); !validDefinition(body) || !o.Scalar() {
		for _, k := range []string{"CorsConfiguration", "Auth", "Tags"} {
			if v := d.get(k); some(v) {
				t.fail(v, "%s: %s needs a DefinitionBody that is an OpenAPI 3 document with paths", d.id, k)
			}
		}
		return tags
	}
	ed := editDefinition(t, body)
	t.httpCors(d, body)
	t.httpAuthorizers(d, ed)
	if tags = shallow(tags); !isMap(tags) {
		tags = t.here.obj()
	}
	set(tags, "httpapi:createdBy", t.here.str("SAM"))
	t.documentTags(body, tags)
	if v := d.get("DisableExecuteApiEndpoint"); v != nil {
		ed.disableEndpoint(v)
	}
	t.httpInfo(d, body)
	if some(d.get("FailOnWarnings")) {
		for i := range ed.paths.Fields {
			if f := &ed.paths.Fields[i]; f.Key == "$default" {
				f.Key = "/$default"
			}
		}
	}
	return tags
}

// httpInfo writes name and description into the document.
func (t *transform) httpInfo(d *decl, body val) {
	info := body.Get("info")
	if info.Present() && !isMap(info) {
		t.fail(info, "info of DefinitionBody is not a map")
		return
	}
	if name := d.props.Field("Name"); name != nil && some(name.Value) {
		if !equal(info.Get("title"), t.here.ref("AWS::StackName")) {
			t.failAt(name.Span, "%s: Name is set already as info.title of DefinitionBody", d.id)
		} else {
			setKeyed(info, "title", name.Span, name.Value)
		}
	}
	if desc := d.props.Field("Description"); desc != nil && some(desc.Value) {
		if some(info.Get("description")) {
			t.failAt(desc.Span, "%s: Description is set already as info.description of DefinitionBody", d.id)
			return
		}
		if info == nil {
			info = t.here.obj()
			set(body, "info", info)
		}
		setKeyed(info, "description", desc.Span, desc.Value)
	}
}

func (t *transform) documentTags(body, tags val) {
	const key = "x-amazon-apigateway-tag-value"
	l := body.Get("tags")
	if some(l) && !isList(l) {
		t.fail(l, "tags of DefinitionBody is not a list")
		return
	}
	if !isList(l) {
		l = t.here.list()
		set(body, "tags", l)
	}
	for _, f := range tags.Fields {
		i := slices.IndexFunc(l.Items, func(v val) bool { return isMap(v) && v.Get("name").Str() == f.Key })
		if i >= 0 {
			set(l.Items[i], key, f.Value)
		} else {
			l.Items = append(l.Items, t.here.obj("name", f.Key, key, f.Value))
		}
	}
}

var httpCorsKeys = []string{"AllowOrigins", "AllowHeaders", "AllowMethods", "ExposeHeaders", "MaxAge", "AllowCredentials"}

// httpCors writes the CORS configuration of an HTTP API.
func (t *transform) httpCors(d *decl, body val) {
	v := d.get("CorsConfiguration")
	if !some(v) {
		return
	}
	const key = "x-amazon-apigateway-cors"
	out := shallow(body.Get(key))
	if out != nil && !isMap(out) {
		t.fail(out, "%s of DefinitionBody is not a map", key)
	}
	if !isMap(out) {
		out = t.here.obj()
	}
	origins := v.Get("AllowOrigins")
	switch {
	case isBool(v):
		set(out, "allowOrigins", t.here.list("*"))
	case isIntrinsic(v):
		for _, f := range lowerCors(v).Fields {
			set(out, f.Key, f.Value)
		}
	case isMap(v) && some(origins) && isIntrinsic(origins):
		for _, f := range lowerCors(origins).Fields {
			set(out, f.Key, f.Value)
		}
	case isMap(v):
		for _, f := range v.Fields {
			if !slices.Contains(httpCorsKeys, f.Key) {
				t.failAt(f.Span, "%s: CorsConfiguration has no property %s", d.id, f.Key)
				continue
			}
			if some(f.Value) || f.Key == "MaxAge" && f.Value.Present() {
				if f.Key != "AllowCredentials" || isTrue(f.Value) {
					setKeyed(out, lowerFirst(f.Key), f.Span, f.Value)
				}
			}
		}
		if isTrue(v.Get("AllowCredentials")) && isList(origins) && origins.Len() == 1 && origins.At(0).Str() == "*" {
			t.fail(v, "%s: CorsConfiguration cannot allow credentials to every origin", d.id)
		}
	default:
		t.fail(v, "%s: CorsConfiguration is neither true nor a map", d.id)
	}
	set(body, key, out)
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// lowerCors writes the names of CORS settings as OpenAPI spells them,
// anywhere inside an intrinsic function.
func lowerCors(v val) val {
	c := clone(v)
	var low []string
	for _, k := range httpCorsKeys {
		low = append(low, k, lowerFirst(k))
	}
	r := strings.NewReplacer(low...)
	c.Walk(func(_ string, v *rind.Value) bool {
		if v.Kind == rind.String {
			v.Text = r.Replace(v.Text)
		}
		for i := range v.Fields {
			v.Fields[i].Key = r.Replace(v.Fields[i].Key)
		}
		return true
	})
	return c
}

// httpAuthorizers writes Auth of an HTTP API into its definition.
func (t *transform) httpAuthorizers(d *decl, ed editor) {
	auth := d.get("Auth")
	if !some(auth) {
		return
	}
	for _, f := range fieldsOf(auth) {
		if f.Key != "Authorizers" && f.Key != "DefaultAuthorizer" && f.Key != "EnableIamAuthorizer" {
			t.failAt(f.Span, "%s: Auth has no property %s", d.id, f.Key)
		}
	}
	list, byName := t.authorizers(d, auth, isTrue(auth.Get("EnableIamAuthorizer")))
	if len(list) > 0 {
		components := ed.doc.Get("components")
		if !isMap(components) {
			components = t.here.obj()
			set(ed.doc, "components", components)
		}
		schemes := components.Get("securitySchemes")
		if !isMap(schemes) {
			schemes = t.here.obj()
			set(components, "securitySchemes", schemes)
		}
		for _, a := range list {
			setKeyed(schemes, a.name, a.key, a.openAPI())
		}
	}
	def := auth.Get("DefaultAuthorizer")
	switch {
	case !some(def) || isNoValue(def):
		return
	case !isStr(def):
		t.fail(def, "%s: DefaultAuthorizer must be a text", d.id)
		return
	case byName[def.Text] == nil:
		t.fail(def, "%s: the default authorizer %s is not among the Authorizers", d.id, def.Text)
		return
	}
	for _, p := range ed.paths.Fields {
		for _, it := range ed.items(p.Key) {
			for _, m := range it.Fields {
				if n := methodName(m.Key); n != "parameters" && it.Field(n) == nil {
					t.failAt(m.Span, "the method %s of the path %s in DefinitionBody must be spelled %s", m.Key, p.Key, n)
				}
			}
		}
		ed.each(p.Key, func(method string, m val) {
			if method == "options" || some(m.Get("security")) {
				return
			}
			scopes := byName[def.Text].scopes()
			if scopes == nil {
				scopes = t.here.list()
			}
			set(m, "security", t.here.list(t.here.obj(def.Text, scopes)))
		})
	}
}

// openAPI is the authorizer as a security scheme of an HTTP API.
func (a *authorizer) openAPI() val {
	here := at(a.key)
	if a.iam {
		return here.obj("type", "apiKey", "name", "Authorization", "in", "header", "x-amazon-apigateway-authtype", "awsSigv4")
	}
	here = at(a.v.Span)
	a.httpRules()
	if jwt := a.get("JwtConfiguration"); some(jwt) {
		cfg := at(jwt.Span).obj()
		for _, f := range fieldsOf(jwt) {
			setKeyed(cfg, strings.ToLower(f.Key), f.Span, f.Value)
		}
		return here.obj("type", "oauth2", authorizerKey, here.obj("jwtConfiguration", cfg,
			"identitySource", orNull(a.get("IdentitySource")), "type", "jwt"))
	}
	how := here.obj("type", "request", "authorizerUri", a.uri(here), "authorizerCredentials", a.credentials())
	if id := a.get("Identity"); some(id) {
		if v := present(id.Get("ReauthorizeEvery")); v != nil {
			set(how, "authorizerResultTtlInSeconds", v)
		}
		l := here.list()
		l.Items = a.identitySource(id, "$request.header.", "$request.querystring.", "$stageVariables.", "$context.")
		set(how, "identitySource", l)
	}
	set(how, "authorizerPayloadFormatVersion", orNull(a.get("AuthorizerPayloadFormatVersion")))
	if v := a.get("EnableSimpleResponses"); some(v) {
		set(how, "enableSimpleResponses", v)
	}
	return here.obj("type", "apiKey", "name", "Unused", "in", "header", authorizerKey, how)
}

// httpRules: JWT and Lambda authorizers take different properties.
func (a *authorizer) httpRules() {
	lambda := []string{
		"FunctionArn", "FunctionInvokeRole", "Identity", "AuthorizerPayloadFormatVersion", "EnableSimpleResponses",
		"EnableFunctionDefaultPermissions",
	}
	jwt := []string{"AuthorizationScopes", "JwtConfiguration", "IdentitySource"}
	wrong, needed, kind := jwt, []string{"FunctionArn", "AuthorizerPayloadFormatVersion"}, "Lambda"
	if c := a.get("JwtConfiguration"); some(c) {
		wrong, needed, kind = lambda, []string{"IdentitySource"}, "JWT"
		if !isMap(c) {
			a.t.fail(c, "%s: JwtConfiguration is not a map", a.d.id)
		}
	}
	for _, k := range wrong {
		if v := a.get(k); v != nil {
			a.t.fail(v, "%s: the %s authorizer %s takes no %s", a.d.id, kind, a.name, k)
		}
	}
	for _, k := range needed {
		if !some(a.get(k)) {
			a.t.failAt(a.key, "%s: the %s authorizer %s needs %s", a.d.id, kind, a.name, k)
		}
	}
	if v := a.get("OpenIdConnectUrl"); v != nil {
		a.t.fail(v, "%s: OpenIdConnectUrl is no longer supported", a.d.id)
	}
	if v := a.get("EnableFunctionDefaultPermissions"); v != nil && !isBool(v) {
		a.t.fail(v, "%s: EnableFunctionDefaultPermissions is true or false", a.d.id)
	}
}
