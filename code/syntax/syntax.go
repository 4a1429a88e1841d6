// Package syntax parses source code. In goes a file's text, out comes a
// [Tree] of the nodes that tree-sitter's grammar for the language names.
//
// Parsing never fails on broken text: what does not fit stands in ERROR nodes
// and the rest of the tree is good. It never runs what it reads. Go source is
// not parsed here; the standard library's go/parser does that.
package syntax

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"rind/code/syntax/treesitter"
)

// A Language is a grammar.
type Language uint8

// The grammars, in the order of shim.c.
const (
	Python Language = iota
	JavaScript
	TypeScript
	TSX
	Java
)

func (l Language) String() string {
	switch l {
	case Python:
		return "python"
	case JavaScript:
		return "javascript"
	case TypeScript:
		return "typescript"
	case TSX:
		return "tsx"
	case Java:
		return "java"
	}
	return "unknown"
}

// MaxSize is the largest text that is parsed. Hand-written files end far
// below; bundles above it are some package's code, not the team's.
const MaxSize = 4 << 20

// MaxDepth is the deepest tree that is given out. A hundred is a lot in
// written code, minified code reaches a few hundred.
const MaxDepth = 2000

// Errors of Parse.
var (
	ErrTooLarge = errors.New("the file is too large to parse")
	ErrTooDeep  = errors.New("the code is nested too deeply to follow")
	// ErrTooHard is for broken text that makes the parser go over it again
	// and again, and for what needs more memory than a parser may have.
	ErrTooHard = errors.New("the code is too broken to parse")
)

// Parse parses src. The tree keeps src, which must not change afterwards.
// Errors are [ErrTooLarge], [ErrTooDeep], [ErrTooHard] and those of a broken
// parser, never of broken text that can be made sense of.
func Parse(lang Language, src []byte) (t *Tree, err error) {
	if lang > Java {
		return nil, fmt.Errorf("no grammar for language %d", lang)
	}
	if len(src) > MaxSize {
		return nil, ErrTooLarge
	}
	p := <-parsers()
	defer func() {
		if r := recover(); r != nil {
			// The machine may be left in any state: make a new one next time.
			// Where the memory ran out the C library has stopped it.
			t, err = nil, fmt.Errorf("the %s parser failed: %v", lang, r)
			if p != nil && len(p.mod.Slice()) >= outOfMemory {
				err = ErrTooHard
			}
			p = nil
		}
		if p != nil && len(p.mod.Slice()) > maxMemory {
			p = nil // give a large file's memory back
		}
		parsers() <- p
	}()
	if p == nil {
		p = newParser()
	}
	if t = p.parse(lang, src); t == nil {
		return nil, ErrTooHard
	}
	if depth(t.nodes) > MaxDepth {
		return nil, ErrTooDeep
	}
	return t, nil
}

// maxMemory is what a parser may keep between files: 32 MB at the start, and
// what ordinary files need.
const maxMemory = 64 << 20

// outOfMemory is when a machine's memory cannot grow much more; build.sh sets
// the limit of 512 MB.
const outOfMemory = 384 << 20

// parsers holds one place for every parser that may work at once. Machines
// are made on first use; nil is a place whose machine is yet to be made.
var parsers = sync.OnceValue(func() chan *parser {
	n := max(1, runtime.GOMAXPROCS(0))
	c := make(chan *parser, n)
	for range n {
		c <- nil
	}
	return c
})

// A parser is one instance of the WebAssembly machine.
type parser struct {
	mod *machine
}

type machine struct{ *treesitter.Module }

func (m *machine) Slice() []byte { return *m.Xmemory().Slice() }

func newParser() *parser {
	m := treesitter.New(host{})
	m.X_initialize()
	return &parser{&machine{m}}
}

// host answers the few WASI calls that the C library is linked to. The
// parser has no clock, no files and no output.
type host struct{}

const errNoSys = 52 // ENOSYS in WASI

func (host) Xclock_time_get(int32, int64, int32) int32 { return errNoSys }
func (host) Xfd_close(int32) int32                     { return errNoSys }
func (host) Xfd_seek(int32, int64, int32, int32) int32 { return errNoSys }
func (host) Xfd_write(_, _, _, _ int32) int32          { return errNoSys }

// parse copies src into the machine, parses it there and copies the tree out.
func (p *parser) parse(lang Language, src []byte) *Tree {
	at := p.mod.Xts_alloc(int32(len(src) + 1))
	if at == 0 {
		panic("out of memory")
	}
	copy(p.mod.Slice()[uint32(at):], src)
	res := uint32(p.mod.Xts_parse_flat(int32(lang), at, int32(len(src)), budget(len(src))))
	mem := p.mod.Slice()
	count, errs, buf := word(mem[res:]), word(mem[res+4:]), word(mem[res+8:])
	p.mod.Xts_release(at)
	if count == 0 {
		return nil
	}
	t := &Tree{Lang: lang, Source: src, Errors: int(errs), names: namesOf(lang, p.mod)}
	t.nodes = make([]node, count)
	for i := range t.nodes {
		w := mem[buf+uint32(i)*20:]
		t.nodes[i] = node{word(w), word(w[4:]), uint16(word(w[8:])), uint8(word(w[8:]) >> 16), uint8(word(w[12:])), word(w[16:])}
	}
	return t
}

// budget is the work that the parser may do for a text of n bytes; see
// shim.c for its units. Of 13,354 files of 54 MB (Python, JavaScript,
// TypeScript and Java, among them minified ones) the median needed 10 for each
// KB, the most that one above 64 KB needed is 36, and none below needed 3000.
func budget(n int) int32 { return int32(4000 + n/16) }

func word(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// names are the words of a grammar, by number.
type names struct {
	kinds, fields []string
	field         map[string]uint8
}

var (
	namesMu  sync.Mutex // guards allNames
	allNames [Java + 1]*names
)

func namesOf(lang Language, m *machine) *names {
	namesMu.Lock()
	defer namesMu.Unlock()
	if n := allNames[lang]; n != nil {
		return n
	}
	text := func(at int32) string {
		mem := m.Slice()[uint32(at):]
		return string(mem[:max(0, slices.Index(mem, 0))])
	}
	n := &names{field: map[string]uint8{}}
	for i := range m.Xts_symcount(int32(lang)) {
		n.kinds = append(n.kinds, text(m.Xts_symname(int32(lang), i)))
	}
	n.fields = append(n.fields, "")
	for i := int32(1); i <= m.Xts_fieldcount(int32(lang)); i++ {
		name := text(m.Xts_fieldname(int32(lang), i))
		n.fields = append(n.fields, name)
		n.field[name] = uint8(i)
	}
	allNames[lang] = n
	return n
}

// depth is the height of a tree, found without recursion.
func depth(nodes []node) int {
	deepest := 0
	var ends []uint32 // of the open nodes: index behind their last descendant
	for i := range nodes {
		for len(ends) > 0 && uint32(i) >= ends[len(ends)-1] {
			ends = ends[:len(ends)-1]
		}
		ends = append(ends, uint32(i)+nodes[i].size)
		deepest = max(deepest, len(ends))
	}
	return deepest
}
