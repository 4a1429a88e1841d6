package translate

import (
	"strings"

	"rind/rind"
)

// defaultRefs are the attributes that mean the same for nearly every type;
// a shape's head line overrides them.
var defaultRefs = map[string]string{"id": "", "name": "", "arn": "Arn"}

// normalise gives references to other blocks CloudFormation's words: the
// attribute is what GetAtt calls it, "" what Ref returns. An attribute that
// CloudFormation has no word for, such as a function's invoke_arn, becomes
// the text that it stands for. Unknown attributes stay as they are.
func (t *translation) normalise(v *rind.Value) *rind.Value {
	if v == nil {
		return nil
	}
	out := *v
	switch v.Kind {
	case rind.List:
		out.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			out.Items[i] = t.normalise(it)
		}
	case rind.Map:
		out.Fields = make([]rind.Field, len(v.Fields))
		for i, f := range v.Fields {
			f.Value = t.normalise(f.Value)
			out.Fields[i] = f
		}
	case rind.Symbol:
		if !hasBlock(v.Parts) {
			break
		}
		var parts []rind.Part
		for _, p := range v.Parts {
			switch {
			case p.Ref != nil && p.Ref.Kind == rind.RefResource:
				parts = append(parts, t.spell(*p.Ref)...)
			case p.Ref != nil && p.Ref.Kind == rind.RefData:
				parts = append(parts, t.lookUp(*p.Ref)...)
			default:
				parts = append(parts, p)
			}
		}
		n := rind.Join(parts, nil, v.Span)
		out.Kind, out.Text, out.Parts = n.Kind, n.Text, n.Parts
	}
	if len(v.Via) > 0 {
		out.Via = make([]rind.Ref, len(v.Via))
		for i, r := range v.Via {
			if r.Kind == rind.RefResource {
				for _, p := range t.spell(r) {
					if p.Ref != nil && p.Ref.Kind == rind.RefResource {
						r = *p.Ref
					}
				}
			}
			out.Via[i] = r
		}
	}
	return &out
}

func hasBlock(parts []rind.Part) bool {
	for _, p := range parts {
		if p.Ref != nil && (p.Ref.Kind == rind.RefResource || p.Ref.Kind == rind.RefData) {
			return true
		}
	}
	return false
}

// spell returns the parts a reference stands for.
func (t *translation) spell(r rind.Ref) []rind.Part {
	u := t.resolve(r.Name)
	if u != nil {
		r.Name = u.block.Address
	}
	// An argument of a resource that is merged away stands for its value.
	if u != nil && u.shape.join != nil && u.shape.cfn == "" && written(u.block.Attrs.Get(r.Attr)) {
		return t.argument(u, r, r.Attr)
	}
	to, ok := shapeAt(r.Name).refs[r.Attr]
	if !ok {
		to, ok = defaultRefs[r.Attr]
	}
	if !ok {
		return []rind.Part{{Ref: &r}}
	}
	if !strings.Contains(to, "$") {
		r.Attr = to
		return []rind.Part{{Ref: &r}}
	}
	return t.expand(to, r, u)
}

// lookUp returns the parts a reference to a data source stands for: the value
// of its argument of that name, the ARN of the managed policy it names, or
// what tables/lookups.txt makes of its arguments.
func (t *translation) lookUp(r rind.Ref) []rind.Part {
	u := t.resolve(r.Name)
	if u == nil || u.block.Mode != "data" {
		return []rind.Part{{Ref: &r}}
	}
	attrs := u.block.Attrs
	to := u.shape.refs[r.Attr]
	switch {
	case r.Attr != "json" && attrs.Get(r.Attr).Present():
		return t.argument(u, r, r.Attr)
	case u.block.Type == "aws_iam_policy" && r.Attr == "arn" && attrs.Get("name").Scalar():
		if path := awsPolicyPath(attrs.Get("name").Text); path != "" {
			return t.expand("arn:${AWS::Partition}:iam::aws:policy"+path, r, u)
		}
	case strings.Contains(to, "${:") && u.block.Meta.Get("provider").Absent():
		// Another provider may be another account or region.
		_, rest, _ := strings.Cut(to, "${:")
		if argument, _, _ := strings.Cut(rest, "}"); attrs.Get(argument).Present() {
			return t.expand(to, r, u)
		}
	}
	return []rind.Part{{Ref: &r}}
}

// awsPolicyPath is the path of a policy that AWS manages, told by its name,
// or "": customers' own policies can be looked up by name as well.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
func awsPolicyPath(name string) string {
	switch {
	case strings.HasPrefix(name, "AWSLambda") && strings.HasSuffix(name, "Role"),
		strings.HasSuffix(name, "PushToCloudWatchLogs"), strings.HasSuffix(name, "ServiceRole"),
		strings.HasSuffix(name, "RolePolicy"):
		return "/service-role/" + name
	case name == "SecurityAudit", name == "ReadOnlyAccess",
		strings.HasPrefix(name, "AWS"), strings.HasPrefix(name, "Amazon"), strings.HasPrefix(name, "CloudWatch"),
		strings.HasSuffix(name, "FullAccess"), name == "AdministratorAccess", name == "PowerUserAccess":
		return "/" + name
	}
	return ""
}

// expand reads a text in which ${AWS::Region} is a pseudo parameter, ${.Arn}
// an attribute of the resource r refers to, and ${:api_id} the value of its
// argument.
func (t *translation) expand(text string, r rind.Ref, u *unit) []rind.Part {
	var parts []rind.Part
	for {
		before, rest, ok := strings.Cut(text, "${")
		parts = append(parts, rind.Part{Text: before})
		if !ok {
			return parts
		}
		name, after, _ := strings.Cut(rest, "}")
		text = after
		switch name[0] {
		case '.':
			parts = append(parts, rind.Part{Ref: &rind.Ref{Kind: r.Kind, Name: r.Name, Attr: name[1:]}})
		case ':':
			parts = append(parts, t.argument(u, r, name[1:])...)
		default:
			parts = append(parts, rind.Part{Ref: &rind.Ref{Kind: rind.RefPseudo, Name: name}})
		}
	}
}

// maxExpanded bounds how many references are replaced by arguments, so that
// arguments that double each other stay cheap. An app has a few hundred.
const maxExpanded = 20_000

// argument is the value of one of u's arguments as parts.
func (t *translation) argument(u *unit, r rind.Ref, name string) []rind.Part {
	if u != nil && !u.spelling && t.expanded < maxExpanded {
		t.expanded++
		u.spelling = true // an argument may refer back to u
		v := t.normalise(u.block.Attrs.Get(name))
		u.spelling = false
		switch {
		case v.Scalar():
			return []rind.Part{{Text: v.Text}}
		case v.Symbolic():
			return v.Parts
		}
	}
	return []rind.Part{{Ref: &rind.Ref{Kind: r.Kind, Name: r.Name, Attr: name}}}
}

// resolve finds the block at an address. A reference to a resource with
// count or for_each as a whole means its only instance, if there is one.
func (t *translation) resolve(address string) *unit {
	if u := t.byAddress[address]; u != nil {
		return u
	}
	if us := t.byBase[address]; len(us) == 1 {
		return us[0]
	}
	if us := t.byBase[baseAddress(address)]; len(us) == 1 && us[0].block.Address == baseAddress(address) {
		return us[0]
	}
	return nil
}

// shapeAt is the shape of what an address names, also when it is not among
// the blocks.
func shapeAt(address string) *shape {
	rest := address
	for strings.HasPrefix(rest, "module.") {
		_, rest = cutSegment(rest[len("module."):])
	}
	if data, ok := strings.CutPrefix(rest, "data."); ok {
		typ, _, _ := strings.Cut(data, ".")
		if s := shapes()["data."+typ]; s != nil {
			return s
		}
		// A data source has the attributes of the resource it looks up.
		if s := shapes()[typ]; s != nil {
			return s
		}
		return unmapped
	}
	typ, _, _ := strings.Cut(rest, ".")
	if s := shapes()[typ]; s != nil {
		return s
	}
	return unmapped
}

// cutSegment cuts a["x.y"].rest after the segment.
func cutSegment(s string) (segment, rest string) {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '.':
			if depth == 0 {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}
