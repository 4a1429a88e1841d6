package rule

import (
	"strings"
	"testing"

	"rind/rind"
)

func TestFindSecret(t *testing.T) {
	// Secrets are put together here so that no scanner of this repository
	// takes them for real ones.
	akia := "AKIA" + strings.Repeat("Q7", 8)
	for _, c := range []struct {
		name, value string
		want        string // kind, or ""
	}{
		{"KEY1", akia, "AWS access key"},
		{"ANYTHING", "prefix " + akia + " suffix", "AWS access key"},
		{"CERT", "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE", "private key"},
		{"GH", "ghp_" + strings.Repeat("aB3", 12), "GitHub token"},
		{"DATABASE_URL", "postgres://app:s3cr3tpw@db.internal:5432/app", "password in a URL"},
		{"CONN", "Server=db;User Id=app;Password=Tr0ub4dor;", "password in a connection string"},
		{"DB_PASSWORD", "Tr0ub4dor&3", "password"},
		{"dbPassword", "hunter2", "password"},
		{"ADMIN_PASS", "changeme", "password"},
		{"DB_PASSWORD", "12345678", "password"},
		{"API_KEY", "9f8a7c6b5d4e3f2a1b0c9d8e7f6a5b4c", "API key"},
		{"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY", "AWS secret key"},
		{"JWT_SECRET", "kX9v2LqP0sT7", "secret"},
		{"secret_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY", "secret"},
		{"STRIPE_TOKEN", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "Stripe key"},

		{"DB_PASSWORD", "", ""},
		{"DB_PASSWORD", "${ssm:/app/password}", ""},
		{"DB_PASSWORD", "<your password>", ""},
		{"DB_PASSWORD", "REPLACE_ME", ""},
		{"JWT_SECRET", "your-super-secret-token-with-at-least-32-characters", ""},
		{"PASSWORD_ITERATIONS", "4096", ""},
		{"DB_PASSWORD", "/app/prod/password", ""},
		{"DB_PASSWORD_PARAMETER", "app-prod-password", ""},
		{"SECRET_NAME", "prod/orders/db-1a2b3c4d", ""},
		{"SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-1a2b3c", ""},
		{"APP_PRIVATE_KEY_SECRET_NAME", "my-secret", ""},
		{"TOKEN_TTL", "3600000000000", ""},
		{"SECRET", "my-secret", ""},
		{"CLIENT_SECRET", "orders-client-secret", ""},
		{"TOKEN_URL", "https://login.example.com/oauth/token1234", ""},
		{"API_KEY", "OrdersApiKey", ""},
		{"API_KEY", "true", ""},
		{"MAX_TOKENS", "4096000000000", ""},
		{"TABLE", "orders-3f2a1b0c9d8e7f6a", ""},
		{"TAGS", "git.commit.sha:55e7e7703f17c41f276caf8f1a1b744d674259f8", ""},
		{"LOG_LEVEL", "INFO", ""},
		{"PUBLIC_KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", ""},
		{"ENDPOINT", "https://user@example.com/", ""},
		{"BYPASS", "hunter2hunter2", ""},
		{"COMPASS_MODE", "n0rth", ""},
	} {
		got, ok := findSecret(c.name, rind.NewString(c.value, rind.Span{}))
		if ok != (c.want != "") || got.Kind != c.want {
			t.Errorf("findSecret(%s, %s…) = %q, want %q", c.name, c.value[:min(6, len(c.value))], got.Kind, c.want)
		}
	}
}

func TestFindSecretIsSilentAboutSymbols(t *testing.T) {
	v := rind.NewRef(rind.Ref{Kind: rind.RefSSM, Name: "/app/password"}, rind.Span{})
	if _, ok := findSecret("DB_PASSWORD", v); ok {
		t.Error("a reference is not a secret")
	}
	if _, ok := findSecret("DB_PASSWORD", nil); ok {
		t.Error("nothing is not a secret")
	}
}

func FuzzFindSecret(f *testing.F) {
	f.Add("DB_PASSWORD", "x")
	f.Add("", "postgres://a:b@c")
	f.Fuzz(func(t *testing.T, name, value string) {
		findSecret(name, rind.NewString(value, rind.Span{}))
	})
}

func TestSecretParameterNames(t *testing.T) {
	for name, want := range map[string]bool{
		"DBPassword": true, "GitHubClientSecret": true, "userPassword": true, "api_key": true, "StripeSecret": true,
		"userpoolClientGenerateSecret": false, "EnableSecret": false, "UseClientSecret": false, "RotateSecret": false,
		"RequirePassword": false, "CreateSecret": false, "PasswordEnabled": false, "SecretName": false, "SecretArn": false, "ClientSecretId": false,
	} {
		if got := secretParameter(&rind.Parameter{Name: name, Type: "String"}); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	flag := &rind.Parameter{Name: "ClientSecret", Type: "String", Default: rind.NewString("false", rind.Span{})}
	if secretParameter(flag) {
		t.Error("a parameter whose default is false is taken for a secret")
	}
}
