package policy

import (
	"testing"

	"rind/iam"
	"rind/rind"
)

// TestOperationsAreKnown holds the table to the catalogue: every action it
// names exists.
func TestOperationsAreKnown(t *testing.T) {
	table := operations()
	for service, ops := range table.rules {
		for op, rules := range ops {
			for _, r := range rules {
				if _, ok := iam.LookupAction(r.action); !ok {
					t.Errorf("%s.%s: no action %s", service, op, r.action)
				}
			}
		}
	}
	for _, a := range table.Tagging {
		if _, ok := iam.LookupAction(a); a != "" && !ok {
			t.Errorf("tagging: no action %s", a)
		}
	}
	for a := range sealed {
		if _, ok := iam.LookupAction(a); !ok {
			t.Errorf("encryption: no action %s", a)
		}
	}
	for _, list := range polling {
		for _, a := range list {
			if _, ok := iam.LookupAction(a); !ok {
				t.Errorf("polling: no action %s", a)
			}
		}
	}
}

func call(service, operation string, params ...string) *rind.Call {
	c := &rind.Call{Service: service, Operation: operation, Params: map[string]*rind.Value{}}
	for i := 0; i+1 < len(params); i += 2 {
		c.Params[params[i]] = rind.NewString(params[i+1], rind.Span{})
	}
	return c
}

func TestNeeds(t *testing.T) {
	region := "${AWS::Region}:${AWS::AccountId}"
	for _, test := range []struct {
		call *rind.Call
		want []string
	}{
		{call("s3", "GetObject", "Bucket", "b", "Key", "k/a.json"), []string{"s3:GetObject arn:${AWS::Partition}:s3:::b/k/a.json"}},
		{call("s3", "ListObjectsV2", "Bucket", "b", "Prefix", "in/"), []string{"s3:ListBucket arn:${AWS::Partition}:s3:::b"}},
		{call("s3", "CopyObject", "Bucket", "b", "Key", "k", "CopySource", "src/x/y"), []string{
			"s3:GetObject arn:${AWS::Partition}:s3:::src/x/y", "s3:PutObject arn:${AWS::Partition}:s3:::b/k",
		}},
		{call("dynamodb", "PutItem", "TableName", "orders"), []string{"dynamodb:PutItem arn:${AWS::Partition}:dynamodb:" + region + ":table/orders"}},
		{call("dynamodb", "Query", "TableName", "orders", "IndexName", "byUser"), []string{
			"dynamodb:Query arn:${AWS::Partition}:dynamodb:" + region + ":table/orders/index/byUser",
			"dynamodb:Query arn:${AWS::Partition}:dynamodb:" + region + ":table/orders",
		}},
		{call("dynamodb", "ExecuteStatement", "Statement", `SELECT * FROM "orders" WHERE id=?`), []string{
			"dynamodb:PartiQLSelect arn:${AWS::Partition}:dynamodb:" + region + ":table/orders",
		}},
		{call("sqs", "SendMessageBatch", "QueueUrl", "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"), []string{
			"sqs:SendMessage arn:${AWS::Partition}:sqs:" + region + ":jobs",
		}},
		{call("lambda", "Invoke", "FunctionName", "other"), []string{"lambda:InvokeFunction arn:${AWS::Partition}:lambda:" + region + ":function:other"}},
		{call("stepfunctions", "StartExecution", "stateMachineArn", "arn:aws:states:eu-west-1:111122223333:stateMachine:m"), []string{
			"states:StartExecution arn:aws:states:eu-west-1:111122223333:stateMachine:m",
		}},
		{call("sts", "GetCallerIdentity"), nil},
		{call("cloudwatch", "PutMetricData", "Namespace", "Shop"), []string{"cloudwatch:PutMetricData *"}},
		{call("ssm", "GetParameter", "Name", "/app/db"), []string{"ssm:GetParameter arn:${AWS::Partition}:ssm:" + region + ":parameter/app/db"}},
		{call("apigatewaymanagementapi", "PostToConnection", "ConnectionId", "x"), []string{
			"execute-api:ManageConnections arn:${AWS::Partition}:execute-api:" + region + ":*/*/*/*",
		}},
		{call("events", "PutEvents"), []string{"events:PutEvents arn:${AWS::Partition}:events:" + region + ":event-bus/default"}},
		{call("secretsmanager", "GetSecretValue", "SecretId", "db"), []string{
			"secretsmanager:GetSecretValue arn:${AWS::Partition}:secretsmanager:" + region + ":secret:db-??????",
			"kms:Decrypt arn:${AWS::Partition}:kms:" + region + ":key/*",
		}},
		{call("apigateway", "GetRestApis"), []string{"apigateway:GET arn:${AWS::Partition}:apigateway:${AWS::Region}::/*"}},
		{call("redshift-data", "ExecuteStatement", "ClusterIdentifier", "c", "Database", "d", "DbUser", "u"), []string{
			"redshift-data:ExecuteStatement arn:${AWS::Partition}:redshift:" + region + ":cluster:c",
			"redshift:GetClusterCredentials arn:${AWS::Partition}:redshift:" + region + ":dbname:c/d",
			"redshift:GetClusterCredentials arn:${AWS::Partition}:redshift:" + region + ":dbuser:c/u",
		}},
		{call("ecs", "RunTask", "taskDefinition", "job", "cluster", "main"), []string{
			"ecs:RunTask arn:${AWS::Partition}:ecs:" + region + ":task-definition/job:*",
			"iam:PassRole arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*",
		}},
		{call("lambda", "CreateFunction", "FunctionName", "f", "Role", "arn:aws:iam::111122223333:role/r"), []string{
			"lambda:CreateFunction arn:${AWS::Partition}:lambda:" + region + ":function:f",
			"iam:PassRole arn:aws:iam::111122223333:role/r",
		}},
		{call("bedrock-runtime", "InvokeModel", "modelId", "anthropic.claude-v2"), []string{
			"bedrock:InvokeModel arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/anthropic.claude-v2",
		}},
		{call("bedrock-runtime", "Converse", "modelId", "eu.anthropic.claude-x"), []string{
			"bedrock:InvokeModel arn:${AWS::Partition}:bedrock:" + region + ":inference-profile/eu.anthropic.claude-x",
			"bedrock:InvokeModel arn:${AWS::Partition}:bedrock:*::foundation-model/anthropic.claude-x",
		}},
		{call("ses", "SendEmail", "Source", "me@example.com"), []string{"ses:SendEmail arn:${AWS::Partition}:ses:" + region + ":identity/me@example.com"}},
		{call("athena", "GetQueryExecution", "QueryExecutionId", "1"), []string{
			"athena:GetQueryExecution arn:${AWS::Partition}:athena:" + region + ":workgroup/primary",
		}},
	} {
		name := test.call.Service + "." + test.call.Operation
		p := Build(nil, nil, &rind.Code{Calls: []*rind.Call{test.call}})
		var got []string
		for _, n := range p.Needs {
			got = append(got, n.Action+" "+n.Resource.Text)
		}
		if len(got) != len(test.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%s:\n got %q\nwant %q", name, got[i], test.want[i])
			}
		}
	}
}
