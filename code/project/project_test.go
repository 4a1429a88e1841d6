package project

import (
	"slices"
	"strings"
	"testing"

	"rind/internal/testdir"
	"rind/rind"
	"rind/template"
)

// analyze lays files out and follows their code.
func analyze(t *testing.T, files map[string]string, opt Options) ([]*rind.App, *Result) {
	t.Helper()
	dir := testdir.New(t, files)
	res, err := template.Read(dir, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Analyze(dir, res.Apps, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res.Apps, got
}

// sam is a template with one function.
func sam(properties string) string {
	return "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {" + properties + "}\n"
}

const (
	pyHandler = "def handler(event, context):\n    return 1\n"
	jsHandler = "exports.handler = async (event) => 1;\n"
)

// TestFind looks for handlers in the places where builds, frameworks and
// people put them.
func TestFind(t *testing.T) {
	goMainText := "package main\n\nimport \"github.com/aws/aws-lambda-go/lambda\"\n\nfunc main() { lambda.Start(func() error { return nil }) }\n"
	javaText := "package com.acme;\n\npublic class App {\n  public String handle(String in) { return in; }\n}\n"
	for _, test := range []struct {
		name, template, file string
		files                map[string]string
	}{
		{"python", sam("Runtime: python3.13, Handler: app.handler, CodeUri: src"), "src/app.py", map[string]string{"src/app.py": pyHandler}},
		{"python package with dots", sam("Runtime: python3.13, Handler: shop.orders.handler, CodeUri: ."), "shop/orders.py", map[string]string{"shop/orders.py": pyHandler}},
		{"python package with slashes", sam("Runtime: python3.13, Handler: shop/orders.handler, CodeUri: ."), "shop/orders.py", map[string]string{"shop/orders.py": pyHandler}},
		{"python package itself", sam("Runtime: python3.13, Handler: shop.handler, CodeUri: ."), "shop/__init__.py", map[string]string{"shop/__init__.py": pyHandler}},
		{"node", sam("Runtime: nodejs22.x, Handler: src/a.handler, CodeUri: ."), "src/a.js", map[string]string{"src/a.js": jsHandler}},
		{"typescript before its build", sam("Runtime: nodejs22.x, Handler: a.handler, CodeUri: ."), "a.ts", map[string]string{"a.js": jsHandler, "a.ts": "export const handler = async (event: any) => 1;\n"}},
		{"source of a build", sam("Runtime: nodejs22.x, Handler: index.handler, CodeUri: dist"), "src/index.ts", map[string]string{"src/index.ts": "export const handler = async () => 1;\n"}},
		{"source of a build by handler", sam("Runtime: nodejs22.x, Handler: dist/api/get.handler, CodeUri: ."), "src/api/get.ts", map[string]string{"src/api/get.ts": "export const handler = async () => 1;\n"}},
		{"export with dots", sam("Runtime: nodejs22.x, Handler: index.api.get, CodeUri: ."), "index.js", map[string]string{"index.js": "exports.api = { get: async () => 1 };\n"}},
		{"java method", sam("Runtime: java21, Handler: 'com.acme.App::handle', CodeUri: app"), "app/src/main/java/com/acme/App.java", map[string]string{"app/src/main/java/com/acme/App.java": javaText}},
		{"java in a module of the build", sam("Runtime: java21, Handler: 'com.acme.App::handle', CodeUri: target/app.jar"), "core/src/main/java/com/acme/App.java", map[string]string{"core/src/main/java/com/acme/App.java": javaText}},
		{"go", sam("Runtime: provided.al2023, Handler: bootstrap, CodeUri: cmd/get"), "cmd/get", map[string]string{"cmd/get/main.go": goMainText, "go.mod": "module example.com/x\n"}},
		{"go by the name of the function", sam("Runtime: provided.al2023, Handler: bootstrap, CodeUri: bin/f.zip"), "cmd/f", map[string]string{"cmd/f/main.go": goMainText, "cmd/g/main.go": goMainText, "go.mod": "module example.com/x\n"}},
		{"web adapter's script", sam("Runtime: python3.13, Handler: run.sh, CodeUri: app"), "app/main.py", map[string]string{"app/run.sh": "#!/bin/bash\nexec python -m uvicorn --port=8080 main:app\n", "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"}},
		{"web adapter's node script", sam("Runtime: nodejs22.x, Handler: run.sh, CodeUri: app"), "app/src/server.ts", map[string]string{"app/run.sh": "#!/bin/bash\nexec node dist/server.js\n", "app/src/server.ts": "import express from 'express';\nexpress();\n"}},
		{"packed from somewhere", "@infra/" + sam("Runtime: python3.13, Handler: resize.handler, CodeUri: 's3://bucket/resize.zip'"), "lambdas/resize.py", map[string]string{"lambdas/resize.py": pyHandler, "lambdas/other.py": pyHandler}},
		{"wrapper of a vendor", sam("Runtime: python3.13, Handler: datadog_lambda.handler.handler, CodeUri: ., Environment: {Variables: {DD_LAMBDA_HANDLER: app.handler}}"), "app.py", map[string]string{"app.py": pyHandler}},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder, text, ok := strings.Cut(strings.TrimPrefix(test.template, "@"), "/T")
			if !ok || test.template[0] != '@' {
				folder, text = ".", strings.TrimPrefix(test.template, "T")
			}
			test.files[folder+"/template.yaml"] = "T" + text
			apps, _ := analyze(t, test.files, Options{Within: []string{"template.yaml"}})
			if len(apps) != 1 || len(apps[0].Code) != 1 {
				t.Fatalf("apps %v", apps)
			}
			c := apps[0].Code[0]
			if c.Missing != "" || !slices.Contains(c.Files, test.file) {
				t.Errorf("files %q, missing %q; want %s", c.Files, c.Missing, test.file)
			}
		})
	}
}

// TestImageServer: a container image that runs a web server.
func TestImageServer(t *testing.T) {
	apps, _ := analyze(t, map[string]string{
		"template.yaml":    "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {PackageType: Image}\n    Metadata: {DockerContext: ./web, Dockerfile: Dockerfile}\n",
		"web/Dockerfile":   "FROM python:3.13-slim\nCOPY . .\nCMD [\"uvicorn\", \"shop.main:app\", \"--host\", \"0.0.0.0\"]\n",
		"web/shop/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
	}, Options{})
	if c := apps[0].Code[0]; !slices.Contains(c.Files, "web/shop/main.py") {
		t.Errorf("files %q, missing %q", c.Files, c.Missing)
	}
}

// TestOriginal: what the CDK staged is followed where it comes from, once.
func TestOriginal(t *testing.T) {
	py := "import os\n\n\ndef handler(event, context):\n    os.system(event[\"x\"])\n"
	bundle := "\"use strict\";\n\n// node_modules/x/index.js\nvar a = 1;\n\n// lambda/get.ts\nexports.handler = async (event) => eval(event.body);\n"
	apps, got := analyze(t, map[string]string{
		"cdk.out/manifest.json": `{"version": "38.0.0", "artifacts": {"Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"}}}}`,
		"cdk.out/Shop.template.json": `{"Resources": {
			"P": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13", "Handler": "app.handler", "Role": "arn:aws:iam::111122223333:role/r", "Code": {"S3Bucket": "b", "S3Key": "aa.zip"}}, "Metadata": {"aws:asset:path": "asset.aa", "aws:asset:property": "Code"}},
			"N": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler", "Role": "arn:aws:iam::111122223333:role/r", "Code": {"S3Bucket": "b", "S3Key": "bb.zip"}}, "Metadata": {"aws:asset:path": "asset.bb", "aws:asset:property": "Code"}}}}`,
		"cdk.out/asset.aa/app.py":   py,
		"cdk.out/asset.bb/index.js": bundle,
		"lambda/app.py":             py,
		"lambda/get.ts":             "export const handler = async (event: any) => eval(event.body);\n",
	}, Options{})
	var files []string
	for _, c := range apps[0].Code {
		files = append(files, c.Files...)
	}
	slices.Sort(files)
	if !slices.Equal(files, []string{"lambda/app.py", "lambda/get.ts"}) || len(got.Loose) != 0 {
		t.Errorf("files %q, loose %v", files, got.Loose)
	}
}

// TestMissing says why there is no code.
func TestMissing(t *testing.T) {
	for template, want := range map[string]string{
		sam("Runtime: python3.13, Handler: app.handler, CodeUri: src"):         "no source of the handler app.handler was found in src",
		sam("Runtime: ruby3.3, Handler: app.handler, CodeUri: src"):            "code for ruby3.3 is not followed",
		sam("Runtime: python3.13, Handler: a.b, CodeUri: build/f.zip"):         "the template deploys the archive build/f.zip",
		sam("Runtime: python3.13, Handler: a.b, CodeUri: 's3://bucket/f.zip'"): "the template names no code in the scanned folder",
		sam("PackageType: Image, ImageUri: repo:latest"):                       "the container image's Dockerfile",
		sam("Runtime: python3.13, Handler: a.b, CodeUri: ../elsewhere"):        "",
	} {
		apps, _ := analyze(t, map[string]string{"template.yaml": template}, Options{})
		if c := apps[0].Code[0]; c.Missing == "" || !strings.Contains(c.Missing, want) {
			t.Errorf("%s: missing %q, want %q", template, c.Missing, want)
		}
	}
}

// TestLoose finds code that no template deploys, once, and no other.
func TestLoose(t *testing.T) {
	_, got := analyze(t, map[string]string{
		"template.yaml":               sam("Runtime: python3.13, Handler: app.handler, CodeUri: deployed"),
		"deployed/app.py":             "from helper import handler\n",
		"deployed/helper.py":          pyHandler,
		"jobs/requirements.txt":       "",
		"jobs/a.py":                   pyHandler,
		"jobs/tests/test_a.py":        pyHandler,
		"web/package.json":            "{}",
		"web/app.js":                  "const app = require('express')();\napp.use(require('./routes'));\nmodule.exports = app;\n",
		"web/routes.js":               "const router = require('express').Router();\nmodule.exports = router;\n",
		"web/node_modules/x/a.js":     jsHandler,
		"tools/plain.py":              "print(1)\n",
		"page/ui.js":                  "export const onClick = (event) => { document.title = event.body; };\n",
		"vend/pkg/b.py":               pyHandler,
		"vend/pkg-1.dist-info/RECORD": "pkg/b.py,,\n",
		"two/a.go":                    "package main\n\nimport \"github.com/aws/aws-lambda-go/lambda\"\n\nfunc main() { lambda.Start(a) }\n\nfunc a() {}\n",
		"two/b.go":                    "package main\n\nimport \"github.com/aws/aws-lambda-go/lambda\"\n\nfunc main() { lambda.Start(b) }\n\nfunc b() {}\n",
	}, Options{})
	var found []string
	for _, a := range got.Loose {
		for i, f := range a.Functions {
			found = append(found, a.Path+" "+f.ID)
			if a.Kind != rind.SourceCode || a.Code[i].Function != f.ID {
				t.Errorf("%+v, code of %s", a, a.Code[i].Function)
			}
		}
	}
	want := []string{"jobs a.py:handler", "two a.go:main", "two b.go:main", "web app.js"}
	slices.Sort(found)
	if !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
}

// TestOneFile: a file that the user names is followed whatever lies around it.
func TestOneFile(t *testing.T) {
	_, got := analyze(t, map[string]string{"a.py": pyHandler, "b.py": pyHandler}, Options{Within: []string{"a.py"}})
	if len(got.Loose) != 1 || got.Loose[0].Path != "a.py" || got.Loose[0].Functions[0].ID != "a.py:handler" {
		t.Errorf("loose %+v", got.Loose)
	}
}

// TestStaysInside: links, also those that lead out, are not followed.
func TestStaysInside(t *testing.T) {
	outside := testdir.New(t, map[string]string{"app.py": pyHandler})
	apps, got := analyze(t, map[string]string{
		"template.yaml": sam("Runtime: python3.13, Handler: app.handler, CodeUri: src"),
		"src":           "-> " + outside,
		"linked.py":     "-> " + outside + "/app.py",
	}, Options{})
	if apps[0].Code[0].Missing == "" || len(got.Loose) != 0 {
		t.Errorf("code %+v, loose %v", apps[0].Code[0], got.Loose)
	}
}

// TestSkips: what belongs to a function and cannot be read is told, and costs
// nothing else.
func TestSkips(t *testing.T) {
	apps, got := analyze(t, map[string]string{
		"template.yaml": sam("Runtime: nodejs22.x, Handler: big.handler, CodeUri: ."),
		"big.js":        "exports.handler = async (event) => [" + strings.Repeat("1,", 40_000) + "1];\n",
	}, Options{})
	if len(got.Skipped) != 1 || got.Skipped[0].File != "big.js" || !strings.Contains(got.Skipped[0].Reason, "minified") {
		t.Errorf("skipped %v", got.Skipped)
	}
	if c := apps[0].Code[0]; !strings.Contains(c.Missing, "minified") {
		t.Errorf("code %+v", c)
	}
}

// TestAliases reads tsconfig.json with comments, trailing commas and extends.
func TestAliases(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": 1, /* c */ "b": [1, 2,], // d
}`: `{"a": 1,  "b": [1, 2] }`,
		`{"u": "http://x/*y*/"}`: `{"u": "http://x/*y*/"}`,
	} {
		got := strings.Join(strings.Fields(string(plainJSON([]byte(text)))), " ")
		if want = strings.Join(strings.Fields(want), " "); strings.ReplaceAll(got, " }", "}") != strings.ReplaceAll(want, " }", "}") {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	c := &tsconfig{dir: "web", baseURL: ".", paths: map[string][]string{"@lib/*": {"src/lib/*"}, "exact": {"x/y"}}}
	if got := c.resolve("@lib/db/pool"); got[0] != "web/src/lib/db/pool" {
		t.Errorf("resolve: %q", got)
	}
	if got := c.resolve("exact"); got[0] != "web/x/y" {
		t.Errorf("resolve: %q", got)
	}
}

// TestUnbuilt undoes what builds do to paths.
func TestUnbuilt(t *testing.T) {
	for in, want := range map[string]string{
		"dist/a/index": "src/a/index", "index": "index", "services/x/build/h": "services/x/src/h",
	} {
		if got := unbuilt(in); got[0] != want {
			t.Errorf("unbuilt(%s) = %q, want first %s", in, got, want)
		}
	}
}

// TestHandlersIn tells handlers from what only looks like them.
func TestHandlersIn(t *testing.T) {
	for _, test := range []struct {
		lang, text, want string
	}{
		{".py", "def lambda_handler(event, context):\n  pass\ndef helper(event):\n  pass\n", "lambda_handler"},
		{".py", "async def go(event: dict, _context: Any = None) -> str:\n  pass\n", "go"},
		{".py", "def handler(event: Dict[str, Any], context: LambdaContext) -> Dict[str, Any]:\n", "handler"},
		{".py", "def work(event, context, retries=3):\n", "work"},
		{".py", "def work(event, other):\n", ""},
		{".py", "lambda_handler = Runner().handle\n", "lambda_handler"},
		{".js", "const run = async (event) => ({ statusCode: 200 });\nmodule.exports = run;\n", "run"},
		{".mjs", "const run = async (event) => ({ statusCode: 200 });\nexport default run;\n", "run"},
		{".js", "exports[\"handler\"] = function (event, context, callback) {}", "handler"},
		{".py", "class A:\n    def handler(self, event, context):\n        pass\n", ""},
		{".js", "exports.get = async (event) => ({ statusCode: 200 })", "get"},
		{".js", "exports.config = { event: 1 }", ""},
		{".js", "module.exports.hello = function (event, context, callback) {}", "hello"},
		{".ts", "export const handler: Handler<SQSEvent> = middy(run)", "handler"},
		{".ts", "export async function main(evt: APIGatewayProxyEvent) { return { statusCode: 1 } }", "main"},
		{".js", "const handler = async (event) => 1;\nmodule.exports = { handler, other };", "handler"},
		{".js", "import React from 'react';\nexport const handler = (event) => 1;", ""},
		{".java", "public class A implements RequestHandler<B, C> {", "A.handleRequest"},
		{".java", "public class A implements Runnable {", ""},
		{".go", "package main\nfunc main() { lambda.Start(h) }", "main"},
		{".go", "package main\nfunc main() {}", ""},
	} {
		if got := strings.Join(handlersIn(frontendOf("x"+test.lang).lang, []byte(test.text)), ","); got != test.want {
			t.Errorf("%s: %q, want %q", test.text, got, test.want)
		}
	}
}

// TestInstalled tells packages that pip put beside the code from the code.
func TestInstalled(t *testing.T) {
	apps, _ := analyze(t, map[string]string{
		"template.yaml":                  sam("Runtime: python3.13, Handler: app.handler, CodeUri: ."),
		"app.py":                         "import yaml\nimport own\n\n" + pyHandler,
		"own.py":                         "",
		"yaml/__init__.py":               "",
		"PyYAML-6.0.dist-info/RECORD":    "yaml/__init__.py,sha256=x,1\n",
		"PyYAML-6.0.dist-info/INSTALLER": "pip\n",
	}, Options{})
	if files := apps[0].Code[0].Files; slices.Contains(files, "yaml/__init__.py") || !slices.Contains(files, "own.py") {
		t.Errorf("files %q", files)
	}
}

func FuzzTexts(f *testing.F) {
	f.Add([]byte(`{"a": /* x */ [1,], // y`))
	f.Add([]byte("exports.handler = async (event) => {}\nmodule.exports = { a, b }"))
	f.Add([]byte("def handler(event, context):\n"))
	f.Add([]byte("FROM x\nCMD [\"app.handler\"]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		plainJSON(text)
		minified(text)
		for _, fe := range frontends {
			handlersIn(fe.lang, text)
		}
		dockerCommand.FindAllSubmatch(text, -1)
		unbuilt(string(text))
	})
}
