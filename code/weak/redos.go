package weak

import (
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// An effort is how long a backtracking engine may take for a pattern.
type effort uint8

const (
	linear effort = iota
	cubic         // or worse, by repetitions of the same characters in a row
	exponential
)

// positions is a pattern as an automaton without empty moves, after Glushkov:
// a state for each character set, and which may follow which. twice holds the
// moves that two repetitions make, one inside the other.
//
// A backtracking engine takes exponential time if some state has two ways back
// to itself over the same text (Weber and Seidl, "On the Degree of Ambiguity of
// Finite Automata", 1991) and the match can fail behind it.
type positions struct {
	sets   []chars
	follow [][]int
	twice  map[[2]int]bool
	accept []int
	over   bool // the pattern has more states than are looked at
}

const (
	maxPositions = 160
	maxProduct   = 3_000_000 // moves looked at in the product
	unrolled     = 5         // repetitions with a bound are written out up to here
)

type fragment struct {
	nullable    bool
	first, last []int
}

// effortOf judges a pattern. whole tells that the pattern must match the whole
// text.
func effortOf(pattern string, whole bool) effort {
	n, looks, err := parsePattern(pattern)
	if err != nil {
		return linear
	}
	if whole {
		end := &node{kind: nodeSet}
		end.set.add(endOfText)
		n = &node{kind: nodeConcat, subs: []*node{n, end}}
	}
	worst := linear
	for _, x := range append(looks, n) {
		p := &positions{twice: map[[2]int]bool{}}
		f := p.build(x)
		p.accept = f.last
		if !p.over {
			worst = max(worst, p.effort())
		}
	}
	return worst
}

func (p *positions) build(n *node) fragment {
	if p.over || len(p.sets) > maxPositions {
		p.over = true
		return fragment{nullable: true}
	}
	if n.atomic {
		return p.flat(n)
	}
	switch n.kind {
	case nodeSet:
		return p.position(n.set)
	case nodeConcat:
		f := fragment{nullable: true}
		for _, s := range n.subs {
			f = p.chain(f, p.build(s))
		}
		return f
	case nodeAlt:
		f := fragment{}
		for _, s := range n.subs {
			g := p.build(s)
			f.nullable = f.nullable || g.nullable
			f.first = append(f.first, g.first...)
			f.last = append(f.last, g.last...)
		}
		return f
	case nodeRepeat:
		return p.repeat(n)
	}
	return fragment{nullable: true}
}

func (p *positions) position(s chars) fragment {
	i := len(p.sets)
	p.sets = append(p.sets, s)
	p.follow = append(p.follow, nil)
	return fragment{first: []int{i}, last: []int{i}}
}

// flat is a part that is never tried again: one step.
func (p *positions) flat(n *node) fragment {
	var s chars
	var gather func(n *node)
	gather = func(n *node) {
		s.addAll(n.set)
		for _, x := range n.subs {
			gather(x)
		}
	}
	gather(n)
	return p.position(s)
}

func (p *positions) join(from, to []int) {
	for _, a := range from {
		for _, b := range to {
			if slices.Contains(p.follow[a], b) {
				p.twice[[2]int{a, b}] = true
				continue
			}
			p.follow[a] = append(p.follow[a], b)
		}
	}
}

func (p *positions) chain(a, b fragment) fragment {
	p.join(a.last, b.first)
	f := fragment{nullable: a.nullable && b.nullable, first: slices.Clone(a.first), last: slices.Clone(b.last)}
	if a.nullable {
		f.first = append(f.first, b.first...)
	}
	if b.nullable {
		f.last = append(f.last, a.last...)
	}
	return f
}

func (p *positions) repeat(n *node) fragment {
	x := n.subs[0]
	loop := func(lo int) fragment {
		g := p.build(x)
		p.join(g.last, g.first)
		g.nullable = g.nullable || lo == 0
		return g
	}
	switch {
	case n.max == 0:
		return fragment{nullable: true}
	case n.max == 1:
		g := p.build(x)
		g.nullable = g.nullable || n.min == 0
		return g
	case n.max < 0 && n.min <= 1:
		return loop(n.min)
	case n.max < 0 || n.max > unrolled:
		// A repetition that is bounded far away is as good as endless.
		f := fragment{nullable: true}
		for range min(max(n.min-1, 0), 2) {
			f = p.chain(f, p.build(x))
		}
		if n.max > 0 && n.min == n.max {
			return p.chain(f, p.build(x)) // an exact number leaves no choice
		}
		return p.chain(f, loop(n.min))
	}
	f := fragment{nullable: true}
	for i := range n.max {
		g := p.build(x)
		g.nullable = g.nullable || i >= n.min
		f = p.chain(f, g)
	}
	return f
}

// effort judges the automaton.
func (p *positions) effort() effort {
	reach := p.reachable()
	for e := range p.twice {
		if reach[e[1]][e[0]] && p.canFail(e[0]) {
			return exponential
		}
	}
	work := 0
	for q := range p.sets {
		if reach[q][q] && p.canFail(q) && p.twoWaysBack(q, &work) {
			return exponential
		}
	}
	if p.inARow() {
		return cubic
	}
	return linear
}

// canFail reports whether the match may still fail once it has come to q: a
// match that is complete there is never taken back.
func (p *positions) canFail(q int) bool { return !slices.Contains(p.accept, q) }

func (p *positions) reachable() [][]bool {
	out := make([][]bool, len(p.sets))
	for q := range out {
		out[q] = make([]bool, len(p.sets))
		stack := slices.Clone(p.follow[q])
		for len(stack) > 0 {
			x := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if !out[q][x] {
				out[q][x] = true
				stack = append(stack, p.follow[x]...)
			}
		}
	}
	return out
}

// twoWaysBack reports whether two different ways lead from q back to q over
// the same text: whether the pair (q,q) reaches a pair of different states in
// the product that reaches (q,q) again.
func (p *positions) twoWaysBack(q int, work *int) bool {
	n := len(p.sets)
	id := func(a, b int) int {
		if a > b {
			a, b = b, a
		}
		return a*n + b
	}
	next := map[int][]int{}
	seen := map[int]bool{id(q, q): true}
	queue := []int{id(q, q)}
	for len(queue) > 0 {
		x := queue[0]
		queue = queue[1:]
		for _, a := range p.follow[x/n] {
			for _, b := range p.follow[x%n] {
				if *work++; *work > maxProduct {
					return false
				}
				if !p.sets[a].meets(p.sets[b]) {
					continue
				}
				y := id(a, b)
				next[y] = append(next[y], x) // backwards
				if !seen[y] {
					seen[y] = true
					queue = append(queue, y)
				}
			}
		}
	}
	back := map[int]bool{id(q, q): true}
	queue = []int{id(q, q)}
	for len(queue) > 0 {
		x := queue[0]
		queue = queue[1:]
		for _, y := range next[x] {
			if !back[y] {
				back[y] = true
				if y/n != y%n {
					return true
				}
				queue = append(queue, y)
			}
		}
	}
	return false
}

// inARow reports whether three repetitions that share a character follow each
// other directly, and the match can fail behind them.
func (p *positions) inARow() bool {
	loops := func(q int) bool { return slices.Contains(p.follow[q], q) }
	for a := range p.sets {
		if !loops(a) {
			continue
		}
		for _, b := range p.follow[a] {
			if b == a || !loops(b) {
				continue
			}
			for _, c := range p.follow[b] {
				s := p.sets[a]
				for i := range s {
					s[i] &= p.sets[b][i] & p.sets[c][i]
				}
				if c != a && c != b && loops(c) && s != (chars{}) && p.canFail(c) {
					return true
				}
			}
		}
	}
	return false
}

// matching are functions and methods that match a pattern to a text.
var (
	pythonMatch = regexp.MustCompile(`^(?:re|regex)\.(match|search|fullmatch|findall|finditer|split|sub|subn)$`)
	onPattern   = regexp.MustCompile(`(?i)^(?:re\.Pattern|re\.compile\(\)|regex\.compile\(\)|RegExp(?:\.new)?(?:\(\))?|java\.util\.regex\.Pattern|.*Pattern\.compile\(\))\.(match|search|fullmatch|findall|finditer|split|sub|subn|test|exec|matcher)$`)
	onText      = regexp.MustCompile(`^(?:\?|String|java\.lang\.String|.*\.String)\.(match|matchAll|search|replace|replaceAll|replaceFirst|split|matches)$`)
	javaMatches = "java.util.regex.Pattern.matches"
)

// pattern reports texts of the event that meet a pattern which takes
// exponential time on some of them. Go's patterns take linear time always.
func (o *Observer) pattern(c *flow.Call) {
	if c.Language() == ir.Go {
		return
	}
	var text *flow.Value
	var patterns []string
	whole := false
	switch {
	case pythonMatch.MatchString(c.Name):
		text = c.Arg(1)
		if strings.HasPrefix(segment(c.Name), "sub") {
			text = c.Arg(2)
		}
		if text == nil {
			text = c.Named("string")
		}
		patterns = patternTexts(c, c.Arg(0))
		whole = segment(c.Name) == "fullmatch"
	case c.Name == javaMatches:
		text, patterns, whole = c.Arg(1), patternTexts(c, c.Arg(0)), true
	case onPattern.MatchString(c.Name):
		text, patterns = c.Arg(0), patternTexts(c, c.Recv())
		if s := segment(c.Name); s == "sub" || s == "subn" {
			text = c.Arg(1)
		}
		whole = segment(c.Name) == "fullmatch"
	case onText.MatchString(c.Name):
		text = c.Recv()
		switch {
		case c.Language() == ir.JavaScript:
			patterns = propTexts(c, c.Arg(0))
		case c.Language() == ir.Java:
			patterns, whole = c.Texts(c.Arg(0)), segment(c.Name) == "matches"
		}
	}
	if text == nil || len(patterns) == 0 || !c.Tainted(text) {
		return
	}
	worst := linear
	for _, s := range patterns {
		worst = max(worst, effortOf(s, whole))
	}
	switch worst {
	case exponential:
		c.SinkOf("redos", text, "takes exponential time on a crafted text", rind.ConfidenceHigh)
	case cubic:
		c.SinkOf("redos", text, "takes time that grows with the cube of a crafted text's length", rind.ConfidenceLow)
	}
}

// patternTexts are the texts a pattern may have: of a constant, or of a
// compiled pattern.
func patternTexts(c *flow.Call, v *flow.Value) []string {
	if out := c.Texts(v); len(out) > 0 {
		return out
	}
	return propTexts(c, v)
}

func propTexts(c *flow.Call, v *flow.Value) []string {
	for _, name := range []string{"pattern", "0"} {
		if p := c.Prop(v, name); p != nil {
			if out := c.Texts(p); len(out) > 0 {
				return out
			}
		}
	}
	return nil
}
