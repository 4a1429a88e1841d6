package translate

import "rind/rind"

// Resources keeps every block in its own words.
func Resources(blocks []Block) (resources, declared []*rind.Resource) {
	for _, b := range blocks {
		if b.Mode != "resource" {
			continue
		}
		r := &rind.Resource{ID: b.Address, Type: "Terraform::" + b.Type, Native: b.Type, Origin: b.Address, Properties: b.Attrs, Attributes: b.Meta, Span: b.Span, Key: b.Key}
		resources = append(resources, r)
		declared = append(declared, r)
	}
	return resources, declared
}
