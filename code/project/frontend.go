package project

import (
	"path"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/lower/javascript"
	"rind/code/lower/python"
)

// A frontend reads one language. What has no lower yet is not followed.
type frontend struct {
	lang ir.Language
	exts []string
	// lower turns the files of a unit into a module. A unit is one file,
	// except in Go, where it is the files of a folder: see unitOf.
	lower func(l *loader, unit string, files []sourceFile) (*ir.Module, error)
	// candidates lists the units that an import may mean, likeliest first.
	candidates func(s *scope, from *ir.Module, path string) []string
}

// A sourceFile is a file's name, relative to the root, and its text.
type sourceFile struct {
	name string
	text []byte
}

var frontends = []*frontend{
	{lang: ir.Python, exts: []string{".py"}, lower: oneFile(python.Lower), candidates: (*scope).pythonUnits},
	{lang: ir.JavaScript, exts: scriptExts, lower: oneFile(javascript.Lower), candidates: (*scope).scriptUnits},
	{lang: ir.Java, exts: []string{".java"}, lower: (*loader).lowerJava, candidates: (*scope).javaUnits},
	{lang: ir.Go, exts: []string{".go"}, lower: (*loader).lowerGo, candidates: (*scope).goUnits},
}

// oneFile is a frontend's lower for languages whose units are files.
func oneFile(lower func(string, []byte) (*ir.Module, error)) func(*loader, string, []sourceFile) (*ir.Module, error) {
	return func(_ *loader, _ string, files []sourceFile) (*ir.Module, error) {
		return lower(files[0].name, files[0].text)
	}
}

// scriptExts are the endings of JavaScript and TypeScript, in the order in
// which a module without an ending is looked for: what was written before
// what was made of it.
var scriptExts = []string{".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".jsx"}

// frontendOf returns the frontend for a file name, or nil.
func frontendOf(name string) *frontend {
	ext := path.Ext(name)
	for _, f := range frontends {
		if slices.Contains(f.exts, ext) {
			return f
		}
	}
	return nil
}

// frontendFor returns the frontend for a Lambda runtime, or nil.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
func frontendFor(runtime string) *frontend {
	for prefix, lang := range map[string]ir.Language{
		"python": ir.Python, "nodejs": ir.JavaScript, "java": ir.Java, "go1": ir.Go, "provided": ir.Go,
	} {
		if strings.HasPrefix(runtime, prefix) {
			for _, f := range frontends {
				if f.lang == lang {
					return f
				}
			}
		}
	}
	return nil
}
