// Package flow follows data through the code of a function: from the fields
// of its event and from what it reads to the sinks that package model knows.
//
// It interprets the lowered code (package ir) on abstract values, beginning at
// the handler: each value is a set of constants, functions, objects, outside
// things by name, and the taints it carries. Calls of the app's own functions
// are followed with the values at hand; calls that leave the app are looked up
// in the library. Nothing is executed.
package flow

import (
	"rind/code/ir"
	"rind/code/model"
	"rind/rind"
)

// An Entry is where an analysis begins.
type Entry struct {
	// Module and Name are the handler: Name is a variable or exported name
	// of the module ("lambda_handler", "handler", "Handler.handleRequest").
	// If Name is "", the module's top-level code is the entry and functions
	// that nothing calls are entered with unknown arguments.
	Module *ir.Module
	Name   string
	// Function gives triggers and environment; nil for code that no template
	// deploys.
	Function *rind.Function
	App      *rind.App
}

// A Resolver finds the app's own modules.
type Resolver interface {
	// Resolve returns the module that an import path means in a module, or
	// nil if it is not of the app.
	Resolve(from *ir.Module, path string) *ir.Module
}

// Options tune an analysis.
type Options struct {
	Library  *model.Library
	Resolver Resolver
	// Hooks model calls by code, before the library is asked.
	Hooks []Hook
	// Observers see every call that leaves the app and what handlers return.
	Observers []Observer
	// Steps is how many expressions may be evaluated; 0 means the default.
	Steps int
}

// An Observer looks at what happens during an analysis and reports
// weaknesses; see [Call.Weakness].
type Observer interface {
	// Called is told of every call of an outside function.
	Called(c *Call)
	// Returned is told what a handler or route returns.
	Returned(r *Result)
}
