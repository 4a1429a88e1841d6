package report

import (
	"strings"

	"rind/rind"
)

// A cutGroup is a change with the attack paths that it closes, worst first.
type cutGroup struct {
	rind.Cut
	paths []*rind.AttackPath
}

// cutsOf groups paths by the change that closes them, in the order of their
// worst path. Paths come worst first for each app.
func cutsOf(paths []*rind.AttackPath) []*cutGroup {
	type key struct{ app, action string }
	byKey := map[key]*cutGroup{}
	var out []*cutGroup
	for _, s := range rind.Severities {
		for _, p := range paths {
			if p.Severity != s {
				continue
			}
			k := key{p.App, p.Cut.Action}
			g := byKey[k]
			if g == nil {
				g = &cutGroup{Cut: p.Cut}
				byKey[k] = g
				out = append(out, g)
			}
			g.paths = append(g.paths, p)
		}
	}
	return out
}

// nonEmpty drops empty strings.
func nonEmpty(in ...string) []string {
	var out []string
	for _, s := range in {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// wholeRule is a rule's ID, or "" for the name of a topic alone, which
// "rind explain" does not know.
func wholeRule(id string) string {
	if i := strings.LastIndexByte(id, '-'); i >= 0 && len(id) == i+4 && strings.Trim(id[i+1:], "0123456789") == "" {
		return id
	}
	return ""
}
