package rule

import (
	"fmt"
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

const (
	leastPrivilege = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
	lambdaRole     = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"
	actionTable    = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"
	elements       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html"
)

// fullAccess are the checks of others that fire on Action "*" or "service:*".
var fullAccess = []string{
	"F3", "F4", "F5", "AWS-0057", "CKV_AWS_49", "CKV_AWS_63", "AwsSolutions-IAM5", "IAMPolicyNoStatementsWithFullAccess", "IAM.21",
	"IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS", "IAM_MANAGEDPOLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
	"IAM_ROLE_NO_WILDCARD_ACTIONS_ON_PERMISSIONS", "AWS-0114", "AWS-0120", "WS1003", "wildcard_action_permission",
}

// anyResource are the checks of others that fire on Resource "*".
var anyResource = []string{
	"AWS-0057", "CKV_AWS_355", "CKV_AWS_356", "AwsSolutions-IAM5", "W11", "W12", "W13",
	"IAM_POLICYDOCUMENT_NO_WILDCARD_RESOURCE", "AWS-0114", "AWS-0120",
}

func also(lists ...[]string) []string {
	var out []string
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

var _ = register(&Rule{
	ID:       "RIND-IAM-001",
	Title:    "Policy allows every action on every resource",
	Why:      "Whoever gets into a function with such a role owns the account: one injected command or one leaked set of credentials reads every secret, deletes every table and makes new administrators.",
	Risk:     rind.SAS4,
	Severity: rind.Critical,
	CWE:      "CWE-250",
	Sources:  []string{leastPrivilege, lambdaRole, "FSBP IAM.1"},
	Equivalent: also([]string{
		"CKV_AWS_1", "CKV_AWS_62", "IAMPolicyNoStatementsWithAdminAccess", "IAM.1",
		"IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", "AC_AWS_0144", "AC_AWS_0146",
		"iam_customer_attached_policy_no_administrative_privileges", "iam_inline_policy_no_administrative_privileges",
		"iam_customer_unattached_policy_no_administrative_privileges", "LG:PolicyStatement",
		"953b3cdb-ce13-428a-aa12-318726506661", "2f37c4a3-58b9-4afe-8a87-d7f1d2286f84",
		"f62aa827-4ade-4dc4-89e4-1433d384a368", "575a2155-6af1-4026-b1af-d5bc8fe2a904", "b1ffa705-19a3-4b73-b9d0-0c97d0663842",
	}, fullAccess),
	Fix: "List the actions the code calls and the ARNs of the resources it calls them on.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.Full() {
				pol.report(p, s, first(s.Actions, iam.Pattern.Any), "the %s may do everything to everything in the account", pol.holderNoun())
			}
		})
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-002",
	Title:    "Policy allows every action",
	Why:      "Action \"*\" takes in actions nobody thought of: changing the policies of the resource, deleting it, handing it to another account. New actions of AWS are included the day they appear.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-250",
	Sources:  []string{leastPrivilege, elements + "_action.html"},
	Equivalent: also([]string{
		"LG:PolicyStatement",
	}, fullAccess),
	Fix: "List the actions the code calls.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if at := first(s.Actions, iam.Pattern.Any); at != nil && !s.NotAction && !s.Full() {
				f := pol.report(p, s, at, "the %s may use every action of every service on %s", pol.holderNoun(), resourceList(s))
				if !reachesAll(s) {
					f.Severity = rind.Medium
					f.Message = fmt.Sprintf("the %s may use every action there is on %s", pol.holderNoun(), resourceList(s))
				}
			}
		})
	},
})

// serviceWildcard reports statements that allow all of a service; test
// decides by the statement.
func serviceWildcard(test func(s *iam.Statement) bool, format string) func(*Pass) {
	return func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotAction || first(s.Actions, iam.Pattern.Any) != nil || !test(s) {
				return
			}
			wild := s.WildcardActions()
			if len(wild) > 0 {
				var names []string
				for _, w := range wild {
					names = append(names, w.String())
				}
				f := pol.report(p, s, wild[0].Value, format, pol.holderNoun(), capped(names, 3), resourceList(s))
				if harmless(wild) {
					f.Severity = rind.Low
				}
			}
		})
	}
}

var _ = register(&Rule{
	ID:       "RIND-IAM-003",
	Title:    "Policy allows all of a service on every resource",
	Why:      "A function that needs one table or bucket gets every one of the account, with the right to delete it and to change who else may use it.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-250",
	Sources:  []string{leastPrivilege, "FSBP IAM.21"},
	Equivalent: also([]string{
		"LG:PolicyStatement",
	}, fullAccess),
	Fix:      "List the actions the code calls, and name the resources by their ARNs.",
	CheckApp: serviceWildcard(reachesAll, "the %s may use %s on %s"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-004",
	Title:      "Policy allows all of a service on chosen resources",
	Why:        "\"service:*\" includes deleting the resource and changing its policy, which code hardly ever does. Limited to one resource the harm is limited too, which is why this is a matter of care.",
	Risk:       rind.SAS4,
	Severity:   rind.Low,
	CWE:        "CWE-250",
	Profile:    All,
	Sources:    []string{leastPrivilege, "FSBP IAM.21"},
	Equivalent: fullAccess,
	Fix:        "List the actions the code calls.",
	CheckApp:   serviceWildcard(func(s *iam.Statement) bool { return !reachesAll(s) }, "the %s may use %s on %s"),
})

// harmlessServices hold no data of the app's that anybody would be after, and
// reach nothing else.
var harmlessServices = []string{
	"logs", "xray", "cloudwatch", "polly", "translate", "comprehend", "textract", "rekognition", "transcribe", "synthetics", "tag",
	"ssmmessages", "ec2messages", // the channels of the SSM agent; nothing in them can be named
}

func harmless(actions []iam.Pattern) bool {
	for _, a := range actions {
		if !slices.Contains(harmlessServices, a.Service()) {
			return false
		}
	}
	return true
}

// reachesAll reports whether a statement applies to every resource, or to
// every one of a kind ("arn:aws:s3:::*").
func reachesAll(s *iam.Statement) bool {
	if s.NotResource {
		return true
	}
	for _, r := range s.Resources {
		if r.Broad() {
			return true
		}
	}
	return false
}

// reachesBroadly reports whether one of the statement's wide resources is of a
// kind that the action works on.
func reachesBroadly(s *iam.Statement, action string) bool {
	a, ok := iam.LookupAction(action)
	for _, r := range s.Resources {
		if r.Broad() && (!ok || !a.ResourceLevel() || a.Accepts(r)) {
			return true
		}
	}
	return false
}

// resourceList names a statement's resources in a few words.
func resourceList(s *iam.Statement) string {
	var out []string
	for _, r := range s.Resources {
		if r.Any() && !s.NotResource {
			return "every resource"
		}
		out = append(out, r.String())
	}
	switch {
	case s.NotResource && len(out) > 0:
		return "every resource but " + capped(out, 2)
	case len(out) == 0:
		return "its resource"
	}
	return capped(out, 2)
}

var _ = register(&Rule{
	ID:       "RIND-IAM-020",
	Title:    "Policy allows all actions but a few (NotAction)",
	Why:      "Allow with NotAction grants everything that is not listed, in every service, including what AWS adds tomorrow.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-250",
	Sources:  []string{elements + "_notaction.html"},
	Equivalent: []string{
		"W15", "W16", "W17", "IAM_ROLE_OR_POLICY_NO_ALLOW_PLUS_NOT_ACTION", "LG:PolicyStatement",
	},
	Fix: "Write the actions that are needed under Action instead.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotAction {
				pol.report(p, s, s.Value.Get("NotAction"), "the %s may do everything that NotAction does not list", pol.holderNoun())
			}
		})
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-021",
	Title:    "Policy allows all resources but a few (NotResource)",
	Why:      "Allow with NotResource grants the actions on every resource that is not listed, including those made later and those of other apps.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-250",
	Sources:  []string{elements + "_notresource.html"},
	Equivalent: []string{
		"W21", "W22", "W23", "IAM_ROLE_OR_POLICY_NO_ALLOW_PLUS_NOT_RESOURCE",
	},
	Fix: "Write the resources that are needed under Resource instead.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotResource {
				pol.report(p, s, s.Value.Get("NotResource"), "the %s may act on every resource that NotResource does not list", pol.holderNoun())
			}
		})
	},
})

// matchesName compares the actions alone.
func matchesName(s *iam.Statement, action string) bool {
	t := iam.Statement{Effect: "Allow", Allow: true, Actions: s.Actions}
	return t.Matches(&iam.Request{Action: action}) == iam.Yes
}

// told reports whether a wider rule (RIND-IAM-001 to 003) says of a statement
// what a narrower one would repeat. In the profile "all" every rule speaks for
// itself.
func told(p *Pass, s *iam.Statement) bool {
	if p.All || s.NotAction {
		return false
	}
	return first(s.Actions, iam.Pattern.Any) != nil || len(s.WildcardActions()) > 0 && reachesAll(s)
}

// bestAction returns the value of the pattern that gives an action, for the
// place of a finding.
func bestAction(s *iam.Statement, action string) *rind.Value {
	for _, a := range s.Actions {
		t := iam.Statement{Effect: "Allow", Allow: true, Actions: []iam.Pattern{a}}
		if t.Matches(&iam.Request{Action: action}) == iam.Yes {
			return a.Value
		}
	}
	return nil
}

// onEverything makes a check for actions that must not be allowed on every
// resource. conditioned says whether a condition makes it acceptable.
func onEverything(actions []string, conditioned bool, format string) func(*Pass) {
	return func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if told(p, s) || !reachesAll(s) || s.NotResource || conditioned && len(s.Conditions) > 0 {
				return
			}
			for _, a := range actions {
				if matchesName(s, a) && !s.NotAction && reachesBroadly(s, a) {
					pol.report(p, s, bestAction(s, a), format, pol.holderNoun(), a)
					return
				}
			}
		})
	}
}

var _ = register(&Rule{
	ID:       "RIND-IAM-022",
	Title:    "Policy allows passing any role (iam:PassRole on *)",
	Why:      "Who may pass any role can start a function, instance or task under the strongest role of the account and act with its rights.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-269",
	Sources:  []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"},
	Equivalent: []string{
		"AWS-0342", "F38", "F39", "F40", "e39bee8c-fe54-4a3f-824d-e5e2d1cca40a",
		"IAM_POLICY_NO_WILDCARD_RESOURCE_ON_PASSROLE", "IAM_ROLE_NO_WILDCARD_RESOURCE_ON_PASSROLE",
	},
	Fix:      "Name the roles that may be passed as Resource, and the service they go to with the condition iam:PassedToService.",
	CheckApp: onEverything([]string{"iam:PassRole"}, true, "the %s may pass any role of the account to a service (%s)"),
})

var _ = register(&Rule{
	ID:       "RIND-IAM-024",
	Title:    "Policy allows all of S3",
	Why:      "s3:* on every bucket reads and deletes all data of the account and can make any bucket public.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-250",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"},
	Equivalent: []string{
		"AWS-0345", "AWS-0346",
	},
	Fix:     "List the actions the code calls on the ARNs of its buckets.",
	Profile: All, // RIND-IAM-003 says it of every service
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotAction {
				return
			}
			for _, a := range s.WildcardActions() {
				if a.Any() || a.Service() == "s3" {
					pol.report(p, s, a.Value, "the %s may use every action of S3 on %s", pol.holderNoun(), resourceList(s))
					return
				}
			}
		})
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-025",
	Title:    "Policy allows decrypting with every KMS key",
	Why:      "With kms:Decrypt on every key, encryption protects nothing from whoever takes over the function: every secret, environment variable and object of the account is readable that its other rights can reach.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html", "FSBP KMS.1", "FSBP KMS.2"},
	Equivalent: []string{
		"KMS.1", "KMS.2", "iam_policy_no_full_access_to_kms", "iam_inline_policy_no_full_access_to_kms",
	},
	Fix:      "Name the key's ARN as Resource, or limit the use with the conditions kms:ViaService or kms:EncryptionContext.",
	CheckApp: onEverything([]string{"kms:Decrypt", "kms:ReEncryptFrom"}, true, "the %s may decrypt with every key of the account (%s)"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-026",
	Title:      "Policy allows switching off CloudTrail",
	Why:        "Who may stop or delete trails can act without leaving a record.",
	Risk:       rind.SAS5,
	Severity:   rind.Medium,
	CWE:        "CWE-778",
	Sources:    []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html"},
	Equivalent: []string{"iam_policy_no_full_access_to_cloudtrail", "iam_inline_policy_no_full_access_to_cloudtrail"},
	Fix:        "Leave cloudtrail:StopLogging, DeleteTrail and UpdateTrail to the accounts' administrators.",
	CheckApp:   onEverything([]string{"cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"}, false, "the %s may tamper with every trail (%s)"),
})

var _ = register(&Rule{
	ID:       "RIND-IAM-027",
	Title:    "Policy allows assuming any role",
	Why:      "sts:AssumeRole on every role lets the holder become whichever role trusts its account, in this account and in others.",
	Risk:     rind.SAS4,
	Severity: rind.High,
	CWE:      "CWE-269",
	Sources:  []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html"},
	Equivalent: []string{
		"e835bd0d-65da-49f7-b6d1-b646da8727e6", "bcdcbdc6-a350-4855-ae7c-d1e6436f7c97",
		"iam_no_custom_policy_permissive_role_assumption",
	},
	Fix:      "Name the roles that may be assumed as Resource.",
	CheckApp: onEverything([]string{"sts:AssumeRole"}, true, "the %s may assume every role that trusts it (%s)"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-028",
	Title:      "Policy allows buying in AWS Marketplace",
	Why:        "A subscription costs money from the moment it is made. Code that can be abused must not be able to buy.",
	Risk:       rind.SAS8,
	Severity:   rind.Medium,
	CWE:        "CWE-250",
	Sources:    []string{"https://docs.aws.amazon.com/marketplace/latest/buyerguide/buyer-iam-users-groups-policies.html"},
	Equivalent: []string{"iam_policy_no_wildcard_marketplace_subscribe", "iam_inline_policy_no_wildcard_marketplace_subscribe"},
	Fix:        "Leave aws-marketplace:Subscribe to people.",
	CheckApp:   onEverything([]string{"aws-marketplace:Subscribe"}, false, "the %s may buy in AWS Marketplace (%s)"),
})

var _ = register(&Rule{
	ID:         "RIND-IAM-017",
	Title:      "Policy allows all of IAM",
	Why:        "Who may do everything in IAM can give itself everything else.",
	Risk:       rind.SAS4,
	Severity:   rind.High,
	CWE:        "CWE-269",
	Profile:    All, // RIND-IAM-001 to 003 say it of every service
	Sources:    []string{leastPrivilege},
	Equivalent: []string{"CKV2_AWS_40"},
	Fix:        "Leave changes of IAM to deployment.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			for _, a := range s.WildcardActions() {
				if a.Any() || a.Service() == "iam" {
					pol.report(p, s, a.Value, "the %s may use every action of IAM on %s", pol.holderNoun(), resourceList(s))
					return
				}
			}
		})
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-064",
	Title:      "Policy passes roles without saying to which service",
	Why:        "A role is made for one service. iam:PassedToService keeps it from being used by another that the caller can make do more.",
	Risk:       rind.SAS4,
	Severity:   rind.Low,
	CWE:        "CWE-269",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"},
	Equivalent: []string{"AWS-0342"},
	Fix:        "Add the condition StringEquals on iam:PassedToService.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotAction || !matchesName(s, "iam:PassRole") {
				return
			}
			for _, c := range s.Conditions {
				if strings.EqualFold(c.Key, "iam:PassedToService") {
					return
				}
			}
			pol.report(p, s, bestAction(s, "iam:PassRole"), "the %s may pass %s to any service", pol.holderNoun(), resourceList(s))
		})
	},
})
