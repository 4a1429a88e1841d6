package rule

import (
	"testing"

	"rind/rind"
	"rind/template/source"
)

func policyResource(t *testing.T, typ, property, document string) *rind.Resource {
	t.Helper()
	v, err := source.Parse("template.yaml", []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	properties := rind.NewMap(rind.Span{}, rind.Field{Key: property, Value: v})
	return &rind.Resource{ID: "R", Type: typ, Native: typ, Properties: properties}
}

func TestOpen(t *testing.T) {
	for _, c := range []struct {
		name, statement string
		want            bool
	}{
		{"everyone", `{Effect: Allow, Principal: "*", Action: a:b}`, true},
		{"everyone as AWS", `{Effect: Allow, Principal: {AWS: ["arn:aws:iam::123456789012:root", "*"]}, Action: a:b}`, true},
		{"any account", `{Effect: Allow, Principal: {AWS: "arn:aws:iam::*:role/x"}, Action: a:b}`, true},
		{"everyone but one", `{Effect: Allow, NotPrincipal: {AWS: "arn:aws:iam::123456789012:root"}, Action: a:b}`, true},
		{"deny", `{Effect: Deny, Principal: "*", Action: a:b}`, false},
		{"service", `{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: a:b}`, false},
		{"account", `{Effect: Allow, Principal: {AWS: "123456789012"}, Action: a:b}`, false},
		{"source", `{Effect: Allow, Principal: "*", Action: a:b, Condition: {ArnLike: {"aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:x"}}}`, false},
		{"any account of one organisation", `{Effect: Allow, Principal: {AWS: "arn:aws:iam::*:root"}, Action: a:b, Condition: {StringEquals: {"aws:PrincipalOrgID": o-1}}}`, false},
		{"a condition that does not limit", `{Effect: Allow, Principal: "*", Action: a:b, Condition: {Bool: {"aws:SecureTransport": "true"}}}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := policyResource(t, "AWS::SQS::QueuePolicy", "PolicyDocument", "Statement: ["+c.statement+"]")
			statements := resourcePolicy(r)
			if len(statements) != 1 {
				t.Fatalf("%d statements", len(statements))
			}
			if got := open(statements[0]); got != c.want {
				t.Errorf("open is %v, want %v", got, c.want)
			}
		})
	}
}

func TestDeniesPlainHTTP(t *testing.T) {
	for _, c := range []struct {
		name, statement string
		want            bool
	}{
		{"text", `{Effect: Deny, Principal: "*", Action: "s3:*", Condition: {Bool: {"aws:SecureTransport": "false"}}}`, true},
		{"boolean", `{Effect: Deny, Principal: {AWS: "*"}, Action: "s3:*", Condition: {Bool: {"aws:securetransport": false}}}`, true},
		{"the wrong way round", `{Effect: Deny, Principal: "*", Action: "s3:*", Condition: {Bool: {"aws:SecureTransport": "true"}}}`, false},
		{"allow", `{Effect: Allow, Principal: "*", Action: "s3:*", Condition: {Bool: {"aws:SecureTransport": "false"}}}`, false},
		{"one principal", `{Effect: Deny, Principal: {AWS: "123456789012"}, Action: "s3:*", Condition: {Bool: {"aws:SecureTransport": "false"}}}`, false},
		{"narrowed", `{Effect: Deny, Principal: "*", Action: "s3:*", Condition: {Bool: {"aws:SecureTransport": "false"}, StringEquals: {"aws:PrincipalOrgID": o-1}}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := policyResource(t, "AWS::S3::BucketPolicy", "PolicyDocument", "Statement: ["+c.statement+"]")
			if got := deniesPlainHTTP(resourcePolicy(r)); got != c.want {
				t.Errorf("deniesPlainHTTP is %v, want %v", got, c.want)
			}
		})
	}
}

func TestPlaintext(t *testing.T) {
	app := &rind.App{Parameters: []*rind.Parameter{
		{Name: "Shown"},
		{Name: "Hidden", Secret: true},
		{Name: "HiddenWithDefault", Secret: true, Default: rind.NewString("x1", rind.Span{})},
	}}
	ref := func(kind rind.RefKind, name string) *rind.Value {
		return rind.NewRef(rind.Ref{Kind: kind, Name: name}, rind.Span{})
	}
	given := rind.NewString("given", rind.Span{})
	given.Via = []rind.Ref{{Kind: rind.RefParameter, Name: "module.x.password"}}
	for _, c := range []struct {
		name  string
		value *rind.Value
		want  bool
	}{
		{"nothing", nil, false},
		{"literal", rind.NewString("x1", rind.Span{}), true},
		{"empty", rind.NewString("", rind.Span{}), false},
		{"dynamic reference", rind.NewString("{{resolve:secretsmanager:x}}", rind.Span{}), false},
		{"shown parameter", ref(rind.RefParameter, "Shown"), true},
		{"hidden parameter", ref(rind.RefSecret, "Hidden"), false},
		{"hidden parameter with a default", ref(rind.RefSecret, "HiddenWithDefault"), true},
		{"secret", ref(rind.RefSecretsManager, "x"), false},
		{"resource", ref(rind.RefResource, "Generated"), false},
		{"literal given to a module", given, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := plaintext(app, c.value); got != c.want {
				t.Errorf("plaintext is %v, want %v", got, c.want)
			}
		})
	}
}

func TestSecretParameter(t *testing.T) {
	for name, want := range map[string]bool{
		"DatabasePassword": true, "apiKey": true, "GITHUB_ACCESS_TOKEN": true, "ClientSecret": true,
		"SecretName": false, "PasswordLength": false, "SecretArn": false, "TokenUrl": false, "TableName": false, "PublicKey": false,
	} {
		p := &rind.Parameter{Name: name, Type: "String"}
		if got := secretParameter(p); got != want {
			t.Errorf("secretParameter(%s) is %v, want %v", name, got, want)
		}
	}
	for _, p := range []*rind.Parameter{
		{Name: "DatabasePassword", Type: "AWS::SSM::Parameter::Value<String>"},
		{Name: "DatabasePassword", Type: "String", Default: rind.NewString("/shop/database/password", rind.Span{})},
		{Name: "DatabasePassword", Type: "bool"},
	} {
		if secretParameter(p) {
			t.Errorf("%s %s points at a secret", p.Name, p.Type)
		}
	}
}

func TestBucketOrigin(t *testing.T) {
	app := &rind.App{Resources: []*rind.Resource{{ID: "Site", Type: "AWS::S3::Bucket"}}}
	domain := func(v *rind.Value) *rind.Value {
		return rind.NewMap(rind.Span{}, rind.Field{Key: "DomainName", Value: v})
	}
	literal := func(s string) *rind.Value { return domain(rind.NewString(s, rind.Span{})) }
	for _, c := range []struct {
		origin *rind.Value
		want   bool
	}{
		{literal("shop.s3.amazonaws.com"), true},
		{literal("shop.s3.eu-west-1.amazonaws.com"), true},
		{literal("shop.s3-eu-west-1.amazonaws.com"), true},
		{literal("shop.s3-website-us-east-1.amazonaws.com"), false},
		{literal("shop.s3-website.eu-central-1.amazonaws.com"), false},
		{literal("abc.execute-api.eu-west-1.amazonaws.com"), false},
		{literal("shop.example.com"), false},
		{domain(rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: "Site", Attr: "RegionalDomainName"}, rind.Span{})), true},
		{domain(rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: "Site", Attr: "WebsiteURL"}, rind.Span{})), false},
	} {
		if got := bucketOrigin(app, c.origin); got != c.want {
			t.Errorf("bucketOrigin(%s) is %v, want %v", c.origin.Get("DomainName").Text, got, c.want)
		}
	}
}

// TestStatementFingerprint checks that a statement made worse is another
// finding.
func TestStatementFingerprint(t *testing.T) {
	keys := map[string]string{}
	for _, statement := range []string{
		`{Effect: Allow, Principal: "*", Action: sqs:SendMessage}`,
		`{Effect: Allow, Principal: "*", Action: "sqs:*"}`,
		`{Effect: Allow, Principal: "*", Action: [sqs:SendMessage, sqs:DeleteMessage]}`,
		`{Effect: Allow, Principal: "*", Action: sqs:SendMessage, Condition: {Bool: {"aws:SecureTransport": "true"}}}`,
		`{Effect: Allow, Principal: "*", Action: sqs:SendMessage, Resource: "arn:aws:sqs:*:*:*"}`,
	} {
		r := policyResource(t, "AWS::SQS::QueuePolicy", "PolicyDocument", "Statement: ["+statement+"]")
		app := &rind.App{Path: "template.yaml", Resources: []*rind.Resource{r}}
		for _, f := range Check(app, Options{Profile: All}) {
			if f.Rule != "RIND-SQS-004" {
				continue
			}
			if other := keys[f.ID]; other != "" {
				t.Errorf("%s and %s have one fingerprint", other, statement)
			}
			keys[f.ID] = statement
		}
	}
	if len(keys) != 5 {
		t.Errorf("%d fingerprints, want 5", len(keys))
	}
}
