package policy

import (
	"rind/rind"
)

// Document is the policy as a policy document.
func (p *Policy) Document() *rind.Value { return document(p.Statements) }

func document(list []*Statement) *rind.Value {
	none := rind.Span{}
	var out []*rind.Value
	for _, s := range list {
		out = append(out, s.Value())
	}
	return rind.NewMap(none,
		rind.Field{Key: "Version", Value: rind.NewString("2012-10-17", none)},
		rind.Field{Key: "Statement", Value: rind.NewList(none, out...)})
}

// Value is the statement as a part of a policy document.
func (s *Statement) Value() *rind.Value {
	none := rind.Span{}
	actions := make([]*rind.Value, 0, len(s.Actions))
	for _, a := range s.Actions {
		actions = append(actions, rind.NewString(a, none))
	}
	fields := []rind.Field{
		{Key: "Effect", Value: rind.NewString("Allow", none)},
		{Key: "Action", Value: single(actions)},
		{Key: "Resource", Value: single(s.Resources)},
	}
	if len(s.Conditions) > 0 {
		var operators []rind.Field
		for _, c := range s.Conditions {
			entry := rind.Field{Key: c.Key, Value: single(c.Values)}
			merged := false
			for i := range operators {
				if operators[i].Key == c.Operator {
					operators[i].Value.Fields = append(operators[i].Value.Fields, entry)
					merged = true
				}
			}
			if !merged {
				operators = append(operators, rind.Field{Key: c.Operator, Value: rind.NewMap(none, entry)})
			}
		}
		fields = append(fields, rind.Field{Key: "Condition", Value: rind.NewMap(none, operators...)})
	}
	return rind.NewMap(none, fields...)
}

// single is a list, or its element where there is but one.
func single(list []*rind.Value) *rind.Value {
	if len(list) == 1 {
		return list[0]
	}
	return rind.NewList(rind.Span{}, list...)
}
