package sam

import (
	"regexp"
	"strings"

	"rind/rind"
)

// restDomain makes the custom domain of a REST API, its mappings, DNS records
// and, for private domains, the access association.
func (t *transform) restDomain(d *decl) (domain, mappings, records, access []*res) {
	v := d.get("Domain")
	if v == nil {
		return
	}
	if !isMap(v) {
		t.fail(v, "%s: Domain is not a map", d.id)
		return
	}
	t.domainRules(d, v)
	endpoint := present(v.Get("EndpointConfiguration"))
	if endpoint == nil {
		endpoint = t.here.str("REGIONAL")
	} else if !endpoint.Is("EDGE", "REGIONAL", "PRIVATE") {
		t.fail(endpoint, "%s: EndpointConfiguration of a domain is one of EDGE, REGIONAL, PRIVATE", d.id)
	}
	private := isStr(endpoint) && endpoint.Text == "PRIVATE"
	attrs := passed(d.attrs())
	id, typ := "ApiGatewayDomainName"+suffix(v.Get("DomainName")), "AWS::ApiGateway::DomainName"
	if private {
		id, typ = "ApiGatewayDomainNameV2"+suffix(v.Get("DomainName")), "AWS::ApiGateway::DomainNameV2"
	}
	r := t.make(id, typ, attrs)
	copyFields(r, v, "DomainName", "SecurityPolicy", "EndpointAccessMode", "OwnershipVerificationCertificateArn")
	if private {
		copyFields(r, v, "Policy")
		del(r.props, "OwnershipVerificationCertificateArn")
	}
	if c := v.Field("CertificateArn"); c != nil {
		key := "CertificateArn"
		if isStr(endpoint) && endpoint.Text == "REGIONAL" {
			key = "RegionalCertificateArn"
		}
		setKeyed(r.props, key, c.Span, c.Value)
	}
	r.set("EndpointConfiguration", t.here.obj("Types", t.here.list(endpoint), "IpAddressType", given(v.Get("IpAddressType"))))
	if m := t.mutualTLS(d, v); m != nil && !private {
		r.set("MutualTlsAuthentication", m)
	}
	mappings = t.basePaths(d, v, id, private, attrs)
	if a := v.Get("AccessAssociation"); a.Present() && !isMap(a) {
		t.fail(a, "%s: AccessAssociation is not a map", d.id)
	}
	if private && v.Get("AccessAssociation") != nil {
		vpce := v.Get("AccessAssociation").Get("VpcEndpointId")
		access = append(access, t.make("DomainNameAccessAssociation"+suffix(t.here.list(orNull(vpce), id)),
			"AWS::ApiGateway::DomainNameAccessAssociation", attrs, "DomainNameArn", t.here.ref(id),
			"AccessAssociationSourceType", "VPCE", "AccessAssociationSource", orNull(vpce)))
	}
	return []*res{r}, mappings, t.records(d, v, id, endpoint, attrs), access
}

func copyFields(r *res, v val, keys ...string) {
	for _, k := range keys {
		if f := v.Field(k); f != nil && some(f.Value) {
			setKeyed(r.props, k, f.Span, f.Value)
		}
	}
}

func (t *transform) domainRules(d *decl, v val) {
	for _, k := range []string{"DomainName", "CertificateArn"} {
		if v.Get(k).Absent() {
			t.fail(v, "%s: Domain needs %s", d.id, k)
		}
	}
	r := v.Get("Route53")
	if r.Absent() {
		return
	}
	if !isMap(r) {
		t.fail(r, "%s: Route53 is not a map", d.id)
	} else if r.Get("HostedZoneId").Absent() && r.Get("HostedZoneName").Absent() {
		t.fail(r, "%s: Route53 needs HostedZoneId or HostedZoneName", d.id)
	}
}

func (t *transform) mutualTLS(d *decl, v val) val {
	m := v.Get("MutualTlsAuthentication")
	if !some(m) {
		return nil
	}
	if !isMap(m) {
		t.fail(m, "%s: MutualTlsAuthentication is not a map", d.id)
		return nil
	}
	for _, f := range m.Fields {
		if f.Key != "TruststoreUri" && f.Key != "TruststoreVersion" {
			t.failAt(f.Span, "%s: MutualTlsAuthentication has no property %s", d.id, f.Key)
		}
	}
	return at(m.Span).obj("TruststoreUri", given(m.Get("TruststoreUri")), "TruststoreVersion", given(m.Get("TruststoreVersion")))
}

// basePaths makes one mapping for every base path of a REST API's domain.
func (t *transform) basePaths(d *decl, v val, domain string, private bool, attrs val) []*res {
	make1 := func(id string) *res {
		typ, key := "AWS::ApiGateway::BasePathMapping", "DomainName"
		if private {
			typ, key = "AWS::ApiGateway::BasePathMappingV2", "DomainNameArn"
		}
		return t.make(id, typ, attrs, key, t.here.ref(domain), "RestApiId", t.here.ref(d.id), "Stage", t.here.ref(d.id+".Stage"))
	}
	paths := v.Get("BasePath")
	if !some(paths) || !isStr(paths) && !isList(paths) {
		return []*res{make1(d.id + "BasePathMapping")}
	}
	var out []*res
	for p := range paths.Each() {
		if !isStr(p) {
			t.fail(p, "%s: BasePath takes texts only", d.id)
			continue
		}
		clean := onlyAlnum(p.Text)
		m := make1(d.id + clean + "BasePathMapping")
		if n := v.Get("NormalizeBasePath"); n == nil || some(n) {
			m.set("BasePath", at(p.Span).str(clean))
		} else {
			m.set("BasePath", p)
		}
		out = append(out, m)
	}
	return out
}

// records makes the DNS records of a domain; domains of one hosted zone share
// a group.
func (t *transform) records(d *decl, v val, domain string, endpoint, attrs val) []*res {
	r := v.Get("Route53")
	if !isMap(r) {
		return nil
	}
	zone := given(r.Get("HostedZoneId"))
	if zone == nil {
		zone = r.Get("HostedZoneName")
	}
	id := "RecordSetGroup" + suffix(zone)
	separate := r.Get("SeparateRecordSetGroup")
	if some(separate) {
		if !isBool(separate) {
			t.fail(separate, "%s: SeparateRecordSetGroup is true or false", d.id)
		}
		id = "RecordSetGroup" + suffix(t.here.list(orNull(zone), orNull(v.Get("DomainName"))))
	}
	group := t.recordSets[id]
	// Each WebSocket API has a group of its own, even where the IDs are equal.
	shared := !some(separate) && d.typ != "AWS::Serverless::WebSocketApi"
	if group == nil || !shared {
		group = t.make(id, "AWS::Route53::RecordSetGroup", attrs)
		copyFields(group, r, "HostedZoneId", "HostedZoneName")
		if d.typ != "AWS::Serverless::Api" && some(r.Get("HostedZoneId")) {
			del(group.props, "HostedZoneName")
		}
		set(group.props, "RecordSets", t.here.list())
		if shared {
			t.recordSets[id] = group
		}
	}
	sets := shallow(group.get("RecordSets"))
	types := []string{"A"}
	if isTrue(r.Get("IpV6")) {
		types = append(types, "AAAA")
	}
	for _, ty := range types {
		sets.Items = append(sets.Items, t.here.obj("Name", orNull(v.Get("DomainName")), "Type", ty,
			"AliasTarget", t.aliasTarget(r, v, domain, endpoint), "Region", present(r.Get("Region")), "SetIdentifier", present(r.Get("SetIdentifier"))))
	}
	set(group.props, "RecordSets", sets)
	return []*res{group}
}

func (t *transform) aliasTarget(r, v val, domain string, endpoint val) val {
	out := t.here.obj("EvaluateTargetHealth", present(r.Get("EvaluateTargetHealth")))
	switch endpoint.Str() {
	case "REGIONAL":
		set(out, "HostedZoneId", t.here.getAtt(domain, "RegionalHostedZoneId"))
		set(out, "DNSName", t.here.getAtt(domain, "RegionalDomainName"))
	case "EDGE":
		// All CloudFront distributions are in one hosted zone.
		set(out, "HostedZoneId", t.here.str("Z2FDTNDATAQYW2"))
		if n := present(r.Get("DistributionDomainName")); n != nil {
			set(out, "DNSName", n)
		} else {
			set(out, "DNSName", t.here.getAtt(domain, "DistributionDomainName"))
		}
	default:
		set(out, "HostedZoneId", orNull(r.Get("VpcEndpointHostedZoneId")))
		set(out, "DNSName", orNull(r.Get("VpcEndpointDomainName")))
	}
	return out
}

var badMapping = regexp.MustCompile(`[^0-9a-zA-Z/\-_]+`)

// v2Domain makes the custom domain of an HTTP or WebSocket API.
func (t *transform) v2Domain(d *decl, mark string) []*res {
	v := d.get("Domain")
	if v == nil {
		return nil
	}
	if !isMap(v) {
		t.fail(v, "%s: Domain is not a map", d.id)
		return nil
	}
	t.domainRules(d, v)
	attrs := t.v2Attrs(d)
	endpoint := present(v.Get("EndpointConfiguration"))
	if endpoint == nil {
		endpoint = t.here.str("REGIONAL")
	} else if !endpoint.Is("REGIONAL") {
		t.fail(endpoint, "%s: EndpointConfiguration of a domain is REGIONAL", d.id)
	}
	id := "ApiGatewayDomainNameV2" + suffix(v.Get("DomainName"))
	r := t.make(id, "AWS::ApiGatewayV2::DomainName", attrs)
	copyFields(r, v, "DomainName")
	r.set("Tags", t.here.obj(mark, "SAM"))
	r.set("DomainNameConfigurations", t.here.list(t.here.obj("CertificateArn", orNull(v.Get("CertificateArn")), "EndpointType", endpoint,
		"OwnershipVerificationCertificateArn", given(v.Get("OwnershipVerificationCertificateArn")),
		"SecurityPolicy", given(v.Get("SecurityPolicy")))))
	if m := t.mutualTLS(d, v); m != nil {
		if d.typ == "AWS::Serverless::WebSocketApi" {
			t.fail(m, "%s: WebSocket APIs have no mutual TLS", d.id)
		}
		r.set("MutualTlsAuthentication", m)
	}
	out := []*res{r}
	mapping := func(id string) *res {
		m := t.make(id, "AWS::ApiGatewayV2::ApiMapping", attrs, "DomainName", t.here.ref(r.id), "ApiId", t.here.ref(d.id),
			"Stage", t.here.ref(d.id+".Stage"))
		out = append(out, m)
		return m
	}
	paths := v.Get("BasePath")
	if !some(paths) || !isStr(paths) && !isList(paths) {
		mapping(d.id + "ApiMapping")
	} else {
		for p := range paths.Each() {
			if !isStr(p) || badMapping.MatchString(p.Text) {
				t.fail(p, "%s: BasePath takes letters, digits, / - and _ only", d.id)
				continue
			}
			m := mapping(d.id + strings.NewReplacer("-", "", "_", "", "/", "").Replace(p.Text) + "ApiMapping")
			m.set("ApiMappingKey", at(p.Span).str(strings.Trim(p.Text, "/")))
		}
	}
	return append(out, t.records(d, v, id, endpoint, attrs)...)
}

// v2Attrs are the attributes that what is made for an HTTP API takes over;
// WebSocket APIs hand none on.
func (t *transform) v2Attrs(d *decl) val {
	if d.typ == "AWS::Serverless::WebSocketApi" {
		return rind.NewMap(rind.Span(t.here))
	}
	return passed(d.attrs())
}
