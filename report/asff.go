package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"rind/rind"
)

// The account, region and time are known only to whoever imports the
// findings; these stand in for them. Replace them before BatchImportFindings:
//
//	rind scan --format asff | sed "s/000000000000/$ACCOUNT/g; s/us-east-1/$REGION/g; s/1970-01-01T00:00:00Z/$(date -u +%FT%TZ)/g"
const (
	asffAccount = "000000000000"
	asffRegion  = "us-east-1"
	asffTime    = "1970-01-01T00:00:00Z"
)

// AWS's limits for a finding.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
const (
	asffTitle       = 256
	asffDescription = 1024
	asffText        = 512
	asffID          = 512
	asffSize        = 240 << 10
)

// writeASFF prints a list of findings in the AWS Security Finding Format, for
// BatchImportFindings (100 at a time). Suppressed findings are included with
// that workflow status. Account, region and times are placeholders.
func writeASFF(w io.Writer, r *rind.Report, _ Options) error {
	out := make([]asffFinding, 0, len(r.Findings))
	for _, f := range r.Findings {
		x := newASFF(r, f)
		if b, err := json.Marshal(x); err != nil {
			return fmt.Errorf("finding %s: %w", f.ID, err)
		} else if len(b) > asffSize {
			x.Resources[0].Details, x.Product = nil, nil
		}
		out = append(out, x)
	}
	return writeIndented(w, out, 1)
}

func newASFF(r *rind.Report, f *rind.Finding) asffFinding {
	id := cmp.Or(f.ID, "finding")
	x := asffFinding{
		SchemaVersion: "2018-10-08",
		ID:            cut("rind/"+f.App+"/"+id, asffID),
		ProductARN:    fmt.Sprintf("arn:aws:securityhub:%s:%s:product/%s/default", asffRegion, asffAccount, asffAccount),
		ProductName:   "rind",
		CompanyName:   "rind",
		GeneratorID:   cut("rind/"+cmp.Or(f.Rule, "unknown"), asffID),
		AccountID:     asffAccount,
		Types:         []string{asffType(f.Risk)},
		CreatedAt:     asffTime,
		UpdatedAt:     asffTime,
		Severity:      asffSeverity{Label: asffLabel(f.Severity), Original: cmp.Or(string(f.Severity), "info")},
		Confidence:    map[rind.Confidence]int{rind.ConfidenceHigh: 95, rind.ConfidenceMedium: 70, rind.ConfidenceLow: 40}[f.Confidence],
		Title:         cut(cmp.Or(f.Title, f.Rule, "finding"), asffTitle),
		Description:   cut(cmp.Or(f.Message, f.Title, f.Rule, "finding"), asffDescription),
		Resources:     []asffResource{newASFFResource(r, f)},
		RecordState:   "ACTIVE",
		Workflow:      asffWorkflow{Status: "NEW"},
		Product: map[string]string{
			"rind/risk": string(f.Risk), "rind/layer": string(f.Layer), "rind/file": f.Span.String(), "rind/cwe": f.CWE, "rind/state": string(f.State),
		},
	}
	for k, v := range x.Product {
		if v == "" {
			delete(x.Product, k)
			continue
		}
		x.Product[k] = cut(v, 2048)
	}
	if f.Fix != nil && f.Fix.Summary != "" {
		x.Remediation = &asffRemediation{Recommendation: asffRecommendation{Text: cut(f.Fix.Summary, asffText), URL: firstURL(r.Rules[f.Rule].Sources)}}
	}
	if !f.Open() {
		x.Workflow.Status = "SUPPRESSED"
	}
	return x
}

// newASFFResource describes what a finding is about. Before deployment there
// is no ARN, so the ID is the place in the app.
func newASFFResource(r *rind.Report, f *rind.Finding) asffResource {
	id := cmp.Or(f.Resource, f.Function, "app")
	out := asffResource{Type: "Other", ID: cut("rind:"+cmp.Or(f.App, "app")+"/"+id, asffID), Partition: "aws", Region: asffRegion}
	var native string
	for _, a := range r.Apps {
		if a.Path != f.App {
			continue
		}
		if res := a.Resource(id); res != nil {
			native = res.Type
		}
	}
	if t, ok := asffTypes[native]; ok {
		out.Type = t
	}
	details := map[string]string{"LogicalId": cut(id, 1024), "Application": cut(cmp.Or(f.App, "app"), 1024)}
	if native != "" {
		details["CloudFormationType"] = native
	}
	out.Details = map[string]map[string]string{"Other": details}
	return out
}

// asffTypes maps CloudFormation types to Security Hub's resource types.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html
var asffTypes = map[string]string{
	"AWS::Lambda::Function":            "AwsLambdaFunction",
	"AWS::Lambda::LayerVersion":        "AwsLambdaLayerVersion",
	"AWS::S3::Bucket":                  "AwsS3Bucket",
	"AWS::DynamoDB::Table":             "AwsDynamoDbTable",
	"AWS::SQS::Queue":                  "AwsSqsQueue",
	"AWS::SNS::Topic":                  "AwsSnsTopic",
	"AWS::IAM::Role":                   "AwsIamRole",
	"AWS::IAM::ManagedPolicy":          "AwsIamPolicy",
	"AWS::ApiGateway::RestApi":         "AwsApiGatewayRestApi",
	"AWS::ApiGateway::Stage":           "AwsApiGatewayStage",
	"AWS::ApiGatewayV2::Api":           "AwsApiGatewayV2Api",
	"AWS::ApiGatewayV2::Stage":         "AwsApiGatewayV2Stage",
	"AWS::KMS::Key":                    "AwsKmsKey",
	"AWS::SecretsManager::Secret":      "AwsSecretsManagerSecret",
	"AWS::EC2::SecurityGroup":          "AwsEc2SecurityGroup",
	"AWS::RDS::DBInstance":             "AwsRdsDbInstance",
	"AWS::RDS::DBCluster":              "AwsRdsDbCluster",
	"AWS::CloudFront::Distribution":    "AwsCloudFrontDistribution",
	"AWS::Kinesis::Stream":             "AwsKinesisStream",
	"AWS::StepFunctions::StateMachine": "AwsStepFunctionStateMachine",
	"AWS::AppSync::GraphQLApi":         "AwsAppSyncGraphQlApi",
}

// asffType is the finding type in ASFF's taxonomy.
func asffType(r rind.Risk) string {
	if r.Title() == "" {
		return "Software and Configuration Checks/AWS Security Best Practices"
	}
	return fmt.Sprintf("Software and Configuration Checks/AWS Security Best Practices/%s %s", r, strings.ReplaceAll(r.Title(), "/", " "))
}

func asffLabel(s rind.Severity) string {
	if s == rind.Info || s.Rank() == 0 {
		return "INFORMATIONAL"
	}
	return strings.ToUpper(string(s))
}

// cut shortens s to n characters; an ID keeps apart by a hash.
func cut(s string, n int) string {
	rs := []rune(s)
	if len(rs) <= n {
		return s
	}
	if n == asffID {
		h := sha256.Sum256([]byte(s))
		return string(rs[:n-17]) + "~" + hex.EncodeToString(h[:8])
	}
	return string(rs[:n-1]) + "…"
}

func firstURL(sources []string) string {
	for _, s := range sources {
		if strings.HasPrefix(s, "https://") {
			return s
		}
	}
	return ""
}

type asffFinding struct {
	SchemaVersion string            `json:"SchemaVersion"`
	ID            string            `json:"Id"`
	ProductARN    string            `json:"ProductArn"`
	ProductName   string            `json:"ProductName"`
	CompanyName   string            `json:"CompanyName"`
	GeneratorID   string            `json:"GeneratorId"`
	AccountID     string            `json:"AwsAccountId"`
	Types         []string          `json:"Types"`
	CreatedAt     string            `json:"CreatedAt"`
	UpdatedAt     string            `json:"UpdatedAt"`
	Severity      asffSeverity      `json:"Severity"`
	Confidence    int               `json:"Confidence,omitempty"`
	Title         string            `json:"Title"`
	Description   string            `json:"Description"`
	Remediation   *asffRemediation  `json:"Remediation,omitempty"`
	Product       map[string]string `json:"ProductFields,omitempty"`
	Resources     []asffResource    `json:"Resources"`
	Workflow      asffWorkflow      `json:"Workflow"`
	RecordState   string            `json:"RecordState"`
}

type asffSeverity struct {
	Label    string `json:"Label"`
	Original string `json:"Original"`
}

type asffRemediation struct {
	Recommendation asffRecommendation `json:"Recommendation"`
}

type asffRecommendation struct {
	Text string `json:"Text"`
	URL  string `json:"Url,omitempty"`
}

type asffResource struct {
	Type      string                       `json:"Type"`
	ID        string                       `json:"Id"`
	Partition string                       `json:"Partition"`
	Region    string                       `json:"Region"`
	Details   map[string]map[string]string `json:"Details,omitempty"`
}

type asffWorkflow struct {
	Status string `json:"Status"`
}
