package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"rind/code/project"
	"rind/iam"
	"rind/posture"
	"rind/rind"
	"rind/rule"
)

// connect adds to the apps what their roles may do.
func connect(r *rind.Report, p *progress) {
	eachApp(r, p, "connecting", func(_ int, app *rind.App) { iam.Connect(app) })
}

// follow has the code of every function analysed, and that of handlers that
// no template deploys: those become further apps. With programs, any file that
// calls AWS counts as one.
func follow(t *tree, p *progress, programs bool) error {
	res, err := project.Analyze(t.root, t.report.Apps, project.Options{
		Within:   t.within,
		Excluded: t.config.excluded,
		Programs: programs,
		Progress: func(done, total int) { p.step("following code", done, total) },
	})
	p.done()
	if err != nil {
		return nothingError("check the path and its permissions", "%w", err)
	}
	t.report.Apps = append(t.report.Apps, res.Loose...)
	t.report.Skipped = append(t.report.Skipped, res.Skipped...)
	tidy(t.report, t.config)
	return nil
}

// check runs the rules over the apps and completes r. Apps do not know each
// other, so they are checked side by side; the findings come in the order of
// the apps.
func check(r *rind.Report, s *selection, p *progress) {
	findings := make([][]*rind.Finding, len(r.Apps))
	eachApp(r, p, "checking", func(i int, app *rind.App) {
		findings[i] = rule.Check(app, s.options(r.Today))
	})
	for _, f := range findings {
		r.Findings = append(r.Findings, f...)
	}
}

// judge adds what follows from the findings that stand: postures and paths.
func judge(r *rind.Report, p *progress) {
	byApp := map[string][]*rind.Finding{}
	for _, f := range r.Findings {
		byApp[f.App] = append(byApp[f.App], f)
	}
	postures := make([][]*rind.Posture, len(r.Apps))
	paths := make([][]*rind.AttackPath, len(r.Apps))
	eachApp(r, p, "judging", func(i int, app *rind.App) {
		if app.Kind == rind.SourceCode {
			return // no template: nothing is known of its layers
		}
		postures[i], paths[i] = posture.Assess([]*rind.App{app}, byApp[app.Path])
	})
	for i := range r.Apps {
		r.Postures = append(r.Postures, postures[i]...)
		r.Paths = append(r.Paths, paths[i]...)
	}
}

// eachApp calls work for every app, several at a time. A fault of ours in one
// app must not cost the others their results: a panic becomes a skip, so that
// the report says that it is incomplete.
func eachApp(r *rind.Report, p *progress, stage string, work func(int, *rind.App)) {
	var wg sync.WaitGroup
	var mu sync.Mutex // guards done and faults
	done := 0
	faults := make([]string, len(r.Apps))
	next := make(chan int)
	one := func(i int) {
		defer func() {
			fault := recover()
			mu.Lock()
			defer mu.Unlock()
			if fault != nil {
				faults[i] = fmt.Sprintf("internal error while %s: %v %s (please report this)", stage, fault, project.FaultAt(debug.Stack()))
			}
			done++
			p.step(stage, done, len(r.Apps))
		}()
		work(i, r.Apps[i])
	}
	for range min(runtime.GOMAXPROCS(0), 8) {
		wg.Go(func() {
			for i := range next {
				one(i)
			}
		})
	}
	for i := range r.Apps {
		next <- i
	}
	close(next)
	wg.Wait()
	p.done()
	for i, f := range faults {
		if f != "" {
			r.Skipped = append(r.Skipped, rind.Skip{File: r.Apps[i].Path, Reason: f})
		}
	}
}
