package posture

import (
	"strings"
	"testing"

	"rind/iam"
	"rind/internal/testdir"
	"rind/rind"
	"rind/rule"
	"rind/template"
)

// assess reads a template and returns its posture and paths.
func assess(t testing.TB, text string) ([]*rind.Posture, []*rind.AttackPath) {
	t.Helper()
	dir := testdir.New(t, map[string]string{"template.yaml": text})
	res, err := template.Read(dir, template.Options{})
	if err != nil || len(res.Apps) != 1 {
		t.Fatalf("apps %v, skipped %v, error %v", res.Apps, res.Skipped, err)
	}
	var findings []*rind.Finding
	for _, app := range res.Apps {
		iam.Connect(app)
		findings = append(findings, rule.Check(app, rule.Options{Profile: rule.Default})...)
	}
	return Assess(res.Apps, findings)
}

const openFunction = `
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: a.b, Role: !GetAtt Role.Arn, Code: {ZipFile: x}, MemorySize: 1024, Timeout: 10}
  Url:
    Type: AWS::Lambda::Url
    Properties: {TargetFunctionArn: !Ref F, AuthType: AUTH}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [STATEMENT]
`

func appText(auth, statement string) string {
	return strings.NewReplacer("AUTH", auth, "STATEMENT", statement).Replace(openFunction)
}

func TestPathsFromAnOpenURL(t *testing.T) {
	for _, tt := range []struct {
		name, auth, statement string
		impact                string // of the worst path; "" for no path to data
		severity              rind.Severity
	}{
		{"its own table", "NONE", "{Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Orders.Arn}", "change data of Orders", rind.Medium},
		{"reads only", "NONE", "{Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Orders.Arn}", "read data of Orders", rind.Low},
		{"every bucket", "NONE", "{Effect: Allow, Action: 's3:*', Resource: '*'}", "act beyond the app", rind.High},
		{"signed callers only", "AWS_IAM", "{Effect: Allow, Action: 's3:*', Resource: '*'}", "", ""},
	} {
		_, paths := assess(t, appText(tt.auth, tt.statement))
		var worst *rind.AttackPath
		for _, p := range paths {
			if !strings.HasPrefix(p.Impact, "denial of wallet") && worst == nil {
				worst = p
			}
		}
		switch {
		case tt.impact == "" && worst != nil:
			t.Errorf("%s: unexpected path %q", tt.name, worst.Impact)
		case tt.impact == "":
		case worst == nil || !strings.Contains(worst.Impact, tt.impact):
			t.Errorf("%s: paths %+v, want one to %q", tt.name, paths, tt.impact)
		case worst.Severity != tt.severity:
			t.Errorf("%s: severity %s, want %s", tt.name, worst.Severity, tt.severity)
		case worst.Steps[0].Node != rind.Internet || worst.Cut.Action == "":
			t.Errorf("%s: path without a start or a cut: %+v", tt.name, worst)
		}
	}
}

func TestCutClosesMost(t *testing.T) {
	_, paths := assess(t, appText("NONE", "{Effect: Allow, Action: ['dynamodb:*', 's3:*'], Resource: '*'}"))
	for _, p := range paths {
		if !strings.Contains(p.Cut.Action, "AWS_IAM") || p.Cut.Closes != len(paths) {
			t.Errorf("cut of %q is %+v; authorization would close all %d", p.Impact, p.Cut, len(paths))
		}
	}
}

func TestCellsNeedEvidence(t *testing.T) {
	postures, _ := assess(t, appText("NONE", "{Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Orders.Arn}"))
	want := map[cellKey]rind.SliceState{
		{rind.SAS2, rind.CloudConfig}:     rind.Hole,
		{rind.SAS4, rind.CloudConfig}:     rind.Solid,
		{rind.SAS4, rind.ResilientDesign}: rind.Solid,
		{rind.SAS8, rind.ResilientDesign}: rind.Hole,
		{rind.SAS1, rind.SecureCode}:      rind.Unknown,
		{rind.SAS1, rind.SecurityTesting}: rind.Unknown,
		{rind.SAS11, rind.Governance}:     rind.Solid,
	}
	for _, c := range postures[0].Cells {
		if len(c.Evidence) == 0 {
			t.Errorf("%s %s is %s without evidence", c.Risk, c.Layer, c.State)
		}
		if w, ok := want[cellKey{c.Risk, c.Layer}]; ok && c.State != w {
			t.Errorf("%s %s is %s (%v), want %s", c.Risk, c.Layer, c.State, c.Evidence, w)
		}
	}
	if n := len(postures[0].Aligned); n == 0 {
		t.Error("no risk is aligned although anyone may call the function")
	}
}

func TestLoop(t *testing.T) {
	_, paths := assess(t, `
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: a.b, Role: !GetAtt Role.Arn, Code: {ZipFile: x}}
  Q: {Type: AWS::SQS::Queue}
  M:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref F, EventSourceArn: !GetAtt Q.Arn}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Q.Arn}]
`)
	if len(paths) != 1 || !strings.HasPrefix(paths[0].Impact, "runaway loop") {
		t.Errorf("paths %+v, want one loop", paths)
	}
}

func TestWorstCase(t *testing.T) {
	f := &rind.Function{MemoryMB: 1024, TimeoutSec: 10, Concurrency: -1, Architecture: "x86_64"}
	if c := worstCase(f); c.perHour < 59 || c.perHour > 61 {
		t.Errorf("1 GB at the default limit costs %s, want about $60", c)
	}
	f.Concurrency = 10
	if c := worstCase(f); c.perHour > 0.7 || !c.limited {
		t.Errorf("ten at once cost %s", c)
	}
}

func TestCoverageTableIsWhole(t *testing.T) {
	for _, r := range rind.Risks {
		if len(coverage[r]) != len(rind.Layers) {
			t.Errorf("%s has %d columns", r, len(coverage[r]))
		}
		if !strings.Contains(coverage[r], "P") {
			t.Errorf("no layer is primary against %s", r)
		}
	}
}

func BenchmarkAssess(b *testing.B) {
	text := appText("NONE", "{Effect: Allow, Action: 's3:*', Resource: '*'}")
	dir := testdir.New(b, map[string]string{"template.yaml": text})
	res, err := template.Read(dir, template.Options{})
	if err != nil {
		b.Fatal(err)
	}
	iam.Connect(res.Apps[0])
	findings := rule.Check(res.Apps[0], rule.Options{Profile: rule.Default})
	b.ReportAllocs()
	for b.Loop() {
		Assess(res.Apps, findings)
	}
}

func TestNoLoop(t *testing.T) {
	for _, statement := range []string{
		"{Effect: Allow, Action: 'lambda:*', Resource: '*'}", // it may call itself
		"{Effect: Allow, Action: 's3:PutObject', Resource: 'arn:aws:s3:::shop-a1b2/out/*'}",
	} {
		_, paths := assess(t, strings.Replace(`
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: a.b, Role: !GetAtt Role.Arn, Code: {ZipFile: x}}
  B:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: shop-a1b2
      NotificationConfiguration:
        LambdaConfigurations:
          - {Event: "s3:ObjectCreated:*", Function: !GetAtt F.Arn, Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: [STATEMENT]
`, "STATEMENT", statement, 1))
		for _, p := range paths {
			if strings.HasPrefix(p.Impact, "runaway loop") {
				t.Errorf("%s: %+v", statement, p)
			}
		}
	}
}

// TestCutsNameTheirRule holds the cuts to rules that there are.
func TestCutsNameTheirRule(t *testing.T) {
	known := map[string]bool{"": true}
	for _, r := range rule.Rules() {
		known[r.ID] = true
	}
	for text, want := range map[string]string{
		appText("NONE", "{Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Orders.Arn}"): "RIND-LAMBDA-001",
		strings.Replace(appText("NONE", "{Effect: Allow, Action: 'sqs:*', Resource: '*'}"), "Type: AWS::Lambda::Url", `Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: "*"}
  Unused:
    Type: AWS::Lambda::LayerVersion`, 1): "RIND-LAMBDA-005",
	} {
		_, paths := assess(t, text)
		if len(paths) == 0 || paths[0].Cut.Rule != want {
			t.Errorf("paths %+v, want one cut by %s", paths, want)
		}
		for _, p := range paths {
			if !known[p.Cut.Rule] {
				t.Errorf("no rule %s", p.Cut.Rule)
			}
		}
	}
}
