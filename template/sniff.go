package template

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"rind/rind"
)

// format is what a file's content turned out to be.
type format int

const (
	notOurs format = iota
	cloudFormation
	terraformPlan
)

// sniff tells cheaply, before parsing, what text may be.
func sniff(data []byte) format {
	if isJSON(data) {
		switch keys := rootKeys(data, "AWSTemplateFormatVersion", "Resources", "planned_values", "terraform_version"); {
		case keys[2] && keys[3]:
			return terraformPlan
		case keys[0] || keys[1]:
			return cloudFormation
		}
		return notOurs
	}
	switch {
	case hasKey(data, "AWSTemplateFormatVersion", false):
		return cloudFormation
	case hasKey(data, "Resources", false) && bytes.Contains(data, []byte("::")):
		return cloudFormation
	}
	return notOurs
}

// isJSON reports whether text starts like a JSON object with quoted keys.
func isJSON(data []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	text = bytes.TrimLeft(text[1:], " \t\r\n")
	return len(text) > 0 && text[0] == '"'
}

// rootKeys tells which of the words are keys of the outermost object of JSON
// text. It does not mind whether the text is well-formed.
func rootKeys(data []byte, words ...string) []bool {
	found := make([]bool, len(words))
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			start := i + 1
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
			if depth != 1 || i >= len(data) {
				continue
			}
			for n, w := range words {
				if string(data[start:i]) == w {
					rest := bytes.TrimLeft(data[i+1:min(i+64, len(data))], " \t\r\n")
					found[n] = found[n] || len(rest) > 0 && rest[0] == ':'
				}
			}
		}
	}
	return found
}

// hasKey reports whether text has word as a map key, in YAML or JSON. With
// margin it must stand at the very start of a line, or be quoted.
func hasKey(data []byte, word string, margin bool) bool {
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte(word))
		if i < 0 {
			return false
		}
		i += from
		from = i + len(word)
		start, rest := i, data[from:]
		quoted := false
		if start > 0 && (data[start-1] == '"' || data[start-1] == '\'') {
			if len(rest) == 0 || rest[0] != data[start-1] || start > 1 && data[start-2] == '\\' {
				continue
			}
			quoted, rest = true, rest[1:]
			start--
		}
		rest = bytes.TrimLeft(rest[:min(len(rest), 64)], " \t\r\n")
		if len(rest) == 0 || rest[0] != ':' {
			continue
		}
		before := bytes.TrimPrefix(data[:start], []byte("\xef\xbb\xbf"))
		if !margin && !quoted {
			before = bytes.TrimRight(before, " \t")
		}
		if quoted && !margin || len(before) == 0 || strings.IndexByte("\n{,", before[len(before)-1]) >= 0 {
			return true
		}
		if quoted {
			if before = bytes.TrimRight(before, " \t"); len(before) > 0 && strings.IndexByte("\n{,", before[len(before)-1]) >= 0 {
				return true
			}
		}
	}
}

// looksLikeTemplate reports whether text that could not be parsed was meant
// to be a template.
func looksLikeTemplate(data []byte) bool {
	if hasKey(data, "AWSTemplateFormatVersion", true) {
		return true
	}
	return hasKey(data, "Resources", true) &&
		(bytes.Contains(data, []byte("AWS::")) || bytes.Contains(data, []byte("Custom::")) || bytes.Contains(data, []byte("Alexa::")))
}

// isTemplate reports whether a parsed file is a CloudFormation template.
func isTemplate(root *rind.Value) bool {
	res := root.Get("Resources")
	for _, r := range res.Entries() {
		if strings.Contains(r.Get("Type").Str(), "::") {
			return true
		}
	}
	if res == nil || res.Kind != rind.Map {
		return false
	}
	return root.Has("AWSTemplateFormatVersion") || root.Has("Transform") && res.Len() > 0
}

// isSAM reports whether a template is for the Serverless Application Model.
func isSAM(root *rind.Value) bool {
	for t := range root.Get("Transform").Each() {
		if strings.HasPrefix(t.Str(), "AWS::Serverless-") {
			return true
		}
	}
	for _, r := range root.Get("Resources").Entries() {
		if strings.HasPrefix(r.Get("Type").Str(), "AWS::Serverless::") {
			return true
		}
	}
	return false
}

var marks = regexp.MustCompile(`\{%|<%|\{\{[^r{]|\{\{r[^e]`)

// rendered names the text templating that a file is written in, or "".
func rendered(name string, data []byte) string {
	switch ext := strings.ToLower(path.Ext(name)); {
	case ext == ".erb", bytes.Contains(data, []byte("<%")):
		return "an ERB template"
	case strings.HasPrefix(ext, ".j") && ext != ".json", bytes.Contains(data, []byte("{%")):
		return "a Jinja template"
	case marks.Match(data):
		return "text to be filled in by a templating engine"
	}
	return ""
}

// expected reports whether a file bears a name that only templates have, so
// that its being empty is worth a word.
func expected(name string) bool {
	switch base := strings.ToLower(path.Base(name)); base {
	case "template.yaml", "template.yml", "template.json", "sam.yaml", "sam.yml", "cloudformation.yaml", "cloudformation.yml", "cloudformation.json":
		return true
	default:
		return strings.HasSuffix(base, ".template")
	}
}
