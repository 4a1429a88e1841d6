package rule

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// credentialActions return credentials or passwords to the caller. Reading a
// registry's login token is left out: it is no more than the right to pull.
var credentialActions = []string{
	"iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:CreateServiceSpecificCredential",
	"iam:ResetServiceSpecificCredential", "iam:UpdateAccessKey", "sts:AssumeRole", "sts:AssumeRoleWithSAML",
	"sts:AssumeRoleWithWebIdentity", "sts:GetFederationToken", "sts:GetSessionToken",
	"rds-db:connect", "redshift:GetClusterCredentials", "redshift:GetClusterCredentialsWithIAM", "redshift-serverless:GetCredentials",
	"cognito-identity:GetCredentialsForIdentity", "cognito-identity:GetOpenIdTokenForDeveloperIdentity", "cognito-idp:DescribeUserPoolClient",
	"codepipeline:PollForJobs", "chime:CreateApiKey", "mediapackage:RotateIngestEndpointCredentials", "mediapackage:RotateChannelCredentials",
	"sso:GetRoleCredentials", "lightsail:DownloadDefaultKeyPair", "lightsail:GetInstanceAccessDetails", "lightsail:CreateBucketAccessKey",
	"lightsail:CreateKeyPair", "lightsail:GetRelationalDatabaseMasterUserPassword", "snowball:GetJobUnlockCode", "storagegateway:DescribeChapCredentials",
	"ec2:GetPasswordData", "connect:GetFederationToken", "gamelift:RequestUploadCredentials", "codeartifact:GetAuthorizationToken",
	"apigateway:CreateApiKey",
}

// dataActions read the content of stores in bulk.
var dataActions = []string{
	"s3:GetObject", "s3:GetObjectVersion", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
	"secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue",
	"dynamodb:Scan", "dynamodb:Query", "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:ExportTableToPointInTime",
	"rds:CopyDBSnapshot", "rds:CreateDBSnapshot", "rds-data:ExecuteStatement", "redshift-data:ExecuteStatement",
	"kinesis:GetRecords", "athena:GetQueryResults", "es:ESHttpGet",
}

// A reach is what a statement's actions can do to resources, by kind, the
// first action of each as it would be named.
type reach struct {
	permissions, write, other string
	// change is the first writing action that neither writes a log nor has a
	// rule of its own.
	change string
	wide   []string // actions that could be limited to resources
}

// reachOf expands a statement's actions. Actions that cannot be limited to a
// resource are no matter.
func reachOf(s *iam.Statement) reach {
	var r reach
	for _, p := range s.Actions {
		if !p.Known {
			continue
		}
		if p.Any() {
			p = iam.PatternOf("iam:*") // everything: name the worst
		}
		for _, a := range iam.Expand(p.Text) {
			if !a.ResourceLevel() {
				continue
			}
			name := a.String()
			if len(r.wide) < 50 {
				r.wide = append(r.wide, name)
			}
			switch {
			case a.Level == iam.PermissionsManagement:
				set(&r.permissions, name)
			case a.Level == iam.Write || a.Level == iam.Tagging:
				set(&r.write, name)
				if !slices.Contains(logActions, name) && !slices.Contains(ownRule, name) {
					set(&r.change, name)
				}
			default:
				set(&r.other, name)
			}
		}
	}
	return r
}

func set(s *string, v string) {
	if *s == "" {
		*s = v
	}
}

// unlimited makes a check for statements on Resource "*" without condition.
func unlimited(find func(s *iam.Statement, r reach) (action string), format string) func(*Pass) {
	return func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			at := first(s.Resources, iam.Pattern.Any)
			if at == nil || s.NotResource || s.NotAction || told(p, s) || len(s.Conditions) > 0 && !p.All {
				return
			}
			if action := find(s, reachOf(s)); action != "" {
				pol.report(p, s, at, format, pol.holderNoun(), action)
			}
		})
	}
}

// oneOf returns the first of actions that the statement allows.
func oneOf(actions []string) func(*iam.Statement, reach) string {
	return func(s *iam.Statement, _ reach) string {
		for _, a := range actions {
			if matchesName(s, a) {
				return a
			}
		}
		return ""
	}
}

var _ = register(&Rule{
	ID:         "RIND-IAM-010",
	Title:      "Policy manages permissions on every resource",
	Why:        "Actions that change policies, grants and roles hand out access to others. Unlimited they are a way to every right in the account.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-269",
	Sources:    []string{actionTable, leastPrivilege},
	Equivalent: also([]string{"CKV_AWS_109", "CKV_AWS_289"}, anyResource),
	Fix:        "Name the resources whose permissions the code manages, or leave that to deployment.",
	CheckApp: unlimited(func(_ *iam.Statement, r reach) string { return r.permissions },
		"the %s may change permissions of every resource (%s on *)"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-011",
	Title:      "Policy obtains credentials of anyone",
	Why:        "These actions return keys, tokens or passwords. Allowed on every resource they let the holder become somebody else.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-522",
	Sources:    []string{actionTable, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html"},
	Equivalent: []string{"CKV_AWS_107", "CKV_AWS_287"},
	Fix:        "Name the roles, users or databases as Resource.",
	CheckApp:   unlimited(oneOf(credentialActions), "the %s may obtain credentials for every resource (%s on *)"),
})

var _ = register(&Rule{
	ID:       "RIND-IAM-012",
	Title:    "Policy reads all data of a kind",
	Why:      "A function that reads one bucket, table or secret can read all of the account. One injection flaw then leaks them all.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{actionTable, leastPrivilege},
	Equivalent: also([]string{
		"CKV_AWS_108", "CKV_AWS_288", "022f8938-4b17-420c-aca3-f917f290f322", "ba2ed23b-52d3-45ca-be25-f6c358d45abd",
	}, anyResource),
	Fix:      "Name the buckets, tables, parameters or secrets as Resource.",
	CheckApp: unlimited(oneOf(dataActions), "the %s may read all data of the kind (%s on *)"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-013",
	Title:      "Policy writes to every resource of a kind",
	Why:        "The function can change, delete or start resources of other apps. What injects a command into it reaches them too.",
	Risk:       rind.SAS4,
	Severity:   rind.Medium,
	CWE:        "CWE-732",
	Sources:    []string{actionTable, leastPrivilege},
	Equivalent: also([]string{"CKV_AWS_111", "CKV_AWS_290"}, anyResource),
	Fix:        "Name the resources by their ARNs.",
	CheckApp: func(p *Pass) {
		unlimited(func(_ *iam.Statement, r reach) string {
			switch {
			case p.All && !onlyLogging(r.wide):
				return r.write
			case r.permissions != "":
				return "" // RIND-IAM-010
			}
			return r.change
		}, "the %s may change every resource of the kind (%s on *)")(p)
	},
})

// ownRule are writing actions of which another rule speaks.
var ownRule = []string{"iam:PassRole", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "kms:Decrypt"}

// onlyLogging reports whether the actions do no more than write a log, which
// is usually granted before the log group exists.
func onlyLogging(actions []string) bool {
	for _, a := range actions {
		if !slices.Contains(logActions, a) {
			return false
		}
	}
	return len(actions) > 0
}

var logActions = []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:TagResource", "logs:PutRetentionPolicy"}

var _ = register(&Rule{
	ID:         "RIND-IAM-014",
	Title:      "Policy uses a wildcard resource where ARNs are possible",
	Why:        "The actions can be limited to resources and are not. Reading names and settings of everything helps whoever looks for a way further.",
	Risk:       rind.SAS4,
	Severity:   rind.Low,
	CWE:        "CWE-732",
	Profile:    All,
	Sources:    []string{actionTable, leastPrivilege},
	Equivalent: anyResource,
	Fix:        "Name the resources by their ARNs.",
	CheckApp: unlimited(func(_ *iam.Statement, r reach) string {
		if len(r.wide) == 0 {
			return ""
		}
		return r.wide[0]
	}, "the %s is not limited to resources, although %s and others of its actions can be"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-015",
	Title:      "Policy statement has a wildcard and no condition",
	Why:        "A condition on account, organisation, tag or network keeps a statement that must be wide from being used from elsewhere.",
	Risk:       rind.SAS4,
	Severity:   rind.Info,
	Profile:    All,
	Sources:    []string{elements + "_condition.html"},
	Equivalent: []string{"LG:PolicyStatement"},
	Fix:        "Add a condition such as aws:ResourceAccount, aws:ResourceTag or aws:SourceVpce.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if len(s.Conditions) > 0 || s.NotResource {
				return
			}
			for _, a := range s.Actions {
				if !iam.ResourceLevel(a.Text) {
					return
				}
			}
			if at := first(s.Resources, func(r iam.Pattern) bool { return strings.HasPrefix(r.Text, "*") && r.Any() }); at != nil {
				pol.report(p, s, at, "no condition limits the %s's actions on every resource", pol.holderNoun())
			}
		})
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-016",
	Title:      "Policy reads and writes every bucket",
	Why:        "Reading and writing every bucket of the account is all of its data, and the code of what is deployed from a bucket.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-732",
	Profile:    All, // RIND-IAM-012 and 013 say it of every store
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"},
	Equivalent: []string{"AWS-0346"},
	Fix:        "Name the buckets as Resource.",
	CheckApp: unlimited(func(s *iam.Statement, _ reach) string {
		if matchesName(s, "s3:GetObject") && matchesName(s, "s3:PutObject") {
			return "s3:PutObject"
		}
		return ""
	}, "the %s may read and write every bucket (%s on *)"),
})
