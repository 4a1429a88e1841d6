package rule

import (
	"strings"

	"rind/rind"
)

// blockFlags are the four switches of a public access block.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
var blockFlags = []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}

// flagsOff returns those of the switches of a written public access block that
// are off. One that is not written is off: the block replaces the default, in
// which all four are on.
func flagsOff(block *rind.Value, flags ...string) []string {
	var names []string
	if block == nil || block.Kind != rind.Map {
		return nil
	}
	for _, name := range flags {
		if off(block.Get(name)) {
			names = append(names, name)
		}
	}
	return names
}

// checkBlockFlag reports a bucket of which one switch is off, or without any
// public access block.
func checkBlockFlag(name string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		block := publicBlock(r)
		if block == nil {
			if r.Type == "AWS::S3::Bucket" {
				p.Report(r, nil, "the bucket has no public access block, so that %s rests on the account's default", name)
			}
			return
		}
		if v := block.Get(name); block.Kind == rind.Map && off(v) {
			if v == nil {
				v = block
			}
			f := p.Report(r, v, "%s is off", name)
			f.Key = r.Type + "|" + name
		}
	}
}

var _ = register(&Rule{
	ID:       "RIND-S3-012",
	Title:    "Bucket may be made public",
	Why:      "New buckets refuse public ACLs and policies. A public access block that is written with these switches off, or without them, lifts that protection, and one careless policy later the data is public.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8"},
	Equivalent: []string{
		"AwsSolutions-S2", "S3.8", "s3_bucket_level_public_access_block", "CKV2_AWS_6",
		"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "S3_BUCKET_PUBLIC_READ_PROHIBITED", "S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "AC_AWS_0496",
	},
	Fix:   "Set BlockPublicAcls and BlockPublicPolicy to true.",
	Types: bucketOrBlock,
	Check: checkFlagsOff("BlockPublicAcls", "BlockPublicPolicy"),
})

var _ = register(&Rule{
	ID:       "RIND-S3-042",
	Title:    "Public ACLs and policies stay in force",
	Why:      "The public access block refuses new public ACLs and policies but leaves the effect to those that exist already.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-732",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"},
	Equivalent: []string{
		"AwsSolutions-S2", "S3.8", "s3_bucket_level_public_access_block",
		"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "S3_BUCKET_PUBLIC_READ_PROHIBITED", "S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "AC_AWS_0496",
	},
	Fix:   "Set IgnorePublicAcls and RestrictPublicBuckets to true.",
	Types: bucketOrBlock,
	Check: checkFlagsOff("IgnorePublicAcls", "RestrictPublicBuckets"),
})

// checkFlagsOff reports which of the switches a written public access block
// leaves off.
func checkFlagsOff(flags ...string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		block := publicBlock(r)
		if names := flagsOff(block, flags...); len(names) > 0 {
			f := home(p, r, block, "the public access block leaves %s off", strings.Join(names, " and "))
			f.Key = r.Type + "|" + strings.Join(names, ",")
		}
	}
}

func blockFlagRule(id, title, why, flag string, equivalent ...string) *Rule {
	return register(&Rule{
		ID:         id,
		Title:      title,
		Why:        why,
		Risk:       rind.SAS2,
		Severity:   rind.Low,
		CWE:        "CWE-732",
		Profile:    All,
		Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-options"},
		Equivalent: equivalent,
		Fix:        "Set " + flag + " to true.",
		Types:      bucketOrBlock,
		Check:      checkBlockFlag(flag),
	})
}

var _ = blockFlagRule("RIND-S3-013", "Bucket does not block public ACLs",
	"BlockPublicAcls refuses requests that would give a bucket or an object a public ACL. Without it a single upload with x-amz-acl: public-read publishes that object.",
	"BlockPublicAcls", "AWS-0086", "48f100d9-f499-4c6d-b2b8-deafe47ffb26", "d0cc8694-fcad-43ff-ac86-32331d7e867f", "CKV_AWS_53")

var _ = blockFlagRule("RIND-S3-014", "Bucket does not block public policies",
	"BlockPublicPolicy refuses bucket policies that let everyone in. Without it a mistake in a policy is deployed instead of rejected.",
	"BlockPublicPolicy", "AWS-0087", "860ba89b-b8de-4e72-af54-d6aee4138a69", "1a4bc881-9f69-4d44-8c9a-d37d08f54c50", "CKV_AWS_54")

var _ = blockFlagRule("RIND-S3-015", "Bucket does not ignore public ACLs",
	"IgnorePublicAcls takes the effect from public ACLs that exist already, on the bucket and on its objects.",
	"IgnorePublicAcls", "AWS-0091", "6c8d51af-218d-4bfb-94a9-94eabaa0703a", "4fa66806-0dd9-4f8d-9480-3174d39c7c91", "CKV_AWS_55")

var _ = blockFlagRule("RIND-S3-016", "Bucket does not restrict public access",
	"RestrictPublicBuckets limits a bucket that has a public policy to the account itself and to AWS services.",
	"RestrictPublicBuckets", "AWS-0093", "350cd468-0e2c-44ef-9d22-cfb73a62523c", "1ec253ab-c220-4d63-b2de-5b40e0af9293", "CKV_AWS_56")

var _ = register(&Rule{
	ID:       "RIND-S3-017",
	Title:    "Bucket without a public access block of its own",
	Why:      "Since April 2023 new buckets block public access by default. Older buckets, and those of accounts that changed the default, do not; writing the block down makes it certain.",
	Risk:     rind.SAS2,
	Severity: rind.Info,
	CWE:      "CWE-732",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"},
	Equivalent: []string{
		"AWS-0094", "AwsSolutions-S2", "S3.8", "s3_bucket_level_public_access_block", "CKV2_AWS_6",
		"S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "S3_BUCKET_PUBLIC_READ_PROHIBITED", "S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "AC_AWS_0496",
	},
	Fix:   "Add a public access block with all four switches on.",
	Types: []string{"AWS::S3::Bucket"},
	Check: func(p *Pass, r *rind.Resource) {
		if publicBlock(r).Absent() {
			p.Report(r, nil, "the bucket has no public access block of its own")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-018",
	Title:      "Access point without public access block",
	Why:        "An access point's public access block is fixed when it is made. With switches off, its policy can let everyone at the bucket behind it.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-732",
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-19"},
	Equivalent: []string{"CKV_AWS_392", "S3.19", "s3_access_point_public_access_block", "s3_multi_region_access_point_public_access_block"},
	Fix:        "Leave the public access block of the access point at its default or set all four switches to true.",
	Types:      []string{"AWS::S3::AccessPoint", "AWS::S3::MultiRegionAccessPoint"},
	Check: func(p *Pass, r *rind.Resource) {
		block := publicBlock(r)
		var names []string
		for _, name := range blockFlags {
			if block.Get(name).False() {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			p.Report(r, block, "the access point switches %s off", strings.Join(names, ", "))
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-S3-019",
	Title:      "Account-wide public access block is switched off",
	Why:        "The account's block is the net below every bucket. With a switch off, each bucket's own settings are all that keeps it closed.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-732",
	Sources:    []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-1"},
	Equivalent: []string{"S3.1", "s3_account_level_public_access_blocks"},
	Fix:        "Set all four switches of the account's public access block to true.",
	Types:      []string{"Terraform::aws_s3_account_public_access_block"},
	Check: func(p *Pass, r *rind.Resource) {
		var names []string
		for _, name := range blockFlags {
			v := r.Get(name)
			if off(v) {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			p.Report(r, nil, "the account's public access block leaves %s off", strings.Join(names, ", "))
		}
	},
})
