package flow

import (
	"regexp/syntax"
	"strings"
)

// matched is what matching text with a pattern yields: the text that matched
// and that of each group, which can hold only what the pattern lets through.
// With the flag g it is a list of whole matches. Null if nothing matches.
func (e *engine) matched(text *Value, c *Call) *Value {
	pattern := c.recv
	if !e.hasType(pattern, "RegExp") {
		pattern = recvOrNone(c.position(0))
	}
	s, ok := e.patternText(pattern)
	re, err := syntax.Parse(s, syntax.Perl)
	ts := e.deep(text, deepLimit)
	out := e.list(c.fr, c.pos)
	id := out.objs[0]
	piece := func(clean classes) *Value {
		return &Value{any: true, taints: through(ts, clean, e.station(c, "through "+c.short()))}
	}
	e.setField(id, size, unknown, false)
	if !ok || err != nil {
		e.setField(id, elem, piece(0), true)
		return join(out, null)
	}
	if strings.Contains(e.flags(pattern), "g") && !e.hasType(c.recv, "RegExp") {
		e.setField(id, elem, piece(fitting(re)), true)
		return join(out, null)
	}
	gid, groups := e.newObject(isDict, "Object", c.fr, c.pos)
	e.setField(id, "0", piece(fitting(re)), false)
	captures(re, func(i int, name string, sub *syntax.Regexp) {
		v := join(piece(fitting(sub)), null)
		e.setField(id, index(i), v, false)
		if name != "" {
			e.setField(gid, name, v, false)
		}
	})
	e.setField(id, "groups", groups, false)
	e.setField(id, "index", unknown, false)
	return join(out, null)
}

// flags are the flags of a regular expression.
func (e *engine) flags(pattern *Value) string {
	for _, id := range pattern.objs {
		if f := e.objs[id].props["1"]; f != nil {
			s, _ := f.text()
			return s
		}
	}
	return ""
}

// fitting tells for which classes text that fits all of an expression is
// harmless.
func fitting(re *syntax.Regexp) (clean classes) {
	for _, c := range attackChars {
		if !matchesAny(re, c.chars) {
			clean |= classOf(c.class)
		}
	}
	return clean
}

// captures calls f for each group of an expression.
func captures(re *syntax.Regexp, f func(i int, name string, sub *syntax.Regexp)) {
	if re.Op == syntax.OpCapture && len(re.Sub) == 1 {
		f(re.Cap, re.Name, re.Sub[0])
	}
	for _, s := range re.Sub {
		captures(s, f)
	}
}
