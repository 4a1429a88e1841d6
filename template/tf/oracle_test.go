package tf

import (
	"errors"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"

	"rind/rind"
)

// expr generates an expression without references outside itself.
func expr(t *rapid.T, depth int, names []string) string {
	sub := func() string { return expr(t, depth-1, names) }
	n := 13
	if depth <= 0 {
		n = 3
	}
	switch rapid.IntRange(0, n).Draw(t, "kind") {
	case 0:
		return rapid.SampledFrom([]string{"2", "0.5", "-3", "10"}).Draw(t, "number")
	case 1:
		return rapid.SampledFrom([]string{`"a"`, `"b"`, `""`, `"true"`, `"x y"`}).Draw(t, "string")
	case 2:
		return rapid.SampledFrom([]string{"true", "false"}).Draw(t, "literal")
	case 3:
		if len(names) == 0 {
			return `"c"`
		}
		return rapid.SampledFrom(names).Draw(t, "name")
	case 4:
		return "[" + sub() + ", " + sub() + "]"
	case 5:
		return "{ a = " + sub() + ", b = " + sub() + " }"
	case 6:
		op := rapid.SampledFrom([]string{"+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"}).Draw(t, "op")
		return "(" + sub() + " " + op + " " + sub() + ")"
	case 7:
		return "(" + sub() + " ? " + sub() + " : " + sub() + ")"
	case 8:
		return `"<${` + sub() + `}>"`
	case 9:
		return "[for v in " + sub() + " : " + expr(t, depth-1, append([]string{"v"}, names...)) + "]"
	case 10:
		return "{for k, v in " + sub() + ` : "${k}" => ` + expr(t, depth-1, append([]string{"k", "v"}, names...)) + "}"
	case 11:
		return "(" + sub() + ")[" + rapid.SampledFrom([]string{"0", `"a"`, "1"}).Draw(t, "index") + "]"
	case 12:
		return "(" + sub() + ")[*]" + rapid.SampledFrom([]string{"", ".a", "[0]"}).Draw(t, "splat")
	}
	return "(" + sub() + ")." + rapid.SampledFrom([]string{"a", "b"}).Draw(t, "attribute")
}

// TestAgainstHCL compares the evaluator with HCL's own on expressions where
// everything is known. Where HCL fails, ours may be lenient: it does not
// check types.
func TestAgainstHCL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := expr(t, 4, nil)
		e, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("%s: %v", text, diags)
		}
		want, diags := e.Value(&hcl.EvalContext{})
		if diags.HasErrors() || !want.IsWhollyKnown() {
			return
		}
		r := newReader(nil, ".", Options{})
		got, err := r.eval(e, &scope{mod: &module{}})
		if err != nil {
			if errors.Is(err, errBudget) {
				return
			}
			t.Fatalf("%s: %v, want %s", text, err, render(fromCty(want, "", rind.Span{})))
		}
		if w, g := loose(fromCty(want, "", rind.Span{})), loose(got); w != g {
			t.Fatalf("%s\n got %s\nwant %s (%s)", text, g, w, want.Type().FriendlyName())
		}
	})
}

// loose prints a value so that numbers and texts that look alike are alike:
// HCL unifies the types of list elements and of conditionals, which changes 1
// to "1" where it does not matter here.
func loose(v *rind.Value) string { return render(finish(v, true)) }
