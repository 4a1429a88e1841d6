package translate

import "rind/rind"

func init() {
	table(`
aws_cloudwatch_log_group AWS::Logs::LogGroup #LogGroupName id= name= arn=Arn
  name                    LogGroupName
  name_prefix             LogGroupName
  kms_key_id              .                           nonempty
  skip_destroy            -
aws_cloudwatch_log_stream AWS::Logs::LogStream #LogStreamName
  name                    LogStreamName
aws_cloudwatch_log_metric_filter AWS::Logs::MetricFilter #FilterName id=
  name                    FilterName
  pattern                 FilterPattern
  metric_transformation[] MetricTransformations
  metric_transformation.name       MetricName
  metric_transformation.namespace  MetricNamespace
  metric_transformation.value      MetricValue
aws_cloudwatch_log_resource_policy AWS::Logs::ResourcePolicy #PolicyName id=
  policy_document         .                           json
aws_cloudwatch_log_destination AWS::Logs::Destination #DestinationName id= arn=Arn name=
  name                    DestinationName
  tags                    -
aws_cloudwatch_log_destination_policy -
  access_policy           DestinationPolicy           json
  force_update            -
aws_cloudwatch_log_subscription_filter AWS::Logs::SubscriptionFilter #FilterName id=
  name                    FilterName
aws_cloudwatch_log_data_protection_policy -
  policy_document         DataProtectionPolicy        json
aws_cloudwatch_log_account_policy AWS::Logs::AccountPolicy
  policy_document         .                           json
aws_cloudwatch_log_delivery_source AWS::Logs::DeliverySource #Name name= arn=Arn
  tags                    -
aws_cloudwatch_log_delivery AWS::Logs::Delivery id= arn=Arn
  tags                    -
aws_cloudwatch_log_delivery_destination AWS::Logs::DeliveryDestination #Name name= arn=Arn
  delivery_destination_configuration.destination_resource_arn  DestinationResourceArn
  tags                    -
aws_cloudwatch_metric_alarm AWS::CloudWatch::Alarm #AlarmName id= arn=Arn
  ok_actions              OKActions
  metric_query[]          Metrics
  metric_query.metric     MetricStat.Metric
  metric_query.metric.period  MetricStat.Period
  metric_query.metric.stat    MetricStat.Stat
  metric_query.metric.dimensions  MetricStat.Metric.Dimensions  tags
  dimensions              .                           tags
  tags                    -
aws_cloudwatch_composite_alarm AWS::CloudWatch::CompositeAlarm #AlarmName id= arn=Arn
  ok_actions              OKActions
  tags                    -
aws_cloudwatch_dashboard AWS::CloudWatch::Dashboard #DashboardName id=
  dashboard_body          .
aws_cloudwatch_query_definition AWS::Logs::QueryDefinition #Name
aws_cloudwatch_metric_stream AWS::CloudWatch::MetricStream #Name arn=Arn
aws_cloudtrail AWS::CloudTrail::Trail #TrailName id= name= arn=Arn
  name                    TrailName
  enable_logging          IsLogging
  enable_log_file_validation  .
  kms_key_id              KMSKeyId
  cloud_watch_logs_group_arn  CloudWatchLogsLogGroupArn
  insight_selector[]      InsightSelectors
  event_selector[]        EventSelectors
  event_selector.data_resource[]  DataResources
  advanced_event_selector[] AdvancedEventSelectors
  advanced_event_selector.field_selector[]  FieldSelectors
aws_cloudtrail_event_data_store AWS::CloudTrail::EventDataStore #Name arn= id=
  advanced_event_selector[] AdvancedEventSelectors
  advanced_event_selector.field_selector[]  FieldSelectors
aws_sfn_state_machine AWS::StepFunctions::StateMachine #StateMachineName id= arn= name=Name
  name                    StateMachineName
  name_prefix             StateMachineName
  definition              .                           json
  type                    StateMachineType
  logging_configuration.log_destination  LoggingConfiguration.Destinations
  logging_configuration.level  LoggingConfiguration.Level
  logging_configuration.include_execution_data  LoggingConfiguration.IncludeExecutionData
  encryption_configuration.kms_data_key_reuse_period_seconds  .KmsDataKeyReusePeriodSeconds
  publish                 -
aws_sfn_alias AWS::StepFunctions::StateMachineAlias #Name arn= id=
  routing_configuration[] RoutingConfiguration
aws_sfn_activity AWS::StepFunctions::Activity #Name arn= id=
  tags                    -
aws_xray_encryption_config -
aws_xray_sampling_rule -
aws_config_config_rule AWS::Config::ConfigRule #ConfigRuleName id= arn=Arn
  name                    ConfigRuleName
  source.source_detail[]  Source.SourceDetails
  input_parameters        .                           json
  scope.compliance_resource_types  .
  tags                    -
aws_config_configuration_recorder AWS::Config::ConfigurationRecorder #Name id=
  role_arn                RoleARN
aws_codepipeline AWS::CodePipeline::Pipeline #Name id= arn=arn
  stage[]                 Stages
  stage.action[]          Actions
  stage.action.category   ActionTypeId.Category
  stage.action.owner      ActionTypeId.Owner
  stage.action.provider   ActionTypeId.Provider
  stage.action.version    ActionTypeId.Version
  stage.action.input_artifacts  InputArtifacts
  artifact_store[]        ArtifactStores
aws_codebuild_project AWS::CodeBuild::Project #Name id= name= arn=Arn
  environment.environment_variable[]  Environment.EnvironmentVariables
aws_cloudformation_stack AWS::CloudFormation::Stack #StackName id= name=
  name                    StackName
  notification_arns       NotificationARNs
  template_url            TemplateURL
  template_body           .                           json
  policy_body             .                           json
  iam_role_arn            RoleARN
  timeout_in_minutes      .
  on_failure              -
aws_lex_bot,aws_lexv2models_bot AWS::Lex::Bot #Name id= arn=Arn
  idle_session_ttl_in_seconds  IdleSessionTTLInSeconds
  tags                    -
aws_lex_intent -
aws_bedrockagent_agent AWS::Bedrock::Agent #AgentName agent_id= agent_arn=AgentArn id= arn=AgentArn
  agent_resource_role_arn .
  guardrail_configuration[] GuardrailConfiguration
  tags                    .
aws_bedrockagent_agent_action_group AWS::Bedrock::AgentActionGroup #ActionGroupName
aws_bedrockagent_agent_alias AWS::Bedrock::AgentAlias #AgentAliasName
aws_elasticache_cluster AWS::ElastiCache::CacheCluster #ClusterName
aws_rds_cluster AWS::RDS::DBCluster #DBClusterIdentifier id= arn=DBClusterArn cluster_identifier= endpoint=Endpoint.Address
  cluster_identifier      DBClusterIdentifier
  master_password         MasterUserPassword
  db_subnet_group_name    DBSubnetGroupName
  vpc_security_group_ids  .
aws_rds_cluster_instance,aws_db_instance AWS::RDS::DBInstance #DBInstanceIdentifier id= arn=DBInstanceArn
  identifier              DBInstanceIdentifier
  instance_class          DBInstanceClass
  db_subnet_group_name    DBSubnetGroupName
  username                MasterUsername
  password                MasterUserPassword
  vpc_security_group_ids  VPCSecurityGroups
aws_efs_file_system AWS::EFS::FileSystem id= arn=Arn
  tags                    FileSystemTags              tags
aws_efs_access_point AWS::EFS::AccessPoint id= arn=Arn
  tags                    AccessPointTags             tags
aws_ecs_task_definition AWS::ECS::TaskDefinition #Family arn= id=
  container_definitions   .                           json
  volume[]                Volumes
aws_ecs_service AWS::ECS::Service #ServiceName id= name=Name
  name                    ServiceName
  load_balancer[]         LoadBalancers
aws_ecs_cluster AWS::ECS::Cluster #ClusterName id=Arn name= arn=Arn
  name                    ClusterName
  setting[]               ClusterSettings
`)
	on(func(s *shape) { s.join = mergeInto("DestinationName", "AWS::Logs::Destination") }, "aws_cloudwatch_log_destination_policy")
	on(func(s *shape) { s.join = mergeInto("LogGroupName", "AWS::Logs::LogGroup") }, "aws_cloudwatch_log_data_protection_policy")
	on(func(s *shape) { s.after = machine }, "aws_sfn_state_machine")
}

// machine nests the log destination of a state machine as CloudFormation
// does.
func machine(_ *translation, u *unit) {
	d := u.get("LoggingConfiguration", "Destinations")
	if d == nil || d.Kind == rind.List {
		return
	}
	group := object(d.Span, "CloudWatchLogsLogGroup", object(d.Span, "LogGroupArn", d))
	u.put(rind.NewList(d.Span, group), "LoggingConfiguration", "Destinations")
}
