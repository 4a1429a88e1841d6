package rule

import (
	"strings"

	"rind/iam"
	"rind/rind"
)

const docBusPolicy = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-resource-based-policies.html"

// busStatements are the statements of an event bus's policy. The older form
// spells one statement as properties of the resource.
func busStatements(r *rind.Resource) []*iam.Statement {
	if s := resourcePolicy(r); len(s) > 0 {
		return s
	}
	if r.Type != "AWS::Events::EventBusPolicy" || r.Get("Principal").Absent() {
		return nil
	}
	span := r.Span
	statement := rind.NewMap(span,
		rind.Field{Key: "Effect", Span: span, Value: rind.NewString("Allow", span)},
		rind.Field{Key: "Principal", Span: span, Value: r.Get("Principal")},
		rind.Field{Key: "Action", Span: span, Value: orElse(r.Get("Action"), rind.NewString("events:PutEvents", span))},
		rind.Field{Key: "Resource", Span: span, Value: rind.NewString("*", span)})
	if c := r.Get("Condition"); c.Present() {
		// {Type: StringEquals, Key: aws:PrincipalOrgID, Value: o-123}
		statement.Fields = append(statement.Fields, rind.Field{Key: "Condition", Span: c.Span, Value: rind.NewMap(c.Span,
			rind.Field{Key: c.Get("Type").Str(), Span: c.Span, Value: rind.NewMap(c.Span,
				rind.Field{Key: c.Get("Key").Str(), Span: c.Span, Value: c.Get("Value")})})})
	}
	return policyStatements(statement)
}

var busTypes = []string{"AWS::Events::EventBusPolicy", "AWS::Events::EventBus"}

var _ = register(&Rule{
	ID:         "RIND-EVENTS-001",
	Title:      "Event bus open to everyone",
	Why:        "Every AWS account can put events on the bus. The functions behind its rules run with an outsider's input, past every API and authorizer.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-284",
	Sources:    []string{docBusPolicy},
	Equivalent: []string{"AwsSolutions-EVB1", "eventbridge_bus_exposed"},
	Fix:        "Name the accounts that may send events, or add a condition on aws:PrincipalOrgID.",
	Types:      busTypes,
	Check: func(p *Pass, r *rind.Resource) {
		for i, s := range busStatements(r) {
			if open(s) {
				reportStatement(p, r, i, s, "Principal", "every AWS account may use %s on this bus", actionList(s))
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-EVENTS-002",
	Title:      "Event bus open to another account",
	Why:        "The other account can start what listens on the bus. Its security is now part of yours.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-284",
	Profile:    All,
	Sources:    []string{docBusPolicy},
	Equivalent: []string{"eventbridge_bus_cross_account_access"},
	Fix:        "Check that the account is yours or trusted, and limit detail types with a condition on events:detail-type or events:source.",
	Types:      busTypes,
	Check: func(p *Pass, r *rind.Resource) {
		for i, s := range busStatements(r) {
			if !s.Allow || open(s) {
				continue
			}
			who := ""
			if others := s.CrossAccount(); len(others) > 0 {
				who = others[0].Account()
			}
			for _, pr := range s.Principals {
				if v := pr.ID.Text; who == "" && len(v) == 12 && strings.Trim(v, "0123456789") == "" {
					who = v
				}
			}
			if who != "" {
				reportStatement(p, r, i, s, "Principal", "account %s may use %s on this bus", who, actionList(s))
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-EVENTS-003",
	Title:      "Custom event bus without a policy",
	Why:        "Without a resource policy every identity in the account with events:PutEvents on * can send events to the bus and start what listens there.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-284",
	Profile:    All,
	Sources:    []string{docBusPolicy, "FSBP EventBridge.3"},
	Equivalent: []string{"EventBridge.3"},
	Fix:        "Attach an AWS::Events::EventBusPolicy that names who may send events.",
	Types:      []string{"AWS::Events::EventBus"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Get("Policy").Present() || r.Get("Name").Is("default") {
			return
		}
		for _, pol := range p.App.OfType("AWS::Events::EventBusPolicy") {
			if names(pol.Get("EventBusName"), r, "Name") {
				return
			}
		}
		p.Report(r, nil, "no policy says who may send events to the bus")
	},
})

var _ = register(&Rule{
	ID:         "RIND-EVENTS-004",
	Title:      "Rule target without dead-letter queue",
	Why:        "An event that cannot be delivered, because the target is throttled, gone or refuses it, is dropped after 24 hours without a trace.",
	Risk:       rind.SAS10,
	Severity:   rind.Low,
	CWE:        "CWE-391",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"},
	Equivalent: []string{"ES4000", "Serverless-EventBusDLQ"},
	Fix:        "Set DeadLetterConfig.Arn on each target.",
	Types:      []string{"AWS::Events::Rule"},
	Check: func(p *Pass, r *rind.Resource) {
		for t := range r.Get("Targets").Each() {
			if t.Kind == rind.Map && !t.Get("DeadLetterConfig").Symbolic() && blank(t.Get("DeadLetterConfig", "Arn")) {
				p.Report(r, t, "events that cannot be delivered to this target are lost")
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-EVENTS-005",
	Title:      "Global endpoint does not replicate events",
	Why:        "Without replication the second region starts empty when the first one fails, and events in flight are lost.",
	Risk:       rind.SAS8,
	Severity:   rind.Low,
	Profile:    All,
	Layer:      rind.ResilientDesign,
	Sources:    []string{"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-ge-best-practices.html"},
	Equivalent: []string{"eventbridge_global_endpoint_event_replication_enabled"},
	Fix:        "Set ReplicationConfig.State to ENABLED.",
	Types:      []string{"AWS::Events::Endpoint"},
	Check: func(p *Pass, r *rind.Resource) {
		// Replication is on unless it is turned off.
		if v := r.Get("ReplicationConfig", "State"); v.Is("DISABLED") {
			p.Report(r, v, "events are not replicated to the second region")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-EVENTS-006",
	Title:      "Schedule not encrypted with a customer-managed key",
	Why:        "The payload of the schedule is encrypted with a key of AWS. Only with a key of yours can you deny, log and revoke its decryption.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html"},
	Equivalent: []string{"CKV_AWS_297"},
	Fix:        "Set KmsKeyArn to a customer-managed key.",
	Types:      []string{"AWS::Scheduler::Schedule"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("KmsKeyArn"); blank(v) {
			p.Report(r, v, "the schedule is encrypted with a key of AWS")
		}
	},
})

// patternKeys returns the keys of an event pattern given as a map or as JSON.
func patternKeys(v *rind.Value) map[string]*rind.Value {
	if v == nil {
		return nil
	}
	if v.Kind == rind.String || v.Kind == rind.Symbol {
		v = jsonValue(v)
	}
	if v == nil || v.Kind != rind.Map {
		return nil
	}
	keys := map[string]*rind.Value{}
	for k, x := range v.Entries() {
		keys[k] = x
	}
	return keys
}

var _ = register(&Rule{
	ID:       "RIND-EVENTS-007",
	Title:    "Rule on a custom bus accepts events from any source",
	Why:      "Whoever may put events on the bus chooses what they say. A pattern that asks neither for source nor for account passes an event that another team, or an outsider, made up.",
	Risk:     rind.SAS1,
	Severity: rind.Low,
	CWE:      "CWE-345",
	Sources:  []string{"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"},
	Fix:      "Add source, and account where the bus is shared, to the event pattern.",
	Types:    []string{"AWS::Events::Rule"},
	Check: func(p *Pass, r *rind.Resource) {
		bus := r.Get("EventBusName")
		if blank(bus) || bus.Is("default") || bus.Symbolic() && !refersToResource(bus) {
			return
		}
		v := r.Get("EventPattern")
		keys := patternKeys(v)
		if len(keys) == 0 || keys["source"] != nil || keys["account"] != nil {
			return
		}
		p.Report(r, v, "the rule passes events of any source and account on the bus").Confidence = rind.ConfidenceMedium
	},
})

var _ = register(&Rule{
	ID:         "RIND-EVENTS-008",
	Title:      "Schema registry open to other accounts",
	Why:        "Schemas tell what events look like: a plan of the system for whoever wants to forge one.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-732",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schemas-permissions.html"},
	Equivalent: []string{"eventbridge_schema_registry_cross_account_access"},
	Fix:        "Name only accounts that need the schemas.",
	Types:      []string{"AWS::EventSchemas::RegistryPolicy"},
	Check: func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			if s.Allow && (open(s) || len(s.CrossAccount()) > 0) {
				reportStatement(p, r, i, s, "Principal", "other accounts may use %s on this registry", actionList(s))
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-EVENTS-009",
	Title:    "Queue takes messages from a service for any account",
	Why:      "The policy lets a service send to the queue without saying on whose behalf. Anyone can subscribe the queue to a topic or rule of their own, and their messages reach the function behind it.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-441",
	Sources:  []string{"https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html", "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"},
	Fix:      "Add a condition on aws:SourceArn with the ARN of the topic or rule.",
	Types:    []string{"AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy"},
	Check: func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			service := deputy(s)
			if service == "" || !allows(s, "sqs:SendMessage") {
				continue
			}
			if limited, known := s.Limited(); limited || !known {
				continue
			}
			reportStatement(p, r, i, s, "Principal", "%s may send messages on behalf of any account: there is no condition on aws:SourceArn", service)
		}
	},
})

// deputy is the service principal of an Allow statement, or "".
func deputy(s *iam.Statement) string {
	if !s.Allow || s.NotPrincipal {
		return ""
	}
	for _, pr := range s.Principals {
		if pr.Type == "Service" && pr.ID.Known {
			return pr.ID.Text
		}
	}
	return ""
}

var _ = register(&Rule{
	ID:       "RIND-EVENTS-010",
	Title:    "Role may replace the code of a login trigger",
	Why:      "Cognito runs the function at sign-in and believes what it answers: claims, groups, whether the password was right. Whoever may change its code signs in as anyone.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-269",
	Sources:  []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html"},
	Fix:      "Take lambda:UpdateFunctionCode and lambda:UpdateFunctionConfiguration on the trigger from the role.",
	CheckApp: func(p *Pass) {
		grants := grantsByRole(p.App)
		for _, pool := range p.App.OfType("AWS::Cognito::UserPool") {
			for trigger, v := range pool.Get("LambdaConfig").Entries() {
				if !decidesLogin[trigger] {
					continue
				}
				if arn := v.Get("LambdaArn"); arn != nil {
					v = arn
				}
				if fn := lambdaFunction(p.App, v); fn != nil {
					reportWriters(p, grants, fn, trigger)
				}
			}
		}
	},
})

// decidesLogin lists the triggers whose answer decides who gets in as whom,
// or that see the codes users sign in with.
var decidesLogin = map[string]bool{
	"PreTokenGeneration": true, "PreTokenGenerationConfig": true, "DefineAuthChallenge": true, "CreateAuthChallenge": true,
	"VerifyAuthChallengeResponse": true, "PreAuthentication": true, "PreSignUp": true, "UserMigration": true,
	"CustomMessage": true, "CustomEmailSender": true, "CustomSMSSender": true,
}

// reportWriters reports function roles that may change the code or the
// configuration of fn.
func reportWriters(p *Pass, grants func(*rind.Role) []iam.Grant, fn *rind.Resource, trigger string) {
	for _, role := range p.App.Roles {
		if len(role.Functions) == 0 {
			continue // a person's or a pipeline's
		}
		for _, g := range grants(role) {
			if g.Resource != fn.ID || len(g.Conditions) > 0 || !changesCode(g) {
				continue
			}
			f := p.Report(role.Resource, g.Rule.Value, "the role %s may change the function %s, which Cognito runs as %s", role.ID, fn.ID, trigger)
			f.Function = role.Functions[0]
			f.Key += "|" + fn.ID
			f.Confidence = rind.ConfidenceMedium
			break
		}
	}
}

func changesCode(g iam.Grant) bool {
	for _, a := range g.Actions {
		if s := a.String(); s == "lambda:UpdateFunctionCode" || s == "lambda:UpdateFunctionConfiguration" {
			return true
		}
	}
	return false
}
