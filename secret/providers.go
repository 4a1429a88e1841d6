package secret

import "rind/rind"

// formats are those that the issuers document, or that their own scanners and
// GitHub's partners publish:
// https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
var formats = []format{
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
	{
		id: "aws-access-key", kind: "AWS access key", provider: "AWS", class: AWSKey, prefix: []string{"AKIA", "ASIA", "ABIA", "ACCA"},
		pattern: exact(`A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}`), check: checkAccessKey,
	},
	{id: "aws-bedrock-key", kind: "Amazon Bedrock API key", provider: "AWS", class: AWSKey, prefix: []string{"ABSK"}, pattern: exact(`ABSKQmVkcm9ja[A-Za-z0-9+/]{90,260}={0,2}`)},

	// https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
	{
		id: "github-token", kind: "GitHub token", provider: "GitHub", prefix: []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"},
		pattern: exact(`gh[pousr]_[A-Za-z0-9]{36,251}`), check: checkBase62CRC,
	},
	{id: "github-fine-grained-token", kind: "GitHub token", provider: "GitHub", prefix: []string{"github_pat_"}, pattern: exact(`github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}`)},
	{id: "npm-token", kind: "npm token", provider: "npm", prefix: []string{"npm_"}, pattern: exact(`npm_[A-Za-z0-9]{36}`), check: checkBase62CRC},
	{id: "npmrc-token", kind: "npm token", provider: "npm", prefix: []string{":_authToken="}, inside: true, pattern: exact(`:_authToken=["']?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)},
	{id: "gitlab-token", kind: "GitLab token", provider: "GitLab", prefix: []string{"glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-"}, pattern: exact(`gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_.-]{20,300}`)},
	{id: "bitbucket-token", kind: "Atlassian token", provider: "Atlassian", prefix: []string{"ATATT3xFfGF0", "ATBB"}, pattern: exact(`ATATT3xFfGF0[A-Za-z0-9_=-]{100,260}|ATBB[A-Za-z0-9]{24}[A-F0-9]{8}`)},
	{id: "pypi-token", kind: "PyPI token", provider: "PyPI", prefix: []string{"pypi-AgE"}, pattern: exact(`pypi-AgE[A-Za-z0-9_-]{50,}`), check: checkMacaroon},
	{id: "rubygems-key", kind: "RubyGems key", provider: "RubyGems", prefix: []string{"rubygems_"}, pattern: exact(`rubygems_[0-9a-f]{48}`)},
	{id: "docker-hub-token", kind: "Docker Hub token", provider: "Docker", prefix: []string{"dckr_pat_", "dckr_oat_"}, pattern: exact(`dckr_[po]at_[A-Za-z0-9_-]{27,32}`)},

	{id: "slack-token", kind: "Slack token", provider: "Slack", prefix: []string{"xoxb-", "xoxp-", "xoxa-", "xoxe-", "xoxr-", "xoxs-", "xoxe."}, pattern: exact(`xox[abeprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,300}`), check: checkSlack},
	{id: "slack-app-token", kind: "Slack app token", provider: "Slack", prefix: []string{"xapp-"}, pattern: exact(`xapp-\d-[A-Z0-9]{8,14}-\d{8,16}-[a-z0-9]{40,80}`)},
	{id: "slack-webhook", kind: "Slack webhook", provider: "Slack", inside: true, prefix: []string{"hooks.slack.com/"}, pattern: exact(`hooks\.slack\.com/(?:services|workflows)/(T[A-Za-z0-9]{6,}/[AB][A-Za-z0-9]{6,}/(?:\d+/)?[A-Za-z0-9]{16,})`)},
	{id: "discord-webhook", kind: "Discord webhook", provider: "Discord", inside: true, prefix: []string{"discord.com/api/webhooks/", "discordapp.com/api/webhooks/"}, pattern: exact(`discord(?:app)?\.com/api/webhooks/\d{17,20}/([A-Za-z0-9_-]{60,75})`)},
	{id: "teams-webhook", kind: "Microsoft Teams webhook", provider: "Microsoft", inside: true, prefix: []string{".webhook.office.com/webhookb2/"}, pattern: exact(`\.webhook\.office\.com/webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/([0-9a-f]{32})`)},
	{id: "telegram-bot-token", kind: "Telegram bot token", provider: "Telegram", inside: true, prefix: []string{":AA"}, pattern: exact(`:(AA[A-Za-z0-9_-]{33})`)},

	{id: "stripe-key", kind: "Stripe key", provider: "Stripe", prefix: []string{"sk_live_", "rk_live_"}, pattern: exact(`[sr]k_live_[A-Za-z0-9]{16,247}`)},
	{id: "stripe-test-key", kind: "Stripe key", provider: "Stripe", prefix: []string{"sk_test_", "rk_test_"}, pattern: exact(`[sr]k_test_[A-Za-z0-9]{16,247}`), check: testKey},
	{id: "stripe-webhook-secret", kind: "Stripe webhook secret", provider: "Stripe", prefix: []string{"whsec_"}, pattern: exact(`whsec_[A-Za-z0-9+/]{24,64}={0,2}`)},
	{id: "square-token", kind: "Square token", provider: "Square", prefix: []string{"sq0atp-", "sq0csp-", "EAAAE", "EAAAl"}, pattern: exact(`sq0atp-[A-Za-z0-9_-]{22}|sq0csp-[A-Za-z0-9_-]{43}|EAAA[El][A-Za-z0-9_-]{59}`)},
	{id: "paypal-token", kind: "PayPal Braintree token", provider: "PayPal", prefix: []string{"access_token$production$"}, pattern: exact(`access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}`)},
	{id: "shopify-token", kind: "Shopify token", provider: "Shopify", prefix: []string{"shpat_", "shpca_", "shppa_", "shpss_"}, pattern: exact(`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}`)},
	{id: "plaid-token", kind: "Plaid token", provider: "Plaid", prefix: []string{"access-production-"}, pattern: exact(`access-production-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)},

	{id: "google-api-key", kind: "Google API key", provider: "Google", prefix: []string{"AIza"}, pattern: exact(`AIza[0-9A-Za-z_-]{35}`)},
	{id: "google-oauth-secret", kind: "Google OAuth client secret", provider: "Google", prefix: []string{"GOCSPX-"}, pattern: exact(`GOCSPX-[A-Za-z0-9_-]{28}`)},
	{id: "google-oauth-token", kind: "Google OAuth token", provider: "Google", prefix: []string{"ya29."}, pattern: exact(`ya29\.[A-Za-z0-9_-]{60,}`), confidence: rind.ConfidenceMedium},
	{id: "facebook-token", kind: "Facebook token", provider: "Facebook", prefix: []string{"EAACEdEose0cBA", "EAAC", "EAAB", "EAAG", "EAAM"}, pattern: exact(`EAACEdEose0cBA[0-9A-Za-z]+|EAA[MCBG][A-Za-z0-9]{100,260}`)},
	{id: "twitter-bearer-token", kind: "Twitter bearer token", provider: "Twitter", prefix: []string{"AAAAAAAAAAAAAAAAAAAAA"}, pattern: exact(`A{21}[A-Za-z0-9%+]{60,100}`)},

	{id: "openai-key", kind: "OpenAI key", provider: "OpenAI", prefix: []string{"sk-"}, pattern: exact(`sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,200}`), check: checkOpenAI},
	{id: "anthropic-key", kind: "Anthropic key", provider: "Anthropic", prefix: []string{"sk-ant-"}, pattern: exact(`sk-ant-(?:api|admin|oat)\d\d-[A-Za-z0-9_-]{80,110}`)},
	{id: "groq-key", kind: "Groq key", provider: "Groq", prefix: []string{"gsk_"}, pattern: exact(`gsk_[A-Za-z0-9]{52}`)},
	{id: "xai-key", kind: "xAI key", provider: "xAI", prefix: []string{"xai-"}, pattern: exact(`xai-[A-Za-z0-9]{80}`)},
	{id: "perplexity-key", kind: "Perplexity key", provider: "Perplexity", prefix: []string{"pplx-"}, pattern: exact(`pplx-[A-Za-z0-9]{48,56}`)},
	{id: "hugging-face-token", kind: "Hugging Face token", provider: "Hugging Face", prefix: []string{"hf_", "api_org_"}, pattern: exact(`(?:hf_|api_org_)[A-Za-z]{34}`)},
	{id: "replicate-token", kind: "Replicate token", provider: "Replicate", prefix: []string{"r8_"}, pattern: exact(`r8_[A-Za-z0-9]{37}`)},

	{id: "sendgrid-key", kind: "SendGrid key", provider: "SendGrid", prefix: []string{"SG."}, pattern: exact(`SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}`)},
	{id: "mailgun-key", kind: "Mailgun key", provider: "Mailgun", prefix: []string{"key-"}, pattern: exact(`key-[0-9a-f]{32}`)},
	{id: "brevo-key", kind: "Brevo key", provider: "Brevo", prefix: []string{"xkeysib-"}, pattern: exact(`xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}`)},
	{id: "resend-key", kind: "Resend key", provider: "Resend", prefix: []string{"re_"}, pattern: exact(`re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}`)},
	{id: "twilio-key", kind: "Twilio API key", provider: "Twilio", prefix: []string{"SK"}, pattern: exact(`SK[0-9a-f]{32}`), confidence: rind.ConfidenceMedium},

	{id: "azure-storage-key", kind: "Azure storage key", provider: "Azure", prefix: []string{"AccountKey="}, inside: true, pattern: exact(`AccountKey=([A-Za-z0-9+/]{60,90}={0,2})`), check: checkAzureKey},
	{id: "azure-shared-access-key", kind: "Azure shared access key", provider: "Azure", prefix: []string{"SharedAccessKey="}, inside: true, pattern: exact(`SharedAccessKey=([A-Za-z0-9+/]{43}=)`)},
	{id: "digitalocean-token", kind: "DigitalOcean token", provider: "DigitalOcean", prefix: []string{"dop_v1_", "doo_v1_", "dor_v1_"}, pattern: exact(`do[opr]_v1_[0-9a-f]{64}`)},
	{id: "heroku-key", kind: "Heroku key", provider: "Heroku", prefix: []string{"HRKU-"}, pattern: exact(`HRKU-(?:AA[A-Za-z0-9_-]{58}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)},
	{id: "databricks-token", kind: "Databricks token", provider: "Databricks", prefix: []string{"dapi"}, pattern: exact(`dapi[0-9a-f]{32}(?:-\d)?`)},
	{id: "vault-token", kind: "HashiCorp Vault token", provider: "HashiCorp", prefix: []string{"hvs.", "hvb."}, pattern: exact(`hv[sb]\.[A-Za-z0-9_-]{24,300}`)},
	{id: "terraform-cloud-token", kind: "Terraform Cloud token", provider: "HashiCorp", inside: true, prefix: []string{".atlasv1."}, pattern: exact(`\.(atlasv1\.[A-Za-z0-9_-]{60,70})`)},
	{id: "pulumi-token", kind: "Pulumi token", provider: "Pulumi", prefix: []string{"pul-"}, pattern: exact(`pul-[0-9a-f]{40}`)},
	{id: "doppler-token", kind: "Doppler token", provider: "Doppler", prefix: []string{"dp.pt.", "dp.st.", "dp.sa."}, pattern: exact(`dp\.(?:pt|st|sa)\.(?:[a-z0-9_-]+\.)?[A-Za-z0-9]{40,44}`)},
	{id: "supabase-token", kind: "Supabase token", provider: "Supabase", prefix: []string{"sbp_"}, pattern: exact(`sbp_[0-9a-f]{40}`)},
	{id: "planetscale-token", kind: "PlanetScale password", provider: "PlanetScale", prefix: []string{"pscale_pw_", "pscale_tkn_", "pscale_oauth_"}, pattern: exact(`pscale_(?:pw|tkn|oauth)_[A-Za-z0-9_.-]{32,64}`)},

	{id: "new-relic-key", kind: "New Relic key", provider: "New Relic", prefix: []string{"NRAK-", "NRII-", "NRIQ-"}, pattern: exact(`NRAK-[A-Z0-9]{27}|NRI[IQ]-[A-Za-z0-9_-]{32}`)},
	{id: "grafana-token", kind: "Grafana token", provider: "Grafana", prefix: []string{"glsa_", "glc_eyJ"}, pattern: exact(`glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_eyJ[A-Za-z0-9+/]{60,400}={0,2}`)},
	{id: "sentry-token", kind: "Sentry token", provider: "Sentry", prefix: []string{"sntrys_eyJ", "sntryu_"}, pattern: exact(`sntrys_eyJ[A-Za-z0-9=_+/]{80,400}|sntryu_[0-9a-f]{64}`)},
	{id: "dynatrace-token", kind: "Dynatrace token", provider: "Dynatrace", prefix: []string{"dt0c01."}, pattern: exact(`dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}`)},
	{id: "launchdarkly-key", kind: "LaunchDarkly key", provider: "LaunchDarkly", prefix: []string{"sdk-", "api-"}, pattern: exact(`(?:sdk|api)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`), confidence: rind.ConfidenceMedium},

	{id: "linear-key", kind: "Linear key", provider: "Linear", prefix: []string{"lin_api_", "lin_oauth_"}, pattern: exact(`lin_(?:api|oauth)_[A-Za-z0-9]{40,64}`)},
	{id: "notion-token", kind: "Notion token", provider: "Notion", prefix: []string{"ntn_"}, pattern: exact(`ntn_[0-9]{11}[A-Za-z0-9]{35}`)},
	{id: "postman-key", kind: "Postman key", provider: "Postman", prefix: []string{"PMAK-"}, pattern: exact(`PMAK-[0-9a-f]{24}-[0-9a-f]{34}`)},
	{id: "airtable-token", kind: "Airtable token", provider: "Airtable", prefix: []string{"pat"}, pattern: exact(`pat[A-Za-z0-9]{14}\.[0-9a-f]{64}`)},
	{id: "figma-token", kind: "Figma token", provider: "Figma", prefix: []string{"figd_"}, pattern: exact(`figd_[A-Za-z0-9_-]{40}`)},
	{id: "mapbox-token", kind: "Mapbox secret token", provider: "Mapbox", prefix: []string{"sk.eyJ"}, pattern: exact(`sk\.eyJ[A-Za-z0-9_-]{40,200}\.[A-Za-z0-9_-]{20,}`)},
	{id: "age-key", kind: "age secret key", provider: "age", class: PrivateKey, prefix: []string{"AGE-SECRET-KEY-1"}, pattern: exact(`AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}`)},

	{id: "json-web-token", kind: "JSON web token", class: SignedToken, prefix: []string{"eyJ"}, pattern: exact(`eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}`), check: checkJWT, confidence: rind.ConfidenceMedium, plain: true},
}
