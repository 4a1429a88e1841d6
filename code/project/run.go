package project

import (
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"rind/code/ir"
	"rind/code/link"
	"rind/rind"
)

// A run is one analysis of a scanned folder.
type run struct {
	*loader
	apps []*rind.App
	opt  Options
}

func newRun(t *tree, apps []*rind.App, opt Options) *run {
	return &run{loader: newLoader(t), apps: apps, opt: opt}
}

// A job is one function to be analysed.
type job struct {
	app     *rind.App
	f       *rind.Function
	handler *handler // nil if it is to be looked for
	code    *rind.Code
}

func (r *run) analyze() *Result {
	var jobs []*job
	for _, app := range r.apps {
		for _, f := range app.Functions {
			jobs = append(jobs, &job{app: app, f: f})
		}
	}
	r.work(jobs, 0)
	deployed := map[string]bool{}
	for _, j := range jobs {
		j.app.Code = append(j.app.Code, j.code)
		for _, file := range j.code.Files {
			deployed[file] = true
		}
	}
	for _, app := range r.apps {
		r.link(app)
		share(app)
	}
	loose, more := r.loose(deployed)
	r.work(more, len(jobs))
	for _, j := range more {
		j.app.Code = append(j.app.Code, j.code)
	}
	for _, app := range loose {
		r.link(app)
	}
	return &Result{Loose: loose, Skipped: r.skips()}
}

// link joins the flows of an app's functions. A fault of ours leaves them as
// they are.
func (r *run) link(app *rind.App) {
	defer func() {
		if fault := recover(); fault != nil {
			r.skip(app.Path, fmt.Sprintf("internal error while following data between functions: %v %s (please report this)", fault, FaultAt(debug.Stack())))
		}
	}()
	link.Link(app)
}

// each calls work for every number below n, several at a time.
func each(n int, work func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range max(1, min(runtime.GOMAXPROCS(0), n)) {
		wg.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// share gives the code of an app's functions to its variants, which are the
// same code under other settings.
func share(app *rind.App) {
	byID := map[string]*rind.Code{}
	for _, c := range app.Code {
		byID[c.Function] = c
	}
	for _, v := range app.Variants {
		v.Code = nil
		for _, f := range v.Functions {
			c := byID[f.ID]
			if c == nil {
				c = &rind.Code{Function: f.ID, Missing: "the function is there only under another outcome of a condition"}
			}
			v.Code = append(v.Code, c)
		}
	}
}

// work runs jobs side by side.
func (r *run) work(jobs []*job, before int) {
	var mu sync.Mutex // guards done
	done := before
	each(len(jobs), func(i int) {
		r.one(jobs[i])
		if r.opt.Progress != nil {
			mu.Lock()
			defer mu.Unlock()
			done++
			r.opt.Progress(done, before+len(jobs))
		}
	})
}

// one analyses one function. A fault of ours costs its result alone.
func (r *run) one(j *job) {
	j.code = &rind.Code{Function: j.f.ID}
	defer func() {
		if fault := recover(); fault != nil {
			reason := fmt.Sprintf("internal error while following the code of %s: %v %s (please report this)", j.f.ID, fault, FaultAt(debug.Stack()))
			j.code = &rind.Code{Function: j.f.ID, Missing: "the analysis of its code failed"}
			file := j.app.Path
			if j.handler != nil {
				file = j.handler.file
			}
			r.skip(file, reason)
		}
	}()
	if j.handler == nil {
		if v := inlineCode(j.f); v != nil {
			j.code = r.inline(j, v)
			return
		}
		h, missing := r.find(j.app, j.f)
		if h == nil {
			j.code.Missing = missing
			return
		}
		j.handler = h
	}
	if j.f.CodePath == "" {
		j.f.CodePath = j.handler.file
	}
	s := r.scopeOf(j)
	m, err := r.load(j.handler.lang, r.unitOf(j.handler.lang, j.handler.file))
	if err != nil {
		j.code.Missing = j.handler.file + ": " + err.Error()
		return
	}
	j.code = follow(m, j, s, r.opt)
}

// scopeOf says where the imports of a function are looked up.
func (r *run) scopeOf(j *job) *scope {
	s := &scope{loader: r.loader, lang: j.handler.lang}
	add := func(dir string) {
		dir = path.Clean(dir)
		if !strings.HasPrefix(dir, "..") && !slices.Contains(s.roots, dir) {
			s.roots = append(s.roots, dir)
		}
	}
	for _, dir := range r.codeDirs(j.app, j.f) {
		if under(j.handler.file, dir) {
			add(dir)
		}
	}
	// What is deployed may begin at any folder around the handler.
	for dir := path.Dir(j.handler.file); dir != "."; dir = path.Dir(dir) {
		add(dir)
	}
	add(".")
	for _, v := range j.f.Layers {
		if id, ok := v.Target(); ok {
			if l := j.app.Resource(id); l != nil && l.Code != "" {
				s.opt = append(s.opt, l.Code)
			} else if l != nil {
				if p := r.layerCode(j.app, l); p != "" {
					s.opt = append(s.opt, p)
				}
			}
		}
	}
	return s
}

// layerCode is the local folder of a layer as its template writes it.
func (r *run) layerCode(app *rind.App, l *rind.Resource) string {
	for _, d := range append([]*rind.Resource{l}, app.Declared...) {
		if d.ID != l.ID && d.ID != l.Origin {
			continue
		}
		for _, v := range []*rind.Value{d.Get("ContentUri"), d.Get("Content"), d.Get("path")} {
			if !v.Scalar() || strings.Contains(v.Text, "://") {
				continue
			}
			if p := path.Join(path.Dir(v.Span.File), v.Text); r.tree.dir(p) {
				return p
			}
		}
	}
	return ""
}

// inline analyses code that stands in the template itself. Its places are
// those in the template.
func (r *run) inline(j *job, v *rind.Value) *rind.Code {
	lang := frontendFor(j.f.Runtime)
	if lang == nil || lang.lower == nil || lang.lang == ir.Go || lang.lang == ir.Java {
		return &rind.Code{Function: j.f.ID, Missing: "its code stands in the template, in a language that is not followed"}
	}
	m, err := lang.lower(r.loader, v.Span.File, []sourceFile{{v.Span.File, []byte(v.Text)}})
	if err != nil {
		return &rind.Code{Function: j.f.ID, Missing: "its code in the template: " + err.Error()}
	}
	place := m.Place
	first := v.Span.Line
	if v.Span.EndLine > v.Span.Line {
		first++ // a block begins on the line after its key
	}
	m.Place = func(p ir.Pos) rind.Span {
		s := place(p)
		s.Line, s.EndLine = s.Line+first-1, s.EndLine+first-1
		return s
	}
	name := j.f.Handler[strings.LastIndexByte(j.f.Handler, '.')+1:]
	j.handler = &handler{lang: lang, file: v.Span.File, name: name}
	return follow(m, j, &scope{loader: r.loader, lang: lang}, r.opt)
}

// FaultAt is the place of ours where a panic happened, "at flow/eval.go:12",
// told from the stack at its recovery without the machine's folders; "" if the
// stack shows none.
func FaultAt(stack []byte) string {
	_, after, _ := strings.Cut(string(stack), "panic(")
	for line := range strings.Lines(after) {
		file, ok := strings.CutPrefix(line, "\t")
		if !ok || strings.Contains(file, "/runtime/") {
			continue
		}
		file, _, _ = strings.Cut(strings.TrimSpace(file), " ")
		parts := strings.Split(file, "/")
		return "at " + strings.Join(parts[max(0, len(parts)-2):], "/")
	}
	return ""
}
