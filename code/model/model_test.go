package model

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rind/code/ir"
)

// TestData holds every file to the rules: it parses, names only what exists,
// and says nothing twice.
func TestData(t *testing.T) {
	for lang := range loaders {
		files, err := fs.Glob(data, path.Join("data", string(lang), "*.yaml"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: no files (%v)", lang, err)
		}
		seen := map[string]string{}
		for _, f := range files {
			src, err := data.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			models, err := Parse(src)
			if err != nil {
				t.Errorf("%s: %v", f, err)
			}
			for _, m := range models {
				for key := range keys(m) {
					if was, ok := seen[key]; ok {
						t.Errorf("%s: %s is already in %s", f, key, was)
					}
					seen[key] = f
				}
			}
		}
		start := time.Now()
		if _, err := load(lang); err != nil {
			t.Error(err)
		}
		t.Logf("%s: %d names in %v", lang, len(seen), time.Since(start))
	}
}

// keys yields one key for each thing that a model without conditions says of
// each name, so that two models which say the same collide.
func keys(m *Model) map[string]bool {
	k := map[string]bool{}
	if len(m.When) > 0 {
		return k
	}
	for i, name := range slices.Concat(m.Call, m.Read) {
		what := "call " + name
		if i >= len(m.Call) {
			what = "read " + name
		}
		if m.Returns != nil {
			k[what+" returns"] = true
		}
		for _, s := range m.Sinks {
			if len(s.When) == 0 {
				k[what+" sink "+s.Class+" "+strings.Join(s.Arg, "|")] = true
			}
		}
	}
	return k
}

func TestParseArg(t *testing.T) {
	for s, want := range map[string]ArgRef{
		"0":            {},
		"1+":           {Pos: 1, Rest: true},
		"recv":         {Pos: -1, Recv: true},
		"*":            {Pos: -1, All: true},
		"shell":        {Pos: -1, Name: "shell"},
		"0.html":       {Path: []PathElem{{Field: "html"}}},
		"0[2]":         {Path: []PathElem{{Index: 2}}},
		"0[].*":        {Path: []PathElem{{Elem: true}, {Any: true}}},
		"recv.a.b[]":   {Pos: -1, Recv: true, Path: []PathElem{{Field: "a"}, {Field: "b"}, {Elem: true}}},
		"*.body":       {Pos: -1, All: true, Path: []PathElem{{Field: "body"}}},
		"TableName[0]": {Pos: -1, Name: "TableName", Path: []PathElem{{Index: 0}}},
	} {
		got, err := ParseArg(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", s, d)
		}
	}
	for _, s := range []string{"", ".", "0.", "0[", "0[x]", "0[-1]", "0]", "a b", "1x", "+", "0..a"} {
		if got, err := ParseArg(s); err == nil {
			t.Errorf("%q: %+v, want an error", s, got)
		}
	}
}

func TestLibrary(t *testing.T) {
	models, err := Parse([]byte(`
- call: [os.system, os.popen]
  sinks: [{class: cmdi, arg: 0}]
- call: "*.cursor().execute"
  sinks: [{class: sqli, arg: [0, sql]}]
- call: "*.execute"
  sinks: [{class: sqli, arg: 0, confidence: low}]
- call: "sqlite3.*.execute"
  returns: {type: x}
- call: "hashlib.*"
  returns: {clean: all}
- read: flask.request.args
  source: {field: queryStringParameters, kind: http}
`))
	if err != nil {
		t.Fatal(err)
	}
	l := New(ir.Python, models...)
	for name, want := range map[string]int{
		"os.system": 0, "os.popen": 0, "os": -1, "os.x": -1, "": -1, "execute": -1,
		"db.connect().cursor().execute": 1, "?.cursor().execute": 1, "cursor().execute": 2,
		"?.execute": 2, "a.b.c.execute": 2, "sqlite3.connect().execute": 3,
		"hashlib.md5": 4, "hashlib.md5().update": -1,
	} {
		for range 2 {
			got := l.Calls(name)
			switch {
			case want < 0 && len(got) > 0, want >= 0 && (len(got) != 1 || got[0] != models[want]):
				t.Errorf("%q: %+v, want model %d", name, got, want)
			}
		}
	}
	if len(l.Reads("flask.request.args")) != 1 || len(l.Calls("flask.request.args")) != 0 {
		t.Error("flask.request.args: not found as a read alone")
	}
	if n := testing.AllocsPerRun(100, func() { l.Calls("a.b.c"); l.Calls("?.execute"); l.Reads("x.y") }); n != 0 {
		t.Errorf("%v allocations per look-up", n)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, src := range []string{
		"- call: x\n  sink: []", "- sinks: []", "- call: x\n  sinks: [{class: magic, arg: 0}]",
		"- call: x\n  sinks: [{class: sqli, arg: 0.}]", "- call: x\n  sinks: [{class: sqli}]",
		"- call: x\n  returns: {as: magic}", "- call: x\n  returns: {clean: magic}",
		"- call: x\n  when: [{arg: 0}]", "- call: x\n  when: [{arg: 0, matches: '('}]", "-", "a: b",
		"- call: x\n  when: [{argcount: many}]", "- call: a b", "- call: ''",
	} {
		if _, err := Parse([]byte(src)); err == nil {
			t.Errorf("%q: no error", src)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("- call: x\n  sinks: [{class: sqli, arg: 0}]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if models, err := Parse(src); err == nil {
			New(ir.Go, models...).Calls("a.b")
		}
	})
}
