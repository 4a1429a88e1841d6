package event

import (
	"strconv"
	"strings"
)

// maxSegments is how deep a path may go; what lies deeper is cut off, which
// only makes it coarser. No trigger's event is deeper than 12.
const maxSegments = 32

// A segment is one step of a path: a key, an element of a list, or "*" for a
// key or element that is not known.
type segment struct {
	key  string
	item bool // [] or [3]
	nth  int  // 3; 0 where it is not known or counted from the end
	any  bool // *
}

// parsePath splits "Records[0].s3.object.key", "headers['x-a.b']" and
// "multiValueHeaders.*[]". It accepts every text: what is not well formed is
// taken as a key as it stands.
func parsePath(path string) []segment {
	var out []segment
	path = strings.TrimPrefix(path, "$")
	for len(path) > 0 && len(out) < maxSegments {
		switch path[0] {
		case '.':
			path = path[1:]
		case '[':
			var s segment
			s, path = bracket(path)
			out = append(out, s)
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			out = append(out, segment{key: path[:end], any: path[:end] == "*"})
			path = path[end:]
		}
	}
	return out
}

// bracket reads one [...] from the beginning of path.
func bracket(path string) (segment, string) {
	inner := path[1:]
	if inner != "" && (inner[0] == '"' || inner[0] == '\'' || inner[0] == '`') {
		if key, rest, ok := strings.Cut(inner[1:], string(inner[0])+"]"); ok {
			return segment{key: key}, rest
		}
	}
	inner, rest, ok := strings.Cut(inner, "]")
	switch {
	case !ok:
		return segment{key: path}, ""
	case number(inner), inner == "", inner == "*", inner == "?":
		nth, _ := strconv.Atoi(inner)
		return segment{item: true, nth: max(nth, 0)}, rest
	}
	return segment{key: inner}, rest
}

// number reports whether s is a whole number, perhaps negative.
func number(s string) bool {
	s = strings.TrimPrefix(s, "-")
	if s == "" {
		return false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// fold brings the spellings of a name together: Go's QueryStringParameters,
// Python's query_string_parameters and the event's queryStringParameters.
func fold(name string) string {
	plain := true
	for i := 0; i < len(name); i++ {
		if c := name[i]; c == '_' || c >= 'A' && c <= 'Z' || c >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}
