package rule

import (
	"strings"

	"rind/rind"
)

const docCORS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html"

// A corsSetting is what an API tells browsers about other origins.
type corsSetting struct {
	holder      *rind.Resource
	origin      *rind.Value // the "*", or nil
	credentials *rind.Value // the "true", or nil
}

// corsSettings finds the CORS configuration of HTTP APIs and, for REST APIs,
// the headers that mock integrations and gateway responses answer with.
func corsSettings(app *rind.App) []corsSetting {
	var out []corsSetting
	for _, r := range app.Resources {
		switch r.Type {
		case "AWS::ApiGatewayV2::Api":
			cors := r.Get("CorsConfiguration")
			c := corsSetting{holder: r, origin: anyOrigin(cors)}
			if v := cors.Get("AllowCredentials"); v.True() {
				c.credentials = v
			}
			out = append(out, c)
			out = append(out, corsDocument(r, r.Get("Body", "x-amazon-apigateway-cors")))
		case "AWS::ApiGateway::RestApi":
			for _, item := range fieldsOf(r.Get("Body", "paths")) {
				out = append(out, corsHeaders(r, item))
			}
		case "AWS::ApiGateway::Method":
			out = append(out, corsHeaders(r, r.Get("Integration")))
		case "AWS::ApiGateway::GatewayResponse":
			out = append(out, corsHeaders(r, r.Properties))
		}
	}
	// An expansion copies what was written once into every path.
	type place struct {
		holder string
		origin rind.Span
	}
	seen := map[place]bool{}
	kept := out[:0]
	for _, c := range out {
		if c.origin == nil {
			continue
		}
		if at := (place{c.holder.ID, c.origin.Span}); !seen[at] || c.origin.Span.IsZero() {
			seen[at] = true
			kept = append(kept, c)
		}
	}
	return kept
}

func fieldsOf(v *rind.Value) []*rind.Value {
	var out []*rind.Value
	for _, f := range v.Entries() {
		out = append(out, f)
	}
	return out
}

// corsDocument reads the extension that defines CORS in an OpenAPI document.
func corsDocument(r *rind.Resource, v *rind.Value) corsSetting {
	c := corsSetting{holder: r}
	for o := range v.Get("allowOrigins").Each() {
		if o.Is("*", "https://*", "http://*") {
			c.origin = o
		}
	}
	if a := v.Get("allowCredentials"); a.True() {
		c.credentials = a
	}
	return c
}

// corsHeaders finds the two headers in response parameters, whose values are
// quoted: method.response.header.Access-Control-Allow-Origin: "'*'".
func corsHeaders(r *rind.Resource, v *rind.Value) corsSetting {
	c := corsSetting{holder: r}
	v.Walk(func(_ string, m *rind.Value) bool {
		for key, value := range m.Entries() {
			k, text := strings.ToLower(key), strings.Trim(value.Str(), `'" `)
			switch {
			case strings.HasSuffix(k, ".access-control-allow-origin") && text == "*":
				c.origin = value
			case strings.HasSuffix(k, ".access-control-allow-credentials") && strings.EqualFold(text, "true"):
				c.credentials = value
			}
		}
		return true
	})
	return c
}

var _ = register(&Rule{
	ID:         "RIND-APIGW-041",
	Title:      "API answers every origin",
	Why:        "Every web site can make its visitors' browsers call the API and read the answer. That is right for a public interface without sessions and wrong for most others.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-942",
	Profile:    All,
	Sources:    []string{docCORS},
	Equivalent: []string{"AC_AWS_0441"},
	Fix:        "List the origins that the API serves.",
	CheckApp: func(p *Pass) {
		for _, c := range corsSettings(p.App) {
			if c.credentials == nil {
				p.Report(c.holder, c.origin, "any web site may read the API's answers")
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-APIGW-042",
	Title:    "API answers every origin, with credentials",
	Why:      "Allowing credentials from any origin asks browsers to send the visitor's cookies or login along, whatever site they are on. Where the origin is reflected, or the API itself builds the header, each site acts as its visitors.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-942",
	Sources:  []string{docCORS, "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"},
	Fix:      "List the trusted origins, or do not allow credentials.",
	CheckApp: func(p *Pass) {
		for _, c := range corsSettings(p.App) {
			if c.credentials == nil {
				continue
			}
			f := p.Report(c.holder, c.credentials, "credentials are allowed from any origin")
			f.Related = append(f.Related, rind.Label{Span: c.origin.Span, Note: "any origin"})
		}
	},
})
