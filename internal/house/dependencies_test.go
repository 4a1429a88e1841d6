package house

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// required is a line of go.mod that names a module the code imports itself.
var required = regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+/\S+) v[^\s/]+$`)

// listed is a row of docs/dependencies.md: module, reason, licence.
var listed = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]*) \\| ([^|]*) \\|$")

// TestDependencies holds docs/dependencies.md to the direct dependencies of
// go.mod, each with a reason and a licence.
func TestDependencies(t *testing.T) {
	var direct, documented []string
	for _, m := range required.FindAllStringSubmatch(read(t, "go.mod"), -1) {
		direct = append(direct, m[1])
	}
	for _, m := range listed.FindAllStringSubmatch(read(t, "docs/dependencies.md"), -1) {
		documented = append(documented, m[1])
		if strings.TrimSpace(m[2]) == "" || strings.TrimSpace(m[3]) == "" {
			t.Errorf("docs/dependencies.md: %s has no reason or no licence", m[1])
		}
	}
	if len(direct) == 0 {
		t.Fatal("found no requirement in go.mod")
	}
	for _, d := range direct {
		if !slices.Contains(documented, d) {
			t.Errorf("docs/dependencies.md does not tell why %s is there", d)
		}
	}
	for _, d := range documented {
		if !slices.Contains(direct, d) {
			t.Errorf("docs/dependencies.md lists %s, which go.mod does not require directly: run go mod tidy", d)
		}
	}
}

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
