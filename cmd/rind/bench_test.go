package main

import (
	"bytes"
	"os"
	"testing"
)

// BenchmarkScan scans the folder that RIND_BENCH names, or the example shop.
func BenchmarkScan(b *testing.B) {
	dir := os.Getenv("RIND_BENCH")
	if dir == "" {
		dir = "../../examples/orders"
	}
	for range b.N {
		var out, errs bytes.Buffer
		if code := run([]string{"scan", "--format", "json", "--fail-on", "never", dir}, nil, &out, &errs); code != exitClean && code != exitIncomplete {
			b.Fatalf("exit %d: %s", code, errs.String())
		}
		b.SetBytes(int64(out.Len()))
	}
}
