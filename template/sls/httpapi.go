package sls

import (
	"strings"

	"rind/rind"
)

// httpEvent expands an httpApi event.
// https://www.serverless.com/framework/docs/providers/aws/events/http-api
func (b *builder) httpEvent(f *function, v *rind.Value) {
	span := v.Span
	api := b.httpAPIRef(span)
	key := "$default"
	method, route := v.Get("method").Str(), v.Get("path").Pattern()
	if v.Kind != rind.Map {
		if text := strings.TrimSpace(v.Str()); text != "*" {
			method, route, _ = strings.Cut(text, " ")
		}
	}
	switch {
	case route == "*" || route == "" && method == "*":
	case route != "":
		if method == "" || method == "*" {
			method = "ANY"
		}
		key = strings.ToUpper(method) + " " + strings.TrimSpace(route)
	}
	integration := "HttpApiIntegration" + normalize(f.name)
	b.add(integration, "AWS::ApiGatewayV2::Integration", f.forFunction(true), span, span, obj(span,
		"ApiId", api, "IntegrationType", "AWS_PROXY", "IntegrationUri", att(span, f.id, "Arn"),
		"PayloadFormatVersion", first(f.props.Get("httpApi", "payload"), b.provider.Get("httpApi", "payload"), rind.NewString("2.0", span))))
	props := obj(span, "ApiId", api, "RouteKey", key, "Target", obj(span, "Fn::Join", list(span, "/", list(span, "integrations", ref(span, integration)))))
	props.Fields = append(props.Fields, b.httpAuth(v).Fields...)
	b.add("HttpApiRoute"+alphanumeric(normalize(key)), "AWS::ApiGatewayV2::Route", f.forFunction(false), span, span, props)
	b.permit(f, span, "HttpApi", "apigateway.amazonaws.com", obj(span, "Fn::Join", list(span, "", list(span,
		"arn:", ref(span, "AWS::Partition"), ":execute-api:", ref(span, "AWS::Region"), ":", ref(span, "AWS::AccountId"), ":", api, "/*"))))
}

// httpAPIRef returns the HTTP API, adding it and its stage at the first use.
func (b *builder) httpAPIRef(span rind.Span) *rind.Value {
	set := b.provider.Get("httpApi")
	if id := set.Get("id"); id.Present() {
		return id
	}
	if b.httpAPI != nil {
		return b.httpAPI
	}
	b.httpAPI = ref(span, httpID)
	at := span
	if set.Present() {
		at = set.Span
	}
	made := fromProvider
	made.Generated = false
	b.add(httpID, "AWS::ApiGatewayV2::Api", made, span, at, obj(at,
		"Name", first(set.Get("name"), rind.NewString(b.stage+"-"+b.service.Str(), at)), "ProtocolType", "HTTP",
		"CorsConfiguration", httpCORS(set.Get("cors")), "DisableExecuteApiEndpoint", set.Get("disableDefaultEndpoint")))
	var access *rind.Value
	if logs := b.provider.Get("logs", "httpApi"); logs.Present() && !logs.False() {
		s := logs.Span
		access = obj(s, "DestinationArn", att(s, "HttpApiLogGroup", "Arn"), "Format", first(logs.Get("format"), rind.NewString(`{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","status":"$context.status"}`, s)))
		b.add("HttpApiLogGroup", "AWS::Logs::LogGroup", fromProvider, s, s, obj(s,
			"LogGroupName", "/aws/http-api/"+b.service.Str()+"-"+b.stage, "RetentionInDays", b.provider.Get("logRetentionInDays")))
	}
	var metrics *rind.Value
	if m := set.Get("metrics"); m.Present() {
		metrics = obj(m.Span, "DetailedMetricsEnabled", m)
	}
	b.add("HttpApiStage", "AWS::ApiGatewayV2::Stage", made, span, at, obj(at,
		"ApiId", ref(at, httpID), "StageName", "$default", "AutoDeploy", true, "AccessLogSettings", access, "DefaultRouteSettings", metrics))
	return b.httpAPI
}

func httpCORS(v *rind.Value) *rind.Value {
	switch {
	case v.True():
		return obj(v.Span, "AllowOrigins", list(v.Span, "*"), "AllowHeaders", list(v.Span, "Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token"))
	case v != nil && v.Kind == rind.Map:
		return obj(v.Span, "AllowOrigins", first(v.Get("allowedOrigins"), list(v.Span, "*")), "AllowHeaders", v.Get("allowedHeaders"), "AllowMethods", v.Get("allowedMethods"),
			"AllowCredentials", v.Get("allowCredentials"), "ExposeHeaders", v.Get("exposedResponseHeaders"), "MaxAge", v.Get("maxAge"))
	}
	return nil
}

// httpAuth reads the authorizer of a route: a name of provider.httpApi.
// authorizers, an id, or aws_iam.
func (b *builder) httpAuth(event *rind.Value) *rind.Value {
	v := event.Get("authorizer")
	if v.Absent() {
		return obj(event.Span, "AuthorizationType", "NONE")
	}
	s := v.Span
	if v.Is("aws_iam") || v.Get("type").Is("aws_iam") {
		return obj(s, "AuthorizationType", "AWS_IAM")
	}
	if id := v.Get("id"); id.Present() {
		kind := "JWT"
		if v.Get("type").Is("request") {
			kind = "CUSTOM"
		}
		return obj(s, "AuthorizationType", kind, "AuthorizerId", id, "AuthorizationScopes", v.Get("scopes"))
	}
	name := first(v.Get("name"), v)
	defined := b.provider.Get("httpApi", "authorizers", name.Str())
	if !name.Scalar() || defined.Absent() {
		return obj(s, "AuthorizationType", unknown("authorizer "+name.Pattern(), s))
	}
	id := "HttpApiAuthorizer" + normalize(alphanumeric(name.Text))
	if defined.Get("type").Is("aws_iam") {
		return obj(s, "AuthorizationType", "AWS_IAM")
	}
	d := defined.Span
	if defined.Get("type").Is("request") {
		uri := defined.Get("functionArn")
		if f := b.functionNamed(defined.Get("functionName")); f != nil {
			uri = invokeURI(d, f.id)
		}
		b.add(id, "AWS::ApiGatewayV2::Authorizer", fromProvider, d, d, obj(d, "ApiId", b.httpAPIRef(d), "Name", name, "AuthorizerType", "REQUEST", "AuthorizerUri", uri,
			"AuthorizerPayloadFormatVersion", first(defined.Get("payloadVersion"), rind.NewString("2.0", d)), "EnableSimpleResponses", defined.Get("enableSimpleResponses"),
			"AuthorizerResultTtlInSeconds", defined.Get("resultTtlInSeconds"), "IdentitySource", defined.Get("identitySource")))
		return obj(s, "AuthorizationType", "CUSTOM", "AuthorizerId", ref(s, id))
	}
	b.add(id, "AWS::ApiGatewayV2::Authorizer", fromProvider, d, d, obj(d, "ApiId", b.httpAPIRef(d), "Name", name, "AuthorizerType", "JWT",
		"IdentitySource", list(d, first(defined.Get("identitySource"), rind.NewString("$request.header.Authorization", d))),
		"JwtConfiguration", obj(d, "Issuer", defined.Get("issuerUrl"), "Audience", defined.Get("audience"))))
	return obj(s, "AuthorizationType", "JWT", "AuthorizerId", ref(s, id), "AuthorizationScopes", v.Get("scopes"))
}

// websocket expands a websocket event.
func (b *builder) websocket(f *function, v *rind.Value) {
	span := v.Span
	route := first(v.Get("route"), v)
	set := b.provider.Get("apiGateway", "websocketApiId")
	api := ref(span, wsID)
	if set.Present() {
		api = set
	} else {
		made := fromProvider
		made.Generated = false
		b.add(wsID, "AWS::ApiGatewayV2::Api", made, span, span, obj(span, "Name", first(b.provider.Get("websocketsApiName"), rind.NewString(b.stage+"-"+b.service.Str()+"-websockets", span)),
			"ProtocolType", "WEBSOCKET", "RouteSelectionExpression", first(b.provider.Get("websocketsApiRouteSelectionExpression"), rind.NewString("$request.body.action", span))))
		var access, defaults *rind.Value
		if logs := b.provider.Get("logs", "websocket"); logs.Present() && !logs.False() {
			s := logs.Span
			if !logs.Get("accessLogging").False() {
				access = obj(s, "DestinationArn", att(s, "WebsocketsApiLogGroup", "Arn"), "Format", first(logs.Get("format"), rind.NewString("$context.requestId", s)))
				b.add("WebsocketsApiLogGroup", "AWS::Logs::LogGroup", fromProvider, s, s, obj(s, "LogGroupName", "/aws/websocket/"+b.service.Str()+"-"+b.stage, "RetentionInDays", b.provider.Get("logRetentionInDays")))
			}
			level, data := executionLog(logs)
			defaults = obj(s, "LoggingLevel", level, "DataTraceEnabled", data)
		}
		b.add("WebsocketsDeploymentStage", "AWS::ApiGatewayV2::Stage", made, span, span, obj(span, "ApiId", api, "StageName", b.stage, "AccessLogSettings", access, "DefaultRouteSettings", defaults))
	}
	integration := normalize(f.name) + "WebsocketsIntegration"
	b.add(integration, "AWS::ApiGatewayV2::Integration", f.forFunction(true), span, span, obj(span, "ApiId", api, "IntegrationType", "AWS_PROXY", "IntegrationUri", invokeURI(span, f.id)))
	props := obj(span, "ApiId", api, "RouteKey", route, "Target", obj(span, "Fn::Join", list(span, "/", list(span, "integrations", ref(span, integration)))))
	auth := v.Get("authorizer")
	switch {
	case auth.Absent():
		props.Fields = append(props.Fields, obj(span, "AuthorizationType", "NONE").Fields...)
	case auth.Is("aws_iam"), auth.Get("type").Is("aws_iam"):
		props.Fields = append(props.Fields, obj(auth.Span, "AuthorizationType", "AWS_IAM").Fields...)
	default:
		s := auth.Span
		name := first(auth.Get("name"), auth)
		uri := auth.Get("arn")
		if other := b.functionNamed(name); other != nil {
			uri = invokeURI(s, other.id)
		}
		id := normalize(alphanumeric(name.Pattern())) + "WebsocketsAuthorizer"
		b.add(id, "AWS::ApiGatewayV2::Authorizer", fromFunction(f), s, s, obj(s, "ApiId", api, "Name", name, "AuthorizerType", "REQUEST", "AuthorizerUri", uri,
			"IdentitySource", first(auth.Get("identitySource"), list(s, "route.request.header.Auth"))))
		props.Fields = append(props.Fields, obj(s, "AuthorizationType", "CUSTOM", "AuthorizerId", ref(s, id)).Fields...)
	}
	b.add(alphanumeric(strings.ReplaceAll(normalize(strings.TrimPrefix(route.Pattern(), "$")), "$", ""))+"WebsocketsRoute", "AWS::ApiGatewayV2::Route", f.forFunction(false), span, span, props)
	b.permit(f, span, "Websockets", "apigateway.amazonaws.com", nil) // the framework names no source either
}
