// Package inventory draws the functions, triggers, roles and edges of an
// application from its resources.
//
// In comes a [rind.App] whose resources are resolved and in CloudFormation's
// shape; Build fills Functions, Roles and Edges. It looks at files only to
// find the one that holds a handler, and reads none of them. What a role may
// do with a resource is the business of package iam, which adds its edges
// later.
package inventory

import (
	"strings"

	"rind/rind"
)

// Files tells which files exist in the scanned tree. A nil Files knows none.
type Files interface {
	Exists(name string) bool
}

// Build fills in app's Functions, Roles and Edges from its Resources.
func Build(app *rind.App, files Files) {
	b := &builder{app: app, files: files, byResource: map[string]*rind.Function{}}
	app.Functions, app.Roles, app.Edges = nil, nil, nil
	b.functions()
	b.roles()
	b.triggers()
	b.uses()
	for _, v := range app.Variants {
		Build(v, files)
	}
}

type builder struct {
	app        *rind.App
	files      Files
	byResource map[string]*rind.Function
	edges      map[rind.Edge]bool
}

// function returns the function that v refers to, directly, through its ARN,
// or through one of its versions or aliases.
func (b *builder) function(v *rind.Value) *rind.Function {
	for range 3 { // alias -> version -> function
		r := b.app.Target(v)
		if r == nil {
			return b.functionNamed(v)
		}
		switch r.Type {
		case "AWS::Lambda::Function":
			return b.byResource[r.ID]
		case "AWS::Lambda::Alias", "AWS::Lambda::Version":
			v = r.Get("FunctionName")
		default:
			return nil
		}
	}
	return nil
}

// functionNamed finds a function by a literal name or ARN, if exactly one
// function of the app bears that name.
func (b *builder) functionNamed(v *rind.Value) *rind.Function {
	name := v.Pattern()
	if name == "" || name == "*" {
		return nil
	}
	if _, rest, ok := strings.Cut(name, ":function:"); ok {
		name, _, _ = strings.Cut(rest, ":")
		name, _, _ = strings.Cut(name, "/")
	}
	var found *rind.Function
	for _, f := range b.app.Functions {
		if f.Name.Scalar() && f.Name.Text == name {
			if found != nil {
				return nil
			}
			found = f
		}
	}
	return found
}

// edge adds an edge once.
func (b *builder) edge(from, to string, kind rind.EdgeKind, why string, span rind.Span) {
	if from == "" || to == "" || from == to {
		return
	}
	key := rind.Edge{From: from, To: to, Kind: kind, Why: why}
	if b.edges == nil {
		b.edges = map[rind.Edge]bool{}
	}
	if b.edges[key] {
		return
	}
	b.edges[key] = true
	key.Span = span
	b.app.Edges = append(b.app.Edges, key)
}

// uses adds the edges from functions to what they refer to: environment,
// layers, keys, dead-letter queues and destinations.
func (b *builder) uses() {
	for _, f := range b.app.Functions {
		for _, e := range f.Environment {
			for r := range e.Value.Refs() {
				if r.Kind == rind.RefResource && b.app.Resource(r.Name) != nil {
					b.edge(f.ID, r.Name, rind.Uses, "environment "+e.Name, e.Span)
				}
			}
		}
		for _, path := range [][]string{{"Layers"}, {"KmsKeyArn"}, {"DeadLetterConfig"}, {"VpcConfig"}, {"FileSystemConfigs"}, {"CodeSigningConfigArn"}, {"LoggingConfig"}} {
			v := f.Resource.Get(path...)
			for r := range v.Refs() {
				if r.Kind == rind.RefResource && b.app.Resource(r.Name) != nil {
					b.edge(f.ID, r.Name, rind.Uses, path[0], v.Span)
				}
			}
		}
	}
	for _, r := range b.app.OfType("AWS::Lambda::EventInvokeConfig") {
		f := b.function(r.Get("FunctionName"))
		if f == nil {
			continue
		}
		for _, outcome := range []string{"OnSuccess", "OnFailure"} {
			dest := r.Get("DestinationConfig", outcome, "Destination")
			if t := b.app.Target(dest); t != nil {
				b.edge(f.ID, t.ID, rind.Writes, outcome+" destination", dest.Span)
			}
		}
	}
}
