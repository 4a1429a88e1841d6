package link

import (
	"strings"

	"rind/rind"
)

// A forward carries what is in one place to another without any code: a
// subscription, a notification, a rule's target, a pipe.
type forward struct {
	to   place
	span rind.Span
	note string
	sure rind.Confidence
	// part is what it becomes there; "" for the same as before.
	part string
	// lets tells whether a fact gets through, and whether that is certain.
	lets func(x *fact) (pass, certain bool)
	// also changes further what arrives.
	also    func(x *fact)
	keepKey bool
	whole   bool // the message arrives as it was, without an envelope
}

// pass is the fact as it arrives; nil if it does not.
func (f forward) pass(x *fact) *fact {
	y := *x
	if f.lets != nil {
		ok, certain := f.lets(x)
		if !ok {
			return nil
		}
		if !certain {
			y.sure = lowest(y.sure, rind.ConfidenceMedium)
		}
	}
	y.at, y.sure, y.write = f.to, lowest(y.sure, f.sure), x.write
	if !f.keepKey {
		y.key = ""
	}
	if !f.whole {
		y.field = ""
	}
	if f.part != "" {
		y.part = f.part
	}
	y.steps = clip(append(append([]rind.Step(nil), x.steps...), rind.Step{Span: f.span, Note: f.note}))
	if f.also != nil {
		f.also(&y)
	}
	return &y
}

// findForwards reads them off the template.
func (l *linker) findForwards() map[place][]forward {
	out := map[place][]forward{}
	add := func(from place, f forward) {
		if from.id != "" && f.to.id != "" && from != f.to {
			out[from] = append(out[from], f)
		}
	}
	for _, r := range l.app.Resources {
		switch r.Type {
		case "AWS::S3::Bucket":
			l.bucketForwards(r, add)
		case "AWS::SNS::Topic":
			for s := range r.Get("Subscription").Each() {
				l.subscription(place{"sns", r.ID}, s, r, add)
			}
		case "AWS::SNS::Subscription":
			if at, ok := l.names.value("sns", r.Get("TopicArn")); ok {
				l.subscription(at, r.Properties, r, add)
			}
		case "AWS::SQS::Queue":
			if to, ok := l.names.value("sqs", deadLetters(r)); ok {
				add(place{"sqs", r.ID}, forward{to: to, span: r.Span, note: "what fails goes to " + shown(to), whole: true})
			}
		case "AWS::Events::Rule":
			l.ruleForwards(r, add)
		case "AWS::Pipes::Pipe":
			l.pipe(r, add)
		case "AWS::StepFunctions::StateMachine":
			l.states(r, add)
		case "AWS::KinesisFirehose::DeliveryStream":
			l.delivery(r, add)
		case "AWS::DynamoDB::Table":
			if to, ok := l.names.value("kinesis", r.Get("KinesisStreamSpecification", "StreamArn")); ok {
				add(place{"dynamodb", r.ID}, forward{to: to, part: body, span: r.Span, note: "changes of the table go to " + shown(to)})
			}
		case "AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig":
			l.destinations(r, add)
		}
	}
	return out
}

type adder func(from place, f forward)

// bucketForwards are notifications of a bucket to queues, topics and the bus.
func (l *linker) bucketForwards(r *rind.Resource, add adder) {
	from := place{"s3", r.ID}
	conf := r.Get("NotificationConfiguration")
	for _, kind := range []struct{ list, target, service string }{
		{"QueueConfigurations", "Queue", "sqs"}, {"TopicConfigurations", "Topic", "sns"},
	} {
		for n := range conf.Get(kind.list).Each() {
			to, ok := l.names.value(kind.service, n.Get(kind.target))
			if !ok {
				continue
			}
			add(from, forward{
				to: to, span: n.Span, part: body, note: "an event about the object goes to " + shown(to),
				lets: func(x *fact) (bool, bool) { return x.part != body && lets3(n, x), true },
			})
		}
	}
	eb := conf.Get("EventBridgeConfiguration")
	if eb.Present() && !eb.Get("EventBridgeEnabled").False() {
		add(from, forward{
			to: place{"events", defaultBus}, span: eb.Span, part: body, note: "an event about the object goes to the default bus",
			lets:    func(x *fact) (bool, bool) { return x.part != body, true },
			also:    func(x *fact) { x.bucket = r.ID },
			keepKey: true, // rules filter by it
		})
	}
}

// subscription carries a topic's messages to a queue or delivery stream.
func (l *linker) subscription(from place, s *rind.Value, r *rind.Resource, add adder) {
	to, ok := l.names.any(s.Get("Endpoint"))
	if !ok || to.service == "lambda" {
		return
	}
	span := s.Span
	if span.IsZero() {
		span = r.Span
	}
	add(from, forward{
		to: to, span: span, note: "the subscription sends it on to " + shown(to), whole: s.Get("RawMessageDelivery").True(),
		lets: func(x *fact) (bool, bool) { return letsTopic(s, x) },
	})
}

func deadLetters(queue *rind.Resource) *rind.Value {
	return queue.Get("RedrivePolicy", "deadLetterTargetArn")
}

// ruleForwards are the targets of a rule that are no functions.
func (l *linker) ruleForwards(r *rind.Resource, add adder) {
	if r.Get("State").Is("DISABLED") {
		return
	}
	for t := range r.Get("Targets").Each() {
		to, ok := l.names.any(t.Get("Arn"))
		if !ok || to.service == "lambda" || t.Get("Input").Present() {
			continue
		}
		sure := rind.ConfidenceHigh
		if t.Get("InputTransformer").Present() || t.Get("InputPath").Present() {
			sure = rind.ConfidenceMedium
		}
		add(l.bus(r), forward{
			to: to, span: r.Span, sure: sure, part: body, note: "the rule " + r.ID + " sends it on to " + shown(to),
			lets: func(x *fact) (bool, bool) { return l.letsRule(r.Get("EventPattern"), x) },
		})
	}
}

// bus is the event bus of a rule.
func (l *linker) bus(rule *rind.Resource) place {
	v := rule.Get("EventBusName")
	if v.Absent() || v.Is("default") {
		return place{"events", defaultBus}
	}
	if at, ok := l.names.value("events", v); ok {
		return at
	}
	return place{"events", "?"}
}

// ruleNeeds are the places of what a rule starts a function with.
func (l *linker) ruleNeeds(n need, field string) []need {
	rule := l.app.Resource(n.trigger.Source)
	if rule == nil || rule.Type != "AWS::Events::Rule" {
		return nil
	}
	for t := range rule.Get("Targets").Each() {
		if to, ok := l.names.any(t.Get("Arn")); ok && to.service == "lambda" && t.Get("Input").Present() {
			return nil
		}
	}
	n.at, n.field = l.bus(rule), field
	return []need{n}
}

// pipe carries from its source to its target, functions included.
func (l *linker) pipe(r *rind.Resource, add adder) {
	from, ok := l.names.any(r.Get("Source"))
	to, ok2 := l.names.any(r.Get("Target"))
	if !ok || !ok2 {
		return
	}
	add(from, forward{to: to, part: body, span: r.Span, sure: rind.ConfidenceMedium, note: "the pipe " + r.ID + " sends it on to " + shown(to)})
	if through, ok := l.names.value("lambda", r.Get("Enrichment")); ok {
		add(from, forward{to: through, part: body, span: r.Span, sure: rind.ConfidenceMedium, note: "the pipe " + r.ID + " hands it to " + shown(through)})
	}
}

// states carries a state machine's input to what its tasks write to. The
// functions that it calls have it as their trigger.
func (l *linker) states(r *rind.Resource, add adder) {
	seen := map[place]bool{}
	for _, prop := range []string{"DefinitionString", "Definition", "DefinitionSubstitutions"} {
		for ref := range r.Get(prop).Refs() {
			to, ok := l.names.any(rind.NewRef(ref, rind.Span{}))
			if !ok || to.service == "lambda" || to.service == "s3" || seen[to] {
				continue
			}
			seen[to] = true
			part := body
			if to.service == "dynamodb" {
				part = item
			}
			add(place{"stepfunctions", r.ID}, forward{to: to, part: part, span: r.Span, sure: rind.ConfidenceMedium, note: "a task of " + r.ID + " sends it on to " + shown(to)})
		}
	}
}

// delivery carries records to the bucket, and from a stream into Firehose.
func (l *linker) delivery(r *rind.Resource, add adder) {
	at := place{"firehose", r.ID}
	if from, ok := l.names.value("kinesis", r.Get("KinesisStreamSourceConfiguration", "KinesisStreamARN")); ok {
		add(from, forward{to: at, span: r.Span, note: "the stream is delivered by " + r.ID})
	}
	for _, d := range []string{"ExtendedS3DestinationConfiguration", "S3DestinationConfiguration"} {
		c := r.Get(d)
		to, ok := l.names.value("s3", c.Get("BucketARN"))
		if !ok {
			continue
		}
		prefix := c.Get("Prefix").Pattern()
		if i := strings.IndexByte(prefix, '!'); i >= 0 { // !{timestamp:yyyy}
			prefix = prefix[:i]
		}
		add(at, forward{to: to, part: body, span: c.Span, note: "is delivered to " + shown(to), also: func(x *fact) { x.key = prefix + "*" }})
	}
}

// destinations are where the invocations of a function go that failed or
// succeeded: the event goes with them.
func (l *linker) destinations(r *rind.Resource, add adder) {
	from, ok := l.names.value("lambda", r.Get("FunctionName"))
	if !ok {
		return
	}
	if src, ok := l.names.any(r.Get("EventSourceArn")); ok {
		from = src
	}
	for _, on := range []string{"OnFailure", "OnSuccess"} {
		if to, ok := l.names.any(r.Get("DestinationConfig", on, "Destination")); ok {
			add(from, forward{to: to, part: body, span: r.Span, sure: rind.ConfidenceMedium, note: "the invocation goes on to " + shown(to)})
		}
	}
}
