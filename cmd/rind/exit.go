package main

import (
	"errors"
	"fmt"
	"io"

	"rind/rind"
)

// The exit codes. Scripts rely on them: they are never renumbered.
const (
	exitClean      = 0 // nothing found at or above --fail-on
	exitFindings   = 1 // findings at or above --fail-on
	exitUsage      = 2 // wrong flags, arguments or configuration
	exitNothing    = 3 // there was nothing to scan
	exitIncomplete = 4 // something could not be read, so "clean" would be a lie
)

// A hintError is an error for the user: what went wrong, and below it what
// to do about it.
type hintError struct {
	err  error
	hint string
	code int
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

// usageError is an error in what the user asked for (exit code 2).
func usageError(hint, format string, args ...any) error {
	return &hintError{err: fmt.Errorf(format, args...), hint: hint, code: exitUsage}
}

// nothingError says that there was nothing to work on (exit code 3).
func nothingError(hint, format string, args ...any) error {
	return &hintError{err: fmt.Errorf(format, args...), hint: hint, code: exitNothing}
}

// errFindings ends a run that printed its findings; there is no more to say.
var errFindings = &hintError{err: errors.New("findings"), code: exitFindings}

// errIncomplete ends a clean run in which something could not be read. The
// report has listed what.
var errIncomplete = &hintError{err: errors.New("incomplete"), code: exitIncomplete}

// exitCode prints what the user must know about err and returns the code.
func exitCode(stderr io.Writer, err error) int {
	if err == nil {
		return exitClean
	}
	var h *hintError
	if !errors.As(err, &h) {
		// cobra's own complaints about flags and arguments end up here.
		fmt.Fprintf(stderr, "rind: error: %v\nrind: hint: see \"rind --help\"\n", err)
		return exitUsage
	}
	if h != errFindings && h != errIncomplete {
		fmt.Fprintf(stderr, "rind: error: %v\n", err)
		if h.hint != "" {
			fmt.Fprintf(stderr, "rind: hint: %s\n", h.hint)
		}
	}
	return h.code
}

// verdict turns a finished report into the error that carries its exit code.
// Findings outweigh incompleteness: whoever must act on one must see code 1.
func verdict(r *rind.Report, failOn rind.Severity) error {
	if failOn != "" {
		for _, f := range r.Findings {
			if f.Open() && f.Severity.Rank() >= failOn.Rank() {
				return errFindings
			}
		}
	}
	if len(r.Skipped) > 0 {
		return errIncomplete
	}
	return nil
}
