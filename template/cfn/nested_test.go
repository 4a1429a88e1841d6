package cfn

import (
	"errors"
	"strings"
	"testing"
)

// loader serves templates from texts by file name.
func loader(t testing.TB, files map[string]string) func(string, map[string]string) (*Template, error) {
	return func(file string, parameters map[string]string) (*Template, error) {
		text, ok := files[file]
		if !ok {
			return nil, errors.New("cannot read " + file + ": no such file")
		}
		c := parse(t, text, parameters)
		c.File = file
		return c, nil
	}
}

func TestNestedStacks(t *testing.T) {
	app := resolve(t, `
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./child.yaml
      Parameters: {Name: !Sub "q-${Stage}", Names: !Join [",", [a, b]], Topic: !Ref Topic}
  Topic: {Type: "AWS::SNS::Topic"}
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queue: !GetAtt Child.Outputs.Arn
      Text: !Sub "${Child.Outputs.Name}/x"
      Gone: !GetAtt Child.Outputs.Nope
`, Options{Load: loader(t, map[string]string{"child.yaml": `
Parameters: {Name: {Type: String}, Names: {Type: CommaDelimitedList}, Topic: {Type: String}, Left: {Type: String, Default: l}, Pw: {Type: String, NoEcho: true}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    DependsOn: Other
    Properties: {QueueName: !Ref Name, Tags: !Ref Names, T: !Ref Topic, L: !Ref Left, P: !Ref Pw}
  Other: {Type: "AWS::SNS::Topic"}
Outputs:
  Arn: {Value: !GetAtt Queue.Arn}
  Name: {Value: !Ref Name}
`})})
	if len(app.Skipped) > 0 {
		t.Fatal(app.Skipped)
	}
	for _, tt := range []struct{ id, want string }{
		{"Child/Queue", "{QueueName:q-dev Tags:[a b] T:~<1 Topic> L:l P:~<3 Child/Pw>}"},
		{"Policy", "{Queue:~<1 Child/Queue Arn> Text:q-dev/x Gone:~<1 Child Outputs.Nope>}"},
	} {
		if got := show(app.Resource(tt.id).Properties); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.id, got, tt.want)
		}
	}
	if got := show(app.Resource("Child/Queue").Attributes); got != "{DependsOn:Child/Other}" {
		t.Error(got)
	}
	if len(app.Parameters) != 6 || app.Parameters[1].Name != "Child/Name" {
		t.Errorf("parameters %v", app.Parameters)
	}
}

func TestNestedStacksThatCannotBeRead(t *testing.T) {
	stack := func(url string) string {
		return `{"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": ` + url + `}}`
	}
	for url, want := range map[string]string{
		`"https://s3.amazonaws.com/b/x.yaml"`: "is not a file in this folder",
		`"../out.yaml"`:                       "is not a file in this folder",
		`"missing.yaml"`:                      "no such file",
		`"t.yaml"`:                            "contains itself",
		`"loop.yaml"`:                         "contains itself",
		`{"Fn::Sub": "https://${B}/x.yaml"}`:  "is not a file in this folder",
	} {
		app := resolve(t, `{"Resources": {"N": `+stack(url)+`}}`, Options{Load: loader(t, map[string]string{
			"t.yaml":    "Resources: {}",
			"loop.yaml": `{"Resources": {"N": ` + stack(`"loop2.yaml"`) + `}}`, "loop2.yaml": `{"Resources": {"N": ` + stack(`"loop.yaml"`) + `}}`,
		})})
		if len(app.Skipped) != 1 || !strings.Contains(app.Skipped[0].Reason, want) || app.Skipped[0].Line != 1 {
			t.Errorf("%s: skipped %v, want %q", url, app.Skipped, want)
		}
	}
}

func TestNestedStackBomb(t *testing.T) {
	text := "Resources:\n"
	for _, c := range "abcdefghij" {
		text += "  N" + string(c) + ": {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: FILE, Parameters: {P: !Sub '${P}" + string(c) + "'}}}\n"
	}
	text += "Parameters: {P: {Type: String, Default: x}}\n"
	files := map[string]string{}
	for c := 'a'; c < 'l'; c++ {
		files[string(c)] = strings.ReplaceAll(text, "FILE", string(c+1))
	}
	app := resolve(t, strings.ReplaceAll(text, "FILE", "a"), Options{Load: loader(t, files)})
	if len(app.Skipped) == 0 {
		t.Error("a thousand million stacks without a word")
	}
}

// TestNestedStackFan nests the same few files, with the same parameters,
// eight times on each of ten levels.
func TestNestedStackFan(t *testing.T) {
	fan := func(to string) string {
		text := "Resources:\n  Q: {Type: AWS::SQS::Queue}\n"
		for _, c := range "abcdefgh" {
			text += "  N" + string(c) + ": {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: " + to + "}}\n"
		}
		return text
	}
	files := map[string]string{}
	for c := 'a'; c < 'k'; c++ {
		files[string(c)] = fan(string(c + 1))
	}
	app := resolve(t, fan("a"), Options{Load: loader(t, files)})
	if len(app.Skipped) == 0 || len(app.Resources) > 20*maxNested {
		t.Errorf("%d resources, skips %v", len(app.Resources), app.Skipped)
	}
}
