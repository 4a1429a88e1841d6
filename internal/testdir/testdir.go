// Package testdir lays files out for tests. In come names with slashes and
// their texts; out comes a folder that goes away with the test. Nothing but
// tests imports it.
package testdir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// New writes files below a new folder and returns it. A text "-> target"
// makes a symbolic link; where the system has none the test is skipped.
func New(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			if err := os.Symlink(target, name); err != nil {
				t.Skip("no symbolic links here:", err)
			}
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
