// Package model holds what is known of libraries: which functions are sinks,
// which pass data on, clean it, call back, or bring it in. It is data: one
// YAML file per topic and language in data/<language>/. The engine (package
// flow) asks it for every call that leaves the app's own code.
//
// # Names
//
// A function outside of the app has a name that the engine derives from how
// the code got hold of it, the same way for every alias:
//
//	import subprocess as sp; sp.run           subprocess.run
//	from os import system; system             os.system
//	const {exec} = require("node:child_process")  child_process.exec
//	new ProcessBuilder(x)                     java.lang.ProcessBuilder.new
//	exec.Command                              os/exec.Command
//	open(x), JSON.parse                       open, JSON.parse (the language's own)
//
// A result without a model of its own is named after the call: x() gives
// "x()", so a chain reads
//
//	sqlite3.connect(f).cursor().execute       sqlite3.connect().cursor().execute
//	express().get                             express().get
//	new Pool().query (import {Pool} from "pg")    pg.Pool.new().query
//
// A model may give a result a shorter name with "type", and then methods
// hang on that: type sql.DB gives sql.DB.Query. Declared types (Java, Go,
// TypeScript and Python annotations) name values in the same way:
// java.sql.Statement.executeQuery. A value that nothing is known of is "?",
// so its method is "?.execute"; such models match what is left over and
// lower the confidence. A pattern may begin with "*." to match every prefix
// ("*.cursor().execute" ), and may hold "*" as a whole segment. What is
// written about the exact name hides patterns, and a pattern with more
// segments written out hides those with fewer.
package model

import "regexp"

// A Model is one entry of the library.
type Model struct {
	// Call names the functions it is for; see above for how names are made.
	Call Strings `yaml:"call"`
	// Read names members whose reading matters, without a call:
	// "flask.request.args".
	Read Strings `yaml:"read"`
	// When limits the model to calls whose arguments fit. Several models may
	// match one call: all of them apply, a later Returns wins.
	When []Cond `yaml:"when"`

	Sinks     []Sink     `yaml:"sinks"`
	Returns   *Returns   `yaml:"returns"`
	Writes    []Write    `yaml:"writes"`
	Callbacks []Callback `yaml:"callbacks"`
	Guard     *Guard     `yaml:"guard"`
	Weak      []Weak     `yaml:"weak"`
	Marks     []Mark     `yaml:"marks"`
	// Source makes the result (or what is read) a source.
	Source *Source `yaml:"source"`
	// Decorator tells how a function behaves that is applied as a decorator
	// or wrapper: "transparent" returns its argument (functools.wraps,
	// middy(handler)). The argument is the first function among them.
	Wraps bool `yaml:"wraps"`
	// Exits marks functions that never return: sys.exit, process.exit, abort.
	Exits bool `yaml:"exits"`
}

// An Arg names an argument: "0" the first positional, "shell" a named one,
// "recv" the receiver of a method, "*" all of them, "1+" the second and all
// behind it. A path may follow: "0.html", "0[0]" (an element by position),
// "0[]" (any element), "0.*" (any field). Several alternatives are written as
// a list where a parameter may be given by position or by name: ["0", "args"].
type Arg = string

// Args is a list of arguments; one alone needs no brackets.
type Args = Strings

// A Sink is an argument that must not be under an attacker's control.
type Sink struct {
	Class string `yaml:"class"`
	Arg   Args   `yaml:"arg"`
	When  []Cond `yaml:"when"`
	// Note says what happens to the data, after "which": "runs it in a shell".
	Note string `yaml:"note"`
	// Rule overrides the rule of the class: RIND-CODE-031.
	Rule string `yaml:"rule"`
	// Part limits what counts: "prefix" only if the data can be at the
	// beginning of the string (the host of a URL), "name" for S3 keys and
	// file names, "structure" only if the data can be more than text: what
	// was parsed and not made into text again (operators of NoSQL queries),
	// "text" unless it is all of a parsed body, which is sent as JSON.
	Part string `yaml:"part"`
	// Confidence lowers the finding's: "medium", "low".
	Confidence string `yaml:"confidence"`

	refs []ArgRef // of Arg
}

// A Cond is a condition on an argument. Exactly one test is set.
type Cond struct {
	Arg     Args    `yaml:"arg"`
	Is      Strings `yaml:"is"`      // is one of these constants: "true", "utf-8", "3"
	Not     Strings `yaml:"not"`     // is known to be none of these; absent and unknown values fit too
	Matches string  `yaml:"matches"` // the constant text (known parts joined by U+0000) matches this regular expression
	Kind    string  `yaml:"kind"`    // "string", "object", "array", "function", "number", "tainted", "constant", "type:NAME"
	Absent  bool    `yaml:"absent"`  // is not given
	Present bool    `yaml:"present"` // is given
	// ArgCount limits the number of positional arguments: "2", "2+", "1-".
	ArgCount string `yaml:"argcount"`
	// Marked and Unmarked ask for a [Mark] on the argument.
	Marked   string `yaml:"marked"`
	Unmarked string `yaml:"unmarked"`

	refs        []ArgRef // of Arg
	re          *regexp.Regexp
	least, most int // of ArgCount
}

// A Mark notes a word on an object, which conditions ask for: a parser whose
// dangerous feature was switched off.
type Mark struct {
	Arg  Args   `yaml:"arg"` // which object; the receiver if left out
	Name string `yaml:"name"`
	When []Cond `yaml:"when"`

	refs []ArgRef // of Arg
}

// Args are the parsed arguments that are marked.
func (m *Mark) Args() []ArgRef { return m.refs }

// Returns says what a call yields.
type Returns struct {
	// Keeps gives the result the receiver's and the arguments' marks:
	// factory.newParser().
	Keeps bool `yaml:"keeps"`
	// Type names the result.
	Type string `yaml:"type"`
	// From lists the arguments whose data the result carries.
	From Args `yaml:"from"`
	// As tells how the result relates to From: "same" the value itself
	// (identity, a copy), "parsed" a structure decoded from it whose fields
	// are fields of the data (json.loads), "element" one of its elements,
	// "elements" a list of its elements or values, "keys" its keys, "list" a
	// list of pieces of it (split), "path" all positional arguments joined by
	// slashes, "head-tail" a folder and a file's name, "schema" data that fits the schema the method belongs to,
	// "checked" an object that holds such data as data, value or output;
	// "match" what a regular expression found in it (JavaScript's match);
	// default: a text or value made from it.
	As string `yaml:"as"`
	// Clean lists attack classes for which the result is safe; "number" for
	// all but those of a number's size; "all" if it
	// is safe for every use: a number, a hash, a boolean.
	Clean Strings `yaml:"clean"`
	// Undo lists classes for which the result is not safe any more even if
	// what went in was: decoding undoes encoding.
	Undo Strings `yaml:"undo"`
	// Value is a constant result.
	Value *string `yaml:"value"`
	// Some says that the result is never nil or false: a new error.
	Some bool `yaml:"some"`

	refs []ArgRef // of From
}

// A Write says that the call stores data in an argument: Go's
// json.Unmarshal(data, &v) writes to "1" from "0".
type Write struct {
	To Arg `yaml:"to"`
	// Source is data from outside that is stored: a request's body.
	Source *Source `yaml:"source"`
	From   Args    `yaml:"from"`
	As     string  `yaml:"as"` // as in Returns; "append" adds elements
	Clean  Strings `yaml:"clean"`

	to   ArgRef
	refs []ArgRef // of From
}

// A Callback says that the call calls a function that it is given, at once
// or later.
type Callback struct {
	Arg Args `yaml:"arg"` // which argument is the function; "*" all functions among them
	// Params says what its parameters get, in order.
	Params []Param `yaml:"params"`
	// Returns: the call's result carries what the callback returns: "value"
	// its value (then), "elements" a list of it (map), "receiver" (forEach).
	Returns string `yaml:"returns"`
	// Entry marks handlers of events or requests: lambda.Start, app.get.
	Entry string `yaml:"entry"` // trigger kind, "http" for a framework's route, "event" for the function's own trigger
	// Result says what becomes of what the callback returns: "html" when it
	// is sent as a page unless it says otherwise (Flask), "api" as JSON.
	Result string `yaml:"result"`

	refs []ArgRef // of Arg
}

// A Param is what a callback's parameter gets: one of the forms.
type Param struct {
	From   Args    `yaml:"from"` // data of arguments of the call
	As     string  `yaml:"as"`   // as in Returns
	Source *Source `yaml:"source"`
	Type   string  `yaml:"type"`
	// Event gives the function's own event, Context the Lambda context.
	Event   bool `yaml:"event"`
	Context bool `yaml:"context"`

	refs []ArgRef // of From
}

// A Source is data that comes from outside without being the event.
type Source struct {
	// Field is the field of the HTTP request or event that it is, in the
	// words of package event: "headers", "queryStringParameters", "body",
	// "pathParameters", "cookies". "request" is a whole request whose members
	// are modelled by reads on its Type.
	Field string `yaml:"field"`
	// Kind is "http" for a framework's request, "parsed" for one whose members
	// may be structures (a JSON body), "store" for data that comes
	// back from a database, "external" for answers of other systems, "file"
	// for uploaded files.
	Kind string `yaml:"kind"`
	Type string `yaml:"type"`
}

// A Guard is a function that returns true if its argument is well formed.
// Within the branch where it holds the argument is clean.
type Guard struct {
	Arg     Arg     `yaml:"arg"`
	Clean   Strings `yaml:"clean"`
	Inverse bool    `yaml:"inverse"` // well formed where it returns false
	// Pattern names the argument that is a regular expression: the guard
	// cleans what the pattern excludes, and nothing if it is not anchored.
	Pattern Arg `yaml:"pattern"`
	// Schema names the argument that is a JSON schema, or was made of one:
	// what it says of the fields counts.
	Schema Arg `yaml:"schema"`
	// Throws: it throws instead of returning false.
	Throws bool `yaml:"throws"`
	// Anchored: the function matches the whole text by itself (fullmatch,
	// Java's matches).
	Anchored bool `yaml:"anchored"`

	refs            []ArgRef // of Arg
	pattern, schema *ArgRef
}

// A Weak is a weakness that the call itself is.
type Weak struct {
	Rule       string `yaml:"rule"`
	When       []Cond `yaml:"when"`
	Message    string `yaml:"message"`
	Confidence string `yaml:"confidence"`
}
