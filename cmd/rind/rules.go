package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rind/rind"
	"rind/rule"
)

//go:generate sh -c "go run . rules --format markdown > ../../docs/rules.md"

func rulesCommand() *cobra.Command {
	var format, profile string
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkChoices(profile, "", ""); err != nil {
				return usageError("", "%w", err)
			}
			var rules []*rule.Rule
			for _, r := range rule.Rules() {
				if r.Profile != rule.All || rule.Profile(profile) != rule.Default {
					rules = append(rules, r)
				}
			}
			w := cmd.OutOrStdout()
			switch format {
			case "text":
				return rulesText(w, rules)
			case "json":
				return rulesJSON(w, rules)
			case "markdown":
				return rulesMarkdown(w, rules)
			}
			return usageError("formats are text, json, markdown", "unknown format %q", format)
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "text, json or markdown")
	cmd.Flags().StringVar(&profile, "profile", "all", "only the rules that this profile runs: default or all")
	return cmd
}

func rulesText(w io.Writer, rules []*rule.Rule) error {
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, r := range rules {
		extra := ""
		if r.Profile == rule.All {
			extra = " (profile all)"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s%s\n", r.ID, r.Severity, r.Risk, r.Title, extra)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", count(len(rules), "rule"))
	return err
}

func rulesJSON(w io.Writer, rules []*rule.Rule) error {
	out := struct {
		Schema string          `json:"schema"`
		Rules  []rind.RuleInfo `json:"rules"`
	}{Schema: "rind.rules/v1", Rules: []rind.RuleInfo{}}
	for _, r := range rules {
		out.Rules = append(out.Rules, ruleInfo(r))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// rulesMarkdown prints one table for each risk, for docs/rules.md.
func rulesMarkdown(w io.Writer, rules []*rule.Rule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Rules\n\n%s. Made by `rind rules --format markdown`; `rind explain RULE` says more.\n\n", count(len(rules), "rule"))
	for _, risk := range rind.Risks {
		head := false
		for _, r := range rules {
			if r.Risk != risk {
				continue
			}
			if !head {
				fmt.Fprintf(&b, "## %s %s\n\n| Rule | Severity | Layer | What it finds | Profile | Also known as |\n|---|---|---|---|---|---|\n", risk, risk.Title())
				head = true
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.ID, r.Severity, r.Layer, cell(r.Title), r.Profile, cell(strings.Join(r.Equivalent, ", ")))
		}
		if head {
			b.WriteString("\n")
		}
	}
	b.WriteString("## Needs an account\n\nWhat other scanners check and no template can tell.\n\n| Topic | Check | Why |\n|---|---|---|\n")
	for _, n := range rule.NeedsAccount {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", n.Topic, cell(n.Check), cell(n.Why))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell makes text safe inside a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
