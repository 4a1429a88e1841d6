package rule

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

const (
	trustDoc    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html"
	deputyDoc   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
	thirdParty  = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"
	githubOIDC  = "https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services"
	cognitoRole = "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html"
)

// eachTrust calls check for every Allow statement of a trust policy.
func eachTrust(p *Pass, check func(pol *identityPolicy, s *iam.Statement)) {
	for _, pol := range p.trustPolicies() {
		for _, s := range pol.doc.Statements {
			if s.Allow {
				check(pol, s)
			}
		}
	}
}

var _ = register(&Rule{
	ID:       "RIND-IAM-030",
	Title:    "Role can be assumed by everyone",
	Why:      "With \"*\" as principal any AWS account of the world may take the role and everything it may do.",
	Risk:     rind.SAS2,
	Severity: rind.Critical,
	CWE:      "CWE-284",
	Sources:  []string{trustDoc},
	Equivalent: []string{
		"CKV_AWS_60", "12b7e704-37f0-4d1e-911a-44bf60c48c21", "f80e3aa7-7b34-4185-954e-440a6894dde6",
	},
	Fix: "Name the accounts, roles or services that assume the role as Principal.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotPrincipal {
				return // RIND-IAM-033
			}
			for _, x := range s.Principals {
				if !x.Everyone() || x.Type == "Federated" {
					continue
				}
				if limited, known := s.Limited(); !limited && known {
					pol.report(p, s, x.ID.Value, "anyone can assume the role %s", pol.r.ID)
				}
				return
			}
		})
	},
})

var _ = register(&Rule{
	ID:       "RIND-IAM-031",
	Title:    "Role can be assumed by a whole account",
	Why:      "An account as principal leaves the decision to that account: every user and role there that may call sts:AssumeRole gets the role.",
	Risk:     rind.SAS2,
	Severity: rind.Low,
	CWE:      "CWE-284",
	Profile:  All,
	Sources:  []string{trustDoc, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"},
	Equivalent: []string{
		"CKV_AWS_61", "f80e3aa7-7b34-4185-954e-440a6894dde6", "12b7e704-37f0-4d1e-911a-44bf60c48c21",
	},
	Fix: "Name the role or user that assumes it.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			for _, x := range s.Principals {
				if x.Type == "AWS" && wholeAccount(x.ID) && !s.NotPrincipal {
					pol.report(p, s, x.ID.Value, "every user and role of the account %s that may assume roles can assume %s", x.ID, pol.r.ID)
					return
				}
			}
		})
	},
})

// wholeAccount reports whether a principal is an account: its number or root,
// also of the account the app is deployed to.
func wholeAccount(id iam.Pattern) bool {
	if strings.HasSuffix(id.Text, ":root") {
		return true
	}
	if id.Known {
		return len(id.Text) == 12 && strings.Trim(id.Text, "0123456789") == ""
	}
	v := id.Value
	return v != nil && len(v.Parts) == 1 && v.Parts[0].Ref != nil && v.Parts[0].Ref.Kind == rind.RefPseudo && v.Parts[0].Ref.Name == "AWS::AccountId"
}

var _ = register(&Rule{
	ID:       "RIND-IAM-032",
	Title:    "Role trusts another account without external ID or MFA",
	Why:      "A third party that works for many customers can be tricked into using your role for somebody else. An external ID that only the two of you know prevents it; for people, MFA does.",
	Risk:     rind.SAS2,
	Severity: rind.Medium,
	CWE:      "CWE-441",
	Sources:  []string{thirdParty},
	Equivalent: []string{
		"85138beb-ce7c-4ca3-a09f-e8fbcc57ddd7", "09c35abf-5852-4622-ac7a-b987b331232e",
		"iam_role_cross_account_readonlyaccess_policy",
	},
	Fix: "Add a condition StringEquals on sts:ExternalId, or Bool on aws:MultiFactorAuthPresent.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			if limited, known := s.Limited(); limited || !known {
				return
			}
			for _, c := range s.Conditions {
				if negative(c) {
					continue
				}
				switch strings.ToLower(c.Key) {
				case "sts:externalid", "aws:multifactorauthpresent", "aws:multifactorauthage":
					return
				}
			}
			for _, x := range s.CrossAccount() {
				if wholeAccount(x.ID) {
					pol.report(p, s, x.ID.Value, "account %s can assume %s without external ID or MFA", x.Account(), pol.r.ID)
					return
				}
			}
		})
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-033",
	Title:      "Trust policy names who may not assume the role (NotPrincipal)",
	Why:        "Allow with NotPrincipal lets everyone in the world assume the role who is not listed.",
	Risk:       rind.SAS2,
	Severity:   rind.Critical,
	CWE:        "CWE-284",
	Sources:    []string{elements + "_notprincipal.html"},
	Equivalent: []string{"F6", "IAM_ROLE_NO_ALLOW_PLUS_NOT_PRINCIPAL"},
	Fix:        "Name who may assume the role as Principal.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotPrincipal {
				pol.report(p, s, s.Value.Get("NotPrincipal"), "everyone but those listed can assume %s", pol.r.ID)
			}
		})
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-034",
	Title:      "Trust policy allows all actions but a few (NotAction)",
	Why:        "A trust policy needs one or two sts: actions. NotAction also allows those that set session tags and source identities.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-284",
	Sources:    []string{elements + "_notaction.html", trustDoc},
	Equivalent: []string{"W14", "IAM_ROLE_NO_ALLOW_PLUS_NOT_ACTION_ON_TRUST_POLICY"},
	Fix:        "Write sts:AssumeRole, or the sts: action that is needed, under Action.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotAction {
				pol.report(p, s, s.Value.Get("NotAction"), "the trust policy of %s allows every action that NotAction does not list", pol.r.ID)
			}
		})
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-035",
	Title:      "Trust policy allows every action",
	Why:        "A trust policy needs one or two sts: actions. A wildcard also lets the caller set session tags, source identity and context, on which other policies may decide.",
	Risk:       rind.SAS2,
	Severity:   rind.Medium,
	CWE:        "CWE-284",
	Sources:    []string{trustDoc},
	Equivalent: []string{"F2", "IAM_ROLE_NO_FULL_ACCESS_ON_TRUST_POLICY"},
	Fix:        "Write sts:AssumeRole, or the sts: action that is needed.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			if wild := s.WildcardActions(); len(wild) > 0 {
				pol.report(p, s, wild[0].Value, "the trust policy of %s allows %s", pol.r.ID, wild[0])
			}
		})
	},
})

// loneServices assume roles only for what the role's own account configured,
// or know no source: a condition gains nothing or breaks them.
var loneServices = []string{
	"lambda.amazonaws.com", "edgelambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "ecs.amazonaws.com",
	"codebuild.amazonaws.com", "cloudformation.amazonaws.com", "glue.amazonaws.com", "elasticmapreduce.amazonaws.com",
	"codedeploy.amazonaws.com", "spotfleet.amazonaws.com", "batch.amazonaws.com", "monitoring.rds.amazonaws.com",
}

var _ = register(&Rule{
	ID:         "RIND-IAM-036",
	Title:      "Role trusts a service without saying for whom",
	Why:        "Some services can be configured by another account to use your role (confused deputy). aws:SourceAccount or aws:SourceArn ties the role to your own resources.",
	Risk:       rind.SAS2,
	Severity:   rind.Low,
	CWE:        "CWE-441",
	Profile:    All,
	Sources:    []string{deputyDoc},
	Equivalent: []string{"iam_role_cross_service_confused_deputy_prevention"},
	Fix:        "Add a condition StringEquals on aws:SourceAccount, or ArnLike on aws:SourceArn.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			if limited, known := s.Limited(); limited || !known {
				return
			}
			for _, x := range s.Principals {
				if x.Type == "Service" && x.ID.Known && !slices.Contains(loneServices, x.ID.Text) {
					pol.report(p, s, x.ID.Value, "%s may assume %s for any account's resources", x.ID, pol.r.ID)
					return
				}
			}
		})
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-037",
	Title:      "Role trusts GitHub Actions of anyone",
	Why:        "GitHub's provider signs tokens for every repository of the world. Unless the condition on the subject begins with your organisation or repository, a stranger's workflow can take the role and deploy.",
	Risk:       rind.SAS2,
	Severity:   rind.Critical,
	CWE:        "CWE-284",
	Sources:    []string{githubOIDC, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
	Equivalent: []string{"CKV_AWS_358", "CKV_AWS_393"},
	Fix:        "Add the condition StringLike on token.actions.githubusercontent.com:sub with repo:<organisation>/<repository>:*.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			x := federated(s, "token.actions.githubusercontent.com")
			if x == nil || limitedOtherwise(s, "token.actions.githubusercontent.com") {
				return
			}
			bad, found := x, false
			for _, c := range s.Conditions {
				if !githubSubject(c.Key) || negative(c) {
					continue
				}
				found = true
				bad = nil
				for _, v := range c.Values {
					if !ownRepository(v) {
						bad = v
						break
					}
				}
				if bad == nil {
					return
				}
			}
			if found {
				pol.report(p, s, bad, "the subject %q lets repositories of others assume %s", bad.Text, pol.r.ID)
				return
			}
			pol.report(p, s, bad, "no condition on the subject: every repository on GitHub can assume %s", pol.r.ID)
		})
	},
})

// federated returns the value of a Federated principal of the given provider.
func federated(s *iam.Statement, provider string) *rind.Value {
	if s.NotPrincipal {
		return nil
	}
	for _, x := range s.Principals {
		if x.Type == "Federated" && strings.Contains(x.ID.Value.Text, provider) {
			return x.ID.Value
		}
	}
	return nil
}

// limitedOtherwise reports whether a claim other than the subject ties the
// token to an owner: repository, repository_owner and their numbers.
func limitedOtherwise(s *iam.Statement, provider string) bool {
	for _, c := range s.Conditions {
		key := strings.ToLower(c.Key)
		if !strings.HasPrefix(key, provider+":") || negative(c) {
			continue
		}
		switch key[len(provider)+1:] {
		case "repository", "repository_owner", "repository_id", "repository_owner_id", "job_workflow_ref":
			if len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v *rind.Value) bool { return strings.HasPrefix(v.Pattern(), "*") && v.Scalar() }) {
				return true
			}
		}
	}
	return false
}

func negative(c iam.Condition) bool {
	op := strings.ToLower(c.Operator)
	return strings.Contains(op, "not") || op == "null" || c.IfExists || c.Set == "ForAllValues"
}

// githubSubject reports whether a condition key is the subject of GitHub's
// tokens, also of an enterprise's issuer (…/<enterprise>:sub).
func githubSubject(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "token.actions.githubusercontent.com") && strings.HasSuffix(key, ":sub")
}

// ownRepository reports whether a subject begins with an organisation: the
// part that a stranger cannot choose. Subjects such as "environment:prod" or
// "workflow:…" can be made by anybody.
func ownRepository(v *rind.Value) bool {
	if v.Symbolic() {
		text := v.Pattern()
		return !strings.HasPrefix(text, "repo:*") || len(v.Parts) > 0 && strings.HasPrefix(v.Text, "repo:${")
	}
	text := v.Str()
	for _, claim := range []string{"repo:", "repository_owner:", "repository:", "repository_owner_id:", "repository_id:", "enterprise:"} {
		rest, ok := strings.CutPrefix(text, claim)
		if !ok {
			continue
		}
		owner, _, slash := strings.Cut(rest, "/")
		if claim == "repo:" && !slash {
			return false
		}
		owner, _, _ = strings.Cut(owner, ":")
		return owner != "" && !strings.ContainsAny(owner, "*?")
	}
	return false
}

var _ = register(&Rule{
	ID:       "RIND-IAM-038",
	Title:    "Role trusts an identity provider's whole user base",
	Why:      "Amazon Cognito, Google, Facebook and the like sign tokens for everybody's apps. Without a condition on the audience or application, users of any app or identity pool can take the role.",
	Risk:     rind.SAS2,
	Severity: rind.High,
	CWE:      "CWE-284",
	Sources:  []string{cognitoRole, "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"},
	Fix:      "Add the condition StringEquals on the provider's aud (or app_id) with your application or identity pool.",
	CheckApp: func(p *Pass) {
		eachTrust(p, func(pol *identityPolicy, s *iam.Statement) {
			for _, x := range s.Principals {
				if x.Type != "Federated" || federated(s, "token.actions.githubusercontent.com") != nil {
					continue
				}
				if yes, known := s.Public(); yes && known {
					pol.report(p, s, x.ID.Value, "users of any application of %s can assume %s", x.ID, pol.r.ID)
				}
				return
			}
		})
	},
})

var _ = register(&Rule{
	ID:         "RIND-IAM-039",
	Title:      "Policy document lets everyone act",
	Why:        "The document is made to be attached somewhere. Wherever that is, anyone in the world may use it.",
	Risk:       rind.SAS2,
	Severity:   rind.High,
	CWE:        "CWE-284",
	Sources:    []string{"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"},
	Equivalent: []string{"CKV_AWS_283"},
	Fix:        "Name the accounts, roles or services as principals, or add a condition such as aws:PrincipalOrgID.",
	CheckApp: func(p *Pass) {
		p.iam.read(p.App)
		for _, d := range p.iam.documents {
			if !d.free && !p.All {
				continue // the resource that uses it is judged
			}
			for _, s := range d.doc.Statements {
				for _, x := range s.Principals {
					if yes, known := s.Public(); x.Everyone() && yes && known {
						d.report(p, s, x.ID.Value, "the document allows everyone %s", actionList(s))
						break
					}
				}
			}
		}
	},
})
