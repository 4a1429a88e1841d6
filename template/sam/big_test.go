package sam

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rind/template/source"
)

// TestLargeTemplates: time does not run away with the size of a template;
// AWS takes 500 resources, these are far beyond.
func TestLargeTemplates(t *testing.T) {
	const n = 1000
	for name, one := range map[string]string{
		"paths":      "  F%[1]d: {" + fn + ", Events: {E: {Type: Api, Properties: {Path: /%[1]d, Method: get, Auth: {ResourcePolicy: {IpRangeWhitelist: [192.0.2.%[1]d]}}}}}}}\n",
		"routes":     "  F%[1]d: {" + fn + ", Events: {E: {Type: HttpApi, Properties: {Path: /%[1]d, Method: get}}}}}\n",
		"buckets":    "  F%[1]d: {" + fn + ", Events: {E: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:%[1]d'}}}}}\n",
		"connectors": "  Q%[1]d: {Type: AWS::SQS::Queue}\n  C%[1]d: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Q%[1]d}, Destination: {Id: F}, Permissions: [Read, Write]}}\n",
		"deployed":   "  F%[1]d: {" + fn + ", AutoPublishAlias: a, DeploymentPreference: {Type: AllAtOnce}}}\n",
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("Globals: {Function: {Tags: {a: b}}, Api: {Auth: {ApiKeyRequired: true, DefaultAuthorizer: AWS_IAM, ResourcePolicy: {IpRangeWhitelist: [192.0.2.1]}}, Cors: \"'*'\"}}\n")
			b.WriteString("Resources:\n  B: {Type: AWS::S3::Bucket}\n  F: {" + fn + "}}\n")
			for i := range n {
				fmt.Fprintf(&b, one, i)
			}
			root, err := source.Parse("f", []byte(b.String()))
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if _, _, err := Transform("f", root, Options{}); err != nil {
				t.Fatal(err)
			}
			took := time.Since(start)
			t.Logf("%d KB in %v", b.Len()>>10, took)
			if took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestLargeGlobals: many resources that each get a lot stay affordable.
func TestLargeGlobals(t *testing.T) {
	var b strings.Builder
	b.WriteString("Globals: {Function: {Tags: {")
	for i := range 1000 {
		fmt.Fprintf(&b, "k%d: v, ", i)
	}
	b.WriteString("}}}\nResources:\n")
	for i := range 400 {
		fmt.Fprintf(&b, "  F%d: {%s}}\n", i, fn)
	}
	_, skips := expand(t, b.String(), Options{})
	if len(skips) != 1 || !strings.Contains(skips[0].Reason, "Globals") {
		t.Errorf("got %+v", skips)
	}
}
