package translate

import (
	"strconv"

	"rind/rind"
)

func init() {
	table(`
aws_iam_role AWS::IAM::Role #RoleName id= name= arn=Arn unique_id=RoleId
  name                    RoleName
  name_prefix             RoleName
  assume_role_policy      AssumeRolePolicyDocument    json
  permissions_boundary    .                           nonempty
  inline_policy[]         Policies
  inline_policy.name      PolicyName
  inline_policy.policy    PolicyDocument              json
  force_detach_policies   -
aws_iam_policy AWS::IAM::ManagedPolicy #ManagedPolicyName id= arn= name=PolicyName
  name                    ManagedPolicyName
  name_prefix             ManagedPolicyName
  policy                  PolicyDocument              json
aws_iam_role_policy AWS::IAM::Policy #PolicyName id= name=
  name                    PolicyName
  name_prefix             PolicyName
  role                    Roles                       list
  policy                  PolicyDocument              json
aws_iam_user_policy AWS::IAM::Policy #PolicyName id= name=
  name                    PolicyName
  name_prefix             PolicyName
  user                    Users                       list
  policy                  PolicyDocument              json
aws_iam_group_policy AWS::IAM::Policy #PolicyName id= name=
  name                    PolicyName
  name_prefix             PolicyName
  group                   Groups                      list
  policy                  PolicyDocument              json
aws_iam_role_policy_attachment -
  role                    Roles                       list
  policy_arn              ManagedPolicyArns           list
aws_iam_role_policy_attachments_exclusive -
  role_name               Roles                       list
  policy_arns             ManagedPolicyArns
aws_iam_user_policy_attachment -
  user                    Users                       list
  policy_arn              ManagedPolicyArns           list
aws_iam_user_policy_attachments_exclusive -
  user_name               Users                       list
  policy_arns             ManagedPolicyArns
aws_iam_group_policy_attachment -
  group                   Groups                      list
  policy_arn              ManagedPolicyArns           list
aws_iam_group_policy_attachments_exclusive -
  group_name              Groups                      list
  policy_arns             ManagedPolicyArns
aws_iam_policy_attachment -
  policy_arn              ManagedPolicyArns           list
aws_ssoadmin_managed_policy_attachment -
  managed_policy_arn      ManagedPolicyArns           list
aws_ssoadmin_permission_set_inline_policy -
  inline_policy           PolicyDocument              json
aws_ssoadmin_permission_set AWS::SSO::PermissionSet #Name arn=PermissionSetArn id=PermissionSetArn
  relay_state             RelayStateType
aws_iam_user AWS::IAM::User #UserName id= name= arn=Arn
  name                    UserName
  permissions_boundary    .                           nonempty
  force_destroy           -
aws_iam_group AWS::IAM::Group #GroupName id= name= arn=Arn
  name                    GroupName
aws_iam_access_key AWS::IAM::AccessKey id= secret=SecretAccessKey
  user                    UserName
  pgp_key                 -
aws_iam_user_login_profile - +LoginProfile
  user                    UserName
  password_reset_required LoginProfile.PasswordResetRequired
  pgp_key                 -
  password_length         -
aws_iam_group_membership AWS::IAM::UserToGroupAddition id=
  name                    -
  group                   GroupName
aws_iam_user_group_membership AWS::IAM::UserToGroupAddition id=
  user                    Users                       list
aws_iam_instance_profile AWS::IAM::InstanceProfile #InstanceProfileName id= name= arn=Arn
  name                    InstanceProfileName
  name_prefix             InstanceProfileName
  role                    Roles                       list
  tags                    -
aws_iam_openid_connect_provider AWS::IAM::OIDCProvider id= arn=
  client_id_list          .
aws_iam_saml_provider AWS::IAM::SAMLProvider #Name id= arn=
aws_iam_service_linked_role AWS::IAM::ServiceLinkedRole name= arn=Arn id=Arn
  aws_service_name        AWSServiceName
aws_iam_account_password_policy -
aws_iam_policy_document -
`)
	on(func(s *shape) { s.build = documentResource }, "aws_iam_policy_document")
	on(func(s *shape) { s.join = joinAttachment },
		"aws_iam_role_policy_attachment", "aws_iam_role_policy_attachments_exclusive",
		"aws_iam_user_policy_attachment", "aws_iam_user_policy_attachments_exclusive",
		"aws_iam_group_policy_attachment", "aws_iam_group_policy_attachments_exclusive",
		"aws_iam_policy_attachment")
	on(func(s *shape) { s.join = mergeInto("UserName", "AWS::IAM::User") }, "aws_iam_user_login_profile")
	on(func(s *shape) { s.join = joinPermissionSet },
		"aws_ssoadmin_managed_policy_attachment", "aws_ssoadmin_permission_set_inline_policy")
	on(func(s *shape) { s.split = splitMembership }, "aws_iam_user_group_membership")
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
