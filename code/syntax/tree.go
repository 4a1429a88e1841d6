package syntax

import (
	"bytes"
	"iter"
	"sort"
	"sync"

	"rind/rind"
)

// A Tree is a parsed file.
type Tree struct {
	Lang   Language
	Source []byte
	// Errors counts the places that did not fit the grammar.
	Errors int

	nodes []node // in pre-order
	names *names
	once  sync.Once
	lines []uint32 // offset of every line's first byte
}

// A node is one entry of the flat tree: its children follow it.
type node struct {
	start, end uint32
	kind       uint16
	field      uint8
	flags      uint8
	size       uint32 // nodes of the subtree, itself included
}

const (
	flagNamed = 1 << iota
	flagError
	flagMissing
	flagExtra
)

// Root is the node of the whole file.
func (t *Tree) Root() Node {
	if len(t.nodes) == 0 {
		return Node{}
	}
	return Node{t, 0}
}

// Line is the 1-based line and column (in bytes) of an offset.
func (t *Tree) Line(offset uint32) (line, column int32) {
	t.once.Do(func() {
		t.lines = append(t.lines, 0)
		for i := 0; ; {
			n := bytes.IndexByte(t.Source[i:], '\n')
			if n < 0 {
				break
			}
			i += n + 1
			t.lines = append(t.lines, uint32(i))
		}
	})
	i := sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > offset }) - 1
	return int32(i + 1), int32(offset-t.lines[i]) + 1
}

// A Node is one node of a Tree. The zero Node stands for none: it has no
// kind, no children and no text, so that lookups can be chained.
type Node struct {
	t *Tree
	i uint32
}

// OK reports whether there is a node.
func (n Node) OK() bool { return n.t != nil }

func (n Node) raw() node {
	if n.t == nil {
		return node{}
	}
	return n.t.nodes[n.i]
}

// Kind is the grammar's name of the node: "call", "identifier", "+"; "ERROR"
// for text that did not fit; "" for the zero Node.
func (n Node) Kind() string {
	if n.t == nil {
		return ""
	}
	if k := n.raw().kind; int(k) < len(n.t.names.kinds) {
		return n.t.names.kinds[k]
	}
	return "ERROR"
}

// Named reports whether the node is more than punctuation or a keyword.
func (n Node) Named() bool { return n.raw().flags&flagNamed != 0 }

// IsError reports whether the node is text that did not fit the grammar.
func (n Node) IsError() bool { return n.raw().flags&flagError != 0 }

// Missing reports whether the parser inserted the node to go on.
func (n Node) Missing() bool { return n.raw().flags&flagMissing != 0 }

// Extra reports whether the node may stand anywhere: a comment.
func (n Node) Extra() bool { return n.raw().flags&flagExtra != 0 }

// Field is the name under which the parent knows the node, or "".
func (n Node) Field() string {
	if n.t == nil {
		return ""
	}
	if f := n.raw().field; int(f) < len(n.t.names.fields) {
		return n.t.names.fields[f]
	}
	return ""
}

// Start and End are byte offsets; the end is exclusive.
func (n Node) Start() uint32 { return n.raw().start }

// End is the offset behind the node's last byte.
func (n Node) End() uint32 { return n.raw().end }

// Text is the node's source text.
func (n Node) Text() string {
	if n.t == nil {
		return ""
	}
	return string(n.t.Source[n.raw().start:n.raw().end])
}

// Span is the node's place in the file of the given name.
func (n Node) Span(file string) rind.Span {
	if n.t == nil {
		return rind.Span{File: file}
	}
	s := rind.Span{File: file}
	s.Line, s.Column = n.t.Line(n.Start())
	s.EndLine, s.EndColumn = n.t.Line(n.End())
	return s
}

// All yields the node's children, punctuation and comments included.
func (n Node) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.t == nil {
			return
		}
		end := n.i + n.t.nodes[n.i].size
		for i := n.i + 1; i < end; i += max(1, n.t.nodes[i].size) {
			if !yield(Node{n.t, i}) {
				return
			}
		}
	}
}

// Children yields the named children without comments.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := range n.All() {
			if c.Named() && !c.Extra() && !yield(c) {
				return
			}
		}
	}
}

// At is the i-th of [Node.Children], or the zero Node.
func (n Node) At(i int) Node {
	for c := range n.Children() {
		if i == 0 {
			return c
		}
		i--
	}
	return Node{}
}

// Get is the first child that the node knows by this name, or the zero Node.
func (n Node) Get(field string) Node {
	if n.t == nil {
		return Node{}
	}
	f, ok := n.t.names.field[field]
	if !ok {
		return Node{}
	}
	for c := range n.All() {
		if c.raw().field == f {
			return c
		}
	}
	return Node{}
}

// First is the first child of the kind, punctuation included, or the zero
// Node.
func (n Node) First(kind string) Node {
	for c := range n.All() {
		if c.Kind() == kind {
			return c
		}
	}
	return Node{}
}
