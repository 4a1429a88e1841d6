package iam

import (
	"slices"
	"strings"
	"testing"
)

// Every entity must name what the catalogue has.
func TestEntitiesAreInTheCatalogue(t *testing.T) {
	for name, e := range entities {
		s := unpacked(e.service)
		if s == nil {
			t.Errorf("%s: no service %q", name, e.service)
			continue
		}
		for kind := range strings.SplitSeq(e.types, "|") {
			arn := s.arns[kind]
			if !strings.Contains(arn, "${"+e.variable+"}") {
				t.Errorf("%s: type %q has ARN %q without %q", name, kind, arn, e.variable)
			}
		}
	}
}

func TestManagedPoliciesName(t *testing.T) {
	for name := range managedByName() {
		d, ok := Managed(name)
		if !ok || len(d.Statements[0].Actions) == 0 {
			t.Errorf("%s: no actions", name)
		}
		for _, a := range slices.Concat(d.Statements[0].Actions, d.Statements[len(d.Statements)-1].Actions) {
			if a.Text == "*" || strings.HasPrefix(a.Text, "*:") {
				continue
			}
			if len(Expand(a.Text)) == 0 && a.Text != "aws-portal:*" && a.Text != "dynamodb:PartiQLSelect" {
				t.Errorf("%s: %s is no action", name, a.Text)
			}
		}
	}
}
