package rule

import (
	"strconv"
	"testing"

	"rind/rind"
)

// TestReportOnALargeResource reports on each part of one resource. It must
// name each part's own place, and not search for it from the start.
func TestReportOnALargeResource(t *testing.T) {
	const parts = 5000
	list := rind.NewList(rind.Span{})
	for i := range parts {
		list.Items = append(list.Items, rind.NewString(strconv.Itoa(i), rind.Span{}))
	}
	r := &rind.Resource{ID: "Api", Type: "AWS::ApiGateway::RestApi", Properties: rind.NewMap(rind.Span{}, rind.Field{Key: "Body", Value: list})}
	var out []*rind.Finding
	p := &Pass{App: &rind.App{}, Rule: &Rule{ID: "RIND-X-001"}, out: &out}
	keys := map[string]bool{}
	for _, it := range list.Items {
		keys[p.Report(r, it, "x").Key] = true
	}
	if len(keys) != parts {
		t.Errorf("%d keys for %d places", len(keys), parts)
	}
}
