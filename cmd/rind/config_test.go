package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rind/rind"
	"rind/template"
)

func TestParseConfig(t *testing.T) {
	c, err := parseConfig("rind.yaml", []byte(`
profile: all
fail-on: never
min-confidence: medium
exclude: [node_modules, "test/**/*.yaml"]
parameters: {Stage: prod}
baseline: base.json
ignore:
  - path: legacy/**
    fingerprint: 3FA4C2D1
    reason: goes away
    until: 2027-01-31
`))
	if err != nil {
		t.Fatal(err)
	}
	if c.Profile != "all" || c.FailOn != "never" || c.MinConfidence != "medium" || c.Parameters["Stage"] != "prod" || c.Baseline != "base.json" {
		t.Errorf("config = %+v", c)
	}
	for file, want := range map[string]bool{"node_modules/a/t.yaml": true, "test/x/a.yaml": true, "src/a.yaml": false} {
		if c.excluded(file) != want {
			t.Errorf("excluded(%s) = %v", file, !want)
		}
	}
	e := c.entries()
	if len(e) != 1 || e[0].Fingerprint != "3fa4c2d1" || e[0].Until != "2027-01-31" || e[0].Span.Line != 9 {
		t.Errorf("entries = %+v", e)
	}
}

func TestParseConfigErrors(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"nope: 1", `rind.yaml:1: unknown key "nope"`},
		{"\n\nprofile: [a]", "rind.yaml:3:"},
		{"profile: everything", `unknown profile "everything"`},
		{"fail-on: bad", `unknown severity "bad"`},
		{"min-confidence: sure", `unknown confidence "sure"`},
		{"severity: {RIND-SQS-004: awful}", `unknown severity "awful"`},
		{"disable: [NOPE-1]", "nobody knows a rule NOPE-1"},
		{"ignore: [text]", "rind.yaml:1: an ignore entry has the keys"},
		{"ignore:\n- rule: x\n  when: y", `rind.yaml:3: unknown key "when"`},
		{"a: &a [*a]", "rind.yaml"},
		{"\t", "rind.yaml"},
	} {
		_, err := parseConfig("rind.yaml", []byte(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("parseConfig(%q) = %v, want %q", c.in, err, c.want)
		}
		var h *hintError
		if err != nil && (!errors.As(err, &h) || h.code != exitUsage || h.hint == "") {
			t.Errorf("parseConfig(%q): no hint: %v", c.in, err)
		}
	}
}

// FuzzConfig holds the reader of rind.yaml to: no panic, and errors that name
// the file.
func FuzzConfig(f *testing.F) {
	f.Add([]byte("profile: all\nignore:\n  - {rule: X, reason: y}\n"))
	f.Add([]byte("a: &a [*a, *a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := parseConfig("rind.yaml", data); err != nil && !strings.Contains(err.Error(), "rind.yaml") {
			t.Errorf("error does not name the file: %v", err)
		}
	})
}

func TestParseParameters(t *testing.T) {
	want := map[string]string{"Stage": "prod", "Ids": "a,b", "N": "3"}
	for name, in := range map[string]string{
		"cli.json":      `[{"ParameterKey":"Stage","ParameterValue":"prod"},{"ParameterKey":"Ids","ParameterValue":"a,b"},{"ParameterKey":"N","ParameterValue":"3"},{"ParameterKey":"Old","UsePreviousValue":true}]`,
		"deploy.json":   `["Stage=prod","Ids=a,b","N=3"]`,
		"pipeline.json": `{"Parameters":{"Stage":"prod","Ids":["a","b"],"N":3}}`,
		"plain.yaml":    "Stage: prod\nIds: [a, b]\nN: 3\n",
		"lines.env":     "# comment\nStage=prod\nIds=a,b\nN = 3\n",
		"x.tfvars":      "Stage = \"prod\"\nIds = \"a,b\"\nN = 3\nm = { a = 1 }\n",
	} {
		got, err := parseParameters(name, []byte(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	for name, in := range map[string]string{"a.json": "3", "b.json": `["x"]`, "c.json": `[{"a":1}]`, "d.json": "{", "e.tfvars": "a = "} {
		if _, err := parseParameters(name, []byte(in)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzParameters holds the readers of parameter files to: no panic.
func FuzzParameters(f *testing.F) {
	f.Add([]byte(`[{"ParameterKey":"a","ParameterValue":"b"}]`), false)
	f.Add([]byte("a = \"b\""), true)
	f.Fuzz(func(t *testing.T, data []byte, hcl bool) {
		name := "p.json"
		if hcl {
			name = "p.tfvars"
		}
		got, err := parseParameters(name, data)
		if err != nil && got != nil {
			t.Error("parameters and an error")
		}
	})
}

func TestRebase(t *testing.T) {
	span := rind.Span{File: "t.yaml", Line: 1}
	v := rind.NewString("x", span)
	app := &rind.App{
		Path:      "t.yaml",
		Resources: []*rind.Resource{{ID: "R", Span: span, Properties: rind.NewMap(span, rind.Field{Key: "K", Span: span, Value: v}, rind.Field{Key: "L", Value: v})}},
		Functions: []*rind.Function{{ID: "F", CodePath: "src/a.py", Span: span}},
		Edges:     []rind.Edge{{From: "a", To: "b", Span: span}},
	}
	app.Variants = []*rind.App{{Path: "t.yaml", Resources: app.Resources}}
	res := &template.Result{Apps: []*rind.App{app}, Skipped: []rind.Skip{{File: "s.yaml"}}}
	rebase(res, "infra/x")
	for name, got := range map[string]string{
		"app": app.Path, "variant": app.Variants[0].Path, "resource": app.Resources[0].Span.File, "value": v.Span.File,
		"field": app.Resources[0].Properties.Fields[0].Span.File, "edge": app.Edges[0].Span.File,
	} {
		if got != "infra/x/t.yaml" {
			t.Errorf("%s is in %s", name, got)
		}
	}
	if app.Functions[0].CodePath != "infra/x/src/a.py" || app.Functions[0].CodeRoot != "" || res.Skipped[0].File != "infra/x/s.yaml" {
		t.Errorf("function %+v, skipped %+v", app.Functions[0], res.Skipped)
	}
}

func TestExitCodeOfPlainError(t *testing.T) {
	var b bytes.Buffer
	if code := exitCode(&b, errors.New("boom")); code != exitUsage || !strings.Contains(b.String(), "rind: error: boom") {
		t.Errorf("exit %d, %q", code, b.String())
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "abc", 3}, {"kitten", "sitting", 3}, {"RIND-S3-001", "RIND-S3-001", 0}, {"RIND-S3-01", "RIND-S3-001", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
