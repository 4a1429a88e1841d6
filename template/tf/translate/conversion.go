package translate

import (
	"strings"

	"rind/rind"
)

// conversions are the words a rule line may end with.
var conversions = map[string]func(*rind.Value) *rind.Value{
	"json":     decode,
	"tags":     tags,
	"list":     list,
	"first":    first,
	"not":      not,
	"Enabled":  words("Enabled", "Disabled"),
	"ENABLED":  words("ENABLED", "DISABLED"),
	"enabled":  words("enabled", "disabled"),
	"Status":   words("Enabled", "Suspended"),
	"acl":      cannedACL,
	"ACTIVE":   words("ACTIVE", "INACTIVE"),
	"on":       words("on", "off"),
	"block":    block,
	"true":     constant("true"),
	"csv":      csv,
	"upper":    upper,
	"key":      keyNumber,
	"nonempty": nonempty,
	"pairs":    pairs,
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

// first is the first element of a list.
func first(v *rind.Value) *rind.Value {
	if v != nil && v.Kind == rind.List {
		return v.At(0)
	}
	return v
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

// constant replaces whatever is written by a boolean or word.
func constant(text string) func(*rind.Value) *rind.Value {
	return func(v *rind.Value) *rind.Value {
		if text == "true" {
			return rind.NewBool(true, v.Span)
		}
		return rind.NewString(text, v.Span)
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

// csv splits "a, b" into a list.
func csv(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.String {
		return list(v)
	}
	out := rind.NewList(v.Span)
	for part := range strings.SplitSeq(v.Text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out.Items = append(out.Items, rind.NewString(part, v.Span))
		}
	}
	return out
}

func upper(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.String {
		return v
	}
	return rind.NewString(strings.ToUpper(v.Text), v.Span)
}

// keyNumber turns a boolean or number given as text into what it stands for.
func keyNumber(v *rind.Value) *rind.Value {
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

// pairs turns [{name, value}] blocks or {name = value} maps into a map.
func pairs(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.List {
		return v
	}
	out := rind.NewMap(v.Span)
	for _, it := range v.Items {
		name := it.Get("Name")
		if name == nil {
			name = it.Get("Key")
		}
		if name.Str() == "" {
			return v
		}
		out = with(out, []string{name.Str()}, name.Span, it.Get("Value"))
	}
	return out
}
