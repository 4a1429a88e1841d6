package report

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rind/rind"
)

// TestSARIF checks what the SARIF 2.1.0 schema and GitHub's code scanning ask
// of a log: the required properties, the enumerations, references between
// objects, and regions that count from one and do not run backwards.
func TestSARIF(t *testing.T) {
	r := sample()
	r.Baseline = true
	var log map[string]any
	if err := json.Unmarshal([]byte(render(t, "sarif", r, Options{})), &log); err != nil {
		t.Fatal(err)
	}
	c := &sarifChecker{t: t}
	c.oneOf("version", log["version"], "2.1.0")
	run := log["runs"].([]any)[0].(map[string]any)
	driver := run["tool"].(map[string]any)["driver"].(map[string]any)
	if driver["name"] == "" || driver["name"] == nil {
		t.Error("the driver has no name")
	}
	rules := driver["rules"].([]any)
	for _, x := range rules {
		rule := x.(map[string]any)
		c.require("rule", rule, "id", "shortDescription", "fullDescription", "help", "defaultConfiguration", "properties")
		c.oneOf("level", rule["defaultConfiguration"].(map[string]any)["level"], "none", "note", "warning", "error")
		tags := rule["properties"].(map[string]any)["tags"].([]any)
		cwe := r.Rules[rule["id"].(string)].CWE != ""
		if !slices.Contains(tags, any("security")) || cwe != slices.ContainsFunc(tags, func(v any) bool { return strings.HasPrefix(v.(string), "external/cwe/cwe-") }) {
			t.Errorf("rule %s has tags %v", rule["id"], tags)
		}
	}
	results := run["results"].([]any)
	if len(results) != len(r.Findings) {
		t.Errorf("%d results for %d findings", len(results), len(r.Findings))
	}
	seen := map[string]bool{}
	for _, x := range results {
		res := x.(map[string]any)
		c.require("result", res, "ruleId", "ruleIndex", "message", "locations", "partialFingerprints")
		c.oneOf("kind", res["kind"], "fail")
		c.oneOf("level", res["level"], "note", "warning", "error")
		c.oneOf("baselineState", res["baselineState"], "new", "unchanged")
		i := int(res["ruleIndex"].(float64))
		if i >= len(rules) || rules[i].(map[string]any)["id"] != res["ruleId"] {
			t.Errorf("ruleIndex %d is not %v", i, res["ruleId"])
		}
		fp := fmt.Sprint(res["partialFingerprints"])
		if seen[fp] {
			t.Errorf("fingerprint %s twice", fp)
		}
		seen[fp] = true
	}
	c.walk("", log)
	inv := run["invocations"].([]any)[0].(map[string]any)
	if n := inv["toolExecutionNotifications"].([]any); len(n) != len(r.Skipped)+len(r.Notes) {
		t.Errorf("%d notifications", len(n))
	}
}

type sarifChecker struct{ t *testing.T }

func (c *sarifChecker) require(what string, m map[string]any, keys ...string) {
	for _, k := range keys {
		if m[k] == nil {
			c.t.Errorf("%s has no %s: %v", what, k, m)
		}
	}
}

func (c *sarifChecker) oneOf(what string, v any, allowed ...string) {
	s, _ := v.(string)
	if !slices.Contains(allowed, s) {
		c.t.Errorf("%s is %v, want one of %v", what, v, allowed)
	}
}

var relativeURI = regexp.MustCompile(`^[A-Za-z0-9._~%!$&'()*+,;=@/-]+$`)

// walk checks every object by the property it hangs on.
func (c *sarifChecker) walk(key string, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			c.walk(key, x)
		}
	case map[string]any:
		switch key {
		case "message", "shortDescription", "fullDescription", "description", "help", "insertedContent":
			if s, ok := v["text"].(string); !ok || s == "" {
				c.t.Errorf("%s without text: %v", key, v)
			}
		case "artifactLocation":
			if s, _ := v["uri"].(string); !relativeURI.MatchString(s) || v["uriBaseId"] != "SRCROOT" {
				c.t.Errorf("artifactLocation %v", v)
			}
		case "region":
			n := func(k string) float64 { f, _ := v[k].(float64); return f }
			if n("startLine") < 1 || v["endLine"] != nil && (n("endLine") < n("startLine") || n("endLine") == n("startLine") && n("endColumn") < n("startColumn")) {
				c.t.Errorf("region %v", v)
			}
		case "suppressions":
			c.oneOf("suppression", v["kind"], "inSource", "external")
		case "threadFlows":
			c.require("threadFlow", v, "locations")
		case "replacements":
			c.require("replacement", v, "deletedRegion")
		}
		for k, x := range v {
			c.walk(k, x)
		}
	}
}

// TestSARIFColumns counts characters, not bytes.
func TestSARIFColumns(t *testing.T) {
	s := &sarifWriter{r: &rind.Report{Source: func(string) []byte { return []byte("é: ü\n") }}, files: map[string][]byte{}}
	l := s.location(rind.Span{File: "f", Line: 1, Column: 5, EndLine: 1, EndColumn: 7})
	if r := l.Physical.Region; r.StartColumn != 4 || r.EndColumn != 5 {
		t.Errorf("region = %+v, want columns 4 to 5", r)
	}
}

func TestASFF(t *testing.T) {
	r := sample()
	r.Findings[0].Title = strings.Repeat("t", 400)
	r.Findings[0].Message = strings.Repeat("m", 4000)
	r.Findings[0].App = strings.Repeat("a", 900)
	var out []map[string]any
	if err := json.Unmarshal([]byte(render(t, "asff", r, Options{})), &out); err != nil {
		t.Fatal(err)
	}
	if len(out) != len(r.Findings) {
		t.Fatalf("%d findings, want %d", len(out), len(r.Findings))
	}
	for _, f := range out {
		for _, k := range []string{"SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "Types", "CreatedAt", "UpdatedAt", "Severity", "Title", "Description", "Resources"} {
			if f[k] == nil || f[k] == "" {
				t.Errorf("no %s in %v", k, f["Id"])
			}
		}
		for k, most := range map[string]int{"Title": 256, "Description": 1024, "Id": 512} {
			if n := len([]rune(f[k].(string))); n > most {
				t.Errorf("%s has %d characters, at most %d are allowed", k, n, most)
			}
		}
		for _, x := range f["Types"].([]any) {
			if strings.Count(x.(string), "/") > 2 {
				t.Errorf("type %v has more than three parts", x)
			}
		}
	}
}
