package inventory

import (
	"testing"

	"rind/rind"
	"rind/template/source"
)

// document parses YAML or fails the test.
func document(t *testing.T, text string) *rind.Value {
	t.Helper()
	v, err := source.Parse("openapi.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const schemes = `
securityDefinitions:
  Users: {type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {type: cognito_user_pools}}
  Who: {type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {type: request}}
  Signed: {type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4}
  Key: {type: apiKey, in: header, name: x-api-key}
components:
  securitySchemes:
    Token: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt}}
    Described: {type: http, scheme: bearer}
`

func TestOpenAPIAuth(t *testing.T) {
	for _, c := range []struct {
		name, document, operation, want string
		ignored                         bool
	}{
		{"nothing asked", "", "{}", "none", false},
		{"user pool", "", "security: [{Users: []}]", "cognito", false},
		{"lambda", "", "security: [{Who: []}]", "lambda", false},
		{"signature", "", "security: [{Signed: []}]", "iam", false},
		{"signature by extension", "", "x-amazon-apigateway-auth: {type: AWS_IAM}", "iam", false},
		{"jwt", "", "security: [{Token: [orders/read]}]", "jwt", false},
		{"key only", "", "security: [{Key: []}]", "api-key", false},
		{"key and user pool", "", "security: [{Key: [], Users: []}]", "cognito", false},
		{"key or user pool", "", "security: [{Users: []}, {Key: []}]", "cognito", false},
		{"user pool after key", "", "security: [{Key: []}, {Users: []}]", "cognito", false},
		{"described, not enforced", "", "security: [{Described: []}]", "none", true},
		{"named nowhere", "", "security: [{Elsewhere: []}]", "", false},
		{"document's default", "security: [{Users: []}]", "{}", "cognito", false},
		{"default lifted", "security: [{Users: []}]", "security: []", "none", false},
		{"optional", "", "security: [{}, {Users: []}]", "none", false},
	} {
		doc, op := document(t, schemes+c.document), document(t, c.operation)
		if got, ignored := OpenAPIAuth(doc, op); got != c.want || ignored != c.ignored {
			t.Errorf("%s: got %q, ignored %v, want %q, %v", c.name, got, ignored, c.want, c.ignored)
		}
	}
}
