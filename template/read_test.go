package template

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"rind/internal/testdir"
	"rind/rind"
	"rind/template/cfn"
	"rind/template/source"
)

// apps and skips print a result for comparison.
func apps(r *Result) string {
	var out []string
	for _, a := range r.Apps {
		ids := []string{}
		for _, r := range a.Resources {
			ids = append(ids, r.ID)
		}
		out = append(out, fmt.Sprintf("%s %s [%s]", a.Path, a.Kind, strings.Join(ids, " ")))
	}
	return strings.Join(out, "\n")
}

func skips(r *Result) string {
	var all []rind.Skip
	all = append(all, r.Skipped...)
	for _, a := range r.Apps {
		all = append(all, a.Skipped...)
	}
	var out []string
	for _, s := range all {
		out = append(out, fmt.Sprintf("%s:%d: %s", s.File, s.Line, s.Reason))
	}
	return strings.Join(out, "\n")
}

const topic = "Resources:\n  Topic: {Type: 'AWS::SNS::Topic'}\n"

func TestReadFindsApps(t *testing.T) {
	dir := testdir.New(t, map[string]string{
		"a/template.yaml":                   topic,
		"b/stack.json":                      `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`,
		"c/params.template":                 "AWSTemplateFormatVersion: '2010-09-09'\nResources: {X: {Type: 'Acme::My::MODULE'}}\n",
		"d/main.tf":                         "module \"m\" {\n  source = \"./m\"\n}\n",
		"d/m/main.tf":                       "resource \"aws_sns_topic\" \"t\" {}\n",
		"e/serverless.yml":                  "service: s\nprovider: {name: aws, runtime: python3.12}\nresources: ${file(res.yml)}\n",
		"e/res.yml":                         topic,
		"f/node_modules/x/template.yaml":    topic,
		"f/.aws-sam/build/template.yaml":    topic,
		"g/template.yaml":                   topic,
		"g/.aws-sam/build/template.yaml":    topic,
		"h/package.json":                    `{"name": "x"}`,
		"h/openapi.yaml":                    "openapi: 3.0.1\npaths: {}\n",
		"h/buildspec.yml":                   "version: 0.2\nphases: {}\n",
		"h/asl.json":                        `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::x"}}}`,
		"h/.github/workflows/x.yml":         "on: push\njobs: {x: {steps: [{run: 'echo AWS::X'}]}}\n",
		"h/k8s.yaml":                        "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\n",
		"h/samconfig.toml":                  "[default.deploy.parameters]\n",
		"h/event.json":                      `{"Records": []}`,
		"h/serverless.env.yml":              "A: 1\n",
		"i/cdk.out/manifest.json":           `{"artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}}}`,
		"i/cdk.out/S.template.json":         `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`,
		"i/cdk.out/asset.1/template.yaml":   topic,
		"i/cdk.json":                        `{"app": "node x"}`,
		"j/public/manifest.json":            `{"name": "a web app"}`,
		"k/loops.yaml":                      "Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::L': [N, [a, b], {'T${N}': {Type: 'AWS::SNS::Topic'}}]}\n",
		"l/empty-resources-of-a-nested.yml": "Resources: {}\n",
	})
	r, err := Read(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `a/template.yaml cloudformation [Topic]
b/stack.json cloudformation [Topic]
c/params.template cloudformation [X]
d terraform [module.m.aws_sns_topic.t]
e/serverless.yml serverless [ServerlessDeploymentBucket ServerlessDeploymentBucketPolicy Topic]
f/.aws-sam/build/template.yaml cloudformation [Topic]
g/template.yaml cloudformation [Topic]
i/cdk.out/S.template.json cdk [Topic]
k/loops.yaml cloudformation [Ta Tb]`
	if got := apps(r); got != want {
		t.Errorf("apps\n%s\nwant\n%s", got, want)
	}
	if got := skips(r); got != "c/params.template:2: the resources of module Acme::My::MODULE are in the account's registry and are not seen" {
		t.Errorf("skipped\n%s", got)
	}
}

func TestReadSaysWhatItSkips(t *testing.T) {
	big := strings.Repeat("# filler that makes the file large\n", 700_000)
	bomb := "Resources:\n  A: {Type: 'AWS::SNS::Topic'}\na: &a [1,1,1,1,1,1,1,1,1,1]\n"
	for c := 'b'; c < 'k'; c++ {
		p := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [*" + strings.Repeat(p+",*", 9) + p + "]\n"
	}
	include := func(name string) string {
		return "Resources: {A: {Type: 'AWS::T::X', Properties: {'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: " + name + "}}}}}\n"
	}
	nested := func(name string) string {
		return "Resources: {N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: " + name + "}}}\n"
	}
	for name, tt := range map[string]struct {
		files map[string]string
		want  string
	}{
		"broken YAML":        {map[string]string{"t.yaml": topic + "  X: [\n"}, "t.yaml:3: did not find"},
		"broken JSON":        {map[string]string{"t.json": "{\"Resources\": {\"A\":\n {\"Type\": \"AWS::SNS::Topic\"}}"}, "t.json:2: not valid JSON"},
		"a Jinja template":   {map[string]string{"t.yaml": topic + "{% if x %}\n  B: {}\n{% endif %}\n"}, "it is a Jinja template: render it first"},
		"an ERB template":    {map[string]string{"t.yml.erb": topic + "<% each do %>\n  B: {}\n"}, "it is an ERB template: render it first"},
		"an empty template":  {map[string]string{"template.yaml": "\n"}, "template.yaml:0: the file is empty"},
		"no resources":       {map[string]string{"t.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n"}, "no resources"},
		"an alias bomb":      {map[string]string{"t.yaml": bomb}, "aliases expand to more than"},
		"a large file":       {map[string]string{"t.yaml": topic + big}, "t.yaml:0: cannot read this file: file is larger than 20 MB"},
		"not text":           {map[string]string{"t.yaml": topic + "# \xff\xfe\n"}, "not UTF-8"},
		"a link out":         {map[string]string{"t.yaml": "-> /etc/hostname"}, "t.yaml:0: this link leads out"},
		"a folder link out":  {map[string]string{"x": "-> ../.."}, "x:0: this link leads out"},
		"a link to nothing":  {map[string]string{"t.yaml": "-> missing.yaml"}, "t.yaml:0: this link leads to nothing"},
		"a link in a circle": {map[string]string{"t.yaml": "-> t.yaml"}, "t.yaml:0: this link leads out of the scanned folder or in a circle"},
		"code":               {map[string]string{"serverless.ts": "export default {service: 's', provider: {}}"}, "run `serverless print"},
		"a CDK app":          {map[string]string{"cdk.json": `{"app": "npx ts-node bin/x.ts"}`}, "run `cdk synth`"},
		"a binary plan":      {map[string]string{"x.tfplan": "PK"}, "run `terraform show -json`"},
		"Terragrunt":         {map[string]string{"terragrunt.hcl": "terraform {}"}, "Terragrunt's configuration is not read"},
		"a CDKTF app":        {map[string]string{"cdktf.json": `{"app": "x"}`}, "run `cdktf synth`"},
		"a cyclic include":   {map[string]string{"t.yaml": include("i.yaml"), "i.yaml": "{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: i.yaml}}}"}, "includes itself"},
		"an include outside": {map[string]string{"t.yaml": include("../x.yaml")}, "AWS::Include: ../x.yaml is not a file in this folder"},
		"an include by link": {map[string]string{"t.yaml": include("x.yaml"), "x.yaml": "-> /etc/hostname"}, "AWS::Include: cannot read x.yaml"},
		"cyclic stacks":      {map[string]string{"a.yaml": nested("b.yaml"), "b.yaml": nested("a.yaml")}, "a.yaml contains itself"},
		"a stack elsewhere":  {map[string]string{"a.yaml": nested("'https://s3.amazonaws.com/b/x.yaml'")}, "https://s3.amazonaws.com/b/x.yaml is not a file in this folder"},
		"a macro":            {map[string]string{"t.yaml": "Transform: [MyMacro]\n" + topic}, "t.yaml:1: the macro MyMacro runs in the account"},
		"a component":        {map[string]string{"serverless.yml": "component: rest-api\nname: x\n"}, "Components are not read"},
		"a broken service":   {map[string]string{"serverless.yml": "service: s\nprovider: {name: aws\n"}, "serverless.yml:"},
		"broken Terraform":   {map[string]string{"main.tf": "resource \"aws_sns_topic\" {\n"}, "main.tf"},
	} {
		r, err := Read(testdir.New(t, tt.files), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := skips(r); !strings.Contains(got, tt.want) {
			t.Errorf("%s: skipped %q, want %q", name, got, tt.want)
		}
	}
}

func TestReadJoinsNestedStacks(t *testing.T) {
	dir := testdir.New(t, map[string]string{
		"root.yaml":       "Resources:\n  A: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: nested/a.yaml}}\n",
		"nested/a.yaml":   "Resources:\n  B: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: b.yaml}}\n",
		"nested/b.yaml":   topic,
		"nested/own.yaml": topic,
		"loop1.yaml":      "Resources:\n  L: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: loop2.yaml}}\n",
		"loop2.yaml":      "Resources:\n  L: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: loop1.yaml}}\n",
	})
	r, err := Read(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `loop1.yaml cloudformation [L L/L]
nested/own.yaml cloudformation [Topic]
root.yaml cloudformation [A A/B A/B/Topic]`
	if got := apps(r); got != want {
		t.Errorf("apps\n%s\nwant\n%s", got, want)
	}
	if f := r.Apps[2].Resource("A/B/Topic").Span.File; f != "nested/b.yaml" {
		t.Errorf("the inner topic is in %s", f)
	}
}

func TestReadOneFile(t *testing.T) {
	dir := testdir.New(t, map[string]string{"a.yaml": topic, "b.yaml": topic, "notes.txt": "hello", "odd.txt": topic, "main.tf": "resource \"aws_sns_topic\" \"t\" {}\n"})
	for file, want := range map[string]string{
		"a.yaml":    "a.yaml cloudformation [Topic]|",
		"odd.txt":   "odd.txt cloudformation [Topic]|",
		"notes.txt": "|notes.txt:0: neither SAM, CloudFormation, Serverless Framework nor Terraform was recognised in it",
		"main.tf":   ". terraform [aws_sns_topic.t]|",
	} {
		r, err := Read(filepath.Join(dir, file), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := apps(r) + "|" + skips(r); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
	if _, err := Read(filepath.Join(dir, "missing.yaml"), Options{}); err == nil {
		t.Error("a missing file is no error")
	}
}

func TestReadReportsProgress(t *testing.T) {
	dir := testdir.New(t, map[string]string{"a.yaml": topic, "b.yaml": topic, "c.yaml": topic})
	n, last := 0, 0
	_, err := Read(dir, Options{Progress: func(done, total int) {
		n++
		last = total
	}})
	if err != nil || n != 3 || last != 3 {
		t.Errorf("%d calls, total %d, %v", n, last, err)
	}
}

func BenchmarkRead(b *testing.B) {
	files := map[string]string{}
	for i := range 100 {
		var s strings.Builder
		s.WriteString("AWSTemplateFormatVersion: '2010-09-09'\nParameters: {Stage: {Type: String, Default: dev}}\nConditions: {P: !Equals [!Ref Stage, prod]}\nResources:\n")
		for j := range 10 {
			fmt.Fprintf(&s, "  Fn%d:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: a.b\n      Runtime: python3.12\n      Role: !GetAtt Role%d.Arn\n      Environment: {Variables: {T: !Sub 'x-${Stage}-${AWS::Region}'}}\n      MemorySize: !If [P, 1024, 128]\n", j, j)
			fmt.Fprintf(&s, "  Role%d:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: lambda.amazonaws.com}}]}\n      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: ['s3:Get*', 'sqs:SendMessage'], Resource: '*'}]}}]\n", j)
		}
		files[fmt.Sprintf("s%d/template.yaml", i)] = s.String()
	}
	dir := testdir.New(b, files)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(dir, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(topic))
	f.Add([]byte("Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: 'AWS::Serverless::Function', Properties: {Handler: a.b, Runtime: python3.12, CodeUri: s/, Events: {E: {Type: Api, Properties: {Path: /, Method: get}}}}}\n"))
	f.Add([]byte(`{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": {"Ref": "R"}}}}, "F": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["R", "Arn"]}}}}}`))
	tree, err := source.Open(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	rd := &reader{tree: tree}
	f.Fuzz(func(t *testing.T, data []byte) {
		tmpl, err := rd.load("t", data, nil)
		if err != nil {
			return
		}
		a := answer{candidate: candidate{stackFile, "t"}}
		app, err := cfn.Resolve(tmpl, cfn.Options{Load: rd.nested(&a)})
		if err == nil {
			rd.finish(&a, app)
		}
	})
}

// TestUTF16IsSaid: a template in an encoding that nobody reads is not passed
// over in silence.
func TestUTF16IsSaid(t *testing.T) {
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		dir := t.TempDir()
		data := make([]byte, 0, 128)
		for _, u := range utf16.Encode([]rune("\ufeffResources:\n  Q: {Type: AWS::SQS::Queue}\n")) {
			data = order.AppendUint16(data, u)
		}
		if err := os.WriteFile(filepath.Join(dir, "template.yaml"), data, 0o644); err != nil {
			t.Fatal(err)
		}
		res, err := Read(dir, Options{})
		if err != nil || len(res.Skipped) != 1 || !strings.Contains(res.Skipped[0].Reason, "UTF-16") {
			t.Errorf("%s endian: skipped %v, error %v", name, res.Skipped, err)
		}
	}
}
