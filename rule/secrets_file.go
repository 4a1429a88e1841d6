package rule

import (
	"fmt"
	"path"
	"strings"

	"rind/rind"
)

const docSecretsInCode = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/hardcoded.html"

// reportFileSecrets reports the secrets of some classes in the app's files.
func reportFileSecrets(classes ...string) func(p *Pass) {
	return func(p *Pass) {
		for _, s := range p.App.Secrets {
			for _, c := range classes {
				if s.Class == c && !p.said(s.Span) {
					reportFileSecret(p, s)
				}
			}
		}
	}
}

// said reports whether a rule about the template has reported the secret at
// this line.
func (p *Pass) said(at rind.Span) bool {
	for _, f := range *p.out {
		if f.Risk == rind.SAS7 && f.Span.File == at.File && f.Span.Contains(at.Line) && (f.CWE == "CWE-798" || f.CWE == "CWE-1392" || f.CWE == "CWE-321") {
			return true
		}
	}
	return false
}

func reportFileSecret(p *Pass, s *rind.Secret) {
	what := withArticle(s.Kind)
	if s.Name != "" {
		what = s.Name + " is " + what
	} else {
		what = "this is " + what
	}
	if s.Note != "" {
		what += ", " + s.Note
	}
	f := p.Report(nil, &rind.Value{Span: s.Span}, "%s: %s", what, s.Masked)
	f.Confidence = s.Confidence
	f.Key = fmt.Sprintf("%s|%s|%s|%s", s.Span.File, s.Kind, s.Name, s.Mark)
	if by := deployedBy(p.App, s.Span.File); len(by) > 0 {
		f.Function = by[0].ID
		if len(by) > 1 {
			f.Message += fmt.Sprintf(", deployed with %d functions", len(by))
		}
	}
}

// deployedBy returns the functions whose code a file is deployed with, the one
// whose handler it holds first.
func deployedBy(app *rind.App, file string) []*rind.Function {
	var out []*rind.Function
	for _, fn := range app.Functions {
		root := path.Clean(fn.CodeRoot)
		if fn.CodeRoot == "" || root != "." && file != root && !strings.HasPrefix(file, root+"/") {
			continue
		}
		out = append(out, fn)
		if fn.CodePath == file {
			out[0], out[len(out)-1] = out[len(out)-1], out[0]
		}
	}
	return out
}

var _ = register(&Rule{
	ID:       "RIND-SECRET-022",
	Title:    "AWS access key in a file",
	Why:      "Whoever reads the repository, the deployment package or the layer acts as the key's owner until the key is deactivated. A Lambda function needs none: it has a role.",
	Risk:     rind.SAS7,
	Layer:    rind.SecureCode,
	Severity: rind.Critical,
	CWE:      "CWE-798",
	Sources:  []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/securing_access-keys.html", docSecretsInCode},
	Fix:      "Deactivate the key: it has been published. Let the function's role give access.",
	CheckApp: reportFileSecrets("aws-key"),
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-023",
	Title:    "Key or token of a service in a file",
	Why:      "The format is that of a credential its issuer hands out. It goes wherever the code goes: into the repository's history, the deployment package and every copy, and it does not expire with them.",
	Risk:     rind.SAS7,
	Layer:    rind.SecureCode,
	Severity: rind.High,
	CWE:      "CWE-798",
	Sources:  []string{docSecretsInCode},
	Fix:      "Revoke it, keep its successor in Secrets Manager and read it at run time.",
	CheckApp: reportFileSecrets("provider-key"),
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-024",
	Title:    "Private key in a file",
	Why:      "With it anybody can sign or decrypt in your name. A key in a repository or deployment package is known to all who can read either, for ever.",
	Risk:     rind.SAS7,
	Layer:    rind.SecureCode,
	Severity: rind.High,
	CWE:      "CWE-321",
	Sources:  []string{docSecretsInCode},
	Fix:      "Make a new key pair, keep the private key in Secrets Manager or KMS, and withdraw what the old one vouched for.",
	CheckApp: reportFileSecrets("private-key"),
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-025",
	Title:    "Password or key written in code or settings",
	Why:      "The name says that the value is secret, and the value looks like one. Whoever reads the repository or downloads the function's code has it, and changing it needs a deployment.",
	Risk:     rind.SAS7,
	Layer:    rind.SecureCode,
	Severity: rind.High,
	CWE:      "CWE-798",
	Sources:  []string{docSecretsInCode},
	Fix:      "Change it, keep the new one in Secrets Manager and read it at run time.",
	CheckApp: reportFileSecrets("named"),
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-026",
	Title:    "Password in a URL or connection string",
	Why:      "The text names the place and holds the password to it: everything needed to get in.",
	Risk:     rind.SAS7,
	Layer:    rind.SecureCode,
	Severity: rind.High,
	CWE:      "CWE-798",
	Sources:  []string{docSecretsInCode},
	Fix:      "Change the password, keep the connection string in Secrets Manager, or use IAM authentication.",
	CheckApp: reportFileSecrets("connection"),
})

var _ = register(&Rule{
	ID:       "RIND-SECRET-027",
	Title:    "Signed token in a file",
	Why:      "A JSON web token lets its bearer in as the one it names, until it expires or the signing key changes.",
	Risk:     rind.SAS7,
	Layer:    rind.SecureCode,
	Severity: rind.Medium,
	CWE:      "CWE-798",
	Sources:  []string{docSecretsInCode},
	Fix:      "Remove the token and change the key that signed it.",
	CheckApp: reportFileSecrets("signed-token"),
})
