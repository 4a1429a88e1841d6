package rule

import (
	"regexp"

	"rind/rind"
)

const (
	docAppSyncLogs = "https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html"
	docAppSyncAuth = "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html"
	graphQLAPI     = "AWS::AppSync::GraphQLApi"
)

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-001",
	Title:      "GraphQL API without logs",
	Why:        "Without logs nobody sees who asked for what, nor queries that are made to find or to overload something.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-778",
	Sources:    []string{docAppSyncLogs, "FSBP AppSync.2"},
	Equivalent: []string{"CKV_AWS_193", "CKV_AWS_194", "AppSync.2", "AwsSolutions-ASC3", "appsync_field_level_logging_enabled"},
	Fix:        "Set LogConfig with FieldLogLevel ERROR and CloudWatchLogsRoleArn.",
	Types:      []string{graphQLAPI},
	Check: func(p *Pass, r *rind.Resource) {
		if c := r.Get("LogConfig"); blank(c) {
			p.Report(r, c, "the API writes no logs")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-002",
	Title:      "GraphQL API does not log fields",
	Why:        "With FieldLogLevel NONE the log shows that a query was made and not which resolvers ran or failed.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{docAppSyncLogs, "FSBP AppSync.2"},
	Equivalent: []string{"CKV_AWS_194", "AppSync.2", "appsync_field_level_logging_enabled"},
	Fix:        "Set FieldLogLevel to ERROR or ALL.",
	Types:      []string{graphQLAPI},
	Check: func(p *Pass, r *rind.Resource) {
		c := r.Get("LogConfig")
		if v := c.Get("FieldLogLevel"); c != nil && c.Kind == rind.Map && !blank(c) && (blank(v) || v.Is("NONE")) {
			p.Report(r, orElse(v, c), "resolvers and fields are not logged")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-003",
	Title:      "GraphQL API not traced",
	Why:        "A trace shows which data sources one query reached.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/appsync/latest/devguide/x-ray-tracing.html"},
	Equivalent: []string{"WS3000", "Serverless-AppSyncTracing"},
	Fix:        "Set XrayEnabled to true.",
	Types:      []string{graphQLAPI},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("XrayEnabled"); off(v) {
			p.Report(r, v, "queries are not traced")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-004",
	Title:      "GraphQL API without WAF",
	Why:        "A web ACL turns away floods, bad addresses and known attacks before resolvers run and are billed.",
	Risk:       rind.SAS8,
	Severity:   rind.Low,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html"},
	Equivalent: []string{"CKV2_AWS_33"},
	Fix:        "Associate a web ACL with the API.",
	Types:      []string{graphQLAPI},
	Check: func(p *Pass, r *rind.Resource) {
		if webACLOf(p.App, r) == nil && !r.Get("Visibility").Is("PRIVATE") {
			p.Report(r, nil, "no web ACL stands in front of the API")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-005",
	Title:      "GraphQL API authorizes with an API key",
	Why:        "The key is one shared text that ships in every client and says nothing about who calls. Whoever takes it from a page or an app may ask for all that it opens.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-287",
	Sources:    []string{docAppSyncAuth},
	Equivalent: []string{"appsync_graphql_api_no_api_key_authentication"},
	Fix:        "Use Cognito user pools, OpenID Connect, IAM or a Lambda authorizer; keep a key for public data only.",
	Types:      []string{graphQLAPI},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("AuthenticationType"); v.Is("API_KEY") {
			message := "a shared API key is all that the API asks for"
			if r.Get("AdditionalAuthenticationProviders").Len() > 0 {
				message = "a shared API key is what the API asks for by default"
			}
			p.Report(r, v, "%s", message)
			return
		}
		for a := range r.Get("AdditionalAuthenticationProviders").Each() {
			if v := a.Get("AuthenticationType"); v.Is("API_KEY") {
				f := p.Report(r, v, "a shared API key opens part of the API")
				f.Severity = rind.Low
			}
		}
	},
})

func cacheCheck(property, message string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		if v := r.Get(property); off(v) {
			p.Report(r, v, "%s", message)
		}
	}
}

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-006",
	Title:      "GraphQL cache not encrypted at rest",
	Why:        "Answers of the API, which may hold personal data, lie unencrypted in the cache. Encryption cannot be turned on later.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/appsync/latest/devguide/enabling-caching.html", "FSBP AppSync.1"},
	Equivalent: []string{"CKV_AWS_214", "AppSync.1"},
	Fix:        "Set AtRestEncryptionEnabled to true.",
	Types:      []string{"AWS::AppSync::ApiCache"},
	Check:      cacheCheck("AtRestEncryptionEnabled", "cached answers are stored without encryption"),
})

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-007",
	Title:      "GraphQL cache not encrypted in transit",
	Why:        "Answers of the API travel unencrypted between AppSync and its cache.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/appsync/latest/devguide/enabling-caching.html", "FSBP AppSync.6"},
	Equivalent: []string{"CKV_AWS_215", "AppSync.6"},
	Fix:        "Set TransitEncryptionEnabled to true.",
	Types:      []string{"AWS::AppSync::ApiCache"},
	Check:      cacheCheck("TransitEncryptionEnabled", "answers travel to the cache without encryption"),
})

var authDirective = regexp.MustCompile(`@aws_(?:auth|iam|oidc|cognito_user_pools|lambda|api_key)\b`)

var _ = register(&Rule{
	ID:       "RIND-APPSYNC-008",
	Title:    "API key opens fields without a directive",
	Why:      "The API has several ways to sign in and the API key is the default. Every field without an @aws_… directive is then open to whoever holds the key, which was meant for the public ones.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-862",
	Sources:  []string{docAppSyncAuth + "#using-additional-authorization-modes"},
	Fix:      "Make the stronger mode the default and mark public fields with @aws_api_key.",
	Types:    []string{graphQLAPI},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("AuthenticationType")
		if !v.Is("API_KEY") || blank(r.Get("AdditionalAuthenticationProviders")) {
			return
		}
		f := p.Report(r, v, "the API key is the default: it opens every field that has no directive")
		for _, s := range p.App.OfType("AWS::AppSync::GraphQLSchema") {
			if !names(s.Get("ApiId"), r) {
				continue
			}
			d := s.Get("Definition")
			switch {
			case !d.Scalar():
				f.Confidence = rind.ConfidenceMedium // the schema is in a file
			case !authDirective.MatchString(d.Text):
				f.Message += "; the schema has none at all"
				f.Related = append(f.Related, rind.Label{Span: d.Span, Note: "no @aws_… directive"})
			default:
				f.Severity, f.Confidence = rind.Medium, rind.ConfidenceMedium
			}
			return
		}
		if s := r.Get("Schema"); s.Scalar() {
			if authDirective.MatchString(s.Text) {
				f.Severity, f.Confidence = rind.Medium, rind.ConfidenceMedium
			}
			return
		}
		f.Confidence = rind.ConfidenceMedium
	},
})

var _ = register(&Rule{
	ID:         "RIND-APPSYNC-009",
	Title:      "WAF of the GraphQL API does not stop known bad inputs",
	Why:        "The managed group AWSManagedRulesKnownBadInputsRuleSet turns away Log4Shell and requests that only attackers send, before a resolver passes them on.",
	Risk:       rind.SAS1,
	Severity:   rind.Low,
	CWE:        "CWE-917",
	Profile:    All,
	Sources:    []string{docKnownBadInputs},
	Equivalent: []string{"CKV2_AWS_78"},
	Fix:        "Add the managed rule group AWSManagedRulesKnownBadInputsRuleSet to the web ACL.",
	Types:      []string{graphQLAPI},
	Check:      reportWithoutLog4j,
})
