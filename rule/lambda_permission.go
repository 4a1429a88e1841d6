package rule

import (
	"strings"

	"rind/rind"
)

// accountOnly reports whether a permission is narrowed to an account, an
// organization, an ARN or a token.
func narrowed(r *rind.Resource) bool {
	for _, key := range []string{"SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken"} {
		if v := r.Get(key); v.Present() && !v.Is("*") {
			return true
		}
	}
	return false
}

// servicePrincipal reports whether v is the name of an AWS service, which may
// be partly unknown: pinpoint.${AWS::Region}.amazonaws.com.
func servicePrincipal(v *rind.Value) bool {
	text := v.Pattern()
	return strings.HasSuffix(text, ".amazonaws.com") || strings.HasSuffix(text, ".amazonaws.com.cn") ||
		strings.HasSuffix(text, ".amazon.com") || v.Symbolic() && strings.Contains(text, ".amazonaws.")
}

// urlPermission reports whether a permission only opens a function URL, whose
// AuthType says who may call it.
func urlPermission(app *rind.App, r *rind.Resource) bool {
	if !r.Get("FunctionUrlAuthType").Is("NONE") && !r.Get("InvokedViaFunctionUrl").True() {
		return false
	}
	fn := lambdaFunction(app, r.Get("FunctionName"))
	for _, u := range app.OfType("AWS::Lambda::Url") {
		if fn != nil && lambdaFunction(app, u.Get("TargetFunctionArn")) == fn || same(u.Get("TargetFunctionArn"), r.Get("FunctionName")) {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-005",
	Title:    "Function can be invoked by everyone",
	Why:      "A permission whose principal is * lets every AWS account invoke the function directly, past the API, its authorizer and its throttling. Without a condition any input reaches the code.",
	Risk:     rind.SAS2,
	Severity: rind.Critical,
	CWE:      "CWE-284",
	Sources:  []string{docLambdaPermissions, "FSBP Lambda.1"},
	Equivalent: []string{
		"CKV_AWS_301", "F13", "Lambda.1", "LambdaFunctionPublicAccessProhibited", "awslambda_function_not_publicly_accessible",
		"LAMBDA_NO_WILDCARD_PRINCIPAL", "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
		"1d6e16f1-5d8a-4379-bfb3-2dadd38ed5a7", "e08ed7eb-f3ef-494d-9d22-2e3db756a347", "ad9dabc7-7839-4bae-a957-aa9120013f39",
	},
	Fix:   "Name the service or account that calls the function, and add SourceArn for a service.",
	Types: []string{"AWS::Lambda::Permission"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("Principal")
		if anyIs(v, "*") == nil && anyIs(v.Get("AWS"), "*") == nil || urlPermission(p.App, r) {
			return
		}
		f := p.Report(r, v, "every AWS account may use this permission: its principal is *")
		if narrowed(r) {
			f.Severity = rind.Medium
			f.Message = "the principal is *; only SourceArn or SourceAccount, which Lambda checks for service principals, stand in the way"
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-006",
	Title:    "Service may invoke the function on behalf of any account",
	Why:      "A service principal without SourceArn or SourceAccount lets the service call the function for every one of its customers. An outsider points their own API, bucket or topic at the function and it runs with their input: the confused deputy.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-441",
	Sources:  []string{docLambdaPermissions, "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"},
	Equivalent: []string{
		"AWS-0067", "CKV_AWS_364", "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED", "awslambda_function_not_publicly_accessible",
	},
	Fix:   "Add SourceArn with the ARN of the API, bucket, topic or rule that calls the function, or at least SourceAccount.",
	Types: []string{"AWS::Lambda::Permission"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Generated && p.App.Kind == rind.Serverless {
			return // what the framework itself writes, nobody can change there
		}
		v := r.Get("Principal")
		if s := v.Get("Service"); s.Present() {
			v = s
		}
		if !servicePrincipal(v) || narrowed(r) {
			return
		}
		f := p.Report(r, v, "%s may invoke the function for any AWS account: there is no SourceArn and no SourceAccount", v.Text)
		if v.Symbolic() {
			// Only the region in the name is unknown, not the finding.
			f.Confidence = rind.ConfidenceMedium
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-007",
	Title:      "S3 permission without SourceAccount",
	Why:        "An S3 bucket ARN holds no account number. Once the bucket is deleted anyone can create one of that name, and its events start the function.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-441",
	Sources:    []string{docLambdaPermissions, "https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html"},
	Equivalent: []string{"W3663"},
	Fix:        "Add SourceAccount: !Ref AWS::AccountId beside SourceArn.",
	Types:      []string{"AWS::Lambda::Permission"},
	Check: func(p *Pass, r *rind.Resource) {
		v, arn := r.Get("Principal"), r.Get("SourceArn")
		if v.Is("s3.amazonaws.com") && arn.Present() && r.Get("SourceAccount").Absent() && r.Get("PrincipalOrgID").Absent() {
			p.Report(r, arn, "the bucket's ARN holds no account: whoever owns the bucket name may start the function").Confidence = rind.ConfidenceHigh
		}
	},
})

// permissionActions yields what a permission allows.
func checkPermissionAction(report func(p *Pass, r *rind.Resource, action *rind.Value)) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for a := range r.Get("Action").Each() {
			if a.Scalar() {
				report(p, r, a)
			}
		}
	}
}

var permissionActionIDs = []string{
	"W24", "Serverless-LambdaStarPermissions", "LAMBDA_PERMISSION_INVOKE_FUNCTION_ACTION",
	"9b83114b-b2a1-4534-990d-06da015e47aa", "75ec6890-83af-4bf1-9f16-e83726df0bd0", "0ca1017d-3b80-423e-bb9c-6cd5898d34bd",
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-008",
	Title:      "Permission grants every Lambda action",
	Why:        "Lambda:* in a function's resource policy lets the principal replace the code, read the environment with its secrets and open the function further, not only invoke it.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-732",
	Sources:    []string{docLambdaPermissions},
	Equivalent: permissionActionIDs,
	Fix:        "Grant lambda:InvokeFunction only.",
	Types:      []string{"AWS::Lambda::Permission"},
	Check: checkPermissionAction(func(p *Pass, r *rind.Resource, a *rind.Value) {
		if strings.Contains(a.Text, "*") {
			p.Report(r, a, "the permission grants %s on the function, more than invoking it", a.Text)
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-009",
	Title:      "Permission grants more than invoking the function",
	Why:        "What starts a function needs lambda:InvokeFunction. Any other action in the function's resource policy lets the caller read or change the function itself.",
	Risk:       rind.SAS4,
	Severity:   rind.Medium,
	CWE:        "CWE-732",
	Sources:    []string{docLambdaPermissions},
	Equivalent: permissionActionIDs,
	Fix:        "Grant lambda:InvokeFunction, and manage the function through IAM identities.",
	Types:      []string{"AWS::Lambda::Permission"},
	Check: checkPermissionAction(func(p *Pass, r *rind.Resource, a *rind.Value) {
		if !strings.Contains(a.Text, "*") && !a.Is("lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:InvokeAsync") {
			f := p.Report(r, a, "the permission grants %s, not lambda:InvokeFunction", a.Text)
			if a.Is("lambda:Invoke") {
				f.Severity = rind.Low
				f.Message = "lambda:Invoke is no action of Lambda: the permission grants nothing; lambda:InvokeFunction is meant"
			}
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-010",
	Title:      "Any stage and method of the API may invoke the function",
	Why:        "With /*/* at the end of SourceArn every stage, method and path of the API may call the function, also one that is added later without an authorizer.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-732",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html"},
	Equivalent: []string{"57b12981-3816-4c31-b190-a1e614361dd2", "3ef8696c-e4ae-4872-92c7-520bb44dfe77"},
	Fix:        "Name the stage, method and path in SourceArn.",
	Types:      []string{"AWS::Lambda::Permission"},
	Check: func(p *Pass, r *rind.Resource) {
		arn := r.Get("SourceArn")
		if r.Get("Principal").Is("apigateway.amazonaws.com") && strings.HasSuffix(text(arn), "/*/*") {
			p.Report(r, arn, "every stage and method of the API may invoke the function").Confidence = rind.ConfidenceHigh
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-011",
	Title:      "Event source token written in the template",
	Why:        "EventSourceToken is the shared secret that proves a request comes from your Alexa skill. Whoever can read the template can forge it.",
	Risk:       rind.SAS7,
	Severity:   rind.Medium,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html"},
	Equivalent: []string{"F45"},
	Fix:        "Pass it as a NoEcho parameter without a default, or resolve it from Secrets Manager.",
	Types:      []string{"AWS::Lambda::Permission"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("EventSourceToken")
		if v.Scalar() && v.Text != "" {
			f := p.Report(r, v, "the event source token is written in the template")
			if r.Get("Principal").Is("alexa-appkit.amazon.com") {
				f.Severity = rind.Low // the skill's ID, which its developers know anyway
			}
		}
		for ref := range v.Refs() {
			if v.Symbolic() && ref.Kind == rind.RefParameter {
				p.Report(r, v, "the event source token comes from the parameter %s, which is shown in clear: it has no NoEcho", ref.Name)
				return
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-012",
	Title:      "Layer version can be used by everyone",
	Why:        "Every AWS account can download the layer: its code, and whatever configuration or key was packed with it.",
	Risk:       rind.SAS6,
	Layer:      rind.Governance,
	Severity:   rind.Medium,
	CWE:        "CWE-732",
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/layers-permissions.html"},
	Equivalent: []string{"LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED"},
	Fix:        "Grant the layer to the accounts that need it, or to your organization with OrganizationId.",
	Types:      []string{"AWS::Lambda::LayerVersionPermission"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("Principal"); v.Is("*") && r.Get("OrganizationId").Absent() {
			p.Report(r, v, "every AWS account can download this layer version")
		}
	},
})

// sourceServices maps the service in an ARN to the principal that invokes
// functions for it, where the two differ.
var sourceServices = map[string]string{
	"execute-api": "apigateway", "cognito-idp": "cognito-idp", "codecommit": "codecommit",
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-051",
	Title:      "Source of the permission does not fit its principal",
	Why:        "A permission whose SourceArn belongs to another service than its principal never matches: the trigger fails, and the usual remedy is to drop SourceArn altogether.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-1068",
	Profile:    All,
	Sources:    []string{docLambdaPermissions},
	Equivalent: []string{"W3664"},
	Fix:        "Name the service that owns the source as principal.",
	Types:      []string{"AWS::Lambda::Permission"},
	Check: func(p *Pass, r *rind.Resource) {
		service, ok := strings.CutSuffix(r.Get("Principal").Str(), ".amazonaws.com")
		parts := strings.SplitN(r.Get("SourceArn").Pattern(), ":", 4)
		if !ok || strings.Contains(service, ".") || len(parts) < 4 || parts[0] != "arn" || strings.Contains(parts[2], "*") || parts[2] == "" {
			return
		}
		owner := parts[2]
		if o := sourceServices[owner]; o != "" {
			owner = o
		}
		switch owner {
		case "sns", "s3", "events", "apigateway", "logs", "iot", "cognito-idp", "sqs", "ses", "codecommit", "scheduler":
			if owner != service {
				p.Report(r, r.Get("SourceArn"), "the source belongs to %s, the principal is %s", owner, service).Confidence = rind.ConfidenceHigh
			}
		}
	},
})
