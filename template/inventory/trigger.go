package inventory

import (
	"strings"

	"rind/rind"
)

// triggers finds what starts each function: first where the source is
// configured, then from permissions that no source explained.
func (b *builder) triggers() {
	b.http()
	for _, r := range b.app.Resources {
		if find := sources[r.Type]; find != nil {
			find(b, r)
		}
	}
	b.permissions()
	b.forwards()
}

// sources maps the type of a resource that can start functions to the code
// that finds them.
var sources = map[string]func(*builder, *rind.Resource){
	"AWS::Lambda::EventSourceMapping":          (*builder).mapping,
	"AWS::S3::Bucket":                          (*builder).bucket,
	"AWS::SNS::Topic":                          (*builder).topic,
	"AWS::SNS::Subscription":                   (*builder).subscription,
	"AWS::Events::Rule":                        (*builder).eventRule,
	"AWS::Scheduler::Schedule":                 (*builder).schedule,
	"AWS::Logs::SubscriptionFilter":            simple(rind.CloudWatchLogs, "LogGroupName", "DestinationArn"),
	"AWS::IoT::TopicRule":                      (*builder).iotRule,
	"AWS::Cognito::UserPool":                   (*builder).userPool,
	"AWS::ElasticLoadBalancingV2::TargetGroup": (*builder).targetGroup,
	"AWS::AppSync::DataSource":                 simple(rind.AppSync, "ApiId", "LambdaConfig", "LambdaFunctionArn"),
	"AWS::StepFunctions::StateMachine":         anyReference(rind.StepFunctions, "DefinitionString", "Definition", "DefinitionSubstitutions"),
	"AWS::KinesisFirehose::DeliveryStream":     anyReference(rind.Firehose, "ExtendedS3DestinationConfiguration", "S3DestinationConfiguration", "RedshiftDestinationConfiguration", "ElasticsearchDestinationConfiguration", "AmazonopensearchserviceDestinationConfiguration", "SplunkDestinationConfiguration", "HttpEndpointDestinationConfiguration"),
	"AWS::CloudFront::Distribution":            anyReference(rind.CloudFront, "DistributionConfig"),
	"AWS::Bedrock::Agent":                      anyReference(rind.BedrockAgent, "ActionGroups", "PromptOverrideConfiguration"),
	"AWS::Lex::Bot":                            anyReference(rind.Lex, "BotLocales", "TestBotAliasSettings"),
	"AWS::Lex::BotAlias":                       anyReference(rind.Lex, "BotAliasLocaleSettings"),
	"AWS::SES::ReceiptRule":                    anyReference(rind.SES, "Rule"),
	"AWS::CodePipeline::Pipeline":              anyReference(rind.CodePipeline, "Stages"),
	"AWS::Config::ConfigRule":                  anyReference(rind.Config, "Source"),
	"AWS::SecretsManager::RotationSchedule":    anyReference(rind.Direct, "RotationLambdaARN"),
	"AWS::Pipes::Pipe":                         anyReference(rind.Direct, "Target", "Enrichment"),
}

// add records a trigger and its edge.
func (b *builder) add(f *rind.Function, t rind.Trigger) {
	for _, old := range f.Triggers {
		if old.Kind == t.Kind && old.Source == t.Source && old.Detail == t.Detail {
			return
		}
	}
	f.Triggers = append(f.Triggers, &t)
	source := t.Source
	if t.Kind == rind.FunctionURL {
		source = rind.Internet
	}
	b.edge(source, f.ID, rind.Triggers, strings.TrimSpace(string(t.Kind)+" "+t.Detail), t.Span)
}

// simple finds a trigger where one property names the source and another,
// possibly nested, the function.
func simple(kind rind.TriggerKind, source string, target ...string) func(*builder, *rind.Resource) {
	return func(b *builder, r *rind.Resource) {
		v := r.Get(target...)
		if f := b.function(v); f != nil {
			b.add(f, rind.Trigger{Kind: kind, Source: b.sourceID(r.Get(source), r), Enabled: true, Value: r.Properties, Span: v.Span})
		}
	}
}

// anyReference takes every reference to a function below the given
// properties as a trigger, for services whose settings nest deeply.
func anyReference(kind rind.TriggerKind, properties ...string) func(*builder, *rind.Resource) {
	return func(b *builder, r *rind.Resource) {
		for _, p := range properties {
			r.Get(p).Walk(func(_ string, v *rind.Value) bool {
				if v.Kind == rind.Symbol {
					for _, part := range v.Parts {
						if part.Ref == nil || part.Ref.Kind != rind.RefResource {
							continue
						}
						if f := b.function(rind.NewRef(*part.Ref, v.Span)); f != nil {
							b.add(f, rind.Trigger{Kind: kind, Source: r.ID, Enabled: true, Value: r.Properties, Span: v.Span})
						}
					}
				}
				return true
			})
		}
	}
}

// sourceID is the ID of the resource v refers to, or of r itself.
func (b *builder) sourceID(v *rind.Value, r *rind.Resource) string {
	if t := b.app.Target(v); t != nil {
		return t.ID
	}
	return r.ID
}

// mappingKinds tells the service from an event source's resource type and
// from the service part of its ARN.
var mappingKinds = map[string]rind.TriggerKind{
	"AWS::SQS::Queue": rind.SQS, "sqs": rind.SQS,
	"AWS::Kinesis::Stream": rind.Kinesis, "AWS::Kinesis::StreamConsumer": rind.Kinesis, "kinesis": rind.Kinesis,
	"AWS::DynamoDB::Table": rind.DynamoDBStream, "AWS::DynamoDB::GlobalTable": rind.DynamoDBStream, "dynamodb": rind.DynamoDBStream,
	"AWS::MSK::Cluster": rind.MSK, "AWS::MSK::ServerlessCluster": rind.MSK, "kafka": rind.MSK,
	"AWS::DocDB::DBCluster": rind.DocumentDB, "rds": rind.DocumentDB,
	"AWS::AmazonMQ::Broker": rind.ActiveMQ, "mq": rind.ActiveMQ,
}

func (b *builder) mapping(r *rind.Resource) {
	f := b.function(r.Get("FunctionName"))
	if f == nil {
		return
	}
	arn := r.Get("EventSourceArn")
	t := rind.Trigger{Kind: rind.Direct, Enabled: !r.Get("Enabled").False(), Value: r.Properties, Span: r.Span}
	if arn.Present() {
		t.Span = arn.Span
	}
	if src := b.app.Target(arn); src != nil {
		t.Source, t.Kind = src.ID, mappingKinds[src.Type]
		if src.Type == "AWS::AmazonMQ::Broker" && src.Get("EngineType").Is("RABBITMQ") {
			t.Kind = rind.RabbitMQ
		}
	} else if parts := strings.SplitN(arn.Pattern(), ":", 4); len(parts) == 4 {
		t.Kind = mappingKinds[parts[2]]
	}
	switch {
	case r.Get("SelfManagedEventSource").Present() || r.Get("SelfManagedKafkaEventSourceConfig").Present():
		t.Kind = rind.Kafka
	case r.Get("Queues").Present() && t.Kind == "":
		t.Kind = rind.ActiveMQ
	case t.Kind == "":
		// The ARN is a parameter or import: what else is written may tell.
		t.Kind = guessMapping(r)
	}
	b.add(f, t)
}

// guessMapping tells the kind from properties that only one service takes.
func guessMapping(r *rind.Resource) rind.TriggerKind {
	hint := strings.ToLower(r.Get("EventSourceArn").Pattern())
	for r := range r.Get("EventSourceArn").Refs() {
		hint += " " + strings.ToLower(r.Name+" "+r.Attr)
	}
	switch {
	case r.Get("Topics").Present():
		return rind.MSK
	case r.Get("ScalingConfig").Present(), strings.Contains(hint, "queue"), strings.Contains(hint, "sqs"):
		return rind.SQS
	case strings.Contains(hint, "kinesis"):
		return rind.Kinesis
	case strings.Contains(hint, "table"), strings.Contains(hint, "dynamo"):
		return rind.DynamoDBStream
	}
	return rind.Direct
}

func (b *builder) bucket(r *rind.Resource) {
	for n := range r.Get("NotificationConfiguration", "LambdaConfigurations").Each() {
		if f := b.function(n.Get("Function")); f != nil {
			b.add(f, rind.Trigger{Kind: rind.S3, Source: r.ID, Detail: n.Get("Event").Str(), Enabled: true, Value: n, Span: n.Span})
		}
	}
}

func (b *builder) topic(r *rind.Resource) {
	for s := range r.Get("Subscription").Each() {
		b.subscribe(r.ID, s)
	}
}

func (b *builder) subscription(r *rind.Resource) {
	b.subscribe(b.sourceID(r.Get("TopicArn"), r), r.Properties)
}

func (b *builder) subscribe(topic string, s *rind.Value) {
	end := s.Get("Endpoint")
	if f := b.function(end); f != nil && !s.Get("Protocol").Is("sqs", "firehose", "http", "https", "email") {
		b.add(f, rind.Trigger{Kind: rind.SNS, Source: topic, Enabled: true, Value: s, Span: s.Span})
	}
}

func (b *builder) eventRule(r *rind.Resource) {
	t := rind.Trigger{Kind: rind.EventBridge, Source: r.ID, Enabled: !r.Get("State").Is("DISABLED"), Value: r.Properties, Span: r.Span}
	if s := r.Get("ScheduleExpression"); s.Present() {
		t.Kind, t.Detail = rind.Schedule, s.Str()
	}
	for target := range r.Get("Targets").Each() {
		if f := b.function(target.Get("Arn")); f != nil {
			b.add(f, t)
		}
	}
}

func (b *builder) schedule(r *rind.Resource) {
	if f := b.function(r.Get("Target", "Arn")); f != nil {
		b.add(f, rind.Trigger{
			Kind: rind.Schedule, Source: r.ID, Detail: r.Get("ScheduleExpression").Str(),
			Enabled: !r.Get("State").Is("DISABLED"), Value: r.Properties, Span: r.Span,
		})
	}
}

func (b *builder) iotRule(r *rind.Resource) {
	for a := range r.Get("TopicRulePayload", "Actions").Each() {
		if f := b.function(a.Get("Lambda", "FunctionArn")); f != nil {
			b.add(f, rind.Trigger{
				Kind: rind.IoT, Source: r.ID, Detail: r.Get("TopicRulePayload", "Sql").Str(),
				Enabled: !r.Get("TopicRulePayload", "RuleDisabled").True(), Value: a, Span: a.Span,
			})
		}
	}
}

func (b *builder) userPool(r *rind.Resource) {
	for name, v := range r.Get("LambdaConfig").Entries() {
		if v.Kind == rind.Map {
			v = v.Get("LambdaArn")
		}
		if f := b.function(v); f != nil {
			b.add(f, rind.Trigger{Kind: rind.Cognito, Source: r.ID, Detail: name, Public: true, Enabled: true, Value: v, Span: v.Span})
		}
	}
}

func (b *builder) targetGroup(r *rind.Resource) {
	for t := range r.Get("Targets").Each() {
		if f := b.function(t.Get("Id")); f != nil {
			b.add(f, rind.Trigger{Kind: rind.ALB, Source: r.ID, Public: b.internetFacing(), Enabled: true, Auth: rind.Auth{Type: "none"}, Value: t, Span: t.Span})
		}
	}
}

// internetFacing reports whether the app has a load balancer that is not
// internal; a target group whose balancer lies elsewhere is taken as public.
func (b *builder) internetFacing() bool {
	balancers := b.app.OfType("AWS::ElasticLoadBalancingV2::LoadBalancer")
	for _, lb := range balancers {
		if !lb.Get("Scheme").Is("internal") {
			return true
		}
	}
	return len(balancers) == 0
}

// permissionKinds maps the service principal of a permission to what it means
// as a trigger.
var permissionKinds = map[string]rind.TriggerKind{
	"apigateway": rind.APIGatewayREST, "s3": rind.S3, "sns": rind.SNS, "events": rind.EventBridge,
	"scheduler": rind.Schedule, "logs": rind.CloudWatchLogs, "iot": rind.IoT, "cognito-idp": rind.Cognito,
	"cognito-sync": rind.Cognito, "elasticloadbalancing": rind.ALB, "alexa-appkit": rind.Alexa,
	"alexa-connectedhome": rind.Alexa, "ses": rind.SES, "config": rind.Config, "codepipeline": rind.CodePipeline,
	"lex": rind.Lex, "lexv2": rind.Lex, "bedrock": rind.BedrockAgent, "edgelambda": rind.CloudFront,
	"secretsmanager": rind.Direct,
}

// permissions adds a trigger for every service that may invoke a function and
// for which no source was found in the app.
func (b *builder) permissions() {
	for _, r := range b.app.OfType("AWS::Lambda::Permission") {
		f := b.function(r.Get("FunctionName"))
		service, _, _ := strings.Cut(r.Get("Principal").Str(), ".")
		kind, ok := permissionKinds[service]
		if f == nil || !ok || explained(f, kind) {
			continue
		}
		t := rind.Trigger{Kind: kind, Enabled: true, Value: r.Properties, Span: r.Span, Detail: "by permission"}
		if src := b.app.Target(r.Get("SourceArn")); src != nil {
			t.Source = src.ID
			if src.Type == "AWS::ApiGatewayV2::Api" {
				t.Kind = rind.APIGatewayHTTP
				if src.Get("ProtocolType").Is("WEBSOCKET") {
					t.Kind = rind.APIGatewayWebSocket
				}
			}
			if b.isAuthorizer(f, src.ID) || explained(f, t.Kind) {
				continue
			}
		}
		t.Public = t.Kind.HTTP()
		b.add(f, t)
	}
}

// explained reports whether a trigger of this family was already found.
func explained(f *rind.Function, kind rind.TriggerKind) bool {
	family := func(k rind.TriggerKind) rind.TriggerKind {
		switch k {
		case rind.APIGatewayHTTP, rind.APIGatewayWebSocket:
			return rind.APIGatewayREST
		case rind.Schedule:
			return rind.EventBridge
		}
		return k
	}
	for _, t := range f.Triggers {
		if family(t.Kind) == family(kind) {
			return true
		}
	}
	return false
}

// forwards adds the edges among resources that carry events onwards without a
// function: a topic into a queue, a bucket into a topic, a rule into a queue.
func (b *builder) forwards() {
	carry := func(from string, to *rind.Value, why string) {
		if t := b.app.Target(to); t != nil && t.Type != "AWS::Lambda::Function" && t.Type != "AWS::Lambda::Alias" {
			b.edge(from, t.ID, rind.Writes, why, to.Span)
		}
	}
	for _, r := range b.app.Resources {
		switch r.Type {
		case "AWS::SNS::Subscription":
			carry(b.sourceID(r.Get("TopicArn"), r), r.Get("Endpoint"), "subscription")
		case "AWS::SNS::Topic":
			for s := range r.Get("Subscription").Each() {
				carry(r.ID, s.Get("Endpoint"), "subscription")
			}
		case "AWS::S3::Bucket":
			for n := range r.Get("NotificationConfiguration", "QueueConfigurations").Each() {
				carry(r.ID, n.Get("Queue"), "notification")
			}
			for n := range r.Get("NotificationConfiguration", "TopicConfigurations").Each() {
				carry(r.ID, n.Get("Topic"), "notification")
			}
		case "AWS::Events::Rule":
			for t := range r.Get("Targets").Each() {
				carry(r.ID, t.Get("Arn"), "rule target")
			}
		case "AWS::Pipes::Pipe":
			carry(b.sourceID(r.Get("Source"), r), r.Get("Target"), "pipe")
		}
	}
}
