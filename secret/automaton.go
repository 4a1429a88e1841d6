package secret

import "sync"

// An automaton finds all of a list of words in one pass over a text, after
// Aho and Corasick, "Efficient String Matching" (1975). ASCII letters match
// in either case.
type automaton struct {
	class [256]uint8 // of a byte: bytes that no word holds share class 0
	// next is the table of transitions, a row of 64 states' offsets each;
	// ends tells the first word that ends in a state, 0 if none.
	next []uint16
	ends []uint16
	// chain links a word to the next one that ends in the same place.
	chain []uint16

	words    []string
	triggers [][]trigger
}

// A trigger is what to try where a word ends.
type trigger struct {
	format  *format
	name    bool
	special func(f *finder, end int)
}

// rowBits is the size of a row: the words use fewer than 64 classes.
const rowBits = 6

// finders is the automaton of everything that announces a secret.
var finders = sync.OnceValue(func() *automaton {
	index := map[string]int{}
	a := &automaton{}
	put := func(word string, t trigger) {
		word = fold(word)
		i, ok := index[word]
		if !ok {
			i = len(a.words)
			index[word] = i
			a.words = append(a.words, word)
			a.triggers = append(a.triggers, nil)
		}
		a.triggers[i] = append(a.triggers[i], t)
	}
	for i := range formats {
		for _, p := range formats[i].prefix {
			put(p, trigger{format: &formats[i]})
		}
	}
	for _, w := range nameHints {
		put(w, trigger{name: true})
	}
	put("://", trigger{special: (*finder).tryURL})
	put("private key", trigger{special: (*finder).tryKeyBlock})
	put("basic ", trigger{special: (*finder).tryBasic})
	a.build()
	return a
})

func fold(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func (a *automaton) build() {
	classes := 1
	for _, w := range a.words {
		for _, c := range []byte(w) {
			if a.class[c] == 0 {
				a.class[c] = uint8(classes)
				classes++
			}
		}
	}
	if classes > 1<<rowBits {
		panic("secret: the words have too many different characters for a row")
	}
	for c := byte('A'); c <= 'Z'; c++ {
		a.class[c] = a.class[c+'a'-'A']
	}
	a.grow()
	a.chain = make([]uint16, len(a.words)+1)
	for i, w := range a.words {
		s := 0
		for _, c := range []byte(w) {
			at := s<<rowBits | int(a.class[c])
			if a.next[at] == 0 {
				a.next[at] = uint16(len(a.ends))
				a.grow()
			}
			s = int(a.next[at])
		}
		a.ends[s] = uint16(i + 1)
	}
	// Breadth first, each state's fallback is known before its children's.
	fail := make([]uint16, len(a.ends))
	var queue []int
	for c := range 1 << rowBits {
		if s := int(a.next[c]); s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if e := a.ends[s]; e == 0 {
			a.ends[s] = a.ends[fail[s]]
		} else {
			a.chain[e] = a.ends[fail[s]]
		}
		for c := range 1 << rowBits {
			at := s<<rowBits | c
			back := a.next[int(fail[s])<<rowBits|c]
			if t := int(a.next[at]); t != 0 {
				fail[t] = back
				queue = append(queue, t)
			} else {
				a.next[at] = back
			}
		}
	}
}

func (a *automaton) grow() {
	a.next = append(a.next, make([]uint16, 1<<rowBits)...)
	a.ends = append(a.ends, 0)
}

// scan calls found with each word, by number, and the place behind it, until
// found returns false.
func (a *automaton) scan(text string, found func(word, end int) bool) {
	next, ends := a.next, a.ends
	s := uint16(0)
	for i := range len(text) {
		s = next[int(s)<<rowBits|int(a.class[text[i]])]
		for e := ends[s]; e != 0; e = a.chain[e] {
			if !found(int(e-1), i+1) {
				return
			}
		}
	}
}
