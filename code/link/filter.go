package link

import (
	"encoding/json"
	"strings"

	"rind/rind"
)

// lets reports whether a trigger's filters let a fact through to the
// function, and whether that is certain.
func (l *linker) lets(t *rind.Trigger, x *fact) (pass, certain bool) {
	switch t.Kind {
	case rind.S3:
		return lets3(t.Value, x), true
	case rind.SNS:
		return letsTopic(t.Value, x)
	case rind.EventBridge:
		return l.letsRule(t.Value.Get("EventPattern"), x)
	case rind.SQS, rind.Kinesis, rind.DynamoDBStream:
		return letsMapping(t.Value, x)
	}
	return true, true
}

// lets3 reports whether a bucket's notification is sent for an object: its
// key may fit the prefix and suffix, and the operation the event.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func lets3(n *rind.Value, x *fact) bool {
	for r := range n.Get("Filter", "S3Key", "Rules").Each() {
		value := r.Get("Value").Pattern()
		switch {
		case r.Get("Name").Is("prefix") && !mayBegin(x.key, value):
			return false
		case r.Get("Name").Is("suffix") && !mayEnd(x.key, value):
			return false
		}
	}
	if x.write == nil {
		return true
	}
	ev := strings.TrimPrefix(n.Get("Event").Str(), "s3:")
	switch x.write.Operation {
	case "PutObject":
		return ev != "ObjectCreated:Post" && ev != "ObjectCreated:Copy"
	case "CopyObject":
		return ev != "ObjectCreated:Post" && ev != "ObjectCreated:Put"
	}
	return true
}

// mayBegin reports whether a key, in which "*" is unknown, can begin with a
// prefix, which may have unknown pieces too.
func mayBegin(k, prefix string) bool {
	if k == "" {
		return true
	}
	k, kOpen := head(k)
	prefix, pOpen := head(prefix)
	if len(k) < len(prefix) {
		return kOpen && strings.HasPrefix(prefix, k)
	}
	_ = pOpen
	return strings.HasPrefix(k, prefix)
}

func mayEnd(k, suffix string) bool {
	if k == "" {
		return true
	}
	k, kOpen := tail(k)
	suffix, _ = tail(suffix)
	if len(k) < len(suffix) {
		return kOpen && strings.HasSuffix(suffix, k)
	}
	return strings.HasSuffix(k, suffix)
}

// head is what is known of a pattern's beginning; open tells that more follows.
func head(p string) (known string, open bool) {
	known, _, open = strings.Cut(p, "*")
	return known, open
}

func tail(p string) (known string, open bool) {
	i := strings.LastIndexByte(p, '*')
	return p[i+1:], i >= 0
}

// keysMeet reports whether two patterns of keys may mean the same object.
func keysMeet(a, b string) bool {
	if a == "" || b == "" {
		return true
	}
	ah, aOpen := head(a)
	bh, bOpen := head(b)
	switch {
	case !aOpen && !bOpen:
		return ah == bh
	case !aOpen:
		bt, _ := tail(b)
		return strings.HasPrefix(a, bh) && strings.HasSuffix(a, bt)
	case !bOpen:
		at, _ := tail(a)
		return strings.HasPrefix(b, ah) && strings.HasSuffix(b, at)
	}
	at, _ := tail(a)
	bt, _ := tail(b)
	return (strings.HasPrefix(ah, bh) || strings.HasPrefix(bh, ah)) && (strings.HasSuffix(at, bt) || strings.HasSuffix(bt, at))
}

// letsTopic evaluates a subscription's filter policy on the attributes of a
// published message.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
func letsTopic(s *rind.Value, x *fact) (pass, certain bool) {
	policy := document(s.Get("FilterPolicy"))
	if policy.Absent() {
		return true, true
	}
	if x.write == nil {
		return true, false
	}
	if s.Get("FilterPolicyScope").Is("MessageBody") {
		return matchDocument(policy, document(x.write.Params["Message"]))
	}
	sent := x.write.Params["MessageAttributes"]
	if sent != nil && sent.Kind == rind.Symbol {
		return true, false
	}
	certain = true
	for name, allowed := range policy.Entries() {
		have := sent.Get(name)
		var v *rind.Value
		for _, f := range []string{"StringValue", "Value"} {
			if have.Get(f).Present() {
				v = have.Get(f)
			}
		}
		ok, sure := matchAny(allowed, v, v.Absent())
		if !ok && sure {
			return false, true
		}
		certain = certain && sure
	}
	return true, certain
}

// letsRule evaluates a rule's pattern on what is known of an event.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
func (l *linker) letsRule(pattern *rind.Value, x *fact) (pass, certain bool) {
	pattern = document(pattern)
	if pattern.Absent() {
		return true, false
	}
	source, typ, ok := strings.Cut(x.key, "/")
	if x.bucket != "" {
		source, typ, ok = "aws.s3", "Object Created", true
	}
	certain = true
	if ok {
		for field, have := range map[string]string{"source": source, "detail-type": typ} {
			allowed := pattern.Get(field)
			if allowed.Absent() {
				continue
			}
			yes, sure := matchText(allowed, have)
			if !yes {
				return false, true
			}
			certain = certain && sure
		}
	} else {
		certain = false
		// An application cannot send as an AWS service.
		if s := pattern.Get("source"); s.Len() > 0 && all(s, func(v *rind.Value) bool { return strings.HasPrefix(v.Str(), "aws.") }) {
			return false, true
		}
	}
	detail := pattern.Get("detail")
	switch {
	case detail.Absent():
	case x.bucket != "":
		if b := detail.Get("bucket", "name"); b.Present() && !l.namesBucket(b, x.bucket) {
			return false, true
		}
		if k := detail.Get("object", "key"); k.Present() {
			yes, _ := matchText(k, x.key)
			return yes, certain
		}
	default:
		yes, sure := matchEntries(detail, x)
		return yes, certain && sure
	}
	return true, certain
}

// matchEntries evaluates a pattern on the details of a PutEvents call.
func matchEntries(pattern *rind.Value, x *fact) (pass, certain bool) {
	if x.write == nil || x.write.Operation != "PutEvents" || x.write.Params["Entries"].Len() == 0 {
		return true, false
	}
	certain = true
	for e := range x.write.Params["Entries"].Each() {
		yes, sure := matchDocument(pattern, document(e.Get("Detail")))
		pass = pass || yes
		certain = certain && sure
	}
	return pass, certain
}

// namesBucket reports whether one of the names in a pattern may be a bucket's.
func (l *linker) namesBucket(allowed *rind.Value, bucket string) bool {
	for v := range allowed.Each() {
		if v.Kind != rind.String {
			if r := l.app.Target(v); r == nil || r.ID == bucket {
				return true
			}
			continue
		}
		if at, ok := l.names.value("s3", v); ok && at.id == bucket || l.app.Resource(bucket).Get("BucketName").Absent() {
			return true
		}
	}
	return false
}

// letsMapping evaluates the filters of an event source mapping.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
func letsMapping(m *rind.Value, x *fact) (pass, certain bool) {
	filters := m.Get("FilterCriteria", "Filters")
	if filters.Len() == 0 {
		return true, true
	}
	certain = true
	for f := range filters.Each() {
		yes, sure := matchRecord(document(f.Get("Pattern")), x)
		pass = pass || yes
		certain = certain && sure
	}
	return pass, certain
}

// matchRecord evaluates one filter on what is known of a record.
func matchRecord(pattern *rind.Value, x *fact) (pass, certain bool) {
	if pattern.Absent() {
		return true, false
	}
	if names := pattern.Get("eventName"); names.Present() && x.at.service == "dynamodb" {
		// Whatever is written makes an INSERT or a MODIFY.
		insert, _ := matchText(names, "INSERT")
		modify, _ := matchText(names, "MODIFY")
		if x.write != nil && x.write.Operation == "PutItem" || x.write == nil {
			insert = insert || modify
		}
		if !insert && !modify {
			return false, true
		}
	}
	if x.write == nil {
		return true, false
	}
	switch x.at.service {
	case "dynamodb":
		if p := pattern.Get("dynamodb", "NewImage"); p.Present() {
			return matchItem(p, x.write.Params["Item"])
		}
		return true, len(pattern.Fields) <= 1
	case "sqs":
		if p := pattern.Get("body"); p.Present() {
			if p.Kind == rind.List {
				return matchAny(p, x.write.Params["MessageBody"], false)
			}
			return matchDocument(p, document(x.write.Params["MessageBody"]))
		}
	case "kinesis":
		if p := pattern.Get("data"); p.Present() {
			return matchDocument(p, document(x.write.Params["Data"]))
		}
	}
	return true, false
}

// matchItem evaluates a pattern on a table's item, which may be written with
// attribute types or without.
func matchItem(pattern, written *rind.Value) (pass, certain bool) {
	if written == nil || written.Kind != rind.Map {
		return true, false
	}
	certain = true
	for name, types := range pattern.Entries() {
		have := written.Get(name)
		for typ, allowed := range types.Entries() {
			v := have
			if have.Get(typ).Present() {
				v = have.Get(typ)
			}
			ok, sure := matchAny(allowed, v, have.Absent())
			if !ok && sure {
				return false, true
			}
			certain = certain && sure
		}
	}
	return true, certain
}

// matchDocument evaluates a pattern on a document that may be known in part.
func matchDocument(pattern, doc *rind.Value) (pass, certain bool) {
	if doc == nil || doc.Kind != rind.Map {
		return true, false
	}
	certain = true
	for name, p := range pattern.Entries() {
		have := doc.Get(name)
		var ok, sure bool
		if p.Kind == rind.Map {
			if have.Absent() {
				return false, true
			}
			ok, sure = matchDocument(p, have)
		} else {
			ok, sure = matchAny(p, have, have.Absent())
		}
		if !ok && sure {
			return false, true
		}
		certain = certain && sure
	}
	return true, certain
}

// matchAny reports whether a value is among those allowed.
func matchAny(allowed, v *rind.Value, absent bool) (pass, certain bool) {
	if absent {
		for a := range allowed.Each() {
			if a.Get("exists").False() {
				return true, true
			}
		}
		return false, true
	}
	if !v.Scalar() && (v == nil || v.Kind != rind.Symbol) {
		return true, false
	}
	return matchText(allowed, v.Pattern())
}

// matchText evaluates a list of alternatives on a text in which "*" is not
// known.
func matchText(allowed *rind.Value, have string) (pass, certain bool) {
	open := strings.Contains(have, "*")
	for a := range allowed.Each() {
		switch {
		case a.Kind == rind.Map:
			for op, arg := range a.Entries() {
				if matchOperator(op, arg, have, open) {
					return true, !open
				}
			}
		case a.Kind == rind.Symbol:
			return true, false
		case keysMeet(a.Str(), have):
			return true, !open
		}
	}
	return false, true
}

func matchOperator(op string, arg *rind.Value, have string, open bool) bool {
	switch op {
	case "prefix":
		if arg.Kind == rind.Map {
			return true // equals-ignore-case
		}
		return mayBegin(have, arg.Pattern())
	case "suffix":
		if arg.Kind == rind.Map {
			return true
		}
		return mayEnd(have, arg.Pattern())
	case "exists":
		return !arg.False()
	case "equals-ignore-case":
		return open || strings.EqualFold(arg.Str(), have)
	case "anything-but":
		if open || arg.Kind == rind.Map {
			return true
		}
		if arg.Kind == rind.List {
			return !containsText(arg, have)
		}
		return arg.Str() != have
	case "wildcard":
		return keysMeet(arg.Pattern(), have)
	}
	return true // numeric, cidr and what may come
}

func containsText(list *rind.Value, s string) bool {
	for v := range list.Each() {
		if v.Str() == s {
			return true
		}
	}
	return false
}

func all(list *rind.Value, is func(*rind.Value) bool) bool {
	for v := range list.Each() {
		if !is(v) {
			return false
		}
	}
	return true
}

// maxDocument bounds the JSON text in a template or call that is parsed.
const maxDocument = 256 << 10

// document is a value, or what the JSON text in it says.
func document(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.String {
		return v
	}
	text := strings.TrimSpace(v.Text)
	if len(text) > maxDocument || !strings.HasPrefix(text, "{") {
		return v
	}
	var doc any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&doc) != nil {
		return v
	}
	return fromJSON(doc, v.Span, 0)
}

func fromJSON(doc any, at rind.Span, depth int) *rind.Value {
	if depth > 32 {
		return nil
	}
	switch doc := doc.(type) {
	case string:
		return rind.NewString(doc, at)
	case json.Number:
		return &rind.Value{Kind: rind.Number, Text: doc.String(), Span: at}
	case bool:
		return rind.NewBool(doc, at)
	case []any:
		out := rind.NewList(at)
		for _, e := range doc {
			out.Items = append(out.Items, fromJSON(e, at, depth+1))
		}
		return out
	case map[string]any:
		out := rind.NewMap(at)
		for k, e := range doc {
			out.Fields = append(out.Fields, rind.Field{Key: k, Value: fromJSON(e, at, depth+1)})
		}
		return out
	}
	return &rind.Value{Kind: rind.Null, Span: at}
}
