package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rind/rind"
)

// Generate makes an event of a kind: a realistic sample from the table, in
// which set gives the values of fields by path. Values are wrapped as the
// trigger would wrap them: an object key is URL-encoded, Kinesis data becomes
// Base64, a value that is no string becomes JSON where the field is a text, a
// DynamoDB attribute gets its type. A path may lead into such a content:
// "body.id", "Records[0].kinesis.data.order", "awslogs.data.logEvents[0].message".
// What depends on each other is kept together: queryStringParameters with
// rawQueryString, path with requestContext.path, a body with its hash.
//
// The shape is the one that the kind names ("cognito/pre-sign-up"), else the
// first that has every field that is set. Elements that do not exist yet are
// added: "Records[1].body" makes a second record. The result is the same for
// the same arguments.
func Generate(kind rind.TriggerKind, set map[string]any) ([]byte, error) {
	s := For(kind)
	if s == nil {
		return nil, fmt.Errorf("no events of kind %q are known: see docs/events.md for the kinds and their shapes", kind)
	}
	paths := slices.Sorted(maps.Keys(set))
	var first error
	for _, sh := range s.Shapes {
		g := &generator{schema: s, shape: sh, examples: map[*node]bool{}}
		out, err := g.run(paths, set)
		if err == nil {
			return out, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, fmt.Errorf("generating an event of kind %s: %w", kind, first)
}

// maxElements is how many elements a generated list may have: enough for the
// biggest batch that AWS sends.
const maxElements = 10000

type generator struct {
	schema   *Schema
	shape    *Shape
	examples map[*node]bool // maps whose example key was taken out
}

// wrapped is a value that is not yet in its encodings.
type wrapped struct {
	field *Field
	value any
	done  bool // value already is as it stands in the event
}

func (g *generator) run(paths []string, set map[string]any) ([]byte, error) {
	var root any = g.sample(g.shape.root)
	for _, p := range paths {
		var err error
		if root, err = g.put(g.shape.root, root, parsePath(p), set[p]); err != nil {
			return nil, fmt.Errorf("setting %q: %w", p, err)
		}
	}
	plain := func(path string) bool {
		_, ok := set[path]
		return ok
	}
	isBase64 := false
	if m, ok := root.(map[string]any); ok {
		if w, ok := m["isBase64Encoded"].(*wrapped); ok {
			isBase64, _ = w.value.(bool)
		}
	}
	sealed, err := seal(root, isBase64)
	if err != nil {
		return nil, err
	}
	if m, ok := sealed.(map[string]any); ok {
		harmonise(g.schema.Kind, m, plain, paths)
	}
	return marshal(sealed)
}

// marshal writes JSON without escaping what HTML would have escaped: the
// event has < and > as the attacker sent them.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing the event: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// sample builds what the table shows below n.
func (g *generator) sample(n *node) any {
	switch {
	case n.leaf():
		if n.field.rare {
			return nil
		}
		var v any
		if json.Unmarshal([]byte(n.field.sample), &v) != nil {
			v = nil
		}
		return &wrapped{field: n.field, value: v, done: true}
	case n.field != nil:
		return &wrapped{field: n.field, value: g.inside(n)}
	}
	return g.inside(n)
}

func (g *generator) inside(n *node) any {
	if n.item != nil && n.children == nil && n.any == nil {
		e := g.sample(n.item)
		if absent(n.item, e) {
			return []any{}
		}
		return []any{e}
	}
	m := map[string]any{}
	for _, c := range n.children {
		if v := g.sample(c); !absent(c, v) {
			m[c.name] = v
		}
	}
	if n.any != nil {
		if v := g.sample(n.any); !absent(n.any, v) {
			m[n.any.key] = v
		}
	}
	return m
}

// absent reports whether a sample of n is left out: rare fields, and objects
// that hold nothing else.
func absent(n *node, v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0 && n.allRare()
	case []any:
		return len(v) == 0 && n.allRare()
	}
	return false
}

func (n *node) allRare() bool {
	if n.field != nil && !n.field.rare {
		return false
	}
	for c := range n.below {
		if !c.allRare() {
			return false
		}
	}
	return true
}

// put sets a value at a path below n, of which have is the present value, and
// returns the new one.
func (g *generator) put(n *node, have any, path []segment, value any) (any, error) {
	if n.leaf() {
		return putContent(n, have, path, value)
	}
	if len(path) == 0 {
		return g.putWhole(n, have, value)
	}
	if n.field != nil { // a text with known structure inside
		w, ok := have.(*wrapped)
		if !ok || w.done {
			w = &wrapped{field: n.field, value: g.inside(n)}
		}
		in := *n
		in.field = nil
		v, err := g.put(&in, w.value, path, value)
		return &wrapped{field: n.field, value: v}, err
	}
	seg := path[0]
	if (seg.item || number(seg.key)) && n.item != nil {
		return g.putItem(n, have, path, value)
	}
	next, stay := g.schema.step(n, seg)
	if stay {
		return g.put(n, have, path[1:], value)
	}
	rest := path[1:]
	if next == nil && len(rest) > 0 {
		if next = n.folded(seg.key + "." + rest[0].key); next != nil {
			rest = rest[1:]
		}
	}
	if next == nil {
		return nil, fmt.Errorf("%s events have no field %q", g.schema.Kind, seg.key)
	}
	m, ok := have.(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	key := next.name
	if next == n.any {
		if key = seg.key; seg.any || seg.item || key == "" {
			key = next.key
		}
		if !g.examples[n] && n.name != "headers" {
			g.examples[n] = true
			if key != next.key {
				delete(m, next.key)
			}
		}
	}
	was, ok := m[key]
	if !ok && !next.leaf() {
		was = g.sample(next)
	}
	v, err := g.put(next, was, rest, value)
	if err != nil {
		return nil, err
	}
	m[key] = v
	return m, nil
}

func (g *generator) putItem(n *node, have any, path []segment, value any) (any, error) {
	list, _ := have.([]any)
	at := path[0].nth
	if number(path[0].key) {
		at = parsePath("[" + path[0].key + "]")[0].nth
	}
	if at >= maxElements {
		return nil, fmt.Errorf("element %d is beyond the limit of %d", at, maxElements)
	}
	for len(list) <= at {
		list = append(list, g.sample(n.item))
	}
	v, err := g.put(n.item, list[at], path[1:], value)
	if err != nil {
		return nil, err
	}
	list[at] = v
	return list, nil
}

// putWhole sets an object or list field by field, so that encodings apply.
func (g *generator) putWhole(n *node, have, value any) (any, error) {
	if n.field != nil {
		return &wrapped{field: n.field, value: value}, nil
	}
	var err error
	switch value := value.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(value)) {
			if have, err = g.put(n, have, []segment{{key: k}}, value[k]); err != nil {
				return nil, err
			}
		}
		return have, nil
	case []any:
		if n.item == nil {
			break
		}
		have = []any{}
		for i, e := range value {
			if have, err = g.put(n, have, []segment{{item: true, nth: i}}, e); err != nil {
				return nil, err
			}
		}
		return have, nil
	}
	return nil, fmt.Errorf("it holds further fields: give a map[string]any, or set the fields one by one")
}

// putContent sets a leaf, or a part of a leaf's content.
func putContent(n *node, have any, path []segment, value any) (any, error) {
	if len(path) == 0 {
		return &wrapped{field: n.field, value: value}, nil
	}
	if n.field.Type == String && len(n.field.Encoding) == 0 || n.field.Type == Number || n.field.Type == Bool {
		return nil, fmt.Errorf("%s is a %s and holds no fields", n.field.Path, n.field.Type)
	}
	var content any
	if w, ok := have.(*wrapped); ok && !w.done {
		content = w.value
	}
	content, err := nest(content, path, value)
	return &wrapped{field: n.field, value: content}, err
}

// nest sets a value in free content.
func nest(have any, path []segment, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	seg := path[0]
	if seg.item {
		if seg.nth >= maxElements {
			return nil, fmt.Errorf("element %d is beyond the limit of %d", seg.nth, maxElements)
		}
		list, _ := have.([]any)
		for len(list) <= seg.nth {
			list = append(list, nil)
		}
		v, err := nest(list[seg.nth], path[1:], value)
		list[seg.nth] = v
		return list, err
	}
	m, ok := have.(map[string]any)
	if !ok {
		m = map[string]any{}
	}
	v, err := nest(m[seg.key], path[1:], value)
	m[seg.key] = v
	return m, err
}

// seal puts every value into its encodings.
func seal(v any, isBase64 bool) (any, error) {
	var err error
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if v[k], err = seal(e, isBase64); err != nil {
				return nil, err
			}
		}
		return v, nil
	case []any:
		for i, e := range v {
			if v[i], err = seal(e, isBase64); err != nil {
				return nil, err
			}
		}
		return v, nil
	case *wrapped:
		if v.done {
			return v.value, nil
		}
		inside, err := seal(v.value, isBase64)
		if err != nil {
			return nil, err
		}
		out, err := Encode(*v.field, inside, isBase64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.field.Path, err)
		}
		return out, nil
	}
	return v, nil
}

// text is a value as it stands in a text field.
func text(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case nil:
		return "", nil
	}
	b, err := marshal(v)
	return strings.TrimSpace(string(b)), err
}
