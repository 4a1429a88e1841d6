package rule

import "rind/rind"

var keyType = []string{"AWS::KMS::Key"}

// asymmetric reports whether a key is not a symmetric encryption key, which
// alone KMS rotates.
func asymmetric(r *rind.Resource) bool {
	spec, usage := orElse(r.Get("KeySpec"), r.Get("CustomerMasterKeySpec")), r.Get("KeyUsage")
	return spec.Present() && !spec.Is("SYMMETRIC_DEFAULT") || usage.Present() && !usage.Is("ENCRYPT_DECRYPT") || r.Get("Origin").Is("EXTERNAL", "AWS_CLOUDHSM")
}

var _ = register(&Rule{
	ID:       "RIND-KMS-001",
	Title:    "Key is not rotated",
	Why:      "With rotation KMS makes new key material every year and keeps the old for decrypting, so that less hangs on any one secret.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-324",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4"},
	Equivalent: []string{
		"AWS-0065", "235ca980-eb71-48f4-9030-df0c371029eb", "1c07bfaf-663c-4f6f-b22b-8e2d481e4df5", "22fbfeac-7b5a-421a-8a27-7a2178bb910b", "CKV_AWS_7", "AwsSolutions-KMS5", "F19", "KMS.4",
		"kms_cmk_rotation_enabled", "CMK_BACKING_KEY_ROTATION_ENABLED", "AC_AWS_0160",
	},
	Fix:   "Set EnableKeyRotation to true.",
	Types: keyType,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("EnableKeyRotation"); off(v) && !asymmetric(r) {
			p.Report(r, v, "the key is not rotated")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-KMS-002",
	Title:    "Key policy lets everyone in",
	Why:      "A statement for the principal * without a limiting condition lets any AWS account use the key, or take it over. Everything encrypted with it is then protected by nothing else than the services' own permissions.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-5"},
	Equivalent: []string{
		"f6049677-ec4a-43af-8779-5190b6d03cba", "da905474-7454-43c0-b8d2-5756ab951aba", "7ebc9038-0bde-479a-acc4-6ed7b6758899", "CKV_AWS_33", "F76", "KMS.5",
		"kms_key_not_publicly_accessible", "KMS_NO_WILDCARD_PRINCIPAL", "AC_AWS_0162", "AC_AWS_0482",
	},
	Fix:   "Name the principals, or limit the statement with kms:CallerAccount or aws:PrincipalOrgID.",
	Types: []string{"AWS::KMS::Key", "AWS::KMS::ReplicaKey", "Terraform::aws_kms_key_policy"},
	Check: checkOpen("key"),
})

var _ = register(&Rule{
	ID:         "RIND-KMS-003",
	Title:      "Key without a policy of its own",
	Why:        "The default key policy leaves the decision who may use the key to identity policies, where one kms:* is enough.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-1188",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"},
	Equivalent: []string{"CKV2_AWS_64"},
	Fix:        "Write a key policy that names administrators and users.",
	Types:      keyType,
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("KeyPolicy")) && companion(p.App, r, "KeyId", "Terraform::aws_kms_key_policy", "KeyId") == nil {
			p.Report(r, nil, "the key has the default policy")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-KMS-004",
	Title:      "Key is disabled",
	Why:        "Nothing can be decrypted with a disabled key: functions that depend on it fail. A key that is no longer needed is better scheduled for deletion.",
	Risk:       rind.SAS11,
	Severity:   rind.Low,
	CWE:        "CWE-1164",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html"},
	Equivalent: []string{"2844c749-bd78-4cd1-90e8-b179df827602", "7350fa23-dcf7-4938-916d-6a60b0c73b50", "CKV_AWS_227"},
	Fix:        "Set Enabled to true, or remove the key.",
	Types:      keyType,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("Enabled"); v.False() {
			p.Report(r, v, "the key is disabled")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-KMS-005",
	Title:      "Key can be gone within days",
	Why:        "Once the waiting period is over, a deleted key and all that was encrypted with it are lost. A short period leaves no time to notice.",
	Risk:       rind.SAS11,
	Severity:   rind.Low,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"},
	Equivalent: []string{"0b530315-0ea4-497f-b34c-4ff86268f59d"},
	Fix:        "Leave PendingWindowInDays at 30.",
	Types:      keyType,
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("PendingWindowInDays")
		if n, ok := v.Int(); ok && n < 30 {
			p.Report(r, v, "the key is gone %d days after its deletion", n)
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-KMS-006",
	Title:      "Key can be copied to other regions",
	Why:        "A multi-region key leaves the region it was made in, with the same material. Where data must not leave a region, neither must its key.",
	Risk:       rind.SAS11,
	Severity:   rind.Info,
	CWE:        "CWE-1188",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html"},
	Equivalent: []string{"kms_cmk_not_multi_region"},
	Fix:        "Set MultiRegion to false unless replicas are needed. The key is replaced.",
	Types:      keyType,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("MultiRegion"); v.True() {
			p.Report(r, v, "the key can be copied to other regions")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-KMS-007",
	Title:    "Key policy allows everyone but some principals",
	Why:      "Allow with NotPrincipal opens the key to the whole world except for those listed.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-183",
	Sources:  []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"},
	Fix:      "List the allowed principals with Principal instead.",
	Types:    []string{"AWS::KMS::Key", "AWS::KMS::ReplicaKey", "Terraform::aws_kms_key_policy"},
	Check:    checkNotPrincipal("key"),
})
