package rule

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"rind/rind"
)

//go:embed examples
var exampleFiles embed.FS

// An Example shows a rule at work on a small app: one that it finds (Bad) or
// one that is in order.
//
// Examples live in examples/<ID>.txtar, one archive for each rule. A member
// is named bad/<language>/<file> or good/<language>/<file>, where the
// language is sam, cloudformation, cdk, serverless or terraform, or for rules
// about code python, javascript, java or go; such an example may do without a
// template. A second
// example in one language has a word after it: bad/sam-nested/template.yaml.
// The comment at the head of the archive may say what is shown.
type Example struct {
	Rule  string
	Bad   bool
	Kind  rind.AppKind
	Name  string // "sam", "sam-nested"
	Note  string // comment of the archive, the same for all its examples
	Files []ExampleFile
}

// An ExampleFile is one file of an [Example].
type ExampleFile struct {
	Name string // slash-separated, relative to the example's root
	Text string
}

// String names the example as its members are: "bad/sam-nested".
func (e Example) String() string {
	if e.Bad {
		return "bad/" + e.Name
	}
	return "good/" + e.Name
}

// Examples returns the examples of the rule with the given ID in the order
// they are written, or none if the rule has no archive or it is malformed.
func Examples(id string) []Example {
	data, err := exampleFiles.ReadFile("examples/" + strings.ToUpper(id) + ".txtar")
	if err != nil {
		return nil
	}
	examples, _ := parseExamples(strings.ToUpper(id), data)
	return examples
}

// seam is left out of the text of an example. It breaks up what scanners would
// take for a real credential in this repository.
const seam = "{+}"

// parseExamples reads one archive. It returns what it understood together
// with an error about the first member it did not.
func parseExamples(id string, data []byte) ([]Example, error) {
	archive := txtar.Parse(data)
	note := strings.TrimSpace(string(archive.Comment))
	var examples []Example
	var err error
	for _, f := range archive.Files {
		verdict, rest, _ := strings.Cut(f.Name, "/")
		name, file, ok := strings.Cut(rest, "/")
		kind := rind.AppKind(name)
		if lang, _, worded := strings.Cut(name, "-"); worded {
			kind = rind.AppKind(lang)
		}
		if !ok || verdict != "bad" && verdict != "good" || !slices.Contains(exampleKinds, kind) {
			if err == nil {
				err = fmt.Errorf("%s: member %q is not named bad|good/<language>/<file>", id, f.Name)
			}
			continue
		}
		bad := verdict == "bad"
		i := slices.IndexFunc(examples, func(e Example) bool { return e.Bad == bad && e.Name == name })
		if i < 0 {
			examples = append(examples, Example{Rule: id, Bad: bad, Kind: kind, Name: name, Note: note})
			i = len(examples) - 1
		}
		examples[i].Files = append(examples[i].Files, ExampleFile{Name: file, Text: strings.ReplaceAll(string(f.Data), seam, "")})
	}
	return examples, err
}

var exampleKinds = []rind.AppKind{
	rind.SAM, rind.CloudFormation, rind.CDK, rind.Serverless, rind.Terraform,
	"python", "javascript", "java", "go",
}
