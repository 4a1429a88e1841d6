package rule

import (
	"regexp"
	"strings"

	"rind/rind"
)

const docSLSVariables = "https://www.serverless.com/framework/docs/guides/variables"

// declared returns what was declared under one of the given types.
func declared(app *rind.App, types ...string) []*rind.Resource {
	var out []*rind.Resource
	for _, d := range app.Declared {
		for _, t := range types {
			if d.Type == t {
				out = append(out, d)
			}
		}
	}
	return out
}

var _ = register(&Rule{
	ID:       "RIND-SLS-001",
	Title:    "Secret copied from the deploying machine into the environment",
	Why:      "The variable is filled from the machine or a file at deployment. The secret then stands in the CloudFormation template, in its bucket, and in the function's configuration in clear; and it lies about on every machine that deploys.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-526",
	Sources:  []string{docSLSVariables, docLambdaEnvironment},
	Fix:      "Pass the name of a secret in Secrets Manager or Parameter Store and read it at run time.",
	Types:    []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if p.App.Kind != rind.Serverless {
			return
		}
		for name, v := range r.Get("Environment", "Variables").Entries() {
			for ref := range v.Refs() {
				from := ""
				switch ref.Kind {
				case rind.RefEnv:
					from = "the environment variable " + ref.Name + " of the machine that deploys"
				case rind.RefFile:
					from = "a file"
				}
				if from != "" && (announcesSecret(name) || announcesSecret(ref.Name)) {
					p.Report(r, v, "%s is copied in clear from %s", name, from).Confidence = rind.ConfidenceMedium
					break
				}
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SLS-002",
	Title:    "One role for all functions of the service",
	Why:      "Statements under provider go into one role that every function runs with. A flaw in the least of them gives an attacker the rights of all.",
	Risk:     rind.SAS4,
	Severity: rind.Medium,
	CWE:      "CWE-250",
	Sources:  []string{"https://www.serverless.com/framework/docs/providers/aws/guide/iam"},
	Fix:      "Give each function a role of its own: with the plugin serverless-iam-roles-per-function and iamRoleStatements per function, or role per function.",
	CheckApp: func(p *Pass) {
		functions := declared(p.App, "Serverless::Function")
		for _, pr := range declared(p.App, "Serverless::Provider") {
			at := pr.Get("iam", "role", "statements")
			if blank(at) {
				at = pr.Get("iamRoleStatements")
			}
			if blank(at) || at.Symbolic() {
				continue
			}
			shared := 0
			for _, f := range functions {
				if f.Get("role").Absent() && f.Get("iamRoleStatements").Absent() {
					shared++
				}
			}
			if shared < 2 {
				continue
			}
			f := p.Report(pr, at, "%d functions share these statements through one role", shared)
			f.Confidence = rind.ConfidenceHigh
			f.Key = pr.Type + "|statements"
		}
	},
})

// retiredPlugins are plugins whose work the framework does itself now, whose
// service has ended, or whose purpose gives secrets away.
var retiredPlugins = map[string]string{
	"serverless-puresec-cli":                "the service behind it has ended",
	"serverless-pseudo-parameters":          "the framework resolves pseudo parameters itself since version 2.3",
	"serverless-plugin-tracing":             "provider.tracing does the same",
	"serverless-apigw-binary":               "provider.apiGateway.binaryMediaTypes does the same",
	"serverless-apigwy-binary":              "provider.apiGateway.binaryMediaTypes does the same",
	"serverless-plugin-custom-binary":       "provider.apiGateway.binaryMediaTypes does the same",
	"serverless-plugin-existing-s3":         "the s3 event with existing: true does the same",
	"serverless-plugin-external-sns-events": "the sns event takes the ARN of an existing topic",
	"serverless-reqvalidator-plugin":        "http.request.schemas does the same",
	"serverless-plugin-write-env-vars":      "it writes environment variables, secrets included, to a file in the package",
	"serverless-plugin-package-dotenv-file": "it packs .env, secrets included, into the deployment",
}

var _ = register(&Rule{
	ID:       "RIND-SLS-003",
	Title:    "Obsolete or risky Serverless Framework plugin",
	Why:      "A plugin runs with the rights of whoever deploys and writes the template that goes to AWS. Nobody fixes a plugin that is no longer needed, and whoever takes over its name runs code in every deployment.",
	Risk:     rind.SAS6,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-1104",
	Sources:  []string{"https://www.serverless.com/framework/docs/guides/plugins"},
	Fix:      "Remove the plugin and use what the framework offers instead.",
	CheckApp: func(p *Pass) {
		for _, pl := range declared(p.App, "Serverless::Plugins") {
			list := pl.Properties
			if m := list.Get("modules"); m != nil {
				list = m
			}
			for v := range list.Each() {
				if why := retiredPlugins[v.Str()]; why != "" {
					f := p.Report(pl, v, "%s should go: %s", v.Text, why)
					f.Key = pl.Type + "|" + v.Text
				}
			}
		}
	},
})

var exactVersion = regexp.MustCompile(`^[=v]?\d+(?:\.\d+){0,2}(?:-[\w.]+)?$|^[~^]\d+(?:\.\d+){0,2}$|^\d+(?:\.[x*]){1,2}$`)

var _ = register(&Rule{
	ID:       "RIND-SLS-004",
	Title:    "Framework version not pinned",
	Why:      "Without frameworkVersion any installed version deploys: defaults that matter for security, such as roles and endpoints, differ between major versions.",
	Risk:     rind.SAS6,
	Layer:    rind.Governance,
	Severity: rind.Info,
	CWE:      "CWE-1357",
	Profile:  All,
	Sources:  []string{"https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml"},
	Fix:      "Set frameworkVersion to the major version in use, for example \"^4\".",
	CheckApp: func(p *Pass) {
		for _, pr := range declared(p.App, "Serverless::Provider") {
			v := pr.Get("frameworkVersion")
			for _, d := range declared(p.App, "Serverless::Service") {
				v = orElse(d.Get("frameworkVersion"), v)
			}
			if v.Symbolic() || v.Scalar() && exactVersion.MatchString(strings.TrimSpace(v.Text)) || v != nil && v.Kind == rind.List {
				continue
			}
			p.Report(pr, v, "any version of the framework may deploy this service")
		}
	},
})
