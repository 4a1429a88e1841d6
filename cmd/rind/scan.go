package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rind/fix"
	"rind/ignore"
	"rind/report"
	"rind/rind"
	"rind/rule"
)

// scanFlags are the flags of "rind scan".
type scanFlags struct {
	source        sourceFlags
	format        string
	reports       []string
	failOn        string
	baseline      string
	writeBaseline string
	profile       string
	minConfidence string
	quiet         bool
	rules         []string
	skipRules     []string
	offline       bool
	noCode        bool
}

func scanCommand() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "scan [PATH…]",
		Short: "Read every application below PATH and report what is wrong",
		Long: `Scan reads every SAM, CloudFormation, CDK, Serverless Framework and Terraform
application below each PATH (default: the current folder), follows the code of
its functions from the event on, and reports what is wrong with it. Handlers
that no template deploys are followed as well; PATH may be one source file.
Nothing is run, nothing is sent anywhere.

The report goes to standard output in the form --format names. With --report
further reports are written in the same run, such as
"--report sarif=rind.sarif --report html=rind.html".`,
		Example: `  rind scan
  rind scan infra services --fail-on medium
  rind scan src/app.py
  rind scan --format sarif > rind.sarif
  rind scan --write-baseline .rind-baseline.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return scan(cmd, args, &f) },
	}
	fl := cmd.Flags()
	f.source.register(fl)
	fl.StringVarP(&f.format, "format", "f", "text", "form of the report on stdout: "+strings.Join(report.Formats(), ", "))
	fl.StringArrayVar(&f.reports, "report", nil, "write a further report, FORMAT=FILE (repeatable)")
	fl.StringVar(&f.failOn, "fail-on", "", "exit with 1 on findings of this severity or worse: critical, high, medium, low, info or never (default high)")
	fl.StringVar(&f.baseline, "baseline", "", "ignore the findings that this file holds")
	fl.StringVar(&f.writeBaseline, "write-baseline", "", "write the findings to this file as a baseline and exit clean")
	fl.StringVar(&f.profile, "profile", "", "which rules run: default, or all with hygiene such as tags and tracing")
	fl.StringVar(&f.minConfidence, "min-confidence", "", "report only findings of this confidence or more: high, medium or low (default low)")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no progress, no notes on stderr; text shows open findings and the count only")
	fl.StringSliceVar(&f.rules, "rule", nil, "run only this rule (repeatable)")
	fl.StringSliceVar(&f.skipRules, "skip-rule", nil, "do not run this rule (repeatable)")
	fl.BoolVar(&f.noCode, "no-code", false, "read the templates only; do not follow the functions' code")
	fl.BoolVar(&f.offline, "offline", false, "never use the network (a scan does not need it)")
	return cmd
}

// scan is the command: load, check, take out what is ignored, print, judge.
func scan(cmd *cobra.Command, args []string, f *scanFlags) error {
	if err := checkChoices(f.profile, f.failOn, f.minConfidence); err != nil {
		return usageError("see \"rind scan --help\"", "%w", err)
	}
	plan, err := planReports(f.format, f.reports)
	if err != nil {
		return err
	}
	p := newProgress(cmd.ErrOrStderr(), f.quiet)
	f.source.code = !f.noCode
	t, err := load(args, f.source, p)
	if err != nil {
		return err
	}
	s, err := newSelection(f, t.config)
	if err != nil {
		return err
	}
	baseline, err := readBaseline(f.baseline, t.config)
	if err != nil {
		return err
	}
	r := t.report
	connect(r, p)
	if f.noCode {
		s.skipCode()
	} else {
		if err := follow(t, p, false); err != nil {
			return err
		}
		if err := findSecrets(t, p); err != nil {
			return err
		}
		if err := t.found(); err != nil {
			return err
		}
	}
	check(r, s, p)
	r.Findings = slices.DeleteFunc(r.Findings, func(x *rind.Finding) bool { return t.config.excluded(x.Span.File) })
	ignore.Apply(r, ignore.Options{
		Entries: t.config.entries(), Baseline: baseline, Today: r.Today,
		Resolve: ruleIDs, Ran: s.runs,
	})
	r.Findings = slices.DeleteFunc(r.Findings, func(x *rind.Finding) bool { return x.Confidence.Rank() < s.minConfidence.Rank() })
	judge(r, p)
	fix.Suggest(r.Apps, r.Findings, r.Source)
	describeRules(r)
	if err := plan.write(cmd, r, f); err != nil {
		return err
	}
	if f.writeBaseline != "" {
		b := ignore.NewBaseline(r.Findings)
		if err := writeFile(f.writeBaseline, b.Write); err != nil {
			return usageError("check the folder and its permissions", "writing the baseline: %w", err)
		}
		if !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "rind: wrote a baseline of %s to %s\n", count(len(b.Findings), "finding"), f.writeBaseline)
		}
		return nil
	}
	return verdict(r, s.failOn)
}

// readBaseline reads the baseline that the flag or the configuration names.
func readBaseline(name string, c *Config) (*ignore.Baseline, error) {
	if name == "" {
		if c.Baseline == "" {
			return nil, nil
		}
		name = filepath.Join(filepath.Dir(c.file), filepath.FromSlash(c.Baseline))
	}
	const hint = "make one with \"rind scan --write-baseline FILE\""
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError(hint, "reading the baseline: %w", err)
	}
	b, err := ignore.ReadBaseline(data)
	if err != nil {
		return nil, usageError(hint, "baseline %s: %w", name, err)
	}
	return b, nil
}

// describeRules fills in what the reports may say about the rules that found
// something.
func describeRules(r *rind.Report) {
	r.Rules = map[string]rind.RuleInfo{}
	for _, f := range r.Findings {
		if _, ok := r.Rules[f.Rule]; ok {
			continue
		}
		for _, x := range rule.Find(f.Rule) {
			r.Rules[f.Rule] = ruleInfo(x)
		}
	}
}

func ruleInfo(x *rule.Rule) rind.RuleInfo {
	return rind.RuleInfo{
		ID: x.ID, Title: x.Title, Why: x.Why, Fix: x.Fix, Risk: x.Risk, Layer: x.Layer,
		Severity: x.Severity, CWE: x.CWE, Profile: string(x.Profile), Sources: x.Sources,
		Equivalent: x.Equivalent, Types: x.Types,
	}
}

// A reportPlan is what is to be printed where, checked before the work
// starts.
type reportPlan struct {
	format string
	files  []reportFile
}

type reportFile struct{ format, file string }

func planReports(format string, reports []string) (*reportPlan, error) {
	hint := "formats are " + strings.Join(report.Formats(), ", ")
	if !report.Known(format) {
		return nil, usageError(hint, "unknown format %q", format)
	}
	plan := &reportPlan{format: format}
	for _, r := range reports {
		name, file, ok := strings.Cut(r, "=")
		if !ok || file == "" {
			return nil, usageError("write it as FORMAT=FILE, such as sarif=rind.sarif", "report %q names no file", r)
		}
		if !report.Known(name) {
			return nil, usageError(hint, "unknown format %q in --report %s", name, r)
		}
		plan.files = append(plan.files, reportFile{name, file})
	}
	return plan, nil
}

// write prints the report to stdout and to every file asked for.
func (p *reportPlan) write(cmd *cobra.Command, r *rind.Report, f *scanFlags) error {
	mode, err := cmd.Flags().GetString("color")
	if err != nil {
		return err
	}
	color, err := colored(mode, cmd.OutOrStdout())
	if err != nil {
		return err
	}
	for _, rf := range p.files {
		if err := writeFile(rf.file, func(w io.Writer) error {
			return report.Write(rf.format, w, r, report.Options{})
		}); err != nil {
			return usageError("check the folder and its permissions", "writing the %s report: %w", rf.format, err)
		}
	}
	if err := report.Write(p.format, cmd.OutOrStdout(), r, report.Options{Color: color, Quiet: f.quiet}); err != nil {
		return fmt.Errorf("writing the %s report: %w", p.format, err)
	}
	return nil
}

// writeFile writes a file through a temporary one beside it, so that a
// failed run leaves no half report.
func writeFile(name string, write func(io.Writer) error) (err error) {
	tmp := name + ".tmp"
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		tmp = name // /dev/stdout, a pipe
	}
	file, err := os.Create(tmp)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && tmp != name {
			os.Remove(tmp)
		}
	}()
	if err := write(file); err != nil {
		file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if tmp == name {
		return nil
	}
	return os.Rename(tmp, name)
}
