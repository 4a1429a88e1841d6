package python

import (
	"slices"
	"strings"

	"rind/code/ir"
	"rind/code/syntax"
)

// scan collects what import and global statements anywhere in the file say.
func (l *lowerer) scan(root syntax.Node) {
	each(root, func(n syntax.Node) bool {
		switch n.Kind() {
		case "global_statement":
			for id := range n.Children() {
				l.shared[id.Text()] = true
			}
		case "import_statement":
			for c := range n.Children() {
				name := c
				if c.Kind() == "aliased_import" {
					name = c.Get("name")
				}
				full := dottedName(name)
				l.importing(full)
				if c.Kind() == "aliased_import" {
					l.imports[c.Get("alias").Text()] = full
					break
				}
				head, _, dots := strings.Cut(full, ".")
				l.imports[head] = head
				if dots {
					l.dotted[full] = true
				}
			}
		case "import_from_statement":
			from := modulePath(n.Get("module_name"))
			if from == "" {
				return false
			}
			l.importing(from)
			if n.First("wildcard_import").OK() && !slices.Contains(l.mod.Stars, from) {
				l.mod.Stars = append(l.mod.Stars, from)
			}
			for c := range n.All() {
				if c.Field() != "name" {
					continue
				}
				name := c
				if c.Kind() == "aliased_import" {
					name = c.Get("name")
				}
				full := join(from, name.Text())
				l.imports[imported(c).Text()] = full
				l.importing(full)
			}
		}
		return true
	})
}

func (l *lowerer) importing(p string) {
	if p != "" && !l.seenImports[p] {
		l.seenImports[p] = true
		l.mod.Imports = append(l.mod.Imports, p)
	}
}

// dottedName is the text of a dotted name without the space in it.
func dottedName(n syntax.Node) string {
	if n.Kind() == "identifier" {
		return n.Text()
	}
	var parts []string
	for c := range n.Children() {
		parts = append(parts, c.Text())
	}
	return strings.Join(parts, ".")
}

// modulePath is the path that a from clause names, leading dots included.
func modulePath(n syntax.Node) string {
	if n.Kind() != "relative_import" {
		return dottedName(n)
	}
	dots := strings.Count(n.First("import_prefix").Text(), ".")
	return strings.Repeat(".", dots) + dottedName(n.First("dotted_name"))
}

// imported statements assign the modules or their members to variables.
func (l *lowerer) importStatement(n syntax.Node) (out []ir.Stmt) {
	assign := func(id syntax.Node, x ir.Expr) {
		p := pos(n)
		out = append(out, &ir.Do{Pos: p, X: &ir.Assign{Pos: p, Target: l.target(id), Value: x}})
	}
	for c := range n.All() {
		if c.Field() != "name" {
			continue
		}
		p, id := pos(c), imported(c)
		if n.Kind() == "import_from_statement" {
			name := c
			if c.Kind() == "aliased_import" {
				name = c.Get("name")
			}
			from := &ir.Import{Pos: p, Path: modulePath(n.Get("module_name"))}
			assign(id, &ir.Member{Pos: p, X: from, Name: name.Text()})
			continue
		}
		if c.Kind() == "aliased_import" {
			assign(id, &ir.Import{Pos: p, Path: dottedName(c.Get("name"))})
			continue
		}
		assign(id, &ir.Import{Pos: p, Path: id.Text()})
		if full := dottedName(c); full != id.Text() {
			out = append(out, &ir.Do{Pos: p, X: &ir.Import{Pos: p, Path: full}})
		}
	}
	if n.Kind() == "import_from_statement" && n.First("wildcard_import").OK() {
		p := pos(n)
		out = append(out, &ir.Do{Pos: p, X: &ir.Import{Pos: p, Path: modulePath(n.Get("module_name"))}})
	}
	return out
}

// join is the path of a name or module in the module or package of a path:
// "a.b" and "c" give "a.b.c", ".." and "c" give "..c".
func join(from, name string) string {
	if strings.HasSuffix(from, ".") || from == "" {
		return from + name
	}
	return from + "." + name
}
