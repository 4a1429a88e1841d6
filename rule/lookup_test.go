package rule

import (
	"testing"

	"rind/rind"
)

func ref(id, attr string) *rind.Value {
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: id, Attr: attr}, rind.Span{})
}

func TestLambdaFunction(t *testing.T) {
	str := func(s string) *rind.Value { return rind.NewString(s, rind.Span{}) }
	props := func(key string, v *rind.Value) *rind.Value {
		return rind.NewMap(rind.Span{}, rind.Field{Key: key, Value: v})
	}
	orders := &rind.Resource{ID: "Orders", Type: "AWS::Lambda::Function", Properties: props("FunctionName", str("orders"))}
	alias := &rind.Resource{ID: "Live", Type: "AWS::Lambda::Alias", Properties: props("FunctionName", ref("Orders", ""))}
	circle := &rind.Resource{ID: "Circle", Type: "AWS::Lambda::Alias", Properties: props("FunctionName", ref("Circle", ""))}
	app := &rind.App{Resources: []*rind.Resource{orders, alias, circle}}
	invocations := rind.Join([]rind.Part{
		{Text: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"},
		{Ref: &rind.Ref{Kind: rind.RefResource, Name: "Orders", Attr: "Arn"}},
		{Text: "/invocations"},
	}, nil, rind.Span{})
	for _, c := range []struct {
		name string
		v    *rind.Value
		want *rind.Resource
	}{
		{"reference", ref("Orders", ""), orders},
		{"attribute", ref("Orders", "Arn"), orders},
		{"through an alias", ref("Live", ""), orders},
		{"integration URI", invocations, orders},
		{"name", str("orders"), orders},
		{"name with qualifier", str("orders:live"), orders},
		{"ARN", str("arn:aws:lambda:eu-west-1:111122223333:function:orders:7"), orders},
		{"other name", str("refunds"), nil},
		{"other resource", ref("Nowhere", ""), nil},
		{"alias of itself", ref("Circle", ""), nil},
		{"nothing", nil, nil},
		{"parameter", rind.NewRef(rind.Ref{Kind: rind.RefParameter, Name: "Fn"}, rind.Span{}), nil},
	} {
		if got := lambdaFunction(app, c.v); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
