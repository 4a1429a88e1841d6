package event

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rind/rind"
)

// TestFixtures holds the table to the events in testdata, which are written
// in the documented shapes by hand: every leaf has a field. A file is named
// <kind>.<anything>.json.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[rind.TriggerKind]bool{}
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), ".")
		kind := rind.TriggerKind(name)
		seen[kind] = true
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var ev any
		if err := json.Unmarshal(data, &ev); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		leaves(decodeKnown(ev), "", func(path string, v any) {
			f, ok := Lookup([]rind.TriggerKind{kind}, path)
			switch {
			case !ok:
				t.Errorf("%s: %s is not in the table", file, path)
			case !f.Certain && kind != rind.Direct && kind != rind.StepFunctions:
				t.Errorf("%s: %s is only guessed by the table", file, path)
			case f.Match == Above && v != nil:
				t.Errorf("%s: %s holds fields in the table, but not here", file, path)
			case f.Match == Exact && v != nil && !fits(f.Type, v):
				t.Errorf("%s: %s is %v, not a %s", file, path, v, f.Type)
			}
		})
	}
	for _, k := range Kinds {
		if !seen[k] {
			t.Errorf("no event of kind %s in testdata", k)
		}
	}
}

func fits(typ Type, v any) bool {
	switch v.(type) {
	case string:
		return typ == String || typ == Any
	case float64:
		return typ == Number || typ == Any
	case bool:
		return typ == Bool || typ == Any
	}
	return true
}
