package sls

import (
	"fmt"
	"strings"
	"testing"

	"rind/internal/testdir"
	"rind/rind"
	"rind/template/cfn"
	"rind/template/source"
)

// write lays files out in a folder of their own and opens it.
func write(t testing.TB, files map[string]string) *source.Tree {
	t.Helper()
	tree, err := source.Open(testdir.New(t, files))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

func expandText(t *testing.T, text string, more ...string) *cfn.Template {
	t.Helper()
	files := map[string]string{"serverless.yml": text}
	for i := 0; i+1 < len(more); i += 2 {
		files[more[i]] = more[i+1]
	}
	out, err := Expand(write(t, files), "serverless.yml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestVariables(t *testing.T) {
	const doc = `
service: shop
provider: {name: aws, stage: "${opt:stage, 'test'}"}
params: {default: {size: 5}, test: {size: 7}}
custom:
  names: {test: short, prod: long}
  list: [a, b]
  nested: ${self:custom.names.${self:provider.stage}}
  loop: ${self:custom.loop}
x: `
	for _, tt := range []struct{ in, want string }{
		{"${self:service}-${sls:stage}", "shop-test"},
		{"${self:custom.nested}", "short"},
		{"${self:custom.list.1}", "b"},
		{"${self:custom.none, self:custom.list.0}", "a"},
		{"${self:custom.none, 'fall, back'}", "fall, back"},
		{"${opt:region, ${self:custom.names.prod}}", "long"},
		{"${param:size}", "7"},
		{"${env:TOKEN}", "${TOKEN}"},
		{"${env:TOKEN, 'none'}", "none"},
		{"${ssm:/a/b}", "${/a/b}"},
		{"${cf:other.Out}-x", "${other.Out}-x"},
		{"${aws:accountId}", "${AWS::AccountId}"},
		{"arn:${AWS::Region}:${Bucket}", "arn:${AWS::Region}:${Bucket}"},
		{"${strToBool(1)}", "true"},
		{"${file(v.yml):deep.value}", "from file"},
		{"${file(v.txt)}", "plain"},
		{"${file(missing.yml):a, 'gone'}", "gone"},
		{"${file(../out.yml):a}", "${../out.yml}"},
		{"${file(code.js):a}", "${code.js}"},
		{"${self:custom.loop}", "${cyclic variable}"},
		{"${unknownplugin:thing}", "${unknownplugin:thing}"},
	} {
		tree := write(t, map[string]string{"v.yml": "deep: {value: from file}\n", "v.txt": "plain\n", "code.js": "module.exports = {}"})
		root, err := source.Parse("serverless.yml", []byte(doc+`"`+tt.in+`"`))
		if err != nil {
			t.Fatal(err)
		}
		r := newResolver(tree, "serverless.yml", root, Options{})
		if got := r.value(root, 0).Get("x"); got == nil || got.Text != tt.want {
			t.Errorf("%s = %+v, want %s", tt.in, got, tt.want)
		}
	}
}

func TestVariableKeepsWhereItCameFrom(t *testing.T) {
	out := expandText(t, `
service: s
provider: {name: aws}
functions:
  f: {handler: a.b, environment: {KEY: "${env:KEY, 'x'}"}}
`)
	v := out.Root.Get("Resources", "FLambdaFunction", "Properties", "Environment", "Variables", "KEY")
	for r := range v.Refs() {
		if r.Kind == rind.RefEnv && r.Name == "KEY" {
			return
		}
	}
	t.Errorf("%+v does not say that it comes from the environment", v)
}

func TestEvents(t *testing.T) {
	for _, tt := range []struct{ event, id, path, want string }{
		{"http: GET /orders/{id}", "ApiGatewayMethodOrdersIdVarGet", "Properties.AuthorizationType", "NONE"},
		{"http: {path: a, method: post, authorizer: aws_iam}", "ApiGatewayMethodAPost", "Properties.AuthorizationType", "AWS_IAM"},
		{"http: {path: a, method: post, private: true}", "ApiGatewayMethodAPost", "Properties.ApiKeyRequired", "true"},
		{"http: {path: a, method: get, authorizer: {name: check, type: request}}", "CheckApiGatewayAuthorizer", "Properties.Type", "REQUEST"},
		{"http: {path: a, method: get, authorizer: {arn: !GetAtt Pool.Arn}}", "AuthorizerApiGatewayAuthorizer", "Properties.Type", "COGNITO_USER_POOLS"},
		{"http: {path: a, method: get, cors: true}", "ApiGatewayMethodAOptions", "Properties.HttpMethod", "OPTIONS"},
		{"httpApi: GET /x", "HttpApiRouteGETx", "Properties.AuthorizationType", "NONE"},
		{"httpApi: {path: /x, method: get, authorizer: {name: jwt}}", "HttpApiRouteGETx", "Properties.AuthorizationType", "JWT"},
		{"httpApi: '*'", "HttpApiRoutedefault", "Properties.RouteKey", "$default"},
		{"websocket: $connect", "ConnectWebsocketsRoute", "Properties.AuthorizationType", "NONE"},
		{"sns: alerts", "SNSTopicAlerts", "Properties.Subscription.0.Protocol", "lambda"},
		{"sqs: {arn: !GetAtt Q.Arn}", "FEventSourceMappingSQSQ", "Type", "AWS::Lambda::EventSourceMapping"},
		{"stream: {type: dynamodb, arn: !GetAtt T.StreamArn}", "FEventSourceMappingDynamodbT", "Type", "AWS::Lambda::EventSourceMapping"},
		{"s3: photos", "S3BucketPhotos", "Properties.NotificationConfiguration.LambdaConfigurations.0.Event", "s3:ObjectCreated:*"},
		{"schedule: rate(1 hour)", "FEventsRuleSchedule1", "Properties.ScheduleExpression", "rate(1 hour)"},
		{"schedule: {rate: rate(1 hour), method: scheduler}", "FEventsRuleSchedule1", "Type", "AWS::Scheduler::Schedule"},
		{"eventBridge: {eventBus: own, pattern: {source: [a]}}", "EventBridgeBusOwn", "Type", "AWS::Events::EventBus"},
		{"cognitoUserPool: {pool: users, trigger: PreSignUp}", "CognitoUserPoolUsers", "Properties.LambdaConfig.PreSignUp.Fn::GetAtt.0", "FLambdaFunction"},
		{"iot: {sql: \"SELECT * FROM 'x'\"}", "FIotTopicRule1", "Type", "AWS::IoT::TopicRule"},
		{"kafka: {topic: t, bootstrapServers: [b]}", "FEventSourceMappingKafkaT", "Properties.Topics.0", "t"},
		{"msk: {arn: !Ref M, topic: t}", "FEventSourceMappingMSKM", "Properties.Topics.0", "t"},
		{"alb: {listenerArn: !Ref L, priority: 1}", "FAlbTargetGroup", "Properties.TargetType", "lambda"},
		{"cloudwatchLog: /aws/x", "FLogsSubscriptionFilterCloudWatchLog1", "Properties.LogGroupName", "/aws/x"},
		{"alexaSkill", "FLambdaPermissionAlexaSkill", "Properties.Principal", "alexa-appkit.amazon.com"},
	} {
		out := expandText(t, `
service: s
provider: {name: aws, runtime: python3.12, httpApi: {authorizers: {jwt: {issuerUrl: "https://i", audience: [a]}}}}
functions:
  f:
    handler: a.b
    events:
      - `+tt.event+`
  check: {handler: a.c}
resources: {Resources: {Pool: {Type: AWS::Cognito::UserPool}}}
`)
		v := out.Root.Get("Resources", tt.id)
		for key := range strings.SplitSeq(tt.path, ".") {
			if v != nil && v.Kind == rind.List {
				v = v.At(0)
				continue
			}
			v = v.Get(key)
		}
		if v.Str() != tt.want {
			t.Errorf("%s: %s.%s = %+v, want %s\nskipped %v", tt.event, tt.id, tt.path, v, tt.want, out.Skipped)
		}
		if len(out.Skipped) > 0 {
			t.Errorf("%s: skipped %v", tt.event, out.Skipped)
		}
	}
}

func TestRoles(t *testing.T) {
	for _, tt := range []struct{ name, doc, role, action string }{
		{"old syntax", `
provider: {name: aws, iamRoleStatements: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}
functions: {f: {handler: a.b}}`, "IamRoleLambdaExecution", "s3:*"},
		{"new syntax", `
provider: {name: aws, iam: {role: {statements: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}}
functions: {f: {handler: a.b}}`, "IamRoleLambdaExecution", "s3:*"},
		{"per function", `
provider: {name: aws}
plugins: [serverless-iam-roles-per-function]
functions: {f: {handler: a.b, iamRoleStatements: [{Effect: Allow, Action: "sns:Publish", Resource: "*"}]}}`, "FIamRoleLambdaExecution", "sns:Publish"},
		{"event source", `
provider: {name: aws}
functions: {f: {handler: a.b, events: [{sqs: "arn:aws:sqs:eu-west-1:1:q"}]}}`, "IamRoleLambdaExecution", "sqs:ReceiveMessage"},
	} {
		out := expandText(t, "service: s\n"+tt.doc)
		role := out.Root.Get("Resources", tt.role)
		found := false
		role.Walk(func(_ string, v *rind.Value) bool {
			found = found || v.Is(tt.action)
			return true
		})
		if !found {
			t.Errorf("%s: role %s does not allow %s", tt.name, tt.role, tt.action)
		}
		if got := out.Root.Get("Resources", "FLambdaFunction", "Properties", "Role", "Fn::GetAtt").At(0).Str(); got != tt.role {
			t.Errorf("%s: function runs as %q", tt.name, got)
		}
	}
}

func TestResourcesMergeAndExtensions(t *testing.T) {
	out := expandText(t, `
service: s
provider: {name: aws}
functions: {f: {handler: a.b}}
resources:
  - Resources: {Q: {Type: AWS::SQS::Queue}}
  - ${file(more.yml)}
  - extensions: {FLogGroup: {Properties: {RetentionInDays: 7}}}
`, "more.yml", "Resources: {T: {Type: AWS::SNS::Topic}}\n")
	for path, want := range map[string]string{"Q.Type": "AWS::SQS::Queue", "T.Type": "AWS::SNS::Topic", "FLogGroup.Properties.RetentionInDays": "7", "FLogGroup.Type": "AWS::Logs::LogGroup"} {
		if got := out.Root.Get("Resources").Get(strings.Split(path, ".")...); got.Str() != want {
			t.Errorf("%s = %+v, want %s", path, got, want)
		}
	}
	if s := out.Root.Get("Resources", "T").Span; s.File != "more.yml" {
		t.Errorf("T is said to be written in %s", s.File)
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("service: s\nprovider: {name: aws}\nfunctions: {f: {handler: a.b, events: [{http: GET /}]}}\n")
	f.Add("service: ${self:service}\nprovider: {iam: {role: {statements: ${file(a.yml)}}}}\n")
	f.Add("functions:\n  - f: {url: true, events: [sns, {s3: {}}, {alb: 3}]}\n")
	tree := write(f, map[string]string{"a.yml": "b: ${file(a.yml):b}\n"})
	f.Fuzz(func(t *testing.T, text string) {
		root, err := source.Parse("serverless.yml", []byte(text))
		if err != nil {
			return
		}
		_, _ = expand(tree, "serverless.yml", root, Options{})
	})
}

// BenchmarkExpand expands a service of twenty functions with an API each.
func BenchmarkExpand(b *testing.B) {
	text := "service: s\nprovider: {name: aws, runtime: python3.13, stage: \"${opt:stage, 'dev'}\"}\nfunctions:\n"
	for i := range 20 {
		text += fmt.Sprintf("  f%d: {handler: a.b, environment: {STAGE: \"${self:provider.stage}\"}, events: [{http: GET /f%d}]}\n", i, i)
	}
	tree := write(b, map[string]string{"serverless.yml": text})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Expand(tree, "serverless.yml", Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
