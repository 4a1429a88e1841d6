package rule

import (
	"strings"

	"rind/rind"
)

const docResourcePolicy = "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html"

var _ = register(&Rule{
	ID:       "RIND-APIGW-030",
	Title:    "API reachable from the internet",
	Why:      "APIs that only your own networks use can be private, so that an outsider cannot even try.",
	Risk:     rind.SAS3,
	Severity: rind.Info,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html"},
	Equivalent: []string{
		"AC_AWS_0011", "apigateway_restapi_public", "4a8daf95-709d-4a36-9132-d3e19878fa34", "6b2739db-9c49-4db7-b980-7816e0c248c1",
		"6b5b0313-771b-4319-ad7a-122ee78700ef", "4d424558-c6d1-453c-be98-9a7f877abd9a",
	},
	Fix:   "Set the endpoint type to PRIVATE, with an interface endpoint and a resource policy, if only your networks call it.",
	Types: []string{"AWS::ApiGateway::RestApi"},
	Check: func(p *Pass, r *rind.Resource) {
		types := r.Get("EndpointConfiguration", "Types")
		if !privateAPI(r) && known(r.Get("EndpointConfiguration")) || r.Get("EndpointConfiguration").Absent() {
			p.Report(r, types, "the API's endpoint is on the internet")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-031",
	Title:      "Endpoint type of the domain name not stated",
	Why:        "Whether a domain name is served from the edge, the region or a VPC decides which certificate, WAF and TLS policy apply. Left unsaid it is the edge, by default and not by decision.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html"},
	Equivalent: []string{"API_GW_ENDPOINT_TYPE_CHECK"},
	Fix:        "Set EndpointConfiguration.Types.",
	Types:      []string{"AWS::ApiGateway::DomainName"},
	Check: func(p *Pass, r *rind.Resource) {
		if c := r.Get("EndpointConfiguration"); !c.Symbolic() && !c.Get("Types").Symbolic() && anyIs(c.Get("Types"), "REGIONAL", "PRIVATE", "EDGE") == nil {
			p.Report(r, c, "the domain name does not say where it is served from")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-032",
	Title:    "Private API open to every VPC",
	Why:      "The policy of a private API decides alone who reaches it. With everyone allowed and no condition on the VPC or endpoint, every AWS account can call it through an interface endpoint of its own.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-284",
	Sources:  []string{docResourcePolicy},
	Equivalent: []string{
		"AC_AWS_0440",
	},
	Fix:   "Add a condition on aws:SourceVpce or aws:SourceVpc.",
	Types: []string{"AWS::ApiGateway::RestApi"},
	Check: func(p *Pass, r *rind.Resource) {
		if !privateAPI(r) {
			return
		}
		statements := resourcePolicy(r)
		if refusesSome(statements) {
			return
		}
		for i, s := range statements {
			if open(s) {
				reportStatement(p, r, i, s, "Principal", "every AWS account can reach this private API through an endpoint of its own")
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-033",
	Title:      "API policy allows everyone",
	Why:        "The policy lets everyone invoke the API, so it adds nothing; a wildcard action grants more than invoking besides.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-732",
	Sources:    []string{docResourcePolicy},
	Equivalent: []string{"b161c11b-a59b-4431-9a29-4e19f63e6b27", "AC_AWS_0440"},
	Fix:        "Name the accounts, networks or endpoints that may call the API, and allow execute-api:Invoke only.",
	Types:      []string{"AWS::ApiGateway::RestApi"},
	Check: func(p *Pass, r *rind.Resource) {
		if privateAPI(r) {
			return
		}
		statements := resourcePolicy(r)
		if refusesSome(statements) {
			return
		}
		for i, s := range statements {
			if open(s) {
				reportStatement(p, r, i, s, "Principal", "the API's policy lets everyone use %s", actionList(s))
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-034",
	Title:    "Default endpoint open beside a custom domain",
	Why:      "The execute-api address stays reachable beside the custom domain: it goes past the domain's mutual TLS, its TLS policy and a CDN or firewall in front of it.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-288",
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html"},
	Fix:      "Set DisableExecuteApiEndpoint to true.",
	Types:    []string{"AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::ApiMapping"},
	Check: func(p *Pass, r *rind.Resource) {
		api := apiOf(p.App, r)
		if api == nil || !off(api.Get("DisableExecuteApiEndpoint")) || privateAPI(api) {
			return
		}
		if v := api.Get("Body", "x-amazon-apigateway-endpoint-configuration", "disableExecuteApiEndpoint"); v.True() || v.Symbolic() {
			return
		}
		f := p.Report(api, api.Get("DisableExecuteApiEndpoint"), "the API can be called past its custom domain")
		f.Generated = false
		if d := p.App.Target(r.Get("DomainName")); d != nil && d.Get("MutualTlsAuthentication").Present() {
			f.Severity = rind.High
			f.Message = "the API can be called past its custom domain, without the client certificate that the domain asks for"
		}
	},
})

var oldTLS = []string{"TLS_1_0", "TLS_1_1", "TLS10", "TLS11"}

var _ = register(&Rule{
	ID:       "RIND-APIGW-035",
	Title:    "Custom domain allows TLS below 1.2",
	Why:      "TLS 1.0 and 1.1 have known weaknesses; whoever sits between client and API can force an old version and attack it.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-326",
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html"},
	Equivalent: []string{
		"AWS-0005", "AWS-0112", "CKV_AWS_206", "W62", "API_GW_DOMAIN_DENY_NON_TLS_TRAFFIC",
		"8275fab0-68ec-4705-bbf4-86975edb170e", "4e1cc5d3-2811-4fb2-861c-ee9b3cb7f90b",
	},
	Fix:   "Set SecurityPolicy to TLS_1_2 or a newer policy.",
	Types: []string{"AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName"},
	Check: func(p *Pass, r *rind.Resource) {
		check := func(v *rind.Value) {
			for _, weak := range oldTLS {
				if v.Scalar() && strings.Contains(v.Text, weak) && !strings.Contains(v.Text, "TLS12") && !strings.Contains(v.Text, "TLS13") {
					p.Report(r, v, "clients may use TLS below 1.2: the policy is %s", v.Text)
					return
				}
			}
		}
		if r.Type == "AWS::ApiGatewayV2::DomainName" {
			for c := range r.Get("DomainNameConfigurations").Each() {
				check(c.Get("SecurityPolicy"))
			}
			return
		}
		v := r.Get("SecurityPolicy")
		if blank(v) {
			// What applies then depends on when and how the name was made.
			p.Report(r, v, "no TLS policy is set, so that clients may use versions below 1.2").Severity = rind.Low
			return
		}
		check(v)
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-036",
	Title:      "SAM API leaves its TLS policy to the default",
	Why:        "Without a custom domain, or a security policy of the API itself, the endpoint accepts whatever TLS versions AWS offers by default.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-326",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html"},
	Equivalent: []string{"AWS-0112"},
	Fix:        "Set Domain with SecurityPolicy TLS_1_2, or SecurityPolicy on the API.",
	CheckApp: func(p *Pass) {
		for _, d := range p.App.Declared {
			if d.Type == "AWS::Serverless::Api" && blank(d.Get("Domain", "SecurityPolicy")) && blank(d.Get("SecurityPolicy")) && !d.Get("Domain").Symbolic() {
				p.Report(d, orElse(d.Get("Domain"), nil), "the API sets no TLS policy")
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-037",
	Title:      "Custom domain without post-quantum TLS",
	Why:        "Traffic recorded today can be decrypted once quantum computers can break today's key exchange. Policies with PQ in their name use a hybrid that resists that.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-327",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html"},
	Equivalent: []string{"apigateway_domain_name_pqc_tls_enabled"},
	Fix:        "Choose a security policy with PQ in its name.",
	Types:      []string{"AWS::ApiGateway::DomainName"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("SecurityPolicy"); blank(v) || v.Scalar() && !strings.Contains(v.Text, "_PQ") {
			p.Report(r, v, "the key exchange does not resist quantum computers")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-038",
	Title:    "REST API stage without WAF",
	Why:      "A web ACL turns away known attacks, bad addresses and floods before they reach, and are billed to, the function.",
	Risk:     rind.SAS8,
	Severity: rind.Low,
	CWE:      "CWE-693",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html", "FSBP APIGateway.4"},
	Equivalent: []string{
		"CKV2_AWS_29", "AwsSolutions-APIG3", "APIGateway.4", "apigateway_restapi_waf_acl_attached",
		"fcbf9019-566c-4832-a65c-af00d8137d2b", "a186e82c-1078-4a7b-85d8-579561fde884",
	},
	Fix:   "Associate a web ACL with the stage.",
	Types: []string{"AWS::ApiGateway::Stage"},
	Check: func(p *Pass, r *rind.Resource) {
		// Whether an API elsewhere is private is not known.
		if api := apiOf(p.App, r); api != nil && !privateAPI(api) && webACLOf(p.App, r) == nil {
			p.Report(r, nil, "no web ACL stands in front of the stage")
		}
	},
})

// knownBadInputs reports whether a web ACL holds AWS's rule group against
// Log4j and its like, uncounted. It is true where that is not known.
func knownBadInputs(acl *rind.Resource) bool {
	if acl == nil {
		return true
	}
	found := acl.Get("Rules").Symbolic()
	for rule := range acl.Get("Rules").Each() {
		rule.Walk(func(_ string, v *rind.Value) bool {
			group := v.Get("ManagedRuleGroupStatement")
			if n := group.Get("Name"); n.Is("AWSManagedRulesKnownBadInputsRuleSet") || n.Symbolic() || v.Get("RuleGroupReferenceStatement").Present() {
				found = found || !rule.Get("OverrideAction").Has("Count")
			}
			return !found
		})
	}
	return found
}

// reportWithoutLog4j reports r if the web ACL before it lacks the rule group.
func reportWithoutLog4j(p *Pass, r *rind.Resource) {
	a := webACLOf(p.App, r)
	if a == nil {
		return
	}
	v := a.Get("WebACLArn")
	if v == nil {
		v = a.Get("WebACLId")
	}
	if acl := p.App.Target(v); !knownBadInputs(acl) {
		f := p.Report(r, nil, "the web ACL in front does not stop Log4j and similar attacks")
		f.Related = append(f.Related, rind.Label{Span: acl.Key, Note: "lacks AWSManagedRulesKnownBadInputsRuleSet"})
	}
}

const docKnownBadInputs = "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html"

var _ = register(&Rule{
	ID:         "RIND-APIGW-039",
	Title:      "WAF of the API does not stop known bad inputs",
	Why:        "The managed group AWSManagedRulesKnownBadInputsRuleSet turns away Log4Shell and requests that only attackers send. A Java function that logs a header is exploited by one of them.",
	Risk:       rind.SAS1,
	Severity:   rind.Low,
	CWE:        "CWE-917",
	Profile:    All,
	Sources:    []string{docKnownBadInputs},
	Equivalent: []string{"CKV2_AWS_77"},
	Fix:        "Add the managed rule group AWSManagedRulesKnownBadInputsRuleSet to the web ACL.",
	Types:      []string{"AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"},
	Check:      reportWithoutLog4j,
})

var _ = register(&Rule{
	ID:         "RIND-APIGW-040",
	Title:      "WAF of the distribution does not stop known bad inputs",
	Why:        "The managed group AWSManagedRulesKnownBadInputsRuleSet turns away Log4Shell and requests that only attackers send, before they reach the function behind the distribution.",
	Risk:       rind.SAS1,
	Severity:   rind.Low,
	CWE:        "CWE-917",
	Profile:    All,
	Sources:    []string{docKnownBadInputs},
	Equivalent: []string{"CKV2_AWS_47"},
	Fix:        "Add the managed rule group AWSManagedRulesKnownBadInputsRuleSet to the web ACL.",
	Types:      []string{"AWS::CloudFront::Distribution"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("DistributionConfig", "WebACLId")
		acl := p.App.Target(v)
		if acl != nil && acl.Type == "AWS::WAFv2::WebACL" && !knownBadInputs(acl) {
			p.Report(r, nil, "the web ACL in front does not stop Log4j and similar attacks")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-043",
	Title:    "API can be called around the firewall of its distribution",
	Why:      "A web ACL stands in front of the distribution, but the API's own address stays open: whoever finds it, in a client or by its name, sends requests past the ACL.",
	Risk:     rind.SAS8,
	Severity: rind.Medium,
	CWE:      "CWE-288",
	Sources:  []string{"https://docs.aws.amazon.com/whitepapers/latest/aws-best-practices-ddos-resiliency/protecting-api-endpoints-bp4.html"},
	Fix:      "Associate the web ACL with the stage too, or let the distribution send a secret header that the API's authorizer or policy asks for.",
	Types:    []string{"AWS::CloudFront::Distribution"},
	Check: func(p *Pass, r *rind.Resource) {
		config := r.Get("DistributionConfig")
		if blank(config.Get("WebACLId")) {
			return
		}
		for origin := range config.Get("Origins").Each() {
			api := p.App.Target(origin.Get("DomainName"))
			if !isAPI(api) || !blank(origin.Get("OriginCustomHeaders")) || !off(api.Get("DisableExecuteApiEndpoint")) || ownFirewall(p.App, api) {
				continue
			}
			if yes, _ := guarded(operation{API: api, Method: "ANY", Path: "/"}); yes {
				continue
			}
			f := p.Report(api, nil, "requests to the API's own address go past the web ACL of its distribution")
			f.Generated = false
			f.Related = append(f.Related, rind.Label{Span: r.Key, Note: "the distribution with the web ACL"})
		}
	},
})

// ownFirewall reports whether a web ACL is associated with the API or with
// one of its stages.
func ownFirewall(app *rind.App, api *rind.Resource) bool {
	if webACLOf(app, api) != nil {
		return true
	}
	for stage := range ofAPI(app, api, "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage") {
		if webACLOf(app, stage) != nil {
			return true
		}
	}
	return false
}
