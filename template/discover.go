package template

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// Limits of a walk.
const (
	maxFiles       = 500_000 // files and folders looked at
	maxFolderDepth = 100
)

// kind is how a candidate is read.
type kind int

const (
	stackFile   kind = iota // perhaps CloudFormation or SAM; its content decides
	slsFile                 // serverless.yml
	assemblyDir             // a CDK cloud assembly
	moduleDir               // a Terraform root module
)

// candidate is a file or folder that may be an application.
type candidate struct {
	kind kind
	file string
}

// walk collects the candidates of a tree.
type walk struct {
	tree       *source.Tree
	seen       int
	candidates []candidate
	modules    []string // folders with Terraform files
	skipped    []rind.Skip
}

// ignoredFolders hold other people's code, version history, or what a tool
// made of the sources that are read anyway.
var ignoredFolders = map[string]bool{
	".git": true, ".hg": true, ".svn": true, ".idea": true, ".vscode": true,
	"node_modules": true, "bower_components": true, ".yarn": true, ".pnpm-store": true,
	".terraform": true, ".terragrunt-cache": true, ".serverless": true, ".aws-sam": true,
	".venv": true, "site-packages": true, "__pycache__": true, ".tox": true, ".nox": true,
	".mypy_cache": true, ".pytest_cache": true, ".gradle": true, ".next": true, ".nuxt": true,
}

// stackExtensions are those that CloudFormation templates are kept under.
var stackExtensions = map[string]bool{
	".yaml": true, ".yml": true, ".json": true, ".template": true, ".cfn": true, ".cform": true, ".tmpl": true,
	".j2": true, ".jinja": true, ".jinja2": true, ".erb": true,
}

// discover lists what may be an application below the root of the tree.
func discover(tree *source.Tree) *walk {
	w := &walk{tree: tree}
	if only := tree.Only(); only != "" {
		w.file(".", only, nil)
		if len(w.candidates)+len(w.skipped)+len(w.modules) == 0 {
			w.candidates = append(w.candidates, candidate{stackFile, only})
		}
	} else {
		w.folder(".", 0)
	}
	w.rootModules()
	return w
}

func (w *walk) skip(file, reason string) {
	w.skipped = append(w.skipped, rind.Skip{File: file, Reason: reason})
}

func (w *walk) folder(dir string, depth int) {
	if depth > maxFolderDepth {
		w.skip(dir, "folders nest deeper than 100 levels")
		return
	}
	entries, err := fs.ReadDir(w.tree.FS(), dir)
	if err != nil {
		w.skip(dir, "cannot list this folder: "+source.Cause(err).Error())
	}
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		names[e.Name()] = true
	}
	if names["manifest.json"] && w.isAssembly(dir) {
		w.candidates = append(w.candidates, candidate{assemblyDir, dir})
		return
	}
	w.codeOnly(dir, names)
	var folders []string
	for _, e := range entries {
		if w.seen++; w.seen > maxFiles {
			if w.seen == maxFiles+1 {
				w.skip(dir, "more than 500000 files; the rest was not looked at")
			}
			return
		}
		name := path.Join(dir, e.Name())
		switch {
		case e.Type()&fs.ModeSymlink != 0:
			w.link(name)
		case e.IsDir():
			if !ignoredFolders[e.Name()] && !(e.Name() == "vendor" && (names["go.mod"] || names["composer.json"] || names["Gemfile"])) {
				folders = append(folders, name)
			}
		case e.Type().IsRegular():
			w.file(dir, name, names)
		}
	}
	for _, f := range folders {
		w.folder(f, depth+1)
	}
	if names[".aws-sam"] && !names["template.yaml"] && !names["template.yml"] && !names["template.json"] {
		// Only the build is there: read that.
		if built := path.Join(dir, ".aws-sam/build/template.yaml"); w.tree.Exists(built) {
			w.candidates = append(w.candidates, candidate{stackFile, built})
		}
	}
}

// file notes a file by its name.
func (w *walk) file(dir, name string, beside map[string]bool) {
	base := path.Base(name)
	ext := strings.ToLower(path.Ext(base))
	switch {
	case isTerraform(base):
		if n := len(w.modules); n == 0 || w.modules[n-1] != dir {
			w.modules = append(w.modules, dir)
		}
	case base == "terragrunt.hcl":
		w.skip(name, "Terragrunt's configuration is not read; scan a plan in JSON (`terragrunt show -json`)")
	case ext == ".tfplan":
		w.skip(name, "a binary plan is not read; run `terraform show -json` and scan its output")
	case isServerless(base):
		w.candidates = append(w.candidates, candidate{slsFile, name})
	case isServerlessCode(base):
		data, err := w.tree.Read(name)
		if err == nil && bytes.Contains(data, []byte("provider")) && bytes.Contains(data, []byte("service")) {
			w.skip(name, "this Serverless Framework configuration is code; run `serverless print --format yaml > serverless.yml` and scan that")
		}
	case stackExtensions[ext]:
		w.candidates = append(w.candidates, candidate{stackFile, name})
	}
}

var serverlessName = regexp.MustCompile(`^serverless([.-][\w.-]*)?\.(ya?ml|json|js|ts|cjs|mjs)$`)

func isServerless(base string) bool {
	return serverlessName.MatchString(base) && slices.Contains([]string{".yml", ".yaml", ".json"}, path.Ext(base))
}

func isServerlessCode(base string) bool {
	return serverlessName.MatchString(base) && !isServerless(base)
}

// link tells about a symbolic link that leads out of the tree. One that
// stays inside is not followed either: its target is met anyway.
func (w *walk) link(name string) {
	_, err := w.tree.Stat(name)
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		if base := path.Base(name); stackExtensions[path.Ext(base)] || strings.HasSuffix(base, ".tf") {
			w.skip(name, "this link leads to nothing")
		}
	default:
		w.skip(name, "this link leads out of the scanned folder or in a circle, and is not followed")
	}
}

var templateFile = regexp.MustCompile(`"(?:templateFile|directoryName)"\s*:\s*"([^"]+)"`)

// isAssembly reports whether dir/manifest.json is that of a cloud assembly
// of which at least one part is there.
func (w *walk) isAssembly(dir string) bool {
	data, err := w.tree.Read(path.Join(dir, "manifest.json"))
	if err != nil || !bytes.Contains(data, []byte(`"artifacts"`)) {
		return false
	}
	for _, m := range templateFile.FindAllSubmatch(data, 100) {
		if name, ok := source.Join(path.Join(dir, "manifest.json"), string(m[1])); ok && w.tree.Exists(name) {
			return true
		}
	}
	return path.Base(dir) == "cdk.out"
}

var cdkOutput = regexp.MustCompile(`"output"\s*:\s*"([^"]+)"`)

// codeOnly tells about an application that is code until it is synthesized.
func (w *walk) codeOnly(dir string, names map[string]bool) {
	if names["cdk.json"] {
		file, out := path.Join(dir, "cdk.json"), "cdk.out"
		data, err := w.tree.Read(file)
		if err == nil {
			if m := cdkOutput.FindSubmatch(data); m != nil {
				out = string(m[1])
			}
		}
		at, ok := source.Join(file, out)
		if (err != nil || bytes.Contains(data, []byte(`"app"`))) && !(ok && w.tree.Exists(path.Join(at, "manifest.json"))) {
			w.skip(file, "a CDK application is code; run `cdk synth` and scan again, or scan its cdk.out")
		}
	}
	if names["cdktf.json"] && !w.tree.Exists(path.Join(dir, "cdktf.out/manifest.json")) {
		w.skip(path.Join(dir, "cdktf.json"), "a CDK for Terraform application is code; run `cdktf synth` and scan again")
	}
}

var moduleSource = regexp.MustCompile(`(?m)(?:^|[{\s])"?source"?\s*[=:]\s*"(\.\.?/[^"]*|\.\.?)"`)

// isTerraform reports whether Terraform or OpenTofu reads a file of this name.
func isTerraform(base string) bool {
	base = strings.TrimSuffix(base, ".json")
	return strings.HasSuffix(base, ".tf") || strings.HasSuffix(base, ".tofu")
}

// rootModules turns the folders with Terraform files into candidates, those
// left out that another folder calls as a module. Of modules that call each
// other in a circle, the first is a candidate, so that they are not lost.
func (w *walk) rootModules() {
	calls := map[string][]string{}
	called := map[string]bool{}
	for _, dir := range w.modules {
		calls[dir] = w.localModules(dir)
		for _, c := range calls[dir] {
			called[c] = called[c] || c != dir
		}
	}
	read := map[string]bool{}
	var reach func(dir string)
	reach = func(dir string) {
		if read[dir] {
			return
		}
		read[dir] = true
		for _, c := range calls[dir] {
			reach(c)
		}
	}
	for _, dir := range w.modules {
		if !called[dir] {
			w.candidates = append(w.candidates, candidate{moduleDir, dir})
			reach(dir)
		}
	}
	for _, dir := range w.modules {
		if !read[dir] {
			w.candidates = append(w.candidates, candidate{moduleDir, dir})
			reach(dir)
		}
	}
}

// localModules lists the folders that the configuration in dir calls.
func (w *walk) localModules(dir string) []string {
	entries, err := fs.ReadDir(w.tree.FS(), dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if !isTerraform(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		file := path.Join(dir, e.Name())
		data, err := w.tree.Read(file)
		if err != nil || !bytes.Contains(data, []byte("module")) {
			continue
		}
		for _, m := range moduleSource.FindAllSubmatch(data, -1) {
			if at, ok := source.Join(file, string(m[1])); ok {
				out = append(out, at)
			}
		}
	}
	return out
}
