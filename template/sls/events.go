package sls

import (
	"strconv"
	"strings"

	"rind/rind"
	"rind/template/cfn"
)

func itoa(n int) string { return strconv.Itoa(n) }

// events maps the name of an event to its expansion.
var events map[string]func(*builder, *function, *rind.Value)

func init() {
	mapping := func(kind string, actions ...any) func(*builder, *function, *rind.Value) {
		return func(b *builder, f *function, v *rind.Value) { b.mapping(f, v, kind, actions...) }
	}
	events = map[string]func(*builder, *function, *rind.Value){
		"http":            (*builder).http,
		"httpApi":         (*builder).httpEvent,
		"websocket":       (*builder).websocket,
		"sns":             (*builder).sns,
		"s3":              (*builder).s3,
		"schedule":        (*builder).schedule,
		"eventBridge":     (*builder).eventBridge,
		"cloudwatchEvent": (*builder).cloudwatchEvent,
		"cloudwatchLog":   (*builder).cloudwatchLog,
		"alb":             (*builder).alb,
		"cognitoUserPool": (*builder).userPool,
		"iot":             (*builder).iot,
		"alexaSkill":      alexa("alexa-appkit.amazon.com", "AlexaSkill"),
		"alexaSmartHome":  alexa("alexa-connectedhome.amazon.com", "AlexaSmartHome"),
		"cloudFront":      (*builder).cloudFront,
		"sqs":             mapping("SQS", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
		"stream":          (*builder).stream,
		"kafka":           (*builder).kafka,
		"msk":             mapping("MSK", "kafka:DescribeCluster", "kafka:GetBootstrapBrokers"),
		"activemq":        mapping("ActiveMQ", "mq:DescribeBroker"),
		"rabbitmq":        mapping("RabbitMQ", "mq:DescribeBroker"),
		"iotFleetProvisioning": func(b *builder, f *function, v *rind.Value) {
			b.permit(f, v.Span, "IotFleetProvisioning", "iot.amazonaws.com", nil)
		},
	}
}

// event expands one entry of a function's events.
func (b *builder) event(f *function, v *rind.Value) {
	if v.Scalar() { // "- alexaSkill"
		v = obj(v.Span, v.Text, rind.NewBool(true, v.Span))
	}
	if v.Symbolic() {
		b.resolver.skip(v.Span, "event of function %s comes from %s, which cannot be read", f.name, v.Text)
		return
	}
	for _, field := range v.Fields {
		expand := events[field.Key]
		if expand == nil {
			b.resolver.skip(field.Span, "event %s of function %s is not one rind knows", field.Key, f.name)
			continue
		}
		value := field.Value
		if value.Absent() {
			value = rind.NewBool(true, field.Span)
		}
		at := *value
		at.Span = join(field.Span, value.Span)
		expand(b, f, &at)
	}
}

// join covers both places.
func join(a, b rind.Span) rind.Span {
	if b.Line == 0 || a.File != b.File {
		return a
	}
	a.EndLine, a.EndColumn = b.EndLine, b.EndColumn
	return a
}

// arnOf is the source of an event given as a string, an intrinsic or a map
// with arn.
func arnOf(v *rind.Value) *rind.Value {
	if a := v.Get("arn"); a.Present() {
		return a
	}
	return v
}

// label is the short name of an ARN or intrinsic, for logical IDs.
func label(v *rind.Value) string {
	if a := v.Get("Fn::GetAtt"); a != nil {
		return alphanumeric(a.At(0).Pattern())
	}
	if r := v.Get("Ref"); r != nil {
		return alphanumeric(r.Pattern())
	}
	if i := v.Get("Fn::ImportValue"); i != nil {
		return alphanumeric(i.Pattern())
	}
	text := v.Pattern()
	if i := strings.LastIndexAny(text, ":/"); i >= 0 && i+1 < len(text) {
		text = text[i+1:]
	}
	return normalize(alphanumeric(text))
}

func (b *builder) mapping(f *function, v *rind.Value, kind string, actions ...any) {
	arn, s := arnOf(v), v.Span
	id := normalize(f.name) + "EventSourceMapping" + kind + label(arn)
	props := obj(s, "FunctionName", att(s, f.id, "Arn"), "EventSourceArn", arn,
		"BatchSize", v.Get("batchSize"), "MaximumBatchingWindowInSeconds", first(v.Get("maximumBatchingWindow"), v.Get("batchWindow")),
		"Enabled", v.Get("enabled"), "FunctionResponseTypes", responseTypes(v), "FilterCriteria", filters(v.Get("filterPatterns")),
		"StartingPosition", v.Get("startingPosition"), "BisectBatchOnFunctionError", v.Get("bisectBatchOnFunctionError"),
		"MaximumRetryAttempts", v.Get("maximumRetryAttempts"), "MaximumRecordAgeInSeconds", v.Get("maximumRecordAgeInSeconds"),
		"ParallelizationFactor", v.Get("parallelizationFactor"), "TumblingWindowInSeconds", v.Get("tumblingWindowInSeconds"))
	if topic := v.Get("topic"); topic.Present() {
		props.Fields = append(props.Fields, obj(s, "Topics", list(s, topic)).Fields...)
	}
	if queue := v.Get("queue"); queue.Present() {
		props.Fields = append(props.Fields, obj(s, "Queues", list(s, queue)).Fields...)
	}
	if basic := v.Get("basicAuthArn"); basic.Present() {
		props.Fields = append(props.Fields, obj(s, "SourceAccessConfigurations", list(s, obj(s, "Type", "BASIC_AUTH", "URI", basic))).Fields...)
		f.needs(s, basic, "secretsmanager:GetSecretValue")
	}
	if n := v.Get("maximumConcurrency"); n.Present() {
		props.Fields = append(props.Fields, obj(n.Span, "ScalingConfig", obj(n.Span, "MaximumConcurrency", n)).Fields...)
	}
	if d := v.Get("destinations", "onFailure"); d.Present() {
		target := d
		if d.Has("arn") {
			target = d.Get("arn")
		}
		props.Fields = append(props.Fields, obj(d.Span, "DestinationConfig", obj(d.Span, "OnFailure", obj(d.Span, "Destination", target))).Fields...)
	}
	b.add(id, "AWS::Lambda::EventSourceMapping", f.forFunction(false), s, s, props)
	f.needs(s, arn, actions...)
}

func responseTypes(v *rind.Value) *rind.Value {
	t := v.Get("functionResponseType")
	if t.Absent() {
		return nil
	}
	return list(t.Span, t)
}

func filters(v *rind.Value) *rind.Value {
	if v.Absent() {
		return nil
	}
	out := list(v.Span)
	for p := range v.Each() {
		out.Items = append(out.Items, obj(p.Span, "Pattern", p))
	}
	return obj(v.Span, "Filters", out)
}

func (b *builder) stream(f *function, v *rind.Value) {
	arn := arnOf(v)
	kind := v.Get("type").Str()
	if kind == "" {
		kind = "kinesis"
		if strings.Contains(arn.Pattern(), ":dynamodb:") || arn.Get("Fn::GetAtt").At(1).Is("StreamArn") {
			kind = "dynamodb"
		}
	}
	if kind == "dynamodb" {
		b.mapping(f, v, "Dynamodb", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams")
		return
	}
	b.mapping(f, v, "Kinesis", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStreamSummary", "kinesis:ListShards")
}

func (b *builder) kafka(f *function, v *rind.Value) {
	s := v.Span
	access := list(s)
	// https://www.serverless.com/framework/docs/providers/aws/events/kafka
	names := map[string]string{
		"saslPlainAuthArn": "BASIC_AUTH", "saslScram256AuthArn": "SASL_SCRAM_256_AUTH", "saslScram512AuthArn": "SASL_SCRAM_512_AUTH",
		"clientCertificateTlsAuthArn": "CLIENT_CERTIFICATE_TLS_AUTH", "serverRootCaCertificateArn": "SERVER_ROOT_CA_CERTIFICATE",
	}
	for key, c := range v.Get("accessConfigurations").Entries() {
		if t := names[key]; t != "" {
			access.Items = append(access.Items, obj(c.Span, "Type", t, "URI", c))
		}
	}
	if len(access.Items) == 0 {
		access = nil
	}
	b.add(normalize(f.name)+"EventSourceMappingKafka"+label(v.Get("topic")), "AWS::Lambda::EventSourceMapping", f.forFunction(false), s, s, obj(s,
		"FunctionName", att(s, f.id, "Arn"), "Topics", list(s, v.Get("topic")), "SourceAccessConfigurations", access,
		"SelfManagedEventSource", obj(s, "Endpoints", obj(s, "KafkaBootstrapServers", v.Get("bootstrapServers")))))
}

func (b *builder) sns(f *function, v *rind.Value) {
	s := v.Span
	topic := first(v.Get("arn"), v.Get("topicName"))
	if v.Kind != rind.Map || intrinsic(v) {
		topic = v
	}
	given := v.Has("arn") || intrinsic(topic) || strings.HasPrefix(topic.Pattern(), "arn:") || topic.Symbolic()
	if given {
		id := normalize(f.name) + "SnsSubscription" + label(topic)
		b.add(id, "AWS::SNS::Subscription", f.forFunction(false), s, s, obj(s, "TopicArn", topic, "Protocol", "lambda", "Endpoint", att(s, f.id, "Arn"),
			"FilterPolicy", v.Get("filterPolicy"), "RedrivePolicy", redrive(v.Get("redrivePolicy"))))
		b.permit(f, s, label(topic)+"SNS", "sns.amazonaws.com", topic)
		return
	}
	id := "SNSTopic" + normalize(alphanumeric(topic.Pattern()))
	subscription := obj(s, "Endpoint", att(s, f.id, "Arn"), "Protocol", "lambda")
	if old := b.resources.Get(id, "Properties", "Subscription"); old != nil {
		old.Items = append(old.Items, subscription)
	} else {
		b.add(id, "AWS::SNS::Topic", f.forFunction(false), s, s, obj(s, "TopicName", topic, "DisplayName", v.Get("displayName"),
			"KmsMasterKeyId", v.Get("kmsMasterKeyId"), "Subscription", list(s, subscription)))
	}
	b.permit(f, s, normalize(alphanumeric(topic.Pattern()))+"SNS", "sns.amazonaws.com", ref(s, id))
}

func redrive(v *rind.Value) *rind.Value {
	if v.Absent() {
		return nil
	}
	target := first(v.Get("deadLetterTargetArn"), v.Get("deadLetterTargetRef"), v.Get("deadLetterTargetImport"))
	return obj(v.Span, "deadLetterTargetArn", target)
}

// s3 notes the notification; buckets makes the bucket once all are known.
func (b *builder) s3(f *function, v *rind.Value) {
	s := v.Span
	name := v
	if v.Kind == rind.Map && v.Has("bucket") {
		name = v.Get("bucket")
	}
	settings := b.provider.Get("s3", name.Str())
	id := "S3Bucket" + normalize(alphanumeric(name.Pattern()))
	if settings.Present() {
		id = "S3Bucket" + normalize(alphanumeric(name.Text))
		if given := settings.Get("name"); given.Present() {
			name = given
		}
	}
	if v.Get("existing").True() {
		b.permit(f, s, alphanumeric(name.Pattern())+"S3", "s3.amazonaws.com", obj(s, "Fn::Join", list(s, "", list(s, "arn:aws:s3:::", name))), "SourceAccount", ref(s, "AWS::AccountId"))
		return
	}
	rules := list(s)
	for r := range v.Get("rules").Each() {
		for key, val := range r.Entries() {
			rules.Items = append(rules.Items, obj(r.Span, "Name", key, "Value", val))
		}
	}
	var filter *rind.Value
	if len(rules.Items) > 0 {
		filter = obj(s, "S3Key", obj(s, "Rules", rules))
	}
	event := first(v.Get("event"), rind.NewString("s3:ObjectCreated:*", s))
	note := obj(s, "Event", event, "Function", att(s, f.id, "Arn"), "Filter", filter)
	if old := b.resources.Get(id, "Properties", "NotificationConfiguration", "LambdaConfigurations"); old != nil {
		old.Items = append(old.Items, note)
	} else {
		props := obj(s, "BucketName", name, "NotificationConfiguration", obj(s, "LambdaConfigurations", list(s, note)))
		props.Fields = append(props.Fields, b.bucketSettings(settings)...)
		b.add(id, "AWS::S3::Bucket", f.forFunction(false), s, s, props)
	}
	b.permit(f, s, alphanumeric(name.Pattern())+"S3", "s3.amazonaws.com", obj(s, "Fn::Join", list(s, "", list(s, "arn:", ref(s, "AWS::Partition"), ":s3:::", name))), "SourceAccount", ref(s, "AWS::AccountId"))
}

// bucketSettings turns provider.s3's camelCase settings into properties.
func (b *builder) bucketSettings(v *rind.Value) []rind.Field {
	var out []rind.Field
	for key, val := range v.Entries() {
		if key != "name" && key != "notificationConfiguration" {
			out = append(out, rind.Field{Key: strings.ToUpper(key[:min(1, len(key))]) + key[min(1, len(key)):], Span: val.Span, Value: val})
		}
	}
	return out
}

// buckets is a place for what can be said only when all events are known:
// the bucket that holds the deployment packages.
func (b *builder) buckets() {
	v := b.provider.Get("deploymentBucket")
	if v.Present() && (v.Scalar() || v.Has("name")) {
		return // it exists already
	}
	s := b.provider.Span
	if v.Present() {
		s = v.Span
	}
	b.add("ServerlessDeploymentBucket", "AWS::S3::Bucket", fromProvider, s, s, obj(s,
		"BucketEncryption", obj(s, "ServerSideEncryptionConfiguration", list(s, obj(s, "ServerSideEncryptionByDefault", obj(s, "SSEAlgorithm", "AES256")))),
		"PublicAccessBlockConfiguration", publicAccessBlock(v)))
	b.add("ServerlessDeploymentBucketPolicy", "AWS::S3::BucketPolicy", fromProvider, s, s, obj(s, "Bucket", ref(s, "ServerlessDeploymentBucket"),
		"PolicyDocument", obj(s, "Statement", list(s, obj(s, "Action", "s3:*", "Effect", "Deny", "Principal", "*",
			"Resource", list(s, sub(s, "arn:${AWS::Partition}:s3:::${ServerlessDeploymentBucket}/*"), sub(s, "arn:${AWS::Partition}:s3:::${ServerlessDeploymentBucket}")),
			"Condition", obj(s, "Bool", obj(s, "aws:SecureTransport", false)))))))
}

func publicAccessBlock(v *rind.Value) *rind.Value {
	b := v.Get("blockPublicAccess")
	if !b.True() {
		return nil
	}
	return obj(b.Span, "BlockPublicAcls", true, "BlockPublicPolicy", true, "IgnorePublicAcls", true, "RestrictPublicBuckets", true)
}

func (b *builder) schedule(f *function, v *rind.Value) {
	s := v.Span
	rates := first(v.Get("rate"), v)
	n := 0
	for rate := range rates.Each() {
		n++
		state := rind.NewString("ENABLED", s)
		if v.Get("enabled").False() {
			state = rind.NewString("DISABLED", v.Get("enabled").Span)
		}
		id := normalize(f.name) + "EventsRuleSchedule" + itoa(b.count(normalize(f.name)+"EventsRuleSchedule"))
		if v.Get("method").Is("scheduler") {
			b.add(id, "AWS::Scheduler::Schedule", f.forFunction(false), s, s, obj(s, "ScheduleExpression", rate, "State", state,
				"FlexibleTimeWindow", obj(s, "Mode", "OFF"), "Target", obj(s, "Arn", att(s, f.id, "Arn"), "RoleArn", b.roleOf(f))))
			continue
		}
		b.add(id, "AWS::Events::Rule", f.forFunction(false), s, s, obj(s, "ScheduleExpression", rate, "State", state, "Name", v.Get("name"),
			"Targets", list(s, obj(s, "Id", f.name, "Arn", att(s, f.id, "Arn"), "Input", v.Get("input")))))
		b.permit(f, s, "EventsRuleSchedule"+itoa(n), "events.amazonaws.com", att(s, id, "Arn"))
	}
}

// count numbers the resources whose IDs begin with prefix.
func (b *builder) count(prefix string) int {
	n := 1
	for _, field := range b.resources.Fields {
		if strings.HasPrefix(field.Key, prefix) {
			n++
		}
	}
	return n
}

func (b *builder) eventBridge(f *function, v *rind.Value) {
	s := v.Span
	bus := v.Get("eventBus")
	if bus.Scalar() && bus.Text != "default" && !strings.HasPrefix(bus.Text, "arn:") && !strings.HasPrefix(bus.Text, "aws.") {
		id := "EventBridgeBus" + normalize(alphanumeric(bus.Text))
		b.add(id, "AWS::Events::EventBus", f.forFunction(true), bus.Span, bus.Span, obj(bus.Span, "Name", bus))
	}
	id := normalize(f.name) + "EventBridgeRule" + itoa(b.count(normalize(f.name)+"EventBridgeRule"))
	target := obj(s, "Id", f.name, "Arn", att(s, f.id, "Arn"), "Input", v.Get("input"), "InputPath", v.Get("inputPath"), "RetryPolicy", v.Get("retryPolicy"))
	if dlq := v.Get("deadLetterQueueArn"); dlq.Present() {
		target.Fields = append(target.Fields, obj(dlq.Span, "DeadLetterConfig", obj(dlq.Span, "Arn", dlq)).Fields...)
	}
	state := rind.NewString("ENABLED", s)
	if v.Get("enabled").False() {
		state = rind.NewString("DISABLED", s)
	}
	b.add(id, "AWS::Events::Rule", f.forFunction(false), s, s, obj(s, "EventBusName", bus, "EventPattern", v.Get("pattern"),
		"ScheduleExpression", v.Get("schedule"), "State", state, "Targets", list(s, target)))
	b.permit(f, s, id, "events.amazonaws.com", att(s, id, "Arn"))
}

func (b *builder) cloudwatchEvent(f *function, v *rind.Value) {
	s := v.Span
	id := normalize(f.name) + "EventsRuleCloudWatchEvent" + itoa(b.count(normalize(f.name)+"EventsRuleCloudWatchEvent"))
	b.add(id, "AWS::Events::Rule", f.forFunction(false), s, s, obj(s, "EventPattern", v.Get("event"), "State", "ENABLED",
		"Targets", list(s, obj(s, "Id", f.name, "Arn", att(s, f.id, "Arn")))))
	b.permit(f, s, id, "events.amazonaws.com", att(s, id, "Arn"))
}

func (b *builder) cloudwatchLog(f *function, v *rind.Value) {
	s := v.Span
	group := first(v.Get("logGroup"), v)
	n := itoa(b.count(normalize(f.name) + "LogsSubscriptionFilterCloudWatchLog"))
	b.add(normalize(f.name)+"LogsSubscriptionFilterCloudWatchLog"+n, "AWS::Logs::SubscriptionFilter", f.forFunction(false), s, s, obj(s,
		"LogGroupName", group, "FilterPattern", first(v.Get("filter"), rind.NewString("", s)), "DestinationArn", att(s, f.id, "Arn")))
	b.permit(f, s, "LogsSubscriptionFilterCloudWatchLog"+n, "logs.amazonaws.com", obj(s, "Fn::Join", list(s, "", list(s,
		"arn:", ref(s, "AWS::Partition"), ":logs:", ref(s, "AWS::Region"), ":", ref(s, "AWS::AccountId"), ":log-group:", group, ":*"))))
}

func (b *builder) alb(f *function, v *rind.Value) {
	s := v.Span
	id := normalize(f.name) + "AlbTargetGroup"
	b.add(id, "AWS::ElasticLoadBalancingV2::TargetGroup", f.forFunction(true), s, s, obj(s, "TargetType", "lambda", "Targets", list(s, obj(s, "Id", att(s, f.id, "Arn")))))
	b.add(normalize(f.name)+"AlbListenerRule"+itoa(b.count(normalize(f.name)+"AlbListenerRule")), "AWS::ElasticLoadBalancingV2::ListenerRule", f.forFunction(false), s, s, obj(s,
		"ListenerArn", v.Get("listenerArn"), "Priority", v.Get("priority"), "Actions", list(s, obj(s, "Type", "forward", "TargetGroupArn", ref(s, id)))))
	b.permit(f, s, "Alb", "elasticloadbalancing.amazonaws.com", ref(s, id))
}

func (b *builder) userPool(f *function, v *rind.Value) {
	s := v.Span
	pool := v.Get("pool")
	if v.Get("existing").True() {
		b.permit(f, s, "CognitoUserPool", "cognito-idp.amazonaws.com", obj(s, "Fn::Join", list(s, "", list(s,
			"arn:", ref(s, "AWS::Partition"), ":cognito-idp:", ref(s, "AWS::Region"), ":", ref(s, "AWS::AccountId"), ":userpool/*"))))
		return
	}
	id := "CognitoUserPool" + normalize(alphanumeric(pool.Pattern()))
	trigger := rind.Field{Key: v.Get("trigger").Str(), Span: s, Value: att(s, f.id, "Arn")}
	if old := b.resources.Get(id, "Properties", "LambdaConfig"); old != nil {
		old.Fields = append(old.Fields, trigger)
	} else {
		b.add(id, "AWS::Cognito::UserPool", f.forFunction(false), s, s, obj(s, "UserPoolName", pool, "LambdaConfig", rind.NewMap(s, trigger)))
	}
	b.permit(f, s, normalize(alphanumeric(pool.Pattern()))+"Cognito", "cognito-idp.amazonaws.com", att(s, id, "Arn"))
}

func (b *builder) iot(f *function, v *rind.Value) {
	s := v.Span
	id := normalize(f.name) + "IotTopicRule" + itoa(b.count(normalize(f.name)+"IotTopicRule"))
	disabled := rind.NewBool(v.Get("enabled").False(), s)
	b.add(id, "AWS::IoT::TopicRule", f.forFunction(false), s, s, obj(s, "RuleName", v.Get("name"), "TopicRulePayload", obj(s,
		"Sql", v.Get("sql"), "RuleDisabled", disabled, "Actions", list(s, obj(s, "Lambda", obj(s, "FunctionArn", att(s, f.id, "Arn")))))))
	b.permit(f, s, id, "iot.amazonaws.com", att(s, id, "Arn"))
}

func alexa(principal, name string) func(*builder, *function, *rind.Value) {
	return func(b *builder, f *function, v *rind.Value) {
		token := first(v.Get("appId"), v)
		if token.Kind == rind.Bool || token.Kind == rind.Map {
			token = nil
		}
		b.permit(f, v.Span, name, principal, nil, "EventSourceToken", token)
	}
}

func (b *builder) cloudFront(f *function, v *rind.Value) {
	s := v.Span
	b.add("CloudFrontDistribution", "AWS::CloudFront::Distribution", cfn.Made{Origin: f.origin(), Native: "functions"}, s, s, obj(s,
		"DistributionConfig", obj(s, "Enabled", true, "DefaultCacheBehavior", obj(s,
			"ViewerProtocolPolicy", first(v.Get("behavior", "ViewerProtocolPolicy"), rind.NewString("allow-all", s)),
			"LambdaFunctionAssociations", list(s, obj(s, "EventType", v.Get("eventType"), "LambdaFunctionARN", ref(s, f.id)))),
			"Origins", list(s, v.Get("origin")))))
}
