package sam

import (
	"strings"

	"rind/rind"
)

// simpleTable expands AWS::Serverless::SimpleTable.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
func (t *transform) simpleTable(d *decl) []*res {
	r := t.make(d.id, "AWS::DynamoDB::Table", d.attrs())
	r.depends = d.raw.Get("DependsOn")
	name, kind := t.here.str("id"), "S"
	if k := d.get("PrimaryKey"); some(k) {
		if n := present(k.Get("Name")); n != nil {
			name = n
		} else {
			t.fail(k, "%s: PrimaryKey needs a Name", d.id)
		}
		ty := k.Get("Type")
		if kind = map[string]string{"String": "S", "Number": "N", "Binary": "B"}[ty.Str()]; kind == "" {
			t.fail(k, "%s: the Type of PrimaryKey is one of String, Number, Binary", d.id)
			kind = "S"
		}
	}
	r.set("AttributeDefinitions", t.here.list(t.here.obj("AttributeName", name, "AttributeType", kind)))
	r.set("KeySchema", t.here.list(t.here.obj("AttributeName", name, "KeyType", "HASH")))
	if p := d.get("ProvisionedThroughput"); some(p) {
		d.pass(r, "ProvisionedThroughput")
		for k, v := range p.Entries() {
			if _, ok := v.Int(); !ok && !isMap(v) || isStr(v) {
				t.fail(v, "%s: ProvisionedThroughput.%s is not a number", d.id, k)
			}
		}
	} else {
		r.set("BillingMode", t.here.str("PAY_PER_REQUEST"))
	}
	for _, k := range []string{"PointInTimeRecoverySpecification", "SSESpecification", "TableName"} {
		if some(d.get(k)) {
			d.pass(r, k)
		}
	}
	if f := d.props.Field("Tags"); f != nil && some(f.Value) {
		setKeyed(r.props, "Tags", f.Span, tagList(f.Value))
	}
	return []*res{r}
}

// layer expands AWS::Serverless::LayerVersion.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html
func (t *transform) layer(d *decl) []*res {
	t.resolveProperties(d, "LayerName", "LicenseInfo", "Description", "RetentionPolicy")
	attrs := passed(d.attrs())
	policy := ""
	if p := d.get("RetentionPolicy"); p != nil {
		switch {
		case isStr(p) && strings.EqualFold(p.Text, "Retain"):
			policy = "Retain"
		case isStr(p) && strings.EqualFold(p.Text, "Delete"):
			policy = "Delete"
		default:
			t.fail(p, "%s: RetentionPolicy is Retain or Delete", d.id)
		}
	}
	if policy != "" {
		set(attrs, "DeletionPolicy", t.here.str(policy))
	} else if attrs.Field("DeletionPolicy") == nil {
		set(attrs, "DeletionPolicy", t.here.str("Retain"))
	}
	// The ID carries a hash of the declaration, so that a change makes a new
	// version.
	known := t.here.obj()
	for _, f := range d.props.Fields {
		if _, ok := parsedProperties[properties[d.typ]][f.Key]; ok && f.Value.Present() {
			set(known, f.Key, f.Value)
		}
	}
	own := t.here.obj("Type", d.typ, "DependsOn", given(d.raw.Get("DependsOn")))
	for _, k := range []string{"UpdatePolicy", "Condition"} {
		if v := d.raw.Get(k); v != nil {
			set(own, k, v)
		}
	}
	set(own, "Properties", known)
	id := d.id + suffix(t.here.obj(d.id, own))
	t.changed[d.id] = id
	r := t.make(id, "AWS::Lambda::LayerVersion", attrs)
	r.depends = d.raw.Get("DependsOn")
	d.pass(r, "Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo")
	if some(d.get("LayerName")) {
		d.pass(r, "LayerName")
	} else {
		r.set("LayerName", t.here.str(d.id))
	}
	if c := d.props.Field("ContentUri"); c != nil {
		setKeyed(r.props, "Content", c.Span, t.s3Location(d.id, "ContentUri", c.Value, "S3Bucket", "S3Key", "S3ObjectVersion"))
	}
	if l := d.get("CompatibleArchitectures"); isList(l) {
		for _, a := range l.Items {
			if !isIntrinsic(a) && !a.Is("arm64", "x86_64") {
				t.fail(a, "%s: CompatibleArchitectures takes x86_64 and arm64", d.id)
			}
		}
	}
	return []*res{r}
}

// application expands AWS::Serverless::Application: a nested stack. The
// location of a local template stays, so that it can be read.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html
func (t *transform) application(d *decl) []*res {
	r := t.make(d.id, "AWS::CloudFormation::Stack", passed(d.attrs()))
	r.depends = d.raw.Get("DependsOn")
	d.pass(r, "Parameters", "NotificationARNs", "TimeoutInMinutes")
	var more []rind.Field
	loc := d.props.Field("Location")
	switch {
	case loc == nil || loc.Value.Absent():
		t.failAt(t.key, "%s: Location is missing", d.id)
	case !isMap(loc.Value) || loc.Value.Get("ApplicationId") == nil && loc.Value.Get("SemanticVersion") == nil:
		if isMap(loc.Value) {
			t.fail(loc.Value, "%s: Location is a text, or has ApplicationId and SemanticVersion", d.id)
		}
		setKeyed(r.props, "TemplateURL", loc.Span, loc.Value)
	default:
		v := shallow(loc.Value)
		for _, k := range [][2]string{{"ApplicationId", "serverlessrepo:applicationId"}, {"SemanticVersion", "serverlessrepo:semanticVersion"}} {
			x := t.lookup(v.Get(k[0]))
			switch {
			case x.Absent() || !some(x):
				t.failAt(loc.Span, "%s: Location needs %s", d.id, k[0])
			case isStr(x) && strings.Contains(x.Text, "{{resolve:"):
				t.fail(x, "%s: %s cannot be a dynamic reference", d.id, k[0])
			case !isStr(x):
				t.fail(x, "%s: %s cannot be known before deployment", d.id, k[0])
			}
			if x.Present() {
				set(v, k[0], x)
				more = append(more, rind.Field{Key: k[1], Value: x})
			}
		}
		setKeyed(r.props, "TemplateURL", loc.Span, v)
	}
	r.set("Tags", t.createdBy("lambda:createdBy", d.get("Tags"), more...))
	return []*res{r}
}

// capacityProvider expands AWS::Serverless::CapacityProvider.
func (t *transform) capacityProvider(d *decl) []*res {
	var out []*res
	attrs := d.attrs()
	r := t.make(d.id, "AWS::Lambda::CapacityProvider", attrs)
	r.depends = d.raw.Get("DependsOn")
	if some(d.get("CapacityProviderName")) {
		d.pass(r, "CapacityProviderName")
	}
	tags := shallow(d.get("Tags"))
	if !isMap(tags) {
		tags = t.here.obj()
	}
	mark := t.here.str("SAM")
	roleArn := given(d.get("OperatorRole"))
	if roleArn == nil {
		role := t.make(d.id+"OperatorRole", "AWS::IAM::Role", passed(attrs), "AssumeRolePolicyDocument", t.trust("lambda.amazonaws.com"),
			"ManagedPolicyArns", t.here.list(awsPolicy("AWSLambdaManagedEC2ResourceOperator")))
		own := t.here.obj("lambda:createdBy", mark)
		if some(d.get("PropagateTags")) {
			for _, f := range tags.Fields {
				setKeyed(own, f.Key, f.Span, f.Value)
			}
		}
		role.set("Tags", tagList(own))
		out, roleArn = append(out, role), t.here.getAtt(role.id, "Arn")
	}
	if v := d.get("VpcConfig"); some(v) {
		t.known(d, "VpcConfig", v, "SubnetIds", "SecurityGroupIds")
		if v.Get("SubnetIds").Absent() {
			t.fail(v, "%s: VpcConfig needs SubnetIds", d.id)
		}
		r.set("VpcConfig", at(v.Span).obj("SubnetIds", orNull(v.Get("SubnetIds")), "SecurityGroupIds", present(v.Get("SecurityGroupIds"))))
	}
	r.set("PermissionsConfig", t.here.obj("CapacityProviderOperatorRoleArn", roleArn))
	set(tags, "lambda:createdBy", mark)
	r.set("Tags", tagList(tags))
	if v := d.get("InstanceRequirements"); some(v) {
		t.known(d, "InstanceRequirements", v, "Architectures", "AllowedTypes", "ExcludedTypes")
		if v.Has("AllowedTypes") && v.Has("ExcludedTypes") {
			t.fail(v, "%s: AllowedTypes and ExcludedTypes exclude each other", d.id)
		}
		r.set("InstanceRequirements", at(v.Span).obj("Architectures", present(v.Get("Architectures")),
			"AllowedInstanceTypes", present(v.Get("AllowedTypes")), "ExcludedInstanceTypes", present(v.Get("ExcludedTypes"))))
	}
	if v := d.get("ScalingConfig"); some(v) {
		t.known(d, "ScalingConfig", v, "MaxVCpuCount", "AverageCPUUtilization")
		a := at(v.Span)
		c := a.obj("MaxVCpuCount", present(v.Get("MaxVCpuCount")), "ScalingMode", "Auto")
		if u := present(v.Get("AverageCPUUtilization")); u != nil {
			set(c, "ScalingMode", a.str("Manual"))
			set(c, "ScalingPolicies", a.list(a.obj("PredefinedMetricType", "LambdaCapacityProviderAverageCPUUtilization", "TargetValue", u)))
		}
		r.set("CapacityProviderScalingConfig", c)
	}
	if some(d.get("KmsKeyArn")) {
		d.pass(r, "KmsKeyArn")
	}
	return append(out, r)
}

// known complains about keys that a property does not have.
func (t *transform) known(d *decl, name string, v val, keys ...string) {
	for _, f := range fieldsOf(v) {
		ok := false
		for _, k := range keys {
			ok = ok || k == f.Key
		}
		if !ok {
			t.failAt(f.Span, "%s: %s has no property %s", d.id, name, f.Key)
		}
	}
}
