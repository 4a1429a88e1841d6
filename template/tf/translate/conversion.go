package translate

import "rind/rind"

// conversions are the words a rule line may end with.
var conversions = map[string]func(*rind.Value) *rind.Value{
	"json":     decode,
	"tags":     tags,
	"list":     list,
	"not":      not,
	"Enabled":  words("Enabled", "Disabled"),
	"ENABLED":  words("ENABLED", "DISABLED"),
	"Status":   words("Enabled", "Suspended"),
	"acl":      cannedACL,
	"block":    block,
	"number":   number,
	"nonempty": nonempty,
	"natural":  natural,
}

// tags turns {Name = "x"} into [{Key: Name, Value: x}].
func tags(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.Map {
		return v
	}
	out := rind.NewList(v.Span)
	for _, f := range v.Fields {
		out.Items = append(out.Items, object(f.Span, "Key", rind.NewString(f.Key, f.Span), "Value", f.Value))
	}
	return out
}

// not inverts a known boolean.
func not(v *rind.Value) *rind.Value {
	switch {
	case v.True():
		return rind.NewBool(false, v.Span)
	case v.False():
		return rind.NewBool(true, v.Span)
	}
	return v
}

// words turns a known boolean into one of two words.
func words(yes, no string) func(*rind.Value) *rind.Value {
	return func(v *rind.Value) *rind.Value {
		switch {
		case v.True():
			return rind.NewString(yes, v.Span)
		case v.False():
			return rind.NewString(no, v.Span)
		}
		return v
	}
}

// block converts a map argument like a nested block: keys in PascalCase.
func block(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.Map {
		return v
	}
	out := rind.NewMap(v.Span)
	for _, f := range v.Fields {
		out.Fields = append(out.Fields, rind.Field{Key: pascal(f.Key), Span: f.Span, Value: f.Value})
	}
	return out
}

// number turns a number given as text into what it stands for.
func number(v *rind.Value) *rind.Value {
	if n, ok := v.Int(); ok {
		return rind.NewInt(n, v.Span)
	}
	return v
}

// nonempty drops "".
func nonempty(v *rind.Value) *rind.Value {
	if v != nil && v.Kind == rind.String && v.Text == "" {
		return nil
	}
	return v
}

// natural drops -1, with which the provider says "not set".
func natural(v *rind.Value) *rind.Value {
	if n, ok := v.Int(); ok && n < 0 {
		return nil
	}
	return v
}
