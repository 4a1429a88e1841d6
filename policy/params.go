package policy

import (
	"maps"
	"slices"
	"strings"

	"rind/rind"
)

// param returns a parameter of a call by its name, whatever its spelling:
// TableName, tableName.
func param(c *rind.Call, name string) *rind.Value {
	if v, ok := c.Params[name]; ok {
		return v
	}
	for k, v := range c.Params {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return nil
}

// maxDepth is how deep parameters are searched; the API's own nest no deeper.
const maxDepth = 8

// find returns the values of a parameter, at any depth: "OutputLocation" is
// in ResultConfiguration. A path "S3Object.Bucket" narrows it. Lists give their
// elements.
func find(c *rind.Call, path string) []*rind.Value {
	names := strings.Split(path, ".")
	if len(names) == 1 {
		if v := param(c, path); v.Present() {
			return elements(v)
		}
	}
	var out []*rind.Value
	for _, k := range slices.Sorted(maps.Keys(c.Params)) {
		out = append(out, findIn(rind.NewMap(rind.Span{}, rind.Field{Key: k, Value: c.Params[k]}), names, 0)...)
	}
	return out
}

func findIn(v *rind.Value, names []string, depth int) []*rind.Value {
	if v == nil || depth > maxDepth {
		return nil
	}
	var out []*rind.Value
	for _, it := range v.Items {
		out = append(out, findIn(it, names, depth+1)...)
	}
	for _, f := range v.Fields {
		if strings.EqualFold(f.Key, names[0]) && f.Value.Present() {
			if len(names) == 1 {
				out = append(out, elements(f.Value)...)
			} else {
				out = append(out, findIn(f.Value, names[1:], depth+1)...)
			}
			continue
		}
		out = append(out, findIn(f.Value, names, depth+1)...)
	}
	return out
}

// elements is what a list holds, or the value itself.
func elements(v *rind.Value) []*rind.Value {
	if v.Kind != rind.List {
		return []*rind.Value{v}
	}
	return v.Items
}
