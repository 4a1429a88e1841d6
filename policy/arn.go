package policy

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// parameters are the names of parameters that fill a placeholder, where they
// are not called alike: by service and placeholder. The first that is given
// counts.
var parameters = map[string][]string{
	"s3.BucketName":                             {"Bucket", "BucketName"},
	"s3.ObjectName":                             {"Key", "ObjectKey"},
	"sqs.QueueName":                             {"QueueUrl", "QueueName"},
	"sns.TopicName":                             {"TopicArn", "TargetArn", "ResourceArn", "Name"},
	"dynamodb.TableName":                        {"TableName", "TableArn", "SourceTableName", "ResourceArn", "StreamArn", "BackupArn"},
	"dynamodb.IndexName":                        {"IndexName"},
	"dynamodb.StreamLabel":                      {"StreamArn"},
	"lambda.FunctionName":                       {"FunctionName", "Resource", "FunctionArn"},
	"states.StateMachineName":                   {"stateMachineArn", "name"},
	"states.ExecutionId":                        {"executionArn"},
	"secretsmanager.SecretId":                   {"SecretId", "Name"},
	"ssm.ParameterNameWithoutLeadingSlash":      {"Name", "Names", "Path"},
	"ssm.DocumentName":                          {"DocumentName", "Name"},
	"ssm.InstanceId":                            {"InstanceIds", "InstanceId"},
	"kinesis.StreamName":                        {"StreamName", "StreamARN"},
	"firehose.DeliveryStreamName":               {"DeliveryStreamName", "DeliveryStreamARN"},
	"events.EventBusName":                       {"EventBusName", "Name"},
	"events.RuleName":                           {"Rule", "Name"},
	"scheduler.GroupName":                       {"GroupName"},
	"scheduler.ScheduleName":                    {"Name"},
	"logs.LogGroupName":                         {"logGroupName", "logGroupNames", "logGroupIdentifier", "logGroupIdentifiers"},
	"kms.KeyId":                                 {"KeyId", "TargetKeyId"},
	"kms.Alias":                                 {"AliasName"},
	"rds-data.DbClusterInstanceName":            {"resourceArn"},
	"rds.DbClusterInstanceName":                 {"resourceArn", "DBClusterIdentifier"},
	"rds.DbInstanceName":                        {"DBInstanceIdentifier"},
	"redshift.ClusterName":                      {"ClusterIdentifier"},
	"redshift-data.ClusterName":                 {"ClusterIdentifier"},
	"redshift.DbName":                           {"Database"},
	"redshift.DbUser":                           {"DbUser"},
	"ses.IdentityName":                          {"Source", "FromEmailAddress", "FromEmailAddressIdentityArn", "SourceArn", "Identity", "EmailIdentity"},
	"ses.ConfigurationSetName":                  {"ConfigurationSetName"},
	"ses.TemplateName":                          {"Template", "TemplateName"},
	"athena.WorkGroupName":                      {"WorkGroup"},
	"glue.DatabaseName":                         {"DatabaseName", "Database"},
	"glue.TableName":                            {"TableName", "Name"},
	"glue.JobName":                              {"JobName", "Name"},
	"glue.CrawlerName":                          {"CrawlerName", "Name"},
	"iot.TopicName":                             {"topic"},
	"bedrock.ModelId":                           {"modelId", "modelArn"},
	"bedrock.ResourceId":                        {"modelId"},
	"bedrock.KnowledgeBaseId":                   {"knowledgeBaseId"},
	"bedrock.AgentId":                           {"agentId"},
	"bedrock.AgentAliasId":                      {"agentAliasId"},
	"codecommit.RepositoryName":                 {"repositoryName"},
	"codebuild.ProjectName":                     {"projectName"},
	"codepipeline.PipelineName":                 {"name", "pipelineName"},
	"iam.RoleNameWithPath":                      {"RoleName", "RoleArn"},
	"iam.UserNameWithPath":                      {"UserName"},
	"iam.GroupNameWithPath":                     {"GroupName"},
	"iam.PolicyNameWithPath":                    {"PolicyArn", "PolicyName"},
	"sts.RoleNameWithPath":                      {"RoleArn"},
	"ec2.InstanceId":                            {"InstanceIds", "InstanceId"},
	"ec2.SecurityGroupId":                       {"GroupId", "SecurityGroupIds"},
	"ec2.VolumeId":                              {"VolumeId"},
	"ec2.SnapshotId":                            {"SnapshotId"},
	"ec2.ImageId":                               {"ImageId"},
	"ec2.SubnetId":                              {"SubnetId"},
	"ec2.VpcId":                                 {"VpcId"},
	"ec2.KeyPairName":                           {"KeyName"},
	"ecs.ClusterName":                           {"cluster", "clusterName"},
	"ecs.ServiceName":                           {"service", "serviceName"},
	"ecs.TaskDefinitionFamilyName":              {"taskDefinition", "family"},
	"batch.JobQueueName":                        {"jobQueue"},
	"batch.JobDefinitionName":                   {"jobDefinition"},
	"batch.JobName":                             {"jobName"},
	"cognito-idp.UserPoolId":                    {"UserPoolId"},
	"cognito-identity.IdentityPoolId":           {"IdentityPoolId"},
	"cloudformation.StackName":                  {"StackName"},
	"cloudformation.Id":                         {},
	"route53.Id":                                {"HostedZoneId", "Id"},
	"cloudfront.DistributionId":                 {"DistributionId", "Id"},
	"cloudwatch.AlarmName":                      {"AlarmName", "AlarmNames"},
	"cloudwatch.DashboardName":                  {"DashboardName"},
	"sagemaker.EndpointName":                    {"EndpointName"},
	"timestream.DatabaseName":                   {"DatabaseName"},
	"timestream.TableName":                      {"TableName"},
	"elasticfilesystem.FileSystemId":            {"FileSystemId"},
	"rekognition.CollectionId":                  {"CollectionId"},
	"servicecatalog.PortfolioId":                {"PortfolioId"},
	"servicecatalog.ProductId":                  {"ProductId", "Id"},
	"execute-api.ApiId":                         {"ApiId"},
	"execute-api.Stage":                         {},
	"execute-api.Method":                        {},
	"execute-api.ApiSpecificResourcePath":       {},
	"appconfig.ApplicationId":                   {"ApplicationIdentifier", "ApplicationId"},
	"appconfig.EnvironmentId":                   {"EnvironmentIdentifier", "EnvironmentId"},
	"appconfig.ConfigurationProfileId":          {"ConfigurationProfileIdentifier", "ConfigurationProfileId"},
	"ecr.RepositoryName":                        {"repositoryName"},
	"transcribe.JobName":                        {"TranscriptionJobName"},
	"xray.GroupName":                            {"GroupName"},
	"lex.BotId":                                 {"botId"},
	"geo.IndexName":                             {"IndexName"},
	"geo.TrackerName":                           {"TrackerName"},
	"codedeploy.ApplicationName":                {"applicationName"},
	"codedeploy.DeploymentGroupName":            {"deploymentGroupName"},
	"elasticloadbalancing.TargetGroupName":      {"TargetGroupArn"},
	"elasticloadbalancing.TargetGroupId":        {},
	"autoscaling.GroupFriendlyName":             {"AutoScalingGroupName"},
	"autoscaling.GroupId":                       {},
	"kafka.ClusterName":                         {"ClusterArn"},
	"mediaconvert.JobId":                        {"Id"},
	"personalize.ResourceId":                    {"campaignArn", "recommenderArn"},
	"neptune-db.ClusterResourceId":              {},
	"qldb.LedgerName":                           {"LedgerName", "Name"},
	"resource-groups.GroupName":                 {"GroupName", "Group", "Name"},
	"organizations.AccountId":                   {"AccountId"},
	"wafv2.Name":                                {"Name"},
	"guardduty.DetectorId":                      {"DetectorId"},
	"dms.ReplicationTaskId":                     {"ReplicationTaskArn"},
	"storagegateway.GatewayId":                  {"GatewayARN"},
	"datasync.TaskId":                           {"TaskArn"},
	"pipes.Name":                                {"Name"},
	"application-autoscaling.ResourceId":        {},
	"codeartifact.DomainName":                   {"domain"},
	"codeartifact.RepositoryName":               {"repository"},
	"backup.BackupVaultName":                    {"BackupVaultName"},
	"elasticache.CacheClusterId":                {"CacheClusterId"},
	"elasticbeanstalk.ApplicationName":          {"ApplicationName"},
	"elasticbeanstalk.EnvironmentName":          {"EnvironmentName"},
	"emr-serverless.ApplicationId":              {"applicationId"},
	"elasticmapreduce.ClusterId":                {"JobFlowId", "ClusterId"},
	"kendra.IndexId":                            {"IndexId"},
	"comprehend.DocumentClassifierEndpointName": {"EndpointArn"},
}

// defaults fill placeholders that the call may leave open.
var defaults = map[string]string{
	"events.EventBusName":  "default",
	"athena.WorkGroupName": "primary",
	"scheduler.GroupName":  "default",
}

// parameterNames returns the parameters that may fill a placeholder.
func parameterNames(service, slot string) []string {
	if names, ok := parameters[service+"."+slot]; ok {
		return names
	}
	stem := slot
	for _, end := range []string{"NameWithPath", "Name", "Id", "Identifier", "Arn"} {
		if s := strings.TrimSuffix(stem, end); s != stem && s != "" {
			stem = s
			break
		}
	}
	return []string{slot, stem + "Name", stem + "Id", stem + "Arn", stem + "Identifier", stem, stem + "Ids", stem + "Names"}
}

// name makes the parts of a name for a placeholder from a parameter, which
// may be a URL or have a form of its own.
func (b *builder) name(slot string, v *rind.Value) []rind.Part {
	parts := b.known(v)
	switch slot {
	case "QueueName":
		if i := strings.LastIndexByte(v.Text, '/'); i >= 0 && strings.Contains(v.Text, "://") {
			return b.known(rind.NewString(v.Text[i+1:], v.Span))
		}
	case "ParameterNameWithoutLeadingSlash":
		return trimPrefix(parts, "/")
	case "SecretId":
		if sure(parts) {
			return append(parts, rind.Part{Text: "-??????"})
		}
	case "IdentityName":
		if i := strings.LastIndexByte(v.Text, '<'); i >= 0 {
			return b.known(rind.NewString(strings.Trim(v.Text[i:], "<> "), v.Span))
		}
	case "Alias":
		return trimPrefix(parts, "alias/")
	case "KeyId":
		if strings.HasPrefix(v.Text, "alias/") {
			return []rind.Part{{Text: "*"}}
		}
	}
	return parts
}

func trimPrefix(parts []rind.Part, prefix string) []rind.Part {
	if len(parts) > 0 && parts[0].Ref == nil {
		if text, ok := strings.CutPrefix(parts[0].Text, prefix); ok {
			parts = slices.Clone(parts)
			parts[0].Text = text
		}
	}
	return parts
}

// known returns a value's parts with "*" for what cannot be written into a
// template.
func (b *builder) known(v *rind.Value) []rind.Part {
	if v == nil {
		return []rind.Part{{Text: "*"}}
	}
	if v.Scalar() {
		return b.parameters(v)
	}
	var out []rind.Part
	for _, p := range v.Parts {
		if p.Ref == nil {
			out = append(out, p)
			continue
		}
		switch p.Ref.Kind {
		case rind.RefResource, rind.RefParameter, rind.RefPseudo:
			out = append(out, p)
			continue
		}
		if n := len(out); n == 0 || out[n-1].Text != "*" {
			out = append(out, rind.Part{Text: "*"})
		}
	}
	if len(out) == 0 {
		return []rind.Part{{Text: "*"}}
	}
	return out
}

// parameters takes apart a known text that holds the default of a template
// parameter it was made with, so that the policy follows the parameter. A
// default that is too short, or stands in the text twice, stays text.
func (b *builder) parameters(v *rind.Value) []rind.Part {
	for _, r := range v.Via {
		if r.Kind != rind.RefParameter {
			continue
		}
		for _, p := range b.app.Parameters {
			if p.Name != r.Name || !p.Default.Scalar() || len(p.Default.Text) < 2 || strings.Count(v.Text, p.Default.Text) != 1 {
				continue
			}
			before, after, _ := strings.Cut(v.Text, p.Default.Text)
			var out []rind.Part
			for _, part := range []rind.Part{{Text: before}, {Ref: &r}, {Text: after}} {
				if part.Ref != nil || part.Text != "" {
					out = append(out, part)
				}
			}
			return out
		}
	}
	return []rind.Part{{Text: v.Text}}
}

// isARN reports whether a value is written as an ARN: in full, or as the ARN
// of a resource, with or without something behind it.
func isARN(v *rind.Value) bool {
	if strings.HasPrefix(v.Text, "arn:") {
		return true
	}
	return len(v.Parts) > 0 && v.Parts[0].Ref != nil && strings.HasSuffix(strings.ToLower(v.Parts[0].Ref.Attr), "arn")
}

// sure reports whether parts are known and no wildcard.
func sure(parts []rind.Part) bool {
	for _, p := range parts {
		if p.Ref == nil && strings.Contains(p.Text, "*") {
			return false
		}
	}
	return len(parts) > 0
}

// expand fills an ARN form. Placeholders without a value become "*".
func (b *builder) expand(form string, values map[string][]rind.Part) *rind.Value {
	return rind.Join(b.parts(form, values), nil, rind.Span{})
}

func (b *builder) parts(form string, values map[string][]rind.Part) []rind.Part {
	var out []rind.Part
	for {
		before, rest, ok := strings.Cut(form, "${")
		out = append(out, rind.Part{Text: before})
		if !ok {
			return out
		}
		slot, after, _ := strings.Cut(rest, "}")
		form = after
		switch slot {
		case "Partition", "Region", "Account":
			name := map[string]string{"Partition": "AWS::Partition", "Region": "AWS::Region", "Account": "AWS::AccountId"}[slot]
			out = append(out, rind.Part{Ref: &rind.Ref{Kind: rind.RefPseudo, Name: name}})
			continue
		}
		if v := values[slot]; len(v) > 0 {
			out = append(out, v...)
		} else {
			out = append(out, rind.Part{Text: "*"})
		}
	}
}

// resource returns the app's resource that a parameter means: by reference,
// or by the name that the template gives it.
func (b *builder) resource(v *rind.Value) *rind.Resource {
	if v.Absent() {
		return nil
	}
	if len(v.Parts) == 1 || strings.Contains(v.Text, "://") {
		if r := b.app.Target(v); r != nil {
			return r
		}
	}
	if !v.Scalar() || v.Text == "" {
		return nil
	}
	text := v.Text
	if strings.HasPrefix(text, "arn:") || strings.HasPrefix(text, "https://sqs.") {
		text = text[strings.LastIndexAny(text, ":/")+1:]
	}
	var found *rind.Resource
	for _, r := range b.app.Resources {
		k, ok := iam.KindOf(r.Type)
		if !ok || k.Name == "" || r.Get(k.Name).Str() != text {
			continue
		}
		if found != nil {
			return nil // two services' resources of one name
		}
		found = r
	}
	return found
}

// noARN are types without an attribute that is their ARN.
var noARN = []string{
	"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::Cognito::IdentityPool", "AWS::SSM::Parameter", "AWS::Athena::WorkGroup",
	"AWS::Glue::Job", "AWS::CodePipeline::Pipeline", "AWS::SES::EmailIdentity", "AWS::SES::ConfigurationSet", "AWS::KMS::Alias",
	"AWS::CloudFront::Distribution", "AWS::Neptune::DBCluster", "AWS::AppConfig::Application", "AWS::VerifiedPermissions::PolicyStore",
}

// attributes are ARN attributes that are not called Arn.
var attributes = map[string]string{
	"AWS::RDS::DBCluster": "DBClusterArn", "AWS::RDS::DBInstance": "DBInstanceArn", "AWS::Bedrock::Agent": "AgentArn",
	"AWS::Bedrock::KnowledgeBase": "KnowledgeBaseArn", "AWS::DSQL::Cluster": "ResourceArn",
}

// ofResource makes the ARN of a resource of the app, or of what hangs on it.
// It returns nil if the resource is of no such type.
func (b *builder) ofResource(r *rind.Resource, t iam.ResourceType, form string, rest map[string][]rind.Part) *rind.Value {
	k, ok := iam.KindOf(r.Type)
	if !ok || !slices.Contains(k.Types, t.Name) && !strings.HasPrefix(form, iam.ARNForm(k.Service, k.Types[0])) {
		return nil
	}
	own := iam.ARNForm(k.Service, k.Types[0])
	extra, hangs := strings.CutPrefix(form, own)
	terraform := strings.HasPrefix(r.Native, "aws_")
	if hangs && own != "" && (terraform || !slices.Contains(noARN, r.Type) && k.Service != "logs") {
		ref := rind.Ref{Kind: rind.RefResource, Name: r.ID, Attr: "Arn"}
		switch {
		case terraform:
			ref.Attr = "arn"
		case k.RefIsARN:
			ref.Attr = ""
		case attributes[r.Type] != "":
			ref.Attr = attributes[r.Type]
		}
		return rind.Join(append([]rind.Part{{Ref: &ref}}, b.parts(extra, rest)...), nil, rind.Span{})
	}
	name := rind.Part{Ref: &rind.Ref{Kind: rind.RefResource, Name: r.ID}}
	if terraform {
		name.Ref.Attr = "name"
	}
	parts := []rind.Part{name}
	if k.Service == "ssm" {
		parts = []rind.Part{name}
		if text := r.Get("Name").Str(); text != "" {
			parts = []rind.Part{{Text: strings.TrimPrefix(text, "/")}}
		}
	}
	return b.expand(form, with(rest, k.Variable, parts))
}
