// Package translate turns Terraform resources into CloudFormation's shape.
//
// In come [Block]s, evaluated but in the provider's own words; out go
// [rind.Resource]s with CloudFormation types and property names, so that
// rules are written once. What has no counterpart keeps its own words under
// the type "Terraform::<type>".
//
// Most of the work is data: a table per service tells how arguments are
// called and where they sit in CloudFormation (see [shape]). What Terraform
// splits over several resources and CloudFormation keeps in one (a bucket and
// its versioning, a role and its attachments, a method and its integration)
// is joined afterwards; see join.go. It never evaluates expressions and never
// guesses a value.
//
// A few properties go beyond CloudFormation's, for what only Terraform says:
//
//   - AWS::S3::Bucket: VersioningConfiguration.MfaDelete ("Enabled",
//     "Disabled") and AccessControlPolicy.Grants[] ({Permission, Grantee:
//     {Type, URI, ID}}).
//   - AWS::SSM::Document: Permissions ({Type, AccountIds}).
//   - Terraform::aws_iam_*_attachment, where the principal is elsewhere:
//     Roles, Users, Groups, ManagedPolicyArns.
//   - Terraform::aws_iam_policy_document: PolicyDocument.
//   - Terraform::aws_api_gateway_method_settings, where the stage is
//     elsewhere: LoggingLevel, CachingEnabled… as in a stage's MethodSettings.
package translate

import (
	"strings"

	"rind/rind"
)

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

// A unit is a block on its way to a resource.
type unit struct {
	block *Block
	shape *shape // never nil
	res   *rind.Resource
	// spelling guards against references that lead back here; see argument.
	spelling bool
	// merged is set once the properties have gone into another resource.
	merged bool
}

func (u *unit) get(path ...string) *rind.Value { return u.res.Properties.Get(path...) }

// attr returns an argument as the provider names it, references normalised.
func (u *unit) attr(name string) *rind.Value { return u.block.Attrs.Get(name) }

// put sets a property, creating maps on the way.
func (u *unit) put(v *rind.Value, path ...string) {
	if v.Present() {
		u.res.Properties = with(u.res.Properties, path, v.Span, v)
	}
}

type translation struct {
	units     []*unit
	byAddress map[string]*unit
	byBase    map[string][]*unit // address without the last instance key
	byName    map[string][]*unit // by the resource's own name; see named
	methods   map[string][]*unit // REST methods by what tells them apart
	extra     []*rind.Resource
	documents map[*Block]*rind.Value // of policy document data sources
	expanded  int                    // arguments written out in place of references
}

// Resources translates blocks into resources in CloudFormation's shape, and
// returns them with the blocks as they were declared (type
// "Terraform::<type>", the arguments untouched). Every value keeps its span.
//
// The ID of a resource is its address. A resource that holds two things
// CloudFormation keeps apart (a queue with an inline policy) gives a second
// one with the ID "<address>.policy" and the address as Origin. Data sources
// have the type "Terraform::data.<type>", apart from
// aws_iam_policy_document, whose type is "Terraform::aws_iam_policy_document"
// with the document as PolicyDocument. A split resource whose other half is
// not among the blocks keeps its Terraform type, with properties in
// CloudFormation's shape.
func Resources(blocks []Block) (resources, declared []*rind.Resource) {
	t := &translation{byAddress: map[string]*unit{}, byBase: map[string][]*unit{}, documents: map[*Block]*rind.Value{}}
	for i := range blocks {
		b := blocks[i] // a copy: its Attrs are replaced below
		declared = append(declared, &rind.Resource{
			ID: b.Address, Type: "Terraform::" + typeName(&b), Native: b.Type, Origin: b.Address,
			Properties: b.Attrs, Attributes: b.Meta, Span: b.Span, Key: b.Key,
		})
		u := &unit{block: &b, shape: shapeOf(&b)}
		t.units = append(t.units, u)
		if t.byAddress[b.Address] == nil {
			t.byAddress[b.Address] = u
			base := baseAddress(b.Address)
			t.byBase[base] = append(t.byBase[base], u)
		}
	}
	for _, u := range t.units {
		u.block.Attrs = t.normalise(u.block.Attrs)
	}
	for _, u := range t.units {
		t.convert(u)
	}
	for _, pass := range []func(*shape) func(*translation, *unit){
		func(s *shape) func(*translation, *unit) { return s.split },
		func(s *shape) func(*translation, *unit) { return s.join },
	} {
		for _, u := range t.units {
			if f := pass(u.shape); f != nil {
				f(t, u)
			}
		}
	}
	for _, u := range t.units {
		if !u.merged {
			resources = append(resources, u.res)
		}
	}
	return append(resources, t.extra...), declared
}

// typeName is the block's type, with "data." before that of a data source.
func typeName(b *Block) string {
	if b.Mode == "data" && b.Type != "aws_iam_policy_document" {
		return "data." + b.Type
	}
	return b.Type
}

func (t *translation) convert(u *unit) {
	b := u.block
	u.res = &rind.Resource{
		ID: b.Address, Type: u.shape.cfn, Native: b.Type, Origin: b.Address,
		Attributes: b.Meta, Span: b.Span, Key: b.Key,
	}
	if u.res.Type == "" {
		u.res.Type = "Terraform::" + typeName(b)
	}
	switch {
	case u.shape.build != nil:
		u.res.Properties = u.shape.build(t, b)
	case u.shape.rules == nil || b.Mode == "data":
		u.res.Properties = b.Attrs
	default:
		u.res.Properties = u.shape.apply(b.Attrs)
	}
	if u.res.Properties == nil {
		u.res.Properties = rind.NewMap(b.Span)
	}
	if u.shape.after != nil {
		u.shape.after(t, u)
	}
}

// add emits a second resource for what u declares beside its own.
func (t *translation) add(u *unit, suffix, cfnType string, properties *rind.Value) {
	t.extra = append(t.extra, &rind.Resource{
		ID: u.block.Address + suffix, Type: cfnType, Native: u.block.Type, Origin: u.block.Address,
		Properties: properties, Span: u.block.Span, Key: u.block.Key,
	})
}

// baseAddress drops the instance key of the last segment:
// "module.a[0].aws_x.y[1]" gives "module.a[0].aws_x.y".
func baseAddress(address string) string {
	if strings.HasSuffix(address, "]") {
		if i := strings.LastIndex(address, "["); i > 0 {
			return address[:i]
		}
	}
	return address
}
