package translate

import "rind/rind"

func init() {
	table(`
aws_cloudfront_distribution AWS::CloudFront::Distribution id= domain_name=DomainName arn=arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${.}
  enabled                 DistributionConfig.Enabled
  aliases                 DistributionConfig.Aliases
  comment                 DistributionConfig.Comment
  default_root_object     DistributionConfig.DefaultRootObject  nonempty
  http_version            DistributionConfig.HttpVersion
  is_ipv6_enabled         DistributionConfig.IPV6Enabled
  price_class             DistributionConfig.PriceClass
  web_acl_id              DistributionConfig.WebACLId           nonempty
  staging                 DistributionConfig.Staging
  continuous_deployment_policy_id  DistributionConfig.ContinuousDeploymentPolicyId
  retain_on_delete        -
  wait_for_deployment     -
  logging_config          DistributionConfig.Logging
  viewer_certificate      DistributionConfig.ViewerCertificate
  viewer_certificate.cloudfront_default_certificate  .CloudFrontDefaultCertificate
  restrictions            DistributionConfig.Restrictions
  restrictions.geo_restriction  .
  custom_error_response[] DistributionConfig.CustomErrorResponses
  custom_error_response.error_caching_min_ttl  ErrorCachingMinTTL
  default_cache_behavior  DistributionConfig.DefaultCacheBehavior
  ordered_cache_behavior[]  DistributionConfig.CacheBehaviors
  *.lambda_function_association[]  .LambdaFunctionAssociations
  *.lambda_arn            LambdaFunctionARN
  *.function_association[]  .FunctionAssociations
  *.function_arn          FunctionARN
  *.default_ttl           .DefaultTTL
  *.min_ttl               .MinTTL
  *.max_ttl               .MaxTTL
  origin[]                DistributionConfig.Origins
  origin.origin_id        Id
  origin.custom_header[]  OriginCustomHeaders
  origin.custom_header.name   HeaderName
  origin.custom_header.value  HeaderValue
  origin.custom_origin_config.http_port   .HTTPPort
  origin.custom_origin_config.https_port  .HTTPSPort
  origin.custom_origin_config.origin_ssl_protocols  .OriginSSLProtocols
  origin.origin_access_control_id  .              nonempty
  origin.s3_origin_config  S3OriginConfig
  origin_group[]          DistributionConfig.OriginGroups.Items
  origin_group.origin_id  Id
  origin_group.failover_criteria.status_codes  FailoverCriteria.StatusCodes.Items
  origin_group.member[]   Members.Items
aws_cloudfront_origin_access_control AWS::CloudFront::OriginAccessControl id=
  name                    OriginAccessControlConfig.Name
  description             OriginAccessControlConfig.Description
  origin_access_control_origin_type  OriginAccessControlConfig.OriginAccessControlOriginType
  signing_behavior        OriginAccessControlConfig.SigningBehavior
  signing_protocol        OriginAccessControlConfig.SigningProtocol
aws_cloudfront_origin_access_identity AWS::CloudFront::CloudFrontOriginAccessIdentity id= s3_canonical_user_id=S3CanonicalUserId cloudfront_access_identity_path=origin-access-identity/cloudfront/${.} iam_arn=S3CanonicalUserId
  comment                 CloudFrontOriginAccessIdentityConfig.Comment
aws_cloudfront_function AWS::CloudFront::Function #Name id= arn=FunctionARN
  code                    FunctionCode
  runtime                 FunctionConfig.Runtime
  comment                 FunctionConfig.Comment
  publish                 AutoPublish
aws_cloudfront_response_headers_policy AWS::CloudFront::ResponseHeadersPolicy id=
  name                    ResponseHeadersPolicyConfig.Name
  comment                 ResponseHeadersPolicyConfig.Comment
  cors_config             ResponseHeadersPolicyConfig.CorsConfig
  custom_headers_config.items[]  ResponseHeadersPolicyConfig.CustomHeadersConfig.Items
  remove_headers_config.items[]  ResponseHeadersPolicyConfig.RemoveHeadersConfig.Items
  server_timing_headers_config  ResponseHeadersPolicyConfig.ServerTimingHeadersConfig
  security_headers_config  ResponseHeadersPolicyConfig.SecurityHeadersConfig
  *.xss_protection        .XSSProtection
aws_cloudfront_cache_policy AWS::CloudFront::CachePolicy id=
  name                    CachePolicyConfig.Name
aws_wafv2_web_acl AWS::WAFv2::WebACL #Name id=Id arn=Arn name=Name
  rule[]                  Rules
  *.cloudwatch_metrics_enabled  .CloudWatchMetricsEnabled
  *.excluded_rule[]       .ExcludedRules
  *.rule_action_override[]  .RuleActionOverrides
  *.text_transformation[] .TextTransformations
  *.and_statement.statement[]  .Statements
  *.or_statement.statement[]   .Statements
  *.managed_rule_group_configs[]  .ManagedRuleGroupConfigs
  *.rule_label[]          .RuleLabels
  *.arn                   .ARN
  *.ip_set_reference_statement  .IPSetReferenceStatement
  *.aws_managed_rules_bot_control_rule_set  .AWSManagedRulesBotControlRuleSet
  *.aws_managed_rules_acfp_rule_set  .AWSManagedRulesACFPRuleSet
  *.aws_managed_rules_atp_rule_set   .AWSManagedRulesATPRuleSet
  *.forwarded_ip_config   .ForwardedIPConfig
  *.ip_set_forwarded_ip_config   .IPSetForwardedIPConfig
  custom_response_body[]  -
  rule_json               Rules                       json
aws_wafv2_rule_group AWS::WAFv2::RuleGroup #Name id=Id arn=Arn
  rule[]                  Rules
  *.cloudwatch_metrics_enabled  .CloudWatchMetricsEnabled
  *.text_transformation[] .TextTransformations
  *.and_statement.statement[]  .Statements
  *.or_statement.statement[]   .Statements
  *.rule_label[]          .RuleLabels
  *.arn                   .ARN
  *.ip_set_reference_statement  .IPSetReferenceStatement
aws_wafv2_ip_set AWS::WAFv2::IPSet #Name id=Id arn=Arn
  ip_address_version      IPAddressVersion
aws_wafv2_regex_pattern_set AWS::WAFv2::RegexPatternSet #Name id=Id arn=Arn
aws_wafv2_web_acl_association AWS::WAFv2::WebACLAssociation id=
  web_acl_arn             WebACLArn
aws_wafv2_web_acl_logging_configuration AWS::WAFv2::LoggingConfiguration id=
  log_destination_configs .
  redacted_fields[]       RedactedFields
  logging_filter.filter[] LoggingFilter.Filters
  *.condition[]           .Conditions
aws_waf_web_acl AWS::WAF::WebACL #Name id=
  default_action.type     DefaultAction.Type
  rules[]                 Rules
  tags                    -
aws_wafregional_web_acl AWS::WAFRegional::WebACL #Name id=
  rule[]                  Rules
  default_action.type     DefaultAction.Type
  tags                    -
aws_wafregional_web_acl_association AWS::WAFRegional::WebACLAssociation id=
  web_acl_id              WebACLId
aws_waf_rule AWS::WAF::Rule #Name id=
  predicates[]            Predicates
  tags                    -
aws_wafregional_rule AWS::WAFRegional::Rule #Name id=
  predicate[]             Predicates
  tags                    -
aws_appsync_graphql_api AWS::AppSync::GraphQLApi #Name id= arn=Arn
  schema                  -
  log_config.cloudwatch_logs_role_arn  LogConfig.CloudWatchLogsRoleArn
  openid_connect_config   OpenIDConnectConfig
  openid_connect_config.iat_ttl   .IatTTL
  openid_connect_config.auth_ttl  .AuthTTL
  user_pool_config.app_id_client_regex  UserPoolConfig.AppIdClientRegex
  additional_authentication_provider[]  AdditionalAuthenticationProviders
  additional_authentication_provider.openid_connect_config  OpenIDConnectConfig
aws_appsync_resolver AWS::AppSync::Resolver id= arn=ResolverArn
  type                    TypeName
  field                   FieldName
  data_source             DataSourceName
  request_template        RequestMappingTemplate
  response_template       ResponseMappingTemplate
aws_appsync_function AWS::AppSync::FunctionConfiguration #Name function_id=FunctionId arn=FunctionArn
  data_source             DataSourceName
  request_mapping_template  .
aws_appsync_datasource AWS::AppSync::DataSource #Name name=Name arn=DataSourceArn
  dynamodb_config         DynamoDBConfig
  lambda_config.function_arn  LambdaConfig.LambdaFunctionArn
aws_appsync_api_cache AWS::AppSync::ApiCache id=
aws_appsync_api_key AWS::AppSync::ApiKey id= key=ApiKey
aws_appsync_domain_name AWS::AppSync::DomainName id= domain_name=
aws_lb,aws_alb AWS::ElasticLoadBalancingV2::LoadBalancer #Name id= arn= dns_name=DNSName
  internal                -
  load_balancer_type      Type
  security_groups         .
  subnet_mapping[]        SubnetMappings
  access_logs             -
aws_lb_listener,aws_alb_listener AWS::ElasticLoadBalancingV2::Listener id= arn=
  certificate_arn         Certificates
  default_action[]        DefaultActions
  *.authenticate_cognito  .AuthenticateCognitoConfig
  *.authenticate_oidc     .AuthenticateOidcConfig
  *.redirect              .RedirectConfig
  *.forward               .ForwardConfig
  *.fixed_response        .FixedResponseConfig
  *.target_group[]        .TargetGroups
  *.target_group.arn      TargetGroupArn
  tags                    -
aws_lb_listener_rule,aws_alb_listener_rule AWS::ElasticLoadBalancingV2::ListenerRule id= arn=
  action[]                Actions
  condition[]             Conditions
  *.authenticate_cognito  .AuthenticateCognitoConfig
  *.authenticate_oidc     .AuthenticateOidcConfig
  *.redirect              .RedirectConfig
  *.forward               .ForwardConfig
  *.fixed_response        .FixedResponseConfig
  *.target_group[]        .TargetGroups
  *.target_group.arn      TargetGroupArn
  *.host_header           .HostHeaderConfig
  *.path_pattern          .PathPatternConfig
  *.source_ip             .SourceIpConfig
  tags                    -
aws_lb_target_group,aws_alb_target_group AWS::ElasticLoadBalancingV2::TargetGroup #Name id= arn= arn_suffix=TargetGroupFullName
  health_check            -
  stickiness              -
aws_lb_target_group_attachment,aws_alb_target_group_attachment -
  target_id               Targets.Id
  port                    Targets.Port
  availability_zone       Targets.AvailabilityZone
aws_route53_record AWS::Route53::RecordSet id= name= fqdn=
  zone_id                 HostedZoneId
  ttl                     TTL
  records                 ResourceRecords
  alias.name              AliasTarget.DNSName
  alias.zone_id           AliasTarget.HostedZoneId
  alias.evaluate_target_health  AliasTarget.EvaluateTargetHealth
aws_route53_zone AWS::Route53::HostedZone #Name id= zone_id=
  comment                 HostedZoneConfig.Comment
  tags                    HostedZoneTags              tags
`)
	on(func(s *shape) { s.after = originGroups }, "aws_cloudfront_distribution")
	on(func(s *shape) { s.after = scheme }, "aws_lb")
	on(func(s *shape) { s.after = certificate }, "aws_lb_listener")
	on(func(s *shape) { s.join = joinLoadTarget }, "aws_lb_target_group_attachment")
	on(func(s *shape) { s.split = appsyncSchema }, "aws_appsync_graphql_api")
}

// originGroups adds the quantities CloudFormation wants, so that a group
// looks the same in both.
func originGroups(_ *translation, u *unit) {
	groups := u.get("DistributionConfig", "OriginGroups", "Items")
	if groups == nil || groups.Kind != rind.List {
		return
	}
	u.put(rind.NewInt(int64(len(groups.Items)), groups.Span), "DistributionConfig", "OriginGroups", "Quantity")
}

// scheme tells whether a load balancer faces the internet, which it does
// unless internal is set, and writes access logs as attributes.
func scheme(_ *translation, u *unit) {
	internal := u.attr("internal")
	switch {
	case internal.True():
		u.put(rind.NewString("internal", internal.Span), "Scheme")
	case internal.Symbolic():
		u.put(internal, "Scheme")
	default:
		u.put(rind.NewString("internet-facing", u.block.Span), "Scheme")
	}
	logs := one(u.attr("access_logs"))
	attribute := func(name string, v *rind.Value) {
		if v.Present() {
			u.appendTo("LoadBalancerAttributes",
				object(v.Span, "Key", rind.NewString(name, v.Span), "Value", v))
		}
	}
	attribute("access_logs.s3.bucket", logs.Get("bucket"))
	enabled := logs.Get("enabled")
	if enabled.Absent() && logs.Present() {
		enabled = rind.NewBool(false, logs.Span)
	}
	attribute("access_logs.s3.enabled", enabled)
	attribute("deletion_protection.enabled", u.attr("enable_deletion_protection"))
	attribute("routing.http.drop_invalid_header_fields.enabled", u.attr("drop_invalid_header_fields"))
}

// certificate wraps the certificate of a listener as CloudFormation does.
func certificate(_ *translation, u *unit) {
	if arn := u.attr("certificate_arn"); nonempty(arn).Present() {
		u.override(rind.Field{
			Key: "Certificates", Span: arn.Span,
			Value: rind.NewList(arn.Span, object(arn.Span, "CertificateArn", arn)),
		})
	}
}

// appsyncSchema emits the schema, which CloudFormation keeps apart.
func appsyncSchema(t *translation, u *unit) {
	if s := u.attr("schema"); s.Present() {
		t.add(u, ".schema", "AWS::AppSync::GraphQLSchema",
			object(s.Span, "ApiId", refTo(u, "ApiId", s.Span), "Definition", s))
	}
}

// joinLoadTarget adds a target to its group.
func joinLoadTarget(t *translation, u *unit) {
	group := t.find(u, u.get("TargetGroupArn"), "AWS::ElasticLoadBalancingV2::TargetGroup")
	if group == nil {
		return
	}
	group.appendTo("Targets", u.get("Targets"))
	u.merged = true
}
