// Command codebench scores the analysis of code.
//
//	go run ./internal/codebench -labels FILE.jsonl -src DIR [-v]
//	go run ./internal/codebench -owasp expectedresults.csv -src DIR [-v]
//	go run ./internal/codebench -noise [-picks N] [-seed N] DIR…
//
// With -labels, DIR holds work trees named owner+name, and each label names
// "owner/name:path", a line, a class and whether a finding is expected there.
// It prints precision and recall for each class, for the classes that are
// flows of data and for all, and with -v every miss and false alarm.
//
// With -owasp, DIR is the OWASP Benchmark; it prints the rates of true and
// false positives for each category.
//
// With -noise it prints how many findings each class has in the given trees,
// and some of them at random with their flows, to be looked at by eye.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"rind/code/project"
	"rind/iam"
	"rind/rind"
	"rind/rule"
	"rind/secret"
	"rind/template"
)

func main() {
	labels := flag.String("labels", "", "labels, one JSON object a line")
	owasp := flag.String("owasp", "", "expected results of the OWASP Benchmark, as CSV")
	src := flag.String("src", "", "folder of the labelled sources")
	noise := flag.Bool("noise", false, "count the findings in the trees named as arguments, and show some")
	picks := flag.Int("picks", 50, "how many findings -noise shows")
	seed := flag.Uint64("seed", 1, "which findings -noise shows")
	class := flag.String("class", "", "only this class")
	lang := flag.String("lang", "", "only labels of this language")
	flag.BoolVar(&showMissing, "missing", false, "list the functions whose code was not found")
	profile := flag.String("cpuprofile", "", "write a CPU profile to this file")
	verbose := flag.Bool("v", false, "list misses and false alarms")
	flag.Parse()
	if *profile != "" {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "codebench:", err)
			os.Exit(2)
		}
		defer pprof.StopCPUProfile()
	}
	var err error
	switch {
	case *labels != "":
		err = scoreLabels(*labels, *src, *class, *lang, *verbose)
	case *owasp != "":
		err = scoreOWASP(*owasp, *src, *class, *verbose)
	case *noise:
		err = showNoise(flag.Args(), *class, *picks, *seed)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "codebench:", err)
		os.Exit(2)
	}
}

// showMissing lists the functions whose code was not found.
var showMissing bool

// scan reads a folder as "rind scan" does and returns the findings about
// code. Code that no template deploys is looked for in within alone, or
// everywhere if that is nil.
func scan(dir string, within []string, profile rule.Profile) ([]*rind.Finding, []*rind.App, error) {
	start := time.Now()
	res, err := template.Read(dir, template.Options{})
	if err != nil {
		return nil, nil, err
	}
	for _, app := range res.Apps {
		iam.Connect(app)
	}
	code, err := project.Analyze(dir, res.Apps, project.Options{Within: within})
	if err != nil {
		return nil, nil, err
	}
	apps := append(res.Apps, code.Loose...)
	secrets, _ := secret.Scan(os.DirFS(dir), within, secret.Archives(apps))
	secret.Attach(apps, secrets)
	var out []*rind.Finding
	files := map[string]bool{}
	limits := map[string]int{}
	missing, functions := 0, 0
	for _, app := range apps {
		for _, f := range rule.Check(app, rule.Options{Profile: profile}) {
			if f.Layer == rind.SecureCode || strings.HasPrefix(f.Rule, "RIND-CODE-") {
				out = append(out, f)
			}
		}
		for _, c := range app.Code {
			functions++
			if c.Missing != "" {
				missing++
				if showMissing {
					fmt.Printf("MISSING %s/%s %s (%s): %s\n", dir, app.Path, c.Function, app.Kind, c.Missing)
				}
			}
			for _, f := range c.Files {
				files[f] = true
			}
			for _, l := range c.Limits {
				limits[l]++
			}
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %d apps, %d functions (%d without code), %d files followed, %d findings, %.1f s\n",
		dir, len(apps), functions, missing, len(files), len(out), time.Since(start).Seconds())
	for l, n := range limits {
		fmt.Fprintf(os.Stderr, "  limit in %d functions: %s\n", n, l)
	}
	for _, s := range code.Skipped {
		fmt.Fprintf(os.Stderr, "  skipped %s: %s\n", s.File, s.Reason)
	}
	return out, apps, nil
}
