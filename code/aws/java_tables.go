package aws

import (
	"slices"
	"strings"

	"rind/code/flow"
)

// tableOperations are the methods of Java's object mappers for DynamoDB: the
// enhanced client's tables and indexes, version 1's document API and its
// DynamoDBMapper.
var tableOperations = map[string][]string{
	"putitem": {"PutItem"}, "putitemwithresponse": {"PutItem"}, "getitem": {"GetItem"}, "getitemwithresponse": {"GetItem"},
	"updateitem": {"UpdateItem"}, "updateitemwithresponse": {"UpdateItem"}, "deleteitem": {"DeleteItem"}, "deleteitemwithresponse": {"DeleteItem"},
	"query": {"Query"}, "scan": {"Scan"}, "createtable": {"CreateTable"}, "deletetable": {"DeleteTable"}, "describetable": {"DescribeTable"},
	"describe": {"DescribeTable"}, "delete": {"DeleteTable"},
}

// mapperOperations are those of DynamoDBMapper. save updates, or puts with the
// CLOBBER behaviour.
var mapperOperations = map[string][]string{
	"save": {"UpdateItem", "PutItem"}, "load": {"GetItem"}, "delete": {"DeleteItem"}, "query": {"Query"}, "querypage": {"Query"},
	"scan": {"Scan"}, "scanpage": {"Scan"}, "parallelscan": {"Scan"}, "count": {"Query", "Scan"}, "batchsave": {"BatchWriteItem"},
	"batchwrite": {"BatchWriteItem"}, "batchdelete": {"BatchWriteItem"}, "batchload": {"BatchGetItem"},
	"transactionwrite": {"TransactWriteItems"}, "transactionload": {"TransactGetItems"},
}

// enhanced recognises the enhanced DynamoDB client, by what follows its
// package.
func enhanced(c *flow.Call, name string) (*flow.Value, bool) {
	class, method, ok := strings.Cut(name, ".")
	if !ok {
		return nil, false
	}
	switch class {
	case "DynamoDbEnhancedClient", "DynamoDbEnhancedAsyncClient":
		if method == "create" || method == "builder" {
			return c.Outside("aws:table:dynamodb:client", nil), true
		}
		return kind{"table", service("dynamodb"), "client"}.table(c, method), true
	case "DynamoDbTable", "DynamoDbAsyncTable", "DynamoDbIndex", "DynamoDbAsyncIndex":
		return kind{"table", service("dynamodb"), ""}.table(c, method), true
	case "Expression":
		if method == "builder" {
			return c.Outside("aws:builder:dynamodb:Expression", nil), true
		}
	case "Key":
		if method == "builder" {
			return c.Outside("aws:builder:dynamodb:Key", nil), true
		}
	case "model":
		if _, m, ok := strings.Cut(method, "."); ok && m == "builder" {
			return c.Outside("aws:builder:dynamodb:"+method, nil), true
		}
	}
	return nil, false
}

// table is a method of a table, an index, the client that makes them, or a
// mapper.
func (k kind) table(c *flow.Call, method string) *flow.Value {
	recv := c.Recv()
	table := c.Prop(recv, "TableName")
	switch method {
	case "build", "dynamoDbClient", "extensions":
		return recv
	case "table", "getTable":
		return c.Outside("aws:table:dynamodb", map[string]*flow.Value{"TableName": c.Arg(0)})
	case "index", "getIndex":
		return c.Outside("aws:table:dynamodb", map[string]*flow.Value{"TableName": table, "IndexName": c.Arg(0)})
	}
	ops := tableOperations[plain(method)]
	if k.class != "" {
		ops = mapperOperations[plain(method)]
		if ops == nil {
			if op := k.service.operation(method); op != "" {
				ops = []string{op}
			} else if op := documentOperation(method); op != "" {
				ops = []string{op}
			}
		}
	}
	var out *flow.Value
	for i, op := range ops {
		a := newAPI(c, k.service, op).set("TableName", table)
		if op == "Query" || op == "Scan" {
			a.set("IndexName", c.Prop(recv, "IndexName"))
		}
		a.item(op, c.Arg(0))
		a.expressions(c.Arg(0))
		answer := a.run()
		if i == 0 {
			out = answer
		}
	}
	if out == nil {
		return c.Unknown()
	}
	for _, field := range []string{"Items", "Item"} {
		if v := (kind{}).fieldOf(c, out, field); len(c.Fields(out)) > 0 && v != nil {
			return v
		}
	}
	return out
}

// expressions takes the expressions out of a request of a table: a spec of
// version 1's document API, an enhanced request whose expression is an object
// with the text in it.
func (a *api) expressions(request *flow.Value) {
	if request == nil {
		return
	}
	fields := a.c.Fields(request) // of a request; an item may be data that has every name
	for _, name := range []string{"FilterExpression", "KeyConditionExpression", "ConditionExpression", "UpdateExpression"} {
		var v *flow.Value
		for _, spelled := range []string{name, strings.ToLower(name[:1]) + name[1:]} {
			if v == nil && slices.Contains(fields, spelled) {
				v = a.c.Field(request, spelled)
			}
		}
		if v == nil {
			continue
		}
		if text := a.c.Field(v, "Expression"); text != nil {
			v = text
		}
		a.set(name, v)
	}
}

// item gives a call what it writes.
func (a *api) item(op string, v *flow.Value) {
	if v == nil {
		return
	}
	switch op {
	case "PutItem":
		a.set("Item", v)
	case "UpdateItem":
		a.set("ExpressionAttributeValues", v)
	case "Query", "Scan":
		if expr := a.member(v, "FilterExpression"); expr != nil {
			if text := a.member(expr, "Expression"); text != nil {
				a.set("FilterExpression", text)
			}
		}
	}
}

// javaTransfer recognises the transfer manager of version 2.
func javaTransfer(c *flow.Call, name string) (*flow.Value, bool) {
	class, method, ok := strings.Cut(name, ".")
	if !ok {
		return nil, false
	}
	if class == "S3TransferManager" {
		if method == "create" || method == "builder" {
			return c.Outside("aws:transfer:s3", nil), true
		}
		return kind{"transfer", service("s3"), ""}.transfer(c, method), true
	}
	if class == "model" && strings.HasSuffix(method, ".builder") {
		return c.Outside("aws:builder:s3:"+strings.TrimSuffix(method, ".builder"), nil), true
	}
	return nil, false
}

// javaFirst recognises version 1, by what follows its package.
func javaFirst(c *flow.Call, name string, isNew bool) (*flow.Value, bool) {
	pkg, rest, _ := strings.Cut(name, ".")
	if pkg == "lambda" && strings.HasPrefix(rest, "runtime.") {
		return nil, false
	}
	s := byName(pkg)
	if s == nil {
		return nil, false
	}
	switch {
	case strings.HasPrefix(rest, "model."):
		class := strings.TrimPrefix(rest, "model.")
		if !isNew {
			return nil, false
		}
		v := c.Outside("aws:builder:"+s.Name+":"+class, nil)
		for i, name := range positionals[s.Name+"."+strings.TrimSuffix(class, "Request")] {
			if i < c.Len() {
				c.SetField(v, name, c.Arg(i))
			}
		}
		if class == "AttributeValue" && c.Arg(0) != nil {
			c.SetField(v, "S", c.Arg(0))
		}
		return v, true
	case strings.HasPrefix(rest, "document.") || strings.HasPrefix(rest, "datamodeling."):
		return javaDocument(c, s, rest, isNew)
	case strings.HasPrefix(rest, "transfer."):
		if strings.Contains(rest, "TransferManager") {
			_, method, _ := strings.Cut(strings.TrimPrefix(rest, "transfer."), ".")
			if isNew || method == "standard" || method == "defaultTransferManager" {
				return c.Outside("aws:transfer:s3", nil), true
			}
			return transferCall(c, s, transfers["uploadfile"], nil), true
		}
		return nil, false
	}
	class, method, isMethod := strings.Cut(rest, ".")
	builder := strings.HasSuffix(class, "Builder")
	switch {
	case !isMethod && isNew:
		return client(c, s), true
	case builder && method == "standard":
		return c.Outside("aws:clientbuilder:"+s.Name, nil), true
	case builder && (method == "defaultClient" || method == "build"):
		return client(c, s), true
	case isMethod && !builder:
		return kind{name: "client", service: s}.client(c, method), true
	}
	return nil, false
}

// javaDocument recognises version 1's document API and DynamoDBMapper.
func javaDocument(c *flow.Call, s *Service, name string, isNew bool) (*flow.Value, bool) {
	rest := name[strings.IndexByte(name, '.')+1:]
	class, method, isMethod := strings.Cut(rest, ".")
	switch class {
	case "DynamoDB":
		if isNew {
			return c.Outside("aws:table:dynamodb:client", nil), true
		}
		return kind{"table", s, "client"}.table(c, method), isMethod
	case "DynamoDBMapper":
		if isNew {
			return c.Outside("aws:table:dynamodb:mapper", nil), true
		}
		return kind{"table", s, "mapper"}.table(c, method), isMethod
	case "Table", "Index":
		return kind{"table", s, ""}.table(c, method), isMethod
	case "Item", "PrimaryKey", "spec":
		if isNew {
			return c.Outside("aws:builder:dynamodb:"+class, nil), true
		}
	}
	return nil, false
}
