package aws

import (
	"slices"
	"strings"

	"rind/code/flow"
)

// javascript recognises the functions and classes of the AWS SDKs for
// JavaScript.
func javascript(c *flow.Call) (*flow.Value, bool) {
	name, isNew := strings.CutSuffix(c.Name, ".new")
	switch {
	case strings.HasPrefix(name, "@aws-sdk/"):
		return scriptV3(c, strings.TrimPrefix(name, "@aws-sdk/"), isNew)
	case strings.HasPrefix(name, "aws-sdk/") || strings.HasPrefix(name, "aws-sdk."):
		return scriptV2(c, name, isNew)
	case strings.HasPrefix(name, "aws-xray-sdk"), strings.HasPrefix(name, "@aws-lambda-powertools/tracer"):
		if strings.Contains(name, ".captureAWS") {
			return c.Arg(0), c.Arg(0) != nil
		}
	case strings.HasPrefix(name, "@aws-lambda-powertools/"):
		return scriptPowertools(c, name)
	case strings.HasPrefix(name, "@middy/"):
		return middy(c, strings.TrimPrefix(name, "@middy/"))
	}
	if name == "nodemailer.createTransport" && c.Field(c.Arg(0), "SES") != nil {
		newAPI(c, service("ses"), "SendRawEmail").run()
		return nil, false
	}
	if strings.HasPrefix(name, "?.send") { // a client that only run time knows
		return sendCommand(c)
	}
	return nil, false
}

// scriptV3 recognises version 3, by what follows "@aws-sdk/".
func scriptV3(c *flow.Call, name string, isNew bool) (*flow.Value, bool) {
	pkg, rest, _ := strings.Cut(name, ".")
	switch pkg {
	case "lib-dynamodb":
		return scriptDocument(c, rest)
	case "lib-storage":
		if rest == "Upload" {
			return upload(c), true
		}
	case "s3-request-presigner":
		if rest == "getSignedUrl" {
			if v, ok := runCommand(c, c.Arg(1)); ok {
				_ = v
				return c.Unknown(), true
			}
			c.Dynamic("a URL signed for an operation that is chosen at run time")
			return c.Unknown(), true
		}
	case "s3-presigned-post":
		newAPI(c, service("s3"), "PutObject").fields(c.Arg(1)).run()
		return c.Unknown(), true
	case "util-dynamodb":
		if (rest == "marshall" || rest == "unmarshall") && c.Arg(0) != nil {
			return c.Arg(0), true
		}
	case "rds-signer":
		if isNew {
			c.Record(connectCall(c, c.Field(c.Arg(0), "hostname"), c.Field(c.Arg(0), "username")))
			return nil, false
		}
	}
	id, ok := strings.CutPrefix(pkg, "client-")
	if !ok {
		return nil, false
	}
	s := byName(id)
	if s == nil {
		return nil, false
	}
	class, method, isMethod := strings.Cut(rest, ".")
	switch {
	case isMethod && isClientClass(s, class): // a declared type
		return kind{name: "client", service: s}.client(c, method), true
	case isMethod:
		return nil, false
	case isNew && strings.HasSuffix(class, "Command"):
		if op := s.operation(strings.TrimSuffix(class, "Command")); op != "" {
			return command(c, s, op), true
		}
	case isNew && isClientClass(s, class):
		return c.Outside("aws:client:"+s.Name, map[string]*flow.Value{"credentials": scriptCredentials(c)}), true
	case strings.HasPrefix(class, "paginate"):
		if op := s.operation(strings.TrimPrefix(class, "paginate")); op != "" {
			return c.ListOf(newAPI(c, s, op).fields(c.Arg(1)).run()), true
		}
	case strings.HasPrefix(class, "waitUntil"), strings.HasPrefix(class, "waitFor"):
		state := strings.TrimPrefix(strings.TrimPrefix(class, "waitUntil"), "waitFor")
		if op := s.waiters[plain(state)]; op != "" {
			return newAPI(c, s, op).fields(c.Arg(1)).run(), true
		}
	}
	return nil, false
}

// isClientClass reports whether a class is a client of the service: S3Client
// or the aggregated S3.
func isClientClass(s *Service, class string) bool {
	return strings.HasSuffix(class, "Client") || plain(class) == plain(s.ID)
}

// scriptCredentials are credentials that a client is made with, other than
// those of the function's role.
func scriptCredentials(c *flow.Call) *flow.Value {
	v := c.Field(c.Arg(0), "credentials")
	if v == nil {
		v = c.Field(c.Arg(0), "accessKeyId")
	}
	for _, t := range c.Types(v) {
		for _, own := range []string{"fromEnv", "fromNodeProviderChain", "defaultProvider", "fromContainerMetadata"} {
			if strings.Contains(t, own) {
				return nil
			}
		}
	}
	if v == nil || c.Setting(v) == "AWS_ACCESS_KEY_ID" || c.Setting(c.Field(v, "accessKeyId")) == "AWS_ACCESS_KEY_ID" {
		return nil
	}
	return v
}

func command(c *flow.Call, s *Service, op string) *flow.Value {
	return c.Outside("aws:command:"+s.Name+":"+op, map[string]*flow.Value{"input": c.Arg(0)})
}

// scriptClient is a method that only JavaScript's clients have.
func (k kind) scriptClient(c *flow.Call, method string) (*flow.Value, bool) {
	s := k.service
	switch method {
	case "send":
		v, ok := sendCommand(c)
		if !ok {
			c.Dynamic("a command that is chosen at run time")
			return c.Unknown(), true
		}
		return v, true
	case "destroy", "middlewareStack", "config":
		return c.Unknown(), true
	case "upload":
		if s.Name == "s3" {
			newAPI(c, s, "AbortMultipartUpload").fields(c.Arg(0)).run()
			return callBack(c, newAPI(c, s, "PutObject").fields(c.Arg(0)).run()), true
		}
	case "getSignedUrl", "getSignedUrlPromise":
		name, _ := c.Text(c.Arg(0))
		if op := s.operation(name); op != "" {
			newAPI(c, s, op).fields(c.Arg(1)).run()
		} else {
			c.Dynamic("a URL signed for an operation that is chosen at run time")
		}
		return callBack(c, c.Unknown()), true
	case "createPresignedPost":
		newAPI(c, s, "PutObject").fields(c.Field(c.Arg(0), "Fields")).set("Bucket", c.Field(c.Arg(0), "Bucket")).run()
		return callBack(c, c.Unknown()), true
	case "waitFor":
		name, _ := c.Text(c.Arg(0))
		if op := s.waiters[plain(name)]; op != "" {
			return callBack(c, newAPI(c, s, op).fields(c.Arg(1)).run()), true
		}
		c.Dynamic("a waiter that is chosen at run time")
		return c.Unknown(), true
	case "makeRequest":
		name, _ := c.Text(c.Arg(0))
		if op := s.operation(name); op != "" {
			return callBack(c, newAPI(c, s, op).fields(c.Arg(1)).run()), true
		}
	}
	return nil, false
}

// sendCommand runs the command that a client is sent.
func sendCommand(c *flow.Call) (*flow.Value, bool) {
	v, ok := runCommand(c, c.Arg(0))
	if !ok {
		return nil, false
	}
	return callBack(c, v), true
}

// runCommand runs every command that v may be.
func runCommand(c *flow.Call, v *flow.Value) (*flow.Value, bool) {
	var out *flow.Value
	for _, typ := range c.Types(v) {
		k, _, ok := ownType(typ)
		if !ok || k.name != "command" || k.service == nil {
			continue
		}
		out = c.Join(out, newAPI(c, k.service, k.class).fields(c.Prop(v, "input")).run())
	}
	return out, out != nil
}

// scriptDocument recognises lib-dynamodb.
func scriptDocument(c *flow.Call, name string) (*flow.Value, bool) {
	s := service("dynamodb")
	base := strings.TrimSuffix(name, ".from")
	switch {
	case name == "DynamoDBDocumentClient.from" || name == "DynamoDBDocumentClient":
		return c.Outside("aws:client:dynamodb", map[string]*flow.Value{"credentials": c.Prop(c.Arg(0), "credentials")}), true
	case base == "DynamoDBDocument":
		return c.Outside("aws:document:dynamodb", map[string]*flow.Value{"credentials": c.Prop(c.Arg(0), "credentials")}), true
	case strings.HasPrefix(name, "DynamoDBDocumentClient."):
		return kind{name: "client", service: s}.client(c, strings.TrimPrefix(name, "DynamoDBDocumentClient.")), true
	case strings.HasPrefix(name, "DynamoDBDocument."):
		return kind{name: "document", service: s}.document(c, strings.TrimPrefix(name, "DynamoDBDocument.")), true
	case strings.HasSuffix(name, "Command"):
		if op := documentOperation(strings.TrimSuffix(name, "Command")); op != "" {
			return command(c, s, op), true
		}
	case strings.HasPrefix(name, "paginate"):
		if op := documentOperation(strings.TrimPrefix(name, "paginate")); op != "" {
			return c.ListOf(newAPI(c, s, op).fields(c.Arg(1)).run()), true
		}
	}
	return nil, false
}

// documentOperations are the document client's own names.
var documentOperations = map[string]string{
	"get": "GetItem", "put": "PutItem", "update": "UpdateItem", "delete": "DeleteItem",
	"batchget": "BatchGetItem", "batchwrite": "BatchWriteItem", "transactget": "TransactGetItems", "transactwrite": "TransactWriteItems",
}

func documentOperation(name string) string {
	if op, ok := documentOperations[plain(name)]; ok {
		return op
	}
	return service("dynamodb").operation(name)
}

// document is a method of a document client.
func (k kind) document(c *flow.Call, method string) *flow.Value {
	switch method {
	case "send":
		if v, ok := sendCommand(c); ok {
			return v
		}
		c.Dynamic("a command that is chosen at run time")
		return c.Unknown()
	case "createSet":
		return c.From(c.Arg(0))
	}
	op := documentOperation(method)
	if op == "" {
		return c.Unknown()
	}
	return callBack(c, newAPI(c, service("dynamodb"), op).fields(c.Prop(c.Recv(), "params")).fields(c.Arg(0)).run())
}

// upload records an upload in parts, by lib-storage or ManagedUpload.
func upload(c *flow.Call) *flow.Value {
	params := c.Field(c.Arg(0), "params")
	newAPI(c, service("s3"), "AbortMultipartUpload").fields(params).run()
	answer := newAPI(c, service("s3"), "PutObject").fields(params).run()
	return c.Outside("aws:answer:s3:Upload", map[string]*flow.Value{"answer": answer})
}

// scriptV2 recognises version 2.
func scriptV2(c *flow.Call, name string, isNew bool) (*flow.Value, bool) {
	rest := strings.TrimPrefix(strings.TrimPrefix(name, "aws-sdk"), ".")
	if after, ok := strings.CutPrefix(rest, "/clients/"); ok {
		rest = after
	} else if after, ok := strings.CutPrefix(rest, "/"); ok { // aws-sdk/lib/dynamodb/document_client
		if strings.HasPrefix(after, "lib/dynamodb/document_client") {
			rest = "DynamoDB.DocumentClient" + strings.TrimPrefix(strings.TrimPrefix(after, "lib/dynamodb/document_client"), ".DocumentClient")
		} else {
			return nil, false
		}
	}
	parts := strings.Split(rest, ".")
	s := byName(parts[0])
	if s == nil {
		return nil, false
	}
	if len(parts) > 1 && parts[1] == parts[0] { // import {S3} from "aws-sdk/clients/s3"
		parts = slices.Delete(slices.Clone(parts), 1, 2)
	}
	switch {
	case len(parts) == 1 && isNew:
		return c.Outside("aws:client:"+s.Name, map[string]*flow.Value{"params": c.Field(c.Arg(0), "params"), "credentials": scriptCredentials(c)}), true
	case len(parts) > 1 && parts[1] == "DocumentClient":
		if len(parts) == 2 {
			return c.Outside("aws:document:dynamodb", map[string]*flow.Value{"params": c.Field(c.Arg(0), "params"), "credentials": scriptCredentials(c)}), true
		}
		return kind{name: "document", service: s}.document(c, parts[2]), true
	case len(parts) > 1 && parts[1] == "ManagedUpload" && isNew:
		return upload(c), true
	case len(parts) > 1 && parts[1] == "Converter":
		if c.Arg(0) != nil {
			return c.Arg(0), true
		}
	case len(parts) == 2 && !isNew:
		return kind{name: "client", service: s}.client(c, parts[1]), true // a declared type
	}
	return nil, false
}

// scriptPowertools recognises Powertools for AWS Lambda (TypeScript).
func scriptPowertools(c *flow.Call, name string) (*flow.Value, bool) {
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case strings.Contains(name, "/parameters"):
		if v, ok := newProvider(c, last); ok {
			return v, true
		}
		return readParameter(c, parameterReaders[plain(last)])
	case strings.Contains(name, "/idempotency/dynamodb") && last == "DynamoDBPersistenceLayer":
		return idempotency(c, c.Field(c.Arg(0), "tableName")), true
	}
	return nil, false
}

// fetchers are middy's middlewares that call AWS with what "fetchData" lists.
// https://middy.js.org/docs/middlewares/ssm
var fetchers = map[string]reader{
	"ssm":             {"ssm", []string{"GetParameters"}, "Names", ""},
	"secrets-manager": {"secretsmanager", []string{"GetSecretValue"}, "SecretId", ""},
	"s3":              {"s3", []string{"GetObject"}, "", ""},
	"dynamodb":        {"dynamodb", []string{"GetItem"}, "", ""},
	"sts":             {"sts", []string{"AssumeRole"}, "", ""},
	"appconfig":       {"appconfigdata", []string{"StartConfigurationSession", "GetLatestConfiguration"}, "", ""},
	"rds-signer":      {"rds-db", []string{"connect"}, "", ""},
}

// middy recognises middlewares of middy. The middleware itself stays the
// library's.
func middy(c *flow.Call, name string) (*flow.Value, bool) {
	r, ok := fetchers[name]
	if !ok {
		return nil, false
	}
	data := c.Field(c.Arg(0), "fetchData")
	for _, key := range c.Fields(data) {
		v := c.Field(data, key)
		s := service(r.service)
		if s == nil {
			c.Record(connectCall(c, c.Field(v, "hostname"), c.Field(v, "username")))
			continue
		}
		for i, op := range r.ops {
			if text, ok := c.Text(v); ok && r.service == "ssm" && strings.HasSuffix(text, "/") && i == 0 {
				newAPI(c, s, "GetParametersByPath").set("Path", v).set("WithDecryption", c.Constant(true)).run()
				continue
			}
			a := newAPI(c, s, op).fields(v)
			if r.param != "" {
				a.set(r.param, v)
			}
			if r.service == "ssm" {
				a.set("WithDecryption", c.Constant(true))
			}
			a.run()
		}
	}
	return nil, false
}
