package inventory

import "rind/rind"

// operationAuth is [OpenAPIAuth] with the authorizer and the place.
func (b *builder) operationAuth(doc, op *rind.Value, span rind.Span) rind.Auth {
	a := rind.Auth{Span: span}
	a.Type, _ = OpenAPIAuth(doc, op)
	if a.Type == "none" || op.Get("x-amazon-apigateway-auth", "type").Is("AWS_IAM") {
		return a
	}
	security := requirements(doc, op)
	if security != nil && security.Span.Line != 0 {
		a.Span = security.Span
	}
	for requirement := range security.Each() {
		for name := range requirement.Entries() {
			scheme := securityScheme(doc, name)
			if t := b.app.Target(scheme.Get("x-amazon-apigateway-authorizer", "authorizerUri")); t != nil {
				a.Authorizer = t.ID
			}
		}
	}
	return a
}

// requirements are what an operation demands, or else its document.
func requirements(doc, op *rind.Value) *rind.Value {
	if security := op.Get("security"); security != nil {
		return security
	}
	return doc.Get("security")
}

// securityScheme finds a scheme in a document of either version of OpenAPI.
func securityScheme(doc *rind.Value, name string) *rind.Value {
	if scheme := doc.Get("securityDefinitions", name); scheme != nil {
		return scheme
	}
	return doc.Get("components", "securitySchemes", name)
}

// OpenAPIAuth reads the security requirement of an OpenAPI operation, in the
// words of [rind.Auth], or the document's where the operation has none.
// ignored is set where a scheme is written that API Gateway does not enforce.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
func OpenAPIAuth(doc, op *rind.Value) (auth string, ignored bool) {
	if t := op.Get("x-amazon-apigateway-auth", "type"); t.Is("AWS_IAM") {
		return "iam", false
	}
	security := requirements(doc, op)
	if security.Symbolic() {
		return "", false
	}
	// API Gateway has one authorizer and one API key switch per method: it
	// takes all requirements together, also where OpenAPI means a choice.
	auth = "none"
	for requirement := range security.Each() {
		if requirement.Symbolic() {
			return "", false
		}
		if requirement.Len() == 0 {
			return "none", false // one of the choices is to need nothing
		}
		for name := range requirement.Entries() {
			switch a := schemeAuth(securityScheme(doc, name)); {
			case a == "ignored":
				ignored = true
			case a == "api-key" && auth != "none":
			case auth == "none" || auth == "api-key":
				auth = a
			}
		}
	}
	return auth, ignored && auth == "none"
}

// schemeAuth tells what API Gateway makes of a security scheme. Schemes
// without an authorizer extension describe and enforce nothing, but for an
// API key in the header x-api-key and for AWS signatures.
func schemeAuth(scheme *rind.Value) string {
	authorizer := scheme.Get("x-amazon-apigateway-authorizer")
	kind := scheme.Get("x-amazon-apigateway-authtype")
	switch {
	case scheme == nil, scheme.Symbolic(), authorizer.Symbolic():
		return "" // named and not described: rind cannot know
	case kind.Is("awsSigv4"):
		return "iam"
	case authorizer.Present():
		switch {
		case authorizer.Get("type").Is("cognito_user_pools"):
			return "cognito"
		case authorizer.Get("type").Is("jwt"):
			return "jwt"
		}
		return "lambda"
	case kind.Present():
		return "lambda"
	case scheme.Get("type").Is("apiKey") && scheme.Get("name").Is("x-api-key"):
		return "api-key"
	}
	return "ignored"
}
