package iam

import (
	"slices"
	"testing"

	"rind/rind"
)

func TestEscalations(t *testing.T) {
	cond := func(s *rind.Value, c *rind.Value) *rind.Value {
		s.Fields = append(s.Fields, rind.Field{Key: "Condition", Value: c})
		return s
	}
	for _, tt := range []struct {
		name       string
		statements []any
		want       []string
	}{
		{"own policy", []any{allow("iam:PutRolePolicy", "*")}, []string{"put-role-policy"}},
		{"own role only", []any{allow("iam:PutRolePolicy", attr("Role", "Arn"))}, []string{"put-role-policy"}},
		{"some role elsewhere", []any{allow("iam:PutRolePolicy", "arn:aws:iam::1:role/other")}, nil},
		{"with a boundary demanded", []any{cond(allow("iam:PutRolePolicy", "*"), m("StringEquals", m("iam:PermissionsBoundary", "arn:aws:iam::1:policy/b")))}, nil},
		{"denied", []any{allow("iam:*", "*"), deny("iam:*", "*")}, nil},
		{"pass any role and make a function", []any{allow([]string{"iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"}, "*")}, []string{"pass-role-create-function-invoke"}},
		{"pass the administrator", []any{allow("iam:PassRole", attr("Admin", "Arn")), allow([]string{"lambda:CreateFunction", "lambda:InvokeFunction"}, "*")}, []string{"pass-role-create-function-invoke"}},
		{"pass itself", []any{allow("iam:PassRole", attr("Role", "Arn")), allow([]string{"lambda:CreateFunction", "lambda:InvokeFunction"}, "*")}, nil},
		{"pass one role elsewhere", []any{allow("iam:PassRole", "arn:aws:iam::1:role/task"), allow("ec2:RunInstances", "*")}, nil},
		{"pass to another service", []any{cond(allow("iam:PassRole", "*"), m("StringEquals", m("iam:PassedToService", "lambda.amazonaws.com"))), allow("ec2:RunInstances", "*")}, nil},
		{"pass to the service", []any{cond(allow("iam:PassRole", "*"), m("StringEquals", m("iam:PassedToService", "ec2.amazonaws.com"))), allow("ec2:RunInstances", "*")}, []string{"pass-role-run-instances"}},
		{"code of any function", []any{allow("lambda:UpdateFunctionCode", "*")}, []string{"update-function-code"}},
		{"code of the administrator's function", []any{allow("lambda:UpdateFunctionCode", attr("Other", "Arn"))}, []string{"update-function-code"}},
		{"code of a harmless function", []any{allow("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:1:function:x")}, nil},
		{"layers", []any{allow("lambda:UpdateFunctionConfiguration", "arn:aws:lambda:*:*:function:*")}, []string{"update-function-layers"}},
		{"ordinary", []any{allow([]string{"s3:*", "dynamodb:*"}, "*")}, nil},
		{"administrator", []any{allow("*", "*")}, nil},
	} {
		app := testApp(tt.statements...)
		role := app.Role("Role")
		var got []string
		for _, e := range Escalations(app, role, PermissionsOf(app, role)) {
			got = append(got, e.Name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestPathsNameActions(t *testing.T) {
	if len(paths) < 40 {
		t.Errorf("%d paths", len(paths))
	}
	seen := map[string]bool{}
	for _, p := range Paths() {
		if seen[p.Name] {
			t.Errorf("path %s twice", p.Name)
		}
		seen[p.Name] = true
		for _, n := range p.Needs {
			if _, ok := LookupAction(n); !ok {
				t.Errorf("%s needs the unknown action %s", p.Name, n)
			}
		}
	}
}

func TestBroad(t *testing.T) {
	for text, want := range map[string]bool{
		"*": true, "arn:aws:iam::*:role/*": true, "arn:aws:s3:::*": true, "arn:aws:s3:::*/*": true,
		"arn:aws:lambda:*:*:function:*": true, "arn:aws:iam::1:role/app-*": false,
		"arn:aws:s3:::bucket/*": false, "arn:aws:sqs:*:*:queue": false, "arn:aws:dynamodb:*:*:table/*": true,
		"arn:aws:dynamodb:*:*:table/*-orders": false, "arn:aws:dynamodb:*:*:table/*/index/*": true, "arn:aws:dynamodb:*:*:table*": true,
		"arn:aws:sqs:*:*:shop-*": false, "arn:aws:sqs:*:*:*": true, "arn:aws:s3:::shop-*/*": false, "arn:aws:s3:::*-shop/*": false,
		"arn:aws:logs:*:*:*": true, "arn:aws:iam::*": true,
	} {
		if got := PatternOf(text).Broad(); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if NewPattern(sub("${P}")).Broad() || NewPattern(sub("arn:aws:s3:::${P}/*")).Broad() {
		t.Error("an unknown name is not broad")
	}
}

// A managed policy that passes roles to one service opens no other's path.
func TestEscalationsOfManaged(t *testing.T) {
	app := testApp()
	for name, want := range map[string]bool{
		"AWSLambda_FullAccess": true, "AmazonDynamoDBFullAccess": false, "AmazonS3FullAccess": false,
		"PowerUserAccess": true, "IAMFullAccess": true, "AWSLambdaBasicExecutionRole": false,
	} {
		p := &Permissions{}
		p.AddManaged(val("arn:aws:iam::aws:policy/" + name))
		if got := len(Escalations(app, nil, p)) > 0; got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
