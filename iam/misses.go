package iam

import (
	"strings"

	"rind/rind"
)

// Misses reports whether no object that the grant lets its holder write to a
// bucket would start a function by the trigger t, because the bucket's
// notification is for other keys (a prefix or suffix). It is false wherever
// that is not certain.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func (g Grant) Misses(t *rind.Trigger) bool {
	if t.Kind != rind.S3 || g.Rule.Statement == nil || g.Rule.NotResource || len(g.Rule.Resources) == 0 {
		return false
	}
	prefix, suffix := keyFilter(t.Value)
	if prefix == "" && suffix == "" {
		return false
	}
	for _, r := range g.Rule.Resources {
		bucket, key, ok := strings.Cut(r.Text, "/")
		switch {
		case !ok && r.Known && !strings.HasSuffix(bucket, "*"): // the bucket, not its objects
		case !ok, r.Known && strings.ContainsAny(bucket, "*?"): // "*" spans slashes
			return false
		case !apart(key, prefix, suffix):
			return false
		}
	}
	return true
}

// keyFilter returns the filter of a notification as CloudFormation writes it:
// Filter.S3Key.Rules, each with a Name and a Value.
func keyFilter(v *rind.Value) (prefix, suffix string) {
	for rule := range v.Get("Filter", "S3Key", "Rules").Each() {
		switch strings.ToLower(rule.Get("Name").Str()) {
		case "prefix":
			prefix = rule.Get("Value").Str()
		case "suffix":
			suffix = rule.Get("Value").Str()
		}
	}
	return prefix, suffix
}

// apart reports whether no key matches both a pattern and a filter. What the
// pattern is sure to begin and end with decides.
func apart(pattern, prefix, suffix string) bool {
	head, tail := pattern, pattern
	if i := strings.IndexAny(pattern, "*?"); i >= 0 {
		head = pattern[:i]
		tail = pattern[strings.LastIndexAny(pattern, "*?")+1:]
	}
	return !strings.HasPrefix(head, prefix) && (!strings.HasPrefix(prefix, head) || head == pattern) ||
		!strings.HasSuffix(tail, suffix) && (!strings.HasSuffix(suffix, tail) || tail == pattern)
}
