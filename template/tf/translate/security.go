package translate

import "rind/rind"

var securityHooks = hooks{
	"aws_kms_key_policy":                {join: mergeInto("KeyId", "AWS::KMS::Key", "AWS::KMS::ReplicaKey")},
	"aws_secretsmanager_secret":         {split: secretParts},
	"aws_secretsmanager_secret_version": {join: mergeInto("SecretId", "AWS::SecretsManager::Secret")},
	"aws_cognito_user_pool":             {after: mfaMethods},
	"aws_ecr_repository_policy":         {join: mergeInto("RepositoryName", "AWS::ECR::Repository")},
	"aws_ecr_lifecycle_policy":          {join: mergeInto("RepositoryName", "AWS::ECR::Repository")},
	"aws_ecrpublic_repository_policy":   {join: mergeInto("RepositoryName", "AWS::ECR::PublicRepository")},
	"aws_vpc_endpoint_policy":           {join: mergeInto("VpcEndpointId", "AWS::EC2::VPCEndpoint")},
	"aws_security_group":                {after: groupRules},
	"aws_security_group_rule":           {after: groupRule},
}

// secretParts emits the policy and the rotation written inside a secret; the
// latter was possible before version 4 of the provider.
func secretParts(t *translation, u *unit) {
	if f := u.attr("rotation_lambda_arn"); nonempty(f).Present() {
		t.add(u, ".rotation", "AWS::SecretsManager::RotationSchedule", object(f.Span,
			"SecretId", refTo(u, "", f.Span), "RotationLambdaARN", f,
			"RotationRules", block(one(u.attr("rotation_rules")))))
	}
	if p := u.attr("policy"); nonempty(p).Present() {
		t.add(u, ".policy", "AWS::SecretsManager::ResourcePolicy",
			object(p.Span, "SecretId", refTo(u, "", p.Span), "ResourcePolicy", decode(p)))
	}
}

// mfaMethods lists the MFA methods a user pool enables with blocks.
func mfaMethods(_ *translation, u *unit) {
	if v := one(u.attr("software_token_mfa_configuration")).Get("enabled"); v.True() {
		u.appendTo("EnabledMfas", rind.NewString("SOFTWARE_TOKEN_MFA", v.Span))
	}
	if v := one(u.attr("sms_configuration")); v.Present() && u.attr("mfa_configuration").Is("ON", "OPTIONAL") {
		u.appendTo("EnabledMfas", rind.NewString("SMS_MFA", v.Span))
	}
}

// groupRules gives each address range of a security group's rule a rule of
// its own, as CloudFormation has it.
func groupRules(_ *translation, u *unit) {
	for _, key := range []string{"SecurityGroupIngress", "SecurityGroupEgress"} {
		f := u.res.Properties.Field(key)
		if f == nil || f.Value.Kind != rind.List {
			continue
		}
		out := rind.NewList(f.Value.Span)
		for _, r := range f.Value.Items {
			out.Items = append(out.Items, rangesOf(r, key == "SecurityGroupIngress")...)
		}
		u.override(rind.Field{Key: key, Span: f.Span, Value: out})
	}
}

func rangesOf(r *rind.Value, ingress bool) []*rind.Value {
	if r == nil || r.Kind != rind.Map {
		return []*rind.Value{r}
	}
	side := "Destination"
	if ingress {
		side = "Source"
	}
	base := rind.NewMap(r.Span)
	for _, f := range r.Fields {
		switch f.Key {
		case "CidrBlocks", "Ipv6CidrBlocks", "PrefixListIds", "SecurityGroups", "SourceSecurityGroupId", "Self":
		case "Protocol":
			f.Key = "IpProtocol"
			base.Fields = append(base.Fields, f)
		default:
			base.Fields = append(base.Fields, f)
		}
	}
	var out []*rind.Value
	for _, k := range [][2]string{
		{"CidrBlocks", "CidrIp"},
		{"Ipv6CidrBlocks", "CidrIpv6"},
		{"PrefixListIds", side + "PrefixListId"},
		{"SecurityGroups", side + "SecurityGroupId"},
		{"SourceSecurityGroupId", side + "SecurityGroupId"},
	} {
		for v := range r.Get(k[0]).Each() {
			out = append(out, with(base, []string{k[1]}, v.Span, v))
		}
	}
	if out == nil {
		out = append(out, base)
	}
	return out
}

// groupRule settles the direction of a separate rule and takes its first
// address range; further ones become resources of their own.
func groupRule(t *translation, u *unit) {
	ingress := !u.attr("type").Is("egress")
	if !ingress {
		u.res.Type = "AWS::EC2::SecurityGroupEgress"
	}
	for i, r := range rangesOf(u.res.Properties, ingress) {
		if i == 0 {
			u.res.Properties = r
			continue
		}
		t.add(u, "."+suffix(nil, i), u.res.Type, r)
	}
}
