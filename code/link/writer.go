package link

import (
	"slices"
	"strings"

	"rind/rind"
)

// writers is what is known of who writes to a place.
type writers struct {
	by      map[string]bool // IDs of functions whose code writes there, allowed or not
	unknown bool            // somebody may write there whose code is not known
}

// others reports whether a function other than the given one writes there.
// What a function puts back into its own source is no first source.
func (w *writers) others(fn string) bool {
	for id := range w.by {
		if id != fn {
			return true
		}
	}
	return false
}

// writing are the operations that put data into a place, with the parameter
// that names it.
var writing = map[string]map[string]string{
	"s3":            {"PutObject": "Bucket", "CopyObject": "Bucket", "UploadPart": "Bucket", "CreateMultipartUpload": "Bucket", "CompleteMultipartUpload": "Bucket", "WriteGetObjectResponse": ""},
	"dynamodb":      {"PutItem": "TableName", "UpdateItem": "TableName", "BatchWriteItem": "TableName", "TransactWriteItems": "TableName"},
	"sqs":           {"SendMessage": "QueueUrl", "SendMessageBatch": "QueueUrl"},
	"sns":           {"Publish": "TopicArn", "PublishBatch": "TopicArn"},
	"kinesis":       {"PutRecord": "StreamName", "PutRecords": "StreamName"},
	"firehose":      {"PutRecord": "DeliveryStreamName", "PutRecordBatch": "DeliveryStreamName"},
	"stepfunctions": {"StartExecution": "stateMachineArn", "StartSyncExecution": "stateMachineArn"},
	"lambda":        {"Invoke": "FunctionName", "InvokeAsync": "FunctionName"},
	"events":        {"PutEvents": ""},
}

// noteWriters counts the calls of a function that write, and remembers where a
// function without known code may.
func (l *linker) noteWriters(c *rind.Code, fn *rind.Function) {
	at := func(p place) *writers {
		if l.writers[p] == nil {
			l.writers[p] = &writers{by: map[string]bool{}}
		}
		return l.writers[p]
	}
	for _, call := range c.Calls {
		param, ok := writing[call.Service][call.Operation]
		if !ok {
			continue
		}
		places := []*rind.Value{call.Params[param]}
		if call.Operation == "PutEvents" {
			places = nil
			for e := range call.Params["Entries"].Each() {
				if e.Get("EventBusName").Absent() {
					at(place{"events", defaultBus}).by[c.Function] = true
					continue
				}
				places = append(places, e.Get("EventBusName"))
			}
		}
		for _, v := range places {
			if to, ok := l.names.value(call.Service, v); ok {
				at(to).by[c.Function] = true
			} else if v == nil || !v.Known() {
				at(place{call.Service, "?"}).unknown = true
			}
		}
	}
	for _, f := range c.Flows {
		if f.Class == "store" && f.Into != nil {
			if to, _, ok := l.names.find(f.Into.Service, f.Into.ID, f.Into.Name); ok {
				at(to).by[c.Function] = true
			} else {
				at(place{f.Into.Service, "?"}).unknown = true
			}
		}
	}
	if fn == nil || c.Missing == "" && len(c.Dynamic) == 0 && len(c.Limits) == 0 {
		return
	}
	for _, e := range l.app.Edges {
		if e.From != fn.ID || e.Kind != rind.Writes && e.Kind != rind.Invokes {
			continue
		}
		if s := l.names.service[e.To]; s != "" {
			at(place{s, e.To}).unknown = true
		} else if s, ok := strings.CutPrefix(e.To, "*:"); ok {
			at(place{s, "?"}).unknown = true
		}
	}
}

// A verdict is what becomes of a flow whose place nobody was found to fill.
type verdict uint8

const (
	keep     verdict = iota // others may send it
	doubtful                // somebody unknown might
	gone                    // nobody can
)

// verdict judges a flow that begins with what lies in a place into which no
// data from outside was found to get.
//
// Queues, topics, streams, buses and buckets are there for others to send to:
// without any writer in the app the writer is elsewhere. A table, a state
// machine and a function belong to the app: without a writer nothing is in
// them. Where a writer exists whose code is not known, it is the one.
func (l *linker) verdict(f *flowIn) verdict {
	if f.Origin.Store != nil && f.Origin.Store.Service != "s3" && harmlessWithin[f.Class] {
		return gone
	}
	out := gone
	for _, n := range f.needs {
		out = min(out, l.judge(f, n))
	}
	return out
}

// harmlessWithin are classes that need somebody hostile: what the account's
// own systems keep is not made to fill disks, logs or processors.
var harmlessWithin = map[string]bool{"bomb": true, "log": true, "redos": true, "unbounded": true, "crlf": true, "trust-boundary": true, "store-key": true}

func (l *linker) judge(f *flowIn, n need) verdict {
	if n.at.service == "s3" && l.written(n.at, f.code.Function) && !l.unknown(n.at) && l.filtered(n) {
		return gone
	}
	if n.at.service == "lambda" && f.fn != nil && len(f.fn.Triggers) > 0 {
		return keep
	}
	if n.at.service == "events" && n.trigger != nil && ofBuckets(n.trigger.Value) {
		return l.buckets(n.trigger, f.code.Function)
	}
	return l.open(n.at, f.code.Function, 0)
}

// ofBuckets reports whether a rule is for events of S3 alone.
func ofBuckets(rule *rind.Value) bool {
	s := document(rule.Get("EventPattern")).Get("source")
	return s.Len() > 0 && all(s, func(v *rind.Value) bool { return v.Is("aws.s3") })
}

// buckets judges the buckets whose events a rule lets through.
func (l *linker) buckets(t *rind.Trigger, fn string) verdict {
	out, found := gone, false
	for _, r := range l.app.OfType("AWS::S3::Bucket") {
		if pass, _ := l.lets(t, &fact{bucket: r.ID}); pass {
			found = true
			out = min(out, l.open(place{"s3", r.ID}, fn, 0))
		}
	}
	if !found {
		return l.open(place{"s3", "name:elsewhere"}, fn, 0)
	}
	return out
}

// written reports whether code of a function other than fn writes to a place.
func (l *linker) written(at place, fn string) bool {
	w := l.writers[at]
	return w != nil && w.others(fn)
}

// unknown reports whether somebody may write there whose code is not known.
func (l *linker) unknown(at place) bool {
	w, elsewhere := l.writers[at], l.writers[place{at.service, "?"}]
	return w != nil && w.unknown || elsewhere != nil && elsewhere.unknown
}

// open judges a place by itself: whether others may put data there.
func (l *linker) open(at place, fn string, depth int) verdict {
	unknown, written := l.unknown(at), l.written(at, fn)
	switch at.service {
	case "lambda":
		if unknown || !written {
			return doubtful
		}
		return gone
	case "stepfunctions":
		if unknown || !written {
			return doubtful // started by hand, by a schedule, by another app
		}
		return gone
	case "dynamodb":
		if unknown && (at.id != "?" || l.app.Kind != rind.SourceCode) {
			return doubtful
		}
		return gone
	case "s3":
		switch {
		case l.forBrowsers(at):
			return keep
		case written:
			return doubtful // people upload to buckets too
		case l.elsewhere(at, fn):
			return gone
		}
		return keep
	}
	// What the template feeds into a queue is as open as where it is from.
	out, fed := gone, false
	for from, fs := range l.forwards {
		for _, f := range fs {
			if f.to == at && depth < maxRounds {
				fed = true
				out = min(out, l.open(from, fn, depth+1))
			}
		}
	}
	switch {
	case fed && out == keep, !fed && !written && !l.elsewhere(at, fn):
		return keep
	case unknown || out == doubtful:
		return doubtful
	}
	return gone
}

// forBrowsers reports whether a bucket takes uploads from web pages.
func (l *linker) forBrowsers(at place) bool {
	for r := range l.app.Resource(at.id).Get("CorsConfiguration", "CorsRules").Each() {
		for m := range r.Get("AllowedMethods").Each() {
			if m.Is("PUT", "POST", "*") {
				return true
			}
		}
	}
	return false
}

// elsewhere reports whether another function sends what comes from outside to
// a different place of the same service: the app has its own senders, and what
// none of them sends to is not for strangers.
func (l *linker) elsewhere(at place, fn string) bool {
	if at.id == "?" {
		return false
	}
	for _, p := range l.filled {
		if p == at || p.service != at.service {
			continue
		}
		for _, x := range l.facts[p] {
			if len(x.passed) > 0 && !slices.Contains(x.passed, fn) {
				return true
			}
		}
	}
	return false
}

// filtered reports whether data from outside gets into the place, but not
// through the filter of the trigger.
func (l *linker) filtered(n need) bool {
	if n.trigger == nil {
		return false
	}
	for _, x := range l.facts[n.at] {
		if x.part == n.part || n.part == "" {
			return true
		}
	}
	return false
}

// tells reports whether a path is about the bucket rather than the object in
// an event of S3, which a queue, topic or bus carries.
func (l *linker) tells(f *flowIn) bool {
	path := f.Origin.Path
	if !strings.Contains(path, "s3.bucket.") && !strings.HasSuffix(path, "s3.bucket") && !strings.Contains(path, "detail.bucket.") {
		return false
	}
	for _, n := range f.needs {
		for from, fs := range l.forwards {
			for _, fw := range fs {
				if fw.to == n.at && from.service == "s3" {
					return true
				}
			}
		}
	}
	return false
}
