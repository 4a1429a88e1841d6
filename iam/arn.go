package iam

import (
	"slices"
	"strings"

	"rind/rind"
)

// An entity says how a CloudFormation type looks in IAM's eyes.
type entity struct {
	service string // prefix of its actions
	prop    string // property that holds its name; "" if AWS makes one up
	// types are the catalogue's resource types the entity has, "|" between;
	// the first is the entity itself.
	types string
	// variable is the placeholder in the types' ARNs that is the name.
	variable string
	arnRef   bool // Ref returns the ARN
	suffix   bool // AWS appends text to the name (secrets)
}

// entities are the types that policies of serverless apps speak of. What Ref
// returns is from the CloudFormation User Guide; names of resource types and
// ARNs are the Service Authorization Reference's.
var entities = map[string]entity{
	"AWS::S3::Bucket":                       {service: "s3", prop: "BucketName", types: "bucket|object", variable: "BucketName"},
	"AWS::S3::AccessPoint":                  {service: "s3", prop: "Name", types: "accesspoint|accesspointobject", variable: "AccessPointName"},
	"AWS::DynamoDB::Table":                  {service: "dynamodb", prop: "TableName", types: "table|index|stream|backup|export|import", variable: "TableName"},
	"AWS::DynamoDB::GlobalTable":            {service: "dynamodb", prop: "TableName", types: "table|index|stream|backup|export|import", variable: "TableName"},
	"AWS::SQS::Queue":                       {service: "sqs", prop: "QueueName", types: "queue", variable: "QueueName"},
	"AWS::SNS::Topic":                       {service: "sns", prop: "TopicName", types: "topic", variable: "TopicName", arnRef: true},
	"AWS::Lambda::Function":                 {service: "lambda", prop: "FunctionName", types: "function|function alias|function version", variable: "FunctionName"},
	"AWS::Lambda::LayerVersion":             {service: "lambda", prop: "LayerName", types: "layerversion|layer", variable: "LayerName", arnRef: true},
	"AWS::StepFunctions::StateMachine":      {service: "states", prop: "StateMachineName", types: "statemachine|execution|express|maprun|statemachinealias|statemachineversion", variable: "StateMachineName", arnRef: true},
	"AWS::StepFunctions::Activity":          {service: "states", prop: "Name", types: "activity", variable: "ActivityName", arnRef: true},
	"AWS::Kinesis::Stream":                  {service: "kinesis", prop: "Name", types: "stream|consumer", variable: "StreamName"},
	"AWS::KinesisFirehose::DeliveryStream":  {service: "firehose", prop: "DeliveryStreamName", types: "deliverystream", variable: "DeliveryStreamName"},
	"AWS::SecretsManager::Secret":           {service: "secretsmanager", prop: "Name", types: "secret", variable: "SecretId", arnRef: true, suffix: true},
	"AWS::KMS::Key":                         {service: "kms", types: "key", variable: "KeyId"},
	"AWS::KMS::Alias":                       {service: "kms", prop: "AliasName", types: "alias", variable: "Alias"},
	"AWS::SSM::Parameter":                   {service: "ssm", prop: "Name", types: "parameter", variable: "ParameterNameWithoutLeadingSlash"},
	"AWS::Logs::LogGroup":                   {service: "logs", prop: "LogGroupName", types: "log-group|log-stream", variable: "LogGroupName"},
	"AWS::Events::EventBus":                 {service: "events", prop: "Name", types: "event-bus|event-busv2", variable: "EventBusName"},
	"AWS::Events::Rule":                     {service: "events", prop: "Name", types: "rule-on-default-event-bus|rule-on-custom-event-bus", variable: "RuleName"},
	"AWS::Pipes::Pipe":                      {service: "pipes", prop: "Name", types: "pipe", variable: "Name"},
	"AWS::Scheduler::Schedule":              {service: "scheduler", prop: "Name", types: "schedule", variable: "ScheduleName"},
	"AWS::ApiGateway::RestApi":              {service: "execute-api", types: "execute-api-general", variable: "ApiId"},
	"AWS::ApiGatewayV2::Api":                {service: "execute-api", types: "execute-api-general", variable: "ApiId"},
	"AWS::Cognito::UserPool":                {service: "cognito-idp", types: "userpool", variable: "UserPoolId"},
	"AWS::Cognito::IdentityPool":            {service: "cognito-identity", types: "identitypool", variable: "IdentityPoolId"},
	"AWS::RDS::DBCluster":                   {service: "rds", prop: "DBClusterIdentifier", types: "cluster", variable: "DbClusterInstanceName"},
	"AWS::RDS::DBInstance":                  {service: "rds", prop: "DBInstanceIdentifier", types: "db", variable: "DbInstanceName"},
	"AWS::EFS::FileSystem":                  {service: "elasticfilesystem", types: "file-system", variable: "FileSystemId"},
	"AWS::EFS::AccessPoint":                 {service: "elasticfilesystem", types: "access-point", variable: "AccessPointId"},
	"AWS::IAM::Role":                        {service: "iam", prop: "RoleName", types: "role", variable: "RoleNameWithPath"},
	"AWS::IAM::User":                        {service: "iam", prop: "UserName", types: "user", variable: "UserNameWithPath"},
	"AWS::IAM::Group":                       {service: "iam", prop: "GroupName", types: "group", variable: "GroupNameWithPath"},
	"AWS::IAM::ManagedPolicy":               {service: "iam", prop: "ManagedPolicyName", types: "policy", variable: "PolicyNameWithPath", arnRef: true},
	"AWS::OpenSearchService::Domain":        {service: "es", prop: "DomainName", types: "domain", variable: "DomainName"},
	"AWS::Elasticsearch::Domain":            {service: "es", prop: "DomainName", types: "domain", variable: "DomainName"},
	"AWS::OpenSearchServerless::Collection": {service: "aoss", types: "collection", variable: "CollectionId"},
	"AWS::AppSync::GraphQLApi":              {service: "appsync", types: "graphqlapi|field|type|datasource|function", variable: "GraphQLAPIId", arnRef: true},
	"AWS::AppSync::Api":                     {service: "appsync", types: "api", variable: "ApiId", arnRef: true},
	"AWS::ECR::Repository":                  {service: "ecr", prop: "RepositoryName", types: "repository", variable: "RepositoryName"},
	"AWS::ECS::Cluster":                     {service: "ecs", prop: "ClusterName", types: "cluster|service|task", variable: "ClusterName"},
	"AWS::CodeBuild::Project":               {service: "codebuild", prop: "Name", types: "project", variable: "ProjectName"},
	"AWS::CodePipeline::Pipeline":           {service: "codepipeline", prop: "Name", types: "pipeline|stage|action", variable: "PipelineName"},
	"AWS::Athena::WorkGroup":                {service: "athena", prop: "Name", types: "workgroup", variable: "WorkGroupName"},
	"AWS::Glue::Job":                        {service: "glue", prop: "Name", types: "job", variable: "JobName"},
	"AWS::Bedrock::Agent":                   {service: "bedrock", types: "agent|agent-alias", variable: "AgentId"},
	"AWS::Bedrock::KnowledgeBase":           {service: "bedrock", types: "knowledge-base", variable: "KnowledgeBaseId"},
	"AWS::SES::EmailIdentity":               {service: "ses", prop: "EmailIdentity", types: "identity", variable: "IdentityName"},
	"AWS::SES::ConfigurationSet":            {service: "ses", prop: "Name", types: "configuration-set", variable: "ConfigurationSetName"},
	"AWS::CloudFront::Distribution":         {service: "cloudfront", types: "distribution", variable: "DistributionId"},
	"AWS::ElastiCache::ServerlessCache":     {service: "elasticache", prop: "ServerlessCacheName", types: "serverlesscache", variable: "ServerlessCacheName"},
	"AWS::ElastiCache::ReplicationGroup":    {service: "elasticache", prop: "ReplicationGroupId", types: "replicationgroup", variable: "ReplicationGroupId"},
	"AWS::Redshift::Cluster":                {service: "redshift", prop: "ClusterIdentifier", types: "cluster|dbname|dbuser", variable: "ClusterName"},
	"AWS::Timestream::Database":             {service: "timestream", prop: "DatabaseName", types: "database|table", variable: "DatabaseName"},
	"AWS::CloudFormation::Stack":            {service: "cloudformation", types: "stack", variable: "StackName", arnRef: true},
	"AWS::ServiceDiscovery::Service":        {service: "servicediscovery", types: "service", variable: "ServiceId"},
	"AWS::Location::PlaceIndex":             {service: "geo", prop: "IndexName", types: "place-index", variable: "IndexName"},
	"AWS::Transfer::Server":                 {service: "transfer", types: "server", variable: "ServerId", arnRef: true},
	"AWS::VerifiedPermissions::PolicyStore": {service: "verifiedpermissions", types: "policy-store", variable: "PolicyStoreId"},
	"AWS::AppConfig::Application":           {service: "appconfig", types: "application|environment|configurationprofile", variable: "ApplicationId"},
	"AWS::IoT::Thing":                       {service: "iot", prop: "ThingName", types: "thing", variable: "ThingName"},
	"AWS::MSK::Cluster":                     {service: "kafka", prop: "ClusterName", types: "cluster", variable: "ClusterName", arnRef: true},
	"AWS::Neptune::DBCluster":               {service: "neptune-db", types: "database", variable: "ClusterResourceId"},
	"AWS::DAX::Cluster":                     {service: "dax", prop: "ClusterName", types: "application", variable: "ClusterName"},
	"AWS::S3Express::DirectoryBucket":       {service: "s3express", prop: "BucketName", types: "bucket", variable: "BucketName", arnRef: true},
	"AWS::S3Tables::TableBucket":            {service: "s3tables", prop: "TableBucketName", types: "TableBucket", variable: "TableBucketName", arnRef: true},
	"AWS::DSQL::Cluster":                    {service: "dsql", types: "Cluster", variable: "Identifier"},
}

// A namer turns references into what is known of the names behind them, so
// that different ways to write the same ARN become the same tokens.
type namer struct {
	app   *rind.App
	names map[string][]token
	depth int
}

func newNamer(app *rind.App) *namer { return &namer{app: app, names: map[string][]token{}} }

// name returns the tokens of a resource's physical name.
func (n *namer) name(r *rind.Resource) []token {
	if t, ok := n.names[r.ID]; ok {
		return t
	}
	own := []token{holeOf("name of " + r.ID)}
	n.names[r.ID] = own // also what a cycle finds
	e, ok := entities[r.Type]
	if !ok || e.prop == "" || n.depth > 4 {
		return own
	}
	v := r.Get(e.prop)
	if v.Absent() || v.Str() == "" && !v.Symbolic() {
		return own
	}
	n.depth++
	t, _ := tokens(nil, v, false, nil, n.ref)
	n.depth--
	if e.service == "kms" {
		t = trimText(t, "alias/")
	}
	n.names[r.ID] = t
	return t
}

func trimText(t []token, prefix string) []token {
	p := text(nil, prefix, false)
	if len(t) >= len(p) && slices.Equal(t[:len(p)], p) {
		return t[len(p):]
	}
	return t
}

// ref returns the tokens of a reference, or nil if nothing is known of it.
func (n *namer) ref(ref rind.Ref) []token {
	if ref.Kind != rind.RefResource {
		return nil
	}
	r := n.app.Resource(ref.Name)
	if r == nil {
		return nil
	}
	attr := strings.ToLower(ref.Attr)
	if r.Type == "AWS::Lambda::Alias" || r.Type == "AWS::Lambda::Version" {
		f := n.app.Target(r.Get("FunctionName"))
		if f == nil || attr != "" && !strings.HasSuffix(attr, "arn") {
			return nil
		}
		return append(slices.Clone(n.arn(f)), ':', holeOf("alias "+r.ID))
	}
	e, ok := entities[r.Type]
	if !ok {
		return nil
	}
	switch {
	case attr == "" && e.arnRef, attr == "id" && e.arnRef && r.Native != r.Type && r.Native != "",
		attr == "arn", strings.HasSuffix(attr, "arn") && attr != "streamarn" && attr != "stream_arn" && attr != "invoke_arn",
		attr == "functionarn", attr == "clusterarn":
		return n.arn(r)
	case attr == "streamarn" || attr == "stream_arn":
		return append(slices.Clone(n.arn(r)), text(nil, "/stream/", false)...)
	case attr == "invoke_arn", attr == "execution_arn":
		return nil
	case attr == "" && r.Type == "AWS::SQS::Queue":
		return nil // the URL
	}
	switch attr {
	case "", "id", "name", "bucket", "function_name", "functionname", "queuename", "topicname", "table_name", "keyid", "key_id", "apiid", "restapiid", "userpoolid", "roleid", "bucketname", "providername":
		return n.name(r)
	}
	return nil
}

// arn returns the tokens of a resource's ARN.
func (n *namer) arn(r *rind.Resource) []token {
	e := entities[r.Type]
	first, _, _ := strings.Cut(e.types, "|")
	t := n.expand(n.form(e, first), e, n.inARN(e, r), false)
	if e.service == "logs" && !strings.HasPrefix(r.Native, "aws_") {
		// CloudFormation's attribute ends in ":*", Terraform's does not.
		t = append(t, ':', star)
	}
	return t
}

// inARN is the name as it stands in an ARN: a parameter's without its slash.
func (n *namer) inARN(e entity, r *rind.Resource) []token {
	t := n.name(r)
	if e.service == "ssm" && len(t) > 0 && t[0] == '/' {
		return t[1:]
	}
	return t
}

// form finds the ARN of a resource type in the catalogue.
func (n *namer) form(e entity, name string) string {
	s := unpacked(e.service)
	if s == nil {
		return ""
	}
	return s.arns[name]
}

// expand fills an ARN pattern of the catalogue. With wide, everything but the
// name is any text; otherwise region and account are the app's own.
func (n *namer) expand(arn string, e entity, name []token, wide bool) []token {
	arn, _, _ = strings.Cut(arn, ",") // a few types have two forms
	var out []token
	for {
		before, rest, ok := strings.Cut(arn, "${")
		out = text(out, before, false)
		if !ok {
			break
		}
		variable, after, _ := strings.Cut(rest, "}")
		arn = after
		switch {
		case variable == "Partition":
			out = text(out, "aws", false)
		case variable == e.variable:
			out = append(out, name...)
			if e.suffix {
				out = append(out, star)
			}
		case !wide && variable == "Region":
			out = append(out, holeOf("${AWS::Region}"))
		case !wide && variable == "Account":
			out = append(out, holeOf("${AWS::AccountId}"))
		default:
			out = append(out, star)
		}
	}
	return out
}
