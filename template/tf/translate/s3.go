package translate

import (
	"strings"

	"rind/rind"
)

func init() {
	table(`
aws_s3_bucket AWS::S3::Bucket #BucketName id= bucket= arn=Arn bucket_regional_domain_name=RegionalDomainName bucket_domain_name=DomainName website_endpoint=WebsiteURL
  bucket                  BucketName
  bucket_prefix           BucketName
  acl                     AccessControl               acl
  policy                  -
  force_destroy           -
  grant[]                 AccessControlPolicy.Grants
  versioning.enabled      VersioningConfiguration.Status     Status
  versioning.mfa_delete   VersioningConfiguration.MfaDelete  Enabled
  versioning              VersioningConfiguration
  server_side_encryption_configuration       BucketEncryption
  server_side_encryption_configuration.rule[]  BucketEncryption.ServerSideEncryptionConfiguration
  server_side_encryption_configuration.rule.apply_server_side_encryption_by_default  ServerSideEncryptionByDefault
  server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.sse_algorithm      ServerSideEncryptionByDefault.SSEAlgorithm
  server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id  ServerSideEncryptionByDefault.KMSMasterKeyID nonempty
  logging                 LoggingConfiguration
  logging.target_bucket   LoggingConfiguration.DestinationBucketName
  logging.target_prefix   LoggingConfiguration.LogFilePrefix
  cors_rule[]             CorsConfiguration.CorsRules
  cors_rule.expose_headers  ExposedHeaders
  cors_rule.max_age_seconds MaxAge
  website                 WebsiteConfiguration
  website.redirect_all_requests_to  WebsiteConfiguration.RedirectAllRequestsTo.HostName
  website.routing_rules   WebsiteConfiguration.RoutingRules  json
  lifecycle_rule[]        LifecycleConfiguration.Rules
  lifecycle_rule.enabled  Status                      Enabled
  lifecycle_rule.expiration  ~
  lifecycle_rule.expiration.days  ExpirationInDays
  lifecycle_rule.expiration.date  ExpirationDate
  lifecycle_rule.transition[]  Transitions
  lifecycle_rule.transition.days  TransitionInDays
  lifecycle_rule.noncurrent_version_expiration.days  NoncurrentVersionExpiration.NoncurrentDays
  lifecycle_rule.noncurrent_version_transition[]  NoncurrentVersionTransitions
  lifecycle_rule.abort_incomplete_multipart_upload_days  AbortIncompleteMultipartUpload.DaysAfterInitiation
  lifecycle_rule.tags     TagFilters                  tags
  replication_configuration.rules[]  ReplicationConfiguration.Rules
  replication_configuration.rules.destination.replica_kms_key_id  Destination.EncryptionConfiguration.ReplicaKmsKeyID
  object_lock_configuration.rule  ObjectLockConfiguration.Rule
  acceleration_status     AccelerateConfiguration.AccelerationStatus
  request_payer           -
aws_s3_bucket_versioning - +VersioningConfiguration id=${:bucket}
  versioning_configuration.status  VersioningConfiguration.Status
  versioning_configuration.mfa_delete  VersioningConfiguration.MfaDelete
  mfa                     -
  expected_bucket_owner   -
aws_s3_bucket_server_side_encryption_configuration - +BucketEncryption id=${:bucket}
  rule[]                  BucketEncryption.ServerSideEncryptionConfiguration
  rule.apply_server_side_encryption_by_default  ServerSideEncryptionByDefault
  rule.apply_server_side_encryption_by_default.sse_algorithm      ServerSideEncryptionByDefault.SSEAlgorithm
  rule.apply_server_side_encryption_by_default.kms_master_key_id  ServerSideEncryptionByDefault.KMSMasterKeyID nonempty
  expected_bucket_owner   -
aws_s3_bucket_public_access_block - +PublicAccessBlockConfiguration id=${:bucket}
  block_public_acls       PublicAccessBlockConfiguration.BlockPublicAcls
  block_public_policy     PublicAccessBlockConfiguration.BlockPublicPolicy
  ignore_public_acls      PublicAccessBlockConfiguration.IgnorePublicAcls
  restrict_public_buckets PublicAccessBlockConfiguration.RestrictPublicBuckets
  skip_destroy            -
aws_s3_bucket_acl - id=${:bucket}
  acl                     AccessControl               acl
  access_control_policy.grant[]  AccessControlPolicy.Grants
  expected_bucket_owner   -
aws_s3_bucket_logging - +LoggingConfiguration id=${:bucket}
  target_bucket           LoggingConfiguration.DestinationBucketName
  target_prefix           LoggingConfiguration.LogFilePrefix
  target_grant            -
  target_object_key_format -
  expected_bucket_owner   -
aws_s3_bucket_lifecycle_configuration - +LifecycleConfiguration id=${:bucket}
  rule[]                  LifecycleConfiguration.Rules
  rule.expiration         ~
  rule.expiration.days    ExpirationInDays
  rule.expiration.date    ExpirationDate
  rule.expiration.expired_object_delete_marker  ExpiredObjectDeleteMarker
  rule.transition[]       Transitions
  rule.transition.days    TransitionInDays
  rule.transition.date    TransitionDate
  rule.noncurrent_version_transition[]  NoncurrentVersionTransitions
  rule.filter             ~
  rule.filter.and         ~
  rule.filter.prefix      Prefix
  rule.filter.tag[]       TagFilters
  rule.filter.and.prefix  Prefix
  rule.filter.and.tags    TagFilters                  tags
  rule.filter.and.object_size_greater_than  ObjectSizeGreaterThan
  rule.filter.and.object_size_less_than     ObjectSizeLessThan
  rule.filter.object_size_greater_than  ObjectSizeGreaterThan
  rule.filter.object_size_less_than     ObjectSizeLessThan
  transition_default_minimum_object_size  -
  expected_bucket_owner   -
aws_s3_bucket_cors_configuration - +CorsConfiguration id=${:bucket}
  cors_rule[]             CorsConfiguration.CorsRules
  cors_rule.expose_headers  ExposedHeaders
  cors_rule.max_age_seconds MaxAge
  expected_bucket_owner   -
aws_s3_bucket_website_configuration - +WebsiteConfiguration id=${:bucket} website_endpoint=WebsiteURL
  index_document          ~
  index_document.suffix   WebsiteConfiguration.IndexDocument
  error_document          ~
  error_document.key      WebsiteConfiguration.ErrorDocument
  redirect_all_requests_to WebsiteConfiguration.RedirectAllRequestsTo
  routing_rule[]          WebsiteConfiguration.RoutingRules
  routing_rule.condition  RoutingRuleCondition
  routing_rule.redirect   RedirectRule
  routing_rules           WebsiteConfiguration.RoutingRules  json
  expected_bucket_owner   -
aws_s3_bucket_ownership_controls - +OwnershipControls id=${:bucket}
  rule[]                  OwnershipControls.Rules
aws_s3_bucket_replication_configuration - +ReplicationConfiguration id=${:bucket}
  role                    ReplicationConfiguration.Role
  rule[]                  ReplicationConfiguration.Rules
  rule.destination.encryption_configuration.replica_kms_key_id  Destination.EncryptionConfiguration.ReplicaKmsKeyID
  token                   -
aws_s3_bucket_object_lock_configuration - +ObjectLockConfiguration id=${:bucket}
  object_lock_enabled     ObjectLockConfiguration.ObjectLockEnabled
  rule                    ObjectLockConfiguration.Rule
  token                   -
  expected_bucket_owner   -
aws_s3_bucket_accelerate_configuration - id=${:bucket}
  status                  AccelerateConfiguration.AccelerationStatus
  expected_bucket_owner   -
aws_s3_bucket_intelligent_tiering_configuration - id=${:bucket}
aws_s3_bucket_inventory - id=${:bucket}
aws_s3_bucket_metric - id=${:bucket}
aws_s3_bucket_notification - +NotificationConfiguration id=${:bucket}
  eventbridge             NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled
  lambda_function[]       NotificationConfiguration.LambdaConfigurations
  lambda_function.lambda_function_arn  Function
  queue[]                 NotificationConfiguration.QueueConfigurations
  queue.queue_arn         Queue
  topic[]                 NotificationConfiguration.TopicConfigurations
  topic.topic_arn         Topic
aws_s3_bucket_policy AWS::S3::BucketPolicy id=
  policy                  PolicyDocument              json
aws_s3_object -
aws_s3_bucket_object -
aws_s3_object_copy -
aws_s3_access_point AWS::S3::AccessPoint #Name id= arn=Arn alias=Alias
  public_access_block_configuration  .
  vpc_configuration       .
  policy                  .                           json
aws_s3_account_public_access_block -
aws_s3control_access_point_policy -
  policy                  .                           json
aws_s3control_object_lambda_access_point AWS::S3ObjectLambda::AccessPoint #Name id= arn=Arn
  configuration           ObjectLambdaConfiguration
  configuration.transformation_configuration[]  ObjectLambdaConfiguration.TransformationConfigurations
  configuration.transformation_configuration.content_transformation.aws_lambda  ContentTransformation.AwsLambda
aws_s3control_object_lambda_access_point_policy AWS::S3ObjectLambda::AccessPointPolicy
  name                    ObjectLambdaAccessPoint
  policy                  PolicyDocument              json
aws_s3_directory_bucket AWS::S3Express::DirectoryBucket #BucketName bucket= arn=Arn
  bucket                  BucketName
`)
	on(func(s *shape) { s.split = inlinePolicy("AWS::S3::BucketPolicy", "Bucket", false) }, "aws_s3_bucket")
	on(func(s *shape) { s.after = grants }, "aws_s3_bucket", "aws_s3_bucket_acl")
	on(func(s *shape) { s.after = notifications }, "aws_s3_bucket_notification")
	on(func(s *shape) { s.join = mergeInto("Bucket", "AWS::S3::Bucket") },
		"aws_s3_bucket_versioning", "aws_s3_bucket_server_side_encryption_configuration",
		"aws_s3_bucket_public_access_block", "aws_s3_bucket_acl", "aws_s3_bucket_logging",
		"aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_cors_configuration",
		"aws_s3_bucket_website_configuration", "aws_s3_bucket_ownership_controls",
		"aws_s3_bucket_replication_configuration", "aws_s3_bucket_object_lock_configuration",
		"aws_s3_bucket_accelerate_configuration", "aws_s3_bucket_notification")
}

// cannedACL spells public-read as PublicRead.
func cannedACL(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.String {
		return v
	}
	return rind.NewString(pascal(strings.ReplaceAll(v.Text, "-", "_")), v.Span)
}

// grants gives the grants of a bucket and of an ACL resource one form, with
// one permission each.
func grants(_ *translation, u *unit) {
	v := u.get("AccessControlPolicy", "Grants")
	if v == nil || v.Kind != rind.List {
		return
	}
	out := rind.NewList(v.Span)
	for _, g := range v.Items {
		who := one(g.Get("Grantee"))
		if who == nil {
			who = g
		}
		permissions := g.Get("Permissions")
		if permissions == nil {
			permissions = g.Get("Permission")
		}
		grantee := object(g.Span, "Type", who.Get("Type"), "URI", who.Get("Uri"),
			"ID", who.Get("Id"), "EmailAddress", who.Get("EmailAddress"))
		for p := range permissions.Each() {
			out.Items = append(out.Items, object(g.Span, "Grantee", grantee, "Permission", p))
		}
	}
	u.override(rind.Field{Key: "AccessControlPolicy", Span: v.Span, Value: object(v.Span, "Grants", out)})
}

// inlinePolicy emits the policy written inside a resource as the resource
// that CloudFormation has for it.
func inlinePolicy(cfnType, key string, many bool) func(*translation, *unit) {
	return func(t *translation, u *unit) {
		policy := u.attr("policy")
		if nonempty(policy).Absent() {
			return
		}
		span := policy.Span
		target := refTo(u, "", span)
		if many {
			target = list(target)
		}
		t.add(u, ".policy", cfnType, object(span, key, target, "PolicyDocument", decode(policy)))
	}
}

// notifications splits the events of a notification, of which CloudFormation
// allows one each, and writes filters as rules.
func notifications(_ *translation, u *unit) {
	config := u.get("NotificationConfiguration")
	if config == nil {
		return
	}
	out := rind.NewMap(config.Span)
	for _, f := range config.Fields {
		if strings.HasSuffix(f.Key, "Configurations") {
			items := rind.NewList(f.Value.Span)
			for it := range f.Value.Each() {
				items.Items = append(items.Items, notification(it)...)
			}
			f.Value = items
		}
		if f.Key == "EventBridgeConfiguration" && f.Value.Get("EventBridgeEnabled").False() {
			continue
		}
		out.Fields = append(out.Fields, f)
	}
	u.override(rind.Field{Key: "NotificationConfiguration", Span: u.block.Key, Value: out})
}

func notification(it *rind.Value) []*rind.Value {
	if it.Kind != rind.Map {
		return []*rind.Value{it}
	}
	base := rind.NewMap(it.Span)
	rules := rind.NewList(it.Span)
	for _, f := range it.Fields {
		switch f.Key {
		case "Events":
		case "FilterPrefix", "FilterSuffix":
			name := strings.ToLower(strings.TrimPrefix(f.Key, "Filter"))
			rules.Items = append(rules.Items, object(f.Span, "Name", rind.NewString(name, f.Span), "Value", f.Value))
		default:
			base.Fields = append(base.Fields, f)
		}
	}
	if len(rules.Items) > 0 {
		base = with(base, []string{"Filter", "S3Key", "Rules"}, it.Span, rules)
	}
	var out []*rind.Value
	for e := range it.Get("Events").Each() {
		out = append(out, with(base, []string{"Event"}, e.Span, e))
	}
	if out == nil {
		return []*rind.Value{base}
	}
	return out
}
