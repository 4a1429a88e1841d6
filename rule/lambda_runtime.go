package rule

import (
	"regexp"
	"strings"

	"rind/rind"
)

const docLambdaRuntimes = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"

// zipped reports whether a function is deployed as an archive and so has a
// runtime and layers of its own.
func zipped(r *rind.Resource) bool {
	return !r.Get("PackageType").Is("Image") && r.Get("Code", "ImageUri").Absent()
}

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-017",
	Title:    "Deprecated runtime",
	Why:      "A deprecated runtime gets no more security updates: flaws found in the language or the libraries of the platform stay open in the function. Soon after, AWS refuses new functions with it and then changes to old ones.",
	Risk:     rind.SAS6,
	Layer:    rind.Governance,
	Severity: rind.Medium,
	CWE:      "CWE-1104",
	Sources:  []string{docLambdaRuntimes, "FSBP Lambda.2"},
	Equivalent: []string{
		"CKV_AWS_363", "Lambda.2", "awslambda_function_using_supported_runtimes", "W2531", "E2531", "E2533",
		"AwsSolutions-L1", "Serverless-LambdaLatestVersion",
	},
	Fix:   "Move to the newest runtime of the language and test the function with it.",
	Types: []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("Runtime")
		if !v.Scalar() || !zipped(r) {
			return
		}
		state, rt := rind.RuntimeStatus(v.Text, p.Today)
		if !state.Old() {
			return
		}
		f := p.Report(r, v, "%s is deprecated since %s", rt.Name, rt.Deprecated)
		if state == rind.RuntimeBlocked {
			f.Severity = rind.High
			f.Message += " and closed for new functions since " + rt.BlockCreate
		}
		if rt.Successor != "" {
			f.Message += "; use " + rt.Successor
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-018",
	Title:      "Runtime is not the newest of its language",
	Why:        "The newest runtime gets security updates for the longest time. The move is easier before the deadline than at it.",
	Risk:       rind.SAS6,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-1104",
	Profile:    All,
	Sources:    []string{docLambdaRuntimes},
	Equivalent: []string{"AwsSolutions-L1", "Serverless-LambdaLatestVersion"},
	Fix:        "Plan the move to the newest runtime of the language.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("Runtime")
		if !v.Scalar() || !zipped(r) {
			return
		}
		state, rt := rind.RuntimeStatus(v.Text, p.Today)
		if state.Old() || rt.Successor == "" {
			return
		}
		f := p.Report(r, v, "%s is the newest runtime of the language, this is %s", rt.Successor, rt.Name)
		if state == rind.RuntimeEnding {
			f.Severity = rind.Low
			f.Message = rt.Name + " will be deprecated on " + rt.Deprecated + "; use " + rt.Successor
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-019",
	Title:      "No code signing configuration",
	Why:        "Without code signing Lambda runs whatever archive it is given. With it, only code from your pipeline's signing profile is deployed.",
	Risk:       rind.SAS6,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-345",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html"},
	Equivalent: []string{"CKV_AWS_272"},
	Fix:        "Set CodeSigningConfigArn to a configuration that enforces signatures.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		// Container images and inline code cannot be signed this way.
		if blank(r.Get("CodeSigningConfigArn")) && zipped(r) {
			p.Report(r, nil, "Lambda runs any archive that is deployed to this function: no code signing is configured")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-020",
	Title:    "Code signing lets untrusted code through",
	Why:      "With the policy Warn, the default, Lambda deploys code with a missing, expired or foreign signature and only logs it. The check is there and stops nothing.",
	Risk:     rind.SAS6,
	Layer:    rind.Governance,
	Severity: rind.Medium,
	CWE:      "CWE-347",
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html"},
	Fix:      "Set CodeSigningPolicies.UntrustedArtifactOnDeployment to Enforce.",
	Types:    []string{"AWS::Lambda::CodeSigningConfig"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("CodeSigningPolicies", "UntrustedArtifactOnDeployment")
		if v.Absent() && !r.Get("CodeSigningPolicies").Symbolic() || v.Is("Warn") {
			p.Report(r, v, "code with a bad signature is deployed all the same: the policy is Warn")
		}
	},
})

// layerPublishers are accounts in which AWS and partners publish layers.
var layerPublishers = map[string]string{
	"017000801446": "Powertools for AWS Lambda",
	"580247275435": "CloudWatch Lambda Insights",
	"901920570463": "AWS Distro for OpenTelemetry",
	"615299751070": "AWS Application Signals",
	"184161586896": "OpenTelemetry",
	"336392948345": "AWS SDK for pandas",
	"027255383542": "AWS AppConfig extension",
	"177933569100": "AWS Parameters and Secrets extension",
	"590474943231": "AWS Parameters and Secrets extension",
	"133256977650": "AWS Parameters and Secrets extension",
	"187925254637": "AWS Parameters and Secrets extension",
	"015030872274": "AWS Parameters and Secrets extension",
	"753240598075": "AWS Lambda Web Adapter",
	"668099181075": "AWS SciPy layer",
	"464622532012": "Datadog",
	"451483290750": "New Relic",
	"114300393969": "Lumigo",
}

var layerAccount = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[^:]*:(\d{12}):layer:`)

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-021",
	Title:      "Layer from another account",
	Why:        "A layer's code runs inside the function with all its rights and sees every event. Whoever owns the account it comes from decides what that code is.",
	Risk:       rind.SAS6,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-829",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html"},
	Equivalent: []string{"awslambda_function_using_cross_account_layers"},
	Fix:        "Publish the layer in your own account from sources you reviewed, and refer to it there.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		for l := range r.Get("Layers").Each() {
			m := layerAccount.FindStringSubmatch(l.Pattern())
			if m == nil {
				continue
			}
			f := p.Report(r, l, "the layer is taken from account %s", m[1])
			f.Confidence = rind.ConfidenceMedium
			if who := layerPublishers[m[1]]; who != "" {
				f.Severity, f.Confidence = rind.Info, rind.ConfidenceHigh
				f.Message += " (" + who + ")"
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-022",
	Title:    "No tags on the function",
	Why:      "Tags say who owns a function and what it is for. Without them nobody knows whether an old one may be deleted.",
	Risk:     rind.SAS11,
	Layer:    rind.Governance,
	Severity: rind.Info,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html"},
	Equivalent: []string{
		"8df8e857-bd59-44fa-9f4c-d77594b95b46", "a71ecabe-03b6-456a-b3bc-d1a39aa20c98", "f99d3482-fa8c-4f79-bad9-35212dded164",
	},
	Fix:   "Tag the function with its owner and purpose.",
	Types: []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		tags := r.Get("Tags")
		if tags.Symbolic() || defaultTags(p.App) {
			return
		}
		for t := range tags.Each() {
			// SAM adds lambda:createdBy itself.
			if key := t.Get("Key"); key.Absent() && t.Len() > 0 || key.Present() && !strings.HasPrefix(key.Text, "lambda:") {
				return
			}
		}
		p.Report(r, nil, "the function has no tags")
	},
})

// defaultTags reports whether a Terraform provider tags all that it makes.
// Which provider makes a resource is not looked at.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags-configuration-block
func defaultTags(app *rind.App) bool {
	for _, d := range declared(app, "Terraform::provider") {
		for block := range d.Get("default_tags").Each() {
			if tags := block.Get("tags"); tags.Symbolic() || tags.Len() > 0 {
				return true
			}
		}
	}
	return false
}
