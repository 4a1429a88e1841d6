package translate

import "rind/rind"

var lambdaHooks = hooks{
	"aws_lambda_function":                       {after: archivedCode("Code")},
	"aws_lambda_layer_version":                  {after: archivedCode("Content")},
	"aws_lambda_permission":                     {after: qualified},
	"aws_lambda_layer_version_permission":       {after: layerVersionARN},
	"aws_lambda_provisioned_concurrency_config": {join: joinProvisioned},
	"aws_lambda_function_recursion_config":      {join: mergeInto("FunctionName", "AWS::Lambda::Function")},
	"aws_lambda_runtime_management_config":      {join: mergeInto("FunctionName", "AWS::Lambda::Function")},
}

// archivedCode replaces the archive that a function or layer is deployed from
// by the folder or file that data.archive_file packs into it: that is the
// path a reader can open. Code is then a plain path, as it is in a
// CloudFormation template before "aws cloudformation package".
func archivedCode(key string) func(*translation, *unit) {
	return func(t *translation, u *unit) {
		name := u.attr("filename")
		if name.Absent() {
			return
		}
		for _, a := range t.units {
			if a.block.Type != "archive_file" || !archiveIs(a, name) {
				continue
			}
			for _, attr := range []string{"source_dir", "source_file"} {
				if src := a.block.Attrs.Get(attr); src.Present() {
					code := *src
					code.Span = name.Span
					code.Via = append(code.Via[:len(code.Via):len(code.Via)],
						rind.Ref{Kind: rind.RefData, Name: a.block.Address, Attr: attr})
					u.override(rind.Field{Key: key, Span: name.Span, Value: &code})
					return
				}
			}
			if text := one(a.block.Attrs.Get("source")).Get("content"); text.Present() && key == "Code" {
				u.override(rind.Field{Key: key, Span: name.Span, Value: object(name.Span, "ZipFile", text)})
			}
			return
		}
	}
}

func archiveIs(a *unit, name *rind.Value) bool {
	for r := range ownRefs(name) {
		if r.Name == a.block.Address || r.Name == baseAddress(a.block.Address) {
			return true
		}
	}
	out := a.block.Attrs.Get("output_path")
	return out.Present() && out.Kind == name.Kind && out.Text == name.Text && out.Text != ""
}

// qualified appends a permission's qualifier to the function it is for, as
// CloudFormation has it in one property. A reference stays recognisable.
func qualified(_ *translation, u *unit) {
	q, name := u.attr("qualifier"), u.get("FunctionName")
	if q.Absent() || name.Absent() {
		return
	}
	var parts []rind.Part
	for _, v := range []*rind.Value{name, rind.NewString(":", name.Span), q} {
		if v.Kind == rind.Symbol {
			parts = append(parts, v.Parts...)
		} else {
			parts = append(parts, rind.Part{Text: v.Text})
		}
	}
	v := rind.Join(parts, name.Via, name.Span)
	u.override(rind.Field{Key: "FunctionName", Span: name.Span, Value: v})
}

// layerVersionARN puts layer and version number together.
func layerVersionARN(_ *translation, u *unit) {
	name, number := u.get("LayerVersionArn"), u.attr("version_number")
	if name == nil || name.Kind != rind.String || !number.Scalar() {
		return
	}
	u.override(rind.Field{
		Key: "LayerVersionArn", Span: name.Span,
		Value: rind.NewString(name.Text+":"+number.Text, name.Span),
	})
}

// joinProvisioned moves provisioned concurrency to the alias it is for; in
// CloudFormation it has no resource of its own.
func joinProvisioned(t *translation, u *unit) {
	q := u.get("Qualifier")
	alias := t.find(u, q, "AWS::Lambda::Alias")
	if alias == nil {
		return
	}
	u.merged = true
	if c := u.res.Properties.Field("ProvisionedConcurrencyConfig"); c != nil {
		alias.override(*c)
	}
}
