package link

import (
	"strings"

	"rind/event"
	"rind/rind"
)

// A need is a place that a flow's origin is filled from.
type need struct {
	at   place
	part string // "" for any
	key  string // object key or attribute, "" if not known
	// field is the first name within a message, "" if not known or all of it.
	field string
	// trigger is what started the function with it, nil for data that the
	// code reads itself.
	trigger *rind.Trigger
	sure    rind.Confidence
	note    string
}

// needs tells where the data of a flow's origin lay before; nil if it comes
// from outside.
func (l *linker) needs(f *flowIn) []need {
	o := f.Origin
	if o.Store != nil {
		return l.reads(f)
	}
	if o.Trigger == "" || f.fn == nil {
		return l.invoked(f)
	}
	if _, ok := event.Lookup([]rind.TriggerKind{o.Trigger}, o.Path); !ok {
		return l.invoked(f) // no field of that trigger's events
	}
	var out []need
	found := false
	for _, t := range f.fn.Triggers {
		if t.Kind != o.Trigger {
			continue
		}
		found = true
		out = append(out, l.delivered(f, t)...)
	}
	if !found {
		return l.invoked(f)
	}
	if len(out) == 0 && passes(o.Trigger) {
		out = append(out, need{at: place{string(o.Trigger), "?"}, sure: rind.ConfidenceLow})
	}
	return out
}

// passes reports whether events of a kind carry what others put somewhere.
func passes(k rind.TriggerKind) bool {
	switch k {
	case rind.S3, rind.SQS, rind.SNS, rind.Kinesis, rind.Firehose, rind.DynamoDBStream, rind.EventBridge, rind.StepFunctions:
		return true
	}
	return false
}

// reads are the places of data that the code reads itself.
func (l *linker) reads(f *flowIn) []need {
	ref := f.Origin.Store
	if placeTypes[ref.Service] == nil {
		return nil
	}
	at, sure, ok := l.names.find(ref.Service, ref.ID, ref.Name)
	n := need{at: at, part: ref.Part, key: ref.Key, sure: sure, note: "read from " + ref.Service + " " + shown(at)}
	switch {
	case ref.Key == namesKey:
		n.part, n.key = key, ""
	case ref.Service == "dynamodb":
		n.part = item
		if n.key == "" {
			n.key = firstName(f.Origin.Path)
		}
	case n.part == "":
		n.part = defaultPart(ref.Service)
	}
	if !ok {
		n.at = place{ref.Service, "?"}
	}
	out := []need{n}
	// A bucket that starts the function with objects named by the event: the
	// object that is read is one that the notification lets through.
	if ref.Service == "s3" && !known(n.key) && f.fn != nil {
		for _, t := range f.fn.Triggers {
			if t.Kind != rind.S3 || t.Source == "" {
				continue
			}
			switch {
			case !ok || sure != rind.ConfidenceHigh: // the bucket is the event's
				n.at, n.sure, n.trigger = l.names.ofID("s3", t.Source), rind.ConfidenceHigh, t
				ok, sure = true, rind.ConfidenceHigh
				n.note = "read from s3 " + shown(n.at)
				out = []need{n}
			case t.Source == n.at.id:
				out[0].trigger = t
			}
		}
	}
	return out
}

// known reports whether a key is spelled out.
func known(k string) bool { return k != "" && !strings.Contains(k, "*") }

// delivered are the places whose content a trigger delivers to a function.
func (l *linker) delivered(f *flowIn, t *rind.Trigger) []need {
	if !t.Enabled {
		return nil
	}
	n := need{trigger: t, sure: rind.ConfidenceHigh, note: string(t.Kind) + " " + t.Source + " starts " + f.code.Function + " with it"}
	service := map[rind.TriggerKind]string{
		rind.S3: "s3", rind.SQS: "sqs", rind.SNS: "sns", rind.Kinesis: "kinesis", rind.Firehose: "firehose",
		rind.DynamoDBStream: "dynamodb", rind.StepFunctions: "stepfunctions",
	}[t.Kind]
	switch t.Kind {
	case rind.EventBridge:
		return l.ruleNeeds(n, fieldOf(f))
	case rind.S3, rind.SQS, rind.SNS, rind.Kinesis, rind.Firehose, rind.DynamoDBStream, rind.StepFunctions:
		n.part, n.key = partOf(t.Kind, f.Origin.Path)
		if t.Kind != rind.StepFunctions || l.tasks[t.Source] < 2 {
			n.field = fieldOf(f) // a later task gets what an earlier one made of it
		}
		if n.at = l.source(service, t); n.at.id == "" {
			return nil
		}
		return []need{n}
	case rind.Direct:
		if f.fn != nil {
			n.at, n.field = place{"lambda", f.fn.ID}, fieldOf(f)
			return []need{n}
		}
	}
	return nil
}

// source is the place that a trigger listens to.
func (l *linker) source(service string, t *rind.Trigger) place {
	if t.Source != "" {
		if l.names.service[t.Source] == service {
			return l.names.ofID(service, t.Source)
		}
	}
	for _, prop := range []string{"EventSourceArn", "TopicArn", "Bucket"} {
		if v := t.Value.Get(prop); v.Present() {
			if at, ok := l.names.value(service, v); ok {
				return at
			}
		}
	}
	return place{}
}

// partOf tells which part of what was sent a field of the event holds.
func partOf(kind rind.TriggerKind, path string) (part, name string) {
	f, ok := event.Lookup([]rind.TriggerKind{kind}, path)
	if !ok || f.Match == event.Above {
		if kind == rind.S3 {
			return key, ""
		}
		return "", ""
	}
	p := f.Path
	switch kind {
	case rind.S3:
		return key, ""
	case rind.DynamoDBStream:
		if _, rest, ok := cutAny(path, "NewImage", "OldImage", "Keys", "newImage", "oldImage", "keys", "new_image", "old_image"); ok {
			return item, firstName(rest)
		}
		return item, ""
	case rind.SQS, rind.SNS, rind.Kinesis:
		if strings.Contains(strings.ToLower(p), "attributes") || strings.HasSuffix(p, "Subject") || strings.HasSuffix(p, "partitionKey") {
			return attributes, ""
		}
		return body, ""
	}
	return body, ""
}

// fieldOf is the first name within the message that a flow begins with, in
// languages where it is the name in the message.
func fieldOf(f *flowIn) string {
	if f.code.Language != "python" && f.code.Language != "javascript" {
		return ""
	}
	var mark string
	switch f.Origin.Trigger {
	case rind.SQS:
		mark = "body"
	case rind.SNS:
		mark = "Message"
	case rind.Kinesis, rind.Firehose:
		mark = "data"
	case rind.EventBridge:
		mark = "detail"
	case rind.StepFunctions, rind.Direct, "":
		return firstName(f.Origin.Path)
	default:
		return ""
	}
	for i := 0; i+len(mark) <= len(f.Origin.Path); i++ {
		rest := f.Origin.Path[i+len(mark):]
		if f.Origin.Path[i:i+len(mark)] == mark && (i == 0 || f.Origin.Path[i-1] == '.') && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return firstName(rest)
		}
	}
	return ""
}

// cutAny cuts path at the first of the names that is one of its segments.
func cutAny(path string, names ...string) (before, after string, ok bool) {
	for _, n := range names {
		if i := strings.Index(path, n); i >= 0 {
			return path[:i], path[i+len(n):], true
		}
	}
	return path, "", false
}

// firstName is the first name of a path: "note" of "[].note.S".
func firstName(path string) string {
	for path != "" {
		switch path[0] {
		case '.':
			path = path[1:]
		case '[':
			inner, rest, ok := strings.Cut(path[1:], "]")
			if name := strings.Trim(inner, `"'`); ok && name != "" && name != inner {
				return name
			}
			path = rest
		default:
			if i := strings.IndexAny(path, ".["); i >= 0 {
				path = path[:i]
			}
			if path == "*" {
				return ""
			}
			return path
		}
	}
	return ""
}

// invoked is the need of a function that other code may call directly: its
// event is what that code makes of it.
func (l *linker) invoked(f *flowIn) []need {
	if f.fn == nil || f.Origin.Control != "attacker" && f.Origin.Control != "caller" {
		return nil
	}
	at := place{"lambda", f.fn.ID}
	if !l.called[at] {
		return nil
	}
	return []need{{at: at, field: fieldOf(f), sure: rind.ConfidenceHigh, note: "is the event of " + f.code.Function}}
}

// takes reports whether what a fact put into the place is what the need is
// about, and how sure that is.
func (n *need) takes(l *linker, x *fact) (rind.Confidence, bool) {
	if n.at != x.at {
		return "", false
	}
	sure := lowest(n.sure, x.sure)
	if n.part != "" && x.part != "" && n.part != x.part {
		return "", false
	}
	switch n.at.service {
	case "dynamodb":
		if n.key != "" && x.key != "" && n.key != x.key {
			return "", false
		}
	case "s3":
		if !keysMeet(n.key, x.key) {
			return "", false
		}
	}
	if n.field != "" && x.field != "" && n.field != x.field {
		return "", false
	}
	if n.trigger == nil {
		return sure, true
	}
	pass, certain := l.lets(n.trigger, x)
	if !certain {
		sure = lowest(sure, rind.ConfidenceMedium)
	}
	return sure, pass
}

// step tells of the way into the function.
func (n *need) step(f *flowIn) rind.Step {
	at := f.Origin.Span
	if at.IsZero() {
		at = f.code.Entry
	}
	return rind.Step{Span: at, Note: n.note}
}

// shown is a place for people.
func shown(at place) string {
	if at.id == "?" {
		return "a place that is not known"
	}
	return strings.TrimPrefix(at.id, "name:")
}
