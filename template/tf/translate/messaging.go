package translate

import "rind/rind"

func init() {
	table(`
aws_sns_topic AWS::SNS::Topic #TopicName id= arn= name=TopicName
  name                    TopicName
  name_prefix             TopicName
  kms_master_key_id       .                           nonempty
  policy                  -
  delivery_policy         DeliveryPolicy              json
  archive_policy          .                           json
aws_sns_topic_policy AWS::SNS::TopicPolicy id=
  arn                     Topics                      list
  policy                  PolicyDocument              json
aws_sns_topic_subscription AWS::SNS::Subscription id= arn=
  redrive_policy          .                           json
  filter_policy           .                           json
  delivery_policy         .                           json
  endpoint_auto_confirms  -
  confirmation_timeout_in_minutes  -
aws_sns_topic_data_protection_policy -
  policy                  DataProtectionPolicy        json
aws_sqs_queue AWS::SQS::Queue #QueueName id= url= arn=Arn name=QueueName
  name                    QueueName
  name_prefix             QueueName
  kms_master_key_id       .                           nonempty
  max_message_size        MaximumMessageSize
  receive_wait_time_seconds  ReceiveMessageWaitTimeSeconds
  visibility_timeout_seconds VisibilityTimeout
  message_retention_seconds  MessageRetentionPeriod
  kms_data_key_reuse_period_seconds  KmsDataKeyReusePeriodSeconds
  policy                  -
  redrive_policy          .                           json
  redrive_allow_policy    .                           json
aws_sqs_queue_policy AWS::SQS::QueuePolicy id=
  queue_url               Queues                      list
  policy                  PolicyDocument              json
aws_sqs_queue_redrive_policy -
  redrive_policy          .                           json
aws_sqs_queue_redrive_allow_policy -
  redrive_allow_policy    .                           json
aws_cloudwatch_event_bus AWS::Events::EventBus #Name id= name= arn=Arn
  kms_key_identifier      .
aws_cloudwatch_event_rule AWS::Events::Rule #Name id= name= arn=Arn
  name_prefix             Name
  event_pattern           .                           json
  is_enabled              State                       ENABLED
  state                   State
  force_destroy           -
aws_cloudwatch_event_target -
  target_id               Id
  force_destroy           -
  input                   .
  input_transformer.input_paths  InputTransformer.InputPathsMap
  kinesis_target          KinesisParameters
  ecs_target              EcsParameters
  http_target             HttpParameters
  sqs_target              SqsParameters
  sqs_target.message_group_id  SqsParameters.MessageGroupId
  batch_target            BatchParameters
  run_command_targets[]   RunCommandParameters.RunCommandTargets
  redshift_target         RedshiftDataParameters
  appsync_target.graphql_operation  AppSyncParameters.GraphQLOperation
  retry_policy.maximum_event_age_in_seconds  RetryPolicy.MaximumEventAgeInSeconds
aws_cloudwatch_event_permission AWS::Events::EventBusPolicy id=
  statement_id            .
  condition               .
aws_cloudwatch_event_bus_policy AWS::Events::EventBusPolicy id=
  policy                  Statement                   json
aws_cloudwatch_event_archive AWS::Events::Archive #ArchiveName id= arn=Arn
  name                    ArchiveName
  event_source_arn        SourceArn
  event_pattern           .                           json
aws_cloudwatch_event_connection AWS::Events::Connection #Name id= name= arn=Arn secret_arn=SecretArn
  auth_parameters.api_key.key    AuthParameters.ApiKeyAuthParameters.ApiKeyName
  auth_parameters.api_key.value  AuthParameters.ApiKeyAuthParameters.ApiKeyValue
  auth_parameters.api_key        AuthParameters.ApiKeyAuthParameters
  auth_parameters.basic          AuthParameters.BasicAuthParameters
  auth_parameters.oauth          AuthParameters.OAuthParameters
  auth_parameters.oauth.client_parameters.client_id  AuthParameters.OAuthParameters.ClientParameters.ClientID
aws_cloudwatch_event_api_destination AWS::Events::ApiDestination #Name id= name= arn=Arn
aws_cloudwatch_event_endpoint AWS::Events::Endpoint #Name id= name= arn=Arn
  event_bus[]             EventBuses
  replication_config      .
  routing_config.failover_config  RoutingConfig.FailoverConfig
aws_schemas_registry AWS::EventSchemas::Registry #RegistryName name= arn=RegistryArn id=RegistryArn
  name                    RegistryName
aws_schemas_registry_policy AWS::EventSchemas::RegistryPolicy
  policy                  .                           json
aws_schemas_discoverer AWS::EventSchemas::Discoverer id=DiscovererArn arn=DiscovererArn
aws_schemas_schema AWS::EventSchemas::Schema arn=SchemaArn
  name                    SchemaName
aws_scheduler_schedule AWS::Scheduler::Schedule #Name id= name= arn=Arn
  name_prefix             Name
  kms_key_arn             KmsKeyArn                   nonempty
  target.input            Target.Input
  target.eventbridge_parameters  Target.EventBridgeParameters
aws_scheduler_schedule_group AWS::Scheduler::ScheduleGroup #Name id= name= arn=Arn
aws_pipes_pipe AWS::Pipes::Pipe #Name id= name= arn=Arn
  log_configuration.cloudwatch_logs_log_destination.log_group_arn  LogConfiguration.CloudwatchLogsLogDestination.LogGroupArn
  source_parameters.filter_criteria.filter[]  SourceParameters.FilterCriteria.Filters
  target_parameters.lambda_function_parameters  TargetParameters.LambdaFunctionParameters
  source_parameters.dynamodb_stream_parameters  SourceParameters.DynamoDBStreamParameters
  source_parameters.activemq_broker_parameters  SourceParameters.ActiveMQBrokerParameters
  source_parameters.rabbitmq_broker_parameters  SourceParameters.RabbitMQBrokerParameters
  target_parameters.eventbridge_event_bus_parameters  TargetParameters.EventBridgeEventBusParameters
  tags                    .
aws_mq_broker AWS::AmazonMQ::Broker #BrokerName id= arn=Arn
  broker_name             .
  user[]                  Users
  logs                    .
  subnet_ids              .
  encryption_options.kms_key_id  EncryptionOptions.KmsKeyId
  encryption_options.use_aws_owned_key  EncryptionOptions.UseAwsOwnedKey
aws_mq_configuration AWS::AmazonMQ::Configuration #Name id= arn=Arn
aws_msk_cluster AWS::MSK::Cluster #ClusterName id= arn=
  broker_node_group_info.ebs_volume_size  BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize
  broker_node_group_info.storage_info.ebs_storage_info  BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo
  broker_node_group_info.connectivity_info.public_access.type  BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type
  encryption_info.encryption_at_rest_kms_key_arn  EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId
  client_authentication.sasl.scram  ClientAuthentication.Sasl.Scram.Enabled
  client_authentication.sasl.iam    ClientAuthentication.Sasl.Iam.Enabled
  client_authentication.unauthenticated  ClientAuthentication.Unauthenticated.Enabled
  tags                    .
aws_msk_serverless_cluster AWS::MSK::ServerlessCluster #ClusterName id= arn=
  client_authentication.sasl.iam.enabled  ClientAuthentication.Sasl.Iam.Enabled
  vpc_config[]            VpcConfigs
aws_ses_receipt_rule AWS::SES::ReceiptRule
  rule_set_name           RuleSetName
  name                    Rule.Name
  enabled                 Rule.Enabled
  recipients              Rule.Recipients
  scan_enabled            Rule.ScanEnabled
  tls_policy              Rule.TlsPolicy
  after                   After
aws_ses_receipt_rule_set AWS::SES::ReceiptRuleSet #RuleSetName id=
aws_iot_topic_rule AWS::IoT::TopicRule #RuleName id= name= arn=Arn
  name                    RuleName
  enabled                 TopicRulePayload.RuleDisabled     not
  sql                     TopicRulePayload.Sql
  sql_version             TopicRulePayload.AwsIotSqlVersion
  description             TopicRulePayload.Description
`)
	on(func(s *shape) { s.split = inlinePolicy("AWS::SNS::TopicPolicy", "Topics", true) }, "aws_sns_topic")
	on(func(s *shape) { s.split = inlinePolicy("AWS::SQS::QueuePolicy", "Queues", true) }, "aws_sqs_queue")
	on(func(s *shape) { s.join = mergeInto("QueueUrl", "AWS::SQS::Queue") },
		"aws_sqs_queue_redrive_policy", "aws_sqs_queue_redrive_allow_policy")
	on(func(s *shape) { s.join = joinTarget }, "aws_cloudwatch_event_target")
	on(func(s *shape) { s.split = splitBusPolicy }, "aws_cloudwatch_event_bus_policy")
	on(func(s *shape) { s.join = mergeInto("Arn", "AWS::SNS::Topic") }, "aws_sns_topic_data_protection_policy")
	on(func(s *shape) { s.after = receiptActions }, "aws_ses_receipt_rule")
	on(func(s *shape) { s.after = topicActions }, "aws_iot_topic_rule")
}

// joinTarget adds an EventBridge target to its rule.
func joinTarget(t *translation, u *unit) {
	rule := t.find(u, u.get("Rule"), "AWS::Events::Rule")
	if rule == nil {
		return
	}
	u.merged = true
	item := rind.NewMap(u.block.Span)
	for _, f := range u.res.Properties.Fields {
		if f.Key != "Rule" && f.Key != "EventBusName" {
			item.Fields = append(item.Fields, f)
		}
	}
	rule.appendTo("Targets", item)
}

// splitBusPolicy gives one EventBusPolicy per statement, as CloudFormation's
// holds exactly one.
func splitBusPolicy(t *translation, u *unit) {
	doc := u.get("Statement")
	if doc == nil || doc.Kind != rind.Map {
		return
	}
	bus := u.get("EventBusName")
	n := 0
	for s := range doc.Get("Statement").Each() {
		props := object(u.block.Span, "EventBusName", bus, "StatementId", s.Get("Sid"), "Statement", s)
		if n++; n == 1 {
			u.res.Properties = props
			continue
		}
		t.add(u, "."+suffix(s.Get("Sid"), n), u.res.Type, props)
	}
}

// receiptActions puts the action blocks of a receipt rule, which Terraform
// orders by their position, into the list CloudFormation has.
func receiptActions(_ *translation, u *unit) {
	actions := rind.NewList(u.block.Span)
	m := rind.NewMap(u.res.Properties.Span)
	for _, f := range u.res.Properties.Fields {
		kind, ok := receiptKinds[f.Key]
		if !ok {
			m.Fields = append(m.Fields, f)
			continue
		}
		for a := range f.Value.Each() {
			actions.Items = append(actions.Items, object(f.Span, kind, a))
		}
	}
	u.res.Properties = m
	if len(actions.Items) > 0 {
		u.put(actions, "Rule", "Actions")
	}
}

var receiptKinds = map[string]string{
	"LambdaAction": "LambdaAction", "S3Action": "S3Action", "SnsAction": "SNSAction", "BounceAction": "BounceAction",
	"StopAction": "StopAction", "WorkmailAction": "WorkmailAction", "AddHeaderAction": "AddHeaderAction",
}

// topicActions does the same for an IoT rule.
func topicActions(_ *translation, u *unit) {
	actions := rind.NewList(u.block.Span)
	m := rind.NewMap(u.res.Properties.Span)
	for _, f := range u.res.Properties.Fields {
		switch f.Key {
		case "RuleName", "TopicRulePayload", "Tags":
			m.Fields = append(m.Fields, f)
		case "ErrorAction":
			for key, v := range f.Value.Entries() {
				m = with(m, []string{"TopicRulePayload", "ErrorAction"}, f.Span, object(f.Span, topicKind(key), v))
			}
		default:
			for a := range f.Value.Each() {
				actions.Items = append(actions.Items, object(f.Span, topicKind(f.Key), a))
			}
		}
	}
	u.res.Properties = m
	if len(actions.Items) > 0 {
		u.put(actions, "TopicRulePayload", "Actions")
	}
}

func topicKind(key string) string {
	switch key {
	case "Dynamodb":
		return "DynamoDB"
	case "Dynamodbv2":
		return "DynamoDBv2"
	case "Elasticsearch":
		return "Elasticsearch"
	case "CloudwatchAlarm":
		return "CloudwatchAlarm"
	case "Opensearch":
		return "OpenSearch"
	}
	return key
}
