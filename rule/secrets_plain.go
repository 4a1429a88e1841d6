package rule

import (
	"slices"
	"strings"

	"rind/rind"
	found "rind/secret"
)

// credentialProperties are properties of CloudFormation types that take a
// credential, as dotted paths; lists on the way are gone through. Types with
// none have rules of their own for their secrets.
var credentialProperties = map[string][]string{
	"AWS::RDS::DBInstance":                         {"MasterUserPassword"},
	"AWS::RDS::DBCluster":                          {"MasterUserPassword"},
	"AWS::Redshift::Cluster":                       {"MasterUserPassword"},
	"AWS::RedshiftServerless::Namespace":           {"AdminUserPassword"},
	"AWS::DocDB::DBCluster":                        {"MasterUserPassword", "MasterPassword"},
	"AWS::Neptune::DBCluster":                      {"MasterUserPassword"},
	"Terraform::aws_redshift_cluster":              {"MasterPassword"},
	"Terraform::aws_elasticache_replication_group": {"AuthToken"},
	"Terraform::aws_dms_endpoint":                  {"Password"},
	"AWS::DMS::Endpoint":                           {"Password", "MongoDbSettings.Password"},
	"AWS::ElastiCache::ReplicationGroup":           {"AuthToken"},
	"AWS::ElastiCache::User":                       {"Passwords"},
	"AWS::MemoryDB::User":                          {"AuthenticationMode.Passwords"},
	"AWS::AmazonMQ::Broker":                        {"Users.Password"},
	"AWS::DirectoryService::MicrosoftAD":           {"Password"},
	"AWS::DirectoryService::SimpleAD":              {"Password"},
	"AWS::IAM::User":                               {"LoginProfile.Password"},
	"AWS::Amplify::App":                            {"AccessToken", "OauthToken", "BasicAuthConfig.Password"},
	"AWS::Amplify::Branch":                         {"BasicAuthConfig.Password"},
	"AWS::Events::Connection":                      {"AuthParameters.ApiKeyAuthParameters.ApiKeyValue", "AuthParameters.BasicAuthParameters.Password", "AuthParameters.OAuthParameters.ClientParameters.ClientSecret"},
	"AWS::Cognito::UserPoolIdentityProvider":       {"ProviderDetails.client_secret"},
	"AWS::OpenSearchService::Domain":               {"AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword"},
	"AWS::Elasticsearch::Domain":                   {"AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword"},
	"AWS::CodeBuild::SourceCredential":             {"Token"},
	"AWS::CodePipeline::Webhook":                   {"AuthenticationConfiguration.SecretToken"},
	"AWS::SecretsManager::Secret":                  nil, // RIND-SECRET-005
	"AWS::KinesisFirehose::DeliveryStream":         nil, // RIND-KINESIS-007, -008
	"AWS::Lambda::Permission":                      nil, // EventSourceToken has a rule of its own
	"AWS::Lambda::Function":                        nil, // environment variables have rules of their own
	"AWS::SSM::Parameter":                          nil, // RIND-SECRET-006
	"AWS::SSM::Document":                           nil, // RIND-SECRET-012
	"Terraform::aws_ssm_document":                  nil,
	"Terraform::aws_secretsmanager_secret_version": nil,
}

// credentials yields the values of a credential property: at a dotted path,
// through lists.
func credentials(v *rind.Value, path string) []*rind.Value {
	key, rest, more := strings.Cut(path, ".")
	var out []*rind.Value
	for x := range v.Get(key).Each() {
		if more {
			for y := range x.Each() {
				out = append(out, credentials(y, rest)...)
			}
			continue
		}
		out = append(out, x)
	}
	return out
}

// credentialTypes lists the types that have credential properties.
func credentialTypes() []string {
	var types []string
	for t, paths := range credentialProperties {
		if len(paths) > 0 {
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return types
}

var _ = register(&Rule{
	ID:         "RIND-SECRET-014",
	Title:      "Credential property is plain text",
	Why:        "The credential is in the template: in the repository, in its history, in the stack and in every copy of them.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds"},
	Equivalent: []string{"F51", "W2501"},
	Fix:        "Use a dynamic reference to Secrets Manager, or let the service manage the password, and change the credential.",
	Types:      credentialTypes(),
	Check: func(p *Pass, r *rind.Resource) {
		for _, path := range credentialProperties[r.Type] {
			for _, v := range credentials(r.Properties, path) {
				if writtenOut(p.App, v) && credible(path, v.Text) {
					p.Report(r, v, "%s is plain text", path)
				}
			}
		}
	},
})

// credible reports whether a literal at a credential property may be meant.
// Any text may be a password; keys and tokens look like such, and what stands
// in their place in a sample does not.
func credible(path, text string) bool {
	t := strings.ToLower(text)
	if strings.HasPrefix(t, "<") || strings.Contains(t, "replace") || strings.HasPrefix(t, "your") || strings.Contains(t, "dummy") {
		return false
	}
	return strings.Contains(path, "assword") || tangled(text)
}

var _ = register(&Rule{
	ID:         "RIND-SECRET-020",
	Title:      "Credential comes from a parameter that shows it",
	Why:        "The parameter has no NoEcho, or a default: whoever can read the stack has the credential of what is made from it.",
	Risk:       rind.SAS7,
	Severity:   rind.Medium,
	CWE:        "CWE-522",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds"},
	Equivalent: []string{"F51", "W1011", "W2501"},
	Fix:        "Use a dynamic reference to Secrets Manager, or let the service manage the password.",
	Types:      credentialTypes(),
	Check: func(p *Pass, r *rind.Resource) {
		for _, path := range credentialProperties[r.Type] {
			for _, v := range credentials(r.Properties, path) {
				if openParameter(p.App, v) {
					p.Report(r, v, "%s comes from a parameter that shows it", path).Confidence = rind.ConfidenceMedium
				}
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SECRET-015",
	Title:      "Secret written in the template",
	Why:        "A key, token or password in a template is in the repository, in its history, in the stack and in every copy of them. Taking it out does not help: it has to be changed.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds"},
	Equivalent: []string{"a88baa34-e2ad-44ea-ad6f-8cac87bc7c71"},
	Fix:        "Change the secret, keep the new one in Secrets Manager and refer to it.",
	CheckApp: func(p *Pass) {
		for _, r := range p.App.Resources {
			if _, own := credentialProperties[r.Type]; own || r.Generated {
				continue
			}
			reportSecrets(p, r, r.Properties)
			reportSecrets(p, r, r.Attributes.Get("Metadata"))
		}
	},
})

// maxSecretText bounds how long a text is searched for secrets: user data and
// embedded code are, bundles are not.
const maxSecretText = 64 << 10

// reportSecrets reports the secrets among the values inside v, each by the
// key it is written under, or by the name beside it in a {Name, Value} pair.
func reportSecrets(p *Pass, r *rind.Resource, v *rind.Value) {
	n := 0
	v.Walk(func(path string, x *rind.Value) bool {
		if n >= 20 {
			return false
		}
		if x.Kind == rind.Map {
			if name, value := orElse(x.Get("Name"), x.Get("Key"), x.Get("ParameterKey")), orElse(x.Get("Value"), x.Get("ParameterValue")); name.Scalar() && value.Scalar() {
				if s, ok := findSecret(name.Text, value); ok && s.Confidence == rind.ConfidenceHigh {
					f := p.Report(r, value, "%s is %s, written here", name.Text, withArticle(s.Kind))
					f.Key = r.Type + "|" + path + "|" + name.Text
					n++
				}
				return false
			}
			return true
		}
		if s, ok := partSecret(x); ok {
			f := p.Report(r, x, "%s holds %s, written here", lastKey(path), withArticle(s.Kind))
			f.Key, f.Confidence = r.Type+"|"+path, s.Confidence
			n++
			return true
		}
		if !x.Scalar() || len(x.Text) < 8 || len(x.Text) > maxSecretText || len(x.Via) > 0 {
			return true
		}
		key := lastKey(path)
		s, ok := findSecret(key, x)
		if !ok || s.Confidence != rind.ConfidenceHigh || harmlessKey(key) {
			return true
		}
		f := p.Report(r, x, "%s is %s, written here", key, withArticle(s.Kind))
		f.Key = r.Type + "|" + path
		n++
		return true
	})
}

// partSecret looks for a secret of known shape in the literal parts of a value
// that is otherwise unknown, such as user data made by Fn::Sub.
func partSecret(v *rind.Value) (secret, bool) {
	if !v.Symbolic() || len(v.Text) > maxSecretText {
		return secret{}, false
	}
	for _, part := range v.Parts {
		if part.Ref == nil && len(part.Text) >= 8 {
			if s, ok := shapedSecret(part.Text); ok {
				return s, true
			}
		}
	}
	return secret{}, false
}

// harmlessKey reports whether values under a key are random without being
// secret: hashes, nonces, digests and identifiers.
func harmlessKey(key string) bool {
	k := strings.ToLower(key)
	for _, part := range []string{"hash", "sha", "md5", "etag", "digest", "nonce", "thumbprint", "fingerprint", "kmskeyid", "keyid", "keyarn", "clienttoken", "requesttoken", "publickey", "nexttoken"} {
		if strings.Contains(k, part) {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:         "RIND-SECRET-016",
	Title:      "Secret parameter without NoEcho",
	Why:        "The value of a parameter is shown in the console and by DescribeStacks to everyone who may read the stack, unless NoEcho is set. In Terraform, plans and logs show it unless it is sensitive.",
	Risk:       rind.SAS7,
	Severity:   rind.Low,
	CWE:        "CWE-549",
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"},
	Equivalent: []string{"W2501"},
	Fix:        "Set NoEcho: true (sensitive = true in Terraform), or use a dynamic reference instead of a parameter.",
	CheckApp: func(p *Pass) {
		for _, param := range p.App.Parameters {
			// Parameters of nested stacks are passed down from this one's.
			if param.Secret || strings.Contains(param.Name, "/") || !secretParameter(param) {
				continue
			}
			if _, ok := findSecret(param.Name, param.Default); ok {
				continue // RIND-SECRET-017 says worse
			}
			f := p.Report(nil, &rind.Value{Span: param.Span}, "the parameter %s shows its value", param.Name)
			f.Key = "parameter " + param.Name
			f.Confidence = rind.ConfidenceMedium
		}
	},
})

// secretParameter reports whether a parameter takes a secret, by its name and
// by what else is known of it.
func secretParameter(param *rind.Parameter) bool {
	w := nameWords(param.Name)
	if slices.ContainsFunc(w, func(word string) bool { return flagVerbs[word] }) {
		return false // "userpoolClientGenerateSecret" is a yes or no
	}
	if len(w) == 0 || found.Describes(w[len(w)-1]) || len(w) > 1 && found.Describes(w[0]) && w[0] != "user" && w[0] != "public" {
		return false
	}
	if strings.Contains(param.Type, "SSM::Parameter") || strings.HasPrefix(param.Type, "List") || strings.HasPrefix(param.Type, "AWS::") {
		return false
	}
	switch param.Type {
	case "", "String", "string", "any":
	default:
		return false
	}
	joined := " " + strings.Join(w, " ") + " "
	for _, words := range []string{" password ", " passwd ", " passphrase ", " api key ", " apikey ", " client secret ", " secret key ", " secret access key ", " private key ", " auth token ", " access token ", " api token ", " oauth token ", " webhook secret ", " signing secret ", " secret "} {
		if strings.HasSuffix(joined, words) {
			return !pointsAtSecret(param) && len(slices.Collect(param.Value.Get("AllowedValues").Each())) == 0
		}
	}
	return false
}

// flagVerbs are the words of a parameter that says what to do with a secret.
var flagVerbs = words(`generate generates create creates enable enabled disable disabled use uses rotate require requires
	required allow allows should is has with skip force include exclude enforce import show hide reset expire expires`)

// pointsAtSecret reports whether a parameter holds the name of a secret and
// not the secret itself, going by its default and its description.
func pointsAtSecret(param *rind.Parameter) bool {
	if v := param.Default; v.Scalar() && v.Text != "" && (notASecret(v.Text) || strings.Contains(v.Text, "/") || v.True() || v.False()) {
		return true
	}
	d := strings.ToLower(orElse(param.Value.Get("Description"), param.Value.Get("description")).Str())
	for _, word := range []string{"name of", "arn of", "arn ", "id of", "path of", "path to", "secret name", "secrets manager", "parameter store", "ssm"} {
		if strings.Contains(d, word) {
			return true
		}
	}
	return false
}

var _ = register(&Rule{
	ID:         "RIND-SECRET-017",
	Title:      "Secret parameter has a default",
	Why:        "The default is in the template, so that everyone who reads the repository knows the secret of each stack that did not change it.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-1392",
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds"},
	Equivalent: []string{"F45", "F51", "F68"},
	Fix:        "Remove the default, and change the secret where it was used.",
	CheckApp: func(p *Pass) {
		for _, param := range p.App.Parameters {
			v := param.Default
			if !v.Scalar() || strings.Contains(param.Type, "SSM::Parameter") || strings.Contains(param.Name, "/") {
				continue
			}
			s, ok := findSecret(param.Name, v)
			if !ok && param.Secret && secretParameter(param) && v.Text != "" && !placeholder(v.Text) {
				s, ok = secret{"secret", rind.ConfidenceMedium}, true
			}
			if !ok {
				continue
			}
			f := p.Report(nil, v, "the default of %s is %s", param.Name, withArticle(s.Kind))
			if v.Span.IsZero() {
				f.Span = param.Span
			}
			f.Key, f.Confidence = "parameter "+param.Name, s.Confidence
			if s.Confidence != rind.ConfidenceHigh {
				f.Severity = rind.Medium
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SECRET-018",
	Title:      "Output publishes a secret",
	Why:        "Outputs are shown in the console and to everyone who may describe the stack; NoEcho does not mask them.",
	Risk:       rind.SAS7,
	Severity:   rind.Medium,
	CWE:        "CWE-200",
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html"},
	Equivalent: []string{"W2010", "cloudformation_stack_outputs_find_secrets"},
	Fix:        "Remove the output, or publish the ARN of the secret.",
	CheckApp: func(p *Pass) {
		for _, o := range p.App.Outputs {
			what, from := "", o.Value
			if s, ok := findSecret(o.Name, o.Value); ok && s.Confidence == rind.ConfidenceHigh {
				what = s.Kind
			}
			for ref := range o.Value.Refs() {
				switch ref.Kind {
				case rind.RefSecret:
					what = "secret parameter"
				case rind.RefSecretsManager, rind.RefSSMSecure:
					what = "secret"
				case rind.RefResource:
					if target := p.App.Resource(ref.Name); target != nil && target.Type == "AWS::IAM::AccessKey" && ref.Attr == "SecretAccessKey" {
						what = "secret access key"
					}
				}
			}
			if what == "" || o.Secret {
				continue
			}
			at := rind.Value{Span: o.Span}
			if !from.Span.IsZero() {
				at.Span = from.Span
			}
			f := p.Report(nil, &at, "the output %s shows %s", o.Name, withArticle(what))
			f.Key = "output " + o.Name
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-SECRET-019",
	Title:      "Credentials in CloudFormation metadata",
	Why:        "An authentication block is stored in the template and readable on the instance and by everyone who may describe the stack. Credentials of the type basic or S3 keys lie there in clear text.",
	Risk:       rind.SAS7,
	Severity:   rind.Medium,
	CWE:        "CWE-522",
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-authentication.html"},
	Equivalent: []string{"9ecb6b21-18bc-4aa7-bd07-db20f1c746db", "W1", "CFN_AUTHENTICATION_RULE"},
	Fix:        "Use roleName in the authentication block, and let the instance's role give access.",
	CheckApp: func(p *Pass) {
		for _, r := range p.App.Resources {
			auth := r.Attributes.Get("Metadata", "AWS::CloudFormation::Authentication")
			for name, block := range auth.Entries() {
				if block.Kind != rind.Map || block.Has("roleName") && !block.Has("secretKey") && !block.Has("password") {
					continue
				}
				f := p.Report(r, auth, "the authentication block %s holds credentials", name)
				f.Key = r.Type + "|authentication " + name
			}
		}
	},
})
