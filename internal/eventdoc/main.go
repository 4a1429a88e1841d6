// Command eventdoc writes docs/events.md from the tables of package event. It
// reads nothing else and changes nothing else.
//
//	go generate ./event
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"rind/event"
)

func main() {
	out := flag.String("out", "", "file to write; standard output if empty")
	flag.Parse()
	page := Page()
	if *out == "" {
		fmt.Print(page)
		return
	}
	if err := os.WriteFile(*out, []byte(page), 0o644); err != nil {
		fmt.Fprintf(os.Stderr, "eventdoc: %v\n", err)
		os.Exit(1)
	}
}

const head = `# Events

What each trigger's event looks like, and who decides about each field. Made by
` + "`go generate ./event`" + ` from ` + "`event/table/`" + `, which is written from the AWS page
named with each shape.

Control:

- **attacker**: whoever can send the request, message or object.
- **caller**: an authenticated principal chose it, such as a profile attribute
  or a value that an authorizer took from the caller's credentials.
- **tenant**: the account's own configuration or services.
- **aws**: the service made it up.

The content of messages, records, objects and table items counts as the
attacker's here: who really can write it is a matter of the application.

In paths ` + "`[]`" + ` is every element and ` + "`*`" + ` every name. Fields in *italics* may be
absent. Encodings are listed from the outside in: ` + "`base64-if`" + ` depends on
` + "`isBase64Encoded`" + `, ` + "`json-if`" + ` is JSON by custom only, ` + "`content-type`" + ` is what the
request's Content-Type says. A trigger with ` + "`/shape`" + ` behind it names one shape:
` + "`cognito/pre-sign-up`" + `.
`

// Page returns the page as Markdown.
func Page() string {
	var b strings.Builder
	b.WriteString(head)
	for _, k := range event.Kinds {
		s := event.For(k)
		fmt.Fprintf(&b, "\n## %s: `%s`\n", s.Title, k)
		for _, sh := range s.Shapes {
			fmt.Fprintf(&b, "\n### `%s/%s`: %s\n\n<%s>\n\n", k, sh.Name, sh.Title, sh.Doc)
			b.WriteString("| Field | Type | Control | Encoding | Meaning |\n|---|---|---|---|---|\n")
			for _, f := range sh.Fields {
				row(&b, f)
			}
		}
	}
	return b.String()
}

func row(b *strings.Builder, f event.Field) {
	path := "`" + f.Path + "`"
	if f.Optional {
		path = "*" + path + "*"
	}
	control := string(f.Control)
	if f.Control == event.Attacker {
		control = "**attacker**"
	}
	var enc []string
	for _, e := range f.Encoding {
		enc = append(enc, string(e))
	}
	meaning := strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(f.Meaning)
	if !f.Certain {
		meaning += " (a guess)"
	}
	cells := []string{path, string(f.Type), control, strings.Join(enc, ", "), meaning}
	fmt.Fprintf(b, "| %s |\n", strings.Join(slices.Clip(cells), " | "))
}
