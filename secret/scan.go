package secret

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"rind/rind"
)

// Limits of a scan. Secrets stand in what people write; a file of more than
// a few megabytes is data or a bundle of others' code.
const (
	maxFile    = 5 << 20
	maxFiles   = 200_000
	maxDepth   = 100
	maxArchive = 64 << 20  // bytes of an archive
	maxInside  = 128 << 20 // bytes read from all entries of one
)

// A Found is a secret in a file.
type Found struct {
	Match
	Span rind.Span
	// Test tells that the file belongs to tests, examples or documents.
	Test bool
}

// Scan looks through the text files of folders, or single files, of a tree. It
// leaves out other people's packages, version control and lock files, follows
// no links, and returns matches that are not doubtful, in the order of file and
// place; what it could not read comes back as skips. Archives are the names of
// zip files to look into, such as a layer's.
func Scan(fsys fs.FS, within, archives []string) ([]Found, []rind.Skip) {
	s := &scan{fsys: fsys, known: map[string]bool{}}
	for _, name := range within {
		name = path.Clean(name)
		if info, err := fs.Stat(fsys, name); err == nil && info.Mode().IsRegular() {
			s.note(name)
		} else if err == nil {
			s.folder(name, 0)
		}
	}
	results := make([][]Found, len(s.files))
	skips := make([]*rind.Skip, len(s.files))
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), 8) {
		wg.Go(func() {
			for i := range next {
				var err error
				if results[i], err = s.file(s.files[i]); err != nil {
					skips[i] = &rind.Skip{File: s.files[i], Reason: "not searched for secrets: " + cause(err)}
				}
			}
		})
	}
	for i := range s.files {
		next <- i
	}
	close(next)
	wg.Wait()
	found := slices.Concat(results...)
	for _, a := range archives {
		inside, err := s.archive(a)
		if err != nil {
			s.skipped = append(s.skipped, rind.Skip{File: a, Reason: "not searched for secrets: " + cause(err)})
		}
		found = append(found, inside...)
	}
	for _, sk := range skips {
		if sk != nil {
			s.skipped = append(s.skipped, *sk)
		}
	}
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.Span.File, b.Span.File), cmp.Compare(a.Span.Line, b.Span.Line), cmp.Compare(a.Span.Column, b.Span.Column))
	})
	return found, s.skipped
}

func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

type scan struct {
	fsys    fs.FS
	files   []string
	known   map[string]bool // files and folders that were met
	seen    int
	skipped []rind.Skip
}

// foreign are folders with other people's code, version history, or what a
// tool made of sources that are read anyway.
var foreign = set(`.git .hg .svn .idea .vscode node_modules bower_components .yarn .pnpm-store .terraform .terragrunt-cache
	.serverless .aws-sam cdk.out .venv venv site-packages dist-packages __pycache__ .tox .nox .mypy_cache .pytest_cache
	.gradle .next .nuxt vendor third_party target`)

func (s *scan) folder(dir string, depth int) {
	if depth > maxDepth || s.known[dir] {
		return // reading the templates has said so
	}
	s.known[dir] = true
	entries, err := fs.ReadDir(s.fsys, dir)
	if err != nil {
		return
	}
	installed := s.installed(dir, entries)
	for _, e := range entries {
		if s.seen++; s.seen > maxFiles {
			if s.seen == maxFiles+1 {
				s.skipped = append(s.skipped, rind.Skip{File: dir, Reason: "more than 200000 files; the rest was not searched for secrets"})
			}
			return
		}
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if !foreign[e.Name()] && !installed[e.Name()] {
				s.folder(name, depth+1)
			}
		case e.Type().IsRegular():
			if !installed[e.Name()] {
				s.note(name)
			}
		}
	}
}

// note keeps a file whose name says that it may hold secrets.
func (s *scan) note(name string) {
	if _, ok := formOf(name); ok && !s.known[name] {
		s.known[name] = true
		s.files = append(s.files, name)
	}
}

// installed lists what pip put into a folder, as far as the packages' records
// beside it tell: a function's dependencies often lie next to its own files.
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/
func (s *scan) installed(dir string, entries []fs.DirEntry) map[string]bool {
	var names map[string]bool
	for _, e := range entries {
		if !e.IsDir() || !strings.HasSuffix(e.Name(), ".dist-info") {
			continue
		}
		if names == nil {
			names = map[string]bool{}
		}
		names[e.Name()] = true
		f, err := s.fsys.Open(path.Join(dir, e.Name(), "RECORD"))
		if err != nil {
			continue
		}
		record, _ := io.ReadAll(io.LimitReader(f, 1<<20)) // as much as could be read
		f.Close()
		for line := range strings.Lines(string(record)) {
			file, _, _ := strings.Cut(line, ",")
			first, _, _ := strings.Cut(file, "/")
			names[first] = true
		}
	}
	return names
}

// lockFiles hold hashes and addresses of packages.
var lockFiles = set(`package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock poetry.lock pipfile.lock uv.lock
	go.sum cargo.lock composer.lock gemfile.lock .terraform.lock.hcl packages.lock.json gradle.lockfile deno.lock`)

// codeFiles hold values in quotes, plainFiles also without, and in shapeFiles
// only formats count.
var (
	codeFiles  = set(`.py .js .jsx .mjs .cjs .ts .tsx .mts .cts .java .kt .kts .scala .groovy .go .rb .php .cs .fs .rs .swift .sql .graphql .vtl .json .json5 .tf .hcl .tftpl .gradle .xml .config .ps1 .psm1 .ipynb .lua .pl .r .dart .ex .exs .vue .svelte`)
	plainFiles = set(`.env .properties .ini .cfg .conf .toml .yaml .yml .tfvars .sh .bash .zsh .bat .cmd .envrc .npmrc .pypirc .netrc .cnf .credentials .template .http .service`)
	shapeFiles = set(`.pem .key .ppk .p8 .asc .txt .md .rst .html .htm .csv .log .erb .j2 .tmpl`)
	plainNames = set(`credentials config dockerfile .npmrc .pypirc .netrc .env .envrc .pgpass .dockercfg .git-credentials makefile procfile`)
	shapeNames = set(`id_rsa id_dsa id_ecdsa id_ed25519 readme jenkinsfile`)
)

// formOf says how values are written in a file, by its name, and whether the
// file is looked at.
func formOf(name string) (Form, bool) {
	base := strings.ToLower(path.Base(name))
	ext := path.Ext(base)
	switch {
	case lockFiles[base], strings.HasSuffix(base, ".map"), strings.HasSuffix(base, ".snap"):
		return 0, false
	case strings.Contains(base, ".min."), strings.HasSuffix(base, ".bundle.js"):
		return Bare, true
	case strings.HasPrefix(base, ".env"), strings.HasPrefix(base, "dockerfile"), plainNames[base]:
		if base == "config" && path.Ext(path.Dir(name)) == ".git" {
			return 0, false
		}
		return Plain, true
	case plainFiles[ext]:
		return Plain, true
	case codeFiles[ext]:
		return Code, true
	case shapeFiles[ext], shapeNames[base]:
		return Bare, true
	}
	return 0, false
}

// file searches one file.
func (s *scan) file(name string) ([]Found, error) {
	f, err := s.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, nil
	}
	return read(name, f, info.Size())
}

func read(name string, r io.Reader, size int64) ([]Found, error) {
	var b strings.Builder
	b.Grow(int(min(size, maxFile)))
	if _, err := io.Copy(&b, io.LimitReader(r, maxFile)); err != nil {
		return nil, err
	}
	return File(name, b.String()), nil
}

// File searches the text of a file that is called name, as [Scan] does.
func File(name, text string) []Found {
	form, ok := formOf(name)
	if !ok || strings.IndexByte(text[:min(len(text), 8000)], 0) >= 0 {
		return nil
	}
	if form != Bare && minified(text) {
		form = Bare
	}
	test := forShow(name)
	var out []Found
	lines := &lineIndex{text: text}
	for _, m := range Find(text, form) {
		if m.Doubt != "" || m.Class == SignedToken && test {
			continue
		}
		switch {
		case test && (m.Class == Named || m.Class == Connection):
			m.Confidence = rind.ConfidenceLow
		case test && m.Confidence == rind.ConfidenceHigh:
			m.Confidence = rind.ConfidenceMedium
		}
		if sampleFile(name) && (m.Class == Named || m.Class == Connection) {
			continue
		}
		out = append(out, Found{Match: m, Span: lines.span(name, m.Start, m.End), Test: test})
	}
	return out
}

// minified reports whether a text is a bundle and not what anybody wrote: its
// lines are long.
func minified(text string) bool {
	if len(text) < 20_000 {
		return false
	}
	return len(text)/(1+strings.Count(text, "\n")) > 500
}

// forShow reports whether a path is of tests, samples or documents.
func forShow(name string) bool {
	lower := strings.ToLower(name)
	for _, part := range strings.Split(path.Dir(lower), "/") {
		switch part {
		case "test", "tests", "__tests__", "spec", "specs", "e2e", "fixtures", "testdata", "mocks", "__mocks__", "mock", "examples", "example", "samples", "sample", "docs", "doc", "demo", "cypress", "integration-tests", "unit-tests", "localstack", "events":
			return true
		}
	}
	base := path.Base(lower)
	return strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") || strings.HasPrefix(base, "test_") || strings.HasSuffix(base, "_test.go") || strings.HasSuffix(base, "_test.py") || strings.HasSuffix(base, "test.java") || base == "conftest.py" || strings.HasSuffix(base, ".md") || sampleFile(name)
}

// sampleFile reports whether a file shows others what to fill in.
func sampleFile(name string) bool {
	base := strings.ToLower(path.Base(name))
	for _, w := range []string{".example", ".sample", ".template.env", ".dist", ".tpl", "env.template", "example.env", "sample.env", ".env.test"} {
		if strings.Contains(base, w) {
			return true
		}
	}
	return strings.HasPrefix(base, "example") || strings.HasPrefix(base, "sample")
}

// archive searches the text files in a zip file, but not the packages of
// others in it.
func (s *scan) archive(name string) ([]Found, error) {
	f, err := s.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxArchive {
		return nil, fmt.Errorf("not a file of at most %d MB", maxArchive>>20)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxArchive))
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var out []Found
	left := int64(maxInside)
	for _, e := range z.File {
		inner := path.Clean(strings.ReplaceAll(e.Name, "\\", "/"))
		if e.FileInfo().IsDir() || e.UncompressedSize64 > maxFile || inForeign(inner) {
			continue
		}
		if _, ok := formOf(inner); !ok {
			continue
		}
		if left -= int64(e.UncompressedSize64); left < 0 {
			return out, errors.New("it holds too much; the rest was not searched")
		}
		r, err := e.Open()
		if err != nil {
			return out, err
		}
		found, err := read(inner, r, int64(e.UncompressedSize64))
		r.Close()
		if err != nil {
			return out, err
		}
		for _, x := range found {
			x.Note = strings.TrimPrefix(x.Note+", in "+inner, ", ")
			x.Span = rind.Span{File: name, Line: 1, Column: 1, EndLine: 1, EndColumn: 1}
			out = append(out, x)
		}
	}
	return out, nil
}

func inForeign(name string) bool {
	for _, part := range strings.Split(path.Dir(name), "/") {
		if foreign[part] || strings.HasSuffix(part, ".dist-info") {
			return true
		}
	}
	return false
}

// A lineIndex turns offsets, asked for in order, into lines.
type lineIndex struct {
	text string
	at   int // offset up to which lines are counted
	line int32
	bol  int
}

func (l *lineIndex) span(file string, start, end int) rind.Span {
	line, column := l.find(start)
	endLine, endColumn := l.find(end)
	if endLine > line { // a key in PEM: its first line is enough to find it
		endLine, endColumn = line, column+int32(max(1, strings.IndexByte(l.text[start:end], '\n')))
	}
	return rind.Span{File: file, Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

func (l *lineIndex) find(offset int) (line, column int32) {
	if offset < l.at {
		l.at, l.line, l.bol = 0, 0, 0
	}
	for l.at < offset {
		nl := strings.IndexByte(l.text[l.at:offset], '\n')
		if nl < 0 {
			l.at = offset
			break
		}
		l.at += nl + 1
		l.line++
		l.bol = l.at
	}
	return l.line + 1, int32(offset - l.bol + 1)
}
