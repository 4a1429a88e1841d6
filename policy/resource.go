package policy

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// A target is one resource that a call acts on.
type target struct {
	arn        *rind.Value
	conditions []Condition
	wide       string         // why the ARN takes in more than one resource
	resource   *rind.Resource // in the app, if it is there
}

// targets returns the resources that an action needs for a call.
func (b *builder) targets(a *iam.Action, c *rind.Call, r requirement) []target {
	conditions := b.conditions(a, c)
	if !a.ResourceLevel() {
		return []target{{arn: everything, conditions: conditions}}
	}
	f := &filler{builder: b, action: a, call: c, given: r.values}
	if a.Service == "apigateway" {
		return []target{b.gateway(c)}
	}
	if r.on != "" && len(r.values) == 0 {
		f.given = find(c, r.on)
		f.named = r.on
	}
	var out []target
	for _, t := range f.types() {
		for _, x := range f.fill(t) {
			x.conditions = append(x.conditions, conditions...)
			out = append(out, x)
		}
	}
	if len(out) == 0 {
		return []target{{arn: everything, conditions: conditions, wide: "the resource is only known at run time"}}
	}
	return out
}

// A filler makes ARNs of the resource types of an action from the parameters
// of a call.
type filler struct {
	*builder
	action *iam.Action
	call   *rind.Call
	given  []*rind.Value // the resource, instead of the usual parameters
	named  string        // the parameter that given is
}

// rare are resource types that a call means only if its parameter is the ARN
// of one.
var rare = []string{
	"accesspoint", "accesspointobject", "event-busv2", "stream", "backup",
	"default-prompt-router", "async-invoke", "custom-model-deployment", "bedrock-marketplace-model-endpoint",
	"imported-model", "provisioned-model", "prompt-router", "system-tool", "prompt", "prompt-version", "project",
	"application-inference-profile", "inference-profile", "custom-model", "guardrail", "guardrail-profile",
}

// partial are resource types that a call means only if all their placeholders
// are given: an index needs its name.
var partial = []string{"index", "rule-on-custom-event-bus"}

// gateway makes the path that API Gateway's control plane has for an API.
func (b *builder) gateway(c *rind.Call) target {
	for _, name := range []string{"restApiId", "ApiId"} {
		values := find(c, name)
		if len(values) != 1 {
			continue
		}
		kind := map[string]string{"restApiId": "restapis", "ApiId": "apis"}[name]
		if id := b.known(values[0]); sure(id) {
			form := "arn:${Partition}:apigateway:${Region}::/" + kind + "/${Id}*"
			return target{arn: b.expand(form, map[string][]rind.Part{"Id": id})}
		}
	}
	return target{arn: b.expand("arn:${Partition}:apigateway:${Region}::/*", nil), wide: "the API is only known at run time"}
}

// types returns the resource types of the action that the call is about.
func (f *filler) types() []iam.ResourceType {
	var out []iam.ResourceType
	var fallback *iam.ResourceType
	for i, t := range f.action.Resources {
		seldom := slices.Contains(rare, t.Name) || slices.Contains(partial, t.Name)
		switch {
		case f.score(t) > 0, t.Required && !seldom && len(f.given) == 0:
			out = append(out, t)
		case fallback == nil || slices.Contains(rare, fallback.Name) && !seldom:
			fallback = &f.action.Resources[i]
		}
	}
	if len(out) == 0 && fallback != nil {
		out = append(out, *fallback)
		if n := len(f.action.Resources); n > manyTypes && len(f.given) == 0 {
			out[0].Name, out[0].ARN = "any", "arn:${Partition}:"+strings.SplitN(fallback.ARN, ":", 4)[2]+":${Region}:${Account}:${Resource}"
		}
	}
	return out
}

// manyTypes is how many types of resource an action may have for one of them
// to be picked where the call tells nothing: tagging works on everything.
const manyTypes = 4

// score counts the placeholders of a type that the call fills. A type that
// only others' placeholders fill scores nothing: an index without its name.
func (f *filler) score(t iam.ResourceType) int {
	slots := slotsOf(t.ARN)
	n := 0
	for i, s := range slots {
		values := f.values(s, i == 0)
		if i == 0 && len(values) == 0 && slices.Contains(rare, t.Name) {
			return 0
		}
		for _, v := range values {
			if r := f.resource(v); r != nil && i == 0 {
				k, _ := iam.KindOf(r.Type)
				if k.Service != f.action.Service || !slices.Contains(k.Types, t.Name) || slices.Contains(rare, t.Name) && k.Types[0] != t.Name {
					return 0
				}
			}
			if i == 0 && isARN(v) && !fits(v.Pattern(), t.ARN) {
				return 0
			}
			if i == 0 && !isARN(v) && f.resource(v) == nil && slices.Contains(rare, t.Name) {
				return 0
			}
		}
		if len(values) > 0 {
			n++
		}
	}
	if slices.Contains(partial, t.Name) && n < len(slots) {
		return 0
	}
	return n
}

// fits reports whether an ARN can be of a type, or of the type that it hangs
// on: a bucket's for its objects.
func fits(arn, form string) bool {
	a, b := strings.SplitN(arn, ":", 6), strings.SplitN(form, ":", 6)
	if len(a) < 6 || len(b) < 6 {
		return true
	}
	head, _, _ := strings.Cut(b[5], "${")
	return (a[2] == b[2] || a[2] == "*") && (strings.HasPrefix(a[5], "*") || strings.HasPrefix(a[5], head))
}

// slotsOf returns the placeholders of an ARN form that are names.
func slotsOf(form string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(form, "${")
		if !ok {
			return out
		}
		name, after, _ := strings.Cut(rest, "}")
		form = after
		switch name {
		case "Partition", "Region", "Account":
		default:
			out = append(out, name)
		}
	}
}

// values returns what the call gives for a placeholder.
func (f *filler) values(slot string, primary bool) []*rind.Value {
	if primary && (len(f.given) > 0 || f.named != "") {
		return f.given
	}
	for _, name := range parameterNames(f.action.Service, slot) {
		if found := find(f.call, name); len(found) > 0 {
			return found
		}
	}
	if d, ok := defaults[f.action.Service+"."+slot]; ok {
		return []*rind.Value{rind.NewString(d, rind.Span{})}
	}
	return nil
}

// most bounds the resources of one call; a list of more becomes a wildcard.
const most = 50

// fill makes the ARNs of one resource type.
func (f *filler) fill(t iam.ResourceType) []target {
	form, _, _ := strings.Cut(t.ARN, ",")
	slots := slotsOf(form)
	if len(slots) == 0 {
		return []target{{arn: f.expand(form, nil)}}
	}
	rest := map[string][]rind.Part{}
	var unknown []string
	for _, s := range slots[1:] {
		values := f.values(s, false)
		if len(values) == 1 {
			rest[s] = f.name(s, values[0])
		}
		if len(values) != 1 || !sure(rest[s]) {
			unknown = append(unknown, s)
		}
	}
	first := f.values(slots[0], true)
	if len(first) == 0 || len(first) > most {
		return []target{{arn: f.expand(form, rest), wide: f.unknown(slots[0])}}
	}
	var out []target
	for _, v := range first {
		if model, ok := crossRegion(t, v); ok {
			out = append(out, f.profile(v.Text, model)...)
			continue
		}
		x := f.one(t, form, slots[0], v, rest)
		if x.wide == "" && len(unknown) > 0 && len(slots) > 1 {
			x.wide = f.unknown(unknown[0])
		}
		out = append(out, x)
	}
	return out
}

// regions are the prefixes of Bedrock's inference profiles, which send a
// request to one of several regions.
var regions = []string{"us.", "eu.", "apac.", "jp.", "au.", "ca.", "us-gov.", "global."}

// crossRegion takes the prefix off the name of an inference profile.
func crossRegion(t iam.ResourceType, v *rind.Value) (model string, ok bool) {
	for _, r := range regions {
		if model, ok = strings.CutPrefix(v.Str(), r); ok && t.Name == "foundation-model" {
			return model, true
		}
	}
	return "", false
}

// profile makes the ARNs that a call through an inference profile needs: the
// profile's, and the model's in every region that it may be sent to.
// https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
func (f *filler) profile(id, model string) []target {
	own := map[string][]rind.Part{"Id": {{Text: id}}}
	return []target{
		{arn: f.expand("arn:${Partition}:bedrock:${Region}:${Account}:inference-profile/${Id}", own)},
		{arn: f.expand("arn:${Partition}:bedrock:*::foundation-model/"+model, nil)},
	}
}

// one makes the ARN for one value of the first placeholder.
func (f *filler) one(t iam.ResourceType, form, slot string, v *rind.Value, rest map[string][]rind.Part) target {
	if r := f.resource(v); r != nil {
		if x := f.ofResource(r, t, form, rest); x != nil {
			return target{arn: x, resource: r}
		}
	}
	if isARN(v) && fits(v.Pattern(), form) {
		parts := f.known(v)
		if extra := hangsOn(v.Pattern(), form); extra != "" {
			parts = append(parts, f.parts(extra, rest)...)
		}
		return target{arn: rind.Join(parts, nil, rind.Span{})}
	}
	if f.named != "" && t.Name == "object" {
		f.located(v, rest, slot)
	} else {
		rest = with(rest, slot, f.name(slot, v))
	}
	x := target{arn: f.expand(form, rest)}
	if !sure(rest[slot]) {
		x.wide = f.unknown(slot)
	}
	return x
}

// located takes "bucket/key" or "s3://bucket/key" apart.
func (f *filler) located(v *rind.Value, rest map[string][]rind.Part, slot string) {
	parts := trimPrefix(f.known(v), "s3://")
	parts = trimPrefix(parts, "/")
	for i, p := range parts {
		if p.Ref != nil {
			continue
		}
		if before, after, ok := strings.Cut(p.Text, "/"); ok {
			rest[slot] = append(slices.Clone(parts[:i]), rind.Part{Text: before})
			key := append([]rind.Part{{Text: after}}, parts[i+1:]...)
			if after == "" && len(parts) == i+1 || strings.HasSuffix(after, "/") {
				key = append(key, rind.Part{Text: "*"})
			}
			rest["ObjectName"] = key
			return
		}
	}
	rest[slot] = parts
	if f.named == "CopySource" {
		rest["ObjectName"] = nil
		if keys := find(f.call, "CopySource.Key"); len(keys) == 1 {
			rest["ObjectName"] = f.known(keys[0])
		}
	}
}

func with(m map[string][]rind.Part, k string, v []rind.Part) map[string][]rind.Part {
	out := map[string][]rind.Part{k: v}
	for k, v := range m {
		out[k] = v
	}
	out[k] = v
	return out
}

// hangsOn returns what an ARN lacks to be of the form: the part of an object
// behind that of its bucket.
func hangsOn(arn, form string) string {
	a, b := strings.SplitN(arn, ":", 6), strings.SplitN(form, ":", 6)
	if len(a) < 6 || len(b) < 6 {
		return ""
	}
	_, after, ok := strings.Cut(b[5], "}")
	if !ok || after == "" || strings.ContainsAny(strings.TrimPrefix(a[5], strings.SplitN(b[5], "${", 2)[0]), "/*") || strings.Count(a[5], ":") >= strings.Count(b[5], ":") && strings.HasPrefix(after, ":") {
		return ""
	}
	return after
}

// unknown says why a placeholder is a wildcard.
func (f *filler) unknown(slot string) string {
	for _, name := range parameterNames(f.action.Service, slot) {
		if len(find(f.call, name)) > 0 {
			return name + " is only known at run time"
		}
	}
	if names := parameterNames(f.action.Service, slot); len(f.call.Params) > 0 && len(names) > 0 {
		return "the call gives no " + names[0]
	}
	return "the parameters of the call are not known"
}
