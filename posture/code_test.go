package posture

import (
	"strings"
	"testing"

	"rind/code/project"
	"rind/iam"
	"rind/internal/testdir"
	"rind/rind"
	"rind/rule"
	"rind/template"
)

// assessCode reads a template with its code and returns posture and paths.
func assessCode(t *testing.T, files map[string]string) ([]*rind.Posture, []*rind.AttackPath) {
	t.Helper()
	dir := testdir.New(t, files)
	res, err := template.Read(dir, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, app := range res.Apps {
		iam.Connect(app)
	}
	if _, err := project.Analyze(dir, res.Apps, project.Options{}); err != nil {
		t.Fatal(err)
	}
	var findings []*rind.Finding
	for _, app := range res.Apps {
		findings = append(findings, rule.Check(app, rule.Options{Profile: rule.Default})...)
	}
	return Assess(res.Apps, findings)
}

const codeTemplate = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Search:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      FunctionUrlConfig: {AuthType: NONE}
      Policies: [DynamoDBCrudPolicy: {TableName: !Ref Orders}]
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}
`

const dirty = "import os\n\n\ndef handler(event, context):\n    os.system(event[\"body\"])\n"

// TestFlowLengthensPath: a flow is a step of the paths through its function,
// and closing it a way to cut them.
func TestFlowLengthensPath(t *testing.T) {
	_, paths := assessCode(t, map[string]string{"template.yaml": codeTemplate, "src/app.py": dirty})
	if len(paths) == 0 {
		t.Fatal("no path")
	}
	var nodes []string
	for _, s := range paths[0].Steps {
		nodes = append(nodes, s.Node)
	}
	if got := strings.Join(nodes, " > "); !strings.Contains(got, "Search > command injection at src/app.py:5 > SearchRole > Orders") {
		t.Errorf("path %s", got)
	}
}

// TestCodeCell: the code slice is solid only where all was followed and
// nothing was found.
func TestCodeCell(t *testing.T) {
	for name, test := range map[string]struct {
		code map[string]string
		want rind.SliceState
		says string
	}{
		"flow":    {map[string]string{"src/app.py": dirty}, rind.Hole, "RIND-CODE-004"},
		"none":    {map[string]string{"src/app.py": "def handler(event, context):\n    return {}\n"}, rind.Solid, "src/app.py:1"},
		"missing": {nil, rind.Unknown, "was not followed: no source of the handler app.handler was found in src"},
	} {
		files := map[string]string{"template.yaml": codeTemplate}
		for k, v := range test.code {
			files[k] = v
		}
		postures, _ := assessCode(t, files)
		for _, c := range postures[0].Cells {
			if c.Risk != rind.SAS1 || c.Layer != rind.SecureCode {
				continue
			}
			if c.State != test.want || !strings.Contains(strings.Join(c.Evidence, " "), test.says) {
				t.Errorf("%s: %s %q, want %s that says %q", name, c.State, c.Evidence, test.want, test.says)
			}
		}
	}
}
