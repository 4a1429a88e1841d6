package iam

import (
	"strings"
	"testing"

	"rind/rind"
	"rind/template/source"
)

// doc parses YAML policy text.
func doc(t testing.TB, text string) *Document {
	t.Helper()
	v, err := source.ParseYAML("policy.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Parse(v)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseShapes(t *testing.T) {
	for name, text := range map[string]string{
		"map with lists":  "{Version: '2012-10-17', Statement: [{Sid: A, Effect: Allow, Action: ['s3:GetObject'], Resource: ['*']}]}",
		"single values":   "{Statement: {Sid: A, Effect: Allow, Action: s3:GetObject, Resource: '*'}}",
		"list":            "[{Sid: A, Effect: Allow, Action: s3:GetObject, Resource: '*'}]",
		"one statement":   "{Sid: A, Effect: Allow, Action: s3:GetObject, Resource: '*'}",
		"JSON text":       `'{"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'`,
		"lower-case keys": "{statement: {sid: A, effect: allow, action: s3:GetObject, resource: '*'}}",
	} {
		d := doc(t, text)
		if len(d.Statements) != 1 {
			t.Errorf("%s: %d statements", name, len(d.Statements))
			continue
		}
		s := d.Statements[0]
		if s.Sid != "A" || !s.Allow || s.Actions[0].Text != "s3:GetObject" || !s.Resources[0].Any() {
			t.Errorf("%s: got %+v", name, s)
		}
	}
}

func TestParseTextWithReferences(t *testing.T) {
	bucket := rind.Ref{Kind: rind.RefResource, Name: "aws_s3_bucket.b", Attr: "arn"}
	extra := rind.Ref{Kind: rind.RefUnknown, Name: "jsonencode(var.more)"}
	v := rind.Join([]rind.Part{
		{Text: "{\n \"Statement\": [{\n  \"Effect\": \"Allow\",\n  \"Action\": \"s3:*\",\n  \"Resource\": \""},
		{Ref: &bucket},
		{Text: "/*\"}, "},
		{Ref: &extra},
		{Text: "]\n}\n"},
	}, nil, rind.Span{File: "main.tf", Line: 10, Column: 12, EndLine: 17, EndColumn: 4})
	d, err := Parse(v)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Partial || len(d.Statements) != 1 {
		t.Fatalf("partial %v, %d statements", d.Partial, len(d.Statements))
	}
	r := d.Statements[0].Resources[0]
	if r.Known || r.Text != "*/*" || r.Any() || r.Value.Text != "${aws_s3_bucket.b.arn}/*" {
		t.Errorf("resource %+v", r)
	}
	if got := r.Span().Line; got != 15 {
		t.Errorf("resource on line %d, want 15", got)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"'{\"Statement\": [}'":                            "line 1",
		"'{\"Statement\": [\n\n{\"Effect\" \"Allow\"}]}'": "expected :",
		"'hello'":        "no JSON value",
		"{Version: '1'}": "no Statement",
		"5":              "is a number",
	} {
		v, err := source.ParseYAML("p.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(v); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "p.yaml") {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
	if _, err := Parse(nil); err == nil {
		t.Error("nil document: no error")
	}
}

func TestPublic(t *testing.T) {
	for _, tt := range []struct {
		text       string
		yes, known bool
	}{
		{"{Principal: '*'}", true, true},
		{"{Principal: {AWS: '*'}}", true, true},
		{"{Principal: {AWS: ['arn:aws:iam::111122223333:root', '*']}}", true, true},
		{"{Principal: {Service: sns.amazonaws.com}}", false, true},
		{"{NotPrincipal: {AWS: '111122223333'}}", true, true},
		{"{Effect: Deny, Principal: '*'}", false, true},
		{"{Principal: '*', Condition: {StringEquals: {'aws:PrincipalOrgID': o-abc}}}", false, true},
		{"{Principal: '*', Condition: {StringEqualsIfExists: {'aws:PrincipalOrgID': o-abc}}}", true, true},
		{"{Principal: '*', Condition: {StringEqualsIfExists: {'aws:SourceVpce': vpce-1}, 'Null': {'aws:SourceVpce': false}}}", false, true},
		{"{Principal: '*', Condition: {StringNotEquals: {'aws:SourceAccount': '111122223333'}}}", true, true},
		{"{Principal: '*', Condition: {StringLike: {'aws:SourceArn': '*'}}}", true, true},
		{"{Principal: '*', Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:sns:*:*:*'}}}", true, true},
		{"{Principal: '*', Condition: {ArnLike: {'AWS:SourceArn': 'arn:aws:s3:::mine'}}}", false, true},
		{"{Principal: '*', Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:s3:*:*:mine'}}}", false, true},
		{"{Principal: '*', Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:s3:*:*:*'}}}", true, true},
		{"{Principal: '*', Condition: {StringEquals: {'aws:SourceAccount': ['111122223333', '*']}}}", false, true},
		{"{Principal: '*', Condition: {Bool: {'aws:SecureTransport': true}}}", true, true},
		{"{Principal: '*', Condition: {IpAddress: {'aws:SourceIp': 0.0.0.0/0}}}", true, true},
		{"{Principal: '*', Condition: {IpAddress: {'aws:SourceIp': 10.0.0.0/8}}}", false, true},
		{"{Principal: '*', Condition: {'ForAllValues:StringEquals': {'aws:PrincipalOrgPaths': o-1/r-1}}}", true, true},
		{"{Principal: '*', Condition: {'ForAnyValue:StringLike': {'aws:PrincipalOrgPaths': 'o-1/*'}}}", false, true},
		{"{Principal: {Federated: cognito-identity.amazonaws.com}}", true, true},
		{"{Principal: {Federated: cognito-identity.amazonaws.com}, Condition: {StringEquals: {'cognito-identity.amazonaws.com:aud': 'eu-west-1:1'}}}", false, true},
	} {
		if !strings.Contains(tt.text, "Effect") {
			tt.text = "{Effect: Allow, " + tt.text[1:]
		}
		yes, known := doc(t, tt.text).Statements[0].Public()
		if yes != tt.yes || known != tt.known {
			t.Errorf("%s: got %v, %v", tt.text, yes, known)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"s3:*","Resource":"*","Condition":{"StringLike":{"a:b":["c"]}}}]}`, 5)
	f.Add(`{"Statement":"\u00e9\ud83d\ude00"}`, 3)
	f.Add("[[[{", 1)
	f.Fuzz(func(t *testing.T, text string, at int) {
		ref := rind.Ref{Kind: rind.RefParameter, Name: "P"}
		vs := []*rind.Value{rind.NewString(text, rind.Span{File: "f", Line: 1})}
		if at >= 0 && at <= len(text) {
			vs = append(vs, rind.Join([]rind.Part{{Text: text[:at]}, {Ref: &ref}, {Text: text[at:]}}, nil, rind.Span{}))
		}
		for _, v := range vs {
			d, err := Parse(v)
			if err != nil {
				continue
			}
			for _, s := range d.Statements {
				s.Public()
				s.WildcardActions()
				s.CrossAccount()
			}
		}
	})
}

// The place of a statement inside policy text is the line it is written on.
func TestParseTextPlaces(t *testing.T) {
	for name, text := range map[string]string{
		"literal":  "Doc: |\n  {\"Statement\": [\n    {\"Effect\": \"Allow\",\n     \"Action\": \"*\"}]}\n",
		"own line": "Doc:\n  |\n  {\"Statement\": [\n    {\"Effect\": \"Allow\",\n     \"Action\": \"*\"}]}\nOther: 1\n",
	} {
		v, err := source.ParseYAML("p.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		d, err := Parse(v.Get("Doc"))
		if err != nil {
			t.Fatal(err)
		}
		want := int32(strings.Count(text[:strings.Index(text, "\"Action\"")], "\n") + 1)
		if got := d.Statements[0].Actions[0].Span().Line; got != want {
			t.Errorf("%s: action on line %d, want %d", name, got, want)
		}
	}
}
