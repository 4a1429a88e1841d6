package sam

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

//go:embed policytemplates.txt
var policyTemplateText string

type policyTemplate struct {
	params []string
	rules  []policyRule
}

type policyRule struct {
	actions    []string
	single     bool // one action, not in a list
	resources  []string
	listed     bool
	conditions [][3]string // operator, key, value
}

// policyTemplates are the templates that Policies may name.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html
var policyTemplates = sync.OnceValue(func() map[string]*policyTemplate {
	out := map[string]*policyTemplate{}
	var t *policyTemplate
	for line := range strings.Lines(policyTemplateText) {
		line = strings.TrimRight(line, "\n")
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0][0] == '#':
		case line[0] != ' ':
			t = &policyTemplate{params: words[1:]}
			out[words[0]] = t
		case !strings.HasPrefix(line, "    "):
			r := policyRule{actions: words}
			if a, ok := strings.CutPrefix(words[0], "="); ok {
				r.actions, r.single = []string{a}, true
			}
			t.rules = append(t.rules, r)
		default:
			r := &t.rules[len(t.rules)-1]
			switch words[0] {
			case ">", ">>":
				r.resources, r.listed = append(r.resources, words[1]), words[0] == ">>"
			case "?":
				r.conditions = append(r.conditions, [3]string{words[1], words[2], words[3]})
			}
		}
	}
	return out
})

var templateVar = regexp.MustCompile(`\$\{([^}:]+)\}`)

// statements fills in a template; args are its parameters by name.
func (t *policyTemplate) statements(a at, args val) val {
	fill := func(s string) val {
		if !strings.Contains(s, "${") {
			return a.str(s)
		}
		vars := a.obj()
		for _, m := range templateVar.FindAllStringSubmatch(s, -1) {
			for _, p := range t.params {
				if strings.EqualFold(p, m[1]) {
					if v := args.Get(p); v != nil {
						set(vars, m[1], v)
					} else {
						set(vars, m[1], a.ref(p))
					}
				}
			}
		}
		if len(vars.Fields) == 0 {
			return a.sub(s)
		}
		return a.obj("Fn::Sub", a.list(s, vars))
	}
	l := a.list()
	for _, r := range t.rules {
		actions := a.list()
		for _, s := range r.actions {
			actions.Items = append(actions.Items, a.str(s))
		}
		if r.single {
			actions = actions.Items[0]
		}
		resources := a.list()
		for _, s := range r.resources {
			resources.Items = append(resources.Items, fill(s))
		}
		if !r.listed {
			resources = resources.Items[0]
		}
		st := a.obj("Effect", "Allow", "Action", actions, "Resource", resources)
		for _, c := range r.conditions {
			cond := st.Get("Condition")
			if cond == nil {
				cond = a.obj()
				set(st, "Condition", cond)
			}
			if cond.Get(c[0]) == nil {
				set(cond, c[0], a.obj())
			}
			set(cond.Get(c[0]), c[1], fill(c[2]))
		}
		l.Items = append(l.Items, st)
	}
	return a.obj("Statement", l)
}
