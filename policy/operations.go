package policy

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"rind/iam"
	"rind/rind"
)

//go:embed data/operations.yaml
var operationsText []byte

// A requirement is an action that an operation needs.
type requirement struct {
	action string
	// on names the parameter that holds the resource; "" for the usual ones.
	on string
	// perhaps tells that only some calls need it.
	perhaps bool
	// values are the resources themselves, where they are known already:
	// the tables of a statement.
	values []*rind.Value
}

// A rule is a requirement under conditions.
type rule struct {
	requirement
	present, absent []string
}

type operationTable struct {
	Prefixes   map[string]string              `yaml:"prefixes"`
	Methods    map[string]map[string]string   `yaml:"methods"`
	Tagging    map[string]string              `yaml:"tagging"`
	Operations map[string]map[string][]string `yaml:"operations"`

	rules map[string]map[string][]rule
}

var operations = sync.OnceValue(func() *operationTable {
	t, err := readOperations(operationsText)
	if err != nil {
		panic(err) // embedded at build time: the build is broken
	}
	return t
})

func readOperations(text []byte) (*operationTable, error) {
	t := &operationTable{rules: map[string]map[string][]rule{}}
	if err := yaml.Unmarshal(text, t); err != nil {
		return nil, fmt.Errorf("operations.yaml: %w", err)
	}
	for service, list := range t.Operations {
		t.rules[service] = map[string][]rule{}
		for operation, entries := range list {
			rules := []rule{}
			for _, e := range entries {
				r, err := readRule(e)
				if err != nil {
					return nil, fmt.Errorf("operations.yaml: %s.%s: %w", service, operation, err)
				}
				rules = append(rules, r)
			}
			t.rules[service][operation] = rules
		}
	}
	return t, nil
}

// readRule reads "[?]ACTION [if PARAM] [unless PARAM]… [on PARAM]".
func readRule(text string) (rule, error) {
	f := strings.Fields(text)
	if len(f)%2 == 0 || !strings.Contains(f[0], ":") {
		return rule{}, fmt.Errorf("%q is no rule", text)
	}
	action, perhaps := strings.CutPrefix(f[0], "?")
	r := rule{requirement: requirement{action: action, perhaps: perhaps}}
	for i := 1; i < len(f); i += 2 {
		switch f[i] {
		case "if":
			r.present = append(r.present, f[i+1])
		case "unless":
			r.absent = append(r.absent, f[i+1])
		case "on":
			r.on = f[i+1]
		default:
			return rule{}, fmt.Errorf("%q: %q is not if, unless or on", text, f[i])
		}
	}
	return r, nil
}

// Prefix returns the IAM prefix of an SDK service: "states" for
// "stepfunctions".
func Prefix(service string) string {
	if p, ok := operations().Prefixes[service]; ok {
		return p
	}
	return service
}

// required returns the actions that a call needs.
func required(c *rind.Call) []requirement {
	t := operations()
	prefix := Prefix(c.Service)
	var out []requirement
	if special := specials[c.Service+"."+c.Operation]; special != nil {
		out = special(c)
	} else if rules, ok := t.rules[c.Service][c.Operation]; ok {
		for _, r := range rules {
			if r.holds(c) {
				out = append(out, r.requirement)
			}
		}
	} else if a, ok := iam.Lookup(prefix, c.Operation); ok {
		out = append(out, requirement{action: a.String()})
	} else if verb := method(t.Methods[c.Service], c.Operation); verb != "" {
		return []requirement{{action: prefix + ":" + verb}}
	} else {
		out = append(out, requirement{action: prefix + ":" + c.Operation})
	}
	if a := tagging(prefix, c); a != "" && !slices.ContainsFunc(out, func(r requirement) bool { return r.action == a }) {
		out = append(out, requirement{action: a})
	}
	return out
}

func (r *rule) holds(c *rind.Call) bool {
	for _, p := range r.present {
		if len(find(c, p)) == 0 {
			return false
		}
	}
	for _, p := range r.absent {
		if len(find(c, p)) > 0 {
			return false
		}
	}
	return true
}

// method returns the HTTP method that an operation is, by its longest first
// word.
func method(verbs map[string]string, operation string) string {
	best := ""
	for word := range verbs {
		if strings.HasPrefix(operation, word) && len(word) > len(best) {
			best = word
		}
	}
	return verbs[best]
}

// tagging returns the action needed for tags given at creation, or "".
func tagging(prefix string, c *rind.Call) string {
	switch word := c.Operation; {
	case strings.HasPrefix(word, "Create"), strings.HasPrefix(word, "Put"), strings.HasPrefix(word, "Register"), strings.HasPrefix(word, "Run"):
	default:
		return ""
	}
	if v := param(c, "Tags"); v.Absent() || v.Kind == rind.List && len(v.Items) == 0 {
		return ""
	}
	a, listed := operations().Tagging[prefix]
	if !listed {
		a = prefix + ":TagResource"
	}
	if _, ok := iam.LookupAction(a); !ok {
		return ""
	}
	return a
}
