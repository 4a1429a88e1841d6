package rule

import (
	"iter"
	"strings"

	"rind/rind"
	"rind/template/inventory"
)

// refersTo reports whether v stands for resource r: by reference, or by the
// literal name or ID that one of r's properties in names gives.
func refersTo(v *rind.Value, r *rind.Resource, names ...string) bool {
	if v.Absent() || r == nil {
		return false
	}
	for ref := range v.Refs() {
		if ref.Kind == rind.RefResource && ref.Name == r.ID {
			return true
		}
	}
	if !v.Scalar() {
		return false
	}
	for _, n := range names {
		if r.Get(n).Scalar() && r.Get(n).Str() == v.Str() {
			return true
		}
	}
	return false
}

// known reports whether v is written and nothing in it is symbolic.
func known(v *rind.Value) bool { return v.Present() && v.Known() }

// anyIs returns the first item of v that is one of texts, ignoring case, or
// nil.
func anyIs(v *rind.Value, texts ...string) *rind.Value {
	for it := range v.Each() {
		if it.Is(texts...) {
			return it
		}
	}
	return nil
}

// lambdaFunction returns the function that v names: by reference, through an
// alias or version, or by its literal name or ARN.
func lambdaFunction(app *rind.App, v *rind.Value) *rind.Resource {
	return functionBehind(app, v, 0)
}

func functionBehind(app *rind.App, v *rind.Value, depth int) *rind.Resource {
	if depth > 3 {
		return nil // an alias of an alias: not valid, and maybe a circle
	}
	for ref := range v.Refs() {
		if ref.Kind != rind.RefResource {
			continue
		}
		switch r := app.Resource(ref.Name); {
		case r == nil:
		case r.Type == "AWS::Lambda::Function":
			return r
		case r.Type == "AWS::Lambda::Alias" || r.Type == "AWS::Lambda::Version":
			if f := functionBehind(app, r.Get("FunctionName"), depth+1); f != nil {
				return f
			}
		}
	}
	name := functionName(v)
	if name == "" {
		return nil
	}
	for _, f := range app.OfType("AWS::Lambda::Function") {
		if n := f.Get("FunctionName"); n.Present() && n.Text == name {
			return f
		}
	}
	return nil
}

// functionName is the name in a literal function name or ARN, without a
// qualifier; symbolic parts are kept as written.
func functionName(v *rind.Value) string {
	if v == nil {
		return ""
	}
	name := v.Text
	if i := strings.Index(name, ":function:"); i >= 0 {
		name = name[i+len(":function:"):]
		name, _, _ = strings.Cut(name, "/")
	}
	if !strings.Contains(name, "${") {
		name, _, _ = strings.Cut(name, ":")
	}
	return name
}

// ofFunction yields the resources of type typ whose property FunctionName (or
// the given one) stands for function f.
func ofFunction(app *rind.App, f *rind.Resource, property string, types ...string) iter.Seq[*rind.Resource] {
	return func(yield func(*rind.Resource) bool) {
		for _, r := range app.OfType(types...) {
			if lambdaFunction(app, r.Get(property)) == f && !yield(r) {
				return
			}
		}
	}
}

// logGroupsOf yields the log groups that function f writes to: the one named
// in its LoggingConfig and those called /aws/lambda/<function>.
func logGroupsOf(app *rind.App, f *rind.Resource) iter.Seq[*rind.Resource] {
	return func(yield func(*rind.Resource) bool) {
		for _, g := range app.OfType("AWS::Logs::LogGroup") {
			name := g.Get("LogGroupName")
			mine := refersTo(f.Get("LoggingConfig", "LogGroup"), g, "LogGroupName") ||
				same(f.Get("LoggingConfig", "LogGroup"), name)
			if rest, ok := strings.CutPrefix(text(name), "/aws/lambda/"); ok && !mine {
				mine = refersTo(name, f) || rest == text(f.Get("FunctionName")) && rest != ""
			}
			if mine && !yield(g) {
				return
			}
		}
	}
}

// text is the readable form of a scalar or Symbol.
func text(v *rind.Value) string {
	if v == nil {
		return ""
	}
	return v.Text
}

// webACLOf returns the association that puts a web ACL in front of r, if one
// is declared. Both generations of WAF are understood.
func webACLOf(app *rind.App, r *rind.Resource) *rind.Resource {
	for _, a := range app.OfType("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation") {
		arn := a.Get("ResourceArn")
		if refersTo(arn, r) {
			return a
		}
		// An ARN built by hand names the stage by its text, and the API by
		// reference: arn:aws:apigateway:…::/restapis/${Api}/stages/prod.
		if stage := r.Get("StageName"); stage.Present() && strings.HasSuffix(text(arn), "/stages/"+text(stage)) {
			if api := apiOf(app, r); api != nil && refersTo(arn, api) {
				return a
			}
		}
	}
	return nil
}

// apiOf returns the API that a stage, deployment, method, route, authorizer
// or mapping belongs to, or nil if it is not in the app.
func apiOf(app *rind.App, r *rind.Resource) *rind.Resource {
	for _, p := range []string{"RestApiId", "ApiId"} {
		if t := app.Target(r.Get(p)); t != nil && isAPI(t) {
			return t
		}
	}
	return nil
}

func isAPI(r *rind.Resource) bool {
	return r != nil && (r.Type == "AWS::ApiGateway::RestApi" || r.Type == "AWS::ApiGatewayV2::Api")
}

// ofAPI yields the resources of the given types that belong to api.
func ofAPI(app *rind.App, api *rind.Resource, types ...string) iter.Seq[*rind.Resource] {
	return func(yield func(*rind.Resource) bool) {
		for _, r := range app.OfType(types...) {
			if apiOf(app, r) == api && !yield(r) {
				return
			}
		}
	}
}

// privateAPI reports whether the REST API can only be reached from VPCs.
func privateAPI(api *rind.Resource) bool {
	return api != nil && inventory.PrivateAPI(api)
}

// stageOfDeployment reports whether a stage of the app uses deployment d.
func stageOfDeployment(app *rind.App, d *rind.Resource) bool {
	for _, s := range app.OfType("AWS::ApiGateway::Stage") {
		if refersTo(s.Get("DeploymentId"), d) {
			return true
		}
	}
	return false
}
