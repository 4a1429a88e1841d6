package translate

import (
	"strings"

	"rind/rind"
)

func init() {
	table(`
aws_dynamodb_table AWS::DynamoDB::Table #TableName id= name= arn=Arn stream_arn=StreamArn
  name                    TableName
  hash_key                -
  range_key               -
  attribute[]             AttributeDefinitions
  attribute.name          AttributeName
  attribute.type          AttributeType
  read_capacity           ProvisionedThroughput.ReadCapacityUnits
  write_capacity          ProvisionedThroughput.WriteCapacityUnits
  on_demand_throughput    .
  stream_enabled          -
  stream_view_type        StreamSpecification.StreamViewType   nonempty
  server_side_encryption.enabled      SSESpecification.SSEEnabled
  server_side_encryption.kms_key_arn  SSESpecification.KMSMasterKeyId   nonempty
  server_side_encryption  SSESpecification
  point_in_time_recovery.enabled  PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled
  point_in_time_recovery.recovery_period_in_days  PointInTimeRecoverySpecification.RecoveryPeriodInDays
  point_in_time_recovery  PointInTimeRecoverySpecification
  ttl                     TimeToLiveSpecification
  global_secondary_index[]  GlobalSecondaryIndexes
  global_secondary_index.name  IndexName
  local_secondary_index[] LocalSecondaryIndexes
  local_secondary_index.name  IndexName
  replica[]               Replicas
  replica.region_name     Region
  replica.kms_key_arn     SSESpecification.KMSMasterKeyId
  replica.point_in_time_recovery  PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled
aws_dynamodb_table_replica -
aws_dynamodb_global_table AWS::DynamoDB::GlobalTable #TableName id= name= arn=Arn
  name                    TableName
  replica[]               Replicas
  replica.region_name     Region
aws_dynamodb_resource_policy -
  policy                  ResourcePolicy.PolicyDocument  json
aws_dynamodb_kinesis_streaming_destination -
  stream_arn              KinesisStreamSpecification.StreamArn
  table_name              .
aws_dynamodb_contributor_insights -
aws_dynamodb_table_item -
aws_dax_cluster AWS::DAX::Cluster #ClusterName id= arn=Arn
  cluster_name            .
  iam_role_arn            IAMRoleARN
  server_side_encryption.enabled  SSESpecification.SSEEnabled
  notification_topic_arn  NotificationTopicARN
  tags                    .
aws_appautoscaling_target AWS::ApplicationAutoScaling::ScalableTarget id= resource_id=ResourceId scalable_dimension=ScalableDimension service_namespace=ServiceNamespace
  role_arn                RoleARN
  tags                    -
aws_appautoscaling_policy AWS::ApplicationAutoScaling::ScalingPolicy #PolicyName id= arn=
  name                    PolicyName
aws_kinesis_stream AWS::Kinesis::Stream #Name id=Arn name= arn=Arn
  retention_period        RetentionPeriodHours
  encryption_type         StreamEncryption.EncryptionType
  kms_key_id              StreamEncryption.KeyId      nonempty
  shard_level_metrics     DesiredShardLevelMetrics
  stream_mode_details     .
  enforce_consumer_deletion  -
aws_kinesis_stream_consumer AWS::Kinesis::StreamConsumer #ConsumerName arn= id=
  name                    ConsumerName
  stream_arn              StreamARN
aws_kinesis_resource_policy AWS::Kinesis::ResourcePolicy
  policy                  ResourcePolicy              json
aws_kinesis_video_stream AWS::KinesisVideo::Stream #Name id=Arn name= arn=Arn
aws_kinesis_firehose_delivery_stream AWS::KinesisFirehose::DeliveryStream #DeliveryStreamName id=Arn name= arn=Arn
  name                    DeliveryStreamName
  destination             -
  server_side_encryption  -
  *.processors[]          .
  *.parameters[]          .
  *.common_attributes[]   .
  kinesis_source_configuration  KinesisStreamSourceConfiguration
  kinesis_source_configuration.kinesis_stream_arn  KinesisStreamSourceConfiguration.KinesisStreamARN
  kinesis_source_configuration.role_arn  KinesisStreamSourceConfiguration.RoleARN
  msk_source_configuration  MSKSourceConfiguration
  extended_s3_configuration ExtendedS3DestinationConfiguration
  s3_configuration        S3DestinationConfiguration
  redshift_configuration  RedshiftDestinationConfiguration
  elasticsearch_configuration ElasticsearchDestinationConfiguration
  opensearch_configuration  AmazonopensearchserviceDestinationConfiguration
  opensearchserverless_configuration AmazonOpenSearchServerlessDestinationConfiguration
  splunk_configuration    SplunkDestinationConfiguration
  http_endpoint_configuration HttpEndpointDestinationConfiguration
  snowflake_configuration SnowflakeDestinationConfiguration
  iceberg_configuration   IcebergDestinationConfiguration
aws_kinesis_analytics_application AWS::KinesisAnalytics::Application #ApplicationName arn= id=
  name                    ApplicationName
aws_kinesisanalyticsv2_application AWS::KinesisAnalyticsV2::Application #ApplicationName arn= id=
  name                    ApplicationName
aws_docdb_cluster AWS::DocDB::DBCluster #DBClusterIdentifier id= arn=
  cluster_identifier      DBClusterIdentifier
  storage_encrypted       .
  enabled_cloudwatch_logs_exports  EnableCloudwatchLogsExports
  db_subnet_group_name    DBSubnetGroupName
  db_cluster_parameter_group_name  DBClusterParameterGroupName
aws_backup_plan AWS::Backup::BackupPlan id= arn=BackupPlanArn
  name                    BackupPlan.BackupPlanName
  rule[]                  BackupPlan.BackupPlanRule
  rule.target_vault_name  TargetBackupVault
  rule.schedule           ScheduleExpression
  rule.start_window       StartWindowMinutes
  rule.completion_window  CompletionWindowMinutes
  rule.lifecycle.delete_after  Lifecycle.DeleteAfterDays
  rule.lifecycle.cold_storage_after  Lifecycle.MoveToColdStorageAfterDays
  rule.copy_action[]      CopyActions
  rule.recovery_point_tags  .
  advanced_backup_setting[] BackupPlan.AdvancedBackupSettings
  tags                    -
aws_backup_selection AWS::Backup::BackupSelection id=
  plan_id                 BackupPlanId
  name                    BackupSelection.SelectionName
  iam_role_arn            BackupSelection.IamRoleArn
  resources               BackupSelection.Resources
  not_resources           BackupSelection.NotResources
  selection_tag[]         BackupSelection.ListOfTags
  selection_tag.type      ConditionType
  selection_tag.key       ConditionKey
  selection_tag.value     ConditionValue
  condition               BackupSelection.Conditions
aws_backup_vault AWS::Backup::BackupVault #BackupVaultName id= name= arn=BackupVaultArn
  name                    BackupVaultName
  kms_key_arn             EncryptionKeyArn
  tags                    -
`)
	on(func(s *shape) { s.after = tableKeys }, "aws_dynamodb_table")
	on(func(s *shape) { s.after = streamKey }, "aws_kinesis_stream")
	on(func(s *shape) { s.after = firehose }, "aws_kinesis_firehose_delivery_stream")
	on(func(s *shape) { s.join = mergeInto("ResourceArn", "AWS::DynamoDB::Table") }, "aws_dynamodb_resource_policy")
	on(func(s *shape) { s.join = mergeInto("TableName", "AWS::DynamoDB::Table") }, "aws_dynamodb_kinesis_streaming_destination")
	on(func(s *shape) { s.join = joinReplica }, "aws_dynamodb_table_replica")
}

// tableKeys writes hash_key and range_key as key schemas and completes the
// stream and encryption specifications.
func tableKeys(_ *translation, u *unit) {
	if ks := keySchema(u.attr("hash_key"), u.attr("range_key")); ks != nil {
		u.put(ks, "KeySchema")
	}
	if u.attr("stream_enabled").False() {
		u.drop("StreamSpecification")
	}
	if key := u.get("SSESpecification", "KMSMasterKeyId"); key.Present() || u.get("SSESpecification", "SSEEnabled").True() {
		u.put(rind.NewString("KMS", u.get("SSESpecification").Span), "SSESpecification", "SSEType")
	}
	for _, name := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		v := u.get(name)
		if v == nil || v.Kind != rind.List {
			continue
		}
		out := rind.NewList(v.Span)
		for _, ix := range v.Items {
			out.Items = append(out.Items, tableIndex(ix, u.attr("hash_key")))
		}
		u.override(rind.Field{Key: name, Span: v.Span, Value: out})
	}
}

func keySchema(hash, sort *rind.Value) *rind.Value {
	if hash.Absent() {
		return nil
	}
	ks := rind.NewList(hash.Span, object(hash.Span, "AttributeName", hash, "KeyType", rind.NewString("HASH", hash.Span)))
	if nonempty(sort).Present() {
		ks.Items = append(ks.Items, object(sort.Span, "AttributeName", sort, "KeyType", rind.NewString("RANGE", sort.Span)))
	}
	return ks
}

func tableIndex(ix, tableHash *rind.Value) *rind.Value {
	if ix == nil || ix.Kind != rind.Map {
		return ix
	}
	hash := ix.Get("HashKey")
	if hash.Absent() {
		hash = tableHash
	}
	out := object(ix.Span, "KeySchema", keySchema(hash, ix.Get("RangeKey")))
	for _, f := range ix.Fields {
		switch f.Key {
		case "HashKey", "RangeKey":
		case "ProjectionType", "NonKeyAttributes":
			out = with(out, []string{"Projection", f.Key}, f.Span, f.Value)
		case "ReadCapacity", "WriteCapacity":
			out = with(out, []string{"ProvisionedThroughput", f.Key + "Units"}, f.Span, f.Value)
		default:
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

func joinReplica(t *translation, u *unit) {
	to := t.find(u, u.get("GlobalTableArn"), "AWS::DynamoDB::Table")
	if to == nil {
		return
	}
	u.merged = true
	replica := object(u.block.Span, "Region", u.get("RegionName"))
	for _, p := range []struct {
		key  string
		path []string
	}{
		{"KmsKeyArn", []string{"SSESpecification", "KMSMasterKeyId"}},
		{"PointInTimeRecovery", []string{"PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"}},
		{"Tags", []string{"Tags"}},
	} {
		if v := u.get(p.key); v.Present() {
			replica = with(replica, p.path, v.Span, v)
		}
	}
	to.appendTo("Replicas", replica)
}

// streamKey drops the encryption type NONE, which CloudFormation expresses by
// leaving StreamEncryption out.
func streamKey(_ *translation, u *unit) {
	if u.attr("encryption_type").Is("NONE", "") || u.attr("encryption_type") == nil {
		u.drop("StreamEncryption")
	}
}

// firehose spells the names that CloudFormation writes with capitals and
// turns encryption into the input it has.
func firehose(_ *translation, u *unit) {
	u.res.Properties = rename(u.res.Properties, func(key string) string {
		switch {
		case key == "KmsKeyArn":
			return "AWSKMSKeyARN"
		case key == "S3BackupMode", key == "DeliveryStreamName":
			return key
		case key == "BufferingInterval", key == "BufferInterval":
			return "IntervalInSeconds"
		case key == "BufferingSize", key == "BufferSize":
			return "SizeInMBs"
		case key == "CloudwatchLoggingOptions":
			return "CloudWatchLoggingOptions"
		case key == "ClusterJdbcurl":
			return "ClusterJDBCURL"
		case key == "HecEndpoint", key == "HecToken", key == "HecEndpointType":
			return "HEC" + key[3:]
		case key == "HecAcknowledgmentTimeout":
			return "HECAcknowledgmentTimeoutInSeconds"
		case strings.HasSuffix(key, "Arn"):
			return strings.TrimSuffix(key, "Arn") + "ARN"
		}
		return key
	})
	for _, f := range u.res.Properties.Fields {
		if strings.HasSuffix(f.Key, "DestinationConfiguration") && f.Value.Kind == rind.Map {
			u.override(rind.Field{Key: f.Key, Span: f.Span, Value: firehoseDestination(f.Value)})
		}
	}
	sse := one(u.attr("server_side_encryption"))
	if sse == nil || sse.Kind != rind.Map || sse.Get("enabled").False() {
		return
	}
	kind := sse.Get("key_type")
	if kind.Absent() {
		kind = rind.NewString("AWS_OWNED_CMK", sse.Span)
	}
	if !sse.Get("enabled").Present() {
		return // off unless enabled
	}
	u.put(object(sse.Span, "KeyType", kind, "KeyARN", sse.Get("key_arn")),
		"DeliveryStreamEncryptionConfigurationInput")
}

// firehoseDestination nests what CloudFormation nests.
func firehoseDestination(v *rind.Value) *rind.Value {
	out := rind.NewMap(v.Span)
	for _, f := range v.Fields {
		path := []string{f.Key}
		switch f.Key {
		case "AWSKMSKeyARN":
			path = []string{"EncryptionConfiguration", "KMSEncryptionConfig", f.Key}
		case "IntervalInSeconds", "SizeInMBs":
			path = []string{"BufferingHints", f.Key}
		case "Url", "Name", "AccessKey":
			path = []string{"EndpointConfiguration", f.Key}
		}
		out = with(out, path, f.Span, f.Value)
	}
	for _, key := range []string{"S3Configuration", "S3BackupConfiguration"} {
		if inner := out.Get(key); inner != nil && inner.Kind == rind.Map {
			f := out.Field(key)
			f.Value = firehoseDestination(inner)
		}
	}
	return out
}

// rename returns v with every map key inside it renamed.
func rename(v *rind.Value, to func(string) string) *rind.Value {
	if v == nil || v.Kind != rind.List && v.Kind != rind.Map {
		return v
	}
	out := *v
	out.Items = make([]*rind.Value, len(v.Items))
	for i, it := range v.Items {
		out.Items[i] = rename(it, to)
	}
	out.Fields = make([]rind.Field, len(v.Fields))
	for i, f := range v.Fields {
		f.Key, f.Value = to(f.Key), rename(f.Value, to)
		out.Fields[i] = f
	}
	return &out
}

// drop removes a property.
func (u *unit) drop(key string) {
	m := rind.NewMap(u.res.Properties.Span)
	for _, f := range u.res.Properties.Fields {
		if f.Key != key {
			m.Fields = append(m.Fields, f)
		}
	}
	u.res.Properties = m
}
