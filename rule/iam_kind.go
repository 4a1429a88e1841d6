package rule

import (
	"slices"
	"strings"

	"rind/iam"
	"rind/rind"
)

var _ = register(&Rule{
	ID:       "RIND-IAM-077",
	Title:    "Policy names every resource of a kind by an ARN",
	Why:      "An ARN such as arn:aws:s3:::* or …:table/* reads like a limit and is none: it is every bucket or table of the account. One flaw in one function then reaches the data of all apps.",
	Risk:     rind.SAS4,
	Severity: rind.Medium,
	CWE:      "CWE-732",
	Sources:  []string{actionTable, leastPrivilege},
	Fix:      "Name the bucket, table, queue or secret in the ARN; a prefix is better than nothing.",
	CheckApp: func(p *Pass) {
		eachAllow(p, func(pol *identityPolicy, s *iam.Statement) {
			if s.NotResource || s.NotAction || len(s.Conditions) > 0 || first(s.Resources, iam.Pattern.Any) != nil {
				return
			}
			for _, r := range s.Resources {
				service, ok := everyOfKind(r.Value)
				if !ok {
					continue
				}
				if action := harmOn(s, service); action != "" {
					pol.report(p, s, r.Value, "the %s may use %s on every %s resource of the account", pol.holderNoun(), action, service)
				}
				return
			}
		})
	},
})

// stores are the services that hold an app's data and messages. Of wide rights
// over functions, roles and networks other rules speak.
var stores = map[string]bool{
	"s3": true, "dynamodb": true, "secretsmanager": true, "ssm": true, "sqs": true, "sns": true,
	"kinesis": true, "firehose": true, "rds-data": true, "es": true, "ses": true,
}

// everyOfKind reports whether v is an ARN that matches everything of a
// store, or everything of one of its types. Region and account do not
// matter: other accounts grant nothing by default.
func everyOfKind(v *rind.Value) (service string, ok bool) {
	if v == nil {
		return "", false
	}
	for ref := range v.Refs() {
		if ref.Kind != rind.RefPseudo {
			return "", false // what it refers to narrows it
		}
	}
	text := v.Pattern()
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return "", false
	}
	name := parts[5]
	if !stores[parts[2]] {
		return "", false
	}
	if i := strings.IndexAny(name, "/:"); i > 0 && parts[2] != "s3" && !strings.Contains(name[:i], "*") {
		name = name[i+1:] // table/*, function:*
	}
	return parts[2], strings.Trim(name, "*/:") == "" && strings.Contains(name, "*") && !strings.HasSuffix(v.Text, "}")
}

// harmOn is the first of a statement's actions on a service that reads data
// or changes something, logs excepted.
func harmOn(s *iam.Statement, service string) string {
	for _, a := range dataActions {
		if strings.HasPrefix(a, service+":") && matchesName(s, a) {
			return a
		}
	}
	for _, p := range s.Actions {
		if !p.Known || !strings.EqualFold(p.Service(), service) {
			continue
		}
		for _, a := range iam.Expand(p.Text) {
			name := a.String()
			if (a.Level == iam.Write || a.Level == iam.PermissionsManagement) && a.ResourceLevel() && !slices.Contains(logActions, name) && !slices.Contains(ownRule, name) {
				return name
			}
		}
	}
	return ""
}
