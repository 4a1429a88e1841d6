package translate

import "rind/rind"

var edgeHooks = hooks{
	"aws_cloudfront_distribution":    {after: originGroups},
	"aws_lb":                         {after: scheme},
	"aws_lb_listener":                {after: certificate},
	"aws_lb_target_group_attachment": {join: joinLoadTarget},
	"aws_appsync_graphql_api":        {split: appsyncSchema},
}

// originGroups adds the quantities CloudFormation wants, so that a group
// looks the same in both.
func originGroups(_ *translation, u *unit) {
	groups := u.get("DistributionConfig", "OriginGroups", "Items")
	if groups == nil || groups.Kind != rind.List {
		return
	}
	u.put(rind.NewInt(int64(len(groups.Items)), groups.Span), "DistributionConfig", "OriginGroups", "Quantity")
}

// scheme tells whether a load balancer faces the internet, which it does
// unless internal is set, and writes access logs as attributes.
func scheme(_ *translation, u *unit) {
	internal := u.attr("internal")
	switch {
	case internal.True():
		u.put(rind.NewString("internal", internal.Span), "Scheme")
	case internal.Symbolic():
		u.put(internal, "Scheme")
	default:
		u.put(rind.NewString("internet-facing", u.block.Span), "Scheme")
	}
	logs := one(u.attr("access_logs"))
	attribute := func(name string, v *rind.Value) {
		if v.Present() {
			u.appendTo("LoadBalancerAttributes",
				object(v.Span, "Key", rind.NewString(name, v.Span), "Value", v))
		}
	}
	attribute("access_logs.s3.bucket", logs.Get("bucket"))
	enabled := logs.Get("enabled")
	if enabled.Absent() && logs.Present() {
		enabled = rind.NewBool(false, logs.Span)
	}
	attribute("access_logs.s3.enabled", enabled)
	attribute("deletion_protection.enabled", u.attr("enable_deletion_protection"))
	attribute("routing.http.drop_invalid_header_fields.enabled", u.attr("drop_invalid_header_fields"))
}

// certificate wraps the certificate of a listener as CloudFormation does.
func certificate(_ *translation, u *unit) {
	if arn := u.attr("certificate_arn"); nonempty(arn).Present() {
		u.override(rind.Field{
			Key: "Certificates", Span: arn.Span,
			Value: rind.NewList(arn.Span, object(arn.Span, "CertificateArn", arn)),
		})
	}
}

// appsyncSchema emits the schema, which CloudFormation keeps apart.
func appsyncSchema(t *translation, u *unit) {
	if s := u.attr("schema"); s.Present() {
		t.add(u, ".schema", "AWS::AppSync::GraphQLSchema",
			object(s.Span, "ApiId", refTo(u, "ApiId", s.Span), "Definition", s))
	}
}

// joinLoadTarget adds a target to its group.
func joinLoadTarget(t *translation, u *unit) {
	group := t.find(u, u.get("TargetGroupArn"), "AWS::ElasticLoadBalancingV2::TargetGroup")
	if group == nil {
		return
	}
	group.appendTo("Targets", u.get("Targets"))
	u.merged = true
}
