package iam

import (
	"slices"
	"testing"

	"rind/internal/iamdata/pack"
)

func TestLookup(t *testing.T) {
	a, ok := Lookup("S3", "getobject")
	if !ok || a.String() != "s3:GetObject" || a.Level != Read || !a.ResourceLevel() {
		t.Fatalf("s3:GetObject: %+v", a)
	}
	if a.Resources[0].ARN == "" {
		t.Error("s3:GetObject: resource type without ARN")
	}
	if a, _ := LookupAction("lambda:AddPermission"); a.Level != PermissionsManagement {
		t.Errorf("lambda:AddPermission is %s", a.Level)
	}
	if _, ok := LookupAction("s3:NoSuchThing"); ok {
		t.Error("found s3:NoSuchThing")
	}
	if _, ok := LookupAction("nosuch:Thing"); ok {
		t.Error("found nosuch:Thing")
	}
}

func TestResourceLevel(t *testing.T) {
	for action, want := range map[string]bool{
		"logs:DescribeLogGroups":           false,
		"xray:PutTraceSegments":            false,
		"xray:PutTelemetryRecords":         false,
		"cloudwatch:PutMetricData":         false,
		"s3:ListAllMyBuckets":              false,
		"ec2:DescribeNetworkInterfaces":    false,
		"sts:GetCallerIdentity":            false,
		"xray:PutTrace*":                   false,
		"s3:GetObject":                     true,
		"s3:*":                             true,
		"unheard:Of":                       true,
		"dynamodb:PutItem":                 true,
		"sqs:SendMessage":                  true,
		"secretsmanager:GetSecretValue":    true,
		"secretsmanager:GetRandomPassword": false,
	} {
		if got := ResourceLevel(action); got != want {
			t.Errorf("%s: %v, want %v", action, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	var names []string
	for _, a := range Expand("sqs:*Message") {
		names = append(names, a.Name)
	}
	if want := []string{"DeleteMessage", "ReceiveMessage", "SendMessage"}; !slices.Equal(names, want) {
		t.Errorf("sqs:*Message: %v", names)
	}
	if n := len(Expand("*")); n < 20000 {
		t.Errorf("* expands to %d actions", n)
	}
	if n := len(Expand("s3:")); n != 0 {
		t.Errorf("s3: expands to %d actions", n)
	}
}

func TestEveryServiceUnpacks(t *testing.T) {
	x, err := pack.Open(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(x.Names()); n < 400 {
		t.Errorf("%d services", n)
	}
	for _, name := range x.Names() {
		if _, err := x.Service(name); err != nil {
			t.Error(err)
		}
	}
}

func FuzzCatalogue(f *testing.F) {
	f.Add(catalogue[:200])
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := pack.Open(data)
		if err != nil {
			return
		}
		for _, name := range x.Names() {
			_, _ = x.Service(name)
		}
	})
}

func BenchmarkColdService(b *testing.B) {
	x := index()
	for b.Loop() {
		if _, err := x.Service("dynamodb"); err != nil {
			b.Fatal(err)
		}
	}
}
