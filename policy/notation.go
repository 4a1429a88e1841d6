package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"rind/rind"
)

// Plain turns a value of a policy into what encoding/json writes, in the
// notation of an app: CloudFormation's functions, Terraform's expressions, or,
// for code that no template deploys, ARNs with "*" for what only deployment
// knows.
func Plain(v *rind.Value, kind rind.AppKind) any {
	switch {
	case v == nil:
		return nil
	case v.Kind == rind.List:
		out := make([]any, 0, len(v.Items))
		for _, it := range v.Items {
			out = append(out, Plain(it, kind))
		}
		return out
	case v.Kind == rind.Map:
		out := object{}
		for _, f := range v.Fields {
			out = append(out, member{f.Key, Plain(f.Value, kind)})
		}
		return out
	case v.Kind != rind.Symbol:
		return v.Text
	}
	switch kind {
	case rind.Terraform:
		return terraformText(v)
	case rind.SAM, rind.CloudFormation, rind.CDK, rind.Serverless:
		name, arg := intrinsic(v)
		if name == "Fn::GetAtt" {
			id, attr, _ := strings.Cut(arg, ".")
			return object{{name, []string{id, attr}}}
		}
		return object{{name, arg}}
	}
	return deployed(v)
}

// deployed is a text in which what only deployment knows is "*".
func deployed(v *rind.Value) string {
	var b strings.Builder
	for _, p := range v.Parts {
		switch {
		case p.Ref == nil:
			b.WriteString(p.Text)
		case p.Ref.Name == "AWS::Partition":
			b.WriteString("aws")
		case !strings.HasSuffix(b.String(), "*"):
			b.WriteByte('*')
		}
	}
	return b.String()
}

// object is a JSON object that keeps its order.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		k, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(k)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// intrinsic is the CloudFormation function that yields a Symbol.
func intrinsic(v *rind.Value) (name, arg string) {
	if len(v.Parts) == 1 && v.Parts[0].Ref != nil {
		r := v.Parts[0].Ref
		if r.Attr != "" {
			return "Fn::GetAtt", r.Name + "." + r.Attr
		}
		return "Ref", r.Name
	}
	var b strings.Builder
	for _, p := range v.Parts {
		if p.Ref != nil {
			b.WriteString(p.Ref.String())
		} else {
			b.WriteString(strings.ReplaceAll(p.Text, "${", "${!"))
		}
	}
	return "Fn::Sub", b.String()
}

// YAML writes statements as a list in YAML, with the places that need them as
// comments. Indent stands before every line.
func YAML(list []*Statement, indent string) string {
	var b strings.Builder
	for _, s := range list {
		for _, c := range s.comments() {
			fmt.Fprintf(&b, "%s# %s\n", indent, c)
		}
		for i, f := range s.Value().Fields {
			lead := indent + "  "
			if i == 0 {
				lead = indent + "- "
			}
			b.WriteString(lead + f.Key + ":")
			yamlValue(&b, f.Value, indent+"    ")
		}
	}
	return b.String()
}

func yamlValue(b *strings.Builder, v *rind.Value, indent string) {
	switch v.Kind {
	case rind.List:
		b.WriteByte('\n')
		for _, it := range v.Items {
			b.WriteString(indent + "- " + yamlScalar(it) + "\n")
		}
	case rind.Map:
		b.WriteByte('\n')
		for _, f := range v.Fields {
			b.WriteString(indent + yamlText(f.Key) + ":")
			yamlValue(b, f.Value, indent+"  ")
		}
	default:
		b.WriteString(" " + yamlScalar(v) + "\n")
	}
}

func yamlScalar(v *rind.Value) string {
	if v.Kind != rind.Symbol {
		return yamlText(v.Text)
	}
	name, arg := intrinsic(v)
	switch name {
	case "Ref":
		return "!Ref " + yamlText(arg)
	case "Fn::GetAtt":
		return "!GetAtt " + arg
	}
	return "!Sub " + quote(arg)
}

// yamlText quotes what YAML would not take for text: IAM's "*", numbers,
// Booleans, and what has a colon before a space.
func yamlText(s string) string {
	plain := s != "" && !strings.ContainsAny(s, "*{}[]&#!|>'\"%@`,?\n\\") && !strings.Contains(s, ": ") && !strings.HasSuffix(s, ":") &&
		(s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z') && strings.TrimSpace(s) == s &&
		!strings.Contains(s, " #") && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return quote(s)
}

func quote(s string) string {
	out, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	// JSON escapes & < > for HTML's sake; YAML and HCL need none of it.
	text := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(string(out))
	// YAML refuses control characters that JSON lets stand, such as DEL.
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// comments are the reasons of a statement, one a line, and why it is wide.
func (s *Statement) comments() []string {
	var out []string
	add := func(text string) {
		text = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' '
			}
			return r
		}, text)
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for _, n := range s.Needs {
		at := ""
		if n.Span.File != "" {
			at = fmt.Sprintf("%s:%d ", n.Span.File, n.Span.Line)
		}
		add(at + n.Why)
	}
	const shown = 6
	if len(out) > shown {
		more := len(out) - shown
		out = append(out[:shown:shown], fmt.Sprintf("and %d more", more))
	}
	for _, n := range s.Needs {
		if n.Wide != "" {
			add("wide: " + n.Wide)
		}
	}
	return out
}

// terraformText is a value as an HCL template without its quotes.
func terraformText(v *rind.Value) string {
	var b strings.Builder
	for _, p := range v.Parts {
		if p.Ref == nil {
			b.WriteString(strings.ReplaceAll(p.Text, "${", "$${"))
			continue
		}
		b.WriteString("${" + terraformRef(p.Ref) + "}")
	}
	return b.String()
}

// terraformRef is the expression for a reference.
func terraformRef(r *rind.Ref) string {
	switch {
	case r.Name == "AWS::Partition":
		return "data.aws_partition.current.partition"
	case r.Name == "AWS::Region":
		return "data.aws_region.current.region"
	case r.Name == "AWS::AccountId":
		return "data.aws_caller_identity.current.account_id"
	case r.Kind == rind.RefParameter:
		return "var." + strings.TrimPrefix(r.Name, "var.")
	case r.Attr != "":
		return r.Name + "." + r.Attr
	}
	return r.Name + ".id"
}

// terraformData are the data sources that a document may refer to.
var terraformData = []struct{ use, source string }{
	{"data.aws_partition.current.", `data "aws_partition" "current" {}`},
	{"data.aws_region.current.", `data "aws_region" "current" {}`},
	{"data.aws_caller_identity.current.", `data "aws_caller_identity" "current" {}`},
}

// Terraform writes statements as an aws_iam_policy_document, and the data
// sources it needs.
func Terraform(name string, list []*Statement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data \"aws_iam_policy_document\" %s {\n", quote(name))
	for i, s := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, c := range s.comments() {
			fmt.Fprintf(&b, "  # %s\n", c)
		}
		b.WriteString("  statement {\n")
		b.WriteString("    actions   = " + hclList(s.Actions) + "\n")
		var resources []string
		for _, r := range s.Resources {
			resources = append(resources, hclValue(r))
		}
		b.WriteString("    resources = " + hclTexts(resources) + "\n")
		for _, c := range s.Conditions {
			var values []string
			for _, v := range c.Values {
				values = append(values, hclValue(v))
			}
			fmt.Fprintf(&b, "\n    condition {\n      test     = %s\n      variable = %s\n      values   = %s\n    }\n", quote(c.Operator), quote(c.Key), hclTexts(values))
		}
		b.WriteString("  }\n")
	}
	b.WriteString("}\n")
	text := b.String()
	var head strings.Builder
	for _, d := range terraformData {
		if strings.Contains(text, d.use) {
			head.WriteString(d.source + "\n")
		}
	}
	if head.Len() > 0 {
		return head.String() + "\n" + text
	}
	return text
}

func hclValue(v *rind.Value) string {
	if v.Kind != rind.Symbol {
		return quote(strings.ReplaceAll(v.Text, "${", "$${"))
	}
	if len(v.Parts) == 1 && v.Parts[0].Ref != nil {
		return terraformRef(v.Parts[0].Ref)
	}
	return `"` + terraformText(v) + `"`
}

func hclList(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, quote(s))
	}
	return hclTexts(out)
}

func hclTexts(list []string) string {
	if len(list) <= 2 {
		return "[" + strings.Join(list, ", ") + "]"
	}
	return "[\n      " + strings.Join(list, ",\n      ") + ",\n    ]"
}

// CDK writes statements as TypeScript that adds them to a function's role.
// References are to logical IDs, which cdk.Fn resolves in the same stack.
func CDK(variable string, list []*Statement) string {
	var b strings.Builder
	for _, s := range list {
		for _, c := range s.comments() {
			fmt.Fprintf(&b, "// %s\n", c)
		}
		fmt.Fprintf(&b, "%s.addToRolePolicy(new iam.PolicyStatement({\n", variable)
		b.WriteString("  actions: " + scriptList(s.Actions) + ",\n")
		var resources []string
		for _, r := range s.Resources {
			resources = append(resources, scriptValue(r))
		}
		b.WriteString("  resources: [" + strings.Join(resources, ", ") + "],\n")
		if v := s.Value().Get("Condition"); v != nil {
			b.WriteString("  conditions: {\n")
			for _, op := range v.Fields {
				b.WriteString("    " + quote(op.Key) + ": {")
				for i, f := range op.Value.Fields {
					if i > 0 {
						b.WriteByte(',')
					}
					b.WriteString(" " + quote(f.Key) + ": " + scriptAny(f.Value))
				}
				b.WriteString(" },\n")
			}
			b.WriteString("  },\n")
		}
		b.WriteString("}));\n")
	}
	return b.String()
}

func scriptAny(v *rind.Value) string {
	if v.Kind != rind.List {
		return scriptValue(v)
	}
	var out []string
	for _, it := range v.Items {
		out = append(out, scriptValue(it))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func scriptValue(v *rind.Value) string {
	if v.Kind != rind.Symbol {
		return quote(v.Text)
	}
	name, arg := intrinsic(v)
	switch name {
	case "Ref":
		return "cdk.Fn.ref(" + quote(arg) + ")"
	case "Fn::GetAtt":
		id, attr, _ := strings.Cut(arg, ".")
		return "cdk.Fn.getAtt(" + quote(id) + ", " + quote(attr) + ").toString()"
	}
	return "cdk.Fn.sub(" + quote(arg) + ")"
}

func scriptList(list []string) string {
	var out []string
	for _, s := range list {
		out = append(out, quote(s))
	}
	return "[" + strings.Join(out, ", ") + "]"
}
