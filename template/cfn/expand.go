package cfn

import (
	"strings"

	"rind/rind"
	"rind/template/source"
)

// maxExpanded is how many values Fn::ForEach may make.
const maxExpanded = 300_000

// Expand runs the macros that CloudFormation hosts and that work on text
// alone: AWS::Include of files in the tree, and Fn::ForEach of
// AWS::LanguageExtensions. It comes before an expansion of SAM, as in
// CloudFormation. parameters override defaults; read returns a file of the
// tree and may be nil. The result is root itself if there was nothing to do.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
func Expand(file string, root *rind.Value, parameters map[string]string, read func(string) ([]byte, error)) (*rind.Value, []rind.Skip) {
	if root == nil || root.Kind != rind.Map {
		return root, nil
	}
	sh := &shared{opt: Options{Parameters: parameters}}
	e := &expander{shared: sh, read: read, file: file}
	e.scope(root)
	root = e.topInclude(root)
	root = e.value(root, 0)
	return root, sh.skipped
}

// includeCost is what opening and parsing a file counts for, in values: files
// of one line that include each other many times are as dear as long ones.
const includeCost = 64

type expander struct {
	*shared
	read  func(string) ([]byte, error)
	file  string
	stack *stack
	made  int
	open  []string // files being included
}

// scope gives collections and locations the parameters and mappings of root.
func (e *expander) scope(root *rind.Value) {
	r := &run{shared: e.shared, seen: map[string]bool{}, done: map[string]resolved{}, app: &rind.App{}}
	e.stack = newStack(r, &Template{File: e.file, Root: root}, nil, "", nil)
}

// topInclude handles Transform: {Name: AWS::Include, …} beside Resources.
func (e *expander) topInclude(root *rind.Value) *rind.Value {
	for tr := range root.Get("Transform").Each() {
		if tr.Get("Name").Str() != "AWS::Include" {
			continue
		}
		inc := e.include(tr, 0)
		var j joiner
		for _, f := range root.Fields {
			j.put(f)
		}
		for _, f := range fields(inc) {
			j.put(f)
		}
		c := *root
		c.Fields = j.fields
		root = &c
		e.scope(root)
	}
	return root
}

// joiner collects the entries of a map. An entry with the same key and a map
// as value is joined with it; otherwise the first one stays, so that what was
// written beside an include wins over what the include brings.
type joiner struct {
	fields []rind.Field
	index  map[string]int
}

func (j *joiner) put(f rind.Field) {
	if j.index == nil {
		j.index = map[string]int{}
	}
	i, ok := j.index[f.Key]
	if !ok {
		j.index[f.Key] = len(j.fields)
		j.fields = append(j.fields, f)
		return
	}
	old := j.fields[i].Value
	if old == nil || old.Kind != rind.Map || f.Value == nil || f.Value.Kind != rind.Map {
		return
	}
	var inner joiner
	for _, g := range old.Fields {
		inner.put(g)
	}
	for _, g := range f.Value.Fields {
		inner.put(g)
	}
	c := *old
	c.Fields = inner.fields
	j.fields[i].Value = &c
}

// value expands what is inside v, copying only what changes.
func (e *expander) value(v *rind.Value, depth int) *rind.Value {
	if v == nil || depth > maxDepth || e.made > maxExpanded {
		return v
	}
	switch v.Kind {
	case rind.List:
		out := v
		for i, it := range v.Items {
			n := e.value(it, depth+1)
			if n != it && out == v {
				c := *v
				c.Items = append([]*rind.Value(nil), v.Items...)
				out = &c
			}
			out.Items[i] = n
		}
		return out
	case rind.Map:
		if e.touches(v) {
			return e.expandMap(v, depth)
		}
		out := v
		for i, f := range v.Fields {
			n := e.value(f.Value, depth+1)
			if n == f.Value {
				continue
			}
			if out == v {
				c := *v
				c.Fields = append([]rind.Field(nil), v.Fields...)
				out = &c
			}
			out.Fields[i].Value = n
		}
		return out
	}
	return v
}

// touches reports whether v itself holds a loop or an include.
func (e *expander) touches(v *rind.Value) bool {
	for _, f := range v.Fields {
		if strings.HasPrefix(f.Key, "Fn::ForEach::") || f.Key == "Fn::Transform" && f.Value.Get("Name").Str() == "AWS::Include" {
			return true
		}
	}
	return false
}

func (e *expander) expandMap(v *rind.Value, depth int) *rind.Value {
	var out joiner
	var included []*rind.Value
	for _, f := range v.Fields {
		switch {
		case strings.HasPrefix(f.Key, "Fn::ForEach::"):
			e.loop(&out, f, depth)
		case f.Key == "Fn::Transform" && f.Value.Get("Name").Str() == "AWS::Include":
			inc := e.include(f.Value, depth)
			if inc != nil && inc.Kind != rind.Map && len(v.Fields) == 1 {
				return inc
			}
			included = append(included, inc)
		default:
			f.Value = e.value(f.Value, depth+1)
			out.put(f)
		}
	}
	for _, inc := range included {
		for _, f := range fields(inc) {
			out.put(f)
		}
	}
	return &rind.Value{Kind: rind.Map, Span: v.Span, Fields: out.fields}
}

// loop expands Fn::ForEach::Name: [identifier, collection, {key: value}].
func (e *expander) loop(out *joiner, f rind.Field, depth int) {
	name, body := f.Value.At(0).Str(), f.Value.At(2)
	if name == "" || body == nil || body.Kind != rind.Map {
		e.skip(f.Span, "%s is not [identifier, collection, {key: value}]", f.Key)
		return
	}
	items, ok := e.collection(f.Value.At(1))
	if !ok {
		e.skip(f.Span, "%s: its collection is not known before deployment", f.Key)
		return
	}
	for _, item := range items {
		if e.made > maxExpanded {
			e.skip(f.Span, "%s makes more than %d values; the rest was left out", f.Key, maxExpanded)
			return
		}
		one := e.value(e.substitute(body, name, item, 0), depth+1)
		for _, g := range fields(one) {
			out.put(g)
		}
	}
}

// collection is the list of texts a loop runs over.
func (e *expander) collection(v *rind.Value) ([]string, bool) {
	list := e.stack.resolve(v, 0)
	if list == nil || list.Kind != rind.List {
		return nil, false
	}
	var out []string
	for _, it := range list.Items {
		if it != nil && it.Kind == rind.List { // a list parameter among texts
			for _, inner := range it.Items {
				if !inner.Scalar() {
					return nil, false
				}
				out = append(out, inner.Text)
			}
			continue
		}
		if !it.Scalar() {
			return nil, false
		}
		out = append(out, it.Text)
	}
	return out, true
}

// substitute replaces ${name}, &{name} and {Ref: name} in keys and values.
// &{name} gives the letters and digits of the item only.
func (e *expander) substitute(v *rind.Value, name, item string, depth int) *rind.Value {
	e.made++
	if v == nil || depth > maxDepth || e.made > maxExpanded {
		return v
	}
	switch v.Kind {
	case rind.String:
		if text := replaceName(v.Text, name, item); text != v.Text {
			e.made += len(text) / 64
			c := *v
			c.Text = text
			return &c
		}
	case rind.List:
		c := *v
		c.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = e.substitute(it, name, item, depth+1)
		}
		return &c
	case rind.Map:
		if len(v.Fields) == 1 && v.Fields[0].Key == "Ref" && v.Fields[0].Value.Str() == name {
			return rind.NewString(item, v.Span)
		}
		c := *v
		c.Fields = make([]rind.Field, len(v.Fields))
		for i, f := range v.Fields {
			f.Key = replaceName(f.Key, name, item)
			f.Value = e.substitute(f.Value, name, item, depth+1)
			c.Fields[i] = f
		}
		return &c
	}
	return v
}

func replaceName(s, name, item string) string {
	if !strings.Contains(s, "{"+name+"}") || len(s) > maxText {
		return s
	}
	s = strings.ReplaceAll(s, "${"+name+"}", item)
	return strings.ReplaceAll(s, "&{"+name+"}", strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, item))
}

// include reads the file that an AWS::Include names, nil if it cannot.
func (e *expander) include(v *rind.Value, depth int) *rind.Value {
	loc := e.stack.resolve(v.Get("Parameters", "Location"), 0)
	span := v.Span
	if loc != nil {
		span = loc.Span
	}
	if !loc.Scalar() {
		e.skip(span, "AWS::Include: its location is not known before deployment")
		return nil
	}
	from := e.file
	if n := len(e.open); n > 0 {
		from = e.open[n-1]
	}
	file, ok := source.Join(from, loc.Text)
	if !ok || e.read == nil {
		e.skip(span, "AWS::Include: %s is not a file in this folder", clip(loc.Text, 120))
		return nil
	}
	for _, f := range e.open {
		if f == file {
			e.skip(span, "AWS::Include: %s includes itself", file)
			return nil
		}
	}
	if len(e.open) >= maxNesting {
		e.skip(span, "AWS::Include: files include each other more than %d deep", maxNesting)
		return nil
	}
	if e.made > maxExpanded {
		e.skip(span, "AWS::Include makes more than %d values; the rest was left out", maxExpanded)
		return nil
	}
	data, err := e.read(file)
	if err != nil {
		e.skip(span, "AWS::Include: cannot read %s: %v", file, source.Cause(err))
		return nil
	}
	inc, err := source.Parse(file, data)
	if err != nil {
		e.skip(span, "AWS::Include: %v", err)
		return nil
	}
	e.made += includeCost + len(data)/64
	e.open = append(e.open, file)
	defer func() { e.open = e.open[:len(e.open)-1] }()
	return e.value(inc, depth+1)
}
