package rule

import (
	"strings"

	"rind/rind"
)

// companions are resources that belong to a function and do not use it.
var companions = map[string]bool{
	"AWS::Lambda::Permission": true, "AWS::Lambda::Version": true, "AWS::Lambda::Alias": true, "AWS::Lambda::EventInvokeConfig": true,
	"AWS::Logs::LogGroup": true, "AWS::CloudWatch::Alarm": true, "AWS::IAM::Role": true, "AWS::IAM::Policy": true, "AWS::IAM::ManagedPolicy": true,
	"AWS::Logs::MetricFilter": true, "AWS::CloudWatch::Dashboard": true, "AWS::IAM::RolePolicy": true,
}

// used reports whether anything but its companions refers to resource id, or
// an output publishes it.
func used(app *rind.App, id string, companions map[string]bool) bool {
	return usedBy(app, id, companions, 0)
}

func usedBy(app *rind.App, id string, companions map[string]bool, depth int) bool {
	if depth > 3 {
		return false // aliases in a circle
	}
	mentions := func(v *rind.Value) bool {
		for ref := range v.Refs() {
			if ref.Kind == rind.RefResource && ref.Name == id {
				return true
			}
		}
		return false
	}
	for _, r := range app.Resources {
		if r.ID == id || companions[r.Type] && r.Type != "AWS::Lambda::Alias" && r.Type != "AWS::Lambda::Version" {
			continue
		}
		if !mentions(r.Properties) {
			continue
		}
		if (r.Type == "AWS::Lambda::Alias" || r.Type == "AWS::Lambda::Version") && !usedBy(app, r.ID, companions, depth+1) {
			continue
		}
		return true
	}
	for _, o := range app.Outputs {
		if mentions(o.Value) {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-046",
	Title:    "Function that nothing starts",
	Why:      "A function without trigger that nothing refers to is probably left over. Its code is no longer patched or watched, and its role still grants what it did.",
	Risk:     rind.SAS11,
	Severity: rind.Low,
	CWE:      "CWE-1164",
	Profile:  All,
	Layer:    rind.Governance,
	Sources:  []string{"https://docs.aws.amazon.com/wellarchitected/latest/framework/sec_securely_operate_reduce_management_scope.html"},
	Fix:      "Delete the function and its role, or declare what starts it.",
	CheckApp: func(p *Pass) {
		for _, f := range p.App.Functions {
			if len(f.Triggers) > 0 || f.Generated || f.Resource == nil || used(p.App, f.ID, companions) {
				continue
			}
			started := false
			for _, e := range p.App.Edges {
				started = started || e.To == f.ID && e.Kind == rind.Invokes
			}
			if !started {
				p.Report(f.Resource, nil, "nothing in the template starts this function or refers to it").Confidence = rind.ConfidenceMedium
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-047",
	Title:    "Log group of a function that is not declared",
	Why:      "The log group bears the name of a function that the template no longer has. Old logs with personal data stay, and a new function of that name would write to them.",
	Risk:     rind.SAS11,
	Severity: rind.Info,
	Profile:  All,
	Layer:    rind.Governance,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"},
	Fix:      "Remove the log group, or correct its name.",
	Types:    []string{"AWS::Logs::LogGroup"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("LogGroupName")
		name, ok := strings.CutPrefix(v.Str(), "/aws/lambda/")
		if !ok || r.Generated || len(p.App.Functions) == 0 {
			return
		}
		for _, f := range p.App.Functions {
			n := f.Resource.Get("FunctionName")
			if n.Absent() || n.Symbolic() || n.Str() == name {
				return // its name is this one, or not known
			}
		}
		p.Report(r, v, "no function in the template is called %s", name).Confidence = rind.ConfidenceMedium
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-048",
	Title:    "Trigger or permission for a function that is not declared",
	Why:      "The permission or mapping names a function that the template does not have. If it was deleted, whoever creates one of that name inherits its callers and its events.",
	Risk:     rind.SAS11,
	Severity: rind.Info,
	Profile:  All,
	Layer:    rind.Governance,
	Sources:  []string{docLambdaPermissions},
	Fix:      "Remove it, or refer to the function with !Ref so that both go together.",
	Types:    []string{"AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Url"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("FunctionName")
		if v == nil {
			v = r.Get("TargetFunctionArn")
		}
		if !v.Scalar() || len(p.App.Functions) == 0 || lambdaFunction(p.App, v) != nil {
			return
		}
		for _, f := range p.App.Functions {
			if n := f.Resource.Get("FunctionName"); n.Absent() || n.Symbolic() {
				return
			}
		}
		p.Report(r, v, "no function in the template is called %s", functionName(v)).Confidence = rind.ConfidenceMedium
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-049",
	Title:    "Role for Lambda that no function uses",
	Why:      "A role that Lambda may assume and nobody uses grants its rights to the next function that somebody attaches it to, an attacker with iam:PassRole included.",
	Risk:     rind.SAS11,
	Severity: rind.Low,
	CWE:      "CWE-1164",
	Profile:  All,
	Layer:    rind.Governance,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"},
	Fix:      "Delete the role.",
	CheckApp: func(p *Pass) {
		policies := map[string]bool{"AWS::IAM::Policy": true, "AWS::IAM::ManagedPolicy": true, "AWS::IAM::RolePolicy": true}
		for _, role := range p.App.Roles {
			if len(role.Functions) > 0 || role.Resource == nil || role.Resource.Generated || !trustsLambdaOnly(role.Trust) {
				continue
			}
			if !used(p.App, role.ID, policies) && !usedByName(p.App, role.Resource) {
				p.Report(role.Resource, nil, "Lambda may assume this role, but no function in the template does").Confidence = rind.ConfidenceMedium
			}
		}
	},
})

// trustsLambdaOnly reports whether only the Lambda service can assume a role.
func trustsLambdaOnly(trust *rind.Value) bool {
	lambda, other := false, !trust.Known()
	for s := range trust.Get("Statement").Each() {
		for kind, ids := range s.Get("Principal").Entries() {
			for id := range ids.Each() {
				if kind == "Service" && id.Is("lambda.amazonaws.com") {
					lambda = true
				} else {
					other = true
				}
			}
		}
	}
	return lambda && !other
}

// usedByName reports whether the role's literal name occurs in another
// resource.
func usedByName(app *rind.App, role *rind.Resource) bool {
	name := role.Get("RoleName")
	if !name.Scalar() || name.Text == "" {
		return false
	}
	found := false
	for _, r := range app.Resources {
		if r == role {
			continue
		}
		r.Properties.Walk(func(_ string, v *rind.Value) bool {
			found = found || (v.Scalar() || v.Symbolic()) && strings.HasSuffix(v.Text, name.Text)
			return !found
		})
	}
	return found
}

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-050",
	Title:    "Alias fixed to an old version",
	Why:      "The alias names a version by number, so deployments do not reach it: callers keep running that code, with the flaws fixed since.",
	Risk:     rind.SAS11,
	Severity: rind.Low,
	CWE:      "CWE-1104",
	Profile:  All,
	Layer:    rind.Governance,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html"},
	Fix:      "Refer to a version resource that each deployment publishes, and delete versions that no alias uses.",
	Types:    []string{"AWS::Lambda::Alias"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("FunctionVersion")
		if _, ok := v.Int(); ok && len(v.Via) == 0 {
			p.Report(r, v, "the alias stays at version %s whatever is deployed", v.Text)
			return
		}
		for w := range r.Get("RoutingConfig", "AdditionalVersionWeights").Each() {
			if n := w.Get("FunctionVersion"); n.Present() {
				if _, ok := n.Int(); ok && len(n.Via) == 0 {
					p.Report(r, n, "the alias still sends requests to version %s", n.Text)
				}
			}
		}
	},
})
