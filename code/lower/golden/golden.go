// Package golden holds a lowering to what it printed before: archives of
// source files with the dump of what they become. It is for tests only.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Run calls dump for every archive of the test's folder testdata and compares
// the result with the archive's last file, "ir"; with -update it is written
// there. The archives are named for what they show.
func Run(t *testing.T, dump func(sources []txtar.File) (string, error)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives in testdata (%v)", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			if n := len(a.Files); n > 0 && a.Files[n-1].Name == "ir" {
				want = string(a.Files[n-1].Data)
				a.Files = a.Files[:n-1]
			}
			got, err := dump(a.Files)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				a.Files = append(a.Files, txtar.File{Name: "ir", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("lowered otherwise (-want +got), run with -update to accept:\n%s", d)
			}
		})
	}
}
