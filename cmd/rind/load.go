package main

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/spf13/pflag"

	"rind/rind"
	"rind/template"
)

// sourceFlags say what is read and with which parameters. The commands that
// read applications share them.
type sourceFlags struct {
	config         string
	parameterFiles []string
	parameters     []string
}

func (f *sourceFlags) register(fl *pflag.FlagSet) {
	fl.StringVar(&f.config, "config", "", "configuration file (default: rind.yaml in the scanned folder, if there is one)")
	fl.StringArrayVar(&f.parameterFiles, "parameters", nil, "file with template parameters, in any of CloudFormation's forms (repeatable)")
	fl.StringArrayVar(&f.parameters, "parameter", nil, "one template parameter, NAME=VALUE (repeatable)")
}

// readTree is a variable so that tests can hand in applications.
var readTree = template.Read

// load reads every application below the paths.
func load(paths []string, f sourceFlags, p *progress) (*rind.Report, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	root := paths[0]
	if _, err := os.Stat(root); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nothingError("name a folder or a template", "%s does not exist", root)
		}
		return nil, nothingError("check its permissions", "%w", err)
	}
	got, err := readTree(root, template.Options{
		Progress: func(done, total int) { p.step("reading", done, total) },
	})
	p.done()
	if err != nil {
		return nil, nothingError("check the path and its permissions", "reading %s: %w", root, err)
	}
	if len(got.Apps) == 0 && len(got.Skipped) == 0 {
		return nil, nothingError("rind reads SAM, CloudFormation, CDK (cdk.out), serverless.yml and Terraform", "no application found in %s", root)
	}
	r := &rind.Report{Tool: "rind", Version: version(), Root: root, Apps: got.Apps, Skipped: got.Skipped, Source: sources(root)}
	for _, app := range got.Apps {
		r.Skipped = append(r.Skipped, app.Skipped...)
	}
	slices.SortFunc(r.Skipped, func(a, b rind.Skip) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	r.Skipped = slices.Compact(r.Skipped)
	return r, nil
}

// maxSource is the largest file that code frames are cut from. Templates end
// at 1 MB (CloudFormation's limit through S3); plans and bundles may be more.
const maxSource = 16 << 20

// sources returns a function that reads files below root and remembers them.
// It never follows a link out of root.
func sources(root string) func(string) []byte {
	dir := root
	if info, err := os.Stat(root); err == nil && !info.IsDir() {
		dir = filepath.Dir(root)
	}
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
