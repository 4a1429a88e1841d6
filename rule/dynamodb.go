package rule

import "rind/rind"

var tableType = []string{"AWS::DynamoDB::Table"}

// tableTypes also holds global tables, whose settings sit in other places.
var tableTypes = []string{"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"}

var _ = register(&Rule{
	ID:       "RIND-DDB-001",
	Title:    "Table encrypted with the key that AWS owns",
	Why:      "DynamoDB always encrypts, but the default key cannot be audited, disabled or limited. With a KMS key, reading a table needs permission to decrypt as well.",
	Risk:     rind.SAS3,
	Severity: rind.Info,
	CWE:      "CWE-311",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html"},
	Equivalent: []string{
		"AWS-0025", "AWS-0121", "4bd21e68-38c1-4d58-acdc-6a14b203237f", "ce089fd4-1406-47bd-8aad-c259772bb294", "c8dee387-a2e6-4a73-a942-183c975549ac",
		"CKV_AWS_119", "W74", "DYNAMODB_TABLE_MUST_BE_ENCRYPTED", "DYNAMODB_TABLE_ENCRYPTED_KMS", "dynamodb_tables_kms_cmk_encryption_enabled", "AC_AWS_0457",
	},
	Fix:   "Set SSESpecification with SSEEnabled: true and the ID of a key of your own.",
	Types: tableTypes,
	Check: func(p *Pass, r *rind.Resource) {
		sse := r.Get("SSESpecification")
		if v := sse.Get("SSEEnabled"); !sse.Symbolic() && off(v) {
			p.Report(r, v, "the table is encrypted with the key that AWS owns")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-DDB-002",
	Title:      "Table encrypted with the AWS-managed key",
	Why:        "The policy of alias/aws/dynamodb cannot be narrowed, so that everyone who may read the table can decrypt it.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html"},
	Equivalent: []string{"AWS-0025", "CKV_AWS_119", "dynamodb_tables_kms_cmk_encryption_enabled"},
	Fix:        "Set KMSMasterKeyId to a key of your own.",
	Types:      tableType,
	Check: func(p *Pass, r *rind.Resource) {
		sse := r.Get("SSESpecification")
		if key := sse.Get("KMSMasterKeyId"); sse.Get("SSEEnabled").True() && (blank(key) || awsManagedKey(key)) {
			p.Report(r, sse.Get("SSEEnabled"), "the table is encrypted with the AWS-managed key")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-DDB-003",
	Title:      "Replica of a table without a key of your own",
	Why:        "Each replica of a table has its own key. One that is left at the default is readable with permission for the table alone.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html"},
	Equivalent: []string{"CKV_AWS_271"},
	Fix:        "Set the KMS key of each replica.",
	Types:      []string{"AWS::DynamoDB::GlobalTable", "Terraform::aws_dynamodb_table_replica"},
	Check: func(p *Pass, r *rind.Resource) {
		if r.Type != "AWS::DynamoDB::GlobalTable" {
			if v := orElse(r.Get("SSESpecification", "KMSMasterKeyId"), r.Get("KmsKeyArn")); blank(v) {
				p.Report(r, v, "the replica has no key of your own")
			}
			return
		}
		for replica := range r.Get("Replicas").Each() {
			sse := replica.Get("SSESpecification")
			if !replica.Symbolic() && !sse.Symbolic() && blank(sse.Get("KMSMasterKeyId")) {
				p.Report(r, replica, "the replica has no key of your own")
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-DDB-004",
	Title:    "Table without point-in-time recovery",
	Why:      "A faulty or hijacked function can overwrite every item in minutes. Point-in-time recovery takes the table back to any second of the last 35 days.",
	Risk:     rind.SAS3,
	Layer:    rind.CloudConfig,
	Severity: rind.Low,
	CWE:      "CWE-693",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-2"},
	Equivalent: []string{
		"AWS-0024", "0f04217d-488f-4e7a-bec8-f16159686cd6", "741f1291-47ac-4a85-a07b-3d32a9d6bd3e", "CKV_AWS_28", "CKV_AWS_165", "AwsSolutions-DDB3", "W78", "DynamoDB.2",
		"dynamodb_tables_pitr_enabled", "DYNAMODB_PITR_ENABLED", "AC_AWS_0458",
	},
	Fix:   "Set PointInTimeRecoverySpecification with PointInTimeRecoveryEnabled: true.",
	Types: tableTypes,
	Check: func(p *Pass, r *rind.Resource) {
		check := func(holder *rind.Value) {
			spec := holder.Get("PointInTimeRecoverySpecification")
			if v := spec.Get("PointInTimeRecoveryEnabled"); !spec.Symbolic() && off(v) {
				p.Report(r, v, "the table cannot be taken back to an earlier state")
			}
		}
		if r.Type == "AWS::DynamoDB::Table" {
			check(r.Properties)
			return
		}
		for replica := range r.Get("Replicas").Each() {
			if !replica.Symbolic() {
				check(replica)
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-DDB-005",
	Title:      "Billing mode of the table is not written down",
	Why:        "Without a billing mode a table has fixed capacity, which a burst of events exhausts. The choice between a bill and throttling should be made, not inherited.",
	Risk:       rind.SAS8,
	Severity:   rind.Info,
	CWE:        "CWE-770",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html"},
	Equivalent: []string{"W73", "DYNAMODB_BILLING_MODE_RULE"},
	Fix:        "Set BillingMode to PAY_PER_REQUEST, with a maximum throughput, or to PROVISIONED.",
	Types:      tableType,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("BillingMode"); blank(v) {
			p.Report(r, v, "the table has no billing mode")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-DDB-006",
	Title:    "Fixed capacity without scaling",
	Why:      "A burst of requests throttles the table for every function that uses it: an outsider's flood on one API stops the others.",
	Risk:     rind.SAS8,
	Layer:    rind.ResilientDesign,
	Severity: rind.Low,
	CWE:      "CWE-770",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-1"},
	Equivalent: []string{
		"c333e906-8d8b-4275-b999-78b6318f8dc6", "CKV2_AWS_16", "DynamoDBAutoScalingEnabled", "DynamoDB.1", "dynamodb_table_autoscaling_enabled", "DYNAMODB_AUTOSCALING_ENABLED",
	},
	Fix:   "Use PAY_PER_REQUEST, or register the table with Application Auto Scaling.",
	Types: tableType,
	Check: func(p *Pass, r *rind.Resource) {
		mode := r.Get("BillingMode")
		if mode.Symbolic() || mode.Is("PAY_PER_REQUEST") {
			return
		}
		for _, t := range p.App.OfType("AWS::ApplicationAutoScaling::ScalableTarget") {
			id := t.Get("ResourceId")
			if p.App.Target(id) == r || id.Symbolic() && p.App.Target(id) == nil {
				return
			}
			if name := r.Get("TableName").Str(); name != "" && id.Str() == "table/"+name {
				return
			}
		}
		p.Report(r, mode, "the table's capacity is fixed")
	},
})

var _ = register(&Rule{
	ID:         "RIND-DDB-007",
	Title:      "Table can be deleted by one request",
	Why:        "Deletion protection turns a mistaken or malicious DeleteTable, or a stack update that replaces the table, into an error.",
	Risk:       rind.SAS3,
	Layer:      rind.CloudConfig,
	Severity:   rind.Info,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection", "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-6"},
	Equivalent: []string{"DynamoDB.6", "dynamodb_table_deletion_protection_enabled"},
	Fix:        "Set DeletionProtectionEnabled to true.",
	Types:      tableType,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("DeletionProtectionEnabled"); off(v) {
			p.Report(r, v, "nothing protects the table from deletion")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-DDB-008",
	Title:      "Table is in no backup plan",
	Why:        "Backups in a vault survive the deletion of the table and can be locked, also against administrators.",
	Risk:       rind.SAS3,
	Layer:      rind.CloudConfig,
	Severity:   rind.Info,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-4"},
	Equivalent: []string{"DynamoDBInBackupPlan", "DynamoDB.4", "dynamodb_table_protected_by_backup_plan", "DYNAMODB_IN_BACKUP_PLAN", "DYNAMODB_RESOURCES_PROTECTED_BY_BACKUP_PLAN"},
	Fix:        "Add the table to an AWS Backup selection.",
	Types:      tableType,
	Check: func(p *Pass, r *rind.Resource) {
		for _, s := range p.App.OfType("AWS::Backup::BackupSelection") {
			selection := s.Get("BackupSelection")
			if selection.Has("ListOfTags") || selection.Has("Conditions") {
				return
			}
			for v := range selection.Get("Resources").Each() {
				if v.Is("*") || p.App.Target(v) == r || v.Symbolic() && p.App.Target(v) == nil {
					return
				}
			}
		}
		p.Report(r, nil, "no backup plan of this app includes the table")
	},
})

var _ = register(&Rule{
	ID:       "RIND-DDB-009",
	Title:    "Table policy lets everyone in",
	Why:      "A resource-based policy for the principal * without a limiting condition gives the items to any AWS account.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-732",
	Sources:  []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html"},
	Fix:      "Name the principals, or limit the statement with aws:PrincipalOrgID or aws:SourceVpce.",
	Types:    tableType,
	Check:    checkOpen("table"),
})

var _ = register(&Rule{
	ID:         "RIND-DDB-010",
	Title:      "Table policy lets another account in",
	Why:        "A statement for another account hands over the decision who may use the table to its administrators.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-732",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html"},
	Equivalent: []string{"dynamodb_table_cross_account_access"},
	Fix:        "Name the role that needs access rather than the account, and allow only what it needs.",
	Types:      tableType,
	Check:      checkCrossAccount("table"),
})

var _ = register(&Rule{
	ID:       "RIND-DDB-011",
	Title:    "DAX cluster is not encrypted at rest",
	Why:      "The cache holds copies of the table's items. DAX does not encrypt them unless told to when the cluster is made.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-311",
	Sources:  []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAXEncryptionAtRest.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-3"},
	Equivalent: []string{
		"AWS-0023", "e5849a68-bdbe-4b70-97c6-6901f39f8094", "f11aec39-858f-4b6f-b946-0a1bf46c0c87", "CKV_AWS_47", "AwsSolutions-DDB4", "W83", "DynamoDB.3",
		"dynamodb_accelerator_cluster_encryption_enabled", "DAX_ENCRYPTION_ENABLED",
	},
	Fix:   "Set SSESpecification with SSEEnabled: true. The cluster is replaced.",
	Types: []string{"AWS::DAX::Cluster"},
	Check: func(p *Pass, r *rind.Resource) {
		sse := r.Get("SSESpecification")
		if v := sse.Get("SSEEnabled"); !sse.Symbolic() && off(v) {
			p.Report(r, v, "the cache is not encrypted at rest")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-DDB-012",
	Title:      "DAX cluster speaks without TLS",
	Why:        "Items travel in clear text between functions and the cache.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAXEncryptionInTransit.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-7"},
	Equivalent: []string{"DynamoDB.7", "dynamodb_accelerator_cluster_in_transit_encryption_enabled"},
	Fix:        "Set ClusterEndpointEncryptionType to TLS. The cluster is replaced.",
	Types:      []string{"AWS::DAX::Cluster"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("ClusterEndpointEncryptionType"); v.Absent() || v.Scalar() && !v.Is("TLS") {
			p.Report(r, v, "the cluster speaks without TLS")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-DDB-013",
	Title:      "DAX cluster in one availability zone",
	Why:        "With a single node, or all in one zone, the loss of that zone sends every request to the table at once.",
	Risk:       rind.SAS8,
	Layer:      rind.ResilientDesign,
	Severity:   rind.Info,
	CWE:        "CWE-654",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAX.concepts.cluster.html"},
	Equivalent: []string{"dynamodb_accelerator_cluster_multi_az"},
	Fix:        "Set a ReplicationFactor of three in three zones.",
	Types:      []string{"AWS::DAX::Cluster"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("AvailabilityZones"); v != nil && v.Kind == rind.List && v.Len() == 1 {
			p.Report(r, v, "all nodes are in one availability zone")
			return
		}
		if n, ok := r.Get("ReplicationFactor").Int(); ok && n < 2 {
			p.Report(r, r.Get("ReplicationFactor"), "the cluster has a single node")
		}
	},
})
