package main

// The rules of the user interface.
//
//   - What was asked for goes to stdout; progress, notes about the run and
//     errors go to stderr. "rind scan --format json | jq ." always works.
//   - An error starts with "rind: error:" and is followed by "rind: hint:"
//     with what to do. Errors and hints are lower-case and name the file,
//     flag or line they are about.
//   - Nothing is ever asked interactively.
//   - Progress is drawn on a terminal only, on one line, and wiped when done.
//   - Colour is used on a terminal only; NO_COLOR and --color override. No
//     information is in the colour alone.
//   - Values that may be secrets are never printed, in any format.
//   - Output is the same for the same input, byte for byte: no times, no
//     absolute paths, no map order.
//   - Exit codes are in exit.go and mean the same for every command.

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// colored decides whether w gets colour: --color first, then NO_COLOR
// (https://no-color.org), then whether w is a terminal.
func colored(mode string, w io.Writer) (bool, error) {
	switch mode {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto", "":
		return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal(w), nil
	}
	return false, usageError("use --color auto, always or never", "unknown colour mode %q", mode)
}

// terminal reports whether w is a character device.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A progress draws one line on a terminal and wipes it when done. Elsewhere
// it does nothing. Its methods may be called from several goroutines.
type progress struct {
	mu    sync.Mutex
	w     io.Writer // nil: not a terminal
	drawn bool
}

func newProgress(stderr io.Writer, quiet bool) *progress {
	if quiet || !terminal(stderr) {
		return &progress{}
	}
	return &progress{w: stderr}
}

const barWidth = 30

// step shows how far a stage has come.
func (p *progress) step(stage string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w == nil || total <= 0 {
		return
	}
	full := barWidth * min(done, total) / total
	fmt.Fprintf(p.w, "\r\x1b[K%s %s%s %d/%d", stage, strings.Repeat("━", full), strings.Repeat("╌", barWidth-full), done, total)
	p.drawn = true
}

// done wipes the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}
