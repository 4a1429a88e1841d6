package translate

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"rind/rind"
)

// A shape tells how one Terraform type becomes a CloudFormation type.
//
// Shapes are written as text in the folder tables, one block per type:
//
//	aws_sqs_queue AWS::SQS::Queue #QueueName id= url= arn=Arn
//	  name                    QueueName
//	  redrive_policy          .            json
//	  rule[].filter.prefix    Prefix
//	  policy                  -
//
// The head line names both types (several Terraform types with commas, when
// they only differ in name), the property that holds the resource's own
// name (#QueueName), and what the attributes of the resource are called in
// CloudFormation ("" is what Ref returns; see refs.go).
//
// Each following line is a rule: an argument (dotted through nested blocks,
// [] after a block that may be repeated), its new place, and conversions
// (see conversions). The new place starts at the properties, or inside the
// nearest enclosing [] block at that item. "." keeps the default place: the
// same parent, the name in PascalCase; ".Name" is the same parent and that
// name. "-" drops the argument; "~" dissolves a block, so that what it holds
// moves to its parent. Arguments without a rule get that of "*.parent.name" or
// "*.name", which hold at any depth, or else the default.
//
// Nested blocks not marked [] become a map if there is one, and a list if
// there are several. Map arguments keep their keys, unless there are rules
// for what is inside: then they are a block in the notation of Terraform 0.11.
// Empty lists count as absent, since plans write [] for every block that is
// not there.
type shape struct {
	native string
	cfn    string // "" keeps "Terraform::<type>"
	name   string // property that holds the resource's name
	always string // property that is there even if nothing is written in it
	rules  map[string]rule
	refs   map[string]string
	// parents are the paths below which there are rules.
	parents map[string]bool
	// after completes the properties, build makes them instead of rules.
	after func(*translation, *unit)
	build func(*translation, *Block) *rind.Value
	// split emits further resources; it runs before any join.
	split func(*translation, *unit)
	// join merges the resource into another one.
	join func(*translation, *unit)
}

type rule struct {
	to       []string // nil is the default place
	name     string   // in the default place, instead of PascalCase
	list     bool
	drop     bool
	dissolve bool
	convs    []func(*rind.Value) *rind.Value
}

var unmapped = &shape{}

// common are rules for arguments that nearly every type has. A type whose
// tags are a map in CloudFormation says so with "tags .".
var common = map[string]rule{
	"tags":     {convs: []func(*rind.Value) *rind.Value{tags}},
	"tags_all": {drop: true}, // tags with the provider's defaults, computed
	"timeouts": {drop: true}, // of Terraform itself
}

//go:embed tables/*.txt
var tables embed.FS

// hooks hold what a table cannot say, by Terraform type.
type hooks map[string]struct {
	after, split, join func(*translation, *unit)
	build              func(*translation, *Block) *rind.Value
}

// shapes reads the tables once. A mistake in one is ours.
var shapes = sync.OnceValue(func() map[string]*shape {
	all := map[string]*shape{}
	files, err := tables.ReadDir("tables")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		text, err := tables.ReadFile("tables/" + f.Name())
		if err == nil {
			err = readTable(all, string(text))
		}
		if err != nil {
			panic(fmt.Sprintf("translate: %s: %v", f.Name(), err))
		}
	}
	for _, hs := range []hooks{
		lambdaHooks, iamHooks, apigatewayHooks, s3Hooks, messagingHooks,
		storageHooks, edgeHooks, securityHooks, operationsHooks,
	} {
		for name, h := range hs {
			s := all[name]
			if s == nil {
				panic("translate: no table for " + name)
			}
			s.after, s.split, s.join, s.build = h.after, h.split, h.join, h.build
		}
	}
	return all
})

// readTable adds the shapes written in text. Lines that start with # are
// comments.
func readTable(all map[string]*shape, text string) error {
	var s *shape
	for n, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || line[0] == '#':
		case line[0] != ' ' && len(words) > 1:
			s = headLine(words)
			for native := range strings.SplitSeq(s.native, ",") {
				if all[native] != nil {
					return fmt.Errorf("line %d: %s is written twice", n+1, native)
				}
				all[native] = s
			}
		case s == nil:
			return fmt.Errorf("line %d: a rule before any type", n+1)
		default:
			if err := s.ruleLine(words); err != nil {
				return fmt.Errorf("line %d: %s: %w", n+1, s.native, err)
			}
		}
	}
	return nil
}

func headLine(words []string) *shape {
	s := &shape{native: words[0], cfn: words[1], rules: map[string]rule{}, refs: map[string]string{}, parents: map[string]bool{}}
	if s.cfn == "-" {
		s.cfn = ""
	}
	for _, w := range words[2:] {
		if name, ok := strings.CutPrefix(w, "#"); ok {
			s.name = name
			continue
		}
		if always, ok := strings.CutPrefix(w, "+"); ok {
			s.always = always
			continue
		}
		from, to, _ := strings.Cut(w, "=")
		s.refs[from] = to
	}
	return s
}

func (s *shape) ruleLine(words []string) error {
	var r rule
	from := words[0]
	r.list = strings.HasSuffix(from, "[]")
	from = strings.ReplaceAll(from, "[]", "")
	if len(words) > 1 {
		switch to := words[1]; to {
		case ".":
		case "-":
			r.drop = true
		case "~":
			r.dissolve = true
		default:
			if name, ok := strings.CutPrefix(to, "."); ok {
				r.name = name
				break
			}
			r.to = strings.Split(to, ".")
		}
		for _, w := range words[2:] {
			c := conversions[w]
			if c == nil {
				return fmt.Errorf("no conversion %q", w)
			}
			r.convs = append(r.convs, c)
		}
	}
	if _, dup := s.rules[from]; dup {
		return fmt.Errorf("two rules for %s", from)
	}
	s.rules[from] = r
	for i := range from {
		if from[i] == '.' {
			s.parents[from[:i]] = true
		}
	}
	return nil
}

func shapeOf(b *Block) *shape {
	if s := shapes()[typeName(b)]; s != nil {
		return s
	}
	return unmapped
}
