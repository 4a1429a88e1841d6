package rule

import (
	"strings"

	"rind/rind"
)

var _ = register(&Rule{
	ID:         "RIND-STACK-001",
	Title:      "Nested stack without notifications",
	Why:        "Without notifications nobody is told when a stack is changed or deleted, by mistake or on purpose.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Layer:      rind.Governance,
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html"},
	Equivalent: []string{"CKV_AWS_124", "CloudFormation.1", "837e033c-4717-40bd-807e-6abaa30161b7", "b72d0026-f649-4c91-a9ea-15d8f681ac09"},
	Fix:        "Set NotificationARNs to a topic that somebody reads.",
	Types:      []string{"AWS::CloudFormation::Stack"},
	Check: func(p *Pass, r *rind.Resource) {
		for _, key := range []string{"NotificationARNs", "NotificationArns"} {
			if !blank(r.Get(key)) {
				return
			}
		}
		p.Report(r, nil, "nobody is notified when this stack changes")
	},
})

var _ = register(&Rule{
	ID:         "RIND-STACK-002",
	Title:      "Stack set deletes its stacks when an account leaves",
	Why:        "With automatic deployment and without retention, moving an account out of the organizational unit deletes the stacks in it with all their data.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-693",
	Profile:    All,
	Layer:      rind.Governance,
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html"},
	Equivalent: []string{"fe974ae9-858e-4991-bbd5-e040a834679f", "6e0e2f68-3fd9-4cd8-a5e4-e2213ef0df97"},
	Fix:        "Set AutoDeployment.RetainStacksOnAccountRemoval to true.",
	Types:      []string{"AWS::CloudFormation::StackSet"},
	Check: func(p *Pass, r *rind.Resource) {
		a := r.Get("AutoDeployment")
		if a.Get("Enabled").True() && off(a.Get("RetainStacksOnAccountRemoval")) {
			p.Report(r, orElse(a.Get("RetainStacksOnAccountRemoval"), a), "stacks are deleted when an account leaves the organizational unit")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-STACK-003",
	Title:      "Resource kept on deletion but not on replacement",
	Why:        "DeletionPolicy alone does not cover updates: a change that replaces the resource deletes the old one with its data. The same holds the other way round.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html"},
	Equivalent: []string{"W3011"},
	Fix:        "Set both DeletionPolicy and UpdateReplacePolicy.",
	CheckApp: func(p *Pass) {
		for _, r := range p.App.Resources {
			d, u := r.Attributes.Get("DeletionPolicy"), r.Attributes.Get("UpdateReplacePolicy")
			kept := func(v *rind.Value) bool { return v.Is("Retain", "Snapshot", "RetainExceptOnCreate") }
			switch {
			case r.Generated || r.Type == "AWS::Lambda::Version" || r.Type == "AWS::Lambda::LayerVersion":
				// Versions are immutable: nothing is replaced by surprise.
			case kept(d) && u.Absent():
				reportAttribute(p, r, d, "the resource is kept when the stack is deleted and lost when an update replaces it")
			case kept(u) && d.Absent():
				reportAttribute(p, r, u, "the resource is kept when an update replaces it and lost when the stack is deleted")
			}
		}
	},
})

func reportAttribute(p *Pass, r *rind.Resource, at *rind.Value, format string) {
	p.Report(r, at, "%s", format).Key = r.Type + "|" + at.Text
}

// namedTypes are types whose resources cannot be replaced while they bear a
// name of their own, with the property that holds it.
var namedTypes = map[string]string{
	"AWS::ApiGateway::ApiKey":                   "Name",
	"AWS::CloudWatch::Alarm":                    "AlarmName",
	"AWS::CodeDeploy::DeploymentConfig":         "DeploymentConfigName",
	"AWS::CodeDeploy::DeploymentGroup":          "DeploymentGroupName",
	"AWS::DynamoDB::Table":                      "TableName",
	"AWS::EC2::SecurityGroup":                   "GroupName",
	"AWS::ECR::Repository":                      "RepositoryName",
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
	"AWS::Elasticsearch::Domain":                "DomainName",
	"AWS::IAM::Group":                           "GroupName",
	"AWS::IAM::ManagedPolicy":                   "ManagedPolicyName",
	"AWS::IAM::Role":                            "RoleName",
	"AWS::Kinesis::Stream":                      "Name",
	"AWS::RDS::DBInstance":                      "DBInstanceIdentifier",
}

var _ = register(&Rule{
	ID:         "RIND-STACK-004",
	Title:      "Resource with a name of its own",
	Why:        "CloudFormation cannot replace a resource that bears a fixed name: the update fails when it is needed. A role of a known name can also be guessed, and made by somebody else first.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	Profile:    All,
	Layer:      rind.Governance,
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html"},
	Equivalent: []string{"W28", "CFN_NO_EXPLICIT_RESOURCE_NAMES"},
	Fix:        "Leave the name out and refer to the resource with !Ref.",
	CheckApp: func(p *Pass) {
		if p.App.Kind == rind.Terraform {
			return // Terraform needs names
		}
		for _, r := range p.App.Resources {
			property := namedTypes[r.Type]
			if v := r.Get(property); property != "" && v.Present() && !r.Generated && !blank(v) {
				f := p.Report(r, v, "the resource cannot be replaced while it is called %s", v.Text)
				f.Confidence = rind.ConfidenceHigh
			}
		}
	},
})

// oldBootstrap is the bootstrap version from which on the CDK's deployment
// bucket belongs to the account for sure: version 21 makes the asset role
// check who owns the bucket.
const oldBootstrap = 21

var _ = register(&Rule{
	ID:         "RIND-STACK-005",
	Title:      "Old version of the CDK bootstrap stack",
	Why:        "Before version 21 the roles of the bootstrap stack did not check who owns the asset bucket. Whoever created a bucket of the predictable name first could change templates on their way to deployment.",
	Risk:       rind.SAS3,
	Severity:   rind.Medium,
	CWE:        "CWE-1104",
	Sources:    []string{"https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html#bootstrap-template-history", "https://github.com/aws/aws-cdk/security/advisories"},
	Equivalent: []string{"cloudformation_stack_cdktoolkit_bootstrap_version"},
	Fix:        "Run cdk bootstrap with a current version of the CDK.",
	Types:      []string{"AWS::SSM::Parameter"},
	Check: func(p *Pass, r *rind.Resource) {
		name := r.Get("Name").Pattern()
		if !strings.HasPrefix(name, "/cdk-bootstrap/") || !strings.HasSuffix(name, "/version") {
			return
		}
		if n, ok := r.Get("Value").Int(); ok && n < oldBootstrap {
			p.Report(r, r.Get("Value"), "the bootstrap stack is at version %d; %d and later check who owns the asset bucket", n, oldBootstrap)
		}
	},
})
