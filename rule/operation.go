package rule

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
	"rind/template/inventory"
)

// An operation is one thing a client can ask of an API: a method of a REST
// API, a route of an HTTP or WebSocket API, or an operation of the OpenAPI
// document that defines either.
type operation struct {
	API      *rind.Resource // nil if it is not in the app
	Resource *rind.Resource // that declares it: method, route or API
	Kind     rind.TriggerKind
	Method   string // "GET", "ANY"; "" for WebSocket routes
	Path     string
	// Auth is none, api-key, iam, jwt, cognito or lambda; "" if unknown.
	Auth string
	// Ignored is set where a security scheme is written that API Gateway
	// does not enforce.
	Ignored     bool
	Integration *rind.Value
	At          *rind.Value // best evidence of Auth, or the whole operation
}

// operations lists what clients can ask of the APIs of an app. CORS
// preflight requests are left out: they carry no credentials.
func operations(app *rind.App) []operation {
	var out []operation
	for _, r := range app.Resources {
		switch r.Type {
		case "AWS::ApiGateway::Method":
			out = append(out, restMethod(app, r))
		case "AWS::ApiGatewayV2::Route":
			out = append(out, httpRoute(app, r))
		case "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api":
			out = append(out, openAPIOperations(r)...)
			if r.Get("Target").Present() {
				out = append(out, quickCreated(r))
			}
		}
	}
	kept := out[:0]
	for _, o := range out {
		if !preflight(o.Method) {
			kept = append(kept, o)
		}
	}
	return kept
}

func preflight(method string) bool {
	return strings.EqualFold(method, "OPTIONS") || strings.EqualFold(method, "OPTION")
}

// String is "GET /orders".
func (o operation) String() string { return strings.TrimSpace(o.Method + " " + o.Path) }

// reads reports whether the method promises to change nothing.
func (o operation) reads() bool {
	return strings.EqualFold(o.Method, "GET") || strings.EqualFold(o.Method, "HEAD")
}

// mocked reports whether API Gateway answers by itself and calls nothing.
func (o operation) mocked() bool {
	return o.Integration.Get("Type").Is("MOCK") || o.Integration.Get("type").Is("MOCK")
}

// report records a finding about an operation. It names the function behind
// it, and counts as the user's even where the API itself was generated.
func (o operation) report(p *Pass, format string, args ...any) *rind.Finding {
	at := o.At
	if at != nil && at.Span.IsZero() {
		at = nil
	}
	f := p.Report(o.Resource, at, format, args...)
	f.Generated = false
	f.Key = o.Resource.Type + "|" + o.String() + "|" + o.Auth
	f.Confidence = rind.ConfidenceHigh
	if fn := o.function(p.App); fn != nil {
		f.Function = fn.ID
	}
	return f
}

// function returns the function that answers the operation, or nil.
func (o operation) function(app *rind.App) *rind.Function {
	for _, f := range app.Functions {
		for _, t := range f.Triggers {
			if !t.Kind.HTTP() || o.API != nil && t.Source != o.API.ID {
				continue
			}
			if t.Value == o.Resource.Properties || t.Path == o.Path && strings.EqualFold(t.Method, o.Method) && t.Path != "" {
				return f
			}
		}
	}
	return nil
}

func restMethod(app *rind.App, r *rind.Resource) operation {
	o := operation{
		API: apiOf(app, r), Resource: r, Kind: rind.APIGatewayREST, Method: r.Get("HttpMethod").Str(),
		Path: inventory.ResourcePath(app, r.Get("ResourceId")), Integration: r.Get("Integration"), At: r.Get("AuthorizationType"),
	}
	o.Auth = declaredAuth(r.Get("AuthorizationType"))
	if o.Auth == "none" && r.Get("ApiKeyRequired").True() {
		o.Auth, o.At = "api-key", r.Get("ApiKeyRequired")
	} else if o.Auth == "none" && r.Get("ApiKeyRequired").Symbolic() {
		o.Auth = ""
	}
	return o
}

// declaredAuth reads AuthorizationType, whose default is NONE.
func declaredAuth(v *rind.Value) string {
	switch {
	case v.Absent(), v.Is("NONE", ""):
		return "none"
	case v.Is("AWS_IAM"):
		return "iam"
	case v.Is("CUSTOM"):
		return "lambda"
	case v.Is("COGNITO_USER_POOLS"):
		return "cognito"
	case v.Is("JWT"):
		return "jwt"
	}
	return ""
}

func httpRoute(app *rind.App, r *rind.Resource) operation {
	key := r.Get("RouteKey").Pattern()
	o := operation{API: apiOf(app, r), Resource: r, Kind: rind.APIGatewayHTTP, Path: key, At: r.Get("AuthorizationType")}
	o.Auth = declaredAuth(r.Get("AuthorizationType"))
	method, path, ok := strings.Cut(key, " ")
	switch {
	case o.API != nil && o.API.Get("ProtocolType").Is("WEBSOCKET"), key == "$connect", key == "$disconnect":
		o.Kind = rind.APIGatewayWebSocket
	case ok:
		o.Method, o.Path = method, path
	case key == "$default":
		o.Method = "ANY"
	}
	if i := app.Target(r.Get("Target")); i != nil && i.Type == "AWS::ApiGatewayV2::Integration" {
		o.Integration = i.Properties
	}
	return o
}

func quickCreated(api *rind.Resource) operation {
	path := api.Get("RouteKey").Str()
	if path == "" {
		path = "$default"
	}
	return operation{API: api, Resource: api, Kind: rind.APIGatewayHTTP, Method: "ANY", Path: path, Auth: "none", At: api.Get("Target")}
}

func openAPIOperations(api *rind.Resource) []operation {
	kind := rind.APIGatewayREST
	if api.Type == "AWS::ApiGatewayV2::Api" {
		kind = rind.APIGatewayHTTP
	}
	doc := api.Get("Body")
	var out []operation
	for path, item := range doc.Get("paths").Entries() {
		for method, op := range item.Entries() {
			at := op
			if f := item.Field(method); op.Present() && f.Span.Line != 0 && f.Span.Line < op.Span.Line {
				named := *op // shown at its method, not at the first line below
				named.Span = f.Span
				at = &named
			}
			m := strings.ToUpper(method)
			switch m {
			case "X-AMAZON-APIGATEWAY-ANY-METHOD":
				m = "ANY"
			case "GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "TRACE", "OPTIONS":
			default:
				continue
			}
			o := operation{API: api, Resource: api, Kind: kind, Method: m, Path: path, Integration: op.Get("x-amazon-apigateway-integration"), At: at}
			if op.Absent() || op.Span.IsZero() {
				o.At = &rind.Value{Kind: rind.String, Span: item.Field(method).Span}
			}
			o.Auth, o.Ignored = inventory.OpenAPIAuth(doc, op)
			out = append(out, o)
		}
	}
	return out
}

// guarded reports whether an operation is reachable for a few only, whatever
// it asks for: its REST API is private, or the API's resource policy names who
// may call it. sure is false where the policy is not known.
func guarded(o operation) (yes, sure bool) {
	if o.API == nil {
		return false, true
	}
	if privateAPI(o.API) {
		return true, true
	}
	policy := o.API.Get("Policy")
	if policy.Absent() {
		policy = o.API.Get("Body", "x-amazon-apigateway-policy")
	}
	if policy.Absent() || blank(policy) {
		return false, true
	}
	return iam.Guarded(policy, o.Method, o.Path)
}

// refusesSome reports whether a policy denies under a condition on who calls:
// everyone but those that meet it is refused, whatever the policy allows
// besides. To refuse plain HTTP keeps nobody out.
func refusesSome(statements []*iam.Statement) bool {
	return slices.ContainsFunc(statements, func(s *iam.Statement) bool {
		return s.Deny() && slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool {
			return !strings.EqualFold(c.Key, "aws:SecureTransport")
		})
	})
}

// policyStatements parses a policy document, or returns nothing.
func policyStatements(v *rind.Value) []*iam.Statement {
	doc, err := iam.Parse(v)
	if err != nil {
		return nil
	}
	return doc.Statements
}
