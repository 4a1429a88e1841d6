package aws

import (
	"strings"

	"rind/code/flow"
)

// The modules of the AWS SDKs for Go.
const (
	goV2 = "github.com/aws/aws-sdk-go-v2/"
	goV1 = "github.com/aws/aws-sdk-go/"
)

// pointers are functions of package aws that only make a pointer or read one.
func pointers(name string) bool {
	switch strings.TrimPrefix(strings.TrimPrefix(name, "To"), "aws.") {
	case "String", "Bool", "Int", "Int8", "Int16", "Int32", "Int64", "Uint32", "Uint64", "Float32", "Float64", "Time",
		"StringValue", "BoolValue", "IntValue", "Int32Value", "Int64Value", "Float64Value", "TimeValue",
		"StringSlice", "StringMap", "StringValueSlice", "StringValueMap", "ReadSeekCloser":
		return true
	}
	return false
}

// golang recognises the functions of the AWS SDKs for Go.
func golang(c *flow.Call) (*flow.Value, bool) {
	name, v2 := strings.CutPrefix(c.Name, goV2)
	if !v2 {
		var v1 bool
		if name, v1 = strings.CutPrefix(c.Name, goV1); !v1 {
			return goUnknown(c)
		}
	}
	name = strings.TrimSuffix(name, ".new")
	switch {
	case strings.HasPrefix(name, "aws.") && strings.Count(name, ".") == 1:
		if pointers(strings.TrimPrefix(name, "aws.")) && c.Arg(0) != nil {
			return c.Arg(0), true
		}
		return nil, false
	case strings.HasPrefix(name, "feature/dynamodb/expression."), strings.HasPrefix(name, "service/dynamodb/expression."):
		return newExpression(c), true
	case strings.HasPrefix(name, "feature/dynamodb/attributevalue."), strings.HasPrefix(name, "service/dynamodb/dynamodbattribute."):
		if strings.Contains(name, ".Marshal") && c.Arg(0) != nil {
			return c.Arg(0), true
		}
		return nil, false
	case strings.HasPrefix(name, "feature/s3/manager."), strings.HasPrefix(name, "feature/s3/transfermanager."), strings.HasPrefix(name, "service/s3/s3manager."):
		return goManager(c, name[strings.IndexByte(name, '.')+1:])
	case strings.HasPrefix(name, "feature/rds/auth."), strings.HasPrefix(name, "service/rds/rdsutils."):
		if strings.HasSuffix(name, "BuildAuthToken") {
			c.Record(connectCall(c, c.Arg(1), c.Arg(3)))
		}
		return nil, false
	}
	path, ok := strings.CutPrefix(name, "service/")
	if !ok {
		return nil, false
	}
	pkg, rest, _ := strings.Cut(path, ".")
	pkg, _, _ = strings.Cut(pkg, "/") // dynamodb/dynamodbiface
	s := byName(pkg)
	if s == nil {
		return nil, false
	}
	return goService(c, s, rest)
}

// goService is a function or method of a service's package.
func goService(c *flow.Call, s *Service, rest string) (*flow.Value, bool) {
	class, method, isMethod := strings.Cut(rest, ".")
	switch {
	case isMethod && strings.HasSuffix(class, "Paginator"):
		return kind{"paginator", s, s.operation(strings.TrimSuffix(class, "Paginator"))}.paginator(c, method), true
	case isMethod && strings.HasSuffix(class, "Waiter"):
		return kind{"waiter", s, s.waiters[plain(strings.TrimSuffix(class, "Waiter"))]}.waiter(c, method), true
	case isMethod && class == "PresignClient":
		return kind{"presigner", s, ""}.presigner(c, method), true
	case isMethod: // Client, or version 1's S3 and S3API
		return kind{"client", s, ""}.client(c, method), true
	case class == "NewFromConfig" || class == "New":
		return client(c, s), true
	case class == "NewPresignClient":
		return c.Outside("aws:presigner:"+s.Name, nil), true
	case strings.HasPrefix(class, "New") && strings.HasSuffix(class, "Paginator"):
		if op := s.operation(strings.TrimSuffix(strings.TrimPrefix(class, "New"), "Paginator")); op != "" {
			return c.Outside("aws:paginator:"+s.Name+":"+op, map[string]*flow.Value{"input": c.Arg(1)}), true
		}
	case strings.HasPrefix(class, "New") && strings.HasSuffix(class, "Waiter"):
		if op := s.waiters[plain(strings.TrimSuffix(strings.TrimPrefix(class, "New"), "Waiter"))]; op != "" {
			return c.Outside("aws:waiter:"+s.Name+":"+op, nil), true
		}
	}
	return nil, false
}

// goClient is a method that only Go's clients have: version 1's forms.
func (k kind) goClient(c *flow.Call, method string) (*flow.Value, bool) {
	s := k.service
	if s.operation(method) != "" {
		return nil, false
	}
	if state, ok := strings.CutPrefix(method, "WaitUntil"); ok {
		if op := s.waiters[plain(strings.TrimSuffix(state, "WithContext"))]; op != "" {
			return k.arguments(c, newAPI(c, s, op)).run(), true
		}
	}
	for _, end := range []string{"PagesWithContext", "WithContext", "Pages", "Request"} {
		base, ok := strings.CutSuffix(method, end)
		op := s.operation(base)
		if !ok || op == "" {
			continue
		}
		answer := k.arguments(c, newAPI(c, s, op)).run()
		for i := range c.Len() {
			if strings.Contains(end, "Pages") && c.HasFunction(c.Arg(i)) {
				c.Invoke(c.Arg(i), answer, c.Unknown())
			}
		}
		return answer, true
	}
	return nil, false
}

// goManager recognises the transfer managers of S3.
func goManager(c *flow.Call, name string) (*flow.Value, bool) {
	switch name {
	case "NewUploader", "NewUploaderWithClient", "NewDownloader", "NewDownloaderWithClient", "New":
		return c.Outside("aws:transfer:s3", nil), true
	}
	_, method, ok := strings.Cut(name, ".")
	if !ok {
		return nil, false
	}
	return kind{"transfer", service("s3"), ""}.transfer(c, method), true
}

// transfer is a method of a transfer manager.
func (k kind) transfer(c *flow.Call, method string) *flow.Value {
	ops := map[string][]string{
		"upload": {"PutObject", "AbortMultipartUpload"}, "uploadwithcontext": {"PutObject", "AbortMultipartUpload"},
		"uploadobject": {"PutObject", "AbortMultipartUpload"}, "uploadfile": {"PutObject", "AbortMultipartUpload"},
		"uploaddirectory": {"PutObject", "AbortMultipartUpload"}, "uploadwithiterator": {"PutObject", "AbortMultipartUpload"},
		"download": {"GetObject"}, "downloadwithcontext": {"GetObject"}, "downloadobject": {"GetObject"}, "downloadfile": {"GetObject"},
		"getobject": {"GetObject"}, "downloadwithiterator": {"GetObject"},
		"downloaddirectory": {"GetObject", "ListObjectsV2"}, "copy": {"CopyObject"},
	}[plain(method)]
	if ops == nil {
		return c.Recv()
	}
	var out *flow.Value
	for i, op := range ops {
		a := newAPI(c, k.service, op)
		for i := range c.Len() {
			a.request(c.Arg(i))
		}
		a.copySource()
		if v := a.run(); i == 0 {
			out = v
		}
	}
	return out
}

// presigner is a method of a client that only signs: the operation is what
// the holder of the URL may do.
func (k kind) presigner(c *flow.Call, method string) *flow.Value {
	name := plain(method)
	name = strings.TrimPrefix(name, "presign")
	if name == "post" {
		name = "putobject"
	}
	op := k.service.operation(name)
	if op == "" {
		return c.Unknown()
	}
	a := newAPI(c, k.service, op)
	for i := range c.Len() {
		a.request(c.Arg(i))
	}
	a.run()
	return c.Unknown()
}

// goUnknown recognises calls of something that only run time knows, such as an
// interface of the app, by the input they are given.
func goUnknown(c *flow.Call) (*flow.Value, bool) {
	method, ok := strings.CutPrefix(c.Name, "?.")
	if !ok {
		return nil, false
	}
	for i := range c.Len() {
		for _, typ := range c.Types(c.Arg(i)) {
			rest, ok := strings.CutPrefix(typ, goV2+"service/")
			if !ok {
				if rest, ok = strings.CutPrefix(typ, goV1+"service/"); !ok {
					continue
				}
			}
			pkg, class, _ := strings.Cut(rest, ".")
			op := strings.TrimSuffix(class, "Input")
			if s := byName(pkg); s != nil && s.operation(op) != "" && strings.HasPrefix(method, op) {
				return kind{"client", s, ""}.client(c, method), true
			}
		}
	}
	return nil, false
}
