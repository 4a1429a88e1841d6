package iam

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rind/rind"
)

// ref, arn and sub make the values a template reader would.
func ref(id string) *rind.Value {
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: id}, rind.Span{})
}

func attr(id, name string) *rind.Value {
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: id, Attr: name}, rind.Span{})
}

// sub reads "${Name}", "${Name.Attr}" and "${AWS::Region}" in text.
func sub(text string) *rind.Value {
	var parts []rind.Part
	for {
		before, rest, ok := strings.Cut(text, "${")
		parts = append(parts, rind.Part{Text: before})
		if !ok {
			return rind.Join(parts, nil, rind.Span{})
		}
		name, after, _ := strings.Cut(rest, "}")
		r := rind.Ref{Kind: rind.RefResource, Name: name}
		if strings.HasPrefix(name, "AWS::") {
			r.Kind = rind.RefPseudo
		} else if strings.HasPrefix(name, "P") {
			r.Kind = rind.RefParameter
		} else if n, a, ok := strings.Cut(name, "."); ok {
			r.Name, r.Attr = n, a
		}
		parts = append(parts, rind.Part{Ref: &r})
		text = after
	}
}

func m(pairs ...any) *rind.Value {
	v := &rind.Value{Kind: rind.Map}
	for i := 0; i < len(pairs); i += 2 {
		v.Fields = append(v.Fields, rind.Field{Key: pairs[i].(string), Value: val(pairs[i+1])})
	}
	return v
}

func val(x any) *rind.Value {
	switch x := x.(type) {
	case *rind.Value:
		return x
	case string:
		return rind.NewString(x, rind.Span{})
	case []string:
		l := rind.NewList(rind.Span{})
		for _, s := range x {
			l.Items = append(l.Items, val(s))
		}
		return l
	case []any:
		l := rind.NewList(rind.Span{})
		for _, s := range x {
			l.Items = append(l.Items, val(s))
		}
		return l
	}
	panic(fmt.Sprintf("%T", x))
}

func allow(actions, resources any) *rind.Value {
	return m("Effect", "Allow", "Action", actions, "Resource", resources)
}

func deny(actions, resources any) *rind.Value {
	return m("Effect", "Deny", "Action", actions, "Resource", resources)
}

func testApp(statements ...any) *rind.App {
	app := &rind.App{
		Resources: []*rind.Resource{
			{ID: "Bucket", Type: "AWS::S3::Bucket", Properties: m()},
			{ID: "Named", Type: "AWS::S3::Bucket", Properties: m("BucketName", "orders-archive")},
			{ID: "Table", Type: "AWS::DynamoDB::Table", Properties: m("TableName", sub("${AWS::StackName}-orders"))},
			{ID: "Queue", Type: "AWS::SQS::Queue", Properties: m()},
			{ID: "Topic", Type: "AWS::SNS::Topic", Properties: m()},
			{ID: "Other", Type: "AWS::Lambda::Function", Properties: m()},
			{ID: "Machine", Type: "AWS::StepFunctions::StateMachine", Properties: m()},
			{ID: "Secret", Type: "AWS::SecretsManager::Secret", Properties: m()},
			{ID: "Log", Type: "AWS::Logs::LogGroup", Properties: m()},
			{ID: "Setting", Type: "AWS::SSM::Parameter", Properties: m("Name", "/shop/setting")},
			{ID: "Loose", Type: "AWS::SSM::Parameter", Properties: m("Name", sub("${P}"))},
			{ID: "Key", Type: "AWS::KMS::Key", Properties: m()},
			{ID: "Role", Type: "AWS::IAM::Role", Properties: m()},
			{ID: "Admin", Type: "AWS::IAM::Role", Properties: m()},
		},
		Functions: []*rind.Function{{ID: "F", Role: "Role"}, {ID: "Other", Role: "Admin"}},
	}
	app.Roles = []*rind.Role{
		{ID: "Role", Resource: app.Resource("Role"), Functions: []string{"F"}, Policies: []rind.Policy{{
			Name: "inline", Source: "Role", Document: m("Version", "2012-10-17", "Statement", statements),
		}}},
		{ID: "Admin", Resource: app.Resource("Admin"), Functions: []string{"Other"}, Managed: []*rind.Value{val("arn:aws:iam::aws:policy/AdministratorAccess")}},
	}
	return app
}

func TestConnect(t *testing.T) {
	for _, tt := range []struct {
		name       string
		statements []any
		want       []string // edges from F, "kind to"
	}{
		{"attribute with suffix", []any{allow("s3:GetObject", sub("${Bucket.Arn}/*"))}, []string{"reads Bucket"}},
		{"ARN around the name", []any{allow("s3:PutObject", sub("arn:aws:s3:::${Bucket}/*"))}, []string{"writes Bucket"}},
		{"partition", []any{allow("s3:PutObject", sub("arn:${AWS::Partition}:s3:::${Bucket}/in/*"))}, []string{"writes Bucket"}},
		{"literal name", []any{allow("s3:GetObject", "arn:aws:s3:::orders-archive/*")}, []string{"reads Named"}},
		{"name prefix", []any{allow("s3:GetObject", "arn:aws:s3:::orders-*")}, []string{"reads Named"}},
		{"objects need the slash", []any{allow("s3:GetObject", attr("Bucket", "Arn"))}, nil},
		{"bucket level", []any{allow("s3:ListBucket", attr("Bucket", "Arn"))}, []string{"reads Bucket"}},
		{"composed name", []any{allow("dynamodb:PutItem", sub("arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${AWS::StackName}-orders"))}, []string{"writes Table"}},
		{"table by reference", []any{allow([]string{"dynamodb:GetItem", "dynamodb:PutItem"}, sub("arn:aws:dynamodb:eu-west-1:111122223333:table/${Table}"))}, []string{"reads Table", "writes Table"}},
		{"index", []any{allow("dynamodb:Query", sub("${Table.Arn}/index/*"))}, []string{"reads Table"}},
		{"queue", []any{allow([]string{"sqs:ReceiveMessage", "sqs:DeleteMessage"}, attr("Queue", "Arn"))}, []string{"reads Queue", "writes Queue"}},
		{"queue URL is no ARN", []any{allow("sqs:SendMessage", ref("Queue"))}, nil},
		{"topic Ref is its ARN", []any{allow("sns:Publish", ref("Topic"))}, []string{"writes Topic"}},
		{"invoke", []any{allow("lambda:InvokeFunction", attr("Other", "Arn"))}, []string{"invokes Other"}},
		{"start", []any{allow("states:StartExecution", ref("Machine"))}, []string{"invokes Machine"}},
		{"secret", []any{allow("secretsmanager:GetSecretValue", ref("Secret"))}, []string{"reads Secret"}},
		{"secret with suffix", []any{allow("secretsmanager:GetSecretValue", sub("${Secret}*"))}, []string{"reads Secret"}},
		{"log group", []any{allow("logs:PutLogEvents", attr("Log", "Arn"))}, []string{"writes Log"}},
		{"parameter", []any{allow("ssm:GetParameter", sub("arn:aws:ssm:eu-west-1:1:parameter${Setting}"))}, []string{"reads Setting"}},
		{"parameters of a path", []any{allow("ssm:GetParameter", "arn:aws:ssm:eu-west-1:1:parameter/shop/*")}, []string{"reads Setting"}},
		{"parameter of unknown name", []any{allow("ssm:GetParameter", sub("arn:aws:ssm:eu-west-1:1:parameter${Loose}"))}, []string{"reads Loose"}},
		{"decrypt", []any{allow("kms:Decrypt", attr("Key", "Arn"))}, []string{"reads Key"}},
		{"wildcard", []any{allow("sqs:SendMessage", "*")}, []string{"writes Queue", "writes *:sqs"}},
		{"wildcard denied for one", []any{allow("sqs:SendMessage", "*"), deny("sqs:*", attr("Queue", "Arn"))}, []string{"writes *:sqs"}},
		{"unknown name", []any{allow("sqs:SendMessage", sub("arn:aws:sqs:eu-west-1:1:${P}"))}, nil},
		{"logs", []any{allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, "*")}, []string{"writes Log"}},
		{"not resource", []any{m("Effect", "Allow", "Action", "s3:GetObject", "NotResource", sub("${Bucket.Arn}/*"))}, []string{"reads Named", "reads *:s3"}},
	} {
		app := testApp(tt.statements...)
		Connect(app)
		var got []string
		for _, e := range app.Edges {
			if e.From == "F" {
				got = append(got, string(e.Kind)+" "+e.To)
			}
		}
		slices.Sort(got)
		slices.Sort(tt.want)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestConnectFull(t *testing.T) {
	app := testApp(allow("*", "*"))
	Connect(app)
	var grants []string
	for _, e := range app.Edges {
		if e.From == "Role" && e.Kind == rind.Grants {
			grants = append(grants, e.To)
		}
	}
	for _, want := range []string{"*:*", "Bucket", "Table", "Other", "Admin"} {
		if !slices.Contains(grants, want) {
			t.Errorf("no grant on %s: %v", want, grants)
		}
	}
	n := len(app.Edges)
	Connect(app)
	if len(app.Edges) != n {
		t.Errorf("connecting twice: %d edges, then %d", n, len(app.Edges))
	}
}

func TestConnectResourcePolicy(t *testing.T) {
	app := testApp()
	app.Resources = append(app.Resources, &rind.Resource{ID: "BP", Type: "AWS::S3::BucketPolicy", Properties: m(
		"Bucket", ref("Bucket"),
		"PolicyDocument", m("Statement", []any{m("Effect", "Allow", "Principal", m("AWS", attr("Role", "Arn")), "Action", "s3:GetObject", "Resource", sub("${Bucket.Arn}/*"))}),
	)})
	Connect(app)
	found := false
	for _, e := range app.Edges {
		found = found || e.From == "F" && e.To == "Bucket" && e.Kind == rind.Reads
	}
	if !found {
		t.Errorf("no edge from the bucket policy: %+v", app.Edges)
	}
}

func BenchmarkConnect(b *testing.B) {
	for b.Loop() {
		Connect(testApp(
			allow([]string{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}, []any{attr("Table", "Arn"), sub("${Table.Arn}/index/*")}),
			allow("s3:*", sub("${Bucket.Arn}/*")),
			allow([]string{"sqs:SendMessage"}, attr("Queue", "Arn")),
			allow([]string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}, "*"),
			allow("kms:Decrypt", "*"),
		))
	}
}

// TestConnectIsBounded has a thousand roles that may use all of a thousand
// tables: a million grants if each were drawn.
func TestConnectIsBounded(t *testing.T) {
	app := &rind.App{}
	document := m("Version", "2012-10-17", "Statement", []any{allow("dynamodb:*", "*")})
	for i := range 1000 {
		n := strconv.Itoa(i)
		role := &rind.Resource{ID: "R" + n, Type: "AWS::IAM::Role", Properties: m()}
		app.Resources = append(app.Resources, role,
			&rind.Resource{ID: "F" + n, Type: "AWS::Lambda::Function", Properties: m()},
			&rind.Resource{ID: "T" + n, Type: "AWS::DynamoDB::Table", Properties: m()})
		app.Functions = append(app.Functions, &rind.Function{ID: "F" + n, Role: "R" + n})
		app.Roles = append(app.Roles, &rind.Role{
			ID: "R" + n, Resource: role, Functions: []string{"F" + n},
			Policies: []rind.Policy{{Name: "p", Source: "R" + n, Document: document}},
		})
	}
	Connect(app)
	if n := len(app.Edges); n < 1000*minTargets || n > 4*maxGrants {
		t.Errorf("%d edges", n)
	}
}
