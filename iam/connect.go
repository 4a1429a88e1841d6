package iam

import (
	"slices"
	"strings"

	"rind/rind"
)

// Connect adds to an app the edges that its policies make:
//
//   - Grants from each role to each resource it may act on, and to
//     "*:service" where a wildcard reaches beyond the app ("*:*" for all);
//   - Reads, Writes and Invokes from each function to the same resources,
//     according to the access levels of the actions;
//   - Grants from roles and functions that a resource policy names.
//
// Why holds the actions in a few words. Edges that are there already are not
// added again.
func Connect(app *rind.App) {
	c := &connector{app: app, seen: make(map[edgeKey]int, len(app.Edges))}
	for i, e := range app.Edges {
		c.seen[edgeKey{e.From, e.To, e.Kind}] = i
	}
	a := newAccess(app)
	for _, role := range app.Roles {
		for _, g := range a.role(role) {
			c.grant(role, g)
		}
	}
	c.resourcePolicies(a)
}

type edgeKey struct {
	from, to string
	kind     rind.EdgeKind
}

type connector struct {
	app  *rind.App
	seen map[edgeKey]int
}

func (c *connector) edge(from, to string, kind rind.EdgeKind, why string, span rind.Span) {
	key := edgeKey{from, to, kind}
	if i, ok := c.seen[key]; ok {
		e := &c.app.Edges[i]
		if e.Why != why && len(e.Why) < maxWhy && !strings.Contains(e.Why, why) {
			e.Why = strings.TrimPrefix(e.Why+", "+why, ", ")
		}
		return
	}
	c.seen[key] = len(c.app.Edges)
	c.app.Edges = append(c.app.Edges, rind.Edge{From: from, To: to, Kind: kind, Why: why, Span: span})
}

// maxWhy bounds what an edge's reason grows to, in bytes.
const maxWhy = 120

func (c *connector) grant(role *rind.Role, g Grant) {
	span := g.Rule.Span
	if span.IsZero() {
		span = role.Span
	}
	suffix := ""
	if len(g.Conditions) > 0 {
		suffix = " if " + g.Conditions[0].Key
	}
	if g.Resource == role.ID {
		return
	}
	if g.Actions == nil {
		c.edge(role.ID, g.Resource, rind.Grants, g.Rule.wide()+suffix, span)
		return
	}
	c.edge(role.ID, g.Resource, rind.Grants, why(g.Actions, g.Rule.Statement)+suffix, span)
	byKind := map[rind.EdgeKind][]*Action{}
	for _, a := range g.Actions {
		k := effect(a)
		byKind[k] = append(byKind[k], a)
	}
	for _, kind := range []rind.EdgeKind{rind.Reads, rind.Writes, rind.Invokes} {
		if actions := byKind[kind]; len(actions) > 0 {
			text := why(actions, nil) + suffix
			for _, f := range role.Functions {
				c.edge(f, g.Resource, kind, text, span)
			}
		}
	}
}

// wide names what makes a statement reach everything.
func (s *Statement) wide() string {
	if s.NotAction {
		return "all but " + list(s.Actions)
	}
	return list(s.Actions)
}

func list(patterns []Pattern) string {
	var out []string
	for _, p := range patterns {
		out = append(out, p.String())
	}
	return capped(out)
}

// why names actions in a few words: as the statement writes them where that
// is shorter.
func why(actions []*Action, s *Statement) string {
	service := actions[0].Service
	if s != nil && !s.NotAction {
		var out []string
		for _, p := range s.Actions {
			if p.Known && (p.Any() || Glob(strings.ToLower(strings.SplitN(p.Text, ":", 2)[0]), service)) {
				out = append(out, p.Text)
			}
		}
		if len(out) > 0 && len(out) < len(actions) {
			return capped(out)
		}
	}
	out := make([]string, 0, min(len(actions), 8))
	for _, a := range actions[:min(len(actions), 8)] {
		out = append(out, a.String())
	}
	if n := len(actions); n > 4 {
		return capped(out[:3]) + ", …"
	}
	return capped(out)
}

func capped(words []string) string {
	const most = 4
	if len(words) > most {
		return strings.Join(words[:most-1], ", ") + ", …"
	}
	return strings.Join(words, ", ")
}

// invoking are the actions that start code.
var invoking = []string{
	"lambda:InvokeFunction", "lambda:InvokeAsync", "lambda:InvokeFunctionUrl",
	"states:StartExecution", "states:StartSyncExecution", "execute-api:Invoke",
	"codebuild:StartBuild", "codepipeline:StartPipelineExecution", "ecs:RunTask",
	"bedrock:InvokeAgent", "glue:StartJobRun",
}

// effect says what an action does to a resource.
func effect(a *Action) rind.EdgeKind {
	if slices.Contains(invoking, a.String()) {
		return rind.Invokes
	}
	switch {
	case a.Service == "kms" && (a.Name == "Decrypt" || strings.HasPrefix(a.Name, "GenerateDataKey")):
		return rind.Reads // the catalogue has them as Write
	case a.Service == "sqs" && a.Name == "ReceiveMessage":
		return rind.Reads
	case a.Level == Read || a.Level == List:
		return rind.Reads
	}
	return rind.Writes
}

// policyHolders are the resources that hold a resource policy: where the
// document is, and where the resource it protects.
var policyHolders = map[string]struct{ document, target string }{
	"AWS::S3::BucketPolicy":               {"PolicyDocument", "Bucket"},
	"AWS::SQS::QueuePolicy":               {"PolicyDocument", "Queues"},
	"AWS::SNS::TopicPolicy":               {"PolicyDocument", "Topics"},
	"AWS::SNS::TopicInlinePolicy":         {"PolicyDocument", "TopicArn"},
	"AWS::SQS::QueueInlinePolicy":         {"PolicyDocument", "Queue"},
	"AWS::SecretsManager::ResourcePolicy": {"ResourcePolicy", "SecretId"},
	"AWS::KMS::Key":                       {"KeyPolicy", ""},
	"AWS::DynamoDB::Table":                {"ResourcePolicy", ""},
	"AWS::Kinesis::ResourcePolicy":        {"ResourcePolicy", "ResourceArn"},
	"AWS::ECR::Repository":                {"RepositoryPolicyText", ""},
	"AWS::Events::EventBusPolicy":         {"Statement", "EventBusName"},
	"AWS::EFS::FileSystem":                {"FileSystemPolicy", ""},
	"AWS::OpenSearchService::Domain":      {"AccessPolicies", ""},
	"AWS::ApiGateway::RestApi":            {"Policy", ""},
	"AWS::Logs::LogGroup":                 {"ResourcePolicyDocument", ""},
	"AWS::S3::AccessPoint":                {"Policy", ""},
	"AWS::SSM::ResourcePolicy":            {"Policy", "ResourceArn"},
}

// resourcePolicies adds edges for the roles of the app that a resource policy
// names.
func (c *connector) resourcePolicies(a *access) {
	for _, g := range a.resourcePolicies() {
		role := c.app.Role(g.Principal)
		if role == nil {
			continue
		}
		why := list(g.Rule.Actions) + " (resource policy)"
		c.edge(role.ID, g.Resource, rind.Grants, why, g.Rule.Span)
		kinds := map[rind.EdgeKind]bool{}
		for _, x := range g.Actions {
			kinds[effect(x)] = true
		}
		for _, kind := range []rind.EdgeKind{rind.Reads, rind.Writes, rind.Invokes} {
			for _, f := range role.Functions {
				if kinds[kind] {
					c.edge(f, g.Resource, kind, why, g.Rule.Span)
				}
			}
		}
	}
}
