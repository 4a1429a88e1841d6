package rule

import (
	"regexp"
	"strconv"
	"strings"

	"rind/rind"
	found "rind/secret"
	"rind/template/source"
)

var secretType = []string{"AWS::SecretsManager::Secret"}

var _ = register(&Rule{
	ID:       "RIND-SECRET-001",
	Title:    "Secret encrypted with the AWS-managed key",
	Why:      "With a key of your own, reading a secret needs permission to decrypt as well, and the secret can be shared with another account.",
	Risk:     rind.SAS7,
	Severity: rind.Low,
	CWE:      "CWE-311",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html"},
	Equivalent: []string{
		"AWS-0098", "bed9762b-9bf6-4823-98e2-b1752bee0bf7", "a2f548f2-188c-4fff-b172-e9a6acb216bd", "c8ae9ba9-c2f7-4e5c-b32e-a4b7712d4d22", "b0d3ef3f-845d-4b1b-83d6-63a5a380375f",
		"CKV_AWS_149", "SecretsManagerUsingKMSKey", "W77", "SECRETSMANAGER_USING_CMK", "AC_AWS_0500",
	},
	Fix:   "Set KmsKeyId to a key of your own.",
	Types: secretType,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("KmsKeyId"); blank(v) || awsManagedKey(v) {
			p.Report(r, v, "the secret has no key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-002",
	Title:    "Secret is not rotated",
	Why:      "A secret that never changes works for whoever has ever seen it: former colleagues, old logs, a leaked backup.",
	Risk:     rind.SAS7,
	Severity: rind.Low,
	CWE:      "CWE-324",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html#secretsmanager-1"},
	Equivalent: []string{
		"CKV2_AWS_57", "AwsSolutions-SMG4", "SecretsManager.1", "secretsmanager_automatic_rotation_enabled", "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
	},
	Fix:   "Add a rotation schedule for the secret.",
	Types: secretType,
	Check: func(p *Pass, r *rind.Resource) {
		for _, typ := range []string{"AWS::SecretsManager::RotationSchedule", "Terraform::aws_secretsmanager_secret_rotation"} {
			for _, s := range p.App.OfType(typ) {
				if names(s.Get("SecretId"), r, "Name") {
					return
				}
			}
		}
		p.Report(r, nil, "the secret is never changed")
	},
})

// rotationRate matches the rates that a rotation schedule takes.
var rotationRate = regexp.MustCompile(`^rate\((\d{1,6}) (day|hour)s?\)$`)

var _ = register(&Rule{
	ID:         "RIND-SECRET-003",
	Title:      "Secret is rotated too rarely",
	Why:        "The longer a secret stays, the longer a leaked copy works. 90 days is a common bound.",
	Risk:       rind.SAS7,
	Severity:   rind.Info,
	CWE:        "CWE-324",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html#secretsmanager-4"},
	Equivalent: []string{"CKV_AWS_304", "SecretsManager.4", "secretsmanager_secret_rotated_periodically"},
	Fix:        "Rotate at least every 90 days.",
	Types:      []string{"AWS::SecretsManager::RotationSchedule", "Terraform::aws_secretsmanager_secret_rotation"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("RotationRules", "AutomaticallyAfterDays")
		if n, ok := v.Int(); ok && n > 90 {
			p.Report(r, v, "the secret is changed every %d days", n)
		}
		schedule := r.Get("RotationRules", "ScheduleExpression")
		if m := rotationRate.FindStringSubmatch(schedule.Str()); m != nil {
			n, err := strconv.Atoi(m[1])
			if m[2] == "hour" {
				n /= 24
			}
			if err == nil && n > 90 {
				p.Report(r, schedule, "the secret is changed every %d days", n)
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-004",
	Title:    "Secret's policy lets everyone in",
	Why:      "A resource policy for the principal * without a limiting condition, or with every action, lets any AWS account read the secret or change who may.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html"},
	Equivalent: []string{
		"fa00ce45-386d-4718-8392-fb485e1f3c5b", "secretsmanager_not_publicly_accessible", "secretsmanager_has_restrictive_resource_policy", "AC_AWS_0501",
	},
	Fix:   "Name the principals, and set BlockPublicPolicy to true.",
	Types: []string{"AWS::SecretsManager::ResourcePolicy", "AWS::SecretsManager::Secret"},
	Check: checkOpen("secret"),
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-005",
	Title:    "Secret's value is written in the template",
	Why:      "Secrets Manager is to keep the secret out of code, but here its value is in the template: in the repository, in the stack and in every copy of both.",
	Risk:     rind.SAS7,
	Severity: rind.High,
	CWE:      "CWE-798",
	Sources:  []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-secret.html"},
	Fix:      "Use GenerateSecretString, or set the value outside the template, and change the secret.",
	Types:    []string{"AWS::SecretsManager::Secret", "Terraform::aws_secretsmanager_secret_version"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("SecretString")
		if v == nil || v.Kind != rind.String || blank(v) || len(v.Via) > 0 && hasSecretRef(v) {
			return
		}
		text := strings.TrimSpace(v.Text)
		if placeholder(text) || text == "{}" || strings.Contains(text, "{{resolve:") {
			return
		}
		f := p.Report(r, v, "the secret's value is written in the template")
		if inner, err := source.Parse("", []byte(text)); err == nil && inner != nil && inner.Kind == rind.Map {
			if !holdsSecret(inner) {
				f.Confidence = rind.ConfidenceMedium
			}
		} else if !random(text) {
			f.Confidence = rind.ConfidenceMedium
		}
	},
})

// hasSecretRef reports whether a value came from where secrets may come from.
func hasSecretRef(v *rind.Value) bool {
	for ref := range v.Refs() {
		switch ref.Kind {
		case rind.RefSecret, rind.RefSecretsManager, rind.RefSSMSecure:
			return true
		}
	}
	return false
}

// holdsSecret reports whether a member of a map is a secret by its name and
// shape.
func holdsSecret(v *rind.Value) bool {
	found := false
	for key, x := range v.Entries() {
		if _, ok := findSecret(key, x); ok {
			found = true
		}
	}
	return found
}

// sample reports whether a name or value says that it is for show, as AWS's
// own sample keys do (AKIAIOSFODNN7EXAMPLE).
func sample(text string) bool {
	t := strings.ToLower(text)
	return strings.Contains(t, "example") || strings.Contains(t, "test")
}

// tangled reports whether text is no word or name, with less evidence than
// [random] asks for; it is for places that are meant to hold secrets.
func tangled(text string) bool {
	if random(text) {
		return true
	}
	return len(text) >= 16 && strings.ContainsAny(text, "0123456789") && !strings.ContainsAny(text, " \t\n/.") && !readable(text) && !placeholder(text) && entropy(text) >= 2.5
}

// secretName reports whether a name says that a secret is kept under it,
// looser than [findSecret]: MYSECRET and /app/apikey2 count.
func secretName(name string) bool {
	if found.Describes(name) {
		return false
	}
	joined := strings.Join(nameWords(name), "")
	for _, part := range []string{"secret", "password", "passwd", "apikey", "privatekey", "token", "credential"} {
		if strings.Contains(joined, part) {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:         "RIND-SECRET-006",
	Title:      "SSM parameter holds a secret as plain text",
	Why:        "A parameter of type String is shown to everyone who may read parameters, and its value is in the template for everyone who may read that.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-securestring.html"},
	Equivalent: []string{"CKV_AWS_384"},
	Fix:        "Move the value to Secrets Manager or a SecureString set outside the template, and change the secret.",
	Types:      []string{"AWS::SSM::Parameter"},
	Check: func(p *Pass, r *rind.Resource) {
		v, name := r.Get("Value"), text(r.Get("Name"))
		if name == "" {
			name = r.ID
		}
		if !v.Scalar() || sample(name) || sample(v.Text) || notASecret(v.Text) || placeholder(v.Text) {
			return
		}
		kind, ok := findSecret(name, v)
		if !ok && secretName(name) && tangled(v.Text) {
			kind, ok = secret{Kind: "secret", Confidence: rind.ConfidenceHigh}, true
		}
		if ok {
			p.Report(r, v, "the parameter's value, written here, is %s", withArticle(kind.Kind)).Confidence = kind.Confidence
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SECRET-007",
	Title:      "SSM parameter is not a SecureString",
	Why:        "Parameters of type String are not encrypted and need no permission to decrypt. Those that look harmless today tend to get a password tomorrow.",
	Risk:       rind.SAS7,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-securestring.html"},
	Equivalent: []string{"CKV2_AWS_34"},
	Fix:        "Use the type SecureString. CloudFormation cannot make one.",
	Types:      []string{"AWS::SSM::Parameter"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("Type"); v.Scalar() && !v.Is("SecureString") {
			p.Report(r, v, "the parameter has the type %s", v.Str())
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SECRET-008",
	Title:      "SecureString encrypted with the AWS-managed key",
	Why:        "Everyone in the account who may read the parameter may decrypt it with alias/aws/ssm.",
	Risk:       rind.SAS7,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html"},
	Equivalent: []string{"CKV_AWS_337"},
	Fix:        "Set key_id to a key of your own.",
	Types:      []string{"AWS::SSM::Parameter"},
	Check: func(p *Pass, r *rind.Resource) {
		if !r.Get("Type").Is("SecureString") {
			return
		}
		if v := orElse(r.Get("KeyId"), r.Get("KmsKeyId")); blank(v) || awsManagedKey(v) {
			p.Report(r, v, "the parameter has no key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-009",
	Title:    "SSM document is shared with everyone",
	Why:      "Everyone with an AWS account can read the document: the commands in it, the names and, too often, the credentials.",
	Risk:     rind.SAS3,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/ssm-controls.html#ssm-4"},
	Equivalent: []string{
		"CKV_AWS_303", "SSM.4", "ssm_documents_set_as_public",
	},
	Fix:   "Share the document with the accounts that need it.",
	Types: []string{"AWS::SSM::Document", "Terraform::aws_ssm_document"},
	Check: func(p *Pass, r *rind.Resource) {
		for key, v := range r.Get("Permissions").Entries() {
			if strings.EqualFold(strings.ReplaceAll(key, "_", ""), "accountids") {
				for id := range v.Each() {
					if id.Is("all", "*") {
						p.Report(r, id, "the document is shared with every AWS account")
					}
				}
			}
		}
	},
})

// sessionInputs returns the inputs of a Session Manager preferences document,
// also one given as JSON or YAML text.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-preferences-cli.html
func sessionInputs(r *rind.Resource) *rind.Value {
	if !r.Get("DocumentType").Is("Session") {
		return nil
	}
	return documentContent(r).Get("inputs")
}

func documentContent(r *rind.Resource) *rind.Value {
	content := r.Get("Content")
	if content != nil && content.Kind == rind.String {
		if v, err := source.Parse(content.Span.File, []byte(content.Text)); err == nil {
			return v
		}
		return nil
	}
	return content
}

var _ = register(&Rule{
	ID:         "RIND-SECRET-010",
	Title:      "Session logs are missing or not encrypted",
	Why:        "Sessions on instances leave no record, or one in clear text that holds whatever was typed and shown.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html"},
	Equivalent: []string{"CKV_AWS_113"},
	Fix:        "Name a bucket or a log group and enable its encryption.",
	Types:      []string{"AWS::SSM::Document", "Terraform::aws_ssm_document"},
	Check: func(p *Pass, r *rind.Resource) {
		in := sessionInputs(r)
		if in == nil || in.Kind != rind.Map {
			return
		}
		for _, to := range [][2]string{{"s3BucketName", "s3EncryptionEnabled"}, {"cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"}} {
			if enabled := in.Get(to[1]); !blank(in.Get(to[0])) && (enabled.True() || enabled.Symbolic()) {
				return
			}
		}
		p.Report(r, nil, "sessions are not logged to an encrypted place")
	},
})

var _ = register(&Rule{
	ID:         "RIND-SECRET-011",
	Title:      "Sessions are not encrypted with a key of your own",
	Why:        "Without a KMS key, sessions are protected by TLS alone, and the permission to start one is all it takes.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-enable-encryption.html"},
	Equivalent: []string{"CKV_AWS_112", "ce60cc6b-6831-4bd7-84a2-cc7f8ee71433"},
	Fix:        "Set kmsKeyId in the inputs of the document.",
	Types:      []string{"AWS::SSM::Document", "Terraform::aws_ssm_document"},
	Check: func(p *Pass, r *rind.Resource) {
		if in := sessionInputs(r); in != nil && in.Kind == rind.Map && blank(in.Get("kmsKeyId")) {
			p.Report(r, nil, "sessions are not encrypted with a key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SECRET-012",
	Title:      "SSM document holds a secret",
	Why:        "Documents are readable for everyone who may describe them, and are often shared with other accounts.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html"},
	Equivalent: []string{"ssm_document_secrets"},
	Fix:        "Refer to the secret with {{ssm-secure:name}} or read it from Secrets Manager when the document runs, and change it.",
	Types:      []string{"AWS::SSM::Document", "Terraform::aws_ssm_document"},
	Check: func(p *Pass, r *rind.Resource) {
		done := false
		documentContent(r).Walk(func(path string, v *rind.Value) bool {
			if done || !v.Scalar() {
				return !done
			}
			if s, ok := findSecret(lastKey(path), v); ok && s.Confidence == rind.ConfidenceHigh {
				done = true
				f := p.Report(r, r.Get("Content"), "the document holds %s", withArticle(s.Kind))
				f.Key = r.Type + "|" + path
			}
			return true
		})
	},
})

// lastKey is the last name in a dotted path, leaving out positions in lists.
func lastKey(path string) string {
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		if strings.Trim(parts[i], "0123456789") != "" {
			return parts[i]
		}
	}
	return ""
}

var _ = register(&Rule{
	ID:         "RIND-SECRET-013",
	Title:      "Terraform sends a secret to a web site",
	Why:        "The http data source makes a request each time a plan runs. With a secret in its address, body or headers, that secret leaves for whoever runs the site, unseen.",
	Risk:       rind.SAS7,
	Severity:   rind.Critical,
	CWE:        "CWE-200",
	Sources:    []string{"https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-securestring.html"},
	Equivalent: []string{"AWS-0134", "CKV2_AWS_36"},
	Fix:        "Remove the data source.",
	Types:      []string{"Terraform::data.http"},
	Check: func(p *Pass, r *rind.Resource) {
		for ref := range r.Properties.Refs() {
			from := p.App.Resource(ref.Name)
			secretFrom := ref.Kind == rind.RefSecret ||
				strings.Contains(ref.Name, "aws_ssm_parameter.") || strings.Contains(ref.Name, "aws_secretsmanager_secret_version.") ||
				from != nil && (from.Type == "AWS::SSM::Parameter" || strings.HasSuffix(from.Type, "aws_secretsmanager_secret_version"))
			if secretFrom {
				f := p.Report(r, nil, "%s is sent out by an HTTP request", ref.Name)
				f.Key += "|" + ref.Name
				return
			}
		}
	},
})
