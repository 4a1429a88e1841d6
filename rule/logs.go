package rule

import (
	"strings"

	"rind/rind"
)

var _ = register(&Rule{
	ID:       "RIND-LOGS-001",
	Title:    "Log group without a key of your own",
	Why:      "CloudWatch encrypts logs with its own keys. With a key of your own, reading logs needs permission to decrypt as well, and can be taken away at once.",
	Risk:     rind.SAS5,
	Severity: rind.Info,
	CWE:      "CWE-311",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"},
	Equivalent: []string{
		"AWS-0017", "0afbcfe9-d341-4b92-a64c-7e6de0543879", "CKV_AWS_158", "CloudWatchLogGroupEncrypted", "W84", "cloudwatch_log_group_kms_encryption_enabled", "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
	},
	Fix:   "Set KmsKeyId to a key whose policy lets CloudWatch Logs use it.",
	Types: []string{"AWS::Logs::LogGroup"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("KmsKeyId"); blank(v) {
			p.Report(r, v, "the log group has no key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LOGS-002",
	Title:    "Log policy lets everyone in",
	Why:      "A policy of CloudWatch Logs or of a log destination for the principal * lets any account write entries, which hides an attack in noise, or send its logs to you.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateDestination.html"},
	Equivalent: []string{
		"db0ec4c4-852c-46a2-b4f3-7ec13cdb12a8", "cloudwatch_log_group_not_publicly_accessible",
	},
	Fix:   "Name the service or the accounts that may write, and limit services with aws:SourceArn.",
	Types: []string{"AWS::Logs::ResourcePolicy", "AWS::Logs::Destination"},
	Check: checkOpen("log group or destination"),
})

var _ = register(&Rule{
	ID:         "RIND-LOGS-003",
	Title:      "Metrics and logs are shared with other accounts",
	Why:        "The role CloudWatch-CrossAccountSharingRole lets monitoring accounts read metrics, traces and logs here. Logs of functions often hold what their users sent.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-200",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Cross-Account-Cross-Region.html"},
	Equivalent: []string{"cloudwatch_cross_account_sharing_disabled"},
	Fix:        "Remove the role unless sharing is meant, and name the monitoring account in its trust policy.",
	Types:      []string{"AWS::IAM::Role"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("RoleName"); v.Is("CloudWatch-CrossAccountSharingRole") {
			p.Report(r, v, "other accounts may read metrics and logs")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LOGS-004",
	Title:    "Alarm tells nobody",
	Why:      "An alarm without an action turns red in a console that nobody watches.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-778",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-15"},
	Equivalent: []string{
		"CloudWatchAlarmAction", "cloudwatch_alarm_actions_alarm_state_configured", "CLOUDWATCH_ALARM_ACTION_CHECK",
	},
	Fix:   "Set AlarmActions to a topic that reaches somebody.",
	Types: []string{"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"},
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("AlarmActions")) && blank(r.Get("OKActions")) && blank(r.Get("InsufficientDataActions")) {
			p.Report(r, nil, "this alarm has no action")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LOGS-006",
	Title:      "Actions of an alarm are switched off",
	Why:        "The alarm has somebody to tell but does not. Actions that were switched off for a test tend to stay off.",
	Risk:       rind.SAS5,
	Severity:   rind.Low,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-17"},
	Equivalent: []string{"CKV_AWS_319", "CloudWatchAlarmAction", "cloudwatch_alarm_actions_enabled", "CLOUDWATCH_ALARM_ACTION_CHECK"},
	Fix:        "Remove ActionsEnabled: false.",
	Types:      []string{"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("ActionsEnabled"); v.False() {
			p.Report(r, v, "the actions of this alarm are switched off")
		}
	},
})

// accountAlarms are what the CIS benchmark wants a metric filter and an alarm
// for, each with what its filter must speak of.
// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
var accountAlarms = []struct{ about, mention string }{
	{"unauthorized API calls", "UnauthorizedOperation"},
	{"sign-in without MFA", "MFAUsed"},
	{"use of the root user", "Root"},
	{"changes of IAM policies", "PutRolePolicy"},
	{"changes of CloudTrail", "StopLogging"},
	{"failed sign-ins", "Failed authentication"},
	{"disabling or deletion of keys", "ScheduleKeyDeletion"},
	{"changes of bucket policies", "PutBucketPolicy"},
	{"changes of AWS Config", "StopConfigurationRecorder"},
	{"changes of security groups", "AuthorizeSecurityGroupIngress"},
	{"changes of network ACLs", "CreateNetworkAcl"},
	{"changes of gateways", "AttachInternetGateway"},
	{"changes of route tables", "CreateRouteTable"},
	{"changes of VPCs", "CreateVpc"},
	{"changes of the organisation", "organizations.amazonaws.com"},
}

var _ = register(&Rule{
	ID:       "RIND-LOGS-005",
	Title:    "Trail without alarms on what matters",
	Why:      "This app sets up the account's trail with a log group. Metric filters and alarms make the log speak up when somebody changes policies, keys or the trail itself.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Info,
	CWE:      "CWE-778",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html"},
	Equivalent: []string{
		"AWS-0147", "AWS-0148", "AWS-0149", "AWS-0150", "AWS-0151", "AWS-0152", "AWS-0153", "AWS-0154", "AWS-0155", "AWS-0156", "AWS-0157", "AWS-0158", "AWS-0159", "AWS-0160", "AWS-0174",
	},
	Fix:   "Add the missing metric filters to the trail's log group, each with an alarm.",
	Types: []string{"AWS::CloudTrail::Trail"},
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("CloudWatchLogsLogGroupArn")) || !r.Get("IsMultiRegionTrail").True() {
			return
		}
		var patterns strings.Builder
		for _, f := range p.App.OfType("AWS::Logs::MetricFilter") {
			v := f.Get("FilterPattern")
			if v.Symbolic() {
				return
			}
			patterns.WriteString(v.Str() + "\n")
		}
		var missing []string
		for _, a := range accountAlarms {
			if !strings.Contains(patterns.String(), a.mention) {
				missing = append(missing, a.about)
			}
		}
		if len(missing) > 0 {
			p.Report(r, nil, "no metric filter watches for %s", strings.Join(missing, ", "))
		}
	},
})
