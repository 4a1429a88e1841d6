package rule

// NeedsAccount lists the checks of other scanners that no template can
// answer, with what is missing. They are no rules here; docs/rules.md prints
// the list so that nobody looks for them in vain. IDs are given where the
// question has one; other parts of the same row may well be rules.
var NeedsAccount = []struct{ Topic, Check, Why string }{
	{"lambda", "secrets in layer content (awslambda_layer_no_secrets_in_content)", "the content of a layer that is published elsewhere has to be downloaded; layers built from this repository are read as code"},
	{"lambda", "function created or changed outside infrastructure as code (function_created_in_console)", "only the account knows what was changed after the deployment"},
	{"lambda", "old published versions and aliases that can still be invoked", "versions that earlier deployments published are in no template"},
	{"lambda", "function has not been invoked for long", "use is known to CloudWatch alone"},
	{"apigw", "usage plans and API keys that nobody uses", "use is known to CloudWatch alone"},
	{"iam", "IAM user with unused or old access keys, two active keys, no MFA device (iam_user_two_active_access_key)", "credential reports exist in the account alone"},
	{"iam", "root user, password policy and other settings of the account (CloudShell access, support role)", "they belong to the account and not to an application"},
	{"iam", "content of managed policies that are written elsewhere", "their documents are in the account; AWS's own are known by name"},
	{"s3", "public access block of the account (s3_account_level_public_access_blocks)", "CloudFormation cannot set it; in Terraform RIND-S3-019 looks at it"},
	{"s3", "public objects in a bucket that is closed (s3_bucket_object_public)", "the ACL of an object is known to the bucket alone"},
	{"s3", "origin bucket that does not exist, or that somebody else took (CloudFront.12, cloudfront_distributions_s3_origin_non_existent_bucket)", "whether a bucket name is taken is known to AWS alone"},
	{"sqs", "messages that are older than expected, queues that nobody reads", "use is known to CloudWatch alone"},
	{"dynamodb", "throughput near the limits of the account (DYNAMODB_THROUGHPUT_LIMIT_CHECK)", "limits and use belong to the account"},
	{"dynamodb", "table is in a backup plan by its tags (dynamodb_table_protected_by_backup_plan)", "a plan that selects by tag is usually in another stack; RIND-DDB-008 sees plans of the same app"},
	{"eventbridge", "schema registry shared with other accounts by hand (eventbridge_schema_registry_cross_account_access)", "registry policies set in the console are in no template"},
	{"cognito", "users without a second factor, compromised users", "what users did is known to the user pool alone"},
	{"kms", "key pending deletion (KMS.3, kms_cmk_not_deleted_unintentionally)", "the state of a key is known to KMS alone"},
	{"kms", "key that nothing uses (kms_cmk_are_used)", "keys are used from other stacks, and by data that exists already"},
	{"secrets", "secret unused for 90 days (SecretsManager.3, secretsmanager_secret_unused)", "use is known to Secrets Manager alone"},
	{"secrets", "rotation that fails (SecretsManager.2)", "the outcome of a rotation is known to Secrets Manager alone"},
	{"secrets", "secrets in the outputs of stacks that are deployed (cloudformation_stack_outputs_find_secrets)", "values that appear at deployment are in the stack alone; RIND-SECRET-018 sees those that the template shows"},
	{"cloudwatch", "secrets in logs (cloudwatch_log_group_no_secrets_in_logs)", "log entries are in the account"},
	{"cloudwatch", "alarms on the account's trail in other stacks (AWS-0147 to AWS-0160, AWS-0174)", "trail, filters and alarms are usually set up once for the account; RIND-LOGS-005 looks at an app that sets up the trail"},
	{"cloudfront", "traffic without WAF blocks, countries that are served", "use is known to CloudWatch alone"},
	{"waf", "rules that never match", "use is known to CloudWatch alone"},
	{"ecr", "vulnerabilities in the latest image (ecr_repositories_scan_vulnerabilities_in_latest_image)", "images are in the registry; packages of this repository are checked on their own"},
	{"ecr", "scanning set up for the registry (ecr_registry_scan_images_on_push_enabled)", "the registry's setting is usually not in the app's template; it takes the place of the repository's own"},
	{"stack", "termination protection, stack policy and notifications of a deployed stack (CloudFormation.1, cloudformation_stacks_termination_protection_enabled)", "they are given when the stack is made, outside of its template; nested stacks and the Serverless Framework are looked at"},
	{"stack", "version of the CDK bootstrap stack (cloudformation_stack_cdktoolkit_bootstrap_version)", "the bootstrap stack is deployed by the CDK and is in no repository"},
}
