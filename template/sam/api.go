package sam

import (
	"slices"
	"strings"

	"rind/rind"
	"rind/template/source"
)

// restAPI expands AWS::Serverless::Api.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
func (t *transform) restAPI(d *decl) []*res {
	t.resolveProperties(d, "BinaryMediaTypes", "Domain", "Auth")
	t.localDefinition(d)
	api := t.restResource(d)
	domain, mappings, records, access := t.restDomain(d)
	deployment := t.make(d.id+"Deployment", "AWS::ApiGateway::Deployment", passed(api.attrs), "RestApiId", t.here.ref(d.id))
	if !some(d.get("OpenApiVersion")) {
		deployment.set("StageName", t.here.str("Stage"))
	}
	if body := bodyOf(api); body != nil {
		sum := hash(text(body), 40)
		deployment.id += sum[:10]
		deployment.set("Description", t.here.str("RestApi deployment id: "+sum))
	}
	stage := t.make(stageKey(d.id, "Stage", d.get("StageName"), nil), "AWS::ApiGateway::Stage", passed(api.attrs),
		"RestApiId", t.here.ref(d.id), "DeploymentId", t.here.ref(deployment.id))
	d.pass(stage, "StageName", "CacheClusterEnabled", "CacheClusterSize", "Variables", "MethodSettings", "AccessLogSetting",
		"CanarySetting", "TracingEnabled")
	if f := d.props.Field("Tags"); f != nil && f.Value.Present() {
		setKeyed(stage.props, "Tags", f.Span, tagList(f.Value))
	}
	out := []*res{api, deployment, stage}
	out = append(out, t.authorizerPermissions(d, api)...)
	out = append(out, domain...)
	out = append(out, mappings...)
	out = append(out, records...)
	out = append(out, t.usagePlan(d, stage, api)...)
	out = append(out, access...)
	t.propagate(out, d.get("Tags"), d.get("PropagateTags"))
	return out
}

// resolveProperties replaces parameters in the properties that the transform
// needs to know.
func (t *transform) resolveProperties(d *decl, keys ...string) {
	props := shallow(d.props)
	for _, k := range keys {
		if f := props.Field(k); f != nil {
			f.Value = t.resolve(f.Value)
		}
	}
	d.props = props
}

func bodyOf(api *res) val {
	if b := api.get("Body"); b != nil {
		return b
	}
	return api.get("BodyS3Location")
}

// localDefinition reads the OpenAPI document of a DefinitionUri that names a
// local file. Deployed, it stands in S3; its content is the same.
func (t *transform) localDefinition(d *decl) {
	uri := d.props.Get("DefinitionUri")
	if !isStr(uri) || strings.HasPrefix(uri.Text, "s3://") || some(d.props.Get("DefinitionBody")) {
		return
	}
	name, ok := source.Join(t.file, uri.Text)
	if !ok || t.opt.Tree == nil {
		return
	}
	data, err := t.opt.Tree.Read(name)
	if err != nil {
		t.fail(uri, "%s: cannot read the API definition %s", d.id, name)
		return
	}
	doc, err := source.Parse(name, data)
	if err != nil || !isMap(doc) {
		t.fail(uri, "%s: the API definition %s is no OpenAPI document", d.id, name)
		return
	}
	set(d.props, "DefinitionBody", doc)
	del(d.props, "DefinitionUri")
}

// restResource makes the API itself.
func (t *transform) restResource(d *decl) *res {
	body, uri := given(d.get("DefinitionBody")), given(d.get("DefinitionUri"))
	t.definitionRules(d, body, uri)
	api := t.make(d.id, "AWS::ApiGateway::RestApi", d.attrs())
	api.depends = d.raw.Get("DependsOn")
	d.pass(api, "BinaryMediaTypes", "MinimumCompressionSize")
	if c := d.get("EndpointConfiguration"); some(c) {
		t.endpoint(api, c)
	}
	if body != nil {
		body = t.restBody(d, clone(body))
	}
	switch f := d.props.Field("DefinitionBody"); {
	case uri != nil:
		api.set("BodyS3Location", t.s3Location(d.id, "DefinitionUri", uri, "Bucket", "Key", "Version"))
	case body != nil:
		setKeyed(api.props, "Body", f.Span, body)
	}
	for _, k := range []string{"FailOnWarnings", "Name", "Description", "Mode", "ApiKeySourceType", "Policy", "SecurityPolicy", "EndpointAccessMode"} {
		if some(d.get(k)) {
			d.pass(api, k)
		}
	}
	return api
}

func (t *transform) definitionRules(d *decl, body, uri val) {
	if body != nil && uri != nil {
		t.fail(uri, "%s: DefinitionUri and DefinitionBody exclude each other", d.id)
	}
	if uri != nil && some(d.get("MergeDefinitions")) {
		t.fail(uri, "%s: MergeDefinitions needs DefinitionBody", d.id)
	}
	if body == nil {
		for _, k := range []string{"Cors", "Auth", "GatewayResponses", "Models"} {
			if v := d.get(k); some(v) {
				t.fail(v, "%s: %s works with DefinitionBody only", d.id, k)
			}
		}
		if v := d.get("DisableExecuteApiEndpoint"); v != nil {
			t.fail(v, "%s: DisableExecuteApiEndpoint works with DefinitionBody only", d.id)
		}
	}
	if v := d.get("OpenApiVersion"); v.Scalar() && some(v) && !openAPIVersion.MatchString(v.Text) {
		t.fail(v, "%s: OpenApiVersion reads like 3.0.1", d.id)
	}
}

// endpoint sets the kind of endpoint of an API.
func (t *transform) endpoint(api *res, c val) {
	a := at(c.Span)
	if !isMap(c) || !some(c.Get("Type")) {
		api.set("EndpointConfiguration", a.obj("Types", a.list(c)))
		api.set("Parameters", a.obj("endpointConfigurationTypes", c))
		return
	}
	ty := c.Get("Type")
	api.set("Parameters", a.obj("endpointConfigurationTypes", ty))
	cfg := a.obj("Types", a.list(ty))
	x, y := c.Get("VPCEndpointIds"), c.Get("VpcEndpointIds")
	if x != nil && y != nil {
		t.fail(c, "%s: VPCEndpointIds and VpcEndpointIds exclude each other", api.id)
	}
	if v := given(x); v != nil {
		y = v
	}
	if y != nil {
		set(cfg, "VpcEndpointIds", y)
	}
	if v := c.Get("IpAddressType"); v != nil {
		set(cfg, "IpAddressType", v)
	}
	api.set("EndpointConfiguration", cfg)
}

// restBody lays what the properties say over the definition of the API.
func (t *transform) restBody(d *decl, body val) val {
	if !validDefinition(body) {
		for _, k := range []string{"Cors", "Auth", "GatewayResponses", "Models", "DisableExecuteApiEndpoint"} {
			if v := d.get(k); some(v) || isBool(v) {
				t.fail(v, "%s: %s needs a DefinitionBody that is a Swagger or OpenAPI document with paths", d.id, k)
			}
		}
		return body
	}
	ed := editDefinition(t, body)
	for _, p := range ed.paths.Fields {
		ed.items(p.Key)
	}
	t.restCors(d, ed)
	t.restAuthorizers(d, ed)
	if some(d.get("Auth")) {
		ed.modernise(d.get("OpenApiVersion"))
	}
	t.gatewayResponses(d, ed)
	if m := d.get("BinaryMediaTypes"); some(m) {
		set(body, "x-amazon-apigateway-binary-media-types", t.rewriteTildes(m))
	}
	if m := d.get("Models"); some(m) {
		t.models(d, ed, m)
		ed.modernise(d.get("OpenApiVersion"))
	}
	if v := d.get("DisableExecuteApiEndpoint"); v != nil {
		ed.disableEndpoint(v)
	}
	ed.modernise(d.get("OpenApiVersion"))
	return body
}

// rewriteTildes undoes the escaping of slashes in media types.
func (t *transform) rewriteTildes(v val) val {
	c := clone(v)
	c.Walk(func(_ string, v *rind.Value) bool {
		if v.Kind == rind.String {
			v.Text = strings.ReplaceAll(v.Text, "~1", "/")
		}
		return true
	})
	return c
}

func (t *transform) models(d *decl, ed editor, models val) {
	defs := ed.doc.Get("definitions")
	if !isMap(defs) {
		defs = t.here.obj()
		set(ed.doc, "definitions", defs)
	}
	for _, f := range fieldsOf(models) {
		if !isMap(f.Value) || !some(f.Value.Get("type")) {
			t.failAt(f.Span, "%s: the model %s is not a map with a type", d.id, f.Key)
		}
		setKeyed(defs, strings.ToLower(f.Key), f.Span, f.Value)
	}
}

// restCors answers preflight requests of every path.
func (t *transform) restCors(d *decl, ed editor) {
	v := d.get("Cors")
	if !some(v) {
		return
	}
	wildcard := t.here.str("'*'")
	c := corsConfig{origin: v}
	switch {
	case isStr(v) || isIntrinsic(v):
	case isMap(v):
		for _, f := range v.Fields {
			if !slices.Contains([]string{"AllowMethods", "AllowHeaders", "AllowOrigin", "MaxAge", "AllowCredentials"}, f.Key) {
				t.failAt(f.Span, "%s: Cors has no property %s", d.id, f.Key)
			}
		}
		c = corsConfig{
			origin: v.Get("AllowOrigin"), headers: v.Get("AllowHeaders"), methods: v.Get("AllowMethods"),
			maxAge: v.Get("MaxAge"), credentials: v.Get("AllowCredentials"),
		}
		if v.Field("AllowOrigin") == nil {
			c.origin = wildcard
		}
	default:
		t.fail(v, "%s: Cors is neither a text nor a map", d.id)
		return
	}
	if isTrue(c.credentials) && equal(c.origin, wildcard) {
		t.fail(v, "%s: Cors cannot allow credentials to every origin", d.id)
	}
	if !some(c.origin) {
		t.fail(v, "%s: Cors needs an AllowOrigin", d.id)
		return
	}
	seen := map[string]bool{}
	for _, p := range append([]rind.Field(nil), ed.paths.Fields...) {
		norm := strings.TrimRight(p.Key, "/")
		if p.Key == "/" {
			norm = p.Key
		}
		if !seen[norm] {
			seen[norm] = true
			ed.cors(p.Key, c)
		}
	}
}

// gatewayResponses writes the responses of the API itself.
func (t *transform) gatewayResponses(d *decl, ed editor) {
	v := d.get("GatewayResponses")
	if !some(v) {
		return
	}
	const key = "x-amazon-apigateway-gateway-responses"
	all := ed.doc.Get(key)
	if !isMap(all) {
		all = t.here.obj()
	}
	for _, f := range fieldsOf(v) {
		r := f.Value
		if !isMap(r) || isIntrinsic(r) {
			t.failAt(f.Span, "%s: the gateway response %s is not a map", d.id, f.Key)
			continue
		}
		for _, p := range r.Fields {
			if !slices.Contains([]string{"ResponseParameters", "ResponseTemplates", "StatusCode"}, p.Key) {
				t.failAt(p.Span, "%s: the gateway response %s has no property %s", d.id, f.Key, p.Key)
			}
		}
		out := t.here.obj("responseParameters", t.responseParameters(d, r.Get("ResponseParameters")))
		templates := r.Get("ResponseTemplates")
		if !some(templates) {
			templates = t.here.obj()
		}
		set(out, "responseTemplates", templates)
		if s := r.Get("StatusCode"); s.Scalar() && some(s) {
			if len(s.Text) > 3 || strings.Trim(s.Text, "0123456789") != "" {
				t.fail(s, "%s: StatusCode of a gateway response is a number", d.id)
			}
			set(out, "statusCode", at(s.Span).str(s.Text))
		}
		setKeyed(all, f.Key, f.Span, out)
	}
	set(ed.doc, key, all)
}

func (t *transform) responseParameters(d *decl, v val) val {
	out := t.here.obj()
	if some(v) && !isMap(v) {
		t.fail(v, "%s: ResponseParameters is not a map", d.id)
	}
	for _, f := range fieldsOf(v) {
		kind, ok := map[string]string{"Headers": "header", "Paths": "path", "QueryStrings": "querystring"}[f.Key]
		if !ok || !isMap(f.Value) {
			t.failAt(f.Span, "%s: ResponseParameters takes the maps Headers, Paths and QueryStrings, not %s", d.id, f.Key)
			continue
		}
		for _, p := range f.Value.Fields {
			setKeyed(out, "gatewayresponse."+kind+"."+p.Key, p.Span, p.Value)
		}
	}
	return out
}
