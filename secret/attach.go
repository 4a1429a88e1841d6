package secret

import (
	"path"
	"strings"

	"rind/rind"
)

// Attach gives each secret to the app it belongs to: the one that deploys the
// file with a function or layer, else the one whose folder is nearest. Without
// any app it does nothing.
func Attach(apps []*rind.App, found []Found) {
	if len(apps) == 0 {
		return
	}
	for _, f := range found {
		app := owner(apps, f.Span.File)
		x := &rind.Secret{
			Class: string(f.Class), Kind: f.Kind, Name: f.Name, Masked: f.Masked(), Mark: f.Mark(),
			Note: f.Note, Span: f.Span, Confidence: f.Confidence,
		}
		app.Secrets = append(app.Secrets, x)
		for _, v := range app.Variants {
			v.Secrets = append(v.Secrets, x)
		}
	}
}

func owner(apps []*rind.App, file string) *rind.App {
	best, depth := apps[0], -1
	for _, a := range apps {
		d := 2 * reach(folderOf(a), file)
		for _, fn := range a.Functions {
			if r := reach(fn.CodeRoot, file); fn.CodeRoot != "" && r >= 0 {
				d = max(d, 2*r+1)
			}
		}
		if d > depth {
			best, depth = a, d
		}
	}
	return best
}

// folderOf is the folder an app is described in.
func folderOf(a *rind.App) string {
	if a.Kind == rind.Terraform || a.Kind == rind.SourceCode {
		return a.Path
	}
	if dir := path.Dir(a.Path); path.Base(dir) != "cdk.out" {
		return dir
	}
	return path.Dir(path.Dir(a.Path))
}

// reach is how deep a folder is that holds a file, or -1 if it does not hold
// it.
func reach(folder, file string) int {
	folder = path.Clean(folder)
	switch {
	case folder == ".":
		return 0
	case file == folder, strings.HasPrefix(file, folder+"/"):
		return 1 + strings.Count(folder, "/")
	}
	return -1
}

// Archives lists the zip files that the apps deploy as functions or layers.
func Archives(apps []*rind.App) []string {
	var out []string
	seen := map[string]bool{}
	add := func(name string) {
		if ext := strings.ToLower(path.Ext(name)); (ext == ".zip" || ext == ".jar") && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	for _, a := range apps {
		for _, r := range a.Resources {
			add(r.Code)
		}
		for _, f := range a.Functions {
			add(f.CodeRoot)
		}
	}
	return out
}
