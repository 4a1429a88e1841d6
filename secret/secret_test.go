package secret

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"rind/rind"
)

// Secrets are drawn here, at run time and always the same, so that nothing in
// this repository looks like one to a scanner.
type dice struct{ r *rand.Rand }

func newDice() dice { return dice{rand.New(rand.NewPCG(7, 11))} }

const (
	lowerHex = "0123456789abcdef"
	alnum    = base62
	b32      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
)

func (d dice) draw(n int, from string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = from[d.r.IntN(len(from))]
	}
	return string(b)
}

// checked draws a token that ends in its checksum, as GitHub's and npm's do.
func (d dice) checked(prefix string) string {
	body := d.draw(30, alnum)
	sum := crc32.ChecksumIEEE([]byte(body))
	tail := make([]byte, 6)
	for i := 5; i >= 0; i-- {
		tail[i] = base62[sum%62]
		sum /= 62
	}
	return prefix + body + string(tail)
}

func jwt(header, claims string) string {
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(claims)) + "." + enc.EncodeToString([]byte("signature of thirty-two bytes ok"))
}

func (d dice) pem(label string) string {
	raw := []byte{0x30, 0x82, 0x04, 0xa4, 2, 1, 0}
	for range 600 {
		raw = append(raw, byte(d.r.IntN(256)))
	}
	body := base64.StdEncoding.EncodeToString(raw)
	var b strings.Builder
	fmt.Fprintf(&b, "-----BEGIN %s-----\n", label)
	for len(body) > 64 {
		b.WriteString(body[:64] + "\n")
		body = body[64:]
	}
	fmt.Fprintf(&b, "%s\n-----END %s-----\n", body, label)
	return b.String()
}

// TestFormats holds each format to something of it and to something that only
// looks like it.
func TestFormats(t *testing.T) {
	d := newDice()
	uuid := func() string {
		return d.draw(8, lowerHex) + "-" + d.draw(4, lowerHex) + "-4" + d.draw(3, lowerHex) + "-" + d.draw(4, lowerHex) + "-" + d.draw(12, lowerHex)
	}
	pypi := "pypi-" + base64.RawURLEncoding.EncodeToString(append([]byte("\x02\x01\x08pypi.org\x02\x24"), d.draw(80, alnum)...))
	azure := base64.StdEncoding.EncodeToString([]byte(d.draw(64, alnum)))
	for _, c := range []struct{ id, good string }{
		{"aws-access-key", "AKIA" + d.draw(16, b32)},
		{"aws-access-key", "ASIA" + d.draw(16, b32)},
		{"aws-bedrock-key", "ABSKQmVkcm9ja" + d.draw(119, alnum)},
		{"github-token", d.checked("ghp_")},
		{"github-token", d.checked("ghs_")},
		{"github-fine-grained-token", "github_pat_" + d.draw(22, alnum) + "_" + d.draw(59, alnum)},
		{"npm-token", d.checked("npm_")},
		{"npmrc-token", "//registry.npmjs.org/:_authToken=" + uuid()},
		{"gitlab-token", "glpat-" + d.draw(20, alnum)},
		{"bitbucket-token", "ATATT3xFfGF0" + d.draw(172, alnum)},
		{"pypi-token", pypi},
		{"rubygems-key", "rubygems_" + d.draw(48, lowerHex)},
		{"docker-hub-token", "dckr_pat_" + d.draw(27, alnum)},
		{"slack-token", "xoxb-" + d.draw(12, "123456789") + "-" + d.draw(12, "123456789") + "-" + d.draw(24, alnum)},
		{"slack-app-token", "xapp-1-A" + d.draw(10, b32) + "-" + d.draw(13, "123456789") + "-" + d.draw(64, lowerHex)},
		{"slack-webhook", "https://hooks.slack.com/services/T" + d.draw(8, b32) + "/B" + d.draw(8, b32) + "/" + d.draw(24, alnum)},
		{"discord-webhook", "https://discord.com/api/webhooks/" + d.draw(18, "123456789") + "/" + d.draw(68, alnum)},
		{"teams-webhook", "https://acme.webhook.office.com/webhookb2/" + uuid() + "@" + uuid() + "/IncomingWebhook/" + d.draw(32, lowerHex) + "/" + uuid()},
		{"telegram-bot-token", d.draw(10, "123456789") + ":AA" + d.draw(33, alnum)},
		{"stripe-key", "sk_live_" + d.draw(24, alnum)},
		{"stripe-webhook-secret", "whsec_" + d.draw(32, alnum)},
		{"square-token", "sq0csp-" + d.draw(43, alnum)},
		{"paypal-token", "access_token$production$" + d.draw(16, "abcdefgh23456789") + "$" + d.draw(32, lowerHex)},
		{"shopify-token", "shpat_" + d.draw(32, lowerHex)},
		{"plaid-token", "access-production-" + uuid()},
		{"google-api-key", "AIza" + d.draw(35, alnum)},
		{"google-oauth-secret", "GOCSPX-" + d.draw(28, alnum)},
		{"google-oauth-token", "ya29." + d.draw(120, alnum)},
		{"facebook-token", "EAAB" + d.draw(160, alnum)},
		{"twitter-bearer-token", strings.Repeat("A", 21) + d.draw(80, alnum)},
		{"openai-key", "sk-" + d.draw(20, alnum) + "T3BlbkFJ" + d.draw(20, alnum)},
		{"openai-key", "sk-proj-" + d.draw(74, alnum)},
		{"anthropic-key", "sk-ant-api03-" + d.draw(93, alnum) + "AA"},
		{"groq-key", "gsk_" + d.draw(52, alnum)},
		{"xai-key", "xai-" + d.draw(80, alnum)},
		{"perplexity-key", "pplx-" + d.draw(48, alnum)},
		{"hugging-face-token", "hf_" + d.draw(34, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")},
		{"replicate-token", "r8_" + d.draw(37, alnum)},
		{"sendgrid-key", "SG." + d.draw(22, alnum) + "." + d.draw(43, alnum)},
		{"mailgun-key", "key-" + d.draw(32, lowerHex)},
		{"brevo-key", "xkeysib-" + d.draw(64, lowerHex) + "-" + d.draw(16, alnum)},
		{"resend-key", "re_" + d.draw(8, alnum) + "_" + d.draw(24, alnum)},
		{"twilio-key", "SK" + d.draw(32, lowerHex)},
		{"azure-storage-key", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + azure + ";EndpointSuffix=core.windows.net"},
		{"azure-shared-access-key", "Endpoint=sb://a.servicebus.windows.net/;SharedAccessKey=" + d.draw(43, alnum) + "="},
		{"digitalocean-token", "dop_v1_" + d.draw(64, lowerHex)},
		{"heroku-key", "HRKU-" + uuid()},
		{"databricks-token", "dapi" + d.draw(32, lowerHex)},
		{"vault-token", "hvs." + d.draw(90, alnum)},
		{"terraform-cloud-token", d.draw(14, alnum) + ".atlasv1." + d.draw(67, alnum)},
		{"pulumi-token", "pul-" + d.draw(40, lowerHex)},
		{"doppler-token", "dp.pt." + d.draw(43, alnum)},
		{"supabase-token", "sbp_" + d.draw(40, lowerHex)},
		{"planetscale-token", "pscale_pw_" + d.draw(43, alnum)},
		{"new-relic-key", "NRAK-" + d.draw(27, b32)},
		{"grafana-token", "glsa_" + d.draw(32, alnum) + "_" + d.draw(8, lowerHex)},
		{"sentry-token", "sntryu_" + d.draw(64, lowerHex)},
		{"dynatrace-token", "dt0c01." + d.draw(24, b32) + "." + d.draw(64, b32)},
		{"launchdarkly-key", "sdk-" + uuid()},
		{"linear-key", "lin_api_" + d.draw(40, alnum)},
		{"notion-token", "ntn_" + d.draw(11, "123456789") + d.draw(35, alnum)},
		{"postman-key", "PMAK-" + d.draw(24, lowerHex) + "-" + d.draw(34, lowerHex)},
		{"airtable-token", "pat" + d.draw(14, alnum) + "." + d.draw(64, lowerHex)},
		{"figma-token", "figd_" + d.draw(40, alnum)},
		{"mapbox-token", "sk.eyJ" + d.draw(60, alnum) + "." + d.draw(22, alnum)},
		{"age-key", "AGE-SECRET-KEY-1" + d.draw(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")},
		{"json-web-token", jwt(`{"alg":"HS256","typ":"JWT"}`, `{"sub":"orders","role":"admin","iss":"shop"}`)},
		{"private-key", d.pem("RSA PRIVATE KEY")},
		{"private-key", strings.ReplaceAll(d.pem("PRIVATE KEY"), "\n", `\n`)},
		{"url-password", "postgres://orders:" + d.draw(12, alnum) + "@db.acme.io:5432/orders"},
		{"url-password", "mongodb+srv://orders:" + d.draw(12, alnum) + "@cluster0.ab1cd.mongodb.net"},
		{"url-password", "redis://:" + d.draw(12, alnum) + "@cache.acme.io:6379"},
		{"url-password", "amqps://orders:" + d.draw(12, alnum) + "@mq.acme.io"},
		{"basic-auth", "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("orders:"+d.draw(12, alnum)))},
	} {
		for _, text := range []string{c.good, `x = "` + c.good + `"`, "a " + c.good + "\nb"} {
			m := Find(text, Bare)
			if len(m) != 1 || m[0].ID != c.id || m[0].Doubt != "" {
				t.Errorf("%s: found %s in %.60s", c.id, describe(m), text)
				break
			}
		}
		// Inside a word or cut short it is something else.
		cut := c.good[:min(20, len(c.good)/3)]
		for _, m := range Find(cut, Bare) {
			if m.ID == c.id && m.Doubt == "" && m.Confidence == rind.ConfidenceHigh && m.Class != Connection {
				t.Errorf("%s: found in what is too short: %.60s", c.id, cut)
			}
		}
	}
}

func describe(found []Match) string {
	var out []string
	for _, m := range found {
		out = append(out, fmt.Sprintf("%s (%s) %s", m.ID, m.Confidence, m.Doubt))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// TestEveryFormatIsTested finds formats that the table above leaves out.
func TestEveryFormatIsTested(t *testing.T) {
	data, err := os.ReadFile("secret_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range formats {
		if f.id != "stripe-test-key" && !strings.Contains(string(data), `{"`+f.id+`"`) {
			t.Errorf("no test of %s", f.id)
		}
	}
}

// TestDoubts are texts of the right form that are no secrets.
func TestDoubts(t *testing.T) {
	d := newDice()
	for what, text := range map[string]string{
		"AWS's sample key":     "AKIA" + "IOSFODNN7EXAMPLE",
		"wrong checksum":       "ghp_" + d.draw(36, alnum),
		"regular":              "sk_live_" + strings.Repeat("ab", 12),
		"unsigned token":       jwt(`{"alg":"none"}`, `{"sub":"orders"}`),
		"the sample of jwt.io": jwt(`{"alg":"HS256"}`, `{"sub":"1234567890","name":"John Doe"}`),
		"test mode":            "sk_test_" + d.draw(24, alnum),
		"storage emulator":     "AccountKey=" + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
		"a key's head":         "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA...\n-----END",
		"a URL of a manual":    "postgres://user:" + "password@db.acme.io/x",
		"a host of a manual":   "https://me:" + d.draw(10, alnum) + "@api.example.com/",
	} {
		for _, m := range Find(text, Bare) {
			if m.Doubt == "" {
				t.Errorf("%s: %s is not doubted", what, m.ID)
			}
		}
	}
}

// TestNothing are texts that hold nothing like a secret.
func TestNothing(t *testing.T) {
	d := newDice()
	for _, text := range []string{
		"", "-----BEGIN PUBLIC KEY-----\n" + d.draw(64, alnum), "https://acme.io:8080/a@b", "git@github.com:acme/x.git",
		"postgres://app:${DB_PASSWORD}@db/app", "postgres://{user}:{password}@{host}/app", "http://%s:%s@host", "redis://:$PASS@cache",
		`fetch("https://user@acme.io/x:y")`, "task-" + d.draw(40, "abcdefghijklmnop"), "disk-or-risk-management-and-more-words-in-a-row",
		`if line.startswith("-----BEGIN RSA ` + `PRIVATE KEY-----"):`, "sha512-" + d.draw(86, alnum) + "==",
		"data:image/png;base64," + d.draw(4000, alnum), "AKIAshort", d.draw(64, lowerHex), "arn:aws:iam::123456789012:role/AKIA",
	} {
		if m := Find(text, Code); len(m) > 0 {
			t.Errorf("found %s in %.60q", describe(m), text)
		}
	}
}

// TestNamed are assignments in code and settings.
func TestNamed(t *testing.T) {
	d := newDice()
	pw, key := "Tr0ub4dor"+"&3", d.draw(32, alnum)
	for _, c := range []struct {
		form Form
		text string
		want string // ID, "" for none
	}{
		{Code, `password = "` + pw + `"`, "password"},
		{Code, `const dbPassword: string = '` + pw + `';`, "password"},
		{Code, `private static final String DB_PASSWORD = "` + pw + `";`, "password"},
		{Code, `conn = connect(host=h, password="` + pw + `")`, "password"},
		{Code, `{"password": "` + pw + `"}`, "password"},
		{Code, `os.environ["DB_PASSWORD"] = "` + pw + `"`, "password"},
		{Code, `secret := []byte("` + key + `")`, "secret"},
		{Code, `apiKey: "` + key + `",`, "api-key"},
		{Code, `const token = process.env.API_TOKEN || "` + key + `"`, "token"},
		{Code, `key = os.environ.get("API_KEY", "` + key + `")`, "api-key"},
		{Code, `app.secret_key = 'RollingStones` + `Garden'`, "secret"},
		{Code, `<password>` + pw + `</password>`, "password"},
		{Code, `"Server=db;User Id=app;Password=` + pw + `;"`, "connection-string"},
		{Code, `"jdbc:mysql://db.acme.io/app?user=app&password=` + pw + `"`, "connection-string"},
		{Code, `aws_secret_access_key = "` + d.draw(40, alnum) + `"`, "aws-secret-key"},
		{Code, `TWILIO_AUTH_TOKEN = "` + d.draw(32, lowerHex) + `"`, "twilio-token"},
		{Code, `DATADOG_API_KEY = "` + d.draw(32, lowerHex) + `"`, "datadog-key"},
		{Plain, `DB_PASSWORD=` + pw, "password"},
		{Plain, `export API_KEY=` + key, "api-key"},
		{Plain, "spring.datasource.password: " + pw, "password"},
		{Plain, `db_password: "` + pw + `" # for now`, "password"},

		{Code, `password = "password"`, ""},
		{Code, `password = getpass()`, ""},
		{Code, `password = os.environ["DB_PASSWORD"]`, ""},
		{Code, `password: "Enter 8 characters or more!"`, ""},
		{Code, `<input type="password" name="pass1">`, ""},
		{Code, `password = "${db_password}"`, ""},
		{Code, `password = f"{user}-1A"`, ""},
		{Code, `password = "your-password-1"`, ""},
		{Code, `password = "****"`, ""},
		{Code, `password_hash = "` + d.draw(40, alnum) + `"`, ""},
		{Code, `SECRET_NAME = "prod/db-1a2b3c4d"`, ""},
		{Code, `secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-1a2b3c"`, ""},
		{Code, `token = "eventToken"`, ""},
		{Code, `tokenType: "Bearer2x"`, ""},
		{Code, `"encryptionKey": "encryptionKey1024",`, ""},
		{Code, `nextToken = "` + key + `"`, ""},
		{Code, `key = "users/1a2b3c4d5e6f7a8b"`, ""},
		{Code, `partition_key = "` + key + `"`, ""},
		{Code, `publicKey = "` + key + `"`, ""},
		{Code, `API_KEY = "OrdersApiKey"`, ""},
		{Code, `secret = "my-secret"`, ""},
		{Code, `password: config.db.password1,`, ""},
		{Code, `const x = "secret" + id1`, ""},
		{Code, `password = "abc1" + suffix`, ""},
		{Plain, `DB_PASSWORD=${DB_PASSWORD}`, ""},
		{Plain, `DB_PASSWORD: !Ref Password1`, ""},
		{Plain, `DB_PASSWORD: var.password1`, ""},
		{Plain, `password:`, ""},
		{Plain, `API_KEY=`, ""},
		{Plain, `- key: value12345678`, ""},
	} {
		m := Find(c.text, c.form)
		got := ""
		if len(m) > 0 && m[0].Doubt == "" {
			got = m[0].ID
		}
		if got != c.want {
			t.Errorf("%s: found %q %s, want %q", c.text, got, describe(m), c.want)
		}
	}
}

func TestMaskedAndMark(t *testing.T) {
	secret := "Tr0ub4dor" + "&3"
	m := Find(`password = "`+secret+`"`, Code)
	if len(m) != 1 {
		t.Fatal(describe(m))
	}
	if got := m[0].Masked(); strings.Contains(got, secret[4:]) || !strings.HasPrefix(got, secret[:2]) {
		t.Errorf("masked as %s", got)
	}
	if got := m[0].Mark(); len(got) != 4 {
		t.Errorf("the mark %s is long enough to confirm a guess", got)
	}
}

func TestAccountOfAccessKey(t *testing.T) {
	// The account that a key names is in its first 48 bits, shifted by 7.
	_, note, ok := checkAccessKey("AKIA" + "QYLPMN5H" + "HHFPZAM2")
	if !ok || note != "of the account 052310077262" {
		t.Errorf("%q", note)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("password = \"x\"\nhttps://a:b@c\n-----BEGIN PRIVATE KEY-----", byte(0))
	f.Add("AKIA eyJhbGciOiJIUzI1NiJ9.e30.x Basic QTpC ;Password=x", byte(1))
	f.Fuzz(func(t *testing.T, text string, form byte) {
		for _, m := range Find(text, Form(form%3)) {
			if m.Start < 0 || m.End > len(text) || m.Start >= m.End {
				t.Fatalf("%s at %d to %d of %d", m.ID, m.Start, m.End, len(text))
			}
			_ = m.Masked()
		}
		Value("password", text)
	})
}
