package sam

import (
	"slices"
	"strings"
)

// pullEvent makes an event source mapping: Lambda polls a stream or queue,
// and the role of the function gets what polling needs.
func (t *transform) pullEvent(e *event, tgt *target, role *res) []*res {
	m := t.make(e.full, "AWS::Lambda::EventSourceMapping", tgt.attrs, "FunctionName", tgt.name)
	for _, k := range []string{"Stream", "Queue", "Broker", "Cluster"} {
		if f := e.props.Field(k); f != nil && e.typ != "SelfManagedKafka" {
			setKeyed(m.props, "EventSourceArn", f.Span, f.Value)
		}
	}
	e.pass(m, "StartingPosition", "StartingPositionTimestamp", "BatchSize", "Enabled", "MaximumBatchingWindowInSeconds",
		"MaximumRetryAttempts", "BisectBatchOnFunctionError", "MaximumRecordAgeInSeconds", "ParallelizationFactor", "Topics", "Queues",
		"SourceAccessConfigurations", "TumblingWindowInSeconds", "FunctionResponseTypes", "FilterCriteria", "KmsKeyArn",
		"ScalingConfig", "ProvisionedPollerConfig", "MetricsConfig", "LoggingConfig")
	t.filterRules(e)
	if k := e.get("KafkaBootstrapServers"); some(k) {
		m.set("SelfManagedEventSource", t.here.obj("Endpoints", t.here.obj("KafkaBootstrapServers", k)))
	}
	t.kafkaConfig(e, m)
	if e.typ == "DocumentDB" {
		m.set("DocumentDBEventSourceConfig", t.here.obj("DatabaseName", e.get("DatabaseName"),
			"CollectionName", given(e.get("CollectionName")), "FullDocument", given(e.get("FullDocument"))))
	}
	t.grant(e, role)
	if p := t.failureDestination(e, m); p != nil {
		addPolicy(t, role, p)
	}
	return []*res{m}
}

func (t *transform) filterRules(e *event) {
	f := e.get("FilterCriteria")
	if some(f) && !isIntrinsic(f) && isMap(f) && (len(f.Fields) > 1 || f.Fields[0].Key != "Filters") {
		t.fail(f, "%s: FilterCriteria of the event %s takes Filters only", e.owner, e.id)
	}
}

func (t *transform) kafkaConfig(e *event, m *res) {
	cfg := t.here.obj("ConsumerGroupId", given(e.get("ConsumerGroupId")), "SchemaRegistryConfig", given(e.get("SchemaRegistryConfig")))
	if len(cfg.Fields) == 0 {
		return
	}
	switch e.typ {
	case "MSK":
		m.set("AmazonManagedKafkaEventSourceConfig", cfg)
	case "SelfManagedKafka":
		m.set("SelfManagedKafkaEventSourceConfig", cfg)
	default:
		if cfg.Field("ConsumerGroupId") != nil {
			t.fail(e.raw, "%s: an event of type %s takes no ConsumerGroupId", e.owner, e.typ)
		}
	}
	r := e.get("SchemaRegistryConfig")
	if !some(r) {
		return
	}
	for _, k := range []string{"SchemaRegistryURI", "EventRecordFormat", "SchemaValidationConfigs"} {
		if r.Field(k) == nil {
			t.fail(r, "%s: SchemaRegistryConfig needs %s", e.owner, k)
		}
	}
	if f := r.Get("EventRecordFormat"); f != nil && !f.Is("JSON", "SOURCE") {
		t.fail(f, "%s: EventRecordFormat is JSON or SOURCE", e.owner)
	}
	for _, k := range []string{"SchemaValidationConfigs", "AccessConfigs"} {
		if l := r.Get(k); l.Present() && !isList(l) {
			t.fail(l, "%s: %s is not a list", e.owner, k)
		}
	}
	for c := range r.Get("AccessConfigs").Each() {
		if c.Get("Type") == nil || c.Get("URI") == nil {
			t.fail(c, "%s: an AccessConfig needs Type and URI", e.owner)
		}
	}
}

// failureDestination sets where failed batches go and returns the policy that
// sending there needs.
func (t *transform) failureDestination(e *event, m *res) val {
	c := e.get("DestinationConfig")
	if !some(c) {
		return nil
	}
	f := c.Get("OnFailure")
	if !isMap(f) {
		t.fail(c, "%s: DestinationConfig.OnFailure of the event %s is not a map", e.owner, e.id)
		m.set("DestinationConfig", c)
		return nil
	}
	ty, dest := given(f.Get("Type")), f.Get("Destination")
	if ty != nil {
		c, f = shallow(c), shallow(f)
		del(f, "Type")
		set(c, "OnFailure", f)
	}
	m.set("DestinationConfig", c)
	switch {
	case ty == nil || ty.Is("Kafka"):
	case ty.Is("SQS"):
		return t.policy(e.full+"SQSPolicy", t.allow("sqs:SendMessage", dest))
	case ty.Is("SNS"):
		return t.policy(e.full+"SNSPolicy", t.allow("sns:publish", dest))
	case ty.Is("S3"):
		return t.bucketPolicy(e.full, dest)
	default:
		t.fail(ty, "%s: the Type of OnFailure is one of SQS, SNS, S3, Kafka", e.owner)
	}
	return nil
}

// addPolicy gives a role an inline policy unless it has an equal one.
func addPolicy(t *transform, role *res, p val) {
	if role == nil {
		return
	}
	l := shallow(role.get("Policies"))
	if l == nil {
		l = t.here.list()
	}
	for _, have := range l.Items[:min(len(l.Items), maxDedupe)] {
		if equal(have.Get("PolicyDocument"), p.Get("PolicyDocument")) {
			return
		}
	}
	l.Items = append(l.Items, p)
	set(role.props, "Policies", l)
}

// grant gives the role what polling the source needs.
func (t *transform) grant(e *event, role *res) {
	managed := map[string]string{
		"Kinesis": "AWSLambdaKinesisExecutionRole", "DynamoDB": "AWSLambdaDynamoDBExecutionRole",
		"SQS": "AWSLambdaSQSQueueExecutionRole", "MSK": "AWSLambdaMSKExecutionRole",
	}
	if name := managed[e.typ]; name != "" && role != nil {
		arn := t.here.str(awsPolicy("service-role/" + name))
		l := shallow(role.get("ManagedPolicyArns"))
		if l == nil {
			l = t.here.list()
		}
		if !contains(l.Items, arn) {
			l.Items = append(l.Items, arn)
		}
		set(role.props, "ManagedPolicyArns", l)
	}
	var p val
	switch e.typ {
	case "MSK":
		p = t.mskPolicy(e)
	case "MQ":
		p = t.mqPolicy(e)
	case "SelfManagedKafka":
		p = t.kafkaPolicy(e)
	case "DocumentDB":
		p = t.documentPolicy(e)
	}
	if p != nil {
		addPolicy(t, role, p)
	}
}

func (t *transform) allowAll(resource val, actions ...string) val {
	l := t.here.list()
	for _, a := range actions {
		l.Items = append(l.Items, t.here.str(a))
	}
	return t.here.obj("Action", l, "Effect", "Allow", "Resource", orNull(resource))
}

func (t *transform) readSecret(uri val) val { return t.allowAll(uri, "secretsmanager:GetSecretValue") }

func (t *transform) useNetwork() val {
	return t.allowAll(t.here.str("*"), "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface",
		"ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups")
}

func (t *transform) mskPolicy(e *event) val {
	st := t.registryStatements(e)
	for c := range e.get("SourceAccessConfigurations").Each() {
		if c.Get("Type").Is("CLIENT_CERTIFICATE_TLS_AUTH") && some(c.Get("URI")) {
			st = append(st, t.readSecret(c.Get("URI")))
		}
	}
	if len(st) == 0 {
		return nil
	}
	return t.policy("MSKExecutionRolePolicy", st...)
}

// registryStatements let the function read a schema registry.
func (t *transform) registryStatements(e *event) []val {
	r := e.get("SchemaRegistryConfig")
	if !some(r) {
		return nil
	}
	var out []val
	for c := range r.Get("AccessConfigs").Each() {
		if u := c.Get("URI"); u != nil {
			out = append(out, t.readSecret(u))
		}
	}
	uri := r.Get("SchemaRegistryURI")
	arn := uri.Str()
	if isMap(uri) {
		arn = t.resolve(uri).Get("Fn::Sub").Str()
	}
	parts := strings.Split(arn, ":")
	if strings.HasPrefix(arn, "arn") && len(parts) >= 6 {
		if name, ok := strings.CutPrefix(parts[5], "registry/"); ok {
			out = append(out, t.allowAll(uri, "glue:GetRegistry"), t.allowAll(t.here.list(
				t.here.sub("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:schema/"+name+"/*")), "glue:GetSchemaVersion"))
		}
	}
	return out
}

// secretURI is the secret of one of the required kinds, with complaints about
// the other entries.
func (t *transform) secretURI(e *event, required string, others ...string) val {
	l := e.get("SourceAccessConfigurations")
	if !isList(l) || l.Len() == 0 {
		t.fail(e.raw, "%s: the event %s needs SourceAccessConfigurations", e.owner, e.id)
		return nil
	}
	var uri val
	for _, c := range l.Items {
		ty := c.Get("Type")
		switch {
		case !isStr(ty) || ty.Text != required && !slices.Contains(others, ty.Text):
			t.fail(c, "%s: the Type of a SourceAccessConfiguration of %s is one of %s", e.owner, e.typ,
				strings.Join(append([]string{required}, others...), ", "))
		case ty.Text == required && uri != nil:
			t.fail(c, "%s: %s is given more than once", e.owner, required)
		case ty.Text == required && !some(c.Get("URI")):
			t.fail(c, "%s: %s needs a URI", e.owner, required)
		case ty.Text == required:
			uri = c.Get("URI")
		}
	}
	if uri == nil {
		t.fail(l, "%s: the event %s needs a SourceAccessConfiguration of type %s", e.owner, e.id, required)
	}
	return uri
}

// decrypt lets the function use the key that the secret is encrypted with.
func (t *transform) decrypt(e *event) val {
	k := e.get("SecretsManagerKmsKeyId")
	if !some(k) {
		return nil
	}
	if !isStr(k) {
		t.fail(k, "%s: SecretsManagerKmsKeyId must be a text", e.owner)
	}
	return t.allowAll(t.here.sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/"+k.Str()), "kms:Decrypt")
}

func (t *transform) mqPolicy(e *event) val {
	name := "SamAutoGeneratedAMQPolicy"
	if isTrue(e.get("DynamicPolicyName")) {
		name = e.full + "AMQPolicy"
	}
	st := []val{t.readSecret(t.secretURI(e, "BASIC_AUTH", "VIRTUAL_HOST")), t.allowAll(e.get("Broker"), "mq:DescribeBroker")}
	if k := t.decrypt(e); k != nil {
		set(k, "Action", t.here.str("kms:Decrypt"))
		st = append(st, k)
	}
	return t.policy(name, st...)
}

func (t *transform) documentPolicy(e *event) val {
	own := func(s string) val {
		return t.here.sub("arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:" + s)
	}
	st := []val{
		t.readSecret(t.secretURI(e, "BASIC_AUTH")),
		t.allowAll(own("cluster-pg:*"), "rds:DescribeDBClusterParameters"),
		t.allowAll(own("subgrp:*"), "rds:DescribeDBSubnetGroups"),
		t.allowAll(e.get("Cluster"), "rds:DescribeDBClusters"),
		t.useNetwork(),
	}
	if k := t.decrypt(e); k != nil {
		st = append(st, k)
	}
	return t.policy("SamAutoGeneratedDocumentDBPolicy", st...)
}

func (t *transform) kafkaPolicy(e *event) val {
	for _, k := range []string{"KafkaBootstrapServers", "Topics", "SourceAccessConfigurations"} {
		if !some(e.get(k)) {
			t.fail(e.raw, "%s: the event %s needs %s", e.owner, e.id, k)
		}
	}
	if l := e.get("Topics"); isList(l) && l.Len() > 1 {
		t.fail(l, "%s: a self-managed Kafka event takes one topic", e.owner)
	}
	if l := e.get("SourceAccessConfigurations"); l != nil && !isList(l) {
		t.fail(l, "%s: SourceAccessConfigurations is not a list", e.owner)
	}
	var secret, ca val
	var subnet, group bool
	for c := range e.get("SourceAccessConfigurations").Each() {
		uri := c.Get("URI")
		if !some(uri) || !isStr(uri) && !isIntrinsic(uri) {
			t.fail(c, "%s: a SourceAccessConfiguration needs a URI", e.owner)
		}
		switch ty := c.Get("Type").Str(); ty {
		case "VPC_SUBNET":
			subnet = true
		case "VPC_SECURITY_GROUP":
			group = true
		case "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH":
			if secret != nil {
				t.fail(c, "%s: only one way to authenticate may be given", e.owner)
			}
			secret = uri
		case "SERVER_ROOT_CA_CERTIFICATE":
			ca = uri
		default:
			t.fail(c, "%s: unknown Type of a SourceAccessConfiguration", e.owner)
		}
	}
	if subnet != group {
		t.fail(e.raw, "%s: VPC_SUBNET and VPC_SECURITY_GROUP need each other", e.owner)
	}
	var st []val
	if some(secret) {
		st = append(st, t.readSecret(secret))
	}
	if some(ca) { // the transform grants the first secret again, not the certificate
		st = append(st, t.readSecret(secret))
	}
	if subnet && group {
		st = append(st, t.useNetwork())
	}
	if k := t.decrypt(e); k != nil {
		st = append(st, k)
	}
	st = append(st, t.registryStatements(e)...)
	p := t.policy("SelfManagedKafkaExecutionRolePolicy", st...)
	set(p.Get("PolicyDocument"), "Version", t.here.str("2012-10-17"))
	return p
}
