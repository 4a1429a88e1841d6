package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rind/iam"
	"rind/policy"
	"rind/rind"
)

// These rules hold what roles grant to what the functions' code calls. They
// are silent about a role whose functions were not understood to their end.

var _ = register(&Rule{
	ID:       "RIND-IAM-100",
	Title:    "Permission that the code never uses",
	Why:      "What a function may do and never does only serves who takes it over. Unused permissions can go without anybody missing them.",
	Risk:     rind.SAS4,
	Severity: rind.Low,
	CWE:      "CWE-272",
	Sources:  []string{leastPrivilege, lambdaRole},
	Fix:      "Take the permission away. \"rind policy --diff\" shows what the code needs, \"rind policy --write\" writes it.",
	CheckApp: func(p *Pass) {
		for _, u := range p.spare(false) {
			p.reportSpare(u, "never uses")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-101",
	Title:    "SAM policy template or connector wider than what the code does",
	Why:      "A policy template gives what a whole class of functions may want. CRUD policies let a function that only writes read and delete everything.",
	Risk:     rind.SAS4,
	Severity: rind.Low,
	CWE:      "CWE-272",
	Profile:  All,
	Sources:  []string{leastPrivilege, "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html"},
	Fix:      "Choose a narrower template, such as DynamoDBReadPolicy, or write the statement that \"rind policy\" prints.",
	CheckApp: func(p *Pass) {
		for _, u := range p.spare(true) {
			p.reportSpare(u, "does not use")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-102",
	Title:    "Code calls what its role does not allow",
	Why:      "The call fails when the line is reached, often in an error path that no test runs, and somebody then opens the role wide to make it work.",
	Risk:     rind.SAS10,
	Severity: rind.Low,
	CWE:      "CWE-280",
	Sources:  []string{lambdaRole},
	Fix:      "Allow the action on the resource that the call names, or take the call out.",
	CheckApp: func(p *Pass) {
		a := p.analysis()
		for _, role := range p.App.Roles {
			if len(role.Functions) == 0 {
				continue
			}
			for _, n := range a.Compare(role).Missing {
				if !n.Given {
					p.reportMissing(a, role, n)
				}
			}
		}
	},
})

// analysis makes the policies of the app's functions once for all rules.
func (p *Pass) analysis() *policy.Analysis {
	if p.iam.least == nil {
		p.iam.least = policy.Analyze(p.App)
	}
	return p.iam.least
}

// A spareGrant is what one statement gives for nothing.
type spareGrant struct {
	role    *rind.Role
	rule    iam.Attached
	actions []string // patterns as written, or the managed policy's name
	used    []string
	total   int
	at      *rind.Value
	harm    bool // something can be changed with it
}

// spare lists what roles grant for nothing, one entry a statement: in what SAM
// makes of templates and connectors, or everywhere else.
func (p *Pass) spare(chosen bool) []*spareGrant {
	var out []*spareGrant
	for _, role := range p.App.Roles {
		if len(role.Functions) == 0 {
			continue
		}
		c := p.analysis().Compare(role)
		by := map[*iam.Statement]*spareGrant{}
		for i, u := range slices.Concat(c.Unused, c.Wider) {
			if from, known := p.fromTemplate(u.Rule); from != chosen || !known {
				continue
			}
			g := by[u.Rule.Statement]
			if g == nil {
				g = &spareGrant{role: role, rule: u.Rule, total: len(u.Rule.Actions), at: u.Pattern.Value}
				by[u.Rule.Statement] = g
				out = append(out, g)
			}
			g.used = append(g.used, u.Used...)
			if i >= len(c.Unused) && !wide(u) {
				continue
			}
			g.actions = append(g.actions, u.String())
			for _, a := range iam.Expand(u.Pattern.Text) {
				if !slices.Contains(u.Used, a.String()) && (a.Level == iam.Write || a.Level == iam.PermissionsManagement) {
					g.harm = true
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(g *spareGrant) bool { return len(g.actions) == 0 })
}

// wide reports whether most of a wildcard is spare: "s3:Get*" for GetObject
// and its version is what a reviewer lets pass.
func wide(u *policy.Unused) bool { return u.Spare >= 10 && u.Spare > 3*len(u.Used) }

// fromTemplate reports whether a statement is what SAM makes of a policy
// template or a connector: its content is AWS's. known is false for a
// statement that no policy of the app holds.
func (p *Pass) fromTemplate(r iam.Attached) (from, known bool) {
	if r.Managed {
		return false, true
	}
	policies := p.identityPolicies()
	if p.iam.chosen == nil {
		p.iam.chosen = map[*rind.Value]bool{}
		for _, pol := range policies {
			for _, s := range pol.doc.Statements {
				p.iam.chosen[s.Value] = pol.chosen
			}
		}
	}
	from, known = p.iam.chosen[r.Value]
	return from, known
}

// reportSpare reports one statement.
func (p *Pass) reportSpare(g *spareGrant, how string) {
	names := strings.Join(shortList(g.actions), ", ")
	if g.rule.Managed {
		names = "most of " + g.rule.Policy
		if len(g.used) == 0 {
			names = "anything of " + g.rule.Policy
		}
	}
	who := strings.Join(shortList(g.role.Functions), ", ")
	f := p.Report(g.role.Resource, g.at, "the code of %s %s %s", who, how, names)
	f.Function = g.role.Functions[0]
	if f.Confidence != rind.ConfidenceLow { // what is granted is known
		f.Confidence = rind.ConfidenceMedium
	}
	if len(g.role.Functions) > 1 {
		f.Function = ""
	}
	if g.harm && p.Rule.ID == "RIND-IAM-100" {
		f.Severity = rind.Medium
	}
	f.Generated = false
	if len(g.used) > 0 {
		slices.Sort(g.used)
		f.Fix = &rind.Fix{Summary: fmt.Sprintf("Allow only %s. %s", strings.Join(shortList(slices.Compact(g.used)), ", "), p.Rule.Fix)}
	}
	f.Key = strings.Join([]string{g.role.ID, g.rule.Policy, strings.Join(g.actions, ",")}, "|")
}

func shortList(list []string) []string {
	const most = 5
	if len(list) <= most {
		return list
	}
	return append(slices.Clone(list[:most]), fmt.Sprintf("%d more", len(list)-most))
}

// reportMissing reports a call that the role does not allow, at the call.
func (p *Pass) reportMissing(a *policy.Analysis, role *rind.Role, n *policy.Need) {
	var fn *rind.Function
	for _, id := range role.Functions {
		if x := a.Policy(id); x != nil && slices.Contains(x.Needs, n) {
			fn = p.App.Function(id)
		}
	}
	if fn == nil {
		return
	}
	f := p.Report(fn.Resource, nil, "%s needs %s on %s, which %s does not allow", n.Why, n.Action, cmp.Or(n.Resource.Text, "*"), role.ID)
	f.Span, f.Function, f.Generated = n.Span, fn.ID, false
	f.Confidence = rind.ConfidenceMedium
	f.Related = append(f.Related, rind.Label{Span: role.Span, Note: "the role"})
	f.Key = n.Action + "|" + n.Resource.Text
}
