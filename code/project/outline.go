package project

import (
	"fmt"
	"os"

	"rind/rind"
)

// Outline lists where the functions of a source file stand, nested ones
// included, for tools that ask what lies together.
func Outline(root, file string) ([]rind.Span, error) {
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f := frontendOf(file)
	if f == nil {
		return nil, fmt.Errorf("%s: %w", file, errNotFollowed)
	}
	l := newLoader(newTree(r))
	m, err := l.load(f, l.unitOf(f, file))
	if err != nil {
		return nil, err
	}
	var out []rind.Span
	for _, fn := range m.Funcs {
		if fn != m.Init {
			if s := m.Place(fn.Pos); s.File == file {
				out = append(out, s)
			}
		}
	}
	return out, nil
}
