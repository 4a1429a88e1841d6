// Package cfn resolves CloudFormation text to the resources of a [rind.App].
//
// In comes a [Template]: plain CloudFormation as values, with intrinsics not
// yet evaluated, as parsed from a file or made by the expansion of SAM or of
// a serverless.yml. Out goes an App whose properties hold values and Symbols
// only. What cannot be known before deployment stays symbolic.
package cfn

import "rind/rind"

// A Template is CloudFormation text as values, before intrinsics are resolved.
type Template struct {
	File string
	Kind rind.AppKind
	Name string
	// Root holds Parameters, Mappings, Conditions, Resources, Outputs…
	// Spans of what an expansion made point at what the user wrote.
	Root *rind.Value
	// Made tells, by logical ID, what an expansion made.
	Made map[string]Made
	// Declared maps IDs to {Type, Properties} as written before expansion,
	// for [rind.App.Declared]; its intrinsics are resolved like the rest.
	Declared *rind.Value
	Skipped  []rind.Skip
}

// Made describes a resource that an expansion made.
type Made struct {
	Origin    string // ID of the declared resource it came from
	Native    string // type of that resource, "AWS::Serverless::Function"
	Generated bool   // nobody wrote it: an implicit API, a default role
	Code      string // becomes Resource.Code
}
