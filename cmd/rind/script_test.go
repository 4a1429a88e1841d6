package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the scripts compare with")

// TestMain lets the scripts run rind as a command of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rind": main})
}

// TestScripts runs every script in testdata/script. -update writes the files
// that scripts compare with anew.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("NO_COLOR", "1")
			return nil
		},
	})
}
