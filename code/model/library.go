package model

import "rind/code/ir"

// A Library is the models of one language, indexed by name.
type Library struct {
	Lang ir.Language
	// models by exact name; patterns by their last segment.
	exact   map[string][]*Model
	pattern map[string][]pattern
	reads   map[string][]*Model
}

type pattern struct {
	segments []string
	model    *Model
}
