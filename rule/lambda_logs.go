package rule

import (
	"slices"
	"strings"

	"rind/rind"
)

const docLogRetention = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#SettingLogRetention"

// retentions are the values CloudWatch Logs accepts, in days.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int64{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-042",
	Title:    "Log group without retention",
	Why:      "Logs without retention are kept for ever: cost grows, and personal data or secrets that were logged by mistake never go away. Nobody has decided how far back an incident must be traceable.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-779",
	Profile:  All,
	Sources:  []string{docLogRetention},
	Equivalent: []string{
		"CKV_AWS_66", "W86", "WS1004", "Serverless-CloudWatchLogGroupRetentionPeriod", "CW_LOGGROUP_RETENTION_PERIOD_CHECK",
		"cloudwatch_log_group_retention_policy_specific_days_enabled", "AC_AWS_0452", "ef0b316a-211e-42f1-888e-64efe172b755",
	},
	Fix:   "Set RetentionInDays, for example to 365.",
	Types: []string{"AWS::Logs::LogGroup"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("RetentionInDays")
		n, ok := v.Int()
		switch {
		case v.Absent():
			p.Report(r, nil, "the logs are kept for ever: no retention is set")
		case ok && n == 0:
			p.Report(r, v, "the logs are kept for ever")
		case ok && !slices.Contains(retentions, n):
			p.Report(r, v, "%d days is no retention that CloudWatch Logs accepts", n)
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-043",
	Title:      "Logs kept for less than a year",
	Why:        "Intrusions are often found after months. Logs that are gone by then cannot tell what was taken.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-779",
	Profile:    All,
	Sources:    []string{docLogRetention, "FSBP CloudWatch.16"},
	Equivalent: []string{"CKV_AWS_338", "AC_AWS_0041"},
	Fix:        "Keep logs for a year or more, or export them to S3.",
	Types:      []string{"AWS::Logs::LogGroup"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("RetentionInDays")
		if n, ok := v.Int(); ok && n > 0 && n < 365 {
			p.Report(r, v, "the logs are kept for %d days", n)
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-044",
	Title:      "Function without a log group of its own in the template",
	Why:        "Lambda makes the log group at the first invocation, without retention or key, and it outlives the stack. Nothing in the template says how long the function's logs are kept.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html"},
	Equivalent: []string{"WS1004"},
	Fix:        "Declare an AWS::Logs::LogGroup named /aws/lambda/<function> with RetentionInDays.",
	Types:      []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Get("LoggingConfig", "LogGroup").Present() {
			return
		}
		for range logGroupsOf(p.App, r) {
			return
		}
		for _, g := range p.App.OfType("AWS::Logs::LogGroup") {
			// A computed name may be this function's.
			if n := g.Get("LogGroupName"); n.Symbolic() && !strings.Contains(n.Text, "apigateway") && !refersToOtherFunction(p.App, n, r) {
				return
			}
		}
		p.Report(r, nil, "the function's log group is not declared")
	},
})

func refersToOtherFunction(app *rind.App, v *rind.Value, f *rind.Resource) bool {
	for ref := range v.Refs() {
		if t := app.Resource(ref.Name); ref.Kind == rind.RefResource && t != nil && t != f {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-045",
	Title:      "Trail does not record function invocations",
	Why:        "Without data events CloudTrail shows who changed a function and not who invoked it. A caller who found a way past the API leaves no record.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html"},
	Equivalent: []string{"awslambda_function_invoke_api_operations_cloudtrail_logging_enabled"},
	Fix:        "Add an event selector with data events for AWS::Lambda::Function.",
	Types:      []string{"AWS::CloudTrail::Trail"},
	Check: func(p *Pass, r *rind.Resource) {
		selectors := []*rind.Value{r.Get("EventSelectors"), r.Get("AdvancedEventSelectors")}
		for _, s := range selectors {
			hit := false
			s.Walk(func(_ string, v *rind.Value) bool {
				hit = hit || v.Symbolic() || v.Is("AWS::Lambda::Function")
				return !hit
			})
			if hit {
				return
			}
		}
		p.Report(r, nil, "the trail records no invocations of functions")
	},
})
