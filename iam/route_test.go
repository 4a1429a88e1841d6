package iam

import (
	"testing"

	"rind/template/source"
)

func TestGuarded(t *testing.T) {
	const open = `{Effect: Allow, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*"}`
	for _, tt := range []struct {
		statements string
		yes        bool
	}{
		{open, false},
		{`{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "*", Resource: "*"}`, true},
		{`{Effect: Allow, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/live/GET/health"}`, true},
		{`{Effect: Allow, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/live/POST/*"}`, false},
		{open + `, {Effect: Deny, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*/*/*", Condition: {NotIpAddress: {"aws:SourceIp": 192.0.2.0/24}}}`, true},
		{open + `, {Effect: Deny, Principal: "*", Action: "execute-api:Invoke", Resource: "arn:aws:execute-api:eu-west-1:1:abc/*", Condition: {StringNotEquals: {"aws:SourceVpc": vpc-1}}}`, true},
		{open + `, {Effect: Deny, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/live/POST/admin/*", Condition: {StringNotEquals: {"aws:PrincipalArn": a}}}`, false},
		{open + `, {Effect: Deny, Principal: "*", Action: "execute-api:Invoke", NotResource: "execute-api:/live/GET/health", Condition: {StringNotEquals: {"aws:PrincipalArn": a}}}`, true},
		{open + `, {Effect: Deny, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*", Condition: {Bool: {"aws:SecureTransport": "false"}}}`, false},
		{open + `, {Effect: Deny, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*", Condition: {IpAddress: {"aws:SourceIp": 192.0.2.0/24}}}`, false},
	} {
		v, err := source.Parse("t.yaml", []byte("Statement: ["+tt.statements+"]"))
		if err != nil {
			t.Fatal(err)
		}
		if yes, sure := Guarded(v, "post", "/orders/{id}"); yes != tt.yes || !sure {
			t.Errorf("%s: got %v, %v", tt.statements, yes, sure)
		}
	}
}
