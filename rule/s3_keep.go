package rule

import "rind/rind"

// Rules about how long objects are kept, and how well.

var _ = register(&Rule{
	ID:         "RIND-S3-031",
	Title:      "Bucket without object lock",
	Why:        "Object lock keeps records such as audit logs from being changed or deleted for a time, even by administrators.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-15"},
	Equivalent: []string{"CKV_AWS_143", "S3BucketDefaultLockEnabled", "S3.15", "s3_bucket_object_lock", "S3_BUCKET_DEFAULT_LOCK_ENABLED"},
	Fix:        "Set ObjectLockEnabled and a default retention, if the bucket holds records.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		enabled, config := r.Get("ObjectLockEnabled"), r.Get("ObjectLockConfiguration")
		status := config.Get("ObjectLockEnabled")
		if enabled.Symbolic() || config.Symbolic() || status.Symbolic() || enabled.True() || status.Is("Enabled", "true") {
			return
		}
		home(p, r, status, "objects in this bucket are not locked")
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-032",
	Title:      "Versions can be deleted without MFA",
	Why:        "With MFA delete, stolen access keys alone do not suffice to remove the versions of an object for good.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-308",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-20"},
	Equivalent: []string{"AWS-0170", "c5b31ab9-0f26-4a49-b8aa-4cc064392f4d", "S3.20", "s3_bucket_no_mfa_delete"},
	Fix:        "Enable MFA delete as the root user; CloudFormation cannot set it.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("VersioningConfiguration")
		if mfa := orElse(v.Get("MFADelete"), v.Get("MfaDelete")); v.Get("Status").Is("Enabled") && (mfa.Absent() || mfa.Is("Disabled", "false")) {
			home(p, r, mfa, "versions can be deleted without MFA")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-033",
	Title:      "Bucket without replication",
	Why:        "A copy in another region or account survives the loss of this one, and a deletion by whoever took it over.",
	Risk:       rind.SAS11,
	Severity:   rind.Info,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-7"},
	Equivalent: []string{"CKV_AWS_144", "S3BucketReplicationEnabled", "S3.7", "s3_bucket_cross_region_replication", "S3_BUCKET_REPLICATION_ENABLED"},
	Fix:        "Add a replication rule for what must not be lost.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		config := r.Get("ReplicationConfiguration")
		if config.Symbolic() {
			return
		}
		var at *rind.Value
		for rule := range config.Get("Rules").Each() {
			at = rule.Get("Status")
			if !at.Is("Disabled") {
				return
			}
		}
		if at == nil {
			at = config
		}
		home(p, r, at, "the bucket is not replicated")
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-034",
	Title:      "Bucket without lifecycle rules",
	Why:        "Objects and old versions that are never expired pile up: personal data outlives its purpose, and the bill grows.",
	Risk:       rind.SAS11,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-459",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-13"},
	Equivalent: []string{"CKV2_AWS_61", "S3.10", "S3.13", "s3_bucket_lifecycle_enabled"},
	Fix:        "Add lifecycle rules that expire what is no longer needed.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		config := r.Get("LifecycleConfiguration")
		if config.Symbolic() {
			return
		}
		for rule := range config.Get("Rules").Each() {
			if !rule.Get("Status").Is("Disabled") {
				return
			}
		}
		p.Report(r, nil, "nothing in this bucket ever expires")
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-035",
	Title:      "Incomplete uploads are kept for ever",
	Why:        "Parts of multipart uploads that were never completed cost like objects but are listed nowhere. Anyone who may upload can pile them up.",
	Risk:       rind.SAS8,
	Severity:   rind.Info,
	CWE:        "CWE-459",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html"},
	Equivalent: []string{"CKV_AWS_300"},
	Fix:        "Add an enabled lifecycle rule for all objects with AbortIncompleteMultipartUpload.",
	Types:      append([]string{"Terraform::aws_s3_bucket_lifecycle_configuration"}, bucketType...),
	Check: func(p *Pass, r *rind.Resource) {
		config := r.Get("LifecycleConfiguration")
		if config == nil && r.Type != "AWS::S3::Bucket" {
			config = r.Properties
		}
		rules := config.Get("Rules")
		if config.Absent() || rules.Symbolic() || config.Symbolic() {
			return
		}
		for rule := range rules.Each() {
			if rule.Symbolic() || rule.Has("AbortIncompleteMultipartUpload") && !rule.Get("Status").Is("Disabled") && wholeBucket(rule) {
				return
			}
		}
		f := p.Report(r, config, "no lifecycle rule ends incomplete uploads")
		f.Key = r.Type
	},
})

// wholeBucket reports whether a lifecycle rule applies to every object.
func wholeBucket(rule *rind.Value) bool {
	whole := true
	for _, part := range []*rind.Value{rule.Get("Filter"), rule.Get("Filter", "And"), rule} {
		for key, v := range part.Entries() {
			switch key {
			case "Prefix", "TagFilters", "TagFilter", "Tag", "Tags", "ObjectSizeGreaterThan", "ObjectSizeLessThan":
				whole = whole && blank(v)
			}
		}
	}
	return whole
}
