package policy

import (
	"regexp"
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// specials are operations whose actions depend on what is in a parameter.
var specials = map[string]func(*rind.Call) []requirement{
	"dynamodb.ExecuteStatement":      partiQL,
	"dynamodb.BatchExecuteStatement": partiQL,
	"dynamodb.ExecuteTransaction":    partiQL,
	"dynamodb.TransactWriteItems":    transactWrite,
	"dynamodb.TransactGetItems":      transactGet,
	"dynamodb.BatchGetItem":          batch("dynamodb:BatchGetItem"),
	"dynamodb.BatchWriteItem":        batch("dynamodb:BatchWriteItem"),
}

// statement takes the verb and the table of a PartiQL statement.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
var statement = regexp.MustCompile(`(?is)^\s*(?:(select|exists)\b.*?\bfrom\s+|(insert)\s+into\s+|(update)\s+|(delete)\s+from\s+)("[^"]+"|[\w.\-]+)?`)

var partiQLActions = map[string]string{
	"select": "dynamodb:PartiQLSelect", "exists": "dynamodb:PartiQLSelect", "insert": "dynamodb:PartiQLInsert",
	"update": "dynamodb:PartiQLUpdate", "delete": "dynamodb:PartiQLDelete",
}

// partiQL reads the statements of a call. One that is not known may do all.
func partiQL(c *rind.Call) []requirement {
	var out []requirement
	texts := find(c, "Statement")
	for _, v := range texts {
		m := statement.FindStringSubmatch(v.Text)
		verb := ""
		if m != nil {
			verb = strings.ToLower(m[1] + m[2] + m[3] + m[4])
		}
		if verb == "" {
			texts = nil
			break
		}
		r := requirement{action: partiQLActions[verb], on: "TableName"}
		if name := strings.Trim(m[5], `"`); name != "" {
			r.values = tableOf(v, m[5])
		}
		out = append(out, r)
	}
	if len(texts) > 0 {
		return out
	}
	for _, verb := range []string{"select", "insert", "update", "delete"} {
		out = append(out, requirement{action: partiQLActions[verb]})
	}
	return out
}

// tableOf returns the table's name as it stands in a statement: known text or
// a reference that the text was built with.
func tableOf(v *rind.Value, text string) []*rind.Value {
	name := strings.Trim(text, `"`)
	if !strings.Contains(name, "${") {
		table, index, ok := strings.Cut(name, `"."`)
		_ = index
		if !ok {
			table, _, _ = strings.Cut(name, ".")
		}
		return []*rind.Value{rind.NewString(table, v.Span)}
	}
	for _, p := range v.Parts {
		if p.Ref != nil && strings.Contains(name, p.Ref.String()) {
			return []*rind.Value{rind.NewRef(*p.Ref, v.Span)}
		}
	}
	return nil
}

// transactWrite needs what its items do.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func transactWrite(c *rind.Call) []requirement {
	kinds := []struct{ item, action string }{
		{"Put", "dynamodb:PutItem"},
		{"Update", "dynamodb:UpdateItem"},
		{"Delete", "dynamodb:DeleteItem"},
		{"ConditionCheck", "dynamodb:ConditionCheckItem"},
	}
	var out []requirement
	for _, k := range kinds {
		if tables := find(c, k.item+".TableName"); len(tables) > 0 {
			out = append(out, requirement{action: k.action, values: tables})
		}
	}
	if len(out) > 0 && settled(param(c, "TransactItems")) {
		return out
	}
	out = nil
	for _, k := range kinds {
		out = append(out, requirement{action: k.action, values: find(c, "TableName")})
	}
	return out
}

// settled reports whether a list was written out, each element a map.
func settled(v *rind.Value) bool {
	return v != nil && v.Kind == rind.List && !slices.ContainsFunc(v.Items, func(it *rind.Value) bool { return it == nil || it.Kind != rind.Map })
}

func transactGet(c *rind.Call) []requirement {
	return []requirement{{action: "dynamodb:GetItem", values: find(c, "TableName")}}
}

// batch finds the tables of RequestItems, which are its keys.
func batch(action string) func(*rind.Call) []requirement {
	return func(c *rind.Call) []requirement {
		r := requirement{action: action, values: find(c, "TableName")}
		if items := param(c, "RequestItems"); items != nil && items.Kind == rind.Map {
			for _, f := range items.Fields {
				r.values = append(r.values, rind.NewString(f.Key, f.Span))
			}
		}
		return []requirement{r}
	}
}

// conditions narrows an action by what the call is known to ask for.
func (b *builder) conditions(a *iam.Action, c *rind.Call) []Condition {
	switch a.String() {
	case "s3:ListBucket", "s3:ListBucketVersions":
		values := find(c, "Prefix")
		if len(values) != 1 || values[0].Text == "" {
			return nil
		}
		parts := b.known(values[0])
		if sure(parts) {
			return []Condition{{"StringEquals", "s3:prefix", []*rind.Value{rind.Join(parts, nil, rind.Span{})}}}
		}
		if parts[0].Ref == nil && strings.HasPrefix(parts[0].Text, "*") {
			return nil
		}
		return []Condition{{"StringLike", "s3:prefix", []*rind.Value{rind.Join(parts, nil, rind.Span{})}}}
	case "cloudwatch:PutMetricData":
		values := find(c, "Namespace")
		if len(values) != 1 {
			return nil
		}
		if parts := b.known(values[0]); sure(parts) {
			return []Condition{{"StringEquals", "cloudwatch:namespace", []*rind.Value{rind.Join(parts, nil, rind.Span{})}}}
		}
	}
	return nil
}
