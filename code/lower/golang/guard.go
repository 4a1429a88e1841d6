package golang

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
)

// guardTokens refuses source that go/parser would build too deep a tree of:
// it counts open brackets and prefix operators in a row, before parsing.
func guardTokens(src []byte) error {
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", -1, len(src)), src, nil, 0)
	open, run := 0, 0
	for {
		_, tok, _ := s.Scan()
		switch tok {
		case token.EOF:
			return nil
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			open = max(0, open-1)
		}
		switch tok {
		case token.SUB, token.ADD, token.NOT, token.XOR, token.MUL, token.AND, token.ARROW, token.TILDE,
			token.FUNC, token.CHAN, token.MAP, token.RBRACK:
			run++
		default:
			run = 0
		}
		if open > MaxDepth || run > MaxDepth {
			return ErrTooDeep
		}
	}
}

// guardTree refuses trees that recursion, ours and go/types', would go too
// deep in: the parser makes long chains of operators, calls and fields
// without nesting itself.
func guardTree(f *ast.File) error {
	g := &depthGuard{}
	ast.Walk(g, f)
	if g.deepest > 4*MaxDepth {
		return ErrTooDeep
	}
	return nil
}

type depthGuard struct{ depth, deepest int }

func (g *depthGuard) Visit(n ast.Node) ast.Visitor {
	if n == nil {
		g.depth--
		return nil
	}
	g.depth++
	g.deepest = max(g.deepest, g.depth)
	if g.depth > 4*MaxDepth {
		g.depth--
		return nil // ends the way down; Visit(nil) is not called
	}
	return g
}

// guardConsts refuses packages whose string constants grow by being joined
// with themselves: forty lines can make a string of 2^40 bytes, which go/types
// would build.
func guardConsts(files []*ast.File) error {
	values := map[string][]ast.Expr{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			d, ok := n.(*ast.GenDecl)
			if !ok || d.Tok != token.CONST {
				return true
			}
			var last []ast.Expr // repeated where a line has none
			for _, s := range d.Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok {
					continue
				}
				if len(v.Values) > 0 {
					last = v.Values
				}
				for i, name := range v.Names {
					if i < len(last) && name.Name != "_" {
						values[name.Name] = append(values[name.Name], last[i])
					}
				}
			}
			return true
		})
	}
	sizes := map[string]int{}
	for name := range values {
		if constSize(name, values, sizes) > maxConst {
			return fmt.Errorf("%w: the constant %s is longer than %d bytes", ErrTooLarge, name, maxConst)
		}
	}
	return nil
}

// constSize bounds the length of a constant from above: all literals and
// names in its expressions joined.
func constSize(name string, values map[string][]ast.Expr, sizes map[string]int) int {
	if n, ok := sizes[name]; ok {
		return n
	}
	sizes[name] = 0 // for constants that name themselves, which is an error
	most := 0
	for _, v := range values[name] {
		n := 0
		ast.Inspect(v, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.BasicLit:
				if x.Kind == token.STRING {
					n += len(x.Value)
				}
			case *ast.Ident:
				n += constSize(x.Name, values, sizes)
			}
			return n <= maxConst
		})
		most = max(most, n)
	}
	sizes[name] = most
	return most
}
