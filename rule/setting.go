package rule

import (
	"maps"
	"slices"
)

// A Setting is a property that closes a finding without changing what the
// application does for those who may use it. Rules that need a decision —
// which authorizer, which principal — have none.
type Setting struct {
	// Native is the type as it is written: "AWS::Serverless::Function",
	// "aws_sqs_queue", "Serverless::Function".
	Native string
	// Path leads to the property, with dots; in Terraform the keys before
	// the last name nested blocks.
	Path string
	// Value is a string, bool, int, []any or map[string]any.
	Value any
}

// here is the path of a setting that replaces the literal a finding points at,
// whatever resource that is in.
const here = ""

// replace is a setting of the value that the finding points at.
func replace(value any) []Setting { return []Setting{{Path: here, Value: value}} }

// Settings returns what closes a finding of the rule, or nil.
func Settings(id string) []Setting { return settings[id] }

// both is a setting of the same property path under several types.
func both(path string, value any, natives ...string) []Setting {
	var out []Setting
	for _, n := range natives {
		out = append(out, Setting{Native: n, Path: path, Value: value})
	}
	return out
}

// publicAccessBlock holds the four switches of S3 Block Public Access.
var publicAccessBlock = map[string]any{
	"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
}

// settings are by rule. What a setting may break is why many rules have none:
// a customer-managed key needs its policy first, an authorizer its callers.
var settings = map[string][]Setting{
	"RIND-APIGW-006":      replace(false),
	"RIND-APIGW-035":      replace("TLS_1_2"),
	"RIND-LAMBDA-020":     replace("Enforce"),
	"RIND-LAMBDA-033":     replace("Terminate"),
	"RIND-CLOUDFRONT-003": replace("redirect-to-https"),
	"RIND-CLOUDFRONT-004": replace("TLSv1.2_2021"),
	"RIND-LAMBDA-007":     {{"AWS::Lambda::Permission", "SourceAccount", map[string]any{"Ref": "AWS::AccountId"}}},
	"RIND-LAMBDA-023": {
		{"AWS::Serverless::Function", "Tracing", "Active"},
		{"AWS::Lambda::Function", "TracingConfig.Mode", "Active"},
		{"aws_lambda_function", "tracing_config.mode", "Active"},
	},
	"RIND-LAMBDA-042": {
		{"AWS::Logs::LogGroup", "RetentionInDays", 365}, {"aws_cloudwatch_log_group", "retention_in_days", 365},
	},
	"RIND-APIGW-008": {
		{"AWS::Serverless::Api", "TracingEnabled", true},
		{"AWS::ApiGateway::Stage", "TracingEnabled", true},
		{"aws_api_gateway_stage", "xray_tracing_enabled", true},
	},
	"RIND-SFN-002": {
		{"AWS::Serverless::StateMachine", "Tracing.Enabled", true},
		{"AWS::StepFunctions::StateMachine", "TracingConfiguration.Enabled", true},
		{"aws_sfn_state_machine", "tracing_configuration.enabled", true},
	},
	"RIND-KINESIS-001": append(
		both("StreamEncryption", map[string]any{"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}, "AWS::Kinesis::Stream"),
		Setting{"aws_kinesis_stream", "encryption_type", "KMS"}, Setting{"aws_kinesis_stream", "kms_key_id", "alias/aws/kinesis"}),
	"RIND-SQS-001": {
		{"AWS::SQS::Queue", "SqsManagedSseEnabled", true}, {"aws_sqs_queue", "sqs_managed_sse_enabled", true},
	},
	"RIND-SQS-002": {
		{"AWS::SQS::Queue", "SqsManagedSseEnabled", true}, {"aws_sqs_queue", "sqs_managed_sse_enabled", true},
	},
	"RIND-S3-012": {
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicAcls", true},
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicPolicy", true},
		{"aws_s3_bucket_public_access_block", "block_public_acls", true},
		{"aws_s3_bucket_public_access_block", "block_public_policy", true},
	},
	"RIND-S3-042": {
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.IgnorePublicAcls", true},
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.RestrictPublicBuckets", true},
		{"aws_s3_bucket_public_access_block", "ignore_public_acls", true},
		{"aws_s3_bucket_public_access_block", "restrict_public_buckets", true},
	},
	"RIND-S3-017": {{"AWS::S3::Bucket", "PublicAccessBlockConfiguration", publicAccessBlock}},
	"RIND-S3-013": {
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicAcls", true},
		{"aws_s3_bucket_public_access_block", "block_public_acls", true},
	},
	"RIND-S3-014": {
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicPolicy", true},
		{"aws_s3_bucket_public_access_block", "block_public_policy", true},
	},
	"RIND-S3-015": {
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.IgnorePublicAcls", true},
		{"aws_s3_bucket_public_access_block", "ignore_public_acls", true},
	},
	"RIND-S3-016": {
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.RestrictPublicBuckets", true},
		{"aws_s3_bucket_public_access_block", "restrict_public_buckets", true},
	},
	"RIND-S3-025": {{"AWS::S3::Bucket", "VersioningConfiguration.Status", "Enabled"}},
	"RIND-DDB-004": {
		{"AWS::DynamoDB::Table", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", true},
		{"aws_dynamodb_table", "point_in_time_recovery.enabled", true},
	},
	"RIND-DDB-007": {
		{"AWS::DynamoDB::Table", "DeletionProtectionEnabled", true}, {"aws_dynamodb_table", "deletion_protection_enabled", true},
	},
	"RIND-DDB-011": {
		{"AWS::DAX::Cluster", "SSESpecification.SSEEnabled", true}, {"aws_dax_cluster", "server_side_encryption.enabled", true},
	},
	"RIND-KMS-001": {
		{"AWS::KMS::Key", "EnableKeyRotation", true}, {"aws_kms_key", "enable_key_rotation", true},
	},
	"RIND-ECR-001": {
		{"AWS::ECR::Repository", "ImageScanningConfiguration.ScanOnPush", true},
		{"aws_ecr_repository", "image_scanning_configuration.scan_on_push", true},
	},
	"RIND-COGNITO-007": {
		{"AWS::Cognito::IdentityPool", "AllowUnauthenticatedIdentities", false},
		{"aws_cognito_identity_pool", "allow_unauthenticated_identities", false},
	},
	"RIND-COGNITO-009": {
		{"AWS::Cognito::UserPoolClient", "PreventUserExistenceErrors", "ENABLED"},
		{"aws_cognito_user_pool_client", "prevent_user_existence_errors", "ENABLED"},
	},
	"RIND-COGNITO-010": {
		{"AWS::Cognito::UserPoolClient", "EnableTokenRevocation", true},
		{"aws_cognito_user_pool_client", "enable_token_revocation", true},
	},
	"RIND-COGNITO-012": {
		{"AWS::Cognito::UserPool", "DeletionProtection", "ACTIVE"}, {"aws_cognito_user_pool", "deletion_protection", "ACTIVE"},
	},
}

// SettingsIDs lists the rules that have settings.
func SettingsIDs() []string { return slices.Sorted(maps.Keys(settings)) }
