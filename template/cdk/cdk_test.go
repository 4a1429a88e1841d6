package cdk

import (
	"strings"
	"testing"

	"rind/internal/testdir"
	"rind/rind"
	"rind/template/cfn"
	"rind/template/source"
)

const fnHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// files is a small assembly: a stack with a nested one, and a stage.
var files = map[string]string{
	"cdk.out/manifest.json": `{"version": "38.0.1", "artifacts": {
		"Shop.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Shop.assets.json"}},
		"Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json", "stackName": "shop-dev", "parameters": {"N": 3}},
			"metadata": {
				"/Shop/Api/Resource": [{"type": "aws:cdk:logicalId", "data": "Api123"}],
				"/Shop/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler": [{"type": "aws:cdk:logicalId", "data": "Helper"}],
				"/Shop/Inner.NestedStack/Inner.NestedStackResource": [{"type": "aws:cdk:logicalId", "data": "InnerStack"}],
				"/Shop/Inner/Fn/Resource": [{"type": "aws:cdk:logicalId", "data": "Fn"}],
				"/Shop/Fn/Resource": [{"type": "aws:cdk:logicalId", "data": "Fn"}]}},
		"assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
		"Gone": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Gone.template.json"}},
		"Out": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../../x.json"}}}}`,
	"cdk.out/Shop.assets.json": `{"files": {
		"` + fnHash + `": {"source": {"path": "asset.fn"}, "destinations": {"d": {"objectKey": "` + fnHash + `.zip"}}},
		"feed": {"source": {"path": "Inner.nested.template.json"}, "destinations": {"d": {"objectKey": "feed.json"}}}}}`,
	"cdk.out/Shop.template.json": `{"Parameters": {"N": {"Type": "Number"}}, "Resources": {
		"Api123": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": "b", "S3Key": "` + fnHash + `.zip"}, "MemorySize": {"Ref": "N"}}},
		"Img": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ImageUri": {"Fn::Sub": "1.dkr.${AWS::URLSuffix}/r:` + fnHash + `"}}}, "Metadata": {"aws:cdk:path": "Shop/Img/Resource"}},
		"Meta": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": {"Ref": "Nope"}}}, "Metadata": {"aws:asset:path": "/home/u/app/cdk.out/asset.fn", "aws:asset:property": "Code"}},
		"Helper": {"Type": "AWS::Lambda::Function", "Properties": {}},
		"ProvframeworkonEvent01234567": {"Type": "AWS::Lambda::Function", "Properties": {}},
		"InnerStack": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/b/feed.json"]]}, "Parameters": {"P": {"Ref": "N"}}}},
		"Fn": {"Type": "AWS::Lambda::Function", "Properties": {}}}}`,
	"cdk.out/Inner.nested.template.json":    `{"Parameters": {"P": {"Type": "String"}}, "Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": "` + fnHash + `.zip"}, "Timeout": {"Ref": "P"}}}}}`,
	"cdk.out/assembly-Prod/manifest.json":   `{"artifacts": {"S": {"type": "aws:cloudformation:stack", "displayName": "Prod/S", "properties": {"templateFile": "S.template.json"}}}}`,
	"cdk.out/assembly-Prod/S.template.json": `{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}`,
	"cdk.out/asset.fn/index.js":             ``,
}

// tree lays files out below a folder.
func tree(t testing.TB, files map[string]string) *source.Tree {
	t.Helper()
	tr, err := source.Open(testdir.New(t, files))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	return tr
}

func load(file string, data []byte, _ map[string]string) (*cfn.Template, error) {
	root, err := source.Parse(file, data)
	return &cfn.Template{File: file, Root: root}, err
}

func TestRead(t *testing.T) {
	apps, skipped := Read(tree(t, files), "cdk.out", Options{Load: load})
	if len(apps) != 2 {
		t.Fatalf("%d apps, skipped %v", len(apps), skipped)
	}
	shop, stage := apps[0], apps[1]
	if shop.Name != "shop-dev" || shop.Kind != rind.CDK || shop.Path != "cdk.out/Shop.template.json" || stage.Name != "Prod/S" {
		t.Errorf("apps %q %q %q, %q", shop.Name, shop.Kind, shop.Path, stage.Name)
	}
	for id, want := range map[string]struct {
		path, code string
		generated  bool
	}{
		"Api123":                       {"Shop/Api/Resource", "cdk.out/asset.fn", false},
		"Img":                          {"Shop/Img/Resource", "cdk.out/asset.fn", false},
		"Meta":                         {"", "cdk.out/asset.fn", false},
		"Helper":                       {"Shop/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler", "", true},
		"ProvframeworkonEvent01234567": {"", "", true},
		"InnerStack/Fn":                {"Shop/Inner/Fn/Resource", "cdk.out/asset.fn", false},
		"Fn":                           {"Shop/Fn/Resource", "", false},
	} {
		r := shop.Resource(id)
		if r == nil {
			t.Errorf("no %s", id)
			continue
		}
		if r.Path != want.path || r.Code != want.code || r.Generated != want.generated {
			t.Errorf("%s: path %q, code %q, generated %t", id, r.Path, r.Code, r.Generated)
		}
	}
	if got := shop.Resource("InnerStack/Fn").Get("Timeout").Str(); got != "3" {
		t.Errorf("the parameter that the assembly sets did not arrive: %q", got)
	}
	var reasons []string
	for _, s := range skipped {
		reasons = append(reasons, s.File+": "+s.Reason)
	}
	got := strings.Join(reasons, "\n")
	for _, want := range []string{"cdk.out/Gone.template.json: cannot read the template of stack Gone", `stack Out: its template "../../x.json" is not in this folder`} {
		if !strings.Contains(got, want) {
			t.Errorf("skipped\n%s\nlacks %q", got, want)
		}
	}
}

func TestReadBrokenAssemblies(t *testing.T) {
	for name, tt := range map[string]struct{ manifest, want string }{
		"not JSON":        {`{"artifacts": `, "cannot read this cloud assembly"},
		"contains itself": {`{"artifacts": {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../cdk.out"}}}}`, "not in this folder"},
		"leads out":       {`{"artifacts": {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../../etc"}}}}`, "not in this folder"},
	} {
		_, skipped := Read(tree(t, map[string]string{"cdk.out/manifest.json": tt.manifest}), "cdk.out", Options{Load: load})
		if len(skipped) != 1 || !strings.Contains(skipped[0].Reason, tt.want) {
			t.Errorf("%s: skipped %v, want %q", name, skipped, tt.want)
		}
	}
}
