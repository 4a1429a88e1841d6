package ignore

import (
	"path"
	"strings"
)

// Glob reports whether name matches pattern: path.Match's syntax within a
// folder, ** for any number of folders. A pattern that names a folder covers
// all below it; one without a slash matches the last element anywhere.
func Glob(pattern, name string) bool {
	pattern = strings.TrimPrefix(strings.Trim(pattern, "/"), "./")
	if pattern == "" {
		return false
	}
	parts := strings.Split(name, "/")
	if !strings.Contains(pattern, "/") {
		for _, p := range parts {
			if ok, _ := path.Match(pattern, p); ok || pattern == "**" {
				return true
			}
		}
		return false
	}
	return match(strings.Split(pattern, "/"), parts)
}

// match works from the back of both lists in time proportional to their
// product, so that no pattern can make it slow.
func match(pattern, name []string) bool {
	// ok[j]: pattern[i:] matches name[j:]. An exhausted pattern matches the
	// rest of the name: it named a folder.
	ok := make([]bool, len(name)+1)
	for j := range ok {
		ok[j] = true
	}
	for i := len(pattern) - 1; i >= 0; i-- {
		next := make([]bool, len(name)+1)
		if pattern[i] == "**" {
			next[len(name)] = ok[len(name)]
			for j := len(name) - 1; j >= 0; j-- {
				next[j] = ok[j] || next[j+1]
			}
		} else {
			for j := len(name) - 1; j >= 0; j-- {
				if m, _ := path.Match(pattern[i], name[j]); m {
					next[j] = ok[j+1]
				}
			}
		}
		ok = next
	}
	return ok[0]
}
