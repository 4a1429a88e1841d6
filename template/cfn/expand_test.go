package cfn

import (
	"fmt"
	"strings"
	"testing"

	"rind/template/source"
)

func TestForEach(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"resources": {`
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Topics:
    - Name
    - [One, Two]
    - Topic${Name}:
        Type: AWS::SNS::Topic
        Properties: {TopicName: !Ref Name, Arn: !Sub "x-${Name}-${AWS::Region}", Other: !GetAtt "Topic${Name}.TopicArn"}
`, "TopicOne{TopicName:One Arn:~x-One-<4 AWS::Region> Other:~<1 TopicOne TopicArn>} TopicTwo{TopicName:Two Arn:~x-Two-<4 AWS::Region> Other:~<1 TopicTwo TopicArn>}"},
		"a list parameter": {`
Parameters: {Names: {Type: CommaDelimitedList, Default: "a.x,b"}}
Resources:
  Fn::ForEach::L: [N, !Ref Names, {"T&{N}": {Type: "AWS::SNS::Topic", Properties: {Name: "${N}"}}}]
`, "Tax{Name:a.x} Tb{Name:b}"},
		"nested": {`
Resources:
  Fn::ForEach::Outer:
    - A
    - [x, y]
    - Fn::ForEach::Inner:
        - B
        - ["1", "2"]
        - R${A}${B}: {Type: "AWS::T::X", Properties: {V: !Sub "${A}-${B}"}}
`, "Rx1{V:x-1} Rx2{V:x-2} Ry1{V:y-1} Ry2{V:y-2}"},
		"properties": {`
Resources:
  X:
    Type: AWS::T::X
    Properties:
      Fn::ForEach::P: [K, [A, B], {"Key${K}": !Ref K}]
      Z: 1
`, "X{KeyA:A KeyB:B Z:1}"},
		"a mapping": {`
Mappings: {M: {a: {L: [p, q]}}}
Resources:
  Fn::ForEach::L: [N, !FindInMap [M, a, L], {"T${N}": {Type: "AWS::T::X", Properties: {V: !Ref N}}}]
`, "Tp{V:p} Tq{V:q}"},
	} {
		app := resolve(t, tt.text, Options{})
		var got []string
		for _, r := range app.Resources {
			got = append(got, r.ID+show(r.Properties))
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", name, g, tt.want)
		}
	}
}

func TestForEachInConditionsAndOutputs(t *testing.T) {
	app := resolve(t, `
Parameters: {P: {Type: String, Default: a}}
Conditions:
  Fn::ForEach::C: [N, [a, b], {"Is${N}": !Equals [!Ref P, !Ref N]}]
Resources:
  X: {Type: "AWS::T::X", Properties: {V: [!If [Isa, 1, 0], !If [Isb, 1, 0]]}}
Outputs:
  Fn::ForEach::O: [N, [a, b], {"Out${N}": {Value: !Ref N}}]
`, Options{NoVariants: true})
	if got := show(app.Resource("X").Get("V")); got != "[1 0]" || len(app.Outputs) != 2 || app.Outputs[1].Name != "Outb" {
		t.Errorf("V %s, outputs %v", got, app.Outputs)
	}
}

func TestForEachSaysWhatItCannotDo(t *testing.T) {
	for text, want := range map[string]string{
		`Resources: {"Fn::ForEach::L": [N, !Ref Open, {"T${N}": {Type: "AWS::T::X"}}]}`:            "not known before deployment",
		`Resources: {"Fn::ForEach::L": [N, [a]]}`:                                                  "is not [identifier",
		`Resources: {"Fn::ForEach::L": nonsense}`:                                                  "is not [identifier",
		`Resources: {"Fn::Transform": {Name: "AWS::Include", Parameters: {}}}`:                     "location is not known",
		`Resources: {"Fn::Transform": {Name: "AWS::Include", Parameters: {Location: "s3://b/k"}}}`: "not a file in this folder",
	} {
		tmpl := parse(t, "Parameters: {Open: {Type: CommaDelimitedList}}\n"+text, nil)
		if len(tmpl.Skipped) != 1 || !strings.Contains(tmpl.Skipped[0].Reason, want) || tmpl.Skipped[0].Line == 0 {
			t.Errorf("%s: skipped %v, want %q", text, tmpl.Skipped, want)
		}
	}
}

func TestForEachBombEnds(t *testing.T) {
	var b strings.Builder
	indent := "  "
	b.WriteString("Resources:\n")
	key := "R"
	for i := range 12 {
		fmt.Fprintf(&b, "%sFn::ForEach::L%d:\n%s- I%d\n%s- [a, b, c, d, e, f, g, h, i, j]\n%s-\n", indent, i, indent, i, indent, indent)
		key += fmt.Sprintf("${I%d}", i)
		indent += "    "
	}
	fmt.Fprintf(&b, "%s%s: {Type: AWS::T::X}\n", indent, key)
	tmpl := parse(t, b.String(), nil)
	if len(tmpl.Skipped) == 0 {
		t.Error("10^12 resources without a word")
	}
	if n := tmpl.Root.Get("Resources").Len(); n > maxExpanded {
		t.Errorf("%d resources", n)
	}
}

func TestInclude(t *testing.T) {
	files := map[string]string{
		"a/api.yaml":  "openapi: 3.0.1\npaths: {/x: {get: {}}}\n",
		"a/res.json":  `{"Topic": {"Type": "AWS::SNS::Topic"}, "Mine": {"Type": "AWS::Other::Type"}}`,
		"a/all.yaml":  "Resources: {Extra: {Type: 'AWS::SQS::Queue'}}\nOutputs: {O: {Value: 1}}\n",
		"a/loop.yaml": "{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: loop.yaml}}}",
	}
	read := func(name string) ([]byte, error) {
		if s, ok := files[name]; ok {
			return []byte(s), nil
		}
		return nil, fmt.Errorf("no such file")
	}
	root, err := source.Parse("a/t.yaml", []byte(`
Transform:
  - Name: AWS::Include
    Parameters: {Location: ./all.yaml}
Parameters: {File: {Type: String, Default: api.yaml}}
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: res.json}}
  Mine: {Type: "AWS::SNS::Topic"}
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Ref File}}
  Loop: {Type: "AWS::T::X", Properties: {"Fn::Transform": {Name: "AWS::Include", Parameters: {Location: loop.yaml}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	root, skipped := Expand("a/t.yaml", root, nil, read)
	app, err := Resolve(&Template{File: "a/t.yaml", Root: root}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(app.Resource("Api").Get("Body")); got != "{openapi:3.0.1 paths:{/x:{get:{}}}}" {
		t.Error(got)
	}
	if f := app.Resource("Api").Get("Body", "openapi").Span.File; f != "a/api.yaml" {
		t.Errorf("the body's place is in %s", f)
	}
	if app.Resource("Topic") == nil || app.Resource("Mine").Type != "AWS::SNS::Topic" || app.Resource("Extra") == nil || len(app.Outputs) != 1 {
		t.Errorf("resources %v", app.Resources)
	}
	if len(skipped) != 1 || !strings.Contains(skipped[0].Reason, "includes itself") {
		t.Errorf("skipped %v", skipped)
	}
}
