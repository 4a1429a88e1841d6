package rind

import (
	"iter"
	"math"
	"strconv"
	"strings"
)

// Kind is the kind of a [Value].
type Kind uint8

// The kinds of values. A Symbol is a value that is only partly known before
// deployment, such as an ARN or a parameter without a default.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
	Symbol
)

func (k Kind) String() string {
	return [...]string{"null", "bool", "number", "string", "list", "map", "symbol"}[k]
}

// A Value is a node of a template, with the place it was written. Values are
// immutable once a reader has returned them and may be shared.
//
// All methods accept a nil receiver, which stands for "absent", so that
// chains such as v.Get("VpcConfig", "SubnetIds").Len() need no checks.
type Value struct {
	Kind Kind
	// Text is the content of a String, the literal of a Number ("3", "1.5")
	// or "true"/"false" of a Bool. For a Symbol it is the readable form,
	// "arn:aws:s3:::${Bucket}/*".
	Text string
	// Items holds the elements of a List.
	Items []*Value
	// Fields holds the entries of a Map in source order.
	Fields []Field
	// Parts holds what a Symbol is made of: literals and references.
	Parts []Part
	// Via names what was followed to get a known value: !Ref Stage with a
	// default gives a String "dev" with Via {RefParameter Stage}.
	Via []Ref
	// Span is where the value was written. For a resolved intrinsic it is
	// the place of the intrinsic, not of what it refers to.
	Span Span
}

// A Field is one entry of a map.
type Field struct {
	Key   string
	Span  Span // of the key
	Value *Value
}

// A Part is a piece of a Symbol: literal text, or a reference if Ref is set.
type Part struct {
	Text string
	Ref  *Ref
}

// RefKind says what a [Ref] points at.
type RefKind uint8

// The kinds of references.
const (
	RefUnknown        RefKind = iota // an expression that cannot be known; Name is its source text
	RefResource                      // Name is the logical ID in the same App, Attr the attribute ("" is what Ref returns)
	RefParameter                     // a template parameter, Terraform variable or serverless param
	RefSecret                        // a NoEcho parameter or sensitive variable
	RefPseudo                        // AWS::Region, AWS::AccountId, AWS::Partition…
	RefImport                        // Fn::ImportValue, a remote stack output
	RefSSM                           // {{resolve:ssm:…}} or an SSM parameter type
	RefSSMSecure                     // {{resolve:ssm-secure:…}}
	RefSecretsManager                // {{resolve:secretsmanager:…}}
	RefEnv                           // ${env:…}, taken from the machine that deploys
	RefFile                          // contents of a file that was not read
	RefData                          // a Terraform data source or other look-up made at deployment
)

// A Ref is a reference from a value to something else.
type Ref struct {
	Kind RefKind
	Name string
	Attr string
}

// NewString returns a known string written at span.
func NewString(s string, span Span) *Value { return &Value{Kind: String, Text: s, Span: span} }

// NewBool returns a known boolean written at span.
func NewBool(b bool, span Span) *Value {
	return &Value{Kind: Bool, Text: strconv.FormatBool(b), Span: span}
}

// NewInt returns a known number written at span.
func NewInt(n int64, span Span) *Value {
	return &Value{Kind: Number, Text: strconv.FormatInt(n, 10), Span: span}
}

// NewList returns a list written at span.
func NewList(span Span, items ...*Value) *Value {
	return &Value{Kind: List, Items: items, Span: span}
}

// NewMap returns a map written at span.
func NewMap(span Span, fields ...Field) *Value {
	return &Value{Kind: Map, Fields: fields, Span: span}
}

// NewRef returns a Symbol that is exactly one reference.
func NewRef(r Ref, span Span) *Value {
	return &Value{Kind: Symbol, Text: r.String(), Parts: []Part{{Ref: &r}}, Span: span}
}

// Join concatenates parts into one value: a String when every part is
// literal, otherwise a Symbol. Adjacent literals are merged.
func Join(parts []Part, via []Ref, span Span) *Value {
	var merged []Part
	var text strings.Builder
	for _, p := range parts {
		if p.Ref != nil {
			merged = append(merged, p)
			text.WriteString(p.Ref.String())
			continue
		}
		if p.Text == "" {
			continue
		}
		text.WriteString(p.Text)
		if n := len(merged); n > 0 && merged[n-1].Ref == nil {
			merged[n-1].Text += p.Text
		} else {
			merged = append(merged, p)
		}
	}
	if len(merged) == 0 || len(merged) == 1 && merged[0].Ref == nil {
		return &Value{Kind: String, Text: text.String(), Via: via, Span: span}
	}
	return &Value{Kind: Symbol, Text: text.String(), Parts: merged, Via: via, Span: span}
}

// String prints the reference as CloudFormation's Sub would: ${Name.Attr}.
func (r Ref) String() string {
	if r.Attr != "" {
		return "${" + r.Name + "." + r.Attr + "}"
	}
	return "${" + r.Name + "}"
}

// Absent reports whether there is no value: nil or null.
func (v *Value) Absent() bool { return v == nil || v.Kind == Null }

// Present is the opposite of [Value.Absent].
func (v *Value) Present() bool { return !v.Absent() }

// Get follows map keys from v and returns what is there, or nil.
func (v *Value) Get(path ...string) *Value {
	for _, key := range path {
		if v == nil || v.Kind != Map {
			return nil
		}
		f := v.Field(key)
		if f == nil {
			return nil
		}
		v = f.Value
	}
	return v
}

// Field returns the entry of a map with the given key, or nil.
func (v *Value) Field(key string) *Field {
	if v == nil || v.Kind != Map {
		return nil
	}
	for i := range v.Fields {
		if v.Fields[i].Key == key {
			return &v.Fields[i]
		}
	}
	return nil
}

// Has reports whether the map has the key with a value other than null.
func (v *Value) Has(key string) bool { return v.Get(key).Present() }

// At returns the i-th element of a list, or nil.
func (v *Value) At(i int) *Value {
	if v == nil || v.Kind != List || i < 0 || i >= len(v.Items) {
		return nil
	}
	return v.Items[i]
}

// Len is the number of elements of a list or entries of a map, otherwise 0.
func (v *Value) Len() int {
	if v == nil {
		return 0
	}
	return len(v.Items) + len(v.Fields)
}

// Each yields the elements of a list; anything else that is present yields
// itself once, as CloudFormation and IAM accept a single value for a list.
func (v *Value) Each() iter.Seq[*Value] {
	return func(yield func(*Value) bool) {
		if v.Absent() {
			return
		}
		if v.Kind != List {
			yield(v)
			return
		}
		for _, it := range v.Items {
			if it.Present() && !yield(it) {
				return
			}
		}
	}
}

// Entries yields key and value of every map entry in source order.
func (v *Value) Entries() iter.Seq2[string, *Value] {
	return func(yield func(string, *Value) bool) {
		if v == nil {
			return
		}
		for _, f := range v.Fields {
			if !yield(f.Key, f.Value) {
				return
			}
		}
	}
}

// Scalar reports whether v is a known string, number or boolean.
func (v *Value) Scalar() bool {
	return v != nil && (v.Kind == String || v.Kind == Number || v.Kind == Bool)
}

// Symbolic reports whether v itself is only partly known. It does not look
// inside lists and maps; see [Value.Known].
func (v *Value) Symbolic() bool { return v != nil && v.Kind == Symbol }

// Known reports whether neither v nor anything inside it is a Symbol.
// An absent value is known: it is known to be absent.
func (v *Value) Known() bool {
	if v == nil {
		return true
	}
	if v.Kind == Symbol {
		return false
	}
	for _, it := range v.Items {
		if !it.Known() {
			return false
		}
	}
	for i := range v.Fields {
		if !v.Fields[i].Value.Known() {
			return false
		}
	}
	return true
}

// Str returns the text of a known scalar, else "". Use [Value.Scalar] to tell
// an empty string from none.
func (v *Value) Str() string {
	if v.Scalar() {
		return v.Text
	}
	return ""
}

// Pattern returns the text of a scalar, or a Symbol's text with every
// reference replaced by "*": a glob that every possible value matches.
func (v *Value) Pattern() string {
	if v == nil {
		return ""
	}
	if v.Kind != Symbol {
		return v.Str()
	}
	var b strings.Builder
	for _, p := range v.Parts {
		if p.Ref != nil {
			b.WriteByte('*')
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// Int returns a known whole number, also when written as a string.
func (v *Value) Int() (n int64, ok bool) {
	if !v.Scalar() || v.Kind == Bool {
		return 0, false
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(v.Text), 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(v.Text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// True reports whether v is known to be true, also when written "true".
func (v *Value) True() bool { return v.Scalar() && strings.EqualFold(v.Text, "true") }

// False reports whether v is known to be false, also when written "false".
func (v *Value) False() bool { return v.Scalar() && strings.EqualFold(v.Text, "false") }

// Is reports whether v is a known scalar equal to one of texts, ignoring case.
func (v *Value) Is(texts ...string) bool {
	if !v.Scalar() {
		return false
	}
	for _, t := range texts {
		if strings.EqualFold(v.Text, t) {
			return true
		}
	}
	return false
}

// Refs yields every reference inside v, at any depth, those followed to a
// known value (Via) included.
func (v *Value) Refs() iter.Seq[Ref] {
	return func(yield func(Ref) bool) { v.refs(yield) }
}

func (v *Value) refs(yield func(Ref) bool) bool {
	if v == nil {
		return true
	}
	for _, r := range v.Via {
		if !yield(r) {
			return false
		}
	}
	for _, p := range v.Parts {
		if p.Ref != nil && !yield(*p.Ref) {
			return false
		}
	}
	for _, it := range v.Items {
		if !it.refs(yield) {
			return false
		}
	}
	for i := range v.Fields {
		if !v.Fields[i].Value.refs(yield) {
			return false
		}
	}
	return true
}

// Target returns the logical ID of the resource that v stands for, if v is a
// reference to one resource (by Ref, an attribute, or an ARN built from it).
func (v *Value) Target() (id string, ok bool) {
	if v == nil {
		return "", false
	}
	for _, p := range v.Parts {
		if p.Ref != nil && p.Ref.Kind == RefResource {
			return p.Ref.Name, true
		}
	}
	return "", false
}

// Walk calls visit for v and everything inside it, parents first, with the
// dotted path from v ("Statement.0.Action"). It stops descending where visit
// returns false.
func (v *Value) Walk(visit func(path string, v *Value) bool) { v.walk("", visit) }

func (v *Value) walk(path string, visit func(string, *Value) bool) {
	if v == nil || !visit(path, v) {
		return
	}
	if path != "" {
		path += "."
	}
	for i, it := range v.Items {
		it.walk(path+strconv.Itoa(i), visit)
	}
	for _, f := range v.Fields {
		f.Value.walk(path+f.Key, visit)
	}
}
