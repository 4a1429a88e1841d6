package tf

import (
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"rind/rind"
	"rind/template/source"
)

// Limits on one configuration file.
const (
	// MaxFileSize is the largest .tf file that is parsed. The HCL parser needs
	// some 50 times the text in memory; real files stay under 200 KB.
	MaxFileSize = 4 << 20
	// MaxNesting is how deep brackets, conditionals, negations and template
	// directives may nest. The parser recurses on each and would exhaust the
	// stack on hostile text; generated policies stay under 30.
	MaxNesting = 400
)

// parsed is a file in HCL's native form, whichever syntax it was written in.
type parsed struct {
	body *hclsyntax.Body
	skip *rind.Skip // what could not be parsed
}

// isConfig reports whether Terraform or OpenTofu reads a file of this name as
// configuration.
func isConfig(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") || strings.HasPrefix(base, "#") {
		return false
	}
	for _, ext := range []string{".tf", ".tofu", ".tf.json", ".tofu.json"} {
		if strings.HasSuffix(base, ext) {
			return !strings.HasSuffix(base, ".tftest"+ext)
		}
	}
	return false
}

func isOverride(name string) bool {
	base := path.Base(name)
	for _, ext := range []string{".tf.json", ".tofu.json", ".tf", ".tofu"} {
		if stem, ok := strings.CutSuffix(base, ext); ok {
			return stem == "override" || strings.HasSuffix(stem, "_override")
		}
	}
	return false
}

// parseFile parses one file and remembers its lines for spans.
func (r *reader) parseFile(name string) parsed {
	fail := func(line int32, reason string) parsed {
		return parsed{skip: &rind.Skip{File: name, Line: line, Reason: reason}}
	}
	data, err := r.tree.Read(name)
	if err != nil {
		return fail(0, readReason(err))
	}
	if len(data) > MaxFileSize {
		return fail(0, fmt.Sprintf("file is larger than %d MB", MaxFileSize>>20))
	}
	r.lines[name] = source.NewLines(data)
	if strings.HasSuffix(name, ".json") {
		v, err := source.ParseJSON(name, data)
		if err != nil {
			line, reason := splitError(name, err)
			return fail(line, reason)
		}
		return parsed{body: r.jsonRoot(v)}
	}
	body, line, reason := parseHCL(name, data)
	p := parsed{body: body}
	if reason != "" {
		p.skip = &rind.Skip{File: name, Line: line, Reason: reason}
	}
	return p
}

// parseVars parses a tfvars file.
func (r *reader) parseVars(name string) parsed {
	if !strings.HasSuffix(name, ".json") {
		return r.parseFile(name)
	}
	data, err := r.tree.Read(name)
	if err != nil {
		return parsed{skip: &rind.Skip{File: name, Reason: readReason(err)}}
	}
	v, err := source.ParseJSON(name, data)
	if err != nil {
		line, reason := splitError(name, err)
		return parsed{skip: &rind.Skip{File: name, Line: line, Reason: reason}}
	}
	r.lines[name] = source.NewLines(data)
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	for _, f := range v.Fields {
		body.Attributes[f.Key] = &hclsyntax.Attribute{Name: f.Key, Expr: r.jsonExpr(f.Value, false), SrcRange: r.jsonRange(f.Value.Span), NameRange: r.jsonRange(f.Span)}
	}
	return parsed{body: body}
}

// readReason is a short reason why a file could not be read.
func readReason(err error) string {
	if errors.Is(err, source.ErrTooLarge) {
		return source.ErrTooLarge.Error()
	}
	return "cannot read: " + err.Error()
}

// splitError takes file and line off an error of the source package.
func splitError(name string, err error) (int32, string) {
	rest := strings.TrimPrefix(err.Error(), name+":")
	var line int32
	if n, _ := fmt.Sscanf(rest, "%d:", &line); n == 1 {
		if _, after, ok := strings.Cut(rest, ": "); ok {
			return line, after
		}
	}
	return 0, strings.TrimSpace(rest)
}

// parseHCL parses native syntax. A body may come with a reason: then the part
// after the error is missing.
func parseHCL(name string, data []byte) (body *hclsyntax.Body, line int32, reason string) {
	defer func() {
		if p := recover(); p != nil {
			body, reason = nil, fmt.Sprintf("cannot parse: %v", p)
		}
	}()
	if line := tooDeep(name, data, false); line > 0 {
		return nil, line, fmt.Sprintf("nested deeper than %d levels", MaxNesting)
	}
	f, diags := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if f != nil {
		body, _ = f.Body.(*hclsyntax.Body)
	}
	line, reason = diagReason(diags)
	return body, line, reason
}

func diagReason(diags hcl.Diagnostics) (int32, string) {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		var line int32
		if d.Subject != nil {
			line = int32(d.Subject.Start.Line)
		}
		return line, "not valid HCL: " + strings.Join(strings.Fields(d.Summary+": "+d.Detail), " ")
	}
	return 0, ""
}

// parseTemplate parses the text of a string template, guarded as files are.
func parseTemplate(name string, text string) (hclsyntax.Expression, error) {
	data := []byte(text)
	if len(data) > MaxFileSize {
		return nil, fmt.Errorf("template is larger than %d MB", MaxFileSize>>20)
	}
	if line := tooDeep(name, data, true); line > 0 {
		return nil, fmt.Errorf("template nested deeper than %d levels", MaxNesting)
	}
	expr, diags := hclsyntax.ParseTemplate(data, name, hcl.InitialPos)
	if line, reason := diagReason(diags); reason != "" {
		return nil, fmt.Errorf("template line %d: %s", line, reason)
	}
	return expr, nil
}

// tooDeep returns the line where nesting passes MaxNesting, or 0. The cheap
// test comes first: most files have nothing that could nest so deep.
func tooDeep(name string, data []byte, template bool) int32 {
	var counts [256]int
	for _, c := range data {
		counts[c]++
	}
	if counts['(']+counts['[']+counts['{'] <= MaxNesting && counts['?'] <= MaxNesting &&
		counts['!']+counts['-'] <= MaxNesting && counts['%'] <= MaxNesting {
		return 0
	}
	var tokens hclsyntax.Tokens
	if template {
		tokens, _ = hclsyntax.LexTemplate(data, name, hcl.InitialPos)
	} else {
		tokens, _ = hclsyntax.LexConfig(data, name, hcl.InitialPos)
	}
	type level struct {
		conditionals int
		body         bool // newlines separate
	}
	stack := []level{{body: true}}
	unary, directives := 0, 0
	for _, t := range tokens {
		top := &stack[len(stack)-1]
		switch t.Type {
		case hclsyntax.TokenBang, hclsyntax.TokenMinus:
			unary++
		default:
			unary = 0
		}
		switch t.Type {
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOBrace, hclsyntax.TokenTemplateInterp,
			hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			if t.Type == hclsyntax.TokenTemplateControl {
				directives++
			}
			stack = append(stack, level{body: t.Type == hclsyntax.TokenOBrace})
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace, hclsyntax.TokenTemplateSeqEnd,
			hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case hclsyntax.TokenQuestion:
			top.conditionals++
		case hclsyntax.TokenComma:
			top.conditionals = 0
		case hclsyntax.TokenNewline:
			if top.body {
				top.conditionals = 0
			}
			if len(stack) == 1 {
				directives = 0
			}
		}
		if len(stack) > MaxNesting || unary > MaxNesting || stack[len(stack)-1].conditionals > MaxNesting || directives > 4*MaxNesting {
			return int32(t.Range.Start.Line)
		}
	}
	return 0
}

// span turns an HCL range into a place. HCL counts columns in characters;
// rind counts bytes, so the column comes from the offset.
func (r *reader) span(rng hcl.Range) rind.Span {
	l := r.lines[rng.Filename]
	if l == nil {
		return rind.Span{}
	}
	from, to := l.Position(rng.Start.Byte), l.Position(rng.End.Byte)
	return rind.Span{File: rng.Filename, Line: from.Line, Column: from.Column, EndLine: to.Line, EndColumn: to.Column}
}

// text is the source of an expression.
func (r *reader) text(e hclsyntax.Expression) string {
	rng := e.Range()
	if l := r.lines[rng.Filename]; l != nil {
		return l.Text(rng.Start.Byte, rng.End.Byte)
	}
	if p, ok := e.(*placed); ok {
		return p.source
	}
	return "expression"
}

// blockSpan covers a block from its type to the closing brace.
func (r *reader) blockSpan(b *hclsyntax.Block) rind.Span {
	if s, ok := r.jsonSpans[b]; ok {
		return s
	}
	rng := b.TypeRange
	rng.End = b.CloseBraceRange.End
	if rng.End.Byte < rng.Start.Byte {
		rng.End = b.Body.SrcRange.End
	}
	return r.span(rng)
}

// keySpan covers what names a block: its labels, or its type.
func (r *reader) keySpan(b *hclsyntax.Block) rind.Span {
	if s, ok := r.jsonSpans[b]; ok {
		return rind.Span{File: s.File, Line: s.Line, Column: s.Column, EndLine: s.Line, EndColumn: s.Column}
	}
	if n := len(b.LabelRanges); n > 0 {
		return r.span(b.LabelRanges[n-1])
	}
	return r.span(b.TypeRange)
}

// item is an attribute or a block of a body, in source order.
type item struct {
	attr  *hclsyntax.Attribute
	block *hclsyntax.Block
	pos   int
}

func items(b *hclsyntax.Body) []item {
	out := make([]item, 0, len(b.Attributes)+len(b.Blocks))
	for _, a := range b.Attributes {
		out = append(out, item{attr: a, pos: a.SrcRange.Start.Byte})
	}
	for _, bl := range b.Blocks {
		out = append(out, item{block: bl, pos: bl.TypeRange.Start.Byte})
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].pos != out[j].pos {
			return out[i].pos < out[j].pos
		}
		return out[i].attr != nil && out[j].attr != nil && out[i].attr.Name < out[j].attr.Name
	})
	return out
}
