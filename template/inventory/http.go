package inventory

import (
	"strings"

	"rind/rind"
)

// http finds functions behind API Gateway and function URLs, who may call
// them, and the edges from the internet to the APIs.
func (b *builder) http() {
	for _, r := range b.app.Resources {
		switch r.Type {
		case "AWS::ApiGateway::Method":
			b.method(r)
		case "AWS::ApiGateway::RestApi":
			b.openAPI(r, rind.APIGatewayREST, !PrivateAPI(r))
		case "AWS::ApiGatewayV2::Api":
			kind := rind.APIGatewayHTTP
			if r.Get("ProtocolType").Is("WEBSOCKET") {
				kind = rind.APIGatewayWebSocket
			}
			b.openAPI(r, kind, true)
			b.quickCreate(r, kind)
		case "AWS::ApiGatewayV2::Route":
			b.route(r)
		case "AWS::Lambda::Url":
			b.url(r)
		}
	}
	b.connections()
	b.entrances()
}

// connections gives the routes of a WebSocket API who may connect: only
// $connect can have an authorizer, and messages come over connections it let
// in.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html
func (b *builder) connections() {
	connect := map[string]rind.Auth{}
	for _, r := range b.app.OfType("AWS::ApiGatewayV2::Route") {
		if api := b.app.Target(r.Get("ApiId")); api != nil && r.Get("RouteKey").Is("$connect") {
			connect[api.ID] = b.auth(r)
		}
	}
	for _, f := range b.app.Functions {
		for _, t := range f.Triggers {
			if a, ok := connect[t.Source]; ok && t.Kind == rind.APIGatewayWebSocket && t.Auth.Type == "none" {
				t.Auth = a
			}
		}
	}
}

// entrances connects the internet to what it can reach directly.
func (b *builder) entrances() {
	for _, r := range b.app.Resources {
		public := false
		switch r.Type {
		case "AWS::ApiGateway::RestApi":
			public = !PrivateAPI(r)
		case "AWS::ApiGatewayV2::Api", "AWS::CloudFront::Distribution":
			public = true
		case "AWS::AppSync::GraphQLApi":
			public = !r.Get("Visibility").Is("PRIVATE")
		case "AWS::ElasticLoadBalancingV2::LoadBalancer":
			public = !r.Get("Scheme").Is("internal")
		}
		if public {
			b.edge(rind.Internet, r.ID, rind.Invokes, "internet-facing endpoint", r.Key)
		}
	}
}

// PrivateAPI reports whether a REST API can only be reached from VPCs.
func PrivateAPI(api *rind.Resource) bool {
	for t := range api.Get("EndpointConfiguration", "Types").Each() {
		if t.Is("PRIVATE") {
			return true
		}
	}
	return api.Get("EndpointConfiguration").Is("PRIVATE")
}

// restAuth maps AuthorizationType of a method or route to the word in
// [rind.Auth].
var restAuth = map[string]string{
	"NONE": "none", "AWS_IAM": "iam", "CUSTOM": "lambda", "COGNITO_USER_POOLS": "cognito", "JWT": "jwt",
}

func (b *builder) auth(r *rind.Resource) rind.Auth {
	v := r.Get("AuthorizationType")
	a := rind.Auth{Span: r.Span}
	switch {
	case v.Present():
		a.Type, a.Span = restAuth[strings.ToUpper(v.Str())], v.Span
	case r.Get("AuthorizerId").Present():
		a.Type = "lambda"
	default:
		a.Type = "none"
	}
	if a.Type == "none" && r.Get("ApiKeyRequired").True() {
		a.Type = "api-key"
	}
	if t := b.app.Target(r.Get("AuthorizerId")); t != nil {
		a.Authorizer = t.ID
		if t.Get("AuthorizerType").Is("JWT") {
			a.Type = "jwt"
		}
		if t.Get("Type").Is("COGNITO_USER_POOLS") {
			a.Type = "cognito"
		}
	}
	return a
}

func (b *builder) method(r *rind.Resource) {
	api := b.app.Target(r.Get("RestApiId"))
	method, route := r.Get("HttpMethod").Str(), ResourcePath(b.app, r.Get("ResourceId"))
	uri := r.Get("Integration", "Uri")
	f := b.function(uri)
	if f == nil {
		b.integrates(api, uri, r.Get("Integration", "Credentials"), r.Span)
		return
	}
	t := rind.Trigger{
		Kind: rind.APIGatewayREST, Method: method, Path: route, Detail: strings.TrimSpace(method + " " + route),
		Auth: b.auth(r), Public: true, Enabled: true, Value: r.Properties, Span: r.Span,
	}
	if api != nil {
		t.Source, t.Public = api.ID, !PrivateAPI(api)
	}
	b.add(f, t)
}

// ResourcePath builds the path of a REST API's resource, which v refers to,
// from its parents; "/" where it refers to the API's root or is unknown.
func ResourcePath(app *rind.App, v *rind.Value) string { return resourcePath(app, v, 0) }

func resourcePath(app *rind.App, v *rind.Value, depth int) string {
	r := app.Target(v)
	if r == nil || r.Type != "AWS::ApiGateway::Resource" || depth > 32 {
		return "/"
	}
	return strings.TrimSuffix(resourcePath(app, r.Get("ParentId"), depth+1), "/") + "/" + r.Get("PathPart").Pattern()
}

// integrates adds the edge of an API that calls another AWS service itself.
func (b *builder) integrates(api *rind.Resource, uri, credentials *rind.Value, span rind.Span) {
	if api == nil {
		return
	}
	if t := b.app.Target(uri); t != nil {
		b.edge(api.ID, t.ID, rind.Writes, "service integration", span)
		return
	}
	// The target stands in the request template; the role says who acts.
	if role := b.app.Target(credentials); role != nil && role.Type == "AWS::IAM::Role" {
		b.edge(api.ID, role.ID, rind.Assumes, "integration credentials", span)
	}
}

func (b *builder) route(r *rind.Resource) {
	api := b.app.Target(r.Get("ApiId"))
	kind := rind.APIGatewayHTTP
	if api != nil && api.Get("ProtocolType").Is("WEBSOCKET") {
		kind = rind.APIGatewayWebSocket
	}
	integration := b.app.Target(r.Get("Target"))
	if integration == nil || integration.Type != "AWS::ApiGatewayV2::Integration" {
		return
	}
	key := r.Get("RouteKey").Str()
	f := b.function(integration.Get("IntegrationUri"))
	if f == nil {
		b.integrates(api, integration.Get("RequestParameters"), integration.Get("CredentialsArn"), r.Span)
		return
	}
	t := rind.Trigger{Kind: kind, Detail: key, Auth: b.auth(r), Public: true, Enabled: true, Value: r.Properties, Span: r.Span}
	if method, path, ok := strings.Cut(key, " "); ok {
		t.Method, t.Path = method, path
	}
	if api != nil {
		t.Source = api.ID
	}
	b.add(f, t)
}

func (b *builder) quickCreate(r *rind.Resource, kind rind.TriggerKind) {
	if f := b.function(r.Get("Target")); f != nil {
		key := r.Get("RouteKey").Str()
		if key == "" {
			key = "$default"
		}
		b.add(f, rind.Trigger{Kind: kind, Source: r.ID, Detail: key, Auth: rind.Auth{Type: "none", Span: r.Span}, Public: true, Enabled: true, Value: r.Properties, Span: r.Span})
	}
}

func (b *builder) url(r *rind.Resource) {
	f := b.function(r.Get("TargetFunctionArn"))
	if f == nil {
		return
	}
	v := r.Get("AuthType")
	a := rind.Auth{Span: r.Span}
	if v.Present() {
		a.Span = v.Span
	}
	switch {
	case v.Is("NONE"):
		a.Type = "none"
	case v.Is("AWS_IAM"):
		a.Type = "iam"
	}
	b.add(f, rind.Trigger{Kind: rind.FunctionURL, Source: r.ID, Auth: a, Public: true, Enabled: true, Value: r.Properties, Span: r.Span})
}

// openAPI reads the routes of an API that is defined by a document.
func (b *builder) openAPI(api *rind.Resource, kind rind.TriggerKind, public bool) {
	doc := api.Get("Body")
	for route, item := range doc.Get("paths").Entries() {
		for method, op := range item.Entries() {
			if !httpMethod(method) {
				continue
			}
			integration := op.Get("x-amazon-apigateway-integration")
			uri := integration.Get("uri")
			f := b.function(uri)
			if f == nil {
				b.integrates(api, uri, integration.Get("credentials"), op.Span)
				continue
			}
			m := strings.ToUpper(method)
			if m == "X-AMAZON-APIGATEWAY-ANY-METHOD" {
				m = "ANY"
			}
			span := op.Span
			if field := item.Field(method); field != nil && span.IsZero() {
				span = field.Span
			}
			b.add(f, rind.Trigger{
				Kind: kind, Source: api.ID, Method: m, Path: route, Detail: m + " " + route,
				Auth: b.operationAuth(doc, op, span), Public: public, Enabled: true, Value: op, Span: span,
			})
		}
	}
}

func httpMethod(name string) bool {
	switch strings.ToLower(name) {
	case "get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method":
		return true
	}
	return false
}

// isAuthorizer reports whether f serves the API only as its authorizer.
func (b *builder) isAuthorizer(f *rind.Function, api string) bool {
	for _, r := range b.app.OfType("AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer") {
		owner := r.Get("RestApiId")
		if owner == nil {
			owner = r.Get("ApiId")
		}
		if t := b.app.Target(owner); t != nil && t.ID == api && b.function(r.Get("AuthorizerUri")) == f {
			return true
		}
	}
	doc := b.app.Resource(api).Get("Body")
	for _, schemes := range []*rind.Value{doc.Get("securityDefinitions"), doc.Get("components", "securitySchemes")} {
		for _, s := range schemes.Entries() {
			if b.function(s.Get("x-amazon-apigateway-authorizer", "authorizerUri")) == f {
				return true
			}
		}
	}
	return false
}
