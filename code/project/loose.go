package project

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/rind"
)

// maxLoose bounds how many handlers outside of every template are followed.
const maxLoose = 20_000

// loose finds the code that looks like Lambda code and that nobody deploys:
// the files that hold handlers or web applications and belong to no function.
// It becomes apps of their own, one for each folder that has a manifest of
// its language, or else for each folder. What starts it is not known.
func (r *run) loose(deployed map[string]bool) ([]*rind.App, []*job) {
	var apps []*rind.App
	var jobs []*job
	byPath := map[string]*rind.App{}
	for _, h := range r.looseHandlers(deployed) {
		at := r.home(h.file)
		app := byPath[at]
		if app == nil {
			app = &rind.App{Path: at, Kind: rind.SourceCode}
			byPath[at] = app
			apps = append(apps, app)
		}
		f := &rind.Function{ID: looseID(at, h), Handler: h.name, CodePath: h.file, CodeRoot: path.Dir(h.file), Concurrency: -1, Span: rind.Span{File: h.file, Line: 1, Column: 1}}
		app.Functions = append(app.Functions, f)
		jobs = append(jobs, &job{app: app, f: f, handler: h})
		if len(jobs) == maxLoose {
			r.skip(h.file, "more handlers that no template deploys than are followed; the rest was not looked at")
			break
		}
	}
	slices.SortStableFunc(apps, func(a, b *rind.App) int { return strings.Compare(a.Path, b.Path) })
	return apps, jobs
}

// looseID names a handler within its app.
func looseID(home string, h *handler) string {
	file := strings.TrimPrefix(h.file, home+"/")
	if home == h.file {
		file = path.Base(h.file)
	}
	if h.name == "" {
		return file
	}
	return file + ":" + h.name
}

// manifests are files that tell where a program begins.
var manifests = []string{
	"package.json", "requirements.txt", "pyproject.toml", "setup.py", "Pipfile", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts",
}

// home is the folder of the program that a file belongs to, or the file
// itself where only it is looked at.
func (r *run) home(file string) string {
	if slices.Contains(r.opt.Within, file) {
		return file
	}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		l := r.tree.list(dir)
		if slices.ContainsFunc(manifests, func(m string) bool { return l.has[m] }) {
			return dir
		}
		if dir == "." {
			return path.Dir(file)
		}
	}
}

// looseHandlers lists the handlers outside of every template in the order of
// their files.
func (r *run) looseHandlers(deployed map[string]bool) []*handler {
	var names []string
	for _, f := range r.opt.Within {
		if r.tree.file(f) && isSource(f) {
			names = append(names, f) // named by the user: whatever it is called
		}
	}
	if r.opt.Within == nil || slices.ContainsFunc(r.opt.Within, r.tree.dir) {
		for _, f := range r.tree.walkAll() {
			if r.within(f) && !testPath(f) && !slices.Contains(names, f) {
				names = append(names, f)
			}
		}
	}
	// A unit that a function has loaded is judged with the function.
	loaded := r.loaded()
	found := make([][]*handler, len(names))
	each(len(names), func(i int) {
		f := frontendOf(names[i])
		if f.lower == nil || deployed[names[i]] || deployed[r.unitOf(f, names[i])] || loaded[r.unitOf(f, names[i])] {
			return
		}
		text, err := r.tree.read(names[i])
		if err != nil {
			r.skip(names[i], err.Error())
			return
		}
		if minified(text) {
			// A bundle is some package's business, unless it is a handler.
			if len(handlersIn(f.lang, text[:min(len(text), 64<<10)])) > 0 {
				r.skip(names[i], errMinified.Error())
			}
			return
		}
		handlers := handlersIn(f.lang, text)
		if len(handlers) == 0 && r.opt.Programs && callsAWS.Match(text) {
			handlers = []string{""}
		}
		for _, name := range handlers {
			found[i] = append(found[i], &handler{lang: f, file: names[i], name: name})
		}
	})
	var out []*handler
	for _, hs := range found {
		out = append(out, hs...)
	}
	return r.roots(out)
}

// within reports whether a file is where code is to be looked for.
func (r *run) within(file string) bool {
	if r.opt.Excluded != nil && r.opt.Excluded(file) {
		return false
	}
	return r.opt.Within == nil || slices.ContainsFunc(r.opt.Within, func(w string) bool { return file == w || under(file, w) })
}

// testPath reports whether a file is a test or lies among tests.
func testPath(file string) bool {
	if testName(file) {
		return true
	}
	for part := range strings.SplitSeq(path.Dir(file), "/") {
		switch part {
		case "test", "tests", "__tests__", "spec", "e2e", "integration-tests", "fixtures":
			return true
		}
	}
	return false
}

// loaded are the units that have been asked for.
func (l *loader) loaded() map[string]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.seen)
}

// roots takes out the files without a handler of their own that others of
// them import: they are followed from there.
func (r *run) roots(all []*handler) []*handler {
	whole := map[string]*handler{} // by unit
	for _, h := range all {
		if h.name == "" {
			whole[r.unitOf(h.lang, h.file)] = h
		}
	}
	if len(whole) < 2 {
		return all
	}
	imports := make([][]string, len(all))
	each(len(all), func(i int) { imports[i] = r.importsOf(all[i], whole) })
	importers := map[string]int{}
	by := map[string][]string{}
	for i, h := range all {
		by[r.unitOf(h.lang, h.file)] = imports[i]
		for _, u := range imports[i] {
			importers[u]++
		}
	}
	// Begin with what nobody imports; of a circle, the first file.
	covered := map[string]bool{}
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *handler) int {
		return cmp.Compare(importers[r.unitOf(a.lang, a.file)], importers[r.unitOf(b.lang, b.file)])
	})
	var mark func(unit string)
	mark = func(unit string) {
		for _, u := range by[unit] {
			if !covered[u] {
				covered[u] = true
				mark(u)
			}
		}
	}
	keep := map[*handler]bool{}
	for _, h := range order {
		u := r.unitOf(h.lang, h.file)
		if h.name == "" && covered[u] {
			continue
		}
		keep[h] = true
		mark(u)
	}
	return slices.DeleteFunc(all, func(h *handler) bool { return !keep[h] })
}

// importsOf lists the units among wanted that a handler's module imports, by
// way of others too.
func (r *run) importsOf(h *handler, wanted map[string]*handler) []string {
	const most = 500 // modules looked at
	s := r.scopeOf(&job{app: &rind.App{Path: path.Dir(h.file)}, f: &rind.Function{CodeRoot: path.Dir(h.file), Span: rind.Span{File: h.file}}, handler: h})
	start := r.unitOf(h.lang, h.file)
	seen := map[string]bool{start: true}
	var out []string
	var queue []*ir.Module
	if m, err := r.load(h.lang, start); err == nil {
		queue = append(queue, m)
	}
	for len(queue) > 0 && len(seen) < most {
		m := queue[0]
		queue = queue[1:]
		for _, p := range m.Imports {
			got := s.Resolve(m, p)
			if got == nil || seen[got.File] {
				continue
			}
			seen[got.File] = true
			if wanted[got.File] != nil {
				out = append(out, got.File)
			}
			queue = append(queue, got)
		}
	}
	return out
}
