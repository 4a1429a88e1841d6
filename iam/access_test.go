package iam

import (
	"fmt"
	"slices"
	"testing"

	"rind/rind"
)

func TestAccess(t *testing.T) {
	app := testApp(allow("sqs:SendMessage", attr("Queue", "Arn")))
	app.Resources = append(app.Resources,
		&rind.Resource{ID: "G", Type: "AWS::IAM::Group", Properties: m("Policies", []any{m("PolicyName", "p", "PolicyDocument", m("Statement", []any{allow("dynamodb:GetItem", attr("Table", "Arn"))}))})},
		&rind.Resource{ID: "U", Type: "AWS::IAM::User", Properties: m("UserName", "ann", "Groups", []any{ref("G")})},
		&rind.Resource{ID: "UP", Type: "AWS::IAM::ManagedPolicy", Properties: m("Users", []any{"ann"}, "PolicyDocument", m("Statement", []any{allow("sns:Publish", ref("Topic"))}))},
		&rind.Resource{ID: "QP", Type: "AWS::SQS::QueuePolicy", Properties: m("Queues", []any{ref("Queue")}, "PolicyDocument", m("Statement", []any{
			m("Effect", "Allow", "Principal", "*", "Action", "sqs:*", "Resource", "*"),
			m("Effect", "Deny", "Principal", "*", "Action", "sqs:DeleteQueue", "Resource", "*"),
		}))},
		&rind.Resource{ID: "LP", Type: "AWS::Lambda::Permission", Properties: m("FunctionName", ref("Other"), "Action", "lambda:InvokeFunction", "Principal", "sns.amazonaws.com", "SourceArn", ref("Topic"))},
	)
	var got []string
	for _, g := range Access(app) {
		if g.Principal == "Admin" {
			continue
		}
		got = append(got, fmt.Sprintf("%s %s %d", g.Principal, g.Resource, len(g.Conditions)))
		if g.Principal == "*" {
			for _, a := range g.Actions {
				if a.Name == "DeleteQueue" {
					t.Error("what the queue's policy denies is granted")
				}
			}
		}
	}
	want := []string{"Role Queue 0", "G Table 0", "U Table 0", "U Topic 0", "* Queue 0", "Service:sns.amazonaws.com Other 1"}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestIdleActions(t *testing.T) {
	app := testApp()
	for _, tt := range []struct {
		action   string
		resource any
		idle     bool
	}{
		{"s3:GetObject", attr("Bucket", "Arn"), true},
		{"s3:GetObject", sub("${Bucket.Arn}/*"), false},
		{"s3:GetObject", "arn:aws:s3:::b*", false},
		{"s3:ListBucket", sub("${Bucket.Arn}/*"), true},
		{"s3:ListBucket", sub("arn:aws:s3:::${P}"), false},
		{"xray:PutTraceSegments", "arn:aws:xray:*:*:group/*", true},
		{"dynamodb:GetItem", attr("Table", "Arn"), false},
		{"dynamodb:GetItem", attr("Queue", "Arn"), true},
		{"s3:Get*", attr("Bucket", "Arn"), false},
		{"s3:GetObject", "*", false},
	} {
		d, err := Parse(m("Statement", []any{allow(tt.action, tt.resource)}))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(IdleActions(app, d.Statements[0])) > 0; got != tt.idle {
			t.Errorf("%s on %v: idle %v", tt.action, tt.resource, got)
		}
	}
}
