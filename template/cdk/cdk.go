// Package cdk reads a cloud assembly, the cdk.out folder that `cdk synth`
// writes, as the applications it deploys.
//
// In comes the folder; out goes one [rind.App] per stack, also of stages
// (assemblies nested in it). Functions point at their asset folder, resources
// bear their construct path, and what the construct library made for itself
// is marked as generated. It never runs the CDK.
//
// The format is described by
// https://github.com/aws/aws-cdk-cli/tree/main/packages/@aws-cdk/cloud-assembly-schema
package cdk

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"rind/rind"
	"rind/template/cfn"
	"rind/template/source"
)

// Limits of an assembly.
const (
	maxDepth  = 10   // assemblies in assemblies
	maxStacks = 1000 // stacks of one assembly, nested ones included
)

// Options tune [Read].
type Options struct {
	// Parameters override template parameters, by name.
	Parameters map[string]string
	// Load parses a template and expands its macros.
	Load func(file string, data []byte, parameters map[string]string) (*cfn.Template, error)
}

// Read reads the assembly in folder dir of the tree.
func Read(tree *source.Tree, dir string, opt Options) ([]*rind.App, []rind.Skip) {
	r := &reader{tree: tree, opt: opt}
	r.assembly(dir, 0)
	return r.apps, r.skipped
}

type reader struct {
	tree    *source.Tree
	opt     Options
	apps    []*rind.App
	skipped []rind.Skip
	stacks  int
}

func (r *reader) skip(file, format string, args ...any) {
	r.skipped = append(r.skipped, rind.Skip{File: file, Reason: fmt.Sprintf(format, args...)})
}

// manifest is what is needed of manifest.json.
type manifest struct {
	Artifacts map[string]artifact `json:"artifacts"`
}

type artifact struct {
	Type       string `json:"type"`
	Properties struct {
		TemplateFile  string         `json:"templateFile"`
		StackName     string         `json:"stackName"`
		Parameters    map[string]any `json:"parameters"`
		DirectoryName string         `json:"directoryName"`
		File          string         `json:"file"`
	} `json:"properties"`
	Metadata     map[string][]metadata `json:"metadata"`
	MetadataFile string                `json:"additionalMetadataFile"`
	DisplayName  string                `json:"displayName"`
}

type metadata struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// read decodes a JSON file of the assembly.
func (r *reader) read(file string, into any) error {
	data, err := r.tree.Read(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (r *reader) assembly(dir string, depth int) {
	file := path.Join(dir, "manifest.json")
	if depth > maxDepth {
		r.skip(file, "assemblies nest deeper than %d levels", maxDepth)
		return
	}
	var m manifest
	if err := r.read(file, &m); err != nil {
		r.skip(file, "cannot read this cloud assembly: %v", err)
		return
	}
	names := make([]string, 0, len(m.Artifacts))
	for name := range m.Artifacts {
		names = append(names, name)
	}
	slices.Sort(names)
	files := newAssets()
	for _, name := range names {
		if a := m.Artifacts[name]; a.Type == "cdk:asset-manifest" {
			if f, ok := source.Join(file, a.Properties.File); ok {
				files.read(r, f)
			}
		}
	}
	for _, name := range names {
		a := m.Artifacts[name]
		switch a.Type {
		case "aws:cloudformation:stack":
			if r.stacks++; r.stacks > maxStacks {
				r.skip(file, "more than %d stacks; the rest was left unread", maxStacks)
				return
			}
			r.stack(dir, name, a, files)
		case "cdk:cloud-assembly":
			if sub, ok := source.Join(file, a.Properties.DirectoryName); ok && sub != dir {
				r.assembly(sub, depth+1)
			} else {
				r.skip(file, "stage %s: its folder %q is not in this folder", name, a.Properties.DirectoryName)
			}
		}
	}
}

// stack reads one stack of an assembly.
func (r *reader) stack(dir, name string, a artifact, files *assets) {
	manifestFile := path.Join(dir, "manifest.json")
	file, ok := source.Join(manifestFile, a.Properties.TemplateFile)
	if !ok {
		r.skip(manifestFile, "stack %s: its template %q is not in this folder", name, a.Properties.TemplateFile)
		return
	}
	load := func(file string, parameters map[string]string) (*cfn.Template, error) {
		data, err := r.tree.Read(file)
		if err != nil {
			return nil, err
		}
		t, err := r.opt.Load(file, data, parameters)
		if err != nil {
			return nil, err
		}
		t.Kind = rind.CDK
		return t, nil
	}
	parameters := map[string]string{}
	for k, v := range a.Properties.Parameters {
		parameters[k] = fmt.Sprint(v)
	}
	for k, v := range r.opt.Parameters {
		parameters[k] = v
	}
	t, err := load(file, parameters)
	if err != nil {
		r.skip(file, "cannot read the template of stack %s: %v", name, err)
		return
	}
	t.Name = name
	for _, n := range []string{a.DisplayName, a.Properties.StackName} {
		if n != "" {
			t.Name = n
		}
	}
	app, err := cfn.Resolve(t, cfn.Options{
		Parameters: parameters, Load: load,
		NestedFile: func(t *cfn.Template, id string, resource *rind.Value) (string, bool) {
			return files.nested(r.tree, t.File, resource)
		},
	})
	if err != nil {
		r.skip(file, "%v", err)
		return
	}
	n := notes{tree: r.tree, dir: dir, paths: r.paths(dir, a), assets: files, done: map[*rind.Resource]bool{}}
	n.annotate(app)
	for _, v := range app.Variants {
		n.annotate(v)
	}
	r.apps = append(r.apps, app)
}

// paths lists the construct paths by logical ID, for templates without
// metadata of their own.
func (r *reader) paths(dir string, a artifact) map[string][]string {
	out := map[string][]string{}
	collect := func(m map[string][]metadata) {
		for p, entries := range m {
			for _, e := range entries {
				var id string
				if e.Type == "aws:cdk:logicalId" && json.Unmarshal(e.Data, &id) == nil {
					out[id] = append(out[id], strings.TrimPrefix(p, "/"))
				}
			}
		}
	}
	collect(a.Metadata)
	if a.MetadataFile != "" {
		var m map[string][]metadata
		if f, ok := source.Join(path.Join(dir, "manifest.json"), a.MetadataFile); ok && r.read(f, &m) == nil {
			collect(m)
		}
	}
	for _, p := range out {
		slices.Sort(p)
	}
	return out
}
