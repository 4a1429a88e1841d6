package fix

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"rind/rind"
)

// setHCL sets an argument of a Terraform resource; keys before the last name
// nested blocks.
func setHCL(file string, src []byte, address string, keys []string, value any) (rind.Edit, error) {
	doc, diags := hclwrite.ParseConfig(src, file, hcl.InitialPos)
	if diags.HasErrors() {
		return rind.Edit{}, fmt.Errorf("%s: %w", file, diags)
	}
	kind, name, ok := labels(address)
	if !ok {
		return rind.Edit{}, errNoPlace
	}
	block := doc.Body().FirstMatchingBlock("resource", []string{kind, name})
	if block == nil {
		return rind.Edit{}, errNoPlace
	}
	body := block.Body()
	for _, key := range keys[:len(keys)-1] {
		if body.GetAttribute(key) != nil || hasDynamic(body, key) {
			return rind.Edit{}, errNoPlace
		}
		inner := body.FirstMatchingBlock(key, nil)
		if inner == nil {
			inner = body.AppendNewBlock(key, nil)
		}
		body = inner.Body()
	}
	key := keys[len(keys)-1]
	if old := body.GetAttribute(key); old != nil && !literal(old) {
		return rind.Edit{}, errNoPlace
	}
	body.SetAttributeValue(key, toCty(value))
	return difference(file, src, doc.Bytes()), nil
}

// labels takes type and name from an address such as
// module.a.aws_sqs_queue.q[0].
func labels(address string) (kind, name string, ok bool) {
	if i := strings.LastIndexByte(address, '['); i > 0 && strings.HasSuffix(address, "]") {
		address = address[:i]
	}
	parts := strings.Split(address, ".")
	if len(parts) < 2 {
		return "", "", false
	}
	return parts[len(parts)-2], parts[len(parts)-1], true
}

func hasDynamic(body *hclwrite.Body, key string) bool {
	return body.FirstMatchingBlock("dynamic", []string{key}) != nil
}

// literal reports whether an attribute's expression refers to nothing.
func literal(a *hclwrite.Attribute) bool {
	for _, t := range a.Expr().BuildTokens(nil) {
		switch text := string(t.Bytes); {
		case text == "${" || text == "." || text == "(" || text == "?":
			return false
		}
	}
	return len(a.Expr().Variables()) == 0
}

func toCty(x any) cty.Value {
	switch x := x.(type) {
	case string:
		return cty.StringVal(x)
	case bool:
		return cty.BoolVal(x)
	case int:
		return cty.NumberIntVal(int64(x))
	case []any:
		var items []cty.Value
		for _, it := range x {
			items = append(items, toCty(it))
		}
		return cty.TupleVal(items)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// difference is the smallest edit of whole lines that turns src into out.
func difference(file string, src, out []byte) rind.Edit {
	start := 0
	for start < len(src) && start < len(out) && src[start] == out[start] {
		start++
	}
	for start > 0 && src[start-1] != '\n' {
		start--
	}
	end, stop := len(src), len(out)
	for end > start && stop > start && src[end-1] == out[stop-1] {
		end--
		stop--
	}
	for end < len(src) && src[end-1] != '\n' && end > start {
		end++
		stop++
	}
	return rind.Edit{File: file, Start: start, End: end, Text: string(out[start:stop])}
}
