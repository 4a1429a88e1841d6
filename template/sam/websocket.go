package sam

import (
	"strings"

	"rind/rind"
)

// webSocketAPI expands AWS::Serverless::WebSocketApi.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-websocketapi.html
func (t *transform) webSocketAPI(d *decl) []*res {
	t.resolveProperties(d, "Auth", "Domain", "Routes")
	const mark = "websocketapi:createdBy"
	api := t.make(d.id, "AWS::ApiGatewayV2::Api", nil, "ProtocolType", "WEBSOCKET", "Name", d.id)
	api.depends = d.raw.Get("DependsOn")
	d.pass(api, "ApiKeySelectionExpression", "Description", "DisableExecuteApiEndpoint", "DisableSchemaValidation", "IpAddressType",
		"Name", "RouteSelectionExpression")
	if v := d.get("IpAddressType"); v != nil && !isIntrinsic(v) && !v.Is("ipv4", "dualstack") {
		t.fail(v, "%s: IpAddressType is ipv4 or dualstack", d.id)
	}
	tags := shallow(d.get("Tags"))
	if !isMap(tags) {
		tags = t.here.obj()
	}
	set(tags, mark, t.here.str("SAM"))
	api.set("Tags", tags)
	stageName := d.get("StageName")
	if stageName == nil {
		stageName = t.here.str("default")
	}
	routes := d.get("Routes")
	auth := d.get("Auth")
	if !some(routes) {
		t.failAt(t.key, "%s: a WebSocket API needs at least one route", d.id)
	}
	if some(auth) {
		t.webSocketAuthRules(d, auth, routes)
	}
	out := []*res{api}
	var ids []string
	var authorizer *res
	for _, f := range fieldsOf(routes) {
		rs, auth := t.webSocketRoute(d, f, stageName, given(auth))
		out = append(out, rs...)
		ids = append(ids, rs[0].id)
		if auth != nil {
			authorizer = auth
		}
	}
	out = append(out, t.v2Domain(d, mark)...)
	stageID := d.id + "Stage"
	if isStr(stageName) {
		stageID = d.id + stageName.Text + "Stage"
		switch stageName.Text {
		case "default":
			stageID = d.id + "DefaultStage"
		case "$default":
			t.fail(stageName, "%s: a stage of a WebSocket API cannot be named $default", d.id)
		}
	}
	stage := t.make(stageID, "AWS::ApiGatewayV2::Stage", nil, "ApiId", t.here.ref(d.id), "StageName", stageName, "AutoDeploy", true,
		"Tags", t.here.obj(mark, "SAM"))
	d.pass(stage, "StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings")
	if some(d.get("RouteSettings")) {
		stage.dependOn(ids...)
	}
	out = append(out, stage)
	if authorizer != nil {
		out = append(out, authorizer)
		if fn := auth.Get("AuthArn"); auth.Get("AuthType").Is("CUSTOM") && !some(auth.Get("InvokeRole")) && some(fn) {
			out = append(out, t.authorizerPermission(d.id+"AuthorizerPermission", "${AWS::Partition}", fn, api))
		}
	}
	t.propagate(out, tags, d.get("PropagateTags"))
	return out
}

// webSocketRoute makes a route, its integration and the permission for it,
// and the authorizer if it is the route that connects.
func (t *transform) webSocketRoute(d *decl, f rind.Field, stageName, auth val) (out []*res, authorizer *res) {
	key, here := t.key, t.here
	t.key, t.here = f.Span, at(f.Value.Span)
	defer func() { t.key, t.here = key, here }()
	base := d.id + t.routeName(d, f.Key)
	route := t.make(base+"Route", "AWS::ApiGatewayV2::Route", nil, "RouteKey", f.Key, "ApiId", t.here.ref(d.id),
		"Target", t.here.obj("Fn::Join", t.here.list("/", t.here.list("integrations", t.here.ref(base+"Integration")))))
	for _, k := range []string{"ApiKeyRequired", "ModelSelectionExpression", "OperationName", "RequestModels", "RequestParameters", "RouteResponseSelectionExpression"} {
		if p := f.Value.Field(k); p != nil && p.Value.Present() && (k != "RequestParameters" || some(p.Value)) {
			setKeyed(route.props, k, p.Span, p.Value)
			if k == "RequestParameters" && f.Key != "$connect" {
				t.failAt(p.Span, "%s: RequestParameters are for the route $connect only", d.id)
			}
		}
	}
	if f.Key == "$connect" && auth != nil {
		authorizer = t.connectAuthorizer(d, route, auth)
	}
	fn := f.Value.Get("FunctionArn")
	if fn == nil {
		t.failAt(f.Span, "%s: the route %s needs a FunctionArn", d.id, f.Key)
	}
	in := t.make(base+"Integration", "AWS::ApiGatewayV2::Integration", nil, "ApiId", t.here.ref(d.id), "IntegrationType", "AWS_PROXY",
		"IntegrationUri", t.here.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${FunctionArn}/invocations",
			"FunctionArn", orNull(fn)), "TimeoutInMillis", present(f.Value.Get("IntegrationTimeout")))
	arn := "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${" + d.id + ".ApiId}/"
	source := t.here.sub(arn+"${__StageName__}/"+f.Key, "__StageName__", stageName)
	if isStr(stageName) {
		source = t.here.sub(arn + stageName.Text + "/" + f.Key)
	}
	permission := t.make(base+"Permission", "AWS::Lambda::Permission", nil, "Action", "lambda:InvokeFunction",
		"FunctionName", orNull(fn), "Principal", "apigateway.amazonaws.com", "SourceArn", source)
	return []*res{route, in, permission}, authorizer
}

// routeName is what the IDs of a route's resources are made of.
func (t *transform) routeName(d *decl, key string) string {
	name := key
	if key == "$connect" || key == "$disconnect" || key == "$default" {
		name = key[1:]
	} else if !alnum(key) {
		t.failAt(t.key, "%s: the route %s may hold letters and digits only, or be $connect, $disconnect or $default", d.id, key)
		name = onlyAlnum(key)
	}
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + strings.ToLower(name[1:])
}

func (t *transform) webSocketAuthRules(d *decl, auth, routes val) {
	if routes.Field("$connect") == nil {
		t.fail(auth, "%s: Auth needs a route $connect", d.id)
	}
	ty := auth.Get("AuthType")
	switch {
	case !some(ty):
		t.fail(auth, "%s: Auth needs AuthType", d.id)
	case !ty.Is("NONE", "AWS_IAM", "CUSTOM"):
		t.fail(ty, "%s: AuthType is one of AWS_IAM, CUSTOM, NONE", d.id)
	case ty.Is("CUSTOM") && !some(auth.Get("AuthArn")):
		t.fail(auth, "%s: AuthType CUSTOM needs AuthArn", d.id)
	case !ty.Is("CUSTOM") && auth.Len() > 1:
		t.fail(auth, "%s: AuthType %s takes no further properties", d.id, ty.Str())
	}
}

// connectAuthorizer sets who may connect and makes the authorizer for it.
func (t *transform) connectAuthorizer(d *decl, route *res, auth val) *res {
	switch {
	case auth.Get("AuthType").Is("CUSTOM") && some(auth.Get("AuthArn")):
	case auth.Get("AuthType").Is("AWS_IAM"):
		route.set("AuthorizationType", t.here.str(iamAuth))
		return nil
	default:
		route.set("AuthorizationType", t.here.str(noneAuth))
		return nil
	}
	id := d.id + "ConnectAuthorizer"
	a := t.make(id, "AWS::ApiGatewayV2::Authorizer", nil, "ApiId", t.here.ref(d.id), "AuthorizerType", "REQUEST",
		"AuthorizerCredentialsArn", present(auth.Get("InvokeRole")),
		"AuthorizerUri", t.here.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AuthArn}/invocations",
			"AuthArn", auth.Get("AuthArn")),
		"IdentitySource", present(auth.Get("IdentitySource")), "Name", id)
	if n := auth.Get("Name"); some(n) {
		a.set("Name", n)
	}
	route.set("AuthorizationType", t.here.str("CUSTOM"))
	route.set("AuthorizerId", t.here.ref(id))
	return a
}
