package template

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"rind/rind"
	"rind/template/source"
)

// Limits of a parameter file.
const (
	maxParameters    = 10_000
	maxParameterFile = 4 << 20
)

// ParseParameters reads values for parameters in any of the forms in which
// they are kept beside templates:
//
//   - CloudFormation's list, [{"ParameterKey": K, "ParameterValue": V}], or
//     ["K=V"], or {"Parameters": {K: V}}
//   - a plain JSON or YAML map; lists are joined by commas
//   - lines of K=V, as in .env and simple .tfvars files; # starts a comment
//   - parameter_overrides of samconfig.toml or samconfig.yaml, those of the
//     environment default before others
//
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
func ParseParameters(data []byte) (map[string]string, error) {
	if len(data) > maxParameterFile {
		return nil, errors.New("a parameter file may have 4 MB at most")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		return nil, errors.New("the parameter file is not UTF-8 text")
	}
	text := bytes.TrimSpace(data)
	var out map[string]string
	var err error
	switch {
	case len(text) == 0:
		return map[string]string{}, nil
	case isTOML(text):
		out, err = samconfig(string(text))
	case assignments(text):
		out, err = parameterLines(string(text))
	default:
		var v *rind.Value
		if v, err = source.Parse("parameters", data); err == nil {
			out, err = parameterValue(v)
		}
	}
	if err == nil && len(out) > maxParameters {
		err = fmt.Errorf("more than %d parameters", maxParameters)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the parameters: %w; write K=V lines, a JSON or YAML map, or CloudFormation's list of ParameterKey and ParameterValue", err)
	}
	return out, nil
}

var (
	tomlOverrides = regexp.MustCompile(`(?m)^\s*parameter_overrides\s*=`)
	tomlTable     = regexp.MustCompile(`^\[+\s*[\w."'-]+(\s*\.\s*[\w."'-]+)*\s*\]+$`)
	assignment    = regexp.MustCompile(`^(?:export\s+)?["']?([\w.:/-]+)["']?\s*=\s*(.*)$`)
)

func isTOML(text []byte) bool {
	if tomlOverrides.Match(text) {
		return true
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return tomlTable.Match(bytes.TrimSpace(line)) && bytes.Contains(text, []byte("="))
}

// assignments reports whether the first line with content is K=V.
func assignments(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		return assignment.Match(line)
	}
	return false
}

func parameterLines(text string) (map[string]string, error) {
	out := map[string]string{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || strings.HasPrefix(line, "//") {
			continue
		}
		m := assignment.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("line %d is not K=V", n)
		}
		out[m[1]] = unquote(m[2])
	}
	return out, nil
}

// unquote takes the quotes off a value, and a comment after it.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || s[0] != '"' && s[0] != '\'' {
		if i := strings.Index(s, " #"); i >= 0 {
			s = strings.TrimSpace(s[:i])
		}
		return s
	}
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '"':
			i++
		case s[i] == quote:
			if quote == '"' {
				if u, err := strconv.Unquote(s[:i+1]); err == nil {
					return u
				}
			}
			return s[1:i]
		}
	}
	return s
}

// parameterValue reads parsed JSON or YAML.
func parameterValue(v *rind.Value) (map[string]string, error) {
	out := map[string]string{}
	switch {
	case v == nil || v.Kind == rind.Null:
	case v.Kind == rind.List:
		for _, it := range v.Items {
			switch {
			case it.Get("ParameterKey").Scalar():
				if val := it.Get("ParameterValue"); val.Present() {
					out[it.Get("ParameterKey").Text] = flat(val)
				} // else UsePreviousValue: nothing is known
			case it != nil && it.Kind == rind.String && strings.Contains(it.Text, "="):
				k, val, _ := strings.Cut(it.Text, "=")
				out[strings.TrimSpace(k)] = unquote(val)
			default:
				return nil, fmt.Errorf("line %d has neither ParameterKey nor K=V", line(it))
			}
		}
	case v.Kind != rind.Map:
		return nil, errors.New("it is one value, not a map")
	default:
		if o := overrides(v); o != nil {
			return overrideValue(o)
		}
		if p := v.Get("Parameters"); p != nil && p.Kind == rind.Map {
			v = p
		}
		for k, val := range v.Entries() {
			if inner := val.Get("value"); val != nil && val.Kind == rind.Map && inner != nil {
				val = inner
			}
			if val != nil && val.Kind == rind.Map {
				return nil, fmt.Errorf("the value of %s is a map (line %d)", k, val.Span.Line)
			}
			if val.Present() {
				out[k] = flat(val)
			}
		}
	}
	return out, nil
}

func line(v *rind.Value) int32 {
	if v == nil {
		return 0
	}
	return v.Span.Line
}

// flat prints a scalar, or a list as CloudFormation takes it.
func flat(v *rind.Value) string {
	if v.Kind != rind.List {
		return v.Text
	}
	items := make([]string, 0, len(v.Items))
	for it := range v.Each() {
		items = append(items, it.Text)
	}
	return strings.Join(items, ",")
}

// overrides finds parameter_overrides in a samconfig.yaml: below
// environment, command, parameters.
func overrides(root *rind.Value) *rind.Value {
	var found *rind.Value
	for env, commands := range root.Entries() {
		for _, command := range []string{"global", "deploy", "build", "validate"} {
			o := commands.Get(command, "parameters", "parameter_overrides")
			if o.Present() && (found == nil || env == "default") {
				found = o
			}
		}
	}
	return found
}

func overrideValue(o *rind.Value) (map[string]string, error) {
	if o.Kind == rind.Map {
		return parameterValue(o)
	}
	out := map[string]string{}
	for it := range o.Each() {
		overrideText(it.Text, out)
	}
	return out, nil
}

// overrideText reads "A=1 B='x y'" and "ParameterKey=A,ParameterValue=1".
func overrideText(s string, out map[string]string) {
	for _, word := range words(s) {
		if rest, ok := strings.CutPrefix(word, "ParameterKey="); ok {
			k, v, _ := strings.Cut(rest, ",ParameterValue=")
			out[k] = v
			continue
		}
		if k, v, ok := strings.Cut(word, "="); ok && k != "" {
			out[k] = v
		}
	}
}

// words splits at blanks, as a shell does with quotes and backslashes.
func words(s string) []string {
	var out []string
	var b strings.Builder
	var quote byte
	started := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s) && quote != '\'':
			i++
			b.WriteByte(s[i])
			started = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, started = c, true
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			if started {
				out = append(out, b.String())
				b.Reset()
				started = false
			}
		default:
			b.WriteByte(c)
			started = true
		}
	}
	if started {
		out = append(out, b.String())
	}
	return out
}

// samconfig finds parameter_overrides in TOML text. It knows as much of TOML
// as that takes: tables, strings and lists of strings.
func samconfig(text string) (map[string]string, error) {
	var found map[string]string
	table := ""
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		l := strings.TrimSpace(lines[i])
		if tomlTable.MatchString(l) {
			table = strings.Trim(l, "[] ")
			continue
		}
		k, v, ok := strings.Cut(l, "=")
		if !ok || strings.TrimSpace(k) != "parameter_overrides" {
			continue
		}
		v = strings.TrimSpace(v)
		out := map[string]string{}
		switch {
		case strings.HasPrefix(v, "["), strings.HasPrefix(v, `"""`), strings.HasPrefix(v, "'''"):
			end := "]"
			if v[0] != '[' {
				end = v[:3]
				v = v[3:]
			}
			var b strings.Builder
			b.WriteString(v)
			for last := v; !strings.Contains(last, end) && i+1 < len(lines); {
				i++
				last = lines[i]
				b.WriteString("\n" + last)
			}
			v = b.String()
			if end != "]" {
				v, _, _ = strings.Cut(v, end)
				overrideText(v, out)
				break
			}
			for _, item := range tomlStrings(v) {
				overrideText(item, out)
			}
		case strings.HasPrefix(v, "{"):
			return nil, errors.New("parameter_overrides is a table; only text and lists are read")
		default:
			overrideText(unquote(v), out)
		}
		if found == nil || strings.HasPrefix(table, "default.") {
			found = out
		}
	}
	if found == nil {
		return nil, errors.New("there is no parameter_overrides in this TOML file")
	}
	return found, nil
}

// tomlStrings returns the quoted strings in the text of a list.
func tomlStrings(s string) []string {
	var out []string
	for i := 0; i < len(s); i++ {
		if s[i] == '#' {
			for i < len(s) && s[i] != '\n' {
				i++
			}
			continue
		}
		if s[i] != '"' && s[i] != '\'' {
			continue
		}
		end := i + 1
		for end < len(s) && s[end] != s[i] {
			if s[end] == '\\' && s[i] == '"' {
				end++
			}
			end++
		}
		if end >= len(s) {
			break
		}
		out = append(out, unquote(s[i:end+1]))
		i = end
	}
	return out
}
