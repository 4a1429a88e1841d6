package event

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"rind/rind"
)

func TestTables(t *testing.T) {
	if len(Kinds) != 31 {
		t.Errorf("%d kinds, want 31", len(Kinds))
	}
	for _, k := range Kinds {
		s, err := readTable(k)
		if err != nil {
			t.Fatal(err)
		}
		if s.Title == "" {
			t.Errorf("%s: no title", k)
		}
		for _, sh := range s.Shapes {
			if sh.Doc == "" || sh.Title == "" || sh.Name == "" || len(sh.Fields) == 0 {
				t.Errorf("%s: shape %q lacks a name, title, page or fields", k, sh.Name)
			}
			for _, f := range sh.Fields {
				if f.Meaning == "" {
					t.Errorf("%s %s: no meaning", k, f.Path)
				}
				if f.sample != "-" && !json.Valid([]byte(f.sample)) {
					t.Errorf("%s %s: sample %s is no JSON", k, f.Path, f.sample)
				}
				for _, e := range f.Encoding {
					if !slices.Contains([]Encoding{URL, Base64, Base64If, Gzip, JSON, JSONIf, ContentType, DynamoDB, Bytes, Query, JWT}, e) {
						t.Errorf("%s %s: encoding %q is unknown", k, f.Path, e)
					}
				}
				if got, ok := Lookup([]rind.TriggerKind{k + "/" + rind.TriggerKind(sh.Name)}, f.Path); !ok || got.Path != f.Path && !strings.HasSuffix(f.Path, "*") {
					t.Errorf("%s: Lookup(%s) = %q, %v", k, f.Path, got.Path, ok)
				}
			}
		}
	}
}

func TestLookup(t *testing.T) {
	tests := []struct {
		kind    rind.TriggerKind // "" for unknown
		path    string
		want    string // path of the field; "" if there is none
		control Control
		match   Match
		certain bool
	}{
		{"s3", "Records[0].s3.object.key", "Records[].s3.object.key", Attacker, Exact, true},
		{"s3", "Records.0.s3.object.key", "Records[].s3.object.key", Attacker, Exact, true},
		{"s3", "Records[].S3.Object.Key", "Records[].s3.object.key", Attacker, Exact, true},
		{"s3", "Records[].S3.Object.URLDecodedKey", "Records[].s3.object.key", Attacker, Exact, true},
		{"s3", "records[].s3.get_object.key", "Records[].s3.object.key", Attacker, Exact, true},
		{"s3", "record.s3.get_object.key", "Records[].s3.object.key", Attacker, Exact, true},
		{"s3", "object_key", "Records[].s3.object.key", Attacker, Exact, true},
		{"s3", "bucket_name", "Records[].s3.bucket.name", Tenant, Exact, true},
		{"kafka", "record.json_value.x", "records.*[].value", Attacker, Below, true},
		{"s3", "Records.length", "", "", Exact, false},
		{"s3", "Records[].s3.bucket.name", "Records[].s3.bucket.name", Tenant, Exact, true},
		{"s3", "Records[].s3", "Records[].s3.object.key", Attacker, Above, true},
		{"s3", "Records[].s3.bucket", "Records[].s3.bucket.name", Tenant, Above, true},
		{"s3", "Records[].nothing", "", "", Exact, false},
		{"apigateway-rest", "body.id", "body", Attacker, Below, true},
		{"apigateway-rest", "body", "body", Attacker, Exact, true},
		{"apigateway-rest", "", "path", Attacker, Above, true},
		{"apigateway-rest", "requestContext.requestId", "requestContext.requestId", AWS, Exact, true},
		{"apigateway-rest", "requestContext.authorizer.claims.email", "requestContext.authorizer.claims.*", Caller, Exact, true},
		{"apigateway-rest", "requestContext.authorizer.claims.sub", "requestContext.authorizer.claims.sub", AWS, Exact, true},
		{"apigateway-rest", "requestContext.Authorizer['claims']['custom:plan']", "requestContext.authorizer.claims.*", Caller, Exact, true},
		{"apigateway-rest", "requestContext.authorizer.tenantId", "requestContext.authorizer.*", Caller, Exact, true},
		{"apigateway-rest", "requestContext.nothing", "", "", Exact, false},
		{"apigateway-rest", "headers['X-Forwarded-For']", "headers.x-forwarded-for", Attacker, Exact, true},
		{"apigateway-rest", "headers.X-Custom", "headers.*", Attacker, Exact, true},
		{"apigateway-rest", "headers.X-Forwarded-Proto", "headers.x-forwarded-proto", AWS, Exact, true},
		{"apigateway-rest", "headers.*", "headers.*", Attacker, Exact, true},
		{"apigateway-rest", "headers[]", "headers.*", Attacker, Exact, true},
		{"apigateway-rest", "QueryStringParameters.id", "queryStringParameters.*", Attacker, Exact, true},
		{"apigateway-rest", "query_string_parameters.id", "queryStringParameters.*", Attacker, Exact, true},
		{"apigateway-rest", "multiValueHeaders.accept[0]", "multiValueHeaders.*[]", Attacker, Exact, true},
		{"apigateway-rest", "stageVariables.url", "stageVariables.*", Tenant, Exact, true},
		{"apigateway-rest", "name", "*", Attacker, Exact, false},
		{"apigateway-rest/proxy", "name", "", "", Exact, false},
		{"apigateway-rest/authorizer-token", "authorizationToken", "authorizationToken", Attacker, Exact, true},
		{"apigateway-http", "rawPath", "rawPath", Attacker, Exact, true},
		{"apigateway-http", "requestContext.HTTP.SourceIP", "requestContext.http.sourceIp", AWS, Exact, true},
		{"apigateway-http", "name", "", "", Exact, false},
		{"sqs", "Records[].body.order.id", "Records[].body", Attacker, Below, true},
		{"sqs", "Records[].messageAttributes.x.stringValue", "Records[].messageAttributes.*.stringValue", Attacker, Exact, true},
		{"sqs", "Records[].json_body.x", "Records[].body", Attacker, Below, true},
		{"sqs", "Records[].eventSourceARN", "Records[].eventSourceARN", Tenant, Exact, true},
		{"sqs", "Records", "Records[].body", Attacker, Above, true},
		{"sns", "Records[].SNS.Message", "Records[].Sns.Message", Attacker, Exact, true},
		{"dynamodb-stream", "Records[].Change.NewImage.name.S", "Records[].dynamodb.NewImage.*", Attacker, Below, true},
		{"dynamodb-stream", "Records[].dynamodb.NewImage", "Records[].dynamodb.NewImage.*", Attacker, Above, true},
		{"cloudwatch-logs", "awslogs.data", "awslogs.data", Attacker, Exact, true},
		{"cloudwatch-logs", "awslogs.data.logEvents[3].message", "awslogs.data.logEvents[].message", Attacker, Exact, true},
		{"cloudwatch-logs", "awslogs.data.logGroup", "awslogs.data.logGroup", Tenant, Exact, true},
		{"codepipeline", "CodePipeline.job.data.actionConfiguration.configuration.UserParameters", `["CodePipeline.job"].data.actionConfiguration.configuration.UserParameters`, Tenant, Exact, true},
		{"codepipeline", "['CodePipeline.job'].id", `["CodePipeline.job"].id`, AWS, Exact, true},
		{"eventbridge", "detail.order.id", "detail.*", Attacker, Below, true},
		{"eventbridge/aws.s3", "detail.object.key", "detail.object.key", Attacker, Exact, true},
		{"eventbridge/aws", "detail.instance-id", "detail.*", Tenant, Exact, true},
		{"cognito", "request.userAttributes.email", "request.userAttributes.*", Attacker, Exact, true},
		{"cognito/post-confirmation", "request.userAttributes.email", "request.userAttributes.*", Caller, Exact, true},
		{"kafka", "records['orders-0'][0].value", "records.*[].value", Attacker, Exact, true},
		{"alexa", "request.intent.slots.City.value", "request.intent.slots.*.value", Attacker, Exact, true},
		{"schedule", "time", "time", AWS, Exact, true},
		{"direct", "name", "*", Attacker, Exact, false},
		{"direct", "a.b.c", "*", Attacker, Below, false},
		{"", "body.id", "body", Attacker, Below, true},
		{"", "Records[].s3.object.key", "Records[].s3.object.key", Attacker, Exact, true},
		{"", "Records[].Sns.Message", "Records[].Sns.Message", Attacker, Exact, true},
		{"", "requestContext.http.path", "requestContext.http.path", Attacker, Exact, true},
		{"", "requestContext.requestId", "requestContext.requestId", AWS, Exact, true},
		{"", "name", "*", Attacker, Exact, false},
		{"", "", "*", Attacker, Above, false},
		{"", "event.body", "body", Attacker, Exact, true},
	}
	for _, tt := range tests {
		var kinds []rind.TriggerKind
		if tt.kind != "" {
			kinds = append(kinds, tt.kind)
		}
		f, ok := Lookup(kinds, tt.path)
		if ok != (tt.want != "") {
			t.Errorf("Lookup(%s, %q) = %q, %v; want %q", tt.kind, tt.path, f.Path, ok, tt.want)
			continue
		}
		if ok && (f.Path != tt.want || f.Control != tt.control || f.Match != tt.match || f.Certain != tt.certain) {
			t.Errorf("Lookup(%s, %q) = %q %s match %d certain %v; want %q %s match %d certain %v",
				tt.kind, tt.path, f.Path, f.Control, f.Match, f.Certain, tt.want, tt.control, tt.match, tt.certain)
		}
	}
}

func TestLookupSeveralKinds(t *testing.T) {
	kinds := []rind.TriggerKind{rind.APIGatewayREST, rind.SQS}
	if f, ok := Lookup(kinds, "Records[].body"); !ok || f.Kind != rind.SQS || !f.Certain {
		t.Errorf("got %+v, %v", f, ok)
	}
	if f, ok := Lookup(kinds, "body"); !ok || f.Kind != rind.APIGatewayREST {
		t.Errorf("got %+v, %v", f, ok)
	}
}

func FuzzLookup(f *testing.F) {
	for _, s := range []string{"", "body.id", "Records[0].s3['object'].key", "[[[", "a[\"b", "headers.*", "$.x[?]", "....", "CodePipeline.job"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		for _, k := range Kinds {
			if field, ok := Lookup([]rind.TriggerKind{k}, path); ok && field.Path == "" {
				t.Errorf("Lookup(%s, %q) is a field without a path", k, path)
			}
		}
		if _, ok := Lookup(nil, path); !ok && len(parsePath(path)) > 0 {
			_ = ok // an inferred kind may lack the field; that is an answer too
		}
	})
}
