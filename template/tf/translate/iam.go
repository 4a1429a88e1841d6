package translate

import (
	"strconv"

	"rind/rind"
)

var iamHooks = hooks{
	"aws_iam_policy_document":                    {build: documentResource},
	"aws_iam_role_policy_attachment":             {join: joinAttachment},
	"aws_iam_role_policy_attachments_exclusive":  {join: joinAttachment},
	"aws_iam_user_policy_attachment":             {join: joinAttachment},
	"aws_iam_user_policy_attachments_exclusive":  {join: joinAttachment},
	"aws_iam_group_policy_attachment":            {join: joinAttachment},
	"aws_iam_group_policy_attachments_exclusive": {join: joinAttachment},
	"aws_iam_policy_attachment":                  {join: joinAttachment},
	"aws_iam_user_login_profile":                 {join: mergeInto("UserName", "AWS::IAM::User")},
	"aws_ssoadmin_managed_policy_attachment":     {join: joinPermissionSet},
	"aws_ssoadmin_permission_set_inline_policy":  {join: joinPermissionSet},
	"aws_iam_user_group_membership":              {split: splitMembership},
}

// holders are the properties an attachment names its principals in, with the
// type of each.
var holders = []struct{ key, cfn string }{
	{"Roles", "AWS::IAM::Role"}, {"Users", "AWS::IAM::User"}, {"Groups", "AWS::IAM::Group"},
}

// joinAttachment adds managed policies to the roles, users and groups they
// are attached to. What is attached to a principal outside the configuration
// stays a resource, with Roles, Users, Groups and ManagedPolicyArns.
func joinAttachment(t *translation, u *unit) {
	rest, found := false, false
	for _, h := range holders {
		var outside []*rind.Value
		for name := range u.get(h.key).Each() {
			to := t.find(u, name, h.cfn)
			if to == nil {
				outside = append(outside, name)
				continue
			}
			found = true
			for arn := range u.get("ManagedPolicyArns").Each() {
				to.appendTo("ManagedPolicyArns", arn)
			}
		}
		f := u.res.Properties.Field(h.key)
		switch {
		case f != nil && len(outside) > 0:
			rest = true
			u.override(rind.Field{Key: h.key, Span: f.Span, Value: rind.NewList(f.Value.Span, outside...)})
		case f != nil:
			u.drop(h.key)
		}
	}
	u.merged = found && !rest
}

// joinPermissionSet adds policies to the permission set they are for.
func joinPermissionSet(t *translation, u *unit) {
	to := t.find(u, u.get("PermissionSetArn"), "AWS::SSO::PermissionSet")
	if to == nil {
		return
	}
	u.merged = true
	if doc := u.res.Properties.Field("PolicyDocument"); doc != nil {
		to.override(rind.Field{Key: "InlinePolicy", Span: doc.Span, Value: doc.Value})
	}
	for arn := range u.get("ManagedPolicyArns").Each() {
		to.appendTo("ManagedPolicies", arn)
	}
}

// splitMembership gives one UserToGroupAddition per group, as
// CloudFormation's names exactly one.
func splitMembership(t *translation, u *unit) {
	groups := u.get("Groups")
	if groups == nil || groups.Kind != rind.List || len(groups.Items) == 0 {
		return
	}
	users := u.get("Users")
	for i, g := range groups.Items {
		props := object(u.block.Span, "GroupName", g, "Users", users)
		if i == 0 {
			u.res.Properties = props
			continue
		}
		t.add(u, "."+suffix(g, i), u.res.Type, props)
	}
}

// suffix names the i-th of several resources made from one block.
func suffix(g *rind.Value, i int) string {
	if s := g.Str(); s != "" {
		return s
	}
	return strconv.Itoa(i + 1)
}
