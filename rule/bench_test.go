package rule_test

import (
	"testing"

	"rind/iam"
	"rind/rule"
	"rind/template"
)

// BenchmarkCheck runs every rule over the example shop.
func BenchmarkCheck(b *testing.B) {
	res, err := template.Read("../examples/orders", template.Options{})
	if err != nil || len(res.Apps) != 1 {
		b.Fatalf("%d apps, error %v", len(res.Apps), err)
	}
	iam.Connect(res.Apps[0])
	b.ReportAllocs()
	for b.Loop() {
		rule.Check(res.Apps[0], rule.Options{Profile: rule.All, Today: exampleDay})
	}
}
