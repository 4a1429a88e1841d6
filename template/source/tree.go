// Package source reads files of a scanned tree and turns YAML and JSON into
// [rind.Value]s that know where they were written.
//
// In come paths below one root folder and the bytes of files; out go values
// or an error that names file and line. It never leaves the root, also not
// through symbolic links, never runs anything, and never reads a file larger
// than its limit.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// MaxFileSize is the largest file that is read, in bytes. CloudFormation
// takes templates up to 1 MB (AWS CloudFormation quotas); plan files and
// synthesized assemblies grow larger, but a source file of more than this is
// data, not a template.
const MaxFileSize = 20 << 20

// ErrTooLarge is returned for a file above [MaxFileSize].
var ErrTooLarge = errors.New("file is larger than 20 MB")

var errNotRegular = errors.New("not a regular file")

// A Tree is a folder that is being scanned.
type Tree struct {
	root *os.Root
	only string // set when a single file was named
	seen func(name string)
}

// Watch returns the same tree, whose Read also calls seen with the name of
// every file that it was able to open.
func (t *Tree) Watch(seen func(name string)) *Tree {
	w := *t
	w.seen = seen
	return &w
}

// Open opens a folder, or the folder of a file, for reading.
func Open(name string) (*Tree, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	t := &Tree{}
	if !info.IsDir() {
		t.only = filepath.Base(name)
		name = filepath.Dir(name)
	}
	t.root, err = os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Only is the name of the single file the user asked for, or "".
func (t *Tree) Only() string { return t.only }

// Close releases the folder.
func (t *Tree) Close() error { return t.root.Close() }

// FS returns the tree as a file system confined to the root.
func (t *Tree) FS() fs.FS { return t.root.FS() }

// Read returns the content of a file. name is relative to the root, with "/".
// A name that leads out of the root, or a link that does, is an error.
func (t *Tree) Read(name string) ([]byte, error) {
	// Ask before opening: opening a pipe waits for somebody to write to it.
	if info, err := t.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, errNotRegular)
	}
	f, err := t.root.Open(filepath.FromSlash(path.Clean(name)))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if t.seen != nil {
		t.seen(path.Clean(name))
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, errNotRegular)
	}
	if info.Size() > MaxFileSize {
		return nil, fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	buf := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead))
	if _, err := buf.ReadFrom(io.LimitReader(f, MaxFileSize+1)); err != nil {
		return nil, err
	}
	if buf.Len() > MaxFileSize {
		return nil, fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	return buf.Bytes(), nil
}

// Stat describes a file of the tree, following links inside it only.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	return t.root.Stat(filepath.FromSlash(path.Clean(name)))
}

// Exists reports whether name is a file or folder of the tree.
func (t *Tree) Exists(name string) bool {
	_, err := t.Stat(name)
	return err == nil
}

// Join resolves a reference written in file from to a name in the tree. It
// returns false if the result would lie outside, or ref is a URL or absolute.
func Join(from, ref string) (string, bool) {
	ref = filepath.ToSlash(ref)
	if ref == "" || strings.Contains(ref, "://") || strings.HasPrefix(ref, "/") {
		return "", false
	}
	p := path.Join(path.Dir(from), ref)
	if p == ".." || strings.HasPrefix(p, "../") {
		return "", false
	}
	return p, true
}

// Cause is an error of [Tree.Read] without the name of the file, for messages
// that have it already.
func Cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	if errors.Is(err, ErrTooLarge) {
		return ErrTooLarge
	}
	return err
}
