package iam

import (
	"fmt"
	"slices"
	"strings"

	"rind/rind"
)

// maxStatements bounds what is read of one document. AWS limits a policy to
// 6,144 characters (managed) or 20,480 (resource policies), so that no valid
// document comes near it.
const maxStatements = 2000

// Parse reads a policy document.
//
// It accepts a map, JSON text (also with unknown parts, as in a Terraform
// heredoc), a list of statements or a single statement. A single value stands
// for a list wherever IAM allows it. A document that is not known at all
// yields an empty one with Partial set. An error means that v is no policy
// document; lesser mistakes are listed in Problems.
func Parse(v *rind.Value) (*Document, error) {
	if v.Absent() {
		return nil, fmt.Errorf("policy document is missing")
	}
	d := &Document{Value: v, Span: v.Span}
	root, err := textual(v)
	if err != nil {
		return nil, err
	}
	switch root.Kind {
	case rind.Symbol:
		d.Partial = true
		return d, nil
	case rind.List:
		return d, d.statements(root)
	case rind.Map:
	default:
		return nil, fmt.Errorf("%s: policy document is a %s, expected a map or JSON text", v.Span, root.Kind)
	}
	d.Version = get(root, "Version").Str()
	d.ID = get(root, "Id").Str()
	statements := get(root, "Statement")
	if statements == nil && get(root, "Effect") != nil {
		return d, d.statements(root)
	}
	if statements.Absent() {
		return nil, fmt.Errorf("%s: policy document has no Statement", root.Span)
	}
	for key := range root.Entries() {
		if !known(key, "Version", "Id", "Statement") {
			d.problem(root.Field(key).Span, "policy document has the unknown element %q", key)
		}
	}
	return d, d.statements(statements)
}

// textual turns JSON text into values and leaves everything else alone.
func textual(v *rind.Value) (*rind.Value, error) {
	if v.Kind != rind.String && v.Kind != rind.Symbol {
		return v, nil
	}
	text := v.Pattern()
	if v.Kind == rind.Symbol && !strings.ContainsAny(text, "{[") {
		return v, nil
	}
	return parseJSONText(v)
}

func (d *Document) problem(at rind.Span, format string, args ...any) {
	if len(d.Problems) < 100 {
		d.Problems = append(d.Problems, Problem{Message: fmt.Sprintf(format, args...), Span: at})
	}
}

func (d *Document) statements(v *rind.Value) error {
	for item := range v.Each() {
		item, err := textual(item)
		if err != nil {
			return err
		}
		if len(d.Statements) >= maxStatements {
			return fmt.Errorf("%s: policy document has more than %d statements", v.Span, maxStatements)
		}
		switch item.Kind {
		case rind.Map:
			d.Statements = append(d.Statements, d.statement(item))
		case rind.Symbol:
			d.Partial = true
		case rind.List: // a list spliced into the list by a template
			if err := d.nested(item, 0); err != nil {
				return err
			}
		default:
			d.problem(item.Span, "policy statement is a %s, expected a map", item.Kind)
		}
	}
	return nil
}

// nested reads lists within the list of statements, which templates produce
// when they concatenate.
func (d *Document) nested(v *rind.Value, depth int) error {
	if depth > 8 {
		return fmt.Errorf("%s: policy statements are nested too deeply", v.Span)
	}
	for item := range v.Each() {
		switch {
		case item.Kind == rind.List:
			if err := d.nested(item, depth+1); err != nil {
				return err
			}
		case item.Kind == rind.Map && len(d.Statements) < maxStatements:
			d.Statements = append(d.Statements, d.statement(item))
		case item.Kind == rind.Symbol:
			d.Partial = true
		}
	}
	return nil
}

func (d *Document) statement(v *rind.Value) *Statement {
	// Version 2008-10-17, the default, takes ${…} literally.
	s := &Statement{Sid: get(v, "Sid").Str(), Value: v, Span: v.Span, variables: d.Version == "2012-10-17"}
	switch effect := get(v, "Effect"); {
	case effect.Is("Allow"):
		s.Effect, s.Allow = "Allow", true
	case effect.Is("Deny"):
		s.Effect = "Deny"
	case effect.Absent():
		d.problem(v.Span, "policy statement has no Effect")
	case effect.Scalar():
		d.problem(effect.Span, "Effect is %q, expected Allow or Deny", effect.Text)
	}
	for key, value := range v.Entries() {
		switch strings.ToLower(key) {
		case "sid", "effect":
		case "principal":
			s.Principals = d.principals(value)
		case "notprincipal":
			s.Principals, s.NotPrincipal = d.principals(value), true
		case "action":
			s.Actions = d.patterns(key, value)
		case "notaction":
			s.Actions, s.NotAction = d.patterns(key, value), true
		case "resource":
			s.Resources = d.patterns(key, value)
		case "notresource":
			s.Resources, s.NotResource = d.patterns(key, value), true
		case "condition":
			s.Conditions = d.conditions(value)
		default:
			d.problem(v.Field(key).Span, "policy statement has the unknown element %q", key)
		}
	}
	if s.Actions == nil && !s.NotAction {
		d.problem(v.Span, "policy statement has neither Action nor NotAction")
	}
	return s
}

func (d *Document) patterns(element string, v *rind.Value) []Pattern {
	var out []Pattern
	d.flatten(v, 0, func(item *rind.Value) {
		if item.Kind == rind.Map {
			d.problem(item.Span, "%s holds a map, expected text", element)
			return
		}
		out = append(out, NewPattern(item))
	})
	return out
}

// flatten yields the leaves of nested lists, which templates produce when
// they concatenate.
func (d *Document) flatten(v *rind.Value, depth int, visit func(*rind.Value)) {
	for item := range v.Each() {
		if item.Kind != rind.List {
			visit(item)
		} else if depth < 8 {
			d.flatten(item, depth+1, visit)
		}
	}
}

func (d *Document) principals(v *rind.Value) []Principal {
	var out []Principal
	add := func(kind string, ids *rind.Value) {
		for _, id := range d.patterns("Principal", ids) {
			out = append(out, Principal{Type: kind, ID: id})
		}
	}
	if v.Kind != rind.Map {
		for item := range v.Each() {
			switch {
			case item.Kind == rind.Map:
				out = append(out, d.principals(item)...)
			case item.Kind == rind.Symbol:
				add("", item)
			case item.Str() == "*":
				add("*", item)
			default:
				d.problem(item.Span, "Principal is %q, expected \"*\" or a map such as {\"AWS\": …}", item.Str())
				add("AWS", item)
			}
		}
		return out
	}
	for key, ids := range v.Entries() {
		kind := key
		for _, k := range []string{"AWS", "Service", "Federated", "CanonicalUser", "*"} {
			if strings.EqualFold(k, key) {
				kind = k
			}
		}
		if !slices.Contains([]string{"AWS", "Service", "Federated", "CanonicalUser", "*"}, kind) {
			d.problem(v.Field(key).Span, "Principal has the unknown type %q", key)
		}
		add(kind, ids)
	}
	return out
}

func (d *Document) conditions(v *rind.Value) []Condition {
	var out []Condition
	if v.Kind == rind.Symbol {
		return []Condition{{Values: []*rind.Value{v}, Span: v.Span}}
	}
	for block := range v.Each() {
		for operator, keys := range block.Entries() {
			op, set, ifExists := splitOperator(operator)
			if keys.Symbolic() {
				out = append(out, Condition{Operator: op, Set: set, IfExists: ifExists, Values: []*rind.Value{keys}, Span: keys.Span})
			}
			for key, values := range keys.Entries() {
				c := Condition{Operator: op, Set: set, IfExists: ifExists, Key: key, Span: keys.Field(key).Span}
				d.flatten(values, 0, func(item *rind.Value) { c.Values = append(c.Values, item) })
				out = append(out, c)
			}
			if _, ok := operators[strings.ToLower(op)]; !ok {
				d.problem(block.Field(operator).Span, "Condition has the unknown operator %q", operator)
			}
		}
	}
	return out
}

// splitOperator takes "ForAnyValue:StringLikeIfExists" apart.
func splitOperator(text string) (op, set string, ifExists bool) {
	op = text
	if prefix, rest, ok := strings.Cut(text, ":"); ok {
		op = rest
		switch {
		case strings.EqualFold(prefix, "ForAnyValue"):
			set = "ForAnyValue"
		case strings.EqualFold(prefix, "ForAllValues"):
			set = "ForAllValues"
		default:
			op = text
		}
	}
	if n := len(op) - len("IfExists"); n > 0 && strings.EqualFold(op[n:], "IfExists") {
		op, ifExists = op[:n], true
	}
	return op, set, ifExists
}

// get finds an element of a document. AWS writes the names in one way only;
// a template that writes them otherwise is still understood.
func get(v *rind.Value, key string) *rind.Value {
	if f := v.Field(key); f != nil {
		return f.Value
	}
	for k, value := range v.Entries() {
		if strings.EqualFold(k, key) {
			return value
		}
	}
	return nil
}

func known(key string, names ...string) bool {
	for _, n := range names {
		if strings.EqualFold(n, key) {
			return true
		}
	}
	return false
}
