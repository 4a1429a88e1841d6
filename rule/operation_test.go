package rule

import (
	"testing"

	"rind/rind"
	"rind/template/source"
)

// document parses YAML or fails the test.
func document(t *testing.T, text string) *rind.Value {
	t.Helper()
	v, err := source.Parse("openapi.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGuarded(t *testing.T) {
	for _, c := range []struct {
		name, properties string
		yes, sure        bool
	}{
		{"public", "{Name: orders}", false, true},
		{"private", "{EndpointConfiguration: {Types: [PRIVATE]}}", true, true},
		{"policy for one account", `{Policy: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "*", Resource: "*"}]}}`, true, true},
		{"policy for everyone", `{Policy: {Statement: [{Effect: Allow, Principal: "*", Action: "*", Resource: "*"}]}}`, false, true},
		{"policy that refuses most", `{Policy: {Statement: [{Effect: Allow, Principal: "*", Action: "*", Resource: "*"}, {Effect: Deny, Principal: "*", Action: "*", Resource: "*", Condition: {NotIpAddress: {"aws:SourceIp": 192.0.2.0/24}}}]}}`, true, true},
		{"policy in the document", `{Body: {x-amazon-apigateway-policy: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "*", Resource: "*"}]}}}`, true, true},
	} {
		api := &rind.Resource{ID: "Api", Type: "AWS::ApiGateway::RestApi", Properties: document(t, c.properties)}
		if yes, sure := guarded(operation{API: api, Method: "GET", Path: "/orders"}); yes != c.yes || sure != c.sure {
			t.Errorf("%s: got %v, %v, want %v, %v", c.name, yes, sure, c.yes, c.sure)
		}
	}
	if yes, sure := guarded(operation{}); yes || !sure {
		t.Error("an API that is not in the app guards nothing")
	}
}

func TestStructured(t *testing.T) {
	for format, want := range map[string]bool{
		`{"id": "$context.requestId"}`:                     true,
		`{"latency": $context.integration.latency}`:        true,
		`{"latency":$context.integration.latency,"a":"b"}`: true,
		`{ "ip" : "${context.identity.sourceIp}" }`:        true,
		`$context.requestId $context.status`:               false,
		`requestId=$context.requestId`:                     false,
		`{"id": "$context.requestId"`:                      false,
		`["$context.requestId"]`:                           false,
		"":                                                 false,
	} {
		if got := structured(format); got != want {
			t.Errorf("structured(%s) = %v, want %v", format, got, want)
		}
	}
}

func TestJSONValue(t *testing.T) {
	span := rind.Span{File: "template.yaml", Line: 7}
	v := jsonValue(rind.NewString(`{"States": {"Work": {"Type": "Task"}}}`, span))
	if !v.Get("States", "Work", "Type").Is("Task") {
		t.Fatalf("not read: %v", v)
	}
	if got := v.Get("States", "Work").Span; got != span {
		t.Errorf("the span is %v, want that of the property", got)
	}
	for _, text := range []string{"", "no JSON at all", "{", `"text"`} {
		if v := jsonValue(rind.NewString(text, span)); v != nil {
			t.Errorf("jsonValue(%q) = %v, want nothing", text, v)
		}
	}
}

func FuzzJSONValue(f *testing.F) {
	f.Add(`{"StartAt": "Work", "States": {"Work": {"Type": "Map", "Iterator": {"States": {}}}}}`)
	f.Add(`{"a": [{"b": null}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		v := jsonValue(rind.NewString(text, rind.Span{}))
		tasks(v, 0)
		patternKeys(v)
	})
}
