package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseParameters(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want map[string]string
	}{
		"CloudFormation's list": {`[{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "UsePreviousValue": true}]`, map[string]string{"A": "1"}},
		"list of assignments":   {`["A=1", "B=x=y"]`, map[string]string{"A": "1", "B": "x=y"}},
		"pipeline":              {`{"Parameters": {"A": "1", "B": true}, "Tags": {"x": "y"}}`, map[string]string{"A": "1", "B": "true"}},
		"map":                   {`{"A": 1, "L": ["x", "y"]}`, map[string]string{"A": "1", "L": "x,y"}},
		"YAML map":              {"A: 1\nB: text\nL:\n  - x\n  - y\nN:\n", map[string]string{"A": "1", "B": "text", "L": "x,y"}},
		"lines":                 {"# comment\nA=1\nexport B = \"x y\" # why\nC='#'\n\nD=a b\nE=\n", map[string]string{"A": "1", "B": "x y", "C": "#", "D": "a b", "E": ""}},
		"tfvars":                {"stage = \"prod\"\nn     = 3\n", map[string]string{"stage": "prod", "n": "3"}},
		"samconfig text":        {"version = 0.1\n[default.deploy.parameters]\nstack_name = \"x\"\nparameter_overrides = \"A=1 B=\\\"x y\\\" C='d e'\"\n", map[string]string{"A": "1", "B": "x y", "C": "d e"}},
		"samconfig list":        {"[prod.deploy.parameters]\nparameter_overrides = \"A=2\"\n[default.deploy.parameters]\nparameter_overrides = [\n  \"A=1\", # one\n  \"B=x\"\n]\n", map[string]string{"A": "1", "B": "x"}},
		"samconfig, old":        {"[default.deploy.parameters]\nparameter_overrides = \"ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue=2\"\n", map[string]string{"A": "1", "B": "2"}},
		"samconfig YAML":        {"version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides:\n        - A=1\n        - B=2\n", map[string]string{"A": "1", "B": "2"}},
		"empty":                 {" \n", map[string]string{}},
	} {
		got, err := ParseParameters([]byte(tt.in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestParseParametersErrors(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"scalar":     {"hello", "not a map"},
		"broken":     {`{"A": `, "parameters:1"},
		"list":       {`[1]`, "neither ParameterKey"},
		"nested map": {"A: {B: {C: 1}}", "is a map"},
		"lines":      {"A=1\nnonsense\n", "line 2"},
		"toml":       {"[a.b]\nx = 1\n", "no parameter_overrides"},
		"binary":     {"A=\xff", "UTF-8"},
	} {
		_, err := ParseParameters([]byte(tt.in))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

func FuzzParameters(f *testing.F) {
	f.Add([]byte(`[{"ParameterKey": "A", "ParameterValue": "1"}]`))
	f.Add([]byte("A=1\nB='x\n"))
	f.Add([]byte("[default.deploy.parameters]\nparameter_overrides = [\"A=1\", \"B=\\\"x\"]\n"))
	f.Add([]byte("default: {deploy: {parameters: {parameter_overrides: {A: 1}}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseParameters(data)
		if err == nil && got == nil {
			t.Error("neither parameters nor an error")
		}
	})
}
