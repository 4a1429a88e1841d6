package tf

import (
	"embed"
	"path"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"rind/rind"
)

// Modules of the public registry are not read over the network. For those
// that serverless configurations use most, the folder modules holds a short
// configuration of our own that makes the resources the module would make
// from its most used inputs.

//go:embed modules
var registry embed.FS

// registryPrefix marks a folder that is not in the tree.
const registryPrefix = "registry:"

// registryDir maps a module source to a folder of ours, or "".
//
//	terraform-aws-modules/lambda/aws
//	registry.terraform.io/terraform-aws-modules/lambda/aws//modules/alias
//	github.com/terraform-aws-modules/terraform-aws-lambda
func registryDir(src string) string {
	src = strings.TrimPrefix(src, "git::")
	for _, p := range []string{"https://", "ssh://", "git@"} {
		src = strings.TrimPrefix(src, p)
	}
	src, _, _ = strings.Cut(src, "?")
	src = strings.TrimPrefix(src, "registry.terraform.io/")
	src = strings.TrimPrefix(src, "registry.opentofu.org/")
	name, sub, _ := strings.Cut(src, "//")
	name = strings.TrimSuffix(name, ".git")
	switch {
	case strings.HasPrefix(name, "terraform-aws-modules/") && strings.HasSuffix(name, "/aws"):
		name = strings.TrimSuffix(strings.TrimPrefix(name, "terraform-aws-modules/"), "/aws")
	case strings.Contains(name, "github.com") && strings.Contains(name, "terraform-aws-modules/terraform-aws-"):
		_, name, _ = strings.Cut(name, "terraform-aws-modules/terraform-aws-")
	default:
		return ""
	}
	if sub != "" {
		name += "-" + path.Base(sub)
	}
	if strings.ContainsAny(name, "/.") {
		return ""
	}
	if _, err := registry.Open("modules/" + name + ".tf"); err != nil {
		return ""
	}
	return registryPrefix + name
}

// registryParsed keeps our modules parsed; they are never changed.
var registryParsed sync.Map

func registryFiles(dir string) []file {
	if f, ok := registryParsed.Load(dir); ok {
		return f.([]file)
	}
	f := parseRegistry(dir)
	registryParsed.Store(dir, f)
	return f
}

func parseRegistry(dir string) []file {
	name := "modules/" + strings.TrimPrefix(dir, registryPrefix) + ".tf"
	data, err := registry.ReadFile(name)
	if err != nil {
		return nil
	}
	f, diags := hclsyntax.ParseConfig(data, registryPrefix+name, hcl.InitialPos)
	if diags.HasErrors() {
		return []file{{name: name, parsed: parsed{skip: &rind.Skip{File: name, Reason: diags.Error()}}}}
	}
	body, _ := f.Body.(*hclsyntax.Body)
	return []file{{name: name, parsed: parsed{body: body}}}
}
