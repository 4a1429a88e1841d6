package translate

import (
	"strings"

	"rind/rind"
)

var storageHooks = hooks{
	"aws_dynamodb_table":                         {after: tableKeys},
	"aws_kinesis_stream":                         {after: streamKey},
	"aws_kinesis_firehose_delivery_stream":       {after: firehose},
	"aws_dynamodb_resource_policy":               {join: mergeInto("ResourceArn", "AWS::DynamoDB::Table")},
	"aws_dynamodb_kinesis_streaming_destination": {join: mergeInto("TableName", "AWS::DynamoDB::Table")},
	"aws_dynamodb_table_replica":                 {join: joinReplica},
}

// tableKeys writes hash_key and range_key as key schemas and completes the
// stream and encryption specifications.
func tableKeys(_ *translation, u *unit) {
	if ks := keySchema(u.attr("hash_key"), u.attr("range_key")); ks != nil {
		u.put(ks, "KeySchema")
	}
	if u.attr("stream_enabled").False() {
		u.drop("StreamSpecification")
	}
	if key := u.get("SSESpecification", "KMSMasterKeyId"); key.Present() || u.get("SSESpecification", "SSEEnabled").True() {
		u.put(rind.NewString("KMS", u.get("SSESpecification").Span), "SSESpecification", "SSEType")
	}
	for _, name := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		v := u.get(name)
		if v == nil || v.Kind != rind.List {
			continue
		}
		out := rind.NewList(v.Span)
		for _, ix := range v.Items {
			out.Items = append(out.Items, tableIndex(ix, u.attr("hash_key")))
		}
		u.override(rind.Field{Key: name, Span: v.Span, Value: out})
	}
}

func keySchema(hash, sort *rind.Value) *rind.Value {
	if hash.Absent() {
		return nil
	}
	ks := rind.NewList(hash.Span, object(hash.Span, "AttributeName", hash, "KeyType", rind.NewString("HASH", hash.Span)))
	if nonempty(sort).Present() {
		ks.Items = append(ks.Items, object(sort.Span, "AttributeName", sort, "KeyType", rind.NewString("RANGE", sort.Span)))
	}
	return ks
}

func tableIndex(ix, tableHash *rind.Value) *rind.Value {
	if ix == nil || ix.Kind != rind.Map {
		return ix
	}
	hash := ix.Get("HashKey")
	if hash.Absent() {
		hash = tableHash
	}
	out := object(ix.Span, "KeySchema", keySchema(hash, ix.Get("RangeKey")))
	for _, f := range ix.Fields {
		switch f.Key {
		case "HashKey", "RangeKey":
		case "ProjectionType", "NonKeyAttributes":
			out = with(out, []string{"Projection", f.Key}, f.Span, f.Value)
		case "ReadCapacity", "WriteCapacity":
			out = with(out, []string{"ProvisionedThroughput", f.Key + "Units"}, f.Span, f.Value)
		default:
			out.Fields = append(out.Fields, f)
		}
	}
	return out
}

func joinReplica(t *translation, u *unit) {
	to := t.find(u, u.get("GlobalTableArn"), "AWS::DynamoDB::Table")
	if to == nil {
		return
	}
	u.merged = true
	replica := object(u.block.Span, "Region", u.get("RegionName"))
	for _, p := range []struct {
		key  string
		path []string
	}{
		{"KmsKeyArn", []string{"SSESpecification", "KMSMasterKeyId"}},
		{"PointInTimeRecovery", []string{"PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"}},
		{"Tags", []string{"Tags"}},
	} {
		if v := u.get(p.key); v.Present() {
			replica = with(replica, p.path, v.Span, v)
		}
	}
	to.appendTo("Replicas", replica)
}

// streamKey drops the encryption type NONE, which CloudFormation expresses by
// leaving StreamEncryption out.
func streamKey(_ *translation, u *unit) {
	if u.attr("encryption_type").Is("NONE", "") || u.attr("encryption_type") == nil {
		u.drop("StreamEncryption")
	}
}

// firehose spells the names that CloudFormation writes with capitals and
// turns encryption into the input it has.
func firehose(_ *translation, u *unit) {
	u.res.Properties = rename(u.res.Properties, func(key string) string {
		switch {
		case key == "KmsKeyArn":
			return "AWSKMSKeyARN"
		case key == "S3BackupMode", key == "DeliveryStreamName":
			return key
		case key == "BufferingInterval", key == "BufferInterval":
			return "IntervalInSeconds"
		case key == "BufferingSize", key == "BufferSize":
			return "SizeInMBs"
		case key == "CloudwatchLoggingOptions":
			return "CloudWatchLoggingOptions"
		case key == "ClusterJdbcurl":
			return "ClusterJDBCURL"
		case key == "HecEndpoint", key == "HecToken", key == "HecEndpointType":
			return "HEC" + key[3:]
		case key == "HecAcknowledgmentTimeout":
			return "HECAcknowledgmentTimeoutInSeconds"
		case strings.HasSuffix(key, "Arn"):
			return strings.TrimSuffix(key, "Arn") + "ARN"
		}
		return key
	})
	for _, f := range u.res.Properties.Fields {
		if strings.HasSuffix(f.Key, "DestinationConfiguration") && f.Value.Kind == rind.Map {
			u.override(rind.Field{Key: f.Key, Span: f.Span, Value: firehoseDestination(f.Value)})
		}
	}
	sse := one(u.attr("server_side_encryption"))
	if sse == nil || sse.Kind != rind.Map || sse.Get("enabled").False() {
		return
	}
	kind := sse.Get("key_type")
	if kind.Absent() {
		kind = rind.NewString("AWS_OWNED_CMK", sse.Span)
	}
	if !sse.Get("enabled").Present() {
		return // off unless enabled
	}
	u.put(object(sse.Span, "KeyType", kind, "KeyARN", sse.Get("key_arn")),
		"DeliveryStreamEncryptionConfigurationInput")
}

// firehoseDestination nests what CloudFormation nests.
func firehoseDestination(v *rind.Value) *rind.Value {
	out := rind.NewMap(v.Span)
	for _, f := range v.Fields {
		path := []string{f.Key}
		switch f.Key {
		case "AWSKMSKeyARN":
			path = []string{"EncryptionConfiguration", "KMSEncryptionConfig", f.Key}
		case "IntervalInSeconds", "SizeInMBs":
			path = []string{"BufferingHints", f.Key}
		case "Url", "Name", "AccessKey":
			path = []string{"EndpointConfiguration", f.Key}
		}
		out = with(out, path, f.Span, f.Value)
	}
	for _, key := range []string{"S3Configuration", "S3BackupConfiguration"} {
		if inner := out.Get(key); inner != nil && inner.Kind == rind.Map {
			f := out.Field(key)
			f.Value = firehoseDestination(inner)
		}
	}
	return out
}

// rename returns v with every map key inside it renamed.
func rename(v *rind.Value, to func(string) string) *rind.Value {
	if v == nil || v.Kind != rind.List && v.Kind != rind.Map {
		return v
	}
	out := *v
	out.Items = make([]*rind.Value, len(v.Items))
	for i, it := range v.Items {
		out.Items[i] = rename(it, to)
	}
	out.Fields = make([]rind.Field, len(v.Fields))
	for i, f := range v.Fields {
		f.Key, f.Value = to(f.Key), rename(f.Value, to)
		out.Fields[i] = f
	}
	return &out
}

// drop removes a property.
func (u *unit) drop(key string) { u.res.Properties = without(u.res.Properties, []string{key}) }
