package rule

import (
	"fmt"
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

const managedDoc = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"

// managedProperty is the property in which a resource lists the managed
// policies it is given, or "".
func managedProperty(r *rind.Resource) string {
	switch r.Type {
	case "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group":
		return "ManagedPolicyArns"
	case "AWS::SSO::PermissionSet":
		return "ManagedPolicies"
	}
	if strings.HasPrefix(r.Type, "Terraform::aws_") {
		return "ManagedPolicyArns"
	}
	return ""
}

// attachments calls check for every managed policy that something of the app
// is given: its name ("" if it is not AWS's) and where it is written.
func attachments(p *Pass, check func(r *rind.Resource, at *rind.Value, name string)) {
	for _, r := range p.App.Resources {
		for at := range r.Get(managedProperty(r)).Each() {
			check(r, at, iam.ManagedName(at))
		}
	}
}

// attached makes a check that reports AWS-managed policies by name.
func attached(which func(name string) bool, format string) func(*Pass) {
	return func(p *Pass) {
		times := map[string]int{}
		attachments(p, func(r *rind.Resource, at *rind.Value, name string) {
			if name != "" && which(name) {
				f := p.Report(r, at, format, r.ID, name)
				f.Key = r.Type + "|" + name
				// Attached twice, it must be detached twice.
				if n := times[r.ID+name]; n > 0 {
					f.Key += fmt.Sprintf("|%d", n+1)
				}
				times[r.ID+name]++
				setFunction(p, f, r.ID)
				f.Confidence = rind.ConfidenceHigh
				if !at.Span.IsZero() {
					f.Generated = false
				}
			}
		})
	}
}

func named(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}

var _ = register(&Rule{
	ID:       "RIND-IAM-040",
	Title:    "AdministratorAccess is attached",
	Why:      "AdministratorAccess is every action on every resource. Whoever gets into the function, or gets hold of its credentials, owns the account.",
	Risk:     rind.SAS4,
	Severity: rind.Critical,
	CWE:      "CWE-250",
	Sources:  []string{"https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html", "FSBP IAM.1"},
	Equivalent: []string{
		"W43", "CKV_AWS_274", "IAM_ROLE_ADMINISTRATOR_ACCESS_POLICY_RULE", "AwsSolutions-IAM4",
		"iam_role_administratoraccess_policy", "iam_aws_attached_policy_no_administrative_privileges",
	},
	Fix:      "Attach a policy with the actions the code calls and the resources it calls them on.",
	CheckApp: attached(named("AdministratorAccess"), "%s has the policy %s: it may do everything in the account"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-045",
	Title:      "AdministratorAccess is looked up to be attached",
	Why:        "A data source for AdministratorAccess has one use: to give it to something.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-250",
	Sources:    []string{"https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html", "FSBP IAM.1"},
	Equivalent: []string{"CKV_AWS_275"},
	Fix:        "Attach a policy with the actions the code calls and the resources it calls them on.",
	Types:      []string{"Terraform::data.aws_iam_policy"},
	Check: func(p *Pass, r *rind.Resource) {
		for _, property := range []string{"name", "arn"} {
			v := r.Get(property)
			if v.Is("AdministratorAccess") || iam.ManagedName(v) == "AdministratorAccess" {
				p.Report(r, v, "%s finds AdministratorAccess: every right in the account", r.ID)
				return
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-041",
	Title:    "A policy close to administrator is attached",
	Why:      "PowerUserAccess is everything but IAM; IAMFullAccess is the way to everything. Neither is for code.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-250",
	Sources:  []string{"https://docs.aws.amazon.com/aws-managed-policy/latest/reference/PowerUserAccess.html", "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/IAMFullAccess.html"},
	Equivalent: []string{
		"W44", "IAM_ROLE_ELEVATED_MANAGED_POLICY_RULE", "CKV2_AWS_56", "AwsSolutions-IAM4", "iam_policy_cloudshell_admin_not_attached",
	},
	Fix: "Attach a policy with the actions the code calls and the resources it calls them on.",
	CheckApp: func(p *Pass) {
		attached(elevated, "%s has the policy %s, which leads to everything in the account")(p)
		for _, r := range p.App.OfType("Terraform::data.aws_iam_policy") {
			for _, property := range []string{"name", "arn"} {
				if v := r.Get(property); elevated(v.Str()) || elevated(iam.ManagedName(v)) {
					p.Report(r, v, "%s finds a policy that leads to everything in the account", r.ID)
				}
			}
		}
	},
})

// elevated reports whether an AWS-managed policy is close to administrator.
func elevated(name string) bool {
	return named("PowerUserAccess", "IAMFullAccess", "AWSCloudShellFullAccess", "AWSOrganizationsFullAccess", "SystemAdministrator")(name) ||
		strings.HasPrefix(name, "AdministratorAccess-")
}

var _ = register(&Rule{
	ID:         "RIND-IAM-042",
	Title:      "Function has full access to a whole service",
	Why:        "A policy such as AmazonS3FullAccess or AmazonDynamoDBFullAccess lets the function read, change and delete everything of the service in the account. One flaw in its code then reaches all of it.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-250",
	Sources:    []string{lambdaRole, leastPrivilege},
	Equivalent: []string{"AwsSolutions-IAM4", "LG:PolicyStatement"},
	Fix:        "Use a policy for the table, bucket or queue in question; in SAM a policy template such as DynamoDBReadPolicy with its name.",
	CheckApp: func(p *Pass) {
		roles := map[string]bool{}
		for _, role := range p.App.Roles {
			roles[role.ID] = len(role.Functions) > 0
		}
		attachments(p, func(r *rind.Resource, at *rind.Value, name string) {
			if !roles[r.ID] || !fullAccessPolicy(name) {
				return
			}
			f := p.Report(r, at, "the function's role has the policy %s: everything of the service, in the whole account", name)
			f.Key = r.Type + "|" + name
			setFunction(p, f, r.ID)
			f.Confidence = rind.ConfidenceHigh
			if !at.Span.IsZero() {
				f.Generated = false
			}
		})
	},
})

// fullAccessPolicy reports whether an AWS-managed policy gives all of a
// service, by its name or by what the table knows.
func fullAccessPolicy(name string) bool {
	if named("PowerUserAccess", "IAMFullAccess", "AdministratorAccess", "CloudWatchLogsFullAccess", "CloudWatchFullAccess", "CloudWatchFullAccessV2", "AWSXrayFullAccess",
		"AWSCloudShellFullAccess", "AWSOrganizationsFullAccess", "AmazonAPIGatewayInvokeFullAccess", "AWSAppSyncInvokeFullAccess",
		"AmazonElasticFileSystemClientFullAccess", "AmazonPollyFullAccess", "TranslateFullAccess", "ComprehendFullAccess",
		"AmazonRekognitionFullAccess", "AmazonTextractFullAccess")(name) {
		return false // said elsewhere, or without data to lose
	}
	return strings.Contains(name, "FullAccess") || named("SecretsManagerReadWrite", "AmazonCognitoPowerUser", "AmazonAPIGatewayAdministrator", "AWSLambdaExecute")(name)
}

var _ = register(&Rule{
	ID:         "RIND-IAM-043",
	Title:      "AWS-managed policy is attached",
	Why:        "AWS-managed policies are written for every customer: on all resources, and AWS adds actions to them. The basic execution policies of Lambda are small enough.",
	Risk:       rind.SAS4,
	Severity:   rind.Info,
	CWE:        "CWE-250",
	Profile:    All,
	Sources:    []string{managedDoc},
	Equivalent: []string{"AwsSolutions-IAM4"},
	Fix:        "Write a policy of your own for the actions and resources that are needed.",
	CheckApp: func(p *Pass) {
		for _, r := range p.App.Resources {
			for at := range r.Get(managedProperty(r)).Each() {
				name := iam.ManagedName(at)
				if name == "" || expanded(r) && basic(name) {
					continue
				}
				f := p.Report(r, at, "%s has the AWS-managed policy %s", r.ID, name)
				f.Key = r.Type + "|" + name
				f.Confidence = rind.ConfidenceHigh
				setFunction(p, f, r.ID)
			}
		}
	},
})

// expanded reports whether a framework made the resource from something that
// was declared; how it attaches policies is not the user's choice.
func expanded(r *rind.Resource) bool { return r.Generated || r.Origin != "" && r.Origin != r.ID }

// basic reports whether a policy is one that frameworks attach by themselves.
func basic(name string) bool {
	return named("AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole", "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess",
		"AWSLambdaBasicDurableExecutionRolePolicy")(name) || strings.HasPrefix(name, "AWSLambda") && strings.HasSuffix(name, "ExecutionRole")
}

var _ = register(&Rule{
	ID:       "RIND-IAM-044",
	Title:    "Policy is written inline",
	Why:      "An inline policy cannot be versioned, reused or found in the list of policies. Many organisations want managed ones.",
	Risk:     rind.SAS4,
	Severity: rind.Info,
	Profile:  All,
	Sources:  []string{managedDoc},
	Equivalent: []string{
		"IAMNoInlinePolicy", "IAM_NO_INLINE_POLICY_CHECK", "a58d1a2d-4078-4b80-855b-84cc3f7f4540", "LG:PolicyStatement",
	},
	Fix:   "Make it an AWS::IAM::ManagedPolicy and attach that.",
	Types: []string{"AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("Policies"); v.Len() > 0 && !expanded(r) {
			p.Report(r, v.At(0), "%s has inline policies", r.ID).Key = r.Type + "|inline"
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-046",
	Title:      "Policy is too complex to review",
	Why:        "What nobody can read nobody checks. Wildcards, Not-elements and many statements hide what is granted.",
	Risk:       rind.SAS4,
	Severity:   rind.Low,
	CWE:        "CWE-1121",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"},
	Equivalent: []string{"W76"},
	Fix:        "Split the policy by purpose, and name actions and resources.",
	CheckApp: func(p *Pass) {
		for _, pol := range p.identityPolicies() {
			if score := complexity(pol.doc); score > 25 && !pol.chosen && len(pol.doc.Statements) > 0 {
				s := pol.doc.Statements[0]
				pol.report(p, s, s.Value, "the policy of %s scores %d (over 25 is hard to review)", pol.r.ID, score)
			}
		}
	},
})

// complexity weighs a document: one for each statement, action, resource and
// condition, more for what turns the meaning round or leaves it open.
func complexity(d *iam.Document) int {
	score := 0
	for _, s := range d.Statements {
		score += 2 + len(s.Actions)/4 + len(s.Resources)/2 + 2*len(s.Conditions)
		if s.Deny() {
			score += 2
		}
		if s.NotAction || s.NotResource || s.NotPrincipal {
			score += 5
		}
		for _, a := range s.Actions {
			if a.Any() {
				score += 20
			} else if a.HasWildcard() {
				score++
			}
		}
		for _, c := range s.Conditions {
			if c.Set != "" || c.IfExists {
				score += 2
			}
		}
	}
	return score
}
