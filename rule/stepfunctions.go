package rule

import (
	"strings"

	"rind/rind"
)

const docSFNLogging = "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"

const stateMachine = "AWS::StepFunctions::StateMachine"

var _ = register(&Rule{
	ID:       "RIND-SFN-001",
	Title:    "State machine without logging",
	Why:      "Without a log nobody can tell what an execution did once its history is gone, after 90 days, or at once for express workflows.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-778",
	Sources:  []string{docSFNLogging, "FSBP StepFunctions.1"},
	Equivalent: []string{
		"AWS-0119", "CKV_AWS_285", "AwsSolutions-SF1", "StepFunctions.1", "stepfunctions_statemachine_logging_enabled",
	},
	Fix:   "Set LoggingConfiguration with Level ALL or ERROR and a log group.",
	Types: []string{stateMachine},
	Check: func(p *Pass, r *rind.Resource) {
		c := r.Get("LoggingConfiguration")
		level := c.Get("Level")
		if c.Symbolic() || level.Symbolic() {
			return
		}
		if level.Absent() || level.Is("OFF") || blank(c.Get("Destinations")) && blank(c.Get("LogDestination")) {
			p.Report(r, orElse(level, c), "executions are not logged")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SFN-002",
	Title:    "State machine not traced",
	Why:      "A trace shows what one execution called and where it failed.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Info,
	CWE:      "CWE-778",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html"},
	Equivalent: []string{
		"AWS-0117", "CKV_AWS_284", "AwsSolutions-SF2", "Serverless-StepFunctionStateMachineXray", "WS5000",
	},
	Fix:   "Set TracingConfiguration.Enabled to true.",
	Types: []string{stateMachine},
	Check: func(p *Pass, r *rind.Resource) {
		c := r.Get("TracingConfiguration")
		if v := c.Get("Enabled"); !c.Symbolic() && off(v) {
			p.Report(r, v, "executions are not traced")
		}
	},
})

// definition returns a state machine's definition as a value, however it is
// written, or nil.
func definition(r *rind.Resource) *rind.Value {
	if v := r.Get("Definition"); v != nil && v.Kind == rind.Map {
		return v
	}
	for _, key := range []string{"DefinitionString", "Definition"} {
		if v := r.Get(key); v.Present() {
			if v.Kind == rind.Map {
				return v
			}
			return jsonValue(v)
		}
	}
	return nil
}

var _ = register(&Rule{
	ID:         "RIND-SFN-003",
	Title:      "Secret written in a state machine",
	Why:        "The definition stands in the template and is readable to everyone with states:DescribeStateMachine; input built from it is repeated in every execution's history.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/step-functions/latest/dg/security-best-practices.html"},
	Equivalent: []string{"stepfunctions_statemachine_no_secrets_in_definition"},
	Fix:        "Read the secret in the task that needs it, from Secrets Manager. Replace the secret: it has been published.",
	Types:      []string{stateMachine},
	Check: func(p *Pass, r *rind.Resource) {
		written := r.Get("DefinitionString")
		d := definition(r)
		if d == nil {
			if s, ok := shapedSecret(written.Pattern()); ok {
				p.Report(r, written, "the definition holds a literal %s", s.Kind).Confidence = s.Confidence
			}
			return
		}
		d.Walk(func(path string, v *rind.Value) bool {
			name := path[strings.LastIndexByte(path, '.')+1:]
			if strings.HasSuffix(name, "$") || strings.HasPrefix(v.Str(), "$") || strings.HasPrefix(v.Str(), "{%") {
				return true // a JSONPath or JSONata expression
			}
			if s, ok := findSecret(name, v); ok {
				f := p.Report(r, orElse(spanned(v), written), "%s holds a literal %s", path, s.Kind)
				f.Confidence = s.Confidence
				f.Key += "|" + path
			}
			return true
		})
	},
})

// spanned returns v if it was written in a place of its own.
func spanned(v *rind.Value) *rind.Value {
	if v == nil || v.Span.IsZero() {
		return nil
	}
	return v
}

var _ = register(&Rule{
	ID:         "RIND-SFN-004",
	Title:      "State machine not encrypted with a customer-managed key",
	Why:        "Definition, history and data are encrypted with a key of AWS. Only with a key of yours can you deny, log and revoke their decryption.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html"},
	Equivalent: []string{"stepfunctions_statemachine_encrypted_with_cmk"},
	Fix:        "Set EncryptionConfiguration with Type CUSTOMER_MANAGED_KMS_KEY and KmsKeyId.",
	Types:      []string{stateMachine},
	Check: func(p *Pass, r *rind.Resource) {
		c := r.Get("EncryptionConfiguration")
		if v := c.Get("Type"); !c.Symbolic() && !v.Symbolic() && !v.Is("CUSTOMER_MANAGED_KMS_KEY") {
			p.Report(r, v, "the state machine is encrypted with a key of AWS")
		}
	},
})

// A task is a Task state and where its States block names it.
type task struct {
	name  string
	state *rind.Value
	key   rind.Span
}

// tasks lists the Task states of a definition, those inside Parallel and Map
// states included.
func tasks(d *rind.Value, depth int) []task {
	var out []task
	if d == nil || depth > 20 {
		return nil
	}
	states := d.Get("States")
	if states == nil || states.Kind != rind.Map {
		return nil
	}
	for _, f := range states.Fields {
		s := f.Value
		if s.Get("Type").Is("Task") {
			out = append(out, task{f.Key, s, f.Span})
		}
		for b := range s.Get("Branches").Each() {
			out = append(out, tasks(b, depth+1)...)
		}
		out = append(out, tasks(s.Get("Iterator"), depth+1)...)
		out = append(out, tasks(s.Get("ItemProcessor"), depth+1)...)
	}
	return out
}

var _ = register(&Rule{
	ID:       "RIND-SFN-005",
	Title:    "Task without Catch and Retry",
	Why:      "An error in the task ends the execution half way: what was done before stays done. Express workflows started by an API hand the error text, stack trace included, to the caller.",
	Risk:     rind.SAS10,
	Severity: rind.Low,
	CWE:      "CWE-755",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"},
	Fix:      "Add Retry for passing errors and Catch with a state that cleans up.",
	Types:    []string{stateMachine},
	Check: func(p *Pass, r *rind.Resource) {
		for _, t := range tasks(definition(r), 0) {
			if !blank(t.state.Get("Catch")) || !blank(t.state.Get("Retry")) {
				continue
			}
			f := p.Report(r, spanned(t.state), "an error in the task %s ends the execution", t.name)
			f.Key = r.Type + "|" + t.name
			if !t.key.IsZero() {
				f.Span = t.key
			}
			f.Confidence = rind.ConfidenceHigh
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SFN-006",
	Title:    "Anyone can start the state machine through an API",
	Why:      "The API passes requests on to Step Functions with its own rights and asks nobody who they are: an outsider starts workflows with any input, each transition billed.",
	Risk:     rind.SAS9,
	Severity: rind.High,
	CWE:      "CWE-306",
	Sources:  []string{"https://docs.aws.amazon.com/step-functions/latest/dg/tutorial-api-gateway.html"},
	Fix:      "Set an authorizer on the method or route.",
	CheckApp: func(p *Pass) {
		for _, o := range operations(p.App) {
			if o.Auth != "none" && o.Auth != "api-key" || !startsExecution(o.Integration) {
				continue
			}
			if yes, _ := guarded(o); !yes {
				o.report(p, "anyone can start a state machine with %s", o)
			}
		}
	},
})

// startsExecution reports whether an integration calls StartExecution or
// StartSyncExecution.
func startsExecution(i *rind.Value) bool {
	for _, key := range []string{"Uri", "uri", "IntegrationUri", "IntegrationSubtype", "integrationSubtype"} {
		t := i.Get(key).Pattern()
		if strings.Contains(t, ":states:action/Start") || strings.HasPrefix(t, "StepFunctions-Start") {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:         "RIND-SFN-007",
	Title:      "Log of the state machine leaves out the data",
	Why:        "Without execution data the log shows which states ran and not with what input. That is right where the data is sensitive, and makes an incident hard to follow elsewhere.",
	Risk:       rind.SAS5,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{docSFNLogging},
	Equivalent: []string{"CKV_AWS_285"},
	Fix:        "Set LoggingConfiguration.IncludeExecutionData to true, unless the data must not be in the log.",
	Types:      []string{stateMachine},
	Check: func(p *Pass, r *rind.Resource) {
		c := r.Get("LoggingConfiguration")
		level, v := c.Get("Level"), c.Get("IncludeExecutionData")
		if level.Is("ALL", "ERROR", "FATAL") && off(v) {
			p.Report(r, orElse(v, level), "input and output are not in the log")
		}
	},
})
