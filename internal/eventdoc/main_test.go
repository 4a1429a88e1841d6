package main

import (
	"os"
	"testing"
)

// TestPageIsFresh holds docs/events.md to the tables.
func TestPageIsFresh(t *testing.T) {
	have, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != Page() {
		t.Error("docs/events.md is not what the tables say: run go generate ./event")
	}
}
