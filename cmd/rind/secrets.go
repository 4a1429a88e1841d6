package main

import (
	"os"
	"path"
	"slices"

	"rind/rind"
	"rind/secret"
)

// findSecrets searches the files below the scanned paths for credentials and
// gives them to the apps they belong to. Where a single template was named,
// only it and what it deploys is searched.
func findSecrets(t *tree, p *progress) error {
	dir, err := os.OpenRoot(t.root)
	if err != nil {
		return nothingError("check the path and its permissions", "searching for secrets: %w", err)
	}
	defer dir.Close()
	r := t.report
	within := slices.Clone(t.within)
	for _, name := range t.within {
		if info, err := dir.Stat(name); err == nil && !info.IsDir() {
			within = append(within, deployed(r.Apps, name)...)
		}
	}
	p.step("searching for secrets", 0, 1)
	found, skipped := secret.Scan(dir.FS(), within, secret.Archives(r.Apps))
	p.done()
	found = slices.DeleteFunc(found, func(f secret.Found) bool { return t.config.excluded(f.Span.File) })
	secret.Attach(r.Apps, found)
	r.Skipped = append(r.Skipped, skipped...)
	tidy(r, t.config)
	return nil
}

// deployed lists the folders and files that the apps of a file deploy.
func deployed(apps []*rind.App, file string) []string {
	var out []string
	for _, a := range apps {
		if path.Clean(a.Path) != path.Clean(file) {
			continue
		}
		for _, f := range a.Functions {
			if f.CodeRoot != "" {
				out = append(out, f.CodeRoot)
			}
		}
		for _, x := range a.Resources {
			if x.Code != "" {
				out = append(out, x.Code)
			}
		}
	}
	return out
}
