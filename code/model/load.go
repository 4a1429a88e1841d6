package model

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"rind/code/ir"
)

//go:embed data
var data embed.FS

// loaders parse each language's files once.
var loaders = map[ir.Language]func() (*Library, error){
	ir.Python:     sync.OnceValues(func() (*Library, error) { return load(ir.Python) }),
	ir.JavaScript: sync.OnceValues(func() (*Library, error) { return load(ir.JavaScript) }),
	ir.Java:       sync.OnceValues(func() (*Library, error) { return load(ir.Java) }),
	ir.Go:         sync.OnceValues(func() (*Library, error) { return load(ir.Go) }),
}

// Load returns the library of a language. It is parsed on first use and
// shared afterwards.
func Load(lang ir.Language) (*Library, error) {
	l, ok := loaders[lang]
	if !ok {
		return nil, fmt.Errorf("no library of models for language %q", lang)
	}
	return l()
}

func load(lang ir.Language) (*Library, error) {
	dir := path.Join("data", string(lang))
	files, err := fs.Glob(data, dir+"/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list models: %w", err)
	}
	// Files are parsed at the same time: that is most of the cost.
	parsed := make([][]*Model, len(files))
	errs := make([]error, len(files))
	var wg sync.WaitGroup
	for i, f := range files {
		wg.Go(func() {
			src, err := data.ReadFile(f)
			if err == nil {
				parsed[i], err = Parse(src)
			}
			if err != nil {
				errs[i] = fmt.Errorf("models in %s: %w", f, err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return New(lang, slices.Concat(parsed...)...), nil
}

// New makes a library of models, which must come from [Parse].
func New(lang ir.Language, models ...*Model) *Library {
	l := &Library{Lang: lang}
	for _, m := range models {
		for _, name := range m.Call {
			l.calls.add(name, m)
		}
		for _, name := range m.Read {
			l.reads.add(name, m)
		}
	}
	return l
}

// Parse parses a file of models: a list of them. It refuses unknown keys,
// attack classes and argument forms.
func Parse(src []byte) ([]*Model, error) {
	var models []*Model
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	if err := dec.Decode(&models); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i, m := range models {
		if m == nil {
			return nil, fmt.Errorf("entry %d is empty", i+1)
		}
		if err := m.prepare(); err != nil {
			return nil, fmt.Errorf("entry %d (%s): %w", i+1, strings.Join(append(slices.Clone(m.Call), m.Read...), ", "), err)
		}
	}
	return models, nil
}

// classes are the words for what data can do at a sink: the attack classes,
// and what the code stage adds to them: a slow regular expression, forged log
// lines, a decision built on untrusted data, work without bound, and data
// that is stored. "dots" is no class: a path that is clean of it has no ".."
// left, so that comparing its beginning with a folder says something.
var classes = []string{
	"sqli", "nosqli", "xss", "cmdi", "codei", "path-traversal", "rfi", "ssrf", "xxe", "ssti", "prototype-pollution",
	"deserialization", "ldapi", "xpathi", "jndi", "crlf", "graphql", "open-redirect", "bomb",
	"redos", "log", "trust-boundary", "unbounded", "store-key", "target", "store", "dots",
}

var (
	relations = []string{"", "same", "parsed", "element", "elements", "keys", "list", "text", "path", "head-tail", "schema", "checked", "match"}
	kinds     = []string{"", "string", "object", "array", "function", "number", "tainted", "constant"}
	yields    = []string{"", "value", "elements", "receiver"}
)

// prepare checks a model and parses what it says in words.
func (m *Model) prepare() error {
	if len(m.Call)+len(m.Read) == 0 {
		return errors.New("it has neither call nor read")
	}
	for _, name := range slices.Concat(m.Call, m.Read) {
		if name == "" || strings.ContainsAny(name, " \t") {
			return fmt.Errorf("%q is no name", name)
		}
	}
	errs := []error{prepareConds(m.When)}
	for i := range m.Sinks {
		s := &m.Sinks[i]
		if len(s.Arg) == 0 {
			errs = append(errs, errors.New("a sink has no arg"))
		}
		errs = append(errs, parseInto(&s.refs, s.Arg), prepareConds(s.When), known("class", s.Class, classes),
			known("part", s.Part, []string{"", "prefix", "name", "structure", "text", "first"}), known("confidence", s.Confidence, []string{"", "high", "medium", "low"}))
	}
	if r := m.Returns; r != nil {
		errs = append(errs, parseInto(&r.refs, r.From), known("as", r.As, relations), cleans(r.Clean), cleans(r.Undo))
	}
	for i := range m.Writes {
		w := &m.Writes[i]
		to, err := ParseArg(w.To)
		w.to = to
		errs = append(errs, err, parseInto(&w.refs, w.From), known("as", w.As, append(relations, "append")), cleans(w.Clean))
	}
	for i := range m.Callbacks {
		c := &m.Callbacks[i]
		errs = append(errs, parseInto(&c.refs, c.Arg), known("returns", c.Returns, yields))
		for j := range c.Params {
			p := &c.Params[j]
			errs = append(errs, parseInto(&p.refs, p.From), known("as", p.As, relations))
		}
	}
	if g := m.Guard; g != nil {
		errs = append(errs, g.prepare())
	}
	for i := range m.Marks {
		k := &m.Marks[i]
		if len(k.Arg) == 0 {
			k.Arg = Args{"recv"}
		}
		if k.Name == "" {
			errs = append(errs, errors.New("a mark has no name"))
		}
		errs = append(errs, parseInto(&k.refs, k.Arg), prepareConds(k.When))
	}
	for i := range m.Weak {
		errs = append(errs, prepareConds(m.Weak[i].When), known("confidence", m.Weak[i].Confidence, []string{"", "high", "medium", "low"}))
	}
	return errors.Join(errs...)
}

func (g *Guard) prepare() error {
	arg, err := ParseArg(g.Arg)
	if err != nil {
		return err
	}
	g.refs = []ArgRef{arg}
	if g.Pattern != "" {
		p, err := ParseArg(g.Pattern)
		if err != nil {
			return err
		}
		g.pattern = &p
	}
	if g.Schema != "" {
		p, err := ParseArg(g.Schema)
		if err != nil {
			return err
		}
		g.schema = &p
	}
	return cleans(g.Clean)
}

func parseInto(refs *[]ArgRef, list []Arg) (err error) {
	*refs, err = parseArgs(list)
	return err
}

func known(what, word string, words []string) error {
	if slices.Contains(words, word) {
		return nil
	}
	return fmt.Errorf("unknown %s %q", what, word)
}

func cleans(list []string) error {
	for _, c := range list {
		if c != "all" && c != "number" && !slices.Contains(classes, c) {
			return fmt.Errorf("unknown class %q in clean", c)
		}
	}
	return nil
}

func prepareConds(list []Cond) error {
	for i := range list {
		if err := list[i].prepare(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cond) prepare() (err error) {
	if c.refs, err = parseArgs(c.Arg); err != nil {
		return err
	}
	tests := 0
	for _, set := range []bool{c.Is != nil, c.Not != nil, c.Matches != "", c.Kind != "", c.Absent, c.Present, c.ArgCount != "", c.Marked != "", c.Unmarked != ""} {
		if set {
			tests++
		}
	}
	if tests != 1 {
		return fmt.Errorf("a condition has %d tests, want one", tests)
	}
	if len(c.Arg) == 0 && c.ArgCount == "" {
		return errors.New("a condition has no arg")
	}
	if c.Matches != "" {
		if c.re, err = regexp.Compile(c.Matches); err != nil {
			return err
		}
	}
	if !strings.HasPrefix(c.Kind, "type:") {
		if err := known("kind", c.Kind, kinds); err != nil {
			return err
		}
	}
	c.least, c.most = 0, 1<<30
	if n := c.ArgCount; n != "" {
		v, err := strconv.Atoi(strings.TrimRight(n, "+-"))
		if err != nil {
			return fmt.Errorf("argcount %q is none of 2, 2+, 2-", n)
		}
		if !strings.HasSuffix(n, "-") {
			c.least = v
		}
		if !strings.HasSuffix(n, "+") {
			c.most = v
		}
	}
	return nil
}

// The parsed forms of what the models say in words; the engine uses these.

// Args are the parsed arguments that the sink is about.
func (s *Sink) Args() []ArgRef { return s.refs }

// Args are the parsed arguments that the condition is about.
func (c *Cond) Args() []ArgRef { return c.refs }

// Regexp is what Matches says, or nil.
func (c *Cond) Regexp() *regexp.Regexp { return c.re }

// CountFits reports whether a call with n positional arguments fits ArgCount.
func (c *Cond) CountFits(n int) bool { return c.least <= n && n <= c.most }

// Args are the parsed arguments of From.
func (r *Returns) Args() []ArgRef { return r.refs }

// Args are the parsed arguments of From.
func (w *Write) Args() []ArgRef { return w.refs }

// Target is the parsed argument To.
func (w *Write) Target() ArgRef { return w.to }

// Args are the parsed arguments that may be the function.
func (c *Callback) Args() []ArgRef { return c.refs }

// Args are the parsed arguments of From.
func (p *Param) Args() []ArgRef { return p.refs }

// Args is the parsed argument that is guarded, alone in a list.
func (g *Guard) Args() []ArgRef { return g.refs }

// PatternArg is the parsed argument Pattern, or nil.
func (g *Guard) PatternArg() *ArgRef { return g.pattern }

// SchemaArg is the parsed argument Schema, or nil.
func (g *Guard) SchemaArg() *ArgRef { return g.schema }
