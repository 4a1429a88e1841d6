package aws

import (
	"strings"

	"rind/code/flow"
	"rind/code/ir"
)

// client is a method of a client in any SDK.
func (k kind) client(c *flow.Call, method string) *flow.Value {
	s := k.service
	if s == nil {
		return c.Unknown()
	}
	switch c.Language() {
	case ir.Python:
		if v, ok := k.pythonClient(c, method); ok {
			return v
		}
	case ir.JavaScript:
		if v, ok := k.scriptClient(c, method); ok {
			return v
		}
	case ir.Java:
		if v, ok := k.javaClient(c, method); ok {
			return v
		}
	case ir.Go:
		if v, ok := k.goClient(c, method); ok {
			return v
		}
	}
	switch method {
	case "__enter__", "__aenter__", "promise":
		return c.Recv()
	}
	if s.Name == "s3" {
		if v, ok := k.s3Client(c, method); ok {
			return v
		}
	}
	op := s.operation(method)
	if op == "" {
		return c.Unknown()
	}
	a := k.arguments(c, newAPI(c, s, op))
	answer := a.run()
	return callBack(c, answer)
}

// arguments takes the parameters out of the arguments, as the language passes
// them.
func (k kind) arguments(c *flow.Call, a *api) *api {
	switch c.Language() {
	case ir.Python:
		for _, name := range c.Names() {
			a.set(name, c.Named(name))
		}
	case ir.JavaScript:
		a.fields(c.Prop(c.Recv(), "params"))
		a.fields(c.Arg(0))
	case ir.Go:
		for i := range c.Len() {
			a.fields(c.Arg(i))
		}
	case ir.Java:
		a.javaArguments()
	}
	return a
}

// callBack calls the function at the end of the arguments with an error and
// the answer, as version 2 of the JavaScript SDK does.
func callBack(c *flow.Call, answer *flow.Value) *flow.Value {
	if c.Language() != ir.JavaScript {
		return answer
	}
	for i := range c.Len() {
		if v := c.Arg(i); c.HasFunction(v) {
			c.Invoke(v, c.Constant(nil), answer)
		}
	}
	return answer
}

// A shortcut is a convenience of a client for one object: which operations it
// calls, and what its positional arguments are.
type shortcut struct {
	ops    []string
	params []string
}

// local is what a transfer does with a file of the machine, by method.
var local = map[string]string{"uploadfile": "reads the file it names", "downloadfile": "writes the file it names"}

// localFile reports data that chooses the local file of a transfer. The name
// is the first argument of an upload and the last of a download.
func localFile(c *flow.Call, method string, bound int) {
	note, ok := local[plain(method)]
	if !ok {
		return
	}
	v := c.Named("Filename")
	if v == nil && plain(method) == "uploadfile" {
		v = c.Arg(0)
	} else if v == nil {
		v = c.Arg(2 - bound)
	}
	c.Sink("path-traversal", v, note, "")
}

// transfers are the methods of S3 clients that move whole objects.
var transfers = map[string]shortcut{
	"uploadfile":            {[]string{"PutObject", "AbortMultipartUpload"}, []string{"Body", "Bucket", "Key"}},
	"uploadfileobj":         {[]string{"PutObject", "AbortMultipartUpload"}, []string{"Body", "Bucket", "Key"}},
	"downloadfile":          {[]string{"GetObject"}, []string{"Bucket", "Key", ""}},
	"downloadfileobj":       {[]string{"GetObject"}, []string{"Bucket", "Key", ""}},
	"copy":                  {[]string{"CopyObject"}, []string{"CopySource", "Bucket", "Key"}},
	"generatepresignedpost": {[]string{"PutObject"}, []string{"Bucket", "Key"}},
}

// spelled are names of arguments that differ from the API's.
var spelled = map[string]string{"Filename": "Body", "Fileobj": "Body"}

// s3Client is a convenience of S3 clients.
func (k kind) s3Client(c *flow.Call, method string) (*flow.Value, bool) {
	t, ok := transfers[plain(method)]
	if !ok || c.Language() != ir.Python {
		return nil, false
	}
	localFile(c, method, 0)
	return transferCall(c, k.service, t, nil), true
}

// transferCall runs a convenience with parameters already bound.
func transferCall(c *flow.Call, s *Service, t shortcut, bound map[string]*flow.Value) *flow.Value {
	var out *flow.Value
	for i, op := range t.ops {
		a := newAPI(c, s, op)
		for name, v := range bound {
			a.set(name, v)
		}
		for i, name := range t.params {
			if bound[name] == nil {
				a.set(name, c.Arg(i))
			}
		}
		for _, name := range c.Names() {
			api := name
			if n, ok := spelled[name]; ok {
				api = n
			}
			a.set(api, c.Named(name))
		}
		if extra := c.Named("ExtraArgs"); extra != nil {
			a.fields(extra)
		}
		delete(a.params, "ExtraArgs")
		delete(a.params, "Config")
		delete(a.params, "Callback")
		if op == "GetObject" {
			delete(a.params, "Body")
		}
		v := a.run()
		if i == 0 {
			out = v
		}
	}
	return out
}

// paginator is a method of a paginator: each page is an answer.
func (k kind) paginator(c *flow.Call, method string) *flow.Value {
	switch plain(method) {
	case "paginate":
		return c.ListOf(k.arguments(c, newAPI(c, k.service, k.class)).run())
	case "nextpage":
		return newAPI(c, k.service, k.class).fields(c.Prop(c.Recv(), "input")).run()
	case "stream", "iterator", "subscribe":
		return c.ListOf(c.Recv())
	}
	return c.Unknown()
}

// waiter is a method of a waiter, which polls an operation.
func (k kind) waiter(c *flow.Call, method string) *flow.Value {
	op := k.class
	if name, ok := strings.CutPrefix(plain(method), "waituntil"); ok {
		op = k.service.waiters[name]
	}
	if op == "" || plain(method) == "close" {
		return c.Unknown()
	}
	return k.arguments(c, newAPI(c, k.service, op)).run()
}
