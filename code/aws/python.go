package aws

import (
	"slices"
	"strings"

	"rind/code/flow"
	"rind/internal/awsdata/pack"
	"rind/rind"
)

// pythonRoots are the packages that make clients.
var pythonRoots = []string{"boto3.", "aioboto3.", "botocore.", "aiobotocore.", "aws_xray_sdk."}

// python recognises the functions of boto3 and its relatives.
func python(c *flow.Call) (*flow.Value, bool) {
	name := strings.TrimSuffix(c.Name, ".new")
	switch {
	case strings.HasPrefix(name, "aws_lambda_powertools."):
		return powertools(c, strings.TrimPrefix(name, "aws_lambda_powertools."))
	case strings.HasPrefix(name, "boto3.dynamodb.conditions."):
		return newExpression(c), true
	case strings.HasPrefix(name, "boto3.dynamodb.types."):
		if c.Arg(0) != nil {
			return c.Arg(0), true // TypeSerializer().serialize(x)
		}
		return nil, false
	case strings.HasPrefix(name, "mypy_boto3_"), strings.HasPrefix(name, "types_boto3_"), strings.HasPrefix(name, "types_aiobotocore_"):
		return stub(c, name)
	}
	if name == "getattr" {
		return attribute(c)
	}
	root := slices.ContainsFunc(pythonRoots, func(r string) bool { return strings.HasPrefix(name, r) })
	if !root {
		return nil, false
	}
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "Session":
		if v := c.Named("aws_access_key_id"); v != nil && c.Setting(v) != "AWS_ACCESS_KEY_ID" {
			return c.Outside(name+"()", map[string]*flow.Value{"aws_access_key_id": v}), true
		}
	case "client", "create_client":
		return pythonClients(c, "client"), true
	case "resource":
		return pythonClients(c, "resource"), true
	}
	return nil, false
}

// attribute is getattr of a client or resource.
func attribute(c *flow.Call) (*flow.Value, bool) {
	var out *flow.Value
	for _, t := range c.Types(c.Arg(0)) {
		k, _, ok := ownType(t)
		if !ok || k.service == nil || k.name != "client" && k.name != "resource" {
			continue
		}
		names := c.Texts(c.Arg(1))
		for _, n := range names {
			out = c.Join(out, c.Thing(t+"."+n))
		}
		if len(names) == 0 {
			c.Dynamic("an operation of " + k.service.Name + " that is chosen at run time")
			out = c.Unknown()
		}
	}
	return out, out != nil
}

// pythonClients makes a client or resource for each service that the name may
// be.
func pythonClients(c *flow.Call, kind string) *flow.Value {
	v := c.Named("service_name")
	if v == nil {
		v = c.Arg(0)
	}
	names := c.Texts(v)
	var out *flow.Value
	for _, n := range names {
		s := service(n)
		if s == nil {
			continue
		}
		typ := "aws:" + kind + ":" + s.Name
		out = c.Join(out, c.Outside(typ, map[string]*flow.Value{"credentials": ownCredentials(c)}))
	}
	if out == nil {
		if len(names) == 0 {
			c.Dynamic("a client of a service that is chosen at run time")
		}
		return c.Unknown()
	}
	return out
}

// ownCredentials are credentials that a client is made with, other than those
// of the function's role; nil if it is made with none.
func ownCredentials(c *flow.Call) *flow.Value {
	v := c.Named("aws_access_key_id")
	if v == nil {
		v = c.Named("aws_session_token")
	}
	if v == nil { // of the session
		v = c.Prop(c.Recv(), "aws_access_key_id")
	}
	if v == nil || c.Setting(v) == "AWS_ACCESS_KEY_ID" {
		return nil
	}
	return v
}

// stub recognises methods of values that only an annotation tells the type of:
// mypy_boto3_s3.client.S3Client.put_object, mypy_boto3_dynamodb.service_resource.Table.get_item.
func stub(c *flow.Call, name string) (*flow.Value, bool) {
	_, rest, _ := strings.Cut(name, "boto3_")
	if strings.HasPrefix(name, "types_aiobotocore_") {
		rest = strings.TrimPrefix(name, "types_aiobotocore_")
	}
	parts := strings.Split(rest, ".")
	s := service(strings.ReplaceAll(parts[0], "_", "-"))
	if s == nil || len(parts) < 3 {
		return nil, false
	}
	class, method := parts[len(parts)-2], parts[len(parts)-1]
	switch {
	case strings.HasSuffix(class, "Client"):
		return kind{name: "client", service: s}.client(c, method), true
	case strings.HasSuffix(class, "ServiceResource"):
		return kind{name: "resource", service: s}.resourceMethod(c, method), true
	case s.resources[class] != nil:
		return kind{name: "resource", service: s, class: class}.resourceMethod(c, method), true
	}
	return nil, false
}

// pythonClient is a method that only boto3's clients have.
func (k kind) pythonClient(c *flow.Call, method string) (*flow.Value, bool) {
	s := k.service
	switch method {
	case "get_paginator":
		if name, ok := c.Text(firstArg(c, "operation_name")); ok {
			if op := s.operation(name); op != "" {
				return c.Outside("aws:paginator:"+s.Name+":"+op, credentialsOf(c)), true
			}
		}
		c.Dynamic("a paginator of an operation that is chosen at run time")
		return c.Unknown(), true
	case "get_waiter":
		if name, ok := c.Text(firstArg(c, "waiter_name")); ok {
			if op := s.waiters[plain(name)]; op != "" {
				return c.Outside("aws:waiter:"+s.Name+":"+op, credentialsOf(c)), true
			}
		}
		c.Dynamic("a waiter that is chosen at run time")
		return c.Unknown(), true
	case "generate_presigned_url":
		name, ok := c.Text(firstArg(c, "ClientMethod"))
		op := s.operation(name)
		if !ok || op == "" {
			c.Dynamic("a URL signed for an operation that is chosen at run time")
			return c.Unknown(), true
		}
		params := c.Named("Params")
		if params == nil {
			params = c.Arg(1)
		}
		newAPI(c, s, op).fields(params).run()
		return c.Unknown(), true
	case "generate_db_auth_token":
		c.Record(connectCall(c, firstArg(c, "DBHostname"), c.Named("DBUsername")))
		return c.Unknown(), true
	case "exceptions", "can_paginate", "close":
		return c.Unknown(), true
	}
	return nil, false
}

// credentialsOf hands on the credentials of the client that is asked.
func credentialsOf(c *flow.Call) map[string]*flow.Value {
	return map[string]*flow.Value{"credentials": c.Prop(c.Recv(), "credentials")}
}

// firstArg is the argument of that name, or the first.
func firstArg(c *flow.Call, name string) *flow.Value {
	if v := c.Named(name); v != nil {
		return v
	}
	return c.Arg(0)
}

// resourceClass returns boto3's description of a resource.
func (k kind) resourceClass() *pack.Resource {
	if k.service == nil {
		return nil
	}
	class, _, _ := strings.Cut(k.class, "/")
	return k.service.resources[class]
}

// memberOf finds a member of a resource by its name in Python.
func memberOf(r *pack.Resource, name string, kinds string) *pack.Member {
	if r == nil {
		return nil
	}
	for i, m := range r.Members {
		if strings.IndexByte(kinds, m.Kind) >= 0 && plain(m.Name) == plain(name) {
			return &r.Members[i]
		}
	}
	return nil
}

// resourceMethod is a method of a resource or of a collection.
func (k kind) resourceMethod(c *flow.Call, method string) *flow.Value {
	if k.name == "collection" {
		return k.collection(c, method)
	}
	r := k.resourceClass()
	switch method {
	case "__enter__", "__aenter__":
		return c.Recv()
	case "batch_writer":
		return c.Outside("aws:batch:"+k.service.Name, map[string]*flow.Value{"TableName": c.Prop(c.Recv(), "Name"), "credentials": c.Prop(c.Recv(), "credentials")})
	}
	if t, ok := transfers[plain(method)]; ok && k.service.Name == "s3" {
		return k.move(c, method, t)
	}
	if m := memberOf(r, method, "AW"); m != nil {
		return k.act(c, m)
	}
	if m := memberOf(r, method, "H"); m != nil {
		return k.relative(c, m)
	}
	if class := k.service.resources[method]; class != nil && k.class == "" {
		return k.relative(c, &pack.Member{Result: method, Binds: inputs(class)})
	}
	if m := memberOf(r, method, "C"); m != nil { // called without all(): an error, but clear
		return k.collect(c, m)
	}
	return c.Unknown()
}

// move is a transfer of a Bucket or an Object.
func (k kind) move(c *flow.Call, method string, t shortcut) *flow.Value {
	bound := map[string]*flow.Value{}
	switch k.class {
	case "Bucket":
		bound["Bucket"] = c.Prop(c.Recv(), "Name")
		t.params = slices.DeleteFunc(slices.Clone(t.params), func(p string) bool { return p == "Bucket" })
	case "Object", "ObjectSummary":
		bound["Bucket"], bound["Key"] = c.Prop(c.Recv(), "BucketName"), c.Prop(c.Recv(), "Key")
		t.params = slices.DeleteFunc(slices.Clone(t.params), func(p string) bool { return p == "Bucket" || p == "Key" })
	}
	for name, v := range bound {
		if v == nil {
			bound[name] = c.Unknown()
		}
	}
	localFile(c, method, len(bound))
	return transferCall(c, k.service, t, bound)
}

// bind gives parameters the values of identifiers.
func (k kind) bind(c *flow.Call, a *api, binds []pack.Bind) {
	for _, b := range binds {
		if v := c.Prop(c.Recv(), b.Source); v != nil && !strings.ContainsAny(b.Target, ".[") {
			a.set(b.Target, v)
		}
	}
}

// act calls the operation of an action or waiter.
func (k kind) act(c *flow.Call, m *pack.Member) *flow.Value {
	a := newAPI(c, k.service, m.Operation)
	k.bind(c, a, m.Params)
	k.arguments(c, a)
	answer := a.run()
	if m.Result == "" || m.Kind == pack.Wait {
		return answer
	}
	made := map[string]*flow.Value{}
	for _, b := range m.Binds {
		if name, ok := strings.CutPrefix(b.Source, "%"); ok {
			made[b.Target] = a.params[k.service.param(name)]
		} else if b.Source != "?" {
			made[b.Target] = c.Prop(c.Recv(), b.Source)
		} else {
			made[b.Target] = a.params["QueueName"] // sqs.get_queue_by_name, create_queue
		}
	}
	made["credentials"] = c.Prop(c.Recv(), "credentials")
	out := c.Outside("aws:resource:"+k.service.Name+":"+m.Result, made)
	if m.Operation == "ReceiveMessage" {
		for _, name := range []string{"body", "Body"} {
			c.SetField(out, name, c.FromStore(a.place("QueueUrl"), false))
		}
		return c.ListOf(out)
	}
	return out
}

// place is the resource that a parameter names.
func (a *api) place(param string) *rind.StoreRef {
	ref := &rind.StoreRef{Service: a.service.Name}
	locate(a.c, ref, value(a.c, a.params[param], 1))
	return ref
}

// inputs binds all identifiers of a class to arguments: every class can be
// made from the service's resource.
func inputs(class *pack.Resource) []pack.Bind {
	var out []pack.Bind
	for _, id := range class.Identifiers {
		out = append(out, pack.Bind{Target: id, Source: "@"})
	}
	return out
}

// relative makes the resource that a reference or constructor yields.
func (k kind) relative(c *flow.Call, m *pack.Member) *flow.Value {
	made := map[string]*flow.Value{}
	next := 0
	for _, b := range m.Binds {
		switch b.Source {
		case "@":
			v := c.Arg(next)
			if v == nil {
				v = namedLike(c, b.Target)
			}
			made[b.Target] = v
			next++
		case "?":
		default:
			made[b.Target] = c.Prop(c.Recv(), b.Source)
		}
	}
	made["credentials"] = c.Prop(c.Recv(), "credentials")
	return c.Outside("aws:resource:"+k.service.Name+":"+m.Result, made)
}

// namedLike is the argument named after an identifier: bucket_name, url.
func namedLike(c *flow.Call, identifier string) *flow.Value {
	for _, n := range c.Names() {
		if plain(n) == plain(identifier) {
			return c.Named(n)
		}
	}
	return nil
}

// resourceMember is an attribute of a resource.
func (k kind) resourceMember(c *flow.Call, name string) *flow.Value {
	r := k.resourceClass()
	if name == "[]" {
		c.Dynamic("an operation of " + k.service.Name + " that is chosen at run time")
		return c.Unknown()
	}
	if name == "meta" {
		return c.Outside("aws:meta:"+k.service.Name, nil)
	}
	if r == nil {
		return c.Unknown()
	}
	for _, id := range r.Identifiers {
		if plain(id) == plain(name) || plain(id) == "name" && strings.HasSuffix(name, "_name") {
			if v := c.Prop(c.Recv(), id); v != nil {
				return v
			}
			return c.Unknown()
		}
	}
	if m := memberOf(r, name, "C"); m != nil {
		props := map[string]*flow.Value{}
		for _, p := range c.Props(c.Recv()) {
			props[p] = c.Prop(c.Recv(), p)
		}
		return c.Outside("aws:collection:"+k.service.Name+":"+k.class+"/"+m.Name, props)
	}
	if m := memberOf(r, name, "H"); m != nil && !slices.ContainsFunc(m.Binds, func(b pack.Bind) bool { return b.Source == "@" }) {
		return k.relative(c, m)
	}
	if memberOf(r, name, "AW") != nil || memberOf(r, name, "H") != nil || plain(name) == "batchwriter" || transfers[plain(name)].ops != nil {
		return c.Thing("aws:resource:" + k.service.Name + ":" + k.class + "." + name) // called later
	}
	if r.Load != "" && name == strings.ToLower(name) {
		a := newAPI(c, k.service, r.Load)
		if m := memberOf(r, "load", "A"); m != nil {
			k.bind(c, a, m.Params)
		}
		return kind{name: "answer", service: k.service}.fieldOf(c, a.run(), name)
	}
	return c.Unknown()
}

// fieldOf is a field of an answer that was just made.
func (k kind) fieldOf(c *flow.Call, answer *flow.Value, name string) *flow.Value {
	for _, n := range c.Fields(answer) {
		if plain(n) == plain(name) {
			return c.Field(answer, n)
		}
	}
	return c.Unknown()
}

// collection is a method of a collection: all, filter, delete.
func (k kind) collection(c *flow.Call, method string) *flow.Value {
	_, name, _ := strings.Cut(k.class, "/")
	m := memberOf(k.resourceClass(), name, "C")
	if m == nil {
		return c.Unknown()
	}
	element := k.service.resources[m.Result]
	if b := memberOf(element, method, "B"); b != nil {
		k.list(c, m)
		a := newAPI(c, k.service, b.Operation)
		k.bindParent(c, a, b.Params, m)
		return a.run()
	}
	switch method {
	case "pages":
		return c.ListOf(k.collect(c, m))
	case "all", "filter", "limit", "page_size", "__iter__":
		return c.Join(k.collect(c, m), c.Recv())
	}
	return c.Unknown()
}

// list calls the operation behind a collection.
func (k kind) list(c *flow.Call, m *pack.Member) *flow.Value {
	a := newAPI(c, k.service, m.Operation)
	k.bind(c, a, m.Params)
	for _, name := range c.Names() {
		a.set(name, c.Named(name))
	}
	return a.run()
}

// collect is a list of the elements of a collection.
func (k kind) collect(c *flow.Call, m *pack.Member) *flow.Value {
	answer := k.list(c, m)
	made := map[string]*flow.Value{}
	for _, b := range m.Binds {
		if b.Source != "?" {
			made[b.Target] = c.Prop(c.Recv(), b.Source)
		}
	}
	if m.Result == "ObjectSummary" {
		made["Key"] = c.Field(c.Elements(c.Field(answer, "Contents")), "Key")
	}
	out := c.Outside("aws:resource:"+k.service.Name+":"+m.Result, made)
	return c.ListOf(out)
}

// bindParent gives a batch's parameters what the collection's own parent
// knows.
func (k kind) bindParent(c *flow.Call, a *api, params []pack.Bind, m *pack.Member) {
	for _, p := range params {
		for _, b := range m.Binds {
			if b.Target == p.Source && !strings.ContainsAny(p.Target, ".[") {
				if v := c.Prop(c.Recv(), b.Source); v != nil {
					a.set(p.Target, v)
				}
			}
		}
	}
}

// batchWriter is a method of Table.batch_writer().
func (k kind) batchWriter(c *flow.Call, method string) *flow.Value {
	switch method {
	case "put_item", "delete_item":
		a := newAPI(c, k.service, "BatchWriteItem").set("TableName", c.Prop(c.Recv(), "TableName"))
		answer := a.run()
		if item := firstArg(c, "Item"); item != nil && method == "put_item" {
			a.attributes(a.place("TableName"), item)
		}
		return answer
	}
	return c.Recv()
}
