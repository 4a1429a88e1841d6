package event

import (
	"slices"
	"strings"

	"rind/rind"
)

// Lookup returns the field of an event that a path means. Names may be
// written as the event has them, or as the types of Go, Java and Python's
// Powertools spell them. Elements are "[]" or "[3]", and "*" is any name.
//
// A path below a field is the field (body.id is of body), a path above
// fields is the one of them that an attacker controls most: "" is the whole
// event. [Field.Match] tells which it was. If kinds is empty the trigger is
// not known and is taken from the path ([Infer]); what fits none is taken as
// an attacker's input of a direct invocation, without certainty. With several
// kinds the field is the one that is certain, then the one an attacker
// controls most. A kind may name a shape: "cognito/pre-sign-up".
//
// It reports false if no event of these kinds has such a field.
func Lookup(kinds []rind.TriggerKind, path string) (Field, bool) {
	segs := parsePath(path)
	if len(kinds) == 0 {
		kinds = infer(path)
		f, ok := lookup(kinds, segs)
		if !ok {
			f, ok = lookup(directInput, segs)
		}
		f.Inferred = true
		return f, ok
	}
	if i := slices.Index(kinds, rind.Direct); i >= 0 {
		// Services that invoke a function directly have shapes of their own,
		// told by their fields; anything else is the invoker's.
		shape := directInput
		if k := infer(path); len(k) > 0 && (Base(k[0]) == rind.Direct || k[0] == objectLambda[0]) {
			shape = k
		}
		kinds = slices.Replace(slices.Clone(kinds), i, i+1, shape...)
	}
	return lookup(kinds, segs)
}

var directInput = []rind.TriggerKind{rind.Direct + "/input"}

func lookup(kinds []rind.TriggerKind, segs []segment) (Field, bool) {
	var best Field
	found := false
	for _, k := range kinds {
		s := For(k)
		if s == nil {
			// A shape that the table does not tell apart.
			k, _ = split(k)
			if s = For(k); s == nil {
				continue
			}
		}
		if f, ok := s.lookup(segs); ok && (!found || better(f, best)) {
			best, found = f, true
		}
	}
	return best, found
}

// better reports whether a tells more than b: certain before guessed, a place
// before a whole, then what an attacker controls more.
func better(a, b Field) bool {
	if a.Certain != b.Certain {
		return a.Certain
	}
	if (a.Match == Above) != (b.Match == Above) {
		return b.Match == Above
	}
	return a.Control.Worse(b.Control)
}

// Lookup is [Lookup] in one schema.
func (s *Schema) Lookup(path string) (Field, bool) { return s.lookup(parsePath(path)) }

func (s *Schema) lookup(segs []segment) (Field, bool) {
	var best Field
	found, named := false, false
	for _, sh := range s.Shapes {
		// A name that one shape declares is not what another only guesses.
		named = named || len(segs) > 0 && sh.root.folded(segs[0].key) != nil
		if f, ok := s.find(sh.root, segs); ok && (f.Certain || !named) && (!found || better(f, best)) {
			best, found = f, true
		}
	}
	if in := inner(segs); !found && len(in) < len(segs) {
		return s.lookup(in)
	}
	return best, found
}

// inner drops a first segment that is the name of the parameter, "event.body".
func inner(segs []segment) []segment {
	if len(segs) > 1 && (segs[0].key == "event" || segs[0].key == "input") {
		return segs[1:]
	}
	return segs
}

// find walks down from n.
func (s *Schema) find(n *node, segs []segment) (Field, bool) {
	root := n
	for i, seg := range segs {
		if n.leaf() {
			return n.field.as(Below), true
		}
		if seg.any || seg.item && n.item == nil && len(n.children) > 0 && n.any == nil {
			return s.findAny(n, segs[i+1:])
		}
		next, stay := s.step(n, seg)
		if stay {
			continue
		}
		if next == nil && n == root {
			if to := s.aliases[fold(seg.key)]; strings.ContainsAny(to, ".[") {
				return s.find(root, append(parsePath(to), segs[i+1:]...))
			}
		}
		if next == nil && i+1 < len(segs) && !seg.item {
			// A name that itself has a dot: CodePipeline.job.
			if next = n.folded(seg.key + "." + segs[i+1].key); next != nil {
				return s.find(next, segs[i+2:])
			}
		}
		if next == nil {
			if n.field != nil { // a text with structure inside, of which this is no part
				return n.field.as(Below), true
			}
			return Field{}, false
		}
		n = next
	}
	if n.field != nil {
		return n.field.as(Exact), true
	}
	f := n.worst()
	if f == nil {
		return Field{}, false
	}
	return f.as(Above), true
}

// findAny continues in every child and takes the worst.
func (s *Schema) findAny(n *node, rest []segment) (Field, bool) {
	var best Field
	found := false
	if n.any != nil {
		best, found = s.find(n.any, rest)
	}
	for c := range n.below {
		if f, ok := s.find(c, rest); ok && (!found || better(f, best)) {
			best, found = f, true
		}
	}
	return best, found
}

// step follows one segment; stay tells that the segment is only another word
// for the value itself.
func (s *Schema) step(n *node, seg segment) (next *node, stay bool) {
	switch {
	case seg.item:
		if n.item != nil {
			return n.item, false
		}
		return n.any, false // a map read with an unknown key
	case n.item != nil && n.key2idx == nil:
		if number(seg.key) {
			return n.item, false
		}
		// The first or each of them: Powertools' event.record.
		return n.item.folded(seg.key), false
	}
	if c := n.named(seg.key); c != nil {
		return c, false
	}
	if c := n.folded(seg.key); c != nil {
		return c, false
	}
	if to, ok := s.aliases[fold(seg.key)]; ok {
		if to == "." {
			return nil, true
		}
		if c := n.named(to); c != nil {
			return c, false
		}
	}
	return n.any, false
}

func (n *node) leaf() bool {
	return n.field != nil && len(n.children) == 0 && n.any == nil && n.item == nil
}

// below yields the children of every sort.
func (n *node) below(yield func(*node) bool) {
	for _, c := range n.children {
		if !yield(c) {
			return
		}
	}
	if n.any != nil && !yield(n.any) {
		return
	}
	if n.item != nil {
		yield(n.item)
	}
}

// worst returns the field at or below n that an attacker controls most; what
// is certain goes before what is a guess.
func (n *node) worst() *Field {
	best := n.field
	for c := range n.below {
		if f := c.worst(); f != nil && (best == nil || better(*f, *best)) {
			best = f
		}
	}
	return best
}

func (f *Field) as(m Match) Field {
	out := *f
	out.Match = m
	return out
}

// marks are places that tell what sent an event.
var (
	customResource = []rind.TriggerKind{rind.Direct + "/custom-resource"}
	objectLambda   = []rind.TriggerKind{rind.S3 + "/object-lambda"}
)

var marks = []struct {
	path  string
	kinds []rind.TriggerKind
}{
	{"rawpath", httpV2},
	{"rawquerystring", httpV2},
	{"cookies", httpV2},
	{"routekey", httpV2},
	{"requestcontext.http", httpV2},
	{"requestcontext.timeepoch", httpV2},
	{"requestcontext.connectionid", []rind.TriggerKind{rind.APIGatewayWebSocket}},
	{"requestcontext.elb", []rind.TriggerKind{rind.ALB}},
	{"requestcontext", httpAny},
	{"body", httpAny},
	{"headers", httpAny},
	{"querystringparameters", httpAny},
	{"pathparameters", httpAny},
	{"stagevariables", httpAny},
	{"isbase64encoded", httpAny},
	{"httpmethod", httpV1},
	{"resource", httpV1},
	{"path", httpV1},
	{"multivalueheaders", httpV1},
	{"multivaluequerystringparameters", httpV1},
	{"authorizationtoken", httpV1},
	{"methodarn", httpV1},
	{"records[].s3", []rind.TriggerKind{rind.S3}},
	{"records[].sns", []rind.TriggerKind{rind.SNS}},
	{"records[].body", []rind.TriggerKind{rind.SQS}},
	{"records[].messageattributes", []rind.TriggerKind{rind.SQS}},
	{"records[].messageid", []rind.TriggerKind{rind.SQS}},
	{"records[].receipthandle", []rind.TriggerKind{rind.SQS}},
	{"records[].attributes", []rind.TriggerKind{rind.SQS}},
	{"records[].kinesis", []rind.TriggerKind{rind.Kinesis}},
	{"records[].dynamodb", []rind.TriggerKind{rind.DynamoDBStream}},
	{"records[].change", []rind.TriggerKind{rind.DynamoDBStream}},
	{"records[].ses", []rind.TriggerKind{rind.SES}},
	{"records[].cf", []rind.TriggerKind{rind.CloudFront}},
	{"records[].data", []rind.TriggerKind{rind.Firehose}},
	{"records[].eventname", []rind.TriggerKind{rind.S3, rind.DynamoDBStream}},
	{"records[].eventsource", []rind.TriggerKind{rind.S3, rind.SQS}},
	{"records[]", []rind.TriggerKind{rind.SQS, rind.S3, rind.SNS, rind.Kinesis, rind.DynamoDBStream}},
	{"records", []rind.TriggerKind{rind.SQS, rind.S3, rind.SNS, rind.Kinesis, rind.DynamoDBStream, rind.MSK}},
	{"awslogs", []rind.TriggerKind{rind.CloudWatchLogs}},
	{"detail", []rind.TriggerKind{rind.EventBridge}},
	{"detail-type", []rind.TriggerKind{rind.EventBridge}},
	{"deliverystreamarn", []rind.TriggerKind{rind.Firehose}},
	{"request.userattributes", []rind.TriggerKind{rind.Cognito}},
	{"request.clientmetadata", []rind.TriggerKind{rind.Cognito}},
	{"request.validationdata", []rind.TriggerKind{rind.Cognito}},
	{"request.challengeanswer", []rind.TriggerKind{rind.Cognito}},
	{"callercontext", []rind.TriggerKind{rind.Cognito}},
	{"triggersource", []rind.TriggerKind{rind.Cognito}},
	{"userpoolid", []rind.TriggerKind{rind.Cognito}},
	{"request.intent", []rind.TriggerKind{rind.Alexa}},
	{"session.user", []rind.TriggerKind{rind.Alexa}},
	{"sessionstate", []rind.TriggerKind{rind.Lex}},
	{"currentintent", []rind.TriggerKind{rind.Lex}},
	{"inputtranscript", []rind.TriggerKind{rind.Lex}},
	{"actiongroup", []rind.TriggerKind{rind.BedrockAgent}},
	{"inputtext", []rind.TriggerKind{rind.BedrockAgent}},
	{"arguments", []rind.TriggerKind{rind.AppSync}},
	{"info.fieldname", []rind.TriggerKind{rind.AppSync}},
	{"identity.claims", []rind.TriggerKind{rind.AppSync}},
	{"codepipeline.job", []rind.TriggerKind{rind.CodePipeline}},
	{"invokingevent", []rind.TriggerKind{rind.Config}},
	{"ruleparameters", []rind.TriggerKind{rind.Config}},
	{"rmqmessagesbyqueue", []rind.TriggerKind{rind.RabbitMQ}},
	{"messages[].destination", []rind.TriggerKind{rind.ActiveMQ}},
	{"events[].event", []rind.TriggerKind{rind.DocumentDB}},
	{"responseurl", customResource},
	{"resourceproperties", customResource},
	{"oldresourceproperties", customResource},
	{"logicalresourceid", customResource},
	{"physicalresourceid", customResource},
	{"stackid", customResource},
	{"requesttype", customResource},
	{"getobjectcontext", objectLambda},
	{"userrequest", objectLambda},
}

var (
	httpV1  = []rind.TriggerKind{rind.APIGatewayREST, rind.ALB}
	httpV2  = []rind.TriggerKind{rind.APIGatewayHTTP, rind.FunctionURL}
	httpAny = []rind.TriggerKind{rind.APIGatewayREST, rind.APIGatewayHTTP, rind.FunctionURL, rind.ALB, rind.APIGatewayWebSocket}
)

// Infer returns the kinds of triggers whose events have a path, the likeliest
// first, judged by names that only they have. It returns nil for a path that
// says nothing: "name", "id", "".
func Infer(path string) []rind.TriggerKind { return infer(path) }

func infer(path string) []rind.TriggerKind {
	var b strings.Builder
	for i, s := range inner(parsePath(path)) {
		switch {
		case s.item, number(s.key), s.any && b.String() == "records":
			b.WriteString("[]")
		case i == 0:
			b.WriteString(fold(s.key))
		default:
			b.WriteByte('.')
			b.WriteString(fold(s.key))
		}
	}
	key := b.String()
	for _, m := range marks {
		if rest, ok := strings.CutPrefix(key, m.path); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return m.kinds
		}
	}
	return nil
}
