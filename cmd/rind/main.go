// Command rind finds what is wrong with serverless applications on AWS
// Lambda before someone else does.
//
// It wires the stages together: template reads, rule checks, posture
// correlates, ignore takes out what somebody answers for, report prints. One
// file per command; ui.go holds the rules of the user interface, exit.go the
// exit codes. It knows nothing about any check or format itself.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
