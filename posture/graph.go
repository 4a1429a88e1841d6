package posture

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// graph is an app's edges, indexed, with what an outsider can start.
type graph struct {
	app  *rind.App
	from map[string][]rind.Edge
	// entries lists, in order, what an outsider can start.
	entries []entry
	// outside holds, per role, what it may do beyond the app: see beyond.
	outside map[string][2][]rind.Edge
	// wildcards holds, per edge that leads beyond the app, the rule that
	// finds its grant.
	wildcards map[rind.Edge]string
	granted   func(*rind.Role) []iam.Grant
	visits    int // see maxVisits
	// flows are the open findings of flows in code, by function.
	flows map[string][]*rind.Finding
	// links are the resources that hang on others, and known what related
	// found.
	links []link
	known map[string]map[string]bool
}

// entry is one thing an outsider can start without being let in.
type entry struct {
	node string // ID of the resource
	why  string // "GET /orders asks for no authorization"
	span rind.Span
	// function is set where the entry reaches just this function.
	function string
	// fix is what would close it.
	fix  string
	rule string
}

func newGraph(app *rind.App, findings []*rind.Finding) *graph {
	g := &graph{
		app: app, from: map[string][]rind.Edge{}, outside: map[string][2][]rind.Edge{}, wildcards: map[rind.Edge]string{},
		flows: flowsOf(findings), granted: iam.GrantsBy(app), links: links(app), known: map[string]map[string]bool{},
	}
	for _, e := range app.Edges {
		g.from[e.From] = append(g.from[e.From], e)
	}
	g.entries = append(g.httpEntries(), g.policyEntries()...)
	return g
}

// httpEntries are the routes and URLs that ask nobody who they are.
func (g *graph) httpEntries() []entry {
	var out []entry
	for _, f := range g.app.Functions {
		open := map[string][]*rind.Trigger{} // by source
		var order []string
		for _, t := range f.Triggers {
			if !t.Kind.HTTP() || !t.Public || !t.Enabled || t.Auth.Type != "none" && t.Auth.Type != "api-key" || t.Method == "OPTIONS" || g.guardedRoute(t) {
				continue
			}
			if open[t.Source] == nil {
				order = append(order, t.Source)
			}
			open[t.Source] = append(open[t.Source], t)
		}
		for _, source := range order {
			ts := open[source]
			e := entry{node: source, function: f.ID, span: ts[0].Span}
			switch t := ts[0]; {
			case t.Kind == rind.FunctionURL:
				e.rule = "RIND-LAMBDA-001"
				e.why = "its function URL answers anyone (AuthType NONE)"
				e.fix = "set AuthType AWS_IAM on the function URL of " + f.ID
			case t.Auth.Type == "api-key":
				e.rule = "RIND-APIGW-010"
				e.why = name(ts) + " asks only for an API key, which identifies but does not authenticate"
				e.fix = "put an authorizer in front of " + name(ts)
			case t.Kind == rind.APIGatewayWebSocket:
				e.rule = "RIND-APIGW-014"
				e.why = "anyone may connect and send " + name(ts)
				e.fix = "require an authorizer on $connect"
			default:
				e.rule = g.routeRule(f, ts)
				e.why = name(ts) + " asks for no authorization"
				e.fix = "require an authorizer on " + name(ts)
			}
			out = append(out, e)
		}
	}
	return out
}

// guardedRoute reports whether the policy of the API keeps outsiders from a
// route.
func (g *graph) guardedRoute(t *rind.Trigger) bool {
	api := g.app.Resource(t.Source)
	if t.Kind != rind.APIGatewayREST || api == nil {
		return false
	}
	policy := api.Get("Policy")
	if policy.Absent() {
		policy = api.Get("Body", "x-amazon-apigateway-policy")
	}
	if policy.Absent() {
		return false
	}
	yes, _ := iam.Guarded(policy, t.Method, t.Path)
	return yes
}

// routeRule is the rule that finds routes without authorization: that for
// exemptions where the one route, or one of them, is exempted by its event.
func (g *graph) routeRule(f *rind.Function, ts []*rind.Trigger) string {
	for _, d := range g.app.Declared {
		if d.ID != f.ID && d.ID != f.Resource.Origin || d.Type != "AWS::Serverless::Function" {
			continue
		}
		for _, e := range d.Get("Events").Entries() {
			p := e.Get("Properties")
			if p.Get("Auth", "Authorizer").Is("NONE") && p.Get("Path").Is(ts[0].Path) && strings.EqualFold(p.Get("Method").Str(), ts[0].Method) {
				return "RIND-APIGW-011"
			}
		}
	}
	return "RIND-APIGW-009"
}

// name lists routes in a few words.
func name(ts []*rind.Trigger) string {
	if len(ts) > 2 {
		return ts[0].Detail + " and others"
	}
	var words []string
	for _, t := range ts {
		d := t.Detail
		if d == "" {
			d = string(t.Kind)
		}
		words = append(words, d)
	}
	return strings.Join(words, " and ")
}

// guarded maps the types of resource policies to the property that names what
// they open, and the rule that finds it open. All hold a PolicyDocument.
var guarded = map[string]struct{ opens, rule string }{
	"AWS::S3::BucketPolicy": {"Bucket", "RIND-S3-006"},
	"AWS::SQS::QueuePolicy": {"Queues", "RIND-SQS-004"},
	"AWS::SNS::TopicPolicy": {"Topics", "RIND-SNS-003"},
}

// starting are the actions that put something into what they guard.
var starting = []string{
	"s3:PutObject", "sqs:SendMessage", "sns:Publish", "kinesis:PutRecord", "events:PutEvents",
}

// policyEntries are buckets, queues, topics and functions that everyone may
// write to or invoke.
func (g *graph) policyEntries() []entry {
	var out []entry
	for _, r := range g.app.Resources {
		switch r.Type {
		case "AWS::S3::Bucket":
			if r.Get("AccessControl").Is("PublicReadWrite") {
				out = append(out, entry{node: r.ID, why: "its ACL lets everyone write", span: r.Get("AccessControl").Span, fix: "remove the ACL PublicReadWrite of " + r.ID, rule: "RIND-S3-002"})
			}
		case "AWS::Lambda::Permission":
			if !r.Get("Principal").Is("*") || r.Get("PrincipalOrgID").Present() || r.Get("SourceArn").Present() || r.Get("FunctionUrlAuthType").Present() {
				continue
			}
			if t := g.app.Target(r.Get("FunctionName")); t != nil {
				out = append(out, entry{node: r.ID, function: t.ID, why: "a permission lets every AWS account invoke it", span: r.Span, fix: "name the principal in " + r.ID, rule: "RIND-LAMBDA-005"})
			}
		default:
			out = append(out, g.policyEntry(r)...)
		}
	}
	return out
}

func (g *graph) policyEntry(r *rind.Resource) []entry {
	policy, ok := guarded[r.Type]
	if !ok {
		return nil
	}
	doc, err := iam.Parse(r.Get("PolicyDocument"))
	if err != nil || doc == nil {
		return nil
	}
	var out []entry
	for _, s := range doc.Statements {
		if yes, known := s.Public(); !s.Allow || !yes || !known || s.NotAction || !startsSomething(s) {
			continue
		}
		for v := range r.Get(policy.opens).Each() {
			if t := g.app.Target(v); t != nil {
				out = append(out, entry{
					node: t.ID, why: "its policy lets everyone write to it", span: s.Span,
					fix: "name the principals in " + r.ID + " or limit them with aws:SourceArn", rule: policy.rule,
				})
			}
		}
	}
	return out
}

func startsSomething(s *iam.Statement) bool {
	for _, a := range s.Actions {
		for _, action := range starting {
			if iam.Glob(strings.ToLower(a.Text), strings.ToLower(action)) {
				return true
			}
		}
	}
	return false
}

// starts returns the functions that something put into node would start, by
// way of topics, queues and rules that pass it on.
func (g *graph) starts(node string) [][]rind.Edge {
	var out [][]rind.Edge
	seen := map[string]bool{node: true}
	var follow func(at string, trail []rind.Edge)
	follow = func(at string, trail []rind.Edge) {
		if len(trail) > maxHops {
			return
		}
		for _, e := range g.from[at] {
			next := append(slices.Clone(trail), e)
			switch {
			case e.Kind == rind.Triggers && g.app.Function(e.To) != nil:
				out = append(out, next)
			case e.Kind == rind.Writes && !seen[e.To]:
				seen[e.To] = true
				follow(e.To, next)
			}
		}
	}
	follow(node, nil)
	return out
}
