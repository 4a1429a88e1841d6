package sls

import (
	"path"
	"strings"

	"rind/rind"
	"rind/template/cfn"
)

// Defaults of the framework, which differ from Lambda's own.
// https://www.serverless.com/framework/docs/providers/aws/guide/functions
const (
	defaultMemoryMB   = 1024
	defaultTimeoutSec = 6
)

// function adds the Lambda function with its log group, URL and settings.
func (b *builder) function(f *function) {
	p, s := f.props, f.props.Span
	setting := func(name string) *rind.Value { return first(p.Get(name), b.provider.Get(name)) }

	props := []any{
		"FunctionName", first(p.Get("name"), b.functionName(f)),
		"Handler", p.Get("handler"),
		"Runtime", setting("runtime"),
		"MemorySize", first(setting("memorySize"), rind.NewInt(defaultMemoryMB, f.key)),
		"Timeout", first(setting("timeout"), rind.NewInt(defaultTimeoutSec, f.key)),
		"Role", b.roleOf(f),
		"Environment", b.environment(f),
		"VpcConfig", vpc(setting("vpc")),
		"Layers", b.layerRefs(f),
		"Description", p.Get("description"),
		"KmsKeyArn", first(p.Get("kmsKeyArn"), b.provider.Get("kmsKeyArn"), p.Get("awsKmsKeyArn"), b.doc.Get("service", "awsKmsKeyArn")),
		"ReservedConcurrentExecutions", p.Get("reservedConcurrency"),
		"EphemeralStorage", ephemeral(first(p.Get("ephemeralStorageSize"), b.provider.Get("ephemeralStorageSize"))),
		"TracingConfig", tracing(first(p.Get("tracing"), b.provider.Get("tracing", "lambda"))),
		"Code", b.image(f),
		"Tags", tags(p.Get("tags"), b.provider.Get("tags")),
		"FileSystemConfigs", fileSystem(p.Get("fileSystemConfig")),
		"RecursiveLoop", p.Get("recursiveLoop"),
		"LoggingConfig", logging(first(p.Get("logs"), b.provider.Get("logs", "lambda"))),
	}
	if arch := setting("architecture"); arch.Present() {
		props = append(props, "Architectures", list(arch.Span, arch))
	}
	if dlq := p.Get("onError"); dlq.Present() {
		props = append(props, "DeadLetterConfig", obj(dlq.Span, "TargetArn", dlq))
	}
	if snap := p.Get("snapStart"); snap.True() {
		props = append(props, "SnapStart", obj(snap.Span, "ApplyOn", "PublishedVersions"))
	}
	made := f.forFunction(false)
	made.Code = b.codeOf(f)
	b.add(f.id, "AWS::Lambda::Function", made, f.key, s, obj(s, props...), "Condition", p.Get("condition"), "DependsOn", p.Get("dependsOn"))
	b.logGroup(f)
	b.functionURL(f)
	b.invokeConfig(f)
	if n := p.Get("provisionedConcurrency"); n.Present() {
		b.add(normalize(f.name)+"ProvConcLambdaAlias", "AWS::Lambda::Alias", f.forFunction(true), f.key, n.Span, obj(n.Span,
			"FunctionName", ref(n.Span, f.id), "Name", "provisioned",
			"ProvisionedConcurrencyConfig", obj(n.Span, "ProvisionedConcurrentExecutions", n)))
	}
}

func (b *builder) functionName(f *function) *rind.Value {
	service := b.service
	if !service.Scalar() {
		return nil
	}
	return rind.NewString(service.Text+"-"+b.stage+"-"+f.name, f.key)
}

// environment merges the provider's variables with the function's own.
func (b *builder) environment(f *function) *rind.Value {
	own, shared := f.props.Get("environment"), b.provider.Get("environment")
	if own.Absent() && shared.Absent() {
		return nil
	}
	vars := &rind.Value{Kind: rind.Map, Span: first(own, shared).Span}
	for _, group := range []*rind.Value{own, shared} {
		for _, m := range asMaps(group) {
			for _, field := range m.Fields {
				if vars.Field(field.Key) == nil {
					vars.Fields = append(vars.Fields, field)
				}
			}
		}
	}
	return obj(vars.Span, "Variables", vars)
}

// asMaps returns v if it is a map, or the maps in it if it is a list.
func asMaps(v *rind.Value) []*rind.Value {
	var out []*rind.Value
	for m := range v.Each() {
		if m.Kind == rind.Map {
			out = append(out, m)
		}
	}
	return out
}

func vpc(v *rind.Value) *rind.Value {
	if v.Absent() || v.Kind != rind.Map {
		return nil
	}
	return obj(v.Span, "SecurityGroupIds", v.Get("securityGroupIds"), "SubnetIds", v.Get("subnetIds"))
}

func ephemeral(v *rind.Value) *rind.Value {
	if v.Absent() {
		return nil
	}
	return obj(v.Span, "Size", v)
}

func tracing(v *rind.Value) *rind.Value {
	switch {
	case v.True():
		return obj(v.Span, "Mode", "Active")
	case v.Absent(), v.False():
		return nil
	}
	return obj(v.Span, "Mode", v)
}

func logging(v *rind.Value) *rind.Value {
	if v.Absent() || v.Kind != rind.Map {
		return nil
	}
	return obj(v.Span, "LogFormat", v.Get("logFormat"), "ApplicationLogLevel", v.Get("applicationLogLevel"),
		"SystemLogLevel", v.Get("systemLogLevel"), "LogGroup", v.Get("logGroup"))
}

func fileSystem(v *rind.Value) *rind.Value {
	if v.Absent() {
		return nil
	}
	return list(v.Span, obj(v.Span, "Arn", v.Get("arn"), "LocalMountPath", v.Get("localMountPath")))
}

func tags(groups ...*rind.Value) *rind.Value {
	out := &rind.Value{Kind: rind.List}
	seen := map[string]bool{}
	for _, g := range groups {
		if g == nil {
			continue
		}
		for _, field := range g.Fields {
			if !seen[field.Key] {
				seen[field.Key] = true
				out.Span = g.Span
				out.Items = append(out.Items, obj(field.Span, "Key", field.Key, "Value", field.Value))
			}
		}
	}
	if len(out.Items) == 0 {
		return nil
	}
	return out
}

// image is the Code of a function that is a container image.
func (b *builder) image(f *function) *rind.Value {
	v := f.props.Get("image")
	if v.Absent() {
		return nil
	}
	name := v
	if v.Kind == rind.Map {
		name = first(v.Get("uri"), v.Get("name"))
	}
	if name.Scalar() {
		if known := b.provider.Get("ecr", "images", name.Text); known.Present() {
			if uri := first(known.Get("uri"), known); uri.Scalar() {
				name = uri
			}
		}
	}
	return obj(v.Span, "ImageUri", name)
}

// codeOf is the folder or archive that is deployed as f.
func (b *builder) codeOf(f *function) string {
	for _, v := range []*rind.Value{f.props.Get("package", "artifact"), b.doc.Get("package", "artifact")} {
		if v.Scalar() && !strings.Contains(v.Text, "://") && !strings.HasPrefix(v.Text, "/") {
			if p := path.Join(b.dir, v.Text); p != ".." && !strings.HasPrefix(p, "../") {
				return p
			}
		}
	}
	if f.props.Has("image") {
		return ""
	}
	return b.dir
}

func (b *builder) logGroup(f *function) {
	if f.props.Get("disableLogs").True() || f.props.Get("logs", "logGroup").Present() {
		return
	}
	retention := first(f.props.Get("logRetentionInDays"), b.provider.Get("logRetentionInDays"))
	b.add(normalize(f.name)+"LogGroup", "AWS::Logs::LogGroup", f.forFunction(true), f.key, f.props.Span, obj(f.props.Span,
		"LogGroupName", b.logGroupName(f), "RetentionInDays", retention,
		"DataProtectionPolicy", first(f.props.Get("logDataProtectionPolicy"), b.provider.Get("logDataProtectionPolicy"))))
}

func (b *builder) logGroupName(f *function) *rind.Value {
	name := first(f.props.Get("name"), b.functionName(f))
	if !name.Scalar() {
		return nil
	}
	return rind.NewString("/aws/lambda/"+name.Text, name.Span)
}

// functionURL expands url: true or a map.
// https://www.serverless.com/framework/docs/providers/aws/guide/functions#lambda-function-urls
func (b *builder) functionURL(f *function) {
	v := f.props.Get("url")
	if v.Absent() || v.False() {
		return
	}
	s := v.Span
	auth := rind.NewString("NONE", s)
	if a := v.Get("authorizer"); a.Present() {
		if !a.Is("aws_iam") {
			auth = a
		} else {
			auth = rind.NewString("AWS_IAM", a.Span)
		}
	}
	id := normalize(f.name) + "LambdaFunctionUrl"
	b.add(id, "AWS::Lambda::Url", f.forFunction(false), f.key, s, obj(s,
		"AuthType", auth, "TargetFunctionArn", att(s, f.id, "Arn"), "Cors", urlCORS(v.Get("cors")), "InvokeMode", v.Get("invokeMode")))
	if auth.Is("NONE") {
		b.add(normalize(f.name)+"LambdaPermissionFnUrl", "AWS::Lambda::Permission", f.forFunction(true), f.key, s, obj(s,
			"FunctionName", att(s, f.id, "Arn"), "Action", "lambda:InvokeFunctionUrl", "Principal", "*", "FunctionUrlAuthType", auth))
	}
}

func urlCORS(v *rind.Value) *rind.Value {
	switch {
	case v.True():
		return obj(v.Span, "AllowOrigins", list(v.Span, "*"), "AllowHeaders", list(v.Span, "Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token"), "AllowMethods", list(v.Span, "*"))
	case v != nil && v.Kind == rind.Map:
		return obj(v.Span, "AllowOrigins", first(v.Get("allowedOrigins"), list(v.Span, "*")), "AllowHeaders", v.Get("allowedHeaders"),
			"AllowMethods", v.Get("allowedMethods"), "AllowCredentials", v.Get("allowCredentials"), "ExposeHeaders", v.Get("exposedResponseHeaders"), "MaxAge", v.Get("maxAge"))
	}
	return nil
}

func (b *builder) invokeConfig(f *function) {
	d := f.props.Get("destinations")
	age, retries := f.props.Get("maximumEventAge"), f.props.Get("maximumRetryAttempts")
	at := first(d, age, retries)
	if at == nil {
		return
	}
	dest := func(name string) *rind.Value {
		v := d.Get(name)
		if v.Has("arn") {
			v = v.Get("arn")
		}
		if v.Absent() {
			return nil
		}
		if v.Scalar() {
			for _, other := range b.functions {
				if other.name == v.Text {
					v = att(v.Span, other.id, "Arn")
					break
				}
			}
		}
		return obj(v.Span, "Destination", v)
	}
	b.add(normalize(f.name)+"LambdaEvConf", "AWS::Lambda::EventInvokeConfig", f.forFunction(false), f.key, at.Span, obj(at.Span,
		"FunctionName", ref(at.Span, f.id), "Qualifier", "$LATEST",
		"DestinationConfig", obj(at.Span, "OnSuccess", dest("onSuccess"), "OnFailure", dest("onFailure")),
		"MaximumEventAgeInSeconds", age, "MaximumRetryAttempts", retries))
}

// layerRefs lists the layers of f; the service's own are named by {Ref}.
func (b *builder) layerRefs(f *function) *rind.Value {
	return first(f.props.Get("layers"), b.provider.Get("layers"))
}

func (b *builder) layers() {
	layers := b.doc.Get("layers")
	if layers == nil {
		return
	}
	for _, field := range layers.Fields {
		v := field.Value
		made := cfn.Made{Origin: "layers." + field.Key, Native: "layers"}
		if p := v.Get("path").Str(); p != "" && !strings.HasPrefix(p, "/") {
			if code := path.Join(b.dir, p); code != ".." && !strings.HasPrefix(code, "../") {
				made.Code = code
			}
		}
		id := normalize(field.Key) + "LambdaLayer"
		b.add(id, "AWS::Lambda::LayerVersion", made, field.Span, v.Span, obj(v.Span,
			"LayerName", first(v.Get("name"), rind.NewString(field.Key, field.Span)), "CompatibleRuntimes", v.Get("compatibleRuntimes"),
			"LicenseInfo", v.Get("licenseInfo"), "Description", v.Get("description")))
		for account := range v.Get("allowedAccounts").Each() {
			b.add(normalize(field.Key)+alphanumeric(account.Pattern())+"LambdaLayerPermission", "AWS::Lambda::LayerVersionPermission", made, field.Span, account.Span, obj(account.Span,
				"Action", "lambda:GetLayerVersion", "LayerVersionArn", ref(account.Span, id), "Principal", account))
		}
	}
}
