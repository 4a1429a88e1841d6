package aws

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/rind"
)

// An api is one call of an operation.
type api struct {
	c       *flow.Call
	service *Service
	op      string
	params  map[string]*flow.Value
	// silent calls are not recorded: parts of one that is.
	silent bool
	whole  *flow.Value // data that is all of the parameters
}

// NamesOf is the key of a StoreRef that stands for the names of what is kept
// in a bucket rather than for an object: a listing reads them, a write with a
// key from outside writes one.
const NamesOf = "@names"

// newAPI makes a call with parameters in any spelling.
func newAPI(c *flow.Call, s *Service, op string) *api {
	return &api{c: c, service: s, op: op, params: map[string]*flow.Value{}}
}

func (a *api) set(name string, v *flow.Value) *api {
	if v != nil && name != "" {
		a.params[a.service.param(name)] = v
	}
	return a
}

// fields takes the parameters out of an object.
func (a *api) fields(v *flow.Value) *api {
	if len(a.c.Fields(v)) == 0 && a.c.Tainted(v) {
		a.whole = v
	}
	for _, name := range a.c.Fields(v) {
		a.set(strings.TrimSuffix(name, "·"), a.c.Field(v, name))
	}
	return a
}

// run records the call, reports what it writes and what it must not get, and
// yields its answer.
func (a *api) run() *flow.Value {
	a.spread()
	if !a.silent {
		call := &rind.Call{Service: a.service.Name, Operation: a.op, Params: map[string]*rind.Value{}, Assumed: a.c.Prop(a.c.Recv(), "credentials") != nil}
		for name, v := range a.params {
			call.Params[name] = value(a.c, v, maxParam)
		}
		a.c.Record(call)
	}
	a.c.Name = a.service.Name + "." + a.op
	e := effects()[a.service.Name][a.op]
	answer := a.c.Outside("aws:answer:"+a.service.Name+":"+a.op, nil)
	if by, ok := lookups[a.op]; ok { // the answer stands for what was named
		a.c.SetField(answer, by.field, a.params[by.param])
	}
	if e == nil {
		return answer
	}
	a.sinks(e)
	a.places(e)
	ref := a.store(e)
	for name, shape := range e.Read {
		a.c.SetField(answer, name, a.read(ref, shape))
	}
	if len(e.Echo) > 0 {
		var vs []*flow.Value
		for _, name := range e.Echo {
			vs = append(vs, a.at(name)...)
		}
		return a.c.Join(answer, a.c.From(vs...))
	}
	return answer
}

// lookups are operations that answer with the address of what a parameter
// names.
var lookups = map[string]struct{ param, field string }{
	"GetQueueUrl": {"QueueName", "QueueUrl"}, "CreateQueue": {"QueueName", "QueueUrl"}, "CreateTopic": {"Name", "TopicArn"},
}

// spread makes the tables of a batch visible, which are the keys of its
// requests.
func (a *api) spread() {
	items := a.params["RequestItems"]
	if items == nil || a.params["TableName"] != nil {
		return
	}
	var tables *flow.Value
	for _, name := range a.c.Fields(items) {
		tables = a.c.Join(tables, a.c.Constant(name))
	}
	if tables == nil {
		tables = a.c.KeyName(items)
	}
	if tables != nil {
		a.params["TableName"] = tables
	}
}

// maxParam is how deep parameters are written out.
const maxParam = 6

// value turns an abstract value into the vocabulary's. Unlike the engine's
// own conversion it keeps several constants as a list.
func value(c *flow.Call, v *flow.Value, depth int) *rind.Value {
	if _, all := c.Constants(v); all && len(c.Texts(v)) > 1 {
		texts := c.Texts(v)
		l := rind.NewList(rind.Span{})
		for _, t := range texts {
			l.Items = append(l.Items, rind.NewString(t, rind.Span{}))
		}
		return l
	}
	return c.Convert(v)
}

// at returns the values at a path of parameters: "Entries[].Detail".
func (a *api) at(path string) []*flow.Value {
	first, rest, _ := strings.Cut(path, ".")
	name, list := strings.CutSuffix(first, "[]")
	v := a.params[name]
	if v == nil {
		return nil
	}
	vs := []*flow.Value{v}
	if list {
		vs = a.elements(v)
	}
	for rest != "" && len(vs) > 0 {
		first, rest, _ = strings.Cut(rest, ".")
		name, list := strings.CutSuffix(first, "[]")
		var next []*flow.Value
		for _, v := range vs {
			f := a.member(v, name)
			switch {
			case f == nil:
			case list:
				next = append(next, a.elements(f)...)
			default:
				next = append(next, f)
			}
		}
		vs = next
	}
	return vs
}

func (a *api) elements(v *flow.Value) []*flow.Value {
	if list, ok := a.c.List(v); ok {
		return list
	}
	return []*flow.Value{a.c.Elements(v)}
}

// member is a field in any spelling.
func (a *api) member(v *flow.Value, name string) *flow.Value {
	if f := a.c.Field(v, name); f != nil {
		return f
	}
	for _, n := range a.c.Fields(v) {
		if plain(n) == plain(name) {
			return a.c.Field(v, n)
		}
	}
	return nil
}

// sinks reports parameters that must not be under an attacker's control.
func (a *api) sinks(e *effect) {
	if a.whole != nil && a.service.Name == "dynamodb" {
		a.c.Sink("nosqli", a.whole, "takes the whole request, table and conditions included, from it", "structure")
	}
	for _, s := range e.Sinks {
		for _, v := range a.at(s.Param) {
			if !safeExpression(a.c, v) {
				a.c.Sink(s.Class, v, s.Note, s.Part)
			}
		}
	}
	for _, s := range e.Named {
		for _, v := range a.at(s.Param) {
			if len(a.c.Fields(v)) == 0 {
				a.c.Sink(s.Class, v, s.Note, s.Part)
				continue
			}
			for _, name := range a.c.Fields(v) {
				if op := a.member(a.c.Field(v, name), "ComparisonOperator"); op != nil {
					a.c.Sink(s.Class, op, s.Note, s.Part)
				}
			}
		}
	}
}

// safeExpression reports whether a value was made by an expression builder,
// which puts placeholders where the data goes.
func safeExpression(c *flow.Call, v *flow.Value) bool {
	types := c.Types(v)
	return len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return !strings.HasPrefix(t, "aws:expression") })
}

// store reports what the call writes, and returns the place it is about.
func (a *api) store(e *effect) *rind.StoreRef {
	if e.Store == nil {
		return &rind.StoreRef{Service: a.service.Name}
	}
	ref := &rind.StoreRef{Service: a.service.Name}
	places := a.at(e.Store.Place)
	switch {
	case len(places) > 0:
		locate(a.c, ref, value(a.c, places[0], 1))
	case e.Store.Default != "":
		ref.Name = e.Store.Default
	}
	switch key := e.Store.Key; {
	case key == NamesOf:
		ref.Key = key
	case key != "":
		for _, v := range a.at(key) {
			ref.Key = value(a.c, v, 1).Pattern()
		}
	}
	for _, name := range e.Store.Data {
		for _, v := range a.at(name) {
			a.keep(ref, name, v)
		}
	}
	for _, name := range e.Store.Items {
		for _, v := range a.at(name) {
			a.attributes(ref, v)
		}
	}
	for _, name := range e.Store.Names {
		for _, v := range a.at(name) {
			a.c.Store(&rind.StoreRef{Service: ref.Service, ID: ref.ID, Name: ref.Name, Key: NamesOf}, v)
		}
	}
	return ref
}

// beside are parameters that go along with a message or object.
var beside = []string{"Attributes", "Subject", "PartitionKey", "DetailType", "Resources", "Metadata", "ContentType"}

// keep reports a parameter that is written. Of a message that is JSON of a
// known object each field is reported by itself.
func (a *api) keep(ref *rind.StoreRef, name string, v *flow.Value) {
	to := *ref
	switch {
	case slices.ContainsFunc(beside, func(s string) bool { return strings.HasSuffix(name, s) }):
		to.Part = "attributes"
	case name == "ExpressionAttributeValues":
		a.changes(ref, v)
		return
	default:
		if obj := a.c.Packed(v); obj != nil && ref.Service != "s3" && ref.Service != "dynamodb" {
			to.Part = "body"
			a.attributes(&to, obj)
			return
		}
	}
	a.c.Store(&to, v)
}

// assigned finds "name = :value" in an update expression.
var assigned = regexp.MustCompile(`([#\w.]+)\s*=\s*(?:[\w.# +]+\+\s*|if_not_exists\s*\([^,()]+,\s*|list_append\s*\([^,()]+,\s*)?(:\w+)`)

// changes reports the values of an update by the attributes they are for,
// where the expression is known.
func (a *api) changes(ref *rind.StoreRef, values *flow.Value) {
	text, ok := a.c.Text(a.params["UpdateExpression"])
	fields := a.c.Fields(values)
	if !ok || len(fields) == 0 || a.c.Rest(values) != nil {
		a.c.Store(ref, values)
		return
	}
	names := map[string]string{}
	for _, m := range assigned.FindAllStringSubmatch(text, -1) {
		name, _, _ := strings.Cut(m[1], ".")
		if strings.HasPrefix(name, "#") {
			real, ok := a.c.Text(a.c.Field(a.params["ExpressionAttributeNames"], name))
			if !ok {
				real = ""
			}
			name = real
		}
		if _, twice := names[m[2]]; twice {
			name = ""
		}
		names[m[2]] = name
	}
	for _, f := range fields {
		to := *ref
		to.Key = names[f]
		a.c.Store(&to, a.c.Field(values, f))
	}
}

// attributes reports an item attribute by attribute.
func (a *api) attributes(ref *rind.StoreRef, item *flow.Value) {
	names := a.c.Fields(item)
	if len(names) == 0 {
		a.c.Store(ref, item)
		return
	}
	for _, name := range names {
		a.c.Store(&rind.StoreRef{Service: ref.Service, ID: ref.ID, Name: ref.Name, Key: name, Part: ref.Part}, a.c.Field(item, name))
	}
	if rest := a.c.Rest(item); rest != nil {
		a.c.Store(ref, rest)
	}
}

// locate finds the resource of the app that a parameter names.
func locate(c *flow.Call, ref *rind.StoreRef, v *rind.Value) {
	if v == nil {
		return
	}
	if app := c.App(); app != nil {
		if r := app.Target(v); r != nil {
			ref.ID = r.ID
			return
		}
		if r := named(app, v); r != nil {
			ref.ID = r.ID
			return
		}
	}
	if v.Scalar() {
		ref.Name = v.Text
	} else if p := v.Pattern(); len(strings.Trim(p, "*-_./:")) > 2 {
		ref.Name = p
	}
}

// nameProperties are the properties that name resources which hold data.
var nameProperties = map[string]string{
	"AWS::S3::Bucket": "BucketName", "AWS::DynamoDB::Table": "TableName", "AWS::DynamoDB::GlobalTable": "TableName",
	"AWS::SQS::Queue": "QueueName", "AWS::SNS::Topic": "TopicName", "AWS::Kinesis::Stream": "Name", "AWS::Events::EventBus": "Name",
	"AWS::StepFunctions::StateMachine": "StateMachineName", "AWS::Lambda::Function": "FunctionName",
	"AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
}

// named returns the one resource that bears a literal name, or whose ARN or
// URL ends in it.
func named(app *rind.App, v *rind.Value) *rind.Resource {
	if !v.Scalar() || v.Text == "" {
		return nil
	}
	name := v.Text
	if strings.HasPrefix(name, "arn:") || strings.HasPrefix(name, "https://sqs.") {
		name = name[strings.LastIndexAny(name, ":/")+1:]
	}
	var found *rind.Resource
	for _, r := range app.Resources {
		if p := nameProperties[r.Type]; p != "" && r.Get(p).Str() == name {
			if found != nil {
				return nil
			}
			found = r
		}
	}
	return found
}

// read is a field of the answer.
func (a *api) read(ref *rind.StoreRef, shape string) *flow.Value {
	shape, field, _ := strings.Cut(shape, ":")
	switch shape {
	case "data":
		return a.c.FromStore(ref, true)
	case "list":
		return a.c.ListOf(a.c.FromStore(ref, true))
	case "stream":
		return a.c.Join(a.c.Outside("aws:body", map[string]*flow.Value{"content": a.c.FromStore(ref, false)}), a.c.FromStore(ref, false))
	case "texts":
		it := a.c.Outside("aws:answer:part", nil)
		a.c.SetField(it, field, a.c.FromStore(ref, false))
		return a.c.ListOf(it)
	}
	return a.c.FromStore(ref, false)
}
