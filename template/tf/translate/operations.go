package translate

import "rind/rind"

var operationsHooks = hooks{
	"aws_cloudwatch_log_destination_policy":     {join: mergeInto("DestinationName", "AWS::Logs::Destination")},
	"aws_cloudwatch_log_data_protection_policy": {join: mergeInto("LogGroupName", "AWS::Logs::LogGroup")},
	"aws_sfn_state_machine":                     {after: machine},
}

// machine nests the log destination of a state machine as CloudFormation
// does.
func machine(_ *translation, u *unit) {
	d := u.get("LoggingConfiguration", "Destinations")
	if d == nil || d.Kind == rind.List {
		return
	}
	group := object(d.Span, "CloudWatchLogsLogGroup", object(d.Span, "LogGroupArn", d))
	u.put(rind.NewList(d.Span, group), "LoggingConfiguration", "Destinations")
}
