package tf

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"rind/rind"
)

// Limits on modules.
const (
	// MaxModuleDepth is how deep modules may call modules.
	MaxModuleDepth = 30
	// MaxModules is how many module instances a configuration may have.
	MaxModules = 2000
	// MaxInstances is how many instances one for_each or count may make.
	MaxInstances = 1000
)

type spansByBlock map[*hclsyntax.Block]rind.Span

// module is one instance of a module.
type module struct {
	path   string // address: "", "module.a", "module.a[0].module.b"
	dir    string
	up     *module
	call   *moduleCall // nil for the root
	scope  *scope      // where the module's arguments are evaluated; of the parent
	vars   map[string]*variable
	locals map[string]*local
	decls  []*decl
	byName map[string]*decl
	calls  []*moduleCall
	// outputs, providers and terraform hold blocks as written.
	outputs   map[string]*named
	providers []*hclsyntax.Block
	terraform []*hclsyntax.Block
	done      bool
}

// memo is a value that is computed once.
type memo struct {
	state int // 0 not yet, 1 being computed, 2 done
	value *rind.Value
	err   error
}

// once computes m with f, or fails if that is being done already.
func (m *memo) once(f func() (*rind.Value, error)) (*rind.Value, error) {
	switch m.state {
	case 1:
		return nil, errCycle
	case 2:
		return m.value, m.err
	}
	m.state = 1
	m.value, m.err = f()
	m.state = 2
	return m.value, m.err
}

type variable struct {
	memo
	name  string
	block *hclsyntax.Block
	mod   *module
}

type local struct {
	memo
	attr *hclsyntax.Attribute
}

type named struct {
	memo
	block *hclsyntax.Block
}

// decl is a resource or data block, of which there may be many instances.
type decl struct {
	mod     *module
	mode    string // "resource" or "data"
	typ     string
	name    string
	block   *hclsyntax.Block
	state   int
	insts   []*instance
	keyed   keyedBy
	err     error
	value   *rind.Value
	another bool // a second block of the same address
}

type keyedBy int

const (
	keyedNot keyedBy = iota
	keyedCount
	keyedEach
)

// instance is one resource that will exist.
type instance struct {
	decl    *decl
	address string
	scope   *scope
	attrs   map[string]*memo
	policy  memo
}

type moduleCall struct {
	mod      *module
	name     string
	block    *hclsyntax.Block
	state    int
	keyed    keyedBy
	children []*module
	value    *rind.Value
}

func join(modPath, rest string) string {
	if modPath == "" {
		return rest
	}
	return modPath + "." + rest
}

func (d *decl) address() string {
	a := d.typ + "." + d.name
	if d.mode == "data" {
		a = "data." + a
	}
	return join(d.mod.path, a)
}

// newModule collects the declarations of a folder as a module instance.
func (r *reader) newModule(modPath, dir string, up *module, call *moduleCall) *module {
	m := &module{
		path: modPath, dir: dir, up: up, call: call,
		vars: map[string]*variable{}, locals: map[string]*local{}, byName: map[string]*decl{}, outputs: map[string]*named{},
	}
	r.modules[modPath] = m
	for _, f := range r.folder(dir).files {
		over := isOverride(f.name)
		for _, it := range items(f.body) {
			if it.block == nil {
				continue
			}
			if err := r.spend(1); err != nil {
				r.skip(rind.Span{File: f.name}, "the rest is left out: "+err.Error())
				return m
			}
			r.declareBlock(m, it.block, over)
		}
	}
	return m
}

func (r *reader) declareBlock(m *module, b *hclsyntax.Block, over bool) {
	label := func(i int) string {
		if i < len(b.Labels) {
			return b.Labels[i]
		}
		return ""
	}
	switch b.Type {
	case "variable":
		if old := m.vars[label(0)]; old != nil && over {
			b = r.merged(old.block, b)
		}
		m.vars[label(0)] = &variable{name: label(0), block: b, mod: m}
	case "locals":
		for _, a := range b.Body.Attributes {
			m.locals[a.Name] = &local{attr: a}
		}
	case "output":
		if old := m.outputs[label(0)]; old != nil && over {
			b = r.merged(old.block, b)
		}
		m.outputs[label(0)] = &named{block: b}
	case "resource", "data":
		if len(b.Labels) != 2 {
			r.skip(r.blockSpan(b), b.Type+" block needs a type and a name")
			return
		}
		d := &decl{mod: m, mode: b.Type, typ: label(0), name: label(1), block: b}
		if old := m.byName[d.mode+"."+d.typ+"."+d.name]; old != nil {
			if over {
				old.block = r.merged(old.block, b)
				return
			}
			d.another = true
		} else {
			m.byName[d.mode+"."+d.typ+"."+d.name] = d
		}
		m.decls = append(m.decls, d)
	case "module":
		if len(b.Labels) != 1 {
			r.skip(r.blockSpan(b), "module block needs a name")
			return
		}
		for _, c := range m.calls {
			if c.name == label(0) && over {
				c.block = r.merged(c.block, b)
				return
			}
		}
		m.calls = append(m.calls, &moduleCall{mod: m, name: label(0), block: b})
	case "provider":
		m.providers = append(m.providers, b)
	case "terraform":
		m.terraform = append(m.terraform, b)
	}
}

// merged is a block with the arguments of an override file over its own.
func (r *reader) merged(base, over *hclsyntax.Block) *hclsyntax.Block {
	out := *base
	body := *base.Body
	body.Attributes = hclsyntax.Attributes{}
	for n, a := range base.Body.Attributes {
		body.Attributes[n] = a
	}
	replaced := map[string]bool{}
	for n, a := range over.Body.Attributes {
		body.Attributes[n] = a
	}
	for _, b := range over.Body.Blocks {
		replaced[b.Type] = true
	}
	body.Blocks = nil
	for _, b := range base.Body.Blocks {
		if !replaced[b.Type] {
			body.Blocks = append(body.Blocks, b)
		}
	}
	body.Blocks = append(body.Blocks, over.Body.Blocks...)
	out.Body = &body
	if s, ok := r.jsonSpans[base]; ok {
		r.jsonSpans[&out] = s
	}
	return &out
}

// expansion is one instance that count or for_each asks for.
type expansion struct {
	suffix string // "", "[0]", `["k"]`
	key    *rind.Value
	scope  *scope
}

// expand evaluates count and for_each of a resource or module block. On an
// error it returns one instance with unknown key beside the error.
func (r *reader) expand(b *hclsyntax.Block, s *scope) ([]expansion, keyedBy, error) {
	if a := b.Body.Attributes["count"]; a != nil {
		out, err := r.expandCount(a, s)
		return out, keyedCount, err
	}
	a := b.Body.Attributes["for_each"]
	if a == nil {
		return []expansion{{scope: s}}, keyedNot, nil
	}
	v, err := r.evalForEach(a.Expr, s)
	if err == nil && v.Kind != rind.List && v.Kind != rind.Map {
		if v.Kind == rind.Null {
			err = errors.New("for_each is null")
		}
		return []expansion{eachUnknown(s, v.Span)}, keyedEach, err
	}
	if err != nil {
		return []expansion{eachUnknown(s, r.span(a.SrcRange))}, keyedEach, err
	}
	var out []expansion
	for k, el := range elements(v) {
		if len(out) == MaxInstances {
			err = fmt.Errorf("for_each makes more than %d instances; the rest is left out", MaxInstances)
			break
		}
		if v.Kind == rind.List {
			k = el // a list is refused by Terraform; the sets it stands for have their elements as keys
		}
		each := rind.NewMap(el.Span, rind.Field{Key: "key", Value: k}, rind.Field{Key: "value", Value: el})
		out = append(out, expansion{suffix: "[" + quoteJSON(k.Text) + "]", key: k, scope: s.bind("each", each)})
	}
	return out, keyedEach, err
}

// evalForEach evaluates a collection to iterate over. Of a conditional that
// cannot be decided it takes the side with more elements: what may be made is
// looked at.
func (r *reader) evalForEach(e hclsyntax.Expression, s *scope) (*rind.Value, error) {
	v, err := r.eval(e, s)
	if err != nil {
		return nil, err
	}
	v = r.materialise(v)
	if c, ok := e.(*hclsyntax.ConditionalExpr); ok && v.Kind == rind.Symbol {
		a, errA := r.evalForEach(c.TrueResult, s)
		b, errB := r.evalForEach(c.FalseResult, s)
		switch {
		case errA == nil && (errB != nil || a.Len() >= b.Len()) && a.Kind != rind.Symbol:
			return a, nil
		case errB == nil && b.Kind != rind.Symbol:
			return b, nil
		}
	}
	return v, nil
}

func eachUnknown(s *scope, span rind.Span) expansion {
	each := rind.NewMap(span,
		rind.Field{Key: "key", Value: unknown("each.key", span)},
		rind.Field{Key: "value", Value: unknown("each.value", span)})
	return expansion{suffix: `["each"]`, key: each.Fields[0].Value, scope: s.bind("each", each)}
}

func (r *reader) expandCount(a *hclsyntax.Attribute, s *scope) ([]expansion, error) {
	span := r.span(a.SrcRange)
	v, err := r.eval(a.Expr, s)
	n := int64(1)
	if err == nil {
		r.decides(v)
	}
	if err == nil && v.Kind != rind.Symbol {
		var ok bool
		n, ok = v.Int()
		switch {
		case v.True():
			n, ok = 1, true
		case v.False():
			n, ok = 0, true
		}
		if !ok || n < 0 {
			n, err = 1, fmt.Errorf("count is %q, not a whole number", v.Text)
		}
	}
	if n > MaxInstances {
		n, err = MaxInstances, fmt.Errorf("count makes more than %d instances; the rest is left out", MaxInstances)
	}
	out := make([]expansion, 0, n)
	for i := range n {
		key := rind.NewInt(i, span)
		count := rind.NewMap(span, rind.Field{Key: "index", Value: key})
		out = append(out, expansion{suffix: fmt.Sprintf("[%d]", i), key: key, scope: s.bind("count", count)})
	}
	return out, err
}

// instances expands a resource once.
func (r *reader) instances(d *decl) ([]*instance, error) {
	switch d.state {
	case 1:
		return nil, errCycle
	case 2:
		return d.insts, d.err
	}
	d.state = 1
	exps, keyed, err := r.expand(d.block, &scope{mod: d.mod})
	if e := r.spend(20 * len(exps)); e != nil {
		exps, err = exps[:min(len(exps), 1)], e
	}
	d.keyed, d.err = keyed, err
	for _, x := range exps {
		in := &instance{decl: d, address: d.address() + x.suffix, scope: x.scope, attrs: map[string]*memo{}}
		d.insts = append(d.insts, in)
		if r.byAddress[in.address] == nil {
			r.byAddress[in.address] = in
		}
	}
	d.state = 2
	d.value = collection(keyed, len(exps), func(i int) (string, *rind.Value) {
		kind := rind.RefResource
		if d.mode == "data" {
			kind = rind.RefData
		}
		key := ""
		if exps[i].key != nil {
			key = exps[i].key.Text
		}
		return key, rind.NewRef(rind.Ref{Kind: kind, Name: d.insts[i].address}, r.keySpan(d.block))
	})
	return d.insts, err
}

// collection is what a reference to something with n instances stands for.
func collection(keyed keyedBy, n int, get func(i int) (string, *rind.Value)) *rind.Value {
	switch {
	case keyed == keyedNot && n == 1:
		_, v := get(0)
		return v
	case keyed == keyedEach:
		m := rind.NewMap(rind.Span{})
		for i := range n {
			k, v := get(i)
			m.Fields = append(m.Fields, rind.Field{Key: k, Value: v})
		}
		return m
	}
	l := rind.NewList(rind.Span{})
	for i := range n {
		_, v := get(i)
		l.Items = append(l.Items, v)
	}
	return l
}

// children makes the module instances of a call once.
func (r *reader) children(c *moduleCall) []*module {
	if c.state != 0 {
		return c.children
	}
	c.state = 1
	defer func() { c.state = 2 }()
	span := r.blockSpan(c.block)
	exps, keyed, err := r.expand(c.block, &scope{mod: c.mod})
	if err != nil {
		r.skipError(span, "module "+c.name, err)
	}
	c.keyed = keyed
	dir, reason := r.moduleDir(c)
	if reason != "" {
		r.skip(span, reason)
	}
	addr := func(i int) string { return join(c.mod.path, "module."+c.name+exps[i].suffix) }
	if dir != "" {
		for i, x := range exps {
			if len(r.modules) >= MaxModules {
				r.skip(span, fmt.Sprintf("more than %d module instances; the rest is left out", MaxModules))
				break
			}
			child := r.newModule(addr(i), dir, c.mod, c)
			child.scope = x.scope
			c.children = append(c.children, child)
		}
	}
	c.value = collection(keyed, len(exps), func(i int) (string, *rind.Value) {
		key := ""
		if exps[i].key != nil {
			key = exps[i].key.Text
		}
		return key, rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: addr(i)}, span)
	})
	return c.children
}

// moduleDir finds the folder of a called module, or the reason why there is
// none that can be read.
func (r *reader) moduleDir(c *moduleCall) (dir, reason string) {
	src := r.moduleSource(c.block)
	if src == "" {
		return "", fmt.Sprintf("module %s has no literal source; its resources are not read", c.name)
	}
	if d, ok := localSource(c.mod.dir, src); ok {
		depth := 0
		for m := c.mod; m != nil; m = m.up {
			if m.dir == d {
				return "", fmt.Sprintf("module %s calls itself through %s; not followed", c.name, src)
			}
			if depth++; depth > MaxModuleDepth {
				return "", fmt.Sprintf("modules nested deeper than %d levels", MaxModuleDepth)
			}
		}
		if d == "" {
			return "", fmt.Sprintf("module %s lies outside the scanned folder (%s); scan the folder above to include it", c.name, src)
		}
		f := r.folder(d)
		if f.err != nil || len(f.files) == 0 {
			return "", fmt.Sprintf("module %s: no configuration in %s", c.name, d)
		}
		return d, ""
	}
	if d := r.installed[installedKey(c)]; d != "" && len(r.folder(d).files) > 0 {
		return d, ""
	}
	if d := registryDir(src); d != "" {
		return d, ""
	}
	return "", fmt.Sprintf("module %s comes from %s; its resources are not read (run `terraform init`, or scan a plan)", c.name, src)
}

// moduleSource is the literal source of a module call, or "".
func (r *reader) moduleSource(b *hclsyntax.Block) string {
	a := b.Body.Attributes["source"]
	if a == nil {
		return ""
	}
	v, err := r.eval(a.Expr, &scope{mod: &module{}})
	if err != nil {
		return ""
	}
	return v.Str()
}

// localSource resolves a source that names a folder. dir is empty if that
// lies outside the tree.
func localSource(from, src string) (dir string, local bool) {
	if !strings.HasPrefix(src, "./") && !strings.HasPrefix(src, "../") && src != "." && src != ".." {
		return "", false
	}
	d := path.Join(from, src)
	if d == ".." || strings.HasPrefix(d, "../") || path.IsAbs(d) {
		return "", true
	}
	return d, true
}

// installedKey is the name modules.json uses: calls joined by dots.
func installedKey(c *moduleCall) string {
	key := c.name
	for m := c.mod; m != nil && m.call != nil; m = m.up {
		key = m.call.name + "." + key
	}
	return key
}
