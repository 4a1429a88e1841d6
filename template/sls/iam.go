package sls

import (
	"strings"

	"rind/rind"
)

// sharedRole is the logical ID of the role that all functions without one of
// their own run as.
const sharedRole = "IamRoleLambdaExecution"

// roleOf is the value of the function's Role property.
// https://www.serverless.com/framework/docs/providers/aws/guide/iam
func (b *builder) roleOf(f *function) *rind.Value {
	v := f.props.Get("role")
	if v.Absent() && b.ownStatements(f) != nil {
		return att(b.ownStatements(f).Span, b.ownRole(f), "Arn")
	}
	if v.Absent() {
		v = b.customRole()
	}
	switch {
	case v.Absent():
		return att(f.key, sharedRole, "Arn")
	case v.Scalar() && !strings.HasPrefix(v.Text, "arn:") && !strings.Contains(v.Text, "/"):
		return att(v.Span, v.Text, "Arn") // a logical ID
	}
	return v
}

// customRole is a role given for the whole service: its ARN or logical ID.
func (b *builder) customRole() *rind.Value {
	if v := b.provider.Get("iam", "role"); v.Present() && (v.Kind != rind.Map || intrinsic(v)) {
		return v
	}
	return b.provider.Get("role")
}

// intrinsic reports whether v is a call of a CloudFormation function.
func intrinsic(v *rind.Value) bool {
	return v.Len() == 1 && len(v.Fields) == 1 && (v.Fields[0].Key == "Ref" || strings.HasPrefix(v.Fields[0].Key, "Fn::"))
}

// ownStatements are a function's statements that give it a role of its own:
// with the plugin serverless-iam-roles-per-function, or in version 4.
// https://www.serverless.com/plugins/serverless-iam-roles-per-function
func (b *builder) ownStatements(f *function) *rind.Value {
	if v := f.props.Get("iamRoleStatements"); v.Present() {
		return v
	}
	return f.props.Get("iam", "role", "statements")
}

func (b *builder) ownRole(f *function) string { return normalize(f.name) + sharedRole }

func (b *builder) roles() {
	shared := false
	var needed []*rind.Value
	for _, f := range b.functions {
		if f.props.Has("role") || b.ownStatements(f) == nil && b.customRole().Present() {
			continue
		}
		if own := b.ownStatements(f); own != nil {
			b.perFunctionRole(f, own)
			continue
		}
		shared = true
		needed = append(needed, f.own...)
	}
	if !shared {
		return
	}
	at := first(b.provider.Get("iam"), b.provider.Get("iamRoleStatements"), b.provider)
	statements := b.sharedStatements(at.Span)
	statements.Items = append(statements.Items, needed...)
	statements.Items = append(statements.Items, b.providerStatements()...)
	role := b.provider.Get("iam", "role")
	if role == nil || role.Kind != rind.Map {
		role = nil
	}
	b.role(sharedRole, at.Span, statements, roleSettings{
		name: role.Get("name"), path: role.Get("path"), tags: role.Get("tags"),
		managed:  first(role.Get("managedPolicies"), b.provider.Get("iamManagedPolicies")),
		boundary: first(role.Get("permissionsBoundary"), role.Get("permissionBoundary"), b.provider.Get("rolePermissionsBoundary")),
		vpc:      b.provider.Has("vpc"),
	})
	// A role that somebody configured is not the framework's invention.
	m := fromProvider
	m.Generated = len(b.providerStatements()) == 0 && b.provider.Get("iamManagedPolicies").Absent() && role.Absent()
	b.made[sharedRole] = m
}

// providerStatements are the statements written for the whole service, in
// the syntax of version 2.24 and later or the older one.
func (b *builder) providerStatements() []*rind.Value {
	var out []*rind.Value
	for _, v := range []*rind.Value{b.provider.Get("iam", "role", "statements"), b.provider.Get("iamRoleStatements")} {
		for s := range v.Each() {
			out = append(out, s)
		}
	}
	return out
}

// sharedStatements lets the functions write their logs.
func (b *builder) sharedStatements(span rind.Span) *rind.Value {
	arn := "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/"
	if b.service.Scalar() {
		arn += b.service.Text + "-" + b.stage
	}
	return list(span,
		obj(span, "Effect", "Allow", "Action", list(span, "logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"), "Resource", list(span, sub(span, arn+"*:*"))),
		obj(span, "Effect", "Allow", "Action", list(span, "logs:PutLogEvents"), "Resource", list(span, sub(span, arn+"*:*:*"))))
}

func (b *builder) perFunctionRole(f *function, own *rind.Value) {
	statements := b.sharedStatements(own.Span)
	statements.Items = append(statements.Items, f.own...)
	for s := range own.Each() {
		statements.Items = append(statements.Items, s)
	}
	inherit := first(f.props.Get("iamRoleStatementsInherit"), f.props.Get("iam", "inheritStatements"), b.doc.Get("custom", "serverless-iam-roles-per-function", "defaultInherit"))
	if inherit.True() {
		statements.Items = append(statements.Items, b.providerStatements()...)
	}
	id := b.ownRole(f)
	b.role(id, own.Span, statements, roleSettings{
		name:     first(f.props.Get("iamRoleStatementsName"), f.props.Get("iam", "role", "name")),
		managed:  f.props.Get("iam", "role", "managedPolicies"),
		boundary: first(f.props.Get("iamPermissionsBoundary"), f.props.Get("iam", "role", "permissionsBoundary"), b.provider.Get("rolePermissionsBoundary")),
		vpc:      f.props.Has("vpc") || b.provider.Has("vpc"),
	})
	m := f.forFunction(false)
	b.made[id] = m
}

type roleSettings struct {
	name, path, tags, managed, boundary *rind.Value
	vpc                                 bool
}

func (b *builder) role(id string, span rind.Span, statements *rind.Value, set roleSettings) {
	managed := list(span)
	for v := range set.managed.Each() {
		managed.Items = append(managed.Items, v)
	}
	if set.vpc {
		managed.Items = append(managed.Items, sub(span, "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"))
	}
	if len(managed.Items) == 0 {
		managed = nil
	}
	trust := obj(span, "Version", "2012-10-17", "Statement", list(span,
		obj(span, "Effect", "Allow", "Principal", obj(span, "Service", list(span, "lambda.amazonaws.com")), "Action", list(span, "sts:AssumeRole"))))
	b.add(id, "AWS::IAM::Role", fromProvider, span, span, obj(span,
		"AssumeRolePolicyDocument", trust,
		"Policies", list(span, obj(span, "PolicyName", id+"Policy", "PolicyDocument", obj(span, "Version", "2012-10-17", "Statement", statements))),
		"ManagedPolicyArns", managed, "PermissionsBoundary", set.boundary, "Path", set.path, "RoleName", set.name, "Tags", tags(set.tags)))
}

// needs records a statement that an event source of f requires.
func (f *function) needs(span rind.Span, resource *rind.Value, actions ...any) {
	f.own = append(f.own, obj(span, "Effect", "Allow", "Action", list(span, actions...), "Resource", list(span, resource)))
}
