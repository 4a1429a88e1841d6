package weak

import (
	"regexp"
	"strings"

	"rind/code/flow"
	"rind/code/ir"
	"rind/rind"
)

// A sender of webhooks signs what it sends. Its events are told by texts that
// only a receiver of them holds.
type sender struct {
	name string
	// event matches a constant of a receiver, signed one of a receiver that
	// checks the signature.
	event, signed *regexp.Regexp
	how           string
}

// senders, after what each documents of its signatures:
// https://docs.stripe.com/webhooks/signature
// https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
// https://docs.slack.dev/authentication/verifying-requests-from-slack
// https://shopify.dev/docs/apps/build/webhooks/subscribe/https
// https://www.twilio.com/docs/usage/webhooks/webhooks-security
var senders = []sender{
	{
		"Stripe", regexp.MustCompile(`^(?:checkout\.session\.\w+|payment_intent\.\w+|invoice\.(?:paid|payment_\w+)|customer\.subscription\.\w+|charge\.(?:succeeded|failed|refunded|dispute\.\w+))$`),
		regexp.MustCompile(`(?i)^(?:stripe-signature|constructEvent|construct_event|constructEventAsync|ConstructEvent)$`), "check the Stripe-Signature header with constructEvent",
	},
	{
		"GitHub", regexp.MustCompile(`(?i)^x-github-(?:event|delivery)$`),
		regexp.MustCompile(`(?i)^x-hub-signature(?:-256)?$`), "check X-Hub-Signature-256 against the HMAC of the body",
	},
	{
		"Slack", regexp.MustCompile(`^(?:url_verification|event_callback|block_actions|view_submission)$`),
		regexp.MustCompile(`(?i)^(?:x-slack-signature|signing_?secret|slack_signing_secret|SignatureVerifier|signingSecret)$`), "check X-Slack-Signature against the HMAC of timestamp and body",
	},
	{
		"Shopify", regexp.MustCompile(`(?i)^x-shopify-(?:topic|shop-domain)$`),
		regexp.MustCompile(`(?i)^x-shopify-hmac-sha256$`), "check X-Shopify-Hmac-Sha256 against the HMAC of the body",
	},
}

// webhooks reports receivers of webhooks that anybody can call and that check
// no signature.
func (o *Observer) webhooks(p *flow.Program) {
	f := p.Entry.Function
	if o.signature || f == nil || !openHTTP(f) {
		return
	}
	for _, s := range senders {
		var where rind.Span
		signed := false
		constants(p.Modules, func(m *ir.Module, text string, pos ir.Pos) {
			switch {
			case signedBy(&s, text):
				signed = true
			case where.IsZero() && s.event.MatchString(text):
				where = m.Place(pos)
			}
		})
		if where.IsZero() || signed {
			continue
		}
		p.Weakness(&rind.Weakness{
			Rule: ruleWebhook, Message: "anybody can call this as " + s.name + ": " + s.how, Span: where, Confidence: rind.ConfidenceMedium, Key: "webhook|" + s.name,
		})
	}
}

func signedBy(s *sender, text string) bool {
	return s.signed.MatchString(text) || strings.Contains(strings.ToLower(text), "signature")
}

// openHTTP reports whether a stranger can call the function over HTTP.
func openHTTP(f *rind.Function) bool {
	for _, t := range f.Triggers {
		if t.Kind.HTTP() && t.Public && (t.Auth.Type == "" || t.Auth.Type == "none") {
			return true
		}
	}
	return false
}
