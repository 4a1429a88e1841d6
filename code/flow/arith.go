package flow

import (
	"math"
	"strings"
)

// arithmetic folds an operator on numbers; false if the values are no known
// numbers.
func arithmetic(op string, l, r *Value) (*Value, bool) {
	a, okA := l.only()
	b, okB := r.only()
	if !okA || !okB {
		return nil, false
	}
	x, intX := a.(int64)
	y, intY := b.(int64)
	if intX && intY {
		return integers(op, x, y)
	}
	fx, okX := float(a)
	fy, okY := float(b)
	if !okX || !okY {
		if s, isText := a.(string); isText && intY && op == "*" && y >= 0 && int64(len(s))*y <= maxText {
			return constant(strings.Repeat(s, int(y))), true
		}
		return nil, false
	}
	switch op {
	case "+":
		return constant(fx + fy), true
	case "-":
		return constant(fx - fy), true
	case "*":
		return constant(fx * fy), true
	case "/":
		if fy != 0 {
			return constant(fx / fy), true
		}
	case "%":
		if fy != 0 {
			return constant(math.Mod(fx, fy)), true
		}
	case "**":
		return constant(math.Pow(fx, fy)), true
	}
	return number, true
}

func float(c any) (float64, bool) {
	switch c := c.(type) {
	case int64:
		return float64(c), true
	case float64:
		return c, true
	}
	return 0, false
}

func integers(op string, x, y int64) (*Value, bool) {
	switch op {
	case "+":
		return constant(x + y), true
	case "-":
		return constant(x - y), true
	case "*":
		return constant(x * y), true
	case "/", "//":
		if y == 0 {
			return number, true
		}
		if op == "/" && x%y != 0 {
			return constant(float64(x) / float64(y)), true
		}
		return constant(x / y), true
	case "%":
		if y == 0 {
			return number, true
		}
		return constant(x % y), true
	case "&":
		return constant(x & y), true
	case "|":
		return constant(x | y), true
	case "^":
		return constant(x ^ y), true
	case "<<":
		if y >= 0 && y < 63 {
			return constant(x << y), true
		}
	case ">>", ">>>":
		if y >= 0 && y < 63 {
			return constant(x >> y), true
		}
	}
	return number, true
}

// compareConsts decides a comparison of constants.
func compareConsts(op string, l, r *Value) (*Value, bool) {
	a, okA := l.only()
	b, okB := r.only()
	if !okA || !okB {
		return nil, false
	}
	result := func(x bool) (*Value, bool) { return constant(x), true }
	switch op {
	case "==", "is":
		return result(equal(a, b))
	case "!=", "isnot":
		return result(!equal(a, b))
	case "in", "notin":
		s, okS := a.(string)
		t, okT := b.(string)
		if okS && okT {
			return result(strings.Contains(t, s) == (op == "in"))
		}
		return nil, false
	}
	var c int
	if x, ok := float(a); ok {
		y, ok := float(b)
		if !ok {
			return nil, false
		}
		switch {
		case x < y:
			c = -1
		case x > y:
			c = 1
		}
	} else if x, ok := a.(string); ok {
		y, ok := b.(string)
		if !ok {
			return nil, false
		}
		c = strings.Compare(x, y)
	} else {
		return nil, false
	}
	switch op {
	case "<":
		return result(c < 0)
	case "<=":
		return result(c <= 0)
	case ">":
		return result(c > 0)
	case ">=":
		return result(c >= 0)
	}
	return nil, false
}

func equal(a, b any) bool {
	if a == b {
		return true
	}
	x, okX := float(a)
	y, okY := float(b)
	return okX && okY && x == y
}
