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

// unitOf is the unit that a file belongs to: the file, and in Go its folder.
// A folder of several Go programs, each a file with a main function, is a
// unit for each of them, named after the file.
func (l *loader) unitOf(f *frontend, file string) string {
	if f.lang != ir.Go {
		return file
	}
	dir := path.Dir(file)
	if mains := l.mains(dir); len(mains) > 1 && slices.Contains(mains, file) {
		return file
	}
	return dir
}

// mains lists the files of a folder that hold the main function of a program.
func (l *loader) mains(dir string) []string {
	var out []string
	for _, n := range l.tree.list(dir).files {
		if path.Ext(n) != ".go" || testName(n) {
			continue
		}
		name := path.Join(dir, n)
		if text, err := l.tree.read(name); err == nil && packageMain.Match(text) && goMain.Match(text) {
			out = append(out, name)
		}
	}
	return out
}

// goFiles lists the files of a Go unit.
func (l *loader) goFiles(unit string) []string {
	dir, only := unit, ""
	if path.Ext(unit) == ".go" {
		dir, only = path.Dir(unit), unit
	}
	var out []string
	for _, n := range l.tree.list(dir).files {
		if path.Ext(n) == ".go" && !testName(n) {
			out = append(out, path.Join(dir, n))
		}
	}
	if only == "" {
		return out
	}
	mains := l.mains(dir)
	return slices.DeleteFunc(out, func(n string) bool { return n != only && slices.Contains(mains, n) })
}

// A program is the packages of one Go module; they share their types.
type program struct {
	mu sync.Mutex // held while a package is lowered
	*golang.Program
}

// goModuleOf is the go.mod around a folder. Without one the folder itself is
// a module whose path nobody imports.
func (l *loader) goModuleOf(dir string) goModule {
	for d := dir; ; d = path.Dir(d) {
		for _, m := range l.index.goModules() {
			if m.dir == d {
				return m
			}
		}
		if d == "." {
			return goModule{path: path.Join("main.local", dir), dir: dir}
		}
	}
}

// importPath is the path by which a folder of a module is imported.
func (m goModule) importPath(dir string) string {
	if m.dir == "." {
		return path.Join(m.path, dir)
	}
	return path.Join(m.path, strings.TrimPrefix(strings.TrimPrefix(dir, m.dir), "/"))
}

// lowerGo lowers a package with the others of its module at hand.
func (l *loader) lowerGo(unit string, files []sourceFile) (*ir.Module, error) {
	if path.Ext(unit) == ".go" {
		dir := path.Dir(unit)
		return golang.LowerPackage(dir, l.goModuleOf(dir).importPath(dir), texts(files))
	}
	m := l.goModuleOf(unit)
	p := l.program(m)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Lower(m.importPath(unit))
}

func texts(files []sourceFile) map[string][]byte {
	out := map[string][]byte{}
	for _, f := range files {
		out[f.name] = f.text
	}
	return out
}

// program returns the program of a module.
func (l *loader) program(m goModule) *program {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.programs == nil {
		l.programs = map[string]*program{}
	}
	p := l.programs[m.dir]
	if p == nil {
		p = &program{Program: golang.NewProgram(func(imported string) (string, map[string][]byte) {
			for _, dir := range l.goDirs(m, imported) {
				if files, err := l.readAll(l.goFiles(dir)); err == nil && len(files) > 0 {
					return dir, texts(files)
				}
			}
			return "", nil
		})}
		l.programs[m.dir] = p
	}
	return p
}

// goDirs lists the folders that an import path may mean in a module: its own,
// and those of the repository's other modules.
func (l *loader) goDirs(own goModule, imported string) []string {
	modules := slices.Clone(l.index.goModules())
	slices.SortStableFunc(modules, func(a, b goModule) int {
		return cmp.Or(cmp.Compare(len(b.path), len(a.path)), cmp.Compare(shared(own.dir, b.dir), shared(own.dir, a.dir)))
	})
	var out []string
	for _, m := range append([]goModule{own}, modules...) {
		if rest, ok := strings.CutPrefix(imported, m.path); ok && (rest == "" || rest[0] == '/') {
			if dir := path.Join(m.dir, rest); !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
	}
	return out
}

// goUnits lists the folders that an import path may mean.
func (s *scope) goUnits(from *ir.Module, imported string) []string {
	return s.goDirs(s.goModuleOf(from.File), imported)
}
