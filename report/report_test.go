package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rind/rind"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, format string, r *rind.Report, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(format, &b, r, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name, format string
		opt          Options
	}{
		{"text.txt", "text", Options{}},
		{"text-narrow.txt", "text", Options{Width: 60}},
		{"text-color.txt", "text", Options{Color: true}},
		{"text-quiet.txt", "text", Options{Quiet: true}},
		{"json.json", "json", Options{}},
		{"sarif.json", "sarif", Options{}},
		{"junit.xml", "junit", Options{}},
		{"github.txt", "github", Options{}},
		{"markdown.md", "markdown", Options{}},
		{"asff.json", "asff", Options{}},
		{"html.html", "html", Options{}},
	} {
		if !Known(c.format) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			got := render(t, c.format, sample(), c.opt)
			file := filepath.Join("testdata", "golden", c.name)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("%s differs (run with -update if that is right):\n%s", file, d)
			}
		})
	}
}

// TestNoSecrets holds every format to never print a secret.
func TestNoSecrets(t *testing.T) {
	for _, format := range Formats() {
		if got := render(t, format, sample(), Options{}); strings.Contains(got, secret) || strings.Contains(got, secret[8:]) {
			t.Errorf("%s prints the secret", format)
		}
	}
}

// TestDeterministic holds every format to print the same bytes again.
func TestDeterministic(t *testing.T) {
	for _, format := range Formats() {
		first := render(t, format, sample(), Options{})
		for range 5 {
			if d := cmp.Diff(first, render(t, format, sample(), Options{})); d != "" {
				t.Fatalf("%s differs from run to run:\n%s", format, d)
			}
		}
	}
}

// TestEmpty holds every format to cope with a report of nothing, and with
// findings without places, rules or fixes.
func TestEmpty(t *testing.T) {
	for _, format := range Formats() {
		render(t, format, &rind.Report{}, Options{})
		render(t, format, &rind.Report{
			Findings: []*rind.Finding{{}, {Span: rind.Span{File: "a", Line: 9, Column: 99, EndColumn: 3}, Severity: rind.High}},
			Source:   func(string) []byte { return []byte("\x1b[31m\xff\nx") },
		}, Options{})
	}
}

func TestWriteUnknownFormat(t *testing.T) {
	if err := Write("pdf", io.Discard, sample(), Options{}); err == nil {
		t.Error("no error")
	}
}

func BenchmarkWrite(b *testing.B) {
	r := sample()
	base := r.Findings
	for len(r.Findings) < 1000 {
		r.Findings = append(r.Findings, base...)
	}
	source := r.Source("template.yaml")
	r.Source = func(string) []byte { return source }
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			for range b.N {
				if err := Write(format, io.Discard, r, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
