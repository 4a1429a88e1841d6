package rule

import (
	"cmp"
	"strings"

	"rind/rind"
)

// originWords names what tainted data is in the words of its trigger: "the
// query string parameter `id`", "the object's key".
func originWords(o rind.Origin) string {
	if s := o.Store; s != nil {
		name := cmp.Or(s.ID, s.Name)
		what := storeWords(s.Service)
		if name == "" || name == "?" {
			return "what was read from " + what.some
		}
		return "what was read from " + what.the + " " + name
	}
	p := o.Path
	if p == "" {
		return "the event"
	}
	if w := fieldWords(o.Trigger, p); w != "" {
		return w
	}
	return "`" + p + "` of the event"
}

type storeName struct{ some, the string }

func storeWords(service string) storeName {
	switch service {
	case "dynamodb":
		return storeName{"a table", "table"}
	case "s3":
		return storeName{"a bucket", "bucket"}
	case "sqs":
		return storeName{"a queue", "queue"}
	case "sns":
		return storeName{"a topic", "topic"}
	case "kinesis":
		return storeName{"a stream", "stream"}
	case "rds", "sql":
		return storeName{"a database", "database"}
	}
	return storeName{"a store", cmp.Or(service, "the store")}
}

// httpFields are the parts of a request by their names in the events of API
// Gateway, function URLs, load balancers and CloudFront.
var httpFields = []struct{ prefix, word string }{
	{"queryStringParameters", "query string parameter"},
	{"multiValueQueryStringParameters", "query string parameter"},
	{"pathParameters", "path parameter"},
	{"headers", "header"},
	{"multiValueHeaders", "header"},
	{"cookies", "cookie"},
	{"formParameters", "form field"},
	{"stageVariables", "stage variable"},
}

func fieldWords(kind rind.TriggerKind, p string) string {
	rest := func(prefix string) (string, bool) {
		if p == prefix {
			return "", true
		}
		r, ok := strings.CutPrefix(p, prefix)
		if ok && (r[0] == '.' || r[0] == '[') {
			return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(r, "[]"), "."), "[]"), true
		}
		return "", false
	}
	of := func(prefix, whole string) string {
		r, ok := rest(prefix)
		switch {
		case !ok:
			return ""
		case r == "":
			return whole
		}
		return "`" + r + "` of " + whole
	}
	for _, f := range httpFields {
		if r, ok := rest(f.prefix); ok {
			if r == "" {
				return "the " + f.word + "s"
			}
			return "the " + f.word + " `" + r + "`"
		}
	}
	table := []struct{ prefix, whole string }{
		{"body", "the request body"},
		{"rawQueryString", "the query string"},
		{"rawPath", "the request's path"},
		{"path", "the request's path"},
		{"Records[].s3.object.key", "the object's key"},
		{"Records[].s3.object", "the uploaded object's description"},
		{"Records[].Sns.Message", "the message"},
		{"Records[].Sns.Subject", "the message's subject"},
		{"Records[].Sns.MessageAttributes", "the message's attributes"},
		{"Records[].messageAttributes", "the message's attributes"},
		{"Records[].body", "the message's body"},
		{"Records[].kinesis.data", "the record's data"},
		{"Records[].dynamodb.NewImage", "the changed item"},
		{"Records[].dynamodb.OldImage", "the item before its change"},
		{"Records[].dynamodb.Keys", "the changed item's key"},
		{"Records[].ses.mail", "the mail"},
		{"records[].data", "the record's data"},
		{"detail", "the event's detail"},
		{"arguments", "the query's arguments"},
		{"awslogs.data", "the log data"},
	}
	for _, t := range table {
		if t.prefix == "path" && !(kind.HTTP() || kind == "" || kind == rind.Direct) || t.prefix == "body" && strings.HasPrefix(string(kind), "sqs") {
			continue
		}
		if w := of(t.prefix, t.whole); w != "" {
			return w
		}
	}
	return ""
}
