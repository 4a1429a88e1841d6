package event

import (
	"embed"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"rind/rind"
)

//go:generate go run ../internal/eventdoc -out ../docs/events.md

//go:embed table/*.txt
var tables embed.FS

// Kinds lists every trigger kind that has a table, in the order the
// documentation shows them.
var Kinds = []rind.TriggerKind{
	rind.APIGatewayREST, rind.APIGatewayHTTP, rind.APIGatewayWebSocket, rind.FunctionURL, rind.ALB,
	rind.CloudFront, rind.AppSync, rind.Cognito,
	rind.S3, rind.SNS, rind.SQS, rind.Kinesis, rind.Firehose, rind.DynamoDBStream, rind.DocumentDB,
	rind.EventBridge, rind.Schedule, rind.StepFunctions,
	rind.MSK, rind.Kafka, rind.ActiveMQ, rind.RabbitMQ, rind.IoT,
	rind.SES, rind.Lex, rind.Alexa, rind.BedrockAgent,
	rind.CloudWatchLogs, rind.CodePipeline, rind.Config, rind.Direct,
}

// A Schema is what the events of one trigger kind look like.
type Schema struct {
	Kind   rind.TriggerKind
	Title  string
	Shapes []*Shape

	aliases map[string]string // folded name of an SDK -> the event's name, "" for the value itself
}

// A Shape is one form of event that a trigger can send.
type Shape struct {
	Name   string
	Title  string
	Doc    string // page of the AWS documentation
	Fields []Field

	root *node
}

// A node is a place in a shape: an object, a list, or a leaf.
type node struct {
	name     string
	children []*node // named, in the order of the table
	any      *node   // the child of every other name
	item     *node   // the elements of a list
	field    *Field  // set on leaves, and on text that holds further structure
	key      string  // name for the key of a generated event, where node is some any
	key2idx  map[string]*node
}

// For returns the schema of a kind, or nil if there is none. The kind may
// name a shape ("cognito/pre-sign-up"), which then is the only one.
func For(kind rind.TriggerKind) *Schema {
	kind, shape := split(kind)
	load := loaders[kind]
	if load == nil {
		return nil
	}
	s := load()
	if shape == "" {
		return s
	}
	for _, sh := range s.Shapes {
		if sh.Name == shape {
			return &Schema{Kind: s.Kind, Title: s.Title, Shapes: []*Shape{sh}, aliases: s.aliases}
		}
	}
	return nil
}

// Fields yields every field of every shape.
func (s *Schema) Fields() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		if s == nil {
			return
		}
		for _, sh := range s.Shapes {
			for _, f := range sh.Fields {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// loaders parse each table once. The tables are part of the program and held
// by a test, so a broken one is a broken invariant.
var loaders = func() map[rind.TriggerKind]func() *Schema {
	out := make(map[rind.TriggerKind]func() *Schema, len(Kinds))
	for _, k := range Kinds {
		out[k] = sync.OnceValue(func() *Schema {
			s, err := readTable(k)
			if err != nil {
				panic(err)
			}
			return s
		})
	}
	return out
}()

func readTable(kind rind.TriggerKind) (*Schema, error) {
	s := &Schema{Kind: kind, aliases: map[string]string{}}
	if err := s.read("table/" + string(kind) + ".txt"); err != nil {
		return nil, err
	}
	if len(s.Shapes) == 0 {
		return nil, fmt.Errorf("event table %s: no shape", kind)
	}
	return s, nil
}

func (s *Schema) read(file string) error {
	data, err := tables.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading event table: %w", err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := s.line(line); err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	return nil
}

// line takes in one line of a table: a directive, or a field.
func (s *Schema) line(line string) error {
	if strings.Contains(line, " | ") {
		if len(s.Shapes) == 0 {
			return fmt.Errorf("a field before the first shape")
		}
		return s.field(line)
	}
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "title":
		s.Title = rest
	case "shape":
		name, title, _ := strings.Cut(rest, " ")
		s.Shapes = append(s.Shapes, &Shape{Name: name, Title: title, root: &node{}})
	case "doc":
		s.Shapes[len(s.Shapes)-1].Doc = rest
	case "alias":
		from, to, _ := strings.Cut(rest, " ")
		s.aliases[fold(from)] = to
	case "use":
		return s.read("table/part-" + rest + ".txt")
	default:
		return fmt.Errorf("%q is no directive", word)
	}
	return nil
}

// field takes in "path | type | control | encoding | sample | meaning". A "?"
// behind the type marks an optional field, "??" one that is rare and left out
// of samples, "~" one whose presence is a guess. A key in braces stands for any key: headers.{accept} is headers.*,
// and a generated event has "accept".
func (s *Schema) field(line string) error {
	col := strings.Split(line, " | ")
	if len(col) != 6 {
		return fmt.Errorf("%d columns instead of 6", len(col))
	}
	for i := range col {
		col[i] = strings.TrimSpace(col[i])
	}
	sh := s.Shapes[len(s.Shapes)-1]
	f := &Field{Kind: s.Kind, Shape: sh.Name, Control: Control(col[2]), Meaning: col[5], Doc: sh.Doc, Certain: true, sample: col[4]}
	t := col[1]
	for ; t != ""; t = t[:len(t)-1] {
		if strings.HasSuffix(t, "?") {
			f.rare = f.Optional
			f.Optional = true
		} else if strings.HasSuffix(t, "~") {
			f.Certain, f.Optional = false, true
		} else {
			break
		}
	}
	f.Type = Type(t)
	if !slices.Contains([]Type{String, Number, Bool, Object, Array, Any}, f.Type) || f.Control.rank() == 0 {
		return fmt.Errorf("type %q or control %q is unknown", t, col[2])
	}
	if col[3] != "-" {
		for e := range strings.SplitSeq(col[3], ",") {
			f.Encoding = append(f.Encoding, Encoding(e))
		}
	}
	n := sh.root.grow(parsePath(col[0]))
	if n.field != nil {
		return fmt.Errorf("%s is there twice", col[0])
	}
	f.Path = canonical(col[0])
	n.field = f
	sh.Fields = append(sh.Fields, *f)
	return nil
}

// canonical writes a table's path with "*" for any key.
func canonical(path string) string {
	for {
		i := strings.IndexByte(path, '{')
		j := strings.IndexByte(path, '}')
		if i < 0 || j < i {
			return path
		}
		path = path[:i] + "*" + path[j+1:]
	}
}

// grow returns the node at a path of the table, which it makes if need be.
func (n *node) grow(path []segment) *node {
	for _, s := range path {
		key, isAny := strings.CutPrefix(s.key, "{")
		switch {
		case s.item:
			if n.item == nil {
				n.item = &node{}
			}
			n = n.item
		case isAny:
			if n.any == nil {
				n.any = &node{key: strings.TrimSuffix(key, "}")}
			}
			n = n.any
		default:
			next := n.named(s.key)
			if next == nil {
				next = &node{name: s.key}
				n.children = append(n.children, next)
				if n.key2idx == nil {
					n.key2idx = map[string]*node{}
				}
				n.key2idx[s.key] = next
				if f := fold(s.key); n.key2idx[f] == nil {
					n.key2idx[f] = next
				}
			}
			n = next
		}
	}
	return n
}

// named returns the child of exactly that name.
func (n *node) named(key string) *node {
	if c := n.key2idx[key]; c != nil && c.name == key {
		return c
	}
	return nil
}

// folded returns the child whose name is spelled like key.
func (n *node) folded(key string) *node { return n.key2idx[fold(key)] }
