package project

import (
	"path"
	"slices"
	"strings"
	"sync"

	"rind/code/ir"
)

// A scope is what one function's imports are looked up in. It implements
// flow.Resolver. The modules themselves are shared between scopes.
type scope struct {
	*loader
	lang *frontend
	// roots are the folders that absolute imports begin at, likeliest first:
	// what is deployed, the layers, the folders around the handler.
	roots []string
	// opt are the folders that lie in /opt at run time: the layers.
	opt []string

	mu    sync.Mutex // guards known
	known map[[2]string]*ir.Module
}

// Resolve returns the module of the app that an import means, or nil.
func (s *scope) Resolve(from *ir.Module, imported string) *ir.Module {
	key := [2]string{from.File, imported}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.known[key]; ok {
		return m
	}
	if s.known == nil {
		s.known = map[[2]string]*ir.Module{}
	}
	var found *ir.Module
	for _, name := range s.lang.candidates(s, from, imported) {
		if !s.exists(name) {
			continue
		}
		if m, err := s.load(s.lang, name); err == nil {
			found = m
			break
		}
	}
	s.known[key] = found
	return found
}

// exists reports whether there is a unit of the name.
func (s *scope) exists(name string) bool {
	if strings.HasPrefix(name, "..") {
		return false
	}
	if s.lang.lang == ir.Go {
		return len(s.goFiles(name)) > 0
	}
	return s.tree.file(name) && !(s.lang.lang == ir.Python && s.tree.installed(name))
}

// folderOf is the folder that a module's relative imports begin at.
func folderOf(m *ir.Module) string {
	if m.Lang == ir.Go {
		return m.File
	}
	return path.Dir(m.File)
}

// pythonUnits lists the files that "a.b" may mean, and with leading dots
// those relative to the importing package.
// https://docs.python.org/3/reference/import.html
func (s *scope) pythonUnits(from *ir.Module, imported string) []string {
	name := strings.TrimLeft(imported, ".")
	dots := len(imported) - len(name)
	rel := strings.ReplaceAll(name, ".", "/")
	both := func(dir string) []string {
		if rel == "" {
			return []string{path.Join(dir, "__init__.py")}
		}
		return []string{path.Join(dir, rel) + ".py", path.Join(dir, rel, "__init__.py")}
	}
	here := folderOf(from)
	if dots > 0 {
		for range dots - 1 {
			here = path.Dir(here)
		}
		return both(here)
	}
	if name == "" {
		return nil
	}
	var out []string
	for _, dir := range s.roots {
		out = append(out, both(dir)...)
	}
	for _, dir := range s.opt {
		out = append(out, both(path.Join(dir, "python"))...)
		out = append(out, both(dir)...)
	}
	out = append(out, both(here)...)
	if pythonOwn[strings.SplitN(name, ".", 2)[0]] {
		return out
	}
	for _, file := range []string{rel + ".py", rel + "/__init__.py"} {
		out = append(out, s.index.nearest(here, file)...)
	}
	return out
}

// pythonOwn are modules of the standard library and of AWS whose names files
// elsewhere in a repository may bear by chance.
var pythonOwn = words(`abc argparse array ast asyncio base64 boto3 botocore bz2 calendar cgi codecs collections concurrent
	configparser contextlib copy csv ctypes dataclasses datetime decimal difflib email enum fnmatch ftplib functools glob
	gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools json logging lzma math mimetypes
	multiprocessing operator os pathlib pickle platform pprint queue random re requests secrets select shelve shlex shutil
	signal smtplib socket sqlite3 ssl stat statistics string struct subprocess sys tarfile tempfile textwrap threading time
	traceback types typing unittest urllib uuid warnings xml zipfile zlib`)

// scriptUnits lists the files that a JavaScript or TypeScript import may
// mean: relative ones, those in layers (/opt/nodejs/…), paths of
// tsconfig.json, and packages of the same repository.
// https://nodejs.org/api/modules.html#all-together
func (s *scope) scriptUnits(from *ir.Module, imported string) []string {
	here := folderOf(from)
	switch {
	case strings.HasPrefix(imported, "./"), strings.HasPrefix(imported, "../"), imported == ".", imported == "..":
		return scriptFiles(path.Join(here, imported))
	case strings.HasPrefix(imported, "/opt/"):
		var out []string
		for _, dir := range s.opt {
			rest := strings.TrimPrefix(imported, "/opt/")
			out = append(out, scriptFiles(path.Join(dir, rest))...)
			out = append(out, scriptFiles(path.Join(dir, strings.TrimPrefix(rest, "nodejs/")))...)
		}
		return out
	case strings.HasPrefix(imported, "/var/task/"):
		if len(s.roots) > 0 {
			return scriptFiles(path.Join(s.roots[0], strings.TrimPrefix(imported, "/var/task/")))
		}
		return nil
	case strings.HasPrefix(imported, "/"), strings.HasPrefix(imported, "node:"):
		return nil
	}
	var out []string
	for _, target := range s.index.aliases(here, imported) {
		out = append(out, scriptFiles(target)...)
	}
	for _, target := range s.index.packages(imported) {
		out = append(out, scriptFiles(target)...)
	}
	for _, dir := range s.opt {
		for _, at := range []string{"nodejs/node_modules", "nodejs", "node_modules"} {
			if p := path.Join(dir, at, imported); s.ownPackage(p) {
				out = append(out, scriptFiles(p)...)
			}
		}
	}
	return out
}

// ownPackage reports whether a path in a layer is code of the team: not
// installed by a package manager.
func (s *scope) ownPackage(p string) bool {
	if !strings.Contains(p, "node_modules/") {
		return true
	}
	return s.tree.dir(p) && !s.tree.file(path.Join(p, "package.json"))
}

// scriptFiles lists the files that a path without its ending may mean.
func scriptFiles(target string) []string {
	if target == "" {
		return nil
	}
	var out []string
	ext := path.Ext(target)
	stem := strings.TrimSuffix(target, ext)
	switch ext { // TypeScript's imports name what will be built
	case ".js", ".jsx":
		out = append(out, stem+".ts", stem+".tsx")
	case ".mjs":
		out = append(out, stem+".mts")
	case ".cjs":
		out = append(out, stem+".cts")
	}
	if slices.Contains(scriptExts, ext) {
		out = append(out, target)
	}
	for _, e := range scriptExts {
		out = append(out, target+e)
	}
	for _, e := range scriptExts {
		out = append(out, path.Join(target, "index")+e)
	}
	return out
}

func words(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[w] = true
	}
	return out
}
