package iam

import (
	"testing"

	"rind/rind"
)

func TestReaches(t *testing.T) {
	app := &rind.App{Resources: []*rind.Resource{{
		ID: "Orders", Type: "AWS::DynamoDB::Table",
		Properties: rind.NewMap(rind.Span{}, rind.Field{Key: "TableName", Value: rind.NewString("orders", rind.Span{})}),
	}}}
	table := rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: "Orders", Attr: "Arn"}, rind.Span{})
	for _, test := range []struct {
		granted  string
		resource *rind.Value
		want     Answer
	}{
		{"*", table, Yes},
		{"arn:aws:dynamodb:*:*:table/orders", table, Yes},
		{"arn:aws:dynamodb:*:*:table/orders*", table, Yes},
		{"arn:aws:dynamodb:*:*:table/users", table, No},
		{"arn:aws:dynamodb:*:*:table/orders", rind.NewString("arn:aws:dynamodb:*:*:table/*", rind.Span{}), Maybe},
		{"arn:aws:s3:::b/in/*", rind.NewString("arn:aws:s3:::b/in/a", rind.Span{}), Yes},
		{"arn:aws:s3:::b/in/*", rind.NewString("arn:aws:s3:::b/*", rind.Span{}), Maybe},
	} {
		s := &Statement{Resources: []Pattern{PatternOf(test.granted)}}
		if got := s.Reaches(app, test.resource); got != test.want {
			t.Errorf("%s reaches %s: got %s, want %s", test.granted, test.resource.Text, got, test.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	k, ok := KindOf("AWS::S3::Bucket")
	if !ok || k.Service != "s3" || k.Types[0] != "bucket" || k.Name != "BucketName" {
		t.Errorf("got %+v, %v", k, ok)
	}
	if form := ARNForm("s3", "object"); form != "arn:${Partition}:s3:::${BucketName}/${ObjectName}" {
		t.Errorf("got %s", form)
	}
	if _, ok := KindOf("AWS::No::Such"); ok {
		t.Error("an unknown type has a kind")
	}
}
