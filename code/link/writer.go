package link

import (
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
	w := l.writers[n.at]
	if w == nil {
		w = &writers{}
	}
	elsewhere := l.writers[place{n.at.service, "?"}]
	unknown := w.unknown || elsewhere != nil && elsewhere.unknown
	written := w.others(f.code.Function)
	switch n.at.service {
	case "lambda":
		if f.fn != nil && len(f.fn.Triggers) > 0 {
			return keep
		}
		return doubtful
	case "stepfunctions":
		if unknown || !written {
			return doubtful // started by hand, by a schedule, by another app
		}
		return gone
	case "dynamodb":
		if unknown {
			return doubtful
		}
		return gone
	case "s3":
		switch {
		case !written:
			return keep
		case !unknown && l.filtered(n):
			return gone
		}
		return doubtful // people upload to buckets too
	}
	switch {
	case !written && !l.fed(n.at):
		return keep
	case unknown:
		return doubtful
	}
	return gone
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

// fed reports whether the template itself connects a place's input: what comes
// in is then known.
func (l *linker) fed(at place) bool {
	for _, fs := range l.forwards {
		for _, f := range fs {
			if f.to == at {
				return true
			}
		}
	}
	return false
}
