package tf

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"rind/rind"
)

// sourcePath is an argument our own modules give functions and layers: the
// folder that the recognised module would pack.
const sourcePath = "rind_source_path"

// fileText reads a file named by a value. A file that is not there (it may be
// built before deployment) is a Symbol.
func (r *reader) fileText(name *rind.Value) (*rind.Value, error) {
	if !name.Scalar() {
		return rind.NewRef(rind.Ref{Kind: rind.RefFile, Name: name.Text}, name.Span), nil
	}
	p, ok := r.inTree(name.Text)
	if !ok {
		return rind.NewRef(rind.Ref{Kind: rind.RefFile, Name: name.Text}, name.Span), nil
	}
	data, err := r.tree.Read(p)
	if err != nil || len(data) > MaxText {
		return rind.NewRef(rind.Ref{Kind: rind.RefFile, Name: p}, name.Span), nil
	}
	if err := r.spend(len(data) >> 6); err != nil {
		return nil, err
	}
	v := rind.NewString(string(data), name.Span)
	if inner := readJSON(parts(v), name.Span, nil); inner != nil {
		v.Items = []*rind.Value{inner}
	}
	return v, nil
}

// templateFile is data.template_file.x.rendered.
func (r *reader) templateFile(in *instance) (*rind.Value, error) {
	text, err := r.argument(in, "template")
	if err != nil || text == nil {
		return nil, err
	}
	vars, err := r.argument(in, "vars")
	if err != nil {
		return nil, err
	}
	if !text.Scalar() {
		return text, nil
	}
	return r.render("", text.Text, vars, text.Span)
}

// render evaluates a string template with the given variables.
func (r *reader) render(name, text string, vars *rind.Value, span rind.Span) (*rind.Value, error) {
	if err := r.spend(len(text) >> 4); err != nil {
		return nil, err
	}
	expr, err := parseTemplate(name, text)
	if err != nil {
		return nil, err
	}
	s := &scope{mod: &module{}}
	for k, v := range vars.Entries() {
		s = s.bind(k, v)
	}
	v, err := r.eval(expr, s)
	if err != nil {
		return nil, err
	}
	return r.stamp(at(v, span), span), nil
}

// fileset lists files below a folder that match a glob.
func (r *reader) fileset(dir, pattern string, span rind.Span) (*rind.Value, error) {
	out := &rind.Value{Kind: rind.List, Text: setMark, Span: span}
	base, ok := r.inTree(dir)
	if !ok {
		return unknown(fmt.Sprintf("fileset(%q, %q)", dir, pattern), span), nil
	}
	n := 0
	err := fs.WalkDir(r.tree.FS(), base, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if n++; n > 20000 || len(out.Items) >= MaxInstances {
			return fs.SkipAll
		}
		if d.IsDir() {
			if name := d.Name(); p != base && (name == ".git" || name == ".terraform") {
				return fs.SkipDir
			}
			return nil
		}
		rel := p
		if base != "." {
			rel = strings.TrimPrefix(p, base+"/")
		}
		if globMatch(pattern, rel) {
			out.Items = append(out.Items, rind.NewString(rel, span))
		}
		return nil
	})
	if e := r.spend(n); e != nil {
		return nil, e
	}
	if err != nil {
		return unknown(fmt.Sprintf("fileset(%q, %q)", dir, pattern), span), nil
	}
	return out, nil
}

// globMatch matches a path against a glob with ** and {a,b}.
func globMatch(pattern, name string) bool {
	if i := strings.IndexByte(pattern, '{'); i >= 0 {
		if j := strings.IndexByte(pattern[i:], '}'); j > 0 && strings.Count(pattern, "{") < 8 {
			for _, alt := range strings.Split(pattern[i+1:i+j], ",") {
				if globMatch(pattern[:i]+alt+pattern[i+j+1:], name) {
					return true
				}
			}
			return false
		}
	}
	return globParts(strings.Split(pattern, "/"), strings.Split(name, "/"))
}

func globParts(ps, ns []string) bool {
	// reach[i] tells whether the patterns so far match the first i names.
	reach := make([]bool, len(ns)+1)
	reach[0] = true
	for _, p := range ps {
		next := make([]bool, len(ns)+1)
		for i := range reach {
			if p == "**" {
				next[i] = reach[i] || i > 0 && next[i-1]
				continue
			}
			if i > 0 && reach[i-1] {
				ok, err := path.Match(p, ns[i-1])
				next[i] = ok && err == nil
			}
		}
		reach = next
	}
	return reach[len(ns)]
}

// codePath finds the local code of a function or layer: what an archive_file
// is made of, or the archive itself if it is in the tree.
func (r *reader) codePath(in *instance, attrs *rind.Value) string {
	switch in.decl.typ {
	case "aws_lambda_function", "aws_lambda_layer_version":
	default:
		return ""
	}
	if v := attrs.Get(sourcePath); v.Scalar() {
		if p, ok := r.inTree(v.Text); ok {
			return p
		}
	}
	for _, name := range []string{"filename", "s3_key", "s3_object_version", "source_code_hash"} {
		if p := r.archived(attrs.Get(name), in.decl.mod, 0); p != "" {
			return p
		}
	}
	if f := attrs.Get("filename"); f.Scalar() {
		if p, ok := r.inTree(f.Text); ok && r.tree.Exists(p) {
			return p
		}
	}
	return r.packed(in.decl.mod)
}

// packed is what the caller of a module hands it to pack: the input that the
// most used Lambda modules call source_path, where it is a folder here.
func (r *reader) packed(m *module) string {
	for ; m != nil && m.call != nil; m = m.up {
		for _, name := range []string{"source_path", "source_dir", "local_existing_package"} {
			a := m.call.block.Body.Attributes[name]
			if a == nil {
				continue
			}
			v, err := r.eval(a.Expr, m.scope)
			if err != nil {
				continue
			}
			if v.Kind == rind.List {
				v = v.At(0)
			}
			if v != nil && v.Kind == rind.Map {
				v = v.Get("path")
			}
			if v.Scalar() {
				if p, ok := r.inTree(v.Text); ok && r.tree.Exists(p) {
					return p
				}
			}
		}
	}
	return ""
}

// archived follows a value to the archive_file it comes from and returns what
// that packs.
func (r *reader) archived(v *rind.Value, m *module, depth int) string {
	if v.Absent() || depth > 5 {
		return ""
	}
	for ref := range v.Refs() {
		in := r.byAddress[ref.Name]
		if in == nil {
			continue
		}
		switch in.decl.typ {
		case "archive_file":
			if p := r.archiveSource(in); p != "" {
				return p
			}
		case "aws_s3_object", "aws_s3_bucket_object":
			if src, err := r.argument(in, "source"); err == nil && src != nil {
				if p := r.archived(src, in.decl.mod, depth+1); p != "" {
					return p
				}
			}
		}
	}
	if v.Kind != rind.String || m == nil {
		return ""
	}
	if p, ok := r.inTree(v.Text); ok && depth > 0 && r.tree.Exists(p) {
		return p
	}
	// The archive may be named by its path instead of by reference.
	for _, d := range m.decls {
		if d.typ != "archive_file" {
			continue
		}
		insts, _ := r.instances(d)
		for _, in := range insts {
			if out, err := r.argument(in, "output_path"); err == nil && out.Is(v.Text) {
				return r.archiveSource(in)
			}
		}
	}
	return ""
}

// archiveSource is the folder or file that an archive_file packs.
func (r *reader) archiveSource(in *instance) string {
	for _, name := range []string{"source_dir", "source_file"} {
		v, err := r.argument(in, name)
		if err != nil || !v.Scalar() {
			continue
		}
		if p, ok := r.inTree(v.Text); ok {
			return p
		}
	}
	return ""
}

// readInstalled reads what `terraform init` noted about modules it fetched.
func (r *reader) readInstalled() {
	data, err := r.tree.Read(path.Join(r.rootDir, ".terraform/modules/modules.json"))
	if err != nil {
		return
	}
	var doc struct {
		Modules []struct{ Key, Dir string }
	}
	if json.Unmarshal(data, &doc) != nil {
		return
	}
	for _, m := range doc.Modules {
		if d, ok := r.inTree(m.Dir); ok && m.Key != "" {
			r.installed[m.Key] = d
		}
	}
}
