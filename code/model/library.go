package model

import (
	"slices"
	"strings"
	"sync"

	"rind/code/ir"
)

// A Library is the models of one language, indexed by name. It does not
// change once loaded and may be used by several goroutines.
type Library struct {
	Lang ir.Language

	calls, reads index
}

// Calls returns the models of a call of the named function, nil if there are
// none. What is written about the exact name hides patterns, and among
// patterns the ones that match most segments hide the others.
func (l *Library) Calls(name string) []*Model { return l.calls.find(name) }

// Reads returns the models of reading the named member, like Calls.
func (l *Library) Reads(name string) []*Model { return l.reads.find(name) }

// An index holds models by exact name, and patterns by their last segment.
type index struct {
	exact   map[string][]*Model
	pattern map[string][]pattern // the most literal ones first
	open    []pattern            // those that end in "*"

	mu    sync.RWMutex
	found map[string][]*Model // what patterns were found for a name, hits only
}

// A pattern is a name with "*" segments.
type pattern struct {
	prefix   bool     // "*." in front: any prefix of at least one segment
	segments []string // without that prefix
	literal  int      // segments that are not "*"
	model    *Model
}

func (x *index) add(name string, m *Model) {
	if x.exact == nil {
		x.exact, x.pattern, x.found = map[string][]*Model{}, map[string][]pattern{}, map[string][]*Model{}
	}
	if !strings.Contains(name, "*") {
		x.exact[name] = append(x.exact[name], m)
		return
	}
	p := pattern{model: m}
	name, p.prefix = strings.CutPrefix(name, "*.")
	p.segments = strings.Split(name, ".")
	for _, s := range p.segments {
		if s != "*" {
			p.literal++
		}
	}
	if last := p.segments[len(p.segments)-1]; last == "*" {
		x.open = insert(x.open, p)
	} else {
		x.pattern[last] = insert(x.pattern[last], p)
	}
}

// insert keeps the most literal patterns first, else in the order of the files.
func insert(list []pattern, p pattern) []pattern {
	at := 0
	for at < len(list) && list[at].literal >= p.literal {
		at++
	}
	return slices.Insert(list, at, p)
}

func (x *index) find(name string) []*Model {
	if m, ok := x.exact[name]; ok {
		return m
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	candidates := x.pattern[last]
	if len(candidates) == 0 && len(x.open) == 0 {
		return nil
	}
	best := match(candidates, name, 0)
	best = max(best, match(x.open, name, best))
	if best == 0 {
		return nil
	}
	x.mu.RLock()
	m, ok := x.found[name]
	x.mu.RUnlock()
	if ok {
		return m
	}
	for _, list := range [][]pattern{candidates, x.open} {
		for _, p := range list {
			if p.literal == best && p.matches(name) {
				m = append(m, p.model)
			}
		}
	}
	x.mu.Lock()
	x.found[strings.Clone(name)] = m
	x.mu.Unlock()
	return m
}

// match tells the literal segments of the best pattern that matches, if it
// has at least so many, else 0.
func match(list []pattern, name string, least int) int {
	for i := range list {
		if list[i].literal < least {
			break
		}
		if list[i].matches(name) {
			return list[i].literal
		}
	}
	return 0
}

// matches compares segments from the last to the first.
func (p *pattern) matches(name string) bool {
	for i := len(p.segments) - 1; i >= 0; i-- {
		if name == "" {
			return false
		}
		dot := strings.LastIndexByte(name, '.')
		if s := p.segments[i]; s != "*" && s != name[dot+1:] {
			return false
		}
		if dot < 0 {
			return i == 0 && !p.prefix
		}
		name = name[:dot]
	}
	return p.prefix && name != ""
}
