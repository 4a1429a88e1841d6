package tf

import (
	"fmt"
	"slices"
	"strings"

	"rind/rind"
)

// Variables that decide a conditional, a count or a for expression are what
// conditions are in CloudFormation. For each of them the configuration is
// evaluated once more with the variable turned, if that changes anything:
// a boolean to its opposite, a text to what it is compared with.

const (
	// maxVariants bounds how often a configuration is evaluated again.
	maxVariants = 12
	// maxVariantSteps is how many expressions all variants together may
	// evaluate.
	maxVariantSteps = 2_000_000
)

// turn is a variable and a value it could have as well.
type turn struct{ name, value string }

// decides notes that a value decided something.
func (r *reader) decides(v *rind.Value) {
	for ref := range v.Refs() {
		if ref.Kind != rind.RefParameter || ref.Attr != "" {
			continue
		}
		if !slices.Contains(r.deciding, ref.Name) {
			r.deciding = append(r.deciding, ref.Name)
		}
	}
}

// compares notes that a variable was compared with a literal.
func (r *reader) compares(a, b *rind.Value) {
	for _, p := range [2][2]*rind.Value{{a, b}, {b, a}} {
		v, lit := p[0], p[1]
		if lit.Kind != rind.String || len(lit.Via) > 0 || len(lit.Text) > 100 {
			continue
		}
		var refs []rind.Ref
		for ref := range v.Refs() {
			refs = append(refs, ref)
		}
		if len(refs) == 1 && refs[0].Kind == rind.RefParameter && refs[0].Attr == "" && (v.Kind == rind.String || soleRef(v) != nil) {
			if t := (turn{refs[0].Name, lit.Text}); !slices.Contains(r.compared, t) && len(r.compared) < 100 {
				r.compared = append(r.compared, t)
			}
		}
	}
}

// turns lists what could be turned: only variables of the root module that
// are not given a value.
func (r *reader) turns(root *module) []turn {
	var out []turn
	for _, name := range r.deciding {
		v := root.vars[name]
		if v == nil || r.isGiven(v) {
			continue
		}
		def := r.constant(v.attr("default"))
		typ := ""
		if t := v.attr("type"); t != nil {
			typ = strings.Trim(r.text(t), `"`)
		}
		switch {
		case def != nil && def.Kind == rind.Bool || typ == "bool":
			if !def.True() {
				out = append(out, turn{name, "true"})
			}
			if !def.False() {
				out = append(out, turn{name, "false"})
			}
		default:
			for _, t := range r.compared {
				if t.name == name && !def.Is(t.value) {
					out = append(out, t)
				}
			}
		}
	}
	return out
}

func (r *reader) isGiven(v *variable) bool {
	if _, ok := r.opt.Parameters[v.name]; ok {
		return true
	}
	for _, b := range r.varFiles {
		if b.Attributes[v.name] != nil {
			return true
		}
	}
	return false
}

// variants evaluates the configuration under other values of the variables
// that decided something.
func (r *reader) variants(root *module, app *rind.App) []*rind.App {
	var out []*rind.App
	steps := 0
	for _, t := range r.turns(root) {
		if len(out) >= maxVariants || steps+r.steps > maxVariantSteps {
			break
		}
		v := newReader(r.tree, r.rootDir, Options{Parameters: map[string]string{t.name: t.value}})
		for k, val := range r.opt.Parameters {
			v.opt.Parameters[k] = val
		}
		v.lines, v.jsonSpans, v.folders, v.installed, v.varFiles = r.lines, r.jsonSpans, r.folders, r.installed, r.varFiles
		va := v.evaluate(v.newModule("", root.dir, nil, nil))
		steps += v.steps
		if sameResources(app.Declared, va.Declared) {
			continue
		}
		va.Parameters, va.Skipped = app.Parameters, nil
		va.When = fmt.Sprintf("when var.%s is %s", t.name, t.value)
		va.Undecided = root.vars[t.name].attr("default") == nil
		out = append(out, va)
	}
	return out
}

// sameResources reports whether two evaluations came out alike.
func sameResources(a, b []*rind.Resource) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID || !sameValue(a[i].Properties, b[i].Properties) {
			return false
		}
	}
	return true
}

func sameValue(a, b *rind.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Fields) != len(b.Fields) {
		return false
	}
	for i := range a.Items {
		if !sameValue(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i := range a.Fields {
		if a.Fields[i].Key != b.Fields[i].Key || !sameValue(a.Fields[i].Value, b.Fields[i].Value) {
			return false
		}
	}
	return true
}
