package rule

import (
	"strings"

	"rind/iam"
	"rind/rind"
)

var bucketType = []string{"AWS::S3::Bucket"}

// logTarget reports whether other buckets of the app write their logs to r,
// which would log to itself.
func logTarget(p *Pass, r *rind.Resource) bool {
	if name, _ := cannedACL(r); name == "logdeliverywrite" {
		return true
	}
	for _, g := range aclGrants(r) {
		if g.group == "logdelivery" {
			return true
		}
	}
	return companion(p.App, r, "BucketName", "AWS::S3::Bucket", "LoggingConfiguration", "DestinationBucketName") != nil
}

var _ = register(&Rule{
	ID:       "RIND-S3-020",
	Title:    "Bucket without access logging",
	Why:      "Without server access logs nobody can tell afterwards who read or deleted which object.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-778",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-9"},
	Equivalent: []string{
		"AWS-0089", "4552b71f-0a2a-4bc4-92dd-ed7ec1b4674c", "f861041c-8c9f-4156-acfc-5e6e524f5884", "CKV_AWS_18", "AwsSolutions-S1", "W35", "S3.9",
		"s3_bucket_server_access_logging_enabled", "S3_BUCKET_LOGGING_ENABLED", "AC_AWS_0497",
	},
	Fix:   "Set LoggingConfiguration to a bucket that is kept for logs.",
	Types: bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("LoggingConfiguration")) && !logTarget(p, r) {
			p.Report(r, nil, "the bucket keeps no access log")
		}
	},
})

// encryptionRules yields the default encryption of a bucket, also where its
// members stand one level too high.
func encryptionRules(r *rind.Resource) []*rind.Value {
	var out []*rind.Value
	for rule := range r.Get("BucketEncryption", "ServerSideEncryptionConfiguration").Each() {
		if by := rule.Get("ServerSideEncryptionByDefault"); by.Present() {
			rule = by
		}
		out = append(out, rule)
	}
	return out
}

var _ = register(&Rule{
	ID:       "RIND-S3-021",
	Title:    "Bucket encryption is not written down",
	Why:      "S3 encrypts every new object with its own keys since January 2023, so that this is a matter of record rather than of protection. Some standards ask for the setting.",
	Risk:     rind.SAS3,
	Severity: rind.Info,
	CWE:      "CWE-311",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html"},
	Equivalent: []string{
		"AWS-0088", "b2e8752c-3497-4255-98d2-e4ae5b46bbf5", "CKV_AWS_19", "W41", "s3_bucket_default_encryption",
		"S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", "S3_DEFAULT_ENCRYPTION_KMS", "AC_AWS_0207",
	},
	Fix:   "Set BucketEncryption.",
	Types: bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("BucketEncryption")) {
			p.Report(r, nil, "the bucket relies on S3's default encryption")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-S3-022",
	Title:    "Bucket not encrypted with a KMS key",
	Why:      "With a KMS key, reading needs permission to decrypt beside permission to read, and each use of the key is logged. S3's own keys add no such second lock.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-311",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-17"},
	Equivalent: []string{
		"AWS-0132", "CKV_AWS_145", "S3DefaultEncryptionKMS", "S3.17", "s3_bucket_kms_encryption",
	},
	Fix:   "Set the algorithm to aws:kms with the ID of a key of your own, and turn on bucket keys to keep the cost down.",
	Types: bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		// Server access logs cannot be delivered to a bucket with a KMS key.
		if r.Get("BucketEncryption").Symbolic() || logTarget(p, r) {
			return
		}
		rules := encryptionRules(r)
		for _, rule := range rules {
			alg := rule.Get("SSEAlgorithm")
			if rule.Symbolic() || alg.Symbolic() || alg.Is("aws:kms", "aws:kms:dsse") {
				return
			}
		}
		if len(rules) > 0 && rules[0].Has("SSEAlgorithm") {
			home(p, r, rules[0].Get("SSEAlgorithm"), "the bucket is encrypted with S3's own keys (%s)", rules[0].Get("SSEAlgorithm").Str())
			return
		}
		p.Report(r, nil, "the bucket is encrypted with S3's own keys")
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-023",
	Title:      "Bucket encrypted with the AWS-managed key",
	Why:        "The key alias/aws/s3 cannot be shared with another account, and its policy cannot be narrowed.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-mgmt"},
	Equivalent: []string{"AWS-0132"},
	Fix:        "Name a key of your own in KMSMasterKeyID.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		for _, rule := range encryptionRules(r) {
			key := rule.Get("KMSMasterKeyID")
			if rule.Get("SSEAlgorithm").Is("aws:kms", "aws:kms:dsse") && (blank(key) || awsManagedKey(key)) {
				home(p, r, rule.Get("SSEAlgorithm"), "the bucket uses the AWS-managed key")
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-S3-024",
	Title:    "Object stored without a key of your own",
	Why:      "An object that a deployment uploads is often code or configuration of a function. With a key of your own, who may read it can be limited beside the bucket policy.",
	Risk:     rind.SAS3,
	Severity: rind.Info,
	CWE:      "CWE-311",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"},
	Equivalent: []string{
		"5fb49a69-8d46-4495-a2f8-9c8c622b2b6e", "CKV_AWS_181", "CKV_AWS_186", "AC_AWS_0498",
	},
	Fix:   "Set kms_key_id to a key of your own.",
	Types: []string{"Terraform::aws_s3_bucket_object", "Terraform::aws_s3_object", "Terraform::aws_s3_object_copy"},
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("KmsKeyId")) {
			p.Report(r, nil, "the object is not encrypted with a key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-S3-025",
	Title:    "Bucket without versioning",
	Why:      "Without versions an object that a faulty or hijacked function overwrites or deletes is gone.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-693",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14"},
	Equivalent: []string{
		"AWS-0090", "a227ec01-f97a-4084-91a4-47b350c1db54", "568a4d22-3517-44a6-a7ad-6a7eed88722c", "CKV_AWS_21", "S3BucketVersioningEnabled", "S3.14",
		"s3_bucket_object_versioning", "S3_BUCKET_VERSIONING_ENABLED", "AC_AWS_0214",
	},
	Fix:   "Set the versioning status to Enabled, and expire old versions by a lifecycle rule.",
	Types: bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		status := r.Get("VersioningConfiguration", "Status")
		if r.Get("VersioningConfiguration").Symbolic() || status.Symbolic() || status.Is("Enabled") || status.True() {
			return
		}
		home(p, r, status, "the bucket keeps no versions of its objects")
	},
})

var _ = register(&Rule{
	ID:       "RIND-S3-026",
	Title:    "Bucket accepts requests without TLS",
	Why:      "S3 answers plain HTTP as well. Without a policy that denies it, objects and presigned URLs can be read on the way.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-319",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5"},
	Equivalent: []string{
		"38c64e76-c71e-4d92-a337-60174d1de1c9", "4bc4dd4c-7d8d-405e-a0fb-57fa4c31b4d9", "AwsSolutions-S10", "S3.5",
		"s3_bucket_secure_transport_policy", "S3_BUCKET_SSL_REQUESTS_ONLY",
	},
	Fix:   "Add a statement to the bucket policy that denies s3:* to everyone when aws:SecureTransport is false.",
	Types: []string{"AWS::S3::Bucket", "AWS::S3::BucketPolicy"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Type == "AWS::S3::BucketPolicy" {
			// A policy whose bucket is here speaks for that bucket.
			if p.App.Target(r.Get("Bucket")) == nil && !deniesPlainHTTP(resourcePolicy(r)) && len(resourcePolicy(r)) > 0 {
				p.Report(r, nil, "the bucket policy does not deny requests without TLS")
			}
			return
		}
		if statements, known := bucketStatements(p.App, r); known && !deniesPlainHTTP(statements) {
			p.Report(r, nil, "no policy denies requests to this bucket without TLS")
		}
	},
})

// bucketStatements returns the statements of every policy of a bucket. It is
// not known if one of the policies is not.
func bucketStatements(app *rind.App, bucket *rind.Resource) (statements []*iam.Statement, known bool) {
	statements = resourcePolicy(bucket)
	for _, policy := range app.OfType("AWS::S3::BucketPolicy") {
		if !names(policy.Get("Bucket"), bucket, "BucketName") {
			continue
		}
		if policy.Get("PolicyDocument").Symbolic() && len(resourcePolicy(policy)) == 0 {
			return nil, false
		}
		statements = append(statements, resourcePolicy(policy)...)
	}
	return statements, true
}

var _ = register(&Rule{
	ID:         "RIND-S3-027",
	Title:      "Bucket without a policy",
	Why:        "A bucket policy is where TLS is demanded and access from outside is refused; without one, identity policies alone decide.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-1188",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"},
	Equivalent: []string{"37fa8188-738b-42c8-bf82-6334ea567738", "W51"},
	Fix:        "Add a bucket policy that denies requests without TLS.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		if companion(p.App, r, "BucketName", "AWS::S3::BucketPolicy", "Bucket") == nil && len(resourcePolicy(r)) == 0 {
			p.Report(r, nil, "the bucket has no policy")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-028",
	Title:      "Public bucket can be read without TLS",
	Why:        "A bucket that its ACL opens to everyone serves its objects over plain HTTP too, unless a policy refuses that. What readers get can be changed on the way.",
	Risk:       rind.SAS3,
	Severity:   rind.Medium,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit"},
	Equivalent: []string{"CKV_AWS_379"},
	Fix:        "Close the bucket, or deny requests without TLS in its policy.",
	Types:      bucketOrACL,
	Check:      checkPublicPlainHTTP,
})

func checkPublicPlainHTTP(p *Pass, r *rind.Resource) {
	name, at := cannedACL(r)
	public := name == "publicread" || name == "publicreadwrite"
	for _, g := range aclGrants(r) {
		if g.group == "allusers" {
			public, at = true, g.at
		}
	}
	bucket := r.Get("Bucket")
	block := publicBlock(r)
	if r.Type != "AWS::S3::Bucket" {
		block = splitBlock(p.App, bucket)
	}
	if !public || aclIgnored(p, r) || block.Get("RestrictPublicBuckets").True() || block.Get("BlockPublicAcls").True() {
		return
	}
	if r.Get("WebsiteConfiguration").Present() {
		return // website endpoints have no TLS
	}
	for _, w := range p.App.OfType("Terraform::aws_s3_bucket_website_configuration") {
		if same(w.Get("Bucket"), bucket) {
			return
		}
	}
	for _, policy := range p.App.OfType("AWS::S3::BucketPolicy") {
		if !same(policy.Get("Bucket"), bucket) && !(r.Type == "AWS::S3::Bucket" && names(policy.Get("Bucket"), r, "BucketName")) {
			continue
		}
		statements := resourcePolicy(policy)
		if deniesPlainHTTP(statements) {
			return
		}
		for _, s := range statements {
			if s.Allow && secureTransport(s, true) {
				return
			}
		}
	}
	home(p, r, at, "the bucket is public and nothing denies requests without TLS")
}

var _ = register(&Rule{
	ID:         "RIND-S3-029",
	Title:      "Bucket CORS allows every origin",
	Why:        "With the origin *, scripts of any web site may use presigned URLs and public objects of this bucket in a visitor's browser, for writing as well if PUT or POST is allowed.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-942",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html"},
	Equivalent: []string{"3609d27c-3698-483a-9402-13af6ae80583", "98a8f708-121b-455b-ae2f-da3fb59d17e1"},
	Fix:        "List the origins, methods and headers that the web application uses.",
	Types:      append([]string{"Terraform::aws_s3_bucket_cors_configuration"}, bucketType...),
	Check: func(p *Pass, r *rind.Resource) {
		rules := r.Get("CorsConfiguration", "CorsRules")
		if rules == nil {
			rules = r.Get("CorsRules")
		}
		for rule := range rules.Each() {
			for origin := range rule.Get("AllowedOrigins").Each() {
				if origin.Is("*") {
					home(p, r, origin, "the bucket's CORS rules allow every origin")
				}
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-030",
	Title:      "Bucket serves a web site",
	Why:        "Website endpoints speak plain HTTP only and need a public bucket. CloudFront in front gives TLS and lets the bucket stay closed.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html"},
	Equivalent: []string{"90501b1b-cded-4cc1-9e8b-206b85cda317", "42bb6b7f-6d54-4428-b707-666f669d94fb", "AC_AWS_0208"},
	Fix:        "Serve the files through CloudFront with origin access control and remove the website configuration.",
	Types:      append([]string{"Terraform::aws_s3_bucket_website_configuration"}, bucketType...),
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("WebsiteConfiguration"); !blank(v) {
			home(p, r, v, "the bucket serves a web site over plain HTTP")
		} else if strings.HasPrefix(r.Type, "Terraform::") {
			p.Report(r, nil, "the bucket serves a web site over plain HTTP")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-037",
	Title:      "ACLs of the bucket are switched on",
	Why:        "With object ownership other than BucketOwnerEnforced, each upload can carry an ACL that makes the object public or gives it to another account, past the bucket policy.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-732",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-12"},
	Equivalent: []string{"CKV2_AWS_65", "S3.12", "s3_bucket_acl_prohibited", "W3045"},
	Fix:        "Set the object ownership to BucketOwnerEnforced and remove the ACLs.",
	Types:      append([]string{"Terraform::aws_s3_bucket_ownership_controls"}, bucketType...),
	Check: func(p *Pass, r *rind.Resource) {
		rules := r.Get("OwnershipControls", "Rules")
		if rules == nil {
			rules = r.Get("Rules")
		}
		for rule := range rules.Each() {
			if v := rule.Get("ObjectOwnership"); v.Scalar() && !v.Is("BucketOwnerEnforced") {
				p.Report(r, v, "the object ownership %s keeps ACLs in force", v.Str())
				return
			}
		}
		if _, acl := cannedACL(r); acl.Present() && rules.Absent() {
			home(p, r, acl, "the bucket uses an ACL")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-040",
	Title:      "Bucket name with dots",
	Why:        "A name with dots does not match S3's wildcard certificate, so that virtual-hosted requests fail over TLS and clients fall back to worse.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-297",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"},
	Equivalent: []string{"AWS-0320"},
	Fix:        "Use hyphens in the bucket's name.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		if name := r.Get("BucketName"); strings.Contains(name.Str(), ".") {
			p.Report(r, name, "the bucket's name %q has dots", name.Str())
		}
	},
})

// shadowPrefixes begin names that AWS services give to buckets by themselves,
// which somebody else can take first in a region not used yet.
var shadowPrefixes = []string{"aws-glue-assets-", "aws-emr-studio-", "cf-templates-", "sagemaker-", "aws-codestar-", "cdk-hnb659fds-assets-"}

var _ = register(&Rule{
	ID:         "RIND-S3-041",
	Title:      "Bucket has a name that a service would choose",
	Why:        "Names made of a service's prefix, the account number and the region can be foretold. Whoever takes such a name first in a region receives what the service writes there, code included.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-340",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"},
	Equivalent: []string{"s3_bucket_shadow_resource_vulnerability"},
	Fix:        "Let CloudFormation choose the name, or add a random part to it.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		name := r.Get("BucketName")
		for _, prefix := range shadowPrefixes {
			if strings.HasPrefix(name.Pattern(), prefix) {
				p.Report(r, name, "the name %q can be foretold", name.Text)
			}
		}
	},
})
