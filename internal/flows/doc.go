// Package flows runs the cases of testdata/flows through the whole of a scan
// and holds what is reported against what each case wants. See the README
// there for the form of a case. It exports the reading of cases for the tools
// that score; it never ships.
package flows

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// A Case is one archive: an app with faults and its safe twin.
type Case struct {
	Name string
	Note string
	Todo string // why it is known to fail, or ""
	// Bad and Good are files by name.
	Bad, Good map[string]string
	// Wants are what must be reported in Bad.
	Wants []Want
}

// A Want is a line that must have a finding of a class or rule.
type Want struct {
	File  string
	Line  int
	Class string // attack class or rule ID
}

func (w Want) String() string { return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Class) }

var wantComment = regexp.MustCompile(`(?:#|//|/\*|<!--)\s*want:\s*([\w, -]+?)\s*(?:\*/|-->)?\s*$`)

// Parse reads an archive.
func Parse(name string, data []byte) (*Case, error) {
	a := txtar.Parse(data)
	c := &Case{Name: name, Bad: map[string]string{}, Good: map[string]string{}}
	var note []string
	for line := range strings.Lines(string(a.Comment)) {
		if todo, ok := strings.CutPrefix(strings.TrimSpace(line), "todo:"); ok {
			c.Todo = strings.TrimSpace(todo)
			continue
		}
		note = append(note, strings.TrimSpace(line))
	}
	c.Note = strings.TrimSpace(strings.Join(note, " "))
	for _, f := range a.Files {
		half, file, ok := strings.Cut(path.Clean(f.Name), "/")
		if !ok {
			return nil, fmt.Errorf("%s: member %q is not below bad/, good/ or both/", name, f.Name)
		}
		text := string(f.Data)
		wants := wantsOf(file, text)
		switch half {
		case "bad":
			c.Bad[file] = text
			c.Wants = append(c.Wants, wants...)
		case "good":
			c.Good[file] = text
			if len(wants) > 0 {
				return nil, fmt.Errorf("%s: %s wants something, but nothing may be found in good/", name, f.Name)
			}
		case "both":
			c.Bad[file], c.Good[file] = text, text
			if len(wants) > 0 {
				return nil, fmt.Errorf("%s: %s wants something, but it is in good/ too", name, f.Name)
			}
		default:
			return nil, fmt.Errorf("%s: member %q is not below bad/, good/ or both/", name, f.Name)
		}
	}
	if c.Note == "" {
		return nil, fmt.Errorf("%s: say in a line before the first file what it shows", name)
	}
	if len(c.Good) == 0 {
		return nil, fmt.Errorf("%s: no safe twin", name)
	}
	if len(c.Wants) == 0 && slices.ContainsFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "bad/") }) {
		return nil, fmt.Errorf("%s: nothing in bad/ wants a finding", name)
	}
	return c, nil
}

func wantsOf(file, text string) []Want {
	var out []Want
	n := 0
	for line := range strings.Lines(text) {
		n++
		m := wantComment.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			continue
		}
		for class := range strings.SplitSeq(m[1], ",") {
			out = append(out, Want{File: file, Line: n, Class: strings.TrimSpace(class)})
		}
	}
	return out
}
