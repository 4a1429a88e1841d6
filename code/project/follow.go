package project

import (
	"rind/code/ir"
	"rind/rind"
)

// follow has the engine analyse one function.
func follow(m *ir.Module, j *job, s *scope, opt Options) *rind.Code {
	return &rind.Code{Function: j.f.ID, Language: string(m.Lang), Files: []string{m.File}}
}
