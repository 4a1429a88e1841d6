package sam

import (
	"strings"

	"rind/rind"
)

// decl is a declared AWS::Serverless resource.
type decl struct {
	t     *transform
	id    string
	typ   string
	raw   val
	props val
}

// get returns a property, nil if it is null.
func (d *decl) get(key string) val { return present(d.props.Get(key)) }

// attrs are the attributes beside the properties that the main resource keeps.
func (d *decl) attrs() val {
	out := rind.NewMap(d.raw.Span)
	for _, k := range []string{"DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy", "Metadata"} {
		if f := d.raw.Field(k); f != nil {
			out.Fields = append(out.Fields, *f)
		}
	}
	return out
}

// pass copies properties to a resource under their own names, with the place
// of their keys.
func (d *decl) pass(r *res, keys ...string) {
	for _, k := range keys {
		if f := d.props.Field(k); f != nil && f.Value.Present() {
			setKeyed(r.props, k, f.Span, f.Value)
		}
	}
}

// properties lists what each type takes. Letters after the colon are the
// kinds of value: s text, d map, l list, b boolean, i whole number, * any;
// "!" means required, "^" that an intrinsic function is not accepted.
var properties = map[string]string{
	"AWS::Serverless::Function": `FunctionName:sd Handler:* Runtime:* CodeUri:* ImageUri:* PackageType:* InlineCode:*
		DeadLetterQueue:d Description:* MemorySize:* Timeout:* VpcConfig:* Role:s AssumeRolePolicyDocument:d Policies:sdl
		RolePath:* PermissionsBoundary:s Environment:d Events:d Tags:d PropagateTags:b Tracing:ds KmsKeyArn:*
		DeploymentPreference:d ReservedConcurrentExecutions:* Layers:l EventInvokeConfig:d EphemeralStorage:*
		AutoPublishAlias:s AutoPublishCodeSha256:s AutoPublishAliasAllProperties:b^ VersionDescription:*
		ProvisionedConcurrencyConfig:* FileSystemConfigs:* ImageConfig:* CodeSigningConfigArn:* Architectures:* SnapStart:d
		FunctionUrlConfig:d RuntimeManagementConfig:* LoggingConfig:* RecursiveLoop:* SourceKMSKeyArn:*
		CapacityProviderConfig:d FunctionScalingConfig:d VersionDeletionPolicy:s PublishToLatestPublished:* TenancyConfig:*
		DurableConfig:d`,
	"AWS::Serverless::Api": `__MANAGE_SWAGGER:b Name:sd StageName:sd! Tags:d PropagateTags:b DefinitionBody:d DefinitionUri:sd
		MergeDefinitions:b^ CacheClusterEnabled:b CacheClusterSize:s Variables:d EndpointConfiguration:sd MethodSettings:l
		BinaryMediaTypes:l MinimumCompressionSize:i Cors:sd Auth:d GatewayResponses:d AccessLogSetting:d CanarySetting:d
		TracingEnabled:b OpenApiVersion:s Models:d Domain:d FailOnWarnings:b Description:s Mode:s DisableExecuteApiEndpoint:b
		ApiKeySourceType:s AlwaysDeploy:b^ Policy:sd SecurityPolicy:s EndpointAccessMode:s`,
	"AWS::Serverless::HttpApi": `__MANAGE_SWAGGER:b Name:* StageName:sd Tags:d PropagateTags:b DefinitionBody:d DefinitionUri:sd
		StageVariables:d CorsConfiguration:bd AccessLogSettings:d DefaultRouteSettings:d Auth:d RouteSettings:d Domain:d
		FailOnWarnings:b Description:s DisableExecuteApiEndpoint:b`,
	"AWS::Serverless::WebSocketApi": `ApiKeySelectionExpression:s AccessLogSettings:d Auth:d DefaultRouteSettings:d Description:s
		DisableExecuteApiEndpoint:b Domain:d DisableSchemaValidation:b FailOnWarnings:b IpAddressType:s Name:s PropagateTags:b
		Routes:d! RouteSettings:d RouteSelectionExpression:s! StageName:sd StageVariables:d Tags:d`,
	"AWS::Serverless::SimpleTable": `PointInTimeRecoverySpecification:* PrimaryKey:d ProvisionedThroughput:d TableName:sd Tags:d SSESpecification:d`,
	"AWS::Serverless::Application": `Location:sd! TemplateUrl:s Parameters:d NotificationARNs:l Tags:d TimeoutInMinutes:i`,
	"AWS::Serverless::LayerVersion": `LayerName:sd Description:s PublishLambdaVersion:b ContentUri:sd! CompatibleArchitectures:l
		CompatibleRuntimes:l LicenseInfo:s RetentionPolicy:s`,
	"AWS::Serverless::StateMachine": `Definition:d DefinitionUri:sd Logging:d Role:s RolePath:* DefinitionSubstitutions:d Events:d
		Name:s Type:s Tags:d PropagateTags:b Policies:sl Tracing:d PermissionsBoundary:s AutoPublishAlias:* DeploymentPreference:*
		UseAliasAsEventTarget:b^`,
	"AWS::Serverless::Connector": `Source:d! Destination:dl! Permissions:l!`,
	"AWS::Serverless::GraphQLApi": `Name:* Tags:d^ XrayEnabled:* Auth:d!^ SchemaInline:sd SchemaUri:sd Logging:db^ DataSources:d^ Functions:d^
		Resolvers:d^ ApiKeys:d^ DomainName:d^ Cache:d^ Visibility:* OwnerContact:* IntrospectionConfig:* QueryDepthLimit:*
		ResolverCountLimit:*`,
	"AWS::Serverless::CapacityProvider": `CapacityProviderName:sd^ VpcConfig:d!^ OperatorRole:sd^ Tags:d^ PropagateTags:b^
		InstanceRequirements:d^ ScalingConfig:d^ KmsKeyArn:sd^`,
}

const pull = ` BatchSize:i StartingPosition:* StartingPositionTimestamp:* Enabled:b MaximumBatchingWindowInSeconds:i MaximumRetryAttempts:i
	BisectBatchOnFunctionError:b MaximumRecordAgeInSeconds:i DestinationConfig:d ParallelizationFactor:i Topics:l Queues:l
	SourceAccessConfigurations:l SecretsManagerKmsKeyId:s TumblingWindowInSeconds:i FunctionResponseTypes:l
	KafkaBootstrapServers:l FilterCriteria:d KmsKeyArn:* ConsumerGroupId:s ScalingConfig:d ProvisionedPollerConfig:d
	SchemaRegistryConfig:d MetricsConfig:d LoggingConfig:d`

const (
	cloudWatchEvent = `EventBusName:s RuleName:s Pattern:d DeadLetterConfig:d RetryPolicy:d Input:s InputPath:s Target:d State:s InputTransformer:d`
	scheduleEvent   = `Schedule:s! RuleName:s Input:s Enabled:b State:s Name:s Description:s DeadLetterConfig:d RetryPolicy:d`
	scheduleV2      = `PermissionsBoundary:s ScheduleExpression:s! FlexibleTimeWindow:d Name:s State:s Description:s StartDate:s EndDate:s
		ScheduleExpressionTimezone:s GroupName:s KmsKeyArn:s Input:s RoleArn:s DeadLetterConfig:d RetryPolicy:d OmitName:b^`
)

// functionEvents lists what each event of a function takes, as properties does.
var functionEvents = map[string]string{
	"Schedule": scheduleEvent, "ScheduleV2": scheduleV2,
	"CloudWatchEvent": cloudWatchEvent + " Enabled:b", "EventBridgeRule": cloudWatchEvent + " Enabled:b",
	"S3":         `Bucket:s! Events:sl!^ Filter:d`,
	"SNS":        `Topic:s! Region:s FilterPolicy:* FilterPolicyScope:* SqsSubscription:bd RedrivePolicy:d`,
	"Api":        `Path:s! Method:s! RestApiId:s! Stage:s Auth:d RequestModel:d RequestParameters:l TimeoutInMillis:i ResponseTransferMode:s`,
	"HttpApi":    `Path:s Method:s ApiId:s Stage:s Auth:d TimeoutInMillis:i RouteSettings:d PayloadFormatVersion:s`,
	"AlexaSkill": `SkillId:s`, "IoTRule": `Sql:s! AwsIotSqlVersion:s`, "Cognito": `UserPool:s! Trigger:sl!^`,
	"CloudWatchLogs": `LogGroupName:s! FilterPattern:s!`,
	"Kinesis":        `Stream:*! StartingPosition:*!` + pull, "DynamoDB": `Stream:*! StartingPosition:*!` + pull,
	"SQS": `Queue:*!` + pull, "MSK": `Stream:*! StartingPosition:*!` + pull, "MQ": `Broker:*! DynamicPolicyName:b^` + pull,
	"SelfManagedKafka": pull, "DocumentDB": `Cluster:*! DatabaseName:*! CollectionName:* FullDocument:*` + pull,
}

// machineEvents lists what each event of a state machine takes.
var machineEvents = map[string]string{
	"Schedule":        scheduleEvent + " Target:d^ RoleArn:s",
	"CloudWatchEvent": cloudWatchEvent, "EventBridgeRule": cloudWatchEvent, "ScheduleV2": scheduleV2,
	"Api": `Path:s! Method:s! RestApiId:s! Stage:s Auth:d UnescapeMappingTemplate:b^`,
}

type property struct {
	name, kinds        string
	required, constant bool
}

var parsedProperties = map[string]map[string]property{}

func init() {
	for _, table := range []map[string]string{properties, functionEvents, machineEvents} {
		for _, spec := range table {
			parsedProperties[spec] = parseProperties(spec)
		}
	}
}

func parseProperties(spec string) map[string]property {
	out := map[string]property{}
	for _, w := range strings.Fields(spec) {
		name, kinds, _ := strings.Cut(w, ":")
		if _, twice := out[name]; twice {
			continue
		}
		out[name] = property{
			name: name, required: strings.Contains(kinds, "!"), constant: strings.Contains(kinds, "^"),
			kinds: strings.NewReplacer("!", "", "^", "").Replace(kinds),
		}
	}
	return out
}

// validate complains about properties that the type does not take.
func (d *decl) validate() {
	if !validID.MatchString(d.id) {
		d.t.failAt(d.t.key, "the logical ID %s may hold letters and digits only", d.id)
	}
	d.t.check(d.id, properties[d.typ], d.raw, d.props)
}

// check compares properties with what a type takes.
func (t *transform) check(what, spec string, owner, props val) {
	known := parsedProperties[spec]
	for _, f := range props.Fields {
		p, ok := known[f.Key]
		switch {
		case !ok:
			t.failAt(f.Span, "%s: there is no property %s", what, f.Key)
		case f.Value.Absent():
		case !p.constant && isMap(f.Value) && len(f.Value.Fields) == 1:
		case !fits(f.Value, p.kinds):
			t.failAt(f.Span, "%s: the property %s cannot be a %s", what, f.Key, f.Value.Kind)
		}
	}
	for name, p := range known {
		if p.required && props.Get(name).Absent() {
			t.fail(owner, "%s: the property %s is missing", what, name)
		}
	}
}

func fits(v val, kinds string) bool {
	switch v.Kind {
	case rind.Symbol:
		return true
	case rind.String:
		return strings.ContainsAny(kinds, "s*")
	case rind.Map:
		return strings.ContainsAny(kinds, "d*")
	case rind.List:
		return strings.ContainsAny(kinds, "l*")
	case rind.Bool:
		return strings.ContainsAny(kinds, "bi*")
	case rind.Number:
		return strings.Contains(kinds, "*") || strings.Contains(kinds, "i") && !strings.ContainsAny(v.Text, ".eE")
	}
	return true
}
