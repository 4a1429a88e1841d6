package flow

import (
	"slices"

	"rind/code/ir"
)

// This file knows ways in which JavaScript checks data: by the position that
// indexOf found, by the names that lead to a prototype, and by typeof.

// foundFacts is what comparing a position with a number says: whatever holds
// if the text was found, or if it was not.
func foundFacts(op string, l, r *Value) []fact {
	if len(l.found) == 0 {
		return nil
	}
	n, ok := r.only()
	i, isInt := n.(int64)
	if !ok || !isInt {
		return nil
	}
	switch {
	case i == -1 && (op == "!=" || op == ">"), i == 0 && op == ">=":
		return l.found
	case i == -1 && op == "==", i == 0 && op == "<":
		return flip(l.found)
	}
	return nil
}

// position is the result of indexOf: a number that tells, compared with -1,
// what holds if something was found.
func position(found []fact) *Value {
	return &Value{any: true, found: found}
}

// prototypeKeys lead from any object to what all objects share.
var prototypeKeys = []string{"__proto__", "constructor", "prototype"}

// protoFacts: a key that is not "__proto__" leads to no prototype. One of the
// names is enough: code that knows of one means them all.
func protoFacts(op string, l, r *Value) []fact {
	for _, p := range [][2]*Value{{l, r}, {r, l}} {
		s, ok := p[1].text()
		if !ok || !slices.Contains(prototypeKeys, s) {
			continue
		}
		return cleanFacts(p[0], classOf("prototype-pollution"), op == "!=" || op == "isnot")
	}
	return nil
}

// deniedKeys is what being in a list of such names says of a key.
func deniedKeys(list []*Value, key *Value) []fact {
	for _, v := range list {
		if s, ok := v.text(); ok && slices.Contains(prototypeKeys, s) {
			return cleanFacts(key, classOf("prototype-pollution"), false)
		}
	}
	return nil
}

// typeofFacts is what comparing typeof x with a type says: text is no structure
// that could hold operators of a query, a number no text.
func (e *engine) typeofFacts(x *ir.Binary, l, r *Value, fr *frame) []fact {
	u, ok := x.L.(*ir.Unary)
	name, isText := r.text()
	if !ok {
		u, ok = x.R.(*ir.Unary)
		name, isText = l.text()
	}
	if !ok || !isText || u.Op != "typeof" || !isPath(u.X) {
		return nil
	}
	switch v := e.eval(u.X, fr); name {
	case "string":
		return cleanFacts(v, classOf("nosqli")|classOf("prototype-pollution"), x.Op == "==")
	case "number", "boolean", "bigint", "undefined":
		return cleanFacts(v, allClasses, x.Op == "==")
	}
	return nil
}

// isPath reports whether an expression is a name with members, which may be
// evaluated twice.
func isPath(x ir.Expr) bool {
	switch x := x.(type) {
	case *ir.Var:
		return true
	case *ir.Member:
		return isPath(x.X)
	}
	return false
}
