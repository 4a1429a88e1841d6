package link

import (
	"testing"

	"rind/rind"
)

func TestKeysMeet(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"", "x", true},
		{"a/b", "a/b", true},
		{"a/b", "a/c", false},
		{"a/*", "a/b", true},
		{"a/*", "b/*", false},
		{"*.txt", "a.csv", false},
		{"*.txt", "a/*", true},
		{"a*", "ab*", true},
		{"*", "*", true},
	} {
		if keysMeet(tt.a, tt.b) != tt.want || keysMeet(tt.b, tt.a) != tt.want {
			t.Errorf("keysMeet(%q, %q) is not %v both ways", tt.a, tt.b, tt.want)
		}
	}
}

func TestMatchText(t *testing.T) {
	num := m("numeric", list(str(">"), str("5")))
	for _, tt := range []struct {
		allowed *rind.Value
		have    string
		want    bool
	}{
		{list(str("a"), str("b")), "b", true},
		{list(str("a"), str("b")), "c", false},
		{list(str("a")), "*", true},
		{list(m("prefix", "in/")), "in/x", true},
		{list(m("prefix", "in/")), "out/x", false},
		{list(m("prefix", "in/")), "i*", true},
		{list(m("suffix", ".csv")), "x.csv", true},
		{list(m("suffix", ".csv")), "x.txt", false},
		{list(m("anything-but", list(str("a")))), "a", false},
		{list(m("anything-but", list(str("a")))), "b", true},
		{list(m("anything-but", "a")), "a", false},
		{list(m("equals-ignore-case", "A")), "a", true},
		{list(m("wildcard", "a*z")), "abcz", true},
		{list(m("wildcard", "a*z")), "abc", false},
		{list(m("exists", rind.NewBool(true, rind.Span{}))), "a", true},
		{list(num), "3", true}, // not evaluated
	} {
		if got, _ := matchText(tt.allowed, tt.have); got != tt.want {
			t.Errorf("%s on %q: %v", tt.allowed.Items[0].Text, tt.have, got)
		}
	}
}

func TestFirstName(t *testing.T) {
	for path, want := range map[string]string{
		"": "", "note": "note", "[].note.S": "note", "[0]['a.b'].c": "a.b", "*.x": "", ".a[]": "a",
	} {
		if got := firstName(path); got != want {
			t.Errorf("firstName(%q) = %q, want %q", path, got, want)
		}
	}
}

func FuzzFilters(f *testing.F) {
	f.Add(`{"body":{"a":[{"prefix":"x"}]}}`, "a/*", `{"a":"xy"}`)
	f.Add(`{"dynamodb":{"NewImage":{"k":{"S":["v"]}}},"eventName":["INSERT"]}`, "", "{}")
	f.Add(`{"source":[{"anything-but":{"prefix":"aws."}}],"detail":{"x":[{"exists":false}]}}`, "shop/*", "[")
	f.Fuzz(func(t *testing.T, pattern, k, sent string) {
		p := document(str(pattern))
		w := &rind.Call{Operation: "PutEvents", Params: map[string]*rind.Value{
			"MessageBody": str(sent), "Item": document(str(sent)), "Data": str(sent), "MessageAttributes": document(str(sent)),
			"Entries": list(m("Detail", sent)),
		}}
		app := &rind.App{}
		l := newLinker(app)
		for _, s := range []string{"sqs", "dynamodb", "kinesis", "events", "sns"} {
			x := &fact{at: place{service: s}, key: k, write: w}
			matchRecord(p, x)
			l.letsRule(p, x)
			letsTopic(m("FilterPolicy", p), x)
			lets3(p, x)
		}
	})
}
