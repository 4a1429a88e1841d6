package posture

import (
	"path"
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
	granted map[string][]iam.Grant
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

func newGraph(app *rind.App) *graph {
	g := &graph{app: app, from: map[string][]rind.Edge{}, outside: map[string][2][]rind.Edge{}, granted: map[string][]iam.Grant{}}
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
			if !t.Kind.HTTP() || !t.Public || !t.Enabled || t.Auth.Type != "none" && t.Auth.Type != "api-key" || t.Method == "OPTIONS" {
				continue
			}
			if open[t.Source] == nil {
				order = append(order, t.Source)
			}
			open[t.Source] = append(open[t.Source], t)
		}
		for _, source := range order {
			ts := open[source]
			e := entry{node: source, function: f.ID, span: ts[0].Span, rule: "RIND-APIGW"}
			switch t := ts[0]; {
			case t.Kind == rind.FunctionURL:
				e.why = "its function URL answers anyone (AuthType NONE)"
				e.fix = "set AuthType AWS_IAM on the function URL of " + f.ID
			case t.Auth.Type == "api-key":
				e.why = name(ts) + " asks only for an API key, which identifies but does not authenticate"
				e.fix = "put an authorizer in front of " + name(ts)
			default:
				e.why = name(ts) + " asks for no authorization"
				e.fix = "require an authorizer on " + name(ts)
			}
			out = append(out, e)
		}
	}
	return out
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

// guarded maps the types whose resource policies open something to the
// property that names what they open, and the property with the document.
var guarded = map[string][2]string{
	"AWS::S3::BucketPolicy":   {"Bucket", "PolicyDocument"},
	"AWS::SQS::QueuePolicy":   {"Queues", "PolicyDocument"},
	"AWS::SNS::TopicPolicy":   {"Topics", "PolicyDocument"},
	"AWS::Lambda::Permission": {"FunctionName", ""},
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
				out = append(out, entry{node: r.ID, why: "its ACL lets everyone write", span: r.Get("AccessControl").Span, fix: "remove the ACL PublicReadWrite of " + r.ID, rule: "RIND-S3"})
			}
		case "AWS::Lambda::Permission":
			if !r.Get("Principal").Is("*") || r.Get("PrincipalOrgID").Present() || r.Get("SourceArn").Present() || r.Get("FunctionUrlAuthType").Present() {
				continue
			}
			if t := g.app.Target(r.Get("FunctionName")); t != nil {
				out = append(out, entry{node: r.ID, function: t.ID, why: "a permission lets every AWS account invoke it", span: r.Span, fix: "name the principal in " + r.ID, rule: "RIND-LAMBDA"})
			}
		default:
			out = append(out, g.policyEntry(r)...)
		}
	}
	return out
}

func (g *graph) policyEntry(r *rind.Resource) []entry {
	props, ok := guarded[r.Type]
	if !ok {
		return nil
	}
	doc, err := iam.Parse(r.Get(props[1]))
	if err != nil || doc == nil {
		return nil
	}
	var out []entry
	for _, s := range doc.Statements {
		if yes, known := s.Public(); !s.Allow || !yes || !known || s.NotAction || !startsSomething(s) {
			continue
		}
		for v := range r.Get(props[0]).Each() {
			if t := g.app.Target(v); t != nil {
				out = append(out, entry{
					node: t.ID, why: "its policy lets everyone write to it", span: s.Span,
					fix: "name the principals in " + r.ID + " or limit them with aws:SourceArn", rule: "RIND",
				})
			}
		}
	}
	return out
}

func startsSomething(s *iam.Statement) bool {
	for _, a := range s.Actions {
		for _, action := range starting {
			if ok, err := path.Match(strings.ToLower(a.Text), strings.ToLower(action)); ok && err == nil {
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
