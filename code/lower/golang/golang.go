// Package golang lowers Go packages to the language of package ir. In go the
// files of a folder, out comes one [ir.Module]. Types are checked with
// go/types as far as the sources at hand allow: other packages of the app are
// loaded where a [Program] can find them; of every other package only the
// names are known that the app mentions. It never runs the go command, never
// reads a file by itself, and never needs the standard library's source.
//
// What it does beyond the rules of package ir:
//
//   - A field of a struct bears its JSON name, everywhere: event.Body and
//     {"body": …} are the same field. Fields of an embedded struct belong to
//     the outer one, as in JSON.
//   - A method of an app's type is called as T.Method(recv, args), whatever
//     the receiver is known to be at that point; calls through an interface
//     stay recv.Method(args).
//   - Pointers are transparent: &x and *x are x.
//   - A function with several results returns an Array; a caller takes them
//     apart with Result.
//   - Major version suffixes of foreign import paths are dropped:
//     "github.com/gofiber/fiber/v2" is "github.com/gofiber/fiber".
//   - Channels are lists that are sent to and received from in any order.
package golang

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"rind/code/ir"
)

// Limits. Hand-written packages end far below them: the largest file of the
// Go distribution that is not a table has 600 KB, the deepest nesting in it
// is about 40.
const (
	// MaxSize is the largest sum of the sizes of a package's files.
	MaxSize = 8 << 20
	// MaxDepth is the deepest nesting of brackets, operators and statements.
	MaxDepth = 1000
	// maxConst is the longest string that constants may be joined to.
	maxConst = 1 << 20
)

// Errors of lowering; test with errors.Is.
var (
	ErrTooLarge = errors.New("the package is too large to follow")
	ErrTooDeep  = errors.New("the code is nested too deeply to follow")
	ErrNoGo     = errors.New("no Go file of the folder is built for Lambda")
)

// LowerPackage lowers the Go files of one folder, given by path, alone: the
// types of the app's other packages stay unknown. Use a [Program] where those
// are at hand. Files that are tests, or not built for Linux, are left out.
func LowerPackage(dir, importPath string, files map[string][]byte) (*ir.Module, error) {
	p := NewProgram(func(path string) (string, map[string][]byte) {
		if path == importPath {
			return dir, files
		}
		return "", nil
	})
	return p.Lower(importPath)
}

// A Program lowers the packages of one app, each once. It is not safe for use
// by several goroutines.
type Program struct {
	find     func(importPath string) (dir string, files map[string][]byte)
	packages map[string]*pkg
	loading  map[string]bool // packages whose imports are being loaded
}

// NewProgram makes a Program. find returns the folder of one of the app's own
// packages and its Go files by path, or no files for all other packages.
func NewProgram(find func(importPath string) (dir string, files map[string][]byte)) *Program {
	return &Program{find: find, packages: map[string]*pkg{}, loading: map[string]bool{}}
}

// Lower lowers a package. Its Module names every package that it imports;
// those of the app are to be lowered with the same Program.
func (p *Program) Lower(importPath string) (m *ir.Module, err error) {
	defer func() {
		// go/types is not hardened against hostile code.
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("lower %s: %v%s", importPath, r, place(debug.Stack()))
		}
	}()
	pkg, err := p.load(importPath)
	if err != nil {
		return nil, fmt.Errorf("lower %s: %w", importPath, err)
	}
	if pkg.module == nil {
		pkg.module = lower(p, pkg)
	}
	return pkg.module, nil
}

// place is the line of a stack where the panic began.
func place(stack []byte) string {
	_, after, ok := strings.Cut(string(stack), "panic(")
	if !ok {
		return ""
	}
	lines := strings.SplitN(after, "\n", 5)
	if len(lines) < 4 {
		return ""
	}
	where := strings.TrimSpace(lines[3])
	where, _, _ = strings.Cut(where, " +0x")
	return " (" + where[strings.LastIndexByte(where, '/')+1:] + ")"
}
