// Command rind finds what is wrong with serverless applications on AWS
// Lambda before someone else does.
//
// It wires the stages together: template reads, rule checks, posture
// correlates, ignore takes out what somebody answers for, report prints. One
// file per command; ui.go holds the rules of the user interface, exit.go the
// exit codes. It knows nothing about any check or format itself.
package main

import (
	"os"
	"runtime/debug"
)

func main() {
	// A scan makes much garbage (parsed files) and keeps little (resolved
	// apps). Collecting earlier than Go's default costs a tenth more CPU and
	// keeps a repository of a thousand templates below 150 MB.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
