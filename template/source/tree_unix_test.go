//go:build unix

package source

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestReadDoesNotWait holds that a pipe in the tree, which nobody writes to,
// is refused and not waited for; and that links out of the tree are refused.
func TestReadDoesNotWait(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600); err != nil {
		t.Skip(err)
	}
	for link, target := range map[string]string{"out.yaml": "/etc/passwd", "zero.yaml": "/dev/zero", "loop.yaml": "loop.yaml", "in.yaml": "pipe.yaml"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	tree, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	for name, want := range map[string]string{
		"pipe.yaml": "not a regular file", "in.yaml": "not a regular file", ".": "not a regular file",
		"out.yaml": "escapes", "zero.yaml": "escapes", "loop.yaml": "too many levels", "../x": "escapes",
	} {
		if _, err := tree.Read(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want an error with %q", name, err, want)
		}
	}
}
