package template_test

import (
	"strings"
	"testing"

	"rind/rind"
	"rind/template"
)

// TestTerraformTriggers reads a configuration in which each function, named
// after it, is started in another way.
func TestTerraformTriggers(t *testing.T) {
	res, err := template.Read("testdata/terraform-triggers", template.Options{})
	if err != nil || len(res.Apps) != 1 {
		t.Fatal(res, err)
	}
	want := map[string]rind.TriggerKind{
		"alb": rind.ALB, "alias": rind.SNS, "appsync": rind.AppSync, "bedrock": rind.BedrockAgent,
		"cf": rind.CloudFront, "cognito": rind.Cognito, "config": rind.Config, "cp": rind.CodePipeline,
		"ddb": rind.DynamoDBStream, "docdb": rind.DocumentDB, "firehose": rind.Firehose, "iot": rind.IoT,
		"kafka": rind.Kafka, "kin": rind.Kinesis, "lex": rind.Lex, "logs": rind.CloudWatchLogs,
		"mq": rind.ActiveMQ, "msk": rind.MSK, "pipes": rind.Direct, "rabbit": rind.RabbitMQ,
		"sched": rind.Schedule, "secrets": rind.Direct, "ses": rind.SES, "sfn": rind.StepFunctions,
		"sns": rind.SNS, "url": rind.FunctionURL, "ws": rind.APIGatewayWebSocket,
	}
	seen := 0
	for _, f := range res.Apps[0].Functions {
		_, name, _ := strings.Cut(f.ID, `["`)
		name = strings.TrimSuffix(name, `"]`)
		seen++
		switch {
		case len(f.Triggers) != 1:
			t.Errorf("%s has %d triggers, want one", name, len(f.Triggers))
		case f.Triggers[0].Kind != want[name]:
			t.Errorf("%s is started by %s, want %s", name, f.Triggers[0].Kind, want[name])
		}
	}
	if seen != len(want) {
		t.Errorf("%d functions, want %d", seen, len(want))
	}
}
