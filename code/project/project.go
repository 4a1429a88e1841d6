// Package project finds the source code of an app's functions and has it
// analysed.
//
// In come the scanned folder and the apps that were read from its templates;
// [Analyze] fills in App.Code, one entry a function, and returns further apps
// for code that looks like Lambda code but that no template deploys. On the
// way it finds the file and name of each handler, the folders its imports are
// looked up in, and the modules they mean.
//
// It never leaves the scanned folder, also not through symbolic links, never
// runs or builds anything, and never reads what others wrote: installed
// packages, bundles and build outputs.
package project

import (
	"fmt"
	"os"

	"rind/rind"
)

// Options tune an analysis.
type Options struct {
	// Within lists the files and folders, relative to the root, in which
	// code that no template deploys is looked for; nil means everywhere.
	Within []string
	// Excluded, if set, tells which files are not to be looked at for such
	// code.
	Excluded func(file string) bool
	// Programs also follows files that call AWS without being a handler or a
	// web application: scripts, tasks, what a container runs.
	Programs bool
	// Steps is how many expressions may be evaluated for one function; 0
	// means the engine's default.
	Steps int
	// Progress, if set, is called after each function with the number done
	// and the number of all. It may be called from several goroutines.
	Progress func(done, total int)
}

// A Result is what [Analyze] adds to the apps.
type Result struct {
	// Loose are apps of kind rind.SourceCode: code that no template deploys.
	Loose []*rind.App
	// Skipped lists files that belong to a function and could not be read.
	Skipped []rind.Skip
}

// IsSource reports whether a file name is that of a language that is followed.
func IsSource(name string) bool { return isSource(name) }

// Analyze follows the code of every function of the apps, whose files are
// named relative to the folder root, and of code that nobody deploys. The
// error is for a root that cannot be opened.
func Analyze(root string, apps []*rind.App, opt Options) (*Result, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("opening the code's folder: %w", err)
	}
	defer r.Close()
	return newRun(newTree(r), apps, opt).analyze(), nil
}
