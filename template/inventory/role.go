package inventory

import "rind/rind"

// roles collects each role with every policy that applies to it, wherever in
// the app it is written, and ties functions to their roles.
func (b *builder) roles() {
	byID := map[string]*rind.Role{}
	for _, r := range b.app.OfType("AWS::IAM::Role") {
		role := &rind.Role{
			ID: r.ID, Resource: r, Span: r.Span,
			Trust:    r.Get("AssumeRolePolicyDocument"),
			Boundary: r.Get("PermissionsBoundary"),
		}
		for p := range r.Get("Policies").Each() {
			role.Policies = append(role.Policies, rind.Policy{
				Name: p.Get("PolicyName").Pattern(), Document: p.Get("PolicyDocument"), Source: r.ID, Span: p.Span,
			})
		}
		for arn := range r.Get("ManagedPolicyArns").Each() {
			if m := b.app.Target(arn); m != nil && m.Type == "AWS::IAM::ManagedPolicy" {
				role.Policies = append(role.Policies, policyOf(m))
			} else {
				role.Managed = append(role.Managed, arn)
			}
		}
		byID[r.ID] = role
		b.app.Roles = append(b.app.Roles, role)
	}
	for _, r := range b.app.OfType("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy") {
		attach := func(v *rind.Value) {
			if role := byID[b.roleID(v)]; role != nil && !has(role, r.ID) {
				role.Policies = append(role.Policies, policyOf(r))
			}
		}
		for v := range r.Get("Roles").Each() {
			attach(v)
		}
		attach(r.Get("RoleName"))
	}
	for _, f := range b.app.Functions {
		role := byID[b.roleID(f.RoleValue)]
		if role == nil || f.RoleValue == nil {
			continue
		}
		f.Role = role.ID
		role.Functions = append(role.Functions, f.ID)
		b.edge(f.ID, role.ID, rind.Assumes, "execution role", f.RoleValue.Span)
	}
}

func policyOf(r *rind.Resource) rind.Policy {
	name := r.Get("PolicyName")
	if name.Absent() {
		name = r.Get("ManagedPolicyName")
	}
	return rind.Policy{Name: name.Pattern(), Document: r.Get("PolicyDocument"), Source: r.ID, Span: r.Span}
}

func has(role *rind.Role, source string) bool {
	for _, p := range role.Policies {
		if p.Source == source {
			return true
		}
	}
	return false
}

// roleID finds the role that v names, by reference or by literal name.
func (b *builder) roleID(v *rind.Value) string {
	if v.Absent() {
		return ""
	}
	if id, ok := v.Target(); ok {
		return id
	}
	if !v.Scalar() {
		return ""
	}
	for _, r := range b.app.OfType("AWS::IAM::Role") {
		if name := r.Get("RoleName"); name.Scalar() && (name.Text == v.Text || hasSuffixName(v.Text, name.Text)) {
			return r.ID
		}
	}
	return ""
}

// hasSuffixName reports whether an ARN or path ends in /name.
func hasSuffixName(arn, name string) bool {
	n := len(arn) - len(name)
	return name != "" && n > 0 && arn[n:] == name && arn[n-1] == '/'
}
