package template

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"rind/rind"
	"rind/template/cdk"
	"rind/template/cfn"
	"rind/template/inventory"
	"rind/template/sam"
	"rind/template/sls"
	"rind/template/source"
	"rind/template/tf"
)

// Errors for files that parse.
var (
	errNotOurs     = errors.New("not a CloudFormation template")
	errNoResources = errors.New("it has the sections of a CloudFormation template but no resources")
)

// stack reads a file that may be a CloudFormation or SAM template or a
// Terraform plan.
func (rd *reader) stack(a *answer) {
	data, err := rd.tree.Read(a.file)
	if err != nil {
		a.skip(0, "cannot read this file: %s", source.Cause(err))
		return
	}
	if text, ok := fromUTF16(data); ok {
		if sniff(text) != notOurs {
			a.skip(0, "it is written as UTF-16: save it as UTF-8")
		}
		return
	}
	if sniff(data) == terraformPlan {
		rd.plan(a)
		return
	}
	t, err := rd.load(a.file, data, rd.opt.Parameters)
	if err != nil {
		rd.refuse(a, data, err)
		return
	}
	app, err := cfn.Resolve(t, cfn.Options{Parameters: rd.opt.Parameters, Load: rd.nested(a)})
	if err != nil {
		a.skip(0, "%s", err)
		return
	}
	rd.finish(a, app)
}

// refuse says why a file was not read, if it was meant to be a template.
func (rd *reader) refuse(a *answer, data []byte, err error) {
	named := rd.tree.Only() != ""
	switch {
	case len(strings.TrimSpace(string(data[:min(len(data), 4096)]))) == 0:
		if named || expected(a.file) {
			a.skip(0, "the file is empty")
		}
	case errors.Is(err, errNotOurs):
		if named {
			a.skip(0, "neither SAM, CloudFormation, Serverless Framework nor Terraform was recognised in it")
		}
	case errors.Is(err, errNoResources):
		a.skip(0, "%s", err)
	case looksLikeTemplate(data) || named:
		line, reason := place(a.file, err)
		if what := rendered(a.file, data); what != "" {
			reason = fmt.Sprintf("%s; it is %s: render it first", reason, what)
		}
		a.skip(line, "%s", reason)
	}
}

var linePrefix = regexp.MustCompile(`^:(\d+): `)

// place splits "file:line: reason".
func place(file string, err error) (line int32, reason string) {
	msg := strings.TrimPrefix(err.Error(), file)
	if m := linePrefix.FindStringSubmatch(msg); m != nil {
		n, _ := strconv.ParseInt(m[1], 10, 32)
		return int32(n), msg[len(m[0]):]
	}
	return 0, strings.TrimPrefix(msg, ": ")
}

// load parses a template and expands its macros.
func (rd *reader) load(file string, data []byte, parameters map[string]string) (*cfn.Template, error) {
	if sniff(data) != cloudFormation {
		return nil, errNotOurs
	}
	root, err := source.Parse(file, data)
	if err != nil {
		return nil, err
	}
	if !isTemplate(root) {
		if root.Get("AWSTemplateFormatVersion").Scalar() || root.Get("Transform").Scalar() && isSAM(root) {
			return nil, errNoResources
		}
		return nil, errNotOurs
	}
	root, skipped := cfn.Expand(file, root, parameters, rd.tree.Read)
	t := &cfn.Template{File: file, Kind: rind.CloudFormation, Root: root}
	if isSAM(root) {
		if t, _, err = sam.Transform(file, root, sam.Options{Parameters: parameters, Tree: rd.tree}); err != nil {
			return nil, err
		}
	}
	t.Skipped = append(skipped, t.Skipped...)
	return t, nil
}

// nested loads the templates of nested stacks for an application and notes
// that they are part of it.
func (rd *reader) nested(a *answer) func(string, map[string]string) (*cfn.Template, error) {
	return func(file string, parameters map[string]string) (*cfn.Template, error) {
		data, err := rd.tree.Read(file)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %s", file, source.Cause(err))
		}
		t, err := rd.load(file, data, parameters)
		if errors.Is(err, errNotOurs) {
			return nil, fmt.Errorf("%s is %w", file, err)
		}
		if err == nil {
			a.used = append(a.used, file)
		}
		return t, err
	}
}

// finish adds a resolved application to the answer.
func (rd *reader) finish(a *answer, app *rind.App) {
	inventory.Build(app, rd.tree)
	a.apps = append(a.apps, app)
}

func (rd *reader) serverless(a *answer) {
	data, err := rd.tree.Read(a.file)
	if err != nil {
		a.skip(0, "cannot read this file: %s", source.Cause(err))
		return
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		a.skip(0, "the file is empty")
		return
	case bytes.Contains(data, []byte("AWSTemplateFormatVersion")):
		rd.stack(a) // a template that happens to bear the name
		return
	case !isService(data):
		if text, ok := fromUTF16(data); ok && isService(text) {
			a.skip(0, "it is written as UTF-16: save it as UTF-8")
		}
		if componentKey.Match(data) {
			a.skip(0, "Serverless Components are not read; only services with a provider are")
		}
		return // variables, a compose file…
	}
	// Fragments that it includes are part of it.
	tree := rd.tree.Watch(func(name string) { a.used = append(a.used, name) })
	t, err := sls.Expand(tree, a.file, sls.Options{Parameters: rd.opt.Parameters})
	if err != nil {
		line, reason := place(a.file, err)
		a.skip(line, "%s", reason)
		return
	}
	app, err := cfn.Resolve(t, cfn.Options{Parameters: rd.opt.Parameters, Load: rd.nested(a)})
	if err != nil {
		a.skip(0, "%s", err)
		return
	}
	rd.finish(a, app)
}

var (
	serviceKeys  = regexp.MustCompile(`(?m)^\s*["']?(provider|functions)["']?\s*:`)
	componentKey = regexp.MustCompile(`(?m)^component\s*:`)
)

// isService reports whether text is a service of the Serverless Framework.
func isService(data []byte) bool {
	return bytes.Contains(data, []byte("service")) && serviceKeys.Match(data)
}

func (rd *reader) module(a *answer) {
	apps, skipped, err := tf.Read(rd.tree, a.file, tf.Options{Parameters: rd.opt.Parameters})
	if err != nil {
		a.skip(0, "%s", source.Cause(err))
		return
	}
	if len(apps) == 0 {
		a.skipped = append(a.skipped, skipped...)
	}
	for _, app := range apps {
		rd.finish(a, app)
	}
}

func (rd *reader) plan(a *answer) {
	app, skipped, err := tf.ReadPlan(rd.tree, a.file, tf.Options{Parameters: rd.opt.Parameters})
	if err != nil {
		line, reason := place(a.file, err)
		a.skip(line, "%s", reason)
		return
	}
	if app == nil {
		a.skipped = append(a.skipped, skipped...)
		return
	}
	rd.finish(a, app)
}

func (rd *reader) assembly(a *answer) {
	apps, skipped := cdk.Read(rd.tree, a.file, cdk.Options{Parameters: rd.opt.Parameters, Load: rd.load})
	a.skipped = append(a.skipped, skipped...)
	for _, app := range apps {
		rd.finish(a, app)
	}
}

// fromUTF16 decodes text that begins with a UTF-16 byte order mark, which
// some editors on Windows write. No reader of templates takes it.
func fromUTF16(data []byte) ([]byte, bool) {
	if len(data) < 2 || len(data)%2 != 0 {
		return nil, false
	}
	var order binary.ByteOrder
	switch {
	case data[0] == 0xff && data[1] == 0xfe:
		order = binary.LittleEndian
	case data[0] == 0xfe && data[1] == 0xff:
		order = binary.BigEndian
	default:
		return nil, false
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units))), true
}
