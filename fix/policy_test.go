package fix_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rind/fix"
	"rind/policy"
	"rind/rind"
	"rind/template"
)

// written puts the policy of a function that makes one call into a template,
// and returns the file, or why it was left alone.
func written(t *testing.T, name, text string) (out, refused string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := template.Read(dir, template.Options{})
	if err != nil || len(got.Apps) != 1 {
		t.Fatalf("%v, %d apps, skipped %v", err, len(got.Apps), got.Skipped)
	}
	app := got.Apps[0]
	for _, f := range app.Functions {
		app.Code = append(app.Code, &rind.Code{Function: f.ID, Calls: []*rind.Call{{
			Service: "s3", Operation: "GetObject", Span: rind.Span{File: "app.py", Line: 3},
			Params: map[string]*rind.Value{"Bucket": rind.NewString("reports", rind.Span{}), "Key": rind.NewString("today", rind.Span{})},
		}}})
	}
	edits, no := fix.Policies(policy.Analyze(app), func(file string) []byte {
		if file != name {
			return nil
		}
		return []byte(text)
	}, nil)
	for _, r := range no {
		refused += r.Reason + "\n"
	}
	made, _ := fix.Apply([]byte(text), edits)
	return string(made), refused
}

const samHead = `Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
`

const samPolicies = `Policies:
        - Version: "2012-10-17"
          Statement:
            # app.py:3 s3 GetObject
            - Effect: Allow
              Action: s3:GetObject
              Resource: !Sub "arn:${AWS::Partition}:s3:::reports/today"`

func TestPoliciesAreWrittenInPlace(t *testing.T) {
	for _, test := range []struct{ title, name, before, after, refused string }{
		{
			"there are none", "template.yaml",
			samHead + "      MemorySize: 128 # enough\n",
			samHead + "      MemorySize: 128 # enough\n      " + samPolicies + "\n", "",
		},
		{
			"a list on one line", "template.yaml",
			samHead + "      Policies: [AmazonS3FullAccess] # all of it\n      MemorySize: 128\n",
			samHead + "      " + samPolicies + "\n      MemorySize: 128\n", "",
		},
		{
			"a list that ends on a line of its own", "template.yaml",
			samHead + "      Policies: [\n        AmazonS3FullAccess\n      ]\n      MemorySize: 128\n",
			samHead + "      " + samPolicies + "\n      MemorySize: 128\n", "",
		},
		{
			"a choice", "template.yaml",
			"Conditions: {C: !Equals [a, a]}\n" + samHead + "      Policies: !If [C, AmazonS3FullAccess, AmazonSQSFullAccess]\n",
			"", "no plain place",
		},
		{
			"properties on one line", "template.yaml",
			"Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.13, Handler: app.handler}\n",
			"", "no plain place",
		},
		{
			"a role elsewhere", "template.yaml",
			samHead + "      Role: arn:aws:iam::111122223333:role/r\n", "", "not in the template",
		},
		{
			"serverless.yml as it was", "serverless.yml",
			"service: s\nprovider:\n  name: aws\n  runtime: python3.13\n  iamRoleStatements:\n    - Effect: Allow\n      Action: '*'\n      Resource: '*'\nfunctions:\n  f:\n    handler: app.handler\n",
			"service: s\nprovider:\n  name: aws\n  runtime: python3.13\n  iamRoleStatements:\n    # app.py:3 s3 GetObject\n    - Effect: Allow\n      Action: s3:GetObject\n      Resource: !Sub \"arn:${AWS::Partition}:s3:::reports/today\"\nfunctions:\n  f:\n    handler: app.handler\n", "",
		},
		{
			"serverless.yml without any", "serverless.yml",
			"service: s\nprovider:\n  name: aws\n  runtime: python3.13\n\nfunctions:\n  f:\n    handler: app.handler\n",
			"service: s\nprovider:\n  name: aws\n  runtime: python3.13\n  iam:\n    role:\n      statements:\n        # app.py:3 s3 GetObject\n        - Effect: Allow\n          Action: s3:GetObject\n          Resource: !Sub \"arn:${AWS::Partition}:s3:::reports/today\"\n\nfunctions:\n  f:\n    handler: app.handler\n", "",
		},
	} {
		t.Run(test.title, func(t *testing.T) {
			got, refused := written(t, test.name, test.before)
			want := test.after
			if test.refused != "" {
				want = test.before
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if (refused == "") != (test.refused == "") || !strings.Contains(refused, test.refused) {
				t.Errorf("refused: %q, want %q", refused, test.refused)
			}
		})
	}
}

func TestPoliciesInJSON(t *testing.T) {
	got, refused := written(t, "template.json", `{
  "Transform": "AWS::Serverless-2016-10-31",
  "Resources": {
    "F": {
      "Type": "AWS::Serverless::Function",
      "Properties": {
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Policies": ["AmazonS3FullAccess"]
      }
    }
  }
}
`)
	if refused != "" || !strings.Contains(got, `"Action": "s3:GetObject"`) || strings.Contains(got, "FullAccess") || !strings.HasSuffix(got, "      }\n    }\n  }\n}\n") {
		t.Errorf("refused %q, got\n%s", refused, got)
	}
}
