package main

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"rind/code/project"
	"rind/rind"
	"rind/template"
)

// sourceFlags say what is read and with which parameters. The commands that
// read applications share them.
type sourceFlags struct {
	config         string
	parameterFiles []string
	parameters     []string
	// code is set by commands that follow the code as well: code without an
	// application is enough for them.
	code bool
}

func (f *sourceFlags) register(fl *pflag.FlagSet) {
	fl.StringVar(&f.config, "config", "", "configuration file (default: rind.yaml in the scanned folder, if there is one)")
	fl.StringArrayVar(&f.parameterFiles, "parameters", nil, "file with template parameters, in any of CloudFormation's forms (repeatable)")
	fl.StringArrayVar(&f.parameters, "parameter", nil, "one template parameter, NAME=VALUE (repeatable)")
}

// A tree is what was read: a report without findings, and the configuration
// that goes with it.
type tree struct {
	report *rind.Report
	config *Config
	// root is the folder that the report's files are named from, and within
	// the paths that were asked for, named from it.
	root   string
	within []string
}

// load reads every application below the paths. Several paths make one
// report, in which files are named from the folder they have in common.
func load(paths []string, f sourceFlags, p *progress) (*tree, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, nothingError("name a folder or a template", "%w", err)
		}
	}
	root, err := commonRoot(paths)
	if err != nil {
		return nil, nothingError("name folders of one disk", "%w", err)
	}
	config, err := findConfig(f.config, root)
	if err != nil {
		return nil, err
	}
	params, err := parameters(config, f.parameterFiles, f.parameters)
	if err != nil {
		return nil, err
	}
	r := &rind.Report{
		Tool: "rind", Version: version(), Prefix: prefix(root), Root: filepath.ToSlash(strings.Join(paths, " ")),
		Today: time.Now(), Source: sources(root),
	}
	t := &tree{report: r, config: config, root: root}
	for _, path := range paths {
		at, err := below(root, path)
		if err != nil {
			return nil, nothingError("name folders of one disk", "%w", err)
		}
		t.within = append(t.within, at)
		if isCode(path) {
			continue // the code stage reads it
		}
		got, err := template.Read(path, template.Options{
			Parameters: params,
			Progress:   func(done, total int) { p.step("reading", done, total) },
		})
		p.done()
		if err != nil {
			return nil, nothingError("check the path and its permissions", "reading %s: %w", path, err)
		}
		if len(paths) > 1 {
			prefix, err := below(root, folder(path))
			if err != nil {
				return nil, nothingError("name folders of one disk", "%w", err)
			}
			rebase(got, prefix)
		}
		r.Apps = append(r.Apps, got.Apps...)
		r.Skipped = append(r.Skipped, got.Skipped...)
	}
	tidy(r, config)
	if !f.code {
		return t, t.found()
	}
	return t, nil
}

// found is an error if nothing at all was found.
func (t *tree) found() error {
	if len(t.report.Apps) == 0 && len(t.report.Skipped) == 0 {
		return nothingError("rind reads SAM, CloudFormation, CDK (cdk.out), serverless.yml and Terraform, and handlers in Python, JavaScript, TypeScript, Java and Go", "no application found in %s", t.report.Root)
	}
	return nil
}

// isCode reports whether a path is a file of code rather than a template.
func isCode(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && project.IsSource(path)
}

// tidy takes out what is excluded or was read twice (paths may overlap) and
// gathers what was skipped.
func tidy(r *rind.Report, config *Config) {
	seen := map[string]bool{}
	r.Apps = slices.DeleteFunc(r.Apps, func(a *rind.App) bool {
		key := string(a.Kind) + "\x00" + a.Path + "\x00" + a.Name
		drop := seen[key] || config.excluded(a.Path)
		seen[key] = true
		return drop
	})
	for _, app := range r.Apps {
		r.Skipped = append(r.Skipped, app.Skipped...)
	}
	r.Skipped = slices.DeleteFunc(r.Skipped, func(s rind.Skip) bool { return config.excluded(s.File) })
	slices.SortFunc(r.Skipped, func(a, b rind.Skip) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	r.Skipped = slices.Compact(r.Skipped)
}

// folder is path itself, or the folder of a file.
func folder(path string) string {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return filepath.Dir(path)
	}
	return path
}

// below names path from root, with slashes.
func below(root, path string) (string, error) {
	absRoot, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(absRoot, abs)
	return filepath.ToSlash(rel), err
}

// prefix is what makes a name below root relative to the working directory:
// nothing for the directory itself.
func prefix(root string) string {
	if cwd, err := os.Getwd(); err == nil && filepath.IsAbs(root) {
		if rel, err := filepath.Rel(cwd, root); err == nil && filepath.IsLocal(rel) {
			root = rel
		}
	}
	p := filepath.ToSlash(filepath.Clean(root))
	if p == "." {
		return ""
	}
	return p
}

// commonRoot is the deepest folder that holds all paths: for one path, the
// path as the user wrote it.
func commonRoot(paths []string) (string, error) {
	if len(paths) == 1 {
		return folder(paths[0]), nil
	}
	root, err := filepath.Abs(folder(paths[0]))
	if err != nil {
		return "", err
	}
	for _, p := range paths[1:] {
		abs, err := filepath.Abs(folder(p))
		if err != nil {
			return "", err
		}
		for {
			rel, err := filepath.Rel(root, abs)
			if err != nil {
				return "", err
			}
			if rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
				break
			}
			root = filepath.Dir(root)
		}
	}
	cwd, err := os.Getwd()
	if err != nil {
		return root, nil
	}
	if rel, err := filepath.Rel(cwd, root); err == nil {
		return rel, nil
	}
	return root, nil
}

// maxSource is the largest file that code frames are cut from. Templates end
// at 1 MB (CloudFormation's limit through S3); plans and bundles may be more.
const maxSource = 16 << 20

// sources returns a function that reads files below dir and remembers them.
// It never follows a link out of it.
func sources(dir string) func(string) []byte {
	var mu sync.Mutex
	files := map[string][]byte{}
	return func(name string) []byte {
		mu.Lock()
		defer mu.Unlock()
		if b, ok := files[name]; ok {
			return b
		}
		b := readBelow(dir, name)
		files[name] = b
		return b
	}
}

func readBelow(dir, name string) []byte {
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer r.Close()
	// Ask before opening: opening a pipe waits for somebody to write to it.
	if info, err := r.Stat(filepath.FromSlash(name)); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := r.Open(filepath.FromSlash(name))
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxSource {
		return nil
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return nil
	}
	return b
}
