package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"rind/rind"
	"rind/rule"
)

// showNoise counts the findings of the default profile in whole trees and
// shows some of them.
func showNoise(dirs []string, class string, picks int, seed uint64) error {
	type found struct {
		*rind.Finding
		dir string
	}
	var all []found
	counts := map[string]int{}
	for _, dir := range dirs {
		findings, _, err := scan(dir, nil, rule.Default)
		if err != nil {
			return err
		}
		for _, f := range findings {
			name := cmp.Or(f.Class, f.Rule)
			if class != "" && class != name {
				continue
			}
			counts[name+" "+string(f.Severity)+" "+string(f.Confidence)]++
			all = append(all, found{f, dir})
		}
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	fmt.Fprintf(os.Stderr, "memory taken from the system: %d MB\n", mem.Sys>>20)
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf("%5d %s\n", counts[k], k)
	}
	fmt.Printf("%5d all\n", len(all))
	rng := rand.New(rand.NewPCG(seed, seed))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i, f := range all[:min(picks, len(all))] {
		fmt.Printf("\n%d. %s[%s] %s (%s) in %s\n   %s/%s\n", i+1, f.Severity, f.Rule, cmp.Or(f.Class, f.Title), f.Confidence, f.Function, f.dir, f.String())
		for _, s := range f.Flow {
			fmt.Printf("   %s:%d %s\n      %s\n", s.Span.File, s.Span.Line, s.Note, lineOf(filepath.Join(f.dir, s.Span.File), s.Span.Line))
		}
		if len(f.Flow) == 0 {
			fmt.Printf("      %s\n", lineOf(filepath.Join(f.dir, f.Span.File), f.Span.Line))
		}
	}
	return nil
}

// lineOf is one line of a file, for the eye.
func lineOf(name string, n int32) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	lines := bytes.Split(text, []byte("\n"))
	if n < 1 || int(n) > len(lines) {
		return ""
	}
	line := bytes.TrimSpace(lines[n-1])
	return string(line[:min(len(line), 160)])
}
