package posture

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

const (
	// maxHops bounds a path: entry, function and up to three hand-overs. A
	// longer chain is found as the path of the function it passes.
	maxHops = 6
	// maxPaths bounds what one app reports, worst first.
	maxPaths = 50
	// maxVisits bounds how many edges are looked at in search of them: in an
	// app of a thousand open functions that may all start each other, there
	// are as many ways as there is patience.
	maxVisits = 500_000
)

// candidate is a path with the changes that would close it.
type candidate struct {
	path *rind.AttackPath
	cuts []rind.Cut
}

// paths finds the attack paths of the app, worst first.
func (g *graph) paths() []*candidate {
	var out []*candidate
	for _, e := range g.entries {
		steps := []rind.PathStep{{Node: rind.Internet, Why: "anyone"}}
		if e.function != "" {
			if e.node != e.function {
				steps = append(steps, rind.PathStep{Node: e.node, Edge: string(rind.Invokes), Why: e.why, Span: e.span})
			}
			f := g.app.Function(e.function)
			if f == nil { // a resource that the inventory does not count as a function
				continue
			}
			steps = append(steps, rind.PathStep{Node: e.function, Edge: string(rind.Triggers), Why: "starts the function", Span: f.Span})
			out = append(out, g.harm(e, f, steps, map[string]bool{e.function: true})...)
			continue
		}
		steps = append(steps, rind.PathStep{Node: e.node, Edge: string(rind.Writes), Why: e.why, Span: e.span})
		for _, trail := range g.starts(e.node) {
			s := slices.Clone(steps)
			for _, edge := range trail {
				s = append(s, step(edge))
			}
			f := g.app.Function(trail[len(trail)-1].To)
			if f == nil {
				continue
			}
			out = append(out, g.harm(e, f, s, map[string]bool{f.ID: true})...)
		}
	}
	out = append(out, g.loops()...)
	slices.SortStableFunc(out, func(a, b *candidate) int {
		return cmp.Compare(b.path.Severity.Rank(), a.path.Severity.Rank())
	})
	out = dedupe(out)
	return out[:min(len(out), maxPaths)]
}

func step(e rind.Edge) rind.PathStep {
	return rind.PathStep{Node: e.To, Edge: string(e.Kind), Why: e.Why, Span: e.Span}
}

// dedupe keeps one path per sequence of nodes and impact and names each.
func dedupe(in []*candidate) []*candidate {
	seen := map[string]bool{}
	out := in[:0]
	for _, c := range in {
		var b strings.Builder
		fmt.Fprintf(&b, "%s|%s", c.path.App, c.path.Impact)
		for _, s := range c.path.Steps {
			if s.Edge != flowEdge { // the line in its name may move
				b.WriteString("|" + s.Node)
			}
		}
		sum := sha256.Sum256([]byte(b.String()))
		c.path.ID = "P-" + hex.EncodeToString(sum[:4])
		if !seen[c.path.ID] {
			seen[c.path.ID] = true
			out = append(out, c)
		}
	}
	return out
}

// harm returns the paths from a function that an outsider has started to what
// its role could be made to do, directly and by way of what it starts in turn.
func (g *graph) harm(e entry, f *rind.Function, steps []rind.PathStep, seen map[string]bool) []*candidate {
	var out []*candidate
	if g.visits += 1 + len(g.from[f.ID]) + len(g.from[f.Role]); g.visits > maxVisits {
		return nil
	}
	role := g.app.Role(f.Role)
	through := steps
	hole, word := g.wayIn(f)
	if hole != nil {
		through = append(slices.Clone(through), misled(hole, word))
	}
	if role != nil {
		through = append(slices.Clone(through), rind.PathStep{Node: role.ID, Edge: string(rind.Assumes), Why: "runs as", Span: role.Span})
	}
	effects := g.effects(f, role)
	for _, kind := range []effect{escalation, wildcard, change, disclosure} {
		edges := effects[kind]
		if len(edges) == 0 {
			continue
		}
		slices.SortStableFunc(edges, func(a, b rind.Edge) int { return cmp.Compare(a.To, b.To) })
		s := append(slices.Clone(through), step(edges[0]))
		out = append(out, &candidate{
			path: &rind.AttackPath{App: g.app.Path, Steps: s, Impact: kind.impact(f, edges), Severity: kind.severity()},
			cuts: slices.Concat(g.entryCuts(e, f), codeCuts(hole, word), g.farCuts(kind, role, edges)),
		})
	}
	if cost := worstCase(f); cost.perHour >= noticeable {
		out = append(out, &candidate{
			path: &rind.AttackPath{
				App: g.app.Path, Steps: slices.Clone(steps), Severity: cost.severity(),
				Impact: fmt.Sprintf("denial of wallet: a flood of requests can cost up to %s", cost),
			},
			cuts: append(g.entryCuts(e, f), rind.Cut{Layer: rind.ResilientDesign, Action: "set ReservedConcurrentExecutions of " + f.ID + " to what it needs", Cost: 1, Rule: "RIND-LAMBDA-027"}),
		})
	}
	if hops(steps) > maxHops {
		return out
	}
	// What the function feeds may start another one, which trusts it.
	for _, edge := range g.feeds(f, role) {
		for _, trail := range g.onward(edge) {
			next := g.app.Function(trail[len(trail)-1].To)
			if seen[next.ID] {
				continue
			}
			seen[next.ID] = true
			s := slices.Clone(through)
			for _, hop := range trail {
				s = append(s, step(hop))
			}
			out = append(out, g.harm(e, next, s, seen)...)
		}
	}
	return out
}

// hops counts the steps of a path between resources.
func hops(steps []rind.PathStep) int {
	n := 0
	for _, s := range steps {
		if s.Edge != flowEdge {
			n++
		}
	}
	return n
}

// onward follows an edge out of a function to the functions it starts.
func (g *graph) onward(edge rind.Edge) [][]rind.Edge {
	if g.app.Function(edge.To) != nil {
		return [][]rind.Edge{{edge}}
	}
	var out [][]rind.Edge
	for _, trail := range g.starts(edge.To) {
		out = append(out, append([]rind.Edge{edge}, trail...))
	}
	return out
}

// reach lists what a function can act on, by itself and through its role.
func (g *graph) reach(f *rind.Function, role *rind.Role) []rind.Edge {
	out := slices.Clone(g.from[f.ID])
	if role != nil {
		out = append(out, g.from[role.ID]...)
	}
	return out
}

// feeding are the actions that put something into a resource which may start
// a function on it. Taking a message out of a queue is a write as well, but
// starts nothing.
var feeding = map[string]bool{
	"s3:PutObject": true, "s3:CopyObject": true, "sqs:SendMessage": true, "sns:Publish": true,
	"kinesis:PutRecord": true, "kinesis:PutRecords": true, "firehose:PutRecord": true, "firehose:PutRecordBatch": true,
	"dynamodb:PutItem": true, "dynamodb:UpdateItem": true, "dynamodb:DeleteItem": true, "dynamodb:BatchWriteItem": true,
	"dynamodb:PartiQLInsert": true, "dynamodb:PartiQLUpdate": true, "dynamodb:PartiQLDelete": true,
	"events:PutEvents": true, "iot:Publish": true, "states:StartExecution": true, "states:StartSyncExecution": true,
	"lambda:InvokeFunction": true, "lambda:InvokeAsync": true,
}

// feeds lists the resources of the app that a function may put something
// into: what its role lets it, and its own destinations.
func (g *graph) feeds(f *rind.Function, role *rind.Role) []rind.Edge {
	var out []rind.Edge
	for _, e := range g.from[f.ID] {
		if e.Kind == rind.Writes && strings.HasSuffix(e.Why, "destination") {
			out = append(out, e)
		}
	}
	if role == nil {
		return out
	}
	seen := map[string]bool{}
	for _, grant := range g.grants(role) {
		if seen[grant.Resource] || g.app.Resource(grant.Resource) == nil {
			continue
		}
		for _, a := range grant.Actions {
			if name := a.Service + ":" + a.Name; feeding[name] {
				seen[grant.Resource] = true
				kind := rind.Writes
				if g.app.Function(grant.Resource) != nil {
					kind = rind.Invokes
				}
				out = append(out, rind.Edge{From: f.ID, To: grant.Resource, Kind: kind, Why: name, Span: grant.Rule.Span})
				break
			}
		}
	}
	return out
}

// grants are what a role may do, worked out once.
func (g *graph) grants(role *rind.Role) []iam.Grant {
	return g.granted(role)
}

// effect is a kind of harm at the end of a path, worst first.
type effect int

const (
	escalation effect = iota
	wildcard
	change
	disclosure
)

// effects sorts what a function can reach by the harm it means.
func (g *graph) effects(f *rind.Function, role *rind.Role) map[effect][]rind.Edge {
	out := map[effect][]rind.Edge{}
	if role != nil {
		out[escalation], out[wildcard] = g.beyond(role)
	}
	for _, e := range g.reach(f, role) {
		switch target := g.app.Resource(e.To); {
		case target == nil || !holdsData(target.Type):
		case e.Kind == rind.Writes:
			out[change] = append(out[change], e)
		case e.Kind == rind.Reads:
			out[disclosure] = append(out[disclosure], e)
		}
	}
	return out
}

// beyond lists what a role may do outside of the app: gain privileges, and
// act on resources that no policy names.
func (g *graph) beyond(role *rind.Role) (escalations, wildcards []rind.Edge) {
	if known, ok := g.outside[role.ID]; ok {
		return known[0], known[1]
	}
	for _, x := range iam.Escalations(g.app, role, iam.PermissionsOf(g.app, role)) {
		e := rind.Edge{From: role.ID, To: role.ID, Kind: rind.Grants, Why: strings.Join(x.Needs, " + "), Span: role.Span}
		if len(x.By) > 0 && !x.By[0].Span.IsZero() {
			e.Span = x.By[0].Span
		}
		escalations = append(escalations, e)
	}
	for _, grant := range g.grants(role) {
		if !strings.HasPrefix(grant.Resource, "*:") || len(grant.Conditions) > 0 || !harmful(grant) {
			continue
		}
		why := "*"
		if len(grant.Rule.Actions) > 0 && !grant.Rule.NotAction {
			why = few(grant)
		}
		e := rind.Edge{From: role.ID, To: grant.Resource, Kind: rind.Grants, Why: why, Span: grant.Rule.Span}
		g.wildcards[e] = grantRule(grant)
		wildcards = append(wildcards, e)
	}
	g.outside[role.ID] = [2][]rind.Edge{escalations, wildcards}
	return escalations, wildcards
}

// few names the actions of a grant as its statement writes them.
func few(grant iam.Grant) string {
	var words []string
	for _, p := range grant.Rule.Actions {
		if s := p.Service(); s == "" || s == "*" || strings.EqualFold(s, grant.Service) {
			words = append(words, p.String())
		}
	}
	const most = 3
	if len(words) > most {
		words = append(words[:most], "…")
	}
	return strings.Join(words, ", ")
}

// harmless are services whose wildcard grants let a function do its own
// chores: write logs, traces and metrics, attach itself to a VPC.
var harmless = map[string]bool{"logs": true, "xray": true, "cloudwatch": true, "ec2": true}

// harmful reports whether a grant beyond the app lets its holder read or
// change what is not the app's. The policies that AWS provides for event
// sources, and listing, do not count.
func harmful(grant iam.Grant) bool {
	if grant.Rule.Managed && strings.HasPrefix(grant.Rule.Policy, "AWSLambda") && strings.HasSuffix(grant.Rule.Policy, "ExecutionRole") || harmless[grant.Service] {
		return false
	}
	if grant.Actions == nil {
		return true
	}
	for _, a := range grant.Actions {
		if a.Level != iam.List && a.ResourceLevel() {
			return true
		}
	}
	return false
}

// holdsData reports whether a resource keeps what its owner would miss.
func holdsData(kind string) bool {
	switch kind {
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::SSM::Parameter",
		"AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::Cognito::UserPool", "AWS::KMS::Key", "AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain":
		return true
	}
	return false
}

func (x effect) severity() rind.Severity {
	return [...]rind.Severity{rind.Critical, rind.High, rind.Medium, rind.Low}[x]
}

func (x effect) impact(f *rind.Function, edges []rind.Edge) string {
	var names []string
	for _, e := range edges {
		n := e.To
		if x == escalation {
			n = e.Why
		} else if strings.HasPrefix(n, "*:") {
			n = "any " + strings.TrimPrefix(n, "*:") + " resource (" + e.Why + ")"
			if e.To == "*:*" {
				n = "everything in the account (" + e.Why + ")"
			}
		}
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	const few = 4
	more := ""
	if len(names) > few {
		more = fmt.Sprintf(" and %d more", len(names)-few)
		names = names[:few]
	}
	list := strings.Join(names, ", ") + more
	switch x {
	case escalation:
		return "take over further permissions in the account (" + list + ")"
	case wildcard:
		return "act beyond the app on " + list
	case change:
		return "change data of " + list
	default:
		return "read data of " + list
	}
}

// farCuts are the changes at the far end of a path.
func (g *graph) farCuts(x effect, role *rind.Role, edges []rind.Edge) []rind.Cut {
	if role == nil {
		return nil
	}
	switch x {
	case escalation:
		return []rind.Cut{{Layer: rind.CloudConfig, Action: "take " + edges[0].Why + " from " + role.ID, Cost: 1, Rule: "RIND-IAM-023"}}
	case wildcard:
		return []rind.Cut{{Layer: rind.CloudConfig, Action: "name the resources in the policy of " + role.ID + " instead of *", Cost: 1, Rule: g.wildcardRule(edges)}}
	}
	return nil
}

// wildcardRule is the rule that finds what these edges rest on, or "" where
// they rest on several.
func (g *graph) wildcardRule(edges []rind.Edge) string {
	id := g.wildcards[edges[0]]
	for _, e := range edges {
		if g.wildcards[e] != id {
			return ""
		}
	}
	return id
}

// grantRule is the rule that finds a statement reaching beyond the app, or ""
// where none does.
func grantRule(grant iam.Grant) string {
	switch policy := grant.Rule.Policy; {
	case grant.Rule.Managed && policy == "AdministratorAccess":
		return "RIND-IAM-040"
	case grant.Rule.Managed && strings.HasSuffix(policy, "FullAccess"):
		return "RIND-IAM-042"
	case grant.Rule.Managed, grant.Rule.NotAction, len(grant.Rule.WildcardResources()) == 0:
		return ""
	case len(grant.Rule.WildcardActions()) > 0:
		return "RIND-IAM-002"
	}
	for _, p := range grant.Rule.Actions {
		if strings.HasSuffix(p.Text, ":*") && strings.EqualFold(p.Service(), grant.Service) {
			return "RIND-IAM-003"
		}
	}
	id := ""
	for _, a := range grant.Actions {
		switch a.Level {
		case iam.PermissionsManagement:
			return "RIND-IAM-010"
		case iam.Write:
			id = "RIND-IAM-013"
		}
	}
	return id
}

// entryCuts are the changes at the near end of a path.
func (g *graph) entryCuts(e entry, f *rind.Function) []rind.Cut {
	return []rind.Cut{
		{Layer: rind.CloudConfig, Action: e.fix, Cost: 1, Rule: e.rule},
		{Layer: rind.EventInspection, Action: "inspect the events of " + f.ID + " before it sees them", Cost: 3},
	}
}

// codeCuts is the change of code that closes a path through a flow.
func codeCuts(hole *rind.Finding, word string) []rind.Cut {
	if hole == nil {
		return nil
	}
	return []rind.Cut{{Layer: rind.SecureCode, Action: fmt.Sprintf("close the %s at %s:%d", word, hole.Span.File, hole.Span.Line), Cost: 2, Rule: hole.Rule}}
}

// chooseCuts gives each path the cut that closes the most paths of its app
// for its cost, so that the same few changes are named everywhere.
func chooseCuts(all []*candidate) {
	closes := map[string]int{}
	for _, c := range all {
		named := map[string]bool{}
		for _, cut := range c.cuts {
			if !named[cut.Action] {
				named[cut.Action] = true
				closes[cut.Action]++
			}
		}
	}
	for _, c := range all {
		best := rind.Cut{}
		for _, cut := range c.cuts {
			cut.Closes = closes[cut.Action]
			if best.Action == "" || cut.Closes*best.Cost > best.Closes*cut.Cost {
				best = cut
			}
		}
		c.path.Cut = best
	}
}

// misses reports whether what f may write by an edge has other keys than the
// objects that start it.
func (g *graph) misses(f *rind.Function, edge rind.Edge) bool {
	role, missed := g.app.Role(f.Role), false
	if role == nil {
		return false
	}
	for _, grant := range g.grants(role) {
		if grant.Resource != edge.To || !slices.ContainsFunc(grant.Actions, func(a *iam.Action) bool { return feeding[a.Service+":"+a.Name] }) {
			continue
		}
		for _, t := range f.Triggers {
			if t.Source == edge.To && t.Enabled {
				if !grant.Misses(t) {
					return false
				}
				missed = true
			}
		}
	}
	return missed
}

// loops finds functions whose writes start themselves again, at a cost that
// has no end.
func (g *graph) loops() []*candidate {
	var out []*candidate
	for _, f := range g.app.Functions {
		for _, edge := range g.feeds(f, g.app.Role(f.Role)) {
			if edge.To == f.ID {
				continue // that it may call itself, by a wildcard most often, starts nothing by itself
			}
			for _, trail := range g.onward(edge) {
				if trail[len(trail)-1].To != f.ID || len(trail) == 2 && g.misses(f, edge) {
					continue
				}
				steps := []rind.PathStep{{Node: f.ID, Why: "runs", Span: f.Span}}
				for _, hop := range trail {
					steps = append(steps, step(hop))
				}
				out = append(out, &candidate{
					path: &rind.AttackPath{
						App: g.app.Path, Steps: steps, Severity: rind.Medium,
						Impact: "runaway loop: what " + f.ID + " may write to " + edge.To + " starts " + f.ID + " again",
					},
					cuts: []rind.Cut{{Layer: rind.ResilientDesign, Action: "write to something other than " + edge.To + ", or limit its trigger to a prefix that " + f.ID + " never writes", Cost: 3, Rule: "RIND-LAMBDA-041"}},
				})
				break
			}
		}
	}
	return out
}
