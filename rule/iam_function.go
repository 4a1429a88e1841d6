package rule

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

var _ = register(&Rule{
	ID:       "RIND-IAM-070",
	Title:    "Function runs as an administrator",
	Why:      "Code that answers events from outside must not own the account it runs in.",
	Risk:     rind.SAS4,
	Severity: rind.Critical,
	CWE:      "CWE-250",
	Profile:  All, // RIND-IAM-001 and 040 say it of the policy
	Sources:  []string{lambdaRole, leastPrivilege},
	Equivalent: []string{
		"a0ae0a4e-712b-4115-8112-51b9eeed9d69", "1b3af2f9-af8c-4dfc-a0f1-a03adb70deb2", "59ebb4f3-2a6c-46dc-b4f0-cc5418dcddcd",
		"LG:PolicyStatement", "wildcard_action_permission",
	},
	Fix: "Give the function a role of its own with the actions its code calls.",
	CheckApp: func(p *Pass) {
		for _, f := range p.App.Functions {
			role := p.App.Role(f.Role)
			if role == nil {
				continue
			}
			if by := iam.PermissionsOf(p.App, role).Admin(); by != nil {
				x := p.Report(f.Resource, f.RoleValue, "the function %s runs with %s, which may do everything", f.ID, role.ID)
				x.Key = "admin|" + f.ID
				x.Confidence = rind.ConfidenceHigh
				if !by.Span.IsZero() {
					x.Related = append(x.Related, rind.Label{Span: by.Span, Note: "gives every right"})
				}
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-072",
	Title:    "Several functions share an execution role",
	Why:      "A shared role has the rights of all its functions together. A flaw in the least of them reaches what only another needs.",
	Risk:     rind.SAS4,
	Severity: rind.Low,
	CWE:      "CWE-250",
	Profile:  All,
	Sources:  []string{lambdaRole, "https://docs.aws.amazon.com/lambda/latest/dg/permissions-executionrole-update.html"},
	Equivalent: []string{
		"ae03f542-1423-402f-9cef-c834e7ee9583", "4ba74f01-aba5-4be2-83bc-be79ff1a3b92", "165aae3b-a56a-48f3-b76d-d2b5083f5b8f",
		"function_shared_role",
	},
	Fix: "Give each function a role of its own.",
	CheckApp: func(p *Pass) {
		users := map[string][]*rind.Function{}
		for _, f := range p.App.Functions {
			key := f.Role
			if key == "" && f.RoleValue.Present() {
				key = f.RoleValue.Text
			}
			if key != "" && !f.Generated {
				users[key] = append(users[key], f)
			}
		}
		for _, f := range p.App.Functions {
			for key, all := range users {
				if len(all) < 2 || key != f.Role && (f.Role != "" || f.RoleValue == nil || key != f.RoleValue.Text) || f.Generated {
					continue
				}
				x := p.Report(f.Resource, f.RoleValue, "%s shares its role with %d other functions", f.ID, len(all)-1)
				x.Key = "shared role|" + f.ID
				x.Confidence = rind.ConfidenceHigh
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-073",
	Title:      "Function cannot write its log",
	Why:        "Without logs:CreateLogStream and logs:PutLogEvents the function leaves no trace: neither its errors nor an attack can be seen.",
	Risk:       rind.SAS5,
	Severity:   rind.Medium,
	CWE:        "CWE-778",
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html", lambdaRole},
	Equivalent: []string{"W58", "LG:Scan"},
	Fix:        "Attach AWSLambdaBasicExecutionRole, or allow logs:CreateLogStream and logs:PutLogEvents on the function's log group.",
	CheckApp: func(p *Pass) {
		for _, f := range p.App.Functions {
			role := p.App.Role(f.Role)
			if role == nil || f.Generated {
				continue
			}
			perms := iam.PermissionsOf(p.App, role)
			if perms.Partial || len(perms.Errors) > 0 || perms.Can("logs:PutLogEvents") || mayLog(perms.Unknown) {
				continue
			}
			x := p.Report(f.Resource, f.RoleValue, "the role %s of %s does not allow logs:PutLogEvents", role.ID, f.ID)
			x.Key = "no logs|" + f.ID
			x.Confidence = rind.ConfidenceHigh
		}
	},
})

// mayLog reports whether one of the AWS-managed policies, of which only the
// name is known, could allow writing a log: any that is not for reading only.
func mayLog(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return !strings.Contains(n, "ReadOnly") })
}

var _ = register(&Rule{
	ID:         "RIND-IAM-074",
	Title:      "Function's role has no policy",
	Why:        "A role without policies lets the function do nothing, not even log. Often the policy was forgotten, or is attached by hand where nobody reviews it.",
	Risk:       rind.SAS4,
	Severity:   rind.Low,
	Profile:    All,
	Sources:    []string{lambdaRole},
	Equivalent: []string{"LG:Scan", "AC_AWS_0484"},
	Fix:        "Attach the policy in the template.",
	CheckApp: func(p *Pass) {
		for _, role := range p.App.Roles {
			if len(role.Functions) == 0 || len(role.Policies) > 0 || len(role.Managed) > 0 || role.Resource.Get("ManagedPolicyArns").Symbolic() || role.Resource.Get("Policies").Symbolic() {
				continue
			}
			p.Report(role.Resource, nil, "the role %s of %s has no policy", role.ID, capped(role.Functions, 3))
		}
	},
})

// harmful are actions that an outsider must not come near: what each would
// give.
var harmful = []struct{ action, gives string }{
	{"iam:PutRolePolicy", "write IAM policies"},
	{"iam:AttachRolePolicy", "attach IAM policies"},
	{"iam:CreateAccessKey", "make access keys"},
	{"iam:PassRole", "pass any role"},
	{"sts:AssumeRole", "assume any role"},
	{"lambda:UpdateFunctionCode", "replace the code of functions"},
	{"lambda:InvokeFunction", "call any function"},
	{"states:StartExecution", "start any state machine"},
	{"kms:Decrypt", "decrypt with every key"},
	{"secretsmanager:GetSecretValue", "read every secret"},
	{"ssm:GetParameter", "read every parameter"},
}

var _ = register(&Rule{
	ID:       "RIND-IAM-075",
	Title:    "Anyone can start a function with dangerous rights",
	Why:      "The function answers requests of the whole internet without asking who calls, and its role reaches what an attacker wants. One flaw in its code is enough.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-269",
	Sources:  []string{lambdaRole, "https://docs.aws.amazon.com/wellarchitected/latest/serverless-applications-lens/security-pillar.html"},
	Fix:      "Ask for authentication at the trigger, and limit the role to the resources the function needs.",
	CheckApp: func(p *Pass) {
		for _, f := range p.App.Functions {
			t := openTrigger(f)
			role := p.App.Role(f.Role)
			if t == nil || role == nil {
				continue
			}
			perms := iam.PermissionsOf(p.App, role)
			for _, h := range harmful {
				by := everywhere(perms, h.action)
				if by == nil {
					continue
				}
				x := p.Report(f.Resource, t.Value, "anyone can start %s (%s), and its role may %s", f.ID, strings.TrimSpace(string(t.Kind)+" "+t.Detail), h.gives)
				x.Key = "open|" + f.ID + "|" + h.action
				x.Confidence = rind.ConfidenceMedium
				if !t.Span.IsZero() {
					x.Span = t.Span
				}
				if !by.Span.IsZero() {
					x.Related = append(x.Related, rind.Label{Span: by.Span, Note: "lets it " + h.gives})
				}
				break
			}
		}
	},
})

// openTrigger returns a trigger that anyone can use without authentication.
func openTrigger(f *rind.Function) *rind.Trigger {
	for _, t := range f.Triggers {
		if t.Public && t.Enabled && (t.Auth.Type == "none" || !t.Kind.HTTP() && t.Auth.Type == "") {
			return t
		}
	}
	return nil
}

// everywhere returns what allows an action on every resource, or nil.
func everywhere(perms *iam.Permissions, action string) *iam.Attached {
	for _, s := range perms.Scopes(action) {
		if len(s.Rule.Conditions) == 0 && reachesAll(s.Rule.Statement) {
			return &s.Rule
		}
	}
	return nil
}

var _ = register(&Rule{
	ID:         "RIND-IAM-076",
	Title:      "SAM policy template is opened with a wildcard",
	Why:        "A policy template is made to give access to one table, bucket or queue. With \"*\" as its name it gives access to all of the account.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-250",
	Sources:    []string{"https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html"},
	Equivalent: []string{"AWS-0114", "LG:PolicyStatement"},
	Fix:        "Give the template the name of the resource: !Ref Table.",
	CheckApp: func(p *Pass) {
		for _, d := range p.App.Declared {
			if d.Type != "AWS::Serverless::Function" && d.Type != "AWS::Serverless::StateMachine" {
				continue
			}
			for item := range d.Get("Policies").Each() {
				if item.Kind != rind.Map || item.Has("Statement") {
					continue
				}
				for name, params := range item.Entries() {
					for param, v := range params.Entries() {
						if !strings.HasSuffix(name, "Policy") || !v.Scalar() || strings.Trim(v.Str(), "*") != "" || v.Str() == "" {
							continue
						}
						f := p.Report(d, v, "%s with %s \"*\" reaches everything of its kind in the account", name, param)
						f.Key = "template|" + name + "|" + param
						if fn := p.App.Function(d.ID); fn != nil {
							f.Function = fn.ID
						}
					}
				}
			}
		}
	},
})
