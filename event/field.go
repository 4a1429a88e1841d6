package event

import (
	"strings"

	"rind/rind"
)

// Control says who decides about the value of a field.
type Control string

// Who may be in control, the least trusted first.
const (
	// Attacker: whoever can send the request or put the object. No
	// authentication stands before it, or none that limits the content.
	Attacker Control = "attacker"
	// Caller: an authenticated principal chose it (a profile attribute), or
	// it tells who the principal is in words the principal influenced.
	Caller Control = "caller"
	// Tenant: the account's own configuration or services.
	Tenant Control = "tenant"
	// AWS: the service made it up; nobody else can.
	AWS Control = "aws"
)

// rank orders controls: the more an attacker decides, the higher.
func (c Control) rank() int {
	switch c {
	case Attacker:
		return 4
	case Caller:
		return 3
	case Tenant:
		return 2
	case AWS:
		return 1
	}
	return 0
}

// Worse reports whether c is less trusted than d.
func (c Control) Worse(d Control) bool { return c.rank() > d.rank() }

// Encoding is one layer that wraps a value inside its field.
type Encoding string

// The encodings, as fields list them: outermost first.
const (
	// URL is percent-encoding with "+" for a space, as in forms.
	URL Encoding = "url"
	// Base64 is standard Base64.
	Base64 Encoding = "base64"
	// Base64If is Base64 where the event's isBase64Encoded is true.
	Base64If Encoding = "base64-if"
	// Gzip is a gzip stream.
	Gzip Encoding = "gzip"
	// JSON is a document in a string.
	JSON Encoding = "json"
	// JSONIf is a text that by custom is JSON, but need not be.
	JSONIf Encoding = "json-if"
	// ContentType is what the request's Content-Type says: JSON, a form,
	// multipart, plain text.
	ContentType Encoding = "content-type"
	// DynamoDB is an attribute value: {"S": "text"}, {"N": "1"}.
	DynamoDB Encoding = "dynamodb"
	// Bytes is a list of numbers, one a byte, as Kafka headers are.
	Bytes Encoding = "bytes"
	// Query is a whole query string: name=value pairs, each URL-encoded.
	Query Encoding = "query"
	// JWT is a signed token: two Base64url JSON parts and a signature.
	JWT Encoding = "jwt"
)

// Type is the JSON type of a field.
type Type string

// The types.
const (
	String Type = "string"
	Number Type = "number"
	Bool   Type = "bool"
	Object Type = "object"
	Array  Type = "array"
	Any    Type = "any"
)

// Match says how the path that was asked for relates to the field found.
type Match uint8

// The ways to match.
const (
	// Exact: the path is the field.
	Exact Match = iota
	// Below: the path lies inside the field's content: body.id in body.
	Below
	// Above: the path holds the field and others; it is the most
	// attacker-controlled of them.
	Above
)

// A Field is a leaf of an event.
type Field struct {
	// Kind and Shape name the event: a kind may have several shapes
	// (Cognito's "pre-sign-up", an API's "authorizer-token").
	Kind  rind.TriggerKind
	Shape string
	// Path as the table writes it: "Records[].s3.object.key", "headers.*".
	Path string
	Type Type
	// Encoding lists what wraps the value, outermost first.
	Encoding []Encoding
	Control  Control
	// Meaning says in a few words what it is.
	Meaning string
	// Optional fields may be absent or null.
	Optional bool
	// Certain is false where the event's shape is a guess: an API with a
	// mapping template, an input that another service of the account makes up.
	Certain bool
	// Inferred tells that the trigger was not known and was taken from the
	// path.
	Inferred bool
	// Match says how the path asked for relates to Path.
	Match Match
	// Doc is the page of the AWS documentation that describes the event.
	Doc string

	sample string // JSON text for a generated event
	rare   bool   // left out of generated events unless asked for
}

// Encoded reports whether the field's value is wrapped in e.
func (f Field) Encoded(e Encoding) bool {
	for _, have := range f.Encoding {
		if have == e {
			return true
		}
	}
	return false
}

// split divides a kind written with a shape, "cognito/pre-sign-up".
func split(kind rind.TriggerKind) (rind.TriggerKind, string) {
	k, shape, _ := strings.Cut(string(kind), "/")
	return rind.TriggerKind(k), shape
}

// Base is a kind without its shape: "cognito" of "cognito/pre-sign-up".
func Base(kind rind.TriggerKind) rind.TriggerKind {
	k, _ := split(kind)
	return k
}
