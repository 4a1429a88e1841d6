package sam

import (
	"slices"
	"strings"

	"rind/rind"
)

const authorizerKey = "x-amazon-apigateway-authorizer"

// authorizer is an entry of Auth.Authorizers.
type authorizer struct {
	t    *transform
	d    *decl
	name string
	v    val
	iam  bool
	key  rind.Span
}

func (a *authorizer) get(k string) val { return present(a.v.Get(k)) }

func (a *authorizer) scopes() val { return a.get("AuthorizationScopes") }

// authorizers reads Auth.Authorizers in order and by name.
func (t *transform) authorizers(d *decl, auth val, iam bool) (list []*authorizer, byName map[string]*authorizer) {
	byName = map[string]*authorizer{}
	if iam {
		list = append(list, &authorizer{t: t, d: d, name: iamAuth, iam: true, key: auth.Span})
	}
	all := auth.Get("Authorizers")
	if some(all) && !isMap(all) {
		t.fail(all, "%s: Auth.Authorizers is not a map", d.id)
	}
	for _, f := range fieldsOf(all) {
		if !isMap(f.Value) {
			t.failAt(f.Span, "%s: the authorizer %s is not a map", d.id, f.Key)
			continue
		}
		if s := f.Value.Get("AuthorizationScopes"); s.Present() && !isList(s) {
			t.fail(s, "%s: AuthorizationScopes is not a list", d.id)
		}
		list = append(list, &authorizer{t: t, d: d, name: f.Key, v: f.Value, key: f.Span})
	}
	for _, a := range list {
		byName[a.name] = a
	}
	return list, byName
}

var restAuthKeys = []string{
	"Authorizers", "DefaultAuthorizer", "InvokeRole", "AddDefaultAuthorizerToCorsPreflight",
	"AddApiKeyRequiredToCorsPreflight", "ApiKeyRequired", "ResourcePolicy", "UsagePlan",
}

// restAuthorizers writes Auth of a REST API into its definition.
func (t *transform) restAuthorizers(d *decl, ed editor) {
	auth := d.get("Auth")
	if !some(auth) {
		return
	}
	for _, f := range fieldsOf(auth) {
		if !slices.Contains(restAuthKeys, f.Key) {
			t.failAt(f.Span, "%s: Auth has no property %s", d.id, f.Key)
		}
	}
	def := auth.Get("DefaultAuthorizer")
	list, byName := t.authorizers(d, auth, isStr(def) && def.Text == iamAuth)
	preflight := func(key string) bool { v := auth.Get(key); return v == nil || some(v) }
	for _, a := range list {
		setKeyed(ed.schemes(), a.name, a.key, a.swagger())
	}
	switch {
	case !some(def):
	case !isStr(def):
		t.fail(def, "%s: DefaultAuthorizer must be a text", d.id)
	case byName[def.Text] == nil:
		t.fail(def, "%s: the default authorizer %s is not among the Authorizers", d.id, def.Text)
	default:
		for _, p := range ed.paths.Fields {
			ed.defaultAuthorizer(p.Key, def.Text, byName, preflight("AddDefaultAuthorizerToCorsPreflight"))
		}
	}
	if some(auth.Get("ApiKeyRequired")) {
		ed.addKeyScheme()
		for _, p := range ed.paths.Fields {
			ed.defaultKey(p.Key, preflight("AddApiKeyRequiredToCorsPreflight"))
		}
	}
	if rp := auth.Get("ResourcePolicy"); some(rp) {
		if !isMap(rp) {
			t.fail(rp, "%s: ResourcePolicy is not a map", d.id)
		}
		for _, p := range ed.paths.Fields {
			ed.resourcePolicy(rp, p.Key, d.get("StageName"))
		}
		if isMap(rp) && some(rp.Get("CustomStatements")) {
			ed.customStatements(rp.Get("CustomStatements"))
		}
	}
}

// swagger is the authorizer as a security definition of a REST API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
func (a *authorizer) swagger() val {
	t := a.t
	here := at(a.key)
	if a.v != nil {
		here = at(a.v.Span)
	}
	header := here.str("Authorization")
	id := a.get("Identity")
	if some(id) && !isMap(id) {
		t.fail(id, "%s: Identity of the authorizer %s is not a map", a.d.id, a.name)
	}
	if h := id.Get("Header"); some(h) {
		header = h
	}
	if a.iam {
		return here.obj("type", "apiKey", "name", header, "in", "header", "x-amazon-apigateway-authtype", "awsSigv4")
	}
	expression := id.Get("ValidationExpression")
	if pool := a.get("UserPoolArn"); some(pool) {
		if !isList(pool) {
			pool = here.list(pool)
		}
		return here.obj("type", "apiKey", "name", header, "in", "header", "x-amazon-apigateway-authtype", "cognito_user_pools",
			authorizerKey, here.obj("type", "cognito_user_pools", "providerARNs", pool, "identityValidationExpression", given(expression)))
	}
	kind := "token"
	switch p := a.get("FunctionPayloadType"); {
	case p == nil || p.Is("TOKEN"):
	case p.Is("REQUEST"):
		kind, header, expression = "request", here.str("Unused"), nil
		a.identityRules(id)
	default:
		t.fail(p, "%s: FunctionPayloadType of the authorizer %s is TOKEN or REQUEST", a.d.id, a.name)
	}
	if p := a.get("DisableFunctionDefaultPermissions"); p != nil && !isBool(p) {
		t.fail(p, "%s: DisableFunctionDefaultPermissions is true or false", a.d.id)
	}
	how := here.obj("type", kind, "authorizerUri", a.uri(here), "authorizerResultTtlInSeconds", present(id.Get("ReauthorizeEvery")),
		"authorizerCredentials", a.credentials(), "identityValidationExpression", given(expression))
	if kind == "request" {
		if s := a.identitySource(id, "method.request.header.", "method.request.querystring.", "stageVariables.", "context."); len(s) > 0 {
			var texts []string
			for _, v := range s {
				texts = append(texts, v.Text)
			}
			set(how, "identitySource", here.str(strings.Join(texts, ", ")))
		}
	}
	return here.obj("type", "apiKey", "name", header, "in", "header", "x-amazon-apigateway-authtype", "custom", authorizerKey, how)
}

// identityRules: a request authorizer that caches needs to know by what.
func (a *authorizer) identityRules(id val) {
	for _, k := range []string{"Headers", "QueryStrings", "StageVariables", "Context"} {
		if some(id.Get(k)) {
			return
		}
	}
	if n, ok := id.Get("ReauthorizeEvery").Int(); ok && n == 0 {
		return
	}
	a.t.failAt(a.key, "%s: the authorizer %s needs an Identity with Headers, QueryStrings, StageVariables or Context", a.d.id, a.name)
}

func (a *authorizer) uri(here at) val {
	return here.sub("arn:"+partition+":apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations",
		"__FunctionArn__", orNull(a.get("FunctionArn")))
}

func (a *authorizer) credentials() val {
	if r := a.get("FunctionInvokeRole"); some(r) && !(isStr(r) && r.Text == noneAuth) {
		return r
	}
	return nil
}

// identitySource lists where the authorizer looks, each name with its prefix.
func (a *authorizer) identitySource(id val, prefixes ...string) []val {
	var out []val
	for i, k := range []string{"Headers", "QueryStrings", "StageVariables", "Context"} {
		v := id.Get(k)
		if some(v) && !isList(v) {
			a.t.fail(v, "%s: Identity.%s is not a list", a.d.id, k)
		}
		for n := range v.Each() {
			if !isStr(n) {
				a.t.fail(n, "%s: Identity.%s takes texts only", a.d.id, k)
			}
			out = append(out, at(n.Span).str(prefixes[i]+n.Str()))
		}
	}
	return out
}

// authorizerPermissions let API Gateway call the authorizer functions.
func (t *transform) authorizerPermissions(d *decl, api *res) []*res {
	auth := d.get("Auth")
	list, _ := t.authorizers(d, auth, false)
	var out []*res
	for _, a := range list {
		fn := a.get("FunctionArn")
		if !some(fn) {
			continue
		}
		part := partition
		if d.typ == "AWS::Serverless::HttpApi" {
			if part = "${AWS::Partition}"; !some(a.get("EnableFunctionDefaultPermissions")) {
				continue
			}
		} else if some(a.get("DisableFunctionDefaultPermissions")) {
			continue
		}
		out = append(out, t.authorizerPermission(d.id+a.name+"AuthorizerPermission", part, fn, api))
	}
	return out
}

func (t *transform) authorizerPermission(id, part string, fn val, api *res) *res {
	return t.make(id, "AWS::Lambda::Permission", passed(api.attrs),
		"Action", "lambda:InvokeFunction", "FunctionName", fn, "Principal", "apigateway.amazonaws.com",
		"SourceArn", t.here.sub("arn:"+part+":execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*",
			"__ApiId__", t.here.ref(api.id)))
}

// sharedPlan is the usage plan that APIs with UsagePlan SHARED have together.
type sharedPlan struct {
	apis       []string
	stages     []val
	keys       []val
	conditions []string
	always     bool
	deletion   string
	replace    string
}

// usagePlan makes the usage plan of an API with its key.
func (t *transform) usagePlan(d *decl, stage, api *res) []*res {
	plan := d.get("Auth").Get("UsagePlan")
	if plan.Absent() {
		return nil
	}
	if !isMap(plan) {
		t.fail(plan, "%s: UsagePlan is not a map", d.id)
		return nil
	}
	for _, f := range plan.Fields {
		if !slices.Contains([]string{"CreateUsagePlan", "Description", "Quota", "Tags", "Throttle", "UsagePlanName"}, f.Key) {
			t.failAt(f.Span, "%s: UsagePlan has no property %s", d.id, f.Key)
		}
	}
	how := plan.Get("CreateUsagePlan")
	attrs := passed(api.attrs)
	ids := [3]string{d.id + "UsagePlan", d.id + "ApiKey", d.id + "UsagePlanKey"}
	apis := []string{d.id}
	stages := []val{t.here.obj("ApiId", t.here.ref(d.id), "Stage", t.here.ref(stage.id))}
	keys := []val{t.here.obj("RestApiId", t.here.ref(d.id), "StageName", t.here.ref(stage.id))}
	switch {
	case isStr(how) && how.Text == "NONE":
		return nil
	case isStr(how) && how.Text == "PER_API":
	case isStr(how) && how.Text == "SHARED":
		ids = [3]string{"ServerlessUsagePlan", "ServerlessApiKey", "ServerlessUsagePlanKey"}
		s := &t.plan
		s.apis, s.stages, s.keys = append(s.apis, apis...), append(s.stages, stages...), append(s.keys, keys...)
		apis, stages, keys = s.apis, s.stages, s.keys
		attrs = t.sharedAttributes(attrs)
	default:
		t.fail(plan, "%s: CreateUsagePlan is one of SHARED, PER_API, NONE", d.id)
		return nil
	}
	up := t.make(ids[0], "AWS::ApiGateway::UsagePlan", attrs).dependOn(apis...)
	up.set("ApiStages", &rind.Value{Kind: rind.List, Items: slices.Clone(stages), Span: rind.Span(t.here)})
	for _, k := range []string{"UsagePlanName", "Description", "Quota", "Tags", "Throttle"} {
		if f := plan.Field(k); f != nil && some(f.Value) {
			setKeyed(up.props, k, f.Span, f.Value)
		}
	}
	key := t.make(ids[1], "AWS::ApiGateway::ApiKey", attrs, "Enabled", true,
		"StageKeys", &rind.Value{Kind: rind.List, Items: slices.Clone(keys), Span: rind.Span(t.here)}).dependOn(ids[0])
	link := t.make(ids[2], "AWS::ApiGateway::UsagePlanKey", attrs, "KeyId", t.here.ref(ids[1]), "KeyType", "API_KEY",
		"UsagePlanId", t.here.ref(ids[0])).dependOn(ids[1])
	return []*res{up, key, link}
}

// sharedAttributes combines the attributes of all APIs that share a plan.
func (t *transform) sharedAttributes(attrs val) val {
	s := &t.plan
	const name = "SharedUsagePlanCondition"
	if p := attrs.Get("DeletionPolicy").Str(); p != "" && (s.deletion == "" || p == "Retain") {
		s.deletion = p
	}
	if p := attrs.Get("UpdateReplacePolicy").Str(); p != "" && (s.replace == "" || p == "Retain" || p == "Snapshot" && s.replace == "Delete") {
		s.replace = p
	}
	c := attrs.Get("Condition").Str()
	switch {
	case s.always:
	case c == "":
		s.always = true
		del(t.conditions, name)
	case !slices.Contains(s.conditions, c):
		s.conditions = append(s.conditions, c)
		set(t.conditions, name, t.here.str(c))
		if len(s.conditions) > 1 {
			l := t.here.list()
			for _, x := range s.conditions {
				l.Items = append(l.Items, t.here.obj("Condition", x))
			}
			set(t.conditions, name, t.here.obj("Fn::Or", l))
		}
	}
	out := t.here.obj()
	if s.deletion != "" {
		set(out, "DeletionPolicy", t.here.str(s.deletion))
	}
	if s.replace != "" {
		set(out, "UpdateReplacePolicy", t.here.str(s.replace))
	}
	if len(s.conditions) > 0 && !s.always {
		set(out, "Condition", t.here.str(name))
	}
	return out
}
