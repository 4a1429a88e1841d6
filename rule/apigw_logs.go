package rule

import (
	"encoding/json"
	"iter"
	"regexp"
	"strings"

	"rind/rind"
)

const (
	docAPILogging   = "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html"
	docHTTPLogging  = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html"
	docStageSetting = "https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html"
)

// accessLog returns the access log settings of a stage, however the type
// spells them.
func accessLog(r *rind.Resource) *rind.Value {
	for _, key := range []string{"AccessLogSetting", "AccessLogSettings"} {
		if v := r.Get(key); v.Present() {
			return v
		}
	}
	return nil
}

// A methodSetting is one entry of a stage's MethodSettings, with the resource
// that holds it.
type methodSetting struct {
	holder *rind.Resource
	value  *rind.Value
}

// detachedSettings is the type of Terraform's method settings whose stage is
// not in the app.
const detachedSettings = "Terraform::aws_api_gateway_method_settings"

// methodSettings yields the method settings of a stage or deployment.
func methodSettings(r *rind.Resource) iter.Seq[methodSetting] {
	return func(yield func(methodSetting) bool) {
		if r.Type == detachedSettings {
			yield(methodSetting{r, r.Properties})
			return
		}
		for _, list := range []*rind.Value{r.Get("MethodSettings"), r.Get("StageDescription", "MethodSettings")} {
			for v := range list.Each() {
				if v.Kind == rind.Map && !yield(methodSetting{r, v}) {
					return
				}
			}
		}
		if d := r.Get("StageDescription"); d != nil && d.Kind == rind.Map {
			yield(methodSetting{r, d})
		}
	}
}

var stageTypes = []string{"AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment", detachedSettings}

var _ = register(&Rule{
	ID:       "RIND-APIGW-001",
	Title:    "REST API stage without access log",
	Why:      "The access log is the only record of who called the API, from where and with what result. Without it an attack on the function behind cannot be traced to its source.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-778",
	Sources:  []string{docAPILogging},
	Equivalent: []string{
		"CKV_AWS_76", "AWS-0001", "AWS-0113", "W69", "ES2000", "AwsSolutions-APIG1", "Serverless-APIGWAccessLogging", "API_GW_STAGE_ACCESS_LOGGING_RULE",
		"AC_AWS_0012", "AC_AWS_0442", "1b6799eb-4a7a-4b04-9001-8cceb9999326", "06ec63e3-9f72-4fe2-a218-2eb9200b8db5",
		"0a994e04-c6dc-471d-817e-d37451d18a3b", "a4d32883-aac7-42e1-b403-9415af0f3846",
	},
	Fix:   "Set AccessLogSetting with DestinationArn and Format.",
	Types: []string{"AWS::ApiGateway::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := accessLog(r); !v.Symbolic() && blank(v.Get("DestinationArn")) {
			p.Report(r, v, "the stage writes no access log")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-002",
	Title:    "HTTP or WebSocket API stage without access log",
	Why:      "The access log is the only record of who called the API, from where and with what result; HTTP APIs have no execution log besides. Without it an attack on the function behind cannot be traced to its source.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-778",
	Sources:  []string{docHTTPLogging, "FSBP APIGateway.9"},
	Equivalent: []string{
		"CKV_AWS_95", "AWS-0001", "AWS-0116", "W46", "ES2000", "AwsSolutions-APIG1", "Serverless-APIGWAccessLogging", "APIGateway.9",
		"apigatewayv2_api_access_logging_enabled", "API_GWV2_ACCESS_LOGS_ENABLED", "AC_AWS_0014",
		"625abc0e-f980-4ac9-a775-f7519ee34296", "80d45af4-4920-4236-a56e-b7ef419d1941",
	},
	Fix:   "Set AccessLogSettings with DestinationArn and Format.",
	Types: []string{"AWS::ApiGatewayV2::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		v := accessLog(r)
		format := v.Get("Format")
		switch {
		case v.Symbolic():
		case blank(v.Get("DestinationArn")):
			p.Report(r, v, "the stage writes no access log")
		case blank(format) || format.Scalar() && format.Kind != rind.String:
			p.Report(r, v, "the access log has no format: nothing is written")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-003",
	Title:      "Deployment makes a stage without access log",
	Why:        "A deployment that no stage resource refers to makes its stage itself, from StageDescription. Without AccessLogSetting there, nobody sees who calls the API.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{docAPILogging},
	Equivalent: []string{"W45"},
	Fix:        "Declare the stage as AWS::ApiGateway::Stage with AccessLogSetting, or set it in StageDescription.",
	Types:      []string{"AWS::ApiGateway::Deployment"},
	Check: func(p *Pass, r *rind.Resource) {
		d := r.Get("StageDescription")
		if d.Symbolic() || d.Get("AccessLogSetting").Present() || stageOfDeployment(p.App, r) {
			return
		}
		p.Report(r, d, "the stage that this deployment makes writes no access log")
	},
})

// logLevel is the level of a method setting: Terraform's detached settings
// keep their own words.
func logLevel(v *rind.Value) *rind.Value { return v.Get("LoggingLevel") }

var _ = register(&Rule{
	ID:       "RIND-APIGW-004",
	Title:    "Execution log of the stage not turned on",
	Why:      "The execution log records why API Gateway refused or failed a request: authorizer errors, throttling, mapping failures. Probing shows there first.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-778",
	Profile:  All,
	Sources:  []string{docAPILogging, "FSBP APIGateway.1"},
	Equivalent: []string{
		"CKV2_AWS_4", "AwsSolutions-APIG6", "APIGateway.1", "apigateway_restapi_logging_enabled", "API_GW_EXECUTION_LOGGING_ENABLED",
		"982aa526-6970-4c59-8b9b-2ce7e019fe36", "0f0fb06b-0f2f-4374-8588-f2c7c348c7a0", "7dbba512-e244-42dc-98bb-422339827967",
	},
	Fix:   "Set LoggingLevel to ERROR or INFO in MethodSettings for all methods (HttpMethod *, ResourcePath /*).",
	Types: []string{"AWS::ApiGateway::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Get("MethodSettings").Symbolic() {
			return
		}
		var at *rind.Value
		for s := range methodSettings(r) {
			v := logLevel(s.value)
			if v.Symbolic() || v.Is("INFO", "ERROR") {
				return
			}
			at = v
		}
		home(p, r, at, "no method of the stage writes an execution log")
	},
})

var contextVariable = regexp.MustCompile(`\$context\.[A-Za-z0-9_.\-]*[A-Za-z0-9_]|\$\{context\.[A-Za-z0-9_.\-]+\}`)

// structured reports whether an access log format gives JSON.
func structured(format string) bool {
	text := contextVariable.ReplaceAllString(format, "0")
	return strings.HasPrefix(strings.TrimSpace(text), "{") && json.Valid([]byte(text))
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-005",
	Title:      "Access log is not structured",
	Why:        "A log in JSON can be queried by field. Free text, or a format that breaks on a quote in the user agent, hides what was called and lets callers forge lines.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-117",
	Profile:    All,
	Sources:    []string{docAPILogging},
	Equivalent: []string{"WS2001", "Serverless-APIGWStructuredLogging"},
	Fix:        "Write the format as a JSON object of $context variables.",
	Types:      []string{"AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := accessLog(r).Get("Format"); v.Scalar() && v.Text != "" && !structured(v.Text) {
			p.Report(r, v, "the access log format is not JSON")
		}
	},
})

// onSettings makes a check of every method setting of stages and deployments.
func onSettings(check func(p *Pass, r *rind.Resource, s *rind.Value)) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for s := range methodSettings(r) {
			check(p, r, s.value)
		}
	}
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-006",
	Title:      "Full requests and responses are logged",
	Why:        "Data tracing writes headers and bodies to CloudWatch Logs: tokens, passwords and personal data, readable to everyone who may read logs.",
	Risk:       rind.SAS10,
	Severity:   rind.Medium,
	CWE:        "CWE-532",
	Sources:    []string{docStageSetting},
	Equivalent: []string{"CKV_AWS_276"},
	Fix:        "Set DataTraceEnabled to false; turn it on for a while in a test stage only.",
	Types:      append([]string{"AWS::ApiGatewayV2::Stage"}, stageTypes...),
	Check: func(p *Pass, r *rind.Resource) {
		for s := range methodSettings(r) {
			if v := s.value.Get("DataTraceEnabled"); v.True() {
				p.Report(r, v, "headers and bodies of every request are written to the log")
			}
		}
		if v := r.Get("DefaultRouteSettings", "DataTraceEnabled"); v.True() {
			p.Report(r, v, "every message is written to the log")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-007",
	Title:      "Detailed metrics turned off",
	Why:        "Without metrics by method nobody sees that one path gets a hundred times its usual errors or traffic.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	Profile:    All,
	Sources:    []string{docStageSetting},
	Equivalent: []string{"5d3c1807-acb3-4bb0-be4e-0440230feeaf", "081069cb-588b-4ce1-884c-2a1ce3029fe5", "AC_AWS_0007"},
	Fix:        "Set MetricsEnabled to true in MethodSettings.",
	Types:      stageTypes,
	Check: func(p *Pass, r *rind.Resource) {
		if r.Type == "AWS::ApiGateway::Deployment" && r.Get("StageDescription").Absent() {
			return
		}
		if r.Get("MethodSettings").Symbolic() {
			return
		}
		any := false
		for s := range methodSettings(r) {
			any = true
			if v := s.value.Get("MetricsEnabled"); off(v) {
				p.Report(r, orElse(v, s.value), "no metrics by method are kept")
			}
		}
		if !any {
			p.Report(r, nil, "no metrics by method are kept")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-008",
	Title:    "X-Ray tracing off for the stage",
	Why:      "A trace that starts at the API shows what one request did in all functions behind it. Without it an incident must be pieced together from logs.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Info,
	CWE:      "CWE-778",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html", "FSBP APIGateway.3"},
	Equivalent: []string{
		"AWS-0003", "AWS-0111", "CKV_AWS_73", "WS2002", "Serverless-APIGWXrayEnabled", "APIGateway.3", "apigateway_restapi_tracing_enabled", "AC_AWS_0015",
		"4ab10c48-bedb-4deb-8f3b-ff12783b61de", "5813ef56-fa94-406a-b35d-977d4a56ff2b",
		"c757c6a3-ac87-4b9d-b28d-e5a5add6a315", "434945e5-4dfd-41b1-aba1-47075ccd9265",
	},
	Fix:   "Set TracingEnabled to true.",
	Types: []string{"AWS::ApiGateway::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("TracingEnabled"); off(v) {
			p.Report(r, v, "requests to the stage are not traced")
		}
	},
})
