package rule_test

import (
	"testing"

	"rind/rind"
	"rind/rule"
)

// knownAnyway are rules for which the value at the finding does not matter.
var knownAnyway = map[string]string{
	"RIND-IAM-020":    "the element NotAction is the fault",
	"RIND-IAM-021":    "the element NotResource is the fault",
	"RIND-IAM-034":    "the element NotAction is the fault",
	"RIND-S3-008":     "the element NotAction is the fault",
	"RIND-SNS-004":    "the element NotAction is the fault",
	"RIND-SQS-006":    "the element NotAction is the fault",
	"RIND-STACK-004":  "having a name is the fault",
	"RIND-IAM-048":    "having a user is the fault",
	"RIND-APIGW-016":  "judges triggers, which are drawn before",
	"RIND-IAM-023":    "judges roles, which are drawn before",
	"RIND-IAM-072":    "judges functions and roles, which are drawn before",
	"RIND-LAMBDA-007": "judges what the value refers to",
	"RIND-LAMBDA-031": "judges functions, which are drawn before",
	"RIND-LAMBDA-037": "judges functions, which are drawn before",
	"RIND-LAMBDA-038": "judges functions, which are drawn before",
}

// TestUnknownValues holds the rules to silence about what they cannot know:
// where a bad example is found for a value, the same example with that value
// unknown must not be found with more than low confidence.
func TestUnknownValues(t *testing.T) {
	for _, r := range rule.Rules() {
		for _, e := range rule.Examples(r.ID) {
			if !e.Bad || unread[e.Kind] || knownAnyway[r.ID] != "" {
				continue
			}
			t.Run(r.ID+"/"+e.String(), func(t *testing.T) {
				dir := layOut(t, e.Files)
				apps, _, err := readApps(dir)
				if err != nil {
					t.Fatal(err)
				}
				for _, app := range apps {
					for _, f := range rule.Check(app, rule.Options{Profile: rule.All}) {
						if f.Rule == r.ID {
							checkUnknown(t, app, f)
						}
					}
				}
			})
		}
	}
}

// checkUnknown makes the value that f points at unknown, wherever an
// expansion has put it, and looks again.
func checkUnknown(t *testing.T, app *rind.App, f *rind.Finding) {
	copied, total := *app, 0
	copied.Resources = append([]*rind.Resource(nil), app.Resources...)
	for i, r := range app.Resources {
		properties, n := obscure(r.Properties, f.Span)
		if n == 0 {
			continue
		}
		total += n
		changed := *r
		changed.Properties = properties
		copied.Resources[i] = &changed
	}
	if total == 0 {
		return
	}
	for _, g := range rule.Check(&copied, rule.Options{Profile: rule.All}) {
		if g.Rule == f.Rule && g.Span == f.Span && g.Confidence != rind.ConfidenceLow {
			t.Errorf("found although the value is unknown: %s (%s)", g, g.Confidence)
		}
	}
}

// obscure copies v with every scalar written at span made unknown, and counts
// them.
func obscure(v *rind.Value, span rind.Span) (*rind.Value, int) {
	if v == nil {
		return nil, 0
	}
	if v.Scalar() && v.Span == span {
		return rind.NewRef(rind.Ref{Kind: rind.RefUnknown, Name: "somewhere"}, span), 1
	}
	out, total := *v, 0
	out.Items = make([]*rind.Value, len(v.Items))
	for i, it := range v.Items {
		item, n := obscure(it, span)
		out.Items[i], total = item, total+n
	}
	out.Fields = make([]rind.Field, len(v.Fields))
	for i, f := range v.Fields {
		item, n := obscure(f.Value, span)
		f.Value = item
		out.Fields[i], total = f, total+n
	}
	return &out, total
}
