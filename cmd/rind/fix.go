package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"rind/fix"
	"rind/ignore"
	"rind/rind"
)

// maxPasses bounds how often fix scans again: an edit may make room for one
// that overlapped it.
const maxPasses = 5

func fixCommand() *cobra.Command {
	var f scanFlags
	var show bool
	cmd := &cobra.Command{
		Use:   "fix [PATH…]",
		Short: "Make the safe edits that close findings",
		Long: `Fix edits templates in place where a finding can be closed by one setting that
changes nothing for those who may use the application: encryption, blocks on
public access, logging. What needs a decision, such as which authorizer or
which principal, is left to you. Comments and formatting stay as they are.`,
		Example: `  rind fix --diff
  rind fix infra --profile all
  rind fix --rule RIND-S3-012`,
		RunE: func(cmd *cobra.Command, args []string) error { return runFix(cmd, args, &f, show) },
	}
	fl := cmd.Flags()
	f.source.register(fl)
	fl.BoolVar(&show, "diff", false, "print what would change and change nothing")
	fl.StringVar(&f.profile, "profile", "", "which rules run: default or all (default default)")
	fl.StringSliceVar(&f.rules, "rule", nil, "only this rule (repeatable)")
	fl.StringSliceVar(&f.skipRules, "skip-rule", nil, "not this rule (repeatable)")
	return cmd
}

func runFix(cmd *cobra.Command, args []string, f *scanFlags, show bool) error {
	if err := checkChoices(f.profile, "", ""); err != nil {
		return usageError("see \"rind fix --help\"", "%w", err)
	}
	files := map[string]bool{}
	total, left := 0, 0
	for pass := range maxPasses {
		r, root, err := findings(cmd, args, f)
		if err != nil {
			return err
		}
		edits, open := editsByFile(r)
		left = open
		if len(edits) == 0 {
			break
		}
		for _, name := range sorted(edits) {
			made, err := edit(cmd, root, name, r.Source(name), edits[name], show)
			if err != nil {
				return err
			}
			total += made
			files[name] = true
		}
		if show || pass == maxPasses-1 {
			break
		}
	}
	verb := "made"
	if show {
		verb = "would make"
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "rind: %s %s in %s; %s to decide by hand\n", verb, count(total, "edit"), count(len(files), "file"), count(left, "finding"))
	return nil
}

// findings scans and returns the report with edits suggested, and the folder
// that its files are relative to.
func findings(cmd *cobra.Command, args []string, f *scanFlags) (*rind.Report, string, error) {
	p := newProgress(cmd.ErrOrStderr(), f.quiet)
	t, err := load(args, f.source, p)
	if err != nil {
		return nil, "", err
	}
	s, err := newSelection(f, t.config)
	if err != nil {
		return nil, "", err
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	root, err := commonRoot(args)
	if err != nil {
		return nil, "", err
	}
	r := t.report
	connect(r, p)
	check(r, s, p)
	ignore.Apply(r, ignore.Options{Entries: t.config.entries(), Today: r.Today, Resolve: ruleIDs, Ran: s.runs})
	r.Findings = slices.DeleteFunc(r.Findings, func(x *rind.Finding) bool { return x.Suppressed != nil || t.config.excluded(x.Span.File) })
	fix.Suggest(r.Apps, r.Findings, r.Source)
	return r, root, nil
}

// editsByFile gathers the edits and counts the findings that have none.
func editsByFile(r *rind.Report) (edits map[string][]rind.Edit, open int) {
	edits = map[string][]rind.Edit{}
	for _, f := range r.Findings {
		if f.Fix == nil || len(f.Fix.Edits) == 0 {
			open++
			continue
		}
		for _, e := range f.Fix.Edits {
			edits[e.File] = append(edits[e.File], e)
		}
	}
	return edits, open
}

func sorted(m map[string][]rind.Edit) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// edit applies the edits of one file, or shows what they would change.
func edit(cmd *cobra.Command, root, name string, src []byte, edits []rind.Edit, show bool) (int, error) {
	out, made := fix.Apply(src, edits)
	if show {
		_, err := cmd.OutOrStdout().Write(diff.Diff("a/"+name, src, "b/"+name, out))
		return made, err
	}
	file := filepath.Join(root, filepath.FromSlash(name))
	if err := replaceFile(file, out); err != nil {
		return 0, usageError("check that the file can be written", "writing %s: %w", name, err)
	}
	return made, nil
}

// replaceFile writes a file beside the old one and puts it in its place, so
// that an interruption leaves one or the other whole. A link is refused: the
// file it leads to may lie outside of what was scanned.
func replaceFile(name string, data []byte) error {
	info, err := os.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", filepath.Base(name))
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+strings.TrimPrefix(filepath.Base(name), ".")+".rind-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(data); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), info.Mode().Perm()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
