package golang

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"rind/code/ir"
	"rind/code/lower/golden"
)

// TestLower lowers the Go files of every archive and compares the dump.
// Folders are packages of the module "app".
func TestLower(t *testing.T) {
	golden.Run(t, func(sources []txtar.File) (string, error) {
		var b strings.Builder
		p, paths := program(&txtar.Archive{Files: sources})
		for _, path := range paths {
			m, err := p.Lower(path)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "package %s (%s)\n%s", m.Name, m.File, ir.Dump(m))
		}
		return b.String(), nil
	})
}

// program finds the packages of an archive, and lists their paths.
func program(a *txtar.Archive) (*Program, []string) {
	dirs := map[string]map[string][]byte{}
	var paths []string
	for _, f := range a.Files {
		if filepath.Ext(f.Name) != ".go" {
			continue
		}
		dir := filepath.Dir(f.Name)
		path := strings.TrimSuffix("app/"+dir, "/.")
		if dirs[path] == nil {
			dirs[path] = map[string][]byte{}
			paths = append(paths, path)
		}
		dirs[path][f.Name] = f.Data
	}
	return NewProgram(func(path string) (string, map[string][]byte) {
		return strings.TrimPrefix(strings.TrimPrefix(path, "app"), "/"), dirs[path]
	}), paths
}
