package rule

import "rind/rind"

var queuePolicies = []string{"AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy", "AWS::SQS::Queue"}

var queueEncryptionChecks = []string{
	"AWS-0096", "12726829-93ed-4d51-9cbe-13423f4299e1", "6e8849c1-3aa7-40e3-9063-b85ee300f29f", "CKV_AWS_27", "AwsSolutions-SQS2", "W48", "SQS.1",
	"sqs_queues_server_side_encryption_enabled", "SQS_QUEUE_KMS_MASTER_KEY_ID_RULE", "AC_AWS_0366",
}

var _ = register(&Rule{
	ID:         "RIND-SQS-001",
	Title:      "Queue encryption is switched off",
	Why:        "SQS encrypts messages at rest by default. This queue says not to, so that messages lie in clear text on disk.",
	Risk:       rind.SAS3,
	Severity:   rind.Medium,
	CWE:        "CWE-311",
	Sources:    []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"},
	Equivalent: queueEncryptionChecks,
	Fix:        "Remove SqsManagedSseEnabled: false, or set KmsMasterKeyId.",
	Types:      []string{"AWS::SQS::Queue"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("SqsManagedSseEnabled"); v.False() && blank(r.Get("KmsMasterKeyId")) {
			p.Report(r, v, "encryption of this queue is switched off")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SQS-002",
	Title:      "Queue encryption is not written down",
	Why:        "SQS encrypts messages with its own keys by default since 2022, so that this is a matter of record. A KMS key adds permission to decrypt as a second lock.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"},
	Equivalent: queueEncryptionChecks,
	Fix:        "Set KmsMasterKeyId, or SqsManagedSseEnabled to true.",
	Types:      []string{"AWS::SQS::Queue"},
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("KmsMasterKeyId")) && r.Get("SqsManagedSseEnabled").Absent() {
			p.Report(r, r.Get("KmsMasterKeyId"), "the queue relies on the default encryption of SQS")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SQS-010",
	Title:      "Queue encrypted without a KMS key",
	Why:        "The keys that SQS manages need no permission of their own: whoever may receive messages can read them. Some standards ask for KMS.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"},
	Equivalent: []string{"W48", "SQS_QUEUE_KMS_MASTER_KEY_ID_RULE"},
	Fix:        "Set KmsMasterKeyId to a key of your own.",
	Types:      []string{"AWS::SQS::Queue"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("SqsManagedSseEnabled"); v.True() && blank(r.Get("KmsMasterKeyId")) {
			p.Report(r, v, "the queue is encrypted with the keys of SQS")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SQS-003",
	Title:      "Queue encrypted with the AWS-managed key",
	Why:        "The policy of alias/aws/sqs cannot be changed: AWS services such as SNS and S3 cannot send to the queue, and nobody can be kept out.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"},
	Equivalent: []string{"AWS-0135", "CKV2_AWS_73"},
	Fix:        "Set KmsMasterKeyId to a key of your own.",
	Types:      []string{"AWS::SQS::Queue"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("KmsMasterKeyId"); awsManagedKey(v) {
			p.Report(r, v, "the queue uses the AWS-managed key")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-SQS-004",
	Title:    "Queue policy lets everyone in",
	Why:      "Anyone may send to or receive from the queue: outsiders choose the events of the function behind it, or take messages away before it sees them.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#ensure-queues-not-publicly-accessible"},
	Equivalent: []string{
		"9b6a3f5b-5fd6-40ee-9bc0-ed604911212d", "730675f9-52ed-49b6-8ead-0acb5dd7df7f", "abb06e5f-ef9a-4a99-98c6-376d396bfcdf", "CKV_AWS_168", "CKV_AWS_387", "F21",
		"sqs_queues_not_publicly_accessible", "SQS_QUEUEPOLICY_NO_WILDCARD_PRINCIPAL", "AC_AWS_0365",
	},
	Fix:   "Name the principals, or limit the statement with aws:SourceArn.",
	Types: queuePolicies,
	Check: checkOpen("queue"),
})

var _ = register(&Rule{
	ID:         "RIND-SQS-005",
	Title:      "Queue policy allows every action",
	Why:        "sqs:* lets a principal that should send messages also read, delete and purge them, and change the policy.",
	Risk:       rind.SAS4,
	Severity:   rind.Medium,
	CWE:        "CWE-250",
	Sources:    []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#implement-least-privilege-access"},
	Equivalent: []string{"AWS-0097", "816ea8cf-d589-442d-a917-2dd0ce0e45e3", "CKV_AWS_72", "F20", "SQS_QUEUEPOLICY_NO_WILDCARD_ACTION"},
	Fix:        "List the actions that the principal needs, such as sqs:SendMessage.",
	Types:      queuePolicies,
	Check:      checkWildcardAction("queue"),
})

var _ = register(&Rule{
	ID:         "RIND-SQS-006",
	Title:      "Queue policy allows everything but some actions",
	Why:        "Allow with NotAction grants every action that is not listed, such as changing the queue's policy.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-183",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html"},
	Equivalent: []string{"W18", "SQS_QUEUEPOLICY_NO_ALLOW_PLUS_NOT_ACTION"},
	Fix:        "List the allowed actions with Action instead.",
	Types:      queuePolicies,
	Check:      checkNotAction("queue"),
})

var _ = register(&Rule{
	ID:         "RIND-SQS-007",
	Title:      "Queue policy allows everyone but some principals",
	Why:        "Allow with NotPrincipal opens the queue to the whole world except for those listed.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-183",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"},
	Equivalent: []string{"F7", "SQS_QUEUEPOLICY_NO_ALLOW_PLUS_NOTPRINCIPAL"},
	Fix:        "List the allowed principals with Principal instead.",
	Types:      queuePolicies,
	Check:      checkNotPrincipal("queue"),
})

var _ = register(&Rule{
	ID:         "RIND-SQS-008",
	Title:      "Queue without a dead-letter queue",
	Why:        "A message that makes the consumer fail comes back until it expires: it holds up others, costs an invocation each time, and is then lost without a trace.",
	Risk:       rind.SAS10,
	Severity:   rind.Low,
	CWE:        "CWE-755",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"},
	Equivalent: []string{"AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy", "ES6000"},
	Fix:        "Set RedrivePolicy with the ARN of a dead-letter queue and a maxReceiveCount.",
	Types:      []string{"AWS::SQS::Queue"},
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("RedrivePolicy")) && !deadLetterQueue(p.App, r) {
			p.Report(r, nil, "messages that keep failing are retried until they expire")
		}
	},
})

// deadLetterQueue reports whether r receives what others could not process,
// and so needs no dead-letter queue itself: it says so, or something of the
// app names it as its dead-letter or failure target.
func deadLetterQueue(app *rind.App, r *rind.Resource) bool {
	if r.Get("RedriveAllowPolicy").Present() {
		return true
	}
	for _, other := range app.Resources {
		if other == r {
			continue
		}
		for _, path := range deadLetterPaths {
			if app.Target(other.Get(path...)) == r {
				return true
			}
		}
	}
	return false
}

// deadLetterPaths are where resources name their dead-letter queue.
var deadLetterPaths = [][]string{
	{"RedrivePolicy", "deadLetterTargetArn"},
	{"DeadLetterConfig", "TargetArn"},
	{"DeadLetterConfig", "Arn"},
	{"DestinationConfig", "OnFailure", "Destination"},
	{"Target", "DeadLetterConfig", "Arn"},
}

var _ = register(&Rule{
	ID:         "RIND-SQS-009",
	Title:      "Queue accepts requests without TLS",
	Why:        "SQS also takes requests over plain HTTP, in which messages can be read on the way, unless the queue's policy denies it.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html#enforce-encryption-data-in-transit"},
	Equivalent: []string{"AwsSolutions-SQS4"},
	Fix:        "Add a statement to the queue policy that denies sqs:* to everyone when aws:SecureTransport is false.",
	Types:      []string{"AWS::SQS::Queue"},
	Check: func(p *Pass, r *rind.Resource) {
		statements := resourcePolicy(r)
		for _, policy := range p.App.OfType("AWS::SQS::QueuePolicy", "AWS::SQS::QueueInlinePolicy") {
			queues := policy.Get("Queues")
			if queues == nil {
				queues = policy.Get("Queue")
			}
			for queue := range queues.Each() {
				if names(queue, r, "QueueName") {
					statements = append(statements, resourcePolicy(policy)...)
				}
			}
		}
		if !deniesPlainHTTP(statements) {
			p.Report(r, nil, "no policy denies requests to this queue without TLS")
		}
	},
})
