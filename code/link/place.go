package link

import (
	"strings"

	"rind/rind"
)

// A place is where data is kept or goes through: a resource of the app, or a
// name that is none of its resources.
type place struct {
	service string
	id      string // ID of the resource, or "name:" and a literal name
}

// Parts of what a place holds.
const (
	key        = "key"        // the name of an object
	body       = "body"       // an object's content, a message, record, detail, input
	attributes = "attributes" // what goes beside a message
	item       = "item"       // attributes of a table's item
)

// namesKey is how a StoreRef writes that the names of objects are meant.
const namesKey = "@names"

// kinds maps services to the resource types that are their places and the
// property that names them.
var placeTypes = map[string]map[string]string{
	"s3":            {"AWS::S3::Bucket": "BucketName"},
	"dynamodb":      {"AWS::DynamoDB::Table": "TableName", "AWS::DynamoDB::GlobalTable": "TableName"},
	"sqs":           {"AWS::SQS::Queue": "QueueName"},
	"sns":           {"AWS::SNS::Topic": "TopicName"},
	"kinesis":       {"AWS::Kinesis::Stream": "Name"},
	"firehose":      {"AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName"},
	"events":        {"AWS::Events::EventBus": "Name"},
	"stepfunctions": {"AWS::StepFunctions::StateMachine": "StateMachineName"},
	"lambda":        {"AWS::Lambda::Function": "FunctionName", "AWS::Lambda::Alias": "FunctionName"},
}

// names finds resources by what code and templates call them.
type names struct {
	app     *rind.App
	byName  map[place]string // service and literal name to ID; "" if several bear it
	only    map[string]string
	service map[string]string // ID to service
}

func newNames(app *rind.App) *names {
	n := &names{app: app, byName: map[place]string{}, only: map[string]string{}, service: map[string]string{}}
	count := map[string]int{}
	for _, r := range app.Resources {
		for service, types := range placeTypes {
			prop, ok := types[r.Type]
			if !ok {
				continue
			}
			n.service[r.ID] = service
			count[service]++
			n.only[service] = r.ID
			if name := r.Get(prop).Str(); name != "" {
				at := place{service, name}
				if _, dup := n.byName[at]; dup {
					n.byName[at] = ""
				} else {
					n.byName[at] = r.ID
				}
			}
		}
	}
	for service, c := range count {
		if c != 1 {
			delete(n.only, service)
		}
	}
	return n
}

// defaultBus is the event bus that every account has.
const defaultBus = "name:default"

// find returns the place that a resource ID, a literal name, ARN or URL means.
// sure is lower where only the kind of place is known and the app has just
// one of them. It reports false if nothing tells the place.
func (n *names) find(service, id, name string) (at place, sure rind.Confidence, ok bool) {
	if id != "" {
		return n.ofID(service, id), rind.ConfidenceHigh, true
	}
	if strings.Contains(name, "*") {
		if r := n.pattern(service, shortName(name)); r != "" {
			return n.ofID(service, r), rind.ConfidenceHigh, true
		}
	}
	if name != "" && name != "?" && !strings.Contains(name, "*") {
		short := shortName(name)
		if service == "lambda" { // name:alias
			short, _, _ = strings.Cut(short, ":")
		}
		if have, known := n.byName[place{service, short}]; known && have != "" {
			return n.ofID(service, have), rind.ConfidenceHigh, true
		}
		return place{service, "name:" + short}, rind.ConfidenceHigh, true
	}
	if service == "events" && name == "" {
		return place{service, defaultBus}, rind.ConfidenceHigh, true
	}
	if only := n.only[service]; only != "" && service != "lambda" {
		return n.ofID(service, only), rind.ConfidenceMedium, true
	}
	return place{service, "?"}, rind.ConfidenceLow, false
}

// pattern returns the one resource whose name is a pattern that fits another:
// the account's number and the region in a name are not known here, but what
// stands around them is. A pattern without known text fits none.
func (n *names) pattern(service, name string) string {
	found := ""
	if h, _ := head(name); len(h) < 3 {
		if t, _ := tail(name); len(t) < 3 {
			return ""
		}
	}
	for _, r := range n.app.Resources {
		prop, ok := placeTypes[service][r.Type]
		if !ok {
			continue
		}
		have := r.Get(prop).Pattern()
		if have == "" || have == "*" || !keysMeet(have, name) {
			continue
		}
		if have == name {
			return r.ID
		}
		if found != "" {
			return ""
		}
		found = r.ID
	}
	return found
}

// ofID is the place of a resource. What only points at another resource is
// that one: an alias is its function, a queue's policy its queue.
func (n *names) ofID(service, id string) place {
	r := n.app.Resource(id)
	if r != nil && r.Type == "AWS::Lambda::Alias" {
		if t := n.app.Target(r.Get("FunctionName")); t != nil {
			id = t.ID
		}
	}
	if s := n.service[id]; s != "" {
		service = s
	}
	return place{service, id}
}

// value finds the place that a template's value means: a reference, or a
// literal name, ARN or URL.
func (n *names) value(service string, v *rind.Value) (place, bool) {
	if r := n.app.Target(v); r != nil {
		if n.service[r.ID] == service {
			return n.ofID(service, r.ID), true
		}
		return place{}, false
	}
	text := v.Pattern()
	if text == "" || text == "*" || arnService(text) != "" && arnService(text) != service {
		return place{}, false
	}
	if !v.Scalar() {
		id := n.pattern(service, shortName(text))
		if id == "" {
			return place{}, false
		}
		return n.ofID(service, id), true
	}
	at, _, ok := n.find(service, "", text)
	return at, ok
}

// any finds the place of whatever service that a value means.
func (n *names) any(v *rind.Value) (place, bool) {
	if r := n.app.Target(v); r != nil {
		if s := n.service[r.ID]; s != "" {
			return n.ofID(s, r.ID), true
		}
		return place{}, false
	}
	if s := arnService(v.Pattern()); s != "" {
		return n.value(s, v)
	}
	return place{}, false
}

// arnService is the service of an ARN as StoreRefs name it, "" for others.
func arnService(arn string) string {
	if !strings.HasPrefix(arn, "arn:") {
		return ""
	}
	f := strings.SplitN(arn, ":", 4)
	if len(f) < 4 {
		return ""
	}
	if f[2] == "states" {
		return "stepfunctions"
	}
	if placeTypes[f[2]] == nil {
		return ""
	}
	return f[2]
}

// shortName is the name at the end of an ARN or queue URL.
func shortName(name string) string {
	switch {
	case strings.HasPrefix(name, "arn:"):
		f := strings.SplitN(name, ":", 6)
		last := f[len(f)-1]
		if f[2] == "s3" {
			last, _, _ = strings.Cut(last, "/")
			return last
		}
		last = strings.TrimPrefix(strings.TrimPrefix(last, "function:"), "stateMachine:")
		last, _, _ = strings.Cut(last, "/stream/")
		return last[strings.LastIndexByte(last, '/')+1:]
	case strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://"):
		return name[strings.LastIndexByte(name, '/')+1:]
	case strings.HasPrefix(name, "s3://"):
		b, _, _ := strings.Cut(strings.TrimPrefix(name, "s3://"), "/")
		return b
	}
	return name
}

// A put is where a store flow writes.
type put struct {
	at    place
	part  string
	key   string
	field string // of a message
	call  *rind.Call
	sure  rind.Confidence
}

// puts tells where a flow of class store writes; nil if that is not known or
// the function may not write there. A call of a function whose name is not
// known may be of any that the role names.
func (l *linker) puts(f *flowIn) []*put {
	if p := l.put(f); p != nil {
		return []*put{p}
	}
	ref := f.Into
	if ref.Service != "lambda" || ref.ID != "" || ref.Name != "" || f.fn == nil {
		return nil
	}
	var out []*put
	for _, e := range l.app.Edges {
		if e.From != f.fn.ID || e.Kind != rind.Invokes || e.To == f.fn.ID || l.names.service[e.To] != "lambda" {
			continue
		}
		out = append(out, &put{at: l.names.ofID("lambda", e.To), part: body, call: callAt(f), sure: rind.ConfidenceMedium})
	}
	return out
}

// put is puts where the place is known.
func (l *linker) put(f *flowIn) *put {
	ref := f.Into
	call := callAt(f)
	at, sure, ok := l.names.find(ref.Service, ref.ID, l.named(ref, call))
	if !ok {
		return nil
	}
	p := &put{at: at, part: ref.Part, key: ref.Key, sure: sure, call: call}
	switch {
	case ref.Key == namesKey:
		p.part, p.key = key, ""
	case p.part == "":
		p.part = defaultPart(ref.Service)
	}
	if ref.Service != "s3" && ref.Service != "dynamodb" && !strings.Contains(p.key, "/") {
		p.field, p.key = p.key, ""
		if ref.Service == "sns" && p.field == "default" {
			p.field = "" // a message structured by protocol
		}
	}
	if ref.Service == "s3" && p.key == "" && p.call != nil {
		p.key = p.call.Params["Key"].Pattern()
	}
	if ref.Service == "events" && p.key == "" {
		p.key = eventName(p.call)
	}
	if !l.may.write(f.fn, at) {
		return nil
	}
	return p
}

// named is the name of a place, or what is known of it from the call.
func (l *linker) named(ref *rind.StoreRef, call *rind.Call) string {
	if ref.ID != "" || ref.Name != "" && ref.Name != "?" || call == nil {
		return ref.Name
	}
	v := call.Params[writing[call.Service][call.Operation]]
	if v.Pattern() == "*" {
		return ref.Name
	}
	return v.Pattern()
}

func defaultPart(service string) string {
	if service == "dynamodb" {
		return item
	}
	return body
}

// callAt is the call of an AWS API at the place of a flow's sink.
func callAt(f *flowIn) *rind.Call {
	for _, c := range f.code.Calls {
		if c.Service == f.Into.Service && c.Span.File == f.Span.File && c.Span.Line == f.Span.Line && c.Span.Column == f.Span.Column {
			return c
		}
	}
	return nil
}

// eventName is "source/detail-type" of a PutEvents call whose entries agree,
// with "*" for what is not known.
func eventName(c *rind.Call) string {
	if c == nil {
		return ""
	}
	source, typ := "", ""
	for e := range c.Params["Entries"].Each() {
		s, t := orAny(e.Get("Source").Pattern()), orAny(e.Get("DetailType").Pattern())
		if source != "" && source != s {
			s = "*"
		}
		if typ != "" && typ != t {
			t = "*"
		}
		source, typ = s, t
	}
	if source == "" {
		return ""
	}
	return source + "/" + typ
}

func orAny(s string) string {
	if s == "" {
		return "*"
	}
	return s
}
