package rule

import (
	"strings"

	"rind/rind"
)

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-012",
	Title:      "Distribution serves every country",
	Why:        "Where an application has users in a few countries only, a restriction keeps a good part of the noise and of the bill away.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html"},
	Equivalent: []string{"7f8843f0-9ea5-42b4-a02b-753055113195", "CKV_AWS_374", "AwsSolutions-CFR1", "cloudfront_distributions_geo_restrictions_enabled", "AC_AWS_0026"},
	Fix:        "Set Restrictions.GeoRestriction with a list of countries, if that fits the application.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		geo := c.Get("Restrictions", "GeoRestriction")
		if v := geo.Get("RestrictionType"); !geo.Symbolic() && (v.Absent() || v.Is("none")) {
			p.Report(r, v, "the distribution serves every country")
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-013",
	Title:      "Distribution without a default root object",
	Why:        "A request for the root goes to the origin as it is; a bucket that allows it answers with the list of its objects.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-548",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-1"},
	Equivalent: []string{"CKV_AWS_305", "CloudFront.1", "cloudfront_distributions_default_root_object", "CLOUDFRONT_DEFAULT_ROOT_OBJECT_CONFIGURED"},
	Fix:        "Set DefaultRootObject.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		if v := c.Get("DefaultRootObject"); blank(v) {
			p.Report(r, v, "the distribution has no default root object")
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-014",
	Title:      "Distribution without a second origin",
	Why:        "With an origin group CloudFront asks a second origin when the first fails, so that an attack on one region is not the end.",
	Risk:       rind.SAS3,
	Layer:      rind.CloudConfig,
	Severity:   rind.Info,
	CWE:        "CWE-654",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-4"},
	Equivalent: []string{"CKV_AWS_310", "CloudFront.4", "cloudfront_distributions_multiple_origin_failover_configured", "CLOUDFRONT_ORIGIN_FAILOVER_ENABLED"},
	Fix:        "Add an origin group with two members.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		groups := c.Get("OriginGroups")
		if groups.Symbolic() {
			return
		}
		for g := range groups.Get("Items").Each() {
			members := g.Get("Members")
			if members.Get("Items").Len() > 0 && blank(g.Get("FailoverCriteria")) {
				continue // never falls over
			}
			n, known := members.Get("Quantity").Int()
			if g.Symbolic() || members.Symbolic() || known && n >= 2 || members.Get("Items").Len() >= 2 {
				return
			}
		}
		p.Report(r, groups, "the distribution has no origin to fall back to").Key = r.Type
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-015",
	Title:      "Certificate takes an address of its own",
	Why:        "The method vip takes dedicated addresses, which cost 600 dollars a month, for clients that no longer exist.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-1164",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-https-dedicated-ip-or-sni.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-8"},
	Equivalent: []string{"CloudFront.8", "cloudfront_distributions_https_sni_enabled", "CLOUDFRONT_SNI_ENABLED"},
	Fix:        "Set SslSupportMethod to sni-only.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		cert, standard := certificate(c)
		if cert.Symbolic() {
			return
		}
		// CloudFront's own certificate needs no method, but only clients
		// with SNI reach a domain of yours.
		v := cert.Get("SslSupportMethod")
		if v.Absent() || v.Scalar() && !v.Is("sni-only") {
			f := p.Report(r, v, "the certificate is not served by SNI alone")
			if standard {
				f.Confidence = rind.ConfidenceLow
			}
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-016",
	Title:      "Distribution adds no security headers",
	Why:        "A response headers policy adds Strict-Transport-Security, Content-Security-Policy and others at the edge, for answers of functions too.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-response-headers-policies.html"},
	Equivalent: []string{"CKV2_AWS_32"},
	Fix:        "Set ResponseHeadersPolicyId in each cache behaviour.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		for _, b := range behaviors(c) {
			if b.Symbolic() || !blank(b.Get("ResponseHeadersPolicyId")) {
				return
			}
		}
		p.Report(r, nil, "no response headers policy is attached")
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-017",
	Title:      "Headers policy without strict transport security",
	Why:        "Without Strict-Transport-Security a browser's first request may go over plain HTTP and be caught.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html"},
	Equivalent: []string{"CKV_AWS_259"},
	Fix:        "Set StrictTransportSecurity with AccessControlMaxAgeSec of a year, IncludeSubdomains, Preload and Override.",
	Types:      []string{"AWS::CloudFront::ResponseHeadersPolicy", "Terraform::aws_cloudfront_response_headers_policy"},
	Check: func(p *Pass, r *rind.Resource) {
		config := orElse(r.Get("ResponseHeadersPolicyConfig"), r.Properties)
		security := config.Get("SecurityHeadersConfig")
		hsts := security.Get("StrictTransportSecurity")
		if config.Symbolic() || security.Symbolic() || hsts.Symbolic() {
			return
		}
		if age, ok := hsts.Get("AccessControlMaxAgeSec").Int(); !ok && !hsts.Get("AccessControlMaxAgeSec").Symbolic() || ok && age < 31536000 {
			p.Report(r, hsts.Get("AccessControlMaxAgeSec"), "strict transport security is missing or shorter than a year")
			return
		}
		for _, name := range []string{"IncludeSubdomains", "Preload", "Override"} {
			if v := hsts.Get(name); off(v) {
				p.Report(r, v, "strict transport security lacks %s", name)
				return
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-018",
	Title:      "Distribution is disabled",
	Why:        "A disabled distribution serves nobody but still holds its domains, certificate and access to its origins.",
	Risk:       rind.SAS11,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-1164",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToDeleteDistribution.html"},
	Equivalent: []string{"CKV_AWS_216", "e4f54ff4-d352-40e8-a096-5141073c37a2", "1bc367f6-901d-4870-ad0c-71d79762ef52"},
	Fix:        "Remove the distribution if it is no longer used.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		if v := c.Get("Enabled"); v.False() {
			p.Report(r, v, "the distribution is disabled")
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-019",
	Title:      "Distribution without field-level encryption",
	Why:        "Field-level encryption seals chosen form fields at the edge, so that only the function with the key can read a card number and not everything in between.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-311",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/field-level-encryption.html"},
	Equivalent: []string{"cloudfront_distributions_field_level_encryption_enabled"},
	Fix:        "Set FieldLevelEncryptionId in behaviours that take sensitive forms.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		for _, b := range behaviors(c) {
			accepts := false
			for m := range b.Get("AllowedMethods").Each() {
				accepts = accepts || m.Is("POST")
			}
			if accepts && blank(b.Get("FieldLevelEncryptionId")) {
				p.Report(r, nil, "fields of forms are not encrypted at the edge")
				return
			}
		}
	}),
})

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-020",
	Title:    "Origin's secret header is written in the template",
	Why:      "A header by which the origin recognises CloudFront is a password. Written in the template, everyone who reads it can go past CloudFront.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-798",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/restrict-access-to-load-balancer.html"},
	Fix:      "Take the value from Secrets Manager by a dynamic reference, and rotate it.",
	Types:    distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		for _, o := range origins(c) {
			for h := range o.Get("OriginCustomHeaders").Each() {
				name, v := h.Get("HeaderName").Str(), h.Get("HeaderValue")
				if !v.Scalar() || strings.Contains(v.Text, "{{resolve:") || hasSecretRef(v) {
					continue
				}
				_, ok := findSecret(name, v)
				if ok || secretName(name) && random(v.Text) {
					f := p.Report(r, v, "the value of the header %s is written here", name)
					f.Key = r.Type + "|header " + name
				}
			}
		}
	}),
})
