package rule

import (
	"regexp"
	"slices"
	"strings"

	"rind/rind"
)

var distribution = []string{"AWS::CloudFront::Distribution"}

// onDistribution calls check with the configuration of a distribution, if it
// is known at all.
func onDistribution(check func(p *Pass, r *rind.Resource, c *rind.Value)) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		if c := r.Get("DistributionConfig"); !c.Symbolic() {
			check(p, r, c)
		}
	}
}

// origins yields the origins of a distribution in either notation.
func origins(c *rind.Value) []*rind.Value {
	list := c.Get("Origins")
	if items := list.Get("Items"); items.Present() {
		list = items
	}
	var out []*rind.Value
	for o := range list.Each() {
		if o.Kind == rind.Map {
			out = append(out, o)
		}
	}
	return out
}

// behaviors yields the cache behaviours of a distribution, the default first.
func behaviors(c *rind.Value) []*rind.Value {
	var out []*rind.Value
	if b := c.Get("DefaultCacheBehavior"); b.Present() {
		out = append(out, b)
	}
	list := c.Get("CacheBehaviors")
	if items := list.Get("Items"); items.Present() {
		list = items
	}
	for b := range list.Each() {
		out = append(out, b)
	}
	return out
}

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-001",
	Title:    "Distribution without access logs",
	Why:      "Attacks on an API or site behind CloudFront are seen in its logs first, with the real addresses of callers.",
	Risk:     rind.SAS5,
	Layer:    rind.Governance,
	Severity: rind.Low,
	CWE:      "CWE-778",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-5"},
	Equivalent: []string{
		"AWS-0010", "de77cd9f-0e8b-46cc-b4a4-b6b436838642", "94690d79-b3b0-43de-b656-84ebef5753e5", "CKV_AWS_86", "AwsSolutions-CFR3", "W10", "CloudFront.5",
		"cloudfront_distributions_logging_enabled", "CLOUDFRONT_ACCESSLOGS_ENABLED", "AC_AWS_0025",
	},
	Fix:   "Set Logging with a bucket, or deliver access logs with AWS::Logs::DeliverySource.",
	Types: distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		logging := c.Get("Logging")
		if !blank(logging) && (logging.Symbolic() || !blank(logging.Get("Bucket"))) {
			return
		}
		for _, s := range p.App.OfType("AWS::Logs::DeliverySource") {
			if refersTo(s.Get("ResourceArn"), r) && delivered(p.App, s) {
				return
			}
		}
		p.Report(r, nil, "requests to this distribution are not logged")
	}),
})

// delivered reports whether a delivery takes the logs of a source somewhere.
func delivered(app *rind.App, s *rind.Resource) bool {
	for _, d := range app.OfType("AWS::Logs::Delivery") {
		if names(d.Get("DeliverySourceName"), s, "Name") {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-002",
	Title:    "Distribution without WAF",
	Why:      "A web ACL keeps floods and known attacks away before they start functions and cost money.",
	Risk:     rind.SAS8,
	Severity: rind.Low,
	CWE:      "CWE-693",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-6"},
	Equivalent: []string{
		"AWS-0011", "0f139403-303f-467c-96bd-e717e6cfd62d", "1419b4c6-6d5c-4534-9cf6-6a5266085333", "CKV_AWS_68", "AwsSolutions-CFR2", "CloudFront.6",
		"cloudfront_distributions_using_waf", "CLOUDFRONT_ASSOCIATED_WITH_WAF", "AC_AWS_0032",
	},
	Fix:   "Set WebACLId to the ARN of a web ACL.",
	Types: distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		if v := c.Get("WebACLId"); blank(v) {
			p.Report(r, v, "no web ACL guards this distribution")
		}
	}),
})

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-003",
	Title:    "Viewers may use plain HTTP",
	Why:      "Requests and answers, with cookies and tokens in them, can be read and changed between viewer and CloudFront.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-319",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-3"},
	Equivalent: []string{
		"AWS-0012", "31733ee2-fef0-4e87-9778-65da22a8ecf1", "55af1353-2f62-4fa0-a8e1-a210ca2708f5", "CKV_AWS_34", "CloudFront.3",
		"cloudfront_distributions_https_enabled", "CLOUDFRONT_VIEWER_POLICY_HTTPS",
	},
	Fix:   "Set ViewerProtocolPolicy to redirect-to-https or https-only.",
	Types: distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		for _, b := range behaviors(c) {
			if v := b.Get("ViewerProtocolPolicy"); v.Is("allow-all") {
				p.Report(r, v, "viewers may use plain HTTP")
			}
		}
	}),
})

// certificate returns the viewer certificate and whether it is CloudFront's
// own, with which TLSv1 is always accepted.
func certificate(c *rind.Value) (cert *rind.Value, standard bool) {
	cert = c.Get("ViewerCertificate")
	if cert.Symbolic() {
		return cert, false
	}
	return cert, blank(cert) || cert.Get("CloudFrontDefaultCertificate").True()
}

// weakTLS matches security policies below TLS 1.2.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
var weakTLS = regexp.MustCompile(`(?i)^(?:SSLv[23]|TLSv1(?:\.[01])?(?:$|[_-]))`)

// latestTLS matches the security policies without ciphers of old.
var latestTLS = regexp.MustCompile(`^TLSv1\.(?:2_202[1-9]|3_20\d\d)$`)

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-004",
	Title:    "Distribution accepts outdated TLS",
	Why:      "SSLv3, TLS 1.0 and 1.1 have known weaknesses and are no longer used by any browser. Accepting them lets an attacker talk a client down to them.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-326",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"},
	Equivalent: []string{
		"AWS-0013", "dc17ee4b-ddf2-4e23-96e8-7a36abad1303", "00e5e55e-c2ff-46b3-a757-a7a1cd802456", "be96849c-3df6-49c2-bc16-778a7be2519c", "5c0003fb-9aa0-42c1-9da3-eb0e332bef21",
		"CKV_AWS_174", "AwsSolutions-CFR4", "W70", "CLOUDFRONT_MINIMUM_PROTOCOL_VERSION_RULE", "AC_AWS_0023",
	},
	Fix:   "Set MinimumProtocolVersion to TLSv1.2_2021 or later.",
	Types: distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		cert, standard := certificate(c)
		if standard || cert.Symbolic() {
			return
		}
		switch v := cert.Get("MinimumProtocolVersion"); {
		case blank(v):
			p.Report(r, cert, "TLSv1 is accepted, since no minimum is set").Key = r.Type + "|minimum"
		case v.Scalar() && weakTLS.MatchString(v.Text):
			p.Report(r, v, "the minimum protocol is %s", v.Text)
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-005",
	Title:      "Distribution accepts old TLS 1.2 ciphers",
	Why:        "The policies TLSv1.2_2018 and TLSv1.2_2019 still accept ciphers without forward secrecy or in CBC mode.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-326",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"},
	Equivalent: []string{"AWS-0013", "be96849c-3df6-49c2-bc16-778a7be2519c", "5c0003fb-9aa0-42c1-9da3-eb0e332bef21"},
	Fix:        "Set MinimumProtocolVersion to TLSv1.2_2021 or later.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		cert, standard := certificate(c)
		if v := cert.Get("MinimumProtocolVersion"); !standard && v.Scalar() && v.Text != "" && !weakTLS.MatchString(v.Text) && !latestTLS.MatchString(v.Text) {
			p.Report(r, v, "the security policy %s is not the latest", v.Text)
		}
	}),
})

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-006",
	Title:    "Distribution uses CloudFront's own certificate",
	Why:      "With the certificate of *.cloudfront.net the minimum protocol cannot be set: TLSv1 is always accepted.",
	Risk:     rind.SAS3,
	Severity: rind.Low,
	CWE:      "CWE-326",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-7"},
	Equivalent: []string{
		"b4d9c12b-bfba-4aeb-9cb8-2358546d8041", "3a1e94df-6847-4c0e-a3b6-6c6af4e128ef", "CKV2_AWS_42", "CKV_AWS_174", "AwsSolutions-CFR4", "W70", "CloudFront.7",
		"cloudfront_distributions_custom_ssl_certificate", "CLOUDFRONT_CUSTOM_SSL_CERTIFICATE", "CLOUDFRONT_MINIMUM_PROTOCOL_VERSION_RULE",
	},
	Fix:   "Use a domain and a certificate of your own, with MinimumProtocolVersion TLSv1.2_2021.",
	Types: distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		cert, standard := certificate(c)
		if cert.Symbolic() {
			return
		}
		// A certificate block that only names a protocol has no certificate
		// either, but is a fragment rather than a choice.
		choice := cert.Get("CloudFrontDefaultCertificate")
		if standard || choice.Present() && !choice.Symbolic() && !choice.False() && blank(cert.Get("AcmCertificateArn")) && blank(cert.Get("IamCertificateId")) {
			p.Report(r, choice, "the distribution uses CloudFront's own certificate")
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-007",
	Title:      "Distribution without post-quantum key exchange only",
	Why:        "Traffic recorded today can be decrypted by a quantum computer of tomorrow. The TLS 1.3 policies use hybrid key exchange with every client that can.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-327",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html"},
	Equivalent: []string{"cloudfront_distributions_pqc_tls_enabled"},
	Fix:        "Set MinimumProtocolVersion to TLSv1.3_2025 if all clients speak TLS 1.3.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		cert, _ := certificate(c)
		if v := cert.Get("MinimumProtocolVersion"); v.Scalar() && !strings.HasPrefix(v.Text, "TLSv1.3") {
			p.Report(r, v, "clients without post-quantum key exchange are accepted")
		}
	}),
})

// websiteEndpoint reports whether an origin is the website endpoint of a
// bucket, which has no TLS.
func websiteEndpoint(app *rind.App, o *rind.Value) bool {
	d := o.Get("DomainName")
	if strings.Contains(text(d), "s3-website") {
		return true
	}
	for ref := range d.Refs() {
		if ref.Attr == "WebsiteURL" {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-008",
	Title:    "Origin is reached over plain HTTP",
	Why:      "TLS ends at CloudFront and everything travels on in clear text, over the internet unless the origin is in AWS.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-319",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-9"},
	Equivalent: []string{
		"a5366a50-932f-4085-896b-41402714a388", "AwsSolutions-CFR5", "CloudFront.9", "cloudfront_distributions_origin_traffic_encrypted",
	},
	Fix:   "Set OriginProtocolPolicy to https-only.",
	Types: distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		plainViewers := slices.ContainsFunc(behaviors(c), func(b *rind.Value) bool { return b.Get("ViewerProtocolPolicy").Is("allow-all") })
		for _, o := range origins(c) {
			v := o.Get("CustomOriginConfig", "OriginProtocolPolicy")
			if websiteEndpoint(p.App, o) || !v.Is("http-only") && !(v.Is("match-viewer") && plainViewers) {
				continue
			}
			p.Report(r, v, "the origin %s is reached over plain HTTP", text(o.Get("Id")))
		}
	}),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-009",
	Title:      "AWS origin is not held to HTTPS",
	Why:        "Load balancers and media origins speak HTTPS, but CloudFront follows the viewer or is told to use HTTP.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-319",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html"},
	Equivalent: []string{"CKV2_AWS_72"},
	Fix:        "Set OriginProtocolPolicy to https-only.",
	Types:      distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		if c.Get("Enabled").False() {
			return
		}
		for _, o := range origins(c) {
			v := o.Get("CustomOriginConfig", "OriginProtocolPolicy")
			d := o.Get("DomainName").Pattern()
			if v.Scalar() && !v.Is("https-only") && (strings.Contains(d, ".mediastore.") || strings.Contains(d, ".mediapackage.") || strings.Contains(d, ".elb.")) {
				p.Report(r, v, "the origin %s is not held to HTTPS", text(o.Get("Id")))
			}
		}
	}),
})

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-010",
	Title:    "Origin may use SSLv3",
	Why:      "CloudFront accepts SSLv3 from the origin, which an attacker on the way can bring about and read along.",
	Risk:     rind.SAS3,
	Severity: rind.Medium,
	CWE:      "CWE-326",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-10"},
	Equivalent: []string{
		"a5366a50-932f-4085-896b-41402714a388", "CKV2_AWS_54", "AwsSolutions-CFR5", "CloudFront.10", "cloudfront_distributions_using_deprecated_ssl_protocols",
	},
	Fix:   "Set OriginSSLProtocols to TLSv1.2 alone.",
	Types: distribution,
	Check: checkOriginProtocols("SSLv3"),
})

var _ = register(&Rule{
	ID:         "RIND-CLOUDFRONT-021",
	Title:      "Origin may use TLS 1.0 or 1.1",
	Why:        "Both versions are deprecated since 2021 and have known weaknesses.",
	Risk:       rind.SAS3,
	Severity:   rind.Low,
	CWE:        "CWE-326",
	Sources:    []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html"},
	Equivalent: []string{"AwsSolutions-CFR5", "cloudfront_distributions_using_deprecated_ssl_protocols", "AC_AWS_0024"},
	Fix:        "Set OriginSSLProtocols to TLSv1.2 alone.",
	Types:      distribution,
	Check:      checkOriginProtocols("TLSv1", "TLSv1.1"),
})

// checkOriginProtocols reports origins to which one of the protocols is used.
func checkOriginProtocols(protocols ...string) func(*Pass, *rind.Resource) {
	return onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		for _, o := range origins(c) {
			config := o.Get("CustomOriginConfig")
			if config.Get("OriginProtocolPolicy").Is("http-only") {
				continue
			}
			if v := anyIs(config.Get("OriginSSLProtocols"), protocols...); v != nil {
				p.Report(r, v, "the origin %s may use %s", text(o.Get("Id")), v.Text)
			}
		}
	})
}

// bucketDomain matches the REST endpoints of buckets.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
var bucketDomain = regexp.MustCompile(`(?:^|[*.])s3(?:[.-][a-z0-9*-]+)*\.amazonaws\.com`)

// bucketOrigin reports whether an origin is a bucket's REST endpoint.
func bucketOrigin(app *rind.App, o *rind.Value) bool {
	if o.Get("S3OriginConfig").Present() {
		return true
	}
	if o.Get("CustomOriginConfig").Present() || websiteEndpoint(app, o) {
		return false
	}
	d := o.Get("DomainName")
	for ref := range d.Refs() {
		if b := app.Resource(ref.Name); b != nil && b.Type == "AWS::S3::Bucket" && (ref.Attr == "DomainName" || ref.Attr == "RegionalDomainName") {
			return true
		}
	}
	return bucketDomain.MatchString(d.Pattern())
}

var _ = register(&Rule{
	ID:       "RIND-CLOUDFRONT-011",
	Title:    "Bucket behind CloudFront is open beside it",
	Why:      "Without origin access control CloudFront asks the bucket as anybody would, so that the bucket has to be public and everyone can go past WAF, logs and signed URLs.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-284",
	Sources:  []string{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-13"},
	Equivalent: []string{
		"CKV2_AWS_46", "AwsSolutions-CFR6", "AwsSolutions-CFR7", "CloudFront.13", "cloudfront_distributions_s3_origin_access_control", "CLOUDFRONT_ORIGIN_ACCESS_IDENTITY_ENABLED",
	},
	Fix:   "Add an AWS::CloudFront::OriginAccessControl, set OriginAccessControlId and let the bucket policy admit only this distribution.",
	Types: distribution,
	Check: onDistribution(func(p *Pass, r *rind.Resource, c *rind.Value) {
		if old := c.Get("S3Origin"); old.Present() && blank(old.Get("OriginAccessIdentity")) {
			p.Report(r, old, "the bucket is read without an identity of CloudFront's")
		}
		for _, o := range origins(c) {
			if !bucketOrigin(p.App, o) || !blank(o.Get("OriginAccessControlId")) || o.Get("S3OriginConfig").Symbolic() || !blank(o.Get("S3OriginConfig", "OriginAccessIdentity")) {
				continue
			}
			f := p.Report(r, o, "the origin %s is a bucket that is read without an identity of CloudFront's", text(o.Get("Id")))
			f.Key = r.Type + "|origin " + text(o.Get("Id"))
		}
	}),
})
