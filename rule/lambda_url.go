package rule

import "rind/rind"

const (
	docLambdaURLAuth     = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
	docLambdaURLCORS     = "https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors"
	docLambdaPermissions = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
)

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-001",
	Title:      "Function URL without authentication",
	Why:        "A function URL with AuthType NONE is a public HTTPS endpoint: anyone who learns it can start the function, as often as they like, with any input. Nothing stands in front of it, neither WAF nor throttling.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-306",
	Sources:    []string{docLambdaURLAuth},
	Equivalent: []string{"CKV_AWS_258", "LambdaFunctionUrlAuth", "awslambda_function_url_public"},
	Fix:        "Set AuthType to AWS_IAM and let callers sign their requests, or put the function behind an API with an authorizer or CloudFront with origin access control.",
	Types:      []string{"AWS::Lambda::Url"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("AuthType")
		if !v.Is("NONE") {
			return
		}
		f := p.Report(r, v, "anyone on the internet can call this function URL: AuthType is NONE")
		fn := lambdaFunction(p.App, r.Get("TargetFunctionArn"))
		if fn != nil {
			f.Function = fn.ID
		}
		if r.Native == r.Type && fn != nil && !opensURL(p.App, fn) {
			// CloudFormation adds no permission by itself; SAM, the
			// Serverless Framework and Terraform do.
			f.Confidence = rind.ConfidenceMedium
			f.Message = "AuthType is NONE: anyone can call this function URL once a permission for lambda:InvokeFunctionUrl is added; none is declared here"
		}
	},
})

// opensURL reports whether a permission lets everyone call fn's URL.
func opensURL(app *rind.App, fn *rind.Resource) bool {
	for perm := range ofFunction(app, fn, "FunctionName", "AWS::Lambda::Permission") {
		if perm.Get("Action").Is("lambda:InvokeFunctionUrl", "lambda:*", "*") && !perm.Get("Principal").Symbolic() && perm.Get("Principal").Is("*") {
			return true
		}
	}
	return false
}

// anyOrigin returns the "*" of a CORS setting, or nil.
func anyOrigin(cors *rind.Value) *rind.Value {
	for _, key := range []string{"AllowOrigins", "AllowOrigin"} {
		for o := range cors.Get(key).Each() {
			if o.Is("*", "https://*", "http://*", "'*'") {
				return o
			}
		}
	}
	return nil
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-002",
	Title:      "Function URL allows any origin with any method",
	Why:        "With any origin and any method, every web site can make its visitors' browsers call the function and read the answer. Where the function trusts the network or a token in the browser, that site acts as the visitor.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-942",
	Sources:    []string{docLambdaURLCORS},
	Equivalent: []string{"CKV2_AWS_75", "awslambda_function_url_cors_policy"},
	Fix:        "List the origins and methods that the function serves.",
	Types:      []string{"AWS::Lambda::Url"},
	Check: func(p *Pass, r *rind.Resource) {
		cors := r.Get("Cors")
		if o := anyOrigin(cors); o != nil && anyIs(cors.Get("AllowMethods"), "*") != nil {
			f := p.Report(r, o, "any web site may call this function URL with any method")
			if fn := lambdaFunction(p.App, r.Get("TargetFunctionArn")); fn != nil {
				f.Function = fn.ID
				f.Related = append(f.Related, rind.Label{Span: fn.Key, Note: "the function behind it"})
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-003",
	Title:      "Function URL allows any origin",
	Why:        "Every web site can call the function from its visitors' browsers and read the answer. That is right for a public interface without sessions and wrong for most others.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-942",
	Profile:    All,
	Sources:    []string{docLambdaURLCORS},
	Equivalent: []string{"awslambda_function_url_cors_policy"},
	Fix:        "List the origins that the function serves in Cors.AllowOrigins.",
	Types:      []string{"AWS::Lambda::Url"},
	Check: func(p *Pass, r *rind.Resource) {
		cors := r.Get("Cors")
		if o := anyOrigin(cors); o != nil && anyIs(cors.Get("AllowMethods"), "*") == nil {
			p.Report(r, o, "any web site may call this function URL")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-004",
	Title:    "Function URL allows credentials from any origin",
	Why:      "With AllowCredentials and any origin, every web site can make requests that carry the visitor's cookies or authorization header and read the answer.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-942",
	Sources:  []string{docLambdaURLCORS},
	Fix:      "List the trusted origins, or set AllowCredentials to false.",
	Types:    []string{"AWS::Lambda::Url"},
	Check: func(p *Pass, r *rind.Resource) {
		cors := r.Get("Cors")
		if v := cors.Get("AllowCredentials"); v.True() && anyOrigin(cors) != nil {
			p.Report(r, v, "any web site may call this function URL with the visitor's credentials")
		}
	},
})
