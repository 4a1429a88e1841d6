// Package ir is the one small language that Python, JavaScript, TypeScript,
// Java and Go are lowered to, so that flows are followed once for all.
//
// A lowering (package code/lower/...) turns a file into a [Module]: a tree of
// statements and expressions with few forms. It keeps what data flow needs
// and drops the rest: operators become [Binary], comprehensions become loops,
// destructuring becomes assignments, decorators become calls. What a lowering
// does not understand becomes [Unknown] with its parts, never nothing: the
// parts are still evaluated and their values still flow.
//
// Conventions that every lowering keeps:
//
//   - Names are lexical. Every function lists in Vars the names it declares;
//     any other name belongs to the nearest enclosing function that declares
//     it, then to the module. Block-scoped names that shadow another name of
//     the same function are renamed ("x·2").
//   - A name that nothing declares is the language's own: Python's "open",
//     JavaScript's "JSON", Java's "java.lang.System" (lowered with its full
//     name), Go's "len". The engine names it so.
//   - Imports are [Import] expressions assigned to variables.
//   - Promises are transparent: [Await] yields the value of its operand.
//   - A method is a [Func] whose first parameter is the receiver: "self" as
//     written in Python and Go, "this" added in JavaScript and Java (Func.This).
package ir

import "rind/rind"

// A Language is the language a module was written in.
type Language string

// The languages.
const (
	Python     Language = "python"
	JavaScript Language = "javascript" // and TypeScript
	Java       Language = "java"
	Go         Language = "go"
)

// A Module is one lowered file (Python, JavaScript, Java) or package (Go).
type Module struct {
	// File is the path relative to the scanned path; for a Go package its
	// folder.
	File string
	Lang Language
	// Name is what others import it as, where the language says so itself:
	// the Java package, the Go import path. Otherwise "".
	Name string
	// Init is the code that runs when the module is loaded: it declares the
	// module's names (Init.Vars) and assigns functions, classes and imports.
	Init *Func
	// Exports is the expression whose value an import of this module yields,
	// evaluated after Init: in JavaScript Member(Var module, exports). If
	// nil, an import yields an object whose fields are Init's variables.
	Exports Expr
	// Place turns a position into a span.
	Place func(Pos) rind.Span
	// Imports lists every import path that the code names, for loaders.
	// Python's "from a import b" lists "a" and "a.b", as b may be a module.
	Imports []string
	// Stars are the import paths of modules all of whose names this one
	// takes over: from a import *, export * from "a".
	Stars []string
	// Funcs lists every function of the module, nested ones included, in
	// source order.
	Funcs []*Func
	// Broken counts the places that the parser could not make sense of.
	Broken int
}

// A Pos is a range of bytes; in a Go package of several files, of the
// package's token.FileSet. The module's Place resolves it.
type Pos struct{ Start, End uint32 }

// A Func is a function, method, lambda or a module's top-level code.
type Func struct {
	Name   string // as written; "" for an anonymous function
	Class  string // name of the class it is a method of, or ""
	Params []Param
	// Vars are the names this function declares, its parameters included.
	Vars []string
	Body []Stmt
	// This names the implicit receiver variable: "this" for JavaScript
	// functions that are not arrows, and Java's instance methods. It is
	// declared by the function but is no parameter.
	This string
	// Generator marks functions whose Yield expressions are their result.
	Generator bool
	Async     bool
	// Result is the declared type of what it returns, or "".
	Result string
	Module *Module
	Pos    Pos
}

// A Param is a parameter.
type Param struct {
	Name string
	// Type is the full name of the declared type: "java.sql.Connection",
	// "github.com/aws/aws-lambda-go/events.SQSEvent" (pointers dropped),
	// "fastapi.Request"; "" if none or not nominal. A generic type keeps its
	// arguments: "java.util.List<com.acme.Order>".
	Type    string
	Default Expr // nil if none
	// Rest takes all further positional arguments (*args, ...rest), KeyRest
	// all further named ones (**kwargs).
	Rest, KeyRest bool
	// Tags are annotations or struct tags that models look at: Spring's
	// "org.springframework.web.bind.annotation.RequestParam".
	Tags []string
	Pos  Pos
}

// An Expr is an expression.
type Expr interface{ At() Pos }

// At makes every expression and statement know its place.
func (p Pos) At() Pos { return p }

type (
	// Const is a literal: string, int64, float64, bool, nil (None, null,
	// undefined) or []byte as a string with Bytes set.
	Const struct {
		Pos
		Value any
		Bytes bool
	}

	// Var is a name.
	Var struct {
		Pos
		Name string
	}

	// Member is x.name, also x?.name. In Python, Java and Go attributes and
	// items are different things; the engine treats x["name"] as x.name.
	Member struct {
		Pos
		X    Expr
		Name string
	}

	// Index is x[key].
	Index struct {
		Pos
		X, Key Expr
	}

	// Slice is x[lo:hi]; Lo and Hi may be nil.
	Slice struct {
		Pos
		X, Lo, Hi Expr
	}

	// Call is f(args), or new f(args). A method call has a Member as Fn.
	// Decorator marks the call that applies a decorator to what stands below
	// it: if nothing is known of the decorator, the call yields its argument.
	Call struct {
		Pos
		Fn        Expr
		Args      []Arg
		New       bool
		Decorator bool
	}

	// Binary is an operator on two values: + - * / % // ** == != < <= > >=
	// & | ^ << >> in notin is isnot instanceof. Equality is "==" in every
	// language (JavaScript's === too). String joining is "+", Python's
	// "..." % x is "%".
	Binary struct {
		Pos
		Op   string
		L, R Expr
	}

	// Logic is and, or, ?? : the value is that of L or R.
	Logic struct {
		Pos
		Op   string // "and", "or", "??"
		L, R Expr
	}

	// Unary is an operator on one value: - + ~ not typeof void delete.
	Unary struct {
		Pos
		Op string
		X  Expr
	}

	// Concat builds a string of parts: template literals and f-strings.
	// Tagged templates are calls.
	Concat struct {
		Pos
		Parts []Expr
	}

	// Object is an object, dict or map literal, or an instance with fields
	// set (Go's T{A: 1}: Type is the full name, or Class the expression for
	// a type of the app).
	Object struct {
		Pos
		Type   string
		Class  Expr
		Fields []Field
	}

	// Array is a list, tuple, set or array literal. A Spread element adds
	// all of another's.
	Array struct {
		Pos
		Elems []Arg
		Set   bool
	}

	// Lambda is a function as a value.
	Lambda struct {
		Pos
		Func *Func
	}

	// Class is a class as a value.
	Class struct {
		Pos
		Name  string // full name in Java ("com.acme.Handler") and Go
		Bases []Expr
		// Interfaces are the full names of what it implements or extends
		// outside of the app, type arguments kept:
		// "com.amazonaws.services.lambda.runtime.RequestHandler<A,B>".
		Interfaces []string
		Members    []ClassMember
		Tags       []string // annotations, decorators that stay
	}

	// Cond is test ? then : else.
	Cond struct {
		Pos
		Test, Then, Else Expr
	}

	// Assign assigns and yields the value. Target is a Var, Member or Index.
	Assign struct {
		Pos
		Target, Value Expr
	}

	// Await yields the value of a promise, future or coroutine.
	Await struct {
		Pos
		X Expr
	}

	// Yield adds to what a generator returns. From yields all elements of X.
	Yield struct {
		Pos
		X    Expr
		From bool
	}

	// Import yields a module of the app or of the outside. Path is as
	// written in Python ("a.b", "..a" with its leading dots), in JavaScript
	// ("./x", "aws-sdk") and Go ("os/exec"); in Java it is a full class name.
	Import struct {
		Pos
		Path string
	}

	// Typed yields X, which is declared or cast to be of the named type (see
	// Param.Type). The engine takes the type where it knows nothing better.
	Typed struct {
		Pos
		X    Expr
		Type string
	}

	// Rest yields a copy of X without the fields Omit, or from element From
	// on: what is left over in destructuring.
	Rest struct {
		Pos
		X    Expr
		Omit []string
		From int
	}

	// Result is the I-th result of a call that has several (Go). If X is an
	// Array, which the app's own functions return, it is that element. Of
	// any other value it is the whole of X; but with Status, for results that
	// are an error or a flag, it carries nothing of X: it only tells whether
	// the call went well, and testing it may be a guard (err != nil, !ok).
	Result struct {
		Pos
		X      Expr
		I      int
		Status bool
	}

	// Seq evaluates all and yields the last: comma, Go's multiple results
	// are Arrays instead.
	Seq struct {
		Pos
		X []Expr
	}

	// Block runs statements and yields X: comprehensions.
	Block struct {
		Pos
		Body []Stmt
		X    Expr
	}

	// Unknown stands for what the lowering does not know. Its value may be
	// anything and carries what its parts carry.
	Unknown struct {
		Pos
		Parts []Expr
	}
)

// An Arg is an argument or an element of an array.
type Arg struct {
	Name   string // of a named argument
	Value  Expr
	Spread bool // *x, ...x; with Named **x
	Named  bool // Spread of named arguments: **x
}

// A Field is one entry of an Object. Key is a Const for plain keys; nil with
// Spread, when all entries of Value are copied.
type Field struct {
	Key    Expr
	Value  Expr
	Spread bool
}

// A ClassMember is a method, field or nested class. Methods are Lambdas.
type ClassMember struct {
	Name   string // "constructor" for the constructor in every language
	Value  Expr   // may be nil: a field without a value
	Static bool
	Getter bool   // reading the name calls it
	Setter bool   // assigning the name calls it
	Type   string // declared type of a field
	Tags   []string
	Pos    Pos
}

// A Stmt is a statement.
type Stmt interface{ At() Pos }

type (
	// Do evaluates an expression. Function and class declarations, plain
	// and augmented assignments are Do{Assign}.
	Do struct {
		Pos
		X Expr
	}

	// If runs Then or Else. switch, match and elif are lowered to it, with
	// the tests written out as Binary "==".
	If struct {
		Pos
		Test       Expr
		Then, Else []Stmt
	}

	// While runs Body until Test fails; Test nil means for ever. Post runs
	// after each turn. DoFirst marks do … while.
	While struct {
		Pos
		Test    Expr
		Body    []Stmt
		Post    []Stmt
		DoFirst bool
	}

	// ForEach runs Body for each element of X, assigned to Value, with its
	// index or key in Key; either may be nil. Python's "for x in d" and
	// JavaScript's for…in set Key or Value as the language means; where
	// only run time tells (Python dict or list) Value is set and Keys is true
	// if X may be a mapping.
	ForEach struct {
		Pos
		Key, Value Expr
		X          Expr
		Keys       bool
		Body       []Stmt
	}

	// Try runs Body; if something is thrown, Catch with the exception in
	// CatchVar (nil if unnamed); then Finally. Several catch clauses are one
	// Catch with Ifs on Unknown tests. CatchTypes are the names of what is
	// caught.
	Try struct {
		Pos
		Body       []Stmt
		CatchVar   Expr
		CatchTypes []string
		Catch      []Stmt
		HasCatch   bool
		Finally    []Stmt
	}

	// Return leaves the function; X may be nil.
	Return struct {
		Pos
		X Expr
	}

	// Throw raises X; nil raises the caught exception again.
	Throw struct {
		Pos
		X Expr
	}

	// Break leaves the innermost loop or switch, Continue goes on with the
	// next turn.
	Break struct{ Pos }
	// Continue goes on with the loop's next turn.
	Continue struct{ Pos }
)
