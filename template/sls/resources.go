package sls

import (
	"rind/rind"
	"rind/template/cfn"
)

// template merges what the service made with what stands under resources.
func (b *builder) template() *rind.Value {
	root := &rind.Value{Kind: rind.Map, Span: b.doc.Span}
	sections := map[string]*rind.Value{"Resources": b.resources}
	order := []string{"Resources"}
	for _, group := range asMaps(b.doc.Get("resources")) {
		for _, field := range group.Fields {
			if field.Key == "extensions" {
				b.extend(field.Value)
				continue
			}
			into := sections[field.Key]
			if into == nil {
				into = &rind.Value{Kind: rind.Map, Span: field.Value.Span}
				if field.Value != nil && field.Value.Kind != rind.Map {
					into = field.Value
				}
				sections[field.Key] = into
				order = append(order, field.Key)
			}
			merge(into, field.Value, 0)
		}
	}
	for _, key := range order {
		root.Fields = append(root.Fields, rind.Field{Key: key, Span: sections[key].Span, Value: sections[key]})
	}
	return root
}

// merge adds src's fields to dst; maps merge deeply, so that a resource the
// framework makes can be changed under resources, everything else replaces.
func merge(dst, src *rind.Value, depth int) {
	if src == nil || src.Kind != rind.Map || dst.Kind != rind.Map || depth > 8 {
		return
	}
	for _, f := range src.Fields {
		old := dst.Field(f.Key)
		switch {
		case old == nil:
			dst.Fields = append(dst.Fields, f)
		case depth < 8 && old.Value != nil && old.Value.Kind == rind.Map && f.Value != nil && f.Value.Kind == rind.Map && !intrinsic(f.Value):
			copied := *old.Value
			copied.Fields = append([]rind.Field(nil), old.Value.Fields...)
			merge(&copied, f.Value, depth+1)
			*old = rind.Field{Key: f.Key, Span: f.Span, Value: &copied}
		default:
			*old = f
		}
	}
}

// extend applies resources.extensions, which change resources of the
// framework by logical ID.
// https://www.serverless.com/framework/docs/providers/aws/guide/resources#extending-the-cloudformation-template
func (b *builder) extend(v *rind.Value) {
	for id, change := range v.Entries() {
		if r := b.resources.Get(id); r != nil {
			merge(r, change, 0)
		}
	}
}

// stateMachines expands the plugin serverless-step-functions.
func (b *builder) stateMachines() {
	for _, group := range asMaps(b.doc.Get("stepFunctions", "stateMachines")) {
		for _, field := range group.Fields {
			v := field.Value
			if v.Kind != rind.Map {
				continue
			}
			made := cfn.Made{Origin: "stepFunctions." + field.Key, Native: "stepFunctions"}
			var log *rind.Value
			if l := v.Get("loggingConfig"); l.Present() {
				log = obj(l.Span, "Level", l.Get("level"), "IncludeExecutionData", l.Get("includeExecutionData"), "Destinations", l.Get("destinations"))
			}
			var trace *rind.Value
			if t := v.Get("tracingConfig"); t.Present() {
				trace = obj(t.Span, "Enabled", t.Get("enabled"))
			}
			b.add(normalize(alphanumeric(field.Key))+"StepFunctionsStateMachine", "AWS::StepFunctions::StateMachine", made, field.Span, v.Span, obj(v.Span,
				"StateMachineName", v.Get("name"), "Definition", v.Get("definition"), "RoleArn", v.Get("role"), "StateMachineType", v.Get("type"),
				"LoggingConfiguration", log, "TracingConfiguration", trace))
		}
	}
}

// declared lists what was written, for rules about the notation itself.
func (b *builder) declared() *rind.Value {
	out := &rind.Value{Kind: rind.Map}
	put := func(id, kind string, key rind.Span, v *rind.Value) {
		if v.Present() {
			out.Fields = append(out.Fields, rind.Field{Key: id, Span: key, Value: obj(v.Span, "Type", kind, "Properties", v)})
		}
	}
	keyOf := func(name string) rind.Span {
		if f := b.doc.Field(name); f != nil {
			return f.Span
		}
		return b.doc.Span
	}
	put("provider", "Serverless::Provider", keyOf("provider"), b.provider)
	if v := b.doc.Get("frameworkVersion"); v.Present() {
		put("service", "Serverless::Service", keyOf("service"), obj(v.Span, "frameworkVersion", v))
	}
	put("plugins", "Serverless::Plugins", keyOf("plugins"), b.doc.Get("plugins"))
	put("custom", "Serverless::Custom", keyOf("custom"), b.doc.Get("custom"))
	for _, f := range b.functions {
		put(f.origin(), "Serverless::Function", f.key, f.props)
	}
	return out
}
