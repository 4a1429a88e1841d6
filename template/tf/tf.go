// Package tf reads Terraform and OpenTofu configurations and plans.
//
// In comes a root module folder (or the JSON of a plan); out goes a
// [rind.App]. Expressions are evaluated as far as they can be without state,
// providers or the network: variables from defaults and tfvars files, locals,
// for_each and count, dynamic blocks, local modules, functions, policy
// documents. What cannot be known stays a Symbol that keeps the known text
// and the references around it. The result is handed to package translate,
// which knows what each resource means.
//
// It never runs a provider, a provisioner or a program, never reads state,
// and never reads outside the scanned tree. Modules from a registry are read
// only if `terraform init` has put them below .terraform; a few of the most
// used ones are recognised from their inputs instead (see the modules
// folder). Everything else that is not read is listed with its reason.
package tf

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"rind/rind"
	"rind/template/source"
	"rind/template/tf/translate"
)

// Options tune reading.
type Options struct {
	// Parameters override root variables by name. Values of variables that
	// are not strings are read as HCL.
	Parameters map[string]string
}

// reader holds what one root module needs while it is evaluated. It is used
// by one goroutine.
type reader struct {
	tree      *source.Tree
	opt       Options
	rootDir   string
	lines     map[string]*source.Lines
	jsonSpans spansByBlock
	folders   map[string]*folder
	installed map[string]string // module key to folder, from modules.json
	byAddress map[string]*instance
	modules   map[string]*module // by path; also instances of calls
	varFiles  []*hclsyntax.Body  // of the root module, in order of precedence
	code      map[string]string  // address of a function or layer to its code in the tree
	undefined map[string]bool    // locals that were asked for and are not there
	deciding  []string           // root variables that decided a conditional
	compared  []turn             // what variables were compared with
	skips     []rind.Skip
	skipped   map[string]bool
	steps     int
	depth     int
}

// Read evaluates the root module in folder dir ("." is the tree's root). It
// returns no app where the folder holds no configuration.
func Read(tree *source.Tree, dir string, opt Options) ([]*rind.App, []rind.Skip, error) {
	dir = path.Clean(dir)
	r := newReader(tree, dir, opt)
	f := r.folder(dir)
	if f.err != nil {
		return nil, nil, fmt.Errorf("%s: cannot read the module folder: %w", dir, f.err)
	}
	if len(f.files) == 0 {
		return nil, r.skips, nil
	}
	r.readInstalled()
	root := r.newModule("", dir, nil, nil)
	app := r.evaluate(root)
	app.Variants = r.variants(root, app)
	app.Skipped = r.skips
	return []*rind.App{app}, r.skips, nil
}

func newReader(tree *source.Tree, dir string, opt Options) *reader {
	return &reader{
		tree: tree, opt: opt, rootDir: dir,
		lines: map[string]*source.Lines{}, jsonSpans: spansByBlock{}, folders: map[string]*folder{},
		installed: map[string]string{}, byAddress: map[string]*instance{}, modules: map[string]*module{},
		skipped: map[string]bool{}, code: map[string]string{}, undefined: map[string]bool{},
	}
}

// evaluate evaluates everything in a root module.
func (r *reader) evaluate(root *module) *rind.App {
	app := &rind.App{Path: root.dir, Kind: rind.Terraform}
	var blocks []translate.Block
	r.collect(root, &blocks)
	app.Resources, app.Declared = translate.Resources(blocks)
	for _, res := range app.Resources {
		res.Code = r.code[res.ID]
	}
	r.declare(root, app)
	for _, name := range sortedNames(root.vars) {
		app.Parameters = append(app.Parameters, r.parameter(root.vars[name]))
	}
	for _, name := range sortedNames(root.outputs) {
		o := root.outputs[name]
		v, err := r.output(root, name)
		if err != nil {
			r.skipError(r.blockSpan(o.block), "output "+name, err)
			continue
		}
		app.Outputs = append(app.Outputs, &rind.Output{
			Name: name, Value: finish(r.materialise(v), true), Secret: r.constantAttr(o.block, "sensitive") == "true", Span: r.blockSpan(o.block),
		})
	}
	app.Skipped = r.skips
	return app
}

// collect evaluates the resources of a module and of those it calls.
func (r *reader) collect(m *module, out *[]translate.Block) {
	for _, d := range m.decls {
		insts, err := r.instances(d)
		if err != nil {
			r.skipError(r.blockSpan(d.block), d.address(), err)
		}
		for _, in := range insts {
			*out = append(*out, r.block(in))
		}
	}
	for _, c := range m.calls {
		for _, child := range r.children(c) {
			if !child.done {
				child.done = true
				r.collect(child, out)
			}
		}
	}
}

// skip lists something that could not be read, once.
func (r *reader) skip(span rind.Span, reason string) {
	s := rind.Skip{File: span.File, Line: span.Line, Reason: reason}
	key := fmt.Sprint(s)
	if s.File == "" {
		s.File = r.rootDir
	}
	if r.skipped[key] || len(r.skips) >= 500 {
		return
	}
	r.skipped[key] = true
	r.skips = append(r.skips, s)
}

func (r *reader) skipError(span rind.Span, what string, err error) {
	r.skip(span, "cannot evaluate "+what+": "+err.Error())
}

// folder is the parsed configuration of one folder.
type folder struct {
	files  []file
	vars   []string // tfvars files that Terraform loads by itself, in order
	err    error
	listed bool
}

type file struct {
	name string
	parsed
}

// folder lists and parses a folder once.
func (r *reader) folder(dir string) *folder {
	if f := r.folders[dir]; f != nil {
		return f
	}
	f := &folder{}
	r.folders[dir] = f
	if strings.HasPrefix(dir, registryPrefix) {
		f.files = registryFiles(dir)
		return f
	}
	entries, err := fs.ReadDir(r.tree.FS(), dir)
	if err != nil {
		f.err = err
		return f
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Name()] = true
	}
	var auto []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case e.IsDir():
		case name == "terraform.tfvars" || name == "terraform.tfvars.json":
			f.vars = append(f.vars, path.Join(dir, name))
		case strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json"):
			auto = append(auto, path.Join(dir, name))
		case isConfig(name) && !shadowed(name, names):
			p := r.parseFile(path.Join(dir, name))
			if p.skip != nil {
				r.skip(rind.Span{File: p.skip.File, Line: p.skip.Line}, p.skip.Reason)
			}
			if p.body != nil {
				f.files = append(f.files, file{path.Join(dir, name), p})
			}
		}
	}
	sort.Strings(auto)
	f.vars = append(f.vars, auto...)
	sort.SliceStable(f.files, func(i, j int) bool {
		return !isOverride(f.files[i].name) && isOverride(f.files[j].name)
	})
	return f
}

// shadowed reports whether OpenTofu would ignore a .tf file because a .tofu
// file of the same name stands beside it.
func shadowed(name string, names map[string]bool) bool {
	if stem, ok := strings.CutSuffix(name, ".tf"); ok {
		return names[stem+".tofu"]
	}
	if stem, ok := strings.CutSuffix(name, ".tf.json"); ok {
		return names[stem+".tofu.json"]
	}
	return false
}

func sortedNames[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
