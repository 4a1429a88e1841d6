// Package template finds every application below a folder and reads it.
//
// In comes a folder or a file; out go [rind.App]s with resources in
// CloudFormation's shape and a source span for every value, and a list of
// what looked like a template but could not be read, with the reason. It
// never leaves the folder, never runs anything and never uses the network.
//
// The languages are read in packages of their own, which do not know each
// other: source parses YAML and JSON; sam, sls expand to plain CloudFormation
// text as values; cfn resolves that to resources; tf evaluates HCL and plans
// and translates them; inventory draws functions, triggers, roles and edges
// from the resources. This package finds the files and puts the steps
// together.
package template

import "rind/rind"

// Options tune reading.
type Options struct {
	// Parameters override template parameters, Terraform variables and
	// serverless params, by name.
	Parameters map[string]string
	// Progress, if set, is called after each app with the number done and
	// the number found so far. It may be called from several goroutines.
	Progress func(done, total int)
}

// A Result is what was found below a path.
type Result struct {
	Apps    []*rind.App
	Skipped []rind.Skip
}
