package rule

import (
	"strings"

	"rind/rind"
)

const (
	userDoc = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-users-federation-idp"
	keyDoc  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"
)

var _ = register(&Rule{
	ID:       "RIND-IAM-047",
	Title:    "User has policies of its own",
	Why:      "Rights given to single users are forgotten when people change jobs. Groups and roles show at a glance who may do what.",
	Risk:     rind.SAS4,
	Severity: rind.Low,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-2", "FSBP IAM.2"},
	Equivalent: []string{
		"F10", "AWS-0143", "IAMUserNoPolicies", "IAM.2", "IAM_USER_NO_POLICIES_CHECK", "iam_policy_attached_only_to_group_or_roles",
		"AC_AWS_0475", "AC_AWS_0476", "CKV_AWS_40",
		"edc95c10-7366-4f30-9b4b-f995c84eceb5", "b4378389-a9aa-44ee-91e7-ef183f11079e", "5e7acff5-095b-40ac-9073-ac2e4ad8a512",
	},
	Fix:   "Give the rights to a group or a role.",
	Types: []string{"AWS::IAM::User"},
	Check: func(p *Pass, r *rind.Resource) {
		for _, property := range []string{"Policies", "ManagedPolicyArns"} {
			if v := r.Get(property); v.Len() > 0 {
				p.Report(r, v.At(0), "policies are attached to the user %s", r.ID).Key = r.Type + "|" + property
				return
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-048",
	Title:    "Policy is attached to a user",
	Why:      "Rights given to single users are forgotten when people change jobs. Groups and roles show at a glance who may do what.",
	Risk:     rind.SAS4,
	Severity: rind.Low,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-2", "FSBP IAM.2"},
	Equivalent: []string{
		"F11", "F12", "CKV_AWS_40", "AWS-0143", "IAM.2", "IAM_NO_POLICY_ON_USER", "iam_policy_attached_only_to_group_or_roles",
		"AC_AWS_0475", "AC_AWS_0476",
		"e4239438-e639-44aa-adb8-866e400e3ade", "0e5872b4-19a0-4165-8b2f-56d9e14b909f", "b4378389-a9aa-44ee-91e7-ef183f11079e",
	},
	Fix: "Give the rights to a group or a role.",
	Types: []string{
		"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::UserPolicy",
		"Terraform::aws_iam_user_policy_attachment", "Terraform::aws_iam_policy_attachment", "Terraform::aws_iam_user_policy_attachments_exclusive",
	},
	Check: func(p *Pass, r *rind.Resource) {
		for _, property := range []string{"Users", "UserName"} {
			v := r.Get(property)
			if v.Absent() || blank(v) || property == "UserName" && r.Type != "AWS::IAM::UserPolicy" {
				continue
			}
			at := v
			if v.Kind == rind.List {
				at = v.At(0)
			}
			f := p.Report(r, at, "%s is attached to a user", r.ID)
			f.Confidence = rind.ConfidenceHigh
			return
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-050",
	Title:      "IAM user exists",
	Why:        "A user has credentials that do not expire. Roles and federation give temporary ones.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-798",
	Profile:    All,
	Sources:    []string{userDoc},
	Equivalent: []string{"CKV_AWS_273"},
	Fix:        "Use IAM Identity Center for people and roles for programs.",
	Types:      []string{"AWS::IAM::User"},
	Check: func(p *Pass, r *rind.Resource) {
		p.Report(r, nil, "%s is an IAM user with credentials that do not expire", r.ID)
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-051",
	Title:      "IAM user can log in to the console",
	Why:        "Console passwords are phished and reused. People should come through an identity provider.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-308",
	Profile:    All,
	Sources:    []string{userDoc},
	Equivalent: []string{"CKV2_AWS_22", "9ec311bf-dfd9-421f-8498-0b063c8bc552"},
	Fix:        "Remove the login profile and use IAM Identity Center.",
	Types:      []string{"AWS::IAM::User", "Terraform::aws_iam_user_login_profile"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("LoginProfile"); v.Present() || r.Type != "AWS::IAM::User" {
			home(p, r, v, "%s has a console password", r.ID)
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-052",
	Title:    "IAM user is in no group",
	Why:      "Without a group a user gets its rights one by one, and keeps them.",
	Risk:     rind.SAS2,
	Severity: rind.Info,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html"},
	Equivalent: []string{
		"F2000", "IAM_USER_MISSING_GROUP_RULE", "IAMUserGroupMembership", "CKV2_AWS_21", "06adef8c-c284-4de7-aad2-af43b07a8ca1",
	},
	Fix:   "Add the user to a group.",
	Types: []string{"AWS::IAM::User"},
	Check: func(p *Pass, r *rind.Resource) {
		if !blank(r.Get("Groups")) || companion(p.App, r, "UserName", "AWS::IAM::UserToGroupAddition", "Users") != nil {
			return
		}
		p.Report(r, nil, "the user %s is in no group", r.ID)
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-053",
	Title:    "IAM group has no users",
	Why:      "An empty group is left over. Its policies wait for somebody to be added by mistake.",
	Risk:     rind.SAS11,
	Layer:    rind.Governance,
	Severity: rind.Info,
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/config/latest/developerguide/iam-group-has-users-check.html"},
	Equivalent: []string{
		"CKV2_AWS_14", "CKV2_AWS_21", "IAMGroupHasUsers", "8f957abd-9703-413d-87d3-c578950a753c", "fc101ca7-c9dd-4198-a1eb-0fbe92e80044",
	},
	Fix:   "Add users, or remove the group.",
	Types: []string{"AWS::IAM::Group", "AWS::IAM::UserToGroupAddition"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Type == "AWS::IAM::UserToGroupAddition" {
			if v := r.Get("Users"); blank(v) && v.Known() {
				p.Report(r, v, "%s adds nobody to the group", r.ID)
			}
			return
		}
		for _, m := range p.App.OfType("AWS::IAM::UserToGroupAddition") {
			if names(m.Get("GroupName"), r, "GroupName") {
				return // an empty one is reported itself
			}
		}
		for _, u := range p.App.OfType("AWS::IAM::User") {
			for g := range u.Get("Groups").Each() {
				if names(g, r, "GroupName") {
					return
				}
			}
		}
		p.Report(r, nil, "nobody is in the group %s", r.ID)
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-054",
	Title:      "Access key for the root user",
	Why:        "The root user cannot be limited by any policy. A key for it is the whole account in one string.",
	Risk:       rind.SAS7,
	Severity:   rind.Critical,
	CWE:        "CWE-250",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html"},
	Equivalent: []string{"CKV_AWS_348"},
	Fix:        "Delete the key and use a role.",
	Types:      []string{"AWS::IAM::AccessKey"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("UserName"); v.Is("root", "<root_account>") {
			p.Report(r, v, "%s is an access key of the root user", r.ID)
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-055",
	Title:      "Template makes a long-lived access key",
	Why:        "The secret of a key made by a template lies in the stack's outputs or state, does not expire, and works from anywhere.",
	Risk:       rind.SAS7,
	Severity:   rind.Medium,
	CWE:        "CWE-798",
	Sources:    []string{keyDoc},
	Equivalent: []string{"7081f85c-b94d-40fd-8b45-a4f1cac75e46"},
	Fix:        "Let the program assume a role (Lambda, OIDC, Roles Anywhere) instead of using a key.",
	Types:      []string{"AWS::IAM::AccessKey"},
	Check: func(p *Pass, r *rind.Resource) {
		if !r.Get("UserName").Is("root") && !r.Get("Status").Is("Inactive") {
			p.Report(r, nil, "%s is an access key that does not expire", r.ID)
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-056",
	Title:    "User has more than one access key",
	Why:      "A second key is meant for the hour of rotation. Two that stay are two to leak.",
	Risk:     rind.SAS7,
	Severity: rind.Low,
	CWE:      "CWE-798",
	Profile:  All,
	Sources:  []string{keyDoc},
	Equivalent: []string{
		"48677914-6fdf-40ec-80c4-2b0e94079f54", "3561130e-9c5f-485b-9e16-2764c82763e5", "iam_user_two_active_access_key",
	},
	Fix:   "Keep one key for each user.",
	Types: []string{"AWS::IAM::AccessKey"},
	Check: func(p *Pass, r *rind.Resource) {
		for _, other := range p.App.OfType("AWS::IAM::AccessKey") {
			if other == r {
				return // the first one is in order
			}
			if same(other.Get("UserName"), r.Get("UserName")) && !r.Get("Status").Is("Inactive") {
				p.Report(r, r.Get("UserName"), "%s is a second access key of the same user", r.ID).Confidence = rind.ConfidenceHigh
				return
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-057",
	Title:    "Console password is readable in the template",
	Why:      "Whoever can read the template, its repository or its parameters can log in as the user.",
	Risk:     rind.SAS7,
	Severity: rind.High,
	CWE:      "CWE-798",
	Sources:  []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html"},
	Equivalent: []string{
		"F51", "IAM_USER_LOGIN_PROFILE_NO_PLAINTEXT_PASSWORD", "06933df4-0ea7-461c-b9b5-104d27390e0e",
	},
	Fix:   "Take the password from Secrets Manager with a dynamic reference, or from a NoEcho parameter without a default.",
	Types: []string{"AWS::IAM::User"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("LoginProfile", "Password")
		if v.Scalar() && v.Str() != "" && !strings.Contains(v.Str(), "{{resolve:") {
			p.Report(r, v, "the console password of %s is readable", r.ID)
			return
		}
		if shownParameter(p.App, v) {
			p.Report(r, v, "the console password of %s comes from a parameter that is shown to everyone who may read the stack", r.ID).Confidence = rind.ConfidenceMedium
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-058",
	Title:    "Console password need not be changed at first login",
	Why:      "The password that somebody else chose, or that stands in a template, stays valid.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-262",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-iam-user-loginprofile.html"},
	Equivalent: []string{
		"W50", "IAM_USER_LOGIN_PROFILE_PASSWORD_RESET_RULE", "a964d6e3-8e1e-4d93-8120-61fa640dd55a",
	},
	Fix:   "Set PasswordResetRequired to true.",
	Types: []string{"AWS::IAM::User"},
	Check: func(p *Pass, r *rind.Resource) {
		profile := r.Get("LoginProfile")
		if v := profile.Get("PasswordResetRequired"); profile.Present() && off(v) {
			at := v
			if v.Absent() {
				at = profile
			}
			home(p, r, at, "%s keeps the password it was given", r.ID)
		}
	},
})

// shownParameter reports whether v is a parameter whose value everyone can
// see: one without NoEcho, or one with a default in the template.
func shownParameter(app *rind.App, v *rind.Value) bool {
	if !v.Symbolic() || len(v.Parts) != 1 || v.Parts[0].Ref == nil {
		return false
	}
	switch r := v.Parts[0].Ref; r.Kind {
	case rind.RefParameter:
		return true
	case rind.RefSecret:
		for _, x := range app.Parameters {
			if x.Name == r.Name {
				return !blank(x.Default)
			}
		}
	}
	return false
}
