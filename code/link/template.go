package link

import (
	"strings"

	"rind/rind"
)

// templateFacts are the ways that the template opens into a place without a
// function: an API that hands requests straight to a queue, stream, bus, topic,
// table or state machine, mail that is put into a bucket, a device's message.
func (l *linker) templateFacts() []*fact {
	var out []*fact
	for _, r := range l.app.Resources {
		switch r.Type {
		case "AWS::ApiGateway::Method":
			out = append(out, l.integration(r, r.Get("Integration"), rind.APIGatewayREST)...)
		case "AWS::ApiGatewayV2::Integration":
			out = append(out, l.subtype(r)...)
		case "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api":
			out = append(out, l.document(r)...)
		case "AWS::SES::ReceiptRule":
			out = append(out, l.mail(r)...)
		case "AWS::AppSync::DataSource":
			out = append(out, l.mutations(r)...)
		case "AWS::IoT::TopicRule":
			for a := range r.Get("TopicRulePayload", "Actions").Each() {
				out = append(out, l.opened(r, a, rind.IoT, "message", "attacker", "the rule "+r.ID+" passes a device's message on to ")...)
			}
		}
	}
	for _, e := range l.app.Edges {
		if e.From == rind.Internet && e.Kind == rind.Writes {
			if s := l.names.service[e.To]; s != "" {
				for _, part := range partsOf(s) {
					out = append(out, &fact{
						at: place{s, e.To}, part: part, sure: rind.ConfidenceHigh,
						origin: rind.Origin{Path: part, Control: "attacker", Span: e.Span},
						steps:  []rind.Step{{Span: e.Span, Note: "everyone may write to " + e.To}},
					})
				}
			}
		}
	}
	return out
}

// signed are the objects whose content a caller puts there with a URL that a
// route signs: a PutObject without a content is one.
func (l *linker) signed() []*fact {
	var out []*fact
	for _, c := range l.app.Code {
		fn := l.app.Function(c.Function)
		var route *rind.Trigger
		for _, t := range triggersOf(fn) {
			if t.Kind.HTTP() && t.Enabled {
				route = t
			}
		}
		if route == nil {
			continue
		}
		for _, call := range c.Calls {
			if call.Service != "s3" || call.Operation != "PutObject" || call.Params["Body"] != nil {
				continue
			}
			at, ok := l.names.value("s3", call.Params["Bucket"])
			if !ok || !l.may.write(fn, at) {
				continue
			}
			control := "caller"
			if route.Public && (route.Auth.Type == "none" || route.Auth.Type == "") {
				control = "attacker"
			}
			out = append(out, &fact{
				at: at, part: body, key: call.Params["Key"].Pattern(), sure: rind.ConfidenceMedium, passed: []string{c.Function},
				origin: rind.Origin{Trigger: route.Kind, Path: "body", Control: control, Span: call.Span},
				steps:  []rind.Step{{Span: call.Span, Note: "signs a URL with which the caller uploads to " + shown(at)}},
			})
		}
	}
	return out
}

func triggersOf(f *rind.Function) []*rind.Trigger {
	if f == nil {
		return nil
	}
	return f.Triggers
}

func partsOf(service string) []string {
	switch service {
	case "s3":
		return []string{key, body}
	case "dynamodb":
		return []string{item}
	}
	return []string{body, attributes}
}

// integrationServices are the services in the URI of a REST API's integration,
// arn:aws:apigateway:region:SERVICE:path/… or :action/….
var integrationServices = map[string]string{
	":sqs:": "sqs", ":sns:": "sns", ":states:": "stepfunctions", ":kinesis:": "kinesis", ":firehose:": "firehose",
	":dynamodb:": "dynamodb", ":events:": "events", ":s3:": "s3",
}

// reading are actions of integrations that put nothing anywhere.
var reading = []string{"GetItem", "Query", "Scan", "BatchGetItem", "ReceiveMessage", "DescribeExecution", "GetRecords", "ListExecutions", "DeleteItem", "DeleteMessage"}

func (l *linker) integration(r *rind.Resource, in *rind.Value, kind rind.TriggerKind) []*fact {
	control := "attacker"
	if a := r.Get("AuthorizationType"); a.Present() && !a.Is("NONE") {
		control = "caller"
	}
	return l.passed(r, in, in.Get("Type"), in.Get("Uri"), in.Get("IntegrationHttpMethod"), kind, control, "the integration of ")
}

// passed is what an integration with an AWS service hands on.
func (l *linker) passed(r *rind.Resource, in, typ, to, method *rind.Value, kind rind.TriggerKind, control, note string) []*fact {
	if !typ.Is("AWS") {
		return nil
	}
	uri := to.Pattern()
	service := ""
	for mark, s := range integrationServices {
		if strings.Contains(uri, mark) {
			service = s
		}
	}
	if service == "" || service == "s3" && method.Is("GET", "HEAD", "DELETE") {
		return nil
	}
	for _, a := range reading {
		if strings.HasSuffix(uri, "action/"+a) {
			return nil
		}
	}
	return l.opened(r, in, kind, "body", control, note+r.ID+" passes the request on to ")
}

// sends reports whether a subtype of integration puts something somewhere.
func sends(subtype string) bool {
	for _, s := range []string{"EventBridge-PutEvents", "SQS-SendMessage", "Kinesis-PutRecord", "StepFunctions-Start"} {
		if strings.HasPrefix(subtype, s) {
			return true
		}
	}
	return false
}

// document finds the integrations in the OpenAPI document of an API.
func (l *linker) document(r *rind.Resource) []*fact {
	kind := rind.APIGatewayREST
	if r.Type == "AWS::ApiGatewayV2::Api" {
		kind = rind.APIGatewayHTTP
	}
	var out []*fact
	for _, path := range r.Get("Body", "paths").Entries() {
		for _, op := range path.Entries() {
			in := op.Get("x-amazon-apigateway-integration")
			if in == nil || in.Kind != rind.Map {
				continue
			}
			control := "attacker"
			if op.Get("security").Len() > 0 || r.Get("Body", "security").Len() > 0 {
				control = "caller"
			}
			if sub := in.Get("integrationSubtype").Str(); sub != "" {
				if sends(sub) {
					out = append(out, l.opened(r, in, kind, "body", control, "a route of "+r.ID+" passes the request on to ")...)
				}
				continue
			}
			out = append(out, l.passed(r, in, in.Get("type"), in.Get("uri"), in.Get("httpMethod"), kind, control, "a route of ")...)
		}
	}
	return out
}

// subtype is an integration of an HTTP API with an AWS service.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
func (l *linker) subtype(r *rind.Resource) []*fact {
	sub := r.Get("IntegrationSubtype").Str()
	if sub == "" {
		return l.integration(r, rind.NewMap(r.Span,
			rind.Field{Key: "Type", Value: r.Get("IntegrationType")},
			rind.Field{Key: "Uri", Value: r.Get("IntegrationUri")},
			rind.Field{Key: "Templates", Value: r.Get("RequestTemplates")},
		), rind.APIGatewayWebSocket)
	}
	if sends(sub) {
		return l.opened(r, r.Properties, rind.APIGatewayHTTP, "body", "attacker", "the integration "+r.ID+" passes the request on to ")
	}
	return nil
}

// opened are facts for every place that part of a resource refers to.
func (l *linker) opened(r *rind.Resource, v *rind.Value, kind rind.TriggerKind, path, control, note string) []*fact {
	var out []*fact
	seen := map[place]bool{}
	for ref := range v.Refs() {
		at, ok := l.names.any(rind.NewRef(ref, rind.Span{}))
		if !ok || seen[at] || at.service == "lambda" {
			continue
		}
		seen[at] = true
		for _, part := range partsOf(at.service) {
			out = append(out, &fact{
				at: at, part: part, sure: rind.ConfidenceMedium,
				origin: rind.Origin{Trigger: kind, Path: path, Control: control, Span: r.Span},
				steps:  []rind.Step{{Span: r.Span, Note: note + shown(at)}},
			})
		}
	}
	return out
}

// mutations are what the mutations of a GraphQL API write to a table that is
// its data source, by resolvers that are no functions.
func (l *linker) mutations(r *rind.Resource) []*fact {
	at, ok := l.names.value("dynamodb", r.Get("DynamoDBConfig", "TableName"))
	if !ok || at.id == "" {
		return nil
	}
	for _, x := range l.app.OfType("AWS::AppSync::Resolver") {
		source := x.Get("DataSourceName")
		if t := l.app.Target(source); !x.Get("TypeName").Is("Mutation") || (t == nil || t.ID != r.ID) && (source.Str() == "" || source.Str() != r.Get("Name").Str()) {
			continue
		}
		return []*fact{{
			at: at, part: item, sure: rind.ConfidenceMedium,
			origin: rind.Origin{Trigger: rind.AppSync, Path: "arguments", Control: "caller", Span: x.Span},
			steps:  []rind.Step{{Span: x.Span, Note: "the mutation " + x.Get("FieldName").Str() + " writes its arguments to " + shown(at)}},
		}}
	}
	return nil
}

// mail is what SES puts somewhere when it receives mail.
func (l *linker) mail(r *rind.Resource) []*fact {
	var out []*fact
	for a := range r.Get("Rule", "Actions").Each() {
		add := func(service string, v, prefix *rind.Value) {
			if at, ok := l.names.value(service, v); ok {
				x := &fact{
					at: at, part: body, sure: rind.ConfidenceHigh,
					origin: rind.Origin{Trigger: rind.SES, Path: "mail", Control: "attacker", Span: a.Span},
					steps:  []rind.Step{{Span: a.Span, Note: "mail that anyone sends is put into " + shown(at)}},
				}
				if service == "s3" {
					x.key = prefix.Pattern() + "*"
				}
				out = append(out, x)
			}
		}
		add("s3", a.Get("S3Action", "BucketName"), a.Get("S3Action", "ObjectKeyPrefix"))
		add("sns", a.Get("SNSAction", "TopicArn"), nil)
		add("sns", a.Get("S3Action", "TopicArn"), nil)
	}
	return out
}
