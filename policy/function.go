package policy

import (
	"strings"

	"rind/iam"
	"rind/rind"
)

// function adds what AWS needs of the role to run the function: its logs, its
// network, tracing, where failures go, and polling of its event sources. From
// the Lambda Developer Guide, "Defining Lambda function permissions with an
// execution role" and the pages of the event sources.
func (b *builder) function() {
	r := b.fn.Resource
	if r == nil {
		return
	}
	b.logs(r)
	if v := r.Get("VpcConfig", "SubnetIds"); v.Present() && (v.Kind != rind.List || v.Len() > 0) {
		b.given("a function in a VPC", v.Span, nil, vpcActions...)
	}
	if v := r.Get("TracingConfig", "Mode"); v.Is("Active") {
		b.given("tracing with X-Ray", v.Span, nil, "xray:PutTraceSegments", "xray:PutTelemetryRecords")
	}
	if v := r.Get("DeadLetterConfig", "TargetArn"); v.Present() {
		b.destination(v, "its dead-letter queue")
	}
	if v := r.Get("KmsKeyArn"); v.Present() {
		b.keyOf(v, "its environment variables are encrypted with the key", "kms:Decrypt")
	}
	for v := range r.Get("FileSystemConfigs").Each() {
		b.fileSystem(v)
	}
	for _, m := range b.app.OfType("AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping") {
		if !b.mine(m) {
			continue
		}
		for _, outcome := range []string{"OnSuccess", "OnFailure"} {
			if v := m.Get("DestinationConfig", outcome, "Destination"); v.Present() {
				b.destination(v, "its destination "+outcome)
			}
		}
		if m.Type == "AWS::Lambda::EventSourceMapping" {
			b.source(m)
		}
	}
}

// mine reports whether a mapping is of this function, or of a version or
// alias of it.
func (b *builder) mine(m *rind.Resource) bool {
	v := m.Get("FunctionName")
	for range 3 {
		t := b.resource(v)
		switch {
		case t == nil:
			return false
		case t.ID == b.fn.ID || t == b.fn.Resource:
			return true
		}
		v = t.Get("FunctionName")
	}
	return false
}

var vpcActions = []string{
	"ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
	"ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
}

// given adds actions that AWS needs. Without resources they are for "*".
func (b *builder) given(why string, span rind.Span, resources []*rind.Value, actions ...string) {
	if resources == nil {
		resources = []*rind.Value{everything}
	}
	for _, a := range actions {
		for _, r := range resources {
			b.add(&Need{Action: a, Resource: r, Why: why, Span: span, Given: true})
		}
	}
}

func (b *builder) logs(r *rind.Resource) {
	name := []rind.Part{{Text: "/aws/lambda/"}}
	if group := r.Get("LoggingConfig", "LogGroup"); group.Present() {
		name = b.known(group)
	} else {
		ref := &rind.Ref{Kind: rind.RefResource, Name: r.ID}
		if strings.HasPrefix(r.Native, "aws_") {
			ref.Attr = "function_name"
		}
		if own := r.Get("FunctionName"); own.Present() {
			name = append(name, b.known(own)...) // a role that refers to its function would wait for itself
		} else if ref.Attr != "" {
			name = append(name, rind.Part{Ref: ref})
		} else {
			name = append(name, rind.Part{Ref: &rind.Ref{Kind: rind.RefPseudo, Name: "AWS::StackName"}}, rind.Part{Text: "-" + r.ID + "-*"})
		}
	}
	// The group itself and its streams: CloudWatch Logs writes both so.
	group := b.expand(iam.ARNForm("logs", "log-group")+":*", map[string][]rind.Part{"LogGroupName": name})
	b.given("its log", r.Span, []*rind.Value{group}, "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
}

// arnOf makes the ARN of the resource type of an action from one value.
func (b *builder) arnOf(action string, v *rind.Value) (target, bool) {
	a, ok := iam.LookupAction(action)
	if !ok || v.Absent() {
		return target{}, false
	}
	f := &filler{builder: b, action: a, call: &rind.Call{}, given: []*rind.Value{v}, named: "ARN"}
	for _, t := range f.types() {
		for _, x := range f.fill(t) {
			return x, true
		}
	}
	return target{}, false
}

// on adds actions on what one value names.
func (b *builder) on(why string, v *rind.Value, actions ...string) {
	for _, action := range actions {
		t, ok := b.arnOf(action, v)
		if !ok {
			t.arn = everything
		}
		b.add(&Need{Action: action, Resource: t.arn, Why: why, Span: spanOf(v), Wide: t.wide, Given: true})
		if a, found := iam.LookupAction(action); found {
			b.givenKey(a, t, why)
		}
	}
}

func spanOf(v *rind.Value) rind.Span {
	if v == nil {
		return rind.Span{}
	}
	return v.Span
}

// givenKey adds the key of an encrypted queue or stream that AWS reads or
// writes in the function's name.
func (b *builder) givenKey(a *iam.Action, t target, why string) {
	if t.resource == nil {
		return
	}
	before := len(b.needs)
	b.encryption(a, &rind.Call{Span: t.resource.Span}, t)
	for _, n := range b.needs[before:] {
		n.Given, n.Why = true, "the key of "+why
	}
}

func (b *builder) keyOf(v *rind.Value, why, action string) {
	before := len(b.needs)
	b.keyNeeds([]string{action}, "lambda", v, why, v.Span, false)
	for _, n := range b.needs[before:] {
		n.Given, n.Condition = true, nil
	}
}

// destination adds what sending to a queue, topic, function, bus or bucket
// needs.
func (b *builder) destination(v *rind.Value, what string) {
	service := ""
	if r := b.resource(v); r != nil {
		k, _ := iam.KindOf(r.Type)
		service = k.Service
	} else if f := strings.SplitN(v.Pattern(), ":", 4); len(f) == 4 {
		service = f[2]
	}
	switch service {
	case "sqs":
		b.on(what, v, "sqs:SendMessage")
	case "sns":
		b.on(what, v, "sns:Publish")
	case "lambda":
		b.on(what, v, "lambda:InvokeFunction")
	case "events":
		b.on(what, v, "events:PutEvents")
	case "s3":
		b.on(what, v, "s3:PutObject", "s3:ListBucket")
	}
}

// fileSystem adds mounting of an EFS access point.
func (b *builder) fileSystem(v *rind.Value) {
	arn := v.Get("Arn")
	point := b.resource(arn)
	fs := everything
	if point != nil {
		if t, ok := b.arnOf("elasticfilesystem:ClientMount", point.Get("FileSystemId")); ok {
			fs = t.arn
		}
	}
	if fs == everything {
		fs = b.expand(iam.ARNForm("elasticfilesystem", "file-system"), nil)
	}
	var limit []Condition
	if arn.Present() && sure(b.known(arn)) {
		limit = []Condition{{"StringEquals", "elasticfilesystem:AccessPointArn", []*rind.Value{arn}}}
	}
	for _, a := range []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"} {
		b.add(&Need{Action: a, Resource: fs, Condition: limit, Why: "its file system", Span: v.Span, Given: true})
	}
}

// polling are the actions with which Lambda reads an event source, by the
// service in its ARN.
var polling = map[string][]string{
	"sqs":      {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
	"kinesis":  {"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"},
	"dynamodb": {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"},
	"kafka":    {"kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"},
	"mq":       {"mq:DescribeBroker"},
	"rds":      {"rds:DescribeDBClusters", "rds:DescribeDBClusterParameters", "rds:DescribeDBSubnetGroups"},
}

// anywhere are further actions that know no resource.
var anywhere = map[string][]string{
	"kinesis": {"kinesis:ListStreams"}, "dynamodb": {"dynamodb:ListStreams"},
	"kafka": networkActions, "mq": networkActions, "rds": networkActions,
}

// networkActions are what Lambda needs to reach a broker in a VPC.
var networkActions = []string{
	"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces",
	"ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
}

// kafkaData is reading from an MSK cluster with IAM authentication.
var kafkaData = []string{
	"kafka-cluster:Connect", "kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup", "kafka-cluster:DescribeTopic",
	"kafka-cluster:ReadData", "kafka-cluster:DescribeClusterDynamicConfiguration",
}

// source adds polling of an event source mapping.
func (b *builder) source(m *rind.Resource) {
	v := m.Get("EventSourceArn")
	why := "polling its event source"
	service := ""
	if r := b.resource(v); r != nil {
		why = "polling " + r.ID
		k, _ := iam.KindOf(r.Type)
		service = k.Service
		if r.Type == "AWS::AmazonMQ::Broker" {
			service = "mq"
		}
		if strings.HasPrefix(r.Type, "AWS::DocDB") {
			service = "rds"
		}
	} else if f := strings.SplitN(v.Pattern(), ":", 4); len(f) == 4 {
		service = f[2]
	}
	switch { // a source that a parameter names
	case service != "":
	case m.Get("Queues").Present():
		service = "mq"
	case m.Get("DocumentDBEventSourceConfig").Present():
		service = "rds"
	case m.Get("Topics").Present() && v.Present():
		service = "kafka"
	}
	for _, action := range polling[service] {
		if service == "dynamodb" {
			b.stream(v, why, action)
		} else {
			b.on(why, v, action)
		}
	}
	b.given(why, m.Span, nil, anywhere[service]...)
	if service == "kafka" && m.Get("SourceAccessConfigurations").Absent() {
		before := len(b.needs)
		b.given(why+", if it authenticates with IAM", m.Span, nil, kafkaData...)
		for _, n := range b.needs[before:] {
			n.Possible = true
		}
	}
	for c := range m.Get("SourceAccessConfigurations").Each() {
		uri := c.Get("URI")
		switch kind := c.Get("Type").Str(); {
		case strings.HasSuffix(kind, "_AUTH"), strings.Contains(kind, "CERTIFICATE"):
			b.on("the credentials of its event source", uri, "secretsmanager:GetSecretValue")
		case kind == "VPC_SUBNET":
			b.given(why, c.Span, nil, networkActions...)
		}
	}
}

// stream adds an action on a table's stream.
func (b *builder) stream(v *rind.Value, why, action string) {
	arn := v
	if v.Scalar() || v.Symbolic() {
		arn = rind.Join(b.known(v), nil, v.Span)
	}
	b.add(&Need{Action: action, Resource: arn, Why: why, Span: v.Span, Given: true})
}
