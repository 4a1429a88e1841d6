package event

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"testing"

	"rind/rind"
)

func generate(t *testing.T, kind rind.TriggerKind, set map[string]any) any {
	t.Helper()
	data, err := Generate(kind, set)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%s: %v\n%s", kind, err, data)
	}
	return v
}

// at follows keys and indices.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// leaves calls yield with the path of every leaf.
func leaves(v any, path string, yield func(path string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			leaves(e, path+"[\""+k+"\"]", yield)
		}
	case []any:
		for _, e := range v {
			leaves(e, path+"[]", yield)
		}
	default:
		yield(path, v)
	}
}

// TestGenerateEveryShape checks that a sample has every required field, and
// only fields of the table.
func TestGenerateEveryShape(t *testing.T) {
	for _, k := range Kinds {
		for _, sh := range For(k).Shapes {
			kind := k + "/" + rind.TriggerKind(sh.Name)
			ev := generate(t, kind, nil)
			have := map[string]bool{}
			leaves(decodeKnown(ev), "", func(path string, _ any) {
				f, ok := Lookup([]rind.TriggerKind{kind}, path)
				if !ok || f.Match == Above {
					t.Errorf("%s: %s is not in the table", kind, path)
				}
				have[f.Path] = true
			})
			for _, f := range sh.Fields {
				if !f.Optional && !have[f.Path] && f.sample != "-" {
					t.Errorf("%s: sample lacks %s", kind, f.Path)
				}
			}
		}
	}
}

// decodeKnown opens the texts whose inside the table knows.
func decodeKnown(ev any) any {
	if data, ok := at(ev, "awslogs", "data").(string); ok {
		return map[string]any{"awslogs": map[string]any{"data": gunzip(data)}}
	}
	if m, ok := ev.(map[string]any); ok {
		if s, ok := m["invokingEvent"].(string); ok {
			var v any
			_ = json.Unmarshal([]byte(s), &v)
			m["invokingEvent"] = v
		}
	}
	return ev
}

func gunzip(data string) any {
	raw, _ := base64.StdEncoding.DecodeString(data)
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return err.Error()
	}
	plain, _ := io.ReadAll(r)
	var v any
	_ = json.Unmarshal(plain, &v)
	return v
}

func TestGenerateWraps(t *testing.T) {
	type path = []any
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	tests := []struct {
		name string
		kind rind.TriggerKind
		set  map[string]any
		at   path
		want any
	}{
		{"object key", "s3", map[string]any{"Records[].s3.object.key": "a b/<x>.csv"}, path{"Records", 0, "s3", "object", "key"}, "a+b/%3Cx%3E.csv"},
		{"bucket's ARN follows", "s3", map[string]any{"Records[].s3.bucket.name": "b"}, path{"Records", 0, "s3", "bucket", "arn"}, "arn:aws:s3:::b"},
		{"body's field", "apigateway-rest", map[string]any{"body.id": "1' OR 1=1"}, path{"body"}, `{"id":"1' OR 1=1"}`},
		{"body as it is", "apigateway-rest", map[string]any{"body": "<x>"}, path{"body"}, "<x>"},
		{"body in Base64", "apigateway-rest", map[string]any{"body": "x", "isBase64Encoded": true}, path{"body"}, b64("x")},
		{"header", "apigateway-rest", map[string]any{"headers.X-A": "1"}, path{"headers", "X-A"}, "1"},
		{"header's list follows", "apigateway-rest", map[string]any{"headers.X-A": "1"}, path{"multiValueHeaders", "X-A", 0}, "1"},
		{"query's list follows", "apigateway-rest", map[string]any{"queryStringParameters.q": "1"}, path{"multiValueQueryStringParameters", "q", 0}, "1"},
		{"single query follows", "apigateway-rest", map[string]any{"multiValueQueryStringParameters.q": []any{"1", "2"}}, path{"queryStringParameters", "q"}, "2"},
		{"example is replaced", "apigateway-rest", map[string]any{"queryStringParameters.q": "1"}, path{"queryStringParameters", "page"}, nil},
		{"raw query follows", "apigateway-http", map[string]any{"queryStringParameters.q": "a b"}, path{"rawQueryString"}, "q=a+b"},
		{"query follows", "function-url", map[string]any{"rawQueryString": "q=a+b&q=c"}, path{"queryStringParameters", "q"}, "a b,c"},
		{"path follows", "apigateway-http", map[string]any{"pathParameters.id": "7"}, path{"requestContext", "http", "path"}, "/orders/7"},
		{"ALB's query is encoded", "alb", map[string]any{"queryStringParameters.q": "a b"}, path{"queryStringParameters", "q"}, "a+b"},
		{"second record", "sqs", map[string]any{"Records[1].body": "x"}, path{"Records", 1, "body"}, "x"},
		{"hash follows", "sqs", map[string]any{"Records[0].body": "x"}, path{"Records", 0, "md5OfBody"}, "9dd4e461268c8034f5c8564e155c67a6"},
		{"record's data", "kinesis", map[string]any{"Records[].kinesis.data.id": 7}, path{"Records", 0, "kinesis", "data"}, b64(`{"id":7}`)},
		{"attribute", "dynamodb-stream", map[string]any{"Records[].dynamodb.NewImage.n": 7}, path{"Records", 0, "dynamodb", "NewImage", "n", "N"}, "7"},
		{"attribute as given", "dynamodb-stream", map[string]any{"Records[].dynamodb.NewImage.n": map[string]any{"S": "x"}}, path{"Records", 0, "dynamodb", "NewImage", "n", "S"}, "x"},
		{"header's bytes", "kafka", map[string]any{"records.t[0].headers[0].h": "a"}, path{"records", "t", 0, "headers", 0, "h", 0}, 97.0},
		{"detail", "eventbridge", map[string]any{"detail.a.b": "x"}, path{"detail", "a", "b"}, "x"},
		{"shape by field", "cognito", map[string]any{"request.challengeAnswer": "x"}, path{"request", "challengeAnswer"}, "x"},
		{"direct input", "direct", map[string]any{"name": "x"}, path{"name"}, "x"},
		{"whole headers", "alb", map[string]any{"headers": map[string]any{"x": "1"}}, path{"headers", "x"}, "1"},
		{"several names", "codepipeline", map[string]any{"CodePipeline.job.data.actionConfiguration.configuration.UserParameters.a": "x"}, path{"CodePipeline.job", "data", "actionConfiguration", "configuration", "UserParameters"}, `{"a":"x"}`},
	}
	for _, tt := range tests {
		if got := at(generate(t, tt.kind, tt.set), tt.at...); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestGenerateLogs(t *testing.T) {
	ev := generate(t, rind.CloudWatchLogs, map[string]any{"awslogs.data.logEvents[0].message": "${jndi:x}"})
	in := gunzip(at(ev, "awslogs", "data").(string))
	if got := at(in, "logEvents", 0, "message"); got != "${jndi:x}" {
		t.Errorf("got %v in %v", got, in)
	}
	if at(in, "messageType") != "DATA_MESSAGE" {
		t.Errorf("the other fields are lost: %v", in)
	}
}

func TestGenerateErrors(t *testing.T) {
	for _, tt := range []struct {
		kind rind.TriggerKind
		path string
	}{
		{"nothing", "a"}, {"s3", "Records[].nothing"}, {"sqs", "Records[99999999].body"}, {"s3", "Records[].s3.bucket.name.x"},
	} {
		if out, err := Generate(tt.kind, map[string]any{tt.path: "x"}); err == nil {
			t.Errorf("Generate(%s, %s) = %s", tt.kind, tt.path, out)
		}
	}
}

func FuzzGenerate(f *testing.F) {
	f.Add("body.id", "x")
	f.Add("Records[0].s3.object.key", "../x")
	f.Add("Records[3].kinesis.data[1].x", "\x00")
	f.Fuzz(func(t *testing.T, path, value string) {
		for _, k := range Kinds {
			out, err := Generate(k, map[string]any{path: value})
			if err == nil && !json.Valid(out) {
				t.Errorf("Generate(%s, %q) is no JSON: %s", k, path, out)
			}
		}
	})
}
