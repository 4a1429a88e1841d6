package flow_test

import (
	"testing"

	"rind/code/flow"
	"rind/code/lower/javascript"
	"rind/code/lower/python"
	"rind/code/model"
)

// FuzzAnalyze holds that no code makes the engine panic or go on for ever.
func FuzzAnalyze(f *testing.F) {
	for _, c := range cases {
		f.Add(c.src, c.js)
	}
	ms, err := model.Parse([]byte(models))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src string, js bool) {
		if len(src) > 4000 {
			return
		}
		lower, file := python.Lower, "app.py"
		if js {
			lower, file = javascript.Lower, "app.js"
		}
		m, err := lower(file, []byte(src))
		if err != nil {
			return
		}
		for _, name := range []string{"handler", ""} {
			flow.Analyze(flow.Entry{Module: m, Name: name}, flow.Options{
				Library: model.New(m.Lang, ms...), Resolver: oneModule{}, Steps: 20_000,
			})
		}
	})
}
