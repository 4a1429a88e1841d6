package golang

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"rind/code/ir"
)

var update = flag.Bool("update", false, "write the goldens anew")

// TestLower lowers the Go files of every archive in testdata and compares the
// dump with the archive's file "ir". Folders are packages of the module "app".
func TestLower(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			p, paths := program(a)
			for _, path := range paths {
				m, err := p.Lower(path)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&got, "package %s (%s)\n%s", m.Name, m.File, ir.Dump(m))
			}
			var want *txtar.File
			for i := range a.Files {
				if a.Files[i].Name == "ir" {
					want = &a.Files[i]
				}
			}
			if want == nil {
				a.Files = append(a.Files, txtar.File{Name: "ir"})
				want = &a.Files[len(a.Files)-1]
			}
			if *update {
				want.Data = []byte(got.String())
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want.Data), got.String()); diff != "" {
				t.Errorf("lowered otherwise (-want +got), run with -update to accept:\n%s", diff)
			}
		})
	}
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
