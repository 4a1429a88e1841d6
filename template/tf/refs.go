package tf

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"rind/rind"
)

// traverse evaluates a reference such as var.x.y or aws_s3_bucket.b[0].arn.
func (r *reader) traverse(t hcl.Traversal, s *scope, e hclsyntax.Expression) (*rind.Value, error) {
	root := t.RootName()
	if v := s.lookup(root); v != nil {
		return r.follow(v, t[1:], e)
	}
	m := s.mod
	second := stepName(t, 1)
	span := r.span(t.SourceRange())
	switch root {
	case "var", "local", "module", "path", "terraform", "tofu":
		if second == "" {
			return r.whole(m, root, span), nil
		}
	}
	var v *rind.Value
	var err error
	switch root {
	case "var":
		v, err = r.variable(m, second, span)
	case "local":
		v, err = r.local(m, second, span)
	case "module":
		v, err = r.moduleValue(m, second, span)
	case "path":
		v = r.pathValue(m, second, span)
	case "terraform", "tofu":
		v = unknown(root+"."+second, span)
		if second == "workspace" {
			v = rind.NewString("default", span)
		}
	case "ephemeral":
		return r.resourceRef(m, "ephemeral", t[1:], e)
	case "each", "count", "self":
		return unknown(r.text(e), span), nil
	case "resource":
		t = t[1:]
		return r.resourceRef(m, "resource", t, e)
	case "data":
		return r.resourceRef(m, "data", t[1:], e)
	default:
		return r.resourceRef(m, "resource", t, e)
	}
	if err != nil {
		return nil, err
	}
	return r.follow(v, t[2:], e)
}

// stepName is the name of the i-th step of a traversal, or "".
func stepName(t hcl.Traversal, i int) string {
	if i >= len(t) {
		return ""
	}
	switch s := t[i].(type) {
	case hcl.TraverseRoot:
		return s.Name
	case hcl.TraverseAttr:
		return s.Name
	case hcl.TraverseIndex:
		if s.Key.Type().FriendlyName() == "string" && s.Key.IsKnown() && !s.Key.IsNull() {
			return s.Key.AsString()
		}
	}
	return ""
}

// whole is a namespace as an object: var, local.
func (r *reader) whole(m *module, root string, span rind.Span) *rind.Value {
	out := rind.NewMap(span)
	switch root {
	case "var":
		for _, n := range sortedNames(m.vars) {
			if v, err := r.variable(m, n, span); err == nil {
				out.Fields = append(out.Fields, rind.Field{Key: n, Value: v})
			}
		}
		return out
	case "local":
		for _, n := range sortedNames(m.locals) {
			if v, err := r.local(m, n, span); err == nil {
				out.Fields = append(out.Fields, rind.Field{Key: n, Value: v})
			}
		}
		return out
	}
	return unknown(root, span)
}

func (r *reader) local(m *module, name string, span rind.Span) (*rind.Value, error) {
	l := m.locals[name]
	if l == nil {
		// Terraform would refuse; the rest can be read all the same.
		if key := m.dir + "\x00" + name; !r.undefined[key] {
			r.undefined[key] = true
			r.skip(span, fmt.Sprintf("local.%s is not defined; it is taken as unknown", name))
		}
		return unknown("local."+name, span), nil
	}
	v, err := l.once(func() (*rind.Value, error) { return r.bounded(r.eval(l.attr.Expr, &scope{mod: m})) })
	if err != nil && !strings.Contains(err.Error(), "local."+name) {
		err = fmt.Errorf("local.%s: %w", name, err)
	}
	return v, err
}

// moduleValue is module.NAME: a reference to a module instance, or a list or
// map of them.
func (r *reader) moduleValue(m *module, name string, span rind.Span) (*rind.Value, error) {
	for _, c := range m.calls {
		if c.name == name {
			if c.state == 1 {
				return nil, fmt.Errorf("module.%s: %w", name, errCycle)
			}
			r.children(c)
			return c.value, nil
		}
	}
	return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: join(m.path, "module."+name)}, span), nil
}

func (r *reader) output(m *module, name string) (*rind.Value, error) {
	o := m.outputs[name]
	if o == nil {
		if strings.HasPrefix(m.dir, registryPrefix) {
			return rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: m.path, Attr: name}, rind.Span{}), nil
		}
		return nil, fmt.Errorf("%s has no output %s", m.path, name)
	}
	a := o.block.Body.Attributes["value"]
	if a == nil {
		return null(r.blockSpan(o.block)), nil
	}
	v, err := o.once(func() (*rind.Value, error) { return r.bounded(r.eval(a.Expr, &scope{mod: m})) })
	if errors.Is(err, errCycle) && o.state == 1 {
		err = fmt.Errorf("output %s: %w", name, err)
	}
	return v, err
}

// pathValue is path.module and its like. Paths are relative to the root
// module's folder, where Terraform runs.
func (r *reader) pathValue(m *module, name string, span rind.Span) *rind.Value {
	switch name {
	case "root", "cwd":
		return rind.NewString(".", span)
	case "module":
		if strings.HasPrefix(m.dir, registryPrefix) {
			return rind.NewString(".", span)
		}
		return rind.NewString(relative(r.rootDir, m.dir), span)
	}
	return unknown("path."+name, span)
}

// relative is target as seen from folder from; both are in the tree.
func relative(from, target string) string {
	split := func(p string) []string {
		if p == "." || p == "" {
			return nil
		}
		return strings.Split(p, "/")
	}
	f, t := split(from), split(target)
	for len(f) > 0 && len(t) > 0 && f[0] == t[0] {
		f, t = f[1:], t[1:]
	}
	out := strings.Repeat("../", len(f)) + strings.Join(t, "/")
	if out = strings.TrimSuffix(out, "/"); out == "" {
		return "."
	}
	return out
}

// resourceRef evaluates TYPE.NAME and what follows.
func (r *reader) resourceRef(m *module, mode string, t hcl.Traversal, e hclsyntax.Expression) (*rind.Value, error) {
	typ, name := stepName(t, 0), stepName(t, 1)
	if typ == "" || name == "" {
		return unknown(r.text(e), r.span(t.SourceRange())), nil
	}
	d := m.byName[mode+"."+typ+"."+name]
	if d == nil {
		// Not declared here: Terraform would refuse. The reference is kept,
		// so that parts of a configuration can be read.
		ref := rind.Ref{Kind: rind.RefResource, Name: join(m.path, typ+"."+name)}
		if mode != "resource" {
			ref = rind.Ref{Kind: rind.RefData, Name: join(m.path, mode+"."+typ+"."+name)}
		}
		return r.follow(rind.NewRef(ref, rind.Span{}), t[2:], e)
	}
	// A broken for_each is reported where it stands.
	if _, err := r.instances(d); errors.Is(err, errCycle) && d.value == nil {
		return nil, fmt.Errorf("%s: %w", d.address(), err)
	}
	return r.follow(d.value, t[2:], e)
}

// follow applies attribute and index steps to a value.
func (r *reader) follow(v *rind.Value, steps hcl.Traversal, e hclsyntax.Expression) (*rind.Value, error) {
	for _, st := range steps {
		var err error
		switch st := st.(type) {
		case hcl.TraverseAttr:
			v, err = r.access(v, st.Name, e)
		case hcl.TraverseIndex:
			v, err = r.index(v, fromCty(st.Key, "", rind.Span{}), e)
		default:
			return unknown(r.text(e), r.span(e.Range())), nil
		}
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}

// access returns v.name.
func (r *reader) access(v *rind.Value, name string, e hclsyntax.Expression) (*rind.Value, error) {
	switch v.Kind {
	case rind.Map:
		if f := v.Field(name); f != nil {
			return f.Value, nil
		}
		return nil, fmt.Errorf("no element %q in an object with %d", name, len(v.Fields))
	case rind.Null:
		return nil, fmt.Errorf("element %q of a null value", name)
	case rind.Symbol:
		ref := soleRef(v)
		if ref == nil || structure(v) != nil {
			return unknown(r.text(e), r.span(e.Range())), nil
		}
		if ref.Attr == "" {
			if m := r.modules[ref.Name]; m != nil && m.call != nil && ref.Kind == rind.RefResource {
				return r.output(m, name)
			}
			if in := r.byAddress[ref.Name]; in != nil && (ref.Kind == rind.RefResource || ref.Kind == rind.RefData) {
				if out, err := r.attribute(in, name); out != nil || err != nil {
					return out, err
				}
				if _, err := strconv.Atoi(name); err == nil {
					return v, nil // [0] of something without count
				}
			}
		}
		longer := *ref
		if longer.Attr != "" {
			longer.Attr += "."
		}
		longer.Attr += name
		if ref.Kind == rind.RefData && ref.Attr == "" {
			longer = dataRef(longer)
		}
		return rind.NewRef(longer, v.Span), nil
	case rind.List:
		if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(v.Items) && !isSet(v) {
			return v.Items[n], nil
		}
		return nil, fmt.Errorf("element %q of a list", name)
	}
	return nil, fmt.Errorf("element %q of a %s", name, v.Kind)
}

// dataRef says what an attribute of a data source is, where that is known
// from the data source's documentation.
func dataRef(ref rind.Ref) rind.Ref {
	_, name := splitAddress(ref.Name)
	name = strings.TrimPrefix(strings.TrimPrefix(name, "data."), "ephemeral.")
	typ, _, _ := strings.Cut(name, ".")
	if typ == "terraform_remote_state" || typ == "tfe_outputs" {
		ref.Kind = rind.RefImport // what another configuration publishes
		return ref
	}
	switch typ + "." + ref.Attr {
	case "aws_caller_identity.account_id", "aws_caller_identity.id":
		return rind.Ref{Kind: rind.RefPseudo, Name: "AWS::AccountId"}
	case "aws_region.name", "aws_region.id", "aws_region.region":
		return rind.Ref{Kind: rind.RefPseudo, Name: "AWS::Region"}
	case "aws_partition.partition", "aws_partition.id":
		return rind.Ref{Kind: rind.RefPseudo, Name: "AWS::Partition"}
	case "aws_partition.dns_suffix":
		return rind.Ref{Kind: rind.RefPseudo, Name: "AWS::URLSuffix"}
	case "aws_secretsmanager_secret_version.secret_string", "aws_secretsmanager_secret_version.secret_binary",
		"aws_secretsmanager_random_password.random_password":
		ref.Kind = rind.RefSecretsManager
	case "aws_ssm_parameter.value", "aws_ssm_parameter.insecure_value":
		ref.Kind = rind.RefSSM
	case "aws_kms_secrets.plaintext":
		ref.Kind = rind.RefSecret
	}
	return ref
}

// attribute returns an attribute of a resource or data source where more is
// known than that it is referred to; otherwise nil.
func (r *reader) attribute(in *instance, name string) (*rind.Value, error) {
	d := in.decl
	if d.mode == "data" {
		switch d.typ + "." + name {
		case "aws_iam_policy_document.json", "aws_iam_policy_document.minified_json":
			return r.policyDocument(in)
		case "template_file.rendered":
			return r.templateFile(in)
		case "local_file.content":
			f, err := r.argument(in, "filename")
			if err != nil || f == nil {
				return nil, err
			}
			return r.fileText(f)
		case "aws_iam_policy.arn", "aws_iam_policy.id":
			return r.managedPolicy(in)
		case "null_data_source.outputs":
			return r.argument(in, "inputs")
		}
		return nil, nil
	}
	switch d.typ + "." + name {
	case "terraform_data.output":
		return r.argument(in, "input")
	case "local_file.content":
		return r.argument(in, "content")
	}
	if name == "id" && strings.HasPrefix(d.typ, "aws_s3_bucket_") && d.typ != "aws_s3_bucket_object" {
		name = "bucket" // what configures a bucket has the bucket's name as its ID
	}
	// Numbers, booleans, lists and maps have no identity worth keeping; what
	// was written decides conditions and loops.
	a := d.block.Body.Attributes[name]
	if a == nil || a.Name == "for_each" || a.Name == "count" {
		return nil, nil
	}
	v, err := r.argument(in, name)
	if err != nil || v == nil {
		return nil, nil
	}
	switch v.Kind {
	case rind.Bool, rind.Number, rind.List, rind.Map:
		return via(v, rind.Ref{Kind: rind.RefResource, Name: in.address, Attr: name}), nil
	}
	// An argument that is a reference itself leads on: the rest_api_id of a
	// method is the API.
	if ref := soleRef(v); ref != nil && ref.Kind == rind.RefResource && structure(v) == nil {
		return v, nil
	}
	return nil, nil
}

// managedPolicy is the ARN of a policy that is looked up by ARN, or by a name
// that only AWS's own policies bear; nil for others.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
func (r *reader) managedPolicy(in *instance) (*rind.Value, error) {
	ref := rind.Ref{Kind: rind.RefData, Name: in.address, Attr: "arn"}
	if v, err := r.argument(in, "arn"); err == nil && v.Scalar() {
		return via(v, ref), nil
	}
	v, err := r.argument(in, "name")
	if err != nil || !v.Scalar() {
		return nil, nil
	}
	folder := "policy/"
	switch name := v.Text; {
	case strings.HasPrefix(name, "AWSLambda") && strings.HasSuffix(name, "Role"):
		folder += "service-role/"
	case strings.HasPrefix(name, "Amazon"), strings.HasPrefix(name, "AWSLambda_"), strings.HasPrefix(name, "CloudWatch") && strings.HasSuffix(name, "Access"):
	case name == "AdministratorAccess", name == "PowerUserAccess", name == "IAMFullAccess", name == "ReadOnlyAccess", name == "SecurityAudit":
	default:
		return nil, nil
	}
	return via(rind.NewString("arn:aws:iam::aws:"+folder+v.Text, v.Span), ref), nil
}

// argument evaluates one argument of a resource, or returns nil if it is not
// written.
func (r *reader) argument(in *instance, name string) (*rind.Value, error) {
	a := in.decl.block.Body.Attributes[name]
	if a == nil {
		return nil, nil
	}
	m := in.attrs[name]
	if m == nil {
		m = &memo{}
		in.attrs[name] = m
	}
	return m.once(func() (*rind.Value, error) { return r.bounded(r.eval(a.Expr, in.scope)) })
}

// materialise turns a reference to a whole module instance into an object of
// its outputs.
func (r *reader) materialise(v *rind.Value) *rind.Value {
	ref := soleRef(v)
	if ref == nil || ref.Attr != "" || ref.Kind != rind.RefResource {
		return v
	}
	m := r.modules[ref.Name]
	if m == nil || m.call == nil {
		return v
	}
	out := rind.NewMap(v.Span)
	for _, n := range sortedNames(m.outputs) {
		if o, err := r.output(m, n); err == nil {
			out.Fields = append(out.Fields, rind.Field{Key: n, Value: o})
		}
	}
	return out
}

// inTree resolves a path written in the configuration to a name in the tree.
// Terraform resolves it from the folder it runs in, the root module's.
func (r *reader) inTree(p string) (string, bool) {
	if p == "" || path.IsAbs(p) || strings.HasPrefix(p, "~") {
		return "", false
	}
	p = path.Join(r.rootDir, p)
	if p == ".." || strings.HasPrefix(p, "../") {
		return "", false
	}
	return p, true
}
