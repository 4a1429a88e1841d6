package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rind/fix"
	"rind/policy"
	"rind/rind"
)

// policyFormats are the notations of rind policy; "text" is that of each
// application.
var policyFormats = []string{"text", "json", "sam", "serverless", "terraform", "cdk"}

type policyFlags struct {
	source    sourceFlags
	functions []string
	format    string
	diff      bool
	write     bool
}

func policyCommand() *cobra.Command {
	var f policyFlags
	cmd := &cobra.Command{
		Use:   "policy [PATH…]",
		Short: "Print the least permissions that the functions' code needs",
		Long: `Policy follows the code of every function to the AWS calls it can make and
prints the IAM policy that allows just these, each statement with the places
in the code that need it. Resources are resolved through the template:
references, environment variables and constants become ARNs.

With --diff it holds the policy to what the function's role grants now: what is
never used, what is missing, and how far the role reaches before and after.
With --write it puts the policy into the template. What the code needs is not
always known to its end; policy says so, and then calls nothing unused and
writes nothing. It never calls AWS.`,
		Example: `  rind policy
  rind policy --diff --function OrdersFunction
  rind policy script.py --format json
  rind policy infra --write`,
		RunE: func(cmd *cobra.Command, args []string) error { return runPolicy(cmd, args, &f) },
	}
	fl := cmd.Flags()
	f.source.register(fl)
	fl.StringArrayVar(&f.functions, "function", nil, "only this function, by its ID or name (repeatable)")
	fl.StringVarP(&f.format, "format", "f", "text", strings.Join(policyFormats, ", "))
	fl.BoolVar(&f.diff, "diff", false, "compare with what the functions' roles grant now")
	fl.BoolVar(&f.write, "write", false, "put the policies into the templates")
	return cmd
}

func runPolicy(cmd *cobra.Command, args []string, f *policyFlags) error {
	if !slices.Contains(policyFormats, f.format) {
		return usageError("formats are "+strings.Join(policyFormats, ", "), "unknown policy format %q", f.format)
	}
	p := newProgress(cmd.ErrOrStderr(), false)
	f.source.code = true
	t, err := load(args, f.source, p)
	if err != nil {
		return err
	}
	if err := follow(t, p, true); err != nil {
		return err
	}
	if err := t.found(); err != nil {
		return err
	}
	connect(t.report, p)
	sets, err := f.analyses(t.report, p)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	switch {
	case f.write:
		err = f.writeAll(cmd, t, sets)
	case f.format == "json":
		err = f.printJSON(out, sets)
	default:
		f.printText(out, sets)
	}
	if err != nil {
		return err
	}
	if len(t.report.Skipped) > 0 {
		return errIncomplete
	}
	return nil
}

// A policySet is the functions of one app that were asked for.
type policySet struct {
	*policy.Analysis
	functions []*rind.Function
}

// ids are the IDs of the functions.
func (s *policySet) ids() []string {
	var out []string
	for _, f := range s.functions {
		out = append(out, f.ID)
	}
	return out
}

// analyses makes the policies of every app, and picks the functions that were
// asked for.
func (f *policyFlags) analyses(r *rind.Report, p *progress) ([]*policySet, error) {
	var out []*policySet
	found := map[string]bool{}
	made := make([]*policy.Analysis, len(r.Apps))
	eachApp(r, p, "making policies", func(i int, app *rind.App) { made[i] = policy.Analyze(app) })
	for i, app := range r.Apps {
		if made[i] == nil {
			continue // the fault is among what was skipped
		}
		s := &policySet{Analysis: made[i]}
		for _, fn := range app.Functions {
			names := []string{fn.ID, fn.Name.Str()}
			if fn.Resource != nil {
				names = append(names, fn.Resource.Origin, strings.TrimPrefix(fn.Resource.Origin, "functions."))
			}
			i := slices.IndexFunc(f.functions, func(want string) bool { return want != "" && slices.Contains(names, want) })
			if i < 0 && len(f.functions) > 0 || fn.Generated {
				continue
			}
			if i >= 0 {
				found[f.functions[i]] = true
			}
			s.functions = append(s.functions, fn)
		}
		if len(s.functions) > 0 {
			out = append(out, s)
		}
	}
	for _, want := range f.functions {
		if !found[want] {
			return nil, usageError("name a function by its logical ID or its FunctionName", "no function %q", want)
		}
	}
	if len(out) == 0 {
		return nil, nothingError("rind policy reads the functions of a template, and code that calls AWS", "no function found in %s", r.Root)
	}
	return out, nil
}

// notation is the format in which an app's policies are printed.
func (f *policyFlags) notation(app *rind.App) string {
	if f.format != "text" {
		return f.format
	}
	switch app.Kind {
	case rind.Terraform:
		return "terraform"
	case rind.CDK:
		return "cdk"
	case rind.Serverless:
		return "serverless"
	}
	return "sam"
}

func (f *policyFlags) printText(w io.Writer, sets []*policySet) {
	for i, s := range sets {
		if i > 0 {
			fmt.Fprintln(w)
		}
		for j, fn := range s.functions {
			if j > 0 {
				fmt.Fprintln(w)
			}
			f.printFunction(w, s, fn)
		}
	}
}

func (f *policyFlags) printFunction(w io.Writer, s *policySet, fn *rind.Function) {
	p := s.Policy(fn.ID)
	mark := "#"
	format := f.notation(s.App)
	if format == "cdk" {
		mark = "//"
	}
	fmt.Fprintf(w, "%s %s (%s)\n", mark, fn.ID, s.App.Path)
	for _, why := range p.Incomplete {
		fmt.Fprintf(w, "%s incomplete: %s\n", mark, why)
	}
	for _, l := range p.Places {
		fmt.Fprintf(w, "%s   %s:%d %s\n", mark, l.Span.File, l.Span.Line, l.Note)
	}
	list := p.Statements
	switch {
	case len(list) == 0:
		fmt.Fprintf(w, "%s no AWS permission\n", mark)
	case s.App.Kind == rind.SourceCode && f.format == "text":
		text, err := json.MarshalIndent(policy.Plain(p.Document(), s.App.Kind), "", "  ")
		if err == nil {
			fmt.Fprintf(w, "%s\n", text)
		}
	case format == "terraform":
		fmt.Fprint(w, policy.Terraform(label(fn.ID), list))
	case format == "cdk":
		fmt.Fprint(w, policy.CDK("fn", list))
	case format == "serverless":
		fmt.Fprint(w, policy.YAML(list, ""))
	default:
		fmt.Fprint(w, "Policies:\n  - Version: \"2012-10-17\"\n    Statement:\n"+policy.YAML(list, "      "))
	}
	if f.diff {
		printDiff(w, mark, s, fn)
	}
}

// label is a name that Terraform accepts.
func label(id string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return '_'
	}, id), "_-")
}

func printDiff(w io.Writer, mark string, s *policySet, fn *rind.Function) {
	role := s.App.Role(fn.Role)
	if role == nil {
		fmt.Fprintf(w, "%s not compared: its role is not in the template\n", mark)
		return
	}
	c := s.Compare(role)
	for _, why := range c.Unknown {
		fmt.Fprintf(w, "%s not everything compared: %s\n", mark, why)
	}
	for _, u := range c.Unused {
		fmt.Fprintf(w, "%s - %s%s: never used\n", mark, u, grantedBy(u))
	}
	for _, u := range c.Wider {
		fmt.Fprintf(w, "%s ~ %s%s: only %s\n", mark, u, grantedBy(u), strings.Join(u.Used, ", "))
	}
	for _, n := range c.Missing {
		fmt.Fprintf(w, "%s + %s on %s: missing, needed by %s:%d %s\n", mark, n.Action, n.Resource.Text, n.Span.File, n.Span.Line, n.Why)
	}
	before, after := s.Reach(role)
	fmt.Fprintf(w, "%s reach before: %s\n%s reach after:  %s\n", mark, before, mark, after)
}

// grantedBy says where a permission comes from.
func grantedBy(u *policy.Unused) string {
	at := u.Pattern.Span()
	if at.File == "" {
		at = u.Rule.Statement.Span
	}
	if at.File == "" {
		return ""
	}
	return fmt.Sprintf(" (%s:%d)", at.File, at.Line)
}

// writeAll puts the policies into the templates.
func (f *policyFlags) writeAll(cmd *cobra.Command, t *tree, sets []*policySet) error {
	edits := map[string][]rind.Edit{}
	refused := 0
	for _, s := range sets {
		if s.App.Kind == rind.SourceCode {
			continue
		}
		made, no := fix.Policies(s.Analysis, t.report.Source, s.ids())
		for _, e := range made {
			edits[e.File] = append(edits[e.File], e)
		}
		for _, r := range no {
			refused++
			fmt.Fprintf(cmd.ErrOrStderr(), "rind: %s left as it is: %s\n", r.Function, r.Reason)
		}
	}
	made := 0
	for _, name := range sorted(edits) {
		n, err := edit(cmd, t.root, name, t.report.Source(name), edits[name], false)
		if err != nil {
			return err
		}
		made += n
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "rind: made %s in %s; %s left as they are\n", count(made, "edit"), count(len(edits), "file"), count(refused, "function"))
	return nil
}

// The JSON document of rind policy.
type (
	policyReport struct {
		Schema    string           `json:"schema"`
		Functions []policyFunction `json:"functions"`
	}
	policyFunction struct {
		App        string       `json:"app"`
		Function   string       `json:"function"`
		Complete   bool         `json:"complete"`
		Incomplete []string     `json:"incomplete,omitempty"`
		Actions    []string     `json:"actions"`
		Policy     any          `json:"policy"`
		Needs      []policyNeed `json:"needs"`
		Role       *policyRole  `json:"role,omitempty"`
	}
	policyNeed struct {
		Action   string    `json:"action"`
		Resource any       `json:"resource"`
		Why      string    `json:"why"`
		Span     rind.Span `json:"span"`
		Wide     string    `json:"wide,omitempty"`
		Possible bool      `json:"possible,omitempty"`
		Given    bool      `json:"given,omitempty"`
	}
	policyRole struct {
		ID      string         `json:"id"`
		Unknown []string       `json:"unknown,omitempty"`
		Unused  []policyUnused `json:"unused"`
		Wider   []policyUnused `json:"wider"`
		Missing []policyNeed   `json:"missing"`
		Before  policyRadius   `json:"before"`
		After   policyRadius   `json:"after"`
	}
	policyUnused struct {
		Action string    `json:"action"`
		Used   []string  `json:"used,omitempty"`
		Spare  int       `json:"spare"`
		Policy string    `json:"policy"`
		Span   rind.Span `json:"span"`
	}
	policyRadius struct {
		Actions   int      `json:"actions"`
		Pairs     int      `json:"pairs"`
		Beyond    []string `json:"beyond,omitempty"`
		Dangerous []string `json:"dangerous,omitempty"`
	}
)

func (f *policyFlags) printJSON(w io.Writer, sets []*policySet) error {
	doc := policyReport{Schema: "rind.policy/v1", Functions: []policyFunction{}}
	for _, s := range sets {
		for _, fn := range s.functions {
			p := s.Policy(fn.ID)
			x := policyFunction{
				App: s.App.Path, Function: fn.ID, Complete: p.Complete(), Incomplete: p.Incomplete,
				Actions: append([]string{}, p.Actions()...), Policy: policy.Plain(p.Document(), s.App.Kind), Needs: needsOf(p.Needs, s.App.Kind),
			}
			if role := s.App.Role(fn.Role); f.diff && role != nil {
				x.Role = roleOf(s, role)
			}
			doc.Functions = append(doc.Functions, x)
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func needsOf(list []*policy.Need, kind rind.AppKind) []policyNeed {
	out := []policyNeed{}
	for _, n := range list {
		out = append(out, policyNeed{n.Action, policy.Plain(n.Resource, kind), n.Why, n.Span, n.Wide, n.Possible, n.Given})
	}
	return out
}

func roleOf(s *policySet, role *rind.Role) *policyRole {
	c := s.Compare(role)
	before, after := s.Reach(role)
	return &policyRole{
		ID: role.ID, Unknown: c.Unknown, Unused: unusedOf(c.Unused), Wider: unusedOf(c.Wider), Missing: needsOf(c.Missing, s.App.Kind),
		Before: policyRadius(before), After: policyRadius(after),
	}
}

func unusedOf(list []*policy.Unused) []policyUnused {
	out := []policyUnused{}
	for _, u := range list {
		out = append(out, policyUnused{u.String(), u.Used, u.Spare, u.Rule.Policy, u.Rule.Statement.Span})
	}
	return out
}
