package java

import (
	"slices"
	"strings"
)

// An Index knows which types an app declares, and in which files. It is
// filled from a quick look at every file ([Index.Add]) before any file is
// lowered, and not changed afterwards. A nil Index knows nothing.
type Index struct {
	files map[string][]string // by the type's full name, nested ones with dots
	subs  map[string][]string // types by a base, as far as names tell
}

// NewIndex returns an empty index.
func NewIndex() *Index {
	return &Index{files: map[string][]string{}, subs: map[string][]string{}}
}

// Has reports whether the app declares the type.
func (x *Index) Has(full string) bool { return x != nil && len(x.files[full]) > 0 }

// Files lists the files that declare a type, named in full, in the order in
// which they were added. Several apps of a repository may use one name.
func (x *Index) Files(full string) []string {
	if x == nil {
		return nil
	}
	return x.files[full]
}

// Subtypes lists the types that extend or implement the type directly.
func (x *Index) Subtypes(full string) []string {
	if x == nil {
		return nil
	}
	return x.subs[full]
}

// inherited finds a nested type that c inherits from a type of another file.
func (x *Index) inherited(_ *lowerer, c *class, name string) string {
	if x == nil {
		return ""
	}
	for _, s := range c.supers {
		if full := base(s) + "." + name; x.Has(full) {
			return full
		}
	}
	return ""
}

// Add registers the types that a file declares, those in function bodies
// left out. It reads words and braces only, so broken code costs nothing but
// its own types.
func (x *Index) Add(file string, src []byte) {
	s := &scanner{src: src, index: x, file: file, single: map[string]string{}}
	s.scan()
}

// A scanner reads a file's words.
type scanner struct {
	src   []byte
	at    int
	index *Index
	file  string

	pkg    string
	single map[string]string
	wild   []string
	open   []string // names of the types whose bodies are open; "" for other braces
}

// scan reads declarations up to the end of the file.
func (s *scanner) scan() {
	prev := ""
	for {
		w := s.next()
		switch w {
		case "":
			return
		case "package":
			if s.pkg == "" && len(s.open) == 0 {
				s.pkg = s.path()
			}
		case "import":
			if len(s.open) == 0 {
				s.importLine()
			}
		case "class", "interface", "enum", "record":
			if prev != "." && s.inType() {
				s.declaration(w)
			}
		case "{":
			s.open = append(s.open, "")
		case "}":
			if n := len(s.open); n > 0 {
				s.open = s.open[:n-1]
			}
		}
		prev = w
	}
}

// inType reports whether a declaration may stand here.
func (s *scanner) inType() bool { return len(s.open) == 0 || s.open[len(s.open)-1] != "" }

// path reads a.b.c up to the semicolon.
func (s *scanner) path() string {
	var b strings.Builder
	for {
		w := s.next()
		if w == ";" || w == "" || w == "{" {
			return b.String()
		}
		b.WriteString(w)
	}
}

func (s *scanner) importLine() {
	p := s.path()
	if p, ok := strings.CutPrefix(p, "static"); ok && strings.Contains(p, ".") {
		return
	}
	if w, ok := strings.CutSuffix(p, ".*"); ok {
		s.wild = append(s.wild, w)
	} else if at := strings.LastIndexByte(p, '.'); at > 0 {
		s.single[p[at+1:]] = p
	}
}

// declaration reads a header from the name to the brace.
func (s *scanner) declaration(kind string) {
	start := s.at
	name := s.next()
	if !isWord(name) {
		s.at = start
		return
	}
	var bases []string
	basing, angle, round := false, 0, 0
	dotted := ""
	flush := func() {
		if dotted != "" {
			bases = append(bases, dotted)
			dotted = ""
		}
	}
	for first := true; ; first = false {
		before := s.at
		w := s.next()
		if first && kind == "record" && w != "(" && w != "<" {
			s.at = start // a variable called record
			return
		}
		switch {
		case w == "" || w == ";" || w == "}" || w == "=":
			s.at = before
			return
		case w == "<":
			angle++
		case w == ">":
			angle--
		case w == "(":
			round++
		case w == ")":
			round--
		case angle > 0 || round > 0:
		case w == "{":
			flush()
			s.declare(name, bases)
			return
		case w == "extends" || w == "implements":
			flush()
			basing = true
		case w == "permits":
			flush()
			basing = false
		case w == ",":
			flush()
		case basing && w == ".":
			dotted += "."
		case basing && isWord(w):
			dotted += w
		}
	}
}

// declare registers a type whose body begins.
func (s *scanner) declare(name string, bases []string) {
	full := qualify(s.pkg, name)
	if n := len(s.open); n > 0 {
		full = s.open[n-1] + "." + name
	}
	s.open = append(s.open, full)
	if !slices.Contains(s.index.files[full], s.file) {
		s.index.files[full] = append(s.index.files[full], s.file)
	}
	for _, b := range bases {
		head, rest, nested := strings.Cut(b, ".")
		var of []string
		switch {
		case nested && !isUpper(head):
			of = []string{b}
		case s.single[head] != "":
			of = []string{s.single[head]}
		default:
			of = []string{qualify(s.pkg, head)}
			for _, w := range s.wild {
				of = append(of, w+"."+head)
			}
			for _, o := range s.open[:len(s.open)-1] {
				if o != "" {
					of = append(of, o+"."+head)
				}
			}
		}
		for _, o := range of {
			if nested && isUpper(head) {
				o += "." + rest
			}
			if !slices.Contains(s.index.subs[o], full) {
				s.index.subs[o] = append(s.index.subs[o], full)
			}
		}
	}
}

// next is the next word or sign, without comments and literals; "" at the end.
func (s *scanner) next() string {
	for s.at < len(s.src) {
		c := s.src[s.at]
		switch {
		case c == '/' && s.at+1 < len(s.src) && s.src[s.at+1] == '/':
			s.skipTo("\n")
		case c == '/' && s.at+1 < len(s.src) && s.src[s.at+1] == '*':
			s.at += 2
			s.skipTo("*/")
		case c == '"' && strings.HasPrefix(string(s.src[s.at:min(s.at+3, len(s.src))]), `"""`):
			s.at += 3
			s.skipTo(`"""`)
		case c == '"' || c == '\'':
			s.literal(c)
		case isWordByte(c):
			from := s.at
			for s.at < len(s.src) && isWordByte(s.src[s.at]) {
				s.at++
			}
			return string(s.src[from:s.at])
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			s.at++
		default:
			s.at++
			return string(s.src[s.at-1 : s.at])
		}
	}
	return ""
}

// skipTo goes behind the mark, or to the end.
func (s *scanner) skipTo(mark string) {
	for s.at < len(s.src) {
		if s.src[s.at] == mark[0] && strings.HasPrefix(string(s.src[s.at:min(s.at+len(mark), len(s.src))]), mark) {
			s.at += len(mark)
			return
		}
		s.at++
	}
}

// literal skips a string or character, which end with their line.
func (s *scanner) literal(quote byte) {
	for s.at++; s.at < len(s.src); s.at++ {
		switch s.src[s.at] {
		case '\\':
			s.at++
		case quote, '\n':
			s.at++
			return
		}
	}
}

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func isWord(w string) bool { return w != "" && isWordByte(w[0]) && (w[0] < '0' || w[0] > '9') }
