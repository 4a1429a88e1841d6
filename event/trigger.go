package event

import (
	"strings"

	"rind/rind"
)

// KindsOf returns the kinds of events that a function gets, each with its
// shape where the template tells it: which of Cognito's triggers, an event of
// an AWS service or of an application, an API's proxy integration or one with
// a mapping template. It returns nil for a function without triggers.
func KindsOf(f *rind.Function) []rind.TriggerKind {
	if f == nil {
		return nil
	}
	var out []rind.TriggerKind
	seen := map[rind.TriggerKind]bool{}
	for _, t := range f.Triggers {
		for _, k := range shapesOf(t) {
			if !seen[k] {
				seen[k] = true
				out = append(out, k)
			}
		}
	}
	return out
}

// cognitoShapes are the shapes of the keys of LambdaConfig.
var cognitoShapes = map[string]string{
	"PreSignUp":                   "pre-sign-up",
	"PostConfirmation":            "post-confirmation",
	"PreAuthentication":           "pre-authentication",
	"PostAuthentication":          "post-authentication",
	"CustomMessage":               "custom-message",
	"PreTokenGeneration":          "pre-token-generation",
	"PreTokenGenerationConfig":    "pre-token-generation",
	"UserMigration":               "user-migration",
	"DefineAuthChallenge":         "define-auth-challenge",
	"CreateAuthChallenge":         "create-auth-challenge",
	"VerifyAuthChallengeResponse": "verify-auth-challenge",
	"CustomEmailSender":           "custom-sender",
	"CustomSMSSender":             "custom-sender",
	"InboundFederation":           "inbound-federation",
}

func shapesOf(t *rind.Trigger) []rind.TriggerKind {
	with := func(shapes ...string) []rind.TriggerKind {
		var out []rind.TriggerKind
		for _, s := range shapes {
			out = append(out, t.Kind+"/"+rind.TriggerKind(s))
		}
		return out
	}
	switch t.Kind {
	case rind.Cognito:
		if s := cognitoShapes[t.Detail]; s != "" {
			return with(s)
		}
	case rind.APIGatewayREST:
		switch integration(t.Value) {
		case "AWS_PROXY", "aws_proxy":
			return with("proxy")
		case "AWS", "aws":
			return with("mapped")
		}
	case rind.APIGatewayHTTP:
		switch t.Value.Get("PayloadFormatVersion").Str() {
		case "1.0":
			return with("proxy-v1")
		case "2.0":
			return with("proxy")
		}
	case rind.EventBridge:
		return with(eventShapes(t.Value)...)
	}
	return []rind.TriggerKind{t.Kind}
}

// integration is the type of integration of a method or an OpenAPI operation.
func integration(v *rind.Value) string {
	for _, at := range [][]string{{"Integration", "Type"}, {"x-amazon-apigateway-integration", "type"}} {
		if s := v.Get(at...).Str(); s != "" {
			return s
		}
	}
	return ""
}

// eventShapes tells from a rule's pattern who sends the events.
func eventShapes(rule *rind.Value) []string {
	for t := range rule.Get("Targets").Each() {
		if t.Get("InputTransformer").Present() {
			return []string{"custom", "aws.s3", "aws", "input"}
		}
	}
	sources := rule.Get("EventPattern", "source")
	if sources == nil || sources.Kind != rind.List || len(sources.Items) == 0 {
		return []string{"custom"}
	}
	var out []string
	seen := map[string]bool{}
	for _, s := range sources.Items {
		text := s.Text
		if s.Kind == rind.Map { // {"prefix": "aws."}
			text = s.Get("prefix").Str()
		}
		shape := "custom"
		switch {
		case text == "aws.s3":
			shape = "aws.s3"
		case strings.HasPrefix(text, "aws."):
			shape = "aws"
		}
		if !seen[shape] {
			seen[shape] = true
			out = append(out, shape)
		}
	}
	return out
}
