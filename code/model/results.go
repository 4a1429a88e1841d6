package model

import (
	"strings"
	"sync"

	"rind/code/ir"
)

// results maps the methods of the JDK that yield objects to the types of
// these. data/java/results.txt holds them, one class a line, made by
// code/lower/java/build/Results.java.
var results = sync.OnceValue(func() map[string]string {
	text, err := data.ReadFile("data/java/results.txt")
	if err != nil {
		return nil
	}
	m := map[string]string{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		for _, w := range words[min(1, len(words)):] {
			typ, methods, _ := strings.Cut(w, "=")
			for name := range strings.SplitSeq(methods, ",") {
				m[words[0]+"."+name] = typ
			}
		}
	}
	return m
})

// Result is the type of what a method of the language's own library yields,
// "java.sql.Statement" for "java.sql.Connection.createStatement"; "" if it is
// not known or no object.
func (l *Library) Result(name string) string {
	if l.Lang != ir.Java {
		return ""
	}
	return results()[name]
}
