package iam

import (
	"strings"
	"sync"

	"rind/rind"
)

// managedTable says what the AWS-managed policies that serverless apps use
// most grant: a name, then action patterns, all on every resource. "!" begins
// an action that is excepted (NotAction). It is our summary, not AWS's
// documents: read-only additions for consoles, conditions and resource limits
// that do not change what a policy is about are left out (AWS Managed Policy
// Reference Guide).
const managedTable = `
AdministratorAccess *
AdministratorAccess-Amplify amplify:* cloudformation:* iam:PassRole iam:CreateRole iam:AttachRolePolicy iam:PutRolePolicy lambda:* s3:* appsync:* apigateway:* cognito-idp:* cognito-identity:* dynamodb:*
AdministratorAccess-AWSElasticBeanstalk elasticbeanstalk:* ec2:* autoscaling:* elasticloadbalancing:* cloudformation:* s3:* iam:PassRole
PowerUserAccess !iam:* !organizations:* !account:*
IAMFullAccess iam:* organizations:DescribeAccount organizations:DescribeOrganization organizations:ListPolicies
IAMReadOnlyAccess iam:GenerateCredentialReport iam:GenerateServiceLastAccessedDetails iam:Get* iam:List* iam:SimulateCustomPolicy iam:SimulatePrincipalPolicy
IAMUserChangePassword iam:ChangePassword iam:GetAccountPasswordPolicy
ReadOnlyAccess *:Get* *:List* *:Describe* *:BatchGet* *:Search* dynamodb:Query dynamodb:Scan s3:Get* logs:FilterLogEvents logs:StartQuery
ViewOnlyAccess *:List* *:Describe*
SecurityAudit *:List* *:Describe* iam:Get* s3:GetBucket* s3:GetAccountPublicAccessBlock lambda:GetPolicy lambda:GetFunctionConfiguration
SupportUser *:List* *:Describe* support:*
DatabaseAdministrator rds:* dynamodb:* elasticache:* redshift:* cloudwatch:* lambda:CreateFunction lambda:CreateEventSourceMapping logs:* sns:* kinesis:*
DataScientist s3:* ec2:* kinesis:* redshift:* rds:* dynamodb:* elasticmapreduce:* lambda:* machinelearning:* sns:*
NetworkAdministrator ec2:* elasticloadbalancing:* route53:* directconnect:* cloudfront:List* logs:*
SystemAdministrator ec2:* ssm:* s3:* sns:* sqs:* lambda:* cloudtrail:* config:* codedeploy:* route53:* iam:CreateRole iam:UpdateAccessKey kms:* logs:*
Billing aws-portal:* billing:* budgets:* ce:* cur:* payments:* tax:* invoicing:*
AmazonS3FullAccess s3:* s3-object-lambda:*
AmazonS3ReadOnlyAccess s3:Get* s3:List* s3:Describe* s3-object-lambda:Get* s3-object-lambda:List*
AmazonS3ObjectLambdaExecutionRolePolicy s3-object-lambda:WriteGetObjectResponse logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
AmazonDynamoDBFullAccess dynamodb:* dax:* application-autoscaling:* cloudwatch:PutMetricAlarm lambda:CreateFunction lambda:CreateEventSourceMapping lambda:DeleteFunction iam:PassRole@application-autoscaling.amazonaws.com,dax.amazonaws.com kinesis:ListStreams
AmazonDynamoDBFullAccess_v2 dynamodb:* dax:* application-autoscaling:* cloudwatch:PutMetricAlarm kinesis:ListStreams
AmazonDynamoDBFullAccesswithDataPipeline dynamodb:* datapipeline:* iam:PassRole lambda:* sns:*
AmazonDynamoDBReadOnlyAccess dynamodb:BatchGetItem dynamodb:Describe* dynamodb:List* dynamodb:GetItem dynamodb:GetResourcePolicy dynamodb:Query dynamodb:Scan dynamodb:PartiQLSelect dax:Describe* dax:List* dax:GetItem dax:BatchGetItem dax:Query dax:Scan
AmazonSQSFullAccess sqs:*
AmazonSQSReadOnlyAccess sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListDeadLetterSourceQueues sqs:ListQueues sqs:ListMessageMoveTasks sqs:ListQueueTags
AmazonSNSFullAccess sns:*
AmazonSNSReadOnlyAccess sns:GetTopicAttributes sns:List* sns:CheckIfPhoneNumberIsOptedOut sns:GetEndpointAttributes
AmazonSNSRole logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents logs:PutMetricFilter logs:PutRetentionPolicy
AmazonKinesisFullAccess kinesis:*
AmazonKinesisReadOnlyAccess kinesis:Get* kinesis:List* kinesis:Describe*
AmazonKinesisFirehoseFullAccess firehose:*
AmazonKinesisFirehoseReadOnlyAccess firehose:Describe* firehose:List*
AmazonKinesisAnalyticsFullAccess kinesisanalytics:* kinesis:* firehose:Describe* firehose:List*
AmazonEventBridgeFullAccess events:* schemas:* scheduler:* pipes:* secretsmanager:CreateSecret secretsmanager:UpdateSecret secretsmanager:DeleteSecret secretsmanager:GetSecretValue secretsmanager:PutSecretValue iam:PassRole@events.amazonaws.com,scheduler.amazonaws.com,pipes.amazonaws.com
AmazonEventBridgeReadOnlyAccess events:Describe* events:List* events:TestEventPattern
AmazonEventBridgeSchedulerFullAccess scheduler:* iam:PassRole@scheduler.amazonaws.com
CloudWatchEventsFullAccess events:* schemas:* scheduler:* pipes:* iam:PassRole@events.amazonaws.com,scheduler.amazonaws.com,pipes.amazonaws.com
AWSStepFunctionsFullAccess states:*
AWSStepFunctionsConsoleFullAccess states:* iam:ListRoles lambda:ListFunctions
AWSStepFunctionsReadOnlyAccess states:ListStateMachines states:ListActivities states:Describe* states:GetExecutionHistory states:GetActivityTask
AWSLambda_FullAccess lambda:* cloudformation:DescribeStacks cloudformation:ListStackResources iam:GetPolicy iam:GetRole iam:ListRoles iam:PassRole@lambda.amazonaws.com logs:DescribeLogGroups tag:GetResources xray:GetTraceSummaries xray:BatchGetTraces
AWSLambdaFullAccess lambda:* dynamodb:* events:* iam:PassRole iam:Get* iam:List* kinesis:* logs:* s3:* sns:* sqs:* cloudwatch:* cognito-identity:ListIdentityPools iot:*
AWSLambda_ReadOnlyAccess lambda:Get* lambda:List* cloudformation:DescribeStacks iam:GetRole logs:DescribeLogGroups
AWSLambdaReadOnlyAccess lambda:Get* lambda:List* dynamodb:BatchGetItem dynamodb:GetItem dynamodb:Query dynamodb:Scan s3:Get* s3:List*
AWSLambdaRole lambda:InvokeFunction
AWSLambdaExecute logs:* s3:GetObject s3:PutObject
AWSLambdaInvocation-DynamoDB lambda:InvokeFunction dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams
AWSLambdaBasicExecutionRole logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
AWSLambdaVPCAccessExecutionRole logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses
AWSLambdaENIManagementAccess ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses
AWSLambdaSQSQueueExecutionRole sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
AWSLambdaKinesisExecutionRole kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards kinesis:ListStreams kinesis:SubscribeToShard logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
AWSLambdaDynamoDBExecutionRole dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
AWSLambdaMSKExecutionRole kafka:DescribeCluster kafka:DescribeClusterV2 kafka:GetBootstrapBrokers ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeVpcs ec2:DeleteNetworkInterface ec2:DescribeSubnets ec2:DescribeSecurityGroups logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
AWSXRayDaemonWriteAccess xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets xray:GetSamplingStatisticSummaries
AWSXrayWriteOnlyAccess xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets xray:GetSamplingStatisticSummaries
AWSXrayFullAccess xray:*
AWSXrayReadOnlyAccess xray:Get* xray:BatchGet* xray:List*
CloudWatchFullAccess cloudwatch:* logs:* sns:* autoscaling:Describe* iam:GetRole oam:ListSinks
CloudWatchFullAccessV2 cloudwatch:* logs:* sns:CreateTopic sns:ListTopics autoscaling:Describe* oam:ListSinks
CloudWatchReadOnlyAccess cloudwatch:Get* cloudwatch:List* cloudwatch:Describe* logs:Get* logs:List* logs:Describe* logs:FilterLogEvents logs:StartQuery sns:Get* sns:List*
CloudWatchLogsFullAccess logs:* cloudwatch:GenerateQuery
CloudWatchLogsReadOnlyAccess logs:Describe* logs:Get* logs:List* logs:StartQuery logs:StopQuery logs:FilterLogEvents
CloudWatchAgentServerPolicy cloudwatch:PutMetricData ec2:DescribeTags ec2:DescribeVolumes logs:PutLogEvents logs:PutRetentionPolicy logs:DescribeLogStreams logs:DescribeLogGroups logs:CreateLogStream logs:CreateLogGroup xray:PutTraceSegments
CloudWatchLambdaInsightsExecutionRolePolicy logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
SecretsManagerReadWrite secretsmanager:* kms:DescribeKey kms:ListAliases lambda:ListFunctions rds:DescribeDBClusters tag:GetResources
AmazonSSMFullAccess ssm:* cloudwatch:PutMetricData ds:CreateComputer ds:DescribeDirectories ec2:DescribeInstanceStatus logs:* iam:CreateServiceLinkedRole
AmazonSSMReadOnlyAccess ssm:Describe* ssm:Get* ssm:List*
AmazonSSMManagedInstanceCore ssm:DescribeAssociation ssm:GetDeployablePatchSnapshotForInstance ssm:GetDocument ssm:DescribeDocument ssm:GetManifest ssm:GetParameter ssm:GetParameters ssm:ListAssociations ssm:ListInstanceAssociations ssm:PutInventory ssm:PutComplianceItems ssm:UpdateInstanceInformation ssmmessages:* ec2messages:*
AWSKeyManagementServicePowerUser kms:CreateAlias kms:CreateKey kms:DeleteAlias kms:Describe* kms:GenerateRandom kms:Get* kms:List* kms:TagResource kms:UntagResource iam:ListGroups iam:ListRoles iam:ListUsers
AmazonCognitoPowerUser cognito-identity:* cognito-idp:* cognito-sync:* iam:ListRoles
AmazonCognitoReadOnly cognito-identity:Describe* cognito-identity:Get* cognito-identity:List* cognito-idp:Describe* cognito-idp:AdminGet* cognito-idp:AdminList* cognito-idp:List* cognito-idp:Get*
AmazonSESFullAccess ses:*
AmazonSESReadOnlyAccess ses:Get* ses:List*
AmazonEC2FullAccess ec2:* elasticloadbalancing:* cloudwatch:* autoscaling:* iam:CreateServiceLinkedRole
AmazonEC2ReadOnlyAccess ec2:Describe* elasticloadbalancing:Describe* cloudwatch:List* cloudwatch:Get* cloudwatch:Describe* autoscaling:Describe*
AmazonVPCFullAccess ec2:*
AmazonVPCReadOnlyAccess ec2:Describe*
AmazonRDSFullAccess rds:* application-autoscaling:* cloudwatch:* ec2:Describe* sns:* logs:* iam:CreateServiceLinkedRole
AmazonRDSReadOnlyAccess rds:Describe* rds:List* ec2:Describe* cloudwatch:Get* logs:Describe* logs:GetLogEvents
AmazonRDSDataFullAccess rds-data:ExecuteStatement rds-data:BatchExecuteStatement rds-data:BeginTransaction rds-data:CommitTransaction rds-data:RollbackTransaction rds-data:ExecuteSql secretsmanager:CreateSecret secretsmanager:ListSecrets secretsmanager:GetRandomPassword secretsmanager:GetSecretValue
AmazonRedshiftFullAccess redshift:* ec2:Describe* sns:* cloudwatch:* iam:CreateServiceLinkedRole
AmazonRedshiftDataFullAccess redshift-data:* redshift:GetClusterCredentials redshift:GetClusterCredentialsWithIAM redshift-serverless:GetCredentials secretsmanager:GetSecretValue
AmazonElastiCacheFullAccess elasticache:* iam:CreateServiceLinkedRole
AmazonElasticFileSystemFullAccess elasticfilesystem:* ec2:CreateNetworkInterface ec2:Describe*
AmazonElasticFileSystemClientFullAccess elasticfilesystem:ClientMount elasticfilesystem:ClientRootAccess elasticfilesystem:ClientWrite elasticfilesystem:DescribeMountTargets
AmazonElasticFileSystemClientReadWriteAccess elasticfilesystem:ClientMount elasticfilesystem:ClientWrite elasticfilesystem:DescribeMountTargets
AmazonOpenSearchServiceFullAccess es:*
AmazonESFullAccess es:*
AmazonDocDBFullAccess rds:* ec2:Describe* kms:ListKeys
AmazonMSKFullAccess kafka:* ec2:Describe* ec2:CreateVpcEndpoint s3:GetBucketPolicy firehose:TagDeliveryStream
AmazonTimestreamFullAccess timestream:* kms:DescribeKey kms:CreateGrant
AmazonAPIGatewayAdministrator apigateway:*
AmazonAPIGatewayInvokeFullAccess execute-api:Invoke execute-api:ManageConnections
AmazonAPIGatewayPushToCloudWatchLogs logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogGroups logs:DescribeLogStreams logs:PutLogEvents logs:GetLogEvents logs:FilterLogEvents
AWSAppSyncAdministrator appsync:* iam:PassRole@appsync.amazonaws.com
AWSAppSyncInvokeFullAccess appsync:GraphQL appsync:GetGraphqlApi appsync:ListGraphqlApis
AWSAppSyncPushToCloudWatchLogs logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents
AmazonBedrockFullAccess bedrock:* kms:DescribeKey iam:ListRoles iam:PassRole@bedrock.amazonaws.com
AmazonBedrockLimitedAccess bedrock:InvokeModel bedrock:InvokeModelWithResponseStream bedrock:Get* bedrock:List*
AmazonBedrockReadOnly bedrock:Get* bedrock:List*
AmazonRekognitionFullAccess rekognition:*
AmazonRekognitionReadOnlyAccess rekognition:Compare* rekognition:Detect* rekognition:List* rekognition:Search* rekognition:Get* rekognition:RecognizeCelebrities
AmazonTextractFullAccess textract:*
AmazonPollyFullAccess polly:*
AmazonPollyReadOnlyAccess polly:DescribeVoices polly:GetLexicon polly:ListLexicons polly:SynthesizeSpeech
AmazonTranscribeFullAccess transcribe:* s3:GetObject
TranslateFullAccess translate:* comprehend:DetectDominantLanguage cloudwatch:GetMetricStatistics s3:ListBucket iam:ListRoles
TranslateReadOnly translate:TranslateText translate:TranslateDocument translate:GetTerminology translate:ListTerminologies comprehend:DetectDominantLanguage
ComprehendFullAccess comprehend:* iam:ListRoles iam:GetRole s3:ListBucket
ComprehendReadOnly comprehend:Detect* comprehend:BatchDetect* comprehend:Describe* comprehend:List*
AmazonLexFullAccess lex:* lambda:AddPermission polly:* iam:CreateServiceLinkedRole
AmazonConnect_FullAccess connect:* iam:CreateServiceLinkedRole
AmazonSageMakerFullAccess sagemaker:* ecr:* s3:GetObject s3:PutObject s3:DeleteObject lambda:InvokeFunction iam:PassRole@sagemaker.amazonaws.com logs:* secretsmanager:GetSecretValue
AmazonAthenaFullAccess athena:* glue:* s3:GetBucketLocation s3:GetObject s3:ListBucket s3:PutObject lakeformation:GetDataAccess
AWSGlueServiceRole glue:* s3:GetBucketLocation s3:ListBucket s3:ListAllMyBuckets s3:GetBucketAcl ec2:Describe* iam:ListRolePolicies iam:GetRole cloudwatch:PutMetricData logs:*
AWSGlueConsoleFullAccess glue:* s3:* ec2:* cloudformation:* iam:PassRole@glue.amazonaws.com redshift:* rds:Describe*
AWSQuicksightAthenaAccess athena:* glue:* s3:* lakeformation:GetDataAccess
AmazonElasticMapReduceFullAccess elasticmapreduce:* ec2:* s3:* iam:PassRole
AmazonECS_FullAccess ecs:* ec2:* elasticloadbalancing:* application-autoscaling:* cloudformation:* codedeploy:* logs:* events:* lambda:ListFunctions iam:PassRole@ecs-tasks.amazonaws.com route53:*
AmazonECSTaskExecutionRolePolicy ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:BatchGetImage logs:CreateLogStream logs:PutLogEvents
AmazonEC2ContainerRegistryFullAccess ecr:*
AmazonEC2ContainerRegistryPowerUser ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:Get* ecr:Describe* ecr:List* ecr:BatchGetImage ecr:InitiateLayerUpload ecr:UploadLayerPart ecr:CompleteLayerUpload ecr:PutImage
AmazonEC2ContainerRegistryReadOnly ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer ecr:Get* ecr:Describe* ecr:List* ecr:BatchGetImage
AWSCodeBuildAdminAccess codebuild:* codecommit:Get* ecr:Describe* logs:* s3:GetBucketLocation
AWSCodeBuildDeveloperAccess codebuild:StartBuild codebuild:StopBuild codebuild:BatchGet* codebuild:Get* codebuild:List* logs:GetLogEvents
AWSCodeCommitFullAccess codecommit:*
AWSCodePipeline_FullAccess codepipeline:* cloudformation:* codebuild:* codecommit:* iam:PassRole@events.amazonaws.com,codepipeline.amazonaws.com s3:*
AWSCodeDeployFullAccess codedeploy:*
AWSCodeDeployRoleForLambda cloudwatch:DescribeAlarms lambda:UpdateAlias lambda:GetAlias lambda:GetProvisionedConcurrencyConfig sns:Publish s3:GetObject s3:GetObjectVersion lambda:InvokeFunction
AWSCodeDeployRoleForLambdaLimited cloudwatch:DescribeAlarms lambda:UpdateAlias lambda:GetAlias lambda:GetProvisionedConcurrencyConfig s3:GetObject s3:GetObjectVersion lambda:InvokeFunction
AWSCloudFormationFullAccess cloudformation:*
AWSCloudFormationReadOnlyAccess cloudformation:Describe* cloudformation:Get* cloudformation:List*
CloudFrontFullAccess cloudfront:* s3:ListAllMyBuckets acm:ListCertificates iam:ListServerCertificates waf:* wafv2:*
CloudFrontReadOnlyAccess cloudfront:Get* cloudfront:List*
AmazonRoute53FullAccess route53:* route53domains:* cloudfront:ListDistributions s3:ListBucket sns:ListTopics
AmazonRoute53ReadOnlyAccess route53:Get* route53:List*
AWSWAFFullAccess waf:* wafv2:* waf-regional:*
AWSCertificateManagerFullAccess acm:*
AWSCloudTrail_FullAccess cloudtrail:* s3:CreateBucket s3:PutBucketPolicy iam:PassRole@cloudtrail.amazonaws.com kms:CreateKey sns:CreateTopic logs:CreateLogGroup
AWSOrganizationsFullAccess organizations:* account:*
AWSIoTFullAccess iot:* iotjobsdata:*
AWSIoTDataAccess iot:Connect iot:Publish iot:Subscribe iot:Receive iot:GetThingShadow iot:UpdateThingShadow iot:DeleteThingShadow
AWSIoTLogging logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents logs:PutMetricFilter logs:PutRetentionPolicy
AWSIoTRuleActions dynamodb:PutItem kinesis:PutRecord iot:Publish s3:PutObject sns:Publish sqs:SendMessage* cloudwatch:SetAlarmState cloudwatch:PutMetricData es:ESHttpPut firehose:PutRecord
AWSConfigRole config:Put* s3:GetObject *:Describe* *:List*
AWS_ConfigRole config:Put* s3:GetObject *:Describe* *:List*
AWSConfigRulesExecutionRole s3:GetObject config:Put* config:Get* config:List* config:Describe*
AWSBackupServiceRolePolicyForBackup dynamodb:* ec2:CreateSnapshot rds:CreateDBSnapshot backup:* kms:CreateGrant tag:GetResources
AmazonMQFullAccess mq:* ec2:CreateNetworkInterface ec2:Describe*
AmazonAppStreamFullAccess appstream:* iam:PassRole@application-autoscaling.amazonaws.com
AmazonWorkSpacesAdmin workspaces:*
AWSMarketplaceFullAccess aws-marketplace:* cloudformation:* ec2:* iam:PassRole@ec2.amazonaws.com,ssm.amazonaws.com
AWSBatchServiceRole ec2:* autoscaling:* ecs:* logs:* iam:GetRole iam:PassRole@ec2.amazonaws.com,ecs-tasks.amazonaws.com
AWSTransferFullAccess transfer:* iam:PassRole@transfer.amazonaws.com
AWSAppRunnerServicePolicyForECRAccess ecr:GetDownloadUrlForLayer ecr:BatchGetImage ecr:DescribeImages ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability
ComputeOptimizerReadOnlyAccess compute-optimizer:Describe* compute-optimizer:Get* ec2:Describe* lambda:ListFunctions
AWSResourceGroupsReadOnlyAccess resource-groups:Get* resource-groups:List* tag:Get*
ResourceGroupsandTagEditorFullAccess resource-groups:* tag:*
`

var managedByName = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(managedTable) {
		if name, actions, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			m[name] = actions
		}
	}
	return m
})

// ManagedName returns the name of the AWS-managed policy that v is, as an ARN
// ("arn:aws:iam::aws:policy/service-role/AWSLambdaRole", also with an unknown
// partition) or as the bare name that SAM accepts. It is empty if v is none.
func ManagedName(v *rind.Value) string {
	pattern := v.Pattern()
	if i := strings.Index(pattern, ":iam::aws:policy/"); i >= 0 {
		name := pattern[strings.LastIndexByte(pattern, '/')+1:]
		if strings.Contains(name, "*") {
			return ""
		}
		return name
	}
	if v.Scalar() && managedByName()[v.Str()] != "" {
		return v.Str()
	}
	return ""
}

// Managed returns what an AWS-managed policy grants, by its name. ok is false
// for a policy the table does not know. The document is a summary: see
// managedTable.
func Managed(name string) (d *Document, ok bool) {
	actions, ok := managedByName()[name]
	if !ok {
		return nil, false
	}
	s := &Statement{Sid: name, Effect: "Allow", Allow: true, Resources: []Pattern{PatternOf("*")}}
	d = &Document{Version: "2012-10-17", Statements: []*Statement{s}}
	for a := range strings.FieldsSeq(actions) {
		if name, services, ok := strings.Cut(a, "@"); ok {
			pass := &Statement{Sid: s.Sid, Effect: "Allow", Allow: true, Actions: []Pattern{PatternOf(name)}, Resources: s.Resources}
			c := Condition{Operator: "StringEquals", Key: "iam:PassedToService"}
			for service := range strings.SplitSeq(services, ",") {
				c.Values = append(c.Values, rind.NewString(service, rind.Span{}))
			}
			pass.Conditions = []Condition{c}
			d.Statements = append(d.Statements, pass)
			continue
		}
		if rest, not := strings.CutPrefix(a, "!"); not {
			a, s.NotAction = rest, true
		}
		s.Actions = append(s.Actions, PatternOf(a))
	}
	return d, true
}
