package python

import (
	"strconv"

	"rind/code/syntax"
)

func itoa(i int) string { return strconv.Itoa(i) }

// each visits a node's descendants in source order, itself excluded, while
// visit says to go deeper. It does not recurse.
func each(n syntax.Node, visit func(syntax.Node) bool) {
	var stack []syntax.Node
	push := func(n syntax.Node) {
		at := len(stack)
		for c := range n.Children() {
			stack = append(stack, c)
		}
		for i, j := at, len(stack)-1; i < j; i, j = i+1, j-1 {
			stack[i], stack[j] = stack[j], stack[i]
		}
	}
	push(n)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if visit(n) {
			push(n)
		}
	}
}

// opensScope reports whether a node's names are not those of what is around.
func opensScope(n syntax.Node) bool {
	switch n.Kind() {
	case "function_definition", "class_definition", "lambda":
		return true
	}
	return false
}

// bindings lists the names that a statement or block binds, in source order.
// Functions and classes bind their own name; what is inside them is theirs.
func bindings(n syntax.Node) []string {
	var names []string
	seen := map[string]bool{}
	add := func(id syntax.Node) {
		if name := id.Text(); id.Kind() == "identifier" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	bind := func(c syntax.Node) bool {
		switch c.Kind() {
		case "function_definition", "class_definition":
			add(c.Get("name"))
			return false
		case "lambda":
			return false
		case "assignment", "augmented_assignment", "for_statement":
			targets(c.Get("left"), add)
		case "type_alias_statement":
			add(c.Get("left").At(0))
		case "named_expression":
			add(c.Get("name"))
		case "as_pattern": // with … as x, except … as x, case … as x
			if alias := c.Get("alias"); alias.OK() {
				for t := range alias.Children() {
					targets(t, add)
				}
			} else {
				var last syntax.Node
				for x := range c.Children() {
					last = x
				}
				add(last)
			}
		case "delete_statement":
			for x := range c.Children() {
				targets(x, add)
			}
		case "import_statement", "import_from_statement":
			for x := range c.All() {
				if x.Field() == "name" {
					add(imported(x))
				}
			}
			return false
		case "case_pattern":
			if x := c.At(0); x.Kind() == "dotted_name" && !x.At(1).OK() {
				add(x.At(0))
			}
		case "splat_pattern":
			add(c.At(0))
		case "keyword_pattern":
			if x := c.At(1); x.Kind() == "dotted_name" && !x.At(1).OK() {
				add(x.At(0))
			}
		case "dict_pattern":
			for x := range c.Children() {
				if x.Kind() == "dotted_name" && !x.At(1).OK() {
					add(x.At(0))
				}
			}
		}
		return true
	}
	if bind(n) {
		each(n, bind)
	}
	return names
}

// imported is the identifier that an imported name is bound to.
func imported(n syntax.Node) syntax.Node {
	if n.Kind() == "aliased_import" {
		return n.Get("alias")
	}
	return n.At(0)
}

// targets calls add for every name in an assignment's target.
func targets(n syntax.Node, add func(syntax.Node)) {
	switch n.Kind() {
	case "identifier":
		add(n)
	case "pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "expression_list", "tuple", "list",
		"parenthesized_expression", "list_splat":
		each(n, func(c syntax.Node) bool {
			switch c.Kind() {
			case "identifier":
				add(c)
			case "attribute", "subscript", "call":
				return false
			}
			return true
		})
	}
}

// builtins are the names that Python itself gives; others can come from a
// star import.
var builtins = set("abs aiter all any anext ascii bin bool breakpoint bytearray bytes callable chr classmethod compile " +
	"complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help " +
	"hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print " +
	"property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__ " +
	"unicode xrange raw_input long basestring unichr reduce execfile file cmp reload NotImplemented Ellipsis __debug__ " +
	"BaseException Exception ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError BufferError " +
	"ChildProcessError ConnectionError ConnectionAbortedError ConnectionRefusedError ConnectionResetError EOFError " +
	"EnvironmentError FileExistsError FileNotFoundError FloatingPointError GeneratorExit IOError ImportError " +
	"IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError " +
	"ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PermissionError " +
	"ProcessLookupError RecursionError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError " +
	"SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError " +
	"UnicodeTranslateError ValueError Warning ZeroDivisionError DeprecationWarning UserWarning RuntimeWarning __name__ " +
	"__file__ __doc__ __builtins__ __package__ __spec__ __loader__ __path__ __dict__ __all__ __version__ __class__")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for start, i := 0, 0; i <= len(words); i++ {
		if i == len(words) || words[i] == ' ' {
			m[words[start:i]] = true
			start = i + 1
		}
	}
	return m
}
