package sls

import (
	"strings"

	"rind/rind"
	"rind/template/cfn"
)

// restAPI gathers what the http events of a service need.
type restAPI struct {
	span     rind.Span
	id       *rind.Value // Ref to the API, or a given restApiId
	existing bool
}

const (
	restID = "ApiGatewayRestApi"
	httpID = "HttpApi"
	wsID   = "WebsocketsApi"
)

// api returns the REST API of the service, adding it at the first http event.
func (b *builder) api(span rind.Span) *restAPI {
	if b.rest != nil {
		return b.rest
	}
	settings := b.provider.Get("apiGateway")
	b.rest = &restAPI{span: span, id: ref(span, restID)}
	if given := settings.Get("restApiId"); given.Present() {
		b.rest.id, b.rest.existing = given, true
		return b.rest
	}
	at := b.provider.Span
	if settings.Present() {
		at = settings.Span
	}
	kind := first(b.provider.Get("endpointType"), rind.NewString("EDGE", at))
	if kind.Scalar() {
		kind = rind.NewString(strings.ToUpper(kind.Text), kind.Span)
	}
	policy := first(settings.Get("resourcePolicy"), b.provider.Get("resourcePolicy"))
	if policy.Present() {
		policy = obj(policy.Span, "Version", "2012-10-17", "Statement", policy)
	}
	name := first(b.provider.Get("apiName"), rind.NewString(b.stage+"-"+b.service.Str(), at))
	made := fromProvider
	made.Generated = false
	b.add(restID, "AWS::ApiGateway::RestApi", made, span, at, obj(at,
		"Name", name, "EndpointConfiguration", obj(kind.Span, "Types", list(kind.Span, kind), "VpcEndpointIds", b.provider.Get("vpcEndpointIds")),
		"Policy", policy, "MinimumCompressionSize", settings.Get("minimumCompressionSize"),
		"BinaryMediaTypes", settings.Get("binaryMediaTypes"), "DisableExecuteApiEndpoint", settings.Get("disableDefaultEndpoint"),
		"ApiKeySourceType", settings.Get("apiKeySourceType")))
	return b.rest
}

// finishREST adds the deployment and the stage. The framework sets a stage's
// logging and tracing by calls after deployment; here they are properties of
// the stage, which is what is deployed in the end.
func (b *builder) finishREST() {
	if b.rest == nil || b.rest.existing {
		return
	}
	settings, logs := b.provider.Get("apiGateway"), b.provider.Get("logs", "restApi")
	at := b.provider.Span
	if settings.Present() {
		at = settings.Span
	}
	made := fromProvider
	made.Generated = false
	b.add("ApiGatewayDeployment", "AWS::ApiGateway::Deployment", fromProvider, b.rest.span, at, obj(at, "RestApiId", ref(at, restID)))
	var access, methods *rind.Value
	if logs.True() || logs != nil && logs.Kind == rind.Map {
		s := logs.Span
		if !logs.Get("accessLogging").False() {
			access = obj(s, "DestinationArn", att(s, "ApiGatewayLogGroup", "Arn"), "Format", first(logs.Get("format"),
				rind.NewString("requestId: $context.requestId, ip: $context.identity.sourceIp, status: $context.status", s)))
			b.add("ApiGatewayLogGroup", "AWS::Logs::LogGroup", fromProvider, s, s, obj(s,
				"LogGroupName", "/aws/api-gateway/"+b.service.Str()+"-"+b.stage, "RetentionInDays", b.provider.Get("logRetentionInDays")))
		}
		level, data := executionLog(logs)
		// https://www.serverless.com/framework/docs/providers/aws/events/apigateway#logs
		methods = list(s, obj(s, "HttpMethod", "*", "ResourcePath", "/*", "LoggingLevel", level,
			"DataTraceEnabled", data, "MetricsEnabled", settings.Get("metrics")))
	} else if m := settings.Get("metrics"); m.Present() {
		methods = list(m.Span, obj(m.Span, "HttpMethod", "*", "ResourcePath", "/*", "MetricsEnabled", m))
	}
	b.add("ApiGatewayStage", "AWS::ApiGateway::Stage", made, b.rest.span, at, obj(at,
		"RestApiId", ref(at, restID), "DeploymentId", ref(at, "ApiGatewayDeployment"), "StageName", first(settings.Get("stage"), rind.NewString(b.stage, at)),
		"TracingEnabled", b.provider.Get("tracing", "apiGateway"), "AccessLogSetting", access, "MethodSettings", methods))
	b.usagePlan(settings)
}

// executionLog is what a stage's execution log holds. The framework turns
// full request data on unless told otherwise.
// https://www.serverless.com/framework/docs/providers/aws/events/apigateway#logs
func executionLog(logs *rind.Value) (level, data *rind.Value) {
	if off := logs.Get("executionLogging"); off.False() {
		return rind.NewString("OFF", off.Span), rind.NewBool(false, off.Span)
	}
	return first(logs.Get("level"), rind.NewString("INFO", logs.Span)), first(logs.Get("fullExecutionData"), rind.NewBool(true, logs.Span))
}

func (b *builder) usagePlan(settings *rind.Value) {
	plan, keys := first(settings.Get("usagePlan"), b.provider.Get("usagePlan")), first(settings.Get("apiKeys"), b.provider.Get("apiKeys"))
	if keys.Absent() && plan.Absent() {
		return
	}
	for _, p := range asMaps(plan) {
		s := p.Span
		throttle, quota := p.Get("throttle"), p.Get("quota")
		props := obj(s, "ApiStages", list(s, obj(s, "ApiId", ref(s, restID), "Stage", b.stage)))
		if throttle.Present() {
			props.Fields = append(props.Fields, rind.Field{Key: "Throttle", Span: throttle.Span, Value: obj(throttle.Span, "BurstLimit", throttle.Get("burstLimit"), "RateLimit", throttle.Get("rateLimit"))})
		}
		if quota.Present() {
			props.Fields = append(props.Fields, rind.Field{Key: "Quota", Span: quota.Span, Value: obj(quota.Span, "Limit", quota.Get("limit"), "Offset", quota.Get("offset"), "Period", quota.Get("period"))})
		}
		b.add("ApiGatewayUsagePlan", "AWS::ApiGateway::UsagePlan", fromProvider, s, s, props)
	}
	n := 0
	for k := range keys.Each() {
		n++
		name, value := k, (*rind.Value)(nil)
		if k.Kind == rind.Map {
			name, value = k.Get("name"), k.Get("value")
		}
		b.add("ApiGatewayApiKey"+itoa(n), "AWS::ApiGateway::ApiKey", fromProvider, k.Span, k.Span, obj(k.Span, "Name", name, "Value", value, "Enabled", true))
	}
}

// http expands one http event to the method, its resources and permission.
func (b *builder) http(f *function, v *rind.Value) {
	api := b.api(v.Span)
	method, route, span := v.Get("method"), v.Get("path"), v.Span
	if v.Kind != rind.Map {
		m, p, _ := strings.Cut(strings.TrimSpace(v.Str()), " ")
		method, route = rind.NewString(m, span), rind.NewString(strings.TrimSpace(p), span)
	}
	verb := strings.ToUpper(method.Str())
	if verb == "*" {
		verb = "ANY"
	}
	parent, name := b.restResource(route, span)
	props := obj(span, "RestApiId", api.id, "ResourceId", parent, "HttpMethod", verb,
		"ApiKeyRequired", v.Get("private"), "Integration", b.restIntegration(f, v))
	props.Fields = append(props.Fields, b.restAuth(f, v, api).Fields...)
	if schemas := first(v.Get("request", "schemas"), v.Get("request", "schema")); schemas.Present() {
		b.add("ApiGatewayRequestValidator", "AWS::ApiGateway::RequestValidator", fromProvider, schemas.Span, schemas.Span,
			obj(schemas.Span, "RestApiId", api.id, "ValidateRequestBody", true, "ValidateRequestParameters", true))
		props.Fields = append(props.Fields, rind.Field{Key: "RequestValidatorId", Span: schemas.Span, Value: ref(schemas.Span, "ApiGatewayRequestValidator")})
	}
	b.add("ApiGatewayMethod"+name+normalize(strings.ToLower(verb)), "AWS::ApiGateway::Method", f.forFunction(false), span, span, props)
	b.cors(f, v.Get("cors"), api, parent, name)
	b.permit(f, span, "ApiGateway", "apigateway.amazonaws.com", obj(span, "Fn::Join", list(span, "", list(span,
		"arn:", ref(span, "AWS::Partition"), ":execute-api:", ref(span, "AWS::Region"), ":", ref(span, "AWS::AccountId"), ":", api.id, "/*/*"))))
}

func (b *builder) restIntegration(f *function, v *rind.Value) *rind.Value {
	span := v.Span
	kind := "AWS_PROXY"
	switch strings.ToUpper(strings.ReplaceAll(v.Get("integration").Str(), "-", "_")) {
	case "LAMBDA", "AWS":
		kind = "AWS"
	case "MOCK":
		kind = "MOCK"
	case "HTTP", "HTTP_PROXY":
		kind = "HTTP_PROXY"
	}
	return obj(span, "Type", kind, "IntegrationHttpMethod", "POST", "Uri", invokeURI(span, f.id))
}

func invokeURI(span rind.Span, id string) *rind.Value {
	return obj(span, "Fn::Join", list(span, "", list(span, "arn:", ref(span, "AWS::Partition"), ":apigateway:", ref(span, "AWS::Region"),
		":lambda:path/2015-03-31/functions/", att(span, id, "Arn"), "/invocations")))
}

// restResource adds the resources along a path and returns what the method
// hangs on, with the name the framework gives it.
func (b *builder) restResource(route *rind.Value, span rind.Span) (*rind.Value, string) {
	settings := b.provider.Get("apiGateway")
	parent := first(settings.Get("restApiRootResourceId"), att(span, restID, "RootResourceId"))
	name := ""
	for part := range strings.SplitSeq(strings.Trim(route.Pattern(), "/"), "/") {
		if part == "" {
			continue
		}
		piece := part
		if strings.HasPrefix(piece, "{") {
			piece = strings.Trim(piece, "{}+") + "Var"
		}
		name += normalize(alphanumeric(strings.ReplaceAll(piece, "-", "Dash")))
		id := "ApiGatewayResource" + name
		b.add(id, "AWS::ApiGateway::Resource", fromProvider, span, span, obj(span, "RestApiId", b.rest.id, "ParentId", parent, "PathPart", part))
		parent = ref(span, id)
	}
	return parent, name
}

// restAuth reads the authorizer of an http event.
// https://www.serverless.com/framework/docs/providers/aws/events/apigateway#http-endpoints-with-custom-authorizers
func (b *builder) restAuth(f *function, event *rind.Value, api *restAPI) *rind.Value {
	v := event.Get("authorizer")
	if v.Absent() {
		return obj(event.Span, "AuthorizationType", "NONE")
	}
	s := v.Span
	if v.Is("aws_iam") || v.Get("type").Is("aws_iam") {
		return obj(s, "AuthorizationType", "AWS_IAM")
	}
	if id := v.Get("authorizerId"); id.Present() {
		kind := first(v.Get("type"), rind.NewString("CUSTOM", s))
		if kind.Scalar() {
			kind = rind.NewString(strings.ToUpper(kind.Text), kind.Span)
			if kind.Is("TOKEN", "REQUEST") {
				kind = rind.NewString("CUSTOM", kind.Span)
			}
		}
		return obj(s, "AuthorizationType", kind, "AuthorizerId", id)
	}
	name, arn := v.Get("name"), v.Get("arn")
	switch {
	case v.Kind == rind.Map && intrinsic(v):
		arn = v
	case v.Scalar() && strings.HasPrefix(v.Text, "arn:"), v.Symbolic():
		arn = v
	case v.Scalar():
		name = v
	}
	id := "AuthorizerApiGatewayAuthorizer"
	if name.Scalar() {
		id = normalize(alphanumeric(name.Text)) + "ApiGatewayAuthorizer"
	} else if arn.Scalar() {
		id = normalize(alphanumeric(arn.Text[strings.LastIndexByte(arn.Text, ':')+1:])) + "ApiGatewayAuthorizer"
	}
	cognito := v.Get("type").Is("COGNITO_USER_POOLS") || strings.Contains(arn.Pattern(), ":cognito-idp:") || pointsAt(arn, b.doc, "AWS::Cognito::UserPool")
	props := obj(s, "RestApiId", api.id, "Name", first(name, rind.NewString("authorizer", s)),
		"AuthorizerResultTtlInSeconds", v.Get("resultTtlInSeconds"), "IdentityValidationExpression", v.Get("identityValidationExpression"),
		"IdentitySource", first(v.Get("identitySource"), rind.NewString("method.request.header.Authorization", s)))
	kind := "CUSTOM"
	if cognito {
		kind = "COGNITO_USER_POOLS"
		props.Fields = append(props.Fields, obj(s, "Type", kind, "ProviderARNs", list(s, arn)).Fields...)
	} else {
		uri := arn
		if other := b.functionNamed(name); other != nil && arn.Absent() {
			uri = invokeURI(s, other.id)
		}
		props.Fields = append(props.Fields, obj(s, "Type", strings.ToUpper(first(v.Get("type"), rind.NewString("TOKEN", s)).Str()), "AuthorizerUri", uri).Fields...)
	}
	b.add(id, "AWS::ApiGateway::Authorizer", fromFunction(f), s, s, props)
	return obj(s, "AuthorizationType", kind, "AuthorizerId", ref(s, id), "AuthorizationScopes", v.Get("scopes"))
}

func fromFunction(f *function) cfn.Made { return f.forFunction(false) }

func (b *builder) functionNamed(name *rind.Value) *function {
	for _, f := range b.functions {
		if name.Scalar() && f.name == name.Text {
			return f
		}
	}
	return nil
}

// pointsAt reports whether v refers to a resource of the given type below
// resources.
func pointsAt(v, doc *rind.Value, kind string) bool {
	id := v.Get("Fn::GetAtt").At(0).Str()
	if id == "" {
		id = v.Get("Ref").Str()
	}
	for _, group := range asMaps(doc.Get("resources")) {
		if group.Get("Resources", id, "Type").Is(kind) {
			return id != ""
		}
	}
	return false
}

// cors adds the OPTIONS method that answers preflight requests.
func (b *builder) cors(f *function, v *rind.Value, api *restAPI, parent *rind.Value, name string) {
	if v.Absent() || v.False() {
		return
	}
	s := v.Span
	origin := first(v.Get("origin"), v.Get("origins").At(0), rind.NewString("*", s))
	if origin.Scalar() {
		origin = rind.NewString("'"+origin.Text+"'", origin.Span)
	}
	headers := obj(s, "method.response.header.Access-Control-Allow-Origin", origin)
	if c := v.Get("allowCredentials"); c.True() {
		headers.Fields = append(headers.Fields, rind.Field{Key: "method.response.header.Access-Control-Allow-Credentials", Span: c.Span, Value: rind.NewString("'true'", c.Span)})
	}
	b.add("ApiGatewayMethod"+name+"Options", "AWS::ApiGateway::Method", f.forFunction(true), s, s, obj(s,
		"RestApiId", api.id, "ResourceId", parent, "HttpMethod", "OPTIONS", "AuthorizationType", "NONE",
		"Integration", obj(s, "Type", "MOCK", "IntegrationResponses", list(s, obj(s, "StatusCode", "200", "ResponseParameters", headers)))))
}

// permit lets a service invoke f, once per service and function.
func (b *builder) permit(f *function, span rind.Span, service, principal string, source *rind.Value, extra ...any) {
	props := append([]any{"FunctionName", att(span, f.id, "Arn"), "Action", "lambda:InvokeFunction", "Principal", principal, "SourceArn", source}, extra...)
	b.add(normalize(f.name)+"LambdaPermission"+service, "AWS::Lambda::Permission", f.forFunction(true), span, span, obj(span, props...))
}
