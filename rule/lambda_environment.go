package rule

import (
	"strings"

	"rind/rind"
	found "rind/secret"
)

const docLambdaEnvironment = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-013",
	Title:    "Secret written in an environment variable",
	Why:      "The value stands in the template and its history, in the deployment records and in the console, and every process in the function can read it. Whoever gets lambda:GetFunctionConfiguration, or makes the code print its environment, has it.",
	Risk:     rind.SAS7,
	Severity: rind.High,
	CWE:      "CWE-798",
	Sources:  []string{docLambdaEnvironment, "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html"},
	Equivalent: []string{
		"CKV_AWS_45", "2564172f-c92b-4261-9acd-464aed511696", "1402afd8-a95c-4e84-8b0b-6fb43758e6ce", "awslambda_function_no_secrets_in_variables",
	},
	Fix:   "Keep the secret in Secrets Manager or as a SecureString, pass its name, and read it at run time. Replace the secret: it has been published.",
	Types: []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		for name, v := range r.Get("Environment", "Variables").Entries() {
			s, ok := findSecret(name, v)
			if !ok {
				continue
			}
			f := p.Report(r, v, "%s holds a literal %s", name, s.Kind)
			f.Confidence = s.Confidence
			if len(v.Via) > 0 && v.Via[0].Kind == rind.RefParameter && f.Confidence == rind.ConfidenceHigh {
				f.Confidence = rind.ConfidenceMedium
				f.Message = name + " gets a literal " + s.Kind + " from the default of " + v.Via[0].Name
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-014",
	Title:    "Secret resolved into an environment variable at deployment",
	Why:      "A NoEcho parameter or a dynamic reference hides the secret from the template, yet the function's configuration holds it in clear: whoever has lambda:GetFunctionConfiguration reads it, and rotation does not reach it.",
	Risk:     rind.SAS7,
	Severity: rind.Medium,
	CWE:      "CWE-526",
	Sources:  []string{docLambdaEnvironment, "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html"},
	Fix:      "Pass the name or ARN of the secret and read it at run time, with the Parameters and Secrets extension.",
	Types:    []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		for name, v := range r.Get("Environment", "Variables").Entries() {
			for ref := range v.Refs() {
				from := ""
				switch ref.Kind {
				case rind.RefSecret:
					from = "the secret parameter " + ref.Name
				case rind.RefSSMSecure:
					from = "a SecureString"
				case rind.RefSecretsManager:
					if found.Describes(name) {
						continue // the user or host beside the password
					}
					from = "Secrets Manager"
				}
				if from != "" {
					p.Report(r, v, "%s is filled from %s at deployment and readable in the function's configuration", name, from).Confidence = rind.ConfidenceHigh
					break
				}
			}
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-LAMBDA-015",
	Title:    "Environment not encrypted with a customer-managed key",
	Why:      "Lambda encrypts the environment with a key of its own. Only with a key of yours can you deny, log and revoke the decryption of the variables.",
	Risk:     rind.SAS7,
	Severity: rind.Low,
	CWE:      "CWE-311",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"},
	Equivalent: []string{
		"CKV_AWS_173", "AC_AWS_0483", "a7f8ac28-eed1-483d-87c8-4c325f022572", "4495bc5d-4d1e-4a26-ae92-152d18195648",
		"awslambda_function_env_vars_not_encrypted_with_cmk",
	},
	Fix:   "Set KmsKeyArn to a customer-managed key.",
	Types: []string{"AWS::Lambda::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		env, key := r.Get("Environment"), r.Get("KmsKeyArn")
		switch {
		case key.Present() && blank(key):
			p.Report(r, key, "KmsKeyArn is empty: the environment is encrypted with Lambda's own key")
		case env.Present() && (env.Symbolic() || env.Len() > 0) && key.Absent():
			p.Report(r, env, "the environment is encrypted with Lambda's own key")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-LAMBDA-016",
	Title:      "Secret written in inline code",
	Why:        "The code stands in the template and its history; everyone who may read either, or the deployed function, has the secret.",
	Risk:       rind.SAS7,
	Severity:   rind.High,
	CWE:        "CWE-798",
	Sources:    []string{"https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html"},
	Equivalent: []string{"awslambda_function_no_secrets_in_code"},
	Fix:        "Read the secret at run time from Secrets Manager or Parameter Store. Replace the secret: it has been published.",
	Types:      []string{"AWS::Lambda::Function", "AWS::CloudFront::Function"},
	Check: func(p *Pass, r *rind.Resource) {
		code := r.Get("Code", "ZipFile")
		if r.Type == "AWS::CloudFront::Function" {
			code = r.Get("FunctionCode")
		}
		literal := code.Pattern()
		for _, m := range found.Find(literal, found.Code) {
			if m.Doubt != "" || m.Confidence != rind.ConfidenceHigh {
				continue
			}
			f := p.Report(r, code, "line %d of the inline code holds a literal %s", 1+strings.Count(literal[:m.Start], "\n"), m.Kind)
			f.Confidence = m.Confidence
			return
		}
	},
})
