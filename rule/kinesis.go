package rule

import (
	"strings"

	"rind/rind"
)

var _ = register(&Rule{
	ID:       "RIND-KINESIS-001",
	Title:    "Stream is not encrypted",
	Why:      "Kinesis does not encrypt records at rest unless told to. A stream keeps a day or more of whatever the functions around it exchange.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-311",
	Sources:  []string{"https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/kinesis-controls.html#kinesis-1"},
	Equivalent: []string{
		"AWS-0064", "7f65be75-90ab-4036-8c2a-410aef7bb650", "5c6dd5e7-1fe0-4cae-8f81-4c122717cef3", "862fe4bf-3eec-4767-a517-40f378886b88", "CKV_AWS_43", "AwsSolutions-KDS1", "W49", "Kinesis.1",
		"kinesis_stream_encrypted_at_rest", "KINESIS_STREAM_ENCRYPTION_RULE", "AC_AWS_0157",
	},
	Fix:   "Set StreamEncryption with EncryptionType KMS and a key ID.",
	Types: []string{"AWS::Kinesis::Stream"},
	Check: func(p *Pass, r *rind.Resource) {
		enc := r.Get("StreamEncryption")
		typ, key := enc.Get("EncryptionType"), enc.Get("KeyId")
		switch {
		case enc.Symbolic() || typ.Symbolic():
		case blank(typ) || typ.Is("NONE"):
			p.Report(r, typ, "records in this stream are not encrypted")
		case typ.Is("KMS") && blank(key):
			p.Report(r, key, "encryption of this stream names no key")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-KINESIS-002",
	Title:      "Stream encrypted with the AWS-managed key",
	Why:        "The policy of alias/aws/kinesis cannot be changed: consumers in other accounts cannot be let in, and nobody can be kept out.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/streams/latest/dev/creating-using-sse-master-keys.html"},
	Equivalent: []string{"CKV_AWS_185", "AwsSolutions-KDS3"},
	Fix:        "Set KeyId to a key of your own.",
	Types:      []string{"AWS::Kinesis::Stream"},
	Check: func(p *Pass, r *rind.Resource) {
		if key := r.Get("StreamEncryption", "KeyId"); awsManagedKey(key) {
			p.Report(r, key, "the stream uses the AWS-managed key")
		} else if enc := r.Get("StreamEncryption"); blank(enc) {
			p.Report(r, nil, "the stream has no key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-KINESIS-003",
	Title:      "Video stream without a key of your own",
	Why:        "Kinesis Video Streams encrypts with an AWS-managed key, whose policy cannot be narrowed to those who should watch.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/kinesisvideostreams/latest/dg/how-kms.html"},
	Equivalent: []string{"CKV_AWS_177"},
	Fix:        "Set KmsKeyId to a key of your own.",
	Types:      []string{"AWS::KinesisVideo::Stream", "Terraform::aws_kinesis_video_stream"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("KmsKeyId"); blank(v) || awsManagedKey(v) {
			p.Report(r, v, "the video stream has no key of your own")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-KINESIS-004",
	Title:      "Stream keeps records for less than a week",
	Why:        "Records that a broken consumer did not process before they expire are lost. A longer retention gives time to repair and to look into what happened.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/kinesis-controls.html#kinesis-3"},
	Equivalent: []string{"kinesis_stream_data_retention_period"},
	Fix:        "Set RetentionPeriodHours to 168 or more.",
	Types:      []string{"AWS::Kinesis::Stream"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("RetentionPeriodHours")
		if n, ok := v.Int(); v.Absent() || ok && n < 168 {
			p.Report(r, v, "records are kept for less than a week")
		}
	},
})

// directPut reports whether producers write to a delivery stream themselves.
// One that reads a Kinesis stream or a topic is encrypted as its source is.
// https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
func directPut(r *rind.Resource) bool {
	typ := r.Get("DeliveryStreamType")
	if typ.Present() || r.Native == r.Type {
		return typ.Absent() || typ.Is("DirectPut")
	}
	// Terraform does not name the type.
	return !r.Properties.Has("KinesisStreamSourceConfiguration") && !r.Properties.Has("MSKSourceConfiguration")
}

var _ = register(&Rule{
	ID:       "RIND-KINESIS-005",
	Title:    "Delivery stream is not encrypted",
	Why:      "Firehose buffers records on disk before it delivers them and does not encrypt them unless told to.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-311",
	Sources:  []string{"https://docs.aws.amazon.com/firehose/latest/dev/encryption.html"},
	Equivalent: []string{
		"CKV_AWS_240", "AwsSolutions-KDF1", "W88", "firehose_stream_encrypted_at_rest", "KINESIS_FIREHOSE_DELIVERY_STREAM_ENCRYPTION_RULE", "AC_AWS_0156",
	},
	Fix:   "Set DeliveryStreamEncryptionConfigurationInput with a key of your own.",
	Types: []string{"AWS::KinesisFirehose::DeliveryStream"},
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("DeliveryStreamEncryptionConfigurationInput")
		if !directPut(r) || v.Symbolic() {
			return
		}
		if blank(v) || v.Get("Enabled").False() || v.Get("KeyType").Absent() && !v.Get("Enabled").True() {
			p.Report(r, nil, "records buffered by this delivery stream are not encrypted")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-KINESIS-006",
	Title:      "Delivery stream without a key of your own",
	Why:        "The key that AWS owns can be neither audited nor taken away from whoever may use the delivery stream.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/firehose/latest/dev/encryption.html"},
	Equivalent: []string{"CKV_AWS_241"},
	Fix:        "Set KeyType to CUSTOMER_MANAGED_CMK and KeyARN to a key of your own.",
	Types:      []string{"AWS::KinesisFirehose::DeliveryStream"},
	Check: func(p *Pass, r *rind.Resource) {
		enc := r.Get("DeliveryStreamEncryptionConfigurationInput")
		if !directPut(r) || enc.Symbolic() || enc.Get("KeyType").Symbolic() {
			return
		}
		if !enc.Get("KeyType").Is("CUSTOMER_MANAGED_CMK") || blank(enc.Get("KeyARN")) && blank(enc.Get("KeyArn")) {
			p.Report(r, nil, "the delivery stream has no key of your own")
		}
	},
})

func firehoseSecretRule(id, destination, property, what string, equivalent ...string) *Rule {
	return register(&Rule{
		ID:         id,
		Title:      "Firehose writes " + what + " in the template",
		Why:        "Whoever can read the template, the repository or the stack in the console has the credential of the destination.",
		Risk:       rind.SAS7,
		Severity:   rind.High,
		CWE:        "CWE-798",
		Sources:    []string{"https://docs.aws.amazon.com/firehose/latest/dev/using-secrets-manager.html"},
		Equivalent: equivalent,
		Fix:        "Use SecretsManagerConfiguration, or a dynamic reference to Secrets Manager.",
		Types:      []string{"AWS::KinesisFirehose::DeliveryStream"},
		Check: func(p *Pass, r *rind.Resource) {
			v := r.Get(destination, property)
			if plaintext(p.App, v) {
				p.Report(r, v, "%s.%s is written in the template", destination, property)
			}
		},
	})
}

var _ = firehoseSecretRule("RIND-KINESIS-007", "RedshiftDestinationConfiguration", "Password", "a Redshift password",
	"F66", "KINESIS_FIREHOSE_REDSHIFT_DESTINATION_CONFIGURATION_NO_PLAINTEXT_PASSWORD")

var _ = firehoseSecretRule("RIND-KINESIS-008", "SplunkDestinationConfiguration", "HECToken", "a Splunk token",
	"F68", "KINESIS_FIREHOSE_SPLUNK_DESTINATION_CONFIGURATION_NO_PLAINTEXT_PASSWORD")

// plaintext reports whether a credential is written in the template: as text,
// or as a parameter that is not secret or has a default.
func plaintext(app *rind.App, v *rind.Value) bool {
	return writtenOut(app, v) || openParameter(app, v)
}

// writtenOut reports whether a value is literal text, if need be one that was
// handed to a module or nested stack.
func writtenOut(app *rind.App, v *rind.Value) bool {
	params, only := parametersOf(app, v)
	return v.Scalar() && v.Text != "" && only && len(params) == 0
}

// openParameter reports whether a value is taken from a parameter that shows
// what it holds, or has a default that does, and from nothing better.
func openParameter(app *rind.App, v *rind.Value) bool {
	params, only := parametersOf(app, v)
	for _, param := range params {
		if only && (!param.Secret || param.Default.Present() && param.Default.Text != "") {
			return true
		}
	}
	return false
}

// parametersOf returns the parameters of the app that a scalar is made from,
// and whether it is made from nothing else but text. Parameters of modules
// and nested stacks do not count: what they were given does.
func parametersOf(app *rind.App, v *rind.Value) (params []*rind.Parameter, only bool) {
	if v.Absent() || v.Kind == rind.List || v.Kind == rind.Map || strings.Contains(v.Text, "{{resolve:") {
		return nil, false
	}
	for ref := range v.Refs() {
		switch ref.Kind {
		case rind.RefParameter, rind.RefSecret:
			if param := parameter(app, ref.Name); param != nil {
				params = append(params, param)
			}
		case rind.RefPseudo:
		default:
			return nil, false
		}
	}
	return params, true
}

// parameter returns the app's parameter with the given name, or nil.
func parameter(app *rind.App, name string) *rind.Parameter {
	for _, param := range app.Parameters {
		if param.Name == name {
			return param
		}
	}
	return nil
}

var _ = register(&Rule{
	ID:       "RIND-KINESIS-009",
	Title:    "Stream policy lets everyone in",
	Why:      "A resource-based policy for the principal * without a limiting condition lets any account write records that your functions process, or read them.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html"},
	Fix:      "Name the principals, or limit the statement with aws:PrincipalOrgID.",
	Types:    []string{"AWS::Kinesis::ResourcePolicy"},
	Check:    checkOpen("stream"),
})
