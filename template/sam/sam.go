// Package sam expands AWS SAM templates to plain CloudFormation.
//
// In comes a template as values, its intrinsics as {"Fn::Sub": …} maps; out
// goes a [cfn.Template] with the resources that AWS would make of it, and a
// list of what AWS would refuse. What is refused is still expanded as well as
// possible, so that one mistake does not hide the rest of a template. Every
// value keeps the place where the user wrote what caused it. Nothing is
// downloaded: applications of the Serverless Application Repository and
// definitions in S3 stay closed.
//
// The behaviour follows the SAM specification
// (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html)
// and what the public test pairs of aws-sam-translator show; internal/samcheck
// measures how far.
package sam

import (
	"fmt"
	"sort"
	"strings"

	"rind/rind"
	"rind/template/cfn"
	"rind/template/source"
)

// Limits that keep a hostile template from costing more than it should.
const (
	maxResources = 20_000 // resources made
	maxSkips     = 500    // complaints about one template
	// maxGlobals is how many values all resources together may get from
	// Globals. Everything that is made grows with them.
	maxGlobals = 300_000
)

// Options tune [Transform].
type Options struct {
	// Parameters override the defaults of template parameters, by name.
	Parameters map[string]string
	// Tree, if set, is where local OpenAPI documents named by DefinitionUri
	// are read from.
	Tree *source.Tree
	// Region is the value of AWS::Region where the expansion needs one. If
	// it is empty references to the region stay references.
	Region string
}

const prefix = "AWS::Serverless::"

// Transform expands the template in root, which was read from file. The root
// is not changed. The error is for a root that is no template at all;
// everything else is told in the list and in Template.Skipped.
func Transform(file string, root *rind.Value, opt Options) (*cfn.Template, []rind.Skip, error) {
	if root == nil || root.Kind != rind.Map {
		return nil, nil, fmt.Errorf("%s: not a template: a map with Resources is needed", file)
	}
	if r := root.Get("Resources"); !isMap(r) || r.Len() == 0 {
		return nil, nil, fmt.Errorf("%s: not a template: the section Resources is missing or empty", file)
	}
	t := newTransform(file, clone(root), opt)
	t.run()
	tmpl := &cfn.Template{
		File: file, Kind: rind.SAM, Root: t.finish(), Made: t.made,
		Declared: t.declared, Skipped: t.skips,
	}
	return tmpl, t.skips, nil
}

// transform is the state of one expansion.
type transform struct {
	file string
	opt  Options
	root val // private copy of the template

	params map[string]val // values of parameters that have one

	src *table // resources as written, after Globals; API bodies grow in here
	out *table // what becomes of them

	conditions val // of the result; never nil
	declared   val
	made       map[string]cfn.Made
	skips      []rind.Skip
	told       map[string]bool

	refs    map[string]map[string]string // what MyApi.Stage means
	changed map[string]string            // IDs that the expansion changes

	embedded   map[string]string      // connectors within resources: whose they are
	dependents map[string][]string    // by resource, who waits for it; made for the first connector
	mappings   map[[2]string][]string // event source mappings by source and function; likewise

	origin  string    // ID of the resource being expanded
	native  string    // its type
	key     rind.Span // where what is being expanded has its name
	here    at        // and its body
	implied bool      // nobody wrote the resource being expanded

	plan        sharedPlan
	recordSets  map[string]*res
	deployments []deployment
	apis        [2]implicit // REST and HTTP
}

func newTransform(file string, root val, opt Options) *transform {
	t := &transform{
		file: file, opt: opt, root: root, params: map[string]val{},
		src: newTable(), out: newTable(), made: map[string]cfn.Made{}, told: map[string]bool{},
		refs: map[string]map[string]string{}, changed: map[string]string{}, recordSets: map[string]*res{},
		declared: rind.NewMap(root.Span), embedded: map[string]string{},
	}
	for name, p := range root.Get("Parameters").Entries() {
		if isMap(p) && p.Field("Default") != nil {
			t.params[name] = p.Get("Default")
		}
	}
	for name, v := range opt.Parameters {
		span := root.Span
		if p := root.Get("Parameters", name); p != nil {
			span = p.Span
		}
		t.params[name] = rind.NewString(v, span)
	}
	if opt.Region != "" {
		t.params["AWS::Region"] = rind.NewString(opt.Region, root.Span)
	}
	if _, own := t.params["AWS::Partition"]; !own && opt.Region != "" {
		t.params["AWS::Partition"] = rind.NewString(partition, root.Span)
	}
	for _, k := range []string{"Parameters", "Mappings"} {
		if v := root.Field(k); v != nil && v.Value.Present() && !isMap(v.Value) {
			t.failAt(v.Span, "the section %s is not a map", k)
		}
	}
	if c := root.Get("Conditions"); isMap(c) {
		t.conditions = c
	} else {
		t.conditions = rind.NewMap(root.Span)
	}
	for _, f := range root.Get("Resources").Fields {
		if !isMap(f.Value) {
			t.failAt(f.Span, "resource %s is not a map; the indentation may be wrong", f.Key)
			continue
		}
		if c := f.Value.Get("Condition"); some(c) && !isStr(c) {
			t.fail(c, "%s: the attribute Condition must be a text", f.Key)
		}
		if ty := f.Value.Get("Type").Str(); strings.HasPrefix(ty, prefix) {
			if p := f.Value.Get("Properties"); p.Absent() {
				set(f.Value, "Properties", rind.NewMap(f.Value.Span))
			} else if !isMap(p) {
				t.failAt(f.Span, "the properties of %s are not a map", f.Key)
				set(f.Value, "Properties", rind.NewMap(f.Value.Span))
			}
		}
		t.src.put(f)
	}
	return t
}

// partition stands in ARNs where the transform writes one out.
const partition = "aws"

func (t *transform) run() {
	t.defaultBodies()
	t.implicitAPIs()
	t.mergeGlobals()
	t.openAPIVersions()
	t.declare()
	t.embeddedConnectors()
	for _, f := range t.src.list() {
		r := shallow(f.Value)
		if p := r.Get("Properties"); isMap(p) {
			set(r, "Properties", shallow(p))
		}
		del(r, "Connectors")
		t.out.put(rind.Field{Key: f.Key, Span: f.Span, Value: r})
	}
	for _, f := range t.order() {
		t.expand(f)
	}
	t.deploymentResources()
}

// declare notes what was written, for rules about the notation itself.
func (t *transform) declare() {
	for _, f := range t.src.list() {
		if !strings.HasPrefix(f.Value.Get("Type").Str(), prefix) || t.root.Get("Resources").Field(f.Key) == nil {
			continue
		}
		r := shallow(f.Value)
		p := shallow(f.Value.Get("Properties"))
		if p.Field(managed) != nil {
			del(p, managed)
			del(p, "DefinitionBody")
		} else if b := p.Field("DefinitionBody"); b != nil {
			b.Value = clone(b.Value) // events write into it later
		}
		set(r, "Properties", p)
		t.declared.Fields = append(t.declared.Fields, rind.Field{Key: f.Key, Span: f.Span, Value: r})
	}
}

// order lists the resources to expand. Functions and state machines come
// before the APIs, which their events change; connectors come last, because
// they look at plain resources.
func (t *transform) order() []rind.Field {
	var groups [5][]rind.Field
	for _, f := range t.src.list() {
		ty := f.Value.Get("Type").Str()
		if _, ok := properties[ty]; !ok {
			if strings.HasPrefix(ty, prefix) {
				t.failAt(f.Span, "%s has the unknown type %s", f.Key, ty)
			}
			continue
		}
		g := 3
		switch ty {
		case "AWS::Serverless::Function":
			g = 0
		case "AWS::Serverless::StateMachine":
			g = 1
		case "AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::WebSocketApi":
			g = 2
		case "AWS::Serverless::Connector":
			g = 4
		}
		groups[g] = append(groups[g], f)
	}
	var all []rind.Field
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// expand turns one declared resource into plain ones.
func (t *transform) expand(f rind.Field) {
	t.origin, t.native = f.Key, f.Value.Get("Type").Str()
	t.key, t.here = f.Span, at(f.Value.Span)
	_, written := t.declaredAt(f.Key)
	t.implied = !written && t.native != "AWS::Serverless::Connector"
	d := &decl{t: t, id: f.Key, typ: t.native, raw: f.Value, props: f.Value.Get("Properties")}
	d.validate()
	var rs []*res
	switch t.native {
	case "AWS::Serverless::Function":
		rs = t.function(d)
	case "AWS::Serverless::Api":
		rs = t.restAPI(d)
	case "AWS::Serverless::HttpApi":
		rs = t.httpAPI(d)
	case "AWS::Serverless::WebSocketApi":
		rs = t.webSocketAPI(d)
	case "AWS::Serverless::StateMachine":
		rs = t.stateMachine(d)
	case "AWS::Serverless::SimpleTable":
		rs = t.simpleTable(d)
	case "AWS::Serverless::LayerVersion":
		rs = t.layer(d)
	case "AWS::Serverless::Application":
		rs = t.application(d)
	case "AWS::Serverless::CapacityProvider":
		rs = t.capacityProvider(d)
	case "AWS::Serverless::GraphQLApi":
		rs = t.graphQL(d)
	case "AWS::Serverless::Connector":
		rs = t.connector(d)
	}
	t.references(f.Key, t.native, rs)
	t.out.drop(f.Key)
	for _, r := range rs {
		t.emit(r)
	}
}

func (t *transform) declaredAt(id string) (val, bool) {
	f := t.root.Get("Resources").Field(id)
	if f == nil {
		return nil, false
	}
	return f.Value, true
}

// finish puts the template together and resolves references to what the
// expansion renamed.
func (t *transform) finish() val {
	resources := rind.NewMap(t.root.Get("Resources").Span)
	for _, f := range t.inOrder() {
		f.Value = t.renameDepends(f.Value)
		resources.Fields = append(resources.Fields, f)
	}
	out := shallow(t.root)
	del(out, "Transform")
	del(out, "Globals")
	set(out, "Resources", resources)
	if t.conditions.Len() > 0 {
		set(out, "Conditions", t.conditions)
	}
	return t.rewrite(out, t.resourceRefs)
}

// inOrder lists the result in the order of what it comes from.
func (t *transform) inOrder() []rind.Field {
	list := t.out.list()
	place := func(f rind.Field) int {
		id := f.Key
		if m, ok := t.made[id]; ok {
			id = m.Origin
		}
		if i, ok := t.src.index[id]; ok {
			return i
		}
		return len(t.src.fields)
	}
	sort.SliceStable(list, func(i, j int) bool { return place(list[i]) < place(list[j]) })
	return list
}

func (t *transform) renameDepends(r val) val {
	d := r.Get("DependsOn")
	if d == nil || len(t.changed) == 0 {
		return r
	}
	r = shallow(r)
	if isStr(d) {
		if n := t.changed[d.Text]; n != "" {
			set(r, "DependsOn", rind.NewString(n, d.Span))
		}
		return r
	}
	d = shallow(d)
	for i, it := range d.Items {
		if n := t.changed[it.Str()]; n != "" {
			d.Items[i] = rind.NewString(n, it.Span)
		}
	}
	set(r, "DependsOn", d)
	return r
}

// fail notes what AWS would refuse, at the place of v.
func (t *transform) fail(v val, format string, args ...any) {
	span := t.key
	if v != nil && v.Span.Line > 0 {
		span = v.Span
	}
	t.failAt(span, format, args...)
}

func (t *transform) failAt(span rind.Span, format string, args ...any) {
	if len(t.skips) >= maxSkips {
		return
	}
	s := rind.Skip{File: span.File, Line: span.Line, Reason: fmt.Sprintf(format, args...)}
	if s.File == "" {
		s.File = t.file
	}
	key := fmt.Sprint(s)
	if t.told[key] {
		return
	}
	t.told[key] = true
	t.skips = append(t.skips, s)
}
