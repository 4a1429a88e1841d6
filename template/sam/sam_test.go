package sam

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rind/rind"
	"rind/template/cfn"
	"rind/template/source"
)

func expand(t testing.TB, text string, opt Options) (*cfn.Template, []rind.Skip) {
	t.Helper()
	root, err := source.Parse("template.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	before := render(root)
	tmpl, skips, err := Transform("template.yaml", root, opt)
	if err != nil {
		t.Fatal(err)
	}
	if after := render(root); after != before {
		t.Error("the template that was passed in has changed")
	}
	return tmpl, skips
}

func render(v *rind.Value) string {
	var b strings.Builder
	v.Walk(func(path string, v *rind.Value) bool {
		fmt.Fprintln(&b, path, v.Kind, v.Text, v.Span)
		return true
	})
	return b.String()
}

const fn = "Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, CodeUri: ./src"

// TestTransform checks one value of the result for each construct: the path
// below Resources and its JSON text, or "-" where nothing may be.
func TestTransform(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want map[string]string
	}{
		"function": {"Resources: {F: {" + fn + "}}}", map[string]string{
			"F.Properties.Code":                         `"./src"`,
			"F.Properties.Role":                         `{"Fn::GetAtt":["FRole","Arn"]}`,
			"FRole.Properties.ManagedPolicyArns":        `["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]`,
			"FRole.Properties.AssumeRolePolicyDocument": `{"Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]}}],"Version":"2012-10-17"}`,
			"F.Properties.Tags":                         `[{"Key":"lambda:createdBy","Value":"SAM"}]`,
		}},
		"own role": {"Resources: {F: {" + fn + ", Role: arn:x}}}", map[string]string{"FRole": "-", "F.Properties.Role": `"arn:x"`}},
		"globals": {`Globals: {Function: {Timeout: 9, MemorySize: 1, Environment: {Variables: {A: 1, B: 2}}, Layers: [l1]}}
Resources: {F: {` + fn + `, MemorySize: 2, Environment: {Variables: {B: 3}}, Layers: [l2]}}}`, map[string]string{
			"F.Properties.Timeout": "9", "F.Properties.MemorySize": "2",
			"F.Properties.Environment.Variables": `{"A":1,"B":3}`, "F.Properties.Layers": `["l1","l2"]`,
		}},
		"ignored globals": {`Globals: {Function: {Timeout: 9, MemorySize: 1}}
Resources: {F: {IgnoreGlobals: [Timeout], ` + fn + `}}}`, map[string]string{"F.Properties.Timeout": "-", "F.Properties.MemorySize": "1"}},
		"implicit api": {"Resources: {F: {" + fn + ", Events: {E: {Type: Api, Properties: {Path: \"/a/{id}\", Method: get}}}}}}", map[string]string{
			"ServerlessRestApi.Type": `"AWS::ApiGateway::RestApi"`,
			"ServerlessRestApi.Properties.Body.paths./a/{id}.get.x-amazon-apigateway-integration.uri": `{"Fn::Sub":"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"}`,
			"ServerlessRestApiProdStage.Properties.StageName":                                         `"Prod"`,
			"FEPermissionProd.Properties.Principal":                                                   `"apigateway.amazonaws.com"`,
		}},
		"default authorizer": {
			`Resources:
  A: {Type: AWS::Serverless::Api, Properties: {StageName: p, Auth: {DefaultAuthorizer: C, Authorizers: {C: {UserPoolArn: arn:pool}}}}}
  F: {` + fn + `, Events: {E: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref A}}, O: {Type: Api, Properties: {Path: /o, Method: get, RestApiId: !Ref A, Auth: {Authorizer: NONE}}}}}}`,
			map[string]string{
				"A.Properties.Body.paths./a.get.security": `[{"C":[]}]`, "A.Properties.Body.paths./o.get.security": `[{"NONE":[]}]`,
				"A.Properties.Body.securityDefinitions.C.x-amazon-apigateway-authorizer": `{"providerARNs":["arn:pool"],"type":"cognito_user_pools"}`,
			},
		},
		"http api": {"Resources: {F: {" + fn + ", Events: {E: {Type: HttpApi}}}}}", map[string]string{
			"ServerlessHttpApi.Properties.Body.paths.$default.x-amazon-apigateway-any-method.isDefaultRoute": "true",
			"ServerlessHttpApiApiGatewayDefaultStage.Properties.AutoDeploy":                                  "true",
		}},
		"jwt": {
			`Resources:
  A: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: J, Authorizers: {J: {IdentitySource: $request.header.Authorization, JwtConfiguration: {issuer: x, audience: [y]}}}}}}
  F: {` + fn + `, Events: {E: {Type: HttpApi, Properties: {Path: /a, Method: get, ApiId: !Ref A}}}}}`,
			map[string]string{"A.Properties.Body.paths./a.get.security": `[{"J":[]}]`},
		},
		"public url": {"Resources: {F: {" + fn + ", FunctionUrlConfig: {AuthType: NONE}}}}", map[string]string{
			"FUrl.Properties.AuthType":                                     `"NONE"`,
			"FUrlPublicPermissions.Properties.Action":                      `"lambda:InvokeFunctionUrl"`,
			"FURLInvokeAllowPublicAccess.Properties.InvokedViaFunctionUrl": "true",
		}},
		"iam url": {"Resources: {F: {" + fn + ", FunctionUrlConfig: {AuthType: AWS_IAM}}}}", map[string]string{"FUrlPublicPermissions": "-"}},
		"policies": {`Resources: {F: {` + fn + `, Policies: [AmazonDynamoDBFullAccess, !Ref P, {Statement: []}, {DynamoDBReadPolicy: {TableName: t}}]}}}`, map[string]string{
			"FRole.Properties.ManagedPolicyArns":                                `["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole","arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",{"Ref":"P"}]`,
			"FRole.Properties.Policies.0":                                       `{"PolicyDocument":{"Statement":[]},"PolicyName":"FRolePolicy2"}`,
			"FRole.Properties.Policies.1.PolicyName":                            `"FRolePolicy3"`,
			"FRole.Properties.Policies.1.PolicyDocument.Statement.0.Resource.0": `{"Fn::Sub":["arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}",{"tableName":"t"}]}`,
		}},
		"alias": {"Resources: {F: {" + fn + ", AutoPublishAlias: live, Events: {E: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}}}}}", map[string]string{
			"FAliaslive.Properties.Name":           `"live"`,
			"FE.Properties.Targets.0.Arn":          `{"Ref":"FAliaslive"}`,
			"FEPermission.Properties.FunctionName": `{"Ref":"FAliaslive"}`,
		}},
		"bucket": {"Resources: {B: {Type: AWS::S3::Bucket}, F: {" + fn + ", Events: {E: {Type: S3, Properties: {Bucket: !Ref B, Events: s3:ObjectCreated:*}}}}}}", map[string]string{
			"B.DependsOn": `["FEPermission"]`,
			"B.Properties.NotificationConfiguration.LambdaConfigurations": `[{"Event":"s3:ObjectCreated:*","Function":{"Fn::GetAtt":["F","Arn"]}}]`,
		}},
		"queue": {"Resources: {F: {" + fn + ", Events: {E: {Type: SQS, Properties: {Queue: arn:q}}}}}}", map[string]string{
			"FE.Properties.EventSourceArn": `"arn:q"`, "FRole.Properties.ManagedPolicyArns.1": `"arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"`,
		}},
		"connector": {`Resources:
  T: {Type: AWS::Serverless::SimpleTable}
  F: {` + fn + `}, Connectors: {C: {Properties: {Destination: {Id: T}, Permissions: [Read]}}}}`, map[string]string{
			"FCPolicy.Type": `"AWS::IAM::ManagedPolicy"`, "FCPolicy.Properties.Roles": `[{"Ref":"FRole"}]`,
			"FCPolicy.Properties.PolicyDocument.Statement.0.Resource.1": `{"Fn::Sub":["${DestinationArn}/index/*",{"DestinationArn":{"Fn::GetAtt":["T","Arn"]}}]}`,
		}},
		"application": {"Resources: {A: {Type: AWS::Serverless::Application, Properties: {Location: ./child.yaml, Parameters: {P: 1}}}}", map[string]string{
			"A.Type": `"AWS::CloudFormation::Stack"`, "A.Properties.TemplateURL": `"./child.yaml"`,
		}},
		"condition": {"Conditions: {C: !Equals [a, b]}\nResources: {F: {Condition: C, " + fn + ", Events: {E: {Type: Api, Properties: {Path: /a, Method: get}}}}}}", map[string]string{
			"FRole.Condition": `"C"`, "ServerlessRestApi.Condition": `"C"`,
			"ServerlessRestApi.Properties.Body.paths./a.Fn::If.0": `"C"`,
		}},
		"parameter in alias": {"Parameters: {S: {Type: String, Default: dev}}\nResources: {F: {" + fn + ", AutoPublishAlias: !Ref S}}}", map[string]string{
			"FAliasdev.Properties.Name": `"dev"`,
		}},
		"machine": {"Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {Definition: {StartAt: A, States: {A: {Type: Task, Resource: !GetAtt F.Arn}}}}}}", map[string]string{
			"M.Properties.DefinitionSubstitutions":                                    `{"definition_substitution_1":{"Fn::GetAtt":["F","Arn"]}}`,
			"MRole.Properties.AssumeRolePolicyDocument.Statement.0.Principal.Service": `["states.amazonaws.com"]`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tmpl, skips := expand(t, tt.in, Options{})
			for _, s := range skips {
				t.Errorf("complaint: %+v", s)
			}
			for path, want := range tt.want {
				got := "-"
				if v := follow(tmpl.Root.Get("Resources"), path); v != nil {
					got = text(v)
				}
				if got != want {
					t.Errorf("%s:\n got %s\nwant %s", path, got, want)
				}
			}
		})
	}
}

// follow finds a value by a dotted path; keys may hold dots.
func follow(v *rind.Value, path string) *rind.Value {
	if path == "" || v == nil {
		return v
	}
	if v.Kind == rind.List {
		head, rest, _ := strings.Cut(path, ".")
		var i int
		if _, err := fmt.Sscan(head, &i); err != nil {
			return nil
		}
		return follow(v.At(i), rest)
	}
	for _, f := range v.Fields {
		if path == f.Key {
			return f.Value
		}
		if rest, ok := strings.CutPrefix(path, f.Key+"."); ok {
			if x := follow(f.Value, rest); x != nil {
				return x
			}
		}
	}
	return nil
}

// TestComplaints holds what AWS would refuse: the line and a word of the
// reason. The rest of the template is expanded nevertheless.
func TestComplaints(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		line int32
		want string
	}{
		"unknown property":   {"Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: a\n      Runtime: b\n      CodeUri: c\n      Oops: 1\n", 8, "Oops"},
		"unknown global":     {"Globals:\n  Function:\n    Role: x\nResources: {F: {" + fn + "}}}", 3, "Role"},
		"bucket elsewhere":   {"Resources:\n  F: {" + fn + ", Events: {E: {Type: S3, Properties: {Bucket: b, Events: x}}}}}", 2, "bucket of this template"},
		"unknown authorizer": {"Resources:\n  F: {" + fn + ", Events: {E: {Type: Api, Properties: {Path: /, Method: get, Auth: {Authorizer: X}}}}}}", 2, "authorizer X"},
		"open credentials":   {"Resources:\n  A:\n    Type: AWS::Serverless::Api\n    Properties: {StageName: s, Cors: {AllowCredentials: true}}\n", 4, "credentials"},
		"wrong connector":    {"Resources:\n  B: {Type: AWS::S3::Bucket}\n  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: B}, Destination: {Id: B}, Permissions: [Read]}}\n", 3, "no connector"},
		"template parameter": {"Resources:\n  F: {" + fn + ", Policies: [{SQSPollerPolicy: {}}]}}", 2, "QueueName"},
		"same path twice":    {"Resources:\n  F: {" + fn + ", Events: {A: {Type: Api, Properties: {Path: /, Method: get}}, B: {Type: Api, Properties: {Path: /, Method: get}}}}}", 2, "more than once"},
		"no auth type":       {"Resources:\n  F: {" + fn + ", FunctionUrlConfig: {}}}\n  G: {" + fn + ", FunctionUrlConfig: {Cors: {}}}}", 3, "AuthType"},
		"not a map":          {"Resources:\n  F: {" + fn + "}}\n  G: oops", 3, "not a map"},
		"taken name":         {"Resources:\n  FRole: {Type: AWS::IAM::Role}\n  F: {" + fn + "}}", 3, "FRole"},
	} {
		t.Run(name, func(t *testing.T) {
			tmpl, skips := expand(t, tt.in, Options{})
			if !slices.ContainsFunc(skips, func(s rind.Skip) bool {
				return s.File == "template.yaml" && s.Line == tt.line && strings.Contains(s.Reason, tt.want)
			}) {
				t.Errorf("want line %d: …%s…, got %+v", tt.line, tt.want, skips)
			}
			if tmpl.Root.Get("Resources").Len() == 0 {
				t.Error("nothing was expanded")
			}
		})
	}
	for _, in := range []string{"[]", "a: b", "Resources: {}", "Resources: []"} {
		root, _ := source.Parse("f", []byte(in))
		if _, _, err := Transform("f", root, Options{}); err == nil || !strings.HasPrefix(err.Error(), "f: ") {
			t.Errorf("%s: got %v, want an error that names the file", in, err)
		}
	}
}

// everything uses most of what there is, for the tests that look at the whole.
func everything(t testing.TB) string {
	data, err := os.ReadFile(filepath.Join("testdata", "everything.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestPlaces: every value of the result points into the template, and what
// was made lies within what it was made of.
func TestPlaces(t *testing.T) {
	tmpl, skips := expand(t, everything(t), Options{})
	for _, s := range skips {
		t.Errorf("complaint: %+v", s)
	}
	tmpl.Root.Walk(func(path string, v *rind.Value) bool {
		if v.Span.File != "template.yaml" || v.Span.Line < 1 {
			t.Errorf("%s has no place: %+v", path, v.Span)
			return false
		}
		return true
	})
	for _, f := range tmpl.Root.Get("Resources").Fields {
		m, ok := tmpl.Made[f.Key]
		if !ok {
			continue
		}
		origin := tmpl.Declared.Field(m.Origin)
		if origin == nil {
			if m.Origin != "ServerlessRestApi" && m.Origin != "ServerlessHttpApi" {
				t.Errorf("%s comes from %s, which nobody declared", f.Key, m.Origin)
			}
			continue
		}
		if f.Span.Line < origin.Span.Line || f.Span.Line > origin.Value.Span.EndLine {
			t.Errorf("%s at %s lies outside of %s at %s", f.Key, f.Span, m.Origin, origin.Span)
		}
	}
}

func TestMade(t *testing.T) {
	tmpl, _ := expand(t, everything(t), Options{})
	for id, want := range map[string]cfn.Made{
		"Orders":            {Origin: "Orders", Native: "AWS::Serverless::Function"},
		"OrdersRole":        {Origin: "Orders", Native: "AWS::Serverless::Function"}, // holds policies the user wrote
		"WorkerRole":        {Origin: "Worker", Native: "AWS::Serverless::Function", Generated: true},
		"OrdersUrl":         {Origin: "Orders", Native: "AWS::Serverless::Function"},
		"ServerlessRestApi": {Origin: "ServerlessRestApi", Native: "AWS::Serverless::Api", Generated: true},
		"Api":               {Origin: "Api", Native: "AWS::Serverless::Api"},
		"WorkerReadsPolicy": {Origin: "Worker", Native: "AWS::Serverless::Connector"},
		"Table":             {Origin: "Table", Native: "AWS::Serverless::SimpleTable"},
	} {
		if got := tmpl.Made[id]; got != want {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
	}
	if d := tmpl.Declared.Get("Orders", "Properties", "Timeout"); d.Str() != "20" {
		t.Errorf("the declared function lacks what Globals say: %v", d)
	}
	if tmpl.Declared.Get("Api", "Properties", "DefinitionBody") != nil {
		t.Error("the declared API holds a definition that nobody wrote")
	}
}

// TestReferences: !Ref Api.Stage and the like, and IDs that change.
func TestReferences(t *testing.T) {
	tmpl, _ := expand(t, everything(t), Options{})
	out := tmpl.Root.Get("Outputs")
	for name, want := range map[string]string{
		"Stage": `{"Ref":"ApiliveStage"}`,
		"Alias": `{"Ref":"OrdersAliaslive"}`,
	} {
		if got := text(out.Get(name, "Value")); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	layer := out.Get("Layer", "Value", "Ref").Str()
	if !strings.HasPrefix(layer, "Layer") || len(layer) != len("Layer")+10 || tmpl.Root.Get("Resources", layer) == nil {
		t.Errorf("the layer is referred to as %q", layer)
	}
}

func TestPolicyTemplates(t *testing.T) {
	all := policyTemplates()
	if len(all) != 81 {
		t.Errorf("%d policy templates, want 81", len(all))
	}
	for name, p := range all {
		args := rind.NewMap(rind.Span{})
		for _, a := range p.params {
			set(args, a, rind.NewString("x", rind.Span{}))
		}
		got := text(p.statements(at{}, args))
		if strings.Contains(got, `"Ref"`) || !strings.Contains(got, `"Action"`) || !strings.Contains(got, `"Resource"`) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestLocalDefinition(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "api.yaml"), []byte("openapi: 3.0.1\npaths: {/x: {get: {}}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := source.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	in := "Resources: {A: {Type: AWS::Serverless::Api, Properties: {StageName: s, DefinitionUri: ./api.yaml}}}"
	tmpl, skips := expand(t, in, Options{Tree: tree})
	v := tmpl.Root.Get("Resources", "A", "Properties", "Body", "paths", "/x")
	if v == nil || v.Span.File != "api.yaml" || len(skips) > 0 {
		t.Errorf("got %v %+v", v, skips)
	}
	tmpl, skips = expand(t, strings.ReplaceAll(in, "api.yaml", "gone.yaml"), Options{Tree: tree})
	if len(skips) != 1 || tmpl.Root.Get("Resources", "A") == nil {
		t.Errorf("got %+v", skips)
	}
}

func TestManyConditions(t *testing.T) {
	var b strings.Builder
	b.WriteString("Conditions:\n")
	for i := range 25 {
		fmt.Fprintf(&b, "  C%02d: !Equals [a, b]\n", i)
	}
	b.WriteString("Resources:\n")
	for i := range 25 {
		fmt.Fprintf(&b, "  F%02d: {Condition: C%02d, %s, Events: {E: {Type: Api, Properties: {Path: /%d, Method: get}}}}}\n", i, i, fn, i)
	}
	tmpl, _ := expand(t, b.String(), Options{})
	n := 0
	for name, c := range tmpl.Root.Get("Conditions").Entries() {
		if strings.HasPrefix(name, "ServerlessRestApiCondition") {
			n++
			if l := c.Get("Fn::Or").Len(); l < 2 || l > 10 {
				t.Errorf("%s has %d operands", name, l)
			}
		}
	}
	if n != 3 {
		t.Errorf("%d conditions for the implicit API, want 3", n)
	}
}

func FuzzTransform(f *testing.F) {
	f.Add([]byte(everything(f)))
	f.Add([]byte("Globals: {Function: {Tags: {a: b}}}\nResources: {F: {" + fn + ", Events: {E: {Type: Api, Properties: {Path: /, Method: any}}}}}}"))
	f.Add([]byte(`{"Resources":{"A":{"Type":"AWS::Serverless::Api","Properties":{"Auth":{"Authorizers":[1],"UsagePlan":2},"Domain":{"Route53":3},"Cors":[]}}}}`))
	f.Add([]byte("Resources: {G: {Type: AWS::Serverless::GraphQLApi, Properties: {Auth: 1, DataSources: {DynamoDb: {a: b}}, Resolvers: {Q: {r: 1}}, Functions: [x]}}}"))
	f.Add([]byte("Resources: {W: {Type: AWS::Serverless::WebSocketApi, Properties: {Routes: {$connect: x, '': {}}, StageName: [1], Auth: {AuthType: CUSTOM}}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := source.Parse("f", data)
		if err != nil {
			return
		}
		nodes := 0
		root.Walk(func(string, *rind.Value) bool { nodes++; return true })
		tmpl, skips, err := Transform("f", root, Options{Region: "us-east-1"})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f: ") {
				t.Errorf("error does not name the file: %v", err)
			}
			return
		}
		if n := tmpl.Root.Get("Resources").Len(); n > 16*nodes+16 {
			t.Errorf("%d resources out of %d values", n, nodes)
		}
		if len(skips) > maxSkips {
			t.Errorf("%d complaints", len(skips))
		}
		for _, s := range skips {
			if s.File == "" || s.Reason == "" {
				t.Errorf("a complaint without file or reason: %+v", s)
			}
		}
	})
}

func BenchmarkTransform(b *testing.B) {
	root, err := source.Parse("template.yaml", []byte(everything(b)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Transform("template.yaml", root, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
