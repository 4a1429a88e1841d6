package rind

// Code is what the source code of one function was found to do. The code
// stage fills it in; rules, posture and policy read it.
type Code struct {
	Function string // ID of the function in the same App
	// Entry is where the analysis began: the handler.
	Entry Span
	// Missing says why there is nothing to tell, if the code was not found
	// or could not be read: "the code is not in the scanned folder". Calls
	// and flows are then unknown, not absent.
	Missing string
	// Limits says which limits were reached, if any: what lies behind them
	// is unknown.
	Limits []string
	// Language is "python", "javascript", "java" or "go".
	Language string
	// Files are the app's own files that were loaded from the handler.
	Files []string

	Calls      []*Call
	Flows      []*DataFlow
	Weaknesses []*Weakness
	// Dynamic tells that AWS calls were seen whose operation is not known:
	// the list of Calls may be incomplete.
	Dynamic []Label
}

// A Call is one call of an AWS API that the code can make.
type Call struct {
	Service   string // SDK identifier as boto3 writes it: "dynamodb", "s3", "stepfunctions"
	Operation string // "PutItem"
	// Params are the parameters under the API's own names (TableName), as
	// far as they are known: constants, environment variables resolved to
	// what the template gives them, and Symbols for the rest.
	Params map[string]*Value
	// Assumed tells that the call is made with credentials of its own, such
	// as those of a role that was assumed: the function's role is not asked.
	Assumed bool
	// Init tells that the call is made while the module loads, before any event.
	Init bool
	Span Span
}

// An Origin is where tainted data came from.
type Origin struct {
	// Trigger is the kind of event, or "" for a source that is no event.
	Trigger TriggerKind
	// Path is the field of the event: "body.id", "Records[].s3.object.key".
	Path string
	// Store is the resource whose content it is, if it was read from a
	// table, bucket or queue: its ID, or the literal name where it is not in
	// the App, or "?" if unknown.
	Store *StoreRef
	// Control says who decides about the data: "attacker", "caller" (an
	// authenticated one), "tenant" (the account's own services) or "aws".
	Control string
	Span    Span
}

// A StoreRef names the place where data is kept between two functions: a
// bucket, table, queue, topic, stream, bus, or what is started directly, a
// function or state machine.
type StoreRef struct {
	// Service is the SDK identifier as boto3 writes it: "s3", "dynamodb",
	// "sqs", "sns", "kinesis", "firehose", "events", "stepfunctions",
	// "lambda".
	Service string
	ID      string // ID of the resource in the App; "" if unknown or elsewhere
	Name    string // name or ARN where it is written out, with "*" for what is not known
	// Key is the object key or item attribute, where known. In an object key
	// "*" stands for a piece that is not known: "uploads/*.txt". For an event
	// bus it is the source and detail type, "shop.orders/OrderPlaced".
	Key string
	// Part says what of it the data is: "key" the object's key, "body" its
	// content, the message, record, detail or input, "attributes" what goes
	// beside a message, "item" a table's item; "" if that is not told apart.
	Part string
}

// A DataFlow is a path of data in one function, from an origin to a sink; or
// across functions once linked.
type DataFlow struct {
	Class  string // attack class, or "store" for data that is written somewhere
	Rule   string // rule that reports it
	Origin Origin
	// Sink is the function or operation reached: "subprocess.run".
	Sink string
	// Into is where the data is written, for class "store".
	Into *StoreRef
	Span Span   // of the sink
	Flow []Step // origin first
	// Note is what the sink does with it: "runs it in a shell".
	Note       string
	Confidence Confidence
	// Collapsed tells that a field path was cut at the depth limit.
	Collapsed bool
	// Linked tells that the flow begins in another function.
	Linked []string // IDs of the functions passed through, first to last
}

// A Weakness is something wrong in the code that needs no flow.
type Weakness struct {
	Rule       string
	Message    string
	Span       Span
	Related    []Label
	Confidence Confidence
	Flow       []Step
	// Key tells apart findings of one rule in one file; no line numbers.
	Key string
}
