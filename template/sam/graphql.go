package sam

import (
	"strings"

	"rind/rind"
)

// pipelineCode is what a pipeline resolver without code of its own runs.
const pipelineCode = "\nexport function request(ctx) {\n    return {};\n}\n\nexport function response(ctx) {\n    return ctx.prev.result;\n}\n"

// graph is the expansion of one AWS::Serverless::GraphQLApi.
type graph struct {
	t         *transform
	d         *decl
	out       []*res
	sources   map[string]val // names of data sources
	functions map[string]val // IDs of functions
	none      *res
}

// graphQL expands AWS::Serverless::GraphQLApi.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-graphqlapi.html
func (t *transform) graphQL(d *decl) []*res {
	g := &graph{t: t, d: d, sources: map[string]val{}, functions: map[string]val{}}
	api := g.make(d.id, "AWS::AppSync::GraphQLApi", "Name", d.id)
	if some(d.get("Name")) {
		d.pass(api, "Name")
	}
	d.pass(api, "XrayEnabled")
	for _, k := range []string{"Visibility", "OwnerContact", "IntrospectionConfig", "QueryDepthLimit", "ResolverCountLimit"} {
		if some(d.get(k)) {
			d.pass(api, k)
		}
	}
	tags := shallow(d.get("Tags"))
	if !isMap(tags) {
		tags = t.here.obj()
	}
	set(tags, "graphqlapi:createdBy", t.here.str("SAM"))
	api.set("Tags", tagList(tags))
	g.out = append(g.out, api)
	g.auth(api)
	g.logging(api)
	g.schema()
	for _, f := range fieldsOf(d.get("ApiKeys")) {
		k := g.make(d.id+f.Key, "AWS::AppSync::ApiKey", "ApiId", g.apiID())
		g.copy(k, f.Value, "ApiKeyId", "Description", "ExpiresOn:Expires")
		g.add(k)
	}
	if c := d.get("Cache"); c != nil {
		r := g.make(d.id+"ApiCache", "AWS::AppSync::ApiCache", "ApiId", g.apiID())
		g.copy(r, c, "ApiCachingBehavior", "Type", "Ttl", "AtRestEncryptionEnabled", "TransitEncryptionEnabled")
		g.add(r)
	}
	for _, f := range fieldsOf(d.get("DataSources").Get("DynamoDb")) {
		g.tableSource(f)
	}
	for _, f := range fieldsOf(d.get("DataSources").Get("Lambda")) {
		g.lambdaSource(f)
	}
	if n := d.get("DomainName"); n != nil {
		r := g.make(d.id+"DomainName", "AWS::AppSync::DomainName")
		g.copy(r, n, "CertificateArn", "DomainName", "Description")
		g.add(r, g.make(d.id+"DomainNameApiAssociation", "AWS::AppSync::DomainNameApiAssociation", "ApiId", g.apiID(), "DomainName", t.here.ref(r.id)))
	}
	for _, f := range fieldsOf(d.get("Functions")) {
		g.function(f)
	}
	for _, ty := range fieldsOf(d.get("Resolvers")) {
		for _, f := range fieldsOf(ty.Value) {
			g.resolver(ty.Key, f)
		}
	}
	if g.none != nil {
		g.add(g.none)
	}
	return g.out
}

func (g *graph) apiID() val { return g.t.here.getAtt(g.d.id, "ApiId") }

func (g *graph) make(id, typ string, pairs ...any) *res {
	r := g.t.make(id, typ, g.d.attrs(), pairs...)
	r.depends = g.d.raw.Get("DependsOn")
	return r
}

func (g *graph) add(rs ...*res) { g.out = append(g.out, rs...) }

// copy takes properties over; "A:B" renames A to B.
func (g *graph) copy(r *res, v val, keys ...string) {
	for _, k := range keys {
		from, to, renamed := strings.Cut(k, ":")
		if !renamed {
			to = from
		}
		if f := v.Field(from); f != nil && f.Value.Present() {
			setKeyed(r.props, to, f.Span, f.Value)
		}
	}
}

// provider is the configuration that a type of authorisation needs.
func (g *graph) provider(v val, first bool) (name string, cfg val) {
	t := g.t
	in := map[string][2]string{
		"AWS_LAMBDA": {"LambdaAuthorizer", "LambdaAuthorizerConfig"}, "OPENID_CONNECT": {"OpenIDConnect", "OpenIDConnectConfig"},
		"AMAZON_COGNITO_USER_POOLS": {"UserPool", "UserPoolConfig"}, "API_KEY": {}, "AWS_IAM": {},
	}
	ty := v.Get("Type")
	p, ok := in[ty.Str()]
	if !ok && !isIntrinsic(ty) {
		t.fail(v, "%s: Auth needs a Type: API_KEY, AWS_IAM, AWS_LAMBDA, OPENID_CONNECT or AMAZON_COGNITO_USER_POOLS", g.d.id)
	}
	n := 0
	for _, f := range fieldsOf(v) {
		if f.Key != "Type" && f.Key != "Additional" && f.Value.Present() {
			n++
		}
	}
	if n > 1 {
		t.fail(v, "%s: Auth has more than one configuration", g.d.id)
	}
	if p[0] == "" {
		return "", nil
	}
	cfg = v.Get(p[0])
	if !isMap(cfg) {
		t.fail(v, "%s: Auth of type %s needs %s", g.d.id, ty.Str(), p[0])
		return "", nil
	}
	out := at(cfg.Span).obj()
	for _, f := range cfg.Fields {
		if f.Value.Present() && (first || f.Key != "DefaultAction") {
			setKeyed(out, f.Key, f.Span, f.Value)
		}
	}
	return p[1], out
}

// auth sets who may query the API.
func (g *graph) auth(api *res) {
	t, auth := g.t, g.d.get("Auth")
	if auth == nil {
		return
	}
	var lambdas []val
	name, cfg := g.provider(auth, true)
	api.set("AuthenticationType", auth.Get("Type"))
	if cfg != nil {
		api.set(name, cfg)
		if name == "LambdaAuthorizerConfig" {
			lambdas = append(lambdas, cfg.Get("AuthorizerUri"))
		}
	}
	l := t.here.list()
	for a := range auth.Get("Additional").Each() {
		p := at(a.Span).obj("AuthenticationType", orNull(a.Get("Type")))
		if name, cfg := g.provider(a, false); cfg != nil {
			set(p, name, cfg)
			if name == "LambdaAuthorizerConfig" {
				lambdas = append(lambdas, cfg.Get("AuthorizerUri"))
			}
		}
		l.Items = append(l.Items, p)
	}
	if len(l.Items) > 0 {
		api.set("AdditionalAuthenticationProviders", l)
	}
	for i, fn := range lambdas {
		g.connect(g.d.id+"ToLambdaAuthConnector"+itoa(i+1),
			end{typ: "AWS::AppSync::GraphQLApi", arn: t.here.ref(g.d.id), resourceID: g.apiID()},
			end{typ: "AWS::Lambda::Function", arn: fn}, "Write")
	}
}

// connect expands a connector that belongs to the API.
func (g *graph) connect(id string, from, to end, permissions ...string) {
	l := g.t.here.list()
	for _, p := range permissions {
		l.Items = append(l.Items, g.t.here.str(p))
	}
	d := &decl{t: g.t, id: id, typ: "AWS::Serverless::Connector", raw: g.t.here.obj(), props: g.t.here.obj("Permissions", l)}
	for _, r := range g.t.connect(d, from, to, "") {
		g.t.connectorMetadata(id, r, from, to)
		g.add(r)
	}
}

func (g *graph) logging(api *res) {
	t, v := g.t, g.d.get("Logging")
	if isBool(v) && !some(v) {
		return
	}
	cfg := t.here.obj("FieldLogLevel", "ALL")
	if isMap(v) {
		t.known(g.d, "Logging", v, "CloudWatchLogsRoleArn", "ExcludeVerboseContent", "FieldLogLevel")
		if some(v.Get("FieldLogLevel")) {
			set(cfg, "FieldLogLevel", v.Get("FieldLogLevel"))
		}
		if some(v.Get("ExcludeVerboseContent")) {
			set(cfg, "ExcludeVerboseContent", v.Get("ExcludeVerboseContent"))
		}
	}
	if r := v.Get("CloudWatchLogsRoleArn"); some(r) {
		set(cfg, "CloudWatchLogsRoleArn", r)
	} else {
		role := g.make(g.d.id+"CloudWatchRole", "AWS::IAM::Role", "AssumeRolePolicyDocument", t.trust("appsync.amazonaws.com"),
			"ManagedPolicyArns", t.here.list(t.here.sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs")))
		set(cfg, "CloudWatchLogsRoleArn", t.here.getAtt(role.id, "Arn"))
		g.add(role)
	}
	api.set("LogConfig", cfg)
}

func (g *graph) schema() {
	inline, uri := g.d.get("SchemaInline"), g.d.get("SchemaUri")
	if some(inline) == some(uri) {
		g.t.failAt(g.t.key, "%s: either SchemaInline or SchemaUri is needed", g.d.id)
	}
	r := g.make(g.d.id+"Schema", "AWS::AppSync::GraphQLSchema", "ApiId", g.apiID())
	g.copy(r, g.d.props, "SchemaInline:Definition", "SchemaUri:DefinitionS3Location")
	g.add(r)
}

// serviceRole makes the role of a data source unless it names one.
func (g *graph) serviceRole(ds *res, v val) *res {
	if arn := v.Get("ServiceRoleArn"); some(arn) {
		ds.set("ServiceRoleArn", arn)
		return nil
	}
	role := g.make(ds.id+"Role", "AWS::IAM::Role", "AssumeRolePolicyDocument", g.t.trust("appsync.amazonaws.com"))
	ds.set("ServiceRoleArn", g.t.here.getAtt(role.id, "Arn"))
	return role
}

func (g *graph) source(f rind.Field, kind, typ string) *res {
	name := g.t.here.str(f.Key)
	if n := f.Value.Get("Name"); some(n) {
		name = n
	}
	r := g.make(g.d.id+f.Key+kind+"DataSource", "AWS::AppSync::DataSource", "Name", name, "Type", typ, "ApiId", g.apiID())
	g.copy(r, f.Value, "Description")
	g.sources[f.Key] = g.t.here.getAtt(r.id, "Name")
	return r
}

func (g *graph) tableSource(f rind.Field) {
	t, v := g.t, f.Value
	if v.Get("TableName").Absent() {
		t.failAt(f.Span, "%s: the data source %s needs a TableName", g.d.id, f.Key)
	}
	r := g.source(f, "DynamoDB", "AMAZON_DYNAMODB")
	region := given(v.Get("Region"))
	if region == nil {
		region = t.here.ref("AWS::Region")
	}
	r.set("DynamoDBConfig", t.here.obj("AwsRegion", region, "TableName", orNull(v.Get("TableName")),
		"UseCallerCredentials", given(v.Get("UseCallerCredentials")), "Versioned", given(v.Get("Versioned")),
		"DeltaSyncConfig", given(v.Get("DeltaSync"))))
	role := g.serviceRole(r, v)
	g.add(r)
	if role == nil {
		return
	}
	g.add(role)
	arn := given(v.Get("TableArn"))
	if arn == nil {
		arn = t.here.sub("arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}",
			"__TableName__", orNull(v.Get("TableName")), "__Region__", region)
	}
	permissions := []string{"Read", "Write"}
	if p := v.Get("Permissions"); some(p) {
		permissions = nil
		for x := range p.Each() {
			permissions = append(permissions, x.Str())
		}
	}
	g.connect(r.id+"ToTableConnector", end{typ: "AWS::AppSync::DataSource", arn: t.here.getAtt(r.id, "DataSourceArn"), role: t.here.ref(role.id)},
		end{typ: "AWS::DynamoDB::Table", arn: arn}, permissions...)
}

func (g *graph) lambdaSource(f rind.Field) {
	t, v := g.t, f.Value
	fn := present(v.Get("FunctionArn"))
	if fn == nil {
		t.failAt(f.Span, "%s: the data source %s needs a FunctionArn", g.d.id, f.Key)
	}
	r := g.source(f, "Lambda", "AWS_LAMBDA")
	r.set("LambdaConfig", t.here.obj("LambdaFunctionArn", orNull(fn)))
	role := g.serviceRole(r, v)
	g.add(r)
	if role == nil {
		return
	}
	g.add(role)
	g.connect(r.id+"ToLambdaConnector", end{typ: "AWS::AppSync::DataSource", arn: t.here.getAtt(r.id, "DataSourceArn"), role: t.here.ref(role.id)},
		end{typ: "AWS::Lambda::Function", arn: fn}, "Write")
}

// code copies the code of a function or resolver and its runtime.
func (g *graph) code(r *res, f rind.Field) {
	v := f.Value
	if some(v.Get("InlineCode")) && some(v.Get("CodeUri")) {
		g.t.failAt(f.Span, "%s: InlineCode and CodeUri exclude each other", f.Key)
	}
	g.copy(r, v, "InlineCode:Code", "CodeUri:CodeS3Location")
	rt := v.Get("Runtime")
	if !some(rt) {
		g.t.failAt(f.Span, "%s: Runtime is missing", f.Key)
		return
	}
	r.set("Runtime", at(rt.Span).obj("Name", orNull(rt.Get("Name")), "RuntimeVersion", orNull(rt.Get("Version"))))
}

func (g *graph) function(f rind.Field) {
	v, t := f.Value, g.t
	if id := v.Get("Id"); some(id) {
		if v.Len() > 1 {
			t.failAt(f.Span, "%s: Id excludes other properties of a function", f.Key)
		}
		g.functions[f.Key] = id
		return
	}
	r := g.make(g.d.id+f.Key, "AWS::AppSync::FunctionConfiguration", "ApiId", g.apiID(), "Name", f.Key)
	if some(v.Get("Name")) {
		g.copy(r, v, "Name")
	}
	if !some(v.Get("InlineCode")) && !some(v.Get("CodeUri")) {
		t.failAt(f.Span, "%s: InlineCode or CodeUri is missing", f.Key)
	}
	g.code(r, f)
	ds := v.Get("DataSource")
	switch {
	case !some(ds):
		t.failAt(f.Span, "%s: DataSource is missing", f.Key)
	case isStr(ds) && strings.EqualFold(ds.Text, "none"):
		if g.none == nil {
			id := g.d.id + "NoneDataSource"
			g.none = g.make(id, "AWS::AppSync::DataSource", "ApiId", g.apiID(), "Name", id, "Type", "NONE")
		}
		r.set("DataSourceName", t.here.getAtt(g.none.id, "Name"))
	case isStr(ds):
		name := g.sources[ds.Text]
		if name == nil {
			t.fail(ds, "%s: there is no data source %s in DataSources", f.Key, ds.Text)
			name = ds
		}
		r.set("DataSourceName", name)
	default:
		r.set("DataSourceName", ds)
	}
	g.copy(r, v, "MaxBatchSize", "Description")
	if some(v.Get("Sync")) {
		g.copy(r, v, "Sync:SyncConfig")
	}
	g.functions[f.Key] = t.here.getAtt(r.id, "FunctionId")
	g.add(r)
}

func (g *graph) resolver(typeName string, f rind.Field) {
	v, t := f.Value, g.t
	r := g.make(g.d.id+typeName+f.Key, "AWS::AppSync::Resolver", "ApiId", g.apiID(), "FieldName", f.Key, "TypeName", typeName)
	r.dependOn(g.d.id + "Schema")
	if some(v.Get("FieldName")) {
		g.copy(r, v, "FieldName")
	}
	if !some(v.Get("InlineCode")) && !some(v.Get("CodeUri")) {
		r.set("Code", t.here.str(pipelineCode))
		r.set("Runtime", t.here.obj("Name", "APPSYNC_JS", "RuntimeVersion", "1.0.0"))
	} else {
		g.code(r, f)
	}
	pipeline := v.Get("Pipeline")
	if !some(pipeline) {
		t.failAt(f.Span, "%s: a resolver needs a Pipeline", f.Key)
	}
	l := t.here.list()
	for p := range pipeline.Each() {
		id := g.functions[p.Str()]
		if id == nil {
			t.fail(p, "%s: there is no function %s", f.Key, p.Str())
			continue
		}
		l.Items = append(l.Items, id)
	}
	r.set("Kind", t.here.str("PIPELINE"))
	r.set("PipelineConfig", t.here.obj("Functions", l))
	if some(v.Get("Caching")) {
		g.copy(r, v, "Caching:CachingConfig")
	}
	if some(v.Get("MaxBatchSize")) {
		g.copy(r, v, "MaxBatchSize")
	}
	g.add(r)
}
