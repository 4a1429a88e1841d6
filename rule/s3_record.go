package rule

import (
	"strings"

	"rind/rind"
)

// Rules about who learns what happens to objects.

var _ = register(&Rule{
	ID:         "RIND-S3-036",
	Title:      "Bucket without event notifications",
	Why:        "Events tell somebody when objects are put or deleted. Buckets whose objects matter should not change in silence.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html", "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-11"},
	Equivalent: []string{"CKV2_AWS_62", "e39f87f5-0abf-488b-864c-63ee1f588140", "S3.11", "s3_bucket_event_notifications_enabled"},
	Fix:        "Send the bucket's events to EventBridge.",
	Types:      bucketType,
	Check: func(p *Pass, r *rind.Resource) {
		if blank(r.Get("NotificationConfiguration")) {
			p.Report(r, nil, "the bucket tells nobody of changes")
		}
	},
})

// checkObjectLogging reports buckets whose object-level requests of one kind
// no trail of the app records. An app without trails is not judged unless
// everything is wanted: trails are mostly an account's matter.
func checkObjectLogging(other string) func(*Pass, *rind.Resource) {
	return func(p *Pass, r *rind.Resource) {
		for _, trail := range p.App.OfType("AWS::CloudTrail::Trail") {
			if trail.Get("AdvancedEventSelectors").Present() || trail.Get("EventSelectors").Symbolic() {
				return
			}
			for selector := range trail.Get("EventSelectors").Each() {
				if selector.Get("ReadWriteType").Is(other) {
					continue
				}
				for data := range selector.Get("DataResources").Each() {
					if !data.Get("Type").Is("AWS::S3::Object") {
						continue
					}
					for v := range data.Get("Values").Each() {
						if coversBucket(v, r) {
							return
						}
					}
				}
			}
		}
		p.Report(r, nil, "no trail of this app records these requests for objects")
	}
}

// coversBucket reports whether a data resource of a trail includes r.
func coversBucket(v *rind.Value, r *rind.Resource) bool {
	if names(v, r) {
		return true
	}
	text := v.Pattern()
	name := r.Get("BucketName").Str()
	return text == "arn:aws:s3" || text == "arn:aws:s3:::" || strings.HasSuffix(text, ":s3") || strings.HasSuffix(text, ":s3:::") ||
		name != "" && strings.HasSuffix(text, ":s3:::"+name+"/")
}

var _ = register(&Rule{
	ID:         "RIND-S3-038",
	Title:      "Writing of objects is not recorded",
	Why:        "CloudTrail leaves object-level requests out unless a trail asks for them. Without, nobody can tell who put or deleted an object.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-cloudtrail-logging-for-s3.html"},
	Equivalent: []string{"AWS-0171", "a8fc2180-b3ac-4c93-bd0d-a55b974e4b07", "c3ce69fd-e3df-49c6-be78-1db3f802261c"},
	Fix:        "Add a data event selector for the bucket's objects to a trail.",
	Types:      bucketType,
	Check:      checkObjectLogging("ReadOnly"),
})

var _ = register(&Rule{
	ID:         "RIND-S3-039",
	Title:      "Reading of objects is not recorded",
	Why:        "CloudTrail leaves object-level requests out unless a trail asks for them. Without, nobody can tell who read an object.",
	Risk:       rind.SAS5,
	Layer:      rind.Governance,
	Severity:   rind.Info,
	CWE:        "CWE-778",
	Profile:    All,
	Sources:    []string{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-cloudtrail-logging-for-s3.html"},
	Equivalent: []string{"AWS-0172", "a8fc2180-b3ac-4c93-bd0d-a55b974e4b07", "c3ce69fd-e3df-49c6-be78-1db3f802261c"},
	Fix:        "Add a data event selector for the bucket's objects to a trail.",
	Types:      bucketType,
	Check:      checkObjectLogging("WriteOnly"),
})
