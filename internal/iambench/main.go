// Command iambench scores the policies that package policy makes against
// labels: programs and the IAM actions, or the SDK calls, they need.
//
// In come a file of labels, one JSON document a line with "lang", "file"
// ("owner/name:path") and "actions" or "calls", and the folder with the work
// trees, named owner+name. Out go precision, recall and the share of programs
// with exactly the right set, per language. Labels are not part of the
// repository.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rind/code/project"
	"rind/policy"
	"rind/rind"
)

type label struct {
	Lang    string            `json:"lang"`
	File    string            `json:"file"`
	Actions []string          `json:"actions"`
	Calls   []json.RawMessage `json:"calls"`
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("iambench: ")
	labels := flag.String("labels", "", "file of labels")
	trees := flag.String("trees", "", "folder with the work trees")
	verbose := flag.Bool("v", false, "print what differs")
	flag.Parse()
	if err := run(*labels, *trees, *verbose); err != nil {
		log.Fatal(err)
	}
}

// A score counts one language.
type score struct{ right, extra, missed, programs, exact int }

func run(labels, trees string, verbose bool) error {
	f, err := os.Open(labels)
	if err != nil {
		return err
	}
	defer f.Close()
	actions, calls := map[string]*score{}, map[string]*score{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var l label
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			return err
		}
		owner, path, _ := strings.Cut(l.File, ":")
		file := filepath.Join(trees, strings.ReplaceAll(owner, "/", "+"), filepath.FromSlash(path))
		if l.Calls != nil {
			if err := scoreCalls(calls, &l, file, verbose); err != nil {
				return err
			}
			continue
		}
		code, err := analyse(file)
		if err != nil {
			return fmt.Errorf("%s: %w", l.File, err)
		}
		var got []string
		for _, c := range code {
			got = append(got, policy.Build(nil, nil, c).Actions()...)
		}
		count(actions, l.Lang, l.File, l.Actions, unique(got), verbose)
	}
	print("actions", actions)
	print("calls", calls)
	return s.Err()
}

// scoreCalls scores a test case that is a JSON file beside Java source.
func scoreCalls(scores map[string]*score, l *label, file string, verbose bool) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var test struct{ SourceFiles []string }
	if err := json.Unmarshal(text, &test); err != nil {
		return err
	}
	var want, got []string
	for _, raw := range l.Calls {
		var pair [2]json.RawMessage
		var name string
		var services []string
		if json.Unmarshal(raw, &pair) == nil && json.Unmarshal(pair[0], &name) == nil && json.Unmarshal(pair[1], &services) == nil {
			slices.Sort(services)
			want = append(want, strings.ToLower(name)+" "+strings.Join(services, "|"))
		}
	}
	for _, name := range test.SourceFiles {
		code, err := analyse(filepath.Join(filepath.Dir(file), name))
		if err != nil {
			return err
		}
		for _, c := range code {
			for _, call := range c.Calls {
				got = append(got, strings.ToLower(call.Operation)+" "+call.Service)
			}
		}
	}
	count(scores, l.Lang, l.File, unique(want), unique(got), verbose)
	return nil
}

func analyse(file string) ([]*rind.Code, error) {
	r, err := project.Analyze(filepath.Dir(file), nil, project.Options{Within: []string{filepath.Base(file)}, Programs: true})
	if err != nil {
		return nil, err
	}
	var out []*rind.Code
	for _, a := range r.Loose {
		out = append(out, a.Code...)
	}
	return out, nil
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func count(scores map[string]*score, lang, file string, want, got []string, verbose bool) {
	s := scores[lang]
	if s == nil {
		s = &score{}
		scores[lang] = s
	}
	s.programs++
	exact := true
	for _, g := range got {
		if slices.Contains(want, g) {
			s.right++
			continue
		}
		s.extra, exact = s.extra+1, false
		if verbose {
			fmt.Printf("%s: extra %s\n", file, g)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			s.missed, exact = s.missed+1, false
			if verbose {
				fmt.Printf("%s: missed %s\n", file, w)
			}
		}
	}
	if exact {
		s.exact++
	}
}

func print(title string, scores map[string]*score) {
	var langs []string
	for l := range scores {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	for _, l := range langs {
		s := scores[l]
		fmt.Printf("%-8s %-11s %3d programs  P %.3f  R %.3f  exact %.2f\n", title, l, s.programs,
			ratio(s.right, s.right+s.extra), ratio(s.right, s.right+s.missed), ratio(s.exact, s.programs))
	}
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}
