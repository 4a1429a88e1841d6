// Package policy turns the AWS calls that a function's code makes into the
// least IAM policy that allows them, and compares it with what the function's
// role grants.
//
// In come a [rind.App] and the [rind.Code] of its functions; out go
// [Policy]s: statements with the places in the code that need them, in the
// notations of CloudFormation, SAM, Serverless, Terraform and CDK, and edits
// that put them into a template. It reads no source code, calls no AWS API and
// never guesses a resource: what is not known becomes "*" in the narrowest
// ARN that holds it, and the statement says why.
//
// Facts about operations, encryption and event sources come from the Service
// Authorization Reference and the developer guides; see data/operations.yaml
// and the tables beside the code.
package policy

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// A Need is one action on one resource that something needs.
type Need struct {
	Action    string      // "dynamodb:PutItem"
	Resource  *rind.Value // ARN, pattern or "*"
	Condition []Condition
	// Why is the reason: "DynamoDB PutItem", "polling the queue Jobs".
	Why  string
	Span rind.Span // of the call, or of what in the template needs it
	// Wide says why the resource is wider than one, or "".
	Wide string
	// Possible marks a need that depends on something unknown: a key that
	// may encrypt a resource outside of the app.
	Possible bool
	// Given marks what AWS needs to run the function rather than its code:
	// logs, network interfaces, tracing, polling of its event source.
	Given bool
}

// A Condition limits a statement.
type Condition struct {
	Operator string // "StringLike"
	Key      string
	Values   []*rind.Value
}

// A Statement allows actions on resources.
type Statement struct {
	Actions    []string
	Resources  []*rind.Value
	Conditions []Condition
	// Needs are what it was made for.
	Needs []*Need
}

// A Policy is what one function needs.
type Policy struct {
	Function   string // ID in the App, or the file of code that no template deploys
	Statements []*Statement
	Needs      []*Need
	// Incomplete says why more may be needed than is listed, if so. Nothing
	// can then be called unused.
	Incomplete []string
	// Places are where calls were seen whose operation is not known.
	Places []rind.Label
}

// Complete reports whether the code was understood to its end, so that what is
// not listed is not needed.
func (p *Policy) Complete() bool { return len(p.Incomplete) == 0 }

// Actions lists the actions of the policy, sorted.
func (p *Policy) Actions() []string {
	var out []string
	for _, n := range p.Needs {
		out = append(out, n.Action)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Build makes the policy of one function. fn is nil for code that no template
// deploys; app may then be nil, too.
func Build(app *rind.App, fn *rind.Function, code *rind.Code) *Policy {
	if app == nil {
		app = &rind.App{}
	}
	b := &builder{app: app, fn: fn}
	p := &Policy{}
	switch {
	case fn != nil:
		p.Function = fn.ID
	case code != nil && len(code.Files) > 0:
		p.Function = code.Files[0]
	}
	switch {
	case code == nil:
		p.Incomplete = append(p.Incomplete, "its code was not read")
	case code.Missing != "":
		p.Incomplete = append(p.Incomplete, code.Missing)
	default:
		for _, c := range code.Calls {
			if !c.Assumed {
				b.call(c)
			}
		}
		for _, l := range code.Limits {
			p.Incomplete = append(p.Incomplete, "analysis stopped early: "+l)
		}
		for _, l := range code.Dynamic {
			if !slices.Contains(p.Incomplete, l.Note) {
				p.Incomplete = append(p.Incomplete, l.Note)
			}
		}
		p.Places = code.Dynamic
	}
	if fn != nil {
		b.function()
	}
	p.Needs = b.needs
	p.Statements = Group(b.needs)
	return p
}

// A builder collects the needs of one function.
type builder struct {
	app   *rind.App
	fn    *rind.Function
	needs []*Need
}

func (b *builder) add(n *Need) {
	if a, ok := iam.LookupAction(n.Action); ok {
		n.Action = a.String()
	}
	b.needs = append(b.needs, n)
}

// call adds what one call needs.
func (b *builder) call(c *rind.Call) {
	title := c.Service + " " + c.Operation
	for _, r := range required(c) {
		action, ok := iam.LookupAction(r.action)
		if !ok {
			b.add(&Need{Action: r.action, Resource: everything, Why: title, Span: c.Span, Wide: "the action is not in the catalogue"})
			continue
		}
		for _, t := range b.targets(action, c, r) {
			// A transfer in parts aborts only if it fails.
			perhaps := r.perhaps || c.Operation == "AbortMultipartUpload" && param(c, "UploadId").Absent()
			b.add(&Need{Action: r.action, Resource: t.arn, Condition: t.conditions, Why: title, Span: c.Span, Wide: t.wide, Possible: perhaps})
			b.encryption(action, c, t)
		}
	}
	b.passRole(c, title)
}

// everything is the resource "*".
var everything = rind.NewString("*", rind.Span{})

// key identifies a value by what it says.
func key(v *rind.Value) string {
	if v == nil {
		return ""
	}
	if v.Kind == rind.String {
		return "=" + v.Text
	}
	return v.Text
}

func conditionKey(list []Condition) string {
	var b strings.Builder
	for _, c := range list {
		b.WriteString(c.Operator + " " + c.Key)
		for _, v := range c.Values {
			b.WriteString(" " + key(v))
		}
		b.WriteByte(';')
	}
	return b.String()
}
