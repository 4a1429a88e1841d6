package event

import (
	"slices"
	"testing"

	"rind/rind"
)

func list(texts ...string) *rind.Value {
	var items []*rind.Value
	for _, s := range texts {
		items = append(items, rind.NewString(s, rind.Span{}))
	}
	return rind.NewList(rind.Span{}, items...)
}

func mapOf(key string, v *rind.Value) *rind.Value {
	return rind.NewMap(rind.Span{}, rind.Field{Key: key, Value: v})
}

func TestKindsOf(t *testing.T) {
	text := func(s string) *rind.Value { return rind.NewString(s, rind.Span{}) }
	tests := []struct {
		trigger rind.Trigger
		want    []rind.TriggerKind
	}{
		{rind.Trigger{Kind: rind.SQS}, kinds("sqs")},
		{rind.Trigger{Kind: rind.APIGatewayREST}, kinds("apigateway-rest")},
		{rind.Trigger{Kind: rind.APIGatewayREST, Value: mapOf("Integration", mapOf("Type", text("AWS_PROXY")))}, kinds("apigateway-rest/proxy")},
		{rind.Trigger{Kind: rind.APIGatewayREST, Value: mapOf("x-amazon-apigateway-integration", mapOf("type", text("aws")))}, kinds("apigateway-rest/mapped")},
		{rind.Trigger{Kind: rind.APIGatewayHTTP}, kinds("apigateway-http")},
		{rind.Trigger{Kind: rind.APIGatewayHTTP, Value: mapOf("PayloadFormatVersion", text("1.0"))}, kinds("apigateway-http/proxy-v1")},
		{rind.Trigger{Kind: rind.Cognito, Detail: "PreSignUp"}, kinds("cognito/pre-sign-up")},
		{rind.Trigger{Kind: rind.EventBridge}, kinds("eventbridge/custom")},
		{rind.Trigger{Kind: rind.EventBridge, Value: mapOf("EventPattern", mapOf("source", list("aws.s3", "shop")))}, kinds("eventbridge/aws.s3", "eventbridge/custom")},
		{rind.Trigger{Kind: rind.EventBridge, Value: mapOf("EventPattern", mapOf("source", list("aws.ec2")))}, kinds("eventbridge/aws")},
	}
	for _, tt := range tests {
		got := KindsOf(&rind.Function{Triggers: []*rind.Trigger{&tt.trigger}})
		if !slices.Equal(got, tt.want) {
			t.Errorf("KindsOf(%s %s) = %v, want %v", tt.trigger.Kind, tt.trigger.Detail, got, tt.want)
		}
		for _, k := range got {
			if For(k) == nil {
				t.Errorf("there is no shape %s", k)
			}
		}
	}
	if KindsOf(nil) != nil {
		t.Error("no function has events")
	}
}

func TestTypeKinds(t *testing.T) {
	for name, want := range map[string]rind.TriggerKind{
		"github.com/aws/aws-lambda-go/events.SQSEvent":                                              "sqs",
		"*github.com/aws/aws-lambda-go/events.APIGatewayV2HTTPRequest":                              "apigateway-http/proxy",
		"com.amazonaws.services.lambda.runtime.events.SQSEvent":                                     "sqs",
		"com.amazonaws.services.lambda.runtime.events.SQSEvent$SQSMessage":                          "sqs",
		"com.amazonaws.services.lambda.runtime.events.S3Event":                                      "s3/notification",
		"aws_lambda_powertools.utilities.data_classes.SQSEvent":                                     "sqs",
		"aws_lambda_powertools.utilities.data_classes.api_gateway_proxy_event.APIGatewayProxyEvent": "apigateway-rest/proxy",
		"aws-lambda.SQSEvent":                        "sqs",
		"aws-lambda.SQSHandler":                      "sqs",
		"aws-lambda.DynamoDBStreamHandler":           "dynamodb-stream",
		"aws-lambda.APIGatewayProxyHandler":          "apigateway-rest/proxy",
		"aws-lambda.PreSignUpTriggerHandler":         "cognito/pre-sign-up",
		"aws-lambda.EventBridgeEvent<\"x\", Detail>": "eventbridge",
		"java.lang.String":                           "",
		"com.acme.SQSEvent":                          "",
	} {
		var got rind.TriggerKind
		if ks := TypeKinds(name); len(ks) > 0 {
			got = ks[0]
		}
		if got != want {
			t.Errorf("TypeKinds(%s) = %q, want %q", name, got, want)
		}
	}
	// Every name in the lists has a table.
	for _, m := range []map[string][]rind.TriggerKind{goTypes, javaTypes, pythonTypes, scriptTypes} {
		for name, ks := range m {
			for _, k := range ks {
				if For(k) == nil {
					t.Errorf("%s: there is no table %s", name, k)
				}
			}
		}
	}
	for name, path := range recordPaths {
		found := false
		for _, m := range []map[string][]rind.TriggerKind{goTypes, javaTypes, pythonTypes, scriptTypes} {
			if ks := m[name]; ks != nil {
				if _, ok := Lookup(ks, path); !ok {
					t.Errorf("%s: %s is not in %v", name, path, ks)
				}
				found = true
			}
		}
		_ = found // nested Java classes are found by their outer one
	}
}
