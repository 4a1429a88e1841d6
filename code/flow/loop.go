package flow

import (
	"rind/code/ir"
	"rind/rind"
)

// bounded reports a loop that goes round as often as data says, and waits for
// something, or calls AWS, each time. Arithmetic alone is cheap enough.
func (e *engine) bounded(s *ir.While, fr *frame, before int) {
	test, ok := s.Test.(*ir.Binary)
	if !ok {
		return
	}
	var most ir.Expr
	switch test.Op {
	case "<", "<=":
		most = test.R
	case ">", ">=":
		most = test.L
	default:
		return
	}
	if e.waits+len(e.out.Calls) == before {
		return
	}
	v := e.eval(most, fr)
	e.reach(v, &reached{
		class: "unbounded", note: "goes round as often as it says", sink: "a loop", mod: fr.fn.Module, pos: s.At(),
		confidence: rind.ConfidenceMedium,
	})
}
