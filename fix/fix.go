// Package fix turns findings into edits of the files they are in.
//
// In come findings whose rule knows a safe setting, the apps they were found
// in, and the bytes of the files; out go edits that set the property where the
// user wrote the resource, in the user's notation: YAML, JSON or HCL. Comments
// and formatting stay as they are. Where the place is not plain — a value made
// by a function, a resource made by a transform — there is no edit. It reads
// and writes no files itself.
package fix

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"rind/rind"
	"rind/rule"
	"rind/template/source"
)

// errNoPlace means that the setting cannot be made by a plain edit.
var errNoPlace = errors.New("no plain place for the setting")

// Suggest adds edits to the findings that a safe setting closes. read returns
// the bytes of a file of the scanned tree, or nil.
func Suggest(apps []*rind.App, findings []*rind.Finding, read func(string) []byte) {
	byPath := map[string]*rind.App{}
	for _, a := range apps {
		byPath[a.Path] = a
	}
	for _, f := range findings {
		settings := rule.Settings(f.Rule)
		app := byPath[f.App]
		if len(settings) == 0 || app == nil || f.Generated || f.Suppressed != nil || f.When != "" {
			continue
		}
		if edits := suggest(app, f, settings, read); len(edits) > 0 {
			if f.Fix == nil {
				f.Fix = &rind.Fix{}
			}
			f.Fix.Edits = edits
		}
	}
}

func suggest(app *rind.App, f *rind.Finding, settings []rule.Setting, read func(string) []byte) []rind.Edit {
	if len(settings) == 1 && settings[0].Path == "" {
		src := read(f.Span.File)
		if src == nil || app.Kind == rind.CDK || isName(app, f.Span) {
			return nil
		}
		if edit, ok := overwrite(f.Span, src, settings[0].Value); ok {
			return []rind.Edit{edit}
		}
		return nil
	}
	written := declaration(app, f)
	if written == nil {
		return nil
	}
	native := strings.TrimPrefix(written.Type, "Terraform::")
	var edits []rind.Edit
	for _, s := range settings {
		if s.Native != native {
			continue
		}
		file := written.Span.File
		src := read(file)
		if src == nil {
			return nil
		}
		edit, err := set(file, src, app.Kind, written.ID, s)
		if err != nil {
			return nil // all of a rule's settings, or none
		}
		if edit.Text != string(src[edit.Start:edit.End]) {
			edits = append(edits, edit)
		}
	}
	return edits
}

// isName reports whether a place is the name of a resource: the finding is
// about something that is missing, and there is no value to replace.
func isName(app *rind.App, at rind.Span) bool {
	for _, list := range [][]*rind.Resource{app.Resources, app.Declared} {
		for _, r := range list {
			if r.Key == at || r.Span == at {
				return true
			}
		}
	}
	return false
}

// word is a literal that stands for itself in YAML, JSON and HCL alike.
var word = regexp.MustCompile(`^(?:"[\w.:/-]*"|'[\w.:/-]*'|[\w.:/-]+)$`)

// overwrite replaces the literal at a place, in the quotes it had.
func overwrite(at rind.Span, src []byte, value any) (rind.Edit, bool) {
	lines := source.NewLines(src)
	start, end := lines.Offset(at.Line, at.Column), lines.Offset(at.EndLine, at.EndColumn)
	if start >= end || !word.Match(src[start:end]) {
		return rind.Edit{}, false // a reference, a block, or several words
	}
	text := fmt.Sprint(value)
	if q := src[start]; q == '"' || q == '\'' {
		text = string(q) + text + string(q)
	} else if bytes.ContainsRune(src[start:end], '.') && path.Ext(at.File) == ".tf" {
		return rind.Edit{}, false // an attribute of something
	}
	return rind.Edit{File: at.File, Start: start, End: end, Text: text}, true
}

// declaration is the resource as the user wrote it: the one that the finding
// points into, which in Terraform may be a part of the resource it is about.
func declaration(app *rind.App, f *rind.Finding) *rind.Resource {
	var named *rind.Resource
	for _, d := range app.Declared {
		if app.Kind == rind.Terraform && d.Span.File == f.Span.File && d.Span.Contains(f.Span.Line) {
			return d
		}
		if d.ID == f.Resource && named == nil {
			named = d
		}
	}
	if named != nil {
		return named
	}
	if r := app.Resource(f.Resource); r != nil && !r.Generated {
		return r
	}
	return nil
}

// set makes one setting in a file.
func set(file string, src []byte, kind rind.AppKind, id string, s rule.Setting) (rind.Edit, error) {
	keys := strings.Split(s.Path, ".")
	switch ext := path.Ext(file); {
	case ext == ".tf" || ext == ".tofu":
		return setHCL(file, src, id, keys, s.Value)
	case kind == rind.CDK || strings.HasSuffix(file, ".tf.json"):
		return rind.Edit{}, errNoPlace // an output of a program
	}
	return setMarkup(file, src, location(kind, id), keys, s.Value)
}

// location is the path of a resource's properties in its file.
func location(kind rind.AppKind, id string) []string {
	if kind == rind.Serverless {
		if parts := strings.SplitN(id, ".", 2); parts[0] == "functions" || parts[0] == "provider" {
			return parts
		}
		return []string{"resources", "Resources", id, "Properties"}
	}
	return []string{"Resources", id[strings.LastIndexByte(id, '/')+1:], "Properties"}
}

// Apply makes edits in a file's bytes. Edits that overlap an earlier one are
// left out; how many were made is returned with the new bytes.
func Apply(src []byte, edits []rind.Edit) (out []byte, made int) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b rind.Edit) int { return a.Start - b.Start })
	at := 0
	var last rind.Edit
	for i, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(src) || i > 0 && e == last {
			continue
		}
		out = append(out, src[at:e.Start]...)
		out = append(out, e.Text...)
		at, last = e.End, e
		made++
	}
	return append(out, src[at:]...), made
}
