package cfn

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rind/rind"
	"rind/template/source"
)

// parse makes a template of YAML text, its macros expanded.
func parse(t testing.TB, text string, parameters map[string]string) *Template {
	t.Helper()
	root, err := source.Parse("t.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	root, skipped := Expand("t.yaml", root, parameters, nil)
	return &Template{File: "t.yaml", Kind: rind.CloudFormation, Root: root, Skipped: skipped}
}

func resolve(t testing.TB, text string, opt Options) *rind.App {
	t.Helper()
	app, err := Resolve(parse(t, text, opt.Parameters), opt)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// show prints a value: strings plain, symbols with ~, lists in [], maps in {}.
func show(v *rind.Value) string {
	if v == nil {
		return "-"
	}
	var b strings.Builder
	switch v.Kind {
	case rind.List:
		b.WriteString("[")
		for i, it := range v.Items {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString(show(it))
		}
		b.WriteString("]")
	case rind.Map:
		b.WriteString("{")
		for i, f := range v.Fields {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString(f.Key + ":" + show(f.Value))
		}
		b.WriteString("}")
	case rind.Symbol:
		b.WriteString("~")
		for _, p := range v.Parts {
			if p.Ref == nil {
				b.WriteString(p.Text)
			} else {
				fmt.Fprintf(&b, "<%d %s", p.Ref.Kind, p.Ref.Name)
				if p.Ref.Attr != "" {
					b.WriteString(" " + p.Ref.Attr)
				}
				b.WriteString(">")
			}
		}
	case rind.Null:
		b.WriteString("null")
	default:
		b.WriteString(v.Text)
	}
	return b.String()
}

const preamble = `
Parameters:
  Stage: {Type: String, Default: dev}
  Open: {Type: String}
  Password: {Type: String, NoEcho: true, Default: letmein}
  Nets: {Type: CommaDelimitedList, Default: "a, b,c"}
  Ami: {Type: "AWS::SSM::Parameter::Value<String>", Default: /ami/latest}
  Zone: {Type: "AWS::EC2::AvailabilityZone::Name"}
  Count: {Type: Number, Default: 3}
  Empty: {Type: String, Default: ""}
Mappings:
  Sizes:
    dev: {Memory: 128, Public: true}
    prod: {Memory: 1024, Public: true}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [!Condition IsDev]
  Both: !And [!Condition IsDev, !Condition IsProd]
  Any: !Or [!Condition IsDev, !Condition IsProd]
  InAws: !Equals [!Ref "AWS::Partition", aws]
  InIreland: !Equals [!Ref "AWS::Region", eu-west-1]
  HasPassword: !Not [!Equals [!Ref Password, ""]]
  HasOpen: !Not [!Equals [!Ref Open, ""]]
  Has: !Contains [[a, b], b]
  HasNot: !Contains [!Ref Nets, z]
  Within: !EachMemberIn [[a, c], !Ref Nets]
  AllSame: !EachMemberEquals [[x, x], x]
Resources:
  Topic: {Type: "AWS::SNS::Topic"}
  Bucket: {Type: "AWS::S3::Bucket"}
  X:
    Type: AWS::Test::X
    Properties:
      V: `

func TestIntrinsics(t *testing.T) {
	for _, tt := range []struct{ expr, want string }{
		{`plain`, "plain"},
		{`!Ref Stage`, "dev"},
		{`!Ref Count`, "3"},
		{`!Ref Nets`, "[a b c]"},
		{`!Ref Open`, "~<2 Open>"},
		{`!Ref Zone`, "~<2 Zone>"},
		{`!Ref Password`, "~<3 Password>"},
		{`!Ref Ami`, "~<6 /ami/latest>"},
		{`!Ref Topic`, "~<1 Topic>"},
		{`!Ref AWS::Region`, "~<4 AWS::Region>"},
		{`!Ref Nowhere`, "~<0 Nowhere>"},
		{`[1, !Ref "AWS::NoValue", 2]`, "[1 2]"},
		{`{A: 1, B: !Ref "AWS::NoValue"}`, "{A:1}"},
		{`!GetAtt Bucket.Arn`, "~<1 Bucket Arn>"},
		{`!GetAtt [Bucket, !Ref Stage]`, "~<1 Bucket dev>"},
		{`!GetAtt Nothing.Arn`, "~<0 Nothing.Arn>"},
		{`!Sub "x-${Stage}-${Count}"`, "x-dev-3"},
		{`!Sub "${Bucket.Arn}/*"`, "~<1 Bucket Arn>/*"},
		{`!Sub "arn:aws:s3:::${Open}"`, "~arn:aws:s3:::<2 Open>"},
		{`!Sub "${!Literal} ${ Stage }"`, "${Literal} dev"},
		{`!Sub ["${A}-${Stage}-${B}", {A: !Ref Count, B: !GetAtt Topic.TopicName}]`, "~3-dev-<1 Topic TopicName>"},
		{`!Sub "${Unclosed"`, "${Unclosed"},
		{`!Sub "${Nets}"`, "a,b,c"},
		{`!Sub "${AWS::AccountId}"`, "~<4 AWS::AccountId>"},
		{`!Join ["-", [a, !Ref Stage, !Ref "AWS::NoValue", c]]`, "a-dev-c"},
		{`!Join [",", !Ref Nets]`, "a,b,c"},
		{`!Join ["", ["arn:", !Ref "AWS::Partition", ":s3:::", !Ref Bucket]]`, "~arn:<4 AWS::Partition>:s3:::<1 Bucket>"},
		{`!Select [1, !Ref Nets]`, "b"},
		{`!Select ["0", [x, y]]`, "x"},
		{`!Select [9, [x]]`, "~<0 Fn::Select(9, …)>"},
		{`!Select [0, !GetAZs ""]`, "~<0 Fn::Select(0, ${Fn::GetAZs()})>"},
		{`!Split ["|", "a|b"]`, "[a b]"},
		{`!Select [2, !Split ["/", !Sub "a/b/${Stage}"]]`, "dev"},
		{`!FindInMap [Sizes, !Ref Stage, Memory]`, "128"},
		{`!FindInMap [Sizes, !Ref Open, Memory]`, "~<0 Fn::FindInMap(Sizes, ${Open}, Memory)>"},
		{`!FindInMap [Sizes, !Ref Open, Public]`, "true"},
		{`!FindInMap [Sizes, test, Memory, {DefaultValue: 64}]`, "64"},
		{`!FindInMap [Sizes, test, Memory]`, "~<0 Fn::FindInMap(Sizes, test, Memory)>"},
		{`!ImportValue shared-vpc`, "~<5 shared-vpc>"},
		{`!ImportValue {"Fn::Sub": "${Stage}-vpc"}`, "~<5 dev-vpc>"},
		{`!Base64 {"Fn::Sub": "run ${Stage}"}`, "run dev"},
		{`!Cidr ["10.0.0.0/16", 3, 8]`, "[10.0.0.0/24 10.0.1.0/24 10.0.2.0/24]"},
		{`!Cidr ["2001:db8::/56", 2, 64]`, "[2001:db8::/64 2001:db8:0:1::/64]"},
		{`!Select [1, !Cidr [!Ref Open, 2, 8]]`, "~<0 Fn::Cidr(${Open}, 2, 8)>"},
		{`!ToJsonString {a: !Ref Stage, b: [1, true, !GetAtt Bucket.Arn], c: '<q"'}`, `~{"a":"dev","b":[1,true,"<1 Bucket Arn>"],"c":"<q\""}`},
		{`!Length [1, 2, 3]`, "3"},
		{`!Length {Ref: Nets}`, "3"},
		{`!Length {Ref: Open}`, "~<0 Fn::Length(${Open})>"},
		{`!If [IsDev, a, b]`, "a"},
		{`!If [IsProd, a, b]`, "b"},
		{`[!If [IsProd, a, !Ref "AWS::NoValue"], c]`, "[c]"},
		{`!If [Both, a, b]`, "b"},
		{`!If [Any, a, b]`, "a"},
		{`!If [InAws, a, b]`, "a"},
		{`!If [InIreland, a, b]`, "b"},
		{`!If [HasPassword, a, b]`, "a"},
		{`!If [HasOpen, a, b]`, "a"},
		{`[!If [Has, 1, 0], !If [HasNot, 1, 0], !If [Within, 1, 0], !If [AllSame, 1, 0]]`, "[1 0 1 1]"},
		{`!Equals [a, !Ref Stage]`, "~<0 Fn::Equals(…)>"},
		{`!If [IsDev, !If [IsProd, 1, 2], 3]`, "2"},
		{`{"Fn::Transform": {Name: MyMacro, Parameters: {A: 1}}}`, "~<0 Fn::Transform MyMacro>"},
		{`"{{resolve:ssm:/db/host:2}}"`, "~<6 /db/host>"},
		{`"x{{resolve:ssm-secure:pw}}y"`, "~x<7 pw>y"},
		{`"{{resolve:secretsmanager:Db:SecretString:password::}}"`, "~<8 Db password>"},
		{`!Sub "{{resolve:secretsmanager:${Topic}:SecretString:password}}"`, "~<8 ${Topic} password>"},
		{`!Join ["", ["{{resolve:secretsmanager:", !Ref Topic, ":SecretString:k::}}"]]`, "~<8 ${Topic} k>"},
		{`"{{resolve:other:x}}"`, "{{resolve:other:x}}"},
	} {
		app := resolve(t, preamble+tt.expr+"\n", Options{NoVariants: true})
		if got := show(app.Resource("X").Get("V")); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.expr, got, tt.want)
		}
		if len(app.Skipped) > 0 {
			t.Errorf("%s: skipped %v", tt.expr, app.Skipped)
		}
	}
}

func TestResolvedValuesKeepTheirPlace(t *testing.T) {
	app := resolve(t, preamble+"\n        A: !Sub '${Stage}-x'\n        B: !If [IsDev, yes, no]\n        C: !Ref Stage\n        D: !Ref Nets\n", Options{NoVariants: true})
	x := app.Resource("X")
	line := func(v *rind.Value) int32 { return v.Span.Line - x.Key.Line }
	if a, b, c := line(x.Get("V", "A")), line(x.Get("V", "B")), line(x.Get("V", "C")); a != 4 || b != 5 || c != 6 {
		t.Errorf("lines below the key: %d %d %d, want 4 5 6", a, b, c)
	}
	if x.Span.Line != x.Key.Line || x.Span.EndLine != x.Key.Line+7 {
		t.Errorf("span %v to %d, key %v", x.Span, x.Span.EndLine, x.Key)
	}
	if d := line(x.Get("V", "D").At(1)); d != 7 {
		t.Errorf("an item of a list parameter is %d lines below the key, want 7", d)
	}
	want := rind.Ref{Kind: rind.RefParameter, Name: "Stage"}
	for _, v := range []*rind.Value{x.Get("V", "A"), x.Get("V", "C")} {
		if len(v.Via) != 1 || v.Via[0] != want {
			t.Errorf("%s came via %v, want %v", v.Text, v.Via, want)
		}
	}
}

func TestDynamicReferenceRemembersTheSecret(t *testing.T) {
	app := resolve(t, preamble+"!Sub '{{resolve:secretsmanager:${Topic}:SecretString:k}}'\n", Options{NoVariants: true})
	for r := range app.Resource("X").Get("V").Refs() {
		if r.Kind == rind.RefResource && r.Name == "Topic" {
			return
		}
	}
	t.Error("no reference to Topic is left")
}

func TestParameterOverrides(t *testing.T) {
	opt := Options{Parameters: map[string]string{"Stage": "prod", "Open": "o", "Nets": "x,y", "Password": "p"}}
	app := resolve(t, preamble+"[!Ref Stage, !Ref Open, !Ref Nets, !Ref Password, !If [IsProd, p, d]]\n", opt)
	if got := show(app.Resource("X").Get("V")); got != "[prod o [x y] ~<3 Password> p]" {
		t.Errorf("got %s", got)
	}
	if len(app.Variants) != 0 {
		t.Errorf("what an override decides has a variant: %s", app.Variants[0].When)
	}
}

func TestConditionsLeaveOut(t *testing.T) {
	app := resolve(t, `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  A: {Type: "AWS::SNS::Topic", Condition: IsProd}
  B: {Type: "AWS::SNS::Topic", DependsOn: A, DeletionPolicy: !If [IsProd, Retain, Delete]}
Outputs:
  O: {Condition: IsProd, Value: !Ref A}
  P: {Value: !Ref B}
`, Options{NoVariants: true})
	if app.Resource("A") != nil || app.Resource("B") == nil {
		t.Error("want B only")
	}
	if got := show(app.Resource("B").Attributes); got != "{DependsOn:A DeletionPolicy:Delete}" {
		t.Errorf("attributes %s", got)
	}
	if len(app.Outputs) != 1 || app.Outputs[0].Name != "P" {
		t.Errorf("outputs %v", app.Outputs)
	}
}

func TestCyclicConditionsEnd(t *testing.T) {
	app := resolve(t, `
Conditions:
  A: !Not [!Condition B]
  B: !Not [!Condition A]
  C: !Condition C
Resources:
  X: {Type: "AWS::Test::X", Properties: {V: !If [A, 1, 2], W: !If [C, 1, 2]}}
`, Options{})
	if app.Resource("X") == nil {
		t.Error("X is lost")
	}
}

func TestGrowthIsBounded(t *testing.T) {
	// Each level passes ten copies of its text to the next.
	long := strings.Repeat("x", 100_000)
	app := resolve(t, `
Parameters: {P: {Type: String, Default: "`+long+`"}}
Resources:
  X: {Type: "AWS::Test::X", Properties: {V: !Sub "`+strings.Repeat("${P}", 5000)+`"}}
`, Options{})
	if app.Resource("X").Get("V").Scalar() || len(app.Skipped) == 0 {
		t.Error("half a gigabyte of text was made without a word")
	}
}

func FuzzResolve(f *testing.F) {
	f.Add([]byte(preamble + "!Sub '${Stage}'\n"))
	f.Add([]byte(`{"Resources":{"A":{"Type":"AWS::X::Y","Properties":{"Fn::If":["C",{"Ref":"A"},{"Fn::Join":["",[{"Fn::GetAtt":["A","B"]}]]}]}}},"Conditions":{"C":{"Fn::Or":[{"Fn::Equals":[{"Ref":"P"},"x"]}]}},"Parameters":{"P":{"Type":"String"}}}`))
	f.Add([]byte("Resources:\n  Fn::ForEach::L:\n    - I\n    - [a, b]\n    - T${I}: {Type: 'AWS::SNS::Topic', Properties: {N: !Ref I}}\n"))
	f.Add([]byte("Resources:\n  A: {Type: 'AWS::X::Y', Properties: {A: !Cidr [10.0.0.0/8, 256, 1], B: !Split ['', x], C: !Select [-1, []], D: !FindInMap []}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		defer func() {
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("%v for %d bytes", took, len(data))
			}
		}()
		root, err := source.Parse("f", data)
		if err != nil {
			return
		}
		root, _ = Expand("f", root, nil, nil)
		app, err := Resolve(&Template{File: "f", Root: root}, Options{})
		if err != nil {
			return
		}
		for _, r := range app.Resources {
			r.Properties.Walk(func(path string, v *rind.Value) bool { return true })
		}
	})
}
