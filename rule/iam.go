package rule

import (
	"fmt"
	"strings"

	"rind/iam"
	"rind/policy"
	"rind/rind"
)

// A policySet holds the policies of an app, parsed on the first question.
type policySet struct {
	ready    bool
	identity []*identityPolicy
	trust    []*identityPolicy
	// documents are Terraform's policy documents; free ones are used by
	// nothing in the app.
	documents []policyDocument
	problems  []policyProblem
	// least are the policies that the functions' code needs; chosen are the
	// statements that SAM makes of templates. See iam_code.go.
	least  *policy.Analysis
	chosen map[*rind.Value]bool
}

// An identityPolicy is a policy document of a role, user, group, permission
// set, or one that can be attached to them; or the trust policy of a role.
type identityPolicy struct {
	r      *rind.Resource // that holds it
	doc    *iam.Document
	name   string
	inline bool // written into the role, user or group itself
	// chosen marks what SAM made of a policy template or connector: its
	// content is AWS's, only the choice is the user's.
	chosen bool
}

// A policyDocument is a data source that makes a policy.
type policyDocument struct {
	*identityPolicy
	free bool
}

// A policyProblem is a document that cannot be read.
type policyProblem struct {
	r   *rind.Resource
	at  *rind.Value
	err error
}

// identityPolicies returns every policy of the app that grants permissions to
// whoever it is attached to.
func (p *Pass) identityPolicies() []*identityPolicy {
	p.iam.read(p.App)
	return p.iam.identity
}

// trustPolicies returns the trust policies of the app's roles.
func (p *Pass) trustPolicies() []*identityPolicy {
	p.iam.read(p.App)
	return p.iam.trust
}

func (set *policySet) read(app *rind.App) {
	if set.ready {
		return
	}
	set.ready = true
	templates := templateSpans(app)
	used := map[rind.Span]bool{}
	var documents []*identityPolicy
	add := func(r *rind.Resource, v *rind.Value, name string, inline bool) *identityPolicy {
		if v.Absent() || v.Scalar() && v.Str() == "" {
			return nil
		}
		doc, err := iam.Parse(v)
		if err != nil {
			set.problems = append(set.problems, policyProblem{r, v, err})
			return nil
		}
		pol := &identityPolicy{r: r, doc: doc, name: name, inline: inline, chosen: within(templates, doc)}
		if r.Type == documentType {
			documents = append(documents, pol)
			return pol
		}
		for _, s := range doc.Statements {
			used[s.Span] = true
		}
		set.identity = append(set.identity, pol)
		return pol
	}
	for _, r := range app.Resources {
		switch r.Type {
		case "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group":
			for item := range r.Get("Policies").Each() {
				add(r, item.Get("PolicyDocument"), item.Get("PolicyName").Pattern(), true)
			}
			add(r, r.Get("PolicyDocument"), "", true)
			if v := r.Get("AssumeRolePolicyDocument"); v.Present() && !(v.Scalar() && v.Str() == "") {
				doc, err := iam.Parse(v)
				if err != nil {
					set.problems = append(set.problems, policyProblem{r, v, err})
					continue
				}
				for _, s := range doc.Statements {
					used[s.Span] = true
				}
				set.trust = append(set.trust, &identityPolicy{r: r, doc: doc, name: "trust policy"})
			}
		case "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy":
			add(r, r.Get("PolicyDocument"), r.Get("PolicyName").Pattern(), false)
		case "AWS::IAM::ManagedPolicy":
			add(r, r.Get("PolicyDocument"), r.Get("ManagedPolicyName").Pattern(), false)
		case "AWS::SSO::PermissionSet":
			add(r, r.Get("InlinePolicy"), r.Get("Name").Pattern(), true)
		case "Terraform::aws_ssoadmin_permission_set_inline_policy", documentType:
			add(r, r.Get("PolicyDocument"), "", false)
		default:
			for _, property := range policyProperties[r.Type] {
				if doc, err := iam.Parse(r.Get(property)); err == nil {
					for _, s := range doc.Statements {
						used[s.Span] = true
					}
				}
			}
		}
	}
	// A document that something of the app is made from is judged there.
	for _, pol := range documents {
		free := len(pol.doc.Statements) > 0
		for _, s := range pol.doc.Statements {
			free = free && !used[s.Span]
		}
		set.documents = append(set.documents, policyDocument{pol, free})
		if free {
			set.document(pol)
		}
	}
}

// documentType is Terraform's policy document that nothing of the app uses.
const documentType = "Terraform::aws_iam_policy_document"

// document files a policy document on its own by what it looks like:
// statements for assuming a role are trust, others with principals belong to
// a resource and are no identity policy.
func (set *policySet) document(pol *identityPolicy) {
	trust, resource := false, false
	for _, s := range pol.doc.Statements {
		if len(s.Principals) == 0 {
			continue
		}
		resource = true
		for _, a := range s.Actions {
			trust = trust || strings.HasPrefix(strings.ToLower(a.Text), "sts:")
		}
	}
	switch {
	case trust:
		set.trust = append(set.trust, pol)
	case !resource:
		set.identity = append(set.identity, pol)
	}
}

// templateSpans returns where SAM policy templates and connectors are
// written.
func templateSpans(app *rind.App) []rind.Span {
	var out []rind.Span
	for _, d := range app.Declared {
		for item := range d.Get("Policies").Each() {
			if item.Kind == rind.Map && !item.Has("Statement") && item.Len() > 0 && strings.HasSuffix(item.Fields[0].Key, "Policy") {
				out = append(out, spanOf(item))
			}
		}
		if d.Type == "AWS::Serverless::Connector" {
			out = append(out, d.Span)
		}
		if c := d.Attributes.Get("Connectors"); c.Present() {
			out = append(out, c.Span)
		}
	}
	return out
}

func spanOf(v *rind.Value) rind.Span {
	s := v.Span
	for _, f := range v.Fields {
		if f.Span.Line < s.Line || s.Line == 0 {
			s.Line, s.File = f.Span.Line, f.Span.File
		}
		s.EndLine = max(s.EndLine, f.Value.Span.EndLine, f.Span.Line)
	}
	return s
}

// within reports whether all statements of a document were made from
// something written inside one of the spans.
func within(spans []rind.Span, doc *iam.Document) bool {
	if len(spans) == 0 || len(doc.Statements) == 0 {
		return false
	}
	for _, s := range doc.Statements {
		inside := false
		for _, x := range spans {
			inside = inside || s.Span.File == x.File && s.Span.Line > 0 && x.Contains(s.Span.Line)
		}
		if !inside {
			return false
		}
	}
	return true
}

// report records a finding about statement s of a policy at one of its
// values.
func (pol *identityPolicy) report(p *Pass, s *iam.Statement, at *rind.Value, format string, args ...any) *rind.Finding {
	if at.Absent() || at.Span.IsZero() {
		at = s.Value
	}
	f := p.Report(pol.r, at, format, args...)
	i := 0
	for n, x := range pol.doc.Statements {
		if x == s {
			i = n
		}
	}
	f.Key = fmt.Sprintf("%s|%s|%d %s|%s", pol.r.Type, pol.name, i, s.Sid, p.evidence(pol.r, s.Value))
	f.Confidence = rind.ConfidenceHigh
	if !f.Span.IsZero() && s.Span.Line > 0 {
		f.Generated = false // somebody wrote the statement, whoever made the role
	}
	setFunction(p, f, pol.r.ID)
	if f.Span.File != pol.r.Span.File || !pol.r.Span.Contains(f.Span.Line) {
		if !pol.r.Key.IsZero() {
			f.Related = append(f.Related, rind.Label{Span: pol.r.Key, Note: "is part of " + pol.r.ID})
		}
	}
	return f
}

// setFunction names the function that a role or policy belongs to, if it is
// one function's alone.
func setFunction(p *Pass, f *rind.Finding, holder string) {
	if f.Function != "" {
		return
	}
	only := ""
	for _, role := range p.App.Roles {
		uses := role.ID == holder
		for _, policy := range role.Policies {
			uses = uses || policy.Source == holder
		}
		if !uses {
			continue
		}
		for _, id := range role.Functions {
			if only != "" && only != id {
				return
			}
			only = id
		}
	}
	f.Function = only
}

// eachAllow calls check for every Allow statement that grants permissions.
func eachAllow(p *Pass, check func(pol *identityPolicy, s *iam.Statement)) {
	for _, pol := range p.identityPolicies() {
		if pol.chosen {
			continue
		}
		for _, s := range pol.doc.Statements {
			if s.Allow {
				check(pol, s)
			}
		}
	}
}

// first returns the value of the first of patterns that fulfils a test, or
// nil.
func first(patterns []iam.Pattern, test func(iam.Pattern) bool) *rind.Value {
	for _, x := range patterns {
		if test(x) {
			return x.Value
		}
	}
	return nil
}

// holderNoun says what a policy belongs to.
func (pol *identityPolicy) holderNoun() string {
	switch pol.r.Type {
	case "AWS::IAM::Role":
		return "role"
	case "AWS::IAM::User":
		return "user"
	case "AWS::IAM::Group":
		return "group"
	case "AWS::SSO::PermissionSet":
		return "permission set"
	}
	return "policy"
}

// capped joins at most n words and counts the rest.
func capped(words []string, n int) string {
	if len(words) <= n {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:n], ", "), len(words)-n)
}
