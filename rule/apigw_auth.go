package rule

import (
	"strings"

	"rind/rind"
)

const (
	docAPIAccess     = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html"
	docHTTPAccess    = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html"
	docWebSocketAuth = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html"
	docAPIKeys       = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html"
	docAuthorizer    = "https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html"
)

var noAuthIDs = []string{
	"AWS-0004", "CKV_AWS_59", "CKV_AWS_309", "CKV2_AWS_70", "AwsSolutions-APIG4", "AwsSolutions-COG4", "W59", "APIGateway.8",
	"apigateway_restapi_authorizers_enabled", "apigatewayv2_api_authorizers_enabled", "apigateway_restapi_public_with_authorizer",
	"API_GW_METHOD_AUTHORIZATION_TYPE_RULE", "AC_AWS_0439", "1056dfbb-5802-4762-bf2b-8b9b9684b1b0", "15ccec05-5476-4890-ad19-53991eba1db8",
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-009",
	Title:      "API method or route without authorization",
	Why:        "Anyone on the internet can call it, and with it the function behind, with any input and as often as the throttling allows. Whether the function checks callers itself, API Gateway cannot know.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-306",
	Sources:    []string{docAPIAccess, docHTTPAccess, "FSBP APIGateway.8"},
	Equivalent: noAuthIDs,
	Fix:        "Set an authorizer (Cognito, JWT, Lambda or IAM), best as the API's default, and exempt only what must be public.",
	CheckApp: func(p *Pass) {
		exempt := optedOut(p.App)
		for _, o := range operations(p.App) {
			if o.Auth != "none" || o.Kind == rind.APIGatewayWebSocket || exempt.has(o) {
				continue
			}
			yes, sure := guarded(o)
			if yes {
				continue
			}
			f := o.report(p, "anyone can call %s: no authorizer is set", o)
			if o.Ignored {
				f.Message = o.String() + " names a security scheme that API Gateway does not enforce, since it has no authorizer: anyone can call it"
			}
			switch {
			case o.mocked():
				f.Severity = rind.Low
			case o.reads():
				f.Severity = rind.Medium
			}
			if !sure {
				f.Confidence = rind.ConfidenceLow
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-010",
	Title:      "API key is the only authorization",
	Why:        "An API key is one shared text for everyone, sent with each request, without expiry or signature. AWS says not to use it for authentication: it is meant for counting.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-287",
	Sources:    []string{docAPIKeys},
	Equivalent: []string{"W59", "API_GW_METHOD_AUTHORIZATION_TYPE_RULE", "AwsSolutions-APIG4"},
	Fix:        "Add an authorizer and keep the key for the usage plan.",
	CheckApp: func(p *Pass) {
		for _, o := range operations(p.App) {
			if o.Auth != "api-key" {
				continue
			}
			if yes, _ := guarded(o); !yes {
				o.report(p, "%s asks for an API key and nothing else", o)
			}
		}
	},
})

// An exemption set holds the operations that a SAM event exempts from the
// default authorizer of its API.
type exemptions map[string]bool

func (e exemptions) has(o operation) bool {
	return e[strings.ToUpper(o.Method)+" "+o.Path]
}

// An exemption is a SAM event with Auth.Authorizer: NONE.
type exemption struct {
	function *rind.Resource
	event    string
	at       *rind.Value
	route    string // "GET /x"
}

func exemptEvents(app *rind.App) []exemption {
	var out []exemption
	for _, d := range app.Declared {
		if d.Type != "AWS::Serverless::Function" {
			continue
		}
		for name, e := range d.Get("Events").Entries() {
			at := e.Get("Properties", "Auth", "Authorizer")
			if !at.Is("NONE") || !e.Get("Type").Is("Api", "HttpApi") {
				continue
			}
			method := strings.ToUpper(e.Get("Properties", "Method").Str())
			if method == "" {
				method = "ANY"
			}
			if preflight(method) {
				continue
			}
			out = append(out, exemption{d, name, at, method + " " + e.Get("Properties", "Path").Str()})
		}
	}
	return out
}

func optedOut(app *rind.App) exemptions {
	set := exemptions{}
	for _, e := range exemptEvents(app) {
		set[e.route] = true
	}
	return set
}

var _ = register(&Rule{
	ID:       "RIND-APIGW-011",
	Title:    "Route exempted from the API's authorizer",
	Why:      "The event says Authorizer: NONE, so the API's default authorizer does not cover this route: anyone can call it. Exemptions made for a test tend to stay.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-306",
	Sources:  []string{"https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-apifunctionauth.html"},
	Fix:      "Remove Authorizer: NONE, or record why the route is public with an ignore comment.",
	CheckApp: func(p *Pass) {
		for _, e := range exemptEvents(p.App) {
			f := p.Report(e.function, e.at, "%s is exempted from the API's authorizer: anyone can call it", e.route)
			if p.App.Function(e.function.ID) != nil {
				f.Function = e.function.ID
			}
		}
		for _, api := range p.App.OfType("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api") {
			reportDocumentExemptions(p, api)
		}
	},
})

// reportDocumentExemptions finds operations of a hand-written OpenAPI document
// that lift its default security requirement.
func reportDocumentExemptions(p *Pass, api *rind.Resource) {
	doc := api.Get("Body")
	if blank(doc.Get("security")) {
		return
	}
	for _, o := range openAPIOperations(api) {
		if s := o.At.Get("security"); s != nil && s.Len() == 0 && o.Auth == "none" && !preflight(o.Method) && !optedOut(p.App).has(o) {
			o.report(p, "%s lifts the security requirement of the API: anyone can call it", o).Key += "|lifted"
		}
	}
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-012",
	Title:      "API has no authorizer at all",
	Why:        "No operation of the API asks who is calling. If that is not what the API is for, an authorizer was forgotten.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-306",
	Profile:    All,
	Sources:    []string{docAPIAccess},
	Equivalent: []string{"7fd0d461-5b8c-4815-898c-f2b4b117eb28", "0a96ce49-4163-4ee6-8169-eb3b0797d694", "apigateway_restapi_authorizers_enabled"},
	Fix:        "Declare an authorizer and make it the default.",
	Types:      []string{"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"},
	Check: func(p *Pass, r *rind.Resource) {
		for range ofAPI(p.App, r, "AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer") {
			return
		}
		if body := r.Get("Body"); body.Symbolic() || r.Get("BodyS3Location").Present() {
			return
		}
		ops := 0
		for _, o := range operations(p.App) {
			if o.API != r {
				continue
			}
			if o.Auth != "none" && o.Auth != "api-key" {
				return
			}
			ops++
		}
		if ops > 0 || r.Type == "AWS::ApiGateway::RestApi" && r.Get("Body").Absent() {
			p.Report(r, nil, "the API has no authorizer")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-013",
	Title:      "Method does not require an API key",
	Why:        "Without a key no usage plan applies: one client can use up the quota and the budget of all.",
	Risk:       rind.SAS8,
	Severity:   rind.Info,
	CWE:        "CWE-770",
	Profile:    All,
	Sources:    []string{docAPIKeys},
	Equivalent: []string{"3641d5b4-d339-4bc2-bfb9-208fe8d3477f", "671211c5-5d2a-4e97-8867-30fc28b02216"},
	Fix:        "Set ApiKeyRequired and attach a usage plan, if clients are known.",
	Types:      []string{"AWS::ApiGateway::Method"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("ApiKeyRequired"); off(v) && !preflight(r.Get("HttpMethod").Str()) {
			p.Report(r, v, "the method asks for no API key, so no usage plan limits its callers")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-014",
	Title:      "WebSocket API lets everyone connect",
	Why:        "Only $connect can ask who is there. Without an authorizer on it anyone opens connections, holds them for two hours and sends messages to the functions behind.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-306",
	Sources:    []string{docWebSocketAuth},
	Equivalent: []string{"CKV_AWS_309", "AwsSolutions-APIG4", "APIGateway.8"},
	Fix:        "Set AuthorizationType to CUSTOM or AWS_IAM on the $connect route.",
	CheckApp: func(p *Pass) {
		for _, o := range operations(p.App) {
			if o.Kind == rind.APIGatewayWebSocket && o.Path == "$connect" && o.Auth == "none" {
				o.report(p, "anyone can open a connection: $connect has no authorizer")
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-015",
	Title:    "Cached authorizer decision covers more than it saw",
	Why:      "API Gateway reuses the authorizer's answer for every request with the same identity source. If that leaves out the path or the method and the authorizer decided by them, an answer for one operation opens another.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-639",
	Sources:  []string{docAuthorizer, "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html"},
	Fix:      "Add $context.routeKey (HTTP API) or context.path and context.httpMethod (REST) to the identity source, or set AuthorizerResultTtlInSeconds to 0.",
	CheckApp: func(p *Pass) {
		for _, r := range p.App.OfType("AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer") {
			kind := orElse(r.Get("AuthorizerType"), r.Get("Type"))
			c := cachedDecision{r, kind, r.Get("IdentitySource"), r.Get("AuthorizerResultTtlInSeconds"), r.Type == "AWS::ApiGateway::Authorizer"}
			if authorizedOperations(p.App, r) > 1 {
				c.report(p)
			}
		}
		for _, api := range p.App.OfType("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api") {
			doc := api.Get("Body")
			for _, schemes := range []*rind.Value{doc.Get("securityDefinitions"), doc.Get("components", "securitySchemes")} {
				for name, scheme := range schemes.Entries() {
					a := scheme.Get("x-amazon-apigateway-authorizer")
					c := cachedDecision{api, a.Get("type"), a.Get("identitySource"), a.Get("authorizerResultTtlInSeconds"), api.Type == "AWS::ApiGateway::RestApi"}
					if schemeUses(doc, name) > 1 {
						c.report(p)
					}
				}
			}
		}
	},
})

// A cachedDecision is what is known of an authorizer's cache.
type cachedDecision struct {
	holder                *rind.Resource
	kind, source, seconds *rind.Value
	rest                  bool // of a REST API
}

func (c cachedDecision) report(p *Pass) {
	n, ok := c.seconds.Int()
	// REST APIs cache for 300 seconds unless told otherwise, HTTP APIs not
	// at all.
	cached := ok && n > 0 || c.seconds.Absent() && c.rest
	if !c.kind.Is("REQUEST") || !cached || c.source.Absent() || !c.source.Known() {
		return
	}
	all := ""
	for s := range c.source.Each() {
		all += " " + strings.ToLower(s.Text)
	}
	for _, part := range []string{"routekey", "context.path", "context.resourcepath", "context.httpmethod", "context.resourceid"} {
		if strings.Contains(all, part) {
			return
		}
	}
	p.Report(c.holder, spanned(c.source), "answers are cached by%s alone, yet the authorizer guards several operations", all).Confidence = rind.ConfidenceMedium
}

// schemeUses counts the operations of a document that require a scheme.
func schemeUses(doc *rind.Value, name string) int {
	n := 0
	for _, item := range doc.Get("paths").Entries() {
		for method, op := range item.Entries() {
			security := op.Get("security")
			if security == nil {
				security = doc.Get("security")
			}
			for requirement := range security.Each() {
				if requirement.Has(name) || requirement.Field(name) != nil {
					if !preflight(method) {
						n++
					}
				}
			}
		}
	}
	return n
}

// authorizedOperations counts the operations that an authorizer guards.
func authorizedOperations(app *rind.App, authorizer *rind.Resource) int {
	n := 0
	for _, r := range app.OfType("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route") {
		if names(r.Get("AuthorizerId"), authorizer) {
			n++
		}
	}
	return n
}

var _ = register(&Rule{
	ID:       "RIND-APIGW-016",
	Title:    "Every path and method goes to one function",
	Why:      "ANY on a greedy path hands every request to one function, whatever it asks: new routes in the code are public at once, and validation, throttling and authorization by route are not possible.",
	Risk:     rind.SAS1,
	Severity: rind.Info,
	CWE:      "CWE-749",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html"},
	Fix:      "Declare the routes the function serves, each with the method it takes.",
	CheckApp: func(p *Pass) {
		for _, o := range operations(p.App) {
			any := o.Method == "ANY" || o.Method == "*"
			greedy := strings.Contains(o.Path, "+}") || o.Path == "$default"
			if !any || !greedy {
				continue
			}
			f := o.report(p, "%s hands every request to one function", o)
			if fn := o.function(p.App); fn != nil && privileged(p.App, fn) {
				f.Severity = rind.Medium
				f.Message += ", whose role is privileged"
			}
		}
	},
})

// privileged reports whether a function's role may do everything, or
// everything in some service.
func privileged(app *rind.App, f *rind.Function) bool {
	role := app.Role(f.Role)
	if role == nil {
		return false
	}
	for _, m := range role.Managed {
		if strings.HasSuffix(m.Text, "/AdministratorAccess") || strings.HasSuffix(m.Text, "/PowerUserAccess") || strings.HasSuffix(m.Text, "FullAccess") {
			return true
		}
	}
	for _, pol := range role.Policies {
		for _, s := range policyStatements(pol.Document) {
			if !s.Allow || s.NotAction {
				continue
			}
			for _, a := range s.Actions {
				if a.Text == "*" || strings.HasSuffix(a.Text, ":*") && !strings.HasPrefix(a.Text, "logs:") && !strings.HasPrefix(a.Text, "xray:") {
					return true
				}
			}
		}
	}
	return false
}
