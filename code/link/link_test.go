package link

import (
	"slices"
	"strings"
	"testing"

	"rind/rind"
)

// An app under test: resources as type and properties, functions with
// triggers, and the flows found in them.
type world struct{ app rind.App }

func str(s string) *rind.Value { return rind.NewString(s, rind.Span{}) }

func ref(id string) *rind.Value {
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: id}, rind.Span{})
}

// m makes a map of keys and values.
func m(kv ...any) *rind.Value {
	v := rind.NewMap(rind.Span{})
	for i := 0; i+1 < len(kv); i += 2 {
		e, ok := kv[i+1].(*rind.Value)
		if !ok {
			e = str(kv[i+1].(string))
		}
		v.Fields = append(v.Fields, rind.Field{Key: kv[i].(string), Value: e})
	}
	return v
}

func list(vs ...*rind.Value) *rind.Value { return rind.NewList(rind.Span{}, vs...) }

func (w *world) resource(id, typ string, props *rind.Value) {
	w.app.Resources = append(w.app.Resources, &rind.Resource{ID: id, Type: typ, Properties: props})
}

func (w *world) function(id string, triggers ...*rind.Trigger) *rind.Code {
	for _, t := range triggers {
		t.Enabled = true
	}
	w.resource(id, "AWS::Lambda::Function", m())
	w.app.Functions = append(w.app.Functions, &rind.Function{ID: id, Triggers: triggers})
	c := &rind.Code{Function: id}
	w.app.Code = append(w.app.Code, c)
	return c
}

func http() *rind.Trigger { return &rind.Trigger{Kind: rind.APIGatewayHTTP} }

func on(kind rind.TriggerKind, source string, value *rind.Value) *rind.Trigger {
	return &rind.Trigger{Kind: kind, Source: source, Value: value}
}

// line gives every flow a place of its own.
var line int32

func flow(class string, o rind.Origin, into *rind.StoreRef) *rind.DataFlow {
	line++
	at := rind.Span{File: "app.py", Line: line, Column: 1}
	return &rind.DataFlow{
		Class: class, Origin: o, Into: into, Span: at, Confidence: rind.ConfidenceHigh, Sink: "sink",
		Flow: []rind.Step{{Span: rind.Span{File: "app.py", Line: line}, Note: "source"}, {Span: at, Note: "sink"}},
	}
}

func fromHTTP() rind.Origin {
	return rind.Origin{Trigger: rind.APIGatewayHTTP, Path: "body", Control: "attacker"}
}

func fromEvent(kind rind.TriggerKind, path string) rind.Origin {
	return rind.Origin{Trigger: kind, Path: path, Control: "attacker"}
}

func fromStore(r rind.StoreRef, path string) rind.Origin {
	return rind.Origin{Store: &r, Path: path, Control: "tenant"}
}

func bucket(rules ...string) *rind.Value {
	rs := list()
	for i := 0; i+1 < len(rules); i += 2 {
		rs.Items = append(rs.Items, m("Name", rules[i], "Value", rules[i+1]))
	}
	return m("Event", "s3:ObjectCreated:*", "Filter", m("S3Key", m("Rules", rs)))
}

// call adds the call of an API at the place of a flow.
func call(c *rind.Code, f *rind.DataFlow, op string, params *rind.Value) *rind.DataFlow {
	x := &rind.Call{Service: f.Into.Service, Operation: op, Params: map[string]*rind.Value{}, Span: f.Span}
	for k, v := range params.Entries() {
		x.Params[k] = v
	}
	c.Calls = append(c.Calls, x)
	c.Flows = append(c.Flows, f)
	return f
}

func TestLink(t *testing.T) {
	tests := []struct {
		name   string
		build  func(w *world) *rind.DataFlow // the flow in question
		linked string                        // functions passed; "" for not linked
		gone   bool
		sure   rind.Confidence // "" for high
	}{
		{"queue", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "sqs", ID: "Q"}))
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body.name"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"wrong queue", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			w.resource("R", "AWS::SQS::Queue", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "sqs", ID: "R"}))
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"bucket without a writer that browsers upload to", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m("CorsConfiguration", m("CorsRules", list(m("AllowedMethods", list(str("PUT")))))))
			w.resource("R", "AWS::S3::Bucket", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "R", Part: "key"}))
			b := w.function("B", on(rind.S3, "S", bucket()))
			f := flow("cmdi", fromEvent(rind.S3, "Records[].s3.object.key"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", false, rind.ConfidenceMedium},
		{"wrong bucket", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m())
			w.resource("R", "AWS::S3::Bucket", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "R", Part: "key"}))
			b := w.function("B", on(rind.S3, "S", bucket()))
			f := flow("cmdi", fromEvent(rind.S3, "Records[].s3.object.key"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"queue without a sender", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", false, rind.ConfidenceMedium}, // somebody else may send to it
		{"queue with a harmless writer", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			a := w.function("A", http())
			a.Calls = append(a.Calls, &rind.Call{Service: "sqs", Operation: "SendMessage", Params: map[string]*rind.Value{"QueueUrl": ref("Q")}})
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"queue's attribute, not its body", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "sqs", ID: "Q", Part: "attributes"}))
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"by literal name", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m("QueueName", "orders"))
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "sqs", Name: "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}))
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"object key", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "S", Part: "key", Key: "uploads/*.txt"}))
			b := w.function("B", on(rind.S3, "S", bucket("prefix", "uploads/", "suffix", ".txt")))
			f := flow("cmdi", fromEvent(rind.S3, "Records[].s3.object.key"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"object key behind another prefix", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "S", Part: "key", Key: "upload-folder/*.txt"}))
			b := w.function("B", on(rind.S3, "S", bucket("prefix", "uploads/")))
			f := flow("cmdi", fromEvent(rind.S3, "Records[].s3.object.key"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"object's content, not its key", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "S", Part: "body", Key: "report.csv"}))
			b := w.function("B", on(rind.S3, "S", bucket()))
			f := flow("cmdi", fromEvent(rind.S3, "Records[].s3.object.key"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", false, rind.ConfidenceLow},
		{"object's content", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "S", Part: "body", Key: "in/*"}))
			b := w.function("B", on(rind.S3, "S", bucket("prefix", "in/")))
			f := flow("xxe", fromStore(rind.StoreRef{Service: "s3", Name: "?"}, ""), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"another object", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "S", Part: "body", Key: "in/*"}))
			b := w.function("B", on(rind.Schedule, "R", nil))
			f := flow("xxe", fromStore(rind.StoreRef{Service: "s3", ID: "S", Part: "body", Key: "config.xml"}, ""), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", false, rind.ConfidenceLow},
		{"table's item", func(w *world) *rind.DataFlow {
			w.resource("T", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "dynamodb", ID: "T", Key: "note"}))
			b := w.function("B", on(rind.Schedule, "R", nil))
			f := flow("xss", fromStore(rind.StoreRef{Service: "dynamodb", ID: "T"}, "[].note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"another attribute", func(w *world) *rind.DataFlow {
			w.resource("T", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "dynamodb", ID: "T", Key: "note"}))
			b := w.function("B", on(rind.Schedule, "R", nil))
			f := flow("xss", fromStore(rind.StoreRef{Service: "dynamodb", ID: "T"}, "total"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"stream, wrong table", func(w *world) *rind.DataFlow {
			w.resource("T", "AWS::DynamoDB::Table", m())
			w.resource("U", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "dynamodb", ID: "U", Key: "note"}))
			b := w.function("B", on(rind.DynamoDBStream, "T", nil))
			f := flow("cmdi", fromEvent(rind.DynamoDBStream, "Records[].dynamodb.NewImage.note.S"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"three functions", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			w.resource("T", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "sqs", ID: "Q"}))
			b := w.function("B", on(rind.SQS, "Q", nil))
			b.Flows = append(b.Flows, flow("store", fromEvent(rind.SQS, "Records[].body"), &rind.StoreRef{Service: "dynamodb", ID: "T"}))
			c := w.function("C", on(rind.DynamoDBStream, "T", nil))
			f := flow("cmdi", fromEvent(rind.DynamoDBStream, "Records[].dynamodb.NewImage.note"), nil)
			c.Flows = append(c.Flows, f)
			return f
		}, "A B", false, ""},
		{"topic into queue", func(w *world) *rind.DataFlow {
			w.resource("N", "AWS::SNS::Topic", m())
			w.resource("Q", "AWS::SQS::Queue", m())
			w.resource("Sub", "AWS::SNS::Subscription", m("TopicArn", ref("N"), "Protocol", "sqs", "Endpoint", ref("Q")))
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "sns", ID: "N"}))
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body.Message"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"topic with a filter that keeps it out", func(w *world) *rind.DataFlow {
			w.resource("N", "AWS::SNS::Topic", m())
			a := w.function("A", http())
			call(a, flow("store", fromHTTP(), &rind.StoreRef{Service: "sns", ID: "N"}), "Publish",
				m("TopicArn", ref("N"), "MessageAttributes", m("kind", m("DataType", "String", "StringValue", "order"))))
			b := w.function("B", on(rind.SNS, "N", m("FilterPolicy", m("kind", list(str("refund"))))))
			f := flow("cmdi", fromEvent(rind.SNS, "Records[].Sns.Message"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"bus", func(w *world) *rind.DataFlow {
			w.resource("Bus", "AWS::Events::EventBus", m("Name", "shop"))
			w.resource("Rule", "AWS::Events::Rule", m("EventBusName", ref("Bus"), "EventPattern", m("source", list(str("shop.orders")))))
			a := w.function("A", http())
			call(a, flow("store", fromHTTP(), &rind.StoreRef{Service: "events", ID: "Bus"}), "PutEvents",
				m("Entries", list(m("EventBusName", ref("Bus"), "Source", "shop.orders", "DetailType", "OrderPlaced"))))
			b := w.function("B", on(rind.EventBridge, "Rule", m("EventPattern", m("source", list(str("shop.orders"))))))
			f := flow("cmdi", fromEvent(rind.EventBridge, "detail.note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"bus, other source", func(w *world) *rind.DataFlow {
			w.resource("Bus", "AWS::Events::EventBus", m("Name", "shop"))
			w.resource("Rule", "AWS::Events::Rule", m("EventBusName", ref("Bus"), "EventPattern", m("source", list(str("shop.refunds")))))
			a := w.function("A", http())
			call(a, flow("store", fromHTTP(), &rind.StoreRef{Service: "events", ID: "Bus"}), "PutEvents",
				m("Entries", list(m("EventBusName", ref("Bus"), "Source", "shop.orders", "DetailType", "OrderPlaced"))))
			b := w.function("B", on(rind.EventBridge, "Rule", m("EventPattern", m("source", list(str("shop.refunds"))))))
			f := flow("cmdi", fromEvent(rind.EventBridge, "detail.note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"bucket by way of the default bus", func(w *world) *rind.DataFlow {
			w.resource("S", "AWS::S3::Bucket", m("NotificationConfiguration", m("EventBridgeConfiguration", m("EventBridgeEnabled", "true"))))
			pattern := m("EventPattern", m("source", list(str("aws.s3")), "detail", m("bucket", m("name", list(ref("S"))))))
			w.resource("Rule", "AWS::Events::Rule", pattern)
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "s3", ID: "S", Part: "key"}))
			b := w.function("B", on(rind.EventBridge, "Rule", pattern))
			f := flow("cmdi", fromEvent(rind.EventBridge, "detail.object.key"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"stream filtered by event name", func(w *world) *rind.DataFlow {
			w.resource("T", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "dynamodb", ID: "T"}))
			b := w.function("B", on(rind.DynamoDBStream, "T", m("FilterCriteria", m("Filters", list(m("Pattern", `{"eventName":["REMOVE"]}`))))))
			f := flow("cmdi", fromEvent(rind.DynamoDBStream, "Records[].dynamodb.NewImage.note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"state machine", func(w *world) *rind.DataFlow {
			w.resource("M", "AWS::StepFunctions::StateMachine", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "stepfunctions", ID: "M"}))
			b := w.function("B", on(rind.StepFunctions, "M", nil))
			f := flow("cmdi", fromEvent(rind.StepFunctions, "note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"function called directly", func(w *world) *rind.DataFlow {
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "lambda", ID: "B"}))
			b := w.function("B")
			f := flow("cmdi", rind.Origin{Path: "note", Control: "attacker"}, nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, ""},
		{"not permitted", func(w *world) *rind.DataFlow {
			w.resource("T", "AWS::DynamoDB::Table", m())
			w.resource("U", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "dynamodb", ID: "T"}))
			w.app.Functions[0].Role = "Role"
			w.app.Roles = []*rind.Role{{ID: "Role", Functions: []string{"A"}}}
			w.app.Edges = []rind.Edge{{From: "A", To: "U", Kind: rind.Writes, Why: "dynamodb:PutItem"}}
			b := w.function("B", on(rind.DynamoDBStream, "T", nil))
			f := flow("cmdi", fromEvent(rind.DynamoDBStream, "Records[].dynamodb.NewImage.note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", true, ""},
		{"writer whose code is missing", func(w *world) *rind.DataFlow {
			w.resource("T", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Missing = "not found"
			w.app.Edges = []rind.Edge{{From: "A", To: "T", Kind: rind.Writes, Why: "dynamodb:PutItem"}}
			b := w.function("B", on(rind.DynamoDBStream, "T", nil))
			f := flow("cmdi", fromEvent(rind.DynamoDBStream, "Records[].dynamodb.NewImage.note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", false, rind.ConfidenceLow},
		{"table that is not known, the only one", func(w *world) *rind.DataFlow {
			w.resource("T", "AWS::DynamoDB::Table", m())
			a := w.function("A", http())
			a.Flows = append(a.Flows, flow("store", fromHTTP(), &rind.StoreRef{Service: "dynamodb"}))
			b := w.function("B", on(rind.DynamoDBStream, "T", nil))
			f := flow("cmdi", fromEvent(rind.DynamoDBStream, "Records[].dynamodb.NewImage.note"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "A", false, rind.ConfidenceMedium},
		{"API straight into a queue", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			w.resource("I", "AWS::ApiGatewayV2::Integration", m("IntegrationSubtype", "SQS-SendMessage", "RequestParameters", m("QueueUrl", ref("Q"))))
			b := w.function("B", on(rind.SQS, "Q", nil))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", false, rind.ConfidenceMedium},
		{"own queue", func(w *world) *rind.DataFlow {
			w.resource("Q", "AWS::SQS::Queue", m())
			b := w.function("B", on(rind.SQS, "Q", nil))
			b.Flows = append(b.Flows, flow("store", fromEvent(rind.SQS, "Records[].body"), &rind.StoreRef{Service: "sqs", ID: "Q"}))
			f := flow("cmdi", fromEvent(rind.SQS, "Records[].body"), nil)
			b.Flows = append(b.Flows, f)
			return f
		}, "", false, rind.ConfidenceMedium},
		{"HTTP alone", func(w *world) *rind.DataFlow {
			a := w.function("A", http())
			f := flow("cmdi", fromHTTP(), nil)
			a.Flows = append(a.Flows, f)
			return f
		}, "", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &world{}
			f := tt.build(w)
			Link(&w.app)
			there := false
			for _, c := range w.app.Code {
				there = there || slices.Contains(c.Flows, f)
			}
			if there == tt.gone {
				t.Errorf("flow is there: %v", there)
			}
			if got := strings.Join(f.Linked, " "); got != tt.linked {
				t.Errorf("passed %q, want %q", got, tt.linked)
			}
			if tt.linked != "" && f.Origin.Trigger != rind.APIGatewayHTTP {
				t.Errorf("begins with %+v", f.Origin)
			}
			want := tt.sure
			if want == "" {
				want = rind.ConfidenceHigh
			}
			if !tt.gone && f.Confidence != want {
				t.Errorf("confidence %s, want %s", f.Confidence, want)
			}
		})
	}
}
