package sam

import (
	"regexp"
	"strings"

	"rind/rind"
)

// isIntrinsic reports whether v is a call of an intrinsic function.
func isIntrinsic(v val) bool {
	if !isMap(v) || len(v.Fields) != 1 {
		return false
	}
	k := v.Fields[0].Key
	return k == "Ref" || k == "Condition" || strings.HasPrefix(k, "Fn::")
}

func isIf(v val) bool { return isIntrinsic(v) && v.Fields[0].Key == "Fn::If" }

func isNoValue(v val) bool { return isIntrinsic(v) && v.Get("Ref").Str() == "AWS::NoValue" }

// ifParts are the three arguments of a well-formed Fn::If.
func ifParts(v val) (condition, then, otherwise val, ok bool) {
	l := v.Get("Fn::If")
	if !isIf(v) || l.Len() != 3 || !isList(l) {
		return nil, nil, nil, false
	}
	return l.Items[0], l.Items[1], l.Items[2], true
}

// logicalID is the resource that {Ref: X} or {Fn::GetAtt: [X, attr]} names.
func logicalID(v val) string {
	if !isIntrinsic(v) {
		return ""
	}
	if r := v.Get("Ref"); isStr(r) {
		return r.Text
	}
	g := v.Get("Fn::GetAtt")
	if isList(g) && g.Len() == 2 && isStr(g.Items[0]) {
		return g.Items[0].Text
	}
	if isStr(g) && strings.Count(g.Text, ".") == 1 {
		id, _, _ := strings.Cut(g.Text, ".")
		return id
	}
	return ""
}

// branches are the values v may have: both arms of an Fn::If except
// AWS::NoValue, else v itself.
func branches(v val) []val {
	if !isMap(v) || v.Field("Fn::If") == nil {
		return []val{v}
	}
	l := v.Get("Fn::If")
	if !isList(l) || len(l.Items) < 1 {
		return []val{l}
	}
	var out []val
	for _, it := range l.Items[1:] {
		if !isNoValue(it) {
			out = append(out, it)
		}
	}
	return out
}

// subName finds the names that Fn::Sub text refers to and that the transform
// resolves.
var subName = regexp.MustCompile(`\$\{([A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}`)

// resolve replaces references to parameters by their values, in Ref and Sub,
// at any depth. What has no value stays.
func (t *transform) resolve(v val) val { return t.rewrite(v, t.parameter) }

// lookup is resolve and then Fn::FindInMap with constant keys.
func (t *transform) lookup(v val) val {
	return t.rewrite(t.resolve(v), func(v val) (val, bool) {
		l := v.Get("Fn::FindInMap")
		if len(v.Fields) != 1 || !isList(l) || l.Len() != 3 || !isStr(l.Items[0]) || !l.Items[1].Scalar() || !l.Items[2].Scalar() {
			return v, false
		}
		if x := t.root.Get("Mappings", l.Items[0].Text, l.Items[1].Text, l.Items[2].Text); x != nil {
			return x, true
		}
		return v, false
	})
}

// rewrite walks v and replaces maps for which replace has another value. It
// shares what did not change and does not descend into replacements.
func (t *transform) rewrite(v val, replace func(val) (val, bool)) val {
	if v == nil {
		return nil
	}
	switch v.Kind {
	case rind.Map:
		if n, done := replace(v); done {
			return n
		}
		out := v
		for i, f := range v.Fields {
			n := t.rewrite(f.Value, replace)
			if n == f.Value {
				continue
			}
			if out == v {
				out = shallow(v)
			}
			out.Fields[i].Value = n
		}
		return out
	case rind.List:
		out := v
		for i, it := range v.Items {
			n := t.rewrite(it, replace)
			if n == it {
				continue
			}
			if out == v {
				out = shallow(v)
			}
			out.Items[i] = n
		}
		return out
	}
	return v
}

func (t *transform) parameter(v val) (val, bool) {
	if len(v.Fields) != 1 {
		return v, false
	}
	switch f := v.Fields[0]; f.Key {
	case "Ref":
		if !isStr(f.Value) {
			return v, false
		}
		p := t.params[f.Value.Text]
		if p.Absent() {
			return v, false
		}
		n := shallow(p)
		n.Span = v.Span
		n.Via = append([]rind.Ref{{Kind: rind.RefParameter, Name: f.Value.Text}}, n.Via...)
		return n, true
	case "Fn::Sub":
		replace := func(name string) (string, bool) {
			p := t.params[name]
			if !p.Scalar() {
				if p.Present() {
					t.fail(v, "Fn::Sub takes texts only, parameter %s is a %s", name, p.Kind)
				}
				return "", false
			}
			return p.Text, true
		}
		return t.subText(v, f.Value, replace), true
	}
	return v, false
}

// subText replaces names in the text of an Fn::Sub.
func (t *transform) subText(v, arg val, replace func(string) (string, bool)) val {
	txt := arg
	if isList(arg) && arg.Len() > 0 {
		txt = arg.Items[0]
	}
	if !isStr(txt) {
		return v
	}
	s := subName.ReplaceAllStringFunc(txt.Text, func(m string) string {
		if r, ok := replace(m[2 : len(m)-1]); ok {
			return r
		}
		return m
	})
	if s == txt.Text {
		return v
	}
	n := shallow(txt)
	n.Text = s
	out := shallow(v)
	if isList(arg) {
		l := shallow(arg)
		l.Items[0] = n
		n = l
	}
	out.Fields[0].Value = n
	return out
}

// resourceRefs resolves what the transform adds to references: MyApi.Stage,
// MyFunction.Alias, and IDs it has changed (layers).
func (t *transform) resourceRefs(v val) (val, bool) {
	if len(v.Fields) != 1 {
		return v, false
	}
	f := v.Fields[0]
	switch f.Key {
	case "Ref":
		if !isStr(f.Value) {
			return v, false
		}
		if id := t.target(f.Value.Text); id != f.Value.Text {
			out, n := shallow(v), shallow(f.Value)
			n.Text = id
			out.Fields[0].Value = n
			return out, true
		}
	case "Fn::Sub":
		out := t.subText(v, f.Value, func(name string) (string, bool) {
			if n := t.target(name); n != name {
				return "${" + n + "}", true
			}
			return "", false
		})
		if l := out.Get("Fn::Sub"); isList(l) && l.Len() > 1 {
			if vars := t.rewrite(l.Items[1], t.resourceRefs); vars != l.Items[1] {
				if out == v {
					out = shallow(v)
				}
				l = shallow(l)
				l.Items[1] = vars
				out.Fields[0].Value = l
			}
		}
		return out, true
	case "Fn::GetAtt":
		return t.getAttRef(v, f.Value)
	}
	return v, false
}

func (t *transform) getAttRef(v, arg val) (val, bool) {
	if !isList(arg) || arg.Len() < 2 || !isStr(arg.Items[0]) || !isStr(arg.Items[1]) {
		return v, false
	}
	parts := strings.Split(arg.Items[0].Text+"."+arg.Items[1].Text, ".")
	for _, it := range arg.Items[2:] {
		parts = append(parts, it.Str())
	}
	if id := t.refs[parts[0]][parts[1]]; id != "" {
		parts = append([]string{id}, parts[2:]...)
	} else if id := t.changed[parts[0]]; id != "" {
		parts[0] = id
	} else {
		return v, false
	}
	l := rind.NewList(arg.Span)
	for _, p := range parts {
		l.Items = append(l.Items, rind.NewString(p, arg.Span))
	}
	out := shallow(v)
	out.Fields[0].Value = l
	return out, true
}

// target is what a reference "X" or "X.Y" means after the expansion.
func (t *transform) target(name string) string {
	id, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		if n := t.changed[id]; n != "" {
			return n
		}
		return name
	}
	prop, after, more := strings.Cut(rest, ".")
	if n := t.refs[id][prop]; n != "" {
		if more {
			n += "." + after
		}
		return n
	}
	if n := t.changed[id]; n != "" {
		return n + "." + rest
	}
	return name
}
