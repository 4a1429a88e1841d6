// Package sls expands a Serverless Framework service to CloudFormation.
//
// In comes a serverless.yml (or .yaml, .json) of version 2, 3 or 4; out goes
// a [cfn.Template] with the resources that the framework would deploy: the
// functions, their role, log groups, APIs, event sources and permissions,
// merged with what stands under resources. Variables are resolved from the
// file itself, from files it includes, and from defaults; what only a
// deployment can tell stays symbolic. Configuration that is code is reported
// as unread and never run.
//
// Behaviour follows the framework's documentation,
// https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
package sls

import (
	"fmt"
	"path"
	"strings"

	"rind/rind"
	"rind/template/cfn"
	"rind/template/source"
)

// Options tune the expansion.
type Options struct {
	// Parameters are values for ${opt:} and ${param:}, by name.
	Parameters map[string]string
}

// Expand reads the service described by file and returns it as plain
// CloudFormation. Parts that cannot be read are listed in the template's
// Skipped; an error means that nothing could be read.
func Expand(tree *source.Tree, file string, opt Options) (*cfn.Template, error) {
	data, err := tree.Read(file)
	if err != nil {
		return nil, err
	}
	root, err := source.Parse(file, data)
	if err != nil {
		return nil, err
	}
	return expand(tree, file, root, opt)
}

func expand(tree *source.Tree, file string, root *rind.Value, opt Options) (*cfn.Template, error) {
	if root == nil || root.Kind != rind.Map {
		return nil, fmt.Errorf("%s: not a serverless service: a map with service and provider is expected", file)
	}
	r := newResolver(tree, file, root, opt)
	doc := r.value(root, 0)
	b := &builder{
		doc: doc, dir: path.Dir(file), file: file, stage: r.stage(0), resolver: r,
		made: map[string]cfn.Made{}, resources: &rind.Value{Kind: rind.Map},
	}
	provider := doc.Get("provider")
	if provider.Scalar() { // provider: aws
		provider = obj(provider.Span, "name", provider)
	}
	if provider == nil || provider.Kind != rind.Map {
		provider = &rind.Value{Kind: rind.Map, Span: doc.Span}
	}
	if name := provider.Get("name"); name.Scalar() && name.Text != "aws" {
		return nil, fmt.Errorf("%s:%d: provider %s is not AWS", file, name.Span.Line, name.Text)
	}
	b.provider = provider
	b.service = doc.Get("service")
	if b.service.Get("name").Present() {
		b.service = b.service.Get("name")
	}
	b.build()
	return &cfn.Template{
		File: file, Kind: rind.Serverless, Name: b.service.Str(),
		Root: b.template(), Made: b.made, Declared: b.declared(), Skipped: r.skips,
	}, nil
}

type builder struct {
	doc, provider, service *rind.Value
	dir, file, stage       string
	resolver               *resolver

	resources *rind.Value
	made      map[string]cfn.Made
	functions []*function
	rest      *restAPI
	httpAPI   *rind.Value // the API resource once an httpApi event is seen
}

// function is one entry of functions: with its place.
type function struct {
	name  string
	id    string // logical ID of its AWS::Lambda::Function
	props *rind.Value
	key   rind.Span
	own   []*rind.Value // statements its event sources need
}

func (f *function) origin() string { return "functions." + f.name }

func (b *builder) build() {
	b.readFunctions()
	for _, f := range b.functions {
		b.function(f)
	}
	for _, f := range b.functions {
		for event := range f.props.Get("events").Each() {
			b.event(f, event)
		}
	}
	b.finishREST()
	b.roles()
	b.layers()
	b.stateMachines()
	b.buckets()
}

// readFunctions collects functions:, a map or a list of maps.
func (b *builder) readFunctions() {
	for group := range b.doc.Get("functions").Each() {
		if group.Kind != rind.Map {
			if group.Symbolic() {
				b.resolver.skip(group.Span, "functions come from %s, which cannot be read", group.Text)
			}
			continue
		}
		for _, field := range group.Fields {
			if field.Value.Kind != rind.Map {
				if field.Value.Present() {
					b.resolver.skip(field.Span, "function %s is not written as a map", field.Key)
				}
				continue
			}
			b.functions = append(b.functions, &function{name: field.Key, id: normalize(field.Key) + "LambdaFunction", props: field.Value, key: field.Span})
		}
	}
}

// normalize makes a name fit for a logical ID as the framework does.
func normalize(name string) string {
	name = strings.NewReplacer("-", "Dash", "_", "Underscore").Replace(name)
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// alphanumeric drops everything else, for names built from ARNs and paths.
func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && isAlnum(byte(r)) {
			return r
		}
		return -1
	}, s)
}

// add puts a resource into the template. key and span are the place of what
// caused it; properties with a place of their own keep it.
func (b *builder) add(id, kind string, made cfn.Made, key, span rind.Span, props *rind.Value, extra ...any) {
	if b.resources.Field(id) != nil {
		return
	}
	body := obj(span, append([]any{"Type", kind, "Properties", props}, extra...)...)
	b.resources.Fields = append(b.resources.Fields, rind.Field{Key: id, Span: key, Value: body})
	b.made[id] = made
}

// forFunction describes a resource that f's entry caused.
func (f *function) forFunction(generated bool) cfn.Made {
	return cfn.Made{Origin: f.origin(), Native: "functions", Generated: generated}
}

var fromProvider = cfn.Made{Origin: "provider", Native: "provider", Generated: true}

// obj makes a map value from key, value pairs; nil and absent values are left
// out. Values may be strings, booleans, ints or *rind.Value.
func obj(span rind.Span, pairs ...any) *rind.Value {
	v := &rind.Value{Kind: rind.Map, Span: span}
	for i := 0; i+1 < len(pairs); i += 2 {
		item := val(span, pairs[i+1])
		if item.Absent() {
			continue
		}
		key := pairs[i].(string)
		keySpan := span
		if !item.Span.IsZero() {
			keySpan = item.Span
		}
		v.Fields = append(v.Fields, rind.Field{Key: key, Span: keySpan, Value: item})
	}
	return v
}

func val(span rind.Span, x any) *rind.Value {
	switch x := x.(type) {
	case *rind.Value:
		return x
	case string:
		return rind.NewString(x, span)
	case bool:
		return rind.NewBool(x, span)
	case int:
		return rind.NewInt(int64(x), span)
	}
	return nil
}

// list makes a list; absent items are left out.
func list(span rind.Span, items ...any) *rind.Value {
	v := &rind.Value{Kind: rind.List, Span: span}
	for _, x := range items {
		if item := val(span, x); item.Present() {
			v.Items = append(v.Items, item)
		}
	}
	return v
}

func ref(span rind.Span, id string) *rind.Value { return obj(span, "Ref", id) }

func att(span rind.Span, id, attr string) *rind.Value {
	return obj(span, "Fn::GetAtt", list(span, id, attr))
}

func sub(span rind.Span, text string) *rind.Value { return obj(span, "Fn::Sub", text) }

// first returns the first that is present.
func first(values ...*rind.Value) *rind.Value {
	for _, v := range values {
		if v.Present() {
			return v
		}
	}
	return nil
}
