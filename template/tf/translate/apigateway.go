package translate

import (
	"strings"

	"rind/rind"
)

var apigatewayHooks = hooks{
	"aws_api_gateway_rest_api_policy":      {join: mergeInto("RestApiId", "AWS::ApiGateway::RestApi")},
	"aws_apigatewayv2_stage":               {after: routeSettings},
	"aws_api_gateway_integration":          {join: joinIntegration},
	"aws_api_gateway_method_response":      {join: joinResponse(false)},
	"aws_api_gateway_integration_response": {join: joinResponse(true)},
	"aws_api_gateway_method_settings":      {after: methodSettings, join: joinMethodSettings},
}

// routeSettings turns the route_settings blocks of a stage, which name their
// route, into the map that CloudFormation has.
func routeSettings(_ *translation, u *unit) {
	v := u.get("RouteSettings")
	if v == nil {
		return
	}
	out := rind.NewMap(v.Span)
	for it := range v.Each() {
		key := it.Get("RouteKey")
		if key.Pattern() == "" {
			return
		}
		settings := rind.NewMap(it.Span)
		for _, f := range it.Fields {
			if f.Key != "RouteKey" {
				settings.Fields = append(settings.Fields, f)
			}
		}
		out.Fields = append(out.Fields, rind.Field{Key: key.Text, Span: key.Span, Value: settings})
	}
	u.override(rind.Field{Key: "RouteSettings", Span: v.Span, Value: out})
}

// method finds the method that an integration or response belongs to: by a
// reference to it, else by API, resource and verb.
func (t *translation) method(u *unit) *unit {
	verb := u.get("HttpMethod")
	if m := t.find(u, verb, "AWS::ApiGateway::Method", ""); m != nil {
		return m
	}
	if i := t.find(u, verb, "Terraform::aws_api_gateway_integration"); i != nil && i != u {
		return t.method(i)
	}
	if t.methods == nil {
		t.methods = map[string][]*unit{}
		for _, m := range t.units {
			if m.res.Type == "AWS::ApiGateway::Method" {
				key := methodKey(m)
				t.methods[key] = append(t.methods[key], m)
			}
		}
	}
	if found := t.methods[methodKey(u)]; len(found) == 1 {
		return found[0]
	}
	return nil
}

// methodKey is what tells one method from another.
func methodKey(u *unit) string {
	var b strings.Builder
	for _, p := range []string{"RestApiId", "ResourceId", "HttpMethod"} {
		if v := u.get(p); v != nil {
			b.WriteString(v.Kind.String() + v.Text)
		}
		b.WriteByte('|')
	}
	return b.String()
}

// same reports whether two values are the same text or reference.
func same(a, b *rind.Value) bool {
	return a != nil && b != nil && a.Kind == b.Kind && a.Text == b.Text && a.Text != ""
}

func joinIntegration(t *translation, u *unit) {
	m := t.method(u)
	if m == nil {
		return
	}
	u.merged = true
	if f := u.res.Properties.Field("Integration"); f != nil {
		v := *f.Value
		v.Span = u.block.Span
		m.override(rind.Field{Key: "Integration", Span: u.block.Key, Value: with(&v, nil, f.Span, responsesOf(m))})
	}
}

// responsesOf keeps integration responses that were joined first.
func responsesOf(m *unit) *rind.Value {
	r := m.get("Integration", "IntegrationResponses")
	if r == nil {
		return rind.NewMap(m.block.Span)
	}
	return object(r.Span, "IntegrationResponses", r)
}

// joinResponse moves a method or integration response into its method.
func joinResponse(integration bool) func(*translation, *unit) {
	return func(t *translation, u *unit) {
		m := t.method(u)
		if m == nil {
			return
		}
		u.merged = true
		item := rind.NewMap(u.block.Span)
		for _, f := range u.res.Properties.Fields {
			switch f.Key {
			case "RestApiId", "ResourceId", "HttpMethod":
			default:
				item.Fields = append(item.Fields, f)
			}
		}
		path := []string{"MethodResponses"}
		if integration {
			path = []string{"Integration", "IntegrationResponses"}
		}
		m.res.Properties = with(m.res.Properties, path, u.block.Key, rind.NewList(u.block.Span, item))
	}
}

// methodSettings splits method_path ("*/*", "orders/GET") into the two
// properties CloudFormation has.
func methodSettings(_ *translation, u *unit) {
	path := u.get("MethodPath")
	text := path.Str()
	i := strings.LastIndexByte(text, '/')
	if i < 0 {
		return
	}
	resource := text[:i]
	if resource == "*" {
		resource = "/*"
	} else if resource == "" || resource[0] != '/' {
		resource = "/" + resource
	}
	u.put(rind.NewString(resource, path.Span), "ResourcePath")
	u.put(rind.NewString(text[i+1:], path.Span), "HttpMethod")
}

// joinMethodSettings moves method settings into the stage they are for, or
// into the deployment that makes the stage.
func joinMethodSettings(t *translation, u *unit) {
	name, api := u.get("StageName"), u.get("RestApiId")
	stage := t.find(u, name, "AWS::ApiGateway::Stage")
	if stage == nil || api != nil && stage.get("RestApiId") != nil && !same(stage.get("RestApiId"), api) {
		stage = nil
		for _, s := range t.units {
			if s.res.Type == "AWS::ApiGateway::Stage" && same(s.get("RestApiId"), api) && same(s.get("StageName"), name) {
				stage = s
			}
		}
	}
	var path []string
	if stage == nil {
		path = []string{"StageDescription"}
		stage = t.deploymentOf(api, name)
	}
	if stage == nil {
		return
	}
	u.merged = true
	item := rind.NewMap(u.block.Span)
	for _, f := range u.res.Properties.Fields {
		switch f.Key {
		case "RestApiId", "StageName", "MethodPath":
		default:
			item.Fields = append(item.Fields, f)
		}
	}
	stage.res.Properties = with(stage.res.Properties, append(path, "MethodSettings"), u.block.Key, rind.NewList(u.block.Span, item))
}

// deploymentOf finds the deployment that makes the stage of the given name,
// as the provider did before version 6.
func (t *translation) deploymentOf(api, stage *rind.Value) *unit {
	for _, d := range t.units {
		if d.res.Type == "AWS::ApiGateway::Deployment" && same(d.get("RestApiId"), api) &&
			(same(d.get("StageName"), stage) || t.find(d, stage, "AWS::ApiGateway::Deployment") == d) {
			return d
		}
	}
	return nil
}
