package tf

import (
	"errors"
	"strings"

	"rind/rind"
)

// arnShapes tells, for resources whose ARN configurations take apart, what
// the ARN looks like; * is the resource's name.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var arnShapes = map[string]string{
	"aws_lambda_function":                  "lambda:R:A:function:*",
	"aws_sqs_queue":                        "sqs:R:A:*",
	"aws_sns_topic":                        "sns:R:A:*",
	"aws_s3_bucket":                        "s3:::*",
	"aws_dynamodb_table":                   "dynamodb:R:A:table/*",
	"aws_kinesis_stream":                   "kinesis:R:A:stream/*",
	"aws_kinesis_firehose_delivery_stream": "firehose:R:A:deliverystream/*",
	"aws_sfn_state_machine":                "states:R:A:stateMachine:*",
	"aws_cloudwatch_log_group":             "logs:R:A:log-group:*",
	"aws_cloudwatch_event_bus":             "events:R:A:event-bus/*",
	"aws_cloudwatch_event_rule":            "events:R:A:rule/*",
	"aws_cloudwatch_event_api_destination": "events:R:A:api-destination/*",
	"aws_secretsmanager_secret":            "secretsmanager:R:A:secret:*",
	"aws_kms_key":                          "kms:R:A:key/*",
	"aws_iam_role":                         "iam::A:role/*",
	"aws_iam_policy":                       "iam::A:policy/*",
	"aws_ecs_cluster":                      "ecs:R:A:cluster/*",
	"aws_msk_cluster":                      "kafka:R:A:cluster/*",
	"aws_mq_broker":                        "mq:R:A:broker:*",
}

// spelled writes a reference to an ARN out as far as its shape is known.
func spelled(ref rind.Ref) ([]rind.Part, bool) {
	if ref.Kind != rind.RefResource || ref.Attr != "arn" {
		return nil, false
	}
	_, rest := splitAddress(ref.Name)
	typ, _, _ := strings.Cut(rest, ".")
	shape, ok := arnShapes[typ]
	if !ok {
		return nil, false
	}
	pseudo := func(name string) rind.Part {
		return rind.Part{Ref: &rind.Ref{Kind: rind.RefPseudo, Name: "AWS::" + name}}
	}
	out := []rind.Part{{Text: "arn:"}, pseudo("Partition"), {Text: ":"}}
	for _, piece := range strings.SplitAfter(shape, ":") {
		switch name, sep := strings.CutSuffix(piece, ":"); {
		case name == "R":
			out = append(out, pseudo("Region"), rind.Part{Text: ":"})
		case name == "A":
			out = append(out, pseudo("AccountId"), rind.Part{Text: ":"})
		case sep:
			out = append(out, rind.Part{Text: piece})
		default:
			out = append(out, rind.Part{Text: strings.TrimSuffix(name, "*")}, rind.Part{Ref: &rind.Ref{Kind: ref.Kind, Name: ref.Name, Attr: "name"}})
		}
	}
	return out, true
}

// splitSymbol splits a text with references, if none of them can hold the
// separator: pseudo parameters and the names of resources do not hold colons
// or slashes.
func splitSymbol(v *rind.Value, sep string, span rind.Span) *rind.Value {
	if sep != ":" && sep != "/" {
		return nil
	}
	out := rind.NewList(span)
	var piece []rind.Part
	flush := func() {
		out.Items = append(out.Items, rind.Join(piece, nil, span))
		piece = nil
	}
	var add func(ps []rind.Part, whole bool) bool
	add = func(ps []rind.Part, whole bool) bool {
		for _, p := range ps {
			if p.Ref != nil {
				if inner, ok := spelled(*p.Ref); ok && whole {
					if !add(inner, false) {
						return false
					}
					continue
				}
				if whole && p.Ref.Kind != rind.RefPseudo {
					return false
				}
				piece = append(piece, p)
				continue
			}
			for i, s := range strings.Split(p.Text, sep) {
				if i > 0 {
					flush()
				}
				piece = append(piece, rind.Part{Text: s})
			}
		}
		return true
	}
	if !add(v.Parts, true) {
		return nil
	}
	flush()
	return out
}

// affix decides whether a text begins with, ends with or contains another,
// where the known parts of a Symbol tell.
func affix(kind string, v, part *rind.Value) (yes, sure bool) {
	if part.Kind == rind.Symbol {
		return false, false
	}
	want := part.Text
	if v.Kind != rind.Symbol {
		switch kind {
		case "startswith":
			return strings.HasPrefix(v.Text, want), true
		case "endswith":
			return strings.HasSuffix(v.Text, want), true
		}
		return strings.Contains(v.Text, want), true
	}
	first, last := v.Parts[0].Text, v.Parts[len(v.Parts)-1].Text
	switch kind {
	case "startswith":
		n := min(len(first), len(want))
		return first[:n] == want[:n], first[:n] != want[:n] || len(first) >= len(want)
	case "endswith":
		n := min(len(last), len(want))
		eq := last[len(last)-n:] == want[len(want)-n:]
		return eq, !eq || len(last) >= len(want)
	}
	for _, p := range v.Parts {
		if p.Ref == nil && strings.Contains(p.Text, want) {
			return true, true
		}
	}
	return false, false
}

func fnAffix(c *invocation) (*rind.Value, error) {
	for _, a := range c.args {
		if a.Kind != rind.Symbol && !a.Scalar() {
			return nil, errors.New("needs two strings")
		}
	}
	yes, sure := affix(c.e.Name, c.args[0], c.args[1])
	if !sure {
		return c.unknown(), nil
	}
	return rind.NewBool(yes, c.span), nil
}
