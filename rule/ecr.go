package rule

import (
	"strings"

	"rind/rind"
)

var repository = []string{"AWS::ECR::Repository"}

var _ = register(&Rule{
	ID:       "RIND-ECR-001",
	Title:    "Images are not scanned when pushed",
	Why:      "Functions run from images with whatever is in them. A scan on push names packages with known weaknesses before the image is deployed.",
	Risk:     rind.SAS6,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-1104",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-1"},
	Equivalent: []string{
		"AWS-0030", "9025b2b3-e554-4842-ba87-db7aeec36d35", "9630336b-3fed-4096-8173-b9afdfe346a7", "CKV_AWS_163", "W79", "ECR.1",
		"ecr_registry_scan_images_on_push_enabled", "ECR_REPO_SCAN_ON_PUSH_RULE",
	},
	Fix:   "Set ImageScanningConfiguration.ScanOnPush to true, or scan the whole registry.",
	Types: repository,
	Check: func(p *Pass, r *rind.Resource) {
		config := r.Get("ImageScanningConfiguration")
		if v := config.Get("ScanOnPush"); !config.Symbolic() && off(v) && !registryScans(p.App) {
			p.Report(r, v, "images are not scanned when pushed")
		}
	},
})

// registryScans reports whether the app sets up scanning for the registry,
// which takes the place of the repositories' own setting.
func registryScans(app *rind.App) bool {
	return len(app.OfType("AWS::ECR::RegistryScanningConfiguration", "Terraform::aws_ecr_registry_scanning_configuration")) > 0
}

var _ = register(&Rule{
	ID:         "RIND-ECR-002",
	Title:      "Image tags can be overwritten",
	Why:        "Whoever may push can replace the image behind a tag that functions and pipelines trust.",
	Risk:       rind.SAS6,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-494",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-2"},
	Equivalent: []string{"AWS-0031", "33f41d31-86b1-46a4-81f7-9c9a671f59ac", "d1846b12-20c5-4d45-8798-fc35b79268eb", "CKV_AWS_51", "ECR.2", "ecr_repositories_tag_immutability"},
	Fix:        "Set ImageTagMutability to IMMUTABLE.",
	Types:      repository,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("ImageTagMutability"); v.Absent() || v.Scalar() && !strings.HasPrefix(strings.ToUpper(v.Text), "IMMUTABLE") {
			p.Report(r, v, "tags of images can be overwritten")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-ECR-003",
	Title:    "Repository policy lets everyone in",
	Why:      "Anyone can pull the image, with code and whatever else is baked into it, or push one that your functions then run.",
	Risk:     rind.SAS6,
	Layer:    rind.Governance,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html"},
	Equivalent: []string{
		"AWS-0032", "75be209d-1948-41f6-a8c8-e22dd0121134", "e86e26fc-489e-44f0-9bcd-97305e4ba69a", "CKV_AWS_32", "AwsSolutions-ECR1", "ecr_repositories_not_publicly_accessible",
	},
	Fix:   "Name the accounts that may pull, or limit the statement with aws:PrincipalOrgID.",
	Types: []string{"AWS::ECR::Repository", "Terraform::aws_ecr_repository_policy"},
	Check: checkOpen("repository"),
})

var _ = register(&Rule{
	ID:         "RIND-ECR-004",
	Title:      "Images encrypted without a key of your own",
	Why:        "With a key of your own, pulling an image needs permission to decrypt as well.",
	Risk:       rind.SAS6,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html"},
	Equivalent: []string{"AWS-0033", "77a92b0e-b578-4a2e-bb0d-3c53ec4cfb7e", "0e32d561-4b5a-4664-a6e3-a3fa85649157", "CKV_AWS_136"},
	Fix:        "Set EncryptionConfiguration with EncryptionType KMS and a key of your own.",
	Types:      repository,
	Check: func(p *Pass, r *rind.Resource) {
		config := r.Get("EncryptionConfiguration")
		typ := config.Get("EncryptionType")
		if config.Symbolic() || typ.Symbolic() {
			return
		}
		if !typ.Is("KMS", "KMS_DSSE") || blank(config.Get("KmsKey")) {
			p.Report(r, typ, "images are not encrypted with a key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-ECR-005",
	Title:      "Repository keeps every image for ever",
	Why:        "Old images with old weaknesses stay deployable, and cost storage.",
	Risk:       rind.SAS11,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-459",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-3"},
	Equivalent: []string{"ECR.3", "ecr_repositories_lifecycle_policy_enabled"},
	Fix:        "Add a lifecycle policy that expires images no longer in use.",
	Types:      repository,
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("LifecyclePolicy")) && companion(p.App, r, "RepositoryName", "Terraform::aws_ecr_lifecycle_policy", "Repository") == nil {
			p.Report(r, nil, "nothing in this repository ever expires")
		}
	},
})
