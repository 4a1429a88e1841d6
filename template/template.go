// Package template finds every application below a folder and reads it.
//
// In comes a folder or a file; out go [rind.App]s with resources in
// CloudFormation's shape and a source span for every value, and a list of
// what looked like a template but could not be read, with the reason. It
// never leaves the folder, never runs anything and never uses the network.
//
// The languages are read in packages of their own, which do not know each
// other: source parses YAML and JSON; sam, sls expand to plain CloudFormation
// text as values; cfn resolves that to resources; tf evaluates HCL and plans
// and translates them; inventory draws functions, triggers, roles and edges
// from the resources. This package finds the files and puts the steps
// together.
package template

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"rind/rind"
	"rind/template/source"
)

// Options tune reading.
type Options struct {
	// Parameters override template parameters, Terraform variables and
	// serverless params, by name.
	Parameters map[string]string
	// Progress, if set, is called after each app with the number done and
	// the number found so far. It may be called from several goroutines.
	Progress func(done, total int)
}

// A Result is what was found below a path. Skipped holds whole files; parts
// of an app that could not be read are in its own list.
type Result struct {
	Apps    []*rind.App
	Skipped []rind.Skip
}

// Read finds and reads every application in the folder or file path. Apps
// and skips come in the order of their files. The error is for a path that
// cannot be opened; everything else is a skip.
func Read(path string, opt Options) (*Result, error) {
	tree, err := source.Open(path)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	w := discover(tree)
	rd := &reader{tree: tree, opt: opt}
	answers := rd.readAll(w.candidates)
	res := &Result{Skipped: w.skipped}
	drop := parts(answers)
	for _, a := range answers {
		if drop[a.file] && a.kind == stackFile {
			continue
		}
		res.Apps = append(res.Apps, a.apps...)
		res.Skipped = append(res.Skipped, a.skipped...)
	}
	slices.SortStableFunc(res.Apps, func(a, b *rind.App) int { return strings.Compare(a.Path, b.Path) })
	slices.SortStableFunc(res.Skipped, func(a, b rind.Skip) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return res, nil
}

// reader reads candidates; its methods may run at the same time.
type reader struct {
	tree *source.Tree
	opt  Options
}

// answer is what reading a candidate gave.
type answer struct {
	candidate
	apps    []*rind.App
	skipped []rind.Skip
	used    []string // files that became part of the apps
}

func (a *answer) skip(line int32, format string, args ...any) {
	a.skipped = append(a.skipped, rind.Skip{File: a.file, Line: line, Reason: fmt.Sprintf(format, args...)})
}

// readAll reads candidates in parallel and answers in their order.
func (rd *reader) readAll(candidates []candidate) []answer {
	answers := make([]answer, len(candidates))
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range min(max(runtime.GOMAXPROCS(0), 1), 8) {
		wg.Go(func() {
			for i := range next {
				answers[i] = rd.read(candidates[i])
				if rd.opt.Progress != nil {
					mu.Lock()
					done++
					rd.opt.Progress(done, len(candidates))
					mu.Unlock()
				}
			}
		})
	}
	for i := range candidates {
		next <- i
	}
	close(next)
	wg.Wait()
	return answers
}

// read reads one candidate. A fault of ours in one file must not cost the
// others, so a panic becomes a skip that says so.
func (rd *reader) read(c candidate) (a answer) {
	a.candidate = c
	defer func() {
		if r := recover(); r != nil {
			a = answer{candidate: c}
			a.skip(0, "internal error while reading: %v (please report this) %s", r, firstFrame(debug.Stack()))
		}
	}()
	switch c.kind {
	case stackFile:
		rd.stack(&a)
	case slsFile:
		rd.serverless(&a)
	case assemblyDir:
		rd.assembly(&a)
	case moduleDir:
		rd.module(&a)
	}
	return a
}

// firstFrame is the place of ours where a panic happened.
func firstFrame(stack []byte) string {
	_, after, _ := strings.Cut(string(stack), "panic(")
	for line := range strings.SplitSeq(after, "\n") {
		if i := strings.LastIndexByte(line, '/'); i >= 0 && strings.HasPrefix(line, "\t") && !strings.Contains(line, "/runtime/") {
			return "at " + strings.Fields(line[i+1:])[0]
		}
	}
	return ""
}

// parts are the files that other applications are made of: nested stacks and
// included fragments. Where files only contain each other, the first counts
// as the whole.
func parts(answers []answer) map[string]bool {
	used := map[string][]string{}
	inside := map[string]bool{}
	for _, a := range answers {
		for _, f := range a.used {
			if f != a.file {
				used[a.file] = append(used[a.file], f)
				inside[f] = true
			}
		}
	}
	drop := map[string]bool{}
	var mark func(file string)
	mark = func(file string) {
		for _, f := range used[file] {
			if !drop[f] {
				drop[f] = true
				mark(f)
			}
		}
	}
	for _, a := range answers {
		if !inside[a.file] {
			mark(a.file)
		}
	}
	for _, a := range answers {
		if inside[a.file] && !drop[a.file] {
			mark(a.file)
			drop[a.file] = false
		}
	}
	return drop
}
