package flow

import "slices"

// This file knows two ways in which JavaScript checks text: by the position
// that indexOf found, and by the names that lead to a prototype.

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
