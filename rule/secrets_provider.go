package rule

import (
	"strings"

	"rind/rind"
)

var _ = register(&Rule{
	ID:       "RIND-SECRET-021",
	Title:    "AWS access key written in a Terraform provider or backend",
	Why:      "Whoever can read the repository can act as the principal that deploys, which may usually do anything in the account. Terraform copies a backend's settings into .terraform as well.",
	Risk:     rind.SAS7,
	Severity: rind.Critical,
	CWE:      "CWE-798",
	Sources: []string{
		"https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html",
	},
	Equivalent: []string{"CKV_AWS_41"},
	Fix:        "Remove access_key and secret_key; let the provider take a role from the environment or from profile. Deactivate the key: it has been published.",
	CheckApp: func(p *Pass) {
		for _, d := range p.App.Declared {
			aws := d.Type == "Terraform::provider" && strings.Contains(d.ID, "provider.aws") ||
				d.Type == "Terraform::backend" && strings.Contains(d.ID, "backend.s3")
			if !aws {
				continue
			}
			for _, name := range []string{"secret_key", "token"} {
				v := d.Get(name)
				// A real one has 40 characters or more; "test" is for an emulator.
				if !v.Scalar() || len(v.Str()) < 40 || placeholder(v.Str()) {
					continue
				}
				p.Report(d, v, "%s holds a literal %s", d.ID, name)
			}
		}
	},
})
