package project

import (
	"bytes"
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/rind"
)

// A handler is where a function's code begins.
type handler struct {
	lang *frontend
	file string // that holds it
	name string // as flow.Entry wants it
}

// find looks for the code of a function. If there is none, missing says why
// in words that end a sentence: "its code …".
func (r *run) find(app *rind.App, f *rind.Function) (h *handler, missing string) {
	s := &search{run: r, app: app, f: f, dirs: r.codeDirs(app, f)}
	text := f.Handler
	if f.PackageType == "Image" {
		text = s.imageCommand()
		if text == "" {
			return nil, "the container image's Dockerfile and its CMD were not found"
		}
	}
	if wrapped := s.wrapped(text); wrapped != "" {
		text = wrapped
	}
	command := s.command
	if path.Ext(text) == ".sh" {
		for _, dir := range s.dirs {
			if script, err := s.tree.read(path.Join(dir, text)); err == nil {
				command = string(script)
				break
			}
		}
	}
	if command != "" {
		if h := s.server(command); h != nil {
			return h, ""
		}
	}
	langs := s.languages()
	if len(langs) == 0 {
		return nil, "code for " + cmp.Or(f.Runtime, "this runtime") + " is not followed"
	}
	for _, lang := range langs {
		var h *handler
		switch lang.lang {
		case ir.Python:
			h = s.python(text)
		case ir.JavaScript:
			h = s.script(text)
		case ir.Java:
			h = s.java(text)
		case ir.Go:
			h = s.golang(text)
		}
		if h != nil {
			h.lang = lang
			return r.original(h), ""
		}
	}
	if h := s.around(text, langs); h != nil {
		return h, ""
	}
	return nil, s.why(text)
}

// around looks for the handler's file by its name in the folders around the
// template, the nearest first: an archive may have been packed from anywhere.
// Where a folder holds two such files none is meant more than the other.
func (s *search) around(text string, langs []*frontend) *handler {
	_, base := path.Split(text)
	module, name, ok := strings.Cut(base, ".")
	if !ok || module == "" || module == "index" && s.f.CodeRoot == "" {
		return nil
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	dir := path.Dir(s.f.Span.File)
	for range 3 { // further up begins another project
		var found []*handler
		for _, lang := range langs {
			if lang.lang != ir.Python && lang.lang != ir.JavaScript {
				continue
			}
			for _, ext := range lang.exts {
				for _, f := range s.index.byBase()[module+ext] {
					if !under(f, dir) || testPath(f) {
						continue
					}
					if src, err := s.tree.read(f); err == nil && strings.Contains(string(src), name) {
						found = append(found, &handler{lang: lang, file: f, name: name})
					}
				}
			}
		}
		switch {
		case len(found) == 1:
			return found[0]
		case len(found) > 1 || dir == ".":
			return nil
		}
		dir = path.Dir(dir)
	}
	return nil
}

// search is the search for one function's handler.
type search struct {
	*run
	app  *rind.App
	f    *rind.Function
	dirs []string // that are deployed or lie where the sources may, likeliest first
	// command is what a container image runs.
	command string
}

// why says what is missing.
func (s *search) why(text string) string {
	switch {
	case s.f.CodeRoot == "" && s.f.PackageType != "Image":
		return "the template names no code in the scanned folder"
	case s.f.Handler == "" && s.f.PackageType != "Image":
		return "its handler is not written in the template"
	case isArchive(s.f.CodeRoot):
		return "the template deploys the archive " + s.f.CodeRoot + ", and its sources were not found beside it"
	}
	return "no source of the handler " + text + " was found in " + cmp.Or(s.f.CodeRoot, path.Dir(s.f.Span.File))
}

func isArchive(name string) bool {
	return slices.Contains([]string{".zip", ".jar", ".war"}, path.Ext(name))
}

// codeDirs are the folders in which a function's handler may lie.
func (r *run) codeDirs(app *rind.App, f *rind.Function) []string {
	var out []string
	add := func(dir string) {
		dir = path.Clean(dir)
		if !strings.HasPrefix(dir, "..") && !slices.Contains(out, dir) && r.tree.dir(dir) {
			out = append(out, dir)
		}
	}
	home := path.Dir(app.Path)
	if r.tree.dir(app.Path) {
		home = app.Path
	}
	if root := f.CodeRoot; root != "" {
		switch {
		case r.tree.dir(root):
			add(root)
		case r.tree.file(root):
			add(path.Dir(root))
		}
		// A build's output that is not there, or an archive: its sources lie
		// above it.
		for _, dir := range unbuilt(strings.TrimSuffix(root, path.Ext(root))) {
			add(dir)
		}
		add(path.Join(home, path.Base(strings.TrimSuffix(root, path.Ext(root)))))
	}
	add(path.Dir(f.Span.File))
	add(home)
	return out
}

// builds are names of folders that builds write to.
var builds = []string{"dist", "build", "out", "lib", ".build", ".dist", "bundle", ".esbuild", "target", "bin", "output", "publish", "artifacts"}

// unbuilt lists the paths that a path into a build's output may come from:
// "dist/a/index" gives "src/a/index", "a/index". The path itself comes last.
func unbuilt(p string) []string {
	parts := strings.Split(path.Clean(p), "/")
	var out []string
	for i, part := range parts {
		if slices.Contains(builds, part) {
			before, after := path.Join(parts[:i]...), path.Join(parts[i+1:]...)
			out = append(out, path.Join(before, "src", after), path.Join(before, after))
		}
	}
	return append(out, path.Clean(p))
}

// languages are the languages the function may be written in.
func (s *search) languages() []*frontend {
	if f := frontendFor(s.f.Runtime); f != nil {
		if strings.HasPrefix(s.f.Runtime, "provided") && javaClass.MatchString(s.f.Handler) {
			return []*frontend{frontendFor("java"), f} // compiled ahead of time
		}
		return []*frontend{f}
	}
	for _, other := range []string{"ruby", "dotnet", "rust"} {
		if strings.HasPrefix(s.f.Runtime, other) {
			return nil
		}
	}
	return frontends // not known: a placeholder, an image
}

// javaClass matches handlers that are named like a class of Java.
var javaClass = regexp.MustCompile(`^(?:[a-z]\w*\.)+[A-Z]\w*(?:::\w+)?$`)

// python finds "pkg/mod.func" or "pkg.mod.func".
// https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
func (s *search) python(text string) *handler {
	i := strings.LastIndexByte(text, '.')
	if i < 0 {
		if s.f.CodePath != "" && path.Ext(s.f.CodePath) == ".py" {
			return &handler{file: s.f.CodePath}
		}
		return nil
	}
	module, name := text[:i], text[i+1:]
	slashed := strings.ReplaceAll(module, ".", "/")
	for _, dir := range s.dirs {
		for _, c := range []string{
			module + ".py", slashed + ".py", slashed + "/__init__.py", "src/" + slashed + ".py",
			"lambda/" + slashed + ".py", "app/" + slashed + ".py",
		} {
			if file := path.Join(dir, c); s.tree.file(file) {
				return &handler{file: file, name: name}
			}
		}
	}
	return nil
}

// script finds "src/a.handler". The module's name ends at the first dot of
// the last part; what follows is the export, which may have dots itself.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
func (s *search) script(text string) *handler {
	dir, base := path.Split(text)
	for _, dot := range []int{strings.IndexByte(base, '.'), strings.LastIndexByte(base, '.')} {
		if dot < 0 {
			return nil
		}
		module, name := dir+base[:dot], base[dot+1:]
		var paths []string
		if entry := s.esbuildEntry(); entry != "" {
			paths = append(paths, strings.TrimSuffix(entry, path.Ext(entry)))
		}
		paths = append(paths, unbuilt(module)...)
		for _, root := range s.dirs {
			for _, p := range paths {
				for _, c := range []string{p, "src/" + p, "lib/" + p} {
					for _, ext := range scriptExts {
						file := path.Join(root, c) + ext
						if !strings.HasPrefix(file, "..") && s.tree.file(file) {
							return &handler{file: file, name: name}
						}
					}
				}
			}
		}
	}
	return nil
}

// esbuildEntry is the source that SAM builds the function from, if its
// template names one alone.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html
func (s *search) esbuildEntry() string {
	for _, r := range s.declared() {
		points := r.Attributes.Get("Metadata", "BuildProperties", "EntryPoints")
		if points.At(0).Str() != "" && points.At(1).Absent() {
			return points.At(0).Str()
		}
	}
	return ""
}

// declared are the function's resource as it was written and as expanded.
func (s *search) declared() []*rind.Resource {
	var out []*rind.Resource
	for _, d := range s.app.Declared {
		if d.ID == s.f.ID || s.f.Resource != nil && d.ID == s.f.Resource.Origin {
			out = append(out, d)
		}
	}
	if s.f.Resource != nil {
		out = append(out, s.f.Resource)
	}
	return out
}

// java finds "pkg.Class::method" or "pkg.Class".
// https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html
func (s *search) java(text string) *handler {
	class, method, ok := strings.Cut(text, "::")
	if !ok {
		method = "handleRequest"
	}
	rel := strings.ReplaceAll(strings.ReplaceAll(class, "$", "."), ".", "/")
	short := class[strings.LastIndexAny(class, ".$")+1:]
	for _, dir := range s.dirs {
		for _, at := range []string{"src/main/java", "", "src", "app/src/main/java"} {
			if file := path.Join(dir, at, rel+".java"); s.tree.file(file) {
				return &handler{file: file, name: short + "." + method}
			}
		}
	}
	for _, dir := range s.dirs {
		if found := s.index.nearest(dir, rel+".java"); len(found) > 0 {
			return &handler{file: found[0], name: short + "." + method}
		}
	}
	if !slices.ContainsFunc(frameworkHandlers, func(p string) bool { return strings.HasPrefix(class, p) }) {
		return nil
	}
	// A framework's own handler: the app's code is what the framework calls.
	for _, dir := range s.dirs {
		for _, f := range s.tree.walkAll() {
			if path.Ext(f) != ".java" || testPath(f) || !under(f, dir) {
				continue
			}
			if text, err := s.tree.read(f); err == nil && javaApp.Match(text) {
				return &handler{file: f}
			}
		}
	}
	// Quarkus finds the app's RequestHandler by itself, or by its name.
	// https://quarkus.io/guides/aws-lambda
	named := cmp.Or(s.variable("QUARKUS_LAMBDA_HANDLER"), s.variable("quarkus_lambda_handler"))
	for _, dir := range s.dirs {
		for _, f := range s.tree.walkAll() {
			if path.Ext(f) != ".java" || testPath(f) || !under(f, dir) {
				continue
			}
			if text, err := s.tree.read(f); err == nil && (named == "" || bytes.Contains(text, []byte(`"`+named+`"`))) {
				if m := javaHandler.FindSubmatch(text); m != nil {
					return &handler{file: f, name: string(m[1]) + ".handleRequest"}
				}
			}
		}
	}
	return nil
}

// frameworkHandlers begin the names of handlers that are not the app's own.
var frameworkHandlers = []string{"org.springframework.", "io.quarkus.", "io.micronaut.", "com.amazonaws."}

func under(file, dir string) bool { return dir == "." || strings.HasPrefix(file, dir+"/") }

// golang finds the package main of a function: in its folder, in the usual
// places for it, or the only one there is.
func (s *search) golang(text string) *handler {
	name := path.Base(strings.TrimSuffix(s.f.CodeRoot, path.Ext(s.f.CodeRoot)))
	bin := path.Base(text)
	for _, dir := range s.dirs {
		var tries []string
		for _, n := range []string{bin, name, s.f.ID, strings.TrimSuffix(strings.ToLower(s.f.ID), "function"), kebab(s.f.ID)} {
			if n == "" || n == "." || n == "bootstrap" || n == "main" {
				continue
			}
			tries = append(tries, "cmd/"+n, n, "src/"+n, "functions/"+n, "lambda/"+n, "lambdas/"+n, "cmd/lambda/"+n)
		}
		tries = append([]string{"."}, append(tries, "src", "cmd", "cmd/lambda", "cmd/main", "lambda", "main", "function", "app")...)
		for _, t := range tries {
			if file := s.mainIn(path.Join(dir, t)); file != "" {
				return &handler{file: file, name: "main"}
			}
		}
	}
	if len(s.dirs) == 0 {
		return nil
	}
	var mains []string
	for _, d := range s.index.folders() {
		if under(d, s.dirs[0]) {
			if file := s.mainIn(d); file != "" {
				mains = append(mains, file)
			}
		}
	}
	if len(mains) == 1 {
		return &handler{file: mains[0], name: "main"}
	}
	return nil
}

// kebab writes GetOrderFunction as get-order.
func kebab(id string) string {
	var b strings.Builder
	for i, c := range strings.TrimSuffix(id, "Function") {
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}

var packageMain = regexp.MustCompile(`(?m)^package\s+main\b`)

// mainIn returns the file with the main function of the Go package main in a
// folder, or "".
func (s *search) mainIn(dir string) string {
	for _, n := range s.tree.list(dir).files {
		if path.Ext(n) != ".go" || testName(n) {
			continue
		}
		text, err := s.tree.read(path.Join(dir, n))
		if err == nil && packageMain.Match(text) && goMain.Match(text) {
			return path.Join(dir, n)
		}
	}
	return ""
}

var goMain = regexp.MustCompile(`(?m)^func\s+main\s*\(`)

// wrapped is the handler that a vendor's or a framework's own handler calls,
// or "".
func (s *search) wrapped(text string) string {
	switch {
	case strings.HasPrefix(text, "datadog_lambda.handler."), strings.Contains(text, "datadog-lambda-js/"):
		return s.variable("DD_LAMBDA_HANDLER")
	case strings.HasPrefix(text, "newrelic_lambda_wrapper."), strings.HasPrefix(text, "newrelic-lambda-wrapper."):
		return s.variable("NEW_RELIC_LAMBDA_HANDLER")
	case text == "wsgi_handler.handler":
		for _, dir := range s.dirs { // serverless-wsgi: custom.wsgi.app is the Flask application
			for _, name := range []string{"serverless.yml", "serverless.yaml"} {
				if data, err := s.tree.read(path.Join(dir, name)); err == nil {
					if m := wsgiApp.FindSubmatch(data); m != nil {
						return string(m[1])
					}
				}
			}
		}
	}
	return ""
}

var wsgiApp = regexp.MustCompile(`(?m)^\s+wsgi:\s*\n\s+app:\s*["']?([\w./]+)`)

// variable is what the template gives an environment variable of the function,
// where it is written out; "" otherwise.
func (s *search) variable(name string) string {
	for _, e := range s.f.Environment {
		if e.Name == name && e.Value.Scalar() {
			return e.Value.Text
		}
	}
	return ""
}
