package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"rind/ignore"
	"rind/rind"
	"rind/rule"
)

// configName is the file that is looked for at the scanned root.
const configName = "rind.yaml"

// maxConfig is the largest configuration that is read; a real one has a few
// kilobytes.
const maxConfig = 1 << 20

// A Config is the content of rind.yaml. Every key may be left out; a key that
// is not listed here is an error. Flags win over the file.
type Config struct {
	// Profile is which rules run: "default" for what a reviewer would act
	// on, or "all" with hygiene such as tags, tracing and customer-managed
	// keys.
	Profile string `yaml:"profile"`

	// FailOn is the severity from which on a finding makes the exit code 1:
	// critical, high, medium, low, info, or never. Default: high.
	FailOn string `yaml:"fail-on"`

	// MinConfidence leaves out findings that are less sure than this: high,
	// medium or low. Default: low, which leaves out nothing.
	MinConfidence string `yaml:"min-confidence"`

	// Disable lists rules that are not run. Other scanners' IDs are
	// understood everywhere a rule is named.
	Disable []string `yaml:"disable"`

	// Severity gives rules another severity: {RIND-S3-004: low}.
	Severity map[string]string `yaml:"severity"`

	// Exclude lists paths that are not looked at, relative to the scanned
	// folder: "node_modules", "test/**/*.yaml". A folder covers everything
	// below it.
	Exclude []string `yaml:"exclude"`

	// Parameters are template parameters, Terraform variables and serverless
	// params by name. Files and flags on the command line win.
	Parameters map[string]string `yaml:"parameters"`

	// Baseline is a baseline file, relative to this file.
	Baseline string `yaml:"baseline"`

	// Ignore lists findings that somebody answers for.
	Ignore []IgnoreEntry `yaml:"ignore"`

	file string // as named by the user, for messages
}

// An IgnoreEntry silences the findings that match all of its keys. It needs a
// rule or a fingerprint, and a reason.
type IgnoreEntry struct {
	// Rule is the rule's ID.
	Rule string `yaml:"rule"`
	// Path is a glob over the file, such as "legacy/**".
	Path string `yaml:"path"`
	// Resource is a glob over the logical ID, address or function.
	Resource string `yaml:"resource"`
	// Fingerprint is the finding's id, or its first 8 digits or more. It
	// binds the entry to what was found: a change for the worse is reported.
	Fingerprint string `yaml:"fingerprint"`
	// Reason is why this is in order. Required.
	Reason string `yaml:"reason"`
	// Until is the last day on which the entry holds: 2027-01-31.
	Until string `yaml:"until"`

	line int
}

// UnmarshalYAML remembers the line for later messages. It decodes through an
// alias type, and checks the keys itself as a nested decoder is not strict.
func (e *IgnoreEntry) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: an ignore entry has the keys rule, path, resource, fingerprint, reason, until", n.Line)}}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch k := n.Content[i]; k.Value {
		case "rule", "path", "resource", "fingerprint", "reason", "until":
		default:
			return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: field %s not found in type", k.Line, k.Value)}}
		}
	}
	type plain IgnoreEntry
	if err := n.Decode((*plain)(e)); err != nil {
		return err
	}
	e.line = n.Line
	return nil
}

// findConfig reads the named configuration, or rind.yaml at root if name is
// empty. Without either, the configuration is empty.
func findConfig(name, root string) (*Config, error) {
	required := name != ""
	if !required {
		name = filepath.Join(root, configName)
	}
	if info, err := os.Stat(name); !required && err == nil && !info.Mode().IsRegular() {
		return nil, usageError("rename it, or name a configuration with --config", "%s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		if !required && errors.Is(err, os.ErrNotExist) {
			return &Config{}, nil
		}
		return nil, usageError("name a readable file with --config", "reading the configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return nil, usageError("name a readable file with --config", "reading the configuration: %w", err)
	}
	if len(data) > maxConfig {
		return nil, usageError("is it the right file?", "%s is larger than %d bytes", name, maxConfig)
	}
	c, err := parseConfig(filepath.ToSlash(name), data)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// parseConfig decodes and checks a rind.yaml.
func parseConfig(file string, data []byte) (*Config, error) {
	c := &Config{file: file}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return nil, configError(file, err)
	}
	return c, c.check()
}

// check holds the values to what is documented at the fields.
func (c *Config) check() error {
	fail := func(format string, args ...any) error {
		return usageError("docs/config.md lists the keys", c.file+": "+format, args...)
	}
	if err := checkChoices(c.Profile, c.FailOn, c.MinConfidence); err != nil {
		return fail("%w", err)
	}
	for name, s := range c.Severity {
		if rind.Severity(s).Rank() == 0 {
			return fail("severity of %s: unknown severity %q", name, s)
		}
		if len(rule.Find(name)) == 0 {
			return fail("severity: nobody knows a rule %s", name)
		}
	}
	for _, name := range c.Disable {
		if len(rule.Find(name)) == 0 {
			return fail("disable: nobody knows a rule %s", name)
		}
	}
	return nil
}

// checkChoices checks the three settings that flags and rind.yaml share.
func checkChoices(profile, failOn, minConfidence string) error {
	switch rule.Profile(profile) {
	case "", rule.Default, rule.All:
	default:
		return fmt.Errorf("unknown profile %q: use default or all", profile)
	}
	if failOn != "" && failOn != "never" && rind.Severity(failOn).Rank() == 0 {
		return fmt.Errorf("unknown severity %q: use critical, high, medium, low, info or never", failOn)
	}
	if minConfidence != "" && rind.Confidence(minConfidence).Rank() == 0 {
		return fmt.Errorf("unknown confidence %q: use high, medium or low", minConfidence)
	}
	return nil
}

// entries are the ignore entries with where they are written.
func (c *Config) entries() []ignore.Entry {
	var out []ignore.Entry
	for _, e := range c.Ignore {
		out = append(out, ignore.Entry{
			Rule: e.Rule, Path: e.Path, Resource: e.Resource, Fingerprint: strings.ToLower(e.Fingerprint),
			Reason: e.Reason, Until: e.Until, By: ignore.ByConfig,
			Span: rind.Span{File: filepath.Base(c.file), Line: int32(e.line), Column: 1},
		})
	}
	return out
}

// excluded reports whether a path of the scanned tree is not to be looked at.
func (c *Config) excluded(file string) bool {
	for _, pattern := range c.Exclude {
		if ignore.Glob(pattern, file) {
			return true
		}
	}
	return false
}

var (
	unknownField = regexp.MustCompile(`line (\d+): field (\S+) not found in type`)
	yamlLine     = regexp.MustCompile(`(?:yaml: )?line (\d+): (.*)`)
)

// configError says in rind's words, with the line, what yaml complains about.
func configError(file string, err error) error {
	const hint = "docs/config.md lists the keys"
	text := err.Error()
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		text = te.Errors[0]
	}
	if m := unknownField.FindStringSubmatch(text); m != nil {
		return usageError(hint, "%s:%s: unknown key %q", file, m[1], m[2])
	}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		return usageError(hint, "%s:%s: %s", file, m[1], strings.ReplaceAll(m[2], "!!", ""))
	}
	return usageError(hint, "%s: %w", file, err)
}
