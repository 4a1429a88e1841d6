package project

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"rind/code/ir"
)

// original is where a file that the CDK staged in its assembly comes from, or
// the file itself: a copy of a source file is what findings are about, and so
// is the source that esbuild bundled.
// https://docs.aws.amazon.com/cdk/v2/guide/assets.html
func (r *run) original(h *handler) *handler {
	at := strings.Index("/"+h.file, "/asset.")
	if at < 0 || at > 0 && path.Dir(h.file) == "." {
		return h
	}
	text, err := r.tree.read(h.file)
	if err != nil {
		return h
	}
	for _, f := range r.index.byBase()[path.Base(h.file)] {
		if same, err := r.tree.read(f); err == nil && bytes.Equal(same, text) {
			return &handler{lang: h.lang, file: f, name: h.name}
		}
	}
	if h.lang.lang != ir.JavaScript {
		return h
	}
	if f := r.bundled(h.file, text); f != "" {
		return &handler{lang: h.lang, file: f, name: h.name}
	}
	return h
}

// bundledFile is the comment that esbuild writes before each module of a
// bundle that is not minified; the last is the entry's.
var bundledFile = regexp.MustCompile(`(?m)^// ([\w@./ -]+\.(?:ts|tsx|mts|cts|js|mjs|cjs|jsx))$`)

// bundled is the source of a bundle's entry: its path is relative to the
// folder that the bundler ran in.
func (r *run) bundled(file string, text []byte) string {
	found := bundledFile.FindAllSubmatch(text, -1)
	for i := len(found) - 1; i >= 0; i-- {
		name := string(found[i][1])
		if strings.Contains(name, "node_modules/") {
			continue
		}
		for dir := path.Dir(file); ; dir = path.Dir(dir) {
			if f := path.Join(dir, name); !strings.HasPrefix(f, "..") && r.tree.file(f) {
				return f
			}
			if dir == "." {
				break
			}
		}
		// The bundler ran above the scanned folder, or beside it.
		for f := strings.TrimLeft(name, "./"); ; {
			if r.tree.file(f) {
				return f
			}
			_, rest, ok := strings.Cut(f, "/")
			if !ok {
				return ""
			}
			f = rest
		}
	}
	return ""
}

var (
	// uvicorn main:app, gunicorn -b :8080 shop.app:app
	serverApp = regexp.MustCompile(`\b(?:uvicorn|gunicorn|hypercorn|waitress-serve|daphne)\b[^\n&|;]*?[\s"',]([\w./]+):(\w+)`)
	// python app.py, node dist/server.js, python -m shop.app
	serverFile = regexp.MustCompile(`\b(?:python3?|node|tsx|ts-node|bun(?: run)?)["',\s]+(?:--?[\w-]+["',\s]+)*?([\w./-]+\.(?:py|js|mjs|cjs|ts))\b`)
	serverMod  = regexp.MustCompile(`\bpython3?["',\s]+-m["',\s]+([\w.]+)`)
)

// server finds the program that a start script or a container's command runs
// behind the Lambda Web Adapter: a web server, whose routes are the entries.
// https://github.com/awslabs/aws-lambda-web-adapter
func (s *search) server(command string) *handler {
	var tries []string
	if m := serverApp.FindStringSubmatch(command); m != nil {
		tries = append(tries, strings.ReplaceAll(m[1], ".", "/")+".py", strings.ReplaceAll(m[1], ".", "/")+"/__init__.py")
	}
	if m := serverFile.FindStringSubmatch(command); m != nil {
		tries = append(tries, m[1])
		for _, p := range unbuilt(strings.TrimSuffix(m[1], path.Ext(m[1]))) {
			tries = append(tries, p+".ts", p+".js")
		}
	}
	if m := serverMod.FindStringSubmatch(command); m != nil {
		tries = append(tries, strings.ReplaceAll(m[1], ".", "/")+".py", strings.ReplaceAll(m[1], ".", "/")+"/__main__.py")
	}
	for _, dir := range s.dirs {
		for _, t := range tries {
			for _, at := range []string{t, path.Join("src", t), path.Join("app", t), strings.TrimPrefix(t, "app/")} {
				if f := path.Join(dir, at); !strings.HasPrefix(f, "..") && s.tree.file(f) && frontendOf(f) != nil {
					return &handler{lang: frontendOf(f), file: f}
				}
			}
		}
	}
	return nil
}
