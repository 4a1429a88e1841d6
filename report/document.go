package report

import (
	"cmp"
	"slices"
	"time"

	"rind/rind"
)

// Schema names the version of the JSON document. Fields are added under the
// same name; a change that breaks a reader gets a new one.
const Schema = "rind.report/v1"

// A Document is the JSON report, rind.report/v1. All lists are present even
// when empty and are in a fixed order.
type Document struct {
	Schema   string             `json:"schema"`
	Tool     Tool               `json:"tool"`
	Root     string             `json:"root"` // as the user named it
	Apps     []App              `json:"apps"`
	Findings []*rind.Finding    `json:"findings"`
	Posture  []*rind.Posture    `json:"posture"`
	Paths    []*rind.AttackPath `json:"paths"`
	Skipped  []rind.Skip        `json:"skipped"`
	Notes    []rind.Label       `json:"notes"`
	Rules    []rind.RuleInfo    `json:"rules"` // those that findings name
	Summary  Summary            `json:"summary"`
}

// A Tool is the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// An App is one application: its functions, everything around them, and how
// they hang together.
type App struct {
	Path       string       `json:"path"`
	Kind       rind.AppKind `json:"kind"`
	Name       string       `json:"name,omitempty"`
	Functions  []Function   `json:"functions"`
	Roles      []Role       `json:"roles"`
	Resources  []Resource   `json:"resources"`
	Parameters []Parameter  `json:"parameters"`
	Edges      []rind.Edge  `json:"edges"`
}

// A Function is a Lambda function.
type Function struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Runtime string `json:"runtime"`
	// RuntimeState is supported, ending, deprecated, blocked or unknown on
	// the day of the scan; RuntimeDeprecated the day its updates end.
	RuntimeState      rind.RuntimeState `json:"runtimeState,omitempty"`
	RuntimeDeprecated string            `json:"runtimeDeprecated,omitempty"`
	Handler           string            `json:"handler"`
	CodePath          string            `json:"codePath"`
	CodeRoot          string            `json:"codeRoot,omitempty"`
	Architecture      string            `json:"architecture"`
	PackageType       string            `json:"packageType,omitempty"`
	MemoryMB          int64             `json:"memoryMB,omitempty"`
	TimeoutSec        int64             `json:"timeoutSec,omitempty"`
	Concurrency       *int64            `json:"concurrency,omitempty"` // reserved; absent where none is set
	Role              string            `json:"role"`
	Triggers          []Trigger         `json:"triggers"`
	Environment       []EnvVar          `json:"environment"`
	Layers            []string          `json:"layers"`
	Packages          []rind.Package    `json:"packages"`
	Span              rind.Span         `json:"span"`
	Generated         bool              `json:"generated,omitempty"`
	// Code tells how its code was followed; absent where code was not looked
	// at.
	Code *Code `json:"code,omitempty"`
}

// Code is what is known of how a function's code was followed. What lies
// behind Missing and Limits is unknown, not in order.
type Code struct {
	Language string   `json:"language,omitempty"`
	Missing  string   `json:"missing,omitempty"` // why it was not followed
	Limits   []string `json:"limits,omitempty"`  // that were reached
	Files    []string `json:"files"`             // the app's own files that were followed
}

func newCode(c *rind.Code) *Code {
	out := &Code{Language: c.Language, Missing: c.Missing, Limits: c.Limits, Files: slices.Sorted(slices.Values(c.Files))}
	if out.Files == nil {
		out.Files = []string{}
	}
	return out
}

// An EnvVar is an environment variable by name. Its value is never part of a
// report; Source says where it comes from ("literal", "from Table").
type EnvVar struct {
	Name   string    `json:"name"`
	Source string    `json:"source"`
	Span   rind.Span `json:"span"`
}

// A Trigger is what starts a function.
type Trigger struct {
	Kind       rind.TriggerKind `json:"kind"`
	Source     string           `json:"source,omitempty"`
	Detail     string           `json:"detail,omitempty"`
	Method     string           `json:"method,omitempty"`
	Path       string           `json:"path,omitempty"`
	Auth       string           `json:"auth,omitempty"`
	Authorizer string           `json:"authorizer,omitempty"`
	Public     bool             `json:"public"`
	Enabled    bool             `json:"enabled"`
	Span       rind.Span        `json:"span"`
}

// A Role is an IAM role and who assumes it.
type Role struct {
	ID        string    `json:"id"`
	Functions []string  `json:"functions"`
	Policies  []string  `json:"policies"` // names
	Managed   []string  `json:"managed"`  // ARNs
	Span      rind.Span `json:"span"`
}

// A Resource is an AWS resource.
type Resource struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Native    string    `json:"native,omitempty"` // type as written, where it differs
	Origin    string    `json:"origin,omitempty"` // the declared resource it was made from
	Path      string    `json:"path,omitempty"`   // CDK construct path
	Span      rind.Span `json:"span"`
	Generated bool      `json:"generated,omitempty"`
}

// A Parameter is an input of the template; its value is not printed.
type Parameter struct {
	Name   string    `json:"name"`
	Type   string    `json:"type,omitempty"`
	Secret bool      `json:"secret"`
	Span   rind.Span `json:"span"`
}

// NewDocument puts a report into the shape of the JSON document.
func NewDocument(r *rind.Report) *Document {
	d := &Document{
		Schema:   Schema,
		Tool:     Tool{Name: r.Tool, Version: r.Version},
		Root:     r.Root,
		Apps:     make([]App, 0, len(r.Apps)),
		Findings: safeFindings(r),
		Posture:  list(r.Postures),
		Paths:    list(r.Paths),
		Skipped:  list(r.Skipped),
		Notes:    list(r.Notes),
		Rules:    sortedRules(r),
		Summary:  Summarize(r),
	}
	for _, a := range r.Apps {
		d.Apps = append(d.Apps, newApp(a, r.Today))
	}
	return d
}

// list makes nil lists print as [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func sortedRules(r *rind.Report) []rind.RuleInfo {
	rules := make([]rind.RuleInfo, 0, len(r.Rules))
	for _, x := range r.Rules {
		rules = append(rules, x)
	}
	slices.SortFunc(rules, func(a, b rind.RuleInfo) int { return cmp.Compare(a.ID, b.ID) })
	return rules
}

func newApp(a *rind.App, today time.Time) App {
	out := App{
		Path: a.Path, Kind: a.Kind, Name: a.Name,
		Functions: []Function{}, Roles: []Role{}, Resources: []Resource{}, Parameters: []Parameter{},
		Edges: list(a.Edges),
	}
	for i, f := range a.Functions {
		fn := newFunction(f, today)
		if i < len(a.Code) && a.Code[i].Function == f.ID {
			fn.Code = newCode(a.Code[i])
		}
		out.Functions = append(out.Functions, fn)
	}
	for _, r := range a.Roles {
		role := Role{ID: r.ID, Functions: list(r.Functions), Policies: []string{}, Managed: []string{}, Span: r.Span}
		for _, p := range r.Policies {
			role.Policies = append(role.Policies, p.Name)
		}
		for _, m := range r.Managed {
			role.Managed = append(role.Managed, readable(m))
		}
		out.Roles = append(out.Roles, role)
	}
	for _, r := range a.Resources {
		x := Resource{ID: r.ID, Type: r.Type, Path: r.Path, Span: r.Span, Generated: r.Generated}
		if r.Native != r.Type {
			x.Native = r.Native
		}
		if r.Origin != r.ID {
			x.Origin = r.Origin
		}
		out.Resources = append(out.Resources, x)
	}
	for _, p := range a.Parameters {
		out.Parameters = append(out.Parameters, Parameter{Name: p.Name, Type: p.Type, Secret: p.Secret, Span: p.Span})
	}
	return out
}

func newFunction(f *rind.Function, today time.Time) Function {
	out := Function{
		ID: f.ID, Name: readable(f.Name), Runtime: f.Runtime, Handler: f.Handler,
		CodePath: f.CodePath, CodeRoot: f.CodeRoot, Architecture: f.Architecture,
		PackageType: f.PackageType, MemoryMB: f.MemoryMB, TimeoutSec: f.TimeoutSec,
		Role: f.Role, Triggers: []Trigger{}, Environment: []EnvVar{}, Layers: []string{},
		Packages: []rind.Package{}, Span: f.Span, Generated: f.Generated,
	}
	if f.Runtime != "" && !today.IsZero() {
		state, info := rind.RuntimeStatus(f.Runtime, today)
		out.RuntimeState, out.RuntimeDeprecated = state, info.Deprecated
	}
	if f.Concurrency >= 0 {
		out.Concurrency = &f.Concurrency
	}
	for _, t := range f.Triggers {
		out.Triggers = append(out.Triggers, Trigger{
			Kind: t.Kind, Source: t.Source, Detail: t.Detail, Method: t.Method, Path: t.Path,
			Auth: t.Auth.Type, Authorizer: t.Auth.Authorizer, Public: t.Public, Enabled: t.Enabled, Span: t.Span,
		})
	}
	for _, e := range f.Environment {
		out.Environment = append(out.Environment, EnvVar{Name: e.Name, Source: e.Source, Span: e.Span})
	}
	for _, l := range f.Layers {
		out.Layers = append(out.Layers, readable(l))
	}
	return out
}

// readable is the text of a value that is not a secret: a name or an ARN.
func readable(v *rind.Value) string {
	if v == nil {
		return ""
	}
	return v.Text
}
