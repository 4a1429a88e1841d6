package flow

import (
	"slices"
	"strings"

	"rind/code/ir"
)

// This file follows what schema libraries promise: zod, joi, yup, ajv. A
// schema of text promises nothing; one of numbers, identifiers, dates or a
// list of values leaves no room for an attack. A library's schema is an
// instance of an outside type whose name ends in ".clean" or ".object"; the
// fields of an object's schema are what it was made of.

// schemed is data that fits the schema c is a method of.
func (e *engine) schemed(from, schema *Value, depth int) *Value {
	fields := e.schemaFields(schema)
	if len(fields) == 0 || len(from.taints) == 0 || depth > 6 {
		return from
	}
	id, v := e.newObject(isDict, "Object", nil, ir.Pos{})
	for _, f := range fields {
		member := e.memberTaints(from, f.name, none)
		switch {
		case e.hasType(f.value, ".clean"):
			for _, t := range member.taints {
				e.learn(fact{t.key(), allClasses, true})
			}
			member = unknown
		case e.hasType(f.value, ".object"):
			member = e.schemed(member, f.value, depth+1)
		}
		e.setField(id, f.name, member, false)
		e.objs[id].fix(f.name)
	}
	return v.withTaints(from.taints)
}

// schemaResult is what a schema's check that does not throw yields: the data under
// the names that the libraries use.
func (e *engine) schemaResult(from, schema *Value, c *Call) *Value {
	data := e.schemed(from, schema, 0)
	id, v := e.newObject(isDict, "Object", c.fr, c.pos)
	for _, name := range []string{"data", "value", "output"} {
		e.setField(id, name, data, false)
	}
	for _, name := range []string{"error", "success", "issues"} {
		e.setField(id, name, unknown, false)
	}
	return v
}

type schemaField struct {
	name  string
	value *Value
}

// schemaFields are the fields that an object's schema was made of.
func (e *engine) schemaFields(schema *Value) (out []schemaField) {
	for _, id := range schema.objs {
		made := e.objs[id].props["0"]
		if made == nil {
			continue
		}
		for _, m := range made.objs {
			for _, k := range e.objs[m].keys {
				if v := e.field(m, k); v != nil && k != elem && k != size {
					out = append(out, schemaField{k, v})
				}
			}
		}
	}
	return out
}

func (e *engine) hasType(v *Value, suffix string) bool {
	return slices.ContainsFunc(v.objs, func(id int32) bool { return strings.HasSuffix(e.objs[id].typ, suffix) })
}

// jsonSchemaFacts is what holds of data that a JSON schema accepts: its
// numbers, identifiers and enumerated values are harmless.
func (e *engine) jsonSchemaFacts(from, schema *Value, depth int) (out []fact) {
	if depth > 6 || len(from.taints) == 0 {
		return nil
	}
	for _, id := range schema.objs {
		props := e.field(id, "properties")
		if props == nil {
			continue
		}
		for _, p := range props.objs {
			for _, k := range e.objs[p].keys {
				rule := e.field(p, k)
				if rule == nil || k == elem || k == size {
					continue
				}
				member := e.memberTaints(from, k, none)
				if c := e.jsonSchemaClean(rule); c != 0 {
					out = append(out, cleanFacts(member, c, true)...)
				}
				out = append(out, e.jsonSchemaFacts(member, rule, depth+1)...)
			}
		}
	}
	return out
}

func (e *engine) jsonSchemaClean(rule *Value) classes {
	for _, id := range rule.objs {
		text := func(name string) string {
			if v := e.field(id, name); v != nil {
				s, _ := v.text()
				return s
			}
			return ""
		}
		switch text("type") {
		case "integer", "number", "boolean":
			return allClasses
		}
		switch text("format") {
		case "uuid", "date", "date-time", "time", "ipv4":
			return allClasses
		}
		if e.field(id, "enum") != nil || e.field(id, "const") != nil {
			return allClasses
		}
		if p := text("pattern"); p != "" {
			return allowedBy(p, false)
		}
	}
	return 0
}
