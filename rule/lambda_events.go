package rule

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

const docLambdaAsync = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"

// asynchronous lists what invokes functions without waiting for the answer,
// so that a failed event is lost after two retries.
var asynchronous = map[rind.TriggerKind]bool{
	rind.S3: true, rind.SNS: true, rind.EventBridge: true, rind.Schedule: true, rind.IoT: true, rind.SES: true,
	rind.CloudWatchLogs: true, rind.Config: true, rind.CodePipeline: true,
}

// keepsFailures reports whether failed asynchronous events of f go somewhere.
// It is true also where that is not known.
func keepsFailures(app *rind.App, f *rind.Resource) bool {
	dlq := f.Get("DeadLetterConfig")
	if dlq.Symbolic() || !blank(dlq.Get("TargetArn")) {
		return true
	}
	for c := range ofFunction(app, f, "FunctionName", "AWS::Lambda::EventInvokeConfig") {
		d := c.Get("DestinationConfig")
		if d.Symbolic() || !blank(d.Get("OnFailure", "Destination")) {
			return true
		}
	}
	return false
}

func asyncTrigger(app *rind.App, f *rind.Resource) *rind.Trigger {
	fn := app.Function(f.ID)
	if fn == nil {
		return nil
	}
	for _, t := range fn.Triggers {
		if asynchronous[t.Kind] {
			return t
		}
	}
	return nil
}

var dlqIDs = []string{
	"CKV_AWS_116", "Serverless-LambdaDLQ", "Serverless-LambdaAsyncFailureDestination", "awslambda_function_no_dead_letter_queue", "LAMBDA_DLQ_CHECK",
	"c2eae442-d3ba-4cb1-84ca-1db4f80eae3d", "720f44cf-285e-4b69-8f72-835e6bc1dceb",
	"cb2f612b-ed42-4ff5-9fb9-255c73d39a18", "dec7bc85-d156-4f64-9a33-96ed3d9f3fed",
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-034",
	Title:      "No dead-letter queue",
	Why:        "When the function is invoked asynchronously and fails, the event is dropped after two retries. Nobody sees what was lost, and an attacker who makes it fail leaves no trace.",
	Risk:       rind.SAS10,
	Severity:   rind.Low,
	CWE:        "CWE-391",
	Profile:    All,
	Sources:    []string{docLambdaAsync},
	Equivalent: dlqIDs,
	Fix:        "Set an OnFailure destination or DeadLetterConfig.TargetArn.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if !keepsFailures(p.App, r) && asyncTrigger(p.App, r) == nil {
			p.Report(r, nil, "should the function be invoked asynchronously, events that fail are lost: there is no dead-letter queue and no failure destination")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-035",
	Title:      "Failed asynchronous events are lost",
	Why:        "The function is started asynchronously. An event that fails three times is dropped: an order, an upload or an alarm disappears without a trace, by accident or on purpose.",
	Risk:       rind.SAS10,
	Severity:   rind.Low,
	CWE:        "CWE-391",
	Profile:    All,
	Sources:    []string{docLambdaAsync},
	Equivalent: append([]string{"ES1007"}, dlqIDs...),
	Fix:        "Set EventInvokeConfig.DestinationConfig.OnFailure to a queue or topic and watch it.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if t := asyncTrigger(p.App, r); t != nil && !keepsFailures(p.App, r) {
			f := p.Report(r, nil, "events from %s that fail are lost: there is no failure destination and no dead-letter queue", t.Kind)
			if !t.Span.IsZero() {
				f.Related = append(f.Related, rind.Label{Span: t.Span, Note: "invokes the function asynchronously"})
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-036",
	Title:      "Stream events that fail have nowhere to go",
	Why:        "A record that keeps failing blocks its shard until it expires, then it is gone. One crafted record stops the processing of all that follow: a poison pill.",
	Risk:       rind.SAS10,
	Severity:   rind.Low,
	CWE:        "CWE-391",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html"},
	Equivalent: []string{"ES1001", "Serverless-LambdaEventSourceMappingDestination"},
	Fix:        "Set DestinationConfig.OnFailure, MaximumRetryAttempts and BisectBatchOnFunctionError on the mapping.",
	Types:      []string{"AWS::Lambda::EventSourceMapping"},
	Check: func(p *Pass, r *rind.Resource) {
		d := r.Get("DestinationConfig")
		if d.Symbolic() || !blank(d.Get("OnFailure", "Destination")) {
			return
		}
		arn := r.Get("EventSourceArn").Pattern()
		stream := r.Get("StartingPosition").Present() || strings.Contains(arn, ":kinesis:") || strings.Contains(arn, ":dynamodb:")
		if stream {
			p.Report(r, nil, "records that fail block their shard and are lost when they expire: there is no failure destination")
		}
	},
})

// queueOf returns the SQS queue of a mapping and its function.
func queueOf(app *rind.App, r *rind.Resource) (queue, fn *rind.Resource) {
	q := app.Target(r.Get("EventSourceArn"))
	if q == nil || q.Type != "AWS::SQS::Queue" {
		return nil, nil
	}
	return q, lambdaFunction(app, r.Get("FunctionName"))
}

// seconds is the known value of v, or the default if v is absent.
func seconds(v *rind.Value, byDefault int64) (int64, bool) {
	if v.Absent() {
		return byDefault, true
	}
	return v.Int()
}

func checkVisibility(report func(p *Pass, r, queue *rind.Resource, visibility, timeout int64)) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		q, fn := queueOf(p.App, r)
		if q == nil || fn == nil {
			return
		}
		visibility, ok1 := seconds(q.Get("VisibilityTimeout"), 30)
		timeout, ok2 := seconds(fn.Get("Timeout"), 3)
		if ok1 && ok2 {
			report(p, r, q, visibility, timeout)
		}
	}
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-037",
	Title:      "Queue shows messages again while the function still works on them",
	Why:        "When the visibility timeout is shorter than the function's timeout, a slow message is handed out a second time while the first run goes on: it is processed twice, which an attacker who can make it slow can provoke.",
	Risk:       rind.SAS9,
	Severity:   rind.Medium,
	CWE:        "CWE-362",
	Layer:      rind.ResilientDesign,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"},
	Equivalent: []string{"E3505", "LambdaEventSourceSQSVisibilityTimeout"},
	Fix:        "Set the queue's VisibilityTimeout to six times the function's Timeout.",
	Types:      []string{"AWS::Lambda::EventSourceMapping"},
	Check: checkVisibility(func(p *Pass, r, q *rind.Resource, visibility, timeout int64) {
		if visibility < timeout {
			f := p.Report(q, q.Get("VisibilityTimeout"), "the queue shows a message again after %d seconds, but the function may work on it for %d", visibility, timeout)
			f.Related = append(f.Related, rind.Label{Span: r.Key, Note: "feeds the function"})
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-038",
	Title:      "Visibility timeout below six times the function's timeout",
	Why:        "Lambda retries throttled batches within the visibility timeout. With less than six times the function's timeout messages come back, or reach the dead-letter queue, without having been processed.",
	Risk:       rind.SAS9,
	Severity:   rind.Info,
	Profile:    All,
	Layer:      rind.ResilientDesign,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"},
	Equivalent: []string{"LambdaEventSourceSQSVisibilityTimeout"},
	Fix:        "Set the queue's VisibilityTimeout to six times the function's Timeout.",
	Types:      []string{"AWS::Lambda::EventSourceMapping"},
	Check: checkVisibility(func(p *Pass, _, q *rind.Resource, visibility, timeout int64) {
		if visibility >= timeout && visibility < 6*timeout {
			p.Report(q, q.Get("VisibilityTimeout"), "the visibility timeout is %d seconds, six times the function's timeout is %d", visibility, 6*timeout)
		}
	}),
})

// families groups triggers whose events look alike.
var families = map[rind.TriggerKind]string{
	rind.APIGatewayREST: "API", rind.APIGatewayHTTP: "API", rind.FunctionURL: "function URL", rind.ALB: "load balancer",
	rind.APIGatewayWebSocket: "WebSocket API", rind.EventBridge: "EventBridge", rind.Schedule: "EventBridge",
	rind.Direct: "",
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-039",
	Title:      "One function with several kinds of triggers",
	Why:        "Each kind of event has another shape and another level of trust. Code that serves several tells them apart by what the event says, which whoever sends one can choose; and the role holds the rights of all.",
	Risk:       rind.SAS9,
	Severity:   rind.Low,
	CWE:        "CWE-693",
	Profile:    All,
	Layer:      rind.ResilientDesign,
	Sources:    []string{"https://docs.aws.amazon.com/wellarchitected/latest/serverless-applications-lens/security-pillar.html"},
	Equivalent: []string{"WS1002", "function_with_multiple_triggers"},
	Fix:        "Give each kind of trigger a function and a role of its own.",
	CheckApp: func(p *Pass) {
		for _, f := range p.App.Functions {
			var kinds []string
			seen := map[string]bool{"": true}
			add := func(k string) {
				if !seen[k] {
					seen[k] = true
					kinds = append(kinds, k)
				}
			}
			for _, t := range f.Triggers {
				if k, ok := families[t.Kind]; ok {
					add(k)
				} else {
					add(string(t.Kind))
				}
			}
			if f.Resource != nil && len(kinds) > 1 {
				p.Report(f.Resource, nil, "the function is started by %s", strings.Join(kinds, " and "))
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-040",
	Title:    "Everyone can write to what triggers the function",
	Why:      "The bucket, queue, topic or bus that starts the function takes input from anyone. Every event is then an outsider's, past every API and authorizer: the way in for injection and for running up the bill.",
	Risk:     rind.SAS1,
	Severity: rind.High,
	CWE:      "CWE-284",
	Sources:  []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html"},
	Fix:      "Name in the policy who may write, or limit it with aws:SourceArn or aws:PrincipalOrgID.",
	CheckApp: func(p *Pass) {
		for _, f := range p.App.Functions {
			for _, t := range f.Triggers {
				if t.Source == "" {
					continue
				}
				if src := p.App.Resource(t.Source); src != nil {
					checkOpenSource(p, f, src)
				}
			}
		}
	},
})

// writeActions are those by which an event gets into a source, and where the
// source's policy stands.
var writeActions = map[string]struct {
	action, policyType, property string
}{
	"AWS::S3::Bucket":       {"s3:PutObject", "AWS::S3::BucketPolicy", "Bucket"},
	"AWS::SQS::Queue":       {"sqs:SendMessage", "AWS::SQS::QueuePolicy", "Queues"},
	"AWS::SNS::Topic":       {"sns:Publish", "AWS::SNS::TopicPolicy", "Topics"},
	"AWS::Kinesis::Stream":  {"kinesis:PutRecord", "AWS::Kinesis::ResourcePolicy", "ResourceArn"},
	"AWS::Events::EventBus": {"events:PutEvents", "AWS::Events::EventBusPolicy", "EventBusName"},
}

func checkOpenSource(p *Pass, f *rind.Function, src *rind.Resource) {
	w, ok := writeActions[src.Type]
	if !ok {
		return
	}
	report := func(r *rind.Resource, at *rind.Value) {
		x := p.Report(r, at, "anyone may send events through %s to the function %s", src.ID, f.ID)
		x.Function = f.ID
		x.Key += "|" + f.ID
		x.Related = append(x.Related, rind.Label{Span: f.Span, Note: "runs on every event"})
	}
	if acl := src.Get("AccessControl"); acl.Is("PublicReadWrite") {
		report(src, acl)
	}
	holders := []*rind.Resource{src}
	for _, pol := range p.App.OfType(w.policyType) {
		for target := range pol.Get(w.property).Each() {
			if names(target, src, "BucketName", "QueueName", "TopicName", "Name") {
				holders = append(holders, pol)
			}
		}
	}
	for _, h := range holders {
		for _, s := range resourcePolicy(h) {
			if open(s) && allows(s, w.action) {
				report(h, s.Value)
			}
		}
	}
}

// allows reports whether a statement's actions include the given one.
func allows(s *iam.Statement, action string) bool {
	hit := false
	for _, a := range s.Actions {
		hit = hit || iam.Glob(strings.ToLower(a.Text), strings.ToLower(action))
	}
	return hit != s.NotAction
}

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-041",
	Title:    "Function can write to what triggers it",
	Why:      "An event makes the function write to its own source, which makes an event: without a condition that ends it the loop runs until the account's concurrency or budget is used up.",
	Risk:     rind.SAS8,
	Severity: rind.Medium,
	CWE:      "CWE-674",
	Layer:    rind.ResilientDesign,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"},
	Fix:      "Write to another bucket, queue or table, or filter the trigger so that what the function writes does not start it; reserve concurrency as a brake.",
	CheckApp: func(p *Pass) {
		grants := grantsByRole(p.App)
		for _, f := range p.App.Functions {
			for _, t := range f.Triggers {
				if t.Source == "" || !t.Enabled || t.Source == f.ID {
					continue
				}
				if g, action := feeds(p.App, grants, f, t); g != nil && f.Resource != nil {
					x := p.Report(f.Resource, nil, "the function is started by %s and may put events into it (%s)", t.Source, action)
					x.Key += "|" + t.Source
					x.Confidence = rind.ConfidenceMedium
					if filtered(p.App, t) || len(g.Rule.WildcardResources()) > 0 {
						x.Confidence = rind.ConfidenceLow
					}
					for _, l := range []rind.Label{{Span: t.Span, Note: "starts the function"}, {Span: g.Rule.Span, Note: "lets it write"}} {
						if !l.Span.IsZero() {
							x.Related = append(x.Related, l)
						}
					}
				}
			}
		}
	},
})

// feedingActions are those that make an event at a source.
var feedingActions = map[string][]string{
	"AWS::S3::Bucket":            {"s3:PutObject"},
	"AWS::SQS::Queue":            {"sqs:SendMessage"},
	"AWS::SNS::Topic":            {"sns:Publish"},
	"AWS::DynamoDB::Table":       {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
	"AWS::DynamoDB::GlobalTable": {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
	"AWS::Kinesis::Stream":       {"kinesis:PutRecord", "kinesis:PutRecords"},
	"AWS::Events::EventBus":      {"events:PutEvents"},
}

// grantsByRole returns a function that looks up what a role may do, and
// works it out once only.
func grantsByRole(app *rind.App) func(*rind.Role) []iam.Grant { return iam.GrantsBy(app) }

// feeds returns the grant by which f may put events into the source of a
// trigger that starts it, and the action, or nil.
func feeds(app *rind.App, grants func(*rind.Role) []iam.Grant, f *rind.Function, t *rind.Trigger) (*iam.Grant, string) {
	source := t.Source
	src, role := app.Resource(source), app.Role(f.Role)
	if src == nil || role == nil || feedingActions[src.Type] == nil {
		return nil, ""
	}
	for _, g := range grants(role) {
		if g.Resource != source || g.Misses(t) {
			continue
		}
		for _, a := range g.Actions {
			if slices.Contains(feedingActions[src.Type], a.String()) {
				return &g, a.String()
			}
		}
	}
	return nil, ""
}

// filtered reports whether only some events of the source start the function.
func filtered(app *rind.App, t *rind.Trigger) bool {
	if t.Value.Get("FilterCriteria").Present() || t.Value.Get("Filter").Present() || t.Value.Get("FilterPolicy").Present() {
		return true
	}
	return t.Kind == rind.S3 && strings.Contains(strings.ToLower(t.Detail), "removed")
}
