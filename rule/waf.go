package rule

import (
	"slices"

	"rind/rind"
)

var webACLs = []string{"AWS::WAFv2::WebACL", "AWS::WAF::WebACL", "AWS::WAFRegional::WebACL"}

var _ = register(&Rule{
	ID:         "RIND-WAF-001",
	Title:      "Web ACL allows what no rule blocks",
	Why:        "With the default action allow, every request that no rule knows passes. For an API with known callers, block by default and allow what is expected.",
	Risk:       rind.SAS1,
	Severity:   rind.Info,
	CWE:        "CWE-1188",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-default-action.html"},
	Equivalent: []string{"6d64f311-3da6-45f3-80f1-14db9771ea40", "F665", "WAF_WEB_ACL_DEFAULT_ACTION_RULE"},
	Fix:        "Set DefaultAction to Block and add rules that allow, if the callers are known.",
	Types:      webACLs,
	Check: func(p *Pass, r *rind.Resource) {
		v := r.Get("DefaultAction")
		if typ := v.Get("Type"); typ.Is("ALLOW") {
			p.Report(r, typ, "requests that no rule knows are allowed")
		} else if v.Field("Allow") != nil {
			p.Report(r, v, "requests that no rule knows are allowed")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-WAF-002",
	Title:      "Web ACL without rules",
	Why:        "A web ACL that allows by default and has no rules blocks nothing. It only looks like protection.",
	Risk:       rind.SAS1,
	Severity:   rind.Medium,
	CWE:        "CWE-693",
	Sources:    []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-10"},
	Equivalent: []string{"WAF.10", "wafv2_webacl_with_rules"},
	Fix:        "Add rules, beginning with AWSManagedRulesCommonRuleSet and a rate-based rule.",
	Types:      webACLs,
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("Rules")) && r.Get("DefaultAction").Field("Block") == nil && !r.Get("DefaultAction", "Type").Is("BLOCK") {
			p.Report(r, nil, "the web ACL has no rules")
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-WAF-003",
	Title:      "Web ACL does not log",
	Why:        "Without logs nobody can tell what was blocked, or tune a rule that blocks customers.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Low,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/waf/latest/developerguide/logging.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-11"},
	Equivalent: []string{"CKV2_AWS_31", "WAFv2LoggingEnabled", "WAF.1", "WAF.11", "wafv2_webacl_logging_enabled", "WAFV2_LOGGING_ENABLED"},
	Fix:        "Add an AWS::WAFv2::LoggingConfiguration.",
	Types:      []string{"AWS::WAFv2::WebACL"},
	Check: func(p *Pass, r *rind.Resource) {
		for _, l := range p.App.OfType("AWS::WAFv2::LoggingConfiguration") {
			if refersTo(l.Get("ResourceArn"), r) {
				return
			}
		}
		p.Report(r, nil, "the web ACL does not log")
	},
})

var _ = register(&Rule{
	ID:         "RIND-WAF-004",
	Title:      "WAF rule without metrics",
	Why:        "Without metrics for a rule nobody sees that it fires, or that it never does.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-12"},
	Equivalent: []string{"WAF.12", "wafv2_webacl_rule_logging_enabled"},
	Fix:        "Set CloudWatchMetricsEnabled to true in each VisibilityConfig.",
	Types:      []string{"AWS::WAFv2::WebACL", "AWS::WAFv2::RuleGroup"},
	Check: func(p *Pass, r *rind.Resource) {
		for rule := range r.Get("Rules").Each() {
			if v := rule.Get("VisibilityConfig", "CloudWatchMetricsEnabled"); v.False() {
				p.Report(r, v, "the rule %s has no metrics", text(rule.Get("Name")))
			}
		}
	},
})

var _ = register(&Rule{
	ID:         "RIND-WAF-005",
	Title:      "Web ACL does not stop Log4j look-ups",
	Why:        "Log4Shell is still tried against everything that is on the internet. The managed rule group of known bad inputs stops it, unless its rule only counts.",
	Risk:       rind.SAS1,
	Severity:   rind.Low,
	CWE:        "CWE-917",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html#aws-managed-rule-groups-baseline-known-bad-inputs"},
	Equivalent: []string{"CKV_AWS_192"},
	Fix:        "Add AWSManagedRulesKnownBadInputsRuleSet with OverrideAction None.",
	Types:      []string{"AWS::WAFv2::WebACL"},
	Check: func(p *Pass, r *rind.Resource) {
		if rules := r.Get("Rules"); rules.Symbolic() {
			return
		}
		for rule := range r.Get("Rules").Each() {
			if rule.Symbolic() || stopsLog4j(rule) {
				return
			}
		}
		p.Report(r, nil, "no rule of this web ACL stops Log4j look-ups")
	},
})

// stopsLog4j reports whether a rule is the managed group of known bad inputs
// with its Log4j rules in force.
func stopsLog4j(rule *rind.Value) bool {
	group := rule.Get("Statement", "ManagedRuleGroupStatement")
	if name := group.Get("Name"); !name.Is("AWSManagedRulesKnownBadInputsRuleSet") {
		return group.Symbolic() || name.Symbolic()
	}
	if rule.Get("OverrideAction").Field("Count") != nil {
		return false
	}
	log4j := []string{"Log4JRCE", "Log4JRCE_HEADER", "Log4JRCE_QUERYSTRING", "Log4JRCE_BODY", "Log4JRCE_URIPATH"}
	for x := range group.Get("ExcludedRules").Each() {
		if slices.Contains(log4j, x.Get("Name").Str()) {
			return false
		}
	}
	for x := range group.Get("RuleActionOverrides").Each() {
		if slices.Contains(log4j, x.Get("Name").Str()) && x.Get("ActionToUse").Field("Block") == nil {
			return false
		}
	}
	return true
}
