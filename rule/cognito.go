package rule

import "rind/rind"

var (
	userPool   = []string{"AWS::Cognito::UserPool"}
	poolClient = []string{"AWS::Cognito::UserPoolClient"}
)

var _ = register(&Rule{
	ID:       "RIND-COGNITO-001",
	Title:    "MFA of the user pool is switched off",
	Why:      "A password alone protects the accounts of this application, and passwords are reused and phished.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-308",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html"},
	Equivalent: []string{
		"74a18d1a-cf02-4a31-8791-ed0967ad7fdc", "ec28bf61-a474-4dbe-b414-6dd3a067d6f0", "AwsSolutions-COG2", "F78", "cognito_user_pool_mfa_enabled", "COGNITO_USER_POOL_MFA_CONFIGURATION_RULE",
	},
	Fix:   "Set MfaConfiguration to OPTIONAL or ON, with software tokens enabled.",
	Types: userPool,
	Check: func(p *Pass, r *rind.Resource) {
		// YAML reads a bare ON or OFF as a boolean.
		if v := r.Get("MfaConfiguration"); v.Is("OFF", "false", "") {
			p.Report(r, v, "users sign in with a password alone")
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-COGNITO-013",
	Title:    "User pool without MFA",
	Why:      "MFA is off unless set. A password alone protects the accounts of this application, and passwords are reused and phished.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-308",
	Profile:  All,
	Sources:  []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html"},
	Equivalent: []string{
		"74a18d1a-cf02-4a31-8791-ed0967ad7fdc", "ec28bf61-a474-4dbe-b414-6dd3a067d6f0", "AwsSolutions-COG2", "cognito_user_pool_mfa_enabled",
	},
	Fix:   "Set MfaConfiguration to OPTIONAL or ON, with software tokens enabled.",
	Types: userPool,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("MfaConfiguration"); v.Absent() {
			p.Report(r, v, "users sign in with a password alone")
		}
	},
})

// passwordKinds are the kinds of characters a password policy can demand.
var passwordKinds = []string{"RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols"}

var _ = register(&Rule{
	ID:       "RIND-COGNITO-002",
	Title:    "Password policy weaker than Cognito's default",
	Why:      "By default a password has eight characters with lower case, upper case, digits and symbols. This policy asks for less, which makes guessing cheap.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-521",
	Sources:  []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html"},
	Equivalent: []string{
		"AwsSolutions-COG1", "cognito_user_pool_password_policy_lowercase", "cognito_user_pool_password_policy_uppercase", "cognito_user_pool_password_policy_number", "cognito_user_pool_password_policy_symbol",
	},
	Fix:   "Ask for twelve characters or more; passwords that are long need no rules about their characters.",
	Types: userPool,
	Check: func(p *Pass, r *rind.Resource) {
		policy := r.Get("Policies", "PasswordPolicy")
		if policy == nil || policy.Kind != rind.Map || policy.Len() == 0 {
			return
		}
		length := policy.Get("MinimumLength")
		n, known := length.Int()
		if known && n < 8 {
			p.Report(r, length, "passwords of %d characters are accepted", n).Severity = rind.Medium
			return
		}
		if known && n >= 14 {
			return // long passwords need no mixture
		}
		for _, kind := range passwordKinds {
			if v := policy.Get(kind); off(v) {
				f := p.Report(r, orElse(v, policy), "passwords need not have all kinds of characters: %s is off", kind)
				f.Key = r.Type + "|" + kind
				return
			}
		}
	},
})

// orElse returns the first value that is present.
func orElse(values ...*rind.Value) *rind.Value {
	for _, v := range values {
		if v.Present() {
			return v
		}
	}
	return nil
}

var _ = register(&Rule{
	ID:         "RIND-COGNITO-003",
	Title:      "Passwords shorter than 14 characters are accepted",
	Why:        "Length is what makes a password hard to guess. Guidance for accounts without MFA asks for 14 characters or more.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-521",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html"},
	Equivalent: []string{"cognito_user_pool_password_policy_minimum_length_14"},
	Fix:        "Set MinimumLength to 14 or more.",
	Types:      userPool,
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("Policies", "PasswordPolicy", "MinimumLength")
		if n, ok := v.Int(); ok && n < 14 || v.Absent() && !r.Get("Policies").Symbolic() {
			p.Report(r, v, "passwords shorter than 14 characters are accepted")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-004",
	Title:      "Temporary passwords stay valid for long",
	Why:        "A temporary password is sent by mail or text message. The longer it works, the longer whoever finds it can take the account.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-613",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cognito-userpool-passwordpolicy.html"},
	Equivalent: []string{"cognito_user_pool_temporary_password_expiration"},
	Fix:        "Set TemporaryPasswordValidityDays to 7 or less.",
	Types:      userPool,
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("Policies", "PasswordPolicy", "TemporaryPasswordValidityDays")
		if n, ok := v.Int(); ok && n > 7 {
			p.Report(r, v, "temporary passwords work for %d days", n)
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-005",
	Title:      "Threat protection of the user pool is off",
	Why:        "Cognito can refuse passwords known from leaks and sign-ins that look like an attack. Off, credential stuffing meets only the rate limits.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-307",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/cognito-controls.html#cognito-1"},
	Equivalent: []string{"AwsSolutions-COG8", "AwsSolutions-COG3", "Cognito.1", "cognito_user_pool_advanced_security_enabled"},
	Fix:        "Set UserPoolAddOns.AdvancedSecurityMode to ENFORCED (the Plus plan).",
	Types:      userPool,
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("UserPoolAddOns", "AdvancedSecurityMode")
		if r.Get("UserPoolAddOns").Symbolic() || v.Symbolic() || v.Is("ENFORCED") {
			return
		}
		p.Report(r, v, "threat protection is not enforced")
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-006",
	Title:      "Risky sign-ins are let through",
	Why:        "Threat protection is on, but the risk configuration takes no action on leaked passwords or on sign-ins of high risk, so that it only takes notes.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-307",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpoolriskconfigurationattachment.html"},
	Equivalent: []string{"cognito_user_pool_blocks_compromised_credentials_sign_in_attempts", "cognito_user_pool_blocks_potential_malicious_sign_in_attempts"},
	Fix:        "Set EventAction to BLOCK for compromised credentials and for high risk.",
	Types:      []string{"AWS::Cognito::UserPoolRiskConfigurationAttachment"},
	Check: func(p *Pass, r *rind.Resource) {
		leaked := r.Get("CompromisedCredentialsRiskConfiguration", "Actions", "EventAction")
		if leaked.Absent() || leaked.Scalar() && !leaked.Is("BLOCK") {
			p.Report(r, leaked, "sign-ins with leaked passwords are not blocked")
		}
		high := r.Get("AccountTakeoverRiskConfiguration", "Actions", "HighAction", "EventAction")
		if high.Absent() || high.Is("NO_ACTION") {
			f := p.Report(r, high, "sign-ins of high risk are not stopped")
			f.Key += "|high"
		}
	},
})

var _ = register(&Rule{
	ID:       "RIND-COGNITO-007",
	Title:    "Identity pool hands out credentials to guests",
	Why:      "Anyone on the internet gets AWS credentials of the unauthenticated role, without signing in. Whatever that role may do, everyone may do.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-306",
	Sources:  []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html#enable-or-disable-unauthenticated-identities"},
	Equivalent: []string{
		"CKV_AWS_366", "AwsSolutions-COG7", "W57", "cognito_identity_pool_guest_access_disabled", "COGNITO_ALLOW_UNAUTHENTICATED_IDENTITIES_RULE",
	},
	Fix:   "Set AllowUnauthenticatedIdentities to false, or give the unauthenticated role next to nothing.",
	Types: []string{"AWS::Cognito::IdentityPool"},
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("AllowUnauthenticatedIdentities"); v.True() {
			p.Report(r, v, "guests get AWS credentials without signing in")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-008",
	Title:      "Anyone can sign up",
	Why:        "Self sign-up turns everyone into an authenticated user. Routes that only ask for a token of this pool are then open to the internet.",
	Risk:       rind.SAS2,
	Severity:   rind.Info,
	CWE:        "CWE-287",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html"},
	Equivalent: []string{"cognito_user_pool_self_registration_disabled"},
	Fix:        "Set AdminCreateUserConfig.AllowAdminCreateUserOnly to true if users are invited.",
	Types:      userPool,
	Check: func(p *Pass, r *rind.Resource) {
		config := r.Get("AdminCreateUserConfig")
		if v := config.Get("AllowAdminCreateUserOnly"); !config.Symbolic() && off(v) {
			p.Report(r, v, "anyone can make an account in this user pool")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-009",
	Title:      "Client tells whether a user exists",
	Why:        "Errors that differ between a wrong password and an unknown user let an attacker collect the names worth guessing for.",
	Risk:       rind.SAS10,
	Severity:   rind.Low,
	CWE:        "CWE-204",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html"},
	Equivalent: []string{"cognito_user_pool_client_prevent_user_existence_errors"},
	Fix:        "Set PreventUserExistenceErrors to ENABLED.",
	Types:      poolClient,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("PreventUserExistenceErrors"); v.Absent() || v.Is("LEGACY") {
			p.Report(r, v, "errors tell whether a user exists")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-010",
	Title:      "Tokens of the client cannot be revoked",
	Why:        "A stolen refresh token works until it expires, for 30 days unless set otherwise, and signing out does not end it.",
	Risk:       rind.SAS10,
	Severity:   rind.Medium,
	CWE:        "CWE-613",
	Sources:    []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html"},
	Equivalent: []string{"cognito_user_pool_client_token_revocation_enabled"},
	Fix:        "Remove EnableTokenRevocation: false; new clients have it on.",
	Types:      poolClient,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("EnableTokenRevocation"); v.False() {
			p.Report(r, v, "tokens of this client cannot be revoked")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-011",
	Title:      "User pool without WAF",
	Why:        "The sign-in and sign-up endpoints are open to the internet. WAF rules keep bots from filling the pool and from trying leaked passwords at your cost.",
	Risk:       rind.SAS3,
	Severity:   rind.Info,
	CWE:        "CWE-307",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html"},
	Equivalent: []string{"cognito_user_pool_waf_acl_attached"},
	Fix:        "Associate a web ACL with the user pool.",
	Types:      userPool,
	Check: func(p *Pass, r *rind.Resource) {
		if webACLOf(p.App, r) == nil {
			p.Report(r, nil, "no web ACL guards this user pool")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-COGNITO-012",
	Title:      "User pool can be deleted by one request",
	Why:        "Deleting a user pool deletes its users for good; there is no backup of their passwords.",
	Risk:       rind.SAS3,
	Layer:      rind.CloudConfig,
	Severity:   rind.Low,
	CWE:        "CWE-693",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-deletion-protection.html"},
	Equivalent: []string{"cognito_user_pool_deletion_protection_enabled"},
	Fix:        "Set DeletionProtection to ACTIVE.",
	Types:      userPool,
	Check: func(p *Pass, r *rind.Resource) {
		if v := r.Get("DeletionProtection"); v.Absent() || v.Is("INACTIVE") {
			p.Report(r, v, "nothing protects the users from deletion")
		}
	},
})
