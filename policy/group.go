package policy

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// Group makes the fewest statements that allow just the needs: first the
// resources of each action, then the actions with the same resources.
func Group(needs []*Need) []*Statement {
	type slot struct {
		action string
		cond   string
	}
	byAction := map[slot]*Statement{}
	var order []slot
	for _, n := range needs {
		s := slot{n.Action, conditionKey(n.Condition)}
		st := byAction[s]
		if st == nil {
			st = &Statement{Actions: []string{n.Action}, Conditions: n.Condition}
			byAction[s] = st
			order = append(order, s)
		}
		st.Needs = append(st.Needs, n)
		st.Resources = addResource(st.Resources, n.Resource)
	}
	slices.SortFunc(order, func(a, b slot) int {
		return strings.Compare(a.action+"\x00"+a.cond, b.action+"\x00"+b.cond)
	})
	byResource := map[string]*Statement{}
	var out []*Statement
	for _, s := range order {
		st := byAction[s]
		service, _, _ := strings.Cut(s.action, ":")
		k := service + "\x00" + s.cond + "\x00" + resourcesKey(st.Resources)
		if first := byResource[k]; first != nil {
			first.Actions = append(first.Actions, st.Actions...)
			first.Needs = append(first.Needs, st.Needs...)
			continue
		}
		byResource[k] = st
		out = append(out, st)
	}
	return out
}

// addResource adds a resource unless one that is there covers it, and drops
// those it covers.
func addResource(list []*rind.Value, v *rind.Value) []*rind.Value {
	for _, have := range list {
		if within(v, have) {
			return list
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(have *rind.Value) bool { return within(have, v) })
	list = append(list, v)
	slices.SortFunc(list, func(a, b *rind.Value) int { return strings.Compare(key(a), key(b)) })
	return list
}

// within reports whether the pattern wide takes in all that narrow does, as
// far as their texts tell.
func within(narrow, wide *rind.Value) bool {
	if key(narrow) == key(wide) {
		return true
	}
	w := wide.Text
	if wide.Kind != rind.String && wide.Kind != rind.Symbol || !strings.Contains(w, "*") {
		return false
	}
	return iam.Glob(w, narrow.Text)
}

func resourcesKey(list []*rind.Value) string {
	var b strings.Builder
	for _, v := range list {
		b.WriteString(key(v) + "\n")
	}
	return b.String()
}
