package sls

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// Limits on variable resolution. Real services use a few hundred variables
// nested at most four or five deep.
const (
	maxDepth = 64
	maxSteps = 200_000
	maxText  = 1 << 20
	maxParts = 1_000
	maxNodes = 500_000 // of one value with everything a variable put into it
	maxFiles = 200
)

// resolver evaluates the ${…} variables of a serverless.yml.
// https://www.serverless.com/framework/docs/providers/aws/guide/variables
type resolver struct {
	tree   *source.Tree
	file   string
	root   *rind.Value
	opt    Options
	memo   map[*rind.Value]*rind.Value
	size   map[*rind.Value]int // nodes of a resolved map or list, repeats counted
	active map[*rind.Value]bool
	files  map[string]*rind.Value
	steps  int
	skips  []rind.Skip
	warned map[string]bool
}

func newResolver(tree *source.Tree, file string, root *rind.Value, opt Options) *resolver {
	return &resolver{
		tree: tree, file: file, root: root, opt: opt,
		memo: map[*rind.Value]*rind.Value{}, size: map[*rind.Value]int{}, active: map[*rind.Value]bool{},
		files: map[string]*rind.Value{}, warned: map[string]bool{},
	}
}

func (r *resolver) skip(span rind.Span, format string, args ...any) {
	reason := fmt.Sprintf(format, args...)
	if !r.warned[reason] {
		r.warned[reason] = true
		r.skips = append(r.skips, rind.Skip{File: span.File, Line: span.Line, Reason: reason})
	}
}

// unknown is a value that could not be resolved, named by its source text.
func unknown(text string, span rind.Span) *rind.Value {
	return rind.NewRef(rind.Ref{Kind: rind.RefUnknown, Name: text}, span)
}

// value resolves every variable in v.
func (r *resolver) value(v *rind.Value, depth int) *rind.Value {
	if v == nil {
		return nil
	}
	if done, ok := r.memo[v]; ok {
		return done
	}
	if r.active[v] {
		r.skip(v.Span, "a variable refers to itself")
		return unknown("cyclic variable", v.Span)
	}
	if depth > maxDepth {
		r.skip(v.Span, "variables nest deeper than %d", maxDepth)
		return unknown("deeply nested variable", v.Span)
	}
	if r.steps++; r.steps > maxSteps {
		r.skip(v.Span, "more than %d variable steps", maxSteps)
		return unknown("too many variables", v.Span)
	}
	r.active[v] = true
	defer delete(r.active, v)
	var out *rind.Value
	switch v.Kind {
	case rind.String:
		out = r.text(v, depth)
	case rind.List:
		items := make([]*rind.Value, 0, len(v.Items))
		for _, it := range v.Items {
			items = append(items, r.value(it, depth+1))
		}
		out = &rind.Value{Kind: rind.List, Items: items, Span: v.Span}
	case rind.Map:
		fields := make([]rind.Field, 0, len(v.Fields))
		for _, f := range v.Fields {
			key := f.Key
			if strings.Contains(key, "${") {
				key = r.text(rind.NewString(key, f.Span), depth).Pattern()
			}
			fields = append(fields, rind.Field{Key: key, Span: f.Span, Value: r.value(f.Value, depth+1)})
		}
		out = &rind.Value{Kind: rind.Map, Fields: fields, Span: v.Span}
	default:
		out = v
	}
	out = r.bounded(out)
	r.memo[v] = out
	return out
}

// bounded refuses a value that variables have blown up: each level may use
// the one below it many times.
func (r *resolver) bounded(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.Map && v.Kind != rind.List {
		return v
	}
	if _, ok := r.size[v]; ok {
		return v
	}
	n := 1
	for _, it := range v.Items {
		n += max(r.size[it], 1)
	}
	for _, f := range v.Fields {
		n += max(r.size[f.Value], 1)
	}
	if n > maxNodes {
		r.skip(v.Span, "variables expand to more than %d nodes", maxNodes)
		return unknown("too large", v.Span)
	}
	r.size[v] = n
	return v
}

// text resolves the variables of a string.
func (r *resolver) text(v *rind.Value, depth int) *rind.Value {
	if !strings.Contains(v.Text, "${") {
		return v
	}
	pieces := split(v.Text)
	if len(pieces) == 1 && pieces[0].variable {
		return placed(r.variable(pieces[0].text, v.Span, depth), v.Span)
	}
	var parts []rind.Part
	var via []rind.Ref
	size := 0
	for _, p := range pieces {
		if !p.variable {
			parts = append(parts, rind.Part{Text: p.text})
			continue
		}
		got := r.variable(p.text, v.Span, depth)
		switch {
		case got.Scalar():
			parts = append(parts, rind.Part{Text: got.Text})
			via = append(via, got.Via...)
			size += len(got.Text)
		case got.Symbolic():
			parts = append(parts, got.Parts...)
			via = append(via, got.Via...)
		case got.Absent(): // the framework would stop here; nothing is known of the text
			parts = append(parts, rind.Part{Ref: &rind.Ref{Kind: rind.RefUnknown, Name: p.text}})
		default: // a map or list inside a string is an error of the author
			parts = append(parts, rind.Part{Ref: &rind.Ref{Kind: rind.RefUnknown, Name: p.text}})
		}
		if size > maxText || len(parts) > maxParts {
			r.skip(v.Span, "a value grows beyond %d bytes or %d parts", maxText, maxParts)
			return unknown("too long", v.Span)
		}
	}
	return rind.Join(parts, via, v.Span)
}

// placed gives a scalar the place where it is used; maps and lists keep the
// place where they are written, so that findings point there.
func placed(v *rind.Value, span rind.Span) *rind.Value {
	if v == nil {
		return &rind.Value{Kind: rind.Null, Span: span}
	}
	if v.Kind == rind.Map || v.Kind == rind.List {
		return v
	}
	out := *v
	out.Span = span
	return &out
}

type piece struct {
	text     string
	variable bool
}

// split cuts a string into literal text and the insides of ${…}. What is not
// the framework's, such as ${AWS::Region} or ${Bucket} for Fn::Sub, stays
// literal.
func split(s string) []piece {
	var out []piece
	literal := 0
	for i := 0; i < len(s); {
		if !strings.HasPrefix(s[i:], "${") {
			i++
			continue
		}
		end := closing(s, i+2)
		if end < 0 {
			break
		}
		inside := s[i+2 : end]
		if !isVariable(inside) {
			i += 2
			continue
		}
		if i > literal {
			out = append(out, piece{text: s[literal:i]})
		}
		out = append(out, piece{text: inside, variable: true})
		i = end + 1
		literal = i
	}
	if literal < len(s) || len(out) == 0 {
		out = append(out, piece{text: s[literal:]})
	}
	return out
}

// closing finds the brace that closes a ${ whose inside starts at i.
func closing(s string, i int) int {
	depth := 1
	for ; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "${"):
			depth++
			i++
		case s[i] == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// isVariable tells the framework's variables, which name a source before a
// colon or parenthesis, from Fn::Sub's and from Step Functions' or VTL's.
func isVariable(inside string) bool {
	inside = strings.TrimSpace(inside)
	end := 0
	for end < len(inside) && (inside[end] == '-' || inside[end] == '_' || isAlnum(inside[end])) {
		end++
	}
	if end == 0 || end == len(inside) {
		return false
	}
	if strings.HasPrefix(inside[end:], "::") { // AWS::Region
		return false
	}
	return inside[end] == ':' || inside[end] == '('
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// variable evaluates the inside of one ${…}: sources separated by commas, of
// which the first that has a value counts.
func (r *resolver) variable(inside string, span rind.Span, depth int) *rind.Value {
	if depth > maxDepth {
		return unknown(inside, span)
	}
	var pending *rind.Value // an alternative that only deployment can tell
	for _, alt := range alternatives(inside) {
		v := r.alternative(strings.TrimSpace(alt), span, depth+1)
		if v.Absent() {
			continue
		}
		if only, ok := onlyRef(v); ok && only.Kind == rind.RefEnv {
			// ${env:X, 'default'}: the default is what a reader sees, but
			// the environment decides.
			pending = v
			continue
		}
		if pending != nil && v.Scalar() {
			out := *v
			ref, _ := onlyRef(pending)
			out.Via = append([]rind.Ref{ref}, v.Via...)
			return &out
		}
		return v
	}
	if pending != nil {
		return pending
	}
	return &rind.Value{Kind: rind.Null, Span: span}
}

func onlyRef(v *rind.Value) (rind.Ref, bool) {
	if v.Symbolic() && len(v.Parts) == 1 && v.Parts[0].Ref != nil {
		return *v.Parts[0].Ref, true
	}
	return rind.Ref{}, false
}

// alternatives splits at commas outside of nested variables, quotes and
// parentheses.
func alternatives(s string) []string {
	var out []string
	depth, start := 0, 0
	var quote byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '{' || c == '(':
			depth++
		case c == '}' || c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// alternative evaluates one source with its address, or a literal.
func (r *resolver) alternative(s string, span rind.Span, depth int) *rind.Value {
	if len(s) >= 2 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		return r.text(rind.NewString(s[1:len(s)-1], span), depth)
	}
	if strings.Contains(s, "${") {
		inner := r.text(rind.NewString(s, span), depth)
		if !strings.HasPrefix(s, "${") || strings.Count(s, "${") > 1 || !strings.HasSuffix(s, "}") || closing(s, 2) != len(s)-1 {
			if !inner.Scalar() {
				return unknown(s, span)
			}
			s = inner.Text
		} else {
			return inner
		}
	}
	name, params, address := sourceOf(s)
	if find := variableSources[name]; find != nil {
		return find(r, params, address, span, depth)
	}
	if name == "" {
		switch s {
		case "true", "false":
			return rind.NewBool(s == "true", span)
		case "null", "":
			return nil
		}
		if isNumber(s) {
			return &rind.Value{Kind: rind.Number, Text: s, Span: span}
		}
		return nil
	}
	return unknown(s, span) // a plugin's or a newer source
}

func isNumber(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && s[i] != '.' && (i > 0 || s[i] != '-') {
			return false
		}
	}
	return s != ""
}

// sourceOf cuts name(params):address.
func sourceOf(s string) (name, params, address string) {
	end := 0
	for end < len(s) && (isAlnum(s[end]) || s[end] == '-' || s[end] == '_') {
		end++
	}
	if end == len(s) {
		return "", "", ""
	}
	name, rest := s[:end], s[end:]
	if rest[0] == '(' {
		if i := strings.LastIndexByte(rest, ')'); i > 0 {
			params, rest = rest[1:i], rest[i+1:]
		}
	}
	if rest != "" && rest[0] != ':' {
		return "", "", ""
	}
	return name, strings.TrimSpace(params), strings.TrimSpace(strings.TrimPrefix(rest, ":"))
}

// variableSources maps a source's name to its evaluation. It is filled in
// init because the sources evaluate variables in turn.
var variableSources map[string]func(r *resolver, params, address string, span rind.Span, depth int) *rind.Value

func init() {
	symbolic := func(kind rind.RefKind) func(*resolver, string, string, rind.Span, int) *rind.Value {
		return func(_ *resolver, _, address string, span rind.Span, _ int) *rind.Value {
			return rind.NewRef(rind.Ref{Kind: kind, Name: address}, span)
		}
	}
	variableSources = map[string]func(*resolver, string, string, rind.Span, int) *rind.Value{
		"self":      (*resolver).self,
		"opt":       (*resolver).option,
		"sls":       (*resolver).slsVar,
		"param":     (*resolver).param,
		"file":      (*resolver).fileVar,
		"aws":       (*resolver).aws,
		"strToBool": (*resolver).strToBool,
		"env":       symbolic(rind.RefEnv),
		"cf":        symbolic(rind.RefImport),
		"output":    symbolic(rind.RefImport),
		"state":     symbolic(rind.RefImport),
		"terraform": symbolic(rind.RefImport),
		"s3":        symbolic(rind.RefData),
		"git":       symbolic(rind.RefData),
		"vault":     symbolic(rind.RefSecretsManager),
		"doppler":   symbolic(rind.RefSecretsManager),
		"ssm": func(_ *resolver, params, address string, span rind.Span, _ int) *rind.Value {
			// https://www.serverless.com/framework/docs/providers/aws/guide/variables/aws#ssm-parameter-store
			if strings.HasPrefix(address, "/aws/reference/secretsmanager/") {
				return rind.NewRef(rind.Ref{Kind: rind.RefSecretsManager, Name: strings.TrimPrefix(address, "/aws/reference/secretsmanager/")}, span)
			}
			if strings.HasSuffix(address, "~true") {
				return rind.NewRef(rind.Ref{Kind: rind.RefSSMSecure, Name: strings.TrimSuffix(address, "~true")}, span)
			}
			return rind.NewRef(rind.Ref{Kind: rind.RefSSM, Name: address}, span)
		},
	}
}

// at follows a dotted address from v, resolving variables on the way.
func (r *resolver) at(v *rind.Value, address string, depth int) *rind.Value {
	if address != "" {
		for key := range strings.SplitSeq(address, ".") {
			if v != nil && v.Kind == rind.String {
				v = r.value(v, depth)
			}
			switch {
			case v == nil:
				return nil
			case v.Symbolic():
				return v
			case v.Kind == rind.List:
				i := 0
				if _, err := fmt.Sscanf(key, "%d", &i); err != nil {
					return nil
				}
				v = v.At(i)
			default:
				v = v.Get(key)
			}
		}
	}
	return r.value(v, depth)
}

func (r *resolver) self(_, address string, span rind.Span, depth int) *rind.Value {
	v := r.at(r.root, address, depth)
	if v.Present() {
		return v
	}
	switch address {
	case "provider.stage":
		return rind.NewString(r.stage(depth), span)
	case "provider.region":
		return rind.NewString("us-east-1", span)
	case "service.name":
		return r.at(r.root, "service", depth)
	}
	return nil
}

// option is a command-line flag; --parameters may set it.
func (r *resolver) option(_, address string, span rind.Span, depth int) *rind.Value {
	if v, ok := r.opt.Parameters[address]; ok {
		return rind.NewString(v, span)
	}
	return nil
}

// stage is what the framework deploys to when nothing is said.
func (r *resolver) stage(depth int) string {
	if v, ok := r.opt.Parameters["stage"]; ok {
		return v
	}
	if v := r.at(r.root, "provider.stage", depth+1); v.Scalar() {
		return v.Text
	}
	return "dev"
}

func (r *resolver) slsVar(_, address string, span rind.Span, depth int) *rind.Value {
	if address == "stage" {
		return rind.NewString(r.stage(depth), span)
	}
	return unknown("sls:"+address, span)
}

func (r *resolver) param(_, address string, span rind.Span, depth int) *rind.Value {
	ref := rind.Ref{Kind: rind.RefParameter, Name: address}
	if v, ok := r.opt.Parameters[address]; ok {
		return rind.NewString(v, span)
	}
	stage := r.stage(depth)
	for _, where := range []string{"params." + stage, "stages." + stage + ".params", "params.default", "stages.default.params"} {
		if v := r.at(r.root, where+"."+address, depth); v.Present() {
			out := *v
			out.Via = append([]rind.Ref{ref}, v.Via...)
			return &out
		}
	}
	return nil
}

func (r *resolver) aws(_, address string, span rind.Span, _ int) *rind.Value {
	switch address {
	case "accountId":
		return rind.NewRef(rind.Ref{Kind: rind.RefPseudo, Name: "AWS::AccountId"}, span)
	case "region":
		return rind.NewRef(rind.Ref{Kind: rind.RefPseudo, Name: "AWS::Region"}, span)
	}
	return unknown("aws:"+address, span)
}

func (r *resolver) strToBool(params, _ string, span rind.Span, depth int) *rind.Value {
	v := r.text(rind.NewString(params, span), depth)
	switch {
	case v.Is("true", "1"):
		return rind.NewBool(true, span)
	case v.Is("false", "0"):
		return rind.NewBool(false, span)
	}
	return unknown("strToBool("+params+")", span)
}

// fileVar reads ${file(path):address}. Code files are not run.
func (r *resolver) fileVar(params, address string, span rind.Span, depth int) *rind.Value {
	name, ok := source.Join(r.file, strings.Trim(strings.TrimSpace(params), `'"`))
	ref := rind.NewRef(rind.Ref{Kind: rind.RefFile, Name: params}, span)
	if !ok {
		r.skip(span, "${file(%s)} leads out of the scanned folder", params)
		return ref
	}
	switch path.Ext(name) {
	case ".js", ".cjs", ".mjs", ".ts":
		r.skip(span, "${file(%s)} is code and is not run", params)
		return ref
	}
	v, ok := r.files[name]
	if !ok {
		v = r.load(name, params, span)
		r.files[name] = v
	}
	if v == nil {
		return nil // a missing file falls back to the next alternative
	}
	return r.at(v, address, depth)
}

func (r *resolver) load(name, params string, span rind.Span) *rind.Value {
	if len(r.files) >= maxFiles {
		r.skip(span, "more than %d files included", maxFiles)
		return nil
	}
	if r.tree == nil {
		return nil
	}
	data, err := r.tree.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		r.skip(span, "${file(%s)} does not exist", params)
		return nil
	}
	if err != nil {
		r.skip(span, "${file(%s)} cannot be read: %v", params, err)
		return nil
	}
	switch path.Ext(name) {
	case ".yml", ".yaml", ".json":
		v, err := source.Parse(name, data)
		if err != nil {
			r.skips = append(r.skips, rind.Skip{File: name, Reason: err.Error()})
			return nil
		}
		return v
	}
	return rind.NewString(strings.TrimRight(string(data), "\n"), span)
}
