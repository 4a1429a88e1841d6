package translate

import "rind/rind"

func init() {
	table(`
aws_kms_key AWS::KMS::Key id= key_id= arn=Arn
  policy                  KeyPolicy                   json
  customer_master_key_spec  KeySpec
  deletion_window_in_days PendingWindowInDays
  is_enabled              Enabled
  bypass_policy_lockout_safety_check  BypassPolicyLockoutSafetyCheck
aws_kms_external_key,aws_kms_replica_external_key AWS::KMS::Key id= key_id= arn=Arn
  policy                  KeyPolicy                   json
  deletion_window_in_days PendingWindowInDays
  key_material_base64     -
aws_kms_replica_key AWS::KMS::ReplicaKey id= key_id= arn=Arn
  policy                  KeyPolicy                   json
  deletion_window_in_days PendingWindowInDays
aws_kms_key_policy -
  policy                  KeyPolicy                   json
  bypass_policy_lockout_safety_check  -
aws_kms_alias AWS::KMS::Alias #AliasName id= name= arn=arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:${.} target_key_arn=TargetKeyArn
  name                    AliasName
  name_prefix             AliasName
aws_kms_grant -
aws_secretsmanager_secret AWS::SecretsManager::Secret #Name id= arn= name=Name
  kms_key_id              .                           nonempty
  policy                  -
  recovery_window_in_days -
  force_overwrite_replica_secret -
  replica[]               ReplicaRegions
aws_secretsmanager_secret_version - secret_string=secret_string arn= id=
  secret_binary           -
  version_stages          -
aws_secretsmanager_secret_rotation AWS::SecretsManager::RotationSchedule id=
  rotation_rules          .
  rotation_lambda_arn     RotationLambdaARN
aws_secretsmanager_secret_policy AWS::SecretsManager::ResourcePolicy id=
  secret_arn              SecretId
  policy                  ResourcePolicy              json
aws_ssm_parameter AWS::SSM::Parameter #Name id= name= arn=arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${.} value=Value
  key_id                  KeyId
  insecure_value          Value
  overwrite               -
  tags                    .
aws_ssm_document AWS::SSM::Document #Name id= name=
  content                 .                           json
  permissions             Permissions                 block
aws_cognito_user_pool AWS::Cognito::UserPool #UserPoolName id= arn=Arn endpoint=ProviderName
  name                    UserPoolName
  password_policy         Policies.PasswordPolicy
  sign_in_policy          Policies.SignInPolicy
  software_token_mfa_configuration  -
  admin_create_user_config.allow_admin_create_user_only  AdminCreateUserConfig.AllowAdminCreateUserOnly
  admin_create_user_config.invite_message_template  AdminCreateUserConfig.InviteMessageTemplate
  admin_create_user_config.invite_message_template.sms_message  .SMSMessage
  device_configuration    .
  lambda_config.kms_key_id  LambdaConfig.KMSKeyID
  lambda_config.custom_sms_sender  LambdaConfig.CustomSMSSender
  schema[]                Schema
  account_recovery_setting.recovery_mechanism[]  AccountRecoverySetting.RecoveryMechanisms
  tags                    UserPoolTags
aws_cognito_user_pool_client AWS::Cognito::UserPoolClient #ClientName id= client_secret=ClientSecret
  name                    ClientName
  allowed_oauth_flows_user_pool_client  AllowedOAuthFlowsUserPoolClient
  allowed_oauth_flows     AllowedOAuthFlows
  allowed_oauth_scopes    AllowedOAuthScopes
  callback_urls           CallbackURLs
  logout_urls             LogoutURLs
  default_redirect_uri    DefaultRedirectURI
aws_cognito_user_pool_domain AWS::Cognito::UserPoolDomain id=
  certificate_arn         CustomDomainConfig.CertificateArn
aws_cognito_user_group AWS::Cognito::UserPoolGroup id=
  name                    GroupName
aws_cognito_user_pool_ui_customization AWS::Cognito::UserPoolUICustomizationAttachment
  css                     CSS
aws_cognito_identity_provider AWS::Cognito::UserPoolIdentityProvider id=
aws_cognito_resource_server AWS::Cognito::UserPoolResourceServer id=
  scope[]                 Scopes
aws_cognito_risk_configuration AWS::Cognito::UserPoolRiskConfigurationAttachment
aws_cognito_user AWS::Cognito::UserPoolUser id=
  password                -
  temporary_password      -
aws_cognito_identity_pool AWS::Cognito::IdentityPool #IdentityPoolName id= arn=arn:${AWS::Partition}:cognito-identity:${AWS::Region}:${AWS::AccountId}:identitypool/${.}
  openid_connect_provider_arns  OpenIdConnectProviderARNs
  saml_provider_arns      SamlProviderARNs
  cognito_identity_providers[]  .
  tags                    IdentityPoolTags            tags
aws_cognito_identity_pool_roles_attachment AWS::Cognito::IdentityPoolRoleAttachment id=
  role_mapping[]          -
aws_acm_certificate AWS::CertificateManager::Certificate id= arn=
  private_key             PrivateKey
  validation_option[]     DomainValidationOptions
  options.certificate_transparency_logging_preference  CertificateTransparencyLoggingPreference
aws_acm_certificate_validation - certificate_arn=certificate_arn
aws_ecr_repository AWS::ECR::Repository #RepositoryName id= name= arn=Arn repository_url=RepositoryUri
  name                    RepositoryName
  encryption_configuration.kms_key  EncryptionConfiguration.KmsKey
  force_delete            EmptyOnDelete
aws_ecr_repository_policy -
  repository              RepositoryName
  policy                  RepositoryPolicyText        json
aws_ecr_lifecycle_policy -
  repository              RepositoryName
  policy                  LifecyclePolicy.LifecyclePolicyText
aws_ecr_registry_policy AWS::ECR::RegistryPolicy
  policy                  PolicyText                  json
aws_ecr_registry_scanning_configuration AWS::ECR::RegistryScanningConfiguration
  rule[]                  Rules
  rule.repository_filter[]  RepositoryFilters
aws_ecrpublic_repository AWS::ECR::PublicRepository #RepositoryName id= arn=Arn
  catalog_data            RepositoryCatalogData
aws_ecrpublic_repository_policy -
  policy                  RepositoryPolicyText        json
aws_signer_signing_profile AWS::Signer::SigningProfile arn=Arn version_arn=ProfileVersionArn name=ProfileName id=ProfileName
aws_accessanalyzer_analyzer AWS::AccessAnalyzer::Analyzer id= arn=Arn
aws_vpc AWS::EC2::VPC id= arn=arn
aws_subnet AWS::EC2::Subnet id=
aws_default_security_group,aws_security_group AWS::EC2::SecurityGroup #GroupName id= arn=arn name=GroupName
  name                    GroupName
  name_prefix             GroupName
  description             GroupDescription
  ingress[]               SecurityGroupIngress
  egress[]                SecurityGroupEgress
  revoke_rules_on_delete  -
aws_security_group_rule AWS::EC2::SecurityGroupIngress id=
  security_group_id       GroupId
  protocol                IpProtocol
  type                    -
aws_vpc_security_group_ingress_rule AWS::EC2::SecurityGroupIngress id=
  security_group_id       GroupId
  cidr_ipv4               CidrIp
  cidr_ipv6               CidrIpv6
  prefix_list_id          SourcePrefixListId
  referenced_security_group_id  SourceSecurityGroupId
  tags                    -
aws_vpc_security_group_egress_rule AWS::EC2::SecurityGroupEgress id=
  security_group_id       GroupId
  cidr_ipv4               CidrIp
  cidr_ipv6               CidrIpv6
  prefix_list_id          DestinationPrefixListId
  referenced_security_group_id  DestinationSecurityGroupId
  tags                    -
aws_vpc_endpoint AWS::EC2::VPCEndpoint id= arn=arn
  policy                  PolicyDocument              json
  auto_accept             -
  tags                    -
aws_vpc_endpoint_policy -
  policy                  PolicyDocument              json
`)
	on(func(s *shape) { s.join = mergeInto("KeyId", "AWS::KMS::Key", "AWS::KMS::ReplicaKey") }, "aws_kms_key_policy")
	on(func(s *shape) { s.split = secretPolicy }, "aws_secretsmanager_secret")
	on(func(s *shape) { s.join = mergeInto("SecretId", "AWS::SecretsManager::Secret") }, "aws_secretsmanager_secret_version")
	on(func(s *shape) { s.after = mfaMethods }, "aws_cognito_user_pool")
	on(func(s *shape) { s.join = mergeInto("RepositoryName", "AWS::ECR::Repository") },
		"aws_ecr_repository_policy", "aws_ecr_lifecycle_policy")
	on(func(s *shape) { s.join = mergeInto("RepositoryName", "AWS::ECR::PublicRepository") }, "aws_ecrpublic_repository_policy")
	on(func(s *shape) { s.join = mergeInto("VpcEndpointId", "AWS::EC2::VPCEndpoint") }, "aws_vpc_endpoint_policy")
	on(func(s *shape) { s.after = groupRules }, "aws_security_group")
	on(func(s *shape) { s.after = groupRule }, "aws_security_group_rule")
}

// secretPolicy emits the policy written inside a secret.
func secretPolicy(t *translation, u *unit) {
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
		{"CidrBlocks", "CidrIp"}, {"Ipv6CidrBlocks", "CidrIpv6"}, {"PrefixListIds", side + "PrefixListId"},
		{"SecurityGroups", side + "SecurityGroupId"}, {"SourceSecurityGroupId", side + "SecurityGroupId"},
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
