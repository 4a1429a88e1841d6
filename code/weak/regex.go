package weak

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Regular expressions are read by a parser of our own: those of Python,
// JavaScript and Java have lookarounds and references that package
// regexp/syntax refuses, and what counts here is the shape alone.

// chars is a set of characters: those below 128 one by one, all others
// together, and the end of the text.
type chars [3]uint64

const (
	otherChar = 128 // any character above 127
	endOfText = 129
)

func (s *chars) add(c int)         { s[c/64] |= 1 << (c % 64) }
func (s chars) has(c int) bool     { return s[c/64]&(1<<(c%64)) != 0 }
func (s chars) meets(t chars) bool { return s[0]&t[0]|s[1]&t[1]|s[2]&t[2] != 0 }
func (s *chars) addAll(t chars)    { s[0] |= t[0]; s[1] |= t[1]; s[2] |= t[2] }
func (s *chars) addRange(a, b int) {
	for c := a; c <= b && c < 128; c++ {
		s.add(c)
	}
	if b >= 128 {
		s.add(otherChar)
	}
}

func (s chars) inverse() chars {
	t := chars{^s[0], ^s[1], ^s[2] & 1}
	return t
}

// nodeKind is what a node of a pattern is.
type nodeKind uint8

const (
	nodeEmpty nodeKind = iota
	nodeSet
	nodeConcat
	nodeAlt
	nodeRepeat
)

// A node is a part of a pattern.
type node struct {
	kind     nodeKind
	set      chars
	subs     []*node
	min, max int // of a repetition; max -1 is without bound
	// lazily and greedily are the same here; a possessive or atomic part is
	// never tried again.
	atomic bool
}

var errPattern = errors.New("the pattern cannot be read")

// regexParser reads one pattern.
type regexParser struct {
	s     string
	i     int
	depth int
	fold  bool
	dot   bool // . matches line ends
	looks []*node
}

// maxPattern and maxNesting bound what is analysed: longer patterns are
// generated ones.
const (
	maxPattern = 2000
	maxNesting = 60
)

// parsePattern reads a pattern. looks are the bodies of its lookarounds, which
// are matched by themselves.
func parsePattern(s string) (n *node, looks []*node, err error) {
	if len(s) > maxPattern {
		return nil, nil, errPattern
	}
	p := &regexParser{s: s}
	n, err = p.alt()
	if err == nil && p.i < len(p.s) {
		err = errPattern
	}
	return n, p.looks, err
}

func (p *regexParser) alt() (*node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, errPattern
	}
	defer func() { p.depth-- }()
	var subs []*node
	for {
		n, err := p.concat()
		if err != nil {
			return nil, err
		}
		subs = append(subs, n)
		if p.i >= len(p.s) || p.s[p.i] != '|' {
			break
		}
		p.i++
	}
	if len(subs) == 1 {
		return subs[0], nil
	}
	return &node{kind: nodeAlt, subs: subs}, nil
}

func (p *regexParser) concat() (*node, error) {
	n := &node{kind: nodeConcat}
	for p.i < len(p.s) && p.s[p.i] != '|' && p.s[p.i] != ')' {
		x, err := p.atom()
		if err != nil {
			return nil, err
		}
		if x, err = p.repeat(x); err != nil {
			return nil, err
		}
		n.subs = append(n.subs, x)
	}
	return n, nil
}

// repeat reads the quantifiers behind an atom.
func (p *regexParser) repeat(x *node) (*node, error) {
	for p.i < len(p.s) {
		lo, hi := 0, -1
		switch p.s[p.i] {
		case '*':
		case '+':
			lo = 1
		case '?':
			hi = 1
		case '{':
			a, b, n, ok := bounds(p.s[p.i:])
			if !ok {
				return x, nil // a brace that stands for itself
			}
			lo, hi = a, b
			p.i += n - 1
		default:
			return x, nil
		}
		p.i++
		r := &node{kind: nodeRepeat, subs: []*node{x}, min: lo, max: hi}
		if p.i < len(p.s) && (p.s[p.i] == '?' || p.s[p.i] == '+') {
			r.atomic = p.s[p.i] == '+'
			p.i++
		}
		x = r
	}
	return x, nil
}

// bounds reads {2}, {2,} and {2,5}; n is their length.
func bounds(s string) (lo, hi, n int, ok bool) {
	end := strings.IndexByte(s, '}')
	if end < 2 || end > 12 {
		return 0, 0, 0, false
	}
	from, to, two := strings.Cut(s[1:end], ",")
	lo, err := strconv.Atoi(from)
	if err != nil && !(two && from == "") {
		return 0, 0, 0, false
	}
	switch {
	case !two:
		hi = lo
	case to == "":
		hi = -1
	default:
		if hi, err = strconv.Atoi(to); err != nil {
			return 0, 0, 0, false
		}
	}
	return lo, hi, end + 1, true
}

func (p *regexParser) atom() (*node, error) {
	c := p.s[p.i]
	switch c {
	case '(':
		return p.group()
	case '[':
		return p.class()
	case '\\':
		return p.escape()
	case '.':
		p.i++
		n := &node{kind: nodeSet}
		n.set.addRange(0, 200)
		if !p.dot {
			n.set[0] &^= 1<<'\n' | 1<<'\r'
		}
		return n, nil
	case '^':
		p.i++
		return &node{}, nil
	case '$':
		p.i++
		n := &node{kind: nodeSet}
		n.set.add(endOfText)
		return n, nil
	case '*', '+', '?':
		return nil, errPattern
	}
	r, size := utf8.DecodeRuneInString(p.s[p.i:])
	p.i += size
	return p.single(int(r)), nil
}

// single is a set of one character.
func (p *regexParser) single(r int) *node {
	n := &node{kind: nodeSet}
	n.set.addRange(r, r)
	p.foldCase(&n.set)
	return n
}

func (p *regexParser) foldCase(s *chars) {
	if !p.fold {
		return
	}
	for c := 'a'; c <= 'z'; c++ {
		if u := c - 'a' + 'A'; s.has(int(c)) || s.has(int(u)) {
			s.add(int(c))
			s.add(int(u))
		}
	}
}

// group reads what stands in parentheses.
func (p *regexParser) group() (*node, error) {
	p.i++
	look, atomic := false, false
	if strings.HasPrefix(p.s[p.i:], "?") {
		rest := p.s[p.i+1:]
		switch {
		case strings.HasPrefix(rest, ":"):
			p.i += 2
		case strings.HasPrefix(rest, ">"):
			p.i += 2
			atomic = true
		case strings.HasPrefix(rest, "="), strings.HasPrefix(rest, "!"):
			p.i += 2
			look = true
		case strings.HasPrefix(rest, "<="), strings.HasPrefix(rest, "<!"):
			p.i += 3
			look = true
		case strings.HasPrefix(rest, "#"):
			end := strings.IndexByte(rest, ')')
			if end < 0 {
				return nil, errPattern
			}
			p.i += end + 2
			return &node{}, nil
		case strings.HasPrefix(rest, "P="): // Python's reference by name
			end := strings.IndexByte(rest, ')')
			if end < 0 {
				return nil, errPattern
			}
			p.i += end + 2
			return anything(), nil
		case strings.HasPrefix(rest, "<"), strings.HasPrefix(rest, "P<"):
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				return nil, errPattern
			}
			p.i += end + 2
		default: // flags, for the rest of the pattern or for a group
			end := strings.IndexAny(rest, ":)")
			if end < 0 || strings.Trim(rest[:end], "aiLmsuxUd-") != "" {
				return nil, errPattern
			}
			on, _, _ := strings.Cut(rest[:end], "-")
			p.fold = p.fold || strings.Contains(on, "i")
			p.dot = p.dot || strings.Contains(on, "s")
			p.i += end + 2
			if rest[end] == ')' {
				return &node{}, nil
			}
		}
	}
	n, err := p.alt()
	if err != nil {
		return nil, err
	}
	if p.i >= len(p.s) || p.s[p.i] != ')' {
		return nil, errPattern
	}
	p.i++
	if look {
		p.looks = append(p.looks, n)
		return &node{}, nil
	}
	if atomic {
		return &node{kind: nodeConcat, subs: []*node{n}, atomic: true}, nil
	}
	return n, nil
}

// anything stands for a reference to a group: any text.
func anything() *node {
	n := &node{kind: nodeSet}
	n.set.addRange(0, 200)
	return n
}

// classes are the escapes that stand for sets.
func escapeSet(c byte) (s chars, ok bool) {
	switch c {
	case 'd', 'D':
		s.addRange('0', '9')
	case 'w', 'W':
		s.addRange('0', '9')
		s.addRange('a', 'z')
		s.addRange('A', 'Z')
		s.add('_')
	case 's', 'S':
		for _, x := range "\t\n\v\f\r " {
			s.add(int(x))
		}
	case 'h':
		s.add(' ')
		s.add('\t')
	case 'p', 'P': // a property: letters, more or less
		s.addRange('a', 'z')
		s.addRange('A', 'Z')
		s.add(otherChar)
	default:
		return s, false
	}
	if c == 'D' || c == 'W' || c == 'S' || c == 'P' {
		s = s.inverse()
		s[2] &^= 1 << (endOfText - 128)
	}
	return s, true
}

// escape reads what begins with a backslash, outside of a class.
func (p *regexParser) escape() (*node, error) {
	if p.i+1 >= len(p.s) {
		return nil, errPattern
	}
	c := p.s[p.i+1]
	switch c {
	case 'b', 'B', 'A', 'G':
		p.i += 2
		return &node{}, nil
	case 'z', 'Z':
		p.i += 2
		n := &node{kind: nodeSet}
		n.set.add(endOfText)
		return n, nil
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		p.i += 2
		return anything(), nil
	case 'k':
		if end := strings.IndexByte(p.s[p.i:], '>'); end > 0 {
			p.i += end + 1
			return anything(), nil
		}
		return nil, errPattern
	}
	set, err := p.escaped()
	if err != nil {
		return nil, err
	}
	p.foldCase(&set)
	return &node{kind: nodeSet, set: set}, nil
}

// escaped reads an escape as a set of characters, inside a class or outside.
func (p *regexParser) escaped() (chars, error) {
	var s chars
	if p.i+1 >= len(p.s) {
		return s, errPattern
	}
	c := p.s[p.i+1]
	p.i += 2
	if set, ok := escapeSet(c); ok {
		if (c == 'p' || c == 'P') && p.i < len(p.s) && p.s[p.i] == '{' {
			end := strings.IndexByte(p.s[p.i:], '}')
			if end < 0 {
				return s, errPattern
			}
			p.i += end + 1
		}
		return set, nil
	}
	if i := strings.IndexByte("ntrfv0ae", c); i >= 0 {
		s.add(int("\n\t\r\f\v\x00\x07\x1b"[i]))
		return s, nil
	}
	digits := 0
	switch c {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	}
	if digits > 0 {
		if p.i < len(p.s) && p.s[p.i] == '{' {
			end := strings.IndexByte(p.s[p.i:], '}')
			if end < 0 {
				return s, errPattern
			}
			p.i += end + 1
			s.add(otherChar)
			return s, nil
		}
		n, err := strconv.ParseUint(p.s[p.i:min(len(p.s), p.i+digits)], 16, 32)
		if err != nil {
			s.add(int(c))
			return s, nil
		}
		p.i = min(len(p.s), p.i+digits)
		s.addRange(int(n), int(n))
		return s, nil
	}
	if c >= utf8.RuneSelf {
		_, size := utf8.DecodeRuneInString(p.s[p.i-1:])
		p.i += size - 1
		s.add(otherChar)
		return s, nil
	}
	s.add(int(c))
	return s, nil
}

// class reads a set in brackets.
func (p *regexParser) class() (*node, error) {
	p.i++
	negate := false
	if p.i < len(p.s) && p.s[p.i] == '^' {
		negate = true
		p.i++
	}
	var set chars
	for first := true; ; first = false {
		if p.i >= len(p.s) {
			return nil, errPattern
		}
		c := p.s[p.i]
		if c == ']' && !first {
			p.i++
			break
		}
		if c == '[' && strings.HasPrefix(p.s[p.i:], "[:") {
			if end := strings.Index(p.s[p.i:], ":]"); end > 0 {
				set.addRange('0', '9')
				set.addRange('a', 'z')
				set.addRange('A', 'Z')
				p.i += end + 2
				continue
			}
		}
		lo, one, err := p.member(&set)
		if err != nil {
			return nil, err
		}
		if !one || p.i+1 >= len(p.s) || p.s[p.i] != '-' || p.s[p.i+1] == ']' {
			continue
		}
		p.i++
		hi, one, err := p.member(&set)
		if err != nil {
			return nil, err
		}
		if one && hi >= lo {
			set.addRange(lo, hi)
		}
	}
	p.foldCase(&set)
	if negate {
		set = set.inverse()
		set[2] &^= 1 << (endOfText - 128)
	}
	return &node{kind: nodeSet, set: set}, nil
}

// member reads one member of a class into the set; one tells that it is a
// single character, which may begin a range.
func (p *regexParser) member(set *chars) (c int, one bool, err error) {
	if p.s[p.i] == '\\' {
		s, err := p.escaped()
		if err != nil {
			return 0, false, err
		}
		set.addAll(s)
		n, last := 0, 0
		for x := range otherChar + 1 {
			if s.has(x) {
				n, last = n+1, x
			}
		}
		return last, n == 1, nil
	}
	r, size := utf8.DecodeRuneInString(p.s[p.i:])
	p.i += size
	set.addRange(int(r), int(r))
	return int(r), true, nil
}
