package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rind/code/flow"
	"rind/code/ir"
	"rind/code/lower/javascript"
	"rind/code/lower/python"
	"rind/code/model"
	"rind/rind"
)

// models are a library small enough to read, so that the tests show what the
// engine does and not what the library knows.
const models = `
- call: [run, lib.run, "?.run"]
  sinks: [{class: cmdi, arg: "0", note: "runs it"}]
- call: [query, "lib.Db.query", "lib.connect().query"]
  sinks: [{class: sqli, arg: "0"}]
- call: find
  sinks: [{class: nosqli, arg: "0", part: structure}]
- call: fetch
  sinks: [{class: ssrf, arg: "0", part: prefix}]
- call: [json.loads, JSON.parse]
  returns: {from: ["0"], as: parsed}
- call: [json.dumps, JSON.stringify, str, String]
  returns: {from: ["0"]}
- call: [int, parseInt, Number]
  returns: {clean: all}
- call: quote
  returns: {from: ["0"], clean: [cmdi]}
- call: re.fullmatch
  guard: {arg: "1", pattern: "0", anchored: true}
- call: re.match
  guard: {arg: "1", pattern: "0"}
- call: app.route
  returns: {type: route}
- call: route
  wraps: true
  callbacks: [{arg: "0", entry: http, result: html, params: [{source: {field: pathParameters}}]}]
- read: flask.request.args
  source: {field: queryStringParameters}
- call: later
  callbacks: [{arg: "0", params: [{from: ["1"], as: same}], returns: value}]
- call: stop
  exits: true
`

type oneModule struct{}

func (oneModule) Resolve(*ir.Module, string) *ir.Module { return nil }

func analyze(t *testing.T, file, src string, triggers ...rind.TriggerKind) *rind.Code {
	t.Helper()
	var m *ir.Module
	var err error
	if strings.HasSuffix(file, ".py") {
		m, err = python.Lower(file, []byte(src))
	} else {
		m, err = javascript.Lower(file, []byte(src))
	}
	if err != nil {
		t.Fatal(err)
	}
	ms, err := model.Parse([]byte(models))
	if err != nil {
		t.Fatal(err)
	}
	f := &rind.Function{ID: "F", Environment: []rind.EnvVar{{Name: "TABLE", Value: rind.NewString("orders", rind.Span{})}}}
	for _, k := range triggers {
		f.Triggers = append(f.Triggers, &rind.Trigger{Kind: k})
	}
	return flow.Analyze(flow.Entry{Module: m, Name: "handler", Function: f}, flow.Options{
		Library: model.New(m.Lang, ms...), Resolver: oneModule{},
	})
}

// TestFlows runs small handlers. Lines that end in "want: class" must be
// reported, and no others.
func TestFlows(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			triggers := c.triggers
			if triggers == nil {
				triggers = []rind.TriggerKind{rind.APIGatewayREST}
			}
			file := "app.py"
			if c.js {
				file = "app.js"
			}
			code := analyze(t, file, c.src, triggers...)
			var want, got []string
			for i, line := range strings.Split(c.src, "\n") {
				if _, class, ok := strings.Cut(line, "want: "); ok {
					for _, cl := range strings.Fields(class) {
						want = append(want, fmt.Sprintf("%d %s", i+1, cl))
					}
				}
			}
			for _, f := range code.Flows {
				s := fmt.Sprintf("%d %s", f.Span.Line, f.Class)
				if !slices.Contains(got, s) {
					got = append(got, s)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Errorf("got %v, want %v (%s)", got, want, code.Missing)
			}
		})
	}
}
