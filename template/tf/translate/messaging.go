package translate

import "rind/rind"

var messagingHooks = hooks{
	"aws_sns_topic":                        {split: inlinePolicy("AWS::SNS::TopicPolicy", "Topics", true)},
	"aws_sqs_queue":                        {split: inlinePolicy("AWS::SQS::QueuePolicy", "Queues", true)},
	"aws_sqs_queue_redrive_policy":         {join: mergeInto("QueueUrl", "AWS::SQS::Queue")},
	"aws_sqs_queue_redrive_allow_policy":   {join: mergeInto("QueueUrl", "AWS::SQS::Queue")},
	"aws_cloudwatch_event_target":          {join: joinTarget},
	"aws_cloudwatch_event_bus_policy":      {split: splitBusPolicy},
	"aws_sns_topic_data_protection_policy": {join: mergeInto("Arn", "AWS::SNS::Topic")},
	"aws_ses_receipt_rule":                 {after: receiptActions},
	"aws_iot_topic_rule":                   {after: topicActions},
}

// joinTarget adds an EventBridge target to its rule.
func joinTarget(t *translation, u *unit) {
	rule := t.find(u, u.get("Rule"), "AWS::Events::Rule")
	if rule == nil {
		return
	}
	u.merged = true
	item := rind.NewMap(u.block.Span)
	for _, f := range u.res.Properties.Fields {
		if f.Key != "Rule" && f.Key != "EventBusName" {
			item.Fields = append(item.Fields, f)
		}
	}
	rule.appendTo("Targets", item)
}

// splitBusPolicy gives one EventBusPolicy per statement, as CloudFormation's
// holds exactly one.
func splitBusPolicy(t *translation, u *unit) {
	doc := u.get("Statement")
	if doc == nil || doc.Kind != rind.Map {
		return
	}
	bus := u.get("EventBusName")
	n := 0
	for s := range doc.Get("Statement").Each() {
		props := object(u.block.Span, "EventBusName", bus, "StatementId", s.Get("Sid"), "Statement", s)
		if n++; n == 1 {
			u.res.Properties = props
			continue
		}
		t.add(u, "."+suffix(s.Get("Sid"), n), u.res.Type, props)
	}
}

// receiptActions puts the action blocks of a receipt rule, which Terraform
// orders by their position, into the list CloudFormation has.
func receiptActions(_ *translation, u *unit) {
	actions := rind.NewList(u.block.Span)
	m := rind.NewMap(u.res.Properties.Span)
	for _, f := range u.res.Properties.Fields {
		kind, ok := receiptKinds[f.Key]
		if !ok {
			m.Fields = append(m.Fields, f)
			continue
		}
		for a := range f.Value.Each() {
			actions.Items = append(actions.Items, object(f.Span, kind, a))
		}
	}
	u.res.Properties = m
	if len(actions.Items) > 0 {
		u.put(actions, "Rule", "Actions")
	}
}

var receiptKinds = map[string]string{
	"LambdaAction": "LambdaAction", "S3Action": "S3Action", "SnsAction": "SNSAction", "BounceAction": "BounceAction",
	"StopAction": "StopAction", "WorkmailAction": "WorkmailAction", "AddHeaderAction": "AddHeaderAction",
}

// topicActions does the same for an IoT rule.
func topicActions(_ *translation, u *unit) {
	actions := rind.NewList(u.block.Span)
	m := rind.NewMap(u.res.Properties.Span)
	for _, f := range u.res.Properties.Fields {
		switch f.Key {
		case "RuleName", "TopicRulePayload", "Tags":
			m.Fields = append(m.Fields, f)
		case "ErrorAction":
			for key, v := range f.Value.Entries() {
				m = with(m, []string{"TopicRulePayload", "ErrorAction"}, f.Span, object(f.Span, topicKind(key), v))
			}
		default:
			for a := range f.Value.Each() {
				actions.Items = append(actions.Items, object(f.Span, topicKind(f.Key), a))
			}
		}
	}
	u.res.Properties = m
	if len(actions.Items) > 0 {
		u.put(actions, "TopicRulePayload", "Actions")
	}
}

func topicKind(key string) string {
	switch key {
	case "Dynamodb":
		return "DynamoDB"
	case "Dynamodbv2":
		return "DynamoDBv2"
	case "Elasticsearch":
		return "Elasticsearch"
	case "CloudwatchAlarm":
		return "CloudwatchAlarm"
	case "Opensearch":
		return "OpenSearch"
	}
	return key
}
