package tf

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"rind/rind"
	"rind/template/source"
)

// natives are the functions that keep references, structure or the order of
// sets. https://developer.hashicorp.com/terraform/language/functions
var natives map[string]native

func init() {
	natives = map[string]native{
		"try": {run: fnTry, lazy: true}, "can": {run: fnCan, lazy: true},

		"jsonencode": {run: fnEncode, min: 1, max: 1}, "yamlencode": {run: fnYAMLEncode, min: 1, max: 1},
		"jsondecode": {run: fnJSONDecode, min: 1, max: 1}, "yamldecode": {run: fnYAMLDecode, min: 1, max: 1},
		"base64encode": {run: fnBase64Encode, min: 1, max: 1}, "base64decode": {run: fnBase64Decode, min: 1, max: 1},

		"file": {run: fnFile, min: 1, max: 1}, "templatefile": {run: fnTemplateFile, min: 1, max: 2},
		"templatestring": {run: fnTemplateString, min: 1, max: 2},
		"fileexists":     {run: fnFileExists, min: 1, max: 1}, "fileset": {run: fnFileSet, min: 2, max: 2},
		"filebase64": {run: fnFileOf, min: 1, max: 1}, "filemd5": {run: fnFileOf, min: 1, max: 1}, "filesha1": {run: fnFileOf, min: 1, max: 1},
		"filesha256": {run: fnFileOf, min: 1, max: 1}, "filesha512": {run: fnFileOf, min: 1, max: 1},
		"filebase64sha256": {run: fnFileOf, min: 1, max: 1}, "filebase64sha512": {run: fnFileOf, min: 1, max: 1},
		"abspath": {run: fnSelf, min: 1, max: 1}, "pathexpand": {run: fnSelf, min: 1, max: 1},
		"basename": {run: fnBasename, min: 1, max: 1}, "dirname": {run: fnDirname, min: 1, max: 1},

		"format": {run: fnFormat, min: 1, max: -1}, "formatlist": {run: fnFormatList, min: 1, max: -1},
		"join": {run: fnJoin, min: 1, max: -1}, "replace": {run: fnReplace, min: 3, max: 3}, "split": {run: fnSplit, min: 2, max: 2},
		"lower": {run: textual(strings.ToLower), min: 1, max: 1}, "upper": {run: textual(strings.ToUpper), min: 1, max: 1},
		"trimspace":  {run: fnTrim(strings.TrimLeft, strings.TrimRight, " \t\r\n\v\f"), min: 1, max: 1},
		"chomp":      {run: fnTrim(nil, strings.TrimRight, "\r\n"), min: 1, max: 1},
		"trim":       {run: fnTrim(strings.TrimLeft, strings.TrimRight, ""), min: 2, max: 2},
		"trimprefix": {run: fnTrim(strings.TrimPrefix, nil, ""), min: 2, max: 2}, "trimsuffix": {run: fnTrim(nil, strings.TrimSuffix, ""), min: 2, max: 2},
		"startswith": {run: fnAffix, min: 2, max: 2}, "endswith": {run: fnAffix, min: 2, max: 2},
		"strcontains": {run: fnAffix, min: 2, max: 2}, "indent": {run: fnIndent, min: 2, max: 2},
		"urlencode": {run: fnURLEncode, min: 1, max: 1},

		"length": {run: fnLength, min: 1, max: 1}, "keys": {run: fnKeys, min: 1, max: 1}, "values": {run: fnValues, min: 1, max: 1},
		"lookup": {run: fnLookup, min: 2, max: 3}, "element": {run: fnElement, min: 2, max: 2}, "index": {run: fnIndex, min: 2, max: 2},
		"contains": {run: fnContains, min: 2, max: 2}, "concat": {run: fnConcat, min: 0, max: -1}, "flatten": {run: fnFlatten, min: 1, max: 1},
		"merge": {run: fnMerge, min: 0, max: -1}, "coalesce": {run: fnCoalesce, min: 1, max: -1}, "coalescelist": {run: fnCoalesceList, min: 1, max: -1},
		"compact": {run: fnCompact, min: 1, max: 1}, "distinct": {run: fnDistinct, min: 1, max: 1}, "toset": {run: fnToSet, min: 1, max: 1},
		"tolist": {run: fnToList, min: 1, max: 1}, "list": {run: fnList, min: 0, max: -1}, "tomap": {run: fnSelf, min: 1, max: 1}, "map": {run: fnMap, min: 0, max: -1},
		"zipmap": {run: fnZipmap, min: 2, max: 2}, "setproduct": {run: fnSetProduct, min: 1, max: -1}, "slice": {run: fnSlice, min: 3, max: 3},
		"setunion": {run: fnSetUnion, min: 1, max: -1}, "setintersection": {run: fnSetIntersection, min: 1, max: -1}, "setsubtract": {run: fnSetSubtract, min: 2, max: 2},
		"reverse": {run: fnReverse, min: 1, max: 1}, "sort": {run: fnSort, min: 1, max: 1}, "one": {run: fnOne, min: 1, max: 1},
		"chunklist": {run: fnChunk, min: 2, max: 2}, "matchkeys": {run: fnMatchKeys, min: 3, max: 3}, "transpose": {run: fnTranspose, min: 1, max: 1},
		"alltrue": {run: fnAllTrue, min: 1, max: 1}, "anytrue": {run: fnAnyTrue, min: 1, max: 1}, "range": {run: fnRange, min: 1, max: 3},

		"sensitive": {run: fnSelf, min: 1, max: 1}, "nonsensitive": {run: fnSelf, min: 1, max: 1}, "ephemeralasnull": {run: fnSelf, min: 1, max: 1},
		"tostring": {run: fnConvert("string"), min: 1, max: 1}, "tonumber": {run: fnConvert("number"), min: 1, max: 1}, "tobool": {run: fnConvert("bool"), min: 1, max: 1},

		"provider::aws::arn_build": {run: fnARNBuild, min: 5, max: 5},
		"provider::aws::arn_parse": {run: fnARNParse, min: 1, max: 1},
	}
}

func fnSelf(c *invocation) (*rind.Value, error) { return c.args[0], nil }

func fnEncode(c *invocation) (*rind.Value, error) { return encoded(c.args[0], c.span), nil }

func fnYAMLEncode(c *invocation) (*rind.Value, error) {
	// JSON is YAML; the layout makes no difference to what it means.
	return encoded(c.args[0], c.span), nil
}

func fnJSONDecode(c *invocation) (*rind.Value, error) {
	if s := structure(c.args[0]); s != nil {
		return s, nil
	}
	if k := c.args[0].Kind; k == rind.List || k == rind.Map || k == rind.Null {
		return nil, errors.New("needs a string")
	}
	if ref := soleRef(c.args[0]); ref != nil && ref.Kind != rind.RefUnknown {
		return c.args[0], nil // an element of what the reference holds
	}
	if c.args[0].Kind != rind.String {
		return c.unknown(), nil
	}
	v, err := source.ParseJSON("", []byte(c.args[0].Text))
	if err != nil {
		return nil, errors.New("not valid JSON")
	}
	return putRefs(v, nil, func(rind.Span) rind.Span { return c.args[0].Span }), nil
}

func fnYAMLDecode(c *invocation) (*rind.Value, error) {
	if s := structure(c.args[0]); s != nil {
		return s, nil
	}
	ps := parts(c.args[0])
	if c.args[0].Kind == rind.Symbol && soleRef(c.args[0]) != nil {
		return c.unknown(), nil
	}
	text, refs := holdPlain(ps)
	v, err := source.ParseYAML("yaml", []byte(text))
	if err != nil {
		return nil, err
	}
	if v == nil {
		return null(c.span), nil
	}
	return putRefs(v, refs, func(rind.Span) rind.Span { return c.args[0].Span }), nil
}

// holdPlain replaces references by placeholders without quotes, which YAML
// does not need.
func holdPlain(ps []rind.Part) (string, []rind.Part) {
	var b strings.Builder
	var refs []rind.Part
	for _, p := range ps {
		if p.Ref == nil {
			b.WriteString(p.Text)
			continue
		}
		fmt.Fprintf(&b, "%c%d%c", holdOpen, len(refs), holdClose)
		refs = append(refs, p)
	}
	return b.String(), refs
}

func fnFile(c *invocation) (*rind.Value, error) { return c.r.fileText(at(c.args[0], c.span)) }

func fnTemplateFile(c *invocation) (*rind.Value, error) {
	text, err := c.r.fileText(at(c.args[0], c.span))
	if err != nil || text.Kind != rind.String {
		return text, err
	}
	vars := c.arg(1)
	if vars != nil && vars.Kind != rind.Map {
		return c.unknown(), nil
	}
	return c.r.render("", text.Text, vars, c.span)
}

func fnTemplateString(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind != rind.String || c.arg(1) != nil && c.arg(1).Kind != rind.Map {
		return c.unknown(), nil
	}
	return c.r.render("", c.args[0].Text, c.arg(1), c.span)
}

func fnFileExists(c *invocation) (*rind.Value, error) {
	if !c.args[0].Scalar() {
		return c.unknown(), nil
	}
	p, ok := c.r.inTree(c.args[0].Text)
	return rind.NewBool(ok && c.r.tree.Exists(p), c.span), nil
}

func fnFileSet(c *invocation) (*rind.Value, error) {
	if c.anySymbol() {
		return c.unknown(), nil
	}
	return c.r.fileset(c.args[0].Text, c.args[1].Text, c.span)
}

// fnFileOf is what is computed from a file's bytes: it changes with every
// build and says nothing about the configuration.
func fnFileOf(c *invocation) (*rind.Value, error) {
	name := c.args[0].Text
	if p, ok := c.r.inTree(name); ok && c.args[0].Scalar() {
		name = p
	}
	v := rind.NewRef(rind.Ref{Kind: rind.RefFile, Name: name, Attr: c.e.Name}, c.span)
	for ref := range c.args[0].Refs() {
		v.Via = append(v.Via, ref)
	}
	return v, nil
}

func fnBasename(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		ps := c.args[0].Parts
		if last := ps[len(ps)-1]; last.Ref == nil && strings.Contains(last.Text, "/") {
			return rind.NewString(path.Base(last.Text), c.span), nil
		}
		return c.unknown(), nil
	}
	return rind.NewString(path.Base(c.args[0].Text), c.span), nil
}

func fnDirname(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.unknown(), nil
	}
	return rind.NewString(path.Dir(c.args[0].Text), c.span), nil
}

// textual applies a function to the known text of a value.
func textual(f func(string) string) func(*invocation) (*rind.Value, error) {
	return func(c *invocation) (*rind.Value, error) {
		v := c.args[0]
		if v.Kind != rind.Symbol {
			if !v.Scalar() {
				return nil, errors.New("not a string")
			}
			return rind.NewString(f(v.Text), c.span), nil
		}
		ps := make([]rind.Part, len(v.Parts))
		for i, p := range v.Parts {
			if p.Ref == nil {
				p.Text = f(p.Text)
			}
			ps[i] = p
		}
		return rind.Join(ps, v.Via, c.span), nil
	}
}

// fnTrim cuts the ends of a text. Where an end is a reference it is left: the
// reference is worth more than the exact text.
func fnTrim(left, right func(string, string) string, cut string) func(*invocation) (*rind.Value, error) {
	return func(c *invocation) (*rind.Value, error) {
		v, set := c.args[0], cut
		if len(c.args) > 1 {
			if !c.args[1].Scalar() {
				return v, nil
			}
			set = c.args[1].Text
		}
		if v.Kind != rind.Symbol && !v.Scalar() {
			return nil, errors.New("not a string")
		}
		ps := append([]rind.Part(nil), parts(v)...)
		if first := &ps[0]; left != nil && first.Ref == nil {
			first.Text = left(first.Text, set)
		}
		if last := &ps[len(ps)-1]; right != nil && last.Ref == nil {
			last.Text = right(last.Text, set)
		}
		out := rind.Join(ps, v.Via, c.span)
		out.Items = v.Items
		return out, nil
	}
}

func fnIndent(c *invocation) (*rind.Value, error) {
	n, ok := c.args[0].Int()
	if !ok || n < 0 || n > 200 {
		return c.unknown(), nil
	}
	pad := "\n" + strings.Repeat(" ", int(n))
	c.args = c.args[1:]
	return textual(func(s string) string { return strings.ReplaceAll(s, "\n", pad) })(c)
}

func fnReplace(c *invocation) (*rind.Value, error) {
	from, to := c.args[1], c.args[2]
	if from.Kind == rind.Symbol {
		return c.args[0], nil
	}
	if to.Kind == rind.Symbol {
		return replaceBy(c, from.Text, to), nil
	}
	f := func(s string) string { return strings.ReplaceAll(s, from.Text, to.Text) }
	if p := from.Text; len(p) > 1 && p[0] == '/' && p[len(p)-1] == '/' {
		re, err := regexp.Compile(p[1 : len(p)-1])
		if err != nil {
			return nil, err
		}
		f = func(s string) string { return re.ReplaceAllString(s, to.Text) }
	}
	if n := len(c.args[0].Text); n*(len(to.Text)+1) > MaxText*16 {
		return nil, errors.New("the text grows too long")
	}
	return textual(f)(c)
}

// replaceBy puts a symbolic text in place of a known one.
func replaceBy(c *invocation, from string, to *rind.Value) *rind.Value {
	var ps []rind.Part
	for _, p := range parts(c.args[0]) {
		if p.Ref != nil || from == "" {
			ps = append(ps, p)
			continue
		}
		pieces := strings.Split(p.Text, from)
		if len(pieces) > MaxInstances {
			return c.unknown()
		}
		for i, s := range pieces {
			if i > 0 {
				ps = append(ps, to.Parts...)
			}
			ps = append(ps, rind.Part{Text: s})
		}
	}
	return rind.Join(ps, c.args[0].Via, c.span)
}

func fnSplit(c *invocation) (*rind.Value, error) {
	sep, v := c.args[0], c.args[1]
	out := rind.NewList(c.span)
	if v.Kind != rind.Symbol && sep.Kind != rind.Symbol {
		if v.Text == "" {
			return rind.NewList(c.span, rind.NewString("", c.span)), nil
		}
		for _, s := range strings.Split(v.Text, sep.Text) {
			out.Items = append(out.Items, rind.NewString(s, c.span))
		}
		return out, nil
	}
	if sep.Kind != rind.Symbol {
		if out := splitSymbol(v, sep.Text, c.span); out != nil {
			return out, nil
		}
	}
	return c.unknown(), nil
}

func fnURLEncode(c *invocation) (*rind.Value, error) {
	return textual(func(s string) string {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			switch ch := s[i]; {
			case ch >= 'a' && ch <= 'z', ch >= 'A' && ch <= 'Z', ch >= '0' && ch <= '9', strings.IndexByte("-_.~", ch) >= 0:
				b.WriteByte(ch)
			case ch == ' ':
				b.WriteByte('+')
			default:
				fmt.Fprintf(&b, "%%%02X", ch)
			}
		}
		return b.String()
	})(c)
}

// fnJoin joins lists of texts, of which some may be symbolic.
func fnJoin(c *invocation) (*rind.Value, error) {
	sep := c.args[0]
	var ps []rind.Part
	var items []*rind.Value
	for _, a := range c.args[1:] {
		switch {
		case a.Kind == rind.List:
			items = append(items, a.Items...)
		case a.Kind == rind.Symbol:
			items = append(items, a)
		case a.Absent():
			return nil, errors.New("a list is null")
		default:
			return nil, errors.New("needs a list")
		}
	}
	size := 0
	for i, it := range items {
		it = c.r.materialise(it)
		if it.Kind == rind.List || it.Kind == rind.Map {
			return nil, errors.New("an element is not a string")
		}
		if size += len(it.Text) + len(sep.Text); size > MaxText {
			return nil, errors.New("the text grows too long")
		}
		if i > 0 {
			ps = append(ps, parts(sep)...)
		}
		ps = append(ps, parts(it)...)
	}
	return rind.Join(ps, nil, c.span), nil
}

func fnBase64Encode(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.unknown(), nil
	}
	return rind.NewString(base64Std.EncodeToString([]byte(c.args[0].Text)), c.span), nil
}

func fnBase64Decode(c *invocation) (*rind.Value, error) {
	if c.args[0].Kind == rind.Symbol {
		return c.unknown(), nil
	}
	b, err := base64Std.DecodeString(c.args[0].Text)
	if err != nil || !utf8.Valid(b) {
		return nil, errors.New("not Base64 of UTF-8 text")
	}
	return rind.NewString(string(b), c.span), nil
}

func fnARNBuild(c *invocation) (*rind.Value, error) {
	ps := []rind.Part{{Text: "arn"}}
	for _, a := range c.args {
		ps = append(ps, rind.Part{Text: ":"})
		ps = append(ps, parts(a)...)
	}
	return rind.Join(ps, nil, c.span), nil
}

func fnARNParse(c *invocation) (*rind.Value, error) {
	f := strings.SplitN(c.args[0].Text, ":", 6)
	if c.args[0].Kind == rind.Symbol || len(f) != 6 {
		return c.unknown(), nil
	}
	out := rind.NewMap(c.span)
	for i, k := range []string{"partition", "service", "region", "account_id", "resource"} {
		out.Fields = append(out.Fields, rind.Field{Key: k, Value: rind.NewString(f[i+1], c.span)})
	}
	return out, nil
}

func fnConvert(typ string) func(*invocation) (*rind.Value, error) {
	return func(c *invocation) (*rind.Value, error) {
		v := c.args[0]
		if v.Kind == rind.Symbol || v.Absent() {
			return v, nil
		}
		if !v.Scalar() {
			return nil, errors.New("not a scalar")
		}
		out := conformScalar(typ, v)
		if out.Kind.String() != typ {
			return nil, fmt.Errorf("cannot convert %q", v.Text)
		}
		return out, nil
	}
}

func sortStrings(items []*rind.Value) {
	sort.SliceStable(items, func(i, j int) bool { return items[i].Text < items[j].Text })
}
