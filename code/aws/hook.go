package aws

import (
	"strings"

	"rind/code/flow"
	"rind/code/ir"
)

// Hook models calls of AWS SDKs for package flow.
//
// Values that only the SDKs know are instances of types of its own, whose
// names begin with "aws:": "aws:client:s3", "aws:resource:dynamodb:Table",
// "aws:command:s3:PutObject", "aws:answer:s3:GetObject". They are the same in
// all languages; only constructors and the way parameters are passed differ.
type Hook struct{}

var (
	_ flow.Hook   = Hook{}
	_ flow.Reader = Hook{}
)

// Call recognises a call by its name.
func (Hook) Call(c *flow.Call) (*flow.Value, bool) {
	if t, method, ok := ownType(c.Name); ok {
		return t.call(c, method)
	}
	unseen(c)
	switch c.Language() {
	case ir.Python:
		return python(c)
	case ir.JavaScript:
		return javascript(c)
	case ir.Go:
		return golang(c)
	case ir.Java:
		return java(c)
	}
	return nil, false
}

// Read recognises members of the SDKs' own instances.
func (Hook) Read(c *flow.Call) (*flow.Value, bool) {
	t, name, ok := ownType(c.Name)
	if !ok {
		return nil, false
	}
	return t.read(c, name)
}

// A kind is a type of the SDKs.
type kind struct {
	name    string // "client"
	service *Service
	class   string // operation, or class of a resource
}

// ownType takes apart "aws:client:s3.put_object".
func ownType(name string) (kind, string, bool) {
	rest, ok := strings.CutPrefix(name, "aws:")
	if !ok {
		return kind{}, "", false
	}
	typ, method, _ := strings.Cut(rest, ".")
	f := strings.SplitN(typ, ":", 3)
	k := kind{name: f[0]}
	if len(f) > 1 {
		k.service = service(f[1])
	}
	if len(f) > 2 {
		k.class = f[2]
	}
	return k, strings.TrimSuffix(method, ".new"), true
}

func client(c *flow.Call, s *Service) *flow.Value {
	if s == nil {
		return c.Unknown()
	}
	return c.Outside("aws:client:"+s.Name, nil)
}

// call is a method of one of the SDKs' own instances.
func (k kind) call(c *flow.Call, method string) (*flow.Value, bool) {
	switch k.name {
	case "client":
		return k.client(c, method), true
	case "resource", "collection":
		return k.resourceMethod(c, method), true
	case "paginator":
		return k.paginator(c, method), true
	case "waiter":
		return k.waiter(c, method), true
	case "batch":
		return k.batchWriter(c, method), true
	case "document":
		return k.document(c, method), true
	case "answer":
		return k.answer(c, method)
	case "body":
		return k.body(c, method), true
	case "builder":
		return k.builder(c, method), true
	case "clientbuilder":
		if method == "build" {
			return c.Outside("aws:client:"+k.service.Name, credentialsOf(c)), true
		}
		if method == "credentialsProvider" || method == "withCredentials" {
			for _, t := range c.Types(c.Arg(0)) {
				if strings.Contains(t, "Static") || strings.Contains(t, "Sts") || strings.Contains(t, "STS") {
					c.SetProp(c.Recv(), "credentials", c.Arg(0))
				}
			}
		}
		return c.Recv(), true
	case "table":
		return k.table(c, method), true
	case "transfer":
		return k.transfer(c, method), true
	case "presigner":
		return k.presigner(c, method), true
	case "expression":
		return expression(c, method), true
	case "parameters":
		return k.parameters(c, method), true
	case "meta", "session", "command":
		return c.Unknown(), true
	}
	return nil, false
}

// read is a member of one of the SDKs' own instances.
func (k kind) read(c *flow.Call, name string) (*flow.Value, bool) {
	switch k.name {
	case "resource":
		return k.resourceMember(c, name), true
	case "meta":
		if name == "client" {
			return client(c, k.service), true
		}
	case "client", "document":
		switch name {
		case "meta":
			return c.Outside("aws:meta:"+k.service.Name, nil), true
		case "[]":
			c.Dynamic("an operation of " + k.service.Name + " that is chosen at run time")
			return c.Unknown(), true
		}
		return nil, false // a method that is called later
	case "answer":
		return k.answerField(c, name), true
	case "body":
		return c.Prop(c.Recv(), "content"), true
	case "expression", "batch", "command", "paginator", "waiter":
	default:
		return nil, false
	}
	return c.Unknown(), true
}

// answerField is a field of an answer, in any spelling.
func (k kind) answerField(c *flow.Call, name string) *flow.Value {
	for _, n := range c.Fields(c.Recv()) {
		if plain(n) == plain(name) {
			return c.Field(c.Recv(), n)
		}
	}
	return c.Unknown()
}

// answer is a method of an answer: a getter, or that of a promise or request
// that stands for it.
func (k kind) answer(c *flow.Call, method string) (*flow.Value, bool) {
	for _, n := range c.Fields(c.Recv()) {
		if plain(n) == plain(method) || plain("get"+n) == plain(method) {
			return c.Field(c.Recv(), n), true
		}
	}
	switch method {
	case "get", "__getitem__", "pop":
		if name, ok := c.Text(c.Arg(0)); ok {
			return k.answerField(c, name), true
		}
		return c.Unknown(), true
	case "promise", "join", "__enter__", "__aenter__", "eachPage", "presign":
		return c.Recv(), true
	case "send", "on":
		for i := range c.Len() {
			if c.HasFunction(c.Arg(i)) {
				if method == "send" {
					c.Invoke(c.Arg(i), c.Constant(nil), c.Recv())
				} else {
					c.Invoke(c.Arg(i), c.Recv())
				}
			}
		}
		return c.Recv(), true
	case "createReadStream":
		if f := k.answerField(c, "Body"); f != nil {
			return f, true
		}
	case "then", "catch", "finally", "thenApply", "thenAccept", "thenCompose", "whenComplete", "handle":
		return nil, false // the engine's
	case "stream", "iterator", "pages", "subscribe":
		return c.ListOf(c.Recv()), true
	}
	return c.Unknown(), true
}

// body is a method of what streams an object's content.
func (k kind) body(c *flow.Call, method string) *flow.Value {
	content := c.Prop(c.Recv(), "content")
	switch method {
	case "iter_lines", "iter_chunks", "splitlines", "readlines":
		return c.ListOf(content)
	case "close", "on", "once", "setEncoding":
		if c.HasFunction(c.Arg(1)) {
			c.Invoke(c.Arg(1), content)
		}
		return c.Recv()
	case "pipe", "promise", "__enter__", "getObjectContent":
		return c.Recv()
	}
	return content
}

// expression is a method of an expression builder: what is compared with
// becomes a placeholder's value.
func expression(c *flow.Call, method string) *flow.Value {
	all := c.Prop(c.Recv(), "all")
	if method == "Values" {
		if all == nil {
			return c.Unknown()
		}
		return all
	}
	return newExpression(c)
}

// newExpression keeps the data of all that goes in, for Values.
func newExpression(c *flow.Call) *flow.Value {
	vs := []*flow.Value{c.Prop(c.Recv(), "all")}
	for i := range c.Len() {
		a := c.Arg(i)
		vs = append(vs, c.Prop(a, "all"))
		if !safeExpression(c, a) {
			vs = append(vs, a)
		}
	}
	return c.Outside("aws:expression", map[string]*flow.Value{"all": c.From(vs...)})
}
