package project

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// index answers where in the whole repository something lies. It is built
// from one walk, when first asked.
type index struct {
	tree *tree
	// byBase lists the source files by their last name.
	byBase func() map[string][]string
	gomods func() []goModule
	nodes  func() map[string]string // folder of each package.json by its name

	mu      sync.Mutex // guards configs
	configs map[string]*tsconfig
}

// A goModule is a go.mod: the module's path and its folder.
type goModule struct{ path, dir string }

func newIndex(t *tree) *index {
	x := &index{tree: t, configs: map[string]*tsconfig{}}
	x.byBase = sync.OnceValue(func() map[string][]string {
		out := map[string][]string{}
		for _, f := range t.walkAll() {
			out[path.Base(f)] = append(out[path.Base(f)], f)
		}
		return out
	})
	x.gomods = sync.OnceValue(x.findGoModules)
	x.nodes = sync.OnceValue(x.findPackages)
	return x
}

// nearest lists the files whose name ends in rel, that with the most folders
// in common with the folder here first. Where two are equally near neither is
// meant more than the other, and the list ends before them.
func (x *index) nearest(here, rel string) []string {
	var found []string
	for _, f := range x.byBase()[path.Base(rel)] {
		if f == rel || strings.HasSuffix(f, "/"+rel) {
			found = append(found, f)
		}
	}
	if len(found) < 2 {
		return found
	}
	slices.SortStableFunc(found, func(a, b string) int {
		return cmp.Or(cmp.Compare(shared(here, b), shared(here, a)), cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")))
	})
	if shared(here, found[0]) == shared(here, found[1]) && strings.Count(found[0], "/") == strings.Count(found[1], "/") {
		return nil
	}
	return found[:1]
}

// shared counts the folders that two paths begin with alike.
func shared(a, b string) int {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	return n
}

// folders lists every folder that holds source files, or holds a folder that
// does.
func (x *index) folders() []string {
	seen := map[string]bool{".": true}
	out := []string{"."}
	for _, f := range x.tree.walkAll() {
		for d := path.Dir(f); !seen[d]; d = path.Dir(d) {
			seen[d] = true
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

var moduleLine = regexp.MustCompile(`(?m)^\s*module\s+"?([^\s"]+)"?`)

func (x *index) findGoModules() []goModule {
	var out []goModule
	for _, dir := range x.folders() {
		if text, err := x.tree.read(path.Join(dir, "go.mod")); err == nil {
			if m := moduleLine.FindSubmatch(text); m != nil {
				out = append(out, goModule{string(m[1]), dir})
			}
		}
	}
	// The longest path first: a module inside another one's folder.
	slices.SortStableFunc(out, func(a, b goModule) int { return cmp.Compare(len(b.path), len(a.path)) })
	return out
}

func (x *index) goModules() []goModule { return x.gomods() }

// findPackages maps the names of the repository's own npm packages to what an
// import of them yields.
func (x *index) findPackages() map[string]string {
	out := map[string]string{}
	for _, dir := range x.folders() {
		text, err := x.tree.read(path.Join(dir, "package.json"))
		if err != nil {
			continue
		}
		var p struct{ Name string }
		if json.Unmarshal(text, &p) == nil && p.Name != "" && out[p.Name] == "" {
			out[p.Name] = dir
		}
	}
	return out
}

// packages lists what an import of a package of the repository may mean:
// "@acme/orders" its entry, "@acme/orders/db" a file in it.
func (x *index) packages(imported string) []string {
	name, rest, _ := strings.Cut(imported, "/")
	if strings.HasPrefix(imported, "@") {
		scope, after, _ := strings.Cut(imported, "/")
		name, rest, _ = strings.Cut(after, "/")
		name = scope + "/" + name
	}
	dir, ok := x.nodes()[name]
	if !ok {
		return nil
	}
	if rest != "" {
		return []string{path.Join(dir, rest), path.Join(dir, "src", rest)}
	}
	var out []string
	var p struct{ Main, Module, Types, Source string }
	if text, err := x.tree.read(path.Join(dir, "package.json")); err == nil {
		_ = json.Unmarshal(text, &p) // what does not fit stays empty
	}
	for _, m := range []string{p.Source, p.Main, p.Module} {
		if m != "" {
			for _, c := range unbuilt(strings.TrimSuffix(m, path.Ext(m))) {
				out = append(out, path.Join(dir, c))
			}
		}
	}
	return append(out, path.Join(dir, "src/index"), path.Join(dir, "index"), path.Join(dir, "lib/index"))
}

// tsconfig is what of a tsconfig.json or jsconfig.json names files.
type tsconfig struct {
	dir     string // that BaseURL and Paths begin at
	baseURL string
	paths   map[string][]string
}

// aliases lists the files, without ending, that the tsconfig.json around a
// folder says an import means.
// https://www.typescriptlang.org/tsconfig/#paths
func (x *index) aliases(here, imported string) []string {
	for dir := here; ; dir = path.Dir(dir) {
		if c := x.config(dir); c != nil {
			return c.resolve(imported)
		}
		if dir == "." || dir == "/" {
			return nil
		}
	}
}

func (c *tsconfig) resolve(imported string) []string {
	var out []string
	for pattern, targets := range c.paths {
		before, after, star := strings.Cut(pattern, "*")
		switch {
		case !star && pattern != imported,
			star && (len(imported) < len(before)+len(after) || !strings.HasPrefix(imported, before) || !strings.HasSuffix(imported, after)):
			continue
		}
		middle := ""
		if star {
			middle = imported[len(before) : len(imported)-len(after)]
		}
		for _, t := range targets {
			out = append(out, path.Join(c.dir, c.baseURL, strings.Replace(t, "*", middle, 1)))
		}
	}
	slices.Sort(out)
	if c.baseURL != "" {
		out = append(out, path.Join(c.dir, c.baseURL, imported))
	}
	return out
}

// config returns the tsconfig.json of a folder that names files, or nil.
func (x *index) config(dir string) *tsconfig {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c, ok := x.configs[dir]; ok {
		return c
	}
	c := x.readConfig(dir)
	x.configs[dir] = c
	return c
}

const maxExtends = 5

func (x *index) readConfig(dir string) *tsconfig {
	for _, name := range []string{"tsconfig.json", "tsconfig.base.json", "jsconfig.json"} {
		file := path.Join(dir, name)
		for range maxExtends {
			text, err := x.tree.read(file)
			if err != nil {
				break
			}
			var t struct {
				Extends         any
				CompilerOptions struct {
					BaseURL string              `json:"baseUrl"`
					Paths   map[string][]string `json:"paths"`
				}
			}
			if json.Unmarshal(plainJSON(text), &t) != nil {
				break
			}
			if t.CompilerOptions.BaseURL != "" || len(t.CompilerOptions.Paths) > 0 {
				return &tsconfig{path.Dir(file), t.CompilerOptions.BaseURL, t.CompilerOptions.Paths}
			}
			extends, _ := t.Extends.(string)
			if !strings.HasPrefix(extends, ".") {
				break
			}
			file = path.Join(path.Dir(file), extends)
			if path.Ext(file) != ".json" {
				file += ".json"
			}
		}
	}
	return nil
}

// plainJSON takes comments and trailing commas out of a tsconfig.json.
func plainJSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			j := i + 1
			for j < len(text) && text[j] != '"' {
				if text[j] == '\\' {
					j++
				}
				j++
			}
			j = min(j, len(text)-1)
			out = append(out, text[i:j+1]...)
			i = j
		case c == '/' && i+1 < len(text) && text[i+1] == '/':
			for i+1 < len(text) && text[i+1] != '\n' {
				i++
			}
		case c == '/' && i+1 < len(text) && text[i+1] == '*':
			end := bytes.Index(text[i+2:], []byte("*/"))
			if end < 0 {
				return out
			}
			i += end + 3
		case c == '}' || c == ']':
			out = bytes.TrimRight(out, " \t\r\n")
			out = append(bytes.TrimSuffix(out, []byte(",")), c)
		default:
			out = append(out, c)
		}
	}
	return out
}
