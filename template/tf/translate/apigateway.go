package translate

import "rind/rind"

const executeAPI = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${.}"

func init() {
	table(`
aws_api_gateway_rest_api AWS::ApiGateway::RestApi #Name id= root_resource_id=RootResourceId arn=arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${.} execution_arn=` + executeAPI + `
  body                    .                           json
  policy                  .                           json
  endpoint_configuration.types  .
  endpoint_configuration.vpc_endpoint_ids  EndpointConfiguration.VpcEndpointIds
  minimum_compression_size  .                         key
  put_rest_api_mode       Mode
  fail_on_warnings        .
aws_api_gateway_rest_api_policy -
  policy                  .                           json
aws_api_gateway_resource AWS::ApiGateway::Resource id= path=path
aws_api_gateway_method AWS::ApiGateway::Method id= http_method=
  authorization           AuthorizationType
  request_parameters      .
  request_models          .
aws_api_gateway_integration -
  type                    Integration.Type
  integration_http_method Integration.IntegrationHttpMethod
  uri                     Integration.Uri
  credentials             Integration.Credentials
  connection_type         Integration.ConnectionType
  connection_id           Integration.ConnectionId
  request_parameters      Integration.RequestParameters
  request_templates       Integration.RequestTemplates
  passthrough_behavior    Integration.PassthroughBehavior
  cache_key_parameters    Integration.CacheKeyParameters
  cache_namespace         Integration.CacheNamespace
  content_handling        Integration.ContentHandling
  timeout_milliseconds    Integration.TimeoutInMillis
  response_transfer_mode  Integration.ResponseTransferMode
  tls_config.insecure_skip_verification  Integration.TlsConfig.InsecureSkipVerification
aws_api_gateway_method_response -
aws_api_gateway_integration_response -
aws_api_gateway_deployment AWS::ApiGateway::Deployment id= execution_arn=arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${:rest_api_id}/${:stage_name}
  triggers                -
  variables               StageDescription.Variables
  stage_description       -
  canary_settings         -
aws_api_gateway_stage AWS::ApiGateway::Stage #StageName id= stage_name= execution_arn=arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${:rest_api_id}/${.} arn=arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${:rest_api_id}/stages/${.}
  access_log_settings     AccessLogSetting
  access_log_settings.destination_arn  AccessLogSetting.DestinationArn
  access_log_settings.format  AccessLogSetting.Format
  canary_settings         CanarySetting
  xray_tracing_enabled    TracingEnabled
  cache_cluster_size      .
aws_api_gateway_method_settings -
  settings                ~
aws_api_gateway_authorizer AWS::ApiGateway::Authorizer #Name id=
  type                    .
  identity_source         .
  provider_arns           ProviderARNs
  authorizer_credentials  .
aws_api_gateway_usage_plan AWS::ApiGateway::UsagePlan #UsagePlanName id=
  name                    UsagePlanName
  api_stages[]            .
  api_stages.stage        Stage
  api_stages.throttle[]   Throttle
  quota_settings          Quota
  quota_settings.limit    Quota.Limit
  throttle_settings       Throttle
aws_api_gateway_usage_plan_key AWS::ApiGateway::UsagePlanKey id=
aws_api_gateway_api_key AWS::ApiGateway::ApiKey #Name id= value=value
aws_api_gateway_domain_name AWS::ApiGateway::DomainName #DomainName id= domain_name=
  endpoint_configuration  .
  mutual_tls_authentication  .
  policy                  .                           json
aws_api_gateway_base_path_mapping AWS::ApiGateway::BasePathMapping id=
  api_id                  RestApiId
  stage_name              Stage
aws_api_gateway_request_validator AWS::ApiGateway::RequestValidator #Name id=
aws_api_gateway_model AWS::ApiGateway::Model #Name id=
  schema                  .                           json
aws_api_gateway_gateway_response AWS::ApiGateway::GatewayResponse id=
aws_api_gateway_account AWS::ApiGateway::Account id=
aws_api_gateway_client_certificate AWS::ApiGateway::ClientCertificate id=
aws_api_gateway_vpc_link AWS::ApiGateway::VpcLink #Name id=
aws_api_gateway_documentation_part AWS::ApiGateway::DocumentationPart id=
aws_api_gateway_documentation_version AWS::ApiGateway::DocumentationVersion id=
aws_apigatewayv2_api AWS::ApiGatewayV2::Api #Name id= api_endpoint=ApiEndpoint arn=arn:${AWS::Partition}:apigateway:${AWS::Region}::/apis/${.} execution_arn=` + executeAPI + `
  cors_configuration      .
  body                    .                           json
  tags                    .
  fail_on_warnings        .
aws_apigatewayv2_route AWS::ApiGatewayV2::Route id=
  request_parameter       RequestParameters
aws_apigatewayv2_route_response AWS::ApiGatewayV2::RouteResponse id=
aws_apigatewayv2_stage AWS::ApiGatewayV2::Stage #StageName id= name= invoke_url=invoke_url arn=arn:${AWS::Partition}:apigateway:${AWS::Region}::/apis/${:api_id}/stages/${.} execution_arn=arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${:api_id}/${.}
  name                    StageName
  default_route_settings  .
  tags                    .
aws_apigatewayv2_integration AWS::ApiGatewayV2::Integration id=
  timeout_milliseconds    TimeoutInMillis
  response_parameters     -
aws_apigatewayv2_integration_response AWS::ApiGatewayV2::IntegrationResponse id=
aws_apigatewayv2_authorizer AWS::ApiGatewayV2::Authorizer #Name id=
  identity_sources        IdentitySource
aws_apigatewayv2_deployment AWS::ApiGatewayV2::Deployment id=
  triggers                -
aws_apigatewayv2_domain_name AWS::ApiGatewayV2::DomainName #DomainName id= domain_name=
  domain_name_configuration  DomainNameConfigurations list
  mutual_tls_authentication  .
  tags                    .
aws_apigatewayv2_api_mapping AWS::ApiGatewayV2::ApiMapping id=
aws_apigatewayv2_model AWS::ApiGatewayV2::Model #Name id=
  schema                  .                           json
aws_apigatewayv2_vpc_link AWS::ApiGatewayV2::VpcLink #Name id=
  tags                    .
`)
	on(func(s *shape) { s.join = mergeInto("RestApiId", "AWS::ApiGateway::RestApi") }, "aws_api_gateway_rest_api_policy")
	on(func(s *shape) { s.after = routeSettings }, "aws_apigatewayv2_stage")
	on(func(s *shape) { s.join = joinIntegration }, "aws_api_gateway_integration")
	on(func(s *shape) { s.join = joinResponse(false) }, "aws_api_gateway_method_response")
	on(func(s *shape) { s.join = joinResponse(true) }, "aws_api_gateway_integration_response")
	on(func(s *shape) { s.after, s.join = methodSettings, joinMethodSettings }, "aws_api_gateway_method_settings")
}

// routeSettings turns the route_settings blocks of a stage, which name their
// route, into the map that CloudFormation has.
func routeSettings(_ *translation, u *unit) {
	v := u.get("RouteSettings")
	if v == nil {
		return
	}
	out := rind.NewMap(v.Span)
	for it := range v.Each() {
		key := it.Get("RouteKey")
		if key.Pattern() == "" {
			return
		}
		settings := rind.NewMap(it.Span)
		for _, f := range it.Fields {
			if f.Key != "RouteKey" {
				settings.Fields = append(settings.Fields, f)
			}
		}
		out.Fields = append(out.Fields, rind.Field{Key: key.Text, Span: key.Span, Value: settings})
	}
	u.override(rind.Field{Key: "RouteSettings", Span: v.Span, Value: out})
}

// method finds the method that an integration or response belongs to: by a
// reference to it, else by API, resource and verb.
func (t *translation) method(u *unit) *unit {
	verb, resource, api := u.get("HttpMethod"), u.get("ResourceId"), u.get("RestApiId")
	if m := t.find(u, verb, "AWS::ApiGateway::Method", ""); m != nil {
		return m
	}
	if i := t.find(u, verb, "Terraform::aws_api_gateway_integration"); i != nil && i != u {
		return t.method(i)
	}
	var found []*unit
	for _, m := range t.units {
		if m.res.Type == "AWS::ApiGateway::Method" && same(m.get("HttpMethod"), verb) &&
			same(m.get("ResourceId"), resource) && same(m.get("RestApiId"), api) {
			found = append(found, m)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// same reports whether two values are the same text or reference.
func same(a, b *rind.Value) bool {
	return a != nil && b != nil && a.Kind == b.Kind && a.Text == b.Text && a.Text != ""
}

func joinIntegration(t *translation, u *unit) {
	m := t.method(u)
	if m == nil {
		return
	}
	u.merged = true
	if f := u.res.Properties.Field("Integration"); f != nil {
		v := *f.Value
		v.Span = u.block.Span
		m.override(rind.Field{Key: "Integration", Span: u.block.Key, Value: with(&v, nil, f.Span, responsesOf(m))})
	}
}

// responsesOf keeps integration responses that were joined first.
func responsesOf(m *unit) *rind.Value {
	r := m.get("Integration", "IntegrationResponses")
	if r == nil {
		return rind.NewMap(m.block.Span)
	}
	return object(r.Span, "IntegrationResponses", r)
}

// joinResponse moves a method or integration response into its method.
func joinResponse(integration bool) func(*translation, *unit) {
	return func(t *translation, u *unit) {
		m := t.method(u)
		if m == nil {
			return
		}
		u.merged = true
		item := rind.NewMap(u.block.Span)
		for _, f := range u.res.Properties.Fields {
			switch f.Key {
			case "RestApiId", "ResourceId", "HttpMethod":
			default:
				item.Fields = append(item.Fields, f)
			}
		}
		path := []string{"MethodResponses"}
		if integration {
			path = []string{"Integration", "IntegrationResponses"}
		}
		m.res.Properties = with(m.res.Properties, path, u.block.Key, rind.NewList(u.block.Span, item))
	}
}

// methodSettings splits method_path ("*/*", "orders/GET") into the two
// properties CloudFormation has.
func methodSettings(_ *translation, u *unit) {
	path := u.get("MethodPath")
	text := path.Str()
	i := lastSlash(text)
	if i < 0 {
		return
	}
	resource := text[:i]
	if resource == "*" {
		resource = "/*"
	} else if resource == "" || resource[0] != '/' {
		resource = "/" + resource
	}
	u.put(rind.NewString(resource, path.Span), "ResourcePath")
	u.put(rind.NewString(text[i+1:], path.Span), "HttpMethod")
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

// joinMethodSettings moves method settings into the stage they are for, or
// into the deployment that makes the stage.
func joinMethodSettings(t *translation, u *unit) {
	name, api := u.get("StageName"), u.get("RestApiId")
	stage := t.find(u, name, "AWS::ApiGateway::Stage")
	if stage == nil || api != nil && stage.get("RestApiId") != nil && !same(stage.get("RestApiId"), api) {
		stage = nil
		for _, s := range t.units {
			if s.res.Type == "AWS::ApiGateway::Stage" && same(s.get("RestApiId"), api) && same(s.get("StageName"), name) {
				stage = s
			}
		}
	}
	if stage == nil {
		return
	}
	u.merged = true
	item := rind.NewMap(u.block.Span)
	for _, f := range u.res.Properties.Fields {
		switch f.Key {
		case "RestApiId", "StageName", "MethodPath":
		default:
			item.Fields = append(item.Fields, f)
		}
	}
	stage.appendTo("MethodSettings", item)
}
