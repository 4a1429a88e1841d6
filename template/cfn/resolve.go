package cfn

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rind/rind"
)

// Limits that keep hostile templates from costing more than they should. The
// largest template CloudFormation takes is 1 MB with 500 resources (AWS
// CloudFormation quotas); these leave room for everything it would accept.
const (
	maxDepth     = 250       // nesting of values while resolving
	maxWork      = 2_000_000 // values visited for one App, variants included
	maxText      = 1 << 20   // bytes of one string that Sub, Join… make
	maxTextTotal = 64 << 20  // bytes of all of them
	maxNesting   = 10        // nested stacks within nested stacks
	maxNested    = 200       // nested stacks of one App
	maxResources = 20_000    // resources of one App
	maxVariants  = 16
	maxAttempts  = 64     // outcomes tried in search of variants
	maxFlips     = 10_000 // steps in search of parameters that turn conditions
)

// Options tune [Resolve].
type Options struct {
	// Parameters override defaults, by name.
	Parameters map[string]string
	// Load reads a nested template: file is its name in the tree, parameters
	// what the parent passes where it is known. Without Load nested stacks
	// stay closed.
	Load func(file string, parameters map[string]string) (*Template, error)
	// NestedFile finds the file of a nested stack where its TemplateURL does
	// not name one, as in a CDK assembly. It may be nil.
	NestedFile func(t *Template, id string, resource *rind.Value) (string, bool)
	// NoVariants leaves [rind.App.Variants] empty.
	NoVariants bool
}

// Resolve evaluates the intrinsics of t with its parameters at their defaults
// or overrides. The App has resources, declared resources, parameters and
// outputs; functions, roles and edges are drawn by the inventory. What could
// not be read inside it is in App.Skipped; the error is for a template that
// has nothing to resolve.
func Resolve(t *Template, opt Options) (*rind.App, error) {
	if t == nil || t.Root == nil {
		return nil, errors.New("the template is empty")
	}
	if t.Root.Kind != rind.Map {
		return nil, fmt.Errorf("%s: the template is a %s, not a map", t.File, t.Root.Kind)
	}
	sh := &shared{opt: opt, loaded: map[string]*Template{}}
	sh.macros(t)
	base := sh.run(t, outcome{})
	base.app.Skipped = append(append([]rind.Skip{}, t.Skipped...), sh.skipped...)
	if !opt.NoVariants {
		base.app.Variants = sh.variants(t, base)
	}
	return base.app, nil
}

// shared is what the default outcome of a template and its variants share.
type shared struct {
	opt     Options
	work    int // values visited
	text    int // bytes of text made
	nested  int
	flips   int
	loaded  map[string]*Template // nested templates, by file and parameters
	skipped []rind.Skip
	told    map[string]bool // reasons already given
}

func (sh *shared) skip(span rind.Span, format string, args ...any) {
	s := rind.Skip{File: span.File, Line: span.Line, Reason: fmt.Sprintf(format, args...)}
	key := fmt.Sprint(s)
	if sh.told[key] {
		return
	}
	if sh.told == nil {
		sh.told = map[string]bool{}
	}
	sh.told[key] = true
	sh.skipped = append(sh.skipped, s)
}

// hosted are the macros that are expanded here or that add nothing that a
// reader of the template must know.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html
var hosted = []string{
	"AWS::Serverless-", "AWS::LanguageExtensions", "AWS::Include", "AWS::CodeDeployBlueGreen",
	"AWS::SecretsManager-", "AWS::ServiceCatalog",
}

// macros tells of macros and modules that only the account can expand.
func (sh *shared) macros(t *Template) {
	for m := range t.Root.Get("Transform").Each() {
		name := m.Str()
		if n := m.Get("Name"); n != nil {
			name = n.Str()
		}
		if name != "" && !slices.ContainsFunc(hosted, func(p string) bool { return strings.HasPrefix(name, p) }) {
			sh.skip(m.Span, "the macro %s runs in the account; what it changes is not seen", clip(name, 60))
		}
	}
	for _, f := range fields(t.Root.Get("Resources")) {
		if strings.HasSuffix(f.Value.Get("Type").Str(), "::MODULE") {
			sh.skip(f.Span, "the resources of module %s are in the account's registry and are not seen", clip(f.Value.Get("Type").Str(), 60))
		}
	}
}

// spend counts work and reports whether some is left.
func (sh *shared) spend(span rind.Span) bool {
	if sh.work++; sh.work <= maxWork {
		return true
	}
	if sh.work == maxWork+1 {
		sh.skip(rind.Span{File: span.File}, "resolving takes more than %d steps; the rest of it was left unread", maxWork)
	}
	return false
}

// outcome says how a run differs from the default one.
type outcome struct {
	assign  map[string]*rind.Value // parameters of the root template
	force   map[string]bool        // conditions, by qualified name
	changed deps
	base    *run
}

// run is one pass over the template and everything nested in it.
type run struct {
	*shared
	out   outcome
	app   *rind.App
	track deps  // what the value being resolved depends on
	asked []ask // conditions that decided something, in order
	seen  map[string]bool
	done  map[string]resolved // by qualified ID, for variants to share
	same  int                 // resources taken over from the base
}

// resolved is a resource with what it depends on. A nil resource was left
// out by its condition.
type resolved struct {
	res  *rind.Resource
	deps deps
}

func (sh *shared) run(t *Template, out outcome) *run {
	r := &run{shared: sh, out: out, seen: map[string]bool{}, done: map[string]resolved{}}
	r.app = &rind.App{Path: t.File, Kind: t.Kind, Name: t.Name}
	s := newStack(r, t, nil, "", nil)
	s.build()
	for _, o := range fields(s.t.Root.Get("Outputs")) {
		if v := s.output(o.Key); v != nil {
			r.app.Outputs = append(r.app.Outputs, &rind.Output{Name: o.Key, Value: v, Span: declaration(o)})
		}
	}
	return r
}

// declaration is the place of a whole map entry, its key included.
func declaration(f rind.Field) rind.Span {
	s := f.Span
	if v := f.Value; v != nil && v.Span.File == s.File &&
		(v.Span.EndLine > s.EndLine || v.Span.EndLine == s.EndLine && v.Span.EndColumn > s.EndColumn) {
		s.EndLine, s.EndColumn = v.Span.EndLine, v.Span.EndColumn
	}
	return s
}

// build resolves every resource of the stack into the App.
func (s *stack) build() {
	s.parameters()
	for _, f := range fields(s.t.Root.Get("Resources")) {
		if f.Key == "" || f.Value == nil || f.Value.Kind != rind.Map {
			s.r.skip(f.Span, "resource %q is not a map of Type and Properties, or has no name", clip(f.Key, 60))
			continue
		}
		if len(s.r.app.Resources) >= maxResources {
			s.r.skip(f.Span, "more than %d resources; the rest was left unread", maxResources)
			return
		}
		res := s.resource(f)
		if res == nil {
			continue
		}
		s.r.app.Resources = append(s.r.app.Resources, res)
		if child := s.child(f.Key); child != nil {
			child.build()
		}
	}
	for _, f := range fields(s.t.Declared) {
		if res := s.declared(f); res != nil {
			s.r.app.Declared = append(s.r.app.Declared, res)
		}
	}
}

func (s *stack) resource(f rind.Field) *rind.Resource {
	res := s.take("", f, func() *rind.Resource {
		m := s.t.Made[f.Key]
		typ := f.Value.Get("Type").Str()
		res := &rind.Resource{
			ID: s.prefix + f.Key, Type: typ, Native: typ, Origin: s.prefix + f.Key,
			Span: declaration(f), Key: f.Span, Generated: m.Generated,
			Code: m.Code, Path: f.Value.Get("Metadata", "aws:cdk:path").Str(),
		}
		if m.Native != "" {
			res.Native = m.Native
		}
		if m.Origin != "" {
			res.Origin = s.prefix + m.Origin
		}
		res.Properties = s.resolve(f.Value.Get("Properties"), 0)
		res.Attributes = s.attributes(f.Value)
		return res
	})
	return res
}

// declared resolves what was written before an expansion.
func (s *stack) declared(f rind.Field) *rind.Resource {
	return s.take("declared ", f, func() *rind.Resource {
		typ := f.Value.Get("Type").Str()
		return &rind.Resource{
			ID: s.prefix + f.Key, Type: typ, Native: typ, Origin: s.prefix + f.Key,
			Span: declaration(f), Key: f.Span,
			Properties: s.resolve(f.Value.Get("Properties"), 0),
			Attributes: s.attributes(f.Value),
		}
	})
}

// take makes a resource, unless its condition leaves it out, or takes over
// the one of the default outcome if nothing it depends on has changed.
func (s *stack) take(space string, f rind.Field, build func() *rind.Resource) *rind.Resource {
	r, key := s.r, space+s.prefix+f.Key
	if r.out.base != nil {
		if old, ok := r.out.base.done[key]; ok && !old.deps.meet(r.out.changed) {
			r.done[key] = old
			r.track.add(old.deps)
			r.same++
			return old.res
		}
	}
	outer := r.track
	r.track = s.deps
	var res *rind.Resource
	if c := f.Value.Get("Condition"); c == nil || s.holds(c) {
		res = build()
	}
	if r.out.base != nil && res != nil {
		// Equal to the default outcome after all: keep one copy.
		if old := r.out.base.done[key].res; old != nil && equal(old.Properties, res.Properties) && equal(old.Attributes, res.Attributes) {
			res = old
			r.same++
		}
	}
	r.done[key] = resolved{res, r.track}
	r.track.add(outer)
	return res
}

// attributes keeps what stands beside Type and Properties.
func (s *stack) attributes(v *rind.Value) *rind.Value {
	out := &rind.Value{Kind: rind.Map, Span: v.Span}
	for _, f := range v.Fields {
		switch f.Key {
		case "Type", "Properties":
			continue
		case "DependsOn":
			if f.Value = s.resolve(f.Value, 0); s.prefix != "" {
				f.Value = s.qualify(f.Value)
			}
		default:
			f.Value = s.resolve(f.Value, 0)
		}
		if f.Value != nil {
			out.Fields = append(out.Fields, f)
		}
	}
	if len(out.Fields) == 0 {
		return nil
	}
	return out
}

// qualify gives the logical IDs in DependsOn their names in the App.
func (s *stack) qualify(v *rind.Value) *rind.Value {
	if v == nil {
		return nil
	}
	c := *v
	switch v.Kind {
	case rind.String:
		c.Text = s.prefix + v.Text
	case rind.List:
		c.Items = make([]*rind.Value, len(v.Items))
		for i, it := range v.Items {
			c.Items[i] = s.qualify(it)
		}
	}
	return &c
}
