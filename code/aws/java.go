package aws

import (
	"regexp"
	"strings"

	"rind/code/flow"
)

// The packages of the AWS SDKs for Java.
const (
	javaV2 = "software.amazon.awssdk."
	javaV1 = "com.amazonaws."
)

// java recognises the classes of the AWS SDKs for Java.
func java(c *flow.Call) (*flow.Value, bool) {
	name, isNew := strings.CutSuffix(c.Name, ".new")
	if rest, ok := strings.CutPrefix(name, javaV2); ok {
		return javaSecond(c, rest)
	}
	if rest, ok := strings.CutPrefix(name, javaV1+"services."); ok {
		return javaFirst(c, rest, isNew)
	}
	if rest, ok := strings.CutPrefix(name, "software.amazon.lambda.powertools."); ok {
		return javaPowertools(c, rest)
	}
	return javaUnknown(c, name)
}

// nameless are receivers of which no type is known: a value, an undeclared
// variable, a field of a class without a package.
var nameless = regexp.MustCompile(`^(?:\?|(?:[A-Z]\w*\.)?[a-z]\w*)$`)

// javaUnknown recognises methods of something whose type is not known, by the
// SDK packages that the file imports: the operation must be one of a single
// service among them.
func javaUnknown(c *flow.Call, name string) (*flow.Value, bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 || c.Len() > 2 || !nameless.MatchString(name[:i]) {
		return nil, false
	}
	method := name[i+1:]
	var found *Service
	for _, path := range c.In().Module.Imports {
		rest, ok := strings.CutPrefix(path, javaV2+"services.")
		if !ok {
			continue
		}
		pkg, _, _ := strings.Cut(rest, ".")
		s := byName(pkg)
		if s == nil || s == found || !s.answers(method) {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = s
	}
	if found == nil {
		return nil, false
	}
	if strings.HasPrefix(method, "waitUntil") {
		return kind{name: "waiter", service: found}.waiter(c, method), true
	}
	return kind{name: "client", service: found}.client(c, method), true
}

// answers reports whether a client of the service, or its waiter, has the
// method.
func (s *Service) answers(method string) bool {
	if state, ok := strings.CutPrefix(plain(method), "waituntil"); ok {
		return s.waiters[state] != ""
	}
	return s.operation(strings.TrimSuffix(method, "Paginator")) != ""
}

// javaSecond recognises version 2, by what follows its package.
func javaSecond(c *flow.Call, name string) (*flow.Value, bool) {
	switch {
	case strings.HasPrefix(name, "core.SdkBytes.from"), strings.HasPrefix(name, "core.sync.RequestBody.from"),
		strings.HasPrefix(name, "core.async.AsyncRequestBody.from"), strings.HasPrefix(name, "enhanced.dynamodb.internal.AttributeValues."):
		if c.Arg(0) != nil {
			return c.From(c.Arg(0)), true
		}
		return nil, false
	case strings.HasPrefix(name, "enhanced.dynamodb."):
		return enhanced(c, strings.TrimPrefix(name, "enhanced.dynamodb."))
	case strings.HasPrefix(name, "transfer.s3."):
		return javaTransfer(c, strings.TrimPrefix(name, "transfer.s3."))
	}
	path, ok := strings.CutPrefix(name, "services.")
	if !ok {
		return nil, false
	}
	pkg, rest, _ := strings.Cut(path, ".")
	s := byName(pkg)
	if s == nil {
		return nil, false
	}
	sub, class, isSub := strings.Cut(rest, ".")
	if isSub && (sub == "model" || sub == "presigner" || sub == "waiters" || sub == "paginators" || sub == "batchmanager") {
		return javaPart(c, s, sub, class)
	}
	class, method, isMethod := strings.Cut(rest, ".")
	if !isMethod || !strings.HasSuffix(class, "Client") {
		return nil, false
	}
	switch method {
	case "create":
		return client(c, s), true
	case "builder":
		return c.Outside("aws:clientbuilder:"+s.Name, nil), true
	}
	return kind{name: "client", service: s}.client(c, method), true
}

// javaPart is something of a service's package for requests, presigners or
// waiters.
func javaPart(c *flow.Call, s *Service, sub, name string) (*flow.Value, bool) {
	class, method, ok := strings.Cut(name, ".")
	if !ok {
		return nil, false
	}
	switch sub {
	case "model":
		if method == "builder" {
			return c.Outside("aws:builder:"+s.Name+":"+class, nil), true
		}
		if class == "AttributeValue" && strings.HasPrefix(method, "from") && c.Arg(0) != nil {
			v := c.Outside("aws:builder:"+s.Name+":"+class, nil)
			c.SetField(v, strings.TrimPrefix(method, "from"), c.Arg(0))
			return v, true
		}
		if strings.HasSuffix(class, "Request") && method == "create" {
			return c.Outside("aws:builder:"+s.Name+":"+class, nil), true
		}
	case "presigner":
		if !strings.HasSuffix(class, "Presigner") {
			if method == "builder" {
				return c.Outside("aws:builder:"+s.Name+":"+class, nil), true
			}
			return nil, false
		}
		if method == "create" || method == "builder" {
			return c.Outside("aws:presigner:"+s.Name, nil), true
		}
		return kind{name: "presigner", service: s}.presigner(c, method), true
	case "batchmanager": // gathers single calls to batches
		switch method {
		case "create", "builder":
			return c.Outside("aws:clientbuilder:"+s.Name, nil), true
		case "sendMessage", "deleteMessage", "changeMessageVisibility":
			method += "Batch"
		}
		if op := s.operation(method); op != "" {
			return newAPI(c, s, op).request(c.Arg(0)).run(), true
		}
	case "waiters":
		if method == "create" || method == "builder" {
			return c.Outside("aws:waiter:"+s.Name, nil), true
		}
		return kind{name: "waiter", service: s}.waiter(c, method), true
	}
	return nil, false
}

// builder is a method of a builder of requests and their parts, and of what
// it builds: with an argument it sets a field, without it reads one.
func (k kind) builder(c *flow.Call, method string) *flow.Value {
	recv := c.Recv()
	switch method {
	case "build", "toBuilder", "copy", "applyMutation", "overrideConfiguration", "clone":
		return recv
	}
	if strings.HasPrefix(method, "with") && len(method) > 4 || strings.HasPrefix(method, "set") && len(method) > 3 && method[3] < 'a' {
		method = strings.TrimPrefix(strings.TrimPrefix(method, "with"), "set")
	}
	name := strings.ToUpper(method[:1]) + method[1:]
	if c.Len() == 0 {
		if v := c.Field(recv, strings.TrimPrefix(name, "Get")); v != nil {
			return v
		}
		return c.Unknown()
	}
	v := c.Arg(0)
	switch {
	case c.Len() > 1 && strings.HasPrefix(name, "Add") && strings.HasSuffix(name, "Entry"): // v1: addItemEntry(k, v)
		name = strings.TrimSuffix(strings.TrimPrefix(name, "Add"), "Entry")
		m := c.Field(recv, name)
		if m == nil {
			m = c.Object(nil)
		}
		if key, ok := c.Text(c.Arg(0)); ok {
			c.SetField(m, key, c.Arg(1))
		}
		v = m
	case c.Len() > 1: // varargs
		for i := range c.Len() {
			v = c.Join(v, c.Arg(i))
		}
		v = c.ListOf(v)
	case c.HasFunction(v): // a builder of a part, given as a function
		part := c.Outside("aws:builder:"+serviceName(k.service)+":"+name, nil)
		c.Invoke(v, part)
		v = part
	}
	c.SetField(recv, name, v)
	return recv
}

func serviceName(s *Service) string {
	if s == nil {
		return ""
	}
	return s.Name
}

// request takes the parameters out of a request, or out of a function that
// fills the builder of one.
func (a *api) request(v *flow.Value) *api {
	if v == nil {
		return a
	}
	if a.c.HasFunction(v) {
		b := a.c.Outside("aws:builder:"+a.service.Name+":"+a.op+"Request", nil)
		a.c.Invoke(v, b)
		v = b
	}
	for _, name := range a.c.Fields(v) {
		f := a.c.Field(v, name)
		// Requests of transfer managers and presigners hold the real one.
		if strings.HasSuffix(name, "Request") && len(a.c.Fields(f)) > 0 {
			a.fields(f)
			continue
		}
		a.set(name, f)
	}
	return a
}

// copySource gives a copy its source in the form of the other SDKs.
func (a *api) copySource() {
	bucket, key := a.params["SourceBucket"], a.params["SourceKey"]
	if bucket == nil {
		return
	}
	a.params["CopySource"] = a.c.Object(map[string]*flow.Value{"Bucket": bucket, "Key": key})
	if b := a.params["DestinationBucket"]; b != nil {
		a.params["Bucket"] = b
	}
	if k := a.params["DestinationKey"]; k != nil {
		a.params["Key"] = k
	}
	for _, name := range []string{"SourceBucket", "SourceKey", "DestinationBucket", "DestinationKey"} {
		delete(a.params, name)
	}
}

// javaArguments takes the parameters out of a request, a function that fills
// a builder, or the positional arguments of version 1's conveniences.
func (a *api) javaArguments() {
	c := a.c
	first := c.Arg(0)
	positional := false
	if first != nil {
		isRequest := c.HasFunction(first) || len(c.Fields(first)) > 0
		for _, t := range c.Types(first) {
			isRequest = isRequest || strings.HasPrefix(t, "aws:") || strings.HasSuffix(t, "Request")
		}
		positional = !isRequest && positionals[a.service.Name+"."+a.op] != nil
	}
	if positional {
		for i, name := range positionals[a.service.Name+"."+a.op] {
			a.set(name, c.Arg(i))
		}
	} else {
		a.request(first)
	}
	if a.service.Name == "s3" && (a.op == "PutObject" || a.op == "UploadPart") && !positional {
		a.set("Body", c.Arg(1))
	}
	a.rename()
	a.copySource()
}

// positionals are the parameters of version 1's conveniences.
var positionals = map[string][]string{
	"s3.PutObject": {"Bucket", "Key", "Body"}, "s3.GetObject": {"Bucket", "Key"}, "s3.DeleteObject": {"Bucket", "Key"},
	"s3.HeadObject": {"Bucket", "Key"}, "s3.ListObjects": {"Bucket", "Prefix"}, "s3.ListObjectsV2": {"Bucket", "Prefix"},
	"s3.CopyObject": {"SourceBucket", "SourceKey", "DestinationBucket", "DestinationKey"}, "s3.HeadBucket": {"Bucket"},
	"s3.GeneratePresignedUrl": {"Bucket", "Key"}, "s3.CreateBucket": {"Bucket"}, "s3.DeleteBucket": {"Bucket"}, "s3.GetBucketLocation": {"Bucket"},
	"sqs.SendMessage": {"QueueUrl", "MessageBody"}, "sqs.ReceiveMessage": {"QueueUrl"}, "sqs.DeleteMessage": {"QueueUrl", "ReceiptHandle"},
	"sqs.GetQueueUrl": {"QueueName"}, "sqs.CreateQueue": {"QueueName"}, "sqs.SendMessageBatch": {"QueueUrl", "Entries"},
	"sns.Publish": {"TopicArn", "Message", "Subject"}, "sns.CreateTopic": {"Name"}, "sns.Subscribe": {"TopicArn", "Protocol", "Endpoint"},
	"dynamodb.PutItem": {"TableName", "Item"}, "dynamodb.GetItem": {"TableName", "Key"}, "dynamodb.DeleteItem": {"TableName", "Key"},
	"dynamodb.UpdateItem": {"TableName", "Key", "AttributeUpdates"}, "dynamodb.Scan": {"TableName"}, "dynamodb.DescribeTable": {"TableName"},
}

// rename gives version 1's names of parameters the API's.
func (a *api) rename() {
	for from, to := range map[string]string{"BucketName": "Bucket", "SourceBucketName": "SourceBucket", "DestinationBucketName": "DestinationBucket"} {
		if v := a.params[from]; v != nil && a.service.Name == "s3" {
			a.params[to] = v
			delete(a.params, from)
		}
	}
}

// javaClient is a method that only Java's clients have.
func (k kind) javaClient(c *flow.Call, method string) (*flow.Value, bool) {
	s := k.service
	switch method {
	case "waiter", "waiters":
		return c.Outside("aws:waiter:"+s.Name, nil), true
	case "utilities", "serviceClientConfiguration", "close", "shutdown":
		return c.Unknown(), true
	case "getObjectAsBytes", "getObjectAsString":
		return k.run(c, "GetObject"), true
	case "doesObjectExist", "getObjectMetadata":
		return k.run(c, "HeadObject"), true
	case "doesBucketExist", "doesBucketExistV2":
		return k.run(c, "HeadBucket"), true
	case "generatePresignedUrl":
		how := c.Types(c.Arg(3))
		for _, name := range c.Fields(c.Arg(0)) {
			how = append(how, c.Types(c.Field(c.Arg(0), name))...)
		}
		op := "GetObject"
		switch methods := strings.Join(how, " "); {
		case strings.Contains(methods, "PUT"):
			op = "PutObject"
		case strings.Contains(methods, "DELETE"):
			op = "DeleteObject"
		}
		a := newAPI(c, s, op)
		a.javaArguments()
		a.run()
		return c.Unknown(), true
	}
	for _, end := range []string{"Paginator", "Async"} {
		if base, ok := strings.CutSuffix(method, end); ok && s.operation(base) != "" {
			answer := k.run(c, s.operation(base))
			if end == "Paginator" {
				return c.Join(answer, c.ListOf(answer)), true
			}
			return answer, true
		}
	}
	if op := s.operation(method); op == "GetObject" || op == "SelectObjectContent" {
		answer := k.run(c, op)
		if f := (kind{}).fieldOf(c, answer, "Body"); op == "GetObject" && f != nil {
			return f, true // a stream of the content
		}
		return answer, true
	}
	return nil, false
}

// run calls an operation with the arguments at hand.
func (k kind) run(c *flow.Call, op string) *flow.Value {
	answer := k.arguments(c, newAPI(c, k.service, op)).run()
	if op == "GetObject" {
		if f := (kind{}).fieldOf(c, answer, "Body"); f != nil {
			return f
		}
	}
	return answer
}

// javaPowertools recognises Powertools for AWS Lambda (Java).
func javaPowertools(c *flow.Call, name string) (*flow.Value, bool) {
	if !strings.HasPrefix(name, "parameters.") {
		return nil, false
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if i := strings.Index(name, "ParamManager.get"); i >= 0 && strings.HasSuffix(last, "Provider") {
		return newProvider(c, strings.TrimPrefix(last, "get"))
	}
	for class, s := range providers {
		if strings.Contains(name, class+".") && (last == "get" || last == "getMultiple") {
			return kind{name: "parameters", service: service(s)}.parameters(c, last), true
		}
	}
	return nil, false
}
