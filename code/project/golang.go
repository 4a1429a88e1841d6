package project

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"

	"rind/code/ir"
	"rind/code/lower/golang"
)

// goLoader lowers Go packages. The packages of one module see each other's
// types, so they share a program.
type goLoader struct {
	loader *loader
	index  *index

	mu       sync.Mutex                 // guards programs, and the programs themselves
	programs map[string]*golang.Program // by the module's folder
}

// lower lowers the package in a folder.
func (g *goLoader) lower(dir string) (*ir.Module, error) {
	m := g.moduleOf(dir)
	importPath := goPath(m, dir)
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.programs[m.dir]
	if p == nil {
		p = golang.NewProgram(func(imported string) (string, map[string][]byte) { return g.find(m, imported) })
		g.programs[m.dir] = p
	}
	return p.Lower(importPath)
}

// moduleOf is the Go module around a folder. Without a go.mod each folder is
// one of its own.
func (g *goLoader) moduleOf(dir string) goModule {
	best := goModule{path: "main", dir: dir}
	found := -1
	for _, m := range g.index.goModules() {
		if (dir == m.dir || under(dir, m.dir)) && len(m.dir) > found {
			best, found = m, len(m.dir)
		}
	}
	return best
}

// goPath is the import path of a folder of a module.
func goPath(m goModule, dir string) string {
	if m.dir == "." {
		return path.Join(m.path, dir)
	}
	return path.Join(m.path, strings.TrimPrefix(strings.TrimPrefix(dir, m.dir), "/"))
}

// find returns the files of an imported package: of the module itself, or of
// another module in the repository.
func (g *goLoader) find(m goModule, imported string) (string, map[string][]byte) {
	for _, dir := range goFolders(g.index, m.dir, imported) {
		files, err := g.loader.files(&frontend{lang: ir.Go}, dir)
		if err != nil {
			continue
		}
		out := map[string][]byte{}
		for _, f := range files {
			out[f.name] = f.text
		}
		return dir, out
	}
	if m.path == "main" && imported == m.path { // no go.mod
		if files, err := g.loader.files(&frontend{lang: ir.Go}, m.dir); err == nil {
			out := map[string][]byte{}
			for _, f := range files {
				out[f.name] = f.text
			}
			return m.dir, out
		}
	}
	return "", nil
}

// goFolders lists the folders that an import path may mean, by the go.mod
// files of the repository: in the module around here first.
func goFolders(x *index, here, imported string) []string {
	type found struct {
		dir    string
		around bool
		shared int
	}
	var all []found
	for _, m := range x.goModules() {
		if rest, ok := strings.CutPrefix(imported, m.path); ok && (rest == "" || rest[0] == '/') {
			all = append(all, found{path.Join(m.dir, rest), here == m.dir || under(here, m.dir), shared(here, m.dir)})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int {
		if a.around != b.around {
			if a.around {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.shared, a.shared)
	})
	var out []string
	for _, f := range all {
		out = append(out, f.dir)
	}
	return out
}
