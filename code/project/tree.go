package project

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"rind/code/syntax"
)

// Limits of reading.
const (
	maxFileSize    = syntax.MaxSize // larger ones are bundles or data
	maxFiles       = 200_000        // files and folders looked at in one walk
	maxFolderDepth = 60
)

// Errors of reading a file.
var (
	errTooLarge   = fmt.Errorf("the file is larger than %d MB: a bundle or data, not followed", maxFileSize>>20)
	errMinified   = errors.New("the file is minified: its source is not here")
	errNotRegular = errors.New("not a regular file")
)

// A tree is the scanned folder. Folders are listed when they are first asked
// for and remembered; links are never followed.
type tree struct {
	root *os.Root

	mu      sync.Mutex // guards listed
	listed  map[string]*listing
	walkAll func() []string
}

// A listing is the files and folders of one folder. Symbolic links are in
// neither.
type listing struct {
	files, dirs []string
	installed   map[string]bool // what a Python package manager put here: see installedIn
	has         map[string]bool // files by name
}

func newTree(root *os.Root) *tree {
	t := &tree{root: root, listed: map[string]*listing{}}
	t.walkAll = sync.OnceValue(t.walk)
	return t
}

// list returns what is in a folder; nothing if it is not there.
func (t *tree) list(dir string) *listing {
	dir = path.Clean(dir)
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.listed[dir]; l != nil {
		return l
	}
	l := &listing{has: map[string]bool{}}
	t.listed[dir] = l
	if !filepath.IsLocal(filepath.FromSlash(dir)) {
		return l
	}
	info, err := t.root.Lstat(filepath.FromSlash(dir))
	if err != nil || !info.IsDir() {
		return l
	}
	f, err := t.root.Open(filepath.FromSlash(dir))
	if err != nil {
		return l
	}
	defer f.Close()
	entries, _ := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		switch {
		case e.IsDir():
			l.dirs = append(l.dirs, e.Name())
		case e.Type().IsRegular():
			l.files = append(l.files, e.Name())
			l.has[e.Name()] = true
		}
	}
	return l
}

// file reports whether name is a regular file of the tree.
func (t *tree) file(name string) bool {
	return t.list(path.Dir(name)).has[path.Base(name)]
}

// dir reports whether name is a folder of the tree.
func (t *tree) dir(name string) bool {
	name = path.Clean(name)
	return name == "." || slices.Contains(t.list(path.Dir(name)).dirs, path.Base(name))
}

// read returns a file's bytes.
func (t *tree) read(name string) ([]byte, error) {
	if !t.file(name) {
		return nil, fs.ErrNotExist
	}
	f, err := t.root.Open(filepath.FromSlash(path.Clean(name)))
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, cause(err)
	case !info.Mode().IsRegular():
		return nil, errNotRegular
	case info.Size() > maxFileSize:
		return nil, errTooLarge
	}
	buf := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := buf.ReadFrom(io.LimitReader(f, maxFileSize+1)); err != nil {
		return nil, cause(err)
	}
	if buf.Len() > maxFileSize {
		return nil, errTooLarge
	}
	return buf.Bytes(), nil
}

// cause is an error without the name of the file.
func cause(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// others are folders that hold other people's code, or what a tool made of
// the sources that are read anyway.
var others = map[string]bool{
	".git": true, ".hg": true, ".svn": true, ".idea": true, ".vscode": true,
	"node_modules": true, "bower_components": true, ".yarn": true, ".pnpm-store": true,
	".terraform": true, ".terragrunt-cache": true, ".serverless": true, ".aws-sam": true, "cdk.out": true,
	".venv": true, "venv": true, "site-packages": true, "dist-packages": true, "__pycache__": true,
	".tox": true, ".nox": true, ".mypy_cache": true, ".pytest_cache": true, ".ruff_cache": true,
	".gradle": true, ".mvn": true, ".next": true, ".nuxt": true, ".webpack": true, ".esbuild": true,
	"__tests__": true, "__mocks__": true, "__snapshots__": true, "coverage": true, "testdata": true,
}

// testName reports whether a file or folder bears a name under which tests
// are kept. They are not deployed, and attack the code on purpose.
func testName(name string) bool {
	dir, base := path.Split(name)
	ext := path.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	switch ext {
	case ".py":
		return strings.HasPrefix(stem, "test_") || strings.HasSuffix(stem, "_test") || stem == "conftest"
	case ".go":
		return strings.HasSuffix(stem, "_test")
	case ".java":
		return strings.Contains("/"+dir, "/src/test/") || strings.HasSuffix(stem, "Test") || strings.HasSuffix(stem, "Tests") || strings.HasSuffix(stem, "IT") && len(stem) > 2
	}
	return strings.HasSuffix(stem, ".test") || strings.HasSuffix(stem, ".spec") || strings.HasSuffix(stem, ".d") || strings.HasSuffix(stem, ".min")
}

// isSource reports whether a file name is that of a language that is read.
func isSource(name string) bool { return frontendOf(name) != nil }

// walk lists every source file of the tree that the team itself wrote, in
// order.
func (t *tree) walk() []string {
	var out []string
	seen := 0
	var folder func(dir string, depth int)
	folder = func(dir string, depth int) {
		if depth > maxFolderDepth || seen > maxFiles {
			return
		}
		l := t.list(dir)
		seen += len(l.files) + len(l.dirs)
		for _, f := range l.files {
			if isSource(f) && !(path.Ext(f) == ".py" && t.installedIn(dir)[strings.TrimSuffix(f, ".py")]) {
				out = append(out, path.Join(dir, f))
			}
		}
		for _, d := range l.dirs {
			if !others[d] && !t.foreign(dir, d, l) {
				folder(path.Join(dir, d), depth+1)
			}
		}
	}
	folder(".", 0)
	return out
}

// installedIn lists the packages that pip put into a folder, by the records
// it leaves there. A function's code often lies beside them.
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/
func (t *tree) installedIn(dir string) map[string]bool {
	l := t.list(dir)
	t.mu.Lock()
	known := l.installed
	t.mu.Unlock()
	if known != nil {
		return known
	}
	found := map[string]bool{}
	for _, d := range l.dirs {
		if popular[d] && t.list(path.Join(dir, d)).has["__init__.py"] {
			found[d] = true // copied without pip's record
		}
		info := strings.HasSuffix(d, ".dist-info")
		if !info && !strings.HasSuffix(d, ".egg-info") {
			continue
		}
		found[d] = true
		name, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(d, ".dist-info"), ".egg-info"), "-")
		found[strings.ToLower(name)] = true
		found[name] = true
		if record, err := t.read(path.Join(dir, d, "RECORD")); err == nil {
			for line := range strings.Lines(string(record)) {
				first, _, _ := strings.Cut(line, ",")
				first, _, _ = strings.Cut(first, "/")
				found[strings.TrimSuffix(first, ".py")] = true
			}
		}
	}
	delete(found, "..")
	t.mu.Lock()
	l.installed = found
	t.mu.Unlock()
	return found
}

// installed reports whether a file belongs to an installed Python package.
func (t *tree) installed(name string) bool {
	at := strings.TrimSuffix(name, ".py")
	for at != "." && at != "/" {
		dir := path.Dir(at)
		if t.installedIn(dir)[path.Base(at)] {
			return true
		}
		at = dir
	}
	return false
}

// foreign reports whether a folder holds what others wrote or a tool made,
// judged by what lies beside it.
func (t *tree) foreign(dir, name string, beside *listing) bool {
	if t.installedIn(dir)[name] {
		return true
	}
	switch name {
	case "vendor":
		return beside.has["go.mod"] || beside.has["composer.json"]
	case "dist", "build", "out", "target":
		// A build's output, if what it was built from lies beside it.
		return beside.has["package.json"] || beside.has["tsconfig.json"] || beside.has["pom.xml"] || beside.has["build.gradle"] || beside.has["setup.py"] || beside.has["pyproject.toml"]
	case "env":
		return t.file(path.Join(dir, name, "pyvenv.cfg"))
	}
	return false
}

// minified reports whether text is that of a bundle that nobody writes by
// hand: very long lines.
func minified(src []byte) bool {
	if len(src) < 20_000 {
		return false
	}
	lines := bytes.Count(src, []byte("\n")) + 1
	return len(src)/lines > 500
}
