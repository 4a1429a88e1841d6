package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "rind"

// mayImport says which of the module's own packages each room may import,
// besides those inside the room itself. A room that is not listed may import
// only the vocabulary.
//
// Data flows one way: rind <- {template, event, iam, code, deps} <- rule <-
// posture <- cmd. Rooms of one stage do not know each other.
var mayImport = map[string][]string{
	"rind":       {},
	"template":   {"rind"},
	"event":      {"rind"},
	"iam":        {"rind"},
	"code":       {"rind", "event"}, // its sources are the event fields an attacker controls
	"deps":       {"rind"},
	"policy":     {"rind", "iam", "template"},
	"secret":     {"rind"},
	"rule":       {"rind", "template", "event", "iam", "code", "deps", "policy", "secret"},
	"posture":    {"rind", "template", "event", "iam", "code", "deps", "policy", "rule"},
	"ignore":     {"rind"},
	"fix":        {"rind", "iam", "policy", "rule", "template"},
	"report":     {"rind"},
	"firewall":   {"rind", "event"},
	"behavior":   {"rind"},
	"shield":     {"rind", "event", "firewall", "behavior"},
	"trial":      {"rind", "event", "firewall", "behavior", "shield"},
	"console":    {"rind", "report"},
	"cmd":        {"*"},
	"cmd/shield": {"rind", "event", "firewall", "behavior", "shield"},
	"internal":   {"*"},
}

// noDependencies lists rooms that import the standard library only.
var noDependencies = []string{"rind", "report"}

// forbiddenNames say nothing about what is inside.
var forbiddenNames = []string{"util", "utils", "common", "helper", "helpers", "manager", "misc", "shared", "lib"}

// forbiddenText must not be in any file: places of a developer's machine, and
// credentials.
var forbiddenText = regexp.MustCompile(`/home/[a-z]{3,}|/Users/[a-z]{3,}|/root/|` + `/wo` + `rk/|/tmp/s` + `rc|/tmp/lab` + `els|C:\\Users|BEGIN (RSA|EC|OPENSSH) PRIVATE KEY-----\nM`)

// room is the first folder of a package's path.
func room(pkg string) string {
	if strings.HasPrefix(pkg, "cmd/rind-shield") {
		return "cmd/shield"
	}
	first, _, _ := strings.Cut(pkg, "/")
	return first
}

// files yields every file of the repository that is source.
func files(t *testing.T) []string {
	t.Helper()
	var out []string
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || d.Name() == "node_modules" || name == "bin"):
			return fs.SkipDir
		case d.Type().IsRegular() && name != ".git": // a linked work tree has a file
			out = append(out, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type source struct {
	name string // file, relative to the module
	pkg  string // folder
	test bool
	ast  *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	fset := token.NewFileSet()
	for _, name := range files(t) {
		if path.Ext(name) != ".go" || strings.Contains(name, "testdata/") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join("../..", name), nil, parser.ParseComments|parser.ImportsOnly)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out = append(out, source{name: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), ast: f})
	}
	if len(out) < 10 {
		t.Fatalf("found only %d Go files: is this the right folder?", len(out))
	}
	return out
}

// TestImports holds the direction of imports. Tests may look further: they
// may import whatever the room they are in is fed by.
func TestImports(t *testing.T) {
	for _, s := range sources(t) {
		from := room(s.pkg)
		allowed := mayImport[from]
		if allowed == nil {
			allowed = []string{"rind"}
		}
		for _, spec := range s.ast.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			own, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				first, _, _ := strings.Cut(imported, "/")
				if strings.Contains(first, ".") && slices.Contains(noDependencies, from) && !s.test {
					t.Errorf("%s imports %s: %s imports the standard library only", s.name, imported, from)
				}
				continue
			}
			to := room(own)
			if to == from || s.test || slices.Contains(allowed, "*") || slices.Contains(allowed, to) || to == "internal" {
				continue
			}
			t.Errorf("%s imports %s: %s may import only %v", s.name, imported, from, allowed)
		}
	}
}

// TestCommandStaysLight keeps what a Lambda layer carries apart from the
// command line.
func TestCommandStaysLight(t *testing.T) {
	for _, s := range sources(t) {
		if room(s.pkg) != "cmd/shield" {
			continue
		}
		for _, spec := range s.ast.Imports {
			for _, heavy := range []string{"cobra", "hcl", "yaml", "rind/template", "rind/rule", "rind/report", "rind/code"} {
				if strings.Contains(spec.Path.Value, heavy) {
					t.Errorf("%s imports %s, which is too heavy for a layer", s.name, spec.Path.Value)
				}
			}
		}
	}
}

// TestPackages holds packages to a comment and to a name that says something.
func TestPackages(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if slices.Contains(forbiddenNames, path.Base(s.pkg)) || slices.Contains(forbiddenNames, s.ast.Name.Name) {
			t.Errorf("%s: a package named %s says nothing", s.name, s.ast.Name.Name)
		}
		if s.test {
			continue
		}
		if s.ast.Doc != nil && len(s.ast.Doc.Text()) > 40 {
			documented[s.pkg] = true
		} else if _, known := documented[s.pkg]; !known {
			documented[s.pkg] = false
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment: say what comes in, what goes out, what it never does", pkg)
		}
	}
}

// TestNothingOfThisMachine keeps places and secrets of a developer's machine
// out of the repository.
func TestNothingOfThisMachine(t *testing.T) {
	for _, name := range files(t) {
		if info, err := os.Stat(filepath.Join("../..", name)); err != nil || info.Size() > 4<<20 {
			continue
		}
		data, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil || bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 || strings.HasPrefix(name, "internal/house/") {
			continue
		}
		if loc := forbiddenText.FindIndex(data); loc != nil {
			t.Errorf("%s:%d: %q does not belong here", name, 1+bytes.Count(data[:loc[0]], []byte("\n")), data[loc[0]:loc[1]])
		}
	}
}

// TestFilesStaySmall keeps a file to what one can read. Generated files and
// tables are exempt.
func TestFilesStaySmall(t *testing.T) {
	const most = 700
	for _, s := range sources(t) {
		data, err := os.ReadFile(filepath.Join("../..", s.name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data[:min(len(data), 500)], []byte("DO NOT EDIT")) {
			continue
		}
		if n := bytes.Count(data, []byte("\n")); n > most {
			t.Errorf("%s has %d lines; split it by what it holds (at most %d)", s.name, n, most)
		}
	}
}
