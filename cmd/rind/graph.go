package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rind/report"
)

func graphCommand() *cobra.Command {
	var source sourceFlags
	var format string
	cmd := &cobra.Command{
		Use:   "graph [PATH…]",
		Short: "Draw what starts the functions and what they can reach",
		Long: `Graph draws, for every application below each PATH, what starts its functions,
the role each runs as, and the resources it can reach. Markdown on GitHub
renders Mermaid; SVG opens in any browser; DOT is for Graphviz.`,
		Example: `  rind graph
  rind graph --format svg infra > infra.svg`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(report.GraphFormats(), format) {
				return usageError("formats are "+strings.Join(report.GraphFormats(), ", "), "unknown graph format %q", format)
			}
			p := newProgress(cmd.ErrOrStderr(), false)
			t, err := load(args, source, p)
			if err != nil {
				return err
			}
			s, err := newSelection(&scanFlags{}, t.config)
			if err != nil {
				return err
			}
			connect(t.report, p)
			check(t.report, s, p)
			if err := report.WriteGraph(format, cmd.OutOrStdout(), t.report); err != nil {
				return err
			}
			if len(t.report.Skipped) > 0 {
				return errIncomplete
			}
			return nil
		},
	}
	source.register(cmd.Flags())
	cmd.Flags().StringVarP(&format, "format", "f", "mermaid", strings.Join(report.GraphFormats(), ", "))
	return cmd
}
