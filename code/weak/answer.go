package weak

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// body is what of a returned value the caller gets to read: the body of a
// response, or all of it.
func body(c *flow.Call, v *flow.Value) *flow.Value {
	if list, ok := c.List(v); ok && len(list) > 0 && c.Language() == ir.Go {
		v = list[0]
	}
	for _, name := range []string{"body", "Body"} {
		if b := c.Field(v, name); b != nil && slices.Contains(c.Fields(v), name) {
			return b
		}
		if b := c.Prop(v, name); b != nil {
			return b
		}
	}
	return v
}

// headers are the headers of a response; nil if it has none.
func headers(c *flow.Call, v *flow.Value) *flow.Value {
	if list, ok := c.List(v); ok && len(list) > 0 && c.Language() == ir.Go {
		v = list[0]
	}
	var out *flow.Value
	for _, name := range []string{"headers", "Headers", "multiValueHeaders", "MultiValueHeaders"} {
		if h := c.Field(v, name); h != nil {
			out = c.Join(out, h)
		}
		if h := c.Prop(v, name); h != nil {
			out = c.Join(out, h)
		}
	}
	return out
}

// header is one header, whatever its case; nil if it is not set.
func header(c *flow.Call, h *flow.Value, name string) *flow.Value {
	var out *flow.Value
	for _, k := range c.Fields(h) {
		if strings.EqualFold(k, name) {
			v := c.Field(h, k)
			if list, ok := c.List(v); ok && len(list) == 1 {
				v = list[0]
			}
			out = c.Join(out, v)
		}
	}
	return out
}

// errorReturned looks for what exceptions say in what a handler answers.
func (o *Observer) errorReturned(r *flow.Result) {
	c := r.Call()
	may, known := c.HTTP()
	if !may {
		return
	}
	confidence := rind.ConfidenceHigh
	b := body(c, r.Value())
	switch {
	case known || r.Page:
	case b != r.Value(): // it is written like a response
		confidence = rind.ConfidenceMedium
	default:
		confidence = rind.ConfidenceLow
	}
	o.disclosed(c, b, confidence)
}

// disclosed reports the details of errors in a value that leaves for the
// caller.
func (o *Observer) disclosed(c *flow.Call, v *flow.Value, confidence rind.Confidence) {
	stacks := c.Marks(v, flow.MarkStack)
	for _, m := range c.Marks(v, flow.MarkError) {
		if p := strings.ToLower(m.Path); strings.Contains(p, "stack") || strings.Contains(p, "traceback") || strings.Contains(p, "tb_") {
			stacks = append(stacks, m)
		}
	}
	told := map[string]bool{}
	line := func(m flow.Mark) string { return fmt.Sprintf("%s:%d", m.Span.File, m.Span.Line) }
	for _, m := range stacks {
		told[line(m)] = true
		o.disclose(c, ruleStackReturned, "a stack trace is part of the answer", m, confidence)
	}
	for _, m := range c.Marks(v, flow.MarkError) {
		switch segment(m.Path) {
		case "statusCode", "status", "code", "httpStatusCode", "HTTPStatusCode", "StatusCode", "name", "__type", "Code", "$metadata", "retryable", "errno":
			continue
		}
		if !told[line(m)] {
			told[line(m)] = true
			o.disclose(c, ruleErrorReturned, "what an unexpected error says is part of the answer", m, confidence)
		}
	}
}

func (o *Observer) disclose(c *flow.Call, rule, message string, m flow.Mark, confidence rind.Confidence) {
	w := &rind.Weakness{Rule: rule, Message: message, Span: m.Span, Confidence: confidence, Flow: m.Flow, Key: at(c.In(), "answer")}
	if len(m.Flow) <= 1 && c.Name != "return" || w.Span.IsZero() {
		w.Span = c.Span() // the exception itself is sent
	}
	c.Report(w)
}

// answers are functions of frameworks whose arguments are sent to the caller.
var answers = regexp.MustCompile(`^(?:flask\.(?:jsonify|make_response|Response|abort|render_template_string)|fastapi\.HTTPException|fastapi\.responses\.\w+|starlette\.(?:responses|exceptions)\.\w+|aws_lambda_powertools\.event_handler\.(?:\w+\.)*\w*(?:Error|Response)|chalice\.(?:Response|\w*Error)|werkzeug\.exceptions\.\w+|(?:express|fastify|koa|hono|restify|@hapi/hapi|polka)[\w().@/-]*\.(?:send|json|end|write|jsonp|text|html|render|code\(\)\.send|status\(\)\.(?:send|json|end)))(?:\.new)?$`)

// replies are methods that answer where nothing more is known of the receiver
// than what it is called.
var (
	replies    = regexp.MustCompile(`^\?\.(?:send|json|end|write)$`)
	replyParam = regexp.MustCompile(`^(?:res|resp|response|reply)$`)
)

// answered looks at what frameworks send to the caller.
func (o *Observer) answered(c *flow.Call) {
	switch {
	case answers.MatchString(c.Name):
	case replies.MatchString(c.Name) && c.In() != nil && hasParam(c.In(), replyParam):
	default:
		return
	}
	for _, v := range c.Args() {
		o.disclosed(c, v, rind.ConfidenceHigh)
	}
}

func hasParam(f *ir.Func, name *regexp.Regexp) bool {
	for _, p := range f.Params {
		if name.MatchString(p.Name) {
			return true
		}
	}
	return false
}

// cors looks at who may read the answers of an API from a browser.
func (o *Observer) cors(r *flow.Result) {
	c := r.Call()
	h := headers(c, r.Value())
	if h == nil {
		return
	}
	origin := header(c, h, "access-control-allow-origin")
	if origin == nil {
		return
	}
	span := c.MadeAt(h)
	any := false
	consts, _ := c.Constants(origin)
	for _, x := range consts {
		any = any || x == "*"
	}
	with := false
	consts, _ = c.Constants(header(c, h, "access-control-allow-credentials"))
	for _, x := range consts {
		with = with || x == true || x == "true"
	}
	w := &rind.Weakness{Span: span, Confidence: rind.ConfidenceHigh, Key: at(r.Func, "cors")}
	switch {
	case any && with:
		w.Rule, w.Message = ruleCORSCredentials, "the answer allows every origin, and credentials"
	case !any && with && reflects(c, origin) && !checksOrigin(c.Module()):
		w.Rule, w.Message = ruleCORSCredentials, "the answer allows whichever origin asks, and credentials"
	case any && o.knowsCallers(c):
		w.Rule, w.Message = ruleCORSKnown, "scripts of every site may read the answers of an API that knows its callers"
	case any:
		w.Rule, w.Message = ruleCORSOpen, "scripts of every site may read the answer"
	default:
		return
	}
	r.Weakness(w)
}

// setters are methods that set one header of a response.
var setters = strings.Fields("header setHeader set append addHeader Set Add add_header withHeader __setitem__ putHeader")

// corsHeader looks at headers that are set one by one: on the response of a
// framework.
func (o *Observer) corsHeader(c *flow.Call) {
	const name = "access-control-allow-origin"
	value := c.Arg(1)
	switch last := segment(c.Name); {
	case strings.HasSuffix(strings.ToLower(c.Name), name+"="):
		value = c.Arg(0)
	case slices.Contains(setters, last) && value != nil:
		if texts := c.Texts(c.Arg(0)); len(texts) != 1 || !strings.EqualFold(texts[0], name) {
			return
		}
	case last == "writeHead" || last == "set" || last == "status":
		value = nil
		for _, a := range c.Args() {
			if h := header(c, a, name); h != nil {
				value = h
			}
		}
	default:
		return
	}
	if !slices.Contains(c.Texts(value), "*") {
		return
	}
	if o.knowsCallers(c) {
		c.Weakness(ruleCORSKnown, "scripts of every site may read the answers of an API that knows its callers", rind.ConfidenceHigh, nil)
	} else {
		c.Weakness(ruleCORSOpen, "scripts of every site may read the answer", rind.ConfidenceHigh, nil)
	}
}

// reflects reports whether a header is the request's Origin.
func reflects(c *flow.Call, v *flow.Value) bool {
	for _, o := range c.Origins(v) {
		if strings.HasSuffix(strings.ToLower(o.Path), "headers.origin") {
			return true
		}
	}
	return false
}

// checksOrigin reports whether a module seems to have a list of origins.
func checksOrigin(m *ir.Module) bool {
	found := false
	eachExpr(m.Init, func(x ir.Expr) {
		if v, ok := x.(*ir.Var); ok {
			n := strings.ToLower(v.Name)
			found = found || strings.Contains(n, "allow") || strings.Contains(n, "whitelist")
		}
	})
	for _, f := range m.Funcs {
		eachExpr(f, func(x ir.Expr) {
			if v, ok := x.(*ir.Var); ok {
				n := strings.ToLower(v.Name)
				found = found || strings.Contains(n, "allow") || strings.Contains(n, "whitelist")
			}
		})
	}
	return found
}

// knowsCallers reports whether the API tells its callers apart: by an
// authorizer, or because the code looks at their credentials.
func (o *Observer) knowsCallers(c *flow.Call) bool {
	if f := c.Function(); f != nil {
		for _, t := range f.Triggers {
			if t.Kind.HTTP() && t.Auth.Type != "" && t.Auth.Type != "none" {
				return true
			}
		}
	}
	if o.authed == nil {
		known := false
		for _, f := range c.Module().Funcs {
			eachExpr(f, func(x ir.Expr) {
				known = known || readsCredential(x)
			})
		}
		o.authed = &known
	}
	return *o.authed
}

// readsCredential reports whether an expression is a caller's credential.
func readsCredential(x ir.Expr) bool {
	name := ""
	switch x := x.(type) {
	case *ir.Member:
		name = x.Name
	case *ir.Index:
		if k, ok := x.Key.(*ir.Const); ok {
			name, _ = k.Value.(string)
		}
	}
	switch strings.ToLower(name) {
	case "authorization", "cookie", "cookies", "authorizer":
		return true
	}
	return false
}
