package cdk

import (
	"path"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// assets maps what a template says of an asset to the asset's file or folder.
type assets struct {
	byKey  map[string]string // object key, "4737….zip"
	byHash map[string]string // asset ID, "4737…"
}

func newAssets() *assets {
	return &assets{byKey: map[string]string{}, byHash: map[string]string{}}
}

// read adds the assets of an asset manifest. One that cannot be read costs
// the way from functions to their code and nothing else.
func (a *assets) read(r *reader, file string) {
	var m struct {
		Files map[string]struct {
			Source struct {
				Path string `json:"path"`
			} `json:"source"`
			Destinations map[string]struct {
				ObjectKey string `json:"objectKey"`
			} `json:"destinations"`
		} `json:"files"`
		Images map[string]struct {
			Source struct {
				Directory string `json:"directory"`
			} `json:"source"`
		} `json:"dockerImages"`
	}
	if err := r.read(file, &m); err != nil {
		r.skip(file, "cannot read this asset manifest: %v", err)
		return
	}
	for hash, f := range m.Files {
		at, ok := source.Join(file, f.Source.Path)
		if !ok {
			continue
		}
		a.byHash[hash] = at
		for _, d := range f.Destinations {
			a.byKey[d.ObjectKey] = at
		}
	}
	for hash, i := range m.Images {
		if at, ok := source.Join(file, i.Source.Directory); ok {
			a.byHash[hash] = at
		}
	}
}

// find returns the asset that text names by object key or hash.
func (a *assets) find(text string) string {
	if at := a.byKey[text]; at != "" {
		return at
	}
	// A hash is 64 hexadecimal digits inside a URL, tag or key.
	for i := 0; i < len(text); {
		if !hex(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && hex(text[end]) {
			end++
		}
		if end-i >= 32 {
			if at := a.byHash[text[i:end]]; at != "" {
				return at
			}
		}
		i = end
	}
	return ""
}

func hex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

// nested finds the template of a nested stack, from the resource's metadata
// or from the object key in its TemplateURL.
func (a *assets) nested(tree *source.Tree, file string, resource *rind.Value) (string, bool) {
	if resource.Get("Metadata", "aws:asset:property").Is("TemplateURL") {
		if at := written(tree, path.Dir(file), resource.Get("Metadata", "aws:asset:path").Str()); at != "" {
			return at, true
		}
	}
	at := ""
	resource.Get("Properties", "TemplateURL").Walk(func(_ string, v *rind.Value) bool {
		if v.Kind == rind.String && at == "" {
			key := v.Text[strings.LastIndexByte(v.Text, '/')+1:]
			if at = a.byKey[key]; at == "" {
				at = a.find(v.Text)
			}
		}
		return at == ""
	})
	return at, at != ""
}

// written resolves aws:asset:path, which is relative to the assembly or, in
// old versions, absolute on the machine that synthesized it.
func written(tree *source.Tree, dir, name string) string {
	if name == "" {
		return ""
	}
	if strings.HasPrefix(name, "/") || strings.Contains(name, `:\`) {
		name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	}
	if at, ok := source.Join(path.Join(dir, "manifest.json"), name); ok && tree.Exists(at) {
		return at
	}
	return ""
}
