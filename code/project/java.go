package project

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/lower/java"
)

// lowerJava lowers a file with the types of the repository's other files at
// hand.
func (l *loader) lowerJava(name string, files []sourceFile) (*ir.Module, error) {
	return java.LowerIn(name, files[0].text, l.javaTypes())
}

// javaTypes is the index of every type that the repository declares. It is
// made once.
func (l *loader) javaTypes() *java.Index {
	l.javaOnce.Do(func() {
		x := java.NewIndex()
		for _, f := range l.tree.walkAll() {
			if path.Ext(f) != ".java" || testPath(f) {
				continue
			}
			if text, err := l.tree.read(f); err == nil {
				x.Add(f, text)
			}
		}
		l.javaIndex = x
	})
	return l.javaIndex
}

// javaUnits lists the files that declare a class, named in full: the nearest
// first, since every sample of a repository may have its com.example.App. An
// inner class stands in the file of its outer one.
func (s *scope) javaUnits(from *ir.Module, class string) []string {
	class, _, _ = strings.Cut(class, "<")
	class = strings.ReplaceAll(class, "$", ".")
	here := folderOf(from)
	for range 3 {
		if found := slices.Clone(s.javaTypes().Files(class)); len(found) > 0 {
			slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(shared(here, b), shared(here, a)) })
			return found
		}
		i := strings.LastIndexByte(class, '.')
		if i < 0 {
			break
		}
		class = class[:i]
	}
	return nil
}

// Subtypes lists the types of the repository that extend or implement the
// named one directly.
func (s *scope) Subtypes(_ *ir.Module, name string) []string {
	if s.lang.lang != ir.Java {
		return nil
	}
	return s.javaTypes().Subtypes(name)
}

// Companions lists the modules of the app that a framework finds by their
// annotations: controllers, resources and beans below the same source root.
func (s *scope) Companions(of *ir.Module) []*ir.Module {
	if s.lang.lang != ir.Java {
		return nil
	}
	root, _, found := strings.Cut(of.File, "src/main/java/")
	if found {
		root = path.Join(root, "src/main/java")
	} else {
		root = path.Dir(of.File)
	}
	var out []*ir.Module
	for _, f := range s.tree.walkAll() {
		if path.Ext(f) != ".java" || testPath(f) || !under(f, root) || len(out) == maxCompanions {
			continue
		}
		if text, err := s.tree.read(f); err == nil && javaApp.Match(text) {
			if m, err := s.load(s.lang, f); err == nil && m != of {
				out = append(out, m)
			}
		}
	}
	return out
}

// maxCompanions bounds how many classes of a framework's app are entered.
const maxCompanions = 200
