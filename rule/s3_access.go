package rule

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// The types a bucket, its ACL and its policy come as. Terraform's split
// resources keep a type of their own where the bucket is declared elsewhere.
var (
	bucketOrACL    = []string{"AWS::S3::Bucket", "Terraform::aws_s3_bucket_acl"}
	bucketOrPolicy = []string{"AWS::S3::BucketPolicy", "AWS::S3::AccessPoint", "AWS::S3::Bucket"}
	bucketOrBlock  = []string{"AWS::S3::Bucket", "Terraform::aws_s3_bucket_public_access_block"}
)

// cannedACL returns the canned ACL of a bucket in one notation for all
// languages, "publicread", and where it was written.
func cannedACL(r *rind.Resource) (string, *rind.Value) {
	for _, property := range []string{"AccessControl", "Acl", "acl"} {
		if v := r.Get(property); v.Present() {
			return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(v.Str())), v
		}
	}
	return "", nil
}

// An aclGrant gives a permission to a predefined group.
type aclGrant struct {
	group      string // "allusers", "authenticatedusers", "logdelivery"
	permission string // "READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"
	at         *rind.Value
}

// aclGrants returns the grants to predefined groups, which only Terraform can
// write. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
func aclGrants(r *rind.Resource) []aclGrant {
	var grants []aclGrant
	r.Properties.Walk(func(_ string, v *rind.Value) bool {
		if v.Kind != rind.Map {
			return v.Kind == rind.List
		}
		var permissions []string
		for key, x := range v.Entries() {
			if strings.EqualFold(key, "Permission") || strings.EqualFold(key, "Permissions") {
				for p := range x.Each() {
					permissions = append(permissions, strings.ToUpper(p.Str()))
				}
			}
		}
		if len(permissions) == 0 {
			return true
		}
		v.Walk(func(_ string, x *rind.Value) bool {
			if _, group, ok := strings.Cut(strings.ToLower(x.Str()), "/groups/"); ok {
				group = group[strings.LastIndexByte(group, '/')+1:]
				for _, p := range permissions {
					grants = append(grants, aclGrant{group, p, x})
				}
			}
			return true
		})
		return false
	})
	return grants
}

// aclIgnored reports whether ACLs that open the bucket have no effect: the
// bucket's owner owns every object, or the public access block ignores them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
func aclIgnored(p *Pass, r *rind.Resource) bool {
	if publicBlock(r).Get("IgnorePublicAcls").True() {
		return true
	}
	for rule := range r.Get("OwnershipControls", "Rules").Each() {
		if rule.Get("ObjectOwnership").Is("BucketOwnerEnforced") {
			return true
		}
	}
	if r.Type != "AWS::S3::Bucket" {
		block := splitBlock(p.App, r.Get("Bucket"))
		return block.Get("IgnorePublicAcls").True()
	}
	return false
}

// publicBlock returns the public access block settings of a bucket, of an
// access point or of a split resource that holds nothing else.
func publicBlock(r *rind.Resource) *rind.Value {
	if v := r.Get("PublicAccessBlockConfiguration"); v.Present() {
		return v
	}
	if r != nil && r.Type != "AWS::S3::Bucket" && strings.HasSuffix(r.Type, "_public_access_block") {
		return r.Properties
	}
	return nil
}

// splitBlock returns the settings of the split public access block for a
// bucket that is declared elsewhere, or nil.
func splitBlock(app *rind.App, bucket *rind.Value) *rind.Value {
	for _, b := range app.OfType("Terraform::aws_s3_bucket_public_access_block") {
		if same(b.Get("Bucket"), bucket) {
			return publicBlock(b)
		}
	}
	return nil
}

// checkACL reports ACLs that give one of the permissions to one of the
// groups, by a canned ACL or by grants.
func checkACL(canned []string, group string, permissions []string, message string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		if aclIgnored(p, r) {
			return
		}
		if name, at := cannedACL(r); slices.Contains(canned, name) {
			home(p, r, at, "%s", message)
			return
		}
		for _, g := range aclGrants(r) {
			if g.group == group && slices.Contains(permissions, g.permission) {
				home(p, r, g.at, "%s", message)
				return
			}
		}
	}
}

var _ = register(&Rule{
	ID:       "RIND-S3-001",
	Title:    "Bucket ACL lets everyone read",
	Why:      "An ACL that grants READ to all users lists and hands out every object to anyone on the internet. Buckets behind functions hold uploads, exports and reports that nobody meant to publish.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2"},
	Equivalent: []string{
		"AWS-0092", "07dda8de-d90d-469e-9b37-1aca53526ced", "38c5ee0d-7f22-4260-ab72-5073048df100", "219f4c95-aa50-44e0-97de-cf71f4641170",
		"CKV_AWS_20", "S3BucketPublicReadProhibited", "W31", "S3.2",
		"s3_bucket_public_access", "s3_bucket_public_list_acl", "s3_bucket_object_public",
		"S3_BUCKET_PUBLIC_READ_ACL", "S3_BUCKET_PUBLIC_READ_PROHIBITED", "AC_AWS_0210", "AC_AWS_0212",
	},
	Fix:   "Remove the ACL, set the object ownership to BucketOwnerEnforced and serve public files through CloudFront with origin access control.",
	Types: bucketOrACL,
	Check: checkACL([]string{"publicread", "website"}, "allusers", []string{"READ", "FULL_CONTROL"}, "the ACL lets anyone on the internet read this bucket"),
})

var _ = register(&Rule{
	ID:       "RIND-S3-002",
	Title:    "Bucket ACL lets everyone write",
	Why:      "Anyone can put, overwrite and delete objects, at your cost. Where the bucket triggers a function, everyone on the internet chooses the events that it processes.",
	Risk:     rind.SAS2,
	Severity: rind.Critical,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-3"},
	Equivalent: []string{
		"AWS-0092", "07dda8de-d90d-469e-9b37-1aca53526ced", "38c5ee0d-7f22-4260-ab72-5073048df100",
		"CKV_AWS_57", "CKV_AWS_20", "S3BucketPublicWriteProhibited", "F14", "S3.3",
		"s3_bucket_public_access", "s3_bucket_public_write_acl",
		"S3_BUCKET_PUBLIC_RW_ACL", "S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "AC_AWS_0213", "AC_AWS_0215",
	},
	Fix:   "Remove the ACL, set the object ownership to BucketOwnerEnforced and let clients upload with presigned URLs.",
	Types: bucketOrACL,
	Check: checkACL([]string{"publicreadwrite"}, "allusers", []string{"WRITE", "FULL_CONTROL"}, "the ACL lets anyone on the internet write to this bucket"),
})

var _ = register(&Rule{
	ID:       "RIND-S3-003",
	Title:    "Bucket ACL lets every AWS account in",
	Why:      "AuthenticatedUsers means anyone who has an AWS account, not the users of yours. An account costs nothing, so that the bucket is as good as public.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups"},
	Equivalent: []string{
		"AWS-0092", "CKV_AWS_20", "CKV2_AWS_43", "835d5497-a526-4aea-a23f-98a9afd1635f", "57b9893d-33b1-4419-bcea-a717ea87e139", "AC_AWS_0211",
	},
	Fix:   "Remove the ACL and name the accounts that may read in the bucket policy.",
	Types: bucketOrACL,
	Check: checkACL([]string{"authenticatedread"}, "authenticatedusers", []string{"READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"}, "the ACL lets anyone with any AWS account into this bucket"),
})

var _ = register(&Rule{
	ID:       "RIND-S3-004",
	Title:    "Bucket ACL lets everyone see or change the ACL",
	Why:      "Whoever can read the ACL learns which doors are open; whoever can write it opens them. WRITE_ACP is full control by one more request.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions"},
	Equivalent: []string{
		"CKV_AWS_375", "64a222aa-7793-4e40-915f-4b302c76e4d4",
	},
	Fix:   "Remove the grant of READ_ACP, WRITE_ACP or FULL_CONTROL to all users.",
	Types: bucketOrACL,
	Check: checkACL(nil, "allusers", []string{"READ_ACP", "WRITE_ACP", "FULL_CONTROL"}, "the ACL lets anyone on the internet see or change who has access"),
})

var _ = register(&Rule{
	ID:         "RIND-S3-043",
	Title:      "Public ACL without effect",
	Why:        "The ACL opens the bucket and something else keeps it closed. The ACL comes back to life when that is lifted, and readers of the template take the bucket for public.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-1164",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"},
	Equivalent: []string{"bf878b1a-7418-4de3-b13c-3a86cf894920"},
	Fix:        "Remove the ACL.",
	Types:      bucketOrACL,
	Check: func(p *Pass, r *rind.Resource) {
		if name, at := cannedACL(r); slices.Contains([]string{"publicread", "publicreadwrite", "authenticatedread"}, name) && aclIgnored(p, r) {
			home(p, r, at, "the public ACL of this bucket has no effect")
		}
	},
})

// writes reports whether a statement allows changing or deleting objects or
// the bucket itself.
func writes(s *iam.Statement) bool {
	if s.NotAction {
		return true
	}
	for _, a := range s.Actions {
		name := strings.ToLower(a.Text)
		if _, after, ok := strings.Cut(name, ":"); ok {
			name = after
		}
		for _, prefix := range []string{"put", "delete", "create", "restore", "replicate", "abort", "update", "*"} {
			if a.Known && strings.HasPrefix(name, prefix) {
				return true
			}
		}
	}
	return false
}

// checkOpenBucket reports statements for everyone that write, or those that
// do not. A public access block that refuses public policies takes away the
// effect, and the certainty.
func checkOpenBucket(write bool) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		block := publicBlock(r)
		if b := p.App.Target(r.Get("Bucket")); block == nil && b != nil {
			block = publicBlock(b)
		}
		blocked := block.Get("BlockPublicPolicy").True() || block.Get("RestrictPublicBuckets").True()
		for i, s := range resourcePolicy(r) {
			if !open(s) || writes(s) != write {
				continue
			}
			f := reportStatement(p, r, i, s, "Principal", "anyone may use %s on this bucket", actionList(s))
			if blocked {
				f.Confidence, f.Severity = rind.ConfidenceLow, rind.Low
				f.Message += ", if the public access block were lifted"
			}
		}
	}
}

var anyPrincipalChecks = []string{
	"7772bb8c-c0f3-42d4-8e4e-f1b8939ad085", "7af43613-6bb9-4a0e-8c4d-1314b799425e", "CKV_AWS_70", "AwsSolutions-S5", "F16",
	"S3_BUCKET_POLICY_NO_WILDCARD_PRINCIPAL", "AC_AWS_0217",
}

var _ = register(&Rule{
	ID:       "RIND-S3-005",
	Title:    "Bucket policy lets everyone read",
	Why:      "A statement for the principal * without a limiting condition publishes the objects to the internet. Files meant for browsers are better served by CloudFront, which keeps the bucket closed.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2"},
	Equivalent: append([]string{
		"f97b7d23-568f-4bcc-9ac9-02df0d57fbba", "1df37f4b-7197-45ce-83f8-9994d2fcf885", "faa8fddf-c0aa-4b2d-84ff-e993e233ebe9", "66c6f96f-2d9e-417e-a998-9058aeeecd44",
		"S3.2", "AC_AWS_0218", "AC_AWS_0219",
	}, anyPrincipalChecks...),
	Fix:   "Name the principals, or limit the statement with aws:SourceArn, aws:SourceAccount or aws:PrincipalOrgID; serve public files through CloudFront with origin access control.",
	Types: bucketOrPolicy,
	Check: checkOpenBucket(false),
})

var _ = register(&Rule{
	ID:       "RIND-S3-006",
	Title:    "Bucket policy lets everyone write or delete",
	Why:      "Anyone can put, overwrite or delete objects. Where the bucket triggers a function, everyone on the internet chooses the events that it processes.",
	Risk:     rind.SAS2,
	Severity: rind.Critical,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-3"},
	Equivalent: append([]string{
		"acc78859-765e-4011-a229-a65ea57db252", "ffdf4b37-7703-4dfe-a682-9d2e99bc6c09", "f6397a20-4cf1-4540-a997-1d363c25ef58", "d24c0755-c028-44b1-b503-8e719c898832", "456b00a3-1072-4149-9740-6b8bb60251b0",
		"S3.3", "s3_bucket_policy_public_write_access", "AC_AWS_0220", "AC_AWS_0221", "AC_AWS_0224",
	}, anyPrincipalChecks...),
	Fix:   "Name the principals that may write; let browsers upload with presigned URLs.",
	Types: bucketOrPolicy,
	Check: checkOpenBucket(true),
})

var _ = register(&Rule{
	ID:       "RIND-S3-007",
	Title:    "Bucket policy allows every action",
	Why:      "s3:* lets a principal that should read a few objects also delete the bucket, change its policy and turn off its logging.",
	Risk:     rind.SAS4,
	Severity: rind.Medium,
	CWE:      "CWE-250",
	Sources:  []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"},
	Equivalent: []string{
		"4ae8af91-5108-42cb-9471-3bdbe596eac9", "a4966c4f-9141-48b8-a564-ffe9959945bc", "F15", "S3_BUCKET_POLICY_NO_WILDCARD_ACTION",
	},
	Fix:   "List the actions that the principal needs.",
	Types: bucketOrPolicy,
	Check: checkWildcardAction("bucket"),
})

var _ = register(&Rule{
	ID:         "RIND-S3-008",
	Title:      "Bucket policy allows everything but some actions",
	Why:        "Allow with NotAction grants every action that is not listed, those included that S3 gets next year.",
	Risk:       rind.SAS4,
	Severity:   rind.Medium,
	CWE:        "CWE-183",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"},
	Equivalent: []string{"W20", "S3_BUCKET_POLICY_NO_ALLOW_PLUS_NOT_ACTION"},
	Fix:        "List the allowed actions with Action instead.",
	Types:      bucketOrPolicy,
	Check:      checkNotAction("bucket"),
})

var _ = register(&Rule{
	ID:         "RIND-S3-009",
	Title:      "Bucket policy allows everyone but some principals",
	Why:        "Allow with NotPrincipal opens the bucket to the whole world, anonymous callers included, except for those listed.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-183",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"},
	Equivalent: []string{"F9", "S3_BUCKETPOLICY_NO_ALLOW_PLUS_NOTPRINCIPAL"},
	Fix:        "List the allowed principals with Principal instead.",
	Types:      bucketOrPolicy,
	Check:      checkNotPrincipal("bucket"),
})

var _ = register(&Rule{
	ID:         "RIND-S3-010",
	Title:      "Bucket policy locks everyone out",
	Why:        "A Deny to everyone for s3:PutBucketPolicy without a condition binds you as well: only the account's root user can undo it, and functions that use the bucket stop working.",
	Risk:       rind.SAS3,
	Severity:   rind.Medium,
	CWE:        "CWE-732",
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html"},
	Equivalent: []string{"CKV_AWS_93"},
	Fix:        "Limit the Deny statement with a condition, or to the actions it is about.",
	Types:      bucketOrPolicy,
	Check: func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			if !s.Deny() || s.NotAction || s.NotPrincipal || len(s.Conditions) > 0 {
				continue
			}
			everyone := slices.ContainsFunc(s.Principals, func(x iam.Principal) bool { return x.Everyone() })
			locks := slices.ContainsFunc(s.Actions, func(a iam.Pattern) bool {
				return a.Known && slices.Contains([]string{"*", "s3:*", "s3:put*", "s3:*bucketpolicy", "s3:putbucket*", "s3:putbucketpolicy"}, strings.ToLower(a.Text))
			})
			if everyone && locks {
				reportStatement(p, r, i, s, "Action", "the policy denies %s to everyone, those included who would repair it", actionList(s))
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-011",
	Title:      "Bucket policy lets another account in",
	Why:        "A statement for another account hands over the decision who may use the bucket to its administrators. It should be meant, and limited.",
	Risk:       rind.SAS4,
	Severity:   rind.Low,
	CWE:        "CWE-732",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-6"},
	Equivalent: []string{"S3.6", "s3_bucket_cross_account_access", "S3_BUCKET_POLICY_GRANTEE_CHECK"},
	Fix:        "Name the role that needs access rather than the account, and allow only what it needs.",
	Types:      bucketOrPolicy,
	Check:      checkCrossAccount("bucket"),
})
