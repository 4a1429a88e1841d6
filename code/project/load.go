package project

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"rind/code/ir"
	"rind/code/lower/java"
	"rind/rind"
)

// maxUnitSize bounds the text of one Go package.
const maxUnitSize = 4 * maxFileSize

var errNotFollowed = errors.New("code in this language is not followed")

// maxUnits is how many modules are kept for the functions to come. Functions
// of one app follow each other, and hardly any shares more; without a limit a
// large repository would be held in memory as a whole.
const maxUnits = 400

// loader lowers units on demand and remembers them for all functions.
type loader struct {
	tree  *tree
	index *index

	mu      sync.Mutex // guards units, order, seen, skipped and programs
	units   map[string]*unit
	order   []string        // keys of units, first loaded first
	seen    map[string]bool // names of all units ever asked for
	skipped []rind.Skip

	programs  map[string]*program // of Go, by the folder of their go.mod
	javaOnce  sync.Once
	javaIndex *java.Index
}

// A unit is a module that is loaded once.
type unit struct {
	once   sync.Once
	module *ir.Module
	err    error
}

func newLoader(t *tree) *loader {
	return &loader{tree: t, index: newIndex(t), units: map[string]*unit{}, seen: map[string]bool{}}
}

// load lowers a unit. A unit that is there but cannot be read becomes a skip,
// once, and gives the error every time.
func (l *loader) load(f *frontend, name string) (*ir.Module, error) {
	key := string(f.lang) + "\x00" + name
	l.mu.Lock()
	u := l.units[key]
	if u == nil {
		u = &unit{}
		l.units[key] = u
		l.seen[name] = true
		if l.order = append(l.order, key); len(l.order) > maxUnits {
			delete(l.units, l.order[0])
			l.order = l.order[1:]
		}
	}
	l.mu.Unlock()
	u.once.Do(func() {
		u.module, u.err = l.lower(f, name)
		if u.err != nil && !errors.Is(u.err, fs.ErrNotExist) && !errors.Is(u.err, errNotFollowed) {
			l.skip(name, u.err.Error())
		}
	})
	return u.module, u.err
}

func (l *loader) lower(f *frontend, name string) (m *ir.Module, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			m, err = nil, fmt.Errorf("internal error while reading its code: %v (please report this)", fault)
		}
	}()
	if f.lower == nil {
		return nil, errNotFollowed
	}
	files, err := l.files(f, name)
	if err != nil {
		return nil, err
	}
	return f.lower(l, name, files)
}

// files reads the files of a unit.
func (l *loader) files(f *frontend, name string) ([]sourceFile, error) {
	names := []string{name}
	if f.lang == ir.Go {
		if names = l.goFiles(name); len(names) == 0 {
			return nil, fs.ErrNotExist
		}
	}
	out, err := l.readAll(names)
	if err == nil && f.lang == ir.JavaScript && minified(out[0].text) {
		err = errMinified
	}
	return out, err
}

func (l *loader) readAll(names []string) ([]sourceFile, error) {
	var out []sourceFile
	size := 0
	for _, n := range names {
		text, err := l.tree.read(n)
		if err != nil {
			return nil, err
		}
		if size += len(text); size > maxUnitSize {
			return nil, errTooLarge
		}
		out = append(out, sourceFile{n, text})
	}
	return out, nil
}

func (l *loader) skip(file, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.skipped = append(l.skipped, rind.Skip{File: file, Reason: reason})
}

// skips returns what could not be read, in order.
func (l *loader) skips() []rind.Skip {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Clone(l.skipped)
	slices.SortFunc(out, func(a, b rind.Skip) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(out)
}
