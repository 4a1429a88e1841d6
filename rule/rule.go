// Package rule checks the configuration of an application.
//
// In come [rind.App]s with resources in CloudFormation's shape; out go
// [rind.Finding]s. A rule never reads files, and it stays silent where a
// value is not known: what might be wrong is the posture's business.
//
// Rules sit in one file per topic. Each is a [Rule] literal, registered in
// place, with its bad and good examples in examples/<ID>.txtar, which run as
// tests and are printed by "rind explain".
package rule

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rind/rind"
)

// Profile says when a rule runs.
type Profile string

// The profiles. Default holds what a reviewer would act on; All adds hygiene
// such as tags, tracing and customer-managed keys.
const (
	Default Profile = "default"
	All     Profile = "all"
)

// A Rule is one configuration check.
type Rule struct {
	ID       string // RIND-<TOPIC>-<NNN>, never reused
	Title    string // what is wrong, as a noun phrase of at most 70 characters
	Why      string // why it matters for a serverless app, in two or three sentences
	Risk     rind.Risk
	Layer    rind.Layer // empty means cloud-config
	Severity rind.Severity
	CWE      string   // "CWE-306"
	Profile  Profile  // empty means Default
	Sources  []string // AWS documentation URLs, FSBP control IDs
	// Equivalent lists the IDs under which other scanners know the same
	// check (CKV_AWS_115, W92, AWS-0066, KICS UUIDs, cdk-nag names), so that
	// "rind explain CKV_AWS_115" finds it.
	Equivalent []string
	// Fix says in the imperative what to change.
	Fix string

	// Types are the CloudFormation types Check is called for.
	Types []string
	Check func(p *Pass, r *rind.Resource)
	// CheckApp is for rules that look at the app as a whole or at what was
	// declared before expansion. A rule has Check or CheckApp.
	CheckApp func(p *Pass)
}

var registry = map[string]*Rule{}

// register adds a rule; topics call it from a package variable.
func register(r *Rule) *Rule {
	if registry[r.ID] != nil {
		panic("rule registered twice: " + r.ID)
	}
	if r.Layer == "" {
		r.Layer = rind.CloudConfig
	}
	if r.Profile == "" {
		r.Profile = Default
	}
	registry[r.ID] = r
	return r
}

// Rules returns every rule, sorted by ID.
func Rules() []*Rule { return slices.Clone(sorted()) }

// sorted must not be called before all rules are registered.
var sorted = sync.OnceValue(func() []*Rule {
	rules := make([]*Rule, 0, len(registry))
	for _, r := range registry {
		rules = append(rules, r)
	}
	slices.SortFunc(rules, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
})

// Find returns the rule with the given ID, or those that list it as an
// equivalent of another scanner's check. Case does not matter.
func Find(id string) []*Rule {
	if r := registry[strings.ToUpper(id)]; r != nil {
		return []*Rule{r}
	}
	var found []*Rule
	for _, r := range Rules() {
		for _, e := range r.Equivalent {
			if strings.EqualFold(e, id) {
				found = append(found, r)
				break
			}
		}
	}
	return found
}

// A Pass is one rule at work on one app.
type Pass struct {
	App  *rind.App
	Rule *Rule
	// Today is the day that dated facts, such as the end of a runtime's
	// support, are compared with.
	Today time.Time
	out   *[]*rind.Finding
	// All is set when every rule runs: rules that would repeat a wider one
	// are silent otherwise.
	All bool
	// iam holds the app's policies, parsed once for all rules that ask.
	iam *policySet
	// places are the paths of the values in indexed: see pathIn.
	indexed *rind.Resource
	places  map[*rind.Value]string
}

// Report records a finding about resource r at value at. A nil at means the
// resource as a whole, which is right for something that is missing. The
// returned finding may be completed by the rule (Confidence, Related, Fix,
// Function, Key).
func (p *Pass) Report(r *rind.Resource, at *rind.Value, format string, args ...any) *rind.Finding {
	f := &rind.Finding{
		Rule:       p.Rule.ID,
		Title:      p.Rule.Title,
		Message:    fmt.Sprintf(format, args...),
		Severity:   p.Rule.Severity,
		Confidence: rind.ConfidenceHigh,
		Risk:       p.Rule.Risk,
		Layer:      p.Rule.Layer,
		CWE:        p.Rule.CWE,
		App:        p.App.Path,
		State:      rind.Suspected,
		Fix:        &rind.Fix{Summary: p.Rule.Fix},
	}
	if r != nil {
		f.Resource, f.Generated = r.ID, r.Generated
		if r.Origin != "" {
			f.Resource = r.Origin
		}
		if r.Type == "AWS::Lambda::Function" {
			f.Function = r.ID
		}
		f.Span = r.Key
		if f.Span.IsZero() {
			f.Span = r.Span
		}
		f.Key = r.Type
	}
	if at != nil {
		if !at.Span.IsZero() {
			f.Span = at.Span
		}
		if at.Kind == rind.Symbol {
			f.Confidence = rind.ConfidenceLow
		}
		f.Key += "|" + p.evidence(r, at)
	}
	*p.out = append(*p.out, f)
	return f
}

// evidence describes what a finding rests on without its line: the path of
// the value inside the resource and the value itself, so that the fingerprint
// survives moves but not a change for the worse.
func (p *Pass) evidence(r *rind.Resource, at *rind.Value) string {
	path := ""
	if r != nil {
		path = p.pathIn(r, at)
	}
	var b strings.Builder
	at.Walk(func(p string, v *rind.Value) bool {
		if b.Len() < 4096 {
			b.WriteString(p + "=" + v.Text + ";")
		}
		return true
	})
	return path + "=" + b.String()
}

// pathIn is where at stands in r. The places of one resource are remembered:
// an API with a thousand routes gives a thousand findings.
func (p *Pass) pathIn(r *rind.Resource, at *rind.Value) string {
	if p.indexed != r {
		p.indexed, p.places = r, map[*rind.Value]string{}
		r.Properties.Walk(func(path string, v *rind.Value) bool {
			if p.places[v] == "" {
				p.places[v] = path
			}
			return true
		})
	}
	return p.places[at]
}

// Options select and tune rules.
type Options struct {
	Profile  Profile
	Disabled map[string]bool          // by ID
	Severity map[string]rind.Severity // overrides, by ID
	Today    time.Time                // for dated facts; now if zero
}

// Check runs the rules over one app and its variants and returns the
// findings in source order, each with its fingerprint.
//
// A finding that appears only under another outcome of a condition is kept
// where it opens something (high or critical), with the condition named and
// its confidence lowered. One that disappears under an outcome that is as
// likely as the default drops to low confidence.
func Check(app *rind.App, opt Options) []*rind.Finding {
	base := run(app, opt)
	seen := map[string]bool{}
	for _, f := range base {
		seen[place(f)] = true
	}
	for _, v := range app.Variants {
		here := map[string]bool{}
		for _, f := range run(v, opt) {
			at := place(f)
			here[at] = true
			if seen[at] || f.Severity.Rank() < rind.High.Rank() {
				continue
			}
			f.When, f.Confidence = v.When, rind.ConfidenceMedium
			if v.Undecided {
				f.Confidence = rind.ConfidenceLow
			}
			seen[at] = true
			base = append(base, f)
		}
		if !v.Undecided {
			continue
		}
		for _, f := range base {
			if f.When == "" && !here[place(f)] {
				f.Confidence = rind.ConfidenceLow
			}
		}
	}
	slices.SortStableFunc(base, func(a, b *rind.Finding) int {
		if c := strings.Compare(a.Span.File, b.Span.File); c != 0 {
			return c
		}
		if a.Span.Line != b.Span.Line {
			return int(a.Span.Line - b.Span.Line)
		}
		return strings.Compare(a.Rule, b.Rule)
	})
	return base
}

// place is what a finding has in common with the same one under another
// outcome: there the evidence may name "orders-prod" for "orders-dev".
func place(f *rind.Finding) string {
	return strings.Join([]string{f.Rule, f.Resource, f.Function, f.Span.String()}, "|")
}

func run(app *rind.App, opt Options) []*rind.Finding {
	var out []*rind.Finding
	if opt.Today.IsZero() {
		opt.Today = time.Now()
	}
	policies := &policySet{}
	byType := map[string][]*rind.Resource{}
	for _, r := range app.Resources {
		byType[r.Type] = append(byType[r.Type], r)
	}
	for _, rule := range sorted() {
		if opt.Disabled[rule.ID] || rule.Profile == All && opt.Profile != All {
			continue
		}
		p := &Pass{App: app, Rule: rule, Today: opt.Today, out: &out, All: opt.Profile == All, iam: policies}
		if rule.CheckApp != nil {
			rule.CheckApp(p)
		}
		for _, t := range rule.Types {
			for _, r := range byType[t] {
				rule.Check(p, r)
			}
		}
	}
	unique := out[:0]
	seen := map[string]bool{}
	for _, f := range out {
		if s, ok := opt.Severity[f.Rule]; ok {
			f.Severity = s
		}
		f.ID = f.Fingerprint()
		if !seen[f.ID] {
			seen[f.ID] = true
			unique = append(unique, f)
		}
	}
	return unique
}
