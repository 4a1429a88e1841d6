package rule

import (
	"strings"

	"rind/rind"
)

var topicPolicies = []string{"AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy", "AWS::SNS::Topic"}

var _ = register(&Rule{
	ID:       "RIND-SNS-001",
	Title:    "Topic is not encrypted",
	Why:      "SNS does not encrypt messages at rest with KMS unless told to. Messages carry what functions tell each other, often personal data.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-311",
	Sources:  []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-1"},
	Equivalent: []string{
		"AWS-0095", "28545147-2fc6-42d5-a1f9-cf226658e591", "9d13b150-a2ab-42a1-b6f4-142e41f81e52", "CKV_AWS_26", "SNSEncryptedKMS", "W47", "SNS.1",
		"sns_topics_kms_encryption_at_rest_enabled", "SNS_ENCRYPTED_KMS", "AC_AWS_0502",
	},
	Fix:   "Set KmsMasterKeyId to a key whose policy lets the publishing services use it.",
	Types: []string{"AWS::SNS::Topic"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("KmsMasterKeyId"); blank(v) {
			p.Report(r, v, "messages of this topic are not encrypted")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SNS-002",
	Title:      "Topic encrypted with the AWS-managed key",
	Why:        "The policy of alias/aws/sns cannot be changed: other accounts cannot be let in, AWS services such as S3 and CloudWatch cannot publish, and nobody can be kept out.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"},
	Equivalent: []string{"AWS-0136", "b1a72f66-2236-4f3b-87ba-0da1b366956f"},
	Fix:        "Set KmsMasterKeyId to a key of your own.",
	Types:      []string{"AWS::SNS::Topic"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("KmsMasterKeyId"); awsManagedKey(v) {
			p.Report(r, v, "the topic uses the AWS-managed key")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SNS-003",
	Title:    "Topic policy lets everyone in",
	Why:      "Anyone may publish to or subscribe to the topic: outsiders send events of their choice to the functions behind it, or read along.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-4"},
	Equivalent: []string{
		"ae53ce91-42b5-46bf-a84f-9a13366a4f13", "b26d2b7e-60f6-413d-a3a1-a57db24aa2b3", "CKV_AWS_169", "F18", "SNS.4",
		"sns_topics_not_publicly_accessible", "SNS_TOPICPOLICY_NO_WILDCARD_PRINCIPAL", "AC_AWS_0385",
	},
	Fix:   "Name the principals, or limit the statement with aws:SourceArn or aws:SourceAccount.",
	Types: topicPolicies,
	Check: checkOpen("topic"),
})

var _ = register(&Rule{
	ID:         "RIND-SNS-004",
	Title:      "Topic policy allows everything but some actions",
	Why:        "Allow with NotAction grants every action that is not listed, such as changing the topic's policy.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-183",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"},
	Equivalent: []string{"818f38ed-8446-4132-9c03-474d49e10195", "5ea624e4-c8b1-4bb3-87a4-4235a776adcc", "W19", "SNS_TOPICPOLICY_NO_ALLOW_PLUS_NOT_ACTION"},
	Fix:        "List the allowed actions with Action instead.",
	Types:      topicPolicies,
	Check:      checkNotAction("topic"),
})

var _ = register(&Rule{
	ID:         "RIND-SNS-005",
	Title:      "Topic policy allows everyone but some principals",
	Why:        "Allow with NotPrincipal opens the topic to the whole world except for those listed.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-183",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"},
	Equivalent: []string{"F8", "SNS_TOPICPOLICY_NO_ALLOW_PLUS_NOTPRINCIPAL"},
	Fix:        "List the allowed principals with Principal instead.",
	Types:      topicPolicies,
	Check:      checkNotPrincipal("topic"),
})

var _ = register(&Rule{
	ID:         "RIND-SNS-006",
	Title:      "Topic policy lets another account in",
	Why:        "A statement for another account without a condition lets its administrators hand on the right to publish or subscribe.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-732",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"},
	Equivalent: []string{"CKV_AWS_385"},
	Fix:        "Limit the statement with a condition such as aws:PrincipalOrgID or sns:Endpoint.",
	Types:      topicPolicies,
	Check:      checkCrossAccount("topic"),
})

var _ = register(&Rule{
	ID:         "RIND-SNS-007",
	Title:      "Topic accepts messages without TLS",
	Why:        "SNS also takes requests over plain HTTP, in which message and signature can be read on the way, unless the topic's policy denies it.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit"},
	Equivalent: []string{"AwsSolutions-SNS3"},
	Fix:        "Add a statement to the topic policy that denies sns:Publish to everyone when aws:SecureTransport is false.",
	Types:      []string{"AWS::SNS::Topic"},
	Check: func(p *Pass, r *rind.Resource) {
		statements := resourcePolicy(r)
		for _, typ := range []string{"AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"} {
			property := map[string]string{"AWS::SNS::TopicPolicy": "Topics", "AWS::SNS::TopicInlinePolicy": "TopicArn"}[typ]
			for _, policy := range p.App.OfType(typ) {
				for topic := range policy.Get(property).Each() {
					if names(topic, r, "TopicName") {
						statements = append(statements, resourcePolicy(policy)...)
					}
				}
			}
		}
		if !deniesPlainHTTP(statements) {
			p.Report(r, nil, "no policy denies publishing to this topic without TLS")
		}
	},
})

// subscriptions yields the subscriptions that r holds: itself, or those
// written inside a topic.
func subscriptions(r *rind.Resource) []*rind.Value {
	if r.Type == "AWS::SNS::Subscription" {
		return []*rind.Value{r.Properties}
	}
	var out []*rind.Value
	for s := range r.Get("Subscription").Each() {
		out = append(out, s)
	}
	return out
}

var _ = register(&Rule{
	ID:         "RIND-SNS-008",
	Title:      "Subscription delivers over plain HTTP",
	Why:        "Messages travel in clear text to the endpoint and can be read and changed on the way.",
	Risk:       rind.SAS3,
	Severity:   rind.Medium,
	CWE:        "CWE-319",
	Sources:    []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit"},
	Equivalent: []string{"sns_subscription_not_using_http_endpoints"},
	Fix:        "Use the protocol https and an https endpoint.",
	Types:      []string{"AWS::SNS::Subscription", "AWS::SNS::Topic"},
	Check: func(p *Pass, r *rind.Resource) {
		for _, s := range subscriptions(r) {
			if v := s.Get("Protocol"); v.Is("http") {
				p.Report(r, v, "the subscription delivers over plain HTTP")
			} else if e := s.Get("Endpoint"); strings.HasPrefix(strings.ToLower(e.Pattern()), "http://") {
				p.Report(r, e, "the subscription delivers over plain HTTP")
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SNS-009",
	Title:      "Subscription without a dead-letter queue",
	Why:        "Messages that cannot be delivered are dropped after the retries. An attacker who makes deliveries fail makes events disappear.",
	Risk:       rind.SAS10,
	Severity:   rind.Low,
	CWE:        "CWE-755",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"},
	Equivalent: []string{"Serverless-SNSRedrivePolicy", "ES7000"},
	Fix:        "Set RedrivePolicy with the ARN of an SQS queue.",
	Types:      []string{"AWS::SNS::Subscription"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("RedrivePolicy"); blank(v) {
			p.Report(r, v, "messages that cannot be delivered are lost")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SNS-010",
	Title:      "Topic does not log deliveries",
	Why:        "Without delivery status logs nobody sees that messages fail, or to whom they were sent.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-2"},
	Equivalent: []string{"SNS.2"},
	Fix:        "Set DeliveryStatusLogging for the protocols in use.",
	Types:      []string{"AWS::SNS::Topic"},
	Check: func(p *Pass, r *rind.Resource) {
		if !blank(r.Get("DeliveryStatusLogging")) {
			return
		}
		for key := range r.Properties.Entries() {
			// Terraform has one argument for each protocol.
			if strings.HasSuffix(key, "SuccessFeedbackRoleArn") || strings.HasSuffix(key, "FailureFeedbackRoleArn") {
				return
			}
		}
		p.Report(r, nil, "deliveries of this topic are not logged")
	},
})
