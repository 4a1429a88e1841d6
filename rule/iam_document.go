package rule

import (
	"strings"

	"rind/iam"
	"rind/rind"
)

const grammar = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"

var _ = register(&Rule{
	ID:         "RIND-IAM-060",
	Title:      "Resource policy statement without a principal",
	Why:        "A resource policy says who may use the resource. A statement without Principal is refused by AWS, or, in a template engine that fills it in, open to whatever comes.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-284",
	Profile:    All,
	Sources:    []string{elements + "_principal.html"},
	Equivalent: []string{"bbe3dd3d-fea9-4b68-a785-cfabe2bbbc54", "AC_AWS_0481"},
	Fix:        "Name the accounts, roles or services as Principal.",
	CheckApp: func(p *Pass) {
		for _, r := range p.App.Resources {
			for i, s := range resourcePolicy(r) {
				if len(s.Principals) == 0 && !s.NotPrincipal && s.Allow {
					reportStatement(p, r, i, s, "Statement", "statement %d of the policy names no principal", i+1)
				}
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-061",
	Title:      "Policy document that AWS will not accept",
	Why:        "A misspelt element or operator is refused at deployment at best. At worst a condition that was meant to protect is not there.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-1286",
	Profile:    All,
	Sources:    []string{grammar},
	Equivalent: []string{"E3510", "E3512", "E3530"},
	Fix:        "Write the element as the policy grammar has it.",
	CheckApp: func(p *Pass) {
		for _, pol := range append(p.identityPolicies(), p.trustPolicies()...) {
			for i, problem := range pol.doc.Problems {
				if i == 5 {
					break
				}
				at := &rind.Value{Kind: rind.String, Text: problem.Message, Span: problem.Span}
				f := p.Report(pol.r, at, "%s", problem.Message)
				f.Key = pol.r.Type + "|" + pol.name + "|" + problem.Message
			}
		}
		for _, x := range p.iam.problems {
			p.Report(x.r, x.at, "%s", x.err).Confidence = rind.ConfidenceMedium
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-062",
	Title:      "Policy names an action that does not exist",
	Why:        "A misspelt action in an Allow grants nothing and the function fails; in a Deny it forbids nothing.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-1286",
	Profile:    All,
	Sources:    []string{actionTable},
	Equivalent: []string{"W3037"},
	Fix:        "Write the action as the Service Authorization Reference has it.",
	CheckApp: func(p *Pass) {
		for _, pol := range append(p.identityPolicies(), p.trustPolicies()...) {
			if pol.chosen {
				continue
			}
			for _, s := range pol.doc.Statements {
				for _, a := range s.Actions {
					if a.Known && !a.Any() && len(iam.Expand(a.Text)) == 0 && a.Text != "" {
						f := pol.report(p, s, a.Value, "%q is no action that AWS has", a.Text)
						f.Key += "|" + a.Text
						f.Confidence = rind.ConfidenceMedium
					}
				}
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-063",
	Title:      "Policy is written in an old version of the language",
	Why:        "Without Version 2012-10-17 policy variables such as ${aws:username} are taken literally, so that a policy meant for everybody's own folder matches a folder of that name.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-1286",
	Profile:    All,
	Sources:    []string{elements + "_version.html"},
	Equivalent: []string{"W2511"},
	Fix:        "Set Version to \"2012-10-17\".",
	CheckApp: func(p *Pass) {
		for _, pol := range append(p.identityPolicies(), p.trustPolicies()...) {
			if d := pol.doc; d.Version != "2012-10-17" && len(d.Statements) > 0 && !pol.chosen && !d.Value.Get("Version").Symbolic() {
				what := "has no Version"
				if d.Version != "" {
					what = "has Version " + d.Version
				}
				s := d.Statements[0]
				f := pol.report(p, s, d.Value.Get("Version"), "a policy of %s %s", pol.r.ID, what)
				f.Key += "|version"
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-065",
	Title:      "Policy allows an action on resources it does not work on",
	Why:        "The statement grants nothing: object actions need the bucket's ARN with /*, list actions the bucket itself, and some actions take no resource at all. What follows is usually a \"*\".",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	Profile:    All,
	Sources:    []string{actionTable},
	Equivalent: []string{"I3510"},
	Fix:        "Give the action the kind of ARN that the Service Authorization Reference lists for it.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			for _, x := range iam.IdleActions(p.App, s) {
				kinds := "no resource but *"
				var names []string
				for _, r := range x.Action.Resources {
					names = append(names, r.ARN)
				}
				if len(names) > 0 {
					kinds = "only " + strings.ReplaceAll(capped(names, 2), "${Partition}", "aws")
				}
				f := pol.report(p, s, x.Pattern.Value, "%s has no effect on %s: it takes %s", x.Action, resourceList(s), kinds)
				f.Key += "|" + x.Action.String()
				f.Confidence = rind.ConfidenceMedium
			}
		})
	},
})
