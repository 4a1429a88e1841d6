package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// A Comparison is what a role grants against what its functions need.
type Comparison struct {
	Role      string // ID of the role
	Functions []string
	// Unused are permissions that no function of the role uses.
	Unused []*Unused
	// Wider are wildcards of which only some actions are used.
	Wider []*Unused
	// Missing are needs that nothing grants.
	Missing []*Need
	// Unknown says why nothing is called unused or missing, if so.
	Unknown []string
}

// An Unused is an action, or a pattern of actions, that is granted for
// nothing.
type Unused struct {
	Rule    iam.Attached
	Pattern iam.Pattern
	// Used are the actions that are needed of those that the pattern takes in.
	Used []string
	// Spare counts the actions that it takes in for nothing.
	Spare int
}

// A Radius is how far a set of permissions reaches.
type Radius struct {
	// Actions counts actions, Pairs actions times the resources they are
	// allowed on.
	Actions, Pairs int
	// Beyond lists services with access to more than the app's resources.
	Beyond []string
	// Dangerous names what turns the permissions into others: escalations,
	// and actions that manage permissions.
	Dangerous []string
}

// An analysis holds the policies of all functions of an app.
type Analysis struct {
	App      *rind.App
	Policies []*Policy // in the order of App.Functions

	compared map[string]*Comparison // by role
	open     []iam.Grant            // what resource policies allow
}

// Analyze makes the policies of all functions of an app.
func Analyze(app *rind.App) *Analysis {
	a := &Analysis{App: app, compared: map[string]*Comparison{}}
	byID := map[string]*rind.Code{}
	for _, c := range app.Code {
		byID[c.Function] = c
	}
	for _, f := range app.Functions {
		a.Policies = append(a.Policies, Build(app, f, byID[f.ID]))
	}
	return a
}

// Policy returns the policy of a function, or nil.
func (a *Analysis) Policy(function string) *Policy {
	for _, p := range a.Policies {
		if p.Function == function {
			return p
		}
	}
	return nil
}

// Compare holds a role to what its functions need. It works each role out
// once; it is not for several goroutines.
func (a *Analysis) Compare(role *rind.Role) *Comparison {
	if c := a.compared[role.ID]; c != nil {
		return c
	}
	c := a.compare(role)
	a.compared[role.ID] = c
	return c
}

func (a *Analysis) compare(role *rind.Role) *Comparison {
	c := &Comparison{Role: role.ID, Functions: role.Functions}
	granted := iam.PermissionsOf(a.App, role)
	var needs []*Need
	for _, id := range role.Functions {
		p := a.Policy(id)
		if p == nil {
			continue
		}
		needs = append(needs, p.Needs...)
		for _, why := range p.Incomplete {
			c.Unknown = append(c.Unknown, id+": "+why)
		}
	}
	complete := len(c.Unknown) == 0 && len(role.Functions) > 0
	if others := trustsOthers(role); others != "" {
		c.Unknown = append(c.Unknown, "it is also assumed by "+others)
		complete = false
	}
	if layer := a.readsByLayer(role); layer != "" {
		c.Unknown = append(c.Unknown, layer)
		complete = false
	}
	if complete {
		c.unused(granted, needs, a.App)
	}
	if granted.Partial || len(granted.Unknown) > 0 || len(granted.Errors) > 0 {
		c.Unknown = append(c.Unknown, "some of its policies are not in the template")
	} else {
		c.missing(granted, needs, a)
	}
	return c
}

// Reach measures how far a role reaches as it is, and with the policies of its
// functions instead.
func (a *Analysis) Reach(role *rind.Role) (before, after Radius) {
	var wanted []rind.Policy
	for _, id := range role.Functions {
		if p := a.Policy(id); p != nil {
			wanted = append(wanted, rind.Policy{Name: id, Document: p.Document()})
		}
	}
	return a.radius(role), a.radius(&rind.Role{ID: role.ID, Resource: role.Resource, Policies: wanted, Functions: role.Functions})
}

// trustsOthers names who besides Lambda may assume the role.
func trustsOthers(role *rind.Role) string {
	d, err := iam.Parse(role.Trust)
	if err != nil {
		return ""
	}
	for _, s := range d.Statements {
		for _, p := range s.Principals {
			id := p.ID.String()
			if s.Allow && id != "lambda.amazonaws.com" && id != "edgelambda.amazonaws.com" {
				return id
			}
		}
	}
	return ""
}

// readsByLayer tells of an extension that calls AWS in the function's name:
// what it is asked for goes over HTTP.
func (a *Analysis) readsByLayer(role *rind.Role) string {
	for _, id := range role.Functions {
		f := a.App.Function(id)
		if f == nil {
			continue
		}
		for _, l := range f.Layers {
			text := l.Pattern()
			if strings.Contains(text, "AWS-Parameters-and-Secrets-Lambda-Extension") || strings.Contains(text, "AWS-AppConfig-Extension") {
				return id + " reads parameters through an extension"
			}
			if r := a.App.Target(l); r != nil && strings.Contains(strings.ToLower(r.ID+" "+r.Get("LayerName").Str()+" "+r.Code), "extension") {
				return "an extension runs beside " + id
			}
		}
	}
	return ""
}

// unused finds what is granted for nothing. AWS's managed policies are judged
// as a whole: they cannot be edited, only taken away. Those that give no more
// than what AWS needs to run a function are left alone.
func (c *Comparison) unused(granted *iam.Permissions, needs []*Need, app *rind.App) {
	managed := map[string]*Unused{}
	for _, r := range granted.Allow {
		if r.NotAction || r.Managed && RunsFunctions(r.Policy) {
			continue
		}
		for _, p := range r.Actions {
			if !p.Known || slices.Contains(harmless, strings.ToLower(p.Text)) || unseen(p.Text) {
				continue
			}
			u := &Unused{Rule: r, Pattern: p}
			if r.Managed {
				if managed[r.Policy] == nil {
					managed[r.Policy] = u
				}
				u = managed[r.Policy]
			}
			u.count(r, p, needs, app)
			if !r.Managed {
				c.sort(u)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(managed)) {
		c.sort(managed[name])
	}
}

// harmless are actions that every function is given and that show it nothing.
var harmless = []string{
	"logs:createloggroup", "logs:createlogstream", "logs:putlogevents", "logs:tagresource", "logs:describeloggroups", "logs:describelogstreams",
	"xray:puttracesegments", "xray:puttelemetryrecords", "xray:getsamplingrules", "xray:getsamplingtargets", "xray:getsamplingstatisticsummaries",
	"lambda:checkpointdurableexecution", "lambda:checkpointdurableexecutions", "lambda:getdurableexecutionstate",
}

// uncalled are actions that no SDK call shows: connecting to a database or
// broker, signed HTTP requests, mounts, keys that another service uses in the
// function's name. That the code does not call them tells nothing.
var uncalled = []string{
	"dsql:dbconnect*", "rds-db:connect", "elasticache:connect", "memorydb:connect", "cassandra:*", "neptune-db:*", "kafka-cluster:*",
	"execute-api:invoke", "appsync:graphql", "appsync:event*", "es:eshttp*", "aoss:apiaccessall", "lambda:invokefunctionurl",
	"vpc-lattice-svcs:*", "iot:connect", "iot:subscribe", "iot:receive", "elasticfilesystem:client*", "s3express:createsession",
	"codecommit:git*", "ssmmessages:*", "ec2messages:*", "sts:tagsession", "sts:setsourceidentity", "sts:getservicebearertoken",
	"bedrock:callwithbearertoken", "iam:passrole", "iam:createservicelinkedrole", "kms:decrypt", "kms:generatedatakey*", "kms:creategrant",
}

// unseen reports whether an action is one that no call would show.
func unseen(action string) bool {
	return slices.ContainsFunc(uncalled, func(p string) bool { return iam.Glob(p, strings.ToLower(action)) })
}

// count adds what a pattern of a statement is used for.
func (u *Unused) count(r iam.Attached, p iam.Pattern, needs []*Need, app *rind.App) {
	pattern := strings.ToLower(p.Text)
	used := 0
	for _, n := range needs {
		if iam.Glob(pattern, strings.ToLower(n.Action)) && reaches(r, app, n) && !slices.Contains(u.Used, n.Action) {
			u.Used = append(u.Used, n.Action)
			used++
		}
	}
	slices.Sort(u.Used)
	u.Spare += max(len(iam.Expand(p.Text))-used, 0)
}

// reaches reports whether a statement covers what a call needs. Mail may be
// sent from an address in the name of its domain's identity as well.
// https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html
func reaches(r iam.Attached, app *rind.App, n *Need) bool {
	if r.Reaches(app, n.Resource) != iam.No {
		return true
	}
	text := n.Resource.Pattern()
	head, address, ok := strings.Cut(text, ":identity/")
	_, domain, mail := strings.Cut(address, "@")
	return ok && mail && strings.HasPrefix(n.Action, "ses:") && r.Reaches(app, rind.NewString(head+":identity/"+domain, n.Resource.Span)) != iam.No
}

// sort puts a permission where it belongs, if anything of it is spare.
func (c *Comparison) sort(u *Unused) {
	switch {
	case len(u.Used) == 0:
		c.Unused = append(c.Unused, u)
	case u.Spare > 0:
		c.Wider = append(c.Wider, u)
	}
}

// RunsFunctions reports whether an AWS-managed policy is one that gives what
// AWS needs to run a function.
func RunsFunctions(name string) bool {
	return strings.HasPrefix(name, "AWSLambda") && strings.HasSuffix(name, "ExecutionRole") ||
		strings.HasPrefix(name, "AWSXray") || strings.HasPrefix(name, "AWSXRay") || name == "CloudWatchLambdaInsightsExecutionRolePolicy"
}

// String names the permission: the pattern, or the managed policy.
func (u *Unused) String() string {
	if u.Rule.Managed {
		return u.Rule.Policy
	}
	return u.Pattern.String()
}

// missing finds needs that neither the role nor a resource policy grants.
func (c *Comparison) missing(granted *iam.Permissions, needs []*Need, a *Analysis) {
	for _, n := range needs {
		if n.Possible {
			continue
		}
		allowed := slices.ContainsFunc(granted.Allow, func(r iam.Attached) bool {
			return r.MatchesAction(n.Action) != iam.No && (n.Resource.Is("*") || reaches(r, a.App, n))
		})
		if allowed || a.opened(n, c.Role) || slices.ContainsFunc(c.Missing, func(m *Need) bool {
			return m.Action == n.Action && key(m.Resource) == key(n.Resource) && m.Span == n.Span
		}) {
			continue
		}
		c.Missing = append(c.Missing, n)
	}
}

// opened reports whether a resource policy of the app lets the role in.
func (a *Analysis) opened(n *Need, role string) bool {
	id, ok := n.Resource.Target()
	if !ok {
		return false
	}
	if r := a.App.Role(id); r != nil && n.Action == "sts:AssumeRole" && trusts(r, role) {
		return true
	}
	if a.open == nil {
		a.open = append([]iam.Grant{}, iam.Access(a.App)...)
	}
	for _, g := range a.open {
		if g.Resource != id || g.Principal != "*" && g.Principal != role && !strings.HasPrefix(g.Principal, "AWS:") || g.Rule.Source == "" || g.Rule.Source == role {
			continue
		}
		if slices.ContainsFunc(g.Actions, func(x *iam.Action) bool { return strings.EqualFold(x.String(), n.Action) }) {
			return true
		}
	}
	return false
}

// trusts reports whether a role's trust policy names another role itself,
// which in one account is enough.
func trusts(r *rind.Role, other string) bool {
	d, err := iam.Parse(r.Trust)
	if err != nil {
		return false
	}
	for _, s := range d.Statements {
		for _, p := range s.Principals {
			if id, ok := p.ID.Value.Target(); s.Allow && ok && id == other {
				return true
			}
		}
	}
	return false
}

// radius measures how far a role reaches.
func (a *Analysis) radius(role *rind.Role) Radius {
	grants := iam.GrantsBy(a.App)(role)
	var r Radius
	actions := map[string]bool{}
	add := func(list []string, text string) []string {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
		return list
	}
	seen := map[*rind.Value]bool{}
	for _, g := range grants {
		seen[g.Rule.Value] = true
		if g.Resource == "*:*" {
			r.Beyond = add(r.Beyond, "everything")
			n := len(iam.Expand("*"))
			r.Actions, r.Pairs = max(r.Actions, n), r.Pairs+n
			r.Dangerous = add(r.Dangerous, "administrator access")
			continue
		}
		r.Pairs += len(g.Actions)
		for _, x := range g.Actions {
			actions[x.String()] = true
			if x.Level == iam.PermissionsManagement {
				r.Dangerous = add(r.Dangerous, x.String())
			}
		}
		if service, ok := strings.CutPrefix(g.Resource, "*:"); ok {
			r.Beyond = add(r.Beyond, service)
		}
	}
	granted := iam.PermissionsOf(a.App, role)
	for _, s := range granted.Allow {
		if s.NotAction {
			continue
		}
		for _, pattern := range s.Actions {
			for _, x := range iam.Expand(pattern.Text) {
				switch {
				case !x.ResourceLevel() && !actions[x.String()]:
					actions[x.String()] = true
					r.Pairs++
				case x.ResourceLevel() && !seen[s.Value]: // on named resources elsewhere
					actions[x.String()] = true
					r.Pairs += max(len(s.Resources), 1)
				}
			}
		}
	}
	r.Actions = max(r.Actions, len(actions))
	for _, e := range iam.Escalations(a.App, role, granted) {
		r.Dangerous = add(r.Dangerous, "escalation by "+e.Path.Name)
	}
	slices.Sort(r.Beyond)
	slices.Sort(r.Dangerous)
	return r
}

// String is the radius in a few words.
func (r Radius) String() string {
	text := fmt.Sprintf("%d actions, %d on resources", r.Actions, r.Pairs)
	if len(r.Beyond) > 0 {
		text += ", beyond the app in " + strings.Join(capped(r.Beyond), ", ")
	}
	if len(r.Dangerous) > 0 {
		text += "; dangerous: " + strings.Join(capped(r.Dangerous), ", ")
	}
	return text
}

func capped(list []string) []string {
	const shown = 6
	if len(list) <= shown {
		return list
	}
	return append(slices.Clone(list[:shown]), fmt.Sprintf("%d more", len(list)-shown))
}
