package flow

import (
	"strings"

	"rind/code/ir"
	"rind/event"
	"rind/rind"
)

// A Result is what a handler or route returned, for observers.
type Result struct {
	Func  *ir.Func
	Page  bool // a framework sends it as a page unless it says otherwise
	value *Value
	e     *engine
}

// judgeResult looks at what the handler of the entry returns: a page with
// data in it, a redirect, headers.
func (e *engine) judgeResult(v *Value, fn *ir.Func) {
	if v == nil {
		return
	}
	if fn.Module.Lang == ir.Go && fn.Result == "error" {
		return
	}
	if fn.Module.Lang == ir.Go && e.isArray(v) { // the error behind it goes to Lambda, not to the caller
		v = e.resultAt(v, 0)
	}
	for _, o := range e.opt.Observers {
		o.Returned(&Result{Func: fn, value: v, e: e})
	}
	if !e.answersHTTP() {
		return
	}
	for _, id := range v.objs {
		e.judgeResponse(id, fn)
	}
}

// answered judges the result that a handler hands over by a call instead of
// returning it: callback(null, response), context.succeed(response).
func (e *engine) answered(c *Call) bool {
	i := 0
	switch c.Name {
	case "lambda.callback", "lambda.Context.done":
		i = 1
	case "lambda.Context.succeed":
	default:
		return false
	}
	if v := c.position(i); v != nil {
		e.judgeResult(v, c.fr.fn)
	}
	return true
}

// answersHTTP reports whether the function's result may be an HTTP response.
func (e *engine) answersHTTP() bool {
	ks := kinds(e.entry.Function)
	for _, k := range ks {
		if event.Base(k).HTTP() {
			return true
		}
	}
	return len(ks) == 0
}

// names under which responses hold their parts, in the languages' spellings.
var (
	bodyNames    = []string{"body", "Body"}
	headersNames = []string{"headers", "Headers", "multiValueHeaders", "MultiValueHeaders"}
)

func (e *engine) judgeResponse(id int32, fn *ir.Func) {
	body := e.anyField(id, bodyNames)
	headers := e.anyField(id, headersNames)
	typ := e.header(headers, "content-type")
	if body != nil {
		e.judgeBody(body, typ, fn)
		if typ == nil {
			e.handMade(body, 3, "response", fn.Module, fn.Pos)
		}
	}
	if l := e.header(headers, "location"); l != nil {
		e.reach(l, &reached{class: "open-redirect", part: "prefix", sink: "Location header", note: "sends the browser there", mod: fn.Module, pos: e.posOf(headers, fn)})
	}
}

func (e *engine) anyField(id int32, names []string) *Value {
	for _, n := range names {
		if v := e.field(id, n); v != nil {
			return v
		}
		if v := e.objs[id].props[n]; v != nil {
			return v
		}
	}
	return nil
}

// header finds a header whatever its case; nil if it is not set.
func (e *engine) header(headers *Value, name string) *Value {
	if headers == nil {
		return nil
	}
	for _, id := range headers.objs {
		for _, k := range e.objs[id].keys {
			if strings.EqualFold(k, name) {
				return e.field(id, k)
			}
		}
	}
	return nil
}

// judgeBody reports data in a page. A response whose type is not known to be
// a page counts only if the body is visibly written as one.
func (e *engine) judgeBody(body, typ *Value, fn *ir.Func) {
	page, confidence := false, rind.Confidence("")
	if typ != nil && len(typ.consts) > 0 {
		for _, c := range typ.consts {
			if s := strings.ToLower(printed(c)); strings.Contains(s, "html") || strings.Contains(s, "svg") || strings.Contains(s, "xhtml") {
				page = true
			}
		}
	} else if e.looksLikePage(body) {
		page, confidence = true, rind.ConfidenceMedium
	}
	if !page {
		return
	}
	e.reach(body, &reached{
		class: "xss", sink: "response", note: "is a page that the browser runs", confidence: confidence,
		mod: fn.Module, pos: e.lastPos(body, fn),
	})
}

// judgePage is judgeBody for frameworks that send text as a page.
func (e *engine) judgePage(v *Value, fn *ir.Func) {
	for _, o := range e.opt.Observers {
		o.Returned(&Result{Func: fn, Page: true, value: v, e: e})
	}
	if len(v.objs) > 0 { // response objects and lists speak for themselves
		if ok, vs := e.known(v); ok && len(vs) > 0 {
			e.judgeText(vs[0], fn)
		}
		return
	}
	e.judgeText(v, fn)
}

func (e *engine) judgeText(v *Value, fn *ir.Func) {
	text := v.with(func(w *Value) {
		w.taints = nil
		for _, t := range v.taints {
			if !t.parsed { // a parsed structure is sent as JSON
				w.taints = append(w.taints, t)
			}
		}
	})
	e.reach(text, &reached{class: "xss", sink: "response", note: "is a page that the browser runs", mod: fn.Module, pos: e.lastPos(v, fn)})
}

// looksLikePage reports whether known parts of the text are markup.
func (e *engine) looksLikePage(v *Value) bool {
	for _, p := range v.pieces() {
		s := p.text
		if p.value != nil && len(p.value.consts) > 0 {
			s = e.literalOf(p.value)
		}
		if markup(s) {
			return true
		}
	}
	for _, c := range v.consts {
		if s, ok := c.(string); ok && markup(s) {
			return true
		}
	}
	return false
}

func markup(s string) bool {
	for i := strings.IndexByte(s, '<'); i >= 0 && i+1 < len(s); {
		if c := s[i+1]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '!' || c == '/' {
			return true
		}
		n := strings.IndexByte(s[i+1:], '<')
		if n < 0 {
			return false
		}
		i += n + 1
	}
	return false
}

// lastPos is the place where the newest taint of v was last touched, in the
// function's own module: the line that builds what is returned.
func (e *engine) lastPos(v *Value, fn *ir.Func) ir.Pos {
	for _, t := range e.deep(v, deepLimit) {
		if t.via != nil && t.via.mod == fn.Module {
			return t.via.pos
		}
	}
	return fn.Pos
}

func (e *engine) posOf(v *Value, fn *ir.Func) ir.Pos {
	for _, id := range v.objs {
		if o := e.objs[id]; o.site == fn.Module && o.pos != (ir.Pos{}) {
			return o.pos
		}
	}
	return fn.Pos
}
