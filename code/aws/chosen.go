package aws

// chosen says, by service, what it means that data of an event chooses the
// place an operation goes to: a function or queue is started or fed that no
// route leads to, a store is read or written with the function's own rights.
var chosen = map[string]struct{ class, note string }{
	"lambda":        {"target", "starts the function of that name"},
	"stepfunctions": {"target", "starts the state machine of that name"},
	"sqs":           {"target", "sends to the queue of that name"},
	"sns":           {"target", "publishes to the topic of that name"},
	"events":        {"target", "sends to the event bus of that name"},
	"kinesis":       {"target", "writes to the stream of that name"},
	"firehose":      {"target", "writes to the stream of that name"},
	"s3":            {"store-key", "goes to the bucket of that name"},
	"dynamodb":      {"store-key", "goes to the table of that name"},
}

// places reports places and object keys that data chooses. A key that begins
// with a constant or with something else stays below that.
func (a *api) places(e *effect) {
	if e.Store == nil || a.op == "SendTaskSuccess" {
		return
	}
	report := func(path string, class, note string) {
		for _, v := range a.at(path) {
			a.c.Sink(class, v, note, "first")
		}
	}
	if c, ok := chosen[a.service.Name]; ok {
		report(e.Store.Place, c.class, c.note)
	}
	if a.service.Name == "s3" && e.Store.Key != "" && e.Store.Key != NamesOf {
		report(e.Store.Key, "store-key", "goes to the object of that name")
	}
}
