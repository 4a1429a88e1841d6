// Package treesitter is the tree-sitter runtime with the grammars of Python,
// JavaScript, TypeScript, TSX and Java, compiled to WebAssembly and from there
// to Go, so that no cgo is needed. In goes a source text, out comes its syntax
// tree as a flat array; see build/shim.c for the layout. Package syntax is the way
// to use it.
package treesitter

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sync"
)

//go:embed grammars.dat.gz
var packed []byte

// tables unpacks the grammars' parse tables: 4 MB, packed 0.4 MB.
var tables = sync.OnceValue(func() []byte {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic("treesitter: embedded tables: " + err.Error())
	}
	data, err := io.ReadAll(r)
	if err != nil {
		panic("treesitter: embedded tables: " + err.Error())
	}
	return data
})
