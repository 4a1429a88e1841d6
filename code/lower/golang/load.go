package golang

import (
	"bytes"
	_ "embed"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rind/code/ir"
)

// A pkg is one of the app's own packages, parsed and checked.
type pkg struct {
	dir    string
	path   string
	fset   *token.FileSet
	files  []*ast.File
	types  *types.Package
	info   *types.Info
	broken int
	module *ir.Module
}

// load parses and checks a package of the app, once.
func (p *Program) load(importPath string) (*pkg, error) {
	if k := p.packages[importPath]; k != nil {
		return k, nil
	}
	dir, sources := p.find(importPath)
	k := &pkg{dir: dir, path: importPath, fset: token.NewFileSet()}
	if err := k.parse(sources); err != nil {
		return nil, err
	}
	p.loading[importPath] = true
	defer delete(p.loading, importPath)
	k.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Instances:  map[*ast.Ident]types.Instance{},
	}
	conf := types.Config{
		Importer:    &importer{program: p, files: k.files, made: map[string]*types.Package{}},
		Error:       func(error) {}, // foreign packages are mere names: errors are the rule
		FakeImportC: true,
		Sizes:       types.SizesFor("gc", "amd64"),
	}
	k.types, _ = conf.Check(importPath, k.fset, k.files, k.info)
	p.packages[importPath] = k
	return k, nil
}

// parse parses the files that are built for Lambda and belong to one package.
func (k *pkg) parse(sources map[string][]byte) error {
	size := 0
	byName := map[string][]*ast.File{}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		src := bytes.TrimPrefix(sources[name], []byte("\xef\xbb\xbf"))
		if !builds(name, src) {
			continue
		}
		if size += len(src); size > MaxSize {
			return ErrTooLarge
		}
		if err := guardTokens(src); err != nil {
			return err
		}
		f, err := parser.ParseFile(k.fset, name, src, parser.SkipObjectResolution|parser.AllErrors)
		if err != nil {
			if strings.Contains(err.Error(), "exceeded max nesting depth") { // go/parser's own limit
				return ErrTooDeep
			}
			k.broken++
		}
		if f == nil || f.Name == nil {
			continue
		}
		if err := guardTree(f); err != nil {
			return err
		}
		byName[f.Name.Name] = append(byName[f.Name.Name], f)
	}
	// A folder has one package; where it does not, the largest is meant.
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if len(byName[name]) > len(k.files) {
			k.files = byName[name]
		}
	}
	if len(k.files) == 0 {
		return ErrNoGo
	}
	return guardConsts(k.files)
}

// builds reports whether a file is part of a program for Lambda.
func builds(name string, src []byte) bool {
	base := path.Base(name)
	if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
		return false
	}
	for _, arch := range []string{"amd64", "arm64"} {
		ctx := build.Context{
			GOOS: "linux", GOARCH: arch, Compiler: "gc", CgoEnabled: true,
			BuildTags:   []string{"lambda.norpc"},
			ReleaseTags: build.Default.ReleaseTags,
			OpenFile:    func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(src)), nil },
		}
		// A file whose head cannot be read is kept: its errors are counted.
		if ok, err := ctx.MatchFile("/", base); ok || err != nil {
			return true
		}
	}
	return false
}

// eventsPath is the package of the events' structs.
const eventsPath = "github.com/aws/aws-lambda-go/events"

// eventsSource declares them; see gen.go.
//
//go:embed events.txt
var eventsSource string

// An importer gives go/types the app's own packages, the events' structs and,
// for all other packages, what one package's files mention of them.
type importer struct {
	program *Program
	files   []*ast.File
	made    map[string]*types.Package
}

func (m *importer) Import(importPath string) (*types.Package, error) {
	if k := m.made[importPath]; k != nil {
		return k, nil
	}
	if importPath == "unsafe" {
		return types.Unsafe, nil
	}
	if k := m.program.packages[importPath]; k != nil {
		return k.types, nil
	}
	if !m.program.loading[importPath] { // import cycles are errors in Go
		if _, files := m.program.find(importPath); len(files) > 0 {
			if k, err := m.program.load(importPath); err == nil {
				return k.types, nil
			}
		}
	}
	var k *types.Package
	if importPath == eventsPath {
		k = eventsPackage()
	} else {
		k = m.foreign(importPath)
	}
	m.made[importPath] = k
	return k, nil
}

// eventsPackage is checked once: it is most of the work for a small package.
var eventsPackage = sync.OnceValue(func() *types.Package {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "events.go", eventsSource, parser.SkipObjectResolution)
	if err != nil {
		panic("golang: events.txt: " + err.Error())
	}
	none := NewProgram(func(string) (string, map[string][]byte) { return "", nil })
	conf := types.Config{
		Importer: &importer{program: none, files: []*ast.File{f}, made: map[string]*types.Package{}},
		Error:    func(error) {},
	}
	k, _ := conf.Check(eventsPath, fset, []*ast.File{f}, nil)
	return k
})

// foreign makes a package of the names that the files use as types of it.
// Nothing is known of a type but its name.
func (m *importer) foreign(importPath string) *types.Package {
	k := types.NewPackage(importPath, packageName(importPath))
	for _, f := range m.files {
		local := ""
		for _, s := range f.Imports {
			if text, err := strconv.Unquote(s.Path.Value); err == nil && text == importPath {
				local = k.Name()
				if s.Name != nil {
					local = s.Name.Name
				}
				break
			}
		}
		if local == "" || local == "_" || local == "." {
			continue
		}
		for _, name := range typesOf(f, local) {
			if k.Scope().Lookup(name) == nil {
				obj := types.NewTypeName(token.NoPos, k, name, nil)
				types.NewNamed(obj, types.Typ[types.Invalid], nil)
				k.Scope().Insert(obj)
			}
		}
	}
	k.MarkComplete()
	return k
}

// typesOf lists the names of the package, locally called local, that stand
// where a type must stand.
func typesOf(f *ast.File, local string) []string {
	var names []string
	var add func(e ast.Expr)
	add = func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.SelectorExpr:
			if x, ok := e.X.(*ast.Ident); ok && x.Name == local {
				names = append(names, e.Sel.Name)
			}
		case *ast.StarExpr:
			add(e.X)
		case *ast.ParenExpr:
			add(e.X)
		case *ast.Ellipsis:
			add(e.Elt)
		case *ast.IndexExpr:
			add(e.X)
			add(e.Index)
		case *ast.IndexListExpr:
			add(e.X)
			for _, i := range e.Indices {
				add(i)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			add(n.Type)
		case *ast.CompositeLit:
			add(n.Type)
		case *ast.ValueSpec:
			add(n.Type)
		case *ast.TypeSpec:
			add(n.Type)
		case *ast.TypeAssertExpr:
			add(n.Type)
		case *ast.ArrayType:
			add(n.Elt)
		case *ast.MapType:
			add(n.Key)
			add(n.Value)
		case *ast.ChanType:
			add(n.Value)
		case *ast.CallExpr: // new(T), make(T)
			if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "new" || f.Name == "make") && len(n.Args) > 0 {
				add(n.Args[0])
			}
		case *ast.TypeSwitchStmt:
			for _, c := range n.Body.List {
				if c, ok := c.(*ast.CaseClause); ok {
					for _, t := range c.List {
						add(t)
					}
				}
			}
		}
		return true
	})
	return names
}

// packageName is the name that a package most likely has: the last element
// of its path that is no version.
func packageName(importPath string) string {
	importPath = unversioned(importPath)
	name := path.Base(importPath)
	if strings.HasPrefix(importPath, "gopkg.in/") {
		name, _, _ = strings.Cut(name, ".")
	}
	name = strings.TrimPrefix(strings.TrimSuffix(name, "-go"), "go-")
	return strings.ReplaceAll(name, "-", "_")
}

// unversioned drops major version suffixes: "math/rand/v2" is "math/rand".
func unversioned(importPath string) string {
	if !strings.Contains(importPath, "/v") {
		return importPath
	}
	parts := strings.Split(importPath, "/")
	parts = slices.DeleteFunc(parts, func(p string) bool {
		return len(p) > 1 && p[0] == 'v' && p != "v1" && strings.Trim(p[1:], "0123456789") == ""
	})
	return strings.Join(parts, "/")
}
