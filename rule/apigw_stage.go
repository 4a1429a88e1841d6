package rule

import (
	"strings"

	"rind/rind"
)

const (
	docThrottling = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html"
	docCaching    = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html"
)

// throttled reports whether a stage limits the rate of requests for all its
// methods, or whether that is not known.
func throttled(r *rind.Resource) bool {
	limits := func(v *rind.Value) bool {
		return v.Symbolic() || v.Get("ThrottlingRateLimit").Present() && v.Get("ThrottlingBurstLimit").Present()
	}
	if limits(r.Get("DefaultRouteSettings")) || r.Get("MethodSettings").Symbolic() {
		return true
	}
	for s := range methodSettings(r) {
		path, method := s.value.Get("ResourcePath"), s.value.Get("HttpMethod")
		all := (path.Absent() || path.Is("/*", "*", "~1*", "")) && (method.Absent() || method.Is("*"))
		if all && limits(s.value) {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-017",
	Title:      "Stage without throttling of its own",
	Why:        "Only the account's limit of 10,000 requests per second applies, and all APIs of the region share it. One client can take it all, and every request that passes is paid for.",
	Risk:       rind.SAS8,
	Severity:   rind.Low,
	CWE:        "CWE-770",
	Profile:    All,
	Layer:      rind.ResilientDesign,
	Sources:    []string{docThrottling},
	Equivalent: []string{"ES2003", "Serverless-APIGWDefaultThrottling"},
	Fix:        "Set ThrottlingRateLimit and ThrottlingBurstLimit for all methods (MethodSettings with * and /*, or DefaultRouteSettings).",
	Types:      []string{"AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if !throttled(r) {
			p.Report(r, nil, "only the limit of the whole account throttles this stage")
		}
	},
})

// planned reports whether a usage plan covers the stage that v stands for:
// stage resource r, or a stage of the given name.
func planned(app *rind.App, r *rind.Resource, name *rind.Value) bool {
	for _, plan := range app.OfType("AWS::ApiGateway::UsagePlan") {
		if plan.Get("ApiStages").Symbolic() {
			return true
		}
		for s := range plan.Get("ApiStages").Each() {
			v := s.Get("Stage")
			if names(v, r) || name.Present() && same(v, name) {
				return true
			}
		}
	}
	return false
}

var _ = register(&Rule{
	ID:       "RIND-APIGW-018",
	Title:    "Stage without usage plan",
	Why:      "A usage plan gives each client a rate and a quota. Without one a single client can use up what all share.",
	Risk:     rind.SAS8,
	Severity: rind.Info,
	CWE:      "CWE-770",
	Profile:  All,
	Sources:  []string{docAPIKeys},
	Equivalent: []string{
		"W64", "783860a3-6dca-4c8b-81d0-7b62769ccbca", "c999cf62-0920-40f8-8dda-0caccd66ed7e",
	},
	Fix:   "Declare an AWS::ApiGateway::UsagePlan for the stage, if clients are known.",
	Types: []string{"AWS::ApiGateway::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if !planned(p.App, r, r.Get("StageName")) {
			p.Report(r, nil, "no usage plan covers the stage")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-019",
	Title:    "Deployment's stage without usage plan",
	Why:      "A usage plan gives each client a rate and a quota. Without one a single client can use up what all share.",
	Risk:     rind.SAS8,
	Severity: rind.Info,
	CWE:      "CWE-770",
	Profile:  All,
	Sources:  []string{docAPIKeys},
	Equivalent: []string{
		"W68", "7f8f1b60-43df-4c28-aa21-fb836dbd8071", "b3a59b8e-94a3-403e-b6e2-527abaf12034",
	},
	Fix:   "Declare an AWS::ApiGateway::UsagePlan for the stage that the deployment serves.",
	Types: []string{"AWS::ApiGateway::Deployment"},
	Check: func(p *Pass, r *rind.Resource) {
		if planned(p.App, nil, r.Get("StageName")) {
			return
		}
		for _, s := range p.App.OfType("AWS::ApiGateway::Stage") {
			if refersTo(s.Get("DeploymentId"), r) && planned(p.App, s, s.Get("StageName")) {
				return
			}
		}
		p.Report(r, nil, "no usage plan covers the stage of this deployment")
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-020",
	Title:    "Request validation off",
	Why:      "A validator turns away requests with missing parameters or a body that does not fit the model before they cost an invocation or reach code that did not expect them.",
	Risk:     rind.SAS1,
	Severity: rind.Low,
	CWE:      "CWE-20",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html"},
	Equivalent: []string{
		"CKV2_AWS_53", "AwsSolutions-APIG2",
	},
	Fix:   "Declare an AWS::ApiGateway::RequestValidator and set RequestValidatorId, with required parameters and a model for the body.",
	Types: []string{"AWS::ApiGateway::Method", "AWS::ApiGateway::RequestValidator"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Type == "AWS::ApiGateway::RequestValidator" {
			if off(r.Get("ValidateRequestBody")) && off(r.Get("ValidateRequestParameters")) {
				p.Report(r, nil, "the validator checks neither the body nor the parameters")
			}
			return
		}
		if blank(r.Get("RequestValidatorId")) && !preflight(r.Get("HttpMethod").Str()) {
			p.Report(r, nil, "requests reach the backend unchecked: the method has no validator")
		}
	},
})

var cacheIDs = []string{
	"AWS-0002", "CKV_AWS_308", "W87", "APIGateway.5", "APIGWCacheEnabledAndEncrypted", "apigateway_restapi_cache_encrypted",
	"API_GW_CACHE_ENABLED_AND_ENCRYPTED", "37cca703-b74c-48ba-ac81-595b53398e9b", "b7c9a40c-23e4-4a2d-8d39-a3352f10f288",
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-021",
	Title:      "Cached responses not encrypted",
	Why:        "Responses, which may hold personal data, lie unencrypted in the cache.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{docCaching, "FSBP APIGateway.5"},
	Equivalent: cacheIDs,
	Fix:        "Set CacheDataEncrypted to true wherever CachingEnabled is.",
	Types:      stageTypes,
	Check: onSettings(func(p *Pass, r *rind.Resource, s *rind.Value) {
		on, enc := s.Get("CachingEnabled"), s.Get("CacheDataEncrypted")
		if on.True() && off(enc) {
			p.Report(r, orElse(enc, on), "responses are cached without encryption")
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-022",
	Title:      "SAM API does not ask for an encrypted cache",
	Why:        "Should somebody turn on the stage's cache, responses would lie in it unencrypted, since no method setting asks for encryption.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{docCaching},
	Equivalent: []string{"AWS-0110"},
	Fix:        "Set CacheDataEncrypted to true in MethodSettings.",
	Types:      []string{"AWS::ApiGateway::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Native != "AWS::Serverless::Api" && r.Native != "aws_api_gateway_stage" || r.Get("MethodSettings").Symbolic() {
			return
		}
		for s := range methodSettings(r) {
			v := s.value
			if v.Get("CacheDataEncrypted").True() || v.Get("CacheDataEncrypted").Symbolic() || v.Get("CachingEnabled").True() {
				return
			}
		}
		p.Report(r, nil, "no method setting asks for an encrypted cache")
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-023",
	Title:      "Stage without cache",
	Why:        "A cache answers repeated requests without invoking the function: a flood of equal requests then costs little.",
	Risk:       rind.SAS8,
	Severity:   rind.Info,
	Profile:    All,
	Layer:      rind.ResilientDesign,
	Sources:    []string{docCaching},
	Equivalent: []string{"CKV_AWS_120", "52790cad-d60d-41d5-8483-146f9f21208d", "60a05ede-0a68-4d0d-a58f-f538cf55ff79"},
	Fix:        "Set CacheClusterEnabled where responses may be reused.",
	Types:      []string{"AWS::ApiGateway::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("CacheClusterEnabled"); off(v) {
			p.Report(r, v, "the stage has no cache")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-024",
	Title:      "Caching off for a method",
	Why:        "Each request to the method invokes the function, also the same one a thousand times.",
	Risk:       rind.SAS8,
	Severity:   rind.Info,
	Profile:    All,
	Layer:      rind.ResilientDesign,
	Sources:    []string{docCaching},
	Equivalent: []string{"AWS-0190", "CKV_AWS_225", "API_GW_CACHE_ENABLED_AND_ENCRYPTED"},
	Fix:        "Set CachingEnabled where responses may be reused.",
	Types:      []string{"AWS::ApiGateway::Stage", detachedSettings},
	Check: onSettings(func(p *Pass, r *rind.Resource, s *rind.Value) {
		if v := s.Get("CachingEnabled"); off(v) {
			p.Report(r, orElse(v, s), "responses of the method are not cached")
		}
	}),
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-025",
	Title:    "No client certificate towards the backend",
	Why:      "With a client certificate an HTTP backend can tell requests that came through the API from those that went around it.",
	Risk:     rind.SAS2,
	Severity: rind.Info,
	CWE:      "CWE-295",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/getting-started-client-side-ssl-authentication.html", "FSBP APIGateway.2"},
	Equivalent: []string{
		"CKV2_AWS_51", "APIGWSSLEnabled", "APIGateway.2", "apigateway_restapi_client_certificate_enabled", "AC_AWS_0013",
		"ed4c48b8-eccc-4881-95c1-09fdae23db25", "0b4869fc-a842-4597-aa00-1294df425440",
	},
	Fix:   "Set ClientCertificateId and check the certificate in the backend. Lambda integrations do not need it.",
	Types: []string{"AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Type == "AWS::ApiGatewayV2::Stage" {
			// Only WebSocket APIs know client certificates.
			if api := apiOf(p.App, r); api == nil || !api.Get("ProtocolType").Is("WEBSOCKET") {
				return
			}
		}
		if v := r.Get("ClientCertificateId"); blank(v) {
			p.Report(r, v, "API Gateway shows the backend no certificate")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-026",
	Title:      "Secret in a stage variable",
	Why:        "Stage variables stand in the template and in the stage's settings in clear, reach logs through $stageVariables, and everyone who may read the API reads them.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html"},
	Equivalent: []string{"apigateway_restapi_no_secrets_in_stage_variables"},
	Fix:        "Read the secret in the function from Secrets Manager. Replace the secret: it has been published.",
	Types:      []string{"AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage", "AWS::ApiGateway::Deployment"},
	Check: func(p *Pass, r *rind.Resource) {
		for _, vars := range []*rind.Value{r.Get("Variables"), r.Get("StageVariables"), r.Get("StageDescription", "Variables")} {
			for name, v := range vars.Entries() {
				if s, ok := findSecret(name, v); ok {
					p.Report(r, v, "the stage variable %s holds a literal %s", name, s.Kind).Confidence = s.Confidence
				}
			}
		}
	},
})

// terraformOnly makes a check of resources that were written in Terraform.
func terraformOnly(native string, check func(p *Pass, r *rind.Resource)) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		if r.Native == native {
			check(p, r)
		}
	}
}

// lifecycle returns an entry of a Terraform resource's lifecycle block,
// however the reader spells the keys.
func lifecycle(r *rind.Resource, key string) *rind.Value {
	for _, k := range []string{"lifecycle", "Lifecycle"} {
		for l := range r.Attributes.Get(k).Each() {
			for name, v := range l.Entries() {
				if strings.EqualFold(strings.ReplaceAll(name, "_", ""), strings.ReplaceAll(key, "_", "")) {
					return v
				}
			}
		}
	}
	return nil
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-027",
	Title:      "Deployment is destroyed before its replacement exists",
	Why:        "Without create_before_destroy Terraform deletes the deployment that the stage serves first: the API is down until the new one is made, or for good if that fails.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	Profile:    All,
	Sources:    []string{"https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_deployment"},
	Equivalent: []string{"CKV_AWS_217"},
	Fix:        "Set create_before_destroy in the lifecycle block.",
	Types:      []string{"AWS::ApiGateway::Deployment"},
	Check: terraformOnly("aws_api_gateway_deployment", func(p *Pass, r *rind.Resource) {
		if off(lifecycle(r, "create_before_destroy")) {
			p.Report(r, nil, "the deployment is destroyed before its replacement exists")
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-028",
	Title:      "API is destroyed before its replacement exists",
	Why:        "Without create_before_destroy a change that replaces the API takes it down first.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	Profile:    All,
	Sources:    []string{"https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle"},
	Equivalent: []string{"CKV_AWS_237"},
	Fix:        "Set create_before_destroy in the lifecycle block.",
	Types:      []string{"AWS::ApiGateway::RestApi"},
	Check: terraformOnly("aws_api_gateway_rest_api", func(p *Pass, r *rind.Resource) {
		if off(lifecycle(r, "create_before_destroy")) {
			p.Report(r, nil, "the API is destroyed before its replacement exists")
		}
	}),
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-029",
	Title:    "Response compression unset",
	Why:      "Uncompressed responses cost more and take longer; the setting is also checked for values that API Gateway does not accept.",
	Risk:     rind.SAS8,
	Severity: rind.Info,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html"},
	Equivalent: []string{
		"AC_AWS_0010", "d6653eee-2d4d-4e6a-976f-6794a497999a", "ed35928e-195c-4405-a252-98ccb664ab7b",
		"a2f2800e-614b-4bc8-89e6-fec8afd24800", "d5d1fe08-89db-440c-8725-b93223387309",
	},
	Fix:   "Set MinimumCompressionSize to a value from 0 to 10485760.",
	Types: []string{"AWS::ApiGateway::RestApi"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("MinimumCompressionSize")
		if v.Symbolic() {
			return
		}
		if n, ok := v.Int(); !ok || n < 0 || n > 10_485_760 {
			p.Report(r, v, "responses are not compressed")
		}
	},
})
