package secret

import (
	"os"
	"strings"
	"testing"
)

// code is what the benchmark reads: this package, over and over.
func code(b *testing.B) string {
	var all strings.Builder
	for _, name := range []string{"assign.go", "judge.go", "scan.go", "url.go", "verify.go"} {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		all.Write(data)
	}
	return strings.Repeat(all.String(), 8)
}

func BenchmarkFind(b *testing.B) {
	text := code(b)
	Find("", Code)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Find(text, Code)
	}
}
