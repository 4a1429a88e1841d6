package fix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"rind/iam"
	"rind/policy"
	"rind/rind"
	"rind/template/source"
)

// A Refusal says why a function's permissions were not written.
type Refusal struct {
	Function string
	Reason   string
}

// Policies returns the edits that give functions the policies they need, in
// place of those they have: SAM's Policies, the policies of a role that the
// template declares, serverless.yml's statements. Only the functions that
// want names are looked at; where it is nil, all are. A function is refused
// where its needs are not known to the end, where its role serves others that
// are not, and where the place is not plain.
func Policies(a *policy.Analysis, read func(string) []byte, want []string) (edits []rind.Edit, refused []Refusal) {
	done := map[string]bool{}
	for _, f := range a.App.Functions {
		if want != nil && !slices.Contains(want, f.ID) || f.Generated {
			continue
		}
		w := &writer{a: a, read: read, f: f, done: done}
		e, err := w.write()
		if err != nil {
			refused = append(refused, Refusal{f.ID, err.Error()})
			continue
		}
		edits = append(edits, e...)
	}
	return edits, refused
}

// A writer writes the policy of one function.
type writer struct {
	a    *policy.Analysis
	read func(string) []byte
	f    *rind.Function
	done map[string]bool // places that were written for another function
}

func (w *writer) write() ([]rind.Edit, error) {
	switch w.a.App.Kind {
	case rind.Terraform:
		return nil, errors.New("a Terraform module is not edited; print the block with --format terraform")
	case rind.CDK:
		return nil, errors.New("a CDK app is a program and is not edited; print the statements with --format cdk")
	case rind.Serverless:
		return w.serverless()
	}
	for _, d := range w.a.App.Declared {
		if d.ID == w.f.ID && d.Type == "AWS::Serverless::Function" && d.Get("Role").Absent() {
			return w.sam(d)
		}
	}
	return w.role()
}

// complete is an error if what one of the functions needs is not known to the
// end.
func (w *writer) complete(functions []string) error {
	for _, id := range functions {
		p := w.a.Policy(id)
		if p == nil {
			return fmt.Errorf("%s was not analysed", id)
		}
		if !p.Complete() {
			return fmt.Errorf("what %s needs is not fully known: %s", id, strings.Join(p.Incomplete, "; "))
		}
	}
	return nil
}

// statements are what functions need, without what given says AWS or the
// framework grants already.
func (w *writer) statements(functions []string, given func(*policy.Need) bool) []*policy.Statement {
	var needs []*policy.Need
	for _, id := range functions {
		for _, n := range w.a.Policy(id).Needs {
			if !given(n) {
				needs = append(needs, n)
			}
		}
	}
	return policy.Group(needs)
}

func framework(n *policy.Need) bool { return n.Given }

// sam replaces the Policies of a SAM function. SAM itself adds what AWS needs
// to run it.
func (w *writer) sam(d *rind.Resource) ([]rind.Edit, error) {
	if err := w.complete([]string{w.f.ID}); err != nil {
		return nil, err
	}
	list := w.statements([]string{w.f.ID}, framework)
	if len(list) == 0 && d.Get("Policies").Absent() {
		return nil, nil // nothing is needed, and nothing is given
	}
	e, err := w.put(d.Span.File, location(rind.SAM, d.ID), "Policies", func(indent string) string {
		if len(list) == 0 {
			return " []"
		}
		return "\n" + indent + "  - Version: \"2012-10-17\"\n" + indent + "    Statement:\n" + policy.YAML(list, indent+"      ")
	}, func() any {
		if len(list) == 0 {
			return []any{}
		}
		return []any{documentOf(list, w.a.App.Kind)}
	})
	return one(e, err)
}

// documentOf is a policy document for JSON.
func documentOf(list []*policy.Statement, kind rind.AppKind) any {
	return policy.Plain((&policy.Policy{Statements: list}).Document(), kind)
}

func one(e rind.Edit, err error) ([]rind.Edit, error) {
	if err != nil {
		return nil, err
	}
	return []rind.Edit{e}, nil
}

// basic reports whether a managed policy gives no more than what AWS needs to
// run a function; it stays.
func basic(name string) bool {
	return policy.RunsFunctions(path.Base(name))
}

// role replaces the policies of a role in the template.
func (w *writer) role() ([]rind.Edit, error) {
	r := w.a.App.Role(w.f.Role)
	if r == nil || r.Resource == nil {
		return nil, errors.New("its role is not in the template")
	}
	if w.done[r.ID] {
		return nil, nil
	}
	if r.Resource.Generated {
		return nil, errors.New("its role was made by a transform")
	}
	if err := w.complete(r.Functions); err != nil {
		return nil, err
	}
	if c := w.a.Compare(r); len(c.Unknown) > 0 {
		return nil, fmt.Errorf("the role %s cannot be narrowed: %s", r.ID, strings.Join(c.Unknown, "; "))
	}
	for _, p := range r.Policies {
		if p.Source != r.ID {
			return nil, fmt.Errorf("the role %s also gets a policy from %s", r.ID, p.Source)
		}
	}
	kept := &iam.Permissions{}
	var drop []*rind.Value
	for _, m := range r.Managed {
		if basic(iam.ManagedName(m)) {
			kept.AddManaged(m)
		} else {
			drop = append(drop, m)
		}
	}
	list := w.statements(r.Functions, func(n *policy.Need) bool { return n.Given && kept.Can(n.Action) })
	src := w.read(r.Resource.Span.File)
	if src == nil {
		return nil, errNoPlace
	}
	var edits []rind.Edit
	e, err := w.put(r.Resource.Span.File, location(w.a.App.Kind, r.ID), "Policies", func(indent string) string {
		if len(list) == 0 {
			return " []"
		}
		in := indent + "  "
		return "\n" + in + "- PolicyName: least-privilege\n" + in + "  PolicyDocument:\n" + in + "    Version: \"2012-10-17\"\n" + in + "    Statement:\n" + policy.YAML(list, in+"      ")
	}, func() any {
		if len(list) == 0 {
			return []any{}
		}
		return []any{map[string]any{"PolicyName": "least-privilege", "PolicyDocument": documentOf(list, w.a.App.Kind)}}
	})
	if err != nil {
		return nil, err
	}
	more, err := w.dropManaged(r, drop, src)
	if err != nil {
		return nil, err
	}
	w.done[r.ID] = true
	return append(append(edits, e), more...), nil
}

// dropManaged takes managed policies from a role: their lines, or the whole
// property where none is left.
func (w *writer) dropManaged(r *rind.Role, drop []*rind.Value, src []byte) ([]rind.Edit, error) {
	var edits []rind.Edit
	f := r.Resource.Properties.Field("ManagedPolicyArns")
	if len(drop) > 0 && len(drop) == len(r.Managed) && f != nil && f.Span.File == r.Resource.Span.File {
		d := document{file: f.Span.File, src: src, lines: source.NewLines(src)}
		start, end := d.lines.Offset(f.Span.Line, 1), d.endOf(max(f.Value.Span.EndLine, drop[len(drop)-1].Span.EndLine))
		if strings.TrimSpace(string(src[start:d.lines.Offset(f.Span.Line, f.Span.Column)])) != "" || bytes.HasPrefix(bytes.TrimSpace(src), []byte("{")) {
			return nil, errNoPlace
		}
		return []rind.Edit{{File: f.Span.File, Start: start, End: min(end+1, len(src))}}, nil
	}
	for _, m := range drop {
		e, err := dropItem(m.Span, src)
		if err != nil {
			return nil, fmt.Errorf("the managed policy of %s on line %d: %w", r.ID, m.Span.Line, err)
		}
		edits = append(edits, e)
	}
	return edits, nil
}

// dropItem takes the line of a list's element out of a YAML file.
func dropItem(at rind.Span, src []byte) (rind.Edit, error) {
	lines := source.NewLines(src)
	text := string(lines.Line(int(at.Line)))
	if at.Line != at.EndLine || !strings.HasPrefix(strings.TrimSpace(text), "- ") {
		return rind.Edit{}, errNoPlace
	}
	start := lines.Offset(at.Line, 1)
	return rind.Edit{File: at.File, Start: start, End: min(start+len(text)+1, len(src))}, nil
}

// serverless replaces the statements of the service's role, or those of one
// function where a plugin gives each a role of its own. The framework itself
// adds what AWS needs to run the functions.
func (w *writer) serverless() ([]rind.Edit, error) {
	file := w.a.App.Path
	src := w.read(file)
	if src == nil {
		return nil, errNoPlace
	}
	root, err := source.Parse(file, src)
	if err != nil {
		return nil, err
	}
	key := strings.TrimPrefix(w.declared(), "functions.")
	if root.Get("functions", key, "iamRoleStatements") != nil {
		if err := w.complete([]string{w.f.ID}); err != nil {
			return nil, err
		}
		return w.list(file, []string{"functions", key}, "iamRoleStatements", []string{w.f.ID})
	}
	if root.Get("functions", key, "role") != nil || root.Get("provider", "role") != nil || root.Get("provider", "iam", "role").Scalar() {
		return nil, errors.New("its role is not the framework's")
	}
	if w.done["provider"] {
		return nil, nil
	}
	var all []string
	for _, f := range w.a.App.Functions {
		if !f.Generated {
			all = append(all, f.ID)
		}
	}
	if err := w.complete(all); err != nil {
		return nil, fmt.Errorf("all functions share a role: %w", err)
	}
	w.done["provider"] = true
	switch {
	case root.Get("provider", "iamRoleStatements") != nil:
		return w.list(file, []string{"provider"}, "iamRoleStatements", all)
	case root.Get("provider", "iam", "role", "statements") != nil:
		return w.list(file, []string{"provider", "iam", "role"}, "statements", all)
	case root.Get("provider", "iam") == nil:
		list := w.statements(all, framework)
		return one(w.put(file, []string{"provider"}, "iam", func(indent string) string {
			return "\n" + indent + "  role:\n" + indent + "    statements:\n" + policy.YAML(list, indent+"      ")
		}, nil))
	}
	return nil, errNoPlace
}

// declared is the ID under which the function was written.
func (w *writer) declared() string {
	if r := w.f.Resource; r != nil && r.Origin != "" {
		return r.Origin
	}
	return w.f.ID
}

func (w *writer) list(file string, place []string, key string, functions []string) ([]rind.Edit, error) {
	list := w.statements(functions, framework)
	return one(w.put(file, place, key, func(indent string) string {
		if len(list) == 0 {
			return " []"
		}
		return "\n" + policy.YAML(list, indent+"  ")
	}, nil))
}

// put sets a key of the map at a place to text made by yaml, or to a value
// made by value where the file is JSON, and makes sure that the file is still
// well-formed.
func (w *writer) put(file string, place []string, key string, yaml func(indent string) string, value func() any) (rind.Edit, error) {
	src := w.read(file)
	if src == nil {
		return rind.Edit{}, errNoPlace
	}
	root, err := source.Parse(file, src)
	if err != nil {
		return rind.Edit{}, err
	}
	at := root.Get(place...)
	if at == nil || at.Kind != rind.Map || at.Span.File != file || len(at.Fields) == 0 || intrinsic(at) {
		return rind.Edit{}, errNoPlace
	}
	d := document{file: file, src: src, lines: source.NewLines(src), json: bytes.HasPrefix(bytes.TrimSpace(src), []byte("{"))}
	var e rind.Edit
	if d.json {
		if value == nil {
			return rind.Edit{}, errNoPlace
		}
		e, err = d.putJSON(at, key, value())
	} else {
		e, err = d.putBlock(at, key, yaml)
	}
	if err != nil {
		return rind.Edit{}, err
	}
	out, _ := Apply(src, []rind.Edit{e})
	again, err := source.Parse(file, out)
	if err != nil || again.Get(place...).Get(key) == nil || again.Get(place...).Len() != at.Len()+added(at, key) {
		return rind.Edit{}, errNoPlace
	}
	return e, nil
}

func added(at *rind.Value, key string) int {
	if at.Field(key) != nil {
		return 0
	}
	return 1
}

// putJSON replaces or adds a member of a JSON object.
func (d *document) putJSON(at *rind.Value, key string, value any) (rind.Edit, error) {
	first := at.Fields[0].Span
	indent := d.blank(first)
	text, err := json.MarshalIndent(value, indent, "  ")
	if err != nil {
		return rind.Edit{}, err
	}
	f := at.Field(key)
	if f == nil {
		start := d.lines.Offset(first.Line, first.Column)
		return rind.Edit{File: d.file, Start: start, End: start, Text: fmt.Sprintf("%q: %s,\n%s", key, text, indent)}, nil
	}
	start := d.lines.Offset(f.Value.Span.Line, f.Value.Span.Column)
	var old json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(d.src[start:]))
	if err := dec.Decode(&old); err != nil {
		return rind.Edit{}, errNoPlace
	}
	return rind.Edit{File: d.file, Start: start, End: start + int(dec.InputOffset()), Text: string(text)}, nil
}

// putBlock replaces or adds an entry of a map in block style.
func (d *document) putBlock(at *rind.Value, key string, text func(indent string) string) (rind.Edit, error) {
	first := at.Fields[0].Span
	indent := d.blank(first)
	if start := d.lines.Offset(at.Span.Line, at.Span.Column); start < len(d.src) && d.src[start] == '{' {
		return rind.Edit{}, errNoPlace // on one line
	}
	if f := at.Field(key); f != nil {
		if intrinsic(f.Value) || f.Value.Symbolic() || f.Value.Span.File != d.file {
			return rind.Edit{}, errNoPlace // chosen by a condition, or in another file
		}
		end := d.endOf(max(f.Value.Span.EndLine, f.Span.EndLine))
		start := d.lines.Offset(f.Span.Line, f.Span.Column)
		return rind.Edit{File: d.file, Start: start, End: end, Text: key + ":" + strings.TrimSuffix(text(indent), "\n")}, nil
	}
	last := at.Fields[0]
	for _, f := range at.Fields {
		if f.Span.Line > last.Span.Line && f.Key != "ManagedPolicyArns" { // whose lines may go
			last = f
		}
	}
	end := d.endOf(max(last.Value.Span.EndLine, last.Span.EndLine))
	return rind.Edit{File: d.file, Start: end, End: end, Text: "\n" + indent + key + ":" + strings.TrimSuffix(text(indent), "\n")}, nil
}

// endOf is the end of a value's last line, and of the lines behind it that
// only close brackets.
func (d *document) endOf(line int32) int {
	for {
		next := strings.TrimSpace(d.lines.Line(int(line) + 1))
		if next == "" || strings.Trim(next, "]},") != "" {
			break
		}
		line++
	}
	return d.lines.Offset(line, 1) + len(d.lines.Line(int(line)))
}
