package cfn

import (
	"regexp"
	"strconv"
	"strings"

	"rind/rind"
)

// builder concatenates values to a String or a Symbol.
type builder struct {
	parts []rind.Part
	via   []rind.Ref
	size  int
}

func (b *builder) text(s string) {
	if s != "" {
		b.parts = append(b.parts, rind.Part{Text: s})
		b.size += len(s)
	}
}

// value appends what v is as text: lists are joined by commas, as
// CloudFormation does where a list parameter is used as text.
func (b *builder) value(v *rind.Value, span rind.Span) {
	if v == nil {
		return
	}
	for _, r := range v.Via {
		b.via = addRef(b.via, r)
	}
	switch v.Kind {
	case rind.Symbol:
		b.parts = append(b.parts, v.Parts...)
		b.size += len(v.Text)
	case rind.List:
		for i, it := range v.Items {
			if i > 0 {
				b.text(",")
			}
			b.value(it, span)
		}
	case rind.Map:
		b.value(unknown("…", span, v), span)
	default:
		b.text(v.Text)
	}
}

// done gives the result, or an unknown value if it grew beyond the limits.
func (b *builder) done(r *run, span rind.Span) *rind.Value {
	r.shared.text += b.size
	if b.size > maxText || r.shared.text > maxTextTotal || len(b.parts) > 10_000 {
		r.skip(span, "text grows beyond %d bytes and was left unread", maxText)
		return unknown("…", span)
	}
	return rind.Join(b.parts, b.via, span)
}

// sub evaluates Fn::Sub: text, or [text, {Name: value}].
func (s *stack) sub(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	tmpl, vars := arg, (*rind.Value)(nil)
	if arg != nil && arg.Kind == rind.List {
		tmpl, vars = arg.At(0), arg.At(1)
	}
	if tmpl = s.resolve(tmpl, depth); tmpl == nil {
		return nil
	}
	if !tmpl.Scalar() {
		if vars == nil {
			return s.r.placed(tmpl, span)
		}
		return unknownCall("Fn::Sub", span, tmpl, s.resolve(vars, depth))
	}
	b := builder{via: cloneRefs(tmpl.Via)}
	known := map[string]*rind.Value{} // a variable that occurs often is resolved once
	for text := tmpl.Text; ; {
		before, rest, ok := strings.Cut(text, "${")
		b.text(before)
		if !ok {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.text("${" + rest)
			break
		}
		text = after
		if lit, ok := strings.CutPrefix(name, "!"); ok {
			b.text("${" + lit + "}")
			continue
		}
		if b.size > maxText {
			break
		}
		name = strings.TrimSpace(name)
		v, ok := known[name]
		if !ok {
			v = s.variable(name, vars, span, depth)
			known[name] = v
		}
		b.value(v, span)
	}
	return b.done(s.r, span)
}

// variable is what ${name} in Fn::Sub stands for.
func (s *stack) variable(name string, vars *rind.Value, span rind.Span, depth int) *rind.Value {
	if raw := vars.Get(name); raw != nil {
		return s.resolve(raw, depth)
	}
	if name == "AWS::NoValue" {
		return nil
	}
	if id, attr, ok := strings.Cut(name, "."); ok {
		return s.attribute(id, attr, span)
	}
	return s.named(name, span)
}

func (s *stack) join(arg *rind.Value, span rind.Span, depth int) *rind.Value {
	sep, list := s.resolve(arg.At(0), depth), s.resolve(arg.At(1), depth)
	if sep != nil && !sep.Scalar() {
		return unknownCall("Fn::Join", span, sep, list)
	}
	if list.Symbolic() {
		// Joining an unknown list: its parts are known to be inside.
		return unknownCall("Fn::Join", span, sep, list)
	}
	var b builder
	if list != nil && list.Kind == rind.List {
		for _, r := range list.Via {
			b.via = addRef(b.via, r)
		}
	}
	first := true
	for it := range list.Each() {
		if !first {
			b.text(sep.Str())
		}
		first = false
		b.value(it, span)
		if b.size > maxText {
			break
		}
	}
	return b.done(s.r, span)
}

// dynamicRef matches a dynamic reference; a reference inside its name was
// replaced by \x00index\x00.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
var dynamicRef = regexp.MustCompile(`\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}`)

var dynamicKinds = map[string]rind.RefKind{
	"ssm":            rind.RefSSM,
	"ssm-secure":     rind.RefSSMSecure,
	"secretsmanager": rind.RefSecretsManager,
}

// dynamic makes references of {{resolve:service:name}} in a string or symbol.
func (r *run) dynamic(v *rind.Value) *rind.Value {
	if v.Kind != rind.String && v.Kind != rind.Symbol || !strings.Contains(v.Text, "{{resolve:") {
		return v
	}
	text := v.Text
	var refs []*rind.Ref
	if v.Kind == rind.Symbol {
		var b strings.Builder
		for _, p := range v.Parts {
			if p.Ref == nil {
				b.WriteString(strings.ReplaceAll(p.Text, "\x00", ""))
				continue
			}
			b.WriteString("\x00" + strconv.Itoa(len(refs)) + "\x00")
			refs = append(refs, p.Ref)
		}
		text = b.String()
	}
	var b builder
	b.via = cloneRefs(v.Via)
	at := 0
	for _, m := range dynamicRef.FindAllStringSubmatchIndex(text, -1) {
		b.marked(text[at:m[0]], refs)
		at = m[1]
		ref := rind.Ref{Kind: dynamicKinds[text[m[2]:m[3]]]}
		name := b.unmark(text[m[4]:m[5]], refs)
		ref.Name, ref.Attr = dynamicName(ref.Kind, name)
		b.parts = append(b.parts, rind.Part{Ref: &ref})
	}
	if at == 0 {
		return v
	}
	b.marked(text[at:], refs)
	return rind.Join(b.parts, b.via, v.Span)
}

// marked appends text in which references stand as \x00index\x00.
func (b *builder) marked(text string, refs []*rind.Ref) {
	for i, piece := range strings.Split(text, "\x00") {
		if i%2 == 0 {
			b.text(piece)
		} else if n, err := strconv.Atoi(piece); err == nil && n < len(refs) {
			b.parts = append(b.parts, rind.Part{Ref: refs[n]})
		}
	}
}

// unmark prints such a text and keeps its references in via.
func (b *builder) unmark(text string, refs []*rind.Ref) string {
	var out strings.Builder
	for i, piece := range strings.Split(text, "\x00") {
		if i%2 == 0 {
			out.WriteString(piece)
		} else if n, err := strconv.Atoi(piece); err == nil && n < len(refs) {
			out.WriteString(refs[n].String())
			b.via = addRef(b.via, *refs[n])
		}
	}
	return out.String()
}

// dynamicName takes the version off an SSM name, and splits a secret into
// its ID and JSON key.
func dynamicName(kind rind.RefKind, name string) (id, key string) {
	if kind == rind.RefSecretsManager {
		id, rest, ok := strings.Cut(name, ":SecretString")
		if !ok {
			return strings.TrimRight(name, ":"), ""
		}
		key, _, _ := strings.Cut(strings.TrimPrefix(rest, ":"), ":")
		return id, key
	}
	if i := strings.LastIndexByte(name, ':'); i > 0 && !strings.HasPrefix(name, "arn:") {
		return name[:i], ""
	}
	return name, ""
}
