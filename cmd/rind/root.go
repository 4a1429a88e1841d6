package main

import (
	"io"

	"github.com/spf13/cobra"
)

// run executes one command line and returns its exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return exitCode(stderr, root.Execute())
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "rind",
		Short: "Find the holes in serverless applications on AWS Lambda",
		Long: `rind reads SAM, CloudFormation, CDK, Serverless Framework and Terraform,
works out what can start each function and what it can reach, and shows where
the slices of defence have holes.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or
configuration, 3 nothing to scan, 4 incomplete (something could not be read).`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.PersistentFlags().String("color", "auto", "colour: auto, always or never")
	root.AddCommand(
		scanCommand(),
		graphCommand(),
		fixCommand(),
		policyCommand(),
		explainCommand(),
		rulesCommand(),
		completionCommand(),
		versionCommand(),
	)
	return root
}
