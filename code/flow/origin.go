package flow

import (
	"strings"

	"rind/code/ir"
	"rind/event"
	"rind/rind"
)

// eventTaint is the taint of the function's whole event.
func (e *engine) eventTaint() []taint {
	return []taint{{src: e.event, whole: true}}
}

// eventValue is the event as the i-th parameter of a handler.
func (e *engine) eventValue(c *closure, i int) *Value {
	v := &Value{any: true, taints: e.eventTaint()}
	params := c.fn.Params
	if c.this != nil && c.fn.This == "" && c.fn.Class != "" && len(params) > 0 {
		params = params[1:]
	}
	if i < len(params) && len(e.event.kinds) == 0 {
		// An event type in the signature tells the trigger where no template
		// does.
		e.event.kinds = event.TypeKinds(params[i].Type)
	}
	return v
}

// contextValue is the Lambda context: AWS's own words.
func (e *engine) contextValue(fr *frame) *Value {
	return e.outsideObject("lambda.Context", fr, ir.Pos{})
}

// eventArgs are the arguments of an entry that is no function of the app.
func (e *engine) eventArgs(fr *frame) []argument {
	return []argument{{value: &Value{any: true, taints: e.eventTaint()}}, {value: e.contextValue(fr)}}
}

// handlerArgs are a handler's arguments, as its runtime passes them: Go may
// put a context in front and leave either out, Java's stream handlers get
// streams.
func (e *engine) handlerArgs(c *closure) []argument {
	fn := c.fn
	params := fn.Params
	if c.this != nil && fn.This == "" && fn.Class != "" && len(params) > 0 {
		params = params[1:]
	}
	var args []argument
	given := false
	for i, p := range params {
		switch {
		case p.Type == "context.Context", strings.HasSuffix(p.Type, "runtime.Context"), strings.HasSuffix(p.Type, "OutputStream"):
			args = append(args, argument{value: e.typed(e.contextValue(c.frame), "", c.frame, p.Pos)})
			if strings.HasSuffix(p.Type, "OutputStream") {
				args[len(args)-1].value = e.outsideObject(p.Type, c.frame, p.Pos)
			}
		case !given:
			given = true
			j := i
			if c.this != nil && fn.This == "" && fn.Class != "" {
				j = i
			}
			args = append(args, argument{value: e.eventValue(c, j)})
		case i == 1 && fn.Module.Lang != ir.Java:
			args = append(args, argument{value: e.contextValue(c.frame)})
		case i == 2 && fn.Module.Lang == ir.JavaScript:
			args = append(args, argument{value: outside("lambda.callback")})
		default:
			args = append(args, argument{value: unknown})
		}
	}
	if len(params) == 0 { // handlers that use arguments or *args
		args = e.eventArgs(c.frame)
	}
	return args
}

// looseArgs are the arguments of a function that is entered without being
// called: anything of the declared types. (req, res) is how every server of
// JavaScript writes its routes.
func (e *engine) looseArgs(c *closure) []argument {
	fn := c.fn
	var args []argument
	for i, p := range fn.Params {
		typ := p.Type
		if typ == "" && i < 2 {
			typ = routeTypes(fn)[i]
		}
		args = append(args, argument{value: e.typed(unknown, typ, c.frame, p.Pos)})
	}
	return args
}

// routeTypes are the types of the first two parameters of a function that is
// written as a route of Express or Koa; "" otherwise.
func routeTypes(fn *ir.Func) (types [2]string) {
	if fn.Module == nil || fn.Module.Lang != ir.JavaScript || len(fn.Params) < 2 {
		return types
	}
	switch second := fn.Params[1].Name; fn.Params[0].Name {
	case "req", "request", "_req":
		if second == "res" || second == "response" || second == "resp" {
			return [2]string{"express.Request", "express.Response"}
		}
	case "ctx":
		if second == "next" {
			return [2]string{"koa.Context", ""}
		}
	}
	return types
}

// looksLikeHandler reports whether a function that no template names is
// written as a Lambda handler.
func looksLikeHandler(fn *ir.Func) bool {
	params := fn.Params
	if fn.Class != "" && fn.This == "" && len(params) > 0 {
		params = params[1:]
	}
	switch fn.Module.Lang {
	case ir.Python:
		return len(params) >= 2 && strings.HasPrefix(params[0].Name, "event") && strings.HasPrefix(params[1].Name, "context") ||
			len(params) == 2 && strings.HasSuffix(fn.Name, "handler")
	case ir.JavaScript:
		return len(params) >= 1 && (params[0].Name == "event" || strings.HasPrefix(params[0].Type, "aws-lambda."))
	case ir.Java:
		return fn.Name == "handleRequest" && len(params) >= 1
	case ir.Go:
		for _, p := range params {
			if strings.HasPrefix(p.Type, "github.com/aws/aws-lambda-go/events.") {
				return true
			}
		}
	}
	return false
}

// wrappedHandler reports whether a function that was given to an unknown
// wrapper, which is the handler, is what the wrapper hands the event to.
func wrappedHandler(fn *ir.Func) bool {
	if fn.Module.Lang != ir.JavaScript || len(fn.Params) == 0 || len(fn.Params) > 3 {
		return false
	}
	switch p := fn.Params[0].Name; p {
	case "event", "_event", "evt", "ev", "·p0":
		return true
	}
	return looksLikeHandler(fn)
}

// origin describes where a taint came from; nil if nobody outside decides
// about it. certain is false where the trigger is not known.
func (e *engine) origin(t taint) (o *rind.Origin, certain bool) {
	o = &rind.Origin{Path: t.path}
	if f := t.via.first(); f != nil && f.mod != nil {
		o.Span = f.mod.Place(f.pos)
	}
	switch {
	case t.src.store != nil:
		o.Store, o.Control = t.src.store, "tenant"
		return o, true
	case t.isMark():
		return nil, false
	case t.src.other != "":
		if t.src.other == "external" {
			o.Control = "tenant"
		} else {
			o.Control = "attacker"
		}
		return o, true
	}
	if ownURL(t.path) {
		return nil, false
	}
	ks := t.src.kinds
	if t.src.http && len(ks) == 0 {
		o.Trigger, o.Control = rind.APIGatewayHTTP, "attacker"
		if e.entry.Function == nil || len(e.entry.Function.Triggers) == 0 {
			o.Trigger = ""
		}
		return o, true
	}
	f, ok := event.Lookup(ks, t.path)
	o.Trigger, o.Control = f.Kind, string(f.Control)
	if !ok {
		o.Control = string(event.Attacker)
		if len(ks) == 1 {
			o.Trigger = event.Base(ks[0])
		}
	}
	if f.Inferred && f.Kind == rind.Direct {
		o.Trigger = ""
	}
	if f.Control == event.AWS || f.Control == event.Tenant && f.Certain {
		return nil, false
	}
	return o, ok && !f.Inferred
}

// isText reports whether the field a taint came from is text by the event's
// schema.
func (e *engine) isText(t taint) bool {
	if t.src.http {
		return true
	}
	if !t.src.event {
		return false
	}
	f, ok := event.Lookup(t.src.kinds, t.path)
	return ok && f.Type == event.String && f.Match == event.Exact
}

// isNumber reports whether the field a taint came from is a number or a truth
// value by the event's schema: no text to attack with.
func (e *engine) isNumber(t taint) bool {
	if !t.src.event {
		return false
	}
	f, ok := event.Lookup(t.src.kinds, t.path)
	return ok && f.Match == event.Exact && (f.Type == event.Number || f.Type == event.Bool)
}

// first is the station where the way begins.
func (s *step) first() *step {
	for s != nil && s.prev != nil {
		s = s.prev
	}
	return s
}

// ownURL reports whether a path is a URL that AWS signs for the function to
// call: the answer to a custom resource, the object of S3 Object Lambda.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-event-context.html
func ownURL(path string) bool {
	return path == "ResponseURL" || strings.HasSuffix(path, ".ResponseURL") || strings.Contains(path, "ResponseURL.") ||
		strings.HasPrefix(path, "getObjectContext.")
}
