package aws

import (
	"strings"

	"rind/code/flow"
	"rind/rind"
)

// A reader is a function of a wrapper that calls operations with its first
// argument as one of the parameters.
type reader struct {
	service string
	ops     []string
	param   string // that the first argument is
	key     string // name of the argument in Python
}

// parameterReaders are the functions of Powertools' parameters utility, and
// the methods of its providers as "ssm.get".
// https://docs.powertools.aws.dev/lambda/python/latest/utilities/parameters/
var parameterReaders = map[string]reader{
	"getparameter":            {"ssm", []string{"GetParameter"}, "Name", "name"},
	"getparameters":           {"ssm", []string{"GetParametersByPath"}, "Path", "path"},
	"getparametersbyname":     {"ssm", []string{"GetParameters"}, "Names", "parameters"},
	"setparameter":            {"ssm", []string{"PutParameter"}, "Name", "name"},
	"getsecret":               {"secretsmanager", []string{"GetSecretValue"}, "SecretId", "name"},
	"setsecret":               {"secretsmanager", []string{"PutSecretValue", "CreateSecret"}, "SecretId", "name"},
	"getappconfig":            {"appconfigdata", []string{"StartConfigurationSession", "GetLatestConfiguration"}, "ConfigurationProfileIdentifier", "name"},
	"ssm.get":                 {"ssm", []string{"GetParameter"}, "Name", "name"},
	"ssm.getmultiple":         {"ssm", []string{"GetParametersByPath"}, "Path", "path"},
	"ssm.getparametersbyname": {"ssm", []string{"GetParameters"}, "Names", "parameters"},
	"ssm.set":                 {"ssm", []string{"PutParameter"}, "Name", "path"},
	"secretsmanager.get":      {"secretsmanager", []string{"GetSecretValue"}, "SecretId", "name"},
	"secretsmanager.set":      {"secretsmanager", []string{"PutSecretValue", "CreateSecret"}, "SecretId", "name"},
	"appconfigdata.get":       {"appconfigdata", []string{"StartConfigurationSession", "GetLatestConfiguration"}, "ConfigurationProfileIdentifier", "name"},
	"dynamodb.get":            {"dynamodb", []string{"GetItem"}, "", ""},
	"dynamodb.getmultiple":    {"dynamodb", []string{"Query"}, "", ""},
}

// providers are Powertools' classes that read parameters.
var providers = map[string]string{
	"SSMProvider": "ssm", "SecretsProvider": "secretsmanager", "AppConfigProvider": "appconfigdata", "DynamoDBProvider": "dynamodb",
	"AppConfigStore": "appconfigdata",
}

// powertools recognises Powertools for AWS Lambda (Python), by what follows
// the package's name.
func powertools(c *flow.Call, name string) (*flow.Value, bool) {
	last := strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], "()")
	switch {
	case strings.HasPrefix(name, "utilities.parameters."):
		if v, ok := newProvider(c, last); ok {
			return v, true
		}
		return readParameter(c, parameterReaders[plain(last)])
	case strings.HasPrefix(name, "utilities.idempotency.") && strings.HasSuffix(last, "DynamoDBPersistenceLayer"):
		return idempotency(c, firstArg(c, "table_name")), true
	case strings.HasPrefix(name, "utilities.feature_flags.") && last == "AppConfigStore":
		return readParameter(c, reader{"appconfigdata", []string{"StartConfigurationSession", "GetLatestConfiguration"}, "ConfigurationProfileIdentifier", "name"})
	case strings.HasPrefix(name, "utilities.streaming.") && last == "S3Object":
		s := service("s3")
		return newAPI(c, s, "GetObject").set("Bucket", firstArg(c, "bucket")).set("Key", secondArg(c, "key")).run(), true
	}
	return nil, false
}

func secondArg(c *flow.Call, name string) *flow.Value {
	if v := c.Named(name); v != nil {
		return v
	}
	return c.Arg(1)
}

// newProvider makes a provider of parameters.
func newProvider(c *flow.Call, class string) (*flow.Value, bool) {
	s, ok := providers[class]
	if !ok {
		return nil, false
	}
	table := c.Named("table_name")
	if table == nil {
		table = c.Field(c.Arg(0), "tableName")
	}
	return c.Outside("aws:parameters:"+s, map[string]*flow.Value{"TableName": table}), true
}

// parameters is a method of a provider.
func (k kind) parameters(c *flow.Call, method string) *flow.Value {
	r, ok := parameterReaders[k.service.Name+"."+plain(method)]
	if !ok {
		r = parameterReaders[plain(method)]
	}
	v, ok := readParameter(c, r)
	if !ok {
		return c.Unknown()
	}
	return v
}

// readParameter calls the operations of a reader.
func readParameter(c *flow.Call, r reader) (*flow.Value, bool) {
	s := service(r.service)
	if s == nil {
		return nil, false
	}
	for _, op := range r.ops {
		a := newAPI(c, s, op).set("TableName", c.Prop(c.Recv(), "TableName"))
		if r.param != "" {
			v := c.Named(r.key)
			if v == nil {
				v = c.Arg(0)
			}
			if r.param == "Names" && v != nil {
				v = c.Join(c.Keys(v), nil)
			}
			a.set(r.param, v)
		}
		if decrypt := decryption(c); decrypt != nil && r.service == "ssm" {
			a.set("WithDecryption", decrypt)
		}
		a.run()
	}
	return c.Unknown(), true
}

// decryption is the argument that asks for decrypted parameters.
func decryption(c *flow.Call) *flow.Value {
	if v := c.Named("decrypt"); v != nil {
		return v
	}
	return c.Field(c.Arg(1), "decrypt")
}

// idempotency records what a store of idempotency keys in DynamoDB does.
func idempotency(c *flow.Call, table *flow.Value) *flow.Value {
	for _, op := range []string{"GetItem", "PutItem", "UpdateItem", "DeleteItem"} {
		call := &rind.Call{Service: "dynamodb", Operation: op, Params: map[string]*rind.Value{}}
		if table != nil {
			call.Params["TableName"] = value(c, table, 1)
		}
		c.Record(call)
	}
	return c.Unknown()
}

// connectCall is the permission to log in to a database with a token.
func connectCall(c *flow.Call, host, user *flow.Value) *rind.Call {
	call := &rind.Call{Service: "rds-db", Operation: "connect", Params: map[string]*rind.Value{}}
	if host != nil {
		call.Params["HostName"] = value(c, host, 1)
	}
	if user != nil {
		call.Params["DbUserName"] = value(c, user, 1)
	}
	return call
}
