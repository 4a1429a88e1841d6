package rule

import (
	"fmt"
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

// policyProperties says where each type of resource keeps its resource-based
// policy. Terraform's split resources are translated to the same shape.
var policyProperties = map[string][]string{
	"AWS::S3::BucketPolicy":               {"PolicyDocument"},
	"AWS::S3::AccessPoint":                {"Policy"},
	"AWS::S3::Bucket":                     {"Policy"},
	"AWS::SNS::TopicPolicy":               {"PolicyDocument"},
	"AWS::SNS::TopicInlinePolicy":         {"PolicyDocument"},
	"AWS::SNS::Topic":                     {"Policy"},
	"AWS::SQS::QueuePolicy":               {"PolicyDocument"},
	"AWS::SQS::QueueInlinePolicy":         {"PolicyDocument"},
	"AWS::SQS::Queue":                     {"Policy"},
	"AWS::KMS::Key":                       {"KeyPolicy"},
	"AWS::KMS::ReplicaKey":                {"KeyPolicy"},
	"Terraform::aws_kms_key_policy":       {"KeyPolicy", "Policy"},
	"AWS::SecretsManager::ResourcePolicy": {"ResourcePolicy"},
	"AWS::SecretsManager::Secret":         {"Policy", "ResourcePolicy"},
	"AWS::ECR::Repository":                {"RepositoryPolicyText"},
	"Terraform::aws_ecr_repository_policy": {
		"RepositoryPolicyText", "Policy",
	},
	"AWS::DynamoDB::Table":         {"ResourcePolicy"},
	"AWS::Kinesis::ResourcePolicy": {"ResourcePolicy"},
	"AWS::Logs::ResourcePolicy":    {"PolicyDocument"},
	"AWS::Logs::Destination":       {"DestinationPolicy"},
	"AWS::ApiGateway::RestApi":     {"Policy", "Body.x-amazon-apigateway-policy"},
	"AWS::Events::EventBus":        {"Policy"},
	"AWS::Events::EventBusPolicy":  {"Statement"},
	"AWS::EventSchemas::RegistryPolicy": {
		"Policy",
	},
}

// resourcePolicy returns the statements of r's resource-based policy, or none
// where it has no policy, or one that cannot be read.
func resourcePolicy(r *rind.Resource) []*iam.Statement {
	for _, property := range policyProperties[r.Type] {
		v := r.Get(strings.Split(property, ".")...)
		if v.Absent() {
			continue
		}
		if inner := v.Get("PolicyDocument"); inner.Present() {
			v = inner
		}
		if doc, err := iam.Parse(v); err == nil {
			return doc.Statements
		}
	}
	return nil
}

// reportStatement reports statement i of r's policy at one of its elements.
func reportStatement(p *Pass, r *rind.Resource, i int, s *iam.Statement, element, format string, args ...any) *rind.Finding {
	at := s.Value.Get(element)
	if at.Absent() {
		at = s.Value
	}
	// The element's span may be a whole document given as text; the finding
	// is told from others by the statement.
	f := home(p, r, at, format, args...)
	f.Key = fmt.Sprintf("%s|statement %d %s %s|%s", r.Type, i, s.Sid, element, terms(s))
	f.Confidence = rind.ConfidenceHigh
	return f
}

// terms writes down what a statement permits to whom and when, in an order of
// its own: a finding's fingerprint has to change when the statement does.
func terms(s *iam.Statement) string {
	var out []string
	add := func(kind string, not bool, v *rind.Value, text string) {
		if v.Symbolic() || text == "" {
			text = v.Text
		}
		out = append(out, fmt.Sprintf("%s %t %s", kind, not, text))
	}
	for _, p := range s.Principals {
		add("principal "+p.Type, s.NotPrincipal, p.ID.Value, p.ID.Text)
	}
	for _, a := range s.Actions {
		add("action", s.NotAction, a.Value, a.Text)
	}
	for _, r := range s.Resources {
		add("resource", s.NotResource, r.Value, r.Text)
	}
	for _, c := range s.Conditions {
		name := fmt.Sprintf("condition %s%s %s", c.Set, c.Operator, c.Key)
		if len(c.Values) == 0 {
			add(name, c.IfExists, nil, "-")
		}
		for _, v := range c.Values {
			add(name, c.IfExists, v, "")
		}
	}
	slices.Sort(out)
	return strings.Join(out, ";")
}

// open reports whether a statement lets everyone act: anybody as principal
// with no condition that limits who that is, or a principal in any account
// whatever. It is false where that depends on values not known.
func open(s *iam.Statement) bool {
	if yes, known := s.Public(); yes {
		return known
	}
	if !s.Allow || s.NotPrincipal {
		return false
	}
	if limited, known := s.Limited(); limited || !known {
		return false
	}
	for _, p := range s.Principals {
		if p.Type == "AWS" && anyAccount(p.ID) {
			return true
		}
	}
	return false
}

// anyAccount reports whether a principal is an ARN with a wildcard for its
// account, which AWS does not accept but which means everyone.
func anyAccount(id iam.Pattern) bool {
	f := strings.SplitN(id.Text, ":", 6)
	return id.Known && len(f) == 6 && f[0] == "arn" && f[4] == "*"
}

// checkOpen reports the statements of a resource policy that let everyone
// act. The noun is what the policy guards: "queue".
func checkOpen(noun string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			if open(s) {
				reportStatement(p, r, i, s, "Principal", "anyone may use %s on this %s", actionList(s), noun)
			}
		}
	}
}

// checkWildcardAction reports Allow statements for every action.
func checkWildcardAction(noun string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			if s.Allow && len(s.WildcardActions()) > 0 && !delegates(s) {
				f := reportStatement(p, r, i, s, "Action", "the policy allows every action (%s) on this %s", actionList(s), noun)
				if ownAccount(s) {
					f.Severity = rind.Low
				}
			}
		}
	}
}

// ownAccount reports whether a statement is for nobody but the account that
// the policy is deployed to, whose identity policies decide as they would
// without it.
func ownAccount(s *iam.Statement) bool {
	for _, p := range s.Principals {
		own := false
		for ref := range p.ID.Value.Refs() {
			own = own || ref.Kind == rind.RefPseudo && ref.Name == "AWS::AccountId"
		}
		if p.Type != "AWS" || !own || !strings.HasSuffix(p.ID.Text, ":root") && strings.Contains(p.ID.Text, ":") {
			return false
		}
	}
	return len(s.Principals) > 0 && !s.NotPrincipal
}

// delegates reports whether a bucket policy hands the decision to the
// policies of access points, which AWS recommends doing for every action.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html#access-points-delegating-control
func delegates(s *iam.Statement) bool {
	for _, c := range s.Conditions {
		if strings.HasPrefix(strings.ToLower(c.Key), "s3:dataaccesspoint") {
			return true
		}
	}
	return false
}

// checkNotAction reports Allow statements that list only what is excepted.
func checkNotAction(noun string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			if s.Allow && s.NotAction {
				reportStatement(p, r, i, s, "NotAction", "the policy allows every action on this %s but a few", noun)
			}
		}
	}
}

// checkNotPrincipal reports Allow statements for everyone but a few.
func checkNotPrincipal(noun string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			if s.Allow && s.NotPrincipal {
				reportStatement(p, r, i, s, "NotPrincipal", "the policy allows everyone but a few principals to use this %s", noun)
			}
		}
	}
}

// checkCrossAccount reports Allow statements for principals in accounts given
// by number, without a condition that limits them further.
func checkCrossAccount(noun string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for i, s := range resourcePolicy(r) {
			if !s.Allow || len(s.Conditions) > 0 {
				continue
			}
			if others := s.CrossAccount(); len(others) > 0 {
				reportStatement(p, r, i, s, "Principal", "account %s may use %s on this %s", others[0].Account(), actionList(s), noun)
			}
		}
	}
}

// actionList names a statement's actions in a few words.
func actionList(s *iam.Statement) string {
	if s.NotAction {
		return "all actions but a few"
	}
	var b strings.Builder
	for i, a := range s.Actions {
		if i == 3 {
			fmt.Fprintf(&b, " and %d more", len(s.Actions)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.String())
	}
	if b.Len() == 0 {
		return "its actions"
	}
	return b.String()
}

// deniesPlainHTTP reports whether one of the statements refuses requests
// without TLS: a Deny when aws:SecureTransport is false, to everyone.
func deniesPlainHTTP(statements []*iam.Statement) bool {
	for _, s := range statements {
		if !s.Deny() {
			continue
		}
		everyone := false
		for _, p := range s.Principals {
			everyone = everyone || p.Everyone() && !s.NotPrincipal
		}
		if everyone && len(s.Conditions) == 1 && secureTransport(s, false) {
			return true
		}
	}
	return false
}

// secureTransport reports whether a statement has the condition that
// aws:SecureTransport is the given value.
func secureTransport(s *iam.Statement, want bool) bool {
	for _, c := range s.Conditions {
		if !strings.EqualFold(c.Key, "aws:SecureTransport") || !strings.EqualFold(c.Operator, "Bool") {
			continue
		}
		for _, v := range c.Values {
			if want && v.True() || !want && v.False() {
				return true
			}
		}
	}
	return false
}
