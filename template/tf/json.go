package tf

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"rind/rind"
)

// JSON syntax is turned into the tree of the native syntax, so that there is
// one evaluator. Strings are templates; where an argument of a resource holds
// an object, it is read as a nested block unless it is known to be a map.
// https://developer.hashicorp.com/terraform/language/syntax/json

// placed is an expression that came from JSON, with its place there.
type placed struct {
	hclsyntax.Expression
	span   rind.Span
	source string
}

// labelsOf says how many labels a top-level block has.
var labelsOf = map[string]int{
	"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1,
	"locals": 0, "terraform": 0, "moved": 0, "import": 0, "removed": 0,
}

// mapArguments are arguments whose value is a map and not a nested block.
var mapArguments = map[string]bool{
	"tags": true, "tags_all": true, "variables": true, "request_parameters": true, "response_parameters": true,
	"request_templates": true, "response_templates": true, "request_models": true, "response_models": true,
	"stage_variables": true, "parameters": true, "triggers": true, "triggers_replace": true, "keepers": true,
	"vars": true, "labels": true, "metadata": true, "config": true, "environment_variables": true, "inputs": true,
	"providers": true, "default_arguments": true, "response_headers": true, "attributes": true,
}

func (r *reader) jsonRoot(v *rind.Value) *hclsyntax.Body {
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	for top := range v.Each() {
		for _, f := range top.Fields {
			n, known := labelsOf[f.Key]
			if !known {
				continue
			}
			r.jsonBlocks(body, f.Key, nil, n, f.Value)
		}
	}
	return body
}

// jsonBlocks adds the blocks of one type below v, whose labels are the keys
// of the next n levels.
func (r *reader) jsonBlocks(body *hclsyntax.Body, typ string, labels []string, n int, v *rind.Value) {
	for it := range v.Each() {
		if it.Kind != rind.Map {
			continue
		}
		if n > 0 {
			for _, f := range it.Fields {
				r.jsonBlocks(body, typ, append(labels[:len(labels):len(labels)], f.Key), n-1, f.Value)
			}
			continue
		}
		nested := typ == "resource" || typ == "data" || typ == "provider" || typ == "terraform" || typ == "variable"
		r.jsonBlock(body, typ, labels, it, nested)
	}
}

func (r *reader) jsonBlock(body *hclsyntax.Body, typ string, labels []string, v *rind.Value, nested bool) {
	rng := r.jsonRange(v.Span)
	b := &hclsyntax.Block{Type: typ, Labels: labels, Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: rng}, TypeRange: rng, CloseBraceRange: rng}
	r.jsonSpans[b] = v.Span
	body.Blocks = append(body.Blocks, b)
	for _, f := range v.Fields {
		switch {
		case f.Key == "//":
		case f.Key == "dynamic" && nested && f.Value.Kind == rind.Map:
			for _, d := range f.Value.Fields {
				for it := range d.Value.Each() {
					r.jsonBlock(b.Body, "dynamic", []string{d.Key}, it, true)
				}
			}
		case nested && typ == "terraform" && f.Key == "backend":
			r.jsonBlocks(b.Body, "backend", nil, 1, f.Value)
		case nested && f.Key == "provisioner":
			r.jsonBlocks(b.Body, "provisioner", nil, 1, f.Value)
		case nested && isJSONBlock(f):
			for it := range f.Value.Each() {
				r.jsonBlock(b.Body, f.Key, nil, it, f.Key != "content" || typ == "dynamic")
			}
		default:
			b.Body.Attributes[f.Key] = &hclsyntax.Attribute{
				Name: f.Key, Expr: r.jsonExpr(f.Value, f.Key == "type" && typ == "variable"),
				SrcRange: r.jsonRange(f.Value.Span), NameRange: r.jsonRange(f.Span),
			}
		}
	}
}

func isJSONBlock(f rind.Field) bool {
	if mapArguments[f.Key] {
		return false
	}
	if f.Value.Kind == rind.Map {
		return f.Key != "default"
	}
	if f.Value.Kind != rind.List || len(f.Value.Items) == 0 {
		return false
	}
	for _, it := range f.Value.Items {
		if it.Kind != rind.Map {
			return false
		}
	}
	return true
}

func (r *reader) jsonRange(s rind.Span) hcl.Range {
	l := r.lines[s.File]
	if l == nil {
		return hcl.Range{Filename: s.File}
	}
	pos := func(line, column int32) hcl.Pos {
		return hcl.Pos{Line: int(line), Column: int(column), Byte: l.Offset(line, column)}
	}
	return hcl.Range{Filename: s.File, Start: pos(s.Line, s.Column), End: pos(s.EndLine, s.EndColumn)}
}

// jsonExpr turns a JSON value into an expression.
func (r *reader) jsonExpr(v *rind.Value, raw bool) hclsyntax.Expression {
	lit := func(c cty.Value) hclsyntax.Expression {
		return &hclsyntax.LiteralValueExpr{Val: c, SrcRange: r.jsonRange(v.Span)}
	}
	switch v.Kind {
	case rind.String:
		if raw || !strings.Contains(v.Text, "${") && !strings.Contains(v.Text, "%{") {
			return &placed{Expression: lit(cty.StringVal(v.Text)), span: v.Span, source: v.Text}
		}
		e, err := parseTemplate("", v.Text)
		if err != nil {
			r.skip(v.Span, err.Error())
			return lit(cty.StringVal(v.Text))
		}
		return &placed{Expression: e, span: v.Span, source: v.Text}
	case rind.List:
		t := &hclsyntax.TupleConsExpr{SrcRange: r.jsonRange(v.Span)}
		for _, it := range v.Items {
			t.Exprs = append(t.Exprs, r.jsonExpr(it, false))
		}
		return t
	case rind.Map:
		o := &hclsyntax.ObjectConsExpr{SrcRange: r.jsonRange(v.Span)}
		for _, f := range v.Fields {
			key := r.jsonExpr(rind.NewString(f.Key, f.Span), false)
			o.Items = append(o.Items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: r.jsonExpr(f.Value, false)})
		}
		return o
	}
	return lit(toCty(v))
}
