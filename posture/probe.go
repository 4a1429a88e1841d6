package posture

import (
	"fmt"
	"strings"

	"rind/rind"
)

// A probe looks for evidence about one cell that has no finding.
type probeFunc func(g *graph, f *rind.Function) (rind.SliceState, []string)

type cellKey struct {
	risk  rind.Risk
	layer rind.Layer
}

// probes hold, per cell, how a template can prove a slice solid or tell that
// it is missing. A cell without a probe is unknown until the layer's own
// stage has run.
var probes = map[cellKey]probeFunc{
	{rind.SAS1, rind.ResilientDesign}:  probeValidation,
	{rind.SAS1, rind.CloudConfig}:      probeWAF,
	{rind.SAS1, rind.Governance}:       probeTriggersKnown,
	{rind.SAS1, rind.SecureCode}:       probeFlows,
	{rind.SAS2, rind.SecureCode}:       probeCode,
	{rind.SAS7, rind.SecureCode}:       probeCode,
	{rind.SAS8, rind.SecureCode}:       probeCode,
	{rind.SAS10, rind.SecureCode}:      probeCode,
	{rind.SAS12, rind.SecureCode}:      probeCode,
	{rind.SAS2, rind.Governance}:       probeAuthKnown,
	{rind.SAS2, rind.CloudConfig}:      probeAuth,
	{rind.SAS2, rind.ResilientDesign}:  probeAuthDefault,
	{rind.SAS3, rind.Governance}:       probeDescribed,
	{rind.SAS3, rind.CloudConfig}:      passed(rind.SAS3, rind.CloudConfig),
	{rind.SAS4, rind.Governance}:       probeRoleKnown,
	{rind.SAS4, rind.CloudConfig}:      probeRoleNarrow,
	{rind.SAS4, rind.ResilientDesign}:  probeOwnRole,
	{rind.SAS5, rind.Governance}:       probeLogGroup,
	{rind.SAS5, rind.CloudConfig}:      passed(rind.SAS5, rind.CloudConfig),
	{rind.SAS6, rind.Governance}:       probeRuntime,
	{rind.SAS7, rind.CloudConfig}:      probeEnvironment,
	{rind.SAS8, rind.Governance}:       probeCost,
	{rind.SAS8, rind.ResilientDesign}:  probeConcurrency,
	{rind.SAS8, rind.CloudConfig}:      probeThrottle,
	{rind.SAS9, rind.ResilientDesign}:  probeFailures,
	{rind.SAS9, rind.CloudConfig}:      passed(rind.SAS9, rind.CloudConfig),
	{rind.SAS9, rind.Governance}:       probeTriggersKnown,
	{rind.SAS10, rind.CloudConfig}:     probeFailures,
	{rind.SAS11, rind.Governance}:      probeTriggered,
	{rind.SAS11, rind.CloudConfig}:     passed(rind.SAS11, rind.CloudConfig),
	{rind.SAS12, rind.ResilientDesign}: probeStorage,
}

// wanted says what would give evidence for a layer.
var wanted = map[rind.Layer]string{
	rind.Governance:      "nothing in the template tells",
	rind.ResilientDesign: "nothing in the template tells",
	rind.SecurityTesting: "no attack has been run: rind test would tell",
	rind.CloudConfig:     "nothing in the template tells",
	rind.SecureCode:      "the function's code has not been judged for this",
	rind.EventInspection: "no event firewall is known to stand before the function",
	rind.Behavior:        "no behaviour profile is known to hold the function",
}

// probe gives the state of a cell that no finding has made a hole.
func probe(g *graph, f *rind.Function, risk rind.Risk, layer rind.Layer) (rind.SliceState, []string) {
	if risk == rind.SAS2 && !http(f) && !policyGuarded(f) {
		return rind.NotApplicable, []string{"no trigger that a caller could authenticate at"}
	}
	if p := probes[cellKey{risk, layer}]; p != nil {
		if state, evidence := p(g, f); state != "" {
			return state, evidence
		}
	}
	return rind.Unknown, []string{wanted[layer]}
}

func http(f *rind.Function) bool {
	for _, t := range f.Triggers {
		if t.Kind.HTTP() {
			return true
		}
	}
	return false
}

// policyGuarded reports whether a trigger's source is guarded by a resource
// policy, which is where its senders are authenticated.
func policyGuarded(f *rind.Function) bool {
	for _, t := range f.Triggers {
		switch t.Kind {
		case rind.S3, rind.SNS, rind.SQS, rind.EventBridge, rind.Kinesis, rind.AppSync, rind.Cognito, rind.IoT:
			return true
		}
	}
	return false
}

// passed says solid where rules of the cell looked at something and found
// nothing, and all they looked at is known.
func passed(risk rind.Risk, layer rind.Layer) probeFunc {
	return func(g *graph, f *rind.Function) (rind.SliceState, []string) {
		related := g.related(f)
		n := checks(g, related, risk, layer)
		if n == 0 {
			return "", nil
		}
		return rind.Solid, []string{fmt.Sprintf("%d checks found nothing", n)}
	}
}

// httpTriggers yields the enabled HTTP triggers except preflight answers.
func httpTriggers(f *rind.Function) []*rind.Trigger {
	var out []*rind.Trigger
	for _, t := range f.Triggers {
		if t.Kind.HTTP() && t.Enabled && t.Method != "OPTIONS" {
			out = append(out, t)
		}
	}
	return out
}

// probeTriggersKnown judges what the inventory can do against what comes in
// with an event: it covers only where it shows that no outsider's data can.
func probeTriggersKnown(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	if len(f.Triggers) == 0 {
		return rind.Unknown, []string{"no trigger is described; who invokes it is not known"}
	}
	var kinds []string
	seen := map[rind.TriggerKind]bool{}
	inside := true
	for _, t := range f.Triggers {
		inside = inside && t.Kind == rind.Schedule
		if !seen[t.Kind] {
			seen[t.Kind] = true
			kinds = append(kinds, string(t.Kind))
		}
	}
	if inside {
		return rind.Solid, []string{"only a schedule starts it: no event carries anyone's data"}
	}
	return rind.Unknown, []string{"its triggers are known (" + strings.Join(kinds, ", ") + "), not what their events may carry"}
}

func probeValidation(g *graph, f *rind.Function) (rind.SliceState, []string) {
	ts := httpTriggers(f)
	if len(ts) == 0 {
		for _, t := range f.Triggers {
			if t.Value.Get("FilterCriteria").Present() || t.Value.Get("EventPattern").Present() || t.Value.Get("FilterPolicy").Present() {
				return rind.Unknown, []string{"events are filtered, but not their content validated"}
			}
		}
		return "", nil
	}
	for _, t := range ts {
		if t.Value.Get("RequestValidatorId").Absent() && t.Value.Get("x-amazon-apigateway-request-validator").Absent() && t.Value.Get("RequestModels").Absent() {
			return rind.Hole, []string{strings.TrimSpace(t.Detail+" "+string(t.Kind)) + " validates nothing before the function runs"}
		}
	}
	return rind.Solid, []string{"requests are validated against a model before the function runs"}
}

func probeWAF(g *graph, f *rind.Function) (rind.SliceState, []string) {
	ts := httpTriggers(f)
	if len(ts) == 0 {
		return rind.Hole, []string{"AWS WAF does not see the events of " + triggerWords(f)}
	}
	for _, a := range g.app.OfType("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation") {
		for r := range a.Get("ResourceArn").Refs() {
			if r.Kind == rind.RefResource && g.related(f)[r.Name] {
				return rind.Solid, []string{"AWS WAF is associated by " + a.ID}
			}
		}
	}
	return rind.Hole, []string{"no AWS WAF web ACL is associated with the API"}
}

func triggerWords(f *rind.Function) string {
	if len(f.Triggers) == 0 {
		return "direct invocations"
	}
	return string(f.Triggers[0].Kind)
}

func probeAuthKnown(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	for _, t := range httpTriggers(f) {
		if t.Auth.Type == "" {
			return rind.Unknown, []string{"who may call " + t.Detail + " depends on a value that is not known"}
		}
		if t.Public && t.Auth.Type == "none" {
			return rind.Hole, []string{"the inventory lists a way in that asks nobody who they are: " + strings.TrimSpace(t.Detail+" "+string(t.Kind))}
		}
	}
	if len(f.Triggers) == 0 {
		return "", nil
	}
	return rind.Solid, []string{"who may start it is known for every described trigger"}
}

func probeAuth(g *graph, f *rind.Function) (rind.SliceState, []string) {
	ts := httpTriggers(f)
	if len(ts) == 0 {
		return passed(rind.SAS2, rind.CloudConfig)(g, f)
	}
	types := map[string]bool{}
	for _, t := range ts {
		switch t.Auth.Type {
		case "":
			return rind.Unknown, []string{"who may call " + t.Detail + " depends on a value that is not known"}
		case "none", "api-key":
			if t.Public {
				return rind.Hole, []string{"anyone may call " + strings.TrimSpace(t.Detail+" ("+string(t.Kind)+")")}
			}
		}
		types[t.Auth.Type] = true
	}
	var words []string
	for _, w := range []string{"iam", "jwt", "cognito", "lambda"} {
		if types[w] {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return rind.Solid, []string{"reachable only inside a VPC"}
	}
	return rind.Solid, []string{"every route asks for authorization: " + strings.Join(words, ", ")}
}

// probeAuthDefault looks for authorization that new routes would inherit.
func probeAuthDefault(g *graph, f *rind.Function) (rind.SliceState, []string) {
	for _, t := range httpTriggers(f) {
		if t.Auth.Authorizer != "" {
			return rind.Solid, []string{"one authorizer, " + t.Auth.Authorizer + ", stands before the function's own code"}
		}
	}
	return "", nil
}

func probeDescribed(g *graph, f *rind.Function) (rind.SliceState, []string) {
	return rind.Solid, []string{"described in " + f.Span.File + ", so that changes are reviewed and repeatable"}
}

func probeRoleKnown(g *graph, f *rind.Function) (rind.SliceState, []string) {
	if g.app.Role(f.Role) == nil {
		return rind.Unknown, []string{"its role is defined elsewhere: scan it together with this app"}
	}
	if escalations, wildcards := g.beyond(g.app.Role(f.Role)); len(escalations)+len(wildcards) > 0 {
		return rind.Unknown, []string{"role " + f.Role + " is in the app, and wider than the app; whether anybody decided that is not known"}
	}
	return rind.Solid, []string{"role " + f.Role + " and its policies are in the app"}
}

func probeRoleNarrow(g *graph, f *rind.Function) (rind.SliceState, []string) {
	role := g.app.Role(f.Role)
	if role == nil {
		return rind.Unknown, []string{"its role is defined elsewhere: scan it together with this app"}
	}
	for _, p := range role.Policies {
		if p.Document.Symbolic() {
			return rind.Unknown, []string{"policy " + p.Name + " depends on a value that is not known"}
		}
	}
	if escalations, wildcards := g.beyond(role); len(escalations) > 0 {
		return rind.Hole, []string{"role " + role.ID + " can gain privileges: " + escalations[0].Why}
	} else if len(wildcards) > 0 {
		return rind.Hole, []string{"role " + role.ID + " reaches beyond the app: " + wildcards[0].Why}
	}
	for _, m := range role.Managed {
		if strings.HasSuffix(m.Pattern(), "FullAccess") || strings.HasSuffix(m.Pattern(), "AdministratorAccess") {
			return rind.Hole, []string{"role " + role.ID + " has the managed policy " + m.Pattern()}
		}
	}
	return rind.Solid, []string{fmt.Sprintf("%d policies of role %s name what they allow", len(role.Policies)+len(role.Managed), role.ID)}
}

func probeOwnRole(g *graph, f *rind.Function) (rind.SliceState, []string) {
	role := g.app.Role(f.Role)
	switch {
	case role == nil:
		return "", nil
	case len(role.Functions) > 1:
		return rind.Hole, []string{fmt.Sprintf("%d functions share role %s", len(role.Functions), role.ID)}
	}
	return rind.Solid, []string{"role " + role.ID + " serves this function alone"}
}

func probeLogGroup(g *graph, f *rind.Function) (rind.SliceState, []string) {
	for _, lg := range g.app.OfType("AWS::Logs::LogGroup") {
		name := lg.Get("LogGroupName")
		own := f.Name.Scalar() && name.Str() == "/aws/lambda/"+f.Name.Text
		for r := range name.Refs() {
			own = own || r.Kind == rind.RefResource && r.Name == f.ID
		}
		for r := range f.Resource.Get("LoggingConfig").Refs() {
			own = own || r.Name == lg.ID
		}
		if own && lg.Get("RetentionInDays").Present() {
			return rind.Solid, []string{"log group " + lg.ID + " keeps its log for a set time"}
		}
	}
	return rind.Unknown, []string{"its log group is made on first use and is not described"}
}

func probeRuntime(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	if f.PackageType == "Image" {
		return rind.Unknown, []string{"a container image: its packages are not known"}
	}
	return rind.Unknown, []string{"the packages it carries have not been read: rind deps would tell"}
}

func probeEnvironment(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	for _, e := range f.Environment {
		for r := range e.Value.Refs() {
			switch r.Kind {
			case rind.RefSecret, rind.RefSSMSecure, rind.RefSecretsManager:
				return rind.Hole, []string{"variable " + e.Name + " holds a secret that anyone who may read the configuration can see"}
			case rind.RefEnv, rind.RefFile, rind.RefUnknown:
				return rind.Unknown, []string{"variable " + e.Name + " comes " + e.Source}
			}
		}
	}
	if len(f.Environment) == 0 {
		return rind.Solid, []string{"no environment variables"}
	}
	return rind.Solid, []string{fmt.Sprintf("none of %d environment variables holds a secret", len(f.Environment))}
}

func probeCost(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	if f.MemoryMB == 0 {
		return rind.Unknown, []string{"its memory size is not known"}
	}
	c := worstCase(f)
	if c.perHour >= noticeable {
		return rind.Unknown, []string{"worst case " + c.String() + "; whether a budget or an alarm watches it is not known"}
	}
	return rind.Solid, []string{"worst case " + c.String()}
}

func probeConcurrency(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	c := worstCase(f)
	if c.limited {
		return rind.Solid, []string{fmt.Sprintf("at most %d run at once: %s", c.concurrency, c)}
	}
	for _, t := range f.Triggers {
		if n, ok := t.Value.Get("ScalingConfig", "MaximumConcurrency").Int(); ok {
			return rind.Solid, []string{fmt.Sprintf("its trigger starts at most %d at once", n)}
		}
	}
	return rind.Hole, []string{"no limit on concurrent executions: " + c.String()}
}

func probeThrottle(g *graph, f *rind.Function) (rind.SliceState, []string) {
	if len(httpTriggers(f)) == 0 {
		return passed(rind.SAS8, rind.CloudConfig)(g, f)
	}
	related := g.related(f)
	for _, r := range g.app.OfType("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage", "AWS::ApiGateway::UsagePlan") {
		if !related[r.ID] && r.Type != "AWS::ApiGateway::UsagePlan" {
			continue
		}
		if r.Get("Throttle").Present() || r.Get("DefaultRouteSettings", "ThrottlingRateLimit").Present() {
			return rind.Solid, []string{r.ID + " throttles"}
		}
		for m := range r.Get("MethodSettings").Each() {
			if m.Get("ThrottlingRateLimit").Present() {
				return rind.Solid, []string{r.ID + " throttles"}
			}
		}
	}
	return rind.Hole, []string{"only the account's default limit throttles its API"}
}

// probeFailures looks for what becomes of an event that the function fails on.
func probeFailures(g *graph, f *rind.Function) (rind.SliceState, []string) {
	async, caught := false, f.Resource.Get("DeadLetterConfig").Present()
	for _, t := range f.Triggers {
		switch t.Kind {
		case rind.S3, rind.SNS, rind.EventBridge, rind.Schedule, rind.SES, rind.CloudWatchLogs, rind.IoT, rind.CodePipeline, rind.Config:
			async = true
		case rind.Kinesis, rind.DynamoDBStream, rind.MSK, rind.Kafka:
			async = true
			caught = caught || t.Value.Get("DestinationConfig").Present()
		case rind.SQS:
			async = true
			caught = caught || g.app.Resource(t.Source).Get("RedrivePolicy").Present()
		}
	}
	for _, e := range g.from[f.ID] {
		caught = caught || e.Kind == rind.Writes && e.Why == "OnFailure destination"
	}
	switch {
	case !async:
		return "", nil
	case caught:
		return rind.Solid, []string{"events it fails on are kept for inspection"}
	}
	return rind.Hole, []string{"events it fails on are lost: no dead-letter queue or failure destination"}
}

func probeTriggered(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	if len(f.Triggers) > 0 {
		return rind.Solid, []string{"in use: " + triggerWords(f) + " starts it"}
	}
	return rind.Unknown, []string{"nothing in the app starts it; something outside may"}
}

func probeStorage(_ *graph, f *rind.Function) (rind.SliceState, []string) {
	if f.Resource.Get("FileSystemConfigs").Present() {
		return rind.Hole, []string{"a shared file system outlives every execution"}
	}
	return "", nil
}
