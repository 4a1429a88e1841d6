package sam

import (
	"regexp"

	"rind/rind"
	"rind/template/cfn"
)

// table is an ordered set of resources by ID.
type table struct {
	fields []rind.Field
	index  map[string]int
}

func newTable() *table { return &table{index: map[string]int{}} }

func (t *table) put(f rind.Field) {
	if i, ok := t.index[f.Key]; ok {
		t.fields[i] = f
		return
	}
	t.index[f.Key] = len(t.fields)
	t.fields = append(t.fields, f)
}

func (t *table) get(id string) val {
	if i, ok := t.index[id]; ok {
		return t.fields[i].Value
	}
	return nil
}

func (t *table) drop(id string) {
	if i, ok := t.index[id]; ok {
		t.fields[i].Value = nil
		delete(t.index, id)
	}
}

func (t *table) list() []rind.Field {
	out := make([]rind.Field, 0, len(t.index))
	for _, f := range t.fields {
		if f.Value != nil {
			out = append(out, f)
		}
	}
	return out
}

// res is a plain resource in the making.
type res struct {
	id, typ string
	depends val
	attrs   val // Condition, DeletionPolicy, UpdateReplacePolicy, Metadata, UpdatePolicy
	props   val
	key     rind.Span
	here    at
	whole   val  // an existing resource that was changed: put back as it is
	written bool // made of something the user wrote for it
}

// make starts a resource. attrs are copied; pairs are its properties, in turn
// with their names.
func (t *transform) make(id, typ string, attrs val, pairs ...any) *res {
	r := &res{id: id, typ: typ, attrs: shallow(attrs), key: t.key, here: t.here}
	if r.attrs == nil {
		r.attrs = t.here.obj()
	}
	r.props = t.here.obj()
	for i := 0; i+1 < len(pairs); i += 2 {
		r.set(pairs[i].(string), t.here.of(pairs[i+1]))
	}
	return r
}

// set gives the resource a property, unless v is absent.
func (r *res) set(key string, v val) {
	if v.Present() {
		set(r.props, key, v)
	}
}

func (r *res) get(path ...string) val { return r.props.Get(path...) }

// dependOn makes the resource wait for others.
func (r *res) dependOn(ids ...string) *res {
	if len(ids) > 0 {
		l := r.here.list()
		for _, id := range ids {
			l.Items = append(l.Items, r.here.str(id))
		}
		r.depends = l
	}
	return r
}

// passed are the attributes that what is made for a resource takes over.
func passed(attrs val) val {
	out := rind.NewMap(rind.Span{})
	if attrs == nil {
		return out
	}
	out.Span = attrs.Span
	for _, k := range []string{"Condition", "DeletionPolicy", "UpdateReplacePolicy"} {
		if f := attrs.Field(k); f != nil {
			out.Fields = append(out.Fields, *f)
		}
	}
	return out
}

// helpers are the types that come with something else and that nobody asks
// for by themselves.
var helpers = map[string]bool{
	"AWS::IAM::Role": true, "AWS::Lambda::Permission": true, "AWS::Lambda::Version": true,
	"AWS::Lambda::Alias": true, "AWS::ApiGateway::Deployment": true, "AWS::SQS::QueuePolicy": true,
	"AWS::CodeDeploy::Application": true, "AWS::CodeDeploy::DeploymentGroup": true,
	"AWS::ApiGateway::BasePathMapping": true, "AWS::ApiGateway::BasePathMappingV2": true,
	"AWS::ApiGatewayV2::ApiMapping": true, "AWS::StepFunctions::StateMachineVersion": true,
	"AWS::ApiGateway::UsagePlanKey": true,
}

var validID = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// emit puts a finished resource into the result.
func (t *transform) emit(r *res) {
	if len(t.made) >= maxResources {
		t.failAt(t.key, "more than %d resources; the rest was not expanded", maxResources)
		return
	}
	f := rind.Field{Key: r.id, Span: r.key, Value: r.whole}
	if r.whole == nil {
		f.Value = r.value()
		if !validID.MatchString(r.id) {
			t.failAt(r.key, "the logical ID %s may hold letters and digits only", r.id)
		}
		if other := t.src.get(r.id); other != nil && r.id != t.origin && !sameKind(r.typ, other.Get("Type").Str()) {
			t.failAt(r.key, "expanding %s makes a resource %s, but the template has one of that name", t.origin, r.id)
			return
		}
		origin := t.origin
		if whose := t.embedded[origin]; whose != "" {
			origin = whose
		}
		t.made[r.id] = cfn.Made{
			Origin: origin, Native: t.native,
			Generated: r.id != t.origin && (t.implied || helpers[r.typ] && !r.written) || t.implied,
		}
	}
	t.out.put(f)
	t.noteDependent(f)
}

// sameKind reports whether a resource that is made may take the place of one
// in the template: custom domains and topics that several things share.
func sameKind(made, there string) bool {
	switch made {
	case "AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::Cognito::UserPool", "AWS::ApiGateway::DomainName",
		"AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::DomainNameV2", "AWS::ApiGateway::BasePathMappingV2":
		return made == there
	}
	return false
}

func (r *res) value() val {
	v := r.here.obj("Type", r.typ, "DependsOn", given(r.depends))
	v.Fields = append(v.Fields, r.attrs.Fields...)
	set(v, "Properties", r.props)
	return v
}

// referable are the resources that can be referred to as MyApi.Stage.
var referable = map[string][][2]string{
	"AWS::Serverless::Function": {
		{"Alias", "AWS::Lambda::Alias"},
		{"Version", "AWS::Lambda::Version"},
		{"DestinationTopic", "AWS::SNS::Topic"},
		{"DestinationQueue", "AWS::SQS::Queue"},
	},
	"AWS::Serverless::Api": {
		{"Stage", "AWS::ApiGateway::Stage"},
		{"Deployment", "AWS::ApiGateway::Deployment"},
		{"DomainName", "AWS::ApiGateway::DomainName"},
		{"DomainNameV2", "AWS::ApiGateway::DomainNameV2"},
		{"UsagePlan", "AWS::ApiGateway::UsagePlan"},
		{"UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"},
		{"ApiKey", "AWS::ApiGateway::ApiKey"},
	},
	"AWS::Serverless::HttpApi": {
		{"Stage", "AWS::ApiGatewayV2::Stage"}, {"DomainName", "AWS::ApiGatewayV2::DomainName"},
	},
	"AWS::Serverless::WebSocketApi": {
		{"Stage", "AWS::ApiGatewayV2::Stage"}, {"DomainName", "AWS::ApiGatewayV2::DomainName"},
	},
}

// references notes what the resource's properties of that kind mean.
func (t *transform) references(id, typ string, made []*res) {
	for _, p := range referable[typ] {
		for _, r := range made {
			if r.typ != p[1] {
				continue
			}
			if t.refs[id] == nil {
				t.refs[id] = map[string]string{}
			}
			t.refs[id][p[0]] = r.id
		}
	}
}

// tagKind says how a resource type takes tags: as a list, a map, or not at all.
var tagKind = map[string]string{
	"AWS::IAM::Role": "list", "AWS::Lambda::Function": "list", "AWS::ApiGateway::RestApi": "list",
	"AWS::ApiGateway::Stage": "list", "AWS::ApiGateway::DomainName": "list", "AWS::ApiGateway::DomainNameV2": "list",
	"AWS::ApiGateway::UsagePlan": "list", "AWS::ApiGateway::ApiKey": "list",
	"AWS::ApiGateway::DomainNameAccessAssociation": "list", "AWS::SNS::Topic": "list", "AWS::SQS::Queue": "list",
	"AWS::IoT::TopicRule": "list", "AWS::S3::Bucket": "list", "AWS::StepFunctions::StateMachine": "list",
	"AWS::Lambda::CapacityProvider": "list",
	"AWS::ApiGatewayV2::Stage":      "map", "AWS::ApiGatewayV2::DomainName": "map",
}

// propagate gives the tags of a declared resource to what was made for it.
func (t *transform) propagate(rs []*res, tags, flag val) {
	if !some(flag) || !some(tags) {
		return
	}
	for _, r := range rs {
		if r.whole != nil {
			if tagKind[r.whole.Get("Type").Str()] == "list" {
				p := shallow(r.whole.Get("Properties"))
				set(p, "Tags", tagList(tags))
				set(r.whole, "Properties", p)
			}
			continue
		}
		switch kind := tagKind[r.typ]; {
		case kind == "list":
			r.set("Tags", tagList(tags))
		case kind == "map" || r.typ == "AWS::ApiGatewayV2::Api" && r.get("ProtocolType") != nil:
			r.set("Tags", tags)
		}
	}
}

// tagList turns a map of tags into the list most resource types take.
func tagList(tags val) val {
	if tags == nil {
		return rind.NewList(rind.Span{})
	}
	l := rind.NewList(tags.Span)
	for _, f := range tags.Fields {
		v := f.Value
		if v.Absent() {
			v = rind.NewString("", f.Span)
		}
		l.Items = append(l.Items, rind.NewMap(f.Value.Span,
			rind.Field{Key: "Key", Span: f.Span, Value: rind.NewString(f.Key, f.Span)},
			rind.Field{Key: "Value", Span: f.Span, Value: v}))
	}
	return l
}

// createdBy are the tags of a function or role: a mark of the transform and
// what the user wrote.
func (t *transform) createdBy(mark string, tags val, more ...rind.Field) val {
	l := t.here.list(t.here.obj("Key", mark, "Value", "SAM"))
	for _, f := range more {
		l.Items = append(l.Items, t.here.obj("Key", f.Key, "Value", f.Value))
	}
	if isMap(tags) {
		for _, k := range []string{"lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"} {
			if f := tags.Field(k); f != nil && mark == "lambda:createdBy" {
				t.failAt(f.Span, "the tag %s is reserved", k)
			}
		}
		l.Items = append(l.Items, tagList(tags).Items...)
	}
	return l
}
