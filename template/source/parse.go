package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rind/rind"
)

// Limits that keep hostile input from costing more than it should.
const (
	// MaxDepth is how deep maps and lists may nest. CloudFormation itself
	// refuses far less; 200 leaves room for generated Step Functions text.
	MaxDepth = 200
	// MaxNodes is how many nodes a file may hold after aliases are expanded.
	MaxNodes = 2_000_000
	// MaxAliasNodes is how many of them may come from aliases, so that nine
	// lines of "billion laughs" stay cheap.
	MaxAliasNodes = 100_000
)

// Parse reads YAML or JSON, told apart by the first character. CloudFormation
// short forms become their long forms: !Ref x is {Ref: x}, !Sub x is
// {"Fn::Sub": x}, !GetAtt a.b is {"Fn::GetAtt": [a, b]}. Other tags are kept
// as {"!Tag": value}. Of several YAML documents the first one counts.
// An empty file gives nil. The error names file and line.
func Parse(file string, data []byte) (*rind.Value, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		v, err := ParseJSON(file, data)
		if err == nil {
			return v, nil
		}
		var limit limitError
		if errors.As(err, &limit) {
			return nil, err // YAML would be as much, and dearer
		}
		// Flow-style YAML also starts with a brace.
		if y, yerr := ParseYAML(file, data); yerr == nil {
			return y, nil
		}
		return nil, err
	}
	return ParseYAML(file, data)
}

// ParseYAML is [Parse] for text known to be YAML.
func ParseYAML(file string, data []byte) (v *rind.Value, err error) {
	// The YAML library reports some broken input by panicking.
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, fmt.Errorf("%s: cannot read as YAML: %v", file, r)
		}
	}()
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s: not UTF-8 text", file)
	}
	// The library reads the whole file before a node can be counted. Between
	// two nodes stands at least one of these.
	if bytes.Count(data, []byte{','})+bytes.Count(data, []byte{'\n'}) > 2*MaxNodes {
		return nil, fmt.Errorf("%s: more than %d nodes", file, MaxNodes)
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		if err.Error() == "EOF" {
			return nil, nil
		}
		return nil, yamlError(file, err)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	d := yamlReader{file: file, lines: NewLines(data)}
	return d.value(doc.Content[0], 0, false)
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func yamlError(file string, err error) error {
	msg := err.Error()
	if m := yamlLine.FindStringSubmatch(msg); m != nil {
		msg = msg[len(m[0]):]
		if m[1] != "" {
			return fmt.Errorf("%s:%s: %s", file, m[1], msg)
		}
	}
	return fmt.Errorf("%s: %s", file, msg)
}

type yamlReader struct {
	file    string
	lines   *Lines
	nodes   int
	aliased int
	active  map[*yaml.Node]bool
}

func (d *yamlReader) errorf(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", d.file, n.Line, fmt.Sprintf(format, args...))
}

func (d *yamlReader) value(n *yaml.Node, depth int, alias bool) (*rind.Value, error) {
	if depth > MaxDepth {
		return nil, d.errorf(n, "nested deeper than %d levels", MaxDepth)
	}
	if d.nodes++; d.nodes > MaxNodes {
		return nil, d.errorf(n, "more than %d nodes", MaxNodes)
	}
	if alias {
		if d.aliased++; d.aliased > MaxAliasNodes {
			return nil, d.errorf(n, "aliases expand to more than %d nodes", MaxAliasNodes)
		}
	}
	if n.Kind == yaml.AliasNode {
		if d.active[n.Alias] {
			return nil, d.errorf(n, "alias *%s contains itself", n.Value)
		}
		if d.active == nil {
			d.active = map[*yaml.Node]bool{}
		}
		d.active[n.Alias] = true
		defer delete(d.active, n.Alias)
		return d.value(n.Alias, depth+1, true)
	}
	span := d.span(n)
	var v *rind.Value
	var err error
	switch n.Kind {
	case yaml.ScalarNode:
		v = scalar(n, span)
	case yaml.SequenceNode:
		v, err = d.list(n, span, depth, alias)
	case yaml.MappingNode:
		v, err = d.mapping(n, span, depth, alias)
	default:
		return nil, d.errorf(n, "unexpected YAML node")
	}
	if err != nil {
		return nil, err
	}
	if tag := n.Tag; strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") {
		return tagged(tag, v), nil
	}
	return v, nil
}

func (d *yamlReader) list(n *yaml.Node, span rind.Span, depth int, alias bool) (*rind.Value, error) {
	v := &rind.Value{Kind: rind.List, Span: span, Items: make([]*rind.Value, 0, len(n.Content))}
	for _, c := range n.Content {
		item, err := d.value(c, depth+1, alias)
		if err != nil {
			return nil, err
		}
		v.Items = append(v.Items, item)
		extend(&v.Span, item.Span)
	}
	return v, nil
}

func (d *yamlReader) mapping(n *yaml.Node, span rind.Span, depth int, alias bool) (*rind.Value, error) {
	v := &rind.Value{Kind: rind.Map, Span: span, Fields: make([]rind.Field, 0, len(n.Content)/2)}
	var merged []*rind.Value
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, c := n.Content[i], n.Content[i+1]
		item, err := d.value(c, depth+1, alias)
		if err != nil {
			return nil, err
		}
		if k.Tag == "!!merge" {
			for m := range item.Each() {
				merged = append(merged, m)
			}
			continue
		}
		key := k
		if k.Kind == yaml.AliasNode {
			key = k.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return nil, d.errorf(k, "a map key must be text")
		}
		set(v, rind.Field{Key: key.Value, Span: d.span(k), Value: item})
		extend(&v.Span, item.Span)
	}
	for _, m := range merged {
		for _, f := range m.Fields {
			if v.Field(f.Key) == nil {
				v.Fields = append(v.Fields, f)
			}
		}
	}
	return v, nil
}

// set adds a field; a repeated key replaces the earlier one, as the parsers
// of CloudFormation and of the Serverless Framework do.
func set(v *rind.Value, f rind.Field) {
	// A linear look-up is quadratic on a hostile map of many keys; past a
	// size no hand-written template has, duplicates are left in place.
	if len(v.Fields) <= 512 {
		if old := v.Field(f.Key); old != nil {
			*old = f
			return
		}
	}
	v.Fields = append(v.Fields, f)
}

// extend makes span end where inner ends, if that is later in the same file.
func extend(span *rind.Span, inner rind.Span) {
	if inner.EndLine > span.EndLine || inner.EndLine == span.EndLine && inner.EndColumn > span.EndColumn {
		span.EndLine, span.EndColumn = inner.EndLine, inner.EndColumn
	}
}

func (d *yamlReader) span(n *yaml.Node) rind.Span {
	s := rind.Span{File: d.file, Line: int32(n.Line), Column: int32(n.Column), EndLine: int32(n.Line), EndColumn: int32(n.Column)}
	if n.Kind != yaml.ScalarNode {
		return s
	}
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.LiteralStyle, yaml.FoldedStyle:
		s.EndLine = int32(d.lines.blockEnd(n.Line))
		s.EndColumn = int32(len(d.lines.Line(int(s.EndLine))) + 1)
	case yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle:
		s.EndLine, s.EndColumn = d.lines.quotedEnd(s.Line, s.Column)
	default:
		// A plain scalar may run over several lines; its text tells how far
		// only when it is on one.
		line := d.lines.Line(n.Line)
		start := min(max(n.Column-1, 0), len(line))
		if i := strings.Index(line[start:], n.Value); i >= 0 && n.Value != "" {
			s.EndColumn = int32(start + i + len(n.Value) + 1)
		} else {
			s.EndColumn = int32(len(strings.TrimRight(line, " \t\r")) + 1)
		}
	}
	return s
}

func scalar(n *yaml.Node, span rind.Span) *rind.Value {
	switch n.ShortTag() {
	case "!!null":
		return &rind.Value{Kind: rind.Null, Span: span}
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return rind.NewBool(b, span)
		}
	case "!!int", "!!float":
		return &rind.Value{Kind: rind.Number, Text: n.Value, Span: span}
	}
	return rind.NewString(n.Value, span)
}

// tagged turns a CloudFormation short form into its long form.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
func tagged(tag string, v *rind.Value) *rind.Value {
	key := tag
	switch name := tag[1:]; name {
	case "Ref", "Condition":
		key = name
	case "GetAtt":
		key = "Fn::GetAtt"
		if v.Kind == rind.String {
			if res, attr, ok := strings.Cut(v.Text, "."); ok {
				v = rind.NewList(v.Span, rind.NewString(res, v.Span), rind.NewString(attr, v.Span))
			}
		}
	case "Sub", "Join", "If", "Select", "Split", "FindInMap", "ImportValue", "Base64", "Cidr", "Transform",
		"Equals", "And", "Or", "Not", "GetAZs", "ToJsonString", "Length", "Contains", "EachMemberEquals",
		"EachMemberIn", "RefAll", "ValueOf", "ValueOfAll", "GetStackOutput":
		key = "Fn::" + name
	}
	span := v.Span
	return rind.NewMap(span, rind.Field{Key: key, Span: span, Value: v})
}

// ParseJSON is [Parse] for text known to be JSON. It accepts what
// encoding/json accepts.
func ParseJSON(file string, data []byte) (*rind.Value, error) {
	d := jsonReader{file: file, lines: NewLines(data), data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	d.dec.UseNumber()
	v, err := d.value(0)
	if err != nil {
		var syntax *json.SyntaxError
		line := d.lines.Position(int(d.dec.InputOffset())).Line
		if errors.As(err, &syntax) {
			line = d.lines.Position(int(max(syntax.Offset-1, 0))).Line
		}
		var limit limitError
		if errors.As(err, &limit) {
			return nil, fmt.Errorf("%s:%d: %w", file, line, limit)
		}
		return nil, fmt.Errorf("%s:%d: not valid JSON: %v", file, line, err)
	}
	if rest := bytes.TrimSpace(data[d.dec.InputOffset():]); len(rest) > 0 {
		return nil, fmt.Errorf("%s:%d: text after the end of the JSON document", file, d.lines.Position(int(d.dec.InputOffset())).Line)
	}
	return v, nil
}

type limitError string

func (e limitError) Error() string { return string(e) }

type jsonReader struct {
	file  string
	lines *Lines
	data  []byte
	dec   *json.Decoder
	nodes int
}

// tokenStart is where the next token begins: after blanks, commas and colons.
func (d *jsonReader) tokenStart() int {
	i := int(d.dec.InputOffset())
	for i < len(d.data) && strings.IndexByte(" \t\r\n,:", d.data[i]) >= 0 {
		i++
	}
	return i
}

func (d *jsonReader) spanFrom(start int) rind.Span {
	from, to := d.lines.Position(start), d.lines.Position(int(d.dec.InputOffset()))
	return rind.Span{File: d.file, Line: from.Line, Column: from.Column, EndLine: to.Line, EndColumn: to.Column}
}

func (d *jsonReader) value(depth int) (*rind.Value, error) {
	if depth > MaxDepth {
		return nil, limitError(fmt.Sprintf("nested deeper than %d levels", MaxDepth))
	}
	if d.nodes++; d.nodes > MaxNodes {
		return nil, limitError(fmt.Sprintf("more than %d nodes", MaxNodes))
	}
	start := d.tokenStart()
	tok, err := d.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := tok.(type) {
	case nil:
		return &rind.Value{Kind: rind.Null, Span: d.spanFrom(start)}, nil
	case bool:
		return rind.NewBool(t, d.spanFrom(start)), nil
	case json.Number:
		return &rind.Value{Kind: rind.Number, Text: string(t), Span: d.spanFrom(start)}, nil
	case string:
		return rind.NewString(t, d.spanFrom(start)), nil
	}
	v := &rind.Value{Kind: rind.List}
	if tok == json.Delim('{') {
		v.Kind = rind.Map
	}
	for d.dec.More() {
		var f rind.Field
		if v.Kind == rind.Map {
			at := d.tokenStart()
			key, err := d.dec.Token()
			if err != nil {
				return nil, err
			}
			f.Key, f.Span = key.(string), d.spanFrom(at)
		}
		item, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if v.Kind == rind.Map {
			f.Value = item
			set(v, f)
		} else {
			v.Items = append(v.Items, item)
		}
	}
	if _, err := d.dec.Token(); err != nil {
		return nil, err
	}
	v.Span = d.spanFrom(start)
	if v.Kind == rind.Map && len(v.Fields) == 1 {
		splitGetAtt(v)
	}
	return v, nil
}

// splitGetAtt gives {"Fn::GetAtt": "A.B"} the same form as the list spelling.
func splitGetAtt(v *rind.Value) {
	f := &v.Fields[0]
	if f.Key != "Fn::GetAtt" || f.Value.Kind != rind.String {
		return
	}
	if res, attr, ok := strings.Cut(f.Value.Text, "."); ok {
		s := f.Value.Span
		f.Value = rind.NewList(s, rind.NewString(res, s), rind.NewString(attr, s))
	}
}
