package model

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An ArgRef is a parsed [Arg]: which argument of a call, and what in it.
// Exactly one of Pos >= 0, Name, Recv and All says which.
type ArgRef struct {
	Pos  int    // position; -1 if the argument is not named by position
	Rest bool   // all positional arguments from Pos on
	Name string // of a named argument
	Recv bool   // the receiver of a method
	All  bool   // every argument
	Path []PathElem
}

// A PathElem is one step into an argument: a field, an element, or any.
type PathElem struct {
	Field string // name of a field
	Index int    // position of an element, if Field is "" and Any is false
	Any   bool   // any field ("*")
	Elem  bool   // any element ("[]")
}

// ParseArg parses an [Arg].
func ParseArg(s string) (ArgRef, error) {
	ref := ArgRef{Pos: -1}
	end := strings.IndexAny(s, ".[")
	if end < 0 {
		end = len(s)
	}
	head, path := s[:end], s[end:]
	switch digits := strings.TrimSuffix(head, "+"); {
	case head == "":
		return ref, fmt.Errorf("argument %q: it names no argument", s)
	case head == "recv":
		ref.Recv = true
	case head == "*":
		ref.All = true
	case digits[:min(1, len(digits))] >= "0" && digits[:min(1, len(digits))] <= "9":
		n, err := strconv.Atoi(digits)
		if err != nil {
			return ref, fmt.Errorf("argument %q: %q is no position", s, head)
		}
		ref.Pos, ref.Rest = n, digits != head
	case strings.ContainsAny(head, " +*\"'()]"):
		return ref, fmt.Errorf("argument %q: %q is no name", s, head)
	default:
		ref.Name = head
	}
	for path != "" {
		e, n, err := pathElem(path)
		if err != nil {
			return ref, fmt.Errorf("argument %q: %w", s, err)
		}
		ref.Path, path = append(ref.Path, e), path[n:]
	}
	return ref, nil
}

// pathElem parses the step that a path begins with, and tells its length.
func pathElem(path string) (PathElem, int, error) {
	if path[0] == '[' {
		end := strings.IndexByte(path, ']')
		if end < 0 {
			return PathElem{}, 0, fmt.Errorf("%q is not closed", path)
		}
		if end == 1 {
			return PathElem{Elem: true}, 2, nil
		}
		n, err := strconv.Atoi(path[1:end])
		if err != nil || n < 0 {
			return PathElem{}, 0, fmt.Errorf("%q is no position", path[1:end])
		}
		return PathElem{Index: n}, end + 1, nil
	}
	if path[0] != '.' {
		return PathElem{}, 0, fmt.Errorf("%q does not begin with . or [", path)
	}
	end := strings.IndexAny(path[1:], ".[")
	if end < 0 {
		end = len(path) - 1
	}
	switch name := path[1 : end+1]; name {
	case "":
		return PathElem{}, 0, fmt.Errorf("%q has an empty field", path)
	case "*":
		return PathElem{Any: true}, end + 1, nil
	default:
		return PathElem{Field: name}, end + 1, nil
	}
}

// parseArgs parses a list of arguments.
func parseArgs(list []Arg) ([]ArgRef, error) {
	if len(list) == 0 {
		return nil, nil
	}
	refs := make([]ArgRef, 0, len(list))
	for _, s := range list {
		r, err := ParseArg(s)
		if err != nil {
			return nil, err
		}
		refs = append(refs, r)
	}
	return refs, nil
}

// A Strings is a list that may be written as a single word: arg: 0 for
// arg: [0].
type Strings []string

// UnmarshalYAML accepts a word or a list of words.
func (s *Strings) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*s = Strings{n.Value}
		return nil
	}
	return n.Decode((*[]string)(s))
}
