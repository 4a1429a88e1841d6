package translate

import "rind/rind"

// lambdaInvocation is what invoke_arn returns.
// https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html (uri)
const lambdaInvocation = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${.Arn}/invocations"

func init() {
	table(`
aws_lambda_function AWS::Lambda::Function #FunctionName id= function_name= arn=Arn qualified_arn=Arn version=Version invoke_arn=` + lambdaInvocation + ` response_streaming_invoke_arn=` + lambdaInvocation + ` qualified_invoke_arn=` + lambdaInvocation + `
  filename                        Code
  s3_bucket                       Code.S3Bucket
  s3_key                          Code.S3Key
  s3_object_version               Code.S3ObjectVersion
  image_uri                       Code.ImageUri
  source_code_hash                -
  code_sha256                     -
  publish                         -
  environment.variables           Environment.Variables
  ephemeral_storage.size          EphemeralStorage.Size
  logging_config.application_log_level  LoggingConfig.ApplicationLogLevel
  logging_config.system_log_level LoggingConfig.SystemLogLevel
  file_system_config              FileSystemConfigs        list
  file_system_config.arn          Arn
  replace_security_groups_on_destroy -
  replacement_security_group_ids  -
  skip_destroy                    -
aws_lambda_alias AWS::Lambda::Alias #Name arn= id= invoke_arn=arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${.}/invocations
  routing_config.additional_version_weights  -
aws_lambda_permission AWS::Lambda::Permission id=
  statement_id                    -
  statement_id_prefix             -
  qualifier                       -
aws_lambda_event_source_mapping AWS::Lambda::EventSourceMapping id= uuid=
  enabled                         .
  destination_config.on_failure.destination_arn  DestinationConfig.OnFailure.Destination
  source_access_configuration[]   SourceAccessConfigurations
  source_access_configuration.type .
  source_access_configuration.uri URI
  filter_criteria.filter[]        FilterCriteria.Filters
  self_managed_event_source.endpoints  SelfManagedEventSource.Endpoints
  amazon_managed_kafka_event_source_config.consumer_group_id  AmazonManagedKafkaEventSourceConfig.ConsumerGroupId
  self_managed_kafka_event_source_config.consumer_group_id    SelfManagedKafkaEventSourceConfig.ConsumerGroupId
  document_db_event_source_config DocumentDBEventSourceConfig
  maximum_batching_window_in_seconds .
aws_lambda_function_url AWS::Lambda::Url function_url=FunctionUrl url_id= function_arn=FunctionArn id=FunctionArn
  function_name                   TargetFunctionArn
  authorization_type              AuthType
aws_lambda_layer_version AWS::Lambda::LayerVersion #LayerName arn= layer_arn= id=
  filename                        Content
  s3_bucket                       Content.S3Bucket
  s3_key                          Content.S3Key
  s3_object_version               Content.S3ObjectVersion
  source_code_hash                -
  skip_destroy                    -
aws_lambda_layer_version_permission AWS::Lambda::LayerVersionPermission id=
  layer_name                      LayerVersionArn
  version_number                  -
  statement_id                    -
  skip_destroy                    -
aws_lambda_function_event_invoke_config AWS::Lambda::EventInvokeConfig id=
  maximum_retry_attempts          .
  maximum_event_age_in_seconds    .
  destination_config.on_failure   DestinationConfig.OnFailure
  destination_config.on_success   DestinationConfig.OnSuccess
aws_lambda_code_signing_config AWS::Lambda::CodeSigningConfig arn= id= config_id=CodeSigningConfigId
  allowed_publishers              .
  policies                        CodeSigningPolicies
aws_lambda_provisioned_concurrency_config -
  provisioned_concurrent_executions  ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions
  skip_destroy                    -
aws_lambda_function_recursion_config -
aws_lambda_runtime_management_config -
  runtime_version_arn             RuntimeManagementConfig.RuntimeVersionArn
  update_runtime_on               RuntimeManagementConfig.UpdateRuntimeOn
  qualifier                       -
aws_lambda_capacity_provider AWS::Lambda::CapacityProvider #CapacityProviderName id= arn=Arn
aws_lambda_invocation -
`)
	on(func(s *shape) { s.after = archivedCode("Code") }, "aws_lambda_function")
	on(func(s *shape) { s.after = archivedCode("Content") }, "aws_lambda_layer_version")
	on(func(s *shape) { s.after = qualified }, "aws_lambda_permission")
	on(func(s *shape) { s.after = layerVersionARN }, "aws_lambda_layer_version_permission")
	on(func(s *shape) { s.join = joinProvisioned }, "aws_lambda_provisioned_concurrency_config")
	on(func(s *shape) { s.join = mergeInto("FunctionName", "AWS::Lambda::Function") },
		"aws_lambda_function_recursion_config", "aws_lambda_runtime_management_config")
}

// archivedCode replaces the archive that a function or layer is deployed from
// by the folder or file that data.archive_file packs into it: that is the
// path a reader can open. Code is then a plain path, as it is in a
// CloudFormation template before "aws cloudformation package".
func archivedCode(key string) func(*translation, *unit) {
	return func(t *translation, u *unit) {
		name := u.attr("filename")
		if name.Absent() {
			return
		}
		for _, a := range t.units {
			if a.block.Type != "archive_file" || !archiveIs(a, name) {
				continue
			}
			for _, attr := range []string{"source_dir", "source_file"} {
				if src := a.block.Attrs.Get(attr); src.Present() {
					code := *src
					code.Span = name.Span
					code.Via = append(code.Via[:len(code.Via):len(code.Via)],
						rind.Ref{Kind: rind.RefData, Name: a.block.Address, Attr: attr})
					u.override(rind.Field{Key: key, Span: name.Span, Value: &code})
					return
				}
			}
			if text := one(a.block.Attrs.Get("source")).Get("content"); text.Present() && key == "Code" {
				u.override(rind.Field{Key: key, Span: name.Span, Value: object(name.Span, "ZipFile", text)})
			}
			return
		}
	}
}

func archiveIs(a *unit, name *rind.Value) bool {
	for r := range ownRefs(name) {
		if r.Name == a.block.Address || r.Name == baseAddress(a.block.Address) {
			return true
		}
	}
	out := a.block.Attrs.Get("output_path")
	return out.Present() && out.Kind == name.Kind && out.Text == name.Text && out.Text != ""
}

// qualified appends a permission's qualifier to the function it is for, as
// CloudFormation has it in one property. A reference stays recognisable.
func qualified(_ *translation, u *unit) {
	q, name := u.attr("qualifier"), u.get("FunctionName")
	if q.Absent() || name.Absent() {
		return
	}
	var parts []rind.Part
	for _, v := range []*rind.Value{name, rind.NewString(":", name.Span), q} {
		if v.Kind == rind.Symbol {
			parts = append(parts, v.Parts...)
		} else {
			parts = append(parts, rind.Part{Text: v.Text})
		}
	}
	v := rind.Join(parts, name.Via, name.Span)
	u.override(rind.Field{Key: "FunctionName", Span: name.Span, Value: v})
}

// layerVersionARN puts layer and version number together.
func layerVersionARN(_ *translation, u *unit) {
	name, number := u.get("LayerVersionArn"), u.attr("version_number")
	if name == nil || name.Kind != rind.String || !number.Scalar() {
		return
	}
	u.override(rind.Field{
		Key: "LayerVersionArn", Span: name.Span,
		Value: rind.NewString(name.Text+":"+number.Text, name.Span),
	})
}

// joinProvisioned moves provisioned concurrency to the alias it is for; in
// CloudFormation it has no resource of its own.
func joinProvisioned(t *translation, u *unit) {
	q := u.get("Qualifier")
	alias := t.find(u, q, "AWS::Lambda::Alias")
	if alias == nil {
		return
	}
	u.merged = true
	if c := u.res.Properties.Field("ProvisionedConcurrencyConfig"); c != nil {
		alias.override(*c)
	}
}
