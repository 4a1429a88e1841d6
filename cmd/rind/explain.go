package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"rind/rind"
	"rind/rule"
)

func explainCommand() *cobra.Command {
	var language string
	cmd := &cobra.Command{
		Use:   "explain RULE",
		Short: "Say what a rule finds, why it matters and how to fix it",
		Long: `Explain prints why a rule exists, what to change, its sources, and a bad and
a good example. RULE is one of rind's IDs or the ID under which another
scanner knows the same check, such as CKV_AWS_115 or W92.`,
		Example: `  rind explain RIND-LAMBDA-001
  rind explain CKV_AWS_115 --language terraform`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := knownRules(args[0]); err != nil {
				return err
			}
			mode, err := cmd.Flags().GetString("color")
			if err != nil {
				return err
			}
			color, err := colored(mode, cmd.OutOrStdout())
			if err != nil {
				return err
			}
			for i, r := range rule.Find(args[0]) {
				if i > 0 {
					fmt.Fprintln(cmd.OutOrStdout())
				}
				if err := explain(cmd.OutOrStdout(), r, rind.AppKind(language), color); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&language, "language", "", "show all examples in this language: sam, cloudformation, cdk, serverless, terraform, python, javascript, java or go")
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var ids []string
		for _, r := range rule.Rules() {
			ids = append(ids, r.ID+"\t"+r.Title)
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}

// explain prints one rule.
func explain(w io.Writer, r *rule.Rule, language rind.AppKind, color bool) error {
	bold := func(s string) string {
		if !color {
			return s
		}
		return "\x1b[1m" + s + "\x1b[0m"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", bold(r.ID), bold(r.Title))
	facts := []string{string(r.Severity), string(r.Risk) + " " + r.Risk.Title(), "layer " + string(r.Layer)}
	if r.CWE != "" {
		facts = append(facts, r.CWE)
	}
	if r.Profile == rule.All {
		facts = append(facts, "runs with --profile all")
	}
	fmt.Fprintf(&b, "%s\n", strings.Join(facts, " · "))
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "\n%s\n%s\n", bold(title), indent(wrap(text, 96), "  "))
		}
	}
	section("Why", r.Why)
	section("Fix", r.Fix)
	section("Looks at", strings.Join(r.Types, ", "))
	section("Sources", strings.Join(r.Sources, "\n"))
	section("Also known as", strings.Join(r.Equivalent, ", "))
	for _, e := range examplesFor(r.ID, language) {
		verdict := "Good"
		if e.Bad {
			verdict = "Bad"
		}
		for _, f := range e.Files {
			fmt.Fprintf(&b, "\n%s\n%s\n", bold(fmt.Sprintf("%s (%s, %s)", verdict, e.Name, f.Name)), indent(strings.TrimRight(f.Text, "\n"), "  "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// examplesFor picks the examples to show: all in the wanted language, else
// the first bad one and the good one in the same language.
func examplesFor(id string, language rind.AppKind) []rule.Example {
	all := rule.Examples(id)
	var out []rule.Example
	if language != "" {
		for _, e := range all {
			if e.Kind == language {
				out = append(out, e)
			}
		}
		return out
	}
	for _, bad := range all {
		if !bad.Bad {
			continue
		}
		out = append(out, bad)
		for _, good := range all {
			if !good.Bad && good.Kind == bad.Kind {
				return append(out, good)
			}
		}
		return out
	}
	return out
}

// wrap breaks text at spaces so that no line is longer than width; line
// breaks in it stay.
func wrap(text string, width int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		cur := ""
		for _, word := range strings.Fields(line) {
			if cur != "" && len(cur)+1+len(word) > width {
				out = append(out, cur)
				cur = ""
			}
			if cur != "" {
				cur += " "
			}
			cur += word
		}
		out = append(out, cur)
	}
	return strings.Join(out, "\n")
}

func indent(text, by string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = by + l
		}
	}
	return strings.Join(lines, "\n")
}
