package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rind/rind"
)

func TestGraphGolden(t *testing.T) {
	for _, format := range GraphFormats() {
		var b bytes.Buffer
		if err := WriteGraph(format, &b, sample()); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "golden", "graph."+format)
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), b.String()); d != "" {
			t.Errorf("%s differs (run with -update if that is right):\n%s", file, d)
		}
	}
	if err := WriteGraph("png", io.Discard, sample()); err == nil {
		t.Error("no error for an unknown format")
	}
}

// TestLayout holds the drawing to: no two nodes of a column overlap, edges
// from internet go to the right, hostile names cannot leave their element.
func TestLayout(t *testing.T) {
	app := &rind.App{Path: "<script>"}
	for _, f := range []string{"A", "B", "C", "D", `E"><script>alert(1)</script>`} {
		app.Functions = append(app.Functions, &rind.Function{ID: f})
		app.Edges = append(app.Edges, rind.Edge{From: rind.Internet, To: f, Kind: rind.Triggers}, rind.Edge{From: f, To: "A", Kind: rind.Invokes}, rind.Edge{From: f, To: "T", Kind: rind.Writes}, rind.Edge{From: "T", To: f, Kind: rind.Triggers})
	}
	g := newGraph(app, nil)
	g.layout()
	for i, a := range g.nodes {
		for _, b := range g.nodes[i+1:] {
			if a.column == b.column && a.y < b.y+b.h && b.y < a.y+a.h {
				t.Errorf("%s and %s overlap", a.id, b.id)
			}
		}
		if a.y < 0 || a.x < 0 {
			t.Errorf("%s is outside", a.id)
		}
	}
	var b bytes.Buffer
	if err := WriteGraph("svg", &b, &rind.Report{Apps: []*rind.App{app}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script") {
		t.Error("a name got out of its element")
	}
	for dec := xml.NewDecoder(&b); ; {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
