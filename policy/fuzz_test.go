package policy

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rind/rind"
)

// FuzzCall makes policies of calls with any parameters: nothing panics, and
// what is printed can be read.
func FuzzCall(f *testing.F) {
	f.Add("dynamodb", "ExecuteStatement", "Statement", `SELECT * FROM "t"."i" WHERE a = 'x'`)
	f.Add("s3", "CopyObject", "CopySource", "s3://b/k/*")
	f.Add("sqs", "SendMessage", "QueueUrl", "https://sqs.eu-west-1.amazonaws.com/1/q")
	f.Add("lambda", "Invoke", "FunctionName", "arn:aws:lambda:eu-west-1:1:function:f:live")
	f.Add("kms", "Decrypt", "KeyId", "alias/${x}")
	f.Add("ses", "SendEmail", "Source", "Me <me@example.com>")
	f.Add("no", "Such", "Thing", "arn::::")
	f.Add("\x7f", "0", "0", "0")
	f.Fuzz(func(t *testing.T, service, operation, name, text string) {
		c := &rind.Call{Service: service, Operation: operation, Params: map[string]*rind.Value{
			name:   rind.NewString(text, rind.Span{}),
			"Role": rind.Join([]rind.Part{{Text: text}, {Ref: &rind.Ref{Kind: rind.RefUnknown, Name: "?"}}}, nil, rind.Span{}),
			"List": rind.NewList(rind.Span{}, rind.NewMap(rind.Span{}, rind.Field{Key: name, Value: rind.NewString(text, rind.Span{})}), nil),
		}}
		p := Build(nil, nil, &rind.Code{Calls: []*rind.Call{c}})
		if _, err := json.Marshal(Plain(p.Document(), rind.SourceCode)); err != nil {
			t.Error(err)
		}
		if _, err := json.Marshal(Plain(p.Document(), rind.SAM)); err != nil {
			t.Error(err)
		}
		text = YAML(p.Statements, "  ")
		var out yaml.Node
		if err := yaml.Unmarshal([]byte(text), &out); err != nil && utf8.ValidString(text) {
			t.Errorf("%v in\n%s", err, text)
		}
		Terraform("x", p.Statements)
		CDK("fn", p.Statements)
	})
}

func FuzzReadRule(f *testing.F) {
	f.Add("s3:GetObject if VersionId unless X on CopySource")
	f.Add("?a:b")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = readRule(text) })
}
