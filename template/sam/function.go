package sam

import (
	"net/url"
	"strings"

	"rind/rind"
)

// target is what an event starts: a function, its alias or a state machine.
type target struct {
	id    string // logical ID
	name  val    // what Lambda calls FunctionName
	arn   val
	attrs val // attributes it passes on
	cond  string
}

func newTarget(id string, name, arn, attrs val) *target {
	return &target{id: id, name: name, arn: arn, attrs: passed(attrs), cond: attrs.Get("Condition").Str()}
}

// function expands AWS::Serverless::Function.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
func (t *transform) function(d *decl) []*res {
	t.functionRules(d)
	fn := t.lambda(d)
	out := []*res{fn}
	tgt := newTarget(fn.id, t.here.ref(fn.id), t.here.getAtt(fn.id, "Arn"), fn.attrs)
	var alias *res
	if name := d.get("AutoPublishAlias"); some(name) {
		version := t.version(d, fn)
		alias = t.alias(d, fn, version, t.resolve(name))
		out = append(out, version, alias)
		tgt = newTarget(alias.id, t.here.ref(alias.id), t.here.ref(alias.id), alias.attrs)
	}
	out = append(out, t.functionURL(d, fn, alias)...)
	t.deployment(d, alias)
	invoke, policies := t.invokeConfig(d, fn, alias)
	out = append(out, invoke...)
	role := t.functionRole(d, policies)
	switch r := fn.get("Role"); {
	case r == nil:
		fn.set("Role", t.here.getAtt(role.id, "Arn"))
		out = append(out, role)
	case isIf(r):
		if t.roleUnlessGiven(fn, role) {
			out = append(out, role)
		}
	}
	out = append(out, t.events(d, tgt, role, functionEvents)...)
	t.propagate(out, d.get("Tags"), d.get("PropagateTags"))
	return out
}

// functionRules are combinations that AWS refuses.
func (t *transform) functionRules(d *decl) {
	both := func(a, b string) {
		if d.get(a) != nil && d.get(b) != nil {
			t.fail(d.get(b), "%s: %s and %s exclude each other", d.id, a, b)
		}
	}
	needs := func(a, b string) {
		if d.get(a) != nil && d.get(b) == nil {
			t.fail(d.get(a), "%s: %s needs %s", d.id, a, b)
		}
	}
	both("CapacityProviderConfig", "ProvisionedConcurrencyConfig")
	both("CapacityProviderConfig", "VpcConfig")
	needs("FunctionScalingConfig", "CapacityProviderConfig")
	needs("VersionDeletionPolicy", "AutoPublishAlias")
	needs("ProvisionedConcurrencyConfig", "AutoPublishAlias")
	if some(d.get("TenancyConfig")) {
		both("TenancyConfig", "ProvisionedConcurrencyConfig")
		both("TenancyConfig", "FunctionUrlConfig")
		both("TenancyConfig", "SnapStart")
		for id, e := range d.get("Events").Entries() {
			if !e.Get("Type").Is("Api", "HttpApi") {
				t.fail(e, "%s: a function with TenancyConfig takes Api and HttpApi events only, not %s", d.id, id)
			}
		}
	}
	if v := d.get("VersionDeletionPolicy"); isStr(v) && v.Text != "Delete" && v.Text != "Retain" {
		t.fail(v, "%s: VersionDeletionPolicy is Delete or Retain", d.id)
	}
	for id, v := range d.get("Environment").Entries() {
		if !isMap(v) {
			t.fail(v, "%s: Environment.%s is not a map", d.id, id)
		}
	}
	for l := range d.get("Layers").Each() {
		if !isStr(l) && !isMap(l) {
			t.fail(l, "%s: a layer is a text or an intrinsic function", d.id)
		}
	}
}

// lambda makes the function itself.
func (t *transform) lambda(d *decl) *res {
	fn := t.make(d.id, "AWS::Lambda::Function", d.attrs())
	fn.depends = d.raw.Get("DependsOn")
	if some(d.get("FunctionName")) {
		d.pass(fn, "FunctionName")
	}
	d.pass(fn, "Handler", "Runtime", "Description", "MemorySize", "Timeout", "VpcConfig", "Role", "Environment", "KmsKeyArn",
		"ReservedConcurrentExecutions", "Layers", "FileSystemConfigs", "ImageConfig", "PackageType", "Architectures", "SnapStart",
		"EphemeralStorage", "CodeSigningConfigArn", "RuntimeManagementConfig", "LoggingConfig", "TenancyConfig", "RecursiveLoop",
		"DurableConfig", "PublishToLatestPublished")
	if some(d.get("FunctionScalingConfig")) {
		d.pass(fn, "FunctionScalingConfig")
	}
	fn.set("Code", t.code(d))
	fn.set("Tags", t.createdBy("lambda:createdBy", d.get("Tags")))
	if tracing := d.props.Field("Tracing"); tracing != nil && some(tracing.Value) && !t.resolve(tracing.Value).Is("Disabled") {
		setKeyed(fn.props, "TracingConfig", tracing.Span, at(tracing.Value.Span).obj("Mode", tracing.Value))
	}
	if dlq := d.props.Field("DeadLetterQueue"); dlq != nil && some(dlq.Value) {
		if ty := dlq.Value.Get("Type"); !isStr(ty) || ty.Text != "SQS" && ty.Text != "SNS" || !some(dlq.Value.Get("TargetArn")) {
			t.failAt(dlq.Span, "%s: DeadLetterQueue needs a Type, SQS or SNS, and a TargetArn", d.id)
		}
		setKeyed(fn.props, "DeadLetterConfig", dlq.Span, at(dlq.Value.Span).obj("TargetArn", dlq.Value.Get("TargetArn")))
	}
	if c := d.get("CapacityProviderConfig"); some(c) {
		for _, f := range c.Fields {
			if f.Key != "Arn" && f.Key != "PerExecutionEnvironmentMaxConcurrency" && f.Key != "ExecutionEnvironmentMemoryGiBPerVCpu" {
				t.failAt(f.Span, "%s: CapacityProviderConfig has no property %s", d.id, f.Key)
			}
		}
		if c.Get("Arn").Absent() {
			t.fail(c, "%s: CapacityProviderConfig needs an Arn", d.id)
		}
		a := at(c.Span)
		fn.set("CapacityProviderConfig", a.obj("LambdaManagedInstancesCapacityProviderConfig", a.obj(
			"CapacityProviderArn", present(c.Get("Arn")),
			"PerExecutionEnvironmentMaxConcurrency", present(c.Get("PerExecutionEnvironmentMaxConcurrency")),
			"ExecutionEnvironmentMemoryGiBPerVCpu", present(c.Get("ExecutionEnvironmentMemoryGiBPerVCpu")))))
	}
	t.packageRules(d)
	return fn
}

func (t *transform) packageRules(d *decl) {
	image, zip := false, true
	if p := d.get("PackageType"); some(p) {
		image, zip = p.Is("Image"), p.Is("Zip")
		if !image && !zip {
			t.fail(p, "%s: PackageType is Zip or Image", d.id)
		}
	}
	if zip && (!some(d.get("Runtime")) || !some(d.get("Handler"))) {
		t.failAt(t.key, "%s: Runtime and Handler are needed unless PackageType is Image", d.id)
	}
	if zip && some(d.get("ImageConfig")) {
		t.fail(d.get("ImageConfig"), "%s: ImageConfig needs PackageType Image", d.id)
	}
	if image {
		for _, k := range []string{"Handler", "Runtime", "Layers"} {
			if v := d.get(k); some(v) {
				t.fail(v, "%s: %s cannot stand beside PackageType Image", d.id, k)
			}
		}
	}
}

// code makes the Code property.
func (t *transform) code(d *decl) val {
	if p := d.get("PackageType"); p.Is("Image") {
		if u := d.props.Field("ImageUri"); u != nil && some(u.Value) {
			m := at(u.Value.Span).obj()
			setKeyed(m, "ImageUri", u.Span, u.Value)
			return m
		}
		if d.raw.Get("Metadata", "Dockerfile") == nil && d.raw.Get("Metadata", "DockerContext") == nil {
			t.failAt(t.key, "%s: PackageType Image needs an ImageUri, or Metadata that tells sam build how to make one", d.id)
		}
		return t.here.obj()
	}
	var code val
	if f := d.props.Field("InlineCode"); f != nil && f.Value.Present() {
		code = at(f.Value.Span).obj()
		setKeyed(code, "ZipFile", f.Span, f.Value)
	} else if u := d.get("CodeUri"); u != nil {
		code = t.s3Location(d.id, "CodeUri", u, "S3Bucket", "S3Key", "S3ObjectVersion")
	} else {
		code = t.here.str(".") // sam build takes the folder of the template
	}
	if k := d.props.Field("SourceKMSKeyArn"); k != nil && some(k.Value) {
		setKeyed(code, "SourceKMSKeyArn", k.Span, k.Value)
	}
	return code
}

// s3Location takes a place in S3 apart. A path to a local file or folder,
// which "sam package" would upload, stays as it is, the form that "aws
// cloudformation package" knows.
func (t *transform) s3Location(id, property string, v val, bucket, key, version string) val {
	a := at(v.Span)
	switch {
	case isMap(v):
		if !some(v.Get("Bucket")) || !some(v.Get("Key")) {
			if isIntrinsic(v) {
				t.fail(v, "%s: %s takes no intrinsic function here, only Bucket and Key do", id, property)
			} else {
				t.fail(v, "%s: %s needs Bucket and Key", id, property)
			}
		}
		out := a.obj()
		for _, p := range [][2]string{{"Bucket", bucket}, {"Key", key}, {"Version", version}} {
			if f := v.Field(p[0]); f != nil {
				setKeyed(out, p[1], f.Span, f.Value)
			}
		}
		return out
	case isStr(v):
		u, err := url.Parse(v.Text)
		if err == nil && u.Scheme == "s3" && u.Host != "" && u.Path != "" {
			out := a.obj(bucket, u.Host, key, strings.TrimLeft(u.Path, "/"))
			if vs := u.Query()["versionId"]; len(vs) == 1 {
				set(out, version, a.str(vs[0]))
			}
			return out
		}
		if strings.Contains(v.Text, "://") || strings.Contains(v.Text, "{{resolve:") {
			t.fail(v, "%s: %s is neither a path nor s3://bucket/key", id, property)
		}
		return v
	}
	t.fail(v, "%s: %s is neither a text nor a map", id, property)
	return a.obj()
}

// version makes the version an alias points to.
func (t *transform) version(d *decl, fn *res) *res {
	resolved := t.resolve(fn.get("Code"))
	key := shallow(resolved)
	if isTrue(d.get("AutoPublishAliasAllProperties")) {
		key = shallow(fn.props)
		for l := range fn.get("Layers").Each() {
			if id := logicalID(l); id != "" {
				if p := t.out.get(id).Get("Properties"); isTrue(p.Get("PublishLambdaVersion")) {
					set(key, id, p)
				}
			}
		}
	} else {
		for _, f := range fieldsOf(fn.get("Environment")) {
			set(key, f.Key, f.Value)
		}
		if v := fn.get("MemorySize"); some(v) {
			set(key, "MemorySize", v)
		}
		if s := fn.get("SnapStart"); some(s) && some(s.Get("ApplyOn")) && !s.Get("ApplyOn").Is("None") {
			set(key, "SnapStart", s)
		}
	}
	end := suffix(key)
	if sha := t.resolve(d.get("AutoPublishCodeSha256")); isStr(sha) && sha.Text != "" {
		end = sha.Text[:min(10, len(sha.Text))]
		switch desc := t.resolve(d.get("Description")); {
		case !some(desc):
			fn.set("Description", sha)
		case isStr(desc):
			fn.set("Description", at(desc.Span).str(desc.Text+" "+sha.Text))
		default:
			fn.set("Description", at(desc.Span).obj("Fn::Join", t.here.list(" ", t.here.list(desc, sha))))
		}
	} else if sha != nil && !isStr(sha) {
		t.fail(sha, "%s: AutoPublishCodeSha256 must be a text", d.id)
	}
	attrs := passed(fn.attrs)
	if attrs.Field("DeletionPolicy") == nil {
		policy := t.here.str("Retain")
		if d.get("CapacityProviderConfig") != nil {
			policy = t.here.str("Delete")
		}
		if v := d.get("VersionDeletionPolicy"); v != nil {
			policy = v
		}
		set(attrs, "DeletionPolicy", policy)
	}
	v := t.make(d.id+"Version"+end, "AWS::Lambda::Version", attrs, "FunctionName", t.here.ref(fn.id))
	v.set("Description", d.get("VersionDescription"))
	if d.get("CapacityProviderConfig") != nil {
		v.set("FunctionScalingConfig", d.get("FunctionScalingConfig"))
	}
	return v
}

func (t *transform) alias(d *decl, fn, version *res, name val) *res {
	if !isStr(name) {
		t.fail(name, "%s: AutoPublishAlias must be a text or refer to a parameter with a default", d.id)
	}
	id := strings.NewReplacer("-", "D", "_", "U").Replace(name.Str())
	if isStr(name) && (!alnum(id) || strings.Trim(id, "0123456789") == "") {
		t.fail(name, "%s: the alias name %q may hold letters, digits, - and _ and must not be a number", d.id, name.Text)
	}
	a := t.make(fn.id+"Alias"+onlyAlnum(id), "AWS::Lambda::Alias", passed(fn.attrs),
		"Name", name, "FunctionName", t.here.ref(fn.id), "FunctionVersion", t.here.getAtt(version.id, "Version"))
	if p := d.get("ProvisionedConcurrencyConfig"); some(p) {
		a.set("ProvisionedConcurrencyConfig", p)
	}
	return a
}

// functionURL makes the URL of a function, with both permissions that a
// public one needs.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
func (t *transform) functionURL(d *decl, fn, alias *res) []*res {
	f := d.props.Field("FunctionUrlConfig")
	if f == nil || !some(f.Value) {
		return nil
	}
	c := f.Value
	key, here := t.key, t.here
	t.key, t.here = f.Span, at(c.Span)
	defer func() { t.key, t.here = key, here }()
	arn := t.here.ref(fn.id)
	if alias != nil {
		arn = t.here.ref(alias.id)
	}
	u := t.make(fn.id+"Url", "AWS::Lambda::Url", passed(fn.attrs), "TargetFunctionArn", arn)
	for _, k := range []string{"AuthType", "Cors", "InvokeMode"} {
		if p := c.Field(k); p != nil && (k == "AuthType" || some(p.Value)) {
			setKeyed(u.props, k, p.Span, p.Value)
		}
	}
	auth := c.Get("AuthType")
	if !isIntrinsic(c) {
		if !isIntrinsic(auth) && !auth.Is("AWS_IAM", "NONE") {
			t.failAt(f.Span, "%s: FunctionUrlConfig needs AuthType, AWS_IAM or NONE", d.id)
		}
		t.urlCors(d, c.Get("Cors"))
	}
	out := []*res{u}
	if !isStr(auth) || auth.Text != "NONE" {
		return out
	}
	return append(out,
		t.make(fn.id+"UrlPublicPermissions", "AWS::Lambda::Permission", passed(fn.attrs),
			"Action", "lambda:InvokeFunctionUrl", "FunctionName", arn, "Principal", "*", "FunctionUrlAuthType", auth),
		t.make(fn.id+"URLInvokeAllowPublicAccess", "AWS::Lambda::Permission", passed(fn.attrs),
			"Action", "lambda:InvokeFunction", "FunctionName", arn, "Principal", "*", "InvokedViaFunctionUrl", true))
}

func (t *transform) urlCors(d *decl, cors val) {
	if !some(cors) || isIntrinsic(cors) {
		return
	}
	if !isMap(cors) {
		t.fail(cors, "%s: FunctionUrlConfig.Cors is not a map", d.id)
		return
	}
	kinds := map[string]rind.Kind{
		"AllowOrigins": rind.List, "AllowMethods": rind.List, "AllowHeaders": rind.List,
		"ExposeHeaders": rind.List, "AllowCredentials": rind.Bool, "MaxAge": rind.Number,
	}
	for _, f := range cors.Fields {
		k, ok := kinds[f.Key]
		switch {
		case !ok:
			t.failAt(f.Span, "%s: FunctionUrlConfig.Cors has no property %s", d.id, f.Key)
		case !isIntrinsic(f.Value) && f.Value.Kind != k:
			t.failAt(f.Span, "%s: FunctionUrlConfig.Cors.%s is not a %s", d.id, f.Key, k)
		}
	}
}
