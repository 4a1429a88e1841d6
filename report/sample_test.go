package report

import (
	"fmt"
	"os"
	"time"

	"rind/rind"
)

// sample is a report that uses every feature: the app of
// testdata/template.yaml with findings of all kinds.
func sample() *rind.Report {
	at := func(line, col, endLine, endCol int32) rind.Span {
		return rind.Span{File: "template.yaml", Line: line, Column: col, EndLine: endLine, EndColumn: endCol}
	}
	resource := func(id, typ, native string, line, end int32) *rind.Resource {
		r := &rind.Resource{ID: id, Type: typ, Native: native, Origin: id, Span: at(line, 3, end, 1), Key: at(line, 3, line, 3+int32(len(id)))}
		return r
	}
	place := resource("PlaceOrder", "AWS::Lambda::Function", "AWS::Serverless::Function", 7, 23)
	invoice := resource("Invoice", "AWS::Lambda::Function", "AWS::Serverless::Function", 23, 29)
	role := resource("PlaceOrderRole", "AWS::IAM::Role", "AWS::Serverless::Function", 7, 23)
	role.Origin, role.Generated = "PlaceOrder", true
	app := &rind.App{
		Path: "template.yaml", Kind: rind.SAM,
		Resources: []*rind.Resource{
			place, role, invoice,
			resource("Orders", "AWS::DynamoDB::Table", "AWS::DynamoDB::Table", 29, 33),
			resource("Uploads", "AWS::S3::Bucket", "AWS::S3::Bucket", 33, 35),
			resource("ServerlessRestApi", "AWS::ApiGateway::RestApi", "AWS::Serverless::Function", 20, 23),
		},
		Functions: []*rind.Function{
			{
				ID: "PlaceOrder", Runtime: "python3.8", Handler: "place.handler", CodePath: "src/place.py", CodeRoot: "src",
				Architecture: "x86_64", PackageType: "Zip", MemoryMB: 128, TimeoutSec: 3, Concurrency: -1, Role: "PlaceOrderRole",
				Resource: place, Span: at(7, 3, 23, 1),
				Triggers: []*rind.Trigger{
					{Kind: rind.FunctionURL, Detail: "function URL", Public: true, Enabled: true, Auth: rind.Auth{Type: "none"}, Span: at(13, 7, 14, 23)},
					{Kind: rind.APIGatewayREST, Source: "ServerlessRestApi", Detail: "POST /orders", Method: "POST", Path: "/orders", Public: true, Enabled: true, Auth: rind.Auth{Type: "none"}, Span: at(20, 9, 22, 50)},
				},
				Environment: []rind.EnvVar{
					{Name: "TABLE", Value: rind.NewRef(rind.Ref{Kind: rind.RefResource, Name: "Orders"}, at(17, 18, 17, 29)), Source: "from Orders", Span: at(17, 11, 17, 29)},
					{Name: "STRIPE_KEY", Value: rind.NewString(secret, at(18, 23, 18, 57)), Source: "literal", Span: at(18, 11, 18, 57)},
				},
			},
			{ID: "Invoice", Runtime: "nodejs22.x", Handler: "invoice.handler", CodeRoot: "src", Architecture: "x86_64", PackageType: "Zip", MemoryMB: 128, TimeoutSec: 900, Concurrency: 5, Resource: invoice, Span: at(23, 3, 29, 1)},
		},
		Roles: []*rind.Role{{ID: "PlaceOrderRole", Functions: []string{"PlaceOrder"}, Managed: []*rind.Value{rind.NewString("arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess", at(12, 17, 12, 41))}, Span: at(12, 7, 12, 41)}},
		Edges: []rind.Edge{
			{From: rind.Internet, To: "ServerlessRestApi", Kind: rind.Triggers, Why: "regional endpoint", Span: at(20, 9, 22, 50)},
			{From: rind.Internet, To: "PlaceOrder", Kind: rind.Triggers, Why: "function URL", Span: at(13, 7, 14, 23)},
			{From: "ServerlessRestApi", To: "PlaceOrder", Kind: rind.Triggers, Why: "POST /orders", Span: at(20, 9, 22, 50)},
			{From: "PlaceOrder", To: "PlaceOrderRole", Kind: rind.Assumes, Span: at(12, 7, 12, 41)},
			{From: "PlaceOrderRole", To: "Orders", Kind: rind.Grants, Why: "dynamodb:*", Span: at(12, 7, 12, 41)},
			{From: "PlaceOrder", To: "Orders", Kind: rind.Uses, Why: "TABLE", Span: at(17, 11, 17, 29)},
		},
	}
	r := &rind.Report{
		Tool: "rind", Version: "1.0.0", Root: "shop", Prefix: "shop", Apps: []*rind.App{app}, Today: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		Source: func(name string) []byte {
			b, err := os.ReadFile("testdata/" + name)
			if err != nil {
				return nil
			}
			return b
		},
		Skipped: []rind.Skip{{File: "legacy/serverless.ts", Line: 1, Reason: "a TypeScript configuration is a program; run \"serverless package\" and scan the result"}},
		Notes:   []rind.Label{{Span: at(31, 5, 31, 20), Note: "the ignore of RIND-DDB-001 is unused: remove it"}},
	}
	r.Findings = sampleFindings(at)
	r.Rules = map[string]rind.RuleInfo{}
	for _, f := range r.Findings {
		r.Rules[f.Rule] = rind.RuleInfo{
			ID: f.Rule, Title: f.Title, Why: "It matters because of what an outsider can do with it.", Fix: f.Fix.Summary,
			Risk: f.Risk, Layer: f.Layer, Severity: f.Severity, CWE: f.CWE, Profile: "default",
			Sources: []string{"https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"},
		}
	}
	samplePosture(r)
	return r
}

// secret is in the template and must be in no report.
const secret = "sk_live_notreal00example00notreal"

func sampleFindings(at func(a, b, c, d int32) rind.Span) []*rind.Finding {
	fs := []*rind.Finding{
		{
			Rule: "RIND-FURL-001", Title: "Function URL open to everyone", Severity: rind.Critical, Confidence: rind.ConfidenceHigh,
			Message: "The function URL of PlaceOrder asks for no authentication: anyone on the internet can invoke it.",
			Risk:    rind.SAS2, Layer: rind.CloudConfig, CWE: "CWE-306", Function: "PlaceOrder", Resource: "PlaceOrder", Span: at(14, 19, 14, 23),
			Related: []rind.Label{{Span: at(12, 17, 12, 41), Note: "and may do all this with every table"}},
			Fix:     &rind.Fix{Summary: "Set AuthType to AWS_IAM, or put an API with an authorizer before the function.", Edits: []rind.Edit{{File: "template.yaml", Start: 377, End: 381, Text: "AWS_IAM"}}},
		},
		{
			Rule: "RIND-ENV-001", Title: "Secret written into the environment", Severity: rind.High, Confidence: rind.ConfidenceHigh,
			Message: "STRIPE_KEY holds a live Stripe key. Whoever can read the function's configuration or the repository has it.",
			Risk:    rind.SAS7, Layer: rind.CloudConfig, CWE: "CWE-798", Function: "PlaceOrder", Resource: "PlaceOrder", Span: at(18, 23, 18, 57),
			Fix: &rind.Fix{Summary: "Keep it in Secrets Manager and read it at start."},
		},
		{
			Rule: "RIND-IAM-007", Title: "Managed policy with full access", Severity: rind.High, Confidence: rind.ConfidenceMedium,
			Message: "AmazonDynamoDBFullAccess lets the function delete every table of the account.", When: "IsProduction is true",
			Risk: rind.SAS4, Layer: rind.CloudConfig, CWE: "CWE-250", Resource: "PlaceOrderRole", Function: "PlaceOrder", Span: at(12, 17, 12, 41), Generated: true,
			Flow: rind.Flow{{Span: at(20, 9, 20, 12), Note: "the request enters here"}, {Span: at(12, 17, 12, 41), Note: "and acts with this"}},
			Fix:  &rind.Fix{Summary: "Use DynamoDBCrudPolicy for the table Orders."},
		},
		{
			Rule: "RIND-DDB-002", Title: "Table without point-in-time recovery", Severity: rind.Medium, Confidence: rind.ConfidenceHigh,
			Message: "A wrong write to Orders cannot be taken back.",
			Risk:    rind.SAS3, Layer: rind.ResilientDesign, CWE: "CWE-693", Resource: "Orders", Span: at(29, 3, 29, 9),
			Fix:        &rind.Fix{Summary: "Set PointInTimeRecoverySpecification."},
			Suppressed: &rind.Suppression{By: "comment", Reason: "rebuilt nightly from the ledger", Until: "2027-01-31"},
		},
	}
	for _, id := range []string{"PlaceOrder", "Invoice"} {
		fs = append(fs, &rind.Finding{
			Rule: "RIND-RT-001", Title: "Deprecated runtime", Severity: rind.Medium, Confidence: rind.ConfidenceHigh,
			Message: "python3.8 gets no security updates any more.", Risk: rind.SAS6, Layer: rind.CloudConfig,
			Resource: id, Function: id, Span: at(5, 14, 5, 23), Fix: &rind.Fix{Summary: "Move to python3.13."},
		})
	}
	for i, id := range []string{"PlaceOrder", "Invoice", "Orders", "Uploads", "ServerlessRestApi"} {
		line := []int32{7, 23, 29, 33, 20}[i]
		fs = append(fs, &rind.Finding{
			Rule: "RIND-GOV-003", Title: "No owner is named", Severity: rind.Low, Confidence: rind.ConfidenceHigh,
			Message: fmt.Sprintf("%s has no tag that says who answers for it.", id),
			Risk:    rind.SAS11, Layer: rind.Governance, Resource: id, Span: at(line, 3, line, 3+int32(len(id))),
			Fix: &rind.Fix{Summary: "Add a tag owner."},
		})
	}
	for _, f := range fs {
		f.App, f.State = "template.yaml", rind.Suspected
		f.ID = f.Fingerprint()
	}
	return fs
}

// samplePosture gives every function a matrix with all four states.
func samplePosture(r *rind.Report) {
	states := []rind.SliceState{rind.Unknown, rind.Hole, rind.Unknown, rind.Solid, rind.NotApplicable}
	for fi, f := range r.Apps[0].Functions {
		p := &rind.Posture{App: "template.yaml", Function: f.ID, Aligned: []rind.Aligned{}}
		for ri, risk := range rind.Risks {
			for li, layer := range rind.Layers {
				state := states[(ri*3+li*2+fi)%len(states)]
				if fi == 0 && (risk == rind.SAS2 || risk == rind.SAS4) { // aligned
					state = states[(ri+li)%2]
				}
				c := rind.Cell{Risk: risk, Layer: layer, State: state, Primary: (ri+li)%3 == 0, Evidence: []string{}}
				if state == rind.Hole || state == rind.Solid {
					c.Evidence = append(c.Evidence, fmt.Sprintf("%s for %s on %s", state, risk, f.ID))
				}
				p.Cells = append(p.Cells, c)
			}
		}
		if fi == 0 {
			p.Aligned = append(p.Aligned, rind.Aligned{Risk: rind.SAS2, Path: "path-1"}, rind.Aligned{Risk: rind.SAS4, Path: "path-1"})
		}
		r.Postures = append(r.Postures, p)
	}
	r.Paths = []*rind.AttackPath{{
		ID: "path-1", App: "template.yaml", Severity: rind.Critical, Impact: "Read, change and delete every order.",
		Steps: []rind.PathStep{
			{Node: rind.Internet, Why: "anyone"},
			{Node: "PlaceOrder", Edge: "triggers", Why: "function URL without authentication", Span: rind.Span{File: "template.yaml", Line: 14, Column: 19, EndLine: 14, EndColumn: 23}},
			{Node: "PlaceOrderRole", Edge: "assumes", Why: "runs as"},
			{Node: "Orders", Edge: "grants", Why: "dynamodb:*"},
		},
		Cut: rind.Cut{Layer: rind.CloudConfig, Action: "Set AuthType of the function URL to AWS_IAM.", Cost: 1, Closes: 2, Rule: "RIND-FURL-001"},
	}}
}
