// Package files lets data pass through files: what a function writes to
// /tmp/report, downloads there, or moves there, comes out when it reads the
// file again, uploads it, or hands it on.
//
// In come the calls of one analysis, which [Observer] sees as an observer of
// package flow; out goes the content, joined to what the calls yield. It
// touches no files. Files are told apart by what is known of their paths;
// contents that nobody outside decides about are not kept. Files that another
// invocation left behind are not followed.
package files

import (
	"strings"

	"rind/code/flow"
	"rind/rind"
)

// An Observer follows the files of one analysis; it must not be shared.
type Observer struct {
	names map[*flow.Call]string // calls that hooks rename
	kept  []*kept
}

// kept is what lies in files whose paths fit a pattern, in which "*" is not
// known.
type kept struct {
	pattern string
	content *flow.Value
}

// maxKept bounds the files of one function.
const maxKept = 64

// pathOf is the property under which a handle keeps its path.
const pathOf = "·path"

var (
	_ flow.Observer = (*Observer)(nil)
	_ flow.Changer  = (*Observer)(nil)
)

// Called remembers the names of transfers, which the hook for AWS turns into
// those of the API.
func (o *Observer) Called(c *flow.Call) {
	if !strings.HasPrefix(c.Name, "aws:") {
		return
	}
	if _, ok := transfers[method(c.Name)]; ok {
		if o.names == nil {
			o.names = map[*flow.Call]string{}
		}
		o.names[c] = method(c.Name)
	}
}

// Returned does nothing: what a handler returns is no file.
func (o *Observer) Returned(*flow.Result) {}

// Yields keeps what a call writes and joins what it reads to its result.
func (o *Observer) Yields(c *flow.Call, v *flow.Value, record *rind.Call) *flow.Value {
	if name, ok := o.names[c]; ok {
		delete(o.names, c)
		o.transfer(c, v, transfers[name], record)
		return v
	}
	if op, ok := operations[c.Name]; ok {
		return o.operate(c, v, op)
	}
	if strings.HasSuffix(c.Name, ".pipe") {
		o.into(c, c.Arg(0), c.Recv())
	}
	return v
}

func method(name string) string {
	name = name[strings.LastIndexByte(name, '.')+1:]
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}

func (o *Observer) operate(c *flow.Call, v *flow.Value, op operation) *flow.Value {
	switch op.does {
	case reads:
		return o.read(c, v, op.arg(c, op.path))
	case opens:
		path := op.arg(c, op.path)
		if path == nil {
			return v
		}
		v = o.read(c, v, path)
		c.SetProp(v, pathOf, path)
		return v
	case enters:
		if c.Prop(c.Recv(), pathOf) != nil {
			return c.Recv()
		}
	case gets, lists:
		handle := op.arg(c, op.path)
		if handle == nil {
			return v
		}
		content := o.content(c, c.Prop(handle, pathOf))
		switch {
		case content == nil:
			return v
		case op.does == lists:
			return c.ListOf(content)
		}
		return content
	case writes:
		o.write(c, op.arg(c, op.path), op.arg(c, op.data))
	case puts:
		o.into(c, op.arg(c, op.path), op.arg(c, op.data))
	case moves:
		if content := o.content(c, op.arg(c, op.data)); content != nil {
			o.write(c, op.arg(c, op.path), content)
		}
	}
	return v
}

// transfer is a download into a file, or an upload of one.
func (o *Observer) transfer(c *flow.Call, v *flow.Value, t transfer, record *rind.Call) {
	file := c.Named(t.name)
	if file == nil && c.Len() > 0 {
		at := t.at
		if at < 0 {
			at = c.Len() - 1
		}
		file = c.Arg(at)
	}
	if file == nil {
		return
	}
	if !t.up {
		content := c.Field(v, "Body")
		if t.handle {
			o.into(c, file, content)
		} else {
			o.write(c, file, content)
		}
		return
	}
	path := file
	if t.handle {
		path = c.Prop(file, pathOf)
	}
	content := o.content(c, path)
	if content == nil || record == nil {
		return
	}
	ref := &rind.StoreRef{Service: "s3", Part: "body", Key: record.Params["Key"].Pattern()}
	bucket := record.Params["Bucket"]
	if id, ok := bucket.Target(); ok {
		ref.ID = id
	} else {
		ref.Name = bucket.Str()
	}
	c.Store(ref, content)
}

// into writes to a handle.
func (o *Observer) into(c *flow.Call, handle, content *flow.Value) {
	if handle == nil || content == nil {
		return
	}
	if path := c.Prop(handle, pathOf); path != nil {
		o.write(c, path, content)
	}
}

// write keeps a content that somebody outside decides about.
func (o *Observer) write(c *flow.Call, path, content *flow.Value) {
	if path == nil || content == nil || !c.Tainted(content) {
		return
	}
	p := pattern(c, path)
	text := c.From(content)
	for _, k := range o.kept {
		if k.pattern == p {
			k.content = c.Join(k.content, text)
			return
		}
	}
	if len(o.kept) < maxKept {
		o.kept = append(o.kept, &kept{p, text})
	}
}

// content is what may lie in the file at a path; nil if nothing is known.
func (o *Observer) content(c *flow.Call, path *flow.Value) *flow.Value {
	if path == nil || len(o.kept) == 0 {
		return nil
	}
	p := pattern(c, path)
	var out *flow.Value
	for _, k := range o.kept {
		if meet(k.pattern, p) {
			out = c.Join(out, k.content)
		}
	}
	return out
}

func (o *Observer) read(c *flow.Call, v, path *flow.Value) *flow.Value {
	if content := o.content(c, path); content != nil {
		return c.Join(v, content)
	}
	return v
}

// pattern is what is known of a path.
func pattern(c *flow.Call, path *flow.Value) string {
	p := strings.ReplaceAll(c.Literal(path), "\x00", "*")
	if p == "" {
		return "*"
	}
	return p
}

// meet reports whether two patterns may be the same path. Two that are wholly
// unknown are: a function has few files.
func meet(a, b string) bool {
	aHead, _, aOpen := strings.Cut(a, "*")
	bHead, _, bOpen := strings.Cut(b, "*")
	switch {
	case !aOpen && !bOpen:
		return a == b
	case !aOpen:
		return strings.HasPrefix(a, bHead) && strings.HasSuffix(a, last(b))
	case !bOpen:
		return strings.HasPrefix(b, aHead) && strings.HasSuffix(b, last(a))
	}
	return (strings.HasPrefix(aHead, bHead) || strings.HasPrefix(bHead, aHead)) &&
		(strings.HasSuffix(last(a), last(b)) || strings.HasSuffix(last(b), last(a)))
}

func last(p string) string { return p[strings.LastIndexByte(p, '*')+1:] }
