package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rind/rind"
	"rind/template/source"
)

type files map[string]bool

func (f files) Exists(name string) bool { return f[name] }

// app builds an App from resources in JSON-like YAML in which !Ref and
// !GetAtt are references to resources.
func app(t *testing.T, text string) *rind.App {
	t.Helper()
	v, err := source.Parse("t.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a := &rind.App{Path: "t.yaml", Kind: rind.CloudFormation}
	for id, r := range v.Entries() {
		a.Resources = append(a.Resources, &rind.Resource{
			ID: id, Type: r.Get("Type").Str(), Native: r.Get("Type").Str(), Properties: resolve(r.Get("Properties")), Span: r.Span,
		})
	}
	return a
}

func resolve(v *rind.Value) *rind.Value {
	if v == nil {
		return nil
	}
	if ref := v.Get("Ref"); ref != nil {
		return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: ref.Text}, v.Span)
	}
	if att := v.Get("Fn::GetAtt"); att != nil {
		return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: att.At(0).Text, Attr: att.At(1).Text}, v.Span)
	}
	out := *v
	out.Items, out.Fields = nil, nil
	for _, it := range v.Items {
		out.Items = append(out.Items, resolve(it))
	}
	for _, f := range v.Fields {
		out.Fields = append(out.Fields, rind.Field{Key: f.Key, Span: f.Span, Value: resolve(f.Value)})
	}
	return &out
}

const function = `
F:
  Type: AWS::Lambda::Function
  Properties: {Runtime: python3.12, Handler: app.handler, Code: ./src, Role: !GetAtt Role.Arn}
Role:
  Type: AWS::IAM::Role
  Properties: {AssumeRolePolicyDocument: {}}
`

func TestTriggers(t *testing.T) {
	for _, tt := range []struct{ name, resources, want string }{
		{"queue", `
M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: !GetAtt Q.Arn}}
Q: {Type: AWS::SQS::Queue}`, "sqs from Q"},
		{"stream by literal ARN", `
M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: "arn:aws:kinesis:eu-west-1:1:stream/s"}}`, "kinesis from "},
		{"bucket", `
B: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: "s3:ObjectCreated:*", Function: !GetAtt F.Arn}]}}}
P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: s3.amazonaws.com}}`, "s3 from B s3:ObjectCreated:*"},
		{"permission alone", `
P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: alexa-appkit.amazon.com}}`, "alexa from  by permission"},
		{
			"method", `
A: {Type: AWS::ApiGateway::RestApi}
R: {Type: AWS::ApiGateway::Resource, Properties: {PathPart: orders, ParentId: !GetAtt A.RootResourceId}}
R2: {Type: AWS::ApiGateway::Resource, Properties: {PathPart: "{id}", ParentId: !Ref R}}
M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref A, ResourceId: !Ref R2, HttpMethod: GET, AuthorizationType: NONE, Integration: {Uri: !GetAtt F.Arn}}}`,
			"apigateway-rest from A GET /orders/{id} auth=none public",
		},
		{
			"private api", `
A: {Type: AWS::ApiGateway::RestApi, Properties: {EndpointConfiguration: {Types: [PRIVATE]}}}
M: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref A, ResourceId: !GetAtt A.RootResourceId, HttpMethod: ANY, AuthorizationType: AWS_IAM, Integration: {Uri: !GetAtt F.Arn}}}`,
			"apigateway-rest from A ANY / auth=iam",
		},
		{
			"http route with JWT", `
A: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref A, IntegrationUri: !GetAtt F.Arn}}
Z: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref A, AuthorizerType: JWT}}
R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref A, RouteKey: "POST /x", AuthorizationType: JWT, AuthorizerId: !Ref Z, Target: !Ref I}}`,
			"apigateway-http from A POST /x auth=jwt public",
		},
		{
			"openapi", `
A:
  Type: AWS::ApiGateway::RestApi
  Properties:
    Body:
      paths:
        /a: {get: {security: [{K: []}], x-amazon-apigateway-integration: {uri: !GetAtt F.Arn}}}
      securityDefinitions: {K: {type: apiKey, name: x-api-key, in: header}}`,
			"apigateway-rest from A GET /a auth=api-key public",
		},
		{"websocket routes are as open as $connect", `
A: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}
I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref A, IntegrationUri: !GetAtt F.Arn}}
C: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref A, RouteKey: $connect, AuthorizationType: AWS_IAM}}
R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref A, RouteKey: say, Target: !Ref I}}`, "apigateway-websocket from A say auth=iam public"},
		{"function url", `
U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}`, "function-url from U auth=none public"},
		{"alias", `
L: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F}}
S: {Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(1 day), Target: {Arn: !Ref L}}}`, "schedule from S rate(1 day)"},
		{"an authorizer is not a route", `
A: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
Z: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref A, AuthorizerUri: !GetAtt F.Arn}}
P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: apigateway.amazonaws.com, SourceArn: !Ref A}}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := app(t, function+tt.resources)
			Build(a, nil)
			var got []string
			for _, tr := range a.Functions[0].Triggers {
				s := fmt.Sprintf("%s from %s %s", tr.Kind, tr.Source, tr.Detail)
				s = strings.TrimSuffix(s, " ")
				if tr.Auth.Type != "" {
					s += " auth=" + tr.Auth.Type
				}
				if tr.Public {
					s += " public"
				}
				got = append(got, s)
			}
			if g := strings.Join(got, "; "); g != tt.want && g != strings.TrimSuffix(tt.want, " ") {
				t.Errorf("got  %q\nwant %q", g, tt.want)
			}
		})
	}
}

func TestDotnetFile(t *testing.T) {
	for _, tt := range []struct{ handler, file string }{
		{"Shop::Shop.Function::Run", "Function.cs"},
		{"Shop::Shop.Orders.Place::Run", "Orders/Place.cs"},
		{"Shop::Company.Shop.Orders.Place::Run", "Orders/Place.cs"},
		{"Shop::Shop.Place::Run", "src/Place.cs"},
		{"Shop", "Program.cs"},
	} {
		if got := candidates("dotnet10", tt.handler); !slices.Contains(got, tt.file) {
			t.Errorf("%s: %v without %s", tt.handler, got, tt.file)
		}
	}
}

func TestHandlerFile(t *testing.T) {
	a := app(t, function)
	Build(a, files{"src/app.py": true})
	f := a.Functions[0]
	if f.CodePath != "src/app.py" || f.CodeRoot != "src" {
		t.Errorf("CodePath %q, CodeRoot %q", f.CodePath, f.CodeRoot)
	}
	if f.Role != "Role" || a.Roles[0].Functions[0] != "F" {
		t.Errorf("role %q, roles %+v", f.Role, a.Roles[0])
	}
}

func TestRolePolicies(t *testing.T) {
	a := app(t, function+`
P1: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, PolicyDocument: {}, Roles: [!Ref Role]}}
P2: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {}, Roles: [!Ref Role]}}
P3: {Type: AWS::IAM::RolePolicy, Properties: {PolicyName: q, PolicyDocument: {}, RoleName: !Ref Role}}
`)
	Build(a, nil)
	if n := len(a.Roles[0].Policies); n != 3 {
		t.Errorf("%d policies, want 3", n)
	}
}

func TestEnvironmentSource(t *testing.T) {
	a := app(t, `
F:
  Type: AWS::Lambda::Function
  Properties: {Environment: {Variables: {TABLE: !Ref T, MODE: fast}}}
T: {Type: AWS::DynamoDB::Table}
`)
	Build(a, nil)
	env := a.Functions[0].Environment
	if env[0].Source != "from T" || env[1].Source != "literal" {
		t.Errorf("sources %q, %q", env[0].Source, env[1].Source)
	}
	if len(a.Edges) != 1 || a.Edges[0].Kind != rind.Uses || a.Edges[0].To != "T" {
		t.Errorf("edges %+v", a.Edges)
	}
}
