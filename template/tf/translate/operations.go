package translate

import (
	"strings"

	"rind/rind"
)

var operationsHooks = hooks{
	"aws_cloudwatch_log_destination_policy":     {join: mergeInto("DestinationName", "AWS::Logs::Destination")},
	"aws_cloudwatch_log_data_protection_policy": {join: mergeInto("LogGroupName", "AWS::Logs::LogGroup")},
	"aws_bedrockagent_agent_action_group":       {join: joinActionGroup},
	"aws_cloudcontrolapi_resource":              {after: cloudControl},
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

// joinActionGroup adds an action group to its agent; CloudFormation has no
// resource for it.
func joinActionGroup(t *translation, u *unit) {
	agent := t.find(u, u.get("AgentId"), "AWS::Bedrock::Agent")
	if agent == nil {
		return
	}
	u.merged = true
	item := without(without(u.res.Properties, []string{"AgentId"}), []string{"AgentVersion"})
	agent.appendTo("ActionGroups", item)
}

// cloudControl unwraps a resource that is written in CloudFormation's words.
func cloudControl(_ *translation, u *unit) {
	typ, state := u.attr("type_name").Str(), decode(u.attr("desired_state"))
	if strings.Count(typ, "::") == 2 && state != nil && state.Kind == rind.Map {
		u.res.Type, u.res.Properties = typ, state
	}
}
