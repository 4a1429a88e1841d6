package project

import (
	"rind/code/aws"
	"rind/code/files"
	"rind/code/flow"
	"rind/code/ir"
	"rind/code/model"
	"rind/code/weak"
	"rind/rind"
)

// follow has the engine analyse one function.
func follow(m *ir.Module, j *job, s *scope, opt Options) *rind.Code {
	lib, err := model.Load(m.Lang)
	if err != nil {
		panic("the library of models: " + err.Error())
	}
	code := flow.Analyze(
		flow.Entry{Module: m, Name: j.handler.name, Function: j.f, App: j.app},
		flow.Options{Library: lib, Resolver: s, Hooks: []flow.Hook{aws.Hook{}}, Observers: []flow.Observer{&files.Observer{}, weak.New()}},
	)
	code.Function = j.f.ID
	return code
}
