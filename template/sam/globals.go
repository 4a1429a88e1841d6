package sam

import (
	"slices"
	"strings"

	"rind/rind"
)

// globalProperties are the properties that may stand in a section of Globals.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
var globalProperties = map[string][]string{
	"Function": strings.Fields(`Handler Runtime CodeUri DeadLetterQueue Description MemorySize Timeout VpcConfig Environment Tags
		PropagateTags Tracing KmsKeyArn AutoPublishAlias AutoPublishAliasAllProperties Layers DeploymentPreference RolePath
		PermissionsBoundary ReservedConcurrentExecutions ProvisionedConcurrencyConfig AssumeRolePolicyDocument EventInvokeConfig
		FileSystemConfigs CodeSigningConfigArn Architectures SnapStart EphemeralStorage FunctionUrlConfig RuntimeManagementConfig
		LoggingConfig RecursiveLoop SourceKMSKeyArn TenancyConfig DurableConfig CapacityProviderConfig FunctionScalingConfig
		PublishToLatestPublished VersionDeletionPolicy`),
	"Api": strings.Fields(`Auth Name DefinitionUri CacheClusterEnabled CacheClusterSize MergeDefinitions Variables
		EndpointConfiguration MethodSettings BinaryMediaTypes MinimumCompressionSize Cors GatewayResponses AccessLogSetting
		CanarySetting TracingEnabled OpenApiVersion Domain AlwaysDeploy PropagateTags SecurityPolicy EndpointAccessMode`),
	"HttpApi": strings.Fields(`Auth AccessLogSettings StageVariables Tags CorsConfiguration DefaultRouteSettings Domain
		RouteSettings FailOnWarnings PropagateTags`),
	"SimpleTable":      {"SSESpecification"},
	"StateMachine":     {"PropagateTags"},
	"LayerVersion":     {"PublishLambdaVersion"},
	"CapacityProvider": strings.Fields(`VpcConfig OperatorRole Tags InstanceRequirements ScalingConfig KmsKeyArn PropagateTags`),
	"WebSocketApi": strings.Fields(`AccessLogSettings ApiKeySelectionExpression DefaultRouteSettings DisableExecuteApiEndpoint
		DisableSchemaValidation Domain FailOnWarnings IpAddressType PropagateTags RouteSelectionExpression RouteSettings
		StageVariables Tags`),
}

// mergeGlobals gives every resource the properties of its section in Globals.
func (t *transform) mergeGlobals() {
	globals := t.root.Get("Globals")
	if globals == nil {
		return
	}
	if !isMap(globals) {
		t.fail(globals, "Globals is not a map")
		return
	}
	sections := map[string]val{}
	for _, f := range globals.Fields {
		supported, ok := globalProperties[f.Key]
		if !ok {
			t.failAt(f.Span, "Globals: there is no section %s", f.Key)
			continue
		}
		if !isMap(f.Value) {
			t.failAt(f.Span, "Globals: the section %s is not a map", f.Key)
			continue
		}
		props := shallow(f.Value)
		props.Fields = nil
		for _, p := range f.Value.Fields {
			if !slices.Contains(supported, p.Key) {
				t.failAt(p.Span, "Globals: the section %s has no property %s", f.Key, p.Key)
				continue
			}
			props.Fields = append(props.Fields, p)
		}
		sections[prefix+f.Key] = props
	}
	total := 0
	size := map[string]int{}
	for ty, s := range sections {
		s.Walk(func(string, *rind.Value) bool { size[ty]++; return true })
	}
	for _, f := range t.src.list() {
		section := sections[f.Value.Get("Type").Str()]
		if section == nil {
			continue
		}
		if total += size[f.Value.Get("Type").Str()]; total > maxGlobals {
			t.fail(globals, "Globals give all resources together more than %d values; %s and what follows go without", maxGlobals, f.Key)
			return
		}
		section = t.withoutIgnored(f, section)
		set(f.Value, "Properties", merge(section, f.Value.Get("Properties")))
	}
}

// withoutIgnored leaves out what the resource lists in IgnoreGlobals.
func (t *transform) withoutIgnored(f rind.Field, section val) val {
	ignore := f.Value.Get("IgnoreGlobals")
	if !some(ignore) {
		return section
	}
	section = shallow(section)
	switch {
	case isStr(ignore) && ignore.Text == "*":
		section.Fields = nil
	case isList(ignore):
		for _, it := range ignore.Items {
			if section.Field(it.Str()) == nil {
				t.fail(it, "%s: IgnoreGlobals names %s, which Globals does not have", f.Key, it.Str())
			}
			del(section, it.Str())
		}
	default:
		t.fail(ignore, "%s: IgnoreGlobals is neither \"*\" nor a list", f.Key)
	}
	return section
}

// merge lays local over global: maps are merged, lists joined, everything
// else, intrinsics too, replaced.
func merge(global, local val) val {
	switch {
	case isList(global) && isList(local):
		out := shallow(local)
		out.Items = append(append([]val(nil), global.Items...), local.Items...)
		return out
	case isMap(global) && isMap(local) && !isIntrinsic(global) && !isIntrinsic(local):
		out := shallow(local)
		out.Fields = append([]rind.Field(nil), global.Fields...)
		for _, f := range local.Fields {
			if g := out.Field(f.Key); g != nil {
				*g = rind.Field{Key: f.Key, Span: f.Span, Value: merge(g.Value, f.Value)}
				continue
			}
			out.Fields = append(out.Fields, f)
		}
		return out
	}
	return local
}
