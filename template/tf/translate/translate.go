// Package translate turns Terraform resources into CloudFormation's shape.
//
// In come [Block]s, evaluated but in the provider's own words; out go
// [rind.Resource]s with CloudFormation types and property names, so that
// rules are written once. What has no counterpart keeps its own words under
// the type "Terraform::<type>".
package translate

import "rind/rind"

// A Block is an evaluated resource or data source.
type Block struct {
	Address string // "module.api.aws_lambda_function.this[0]"
	Mode    string // "resource" or "data"
	Type    string // "aws_lambda_function"
	// Attrs holds arguments as the provider names them. Nested blocks are
	// lists of maps, as in plan JSON. References to other blocks are Symbols
	// with a Ref {RefResource, Name: address, Attr: "arn"}.
	Attrs *rind.Value
	// Meta holds lifecycle, depends_on, provisioner, provider, count, for_each.
	Meta *rind.Value
	Span rind.Span
	Key  rind.Span
}
