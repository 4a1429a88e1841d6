//go:build ignore

// This program writes events.txt: the structs of aws-lambda-go's events
// package with their fields, types and JSON names, as Go declarations without
// bodies. Run it with the folder of that package:
//
//	go run gen.go $(go list -m -f '{{.Dir}}' github.com/aws/aws-lambda-go)/events > events.txt
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"log"
	"os"
	"sort"
	"strings"
)

func main() {
	fset := token.NewFileSet()
	pkgs, err := parser.ParseDir(fset, os.Args[1], func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	if err != nil {
		log.Fatal(err)
	}
	var decls []string
	for _, f := range pkgs["events"].Files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				t := s.(*ast.TypeSpec)
				if !t.Name.IsExported() {
					continue
				}
				var b strings.Builder
				if err := printer.Fprint(&b, fset, t); err != nil {
					log.Fatal(err)
				}
				decls = append(decls, "type "+b.String())
			}
		}
	}
	sort.Strings(decls)
	fmt.Println("// Structs of github.com/aws/aws-lambda-go/events v1.55.1 (Apache-2.0), written by gen.go.")
	fmt.Print("package events\n\nimport (\n\t\"encoding/json\"\n\t\"time\"\n)\n\n")
	for _, d := range decls {
		fmt.Println(d)
	}
}
