package translate

import (
	"strings"

	"rind/rind"
)

var s3Hooks = hooks{
	"aws_s3_bucket":                                      {split: inlinePolicy("AWS::S3::BucketPolicy", "Bucket", false), after: grants},
	"aws_s3_bucket_acl":                                  {after: grants, join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_notification":                         {after: notifications, join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_versioning":                           {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_server_side_encryption_configuration": {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_public_access_block":                  {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_logging":                              {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_lifecycle_configuration":              {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_cors_configuration":                   {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_website_configuration":                {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_ownership_controls":                   {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_replication_configuration":            {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_object_lock_configuration":            {join: mergeInto("Bucket", "AWS::S3::Bucket")},
	"aws_s3_bucket_accelerate_configuration":             {join: mergeInto("Bucket", "AWS::S3::Bucket")},
}

// cannedACL spells public-read as PublicRead.
func cannedACL(v *rind.Value) *rind.Value {
	if v == nil || v.Kind != rind.String {
		return v
	}
	return rind.NewString(pascal(strings.ReplaceAll(v.Text, "-", "_")), v.Span)
}

// grants gives the grants of a bucket and of an ACL resource one form, with
// one permission each.
func grants(_ *translation, u *unit) {
	v := u.get("AccessControlPolicy", "Grants")
	if v == nil || v.Kind != rind.List {
		return
	}
	out := rind.NewList(v.Span)
	for _, g := range v.Items {
		who := one(g.Get("Grantee"))
		if who == nil {
			who = g
		}
		permissions := g.Get("Permissions")
		if permissions == nil {
			permissions = g.Get("Permission")
		}
		grantee := object(g.Span, "Type", who.Get("Type"), "URI", who.Get("Uri"),
			"ID", who.Get("Id"), "EmailAddress", who.Get("EmailAddress"))
		for p := range permissions.Each() {
			out.Items = append(out.Items, object(g.Span, "Grantee", grantee, "Permission", p))
		}
	}
	u.override(rind.Field{Key: "AccessControlPolicy", Span: v.Span, Value: object(v.Span, "Grants", out)})
}

// inlinePolicy emits the policy written inside a resource as the resource
// that CloudFormation has for it.
func inlinePolicy(cfnType, key string, many bool) func(*translation, *unit) {
	return func(t *translation, u *unit) {
		policy := u.attr("policy")
		if nonempty(policy).Absent() {
			return
		}
		span := policy.Span
		target := refTo(u, "", span)
		if many {
			target = list(target)
		}
		t.add(u, ".policy", cfnType, object(span, key, target, "PolicyDocument", decode(policy)))
	}
}

// notifications splits the events of a notification, of which CloudFormation
// allows one each, and writes filters as rules.
func notifications(_ *translation, u *unit) {
	config := u.get("NotificationConfiguration")
	if config == nil {
		return
	}
	out := rind.NewMap(config.Span)
	for _, f := range config.Fields {
		if strings.HasSuffix(f.Key, "Configurations") {
			items := rind.NewList(f.Value.Span)
			for it := range f.Value.Each() {
				items.Items = append(items.Items, notification(it)...)
			}
			f.Value = items
		}
		if f.Key == "EventBridgeConfiguration" && f.Value.Get("EventBridgeEnabled").False() {
			continue
		}
		out.Fields = append(out.Fields, f)
	}
	u.override(rind.Field{Key: "NotificationConfiguration", Span: u.block.Key, Value: out})
}

func notification(it *rind.Value) []*rind.Value {
	if it.Kind != rind.Map {
		return []*rind.Value{it}
	}
	base := rind.NewMap(it.Span)
	rules := rind.NewList(it.Span)
	for _, f := range it.Fields {
		switch f.Key {
		case "Events":
		case "FilterPrefix", "FilterSuffix":
			if nonempty(f.Value).Absent() {
				continue
			}
			name := strings.ToLower(strings.TrimPrefix(f.Key, "Filter"))
			rules.Items = append(rules.Items, object(f.Span, "Name", rind.NewString(name, f.Span), "Value", f.Value))
		default:
			base.Fields = append(base.Fields, f)
		}
	}
	if len(rules.Items) > 0 {
		base = with(base, []string{"Filter", "S3Key", "Rules"}, it.Span, rules)
	}
	var out []*rind.Value
	for e := range it.Get("Events").Each() {
		out = append(out, with(base, []string{"Event"}, e.Span, e))
	}
	if out == nil {
		return []*rind.Value{base}
	}
	return out
}
