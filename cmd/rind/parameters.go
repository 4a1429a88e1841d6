package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"rind/template"
)

// maxParameters is the largest parameter file that is read.
const maxParameters = 4 << 20

// parameters merges template parameters: rind.yaml first, then the files in
// order, then the flags.
func parameters(c *Config, files, flags []string) (map[string]string, error) {
	out := maps.Clone(c.Parameters)
	if out == nil {
		out = map[string]string{}
	}
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			return nil, usageError("name a readable file with --parameters", "reading parameters: %w", err)
		}
		if info.Size() > maxParameters {
			return nil, usageError("is it the right file?", "parameter file %s is larger than %d bytes", name, maxParameters)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, usageError("name a readable file with --parameters", "reading parameters: %w", err)
		}
		got, err := parseParameters(name, data)
		if err != nil {
			return nil, usageError("the forms are those of the AWS CLI, SAM, CodePipeline, and .tfvars", "parameter file %s: %w", name, err)
		}
		maps.Copy(out, got)
	}
	for _, kv := range flags {
		k, v, ok := strings.Cut(kv, "=")
		if !ok || k == "" {
			return nil, usageError("write --parameter Name=Value", "parameter %q has no value", kv)
		}
		out[k] = v
	}
	return out, nil
}

// parseParameters reads Terraform's .tfvars, and everything else as
// [template.ParseParameters] does.
func parseParameters(name string, data []byte) (map[string]string, error) {
	if filepath.Ext(name) == ".tfvars" {
		return parseTFVars(name, data)
	}
	return template.ParseParameters(data)
}

// parseTFVars takes the plain values of a .tfvars file. What is not a string,
// number or boolean is left to the module's own tfvars files.
func parseTFVars(name string, data []byte) (map[string]string, error) {
	f, diags := hclsyntax.ParseConfig(data, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	attrs, diags := f.Body.JustAttributes()
	if diags.HasErrors() {
		return nil, diags
	}
	out := map[string]string{}
	for k, a := range attrs {
		v, diags := a.Expr.Value(nil)
		if diags.HasErrors() || !v.IsKnown() || v.IsNull() {
			continue
		}
		if s, err := convert.Convert(v, cty.String); err == nil {
			out[k] = s.AsString()
		}
	}
	return out, nil
}
