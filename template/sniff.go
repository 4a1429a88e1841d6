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
	has := func(s string) bool { return bytes.Contains(data, []byte(s)) }
	switch {
	case has("AWSTemplateFormatVersion"):
		return cloudFormation
	case has(`"planned_values"`) && has(`"terraform_version"`):
		return terraformPlan
	case has("Resources") && has("::") && has("Type"):
		return cloudFormation
	}
	return notOurs
}

var (
	yamlSection = regexp.MustCompile(`(?m)^["']?(AWSTemplateFormatVersion|Resources)["']?[ \t]*:`)
	awsType     = regexp.MustCompile(`["']?Type["']?[ \t]*:[ \t]*["']?(AWS|Custom|Alexa)::`)
)

// looksLikeTemplate reports whether text that could not be parsed, or that
// holds no resources, was meant to be a template.
func looksLikeTemplate(data []byte) bool {
	if trimmed := bytes.TrimLeft(data, " \t\r\n\xef\xbb\xbf"); len(trimmed) > 0 && trimmed[0] == '{' {
		return bytes.Contains(data, []byte(`"AWSTemplateFormatVersion"`)) ||
			bytes.Contains(data, []byte(`"Resources"`)) && awsType.Match(data)
	}
	return yamlSection.Match(data) && (awsType.Match(data) || bytes.Contains(data, []byte("\nAWSTemplateFormatVersion")) || bytes.HasPrefix(data, []byte("AWSTemplateFormatVersion")))
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
